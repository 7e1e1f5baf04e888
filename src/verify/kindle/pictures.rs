//! The kind and size of a picture by its first bytes.

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
}
