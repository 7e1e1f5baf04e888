//! What an EPUB file holds, as a reader finds its way in it (EPUB 3.3 §5, §7).

use std::io::Cursor;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::super::book::{attribute, content, join, rootfile};
use super::super::text::decoded;

/// The most bytes of a file in the archive.
const LIMIT: u64 = 64 << 20;

/// What there is to read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Contents {
    /// The documents in reading order, as names in the archive.
    pub(super) documents: Vec<String>,
    /// The table of contents.
    pub(super) entries: Vec<Entry>,
}

/// A line of the table of contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) title: String,
    /// Name in the archive, with the fragment.
    pub(super) document: String,
    /// How many lists it is in, from 0.
    pub(super) depth: usize,
}

/// A file of an EPUB file, and its media type by its name's ending.
pub(super) fn file(epub: &[u8], name: &str) -> Option<(Vec<u8>, &'static str)> {
    let bytes = content(&mut ZipArchive::new(Cursor::new(epub)).ok()?, name, LIMIT)?;
    Some((bytes, media_type(name)?))
}

/// Only what books hold; what else there may be is not shown.
fn media_type(name: &str) -> Option<&'static str> {
    Some(match name.rsplit('.').next()? {
        "xhtml" | "html" => "application/xhtml+xml",
        "css" => "text/css; charset=utf-8",
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "svg" => "image/svg+xml",
        "otf" => "font/otf",
        "ttf" => "font/ttf",
        "woff" => "font/woff",
        "woff2" => "font/woff2",
        _ => return None,
    })
}

/// What there is to read in an EPUB file.
pub(super) fn contents(epub: &[u8]) -> Option<Contents> {
    let mut archive = ZipArchive::new(Cursor::new(epub)).ok()?;
    let mut text = |name: &str| Some(String::from_utf8_lossy(&content(&mut archive, name, LIMIT)?).into_owned());
    let package = rootfile(&text("META-INF/container.xml")?)?;
    let (documents, navigation) = of_package(&package, &text(&package)?);
    let entries = navigation.and_then(|name| Some(of_navigation(&name, &text(&name)?))).unwrap_or_default();
    Some(Contents { documents, entries })
}

/// The documents of a package in reading order, and its navigation document.
fn of_package(package: &str, text: &str) -> (Vec<String>, Option<String>) {
    let mut reader = Reader::from_str(text);
    let (mut items, mut documents, mut navigation) = (Vec::new(), Vec::new(), None);
    while let Ok(event) = reader.read_event() {
        let (Event::Start(start) | Event::Empty(start)) = event else {
            if matches!(event, Event::Eof) {
                break;
            }
            continue;
        };
        let value = |key| attribute(&start, key).unwrap_or_default();
        match start.local_name().as_ref() {
            "item" => {
                let name = join(package, &decoded(&value("href")).unwrap_or_default());
                if value("properties").split(' ').any(|one| one == "nav") {
                    navigation = Some(name.clone());
                }
                items.push((value("id"), name));
            }
            "itemref" => {
                let id = value("idref");
                documents.extend(items.iter().find(|(known, _)| *known == id).map(|(_, name)| name.clone()));
            }
            _ => {}
        }
    }
    (documents, navigation)
}

/// The table of contents of a navigation document.
fn of_navigation(name: &str, text: &str) -> Vec<Entry> {
    let mut reader = Reader::from_str(text);
    let (mut entries, mut lists, mut inside, mut open) = (Vec::new(), 0_usize, false, None::<Entry>);
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Eof => break,
            Event::Start(start) => match start.local_name().as_ref() {
                "nav" => inside = is_contents(&start),
                "ol" => lists += 1,
                "a" if inside => {
                    let href = decoded(&attribute(&start, "href").unwrap_or_default()).unwrap_or_default();
                    let depth = lists.saturating_sub(1);
                    open = Some(Entry { title: String::new(), document: join(name, &href), depth });
                }
                _ => {}
            },
            Event::Text(text) => {
                if let Some(entry) = &mut open {
                    entry.title.push_str(&text.xml10_content());
                }
            }
            Event::GeneralRef(reference) => {
                let named = quick_xml::escape::resolve_xml_entity(&reference).map(str::to_owned);
                let number = || reference.resolve_char_ref().ok().flatten().map(String::from);
                if let Some(entry) = &mut open {
                    entry.title.push_str(&named.or_else(number).unwrap_or_default());
                }
            }
            Event::End(end) => match end.local_name().as_ref() {
                "nav" => inside = false,
                "ol" => lists = lists.saturating_sub(1),
                "a" => entries.extend(open.take()),
                _ => {}
            },
            _ => {}
        }
    }
    entries
}

fn is_contents(nav: &BytesStart<'_>) -> bool {
    attribute(nav, "epub:type").is_some_and(|kinds| kinds.split(' ').any(|kind| kind == "toc"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_in_the_order_of_the_spine() {
        let package = "<package><manifest><item id='b' href='t/b%20b.xhtml'/><item id='n' properties='x nav' href='nav.xhtml'/>\
            <item id='a' href='t/a.xhtml'/></manifest><spine><itemref idref='a'/><itemref idref='b'/><itemref idref='?'/></spine></package>";
        let (documents, navigation) = of_package("O/p.opf", package);
        assert_eq!(documents, ["O/t/a.xhtml", "O/t/b b.xhtml"]);
        assert_eq!(navigation.as_deref(), Some("O/nav.xhtml"));
    }

    #[test]
    fn contents_are_those_of_the_navigation_document() {
        let nav = "<html><nav epub:type='toc'><ol><li><a href='t/a.xhtml'>A &amp; <i>B</i></a><ol><li><a href='t/a.xhtml#x'>C&#x4E00;</a></li></ol></li></ol></nav>\
            <nav epub:type='landmarks'><ol><li><a href='z'>no</a></li></ol></nav></html>";
        let entry =
            |title: &str, document: &str, depth| Entry { title: title.into(), document: document.into(), depth };
        assert_eq!(
            of_navigation("O/nav.xhtml", nav),
            [entry("A & B", "O/t/a.xhtml", 0), entry("C一", "O/t/a.xhtml#x", 1)]
        );
    }
}
