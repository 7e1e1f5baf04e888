//! **Verify**: re-opens a finished book and checks it, before it is published.
//!
//! What is found here is a fault of this program, never of its input. The checks know nothing of how the book was
//! made: they read the bytes as a reader would.

pub mod epub;
pub mod kindle;
pub mod pdf;

use std::io::{Read, Seek};

/// Something that is wrong with a finished book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// One line, lower case, no full stop.
    pub what: String,
}

impl Finding {
    /// A finding; one lower-case line.
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into() }
    }
}

/// Checks a finished book from its first byte: `extension` is its file name's ending, in lower case, without the dot.
/// Nothing is found in formats that have no checks.
pub fn check(extension: &str, book: &mut (impl Read + Seek)) -> Vec<Finding> {
    match extension {
        "epub" | "kepub.epub" => epub::check(book),
        "pdf" => pdf::check(book),
        _ => Vec::new(),
    }
}
