//! What a picture's file says of itself: its kind and size by its first bytes, and whether it holds more than its pixels.

use std::io::{self, BufReader, Read};

/// What the head of a picture's file says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// Its media type.
    pub(super) kind: &'static str,
    /// Width and height in pixels; nothing where they are not in the head.
    pub(super) size: Option<(u32, u32)>,
    /// Whether the colours are those of print (CMYK).
    pub(super) print: bool,
}

/// Reads the head of a picture's file. `None` if it is no picture that is known.
pub(super) fn head(bytes: &[u8]) -> Option<Head> {
    let plain = |kind, size| Some(Head { kind, size, print: false });
    match bytes {
        [0xFF, 0xD8, 0xFF, ..] => {
            let frame = jpeg_frame(bytes);
            let size = frame.map(|(width, height, _)| (width, height));
            Some(Head { kind: "image/jpeg", size, print: frame.is_some_and(|(.., channels)| channels == 4) })
        }
        [0x89, b'P', b'N', b'G', ..] => plain("image/png", be(bytes, 16).zip(be(bytes, 20))),
        [b'G', b'I', b'F', b'8', _, _, w0, w1, h0, h1, ..] => {
            let side = |low: &u8, high: &u8| u32::from(u16::from_le_bytes([*low, *high]));
            plain("image/gif", Some((side(w0, w1), side(h0, h1))))
        }
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => plain("image/webp", None),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => plain("image/avif", None),
        [b'I', b'I', b'*', 0, ..] | [b'M', b'M', 0, b'*', ..] => plain("image/tiff", None),
        [b'B', b'M', ..] => plain("image/bmp", None),
        _ => {
            let text = String::from_utf8_lossy(bytes.get(..1024).unwrap_or(bytes));
            if text.contains("<svg") { plain("image/svg+xml", None) } else { None }
        }
    }
}

fn be(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// Width, height and channels of a JPEG file (ITU-T T.81 §B.2.2).
fn jpeg_frame(bytes: &[u8]) -> Option<(u32, u32, u8)> {
    let mut at = 2;
    loop {
        let &[0xFF, marker, high, low] = bytes.get(at..at + 4)? else { return None };
        match marker {
            0xFF => at += 1,
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                let &[h1, h0, w1, w0, channels] = bytes.get(at + 5..at + 10)? else { return None };
                let side = |high, low| u32::from(u16::from_be_bytes([high, low]));
                return Some((side(w1, w0), side(h1, h0), channels));
            }
            0xD8 | 0x01 | 0xD0..=0xD7 => at += 2,
            0xD9 | 0xDA => return None,
            _ => at += 2 + usize::from(u16::from_be_bytes([high, low])),
        }
    }
}

/// The kinds of metadata in a picture's file, each once; only as much is read as is needed to know. Of files that are no
/// pictures, or are damaged, what was found until then.
pub(super) fn metadata(file: impl Read) -> Vec<&'static str> {
    let mut file = BufReader::new(file);
    let mut found = Vec::new();
    let mut magic = [0; 2];
    // The end of a damaged file ends the walk; the archive's own check tells of it.
    let _ = file.read_exact(&mut magic).and_then(|()| match &magic {
        [0xFF, 0xD8] => jpeg_metadata(&mut file, &mut found),
        b"\x89P" => skip(&mut file, 6).and_then(|()| png_metadata(&mut file, &mut found)),
        b"RI" => skip(&mut file, 10).and_then(|()| webp_metadata(&mut file, &mut found)),
        b"GI" => skip(&mut file, 4).and_then(|()| gif_metadata(&mut file, &mut found)),
        _ => Ok(()),
    });
    found.sort_unstable();
    found.dedup();
    found
}

fn skip(file: &mut impl Read, length: u64) -> io::Result<()> {
    io::copy(&mut file.take(length), &mut io::sink()).map(drop)
}

fn bytes<const N: usize>(file: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    file.read_exact(&mut bytes).map(|()| bytes)
}

/// The segments before the first scan (ITU-T T.81 §B.2): application data other than JFIF's, Adobe's and profiles, and
/// comments.
fn jpeg_metadata(file: &mut impl Read, found: &mut Vec<&'static str>) -> io::Result<()> {
    loop {
        let [start, mut marker] = bytes(file)?;
        if start != 0xFF {
            return Ok(());
        }
        while marker == 0xFF {
            [marker] = bytes(file)?;
        }
        if matches!(marker, 0xD9 | 0xDA) {
            return Ok(());
        }
        if matches!(marker, 0x01 | 0xD0..=0xD8) {
            continue;
        }
        let length = u64::from(u16::from_be_bytes(bytes(file)?).saturating_sub(2));
        let mut segment = Vec::new();
        if (file.take(length).read_to_end(&mut segment)? as u64) < length {
            return Ok(());
        }
        match (marker, segment.as_slice()) {
            (0xE0, [b'J', b'F', b'I', b'F', ..]) | (0xEE, [b'A', b'd', b'o', b'b', b'e', ..]) => {}
            (0xE2, [b'I', b'C', b'C', b'_', ..]) => {}
            (0xE0, _) => found.push("a thumbnail"),
            (0xE1, [b'E', b'x', b'i', b'f', ..]) => found.push(exif(&segment)),
            (0xE1, _) => found.push("XMP"),
            (0xED, _) => found.push("IPTC"),
            (0xE2..=0xEF, _) => found.push("application data"),
            (0xFE, _) => found.push("a comment"),
            _ => {}
        }
    }
}

/// Exif, and whether it has the tag of a place (Exif 2.32 §4.6.3: `GPSInfoIFDPointer` is 0x8825).
fn exif(data: &[u8]) -> &'static str {
    let little = data.windows(2).any(|two| two == [0x25, 0x88]) && data.windows(2).any(|two| two == b"II");
    let big = data.windows(2).any(|two| two == [0x88, 0x25]) && data.windows(2).any(|two| two == b"MM");
    if little || big { "Exif with a place" } else { "Exif" }
}

/// The chunks of a PNG file (PNG, third edition, §11.3).
fn png_metadata(file: &mut impl Read, found: &mut Vec<&'static str>) -> io::Result<()> {
    loop {
        let length = u64::from(u32::from_be_bytes(bytes(file)?));
        match &bytes::<4>(file)? {
            b"IEND" => return Ok(()),
            b"tEXt" | b"zTXt" | b"iTXt" => found.push("a comment"),
            b"eXIf" => found.push("Exif"),
            b"tIME" => found.push("the time of its change"),
            _ => {}
        }
        skip(file, length + 4)?;
    }
}

/// The chunks of a WebP file (RFC 9649 §2.7.1.5).
fn webp_metadata(file: &mut impl Read, found: &mut Vec<&'static str>) -> io::Result<()> {
    loop {
        match &bytes::<4>(file)? {
            b"EXIF" => found.push("Exif"),
            b"XMP " => found.push("XMP"),
            _ => {}
        }
        let length = u64::from(u32::from_le_bytes(bytes(file)?));
        skip(file, length + length % 2)?;
    }
}

/// The extensions of a GIF file (GIF89a §24, §26).
fn gif_metadata(file: &mut impl Read, found: &mut Vec<&'static str>) -> io::Result<()> {
    let [_, _, _, _, packed, _, _] = bytes(file)?;
    colours(file, packed)?;
    loop {
        match bytes(file)? {
            [0x2C] => {
                let [.., packed] = bytes::<9>(file)?;
                colours(file, packed)?;
                skip(file, 1)?;
                blocks(file)?;
            }
            [0x21] => match bytes(file)? {
                [0xFE] => {
                    found.push("a comment");
                    blocks(file)?;
                }
                [0xFF] => {
                    let [length] = bytes(file)?;
                    let mut name = Vec::new();
                    file.take(u64::from(length)).read_to_end(&mut name)?;
                    if name.starts_with(b"XMP") {
                        found.push("XMP");
                    }
                    blocks(file)?;
                }
                _ => blocks(file)?,
            },
            _ => return Ok(()),
        }
    }
}

fn colours(file: &mut impl Read, packed: u8) -> io::Result<()> {
    if packed & 0x80 == 0 { Ok(()) } else { skip(file, 3 << ((packed & 7) + 1)) }
}

fn blocks(file: &mut impl Read) -> io::Result<()> {
    loop {
        match bytes(file)? {
            [0] => return Ok(()),
            [length] => skip(file, u64::from(length))?,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_of_all_kinds() {
        let jpeg = [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 0, 0, 0xFF, 0xC2, 0, 20, 8, 0x02, 0x58, 0x03, 0x20, 4, 0, 0];
        assert_eq!(head(&jpeg), Some(Head { kind: "image/jpeg", size: Some((800, 600)), print: true }));
        let png = [&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], &[0, 0, 1, 0, 0, 0, 0, 2]].concat();
        assert_eq!(head(&png).and_then(|head| head.size), Some((256, 2)));
        assert_eq!(head(b"GIF89a\x03\0\x04\0").and_then(|head| head.size), Some((3, 4)));
        assert_eq!(head(b"RIFF\0\0\0\0WEBPVP8 ").map(|head| head.kind), Some("image/webp"));
        assert_eq!(head(b"<?xml?><svg/>").map(|head| head.kind), Some("image/svg+xml"));
        for broken in [&b""[..], b"\xFF\xD8\xFF", b"\x89PNG", b"GIF8", b"hello", &jpeg[..9]] {
            assert!(head(broken).is_none_or(|head| head.size.is_none()), "{broken:?}");
        }
    }

    #[test]
    fn metadata_of_all_kinds() {
        let jpeg = |segment: &[u8]| [b"\xFF\xD8\xFF\xE0\0\x07JFIF\0", segment, b"\xFF\xDA\0\x02..\xFF\xFE"].concat();
        let png = |chunk: &[u8; 4]| {
            let plain = |name: &[u8; 4]| [b"\0\0\0\x02".as_slice(), name, b"abCRC "].concat();
            [b"\x89PNG\r\n\x1a\n".to_vec(), plain(b"IHDR"), plain(chunk), plain(b"IEND")].concat()
        };
        let gif = |extension: &[u8]| [b"GIF89a\x01\0\x01\0\x80\0\0abcdef", extension, b"\x3B"].concat();
        let cases = [
            (jpeg(b""), vec![]),
            (jpeg(b"\xFF\xEE\0\x07Adobe\xFF\xE2\0\x06ICC_"), vec![]),
            (jpeg(b"\xFF\xE1\0\x0AExif\0\0II"), vec!["Exif"]),
            (jpeg(b"\xFF\xE1\0\x0CExif\0\0MM\x88\x25"), vec!["Exif with a place"]),
            (jpeg(b"\xFF\xE1\0\x08http:/\xFF\xFE\0\x03x"), vec!["XMP", "a comment"]),
            (jpeg(b"\xFF\xED\0\x03x"), vec!["IPTC"]),
            (png(b"IDAT"), vec![]),
            (png(b"tEXt"), vec!["a comment"]),
            (png(b"eXIf"), vec!["Exif"]),
            (png(b"tIME"), vec!["the time of its change"]),
            (b"RIFF\0\0\0\0WEBPVP8 \x01\0\0\0a\0EXIF\0\0\0\0".to_vec(), vec!["Exif"]),
            (gif(b"\x21\xF9\x02ab\0\x2C12345678\0\x02\x01a\0"), vec![]),
            (gif(b"\x21\xFE\x02ab\0"), vec!["a comment"]),
            (gif(b"\x21\xFF\x0BXMP DataXMP\x01a\0"), vec!["XMP"]),
        ];
        for (file, expected) in cases {
            assert_eq!(metadata(&file[..]), expected, "{}", file.escape_ascii());
            for end in 0..file.len() {
                assert!(metadata(&file[..end]).len() <= expected.len());
            }
        }
    }
}
