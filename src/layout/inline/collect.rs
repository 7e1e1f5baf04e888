//! From the inlines of the model to one string with spans: what looks alike, belongs to the same structure element and
//! the same link stands in one span.

use std::collections::BTreeMap;
use std::ops::Range;

use super::super::frame::{LinkTarget, TagId, TagRole};
use super::super::structure::Tags;
use super::super::style::TextStyle;
use super::super::theme::{HanEmphasis, Theme};
use super::math;
use crate::font::{Region, Slant, Weight};
use crate::media::{ImageId, Images};
use crate::model::{Anchor, Inline, Math, Picture, Target, plain_text};
use crate::units::{Em, Pt, Size};

/// Stands in the text for what is no text: a picture.
pub(in super::super) const OBJECT: char = '\u{FFFC}';
/// Stands in the text for a line break that means something (UAX 14, class BK).
pub(in super::super) const LINE_BREAK: char = '\u{2028}';

/// A paragraph's text, flat.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Collected {
    /// All of it.
    pub(in super::super) text: String,
    /// Its pieces in order; together they are the text.
    pub(in super::super) spans: Vec<Span>,
    /// Names of places, with the byte they stand before.
    pub(in super::super) places: Vec<(usize, String)>,
    /// Links by number.
    pub(in super::super) links: Vec<Link>,
    /// Readings by number.
    pub(in super::super) rubies: Vec<Ruby>,
}

/// A piece of the text.
#[derive(Clone, Debug)]
pub(in super::super) struct Span {
    /// Its bytes.
    pub(in super::super) range: Range<usize>,
    /// How it looks.
    pub(in super::super) style: TextStyle,
    /// The structure element it belongs to.
    pub(in super::super) tag: Option<TagId>,
    /// Which of the links it is in.
    pub(in super::super) link: Option<usize>,
    /// Which of the readings is its own.
    pub(in super::super) ruby: Option<usize>,
    /// What it is.
    pub(in super::super) kind: SpanKind,
}

/// What a span is.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) enum SpanKind {
    /// Running text.
    Text,
    /// Code: no hyphens, no spacing of its own, spaces as they are.
    Code,
    /// A picture.
    Object(ImageId, Size),
    /// The mark of the note of that number in the book's order; never first on a line.
    Note(usize),
}

/// A link.
#[derive(Clone, Debug)]
pub(in super::super) struct Link {
    /// Where it leads.
    pub(in super::super) target: LinkTarget,
    /// What it leads to, in words.
    pub(in super::super) description: String,
    /// Its structure element.
    pub(in super::super) tag: Option<TagId>,
}

/// A reading.
#[derive(Clone, Debug)]
pub(in super::super) struct Ruby {
    /// What it says.
    pub(in super::super) text: String,
    /// How it looks.
    pub(in super::super) style: TextStyle,
    /// Its structure element.
    pub(in super::super) tag: Option<TagId>,
}

/// What collecting needs to know.
pub(in super::super) struct Collector<'a> {
    /// The look.
    pub(in super::super) theme: &'a Theme,
    /// The pictures.
    pub(in super::super) images: &'a Images,
    /// Number in the book and mark of each note.
    pub(in super::super) notes: &'a BTreeMap<Anchor, (usize, String)>,
    /// Where structure elements are added; `None` where the text is no content.
    pub(in super::super) tags: Option<&'a mut Tags>,
    /// Pictures are not wider.
    pub(in super::super) measure: Pt,
}

/// What holds for the inlines below.
#[derive(Clone, Copy)]
struct Around {
    style: TextStyle,
    tag: Option<TagId>,
    link: Option<usize>,
    ruby: Option<usize>,
    depth: usize,
}

/// Inlines nested deeper than this are left out; the normalizer never nests so deep.
const DEEPEST: usize = 100;

impl Collector<'_> {
    /// Collects the inlines of one paragraph.
    pub(in super::super) fn collect(&mut self, inlines: &[Inline], style: TextStyle, tag: Option<TagId>) -> Collected {
        let mut out = Collected::default();
        self.inlines(inlines, Around { style, tag, link: None, ruby: None, depth: 0 }, &mut out);
        trim(&mut out);
        join_pairs(&mut out);
        spare_dots(&mut out, style.weight);
        out
    }

    fn inlines(&mut self, inlines: &[Inline], around: Around, out: &mut Collected) {
        if around.depth > DEEPEST {
            return;
        }
        inlines.iter().for_each(|inline| self.inline(inline, around, out));
    }

    fn inline(&mut self, inline: &Inline, around: Around, out: &mut Collected) {
        let deeper = Around { depth: around.depth + 1, ..around };
        let style = around.style;
        let with = |style: TextStyle| Around { style, ..deeper };
        match inline {
            Inline::Text(text) => push(out, text, around, SpanKind::Text),
            Inline::Emphasis(inner) => {
                let style = TextStyle { slant: Slant::Italic, ..style };
                let style = match self.theme.body.han_emphasis {
                    HanEmphasis::Dots => TextStyle { dots: true, ..style },
                    HanEmphasis::Bold if has_han(inner) => TextStyle { weight: Weight::Bold, ..style },
                    HanEmphasis::Bold => style,
                };
                self.inlines(inner, with(style), out);
            }
            Inline::Strong(inner) => self.inlines(inner, with(TextStyle { weight: Weight::Bold, ..style }), out),
            Inline::Code(text) => {
                let tag = self.tag(TagRole::Code, around);
                let style = TextStyle { mono: true, slant: Slant::Upright, dots: false, ..style };
                let style = TextStyle { size: style.size * 0.88, ..style };
                push(out, text, Around { tag, ..with(style) }, SpanKind::Code);
            }
            Inline::Link { target, content } => self.link(target, content, deeper, out),
            Inline::Image(picture) => self.picture(picture, around, out),
            Inline::Break => push(out, &LINE_BREAK.to_string(), around, SpanKind::Text),
            Inline::Sub(inner) => self.inlines(inner, with(style.index(Em(-0.18))), out),
            Inline::Super(inner) => self.inlines(inner, with(style.index(Em(0.36))), out),
            Inline::Strike(inner) => self.inlines(inner, with(TextStyle { struck: true, ..style }), out),
            Inline::Ruby { base, text } => self.ruby(base, text, deeper, out),
            Inline::Note(anchor) => self.note(anchor, deeper, out),
            Inline::Math(math) => self.math(math, deeper, out),
            Inline::Anchor(anchor) => out.places.push((out.text.len(), anchor.0.clone())),
        }
    }

    fn tag(&mut self, role: TagRole, around: Around) -> Option<TagId> {
        Some(self.tags.as_mut()?.add(role, around.tag?))
    }

    fn link(&mut self, target: &Target, content: &[Inline], around: Around, out: &mut Collected) {
        let description = match target {
            Target::Web(address) => address.clone(),
            Target::Anchor(_) => plain_text(content),
        };
        let target = match target {
            Target::Web(address) => LinkTarget::Web(address.clone()),
            Target::Anchor(anchor) => LinkTarget::Place(anchor.0.clone()),
        };
        let tag = self.tag(TagRole::Link, around);
        out.links.push(Link { target, description, tag });
        let style = TextStyle { colour: self.theme.colour.link.0, ..around.style };
        self.inlines(content, Around { style, tag, link: Some(out.links.len() - 1), ..around }, out);
    }

    /// A picture in the line: at its declared size if that fits the line, else made to fit.
    fn picture(&mut self, picture: &Picture, around: Around, out: &mut Collected) {
        let Some(Ok(image)) = self.images.get(picture) else {
            let words = picture.alt.as_deref().filter(|alt| !alt.trim().is_empty());
            if let Some(alt) = words {
                push(out, &format!("[{}]", alt.trim()), around, SpanKind::Text);
            }
            return;
        };
        let (width, height) = picture.declared.filter(|(w, h)| *w > 0 && *h > 0).unwrap_or((image.width, image.height));
        // 16 CSS pixels are the usual type size of a page: 1 em here.
        let em = |pixels: u32| Em(f64::from(pixels) / 16.0).at(around.style.size);
        let (width, height) = (em(width), em(height));
        let scale = (self.measure / width).min(Em(1.6).at(around.style.size).max(Pt(1.0)) / height).min(1.0);
        let size = Size { width: width * scale, height: height * scale };
        let tag = match picture.alt.as_deref() {
            Some("") => None,
            alt => {
                let words = alt.unwrap_or("image").to_owned();
                around.tag.and_then(|parent| Some(self.tags.as_mut()?.add_with(TagRole::Figure, parent, words)))
            }
        };
        push(out, &OBJECT.to_string(), Around { tag, ..around }, SpanKind::Object(image.id.clone(), size));
    }

    fn ruby(&mut self, base: &[Inline], text: &str, around: Around, out: &mut Collected) {
        let ruby = self.tag(TagRole::Ruby, around);
        let inside = Around { tag: ruby, ..around };
        let base_tag = self.tag(TagRole::RubyBase, inside);
        let tag = self.tag(TagRole::RubyText, inside);
        let style = around.style;
        let reading = TextStyle { size: style.size * 0.5, dots: false, struck: false, ..style };
        out.rubies.push(Ruby { text: text.trim().to_owned(), style: reading, tag });
        self.inlines(base, Around { tag: base_tag, ruby: Some(out.rubies.len() - 1), ..around }, out);
    }

    fn note(&mut self, anchor: &Anchor, around: Around, out: &mut Collected) {
        let Some((number, mark)) = self.notes.get(anchor).cloned() else { return };
        let reference = self.tag(TagRole::Reference, around);
        let tag = self.tag(TagRole::Link, Around { tag: reference, ..around });
        out.links.push(Link { target: LinkTarget::Place(anchor.0.clone()), description: mark.clone(), tag });
        let style = TextStyle {
            colour: self.theme.colour.link.0,
            weight: Weight::Regular,
            slant: Slant::Upright,
            dots: false,
            struck: false,
            ..around.style.index(Em(0.36))
        };
        let link = Some(out.links.len() - 1);
        out.places.push((out.text.len(), format!("ref-{}", anchor.0)));
        push(out, &mark, Around { style, tag, link, ruby: None, ..around }, SpanKind::Note(number));
    }

    /// A formula: in letters if its MathML is known, else as its source.
    fn math(&mut self, math: &Math, around: Around, out: &mut Collected) {
        let parent = self.tags.as_mut().zip(around.tag);
        let tag = parent.map(|(tags, parent)| tags.add_with(TagRole::Formula, parent, math::reading(math)));
        let style = TextStyle { dots: false, ..around.style };
        if let Some(inlines) = math::inlines(math) {
            return self.inlines(&inlines, Around { style, tag, ..around }, out);
        }
        let style = TextStyle { mono: true, size: around.style.size * 0.88, ..style };
        push(out, &math::reading(math), Around { style, tag, ..around }, SpanKind::Code);
    }
}

/// Whether there are Han characters in it.
fn has_han(inlines: &[Inline]) -> bool {
    plain_text(inlines).chars().any(super::class::is_han)
}

fn push(out: &mut Collected, text: &str, around: Around, kind: SpanKind) {
    let start = out.text.len();
    match kind {
        SpanKind::Text => push_text(&mut out.text, text),
        _ => out.text.extend(text.chars().map(|c| if c.is_control() { ' ' } else { c })),
    }
    let range = start..out.text.len();
    if range.is_empty() {
        return;
    }
    let Around { style, tag, link, ruby, .. } = around;
    if let Some(last) = out.spans.last_mut()
        && kind == SpanKind::Text
        && (&last.kind, last.style, last.tag, last.link, last.ruby) == (&kind, style, tag, link, ruby)
    {
        last.range.end = range.end;
        return;
    }
    out.spans.push(Span { range, style, tag, link, ruby, kind });
}

/// Appends text, white space made single spaces and none at the start or after a break. A thin space beside another
/// adds nothing: some editors put one at both sides of every dash.
fn push_text(out: &mut String, text: &str) {
    const THIN: [char; 2] = ['\u{2009}', '\u{200A}'];
    let start = out.len();
    for c in text.chars() {
        match c {
            '\u{2009}' | '\u{200A}' if out.ends_with(' ') => {}
            ' ' | '\t' | '\n' | '\r' | '\u{B}' | '\u{C}' => {
                if out.get(start..).is_some_and(|added| added.ends_with(THIN)) {
                    out.pop();
                }
                if !out.is_empty() && !out.ends_with([' ', LINE_BREAK]) {
                    out.push(' ');
                }
            }
            c if c.is_control() => {}
            '\u{2029}' | '\u{85}' => out.push(LINE_BREAK),
            c => out.push(c),
        }
    }
}

/// Drops breaks and spaces at the end.
fn trim(out: &mut Collected) {
    let kept = out.text.trim_end_matches([' ', LINE_BREAK]).len();
    out.text.truncate(kept);
    for span in &mut out.spans {
        span.range.end = span.range.end.min(kept);
        span.range.start = span.range.start.min(kept);
    }
    out.spans.retain(|span| !span.range.is_empty());
    out.places.iter_mut().for_each(|(at, _)| *at = (*at).min(kept));
}

/// Takes out the space typed inside a dash or leader of two em (CLREQ 3.1.5): `— —`.
fn join_pairs(out: &mut Collected) {
    let halves = |pair: &str| matches!(pair, "— —" | "… …");
    if !out.text.contains("— —") && !out.text.contains("… …") || !out.text.chars().any(super::class::is_han) {
        return;
    }
    const HALF: usize = '—'.len_utf8();
    let spaces: Vec<usize> =
        (HALF..out.text.len()).filter(|at| out.text.get(at - HALF..at + 1 + HALF).is_some_and(halves)).collect();
    // Each half belongs to one pair.
    let mut removed: Vec<usize> = Vec::with_capacity(spaces.len());
    for at in spaces {
        if removed.last().is_none_or(|last| last + 1 + HALF < at) {
            removed.push(at);
        }
    }
    let before = |at: usize| removed.partition_point(|space| *space < at);
    let mut text = String::with_capacity(out.text.len());
    let mut kept = 0;
    for at in &removed {
        text.push_str(&out.text[kept..*at]);
        kept = at + 1;
    }
    text.push_str(&out.text[kept..]);
    for span in &mut out.spans {
        span.range = span.range.start - before(span.range.start)..span.range.end - before(span.range.end);
    }
    out.places.iter_mut().for_each(|(at, _)| *at -= before(*at));
    out.text = text;
    out.spans.retain(|span| !span.range.is_empty());
}

/// Dots stress a word among others: bold words and whole paragraphs have none.
fn spare_dots(out: &mut Collected, weight: Weight) {
    let text = &out.text;
    let han = |span: &&Span| text[span.range.clone()].chars().any(super::class::is_han);
    let whole = out.spans.iter().filter(han).all(|span| span.style.dots);
    for span in &mut out.spans {
        span.style.dots &= !whole && (span.style.weight == Weight::Regular || weight == Weight::Bold);
    }
}

/// Text of one look without structure: running heads, labels, readings.
pub(in super::super) fn plain(text: &str, style: TextStyle, tag: Option<TagId>) -> Collected {
    let mut out = Collected::default();
    push(&mut out, text, Around { style, tag, link: None, ruby: None, depth: 0 }, SpanKind::Text);
    join_pairs(&mut out);
    out
}

/// Lines of code without structure: spaces as they are.
pub(in super::super) fn code(text: &str, style: TextStyle, tag: Option<TagId>) -> Collected {
    let mut out = Collected::default();
    push(&mut out, text, Around { style, tag, link: None, ruby: None, depth: 0 }, SpanKind::Code);
    out
}

/// Appends another text.
pub(in super::super) fn append(to: &mut Collected, other: Collected) {
    let (bytes, links, rubies) = (to.text.len(), to.links.len(), to.rubies.len());
    to.text.push_str(&other.text);
    to.spans.extend(other.spans.into_iter().map(|span| Span {
        range: span.range.start + bytes..span.range.end + bytes,
        link: span.link.map(|link| link + links),
        ruby: span.ruby.map(|ruby| ruby + rubies),
        ..span
    }));
    to.places.extend(other.places.into_iter().map(|(at, name)| (at + bytes, name)));
    to.links.extend(other.links);
    to.rubies.extend(other.rubies);
}

/// The region whose forms Han characters take in a language.
pub(in super::super) fn region(language: &str) -> Region {
    Region::of_language(language)
}
