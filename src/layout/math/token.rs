//! Tokens: letters, numbers, words, operators, spaces (MathML Core 3.2).

use super::alphabet::{self, Alphabet};
use super::length::{self, Against};
use super::operator::{self, Form, Kind, Properties};
use super::piece::{Piece, Role};
use super::setter::{Setter, Style, Target, extent};
use super::tree::Element;
use crate::font::Face;
use crate::font::math::Axis;
use crate::units::Pt;

/// Stands for nothing that is seen between a function and what it is applied to.
pub(super) const APPLY: &str = "\u{2061}";

impl Setter<'_> {
    /// A variable, a name, a number or words.
    pub(super) fn token(&mut self, element: &Element, style: Style) -> Piece {
        let size = self.em(style);
        let named = element.value("mathvariant").and_then(alphabet::named).or(style.alphabet);
        let lone = element.character();
        // One letter is a variable and slanted (MathML Core 3.2.2).
        let usual = match lone {
            Some(c) if element.name == "mi" && c.is_alphabetic() => Alphabet::Italic,
            _ => Alphabet::Upright,
        };
        let alphabet = named.unwrap_or(usual);
        if let Some(c) = lone.filter(|_| matches!(element.name.as_str(), "mi" | "mn")) {
            return self.letter(sign(c), alphabet, size).renamed(c);
        }
        let in_alphabet = !matches!(alphabet, Alphabet::Upright) && element.name != "mtext"
            || element.text.chars().any(|c| alphabet::plain(c).is_some());
        if !in_alphabet {
            return self.word(&element.text, alphabet, size);
        }
        let mut out = Piece::default();
        for c in element.text.chars() {
            let x = out.width;
            let letter = match c {
                c if c.is_whitespace() => Piece::space(size / 4.0),
                c => self.letter(c, alphabet, size),
            };
            out.place(letter, x, Pt::ZERO);
        }
        out
    }

    /// An operator, as large as its style and its row want it.
    pub(super) fn operator(&mut self, element: &Element, style: Style) -> Piece {
        let size = self.em(style);
        let shown: String = element.text.chars().map(sign).collect();
        let properties = entry(element, style.core.form);
        let mut piece = match negated(&shown) {
            Some(whole) => self.sign(whole, &element.text, (&properties, element), style),
            None => match element.character() {
                Some('\u{2061}'..='\u{2064}') => Piece::default(),
                Some(_) => {
                    let c = shown.chars().next().unwrap_or(' ');
                    self.sign(c, &element.text, (&properties, element), style)
                }
                None => self.word(&element.text, Alphabet::Upright, size),
            },
        };
        let space = |name: &str, eighteenths: f64| {
            let against = Against { em: size, whole: size };
            let own = element.value(name).and_then(|value| length::parse(value, against));
            // Indices are set solid (TeXbook, p. 170).
            let solid = style.level > 0 && !matches!(properties.kind, Kind::Large | Kind::Other);
            let own = own.map(|own| own.max(size * -0.5).min(size * 5.0));
            own.unwrap_or(if solid { Pt::ZERO } else { size * (eighteenths / 18.0) })
        };
        piece.role = Some(Role {
            kind: properties.kind,
            before: space("lspace", properties.before),
            after: space("rspace", properties.after),
        });
        piece
    }

    /// A sign of one character.
    fn sign(&mut self, c: char, text: &str, (properties, element): (&Properties, &Element), style: Style) -> Piece {
        let size = self.em(style);
        let math = self.face.id;
        let Some((id, _)) = Face::open(math).nominal(c) else { return self.word(text, Alphabet::Upright, size) };
        if properties.large && style.display {
            let least = size * self.constants.display_operator_min_height;
            let variants = self.face.variants(id, Axis::Vertical);
            let tall = variants.iter().find(|variant| size * variant.length >= least).or(variants.last());
            let piece = self.glyph(math, tall.map_or(id, |variant| variant.glyph), text, size);
            return Self::centred(Piece { single: false, ..piece }, self.axis(style));
        }
        let plain = self.glyph(math, id, text, size);
        if properties.large {
            return Self::centred(Piece { single: false, ..plain }, self.axis(style));
        }
        match style.core.target {
            Some(Target::Width(width)) if properties.stretchy && operator::is_horizontal(c) => {
                let width = self.within(width);
                self.stretched(id, Axis::Horizontal, (width, size), text).unwrap_or(plain)
            }
            target if properties.stretchy && !operator::is_horizontal(c) => {
                let (above, below) = match target {
                    Some(Target::Height(above, below)) => (above, below),
                    _ => (Pt::ZERO, Pt::ZERO),
                };
                let axis = self.axis(style);
                let half = (above - axis).max(below + axis).max(Pt::ZERO);
                let bound = |name: &str| {
                    let against = Against { em: size, whole: plain.height() };
                    element.value(name).and_then(|value| length::parse(value, against))
                };
                let length = (half * 2.0).max(bound("minsize").unwrap_or(Pt::ZERO));
                let length = self.within(bound("maxsize").map_or(length, |most| length.min(most)));
                if length <= plain.height() {
                    return plain;
                }
                match self.stretched(id, Axis::Vertical, (length, size), text) {
                    Some(piece) => Self::centred(Piece { single: false, ..piece }, axis),
                    None => plain,
                }
            }
            _ => plain,
        }
    }

    /// White, as wide and high as it says.
    pub(super) fn space(&self, element: &Element, style: Style) -> Piece {
        let em = self.em(style);
        let of = |name: &str| {
            let found = element.value(name).and_then(|value| length::parse(value, Against { em, whole: Pt::ZERO }));
            self.within(found.unwrap_or(Pt::ZERO))
        };
        // White that goes back may not go over what was before.
        Piece { ascent: of("height"), descent: of("depth"), ..Piece::space(of("width").max(-em)) }
    }

    /// A combining mark as what sits on a letter: its ink begins at the origin.
    pub(super) fn mark(&self, id: u16, piece: Piece, size: Pt) -> Piece {
        let extent = extent(self.face.id, id);
        let width = if piece.width > Pt::ZERO { piece.width } else { size * extent.right };
        Piece { width, ..piece }
    }
}

impl Piece {
    /// The same with another text for its only character.
    pub(super) fn renamed(mut self, c: char) -> Self {
        use super::super::frame::ItemKind;
        if let [item] = self.items.as_mut_slice()
            && let ItemKind::Glyphs(run) = &mut item.kind
            && let [glyph] = run.glyphs.as_mut_slice()
        {
            run.text = c.to_string();
            glyph.text = 0..u32::try_from(c.len_utf8()).unwrap_or(0);
        }
        self
    }
}

/// The entry of an operator in the dictionary, with what its attributes say.
pub(super) fn entry(element: &Element, form: Option<Form>) -> Properties {
    let form = match element.value("form") {
        Some("prefix") => Form::Prefix,
        Some("infix") => Form::Infix,
        Some("postfix") => Form::Postfix,
        _ => form.unwrap_or(Form::Infix),
    };
    let shown: String = element.text.chars().take(8).map(sign).collect();
    let properties = operator::properties(&shown, form);
    let asked = element.value("minsize").is_some();
    // Arrows on letters that are no operators of their own do not grow.
    let stretchy = element.flag("stretchy").unwrap_or(properties.stretchy || asked);
    Properties {
        stretchy,
        large: element.flag("largeop").unwrap_or(properties.large),
        movable: element.flag("movablelimits").unwrap_or(properties.movable),
        accent: element.flag("accent").unwrap_or(properties.accent),
        ..properties
    }
}

/// The sign that a character of a keyboard stands for (MathML Core 3.2.4).
fn sign(c: char) -> char {
    match c {
        '-' => '−',
        '*' => '∗',
        '\'' => '′',
        '\u{2329}' | '〈' => '⟨',
        '\u{232A}' | '〉' => '⟩',
        c => c,
    }
}

/// A sign with a stroke through it that Unicode has in one.
fn negated(text: &str) -> Option<char> {
    const PAIRS: [(char, char); 24] = [
        ('=', '≠'),
        ('<', '≮'),
        ('>', '≯'),
        ('≤', '≰'),
        ('≥', '≱'),
        ('∈', '∉'),
        ('∋', '∌'),
        ('∃', '∄'),
        ('∼', '≁'),
        ('≃', '≄'),
        ('≅', '≇'),
        ('≈', '≉'),
        ('≡', '≢'),
        ('⊂', '⊄'),
        ('⊃', '⊅'),
        ('⊆', '⊈'),
        ('⊇', '⊉'),
        ('∣', '∤'),
        ('∥', '∦'),
        ('→', '↛'),
        ('⇒', '⇏'),
        ('⇔', '⇎'),
        ('⊢', '⊬'),
        ('≺', '⊀'),
    ];
    let mut chars = text.chars();
    let (first, second, None) = (chars.next()?, chars.next()?, chars.next()) else { return None };
    PAIRS.iter().find(|(sign, _)| *sign == first && second == '\u{338}').map(|(_, whole)| *whole)
}
