//! How text and paragraphs are to look, once the theme and the marks of the source are known.

use super::frame::Colour;
use super::inline::strictness::Strictness;
use crate::font::{self, Region, Slant, Weight};
use crate::units::{Em, Pt};

/// How a piece of text looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct TextStyle {
    /// 1 em.
    pub(super) size: Pt,
    /// Regular or bold.
    pub(super) weight: Weight,
    /// Upright or italic; Han characters are never slanted.
    pub(super) slant: Slant,
    /// Whether it is code.
    pub(super) mono: bool,
    /// The forms of Han characters.
    pub(super) region: Region,
    /// The ink.
    pub(super) colour: Colour,
    /// How far its baseline is above the line's; negative for below.
    pub(super) rise: Pt,
    /// Whether Han characters carry emphasis dots.
    pub(super) dots: bool,
    /// Whether it is struck out.
    pub(super) struck: bool,
}

impl TextStyle {
    /// Black running text.
    pub(super) fn plain(size: Pt, region: Region) -> Self {
        Self {
            size,
            weight: Weight::Regular,
            slant: Slant::Upright,
            mono: false,
            region,
            colour: Colour::default(),
            rise: Pt::ZERO,
            dots: false,
            struck: false,
        }
    }

    /// What decides about faces.
    pub(super) fn face_style(&self) -> font::Style {
        font::Style { region: self.region, weight: self.weight, slant: self.slant, mono: self.mono }
    }

    /// The same, raised (or lowered) and smaller, for indices.
    pub(super) fn index(self, rise: Em) -> Self {
        Self { rise: self.rise + rise.at(self.size), size: self.size * 0.65, ..self }
    }
}

/// How the lines of a paragraph stand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct ParagraphStyle {
    /// Length of a full line.
    pub(super) measure: Pt,
    /// How far the first line begins after the others; negative for hanging.
    pub(super) indent: Pt,
    /// How lines stand between their edges.
    pub(super) alignment: Alignment,
    /// The type size of its plain text.
    pub(super) size: Pt,
    /// From baseline to baseline.
    pub(super) leading: Pt,
    /// Whether words may be hyphenated.
    pub(super) hyphenate: bool,
    /// Whether lines had better end between phrases, as in titles.
    pub(super) phrases: bool,
    /// How lines are chosen.
    pub(super) rules: Rules,
}

/// How lines are chosen, in the whole book.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Rules {
    /// How strictly marks are kept from the edges of lines.
    pub(super) strictness: Strictness,
    /// Whether pause and stop marks may stand outside of the measure (CLREQ 3.1.7).
    pub(super) hanging: bool,
    /// Whether lines are filled one by one instead of weighed together.
    pub(super) greedy: bool,
}

/// How lines stand between their edges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alignment {
    /// Flush at both edges, the last line at the start.
    Justified,
    /// Flush where lines begin.
    Start,
    /// In the middle.
    Center,
    /// Flush where lines end.
    End,
}
