//! What printpdf writes: fonts and content streams.
//!
//! Pages are given to it a few at a time and kept as compressed streams, so that a book of a thousand pages takes
//! little more memory than its text.

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};
use printpdf::{Mm, Op, PdfDocument, PdfPage, PdfSaveOptions};

use super::Standard;
use super::colour::Inks;
use super::content::{self, Part};
use super::deflate::{Deflater, Effort};
use super::encoding;
use super::fonts::{Font, Fonts};
use super::images::Pictures;
use crate::font::{Face, FaceId, Family, Slant};
use crate::layout::frame::{Page, Pages};
use crate::parallel;

/// Pages that are transcribed together.
const BATCH: usize = 16;

/// In books of more pages their contents are most of the file, and of the work.
const MANY: usize = 100;

/// A page's content stream, compressed.
pub(super) struct Transcribed {
    /// The stream.
    pub(super) stream: Stream,
    /// What belongs to which element, in reading order.
    pub(super) parts: Vec<Part>,
}

/// A document that holds the fonts and nothing else, and the dictionary that names them.
pub(super) fn fonts(fonts: &Fonts) -> (Document, Option<ObjectId>) {
    let mut specimen = PdfDocument::new("");
    let ops = fonts.register(&mut specimen);
    specimen.pages.push(page_of(ops));
    let mut document = to_lopdf(&specimen);
    let page = document.page_iter().next();
    let resources = page.and_then(|page| part(&document, page, b"Resources"));
    let names = resources.and_then(|resources| part(&document, resources, b"Font"));
    document.trailer = Dictionary::new();
    if let Some(names) = names {
        document.trailer.set("Root", names);
    }
    document.prune_objects();
    document.renumber_objects();
    let names = document.trailer.get(b"Root").and_then(Object::as_reference).ok();
    if let Some(names) = names {
        fonts.iter().for_each(|(face, font)| correct(&mut document, names, *face, font));
    }
    (document, names)
}

/// Says of a face what printpdf does not look up, or at greater length (ISO 32000-1 §9.7, §9.8): a program that lacks
/// the font chooses another by it.
fn correct(document: &mut Document, names: ObjectId, face: FaceId, font: &Font) {
    let Some(of_font) = part(document, names, font.resource.0.as_bytes()) else { return };
    if let Some(texts) = part(document, of_font, b"ToUnicode") {
        let texts_of_codes = Stream::new(Dictionary::new(), encoding::to_unicode(font.glyphs()).into_bytes());
        document.objects.insert(texts, texts_of_codes.into());
    }
    let inner = document.get_dictionary_mut(of_font).and_then(|dict| dict.get_mut(b"DescendantFonts")?.as_array_mut());
    let Some(Ok(inner)) = inner.ok().and_then(|inner| inner.first_mut()).map(Object::as_dict_mut) else { return };
    inner.set("W", encoding::widths(font.glyphs()));
    inner.set("DW", encoding::DEFAULT_WIDTH);
    let Ok(descriptor) = inner.get(b"FontDescriptor").and_then(Object::as_reference) else { return };
    let Ok(descriptor) = document.get_dictionary_mut(descriptor) else { return };
    let metrics = Face::open(face).metrics();
    let scaled = |length: i16| i64::from(length) * 1000 / i64::from(metrics.units_per_em.max(1));
    descriptor.set("CapHeight", scaled(metrics.cap_height));
    descriptor.set("XHeight", scaled(metrics.x_height));
    descriptor.set("Flags", flags(face));
}

/// Table 123.
fn flags(face: FaceId) -> i64 {
    let [fixed_pitch, serif, symbolic, nonsymbolic, italic] = [1, 1 << 1, 1 << 2, 1 << 5, 1 << 6];
    let of_family = match face.family() {
        Family::Serif | Family::Cjk(_) => serif | nonsymbolic,
        Family::Own if face.is_own_fixed() => fixed_pitch | nonsymbolic,
        Family::Own | Family::Hebrew | Family::Arabic => nonsymbolic,
        Family::Mono => fixed_pitch | nonsymbolic,
        Family::Emoji | Family::Symbols | Family::Symbols2 | Family::Math => symbolic,
    };
    of_family | if face.slant() == Slant::Italic { italic } else { 0 }
}

/// The content of all pages.
pub(super) fn contents(
    pages: &Pages,
    standard: Standard,
    inks: Inks,
    fonts: &Fonts,
    pictures: &Pictures,
) -> Vec<Transcribed> {
    let tags = standard.is_tagged().then_some(pages.tags.as_slice());
    let effort = if pages.pages.len() <= MANY { Effort::Most } else { Effort::Little };
    let batches: Vec<&[Page]> = pages.pages.chunks(BATCH).collect();
    let transcribed = parallel::map_with(&batches, &|_| Deflater::new(effort), &|deflater, batch| {
        let mut document = PdfDocument::new("");
        let mut parts = Vec::with_capacity(batch.len());
        for page in *batch {
            let content = content::transcribe(page, tags, inks, fonts, pictures);
            document.pages.push(page_of(content.ops));
            parts.push(content.parts);
        }
        let streams = streams(to_lopdf(&document), deflater);
        streams.into_iter().zip(parts).map(|(stream, parts)| Transcribed { stream, parts }).collect::<Vec<_>>()
    });
    transcribed.into_iter().flatten().collect()
}

/// A page for printpdf, whose boxes are written later.
fn page_of(ops: Vec<Op>) -> PdfPage {
    PdfPage::new(Mm(0.0), Mm(0.0), ops)
}

fn to_lopdf(document: &PdfDocument) -> Document {
    let options = PdfSaveOptions { optimize: false, subset_fonts: false, secure: false, image_optimization: None };
    document.to_lopdf_document(&options, &mut Vec::new())
}

fn streams(mut document: Document, deflater: &mut Deflater) -> Vec<Stream> {
    let contents: Vec<_> = document.page_iter().filter_map(|page| part(&document, page, b"Contents")).collect();
    let removed = contents.into_iter().filter_map(|content| document.objects.remove(&content));
    let streams = removed.filter_map(|object| match object {
        Object::Stream(mut stream) => {
            deflater.compress(&mut stream);
            Some(stream)
        }
        _ => None,
    });
    streams.collect()
}

/// The object that an entry of a dictionary refers to.
fn part(document: &Document, of: ObjectId, name: &[u8]) -> Option<ObjectId> {
    document.get_dictionary(of).ok()?.get(name).ok()?.as_reference().ok()
}
