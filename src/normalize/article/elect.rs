//! Which element holds the article.

use std::collections::BTreeSet;

use super::super::marks::{Marks, Part};
use super::super::titles;
use super::super::tree::NodeId;
use super::survey::{Survey, density};

impl Survey<'_> {
    fn weight(&self, id: NodeId) -> f64 {
        let count = self.at(id);
        let hint = self.hint(id);
        let by_name = match self.tree.name(id) {
            "article" => 1.3,
            "main" => 1.1,
            "ul" | "ol" | "table" | "tr" | "li" | "form" | "th" | "dl" => 0.8,
            _ => 1.0,
        };
        let by_hint = match (hint.article, hint.around || hint.about && !hint.article) {
            (true, false) => 1.25,
            (false, true) => 0.5,
            _ => 1.0,
        };
        f64::from(count.votes) * (1.0 - density(count)) * by_name * by_hint
    }

    /// What most paragraphs vote for.
    pub(super) fn elect(&self) -> Option<NodeId> {
        // Where a page says what its main part is (HTML §4.4.14), what is outside it is disclaimers and the like.
        let mut mains = self.order.iter().copied().filter(|id| self.tree.name(*id) == "main");
        let main = mains.next().filter(|id| mains.next().is_none() && self.at(*id).prose >= 40);
        // Where the title is in it, too, there is no doubt.
        let share = match main {
            Some(main) if self.titled.contains(&main) && self.at(main).prose * 6 >= self.at(self.body).prose => 0.01,
            Some(main) if self.at(main).prose >= 150 => 0.25,
            _ => 1.0,
        };
        let mut best: Option<(NodeId, f64)> = None;
        for id in self.order.iter().copied().filter(|id| self.at(*id).votes > 0) {
            let outside =
                main.is_some_and(|main| !self.is_within(id, main) && (share < 0.1 || !self.is_within(main, id)));
            let weight = if outside { self.weight(id) * share } else { self.weight(id) };
            if best.is_none_or(|(_, most)| weight > most) {
                best = Some((id, weight));
            }
        }
        best.map(|(id, _)| id)
    }

    /// The article: what was voted for, or what holds it together with as good text beside it, or what a rule names.
    pub(super) fn choose(&self, voted: NodeId, title: Option<&str>, marks: &Marks) -> NodeId {
        let mut chosen = voted;
        let above: Vec<NodeId> = self.tree.ancestors(voted).collect();
        for id in above {
            if id == self.body || self.tree.element(id).is_none() {
                break;
            }
            let (inner, outer) = (self.at(chosen), self.at(id));
            let gained = outer.prose.saturating_sub(inner.prose);
            let added = outer.text.saturating_sub(inner.text);
            // What comes with it must be text for the most part, and enough to be worth it; beyond what says of itself that
            // it is an article, as much again.
            let enough = match (self.is_whole(chosen), self.tree.name(id)) {
                (true, _) => inner.prose,
                // What says that it is the article has what stands beside a part of it, too.
                (false, "article") => inner.prose / 12,
                (false, _) => inner.prose / 5,
            };
            if gained >= enough && gained * 5 >= added * 3 {
                chosen = id;
            }
        }
        // Where each paragraph has a box of its own, votes are scattered: what holds most of them all.
        let main = || self.order.iter().copied().find(|id| self.tree.name(*id) == "main");
        let scope = self.main_article().or_else(main).filter(|own| self.is_within(chosen, *own)).unwrap_or(self.body);
        let whole = self.at(scope).prose;
        let named = scope == self.body && self.hint(chosen).article && self.at(chosen).prose >= 500;
        if self.at(chosen).prose * 2 < whole && !named {
            let most = |id: &NodeId| self.at(*id).prose * 10 >= whole * 7;
            let mut at = scope;
            while let Some(child) = self.tree.children(at).find(most) {
                at = child;
            }
            // A short article beside many teasers is another matter: there, links abound.
            let held = self.at(at);
            if density(held) < 0.4 && held.prose * 10 > held.text * 3 {
                chosen = at;
            }
        }
        chosen = self.with_peers(chosen);
        chosen = self.whole_of(chosen);
        if let Some(own) = self.main_article()
            && own != chosen
            && self.is_within(own, chosen)
            && self.is_titled(own, title)
        {
            chosen = own;
        }
        let by_rule = marks
            .parts(&Part::Content)
            .iter()
            .copied()
            .filter(|id| self.at(*id).prose * 10 >= self.at(chosen).prose * 6);
        by_rule.max_by_key(|id| self.at(*id).prose).unwrap_or(chosen)
    }

    /// Whether an element says that it holds an article (HTML §4.3.2), or its body, and nothing else.
    fn is_whole(&self, id: NodeId) -> bool {
        self.tree.name(id) == "article" || self.tree.value(id, "itemprop") == Some("articleBody")
    }

    /// The one article of a page that is more than a teaser.
    fn main_article(&self) -> Option<NodeId> {
        let all: Vec<NodeId> = self.order.iter().copied().filter(|id| self.is_whole(*id)).collect();
        let best = all.iter().copied().max_by_key(|id| (self.at(*id).prose, std::cmp::Reverse(*id)))?;
        let prose = self.at(best).prose;
        let rival = |id: &&NodeId| {
            !self.is_within(**id, best) && !self.is_within(best, **id) && self.at(**id).prose * 3 > prose
        };
        (prose >= 500 && !all.iter().any(|id| rival(&id))).then_some(best)
    }

    pub(super) fn is_within(&self, id: NodeId, of: NodeId) -> bool {
        id == of || self.tree.ancestors(id).any(|above| above == of)
    }

    /// Whether an element holds a heading that says the page's title.
    fn is_titled(&self, id: NodeId, title: Option<&str>) -> bool {
        let heading = |id: &NodeId| matches!(self.tree.name(*id), "h1" | "h2");
        let mut headings = self.tree.descendants(id).filter(heading).take(20);
        title.is_some_and(|title| headings.any(|id| titles::same(&self.tree.text_of(id), title)))
    }

    /// Page builders and content systems put each part of an article into a box of the same kind: all of them are it.
    fn with_peers(&self, chosen: NodeId) -> NodeId {
        let tree = self.tree;
        // Some number them, some add a class of their own.
        let names = |id: NodeId| -> BTreeSet<String> {
            tree.classes(id).map(|class| class.chars().filter(|c| !c.is_ascii_digit()).collect()).collect()
        };
        let own = names(chosen);
        let alike = |id: NodeId| {
            let other = names(id);
            let shared = own.intersection(&other).count();
            other == own || shared >= 2 && shared * 2 >= own.len().max(other.len()) && self.hint(id).article
        };
        if own.is_empty() {
            return chosen;
        }
        let bound = tree.ancestors(chosen).find(|id| matches!(tree.name(*id), "article" | "main")).unwrap_or(self.body);
        let peers: BTreeSet<NodeId> = tree
            .descendants(bound)
            .filter(|id| self.at(*id).prose >= 60 && !self.is_around(*id) && tree.name(*id) == tree.name(chosen))
            .filter(|id| alike(*id))
            .collect();
        let nested = |id: &NodeId| tree.ancestors(*id).any(|above| peers.contains(&above));
        let sum: u32 = peers.iter().filter(|id| !nested(id)).map(|id| self.at(*id).prose).sum();
        let holds = |above: &NodeId| peers.iter().all(|peer| tree.ancestors(*peer).any(|id| id == *above));
        if peers.len() < 2 {
            return chosen;
        }
        // A few words more must not bring anything else with them.
        let worth = sum * 4 >= self.at(chosen).prose * 5;
        let share = if worth { 5 } else { 9 };
        let fits = |above: &NodeId| sum * 10 >= self.at(*above).live * share;
        tree.ancestors(chosen).find(holds).filter(fits).unwrap_or(chosen)
    }

    /// An article is not a list, a row or a quotation, but what holds it.
    fn whole_of(&self, id: NodeId) -> NodeId {
        let part = |id: NodeId| match self.tree.name(id) {
            "td" => {
                let row = self.tree.node(id).parent;
                row.is_some_and(|row| (self.at(row).text - self.at(id).text) * 4 > self.at(id).text)
                    || self.tree.has_class(id, "code")
            }
            name => matches!(
                name,
                "ul" | "ol"
                    | "li"
                    | "dl"
                    | "dd"
                    | "dt"
                    | "tr"
                    | "th"
                    | "tbody"
                    | "thead"
                    | "table"
                    | "blockquote"
                    | "p"
                    | "pre"
                    | "figure"
                    | "a"
                    | "span"
                    | "code"
            ),
        };
        let code = |id: &NodeId| matches!(self.tree.name(*id), "pre" | "code");
        let listing = std::iter::once(id).chain(self.tree.ancestors(id)).filter(code).last();
        let start = listing.unwrap_or(id);
        let up = std::iter::once(start).chain(self.tree.ancestors(start));
        up.into_iter().take_while(|id| *id != self.body).find(|id| !part(*id)).unwrap_or(self.body)
    }
}
