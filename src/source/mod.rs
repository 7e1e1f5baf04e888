//! **Source**: from what the user names to the texts of pages.
//!
//! A page is a text with what its author wrote above it: front matter. Whether it is a file, one of a folder, of an
//! archive, of a feed or of a list, and what charset it is in, ends here; later stages see texts and addresses.
//!
//! | module | reads |
//! |---|---|
//! | `name` | what is typed: paths, folders, patterns, `@list`, addresses |
//! | `discover` | files and addresses, by what their bytes are |
//! | `mhtml`, `warc`, `zipped` | archives: pages with their pictures, which [`Held`] keeps |
//! | `feed`, `directory`, `xml` | feeds, and what lists addresses: OPML, sitemaps, exports of bookmarks |
//! | `charset`, `front_matter`, `markdown` | a page |

mod charset;
mod directory;
mod discover;
mod feed;
mod front_matter;
mod held;
mod http;
mod markdown;
mod mhtml;
mod name;
mod warc;
mod xml;
mod zipped;

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::diag::{Error, Warned};
use crate::fetch::Fetch;
use crate::limits::Limits;

pub use held::{Held, Over};
pub use name::{expand, is_web_address, natural};

/// What to read, as resolved from the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A file, or a folder of files.
    Path(PathBuf),
    /// An `http` or `https` address.
    Address(String),
    /// Standard input.
    StandardInput,
    /// Files that were found, in no order of their own. Those that cannot be read are left out.
    Found {
        /// What was looked for, as the user named it.
        name: String,
        /// The files, by name.
        files: Vec<PathBuf>,
    },
    /// What a list names, in its order. What cannot be read is left out.
    List {
        /// The list, as the user named it.
        name: String,
        /// What it names.
        entries: Vec<Input>,
    },
}

impl Input {
    /// Every path that it names.
    pub fn paths(&self) -> Vec<&PathBuf> {
        match self {
            Self::Path(path) => vec![path],
            Self::Found { files, .. } => files.iter().collect(),
            Self::List { entries, .. } => entries.iter().flat_map(Self::paths).collect(),
            Self::Address(_) | Self::StandardInput => Vec::new(),
        }
    }

    /// Every address that it names.
    pub fn addresses(&self) -> Vec<&str> {
        match self {
            Self::Address(address) => vec![address],
            Self::List { entries, .. } => entries.iter().flat_map(Self::addresses).collect(),
            Self::Path(_) | Self::Found { .. } | Self::StandardInput => Vec::new(),
        }
    }
}

/// A page: its text, and what was said about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// As the user named it, for messages, an address without its query; `-` for standard input.
    pub name: String,
    /// The file's name without its ending: the last resort for a title.
    pub stem: Option<String>,
    /// The `file:` address of the folder that holds the file, ending in `/`.
    pub folder: Option<String>,
    /// Where it was in the web, if it comes from there.
    pub address: Option<String>,
    /// What its author wrote above it.
    pub front_matter: FrontMatter,
    /// The rest, in UTF-8: HTML.
    pub html: String,
    /// The line of the file that `html` begins with, from 1.
    pub body_line: u32,
    /// The number of the collection that it comes from, if that has no order of its own: a folder, a feed.
    pub unordered: Option<usize>,
}

/// What is written above a page between two lines of `---` (YAML, as Jekyll and its kind have it). Values are as
/// written; what they mean is decided later.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FrontMatter {
    /// `title`
    pub title: Option<String>,
    /// `date`, `published`, `created`
    pub date: Option<String>,
    /// `updated`, `modified`, `lastmod`
    pub updated: Option<String>,
    /// `author`, `authors`, `by`, `byline`
    pub authors: Vec<String>,
    /// `from`, `url`, `source`, `link`, `canonical`: the page's address
    pub from: Option<String>,
    /// `site`, `publisher`
    pub site: Option<String>,
    /// `tags`, `keywords`
    pub tags: Vec<String>,
    /// `categories`, `category`
    pub categories: Vec<String>,
    /// `lang`, `language`
    pub language: Option<String>,
    /// `description`, `summary`, `excerpt`, `subtitle`
    pub description: Option<String>,
    /// `cover`, `image`
    pub cover: Option<String>,
    /// `translator`
    pub translators: Vec<String>,
    /// `editor`
    pub editors: Vec<String>,
    /// `rights`, `license`, `copyright`
    pub rights: Option<String>,
    /// All other keys, with what they hold as text.
    pub other: BTreeMap<String, String>,
}

/// What was read.
#[derive(Debug, Default)]
pub struct Reading {
    /// The pages, in the order of the inputs; those of a collection without an order by name.
    pub pages: Vec<Source>,
    /// What archives hold besides them.
    pub held: Held,
}

/// Reads all pages that the inputs name, in their order, as far as `limits` go. Those of the web come through `fetch`.
///
/// # Errors
/// [`Error`] of kind `Input`, if one that the user named cannot be read, is not text, or holds no pages. Of what a folder
/// or a list names, that is said, and it is left out; unless nothing is left.
pub fn read_all(inputs: &[Input], fetch: &dyn Fetch, limits: &Limits) -> Result<Warned<Reading>, Error> {
    let mut reader = discover::Reader::new(fetch, limits);
    for input in inputs {
        reader.input(input)?;
    }
    Ok(reader.finish())
}
