//! Which glyphs an embedded font has (OpenType 1.9; Adobe Technical Note 5176).

use std::collections::BTreeSet;

/// What a font program says of its glyphs.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Program {
    /// They are numbered.
    Numbered { glyphs: usize },
    /// They have character identifiers, but for the one that stands for what is missing.
    Named { cids: BTreeSet<u16> },
}

/// Reads an sfnt or a bare CFF program. `None` if it is of another form.
pub(super) fn read(file: &[u8]) -> Option<Program> {
    match file.first_chunk()? {
        [0, 1, 0, 0] | b"true" | b"OTTO" => match table(file, b"CFF ") {
            Some(cff) => in_cff(cff),
            None => {
                let glyphs = number(table(file, b"maxp")?, 4)?;
                Some(Program::Numbered { glyphs })
            }
        },
        [1, 0, ..] => in_cff(file),
        _ => None,
    }
}

fn table<'a>(file: &'a [u8], name: &[u8; 4]) -> Option<&'a [u8]> {
    let records = file.get(12..12 + 16 * number(file, 4)?)?;
    let record = records.chunks_exact(16).find(|record| record.starts_with(name))?;
    let long = |at: usize| Some(number(record, at)? << 16 | number(record, at + 2)?);
    let start = long(8)?;
    file.get(start..start.checked_add(long(12)?)?)
}

/// Two bytes.
fn number(bytes: &[u8], at: usize) -> Option<usize> {
    bytes.get(at..at + 2).map(big_endian)
}

fn big_endian(bytes: &[u8]) -> usize {
    bytes.iter().fold(0, |number, byte| number << 8 | usize::from(*byte))
}

/// Operators of the Top DICT (§9).
const CHARSET: u16 = 15;
const CHAR_STRINGS: u16 = 17;
const ROS: u16 = 12 << 8 | 30;

fn in_cff(file: &[u8]) -> Option<Program> {
    let (_, end) = index(file, usize::from(*file.get(2)?))?;
    let (tops, _) = index(file, end)?;
    let top = operators(tops.first()?)?;
    let operand = |wanted: u16| top.iter().find(|(operator, _)| *operator == wanted).map(|(_, operand)| *operand);
    let (glyphs, _) = index(file, usize::try_from(operand(CHAR_STRINGS)?).ok()?)?;
    if operand(ROS).is_none() {
        return Some(Program::Numbered { glyphs: glyphs.len() });
    }
    // Charsets below 3 are known ones, which fonts with character identifiers do not use.
    let at = usize::try_from(operand(CHARSET)?).ok().filter(|at| *at > 2)?;
    Some(Program::Named { cids: charset(file.get(at..)?, glyphs.len())? })
}

/// The character identifiers of all glyphs but the first (§13).
fn charset(bytes: &[u8], glyphs: usize) -> Option<BTreeSet<u16>> {
    let (format, mut rest) = bytes.split_first()?;
    let mut cids = BTreeSet::new();
    let mut left = glyphs.saturating_sub(1);
    while left > 0 {
        let first = number(rest, 0)?;
        let (more, length) = match format {
            0 => (0, 2),
            1 => (usize::from(*rest.get(2)?), 3),
            2 => (number(rest, 2)?, 4),
            _ => return None,
        };
        let range = (first..=first + more).take(left);
        left -= range.clone().count();
        cids.extend(range.filter_map(|cid| u16::try_from(cid).ok()));
        rest = rest.get(length..)?;
    }
    Some(cids)
}

/// The items of an INDEX (§5), and where what is behind it begins.
fn index(file: &[u8], at: usize) -> Option<(Vec<&[u8]>, usize)> {
    let count = number(file, at)?;
    if count == 0 {
        return Some((Vec::new(), at + 2));
    }
    let size = usize::from(*file.get(at + 2)?);
    let offsets = file.get(at + 3..at + 3 + (count + 1) * size)?;
    let offsets: Vec<usize> = offsets.chunks_exact(size.max(1)).map(big_endian).collect();
    // Offsets count from the byte before the data.
    let before = at + 2 + (count + 1) * size;
    let item = |pair: &[usize]| file.get(before + pair[0]..before + pair[1]);
    let items = offsets.windows(2).map(item).collect::<Option<Vec<_>>>()?;
    Some((items, before + offsets.last()?))
}

/// The operators of a DICT with the last operand of each (§4).
fn operators(dict: &[u8]) -> Option<Vec<(u16, i64)>> {
    let (mut found, mut operand, mut at) = (Vec::new(), 0, 0);
    while let Some(byte) = dict.get(at).copied() {
        let next = |count: usize| dict.get(at + 1..at + 1 + count).map(big_endian);
        let (length, value) = match byte {
            12 => (2, None),
            0..=21 => (1, None),
            28 => (3, Some(i64::from(next(2)? as u16 as i16))),
            29 => (5, Some(i64::from(next(4)? as u32 as i32))),
            // A real number, to the first nibble that is 15.
            30 => (2 + dict.get(at + 1..)?.iter().position(|byte| byte & 15 == 15 || byte >> 4 == 15)?, Some(0)),
            32..=246 => (1, Some(i64::from(byte) - 139)),
            247..=250 => (2, Some((i64::from(byte) - 247) * 256 + next(1)? as i64 + 108)),
            251..=254 => (2, Some(-(i64::from(byte) - 251) * 256 - next(1)? as i64 - 108)),
            _ => return None,
        };
        match value {
            Some(value) => operand = value,
            None if byte == 12 => found.push((12 << 8 | next(1)? as u16, operand)),
            None => found.push((byte.into(), operand)),
        }
        at += length;
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charsets_of_every_form() {
        let expected: BTreeSet<u16> = [5, 6, 7, 300].into();
        for bytes in [&[0, 0, 5, 0, 6, 0, 7, 1, 44][..], &[1, 0, 5, 2, 1, 44, 0], &[2, 0, 5, 0, 2, 1, 44, 0, 9]] {
            assert_eq!(charset(bytes, 5), Some(expected.clone()));
        }
        assert_eq!(charset(&[3, 0, 0], 5), None);
        assert_eq!(charset(&[0, 0, 5], 5), None);
    }

    #[test]
    fn what_is_no_font_is_told() {
        for file in [&b""[..], b"%!PS", b"\x00\x01\x00\x00", b"\x01\x00\x04\x04", &[0xFF; 40]] {
            assert_eq!(read(file), None);
        }
        let sfnt = [
            &[0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0][..],
            b"maxp",
            &[0; 4],
            &[0, 0, 0, 28, 0, 0, 0, 6],
            &[0, 1, 0, 0, 0, 9],
        ];
        assert_eq!(read(&sfnt.concat()), Some(Program::Numbered { glyphs: 9 }));
    }
}
