//! Books that are longer than memory has room for when they are pages: they are cut, and that is said.
//!
//! What pages take is told beforehand, from what was measured of books of one kind of thing each. A page that is set holds
//! each glyph with its place, and an element of the structure for each thing: some fifty times what the text takes.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::diag::Diagnostic;
use crate::model::{Anchor, Block, Book, Chapter, Definition, Inline, Note, References, Weight};
use crate::parallel;

/// What stands where a book was cut.
const CUT: &str = "[…]";

/// What a book may take before it is set, without its pages having less room. Few do.
const BEFORE: u64 = 192 << 20;

/// A book that takes no more than `most` bytes when it is set, and what there is to say if it had to be cut. What it takes
/// before it is set beyond [`BEFORE`] is room that its pages do not have.
pub fn within(book: &Book, most: u64) -> (Cow<'_, Book>, Option<Diagnostic>) {
    let weights: Vec<Weight> = parallel::map(&book.chapters, &Weight::of_chapter);
    let all: u64 = weights.iter().map(set).sum();
    let before: u64 = weights.iter().map(Weight::in_memory).sum();
    let most = most.saturating_sub(before.saturating_sub(BEFORE)).max(most / 4);
    if all <= most {
        return (Cow::Borrowed(book), None);
    }
    let mut cut = Cut { left: most, ended: false, notes: BTreeMap::new() };
    let mut chapters = Vec::new();
    for chapter in &book.chapters {
        if cut.ended {
            break;
        }
        chapters.push(cut.chapter(chapter));
    }
    let (kept, of) = (chapters.len(), book.chapters.len());
    let takes = all >> 20;
    let message = match of {
        0 | 1 => format!("the PDF book is cut: its pages would take about {takes} MiB of memory"),
        _ => format!(
            "the PDF book is cut: its pages would take about {takes} MiB of memory; it ends in article {kept} of {of}"
        ),
    };
    let hint = format!("make several books, or raise --limit {}", "layout");
    let warning = Diagnostic::warning("book-cut", message).hint(hint);
    (Cow::Owned(Book { metadata: book.metadata.clone(), chapters }), Some(warning))
}

/// About how many bytes the pages of something take while they are made.
fn set(weight: &Weight) -> u64 {
    weight.text * 45
        + weight.addresses * 4
        + weight.blocks * 2500
        + weight.headings * 9500
        + weight.inlines * 500
        + weight.links * 3000
        + weight.odd * 6000
        + weight.notes * NOTE
}

/// What a note takes beside its text: its mark, which leads back, and its place among the notes.
const NOTE: u64 = 2000;

/// About how many bytes a note takes beside its reference.
fn of_note(note: &Note) -> u64 {
    set(&Weight::of_blocks(&note.blocks))
}

/// What is kept of a book.
struct Cut<'a> {
    left: u64,
    ended: bool,
    /// The notes of the chapter that nothing kept has referred to yet.
    notes: BTreeMap<&'a Anchor, &'a Note>,
}

impl<'a> Cut<'a> {
    /// Whether there is room for something; nothing has, after the first thing that had none.
    fn has_room(&mut self, weight: &Weight) -> bool {
        self.has_room_for(set(weight))
    }

    fn has_room_for(&mut self, size: u64) -> bool {
        self.ended |= size > self.left;
        self.left -= if self.ended { 0 } else { size };
        !self.ended
    }

    /// What is kept of a chapter. Piece by piece: a copy of all of it would be much in memory.
    fn chapter(&mut self, whole: &'a Chapter) -> Chapter {
        self.notes = whole.notes.iter().map(|note| (&note.id, note)).collect();
        let mut chapter = Chapter {
            id: whole.id.clone(),
            title: whole.title.clone(),
            byline: whole.byline.clone(),
            language: whole.language.clone(),
            blocks: Vec::new(),
            notes: Vec::new(),
            sections: Vec::new(),
        };
        if self.has_room(&Weight { headings: 1, ..Weight::default() }) {
            self.inlines(&mut chapter.title);
        }
        for block in &whole.blocks {
            if self.ended {
                break;
            }
            let mut block = block.clone();
            if self.block(&mut block) {
                chapter.blocks.push(block);
            }
        }
        self.notes(&mut chapter, &whole.notes);
        if self.ended {
            chapter.blocks.push(Block::Paragraph(vec![Inline::Text(CUT.to_owned())]));
        }
        for section in &whole.sections {
            if self.ended {
                break;
            }
            chapter.sections.push(self.chapter(section));
        }
        chapter
    }

    /// Keeps the notes that what is left refers to. Those that the text refers to have their room.
    fn notes(&mut self, chapter: &mut Chapter, notes: &[Note]) {
        let mut references = References::of(&chapter.title, &chapter.blocks);
        for note in notes {
            let referred = references.contains(&note.id);
            if self.ended && !referred {
                continue;
            }
            let has_room = match self.notes.remove(&note.id) {
                None => true,
                Some(note) => self.has_room_for(of_note(note)),
            };
            if has_room {
                references.add(&note.blocks);
                chapter.notes.push(note.clone());
            } else if referred {
                // Its reference is there: something of it has to be.
                let blocks = vec![Block::Paragraph(vec![Inline::Text(CUT.to_owned())])];
                chapter.notes.push(Note { id: note.id.clone(), blocks });
            }
        }
    }

    fn blocks(&mut self, blocks: &mut Vec<Block>) {
        blocks.retain_mut(|block| !self.ended && self.block(block));
    }

    /// Cuts a block; whether anything is left of it.
    fn block(&mut self, block: &mut Block) -> bool {
        let item = Weight { blocks: 1, ..Weight::default() };
        match block {
            Block::Paragraph(content) => self.has_room(&item) && self.inlines(content),
            Block::List(list) => {
                list.items.retain_mut(|item| !self.ended && self.within(&mut item.blocks));
                !list.items.is_empty()
            }
            Block::Quote(quote) => {
                let kept = self.within(&mut quote.blocks);
                kept && (self.inlines(&mut quote.attribution) || quote.attribution.is_empty())
            }
            Block::Table(table) => {
                for rows in [&mut table.head, &mut table.body] {
                    rows.retain_mut(|row| {
                        let cells = Weight { blocks: row.cells.len() as u64, ..Weight::default() };
                        // A row is kept or left out as a whole: its cells belong together.
                        let content = row.cells.iter().map(|cell| set(&Weight::of_blocks(&cell.blocks))).sum::<u64>();
                        self.has_room_for(set(&cells) + content)
                    });
                }
                let rows = table.body.len();
                for (at, row) in table.body.iter_mut().enumerate() {
                    let below = u16::try_from(rows - at).unwrap_or(u16::MAX);
                    row.cells.iter_mut().for_each(|cell| cell.rows = cell.rows.min(below));
                }
                !table.body.is_empty() && (self.inlines(&mut table.caption) || table.caption.is_empty())
            }
            Block::Definitions(all) => {
                all.retain_mut(|one| !self.ended && self.definition(one));
                !all.is_empty()
            }
            Block::Figure(_)
            | Block::Heading { .. }
            | Block::Code { .. }
            | Block::Rule
            | Block::Embed(_)
            | Block::Math(_) => self.has_room(&Weight::of_blocks(std::slice::from_ref(block))),
        }
    }

    /// Cuts what an item or a quotation holds; whether anything is left of it.
    fn within(&mut self, blocks: &mut Vec<Block>) -> bool {
        let room = self.has_room(&Weight { blocks: 1, ..Weight::default() });
        self.blocks(blocks);
        room && !blocks.is_empty()
    }

    fn definition(&mut self, one: &mut Definition) -> bool {
        one.terms.retain_mut(|term| self.has_room(&Weight { blocks: 1, ..Weight::default() }) && self.inlines(term));
        one.meanings.retain_mut(|meaning| !self.ended && self.within(meaning));
        !one.terms.is_empty()
    }

    /// Cuts running text; whether anything is left of it.
    fn inlines(&mut self, inlines: &mut Vec<Inline>) -> bool {
        inlines.retain_mut(|inline| !self.ended && self.inline(inline));
        !inlines.is_empty()
    }

    fn inline(&mut self, inline: &mut Inline) -> bool {
        match inline {
            Inline::Emphasis(inner)
            | Inline::Strong(inner)
            | Inline::Sub(inner)
            | Inline::Super(inner)
            | Inline::Strike(inner) => {
                self.has_room(&Weight { inlines: 1, ..Weight::default() }) && self.inlines(inner)
            }
            Inline::Link { content, .. } => {
                self.has_room(&Weight { inlines: 1, links: 1, ..Weight::default() }) && self.inlines(content)
            }
            // Before the text goes on: else a book of many notes would have their references, and none of them.
            Inline::Note(id) => {
                let note = self.notes.get(&*id).map_or(0, |note| of_note(note));
                let reference = Weight { inlines: 1, links: 1, notes: 1, ..Weight::default() };
                let room = self.has_room_for(set(&reference) + note);
                if room {
                    self.notes.remove(&*id);
                }
                room
            }
            Inline::Text(_)
            | Inline::Code(_)
            | Inline::Image(_)
            | Inline::Break
            | Inline::Ruby { .. }
            | Inline::Math(_)
            | Inline::Anchor(_) => self.has_room(&Weight::of_inline(inline)),
        }
    }
}
