//! Which of the places where lines may end are taken: total fit (Knuth and Plass, Breaking Paragraphs into Lines, 1981)
//! with an active list, over gaps that shrink and stretch in CLREQ's order.

use super::breaks::Break;
use super::cjk::Gap;
use super::shape::Atom;

/// Sums over atoms, so that a line is measured in constant time.
pub(in super::super) struct Sums {
    natural: Vec<f64>,
    shrink: Vec<f64>,
    stretch: Vec<f64>,
    /// Characters that are no marks.
    letters: Vec<usize>,
    gaps: Vec<Gap>,
}

/// A line's width as it would be, and what its gaps can give and take, in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in super::super) struct Extent {
    /// Width with every gap as it would be.
    pub(in super::super) natural: f64,
    /// How much narrower it can be.
    pub(in super::super) shrink: f64,
    /// How much wider it can be before it looks bad.
    pub(in super::super) stretch: f64,
}

impl Sums {
    /// Sums up a paragraph.
    pub(in super::super) fn new(atoms: &[Atom], gaps: Vec<Gap>) -> Self {
        let mut sums = Self {
            natural: Vec::with_capacity(atoms.len() + 1),
            shrink: Vec::with_capacity(atoms.len() + 1),
            stretch: Vec::with_capacity(atoms.len() + 1),
            letters: Vec::with_capacity(atoms.len() + 1),
            gaps: Vec::new(),
        };
        let (mut natural, mut shrink, mut stretch, mut letters) = (0.0, 0.0, 0.0, 0);
        for (atom, gap) in atoms.iter().zip(&gaps) {
            sums.natural.push(natural);
            sums.shrink.push(shrink);
            sums.stretch.push(stretch);
            sums.letters.push(letters);
            letters += usize::from(!atom.class.is_mark());
            natural += gap.natural + atom.body;
            shrink += gap.shrink;
            stretch += gap.stretch;
        }
        sums.natural.push(natural);
        sums.shrink.push(shrink);
        sums.stretch.push(stretch);
        sums.letters.push(letters);
        sums.gaps = gaps;
        sums
    }

    /// The gaps before some atoms.
    pub(in super::super) fn gaps(&self, range: std::ops::Range<usize>) -> &[Gap] {
        self.gaps.get(range).unwrap_or_default()
    }

    /// The sums before an atom, and how many characters there are no marks.
    fn before(&self, atom: usize) -> (Extent, usize) {
        let sum = |of: &[f64]| of.get(atom).copied().unwrap_or_default();
        let extent = Extent { natural: sum(&self.natural), shrink: sum(&self.shrink), stretch: sum(&self.stretch) };
        (extent, self.letters.get(atom).copied().unwrap_or_default())
    }

    /// The same with the gap before that atom: what is taken away from a line that begins with it.
    fn start(&self, atom: usize) -> (Extent, usize) {
        let (extent, letters) = self.before(atom);
        let gap = self.gaps.get(atom).copied().unwrap_or_default();
        let natural = extent.natural + gap.natural;
        (Extent { natural, shrink: extent.shrink + gap.shrink, stretch: extent.stretch + gap.stretch }, letters)
    }

    /// The line from one atom to before another. The gap before the first is not set.
    pub(in super::super) fn line(&self, from: usize, to: usize) -> Extent {
        let sum = |of: &[f64]| match (of.get(to), of.get(from)) {
            (Some(end), Some(start)) => end - start,
            _ => 0.0,
        };
        let edge = self.gaps.get(from).filter(|_| from < to).copied().unwrap_or_default();
        Extent {
            natural: sum(&self.natural) - edge.natural,
            shrink: sum(&self.shrink) - edge.shrink,
            stretch: sum(&self.stretch) - edge.stretch,
        }
    }
}

/// What lines are to be fitted into.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Shape {
    /// Length of a full line, in points.
    pub(in super::super) measure: f64,
    /// How far the first line begins after the others.
    pub(in super::super) indent: f64,
    /// Whether full lines are flush at both edges.
    pub(in super::super) justified: bool,
    /// Whether the last line should be about as long as the others.
    pub(in super::super) balanced: bool,
    /// The type size.
    pub(in super::super) em: f64,
}

#[derive(Clone, Copy)]
struct Node {
    at: Break,
    /// The sums before the first atom of the next line, without its gap.
    start: Extent,
    letters: usize,
    demerits: f64,
    previous: usize,
    ratio: f64,
}

/// How far lines may be stretched: this many times what looks good, and further only if there is no other way.
const TOLERANCES: [f64; 3] = [1.6, 4.0, f64::INFINITY];
/// A last line that holds the rest of a word.
const REST: f64 = 400_000.0;
/// A last line of two characters.
const RUNT: f64 = 400_000.0;
/// Two hyphens in a row.
const HYPHENS: f64 = 3000.0;
/// A tight line next to a loose one.
const UNEVEN: f64 = 2000.0;
/// More starting points than this are never weighed for one line.
const ACTIVE: usize = 400;
/// What a length may be wrong by from rounding.
pub(super) const ROUNDING: f64 = 1e-6;

/// The breaks taken, in order; the last is the paragraph's end.
pub(in super::super) fn fit(sums: &Sums, breaks: &[Break], shape: Shape) -> Vec<Break> {
    let mut attempts = TOLERANCES.into_iter().filter_map(|tolerance| attempt(sums, breaks, shape, tolerance));
    let Some((ends, demerits)) = attempts.next() else { return Vec::new() };
    // Looser lines may save a last line of a character or two.
    let better = if demerits < RUNT { None } else { attempts.next().filter(|(_, other)| *other < demerits) };
    better.map_or(ends, |(ends, _)| ends)
}

/// Total fit with lines stretched at most so far, and its demerits. `None` if that cannot be.
fn attempt(sums: &Sums, breaks: &[Break], shape: Shape, tolerance: f64) -> Option<(Vec<Break>, f64)> {
    let start = Break { forced: true, ..Break::at(0) };
    let node = |at: Break, demerits: f64, previous: usize, ratio: f64| {
        let (start, letters) = sums.start(at.atom);
        Node { at, start, letters, demerits, previous, ratio }
    };
    let mut nodes = Vec::with_capacity(breaks.len() + 1);
    nodes.push(node(start, 0.0, 0, 0.0));
    let mut active = vec![0_usize];
    for at in breaks {
        let mut best: Option<(f64, usize, f64)> = None;
        let mut dead = 0;
        let end = sums.before(at.atom);
        for (order, index) in active.iter().enumerate() {
            let node = nodes.get(*index)?;
            // Two breaks may stand at one place.
            if node.at.atom == at.atom {
                break;
            }
            match weigh(node, at, end, shape) {
                Weight::Over => dead = order + 1,
                Weight::Ratio(ratio, _) if ratio > tolerance => break,
                Weight::Ratio(ratio, demerits) => {
                    let total = node.demerits + demerits + uneven(node, at, ratio);
                    if best.is_none_or(|(least, ..)| total < least) {
                        best = Some((total, *index, ratio));
                    }
                }
            }
        }
        let last = active.get(dead.saturating_sub(1)).copied();
        active.drain(..dead.min(active.len()));
        if best.is_none() && (active.is_empty() || at.forced) {
            if tolerance.is_finite() {
                return None;
            }
            // Nothing fits: the line sticks out, and the text goes on.
            let previous = last?;
            let demerits = nodes.get(previous)?.demerits + 1e9;
            best = Some((demerits, previous, 1.0));
        }
        if let Some((demerits, previous, ratio)) = best {
            if at.forced {
                active.clear();
            }
            nodes.push(node(*at, demerits, previous, ratio));
            active.push(nodes.len() - 1);
            if active.len() > ACTIVE {
                active.remove(0);
            }
        }
    }
    let demerits = nodes.last().map_or(0.0, |node| node.demerits);
    Some((trace(&nodes), demerits))
}

enum Weight {
    /// Too long even when shrunk.
    Over,
    /// How much its gaps give (negative) or take, as a share of what looks good; and its demerits.
    Ratio(f64, f64),
}

fn weigh(node: &Node, at: &Break, (end, letters): (Extent, usize), shape: Shape) -> Weight {
    let extent = Extent {
        natural: end.natural - node.start.natural,
        shrink: end.shrink - node.start.shrink,
        stretch: end.stretch - node.start.stretch,
    };
    let indent = if node.at.atom == 0 { shape.indent } else { 0.0 };
    let room = shape.measure - indent;
    let natural = extent.natural + at.trail;
    let need = room - natural;
    let shrink = if shape.justified { extent.shrink } else { 0.0 };
    if need < -shrink - ROUNDING {
        return Weight::Over;
    }
    // What fits but for a rounding error fits.
    let ratio = if need < -ROUNDING {
        need / shrink
    } else if at.forced && !shape.balanced {
        0.0
    } else if shape.justified {
        need / extent.stretch.max(ROUNDING)
    } else {
        // Ragged lines: what is missing, as a share of a line.
        2.0 * need / shape.measure
    };
    let badness = if ratio < 0.0 { 60.0 * ratio.abs().powi(3) } else { 100.0 * ratio.powi(3) };
    let mut demerits = (1.0 + badness).powi(2) + at.penalty.powi(2);
    if at.forced && node.at.atom > 0 {
        demerits += runt(letters.saturating_sub(node.letters), natural / shape.em);
        demerits += if node.at.hyphen { REST } else { 0.0 };
    }
    Weight::Ratio(ratio, demerits)
}

/// A last line of a character or two (CLREQ 3.4.4), or of a short word; its width in em.
fn runt(letters: usize, width: f64) -> f64 {
    match (letters, width) {
        (0..=1, _) => 2_000_000.0,
        (2, _) => RUNT,
        (_, width) if width < 2.0 => 20_000.0,
        _ => 0.0,
    }
}

fn uneven(node: &Node, at: &Break, ratio: f64) -> f64 {
    let hyphens = if node.at.hyphen && at.hyphen { HYPHENS } else { 0.0 };
    let jump = if (node.ratio - ratio).abs() > 0.9 { UNEVEN } else { 0.0 };
    hyphens + jump
}

fn trace(nodes: &[Node]) -> Vec<Break> {
    let mut out = Vec::new();
    let mut index = nodes.len().saturating_sub(1);
    while index > 0 {
        let Some(node) = nodes.get(index) else { break };
        out.push(node.at);
        index = node.previous;
    }
    out.reverse();
    out
}
