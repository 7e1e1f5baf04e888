//! A picture that becomes smaller while its rows come: no more of it is held than a few rows depend on.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::{U8, U8x2, U8x3, U8x4};
use fast_image_resize::{FilterType, PixelTrait, ResizeAlg, ResizeOptions, Resizer};

use super::raster::{Channels, Raster, room};

/// Rows that are made at a time: what lies between the two steps of scaling is held for so many only.
const BAND: u32 = 128;
/// Bytes of rows that are held at a time, where one row is not more.
const HELD: u64 = 6 << 20;

/// From one size to another, band after band, each from the rows that it depends on, by Lanczos' filter.
struct Scaling {
    channels: Channels,
    from: (u32, u32),
    to: (u32, u32),
    resizer: Resizer,
}

/// What a band depends on.
struct Span {
    /// Its rows.
    first: u32,
    count: u32,
    /// The rows that it is made from.
    from: u32,
    to: u32,
    /// Where among those the band begins and how far it goes.
    top: f64,
    height: f64,
}

impl Scaling {
    fn new(channels: Channels, from: (u32, u32), to: (u32, u32)) -> Self {
        Self { channels, from, to, resizer: Resizer::new() }
    }

    fn span(&self, first: u32, count: u32) -> Span {
        let step = f64::from(self.from.1) / f64::from(self.to.1);
        // Lanczos' filter of three lobes reaches three (larger) pixels far.
        let reach = 3.0 * step.max(1.0) + 1.0;
        let (begin, end) = (f64::from(first) * step, f64::from(first + count) * step);
        let from = (begin - reach).max(0.0) as u32;
        let to = ((end + reach).ceil() as u32).min(self.from.1);
        let top = begin - f64::from(from);
        Span { first, count, from, to, top, height: (end - begin).min(f64::from(to - from) - top) }
    }

    /// Makes a band of its rows.
    fn band(&mut self, span: &Span, rows: &[u8], band: &mut [u8]) -> Option<()> {
        match self.channels {
            Channels::Grey => self.band_of::<U8>(span, rows, band),
            Channels::GreyAlpha => self.band_of::<U8x2>(span, rows, band),
            Channels::Rgb => self.band_of::<U8x3>(span, rows, band),
            Channels::RgbAlpha => self.band_of::<U8x4>(span, rows, band),
        }
    }

    /// Pixels of one kind, named: what chooses the kind itself brings code for all, three megabytes of it.
    fn band_of<P: PixelTrait>(&mut self, span: &Span, rows: &[u8], band: &mut [u8]) -> Option<()> {
        let source = TypedImageRef::<P>::from_buffer(self.from.0, span.to - span.from, rows).ok()?;
        let mut target = TypedImage::<P>::from_buffer(self.to.0, span.count, band).ok()?;
        let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3)).crop(
            0.0,
            span.top,
            f64::from(self.from.0),
            span.height,
        );
        self.resizer.resize_typed(&source, &mut target, &options).ok()
    }
}

/// A whole picture in another size. `None` if that cannot be done.
pub(super) fn scaled(raster: &Raster, to: (u32, u32)) -> Option<Raster> {
    let count = raster.channels.count();
    let mut scaling = Scaling::new(raster.channels, (raster.width, raster.height), to);
    let mut samples = room(to.0 as usize * to.1 as usize * count);
    let row = raster.width as usize * count;
    for (band, first) in samples.chunks_mut(to.0 as usize * BAND as usize * count).zip((0..to.1).step_by(BAND as usize))
    {
        let span = scaling.span(first, BAND.min(to.1 - first));
        let rows = raster.samples.get(span.from as usize * row..span.to as usize * row)?;
        scaling.band(&span, rows, band)?;
    }
    Some(Raster { width: to.0, height: to.1, channels: raster.channels, samples })
}

/// A picture in another size, whose rows are still to come.
pub(super) struct Bands {
    scaling: Scaling,
    /// Rows of a band.
    band: u32,
    /// The band that is made next.
    span: Span,
    samples: Vec<u8>,
    /// Rows from the first that the next band depends on.
    held: Vec<u8>,
    /// Rows that have come.
    come: u32,
}

impl Bands {
    /// For a picture of one size that is to have another.
    pub(super) fn new(channels: Channels, from: (u32, u32), to: (u32, u32)) -> Self {
        let scaling = Scaling::new(channels, from, to);
        let step = f64::from(from.1) / f64::from(to.1.max(1));
        let row = u64::from(from.0) * channels.count() as u64;
        let band = (((HELD / row.max(1)) as f64 / step) as u32).clamp(1, BAND);
        let span = scaling.span(0, band.min(to.1));
        let samples = room(to.0 as usize * to.1 as usize * channels.count());
        Self { scaling, band, span, samples, held: Vec::new(), come: 0 }
    }

    /// Takes the next row. `None` if it is one too many, not as long as it must be, or cannot be scaled.
    pub(super) fn push(&mut self, row: &[u8]) -> Option<()> {
        let length = self.scaling.from.0 as usize * self.scaling.channels.count();
        if row.len() != length || self.come >= self.scaling.from.1 {
            return None;
        }
        self.come += 1;
        if self.come > self.span.from {
            self.held.extend_from_slice(row);
        }
        while self.come >= self.span.to && self.span.count > 0 {
            let line = self.scaling.to.0 as usize * self.scaling.channels.count();
            let first = self.span.first as usize * line;
            let band = self.samples.get_mut(first..first + self.span.count as usize * line)?;
            self.scaling.band(&self.span, &self.held, band)?;
            let next = self.span.first + self.span.count;
            let span = self.scaling.span(next, self.band.min(self.scaling.to.1 - next));
            let gone = (span.from - self.span.from) as usize * length;
            self.held.drain(..gone.min(self.held.len()));
            self.span = span;
        }
        Some(())
    }

    /// The picture, if all its rows have come.
    pub(super) fn finish(self) -> Option<Raster> {
        let Scaling { channels, to: (width, height), .. } = self.scaling;
        (self.span.first == height).then_some(Raster { width, height, channels, samples: self.samples })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(width: u32, height: u32) -> Raster {
        let level =
            |x: u32, y: u32| (128.0 + 60.0 * (f64::from(x) / 9.0).sin() + 60.0 * (f64::from(y) / 7.0).cos()) as u8;
        let samples: Vec<u8> = (0..height).flat_map(|y| (0..width).map(move |x| level(x, y))).collect();
        Raster { width, height, channels: Channels::Grey, samples }
    }

    #[test]
    fn bands_leave_no_seams() {
        let raster = picture(40, 900);
        for height in [899, 700, 450, 301, 150] {
            let banded = scaled(&raster, (20, height)).expect("a picture").samples;
            let from = TypedImageRef::<U8>::from_buffer(40, 900, &raster.samples).expect("a picture");
            let mut whole = TypedImage::<U8>::new(20, height);
            let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
            Resizer::new().resize_typed(&from, &mut whole, &options).expect("a picture");
            let apart = banded.iter().zip(whole.pixels()).map(|(a, b)| a.abs_diff(b.0)).max();
            assert!(apart <= Some(1), "{height}: {apart:?}");
        }
    }

    #[test]
    fn rows_that_come_one_by_one_make_the_same_picture() {
        let raster = picture(40, 900);
        for (to, rows) in
            [((20, 450), 128), ((20, 301), 40), ((10, 225), 7), ((13, 7), 1), ((40, 899), 128), ((1, 1), 1)]
        {
            let mut bands = Bands::new(Channels::Grey, (40, 900), to);
            bands.band = rows;
            bands.span = bands.scaling.span(0, rows.min(to.1));
            raster.samples.chunks(40).for_each(|row| bands.push(row).expect("room"));
            assert_eq!(bands.push(&[0; 40]), None, "one too many");
            assert!(bands.held.len() < 40 * 900 || to == (1, 1), "{to:?}");
            let (made, whole) = (bands.finish().expect("all rows"), scaled(&raster, to).expect("a picture"));
            let apart = made.samples.iter().zip(&whole.samples).map(|(a, b)| a.abs_diff(*b)).max();
            assert!(apart <= Some(u8::from(rows != 128)), "{to:?}: {apart:?}");
        }
        let mut bands = Bands::new(Channels::Grey, (40, 900), (20, 450));
        assert_eq!(bands.push(&[0; 39]), None, "not a whole row");
        raster.samples.chunks(40).take(899).for_each(|row| bands.push(row).expect("room"));
        assert!(bands.finish().is_none(), "the last row is missing");
    }
}
