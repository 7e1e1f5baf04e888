//! Compact Font Format (Adobe Technical Note 5176): a font of some glyphs of another, in the fewest bytes.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use read_fonts::ps::cff::CffFontRef;
use read_fonts::types::{Fixed, GlyphId};

use super::charstring::Outline;
use super::contour::{Writer, length, number};

/// Operators of the Top DICT, of those of a CID font's fonts, and of their Private DICTs (§9, §15, §18).
mod operator {
    pub(super) const NOTICE: &[u8] = &[1];
    pub(super) const BOUNDS: &[u8] = &[5];
    pub(super) const CHARSET: &[u8] = &[15];
    pub(super) const CHAR_STRINGS: &[u8] = &[17];
    pub(super) const PRIVATE: &[u8] = &[18];
    pub(super) const DEFAULT_WIDTH: &[u8] = &[20];
    pub(super) const NOMINAL_WIDTH: &[u8] = &[21];
    pub(super) const COPYRIGHT: &[u8] = &[12, 0];
    pub(super) const MATRIX: &[u8] = &[12, 7];
    pub(super) const REGISTRY_ORDERING_SUPPLEMENT: &[u8] = &[12, 30];
    pub(super) const CID_COUNT: &[u8] = &[12, 34];
    pub(super) const FONTS: &[u8] = &[12, 36];
    pub(super) const FONT_OF_GLYPH: &[u8] = &[12, 37];
}

/// The strings that every font has (Appendix A).
const STANDARD_STRINGS: i32 = 391;
/// A thousandth, as a DICT writes it (§4, table 5).
const THOUSANDTH: &[u8] = &[30, 0xA0, 0x01, 0xFF];
/// What it takes to write an offset in a DICT, however small it is.
const OFFSET: usize = 5;

/// A font of some glyphs of another, whose em is 1000 units: in their order and numbered so, the first `.notdef`. It is
/// keyed by CID (§18), and each glyph's CID is its number. Outlines are written anew, without hints and subroutines.
/// `None` if the other font is of another form, scales its glyphs, or has points that are not at whole units.
pub(super) fn subset(table: &[u8], glyphs: &[u16]) -> Option<Vec<u8>> {
    let font = CffFontRef::new_cff(table, 0, Some(1000)).ok()?;
    let count = u16::try_from(glyphs.len()).ok().filter(|count| *count > 1)?;
    let glyphs = drawn(&font, glyphs)?;
    let widths = Widths::of(glyphs.iter().map(|glyph| glyph.width));
    let mut char_strings = Vec::new();
    write_index(&mut char_strings, &glyphs.into_iter().map(|glyph| widths.charstring(glyph)).collect::<Vec<_>>());
    let mut private = Dict::default();
    private.entry(&[widths.default], operator::DEFAULT_WIDTH);
    private.entry(&[widths.nominal], operator::NOMINAL_WIDTH);
    // A range of CIDs from 1 on, and all glyphs in the first font (§13, §19).
    let charset = [&[2, 0, 1][..], &(count - 2).to_be_bytes()].concat();
    let font_of_glyph = [&[3, 0, 1, 0, 0, 0][..], &count.to_be_bytes()].concat();

    let facts = font.metadata()?;
    let mut strings: Vec<&[u8]> = vec![b"Adobe", b"Identity"];
    let mut top = Dict::default();
    top.entry(&[STANDARD_STRINGS, STANDARD_STRINGS + 1, 0], operator::REGISTRY_ORDERING_SUPPLEMENT);
    for (text, operator) in [(facts.copyright(), operator::COPYRIGHT), (facts.notice(), operator::NOTICE)] {
        if let Some(text) = text {
            top.entry(&[STANDARD_STRINGS + strings.len() as i32], operator);
            strings.push(text.as_bytes());
        }
    }
    // Some printers draw nothing if a CID font and its fonts do not say both.
    top.matrix(THOUSANDTH);
    let bounds = facts.bbox();
    top.entry(&[bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max].map(Fixed::to_i32), operator::BOUNDS);
    top.entry(&[i32::from(u16::MAX)], operator::CID_COUNT);

    let mut out = vec![1, 0, 4, 4];
    write_index(&mut out, &[facts.name().unwrap_or("F")]);
    let mut behind = Vec::new();
    write_index(&mut behind, &strings);
    // No subroutines.
    behind.extend([0, 0]);
    // Offsets come last: Apple's Preview shows nothing of a font that has some of them before other entries.
    let offsets = [operator::CHARSET, operator::CHAR_STRINGS, operator::FONTS, operator::FONT_OF_GLYPH];
    let top_length = top.0.len() + offsets.iter().map(|operator| OFFSET + operator.len()).sum::<usize>();
    let charset_at = out.len() + index_length(&[top_length]) + behind.len();
    let private_at = charset_at + charset.len();
    let mut one = Dict::default();
    one.matrix(&[140]);
    one.entry(&[private.0.len() as i32], &[]);
    one.offset(private_at, operator::PRIVATE);
    let mut fonts = Vec::new();
    write_index(&mut fonts, &[one.0]);
    let font_of_glyph_at = private_at + private.0.len();
    let fonts_at = font_of_glyph_at + font_of_glyph.len();
    let places = [charset_at, fonts_at + fonts.len(), fonts_at, font_of_glyph_at];
    offsets.into_iter().zip(places).for_each(|(operator, place)| top.offset(place, operator));
    write_index(&mut out, &[top.0]);
    for part in [behind, charset, private.0, font_of_glyph, fonts, char_strings] {
        out.extend(part);
    }
    Some(out)
}

/// A glyph as it is drawn.
struct Drawn {
    width: i32,
    /// Its charstring but for the width.
    operators: Vec<u8>,
}

fn drawn(font: &CffFontRef<'_>, glyphs: &[u16]) -> Option<Vec<Drawn>> {
    let (mut outline, mut writer) = (Outline::default(), Writer::default());
    let mut parts = BTreeMap::new();
    let mut drawn = Vec::with_capacity(glyphs.len());
    for glyph in glyphs.iter().map(|glyph| GlyphId::from(*glyph)) {
        let index = font.subfont_index(glyph)?;
        let part = match parts.entry(index) {
            Entry::Occupied(part) => part.into_mut(),
            Entry::Vacant(place) => {
                let part = font.subfont(index, &[]).ok()?;
                if font.transform(&part, None) != Default::default() {
                    return None;
                }
                place.insert(part)
            }
        };
        outline.clear();
        let width = font.evaluate_charstring(part, glyph, &[], &mut outline).ok()?;
        if outline.is_odd {
            return None;
        }
        let mut operators = Vec::new();
        writer.write(&mut operators, &outline.contours);
        operators.push(14);
        drawn.push(Drawn { width: width.unwrap_or(Fixed::ZERO).to_i32(), operators });
    }
    Some(drawn)
}

/// The width that is not written, and the one from which others are told (§15).
struct Widths {
    default: i32,
    nominal: i32,
}

impl Widths {
    /// Those with which widths take the fewest bytes.
    fn of(widths: impl Iterator<Item = i32>) -> Self {
        let mut counts: BTreeMap<i32, u32> = BTreeMap::new();
        widths.for_each(|width| *counts.entry(width).or_default() += 1);
        let default = counts.iter().max_by_key(|(width, count)| (**count, -**width)).map_or(0, |(width, _)| *width);
        counts.remove(&default);
        let bytes = |nominal: i32| counts.iter().map(|(width, count)| length(width - nominal) * count).sum::<u32>();
        // More widths than these are in no font that is set.
        let nominal = counts.keys().copied().take(1000).min_by_key(|nominal| bytes(*nominal)).unwrap_or(0);
        Self { default, nominal }
    }

    /// The charstring of a glyph: its width stands first (Technical Note 5177 §3.1).
    fn charstring(&self, glyph: Drawn) -> Vec<u8> {
        if glyph.width == self.default {
            return glyph.operators;
        }
        let mut out = Vec::with_capacity(3 + glyph.operators.len());
        number(&mut out, glyph.width - self.nominal);
        out.extend(glyph.operators);
        out
    }
}

/// A DICT (§4).
#[derive(Default)]
struct Dict(Vec<u8>);

impl Dict {
    fn entry(&mut self, operands: &[i32], operator: &[u8]) {
        operands.iter().for_each(|operand| self.number(*operand));
        self.0.extend(operator);
    }

    /// A number; those of 32 bits are written otherwise than in charstrings.
    fn number(&mut self, operand: i32) {
        match i16::try_from(operand) {
            Ok(_) => number(&mut self.0, operand),
            Err(_) => {
                self.0.push(29);
                self.0.extend(operand.to_be_bytes());
            }
        }
    }

    fn offset(&mut self, place: usize, operator: &[u8]) {
        self.0.push(29);
        self.0.extend((place as u32).to_be_bytes());
        self.0.extend(operator);
    }

    /// A matrix that scales, and nothing else; 139 is zero.
    fn matrix(&mut self, scale: &[u8]) {
        self.0.extend([scale, &[139, 139], scale, &[139, 139], operator::MATRIX].concat());
    }
}

/// Writes an INDEX (§5) that is not empty.
fn write_index(out: &mut Vec<u8>, items: &[impl AsRef<[u8]>]) {
    let lengths = items.iter().map(|item| item.as_ref().len());
    let size = offset_size(lengths.clone().sum());
    out.extend((items.len() as u16).to_be_bytes());
    out.push(size as u8);
    let mut offset = 1_u32;
    for length in std::iter::once(0).chain(lengths) {
        offset += length as u32;
        out.extend(&offset.to_be_bytes()[4 - size..]);
    }
    items.iter().for_each(|item| out.extend(item.as_ref()));
}

/// How long the INDEX of items of some lengths is.
fn index_length(items: &[usize]) -> usize {
    let total = items.iter().sum();
    3 + (items.len() + 1) * offset_size(total) + total
}

/// The bytes of an offset into so much.
fn offset_size(total: usize) -> usize {
    (1..4).find(|size| (total + 1) >> (8 * size) == 0).unwrap_or(4)
}

#[cfg(test)]
mod tests {
    use read_fonts::ps::cff::index::Index;

    use super::*;

    #[test]
    fn an_index_is_read_as_it_was_written() {
        for length in [0, 1, 253, 254, 255, 70_000] {
            let items = vec![vec![1; length], Vec::new(), vec![7]];
            let mut bytes = Vec::new();
            write_index(&mut bytes, &items);
            assert_eq!(bytes.len(), index_length(&[length, 0, 1]));
            let read = Index::new(&bytes, false).unwrap();
            assert!(items.iter().enumerate().all(|(at, item)| read.get(at) == Some(item.as_slice())));
            assert_eq!(read.size_in_bytes(), Some(bytes.len()));
        }
    }

    #[test]
    fn widths_take_few_bytes() {
        let widths = Widths::of([1000, 1000, 1000, 500, 510, 640, 320].into_iter());
        assert_eq!(widths.default, 1000);
        let written = |width| widths.charstring(Drawn { width, operators: vec![14] }).len();
        assert_eq!([1000, 500, 510].map(written), [1, 2, 2]);
        let alike = Widths::of([600; 3].into_iter());
        assert_eq!([alike.default, alike.nominal], [600, 0]);
    }

    #[test]
    fn what_is_no_font_is_left_alone() {
        assert_eq!(subset(b"", &[0, 1]), None);
        assert_eq!(subset(&[1, 0, 4, 4, 0, 0, 0, 0], &[0, 1]), None);
    }
}
