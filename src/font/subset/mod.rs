//! Subsets of the faces, for embedding.

mod cff;
mod charstring;
mod contour;
mod glyf;
mod metrics;

use std::collections::BTreeSet;

use read_fonts::types::Tag;
use read_fonts::{FontRef, TableProvider};
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

/// The glyphs that are asked for, numbered from 1 in the order of their numbers in the face, after `.notdef`; parts of
/// compound glyphs come behind. It is made for PDF files, as small as it goes: with the tables that a viewer reads
/// (ISO 32000-1 §9.9), and outlines without hints for coarse screens, cubic ones written anew. `None` if the face cannot be
/// subset.
pub fn for_pdf(face: FaceId, glyphs: &BTreeSet<u16>) -> Option<Subset> {
    cubic(face, glyphs).or_else(|| any(face, glyphs))
}

/// That of a face with cubic outlines, if they are of the usual form.
fn cubic(face: FaceId, glyphs: &BTreeSet<u16>) -> Option<Subset> {
    let font = FontRef::from_index(face.data(), face.index()).ok()?;
    let outlines = font.table_data(Tag::new(b"CFF "))?;
    if font.head().ok()?.units_per_em() != 1000 {
        return None;
    }
    let numbered: Vec<u16> = std::iter::once(0).chain(glyphs.iter().copied().filter(|glyph| *glyph != 0)).collect();
    let mut renumbered = vec![0; usize::from(*numbered.last()?) + 1];
    for (new, old) in (0..).zip(&numbered) {
        renumbered[usize::from(*old)] = new;
    }
    let mut tables = vec![(*b"CFF ", cff::subset(outlines.as_bytes(), &numbered)?)];
    tables.extend(metrics::subset(&font, &numbered)?);
    Some(Subset { program: sfnt::file(b"OTTO", tables), renumbered })
}

/// That of any face.
fn any(face: FaceId, glyphs: &BTreeSet<u16>) -> Option<Subset> {
    let Subset { program, renumbered } = whole(face, glyphs)?;
    let mut tables = sfnt::tables(&program)?;
    tables.retain(|(tag, _)| !matches!(tag, b"name" | b"post" | b"OS/2" | b"cmap"));
    glyf::drop_programs(&mut tables);
    Some(Subset { program: sfnt::file(program.get(..4)?, tables), renumbered })
}

/// With all tables and hints.
fn whole(face: FaceId, glyphs: &BTreeSet<u16>) -> Option<Subset> {
    let mut remapper = GlyphRemapper::new();
    let mut renumbered = vec![0; glyphs.last().map_or(0, |last| usize::from(*last) + 1)];
    for glyph in glyphs {
        renumbered[usize::from(*glyph)] = remapper.remap(*glyph);
    }
    let program = subset(face.data(), face.index(), &remapper).ok()?;
    Some(Subset { program, renumbered })
}

#[cfg(test)]
mod tests {
    use read_fonts::ps::cff::CffFontRef;
    use read_fonts::types::GlyphId;

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

    /// What a subset says of the widths of glyphs of the face, in its tables and in its outlines.
    fn widths(subset: &Subset, glyphs: &BTreeSet<u16>) -> Vec<(u16, u16)> {
        let font = FontRef::new(&subset.program).unwrap();
        let outlines = CffFontRef::new(font.cff().unwrap().offset_data().as_bytes(), 0, None).unwrap();
        let part = outlines.subfont(0, &[]).unwrap();
        let width = |glyph: &u16| {
            let new = GlyphId::from(subset.glyph(*glyph).unwrap());
            let drawn = outlines.advance(&part, new, &[], None).unwrap().unwrap();
            (font.hmtx().unwrap().advance(new).unwrap(), drawn as u16)
        };
        glyphs.iter().map(width).collect()
    }

    #[test]
    fn widths_stay() {
        let face = FaceId::of(Family::Cjk(Region::China), Weight::Regular, Slant::Upright);
        let open = Face::open(face);
        // The last ones are of one width, or of two.
        for chars in ["iWé 永国", "永iWé", "永", "ii"] {
            let glyphs: BTreeSet<u16> = chars.chars().filter_map(|c| open.glyph(c)).collect();
            let wanted: Vec<(u16, u16)> = glyphs.iter().map(|glyph| [open.advance(*glyph); 2].into()).collect();
            assert_eq!(widths(&for_pdf(face, &glyphs).unwrap(), &glyphs), wanted, "{chars}");
        }
    }

    #[test]
    fn a_face_of_another_form_is_subset_all_the_same() {
        let face = FaceId::of(Family::Cjk(Region::Korea), Weight::Regular, Slant::Upright);
        let glyphs: BTreeSet<u16> = "가 A".chars().filter_map(|c| Face::open(face).glyph(c)).collect();
        let subset = any(face, &glyphs).unwrap();
        let codes: Vec<u16> = glyphs.iter().map(|glyph| subset.glyph(*glyph).unwrap()).collect();
        let old = outline::outlines(face, &Vec::from_iter(glyphs.iter().copied()));
        assert_eq!(outline::of_file(subset.program.clone().leak(), 0, &codes), old);
        assert!(cff::subset(&subset.program, &[0, 1]).is_none());
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
