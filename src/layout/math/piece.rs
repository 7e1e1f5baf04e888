//! Pieces of a formula: what was set, with its extent. The origin is the left end of the baseline.

use super::super::frame::{Colour, Item, ItemKind};
use super::super::inline::line::shifted;
use super::operator::Kind;
use crate::units::{Pt, Rect};

/// A piece of a formula.
#[derive(Clone, Debug, Default)]
pub(super) struct Piece {
    /// How far it moves what follows.
    pub(super) width: Pt,
    /// How far its ink reaches over the baseline; negative if it ends under it.
    pub(super) ascent: Pt,
    /// How far its ink reaches under the baseline; negative if it ends over it.
    pub(super) descent: Pt,
    /// What stands there, in the order of the formula.
    pub(super) items: Vec<Item>,
    /// By how much its top stands further to the right than its foot.
    pub(super) italics: Pt,
    /// Where the middle of an accent on it is; in its own middle, if nothing is said.
    pub(super) attach: Option<Pt>,
    /// Whether it is one letter, whose scripts stand at the height that the face says.
    pub(super) single: bool,
    /// Whether it is a slanted letter.
    pub(super) slanted: bool,
    /// What it is as an operator.
    pub(super) role: Option<Role>,
}

/// What an operator is to its neighbours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Role {
    /// What it is.
    pub(super) kind: Kind,
    /// White before it.
    pub(super) before: Pt,
    /// White after it.
    pub(super) after: Pt,
}

impl Piece {
    /// White of a width.
    pub(super) fn space(width: Pt) -> Self {
        Self { width, ..Self::default() }
    }

    /// From its highest to its lowest point.
    pub(super) fn height(&self) -> Pt {
        self.ascent + self.descent
    }

    /// Puts another on it: so far to the right, so far up.
    pub(super) fn place(&mut self, other: Self, x: Pt, y: Pt) {
        let empty = self.items.is_empty() && self.height() == Pt::ZERO;
        let void = other.items.is_empty() && other.height() == Pt::ZERO;
        match (empty, void) {
            (_, true) => {}
            (true, false) => (self.ascent, self.descent) = (other.ascent + y, other.descent - y),
            (false, false) => {
                self.ascent = self.ascent.max(other.ascent + y);
                self.descent = self.descent.max(other.descent - y);
            }
        }
        self.width = self.width.max(x + other.width);
        self.items.extend(other.items.into_iter().map(|item| shifted(item, x, -y)));
    }

    /// Draws a bar: its lower left corner so far to the right and up.
    pub(super) fn bar(&mut self, (x, y): (Pt, Pt), (width, height): (Pt, Pt), colour: Colour) {
        if width <= Pt::ZERO || height <= Pt::ZERO {
            return;
        }
        let rect = Rect::new(Pt::ZERO, -height, width, height);
        let bar = Item { tag: None, kind: ItemKind::Fill { rect, colour } };
        self.place(Self { width, ascent: height, items: vec![bar], ..Self::default() }, x, y);
    }

    /// The same with all of its ink within its width: what stands over and beside it must not touch it.
    pub(super) fn solid(self) -> Self {
        Self { width: self.width + self.overhang(), italics: Pt::ZERO, ..self }
    }

    /// By how much it leans out of its width. What leans within it, as an integral, does not.
    pub(super) fn overhang(&self) -> Pt {
        if self.single { self.italics } else { Pt::ZERO }
    }

    /// Where the middle of an accent on it is.
    pub(super) fn middle(&self) -> Pt {
        self.attach.unwrap_or((self.width + self.overhang()) / 2.0)
    }
}
