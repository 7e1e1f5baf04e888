//! What stands above the text of an article and belongs to it: a first paragraph, the picture between title and text.

use super::super::marks::Marks;
use super::super::tree::NodeId;
use super::super::{images, titles};
use super::survey::Survey;

/// How many paragraphs stand above it at most.
const PARAGRAPHS: usize = 4;

impl Survey<'_> {
    /// What stands between the title and the article that was found below it, in document order.
    pub(super) fn lead(&self, root: NodeId, title: Option<&str>, marks: &Marks) -> Vec<NodeId> {
        let Some((bound, heading)) = self.titled_above(root, title) else { return Vec::new() };
        let place = |id: NodeId| self.order.iter().position(|node| *node == id);
        let (Some(from), Some(below), Some(to)) = (place(bound), place(heading), place(root)) else {
            return Vec::new();
        };
        let outside = |id: &NodeId| !self.is_within(root, *id) && self.stands(*id, bound, marks);
        let figure = |id: &NodeId| self.is_lead(*id) && outside(id);
        let mut found: Vec<NodeId> = self.order[from + 1..to].iter().copied().find(figure).into_iter().collect();
        if below < to {
            let beside = |id: &NodeId| self.is_beside(*id, root) && outside(id);
            let paragraphs = self.order[below..to].iter().copied().filter(beside);
            let paragraphs: Vec<NodeId> = paragraphs.take(PARAGRAPHS).collect();
            found.extend(paragraphs.into_iter().filter(|id| !self.is_said_below(*id, root)));
        }
        found.sort();
        let nested = |id: &NodeId| self.tree.ancestors(*id).any(|above| found.contains(&above));
        found.iter().copied().filter(|id| !nested(id)).collect()
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
    fn is_lead(&self, id: NodeId) -> bool {
        let shows =
            |img: NodeId| !images::declared_below(self.tree, img, 200) && !images::is_decoration(self.tree, img);
        self.tree.name(id) == "figure"
            && (10..600).contains(&self.at(id).text)
            && self.tree.named(id, "figcaption").next().is_some()
            && self.tree.named(id, "img").any(shows)
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
