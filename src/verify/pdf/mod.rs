//! Checks of a finished PDF file: that it opens, has pages, contacts no one and brings its fonts; of files of any maker
//! also what pictures say, whether text is seen, and whether bookmarks and links lead anywhere.

mod actions;
mod glyphs;
mod navigation;
mod packed;
mod pictures;
mod program;

use std::io::{self, BufRead, Read, Seek, SeekFrom};

use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId};

use self::packed::Packed;
use super::Finding;
use super::rules::{DAMAGED, ENCRYPTED, FONT, NO_PAGE};
use crate::{parallel, pdf};

/// Checks a finished file of ours from its first byte. Nothing is found in a good one.
pub fn check(book: &mut (impl Read + Seek)) -> Vec<Finding> {
    match without_images(book) {
        Ok(bytes) => check_bytes(&bytes),
        Err(_) => vec![Finding::new(DAMAGED, "the file cannot be read to its end")],
    }
}

/// Checks a file of any maker from its first byte, and looks at everything in it.
pub fn check_any(book: &mut (impl Read + Seek)) -> Vec<Finding> {
    let mut bytes = Vec::new();
    if book.seek(SeekFrom::Start(0)).and_then(|_| book.read_to_end(&mut bytes)).is_err() {
        return vec![Finding::new(DAMAGED, "the file cannot be read to its end")];
    }
    let document = match pdf::open(&bytes) {
        Ok(document) => document,
        Err(error) => return vec![Finding::new(DAMAGED, format!("the file cannot be opened: {error}"))],
    };
    if document.is_encrypted() {
        return vec![Finding::new(ENCRYPTED, "the file opens with a password only")];
    }
    let mut findings = Vec::new();
    for object in document.objects.values() {
        inspect(&document, object, 0, &mut findings);
        everything(object, 0, &mut findings);
    }
    glyphs::check(&document, &mut findings);
    navigation::check(&document, &mut findings);
    findings
}

/// Looks at what is no danger in files of ours, and takes time.
fn everything(object: &Object, depth: usize, findings: &mut Vec<Finding>) {
    if depth > DEEPEST {
        return;
    }
    let dict = match object {
        Object::Dictionary(dict) => dict,
        Object::Stream(stream) => {
            pictures::check(stream, findings);
            &stream.dict
        }
        Object::Array(items) => return items.iter().for_each(|item| everything(item, depth + 1, findings)),
        _ => return,
    };
    pictures::beside(dict, findings);
    findings.extend(actions::tracked(dict));
    dict.iter().for_each(|(_, value)| everything(value, depth + 1, findings));
}

fn check_bytes(book: &[u8]) -> Vec<Finding> {
    let options =
        LoadOptions { filter: Some(sparingly), max_decompressed_size: Some(pdf::LIMIT), ..Default::default() };
    let mut document = match Document::load_mem_with_options(book, options) {
        Ok(document) => document,
        Err(error) => return vec![Finding::new(DAMAGED, format!("the file cannot be opened: {error}"))],
    };
    let packed = Packed::of(&mut document);
    let mut needed = Vec::new();
    for object in document.objects.values() {
        needs(object, 0, &mut needed);
    }
    needed.extend(document.trailer.get(b"Root").and_then(Object::as_reference));
    let nothing = Document::new();
    let mut findings = packed.look(&mut document, needed.into_iter().collect(), &|object, seen| {
        let before = seen.needed.len();
        needs(object, 0, &mut seen.needed);
        // What needs another object is looked at when that is there.
        if seen.needed.len() == before {
            inspect(&nothing, object, 0, &mut seen.findings);
        }
    });
    if document.page_iter().next().is_none() {
        findings.push(Finding::new(NO_PAGE, "there is no page"));
    }
    let objects: Vec<&Object> = document.objects.values().collect();
    let found = parallel::map(&objects.chunks(TOGETHER).collect::<Vec<_>>(), &|objects| {
        let mut findings = Vec::new();
        objects.iter().for_each(|object| inspect(&document, object, 0, &mut findings));
        findings
    });
    findings.extend(found.into_iter().flatten());
    findings
}

/// Objects that are looked at together.
const TOGETHER: usize = 1024;

/// Shorter streams are not worth a seek.
const LONG: u64 = 1 << 16;

/// The file with zeros in place of what long images hold: memory that is never written to is not taken from the machine
/// (all images of a book together may be more than it has).
fn without_images(book: &mut (impl Read + Seek)) -> io::Result<Vec<u8>> {
    let length = book.seek(SeekFrom::End(0))?;
    book.seek(SeekFrom::Start(0))?;
    let mut bytes = vec![0; usize::try_from(length).map_err(io::Error::other)?];
    let mut at = 0;
    while at < bytes.len() {
        let step = PIECE.min(bytes.len() - at);
        book.read_exact(&mut bytes[at..at + step])?;
        let seen = at;
        at += step;
        // A dictionary may lie across the last piece and this one.
        let from = seen.saturating_sub(DICTIONARY);
        if let Some((start, length)) = image(&bytes[from..at]) {
            let end = (from + start).saturating_add(length);
            if end > at && end <= bytes.len() {
                book.seek(SeekFrom::Start(end as u64))?;
                at = end;
            }
        }
    }
    Ok(bytes)
}

/// Bytes read at a time.
const PIECE: usize = 1 << 14;

/// A dictionary of an image is not longer.
const DICTIONARY: usize = 1 << 12;

/// Where the first long image among these bytes has its content, and how long that is.
fn image(bytes: &[u8]) -> Option<(usize, usize)> {
    let (mut rest, mut end) = (bytes, 0);
    // The ends of lines, in the quickest way there is.
    let lines = std::iter::from_fn(|| rest.skip_until(b'\n').ok().filter(|length| *length > 0));
    let heads = lines.filter_map(|length| {
        end += length;
        bytes[..end].ends_with(b"obj\n").then(|| end - b"obj\n".len())
    });
    let long = |at| {
        let rest: &[u8] = &bytes[at..];
        let end = rest.windows(7).position(|word| word == b"stream\n")?;
        let head = &rest[..end];
        head.windows(14).any(|word| word == b"/Subtype/Image").then_some(())?;
        let digits = &head[head.windows(8).rposition(|word| word == b"/Length ")? + 8..];
        let digits = digits.iter().take_while(|byte| byte.is_ascii_digit());
        let length =
            digits.fold(0_u64, |number, digit| number.saturating_mul(10).saturating_add(u64::from(digit - b'0')));
        Some((at + end + 7, usize::try_from(length).ok().filter(|_| length >= LONG)?))
    };
    heads.filter_map(long).next()
}

/// Leaves out what images hold: nothing here looks at it, and all of a book's together may be more than memory holds. What
/// lies in streams stays there for now.
#[expect(clippy::unnecessary_wraps, reason = "the form that the loader wants")]
fn sparingly(id: ObjectId, object: &mut Object) -> Option<(ObjectId, Object)> {
    if let Object::Stream(stream) = object {
        packed::keep(stream);
        if is(&stream.dict, b"Subtype", b"Image") {
            // An empty stream would be read again.
            stream.content = vec![0];
        }
    }
    // Of what it reads itself the loader keeps what it has, and only wants to know whether.
    Some((id, Object::Null))
}

/// Objects that hold each other deeper are not looked at.
const DEEPEST: usize = 32;

/// Looks at an object and what it holds itself, not at what it refers to.
fn inspect(document: &Document, object: &Object, depth: usize, findings: &mut Vec<Finding>) {
    if depth > DEEPEST {
        return;
    }
    match object {
        Object::Dictionary(dict) => dictionary(document, dict, depth, findings),
        Object::Stream(stream) => dictionary(document, &stream.dict, depth, findings),
        Object::Array(items) => items.iter().for_each(|item| inspect(document, item, depth + 1, findings)),
        _ => {}
    }
}

/// Entries that are followed to the objects that they name: by [`inspect`], and to find a page.
const FOLLOWED: [&[u8]; 7] = [b"A", b"AcroForm", b"Fields", b"FontDescriptor", b"OpenAction", b"Pages", b"URI"];

/// The objects that [`inspect`] follows an object to.
fn needs(object: &Object, depth: usize, needed: &mut Vec<ObjectId>) {
    if depth > DEEPEST {
        return;
    }
    let dict = match object {
        Object::Dictionary(dict) => dict,
        Object::Stream(stream) => &stream.dict,
        Object::Array(items) => return items.iter().for_each(|item| needs(item, depth + 1, needed)),
        _ => return,
    };
    for (key, value) in dict {
        if FOLLOWED.contains(&key.as_slice()) {
            needed.extend(value.as_reference());
        }
        if key == b"Kids" && is(dict, b"Type", b"Pages") {
            needed.extend(value.as_array().into_iter().flatten().filter_map(|page| page.as_reference().ok()));
        }
        needs(value, depth + 1, needed);
    }
}

fn dictionary(document: &Document, dict: &Dictionary, depth: usize, findings: &mut Vec<Finding>) {
    actions::inspect(document, dict, findings);
    if is(dict, b"Type", b"Font") {
        findings.extend(font_finding(document, dict));
    }
    for (_, value) in dict {
        inspect(document, value, depth + 1, findings);
    }
}

fn resolve<'a>(document: &'a Document, object: &'a Object) -> lopdf::Result<&'a Object> {
    document.dereference(object).map(|(_, object)| object)
}

fn is(dict: &Dictionary, key: &[u8], name: &[u8]) -> bool {
    name_of(dict, key) == name
}

/// The name that an entry holds; empty if it holds none.
fn name_of<'a>(dict: &'a Dictionary, key: &[u8]) -> &'a [u8] {
    // That an entry is missing, as most are, would be told at length.
    if !dict.has(key) {
        return &[];
    }
    dict.get(key).and_then(Object::as_name).unwrap_or_default()
}

/// A font without a program looks different on every machine.
fn font_finding(document: &Document, font: &Dictionary) -> Option<Finding> {
    let name = || String::from_utf8_lossy(name_of(font, b"BaseFont"));
    // Its letters are in the file.
    if is(font, b"Subtype", b"Type3") {
        return None;
    }
    if is(font, b"Subtype", b"Type0") {
        return (!font.has(b"ToUnicode")).then(|| Finding::new(FONT, format!("a font without text: {}", name())));
    }
    let descriptor = font.get(b"FontDescriptor").and_then(|object| resolve(document, object));
    let embedded = descriptor
        .and_then(Object::as_dict)
        .is_ok_and(|descriptor| [&b"FontFile"[..], b"FontFile2", b"FontFile3"].iter().any(|file| descriptor.has(file)));
    (!embedded).then(|| Finding::new(FONT, format!("a font that is not embedded: {}", name())))
}

#[cfg(test)]
mod tests;
