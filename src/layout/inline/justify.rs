//! How the white of a line is made to fill it: shrinking and stretching, step after step (CLREQ 3.5.3, 3.5.4).

use super::cjk::{Gap, SHRINK_ORDER, Stretch};

/// The widths of a line's gaps so that they grow by `need` points in all (shrink, if it is negative), as far as that can
/// be.
pub(in super::super) fn widths(gaps: &[Gap], need: f64) -> Vec<f64> {
    let mut out: Vec<f64> = gaps.iter().map(|gap| gap.natural).collect();
    if need < 0.0 {
        shrink(gaps, -need, &mut out);
    } else if need > 0.0 {
        stretch(gaps, need, &mut out);
    }
    out
}

fn shrink(gaps: &[Gap], mut excess: f64, out: &mut [f64]) {
    for step in SHRINK_ORDER {
        let of_step = |gap: &Gap| if gap.shrink_order == step { gap.shrink } else { 0.0 };
        let room: f64 = gaps.iter().map(of_step).sum();
        if room <= 0.0 {
            continue;
        }
        let share = (excess / room).min(1.0);
        gaps.iter().zip(out.iter_mut()).for_each(|(gap, width)| *width -= of_step(gap) * share);
        excess -= room * share;
        if excess <= 0.0 {
            return;
        }
    }
}

fn stretch(gaps: &[Gap], mut missing: f64, out: &mut [f64]) {
    for step in [Stretch::Word, Stretch::HanWestern] {
        let of_step = |gap: &Gap| if gap.stretch_order == step { gap.stretch } else { 0.0 };
        let room: f64 = gaps.iter().map(of_step).sum();
        if room <= 0.0 {
            continue;
        }
        let share = (missing / room).min(1.0);
        gaps.iter().zip(out.iter_mut()).for_each(|(gap, width)| *width += of_step(gap) * share);
        missing -= room * share;
        if missing <= 0.0 {
            return;
        }
    }
    if gaps.iter().any(|gap| gap.stretch_order == Stretch::Address) {
        return within_bounds(gaps, missing, out);
    }
    // Where there are only words, their spaces take the rest.
    let others = gaps.iter().any(|gap| gap.stretch_order == Stretch::Other);
    let open = |gap: &&Gap| match gap.stretch_order {
        Stretch::Never | Stretch::Address => false,
        Stretch::Other => true,
        Stretch::Word | Stretch::HanWestern => !others,
    };
    let count = gaps.iter().filter(open).count();
    if count > 0 {
        let each = missing / count as f64;
        gaps.iter().zip(out.iter_mut()).filter(|(gap, _)| open(gap)).for_each(|(_, width)| *width += each);
    }
}

/// How many times what looks good a gap between squares grows on a line that part of an address stands on.
const BESIDE: f64 = 3.0;

/// A line with part of an address: its gaps grow by no more than becomes them, and if that
/// does not fill it, it is as it would be, and short.
fn within_bounds(gaps: &[Gap], missing: f64, out: &mut [f64]) {
    let bound = |gap: &Gap| match gap.stretch_order {
        Stretch::Address => gap.stretch,
        Stretch::Other => gap.stretch * BESIDE,
        Stretch::Never | Stretch::Word | Stretch::HanWestern => 0.0,
    };
    let room: f64 = gaps.iter().map(bound).sum();
    if room >= missing {
        gaps.iter().zip(out.iter_mut()).for_each(|(gap, width)| *width += bound(gap) * missing / room);
    } else {
        gaps.iter().zip(out.iter_mut()).for_each(|(gap, width)| *width = gap.natural);
    }
}

#[cfg(test)]
mod tests {
    use super::super::cjk::Shrink;
    use super::*;

    const WORD: Gap =
        Gap { natural: 3.0, shrink: 0.5, shrink_order: Shrink::Word, stretch: 2.0, stretch_order: Stretch::Word };
    const STOP: Gap =
        Gap { natural: 5.0, shrink: 5.0, shrink_order: Shrink::Stop, stretch: 0.8, stretch_order: Stretch::Other };
    const COMMA: Gap = Gap { shrink_order: Shrink::Comma, ..STOP };
    const WORDS_INSIDE: Gap =
        Gap { natural: 0.0, shrink: 0.0, shrink_order: Shrink::Never, stretch: 0.0, stretch_order: Stretch::Never };

    #[test]
    fn word_spaces_give_first_then_commas_then_stops() {
        assert_eq!(widths(&[WORD, COMMA, STOP], -0.25), [2.75, 5.0, 5.0]);
        assert_eq!(widths(&[WORD, COMMA, STOP], -2.5), [2.5, 3.0, 5.0]);
        assert_eq!(widths(&[WORD, COMMA, STOP], -6.5), [2.5, 0.0, 4.0]);
    }

    #[test]
    fn addresses_hardly_grow() {
        let letter = Gap { stretch: 0.4, stretch_order: Stretch::Address, ..WORDS_INSIDE };
        let grown = widths(&[letter, letter, STOP], 1.6);
        assert!(grown[0] <= 0.4 && grown[2] > 5.0 && (grown.iter().sum::<f64>() - 6.6).abs() < 1e-9, "{grown:?}");
        // What would have to grow more stays short.
        assert_eq!(widths(&[letter, letter, STOP], 9.0), [0.0, 0.0, 5.0]);
        assert_eq!(widths(&[letter, letter], 9.0), [0.0, 0.0]);
    }

    #[test]
    fn word_spaces_grow_first_then_all_but_the_insides_of_words() {
        assert_eq!(widths(&[WORD, STOP, WORDS_INSIDE], 2.0), [5.0, 5.0, 0.0]);
        assert_eq!(widths(&[WORD, STOP, WORDS_INSIDE], 6.0), [5.0, 9.0, 0.0]);
        assert_eq!(widths(&[WORD, WORD, WORDS_INSIDE], 6.0), [6.0, 6.0, 0.0]);
    }
}
