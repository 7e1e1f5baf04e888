//! Subsets of the faces, for embedding.

use std::collections::BTreeSet;

use subsetter::{GlyphRemapper, subset};

use super::FaceId;

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

/// The subset of a face for a PDF file: the glyphs, numbered from 1 in the order of their numbers in the face, after
/// `.notdef`; parts of compound glyphs come behind. `None` if the face cannot be subset.
pub fn for_pdf(face: FaceId, glyphs: &BTreeSet<u16>) -> Option<Subset> {
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
    use super::super::Face;
    use super::*;

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
