//! Indices and exponents, at both sides of what they belong to (MathML Core 3.4.1 to 3.4.3).

use super::piece::Piece;
use super::setter::{Setter, Style};
use super::tree::Element;
use crate::units::Pt;

/// An index and an exponent that stand over one another.
#[derive(Debug, Default)]
pub(super) struct Pair {
    pub(super) under: Option<Piece>,
    pub(super) over: Option<Piece>,
}

impl Setter<'_> {
    /// A base with an index, an exponent or both.
    pub(super) fn script(&mut self, element: &Element, style: Style) -> Piece {
        let Some((base, scripts)) = element.children.split_first() else { return Piece::default() };
        let (under, over) = match (element.name.as_str(), scripts) {
            ("msub", [under, ..]) => (Some(under), None),
            ("msup", [over, ..]) => (None, Some(over)),
            ("msubsup", [under, over, ..]) => (Some(under), Some(over)),
            _ => return self.row(&element.children, style),
        };
        let base = self.element(base, style);
        // Primes are high by themselves.
        if let (None, Some(over)) = (under, over.filter(|over| is_prime(over))) {
            return self.primed(base, over, style);
        }
        let pair = self.pair(under, over, style);
        self.with_scripts(base, Vec::new(), vec![pair], style)
    }

    /// A base with scripts at both sides.
    pub(super) fn scripts(&mut self, element: &Element, style: Style) -> Piece {
        let Some((base, scripts)) = element.children.split_first() else { return Piece::default() };
        let base = self.element(base, style);
        let at = scripts.iter().position(|script| script.name == "mprescripts");
        let (after, before) = match at {
            Some(at) => (scripts.get(..at), scripts.get(at + 1..)),
            None => (Some(scripts), None),
        };
        let mut pairs = |elements: Option<&[Element]>| -> Vec<Pair> {
            let chunks = elements.unwrap_or_default().chunks(2);
            chunks.map(|chunk| self.pair(chunk.first(), chunk.get(1), style)).collect()
        };
        let (after, before) = (pairs(after), pairs(before));
        self.with_scripts(base, before, after, style)
    }

    /// Sets an index and an exponent.
    pub(super) fn pair(&mut self, under: Option<&Element>, over: Option<&Element>, style: Style) -> Pair {
        let under = under.map(|under| self.element(under, style.index().cramped()).solid());
        let over = over.map(|over| self.element(over, style.index()).solid());
        let seen = |piece: Option<Piece>| piece.filter(|piece| piece.width != Pt::ZERO || piece.height() != Pt::ZERO);
        Pair { under: seen(under), over: seen(over) }
    }

    /// Puts scripts to both sides of a base, all exponents on one line and all indices on another.
    pub(super) fn with_scripts(&self, base: Piece, before: Vec<Pair>, after: Vec<Pair>, style: Style) -> Piece {
        let (em, role) = (self.em(style), base.role);
        let (up, down) = self.shifts(&base, before.iter().chain(&after), style);
        let large = !base.single && base.italics > Pt::ZERO;
        let (width, italics) = (base.width, base.italics);
        let space = em * self.constants.space_after_script;
        let mut out = Piece::default();
        let mut pen = Pt::ZERO;
        for Pair { under, over } in before {
            let [narrow, wide] = [&under, &over].map(|script| script.as_ref().map_or(Pt::ZERO, |script| script.width));
            let step = narrow.max(wide);
            pen += space;
            if let Some(under) = under {
                out.place(under, pen + step - narrow, -down);
            }
            if let Some(over) = over {
                out.place(over, pen + step - wide, up);
            }
            pen += step;
        }
        out.place(base, pen, Pt::ZERO);
        pen += width;
        let mut end = pen;
        for (index, Pair { under, over }) in after.into_iter().enumerate() {
            // An index stands under the overhang of its base, an exponent beside it (MathML Core 3.4.1.2).
            let (low, high) = match (index, large) {
                (0, true) => (pen - italics, pen),
                (0, false) => (pen, pen + italics),
                _ => (pen, pen),
            };
            if let Some(under) = under {
                end = end.max(low + under.width + space);
                out.place(under, low, -down);
            }
            if let Some(over) = over {
                end = end.max(high + over.width + space);
                out.place(over, high, up);
            }
            pen = end;
        }
        Piece { width: end, role, ..out }
    }

    /// How far up exponents and how far down indices go (MathML Core 3.4.1.3 to 3.4.1.5).
    fn shifts<'a>(&self, base: &Piece, pairs: impl Iterator<Item = &'a Pair>, style: Style) -> (Pt, Pt) {
        let (em, c) = (self.em(style), self.constants);
        let (mut up, mut down) = (Pt::ZERO, Pt::ZERO);
        for Pair { under, over } in pairs {
            let mut low = Pt::ZERO;
            if let Some(under) = under {
                low = (em * c.subscript_shift_down).max(under.ascent - em * c.subscript_top_max);
                if !base.single {
                    low = low.max(base.descent + em * c.subscript_baseline_drop_min);
                }
            }
            let mut high = Pt::ZERO;
            if let Some(over) = over {
                let usual = if style.cramped { c.superscript_shift_up_cramped } else { c.superscript_shift_up };
                high = (em * usual).max(em * c.superscript_bottom_min + over.descent);
                if !base.single {
                    high = high.max(base.ascent - em * c.superscript_baseline_drop_max);
                }
            }
            if let (Some(under), Some(over)) = (under, over) {
                let lacking =
                    |high: Pt, low: Pt| em * c.sub_superscript_gap_min - ((high - over.descent) + (low - under.ascent));
                let missing = lacking(high, low);
                if missing > Pt::ZERO {
                    let most = em * c.superscript_bottom_max_with_subscript - (high - over.descent);
                    high += missing.min(most.max(Pt::ZERO));
                    low += lacking(high, low).max(Pt::ZERO);
                }
            }
            (up, down) = (up.max(high), down.max(low));
        }
        (up, down)
    }

    /// A base with primes, which the face has at the height of capitals.
    fn primed(&mut self, base: Piece, primes: &Element, style: Style) -> Piece {
        let prime = self.element(primes, style.within());
        let up = (base.ascent - prime.ascent).max(Pt::ZERO);
        let (x, role, single) = (base.width + base.overhang(), base.role, base.single);
        let mut out = Piece::default();
        out.place(base, Pt::ZERO, Pt::ZERO);
        let width = x + prime.width;
        out.place(Piece { width: prime.width, ..prime }, x, up);
        Piece { width, role, single, ..out }
    }
}

/// Whether it is primes and nothing else.
fn is_prime(element: &Element) -> bool {
    match element.name.as_str() {
        "mo" | "mi" | "mtext" => {
            !element.text.is_empty() && element.text.chars().all(|c| matches!(c, '′' | '″' | '‴' | '⁗' | '\''))
        }
        "mrow" => !element.children.is_empty() && element.children.iter().all(is_prime),
        _ => false,
    }
}
