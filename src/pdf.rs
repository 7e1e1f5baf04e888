//! PDF files of any maker, opened within limits.

use std::io::BufRead;
use std::ops::Range;

use lopdf::{DecompressError, Document, Error, LoadOptions};

/// No stream that is read on opening (objects, cross-references) is longer than this when decompressed, in bytes.
pub(crate) const LIMIT: usize = 256 << 20;

/// What says how long the rows of a stream are that is compressed by differences (ISO 32000-1 §7.4.4.3), and the most of
/// each: the reader makes room for two rows before it knows whether there are any.
const ROWS: [(&[u8], u64); 3] = [(b"Columns", 1 << 20), (b"Colors", 32), (b"BitsPerComponent", 16)];

/// Opens a file.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn open(bytes: &[u8]) -> lopdf::Result<Document> {
    if has_endless_rows(bytes) {
        return Err(Error::InvalidStream(ROWS_TOO_LONG.to_owned()));
    }
    let options = LoadOptions { max_decompressed_size: Some(LIMIT), ..Default::default() };
    Document::load_mem_with_options(bytes, options)
}

/// Whether a file was not opened because of what it claims to hold, not because it is damaged.
pub(crate) fn is_too_much(error: &Error) -> bool {
    match error {
        Error::InvalidStream(why) => why == ROWS_TOO_LONG,
        Error::Decompress(DecompressError::MemoryLimitExceeded { .. }) => true,
        _ => false,
    }
}

const ROWS_TOO_LONG: &str = "its rows are too long";

/// Whether the dictionary of a stream that is compressed by differences says that rows are longer than any are. Such
/// dictionaries are in no stream themselves (§7.5.7), and so can be seen as they are.
fn has_endless_rows(bytes: &[u8]) -> bool {
    // Nothing before it is long: no part of a file is looked at twice.
    let mut seen = 0;
    // Nearly all others begin otherwise.
    names(bytes).filter(|rest| matches!(rest, [b'C' | b'B' | b'#', ..])).any(|rest| {
        let at = bytes.len() - rest.len();
        let (name, rest) = name(rest);
        let most = ROWS.iter().find(|(known, _)| **known == *name).map(|(_, most)| *most);
        if at < seen || most.is_none_or(|most| number(rest) <= most) {
            return false;
        }
        let object = object_around(bytes, seen, at);
        seen = object.end;
        has_differences(bytes.get(object).unwrap_or_default())
    })
}

/// What follows each `/`.
fn names(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes;
    // The quickest way to the next one.
    std::iter::from_fn(move || rest.skip_until(b'/').ok().filter(|skipped| *skipped > 0).map(|_| rest))
}

/// The object around a place, from another place on, without what its stream holds: what text says is no entry of another object's.
fn object_around(bytes: &[u8], from: usize, at: usize) -> Range<usize> {
    let (before, after) = (bytes.get(from..at).unwrap_or_default(), bytes.get(at..).unwrap_or_default());
    let start = before.windows(3).rposition(|word| word == b"obj").unwrap_or(0);
    let end = after.windows(6).position(|word| word == b"stream" || word == b"endobj").unwrap_or(after.len());
    from + start..at + end
}

/// Whether a predictor of rows is named (§7.4.4.4).
fn has_differences(object: &[u8]) -> bool {
    names(object).filter(|rest| matches!(rest, [b'P' | b'#', ..])).any(|rest| {
        let (name, rest) = name(rest);
        name == b"Predictor" && number(rest) >= 10
    })
}

/// The name that begins here, up to the length of those that are looked for, and what comes after it (§7.3.5).
fn name(mut rest: &[u8]) -> (Vec<u8>, &[u8]) {
    let mut name = Vec::new();
    while let [first, others @ ..] = rest {
        let digits = others.get(..2).filter(|_| *first == b'#');
        let escaped = digits.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        let regular = !first.is_ascii_whitespace() && *first != 0 && !b"()<>[]{}/%#".contains(first);
        match escaped {
            Some(byte) => (name.push(byte), rest = others.get(2..).unwrap_or_default()),
            None if regular => (name.push(*first), rest = others),
            None => break,
        };
        if name.len() > "BitsPerComponent".len() {
            break;
        }
    }
    (name, rest)
}

/// The number that follows, after white space and comments (§7.2.3); 0 if there is none.
fn number(mut rest: &[u8]) -> u64 {
    loop {
        match rest {
            [b'%', ..] => rest = rest.iter().position(|byte| b"\r\n".contains(byte)).map_or(&[], |end| &rest[end..]),
            [first, others @ ..] if first.is_ascii_whitespace() || matches!(first, 0 | b'+') => rest = others,
            _ => break,
        }
    }
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit());
    digits.fold(0, |number: u64, digit| number.saturating_mul(10).saturating_add(u64::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_are_too_long_are_seen_however_they_are_written() {
        let endless = [
            "<< /Predictor 12 /Columns 4777777777 >>",
            "/Columns%a comment\n 4777777777 /Predictor 12",
            "/Predictor 15/Colu#6Dns\t+4777777777",
            "1 0 obj <</Pre#64ictor 12/Colors 33/Columns 4>> stream",
            "/BitsPerComponent\0 99999999999999999999999999/Predictor 10",
        ];
        for endless in endless {
            assert!(has_endless_rows(endless.as_bytes()), "{endless}");
        }
        let fine = [
            "",
            "/Columns",
            "/Columns 4 /Colors 4 /BitsPerComponent 16",
            "/ColumnsToo 99999999",
            "/Columns 7 0 R",
            "/Colors 45 0 R",
            // What a title says, in a file that has rows elsewhere.
            "1 0 obj <</Type/Metadata>> stream Shapes/Colors 2025 /Columns 4777777777 endstream endobj 2 0 obj <</Predictor 12>> stream",
        ];
        for fine in fine {
            assert!(!has_endless_rows(fine.as_bytes()), "{fine}");
        }
    }
}
