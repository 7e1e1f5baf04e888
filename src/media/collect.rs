//! The pictures that a book refers to.

use std::collections::BTreeSet;

use super::decoders::TINY;
use super::{Keep, Options, twins};
use crate::fetch::Fetch;
use crate::model::{Block, Book, Chapter, Inline, Picture, Visit, walk_chapter};

/// All pictures of a book in reading order, the cover first, each once: two that have the same addresses
/// are one.
pub fn collect(book: &Book) -> Vec<Picture> {
    let mut found = Found::default();
    found.add(book.metadata.cover.as_ref());
    for chapter in &book.chapters {
        walk_chapter(chapter, &mut found);
    }
    found.pictures
}

/// All pictures of a chapter in reading order, each once.
pub fn collect_chapter(chapter: &Chapter) -> Vec<Picture> {
    let mut found = Found::default();
    walk_chapter(chapter, &mut found);
    found.pictures
}

/// The hosts that loading the pictures of a book may contact, each once, in their order: `HOST`, or `HOST:PORT` where
/// the port is not the usual one. Those of pictures that `fetch` has already are not among them.
pub fn hosts(book: &Book, fetch: &dyn Fetch, options: &Options) -> Vec<String> {
    let has = |address: &str| fetch.store().is_some_and(|store| store.hash_of(address).is_some());
    let mut hosts = BTreeSet::new();
    for addresses in twins::addresses(&wanted(book, options)) {
        // One after another is asked for, until one is had. What is not in the web may turn out not to be there.
        let asked = addresses.iter().take_while(|address| host(address).is_none() || !has(address));
        hosts.extend(asked.filter_map(|address| host(address)).map(str::to_owned));
    }
    hosts.into_iter().collect()
}

/// The pictures that are asked for: none that says of itself that it only counts readers.
pub(super) fn wanted(book: &Book, options: &Options) -> Vec<Picture> {
    if options.keep == Keep::None {
        return Vec::new();
    }
    let mut pictures = collect(book);
    pictures.retain(|picture| !picture.declared.is_some_and(|(width, height)| width <= TINY && height <= TINY));
    pictures
}

/// The host, with its port if that is not the usual one, of an address of the web.
pub fn host(address: &str) -> Option<&str> {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"))?;
    let host = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host = host.rsplit('@').next().unwrap_or(host);
    (!host.is_empty()).then_some(host)
}

#[derive(Default)]
struct Found {
    known: BTreeSet<Vec<String>>,
    pictures: Vec<Picture>,
}

impl Found {
    fn add<'a>(&mut self, pictures: impl IntoIterator<Item = &'a Picture>) {
        for picture in pictures {
            if self.known.insert(picture.addresses.clone()) {
                self.pictures.push(picture.clone());
            }
        }
    }
}

impl Visit for Found {
    fn block(&mut self, block: &Block) {
        match block {
            Block::Figure(figure) => self.add(&figure.images),
            Block::Embed(embed) => self.add(&embed.picture),
            Block::Paragraph(_)
            | Block::Heading { .. }
            | Block::List(_)
            | Block::Quote(_)
            | Block::Code { .. }
            | Block::Table(_)
            | Block::Rule
            | Block::Definitions(_)
            | Block::Math(_) => {}
        }
    }

    fn inline(&mut self, inline: &Inline) {
        if let Inline::Image(picture) = inline {
            self.add([picture]);
        }
    }
}
