//! An opened face: its characters and measures.

use std::sync::OnceLock;

use read_fonts::{FontRef, TableProvider};

use super::FaceId;

/// An opened face. Opening is done once a face and a process.
pub struct Face {
    font: FontRef<'static>,
    metrics: Metrics,
}

/// The measures of a face, in its own units, y upwards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Metrics {
    /// Units an em.
    pub units_per_em: u16,
    /// Top of the em box or of tall letters, over the baseline.
    pub ascender: i16,
    /// Bottom of the em box or of low letters; negative.
    pub descender: i16,
    /// Height of capitals.
    pub cap_height: i16,
    /// Height of `x`.
    pub x_height: i16,
    /// Number of glyphs.
    pub glyphs: u16,
}

impl Face {
    /// The face, opened.
    pub fn open(id: FaceId) -> &'static Self {
        static OPEN: [OnceLock<Face>; FaceId::COUNT] = [const { OnceLock::new() }; FaceId::COUNT];
        OPEN[id.number()].get_or_init(|| Self::read(id))
    }

    fn read(id: FaceId) -> Self {
        let font = FontRef::from_index(id.data(), id.index()).expect("embedded fonts are whole: tests open each");
        let units_per_em = font.head().map_or(1000, |head| head.units_per_em());
        let glyphs = font.maxp().map_or(0, |maxp| maxp.num_glyphs());
        let metrics = match font.os2() {
            Ok(os2) => Metrics {
                units_per_em,
                ascender: os2.s_typo_ascender(),
                descender: os2.s_typo_descender(),
                cap_height: os2.s_cap_height().unwrap_or(700),
                x_height: os2.sx_height().unwrap_or(500),
                glyphs,
            },
            Err(_) => Metrics { units_per_em, ascender: 880, descender: -120, cap_height: 700, x_height: 500, glyphs },
        };
        Self { font, metrics }
    }

    /// The parsed font, for shaping.
    pub fn font(&self) -> &FontRef<'static> {
        &self.font
    }

    /// Its measures.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// The glyph that the character map gives a character; never 0.
    pub fn glyph(&self, c: char) -> Option<u16> {
        let glyph = self.font.cmap().ok()?.map_codepoint(c)?;
        u16::try_from(glyph.to_u32()).ok().filter(|glyph| *glyph != 0)
    }

    /// How far a glyph moves the pen, in the face's units.
    pub fn advance(&self, glyph: u16) -> u16 {
        let advance =
            |hmtx: read_fonts::tables::hmtx::Hmtx<'_>| hmtx.advance(read_fonts::types::GlyphId::new(glyph.into()));
        self.font.hmtx().ok().and_then(advance).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_embedded_face_opens_and_is_what_the_table_says() {
        for id in FaceId::all() {
            let face = Face::open(id);
            assert!(face.metrics().glyphs > 100, "{}", id.name());
            let names = face.font().name().unwrap();
            let record = names.name_record().iter().find(|r| r.name_id().to_u16() == 6).unwrap();
            assert_eq!(record.string(names.string_data()).unwrap().to_string(), id.name());
        }
    }
}
