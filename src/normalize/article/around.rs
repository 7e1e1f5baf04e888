//! What stands around an article within what holds it, and why it is not part of it.

use super::super::marks::Marks;
use super::super::tree::NodeId;
use super::super::{images, titles, words};
use super::survey::{Survey, density};

impl Survey<'_> {
    /// Drops what stands around an article within what holds it; of a fragment, only what its names say.
    pub(super) fn drop_around(&self, root: NodeId, fragment: bool, title: Option<&str>, marks: &mut Marks) {
        let Some(start) = self.order.iter().position(|id| *id == root) else { return };
        let inside = &self.order[start..start + self.sizes.get(root.0 as usize).copied().unwrap_or(1)];
        let good = |id: &NodeId| {
            !self.is_around(*id)
                && self.tree.is_block(*id)
                && {
                    let own = self.own(*id);
                    own.text >= 60 && own.links * 3 < own.text && own.points > 0
                }
                && !title.is_some_and(|title| titles::same(&self.tree.text_of(*id), title))
        };
        let first = inside.iter().position(good).unwrap_or(0);
        let last = inside.iter().rposition(good).unwrap_or(inside.len());
        let whole = self.at(root).prose.max(1);
        for (index, id) in inside.iter().copied().enumerate().skip(1) {
            if self.tree.element(id).is_none() {
                continue;
            }
            let end = index + self.sizes.get(id.0 as usize).copied().unwrap_or(1);
            let place = Place { before: end <= first, after: index > last, whole };
            let reason = if fragment { self.reason_in_fragment(id, place) } else { self.reason(id, place) };
            if let Some(reason) = reason.or_else(|| self.is_related(id, place).then_some("list of other articles")) {
                marks.drop(id, reason);
            }
        }
    }

    /// Why an element of a page's article is not part of it.
    fn reason(&self, id: NodeId, place: Place) -> Option<&'static str> {
        let Place { before, after, whole } = place;
        let count = self.at(id);
        let hint = self.hint(id);
        let name = self.tree.name(id);
        if hint.notes || self.tree.ancestors(id).take(3).any(|above| self.hint(above).notes) {
            return None;
        }
        let small = count.prose * 4 < whole;
        if matches!(name, "nav" | "footer" | "form" | "dialog") && small || name == "aside" && count.prose * 10 < whole
        {
            return Some("element around an article");
        }
        let in_text = hint.article && (count.prose * 10 > whole || !before && !after);
        // In the middle of the text, a word that may mean something else is not enough.
        let told = hint.surely || before || after || density(count) > 0.4;
        if hint.around && told && small && !in_text && is_container(name) {
            return Some("name of something around an article");
        }
        let links = density(count);
        let pictures = self.has_picture(id);
        if before && hint.about && count.text < 400 && !pictures && name != "h1" && !self.is_facts(id) {
            return Some("about an article");
        }
        let part = matches!(name, "div" | "ul" | "ol" | "section" | "table" | "dl" | "p")
            // A headline goes with what it is over, when all is read.
            || before && matches!(name, "h2" | "h3" | "h4");
        let long = name == "p" && (!(links > 0.9 && count.text < 120) || self.is_of_the_text(id));
        if (before || after) && part && !long && links > 0.5 && count.text > 0 && !pictures {
            return Some("links before or after an article");
        }
        if after && hint.biography && count.text < 1500 && small && is_container(name) {
            return Some("about the author");
        }
        if after && hint.about && count.text < 200 && part {
            return Some("about an article");
        }
        None
    }

    /// Whether a paragraph has the class that the editor gives those beside it which are text: the author wrote it.
    fn is_of_the_text(&self, id: NodeId) -> bool {
        let Some(class) = self.tree.value(id, "class") else { return false };
        let beside = self.tree.node(id).parent.into_iter().flat_map(|parent| self.tree.children(parent));
        let alike = |node: &NodeId| {
            let count = self.at(*node);
            self.tree.value(*node, "class") == Some(class) && count.text >= 60 && density(count) < 0.3
        };
        beside.filter(alike).nth(2).is_some()
    }

    /// Whether an element is a list of facts, or one of them: what such a page begins with.
    fn is_facts(&self, id: NodeId) -> bool {
        match self.tree.name(id) {
            "dt" | "dd" => true,
            "dl" => self.tree.named(id, "dt").nth(3).is_some(),
            _ => false,
        }
    }

    /// The same for a fragment: somebody chose it, so that only what is surely around an article goes.
    fn reason_in_fragment(&self, id: NodeId, place: Place) -> Option<&'static str> {
        let count = self.at(id);
        let hint = self.hint(id);
        let name = self.tree.name(id);
        let outside = place.before || place.after;
        if outside && matches!(name, "nav" | "footer" | "form" | "dialog") && count.prose * 4 < place.whole {
            return Some("element around an article");
        }
        // After the text, what holds no paragraph may be called what it likes.
        let bare = place.after && count.prose == 0 && hint.surely;
        let surely = hint.around && (!hint.article || bare) && is_container(name);
        if outside && surely && count.prose * 10 < place.whole && (bare || !self.has_picture(id)) {
            return Some("name of something around an article");
        }
        let link = density(count) > 0.9 && count.text < 60 && matches!(name, "p" | "div");
        if place.before && !self.has_picture(id) && count.text < 120 && (link || hint.about && !hint.article) {
            return Some("about an article");
        }
        None
    }

    /// A heading such as “Related” with links below it.
    fn is_related(&self, id: NodeId, place: Place) -> bool {
        let count = self.at(id);
        let fits = matches!(self.tree.name(id), "div" | "section" | "aside" | "ul" | "article");
        if !fits || place.before || count.text > 3000 || count.prose > 150 || count.links * 2 < count.text {
            return false;
        }
        let mut texts = self.tree.descendants(id).filter_map(|node| self.tree.text(node)).map(str::trim);
        texts.find(|text| !text.is_empty()).is_some_and(words::announces_related)
    }

    fn has_picture(&self, id: NodeId) -> bool {
        let shows =
            |img: &NodeId| !images::declared_below(self.tree, *img, 100) && !images::is_decoration(self.tree, *img);
        self.tree.named(id, "img").any(|img| shows(&img))
    }
}

/// Where an element stands in an article.
#[derive(Clone, Copy)]
struct Place {
    /// It ends before the first paragraph.
    before: bool,
    /// It begins after the last.
    after: bool,
    /// Length of the article.
    whole: u32,
}

/// Elements that may stand around an article as a whole; not running text, not pictures.
fn is_container(name: &str) -> bool {
    !matches!(
        name,
        "a" | "span"
            | "em"
            | "strong"
            | "b"
            | "i"
            | "p"
            | "h2"
            | "h3"
            | "code"
            | "pre"
            | "figure"
            | "img"
            | "picture"
            | "blockquote"
    )
}
