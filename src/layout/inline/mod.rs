//! Paragraphs: from inlines to lines.
//!
//! [`collect`] makes one string with spans, [`shape`] finds faces and [`glyphs`], [`cjk`] the white between them,
//! [`breaks`] the places where lines may end; [`fit`] chooses among these, [`justify`] fills the lines and [`line`]
//! positions what stands on them.

pub(super) mod address;
pub(super) mod breaks;
mod character;
pub(super) mod cjk;
pub(super) mod class;
pub(super) mod collect;
pub(super) mod fit;
mod glyphs;
mod greedy;
pub(super) mod justify;
pub(super) mod line;
pub(super) mod math;
pub(super) mod quotes;
pub(super) mod shape;
pub(super) mod strictness;
#[cfg(test)]
mod tests;

use std::ops::Range;

use breaks::Wanted;
use cjk::Gap;
use collect::Collected;
use fit::Sums;
pub(super) use line::Line;
use line::Source;
use shape::{Shaped, Shaper};

use tracing::trace_span;

use super::style::{Alignment, ParagraphStyle, Rules};
use crate::units::Pt;
use crate::{parallel, phrases};

/// A paragraph whose line ends are chosen.
struct Fitted {
    shaped: Shaped,
    sums: Sums,
    shape: fit::Shape,
    ends: Vec<breaks::Break>,
}

impl Fitted {
    /// Chooses the line ends. `None` if there is no text.
    fn new(collected: &Collected, style: &ParagraphStyle, language: &str, shaper: &mut Shaper) -> Option<Self> {
        let (shaped, gaps) = trace_span!("shape").in_scope(|| prepare(collected, language, shaper));
        if shaped.atoms.is_empty() {
            return None;
        }
        let breaking = trace_span!("break").entered();
        let mut breaks = {
            let wanted = Wanted { language, hyphenate: style.hyphenate, measure: style.measure.0, rules: style.rules };
            breaks::breaks(&shaped, collected, &wanted)
        };
        keep_readings(&mut breaks, &shaped, collected);
        if style.phrases || style.alignment == Alignment::Center {
            prefer_phrases(&mut breaks, &shaped, &collected.text);
        }
        drop(breaking);
        let _fitting = trace_span!("fit").entered();
        let shape = fit::Shape {
            measure: style.measure.0,
            indent: style.indent.0,
            justified: style.alignment == Alignment::Justified,
            balanced: style.alignment == Alignment::Center,
            em: style.size.0,
        };
        let sums = Sums::new(&shaped.atoms, gaps);
        let ends = if style.rules.greedy { greedy::fit } else { fit::fit }(&sums, &breaks, shape);
        Some(Self { shaped, sums, shape, ends })
    }

    /// The atoms of each line, and how it ends.
    fn lines(&self) -> impl Iterator<Item = (Range<usize>, breaks::Break)> {
        let starts = std::iter::once(0).chain(self.ends.iter().map(|end| end.atom));
        starts.zip(&self.ends).map(|(start, end)| (start..end.atom, *end))
    }

    /// How much wider than it would be a line is to be made; its gaps, without the one before it.
    fn widths(&self, line: &Range<usize>, end: breaks::Break) -> (f64, Vec<f64>) {
        let room = self.shape.measure - if line.start == 0 { self.shape.indent } else { 0.0 };
        let need = room - self.sums.line(line.start, line.end).natural - end.trail;
        let adjusted = if self.shape.justified && (need < 0.0 || !end.forced) { need } else { 0.0 };
        let inner = self.sums.gaps(line.start + 1..line.end);
        (need, justify::widths(inner, adjusted))
    }
}

/// Sets a paragraph: its lines from top to bottom, at least one if there is any text.
pub(super) fn set(collected: &Collected, style: &ParagraphStyle, language: &str, shaper: &mut Shaper) -> Vec<Line> {
    let Some(fitted) = Fitted::new(collected, style, language, shaper) else { return Vec::new() };
    let _setting = trace_span!("lines").entered();
    let mut lines = Vec::with_capacity(fitted.ends.len());
    for (range, end) in fitted.lines() {
        let (need, inner) = fitted.widths(&range, end);
        let flush = fitted.shape.justified && !end.forced;
        let mut gaps = Vec::with_capacity(inner.len() + 1);
        gaps.push(offset(style, need, range.start == 0, fitted.shaped.right_to_left, flush));
        gaps.extend(inner);
        let source = Source { shaped: &fitted.shaped, collected, language, range, gaps: &gaps, hyphen: end.hyphen };
        lines.push(line::line(&source, shaper));
    }
    lines
}

/// A paragraph to be set.
pub(super) struct Job {
    /// Its text.
    pub(super) collected: Collected,
    /// How its lines stand.
    pub(super) style: ParagraphStyle,
}

/// Less text than this, in bytes, is not worth another thread.
const WORTH_A_THREAD: usize = 8192;

/// Sets paragraphs on all cores. What comes out does not depend on how many there are.
pub(super) fn set_all(jobs: &[Job], language: &str, shaper: &mut Shaper) -> Vec<Vec<Line>> {
    let set_row = |jobs: &[Job], shaper: &mut Shaper| -> Vec<Vec<Line>> {
        jobs.iter().map(|job| set(&job.collected, &job.style, language, shaper)).collect()
    };
    let total: usize = jobs.iter().map(|job| job.collected.text.len()).sum();
    let rows = parallel::cores().min(total / WORTH_A_THREAD).min(jobs.len()).max(1);
    if rows == 1 {
        return set_row(jobs, shaper);
    }
    let parts = even_parts(jobs, total.div_ceil(rows));
    let Some((own, others)) = parts.split_first() else { return Vec::new() };
    let helpers = shaper.helpers(others.len());
    let in_thread = |part: &[Job], kept| {
        let mut shaper = Shaper::begin(kept);
        (set_row(part, &mut shaper), shaper.end())
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> =
            others.iter().zip(helpers).map(|(part, kept)| scope.spawn(move || in_thread(part, kept))).collect();
        let mut done = set_row(own, shaper);
        for (thread, part) in threads.into_iter().zip(others) {
            match thread.join() {
                Ok((lines, kept)) => {
                    done.extend(lines);
                    shaper.take_back(kept);
                }
                // That is a fault of ours: the work is done here, where it shows.
                Err(_) => done.extend(set_row(part, shaper)),
            }
        }
        done
    })
}

/// Paragraphs in rows of about so many bytes of text; the last row takes what is left.
fn even_parts(jobs: &[Job], bytes: usize) -> Vec<&[Job]> {
    let mut out = Vec::new();
    let (mut start, mut held) = (0, 0);
    for (index, job) in jobs.iter().enumerate() {
        held += job.collected.text.len();
        if held >= bytes {
            out.extend(jobs.get(start..=index));
            (start, held) = (index + 1, 0);
        }
    }
    out.extend(jobs.get(start..).filter(|rest| !rest.is_empty()));
    out
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
    let sums = Sums::new(&shaped.atoms, gaps);
    let (mut least, mut most) = (0.0_f64, 0.0_f64);
    let (mut word, mut line) = (0, 0);
    let wanted = Wanted { language, hyphenate: false, measure: f64::INFINITY, rules: Rules::default() };
    for end in breaks::breaks(&shaped, collected, &wanted) {
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

/// Makes titles break between phrases: after a mark or at a space rather than inside, and hardly ever within a word. A
/// space between Han and Western is no pause, it is how the two are set.
fn prefer_phrases(breaks: &mut [breaks::Break], shaped: &Shaped, text: &str) {
    let joined = phrases::joined(text);
    let is_bar = |atom: &shape::Atom| matches!(text.get(atom.text.clone()), Some("－" | "｜" | "|"));
    for at in breaks.iter_mut().filter(|at| !at.forced) {
        let (Some(left), Some(right)) = (shaped.atoms.get(at.atom.wrapping_sub(1)), shaped.atoms.get(at.atom)) else {
            continue;
        };
        let (han, western) =
            (|atom: &shape::Atom| atom.class.is_ideographic(), |atom: &shape::Atom| atom.class.is_alphanumeric());
        let mixed = han(left) && western(right) || western(left) && han(right);
        at.penalty += match () {
            () if joined.binary_search(&right.text.start).is_ok() => WORD,
            () if left.class.is_mark() || is_bar(left) || (!mixed && !right.spaces.is_empty()) => 0.0,
            () => PHRASE,
        };
    }
}

/// Ending a line of a title inside a phrase.
const PHRASE: f64 = 120.0;
/// Ending a line of a title inside a word.
const WORD: f64 = 600.0;

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
