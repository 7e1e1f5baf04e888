//! A book in one format, which must pass its own check.

use std::io::{Cursor, Seek, SeekFrom};

use offprint::backend::{Content, Format, Settings};
use offprint::media::{Drawings, Images};
use offprint::model::Book;
use offprint::verify;

pub fn check(book: &Book, format: &Format) {
    let mut out = Cursor::new(Vec::new());
    let (images, settings) = (Images::default(), Settings::default());
    let content = Content { book, images: &images, settings: &settings, drawings: Drawings::default() };
    format.backend.write(content, &mut out).expect("memory can be written");
    out.seek(SeekFrom::Start(0)).expect("memory can be read");
    let findings = verify::check(format.extensions[0], &mut out);
    let faults: Vec<_> = findings.iter().filter(|finding| finding.forbids()).collect();
    assert!(faults.is_empty(), "{}: {faults:?}", format.name);
}
