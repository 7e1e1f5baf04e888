//! What stands where on a page: all its elements, counted.

use std::collections::{BTreeMap, BTreeSet};

use super::super::marks::Marks;
use super::super::space::is_cjk;
use super::super::titles;
use super::super::tree::{NodeId, Tree};
use super::super::words::{self, Hints};
use super::crowd::Crowd;
use super::{About, is_invisible};

/// What was counted below an element.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Count {
    /// Length of its text: a Latin letter is 1, a CJK character 3.
    pub(super) text: u32,
    /// The part of it that is links.
    pub(super) links: u32,
    /// Commas and full stops of all scripts.
    pub(super) points: u32,
    /// Length of its text that is article: paragraphs with few links.
    pub(super) prose: u32,
    /// Length of its text that does not stand in what is around an article.
    pub(super) live: u32,
    /// Votes of paragraphs near it, in hundredths.
    pub(super) votes: u32,
}

/// All elements of a page, counted.
pub(super) struct Survey<'a> {
    pub(super) tree: &'a Tree,
    pub(super) body: NodeId,
    /// In document order, without what is dropped.
    pub(super) order: Vec<NodeId>,
    /// How many of them each element holds, with itself.
    pub(super) sizes: Vec<usize>,
    counts: Vec<Count>,
    hints: Vec<Hints>,
    /// Which elements stand around an article, by their names or kinds.
    around: Vec<bool>,
    /// What holds a heading that says the page's title.
    pub(super) titled: BTreeSet<NodeId>,
    /// The host of the page, without `www.`.
    pub(super) home: Option<&'a str>,
    /// What there is several times.
    pub(super) crowd: Crowd<'a>,
}

impl<'a> Survey<'a> {
    pub(super) fn of(tree: &'a Tree, body: NodeId, about: About<'a>, marks: &Marks) -> Self {
        let mut survey = Self {
            tree,
            body,
            order: Vec::new(),
            sizes: vec![1; tree.nodes.len()],
            counts: vec![Count::default(); tree.nodes.len()],
            hints: vec![Hints::default(); tree.nodes.len()],
            around: vec![false; tree.nodes.len()],
            titled: BTreeSet::new(),
            home: about.home,
            crowd: Crowd::default(),
        };
        survey.visit(marks);
        survey.count();
        survey.doubt();
        survey.titled = survey.titled(about.title);
        survey.vote();
        survey.crowd = Crowd::of(&survey);
        survey
    }

    pub(super) fn at(&self, id: NodeId) -> Count {
        self.counts.get(id.0 as usize).copied().unwrap_or_default()
    }

    pub(super) fn hint(&self, id: NodeId) -> Hints {
        self.hints.get(id.0 as usize).copied().unwrap_or_default()
    }

    fn add(&mut self, id: NodeId, f: impl FnOnce(&mut Count)) {
        if let Some(count) = self.counts.get_mut(id.0 as usize) {
            f(count);
        }
    }

    /// Lists what is visible, with what its names say.
    fn visit(&mut self, marks: &Marks) {
        let tree = self.tree;
        let mut names = words::Names::default();
        let mut at = Some(self.body);
        while let Some(id) = at {
            let skip = marks.dropped(id) || is_invisible(tree.name(id));
            if !skip {
                self.order.push(id);
                let name = tree.name(id);
                // What draws formulas has a menu for them.
                let running =
                    matches!(name, "a" | "span" | "em" | "strong" | "b" | "i" | "img" | "br" | "code" | "sup" | "math")
                        || name.starts_with("mjx-");
                if !running
                    && tree.element(id).is_some_and(|element| !element.attributes.is_empty())
                    && let Some(hint) = self.hints.get_mut(id.0 as usize)
                {
                    *hint = names.hints(tree, id);
                }
            }
            at = tree.node(id).first.filter(|_| !skip).or_else(|| tree.after(id, self.body));
        }
    }

    /// Counts text, links and points, from the leaves up.
    fn count(&mut self) {
        for index in (0..self.order.len()).rev() {
            let id = self.order[index];
            if let Some(text) = self.tree.text(id) {
                let (length, points) = measure(text);
                self.add(id, |count| (count.text, count.points) = (length, points));
            } else if self.tree.name(id) == "a"
                && self.tree.attribute(id, "href").is_some_and(|href| !href.starts_with('#'))
            {
                self.add(id, |count| count.links = count.text);
            }
            let own = self.at(id);
            if let Some(parent) = self.tree.node(id).parent {
                self.sizes[parent.0 as usize] += self.sizes[id.0 as usize];
                self.add(parent, |count| {
                    count.text += own.text;
                    count.links += own.links;
                    count.points += own.points;
                });
            }
        }
    }

    /// A name that may mean a part of an article means one where there is much text and hardly a link.
    fn doubt(&mut self) {
        for id in &self.order {
            let count = self.at(*id);
            if let Some(hint) = self.hints.get_mut(id.0 as usize)
                && hint.around
                && !hint.firmly
                && count.text >= 300
                && density(count) < 0.1
            {
                hint.around = false;
            }
        }
    }

    /// Text that an element holds itself, not in blocks below it.
    pub(super) fn own(&self, id: NodeId) -> Count {
        let mut own = Count::default();
        for child in self.tree.children(id) {
            if !self.tree.is_block(child) && (self.tree.text(child).is_some() || !self.holds_block(child)) {
                let count = self.at(child);
                own.text += count.text;
                own.links += count.links;
                own.points += count.points;
            }
        }
        own
    }

    fn holds_block(&self, id: NodeId) -> bool {
        self.tree.descendants(id).take(40).any(|node| self.tree.is_block(node))
    }

    /// All that holds a heading that says the page's title.
    fn titled(&self, title: Option<&str>) -> BTreeSet<NodeId> {
        let Some(title) = title else { return BTreeSet::new() };
        let heading =
            |id: &NodeId| matches!(self.tree.name(*id), "h1" | "h2") && titles::same(&self.tree.text_of(*id), title);
        let headings = self.order.iter().copied().filter(heading).take(3);
        headings.flat_map(|id| self.tree.ancestors(id)).collect()
    }

    /// Paragraphs vote for what holds them.
    fn vote(&mut self) {
        let paragraphs: Vec<(NodeId, Count)> =
            self.order.iter().filter_map(|id| Some((*id, self.paragraph(*id)?))).collect();
        // First all of them, so that a name alone cannot hide most of a page.
        let all = self.prose(&paragraphs, |_| true);
        let whole = all.get(self.body.0 as usize).copied().unwrap_or(0);
        self.trust_common(&all, whole);
        // A short article is not the less one for a long imprint.
        let all_of_it = whole;
        let whole = whole.saturating_sub(self.imprints(&all, whole));
        for index in 0..self.order.len() {
            let id = self.order[index];
            let own = all.get(id.0 as usize).copied().unwrap_or(0);
            let most = if self.hint(id).comments || self.is_imprint(id) { 9 } else { 4 };
            let above =
                self.tree.node(id).parent.is_some_and(|parent| self.around.get(parent.0 as usize) == Some(&true));
            let part =
                |tenths: u64| u64::from(own) * 10 <= u64::from(if tenths > 4 { all_of_it } else { whole }) * tenths;
            // What holds the page's title and text is the article, whatever it is shown in.
            let headed = own >= 500 && self.titled.contains(&id);
            let named = !headed && self.is_named_around(id) && part(most) || part(9) && self.is_stream(id);
            if let Some(around) = self.around.get_mut(id.0 as usize) {
                *around = above || named;
            }
        }
        let around = std::mem::take(&mut self.around);
        let outside = |id: NodeId| around.get(id.0 as usize) == Some(&true);
        let prose = self.prose(&paragraphs, |id| !outside(id));
        for (id, own) in &paragraphs {
            if !outside(*id) {
                self.cast(*id, *own);
            }
        }
        for id in self.order.clone() {
            self.add(id, |count| count.prose = prose[id.0 as usize]);
        }
        self.around = around;
        self.count_live();
    }

    /// What most of a page's paragraphs stand in is not around them, whatever its name has: a ranking, a list of links.
    fn trust_common(&mut self, prose: &[u32], whole: u32) {
        let mut by_class: BTreeMap<&str, u32> = BTreeMap::new();
        let doubtful = |hint: Hints| hint.around && !hint.surely && !hint.comments && !hint.imprint && !hint.article;
        let tree = self.tree;
        let named = self.order.iter().copied().filter(|id| doubtful(self.hint(*id)));
        let found: Vec<(NodeId, &str)> = named.filter_map(|id| Some((id, tree.classes(id).next()?))).collect();
        for (id, class) in &found {
            *by_class.entry(class).or_default() += prose.get(id.0 as usize).copied().unwrap_or(0);
        }
        for (id, class) in found {
            if by_class.get(class).is_some_and(|sum| *sum * 2 > whole)
                && let Some(hint) = self.hints.get_mut(id.0 as usize)
            {
                hint.around = false;
            }
        }
    }

    /// Counts the text that is not around an article, from the leaves up.
    fn count_live(&mut self) {
        for index in (0..self.order.len()).rev() {
            let id = self.order[index];
            if self.tree.text(id).is_some() {
                self.add(id, |count| count.live = count.text);
            }
            let live = self.at(id).live;
            if let Some(parent) = self.tree.node(id).parent
                && !self.is_around(id)
            {
                self.add(parent, |count| count.live += live);
            }
        }
    }

    /// Whether an element is a row of cards, each with a headline and a few words about another article.
    /// What an element says itself, if that is a paragraph of an article.
    fn paragraph(&self, id: NodeId) -> Option<Count> {
        let name = self.tree.name(id);
        // Running text that blocks stand in is a box.
        let is_box = self.tree.is_block(id) || self.tree.element(id).is_some() && name != "a" && self.holds_block(id);
        if !is_box || matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "figcaption" | "caption") {
            return None;
        }
        let own = self.own(id);
        let sentences = own.points > 0 || own.text > 150;
        (own.text >= 25 && own.links * 2 <= own.text && (sentences || own.text >= 60)).then_some(own)
    }

    /// Length of the paragraphs that count, for each element with all below it.
    fn prose(&self, paragraphs: &[(NodeId, Count)], counts: impl Fn(NodeId) -> bool) -> Vec<u32> {
        let mut prose = vec![0_u32; self.counts.len()];
        for (id, own) in paragraphs.iter().filter(|(id, _)| counts(*id)) {
            prose[id.0 as usize] = own.text - own.links;
        }
        for id in self.order.iter().rev() {
            if let Some(parent) = self.tree.node(*id).parent {
                prose[parent.0 as usize] += prose[id.0 as usize];
            }
        }
        prose
    }

    /// A paragraph's votes go to what holds it, and in part to what holds that.
    fn cast(&mut self, id: NodeId, own: Count) {
        let votes = 100 + own.points.min(30) * 100 + own.text.min(900) / 3;
        let code = |id: NodeId| matches!(self.tree.name(id), "pre" | "code");
        let holder = match self.tree.name(id) {
            _ if code(id) || self.tree.ancestors(id).take(8).any(code) => self.holder_of_code(id),
            "p" | "li" | "dd" | "blockquote" | "td" => self.tree.node(id).parent,
            _ => Some(id),
        };
        let mut share = votes;
        let mut at = holder;
        for step in 1..=4 {
            let Some(node) = at.filter(|node| self.tree.element(*node).is_some()) else { break };
            self.add(node, |count| count.votes += share);
            share = votes / (step * 2 + 1);
            at = self.tree.node(node).parent;
        }
    }

    /// What holds a listing: not the boxes that are about it alone.
    fn holder_of_code(&self, id: NodeId) -> Option<NodeId> {
        let code = |id: &NodeId| matches!(self.tree.name(*id), "pre" | "code");
        let listing = std::iter::once(id).chain(self.tree.ancestors(id)).filter(code).last().unwrap_or(id);
        let own = self.at(listing).text;
        self.tree.ancestors(listing).find(|above| self.at(*above).text > own + own / 4 + 20 || *above == self.body)
    }

    /// How much of a page's paragraphs is what its site says below all its pages.
    fn imprints(&self, prose: &[u32], whole: u32) -> u32 {
        let tree = self.tree;
        let own = |id: &NodeId| prose.get(id.0 as usize).copied().unwrap_or(0);
        let is = |id: &NodeId| self.is_imprint(*id) && own(id) * 10 <= whole * 9;
        let outer =
            self.order.iter().filter(|id| own(id) > 0 && is(id) && !tree.ancestors(**id).any(|above| is(&above)));
        outer.map(own).sum()
    }

    /// Whether an element is what a site says below all its pages.
    fn is_imprint(&self, id: NodeId) -> bool {
        self.tree.name(id) == "footer" || self.hint(id).imprint
    }

    /// Whether an element's names or its kind say that it stands around an article.
    fn is_named_around(&self, id: NodeId) -> bool {
        let hint = self.hint(id);
        let name = self.tree.name(id);
        matches!(name, "nav" | "footer" | "aside" | "form" | "header" | "dialog") && !hint.article
            || hint.around && (!hint.article || hint.imprint) && !matches!(name, "body" | "html" | "article" | "main")
            || hint.comments && !matches!(name, "body" | "html" | "main" | "p" | "span" | "a")
    }

    pub(super) fn is_around(&self, id: NodeId) -> bool {
        self.around.get(id.0 as usize) == Some(&true)
    }
}

pub(super) fn density(count: Count) -> f64 {
    if count.text == 0 { 0.0 } else { f64::from(count.links) / f64::from(count.text) }
}

/// Length of a text (a Latin letter is 1, a CJK character 3), and how many points it has.
fn measure(text: &str) -> (u32, u32) {
    let (mut length, mut points) = (0, 0);
    for c in text.chars() {
        length += match c {
            ' ' | '\t'..='\r' => continue,
            '!'..='~' => 1,
            c if c.is_whitespace() => 0,
            c if is_cjk(c) || is_hangul(c) => 3,
            _ => 1,
        };
        points += u32::from(is_point(c));
    }
    (length, points)
}

fn is_hangul(c: char) -> bool {
    ('\u{AC00}'..='\u{D7AF}').contains(&c)
}

fn is_point(c: char) -> bool {
    matches!(c, ',' | '.' | ';' | '!' | '?' | '，' | '。' | '、' | '；' | '！' | '？' | '،' | '؛' | '।')
}
