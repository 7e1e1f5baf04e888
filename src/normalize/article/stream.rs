//! Rows of cards: lists of other articles.

use super::super::tree::NodeId;
use super::survey::Survey;

impl Survey<'_> {
    /// Whether an element is a row of cards, each with a headline and a few words about another article.
    pub(super) fn is_stream(&self, id: NodeId) -> bool {
        let (mut cards, mut all) = (0_usize, 0_usize);
        for child in self.tree.children(id).filter(|child| self.at(*child).text > 0) {
            all += 1;
            cards += usize::from(self.is_card(child));
        }
        // Within an article, such lists are often what it is about.
        let article =
            || std::iter::once(id).chain(self.tree.ancestors(id)).any(|above| self.tree.name(above) == "article");
        cards >= 4 && cards * 10 >= all * 8 && !article()
    }

    fn is_card(&self, id: NodeId) -> bool {
        let count = self.at(id);
        let linked = count.links >= 15 && count.links * 12 >= count.text;
        let fits = (20..=900).contains(&count.text) && linked && self.tree.is_block(id);
        let leads = |node: NodeId| self.tree.value(node, "href").is_some_and(|href| !href.starts_with('#'));
        // The headline leads to the article, or, where there is none, the picture does.
        let linked = |node: NodeId| {
            self.tree.ancestors(node).take_while(|above| *above != id).any(leads)
                || self.tree.descendants(node).take(20).any(|below| self.tree.name(below) == "a" && leads(below))
        };
        if !fits {
            return false;
        }
        let is_heading = |name: &str| matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6");
        let near = || self.tree.descendants(id).take(120);
        // The first heading may be a rubric.
        let mut headings = near().filter(|node| is_heading(self.tree.name(*node))).take(3).peekable();
        if headings.peek().is_some() {
            headings.any(linked) || self.tree.name(id) == "a"
        } else {
            near().any(|node| self.tree.name(node) == "img" && linked(node))
        }
    }
}
