//! Lines of code: on a ground, wrapped with a sign.

use super::super::frame::{Item, TagId, TagRole};
use super::super::inline::{self, collect, line::shifted};
use super::super::style::{Alignment, ParagraphStyle, TextStyle};
use super::{Flow, Ground, Place, Stand, Strip};
use crate::units::Pt;

/// Columns from one tab stop to the next.
const TAB: usize = 4;
/// Code that is not higher than this share of the page's text is kept on one page where that can be.
const KEPT: f64 = 1.0 / 3.0;
/// Ending a page inside code that is higher; before or after an empty line; inside code that is not.
const INSIDE: [f64; 3] = [300.0, 40.0, 8000.0];
/// Says that a line goes on.
const WRAP: &str = "↪";

impl Flow<'_, '_> {
    /// Sets lines of code.
    pub(super) fn code(&mut self, text: &str, place: &Place) {
        let theme = self.context.theme;
        let tag = self.tag(TagRole::Code, place);
        let (size, leading) = (theme.pt(theme.code.size), theme.pt(theme.code.leading));
        let padding = size * 0.8;
        self.out.grounds.push(Ground {
            x: place.x,
            width: place.measure,
            margin: padding * 0.5,
            colour: theme.colour.ground.0,
            frame: false,
        });
        let mut grounds = place.grounds.clone();
        grounds.push(self.out.grounds.len() - 1);
        // Code runs from left to right in every book.
        let language = if place.runs_leftwards() { "en".to_owned() } else { place.language.clone() };
        let inner = Place { size, leading, grid: false, grounds, language, ..place.inset_both(padding) };
        let style = TextStyle { mono: true, ..inner.text() };
        let sign = self.sign(style, &inner);
        self.space(padding);
        let first = self.out.strips.len();
        let numbers = theme.code_numbers.then(|| self.number_width(text, style, &inner));
        let inner = numbers.map_or_else(|| inner.clone(), |width| inner.inset(width));
        for (index, line) in text.lines().enumerate() {
            let at = self.out.strips.len();
            self.code_line(line, style, tag, (&inner, &sign));
            if numbers.is_some() {
                self.number(index + 1, at, style, &inner);
            }
        }
        let keep = self.context.area.height * KEPT;
        hold_together(self.out.strips.get_mut(first..).unwrap_or_default(), keep);
        self.space(padding);
    }

    /// The room that the numbers of lines take.
    fn number_width(&mut self, text: &str, style: TextStyle, place: &Place) -> Pt {
        let last = collect::plain(&text.lines().count().to_string(), style, None);
        inline::unbroken(&last, &place.language, self.shaper).width + style.size
    }

    /// Puts a line's number before it, right-aligned. It is no text.
    fn number(&mut self, number: usize, strip: usize, style: TextStyle, place: &Place) {
        let grey = TextStyle { colour: self.context.theme.colour.quiet.0, ..style };
        let line = inline::unbroken(&collect::plain(&number.to_string(), grey, None), &place.language, self.shaper);
        let Some(strip) = self.out.strips.get_mut(strip) else { return };
        let x = place.x - style.size - line.width + style.size * 0.2;
        strip.items.extend(line.items.into_iter().map(|item| shifted(without_text(item), x, Pt::ZERO)));
    }

    fn sign(&mut self, style: TextStyle, place: &Place) -> Vec<Item> {
        let grey = TextStyle { colour: self.context.theme.colour.rule.0, ..style };
        let sign = inline::unbroken(&collect::plain(WRAP, grey, None), &place.language, self.shaper);
        sign.items.into_iter().map(without_text).collect()
    }

    fn code_line(&mut self, line: &str, style: TextStyle, tag: Option<TagId>, (place, sign): (&Place, &[Item])) {
        let line = expand(line);
        let text = line.trim_start_matches(' ');
        if text.is_empty() {
            let above = (place.leading - place.size) / 2.0 + place.size * inline::line::HAN_TOP;
            let below = place.leading - above;
            let empty = Strip { above, below, grounds: place.grounds.clone(), void: true, ..Strip::default() };
            self.push(empty, Pt::ZERO);
            return;
        }
        let column = style.size * 0.6;
        let indent = (column * (line.len() - text.len()) as f64).min(place.measure / 2.0);
        let hanging = (indent + column * 2.0).min(place.measure / 2.0);
        let paragraph = ParagraphStyle {
            alignment: Alignment::Start,
            hyphenate: false,
            measure: place.measure - hanging,
            indent: indent - hanging,
            ..place.paragraph()
        };
        let here = Place { x: place.x + hanging, ..place.clone() };
        let first = self.out.strips.len();
        self.text(&collect::code(text, style, tag), &paragraph, &here, &Stand::default());
        for strip in self.out.strips.iter_mut().skip(first + 1) {
            let x = place.x + hanging - column * 2.0;
            strip.items.extend(sign.iter().cloned().map(|item| shifted(item, x, Pt::ZERO)));
        }
    }
}

/// Lets pages end inside code only where it is high: between its parts rather than inside them, never after its first
/// or before its last line.
fn hold_together(strips: &mut [Strip], keep: Pt) {
    let [inside, after_empty, low] = INSIDE;
    let whole = strips.iter().map(Strip::height).sum::<Pt>() <= keep;
    let count = strips.len();
    for index in 0..count {
        let edge = index == 0 || index + 2 == count;
        let beside_empty = strips[index..].iter().take(2).any(|strip| strip.void);
        strips[index].penalty = match () {
            () if index + 1 == count => 0.0,
            () if whole || edge => low,
            () if beside_empty => after_empty,
            () => inside,
        };
    }
}

/// Tabs made spaces.
fn expand(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut column = 0;
    for c in line.trim_end().chars() {
        let width = if c == '\t' { TAB - column % TAB } else { 1 };
        column += width;
        if c == '\t' {
            out.extend(std::iter::repeat_n(' ', width));
        } else {
            out.push(c);
        }
    }
    out
}

/// A sign of the typesetter's: no text.
fn without_text(mut item: Item) -> Item {
    use super::super::frame::ItemKind;
    item.tag = None;
    if let ItemKind::Glyphs(run) = &mut item.kind {
        run.text.clear();
        run.glyphs.iter_mut().for_each(|glyph| glyph.text = 0..0);
    }
    item
}

#[cfg(test)]
mod tests {
    #[test]
    fn tabs_reach_the_next_stop() {
        assert_eq!(super::expand("\tx\ty  "), "    x   y");
    }
}
