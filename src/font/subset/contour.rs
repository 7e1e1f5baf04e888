//! Contours as Type 2 charstrings write them, in the fewest bytes.
//!
//! A contour may begin at any of its points, and a line back to its beginning need not be written, so it begins behind
//! the line that costs most. The operators that draw it are chosen by the shortest way through its segments. What is
//! filled stays the same.

/// A closed contour.
pub(super) struct Contour {
    /// Where each segment begins, in the glyph's units.
    points: Vec<[i32; 2]>,
    segments: Vec<Segment>,
    /// Where the pen is.
    end: [i32; 2],
}

/// A line or a curve, as differences from point to point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Segment {
    Line([i32; 2]),
    Curve([i32; 6]),
}

impl Segment {
    /// From its beginning to its end.
    pub(super) fn end(self) -> [i32; 2] {
        match self {
            Self::Line(by) => by,
            Self::Curve([ax, ay, bx, by, cx, cy]) => [ax + bx + cx, ay + by + cy],
        }
    }

    /// Its differences.
    fn numbers(self) -> [i32; 6] {
        match self {
            Self::Line([x, y]) => [x, y, 0, 0, 0, 0],
            Self::Curve(by) => by,
        }
    }
}

impl Contour {
    /// One that begins at a point.
    pub(super) fn new(at: [i32; 2]) -> Self {
        // Most contours of Han characters have fewer.
        Self { points: Vec::with_capacity(24), segments: Vec::with_capacity(24), end: at }
    }

    /// Goes on, to `end`.
    pub(super) fn push(&mut self, segment: Segment, end: [i32; 2]) {
        if segment != Segment::Line([0, 0]) {
            self.points.push(self.end);
            self.segments.push(segment);
        }
        self.end = end;
    }

    /// The segments with the line that closes the contour, and where each begins.
    fn closed(&self) -> (Vec<[i32; 2]>, Vec<Segment>) {
        let (mut points, mut segments) = (self.points.clone(), self.segments.clone());
        if let Some(start) = points.first().copied().filter(|start| *start != self.end) {
            points.push(self.end);
            segments.push(Segment::Line([start[0] - self.end[0], start[1] - self.end[1]]));
        }
        (points, segments)
    }
}

/// A contour as it is written.
struct Written {
    start: [i32; 2],
    end: [i32; 2],
    operators: Vec<u8>,
}

/// Writes contours, the pen being at the origin; next comes the one that takes the fewest bytes to get to.
pub(super) fn write_all(out: &mut Vec<u8>, contours: &[Contour]) {
    let mut left: Vec<Written> = contours.iter().filter_map(write).collect();
    let mut pen = [0, 0];
    while let Some(nearest) = (0..left.len()).min_by_key(|index| move_cost(pen, left[*index].start)) {
        let contour = left.remove(nearest);
        move_to(out, pen, contour.start);
        out.extend(&contour.operators);
        pen = contour.end;
    }
}

fn move_cost(from: [i32; 2], to: [i32; 2]) -> usize {
    let by = [to[0] - from[0], to[1] - from[1]];
    by.into_iter().filter(|by| *by != 0).map(length).sum::<usize>().max(1)
}

fn move_to(out: &mut Vec<u8>, from: [i32; 2], to: [i32; 2]) {
    let operator = match [to[0] - from[0], to[1] - from[1]] {
        [0, y] => {
            number(out, y);
            4
        }
        [x, 0] => {
            number(out, x);
            22
        }
        by => {
            by.into_iter().for_each(|by| number(out, by));
            21
        }
    };
    out.push(operator);
}

/// A contour without the line that costs most, the first of several, or as it is if it has none; `None` for an empty one.
fn write(contour: &Contour) -> Option<Written> {
    let (points, mut segments) = contour.closed();
    let saved = |segment: &Segment| match segment {
        Segment::Line(by) => by.iter().filter(|by| **by != 0).map(|by| length(*by)).sum::<usize>(),
        Segment::Curve(_) => 0,
    };
    let last = (0..segments.len()).max_by_key(|at| (saved(&segments[*at]), std::cmp::Reverse(*at)))?;
    let first = (last + 1) % segments.len();
    let start = points[first];
    segments.rotate_left(first);
    let line = segments.pop_if(|last| matches!(last, Segment::Line(_)));
    let end = if line.is_some() { points[last] } else { start };
    Some(Written { start, end, operators: shortest(&segments) })
}

/// What the path operators take (Technical Note 5177 §4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    /// `rlineto`
    Lines = 5,
    /// `hlineto`
    FromHorizontal = 6,
    /// `vlineto`
    FromVertical = 7,
    /// `rrcurveto`
    Curves = 8,
    /// `rcurveline`
    CurvesLine = 24,
    /// `rlinecurve`
    LinesCurve = 25,
    /// `vvcurveto`
    Vertical = 26,
    /// `hhcurveto`
    Horizontal = 27,
    /// `vhcurveto`
    VerticalTurning = 30,
    /// `hvcurveto`
    HorizontalTurning = 31,
}

use Operator::{
    Curves, CurvesLine, FromHorizontal, FromVertical, Horizontal, HorizontalTurning, Lines, LinesCurve, Vertical,
    VerticalTurning,
};

/// How an operator goes on from the segments it has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    /// It may end here or take more.
    Open,
    /// It has to end here.
    Last,
    /// It may not end here.
    Unfinished,
}

impl Operator {
    const LINE: [Self; 4] = [Lines, FromHorizontal, FromVertical, LinesCurve];
    const CURVE: [Self; 6] = [Curves, CurvesLine, Vertical, Horizontal, VerticalTurning, HorizontalTurning];

    /// Which of a segment's numbers are the operands, if it is the how manieth of the operator, and what may follow;
    /// `None` if the operator does not draw it.
    fn operands(self, segment: Segment, index: usize) -> Option<(&'static [usize], Next)> {
        use Segment::{Curve, Line};
        let horizontal = index.is_multiple_of(2) == matches!(self, FromHorizontal | HorizontalTurning);
        let all: &[usize] = match segment {
            Line(_) => &[0, 1],
            Curve(_) => &[0, 1, 2, 3, 4, 5],
        };
        Some(match (self, segment) {
            (Lines, Line(_)) | (Curves, Curve(_)) => (all, Next::Open),
            (LinesCurve, Line(_)) | (CurvesLine, Curve(_)) => (all, Next::Unfinished),
            (LinesCurve, Curve(_)) | (CurvesLine, Line(_)) if index > 0 => (all, Next::Last),
            (FromHorizontal | FromVertical, Line([_, 0])) if horizontal => (&[0], Next::Open),
            (FromHorizontal | FromVertical, Line([0, _])) if !horizontal => (&[1], Next::Open),
            (Horizontal, Curve([_, 0, _, _, _, 0])) => (&[0, 2, 3, 4], Next::Open),
            (Horizontal, Curve([.., 0])) if index == 0 => (&[1, 0, 2, 3, 4], Next::Open),
            (Vertical, Curve([0, _, _, _, 0, _])) => (&[1, 2, 3, 5], Next::Open),
            (Vertical, Curve([.., 0, _])) if index == 0 => (&[0, 1, 2, 3, 5], Next::Open),
            (HorizontalTurning | VerticalTurning, Curve([_, 0, _, _, cx, _])) if horizontal => match cx {
                0 => (&[0, 2, 3, 5], Next::Open),
                _ => (&[0, 2, 3, 5, 4], Next::Last),
            },
            (HorizontalTurning | VerticalTurning, Curve([0, _, _, _, _, cy])) if !horizontal => match cy {
                0 => (&[1, 2, 3, 4], Next::Open),
                _ => (&[1, 2, 3, 4, 5], Next::Last),
            },
            _ => return None,
        })
    }
}

/// The operands that an interpreter has to take at once (Appendix B).
const STACK: usize = 48;

/// The operators that draw segments in the fewest bytes: for each segment the cheapest way to get behind it.
fn shortest(segments: &[Segment]) -> Vec<u8> {
    let lengths: Vec<[usize; 6]> = segments.iter().map(|segment| segment.numbers().map(length)).collect();
    // By number of segments drawn: the bytes it takes, and the last operator with the number of segments before it.
    let mut best: Vec<(usize, Operator, usize)> = vec![(usize::MAX, Lines, 0); segments.len() + 1];
    best[0].0 = 0;
    for from in 0..segments.len() {
        let operators: &[Operator] = match segments[from] {
            Segment::Line(_) => &Operator::LINE,
            Segment::Curve(_) => &Operator::CURVE,
        };
        for operator in operators {
            let (mut cost, mut stack) = (best[from].0 + 1, 0);
            for (index, (segment, lengths)) in segments[from..].iter().zip(&lengths[from..]).enumerate() {
                let Some((operands, next)) = operator.operands(*segment, index) else { break };
                stack += operands.len();
                if stack > STACK {
                    break;
                }
                cost += operands.iter().map(|operand| lengths[*operand]).sum::<usize>();
                let to = &mut best[from + index + 1];
                if next != Next::Unfinished && cost < to.0 {
                    *to = (cost, *operator, from);
                }
                if next == Next::Last {
                    break;
                }
            }
        }
    }
    let mut pieces = Vec::new();
    let mut to = segments.len();
    while to > 0 {
        let (_, operator, from) = best[to];
        pieces.push((operator, from, to));
        to = from;
    }
    let mut out = Vec::with_capacity(best[segments.len()].0);
    for (operator, from, to) in pieces.into_iter().rev() {
        for (index, segment) in segments[from..to].iter().enumerate() {
            let numbers = segment.numbers();
            let operands = operator.operands(*segment, index).map_or(&[][..], |(operands, _)| operands);
            operands.iter().for_each(|operand| number(&mut out, numbers[*operand]));
        }
        out.push(operator as u8);
    }
    out
}

/// The bytes of a number.
fn length(number: i32) -> usize {
    match number {
        -107..=107 => 1,
        -1131..=1131 => 2,
        _ => 3,
    }
}

/// Writes a number (§3.2), at most 16 bits.
pub(super) fn number(out: &mut Vec<u8>, number: i32) {
    match number {
        -107..=107 => out.push((number + 139) as u8),
        108..=1131 => out.extend([((number - 108) / 256 + 247) as u8, ((number - 108) % 256) as u8]),
        -1131..=-108 => out.extend([((-number - 108) / 256 + 251) as u8, ((-number - 108) % 256) as u8]),
        _ => {
            out.push(28);
            out.extend(i16::try_from(number).unwrap_or(0).to_be_bytes());
        }
    }
}
