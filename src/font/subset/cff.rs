//! Compact Font Format (Adobe Technical Note 5176): the same glyphs in fewer bytes.

use std::ops::Range;

use super::charstring;

/// Operators of the Top DICT and of those of a CID font's fonts (§9, §15, §18).
const CHAR_STRINGS: [u8; 2] = [17, 0];
const PRIVATE: [u8; 2] = [18, 0];
const WIDTH: [u8; 2] = [20, 0];
const NOMINAL_WIDTH: [u8; 2] = [21, 0];
const FONTS: [u8; 2] = [12, 36];

/// A font as `subsetter` writes it (its charstrings last, no subroutines), with each charstring as short as it goes;
/// what is not understood stays. `None` if the font is of another form.
pub(super) fn compact(font: &[u8]) -> Option<Vec<u8>> {
    let names = index(font, usize::from(*font.get(2)?))?;
    let tops = index(font, names.end)?;
    let top = font.get(tops.items.first()?.clone())?;
    let at = offset(top, CHAR_STRINGS)?;
    let glyphs = index(font, at)?;
    if glyphs.end != font.len() {
        return None;
    }
    let mut out = font.get(..at)?.to_vec();
    if let Some(fonts) = offset(top, FONTS) {
        // Where they are of another form they stay, which does no harm.
        let _ = drop_zones(&mut out, fonts);
    }
    let shorter = |glyph: &[u8]| charstring::compact(glyph).filter(|new| new.len() <= glyph.len());
    let glyphs = glyphs.items.into_iter().map(|glyph| &font[glyph]);
    let written: Vec<Vec<u8>> = glyphs.map(|glyph| shorter(glyph).unwrap_or_else(|| glyph.to_vec())).collect();
    write_index(&mut out, &written);
    Some(out)
}

/// An INDEX (§5).
struct Index {
    /// Where its items are, all of them in the font.
    items: Vec<Range<usize>>,
    /// Where what is behind it begins.
    end: usize,
}

fn index(font: &[u8], at: usize) -> Option<Index> {
    let bytes = font.get(at..)?;
    let count = usize::from(u16::from_be_bytes(bytes.get(..2)?.try_into().ok()?));
    if count == 0 {
        return Some(Index { items: Vec::new(), end: at + 2 });
    }
    let size = usize::from(*bytes.get(2).filter(|size| (1..=4).contains(*size))?);
    let offsets = bytes.get(3..3 + (count + 1) * size)?.chunks_exact(size).map(big_endian);
    let offsets: Vec<usize> = offsets.collect();
    // Offsets count from the byte before the data.
    let data = at + 2 + (count + 1) * size;
    let within = |pair: &[usize]| Some(data + pair[0]..data + pair[1]).filter(|item| font.get(item.clone()).is_some());
    let items = offsets.windows(2).map(within).collect::<Option<_>>()?;
    let end = data + offsets.last()?;
    Some(Index { items, end })
}

fn big_endian(bytes: &[u8]) -> usize {
    bytes.iter().fold(0, |number, byte| number << 8 | usize::from(*byte))
}

fn write_index(out: &mut Vec<u8>, items: &[Vec<u8>]) {
    let total: usize = 1 + items.iter().map(Vec::len).sum::<usize>();
    let size = (1..4).find(|size| total >> (8 * size) == 0).unwrap_or(4);
    out.extend((items.len() as u16).to_be_bytes());
    out.push(size as u8);
    let mut offset = 1_u32;
    let mut put = |offset: u32| out.extend(&offset.to_be_bytes()[4 - size..]);
    put(offset);
    for item in items {
        offset += item.len() as u32;
        put(offset);
    }
    items.iter().for_each(|item| out.extend(item));
}

/// An operator of a DICT with its operands (§4).
struct Entry {
    operator: [u8; 2],
    operands: Vec<Operand>,
    /// Where both are.
    range: Range<usize>,
}

/// A whole number that is not negative, which all are that matter here, and where it is written.
struct Operand {
    value: Option<usize>,
    range: Range<usize>,
}

/// What a DICT says, in its order.
fn entries(dict: &[u8]) -> Option<Vec<Entry>> {
    let (mut entries, mut operands, mut at, mut start) = (Vec::new(), Vec::new(), 0, 0);
    while let Some(byte) = dict.get(at) {
        let length = match byte {
            12 => 2,
            0..=21 | 32..=246 => 1,
            28 => 3,
            29 => 5,
            // Nibbles to the first that is 15.
            30 => 2 + dict.get(at + 1..)?.iter().position(|byte| byte & 15 == 15 || byte >> 4 == 15)?,
            247..=254 => 2,
            _ => return None,
        };
        let bytes = dict.get(at..at + length)?;
        at += length;
        if let operator @ 0..=21 = *byte {
            let operands = std::mem::take(&mut operands);
            let escaped = bytes.get(1).copied().unwrap_or_default();
            entries.push(Entry { operator: [operator, escaped], operands, range: start..at });
            start = at;
            continue;
        }
        let value = match bytes {
            [byte @ 32..=246] => usize::from(*byte).checked_sub(139),
            [byte @ 247..=250, low] => Some((usize::from(*byte) - 247) * 256 + usize::from(*low) + 108),
            [28 | 29, number @ ..] => Some(big_endian(number)),
            _ => None,
        };
        operands.push(Operand { value, range: at - length..at });
    }
    Some(entries)
}

/// The last operand of an operator, an offset.
fn offset(dict: &[u8], wanted: [u8; 2]) -> Option<usize> {
    let entry = entries(dict)?.into_iter().find(|entry| entry.operator == wanted)?;
    entry.operands.last()?.value
}

/// Leaves nothing in the Private DICTs (§15) but the widths: zones and stems are for hints. What is behind them stays
/// where it is, with zeros before it.
fn drop_zones(font: &mut [u8], fonts: usize) -> Option<()> {
    let array = index(font, fonts)?;
    let privates: Vec<_> = array.items.into_iter().map(|dict| private(font, dict)).collect::<Option<_>>()?;
    for Private { length, at, written } in privates {
        let dict = font.get(at..at + length)?;
        let widths = entries(dict)?.into_iter().filter(|entry| matches!(entry.operator, WIDTH | NOMINAL_WIDTH));
        let kept: Vec<u8> = widths.flat_map(|entry| dict[entry.range].to_vec()).collect();
        let shorter = u32::try_from(kept.len()).ok()?.to_be_bytes();
        font[at..at + length].fill(0);
        font[at..at + kept.len()].copy_from_slice(&kept);
        font.get_mut(written)?.copy_from_slice(&shorter);
    }
    Some(())
}

/// A Private DICT: how long it is, where, and where in the font the four bytes are that say how long.
struct Private {
    length: usize,
    at: usize,
    written: Range<usize>,
}

fn private(font: &[u8], dict: Range<usize>) -> Option<Private> {
    let entry = entries(&font[dict.clone()])?.into_iter().find(|entry| entry.operator == PRIVATE)?;
    let [length, at] = entry.operands.as_slice() else { return None };
    // `subsetter` writes all offsets and lengths so.
    let written = dict.start + length.range.start + 1..dict.start + length.range.end;
    if written.len() != 4 {
        return None;
    }
    Some(Private { length: length.value?, at: at.value?, written })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_is_read_as_it_was_written() {
        for length in [0, 1, 254, 255, 70_000] {
            let items = vec![vec![1; length], Vec::new(), vec![7]];
            let mut bytes = vec![9];
            write_index(&mut bytes, &items);
            let read = index(&bytes, 1).unwrap();
            assert!(read.items.iter().map(|item| &bytes[item.clone()]).eq(&items));
            assert_eq!(read.end, bytes.len());
            assert!(index(&bytes[..bytes.len() - 1], 1).is_none());
        }
    }

    #[test]
    fn operands_of_every_form() {
        let dict = [139, 1, 30, 0x12, 0x3F, 12, 7, 248, 1, 15, 28, 1, 2, 16, 29, 0, 1, 0, 0, 17];
        assert_eq!([1, 15, 16, 17].map(|name| offset(&dict, [name, 0])), [Some(0), Some(365), Some(258), Some(65536)]);
        assert_eq!(offset(&dict, [12, 7]), None);
        assert_eq!(offset(&dict, [18, 0]), None);
        assert_eq!(offset(&dict[..16], [17, 0]), None);
    }

    #[test]
    fn of_private_dicts_the_widths_stay() {
        // An INDEX of one DICT of eleven bytes, and the Private DICT it tells of: zones, a width, a stem.
        let mut font = vec![0, 1, 1, 1, 12, 29, 0, 0, 0, 9, 29, 0, 0, 0, 16, 18];
        font.extend([39, 239, 6, 28, 3, 232, 20, 169, 10]);
        drop_zones(&mut font, 0).unwrap();
        assert_eq!(font[..10], [0, 1, 1, 1, 12, 29, 0, 0, 0, 4]);
        assert_eq!(font[16..], [28, 3, 232, 20, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn what_is_no_font_is_left_alone() {
        assert_eq!(compact(b""), None);
        assert_eq!(compact(&[1, 0, 4, 4, 0, 0, 0, 0]), None);
    }
}
