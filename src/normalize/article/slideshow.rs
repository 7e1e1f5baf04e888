//! Slide shows that stand in an article and say more than it does.

use super::super::marks::Marks;
use super::super::tree::NodeId;
use super::survey::Survey;

/// How many pictures, or items that fetch theirs later, a slide show has at least, how long the article is beside it at least.
const PICTURES: usize = 15;
const BESIDE: u32 = 2500;

impl Survey<'_> {
    /// Drops a gallery that is longer than all the text it stands in: a page of its own that the site put there. Where
    /// there is little text beside it, the gallery is what the page is about.
    pub(super) fn drop_slideshow(&self, root: NodeId, marks: &mut Marks) {
        let whole = self.at(root);
        let named = |id: &NodeId| {
            self.tree.classes(*id).any(|class| class.contains("gallery") || class.contains("slideshow"))
                && ["img", "li"].iter().any(|name| self.tree.named(*id, name).nth(PICTURES - 1).is_some())
        };
        let shows: Vec<NodeId> = self.tree.descendants(root).skip(1).filter(named).collect();
        let fits = |id: &NodeId| {
            let own = self.at(*id).text;
            let beside = whole.text.saturating_sub(own);
            beside >= BESIDE && own > beside
        };
        if let Some(show) = shows.into_iter().find(fits) {
            marks.drop(show, "slide show of its own");
        }
    }
}
