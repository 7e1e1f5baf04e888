//! Roots (MathML Core 3.3.3), and what encloses a formula (MathML 3 3.3.9).

use super::piece::Piece;
use super::setter::{Setter, Style};
use super::tree::Element;
use crate::font::Face;
use crate::font::math::Axis;
use crate::units::Pt;

const RADICAL: char = '√';

impl Setter<'_> {
    /// A square root of a row.
    pub(super) fn root(&mut self, element: &Element, style: Style) -> Piece {
        let content = self.row(&element.children, style.within().cramped());
        self.radical(content, style)
    }

    /// A root with its index.
    pub(super) fn indexed_root(&mut self, element: &Element, style: Style) -> Piece {
        let [base, index, ..] = element.children.as_slice() else { return self.root(element, style) };
        let content = self.element(base, style.within().cramped());
        let index = self.element(index, Style { level: 2, ..style.index() }.cramped()).solid();
        let root = self.radical(content, style);
        let (em, constants) = (self.em(style), self.constants);
        let before = em * constants.radical_kern_before_degree;
        // The index stands in the hook, not left of where it begins.
        let after = (em * constants.radical_kern_after_degree).max(-(index.width + before));
        let up = root.height() * constants.radical_degree_bottom_raise - root.descent + index.descent;
        let mut out = Piece::default();
        let x = before + index.width + after;
        out.place(index, before, up);
        out.place(root, x, Pt::ZERO);
        out
    }

    /// A radical that covers a piece.
    fn radical(&mut self, content: Piece, style: Style) -> Piece {
        let content = content.solid();
        let (em, constants, math) = (self.em(style), self.constants, self.face.id);
        let Some((id, _)) = Face::open(math).nominal(RADICAL) else { return content };
        let thickness = em * constants.radical_rule_thickness;
        let least = em
            * match style.display {
                true => constants.radical_display_style_vertical_gap,
                false => constants.radical_vertical_gap,
            };
        let shown = RADICAL.to_string();
        let wanted = self.within(content.height() + least + thickness);
        let plain = self.glyph(math, id, &shown, em);
        let sign = match plain.height() >= wanted {
            true => plain,
            false => self.stretched(id, Axis::Vertical, (wanted, em), &shown).unwrap_or(plain),
        };
        // What the sign is too high goes over and under the content alike (TeXbook, appendix G, rule 11).
        let gap = least.max((least + sign.height() - thickness - content.height()) / 2.0);
        let top = content.ascent + gap + thickness;
        let (up, x) = (top - sign.ascent, sign.width);
        let mut out = Piece::default();
        out.place(sign, Pt::ZERO, up);
        let width = content.width;
        // The bar begins in the sign, so that no white shows between them.
        let joint = em * 0.02;
        out.bar((x - joint, top - thickness), (width + joint, thickness), self.text.colour);
        out.place(content, x, Pt::ZERO);
        out.width = x + width;
        out.ascent += em * constants.radical_extra_ascender;
        out
    }

    /// A row with lines around it. Lines that would be slanted are left out.
    pub(super) fn enclosed(&mut self, element: &Element, style: Style) -> Piece {
        let content = self.row(&element.children, style.within());
        let notation = element.value("notation").unwrap_or("longdiv");
        let has = |names: &[&str]| notation.split_whitespace().any(|name| names.contains(&name));
        if has(&["radical"]) {
            return self.radical(content, style);
        }
        let content = content.solid();
        let whole = has(&["box", "roundedbox", "circle"]);
        let left = whole || has(&["left", "longdiv"]);
        let right = whole || has(&["right", "actuarial", "madruwb"]);
        let top = whole || has(&["top", "longdiv", "actuarial"]);
        let bottom = whole || has(&["bottom", "madruwb"]);
        let em = self.em(style);
        let (line, white) = (em * self.constants.fraction_rule_thickness * 0.8, em * 0.25);
        let mut out = Piece::default();
        let before = if left { white + line } else { Pt::ZERO };
        let (width, above, below) = (content.width, content.ascent, content.descent);
        out.place(content, before, Pt::ZERO);
        let end = before + width + if right { white + line } else { Pt::ZERO };
        let (upper, lower) = (above + white + line, below + white + line);
        let colour = self.text.colour;
        if left {
            out.bar((Pt::ZERO, -lower), (line, upper + lower), colour);
        }
        if right {
            out.bar((end - line, -lower), (line, upper + lower), colour);
        }
        if top {
            out.bar((Pt::ZERO, upper - line), (end, line), colour);
        }
        if bottom {
            out.bar((Pt::ZERO, -lower), (end, line), colour);
        }
        if has(&["horizontalstrike"]) {
            out.bar((before, (above - below) / 2.0 - line / 2.0), (width, line), colour);
        }
        out.width = end;
        out
    }
}
