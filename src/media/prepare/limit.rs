//! Images of at most so many bytes: quality goes down first, then size.

use super::super::{Dither, Image, Options};
use super::encode::{self, Colours};
use super::{Drawn, ImageFormat, image, one_file, scale};

/// The least quality that photographs are given before they are made smaller: below it squares show.
const LEAST_QUALITY: u8 = 50;

/// A file of at most `most` bytes; of a picture of one pixel, the least there is.
///
/// # Errors
/// Why no file can be made.
pub(super) fn within(most: usize, drawn: Drawn, options: &Options) -> Result<Image, String> {
    let mut drawn = drawn;
    loop {
        let mut smallest = one_file(drawn.clone(), options)?;
        if smallest.bytes.len() > most
            && let Some(jpeg) = as_jpeg(most, &drawn, options)?
            && jpeg.bytes.len() < smallest.bytes.len()
        {
            smallest = jpeg;
        }
        let size = (drawn.raster.width, drawn.raster.height);
        if smallest.bytes.len() <= most || size == (1, 1) {
            return Ok(smallest);
        }
        // Bytes go roughly with the area; a step is neither too small to matter nor too large to come back from.
        let factor = (most as f64 / smallest.bytes.len() as f64).sqrt().clamp(0.3, 0.9);
        drawn.raster = scale::scale(drawn.raster, scale::times(size, factor));
        drawn.file = None;
    }
}

/// A JPEG file of the best quality that keeps the limit, or of the least. `None` for what is transparent or dots.
fn as_jpeg(most: usize, drawn: &Drawn, options: &Options) -> Result<Option<Image>, String> {
    let raster = &drawn.raster;
    if raster.channels.has_alpha() || options.reader.dither != Dither::None {
        return Ok(None);
    }
    let colours = if drawn.photographic { Colours::Halved } else { Colours::Whole };
    let mut quality = options.jpeg_quality;
    loop {
        let bytes = encode::jpeg(raster, quality, colours)?;
        if bytes.len() <= most || quality <= LEAST_QUALITY {
            return Ok(Some(image(ImageFormat::Jpeg, (raster.width, raster.height), bytes)));
        }
        quality = quality.saturating_sub(8).max(LEAST_QUALITY);
    }
}
