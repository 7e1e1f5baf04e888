//! Contours as Type 2 charstrings write them, in the fewest bytes.
//!
//! A contour may begin at any of its points, and a line back to its beginning need not be written, so it begins behind
//! the line that costs most. The operators that draw it are chosen by the shortest way through its segments. What is
//! filled stays the same.

use std::mem::discriminant;

/// A line or a curve, as differences from point to point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Segment {
    Line([i32; 2]),
    Curve([i32; 6]),
}

impl Segment {
    /// From its beginning to its end.
    fn end(self) -> [i32; 2] {
        match self {
            Self::Line(by) => by,
            Self::Curve([ax, ay, bx, by, cx, cy]) => [ax + bx + cx, ay + by + cy],
        }
    }

    /// The bytes of each of its differences, and of all.
    fn lengths(self) -> Lengths {
        let (each, count) = match self {
            Self::Line([x, y]) => ([x, y, 0, 0, 0, 0], 2),
            Self::Curve(by) => (by, 6),
        };
        let each = each.map(length);
        Lengths { each, all: each[..count].iter().sum() }
    }
}

/// See [`Segment::lengths`].
#[derive(Clone, Copy)]
struct Lengths {
    each: [u32; 6],
    all: u32,
}

/// The closed contours of a glyph, one behind the other.
#[derive(Default)]
pub(super) struct Contours {
    /// Where each begins, in the glyph's units, and the number of its first segment.
    starts: Vec<([i32; 2], usize)>,
    segments: Vec<Segment>,
}

impl Contours {
    pub(super) fn clear(&mut self) {
        self.starts.clear();
        self.segments.clear();
    }

    /// Begins a contour.
    pub(super) fn begin(&mut self, at: [i32; 2]) {
        self.starts.push((at, self.segments.len()));
    }

    /// Goes on with the last one.
    pub(super) fn push(&mut self, segment: Segment) {
        if segment != Segment::Line([0, 0]) {
            self.segments.push(segment);
        }
    }

    fn iter(&self) -> impl Iterator<Item = ([i32; 2], &[Segment])> {
        let ends = self.starts.iter().skip(1).map(|(_, first)| *first).chain([self.segments.len()]);
        self.starts.iter().zip(ends).map(|((at, first), end)| (*at, &self.segments[*first..end]))
    }
}

/// Writes glyph after glyph in the same memory.
#[derive(Default)]
pub(super) struct Writer {
    written: Vec<Written>,
    /// The operators of all contours of a glyph.
    operators: Vec<u8>,
    shortest: Shortest,
}

/// A contour as it is written.
struct Written {
    start: [i32; 2],
    end: [i32; 2],
    /// Where its operators are.
    operators: std::ops::Range<usize>,
}

impl Writer {
    /// Writes contours, the pen being at the origin; next comes the one that takes the fewest bytes to get to.
    pub(super) fn write(&mut self, out: &mut Vec<u8>, contours: &Contours) {
        self.operators.clear();
        for (at, segments) in contours.iter() {
            self.add(at, segments);
        }
        let mut pen = [0, 0];
        while let Some(nearest) = (0..self.written.len()).min_by_key(|index| move_cost(pen, self.written[*index].start))
        {
            let contour = self.written.remove(nearest);
            move_to(out, pen, contour.start);
            out.extend(&self.operators[contour.operators]);
            pen = contour.end;
        }
    }

    /// Adds a contour without the line that costs most, the first of several, or as it is if it has none.
    fn add(&mut self, start: [i32; 2], segments: &[Segment]) {
        let mut end = start;
        let (mut most, mut behind) = ((0, 0), start);
        let closing =
            segments.iter().map(|segment| segment.end()).fold([0, 0], |sum, by| [sum[0] + by[0], sum[1] + by[1]]);
        let closing = (closing != [0, 0]).then(|| Segment::Line(closing.map(|by| -by)));
        let count = segments.len() + usize::from(closing.is_some());
        for (index, segment) in segments.iter().copied().chain(closing).enumerate() {
            let by = segment.end();
            end = [end[0] + by[0], end[1] + by[1]];
            let saved = match segment {
                Segment::Line(by) => by.into_iter().filter(|by| *by != 0).map(length).sum::<u32>(),
                Segment::Curve(_) => 0,
            };
            if index == 0 || saved > most.0 {
                (most, behind) = ((saved, index), end);
            }
        }
        if count == 0 {
            return;
        }
        let first = (most.1 + 1) % count;
        let turned = &mut self.shortest.segments;
        turned.clear();
        turned.extend(segments.iter().skip(first).copied().chain(closing));
        turned.extend(segments.iter().take(first));
        let end = match turned.pop_if(|last| matches!(last, Segment::Line(_))) {
            Some(line) => [0, 1].map(|axis| behind[axis] - line.end()[axis]),
            None => behind,
        };
        let from = self.operators.len();
        self.shortest.write(&mut self.operators);
        self.written.push(Written { start: behind, end, operators: from..self.operators.len() });
    }
}

fn move_cost(from: [i32; 2], to: [i32; 2]) -> u32 {
    let by = [to[0] - from[0], to[1] - from[1]];
    by.into_iter().filter(|by| *by != 0).map(length).sum::<u32>().max(1)
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

/// The path operators (Technical Note 5177 §4.1).
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

/// The operands that an interpreter has to take at once (Appendix B).
const STACK: usize = 48;

/// Which of a curve's differences are along and across the vertical axis, and the horizontal one: of its first handle,
/// then of its last.
const AXES: [[usize; 4]; 2] = [[1, 0, 5, 4], [0, 1, 4, 5]];

/// How the first segments are drawn in the fewest bytes.
#[derive(Clone, Copy)]
struct Way {
    bytes: u32,
    /// The last operator.
    operator: Operator,
    /// How many segments are drawn before it.
    from: usize,
}

/// The operators that draw segments in the fewest bytes: for each segment the cheapest way to get behind it.
#[derive(Default)]
struct Shortest {
    segments: Vec<Segment>,
    lengths: Vec<Lengths>,
    /// By number of segments drawn.
    ways: Vec<Way>,
    /// Operators, with the number of segments before each and behind it, the last first.
    chosen: Vec<(Operator, usize, usize)>,
}

impl Shortest {
    fn write(&mut self, out: &mut Vec<u8>) {
        self.lengths.clear();
        self.lengths.extend(self.segments.iter().map(|segment| segment.lengths()));
        self.ways.clear();
        self.ways.resize(self.segments.len() + 1, Way { bytes: u32::MAX, operator: Lines, from: 0 });
        self.ways[0].bytes = 0;
        for from in 0..self.segments.len() {
            self.any_direction(from);
            match self.segments[from] {
                Segment::Line(_) => {
                    self.axis_lines(from, FromHorizontal);
                    self.axis_lines(from, FromVertical);
                }
                Segment::Curve(_) => {
                    self.flat_curves(from, Vertical);
                    self.flat_curves(from, Horizontal);
                    self.turning_curves(from, VerticalTurning);
                    self.turning_curves(from, HorizontalTurning);
                }
            }
        }
        self.chosen.clear();
        let mut to = self.segments.len();
        while to > 0 {
            let Way { operator, from, .. } = self.ways[to];
            self.chosen.push((operator, from, to));
            to = from;
        }
        for (operator, from, to) in self.chosen.iter().rev() {
            for (index, segment) in self.segments[*from..*to].iter().enumerate() {
                operator.operands(*segment, index, |operand| number(out, operand));
            }
            out.push(*operator as u8);
        }
    }

    /// Takes a way for the segments before `to`, if it is shorter than those seen before: an operator behind those before
    /// `from`, and what its operands take.
    fn take(&mut self, from: usize, to: usize, operator: Operator, operands: u32) {
        let bytes = self.ways[from].bytes + 1 + operands;
        if bytes < self.ways[to].bytes {
            self.ways[to] = Way { bytes, operator, from };
        }
    }

    /// Whether the best way to a segment is an operator that goes on with it, and could have taken more before: one that
    /// begins here would save nothing.
    fn goes_on(&self, from: usize, operator: Operator, most: usize) -> bool {
        let way = self.ways[from];
        from > 0 && way.operator == operator && from - way.from < most
    }

    /// Segments of one kind in any direction, and one of the other kind behind them.
    fn any_direction(&mut self, from: usize) {
        let (operator, mixed, each, other) = match self.segments[from] {
            Segment::Line(_) => (Lines, LinesCurve, 2, 6),
            Segment::Curve(_) => (Curves, CurvesLine, 6, 2),
        };
        let (kind, most) = (discriminant(&self.segments[from]), STACK / each);
        if self.goes_on(from, operator, most) {
            return;
        }
        let mut operands = 0;
        for at in from..self.segments.len().min(from + most) {
            operands += self.lengths[at].all;
            if discriminant(&self.segments[at]) == kind {
                self.take(from, at + 1, operator, operands);
            } else {
                if (at - from) * each + other <= STACK {
                    self.take(from, at + 1, mixed, operands);
                }
                return;
            }
        }
    }

    /// Lines along one axis and the other in turn.
    fn axis_lines(&mut self, from: usize, operator: Operator) {
        let mut operands = 0;
        for at in from..self.segments.len().min(from + STACK) {
            let along = usize::from(!operator.is_horizontal(at - from));
            match self.segments[at] {
                Segment::Line(by) if by[1 - along] == 0 => operands += self.lengths[at].each[along],
                _ => return,
            }
            self.take(from, at + 1, operator, operands);
        }
    }

    /// Curves that begin and end along one axis, the first of which may begin otherwise.
    fn flat_curves(&mut self, from: usize, operator: Operator) {
        let [first, across, last, last_across] = AXES[usize::from(operator == Horizontal)];
        let (mut operands, mut stack) = (0, 0);
        for at in from..self.segments.len() {
            let Segment::Curve(by) = self.segments[at] else { return };
            let turned = by[across] != 0;
            stack += 4 + usize::from(turned);
            if by[last_across] != 0 || turned && at > from || stack > STACK {
                return;
            }
            let lengths = self.lengths[at].each;
            operands += lengths[first] + lengths[2] + lengths[3] + lengths[last];
            operands += if turned { lengths[across] } else { 0 };
            self.take(from, at + 1, operator, operands);
        }
    }

    /// Curves that turn from one axis to the other and back, the last of which may end otherwise.
    fn turning_curves(&mut self, from: usize, operator: Operator) {
        let mut operands = 0;
        for at in from..self.segments.len().min(from + STACK / 4) {
            let [first, across, along, last] = AXES[usize::from(operator.is_horizontal(at - from))];
            let Segment::Curve(by) = self.segments[at] else { return };
            if by[across] != 0 {
                return;
            }
            let lengths = self.lengths[at].each;
            operands += lengths[first] + lengths[2] + lengths[3] + lengths[last];
            if by[along] != 0 {
                if (at - from + 1) * 4 < STACK {
                    self.take(from, at + 1, operator, operands + lengths[along]);
                }
                return;
            }
            self.take(from, at + 1, operator, operands);
        }
    }
}

impl Operator {
    /// Whether the how manieth segment of one that goes along both axes in turn begins along the horizontal one.
    fn is_horizontal(self, index: usize) -> bool {
        index.is_multiple_of(2) == matches!(self, FromHorizontal | HorizontalTurning)
    }

    /// The operands for the how manieth segment of the operator.
    fn operands(self, segment: Segment, index: usize, mut number: impl FnMut(i32)) {
        match (self, segment) {
            (FromHorizontal | FromVertical, Segment::Line(by)) => number(by[usize::from(!self.is_horizontal(index))]),
            (_, Segment::Line(by)) => by.into_iter().for_each(number),
            (Vertical | Horizontal, Segment::Curve(by)) => {
                let [first, across, last, _] = AXES[usize::from(self == Horizontal)];
                if by[across] != 0 {
                    number(by[across]);
                }
                [by[first], by[2], by[3], by[last]].into_iter().for_each(number);
            }
            (VerticalTurning | HorizontalTurning, Segment::Curve(by)) => {
                let [first, _, along, last] = AXES[usize::from(self.is_horizontal(index))];
                [by[first], by[2], by[3], by[last]].into_iter().for_each(&mut number);
                if by[along] != 0 {
                    number(by[along]);
                }
            }
            (_, Segment::Curve(by)) => by.into_iter().for_each(number),
        }
    }
}

/// The bytes of a number.
pub(super) fn length(number: i32) -> u32 {
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
