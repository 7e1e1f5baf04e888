//! **Source**: from what the user names to the texts of pages.
//!
//! A page is a text with what its author wrote above it: front matter. What charset it is in, whether it is a file, a
//! folder or standard input, ends here; later stages see text and addresses.

mod charset;
mod discover;
mod front_matter;
mod markdown;

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::diag::{Error, Warned};
use crate::fetch::Fetch;

/// The largest page that is read, in bytes.
pub const PAGE_LIMIT: u64 = 32 * 1024 * 1024;

/// What to read, as resolved from the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A file, or a folder of files.
    Path(PathBuf),
    /// An `http` or `https` address.
    Address(String),
    /// Standard input.
    StandardInput,
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

/// Reads all pages that the inputs name, in their order; the pages of a folder by date, then by name. Those of the web
/// come through `fetch`.
///
/// # Errors
/// [`Error`] of kind `Input`, if one cannot be read, is not text, or is a folder without pages.
pub fn read_all(inputs: &[Input], fetch: &dyn Fetch) -> Result<Warned<Vec<Source>>, Error> {
    let mut pages = Warned::new(Vec::new());
    for input in inputs {
        let mut found = match input {
            Input::StandardInput => vec![discover::standard_input(&mut pages.diagnostics)?],
            Input::Address(address) => vec![discover::address(address, fetch, &mut pages.diagnostics)?],
            Input::Path(path) => discover::path(path, &mut pages.diagnostics)?,
        };
        pages.value.append(&mut found);
    }
    Ok(pages)
}
