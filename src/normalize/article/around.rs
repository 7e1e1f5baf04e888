//! What stands around an article within what holds it, and why it is not part of it.

use url::Url;

use super::super::marks::Marks;
use super::super::tree::NodeId;
use super::super::{images, titles, words};
use super::survey::{Survey, density};

/// Where readers share pages: a link there is no reference.
const SHARING: [&str; 8] = [
    "facebook.com",
    "twitter.com",
    "x.com",
    "linkedin.com",
    "pinterest.com",
    "reddit.com",
    "t.me",
    "service.weibo.com",
];

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
            let reason = match fragment {
                _ if place.before && self.is_thumbnail(id) => Some("thumbnail"),
                true => self.reason_in_fragment(id, place),
                false => self.reason(id, place),
            };
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
        let apart = || name == "aside" && count.prose * 10 < whole && !(!before && !after && self.is_callout(id));
        if matches!(name, "nav" | "footer" | "form" | "dialog") && small || apart() {
            return Some("element around an article");
        }
        let in_text = hint.article && (count.prose * 10 > whole || !before && !after);
        // In the middle of the text, a word that may mean something else is not enough.
        let told = hint.surely || before || after || density(count) > 0.4;
        if hint.around && told && small && !in_text && is_container(name) {
            return Some("name of something around an article");
        }
        // The cells of a table of data are what it says, links or not.
        if self.is_cell(id) {
            return None;
        }
        let links = density(count);
        let pictures = self.has_picture(id);
        if before && hint.about && count.text < 400 && !pictures && name != "h1" && !self.is_facts(id) {
            return Some("about an article");
        }
        let part = matches!(name, "div" | "ul" | "ol" | "section" | "table" | "dl" | "p")
            // A headline goes with what it is over, when all is read.
            || before && matches!(name, "h2" | "h3" | "h4") && !self.is_entry(id);
        let long = name == "p" && (!(links > 0.9 && count.text < 120) || self.is_of_the_text(id));
        let pictured = pictures && !(after && links > 0.8 && self.shows_in_links(id));
        let linked = part && !long && links > 0.5 && count.text > 0 && !pictured && !self.is_facts(id);
        let outside = before && !self.is_headed_list(id) || after && !self.is_references(id);
        if linked && outside && !self.is_caption(id) {
            return Some("links before or after an article");
        }
        if before && self.is_signature(id) {
            return Some("about an article");
        }
        if self.is_teaser(id, whole) {
            return Some("list of other articles");
        }
        if self.is_control(id) {
            return Some("control of a page");
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
        self.tree.node(id).parent.is_some_and(|parent| self.crowd.classes.contains(&(parent, class)))
    }

    /// Whether all the pictures of an element are in links that say where they lead: to other articles, not to a larger
    /// picture.
    fn shows_in_links(&self, id: NodeId) -> bool {
        let tree = self.tree;
        let linked = |img: NodeId| {
            let link = tree.ancestors(img).take_while(|above| *above != id).find(|above| tree.name(*above) == "a");
            link.is_some_and(|link| {
                let to = tree.value(link, "href").unwrap_or_default().to_ascii_lowercase();
                let larger = [".jpg", ".jpeg", ".png", ".webp", ".gif"].iter().any(|end| to.ends_with(end));
                self.at(link).text >= 10 && !larger
            })
        };
        let mut pictures = tree.named(id, "img");
        tree.named(id, "a").nth(2).is_some() && pictures.all(linked)
    }

    /// Whether an element is what lists of articles show of this one: a small picture before the text, which the page calls
    /// so (Drupal's image field in its teaser's size, WordPress' thumbnail).
    fn is_thumbnail(&self, id: NodeId) -> bool {
        const NAMES: [&str; 5] = ["thumb", "field-image", "field_image", "teaser-image", "post-thumbnail"];
        let named = self.tree.classes(id).any(|class| NAMES.iter().any(|name| class.contains(name)));
        named && self.at(id).text < 60 && self.tree.name(id) == "div" && {
            let mut pictures = self.tree.named(id, "img").peekable();
            pictures.peek().is_some() && pictures.all(|img| images::declared_below(self.tree, img, 300))
        }
    }

    /// Whether an `aside` among the paragraphs is a remark of the author, as Markdown makes them: “Note”, “Warning”.
    fn is_callout(&self, id: NodeId) -> bool {
        const NAMES: [&str; 11] = [
            "callout",
            "admonition",
            "msg",
            "message",
            "note",
            "tip",
            "hint",
            "warning",
            "caution",
            "important",
            "alert",
        ];
        let word =
            |class: &str| class.split(['-', '_']).any(|word| NAMES.contains(&word.to_ascii_lowercase().as_str()));
        self.tree.classes(id).any(word)
    }

    /// Whether a linked heading is one of several: what the page lists.
    fn is_entry(&self, id: NodeId) -> bool {
        self.crowd.entries.contains(self.tree.name(id))
    }

    /// Whether an element stands in a cell of a table that has headings of its own, or is one.
    fn is_cell(&self, id: NodeId) -> bool {
        let in_cell = || std::iter::once(id).chain(self.tree.ancestors(id)).take(6);
        let mut in_cells = in_cell().filter(|above| matches!(self.tree.name(*above), "td" | "th"));
        in_cells.next().is_some_and(|cell| {
            let table = self.tree.ancestors(cell).find(|above| self.tree.name(*above) == "table");
            table.is_some_and(|table| self.crowd.headed.contains(&table))
        })
    }

    /// Whether a list at the end is what the text refers to: it stands among the paragraphs, under no name, and leads to
    /// other sites, one link an item. What a site adds leads to itself.
    fn is_references(&self, id: NodeId) -> bool {
        let tree = self.tree;
        if !matches!(tree.name(id), "ul" | "ol") || self.hint(id).around {
            return false;
        }
        let links: Vec<NodeId> = tree.named(id, "a").collect();
        let among = tree.node(id).parent.is_some_and(|parent| self.crowd.paragraphs.contains(&parent));
        let away = links.iter().filter(|link| self.leads_abroad(**link)).count();
        among && links.len() >= 2 && away * 3 >= links.len() * 2
    }

    /// Whether a list before the text has a heading of its own and leads to other sites: the text is about them.
    fn is_headed_list(&self, id: NodeId) -> bool {
        let tree = self.tree;
        let before = std::iter::successors(tree.node(id).previous, |node| tree.node(*node).previous);
        let heading = before.into_iter().find(|node| tree.element(*node).is_some());
        matches!(tree.name(id), "ul" | "ol")
            && !self.hint(id).around
            && heading.is_some_and(|heading| matches!(tree.name(heading), "h2" | "h3" | "h4"))
            && tree.named(id, "a").all(|link| self.leads_abroad(link))
    }

    /// Whether a link leads to another site, and not to share the page there.
    fn leads_abroad(&self, link: NodeId) -> bool {
        let Some(home) = self.home else { return false };
        let to = self.tree.value(link, "href").and_then(|to| Url::parse(to).ok());
        let host = to.as_ref().and_then(Url::host_str).map(|host| host.trim_start_matches("www.").to_owned());
        host.is_some_and(|host| !host.ends_with(home) && !SHARING.contains(&host.as_str()))
    }

    /// Whether an element is a caption, or a part of one.
    fn is_caption(&self, id: NodeId) -> bool {
        let near = || std::iter::once(id).chain(self.tree.ancestors(id)).take(4);
        self.at(id).text < 60 && near().any(|node| self.tree.name(node) == "figcaption")
    }

    /// Whether an element is a byline that says so of its parts: when the page was published, by whom (schema.org).
    pub(super) fn is_signature(&self, id: NodeId) -> bool {
        let tree = self.tree;
        let parts = || tree.descendants(id).skip(1).take(40);
        let says = |name: &str, of: &[&str]| {
            parts().any(|node| {
                tree.value(node, name)
                    .is_some_and(|value| value.split_ascii_whitespace().any(|value| of.contains(&value)))
            })
        };
        let dated = || says("itemprop", &["datePublished", "dateModified"]) || tree.named(id, "time").next().is_some();
        let signed = || says("itemprop", &["author", "creator"]) || says("rel", &["author"]);
        matches!(tree.name(id), "p" | "div" | "ul")
            && self.at(id).text < 200
            && !self.has_picture(id)
            && dated()
            && signed()
    }

    /// Whether an element is a list of facts, or one of them: what such a page begins with.
    fn is_facts(&self, id: NodeId) -> bool {
        match self.tree.name(id) {
            "dt" | "dd" => true,
            "dl" => self.tree.named(id, "dt").nth(3).is_some(),
            "table" => self.tree.named(id, "th").nth(2).is_some(),
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
            | "figcaption"
            | "img"
            | "picture"
            | "blockquote"
    )
}
