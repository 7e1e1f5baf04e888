//! Faces as files of their own: OpenType subsets that a reading system can load.
//!
//! A subset for PDF has outlines, without hints for coarse screens, and measures only. A reading system wants a
//! character map, names and the Windows measures beside them (OpenType 1.9 §"Required tables"); they are written here.
//! Layout features are left out: what a book needs of them (forms of a region) is in the choice of the face.

use std::collections::{BTreeMap, BTreeSet};

use read_fonts::types::Tag;
use read_fonts::{FontRef, TableProvider};

use super::sfnt::{file, long, tables};
use super::{Face, FaceId, subset};

/// A subset of a face with the characters of `chars` that it has, as an OpenType file (`.otf` or `.ttf`, see
/// [`web_extension`]). `None` if it has none of them.
pub fn for_epub(face: FaceId, chars: &BTreeSet<char>) -> Option<Vec<u8>> {
    let opened = Face::open(face);
    let glyphs: BTreeMap<char, u16> = chars.iter().filter_map(|c| Some((*c, opened.glyph(*c)?))).collect();
    if glyphs.is_empty() {
        return None;
    }
    let subset = subset::for_pdf(face, &glyphs.values().copied().collect())?;
    let mapped: Vec<(char, u16)> = glyphs.iter().filter_map(|(c, glyph)| Some((*c, subset.glyph(*glyph)?))).collect();
    let outlines = subset.program;
    let mut tables = tables(&outlines)?;
    tables.push((*b"OS/2", os2(opened.font(), &mapped)?));
    tables.push((*b"cmap", cmap(&mapped)));
    tables.push((*b"name", name(opened.font(), face)));
    tables.push((*b"post", post(opened.font())));
    tables.sort();
    Some(file(outlines.get(..4)?, tables))
}

/// The file name's ending of a face's subset, without the dot: `otf` for outlines of cubic curves, else `ttf`.
pub fn web_extension(face: FaceId) -> &'static str {
    let cubic = Face::open(face).font().table_data(Tag::new(b"CFF ")).is_some();
    if cubic { "otf" } else { "ttf" }
}

/// The source's OS/2 table with the first and last character of the subset.
fn os2(font: &FontRef<'_>, mapped: &[(char, u16)]) -> Option<Vec<u8>> {
    let mut table = font.table_data(Tag::new(b"OS/2"))?.as_bytes().to_vec();
    let short = |c: char| u16::try_from(u32::from(c)).unwrap_or(u16::MAX).to_be_bytes();
    let first = mapped.first().map(|(c, _)| short(*c))?;
    let last = mapped.last().map(|(c, _)| short(*c))?;
    table.get_mut(64..66)?.copy_from_slice(&first);
    table.get_mut(66..68)?.copy_from_slice(&last);
    Some(table)
}

/// Version 3: no glyph names (OpenType §"post").
fn post(font: &FontRef<'_>) -> Vec<u8> {
    let mut table = vec![0, 3, 0, 0];
    let source = font.table_data(Tag::new(b"post"));
    let rest = source.as_ref().and_then(|data| data.as_bytes().get(4..32)).unwrap_or(&[0; 28]);
    table.extend(rest);
    table
}

/// Names that say what the subset was made of and whose it is: copyright and licence stay, as the OFL §2 wants.
fn name(font: &FontRef<'_>, face: FaceId) -> Vec<u8> {
    let source = |id: u16| -> Option<String> {
        let table = font.name().ok()?;
        let record =
            table.name_record().iter().find(|record| record.name_id().to_u16() == id && record.is_unicode())?;
        Some(record.string(table.string_data()).ok()?.to_string())
    };
    let unique = format!("{} subset", face.name());
    let names = [0, 1, 2, 3, 4, 5, 6, 13, 14].into_iter().filter_map(|id| match id {
        3 => Some((id, unique.clone())),
        id => Some((id, source(id)?)),
    });
    let names: Vec<(u16, Vec<u8>)> =
        names.map(|(id, text)| (id, text.encode_utf16().flat_map(u16::to_be_bytes).collect())).collect();
    let count = u16::try_from(names.len()).unwrap_or(0);
    let mut table: Vec<u8> = [0, count, 6 + 12 * count].into_iter().flat_map(u16::to_be_bytes).collect();
    let mut offset = 0_u16;
    for (id, text) in &names {
        let length = u16::try_from(text.len()).unwrap_or(0);
        table.extend([3, 1, 0x409, *id, length, offset].into_iter().flat_map(u16::to_be_bytes));
        offset = offset.saturating_add(length);
    }
    names.iter().for_each(|(_, text)| table.extend(text));
    table
}

/// The character map: format 4 for the basic plane, and format 12 for all if there are others (OpenType §"cmap").
fn cmap(mapped: &[(char, u16)]) -> Vec<u8> {
    let basic = format_4(mapped);
    let full = mapped.iter().any(|(c, _)| u32::from(*c) > 0xFFFF).then(|| format_12(mapped));
    let count: u16 = if full.is_some() { 2 } else { 1 };
    let first = 4 + 8 * u32::from(count);
    let mut table: Vec<u8> = [0, count, 3, 1].into_iter().flat_map(u16::to_be_bytes).collect();
    table.extend(first.to_be_bytes());
    if full.is_some() {
        table.extend([3_u16, 10].into_iter().flat_map(u16::to_be_bytes));
        table.extend((first + long(basic.len())).to_be_bytes());
    }
    table.extend(basic);
    table.extend(full.unwrap_or_default());
    table
}

/// Runs of characters whose glyphs follow one another: first and last character, first glyph.
fn runs(mapped: &[(char, u16)]) -> Vec<(u32, u32, u16)> {
    let mut runs: Vec<(u32, u32, u16)> = Vec::new();
    for (c, glyph) in mapped.iter().map(|(c, glyph)| (u32::from(*c), *glyph)) {
        match runs.last_mut() {
            Some((first, last, start)) if *last + 1 == c && u32::from(*start) + (c - *first) == u32::from(glyph) => {
                *last = c;
            }
            _ => runs.push((c, c, glyph)),
        }
    }
    runs
}

fn format_4(mapped: &[(char, u16)]) -> Vec<u8> {
    let basic: Vec<(char, u16)> = mapped.iter().copied().filter(|(c, _)| u32::from(*c) < 0xFFFF).collect();
    let short = |value: u32| u16::try_from(value).unwrap_or(u16::MAX);
    let mut segments: Vec<(u16, u16, u16)> = runs(&basic)
        .into_iter()
        .map(|(first, last, glyph)| (short(first), short(last), glyph.wrapping_sub(short(first))))
        .collect();
    segments.push((0xFFFF, 0xFFFF, 1));
    let count = u16::try_from(segments.len()).unwrap_or(u16::MAX);
    let selector = count.ilog2() as u16;
    let range = (1_u16 << selector).saturating_mul(2);
    let length = short(16 + 8 * u32::from(count));
    let mut values = vec![4, length, 0, count * 2, range, selector, (count * 2).saturating_sub(range)];
    values.extend(segments.iter().map(|(_, last, _)| *last));
    values.push(0);
    values.extend(segments.iter().map(|(first, ..)| *first));
    values.extend(segments.iter().map(|(.., delta)| *delta));
    values.extend(segments.iter().map(|_| 0));
    values.into_iter().flat_map(u16::to_be_bytes).collect()
}

fn format_12(mapped: &[(char, u16)]) -> Vec<u8> {
    let runs = runs(mapped);
    let mut table: Vec<u8> = [12_u16, 0].into_iter().flat_map(u16::to_be_bytes).collect();
    let count = long(runs.len());
    let values = [16 + 12 * count, 0, count];
    let groups = runs.into_iter().flat_map(|(first, last, glyph)| [first, last, u32::from(glyph)]);
    table.extend(values.into_iter().chain(groups).flat_map(u32::to_be_bytes));
    table
}

#[cfg(test)]
mod tests {
    use super::super::sfnt::checksum;
    use super::super::{Family, Region, Slant, Weight};
    use super::*;

    fn subset(family: Family, weight: Weight, text: &str) -> (FaceId, Vec<u8>) {
        let face = FaceId::of(family, weight, Slant::Upright);
        let chars: BTreeSet<char> = text.chars().collect();
        (face, for_epub(face, &chars).unwrap())
    }

    #[test]
    fn every_character_is_mapped_to_its_own_glyph() {
        let text = "一丁七万三上下「」，。—…𠀋漢字かなカナ한글";
        for region in [Region::China, Region::Taiwan, Region::HongKong, Region::Japan, Region::Korea] {
            let (face, bytes) = subset(Family::Cjk(region), Weight::Bold, text);
            let font = FontRef::new(&bytes).unwrap();
            let source = Face::open(face);
            for c in text.chars() {
                let glyph = font.cmap().unwrap().map_codepoint(c).unwrap();
                let advance = font.hmtx().unwrap().advance(glyph);
                assert_eq!(advance, Some(source.advance(source.glyph(c).unwrap())), "{region:?} {c}");
            }
            assert_eq!(font.maxp().unwrap().num_glyphs(), 1 + u16::try_from(text.chars().count()).unwrap());
        }
    }

    #[test]
    fn the_file_is_whole() {
        for (family, text) in [
            (Family::Cjk(Region::China), "永"),
            (Family::Emoji, "😀📌"),
            (Family::Symbols2, "⛓⚪"),
            (Family::Math, "∑𝔸"),
        ] {
            let (face, bytes) = subset(family, Weight::Regular, text);
            assert_eq!(checksum(&bytes), 0xB1B0_AFBA, "{}", face.name());
            let font = FontRef::new(&bytes).unwrap();
            for tag in [b"OS/2", b"cmap", b"head", b"hhea", b"hmtx", b"maxp", b"name", b"post"] {
                assert!(font.table_data(Tag::new(tag)).is_some(), "{}", face.name());
            }
            let names = font.name().unwrap();
            for id in [0, 1, 2, 4, 6, 13, 14] {
                assert!(
                    names.name_record().iter().any(|record| record.name_id().to_u16() == id),
                    "{} {id}",
                    face.name()
                );
            }
        }
    }

    #[test]
    fn no_character_no_font() {
        let face = FaceId::of(Family::Emoji, Weight::Regular, Slant::Upright);
        assert_eq!(for_epub(face, &BTreeSet::from(['永'])), None);
    }
}
