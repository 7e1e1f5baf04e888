//! What pieces are made with: the face for formulas, the shaper of running text, the style that holds at a place.

use super::super::frame::{Glyph, GlyphRun, Item, ItemKind};
use super::super::inline::line::{HAN_BOTTOM, HAN_TOP};
use super::super::inline::shape::Shaper;
use super::super::inline::{self, collect};
use super::super::style::TextStyle;
use super::alphabet::{self, Alphabet};
use super::operator::Form;
use super::piece::Piece;
use crate::font::math::{Constants, MathFace};
use crate::font::{self, Face, FaceId, Family, Slant, Weight};
use crate::units::{Point, Pt};

/// Makes pieces.
pub(super) struct Setter<'a> {
    pub(super) shaper: &'a mut Shaper,
    pub(super) face: &'static MathFace,
    pub(super) constants: &'static Constants,
    /// How text of the formula looks that is no index.
    pub(super) text: TextStyle,
    pub(super) language: &'a str,
    /// Nothing is wider or higher.
    pub(super) most: Pt,
}

/// The style that holds at a place (MathML Core 4.3, 4.4).
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    /// Whether there is room: limits stand over and under, operators are large (`math-style: normal`).
    pub(super) display: bool,
    /// Index of an index (`math-depth`).
    pub(super) level: u8,
    /// Whether something is over it, so that exponents had better be low (TeXbook, appendix G).
    pub(super) cramped: bool,
    /// The alphabet that an element around it asks for.
    pub(super) alphabet: Option<Alphabet>,
    /// What holds for the operator that the element is or embellishes (MathML Core 3.2.4.2).
    pub(super) core: Core,
}

/// What an operator gets from its row.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Core {
    /// Where it stands.
    pub(super) form: Option<Form>,
    /// What it is to cover.
    pub(super) target: Option<Target>,
}

/// What an operator that grows is to cover.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Target {
    /// So far over and under the baseline.
    Height(Pt, Pt),
    /// So much from left to right.
    Width(Pt),
}

impl Style {
    /// That of a formula on a line of its own.
    pub(super) const DISPLAY: Self =
        Self { display: true, level: 0, cramped: false, alphabet: None, core: Core { form: None, target: None } };

    /// The same for what is no core.
    pub(super) fn within(self) -> Self {
        Self { core: Core::default(), ..self }
    }

    /// That of an index.
    pub(super) fn index(self) -> Self {
        Self { display: false, level: self.level.saturating_add(1), ..self.within() }
    }

    /// The same under something.
    pub(super) fn cramped(self) -> Self {
        Self { cramped: true, ..self }
    }
}

/// The extent of a glyph in em, y upwards, and how far it moves the pen.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Extent {
    pub(super) left: f64,
    pub(super) bottom: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) advance: f64,
}

/// The extent of a glyph. Han characters fill their squares.
pub(super) fn extent(face: FaceId, glyph: u16) -> Extent {
    let open = Face::open(face);
    let em = |units: i16| f64::from(units) / f64::from(open.metrics().units_per_em.max(1));
    let advance = f64::from(open.advance(glyph)) / f64::from(open.metrics().units_per_em.max(1));
    let square = || match face.family() {
        Family::Cjk(_) => [0.0, -HAN_BOTTOM, advance, HAN_TOP],
        _ => [0.0, em(open.metrics().descender), advance, em(open.metrics().ascender)],
    };
    let blank = open.glyph(' ') == Some(glyph);
    let [left, bottom, right, top] = match open.bounds(glyph) {
        Some(bounds) => bounds.map(em),
        None if blank || matches!(face.family(), Family::Serif | Family::Math) => [0.0; 4],
        None => square(),
    };
    Extent { left, bottom, right, top, advance }
}

/// How much further to the right a slanted letter of running text stands an em higher.
const SLOPE: f64 = 0.21;

/// A slanted letter of running text reaches so far to the left of its place, in em, and no further.
const TAIL: f64 = 0.03;

impl Setter<'_> {
    /// The type size.
    pub(super) fn em(&self, style: Style) -> Pt {
        let scale = match style.level {
            0 => 1.0,
            1 => self.constants.script_scale,
            _ => self.constants.script_script_scale,
        };
        self.text.size * scale.clamp(0.3, 1.0)
    }

    /// Half of this is over the axis, half under it: the middle of `+`.
    pub(super) fn axis(&self, style: Style) -> Pt {
        self.em(style) * self.constants.axis_height
    }

    /// A length that is no longer than a page.
    pub(super) fn within(&self, length: Pt) -> Pt {
        if length.0.is_finite() { length.min(self.most).max(-self.most) } else { Pt::ZERO }
    }

    /// A glyph that shows a text.
    pub(super) fn glyph(&self, face: FaceId, id: u16, shown: &str, size: Pt) -> Piece {
        let extent = extent(face, id);
        let slanted = face.slant() == Slant::Italic;
        let overhang = (extent.right - extent.advance).max(0.0);
        let italics = match face == self.face.id {
            true => self.face.italics(id).unwrap_or(0.0),
            false if slanted => overhang,
            false => 0.0,
        };
        let attach = match face == self.face.id {
            true => self.face.accent(id),
            false if slanted => Some((extent.left + extent.right) / 2.0 + SLOPE * (extent.top - extent.bottom) / 4.0),
            false => None,
        };
        // In words the tail of an `f` reaches under the letter before; among signs it has a place of its own.
        let lead = if slanted { (-TAIL - extent.left).max(0.0) } else { 0.0 };
        let text = 0..u32::try_from(shown.len()).unwrap_or(u32::MAX);
        let glyphs = vec![Glyph { id, x: (size.0 * lead) as f32, y: 0.0, text }];
        Piece {
            width: size * (extent.advance + lead),
            ascent: size * extent.top,
            descent: size * -extent.bottom,
            items: vec![self.run(face, size, shown, glyphs)],
            italics: size * italics,
            attach: attach.map(|attach| size * (attach + lead)),
            single: true,
            slanted,
            role: None,
        }
    }

    /// Glyphs at the origin.
    pub(super) fn run(&self, face: FaceId, size: Pt, text: &str, glyphs: Vec<Glyph>) -> Item {
        let run =
            GlyphRun { origin: Point::default(), face, size, colour: self.text.colour, text: text.to_owned(), glyphs };
        Item { tag: None, kind: ItemKind::Glyphs(run) }
    }

    /// A letter, digit or sign in an alphabet. Latin and Greek letters are those of the running text, so that a formula
    /// on its own line has the letters that the text around it speaks of; all others are of the face for formulas.
    pub(super) fn letter(&mut self, c: char, alphabet: Alphabet, size: Pt) -> Piece {
        let shown = c.to_string();
        let (base, alphabet) = alphabet::plain(c).unwrap_or((c, alphabet));
        let look = match alphabet {
            Alphabet::Upright => Some((Weight::Regular, Slant::Upright)),
            Alphabet::Bold => Some((Weight::Bold, Slant::Upright)),
            Alphabet::Italic => Some((Weight::Regular, Slant::Italic)),
            Alphabet::BoldItalic => Some((Weight::Bold, Slant::Italic)),
            _ => None,
        };
        if let Some((weight, slant)) = look.filter(|_| base.is_alphanumeric()) {
            let style = font::Style { weight, slant, mono: false, ..self.text.face_style() };
            let own = font::own_face_for(base, style, self.shaper.own(), |_, _| true);
            let face = own.unwrap_or(FaceId::of(Family::Serif, weight, slant));
            if let Some((id, _)) = Face::open(face).nominal(base) {
                return self.glyph(face, id, &shown, size);
            }
        }
        let math = self.face.id;
        let styled = alphabet::styled(base, alphabet).into_iter();
        let found = styled.chain([c, base]).find_map(|c| Face::open(math).nominal(c));
        match found {
            Some((id, _)) => self.glyph(math, id, &shown, size),
            None => Piece { single: true, ..self.word(&shown, Alphabet::Upright, size) },
        }
    }

    /// Text as the text around the formula has it.
    pub(super) fn word(&mut self, text: &str, alphabet: Alphabet, size: Pt) -> Piece {
        let (weight, slant) = match alphabet {
            Alphabet::Bold | Alphabet::SansBold | Alphabet::BoldScript | Alphabet::BoldFraktur => {
                (Weight::Bold, Slant::Upright)
            }
            Alphabet::Italic | Alphabet::SansItalic => (Weight::Regular, Slant::Italic),
            Alphabet::BoldItalic | Alphabet::SansBoldItalic => (Weight::Bold, Slant::Italic),
            _ => (Weight::Regular, Slant::Upright),
        };
        let style = TextStyle { size, weight, slant, mono: alphabet == Alphabet::Mono, ..self.text };
        let line = inline::unbroken(&collect::plain(text, style, None), self.language, self.shaper);
        let (mut ascent, mut descent) = (f64::NEG_INFINITY, f64::NEG_INFINITY);
        for item in &line.items {
            if let ItemKind::Glyphs(run) = &item.kind {
                for glyph in &run.glyphs {
                    let extent = extent(run.face, glyph.id);
                    let y = f64::from(glyph.y);
                    if extent.top > extent.bottom {
                        ascent = ascent.max(extent.top * run.size.0 + y);
                        descent = descent.max(-extent.bottom * run.size.0 - y);
                    }
                }
            }
        }
        let finite = |length: f64| Pt(if length.is_finite() { length } else { 0.0 });
        Piece {
            width: line.width,
            ascent: finite(ascent),
            descent: finite(descent),
            items: line.items,
            ..Piece::default()
        }
    }
}
