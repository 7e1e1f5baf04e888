//! What is known about a book.

use super::{Date, Language, Picture};

/// What is known about a book.
#[derive(Clone, Debug, PartialEq)]
pub struct Metadata {
    /// Its title, never empty.
    pub title: String,
    /// Who made it.
    pub creators: Vec<Creator>,
    /// The language of most of its text.
    pub language: Language,
    /// `urn:uuid:` and a version 5 UUID (RFC 9562) of the sources, so that a reader keeps its place on a rebuild.
    pub identifier: String,
    /// When the text last changed, as the sources say; never read from the clock. 1970-01-01 if none says.
    pub modified: Date,
    /// When it was published, as the sources say.
    pub date: Option<Date>,
    /// A few sentences about it.
    pub description: Option<String>,
    /// Who published the sources: the site's name.
    pub publisher: Option<String>,
    /// Original addresses of the articles, absolute.
    pub sources: Vec<String>,
    /// What it is about.
    pub subjects: Vec<String>,
    /// Where it stands in a series.
    pub series: Option<Series>,
    /// Who may do what with it.
    pub rights: Option<String>,
    /// The cover picture.
    pub cover: Option<Picture>,
}

/// Somebody who had a part in making it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Creator {
    /// As it is written on a title page.
    pub name: String,
    /// Which part.
    pub role: Role,
}

/// A part in making a book (MARC relator terms).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// `aut`
    #[default]
    Author,
    /// `trl`
    Translator,
    /// `edt`
    Editor,
}

/// A place in a series.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The series' name.
    pub name: String,
    /// The place in it, from 1.
    pub position: Option<f32>,
}
