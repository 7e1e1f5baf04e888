//! Type 2 charstrings (Adobe Technical Note 5177): read without their hints, written anew.

use super::contour::{self, Contour, Segment, number};

/// More operands than this at once no interpreter has to take (Appendix B).
const STACK: usize = 48;

/// Places farther from the origin are in no font.
const FARTHEST: i32 = 16_000;

/// A charstring without hints, whose contours begin where that takes the fewest bytes. `None` for one with subroutines,
/// arithmetic, flex or fractions.
pub(super) fn compact(charstring: &[u8]) -> Option<Vec<u8>> {
    let glyph = read(charstring)?;
    let mut out = Vec::with_capacity(charstring.len());
    if let Some(width) = glyph.width {
        number(&mut out, width);
    }
    contour::write_all(&mut out, &glyph.contours);
    out.push(14);
    Some(out)
}

#[derive(Default)]
struct Glyph {
    /// The difference to the nominal width.
    width: Option<i32>,
    contours: Vec<Contour>,
}

#[derive(Default)]
struct Reader {
    glyph: Glyph,
    stack: Vec<i32>,
    stems: usize,
    /// Whether a number on the stack is no whole one: hints may be so, points are not.
    fraction: bool,
    /// Whether the first operator, before which a width may stand, has been read.
    begun: bool,
    at: [i32; 2],
}

fn read(charstring: &[u8]) -> Option<Glyph> {
    let mut reader = Reader::default();
    let mut rest = charstring;
    while let Some((byte, behind)) = rest.split_first() {
        rest = behind;
        match byte {
            28 => reader.push(i32::from(i16::from_be_bytes(take(&mut rest)?)))?,
            32..=246 => reader.push(i32::from(*byte) - 139)?,
            247..=250 => reader.push((i32::from(*byte) - 247) * 256 + i32::from(take::<1>(&mut rest)?[0]) + 108)?,
            251..=254 => reader.push(-(i32::from(*byte) - 251) * 256 - i32::from(take::<1>(&mut rest)?[0]) - 108)?,
            14 => return reader.end(),
            255 => reader.fixed(i32::from_be_bytes(take(&mut rest)?))?,
            1 | 3 | 18 | 23 => reader.hints()?,
            19 | 20 => {
                reader.hints()?;
                rest = rest.get(reader.stems.div_ceil(8)..)?;
            }
            4 | 21 | 22 => reader.move_to(*byte)?,
            _ => reader.draw(*byte)?,
        }
    }
    None
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, behind) = rest.split_first_chunk()?;
    *rest = behind;
    Some(*taken)
}

impl Reader {
    fn push(&mut self, number: i32) -> Option<()> {
        self.stack.push(number);
        (self.stack.len() <= STACK).then_some(())
    }

    /// A number of 16 bits and as many of a fraction.
    fn fixed(&mut self, number: i32) -> Option<()> {
        self.fraction |= number & 0xFFFF != 0;
        self.push(number >> 16)
    }

    /// A width stands before the first operator's operands, if there is one more than those (§3.1).
    fn width(&mut self, has: bool) {
        if !std::mem::replace(&mut self.begun, true) && has {
            self.glyph.width = Some(self.stack.remove(0));
        }
    }

    fn hints(&mut self) -> Option<()> {
        let fraction = std::mem::take(&mut self.fraction);
        self.width(self.stack.len() % 2 == 1);
        self.stems += self.stack.len() / 2;
        self.stack.clear();
        // That may be the width's.
        (!fraction || self.glyph.width.is_none()).then_some(())
    }

    fn end(mut self) -> Option<Glyph> {
        self.width(self.stack.len() == 1);
        // Four operands would name two other glyphs.
        (self.stack.is_empty() && !self.fraction).then_some(self.glyph)
    }

    fn move_to(&mut self, operator: u8) -> Option<()> {
        let operands = if operator == 21 { 2 } else { 1 };
        self.width(self.stack.len() > operands);
        let by = match (operator, self.stack.as_slice()) {
            (21, &[x, y]) => [x, y],
            (22, &[x]) => [x, 0],
            (4, &[y]) => [0, y],
            _ => return None,
        };
        if self.fraction {
            return None;
        }
        self.stack.clear();
        self.go(by)?;
        self.glyph.contours.push(Contour::new(self.at));
        Some(())
    }

    /// Lines and curves, each as its differences.
    fn draw(&mut self, operator: u8) -> Option<()> {
        let mut operands = std::mem::take(&mut self.stack);
        if self.fraction {
            return None;
        }
        let segments = match operator {
            5 => lines(&operands)?,
            6 | 7 => axis_lines(&operands, operator == 6),
            8 => curves(&operands)?,
            24 => {
                let (first, last) = operands.split_at_checked(operands.len().checked_sub(2)?)?;
                [curves(first)?, lines(last)?].concat()
            }
            25 => {
                let (first, last) = operands.split_at_checked(operands.len().checked_sub(6)?)?;
                [lines(first)?, curves(last)?].concat()
            }
            26 | 27 => flat_curves(&operands, operator == 27)?,
            30 | 31 => turning_curves(&operands, operator == 31)?,
            _ => return None,
        };
        operands.clear();
        self.stack = operands;
        for segment in segments {
            self.go(segment.end())?;
            self.glyph.contours.last_mut()?.push(segment, self.at);
        }
        Some(())
    }

    /// Moves the pen; not so far that a difference would be a number of more than 16 bits.
    fn go(&mut self, by: [i32; 2]) -> Option<()> {
        self.at = [0, 1].map(|axis| self.at[axis] + by[axis]);
        self.at.iter().all(|place| place.abs() <= FARTHEST).then_some(())
    }
}

fn lines(operands: &[i32]) -> Option<Vec<Segment>> {
    let (pairs, []) = operands.as_chunks() else { return None };
    Some(pairs.iter().map(|by| Segment::Line(*by)).collect())
}

fn curves(operands: &[i32]) -> Option<Vec<Segment>> {
    let (curves, []) = operands.as_chunks() else { return None };
    Some(curves.iter().map(|by| Segment::Curve(*by)).collect())
}

/// `hlineto`, `vlineto`.
fn axis_lines(operands: &[i32], mut horizontal: bool) -> Vec<Segment> {
    let line = |by: &i32| {
        let line = Segment::Line(if horizontal { [*by, 0] } else { [0, *by] });
        horizontal = !horizontal;
        line
    };
    operands.iter().map(line).collect()
}

/// `hhcurveto`, `vvcurveto`: curves that begin and end along the same axis; the first may begin otherwise.
fn flat_curves(operands: &[i32], horizontal: bool) -> Option<Vec<Segment>> {
    let (mut across, operands) = match operands.len() % 4 {
        0 => (0, operands),
        1 => operands.split_first().map(|(first, rest)| (*first, rest))?,
        _ => return None,
    };
    let (curves, _) = operands.as_chunks();
    let curve = |&[a, bx, by, c]: &[i32; 4]| {
        let other = std::mem::take(&mut across);
        Segment::Curve(if horizontal { [a, other, bx, by, c, 0] } else { [other, a, bx, by, 0, c] })
    };
    Some(curves.iter().map(curve).collect())
}

/// `hvcurveto`, `vhcurveto`: curves that turn from one axis to the other and back; the last may end otherwise.
fn turning_curves(operands: &[i32], mut horizontal: bool) -> Option<Vec<Segment>> {
    let (mut last, operands) = match operands.len() % 4 {
        0 => (None, operands),
        1 => operands.split_last().map(|(last, rest)| (Some(*last), rest))?,
        _ => return None,
    };
    let (curves, _) = operands.as_chunks();
    let mut segments = Vec::with_capacity(curves.len());
    for (index, &[a, bx, by, c]) in curves.iter().enumerate() {
        let other = if index + 1 == curves.len() { last.take().unwrap_or(0) } else { 0 };
        segments.push(Segment::Curve(match horizontal {
            true => [a, 0, bx, by, other, c],
            false => [0, a, bx, by, c, other],
        }));
        horizontal = !horizontal;
    }
    Some(segments)
}
