//! Lists of contents that an author made by hand: their items become links to the headings that they name.

use std::collections::BTreeMap;

use super::titles;
use crate::model::{Anchor, Block, Inline, List, Target, plain_text};

/// Shorter beginnings of a heading do not name it.
const BEGINNING: usize = 6;

/// Links the items of lists that name headings further down.
pub(super) fn link(blocks: &mut [Block]) {
    let mut headings: BTreeMap<String, Anchor> = BTreeMap::new();
    for block in blocks.iter() {
        if let Block::Heading { anchor, content, .. } = block {
            headings.entry(titles::letters(&plain_text(content))).or_insert_with(|| anchor.clone());
        }
    }
    if headings.len() < 2 {
        return;
    }
    for block in blocks {
        if let Block::List(list) = block {
            link_items(list, &headings);
        }
    }
}

fn link_items(list: &mut List, headings: &BTreeMap<String, Anchor>) {
    let targets: Vec<Option<Anchor>> = list
        .items
        .iter()
        .map(|item| match item.blocks.as_slice() {
            [Block::Paragraph(content)] if !content.iter().any(holds_link) => named(&plain_text(content), headings),
            _ => None,
        })
        .collect();
    if targets.iter().flatten().count() * 2 < list.items.len().max(4) {
        return;
    }
    for (item, target) in list.items.iter_mut().zip(targets) {
        if let (Some(Block::Paragraph(content)), Some(anchor)) = (item.blocks.first_mut(), target) {
            let inner = std::mem::take(content);
            content.push(Inline::Link { target: Target::Anchor(anchor), content: inner });
        }
    }
}

fn holds_link(inline: &Inline) -> bool {
    match inline {
        Inline::Link { .. } | Inline::Note(_) | Inline::Anchor(_) => true,
        Inline::Emphasis(inner)
        | Inline::Strong(inner)
        | Inline::Strike(inner)
        | Inline::Sub(inner)
        | Inline::Super(inner) => inner.iter().any(holds_link),
        _ => false,
    }
}

/// The heading that an item names: by all its letters, or by its beginning.
fn named(item: &str, headings: &BTreeMap<String, Anchor>) -> Option<Anchor> {
    let item = titles::letters(item);
    if item.is_empty() {
        return None;
    }
    headings.get(&item).cloned().or_else(|| {
        let (heading, anchor) = headings.range(item.clone()..).next()?;
        (item.chars().count() >= BEGINNING && heading.starts_with(&item)).then(|| anchor.clone())
    })
}
