//! PDF: the pages that layout made, transcribed. Every file is PDF/A-2a and PDF/UA-1.
//!
//! # How
//!
//! 1. [`fonts`]: which glyphs the book shows and which text each stands for; each face is subset once.
//! 2. [`content`], [`text`]: each page's items become operators in marked-content sequences.
//! 3. [`transcript`]: printpdf makes fonts and content streams of them.
//! 4. [`finish`]: around those, with lopdf, what printpdf lacks or does wrong: [`images`], page boxes, [`structure`],
//!    [`navigation`], [`metadata`], [`colour`].
//! 5. [`file`]: the objects as bytes.
//!
//! # What is not supported
//!
//! Colour management beyond sRGB and grey, encryption, vertical writing, Type 3 fonts.

mod colour;
mod content;
mod digest;
mod file;
mod finish;
mod fonts;
mod images;
mod metadata;
mod navigation;
mod png;
mod structure;
mod text;
mod transcript;
mod tree;

use std::io;

use lopdf::Object;

use self::digest::Digest;
use self::fonts::Fonts;
use self::images::Pictures;
use super::{Backend, Settings, Sink};
use crate::diag::Diagnostic;
use crate::layout::{self, frame::Pages};
use crate::media::Images;
use crate::model::Book;

/// The PDF backend.
pub struct Pdf;

impl Backend for Pdf {
    fn write(
        &self,
        book: &Book,
        images: &Images,
        settings: &Settings,
        out: &mut dyn Sink,
    ) -> io::Result<Vec<Diagnostic>> {
        let pages = layout::lay_out(book, images, &settings.theme);
        write(&pages.value, images, out)?;
        Ok(pages.diagnostics)
    }
}

/// Writes pages as a PDF file.
///
/// # Errors
/// Only if `out` cannot be written.
pub fn write(pages: &Pages, images: &Images, out: &mut dyn Sink) -> io::Result<()> {
    let fonts = Fonts::of(pages);
    let pictures = Pictures::of(pages, images);
    let contents = transcript::contents(pages, &fonts, &pictures);
    let (mut document, names) = transcript::fonts(&fonts);
    finish::finish(&mut document, names, pages, contents, pictures);
    let mut book = Digest::of(pages.properties.identifier.as_bytes());
    book.add(pages.properties.title.as_bytes());
    file::write(document, book, out)
}

/// A text string (ISO 32000-1 §7.9.2.2): in UTF-16 unless it is ASCII.
fn text_string(text: &str) -> Object {
    lopdf::text_string(text)
}

#[cfg(test)]
mod tests;
