//! What would be built, without building it.

use super::{Observer, Options, Teller, normalize_all, normalize_one};
use crate::diag::Error;
use crate::fetch::{Fetch, Request};
use crate::media;
use crate::model::{Book, Picture};
use crate::normalize::Article;
use crate::parallel;
use crate::source::{self, Over, Source};

/// What was understood of the inputs.
#[derive(Debug)]
pub struct Inspection {
    /// The pages that were read, in the order of the inputs, with what was made of each.
    pub pages: Vec<(Source, Article)>,
    /// The book that they make.
    pub book: Book,
    /// Its pictures in reading order.
    pub pictures: Vec<(Picture, PictureState)>,
}

/// Whether a picture is at hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PictureState {
    /// It lies beside the page, in an archive, or in the page itself; its length in bytes.
    Here(usize),
    /// It was fetched before.
    Kept,
    /// A build would ask for it.
    Wanted,
    /// It is not where the page says, and nowhere else; why.
    Missing(String),
}

/// Reads and cleans the inputs. Of pictures, none is fetched from the web.
///
/// # Errors
/// [`ErrorKind::Input`](crate::diag::ErrorKind::Input) for an input that cannot be read.
pub fn inspect(options: &Options, world: &dyn Fetch, observer: &dyn Observer) -> Result<Inspection, Error> {
    let teller = Teller::new(observer);
    let reading = teller.tell_all(source::read_all(&options.inputs, world, &options.limits)?);
    let book = normalize_all(&reading.pages, options, &teller);
    let articles = parallel::map(&reading.pages, &|page| normalize_one(page, options).value);
    let over = Over::new(&reading.held, world);
    let pictures = media::collect(&book).into_iter().map(|picture| {
        let state = state(&picture, &over);
        (picture, state)
    });
    let pictures = pictures.collect();
    Ok(Inspection { pages: reading.pages.into_iter().zip(articles).collect(), book, pictures })
}

fn state(picture: &Picture, world: &dyn Fetch) -> PictureState {
    let mut missing = String::from("it has no address");
    let mut wanted = false;
    for address in &picture.addresses {
        let web = media::host(address).is_some();
        let kept = world.store().is_some_and(|store| store.hash_of(address).is_some());
        match (web, kept) {
            (true, true) => return PictureState::Kept,
            (true, false) => wanted = true,
            (false, _) => match world.fetch(Request::picture(address)) {
                Ok(body) => return PictureState::Here(body.bytes.len()),
                Err(failure) => missing = failure.reason,
            },
        }
    }
    if wanted { PictureState::Wanted } else { PictureState::Missing(missing) }
}
