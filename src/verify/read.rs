//! Any EPUB, read as far as it can be.

use std::collections::BTreeMap;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use zip::ZipArchive;

/// The name of a file of the archive.
pub(super) type Name = String;

/// The most bytes that are looked at: of a text, of the head of another file, and of everything.
const TEXT: u64 = 32 << 20;
const HEAD: u64 = 1 << 20;
const ALL: u64 = 512 << 20;
/// The most entries.
const MOST: usize = 50_000;

/// A file that several read at once, each from its own place.
pub(super) struct Shared<R> {
    file: Arc<Mutex<R>>,
    at: u64,
}

impl<R> Shared<R> {
    /// At its start.
    pub(super) fn new(file: R) -> Self {
        Self { file: Arc::new(Mutex::new(file)), at: 0 }
    }
}

impl<R> Clone for Shared<R> {
    fn clone(&self) -> Self {
        Self { file: Arc::clone(&self.file), at: self.at }
    }
}

impl<R: Read + Seek> Read for Shared<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(self.at))?;
        let read = file.read(into)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl<R: Read + Seek> Seek for Shared<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = match to {
            SeekFrom::Start(at) => at,
            SeekFrom::Current(by) => {
                self.at.checked_add_signed(by).ok_or(io::Error::from(io::ErrorKind::InvalidInput))?
            }
            SeekFrom::End(_) => self.file.lock().unwrap_or_else(PoisonError::into_inner).seek(to)?,
        };
        Ok(self.at)
    }
}

/// The files of a book.
#[derive(Default)]
pub(super) struct Entries {
    /// Their names in the order of the archive.
    pub(super) order: Vec<Name>,
    /// Their sizes.
    pub(super) sizes: BTreeMap<Name, u64>,
    /// Texts whole, others to the size of a head.
    contents: BTreeMap<Name, Vec<u8>>,
}

impl Entries {
    /// The bytes of a file.
    pub(super) fn bytes(&self, name: &str) -> Option<&[u8]> {
        self.contents.get(name).map(Vec::as_slice)
    }
}

/// Reads an archive.
///
/// # Errors
/// Why it is none.
pub(super) fn entries(book: &mut (impl Read + Seek)) -> Result<Entries, String> {
    let mut archive = ZipArchive::new(book).map_err(|error| format!("no readable zip archive: {error}"))?;
    let mut entries = Entries::default();
    let mut all = 0;
    for index in 0..archive.len().min(MOST) {
        let entry = archive.by_index(index).map_err(|error| format!("entry {index} cannot be read: {error}"))?;
        let name = entry.name().map(|name| name.into_owned()).unwrap_or_default();
        if name.ends_with('/') {
            continue;
        }
        let text = [".xhtml", ".html", ".htm", ".opf", ".ncx", ".xml", ".css", "mimetype"];
        let limit = if text.iter().any(|ending| name.to_ascii_lowercase().ends_with(ending)) { TEXT } else { HEAD };
        let size = entry.size();
        let mut content = Vec::new();
        let read = entry.take(limit.min(ALL.saturating_sub(all))).read_to_end(&mut content);
        read.map_err(|error| format!("{name} is damaged: {error}"))?;
        all += content.len() as u64;
        entries.order.push(name.clone());
        entries.sizes.insert(name.clone(), size);
        entries.contents.insert(name, content);
    }
    Ok(entries)
}

/// An element with its own text, that of its children apart.
#[derive(Clone, Debug, Default)]
pub(super) struct Element {
    /// Without its prefix.
    pub(super) name: String,
    /// By name with prefix.
    pub(super) attributes: BTreeMap<String, String>,
    /// What stands in it.
    pub(super) text: String,
    /// How many elements it is in.
    pub(super) depth: usize,
    /// How many elements of its own name it is in.
    pub(super) nested: usize,
    /// Whether one of them is a paragraph.
    pub(super) within_p: bool,
}

impl Element {
    /// The value of an attribute.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }
}

/// Where the elements of one name lead, one after another: there may be a million. `None` if there is no such element.
pub(super) fn targets(content: &[u8], name: &str) -> Option<Vec<String>> {
    let content = String::from_utf8_lossy(content);
    let mut reader = Reader::from_str(&content);
    reader.config_mut().check_end_names = false;
    let mut found = None;
    loop {
        let start = match reader.read_event() {
            Err(_) | Ok(Event::Eof) => return found,
            Ok(Event::Start(start) | Event::Empty(start)) if start.local_name().as_ref() == name => start,
            Ok(_) => continue,
        };
        let value = |key: &str| start.try_get_attribute(key).ok()?;
        let address = value("src").or_else(|| value("href"));
        let address = address.and_then(|it| Some(it.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned()));
        found.get_or_insert_with(Vec::new).extend(address);
    }
}

/// The elements of a document in their order, up to the place where it is no XML any more.
pub(super) fn elements(content: &[u8]) -> Vec<Element> {
    let content = String::from_utf8_lossy(content);
    let mut reader = Reader::from_str(&content);
    reader.config_mut().check_end_names = false;
    let mut found: Vec<Element> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    loop {
        match reader.read_event() {
            Err(_) | Ok(Event::Eof) => return found,
            Ok(Event::Start(start)) => {
                found.push(element(&start, &open, &found));
                open.push(found.len() - 1);
            }
            Ok(Event::Empty(start)) => found.push(element(&start, &open, &found)),
            Ok(Event::End(_)) => drop(open.pop()),
            Ok(Event::Text(text)) => add(&mut found, &open, &text.xml10_content()),
            Ok(Event::CData(text)) => add(&mut found, &open, &text),
            Ok(Event::GeneralRef(_)) => add(&mut found, &open, "&"),
            Ok(_) => {}
        }
    }
}

fn add(found: &mut [Element], open: &[usize], text: &str) {
    if let Some(element) = open.last().and_then(|at| found.get_mut(*at)) {
        element.text.push_str(text);
    }
}

fn element(start: &BytesStart<'_>, open: &[usize], found: &[Element]) -> Element {
    let name = start.local_name().as_ref().to_owned();
    let value = |attribute: &quick_xml::events::attributes::Attribute<'_>| {
        attribute.normalized_value(XmlVersion::Implicit1_0).map(|value| value.into_owned()).ok()
    };
    let mut attributes = start.attributes();
    let attributes = attributes.with_checks(false).flatten();
    let attributes = attributes.filter_map(|one| Some((one.key.as_ref().to_owned(), value(&one)?))).collect();
    // Books nest far less; what does is not looked at to the end.
    let around = || open.iter().rev().take(200).filter_map(|at| found.get(*at));
    let nested = around().filter(|other| other.name == name).count();
    let within_p = around().any(|other| other.name == "p");
    Element { nested, within_p, depth: open.len(), name, attributes, text: String::new() }
}

/// Whether a document is XML.
///
/// # Errors
/// What is wrong with it.
pub(super) fn well_formed(content: &[u8]) -> Result<(), String> {
    let content = std::str::from_utf8(content).map_err(|error| error.to_string())?;
    let mut reader = Reader::from_str(content.trim_start_matches('\u{FEFF}'));
    reader.config_mut().check_comments = true;
    let (mut depth, mut roots) = (0_usize, 0);
    // A document type with entities of its own, such as that of XHTML 1.1, may know more names.
    let mut typed = false;
    loop {
        match reader.read_event().map_err(|error| fault(&error))? {
            Event::Eof if depth == 0 && roots == 1 => return Ok(()),
            Event::Eof => return Err("it is cut off, or has several roots".to_owned()),
            Event::Start(start) => {
                roots += usize::from(depth == 0);
                depth += 1;
                checked(&start)?;
            }
            Event::Empty(start) => {
                roots += usize::from(depth == 0);
                checked(&start)?;
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::DocType(kind) => typed = kind.contains("DTD") || kind.contains("ENTITY"),
            Event::Text(text) if text.chars().any(|c| c < ' ' && !matches!(c, '\t' | '\n' | '\r')) => {
                return Err("it holds a control character".to_owned());
            }
            Event::GeneralRef(reference) => {
                let named = quick_xml::escape::resolve_xml_entity(&reference).is_some();
                if !typed && !named && reference.resolve_char_ref().ok().flatten().is_none() {
                    return Err(format!("it uses the entity {}, which it does not have", &*reference));
                }
            }
            _ => {}
        }
    }
}

fn fault(error: &quick_xml::Error) -> String {
    let text = error.to_string();
    if text.contains("--") { "-- within a comment".to_owned() } else { text }
}

fn checked(start: &BytesStart<'_>) -> Result<(), String> {
    for attribute in start.attributes() {
        attribute.map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// A relative address as the archive's name, seen from a file, percent-encoding undone.
pub(super) fn local(from: &str, relative: &str) -> Name {
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let relative = decoded(split(relative).0);
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// An address without its fragment and query, and the fragment.
pub(super) fn split(address: &str) -> (&str, &str) {
    let (path, id) = address.split_once('#').unwrap_or((address, ""));
    (path.split('?').next().unwrap_or(path), id)
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).filter(|_| *first == b'%').and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}
