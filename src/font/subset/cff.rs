//! Compact Font Format (Adobe Technical Note 5176): the same glyphs in fewer bytes.

use super::charstring;

/// The operator of the Top DICT that says where the charstrings are (§9).
const CHAR_STRINGS: u8 = 17;

/// A font as `subsetter` writes it (its charstrings last, no subroutines), with each charstring as short as it goes;
/// what is not understood stays. `None` if the font is of another form.
pub(super) fn compact(font: &[u8]) -> Option<Vec<u8>> {
    let names = index(font, usize::from(*font.get(2)?))?;
    let tops = index(font, names.end)?;
    let at = offset(tops.items.first()?, CHAR_STRINGS)?;
    let glyphs = index(font, at)?;
    if glyphs.end != font.len() {
        return None;
    }
    let mut out = font.get(..at)?.to_vec();
    let shorter: Vec<Vec<u8>> = glyphs
        .items
        .iter()
        .map(|glyph| {
            charstring::compact(glyph).filter(|new| new.len() <= glyph.len()).unwrap_or_else(|| glyph.to_vec())
        })
        .collect();
    write_index(&mut out, &shorter);
    Some(out)
}

/// An INDEX (§5).
struct Index<'a> {
    items: Vec<&'a [u8]>,
    /// Where what is behind it begins.
    end: usize,
}

fn index(font: &[u8], at: usize) -> Option<Index<'_>> {
    let bytes = font.get(at..)?;
    let count = usize::from(u16::from_be_bytes(bytes.get(..2)?.try_into().ok()?));
    if count == 0 {
        return Some(Index { items: Vec::new(), end: at + 2 });
    }
    let size = usize::from(*bytes.get(2).filter(|size| (1..=4).contains(*size))?);
    let offsets = bytes.get(3..3 + (count + 1) * size)?.chunks_exact(size).map(big_endian);
    let offsets: Vec<usize> = offsets.collect();
    // Offsets count from the byte before the data.
    let data = bytes.get(2 + (count + 1) * size..)?;
    let items = offsets.windows(2).map(|pair| data.get(pair[0]..pair[1])).collect::<Option<_>>()?;
    let end = at + 2 + (count + 1) * size + offsets.last()?;
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

/// The operand of an operator of a DICT (§4), an offset.
fn offset(dict: &[u8], wanted: u8) -> Option<usize> {
    let mut at = 0;
    let mut operand = None;
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
        if *byte == wanted {
            return operand;
        }
        operand = match (byte, dict.get(at..at + length)?) {
            (32..=246, _) => Some(usize::from(*byte)).and_then(|byte| byte.checked_sub(139)),
            (247..=250, [_, low]) => Some((usize::from(*byte) - 247) * 256 + usize::from(*low) + 108),
            (28 | 29, [_, number @ ..]) => Some(big_endian(number)),
            _ => None,
        };
        at += length;
    }
    None
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
            assert_eq!(read.items, items);
            assert_eq!(read.end, bytes.len());
            assert!(index(&bytes[..bytes.len() - 1], 1).is_none());
        }
    }

    #[test]
    fn operands_of_every_form() {
        let dict = [139, 1, 30, 0x12, 0x3F, 12, 7, 248, 1, 15, 28, 1, 2, 16, 29, 0, 1, 0, 0, 17];
        assert_eq!([1, 15, 16, 17].map(|name| offset(&dict, name)), [Some(0), Some(365), Some(258), Some(65536)]);
        assert_eq!(offset(&dict, 18), None);
        assert_eq!(offset(&dict[..16], 17), None);
    }

    #[test]
    fn what_is_no_font_is_left_alone() {
        assert_eq!(compact(b""), None);
        assert_eq!(compact(&[1, 0, 4, 4, 0, 0, 0, 0]), None);
    }
}
