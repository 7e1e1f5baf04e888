//! Links on paper: nobody can follow one there, so its address is printed as a note, or it is left out.
//!
//! This is a decision about the book, taken before anything is set: [`on_paper`] gives the book in which marks of notes
//! stand for the links, and the addresses that these notes say.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer, de::Error as _};

use super::front::readable;
use crate::model::{Anchor, Block, Book, Chapter, Inline, Target, plain_text};

/// What becomes of links that lead out of the book.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// In the text.
    pub text: Outside,
    /// As codes for cameras.
    pub codes: Codes,
}

/// What becomes of a link in the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outside {
    /// It is a link on a screen, and has a colour.
    #[default]
    Keep,
    /// Its address is a note at the foot of the page.
    Footnote,
    /// Its address is in a list after the article.
    Endnote,
    /// Its words stay.
    Drop,
}

/// Which addresses have a QR code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Codes {
    /// None.
    #[default]
    None,
    /// Those of the articles, on the book's last page.
    Source,
    /// Those of the links too, beside their notes.
    All,
}

impl Links {
    /// What is usual on paper: a list after each article, and a code of the article itself.
    pub const ON_PAPER: Self = Self { text: Outside::Endnote, codes: Codes::Source };

    /// One word, or one of the text and one of codes: `endnote,qr`. `None` if it is something else. A code for each link
    /// stands beside its note, so there are notes then.
    pub fn parse(typed: &str) -> Option<Self> {
        let (mut text, mut codes) = (None, None);
        for word in typed.split(',').map(str::trim) {
            let known = match word {
                "keep" => text.replace(Outside::Keep).is_none(),
                "footnote" => text.replace(Outside::Footnote).is_none(),
                "endnote" => text.replace(Outside::Endnote).is_none(),
                "drop" => text.replace(Outside::Drop).is_none(),
                "qr" => codes.replace(Codes::Source).is_none(),
                "qr-all" => codes.replace(Codes::All).is_none(),
                _ => false,
            };
            if !known {
                return None;
            }
        }
        let notes = matches!(text, None | Some(Outside::Footnote | Outside::Endnote));
        match codes {
            Some(Codes::All) if !notes => None,
            Some(Codes::All) => Some(Self { text: text.unwrap_or(Outside::Endnote), codes: Codes::All }),
            codes => Some(Self { text: text.unwrap_or_default(), codes: codes.unwrap_or_default() }),
        }
    }
}

impl<'de> Deserialize<'de> for Links {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let fault = || D::Error::custom(format!("'{text}' is none of keep, footnote, endnote, drop, qr, qr-all"));
        Self::parse(&text).ok_or_else(fault)
    }
}

/// A book as it is set.
pub(super) struct OnPaper<'a> {
    /// The book, marks of notes in place of its links.
    pub(super) book: Cow<'a, Book>,
    /// By the article's id, in the order of their numbers.
    pub(super) articles: BTreeMap<Anchor, Article>,
}

/// What an article's links came to.
#[derive(Debug, Default)]
pub(super) struct Article {
    /// What the notes say.
    pub(super) addresses: Vec<Address>,
    /// All notes, its own among them, in the order in which the text refers to them.
    pub(super) order: Vec<Anchor>,
}

/// A note that says where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    /// The note's name.
    pub(super) note: Anchor,
    /// Where the link leads.
    pub(super) address: String,
}

/// Puts marks of notes in place of a book's links, if they are to be printed.
pub(super) fn on_paper(book: &Book, text: Outside) -> OnPaper<'_> {
    if text == Outside::Keep {
        return OnPaper { book: Cow::Borrowed(book), articles: BTreeMap::new() };
    }
    let mut book = book.clone();
    let several = book.chapters.len() > 1;
    let mut articles = BTreeMap::new();
    for (index, chapter) in book.chapters.iter_mut().enumerate() {
        let mut writer =
            Writer { text, index, numbers: BTreeMap::new(), seen: BTreeSet::new(), made: Article::default() };
        // The title of a book's only article stands on the title page, without its links.
        if several {
            writer.inlines(&mut chapter.title);
        }
        writer.blocks(&mut chapter.blocks);
        chapter.sections.iter_mut().for_each(|section| writer.section(section));
        writer.notes(chapter);
        articles.insert(chapter.id.clone(), writer.made);
    }
    OnPaper { book: Cow::Owned(book), articles }
}

/// Goes through an article in the order of reading.
struct Writer {
    text: Outside,
    /// Which article.
    index: usize,
    /// By address: which of the article's it is.
    numbers: BTreeMap<String, usize>,
    /// Notes that were referred to.
    seen: BTreeSet<Anchor>,
    made: Article,
}

impl Writer {
    fn section(&mut self, section: &mut Chapter) {
        self.inlines(&mut section.title);
        self.blocks(&mut section.blocks);
        section.sections.iter_mut().for_each(|below| self.section(below));
    }

    /// Notes come after all text: what they link to has the last numbers.
    fn notes(&mut self, chapter: &mut Chapter) {
        chapter.notes.iter_mut().for_each(|note| self.blocks(&mut note.blocks));
        chapter.sections.iter_mut().for_each(|below| self.notes(below));
    }

    fn blocks(&mut self, blocks: &mut [Block]) {
        for block in blocks {
            match block {
                Block::Paragraph(content) | Block::Heading { content, .. } => self.inlines(content),
                Block::List(list) => list.items.iter_mut().for_each(|item| self.blocks(&mut item.blocks)),
                Block::Quote(quote) => {
                    self.blocks(&mut quote.blocks);
                    self.inlines(&mut quote.attribution);
                }
                Block::Table(table) => {
                    self.inlines(&mut table.caption);
                    for cell in table.head.iter_mut().chain(&mut table.body).flat_map(|row| &mut row.cells) {
                        self.blocks(&mut cell.blocks);
                    }
                }
                Block::Figure(figure) => self.inlines(&mut figure.caption),
                Block::Definitions(definitions) => {
                    for definition in definitions {
                        definition.terms.iter_mut().for_each(|term| self.inlines(term));
                        definition.meanings.iter_mut().for_each(|blocks| self.blocks(blocks));
                    }
                }
                // A card has its address printed on it.
                Block::Code { .. } | Block::Rule | Block::Embed(_) | Block::Math(_) => {}
            }
        }
    }

    fn inlines(&mut self, inlines: &mut Vec<Inline>) {
        let mut rest = std::mem::take(inlines).into_iter().peekable();
        while let Some(mut inline) = rest.next() {
            match &mut inline {
                Inline::Link { target: Target::Web(address), content } => {
                    let address = std::mem::take(address);
                    let content = std::mem::take(content);
                    // A link in several pieces is one link.
                    let goes_on = rest.peek().is_some_and(|next| leads_to(next, &address));
                    self.link(address, content, goes_on, inlines);
                    continue;
                }
                Inline::Link { content: inner, .. }
                | Inline::Emphasis(inner)
                | Inline::Strong(inner)
                | Inline::Sub(inner)
                | Inline::Super(inner)
                | Inline::Strike(inner)
                | Inline::Ruby { base: inner, .. } => self.inlines(inner),
                Inline::Note(anchor) => self.refer(anchor.clone()),
                Inline::Text(_)
                | Inline::Code(_)
                | Inline::Image(_)
                | Inline::Break
                | Inline::Math(_)
                | Inline::Anchor(_) => {}
            }
            inlines.push(inline);
        }
    }

    fn link(&mut self, address: String, mut content: Vec<Inline>, goes_on: bool, out: &mut Vec<Inline>) {
        self.inlines(&mut content);
        if self.text == Outside::Drop {
            return out.extend(content);
        }
        let marked = !goes_on && !says(&plain_text(&content), &address);
        let space = if marked { trailing_space(&mut content) } else { None };
        let note = marked.then(|| self.number(&address));
        out.push(Inline::Link { target: Target::Web(address), content });
        out.extend(note.map(Inline::Note));
        out.extend(space);
    }

    /// The note of an address, a new one unless the article has one.
    fn number(&mut self, address: &str) -> Anchor {
        if let Some(note) = self.numbers.get(address).and_then(|at| self.made.addresses.get(*at)) {
            return note.note.clone();
        }
        let count = self.made.addresses.len();
        // No anchor of a page has a dot in it.
        let note = Anchor(format!("address.{}.{}", self.index + 1, count + 1));
        self.numbers.insert(address.to_owned(), count);
        self.made.addresses.push(Address { note: note.clone(), address: address.to_owned() });
        self.refer(note.clone());
        note
    }

    fn refer(&mut self, note: Anchor) {
        if self.seen.insert(note.clone()) {
            self.made.order.push(note);
        }
    }
}

fn leads_to(inline: &Inline, address: &str) -> bool {
    matches!(inline, Inline::Link { target: Target::Web(other), .. } if other == address)
}

/// The space at the end of a link, taken away: a mark follows the word.
fn trailing_space(content: &mut [Inline]) -> Option<Inline> {
    let Some(Inline::Text(text)) = content.last_mut() else { return None };
    let kept = text.trim_end().len();
    if kept == 0 || kept == text.len() {
        return None;
    }
    text.truncate(kept);
    Some(Inline::Text(" ".to_owned()))
}

/// Whether a link's words are its address, so that it is printed already.
fn says(words: &str, address: &str) -> bool {
    let bare = |address: &str| {
        let rest = address.trim();
        let rest =
            ["https://", "http://", "mailto:"].iter().find_map(|scheme| rest.strip_prefix(scheme)).unwrap_or(rest);
        rest.trim_end_matches('/').to_owned()
    };
    let words = bare(words);
    !words.is_empty() && (words == bare(address) || words == bare(&readable(address)))
}

/// An address as it is printed: a mail address without its scheme; letters in place of their codes, unless some of them
/// cannot be seen.
pub(super) fn printed(address: &str) -> String {
    let address = address.strip_prefix("mailto:").unwrap_or(address);
    let unseen =
        |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\u{AD}' | '\u{200B}'..='\u{206F}' | '\u{FEFF}');
    Some(readable(address)).filter(|readable| !readable.contains(unseen)).unwrap_or_else(|| address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_becomes_of_links_is_one_word_or_two() {
        let known = |typed: &str| Links::parse(typed).unwrap();
        assert_eq!(known("endnote, qr"), Links::ON_PAPER);
        assert_eq!(known("qr,keep"), Links { text: Outside::Keep, codes: Codes::Source });
        assert_eq!(known("qr"), known("keep,qr"));
        assert_eq!(known("qr-all"), Links { text: Outside::Endnote, codes: Codes::All });
        assert_eq!(known("footnote,qr-all"), Links { text: Outside::Footnote, codes: Codes::All });
        assert_eq!(known("drop"), Links { text: Outside::Drop, codes: Codes::None });
        for bad in ["", "endnotes", "endnote,footnote", "qr,qr", "qr,qr-all", "drop,qr-all", "keep,qr-all", "endnote,"]
        {
            assert_eq!(Links::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn addresses_are_printed_to_be_typed() {
        assert_eq!(printed("mailto:a@example.org"), "a@example.org");
        assert_eq!(printed("https://a.b/%E4%B8%AD"), "https://a.b/中");
        assert_eq!(printed("https://a.b/%E4%B8%AD%E2%80%8B"), "https://a.b/%E4%B8%AD%E2%80%8B");
    }

    #[test]
    fn words_that_are_the_address_say_it() {
        for words in ["https://a.b/c", "a.b/c", "http://a.b/c/ ", "a.b/中"] {
            assert!(says(words, "https://a.b/c/") || says(words, "https://a.b/%E4%B8%AD"), "{words}");
        }
        for words in ["", "a.b", "a.b/c…", "see a.b/c"] {
            assert!(!says(words, "https://a.b/c"), "{words}");
        }
        assert!(!says("", "https://"));
    }
}
