//! From blocks and inlines to XHTML: one file a kind, one [`Body`] a document.

mod blocks;
mod inlines;
mod markup;
mod math;

use std::collections::{BTreeMap, BTreeSet};

pub(super) use markup::{Markup, address, allowed, escape, one_line};

use super::documents::{Document, Places, id};
use super::words::Words;
use crate::media::{Image, ImageId, Images};
use crate::model::{Anchor, Block, Chapter, Language, Note, Picture};

/// What all documents of a book share.
pub(super) struct Context<'a> {
    /// Where links lead.
    pub(super) places: &'a Places,
    /// Note numbers.
    pub(super) numbers: &'a BTreeMap<Anchor, u32>,
    /// The pictures.
    pub(super) images: &'a Images,
    /// What the book says of itself.
    pub(super) words: &'static Words,
}

/// What the documents of a book turned out to hold; the accessibility metadata and the manifest follow from it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Facts {
    /// Images that are shown.
    pub(super) images: BTreeSet<ImageId>,
    /// Pictures that show something and say what.
    pub(super) described: usize,
    /// Pictures that may show something and do not say what.
    pub(super) undescribed: usize,
    /// Documents that hold MathML, by number.
    pub(super) mathml: BTreeSet<usize>,
    /// Formulas shown as TeX.
    pub(super) tex: usize,
    /// Whether there is ruby.
    pub(super) ruby: bool,
    /// Pictures that are not in the book, in reading order: what they show, and their address or a name for it.
    pub(super) missing: Vec<(Option<String>, String)>,
}

impl Facts {
    /// Adds those of another document.
    pub(super) fn add(&mut self, other: Self) {
        self.images.extend(other.images);
        self.described += other.described;
        self.undescribed += other.undescribed;
        self.mathml.extend(other.mathml);
        self.tex += other.tex;
        self.ruby |= other.ruby;
        self.missing.extend(other.missing);
    }
}

/// A document under way.
pub(super) struct Body<'a> {
    pub(super) markup: Markup,
    pub(super) facts: Facts,
    context: &'a Context<'a>,
    number: usize,
    right_to_left: bool,
    /// Whether it is in a language of Han, kana or hangul.
    han: bool,
    /// Whether a link is open: links do not nest.
    in_link: bool,
    /// How often each note was referred to so far.
    references: BTreeMap<Anchor, u32>,
    /// The notes of this document, in order.
    notes: Vec<&'a Note>,
}

/// Writes the text of a document: its section with heading, blocks, sections below it, and notes. `byline` is markup
/// to stand below the heading.
pub(super) fn body<'a>(
    context: &'a Context<'a>,
    document: &'a Document<'a>,
    number: usize,
    byline: &str,
) -> (String, Facts) {
    let mut body = Body {
        markup: Markup::default(),
        facts: Facts::default(),
        context,
        number,
        right_to_left: document.language.is_rtl(),
        han: script(document.language) != "other",
        in_link: false,
        references: BTreeMap::new(),
        notes: Vec::new(),
    };
    let anchor = id(&document.chapter.id);
    let heading = format!("{anchor}_heading");
    let titled = document.titled && !document.chapter.title.is_empty();
    let (kind, role) = if document.chapter.is_part() { ("part", "doc-part") } else { ("chapter", "doc-chapter") };
    let mut attributes = vec![("id", anchor.as_str()), ("epub:type", kind), ("role", role)];
    if titled {
        attributes.push(("aria-labelledby", heading.as_str()));
    } else {
        attributes.push(("aria-label", context.words.start));
    }
    body.markup.open("section", &attributes);
    body.markup.line();
    if titled {
        body.markup.open(heading_element(document.level), &[("id", &heading)]);
        body.inlines(&document.chapter.title);
        body.markup.close();
        body.markup.line();
    }
    body.markup.raw(byline);
    body.content(document.chapter, document.level, !document.split);
    if document.more.is_empty() {
        body.notes();
    }
    body.markup.close();
    for section in document.more {
        body.markup.line();
        body.section(section, document.level);
    }
    body.notes();
    (body.markup.finish(), body.facts)
}

/// What the style sheet calls the script of a language.
pub(super) fn script(language: &Language) -> &'static str {
    match language.primary() {
        "zh" | "cmn" | "yue" | "wuu" | "nan" | "hak" => "zh",
        "ja" => "ja",
        "ko" => "ko",
        _ => "other",
    }
}

/// The element of a heading; deeper ones than HTML has are its deepest.
fn heading_element(level: u8) -> &'static str {
    match level {
        0 | 1 => "h1",
        2 => "h2",
        3 => "h3",
        4 => "h4",
        5 => "h5",
        _ => "h6",
    }
}

impl<'a> Body<'a> {
    fn content(&mut self, chapter: &'a Chapter, level: u8, sections: bool) {
        // A line between the text and the heading after it would part what the heading parts already.
        let blocks = chapter.blocks.as_slice();
        self.blocks(blocks.strip_suffix(&[Block::Rule]).unwrap_or(blocks));
        self.notes.extend(&chapter.notes);
        for section in chapter.sections.iter().filter(|_| sections) {
            self.section(section, level.saturating_add(1));
        }
    }

    fn section(&mut self, section: &'a Chapter, level: u8) {
        let anchor = id(&section.id);
        let mut attributes = vec![("id", anchor.as_str())];
        let tag = section.language.as_ref().map(|language| language.tag());
        if let Some(tag) = tag {
            attributes.extend([("lang", tag), ("xml:lang", tag)]);
        }
        self.markup.open("section", &attributes);
        self.markup.line();
        if !section.title.is_empty() {
            self.markup.open(heading_element(level), &[]);
            self.inlines(&section.title);
            self.markup.close();
            self.markup.line();
        }
        self.content(section, level, true);
        self.markup.close();
        self.markup.line();
    }

    /// The notes after the text that refers to them: readers that show them in a window want the target after the
    /// reference, those that do not have a list with ways back (EPUB SSV `footnotes`, DPUB-ARIA `doc-footnote`).
    fn notes(&mut self) {
        if self.notes.is_empty() {
            return;
        }
        let words = self.context.words;
        let attributes = [("class", "notes"), ("epub:type", "footnotes"), ("aria-label", words.notes)];
        self.markup.open("section", &attributes);
        self.markup.line();
        for note in std::mem::take(&mut self.notes) {
            self.note(note);
        }
        self.markup.close();
        self.markup.line();
    }

    fn note(&mut self, note: &'a Note) {
        let number = self.context.numbers.get(&note.id).copied().unwrap_or(0).to_string();
        let anchor = id(&note.id);
        let back = format!("#{}", reference_id(&note.id, 1));
        self.markup.open("aside", &[("id", &anchor), ("epub:type", "footnote"), ("role", "doc-footnote")]);
        self.markup.line();
        // The number stands in the line with the note's first words, also where a reader knows no floats.
        let (first, rest) = match note.blocks.as_slice() {
            [Block::Paragraph(first), rest @ ..] => (first.as_slice(), rest),
            blocks => (&[][..], blocks),
        };
        self.markup.open("p", self.direction(first));
        if self.references.contains_key(&note.id) {
            let label = format!("{} {number}", self.context.words.back);
            let attributes =
                [("class", "back"), ("href", back.as_str()), ("role", "doc-backlink"), ("aria-label", label.as_str())];
            self.markup.leaf("a", &attributes, &number);
        } else {
            self.markup.leaf("span", &[("class", "back")], &number);
        }
        self.markup.text(" ");
        self.inlines(first);
        self.markup.close();
        self.markup.line();
        self.blocks(rest);
        self.markup.close();
        self.markup.line();
    }

    /// The image of a picture, if the book has it.
    fn image(&self, picture: &Picture) -> Option<&'a Image> {
        self.context.images.get(picture).and_then(Result::ok)
    }

    /// The words that stand for a picture that is missing: what it shows, unless that is `said` already, and where it is
    /// to be found. `None` where nothing is to stand in its place.
    fn absent(&mut self, picture: &Picture, said: &str) -> Option<String> {
        let words = self.context.words;
        let missing = self.context.images.get(picture)?.err()?;
        let alt = picture.alt.as_deref().map(one_line).filter(|alt| !alt.is_empty());
        let place = one_line(missing.place());
        let full = if missing.address.starts_with("http") { missing.address.clone() } else { place.clone() };
        self.facts.missing.push((alt.clone(), full));
        let said: Vec<String> =
            alt.into_iter().filter(|alt| alt != said).chain([place]).filter(|part| !part.is_empty()).collect();
        Some(format!("{}{}{}", words.no_picture, words.colon, said.join(" — ")))
    }
}

/// The id of the `count`th reference to a note.
fn reference_id(note: &Anchor, count: u32) -> String {
    match count {
        1 => format!("{}_ref", id(note)),
        _ => format!("{}_ref{count}", id(note)),
    }
}
