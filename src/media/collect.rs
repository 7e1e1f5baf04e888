//! The pictures that a book refers to.

use std::collections::BTreeSet;

use crate::model::{Block, Book, Inline, Picture, Visit, walk_chapter};

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
