//! Teasers among the paragraphs of an article: boxes that show others.

use super::super::tree::NodeId;
use super::survey::Survey;

/// How long what goes with teasers may be that is none: “More about this”.
const LABEL: u32 = 70;

impl Survey<'_> {
    /// Whether an element says nothing but the headlines of other articles and when those were published: each is one link
    /// around a box of its own.
    pub(super) fn is_teaser(&self, id: NodeId, whole: u32) -> bool {
        let count = self.at(id);
        let box_like = matches!(self.tree.name(id), "div" | "section" | "ul" | "li" | "aside");
        if !box_like || !(15..1500).contains(&count.text) || count.text * 2 > whole || count.links == 0 {
            return false;
        }
        let cards = self.tree.named(id, "a").filter(|link| self.is_dated_link(*link));
        let sum: u32 = cards.map(|link| self.at(link).text).sum();
        sum > 0 && count.text - sum.min(count.text) <= LABEL
    }

    /// Whether a link holds a headline and the day of what it leads to.
    fn is_dated_link(&self, link: NodeId) -> bool {
        let tree = self.tree;
        let leads = tree.value(link, "href").is_some_and(|href| !href.starts_with(['#', 'j']));
        let text = self.at(link).text;
        leads
            && (25..400).contains(&text)
            && tree.named(link, "time").next().is_some()
            && tree.descendants(link).skip(1).take(20).any(|node| tree.is_block(node) && self.at(node).text >= 15)
    }
}
