//! Reads finished files: their text, structure and objects as text.

use std::collections::BTreeMap;
use std::io::Cursor;

use lopdf::content::Content;
use lopdf::{Dictionary, Document, Object, ObjectId};

use super::super::{Options, Standard};
use super::build::Build;

pub(crate) fn written(build: &Build) -> Vec<u8> {
    written_as(build, Standard::default())
}

pub(crate) fn written_as(build: &Build, standard: Standard) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    super::super::write(&build.pages, &build.images, &Options { standard, ..Options::default() }, &mut out).unwrap();
    out.into_inner()
}

pub(crate) fn opened(build: &Build) -> Document {
    Document::load_mem(&written(build)).unwrap()
}

pub(crate) fn follow<'a>(document: &'a Document, dict: &'a Dictionary, key: &str) -> Option<&'a Object> {
    document.dereference(dict.get(key.as_bytes()).ok()?).ok().map(|(_, object)| object)
}

pub(crate) fn dict<'a>(document: &'a Document, of: &'a Dictionary, key: &str) -> &'a Dictionary {
    follow(document, of, key).unwrap_or_else(|| panic!("no {key}")).as_dict().unwrap()
}

pub(crate) fn words(object: &Object) -> String {
    lopdf::decode_text_string(object).unwrap()
}

/// By code: what `ToUnicode` says.
fn to_unicode(document: &Document, font: &Dictionary) -> BTreeMap<u16, String> {
    let stream = follow(document, font, "ToUnicode").unwrap().as_stream().unwrap();
    let cmap = String::from_utf8(stream.get_plain_content().unwrap()).unwrap();
    let units = |hex: &str| {
        let unit = |at| u16::from_str_radix(&hex[at..at + 4], 16).unwrap();
        (0..hex.len()).step_by(4).map(unit).collect::<Vec<_>>()
    };
    let mut texts = BTreeMap::new();
    for range in cmap.split("beginbfrange").skip(1).flat_map(|block| block.split_inclusive(']')) {
        let Some((codes, shown)) = range.split_once('[') else { continue };
        let (first, _) = codes.split_once('<').unwrap().1.split_once('>').unwrap();
        let shown = shown.split('<').filter_map(|text| Some(text.split_once('>')?.0));
        texts.extend((units(first)[0]..).zip(shown.map(|text| String::from_utf16(&units(text)).unwrap())));
    }
    texts
}

/// The text of each page as a program that copies it has it: `ToUnicode`, or `ActualText` in its place.
pub(crate) fn texts(document: &Document) -> Vec<String> {
    document.page_iter().map(|page| text(document, page)).collect()
}

fn text(document: &Document, page: ObjectId) -> String {
    let page = document.get_dictionary(page).unwrap();
    let fonts = dict(document, dict(document, page, "Resources"), "Font");
    let maps: BTreeMap<&[u8], _> = fonts
        .iter()
        .map(|(name, font)| {
            (name.as_slice(), to_unicode(document, document.dereference(font).unwrap().1.as_dict().unwrap()))
        })
        .collect();
    let stream = follow(document, page, "Contents").unwrap().as_stream().unwrap();
    let content = Content::decode(&stream.get_plain_content().unwrap()).unwrap();
    let mut out = String::new();
    let mut font: &[u8] = b"";
    let mut spans: Vec<bool> = Vec::new();
    for operation in &content.operations {
        match operation.operator.as_str() {
            "Tf" => font = maps.get_key_value(operation.operands[0].as_name().unwrap()).unwrap().0,
            "BDC" => {
                let actual = operation.operands[1].as_dict().unwrap().get(b"ActualText");
                actual.iter().for_each(|text| out.push_str(&words(text)));
                spans.push(actual.is_ok());
            }
            "BMC" => spans.push(false),
            "EMC" => drop(spans.pop().unwrap()),
            "Tj" | "TJ" if !spans.contains(&true) => {
                for codes in strings(&operation.operands) {
                    let codes = codes.chunks_exact(2).map(|code| u16::from_be_bytes([code[0], code[1]]));
                    codes.for_each(|code| out.push_str(&maps[font][&code]));
                }
            }
            _ => {}
        }
    }
    assert!(spans.is_empty());
    out
}

fn strings(operands: &[Object]) -> Vec<&[u8]> {
    let items = operands.iter().flat_map(|operand| match operand {
        Object::Array(items) => items.as_slice(),
        other => std::slice::from_ref(other),
    });
    items.filter_map(|item| item.as_str().ok()).collect()
}

/// Every code that the pages show, by font.
pub(crate) fn codes(document: &Document) -> Vec<u16> {
    let contents = document.page_iter().map(|page| {
        let page = document.get_dictionary(page).unwrap();
        let stream = follow(document, page, "Contents").unwrap().as_stream().unwrap();
        Content::decode(&stream.get_plain_content().unwrap()).unwrap()
    });
    let mut codes = Vec::new();
    for operation in contents.flat_map(|content| content.operations) {
        for shown in strings(&operation.operands) {
            if operation.operator.eq_ignore_ascii_case("tj") {
                codes.extend(shown.chunks_exact(2).map(|code| u16::from_be_bytes([code[0], code[1]])));
            }
        }
    }
    codes
}

/// The structure tree, one element a line, with its attributes; `*` is content.
pub(crate) fn structure(document: &Document) -> String {
    let root = dict(document, document.catalog().unwrap(), "StructTreeRoot");
    let mut out = String::new();
    element(document, dict(document, root, "K"), 0, &mut out);
    out
}

fn element(document: &Document, of: &Dictionary, depth: usize, out: &mut String) {
    let name = |dict: &Dictionary, key: &str| {
        String::from_utf8_lossy(dict.get(key.as_bytes()).unwrap().as_name().unwrap()).into_owned()
    };
    let mut line = format!("{}{}", "  ".repeat(depth), name(of, "S"));
    for key in ["Alt", "ActualText", "Lang", "ID"] {
        if let Ok(value) = of.get(key.as_bytes()) {
            line.push_str(&format!(" {key}={}", words(value)));
        }
    }
    if let Ok(attributes) = of.get(b"A") {
        line.push_str(&format!(" {attributes:?}"));
    }
    let kids = match of.get(b"K") {
        Ok(Object::Array(kids)) => kids.as_slice(),
        Ok(one) => std::slice::from_ref(one),
        Err(_) => &[],
    };
    let kids: Vec<&Object> = kids.iter().map(|kid| document.dereference(kid).unwrap().1).collect();
    let is_element = |kid: &&Object| kid.as_dict().is_ok_and(|kid| kid.has(b"S"));
    let mixed = kids.iter().any(is_element);
    let mut below = String::new();
    for kid in kids {
        let leaf = match kid {
            Object::Dictionary(kid) if kid.has(b"S") => {
                element(document, kid, depth + 1, &mut below);
                continue;
            }
            Object::Dictionary(kid) => name(kid, "Type"),
            _ => "*".into(),
        };
        match mixed {
            true => below.push_str(&format!("{}{leaf}\n", "  ".repeat(depth + 1))),
            false => line.push_str(&format!(" {leaf}")),
        }
    }
    out.push_str(&line);
    out.push('\n');
    out.push_str(&below);
}

/// All objects as text, in the order of their numbers: streams decoded where they are text, content streams an operator
/// a line with codes in hexadecimal.
pub(crate) fn objects(document: &Document) -> String {
    let contents: Vec<ObjectId> = document
        .page_iter()
        .map(|page| document.get_dictionary(page).unwrap().get(b"Contents").unwrap().as_reference().unwrap())
        .collect();
    let mut out = String::new();
    for (id, object) in &document.objects {
        if object
            .as_stream()
            .is_ok_and(|stream| ["ObjStm", "XRef"].iter().any(|kind| stream.dict.has_type(kind.as_bytes())))
        {
            continue;
        }
        out.push_str(&format!("{}: {}\n", id.0, as_text(object)));
        if let Object::Stream(stream) = object {
            let plain = stream.get_plain_content().unwrap_or_else(|_| stream.content.clone());
            match (contents.contains(id), std::str::from_utf8(&plain)) {
                (true, _) => out.push_str(&operators(&plain)),
                (false, Ok(text)) if !text.contains('\0') => out.push_str(text.trim_end()),
                _ => out.push_str("(bytes)"),
            }
            out.push('\n');
        }
    }
    let root = |name: &[u8]| document.trailer.get(name).unwrap().as_reference().unwrap().0;
    out.push_str(&format!("Root {} Info {}\n", root(b"Root"), root(b"Info")));
    out
}

fn operators(content: &[u8]) -> String {
    let mut out = String::new();
    for operation in Content::decode(content).unwrap().operations {
        for operand in operation.operands {
            out.push_str(&as_text(&operand));
            out.push(' ');
        }
        out.push_str(&operation.operator);
        out.push('\n');
    }
    out.trim_end().into()
}

fn as_text(object: &Object) -> String {
    let mut out = Vec::new();
    super::super::file::write_object(&mut out, &readable(object));
    String::from_utf8(out).unwrap()
}

/// The same without lengths, and with strings that are not ASCII in hexadecimal.
fn readable(object: &Object) -> Object {
    let dict = |dict: &Dictionary| {
        let entries = dict.iter().filter(|(key, _)| !key.starts_with(b"Length") && *key != b"Filter");
        Dictionary::from_iter(entries.map(|(key, value)| (key.clone(), readable(value))))
    };
    match object {
        Object::String(text, _) if !text.iter().all(|byte| (b' '..=b'~').contains(byte)) => {
            Object::String(text.clone(), lopdf::StringFormat::Hexadecimal)
        }
        Object::Array(items) => Object::Array(items.iter().map(readable).collect()),
        Object::Dictionary(entries) => Object::Dictionary(dict(entries)),
        Object::Stream(stream) => Object::Dictionary(dict(&stream.dict)),
        other => other.clone(),
    }
}
