//! A picture as a baseline JPEG file (ITU-T T.81).
//!
//! A cover is mostly flat: a block of one shade is one difference and an end mark, so that writing the file costs a
//! small part of what an encoder for photographs takes.

use std::f32::consts::PI;

use super::canvas::Canvas;

/// The order of a block's coefficients in the file (T.81 figure A.6).
#[rustfmt::skip]
const ZIGZAG: [usize; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
    35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// Steps of the coefficients (T.81 table K.1) at a quality at which letters have no halo.
#[rustfmt::skip]
const LUMINANCE: [u16; 64] = [
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];

/// In percent of table K.1.
const SCALE: u16 = 60;

/// Codes of the first coefficient: how many of each length, and their values (T.81 table K.3).
const DC_COUNTS: [u8; 16] = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
const DC_VALUES: [u8; 12] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

/// Codes of the others (T.81 table K.5).
const AC_COUNTS: [u8; 16] = [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7D];
#[rustfmt::skip]
const AC_VALUES: [u8; 162] = [
    0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61, 0x07, 0x22, 0x71, 0x14, 0x32,
    0x81, 0x91, 0xA1, 0x08, 0x23, 0x42, 0xB1, 0xC1, 0x15, 0x52, 0xD1, 0xF0, 0x24, 0x33, 0x62, 0x72, 0x82, 0x09, 0x0A, 0x16,
    0x17, 0x18, 0x19, 0x1A, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2A, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3A, 0x43, 0x44, 0x45,
    0x46, 0x47, 0x48, 0x49, 0x4A, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5A, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69,
    0x6A, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7A, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x92, 0x93, 0x94,
    0x95, 0x96, 0x97, 0x98, 0x99, 0x9A, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7, 0xA8, 0xA9, 0xAA, 0xB2, 0xB3, 0xB4, 0xB5, 0xB6,
    0xB7, 0xB8, 0xB9, 0xBA, 0xC2, 0xC3, 0xC4, 0xC5, 0xC6, 0xC7, 0xC8, 0xC9, 0xCA, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6, 0xD7, 0xD8,
    0xD9, 0xDA, 0xE1, 0xE2, 0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0xEA, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7, 0xF8,
    0xF9, 0xFA,
];

/// Writes the file.
pub(super) fn encode(canvas: &Canvas) -> Vec<u8> {
    let steps = LUMINANCE.map(|step| ((step * SCALE + 50) / 100).clamp(1, 255));
    let mut out = vec![0xFF, 0xD8];
    // JFIF 1.01, no density, no thumbnail.
    segment(&mut out, 0xE0, &[b'J', b'F', b'I', b'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]);
    let ordered: Vec<u8> = ZIGZAG.iter().map(|at| u8::try_from(steps[*at]).unwrap_or(255)).collect();
    segment(&mut out, 0xDB, &[&[0], ordered.as_slice()].concat());
    let [height, width] =
        [canvas.height, canvas.width].map(|side| u16::try_from(side).unwrap_or(u16::MAX).to_be_bytes());
    // Light, and of two by two pixels blue and red (T.81 B.2.2).
    let components: &[u8] = match canvas.chroma {
        None => &[1, 1, 0x11, 0],
        Some(_) => &[3, 1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0],
    };
    segment(&mut out, 0xC0, &[&[8], height.as_slice(), &width, components].concat());
    segment(&mut out, 0xC4, &[&[0x00], DC_COUNTS.as_slice(), &DC_VALUES].concat());
    segment(&mut out, 0xC4, &[&[0x10], AC_COUNTS.as_slice(), &AC_VALUES].concat());
    let scanned: &[u8] = match canvas.chroma {
        None => &[1, 1, 0, 0, 63, 0],
        Some(_) => &[3, 1, 0, 2, 0, 3, 0, 0, 63, 0],
    };
    segment(&mut out, 0xDA, scanned);
    scan(canvas, &steps, &mut out);
    out.extend([0xFF, 0xD9]);
    out
}

fn segment(out: &mut Vec<u8>, marker: u8, content: &[u8]) {
    out.extend([0xFF, marker]);
    out.extend(u16::try_from(content.len() + 2).unwrap_or(u16::MAX).to_be_bytes());
    out.extend(content);
}

/// One component of the picture.
struct Plane<'a> {
    width: usize,
    height: usize,
    samples: &'a [u8],
}

fn scan(canvas: &Canvas, steps: &[u16; 64], out: &mut Vec<u8>) {
    let (dc, ac) = (codes(&DC_COUNTS, &DC_VALUES), codes(&AC_COUNTS, &AC_VALUES));
    let cosines = cosines();
    let mut bits = Bits { out, held: 0, count: 0 };
    let light = Plane { width: canvas.width, height: canvas.height, samples: &canvas.pixels };
    let mut previous = [0; 3];
    let mut put = |component: usize, plane: &Plane<'_>, left: usize, top: usize| {
        let coefficients = coefficients(&block(plane, left, top), steps, &cosines);
        bits.difference(coefficients[0] - previous[component], &dc);
        previous[component] = coefficients[0];
        bits.rest(&coefficients, &ac);
    };
    let step = if canvas.chroma.is_some() { 16 } else { 8 };
    for top in (0..canvas.height).step_by(step) {
        for left in (0..canvas.width).step_by(step) {
            let Some(chroma) = &canvas.chroma else {
                put(0, &light, left, top);
                continue;
            };
            // Four blocks of light, then one of each colour (T.81 A.2.3).
            for (x, y) in [(0, 0), (8, 0), (0, 8), (8, 8)] {
                put(0, &light, left + x, top + y);
            }
            let (width, height) = canvas.chroma_size();
            for (component, samples) in (1..).zip(chroma) {
                put(component, &Plane { width, height, samples }, left / 2, top / 2);
            }
        }
    }
    bits.finish();
}

/// Eight rows of eight samples; behind the edge the last ones go on.
fn block(plane: &Plane<'_>, left: usize, top: usize) -> [u8; 64] {
    let mut block = [255; 64];
    for (row, to) in block.chunks_exact_mut(8).enumerate() {
        let start = (top + row).min(plane.height - 1) * plane.width;
        let Some(from) = plane.samples.get(start..start + plane.width) else { continue };
        for (x, sample) in (left..).zip(to) {
            *sample = from[x.min(plane.width - 1)];
        }
    }
    block
}

/// What each pixel of a row gives to each coefficient (T.81 A.3.3).
fn cosines() -> [[f32; 8]; 8] {
    std::array::from_fn(|frequency| {
        let weight = if frequency == 0 { (1.0_f32 / 8.0).sqrt() } else { 0.5 };
        std::array::from_fn(|at| weight * ((2 * at + 1) as f32 * frequency as f32 * PI / 16.0).cos())
    })
}

/// The block's coefficients in steps, in the order of the file.
fn coefficients(block: &[u8; 64], steps: &[u16; 64], cosines: &[[f32; 8]; 8]) -> [i32; 64] {
    let in_steps = |value: f32, at: usize| (value / f32::from(steps[at])).round() as i32;
    let mut out = [0; 64];
    if block.iter().all(|pixel| *pixel == block[0]) {
        out[0] = in_steps((f32::from(block[0]) - 128.0) * 8.0, 0);
        return out;
    }
    let mut rows = [[0.0_f32; 8]; 8];
    for (row, pixels) in rows.iter_mut().zip(block.chunks_exact(8)) {
        for (value, wave) in row.iter_mut().zip(cosines) {
            *value = wave.iter().zip(pixels).map(|(wave, pixel)| wave * (f32::from(*pixel) - 128.0)).sum();
        }
    }
    for (place, at) in out.iter_mut().zip(ZIGZAG) {
        let (y, x) = (at / 8, at % 8);
        let value: f32 = cosines[y].iter().zip(&rows).map(|(wave, row)| wave * row[x]).sum();
        *place = in_steps(value, at);
    }
    out
}

/// Code and length of each value (T.81 annex C).
fn codes(counts: &[u8; 16], values: &[u8]) -> [(u16, u8); 256] {
    let mut table = [(0, 0); 256];
    let mut values = values.iter();
    let mut code = 0_u16;
    for (length, count) in (1..).zip(counts) {
        for value in values.by_ref().take(usize::from(*count)) {
            table[usize::from(*value)] = (code, length);
            code = code.wrapping_add(1);
        }
        code = code.wrapping_shl(1);
    }
    table
}

struct Bits<'a> {
    out: &'a mut Vec<u8>,
    held: u32,
    count: u8,
}

impl Bits<'_> {
    fn put(&mut self, (value, length): (u16, u8)) {
        self.held = self.held << length | u32::from(value);
        self.count += length;
        while self.count >= 8 {
            let byte = (self.held >> (self.count - 8)) as u8;
            self.out.push(byte);
            if byte == 0xFF {
                self.out.push(0);
            }
            self.count -= 8;
        }
        self.held &= (1 << self.count) - 1;
    }

    fn difference(&mut self, value: i32, codes: &[(u16, u8); 256]) {
        let size = size(value);
        self.put(codes[usize::from(size)]);
        self.put((magnitude(value, size), size));
    }

    /// Runs of zeros and the coefficient after each (T.81 F.1.2.2).
    fn rest(&mut self, coefficients: &[i32; 64], codes: &[(u16, u8); 256]) {
        let mut zeros = 0_u8;
        for value in &coefficients[1..] {
            if *value == 0 {
                zeros += 1;
                continue;
            }
            while zeros > 15 {
                self.put(codes[0xF0]);
                zeros -= 16;
            }
            let size = size(*value);
            self.put(codes[usize::from(zeros << 4 | size)]);
            self.put((magnitude(*value, size), size));
            zeros = 0;
        }
        if zeros > 0 {
            self.put(codes[0]);
        }
    }

    /// The last byte is filled with ones.
    fn finish(mut self) {
        if self.count > 0 {
            let missing = 8 - self.count;
            self.put(((1 << missing) - 1, missing));
        }
    }
}

/// How many bits a value has; at most 11 for differences and 10 for the rest.
fn size(value: i32) -> u8 {
    u8::try_from(32 - value.unsigned_abs().leading_zeros()).unwrap_or(0).min(11)
}

/// Its bits, negative ones as the complement (T.81 F.1.2.1).
fn magnitude(value: i32, size: u8) -> u16 {
    let bits = if value < 0 { value - 1 } else { value };
    (bits & ((1 << size) - 1)) as u16
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::pixels::pixels;
    use crate::media::{Image, ImageFormat, ImageId};

    #[test]
    fn an_independent_decoder_sees_the_colours() {
        let mut canvas = Canvas::new(53, 37);
        canvas.picture([8, 8], 32, &[200, 60, 20].repeat(32 * 20));
        let bytes = encode(&canvas).into();
        let image = Image { id: ImageId("x".into()), format: ImageFormat::Jpeg, width: 53, height: 37, bytes };
        let seen = pixels(&image).unwrap();
        assert_eq!((seen.width, seen.height, seen.channels), (53, 37, 3));
        let at = |x: usize, y: usize| &seen.data[(y * 53 + x) * 3..][..3];
        let near = |a: &[u8], b: [u8; 3]| a.iter().zip(b).all(|(a, b)| a.abs_diff(b) < 9);
        assert!(near(at(20, 20), [200, 60, 20]), "{:?}", at(20, 20));
        assert!(near(at(50, 35), [255; 3]), "{:?}", at(50, 35));
    }

    #[test]
    fn an_independent_decoder_sees_the_picture() {
        let mut canvas = Canvas::new(61, 45);
        canvas.rectangle([0.0, 0.0, 61.0, 20.0], 40);
        for (at, pixel) in canvas.pixels.iter_mut().enumerate().skip(61 * 20) {
            *pixel = ((at % 61) * 4) as u8;
        }
        canvas.rectangle([8.0, 30.0, 5.0, 5.0], 0);
        let bytes = encode(&canvas).into();
        let image = Image { id: ImageId("x".into()), format: ImageFormat::Jpeg, width: 61, height: 45, bytes };
        let seen = pixels(&image).unwrap();
        assert_eq!((seen.width, seen.height, seen.channels), (61, 45, 1));
        let off: u32 = seen.data.iter().zip(&canvas.pixels).map(|(a, b)| u32::from(a.abs_diff(*b))).sum();
        assert!(off < 61 * 45 * 3, "off by {off} in all");
    }
}
