//! From pixels to the bytes of a JPEG or PNG file.

use mozjpeg_rs::{Encoder as JpegEncoder, Preset, Subsampling, TrellisConfig};
use png::{BitDepth, ColorType, Compression, Encoder, Filter};

use super::super::pixels::Planes;
use super::super::raster::{Channels, Raster};

/// How finely a JPEG file holds colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Colours {
    /// One for four pixels, as eyes and cameras see them.
    Halved,
    /// As finely as light, for letters and lines.
    Whole,
}

/// A JPEG file of an opaque picture.
///
/// # Errors
/// If the picture is larger than JPEG files can be.
pub(super) fn jpeg(raster: &Raster, quality: u8, colours: Colours) -> Result<Vec<u8>, String> {
    let Raster { width, height, channels, samples } = raster;
    let encoder = jpeg_encoder(quality, colours);
    let file = match channels {
        Channels::Grey => encoder.encode_gray(samples, *width, *height),
        Channels::Rgb => encoder.encode_rgb(samples, *width, *height),
        Channels::GreyAlpha | Channels::RgbAlpha => return Err("transparency in a JPEG picture".to_owned()),
    };
    file.map_err(|_| NO_JPEG.to_owned())
}

/// A JPEG file of planes.
///
/// # Errors
/// If they are not of one picture, or larger than JPEG files can be.
pub(in crate::media) fn planes(planes: &Planes<'_>, quality: u8) -> Result<Vec<u8>, String> {
    let Planes { width, height, light, colours } = *planes;
    // Of drawings, mostly even ground, weighing each block would save little and take as long as all the rest.
    let encoder = jpeg_encoder(quality, Colours::Halved).trellis(TrellisConfig::disabled());
    let file = match colours {
        None => encoder.encode_gray(light, width, height),
        Some([blue, red]) => encoder.encode_ycbcr_planar(light, blue, red, width, height),
    };
    file.map_err(|_| NO_JPEG.to_owned())
}

const NO_JPEG: &str = "a picture that JPEG cannot hold";

/// One pass, which every reader can show; steps and codes are the picture's own, and what nobody would see is left out
/// (rate-distortion optimization).
fn jpeg_encoder(quality: u8, colours: Colours) -> JpegEncoder {
    let sampling = match colours {
        Colours::Halved => Subsampling::S420,
        Colours::Whole => Subsampling::S444,
    };
    // Means weighed as well would save a third of a percent and take as much memory as all the rest.
    let trellis = TrellisConfig { dc_enabled: false, ..TrellisConfig::default() };
    let encoder = JpegEncoder::new(Preset::BaselineBalanced).trellis(trellis);
    let encoder = encoder.quality(quality.clamp(1, 100)).subsampling(sampling);
    // Steps of 16 bits would be extended sequential DCT (T.81 B.2.4.1).
    encoder.force_baseline(true)
}

/// A PNG file, with a palette if the colours are few.
///
/// # Errors
/// If the picture is larger than PNG files can be.
pub(super) fn png(raster: &Raster) -> Result<Vec<u8>, String> {
    let cannot = |_| "a picture that PNG cannot hold".to_owned();
    let mut out = Vec::new();
    let mut encoder = Encoder::new(&mut out, raster.width, raster.height);
    encoder.set_compression(Compression::Balanced);
    match indexed(raster) {
        Some(Indexed { palette, alpha, depth, rows }) => {
            encoder.set_color(ColorType::Indexed);
            encoder.set_depth(depth);
            encoder.set_palette(palette);
            if !alpha.is_empty() {
                encoder.set_trns(alpha);
            }
            // Neighbouring numbers of a palette say nothing about each other (PNG §12.7).
            encoder.set_filter(Filter::NoFilter);
            encoder.write_header().and_then(|mut writer| writer.write_image_data(&rows)).map_err(cannot)?;
        }
        None => {
            encoder.set_color(match raster.channels {
                Channels::Grey => ColorType::Grayscale,
                Channels::GreyAlpha => ColorType::GrayscaleAlpha,
                Channels::Rgb => ColorType::Rgb,
                Channels::RgbAlpha => ColorType::Rgba,
            });
            encoder.set_depth(BitDepth::Eight);
            encoder.set_filter(Filter::Adaptive);
            encoder.write_header().and_then(|mut writer| writer.write_image_data(&raster.samples)).map_err(cannot)?;
        }
    }
    Ok(out)
}

/// A PNG file of a grey picture whose samples are all in equal steps from black to white, so many that they take
/// fewer bits: 2, 4 or 16 greys.
///
/// # Errors
/// If the picture is larger than PNG files can be.
pub(super) fn few_greys(raster: &Raster, levels: u16) -> Result<Vec<u8>, String> {
    let (depth, bits, step) = match levels {
        2 => (BitDepth::One, 1, 255),
        4 => (BitDepth::Two, 2, 85),
        16 => (BitDepth::Four, 4, 17),
        _ => return png(raster),
    };
    let cannot = |_| "a picture that PNG cannot hold".to_owned();
    let rows = packed(raster, bits, |sample| sample / step);
    let write = |filter| {
        let mut out = Vec::new();
        let mut encoder = Encoder::new(&mut out, raster.width, raster.height);
        encoder.set_compression(Compression::High);
        encoder.set_color(ColorType::Grayscale);
        encoder.set_depth(depth);
        encoder.set_filter(filter);
        encoder.write_header().and_then(|mut writer| writer.write_image_data(&rows)).map_err(cannot)?;
        Ok::<_, String>(out)
    };
    // Dots of a pattern come again in the next byte; of others nothing is to be expected.
    let (plain, left) = (write(Filter::NoFilter)?, write(Filter::Sub)?);
    Ok(if left.len() < plain.len() { left } else { plain })
}

/// The samples of a grey picture, `8 / bits` in a byte, each row beginning with a byte of its own.
fn packed(raster: &Raster, bits: usize, number: impl Fn(u8) -> u8) -> Vec<u8> {
    let mut rows = Vec::with_capacity(raster.samples.len() * bits / 8 + raster.height as usize);
    for row in raster.samples.chunks_exact(raster.width.max(1) as usize) {
        for samples in row.chunks(8 / bits) {
            let byte = samples.iter().fold(0, |byte: u8, sample| byte << bits | number(*sample));
            rows.push(byte << (8 - samples.len() * bits));
        }
    }
    rows
}

/// A picture by numbers.
struct Indexed {
    /// Red, green, blue of each number.
    palette: Vec<u8>,
    /// Alpha of the first numbers; the rest are opaque.
    alpha: Vec<u8>,
    depth: BitDepth,
    /// Numbers, packed, each row beginning with a byte of its own.
    rows: Vec<u8>,
}

fn indexed(raster: &Raster) -> Option<Indexed> {
    let colours = raster.palette()?;
    let bits: usize = match colours.len() {
        0..=2 => 1,
        3..=4 => 2,
        5..=16 => 4,
        // A grey sample of 8 bits is as short as a number.
        _ if raster.channels == Channels::Grey => return None,
        _ => 8,
    };
    let depth = match bits {
        1 => BitDepth::One,
        2 => BitDepth::Two,
        4 => BitDepth::Four,
        _ => BitDepth::Eight,
    };
    let palette = colours.keys().flat_map(|&[r, g, b, _]| [r, g, b]).collect();
    let mut alpha: Vec<u8> = colours.keys().map(|rgba| rgba[3]).collect();
    let opaque = alpha.iter().rev().take_while(|&&alpha| alpha == 255).count();
    alpha.truncate(alpha.len() - opaque);
    let mut rows =
        Vec::with_capacity(raster.samples.len() / raster.channels.count() * bits / 8 + raster.height as usize);
    let mut last: (&[u8], u8) = (&[], 0);
    for row in raster.samples.chunks_exact(raster.width as usize * raster.channels.count()) {
        let (mut byte, mut filled) = (0u8, 0);
        for pixel in row.chunks_exact(raster.channels.count()) {
            if pixel != last.0 {
                last = (pixel, *colours.get(&raster.channels.rgba(pixel))?);
            }
            byte = if bits == 8 { last.1 } else { byte << bits | last.1 };
            filled += bits;
            if filled == 8 {
                rows.push(byte);
                (byte, filled) = (0, 0);
            }
        }
        if filled > 0 {
            rows.push(byte << (8 - filled));
        }
    }
    Some(Indexed { palette, alpha, depth, rows })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pixels of a PNG file as an independent decoder sees them.
    fn decoded(file: &[u8]) -> Vec<[u8; 4]> {
        let picture = image::load_from_memory_with_format(file, image::ImageFormat::Png).expect("a PNG file");
        picture.into_rgba8().pixels().map(|pixel| pixel.0).collect()
    }

    #[test]
    fn palettes_of_every_size_give_the_pixels_back() {
        for colours in [1usize, 2, 3, 4, 5, 16, 17, 200, 256, 257] {
            let pixel = |n: usize| [(n * 7 % 256) as u8, (n / 256) as u8, (n % colours) as u8, 255 - (n % 3) as u8];
            let samples: Vec<u8> = (0..19 * 21).flat_map(|n| pixel(n % colours)).collect();
            let raster = Raster { width: 19, height: 21, channels: Channels::RgbAlpha, samples };
            let file = png(&raster).expect("a PNG file");
            let expected: Vec<_> = raster.samples.chunks_exact(4).map(|p| [p[0], p[1], p[2], p[3]]).collect();
            assert_eq!(decoded(&file), expected, "{colours} colours");
            assert_eq!(file[25], if colours > 256 { 6 } else { 3 }, "colour type for {colours} colours");
        }
    }

    #[test]
    fn few_greys_take_few_bits() {
        for (levels, step) in [(2, 255), (4, 85), (16, 17), (256, 1)] {
            let samples: Vec<u8> = (0..19 * 21).map(|n| (n % usize::from(levels) * step) as u8).collect();
            let raster = Raster { width: 19, height: 21, channels: Channels::Grey, samples };
            let file = few_greys(&raster, levels).expect("a PNG file");
            let expected: Vec<_> = raster.samples.iter().map(|&s| [s, s, s, 255]).collect();
            assert_eq!(decoded(&file), expected, "{levels}");
            assert_eq!(file[24], [1, 2, 4, 8][[2, 4, 16, 256].iter().position(|&l| l == levels).expect("one")]);
        }
    }

    #[test]
    fn grey_pictures_stay_grey() {
        let samples: Vec<u8> = (0..=255).collect();
        let raster = Raster { width: 16, height: 16, channels: Channels::Grey, samples };
        let file = png(&raster).expect("a PNG file");
        assert_eq!(file[25], 0);
        assert_eq!(decoded(&file)[77], [77, 77, 77, 255]);
        let file = jpeg(&raster, 90, Colours::Whole).expect("a JPEG file");
        let picture = image::load_from_memory(&file).expect("a JPEG file");
        assert_eq!(picture.color(), image::ColorType::L8);
    }
}
