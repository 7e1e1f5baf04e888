//! Boxes that ask readers for their address.

use super::super::marks::Marks;
use super::super::tree::NodeId;
use super::survey::Survey;

/// What such a box says at most, in letters.
const MOST: u32 = 450;

impl Survey<'_> {
    /// Drops what a form for an e-mail address stands in, as far as that says little else: the call above it, the small
    /// print below it.
    pub(super) fn drop_sign_ups(&self, root: NodeId, marks: &mut Marks) {
        let inputs: Vec<NodeId> = self.tree.named(root, "input").filter(|id| self.asks_for_mail(*id)).collect();
        for input in inputs {
            let small = |id: &NodeId| *id != root && self.at(*id).text <= MOST && !self.holds_title(*id);
            let around = self.tree.ancestors(input).take_while(small).last();
            if let Some(around) = around {
                marks.drop(around, "form for an address");
            }
        }
    }

    fn asks_for_mail(&self, input: NodeId) -> bool {
        let named =
            |name: &str| self.tree.value(input, name).is_some_and(|value| value.to_ascii_lowercase().contains("email"));
        self.tree.value(input, "type") == Some("email") || named("name") || named("placeholder") || named("id")
    }

    fn holds_title(&self, id: NodeId) -> bool {
        self.tree.named(id, "h1").next().is_some() || self.tree.named(id, "figure").next().is_some()
    }
}
