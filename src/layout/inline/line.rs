//! From a line's atoms to positioned items: glyph runs in reading order, links, readings, dots, strokes.

use std::ops::Range;

use unicode_bidi::{BidiInfo, Level};

use super::collect::{Collected, Span, SpanKind, plain};
use super::shape::{Atom, Shaped, Shaper};
use crate::font::{Face, FaceId, Region};
use crate::layout::frame::{Glyph, GlyphRun, Item, ItemKind};
use crate::layout::style::TextStyle;
use crate::units::{Point, Pt, Rect};

/// A line of a paragraph. Its origin is the left end of its baseline.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Line {
    /// What stands on it, in reading order.
    pub(in super::super) items: Vec<Item>,
    /// How far it reaches over the baseline.
    pub(in super::super) above: Pt,
    /// How far it reaches under the baseline.
    pub(in super::super) below: Pt,
    /// Where its content ends.
    pub(in super::super) width: Pt,
    /// The notes it refers to, by their number in the book.
    pub(in super::super) notes: Vec<usize>,
    /// Places on it.
    pub(in super::super) places: Vec<String>,
}

/// What a line is made of.
pub(super) struct Source<'a> {
    pub(super) shaped: &'a Shaped,
    pub(super) collected: &'a Collected,
    pub(super) language: &'a str,
    /// Its atoms.
    pub(super) range: Range<usize>,
    /// The widths of the gaps before them; the first is where the line begins.
    pub(super) gaps: &'a [f64],
    /// Whether a hyphen ends it.
    pub(super) hyphen: bool,
}

/// Top and bottom of the em box of Han type, in em from the baseline.
pub(in super::super) const HAN_TOP: f64 = 0.88;
pub(in super::super) const HAN_BOTTOM: f64 = 0.12;

/// Sets a line.
pub(super) fn line(source: &Source<'_>, shaper: &mut Shaper) -> Line {
    let atoms = source.shaped.atoms.get(source.range.clone()).unwrap_or_default();
    let places = positions(atoms, source.gaps, source.shaped.right_to_left);
    let mut line = Line::default();
    let mut index = 0;
    while let Some(first) = atoms.get(index) {
        let Some(span) = source.collected.spans.get(first.span) else { break };
        let same = |atom: &&Atom| (atom.span, atom.face, atom.level % 2) == (first.span, first.face, first.level % 2);
        let count = atoms[index..].iter().take_while(same).count();
        let group = index..index + count;
        index += count;
        extend(&mut line, span);
        match &span.kind {
            SpanKind::Object(id, size) => {
                let top = Pt(places[group.start].0 * 0.0) - middle(&span.style) - size.height / 2.0;
                let rect = Rect::new(Pt(places[group.start].0), top, size.width, size.height);
                line.above = line.above.max(-top);
                line.items.push(Item { tag: span.tag, kind: ItemKind::Image { id: id.clone(), rect } });
            }
            kind => {
                if let SpanKind::Note(number) = kind
                    && !line.notes.contains(number)
                {
                    line.notes.push(*number);
                }
                let ends = index == atoms.len();
                let run = glyph_run(source, group.clone(), &places, ends && source.hyphen);
                line.items.push(Item { tag: span.tag, kind: ItemKind::Glyphs(run) });
            }
        }
        marks(source, group, &places, span, &mut line);
        let ends = atoms
            .get(index)
            .and_then(|next| source.collected.spans.get(next.span))
            .is_none_or(|next| next.ruby != span.ruby);
        if ends && let Some(ruby) = span.ruby {
            reading(source, ruby, &atoms[..index], &places, shaper, &mut line);
        }
    }
    line.width = places.iter().map(|(x, width)| Pt(x + width)).fold(Pt::ZERO, Pt::max);
    if !source.collected.links.is_empty() {
        links(source, atoms, &places, &mut line);
    }
    line.places = places_of(source, atoms);
    line
}

fn middle(style: &TextStyle) -> Pt {
    style.size * ((HAN_TOP - HAN_BOTTOM) / 2.0) + style.rise
}

fn extend(line: &mut Line, span: &Span) {
    let style = &span.style;
    line.above = line.above.max(style.size * HAN_TOP + style.rise);
    line.below = line.below.max(style.size * HAN_BOTTOM - style.rise);
}

/// Left edge and width of each atom's body, in the order of the text.
fn positions(atoms: &[Atom], gaps: &[f64], right_to_left: bool) -> Vec<(f64, f64)> {
    let mut out = vec![(0.0, 0.0); atoms.len()];
    let gap = |index: usize| gaps.get(index).copied().unwrap_or(0.0);
    let mut pen = gap(0);
    if !right_to_left && atoms.iter().all(|atom| atom.level == 0) {
        for (index, (atom, place)) in atoms.iter().zip(&mut out).enumerate() {
            pen += if index == 0 { 0.0 } else { gap(index) };
            *place = (pen, atom.body);
            pen += atom.body;
        }
        return out;
    }
    // A gap is reordered like a space: between two directions it belongs to the outer one (UAX 9, N1, N2 and L2).
    let level = |number: u8| Level::new(number).unwrap_or(Level::ltr());
    let mut levels = Vec::with_capacity(atoms.len() * 2);
    for (index, atom) in atoms.iter().enumerate() {
        let before = index.checked_sub(1).map_or(atom.level, |before| atoms[before].level);
        levels.extend([level(before.min(atom.level)), level(atom.level)]);
    }
    for place in BidiInfo::reorder_visual(&levels) {
        let index = place / 2;
        if place % 2 == 1 {
            out[index] = (pen, atoms[index].body);
            pen += atoms[index].body;
        } else if index > 0 {
            pen += gap(index);
        }
    }
    out
}

/// The glyphs of atoms of one look, with the spaces that follow each but the line's last.
fn glyph_run(source: &Source<'_>, group: Range<usize>, places: &[(f64, f64)], hyphen: bool) -> GlyphRun {
    let atoms = source.shaped.atoms.get(source.range.clone()).unwrap_or_default();
    let first = &atoms[group.start];
    let style = source.collected.spans[first.span].style;
    let left = group.clone().map(|index| places[index].0).fold(f64::INFINITY, f64::min);
    let mut text = String::with_capacity(atoms[group.end - 1].text.end.saturating_sub(first.text.start) + 1);
    let mut glyphs = Vec::with_capacity(group.len() + group.len() / 4 + 1);
    for index in group.clone() {
        let (atom, (x, width)) = (&atoms[index], places[index]);
        let start = length(&text);
        text.push_str(&source.collected.text[atom.text.clone()]);
        let shown = start..length(&text);
        for (order, glyph) in source.shaped.glyphs[atom.glyphs.clone()].iter().enumerate() {
            let text = if order == 0 { shown.clone() } else { shown.end..shown.end };
            let x = (x - left + atom.shift + glyph.x) as f32;
            glyphs.push(Glyph { id: glyph.id, x, y: glyph.y as f32, text });
        }
        if let Some(next) = atoms.get(index + 1).filter(|next| !next.spaces.is_empty()) {
            // Behind the atom: at its left where it is read from right to left.
            let behind = if atom.level % 2 == 1 { space_before(atom.face, style.size, x) } else { x + width };
            push_space(source, atom.face, (behind - left) as f32, next.spaces.clone(), &mut text, &mut glyphs);
        }
    }
    if hyphen && let Some((id, _)) = Face::open(first.face).nominal('-') {
        let end = group.clone().map(|index| places[index].0 + places[index].1).fold(left, f64::max);
        glyphs.push(Glyph { id, x: (end - left) as f32, y: 0.0, text: length(&text)..length(&text) });
    }
    if first.level % 2 == 1 {
        glyphs.sort_by(|a, b| a.x.total_cmp(&b.x));
    }
    let origin = Point { x: Pt(left), y: -style.rise };
    GlyphRun { origin, face: first.face, size: style.size, colour: style.colour, text, glyphs }
}

/// Where a space stands that ends at a place.
fn space_before(face: FaceId, size: Pt, end: f64) -> f64 {
    let face = Face::open(face);
    let advance = face.nominal(' ').map_or(0, |(_, advance)| advance);
    end - f64::from(advance) * size.0 / f64::from(face.metrics().units_per_em.max(1))
}

fn push_space(
    source: &Source<'_>,
    face: FaceId,
    x: f32,
    spaces: Range<usize>,
    text: &mut String,
    glyphs: &mut Vec<Glyph>,
) {
    let Some((id, _)) = Face::open(face).nominal(' ') else { return };
    let start = length(text);
    text.extend(source.collected.text[spaces].chars().filter(|c| *c == ' '));
    glyphs.push(Glyph { id, x, y: 0.0, text: start..length(text) });
}

fn length(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

/// Emphasis dots and strokes of one group.
fn marks(source: &Source<'_>, group: Range<usize>, places: &[(f64, f64)], span: &Span, line: &mut Line) {
    let style = &span.style;
    let (Some(first), Some(last)) = (places.get(group.start), places.get(group.end - 1)) else { return };
    if style.struck {
        let rect =
            Rect::new(Pt(first.0), style.size * -0.32 - style.rise, Pt(last.0 + last.1 - first.0), style.size * 0.05);
        line.items.push(Item { tag: None, kind: ItemKind::Fill { rect, colour: style.colour } });
    }
    if style.dots {
        let atoms = source.shaped.atoms.get(source.range.clone()).unwrap_or_default();
        let dotted = group.filter(|index| atoms[*index].class.is_ideographic());
        dots(dotted.map(|index| places[index].0 + places[index].1 / 2.0).collect(), style, line);
    }
}

/// Dots under (in Japanese text over) characters (CLREQ 3.3.3, JLREQ 3.3.9).
fn dots(centres: Vec<f64>, style: &TextStyle, line: &mut Line) {
    if centres.is_empty() {
        return;
    }
    let y = style.size * if style.region == Region::Japan { -1.05 } else { 0.27 } - style.rise;
    let centres = centres.into_iter().map(|x| Point { x: Pt(x), y }).collect();
    let kind = ItemKind::Dots { centres, diameter: style.size * 0.14, colour: style.colour };
    line.items.push(Item { tag: None, kind });
}

/// One area a link and line.
fn links(source: &Source<'_>, atoms: &[Atom], places: &[(f64, f64)], line: &mut Line) {
    let spans = &source.collected.spans;
    let mut index = 0;
    while let Some(span) = atoms.get(index).and_then(|atom| spans.get(atom.span)) {
        let same = |atom: &&Atom| spans.get(atom.span).is_some_and(|other| other.link == span.link);
        let count = atoms[index..].iter().take_while(same).count().max(1);
        let group = index..index + count;
        index += count;
        let Some(link) = span.link.and_then(|number| source.collected.links.get(number)) else { continue };
        let edges = places[group]
            .iter()
            .fold((f64::INFINITY, 0.0_f64), |(left, right), (x, width)| (left.min(*x), right.max(x + width)));
        let (size, rise) = (span.style.size, span.style.rise);
        let rect = Rect::new(Pt(edges.0), size * -HAN_TOP - rise, Pt(edges.1 - edges.0), size);
        let kind = ItemKind::Link { rect, target: link.target.clone(), description: link.description.clone() };
        line.items.push(Item { tag: link.tag, kind });
    }
}

/// Spreads the kana of a reading over a wider base: as much white between them as twice that before the first and
/// after the last (JLREQ 3.3.6).
fn spread(reading: &mut Line, text: &str, base: Pt) {
    let kana = |c: char| matches!(c, '\u{3041}'..='\u{30FF}');
    let rest = base - reading.width;
    if rest <= Pt::ZERO || !text.chars().all(kana) {
        return;
    }
    let white = rest.0 / text.chars().count().max(1) as f64;
    let mut before = white / 2.0;
    for item in &mut reading.items {
        let ItemKind::Glyphs(run) = &mut item.kind else { continue };
        for glyph in &mut run.glyphs {
            glyph.x += before as f32;
            before += white;
        }
    }
    reading.width = base;
}

/// A reading over its base, in the middle (JLREQ 3.3.5, 3.3.6), behind it in reading order. A character with a reading of
/// its own is a base of its own. The base is the last of the atoms.
fn reading(
    source: &Source<'_>,
    number: usize,
    atoms: &[Atom],
    places: &[(f64, f64)],
    shaper: &mut Shaper,
    line: &mut Line,
) {
    let spans = &source.collected.spans;
    let of_base = |atom: &&Atom| spans.get(atom.span).is_some_and(|span| span.ruby == Some(number));
    let count = atoms.iter().rev().take_while(of_base).count();
    let base = places.get(atoms.len() - count..atoms.len()).unwrap_or_default();
    let (Some(ruby), [first, ..], [.., last]) = (source.collected.rubies.get(number), base, base) else { return };
    let Some(span) = atoms.last().and_then(|atom| spans.get(atom.span)) else { return };
    let collected = plain(&ruby.text, ruby.style, ruby.tag);
    let mut reading = super::unbroken(&collected, source.language, shaper);
    spread(&mut reading, &ruby.text, Pt(last.0 + last.1 - first.0));
    let x = Pt((first.0 + last.0 + last.1) / 2.0) - reading.width / 2.0;
    let y = span.style.size * -(HAN_TOP + 0.02) - ruby.style.size * HAN_BOTTOM;
    line.items.extend(reading.items.into_iter().map(|item| shifted(item, x, y)));
    line.above = line.above.max(-y + ruby.style.size * HAN_TOP);
}

fn places_of(source: &Source<'_>, atoms: &[Atom]) -> Vec<String> {
    let (Some(first), Some(last)) = (atoms.first(), atoms.last()) else { return Vec::new() };
    let start = if source.range.start == 0 { 0 } else { first.text.start };
    let end = if source.range.end == source.shaped.atoms.len() { usize::MAX } else { last.text.end };
    let here = |at: usize| at >= start && at < end;
    // They are in the order of the text.
    let places = &source.collected.places;
    let from = places.partition_point(|(at, _)| *at < start);
    places[from..].iter().take_while(|(at, _)| here(*at)).map(|(_, name)| name.clone()).collect()
}

/// An item moved.
pub(in super::super) fn shifted(mut item: Item, x: Pt, y: Pt) -> Item {
    match &mut item.kind {
        ItemKind::Glyphs(run) => {
            run.origin.x += x;
            run.origin.y += y;
        }
        ItemKind::Dots { centres, .. } => {
            for centre in centres {
                centre.x += x;
                centre.y += y;
            }
        }
        ItemKind::Squares { origin, .. } => {
            origin.x += x;
            origin.y += y;
        }
        ItemKind::Fill { rect, .. }
        | ItemKind::Frame { rect, .. }
        | ItemKind::Image { rect, .. }
        | ItemKind::Link { rect, .. } => {
            rect.origin.x += x;
            rect.origin.y += y;
        }
    }
    item
}
