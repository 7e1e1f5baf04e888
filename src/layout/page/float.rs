//! Figures that do not fit where they are: rather than leave much of a page white, the paragraphs after a figure go
//! before it, as many as there is room for. A figure never moves past a heading or past another figure, so that the text
//! stays in order; where it cannot move, it is made smaller, within reason. Only where neither can be, and a third of the
//! page would be white, it stands between two lines of a paragraph, at the head of the next page.

use super::super::flow::Strip;
use super::super::frame::{Item, ItemKind};
use super::super::inline::line::shifted;
use super::choose::{Matter, separator};
use super::{Geometry, Sheet};
use crate::units::Pt;

/// Lines of white under a text that are too much: paragraphs after the figure fill them.
const WHITE: f64 = 2.5;
/// More white than this share of a page is too much whatever it takes: the figure is made smaller, or stands inside the
/// paragraph after it.
const MUCH: f64 = 1.0 / 3.0;
/// Pictures are not made smaller than this share of their size.
const SMALLEST: f64 = 0.5;

/// Moves figures that begin a page after one with much white. Says whether any was moved.
pub(super) fn settle(strips: &mut [Strip], notes: &[Vec<Strip>], sheets: &[Sheet], geometry: &Geometry) -> bool {
    let mut moved = false;
    for pair in sheets.windows(2) {
        let [before, after] = pair else { continue };
        let figure = after.strips.start;
        if !strips.get(figure).is_some_and(|strip| strip.float) {
            continue;
        }
        let (bottom, room) = room(strips, notes, before, geometry);
        if room < geometry.leading * WHITE {
            continue;
        }
        let much = room >= geometry.area.height * MUCH;
        let after = &strips[figure + 1..];
        let count = match following(after, bottom, bottom + room, geometry, WHOLE) {
            0 if much && shrink(&mut strips[figure], room) => {
                moved = true;
                continue;
            }
            0 if much => following(&strips[figure + 1..], bottom, bottom + room, geometry, INSIDE),
            whole => whole,
        };
        if count > 0 {
            pass(&mut strips[figure..], count);
            moved = true;
        }
    }
    moved
}

/// Moves a figure, the first strip, behind so many that follow it. The white around it goes with it.
fn pass(strips: &mut [Strip], count: usize) {
    let gap = strips[0].before;
    let behind = strips.get(1).map_or(Pt::ZERO, |next| next.before);
    strips[1].before = strips[0].follows;
    strips[..=count].rotate_left(1);
    strips[count].before = gap;
    if let Some(next) = strips.get_mut(count + 1) {
        next.before = next.before.max(behind);
    }
}

/// After what figures may stand: whole paragraphs; lines of a paragraph that a page may end after.
const WHOLE: f64 = 0.0;
const INSIDE: f64 = 100.0;

/// Makes the picture of a figure smaller, so that the figure is as high as there is room for.
fn shrink(strip: &mut Strip, room: Pt) -> bool {
    let picture = |item: &Item| match &item.kind {
        ItemKind::Image { rect, .. } => Some(*rect),
        _ => None,
    };
    let Some(rect) = strip.items.iter().find_map(picture) else { return false };
    // A point stays free, against rounding.
    let excess = strip.before + strip.height() - room + Pt(1.0);
    let factor = 1.0 - excess / rect.size.height;
    if !(SMALLEST..1.0).contains(&factor) {
        return false;
    }
    let under = rect.bottom();
    for item in &mut strip.items {
        if let ItemKind::Image { rect, .. } = &mut item.kind {
            rect.origin.x += rect.size.width * ((1.0 - factor) / 2.0);
            rect.size.width = rect.size.width * factor;
            rect.size.height = rect.size.height * factor;
        } else {
            let moved = shifted(item.clone(), Pt::ZERO, (under * factor) - under);
            *item = moved;
        }
    }
    strip.below -= under - under * factor;
    true
}

/// Where the text of a page ends, and how much white there is under it.
fn room(strips: &[Strip], notes: &[Vec<Strip>], sheet: &Sheet, geometry: &Geometry) -> (Pt, Pt) {
    let matter = Matter { strips, heads: &[], notes };
    let own = matter.strips.get(sheet.strips.clone()).unwrap_or_default();
    let mut y = Pt::ZERO;
    for (index, strip) in own.iter().enumerate() {
        y = geometry.place(strip, y, index == 0).1;
    }
    let strip = |(note, index): &(usize, usize)| matter.notes.get(*note).and_then(|strips| strips.get(*index));
    let foot: Pt = sheet.notes.iter().filter_map(strip).map(Strip::height).sum();
    let foot = if sheet.notes.is_empty() { foot } else { foot + separator(geometry) };
    (y, geometry.area.height - y - foot)
}

/// How many strips fit between two heights that end with one after which ending a page costs no more than `penalty`.
fn following(strips: &[Strip], from: Pt, to: Pt, geometry: &Geometry, penalty: f64) -> usize {
    let mut y = from;
    let mut whole = 0;
    for (index, strip) in strips.iter().enumerate() {
        let plain = strip.grid && strip.grounds.is_empty() && strip.notes.is_empty() && !strip.float;
        y = geometry.place(strip, y, false).1;
        if !plain || strip.penalty.is_infinite() || y > to {
            break;
        }
        if strip.penalty <= penalty {
            whole = index + 1;
        }
    }
    whole
}
