//! The file: objects in order, as small as they go (ISO 32000-1 §7.5).
//!
//! lopdf could write it, but copies every object into its stream first, formats it three times, and leaves the
//! cross-reference stream, seven bytes an object, uncompressed.

use std::io::{self, BufWriter, Write};

use lopdf::{Dictionary, Document, Object, Stream, StringFormat, dictionary};

use super::deflate::{Deflater, Effort};
use super::digest::Digest;
use super::images::Kept;
use crate::backend::Sink;

/// An object stream is closed when it is so long: short enough to be read for one object, long enough to compress.
const STREAM_LENGTH: usize = 1 << 16;

/// The most objects a stream: their places are written in one byte.
const STREAM_OBJECTS: usize = 255;

/// Files of more objects are long anyway.
const MANY_OBJECTS: usize = 4096;

/// Writes a document; `kept` is what its images hold. `book` tells it from others: the same book, changed, keeps its
/// first identifier (§14.4).
///
/// # Errors
/// Only if `out` cannot be written or what is kept cannot be read.
pub(super) fn write(document: Document, kept: &Kept, book: Digest, out: &mut dyn Sink) -> io::Result<()> {
    let mut file = File {
        out: BufWriter::with_capacity(1 << 16, out),
        position: 0,
        digest: Digest::default(),
        entries: vec![Entry::Free; document.max_id as usize + 1],
        packed: Packed::default(),
        fonts: Deflater::new(Effort::Most),
        many: (document.objects.len() > MANY_OBJECTS).then(|| Deflater::new(Effort::Little)),
    };
    // Four bytes over 127 say that the file is not text (§7.5.2).
    file.put(b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n")?;
    for ((number, _), object) in document.objects {
        match object {
            Object::Stream(mut stream) => {
                if let Some(kept) = kept.get(&number) {
                    stream.content = kept.read()?.into_owned();
                }
                file.stream(number, stream)?;
            }
            object => file.pack(number, &object)?,
        }
    }
    file.flush_packed()?;
    file.close(document.trailer, book)
}

/// Where an object is (§7.5.8.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Entry {
    Free,
    At(u64),
    /// In an object stream, the how manieth.
    In(u32, u8),
}

/// An object stream in the making.
#[derive(Default)]
struct Packed {
    objects: Vec<(u32, usize)>,
    body: Vec<u8>,
}

struct File<'a> {
    out: BufWriter<&'a mut dyn Sink>,
    position: u64,
    /// Of all that is written so far.
    digest: Digest,
    /// By object number.
    entries: Vec<Entry>,
    packed: Packed,
    /// For what is a stream of its own here: a font, or what goes with one.
    fonts: Deflater,
    /// For objects and references, if there are many.
    many: Option<Deflater>,
}

impl File<'_> {
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.position += bytes.len() as u64;
        self.digest.add(bytes);
        self.out.write_all(bytes)
    }

    fn stream(&mut self, number: u32, mut stream: Stream) -> io::Result<()> {
        match stream.dict.get_type() {
            Ok(b"ObjStm") => self.of_objects().compress(&mut stream),
            _ => self.fonts.compress(&mut stream),
        }
        self.entries[number as usize] = Entry::At(self.position);
        stream.dict.set("Length", stream.content.len() as i64);
        let mut head = format!("{number} 0 obj\n").into_bytes();
        write_dictionary(&mut head, &stream.dict);
        head.extend_from_slice(b"stream\n");
        self.put(&head)?;
        self.put(&stream.content)?;
        self.put(b"\nendstream\nendobj\n")
    }

    fn of_objects(&mut self) -> &mut Deflater {
        self.many.as_mut().unwrap_or(&mut self.fonts)
    }

    /// Puts an object into a stream (§7.5.7).
    fn pack(&mut self, number: u32, object: &Object) -> io::Result<()> {
        self.packed.objects.push((number, self.packed.body.len()));
        write_object(&mut self.packed.body, object);
        self.packed.body.push(b'\n');
        if self.packed.objects.len() == STREAM_OBJECTS || self.packed.body.len() >= STREAM_LENGTH {
            self.flush_packed()?;
        }
        Ok(())
    }

    fn flush_packed(&mut self) -> io::Result<()> {
        let Packed { objects, body } = std::mem::take(&mut self.packed);
        if objects.is_empty() {
            return Ok(());
        }
        let number = self.entries.len() as u32;
        self.entries.push(Entry::Free);
        let mut content = Vec::new();
        for (index, (object, at)) in (0..=u8::MAX).zip(&objects) {
            self.entries[*object as usize] = Entry::In(number, index);
            content.extend_from_slice(format!("{object} {at} ").as_bytes());
        }
        let dict = dictionary! { "Type" => "ObjStm", "N" => objects.len() as i64, "First" => content.len() as i64 };
        content.extend_from_slice(&body);
        self.stream(number, Stream::new(dict, content))
    }

    /// The cross-reference stream, which is the trailer too (§7.5.8).
    fn close(mut self, trailer: Dictionary, book: Digest) -> io::Result<()> {
        let start = self.position;
        let number = self.entries.len();
        self.entries.push(Entry::At(start));
        let width = (8 - start.leading_zeros() as usize / 8).max(2);
        let rows: Vec<u8> = self.entries.iter().flat_map(|entry| row(*entry, width)).collect();
        let columns = width + 2;
        let identifiers = [book, self.digest].map(|digest| Object::String(digest.bytes(), StringFormat::Hexadecimal));
        let mut dict = dictionary! {
            "Type" => "XRef",
            "Size" => number as i64 + 1,
            "W" => [1, width as i64, 1].map(Object::from).to_vec(),
            "ID" => identifiers.to_vec(),
        };
        for name in [&b"Root"[..], b"Info"] {
            if let Ok(object) = trailer.get(name) {
                dict.set(name, object.clone());
            }
        }
        let mut filtered = Stream::new(dict.clone(), difference(&rows, columns));
        filtered.dict.set("DecodeParms", dictionary! { "Predictor" => 12, "Columns" => columns as i64 });
        self.of_objects().compress(&mut filtered);
        let plain = Stream::new(dict, rows).with_compression(false);
        let stream = if filtered.dict.has(b"Filter") { filtered } else { plain };
        self.stream(number as u32, stream.with_compression(false))?;
        self.put(format!("startxref\n{start}\n%%EOF\n").as_bytes())?;
        self.out.flush()
    }
}

/// Kind, place, place in the stream.
fn row(entry: Entry, width: usize) -> Vec<u8> {
    let (kind, place, index) = match entry {
        Entry::Free => (0, 0, 0),
        Entry::At(position) => (1, position, 0),
        Entry::In(stream, index) => (2, u64::from(stream), index),
    };
    let mut row = vec![kind];
    row.extend_from_slice(&place.to_be_bytes()[8 - width..]);
    row.push(index);
    row
}

/// Each row less the one above, marked as such (PNG §9.2, filter 2).
fn difference(rows: &[u8], columns: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(rows.len() + rows.len() / columns);
    let mut above = vec![0; columns];
    for row in rows.chunks_exact(columns) {
        out.push(2);
        out.extend(row.iter().zip(&above).map(|(byte, above)| byte.wrapping_sub(*above)));
        above.copy_from_slice(row);
    }
    out
}

/// An object as text (§7.3). What it refers to stays where it is.
pub(super) fn write_object(out: &mut Vec<u8>, object: &Object) {
    match object {
        Object::Null => out.extend_from_slice(b"null"),
        Object::Boolean(true) => out.extend_from_slice(b"true"),
        Object::Boolean(false) => out.extend_from_slice(b"false"),
        Object::Integer(number) => out.extend_from_slice(number.to_string().as_bytes()),
        Object::Real(number) => out.extend_from_slice(number.to_string().as_bytes()),
        Object::Name(name) => write_name(out, name),
        Object::String(text, StringFormat::Literal) => write_literal(out, text),
        Object::String(text, StringFormat::Hexadecimal) => write_hexadecimal(out, text),
        Object::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    separate(out, item);
                }
                write_object(out, item);
            }
            out.push(b']');
        }
        Object::Dictionary(dict) => write_dictionary(out, dict),
        Object::Stream(stream) => write_dictionary(out, &stream.dict),
        Object::Reference((number, generation)) => {
            out.extend_from_slice(format!("{number} {generation} R").as_bytes());
        }
    }
}

/// A space before what would otherwise run into what is before it.
fn separate(out: &mut Vec<u8>, next: &Object) {
    use Object::{Boolean, Integer, Null, Real, Reference};
    if matches!(next, Null | Boolean(_) | Integer(_) | Real(_) | Reference(_)) {
        out.push(b' ');
    }
}

fn write_dictionary(out: &mut Vec<u8>, dict: &Dictionary) {
    out.extend_from_slice(b"<<");
    for (key, value) in dict {
        write_name(out, key);
        separate(out, value);
        write_object(out, value);
    }
    out.extend_from_slice(b">>");
}

fn write_name(out: &mut Vec<u8>, name: &[u8]) {
    out.push(b'/');
    for byte in name {
        match byte {
            b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%' | b'#' => hexadecimal(out, b"#", *byte),
            b'!'..=b'~' => out.push(*byte),
            _ => hexadecimal(out, b"#", *byte),
        }
    }
}

fn write_literal(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'(');
    for byte in text {
        match byte {
            b'(' | b')' | b'\\' => out.extend_from_slice(&[b'\\', *byte]),
            b'\r' => out.extend_from_slice(b"\\r"),
            _ => out.push(*byte),
        }
    }
    out.push(b')');
}

fn write_hexadecimal(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'<');
    text.iter().for_each(|byte| hexadecimal(out, b"", *byte));
    out.push(b'>');
}

fn hexadecimal(out: &mut Vec<u8>, before: &[u8], byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    out.extend_from_slice(before);
    out.extend_from_slice(&[DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn objects_as_text() {
        let object = Object::Array(vec![
            Object::Null,
            1.into(),
            Object::Real(-0.5),
            Object::Name(b"a b#".to_vec()),
            Object::string_literal("(\\\r"),
            Object::String(vec![0xFE, 0x0F], StringFormat::Hexadecimal),
            dictionary! { "K" => (3, 0), "L" => "N" }.into(),
            true.into(),
        ]);
        let mut text = Vec::new();
        write_object(&mut text, &object);
        let expected = "[null 1 -0.5/a#20b#23(\\(\\\\\\r)<FE0F><</K 3 0 R/L/N>> true]";
        assert_eq!(String::from_utf8(text).unwrap(), expected);
    }

    #[test]
    fn lopdf_reads_every_object_back() {
        let mut document = Document::new();
        for number in 0..700 {
            document.add_object(dictionary! { "N" => number });
        }
        document.add_object(Stream::new(Dictionary::new(), vec![b'a'; 1000]));
        let root = document.add_object(dictionary! { "Type" => "Catalog" });
        document.trailer.set("Root", root);
        let mut out = Cursor::new(Vec::new());
        write(document, &Kept::new(), Digest::default(), &mut out).unwrap();
        let bytes = out.into_inner();
        assert!(bytes.len() < 6000, "{}", bytes.len());
        let read = Document::load_mem(&bytes).unwrap();
        for number in 0..700 {
            let dict = read.get_dictionary((number + 1, 0)).unwrap();
            assert_eq!(dict.get(b"N").unwrap().as_i64().unwrap(), i64::from(number));
        }
        let stream = read.get_object((701, 0)).unwrap().as_stream().unwrap();
        assert_eq!(stream.get_plain_content().unwrap(), vec![b'a'; 1000]);
    }
}
