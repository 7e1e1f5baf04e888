//! Pages: which strips stand on which page ([`choose`], [`float`]), and what else does ([`assemble`]).

pub(super) mod assemble;
pub(super) mod choose;
mod float;

use super::flow::Strip;
use super::inline::line::{HAN_BOTTOM, HAN_TOP};
use super::inline::shape::runs_leftwards;
use super::theme::Theme;
use crate::units::{Pt, Size};

/// The measures of all pages.
#[derive(Clone, Copy, Debug)]
pub(super) struct Geometry {
    /// The trimmed page.
    pub(super) page: Size,
    /// Over the text.
    pub(super) top: Pt,
    /// At the fold.
    pub(super) inner: Pt,
    /// At the fore edge.
    pub(super) outer: Pt,
    /// The extent of a column: a whole number of ems wide, a whole number of lines high.
    pub(super) area: Size,
    /// Columns of text.
    pub(super) columns: usize,
    /// From a column's left edge to the next one's.
    pub(super) step: Pt,
    /// From baseline to baseline of running text.
    pub(super) leading: Pt,
    /// The first baseline, from the text's upper edge.
    pub(super) first: Pt,
    /// Whether running text stands on a grid.
    pub(super) grid: bool,
    /// Whether columns follow each other from right to left.
    pub(super) leftwards: bool,
    /// Whether the book is bound at the right, so that its first page is a left-hand one.
    pub(super) mirrored: bool,
}

impl Geometry {
    /// The measures that a theme gives.
    pub(super) fn new(theme: &Theme) -> Self {
        Self::of_columns(theme, theme.page.columns)
    }

    /// The same with one column: for the title page and the contents.
    pub(super) fn single(theme: &Theme) -> Self {
        Self::of_columns(theme, 1)
    }

    fn of_columns(theme: &Theme, columns: u8) -> Self {
        let page = Size { width: theme.pt(theme.page.width), height: theme.pt(theme.page.height) };
        let (size, leading) = (theme.pt(theme.body.size), theme.pt(theme.body.leading));
        let (top, inner) = (theme.pt(theme.page.top), theme.pt(theme.page.inner));
        let width = page.width - inner - theme.pt(theme.page.outer);
        let height = page.height - top - theme.pt(theme.page.bottom);
        let whole = |length: Pt, of: Pt| of * ((length / of + 1e-6).floor().max(1.0));
        let gutter = theme.pt(theme.page.gutter);
        let gutters = gutter * f64::from(columns.saturating_sub(1));
        let column = (width - gutters) / f64::from(columns.max(1));
        let area = Size { width: whole(column, size), height: whole(height, leading) };
        // What is left over goes to both edges alike, so that the text stays where the theme puts it.
        let rest = (width - gutters - area.width * f64::from(columns.max(1))) / 2.0;
        Self {
            page,
            top,
            inner: inner + rest,
            outer: theme.pt(theme.page.outer) + rest,
            area,
            columns: usize::from(columns.max(1)),
            step: area.width + gutter,
            leading,
            first: (leading - size * (HAN_TOP + HAN_BOTTOM)) / 2.0 + size * HAN_TOP,
            grid: theme.body.grid,
            leftwards: false,
            mirrored: false,
        }
    }

    /// The same for a book in a language: Arabic and Hebrew books are bound at the right.
    pub(super) fn of_language(self, language: &str) -> Self {
        let leftwards = runs_leftwards(language);
        Self { leftwards, mirrored: leftwards, ..self }
    }

    /// The same for a book that is bound where somebody says, if anybody does.
    pub(super) fn bound_at_right(self, right: Option<bool>) -> Self {
        Self { mirrored: right.unwrap_or(self.mirrored), ..self }
    }

    /// The width of all columns with what is between them.
    pub(super) fn width(&self) -> Pt {
        self.area.width + self.step * (self.columns - 1) as f64
    }

    /// The text's left edge on a page, counted from 0.
    pub(super) fn left(&self, page: usize) -> Pt {
        if self.is_right_hand(page) { self.inner } else { self.outer }
    }

    /// Whether a page, counted from 0, has the fold at its left.
    pub(super) fn is_right_hand(&self, page: usize) -> bool {
        page.is_multiple_of(2) != self.mirrored
    }

    /// The left edge of a column on a page.
    pub(super) fn column(&self, page: usize, column: usize) -> Pt {
        let before = if self.leftwards { (self.columns - 1).saturating_sub(column) } else { column };
        self.left(page) + self.step * before as f64
    }

    /// The baseline of a strip that goes under `y`, and where it ends; both from the text's upper edge.
    pub(super) fn place(&self, strip: &Strip, y: Pt, first: bool) -> (Pt, Pt) {
        if first && strip.void {
            return (y, y);
        }
        let top = if first { y } else { y + strip.before };
        let mut baseline = top + strip.above;
        if strip.grid && self.grid {
            let line = ((baseline - self.first) / self.leading - 1e-3).ceil().max(0.0);
            baseline = self.first + self.leading * line;
        }
        (baseline, baseline + strip.below)
    }

    /// The baselines and lower ends of a page's strips. Where the grid puts white under a heading, the heading follows
    /// it down, so that it stands nearer to its text than to the text before; what else is off the grid, a figure, a
    /// table, takes half of the white over it. What is first on the page stays there.
    pub(super) fn stand(&self, strips: &[&mut Strip]) -> Vec<(Pt, Pt)> {
        let mut out: Vec<(Pt, Pt)> = Vec::with_capacity(strips.len());
        let mut y = Pt::ZERO;
        for (index, strip) in strips.iter().enumerate() {
            let (baseline, bottom) = self.place(strip, y, index == 0);
            let wanted = if index == 0 { y } else { y + strip.before } + strip.above;
            let before = |of: fn(&Strip) -> bool| strips[..index].iter().rev().take_while(|strip| of(strip)).count();
            let (count, share) = match before(|strip| strip.near) {
                0 => (before(|strip| !strip.grid), 0.5),
                near => (near, 1.0),
            };
            if baseline > wanted && count < index {
                out[index - count..].iter_mut().for_each(|(baseline_before, bottom_before)| {
                    *baseline_before += (baseline - wanted) * share;
                    *bottom_before += (baseline - wanted) * share;
                });
            }
            out.push((baseline, bottom));
            y = bottom;
        }
        out
    }
}

/// What stands on one page.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Sheet {
    /// Strips of the text, by number.
    pub(super) strips: std::ops::Range<usize>,
    /// Strips of notes: the note's number, and which of its strips.
    pub(super) notes: Vec<(usize, usize)>,
}
