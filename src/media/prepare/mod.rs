//! From pixels to an image of a book: no larger than asked for, in a format that every reader shows, without
//! anything that is not the picture.

mod encode;
mod scale;

use self::encode::Colours;
use super::decode::Decoded;
use super::raster::Raster;
use super::{Image, ImageFormat, Keep, Options};

/// A picture as the book is to show it, not yet a file.
pub(super) enum Fitted {
    /// A JPEG file that shows just this already.
    File { file: Vec<u8>, size: (u32, u32) },
    /// Pixels.
    Raster {
        raster: Raster,
        lossless: bool,
        /// The file that shows just this, if there is one already.
        file: Option<Vec<u8>>,
    },
}

/// Makes a picture small and grey enough.
///
/// # Errors
/// Why that cannot be done.
pub(super) fn fitted(decoded: Decoded<'_>, options: &Options) -> Result<Fitted, String> {
    let Decoded { raster, finish, lossless, file } = decoded;
    // As the file has it, which may lie on its side.
    let own = (raster.width, raster.height);
    let size = match options.keep {
        Keep::Original => own,
        Keep::None | Keep::Capped => scale::fit(own.0, own.1, options.max_side, u64::from(options.max_pixels)),
    };
    let unchanged = size == own && !(options.grey && raster.channels.count() >= 3);
    let file = match file.filter(|_| unchanged) {
        Some(file) if !lossless => {
            drop(raster);
            return Ok(Fitted::File { file: file.strip()?, size });
        }
        file => file.map(|file| file.strip()).transpose()?,
    };
    // Turned and coloured when it is small. With a profile, equal numbers may be a colour.
    let raster = match finish.has_profile() {
        true => finish.apply(scale::scale(raster, size)).simplified(),
        false => finish.apply(scale::scale(raster.simplified(), size)),
    };
    let raster = if options.grey { raster.grey() } else { raster };
    Ok(Fitted::Raster { raster, lossless, file })
}

/// Makes a file of a picture.
///
/// A JPEG or PNG file that needs no change goes in as it is, without metadata. Otherwise what looks like a photograph
/// becomes a JPEG if that is at least 30 % smaller, and the rest a PNG.
///
/// # Errors
/// Why that cannot be done.
pub(super) fn encoded(fitted: Fitted, options: &Options) -> Result<Image, String> {
    let (raster, lossless, file) = match fitted {
        Fitted::File { file, size } => return Ok(image(ImageFormat::Jpeg, size, file)),
        Fitted::Raster { raster, lossless, file } => (raster, lossless, file),
    };
    let size = (raster.width, raster.height);
    let (format, bytes) = match lossless || raster.channels.has_alpha() || !raster.is_photographic() {
        true => from_lossless(&raster, lossless, file, options)?,
        false => (ImageFormat::Jpeg, encode::jpeg(&raster, options.jpeg_quality, Colours::Halved)?),
    };
    Ok(image(format, size, bytes))
}

/// A picture whose pixels are as they were drawn, or that is not photographic: PNG, unless JPEG is much smaller and
/// does no harm.
fn from_lossless(
    raster: &Raster,
    lossless: bool,
    file: Option<Vec<u8>>,
    options: &Options,
) -> Result<(ImageFormat, Vec<u8>), String> {
    let photographic = raster.is_photographic() && !raster.channels.has_alpha();
    // What a JPEG file held has lost its sharp edges already; more than a few colours are its noise.
    let noise = !lossless && !raster.channels.has_alpha() && raster.palette().is_none();
    if noise {
        return Ok((ImageFormat::Jpeg, encode::jpeg(raster, options.jpeg_quality, Colours::Whole)?));
    }
    let jpeg = match photographic {
        true => Some(encode::jpeg(raster, options.jpeg_quality, Colours::Halved)?),
        false => None,
    };
    let png = match file {
        // Few colours are often kept as if they were many.
        Some(file) if raster.palette().is_some() => shorter(file, encode::png(raster)?),
        Some(file) => file,
        None => encode::png(raster)?,
    };
    Ok(match jpeg {
        Some(jpeg) if jpeg.len() as u64 * 10 <= png.len() as u64 * 7 => (ImageFormat::Jpeg, jpeg),
        _ => (ImageFormat::Png, png),
    })
}

fn shorter(one: Vec<u8>, other: Vec<u8>) -> Vec<u8> {
    if other.len() < one.len() { other } else { one }
}

fn image(format: ImageFormat, (width, height): (u32, u32), bytes: Vec<u8>) -> Image {
    Image { id: super::id_of(&bytes), format, width, height, bytes: bytes.into() }
}

#[cfg(test)]
mod tests {
    use super::super::decode::{self, tests as samples};
    use super::*;

    fn prepared(file: &[u8], options: &Options) -> Image {
        let decoded = decode::examine(file).and_then(decode::Candidate::decode).expect("a picture");
        fitted(decoded, options).and_then(|fitted| encoded(fitted, options)).expect("an image")
    }

    fn bytes(image: &Image) -> Vec<u8> {
        image.bytes.read().expect("bytes").into_owned()
    }

    fn holds(image: &Image, text: &[u8]) -> bool {
        bytes(image).windows(text.len()).any(|window| window == text)
    }

    #[test]
    fn metadata_is_gone_whether_or_not_the_file_was_made_anew() {
        for orientation in [1, 6] {
            let file = samples::jpeg_with(&samples::photo(64, 48), &samples::exif(orientation));
            let image = prepared(&file, &Options::default());
            assert!(!holds(&image, b"GPS-SECRET") && !holds(&image, b"Exif"), "orientation {orientation}");
            assert_eq!((image.width, image.height), if orientation == 1 { (64, 48) } else { (48, 64) });
            assert_eq!(decode::jpeg::strip(&bytes(&image)), Ok(bytes(&image)));
        }
    }

    #[test]
    fn a_jpeg_that_needs_no_change_keeps_its_bytes() {
        let file = samples::jpeg(&samples::photo(64, 48));
        assert_eq!(bytes(&prepared(&file, &Options::default())), file);
    }

    #[test]
    fn photographs_become_jpeg_and_drawings_png() {
        let photo = prepared(&samples::png(&samples::photo(300, 200)), &Options::default());
        assert_eq!(photo.format, ImageFormat::Jpeg);
        let drawing = samples::png(&samples::drawing(300, 200));
        let image = prepared(&drawing, &Options::default());
        assert!(image.format == ImageFormat::Png && bytes(&image).len() < drawing.len());
        let few = image::load_from_memory(&bytes(&image)).expect("a PNG file");
        assert_eq!(few.to_rgb8(), samples::drawing(300, 200), "not a pixel has changed");
        let rgba = image::DynamicImage::from(samples::drawing(300, 200)).into_rgba8();
        let gif = prepared(&samples::gif(&[rgba]), &Options::default());
        assert_eq!(gif.format, ImageFormat::Png);
        assert!(gif.bytes.len() < 1000, "three colours take {} bytes", gif.bytes.len());
    }

    #[test]
    fn transparency_stays() {
        let mut rgba = image::DynamicImage::from(samples::photo(300, 200)).into_rgba8();
        rgba.pixels_mut().take(1000).for_each(|pixel| pixel.0[3] = 0);
        let image = prepared(&samples::webp(&rgba), &Options { max_side: 100, ..Options::default() });
        assert_eq!((image.format, image.width, bytes(&image)[25]), (ImageFormat::Png, 100, 6));
        rgba.pixels_mut().for_each(|pixel| pixel.0[3] = 255);
        let image = prepared(&samples::webp(&rgba), &Options::default());
        assert_eq!(image.format, ImageFormat::Jpeg);
    }

    #[test]
    fn grey_is_for_what_has_colours() {
        let grey = Options { grey: true, ..Options::default() };
        let image = prepared(&samples::jpeg(&samples::photo(64, 48)), &grey);
        let decoded = image::load_from_memory(&bytes(&image)).expect("a JPEG file");
        assert_eq!(decoded.color(), image::ColorType::L8);
        let drawing = prepared(&samples::png(&samples::drawing(64, 48)), &grey);
        assert_eq!(drawing.format, ImageFormat::Png);
    }

    #[test]
    fn the_same_file_gives_the_same_bytes() {
        let file = samples::png(&samples::photo(2000, 300));
        let options = Options { max_side: 200, ..Options::default() };
        assert_eq!(prepared(&file, &options), prepared(&file, &options));
    }
}
