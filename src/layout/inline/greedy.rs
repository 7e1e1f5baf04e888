//! Line ends one after the other: each line takes what it can hold, shrunk within limits; what it cannot goes to the next
//! (CLREQ 3.1.4: push in first, push out second).

use super::breaks::Break;
use super::fit::{ROUNDING, Shape, Sums};

/// The breaks taken, in order; the last is the paragraph's end.
pub(super) fn fit(sums: &Sums, breaks: &[Break], shape: Shape) -> Vec<Break> {
    let mut out = Vec::new();
    let (mut start, mut next) = (0, 0);
    while let Some(first) = breaks.get(next) {
        // A line holds one piece at least, however wide.
        let mut best = (next, *first);
        for (index, at) in breaks.iter().enumerate().skip(next) {
            if index > next && !holds(sums, start, at, shape) {
                break;
            }
            best = choose(best, (index, *at), |at| looseness(sums, start, at, shape));
            if at.forced {
                best = (index, *at);
                break;
            }
        }
        out.push(best.1);
        start = best.1.atom;
        // Two breaks may stand at one place.
        next = best.0 + 1 + breaks[best.0 + 1..].iter().take_while(|at| at.atom <= start).count();
    }
    out
}

/// The later of two breaks, unless it costs something and the line before it is full enough without it.
fn choose(known: (usize, Break), later: (usize, Break), looseness: impl Fn(&Break) -> f64) -> (usize, Break) {
    let dear = later.1.penalty > known.1.penalty && later.0 > known.0;
    if dear && looseness(&known.1) < FULL { known } else { later }
}

/// Lines not looser than this are full enough.
const FULL: f64 = 1.0;

fn room(sums: &Sums, start: usize, at: &Break, shape: Shape) -> f64 {
    let indent = if start == 0 { shape.indent } else { 0.0 };
    shape.measure - indent - sums.line(start, at.atom).natural - at.trail
}

fn holds(sums: &Sums, start: usize, at: &Break, shape: Shape) -> bool {
    let shrink = if shape.justified { sums.line(start, at.atom).shrink } else { 0.0 };
    room(sums, start, at, shape) >= -shrink - ROUNDING
}

fn looseness(sums: &Sums, start: usize, at: &Break, shape: Shape) -> f64 {
    room(sums, start, at, shape) / sums.line(start, at.atom).stretch.max(ROUNDING)
}
