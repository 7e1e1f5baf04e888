//! The outlines of glyphs as Type 2 charstrings draw them (Adobe Technical Note 5177).

use read_fonts::ps::charstring::CommandSink;
use read_fonts::types::Fixed;

use super::contour::{Contours, Segment};

/// Places farther from the origin are in no font, and differences between nearer ones are numbers of 16 bits.
const FARTHEST: i32 = 16_000;

/// What a charstring draws, without its hints.
#[derive(Default)]
pub(super) struct Outline {
    pub(super) contours: Contours,
    at: [i32; 2],
    begun: bool,
    /// Whether a point is not at whole units, too far off or in no contour.
    pub(super) is_odd: bool,
}

impl Outline {
    /// Forgets what was drawn.
    pub(super) fn clear(&mut self) {
        self.contours.clear();
        (self.at, self.begun, self.is_odd) = ([0, 0], false, false);
    }

    fn point(&mut self, x: Fixed, y: Fixed) -> [i32; 2] {
        let whole = |place: Fixed| place.to_bits() >> 16;
        let near = |place: Fixed| place.to_bits().trailing_zeros() >= 16 && whole(place).abs() <= FARTHEST;
        self.is_odd |= !(near(x) && near(y));
        [whole(x), whole(y)]
    }

    /// Goes on to the last of some points.
    fn go<const N: usize>(&mut self, to: [[i32; 2]; N]) -> [[i32; 2]; N] {
        self.is_odd |= !self.begun;
        to.map(|to| {
            let by = [to[0].wrapping_sub(self.at[0]), to[1].wrapping_sub(self.at[1])];
            self.at = to;
            by
        })
    }
}

impl CommandSink for Outline {
    fn move_to(&mut self, x: Fixed, y: Fixed) {
        self.at = self.point(x, y);
        self.begun = true;
        self.contours.begin(self.at);
    }

    fn line_to(&mut self, x: Fixed, y: Fixed) {
        let to = self.point(x, y);
        let [by] = self.go([to]);
        self.contours.push(Segment::Line(by));
    }

    fn curve_to(&mut self, ax: Fixed, ay: Fixed, bx: Fixed, by: Fixed, x: Fixed, y: Fixed) {
        let to = [self.point(ax, ay), self.point(bx, by), self.point(x, y)];
        let [[ax, ay], [bx, by], [cx, cy]] = self.go(to);
        self.contours.push(Segment::Curve([ax, ay, bx, by, cx, cy]));
    }

    fn close(&mut self) {}
}
