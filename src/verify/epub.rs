//! Re-opens a finished EPUB and looks for what would keep it from opening anywhere, or make it contact anyone: the
//! container, the manifest against the files, every XML file, every link, everything that loads.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Seek, SeekFrom};

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use zip::ZipArchive;

use super::Finding;

/// Elements that run, send or load something.
const ACTIVE: &[&str] = &[
    "applet",
    "audio",
    "base",
    "button",
    "canvas",
    "embed",
    "fencedframe",
    "form",
    "foreignObject",
    "frame",
    "frameset",
    "iframe",
    "input",
    "object",
    "portal",
    "script",
    "select",
    "source",
    "style",
    "svg",
    "template",
    "textarea",
    "track",
    "video",
];

/// Attributes whose value is loaded, or is where a link leads.
const ADDRESSES: &[&str] = &[
    "action",
    "background",
    "cite",
    "data",
    "formaction",
    "href",
    "longdesc",
    "manifest",
    "ping",
    "poster",
    "src",
    "srcset",
    "xlink:href",
];

/// Checks a finished book; nothing found is a good book.
pub fn check(mut book: impl Read + Seek) -> Vec<Finding> {
    let mut check = Check::default();
    check.container(&mut book);
    match ZipArchive::new(book) {
        Ok(archive) => check.archive(archive),
        Err(error) => check.found(format!("no readable zip archive: {error}")),
    }
    check.findings
}

#[derive(Default)]
struct Check {
    findings: Vec<Finding>,
    /// Every entry, with its content if it is text, else its first bytes.
    entries: BTreeMap<String, Vec<u8>>,
    /// Ids by XML file.
    ids: BTreeMap<String, BTreeSet<String>>,
    /// Where links lead: the file they are in, their target within the archive, its id.
    links: Vec<(String, String, Option<String>)>,
}

impl Check {
    fn found(&mut self, what: impl Into<String>) {
        self.findings.push(Finding { what: what.into() });
    }

    /// OCF 4.2: the first entry says what the file is, where no program has to unpack anything to see it.
    fn container(&mut self, book: &mut (impl Read + Seek)) {
        let mut head = [0; 58];
        let read = book.seek(SeekFrom::Start(0)).and_then(|_| book.read_exact(&mut head));
        let plain = head.starts_with(b"PK\x03\x04") && head[8..10] == [0, 0] && head[28..30] == [0, 0];
        if read.is_err() || !plain || head[30..] != *b"mimetypeapplication/epub+zip" {
            self.found("the first entry is not a stored mimetype of application/epub+zip");
        }
    }

    fn archive<R: Read + Seek>(&mut self, mut archive: ZipArchive<R>) {
        let mut folded = BTreeSet::new();
        for index in 0..archive.len() {
            let entry = match archive.by_index(index) {
                Ok(entry) => entry,
                Err(error) => {
                    self.found(format!("entry {index} cannot be read: {error}"));
                    continue;
                }
            };
            let name = entry.name().map(|name| name.into_owned()).unwrap_or_default();
            // Books of others are checked, too: no text is longer than this.
            let limit = if is_text(&name) { 256 << 20 } else { 16 };
            let size = entry.size();
            let mut content = Vec::new();
            if entry.take(limit).read_to_end(&mut content).is_err() {
                self.found(format!("{name} is damaged"));
            }
            if !fit(&name) || !folded.insert(name.to_ascii_lowercase()) {
                self.found(format!("{name:?} is not a fit or not a unique name"));
            }
            if size == 0 {
                self.found(format!("{name} is empty"));
            }
            self.entries.insert(name, content);
        }
        self.documents();
    }

    fn documents(&mut self) {
        let entries = std::mem::take(&mut self.entries);
        let xml = |name: &&String| [".xhtml", ".opf", ".ncx", ".xml"].iter().any(|ending| name.ends_with(ending));
        for name in entries.keys().filter(xml) {
            if let Err(fault) = self.xml(name, &entries[name]) {
                self.found(format!("{name} is not well-formed: {fault}"));
            }
        }
        for (name, css) in entries.iter().filter(|(name, _)| name.ends_with(".css")) {
            self.style(name, &String::from_utf8_lossy(css));
        }
        match package_name(&entries) {
            Some(package) => self.package(&package, &entries),
            None => self.found("META-INF/container.xml names no package document"),
        }
        self.resolve(&entries);
    }

    /// Reads an XML file: ids, links, and what must not be there.
    fn xml(&mut self, name: &str, content: &[u8]) -> Result<(), String> {
        let content = std::str::from_utf8(content).map_err(|error| error.to_string())?;
        let mut reader = Reader::from_str(content);
        let mut depth = 0_usize;
        let mut roots = 0_usize;
        loop {
            match reader.read_event().map_err(|error| error.to_string())? {
                Event::Eof if depth == 0 && roots == 1 => return Ok(()),
                Event::Eof => return Err("it is cut off".to_owned()),
                Event::Start(start) => {
                    roots += usize::from(depth == 0);
                    depth += 1;
                    self.element(name, &start)?;
                }
                Event::Empty(start) => {
                    roots += usize::from(depth == 0);
                    self.element(name, &start)?;
                }
                Event::End(_) => depth = depth.saturating_sub(1),
                Event::Text(text) if text.chars().any(|c| c < ' ' && !matches!(c, '\t' | '\n' | '\r')) => {
                    return Err("it holds a control character".to_owned());
                }
                Event::GeneralRef(reference) => {
                    let named = quick_xml::escape::resolve_xml_entity(&reference).is_some();
                    if !named && reference.resolve_char_ref().ok().flatten().is_none() {
                        return Err(format!("it refers to an entity that it does not have: {}", &*reference));
                    }
                }
                Event::PI(_) => self.found(format!("{name} holds a processing instruction")),
                Event::Text(_) | Event::CData(_) | Event::Comment(_) | Event::Decl(_) | Event::DocType(_) => {}
            }
        }
    }

    fn element(&mut self, name: &str, start: &BytesStart<'_>) -> Result<(), String> {
        let element = start.local_name().as_ref().to_owned();
        if name.ends_with(".xhtml") && ACTIVE.contains(&element.as_str()) {
            self.found(format!("{name} holds a {element} element"));
        }
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| error.to_string())?;
            let key = attribute.key.as_ref();
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| error.to_string())?;
            if key == "id" && !self.ids.entry(name.to_owned()).or_default().insert(value.to_string()) {
                self.found(format!("{name} has the id {value} twice"));
            }
            if name.ends_with(".xhtml") && (key.starts_with("on") || key == "style" || key == "http-equiv") {
                self.found(format!("{name} has a {key} attribute"));
            }
            if ADDRESSES.contains(&key) {
                self.address(name, &element, &value);
            }
        }
        Ok(())
    }

    /// A link may lead out of the book to the web; everything else stays within the book.
    fn address(&mut self, name: &str, element: &str, value: &str) {
        let scheme = value.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
        match scheme.as_deref() {
            Some("http" | "https" | "mailto") if element == "a" => {}
            Some(_) => self.found(format!("{name}: {element} leads to {value}")),
            None => {
                let (path, id) = value.split_once('#').map_or((value, None), |(path, id)| (path, Some(id)));
                let target = if path.is_empty() { name.to_owned() } else { join(name, path) };
                self.links.push((name.to_owned(), target, id.map(str::to_owned)));
            }
        }
    }

    fn style(&mut self, name: &str, css: &str) {
        if css.contains("@import") || css.contains("://") || css.contains("expression(") {
            self.found(format!("{name} refers to something outside the book"));
        }
        for piece in css.split("url(").skip(1) {
            let value = piece.split(')').next().unwrap_or_default().trim_matches(['"', '\'', ' ']);
            self.address(name, "url", value);
        }
    }

    /// The manifest holds every file of the book and no other; the spine refers to it.
    fn package(&mut self, package: &str, entries: &BTreeMap<String, Vec<u8>>) {
        let Some(content) = entries.get(package).and_then(|content| std::str::from_utf8(content).ok()) else {
            return self.found(format!("{package} is not in the archive"));
        };
        let items = elements(content, "item");
        let mut listed = BTreeSet::from([package.to_owned()]);
        for item in &items {
            let file = join(package, item.get("href").map_or("", String::as_str));
            let media_type = item.get("media-type").map_or("", String::as_str);
            match entries.get(&file) {
                Some(content) if !is(media_type, content) => self.found(format!("{file} is not {media_type}")),
                Some(_) => {}
                None => self.found(format!("{file} is in the manifest and not in the archive")),
            }
            if !listed.insert(file.clone()) {
                self.found(format!("{file} is in the manifest twice"));
            }
        }
        let extra = entries.keys().filter(|name| *name != "mimetype" && !name.starts_with("META-INF/"));
        for name in extra.filter(|name| !listed.contains(*name)).cloned().collect::<Vec<_>>() {
            self.found(format!("{name} is in the archive and not in the manifest"));
        }
        let ids: BTreeSet<&String> = items.iter().filter_map(|item| item.get("id")).collect();
        let spine = elements(content, "itemref");
        if spine.is_empty() {
            self.found("the spine is empty");
        }
        for item in spine.iter().filter(|item| item.get("idref").is_none_or(|id| !ids.contains(id))) {
            self.found(format!("the spine refers to an item that there is not: {item:?}"));
        }
        let nav = |item: &&BTreeMap<String, String>| {
            item.get("properties").is_some_and(|all| all.split(' ').any(|one| one == "nav"))
        };
        if items.iter().filter(nav).count() != 1 {
            self.found("the manifest has not exactly one navigation document");
        }
    }

    fn resolve(&mut self, entries: &BTreeMap<String, Vec<u8>>) {
        for (from, target, id) in std::mem::take(&mut self.links) {
            if !entries.contains_key(&target) {
                self.found(format!("{from} refers to {target}, which is not in the book"));
            } else if let Some(id) = id
                && self.ids.get(&target).is_none_or(|ids| !ids.contains(&id))
            {
                self.found(format!("{from} refers to {target}#{id}, and there is no such id"));
            }
        }
    }
}

fn is_text(name: &str) -> bool {
    [".xhtml", ".opf", ".ncx", ".xml", ".css"].iter().any(|ending| name.ends_with(ending))
}

/// A name that stays within the folder it is unpacked in, on every system.
fn fit(name: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b))
    };
    name.split('/').all(part)
}

/// A relative address as the archive's name, seen from a file.
fn join(from: &str, relative: &str) -> String {
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

fn package_name(entries: &BTreeMap<String, Vec<u8>>) -> Option<String> {
    let container = std::str::from_utf8(entries.get("META-INF/container.xml")?).ok()?;
    elements(container, "rootfile").first()?.get("full-path").cloned()
}

/// The attributes of every element of a name.
fn elements(content: &str, name: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = Reader::from_str(content);
    let mut found = Vec::new();
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Eof => break,
            Event::Start(start) | Event::Empty(start) if start.local_name().as_ref() == name => {
                let attributes = start.attributes().flatten();
                let value = |attribute: &quick_xml::events::attributes::Attribute<'_>| {
                    attribute.normalized_value(XmlVersion::Implicit1_0).map(|value| value.into_owned()).ok()
                };
                found.push(attributes.filter_map(|one| Some((one.key.as_ref().to_owned(), value(&one)?))).collect());
            }
            _ => {}
        }
    }
    found
}

/// Whether a file begins as its media type does.
fn is(media_type: &str, content: &[u8]) -> bool {
    match media_type {
        "image/jpeg" => content.starts_with(&[0xFF, 0xD8, 0xFF]),
        "image/png" => content.starts_with(b"\x89PNG\r\n\x1a\n"),
        "image/gif" => content.starts_with(b"GIF8"),
        "font/otf" => content.starts_with(b"OTTO"),
        "font/ttf" => content.starts_with(&[0, 1, 0, 0]),
        "text/css" | "application/xhtml+xml" | "application/x-dtbncx+xml" => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use zip::write::SimpleFileOptions;
    use zip::{CompressionMethod, ZipWriter};

    use super::*;

    const CONTAINER: &str = "<container><rootfiles><rootfile full-path=\"OEBPS/content.opf\"/></rootfiles></container>";
    const PACKAGE: &str = "<package><manifest>\
        <item id=\"nav\" href=\"nav.xhtml\" media-type=\"application/xhtml+xml\" properties=\"nav\"/>\
        <item id=\"a\" href=\"text/a.xhtml\" media-type=\"application/xhtml+xml\"/>\
        <item id=\"i\" href=\"img/i.png\" media-type=\"image/png\"/>\
        </manifest><spine><itemref idref=\"a\"/></spine></package>";
    const NAV: &str = "<html><a href=\"text/a.xhtml#x\">a</a></html>";
    const TEXT: &str =
        "<html><p id=\"x\">a&amp;b</p><img src=\"../img/i.png\"/><a href=\"https://a.example/\">w</a></html>";
    const PNG: &str = "\u{89}PNG";

    fn good() -> Vec<(&'static str, &'static str)> {
        vec![
            ("mimetype", "application/epub+zip"),
            ("META-INF/container.xml", CONTAINER),
            ("OEBPS/content.opf", PACKAGE),
            ("OEBPS/img/i.png", PNG),
            ("OEBPS/nav.xhtml", NAV),
            ("OEBPS/text/a.xhtml", TEXT),
        ]
    }

    fn findings(files: &[(&str, &str)]) -> String {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in files {
            let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
            archive.start_file(*name, options).unwrap();
            let content = if *content == PNG { b"\x89PNG\r\n\x1a\n".as_slice() } else { content.as_bytes() };
            archive.write_all(content).unwrap();
        }
        let found = check(archive.finish().unwrap());
        found.into_iter().map(|finding| finding.what).collect::<Vec<_>>().join("; ")
    }

    /// What is found when one file is another.
    fn with(name: &'static str, content: &'static str) -> String {
        let mut files = good();
        files.retain(|(other, _)| *other != name);
        files.push((name, content));
        findings(&files)
    }

    #[test]
    fn a_good_book_passes() {
        assert_eq!(findings(&good()), "");
    }

    #[test]
    fn each_fault_is_found() {
        let faults = [
            ("OEBPS/text/a.xhtml", "<html><p id=\"x\">a</html>", "not well-formed"),
            ("OEBPS/text/a.xhtml", "<html><p id=\"x\">a</p>", "cut off"),
            ("OEBPS/text/a.xhtml", "<html id=\"x\">a\u{8}</html>", "control character"),
            ("OEBPS/text/a.xhtml", "<html id=\"x\">&nbsp;</html>", "entity"),
            ("OEBPS/text/a.xhtml", "<html id=\"x\"><p id=\"x\"/></html>", "twice"),
            ("OEBPS/text/a.xhtml", "<html><p/></html>", "no such id"),
            (
                "OEBPS/text/a.xhtml",
                "<html id=\"x\"><img src=\"gone.png\"/></html>",
                "gone.png, which is not in the book",
            ),
            (
                "OEBPS/text/a.xhtml",
                "<html id=\"x\"><img src=\"https://a.example/i.png\"/></html>",
                "img leads to https",
            ),
            ("OEBPS/text/a.xhtml", "<html id=\"x\"><a href=\"javascript:1\"/></html>", "a leads to javascript"),
            ("OEBPS/text/a.xhtml", "<html id=\"x\"><script/></html>", "holds a script"),
            ("OEBPS/text/a.xhtml", "<html id=\"x\"><p onclick=\"1\"/></html>", "onclick"),
            ("OEBPS/img/i.png", "GIF89a", "is not image/png"),
            ("OEBPS/img/i.png", "", "is empty"),
            ("OEBPS/img/more.png", PNG, "not in the manifest"),
            ("../evil.png", PNG, "not a fit"),
            ("META-INF/container.xml", "<container/>", "names no package document"),
        ];
        for (name, content, expected) in faults {
            let found = with(name, content);
            assert!(found.contains(expected), "{name} {content}: {found:?}");
        }
    }

    #[test]
    fn what_is_listed_must_be_there() {
        let found = findings(&good()[..5]);
        assert!(found.contains("OEBPS/text/a.xhtml is in the manifest and not in the archive"), "{found}");
    }

    #[test]
    fn the_first_entry_says_what_it_is() {
        let mut files = good();
        files.rotate_left(1);
        assert!(findings(&files).contains("first entry"));
        assert!(check(Cursor::new(b"no zip".to_vec())).len() > 1);
    }
}
