//! The pictures that a book refers to.

use std::collections::BTreeSet;

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
/// the port is not the usual one.
pub fn hosts(book: &Book) -> Vec<String> {
    let pictures = collect(book);
    let hosts: BTreeSet<_> =
        pictures.iter().flat_map(|picture| &picture.addresses).filter_map(|address| host(address)).collect();
    hosts.into_iter().map(str::to_owned).collect()
}

fn host(address: &str) -> Option<&str> {
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
