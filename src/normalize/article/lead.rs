//! What stands above the text of an article and belongs to it: the picture between title and text.

use super::super::marks::Marks;
use super::super::tree::NodeId;
use super::super::{images, titles};
use super::survey::Survey;

impl Survey<'_> {
    /// The first picture with a caption, where it stands before the text in what holds it together with the title.
    /// Without a caption it may as well be an ornament.
    pub(super) fn lead(&self, root: NodeId, title: Option<&str>, marks: &Marks) -> Option<NodeId> {
        let bound = self.titled_above(root, title)?;
        let place = |id: NodeId| self.order.iter().position(|node| *node == id);
        let (from, to) = (place(bound)?, place(root)?);
        let figure = |id: &NodeId| self.is_lead(*id) && self.stands(*id, marks);
        self.order[from + 1..to].iter().copied().filter(|id| !self.is_within(root, *id)).find(figure)
    }

    /// The nearest element that holds the article and a heading that says its title.
    fn titled_above(&self, root: NodeId, title: Option<&str>) -> Option<NodeId> {
        let title = title?;
        let says =
            |id: &NodeId| matches!(self.tree.name(*id), "h1" | "h2") && titles::same(&self.tree.text_of(*id), title);
        let heading = self.order.iter().copied().find(says)?;
        let above: Vec<NodeId> = self.tree.ancestors(heading).collect();
        self.tree.ancestors(root).find(|id| above.contains(id))
    }

    /// A figure with a caption and a picture that is no decoration.
    fn is_lead(&self, id: NodeId) -> bool {
        let shows =
            |img: NodeId| !images::declared_below(self.tree, img, 200) && !images::is_decoration(self.tree, img);
        self.tree.name(id) == "figure"
            && (10..600).contains(&self.at(id).text)
            && self.tree.named(id, "figcaption").next().is_some()
            && self.tree.named(id, "img").any(shows)
    }

    /// Whether an element stands in nothing that is around an article.
    fn stands(&self, id: NodeId, marks: &Marks) -> bool {
        let mut path = std::iter::once(id).chain(self.tree.ancestors(id));
        !path.any(|above| {
            let hint = self.hint(above);
            marks.dropped(above)
                || matches!(self.tree.name(above), "nav" | "footer" | "aside" | "form")
                || hint.surely && !hint.article
        })
    }
}
