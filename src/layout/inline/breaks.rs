//! Where lines may end: UAX 14 as icu_segmenter has it, with the tailoring that Chinese and addresses need.

use std::ops::Range;

use hypher::Lang;
use icu_segmenter::{LineSegmenter, LineSegmenterBorrowed, options::LineBreakOptions};

use super::address;
use super::class::Class;
use super::collect::{Collected, LINE_BREAK, SpanKind};
use super::shape::{Atom, Shaped};
use super::strictness::{Side, Strictness};
use crate::font::{Face, Region};
use crate::layout::style::Rules;
use crate::units::Pt;

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

/// What decides about breaks.
pub(in super::super) struct Wanted<'a> {
    /// The text's language (BCP 47).
    pub(in super::super) language: &'a str,
    /// Whether words may be hyphenated.
    pub(in super::super) hyphenate: bool,
    /// Length of a line: what is wider is broken anywhere.
    pub(in super::super) measure: f64,
    /// How lines are chosen.
    pub(in super::super) rules: Rules,
}

/// A mark outside of the measure.
const HANGING: f64 = 3.0;
/// Ending a line inside a word, with a hyphen.
const HYPHEN: f64 = 60.0;
/// Ending a line where it should not, because nothing else would fit.
const EMERGENCY: f64 = 900.0;

/// All places where lines may end, in order; the last is the paragraph's end.
pub(in super::super) fn breaks(shaped: &Shaped, collected: &Collected, wanted: &Wanted<'_>) -> Vec<Break> {
    let atoms = &shaped.atoms;
    let mut allowed = by_segmenter(shaped, collected);
    tailor(&mut allowed, shaped, collected, wanted.rules.strictness);
    // Addresses have breaks of their own.
    for range in &shaped.addresses {
        allowed[range.start + 1..range.end].iter_mut().for_each(|may| *may = false);
    }
    let mut out = Vec::with_capacity(atoms.len());
    let mut word = 0;
    for (index, atom) in atoms.iter().enumerate().skip(1) {
        if atom.after_break {
            inside(word..index, shaped, collected, wanted, &mut out);
            out.push(Break { forced: true, ..Break::at(index) });
            word = index;
        } else if allowed.get(index).copied().unwrap_or(false) {
            inside(word..index, shaped, collected, wanted, &mut out);
            // U+00AD invites a break and asks for a hyphen there (UAX 14, class BA).
            let between = atoms[index - 1].text.end..atom.text.start;
            let hyphen =
                !between.is_empty() && collected.text.get(between).is_some_and(|between| between.contains('\u{AD}'));
            let penalty = if hyphen { HYPHEN } else { 0.0 };
            out.push(Break { penalty, hyphen, ..Break::at(index) });
            word = index;
        }
    }
    inside(word..atoms.len(), shaped, collected, wanted, &mut out);
    out.push(Break { forced: true, ..Break::at(atoms.len()) });
    out.iter_mut().for_each(|at| at.trail = trail(at, shaped, collected));
    if wanted.rules.hanging { with_hanging(&out, shaped, collected) } else { out }
}

/// Breaks after pause and stop marks that hang: the mark stands outside of the measure, where its square would end the
/// line. Never in Taiwan and Hong Kong, never after another mark (CLREQ 3.1.7).
fn with_hanging(breaks: &[Break], shaped: &Shaped, collected: &Collected) -> Vec<Break> {
    let hanging = |at: &Break| {
        let (before, last) = (shaped.atoms.get(at.atom.checked_sub(2)?)?, shaped.atoms.get(at.atom - 1)?);
        let region = collected.spans.get(last.span)?.style.region;
        let mark = matches!(collected.text.get(last.text.clone())?, "、" | "，" | "。" | "．");
        let may = mark && !before.class.is_mark() && !matches!(region, Region::Taiwan | Region::HongKong);
        (may && !at.forced && last.class.is_mark()).then(|| Break { trail: -last.body, penalty: HANGING, ..*at })
    };
    breaks.iter().flat_map(|at| [Some(*at), hanging(at)]).flatten().collect()
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

/// UAX 14, strict. Between two ideographs a line may end whatever stands around them (LB30, LB31, class ID), so that only
/// what is between such places is segmented.
fn by_segmenter(shaped: &Shaped, collected: &Collected) -> Vec<bool> {
    let atoms = &shaped.atoms;
    let mut out = vec![false; atoms.len()];
    let segmenter = LineSegmenter::new_for_non_complex_scripts(LineBreakOptions::default());
    let mut scratch = String::new();
    let mut start = 0;
    for (index, pair) in atoms.windows(2).enumerate() {
        let [left, right] = pair else { continue };
        if is_ideograph(left, &collected.text)
            && is_ideograph(right, &collected.text)
            && left.text.end == right.text.start
        {
            segment(start..index + 1, (shaped, collected), segmenter, &mut scratch, &mut out);
            out[index + 1] = true;
            start = index + 1;
        }
    }
    segment(start..atoms.len(), (shaped, collected), segmenter, &mut scratch, &mut out);
    out
}

/// Whether an atom is one of the ideographs of class ID that no rule of UAX 14 makes a difference between.
fn is_ideograph(atom: &Atom, text: &str) -> bool {
    // The bytes of U+4E00 to U+9FFF.
    let unified = |bytes: &[u8]| matches!(bytes, [0xE5..=0xE9, ..] | [0xE4, 0xB8..=0xBF, ..]);
    atom.class == Class::Han && atom.text.len() == 3 && text.as_bytes().get(atom.text.clone()).is_some_and(unified)
}

/// The breaks before some atoms but the first. The stable segmenter knows Unicode 15.1, where curly quotes are ambiguous
/// and `·`, `～`, `／` may begin a line; it is given a copy of the text in which these are others of the same length and the
/// wanted class. Note marks are given as closing parentheses, which begin no line.
fn segment(
    range: Range<usize>,
    (shaped, collected): (&Shaped, &Collected),
    segmenter: LineSegmenterBorrowed<'_>,
    scratch: &mut String,
    out: &mut [bool],
) {
    let Some(atoms) = shaped.atoms.get(range.clone()).filter(|atoms| atoms.len() > 1) else { return };
    let bytes = if range.start == 0 { 0 } else { atoms[0].text.start };
    let end = if range.end == shaped.atoms.len() { collected.text.len() } else { atoms[atoms.len() - 1].text.end };
    scratch.clear();
    let mut kept = bytes;
    for atom in atoms {
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
    scratch.push_str(&collected.text[kept..end]);
    let mut next = range.start;
    for offset in segmenter.segment_str(scratch).map(|offset| bytes + offset) {
        while next < range.end && shaped.atoms[next].text.start < offset {
            next += 1;
        }
        // Controls without a glyph may stand before the atom.
        let reaches = |atom: &Atom| collected.text.get(offset..atom.text.start).is_some_and(is_void);
        if next > range.start
            && next < range.end
            && reaches(&shaped.atoms[next])
            && let Some(allowed) = out.get_mut(next)
        {
            *allowed = true;
        }
    }
}

fn is_void(text: &str) -> bool {
    text.chars().all(|c| matches!(c, ' ' | LINE_BREAK | '\u{AD}' | '\u{200B}' | '\u{200E}' | '\u{200F}'))
}

/// What Chinese and Japanese composition adds (CLREQ 3.1.4, 3.1.5; JLREQ 3.1.7 to 3.1.11).
fn tailor(allowed: &mut [bool], shaped: &Shaped, collected: &Collected, strictness: Strictness) {
    let (atoms, text) = (&shaped.atoms, collected.text.as_str());
    // What is raised is a reference, an ordinal or an exponent: it stays with its word (CLREQ 3.1.5).
    let raised = |atom: &Atom| collected.spans.get(atom.span).is_some_and(|span| span.style.rise > Pt::ZERO);
    let any_raised = collected.spans.iter().any(|span| span.style.rise > Pt::ZERO);
    // Only the levels of CSS ask for the character itself.
    let asked = matches!(strictness, Strictness::Loose | Strictness::Normal);
    let first = |atom: &Atom| {
        text.get(atom.text.clone()).and_then(|text| text.chars().next().filter(|_| asked)).unwrap_or_default()
    };
    let side = |atom: &Atom| Side { c: first(atom), class: atom.class };
    let mut pairs = 0;
    for (index, pair) in atoms.windows(2).enumerate() {
        let [left, right] = pair else { continue };
        if left.class == Class::Han && right.class == Class::Han && !asked && strictness != Strictness::None {
            pairs = 0;
            continue;
        }
        let Some(may) = allowed.get_mut(index + 1) else { continue };
        if any_raised && raised(right) && !raised(left) {
            (*may, pairs) = (false, 0);
            continue;
        }
        let same = || text.get(left.text.clone()) == text.get(right.text.clone());
        pairs = if left.class == Class::Inseparable && right.class == left.class && same() { pairs + 1 } else { 0 };
        if pairs > 0 {
            // Leaders and dashes come in pairs; between two pairs a line may end.
            *may = strictness == Strictness::Loose || pairs % 2 == 0;
        } else if let Some(said) = strictness.says(side(left), side(right), shaped.cjk) {
            *may = said;
        } else if is_quantity(left.class, right)
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
fn inside(range: Range<usize>, shaped: &Shaped, collected: &Collected, wanted: &Wanted<'_>, out: &mut Vec<Break>) {
    let Some(atoms) = shaped.atoms.get(range.clone()).filter(|atoms| atoms.len() > 3) else { return };
    let known = out.len();
    let kind = atoms.first().and_then(|atom| collected.spans.get(atom.span)).map(|span| &span.kind);
    // It holds one address at most: between two there is a space or a square.
    let next = shaped.addresses.partition_point(|address| address.end <= range.start);
    if let Some(address) = shaped.addresses.get(next).filter(|address| address.start < range.end) {
        address::breaks(address.clone(), shaped, collected, out);
    } else if kind == Some(&SpanKind::Code) {
        address::breaks(range.clone(), shaped, collected, out);
    } else if wanted.hyphenate && !shaped.right_to_left {
        words(range.clone(), shaped, collected, wanted.language, out);
    }
    let width: f64 = atoms.iter().map(|atom| atom.body).sum();
    if width > wanted.measure && out.len() == known {
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
