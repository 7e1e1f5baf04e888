//! What a book says of itself, read from its file when it is asked for.

use std::io::{BufReader, Read};

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use zip::ZipArchive;

use super::shelf::Opened;
use super::text::decoded;

/// The most bytes of a package document and of a cover.
const PACKAGE: u64 = 4 << 20;
const COVER: u64 = 16 << 20;

/// What is known of a book.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct About {
    pub(super) title: String,
    pub(super) authors: Vec<String>,
    pub(super) language: Option<String>,
    pub(super) summary: Option<String>,
    pub(super) publisher: Option<String>,
    /// The cover's file in the archive, and its media type.
    pub(super) cover: Option<(String, &'static str)>,
}

/// Reads what a book says. What is no EPUB, or broken, is called by its name.
pub(super) fn about(name: &str, book: &mut Opened) -> About {
    let read = if book.media_type == "application/epub+zip" { read(book) } else { None };
    let mut about = read.unwrap_or_default();
    if about.title.is_empty() {
        let file = name.rsplit('/').next().unwrap_or(name);
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        about.title = stem.strip_suffix(".kepub").unwrap_or(stem).to_owned();
    }
    about
}

/// The cover's bytes and media type.
pub(super) fn cover(book: &mut Opened) -> Option<(Vec<u8>, &'static str)> {
    let (file, kind) = read(book)?.cover?;
    let mut archive = ZipArchive::new(BufReader::new(&mut book.file)).ok()?;
    let bytes = content(&mut archive, &file, COVER)?;
    // What it is called is not what it is: a browser must not be given a page.
    let is = match kind {
        "image/jpeg" => bytes.starts_with(&[0xFF, 0xD8, 0xFF]),
        "image/png" => bytes.starts_with(b"\x89PNG"),
        "image/gif" => bytes.starts_with(b"GIF8"),
        _ => bytes.get(8..12) == Some(b"WEBP"),
    };
    is.then_some((bytes, kind))
}

fn read(book: &mut Opened) -> Option<About> {
    let mut archive = ZipArchive::new(BufReader::new(&mut book.file)).ok()?;
    let container = content(&mut archive, "META-INF/container.xml", PACKAGE)?;
    let package = rootfile(&String::from_utf8_lossy(&container))?;
    let content = content(&mut archive, &package, PACKAGE)?;
    Some(of_package(&package, &String::from_utf8_lossy(&content)))
}

pub(super) fn content<R: Read + std::io::Seek>(archive: &mut ZipArchive<R>, name: &str, limit: u64) -> Option<Vec<u8>> {
    let entry = archive.by_name(name).ok()?;
    if entry.size() > limit {
        return None;
    }
    let mut bytes = Vec::new();
    entry.take(limit).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

pub(super) fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = start.try_get_attribute(name).ok()??;
    attribute.normalized_value(XmlVersion::Implicit1_0).ok().map(|value| value.into_owned())
}

pub(super) fn rootfile(container: &str) -> Option<String> {
    let mut reader = Reader::from_str(container);
    loop {
        match reader.read_event().ok()? {
            Event::Eof => return None,
            Event::Start(start) | Event::Empty(start) if start.local_name().as_ref() == "rootfile" => {
                return attribute(&start, "full-path");
            }
            _ => {}
        }
    }
}

/// Reads a package document, as far as it is XML.
fn of_package(package: &str, content: &str) -> About {
    let mut about = About::default();
    let mut reader = Reader::from_str(content);
    let mut open: Option<(String, String)> = None;
    let (mut items, mut named): (Vec<[String; 4]>, Option<String>) = (Vec::new(), None);
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Eof => break,
            Event::Start(start) | Event::Empty(start) => {
                let name = start.local_name().as_ref().to_owned();
                let value = |key| attribute(&start, key).unwrap_or_default();
                match name.as_str() {
                    "item" if items.len() < 20_000 => {
                        items.push(["id", "href", "media-type", "properties"].map(value));
                    }
                    "meta" if value("name") == "cover" => named = Some(value("content")),
                    _ => {}
                }
                open = Some((name, String::new()));
            }
            Event::Text(text) => add(&mut open, &text.xml10_content()),
            Event::CData(text) => add(&mut open, &text),
            Event::GeneralRef(reference) => {
                let named = quick_xml::escape::resolve_xml_entity(&reference).map(str::to_owned);
                let number = || reference.resolve_char_ref().ok().flatten().map(String::from);
                add(&mut open, &named.or_else(number).unwrap_or_default());
            }
            Event::End(_) => {
                if let Some((name, text)) = open.take() {
                    note(&mut about, &name, &text);
                }
            }
            _ => {}
        }
    }
    let is_cover = |item: &&[String; 4]| item[3].split(' ').any(|one| one == "cover-image");
    let cover = items.iter().find(is_cover).or_else(|| items.iter().find(|item| Some(&item[0]) == named.as_ref()));
    let kinds = ["image/jpeg", "image/png", "image/gif", "image/webp"];
    about.cover = cover.and_then(|[_, href, kind, _]| {
        let kind = kinds.into_iter().find(|known| known == kind)?;
        Some((join(package, &decoded(href)?), kind))
    });
    about
}

fn add(open: &mut Option<(String, String)>, text: &str) {
    if let Some((_, so_far)) = open.as_mut().filter(|(_, so_far)| so_far.len() < 10_000) {
        so_far.push_str(text);
    }
}

fn note(about: &mut About, name: &str, text: &str) {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() {
        return;
    }
    match name {
        "title" if about.title.is_empty() => about.title = text,
        "creator" if about.authors.len() < 20 => about.authors.push(text),
        "language" => drop(about.language.get_or_insert(text)),
        "description" => drop(about.summary.get_or_insert(text)),
        "publisher" => drop(about.publisher.get_or_insert(text)),
        _ => {}
    }
}

/// A relative address as the archive's name.
pub(super) fn join(from: &str, relative: &str) -> String {
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_says_what_the_book_is() {
        let package = "<package xmlns:dc=\"x\"><metadata><dc:title>A &amp; <!-- x -->B&#x4E00;</dc:title><dc:title>no</dc:title>\
            <dc:creator>甲</dc:creator><dc:creator> </dc:creator><dc:language>zh-CN</dc:language><meta name=\"cover\" content=\"c\"/></metadata>\
            <manifest><item id=\"c\" href=\"../img/a%20b.jpg\" media-type=\"image/jpeg\"/></manifest></package>";
        let about = of_package("O/p/x.opf", package);
        assert_eq!((about.title.as_str(), about.authors.as_slice()), ("A & B一", ["甲".to_owned()].as_slice()));
        assert_eq!(about.language.as_deref(), Some("zh-CN"));
        assert_eq!(about.cover, Some(("O/img/a b.jpg".to_owned(), "image/jpeg")));
        assert_eq!(of_package("x", "<package><dc:title>a"), About::default());
    }
}
