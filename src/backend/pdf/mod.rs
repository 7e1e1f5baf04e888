//! PDF: the pages that layout made, transcribed. A file is PDF/A-2a and PDF/UA-1 unless the user wants less.
//!
//! # How
//!
//! 1. [`fonts`]: which glyphs the book shows and which text each stands for; each face is subset once.
//! 2. [`content`], [`text`]: each page's items become operators in marked-content sequences.
//! 3. [`transcript`]: printpdf makes fonts and content streams of them.
//! 4. [`finish`]: around those, with lopdf, what printpdf lacks or does wrong: [`images`], page boxes, [`structure`],
//!    [`navigation`], [`metadata`], [`colour`].
//! 5. [`file`]: the objects as bytes, compressed by [`deflate`].
//!
//! # What is not supported
//!
//! Colour management beyond sRGB and grey, encryption, vertical writing, Type 3 fonts.

mod colour;
mod content;
mod deflate;
mod digest;
mod encoding;
mod file;
mod finish;
mod fit;
mod fonts;
mod images;
pub mod impose;
mod metadata;
mod navigation;
mod png;
mod structure;
mod text;
mod transcript;
mod tree;

use std::borrow::Cow;
use std::io;

use lopdf::{Document, Object};
use tracing::info_span;

pub(super) use self::colour::Inks;
use self::colour::Space;
use self::digest::Digest;
use self::file::Texts;
use self::finish::Promise;
use self::fonts::Fonts;
use self::images::{Kept, Pictures};
use self::transcript::Manner;
use super::{Backend, Content, Settings, Sink};
use crate::diag::{Diagnostic, Warned};
use crate::layout::{frame::Pages, paper_name};
use crate::media::Images;
use crate::model::Book;
use crate::parallel;

/// What a user can decide about the file, not about its pages.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// What it promises.
    pub standard: Standard,
    /// Whether it is printed with black ink alone: text is black, grounds and rules are grey.
    pub grey: bool,
    /// The most pixels an inch that its pictures have on paper.
    pub print_dpi: Option<u16>,
    /// Whether ink is spared: no grounds, thinner lines.
    pub ink_saver: bool,
    /// How its pages are put on sheets of paper, if they are.
    pub impose: Option<impose::Options>,
    /// The most sheets that it may take: type becomes as small as that takes, within bounds.
    pub fit_sheets: Option<usize>,
}

/// The standards that a file says it keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standard {
    /// PDF/A-2a (ISO 19005-2) and PDF/UA-1 (ISO 14289-1): for archives and for everyone.
    #[default]
    A2a,
    /// PDF/A-2b: for archives, without structure.
    A2b,
    /// PDF/UA-1 alone.
    Ua,
    /// None, without structure: the smallest file.
    None,
}

impl Standard {
    /// Whether the file says what each piece of its pages is.
    fn is_tagged(self) -> bool {
        matches!(self, Self::A2a | Self::Ua)
    }

    /// What is left of it on sheets, which have no order of reading.
    fn of_sheets(self) -> Self {
        match self {
            Self::A2a | Self::A2b => Self::A2b,
            Self::Ua | Self::None => Self::None,
        }
    }
}

/// The pages of a book as its PDF file has them, before they are put on sheets.
pub fn lay_out(book: &Book, images: &Images, settings: &Settings) -> Warned<Pages> {
    fit::lay_out(book, images, settings).0
}

/// The PDF backend.
pub struct Pdf;

impl Backend for Pdf {
    fn write(&self, content: Content<'_>, out: &mut dyn Sink) -> io::Result<Vec<Diagnostic>> {
        let Content { book, images, settings, .. } = content;
        let (pages, fitted) = info_span!("layout").in_scope(|| fit::lay_out(book, images, settings));
        let Warned { value: pages, diagnostics: mut said } = pages;
        let composed = compose(&pages, images, &settings.pdf)?;
        said.extend(fitted);
        match (&composed.summary, &settings.pdf.impose) {
            (Some(summary), Some(options)) => said.extend(summary.diagnostics(options)),
            _ => said.push(Diagnostic::note("pages", counted(&pages))),
        }
        parallel::while_dropping(pages, || composed.write(out))?;
        Ok(said)
    }
}

/// Writes pages as a PDF file; on sheets, if they are to be imposed.
///
/// # Errors
/// Only if `out` cannot be written or an image cannot be read.
pub fn write(
    pages: &Pages,
    images: &Images,
    options: &Options,
    out: &mut dyn Sink,
) -> io::Result<Option<impose::Summary>> {
    let composed = compose(pages, images, options)?;
    let summary = composed.summary;
    composed.write(out)?;
    Ok(summary)
}

/// A document as it is to be written.
struct Composed {
    document: Document,
    /// Its objects that are texts already.
    texts: Vec<Texts>,
    /// What its images hold.
    kept: Kept,
    /// What tells the book from others.
    book: Digest,
    /// What came of it, if it is on sheets.
    summary: Option<impose::Summary>,
}

impl Composed {
    fn write(self, out: &mut dyn Sink) -> io::Result<()> {
        info_span!("file").in_scope(|| file::write(self.document, self.texts, &self.kept, self.book, out))
    }
}

fn compose(pages: &Pages, images: &Images, options: &Options) -> io::Result<Composed> {
    let standard = match options.impose {
        Some(_) => options.standard.of_sheets(),
        None => options.standard,
    };
    let mut fonts = info_span!("encode").in_scope(|| Fonts::of(pages));
    let pictures = Pictures::of(pages, images, density(pages, options))?;
    let manner = Manner { standard, inks: Inks::of(options), pictures: &pictures };
    let contents = transcript::contents(pages, manner, &mut fonts);
    let (mut document, names) = info_span!("fonts").in_scope(|| transcript::fonts(&fonts));
    let space = if options.grey && pictures.are_grey() { Space::Grey } else { Space::Srgb };
    let (resources, mut kept) = finish::resources(&mut document, names, pictures);
    let promise = Promise { standard, space, on_paper: options.impose.is_some() };
    let finish = || finish::finish(&mut document, pages, promise, contents, resources);
    let texts = info_span!("structure").in_scope(finish);
    let mut book = Digest::of(pages.properties.identifier.as_bytes());
    book.add(pages.properties.title.as_bytes());
    let summary = options.impose.as_ref().map(|sheets| {
        let sheets = impose::Options { cover: sheets.cover || pages.back_cover, ..sheets.clone() };
        impose::on_sheets(&mut document, &mut kept, &sheets)
    });
    let summary = summary.transpose().map_err(|error| io::Error::other(error.message))?;
    Ok(Composed { document, texts, kept, book, summary })
}

/// How many pixels pictures have an inch of their page: on sheets, pages have another size.
fn density(pages: &Pages, options: &Options) -> Option<f64> {
    let sizes: Vec<_> = pages.pages.iter().map(|page| page.size).collect();
    let scale = options.impose.as_ref().map_or(1.0, |sheets| impose::scale_for(sheets, &sizes));
    options.print_dpi.map(|dpi| f64::from(dpi) * scale)
}

/// How many pages there are, and of which size.
fn counted(pages: &Pages) -> String {
    let count = pages.pages.len();
    let size = pages.pages.first().map_or_else(Default::default, |page| page.size);
    format!("{count} page{} of {}", if count == 1 { "" } else { "s" }, paper_name(size))
}

/// The most bytes of a string (ISO 19005-2 §6.1.13).
const LONGEST: usize = 32_767;

/// A text string (ISO 32000-1 §7.9.2.2): in UTF-16 unless it is ASCII.
fn text_string(text: &str) -> Object {
    let text = shortened(text);
    if is_plain(&text) {
        return Object::string_literal(&*text);
    }
    // As bytes: in hexadecimal it would be twice as long, and deflate finds less in it.
    Object::string_literal(utf_16(&text))
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

/// In UTF-16, with the mark that says so.
fn utf_16(text: &str) -> Vec<u8> {
    [0xFE, 0xFF].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect()
}

/// A text that a string has room for, whichever way it is written. Titles, descriptions and the like of ten pages end in …:
/// nobody reads them to their end, and the pages have them whole.
fn shortened(text: &str) -> Cow<'_, str> {
    const UNITS: usize = LONGEST / 2 - 1;
    if text.len() <= UNITS || is_plain(text) && text.len() <= LONGEST || text.encode_utf16().count() <= UNITS {
        return text.into();
    }
    let mut units = 0;
    let fits = |c: &char| {
        units += c.len_utf16();
        units < UNITS
    };
    let kept: String = text.chars().take_while(fits).collect();
    format!("{}…", kept.trim_end()).into()
}

#[cfg(test)]
mod tests;
