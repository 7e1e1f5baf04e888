//! The chunks of a PNG file (PNG §11): which of them belong into a book, and what they say before anything is
//! decompressed; and its rows, one by one.

use std::io::{self, BufRead, Read, Seek, SeekFrom};
use std::iter;
use std::ops::Range;

use png::{BitDepth, Decoder, DecodingError, Limits, Transformations};

/// What the chunks of a file say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::media) struct Chunks {
    /// In pixels.
    pub(in crate::media) width: u32,
    /// In pixels.
    pub(in crate::media) height: u32,
    /// Bits a channel.
    pub(in crate::media) depth: u8,
    /// Whether it comes in several passes.
    pub(in crate::media) interlaced: bool,
    /// The parts of the file that are needed to decode it: the pixels, orientation and colour profile.
    pub(in crate::media) kept: Vec<Range<usize>>,
}

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1A\n";

/// Reads the chunks up to the last.
///
/// # Errors
/// Why it is no whole PNG file.
pub(in crate::media) fn read(bytes: &[u8]) -> Result<Chunks, &'static str> {
    walk(bytes, |name| matches!(name, b"iCCP" | b"cICP" | b"eXIf"))
}

/// The file with what is needed to show it: pixels, palette, transparency.
///
/// # Errors
/// Why it is no whole PNG file.
pub(in crate::media) fn strip(bytes: &[u8]) -> Result<Vec<u8>, &'static str> {
    let chunks = walk(bytes, |_| false)?;
    Ok(chunks.kept.into_iter().filter_map(|part| bytes.get(part)).flatten().copied().collect())
}

/// Keeps what shows the picture and what is wanted beside it.
fn walk(bytes: &[u8], wanted: impl Fn(&[u8]) -> bool) -> Result<Chunks, &'static str> {
    let mut rest = bytes.strip_prefix(SIGNATURE).ok_or(DAMAGED)?;
    let mut kept: Vec<_> = iter::once(0..SIGNATURE.len()).collect();
    let (mut header, mut pieces) = (None, 0);
    loop {
        let &[l3, l2, l1, l0, ref tail @ ..] = rest else { return Err(TRUNCATED) };
        let length = u32::from_be_bytes([l3, l2, l1, l0]) as usize;
        // Type, content, checksum.
        let (chunk, after) = tail.split_at_checked(length.saturating_add(8)).ok_or(TRUNCATED)?;
        let begin = bytes.len() - rest.len();
        let end = bytes.len() - after.len();
        let (name, content) = chunk.split_at_checked(4).ok_or(TRUNCATED)?;
        match name {
            b"IHDR" => header = header.or(content.get(..13)),
            // What has text, time or other pictures in it is not even read: it may be a bomb.
            b"IDAT" => {
                pieces += 1;
                if pieces > MOST_PIECES {
                    return Err("a PNG picture in too many pieces");
                }
            }
            b"PLTE" | b"tRNS" | b"IEND" => {}
            _ if wanted(name) => {}
            _ if name.first().is_some_and(u8::is_ascii_uppercase) => return Err("a PNG picture of a rare kind"),
            _ => {
                rest = after;
                continue;
            }
        }
        match kept.last_mut() {
            Some(last) if last.end == begin => last.end = end,
            _ => kept.push(begin..end),
        }
        rest = after;
        if name == b"IEND" {
            break;
        }
    }
    let Some(&[w3, w2, w1, w0, h3, h2, h1, h0, depth, _, _, _, interlace]) = header else { return Err(DAMAGED) };
    Ok(Chunks {
        width: u32::from_be_bytes([w3, w2, w1, w0]),
        height: u32::from_be_bytes([h3, h2, h1, h0]),
        depth,
        interlaced: interlace != 0,
        kept,
    })
}

/// The most chunks of pixels; encoders fill 8 KiB or more.
const MOST_PIECES: u32 = 50_000;

/// Decodes a picture of one pass: `sink` is given rows of 8 bits a channel, from the top, and says whether it takes them.
///
/// # Errors
/// Why there are no (more) rows.
pub(in crate::media) fn rows(
    file: Pieces<'_>,
    most: usize,
    sink: &mut dyn FnMut(&[u8]) -> bool,
) -> Result<(), &'static str> {
    let reason = |error| match error {
        DecodingError::LimitsExceeded => "a PNG picture that takes too much memory",
        _ => DAMAGED,
    };
    let mut decoder = Decoder::new_with_limits(file, Limits { bytes: most });
    decoder.set_transformations(Transformations::EXPAND);
    let mut reader = decoder.read_info().map_err(reason)?;
    let (_, depth) = reader.output_color_type();
    let mut row = vec![0; reader.output_line_size(reader.info().width).ok_or(DAMAGED)?];
    let mut eight = Vec::new();
    while reader.read_row(&mut row).map_err(reason)?.is_some() {
        let taken = match depth {
            BitDepth::Sixteen => {
                eight.clear();
                // The nearest of 256 steps.
                let samples = row.as_chunks().0.iter().map(|sample| u32::from(u16::from_be_bytes(*sample)));
                eight.extend(samples.map(|sample| ((sample + 128) / 257) as u8));
                sink(&eight)
            }
            _ => sink(&row),
        };
        if !taken {
            return Err(DAMAGED);
        }
    }
    Ok(())
}

/// Parts of a file, read as if they were one.
pub(in crate::media) struct Pieces<'a> {
    file: &'a [u8],
    parts: Vec<Range<usize>>,
    /// The part that is read, and how much of it has been.
    at: (usize, usize),
}

impl<'a> Pieces<'a> {
    pub(in crate::media) fn new(file: &'a [u8], parts: &[Range<usize>]) -> Self {
        Self { file, parts: parts.to_vec(), at: (0, 0) }
    }

    fn before(&self) -> u64 {
        let whole: usize = self.parts.iter().take(self.at.0).map(Range::len).sum();
        (whole + self.at.1) as u64
    }
}

impl BufRead for Pieces<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.parts.get(self.at.0).is_some_and(|part| self.at.1 >= part.len()) {
            self.at = (self.at.0 + 1, 0);
        }
        let part = self.parts.get(self.at.0).and_then(|part| self.file.get(part.clone()));
        Ok(part.and_then(|part| part.get(self.at.1..)).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        self.at.1 += amount;
    }
}

impl Read for Pieces<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(out)?;
        self.consume(count);
        Ok(count)
    }
}

impl Seek for Pieces<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let length = self.parts.iter().map(Range::len).sum::<usize>() as u64;
        let place = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::Current(step) => self.before().checked_add_signed(step),
            SeekFrom::End(step) => length.checked_add_signed(step),
        };
        let place = place.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        self.at = (0, usize::try_from(place).unwrap_or(usize::MAX));
        while self.parts.get(self.at.0).is_some_and(|part| self.at.1 >= part.len()) {
            self.at = (self.at.0 + 1, self.at.1 - self.parts.get(self.at.0).map_or(0, Range::len));
        }
        Ok(place)
    }
}

const TRUNCATED: &str = "a PNG picture that is cut off";
const DAMAGED: &str = "a damaged PNG picture";

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(name: &[u8], content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len()).expect("short").to_be_bytes();
        [&length, name, content, b"sum."].concat()
    }

    #[test]
    fn parts_are_read_as_one() {
        let mut pieces = Pieces::new(b"0123456789", &[0..2, 3..3, 4..7, 9..10]);
        let mut all = String::new();
        pieces.read_to_string(&mut all).expect("text");
        assert_eq!(all, "014569");
        for (to, rest) in [(SeekFrom::Start(1), "14569"), (SeekFrom::End(-3), "569"), (SeekFrom::Start(9), "")] {
            pieces.seek(to).expect("a place");
            let mut all = String::new();
            pieces.read_to_string(&mut all).expect("text");
            assert_eq!(all, rest, "{to:?}");
        }
        pieces.seek(SeekFrom::Start(1)).expect("a place");
        assert_eq!(pieces.seek(SeekFrom::Current(2)).expect("a place"), 3);
        assert!(pieces.seek(SeekFrom::End(-7)).is_err());
    }

    #[test]
    fn only_what_shows_the_picture_stays() {
        let header = chunk(b"IHDR", &[0, 0, 0, 7, 0, 0, 0, 5, 8, 3, 0, 0, 1]);
        let (palette, data, end) = (chunk(b"PLTE", b"rgb"), chunk(b"IDAT", b"z"), chunk(b"IEND", b""));
        let profile = chunk(b"iCCP", b"name");
        let whole = [
            SIGNATURE,
            &header,
            &chunk(b"tEXt", b"Author\0somebody"),
            &chunk(b"zTXt", b"bomb"),
            &chunk(b"tIME", b"now"),
            &profile,
            &palette,
            &chunk(b"fdAT", b"next frame"),
            &data,
            &end,
            b"a trailing secret",
        ]
        .concat();
        let chunks = read(&whole).expect("a whole file");
        assert_eq!((chunks.width, chunks.height, chunks.depth, chunks.interlaced), (7, 5, 8, true));
        assert_eq!(strip(&whole), Ok([SIGNATURE, &header, &palette, &data, &end].concat()));
        let mut readable = Vec::new();
        Pieces::new(&whole, &chunks.kept).read_to_end(&mut readable).expect("bytes");
        assert_eq!(readable, [SIGNATURE, &header, &profile, &palette, &data, &end].concat());
        assert_eq!(chunks.kept.len(), 3, "neighbours are one part");
        for cut in 8..whole.len() - 17 {
            assert_eq!(read(&whole[..cut]), Err(TRUNCATED), "{cut}");
        }
    }
}
