//! Whether a book stays within what a device shows.

use std::io::{Read, Seek, SeekFrom};

use crate::diag::printable;
use crate::verify::rules::{CONTAINER, DEVICE};
use crate::verify::{Finding, picture, read};

/// What a device shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The most bytes of a book.
    pub book: u64,
    /// The most bytes of a document.
    pub document: u64,
    /// The most bytes of a picture.
    pub picture: u64,
    /// The most pixels of a picture.
    pub pixels: u64,
    /// The media types of the pictures that it shows.
    pub pictures: Vec<&'static str>,
    /// The endings of the font files that it takes.
    pub fonts: Vec<&'static str>,
}

impl Bounds {
    /// Looks through an EPUB file for what is too much.
    pub fn check(&self, book: &mut (impl Read + Seek)) -> Vec<Finding> {
        let mut found = Vec::new();
        let size = book.seek(SeekFrom::End(0)).unwrap_or(0);
        if size > self.book {
            found.push(format!("the file has {size} bytes, {} are the most", self.book));
        }
        match read::entries(book) {
            Ok(entries) => entries.sizes.iter().for_each(|(name, size)| self.entry(name, *size, &entries, &mut found)),
            Err(why) => return vec![Finding::new(CONTAINER, why)],
        }
        found.into_iter().map(|what| Finding::new(DEVICE, printable(&what, 300))).collect()
    }

    fn entry(&self, name: &str, size: u64, entries: &read::Entries, found: &mut Vec<String>) {
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
        match ending.as_str() {
            "xhtml" | "html" | "htm" if size > self.document => {
                found.push(format!("{name} has {size} bytes, {} are the most of a document", self.document));
            }
            "otf" | "ttf" | "woff" | "woff2" if !self.fonts.contains(&ending.as_str()) => {
                found.push(format!("{name} is a font that it does not take"));
            }
            _ => {}
        }
        // Text is no picture, whatever it begins with.
        if matches!(ending.as_str(), "xhtml" | "html" | "htm" | "css" | "opf" | "ncx" | "xml") {
            return;
        }
        let Some(head) = entries.bytes(name).and_then(picture::head) else { return };
        if size > self.picture {
            found.push(format!("{name} has {size} bytes, {} are the most of a picture", self.picture));
        }
        if !self.pictures.contains(&head.kind) {
            found.push(format!("{name} is {}, which it does not show", head.kind));
        }
        let pixels = head.size.map_or(0, |(width, height)| u64::from(width) * u64::from(height));
        if pixels > self.pixels {
            found.push(format!("{name} has {pixels} pixels, {} are the most", self.pixels));
        }
    }
}
