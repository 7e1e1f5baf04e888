//! The structure tree (ISO 32000-1 §14.7, PDF/UA-1 §7): what each piece of the pages is, in reading order.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Document, Object, ObjectId, dictionary};

use super::content::Part;
use super::file::Texts;
use super::tree;
use crate::layout::frame::{ItemKind, Pages, Tag, TagId, TagRole};
use crate::parallel;
use crate::units::{Point, Pt, Rect, Size};

/// The structure type of a role.
pub(super) fn type_of(role: TagRole) -> &'static str {
    match role {
        TagRole::Document => "Document",
        TagRole::Part => "Part",
        TagRole::Section => "Sect",
        TagRole::Contents => "TOC",
        TagRole::ContentsItem => "TOCI",
        TagRole::Heading(0 | 1) => "H1",
        TagRole::Heading(2) => "H2",
        TagRole::Heading(3) => "H3",
        TagRole::Heading(4) => "H4",
        TagRole::Heading(5) => "H5",
        TagRole::Heading(_) => "H6",
        TagRole::Paragraph => "P",
        TagRole::BlockQuote => "BlockQuote",
        TagRole::List { .. } => "L",
        TagRole::ListItem => "LI",
        TagRole::Label => "Lbl",
        TagRole::ListBody => "LBody",
        TagRole::Table => "Table",
        TagRole::TableHead => "THead",
        TagRole::TableBody => "TBody",
        TagRole::TableRow => "TR",
        TagRole::HeaderCell { .. } => "TH",
        TagRole::DataCell { .. } => "TD",
        TagRole::Figure => "Figure",
        TagRole::Caption => "Caption",
        TagRole::Code => "Code",
        TagRole::Note => "Note",
        TagRole::Reference => "Reference",
        TagRole::Link => "Link",
        TagRole::Formula => "Formula",
        TagRole::Ruby => "Ruby",
        TagRole::RubyBase => "RB",
        TagRole::RubyText => "RT",
        TagRole::Span => "Span",
    }
}

/// A link annotation of a page, with the element it belongs to.
pub(super) struct Annotation {
    /// The item of the page.
    pub(super) item: usize,
    /// The object.
    pub(super) object: ObjectId,
    /// Its key in the tree, if there is one.
    pub(super) key: Option<i64>,
}

/// A page as the structure tree needs it.
pub(super) struct PageParts {
    /// The page object.
    pub(super) object: ObjectId,
    /// What belongs to which element, in reading order.
    pub(super) parts: Vec<Part>,
    /// The page's annotations, in the order of its items.
    pub(super) annotations: Vec<Annotation>,
}

/// Writes the tree, in which a page has its number from 0 as its key. Returns the root, and its elements as texts.
pub(super) fn write(document: &mut Document, pages: &Pages, parts: &[PageParts]) -> (ObjectId, Vec<Texts>) {
    let mut tree = Tree::of(&pages.tags);
    for (index, page) in (0..).zip(parts) {
        tree.page(index, page);
    }
    tree.place_empty_cells();
    let root = document.new_object_id();
    let numbers = tree.elements.iter().map(|element| element.present.then(|| document.new_object_id()));
    let objects: Vec<Option<ObjectId>> = numbers.collect();
    let mut texts = tree.write(pages, parts, root, &objects);
    let (parents, leaves) = parents(document, &tree, &objects);
    texts.extend(leaves);
    let mut dict = dictionary! {
        "Type" => "StructTreeRoot",
        "ParentTree" => parents,
        "ParentTreeNextKey" => tree.next_key(parts),
    };
    if let Some(top) = objects.first().copied().flatten() {
        dict.set("K", top);
    }
    let notes = tree.notes(&objects);
    if !notes.is_empty() {
        dict.set("IDTree", tree::names(document, notes));
    }
    document.objects.insert(root, dict.into());
    (root, texts)
}

/// Elements that are written together.
const TOGETHER: usize = 2048;

/// What an element holds: an element, a sequence of a page, an annotation of a page by its object's number. There are
/// very many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kid {
    Element(u32),
    Marked { page: u32, mcid: u32 },
    Link { page: u32, object: u32 },
}

#[derive(Default)]
struct Element {
    kids: Vec<Kid>,
    /// Whether it is in the tree.
    present: bool,
}

struct Tree<'a> {
    tags: &'a [Tag],
    elements: Vec<Element>,
    /// By page: the element of each marked-content sequence.
    marked: Vec<Vec<u32>>,
    /// By annotation, in the order of the pages: its key and its element.
    links: Vec<(i64, u32)>,
}

impl<'a> Tree<'a> {
    fn of(tags: &'a [Tag]) -> Self {
        let mut elements: Vec<Element> = tags.iter().map(|_| Element::default()).collect();
        if let Some(document) = elements.first_mut() {
            document.present = true;
        }
        Self { tags, elements, marked: Vec::new(), links: Vec::new() }
    }

    /// The element that holds another. Parents stand before their children; entry 0 has none.
    fn parent(&self, element: usize) -> Option<usize> {
        let named = self.tags[element].parent.map_or(0, |id| id.0 as usize);
        (element > 0).then_some(if named < element { named } else { 0 })
    }

    /// An element and those that hold it come into the tree where they first appear.
    fn appear(&mut self, element: usize) {
        let mut new = Vec::new();
        let mut at = element;
        while !self.elements[at].present {
            new.push(at);
            self.elements[at].present = true;
            let Some(parent) = self.parent(at) else { break };
            at = parent;
        }
        for child in new.into_iter().rev() {
            if let Some(parent) = self.parent(child) {
                self.elements[parent].kids.push(Kid::Element(child as u32));
            }
        }
    }

    fn page(&mut self, page: u32, parts: &PageParts) {
        let mut marked = Vec::with_capacity(parts.parts.len());
        let mut annotations = parts.annotations.iter().peekable();
        for part in &parts.parts {
            match part {
                Part::Marked(TagId(id)) => {
                    let element = *id as usize;
                    self.appear(element);
                    self.elements[element].kids.push(Kid::Marked { page, mcid: marked.len() as u32 });
                    marked.push(*id);
                }
                Part::Link { tag, item } => {
                    let Some(annotation) = annotations.next_if(|annotation| annotation.item == *item) else { continue };
                    let element = tag.map_or(0, |id| id.0 as usize).min(self.elements.len().saturating_sub(1));
                    if self.elements.is_empty() {
                        continue;
                    }
                    self.appear(element);
                    self.elements[element].kids.push(Kid::Link { page, object: annotation.object.0 });
                    self.links.extend(annotation.key.map(|key| (key, element as u32)));
                }
            }
        }
        self.marked.push(marked);
    }

    /// Cells and rows without content keep their place, because a table has as many in each row (PDF/UA-1 §7.5).
    fn place_empty_cells(&mut self) {
        for element in 1..self.tags.len() {
            let cell = matches!(
                self.tags[element].role,
                TagRole::TableRow | TagRole::HeaderCell { .. } | TagRole::DataCell { .. }
            );
            let Some(parent) = self.parent(element) else { continue };
            if !cell || self.elements[element].present || !self.elements[parent].present {
                continue;
            }
            self.elements[element].present = true;
            let kids = &mut self.elements[parent].kids;
            let before = kids.iter().rposition(|kid| matches!(kid, Kid::Element(other) if (*other as usize) < element));
            kids.insert(before.map_or(0, |before| before + 1), Kid::Element(element as u32));
        }
    }

    /// Each element that is present is the object that has its place. Many at a time are written on each core.
    fn write(&self, pages: &Pages, parts: &[PageParts], root: ObjectId, objects: &[Option<ObjectId>]) -> Vec<Texts> {
        let extents = extents(pages);
        let starts: Vec<usize> = (0..self.elements.len()).step_by(TOGETHER).collect();
        parallel::map(&starts, &|start| {
            let mut texts = Texts::default();
            for index in *start..self.elements.len().min(start + TOGETHER) {
                let Some(object) = objects[index] else { continue };
                let parent = self.parent(index).and_then(|parent| objects[parent]).unwrap_or(root);
                texts.add(object.0, &self.element(index, parent, extents.get(&index), (objects, parts)).into());
            }
            texts
        })
    }

    fn element(
        &self,
        index: usize,
        parent: ObjectId,
        extent: Option<&[f32; 4]>,
        (objects, parts): (&[Option<ObjectId>], &[PageParts]),
    ) -> Dictionary {
        let kids = &self.elements[index].kids;
        let mut dict = describe(&self.tags[index], index);
        dict.set("P", parent);
        if let Some(attributes) = attributes(self.tags[index].role, extent) {
            dict.set("A", attributes);
        }
        let home = kids.iter().find_map(|kid| match kid {
            Kid::Marked { page, .. } | Kid::Link { page, .. } => Some(*page),
            Kid::Element(_) => None,
        });
        if let Some(home) = home {
            dict.set("Pg", parts[home as usize].object);
        }
        let mut kids: Vec<Object> = kids.iter().filter_map(|kid| kid_object(*kid, home, objects, parts)).collect();
        match kids.len() {
            0 => {}
            1 => dict.set("K", kids.remove(0)),
            _ => dict.set("K", kids),
        }
        dict
    }

    /// Notes by their name, for the tree of names that elements have.
    fn notes(&self, objects: &[Option<ObjectId>]) -> Vec<(Vec<u8>, Object)> {
        let notes = self.tags.iter().enumerate().filter(|(_, tag)| tag.role == TagRole::Note);
        let mut named: Vec<_> =
            notes.filter_map(|(index, _)| Some((note_name(index), objects[index]?.into()))).collect();
        named.sort_by(|(a, _), (b, _)| a.cmp(b));
        named
    }

    fn next_key(&self, parts: &[PageParts]) -> i64 {
        self.links.last().map_or(parts.len() as i64, |(key, _)| key + 1)
    }
}

fn note_name(element: usize) -> Vec<u8> {
    format!("note-{element}").into_bytes()
}

fn describe(tag: &Tag, index: usize) -> Dictionary {
    let mut dict = dictionary! { "S" => type_of(tag.role) };
    if tag.role == TagRole::Note {
        // PDF/UA-1 7.9: a note has a name of its own.
        dict.set("ID", Object::string_literal(note_name(index)));
    }
    if let Some(language) = &tag.language {
        dict.set("Lang", super::text_string(language));
    }
    if let Some(words) = &tag.alternative {
        dict.set("Alt", super::text_string(words));
    } else if matches!(tag.role, TagRole::Figure | TagRole::Formula) && tag.actual_text.is_none() {
        // PDF/UA-1 7.3: there must be one; it says no more than is known.
        dict.set("Alt", super::text_string("□"));
    }
    if let Some(text) = &tag.actual_text {
        dict.set("ActualText", super::text_string(text));
    }
    dict
}

fn kid_object(kid: Kid, home: Option<u32>, objects: &[Option<ObjectId>], parts: &[PageParts]) -> Option<Object> {
    Some(match kid {
        Kid::Element(element) => objects[element as usize]?.into(),
        Kid::Marked { page, mcid } if home == Some(page) => i64::from(mcid).into(),
        Kid::Marked { page, mcid } => {
            dictionary! { "Type" => "MCR", "Pg" => parts[page as usize].object, "MCID" => i64::from(mcid) }.into()
        }
        Kid::Link { page, object } => {
            let mut dict = dictionary! { "Type" => "OBJR", "Obj" => (object, 0) };
            if home != Some(page) {
                dict.set("Pg", parts[page as usize].object);
            }
            dict.into()
        }
    })
}

/// Attributes of a role (ISO 32000-1 §14.8.5).
fn attributes(role: TagRole, extent: Option<&[f32; 4]>) -> Option<Dictionary> {
    let spans = |dict: &mut Dictionary, columns: u16, rows: u16| {
        if columns > 1 {
            dict.set("ColSpan", i64::from(columns));
        }
        if rows > 1 {
            dict.set("RowSpan", i64::from(rows));
        }
    };
    match role {
        TagRole::List { ordered } => {
            Some(dictionary! { "O" => "List", "ListNumbering" => if ordered { "Decimal" } else { "Disc" } })
        }
        TagRole::HeaderCell { column, columns, rows } => {
            let mut dict = dictionary! { "O" => "Table", "Scope" => if column { "Column" } else { "Row" } };
            spans(&mut dict, columns, rows);
            Some(dict)
        }
        TagRole::DataCell { columns, rows } if columns > 1 || rows > 1 => {
            let mut dict = dictionary! { "O" => "Table" };
            spans(&mut dict, columns, rows);
            Some(dict)
        }
        TagRole::Figure | TagRole::Formula => {
            let corners = extent?.map(Object::Real).to_vec();
            Some(dictionary! { "O" => "Layout", "BBox" => corners })
        }
        _ => None,
    }
}

/// The extents of figures and formulas on the first page where they are, left, bottom, right, top.
fn extents(pages: &Pages) -> BTreeMap<usize, [f32; 4]> {
    let mut found: BTreeMap<usize, (usize, Rect)> = BTreeMap::new();
    for (number, page) in pages.pages.iter().enumerate() {
        for item in &page.items {
            let Some(TagId(id)) = item.tag else { continue };
            let role = pages.tags.get(id as usize).map(|tag| tag.role);
            if !matches!(role, Some(TagRole::Figure | TagRole::Formula)) {
                continue;
            }
            let Some(rect) = extent(&item.kind) else { continue };
            let (first, whole) = found.entry(id as usize).or_insert((number, rect));
            if *first == number {
                *whole = union(*whole, rect);
            }
        }
    }
    let corners = |(number, rect): (usize, Rect)| {
        let height = pages.pages[number].size.height;
        [rect.origin.x, height - rect.bottom(), rect.right(), height - rect.origin.y].map(super::content::rounded)
    };
    found.into_iter().map(|(element, place)| (element, corners(place))).collect()
}

fn extent(kind: &ItemKind) -> Option<Rect> {
    match kind {
        ItemKind::Fill { rect, .. } | ItemKind::Frame { rect, .. } | ItemKind::Image { rect, .. } => Some(*rect),
        ItemKind::Glyphs(run) => {
            let last = run.glyphs.last()?;
            let top = run.origin.y - run.size * 0.88;
            Some(Rect::new(run.origin.x, top, Pt(last.x.into()) + run.size, run.size))
        }
        ItemKind::Squares { origin, side, runs } => {
            let right = runs.iter().map(|[_, first, count]| first + count).max()?;
            let under = runs.iter().map(|[row, ..]| row + 1).max()?;
            Some(Rect::new(origin.x, origin.y, *side * f64::from(right), *side * f64::from(under)))
        }
        ItemKind::Dots { .. } | ItemKind::Link { .. } => None,
    }
}

fn union(a: Rect, b: Rect) -> Rect {
    let origin = Point { x: a.origin.x.min(b.origin.x), y: a.origin.y.min(b.origin.y) };
    let size = Size { width: a.right().max(b.right()) - origin.x, height: a.bottom().max(b.bottom()) - origin.y };
    Rect { origin, size }
}

/// From the keys of pages and annotations to their elements (ISO 32000-1 §14.7.4.4): the tree, and its leaves as texts.
fn parents(document: &mut Document, tree: &Tree<'_>, objects: &[Option<ObjectId>]) -> (Object, Vec<Texts>) {
    enum Of<'a> {
        Page(&'a [u32]),
        Annotation(u32),
    }
    let pages = (0..).zip(tree.marked.iter().map(|marked| Of::Page(marked)));
    let entries: Vec<(i64, Of<'_>)> =
        pages.chain(tree.links.iter().map(|(key, element)| (*key, Of::Annotation(*element)))).collect();
    let of = |element: &u32| objects[*element as usize].map_or(Object::Null, Object::Reference);
    tree::numbers_of_many(document, &entries, &|(key, what)| match what {
        Of::Page(marked) => (*key, Object::Array(marked.iter().map(of).collect())),
        Of::Annotation(element) => (*key, of(element)),
    })
}
