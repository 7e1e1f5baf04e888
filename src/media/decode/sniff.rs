//! What a file is, by its first bytes: neither names nor media types are believed.

/// Kinds of files that come where a picture was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::media) enum Kind {
    Jpeg,
    Png,
    Gif,
    WebP,
    /// Something else, and what to call it.
    Other(&'static str),
}

/// The kind of a file.
pub(in crate::media) fn kind(bytes: &[u8]) -> Kind {
    match bytes {
        [] => Kind::Other("empty"),
        [0xFF, 0xD8, 0xFF, ..] => Kind::Jpeg,
        [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Kind::Png,
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Kind::Gif,
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Kind::WebP,
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => Kind::Other(iso_media(brand)),
        [0xFF, 0x0A, ..] | [0, 0, 0, 0x0C, b'J', b'X', b'L', b' ', ..] => Kind::Other("a JPEG XL picture"),
        [0, 0, 0, 0x0C, b'j', b'P', b' ', b' ', ..] => Kind::Other("a JPEG 2000 picture"),
        [b'I', b'I', 0x2A, 0, ..] | [b'M', b'M', 0, 0x2A, ..] => Kind::Other("a TIFF picture"),
        [b'B', b'M', ..] => Kind::Other("a BMP picture"),
        [0, 0, 1 | 2, 0, ..] => Kind::Other("an icon file"),
        [b'%', b'P', b'D', b'F', ..] => Kind::Other("a PDF document"),
        [0x1F, 0x8B, ..] => Kind::Other("a compressed file"),
        _ => Kind::Other(text(bytes)),
    }
}

/// Files of ISO/IEC 14496-12 say by a brand what they hold.
fn iso_media(brand: &[u8]) -> &'static str {
    match brand.get(..4) {
        Some(b"avif" | b"avis") => "an AVIF picture",
        Some(b"heic" | b"heix" | b"hevc" | b"heim" | b"heis" | b"mif1" | b"msf1") => "a HEIC picture",
        _ => "a film",
    }
}

fn text(bytes: &[u8]) -> &'static str {
    let head = bytes.get(..1024).unwrap_or(bytes);
    let head = String::from_utf8_lossy(head).trim_start_matches('\u{FEFF}').to_ascii_lowercase();
    let head = head.trim_start();
    let html = ["<!doctype html", "<html", "<head", "<title", "<body"].iter().any(|tag| head.contains(tag));
    match head.find("<svg") {
        // An SVG picture may have a title as well.
        Some(at) if head.starts_with('<') && (at == 0 || !html) => "an SVG picture",
        _ if html => "an HTML page",
        _ => "no picture",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_first_bytes() {
        assert_eq!(kind(b"\xFF\xD8\xFF\xE0"), Kind::Jpeg);
        assert_eq!(kind(b"\x89PNG\r\n\x1A\n"), Kind::Png);
        assert_eq!(kind(b"GIF89a"), Kind::Gif);
        assert_eq!(kind(b"RIFF\0\0\0\0WEBPVP8 "), Kind::WebP);
        assert_eq!(kind(b"RIFF\0\0\0\0WAVEfmt "), Kind::Other("no picture"));
        for (bytes, name) in [
            (&b""[..], "empty"),
            (b"\0\0\0\x1Cftypavif", "an AVIF picture"),
            (b"\0\0\0\x1Cftypheic", "a HEIC picture"),
            (b"\0\0\0\x1Cftypisom", "a film"),
            (b"<?xml version='1.0'?><!-- x --><svg/>", "an SVG picture"),
            (b"\xEF\xBB\xBF <svg>", "an SVG picture"),
            (b"\n<!DOCTYPE html><title>404</title><svg>", "an HTML page"),
            (b"<!-- saved --><html><svg>", "an HTML page"),
            (b"Not found", "no picture"),
            (b"\xFF\xD8", "no picture"),
        ] {
            assert_eq!(kind(bytes), Kind::Other(name));
        }
    }
}
