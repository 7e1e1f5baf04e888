//! Nothing empty stays: not a format without text, not a list without items.

use super::inlines;
use crate::model::{Block, Inline};

/// Takes away what shows nothing.
pub(super) fn blocks(list: &mut Vec<Block>) {
    list.retain_mut(keeps);
}

fn keeps(block: &mut Block) -> bool {
    match block {
        Block::Paragraph(content) | Block::Heading { content, .. } => text(content),
        Block::List(list) => {
            list.items.retain_mut(|item| {
                blocks(&mut item.blocks);
                !item.blocks.is_empty()
            });
            !list.items.is_empty()
        }
        Block::Quote(quote) => {
            blocks(&mut quote.blocks);
            if !text(&mut quote.attribution) {
                quote.attribution.clear();
            }
            !quote.blocks.is_empty()
        }
        Block::Code { text, .. } => !text.trim().is_empty(),
        Block::Table(table) => {
            if !text(&mut table.caption) {
                table.caption.clear();
            }
            let mut any = false;
            for cell in table.head.iter_mut().chain(&mut table.body).flat_map(|row| &mut row.cells) {
                blocks(&mut cell.blocks);
                any |= !cell.blocks.is_empty();
            }
            any
        }
        Block::Figure(figure) => {
            if !text(&mut figure.caption) {
                figure.caption.clear();
            }
            figure.images.retain(|image| !image.addresses.is_empty());
            !figure.images.is_empty()
        }
        Block::Definitions(definitions) => {
            definitions.retain_mut(|definition| {
                definition.terms.retain_mut(text);
                definition.meanings.retain_mut(|meaning| {
                    blocks(meaning);
                    !meaning.is_empty()
                });
                !(definition.terms.is_empty() && definition.meanings.is_empty())
            });
            !definitions.is_empty()
        }
        Block::Math(math) => !math.tex.is_empty() || math.mathml.is_some(),
        Block::Rule | Block::Embed(_) => true,
    }
}

/// Whether running text shows anything; formats in it that hold nothing are taken away.
fn text(list: &mut Vec<Inline>) -> bool {
    list.retain_mut(|inline| match inline {
        Inline::Emphasis(inner)
        | Inline::Strong(inner)
        | Inline::Sub(inner)
        | Inline::Super(inner)
        | Inline::Strike(inner)
        | Inline::Link { content: inner, .. }
        | Inline::Ruby { base: inner, .. } => {
            text(inner);
            !inner.is_empty()
        }
        Inline::Text(text) | Inline::Code(text) => !text.is_empty(),
        Inline::Image(_) | Inline::Break | Inline::Note(_) | Inline::Math(_) | Inline::Anchor(_) => true,
    });
    inlines::shows(list)
}
