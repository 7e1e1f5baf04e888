//! EPUB 3.3, with what EPUB 2 readers need beside it.

use std::io;

use super::{Backend, Settings, Sink};
use crate::diag::Diagnostic;
use crate::media::Images;
use crate::model::Book;

/// What the user decided about EPUB files.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {}

/// The EPUB backend.
pub struct Epub;

impl Backend for Epub {
    fn write(&self, _: &Book, _: &Images, _: &Settings, _: &mut dyn Sink) -> io::Result<Vec<Diagnostic>> {
        Ok(Vec::new())
    }
}
