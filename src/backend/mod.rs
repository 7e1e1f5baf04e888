//! **Backends**: from a book to the bytes of a file.
//!
//! A format is a [`Backend`] and a row of [`FORMATS`]; the output's file name chooses it. A backend sees a finished
//! [`Book`] with its [`Images`] and writes bytes: it reads no file, no clock, no environment, so that the same book
//! gives the same bytes.

pub mod epub;
pub mod html;
pub mod pdf;
pub mod svg;

use std::io::{self, Seek, Write};

use crate::diag::Diagnostic;
use crate::layout::Theme;
use crate::limits::Limits;
use crate::media::{Drawings, Images};
use crate::model::Book;

/// Where a backend writes: a file that is not yet published, or memory.
pub trait Sink: Write + Seek {}
impl<T: Write + Seek> Sink for T {}

/// What the user decided about the formats.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// For EPUB.
    pub epub: epub::Options,
    /// For HTML.
    pub html: html::Options,
    /// For PDF: the look of its pages.
    pub theme: Theme,
    /// For PDF: what its file promises.
    pub pdf: pdf::Options,
    /// How much is written.
    pub limits: Limits,
}

/// What is written.
#[derive(Clone, Copy)]
pub struct Content<'a> {
    /// The book.
    pub book: &'a Book,
    /// Its pictures.
    pub images: &'a Images,
    /// How it is to be written.
    pub settings: &'a Settings,
    /// What was drawn for it in earlier builds.
    pub drawings: Drawings<'a>,
}

/// Writes books in one format.
pub trait Backend: Sync {
    /// Writes the whole file and says what it had to leave out or alter.
    ///
    /// # Errors
    /// Only if `out` cannot be written.
    fn write(&self, content: Content<'_>, out: &mut dyn Sink) -> io::Result<Vec<Diagnostic>>;
}

/// A format that books can be written in.
pub struct Format {
    /// What it is called.
    pub name: &'static str,
    /// File name endings that choose it, in lower case, without the dot; longer ones first.
    pub extensions: &'static [&'static str],
    /// What writes it.
    pub backend: &'static dyn Backend,
}

/// All formats.
pub static FORMATS: &[Format] = &[
    Format { name: "KEPUB", extensions: &["kepub.epub"], backend: &epub::Kepub },
    Format { name: "EPUB", extensions: &["epub"], backend: &epub::Epub },
    Format { name: "HTML", extensions: &["html", "htm", "xhtml"], backend: &html::Html },
    Format { name: "PDF", extensions: &["pdf"], backend: &pdf::Pdf },
];

/// The format that a file name's ending chooses, whatever its case.
pub fn format_of(file_name: &str) -> Option<&'static Format> {
    let lower = file_name.to_ascii_lowercase();
    let ends = |extension: &&str| lower.strip_suffix(*extension).is_some_and(|rest| rest.ends_with('.'));
    FORMATS.iter().find(|format| format.extensions.iter().any(ends))
}
