//! Where lines may end: UAX 14 as icu_segmenter has it, with the tailoring that Chinese and addresses need.

use std::ops::Range;

use hypher::Lang;
use icu_segmenter::{LineSegmenter, options::LineBreakOptions};

use super::address;
use super::class::Class;
use super::collect::{Collected, LINE_BREAK, SpanKind};
use super::shape::{Atom, Shaped};
use crate::font::Face;

/// A place where a line may end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in super::super) struct Break {
    /// The next line would begin with this atom; the number of atoms for the paragraph's end.
    pub(in super::super) atom: usize,
    /// How bad it is; 0 for an ordinary one.
    pub(in super::super) penalty: f64,
    /// What a line that ends here is wider by: a hyphen, and the kerning with what would have followed.
    pub(in super::super) trail: f64,
    /// Whether a hyphen is set.
    pub(in super::super) hyphen: bool,
    /// Whether the line must end here.
    pub(in super::super) forced: bool,
}

impl Break {
    /// An ordinary one.
    pub(super) fn at(atom: usize) -> Self {
        Self { atom, penalty: 0.0, trail: 0.0, hyphen: false, forced: false }
    }
}

/// Ending a line inside a word, with a hyphen.
const HYPHEN: f64 = 60.0;
/// Ending a line where it should not, because nothing else would fit.
const EMERGENCY: f64 = 900.0;

/// All places where lines may end, in order; the last is the paragraph's end.
pub(in super::super) fn breaks(
    shaped: &Shaped,
    collected: &Collected,
    language: &str,
    hyphenate: bool,
    measure: f64,
) -> Vec<Break> {
    let atoms = &shaped.atoms;
    let mut allowed = by_segmenter(shaped, collected);
    tailor(&mut allowed, atoms, &collected.text);
    // Addresses have breaks of their own.
    for range in &shaped.addresses {
        allowed[range.start + 1..range.end].iter_mut().for_each(|may| *may = false);
    }
    let mut out = Vec::with_capacity(atoms.len());
    let mut word = 0;
    for (index, atom) in atoms.iter().enumerate().skip(1) {
        if atom.after_break {
            inside(word..index, shaped, collected, (language, hyphenate, measure), &mut out);
            out.push(Break { forced: true, ..Break::at(index) });
            word = index;
        } else if allowed.get(index).copied().unwrap_or(false) {
            inside(word..index, shaped, collected, (language, hyphenate, measure), &mut out);
            // U+00AD invites a break and asks for a hyphen there (UAX 14, class BA).
            let between = atoms[index - 1].text.end..atom.text.start;
            let hyphen = collected.text.get(between).is_some_and(|between| between.contains('\u{AD}'));
            let penalty = if hyphen { HYPHEN } else { 0.0 };
            out.push(Break { penalty, hyphen, ..Break::at(index) });
            word = index;
        }
    }
    inside(word..atoms.len(), shaped, collected, (language, hyphenate, measure), &mut out);
    out.push(Break { forced: true, ..Break::at(atoms.len()) });
    out.iter_mut().for_each(|at| at.trail = trail(at, shaped, collected));
    out
}

/// What a line that ends at a break is wider by than its atoms.
fn trail(at: &Break, shaped: &Shaped, collected: &Collected) -> f64 {
    let Some(last) = at.atom.checked_sub(1).and_then(|index| shaped.atoms.get(index)) else { return 0.0 };
    let kerned = last.class == Class::Letter || last.class == Class::Western;
    if !at.hyphen && (!kerned || shaped.atoms.get(at.atom).is_none_or(|next| !next.spaces.is_empty())) {
        return 0.0;
    }
    let size = collected.spans.get(last.span).map_or(0.0, |span| span.style.size.0);
    let face = Face::open(last.face);
    let width = |advance: u16| f64::from(advance) * size / f64::from(face.metrics().units_per_em.max(1));
    let mut chars = collected.text.get(last.text.clone()).unwrap_or_default().chars();
    let alone = chars.next().filter(|_| chars.next().is_none()).and_then(|c| face.nominal(c));
    let drawn = shaped.glyphs.get(last.glyphs.clone()).unwrap_or_default();
    let kerning = match (alone, drawn) {
        (Some((id, advance)), [only]) if only.id == id && !at.hyphen => width(advance) - last.body,
        _ => 0.0,
    };
    kerning + face.nominal('-').filter(|_| at.hyphen).map_or(0.0, |(_, advance)| width(advance))
}

/// UAX 14, strict. The stable segmenter knows Unicode 15.1, where curly quotes are ambiguous and `·`, `～`, `／` may begin
/// a line; it is given a copy of the text in which these are others of the same length and the wanted class. Note marks
/// are given as closing parentheses, which begin no line.
fn by_segmenter(shaped: &Shaped, collected: &Collected) -> Vec<bool> {
    let mut scratch = String::with_capacity(collected.text.len());
    let mut kept = 0;
    for atom in &shaped.atoms {
        let text = &collected.text[atom.text.clone()];
        let instead = match (atom.class, text) {
            (Class::Open, "“" | "‘" | "〝") => "《",
            (Class::Close, "”" | "’" | "〟" | "〞") => "》",
            (Class::Middle, "·") => "\u{58A}",
            (Class::Connect, "～") | (Class::Solidus, "／" | "＼") => "\u{301C}",
            (Class::Note, text) if text.len() == 1 => ")",
            _ => continue,
        };
        scratch.push_str(&collected.text[kept..atom.text.start]);
        scratch.push_str(instead);
        kept = atom.text.end;
    }
    scratch.push_str(&collected.text[kept..]);
    let text = scratch.as_str();
    let mut out = vec![false; shaped.atoms.len()];
    let mut next = 0;
    for offset in LineSegmenter::new_for_non_complex_scripts(LineBreakOptions::default()).segment_str(text) {
        while shaped.atoms.get(next).is_some_and(|atom| atom.text.start < offset) {
            next += 1;
        }
        // Controls without a glyph may stand before the atom.
        let reaches = |atom: &Atom| collected.text.get(offset..atom.text.start).is_some_and(is_void);
        if shaped.atoms.get(next).is_some_and(reaches)
            && let Some(allowed) = out.get_mut(next)
        {
            *allowed = true;
        }
    }
    out
}

fn is_void(text: &str) -> bool {
    text.chars().all(|c| matches!(c, ' ' | LINE_BREAK | '\u{AD}' | '\u{200B}' | '\u{200E}' | '\u{200F}'))
}

/// What Chinese and Japanese composition adds (CLREQ 3.1.4, 3.1.5; JLREQ 3.1.7 to 3.1.11).
fn tailor(allowed: &mut [bool], atoms: &[Atom], text: &str) {
    let mut pairs = 0;
    for (index, pair) in atoms.windows(2).enumerate() {
        let [left, right] = pair else { continue };
        let Some(may) = allowed.get_mut(index + 1) else { continue };
        let same = text.get(left.text.clone()) == text.get(right.text.clone());
        pairs = if left.class == Class::Inseparable && right.class == left.class && same { pairs + 1 } else { 0 };
        if pairs > 0 {
            // Leaders and dashes come in pairs; between two pairs a line may end.
            *may = pairs % 2 == 0;
        } else if !right.class.may_begin_line()
            || !left.class.may_end_line()
            || is_quantity(left.class, right)
            || (left.class == Class::Digit && !right.spaces.is_empty() && is_unit(&atoms[index + 1..], text))
            || is_lone_dash(right, atoms.get(index + 2), text)
        {
            *may = false;
        }
    }
}

/// A dash or hyphen between spaces, as Western titles have it: it ends a line, it begins none.
fn is_lone_dash(atom: &Atom, next: Option<&Atom>, text: &str) -> bool {
    let dash = matches!(text.get(atom.text.clone()), Some("-" | "–"));
    dash && !atom.spaces.is_empty() && next.is_some_and(|next| !next.spaces.is_empty())
}

/// A number and the sign before or after it.
fn is_quantity(left: Class, right: &Atom) -> bool {
    match (left, right.class) {
        (Class::Prefix, Class::Digit) => right.spaces.is_empty(),
        (Class::Digit, Class::Suffix) => true,
        _ => false,
    }
}

/// Units that stay with their number though a space is typed between them (CLREQ 3.1.5, SI brochure 5.4.3).
const UNITS: [&str; 43] = [
    "mm", "cm", "dm", "m", "km", "nm", "μm", "µm", "g", "kg", "mg", "t", "s", "ms", "min", "h", "Hz", "kHz", "MHz",
    "GHz", "W", "kW", "MW", "V", "A", "mA", "mL", "ml", "L", "K", "dpi", "pt", "px", "B", "kB", "KB", "MB", "GB", "TB",
    "bit", "Pa", "kPa", "ha",
];

/// Whether atoms begin with a unit.
fn is_unit(atoms: &[Atom], text: &str) -> bool {
    let Some(first) = atoms.first().filter(|atom| atom.class == Class::Letter) else { return false };
    let inside = |atom: &&Atom| atom.class == Class::Letter && atom.spaces.is_empty() && !atom.after_break;
    let more = atoms[1..].iter().take(4).take_while(inside).count();
    text.get(first.text.start..atoms[more].text.end).is_some_and(|word| UNITS.contains(&word))
}

/// Breaks inside what is otherwise kept whole: addresses, words of some length, and what is wider than the line.
fn inside(
    range: Range<usize>,
    shaped: &Shaped,
    collected: &Collected,
    (language, hyphenate, measure): (&str, bool, f64),
    out: &mut Vec<Break>,
) {
    let Some(atoms) = shaped.atoms.get(range.clone()).filter(|atoms| atoms.len() > 3) else { return };
    let known = out.len();
    let kind = atoms.first().and_then(|atom| collected.spans.get(atom.span)).map(|span| &span.kind);
    // It holds one address at most: between two there is a space or a square.
    let next = shaped.addresses.partition_point(|address| address.end <= range.start);
    if let Some(address) = shaped.addresses.get(next).filter(|address| address.start < range.end) {
        address::breaks(address.clone(), shaped, collected, out);
    } else if kind == Some(&SpanKind::Code) {
        address::breaks(range.clone(), shaped, collected, out);
    } else if hyphenate && !shaped.right_to_left {
        words(range.clone(), shaped, collected, language, out);
    }
    let width: f64 = atoms.iter().map(|atom| atom.body).sum();
    if width > measure && out.len() == known {
        let every = range.skip(1).map(|atom| Break { penalty: EMERGENCY, ..Break::at(atom) });
        out.extend(every.filter(|at| shaped.atoms[at.atom].class.may_begin_line()));
    }
}

/// Hyphenates each word of letters (hypher's patterns).
fn words(range: Range<usize>, shaped: &Shaped, collected: &Collected, language: &str, out: &mut Vec<Break>) {
    let mut start = range.start;
    while start < range.end {
        let letter = |atom: &Atom| atom.class == Class::Letter && atom.level == 0;
        let length = shaped.atoms[start..range.end].iter().take_while(|atom| letter(atom)).count();
        if length >= 5 {
            word(start..start + length, shaped, collected, language, out);
        }
        start += length.max(1);
    }
}

fn word(range: Range<usize>, shaped: &Shaped, collected: &Collected, language: &str, out: &mut Vec<Break>) {
    let (Some(first), Some(last)) = (shaped.atoms.get(range.start), shaped.atoms.get(range.end - 1)) else { return };
    let Some(text) = collected.text.get(first.text.start..last.text.end) else { return };
    let capital = text.chars().next().is_some_and(char::is_uppercase);
    let Some(patterns) = patterns(text, language).filter(|_| text.len() < 60) else { return };
    if text.chars().skip(1).any(char::is_uppercase) {
        return;
    }
    let mut at = first.text.start;
    let mut atom = range.start;
    for syllable in hypher::hyphenate(text, patterns) {
        at += syllable.len();
        while atom < range.end && shaped.atoms[atom].text.start < at {
            atom += 1;
        }
        if atom < range.end && shaped.atoms[atom].text.start == at {
            let penalty = if capital { HYPHEN * 2.0 } else { HYPHEN };
            out.push(Break { penalty, hyphen: true, ..Break::at(atom) });
        }
    }
}

/// The patterns for a word: its text's language if that is written in the word's script, else the language that such
/// words are most likely of.
fn patterns(word: &str, language: &str) -> Option<Lang> {
    let c = word.chars().next()?;
    let code: [u8; 2] = language.as_bytes().get(..2)?.try_into().ok()?;
    let cyrillic_language = matches!(&code, b"ru" | b"uk" | b"bg" | b"be" | b"sr" | b"mk" | b"mn" | b"kk");
    let latin_language = !cyrillic_language && !matches!(&code, b"zh" | b"ja" | b"ko" | b"el" | b"ar" | b"he" | b"fa");
    match c {
        '\u{400}'..='\u{52F}' if cyrillic_language => Lang::from_iso(code),
        '\u{400}'..='\u{52F}' => Some(Lang::Russian),
        '\u{370}'..='\u{3FF}' => Some(Lang::Greek),
        'A'..='Z' | 'a'..='z' | '\u{C0}'..='\u{24F}' if latin_language => Lang::from_iso(code),
        'A'..='Z' | 'a'..='z' => Some(Lang::English),
        _ => None,
    }
}
