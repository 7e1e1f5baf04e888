//! One HTML file: what the normalizer kept, as it understood it.
//!
//! Semantic elements and nothing else: no class but that of formulas in TeX, no script, nothing that is loaded from elsewhere.
//! It is well-formed XML too, so that other tools can take it from here, and normalizing it again gives the same
//! book. The title of a single article stands in `title` alone, where the style shows it; the body is the text.

mod text;
mod write;

use std::io;

pub(super) use self::text::base64;
use super::{Backend, Content, Sink};
use crate::diag::Diagnostic;

/// What the user decided about HTML files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Whether pictures are in the file, as `data:` addresses. Otherwise only their captions are.
    pub images: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { images: true }
    }
}

/// The HTML backend.
pub struct Html;

impl Backend for Html {
    fn write(&self, content: Content<'_>, out: &mut dyn Sink) -> io::Result<Vec<Diagnostic>> {
        let Content { book, images, settings, .. } = content;
        let images = settings.html.images.then_some(images);
        out.write_all(write::page(book, images)?.as_bytes())?;
        Ok(Vec::new())
    }
}
