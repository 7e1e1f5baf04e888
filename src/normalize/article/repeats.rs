//! What a page says twice: for wide screens and for narrow ones, of which a style shows one.

use std::collections::BTreeMap;

use super::super::marks::Marks;
use super::super::tree::NodeId;
use super::survey::Survey;

impl Survey<'_> {
    /// Drops boxes below `root` that say what a box before them says, if a style can tell them apart.
    pub(super) fn drop_repeated(&self, root: NodeId, marks: &mut Marks) {
        let Some(start) = self.order.iter().position(|id| *id == root) else { return };
        let size = self.sizes.get(root.0 as usize).copied().unwrap_or(1);
        let mut by_length: BTreeMap<(u32, u32), Vec<NodeId>> = BTreeMap::new();
        for id in self.order[start + 1..start + size].iter().copied().filter(|id| self.may_repeat(*id)) {
            let count = self.at(id);
            by_length.entry((count.prose, count.points)).or_default().push(id);
        }
        for alike in by_length.into_values().filter(|alike| alike.len() > 1) {
            for (at, id) in alike.iter().copied().enumerate().skip(1).take(20) {
                let before = alike[..at].iter().copied().filter(|before| !marks.dropped(*before));
                let mut apart =
                    before.filter(|before| !self.is_within(id, *before) && self.is_styled_apart(*before, id));
                if apart.any(|before| self.prose_of(before) == self.prose_of(id)) {
                    marks.drop(id, "said before");
                }
            }
        }
    }

    /// Boxes, not what a text may well repeat: a refrain, an example.
    fn may_repeat(&self, id: NodeId) -> bool {
        matches!(self.tree.name(id), "div" | "section" | "article" | "header" | "aside" | "main")
            && self.at(id).prose >= 100
    }

    /// Whether the boxes, or what holds each but not the other, have other classes or styles.
    fn is_styled_apart(&self, a: NodeId, b: NodeId) -> bool {
        let path = |id: NodeId| -> Vec<NodeId> {
            let mut path: Vec<NodeId> = std::iter::once(id).chain(self.tree.ancestors(id)).collect();
            path.reverse();
            path
        };
        let (a, b) = (path(a), path(b));
        let shared = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
        let (Some(a), Some(b)) = (a.get(shared), b.get(shared)) else { return false };
        ["class", "style"].iter().any(|name| self.tree.value(*a, name) != self.tree.value(*b, name))
    }

    /// The longer paragraphs of a box.
    fn prose_of(&self, id: NodeId) -> Vec<String> {
        let own = |id: &NodeId| self.tree.is_block(*id) && self.own(*id).text >= 60;
        self.tree.descendants(id).filter(own).take(400).map(|id| self.tree.words_of(id)).collect()
    }
}
