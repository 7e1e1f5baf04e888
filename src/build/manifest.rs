//! What was built the last time, in the folder of the books: of each article its hash, and its books.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::diag::Error;
use crate::fetch::disk;
use crate::publish::{Unpublished, write_failure};

/// Its file's name.
pub(super) const NAME: &str = "offprint-manifest.json";
/// The longest manifest, in bytes.
const LIMIT: u64 = 64 << 20;
const VERSION: u32 = 1;

/// What was built.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    version: u32,
    /// By the article's name, as the user named it.
    pub(super) books: BTreeMap<String, Book>,
}

impl Default for Manifest {
    fn default() -> Self {
        Self { version: VERSION, books: BTreeMap::new() }
    }
}

/// The books of an article.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Book {
    /// The hash of the article and of all options.
    pub(super) input: String,
    /// The files' name without ending.
    pub(super) name: String,
    /// The files, with their length in bytes.
    pub(super) files: BTreeMap<String, u64>,
    /// The pictures beside the page that it shows, with their hashes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) pictures: BTreeMap<String, String>,
    /// Whether nothing is missing.
    pub(super) whole: bool,
}

impl Book {
    /// Whether all files are there in their length.
    pub(super) fn is_there(&self, folder: &Path) -> bool {
        let there = |(name, size): (&String, &u64)| disk::size(&folder.join(name)) == Some(*size);
        !self.files.is_empty() && self.files.iter().all(there)
    }
}

impl Manifest {
    /// That of a folder. One that is not there or cannot be understood is empty: everything is built anew.
    pub(super) fn read(folder: &Path) -> Self {
        let bytes = disk::read(&folder.join(NAME), LIMIT).unwrap_or_default();
        let read: Option<Self> = serde_json::from_slice(&bytes).ok();
        read.filter(|manifest| manifest.version == VERSION).unwrap_or_default()
    }

    /// Writes it, if it is not what it was `before`.
    pub(super) fn write(&self, folder: &Path, before: &Self) -> Result<(), Error> {
        if self == before {
            return Ok(());
        }
        let path = folder.join(NAME);
        let mut file = Unpublished::open(&path)?;
        let text = serde_json::to_string_pretty(self).unwrap_or_default() + "\n";
        file.file().write_all(text.as_bytes()).map_err(|error| write_failure(&path, &error))?;
        file.publish().map(drop)
    }
}
