//! Sizes: pictures are made no larger than readers and printers can use.

use fast_image_resize::images::{Image as Buffer, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

use super::super::raster::{Channels, Raster, room};

/// The size that a picture of `width` × `height` is brought to: the longer side at most `max_side`, at most
/// `max_pixels` in all, never larger than it is.
///
/// A strip, more than three times as long as wide (the picture of a whole screen's scrolling, a panorama), is read
/// along its length; there `max_side` limits the shorter side, or nothing in it could be read any more.
pub(super) fn fit(width: u32, height: u32, max_side: u32, max_pixels: u64) -> (u32, u32) {
    let (long, short) = (f64::from(width.max(height)), f64::from(width.min(height)));
    let limited = if long > 3.0 * short { short } else { long };
    let by_side = f64::from(max_side.max(1)) / limited;
    let by_area = (max_pixels.max(1) as f64 / (long * short)).sqrt();
    let factor = by_side.min(by_area);
    // Rounding down keeps the product within the limit.
    times((width, height), factor)
}

/// The size that a picture is brought to for a screen: within it as it stands upright; of a strip only its shorter side
/// within the shorter side of the screen, and at most `max_pixels`.
pub(super) fn fit_screen((width, height): (u32, u32), screen: (u32, u32), max_pixels: u64) -> (u32, u32) {
    let (long, short) = (width.max(height), width.min(height));
    if u64::from(long) > 3 * u64::from(short) {
        return fit(width, height, screen.0.min(screen.1), max_pixels);
    }
    let across = f64::from(screen.0.max(1)) / f64::from(width);
    let down = f64::from(screen.1.max(1)) / f64::from(height);
    let by_screen = times((width, height), across.min(down));
    fit(by_screen.0, by_screen.1, u32::MAX, max_pixels)
}

/// A size times a factor below 1, at least a pixel each way.
pub(super) fn times((width, height): (u32, u32), factor: f64) -> (u32, u32) {
    let scaled = |side: u32| ((f64::from(side) * factor + 1e-9).floor() as u32).max(1);
    if factor >= 1.0 { (width, height) } else { (scaled(width), scaled(height)) }
}

/// Rows that are made at a time: what lies between the two steps of scaling is held for so many only.
const BAND: u32 = 128;

/// The picture in another size, by Lanczos' filter. As it is, if that cannot be done.
pub(super) fn scale(raster: Raster, (width, height): (u32, u32)) -> Raster {
    if (width, height) == (raster.width, raster.height) {
        return raster;
    }
    match scaled(&raster, (width, height)) {
        Some(samples) => Raster { width, height, channels: raster.channels, samples },
        None => raster,
    }
}

/// Band after band, each from the rows that it depends on.
fn scaled(raster: &Raster, (width, height): (u32, u32)) -> Option<Vec<u8>> {
    let kind = match raster.channels {
        Channels::Grey => PixelType::U8,
        Channels::GreyAlpha => PixelType::U8x2,
        Channels::Rgb => PixelType::U8x3,
        Channels::RgbAlpha => PixelType::U8x4,
    };
    let count = raster.channels.count();
    let mut samples = room(width as usize * height as usize * count);
    let mut resizer = Resizer::new();
    let step = f64::from(raster.height) / f64::from(height);
    // Lanczos' filter of three lobes reaches three (larger) pixels far.
    let reach = 3.0 * step.max(1.0) + 1.0;
    for (band, first) in
        samples.chunks_mut(width as usize * BAND as usize * count).zip((0..height).step_by(BAND as usize))
    {
        let rows = BAND.min(height - first);
        let (begin, end) = (f64::from(first) * step, f64::from(first + rows) * step);
        let from = (begin - reach).max(0.0) as u32;
        let to = ((end + reach).ceil() as u32).min(raster.height);
        let top = begin - f64::from(from);
        let row = raster.width as usize * count;
        let source = raster.samples.get(from as usize * row..to as usize * row)?;
        let source = ImageRef::new(raster.width, to - from, source, kind).ok()?;
        let mut target = Buffer::from_slice_u8(width, rows, band, kind).ok()?;
        let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3)).crop(
            0.0,
            top,
            f64::from(raster.width),
            (end - begin).min(f64::from(to - from) - top),
        );
        resizer.resize(&source, &mut target, &options).ok()?;
    }
    Some(samples)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_kept_within_both_limits() {
        assert_eq!(fit(800, 600, 1600, 4_000_000), (800, 600));
        assert_eq!(fit(3200, 2400, 1600, 4_000_000), (1600, 1200));
        assert_eq!(fit(2400, 3200, 1600, 4_000_000), (1200, 1600));
        assert_eq!(fit(3000, 3000, 9000, 4_000_000), (2000, 2000));
        assert_eq!(fit(1, 1, 1600, 4_000_000), (1, 1));
        let (width, height) = fit(4001, 2999, 9000, 4_000_000);
        assert!(u64::from(width) * u64::from(height) <= 4_000_000);
    }

    #[test]
    fn strips_stay_readable() {
        assert_eq!(fit(750, 5000, 1600, 4_000_000), (750, 5000));
        let (width, height) = fit(1080, 18_000, 1600, 4_000_000);
        assert!(width > 480 && u64::from(width) * u64::from(height) <= 4_000_000, "{width} × {height}");
    }

    #[test]
    fn pictures_fit_into_screens() {
        let fit = |size| fit_screen(size, (1236, 1648), 4_000_000);
        assert_eq!(fit((3200, 2400)), (1236, 927));
        assert_eq!(fit((2400, 3200)), (1236, 1648));
        assert_eq!(fit((1000, 1648)), (1000, 1648));
        assert_eq!(fit((2000, 2001)), (1236, 1236));
        let (width, height) = fit((1440, 9000));
        assert!(width > 700 && u64::from(width) * u64::from(height) <= 4_000_000, "{width} × {height}");
        assert_eq!(fit((7000, 900)), (5577, 717));
        assert_eq!(fit_screen((900, 900), (480, 800), 100_000), (316, 316));
    }

    #[test]
    fn bands_leave_no_seams() {
        let level =
            |x: u32, y: u32| (128.0 + 60.0 * (f64::from(x) / 9.0).sin() + 60.0 * (f64::from(y) / 7.0).cos()) as u8;
        let samples: Vec<u8> = (0..900).flat_map(|y| (0..40).map(move |x| level(x, y))).collect();
        let raster = Raster { width: 40, height: 900, channels: Channels::Grey, samples };
        for height in [899, 700, 450, 301, 150] {
            let banded = scale(raster.clone(), (20, height)).samples;
            let from = ImageRef::new(40, 900, &raster.samples, PixelType::U8).expect("a picture");
            let mut whole = Buffer::new(20, height, PixelType::U8);
            let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
            Resizer::new().resize(&from, &mut whole, &options).expect("a picture");
            let apart = banded.iter().zip(whole.buffer()).map(|(a, b)| a.abs_diff(*b)).max();
            assert!(apart <= Some(1), "{height}: {apart:?}");
        }
    }

    #[test]
    fn scaling_keeps_colours_and_transparency() {
        let pixel = [200, 40, 10, 255, 0, 255, 0, 0];
        let samples: Vec<u8> = pixel.iter().copied().cycle().take(64 * 64 * 4).collect();
        let raster = Raster { width: 64, height: 64, channels: Channels::RgbAlpha, samples };
        let small = scale(raster, (16, 16));
        // Green is wholly transparent there, so that none of it shows.
        assert!(small.samples.chunks_exact(4).all(|p| p[0].abs_diff(200) < 3 && p[1].abs_diff(40) < 3));
        assert_eq!((small.width, small.height, small.samples.len()), (16, 16, 16 * 16 * 4));
    }
}
