//! Paragraphs: from inlines to lines.
//!
//! [`collect`] makes one string with spans, [`shape`] finds faces and glyphs, [`cjk`] the white between them,
//! [`breaks`] the places where lines may end; [`fit`] chooses among these, [`justify`] fills the lines and [`line`]
//! positions what stands on them.

pub(super) mod breaks;
pub(super) mod cjk;
pub(super) mod class;
pub(super) mod collect;
pub(super) mod fit;
pub(super) mod justify;
pub(super) mod line;
pub(super) mod quotes;
pub(super) mod shape;

use cjk::Gap;
use collect::Collected;
use fit::Sums;
pub(super) use line::Line;
use line::Source;
use shape::{Shaped, Shaper};

use super::style::{Alignment, ParagraphStyle};
use crate::font::{Face, FaceId, Family, Slant, Weight};
use crate::units::Pt;

/// Sets a paragraph: its lines from top to bottom, at least one if there is any text.
pub(super) fn set(collected: &Collected, style: &ParagraphStyle, language: &str, shaper: &mut Shaper) -> Vec<Line> {
    let (shaped, gaps) = prepare(collected, language, shaper);
    if shaped.atoms.is_empty() {
        return Vec::new();
    }
    let hyphenate = style.hyphenate;
    let mut breaks = breaks::breaks(&shaped, collected, language, hyphenate, style.measure.0);
    keep_readings(&mut breaks, &shaped, collected);
    let hyphen = hyphen_width(collected, &shaped);
    let shape = fit::Shape {
        measure: style.measure.0,
        indent: style.indent.0,
        justified: style.alignment == Alignment::Justified,
        balanced: style.alignment == Alignment::Center,
        em: style.size.0,
        hyphen,
    };
    let sums = Sums::new(&shaped.atoms, &gaps);
    let taken = fit::fit(&sums, &breaks, shape);
    let mut lines = Vec::with_capacity(taken.len());
    let mut start = 0;
    for end in &taken {
        let room = shape.measure - if start == 0 { shape.indent } else { 0.0 };
        let need = room - sums.line(start, end.atom).natural - if end.hyphen { hyphen } else { 0.0 };
        let inner = gaps.get(start + 1..end.atom).unwrap_or_default();
        let fills = need < 0.0 || !end.forced;
        let mut widths = vec![0.0];
        let adjusted = if fills && shape.justified { need } else { 0.0 };
        widths.extend(justify::widths(inner, adjusted));
        widths[0] = offset(style, need, start == 0, shaped.right_to_left, shape.justified && !end.forced);
        let source =
            Source { shaped: &shaped, collected, language, range: start..end.atom, gaps: &widths, hyphen: end.hyphen };
        lines.push(line::line(&source, shaper));
        start = end.atom;
    }
    lines
}

/// Where a line begins.
fn offset(style: &ParagraphStyle, need: f64, first: bool, right_to_left: bool, flush: bool) -> f64 {
    let indent = if first { style.indent.0 } else { 0.0 };
    let need = need.max(0.0);
    if flush {
        return if right_to_left { 0.0 } else { indent };
    }
    match (style.alignment, right_to_left) {
        (Alignment::Center, _) => indent + need / 2.0,
        (Alignment::End, false) | (Alignment::Start | Alignment::Justified, true) => {
            need + if right_to_left { 0.0 } else { indent }
        }
        (Alignment::Start | Alignment::Justified, false) | (Alignment::End, true) => indent,
    }
}

/// Sets text on one line, however long.
pub(super) fn unbroken(collected: &Collected, language: &str, shaper: &mut Shaper) -> Line {
    let (shaped, gaps) = prepare(collected, language, shaper);
    let mut widths: Vec<f64> = gaps.iter().map(|gap| gap.natural).collect();
    if let Some(first) = widths.first_mut() {
        *first = 0.0;
    }
    let range = 0..shaped.atoms.len();
    line::line(&Source { shaped: &shaped, collected, language, range, gaps: &widths, hyphen: false }, shaper)
}

/// The width of the widest piece that no line can break, and of the whole text on one line.
pub(super) fn widths(collected: &Collected, language: &str, shaper: &mut Shaper) -> (Pt, Pt) {
    let (shaped, gaps) = prepare(collected, language, shaper);
    let sums = Sums::new(&shaped.atoms, &gaps);
    let (mut least, mut most) = (0.0_f64, 0.0_f64);
    let (mut word, mut line) = (0, 0);
    for end in breaks::breaks(&shaped, collected, language, false, f64::INFINITY) {
        least = least.max(sums.line(word, end.atom).natural);
        word = end.atom;
        if end.forced {
            most = most.max(sums.line(line, end.atom).natural);
            line = end.atom;
        }
    }
    (Pt(least), Pt(most))
}

fn prepare(collected: &Collected, language: &str, shaper: &mut Shaper) -> (Shaped, Vec<Gap>) {
    let mut shaped = shaper.shape(collected, language);
    widen_for_readings(&mut shaped, collected, language, shaper);
    let gaps = if shaped.atoms.is_empty() { Vec::new() } else { cjk::gaps(&shaped, collected) };
    (shaped, gaps)
}

/// Makes room at both sides of a base that is narrower than its reading (JLREQ 3.3.6).
fn widen_for_readings(shaped: &mut Shaped, collected: &Collected, language: &str, shaper: &mut Shaper) {
    if collected.rubies.is_empty() {
        return;
    }
    let ruby_of = |atom: &shape::Atom| collected.spans.get(atom.span).and_then(|span| span.ruby);
    let mut index = 0;
    while let Some(number) = shaped.atoms.get(index).map(ruby_of) {
        let count = shaped.atoms[index..].iter().take_while(|atom| ruby_of(atom) == number).count().max(1);
        let group = index..index + count;
        index += count;
        let Some(ruby) = number.and_then(|number| collected.rubies.get(number)) else { continue };
        let base: f64 = shaped.atoms[group.clone()].iter().map(|atom| atom.body).sum();
        let reading = unbroken(&collect::plain(&ruby.text, ruby.style, None), language, shaper).width.0;
        let extra = (reading - base).max(0.0) / 2.0;
        shaped.atoms[group.start].shift += extra;
        shaped.atoms[group.start].body += extra;
        shaped.atoms[group.end - 1].body += extra;
    }
}

/// Takes away the breaks inside a base with its reading.
fn keep_readings(breaks: &mut Vec<breaks::Break>, shaped: &Shaped, collected: &Collected) {
    let ruby = |atom: Option<&shape::Atom>| atom.and_then(|atom| collected.spans.get(atom.span)?.ruby);
    if collected.rubies.is_empty() {
        return;
    }
    breaks.retain(|at| {
        let (before, after) = (ruby(shaped.atoms.get(at.atom.wrapping_sub(1))), ruby(shaped.atoms.get(at.atom)));
        at.forced || before.is_none() || before != after
    });
}

fn hyphen_width(collected: &Collected, shaped: &Shaped) -> f64 {
    let Some(span) = shaped.atoms.first().and_then(|atom| collected.spans.get(atom.span)) else { return 0.0 };
    let face = Face::open(FaceId::of(Family::Serif, Weight::Regular, Slant::Upright));
    let advance =
        face.nominal('-').map_or(0.3, |(_, advance)| f64::from(advance) / f64::from(face.metrics().units_per_em));
    advance * span.style.size.0
}
