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
    /// What it shows, if that is not what `ToUnicode` says of it.
    other_text: Option<&'a str>,
}

/// What the text state holds between runs (ISO 32000-1 §9.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct TextState {
    /// `Tc`, in ten-thousandths of a point.
    spacing: i32,
    /// `Ts`, in hundredths of a point.
    rise: i32,
}

/// Where the first glyph of a run stands, from its origin, in points.
pub(super) fn start(run: &GlyphRun) -> f64 {
    run.glyphs.iter().find(|glyph| glyph.id != 0).map_or(0.0, |glyph| f64::from(glyph.x))
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
        line.ops.push(Op::SetCharacterSpacing { multiplier: spacing as f32 / 10_000.0 });
        state.spacing = spacing;
    }
    let spacing = f64::from(spacing) / 10.0 / size;
    let by_text = glyphs.chunk_by(|a, b| a.other_text.is_some() == b.other_text.is_some());
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
        let differs = glyphs.first().is_some_and(|glyph| glyph.other_text.is_some());
        let actual_text = differs.then(|| glyphs.iter().filter_map(|glyph| glyph.other_text).collect());
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
            other_text: (text != encoded.text).then_some(text),
        })
    };
    run.glyphs.iter().filter_map(placed).collect()
}

/// The space that stands behind most glyphs, as in a justified line of Han characters, in ten-thousandths of a point;
/// 0 if there is no such. One `Tc` then says what otherwise a number behind every glyph would have to.
fn even_spacing(glyphs: &[Placed<'_>], size: f64) -> i32 {
    // Thousandths of an em are the steps of the numbers that it saves.
    let mut gaps: Vec<i32> =
        glyphs.windows(2).map(|pair| (pair[1].x - pair[0].x).round() as i32 - pair[0].width as i32).collect();
    if gaps.len() < 4 {
        return 0;
    }
    gaps.sort_unstable();
    let longest = gaps.chunk_by(|a, b| b - a <= 1).max_by_key(|chunk| chunk.len()).unwrap_or_default();
    let Some(middle) = longest.get(longest.len() / 2).copied() else { return 0 };
    if middle.abs() <= 1 || longest.len() * 2 < gaps.len() {
        return 0;
    }
    let near = |pair: &[Placed<'_>]| {
        let gap = pair[1].x - pair[0].x - pair[0].width as f64;
        ((gap - f64::from(middle)).abs() <= 1.5).then_some(gap)
    };
    let exact: Vec<f64> = glyphs.windows(2).filter_map(near).collect();
    let mean = exact.iter().sum::<f64>() / exact.len().max(1) as f64;
    (mean * size * 10.0).round() as i32
}

/// A line being shown: strings of codes and the numbers between them.
#[derive(Default)]
struct Line {
    ops: Vec<Op>,
    shown: Vec<DictItem>,
    codes: Vec<u8>,
    /// Where the viewer's pen is, in thousandths of an em from the run's origin.
    pen: f64,
}

impl Line {
    /// Shows a glyph where it has to be. The pen is followed as a viewer computes it, so that roundings do not add up.
    fn glyph(&mut self, glyph: &Placed<'_>, spacing: f64) {
        let back = (self.pen - glyph.x).round();
        if back != 0.0 {
            self.break_string();
            self.shown.push(DictItem::Int(back as i64));
            self.pen -= back;
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
