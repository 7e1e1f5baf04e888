//! Tones for screens of few greys: grey by light, full contrast for faint scans, and dots for the greys between.
//!
//! Samples are gamma-encoded (sRGB, IEC 61966-2-1); light adds up in what they stand for. So colours become grey, and
//! dots are weighed, in linear light of 16 bits.

use std::sync::OnceLock;

use super::super::Dither;
use super::super::raster::{Channels, Raster};

/// The light of each sample, of 65535.
fn light() -> &'static [u16; 256] {
    static LIGHT: OnceLock<[u16; 256]> = OnceLock::new();
    LIGHT.get_or_init(|| {
        std::array::from_fn(|sample| {
            let encoded = sample as f64 / 255.0;
            let linear = if encoded <= 0.04045 { encoded / 12.92 } else { ((encoded + 0.055) / 1.055).powf(2.4) };
            (linear * 65535.0).round() as u16
        })
    })
}

/// The sample whose light is nearest.
fn sample(linear: u16) -> u8 {
    let light = light();
    let above = light.partition_point(|known| *known < linear).min(255);
    let below = above.saturating_sub(1);
    let nearer_below = linear.abs_diff(light[below]) < linear.abs_diff(light[above]);
    u8::try_from(if nearer_below { below } else { above }).unwrap_or(u8::MAX)
}

/// Grey by luminance (ITU-R BT.709): as bright as the colours are.
#[must_use]
pub(super) fn grey(raster: Raster) -> Raster {
    let light = light();
    raster.grey_by(|[r, g, b]| {
        let [r, g, b] = [r, g, b].map(|channel| u32::from(light[usize::from(channel)]));
        sample(u16::try_from((r * 2126 + g * 7152 + b * 722 + 5000) / 10_000).unwrap_or(u16::MAX))
    })
}

/// A picture on white where it is transparent.
#[must_use]
pub(super) fn on_white(raster: Raster) -> Raster {
    let channels = match raster.channels {
        Channels::GreyAlpha => Channels::Grey,
        Channels::RgbAlpha => Channels::Rgb,
        Channels::Grey | Channels::Rgb => return raster,
    };
    let count = raster.channels.count();
    let mut samples = Vec::with_capacity(raster.samples.len() / count * (count - 1));
    for pixel in raster.samples.chunks_exact(count) {
        let Some((alpha, colours)) = pixel.split_last() else { continue };
        let alpha = u16::from(*alpha);
        samples.extend(colours.iter().map(|c| ((u16::from(*c) * alpha + 255 * (255 - alpha) + 127) / 255) as u8));
    }
    Raster { channels, samples, ..raster }
}

/// The darkest and the lightest sample of a faint scan, which full contrast would make black and white: a grey picture
/// most of which is paper, and whose ink is far from black or whose paper is far from white. `None` for any other:
/// photographs of fog, night or snow stay as they are.
pub(super) fn faint(raster: &Raster) -> Option<(u8, u8)> {
    if raster.channels != Channels::Grey {
        return None;
    }
    let mut counts = [0_u64; 256];
    raster.samples.iter().for_each(|sample| counts[usize::from(*sample)] += 1);
    let total: u64 = counts.iter().sum();
    // Few specks of dust, or of a black frame, are neither ink nor paper.
    let at = |share: u64| {
        let mut sum = 0;
        counts.iter().position(|count| {
            sum += count;
            sum * 1000 >= total * share
        })
    };
    let (dark, light) = (at(5)?, at(995)?);
    let paper =
        (0..256_usize).max_by_key(|level| counts[level.saturating_sub(4)..(level + 5).min(256)].iter().sum::<u64>())?;
    let on_paper: u64 = counts[paper.saturating_sub(20)..(paper + 21).min(256)].iter().sum();
    let is_scan = total >= 10_000 && on_paper * 10 >= total * 6 && paper >= 110 && light.saturating_sub(paper) <= 45;
    let is_faint = dark > 70 || light < 200;
    // Less contrast than this is an empty page.
    let has_ink = light - dark >= 40;
    (is_scan && is_faint && has_ink).then(|| (dark as u8, paper.max(light - light.saturating_sub(paper) / 2) as u8))
}

/// The picture with all samples spread from the darkest to the lightest.
#[must_use]
pub(super) fn stretched(mut raster: Raster, (dark, light): (u8, u8)) -> Raster {
    let range = u32::from(light.saturating_sub(dark).max(1));
    for sample in &mut raster.samples {
        let above = u32::from(sample.saturating_sub(dark)).min(range);
        *sample = ((above * 255 + range / 2) / range) as u8;
    }
    raster
}

/// The greys of a screen: samples in equal steps, and their light.
struct Greys {
    samples: Vec<u8>,
    light: Vec<i32>,
}

impl Greys {
    fn new(levels: u16) -> Self {
        let steps = u32::from(levels.clamp(2, 256)) - 1;
        let samples: Vec<u8> = (0..=steps).map(|level| ((level * 255 + steps / 2) / steps) as u8).collect();
        let light = samples.iter().map(|sample| i32::from(light()[usize::from(*sample)])).collect();
        Self { samples, light }
    }

    /// The grey at or below a light, which is not the lightest.
    fn below(&self, light: i32) -> usize {
        self.light.partition_point(|known| *known <= light).saturating_sub(1).min(self.light.len() - 2)
    }

    fn nearest(&self, light: i32) -> usize {
        let below = self.below(light);
        below + usize::from(light - self.light[below] > self.light[below + 1] - light)
    }
}

/// A grey picture in a few greys; what is between them is dots. Another picture stays as it is.
#[must_use]
pub(super) fn dithered(raster: Raster, dither: Dither, levels: u16) -> Raster {
    if raster.channels != Channels::Grey {
        return raster;
    }
    let greys = Greys::new(levels);
    match dither {
        Dither::None => raster,
        Dither::FloydSteinberg => diffused(raster, &greys),
        Dither::Ordered => ordered(raster, &greys),
    }
}

/// Floyd and Steinberg: what a pixel lacks goes to those not yet seen, 7/16 ahead, 3, 5 and 1/16 in the next row. Rows
/// run to and fro, so that the dots make no slanting lines.
fn diffused(mut raster: Raster, greys: &Greys) -> Raster {
    let width = raster.width as usize;
    let mut lack = vec![0_i32; width + 2];
    let light = light();
    for (number, row) in raster.samples.chunks_exact_mut(width.max(1)).enumerate() {
        let mut next = vec![0_i32; width + 2];
        let mut ahead = 0;
        let mut step = |at: usize, before: usize, after: usize| {
            let wanted = i32::from(light[usize::from(row[at])]) + (ahead + lack[at + 1]) / 16;
            let grey = greys.nearest(wanted);
            row[at] = greys.samples[grey];
            // Beyond black and white there is nothing to make up for.
            let error = (wanted - greys.light[grey]).clamp(-32_768, 32_767);
            ahead = error * 7;
            next[before] += error * 3;
            next[at + 1] += error * 5;
            next[after] += error;
        };
        if number % 2 == 0 {
            (0..width).for_each(|at| step(at, at, at + 2));
        } else {
            (0..width).rev().for_each(|at| step(at, at + 2, at));
        }
        lack = next;
    }
    raster
}

/// Bayer's orders: of 2 × 2 pixels for many greys, where finer steps would not be seen but would not pack, and of 4 × 4
/// for few. Each is one row after the other.
const FINE: [i32; 16] = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5];
const COARSE: [i32; 4] = [0, 2, 3, 1];

/// A pattern of dots that is the same everywhere: larger steps than diffusion makes, but pictures that pack well.
fn ordered(mut raster: Raster, greys: &Greys) -> Raster {
    let (order, side): (&[i32], i64) = if greys.samples.len() >= 16 { (&COARSE, 2) } else { (&FINE, 4) };
    let width = raster.width as usize;
    let light = light();
    let rows = raster.samples.chunks_exact_mut(width.max(1));
    for (row, order) in rows.zip(order.chunks_exact(side as usize).cycle()) {
        for (sample, place) in row.iter_mut().zip(order.iter().cycle()) {
            let wanted = i32::from(light[usize::from(*sample)]);
            let below = greys.below(wanted);
            let (from, to) = (greys.light[below], greys.light[below + 1]);
            let above = i64::from(wanted - from) * 2 * side * side > i64::from(to - from) * i64::from(place * 2 + 1);
            *sample = greys.samples[below + usize::from(above)];
        }
    }
    raster
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn flat(width: u32, height: u32, sample: impl Fn(u32, u32) -> u8) -> Raster {
        let samples = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| sample(x, y)).collect();
        Raster { width, height, channels: Channels::Grey, samples }
    }

    #[test]
    fn grey_is_as_bright_as_the_colours() {
        let raster = |samples: &[u8]| {
            let width = u32::try_from(samples.len() / 3).expect("small");
            Raster { width, height: 1, channels: Channels::Rgb, samples: samples.to_vec() }
        };
        // sRGB of 21 %, 72 %, 7 % of white's light.
        assert_eq!(grey(raster(&[255, 0, 0, 0, 255, 0, 0, 0, 255])).samples, [127, 220, 76]);
        assert_eq!(grey(raster(&[0, 0, 0, 255, 255, 255, 77, 77, 77])).samples, [0, 255, 77]);
        assert_eq!(
            (0..=255_u8).map(|s| sample(light()[usize::from(s)])).collect::<Vec<_>>(),
            (0..=255).collect::<Vec<u8>>()
        );
    }

    #[test]
    fn what_is_transparent_is_white() {
        let raster = Raster { width: 3, height: 1, channels: Channels::GreyAlpha, samples: vec![0, 0, 0, 255, 0, 128] };
        let opaque = on_white(raster);
        assert_eq!((opaque.channels, opaque.samples), (Channels::Grey, vec![255, 0, 127]));
    }

    #[test]
    fn dots_are_as_bright_as_the_grey_they_stand_for() {
        for dither in [Dither::FloydSteinberg, Dither::Ordered] {
            for levels in [2, 4, 16] {
                let known: BTreeSet<u8> = Greys::new(levels).samples.into_iter().collect();
                for grey in [0_u8, 20, 90, 128, 200, 255] {
                    let dots = dithered(flat(64, 64, |_, _| grey), dither, levels);
                    assert!(dots.samples.iter().all(|sample| known.contains(sample)), "{dither:?} {levels} {grey}");
                    let sum: u64 = dots.samples.iter().map(|s| u64::from(light()[usize::from(*s)])).sum();
                    let difference = (sum / 4096).abs_diff(u64::from(light()[usize::from(grey)]));
                    assert!(difference < 2200, "{dither:?} {levels} {grey}: {difference}");
                }
            }
        }
        let exact = flat(16, 16, |x, _| (x * 17) as u8);
        for dither in [Dither::None, Dither::FloydSteinberg, Dither::Ordered] {
            assert_eq!(dithered(exact.clone(), dither, 16), exact, "{dither:?}");
        }
        assert_eq!(dithered(flat(1, 1, |_, _| 9), Dither::FloydSteinberg, 2).samples, [0]);
    }

    /// A page of text: a fifth of it ink.
    fn page(paper: u8, ink: u8) -> Raster {
        flat(200, 200, move |x, y| if y % 10 < 4 && x % 2 == 0 { ink } else { paper - (x % 3) as u8 })
    }

    #[test]
    fn faint_scans_are_found_and_nothing_else() {
        for (paper, ink) in [(180, 110), (160, 20), (235, 150)] {
            let raster = page(paper, ink);
            let found = faint(&raster).unwrap_or_else(|| panic!("{paper} {ink}"));
            let full = stretched(raster, found).samples;
            assert!(full.iter().min() < Some(&10) && full.iter().max() > Some(&245), "{paper} {ink} {found:?}");
        }
        assert_eq!(faint(&page(250, 10)), None, "a good scan");
        assert_eq!(faint(&page(200, 190)), None, "an empty page");
        assert_eq!(faint(&flat(200, 200, |x, _| (100 + x / 3) as u8)), None, "fog");
        assert_eq!(faint(&flat(200, 200, |x, y| (20 + (x * y) % 60) as u8)), None, "night");
        assert_eq!(faint(&flat(20, 20, |x, _| if x == 0 { 90 } else { 180 })), None, "an icon");
    }
}
