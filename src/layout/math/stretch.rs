//! Glyphs that grow: larger forms, and forms put together from pieces (OpenType MATH, MathVariants; MathML Core 5.3).

use super::super::frame::Glyph;
use super::piece::Piece;
use super::setter::{Setter, extent};
use crate::font::math::{Axis, Part};
use crate::units::Pt;

/// An extender comes so often at most: more than any page is high.
const MOST: f64 = 200.0;
/// What is shorter than wanted by less than this share of an em is long enough.
const NEAR: f64 = 0.01;

impl Setter<'_> {
    /// A glyph of the face for formulas that is at least so long, if the face can do that: the smallest such form, else
    /// one of pieces, else the longest form. `None` if it has but one form.
    pub(super) fn stretched(&self, glyph: u16, axis: Axis, (length, size): (Pt, Pt), shown: &str) -> Option<Piece> {
        let wanted = length / size - NEAR;
        let variants = self.face.variants(glyph, axis);
        if let Some(found) = variants.iter().find(|variant| variant.length >= wanted) {
            return Some(self.glyph(self.face.id, found.glyph, shown, size));
        }
        let parts = self.face.parts(glyph, axis);
        if !parts.is_empty() {
            return Some(self.assembled(&parts, axis, (wanted, size), shown));
        }
        variants.last().map(|variant| self.glyph(self.face.id, variant.glyph, shown, size))
    }

    /// The widest form of a glyph that is not wider than wanted, or the narrowest: a hat is not wider than its letter.
    pub(super) fn narrower(&self, glyph: u16, (length, size): (Pt, Pt), shown: &str) -> Piece {
        let variants = self.face.variants(glyph, Axis::Horizontal);
        let fitting = variants.iter().rev().find(|variant| size * variant.length <= length);
        let id = fitting.or(variants.first()).map_or(glyph, |variant| variant.glyph);
        self.glyph(self.face.id, id, shown, size)
    }

    /// Puts pieces together, each extender as often as it takes, with the least overlap that gives the length.
    fn assembled(&self, parts: &[Part], axis: Axis, (wanted, size): (f64, Pt), shown: &str) -> Piece {
        let overlap = self.face.overlap();
        let sum = |extender: bool| -> (f64, f64) {
            let of = parts.iter().filter(|part| part.extender == extender);
            of.fold((0.0, 0.0), |(length, count), part| (length + part.length, count + 1.0))
        };
        let ((fixed, ends), (more, extenders)) = (sum(false), sum(true));
        let each = more - extenders * overlap;
        let lacking = wanted - (fixed - (ends - 1.0) * overlap);
        let times = if each > 0.0 { (lacking / each).ceil().clamp(0.0, MOST) } else { 1.0 };
        let times = if ends == 0.0 { times.max(1.0) } else { times };
        let times = times as usize;
        let row: Vec<&Part> =
            parts.iter().flat_map(|part| std::iter::repeat_n(part, if part.extender { times } else { 1 })).collect();
        // What is too long is taken back where pieces meet, as far as they may overlap.
        let joints = row.len().saturating_sub(1).max(1) as f64;
        let longest: f64 = row.iter().map(|part| part.length).sum::<f64>() - overlap * joints;
        let shared = overlap + ((longest - wanted) / joints).max(0.0);
        let mut glyphs = Vec::with_capacity(row.len());
        let (mut pen, mut across) = (0.0, 0.0_f64);
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        let end = u32::try_from(shown.len()).unwrap_or(u32::MAX);
        for (index, part) in row.iter().enumerate() {
            if let Some(before) = index.checked_sub(1).and_then(|before| row.get(before)) {
                let most = before.end.min(part.start).min(before.length).min(part.length);
                pen -= shared.min(most * 0.99).max(0.0);
            }
            let extent = extent(self.face.id, part.glyph);
            let text = if index == 0 { 0..end } else { end..end };
            let (x, y) = match axis {
                Axis::Horizontal => (pen - extent.left, 0.0),
                Axis::Vertical => (0.0, pen - extent.bottom),
            };
            glyphs.push(Glyph { id: part.glyph, x: (x * size.0) as f32, y: (y * size.0) as f32, text });
            across = across.max(extent.advance);
            (low, high) = (low.min(extent.bottom), high.max(extent.top));
            pen += part.length;
        }
        let (width, ascent, descent) = match axis {
            Axis::Horizontal => (pen, high, -low),
            Axis::Vertical => (across, pen, 0.0),
        };
        Piece {
            width: size * width,
            ascent: size * ascent,
            descent: size * descent,
            items: vec![self.run(self.face.id, size, shown, glyphs)],
            ..Piece::default()
        }
    }

    /// Moves a piece so that its middle is on the axis.
    pub(super) fn centred(piece: Piece, axis: Pt) -> Piece {
        let up = axis - (piece.ascent - piece.descent) / 2.0;
        let mut out = Piece {
            italics: piece.italics,
            attach: piece.attach,
            single: piece.single,
            slanted: piece.slanted,
            role: piece.role,
            ..Piece::default()
        };
        out.place(piece, Pt::ZERO, up);
        out
    }
}
