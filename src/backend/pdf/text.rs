//! A run of glyphs as text operators (ISO 32000-1 §9.4).

use printpdf::{DictItem, Op};

use super::fonts::{Font, text_of};
use crate::layout::frame::{Glyph, GlyphRun};

/// A glyph that can be shown: its code, where it has to be and where it leaves the pen by itself.
struct Placed<'a> {
    code: u16,
    /// From the run's origin, in thousandths of an em.
    x: f64,
    /// As in `/W`.
    width: i64,
    /// Over the baseline, in hundredths of a point.
    rise: i32,
    /// What it shows.
    text: &'a str,
    /// Whether that is not what `ToUnicode` says of it.
    differs: bool,
    /// Where its text ends: that of a letter and of the marks on it is the same.
    cluster: u32,
}

/// What the text state holds between runs (ISO 32000-1 §9.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct TextState {
    /// `Tc`, in thousandths of a point.
    spacing: i32,
    /// `Ts`, in hundredths of a point.
    rise: i32,
}

/// Where the first glyph of a run stands, from its origin, in points.
pub(super) fn start(run: &GlyphRun) -> f64 {
    let shown = |glyph: &&Glyph| glyph.id != 0;
    let mut first = run.glyphs.iter().find(shown);
    if is_leftwards(run) {
        first = None;
        in_order(run, &mut |glyph| first = first.or(Some(glyph).filter(shown)));
    }
    first.map_or(0.0, |glyph| f64::from(glyph.x))
}

/// The glyphs in the order in which they are shown: that of the page, but what is read from right to left word by word in
/// the order of reading. Programs that take the text out expect both.
fn in_order<'a>(run: &'a GlyphRun, each: &mut dyn FnMut(&'a Glyph)) {
    if !is_leftwards(run) {
        return run.glyphs.iter().for_each(each);
    }
    let is_space = |glyph: &Glyph| text_of(run, &glyph.text) == " ";
    run.glyphs.chunk_by(|a, b| is_space(a) == is_space(b)).rev().flatten().for_each(each);
}

/// Whether a run is read from right to left.
fn is_leftwards(run: &GlyphRun) -> bool {
    matches!(run.glyphs.as_slice(), [first, .., last] if first.text.start > last.text.start)
}

/// Glyphs that are shown together.
pub(super) struct Segment {
    /// The text that they show as a whole, where `ToUnicode` does not say it of each.
    pub(super) actual_text: Option<String>,
    /// The operators.
    pub(super) ops: Vec<Op>,
}

/// Shows a run's glyphs, the pen being where the first of them stands and font and size being set.
pub(super) fn show(run: &GlyphRun, font: &Font, state: &mut TextState) -> Vec<Segment> {
    let glyphs = place(run, font);
    let size = run.size.0;
    let mut line = Line { pen: glyphs.first().map_or(0.0, |glyph| glyph.x), ..Line::default() };
    let spacing = even_spacing(&glyphs, size);
    if spacing != state.spacing {
        line.ops.push(Op::SetCharacterSpacing { multiplier: spacing as f32 / 1000.0 });
        state.spacing = spacing;
    }
    let spacing = f64::from(spacing) / size;
    // Texts that stand for several glyphs follow each other from left to right only.
    let apart = is_leftwards(run);
    let by_text = glyphs.chunk_by(|a, b| a.differs == b.differs && !(a.differs && apart && a.cluster != b.cluster));
    let segment = |glyphs: &[Placed<'_>]| {
        for level in glyphs.chunk_by(|a, b| a.rise == b.rise) {
            let rise = level.first().map_or(0, |glyph| glyph.rise);
            if rise != state.rise {
                line.flush();
                line.ops.push(Op::SetLineOffset { multiplier: rise as f32 / 100.0 });
                state.rise = rise;
            }
            level.iter().for_each(|glyph| line.glyph(glyph, spacing));
        }
        line.flush();
        let differs = glyphs.first().is_some_and(|glyph| glyph.differs);
        let actual_text = differs.then(|| glyphs.iter().map(|glyph| glyph.text).collect());
        Segment { actual_text, ops: std::mem::take(&mut line.ops) }
    };
    by_text.map(segment).collect()
}

fn place<'a>(run: &'a GlyphRun, font: &Font) -> Vec<Placed<'a>> {
    let to_em = 1000.0 / run.size.0;
    let placed = |glyph: &'a Glyph| {
        let (code, encoded) = font.encode(glyph.id)?;
        let text = text_of(run, &glyph.text);
        Some(Placed {
            code,
            x: (f64::from(glyph.x) * to_em).clamp(-1e7, 1e7),
            width: encoded.width,
            rise: (glyph.y * 100.0).round() as i32,
            text,
            differs: text != encoded.text,
            cluster: glyph.text.end,
        })
    };
    let mut glyphs: Vec<Placed<'a>> = Vec::with_capacity(run.glyphs.len());
    in_order(run, &mut |glyph| glyphs.extend(placed(glyph)));
    if glyphs.iter().any(|glyph| glyph.text.is_empty()) {
        join_marks(&mut glyphs);
    }
    glyphs
}

/// Lets a letter and the marks on it have one text: a mark with an empty text of its own would end the word for Poppler.
/// A hyphen at a line's end is behind its letter, not on it.
fn join_marks(glyphs: &mut [Placed<'_>]) {
    for cluster in glyphs.chunk_by_mut(|a, b| a.cluster == b.cluster) {
        let Some(letter) = cluster.iter().position(|glyph| !glyph.text.is_empty()) else { continue };
        let (x, width) = (cluster[letter].x, cluster[letter].width as f64);
        let on_it = |glyph: &Placed<'_>| glyph.text.is_empty() && (glyph.x - x).abs() < width;
        cluster[letter].differs |= cluster.iter().any(on_it);
    }
}

/// The space that stands behind most glyphs, as in a justified line of Han characters, in thousandths of a point;
/// 0 if there is no such. One `Tc` then says what otherwise a number behind every glyph would have to.
fn even_spacing(glyphs: &[Placed<'_>], size: f64) -> i32 {
    if glyphs.len() < 5 {
        return 0;
    }
    // Thousandths of an em are the steps of the numbers that it saves.
    let gap = |pair: &[Placed<'_>]| (pair[1].x - pair[0].x).round() as i64 - pair[0].width;
    let mut gaps: Vec<i64> = glyphs.windows(2).map(gap).collect();
    let half = gaps.len() / 2;
    // What most have is in the middle.
    let middle = *gaps.select_nth_unstable(half).1;
    let like_it = gaps.iter().filter(|gap| (**gap - middle).abs() <= 1).count();
    if middle.abs() <= 1 || like_it <= half {
        return 0;
    }
    let near = |pair: &[Placed<'_>]| {
        let gap = pair[1].x - pair[0].x - pair[0].width as f64;
        ((gap - middle as f64).abs() <= 1.5).then_some(gap)
    };
    let exact: Vec<f64> = glyphs.windows(2).filter_map(near).collect();
    let mean = exact.iter().sum::<f64>() / exact.len().max(1) as f64;
    (mean * size).round() as i32
}

/// A line being shown: strings of codes and the numbers between them.
#[derive(Default)]
struct Line {
    ops: Vec<Op>,
    shown: Vec<DictItem>,
    codes: Vec<u8>,
    /// Where the viewer's pen is, in thousandths of an em from the run's origin.
    pen: f64,
    /// The last number between strings.
    last: f64,
}

/// How far a glyph may be from its place, in thousandths of an em: 5.6 µm in text of 10.5 pt, a fifth of a dot of the
/// finest printing plates.
const NEAR: f64 = 1.5;

impl Line {
    /// Shows a glyph where it has to be. The pen is followed as a viewer computes it, so that roundings do not add up.
    fn glyph(&mut self, glyph: &Placed<'_>, spacing: f64) {
        let back = self.pen - glyph.x;
        // The last number again, or none, if that is near: it compresses well, where 336 and 337 in turn do not.
        let near = [0.0, self.last].into_iter().find(|known| (back - known).abs() <= NEAR);
        let back = near.unwrap_or(back.round());
        if back != 0.0 {
            self.last = back;
            self.break_string();
            self.shown.push(DictItem::Int(back as i64));
            self.pen -= back;
        }
        if self.codes.is_empty() {
            // As many as stand on most lines.
            self.codes.reserve(64);
        }
        // Marks without width, heaped on a letter.
        if self.codes.len() + 2 > super::LONGEST {
            self.break_string();
        }
        self.codes.extend(glyph.code.to_be_bytes());
        self.pen += glyph.width as f64 + spacing;
    }

    fn break_string(&mut self) {
        if !self.codes.is_empty() {
            self.shown.push(DictItem::String { data: std::mem::take(&mut self.codes), literal: true });
        }
    }

    /// Ends the operator. printpdf's own would write each code in brackets of its own, at four times the length.
    fn flush(&mut self) {
        self.break_string();
        let shown = std::mem::take(&mut self.shown);
        let op = match shown.as_slice() {
            [] => return,
            [DictItem::String { .. }] => Op::Unknown { key: "Tj".into(), value: shown },
            _ => Op::Unknown { key: "TJ".into(), value: vec![DictItem::Array(shown)] },
        };
        self.ops.push(op);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::font::{FaceId, Family, Slant, Weight};
    use crate::layout::frame::Colour;
    use crate::units::{Point, Pt};

    /// A run of glyphs that are one em wide, each with the bytes of its text.
    fn run(text: &str, glyphs: &[(std::ops::Range<u32>, f32)]) -> GlyphRun {
        let glyph = |(range, x): &(std::ops::Range<u32>, f32)| Glyph { id: 1, x: *x, y: 0.0, text: range.clone() };
        GlyphRun {
            origin: Point::default(),
            face: FaceId::of(Family::Hebrew, Weight::Regular, Slant::Upright),
            size: Pt(10.0),
            colour: Colour::default(),
            text: text.into(),
            glyphs: glyphs.iter().map(glyph).collect(),
        }
    }

    #[test]
    fn words_read_leftwards_come_in_the_order_of_reading() {
        let leftwards = run("אב ג", &[(5..7, 0.0), (4..5, 10.0), (2..4, 20.0), (0..2, 30.0)]);
        let shown = |run: &GlyphRun| {
            let mut text = String::new();
            in_order(run, &mut |glyph| text.push_str(text_of(run, &glyph.text)));
            text
        };
        assert_eq!(shown(&leftwards), "בא ג");
        assert!((start(&leftwards) - 20.0).abs() < 1e-6);
        assert_eq!(shown(&run("ab c", &[(0..1, 0.0), (1..2, 10.0), (2..3, 20.0), (3..4, 30.0)])), "ab c");
    }

    #[test]
    fn a_letter_and_its_mark_have_one_text_and_a_hyphen_none() {
        let placed = |x: f64, text: &'static str, cluster: u32| Placed {
            code: 1,
            x,
            width: 600,
            rise: 0,
            text,
            differs: text.is_empty(),
            cluster,
        };
        let differing = |mut glyphs: Vec<Placed<'_>>| {
            join_marks(&mut glyphs);
            glyphs.iter().map(|glyph| glyph.differs).collect::<Vec<bool>>()
        };
        assert_eq!(
            differing(vec![placed(0.0, "a", 1), placed(600.0, "e", 2), placed(700.0, "", 2)]),
            [false, true, true]
        );
        assert_eq!(differing(vec![placed(-50.0, "", 1), placed(0.0, "ب", 1)]), [true, true]);
        assert_eq!(differing(vec![placed(0.0, "e", 1), placed(600.0, "", 1)]), [false, true]);
    }
}
