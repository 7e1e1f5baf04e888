//! How wide the columns of a table are, and how small its type is for that.

use super::Place;
use crate::units::Pt;

/// White at both sides of a cell, in em.
pub(super) const PADDING: f64 = 0.4;
/// Tables of cells that are not wider than this many em are made smaller, to this share of their size, rather than have
/// cells of two lines.
const SHORT: f64 = 7.0;
const NARROWED: f64 = 0.74;

/// What a column of text should have at least, in em, if it has as much to say: narrower ones are towers of characters.
const COMFORTABLE: f64 = 4.0;
/// A word of a cell that is longer than this many em is broken where its table would not fit otherwise.
const LONG_WORD: f64 = 8.0;

/// The widths of columns, without the white beside cells.
pub(super) struct Needs {
    /// Of what no line can break.
    pub(super) least: Vec<Pt>,
    /// Of whole texts.
    pub(super) most: Vec<Pt>,
}

impl Needs {
    /// Widths for type that is smaller by a factor: columns of text get some room if all can have it.
    pub(super) fn shared(&self, factor: f64, room: Pt, place: &Place) -> Vec<Pt> {
        let Self { least, most } = self;
        let comfortable = place.size / factor * COMFORTABLE;
        let roomy: Vec<Pt> = least.iter().zip(most).map(|(least, most)| least.max(most.min(comfortable))).collect();
        let smaller = |widths: &[Pt]| widths.iter().map(|width| *width * factor).collect::<Vec<Pt>>();
        let least = if smaller(&roomy).into_iter().sum::<Pt>() < room { &roomy } else { least };
        share(&smaller(least), &smaller(most), room)
    }
}

/// The widths of columns, and by how much the type of their table is made smaller: so that short cells need
/// no second line, that no number or word is broken, and that columns of text have some room. `None` if that would be
/// more than `smallest`.
pub(super) fn fitted(Needs { least, most }: Needs, smallest: f64, place: &Place) -> Option<(Needs, f64)> {
    let em = place.size;
    let factor = |widths: &mut dyn Iterator<Item = Pt>| {
        let (count, sum) = widths.fold((0, Pt::ZERO), |(count, sum), width| (count + 1, sum + width));
        // A rounding error must not break what just fits.
        place.measure / (sum + em * (PADDING * 2.0 * f64::from(count))) * 0.999
    };
    let whole = factor(&mut most.iter().copied());
    if most.iter().all(|width| *width <= em * SHORT) && (NARROWED..1.0).contains(&whole) {
        return Some((Needs { least, most }, whole));
    }
    let unbroken = factor(&mut least.iter().copied());
    let short = |width: &Pt| width.min(em * LONG_WORD);
    let least = if unbroken < smallest { least.iter().map(short).collect() } else { least };
    if factor(&mut least.iter().copied()) < smallest {
        return None;
    }
    let roomy = factor(&mut least.iter().zip(&most).map(|(least, most)| least.max(most.min(em * COMFORTABLE))));
    Some((Needs { least, most }, roomy.clamp(smallest.min(1.0), 1.0)))
}

/// Widens the columns that a cell covers, equally, until it fits.
pub(super) fn widen(widths: &mut [Pt], range: std::ops::Range<usize>, wanted: Pt, both: Pt) {
    let Some(covered) = widths.get_mut(range).filter(|covered| !covered.is_empty()) else { return };
    let count = covered.len() as f64;
    let have = covered.iter().copied().sum::<Pt>() + both * (count - 1.0);
    if wanted > have {
        covered.iter_mut().for_each(|width| *width += (wanted - have) / count);
    }
}

/// Widths between the least and the most, as far as there is room: columns that need no more than an equal share get
/// what they need, and the others share what that leaves.
fn share(least: &[Pt], most: &[Pt], room: Pt) -> Vec<Pt> {
    let low = least.iter().copied().sum::<Pt>();
    if low >= room {
        return least.iter().map(|width| *width * (room / low)).collect();
    }
    let mut order: Vec<usize> = (0..most.len()).collect();
    order.sort_by(|a, b| most[*a].0.total_cmp(&most[*b].0));
    let mut out = most.to_vec();
    let (mut left, mut floor) = (room, low);
    for (done, column) in order.iter().enumerate() {
        // The columns still to come keep their least.
        floor -= least[*column];
        let equal = left / (most.len() - done) as f64;
        out[*column] = most[*column].min(equal.max(least[*column])).min(left - floor);
        left -= out[*column];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_that_need_little_get_it() {
        let pt = |all: &[f64]| all.iter().copied().map(Pt).collect::<Vec<_>>();
        assert_eq!(share(&pt(&[10.0, 10.0]), &pt(&[20.0, 40.0]), Pt(100.0)), pt(&[20.0, 40.0]));
        assert_eq!(share(&pt(&[10.0, 10.0]), &pt(&[15.0, 40.0]), Pt(40.0)), pt(&[15.0, 25.0]));
        assert_eq!(share(&pt(&[10.0, 30.0]), &pt(&[40.0, 40.0]), Pt(50.0)), pt(&[20.0, 30.0]));
        assert_eq!(share(&pt(&[10.0, 30.0]), &pt(&[20.0, 40.0]), Pt(20.0)), pt(&[5.0, 15.0]));
    }
}
