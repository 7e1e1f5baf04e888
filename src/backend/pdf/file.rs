//! The file: objects in order, as small as they go (ISO 32000-1 §7.5).
//!
//! lopdf could write it, but copies every object into its stream first, formats it three times, and leaves the
//! cross-reference stream, seven bytes an object, uncompressed.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat, dictionary};

use super::deflate::{Deflater, Effort};
use super::digest::Digest;
use super::images::Kept;
use crate::backend::Sink;
use crate::parallel;

/// An object stream is closed when it is so long: short enough to be read for one object, long enough to compress.
const STREAM_LENGTH: usize = 1 << 16;

/// The most objects a stream: their places are written in one byte.
const STREAM_OBJECTS: usize = 255;

/// Objects that are packed by one worker at a time.
const TOGETHER: usize = 16 * STREAM_OBJECTS;

/// Files of more objects are long anyway.
const MANY_OBJECTS: usize = 4096;

/// Objects that are texts already. Many and small, they take a tenth of the memory.
#[derive(Default)]
pub(super) struct Texts {
    all: Vec<u8>,
    /// The number of each, in order, and where it ends.
    objects: Vec<(u32, usize)>,
}

impl Texts {
    /// Adds an object whose number is above those before it.
    pub(super) fn add(&mut self, number: u32, object: &Object) {
        write_object(&mut self.all, object);
        self.objects.push((number, self.all.len()));
    }

    fn iter(&self) -> impl Iterator<Item = (u32, &[u8])> {
        let begins = std::iter::once(0).chain(self.objects.iter().map(|(_, end)| *end));
        self.objects.iter().zip(begins).map(|((number, end), begin)| (*number, &self.all[begin..*end]))
    }
}

/// Writes a document and texts, whose numbers go up; `kept` is what its images hold. `book` tells it from others: the same
/// book, changed, keeps its first identifier (§14.4).
///
/// # Errors
/// Only if `out` cannot be written or what is kept cannot be read.
pub(super) fn write(
    document: Document,
    texts: Vec<Texts>,
    kept: &Kept,
    book: Digest,
    out: &mut dyn Sink,
) -> io::Result<()> {
    let Document { objects, trailer, max_id, .. } = document;
    let written: usize = texts.iter().map(|texts| texts.objects.len()).sum();
    let effort = if objects.len() + written <= MANY_OBJECTS { Effort::Some } else { Effort::Little };
    let (streams, packed) = made(divide(objects, &texts), kept, effort);
    drop(texts);
    let mut file = File {
        out: BufWriter::with_capacity(1 << 16, out),
        position: 0,
        digest: Digest::default(),
        entries: vec![Entry::Free; max_id as usize + 1],
        objects: effort,
    };
    // Four bytes over 127 say that the file is not text (§7.5.2).
    file.put(b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n")?;
    for (number, mut stream) in streams {
        if let Some(kept) = kept.get(&number) {
            stream.content = kept.read()?.into_owned();
        }
        file.stream(number, stream)?;
    }
    for Packed { objects, stream } in packed {
        let number = file.entries.len() as u32;
        file.entries.push(Entry::Free);
        for (index, object) in (0..=u8::MAX).zip(objects) {
            file.entries[object as usize] = Entry::In(number, index);
        }
        file.stream(number, stream)?;
    }
    file.close(trailer, book)
}

/// What a file is made of: streams of their own, and runs of objects that are packed into streams.
enum Piece<'a> {
    Stream(u32, Stream),
    Objects(Vec<(u32, Written<'a>)>),
}

/// An object, or its text, of which there are many more.
enum Written<'a> {
    Object(Box<Object>),
    Text(&'a [u8]),
}

/// The objects in the order of their numbers, as many together as are packed on one core.
fn divide(objects: BTreeMap<ObjectId, Object>, texts: &[Texts]) -> Vec<Piece<'_>> {
    let (mut pieces, mut run) = (Vec::new(), Vec::new());
    let mut written = texts.iter().flat_map(Texts::iter).map(|(number, text)| (number, Written::Text(text))).peekable();
    for ((number, _), object) in objects {
        while let Some(text) = written.next_if(|(other, _)| *other < number) {
            push(&mut run, text, &mut pieces);
        }
        match object {
            Object::Stream(stream) => pieces.push(Piece::Stream(number, stream)),
            object => push(&mut run, (number, Written::Object(Box::new(object))), &mut pieces),
        }
    }
    written.for_each(|text| push(&mut run, text, &mut pieces));
    pieces.push(Piece::Objects(run));
    pieces
}

fn push<'a>(run: &mut Vec<(u32, Written<'a>)>, object: (u32, Written<'a>), pieces: &mut Vec<Piece<'a>>) {
    run.push(object);
    if run.len() == TOGETHER {
        pieces.push(Piece::Objects(std::mem::take(run)));
    }
}

/// Objects in a stream (§7.5.7): their numbers, in order.
struct Packed {
    objects: Vec<u32>,
    stream: Stream,
}

/// Packs and compresses on all cores what is not compressed yet.
fn made(pieces: Vec<Piece<'_>>, kept: &Kept, objects: Effort) -> (Vec<(u32, Stream)>, Vec<Packed>) {
    enum Made {
        Stream(u32, Stream),
        Packed(Vec<Packed>),
    }
    // What is a stream of its own is a font, or what goes with one.
    let begin = || [Effort::Some, objects].map(Deflater::new);
    let made = parallel::map_owned_with(pieces, &begin, &|[fonts, objects], piece| match piece {
        Piece::Stream(number, mut stream) => {
            if !kept.contains_key(&number) {
                fonts.compress(&mut stream);
            }
            Made::Stream(number, stream)
        }
        Piece::Objects(run) => Made::Packed(pack(run, objects)),
    });
    let (mut streams, mut packed) = (Vec::new(), Vec::new());
    for made in made {
        match made {
            Made::Stream(number, stream) => streams.push((number, stream)),
            Made::Packed(more) => packed.extend(more),
        }
    }
    (streams, packed)
}

/// Packs objects into as few streams as have room for them.
fn pack(run: Vec<(u32, Written<'_>)>, deflater: &mut Deflater) -> Vec<Packed> {
    let mut all = Vec::new();
    let (mut objects, mut heads, mut body) = (Vec::new(), Vec::new(), Vec::new());
    let mut rest = run.into_iter().peekable();
    while let Some((number, object)) = rest.next() {
        heads.extend_from_slice(format!("{number} {} ", body.len()).as_bytes());
        objects.push(number);
        match object {
            Written::Object(object) => write_object(&mut body, &object),
            Written::Text(text) => body.extend_from_slice(text),
        }
        body.push(b'\n');
        if objects.len() == STREAM_OBJECTS || body.len() >= STREAM_LENGTH || rest.peek().is_none() {
            let dict = dictionary! { "Type" => "ObjStm", "N" => objects.len() as i64, "First" => heads.len() as i64 };
            heads.append(&mut body);
            let mut stream = Stream::new(dict, std::mem::take(&mut heads));
            deflater.compress(&mut stream);
            all.push(Packed { objects: std::mem::take(&mut objects), stream });
        }
    }
    all
}

/// Where an object is (§7.5.8.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Entry {
    Free,
    At(u64),
    /// In an object stream, the how manieth.
    In(u32, u8),
}

struct File<'a> {
    out: BufWriter<&'a mut dyn Sink>,
    position: u64,
    /// Of all that is written so far.
    digest: Digest,
    /// By object number.
    entries: Vec<Entry>,
    /// For objects and references.
    objects: Effort,
}

impl File<'_> {
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.position += bytes.len() as u64;
        self.digest.add(bytes);
        self.out.write_all(bytes)
    }

    fn stream(&mut self, number: u32, mut stream: Stream) -> io::Result<()> {
        self.entries[number as usize] = Entry::At(self.position);
        stream.dict.set("Length", stream.content.len() as i64);
        let mut head = format!("{number} 0 obj\n").into_bytes();
        write_dictionary(&mut head, &stream.dict);
        head.extend_from_slice(b"stream\n");
        self.put(&head)?;
        self.put(&stream.content)?;
        self.put(b"\nendstream\nendobj\n")
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
        Deflater::new(self.objects).compress(&mut filtered);
        let plain = Stream::new(dict, rows).with_compression(false);
        let stream = if filtered.dict.has(b"Filter") { filtered } else { plain };
        self.stream(number as u32, stream)?;
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
        write(document, Vec::new(), &Kept::new(), Digest::default(), &mut out).unwrap();
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
