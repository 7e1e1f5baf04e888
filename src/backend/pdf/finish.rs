//! The finishing pass: from what printpdf makes to a file that is PDF/A-2a and PDF/UA-1.
//!
//! printpdf writes fonts and content streams. Its page boxes, bookmarks, annotations, metadata and identifiers are
//! wrong, random or missing, so all of those are written here.

use std::io::{self, BufWriter};

use lopdf::{Document, Object, ObjectId, SaveOptions, dictionary};

use super::content::{Part, rounded};
use super::images::Pictures;
use super::structure::{self, Annotation, PageParts};
use super::{colour, metadata, navigation};
use crate::backend::Sink;
use crate::layout::frame::{Page, Pages};

/// Finishes a document whose pages are those of `pages`, with one more at the end that shows the fonts.
pub(super) fn finish(document: &mut Document, pages: &Pages, parts: &[Vec<Part>], pictures: Pictures) {
    document.version = "1.7".into();
    let objects = page_objects(document, pages.pages.len());
    let resources = shared_resources(document, &objects, pictures);
    let mut page_parts = Vec::new();
    for ((page, parts), object) in pages.pages.iter().zip(parts).zip(&objects) {
        let annotations = navigation::links(document, pages, page);
        rewrite_page(document, page, *object, resources);
        annotate(document, *object, &annotations);
        page_parts.push(PageParts { object: *object, parts, annotations });
    }
    page_tree(document, &objects);
    let structure = structure::write(document, pages, &page_parts);
    catalog(document, pages, &objects, structure);
    document.compress();
    identify(document, pages);
}

/// Writes the document, as small as it goes: object streams, compressed streams, no cross-reference table.
///
/// # Errors
/// Only if `out` cannot be written.
pub(super) fn save(document: &mut Document, out: &mut dyn Sink) -> io::Result<()> {
    let options = SaveOptions::builder()
        .use_object_streams(true)
        .use_xref_streams(true)
        .max_objects_per_stream(1000)
        .compression_level(9)
        .build();
    let mut out = BufWriter::with_capacity(1 << 16, out);
    document.save_with_options(&mut out, options)?;
    io::Write::flush(&mut out)
}

/// The pages' objects in order; what printpdf made for the page of the fonts goes.
fn page_objects(document: &mut Document, wanted: usize) -> Vec<ObjectId> {
    let mut objects: Vec<ObjectId> = document.page_iter().collect();
    for extra in objects.split_off(wanted.min(objects.len())) {
        remove_part(document, extra, b"Resources");
        remove_part(document, extra, b"Contents");
        document.objects.remove(&extra);
    }
    objects
}

/// The object that an entry of a dictionary refers to.
fn part(document: &Document, of: ObjectId, name: &[u8]) -> Option<ObjectId> {
    document.get_dictionary(of).ok()?.get(name).ok()?.as_reference().ok()
}

fn remove_part(document: &mut Document, of: ObjectId, name: &[u8]) {
    if let Some(part) = part(document, of, name) {
        document.objects.remove(&part);
    }
}

/// One dictionary of fonts and images for all pages, in place of printpdf's one a page.
fn shared_resources(document: &mut Document, objects: &[ObjectId], pictures: Pictures) -> ObjectId {
    let mut fonts = None;
    for page in objects {
        let Some(of_page) = part(document, *page, b"Resources") else { continue };
        fonts = part(document, of_page, b"Font").or(fonts);
        for empty in [&b"ExtGState"[..], b"Shading", b"XObject"] {
            remove_part(document, of_page, empty);
        }
        document.objects.remove(&of_page);
    }
    let mut resources = dictionary! { "XObject" => pictures.embed(document) };
    if let Some(fonts) = fonts {
        resources.set("Font", fonts);
    }
    document.add_object(resources)
}

fn rewrite_page(document: &mut Document, page: &Page, object: ObjectId, resources: ObjectId) {
    let Ok(dict) = document.get_dictionary_mut(object) else { return };
    let contents = dict.get(b"Contents").cloned().unwrap_or(Object::Null);
    let parent = dict.get(b"Parent").cloned().unwrap_or(Object::Null);
    let corner = [Object::from(0), 0.into(), rounded(page.size.width).into(), rounded(page.size.height).into()];
    *dict = dictionary! {
        "Type" => "Page",
        "Parent" => parent,
        "MediaBox" => corner.to_vec(),
        "TrimBox" => corner.to_vec(),
        // Not inherited: PDF/A-2 6.2.2.
        "Resources" => resources,
        "Contents" => contents,
        // PDF/UA-1 7.18.3: the tabulator goes through annotations in the order of the structure.
        "Tabs" => "S",
    };
}

fn annotate(document: &mut Document, page: ObjectId, annotations: &[Annotation]) {
    let objects: Vec<Object> = annotations.iter().map(|annotation| annotation.object.into()).collect();
    if let (false, Ok(dict)) = (objects.is_empty(), document.get_dictionary_mut(page)) {
        dict.set("Annots", objects);
    }
}

fn page_tree(document: &mut Document, objects: &[ObjectId]) {
    let pages = document.catalog().and_then(|catalog| catalog.get(b"Pages")?.as_reference());
    let Ok(pages) = pages else { return };
    let dict = dictionary! {
        "Type" => "Pages",
        "Count" => objects.len() as i64,
        "Kids" => objects.iter().copied().map(Object::Reference).collect::<Vec<_>>(),
    };
    document.objects.insert(pages, dict.into());
}

fn catalog(document: &mut Document, pages: &Pages, objects: &[ObjectId], structure: ObjectId) {
    let page_tree = document.catalog().and_then(|catalog| catalog.get(b"Pages")).cloned().unwrap_or(Object::Null);
    let properties = &pages.properties;
    let direction = if properties.right_to_left { "R2L" } else { "L2R" };
    let mut dict = dictionary! {
        "Type" => "Catalog",
        "Pages" => page_tree,
        "Lang" => super::text_string(&properties.language),
        "MarkInfo" => dictionary! { "Marked" => true },
        "StructTreeRoot" => structure,
        "Metadata" => document.add_object(metadata::packet(properties)),
        "OutputIntents" => vec![colour::output_intent(document).into()],
        "PageLabels" => navigation::labels(document, &pages.pages),
        "ViewerPreferences" => dictionary! { "DisplayDocTitle" => true, "Direction" => direction },
    };
    if let Some(destinations) = navigation::destinations(document, pages, objects) {
        dict.set("Names", dictionary! { "Dests" => destinations });
    }
    if let Some(outline) = navigation::outline(document, pages, objects) {
        dict.set("Outlines", outline);
        dict.set("PageMode", "UseOutlines");
    }
    let id = document.trailer.get(b"Root").and_then(Object::as_reference);
    if let Ok(id) = id {
        document.objects.insert(id, dict.into());
    }
}

/// The information dictionary, and the identifiers (ISO 32000-1 §14.4): the first of the book, so that a rebuild of a
/// changed text is known as its successor, the second of this content.
fn identify(document: &mut Document, pages: &Pages) {
    let information = document.trailer.get(b"Info").and_then(Object::as_reference);
    if let Ok(information) = information {
        document.objects.insert(information, metadata::information(&pages.properties).into());
    }
    let properties = &pages.properties;
    let of = |parts: &[&[u8]]| {
        let bytes = super::digest(parts).map(u64::to_be_bytes).concat();
        Object::String(bytes, lopdf::StringFormat::Hexadecimal)
    };
    let book = of(&[properties.identifier.as_bytes(), properties.title.as_bytes()]);
    let streams = document.objects.values().filter_map(|object| Some(object.as_stream().ok()?.content.as_slice()));
    let content = of(&streams.collect::<Vec<_>>());
    document.trailer.set("ID", vec![book, content]);
}
