//! The outlines of glyphs, for pictures of text.

use read_fonts::model::Font;
use read_fonts::model::glyph::outline::{DrawMemory, DrawOptions, PathSink};
use read_fonts::types::GlyphId;

use super::FaceId;

/// A piece of an outline, in the face's units, y upwards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Segment {
    /// A contour begins.
    Move(f32, f32),
    /// A straight line.
    Line(f32, f32),
    /// A curve with one control point.
    Quad([f32; 2], [f32; 2]),
    /// A curve with two control points.
    Cubic([f32; 2], [f32; 2], [f32; 2]),
    /// The contour ends where it began.
    Close,
}

/// The outlines of glyphs of a face, in their order; empty where the face has none.
pub fn outlines(face: FaceId, glyphs: &[u16]) -> Vec<Vec<Segment>> {
    of_file(face.data(), face.index(), glyphs)
}

/// The outlines of glyphs of a font file.
pub(super) fn of_file(data: &'static [u8], index: u32, glyphs: &[u16]) -> Vec<Vec<Segment>> {
    let font = Font::new(data, index);
    let outline = |glyph: &u16| {
        let mut path = Path(Vec::new());
        if let Some(glyph) = font.as_ref().and_then(|font| font.outline_glyphs().get(GlyphId::from(*glyph)))
            && glyph.draw(&DrawOptions::new(), DrawMemory::Scratch, &mut path).is_err()
        {
            path.0.clear();
        }
        path.0
    };
    glyphs.iter().map(outline).collect()
}

struct Path(Vec<Segment>);

impl PathSink for Path {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.push(Segment::Move(x, y));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.0.push(Segment::Line(x, y));
    }

    fn quad_to(&mut self, cx0: f32, cy0: f32, x: f32, y: f32) {
        self.0.push(Segment::Quad([cx0, cy0], [x, y]));
    }

    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        self.0.push(Segment::Cubic([cx0, cy0], [cx1, cy1], [x, y]));
    }

    fn close(&mut self) {
        self.0.push(Segment::Close);
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Face, Family, Region, Slant, Weight};
    use super::*;

    #[test]
    fn glyphs_of_both_kinds_have_outlines_within_their_em() {
        for (family, c) in [(Family::Cjk(Region::China), '永'), (Family::Emoji, '😀'), (Family::Serif, 'é')] {
            let face = FaceId::of(family, Weight::Bold, Slant::Upright);
            let glyph = Face::open(face).glyph(c).unwrap();
            let found = outlines(face, &[glyph, u16::MAX]);
            assert!(found[0].len() > 5, "{c}");
            assert!(found[1].is_empty());
            let em = f32::from(Face::open(face).metrics().units_per_em);
            for segment in &found[0] {
                if let Segment::Line(x, y) | Segment::Move(x, y) = segment {
                    assert!(x.abs() <= 2.0 * em && y.abs() <= 2.0 * em, "{c} {segment:?}");
                }
            }
        }
    }
}
