//! **Media**: the pictures of a book: which it refers to, their bytes, decoded once within limits and made fit for
//! books.
//!
//! # What later stages may rely on
//!
//! Every picture of the book is either in [`Images`] as a whole JPEG or PNG file of known size, or among the missing
//! with a reason. Two pictures of the same bytes are one image.

pub mod pixels;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::Picture;

/// The name of an image: the first 16 hexadecimal digits of the SHA-256 of its bytes as they stand in the book.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImageId(pub String);

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
    pub bytes: Arc<[u8]>,
}

/// A picture that could not be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The address that stands for it: the first of the picture's.
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
    /// By the picture's first address: the image, or why there is none.
    found: BTreeMap<String, Result<ImageId, Missing>>,
    images: BTreeMap<ImageId, Image>,
}

impl Images {
    /// Records what became of a picture. Of two images with the same name one is kept.
    pub fn insert(&mut self, picture: &Picture, outcome: Result<Image, Missing>) {
        let Some(address) = picture.addresses.first() else { return };
        let outcome = outcome.map(|image| {
            let id = image.id.clone();
            self.images.entry(id.clone()).or_insert(image);
            id
        });
        self.found.insert(address.clone(), outcome);
    }

    /// What became of a picture: the image, or why it is missing. `None` if it was never asked for.
    pub fn get(&self, picture: &Picture) -> Option<Result<&Image, &Missing>> {
        match self.found.get(picture.addresses.first()?)? {
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
