//! How a reader finds places: bookmarks, named destinations, links, page labels (ISO 32000-1 §12.3, §12.4, §12.5).

use lopdf::{Dictionary, Document, Object, ObjectId, dictionary};

use super::content::rounded;
use super::file::Texts;
use super::structure::Annotation;
use super::tree;
use crate::layout::frame::{Bookmark, ItemKind, LinkTarget, Page, PageLabel, Pages, Place};
use crate::units::Rect;

/// Deeper bookmarks stand beside those above them.
const DEEPEST: usize = 16;

/// Books with more bookmarks show only the first level until a reader opens the others.
const MANY: usize = 60;

/// The outline; `None` if there are no bookmarks.
pub(super) fn outline(document: &mut Document, pages: &Pages, objects: &[ObjectId]) -> Option<ObjectId> {
    if pages.outline.is_empty() {
        return None;
    }
    let root = document.new_object_id();
    let open = pages.outline.iter().map(|bookmark| 1 + count(bookmark, DEEPEST)).sum::<usize>() <= MANY;
    let mut writer = OutlineWriter { document, pages, objects, open };
    let level = writer.level(&pages.outline, root, 0)?;
    let mut dict = dictionary! { "Type" => "Outlines" };
    level.set(&mut dict, true);
    document.objects.insert(root, dict.into());
    Some(root)
}

fn count(bookmark: &Bookmark, depth: usize) -> usize {
    match depth {
        0 => 0,
        _ => bookmark.children.iter().map(|child| 1 + count(child, depth - 1)).sum(),
    }
}

/// Bookmarks beside one another.
struct Level {
    first: ObjectId,
    last: ObjectId,
    /// How many are seen, with those below them, when it is open.
    seen: i64,
}

impl Level {
    fn set(&self, parent: &mut Dictionary, open: bool) {
        parent.set("First", self.first);
        parent.set("Last", self.last);
        parent.set("Count", if open { self.seen } else { -self.seen });
    }
}

struct OutlineWriter<'a> {
    document: &'a mut Document,
    pages: &'a Pages,
    objects: &'a [ObjectId],
    open: bool,
}

impl OutlineWriter<'_> {
    fn level(&mut self, bookmarks: &[Bookmark], parent: ObjectId, depth: usize) -> Option<Level> {
        let ids: Vec<ObjectId> = bookmarks.iter().map(|_| self.document.new_object_id()).collect();
        let mut seen = ids.len() as i64;
        for (index, bookmark) in bookmarks.iter().enumerate() {
            let mut dict = dictionary! { "Title" => super::text_string(&bookmark.title), "Parent" => parent };
            if let Some(to) = destination(self.pages, self.objects, bookmark.place) {
                dict.set("Dest", to);
            }
            if index > 0 {
                dict.set("Prev", ids[index - 1]);
            }
            if let Some(next) = ids.get(index + 1) {
                dict.set("Next", *next);
            }
            let below = if depth < DEEPEST { self.level(&bookmark.children, ids[index], depth + 1) } else { None };
            if let Some(below) = below {
                below.set(&mut dict, self.open);
                seen += if self.open { below.seen } else { 0 };
            }
            self.document.objects.insert(ids[index], dict.into());
        }
        Some(Level { first: *ids.first()?, last: *ids.last()?, seen })
    }
}

/// An explicit destination: the page, the point to show at the upper left, the zoom as it is.
fn destination(pages: &Pages, objects: &[ObjectId], place: Place) -> Option<Object> {
    let (page, object) = (pages.pages.get(place.page)?, objects.get(place.page)?);
    let left = rounded(place.at.x).into();
    let top = rounded(page.size.height - place.at.y).into();
    Some(Object::Array(vec![Object::Reference(*object), "XYZ".into(), left, top, Object::Null]))
}

/// The tree of named destinations, by which links inside the book and from outside lead; `None` if there are none.
pub(super) fn destinations(document: &mut Document, pages: &Pages, objects: &[ObjectId]) -> Option<Object> {
    let named = pages
        .places
        .iter()
        .filter_map(|(name, place)| Some((name.clone().into_bytes(), destination(pages, objects, *place)?)));
    let named: Vec<_> = named.collect();
    (!named.is_empty()).then(|| tree::names(document, named))
}

/// Where the link annotations of a page have their place among the objects, and in the structure tree.
#[derive(Clone, Copy)]
pub(super) struct First {
    /// The number of the first one's object.
    pub(super) object: u32,
    /// The first one's key in the structure tree, if there is one.
    pub(super) key: Option<i64>,
}

/// How many link annotations a page has.
pub(super) fn count_links(pages: &Pages, page: &Page) -> u32 {
    let is_link = |kind: &ItemKind| matches!(kind, ItemKind::Link { target, .. } if leads_somewhere(pages, target));
    page.items.iter().map(|item| u32::from(is_link(&item.kind))).sum()
}

/// The link annotations of a page, as texts: of books with many links they would be half of all objects. A link to nowhere is
/// left out.
pub(super) fn links(pages: &Pages, page: &Page, first: First, texts: &mut Texts) -> Vec<Annotation> {
    let mut annotations = Vec::new();
    for (item, kind) in page.items.iter().map(|item| &item.kind).enumerate() {
        let ItemKind::Link { rect, target, description } = kind else { continue };
        if !leads_somewhere(pages, target) {
            continue;
        }
        let mut dict = dictionary! {
            "Type" => "Annot",
            "Subtype" => "Link",
            "Rect" => corners(rect, page),
            // No frame; printed (PDF/A-2 6.3.2).
            "Border" => vec![0.into(), 0.into(), 0.into()],
            "F" => 4,
            "Contents" => super::text_string(description),
        };
        match target {
            LinkTarget::Web(address) => {
                dict.set("A", dictionary! { "S" => "URI", "URI" => Object::string_literal(ascii(address)) });
            }
            LinkTarget::Place(name) => dict.set("Dest", Object::string_literal(name.as_str())),
        }
        let key = first.key.map(|key| key + annotations.len() as i64);
        if let Some(key) = key {
            dict.set("StructParent", key);
        }
        let object = first.object + annotations.len() as u32;
        texts.add(object, &dict.into());
        annotations.push(Annotation { item, object: (object, 0), key });
    }
    annotations
}

fn leads_somewhere(pages: &Pages, target: &LinkTarget) -> bool {
    match target {
        // A part of an address leads elsewhere.
        LinkTarget::Web(address) => is_harmless(address) && ascii_length(address) <= super::LONGEST,
        LinkTarget::Place(name) => pages.places.get(name).is_some_and(|place| place.page < pages.pages.len()),
    }
}

fn corners(rect: &Rect, page: &Page) -> Vec<Object> {
    let height = page.size.height;
    [rect.origin.x, height - rect.bottom(), rect.right(), height - rect.origin.y]
        .map(|length| Object::Real(rounded(length)))
        .to_vec()
}

/// Whether it is of one of the schemes http, https, mailto: others could start programs.
fn is_harmless(address: &str) -> bool {
    let scheme = address.split_once(':').map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| ["http", "https", "mailto"].iter().any(|safe| scheme.eq_ignore_ascii_case(safe)))
}

/// An address as PDF wants it, in ASCII (ISO 32000-1 §12.6.4.7).
fn ascii(address: &str) -> String {
    let mut ascii = String::with_capacity(address.len());
    for byte in address.bytes() {
        match byte {
            b'!'..=b'~' => ascii.push(char::from(byte)),
            _ => ascii.push_str(&format!("%{byte:02X}")),
        }
    }
    ascii
}

/// How long [`ascii`] makes an address.
fn ascii_length(address: &str) -> usize {
    address.bytes().map(|byte| if matches!(byte, b'!'..=b'~') { 1 } else { 3 }).sum()
}

/// The labels of the pages, as ranges that count on.
pub(super) fn labels(document: &mut Document, pages: &[Page]) -> Object {
    let mut ranges: Vec<(i64, Object)> = Vec::new();
    let mut before: Option<PageLabel> = None;
    for (index, page) in (0..).zip(pages) {
        if before.and_then(following) != Some(page.label) {
            ranges.push((index, range(page.label).into()));
        }
        before = Some(page.label);
    }
    tree::numbers(document, ranges)
}

fn following(label: PageLabel) -> Option<PageLabel> {
    match label {
        PageLabel::None => Some(PageLabel::None),
        PageLabel::Roman(number) => number.checked_add(1).map(PageLabel::Roman),
        PageLabel::Arabic(number) => number.checked_add(1).map(PageLabel::Arabic),
    }
}

fn range(label: PageLabel) -> Dictionary {
    let (style, start) = match label {
        PageLabel::None => return Dictionary::new(),
        PageLabel::Roman(number) => ("r", number),
        PageLabel::Arabic(number) => ("D", number),
    };
    let mut dict = dictionary! { "S" => style };
    if start > 1 {
        dict.set("St", i64::from(start));
    }
    dict
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_start_no_program() {
        assert_eq!(ascii("https://例.com/a b("), "https://%E4%BE%8B.com/a%20b(");
        assert!(is_harmless("MAILTO:a@b") && is_harmless("https://a"));
        for unsafe_one in ["javascript:x", "file:///etc/passwd", "no scheme", "data:text/html,x"] {
            assert!(!is_harmless(unsafe_one), "{unsafe_one}");
        }
    }

    #[test]
    fn labels_count_on() {
        let labelled =
            [PageLabel::None, PageLabel::None, PageLabel::Roman(1), PageLabel::Roman(2), PageLabel::Arabic(5)];
        let pages = labelled.map(|label| Page { size: Default::default(), label, items: Vec::new() });
        let mut document = Document::new();
        let tree = labels(&mut document, &pages);
        let root = document.get_dictionary(tree.as_reference().unwrap()).unwrap();
        let expected = vec![
            0.into(),
            Dictionary::new().into(),
            2.into(),
            dictionary! { "S" => "r" }.into(),
            4.into(),
            dictionary! { "S" => "D", "St" => 5 }.into(),
        ];
        assert_eq!(root.get(b"Nums").unwrap(), &Object::Array(expected));
    }
}
