//! Subsets of the faces, for embedding.

mod cff;
mod charstring;
mod contour;
mod glyf;

use std::collections::BTreeSet;

use subsetter::{GlyphRemapper, subset};

use super::{FaceId, sfnt};

/// The glyphs of a face that a book shows, and nothing else of it.
pub struct Subset {
    /// A font program of its own: a whole sfnt without character map, TrueType or CFF as the face is.
    pub program: Vec<u8>,
    /// New numbers by old ones; 0 where the subset lacks the glyph.
    renumbered: Vec<u16>,
}

impl Subset {
    /// The number that a glyph of the face has in the subset. In CFF subsets it is the glyph's CID too.
    pub fn glyph(&self, of_face: u16) -> Option<u16> {
        self.renumbered.get(usize::from(of_face)).copied().filter(|new| *new != 0)
    }
}

/// The subset of a face: the glyphs, numbered from 1 in the order of their numbers in the face, after `.notdef`; parts
/// of compound glyphs come behind. `None` if the face cannot be subset.
fn whole(face: FaceId, glyphs: &BTreeSet<u16>) -> Option<Subset> {
    let mut remapper = GlyphRemapper::new();
    let mut renumbered = vec![0; glyphs.last().map_or(0, |last| usize::from(*last) + 1)];
    for glyph in glyphs {
        renumbered[usize::from(*glyph)] = remapper.remap(*glyph);
    }
    let program = subset(face.data(), face.index(), &remapper).ok()?;
    Some(Subset { program, renumbered })
}

/// The same for a PDF file, as small as it goes: with the tables that a viewer reads (ISO 32000-1 §9.9), and outlines
/// without hints for coarse screens, in CFF written anew.
pub fn for_pdf(face: FaceId, glyphs: &BTreeSet<u16>) -> Option<Subset> {
    let Subset { program, renumbered } = whole(face, glyphs)?;
    let mut tables = sfnt::tables(&program)?;
    tables.retain(|(tag, _)| !matches!(tag, b"name" | b"post" | b"OS/2" | b"cmap"));
    glyf::drop_programs(&mut tables);
    for (tag, data) in &mut tables {
        if let (b"CFF ", Some(compact)) = (&*tag, cff::compact(data)) {
            *data = compact;
        }
    }
    Some(Subset { program: sfnt::file(program.get(..4)?, tables), renumbered })
}

#[cfg(test)]
mod tests {
    use super::super::{Face, Family, Region, Segment, Slant, Weight, outline};
    use super::*;

    /// The contours of a glyph in an order and from a point that do not depend on how it was written.
    fn shape(segments: &[Segment]) -> Vec<Vec<String>> {
        let contours = segments.split(|segment| *segment == Segment::Close).filter(|contour| !contour.is_empty());
        let mut shape: Vec<Vec<String>> = contours.map(contour).collect();
        shape.sort();
        shape
    }

    /// Each segment from its beginning, the closing line among them; from the least one on.
    fn contour(segments: &[Segment]) -> Vec<String> {
        let [Segment::Move(x, y), rest @ ..] = segments else { panic!("{segments:?}") };
        let (start, mut at) = ([*x, *y], [*x, *y]);
        let mut drawn = Vec::new();
        for segment in rest {
            let to = match segment {
                Segment::Line(x, y) | Segment::Cubic(_, _, [x, y]) => [*x, *y],
                other => panic!("{other:?}"),
            };
            drawn.push(format!("{at:?} {segment:?}"));
            at = to;
        }
        if at != start {
            drawn.push(format!("{at:?} {:?}", Segment::Line(start[0], start[1])));
        }
        let least = (0..drawn.len()).min_by_key(|at| &drawn[*at]).unwrap();
        drawn.rotate_left(least);
        drawn
    }

    #[test]
    fn outlines_written_anew_are_the_same() {
        for (region, weight) in [(Region::China, Weight::Regular), (Region::Japan, Weight::Bold)] {
            let face = FaceId::of(Family::Cjk(region), weight, Slant::Upright);
            let chars = "永国鬱龍一的。「…ǅgQ¼ﬁ가あ㍿🈚\u{3000}".chars();
            let glyphs: BTreeSet<u16> = chars.filter_map(|c| Face::open(face).glyph(c)).chain(40..900).collect();
            let old = outline::outlines(face, &Vec::from_iter(glyphs.iter().copied()));
            let (whole, small) = (whole(face, &glyphs).unwrap(), for_pdf(face, &glyphs).unwrap());
            let codes: Vec<u16> = glyphs.iter().map(|glyph| small.glyph(*glyph).unwrap()).collect();
            let new = outline::of_file(small.program.clone().leak(), 0, &codes);
            for (glyph, (old, new)) in glyphs.iter().zip(old.iter().zip(&new)) {
                assert_eq!(shape(old), shape(new), "{} {glyph}", face.name());
            }
            assert!(small.program.len() < whole.program.len());
        }
    }

    #[test]
    fn every_face_gives_a_small_subset() {
        for face in FaceId::all() {
            let glyphs: BTreeSet<u16> = [5, 9, 40].into();
            let subset = for_pdf(face, &glyphs).unwrap();
            assert_eq!([5, 9, 40].map(|glyph| subset.glyph(glyph)), [Some(1), Some(2), Some(3)], "{}", face.name());
            assert_eq!(subset.glyph(0), None);
            assert_eq!(subset.glyph(6), None);
            assert!(subset.program.len() < 20_000, "{} {}", face.name(), subset.program.len());
            assert!(Face::open(face).metrics().glyphs > 40);
        }
    }
}
