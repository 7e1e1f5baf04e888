//! PDF files of any maker, opened within limits.

use std::io::BufRead;

use lopdf::{Document, Error, LoadOptions};

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
    open_with(bytes, LoadOptions::default())
}

/// The same, seeing or changing each object as `options` say.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn open_with(bytes: &[u8], options: LoadOptions) -> lopdf::Result<Document> {
    if has_endless_rows(bytes) {
        return Err(Error::InvalidStream("its rows are too long".to_owned()));
    }
    Document::load_mem_with_options(bytes, LoadOptions { max_decompressed_size: Some(LIMIT), ..options })
}

/// Whether an entry anywhere in the file says that rows are longer than any are. The dictionaries of streams are in no
/// stream themselves (§7.5.7), and so can be seen as they are.
fn has_endless_rows(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    // The quickest way to the next one.
    let names = std::iter::from_fn(|| rest.skip_until(b'/').ok().filter(|skipped| *skipped > 0).map(|_| rest));
    // Nearly all others begin otherwise.
    let mut names = names.filter(|rest| matches!(rest, [b'C' | b'B' | b'#', ..]));
    names.any(|rest| {
        let (name, rest) = name(rest);
        let most = ROWS.iter().find(|(known, _)| **known == *name).map(|(_, most)| *most);
        most.is_some_and(|most| number(rest) > most)
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
            "/Columns%a comment\n 4777777777",
            "/Colu#6Dns\t+4777777777",
            "<</Colors 33/Columns 4>>",
            "/BitsPerComponent\0 99999999999999999999999999",
        ];
        for endless in endless {
            assert!(has_endless_rows(endless.as_bytes()), "{endless}");
        }
        let fine =
            ["", "/Columns", "/Columns 4 /Colors 4 /BitsPerComponent 16", "/ColumnsToo 99999999", "/Columns 7 0 R"];
        for fine in fine {
            assert!(!has_endless_rows(fine.as_bytes()), "{fine}");
        }
    }
}
