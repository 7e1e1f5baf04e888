//! **Media**: the pictures of a book: which it refers to, their bytes, decoded once within limits and made fit for
//! books.
//!
//! # What later stages may rely on
//!
//! Every picture of the book is in [`Images`] as a whole JPEG or PNG file of known size, or among the missing with a
//! reason, or not there at all: it is one of the tiny pictures that count readers, or the book is to have none, and
//! nothing stands in its place. Two pictures of the same bytes are one image.
//!
//! An image holds its pixels and nothing else: no metadata, no thumbnail, no colour profile (it is sRGB), nothing
//! behind its end. It is upright. A JPEG is grey or `YCbCr`; a PNG has 8 bits or fewer a channel and one pass.
//!
//! # Not supported
//!
//! AVIF, HEIC, JPEG XL, TIFF, BMP; JPEG of arithmetic coding or 12 bits; SVG with text or pictures in it. Colours of
//! print (CMYK) are converted without their profile. An animation is its first frame.

mod bands;
mod collect;
mod decode;
mod decoders;
mod drawings;
mod load;
mod prepare;
mod product;
mod raster;
mod resample;
mod twins;

pub mod pixels;
pub mod steps;

use std::collections::BTreeMap;
use std::fmt::Write;

use sha2::{Digest, Sha256};

use crate::limits::Limits;
use crate::model::Picture;

pub use crate::fetch::spool::{Bytes, Spool};
pub use collect::{collect, collect_chapter, host, hosts};
pub use drawings::Drawings;
pub use load::load;
pub use resample::smaller;

/// What the user decided about pictures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Which of them the book holds, and how large.
    pub keep: Keep,
    /// The most pixels along the longer side (of a strip, more than three times as long as wide, the shorter).
    pub max_side: u32,
    /// The most pixels in all.
    pub max_pixels: u32,
    /// From 1 to 100, for JPEG files that are made anew.
    pub jpeg_quality: u8,
    /// Colours become grey, for readers of electronic paper.
    pub grey: bool,
    /// What the reader that the book is for takes.
    pub reader: Reader,
    /// How many pictures a book has, and how large they may be before they are made fit.
    pub limits: Limits,
}

/// What a reader takes of pictures. The default is one that takes all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reader {
    /// Pixels across and down of its screen; pictures are made to fit into it. Of a strip, more than three times as long
    /// as wide, only the shorter side is, into the shorter side of the screen.
    pub screen: Option<(u32, u32)>,
    /// How many greys it shows; 0 if that is no matter.
    pub levels: u16,
    /// How grey pictures are made of so many greys.
    pub dither: Dither,
    /// Whether faint grey scans are given their full contrast.
    pub stretch: bool,
    /// Whether JPEG files must not be progressive.
    pub baseline: bool,
    /// Whether transparent pictures are laid on white.
    pub opaque: bool,
    /// The most bytes of an image; quality goes down first, then size.
    pub max_bytes: Option<u32>,
}

/// How a picture is shown in a few greys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dither {
    /// It is left to the reader.
    #[default]
    None,
    /// As PNG, in dots that diffuse what each pixel lacks (Floyd and Steinberg, 1976).
    FloydSteinberg,
    /// As PNG, in dots of a pattern (Bayer, 1973).
    Ordered,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            keep: Keep::Capped,
            max_side: 1600,
            max_pixels: 4_000_000,
            jpeg_quality: 82,
            grey: false,
            reader: Reader::default(),
            limits: Limits::default(),
        }
    }
}

/// Which pictures a book holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keep {
    /// None; none is asked for.
    None,
    /// All, made smaller where they are larger than the limits.
    #[default]
    Capped,
    /// All, in their own size.
    Original,
}

/// The name of an image: the first 16 hexadecimal digits of the SHA-256 of its bytes as they stand in the book.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImageId(pub String);

/// The name of an image with these bytes.
fn id_of(bytes: &[u8]) -> ImageId {
    let mut name = String::with_capacity(16);
    for byte in Sha256::digest(bytes).iter().take(8) {
        // Writing to a string does not fail.
        let _ = write!(name, "{byte:02x}");
    }
    ImageId(name)
}

/// The file formats that books hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImageFormat {
    /// Baseline or progressive JPEG, grey or YCbCr.
    Jpeg,
    /// PNG of 8 bits or fewer a channel.
    Png,
}

impl ImageFormat {
    /// The file name's ending, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
        }
    }

    /// The media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }
}

/// An image as it stands in the book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Its name.
    pub id: ImageId,
    /// Its file format.
    pub format: ImageFormat,
    /// Width in pixels, at least 1.
    pub width: u32,
    /// Height in pixels, at least 1.
    pub height: u32,
    /// The whole file.
    pub bytes: Bytes,
}

/// A picture that could not be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The address that stands for it: of the picture's addresses the one whose failure tells most.
    pub address: String,
    /// Why, in one lower-case line.
    pub reason: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Missing {
    /// What to call its place in the book: the host, or the file's name; never a path of this machine.
    pub fn place(&self) -> &str {
        let rest = self.address.split_once("://").map_or(self.address.as_str(), |(_, rest)| rest);
        if self.address.starts_with("file:") {
            rest.rsplit('/').next().unwrap_or(rest)
        } else if self.address.starts_with("data:") {
            "data"
        } else {
            rest.split(['/', '?', '#']).next().unwrap_or(rest)
        }
    }
}

/// All pictures of a book.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Images {
    /// By the picture's addresses: the image, or why there is none.
    found: BTreeMap<Vec<String>, Result<ImageId, Missing>>,
    images: BTreeMap<ImageId, Image>,
}

impl Images {
    /// Records what became of a picture. Of two images with the same name one is kept.
    pub fn insert(&mut self, picture: &Picture, outcome: Result<Image, Missing>) {
        let outcome = outcome.map(|image| {
            let id = image.id.clone();
            self.images.entry(id.clone()).or_insert(image);
            id
        });
        self.found.insert(picture.addresses.clone(), outcome);
    }

    /// What became of a picture: the image, or why it is missing. `None` if nothing is to stand in its place: it was
    /// not asked for, or is one of the tiny pictures that only count readers.
    pub fn get(&self, picture: &Picture) -> Option<Result<&Image, &Missing>> {
        match self.found.get(&picture.addresses)? {
            Ok(id) => self.images.get(id).map(Ok),
            Err(missing) => Some(Err(missing)),
        }
    }

    /// The image of that name.
    pub fn image(&self, id: &ImageId) -> Option<&Image> {
        self.images.get(id)
    }

    /// All images, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Image> {
        self.images.values()
    }

    /// All that is missing, by address.
    pub fn missing(&self) -> impl Iterator<Item = &Missing> {
        self.found.values().filter_map(|outcome| outcome.as_ref().err())
    }
}
