//! What pictures say of where, when and with what they were taken.

use lopdf::{Dictionary, Object, Stream};

use super::super::rules::{EMPTY, METADATA, PRIVATE};
use super::super::{Finding, picture};
use super::is;

/// Looks at a stream: at what an image holds, and at what any other may carry.
pub(super) fn check(stream: &Stream, findings: &mut Vec<Finding>) {
    if !is(&stream.dict, b"Subtype", b"Image") {
        return;
    }
    if stream.content.is_empty() {
        findings.push(Finding::new(EMPTY, "a picture without content"));
    }
    if stream.dict.has(b"Metadata") {
        findings.push(Finding::new(METADATA, "a picture with XMP"));
    }
    if is_jpeg(&stream.dict) {
        let kinds = picture::metadata(stream.content.as_slice());
        findings.extend(kinds.into_iter().map(|kind| Finding::new(METADATA, format!("a picture with {kind}"))));
    }
}

/// Looks at a dictionary: private data of programs, small pictures of pages that show what they once were.
pub(super) fn beside(dict: &Dictionary, findings: &mut Vec<Finding>) {
    if dict.has(b"PieceInfo") {
        findings.push(Finding::new(PRIVATE, "data of the program that made it (PieceInfo)"));
    }
    if dict.has(b"Thumb") && is(dict, b"Type", b"Page") {
        findings.push(Finding::new(PRIVATE, "a small picture of a page (Thumb)"));
    }
}

/// Whether its only filter is that of JPEG files.
fn is_jpeg(dict: &Dictionary) -> bool {
    let filter = match dict.get(b"Filter") {
        Ok(Object::Array(filters)) if filters.len() == 1 => filters.first(),
        Ok(filter) => Some(filter),
        Err(_) => None,
    };
    filter.and_then(|filter| filter.as_name().ok()).is_some_and(|name| name == b"DCTDecode")
}
