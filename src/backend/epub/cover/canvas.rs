//! A picture that outlines are filled on in grey, and pictures in their colours.

use crate::font::Segment;
use crate::media::pixels::Planes;

/// A picture: rows from the top, 8 bits a pixel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Canvas {
    pub(super) width: usize,
    pub(super) height: usize,
    /// How light each pixel is.
    pub(super) pixels: Vec<u8>,
    /// How blue and how red each square of two by two pixels is (Cb and Cr of JFIF 1.02); `None` if all are grey.
    pub(super) chroma: Option<[Vec<u8>; 2]>,
}

/// Cb and Cr of grey.
const NEUTRAL: u8 = 128;

/// Where an outline goes: its origin on the canvas, and pixels a unit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placement {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) scale: f32,
}

impl Canvas {
    /// A white picture.
    pub(super) fn new(width: usize, height: usize) -> Self {
        Self { width, height, pixels: vec![255; width * height], chroma: None }
    }

    /// How many squares of chroma a row and a column have.
    pub(super) fn chroma_size(&self) -> (usize, usize) {
        (self.width.div_ceil(2), self.height.div_ceil(2))
    }

    /// What a file is made of.
    pub(super) fn planes(&self) -> Planes<'_> {
        let [width, height] = [self.width, self.height].map(|side| u32::try_from(side).unwrap_or(u32::MAX));
        let colours = self.chroma.as_ref().map(|[blue, red]| [blue.as_slice(), red.as_slice()]);
        Planes { width, height, light: &self.pixels, colours }
    }

    /// Puts a picture of `width` pixels a row (red, green, blue) where its upper left corner is to be.
    pub(super) fn picture(&mut self, [left, top]: [usize; 2], width: usize, samples: &[u8]) {
        let (across, down) = self.chroma_size();
        let mut chroma =
            self.chroma.take().unwrap_or_else(|| [vec![NEUTRAL; across * down], vec![NEUTRAL; across * down]]);
        let row = width.max(1) * 3;
        let bottom = self.height.min(top + samples.len() / row);
        let right = self.width.min(left + width);
        for (y, row) in (top..bottom).zip(samples.chunks_exact(row)) {
            let pixels = self.pixels.iter_mut().take((y + 1) * self.width).skip(y * self.width + left);
            pixels.zip(row.chunks_exact(3)).for_each(|(light, pixel)| *light = colours(pixel)[0]);
            // The square's colour is that of its last pixel: what is scaled down has no finer ones.
            let is_last = |at: usize, end: usize| at % 2 == 1 || at + 1 == end;
            if !is_last(y, bottom) {
                continue;
            }
            for (x, pixel) in (left..right).zip(row.chunks_exact(3)).filter(|(x, _)| is_last(*x, right)) {
                let [_, blue, red] = colours(pixel);
                let square = y / 2 * across + x / 2;
                chroma[0][square] = blue;
                chroma[1][square] = red;
            }
        }
        self.chroma = Some(chroma);
    }

    /// Fills a rectangle; what of it is outside is left out.
    pub(super) fn rectangle(&mut self, [x, y, width, height]: [f32; 4], shade: u8) {
        let clamp = |value: f32, most: usize| (value.round().max(0.0) as usize).min(most);
        let (left, right) = (clamp(x, self.width), clamp(x + width, self.width));
        for row in
            self.pixels.chunks_exact_mut(self.width).take(clamp(y + height, self.height)).skip(clamp(y, self.height))
        {
            row.iter_mut().take(right).skip(left).for_each(|pixel| *pixel = shade);
        }
    }

    /// Fills an outline.
    pub(super) fn fill(&mut self, outline: &[Segment], placement: Placement, shade: u8) {
        let lines = flatten(outline, placement);
        let Some(mut area) = Area::around(&lines, self) else { return };
        lines.iter().for_each(|[from, to]| area.line(*from, *to));
        area.blend(self, shade);
    }
}

/// How light, how blue and how red a pixel is (JFIF 1.02, in parts of 65,536).
fn colours(pixel: &[u8]) -> [u8; 3] {
    let &[red, green, blue] = pixel else { return [0, NEUTRAL, NEUTRAL] };
    let [red, green, blue] = [red, green, blue].map(i32::from);
    let sums = [
        19_595 * red + 38_470 * green + 7_471 * blue,
        32_768 * blue - 11_059 * red - 21_709 * green + (i32::from(NEUTRAL) << 16),
        32_768 * red - 27_439 * green - 5_329 * blue + (i32::from(NEUTRAL) << 16),
    ];
    sums.map(|sum| ((sum + 32_768) >> 16).min(255) as u8)
}

type Point = [f32; 2];

/// The outline as straight lines on the canvas.
fn flatten(outline: &[Segment], at: Placement) -> Vec<[Point; 2]> {
    let place = |x: f32, y: f32| [at.x + x * at.scale, at.y - y * at.scale];
    let (mut start, mut here) = ([0.0; 2], [0.0; 2]);
    let mut lines = Vec::new();
    for segment in outline {
        let points: Vec<Point> = match *segment {
            Segment::Move(x, y) => {
                start = place(x, y);
                here = start;
                continue;
            }
            Segment::Line(x, y) => vec![place(x, y)],
            Segment::Close => vec![start],
            Segment::Quad(a, b) => {
                let (a, b) = (place(a[0], a[1]), place(b[0], b[1]));
                curve(|t| std::array::from_fn(|i| mix(mix(here[i], a[i], t), mix(a[i], b[i], t), t)))
            }
            Segment::Cubic(a, b, c) => {
                let [a, b, c] = [a, b, c].map(|point| place(point[0], point[1]));
                curve(|t| {
                    std::array::from_fn(|i| {
                        let (ab, bc) = (mix(a[i], b[i], t), mix(b[i], c[i], t));
                        mix(mix(mix(here[i], a[i], t), ab, t), mix(ab, bc, t), t)
                    })
                })
            }
        };
        for point in points {
            lines.push([here, point]);
            here = point;
        }
    }
    lines
}

/// A curve in eight pieces: at the sizes of a cover no piece is off by more than a fraction of a pixel.
fn curve(point: impl Fn(f32) -> Point) -> Vec<Point> {
    (1..=8_u8).map(|step| point(f32::from(step) / 8.0)).collect()
}

fn mix(a: f32, b: f32, t: f32) -> f32 {
    a + (b - a) * t
}

/// The part of the canvas that an outline covers, with the signed area that its lines cut off each pixel, summed along
/// the rows when it is blended.
struct Area {
    left: usize,
    top: usize,
    width: usize,
    sums: Vec<f32>,
}

impl Area {
    fn around(lines: &[[Point; 2]], canvas: &Canvas) -> Option<Self> {
        let points = || lines.iter().flatten();
        let least = |axis: usize| points().map(|point| point[axis]).fold(f32::INFINITY, f32::min).floor().max(0.0);
        let most = |axis: usize| points().map(|point| point[axis]).fold(f32::NEG_INFINITY, f32::max).ceil();
        let (left, top) = (least(0) as usize, least(1) as usize);
        let (right, bottom) =
            ((most(0).max(0.0) as usize).min(canvas.width), (most(1).max(0.0) as usize).min(canvas.height));
        if lines.is_empty() || left >= right || top >= bottom {
            return None;
        }
        let width = right - left + 2;
        Some(Self { left, top, width, sums: vec![0.0; width * (bottom - top)] })
    }

    /// Adds a line: in each row that it crosses, its height there goes to the pixels right of it.
    fn line(&mut self, from: Point, to: Point) {
        let (direction, upper, lower) = if from[1] < to[1] { (1.0, from, to) } else { (-1.0, to, from) };
        if upper[1] == lower[1] {
            return;
        }
        let slope = (lower[0] - upper[0]) / (lower[1] - upper[1]);
        let (left, top) = (self.left as f32, self.top as f32);
        let first = (upper[1] - top).max(0.0) as usize;
        for (index, row) in self.sums.chunks_exact_mut(self.width).enumerate().skip(first) {
            let row_top = top + index as f32;
            if row_top >= lower[1] {
                break;
            }
            let (start, end) = (upper[1].max(row_top), lower[1].min(row_top + 1.0));
            if start >= end {
                continue;
            }
            let at = |y: f32| (upper[0] + (y - upper[1]) * slope - left).max(0.0);
            let (a, b) = (at(start), at(end));
            spread(row, a.min(b), a.max(b), direction * (end - start));
        }
    }

    fn blend(&self, canvas: &mut Canvas, shade: u8) {
        let rows = canvas.pixels.chunks_exact_mut(canvas.width).skip(self.top);
        for (row, sums) in rows.zip(self.sums.chunks_exact(self.width)) {
            let mut covered = 0.0;
            for (pixel, sum) in row.iter_mut().skip(self.left).zip(sums) {
                covered += sum;
                let cover: f32 = f32::min(covered.abs(), 1.0);
                if cover > 0.002 {
                    // Half more and cut off: rounded, without the call that rounding is on old processors.
                    *pixel = (f32::from(*pixel) + (f32::from(shade) - f32::from(*pixel)) * cover + 0.5) as u8;
                }
            }
        }
    }
}

/// Spreads the height of a line that runs from `x0` to `x1` within one row over the pixels it crosses, each by how
/// much of it is right of the line.
fn spread(row: &mut [f32], x0: f32, x1: f32, height: f32) {
    let (first, last) = (x0.floor() as usize, x1.floor() as usize);
    let mut add = |at: usize, value: f32| {
        if let Some(sum) = row.get_mut(at) {
            *sum += value;
        }
    };
    if first == last {
        let right = 1.0 - ((x0 + x1) / 2.0 - first as f32);
        add(first, height * right);
        add(first + 1, height * (1.0 - right));
        return;
    }
    let per_pixel = height / (x1 - x0);
    for pixel in first..=last {
        let (start, end) = (x0.max(pixel as f32), x1.min(pixel as f32 + 1.0));
        let part = per_pixel * (end - start);
        let right = 1.0 - ((start + end) / 2.0 - pixel as f32);
        add(pixel, part * right);
        add(pixel + 1, part * (1.0 - right));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_square_covers_its_pixels() {
        let mut canvas = Canvas::new(6, 6);
        let square = [
            Segment::Move(0.0, 0.0),
            Segment::Line(2.0, 0.0),
            Segment::Line(2.0, 2.0),
            Segment::Line(0.0, 2.0),
            Segment::Close,
        ];
        canvas.fill(&square, Placement { x: 1.5, y: 4.0, scale: 1.0 }, 0);
        let row = |y: usize| canvas.pixels[y * 6..y * 6 + 6].to_vec();
        assert_eq!(row(1), [255; 6]);
        assert_eq!(row(2), [255, 128, 0, 128, 255, 255]);
        assert_eq!(row(3), [255, 128, 0, 128, 255, 255]);
        assert_eq!(row(4), [255; 6]);
    }

    #[test]
    fn a_picture_keeps_its_colours() {
        let mut canvas = Canvas::new(4, 3);
        canvas.picture([2, 2], 3, &[255, 0, 0].repeat(9));
        assert_eq!(canvas.pixels, [[255; 4], [255; 4], [255, 255, 76, 76]].concat());
        assert_eq!(canvas.chroma, Some([vec![128, 128, 128, 85], vec![128, 128, 128, 255]]));
    }

    #[test]
    fn what_is_outside_is_left_out() {
        let mut canvas = Canvas::new(4, 4);
        let square = [
            Segment::Move(-9.0, -9.0),
            Segment::Line(9.0, -9.0),
            Segment::Line(9.0, 9.0),
            Segment::Line(-9.0, 9.0),
            Segment::Close,
        ];
        canvas.fill(&square, Placement { x: 0.0, y: 0.0, scale: 1.0 }, 7);
        assert_eq!(canvas.pixels, [7; 16]);
        canvas.rectangle([-3.0, 2.0, 5.0, 90.0], 9);
        assert_eq!(canvas.pixels[8..12], [9, 9, 7, 7]);
        canvas.fill(&square, Placement { x: 99.0, y: 99.0, scale: 1.0 }, 0);
        assert_eq!(canvas.pixels[8..12], [9, 9, 7, 7]);
    }
}
