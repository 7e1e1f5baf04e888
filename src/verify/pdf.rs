//! Checks of a finished PDF file: that it opens, has pages, contacts no one and brings its fonts.

use std::io::{self, Read, Seek, SeekFrom};

use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId};

use super::rules::{ACTIVE, DAMAGED, FONT, FORM, LINK, NO_PAGE, SCRIPT};
use super::{Finding, Rule};

/// No stream that is read on opening (objects, cross-references) is longer than this when decompressed.
const LIMIT: usize = 256 << 20;

/// Actions and entries that do something by themselves or hide something (ISO 32000-1 §12.6, §7.11.4).
const BY_THEMSELVES: [&[u8]; 10] = [
    b"JavaScript",
    b"JS",
    b"Launch",
    b"OpenAction",
    b"AA",
    b"EmbeddedFile",
    b"EmbeddedFiles",
    b"RichMedia",
    b"AcroForm",
    b"XFA",
];

fn rule_of(active: &[u8]) -> Rule {
    match active {
        b"JavaScript" | b"JS" => SCRIPT,
        b"AcroForm" | b"XFA" => FORM,
        _ => ACTIVE,
    }
}

/// What an action may do: lead to an address or a place.
const PASSIVE: [&[u8]; 2] = [b"URI", b"GoTo"];

/// Checks a finished file from its first byte. Nothing is found in a good one.
pub fn check(book: &mut (impl Read + Seek)) -> Vec<Finding> {
    match without_images(book) {
        Ok(bytes) => check_bytes(&bytes),
        Err(_) => vec![Finding::new(DAMAGED, "the file cannot be read to its end")],
    }
}

fn check_bytes(book: &[u8]) -> Vec<Finding> {
    let options =
        LoadOptions { filter: Some(without_pixels), max_decompressed_size: Some(LIMIT), ..Default::default() };
    let document = match Document::load_mem_with_options(book, options) {
        Ok(document) => document,
        Err(error) => return vec![Finding::new(DAMAGED, format!("the file cannot be opened: {error}"))],
    };
    let mut findings = Vec::new();
    if document.page_iter().next().is_none() {
        findings.push(Finding::new(NO_PAGE, "there is no page"));
    }
    for object in document.objects.values() {
        inspect(&document, object, 0, &mut findings);
    }
    findings
}

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
    let heads = bytes.windows(4).enumerate().filter(|(_, word)| *word == b"obj\n");
    let long = |(at, _)| {
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

/// Leaves out what images hold: nothing here looks at it, and all of a book's together may be more than memory holds.
#[expect(clippy::unnecessary_wraps, reason = "the form that the loader wants")]
fn without_pixels(id: ObjectId, object: &mut Object) -> Option<(ObjectId, Object)> {
    if let Object::Stream(stream) = object {
        if is(&stream.dict, b"Subtype", b"Image") {
            // An empty stream would be read again.
            stream.content = vec![0];
        }
        // Of a stream the loader keeps what it has, and only wants to know whether.
        return Some((id, Object::Null));
    }
    Some((id, object.clone()))
}

/// Looks at an object and what it holds itself, not at what it refers to.
fn inspect(document: &Document, object: &Object, depth: usize, findings: &mut Vec<Finding>) {
    if depth > 32 {
        return;
    }
    match object {
        Object::Dictionary(dict) => dictionary(document, dict, depth, findings),
        Object::Stream(stream) => dictionary(document, &stream.dict, depth, findings),
        Object::Array(items) => items.iter().for_each(|item| inspect(document, item, depth + 1, findings)),
        _ => {}
    }
}

fn dictionary(document: &Document, dict: &Dictionary, depth: usize, findings: &mut Vec<Finding>) {
    for active in BY_THEMSELVES.iter().filter(|name| dict.has(name) || is(dict, b"S", name) || is(dict, b"Type", name))
    {
        findings.push(Finding::new(
            rule_of(active),
            format!("an active or hidden part: {}", String::from_utf8_lossy(active)),
        ));
    }
    if let Ok(action) = dict.get(b"A").and_then(|action| resolve(document, action)).and_then(Object::as_dict) {
        findings.extend(action_finding(action, dict));
    }
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
    dict.get(key).and_then(Object::as_name).is_ok_and(|value| value == name)
}

/// `A` is an action in annotations and bookmarks; elsewhere, as in structure elements, it is something else.
fn action_finding(action: &Dictionary, of: &Dictionary) -> Option<Finding> {
    if !is(of, b"Subtype", b"Link") && !of.has(b"Title") {
        return None;
    }
    let kind = action.get(b"S").and_then(Object::as_name).unwrap_or_default();
    if !PASSIVE.contains(&kind) {
        return Some(Finding::new(ACTIVE, format!("an action that is no link: {}", String::from_utf8_lossy(kind))));
    }
    let address = action.get(b"URI").and_then(Object::as_str).ok()?;
    let address = String::from_utf8_lossy(address);
    let (scheme, _) = address.split_once(':').unwrap_or_default();
    let safe = ["http", "https", "mailto"].iter().any(|safe| scheme.eq_ignore_ascii_case(safe));
    (!safe).then(|| Finding::new(LINK, format!("a link of another scheme: {scheme:?}")))
}

/// A font without a program looks different on every machine.
fn font_finding(document: &Document, font: &Dictionary) -> Option<Finding> {
    let name = || String::from_utf8_lossy(font.get(b"BaseFont").and_then(Object::as_name).unwrap_or_default());
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
mod tests {
    use lopdf::dictionary;

    use super::*;

    fn file(change: impl FnOnce(&mut Document, &mut Dictionary)) -> Vec<u8> {
        let mut document = Document::with_version("1.7");
        let pages = document.new_object_id();
        let mut page = dictionary! { "Type" => "Page", "Parent" => pages };
        change(&mut document, &mut page);
        let page = document.add_object(page);
        let tree = dictionary! { "Type" => "Pages", "Count" => 1, "Kids" => vec![page.into()] };
        document.objects.insert(pages, tree.into());
        let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
        document.trailer.set("Root", catalog);
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).unwrap();
        bytes
    }

    fn with_action(action: Dictionary) -> Vec<u8> {
        file(|document, page| {
            let link = document.add_object(dictionary! { "Type" => "Annot", "Subtype" => "Link", "A" => action });
            page.set("Annots", vec![link.into()]);
        })
    }

    fn check(book: &[u8]) -> Vec<Finding> {
        super::check(&mut io::Cursor::new(book))
    }

    #[test]
    fn long_images_are_left_out_and_nothing_else() {
        let mut book = b"%PDF-1.7\n".to_vec();
        let mut expected = book.clone();
        for (kind, length) in
            [("Image", 200_000), ("Form", 200_000), ("Image", 70_000), ("Image", 99), ("Image", 65_536)]
        {
            let head = format!("1 0 obj\n<</Subtype/{kind}/Length {length}>>stream\n");
            let left_out = kind == "Image" && length > 2 * PIECE;
            for (out, byte) in [(&mut book, 7), (&mut expected, if left_out { 0 } else { 7 })] {
                out.extend(head.as_bytes());
                out.extend(vec![byte; length]);
                out.extend(b"\nendstream\nendobj\n");
            }
        }
        let read = without_images(&mut io::Cursor::new(&book)).unwrap();
        assert_eq!(read.len(), book.len());
        // What was read before the dictionary was seen stays.
        let differing: Vec<usize> = (0..read.len()).filter(|at| read[*at] != book[*at]).collect();
        assert!(differing.iter().all(|at| expected[*at] == 0 && read[*at] == 0));
        let left_out = expected.iter().filter(|byte| **byte == 0).count();
        assert!(differing.len() + 3 * PIECE >= left_out, "{} {left_out}", differing.len());
    }

    #[test]
    fn a_plain_file_is_good() {
        assert_eq!(check(&file(|_, _| {})), []);
        let link = dictionary! { "S" => "URI", "URI" => Object::string_literal("https://example.org") };
        assert_eq!(check(&with_action(link)), []);
    }

    #[test]
    fn what_is_wrong_is_found() {
        let font = dictionary! { "Type" => "Font", "Subtype" => "TrueType", "BaseFont" => "Arial" };
        let file_link = dictionary! { "S" => "URI", "URI" => Object::string_literal("file:///etc/passwd") };
        let launch = dictionary! { "S" => "Launch", "F" => Object::string_literal("a") };
        let cases = [
            (b"%PDF-1.7 nothing".to_vec(), "cannot be opened"),
            (with_action(file_link), "another scheme"),
            (with_action(launch), "no link: Launch"),
            (file(|_, page| page.set("AA", Dictionary::new())), "active or hidden part: AA"),
            (file(|_, page| page.set("Resources", dictionary! { "Font" => dictionary! { "F" => font } })), "Arial"),
        ];
        for (book, expected) in cases {
            let findings = check(&book);
            assert!(findings.iter().any(|finding| finding.what.contains(expected)), "{expected}: {findings:?}");
        }
    }
}
