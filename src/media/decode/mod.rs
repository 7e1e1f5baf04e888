//! From a file of any kind that browsers show to pixels, within limits.
//!
//! Nothing is believed: the kind is read from the first bytes, the size is checked before memory is taken, a file must
//! be whole to its end. Only a picture that decoded is one.

mod colour;
pub(super) mod jpeg;
mod png;
mod sniff;
mod svg;
#[cfg(test)]
pub(super) mod tests;

use std::io::Cursor;

use image::error::{LimitError, LimitErrorKind};
use image::metadata::Orientation;
use image::{ColorType, DynamicImage, ImageBuffer, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};

use self::sniff::Kind;
use super::raster::{Channels, Raster, roomy};

/// The most pixels along a side.
const MOST_SIDE: u32 = 20_000;
/// The most pixels.
const MOST_PIXELS: u64 = 50_000_000;
/// The most bytes that a decoder may take, its output included.
const MOST_MEMORY: u64 = 256 << 20;
/// What a decoder may take besides its output: windows, rows, a colour profile.
const BESIDES: u64 = 16 << 20;

/// A decoded picture.
pub(super) struct Decoded {
    /// What it shows.
    pub(super) raster: Raster,
    /// Whether its file's kind keeps every pixel as it was drawn.
    pub(super) lossless: bool,
    /// The file without metadata, if it is a JPEG or PNG that shows the same as `raster` in every reader.
    pub(super) file: Option<Vec<u8>>,
}

/// A file of a known kind and size, not yet decoded.
pub(super) struct Candidate<'a> {
    kind: Kind,
    /// What is decoded: of a PNG, not the whole file.
    readable: std::borrow::Cow<'a, [u8]>,
    /// The file without metadata, if every reader shows it as a decoder does.
    stripped: Option<Vec<u8>>,
    /// `None` is SVG.
    format: Option<ImageFormat>,
    /// Bytes of memory that decoding takes, about.
    pub(super) weight: u64,
}

/// Looks at a file without decoding its pixels.
///
/// # Errors
/// Why it is no picture for a book, in a few words that follow "it is" or stand alone.
pub(super) fn examine(bytes: &[u8]) -> Result<Candidate<'_>, String> {
    let kind = sniff::kind(bytes);
    let borrowed = std::borrow::Cow::Borrowed(bytes);
    let mut progressive = false;
    let (format, readable, stripped) = match kind {
        Kind::Jpeg => {
            let markers = jpeg::read(bytes)?;
            check_size(markers.width, markers.height)?;
            progressive = markers.progressive;
            (ImageFormat::Jpeg, borrowed, markers.plain_colours.then_some(markers.stripped))
        }
        Kind::Png => {
            let chunks = png::read(bytes)?;
            check_size(chunks.width, chunks.height)?;
            let plain = chunks.depth <= 8 && !chunks.interlaced;
            (ImageFormat::Png, chunks.readable.into(), plain.then_some(chunks.stripped))
        }
        Kind::Gif => (ImageFormat::Gif, borrowed, None),
        Kind::WebP => (ImageFormat::WebP, whole_webp(bytes)?.into(), None),
        Kind::Svg => {
            // At most 2000 × 2000 pixels, twice for what is drawn into groups.
            let weight = BESIDES * 3;
            return Ok(Candidate { kind, readable: borrowed, stripped: None, format: None, weight });
        }
        Kind::Other("empty") => return Err("an empty file".to_owned()),
        Kind::Other("no picture") => return Err("no picture".to_owned()),
        Kind::Other(name) => return Err(format!("{name}, which is not supported")),
    };
    let decoder = decoder(&readable, format, BESIDES)?;
    let (width, height) = decoder.dimensions();
    check_size(width, height)?;
    let output = decoder.total_bytes();
    if output > MOST_MEMORY {
        return Err(too_large(width, height));
    }
    drop(decoder);
    // A progressive JPEG keeps all its coefficients, of 16 bits, beside the samples.
    let weight = output * if progressive { 3 } else { 1 } + BESIDES;
    Ok(Candidate { kind, readable, stripped, format: Some(format), weight })
}

/// A WebP file says how long it is; what comes after that does not belong to it.
fn whole_webp(bytes: &[u8]) -> Result<&[u8], &'static str> {
    let length = bytes.get(4..8).and_then(|length| length.try_into().ok()).map_or(0, u32::from_le_bytes);
    bytes.get(..(length as usize).saturating_add(8)).ok_or("a WebP picture that is cut off")
}

fn check_size(width: u32, height: u32) -> Result<(), String> {
    if width == 0 || height == 0 {
        return Err("a picture without pixels".to_owned());
    }
    let fits = width <= MOST_SIDE && height <= MOST_SIDE && u64::from(width) * u64::from(height) <= MOST_PIXELS;
    if fits { Ok(()) } else { Err(too_large(width, height)) }
}

fn too_large(width: u32, height: u32) -> String {
    format!("too large a picture: {width} × {height} pixels")
}

fn decoder(bytes: &[u8], format: ImageFormat, memory: u64) -> Result<impl ImageDecoder + '_, String> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_SIDE);
    limits.max_image_height = Some(MOST_SIDE);
    limits.max_alloc = Some(memory);
    reader.limits(limits);
    reader.into_decoder().map_err(|error| reason(&error, format))
}

fn reason(error: &ImageError, format: ImageFormat) -> String {
    let name = match format {
        ImageFormat::Jpeg => "JPEG",
        ImageFormat::Png => "PNG",
        ImageFormat::Gif => "GIF",
        _ => "WebP",
    };
    match error {
        ImageError::Limits(_) => format!("a {name} picture that takes too much memory"),
        ImageError::Unsupported(_) => format!("a {name} picture of a rare kind"),
        _ => format!("a damaged {name} picture"),
    }
}

impl Candidate<'_> {
    /// Decodes it: upright, 8 bits a channel, sRGB, of an animation the first frame.
    ///
    /// # Errors
    /// Why it is no picture for a book.
    pub(super) fn decode(self) -> Result<Decoded, String> {
        let Some(format) = self.format else {
            return Ok(Decoded { raster: svg::draw(&self.readable)?, lossless: true, file: None });
        };
        let mut decoder = decoder(&self.readable, format, BESIDES)?;
        let output = decoder.total_bytes();
        let mut limits = Limits::default();
        limits.max_alloc = Some((output + BESIDES).min(MOST_MEMORY + BESIDES));
        limits.reserve(output).map_err(|error| reason(&error, format))?;
        // The limits that the decoder was made with do not count its output; these do.
        decoder.set_limits(limits).map_err(|error| reason(&error, format))?;
        let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
        let profile = decoder.icc_profile().unwrap_or_default();
        let mut picture = pixels(decoder).map_err(|error| reason(&error, format))?;
        picture.apply_orientation(orientation);
        let mut raster = raster(picture);
        let converted = profile.is_some_and(|profile| colour::to_srgb(&mut raster, &profile));
        let as_it_is = orientation == Orientation::NoTransforms && !converted;
        let lossless = match self.kind {
            Kind::Png | Kind::Gif | Kind::Svg => true,
            // Chunks of lossless files are called so (RFC 9649).
            Kind::WebP => self.readable.windows(4).take(64).any(|name| name == b"VP8L"),
            Kind::Jpeg | Kind::Other(_) => false,
        };
        Ok(Decoded { raster, lossless, file: self.stripped.filter(|_| as_it_is) })
    }
}

fn pixels(decoder: impl ImageDecoder) -> Result<DynamicImage, ImageError> {
    let (width, height) = decoder.dimensions();
    let kind = decoder.color_type();
    if !matches!(kind, ColorType::L8 | ColorType::La8 | ColorType::Rgb8 | ColorType::Rgba8) {
        return DynamicImage::from_decoder(decoder);
    }
    let length = usize::try_from(decoder.total_bytes()).unwrap_or(usize::MAX);
    let mut samples = roomy(length);
    samples.resize(length, 0);
    decoder.read_image(&mut samples)?;
    let picture = match kind {
        ColorType::L8 => ImageBuffer::from_raw(width, height, samples).map(DynamicImage::ImageLuma8),
        ColorType::La8 => ImageBuffer::from_raw(width, height, samples).map(DynamicImage::ImageLumaA8),
        ColorType::Rgb8 => ImageBuffer::from_raw(width, height, samples).map(DynamicImage::ImageRgb8),
        _ => ImageBuffer::from_raw(width, height, samples).map(DynamicImage::ImageRgba8),
    };
    picture.ok_or_else(|| ImageError::Limits(LimitError::from_kind(LimitErrorKind::DimensionError)))
}

/// Eight bits a channel.
fn raster(picture: DynamicImage) -> Raster {
    let (width, height) = (picture.width(), picture.height());
    let alpha = picture.color().has_alpha();
    let (channels, samples) = match (picture.color().has_color(), alpha) {
        (false, false) => (Channels::Grey, picture.into_luma8().into_raw()),
        (false, true) => (Channels::GreyAlpha, picture.into_luma_alpha8().into_raw()),
        (true, false) => (Channels::Rgb, picture.into_rgb8().into_raw()),
        (true, true) => (Channels::RgbAlpha, picture.into_rgba8().into_raw()),
    };
    Raster { width, height, channels, samples }
}
