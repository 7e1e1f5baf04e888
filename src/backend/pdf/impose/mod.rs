//! **Imposition**: pages on sheets, so that they are in order when these are cut, folded, nested or stacked.
//!
//! [`scheme`] says which page is in which cell of which sheet, [`place`] where that is on paper, [`marks`] what a binder
//! needs beside it; [`sheets`] makes a document of them, in which each page is one picture that keeps its letters. The
//! test in `folding` folds the sheets and reads the book.
//!
//! Dropped, because sheets have no order of reading: structure, links, bookmarks, page labels.

mod marks;
mod place;
mod scheme;
mod sheets;

use lopdf::Document;

use super::digest::Digest;
use super::file;
use super::images::Kept;
use crate::backend::Sink;
use crate::diag::{Diagnostic, Error, ErrorKind};
use crate::layout::paper_name;
use crate::layout::test_sheet::{self, Turning};
use crate::media::Images;
use crate::pdf;
use crate::units::{Mm, Pt, Size};

/// What becomes of the sheets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scheme {
    /// Folded together and stapled in the fold.
    #[default]
    Booklet,
    /// Folded together by so many sheets at most, and sewn.
    Signatures(u16),
    /// Two pages a side, in the order of reading.
    TwoUp,
    /// Four pages a side, in the order of reading.
    FourUp,
    /// As many as the paper has room for, cut apart and stacked.
    Cards,
    /// Eight pages on one side of a sheet that is slit and folded.
    Zine8,
    /// Two stacks that are cut apart, laid on one another and glued.
    Perfect,
}

impl Scheme {
    /// By its name; `signature=4` for folds of four sheets.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "booklet" => Self::Booklet,
            "2up" => Self::TwoUp,
            "4up" => Self::FourUp,
            "cards" => Self::Cards,
            "zine8" => Self::Zine8,
            "perfect" => Self::Perfect,
            _ => Self::Signatures(
                name.strip_prefix("signature=")?.parse().ok().filter(|sheets| (1..=50).contains(sheets))?,
            ),
        })
    }

    /// Whether pages meet in a fold, two by two.
    fn is_folded(self) -> bool {
        matches!(self, Self::Booklet | Self::Signatures(_))
    }

    /// Whether the sheets make no book if their backs are empty.
    fn needs_both_sides(self) -> bool {
        matches!(self, Self::Booklet | Self::Signatures(_) | Self::Perfect)
    }
}

/// Where a book is bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Binding {
    /// Read from left to right.
    #[default]
    Left,
    /// Read from right to left, as Arabic, and Chinese and Japanese in upright lines.
    Right,
}

/// How a printer turns paper.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Duplex {
    /// About the long edge.
    #[default]
    Long,
    /// About the short edge.
    Short,
    /// Not at all: backs are printed after all fronts, or not at all.
    Single,
}

/// What is printed beside the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Where to fold and slit.
    pub fold: bool,
    /// Where to cut.
    pub crop: bool,
    /// Where to sew.
    pub sewing: bool,
    /// Steps on the backs of folds, which show whether all are there and in order.
    pub collation: bool,
}

/// How pages are put on sheets.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// What becomes of the sheets.
    pub scheme: Scheme,
    /// Where the book is bound; `None` for where the document's direction of reading says.
    pub binding: Option<Binding>,
    /// How the printer turns paper.
    pub duplex: Duplex,
    /// Whether the last page is a back cover, and blanks come before it.
    pub cover: bool,
    /// The paper, upright or lying.
    pub paper: Size,
    /// By how much pages are enlarged; `None` to fill their places.
    pub scale: Option<f64>,
    /// The paper's thickness: sheets inside a fold of others are moved towards it by theirs.
    pub thickness: Pt,
    /// What is printed beside the pages.
    pub marks: Marks,
    /// How far pages are printed over the edges at which they are trimmed.
    pub bleed: Pt,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            scheme: Scheme::default(),
            binding: None,
            duplex: Duplex::default(),
            cover: false,
            paper: Size { width: Mm(210.0).pt(), height: Mm(297.0).pt() },
            scale: None,
            // Of 80 g/m².
            thickness: Mm(0.1).pt(),
            marks: Marks::default(),
            bleed: Pt::ZERO,
        }
    }
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Pages of the document.
    pub pages: usize,
    /// Sheets of paper.
    pub sheets: usize,
    /// Printed sides.
    pub sides: usize,
    /// Empty pages among those of the finished book.
    pub blanks: usize,
    /// Pages that are larger than their places, and so are not there as a whole.
    pub cut: usize,
}

/// Imposes a finished PDF file.
///
/// # Errors
/// [`ErrorKind::Input`] if it is encrypted, damaged or has no pages, [`ErrorKind::Output`] if `out` cannot be written.
pub fn impose(input: &[u8], options: &Options, out: &mut dyn Sink) -> Result<Summary, Error> {
    let mut document = open(input)?;
    let mut kept = Kept::new();
    let summary = on_sheets(&mut document, &mut kept, options)?;
    let cannot = |error: std::io::Error| Error::new(ErrorKind::Output, format!("cannot write: {error}"));
    file::write(document, Vec::new(), &kept, Digest::of(input), out).map_err(cannot)?;
    out.flush().map_err(cannot)?;
    Ok(summary)
}

/// Writes a sheet that shows whether a printer turns paper as it should, and prints as large as it should: a booklet of
/// four pages.
///
/// # Errors
/// Only if `out` cannot be written.
pub fn test_sheet(options: &Options, out: &mut dyn Sink) -> std::io::Result<Summary> {
    let marks = Marks { fold: true, ..options.marks };
    let options = Options { scheme: Scheme::Booklet, scale: None, bleed: Pt::ZERO, marks, ..options.clone() };
    let turning = match options.duplex {
        Duplex::Long => Turning::LongEdge,
        Duplex::Short => Turning::ShortEdge,
        Duplex::Single => Turning::ByHand,
    };
    let pages = test_sheet::pages(options.paper, turning);
    let document = super::Options { impose: Some(options), standard: super::Standard::A2b, ..Default::default() };
    super::write(&pages, &Images::default(), &document, out).map(Option::unwrap_or_default)
}

/// Puts the pages of a document on sheets, and takes away what these do not need.
pub(super) fn on_sheets(document: &mut Document, kept: &mut Kept, options: &Options) -> Result<Summary, Error> {
    let summary = sheets::impose(document, options)?;
    let numbers = sheets::sweep(document);
    let moved = std::mem::take(kept).into_iter();
    kept.extend(moved.filter_map(|(number, bytes)| Some((numbers.get(&(number, 0))?.0, bytes))));
    Ok(summary)
}

impl Summary {
    /// How much paper it takes and how to print it, in words.
    pub fn told(&self, options: &Options) -> String {
        let plural = |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
        let blank = if self.blanks == 0 { String::new() } else { format!(" and {}", plural(self.blanks, "blank one")) };
        let how = match options.duplex {
            _ if self.sides == self.sheets => "print on one side",
            Duplex::Long => "print on both sides, flip on long edge",
            Duplex::Short => "print on both sides, flip on short edge",
            Duplex::Single => "print the first half, put the stack back, print the second half",
        };
        let (pages, sheets) = (plural(self.pages, "page"), plural(self.sheets, "sheet"));
        format!("{pages}{blank} on {sheets} of {}: {how}, at actual size (100 %)", paper_name(options.paper))
    }
}

impl Summary {
    /// What there is to say, the paper last.
    pub fn diagnostics(&self, options: &Options) -> Vec<Diagnostic> {
        let message = format!("{} of {} pages are larger than their places, and are cut off", self.cut, self.pages);
        let cut = Diagnostic::warning("page-cut", message).hint("leave out --scale, or choose larger paper");
        let told = Diagnostic::note("sheets", self.told(options));
        (self.cut > 0).then_some(cut).into_iter().chain([told]).collect()
    }
}

/// How many sheets pages of these sizes take.
pub(super) fn sheets_for(options: &Options, sizes: &[Size]) -> usize {
    place::impose(options, sizes).sheets
}

/// By how much pages of these sizes are enlarged, the first as an example.
pub(super) fn scale_for(options: &Options, sizes: &[Size]) -> f64 {
    let imposed = place::impose(options, sizes);
    let first = imposed.sides.iter().flat_map(|side| &side.pages).find(|placed| placed.page == 0);
    first.map_or(1.0, |placed| placed.matrix[0].abs())
}

/// What helps many damaged files.
const ANEW: &str = "open it in a viewer and save or print it anew";

fn open(input: &[u8]) -> Result<Document, Error> {
    let refuse =
        |why: &str, hint: &str| Err(Error::new(ErrorKind::Input, format!("cannot impose it: {why}")).hint(hint));
    let encrypted = "save it without a password first, for example with qpdf --decrypt";
    if input.iter().all(u8::is_ascii_whitespace) {
        return refuse("the file is empty", "name a PDF file");
    }
    match pdf::open(input) {
        Ok(document) if document.was_encrypted() || document.is_encrypted() => refuse("it is encrypted", encrypted),
        Ok(document) => Ok(document),
        Err(lopdf::Error::InvalidPassword | lopdf::Error::Decryption(_)) => refuse("it is encrypted", encrypted),
        Err(error) if pdf::is_too_much(&error) => refuse("it claims to hold gigabytes", ANEW),
        Err(_) => refuse("it is no PDF file, or damaged", ANEW),
    }
}

#[cfg(test)]
mod folding;
#[cfg(test)]
mod tests;
