//! What printpdf writes: fonts and content streams.
//!
//! Pages are given to it a few at a time and kept as compressed streams, so that a book of a thousand pages takes
//! little more memory than its text.

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};
use printpdf::{Mm, Op, PdfDocument, PdfPage, PdfSaveOptions};
use tracing::info_span;

use super::Standard;
use super::colour::Inks;
use super::content::{self, Content, Part};
use super::deflate::{Deflater, Effort};
use super::encoding;
use super::fonts::{Font, Fonts, Programs};
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

/// What pages are written with.
#[derive(Clone, Copy)]
pub(super) struct Manner<'a> {
    /// The standard that the file keeps.
    pub(super) standard: Standard,
    /// Its inks.
    pub(super) inks: Inks,
    /// Its pictures.
    pub(super) pictures: &'a Pictures,
}

/// The content of all pages; the fonts get their programs meanwhile.
pub(super) fn contents(pages: &Pages, manner: Manner<'_>, fonts: &mut Fonts) -> Vec<Transcribed> {
    let mut subsets: Vec<Job<'_>> = fonts.iter().map(|(face, font)| Job::Subset(*face, font)).collect();
    // What takes longest is not begun last.
    subsets.sort_by_key(|job| matches!(job, Job::Subset(_, font) if font.glyphs().len() < LARGE));
    let (contents, programs) = work(pages, manner, fonts, subsets);
    if fonts.embed(programs) {
        return contents;
    }
    // Of a face that is left out nothing is shown.
    work(pages, manner, fonts, Vec::new()).0
}

/// A font of more glyphs takes longer than the pages that are transcribed together.
const LARGE: usize = 500;

/// What is done at once.
enum Job<'a> {
    Subset(FaceId, &'a Font),
    Pages(&'a [Page]),
}

/// What comes of it.
enum Done {
    Subset((FaceId, Option<Vec<u8>>)),
    Pages(Vec<Transcribed>),
}

fn work<'a>(
    pages: &'a Pages,
    manner: Manner<'_>,
    fonts: &Fonts,
    mut jobs: Vec<Job<'a>>,
) -> (Vec<Transcribed>, Programs) {
    let effort = if pages.pages.len() <= MANY { Effort::Some } else { Effort::Little };
    jobs.extend(pages.pages.chunks(BATCH).map(Job::Pages));
    let tags = manner.standard.is_tagged().then_some(pages.tags.as_slice());
    let done = parallel::map_with(&jobs, &|| Deflater::new(effort), &|deflater, job| match job {
        Job::Subset(face, font) => {
            let _making = info_span!("subset").entered();
            Done::Subset((*face, font.subset(*face)))
        }
        Job::Pages(batch) => {
            let _writing = info_span!("contents").entered();
            let content = |page: &Page| content::transcribe(page, tags, manner.inks, fonts, manner.pictures);
            Done::Pages(transcribed(batch, &content, deflater))
        }
    });
    let (mut contents, mut programs) = (Vec::with_capacity(pages.pages.len()), Vec::new());
    for done in done {
        match done {
            Done::Subset(program) => programs.push(program),
            Done::Pages(pages) => contents.extend(pages),
        }
    }
    (contents, programs)
}

fn transcribed(batch: &[Page], content: &dyn Fn(&Page) -> Content, deflater: &mut Deflater) -> Vec<Transcribed> {
    let mut document = PdfDocument::new("");
    let mut parts = Vec::with_capacity(batch.len());
    for page in batch {
        let content = content(page);
        document.pages.push(page_of(content.ops));
        parts.push(content.parts);
    }
    let streams = streams(to_lopdf(&document), deflater);
    streams.into_iter().zip(parts).map(|(stream, parts)| Transcribed { stream, parts }).collect()
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
