//! Images for printers: no more pixels than are printed.

use super::decode;
use super::prepare::{encoded, fitted};
use super::{Image, Options, Reader};

/// What an image has lost by being made a JPEG file once is not to be lost twice.
const QUALITY: u8 = 90;

/// An image with at most so many pixels across and down. `None` if it has no more, or cannot be made smaller.
pub fn smaller(image: &Image, (width, height): (u32, u32)) -> Option<Image> {
    if image.width <= width || image.height <= height {
        return None;
    }
    let reader = Reader { screen: Some((width.max(1), height.max(1))), ..Reader::default() };
    let options = Options { max_pixels: u32::MAX, jpeg_quality: QUALITY, reader, ..Options::default() };
    let file = image.bytes.read().ok()?;
    let decoded = decode::examine(&file).and_then(decode::Candidate::decode).ok()?;
    fitted(decoded, &options).and_then(|fitted| encoded(fitted, &options)).ok()
}

#[cfg(test)]
mod tests {
    use super::super::decode::tests as samples;
    use super::super::{ImageFormat, ImageId};
    use super::*;

    #[test]
    fn images_become_as_small_as_asked_for_and_keep_their_shape() {
        let image = |bytes: Vec<u8>, format, width, height| Image {
            id: ImageId("0".into()),
            format,
            width,
            height,
            bytes: bytes.into(),
        };
        let photo = image(samples::jpeg(&samples::photo(640, 480)), ImageFormat::Jpeg, 640, 480);
        let small = smaller(&photo, (320, 240)).unwrap();
        assert_eq!((small.format, small.width, small.height), (ImageFormat::Jpeg, 320, 240));
        let strip = image(samples::png(&samples::drawing(100, 900)), ImageFormat::Png, 100, 900);
        let small = smaller(&strip, (50, 450)).unwrap();
        assert_eq!((small.format, small.width, small.height), (ImageFormat::Png, 50, 450));
        assert_eq!(smaller(&photo, (640, 480)), None);
    }
}
