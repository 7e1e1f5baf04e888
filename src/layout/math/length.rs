//! Lengths in attributes (MathML Core 2.1.3, MathML 3 2.1.5.2).

use crate::units::Pt;

/// What a length may refer to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Against {
    /// The type size.
    pub(super) em: Pt,
    /// What is a hundred per cent, and what a number without a unit counts.
    pub(super) whole: Pt,
}

/// Height of `x` in em.
const EX: f64 = 0.475;
/// Lengths are not longer than this, in em of the formula: nothing on a page is.
const LONGEST: f64 = 60.0;

/// A length; `None` if it is none. However long it is meant to be, it is of a size that pages have.
pub(super) fn parse(text: &str, against: Against) -> Option<Pt> {
    let text = text.trim();
    let (em, whole) = (against.em, against.whole);
    let named = |eighteenths: f64| Some(em * (eighteenths / 18.0));
    let found = match text {
        "veryverythinmathspace" => named(1.0),
        "verythinmathspace" => named(2.0),
        "thinmathspace" => named(3.0),
        "mediummathspace" => named(4.0),
        "thickmathspace" => named(5.0),
        "verythickmathspace" => named(6.0),
        "veryverythickmathspace" => named(7.0),
        "negativeveryverythinmathspace" => named(-1.0),
        "negativeverythinmathspace" => named(-2.0),
        "negativethinmathspace" => named(-3.0),
        "negativemediummathspace" => named(-4.0),
        "negativethickmathspace" => named(-5.0),
        _ => {
            let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.'));
            let number: f64 = text.get(..text.len() - unit.len())?.parse().ok()?;
            let one = match unit.trim() {
                "em" => em,
                "ex" => em * EX,
                // A program that makes MathML writes em so.
                "mu" => em,
                "pt" => Pt(1.0),
                "pc" => Pt(12.0),
                "px" => Pt(0.75),
                "in" => Pt(72.0),
                "cm" => Pt(72.0 / 2.54),
                "mm" => Pt(7.2 / 2.54),
                "%" => whole / 100.0,
                "" => whole,
                _ => return None,
            };
            Some(one * number)
        }
    };
    let most = em.0.abs() * LONGEST;
    found.filter(|length| length.0.is_finite()).map(|length| Pt(length.0.clamp(-most, most)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_of_a_size_that_pages_have() {
        let against = Against { em: Pt(10.0), whole: Pt(4.0) };
        let of = |text: &str| parse(text, against).map(|length| (length.0 * 100.0).round() / 100.0);
        for (text, points) in [
            ("1em", Some(10.0)),
            (" .5 em", Some(5.0)),
            (".5em", Some(5.0)),
            ("-0.1667em", Some(-1.67)),
            ("2ex", Some(9.5)),
            ("12px", Some(9.0)),
            ("1in", Some(72.0)),
            ("50%", Some(2.0)),
            ("2", Some(8.0)),
            ("thickmathspace", Some(2.78)),
            ("1e9em", None),
            ("999999999em", Some(600.0)),
            ("-999999999cm", Some(-600.0)),
            ("NaN", None),
            ("--1em", None),
            ("", None),
        ] {
            assert_eq!(of(text), points, "{text}");
        }
        assert_eq!(of(&"9".repeat(400)), None);
    }
}
