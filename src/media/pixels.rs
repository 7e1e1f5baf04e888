//! The pixels of an image, for formats that hold no image files.

use std::io::Cursor;

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x3;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use image::{DynamicImage, ImageReader, Limits};

use super::prepare::encode;
use super::{Image, ImageFormat, ImageId};

/// An image, decoded: rows from the top, pixels from the left, 8 bits a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pixels {
    /// Pixels a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// 1: grey; 3: red, green, blue.
    pub channels: u8,
    /// The colours, not multiplied by alpha.
    pub data: Vec<u8>,
    /// How opaque each pixel is, if any is less than wholly.
    pub alpha: Option<Vec<u8>>,
}

/// A picture that was drawn: light, and colours for two by two pixels (`YCbCr` of JFIF 1.02).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Planes<'a> {
    /// Pixels a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// How light each pixel is.
    pub light: &'a [u8],
    /// How blue and how red each square of two by two pixels is; `None` if all are grey.
    pub colours: Option<[&'a [u8]; 2]>,
}

impl Planes<'_> {
    /// As a JPEG file of the quality that is named. `None` if the planes are not of one picture.
    pub fn jpeg(&self, name: &str, quality: u8) -> Option<Image> {
        let bytes = encode::planes(self, quality).ok()?.into();
        let id = ImageId(name.to_owned());
        Some(Image { id, format: ImageFormat::Jpeg, width: self.width, height: self.height, bytes })
    }
}

/// Decodes an image of a book. `None` if it cannot be, which [`Images`](super::Images) rules out for its own.
pub fn pixels(image: &Image) -> Option<Pixels> {
    let format = match image.format {
        ImageFormat::Jpeg => image::ImageFormat::Jpeg,
        ImageFormat::Png => image::ImageFormat::Png,
    };
    let file = image.bytes.read().ok()?;
    let mut reader = ImageReader::with_format(Cursor::new(&*file), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(image.width);
    limits.max_image_height = Some(image.height);
    reader.limits(limits);
    let decoded = reader.decode().ok()?;
    let (width, height) = (decoded.width(), decoded.height());
    let colour = decoded.color();
    let alpha = colour.has_alpha().then(|| opacity(&decoded)).filter(|alpha| alpha.iter().any(|level| *level != 255));
    let (channels, data) = match colour.has_color() {
        true => (3, decoded.into_rgb8().into_raw()),
        false => (1, decoded.into_luma8().into_raw()),
    };
    Some(Pixels { width, height, channels, data, alpha })
}

/// The middle of an image that has the shape of `width` × `height`, scaled to that size (Lanczos), in red, green and
/// blue, over white. `None` if one of the sizes is nothing.
pub fn filling(pixels: &Pixels, width: u32, height: u32) -> Option<Vec<u8>> {
    if width == 0 || height == 0 {
        return None;
    }
    let samples = over_white(pixels);
    let from = TypedImageRef::<U8x3>::from_buffer(pixels.width, pixels.height, &samples).ok()?;
    let mut target = vec![0; width as usize * height as usize * 3];
    let mut to = TypedImage::<U8x3>::from_buffer(width, height, &mut target).ok()?;
    let convolution = ResizeAlg::Convolution(FilterType::Lanczos3);
    let options = ResizeOptions::new().resize_alg(convolution).fit_into_destination(None);
    Resizer::new().resize_typed(&from, &mut to, &options).ok()?;
    Some(target)
}

fn over_white(pixels: &Pixels) -> Vec<u8> {
    let channels = usize::from(pixels.channels);
    let mut out = Vec::with_capacity(pixels.data.len() / channels.max(1) * 3);
    for (at, pixel) in pixels.data.chunks_exact(channels.max(1)).enumerate() {
        let opacity = pixels.alpha.as_ref().and_then(|alpha| alpha.get(at)).map_or(255, |level| u16::from(*level));
        let shown = |level: u8| ((u16::from(level) * opacity + 255 * (255 - opacity) + 127) / 255) as u8;
        out.extend([0, 1, 2].map(|channel| shown(pixel[channel.min(pixel.len() - 1)])));
    }
    out
}

fn opacity(image: &DynamicImage) -> Vec<u8> {
    image.to_luma_alpha8().pixels().map(|pixel| pixel.0[1]).collect()
}

#[cfg(test)]
mod tests {
    use image::{ImageBuffer, Rgba};

    use super::*;

    fn png(pixel: impl Fn(u32, u32) -> Rgba<u8>) -> Image {
        let mut bytes = Cursor::new(Vec::new());
        ImageBuffer::from_fn(2, 2, pixel).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        let bytes = bytes.into_inner().into();
        Image { id: ImageId("0".into()), format: ImageFormat::Png, width: 2, height: 2, bytes }
    }

    #[test]
    fn colours_and_opacity_apart() {
        let half = pixels(&png(|x, _| Rgba([10, 20, 30, if x == 0 { 255 } else { 128 }]))).unwrap();
        assert_eq!((half.width, half.height, half.channels), (2, 2, 3));
        assert_eq!(half.data, [10, 20, 30].repeat(4));
        assert_eq!(half.alpha, Some(vec![255, 128, 255, 128]));
        let whole = pixels(&png(|_, _| Rgba([1, 2, 3, 255]))).unwrap();
        assert_eq!(whole.alpha, None);
    }

    #[test]
    fn the_middle_fills_a_shape() {
        let stripes = Pixels {
            width: 4,
            height: 2,
            channels: 1,
            data: [0, 90, 90, 0].repeat(2),
            alpha: Some([255, 255, 0, 255].repeat(2)),
        };
        let filled = filling(&stripes, 2, 2).unwrap();
        assert_eq!(filled, [[90; 3], [255; 3], [90; 3], [255; 3]].concat());
        assert_eq!(filling(&stripes, 0, 2), None);
    }

    #[test]
    fn what_is_no_image_has_no_pixels() {
        let mut broken = png(|_, _| Rgba([0, 0, 0, 0]));
        broken.bytes = broken.bytes.read().unwrap()[..20].into();
        assert_eq!(pixels(&broken), None);
    }
}
