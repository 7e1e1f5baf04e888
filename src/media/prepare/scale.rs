//! Sizes: pictures are made no larger than readers and printers can use.

use super::super::bands;
use super::super::raster::Raster;

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

/// The picture in another size, by Lanczos' filter. As it is, if that cannot be done.
pub(super) fn scale(raster: Raster, (width, height): (u32, u32)) -> Raster {
    if (width, height) == (raster.width, raster.height) {
        return raster;
    }
    bands::scaled(&raster, (width, height)).unwrap_or(raster)
}

#[cfg(test)]
mod tests {
    use super::super::super::raster::Channels;
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
