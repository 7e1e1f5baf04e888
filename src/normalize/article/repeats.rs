//! What a page says twice: for wide screens and for narrow ones, of which a style shows one.

use super::super::marks::Marks;
use super::super::tree::NodeId;
use super::survey::Survey;

impl Survey<'_> {
    /// Drops boxes below `root` whose paragraphs are those of a box before them, beside which they stand.
    pub(super) fn drop_repeated(&self, root: NodeId, marks: &mut Marks) {
        let Some(start) = self.order.iter().position(|id| *id == root) else { return };
        let size = self.sizes.get(root.0 as usize).copied().unwrap_or(1);
        for parent in self.order[start..start + size].iter().copied() {
            if self.at(parent).prose < 200 || !self.tree.is_block(parent) {
                continue;
            }
            let boxes: Vec<NodeId> = self.tree.children(parent).filter(|child| self.may_repeat(*child)).collect();
            for (at, id) in boxes.iter().enumerate().skip(1) {
                if boxes[..at].iter().any(|before| !marks.dropped(*before) && self.says_the_same(*before, *id)) {
                    marks.drop(*id, "said before");
                }
            }
        }
    }

    /// Boxes, not what a text may well repeat: a refrain, an example.
    fn may_repeat(&self, id: NodeId) -> bool {
        matches!(self.tree.name(id), "div" | "section" | "article" | "header" | "aside" | "main") && self.at(id).prose >= 100
    }

    fn says_the_same(&self, a: NodeId, b: NodeId) -> bool {
        let (one, other) = (self.at(a), self.at(b));
        let near = |a: u32, b: u32| a.abs_diff(b) * 20 <= a.max(b);
        // A style tells them apart.
        let styled = |name: &str| self.tree.value(a, name) != self.tree.value(b, name);
        (styled("class") || styled("style")) && near(one.prose, other.prose) && near(one.text, other.text) && self.prose_of(a) == self.prose_of(b)
    }

    /// The longer paragraphs of a box.
    fn prose_of(&self, id: NodeId) -> Vec<String> {
        let own = |id: &NodeId| self.tree.is_block(*id) && self.own(*id).text >= 60;
        self.tree.descendants(id).filter(own).take(400).map(|id| self.tree.words_of(id)).collect()
    }
}
