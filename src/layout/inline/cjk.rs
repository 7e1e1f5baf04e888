//! Gaps: the white between two atoms, how far it may shrink and stretch, and in which order (CLREQ 3.1.6, 3.2, 3.5;
//! JLREQ 3.1, 3.8).

use super::class::Class;
use super::collect::{Collected, SpanKind};
use super::shape::{Atom, Shaped};
use crate::font::{Face, FaceId, Family};

/// The white before an atom, in points. None of it stands at a line's edge.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in super::super) struct Gap {
    /// As it would be.
    pub(in super::super) natural: f64,
    /// How much may be taken away.
    pub(in super::super) shrink: f64,
    /// Which gaps are taken from first.
    pub(in super::super) shrink_order: Shrink,
    /// How much may be added before it looks bad.
    pub(in super::super) stretch: f64,
    /// Which gaps are added to first.
    pub(in super::super) stretch_order: Stretch,
}

/// The order of shrinking (CLREQ 3.5.3). The mark at the line's end comes first of all: its blank is never set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) enum Shrink {
    /// Never.
    #[default]
    Never,
    /// Word spaces, to a quarter em.
    Word,
    /// Beside middle dots.
    Middle,
    /// Beside brackets.
    Bracket,
    /// After pause marks.
    Comma,
    /// Between Han and Western, to an eighth of an em.
    HanWestern,
    /// After stops.
    Stop,
}

/// All steps of shrinking in their order.
pub(in super::super) const SHRINK_ORDER: [Shrink; 6] =
    [Shrink::Word, Shrink::Middle, Shrink::Bracket, Shrink::Comma, Shrink::HanWestern, Shrink::Stop];

/// The order of stretching (CLREQ 3.5.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) enum Stretch {
    /// Never: inside words, between the halves of a dash.
    #[default]
    Never,
    /// Word spaces, to half an em.
    Word,
    /// Between Han and Western, to a third of an em.
    HanWestern,
    /// Between all others, equally.
    Other,
    /// Within an address: by what is hardly seen. The line stays short rather than become loose for it.
    Address,
}

/// How much a gap between squares may grow before the line looks loose, in em.
const LOOSE: f64 = 0.08;

/// The gap before each atom.
pub(in super::super) fn gaps(shaped: &Shaped, collected: &Collected) -> Vec<Gap> {
    let mut out = Vec::with_capacity(shaped.atoms.len());
    out.push(Gap::default());
    // A note's mark hugs the stop that it follows, and takes the place of its blank.
    let mut hugging = false;
    for pair in shaped.atoms.windows(2) {
        let [left, right] = pair else { continue };
        let after_mark = hugging && left.class == Class::Note;
        hugging = right.class == Class::Note && (left.class.is_closing() || after_mark);
        out.push(match () {
            () if hugging => Gap::default(),
            () if after_mark && right.class.is_ideographic() => {
                han_western(collected.spans.get(right.span).map_or(0.0, |span| span.style.size.0))
            }
            () => gap(left, right, shaped, collected),
        });
    }
    for range in &shaped.addresses {
        for (index, gap) in out.iter_mut().enumerate().take(range.end).skip(range.start + 1) {
            let [left, right] = [&shaped.atoms[index - 1], &shaped.atoms[index]];
            let em = collected.spans.get(right.span).map_or(0.0, |span| span.style.size.0);
            // Blank that belongs to a full-width mark stays.
            let kept = if left.class.is_mark() || right.class.is_mark() { *gap } else { Gap::default() };
            *gap = Gap { stretch: LOOSE / 2.0 * em, stretch_order: Stretch::Address, ..kept };
        }
    }
    out
}

fn gap(left: &Atom, right: &Atom, shaped: &Shaped, collected: &Collected) -> Gap {
    let spans = &collected.spans;
    let (Some(before), Some(after)) = (spans.get(left.span), spans.get(right.span)) else { return Gap::default() };
    let em = before.style.size.0.max(after.style.size.0);
    let spaced = !right.spaces.is_empty();
    if spaced && (before.kind == SpanKind::Code && after.kind == SpanKind::Code) {
        let count = right.spaces.len() as f64;
        return Gap { natural: count * space(left.face, after.style.size.0), ..Gap::default() };
    }
    if left.class.is_mark() || right.class.is_mark() {
        // A typed space beside a full-width mark adds nothing to the blank that the mark brings (CLREQ 3.2.4); marks
        // that bring none keep it, but on the side of what they close.
        let beside = beside_mark(left, right, em);
        let squares = left.class.is_square() && right.class.is_square();
        let enclosed = right.class.is_closing() || left.class == Class::Open;
        let word = spaced && beside.natural == 0.0 && !squares && !enclosed;
        return if word { word_space(left, em, shaped) } else { beside };
    }
    let ideographic = |atom: &Atom| atom.class.is_ideographic();
    let western = |atom: &Atom| atom.class.is_alphanumeric();
    if (ideographic(left) && western(right)) || (western(left) && ideographic(right)) {
        return han_western(em);
    }
    // Dashes and leaders join what stands beside them, whatever was typed (CLREQ 3.1.5).
    if left.class == Class::Inseparable && right.class == Class::Inseparable {
        return Gap::default();
    }
    let dash_and_han = |dash: &Atom, han: &Atom| dash.class == Class::Inseparable && ideographic(han);
    if spaced && !dash_and_han(left, right) && !dash_and_han(right, left) {
        return word_space(left, em, shaped);
    }
    between(left, right, em)
}

/// The space between Han and Western: a quarter em, an eighth at least, a third at most (CLREQ 3.2.2, 3.5). A space
/// that was typed there is this space.
fn han_western(em: f64) -> Gap {
    Gap {
        natural: em / 4.0,
        shrink: em / 8.0,
        shrink_order: Shrink::HanWestern,
        stretch: em / 3.0 - em / 4.0,
        stretch_order: Stretch::HanWestern,
    }
}

/// A space that was typed between words. In Chinese text it is a quarter em to half an em wide; in other text as wide
/// as the face makes it, and a third less or half as much more.
fn word_space(left: &Atom, em: f64, shaped: &Shaped) -> Gap {
    let face = match left.face.family() {
        Family::Serif | Family::Mono | Family::Own | Family::Hebrew | Family::Arabic => left.face,
        _ => FaceId::of(Family::Serif, left.face.weight(), left.face.slant()),
    };
    let natural = space(face, em);
    let (shrink, stretch) = if shaped.cjk {
        ((natural - em / 4.0).max(natural * 0.15), em / 2.0 - natural)
    } else {
        (natural / 3.0, natural / 2.0)
    };
    Gap { natural, shrink, shrink_order: Shrink::Word, stretch: stretch.max(0.0), stretch_order: Stretch::Word }
}

fn space(face: FaceId, size: f64) -> f64 {
    let face = Face::open(face);
    let units = f64::from(face.metrics().units_per_em.max(1));
    face.nominal(' ').map_or(size / 4.0, |(_, advance)| f64::from(advance) * size / units)
}

/// The blank beside full-width marks. Two marks in a row share one blank of half an em instead of two, and a mark stays
/// next to what it encloses (CLREQ 3.1.6.2, JLREQ 3.1.4).
fn beside_mark(left: &Atom, right: &Atom, em: f64) -> Gap {
    let trailing = left.blank.1;
    let leading = right.blank.0;
    let natural = match (left.class, right.class) {
        (l, r) if l.is_closing() && r.is_closing() => 0.0,
        (Class::Open, Class::Open) => 0.0,
        (Class::Middle, Class::Open) => trailing,
        (l, Class::Middle) if l.is_closing() => leading,
        _ => trailing.max(leading),
    };
    // Where two marks share a blank, it goes as late as the later of them allows.
    let side = |blank: f64, class: Class| if blank > 0.0 { beside(class) } else { Shrink::Never };
    let shrink_order =
        if natural == 0.0 { Shrink::Never } else { side(trailing, left.class).max(side(leading, right.class)) };
    let stretchable = left.class != Class::Open && !right.class.is_closing() && right.class != Class::Middle;
    Gap {
        natural,
        shrink: natural,
        shrink_order,
        stretch: if stretchable { LOOSE * em } else { 0.0 },
        stretch_order: if stretchable || (left.class.is_square() && right.class.is_square()) {
            Stretch::Other
        } else {
            Stretch::Never
        },
    }
}

/// When the blank beside a mark is taken away.
fn beside(mark: Class) -> Shrink {
    match mark {
        Class::Open | Class::Close => Shrink::Bracket,
        Class::Middle => Shrink::Middle,
        Class::Comma => Shrink::Comma,
        _ => Shrink::Stop,
    }
}

/// Two atoms with nothing between them.
fn between(left: &Atom, right: &Atom, em: f64) -> Gap {
    let avoids = |class: Class| matches!(class, Class::Connect | Class::Solidus | Class::Note);
    let squares = left.class.is_square() || right.class.is_square();
    let stretchable = squares && !avoids(left.class) && !avoids(right.class);
    Gap {
        stretch: if stretchable { LOOSE * em } else { 0.0 },
        stretch_order: if stretchable { Stretch::Other } else { Stretch::Never },
        ..Gap::default()
    }
}
