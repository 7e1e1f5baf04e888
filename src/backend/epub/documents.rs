//! How a book is divided into documents, and which of them each anchor is in.
//!
//! E-readers open one document at a time and begin it on a new page, so that a document is an article or, in a book of
//! one article, a section of it. A document is named after its chapter, not after its place: a book keeps its names
//! when an article is added to it, and readers keep theirs.

use std::collections::BTreeMap;

use crate::model::{Anchor, Block, Book, Chapter, Inline, Language, Names, Visit, plain_text, walk_blocks};

/// A document of the book's text.
#[derive(Clone, Debug)]
pub(super) struct Document<'a> {
    /// Its file name, without its folder.
    pub(super) name: String,
    /// What it begins with.
    pub(super) chapter: &'a Chapter,
    /// Sections beside it that stand in the same document, where there are very many.
    pub(super) more: &'a [Chapter],
    /// 1 for an article, 2 for its sections, and so on.
    pub(super) level: u8,
    /// Whether the chapter's sections are documents of their own.
    pub(super) split: bool,
    /// Whether the chapter's title stands here. It does not where it is the book's and stands on the title page.
    pub(super) titled: bool,
    /// The language of its text.
    pub(super) language: &'a Language,
}

/// Names of the pages around the text.
const RESERVED: &[&str] = &["cover", "titlepage", "missing", "colophon"];

/// Divides a book: `split` is the deepest level of chapters that are documents of their own; 1 for articles, 2 for
/// their sections. Without it, a book of one article is divided at its sections, and one of several at its articles.
/// If that were more than `most` documents, it is divided less deeply, and then several sections become one. Articles are
/// documents of their own in any case.
pub(super) fn divide(book: &Book, split: Option<u8>, most: usize) -> Division<'_> {
    let least = if is_one_article(book) { 2 } else { 1 };
    let wanted = split.unwrap_or(least).max(1);
    let mut plan = Plan::of(book, wanted, 1);
    let all = plan.documents.len();
    while plan.documents.len() > most && plan.split > least {
        plan = Plan::of(book, plan.split - 1, 1);
    }
    if plan.documents.len() > most && plan.split > 1 {
        plan = Plan::of(book, plan.split, plan.documents.len().div_ceil(most.max(1)));
    }
    Division { joined: (plan.documents.len() < all).then_some(all), documents: plan.documents }
}

/// How a book is divided.
pub(super) struct Division<'a> {
    pub(super) documents: Vec<Document<'a>>,
    /// How many documents there would be if there were not too many.
    pub(super) joined: Option<usize>,
}

/// Whether a book is its only article, whose title is the book's. The last volume of several may hold one article, too.
pub(super) fn is_one_article(book: &Book) -> bool {
    matches!(book.chapters.as_slice(), [only] if plain_text(&only.title) == book.metadata.title)
}

struct Plan<'a> {
    split: u8,
    /// How many sections of the deepest level are one document.
    at_once: usize,
    names: Names,
    documents: Vec<Document<'a>>,
}

impl<'a> Plan<'a> {
    fn of(book: &'a Book, split: u8, at_once: usize) -> Self {
        let mut plan = Self { split, at_once, names: Names::without(RESERVED), documents: Vec::new() };
        let titled = !is_one_article(book);
        for chapter in &book.chapters {
            plan.add(std::slice::from_ref(chapter), 1, titled, &book.metadata.language);
        }
        plan
    }

    /// Adds the first of some chapters as a document of its own, which the others go with.
    fn add(&mut self, chapters: &'a [Chapter], level: u8, titled: bool, language: &'a Language) {
        let Some((chapter, more)) = chapters.split_first() else { return };
        let language = chapter.language.as_ref().unwrap_or(language);
        let split = level < self.split && !chapter.sections.is_empty();
        if titled || !chapter.blocks.is_empty() || !split {
            let name = name(&mut self.names, &chapter.id);
            self.documents.push(Document { name, chapter, more, level, split, titled, language });
        }
        if split {
            let at_once = if level + 1 == self.split { self.at_once } else { 1 };
            for sections in chapter.sections.chunks(at_once) {
                self.add(sections, level + 1, true, language);
            }
        }
    }
}

/// A name of small letters, digits and `-`, which no other document has on any file system.
fn name(names: &mut Names, anchor: &Anchor) -> String {
    let clean: String = id(anchor).to_ascii_lowercase().replace('_', "-").chars().take(90).collect();
    format!("{}.xhtml", names.unique(clean))
}

/// An anchor as an XML id: a letter first, then letters, digits and `-`. Ids that this backend makes itself hold `_`,
/// so that they are no anchor's.
pub(super) fn id(anchor: &Anchor) -> String {
    let mut id: String = anchor.0.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    if !id.starts_with(|c: char| c.is_ascii_alphabetic()) {
        id.insert_str(0, "a_");
    }
    id
}

/// Which document each anchor is in.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    /// The document's number, and whether the anchor is the document as a whole.
    places: BTreeMap<Anchor, (usize, bool)>,
    names: Vec<String>,
}

impl Places {
    /// Finds the anchors of all documents.
    pub(super) fn of(documents: &[Document<'_>]) -> Self {
        let names = documents.iter().map(|document| document.name.clone()).collect();
        let mut places = Self { places: BTreeMap::new(), names };
        for (number, document) in documents.iter().enumerate() {
            places.insert(&document.chapter.id, number, true);
            places.chapter(document.chapter, number, document.split);
            for section in document.more {
                places.insert(&section.id, number, false);
                places.chapter(section, number, false);
            }
        }
        places
    }

    /// The address of an anchor, as seen from the folder of the documents. `None` if the book has no such anchor.
    pub(super) fn address(&self, anchor: &Anchor, from: Option<usize>) -> Option<String> {
        let (document, whole) = self.places.get(anchor)?;
        let name = if from == Some(*document) { "" } else { self.names.get(*document)?.as_str() };
        if *whole && !name.is_empty() { Some(name.to_owned()) } else { Some(format!("{name}#{}", id(anchor))) }
    }

    fn insert(&mut self, anchor: &Anchor, document: usize, whole: bool) {
        self.places.entry(anchor.clone()).or_insert((document, whole));
    }

    fn chapter(&mut self, chapter: &Chapter, number: usize, split: bool) {
        let mut anchors = Anchors(Vec::new());
        walk_blocks(&[Block::Paragraph(chapter.title.clone())], &mut anchors);
        walk_blocks(&chapter.blocks, &mut anchors);
        for note in &chapter.notes {
            anchors.0.push(note.id.clone());
            walk_blocks(&note.blocks, &mut anchors);
        }
        for anchor in anchors.0 {
            self.insert(&anchor, number, false);
        }
        for section in chapter.sections.iter().filter(|_| !split) {
            self.insert(&section.id, number, false);
            self.chapter(section, number, false);
        }
    }
}

struct Anchors(Vec<Anchor>);

impl Visit for Anchors {
    fn block(&mut self, block: &Block) {
        if let Block::Heading { anchor, .. } = block {
            self.0.push(anchor.clone());
        }
    }

    fn inline(&mut self, inline: &Inline) {
        if let Inline::Anchor(anchor) = inline {
            self.0.push(anchor.clone());
        }
    }
}

/// The number of each note within its article, from 1.
pub(super) fn note_numbers(book: &Book) -> BTreeMap<Anchor, u32> {
    let mut numbers = BTreeMap::new();
    for article in &book.chapters {
        let mut next = 1;
        number_notes(article, &mut next, &mut numbers);
    }
    numbers
}

fn number_notes(chapter: &Chapter, next: &mut u32, numbers: &mut BTreeMap<Anchor, u32>) {
    for note in &chapter.notes {
        numbers.insert(note.id.clone(), *next);
        *next = next.saturating_add(1);
    }
    chapter.sections.iter().for_each(|section| number_notes(section, next, numbers));
}
