//! Pages that are nothing but what rules drop: a list of posts is around an article, unless it is all there is.

use super::super::marks::Marks;
use super::super::tree::NodeId;
use super::survey::Survey;

/// The length of text below which a page has no article.
const LITTLE: u32 = 400;

impl Survey<'_> {
    /// Takes back what rules dropped where that leaves a page without an article: what they dropped of its own text, not
    /// of its readers', is the article then. Whether there is anything.
    pub(super) fn release(&self, marks: &mut Marks) -> bool {
        if self.at(self.body).prose >= LITTLE {
            return false;
        }
        let dropped = marks.reasons.iter().filter(|(_, rule)| rule != "hidden" && !rule.contains("omment"));
        let most: Option<(u32, NodeId)> = dropped.map(|(id, _)| (self.paragraphs_of(*id), *id)).max();
        let Some((_, id)) = most.filter(|(length, _)| *length >= 2 * LITTLE) else { return false };
        marks.keep(std::iter::once(id));
        true
    }

    /// Length of the paragraphs below an element that was not counted.
    fn paragraphs_of(&self, id: NodeId) -> u32 {
        let lengths = self.tree.named(id, "p").map(|p| self.tree.text_of(p).trim().len());
        lengths.filter(|length| *length >= 60).sum::<usize>().try_into().unwrap_or(u32::MAX)
    }
}
