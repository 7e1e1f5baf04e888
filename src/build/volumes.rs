//! Books divided into volumes, for outputs with a size limit.
//!
//! A volume holds whole chapters: articles, or the sections of a book of one article. How large a chapter becomes is
//! guessed from its text and pictures; the volumes are written, and those that turn out too large are halved, until all
//! are small enough or hold one chapter.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::backend::FORMATS;
use crate::media::{ImageId, Images};
use crate::model::{Block, Book, Chapter, Inline, Series, Visit, walk_chapter};
use crate::{media, normalize};

/// How a book is divided: the chapters of each volume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Division {
    volumes: Vec<Range<usize>>,
    /// The guessed size of each chapter.
    sizes: Vec<u64>,
}

impl Division {
    /// Into volumes of at most `limit` bytes, of a book that is `whole` bytes long in one.
    pub(super) fn new(book: &Book, images: &Images, whole: u64, limit: u64) -> Self {
        let sizes: Vec<u64> = chapters(book).iter().map(|chapter| guess(chapter, images)).collect();
        // What is no chapter (fonts, the cover) is in every volume.
        let rest = whole.saturating_sub(sizes.iter().sum()).min(limit / 2);
        let room = limit - rest;
        let mut volumes: Vec<Range<usize>> = Vec::new();
        let mut filled = 0;
        for (number, size) in sizes.iter().enumerate() {
            match volumes.last_mut() {
                Some(volume) if filled + size <= room => {
                    volume.end = number + 1;
                    filled += size;
                }
                _ => {
                    volumes.push(number..number + 1);
                    filled = *size;
                }
            }
        }
        Self { volumes, sizes }
    }

    /// How many volumes there are.
    pub(super) fn count(&self) -> usize {
        self.volumes.len()
    }

    /// Halves those of the volumes that are too large. Whether there was one that could be.
    pub(super) fn halve(&mut self, too_large: &[bool]) -> bool {
        let mut volumes = Vec::new();
        let mut halved = false;
        for (volume, too_large) in self.volumes.iter().zip(too_large) {
            if !too_large || volume.len() < 2 {
                volumes.push(volume.clone());
                continue;
            }
            let sizes = &self.sizes[volume.clone()];
            let half = sizes.iter().sum::<u64>() / 2;
            let mut sum = 0;
            let first = sizes.iter().take_while(|size| {
                sum += **size;
                sum <= half
            });
            let middle = volume.start + first.count().clamp(1, volume.len() - 1);
            volumes.extend([volume.start..middle, middle..volume.end]);
            halved = true;
        }
        self.volumes = volumes;
        halved
    }

    /// The volumes as books: numbered in their titles, in a series named after the whole.
    pub(super) fn books(&self, book: &Book) -> Vec<Book> {
        let count = self.count();
        let volume = |(index, range): (usize, &Range<usize>)| {
            let mut volume = Book { metadata: book.metadata.clone(), chapters: of(book, range.clone()) };
            let (number, metadata) = (index + 1, &mut volume.metadata);
            let wide = matches!(metadata.language.primary(), "zh" | "ja");
            let title = &book.metadata.title;
            metadata.title =
                if wide { format!("{title}（{number}/{count}）") } else { format!("{title} ({number}/{count})") };
            metadata.series = Some(Series { name: title.clone(), position: Some(number as f32) });
            metadata.identifier = normalize::part_identifier(&book.metadata.identifier, number);
            if let ([only], 1) = (volume.chapters.as_mut_slice(), book.chapters.len()) {
                only.title = vec![Inline::Text(metadata.title.clone())];
            } else {
                let addresses = |chapter: &Chapter| chapter.byline.as_ref()?.address.clone();
                metadata.sources = volume.chapters.iter().filter_map(addresses).collect();
                let elsewhere = book.chapters.iter().enumerate().filter(|(index, _)| !range.contains(index));
                let outside =
                    elsewhere.filter_map(|(_, chapter)| Some((chapter.id.clone(), addresses(chapter)?))).collect();
                volume.chapters.iter_mut().for_each(|chapter| normalize::link_out(chapter, &outside));
            }
            volume
        };
        self.volumes.iter().enumerate().map(volume).collect()
    }
}

/// The name of a volume: the book's with the volume's number, which has as many digits as the last one's.
pub(super) fn path(whole: &Path, number: usize, count: usize) -> PathBuf {
    let name = whole.file_name().unwrap_or_default().to_string_lossy();
    // The longest ending that it has: `kepub.epub` is one.
    let lower = name.to_ascii_lowercase();
    let endings = FORMATS.iter().flat_map(|format| format.extensions).map(|ending| format!(".{ending}"));
    let ending = endings.filter(|ending| lower.ends_with(ending)).map(|ending| ending.len()).max();
    let (stem, ending) = name.split_at(name.len() - ending.unwrap_or(0));
    let digits = count.to_string().len();
    whole.with_file_name(format!("{stem}-{number:0digits$}{ending}"))
}

/// What is not divided further.
fn chapters(book: &Book) -> Vec<&Chapter> {
    match book.chapters.as_slice() {
        [only] if !only.sections.is_empty() => only.sections.iter().collect(),
        several => several.iter().collect(),
    }
}

/// Some of the chapters. What stands before the sections of an only article stands in the first volume.
fn of(book: &Book, range: Range<usize>) -> Vec<Chapter> {
    match book.chapters.as_slice() {
        [only] if !only.sections.is_empty() => {
            let (blocks, notes) = match range.start {
                0 => (only.blocks.clone(), only.notes.clone()),
                _ => (Vec::new(), Vec::new()),
            };
            let sections = only.sections[range].to_vec();
            let (id, title, byline) = (only.id.clone(), only.title.clone(), only.byline.clone());
            vec![Chapter { id, title, byline, language: only.language.clone(), blocks, notes, sections }]
        }
        several => several[range].to_vec(),
    }
}

/// About how many bytes a chapter takes: its pictures, and its text packed.
fn guess(chapter: &Chapter, images: &Images) -> u64 {
    let pictures = media::collect_chapter(chapter);
    let shown: BTreeMap<&ImageId, usize> = pictures
        .iter()
        .filter_map(|picture| images.get(picture)?.ok())
        .map(|image| (&image.id, image.bytes.len()))
        .collect();
    let mut text = Text(0);
    walk_chapter(chapter, &mut text);
    shown.values().map(|size| *size as u64).sum::<u64>() + text.0 / 2
}

/// How many bytes text has, each block some more.
struct Text(u64);

impl Visit for Text {
    fn block(&mut self, block: &Block) {
        let code = if let Block::Code { text, .. } = block { text.len() } else { 0 };
        self.0 += 16 + code as u64;
    }

    fn inline(&mut self, inline: &Inline) {
        if let Inline::Text(text) | Inline::Code(text) = inline {
            self.0 += text.len() as u64;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::model::{Anchor, Language};

    fn chapter(name: &str, letters: usize) -> Chapter {
        Chapter {
            id: Anchor(name.to_owned()),
            title: vec![Inline::Text(name.to_owned())],
            byline: None,
            language: None,
            blocks: vec![Block::Paragraph(vec![Inline::Text("x".repeat(letters))])],
            notes: Vec::new(),
            sections: Vec::new(),
        }
    }

    fn book(chapters: Vec<Chapter>) -> Book {
        let language = Language::parse("zh-CN");
        let overrides = normalize::Overrides { title: Some("书".into()), language, ..Default::default() };
        Book { chapters, ..normalize::assemble(Vec::new(), &overrides) }
    }

    #[test]
    fn chapters_fill_volumes_in_order() {
        let book = book(["a", "b", "c", "d"].map(|name| chapter(name, 2000)).to_vec());
        let mut division = Division::new(&book, &Images::default(), 4_100, 2_200);
        assert_eq!(division.volumes, [0..2, 2..4]);
        assert!(division.halve(&[false, true]));
        assert_eq!(division.volumes, [0..2, 2..3, 3..4]);
        assert!(!division.halve(&[false, true, true]));
        let books = division.books(&book);
        let titles: Vec<_> = books.iter().map(|book| book.metadata.title.as_str()).collect();
        assert_eq!(titles, ["书（1/3）", "书（2/3）", "书（3/3）"]);
        let ids: BTreeSet<_> = books.iter().map(|book| book.metadata.identifier.clone()).collect();
        assert_eq!(ids.len(), 3);
        assert_eq!(books[2].metadata.series, Some(Series { name: "书".into(), position: Some(3.0) }));
    }

    #[test]
    fn an_article_is_divided_at_its_sections() {
        let whole = Chapter { sections: vec![chapter("b", 2000), chapter("c", 2000)], ..chapter("a", 10) };
        let book = book(vec![whole]);
        let books = Division::new(&book, &Images::default(), 2_000, 1_200).books(&book);
        let blocks: Vec<_> = books.iter().map(|book| book.chapters[0].blocks.len()).collect();
        let sections: Vec<_> = books.iter().map(|book| book.chapters[0].sections[0].id.0.clone()).collect();
        assert_eq!((blocks, sections), (vec![1, 0], vec!["b".to_owned(), "c".to_owned()]));
    }

    #[test]
    fn names_sort_in_order() {
        assert_eq!(path(Path::new("a/b.epub"), 3, 12), Path::new("a/b-03.epub"));
        assert_eq!(path(Path::new("b.epub"), 3, 9), Path::new("b-3.epub"));
        assert_eq!(path(Path::new("b.KEPUB.epub"), 3, 9), Path::new("b-3.KEPUB.epub"));
    }
}
