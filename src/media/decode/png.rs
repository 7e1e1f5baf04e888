//! The chunks of a PNG file (PNG §11): which of them belong into a book, and what they say before anything is
//! decompressed.

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
    /// The file with what is needed to decode it: the pixels, orientation and colour profile.
    pub(in crate::media) readable: Vec<u8>,
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
    walk(bytes, |_| false).map(|chunks| chunks.readable)
}

/// Keeps what shows the picture and what is wanted beside it.
fn walk(bytes: &[u8], wanted: impl Fn(&[u8]) -> bool) -> Result<Chunks, &'static str> {
    let mut rest = bytes.strip_prefix(SIGNATURE).ok_or(DAMAGED)?;
    let mut readable = SIGNATURE.to_vec();
    let (mut header, mut pieces) = (None, 0);
    loop {
        let &[l3, l2, l1, l0, ref tail @ ..] = rest else { return Err(TRUNCATED) };
        let length = u32::from_be_bytes([l3, l2, l1, l0]) as usize;
        // Type, content, checksum.
        let (chunk, after) = tail.split_at_checked(length.saturating_add(8)).ok_or(TRUNCATED)?;
        let whole = rest.get(..chunk.len() + 4).unwrap_or_default();
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
        readable.extend(whole);
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
        readable,
    })
}

/// The most chunks of pixels; encoders fill 8 KiB or more.
const MOST_PIECES: u32 = 50_000;

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
        assert_eq!(chunks.readable, [SIGNATURE, &header, &profile, &palette, &data, &end].concat());
        for cut in 8..whole.len() - 17 {
            assert_eq!(read(&whole[..cut]), Err(TRUNCATED), "{cut}");
        }
    }
}
