//! Large pictures, made smaller while their rows come: decoded whole, one of 50 million pixels takes 150 to 300 MB.

use std::ops::Range;

use image::ColorType;

use super::super::bands::Bands;
use super::super::raster::{Channels, Raster};
use super::jpeg::{self, Scale};
use super::png::{self, Pieces};
use super::{BESIDES, Candidate, gif};

/// From so many bytes of memory on, what takes no more time in rows is decoded so.
const LARGE: u64 = 24 << 20;
/// From so many on, what takes a little longer; and where a progressive file may lose more of its frequencies, so that
/// less of them is kept.
const LARGER: u64 = 64 << 20;
/// What is held of rows while they are scaled.
const ROWS: u64 = 20 << 20;

/// How the rows of a file can be had.
pub(super) enum Rows {
    /// Of the parts of a PNG file of one pass.
    Png(Vec<Range<usize>>),
    /// Of a JPEG file in grey or `YCbCr`, with so many bytes of coefficients to keep until its last pass.
    Jpeg(u64),
    /// Of a GIF file whose first frame is all of it, with so many bytes to keep until rows come in their order.
    Gif(u64),
}

/// The size that a picture is brought to while it is decoded.
#[derive(Clone, Copy)]
pub(super) struct Target {
    size: (u32, u32),
    scale: Scale,
}

impl Candidate<'_> {
    /// The same, to be decoded to the size that `size` gives for its own and whether it lies on its side, if that is
    /// smaller, it is large, and its rows come one by one.
    pub(in crate::media) fn towards(mut self, size: impl Fn((u32, u32), bool) -> (u32, u32)) -> Self {
        let Some((_, decoder)) = &mut self.decoder else { return self };
        let own = decoder.dimensions();
        let turns = decoder.orientation().is_ok_and(super::turns);
        let size = size(own, turns);
        let least = match self.rows {
            Some(Rows::Png(_) | Rows::Gif(_)) => LARGE,
            Some(Rows::Jpeg(_)) => LARGER,
            None => return self,
        };
        if self.weight < least || size == own || size.0 > own.0 || size.1 > own.1 { self } else { self.into_size(size) }
    }

    /// The same, to be decoded to a size if its rows come one by one.
    pub(in crate::media) fn into_size(mut self, size: (u32, u32)) -> Self {
        let Some(own) = self.decoder.as_ref().map(|(_, decoder)| decoder.dimensions()) else { return self };
        let (scale, weight) = match self.rows {
            Some(Rows::Jpeg(coefficients)) => {
                let scale = scale(own, size, coefficients);
                (scale, scale.weight(coefficients, own.0))
            }
            Some(Rows::Gif(held)) => (Scale::Whole, held),
            Some(Rows::Png(_)) => (Scale::Whole, 0),
            None => return self,
        };
        self.weight = weight + ROWS + self.bytes.len() as u64;
        self.target = Some(Target { size, scale });
        self
    }

    /// The picture in the size of its target. `None` if there is none, or the file is of a kind, or damaged in a way, that only decoding
    /// all of it can tell.
    ///
    /// # Errors
    /// Why it is no picture for a book.
    pub(super) fn shrunk(&self, own: (u32, u32), colours: ColorType) -> Option<Result<Raster, String>> {
        let target = self.target?;
        let channels = match colours {
            ColorType::L8 | ColorType::L16 => Channels::Grey,
            ColorType::La8 | ColorType::La16 => Channels::GreyAlpha,
            ColorType::Rgb8 | ColorType::Rgb16 => Channels::Rgb,
            ColorType::Rgba8 | ColorType::Rgba16 => Channels::RgbAlpha,
            _ => return None,
        };
        let from = (target.scale.of(own.0), target.scale.of(own.1));
        let mut bands = Bands::new(channels, from, target.size);
        let mut push = |row: &[u8]| bands.push(row).is_some();
        let outcome = match self.rows.as_ref()? {
            Rows::Png(kept) => png::rows(Pieces::new(self.bytes, kept), BESIDES as usize, &mut push),
            Rows::Gif(_) => gif::rows(self.bytes, &mut push),
            Rows::Jpeg(_) => match jpeg::rows(self.bytes, target.scale, &mut push) {
                Ok(()) => Ok(()),
                Err(_) => return None,
            },
        };
        let raster = outcome.and_then(|()| bands.finish().ok_or("a picture that is cut off"));
        Some(raster.map_err(str::to_owned))
    }
}

/// What a JPEG picture is decoded to before it is scaled: half as large again as it is to have, or more; not so much
/// more than that if many coefficients would have to be kept.
fn scale(own: (u32, u32), size: (u32, u32), coefficients: u64) -> Scale {
    let times = (own.0 / size.0.max(1)).min(own.1 / size.1.max(1));
    match times {
        16.. => Scale::Eighth,
        8.. => Scale::Quarter,
        3.. => Scale::Half,
        2.. if coefficients >= LARGER => Scale::Half,
        _ => Scale::Whole,
    }
}

#[cfg(test)]
mod tests {
    use image::{ExtendedColorType, ImageEncoder};

    use super::super::tests::{exif, gif, jpeg_with, photo, png, rgba};
    use super::super::{Decoded, examine};
    use super::*;

    /// The picture at a third of its size or so, decoded in rows and as a whole.
    fn both(file: &[u8], size: (u32, u32), scale: Scale) -> [Raster; 2] {
        let mut candidate = examine(file).expect("a picture");
        candidate.target = Some(Target { size, scale });
        let Decoded { raster, fits, file: plain, .. } = candidate.decode().expect("a picture");
        assert!(fits && plain.is_none() && (raster.width, raster.height) == size);
        let whole = examine(file).and_then(Candidate::decode).expect("a picture");
        assert!(!whole.fits);
        [raster, super::super::super::bands::scaled(&whole.raster, size).expect("a picture")]
    }

    /// How far samples are apart, of 255, on the average.
    fn apart([one, other]: &[Raster; 2]) -> f64 {
        assert_eq!((one.channels, one.samples.len()), (other.channels, other.samples.len()));
        let sum: u64 = one.samples.iter().zip(&other.samples).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
        sum as f64 / one.samples.len() as f64
    }

    #[test]
    fn png_files_in_rows_are_what_they_are_as_a_whole() {
        let photo = photo(300, 200);
        let mut files = vec![png(&photo)];
        let dynamic = image::DynamicImage::from(photo);
        let mut add = |bytes: Vec<u8>, kind| {
            let mut file = Vec::new();
            image::codecs::png::PngEncoder::new(&mut file).write_image(&bytes, 300, 200, kind).expect("a PNG file");
            files.push(file);
        };
        let wide = |samples: &[u16]| samples.iter().flat_map(|sample| sample.to_ne_bytes()).collect::<Vec<_>>();
        add(dynamic.to_luma8().into_raw(), ExtendedColorType::L8);
        add(dynamic.to_luma_alpha8().into_raw(), ExtendedColorType::La8);
        add(dynamic.to_rgba8().into_raw(), ExtendedColorType::Rgba8);
        add(wide(dynamic.to_luma16().as_raw()), ExtendedColorType::L16);
        add(wide(dynamic.to_rgba16().as_raw()), ExtendedColorType::Rgba16);
        for (n, file) in files.iter().enumerate() {
            assert!(apart(&both(file, (97, 65), Scale::Whole)) == 0.0, "{n}");
        }
        let mut damaged = files[0].clone();
        let middle = damaged.len() / 2;
        damaged[middle] ^= 0xFF;
        let mut candidate = examine(&damaged).expect("whole at first sight");
        candidate.target = Some(Target { size: (30, 20), scale: Scale::Whole });
        assert_eq!(candidate.decode().err().as_deref(), Some("a damaged PNG picture"));
    }

    #[test]
    fn gif_files_in_rows_are_what_they_are_as_a_whole() {
        let (small, mut large) = (rgba(&photo(40, 30)), rgba(&photo(300, 200)));
        large.pixels_mut().take(999).for_each(|pixel| pixel.0[3] = 0);
        assert!(apart(&both(&gif(&[large, small.clone()]), (97, 65), Scale::Whole)) == 0.0);
        let cut = gif(&[small]);
        let mut candidate = examine(&cut[..cut.len() / 2]).expect("whole at first sight");
        candidate.target = Some(Target { size: (4, 3), scale: Scale::Whole });
        assert_eq!(candidate.decode().err().as_deref(), Some("a damaged GIF picture"));
        // Rows out of order, a transparent number, one that is not in the palette.
        let mut interlaced = Vec::new();
        let numbers: Vec<u8> = (0..90 * 60).map(|at| (at / 90 * 3 % 5) as u8).collect();
        let palette = [10, 20, 30, 200, 100, 0, 0, 90, 250, 77, 7, 177];
        let mut encoder = ::gif::Encoder::new(&mut interlaced, 90, 60, &palette).expect("a GIF file");
        let mut frame = ::gif::Frame::from_indexed_pixels(90, 60, numbers, Some(2));
        frame.interlaced = true;
        encoder.write_frame(&frame).expect("a GIF file");
        drop(encoder);
        assert_eq!(super::super::gif::held(&interlaced), Some(90 * 60));
        assert!(apart(&both(&interlaced, (31, 20), Scale::Whole)) == 0.0);
        // A screen that is larger than its first frame.
        let screen = [b"GIF89a".as_slice(), &[9, 0, 9, 0, 0x80, 0, 0], &[0; 6]].concat();
        let frame = |side: u8| {
            let frame = [0x2C, 0, 0, 0, 0, side, 0, side, 0, 0, 2, 2, 0x44, 1, 0, 0x3B];
            super::super::gif::held(&[&screen[..], &frame].concat())
        };
        assert_eq!([frame(9), frame(8)], [Some(0), None]);
    }

    #[test]
    fn jpeg_files_in_rows_show_what_they_show_as_a_whole() {
        let photo = photo(640, 480);
        let progressive = mozjpeg_rs::Encoder::new(mozjpeg_rs::Preset::ProgressiveBalanced).quality(90);
        let progressive = progressive.encode_rgb(photo.as_raw(), 640, 480).expect("a JPEG file");
        for file in [jpeg_with(&photo, &[]), progressive] {
            for (size, scale) in [
                ((213, 160), Scale::Whole),
                ((213, 160), Scale::Half),
                ((80, 60), Scale::Quarter),
                ((40, 30), Scale::Eighth),
            ] {
                let apart = apart(&both(&file, size, scale));
                assert!(apart < if scale == Scale::Whole { 0.7 } else { 1.5 }, "{scale:?}: {apart}");
            }
        }
    }

    #[test]
    fn what_is_large_is_decoded_to_the_size_that_it_is_to_have() {
        let turned = jpeg_with(&photo(640, 480), &exif(6));
        let towards = |file: &[u8], size: (u32, u32), weight: u64| {
            let mut candidate = examine(file).expect("a picture");
            candidate.weight = weight;
            let candidate = candidate.towards(|own, turns| {
                assert_eq!(own, (640, 480));
                if turns { (size.1, size.0) } else { size }
            });
            (candidate.target.is_some(), candidate.weight < weight)
        };
        assert_eq!(towards(&turned, (100, 75), 200 << 20), (true, true));
        assert_eq!(towards(&turned, (100, 75), 20 << 20), (false, false), "it is not large");
        assert_eq!(towards(&turned, (480, 640), 200 << 20), (false, false), "it has its size");
        let upright = png(&photo(640, 480));
        assert_eq!(towards(&upright, (100, 75), 30 << 20), (true, true));
        assert_eq!(scale((7000, 7000), (1600, 1600), 0), Scale::Half);
        assert_eq!(scale((7000, 7000), (2500, 2500), 0), Scale::Whole);
        assert_eq!(scale((7000, 7000), (2500, 2500), 147_000_000), Scale::Half);
        assert_eq!(scale((20_000, 2000), (1000, 100), 0), Scale::Eighth);
    }
}
