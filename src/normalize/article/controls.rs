//! Links that lead nowhere: a script answers to them.

use super::super::tree::NodeId;
use super::survey::Survey;

impl Survey<'_> {
    /// Whether a line of its own is nothing but links, one of them to nowhere: “Close”, “Disclosures”.
    pub(super) fn is_control(&self, id: NodeId) -> bool {
        let tree = self.tree;
        let text = self.at(id).text;
        if !matches!(tree.name(id), "p" | "div" | "li")
            || !(1..60).contains(&text)
            || tree.named(id, "img").next().is_some()
        {
            return false;
        }
        let nowhere = |link: NodeId| {
            let href = tree.attribute(link, "href").map(str::trim);
            href.is_some_and(|href| href == "#" || href.to_ascii_lowercase().starts_with("javascript:"))
        };
        let linked: u32 = tree.named(id, "a").map(|link| self.at(link).text).sum();
        linked >= text && tree.named(id, "a").any(nowhere)
    }
}
