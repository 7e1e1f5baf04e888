//! What stands over and under: limits, accents, bars, braces, arrows (MathML Core 3.4.2, 3.4.4).

use super::operator::is_horizontal;
use super::piece::Piece;
use super::row::core;
use super::setter::{Core, Setter, Style, Target};
use super::token::entry;
use super::tree::Element;
use crate::font::Face;
use crate::font::math::Axis;
use crate::units::Pt;

/// What stands over or under a base.
enum Mark {
    /// A bar as wide as the base.
    Bar,
    /// A mark that sits on the base: the combining character that it is.
    Accent(char, Growth),
    /// A brace, a bracket, an arrow: as wide as the base, apart from it.
    Brace(char),
    /// Something else.
    Text,
}

/// How a mark grows with its base.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Growth {
    /// Not at all.
    None,
    /// As far as the face has a form that is not wider.
    Within,
    /// To the width of the base.
    Whole,
}

impl Setter<'_> {
    /// A base with something over it, under it or both.
    pub(super) fn limits(&mut self, element: &Element, style: Style) -> Piece {
        let Some((base, rest)) = element.children.split_first() else { return Piece::default() };
        let (under, over) = match (element.name.as_str(), rest) {
            ("munder", [under, ..]) => (Some(under), None),
            ("mover", [over, ..]) => (None, Some(over)),
            ("munderover", [under, over, ..]) => (Some(under), Some(over)),
            _ => return self.row(&element.children, style),
        };
        let operator = core(base);
        let movable = operator.is_some_and(|operator| entry(operator, style.core.form).movable);
        if movable && !style.display {
            let base = self.element(base, style);
            let pair = self.pair(under, over, style);
            return self.with_scripts(base, Vec::new(), vec![pair], style);
        }
        let grows = operator.is_some_and(|operator| {
            operator.character().is_some_and(is_horizontal) && entry(operator, style.core.form).stretchy
        });
        if grows {
            return self.on_arrow(base, (under, over), style);
        }
        let cramped = if over.is_some() { style.cramped() } else { style };
        let mut out = match over.and_then(|over| dotless(base, over)) {
            Some((element, c)) => self.token(&element, cramped).renamed(c),
            None => self.element(base, cramped),
        };
        if let Some(under) = under {
            out = self.below(out, under, style);
        }
        match over {
            Some(over) => self.above(out, over, element, style),
            None => out,
        }
    }

    /// Text over and under an arrow that is as long as that takes.
    fn on_arrow(&mut self, base: &Element, (under, over): (Option<&Element>, Option<&Element>), style: Style) -> Piece {
        let em = self.em(style);
        let under = under.map(|under| self.element(under, style.index().cramped()).solid());
        let over = over.map(|over| self.element(over, style.index()).solid());
        let widest = [&under, &over].into_iter().flatten().fold(Pt::ZERO, |widest, piece| widest.max(piece.width));
        let target = Some(Target::Width(widest + em * 0.6));
        let mut out = self.element(base, Style { core: Core { target, ..style.core }, ..style });
        if let Some(under) = under {
            out = self.under(out, under, em * self.constants.stretch_stack_gap_below_min);
        }
        match over {
            Some(over) => self.over(out, over, em * self.constants.stretch_stack_gap_above_min),
            None => out,
        }
    }

    fn above(&mut self, base: Piece, over: &Element, element: &Element, style: Style) -> Piece {
        let (em, c) = (self.em(style), self.constants);
        match mark(over, true) {
            Mark::Bar => {
                let (gap, line) = (em * c.overbar_vertical_gap, em * c.overbar_rule_thickness);
                // One letter and its bar belong together closely.
                let gap = if base.single { gap * 0.6 } else { gap };
                let (y, width, slanted) = (base.ascent + gap, base.width, base.slanted);
                let x = if slanted { em * 0.06 } else { Pt::ZERO };
                let mut out = base;
                out.bar((x, y), (width, line), self.text.colour);
                out.width = width;
                out
            }
            Mark::Accent(c, growth) => self.accent(base, (c, over.text.as_str(), growth), style),
            Mark::Brace(c) => {
                let brace = self.brace(c, over, &base, style);
                let gap = em * self.constants.stretch_stack_gap_above_min;
                let y = base.ascent + gap + brace.descent;
                self.stacked(base, brace, Pt::ZERO, y)
            }
            Mark::Text => {
                let flat =
                    element.flag("accent") == Some(true) || core(over).is_some_and(|core| entry(core, None).accent);
                let inner = if flat { style.within() } else { style.index() };
                let over = self.element(over, inner).solid();
                let gap = em * c.upper_limit_gap_min;
                let gap = gap.max(em * c.upper_limit_baseline_rise_min - over.descent);
                self.over(base, over, gap)
            }
        }
    }

    fn below(&mut self, base: Piece, under: &Element, style: Style) -> Piece {
        let (em, c) = (self.em(style), self.constants);
        match mark(under, false) {
            Mark::Bar => {
                let (gap, line) = (em * c.underbar_vertical_gap, em * c.underbar_rule_thickness);
                let (y, width) = (-(base.descent + gap + line), base.width);
                let mut out = base;
                out.bar((Pt::ZERO, y), (width, line), self.text.colour);
                out.width = width;
                out
            }
            Mark::Brace(c) => {
                let brace = self.brace(c, under, &base, style);
                let gap = em * self.constants.stretch_stack_gap_below_min;
                let y = -(base.descent + gap + brace.ascent);
                self.stacked(base, brace, Pt::ZERO, y)
            }
            Mark::Accent(..) | Mark::Text => {
                let under = self.element(under, style.index().cramped()).solid();
                let gap = (em * c.lower_limit_gap_min).max(em * c.lower_limit_baseline_drop_min - under.ascent);
                // Deep bases have their limit near.
                let gap = if base.descent > em * 0.1 { em * c.lower_limit_gap_min } else { gap };
                self.under(base, under, gap)
            }
        }
    }

    /// A piece over a base, in its middle; over the top of a leaning operator.
    fn over(&self, base: Piece, over: Piece, gap: Pt) -> Piece {
        let lean = if base.single { Pt::ZERO } else { base.italics / 2.0 };
        let y = base.ascent + gap + over.descent;
        self.stacked(base, over, lean, y)
    }

    /// The same under it.
    fn under(&self, base: Piece, under: Piece, gap: Pt) -> Piece {
        let lean = if base.single { Pt::ZERO } else { base.italics / 2.0 };
        let y = -(base.descent + gap + under.ascent);
        self.stacked(base, under, -lean, y)
    }

    /// A piece in the middle of a base, so far to the right and up.
    fn stacked(&self, base: Piece, other: Piece, lean: Pt, y: Pt) -> Piece {
        let role = base.role;
        let width = base.width;
        let x = (width - other.width) / 2.0 + lean;
        let left = (-x).max(Pt::ZERO);
        let mut out = Piece::default();
        let end = (left + width).max(left + x + other.width);
        out.place(base, left, Pt::ZERO);
        out.place(other, left + x, y);
        Piece { width: end, role, ..out }
    }

    /// A mark on a base (OpenType MATH, MathTopAccentAttachment): as high over it as over letters without ascender.
    fn accent(&mut self, base: Piece, (c, text, growth): (char, &str, Growth), style: Style) -> Piece {
        let (em, math) = (self.em(style), self.face.id);
        let Some((id, _)) = Face::open(math).nominal(c) else { return base };
        let width = base.width;
        let accent = match growth {
            Growth::None => self.glyph(math, id, text, em),
            Growth::Within => self.narrower(id, (width, em), text),
            Growth::Whole => {
                let stretched = self.stretched(id, Axis::Horizontal, (self.within(width), em), text);
                stretched.unwrap_or_else(|| self.glyph(math, id, text, em))
            }
        };
        let accent = self.mark(id, accent, em);
        let from = if growth == Growth::None { accent.middle() } else { accent.attach.unwrap_or(accent.width / 2.0) };
        let low = base.ascent.min(em * self.constants.accent_base_height);
        let y = base.ascent - low;
        let x = base.middle() - from;
        // What is wider than its base has room at both sides.
        let left = (-x).max(Pt::ZERO);
        let end = (left + width).max(left + x + accent.width);
        let mut out = Piece {
            italics: base.italics,
            attach: Some(left + base.middle()),
            single: base.single,
            slanted: base.slanted,
            role: base.role,
            ..Piece::default()
        };
        out.place(base, left, Pt::ZERO);
        out.place(accent, left + x, y);
        // Marks may stand out of a single letter.
        out.width = if out.single { left + width } else { end };
        out
    }

    /// A brace that is as wide as a base.
    fn brace(&mut self, c: char, element: &Element, base: &Piece, style: Style) -> Piece {
        let (em, math) = (self.em(style), self.face.id);
        let Some((id, _)) = Face::open(math).nominal(c) else { return Piece::default() };
        let width = self.within(base.width);
        let stretched = self.stretched(id, Axis::Horizontal, (width, em), &element.text);
        stretched.unwrap_or_else(|| self.glyph(math, id, &element.text, em))
    }
}

/// An `i` or `j` without its dot, where a mark takes its place.
fn dotless(base: &Element, over: &Element) -> Option<(Element, char)> {
    let c = base.character().filter(|_| base.name == "mi" && matches!(mark(over, true), Mark::Accent(..)))?;
    let without = match c {
        'i' => "ı",
        'j' => "ȷ",
        _ => return None,
    };
    let mut element = base.clone();
    without.clone_into(&mut element.text);
    Some((element, c))
}

/// What an element is to the base that it stands over or under.
fn mark(element: &Element, over: bool) -> Mark {
    let token = match core(element) {
        Some(core) => core,
        None if matches!(element.name.as_str(), "mi" | "mtext") => element,
        None => return Mark::Text,
    };
    let Some(c) = token.character() else { return Mark::Text };
    let grows = token.name == "mo" && token.flag("stretchy") != Some(false);
    let asked = token.flag("stretchy") == Some(true);
    let within = if grows { Growth::Within } else { Growth::None };
    let whole = if asked { Growth::Whole } else { Growth::None };
    match c {
        '‾' | '¯' | 'ˉ' | '―' | '\u{304}' | '\u{305}' | '_' | '\u{332}' => Mark::Bar,
        '\u{23DC}'..='\u{23E1}' | '⎴' | '⎵' => Mark::Brace(c),
        _ if !over => match c {
            '←' | '→' | '↔' | '⇐' | '⇒' | '⇔' if grows => Mark::Brace(c),
            _ => Mark::Text,
        },
        '^' | 'ˆ' | '\u{302}' => Mark::Accent('\u{302}', within),
        '~' | '˜' | '\u{303}' => Mark::Accent('\u{303}', within),
        'ˇ' | '\u{30C}' => Mark::Accent('\u{30C}', within),
        '˙' | '.' | '\u{307}' => Mark::Accent('\u{307}', Growth::None),
        '¨' | '\u{308}' => Mark::Accent('\u{308}', Growth::None),
        '\u{20DB}' | '\u{20DC}' => Mark::Accent(c, Growth::None),
        '˘' | '\u{306}' => Mark::Accent('\u{306}', Growth::None),
        '´' | '\u{301}' => Mark::Accent('\u{301}', Growth::None),
        '`' | '\u{300}' => Mark::Accent('\u{300}', Growth::None),
        '˚' | '\u{30A}' => Mark::Accent('\u{30A}', Growth::None),
        '→' | '\u{20D7}' => Mark::Accent('\u{20D7}', if c == '→' && grows { Growth::Whole } else { whole }),
        '←' | '\u{20D6}' => Mark::Accent('\u{20D6}', if c == '←' && grows { Growth::Whole } else { whole }),
        '↔' | '\u{20E1}' => Mark::Accent('\u{20E1}', if c == '↔' && grows { Growth::Whole } else { whole }),
        '⇀' | '\u{20D1}' => Mark::Accent('\u{20D1}', if grows { Growth::Whole } else { whole }),
        '↼' | '\u{20D0}' => Mark::Accent('\u{20D0}', if grows { Growth::Whole } else { whole }),
        '⇒' | '⇐' | '⇔' if grows => Mark::Brace(c),
        _ => Mark::Text,
    }
}
