//! What a font file says of its glyphs beside their outlines: widths and how many there are.

use read_fonts::types::{GlyphId, Tag};
use read_fonts::{FontRef, TableProvider};

use super::super::sfnt::Table;

/// `head`, `hhea`, `hmtx` and `maxp` (OpenType 1.9) of a font of some glyphs of another, with cubic outlines.
pub(super) fn subset(font: &FontRef<'_>, glyphs: &[u16]) -> Option<[Table; 4]> {
    let table = |tag: &[u8; 4]| Some(font.table_data(Tag::new(tag))?.as_bytes().to_vec());
    let widths = font.hmtx().ok()?;
    let width = |glyph: &u16| widths.advance(GlyphId::from(*glyph)).unwrap_or_default();
    // The last width stands for those of all glyphs behind it.
    let last = glyphs.last().map(width)?;
    let written = glyphs.iter().rposition(|glyph| width(glyph) != last).map_or(1, |before| before + 2);
    let mut hmtx = Vec::with_capacity(2 * glyphs.len() + 2 * written);
    for (index, glyph) in glyphs.iter().enumerate() {
        if index < written {
            hmtx.extend(width(glyph).to_be_bytes());
        }
        hmtx.extend(widths.side_bearing(GlyphId::from(*glyph)).unwrap_or_default().to_be_bytes());
    }
    let mut hhea = table(b"hhea")?;
    hhea.get_mut(34..36)?.copy_from_slice(&(written as u16).to_be_bytes());
    let maxp = [&[0, 0, 0x50, 0][..], &(glyphs.len() as u16).to_be_bytes()].concat();
    Some([(*b"head", table(b"head")?), (*b"hhea", hhea), (*b"hmtx", hmtx), (*b"maxp", maxp)])
}
