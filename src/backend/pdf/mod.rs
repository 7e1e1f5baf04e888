//! PDF: the pages that layout made, transcribed. Every file is PDF/A-2a and PDF/UA-1.
//!
//! # How
//!
//! 1. [`fonts`]: which glyphs the book shows and which text each stands for; each face is subset once.
//! 2. [`content`], [`text`]: each page's items become operators in marked-content sequences.
//! 3. printpdf makes a document of fonts and pages.
//! 4. [`finish`]: with lopdf, what printpdf lacks or does wrong: [`images`], page boxes, [`structure`],
//!    [`navigation`], [`metadata`], [`colour`].
//!
//! # What is not supported
//!
//! Colour management beyond sRGB and grey, encryption, vertical writing, Type 3 fonts.

mod colour;
mod content;
mod finish;
mod fonts;
mod images;
mod metadata;
mod navigation;
mod png;
mod structure;
mod text;
mod tree;

use std::io;

use lopdf::Object;
use printpdf::{Mm, Op, PdfDocument, PdfPage, PdfSaveOptions};

use self::content::Part;
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
    let (transcript, parts) = transcribe(pages, &fonts, &pictures);
    let mut document = to_lopdf(&transcript);
    drop(transcript);
    finish::finish(&mut document, pages, &parts, pictures);
    finish::save(&mut document, out)
}

/// The pages as printpdf takes them, and what belongs to which element.
fn transcribe(pages: &Pages, fonts: &Fonts, pictures: &Pictures) -> (PdfDocument, Vec<Vec<Part>>) {
    let mut document = PdfDocument::new("");
    let mut parts = Vec::with_capacity(pages.pages.len());
    for page in &pages.pages {
        let content = content::transcribe(page, &pages.tags, fonts, pictures);
        document.pages.push(page_of(content.ops));
        parts.push(content.parts);
    }
    let specimen = fonts.register(&mut document);
    document.pages.push(page_of(specimen));
    (document, parts)
}

/// A page for printpdf, whose boxes are set later.
fn page_of(ops: Vec<Op>) -> PdfPage {
    PdfPage::new(Mm(0.0), Mm(0.0), ops)
}

fn to_lopdf(transcript: &PdfDocument) -> lopdf::Document {
    let options = PdfSaveOptions { optimize: false, subset_fonts: false, secure: false, image_optimization: None };
    transcript.to_lopdf_document(&options, &mut Vec::new())
}

/// A text string (ISO 32000-1 §7.9.2.2): in UTF-16 unless it is ASCII.
fn text_string(text: &str) -> Object {
    lopdf::text_string(text)
}

/// 128 bits that tell contents apart, mixed eight bytes at a time; nobody is kept from forging them.
fn digest(parts: &[&[u8]]) -> [u64; 2] {
    const PRIME: u64 = 0x0000_0100_0000_01B3;
    let mut halves = [0xCBF2_9CE4_8422_2325, 0x9AE1_6A3B_2F90_404F];
    for part in parts {
        for word in part.chunks(8) {
            let word = word.iter().rev().fold(0u64, |word, byte| word << 8 | u64::from(*byte));
            halves[0] = (halves[0] ^ word).wrapping_mul(PRIME).rotate_left(29);
            halves[1] = (halves[1] ^ word.rotate_left(31)).wrapping_mul(PRIME).rotate_left(17);
        }
        halves[0] = (halves[0] ^ part.len() as u64).wrapping_mul(PRIME);
    }
    halves.map(|half| (half ^ half >> 32).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ half >> 29)
}

#[cfg(test)]
mod tests;
