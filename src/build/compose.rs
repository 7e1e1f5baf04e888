//! A book that is made and not yet written.

use super::{Observer, Options, Teller, load, normalize_all};
use crate::backend::{Content, Settings};
use crate::diag::Error;
use crate::fetch::Fetch;
use crate::media::{Drawings, Images};
use crate::model::Book;
use crate::source::{self, Over};

/// What every backend takes: the book, and its pictures.
#[derive(Clone, Debug)]
pub struct Composition {
    /// The book.
    pub book: Book,
    /// Its pictures, fit for books, and what is missing.
    pub images: Images,
    /// How many pages were read.
    pub articles: usize,
}

impl Composition {
    /// As backends take it. Nothing that is drawn for it is remembered, unless [`Content::drawings`] is set.
    pub fn content<'a>(&'a self, settings: &'a Settings) -> Content<'a> {
        Content { book: &self.book, images: &self.images, settings, drawings: Drawings::default() }
    }
}

/// Makes a book and writes none: reads and cleans the inputs, and fetches their pictures through `world`. What is made of
/// it then is up to the caller: one of [`backend::FORMATS`](crate::backend::FORMATS), or a
/// [`Backend`](crate::backend::Backend) of his own. [`Options::outputs`] and [`Options::strict`] say nothing here.
///
/// # Errors
/// [`ErrorKind::Input`](crate::diag::ErrorKind::Input) for an input that cannot be read.
pub fn compose(options: &Options, world: &dyn Fetch, observer: &dyn Observer) -> Result<Composition, Error> {
    let teller = Teller::new(observer);
    let reading = teller.tell_all(source::read_all(&options.inputs, world, &options.limits)?);
    let book = normalize_all(&reading.pages, options, &teller);
    let images = load(&book, options, &Over::new(&reading.held, world), &teller);
    Ok(Composition { book, images, articles: reading.pages.len() })
}
