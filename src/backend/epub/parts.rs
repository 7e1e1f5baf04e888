//! Documents of at most so many bytes: a book is divided at deeper headings first, then between blocks.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::Options;
use super::finish::{Content, Files};
use crate::diag::Diagnostic;
use crate::model::{Anchor, Block, Book, Chapter, Inline, Note, References, Visit, walk_blocks};

/// How a book is divided; each try is finer than the one before.
pub(super) struct Plan {
    limit: Option<u64>,
    split: Option<u8>,
    /// Bytes of text that a part of a chapter may have, if chapters are divided.
    part: Option<u64>,
}

impl Plan {
    pub(super) fn new(options: &Options) -> Self {
        Self { limit: options.reader.max_document, split: options.split, part: None }
    }

    /// The options of this try.
    pub(super) fn options<'a>(&self, options: &'a Options) -> Cow<'a, Options> {
        match self.split == options.split {
            true => Cow::Borrowed(options),
            false => Cow::Owned(Options { split: self.split, ..options.clone() }),
        }
    }

    /// The book of this try.
    pub(super) fn book<'a>(&self, book: &'a Book) -> Cow<'a, Book> {
        let Some(limit) = self.part else { return Cow::Borrowed(book) };
        let mut book = book.clone();
        book.chapters.iter_mut().for_each(|chapter| divide(chapter, limit));
        Cow::Owned(book)
    }

    /// Whether another try is worth it. If not, what there is to say.
    pub(super) fn finer(&mut self, files: &Files<'_>) -> Result<(), Option<Diagnostic>> {
        let Some(limit) = self.limit else { return Err(None) };
        let documents = files.iter().filter(|(name, _)| name.contains("/text/"));
        let size = |content: &Content<'_>| if let Content::Text(text) = content { text.len() as u64 } else { 0 };
        let largest = documents.map(|(_, content)| size(content)).max().unwrap_or(0);
        if largest <= limit {
            return Err(None);
        }
        match (self.split.unwrap_or(1), self.part) {
            (split @ 0..=5, None) => self.split = Some(split + 1),
            (_, None) => (self.split, self.part) = (Some(u8::MAX), Some(limit / 2)),
            (_, Some(part)) if part > limit / 12 => self.part = Some(part / 2),
            (_, Some(_)) => {
                let message = format!("a document has {largest} bytes, more than the reader likes ({limit})");
                let warning = Diagnostic::warning("document-too-large", message);
                return Err(Some(warning.hint("one block of it, a table or a listing, is that large")));
            }
        }
        Ok(())
    }
}

/// Moves blocks from a large chapter into sections without a title, which are documents of their own, and notes with
/// the blocks that refer to them.
fn divide(chapter: &mut Chapter, limit: u64) {
    chapter.sections.iter_mut().for_each(|section| divide(section, limit));
    let mut parts: Vec<Vec<Block>> = vec![Vec::new()];
    let mut size = 0;
    for block in std::mem::take(&mut chapter.blocks) {
        let more = Measure::of(&block);
        // A heading stands over what follows it.
        let alone = matches!(parts.last().and_then(|part| part.last()), Some(Block::Heading { .. }));
        if size > 0 && size + more > limit && !alone {
            parts.push(Vec::new());
            size = 0;
        }
        size += more;
        if let Some(part) = parts.last_mut() {
            part.push(block);
        }
    }
    let mut parts = parts.into_iter();
    chapter.blocks = parts.next().unwrap_or_default();
    let numbered = std::mem::take(&mut chapter.notes).into_iter().enumerate();
    let mut notes: Notes = numbered.map(|(number, note)| (note.id.clone(), (number, note))).collect();
    chapter.notes = taken(&mut notes, &chapter.blocks, &chapter.title);
    let mut sections: Vec<Chapter> = (2..)
        .zip(parts)
        .map(|(number, blocks)| {
            let notes = taken(&mut notes, &blocks, &[]);
            let id = Anchor(format!("{}-part-{number}", chapter.id.0));
            let (title, byline, sections) = (Vec::new(), None, Vec::new());
            Chapter { id, title, byline, language: chapter.language.clone(), blocks, notes, sections }
        })
        .collect();
    // Notes that only notes refer to.
    let notes = in_order(notes.into_values().collect());
    match sections.last_mut() {
        Some(last) => last.notes.extend(notes),
        None => chapter.notes.extend(notes),
    }
    chapter.sections.splice(0..0, sections);
}

/// The notes that no part has yet, with their places among all.
type Notes = BTreeMap<Anchor, (usize, Note)>;

/// The notes that blocks refer to.
fn taken(notes: &mut Notes, blocks: &[Block], title: &[Inline]) -> Vec<Note> {
    let references = References::of(title, blocks);
    in_order(references.as_slice().iter().filter_map(|id| notes.remove(id)).collect())
}

fn in_order(mut notes: Vec<(usize, Note)>) -> Vec<Note> {
    notes.sort_by_key(|(number, _)| *number);
    notes.into_iter().map(|(_, note)| note).collect()
}

/// About how many bytes blocks take as markup.
struct Measure(u64);

impl Measure {
    fn of(block: &Block) -> u64 {
        let mut measure = Self(0);
        walk_blocks(std::slice::from_ref(block), &mut measure);
        measure.0
    }
}

impl Visit for Measure {
    fn block(&mut self, block: &Block) {
        self.0 += 30
            + match block {
                Block::Code { text, .. } => text.len() as u64,
                _ => 0,
            };
    }

    fn inline(&mut self, inline: &Inline) {
        self.0 += 20
            + match inline {
                Inline::Text(text) | Inline::Code(text) => text.len() as u64,
                _ => 40,
            };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paragraph(text: &str, note: Option<&str>) -> Block {
        let text = Inline::Text(text.to_owned());
        Block::Paragraph(std::iter::once(text).chain(note.map(|id| Inline::Note(Anchor(id.to_owned())))).collect())
    }

    #[test]
    fn parts_hold_everything_in_order_and_notes_go_with_their_references() {
        let note = |id: &str| Note { id: Anchor(id.to_owned()), blocks: vec![paragraph(id, None)] };
        let blocks = vec![
            paragraph(&"a".repeat(500), Some("n1")),
            Block::Heading { level: 1, anchor: Anchor("h".into()), content: vec![Inline::Text("h".into())] },
            paragraph(&"b".repeat(500), None),
            paragraph(&"c".repeat(500), Some("n2")),
        ];
        let section = |id: &str, blocks: Vec<Block>, notes| Chapter {
            id: Anchor(id.to_owned()),
            title: vec![Inline::Text(id.to_owned())],
            byline: None,
            language: None,
            blocks,
            notes,
            sections: Vec::new(),
        };
        let mut chapter = section("x", blocks.clone(), vec![note("n1"), note("n2")]);
        chapter.sections.push(section("y", Vec::new(), Vec::new()));
        divide(&mut chapter, 600);
        let all: Vec<&Chapter> = std::iter::once(&chapter).chain(&chapter.sections).collect();
        let ids: Vec<&str> = all.iter().map(|part| part.id.0.as_str()).collect();
        assert_eq!(ids, ["x", "x-part-2", "x-part-3", "y"]);
        assert_eq!(all.iter().flat_map(|part| part.blocks.clone()).collect::<Vec<_>>(), blocks);
        assert!(matches!(all[1].blocks[..], [Block::Heading { .. }, Block::Paragraph(_)]));
        assert_eq!([&all[0].notes, &all[1].notes, &all[2].notes].map(Vec::len), [1, 0, 1]);
    }
}
