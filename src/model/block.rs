//! What stands on lines of its own.

use super::{Anchor, Inline, Math, Picture};

/// A piece of a chapter.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// Running text.
    Paragraph(Vec<Inline>),
    /// A heading inside a chapter that is not split there.
    Heading {
        /// 1 is the book's chapters' own; no jumps.
        level: u8,
        /// Where links to it lead.
        anchor: Anchor,
        /// What it says.
        content: Vec<Inline>,
    },
    /// A bulleted or numbered list.
    List(List),
    /// Somebody else's words.
    Quote(Quote),
    /// Lines of code, white space byte for byte.
    Code {
        /// The language's usual short name in lower case (`rust`, `python`), if known.
        language: Option<String>,
        /// The lines, without a final line break.
        text: String,
    },
    /// A table.
    Table(Table),
    /// One or more pictures, or another thing apart from the text, with a caption.
    Figure(Figure),
    /// A break between two parts of the text.
    Rule,
    /// A player, post or page from elsewhere that the book cannot hold; shown as a card.
    Embed(Embed),
    /// Terms and what they mean.
    Definitions(Vec<Definition>),
    /// A formula on its own line.
    Math(Math),
}

/// A list.
#[derive(Clone, Debug, PartialEq)]
pub struct List {
    /// Bullets or numbers.
    pub kind: ListKind,
    /// Its items, at least one.
    pub items: Vec<ListItem>,
}

/// How a list's items are marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListKind {
    /// By bullets.
    Bullet,
    /// By numbers from `start`.
    Ordered {
        /// The first item's number.
        start: i32,
    },
}

/// An item of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct ListItem {
    /// What it holds, at least one block.
    pub blocks: Vec<Block>,
}

/// A quotation.
#[derive(Clone, Debug, PartialEq)]
pub struct Quote {
    /// The quoted words, at least one block.
    pub blocks: Vec<Block>,
    /// Who said it, where the source sets that apart.
    pub attribution: Vec<Inline>,
}

/// A table of rows and columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// What it shows.
    pub caption: Vec<Inline>,
    /// Rows that head the columns, repeated on each page.
    pub head: Vec<Row>,
    /// The other rows; head and body together hold at least one.
    pub body: Vec<Row>,
}

/// A row of cells.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Cells that begin in this row, left to right.
    pub cells: Vec<Cell>,
}

/// A cell of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Whether it heads its row or column.
    pub header: bool,
    /// Columns it covers, at least 1; within the table.
    pub columns: u16,
    /// Rows it covers, at least 1; within the table's head or body.
    pub rows: u16,
    /// How its lines stand.
    pub alignment: Alignment,
    /// What it holds; may be nothing.
    pub blocks: Vec<Block>,
}

/// How lines stand between their edges.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Alignment {
    /// At the side where the language begins.
    #[default]
    Start,
    /// In the middle.
    Center,
    /// At the side where the language ends a line.
    End,
}

/// Pictures with a caption.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// The pictures, at least one.
    pub images: Vec<Picture>,
    /// What they show; may be nothing.
    pub caption: Vec<Inline>,
}

/// Something from elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct Embed {
    /// What it is.
    pub kind: EmbedKind,
    /// What it is called, or who offers it; never empty.
    pub title: String,
    /// Where it is to be found, absolute `http` or `https`.
    pub address: String,
    /// A still picture of it.
    pub picture: Option<Picture>,
}

/// What an [`Embed`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmbedKind {
    /// A film.
    Video,
    /// Sound.
    Audio,
    /// A post of a social network.
    Post,
    /// Anything else: a document, a map, a program.
    Page,
}

/// Terms with their meanings.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// What is defined.
    pub terms: Vec<Vec<Inline>>,
    /// What it means, one entry a meaning.
    pub meanings: Vec<Vec<Block>>,
}
