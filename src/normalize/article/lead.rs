//! What stands above the text of an article and belongs to it: a first paragraph, the picture between title and text.

use super::super::marks::{Marks, Part};
use super::super::tree::NodeId;
use super::super::{images, titles};
use super::survey::Survey;

/// How many paragraphs stand above it at most.
const PARAGRAPHS: usize = 4;

/// How many boxes stand above it at most.
const BOXES: usize = 12;

/// How long the paragraphs are that an article begins with in a box of their own; what is shorter is as often a summary.
const OPENING: u32 = 300;

impl Survey<'_> {
    /// What stands between the title and the article that was found below it, in document order.
    pub(super) fn lead(&self, root: NodeId, title: Option<&str>, marks: &mut Marks) -> Vec<NodeId> {
        let Some((bound, heading)) = self.titled_above(root, title) else { return Vec::new() };
        let place = |id: NodeId| self.order.iter().position(|node| *node == id);
        let (Some(from), Some(below), Some(to)) = (place(bound), place(heading), place(root)) else {
            return Vec::new();
        };
        let outside = |id: &NodeId| !self.is_within(root, *id) && self.stands(*id, bound, marks);
        let figure = |id: &NodeId| self.is_lead(*id, root) && outside(id);
        let mut found: Vec<NodeId> = self.order[from + 1..to].iter().copied().find(figure).into_iter().collect();
        let above = self.tree.ancestors(root).take_while(|above| *above != bound);
        for level in std::iter::once(root).chain(above) {
            let started = |id: &NodeId| place(*id).is_some_and(|at| at > below) && !marks.dropped(*id);
            found.extend(self.opening(level).into_iter().filter(started));
        }
        if below < to {
            let beside = |id: &NodeId| self.is_beside(*id, root) && outside(id);
            let paragraphs = self.order[below..to].iter().copied().filter(beside);
            let paragraphs: Vec<NodeId> = paragraphs.take(PARAGRAPHS).collect();
            found.extend(paragraphs.into_iter().filter(|id| !self.is_said_below(*id, root)));
        }
        for caption in found.iter().filter_map(|id| self.caption_of(*id)) {
            marks.set(caption, &Part::Caption, "caption");
        }
        found.sort();
        let nested = |id: &NodeId| self.tree.ancestors(*id).any(|above| found.contains(&above));
        found.iter().copied().filter(|id| !nested(id)).collect()
    }

    /// The boxes before an element which the text begins in: one that holds paragraphs of some length, and little else, and
    /// all after it.
    fn opening(&self, below: NodeId) -> Vec<NodeId> {
        let tree = self.tree;
        let mut before: Vec<NodeId> =
            std::iter::successors(tree.node(below).previous, |node| tree.node(*node).previous).collect();
        before.reverse();
        let text = |id: &NodeId| {
            let count = self.at(*id);
            let hint = self.hint(*id);
            !self.is_around(*id)
                && (!hint.about && !hint.biography || hint.article)
                && tree.is_block(*id)
                && count.prose >= OPENING
                && count.prose * 10 >= count.text * 7
                && !is_byline(&tree.text_of(*id))
        };
        let first = before.iter().position(text).unwrap_or(before.len());
        let reads = |id: &NodeId| {
            let count = self.at(*id);
            count.text > 0 && count.links * 7 <= count.text && !self.is_around(*id) && !self.is_said(*id, below)
        };
        before.split_off(first).into_iter().take(BOXES).filter(reads).collect()
    }

    /// The nearest element that holds the article and a heading that says its title, and that heading.
    fn titled_above(&self, root: NodeId, title: Option<&str>) -> Option<(NodeId, NodeId)> {
        let title = title?;
        // Some newspapers set a rubric before it, in the same heading.
        let letters = titles::letters(title);
        let ends = |said: &str| letters.chars().count() >= 8 && titles::letters(said).ends_with(&letters);
        let says = |id: &NodeId| {
            matches!(self.tree.name(*id), "h1" | "h2") && {
                let said = self.tree.text_of(*id);
                titles::same(&said, title) || ends(&said)
            }
        };
        let heading = self.order.iter().copied().find(says)?;
        let above: Vec<NodeId> = self.tree.ancestors(heading).collect();
        self.tree.ancestors(root).find(|id| above.contains(id)).map(|bound| (bound, heading))
    }

    /// A figure with a caption and a picture that is no decoration. Without a caption it may as well be an ornament.
    fn is_lead(&self, id: NodeId, root: NodeId) -> bool {
        let shows =
            |img: NodeId| !images::declared_below(self.tree, img, 200) && !images::is_decoration(self.tree, img);
        let above = |node: NodeId| self.tree.node(node).parent;
        (self.tree.name(id) == "figure" || self.tree.name(id) == "div" && above(id) == above(root))
            && (10..600).contains(&self.at(id).text)
            && self.tree.named(id, "img").any(shows)
            && self.caption_of(id).is_some()
    }

    /// What is below the picture of an element that says nothing else: HTML's element for that (§4.4.13), or the one
    /// element whose name says so.
    fn caption_of(&self, id: NodeId) -> Option<NodeId> {
        const NAMES: [&str; 4] = ["caption", "attribution", "credit", "legend"];
        let tree = self.tree;
        let own = tree.named(id, "figcaption").next().filter(|_| tree.name(id) == "figure");
        let named = |node: &NodeId| tree.classes(*node).any(|class| NAMES.iter().any(|name| class.contains(name)));
        let all = self.at(id);
        let single = all.links * 2 < all.text && tree.named(id, "img").nth(1).is_none();
        let whole = |node: &NodeId| named(node) && self.at(*node).text == all.text;
        let said = || tree.descendants(id).skip(1).find(whole).filter(|node| tree.named(*node, "img").next().is_none());
        own.or_else(|| said().filter(|_| single))
    }

    /// A paragraph right beside the article that was found: of its text, which says nothing else of itself.
    fn is_beside(&self, id: NodeId, root: NodeId) -> bool {
        let above = |node: NodeId| self.tree.node(node).parent;
        let own = self.own(id);
        self.tree.name(id) == "p"
            && above(id) == above(root)
            && own.text >= 80
            && own.points > 0
            && own.links * 4 < own.text
            && !is_byline(&self.tree.text_of(id))
            && !self.is_signature(id)
    }

    /// Whether a box begins with a paragraph that what is below it says as well.
    fn is_said(&self, id: NodeId, below: NodeId) -> bool {
        let paragraph = |node: &NodeId| self.tree.is_block(*node) && self.own(*node).text >= 60;
        self.tree.descendants(id).find(paragraph).is_some_and(|first| self.is_said_below(first, below))
    }

    /// Whether the article says a paragraph itself.
    fn is_said_below(&self, id: NodeId, root: NodeId) -> bool {
        let said = titles::letters(&self.tree.text_of(id));
        let start: String = said.chars().take(60).collect();
        let mut paragraphs = self.tree.descendants(root).filter(|node| self.tree.is_block(*node));
        paragraphs.any(|node| self.own(node).text > 0 && titles::letters(&self.tree.text_of(node)).starts_with(&start))
    }

    /// Whether an element stands in nothing that is around an article or about it.
    fn stands(&self, id: NodeId, bound: NodeId, marks: &Marks) -> bool {
        let path = || std::iter::once(id).chain(self.tree.ancestors(id));
        let about = |above: NodeId| {
            let hint = self.hint(above);
            (hint.about || hint.biography) && !hint.article && self.tree.name(above) != "header"
        };
        !path().any(|above| {
            let hint = self.hint(above);
            marks.dropped(above)
                || matches!(self.tree.name(above), "nav" | "footer" | "aside" | "form")
                || hint.surely && !hint.article
        }) && (self.tree.name(id) == "figure" || !path().take_while(|above| *above != bound).any(about))
    }
}

/// Whether a line says who wrote the article, however much it says of them.
fn is_byline(said: &str) -> bool {
    let said = said.trim_start();
    ["By ", "by ", "BY ", "Von ", "Par ", "Por "].iter().any(|by| said.starts_with(by)) && said.len() < 400
}
