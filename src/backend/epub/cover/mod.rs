//! The cover of a book that has none: what is known about it, set by `templates/cover.svg` in the embedded faces.
//!
//! The template is SVG of three elements: `rect` (`x`, `y`, `width`, `height`, `fill`), `image` (`x`, `y`, `width`,
//! `height`: where the middle of a picture of the book goes) and `text` (`x`, `y` of the first
//! line's base line, `inline-size`, `font-size`, `font-weight`, `fill`; `data-lines` is the most lines it may take,
//! `data-least` the smallest size it may shrink to for that). Text is broken into lines as its language has it. What
//! is no picture is grey, as electronic paper is.

mod canvas;
mod lines;

use std::collections::BTreeMap;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use self::canvas::{Canvas, Placement};
use crate::font::{Face, FaceId, Family, Region, Segment, Slant, Style, Weight, face_for, outlines};
use crate::media::Image;
use crate::media::pixels::{Pixels, filling};

/// The built-in template.
pub(super) const TEMPLATE: &str = include_str!("../../../../templates/cover.svg");

/// Changes whenever the same drawing gives other pixels than before.
pub(super) const REVISION: u32 = 5;

/// Of the JPEG file: letters have no halo, and most readers show covers small.
const QUALITY: u8 = 54;

/// The most pixels along a side.
const MOST: f32 = 4000.0;

/// The cover that a filled template draws. `None` if it is no cover template, or if a face is lacking for a character
/// of it: better no cover than one with holes.
pub(super) fn draw(svg: &str, region: Region, picture: Option<&Pixels>) -> Option<Image> {
    let mut reader = Reader::from_str(svg);
    let mut canvas: Option<Canvas> = None;
    let mut text: Option<(Text, String)> = None;
    loop {
        match reader.read_event().ok()? {
            Event::Eof => break,
            Event::Start(start) | Event::Empty(start) if start.local_name().as_ref() == "svg" => {
                let side =
                    |name| number(&start, name).filter(|side| (1.0..=MOST).contains(side)).map(|side| side as usize);
                canvas = Some(Canvas::new(side("width")?, side("height")?));
            }
            Event::Start(start) | Event::Empty(start) if start.local_name().as_ref() == "rect" => {
                let [x, y] = ["x", "y"].map(|name| number(&start, name).unwrap_or(0.0));
                let size = [x, y, number(&start, "width")?, number(&start, "height")?];
                canvas.as_mut()?.rectangle(size, shade(&start));
            }
            Event::Start(start) | Event::Empty(start) if start.local_name().as_ref() == "image" => {
                if let Some(picture) = picture {
                    place(picture, &start, canvas.as_mut()?)?;
                }
            }
            Event::Start(start) if start.local_name().as_ref() == "text" => {
                text = Some((Text::of(&start, region)?, String::new()));
            }
            Event::Text(piece) => {
                if let Some((_, words)) = &mut text {
                    words.push_str(&piece.xml10_content());
                }
            }
            Event::GeneralRef(name) => {
                if let Some((_, words)) = &mut text {
                    words.push_str(quick_xml::escape::resolve_xml_entity(&name)?);
                }
            }
            Event::End(end) if end.local_name().as_ref() == "text" => {
                let (text, words) = text.take()?;
                text.set(&words, canvas.as_mut()?)?;
            }
            _ => {}
        }
    }
    let canvas = canvas?;
    canvas.planes().jpeg("cover", QUALITY)
}

/// Whether a picture is worth a place on a cover: large enough not to blur there, and neither strip nor column.
pub(super) fn is_fit(image: &Image) -> bool {
    let (width, height) = (u64::from(image.width), u64::from(image.height));
    width >= 600 && height >= 400 && width <= height * 3 && height <= width * 2
}

/// Whether a picture is a cover by itself: as tall as covers are.
pub(super) fn is_whole(image: &Image) -> bool {
    let (width, height) = (u64::from(image.width), u64::from(image.height));
    height * 10 >= width * 12 && height <= width * 2
}

fn place(picture: &Pixels, start: &BytesStart<'_>, canvas: &mut Canvas) -> Option<()> {
    let side = |name| number(start, name).map(|side| side.max(0.0) as usize);
    let (left, top) = (side("x")?.min(canvas.width), side("y")?.min(canvas.height));
    let (width, height) = (side("width")?.min(canvas.width - left), side("height")?.min(canvas.height - top));
    let samples = filling(picture, u32::try_from(width).ok()?, u32::try_from(height).ok()?)?;
    canvas.picture([left, top], width, &samples);
    Some(())
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = start.try_get_attribute(name).ok()??;
    attribute.normalized_value(XmlVersion::Implicit1_0).ok().map(|value| value.into_owned())
}

fn number(start: &BytesStart<'_>, name: &str) -> Option<f32> {
    attribute(start, name)?.trim().parse().ok().filter(|number: &f32| number.is_finite() && number.abs() <= MOST)
}

/// The grey of `fill` (`#rrggbb`; ITU-R BT.709 luma); black without it.
fn shade(start: &BytesStart<'_>) -> u8 {
    let fill = attribute(start, "fill").unwrap_or_default();
    let part = |at: usize| fill.get(at..at + 2).and_then(|digits| u8::from_str_radix(digits, 16).ok()).unwrap_or(0);
    (0.2126 * f32::from(part(1)) + 0.7152 * f32::from(part(3)) + 0.0722 * f32::from(part(5))).round() as u8
}

/// A text element.
struct Text {
    x: f32,
    y: f32,
    width: f32,
    size: f32,
    least: f32,
    most_lines: usize,
    style: Style,
    shade: u8,
}

impl Text {
    fn of(start: &BytesStart<'_>, region: Region) -> Option<Self> {
        let size = number(start, "font-size").filter(|size| *size >= 1.0)?;
        let bold = attribute(start, "font-weight").as_deref() == Some("bold");
        let weight = if bold { Weight::Bold } else { Weight::Regular };
        Some(Self {
            x: number(start, "x")?,
            y: number(start, "y")?,
            width: number(start, "inline-size")?,
            size,
            least: number(start, "data-least").unwrap_or(size).clamp(1.0, size),
            most_lines: number(start, "data-lines").map_or(1, |lines| lines.max(1.0) as usize),
            style: Style { region, weight, slant: Slant::Upright, mono: false },
            shade: shade(start),
        })
    }

    /// Sets the words in as many lines as it takes, smaller if they are too many; what is too much even then is cut
    /// with an ellipsis.
    fn set(&self, words: &str, canvas: &mut Canvas) -> Option<()> {
        let words = &western_quotes(words);
        let glyphs: BTreeMap<char, (FaceId, u16)> =
            words.chars().chain([' ', '…']).map(|c| Some((c, self.glyph(c)?))).collect::<Option<_>>()?;
        let advance = |c: char, size: f32| match glyphs.get(&c) {
            Some((face, glyph)) => {
                let face = Face::open(*face);
                f32::from(face.advance(*glyph)) / f32::from(face.metrics().units_per_em) * size
            }
            None => 0.0,
        };
        let (size, mut set) = self.fitted(words, advance);
        if set.len() > self.most_lines {
            set.truncate(self.most_lines);
            if let Some(last) = set.last_mut() {
                while !last.is_empty()
                    && last.chars().map(|c| advance(c, size)).sum::<f32>() + advance('…', size) > self.width
                {
                    last.pop();
                }
                last.push('…');
            }
        }
        let shapes = shapes(glyphs.values());
        for (number, line) in set.iter().enumerate() {
            // Lines stand one and a third em apart.
            let y = self.y + number as f32 * size * 1.34;
            let mut x = self.x;
            for (c, (face, glyph)) in line.chars().filter_map(|c| Some((c, *glyphs.get(&c)?))) {
                let scale = size / f32::from(Face::open(face).metrics().units_per_em);
                if let Some(shape) = shapes.get(&(face, glyph)) {
                    canvas.fill(shape, Placement { x, y, scale }, self.shade);
                }
                x += advance(c, size);
            }
        }
        Some(())
    }

    /// The size and lines of words: the largest size at which no line ends within a phrase, unless that is less than two
    /// thirds of the size at which they fit; the smallest size if they fit at none.
    fn fitted(&self, words: &str, advance: impl Fn(char, f32) -> f32) -> (f32, Vec<String>) {
        let mut fitting: Option<(f32, Vec<String>)> = None;
        let mut size = self.size;
        loop {
            let set = lines::lines(words, self.width, |c| advance(c, size));
            let fits = set.lines.len() <= self.most_lines;
            if fits && !set.torn {
                return (size, set.lines);
            }
            if fits && fitting.is_none() {
                fitting = Some((size, set.lines.clone()));
            }
            let least = fitting.as_ref().map_or(self.least, |(size, _)| (size * 0.66).max(self.least));
            if size <= least {
                return fitting.unwrap_or((size, set.lines));
            }
            size = (size - 4.0).max(least);
        }
    }

    /// The face and glyph of a character: Han faces have Latin that goes with their Han.
    fn glyph(&self, c: char) -> Option<(FaceId, u16)> {
        if let Some((_, quote)) = WESTERN.iter().find(|(mark, _)| *mark == c) {
            let serif = FaceId::of(Family::Serif, self.style.weight, Slant::Upright);
            return Some((serif, Face::open(serif).glyph(*quote)?));
        }
        let han = FaceId::of(Family::Cjk(self.style.region), self.style.weight, Slant::Upright);
        // Letters that join cannot be drawn one by one.
        let other = || face_for(c, self.style).filter(|face| !face.family().joins());
        let face = if Face::open(han).glyph(c).is_some() { han } else { other()? };
        Some((face, Face::open(face).glyph(c)?))
    }
}

/// What stands for the curly quotes of Western text while it is set: the faces of Han fill a square with each (CLREQ 3.1.3).
const WESTERN: [(char, char); 4] = [('\u{E018}', '‘'), ('\u{E019}', '’'), ('\u{E01C}', '“'), ('\u{E01D}', '”')];

/// The words with those of their curly quotes marked that are Western: all where there is no Han, else apostrophes.
fn western_quotes(words: &str) -> String {
    let han = words.chars().any(lines::is_han);
    let mut before = None;
    let mut chars = words.chars().peekable();
    let mut out = String::with_capacity(words.len());
    while let Some(c) = chars.next() {
        let letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !lines::is_han(c));
        let western = !han || c == '’' && letter(before) && letter(chars.peek().copied());
        let mark = WESTERN.iter().find(|(_, quote)| western && *quote == c);
        out.push(mark.map_or(c, |(mark, _)| *mark));
        before = Some(c);
    }
    out
}

/// The outlines of glyphs; each face is opened once.
fn shapes<'a>(glyphs: impl Iterator<Item = &'a (FaceId, u16)>) -> BTreeMap<(FaceId, u16), Vec<Segment>> {
    let mut faces: BTreeMap<FaceId, Vec<u16>> = BTreeMap::new();
    glyphs.for_each(|(face, glyph)| faces.entry(*face).or_default().push(*glyph));
    let of = |(face, glyphs): (FaceId, Vec<u16>)| {
        let drawn = outlines(face, &glyphs);
        glyphs.into_iter().zip(drawn).map(move |(glyph, outline)| ((face, glyph), outline))
    };
    faces.into_iter().flat_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::pixels::pixels;

    fn cover(text: &str) -> Option<Image> {
        let svg = format!(
            "<svg width=\"300\" height=\"200\"><rect width=\"300\" height=\"200\" fill=\"#ffffff\"/>\
             <text x=\"20\" y=\"60\" inline-size=\"260\" font-size=\"40\" data-lines=\"2\" data-least=\"30\">{text}</text></svg>"
        );
        draw(&svg, Region::China, None)
    }

    /// How dark the picture is between two rows.
    fn ink(image: &Image, rows: std::ops::Range<usize>) -> u32 {
        let pixels = pixels(image).unwrap();
        let row = |row: usize| {
            pixels.data[row * 300..row * 300 + 300].iter().map(|pixel| u32::from(255 - pixel)).sum::<u32>()
        };
        rows.map(row).sum::<u32>() / 255
    }

    #[test]
    fn words_are_drawn_where_the_template_says() {
        let one = cover("永").unwrap();
        assert!(ink(&one, 20..70) > 100);
        assert_eq!(ink(&one, 80..200), 0);
        let two = cover("永字八法又永字八法").unwrap();
        assert!(ink(&two, 80..130) > 100);
    }

    #[test]
    fn quotes_are_western_in_western_words() {
        assert_eq!(western_quotes("IYP’s 频道“国家”"), "IYP\u{E019}s 频道“国家”");
        assert_eq!(western_quotes("Nobody’s “fool”"), "Nobody\u{E019}s \u{E01C}fool\u{E01D}");
        // An apostrophe of Han faces is as wide as a character.
        let width = |words: &str| {
            let image = cover(words).unwrap();
            let pixels = pixels(&image).unwrap();
            (0..300).rev().find(|x| (20..70).any(|y| pixels.data[y * 300 + x] < 128)).unwrap()
        };
        assert!(width("don’t") < width("don't") + 12);
    }

    #[test]
    fn the_longest_title_stays_on_the_cover() {
        let long = "永字八法".repeat(50);
        let image = cover(&long).unwrap();
        assert_eq!(ink(&image, 140..200), 0);
    }

    #[test]
    fn a_picture_fills_its_place() {
        let svg = "<svg width=\"40\" height=\"60\"><image x=\"0\" y=\"0\" width=\"40\" height=\"20\"/></svg>";
        let red = Pixels { width: 8, height: 8, channels: 3, data: [200, 0, 0].repeat(64), alpha: None };
        let drawn = pixels(&draw(svg, Region::China, Some(&red)).unwrap()).unwrap();
        assert_eq!(drawn.channels, 3);
        let at = |x: usize, y: usize| drawn.data[(y * 40 + x) * 3 + 1];
        assert!(at(20, 5) < 20 && at(20, 50) > 240);
        assert_eq!(pixels(&draw(svg, Region::China, None).unwrap()).unwrap().channels, 1);
    }

    #[test]
    fn which_pictures_are_for_covers() {
        let sized = |width, height| Image { width, height, ..cover("永").unwrap() };
        let shapes = [(1600, 2400), (1200, 630), (300, 200), (4000, 500), (700, 900)];
        let judged = shapes.map(|(width, height)| (is_whole(&sized(width, height)), is_fit(&sized(width, height))));
        assert_eq!(judged, [(true, true), (false, true), (false, false), (false, false), (true, true)]);
    }

    #[test]
    fn no_cover_has_a_hole() {
        assert!(cover("永 ไทย").is_none());
        assert!(cover("永 &amp; 😀").is_some());
        assert!(draw("<p/>", Region::China, None).is_none());
        assert!(draw("<svg width=\"9\" height=\"1e9\"/>", Region::China, None).is_none());
    }
}
