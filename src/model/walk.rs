//! One walk over everything a chapter holds, in reading order.

use super::{Block, Chapter, Inline};

/// What to do at each thing that is met, parents before children. The methods do nothing unless they are written.
pub trait Visit {
    /// A chapter begins.
    fn chapter(&mut self, _chapter: &Chapter) {}
    /// A block.
    fn block(&mut self, _block: &Block) {}
    /// An inline.
    fn inline(&mut self, _inline: &Inline) {}
}

/// Walks a chapter: its title, its blocks, its notes, then its sections.
pub fn walk_chapter(chapter: &Chapter, visit: &mut impl Visit) {
    visit.chapter(chapter);
    walk_inlines(&chapter.title, visit);
    walk_blocks(&chapter.blocks, visit);
    for note in &chapter.notes {
        walk_blocks(&note.blocks, visit);
    }
    for section in &chapter.sections {
        walk_chapter(section, visit);
    }
}

/// Walks blocks and what they hold.
pub fn walk_blocks(blocks: &[Block], visit: &mut impl Visit) {
    for block in blocks {
        visit.block(block);
        match block {
            Block::Paragraph(content) | Block::Heading { content, .. } => walk_inlines(content, visit),
            Block::List(list) => list.items.iter().for_each(|item| walk_blocks(&item.blocks, visit)),
            Block::Quote(quote) => {
                walk_blocks(&quote.blocks, visit);
                walk_inlines(&quote.attribution, visit);
            }
            Block::Table(table) => {
                walk_inlines(&table.caption, visit);
                for cell in table.head.iter().chain(&table.body).flat_map(|row| &row.cells) {
                    walk_blocks(&cell.blocks, visit);
                }
            }
            Block::Figure(figure) => walk_inlines(&figure.caption, visit),
            Block::Definitions(definitions) => {
                for definition in definitions {
                    definition.terms.iter().for_each(|term| walk_inlines(term, visit));
                    definition.meanings.iter().for_each(|blocks| walk_blocks(blocks, visit));
                }
            }
            Block::Code { .. } | Block::Rule | Block::Embed(_) | Block::Math(_) => {}
        }
    }
}

pub(super) fn walk_inlines(inlines: &[Inline], visit: &mut impl Visit) {
    for inline in inlines {
        visit.inline(inline);
        match inline {
            Inline::Emphasis(inner)
            | Inline::Strong(inner)
            | Inline::Sub(inner)
            | Inline::Super(inner)
            | Inline::Strike(inner)
            | Inline::Link { content: inner, .. }
            | Inline::Ruby { base: inner, .. } => walk_inlines(inner, visit),
            Inline::Text(_)
            | Inline::Code(_)
            | Inline::Image(_)
            | Inline::Break
            | Inline::Note(_)
            | Inline::Math(_)
            | Inline::Anchor(_) => {}
        }
    }
}
