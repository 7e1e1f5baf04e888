//! Lengths as types. On a page the origin is the upper left corner, x grows right, y grows down.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub, SubAssign};

/// A length in PostScript points, 1/72 inch.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Pt(pub f64);

/// A length in millimetres, for paper.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Mm(pub f64);

/// A length relative to the type size: 1 em is the side of a Han character's square.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Em(pub f64);

impl Pt {
    /// No length.
    pub const ZERO: Self = Self(0.0);

    /// The smaller of two.
    #[must_use]
    pub fn min(self, other: Self) -> Self {
        Self(self.0.min(other.0))
    }

    /// The larger of two.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        Self(self.0.max(other.0))
    }

    /// The length without its sign.
    #[must_use]
    pub fn abs(self) -> Self {
        Self(self.0.abs())
    }
}

impl Mm {
    /// In points: 25.4 mm are 72 pt.
    pub fn pt(self) -> Pt {
        Pt(self.0 * 72.0 / 25.4)
    }
}

impl Em {
    /// In points, at a type size.
    pub fn at(self, size: Pt) -> Pt {
        Pt(self.0 * size.0)
    }
}

macro_rules! arithmetic {
    ($($unit:ident)*) => {$(
        impl Add for $unit { type Output = Self; fn add(self, other: Self) -> Self { Self(self.0 + other.0) } }
        impl Sub for $unit { type Output = Self; fn sub(self, other: Self) -> Self { Self(self.0 - other.0) } }
        impl Neg for $unit { type Output = Self; fn neg(self) -> Self { Self(-self.0) } }
        impl Mul<f64> for $unit { type Output = Self; fn mul(self, factor: f64) -> Self { Self(self.0 * factor) } }
        impl Div<f64> for $unit { type Output = Self; fn div(self, by: f64) -> Self { Self(self.0 / by) } }
        impl Div for $unit { type Output = f64; fn div(self, by: Self) -> f64 { self.0 / by.0 } }
        impl AddAssign for $unit { fn add_assign(&mut self, other: Self) { self.0 += other.0; } }
        impl SubAssign for $unit { fn sub_assign(&mut self, other: Self) { self.0 -= other.0; } }
        impl Sum for $unit { fn sum<I: Iterator<Item = Self>>(all: I) -> Self { Self(all.map(|one| one.0).sum()) } }
    )*};
}
arithmetic!(Pt Mm Em);

/// A place on a page.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// From the left edge.
    pub x: Pt,
    /// From the upper edge, downwards.
    pub y: Pt,
}

/// Width and height.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Size {
    /// Left to right.
    pub width: Pt,
    /// Top to bottom.
    pub height: Pt,
}

/// An upright rectangle on a page.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// Upper left corner.
    pub origin: Point,
    /// Extent, to the right and downwards.
    pub size: Size,
}

impl Rect {
    /// From the upper left corner's coordinates and the extent.
    pub fn new(x: Pt, y: Pt, width: Pt, height: Pt) -> Self {
        Self { origin: Point { x, y }, size: Size { width, height } }
    }

    /// The right edge's x.
    pub fn right(&self) -> Pt {
        self.origin.x + self.size.width
    }

    /// The lower edge's y.
    pub fn bottom(&self) -> Pt {
        self.origin.y + self.size.height
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paper_in_points() {
        assert!((Mm(210.0).pt() - Pt(595.2756)).abs() < Pt(0.001));
        assert_eq!(Em(0.5).at(Pt(11.0)), Pt(5.5));
        assert_eq!(Rect::new(Pt(1.0), Pt(2.0), Pt(3.0), Pt(4.0)).bottom(), Pt(6.0));
    }
}
