//! From spans to atoms: which face shows each character, which glyphs, how wide.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

use harfrust::{Buffer, ShapePlan, ShaperFont};
use unicode_bidi::{BidiInfo, Level};

use super::address;
use super::character::{Script, extends, fixed_space, is_dash, is_dropped, is_emoji, may_run_leftwards, script_of};
use super::class::{self, Class};
use super::collect::{Collected, LINE_BREAK, OBJECT, Span, SpanKind};
use super::glyphs::{RawGlyph, Run, clusters};
use super::quotes;
use crate::font::{self, Face, FaceId, Family};
use crate::units::Pt;

/// The smallest piece that lines are made of: a cluster of characters with its glyphs. Spaces between words are no
/// atoms but belong to the gap before the next one.
#[derive(Clone, Debug)]
pub(in super::super) struct Atom {
    /// Its bytes in the text.
    pub(in super::super) text: Range<usize>,
    /// Its glyphs.
    pub(in super::super) glyphs: Range<usize>,
    /// Which span it is in.
    pub(in super::super) span: usize,
    /// The face of its glyphs.
    pub(in super::super) face: FaceId,
    /// What it is to line composition.
    pub(in super::super) class: Class,
    /// Its width without blank sides, in points.
    pub(in super::super) body: f64,
    /// Where its glyphs' origin is, from the body's left edge, in points.
    pub(in super::super) shift: f64,
    /// Blank sides that spacing may take away, in points.
    pub(in super::super) blank: (f64, f64),
    /// Bidirectional embedding level (UAX 9); odd runs from right to left.
    pub(in super::super) level: u8,
    /// Spaces before it: their bytes, empty if there are none.
    pub(in super::super) spaces: Range<usize>,
    /// Whether a line must begin with it.
    pub(in super::super) after_break: bool,
}

/// A glyph of an atom, in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in super::super) struct Shape {
    /// Its number in the face.
    pub(in super::super) id: u16,
    /// From the atom's origin, rightwards.
    pub(in super::super) x: f64,
    /// Upwards.
    pub(in super::super) y: f64,
    /// How far it moves the pen.
    pub(in super::super) advance: f64,
}

/// A paragraph's atoms in the order of the text.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Shaped {
    /// The atoms.
    pub(in super::super) atoms: Vec<Atom>,
    /// Their glyphs.
    pub(in super::super) glyphs: Vec<Shape>,
    /// The atoms of each web address, mail address or path.
    pub(in super::super) addresses: Vec<Range<usize>>,
    /// Whether the text as a whole is Chinese or Japanese.
    pub(in super::super) cjk: bool,
    /// Whether lines run from right to left.
    pub(in super::super) right_to_left: bool,
}

/// Shapes text; keeps what is worth keeping from one paragraph to the next.
pub(in super::super) struct Shaper {
    pub(super) plans: Vec<Vec<ShapePlan>>,
    pub(super) fonts: Vec<Option<ShaperFont<'static, 'static>>>,
    pub(super) buffer: Option<Buffer>,
    /// Characters that no face has.
    pub(in super::super) missing: BTreeSet<char>,
    /// Whether Han characters may skip the shaper.
    pub(in super::super) fast: bool,
    /// The user's own faces: they are asked first.
    own: Vec<FaceId>,
    /// The glyphs of words that were shaped, by face and direction, in the language that was shaped last.
    pub(super) words: Vec<BTreeMap<Box<str>, Rc<[RawGlyph]>>>,
    pub(super) language: String,
    /// What the shapers of other threads knew, kept from one time to the next.
    helpers: Vec<Kept>,
}

/// What a shaper knows that can go from thread to thread.
pub(in super::super) struct Kept {
    plans: Vec<Vec<ShapePlan>>,
    missing: BTreeSet<char>,
    fast: bool,
    own: Vec<FaceId>,
}

impl Shaper {
    /// A shaper that has seen nothing and asks the user's own faces before the embedded ones.
    pub(in super::super) fn new(own: &[FaceId]) -> Self {
        let count = own.iter().map(|face| face.number() + 1).fold(FaceId::COUNT, usize::max);
        Self {
            plans: std::iter::repeat_with(Vec::new).take(count).collect(),
            fonts: std::iter::repeat_with(|| None).take(count).collect(),
            buffer: None,
            missing: BTreeSet::new(),
            fast: own.is_empty(),
            own: own.to_vec(),
            words: std::iter::repeat_with(BTreeMap::new).take(count * 2).collect(),
            language: String::new(),
            helpers: Vec::new(),
        }
    }

    /// The user's own faces.
    pub(in super::super) fn own(&self) -> &[FaceId] {
        &self.own
    }

    /// What so many other threads begin with.
    pub(in super::super) fn helpers(&mut self, count: usize) -> Vec<Kept> {
        let kept = self.helpers.len().min(count);
        let mut helpers: Vec<Kept> = self.helpers.drain(..kept).collect();
        helpers.resize_with(count, || Kept { fast: self.fast, ..Self::new(&self.own).end() });
        helpers
    }

    /// A shaper for another thread.
    pub(in super::super) fn begin(kept: Kept) -> Self {
        Self { plans: kept.plans, fast: kept.fast, ..Self::new(&kept.own) }
    }

    /// What it leaves when its thread ends.
    pub(in super::super) fn end(self) -> Kept {
        Kept { plans: self.plans, missing: self.missing, fast: self.fast, own: self.own }
    }

    /// Takes that back.
    pub(in super::super) fn take_back(&mut self, mut kept: Kept) {
        self.missing.append(&mut kept.missing);
        self.helpers.push(kept);
    }

    /// Shapes a paragraph in a language.
    pub(in super::super) fn shape(&mut self, collected: &Collected, language: &str) -> Shaped {
        let cjk = quotes::is_cjk(&collected.text, language);
        let (levels, right_to_left) = levels(&collected.text, language);
        let western = if cjk { quotes::western(&collected.text) } else { BTreeSet::new() };
        let mut out = Shaped { cjk, right_to_left, ..Shaped::default() };
        out.atoms.reserve(collected.text.len() / 2);
        let mut pending = Pending { spaces: 0..0, after_break: false };
        for (index, span) in collected.spans.iter().enumerate() {
            let context =
                SpanContext { text: &collected.text, span, index, cjk, language, levels: &levels, western: &western };
            match &span.kind {
                SpanKind::Object(_, size) => object(&context, size.width, &mut pending, &mut out),
                _ => self.span(&context, &mut pending, &mut out),
            }
        }
        out.addresses = address::find(&out.atoms, collected);
        out
    }

    fn span(&mut self, context: &SpanContext<'_>, pending: &mut Pending, out: &mut Shaped) {
        let span = context.span;
        let text = &context.text[span.range.clone()];
        let mut chars = text.char_indices().peekable();
        let look = span.style.face_style();
        let cjk = FaceId::of(Family::Cjk(look.region), look.weight, look.slant);
        let mut run: Option<(FaceId, Range<usize>, Script, u8)> = None;
        while let Some((at, c)) = chars.next() {
            let at = span.range.start + at;
            let after = chars.peek().map(|(_, next)| *next);
            if self.fast && class::is_plain(c) && !after.is_some_and(extends) && context.level(at).is_multiple_of(2) {
                if run.is_some() {
                    self.flush(&mut run, context, pending, out);
                }
                if self.plain(c, cjk, at, context, pending, out) {
                    continue;
                }
            }
            if c == ' ' || c == LINE_BREAK || c == OBJECT {
                self.flush(&mut run, context, pending, out);
                pending.skip(c, at);
                continue;
            }
            if is_dropped(c) {
                self.flush(&mut run, context, pending, out);
                continue;
            }
            if let Some(width) = fixed_space(c) {
                self.flush(&mut run, context, pending, out);
                blank(context, at..at + c.len_utf8(), width, pending, out);
                continue;
            }
            let level = context.level(at);
            if extends(c) && run.is_some() {
                if let Some((_, range, ..)) = run.as_mut() {
                    range.end = at + c.len_utf8();
                }
                continue;
            }
            let face = self.face(c, after, at, context, run.as_ref().map(|(face, ..)| *face));
            let Some(face) = face else {
                self.flush(&mut run, context, pending, out);
                self.missing.insert(c);
                self.substitute(at..at + c.len_utf8(), context, pending, out);
                continue;
            };
            let square = matches!(face.family(), Family::Cjk(_));
            let script = if square && is_dash(c) { Script::Dash } else { script_of(c) };
            match run.as_mut() {
                Some((of, range, in_script, in_level))
                    if *of == face && *in_level == level && in_script.joins(script) =>
                {
                    range.end = at + c.len_utf8();
                    *in_script = in_script.or(script);
                }
                _ => {
                    self.flush(&mut run, context, pending, out);
                    run = Some((face, at..at + c.len_utf8(), script, level));
                }
            }
        }
        self.flush(&mut run, context, pending, out);
    }

    /// The face for a character: the one before if it will do, so that words stay whole.
    fn face(
        &self,
        c: char,
        after: Option<char>,
        at: usize,
        context: &SpanContext<'_>,
        before: Option<FaceId>,
    ) -> Option<FaceId> {
        let style = context.span.style.face_style();
        let of = |family| FaceId::of(family, style.weight, style.slant);
        let has = |face: FaceId| Face::open(face).nominal(c).is_some();
        // Marks that Chinese and Western text share are of the width that is wanted here, or another face's.
        let square = match c {
            '“' | '”' | '‘' | '’' => Some(context.cjk && !style.mono && !context.western.contains(&at)),
            c if is_shared(c) => Some(context.cjk && !style.mono && !between_western(context.text, at, c)),
            _ => None,
        };
        if !self.own.is_empty() {
            let of_width = |face: &Face, advance: u16| square.is_none_or(|square| is_wide(face, advance) == square);
            if let Some(face) = font::own_face_for(c, style, &self.own, of_width) {
                return Some(face);
            }
        }
        if is_emoji(c, after) && has(of(Family::Emoji)) {
            return Some(of(Family::Emoji));
        }
        let joined = c == '\u{200D}' || matches!(c, '\u{1F1E6}'..='\u{1F1FF}' | '\u{1F3FB}'..='\u{1F3FF}');
        if let Some(face) = before.filter(|face| joined && face.family() == Family::Emoji) {
            return Some(face);
        }
        let cjk = of(Family::Cjk(style.region));
        let wide = || Face::open(cjk).nominal(c).is_some_and(|(_, advance)| advance >= 1000);
        let east_asian = match c {
            '“' | '”' | '‘' | '’' => square == Some(true) && wide(),
            c if is_shared(c) => square == Some(true),
            c if class::is_han(c) => true,
            c if class::is_square(c) => context.cjk && !style.mono || u32::from(c) >= 0x3000,
            _ => false,
        };
        if east_asian && has(cjk) {
            return Some(cjk);
        }
        if let Some(face) = before
            && c.is_ascii_alphanumeric()
            && matches!(face.family(), Family::Serif | Family::Mono)
        {
            return Some(face);
        }
        font::face_for(c, style)
    }

    fn flush(
        &mut self,
        run: &mut Option<(FaceId, Range<usize>, Script, u8)>,
        context: &SpanContext<'_>,
        pending: &mut Pending,
        out: &mut Shaped,
    ) {
        let Some((face, range, _, level)) = run.take() else { return };
        let run = Run {
            text: &context.text[range.clone()],
            start: range.start,
            span: context.index,
            face,
            size: context.span.style.size.0,
            level,
            language: context.language,
        };
        self.shape_run(&run, context, pending, out);
    }

    /// A character that the shaper has nothing to say about, if the face has it.
    fn plain(
        &mut self,
        c: char,
        face: FaceId,
        at: usize,
        context: &SpanContext<'_>,
        pending: &mut Pending,
        out: &mut Shaped,
    ) -> bool {
        let Some((id, advance)) = Face::open(face).nominal(c) else { return false };
        let size = context.span.style.size.0;
        let advance = f64::from(advance) * size / f64::from(Face::open(face).metrics().units_per_em);
        out.glyphs.push(Shape { id, x: 0.0, y: 0.0, advance });
        let atom = Atom {
            glyphs: out.glyphs.len() - 1..out.glyphs.len(),
            body: advance,
            class: Class::Han,
            ..pending.atom(at..at + c.len_utf8(), context.index, face, context.level(at))
        };
        let ideograph = matches!(c, '\u{4E00}'..='\u{9FFF}') && !matches!(context.span.kind, SpanKind::Note(_));
        out.atoms.push(if ideograph { atom } else { dress(atom, context) });
        true
    }

    /// The frame that stands for a character that no face has.
    fn substitute(&mut self, text: Range<usize>, context: &SpanContext<'_>, pending: &mut Pending, out: &mut Shaped) {
        let style = context.span.style.face_style();
        let Some(face) = font::face_for(font::SUBSTITUTE, style) else { return };
        let Some((id, advance)) = Face::open(face).nominal(font::SUBSTITUTE) else { return };
        let advance =
            f64::from(advance) * context.span.style.size.0 / f64::from(Face::open(face).metrics().units_per_em.max(1));
        out.glyphs.push(Shape { id, x: 0.0, y: 0.0, advance });
        let level = context.level(text.start);
        let atom = Atom {
            glyphs: out.glyphs.len() - 1..out.glyphs.len(),
            body: advance,
            class: Class::Letter,
            ..pending.atom(text, context.index, face, level)
        };
        out.atoms.push(atom);
    }

    fn shape_run(&mut self, run: &Run<'_>, context: &SpanContext<'_>, pending: &mut Pending, out: &mut Shaped) {
        let glyphs = self.word(run);
        let scale = run.size / f64::from(Face::open(run.face).metrics().units_per_em.max(1));
        let mut clusters = clusters(run, &glyphs);
        if run.level % 2 == 1 {
            clusters.reverse();
        }
        for (text, range) in clusters {
            let first = out.glyphs.len();
            let mut pen = 0.0;
            for glyph in &glyphs[range] {
                out.glyphs.push(Shape {
                    id: glyph.id,
                    x: pen + f64::from(glyph.x) * scale,
                    y: f64::from(glyph.y) * scale,
                    advance: f64::from(glyph.advance) * scale,
                });
                pen += f64::from(glyph.advance) * scale;
            }
            let shown = &context.text[text.clone()];
            if out.glyphs[first..].iter().any(|glyph| glyph.id == 0) {
                out.glyphs.truncate(first);
                self.missing.extend(shown.chars().filter(|c| !extends(*c) && *c != '\u{200D}'));
                self.substitute(text, context, pending, out);
                continue;
            }
            let atom = Atom {
                glyphs: first..out.glyphs.len(),
                body: pen,
                ..pending.atom(text, run.span, run.face, run.level)
            };
            out.atoms.push(dress(atom, context));
        }
    }
}

/// What holds for one span.
struct SpanContext<'a> {
    text: &'a str,
    span: &'a Span,
    index: usize,
    cjk: bool,
    language: &'a str,
    levels: &'a [Level],
    western: &'a BTreeSet<usize>,
}

impl SpanContext<'_> {
    fn level(&self, at: usize) -> u8 {
        self.levels.get(at).map_or(0, Level::number)
    }
}

/// What stands before the next atom.
struct Pending {
    spaces: Range<usize>,
    after_break: bool,
}

impl Pending {
    fn skip(&mut self, c: char, at: usize) {
        if c == LINE_BREAK {
            self.after_break = true;
        } else if c == ' ' {
            let start = if self.spaces.is_empty() { at } else { self.spaces.start };
            self.spaces = start..at + 1;
        }
    }

    fn atom(&mut self, text: Range<usize>, span: usize, face: FaceId, level: u8) -> Atom {
        Atom {
            text,
            glyphs: 0..0,
            span,
            face,
            class: Class::Western,
            body: 0.0,
            shift: 0.0,
            blank: (0.0, 0.0),
            level,
            spaces: std::mem::take(&mut self.spaces),
            after_break: std::mem::take(&mut self.after_break),
        }
    }
}

/// Gives an atom its class, and a full-width mark its blank sides.
fn dress(mut atom: Atom, context: &SpanContext<'_>) -> Atom {
    let style = &context.span.style;
    let Some(c) = context.text[atom.text.clone()].chars().next() else { return atom };
    let square = match atom.face.family() {
        Family::Cjk(_) => true,
        // A face of the user's own may have both; what it has in a square stands in a square.
        Family::Own => atom.body > 0.9 * style.size.0 && is_east_asian(c),
        _ => false,
    };
    atom.class = class::of(c, square);
    if matches!(context.span.kind, SpanKind::Note(_)) {
        atom.class = Class::Note;
    }
    if !square || style.mono {
        return atom;
    }
    let em = style.size.0;
    match atom.class {
        Class::Inseparable => {
            // The dashes of the CJK face are narrower than their squares.
            let count = context.text[atom.text.clone()].chars().count().max(1);
            let width = if c == '⸺' {
                2.0 * em
            } else if c == '⸻' {
                3.0 * em
            } else {
                em * count as f64
            };
            atom.shift = (width - atom.body) / 2.0;
            atom.body = width;
        }
        Class::Middle if atom.body < 0.6 * em => {
            atom.shift = (0.5 * em - atom.body) / 2.0;
            atom.body = 0.5 * em;
            atom.blank = (0.25 * em, 0.25 * em);
        }
        class if class.is_mark() && atom.body > 0.9 * em => {
            let (left, right) = class::blank_sides(c, class, style.region);
            atom.blank = (left * em, right * em);
            atom.shift = -left * em;
            atom.body -= (left + right) * em;
        }
        _ => {}
    }
    atom
}

fn object(context: &SpanContext<'_>, width: Pt, pending: &mut Pending, out: &mut Shaped) {
    let range = context.span.range.clone();
    let face = FaceId::of(Family::Serif, context.span.style.weight, context.span.style.slant);
    let level = context.level(range.start);
    let atom = Atom { body: width.0, class: Class::Object, ..pending.atom(range, context.index, face, level) };
    out.atoms.push(atom);
}

/// A space of a fixed width, in em.
fn blank(context: &SpanContext<'_>, text: Range<usize>, width: f64, pending: &mut Pending, out: &mut Shaped) {
    let style = context.span.style.face_style();
    let family = if style.mono { Family::Mono } else { Family::Serif };
    let face = FaceId::of(family, style.weight, style.slant);
    let level = context.level(text.start);
    let mut atom = pending.atom(text, context.index, face, level);
    atom.body = width * context.span.style.size.0;
    atom.class = if width >= 1.0 { Class::Han } else { Class::Western };
    if let Some((id, _)) = Face::open(face).nominal(' ') {
        out.glyphs.push(Shape { id, x: 0.0, y: 0.0, advance: atom.body });
        atom.glyphs = out.glyphs.len() - 1..out.glyphs.len();
    }
    out.atoms.push(atom);
}

/// Whether the lines of a language run from right to left.
pub(in super::super) fn runs_leftwards(language: &str) -> bool {
    matches!(language.split('-').next(), Some("ar" | "he" | "fa" | "ur" | "yi" | "ps" | "sd" | "ug"))
}

/// Embedding level of each byte, empty if all are 0, and whether lines run from right to left.
fn levels(text: &str, language: &str) -> (Vec<Level>, bool) {
    let rtl_language = runs_leftwards(language);
    if !rtl_language && !text.chars().any(may_run_leftwards) {
        return (Vec::new(), false);
    }
    // Text without letters goes as its language does.
    let base = match rtl_language {
        true if text.chars().any(char::is_alphabetic) => None,
        true => Some(Level::rtl()),
        // A paragraph of another language among others (UAX 9, P2 and HL1).
        false if is_mostly_leftwards(text) => Some(Level::rtl()),
        false => Some(Level::ltr()),
    };
    let info = BidiInfo::new(text, base);
    let rtl = info.paragraphs.first().is_some_and(|paragraph| paragraph.level.is_rtl());
    (info.levels, rtl)
}

/// Whether a text begins with a letter that runs from right to left, and most of its letters do.
fn is_mostly_leftwards(text: &str) -> bool {
    let mut letters = text.chars().filter(|c| c.is_alphabetic()).map(may_run_leftwards).peekable();
    let begins = letters.peek() == Some(&true);
    let (left, all) = letters.fold((0, 0), |(left, all), leftwards| (left + usize::from(leftwards), all + 1));
    begins && left * 2 > all
}

/// Dashes, leaders and dots that Chinese and Western text share.
fn is_shared(c: char) -> bool {
    matches!(c, '—' | '…' | '·' | '‧' | '⋯' | '‥' | '―' | '⸺')
}

fn is_east_asian(c: char) -> bool {
    let hangul = matches!(c, '\u{AC00}'..='\u{D7A3}' | '\u{1100}'..='\u{11FF}' | '\u{3131}'..='\u{318E}');
    hangul || class::is_han(c) || class::is_square(c) || is_shared(c) || matches!(c, '“' | '”' | '‘' | '’')
}

fn is_wide(face: &Face, advance: u16) -> bool {
    u32::from(advance) * 10 >= u32::from(face.metrics().units_per_em) * 9
}

/// Whether a dash, leader or dot stands between letters of a Western text.
fn between_western(text: &str, at: usize, c: char) -> bool {
    let same = |x: &char| *x == c || *x == ' ';
    // Longer rows of dashes are ornaments.
    const LONGEST: usize = 64;
    let before = text[..at].chars().rev().take(LONGEST).find(|x| !same(x));
    let after = text[at..].chars().take(LONGEST).find(|x| !same(x));
    let western =
        |x: Option<char>| x.is_some_and(|x| !class::is_han(x) && !class::is_square(x) && x != '”' && x != '“');
    western(before) && western(after)
}
