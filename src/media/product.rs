//! Images as they are kept from one build to the next, so that a second build decodes nothing.

use std::io;

use super::{Image, ImageFormat, Options, id_of};
use crate::fetch::Hash;

/// Changes whenever the same file and options give other bytes than before.
const REVISION: u32 = 7;

/// What stands for an image: the file that it was made from, how it was made, and by which version.
pub(super) fn key(file: Hash, options: &Options) -> Hash {
    let Options { keep, max_side, max_pixels, jpeg_quality, grey, reader, limits: _ } = options;
    let version = env!("CARGO_PKG_VERSION");
    let own = format!("{keep:?} {max_side} {max_pixels} {jpeg_quality} {grey} {reader:?}");
    Hash::of(format!("offprint-image {version} {REVISION} {file} {own}").as_bytes())
}

/// What stands for a picture that was drawn: all that it depends on, and the version that drew it.
pub(super) fn drawing_key(what: &str) -> Hash {
    let version = env!("CARGO_PKG_VERSION");
    Hash::of(format!("offprint-drawing {version} {REVISION} {what}").as_bytes())
}

/// As bytes; `None` is a picture that shows nothing.
pub(super) fn write(image: Option<&Image>) -> io::Result<Vec<u8>> {
    match image {
        Some(Image { format, width, height, bytes, .. }) => {
            let mut out = format!("{} {width} {height}\n", format.extension()).into_bytes();
            out.extend_from_slice(&bytes.read()?);
            Ok(out)
        }
        None => Ok(b"none\n".to_vec()),
    }
}

/// Reads what [`write`] wrote.
#[expect(clippy::option_option, reason = "not readable is something else than nothing to show")]
pub(super) fn read(mut product: Vec<u8>) -> Option<Option<Image>> {
    let line = product.iter().position(|&byte| byte == b'\n')?;
    let head = String::from_utf8(product.drain(..=line).collect()).ok()?;
    let mut fields = head.trim_end().split(' ');
    let format = match fields.next()? {
        "jpg" => ImageFormat::Jpeg,
        "png" => ImageFormat::Png,
        "none" => return Some(None),
        _ => return None,
    };
    let (width, height) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some(Some(Image { id: id_of(&product), format, width, height, bytes: product.into() }))
}

#[cfg(test)]
mod tests {
    use super::super::{Dither, Reader};
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let bytes = b"\n12".to_vec();
        let image = Image { id: id_of(&bytes), format: ImageFormat::Png, width: 3, height: 4, bytes: bytes.into() };
        assert_eq!(read(write(Some(&image)).expect("bytes")), Some(Some(image)));
        assert_eq!(read(write(None).expect("bytes")), Some(None));
        assert_eq!(read(b"jpg 1\nx".to_vec()), None);
        assert_eq!(read(Vec::new()), None);
    }

    #[test]
    fn every_option_makes_another_image() {
        let plain = Options::default();
        let file = Hash::of(b"x");
        let with = |reader| Options { reader, ..plain.clone() };
        for other in [
            Options { max_side: 1, ..plain.clone() },
            Options { max_pixels: 1, ..plain.clone() },
            Options { jpeg_quality: 1, ..plain.clone() },
            Options { grey: true, ..plain.clone() },
            Options { keep: super::super::Keep::Original, ..plain.clone() },
            with(Reader { screen: Some((1, 2)), ..Reader::default() }),
            with(Reader { levels: 4, ..Reader::default() }),
            with(Reader { dither: Dither::Ordered, ..Reader::default() }),
            with(Reader { stretch: true, ..Reader::default() }),
            with(Reader { baseline: true, ..Reader::default() }),
            with(Reader { opaque: true, ..Reader::default() }),
            with(Reader { max_bytes: Some(1), ..Reader::default() }),
        ] {
            assert_ne!(key(file, &plain), key(file, &other), "{other:?}");
        }
        assert_ne!(key(file, &plain), key(Hash::of(b"y"), &plain));
    }
}
