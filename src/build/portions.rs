//! Portions of work that memory has room for: what a page becomes takes a hundred times its text, if it is all tags.

use std::ops::Range;

use crate::bytes;
use crate::model::Weight;
use crate::normalize::Article;

/// The most pages of a portion.
const PAGES: usize = 64;
/// The most bytes of them, if they are several.
const BYTES: usize = 64 << 20;
/// The most tags in them, if they are several.
const TAGS: usize = 1 << 20;
/// An article that takes more than so many bytes becomes a book while no other does: as the pages of a PDF file it takes
/// thirty times as much.
const HEAVY: u64 = 4 << 20;

/// Divides pages into portions, which are cleaned at once, in their order.
pub(super) fn of<'a>(pages: impl Iterator<Item = &'a str>) -> Vec<Range<usize>> {
    let mut portions = Vec::new();
    let (mut start, mut end, mut length, mut tags) = (0, 0, 0, 0);
    for html in pages {
        let of_page = bytes::count(html.as_bytes(), |byte| byte == b'<');
        if end > start && (end - start == PAGES || length + html.len() > BYTES || tags + of_page > TAGS) {
            portions.push(start..end);
            (start, length, tags) = (end, 0, 0);
        }
        (end, length, tags) = (end + 1, length + html.len(), tags + of_page);
    }
    if end > start {
        portions.push(start..end);
    }
    portions
}

/// Whether there is no room for the pages of another article beside its own.
pub(super) fn is_heavy(article: &Article) -> bool {
    Weight::of_chapter(&article.chapter).in_memory() > HEAVY
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_portion_has_few_pages_or_few_tags() {
        let of = |pages: &[&str]| super::of(pages.iter().copied());
        assert!(of(&[]).is_empty());
        assert_eq!(of(&["<p>a"; 130]), [0..64, 64..128, 128..130]);
        let (small, large) = ("<p>", "<".repeat(super::TAGS));
        assert_eq!(of(&[small, &large, small, small, &large, &large]), [0..1, 1..2, 2..4, 4..5, 5..6]);
        let long = "a".repeat(super::BYTES / 2);
        assert_eq!(of(&[&long, &long, small, &long]), [0..2, 2..4]);
    }
}
