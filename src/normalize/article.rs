//! Which part of a page is the article.
//!
//! A fragment, what most people save under front matter, is the article whole, but for what the rules drop. In a
//! full page the article is looked for: paragraphs vote for what holds them, by their length, their punctuation and how
//! little of them is links; what holds most votes is the article, with what stands beside it and is text as well.

use super::marks::{Marks, Part};
use super::space::is_cjk;
use super::tree::{NodeId, Tree};
use super::words::{self, Hints};

/// The elements that hold the article, in document order, none within another.
pub(super) fn find(tree: &Tree, marks: &mut Marks, html: &str, title: Option<&str>) -> Vec<NodeId> {
    let body = tree.named(Tree::DOCUMENT, "body").next().unwrap_or(Tree::DOCUMENT);
    if is_our_own(tree) {
        return vec![body];
    }
    drop_hidden(tree, marks, body);
    let survey = Survey::of(tree, body, marks);
    let own = outermost(tree, marks.by_user(&Part::Content));
    if !own.is_empty() {
        for root in &own {
            marks.keep(std::iter::once(*root).chain(tree.ancestors(*root)));
            survey.drop_around(*root, true, title, marks);
        }
        return own;
    }
    let Some(voted) = survey.elect() else { return vec![body] };
    let whole = is_fragment(tree, html);
    let root = if whole { body } else { survey.choose(voted, marks) };
    if !whole {
        marks.keep(std::iter::once(root).chain(tree.ancestors(root)));
    }
    survey.drop_around(root, whole, title, marks);
    vec![root]
}

/// Those of the elements that stand in no other, in document order.
fn outermost(tree: &Tree, ids: &[NodeId]) -> Vec<NodeId> {
    let mut found: Vec<NodeId> =
        ids.iter().copied().filter(|id| !tree.ancestors(*id).any(|above| ids.contains(&above))).collect();
    found.sort();
    found.dedup();
    found
}

/// What this program wrote is an article already.
pub(super) fn is_our_own(tree: &Tree) -> bool {
    let mut metas = tree.named(Tree::DOCUMENT, "meta").take(4);
    metas.any(|meta| tree.value(meta, "name") == Some("generator") && tree.value(meta, "content") == Some("Offprint"))
}

/// A text that has no head and no body of its own.
pub(super) fn is_fragment(tree: &Tree, html: &str) -> bool {
    let head = tree.named(Tree::DOCUMENT, "head").next();
    let has_head = head.is_some_and(|head| tree.named(head, "title").next().is_some());
    let start: String = html.chars().take(4000).collect::<String>().to_ascii_lowercase();
    !has_head && !start.contains("<body") && !start.contains("<html")
}

/// What was counted below an element.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    /// Length of its text: a Latin letter is 1, a CJK character 3.
    text: u32,
    /// The part of it that is links.
    links: u32,
    /// Commas and full stops of all scripts.
    points: u32,
    /// Length of its text that is article: paragraphs with few links.
    prose: u32,
    /// Votes of paragraphs near it, in hundredths.
    votes: u32,
}

/// All elements of a page, counted.
struct Survey<'a> {
    tree: &'a Tree,
    body: NodeId,
    /// In document order, without what is dropped.
    order: Vec<NodeId>,
    /// How many of them each element holds, with itself.
    sizes: Vec<usize>,
    counts: Vec<Count>,
    hints: Vec<Hints>,
    /// Which elements stand around an article, by their names or kinds.
    around: Vec<bool>,
}

impl<'a> Survey<'a> {
    fn of(tree: &'a Tree, body: NodeId, marks: &Marks) -> Self {
        let mut survey = Self {
            tree,
            body,
            order: Vec::new(),
            sizes: vec![1; tree.nodes.len()],
            counts: vec![Count::default(); tree.nodes.len()],
            hints: vec![Hints::default(); tree.nodes.len()],
            around: vec![false; tree.nodes.len()],
        };
        survey.visit(marks);
        survey.count();
        survey.vote();
        survey
    }

    fn at(&self, id: NodeId) -> Count {
        self.counts.get(id.0 as usize).copied().unwrap_or_default()
    }

    fn hint(&self, id: NodeId) -> Hints {
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

    /// Text that an element holds itself, not in blocks below it.
    fn own(&self, id: NodeId) -> Count {
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

    /// Paragraphs vote for what holds them.
    fn vote(&mut self) {
        let paragraphs: Vec<(NodeId, Count)> =
            self.order.iter().filter_map(|id| Some((*id, self.paragraph(*id)?))).collect();
        // First all of them, so that a name alone cannot hide most of a page.
        let all = self.prose(&paragraphs, |_| true);
        let whole = all.get(self.body.0 as usize).copied().unwrap_or(0);
        for index in 0..self.order.len() {
            let id = self.order[index];
            let own = all.get(id.0 as usize).copied().unwrap_or(0);
            let most = if self.hint(id).comments { 9 } else { 4 };
            let above =
                self.tree.node(id).parent.is_some_and(|parent| self.around.get(parent.0 as usize) == Some(&true));
            let part = |tenths: u64| u64::from(own) * 10 <= u64::from(whole) * tenths;
            let named = self.is_named_around(id) && part(most) || part(9) && self.is_stream(id);
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
    }

    /// Whether an element is a row of cards, each with a headline and a few words about another article.
    fn is_stream(&self, id: NodeId) -> bool {
        let (mut cards, mut all) = (0_usize, 0_usize);
        for child in self.tree.children(id).filter(|child| self.at(*child).text > 0) {
            all += 1;
            cards += usize::from(self.is_card(child));
        }
        // Within an article, such lists are often what it is about.
        let article =
            || std::iter::once(id).chain(self.tree.ancestors(id)).any(|above| self.tree.name(above) == "article");
        cards >= 4 && cards * 10 >= all * 8 && !article()
    }

    fn is_card(&self, id: NodeId) -> bool {
        let count = self.at(id);
        let linked = count.links >= 15 && count.links * 12 >= count.text;
        let fits = (20..=900).contains(&count.text) && linked && self.tree.is_block(id);
        let leads = |node: NodeId| self.tree.value(node, "href").is_some_and(|href| !href.starts_with('#'));
        // The headline leads to the article, or its picture does.
        let shown = |node: NodeId| {
            let own = self.tree.name(node);
            let within = |name: &str| {
                let heading = |name: &str| matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "img");
                heading(name)
            };
            within(own) && self.tree.ancestors(node).take_while(|above| *above != id).any(leads)
                || own == "a"
                    && leads(node)
                    && self.tree.node(node).parent.is_some_and(|above| {
                        above != id && matches!(self.tree.name(above), "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
                    })
        };
        fits && self.tree.descendants(id).take(120).any(shown)
    }

    /// What an element says itself, if that is a paragraph of an article.
    fn paragraph(&self, id: NodeId) -> Option<Count> {
        let name = self.tree.name(id);
        if !self.tree.is_block(id) || matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "figcaption" | "caption")
        {
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

    /// Whether an element's names or its kind say that it stands around an article.
    fn is_named_around(&self, id: NodeId) -> bool {
        let hint = self.hint(id);
        let name = self.tree.name(id);
        matches!(name, "nav" | "footer" | "aside" | "form" | "header" | "dialog") && !hint.article
            || hint.around && !hint.article && !matches!(name, "body" | "html" | "article" | "main")
            || hint.comments && !matches!(name, "body" | "html" | "main" | "p" | "span" | "a")
    }

    fn is_around(&self, id: NodeId) -> bool {
        self.around.get(id.0 as usize) == Some(&true)
    }

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
    fn elect(&self) -> Option<NodeId> {
        let mut best: Option<(NodeId, f64)> = None;
        for id in self.order.iter().copied().filter(|id| self.at(*id).votes > 0) {
            let weight = self.weight(id);
            if best.is_none_or(|(_, most)| weight > most) {
                best = Some((id, weight));
            }
        }
        best.map(|(id, _)| id)
    }

    /// The article: what was voted for, or what holds it together with as good text beside it, or what a rule names.
    fn choose(&self, voted: NodeId, marks: &Marks) -> NodeId {
        let mut chosen = voted;
        let above: Vec<NodeId> = self.tree.ancestors(voted).collect();
        for id in above {
            if id == self.body || self.tree.element(id).is_none() {
                break;
            }
            let (inner, outer) = (self.at(chosen), self.at(id));
            let gained = outer.prose.saturating_sub(inner.prose);
            let added = outer.text.saturating_sub(inner.text);
            // What comes with it must be text for the most part, and enough to be worth it.
            if gained * 5 >= inner.prose && gained * 5 >= added * 3 {
                chosen = id;
            }
        }
        // Where each paragraph has a box of its own, votes are scattered: what holds most of them all.
        let whole = self.at(self.body).prose;
        let named = self.hint(chosen).article && self.at(chosen).prose >= 500;
        if self.at(chosen).prose * 2 < whole && !named {
            let most = |id: &NodeId| self.at(*id).prose * 10 >= whole * 7;
            let mut at = self.body;
            while let Some(child) = self.tree.children(at).find(most) {
                at = child;
            }
            // A short article beside many teasers is another matter: there, links abound.
            let held = self.at(at);
            if density(held) < 0.4 && held.prose * 10 > held.text * 3 {
                chosen = at;
            }
        }
        chosen = self.whole_of(chosen);
        let by_rule = marks
            .parts(&Part::Content)
            .iter()
            .copied()
            .filter(|id| self.at(*id).prose * 10 >= self.at(chosen).prose * 6);
        by_rule.max_by_key(|id| self.at(*id).prose).unwrap_or(chosen)
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

    /// Drops what stands around an article within what holds it; of a fragment, only what its names say.
    fn drop_around(&self, root: NodeId, fragment: bool, title: Option<&str>, marks: &mut Marks) {
        let Some(start) = self.order.iter().position(|id| *id == root) else { return };
        let inside = &self.order[start..start + self.sizes.get(root.0 as usize).copied().unwrap_or(1)];
        let good = |id: &NodeId| {
            !self.is_around(*id)
                && self.tree.is_block(*id)
                && {
                    let own = self.own(*id);
                    own.text >= 60 && own.links * 3 < own.text && own.points > 0
                }
                && !title.is_some_and(|title| super::titles::same(&self.tree.text_of(*id), title))
        };
        let first = inside.iter().position(good).unwrap_or(0);
        let last = inside.iter().rposition(good).unwrap_or(inside.len());
        let whole = self.at(root).prose.max(1);
        for (index, id) in inside.iter().copied().enumerate().skip(1) {
            if self.tree.element(id).is_none() {
                continue;
            }
            let end = index + self.sizes.get(id.0 as usize).copied().unwrap_or(1);
            let place = Place { before: end <= first, after: index > last, whole };
            let reason = if fragment { self.reason_in_fragment(id, place) } else { self.reason(id, place) };
            if let Some(reason) = reason.or_else(|| self.is_related(id, place).then_some("list of other articles")) {
                marks.drop(id, reason);
            }
        }
    }

    /// Why an element of a page's article is not part of it.
    fn reason(&self, id: NodeId, place: Place) -> Option<&'static str> {
        let Place { before, after, whole } = place;
        let count = self.at(id);
        let hint = self.hint(id);
        let name = self.tree.name(id);
        if hint.notes || self.tree.ancestors(id).take(3).any(|above| self.hint(above).notes) {
            return None;
        }
        let small = count.prose * 4 < whole;
        if matches!(name, "nav" | "footer" | "form" | "dialog") && small || name == "aside" && count.prose * 10 < whole
        {
            return Some("element around an article");
        }
        let in_text = hint.article && (count.prose * 10 > whole || !before && !after);
        // In the middle of the text, a word that may mean something else is not enough.
        let told = hint.surely || before || after || density(count) > 0.4;
        if hint.around && told && small && !in_text && is_container(name) {
            return Some("name of something around an article");
        }
        let links = density(count);
        let pictures = self.has_picture(id);
        if before && hint.about && count.text < 400 && !pictures && name != "h1" {
            return Some("about an article");
        }
        let part = matches!(name, "div" | "ul" | "ol" | "section" | "table" | "dl" | "h2" | "h3" | "h4" | "p");
        let long = name == "p" && !(links > 0.9 && count.text < 120);
        if (before || after) && part && !long && links > 0.5 && count.text > 0 && !pictures {
            return Some("links before or after an article");
        }
        if after && hint.about && count.text < 200 && part {
            return Some("about an article");
        }
        None
    }

    /// The same for a fragment: somebody chose it, so that only what is surely around an article goes.
    fn reason_in_fragment(&self, id: NodeId, place: Place) -> Option<&'static str> {
        let count = self.at(id);
        let hint = self.hint(id);
        let name = self.tree.name(id);
        let outside = place.before || place.after;
        if outside && matches!(name, "nav" | "footer" | "form" | "dialog") && count.prose * 4 < place.whole {
            return Some("element around an article");
        }
        // After the text, what holds no paragraph may be called what it likes.
        let bare = place.after && count.prose == 0 && hint.surely;
        let surely = hint.around && (!hint.article || bare) && is_container(name);
        if outside && surely && count.prose * 10 < place.whole && (bare || !self.has_picture(id)) {
            return Some("name of something around an article");
        }
        let link = density(count) > 0.9 && count.text < 60 && matches!(name, "p" | "div");
        if place.before && !self.has_picture(id) && count.text < 120 && (link || hint.about && !hint.article) {
            return Some("about an article");
        }
        None
    }

    /// A heading such as “Related” with links below it.
    fn is_related(&self, id: NodeId, place: Place) -> bool {
        let count = self.at(id);
        let fits = matches!(self.tree.name(id), "div" | "section" | "aside" | "ul" | "article");
        if !fits || place.before || count.text > 3000 || count.prose > 150 || count.links * 2 < count.text {
            return false;
        }
        let mut texts = self.tree.descendants(id).filter_map(|node| self.tree.text(node)).map(str::trim);
        texts.find(|text| !text.is_empty()).is_some_and(words::announces_related)
    }

    fn has_picture(&self, id: NodeId) -> bool {
        let shows = |img: &NodeId| {
            !super::images::declared_below(self.tree, *img, 100) && !super::images::is_decoration(self.tree, *img)
        };
        self.tree.named(id, "img").any(|img| shows(&img))
    }
}

/// Where an element stands in an article.
#[derive(Clone, Copy)]
struct Place {
    /// It ends before the first paragraph.
    before: bool,
    /// It begins after the last.
    after: bool,
    /// Length of the article.
    whole: u32,
}

/// Elements that may stand around an article as a whole; not running text, not pictures.
fn is_container(name: &str) -> bool {
    !matches!(
        name,
        "a" | "span"
            | "em"
            | "strong"
            | "b"
            | "i"
            | "p"
            | "h2"
            | "h3"
            | "code"
            | "pre"
            | "figure"
            | "img"
            | "picture"
            | "blockquote"
    )
}

fn density(count: Count) -> f64 {
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

fn is_invisible(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "noscript"
            | "template"
            | "select"
            | "button"
            | "textarea"
            | "svg"
            | "iframe"
            | "object"
            | "head"
    )
}

/// Drops what a page hides from all its readers. Not what only waits to be shown: WeChat's body is
/// `visibility: hidden` until its script has run.
fn drop_hidden(tree: &Tree, marks: &mut Marks, root: NodeId) {
    for id in tree.descendants(root) {
        if tree.element(id).is_none() {
            continue;
        }
        let style = tree.attribute(id, "style").unwrap_or_default();
        let hidden = tree.attribute(id, "hidden").is_some_and(|value| value != "until-found")
            || style.contains("display") && style.replace(' ', "").to_ascii_lowercase().contains("display:none")
            // What flies in when it is scrolled to waits unseen.
            || style.contains("visibility")
                && !style.contains("animation")
                && !tree.has_class(id, "wow")
                && style.replace(' ', "").to_ascii_lowercase().contains("visibility:hidden");
        // React streams parts of a page into hidden boxes and moves them with a script.
        let streamed = tree.attribute(id, "id").is_some_and(|id| id.starts_with("S:"));
        let body = marks.parts(&Part::Content).contains(&id);
        if hidden && !streamed && !body && id != root && !is_most(tree, id, root) {
            marks.drop(id, "hidden");
        }
    }
}

/// Whether an element holds most of a page's paragraphs, so that it is hidden only until a script shows it.
fn is_most(tree: &Tree, id: NodeId, root: NodeId) -> bool {
    let shown = |node: &NodeId| tree.node(*node).parent.is_some_and(|parent| !is_invisible(tree.name(parent)));
    let text = |of: NodeId| -> usize {
        tree.descendants(of).filter(shown).filter_map(|node| tree.text(node)).map(|text| text.trim().len()).sum()
    };
    tree.named(id, "p").nth(1).is_some() && text(id) * 4 > text(root) * 3
}

/// Whether line breaks of the source say nothing: a page that a program printed has each tag on a line of its own.
pub(super) fn is_pretty_printed(tree: &Tree, roots: &[NodeId]) -> bool {
    let (mut broken, mut all) = (0_usize, 0_usize);
    for id in roots.iter().flat_map(|root| tree.descendants(*root)) {
        if !matches!(tree.name(id), "a" | "strong" | "b" | "em" | "i" | "span" | "code") {
            continue;
        }
        if let Some(text) = tree.node(id).first.and_then(|child| tree.text(child)) {
            all += 1;
            broken += usize::from(is_line_start(text));
        }
    }
    if all == 0 {
        // Nothing but blocks: their text says as much.
        for id in roots.iter().flat_map(|root| tree.descendants(*root)) {
            if let Some(text) =
                tree.node(id).first.and_then(|child| tree.text(child)).filter(|text| !text.trim().is_empty())
            {
                all += 1;
                broken += usize::from(is_line_start(text));
            }
        }
    }
    broken * 10 >= all * 8 && broken > 0
}

fn is_line_start(text: &str) -> bool {
    text.trim_start_matches(['\r', ' ', '\t']).starts_with('\n')
}
