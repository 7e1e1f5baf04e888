//! Where pages end: the breaks whose costs add up to the least over a whole article, not the first that fit.

use super::super::flow::Strip;
use super::{Geometry, Sheet};
use crate::units::Pt;

/// What is to be put on pages.
pub(in super::super) struct Matter<'a> {
    /// The text.
    pub(in super::super) strips: &'a [Strip],
    /// Repeated heads of tables, by number.
    pub(in super::super) heads: &'a [Vec<Strip>],
    /// The strips of each note, by number.
    pub(in super::super) notes: &'a [Vec<Strip>],
}

/// A page that is a line short, which nobody sees.
const SHORT: f64 = 60.0;
/// Each line that a page lacks, if more than one.
const MISSING_LINE: f64 = 80.0;
/// Each line that a page lacks although what comes next would have had room.
const UNEXPLAINED_LINE: f64 = 200.0;
/// Strips after which a break costs more stay with what follows them.
const KEPT: f64 = 1000.0;
/// A line of a note that goes on to the next page.
const CARRIED: f64 = 400.0;
/// A last page of a line or two.
const LONELY: f64 = 400.0;
/// A break where none may be.
const FORCED: f64 = 1e7;
/// Each line that a right-hand page is shorter or longer than the left-hand one it faces.
const FACING: f64 = 200.0;
/// Pages that lack more than this are short.
const SHORT_FROM: f64 = 0.5;
/// Pages that lack more lines than this end where they must, and are not compared with others.
const COMPARED: f64 = 1.6;
/// Where a page filled less than this share might end is looked at only if all that could end it later costs more than
/// such a page does at least.
const FILLED: f64 = 0.75;
const CHEAP: f64 = 500.0;
/// What a length may be wrong by from rounding.
const ROUNDING: Pt = Pt(0.01);
/// White over the notes of a page, with the rule in it, in lines of running text.
pub(super) const SEPARATOR: f64 = 0.8;

/// A note's strips from one on.
type Rest = (usize, usize);

#[derive(Clone)]
struct Best {
    cost: f64,
    previous: (usize, usize),
    sheet: Sheet,
    carry: Vec<Rest>,
    /// How many lines its page lacks.
    missing: f64,
    /// How many pages there are up to its own.
    page: usize,
}

/// The pages; `before` are before them, the first of which is a right-hand one.
pub(in super::super) fn choose(matter: &Matter<'_>, geometry: &Geometry, before: usize) -> Vec<Sheet> {
    choose_each(matter, geometry, [before]).into_iter().next().unwrap_or_default()
}

/// The same for several counts of pages before them, at little more than the cost of one. Whether a count is even is all
/// that matters.
pub(in super::super) fn choose_each<const N: usize>(
    matter: &Matter<'_>,
    geometry: &Geometry,
    before: [usize; N],
) -> [Vec<Sheet>; N] {
    let count = matter.strips.len();
    // Of each strip that a page may end before: the best way to a full page, and to a short one. Which of them is better
    // turns out on the page that faces it.
    let mut best: [Vec<[Option<Best>; 2]>; N] = before.map(|_| vec![[None, None]; count + 1]);
    for [start, _] in best.iter_mut().filter_map(|best| best.first_mut()) {
        let carry = Vec::new();
        *start = Some(Best { cost: 0.0, previous: (0, 0), sheet: Sheet::default(), carry, missing: 0.0, page: 0 });
    }
    let (mut found, mut early) = (Vec::new(), Vec::new());
    for start in 0..count {
        // Whether the pages that were found begin here with no note carried over.
        let mut plain = false;
        for (of, kind) in (0..N).flat_map(|of| [(of, 0), (of, 1)]) {
            let (best, before) = (&mut best[of], before[of]);
            let Some(known) = best.get_mut(start).and_then(|both| both[kind].as_mut()) else { continue };
            let (cost, missing, page) = (known.cost, known.missing, known.page + 1);
            let spread = |column: usize| (before + column / geometry.columns).div_ceil(2);
            let faced = page > 1 && spread(page - 1) == spread(page - 2);
            // No way leads back to it.
            let carry = std::mem::take(&mut known.carry);
            if !plain || !carry.is_empty() {
                found.clear();
                ends(matter, geometry, (start, &carry), &mut found, &mut early);
            }
            plain = carry.is_empty();
            for end in &found {
                let total = cost + end.cost + if faced { facing(missing, end.missing) } else { 0.0 };
                if let Some(both) = best.get_mut(end.sheet.strips.end)
                    && let slot = &mut both[usize::from(end.missing > SHORT_FROM)]
                    && slot.as_ref().is_none_or(|known| total < known.cost)
                {
                    let End { sheet, carry, missing, .. } = end.clone();
                    *slot = Some(Best { cost: total, previous: (start, kind), sheet, carry, missing, page });
                }
            }
        }
    }
    best.map(|best| trace(best, matter, geometry))
}

/// What it costs that a page does not end on the line that the page it faces ends on.
fn facing(left: f64, right: f64) -> f64 {
    let compared = left < COMPARED && right < COMPARED;
    if compared { FACING * (left - right).abs().round() } else { 0.0 }
}

/// A page that could be.
#[derive(Clone)]
struct End {
    sheet: Sheet,
    carry: Vec<Rest>,
    cost: f64,
    /// How many lines it lacks; none if it is the last.
    missing: f64,
}

/// The pages that could begin with a strip. What is in `early` does not matter: its room is used again.
fn ends(
    matter: &Matter<'_>,
    geometry: &Geometry,
    (start, carry): (usize, &[Rest]),
    out: &mut Vec<End>,
    early: &mut Vec<(usize, Pt, usize)>,
) {
    let mut queue: Vec<Rest> = carry.to_vec();
    early.clear();
    let mut y = repeated(matter, geometry, start);
    // Height that the notes need at least: all that came before, and the first line of the last.
    let mut least = Pt::ZERO;
    let mut waiting = height(&queue, matter);
    let mut last_fit = start;
    for (index, strip) in matter.strips.iter().enumerate().skip(start) {
        let (_, bottom) = geometry.place(strip, y, index == start && y == Pt::ZERO);
        for note in &strip.notes {
            let Some(first) = matter.notes.get(*note).and_then(|strips| strips.first()) else { continue };
            least = waiting + first.height();
            waiting += height(&[(*note, 0)], matter);
            queue.push((*note, 0));
        }
        let needed = if least > Pt::ZERO { least + separator(geometry) } else { Pt::ZERO };
        if bottom + needed > geometry.area.height + ROUNDING && index > start {
            break;
        }
        y = bottom;
        last_fit = index;
        let last = index + 1 == matter.strips.len();
        if strip.penalty.is_finite() || last {
            if y + waiting < geometry.area.height * FILLED && !last {
                early.push((index + 1, y, queue.len()));
            } else {
                out.push(finish(matter, geometry, start..index + 1, y, &queue));
            }
        }
    }
    if out.iter().all(|end| end.cost > CHEAP) {
        let rest = |known: usize| queue.get(..known).unwrap_or_default();
        out.extend(early.drain(..).map(|(end, y, known)| finish(matter, geometry, start..end, y, rest(known))));
    }
    if out.is_empty() {
        let mut end = finish(matter, geometry, start..last_fit + 1, y, &queue);
        end.cost = FORCED;
        out.push(end);
    }
}

/// The height of a table's head that is repeated over a strip.
fn repeated(matter: &Matter<'_>, geometry: &Geometry, start: usize) -> Pt {
    let mut y = Pt::ZERO;
    for (index, strip) in heads(matter, start).iter().enumerate() {
        y = geometry.place(strip, y, index == 0).1;
    }
    y
}

/// The strips of the head that is repeated when a page begins with a strip.
pub(super) fn heads<'a>(matter: &Matter<'a>, start: usize) -> &'a [Strip] {
    let head = matter.strips.get(start).and_then(|strip| strip.repeat);
    // Only where rows of the same table came before.
    let before = start.checked_sub(1).and_then(|before| matter.strips.get(before)).and_then(|strip| strip.repeat);
    match head.filter(|_| head == before).and_then(|head| matter.heads.get(head)) {
        Some(strips) => strips,
        None => &[],
    }
}

pub(super) fn separator(geometry: &Geometry) -> Pt {
    geometry.leading * SEPARATOR
}

/// A page of these strips, with as much of the notes as there is room for.
fn finish(matter: &Matter<'_>, geometry: &Geometry, strips: std::ops::Range<usize>, bottom: Pt, queue: &[Rest]) -> End {
    let room = geometry.area.height - bottom - separator(geometry);
    let (notes, carry, used) = take(matter, queue, room);
    let last = strips.end == matter.strips.len();
    let penalty = strips.end.checked_sub(1).and_then(|index| matter.strips.get(index)).map_or(0.0, |s| s.penalty);
    let taken = bottom + if notes.is_empty() { Pt::ZERO } else { used + separator(geometry) };
    let missing = (geometry.area.height - taken) / geometry.leading;
    let lines = bottom / geometry.leading;
    let mut cost = match () {
        () if last && strips.start > 0 && lines < 2.5 => LONELY,
        () if last => 0.0,
        () if missing > 1.5 && fits(matter, geometry, strips.end, geometry.area.height - taken) => {
            UNEXPLAINED_LINE * missing
        }
        () if missing > 1.5 => MISSING_LINE * missing,
        () if missing > 0.9 => SHORT,
        () => 0.0,
    };
    cost += if last { 0.0 } else { penalty };
    let carried: usize = carry.iter().map(|(note, from)| matter.notes.get(*note).map_or(0, Vec::len) - from).sum();
    cost += CARRIED * carried as f64;
    End { sheet: Sheet { strips, notes }, carry, cost, missing: if last { 0.0 } else { missing } }
}

/// Whether what is kept together from a strip on would have room.
fn fits(matter: &Matter<'_>, geometry: &Geometry, from: usize, room: Pt) -> bool {
    let mut y = Pt::ZERO;
    for strip in matter.strips.iter().skip(from) {
        y = geometry.place(strip, y, false).1;
        if y > room + ROUNDING {
            return false;
        }
        if strip.penalty < KEPT {
            return true;
        }
    }
    true
}

/// As many strips of the waiting notes as there is room for; what is left; how high they are.
fn take(matter: &Matter<'_>, queue: &[Rest], room: Pt) -> (Vec<(usize, usize)>, Vec<Rest>, Pt) {
    let mut taken = Vec::new();
    let mut used = Pt::ZERO;
    for (order, (note, from)) in queue.iter().enumerate() {
        let strips = matter.notes.get(*note).map(Vec::as_slice).unwrap_or_default();
        for (index, strip) in strips.iter().enumerate().skip(*from) {
            if used + strip.height() > room + ROUNDING {
                let mut rest = vec![(*note, index)];
                rest.extend(queue.iter().skip(order + 1));
                return (taken, rest, used);
            }
            used += strip.height();
            taken.push((*note, index));
        }
    }
    (taken, Vec::new(), used)
}

fn height(queue: &[Rest], matter: &Matter<'_>) -> Pt {
    let of = |(note, from): &Rest| -> Pt {
        matter.notes.get(*note).map_or(Pt::ZERO, |strips| strips.iter().skip(*from).map(Strip::height).sum())
    };
    queue.iter().map(of).sum()
}

/// The cheapest way to the end, and pages for the notes that are left there.
fn trace(best: Vec<[Option<Best>; 2]>, matter: &Matter<'_>, geometry: &Geometry) -> Vec<Sheet> {
    let mut out = Vec::new();
    let count = matter.strips.len();
    let at = |(index, kind): (usize, usize)| best.get(index).and_then(|both: &[Option<Best>; 2]| both[kind].as_ref());
    let cost = |kind: usize| at((count, kind)).map_or(f64::INFINITY, |node| node.cost);
    let last = (count, usize::from(cost(1) < cost(0)));
    let mut place = last;
    while place.0 > 0 {
        let Some(node) = at(place) else { break };
        out.push(node.sheet.clone());
        place = node.previous;
    }
    out.reverse();
    let mut rest = at(last).map(|node| node.carry.clone()).unwrap_or_default();
    while !rest.is_empty() {
        let (mut notes, carry, _) = take(matter, &rest, geometry.area.height - separator(geometry));
        rest = carry;
        if notes.is_empty() {
            // Higher than a page: it stands there all the same.
            let (note, from) = rest[0];
            notes.push((note, from));
            rest[0].1 += 1;
            if matter.notes.get(note).is_none_or(|strips| from + 1 >= strips.len()) {
                rest.remove(0);
            }
        }
        out.push(Sheet { strips: count..count, notes });
    }
    out
}
