//! An opened face: its characters and measures.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use read_fonts::{FontRef, TableProvider};

use super::FaceId;

/// An opened face. Opening is done once a face and a process.
pub struct Face {
    id: FaceId,
    font: FontRef<'static>,
    metrics: Metrics,
    shaper: OnceLock<harfrust::Font>,
    /// What is known of 256 characters each, by the character's upper bits.
    pages: Box<[OnceLock<Box<CharacterPage>>]>,
}

/// Glyph and advance of 256 characters, each looked up when it is first asked for. An entry is 0 while it is not
/// known; else bit 31 is set, bits 16 to 30 hold the advance and bits 0 to 15 the glyph (0: none).
type CharacterPage = [AtomicU32; 256];

const KNOWN: u32 = 1 << 31;
const WIDEST: u32 = 0x7FFF;

/// How many pages of 256 characters Unicode has.
const PAGES: usize = 0x1100;

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
        static OPEN: [OnceLock<Face>; FaceId::MOST] = [const { OnceLock::new() }; FaceId::MOST];
        OPEN[id.number()].get_or_init(|| Self::read(id))
    }

    fn read(id: FaceId) -> Self {
        let font = FontRef::from_index(id.data(), id.index())
            .expect("embedded fonts are whole: tests open each; own ones were opened before");
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
        let pages = std::iter::repeat_with(OnceLock::new).take(PAGES).collect();
        Self { id, font, metrics, shaper: OnceLock::new(), pages }
    }

    /// The font as the shaper takes it. It reads the embedded bytes where they are.
    pub(crate) fn shaper(&self) -> &harfrust::Font {
        let open = || harfrust::Font::new(self.id.data(), self.id.index());
        self.shaper
            .get_or_init(|| open().expect("embedded fonts are whole: tests open each; own ones were opened before"))
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
        self.nominal(c).map(|(glyph, _)| glyph)
    }

    /// The glyph that the character map gives a character, never 0, and its advance in the face's units.
    pub fn nominal(&self, c: char) -> Option<(u16, u16)> {
        let code = u32::from(c);
        let page = self.pages.get(usize::try_from(code >> 8).ok()?)?;
        let page = page.get_or_init(|| Box::new([const { AtomicU32::new(0) }; 256]));
        let entry = page.get(usize::try_from(code & 0xFF).ok()?)?;
        let mut known = entry.load(Ordering::Relaxed);
        if known == 0 {
            let glyph = self.mapped(c).unwrap_or(0);
            known = KNOWN | u32::from(self.advance(glyph)).min(WIDEST) << 16 | u32::from(glyph);
            entry.store(known, Ordering::Relaxed);
        }
        let glyph = u16::try_from(known & 0xFFFF).ok().filter(|glyph| *glyph != 0)?;
        Some((glyph, u16::try_from(known >> 16 & WIDEST).unwrap_or(0)))
    }

    fn mapped(&self, c: char) -> Option<u16> {
        let glyph = self.font.cmap().ok()?.map_codepoint(c)?;
        u16::try_from(glyph.to_u32()).ok()
    }

    /// How far a glyph moves the pen, in the face's units.
    pub fn advance(&self, glyph: u16) -> u16 {
        let advance =
            |hmtx: read_fonts::tables::hmtx::Hmtx<'_>| hmtx.advance(read_fonts::types::GlyphId::new(glyph.into()));
        self.font.hmtx().ok().and_then(advance).unwrap_or(0)
    }

    /// The extent of a glyph's outline, if the face keeps it beside the outline (`glyf`): left, bottom, right and top, in the
    /// face's units. A glyph without an outline has none.
    pub fn bounds(&self, glyph: u16) -> Option<[i16; 4]> {
        let (loca, glyf) = (self.font.loca(None).ok()?, self.font.glyf().ok()?);
        let glyph = loca.get_glyf(read_fonts::types::GlyphId::new(glyph.into()), &glyf).ok()??;
        Some([glyph.x_min(), glyph.y_min(), glyph.x_max(), glyph.y_max()])
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

    #[test]
    fn what_is_remembered_is_what_the_font_says() {
        let face = Face::open(FaceId::of(
            super::super::Family::Cjk(super::super::Region::China),
            super::super::Weight::Regular,
            super::super::Slant::Upright,
        ));
        for c in ['一', '。', 'a', '\u{10FFFF}', '\u{E000}'] {
            let expected = face.mapped(c).filter(|glyph| *glyph != 0).map(|glyph| (glyph, face.advance(glyph)));
            assert_eq!([face.nominal(c), face.nominal(c)], [expected, expected], "{c}");
        }
    }
}
