//! The colour space that the file's colours are in: sRGB (IEC 61966-2-1) or its greys, as an ICC profile made here; and
//! what becomes of colours where black is the only ink.

use lopdf::{Dictionary, Document, Object, Stream, dictionary};

use super::Options;
use crate::layout::frame::Colour;
use crate::units::{Pt, Rect};

/// Which inks there are, and whether they are to be spared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::backend) struct Inks {
    /// Black is the only one.
    pub(in crate::backend) black: bool,
    /// Grounds are not printed, and lines are thinner.
    pub(in crate::backend) sparing: bool,
}

/// A filled rectangle that is thicker is no line.
const THICKEST_LINE: Pt = Pt(3.0);

impl Inks {
    /// As the user wants the file.
    pub(in crate::backend) fn of(options: &Options) -> Self {
        Self { black: options.grey, sparing: options.ink_saver }
    }

    /// The ink of letters: one that is no grey becomes black, because small letters in a raster of dots are hard to read.
    pub(in crate::backend) fn of_text(self, colour: Colour) -> Colour {
        if self.black && !is_grey(colour) { Colour::grey(0) } else { colour }
    }

    /// The ink of an area: a colour becomes the grey that is as light.
    pub(in crate::backend) fn of_area(self, colour: Colour) -> Colour {
        if self.black && !is_grey(colour) { Colour::grey(lightness(colour)) } else { colour }
    }

    /// What is left of a filled rectangle: of a ground nothing, of a line its middle half.
    pub(in crate::backend) fn of_rectangle(self, rect: Rect) -> Option<Rect> {
        let Rect { origin, size } = rect;
        if !self.sparing {
            return Some(rect);
        }
        if size.width.min(size.height) > THICKEST_LINE {
            return None;
        }
        Some(match size.height < size.width {
            true => Rect::new(origin.x, origin.y + size.height / 4.0, size.width, size.height / 2.0),
            false => Rect::new(origin.x + size.width / 4.0, origin.y, size.width / 2.0, size.height),
        })
    }
}

fn is_grey(colour: Colour) -> bool {
    colour.red == colour.green && colour.green == colour.blue
}

/// The level of the grey that gives as much light (IEC 61966-2-1: the parts are added as light, not as levels).
fn lightness(colour: Colour) -> u8 {
    let light = |level: u8| match f64::from(level) / 255.0 {
        low if low <= 0.04045 => low / 12.92,
        high => ((high + 0.055) / 1.055).powf(2.4),
    };
    let sum = 0.2126 * light(colour.red) + 0.7152 * light(colour.green) + 0.0722 * light(colour.blue);
    let level = if sum <= 0.003_130_8 { sum * 12.92 } else { 1.055 * sum.powf(1.0 / 2.4) - 0.055 };
    (level * 255.0).round() as u8
}

/// What the colours of a file are meant for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Space {
    /// Screens and printers of colours.
    Srgb,
    /// Black ink.
    Grey,
}

/// The output intent (ISO 19005-2 §6.2.3).
pub(super) fn output_intent(document: &mut Document, space: Space) -> Dictionary {
    let (components, profile, name) = match space {
        Space::Srgb => (3, srgb(), "sRGB IEC61966-2.1"),
        Space::Grey => (1, grey(), "sGray"),
    };
    let profile = Stream::new(dictionary! { "N" => components }, profile);
    dictionary! {
        "Type" => "OutputIntent",
        "S" => "GTS_PDFA1",
        "OutputConditionIdentifier" => Object::string_literal(name),
        "Info" => Object::string_literal(name),
        "DestOutputProfile" => document.add_object(profile),
    }
}

const WHITE: [f64; 3] = [0.9642, 1.0, 0.8249];

/// The profile of sRGB (ISO 15076-1:2010, version 4.3): primaries adapted to D50, one parametric curve.
fn srgb() -> Vec<u8> {
    let tags = [
        (*b"desc", text("sRGB")),
        (*b"cprt", text("CC0")),
        (*b"wtpt", xyz(WHITE)),
        (*b"rXYZ", xyz([0.43607, 0.22249, 0.01392])),
        (*b"gXYZ", xyz([0.38515, 0.71687, 0.09708])),
        (*b"bXYZ", xyz([0.14307, 0.06061, 0.71410])),
        (*b"chad", adaptation()),
    ];
    profile(*b"RGB ", &tags, &[*b"rTRC", *b"gTRC", *b"bTRC"])
}

/// The profile of its greys.
fn grey() -> Vec<u8> {
    let tags = [(*b"desc", text("sGray")), (*b"cprt", text("CC0")), (*b"wtpt", xyz(WHITE)), (*b"chad", adaptation())];
    profile(*b"GRAY", &tags, &[*b"kTRC"])
}

/// A profile of tags, and of others that share one curve.
fn profile(space: [u8; 4], tags: &[([u8; 4], Vec<u8>)], curves: &[[u8; 4]]) -> Vec<u8> {
    let count = tags.len() + curves.len();
    let first = 128 + 4 + 12 * count;
    let mut table = Vec::new();
    let mut data = Vec::new();
    let mut entry = |name: &[u8; 4], at: usize, length: usize| {
        table.extend_from_slice(name);
        table.extend_from_slice(&[at as u32, length as u32].map(u32::to_be_bytes).concat());
    };
    for (name, content) in tags {
        entry(name, first + data.len(), content.len());
        data.extend_from_slice(content);
    }
    let curve = curve();
    for name in curves {
        entry(name, first + data.len(), curve.len());
    }
    data.extend_from_slice(&curve);
    let count = (count as u32).to_be_bytes();
    [&header(first + data.len(), space), &count[..], &table, &data].concat()
}

fn header(size: usize, space: [u8; 4]) -> Vec<u8> {
    let mut header = vec![0; 128];
    let mut put = |at: usize, bytes: &[u8]| header[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &(size as u32).to_be_bytes());
    put(8, &[4, 0x30, 0, 0]);
    put(12, b"mntr");
    put(16, &space);
    put(20, b"XYZ ");
    // 2010-01-01: the year of the standard, not of the file.
    put(24, &[0x07, 0xDA, 0, 1, 0, 1]);
    put(36, b"acsp");
    put(68, &WHITE.map(fixed).concat());
    header
}

/// s15Fixed16Number (§4.6).
fn fixed(value: f64) -> [u8; 4] {
    ((value * 65536.0).round() as i32).to_be_bytes()
}

/// XYZType (§10.27).
fn xyz(values: [f64; 3]) -> Vec<u8> {
    [b"XYZ \0\0\0\0", values.map(fixed).concat().as_slice()].concat()
}

/// multiLocalizedUnicodeType (§10.13) with one record, en-US, at a length divisible by four.
fn text(ascii: &str) -> Vec<u8> {
    let utf16: Vec<u8> = ascii.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let numbers = [1u32, 12].map(u32::to_be_bytes).concat();
    let place = [utf16.len() as u32, 28].map(u32::to_be_bytes).concat();
    let mut out = [&b"mluc\0\0\0\0"[..], &numbers, b"enUS", &place, &utf16].concat();
    out.resize(out.len().next_multiple_of(4), 0);
    out
}

/// From D65 to D50 (Bradford), as s15Fixed16ArrayType (§10.18).
fn adaptation() -> Vec<u8> {
    let matrix = [1.04788, 0.02292, -0.05022, 0.02959, 0.99048, -0.01707, -0.00925, 0.01508, 0.75168];
    [b"sf32\0\0\0\0", matrix.map(fixed).concat().as_slice()].concat()
}

/// The curve of IEC 61966-2-1 as parametricCurveType 3 (§10.16).
fn curve() -> Vec<u8> {
    let parameters = [2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.04045];
    [b"para\0\0\0\0\0\x03\0\0", parameters.map(fixed).concat().as_slice()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_become_greys_as_light() {
        let colour = |red, green, blue| Colour { red, green, blue };
        let black = Inks { black: true, sparing: false };
        assert_eq!(black.of_area(colour(255, 0, 0)), Colour::grey(127));
        assert_eq!(black.of_area(colour(0, 255, 0)), Colour::grey(220));
        assert_eq!(black.of_text(colour(31, 58, 104)), Colour::grey(0));
        for inks in [black, Inks::default()] {
            assert_eq!(inks.of_text(Colour::grey(85)), Colour::grey(85));
            assert_eq!(inks.of_area(Colour::grey(243)), Colour::grey(243));
        }
        assert_eq!(Inks::default().of_text(colour(1, 2, 3)), colour(1, 2, 3));
    }

    #[test]
    fn ink_is_spared_on_grounds_and_lines() {
        let rect = |width: f64, height: f64| Rect::new(Pt(8.0), Pt(8.0), Pt(width), Pt(height));
        let sparing = Inks { sparing: true, black: false };
        assert_eq!(sparing.of_rectangle(rect(100.0, 20.0)), None);
        assert_eq!(sparing.of_rectangle(rect(100.0, 1.0)), Some(Rect::new(Pt(8.0), Pt(8.25), Pt(100.0), Pt(0.5))));
        assert_eq!(sparing.of_rectangle(rect(2.0, 50.0)), Some(Rect::new(Pt(8.5), Pt(8.0), Pt(1.0), Pt(50.0))));
        assert_eq!(Inks::default().of_rectangle(rect(100.0, 20.0)), Some(rect(100.0, 20.0)));
    }

    #[test]
    fn the_profile_of_greys_is_whole() {
        let profile = grey();
        assert_eq!(profile[..4], (profile.len() as u32).to_be_bytes());
        assert_eq!(&profile[12..24], b"mntrGRAYXYZ ");
        let tags = u32::from_be_bytes(profile[128..132].try_into().unwrap()) as usize;
        let last = &profile[132 + 12 * (tags - 1)..][..12];
        assert_eq!(&last[..4], b"kTRC");
        let number = |at: usize| u32::from_be_bytes(last[at..at + 4].try_into().unwrap()) as usize;
        assert_eq!(number(4) + number(8), profile.len());
    }

    #[test]
    fn the_profile_is_whole_and_white_is_white() {
        let profile = srgb();
        assert_eq!(profile[..4], (profile.len() as u32).to_be_bytes());
        assert!(profile.len() < 600);
        let tags = u32::from_be_bytes(profile[128..132].try_into().unwrap()) as usize;
        let number = |at: usize| u32::from_be_bytes(profile[at..at + 4].try_into().unwrap()) as usize;
        let mut sum = [0i32; 3];
        for tag in 0..tags {
            let at = 132 + 12 * tag;
            let (start, length) = (number(at + 4), number(at + 8));
            assert!(start % 4 == 0 && start + length <= profile.len());
            if &profile[at + 1..at + 4] == b"XYZ" {
                for (axis, total) in sum.iter_mut().enumerate() {
                    *total += number(start + 8 + 4 * axis) as i32;
                }
            }
        }
        let white = [0.9642, 1.0, 0.8249].map(|value| (value * 65536.0) as i32);
        assert!(sum.iter().zip(white).all(|(sum, white)| (sum - white).abs() < 20), "{sum:?} {white:?}");
    }
}
