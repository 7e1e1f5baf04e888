//! From a file of any kind that browsers show to pixels, within limits.
//!
//! Nothing is believed: the kind is read from the first bytes, the size is checked before memory is taken, a file must
//! be whole to its end. Only a picture that decoded is one.

mod colour;
mod gif;
pub(super) mod jpeg;
pub(super) mod png;
mod shrink;
mod sniff;
pub(super) mod svg;
#[cfg(test)]
pub(super) mod tests;

use std::io::{BufRead, Cursor, Seek};

use image::error::{LimitError, LimitErrorKind};
use image::metadata::Orientation;
use image::{ColorType, DynamicImage, ImageBuffer, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};

use self::png::Pieces;
use self::shrink::{Rows, Target};
use self::sniff::Kind;
use super::raster::{Channels, Raster, room};
use crate::limits::Limits as Bounds;

/// The most pixels along a side.
const MOST_SIDE: u32 = 20_000;
/// Bytes of memory from which on a file must have something to show for them, and how many for each of its own at most:
/// of a screen with a little text in it they are about 200.
const HOLLOW_FROM: u64 = 64 << 20;
const MOST_FOLD: u64 = 400;
/// What a decoder may take besides its output: windows, rows, a colour profile.
const BESIDES: u64 = 16 << 20;

/// A decoded picture.
pub(super) struct Decoded<'a> {
    /// What it shows, not yet [finished](Finish::apply).
    pub(super) raster: Raster,
    /// What is left to do, better to a smaller raster.
    pub(super) finish: Finish,
    /// Whether its file's kind keeps every pixel as it was drawn.
    pub(super) lossless: bool,
    /// Whether it has the size already that it is to have in the book.
    pub(super) fits: bool,
    /// The file, if it is a JPEG or PNG that, without metadata, shows the same as the finished raster in every reader.
    pub(super) file: Option<Plain<'a>>,
}

/// What turns the pixels of a file upright and makes their colours sRGB.
pub(super) struct Finish {
    orientation: Orientation,
    /// A profile whose colours differ from sRGB.
    profile: Option<Vec<u8>>,
}

impl Finish {
    /// Whether there is nothing to do.
    fn is_nothing(&self) -> bool {
        self.orientation == Orientation::NoTransforms && self.profile.is_none()
    }

    /// Whether colours are still other than they seem.
    pub(super) fn has_profile(&self) -> bool {
        self.profile.is_some()
    }

    /// Whether width and height change places.
    pub(super) fn turns(&self) -> bool {
        turns(self.orientation)
    }

    /// Upright, and sRGB.
    pub(super) fn apply(&self, mut raster: Raster) -> Raster {
        if let Some(profile) = &self.profile {
            colour::to_srgb(&mut raster, profile);
        }
        if self.orientation == Orientation::NoTransforms {
            return raster;
        }
        let Raster { width, height, channels, samples } = raster;
        match dynamic(channels, (width, height), samples) {
            Some(mut picture) => {
                picture.apply_orientation(self.orientation);
                self::raster(picture)
            }
            // Samples always fit their size.
            None => Raster { width: 0, height: 0, channels, samples: Vec::new() },
        }
    }
}

fn turns(orientation: Orientation) -> bool {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(orientation, Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH)
}

/// A file whose pixels are fit for a book as they are.
pub(super) struct Plain<'a> {
    kind: Kind,
    bytes: &'a [u8],
}

impl Plain<'_> {
    /// The file without metadata.
    ///
    /// # Errors
    /// Why it is no whole file; it was before.
    pub(super) fn strip(&self) -> Result<Vec<u8>, String> {
        match self.kind {
            Kind::Png => Ok(png::strip(self.bytes)?),
            _ => Ok(jpeg::strip(self.bytes)?),
        }
    }
}

/// A file of a known kind and size, not yet decoded.
pub(super) struct Candidate<'a> {
    kind: Kind,
    bytes: &'a [u8],
    /// `None` is SVG.
    decoder: Option<(ImageFormat, Box<dyn ImageDecoder + 'a>)>,
    /// Whether every reader shows the file without its metadata as a decoder does.
    plain: bool,
    /// How its rows can be had, if they come one by one.
    rows: Option<Rows>,
    /// The size that it is decoded to, if not its own.
    target: Option<Target>,
    /// Bytes of memory that decoding takes, about.
    pub(super) weight: u64,
}

/// Looks at a file without decoding its pixels, within the usual limits.
///
/// # Errors
/// As [`examine_within`].
pub(super) fn examine(bytes: &[u8]) -> Result<Candidate<'_>, String> {
    examine_within(bytes, &Bounds::default())
}

/// Looks at a file without decoding its pixels.
///
/// # Errors
/// Why it is no picture for a book, in a few words that follow "it is" or stand alone.
pub(super) fn examine_within<'a>(bytes: &'a [u8], bounds: &Bounds) -> Result<Candidate<'a>, String> {
    let kind = sniff::kind(bytes);
    let (mut rows, mut besides, mut plain) = (None, 0, false);
    let (format, decoder) = match kind {
        Kind::Jpeg => {
            let markers = jpeg::read(bytes)?;
            check_size(markers.width, markers.height, bounds)?;
            (plain, besides) = (markers.plain_colours, markers.coefficients);
            rows = plain.then_some(Rows::Jpeg(besides));
            (ImageFormat::Jpeg, decoder(Cursor::new(bytes), ImageFormat::Jpeg)?)
        }
        Kind::Png => {
            let chunks = png::read(bytes)?;
            check_size(chunks.width, chunks.height, bounds)?;
            plain = chunks.depth <= 8 && !chunks.interlaced;
            let decoder = decoder(Pieces::new(bytes, &chunks.kept), ImageFormat::Png)?;
            rows = (!chunks.interlaced).then_some(Rows::Png(chunks.kept));
            (ImageFormat::Png, decoder)
        }
        Kind::Gif => {
            rows = gif::held(bytes).map(Rows::Gif);
            (ImageFormat::Gif, decoder(Cursor::new(bytes), ImageFormat::Gif)?)
        }
        Kind::WebP => (ImageFormat::WebP, decoder(Cursor::new(whole_webp(bytes)?), ImageFormat::WebP)?),
        Kind::Svg => {
            // At most 2000 × 2000 pixels, twice for what is drawn into groups.
            let weight = 48 << 20;
            return Ok(Candidate { kind, bytes, decoder: None, plain, rows, target: None, weight });
        }
        Kind::Other("empty") => return Err("an empty file".to_owned()),
        Kind::Other("no picture") => return Err("no picture".to_owned()),
        Kind::Other(name) => return Err(format!("{name}, which is not supported")),
    };
    let (width, height) = decoder.dimensions();
    check_size(width, height, bounds)?;
    let output = decoder.total_bytes();
    if output > bounds.decoded {
        return Err(too_large(width, height));
    }
    if hollow(output + besides, bytes.len() as u64) {
        return Err(format!("too large a picture for the little in it: {width} × {height} pixels"));
    }
    // Frames of other kinds are put together before they come out; more than 8 bits are made 8.
    let again = if plain || kind == Kind::Jpeg { 0 } else { output };
    let weight = output + besides + again + bytes.len() as u64;
    Ok(Candidate { kind, bytes, decoder: Some((format, decoder)), plain, rows, target: None, weight })
}

/// A WebP file says how long it is; what comes after that does not belong to it.
fn whole_webp(bytes: &[u8]) -> Result<&[u8], &'static str> {
    let length = bytes.get(4..8).and_then(|length| length.try_into().ok()).map_or(0, u32::from_le_bytes);
    bytes.get(..(length as usize).saturating_add(8)).ok_or("a WebP picture that is cut off")
}

fn check_size(width: u32, height: u32, bounds: &Bounds) -> Result<(), String> {
    if width == 0 || height == 0 {
        return Err("a picture without pixels".to_owned());
    }
    let fits = width <= MOST_SIDE && height <= MOST_SIDE && u64::from(width) * u64::from(height) <= bounds.pixels;
    if fits { Ok(()) } else { Err(too_large(width, height)) }
}

/// Whether a large picture is of next to nothing: no drawing of 16 million pixels comes in a few kilobytes.
fn hollow(memory: u64, file: u64) -> bool {
    memory > HOLLOW_FROM && memory / file.max(1) > MOST_FOLD
}

fn too_large(width: u32, height: u32) -> String {
    format!("too large a picture: {width} × {height} pixels")
}

fn decoder<'a>(file: impl BufRead + Seek + 'a, format: ImageFormat) -> Result<Box<dyn ImageDecoder + 'a>, String> {
    let mut reader = ImageReader::with_format(file, format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_SIDE);
    limits.max_image_height = Some(MOST_SIDE);
    limits.max_alloc = Some(BESIDES);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(|error| reason(&error, format))?;
    Ok(Box::new(decoder))
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

impl<'a> Candidate<'a> {
    /// Whether it is to be drawn, which may take any time.
    pub(super) fn is_drawing(&self) -> bool {
        self.decoder.is_none()
    }

    /// Decodes it: 8 bits a channel, of an animation the first frame.
    ///
    /// # Errors
    /// Why it is no picture for a book.
    pub(super) fn decode(mut self) -> Result<Decoded<'a>, String> {
        let (kind, bytes, plain) = (self.kind, self.bytes, self.plain);
        let Some((format, mut decoder)) = self.decoder.take() else {
            let finish = Finish { orientation: Orientation::NoTransforms, profile: None };
            return Ok(Decoded { raster: svg::draw(bytes)?, finish, lossless: true, fits: false, file: None });
        };
        let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
        let profile = decoder.icc_profile().unwrap_or_default();
        let shrunk = self.shrunk(decoder.dimensions(), decoder.color_type()).transpose()?;
        let fits = shrunk.is_some();
        let raster = match shrunk {
            Some(raster) => raster,
            None => whole(decoder, format)?,
        };
        let profile = profile.filter(|profile| colour::differs(profile, raster.channels));
        let finish = Finish { orientation, profile };
        let lossless = match kind {
            Kind::Png | Kind::Gif | Kind::Svg => true,
            // Chunks of lossless files are called so (RFC 9649).
            Kind::WebP => bytes.windows(4).take(64).any(|name| name == b"VP8L"),
            Kind::Jpeg | Kind::Other(_) => false,
        };
        let file = (plain && !fits && finish.is_nothing()).then_some(Plain { kind, bytes });
        Ok(Decoded { raster, finish, lossless, fits, file })
    }
}

/// All pixels of a picture.
fn whole(mut decoder: Box<dyn ImageDecoder + '_>, format: ImageFormat) -> Result<Raster, String> {
    let output = decoder.total_bytes();
    let mut limits = Limits::default();
    limits.max_alloc = Some(output + BESIDES);
    limits.reserve(output).map_err(|error| reason(&error, format))?;
    // The limits that the decoder was made with do not count its output; these do.
    decoder.set_limits(limits).map_err(|error| reason(&error, format))?;
    Ok(raster(pixels(decoder).map_err(|error| reason(&error, format))?))
}

fn pixels(decoder: impl ImageDecoder) -> Result<DynamicImage, ImageError> {
    let (width, height) = decoder.dimensions();
    let kind = decoder.color_type();
    if !matches!(kind, ColorType::L8 | ColorType::La8 | ColorType::Rgb8 | ColorType::Rgba8) {
        return DynamicImage::from_decoder(decoder);
    }
    let mut samples = room(usize::try_from(decoder.total_bytes()).unwrap_or(usize::MAX));
    decoder.read_image(&mut samples)?;
    let channels = match kind {
        ColorType::L8 => Channels::Grey,
        ColorType::La8 => Channels::GreyAlpha,
        ColorType::Rgb8 => Channels::Rgb,
        _ => Channels::RgbAlpha,
    };
    dynamic(channels, (width, height), samples)
        .ok_or_else(|| ImageError::Limits(LimitError::from_kind(LimitErrorKind::DimensionError)))
}

fn dynamic(channels: Channels, (width, height): (u32, u32), samples: Vec<u8>) -> Option<DynamicImage> {
    match channels {
        Channels::Grey => ImageBuffer::from_raw(width, height, samples).map(DynamicImage::ImageLuma8),
        Channels::GreyAlpha => ImageBuffer::from_raw(width, height, samples).map(DynamicImage::ImageLumaA8),
        Channels::Rgb => ImageBuffer::from_raw(width, height, samples).map(DynamicImage::ImageRgb8),
        Channels::RgbAlpha => ImageBuffer::from_raw(width, height, samples).map(DynamicImage::ImageRgba8),
    }
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
