//! A JPEG picture as rows, smaller than it is if that is asked for, in little memory.
//!
//! Of a file of one pass no more is held than a row of blocks. A file of several has to be gone through to its end before
//! the first row is known; of its coefficients only those are kept that the smaller picture shows.

use super::coefficients::{Block, Coder, progressive, sequential};
use super::entropy::Bits;
use super::frame::{Component, Frame, Part, Scan, Tables, next};
use super::transform::{MOST, Side, samples};
use super::{DAMAGED, Reader};

/// How many samples a side of a block of eight becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::media) enum Scale {
    Whole = 8,
    Half = 4,
    Quarter = 2,
    Eighth = 1,
}

impl Scale {
    /// A side of the picture at this scale.
    pub(in crate::media) fn of(self, side: u32) -> u32 {
        (side * self as u32).div_ceil(8)
    }

    /// Bytes that going through a file takes at this scale, about, with so many bytes of coefficients in all.
    pub(in crate::media) fn weight(self, coefficients: u64, width: u32) -> u64 {
        let share = (self as u64 * self as u64).max(1);
        coefficients * share / 64 + coefficients / 16 + u64::from(width) * 64
    }
}

/// Decodes a picture: `sink` is given rows of grey, or of red, green and blue, from the top, and says whether it takes
/// them.
///
/// # Errors
/// Why there are no (more) rows.
pub(in crate::media) fn rows(
    file: &[u8],
    scale: Scale,
    sink: &mut dyn FnMut(&[u8]) -> bool,
) -> Result<(), &'static str> {
    let mut reader = Reader { rest: file.get(2..).unwrap_or_default(), out: None };
    let mut tables = Tables::default();
    let Part::Frame(mut frame) = next(&mut reader, None, &mut tables)? else { return Err(DAMAGED) };
    let mut out = Output::new(&frame, scale)?;
    let mut store: Option<Vec<Store>> = None;
    loop {
        match next(&mut reader, Some(&mut frame), &mut tables)? {
            Part::Frame(_) => return Err(DAMAGED),
            Part::Scan(scan) if !frame.progressive && scan.parts.len() == frame.components.len() => {
                return straight(&frame, &tables, &scan, (&mut out, sink));
            }
            Part::Scan(scan) => {
                let kept = scale as usize;
                let all = || frame.components.iter().map(|component| Store::new(component, &frame, kept)).collect();
                read(&frame, &tables, &scan, store.get_or_insert_with(all))?;
            }
            Part::End => return stored(&frame, store.as_deref_mut().ok_or(DAMAGED)?, (&mut out, sink)),
        }
    }
}

/// The kept coefficients of a component, and which of all are known.
struct Store {
    kept: usize,
    /// Blocks in a row.
    across: usize,
    frequencies: Vec<i16>,
    known: Vec<u64>,
}

impl Store {
    fn new(component: &Component, frame: &Frame, kept: usize) -> Self {
        let across = frame.pieces.0 * component.factors.0;
        let blocks = across * frame.pieces.1 * component.factors.1;
        Self { kept, across, frequencies: vec![0; blocks * kept * kept], known: vec![0; blocks] }
    }

    fn block(&mut self, x: usize, y: usize) -> Option<Block<'_>> {
        let (at, size) = (y * self.across + x, self.kept * self.kept);
        let frequencies = self.frequencies.get_mut(at * size..(at + 1) * size)?;
        Some(Block { kept: self.kept, frequencies, known: self.known.get_mut(at)? })
    }
}

/// Counts pieces, and goes on behind a restart marker after so many.
struct Restarts {
    every: usize,
    left: usize,
}

impl Restarts {
    fn new(scan: &Scan<'_>) -> Self {
        Self { every: scan.restart, left: scan.restart }
    }

    /// Before a piece: whether the coders begin anew.
    fn next(&mut self, bits: &mut Bits<'_>) -> Result<bool, &'static str> {
        if self.every == 0 {
            return Ok(false);
        }
        let begins = self.left == 0;
        if begins {
            bits.restart().ok_or(DAMAGED)?;
            self.left = self.every;
        }
        self.left -= 1;
        Ok(begins)
    }
}

/// One of several scans, into the store.
fn read(frame: &Frame, tables: &Tables, scan: &Scan<'_>, store: &mut [Store]) -> Result<(), &'static str> {
    let mut bits = Bits::new(scan.data);
    let (mut restarts, mut empty) = (Restarts::new(scan), 0);
    let mut coders: Vec<_> = scan.parts.iter().map(|(_, means, others)| Coder::new(tables, *means, *others)).collect();
    // A scan of one component has its blocks in rows, without those that only fill the last pieces (A.2.2).
    let alone = match &scan.parts[..] {
        [(at, ..)] => frame.components.get(*at).map(|component| component.shown),
        _ => None,
    };
    let (across, down) = alone.unwrap_or(frame.pieces);
    for y in 0..down {
        for x in 0..across {
            if restarts.next(&mut bits)? {
                coders.iter_mut().for_each(Coder::restart);
                empty = 0;
            }
            for (coder, (at, ..)) in coders.iter_mut().zip(&scan.parts) {
                let (component, store) = (frame.components.get(*at), store.get_mut(*at));
                let (Some(component), Some(store)) = (component, store) else { return Err(DAMAGED) };
                let (h, v) = if alone.is_some() { (1, 1) } else { component.factors };
                for (i, j) in (0..v).flat_map(|j| (0..h).map(move |i| (i, j))) {
                    let mut block = store.block(x * h + i, y * v + j).ok_or(DAMAGED)?;
                    match frame.progressive {
                        true => progressive(&mut bits, (coder, &mut empty), scan, &mut block)?,
                        false => sequential(&mut bits, coder, &mut block)?,
                    }
                }
            }
        }
        if bits.ended() {
            return Err(DAMAGED);
        }
    }
    Ok(())
}

type Sink<'s> = (&'s mut Output, &'s mut dyn FnMut(&[u8]) -> bool);

/// The only scan of a file: rows come as its data does.
fn straight(frame: &Frame, tables: &Tables, scan: &Scan<'_>, (out, sink): Sink<'_>) -> Result<(), &'static str> {
    let mut bits = Bits::new(scan.data);
    let mut restarts = Restarts::new(scan);
    let mut coders: Vec<_> = scan.parts.iter().map(|(_, means, others)| Coder::new(tables, *means, *others)).collect();
    // One component alone has no pieces of several blocks.
    let alone = (frame.components.len() == 1).then(|| frame.components[0].shown);
    let (across, down) = alone.unwrap_or(frame.pieces);
    let (mut frequencies, mut known) = ([0_i16; 64], 0);
    for _ in 0..down {
        for x in 0..across {
            if restarts.next(&mut bits)? {
                coders.iter_mut().for_each(Coder::restart);
            }
            for (coder, (at, ..)) in coders.iter_mut().zip(&scan.parts) {
                let component = frame.components.get(*at).ok_or(DAMAGED)?;
                let (h, v) = if alone.is_some() { (1, 1) } else { component.factors };
                for (i, j) in (0..v).flat_map(|j| (0..h).map(move |i| (i, j))) {
                    frequencies.fill(0);
                    let mut block = Block { kept: 8, frequencies: &mut frequencies, known: &mut known };
                    sequential(&mut bits, coder, &mut block)?;
                    out.draw(*at, component, (x * h + i, j), (8, &frequencies))?;
                }
            }
        }
        if bits.ended() {
            return Err(DAMAGED);
        }
        out.give(sink)?;
    }
    Ok(())
}

/// Rows of what is in the store.
fn stored(frame: &Frame, store: &mut [Store], (out, sink): Sink<'_>) -> Result<(), &'static str> {
    let alone = frame.components.len() == 1;
    let down = if alone { frame.components[0].shown.1 } else { frame.pieces.1 };
    for y in 0..down {
        for (at, component) in frame.components.iter().enumerate() {
            let store = store.get_mut(at).ok_or(DAMAGED)?;
            let (v, across) = (if alone { 1 } else { component.factors.1 }, store.across);
            for (x, j) in (0..v).flat_map(|j| (0..across).map(move |x| (x, j))) {
                let block = store.block(x, y * v + j).ok_or(DAMAGED)?;
                out.draw(at, component, (x, j), (block.kept, block.frequencies))?;
            }
        }
        out.give(sink)?;
    }
    Ok(())
}

/// A row of pieces as samples, and the rows of the picture that it becomes.
struct Output {
    /// Of each component: samples a side of a block across and down.
    sides: Vec<(Side, Side)>,
    /// Of each component, rows of `length` samples.
    planes: Vec<Vec<u8>>,
    length: usize,
    /// Rows of a piece.
    height: usize,
    /// Of the picture, at its scale.
    width: usize,
    /// Rows that are still to come.
    left: usize,
    row: Vec<u8>,
}

impl Output {
    fn new(frame: &Frame, scale: Scale) -> Result<Self, &'static str> {
        let one = scale as usize;
        let alone = frame.components.len() == 1;
        // A component of half as many blocks has twice as many samples a block.
        let side = |most: usize, factor: usize| {
            let samples = if alone { one } else { one * most / factor };
            (samples <= MOST && samples.is_power_of_two()).then(|| Side::new(samples))
        };
        let both = |component: &Component| {
            Some((side(frame.most.0, component.factors.0)?, side(frame.most.1, component.factors.1)?))
        };
        let sides: Option<Vec<_>> = frame.components.iter().map(both).collect();
        let sides = sides.filter(|_| matches!(frame.components.len(), 1 | 3)).ok_or("a JPEG picture of a rare kind")?;
        let (h, v) = if alone { (1, 1) } else { frame.most };
        let across = if alone { frame.pieces.0 * frame.most.0 } else { frame.pieces.0 * h };
        let (length, height) = (across * one, v * one);
        let planes = vec![vec![0; length * height]; sides.len()];
        let scaled = |side: usize| (side * one).div_ceil(8);
        let (width, left) = (scaled(frame.size.0), scaled(frame.size.1));
        Ok(Self { sides, planes, length, height, width, left, row: Vec::new() })
    }

    /// Makes samples of a block at its place in the row of pieces.
    fn draw(
        &mut self,
        at: usize,
        component: &Component,
        (x, y): (usize, usize),
        (kept, frequencies): (usize, &[i16]),
    ) -> Result<(), &'static str> {
        let (Some((across, down)), Some(plane)) = (self.sides.get(at), self.planes.get_mut(at)) else {
            return Err(DAMAGED);
        };
        let steps = component.steps.as_ref().ok_or(DAMAGED)?;
        let mut sized = [0_i32; 64];
        for (v, row) in frequencies.chunks_exact(kept).enumerate() {
            for (u, frequency) in row.iter().enumerate() {
                sized[v * kept + u] = i32::from(*frequency) * i32::from(steps[v * 8 + u]);
            }
        }
        let start = y * down.samples * self.length + x * across.samples;
        let out = plane.get_mut(start..).ok_or(DAMAGED)?;
        samples(&sized, kept, (across, down), out, self.length);
        Ok(())
    }

    /// Hands on the rows of a row of pieces.
    fn give(&mut self, sink: &mut dyn FnMut(&[u8]) -> bool) -> Result<(), &'static str> {
        for y in 0..self.height.min(self.left) {
            let line = |plane: &'_ Vec<u8>| y * self.length..(y * self.length + self.width).min(plane.len());
            let taken = match &self.planes[..] {
                [light] => sink(light.get(line(light)).unwrap_or_default()),
                [light, blue, red] => {
                    self.row.clear();
                    let lines = [light, blue, red].map(|plane| plane.get(line(plane)).unwrap_or_default());
                    let pixels = lines[0].iter().zip(lines[1]).zip(lines[2]);
                    self.row.extend(pixels.flat_map(|((light, blue), red)| rgb(*light, *blue, *red)));
                    sink(&self.row)
                }
                _ => false,
            };
            if !taken {
                return Err(DAMAGED);
            }
        }
        self.left = self.left.saturating_sub(self.height);
        Ok(())
    }
}

/// From light, blue and red to red, green and blue (JFIF 1.02), by 16 bits behind the point.
fn rgb(light: u8, blue: u8, red: u8) -> [u8; 3] {
    let (light, blue, red) = (i32::from(light) << 16 | 1 << 15, i32::from(blue) - 128, i32::from(red) - 128);
    let shares = [light + 91_881 * red, light - 22_554 * blue - 46_802 * red, light + 116_130 * blue];
    shares.map(|share| (share >> 16).clamp(0, 255) as u8)
}

#[cfg(test)]
mod tests {
    use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

    use super::super::super::tests::photo;
    use super::*;

    /// The picture at a scale, as this module has it.
    fn decoded(file: &[u8], scale: Scale) -> Result<Vec<u8>, &'static str> {
        let mut out = Vec::new();
        rows(file, scale, &mut |row| {
            out.extend_from_slice(row);
            true
        })?;
        Ok(out)
    }

    /// Files of every kind that the decoder reads.
    fn files((width, height): (u32, u32)) -> Vec<(String, Vec<u8>, bool)> {
        let picture = photo(width, height);
        let grey = image::DynamicImage::from(picture.clone()).into_luma8();
        let mut files = Vec::new();
        for sampling in [SamplingFactor::F_1_1, SamplingFactor::F_2_1, SamplingFactor::F_1_2, SamplingFactor::F_2_2] {
            for (progressive, restart, coloured) in [
                (false, 0, true),
                (false, 3, true),
                (true, 0, true),
                (true, 5, true),
                (false, 0, false),
                (true, 2, false),
            ] {
                let mut out = Vec::new();
                let mut encoder = Encoder::new(&mut out, 90);
                encoder.set_sampling_factor(sampling);
                encoder.set_progressive(progressive);
                encoder.set_restart_interval(restart);
                let (samples, colours) = match coloured {
                    true => (picture.as_raw(), ColorType::Rgb),
                    false => (grey.as_raw(), ColorType::Luma),
                };
                encoder.encode(samples, width as u16, height as u16, colours).expect("a JPEG file");
                files.push((format!("{sampling:?} {progressive} {restart} {coloured}"), out, coloured));
            }
        }
        // With bits told one after another.
        let encoder = mozjpeg_rs::Encoder::new(mozjpeg_rs::Preset::ProgressiveBalanced).quality(90);
        files.push((
            "many passes".to_owned(),
            encoder.encode_rgb(picture.as_raw(), width, height).expect("a file"),
            true,
        ));
        files
    }

    #[test]
    fn files_of_every_kind_are_as_another_decoder_sees_them() {
        for size in [(83, 61), (64, 32), (7, 5)] {
            for (name, file, coloured) in files(size) {
                let decoded = decoded(&file, Scale::Whole).unwrap_or_else(|reason| panic!("{name}: {reason}"));
                let other = image::load_from_memory(&file).expect("a picture");
                let other = if coloured { other.into_rgb8().into_raw() } else { other.into_luma8().into_raw() };
                assert_eq!(decoded.len(), other.len(), "{name} {size:?}");
                let apart: u64 = decoded.iter().zip(&other).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
                // Colours between those that a file has are guessed by each in its own way.
                let most = if name.contains("F_1_1") || !coloured { 1 } else { 6 };
                assert!(apart <= decoded.len() as u64 * most, "{name} {size:?}: {apart} of {}", decoded.len());
            }
        }
    }

    #[test]
    fn smaller_pictures_show_the_same() {
        for (name, file, coloured) in files((160, 96)) {
            for scale in [Scale::Half, Scale::Quarter, Scale::Eighth] {
                let small = decoded(&file, scale).unwrap_or_else(|reason| panic!("{name}: {reason}"));
                let (width, height) = (scale.of(160), scale.of(96));
                let count = if coloured { 3 } else { 1 };
                assert_eq!(small.len(), (width * height * count) as usize, "{name} {scale:?}");
                let other = image::load_from_memory(&file).expect("a picture");
                let other = other.resize_exact(width, height, image::imageops::FilterType::Triangle);
                let other = if coloured { other.into_rgb8().into_raw() } else { other.into_luma8().into_raw() };
                let apart: u64 = small.iter().zip(&other).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
                assert!(apart <= small.len() as u64 * 8, "{name} {scale:?}: {apart} of {}", small.len());
            }
        }
    }

    #[test]
    fn damaged_files_end() {
        let mut state = 5_u32;
        let mut chance = |below: usize| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as usize % below
        };
        for (_, file, _) in files((40, 24)) {
            for _ in 0..30 {
                let mut damaged = file.clone();
                for _ in 0..1 + chance(3) {
                    let at = 2 + chance(damaged.len() - 2);
                    damaged[at] = [0, 0xFF, 0x7F, chance(256) as u8][chance(4)];
                }
                let mut length = 0;
                // Either way is right; that it ends, and gives no more than it says, is what counts.
                let _ = rows(&damaged, Scale::Half, &mut |row| {
                    length += row.len();
                    length < 1 << 24
                });
            }
            for cut in (0..file.len()).step_by(file.len() / 20 + 1) {
                assert!(rows(&file[..cut], Scale::Whole, &mut |_| true).is_err());
            }
        }
        assert!(rows(&files((40, 24))[0].1, Scale::Whole, &mut |_| false).is_err(), "nobody takes the rows");
    }
}
