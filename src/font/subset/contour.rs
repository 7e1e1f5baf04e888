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
}

impl Contour {
    /// One that begins at a point.
    pub(super) fn new(at: [i32; 2]) -> Self {
        Self { points: Vec::new(), segments: Vec::new(), end: at }
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

/// A way to write a contour.
struct Way {
    start: [i32; 2],
    end: [i32; 2],
    operators: Vec<u8>,
}

/// Ways that are tried: those that save the longest lines.
const TRIED: usize = 3;

/// Writes contours, the pen being at the origin; next comes the one that takes the fewest bytes from where the pen is.
pub(super) fn write_all(out: &mut Vec<u8>, contours: &[Contour]) {
    let mut left: Vec<Vec<Way>> = contours.iter().map(ways).filter(|ways| !ways.is_empty()).collect();
    let mut pen = [0, 0];
    while !left.is_empty() {
        let every = left.iter().enumerate().flat_map(|(contour, ways)| {
            let least = ways.iter().map(|way| way.operators.len()).min().unwrap_or(0);
            let cost = move |way: &Way| move_cost(pen, way.start) + way.operators.len() - least;
            ways.iter().enumerate().map(move |(index, way)| (cost(way), contour, index))
        });
        let Some((_, contour, index)) = every.min() else { return };
        let way = left.remove(contour).swap_remove(index);
        move_to(out, pen, way.start);
        out.extend(&way.operators);
        pen = way.end;
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

fn ways(contour: &Contour) -> Vec<Way> {
    let (points, segments) = contour.closed();
    // By what is saved if the segment comes last.
    let saved = |segment: &Segment| match segment {
        Segment::Line(by) => by.iter().filter(|by| **by != 0).map(|by| length(*by)).sum::<usize>(),
        Segment::Curve(_) => 0,
    };
    let mut lasts: Vec<(usize, usize)> =
        segments.iter().map(saved).enumerate().map(|(at, saved)| (saved, at)).collect();
    lasts.sort_by_key(|(saved, at)| (std::cmp::Reverse(*saved), *at));
    let any_line = lasts.first().is_some_and(|(saved, _)| *saved > 0);
    lasts.retain(|(saved, _)| *saved > 0 || !any_line);
    lasts.truncate(TRIED);
    let way = |(_, last): (usize, usize)| {
        let first = (last + 1) % segments.len();
        let mut turned = [&segments[first..], &segments[..first]].concat();
        let line = matches!(turned.last(), Some(Segment::Line(_)));
        if line {
            turned.pop();
        }
        let end = if line { points[last] } else { points[first] };
        Way { start: points[first], end, operators: shortest(&turned) }
    };
    lasts.into_iter().map(way).collect()
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

    /// The operands for a segment, the how manieth of the operator it would be, and what may follow; `None` if the
    /// operator does not draw it.
    fn operands(self, segment: Segment, index: usize) -> Option<(Operands, Next)> {
        use Segment::{Curve, Line};
        let horizontal = index.is_multiple_of(2) == matches!(self, FromHorizontal | HorizontalTurning);
        Some(match (self, segment) {
            (Lines, Line(by)) => (Operands::of(&by), Next::Open),
            (LinesCurve, Line(by)) => (Operands::of(&by), Next::Unfinished),
            (LinesCurve, Curve(by)) if index > 0 => (Operands::of(&by), Next::Last),
            (Curves, Curve(by)) => (Operands::of(&by), Next::Open),
            (CurvesLine, Curve(by)) => (Operands::of(&by), Next::Unfinished),
            (CurvesLine, Line(by)) if index > 0 => (Operands::of(&by), Next::Last),
            (FromHorizontal | FromVertical, Line([x, 0])) if horizontal => (Operands::of(&[x]), Next::Open),
            (FromHorizontal | FromVertical, Line([0, y])) if !horizontal => (Operands::of(&[y]), Next::Open),
            (Horizontal, Curve([ax, 0, bx, by, cx, 0])) => (Operands::of(&[ax, bx, by, cx]), Next::Open),
            (Horizontal, Curve([ax, ay, bx, by, cx, 0])) if index == 0 => {
                (Operands::of(&[ay, ax, bx, by, cx]), Next::Open)
            }
            (Vertical, Curve([0, ay, bx, by, 0, cy])) => (Operands::of(&[ay, bx, by, cy]), Next::Open),
            (Vertical, Curve([ax, ay, bx, by, 0, cy])) if index == 0 => {
                (Operands::of(&[ax, ay, bx, by, cy]), Next::Open)
            }
            (HorizontalTurning | VerticalTurning, Curve([ax, 0, bx, by, cx, cy])) if horizontal => match cx {
                0 => (Operands::of(&[ax, bx, by, cy]), Next::Open),
                _ => (Operands::of(&[ax, bx, by, cy, cx]), Next::Last),
            },
            (HorizontalTurning | VerticalTurning, Curve([0, ay, bx, by, cx, cy])) if !horizontal => match cy {
                0 => (Operands::of(&[ay, bx, by, cx]), Next::Open),
                _ => (Operands::of(&[ay, bx, by, cx, cy]), Next::Last),
            },
            _ => return None,
        })
    }
}

/// At most six numbers.
struct Operands([i32; 6], usize);

impl Operands {
    fn of(numbers: &[i32]) -> Self {
        let mut all = [0; 6];
        all[..numbers.len()].copy_from_slice(numbers);
        Self(all, numbers.len())
    }

    fn as_slice(&self) -> &[i32] {
        &self.0[..self.1]
    }
}

/// The operands that an interpreter has to take at once (Appendix B).
const STACK: usize = 48;

/// The operators that draw segments in the fewest bytes: for each segment the cheapest way to get behind it.
fn shortest(segments: &[Segment]) -> Vec<u8> {
    // By number of segments drawn: the bytes it takes, and the last operator with the number of segments before it.
    let mut best: Vec<(usize, Operator, usize)> = vec![(usize::MAX, Lines, 0); segments.len() + 1];
    best[0].0 = 0;
    for from in 0..segments.len() {
        let before = best[from].0;
        let operators: &[Operator] = match segments[from] {
            Segment::Line(_) => &Operator::LINE,
            Segment::Curve(_) => &Operator::CURVE,
        };
        for operator in operators {
            let (mut cost, mut stack) = (before + 1, 0);
            for (index, segment) in segments[from..].iter().enumerate() {
                let Some((operands, next)) = operator.operands(*segment, index) else { break };
                stack += operands.1;
                if stack > STACK {
                    break;
                }
                cost += operands.as_slice().iter().map(|operand| length(*operand)).sum::<usize>();
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
            let operands = operator.operands(*segment, index);
            operands
                .iter()
                .flat_map(|(operands, _)| operands.as_slice())
                .for_each(|operand| number(&mut out, *operand));
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
