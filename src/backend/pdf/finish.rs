//! The finishing pass: around fonts and content streams, everything else that a file needs to be PDF/A-2a and
//! PDF/UA-1.
//!
//! printpdf's page boxes, bookmarks, annotations, metadata and identifiers are wrong, random or missing, so all of
//! those are written here.

use lopdf::{Dictionary, Document, Object, ObjectId, dictionary};

use super::Standard;
use super::colour::{self, Space};
use super::content::rounded;
use super::file::Texts;
use super::images::{Kept, Pictures};
use super::metadata;
use super::navigation::{self, First};
use super::structure::{self, Annotation, PageParts};
use super::transcript::Transcribed;
use crate::layout::frame::{Page, Pages};
use crate::parallel;

/// What a file says of itself as a whole.
#[derive(Clone, Copy)]
pub(super) struct Promise {
    /// The standards it keeps.
    pub(super) standard: Standard,
    /// What its colours are meant for.
    pub(super) space: Space,
    /// Whether its pages are put on sheets of paper, where links cannot be followed.
    pub(super) on_paper: bool,
}

/// Makes a whole document of one that holds the fonts and images, and of the texts that it returns.
pub(super) fn finish(
    document: &mut Document,
    pages: &Pages,
    promise: Promise,
    contents: Vec<Transcribed>,
    resources: ObjectId,
) -> Vec<Texts> {
    let tree = document.new_object_id();
    let objects: Vec<ObjectId> = pages.pages.iter().map(|_| document.new_object_id()).collect();
    let (annotations, mut texts) = links(document, pages, promise);
    let mut streams = Vec::with_capacity(objects.len());
    let mut page_parts = Vec::with_capacity(objects.len());
    for ((content, object), annotations) in contents.into_iter().zip(&objects).zip(annotations) {
        streams.push(document.add_object(content.stream));
        page_parts.push(PageParts { object: *object, parts: content.parts, annotations });
    }
    let dictionary_of = |index: usize| {
        let mut dict = describe(pages.pages.get(index)?, &page_parts.get(index)?.annotations);
        dict.set("Parent", tree);
        // Not inherited: PDF/A-2 6.2.2.
        dict.set("Resources", resources);
        dict.set("Contents", *streams.get(index)?);
        if promise.standard.is_tagged() {
            dict.set("StructParents", index as i64);
        }
        Some((*objects.get(index)?, Object::Dictionary(dict)))
    };
    if promise.on_paper {
        // They are put on sheets.
        document.objects.extend((0..objects.len()).filter_map(dictionary_of));
    } else {
        texts.splice(0..0, as_texts(objects.len(), &dictionary_of));
    }
    let kids: Vec<Object> = objects.iter().copied().map(Object::Reference).collect();
    let dict = dictionary! { "Type" => "Pages", "Count" => kids.len() as i64, "Kids" => kids };
    document.objects.insert(tree, dict.into());
    let mut catalog = dictionary! { "Type" => "Catalog", "Pages" => tree };
    if promise.standard.is_tagged() {
        catalog.set("MarkInfo", dictionary! { "Marked" => true });
        let (root, elements) = structure::write(document, pages, &page_parts);
        catalog.set("StructTreeRoot", root);
        texts.extend(elements);
    }
    describe_book(document, &mut catalog, pages, promise);
    navigate(document, &mut catalog, pages, &objects);
    let catalog = document.add_object(catalog);
    document.trailer.set("Root", catalog);
    let information = document.add_object(metadata::information(&pages.properties));
    document.trailer.set("Info", information);
    texts
}

/// Pages that are written together, or their links.
const TOGETHER: usize = 64;

/// The pages' own objects, written on all cores.
fn as_texts(count: usize, dictionary_of: &(dyn Fn(usize) -> Option<(ObjectId, Object)> + Sync)) -> Vec<Texts> {
    let starts: Vec<usize> = (0..count).step_by(TOGETHER).collect();
    parallel::map(&starts, &|start| {
        let mut texts = Texts::default();
        let some = (*start..count.min(start + TOGETHER)).filter_map(dictionary_of);
        some.for_each(|(id, object)| texts.add(id.0, &object));
        texts
    })
}

/// The link annotations of each page, and their texts; none for sheets of paper.
fn links(document: &mut Document, pages: &Pages, promise: Promise) -> (Vec<Vec<Annotation>>, Vec<Texts>) {
    if promise.on_paper {
        return (pages.pages.iter().map(|_| Vec::new()).collect(), Vec::new());
    }
    let mut key = promise.standard.is_tagged().then_some(pages.pages.len() as i64);
    let next = |page| {
        let first = First { object: document.max_id + 1, key };
        let count = navigation::count_links(pages, page);
        document.max_id += count;
        key = key.map(|key| key + i64::from(count));
        (page, first)
    };
    let all: Vec<(&Page, First)> = pages.pages.iter().map(next).collect();
    let written = parallel::map(&all.chunks(TOGETHER).collect::<Vec<_>>(), &|some| {
        let mut texts = Texts::default();
        let links = some.iter().map(|(page, first)| navigation::links(pages, page, *first, &mut texts));
        (links.collect::<Vec<_>>(), texts)
    });
    let (annotations, texts): (Vec<_>, Vec<_>) = written.into_iter().unzip();
    (annotations.into_iter().flatten().collect(), texts)
}

/// One dictionary of fonts and images for all pages, and what the images hold.
pub(super) fn resources(document: &mut Document, fonts: Option<ObjectId>, pictures: Pictures) -> (ObjectId, Kept) {
    let mut dict = Dictionary::new();
    if let Some(fonts) = fonts {
        dict.set("Font", fonts);
    }
    let (images, kept) = pictures.embed(document);
    if !images.is_empty() {
        dict.set("XObject", images);
    }
    (document.add_object(dict), kept)
}

fn describe(page: &Page, annotations: &[Annotation]) -> Dictionary {
    let corners = [Object::from(0), 0.into(), rounded(page.size.width).into(), rounded(page.size.height).into()];
    let mut dict = dictionary! {
        "Type" => "Page",
        "MediaBox" => corners.to_vec(),
        "TrimBox" => corners.to_vec(),
        // PDF/UA-1 7.18.3: the tabulator goes through annotations in the order of the structure.
        "Tabs" => "S",
    };
    if !annotations.is_empty() {
        dict.set("Annots", annotations.iter().map(|annotation| annotation.object.into()).collect::<Vec<Object>>());
    }
    dict
}

fn describe_book(document: &mut Document, catalog: &mut Dictionary, pages: &Pages, promise: Promise) {
    let properties = &pages.properties;
    let direction = if properties.right_to_left { "R2L" } else { "L2R" };
    catalog.set("Lang", super::text_string(&properties.language));
    catalog.set("Metadata", document.add_object(metadata::packet(properties, promise.standard)));
    catalog.set("OutputIntents", vec![colour::output_intent(document, promise.space).into()]);
    catalog.set("ViewerPreferences", dictionary! { "DisplayDocTitle" => true, "Direction" => direction });
}

fn navigate(document: &mut Document, catalog: &mut Dictionary, pages: &Pages, objects: &[ObjectId]) {
    catalog.set("PageLabels", navigation::labels(document, &pages.pages));
    if let Some(destinations) = navigation::destinations(document, pages, objects) {
        catalog.set("Names", dictionary! { "Dests" => destinations });
    }
    if let Some(outline) = navigation::outline(document, pages, objects) {
        catalog.set("Outlines", outline);
        catalog.set("PageMode", "UseOutlines");
    }
}
