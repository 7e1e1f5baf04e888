//! Which notes a text refers to.

use std::collections::BTreeSet;

use super::walk::walk_inlines;
use super::{Anchor, Block, Inline, Visit, walk_blocks};

/// The notes that a text refers to, each once, in the order in which it first does.
#[derive(Default)]
pub(crate) struct References {
    found: Vec<Anchor>,
    known: BTreeSet<Anchor>,
}

impl References {
    /// Of a title and the blocks below it.
    pub(crate) fn of(title: &[Inline], blocks: &[Block]) -> Self {
        let mut references = Self::default();
        walk_inlines(title, &mut references);
        references.add(blocks);
        references
    }

    /// Adds those of more blocks.
    pub(crate) fn add(&mut self, blocks: &[Block]) {
        walk_blocks(blocks, self);
    }

    /// Whether a note is referred to.
    pub(crate) fn contains(&self, note: &Anchor) -> bool {
        self.known.contains(note)
    }

    /// All of them.
    pub(crate) fn as_slice(&self) -> &[Anchor] {
        &self.found
    }
}

impl Visit for References {
    fn inline(&mut self, inline: &Inline) {
        if let Inline::Note(note) = inline
            && self.known.insert(note.clone())
        {
            self.found.push(note.clone());
        }
    }
}
