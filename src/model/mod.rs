//! What a book is, once its sources are clean: plain data, no behaviour, no attribute bag, no raw HTML.
//!
//! # What later stages may rely on
//!
//! A [`Chapter`] that [`normalize`](crate::normalize) made, and a [`Book`] made of such chapters:
//!
//! - no block and no inline is empty;
//! - heading levels run from 1 to 6 without jumps;
//! - white space is collapsed (outside code), and there is none between two CJK characters that a line break in the
//!   source put there;
//! - every address is absolute;
//! - every picture is there once;
//! - every [`Inline::Note`] has its [`Note`], and each note is referred to;
//! - anchors are unique in the book, and every [`Target::Anchor`] exists.

mod block;
mod date;
mod dump;
mod inline;
mod language;
mod metadata;
mod months;
mod names;
mod outline;
mod references;
mod size;
mod walk;
mod weight;

pub use block::{
    Alignment, Block, Cell, Definition, Embed, EmbedKind, Figure, List, ListItem, ListKind, Quote, Row, Table,
};
pub use date::Date;
pub use dump::dump;
pub use inline::{Inline, Math, Picture, Target, plain_text};
pub use language::Language;
pub use metadata::{Creator, Metadata, Role, Series};
pub(crate) use names::Names;
pub(crate) use outline::entries_within;
pub use outline::{OutlineEntry, outline};
pub(crate) use references::References;
pub use size::asks_for_a_size;
pub use walk::{Visit, walk_blocks, walk_chapter};
pub use weight::Weight;

/// A place in the book that links lead to: an ASCII name of letters, digits and `-`, unique in the book, fit for an
/// XML id, a file name and a PDF destination.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Anchor(pub String);

/// A whole book.
#[derive(Clone, Debug, PartialEq)]
pub struct Book {
    /// What is known about it.
    pub metadata: Metadata,
    /// Its articles, in reading order. A book of one article has one chapter here, and that chapter's title is the
    /// book's. Where a part of the book begins, there is a chapter that [is one](Chapter::is_part).
    pub chapters: Vec<Chapter>,
}

/// An article, a section of one that begins with a heading, or the title of a part that the articles after it belong to.
#[derive(Clone, Debug, PartialEq)]
pub struct Chapter {
    /// Where links to it lead.
    pub id: Anchor,
    /// Its heading. Empty only for a text before the first heading that has none of its own.
    pub title: Vec<Inline>,
    /// Who wrote it, when, where; for articles, not for their sections nor for parts.
    pub byline: Option<Byline>,
    /// Its language where that is not the book's.
    pub language: Option<Language>,
    /// What stands before the first sub-chapter.
    pub blocks: Vec<Block>,
    /// The notes that its blocks (not its sub-chapters') refer to, in the order of reference.
    pub notes: Vec<Note>,
    /// Its sections, one level down.
    pub sections: Vec<Chapter>,
}

impl Chapter {
    /// Whether it is the title of a part: nothing but a title, and of nobody.
    pub fn is_part(&self) -> bool {
        self.byline.is_none() && self.blocks.is_empty() && self.sections.is_empty()
    }
}

/// Where an article comes from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Byline {
    /// The people who wrote it, in their order.
    pub creators: Vec<Creator>,
    /// When it was published.
    pub date: Option<Date>,
    /// The name of the site or periodical.
    pub site: Option<String>,
    /// Its original address, absolute.
    pub address: Option<String>,
    /// What it is about, as the source tags it.
    pub tags: Vec<String>,
}

/// A footnote.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// What [`Inline::Note`] refers to; unique in the book.
    pub id: Anchor,
    /// Its text.
    pub blocks: Vec<Block>,
}
