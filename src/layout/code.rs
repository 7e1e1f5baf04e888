//! QR codes (ISO/IEC 18004): addresses for cameras.

use qrcode::{Color, EcLevel, QrCode};

use super::frame::{Item, ItemKind, TagId};
use crate::units::{Point, Pt};

/// A code without the white around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Code {
    /// Squares along a side.
    pub(super) modules: u16,
    /// Row, first column and number of black squares beside one another.
    pub(super) runs: Vec<[u16; 3]>,
}

/// White around a code, in squares (ISO/IEC 18004 §6.3.8).
pub(super) const QUIET: f64 = 4.0;

impl Code {
    /// The code of an address, at level M: it is still read if a seventh of it is dirty. `None` if it would have more
    /// than `most` squares along a side.
    pub(super) fn of(address: &str, most: u16) -> Option<Self> {
        let code = QrCode::with_error_correction_level(address, EcLevel::M).ok()?;
        let modules = u16::try_from(code.width()).ok().filter(|modules| *modules <= most)?;
        let colours = code.to_colors();
        let mut runs: Vec<[u16; 3]> = Vec::new();
        for (row, squares) in (0..).zip(colours.chunks(code.width())) {
            for (column, _) in (0..).zip(squares).filter(|(_, colour)| **colour == Color::Dark) {
                match runs.last_mut() {
                    Some([r, first, count]) if *r == row && *first + *count == column => *count += 1,
                    _ => runs.push([row, column, 1]),
                }
            }
        }
        Some(Self { modules, runs })
    }

    /// How long its sides are.
    pub(super) fn side(&self, module: Pt) -> Pt {
        module * f64::from(self.modules)
    }

    /// The code on a page, its squares so large.
    pub(super) fn item(self, origin: Point, module: Pt, tag: Option<TagId>) -> Item {
        Item { tag, kind: ItemKind::Squares { origin, side: module, runs: self.runs } }
    }
}

/// What a decoder reads in black squares: in a picture of them, each of some pixels, white around them.
#[cfg(test)]
pub(super) fn read(runs: &[[u16; 3]]) -> String {
    const SCALE: usize = 5;
    let side = usize::from(runs.iter().map(|[_, first, count]| first + count).max().unwrap()) + 8;
    let mut dark = vec![false; side * side];
    for [row, first, count] in runs {
        let start = (usize::from(*row) + 4) * side + usize::from(*first) + 4;
        dark[start..start + usize::from(*count)].fill(true);
    }
    let pixel = |x: usize, y: usize| if dark[y / SCALE * side + x / SCALE] { 0 } else { 255 };
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(side * SCALE, side * SCALE, pixel);
    let grids = picture.detect_grids();
    assert_eq!(grids.len(), 1);
    grids[0].decode().unwrap().1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decoder_reads_the_address() {
        let long = format!("https://example.org/{}", "abc-%E4%B8%AD/".repeat(12));
        for address in ["https://example.org/post?a=1&b=2#c", "mailto:someone@example.org", long.as_str()] {
            let code = Code::of(address, 177).unwrap();
            assert_eq!(read(&code.runs), address);
        }
        assert_eq!(Code::of(&long, 41), None);
        assert_eq!(Code::of(&"a".repeat(5000), 177), None);
    }
}
