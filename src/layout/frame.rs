//! What layout makes: pages of positioned items, with the structure, the places and the outline that a reader of the
//! finished file navigates by. A backend transcribes this; it decides nothing.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use crate::font::FaceId;
use crate::media::ImageId;
use crate::units::{Point, Pt, Rect, Size};

/// A laid-out book.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pages {
    /// What the file says of itself.
    pub properties: Properties,
    /// The pages in order, at least one.
    pub pages: Vec<Page>,
    /// Bookmarks, nested.
    pub outline: Vec<Bookmark>,
    /// The places that links inside the book lead to, by their anchor's name.
    pub places: BTreeMap<String, Place>,
    /// The structure tree, parents before children. Entry 0 is the document.
    pub tags: Vec<Tag>,
    /// Whether the last page is a back cover: where pages are folded, blanks come before it.
    pub back_cover: bool,
}

/// What the file says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Properties {
    /// The title, never empty.
    pub title: String,
    /// The creators' names in order.
    pub creators: Vec<String>,
    /// Language tag (BCP 47).
    pub language: String,
    /// Original addresses of the articles.
    pub sources: Vec<String>,
    /// What it is about.
    pub subjects: Vec<String>,
    /// A few sentences about it.
    pub description: Option<String>,
    /// When the text last changed: `YYYY-MM-DDThh:mm:ssZ`.
    pub modified: String,
    /// `urn:uuid:…` of the sources.
    pub identifier: String,
    /// Whether pages are turned from left to right, as in Arabic or vertical Japanese books.
    pub right_to_left: bool,
}

/// A page.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// Its trimmed size.
    pub size: Size,
    /// The number it is known by.
    pub label: PageLabel,
    /// What stands on it, in reading order: the order of the text for a screen reader, and of painting.
    pub items: Vec<Item>,
}

/// The number a page is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageLabel {
    /// None: cover, title page.
    None,
    /// Lower-case roman, for front matter.
    Roman(u32),
    /// Arabic, for the text.
    Arabic(u32),
}

/// As it stands on the page.
impl fmt::Display for PageLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Roman(number) => f.write_str(&roman(*number)),
            Self::Arabic(number) => write!(f, "{number}"),
        }
    }
}

/// Lower-case roman numerals (ISO 32000-1 §12.4.2, style r).
fn roman(mut number: u32) -> String {
    const VALUES: [(u32, &str); 13] = [
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    let mut out = String::new();
    for (value, letters) in VALUES {
        while number >= value && out.len() < 64 {
            out.push_str(letters);
            number -= value;
        }
    }
    out
}

/// Something on a page.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The structure element it belongs to; `None` for what is no content (running heads, folios, rules).
    pub tag: Option<TagId>,
    /// What it is.
    pub kind: ItemKind,
}

/// The kinds of [`Item`].
#[derive(Clone, Debug, PartialEq)]
pub enum ItemKind {
    /// Glyphs on a baseline.
    Glyphs(GlyphRun),
    /// A filled rectangle: a line, a bar, a ground.
    Fill {
        /// Where.
        rect: Rect,
        /// Its colour.
        colour: Colour,
    },
    /// An unfilled rectangle, its line inside the edge.
    Frame {
        /// Where.
        rect: Rect,
        /// The line's width.
        line: Pt,
        /// The line's colour.
        colour: Colour,
    },
    /// Filled circles in a row: emphasis dots. They are no text, so a search does not stumble over them.
    Dots {
        /// Their centres.
        centres: Vec<Point>,
        /// Their diameter.
        diameter: Pt,
        /// Their colour.
        colour: Colour,
    },
    /// A picture, scaled to its rectangle.
    Image {
        /// Which.
        id: ImageId,
        /// Where.
        rect: Rect,
    },
    /// Black squares of a grid, which touch one another: a QR code.
    Squares {
        /// The grid's upper left corner.
        origin: Point,
        /// The side of a square.
        side: Pt,
        /// Row, first column and number of squares beside one another, all from the corner.
        runs: Vec<[u16; 3]>,
    },
    /// An area that leads somewhere. Its tag, if any, is a [`TagRole::Link`].
    Link {
        /// Where it is.
        rect: Rect,
        /// Where it leads.
        target: LinkTarget,
        /// What it leads to, in words (the annotation's contents, PDF/UA-1 7.18.5).
        description: String,
    },
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkTarget {
    /// An absolute `http`, `https` or `mailto` address.
    Web(String),
    /// A name in [`Pages::places`].
    Place(String),
}

/// Glyphs of one face and size on one horizontal baseline.
#[derive(Clone, Debug, PartialEq)]
pub struct GlyphRun {
    /// Where the pen starts: left end of the baseline.
    pub origin: Point,
    /// The face.
    pub face: FaceId,
    /// The type size: 1 em.
    pub size: Pt,
    /// The ink.
    pub colour: Colour,
    /// The text that the glyphs show, in reading order.
    pub text: String,
    /// The glyphs, in visual order.
    pub glyphs: Vec<Glyph>,
}

/// A glyph of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Glyph {
    /// Its number in the face; never 0.
    pub id: u16,
    /// Where its origin is, from the run's, rightwards, in points.
    pub x: f32,
    /// Where its origin is, from the run's baseline, upwards, in points.
    pub y: f32,
    /// The bytes of the run's text that it shows. Empty for the second and later glyphs of a cluster and for marks
    /// that stand for no text (a hyphen at a line's end).
    pub text: Range<u32>,
}

/// An ink, in sRGB.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Colour {
    /// 0 to 255.
    pub red: u8,
    /// 0 to 255.
    pub green: u8,
    /// 0 to 255.
    pub blue: u8,
}

impl Colour {
    /// A grey: 0 is black, 255 white.
    pub const fn grey(level: u8) -> Self {
        Self { red: level, green: level, blue: level }
    }
}

/// A bookmark.
#[derive(Clone, Debug, PartialEq)]
pub struct Bookmark {
    /// What it says.
    pub title: String,
    /// Where it leads.
    pub place: Place,
    /// The bookmarks below it.
    pub children: Vec<Bookmark>,
}

/// A place on a page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Which page, from 0.
    pub page: usize,
    /// The point to show at the upper left of a window.
    pub at: Point,
}

/// Which entry of [`Pages::tags`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TagId(pub u32);

/// An element of the structure tree (ISO 32000-1 §14.7). Its content is the items that carry its id; the order among
/// its content and its children is the order in which they first appear in the pages' items.
#[derive(Clone, Debug, PartialEq)]
pub struct Tag {
    /// What it is.
    pub role: TagRole,
    /// The element that holds it; `None` for entry 0 only.
    pub parent: Option<TagId>,
    /// Its language, where that is not its parent's (BCP 47).
    pub language: Option<String>,
    /// What stands for it in words: pictures and formulas.
    pub alternative: Option<String>,
    /// The text it stands for as a whole, where glyphs alone mislead.
    pub actual_text: Option<String>,
}

/// Standard structure types (ISO 32000-1 §14.8.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagRole {
    /// `Document`
    Document,
    /// `Part`: an article of a collection.
    Part,
    /// `Sect`: a section.
    Section,
    /// `TOC`
    Contents,
    /// `TOCI`
    ContentsItem,
    /// `H1` to `H6`
    Heading(u8),
    /// `P`
    Paragraph,
    /// `BlockQuote`
    BlockQuote,
    /// `L`, with how it is numbered.
    List {
        /// Whether it is numbered (`Decimal`) or bulleted (`Disc`).
        ordered: bool,
    },
    /// `LI`
    ListItem,
    /// `Lbl`
    Label,
    /// `LBody`
    ListBody,
    /// `Table`
    Table,
    /// `THead`
    TableHead,
    /// `TBody`
    TableBody,
    /// `TR`
    TableRow,
    /// `TH`, which heads its column or its row.
    HeaderCell {
        /// `Column` if true, else `Row`.
        column: bool,
        /// Columns covered.
        columns: u16,
        /// Rows covered.
        rows: u16,
    },
    /// `TD`
    DataCell {
        /// Columns covered.
        columns: u16,
        /// Rows covered.
        rows: u16,
    },
    /// `Figure`; its extent on the page is that of its items.
    Figure,
    /// `Caption`
    Caption,
    /// `Code`
    Code,
    /// `Note`
    Note,
    /// `Reference`
    Reference,
    /// `Link`
    Link,
    /// `Formula`
    Formula,
    /// `Ruby`
    Ruby,
    /// `RB`
    RubyBase,
    /// `RT`
    RubyText,
    /// `Span`
    Span,
}

/// The pages as text, for tests: one item a line with its baseline, its place, its face and its text. Lengths are in
/// points, rounded to hundredths.
pub fn dump(pages: &Pages) -> String {
    super::dump::dump(pages)
}

#[cfg(test)]
mod tests {
    use super::PageLabel;

    #[test]
    fn labels_as_they_stand_on_the_page() {
        let roman = [1, 4, 9, 14, 40, 1994].map(|number| PageLabel::Roman(number).to_string());
        assert_eq!(roman, ["i", "iv", "ix", "xiv", "xl", "mcmxciv"]);
        assert_eq!((PageLabel::Arabic(12).to_string(), PageLabel::None.to_string()), ("12".into(), String::new()));
    }
}
