//! Fractions, and what stands over one another without a bar (MathML Core 3.3.2).

use super::length::{self, Against};
use super::piece::Piece;
use super::setter::{Setter, Style};
use super::tree::Element;
use crate::units::Pt;

/// White at both sides of a fraction, in em (TeX's `\nulldelimiterspace`).
const BESIDE: f64 = 0.1;
/// A bar is not thicker than this, in em.
const THICKEST: f64 = 0.5;

impl Setter<'_> {
    /// A numerator over a denominator.
    pub(super) fn fraction(&mut self, element: &Element, style: Style) -> Piece {
        let [over, under, ..] = element.children.as_slice() else { return self.row(&element.children, style.within()) };
        let inner = if style.display { Style { display: false, ..style.within() } } else { style.index() };
        let numerator = self.element(over, inner).solid();
        let denominator = self.element(under, inner.cramped()).solid();
        let (em, constants) = (self.em(style), self.constants);
        let usual = em * constants.fraction_rule_thickness;
        let thickness = match element.value("linethickness") {
            Some("thin") => usual * 0.5,
            Some("thick") => usual * 2.0,
            Some(value) => length::parse(value, Against { em, whole: usual }).unwrap_or(usual),
            None => usual,
        };
        let thickness = thickness.max(Pt::ZERO).min(em * THICKEST);
        let (up, down) = match thickness > Pt::ZERO {
            true => self.with_bar(&numerator, &denominator, thickness, style),
            false => self.without_bar(&numerator, &denominator, style),
        };
        let beside = em * BESIDE;
        let wide = numerator.width.max(denominator.width);
        let mut out = Piece::space(wide + beside * 2.0);
        let (left, right) = ((wide - numerator.width) / 2.0, (wide - denominator.width) / 2.0);
        out.place(numerator, beside + left, up);
        out.bar((beside, self.axis(style) - thickness / 2.0), (wide, thickness), self.text.colour);
        out.place(denominator, beside + right, -down);
        out.width = wide + beside * 2.0;
        out
    }

    /// How far up the numerator and how far down the denominator go (MathML Core 3.3.2.1).
    fn with_bar(&self, numerator: &Piece, denominator: &Piece, thickness: Pt, style: Style) -> (Pt, Pt) {
        let (em, c, axis) = (self.em(style), self.constants, self.axis(style));
        let [up, down, over, under] = match style.display {
            true => [
                c.fraction_numerator_display_style_shift_up,
                c.fraction_denominator_display_style_shift_down,
                c.fraction_num_display_style_gap_min,
                c.fraction_denom_display_style_gap_min,
            ],
            false => [
                c.fraction_numerator_shift_up,
                c.fraction_denominator_shift_down,
                c.fraction_numerator_gap_min,
                c.fraction_denominator_gap_min,
            ],
        };
        let half = thickness / 2.0;
        let up = (em * up).max(axis + half + em * over + numerator.descent);
        let down = (em * down).max(-axis + half + em * under + denominator.ascent);
        (up, down)
    }

    /// The same without a bar (MathML Core 3.3.2.2).
    fn without_bar(&self, numerator: &Piece, denominator: &Piece, style: Style) -> (Pt, Pt) {
        let (em, c) = (self.em(style), self.constants);
        let [up, down, gap] = match style.display {
            true => [
                c.stack_top_display_style_shift_up,
                c.stack_bottom_display_style_shift_down,
                c.stack_display_style_gap_min,
            ],
            false => [c.stack_top_shift_up, c.stack_bottom_shift_down, c.stack_gap_min],
        };
        let (up, down) = (em * up, em * down);
        let lacking = em * gap - (up - numerator.descent + down - denominator.ascent);
        let more = lacking.max(Pt::ZERO) / 2.0;
        (up + more, down + more)
    }
}
