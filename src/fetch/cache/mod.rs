//! The cache: what was had once is there for ever, on this machine and on those it is carried to.
//!
//! An archive, not a browser's cache: a body stays until it is asked for anew. One folder holds
//!
//! - `blobs/`, bodies named by their SHA-256;
//! - `entries/`, by the hash of an address what came of it;
//! - `products/`, by the hash of what it was made from, what was made of a body.
//!
//! Every file is written beside its place and moved there, and every file is checked when it is read, so that builds may
//! share a cache, be killed at any moment, and never take a damaged file for a whole one. A cache that cannot be used
//! costs time, not books.

mod archive;
mod entry;
#[cfg(test)]
mod tests;

use std::fmt;
use std::fs::{self, File};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};

use self::entry::{Answer, Entry};
use super::{Body, Failure, FailureKind};

pub use entry::Validators;

/// How long it is remembered that there was nothing at an address, in seconds.
const MISSING_FOR: u64 = 24 * 60 * 60;

/// The SHA-256 of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// Of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// From 64 hexadecimal digits in lower case.
    pub fn parse(text: &str) -> Option<Self> {
        let mut hash = [0; 32];
        let digits = text.as_bytes();
        if digits.len() != 64 || !digits.iter().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')) {
            return None;
        }
        for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Self(hash))
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A folder with what was had before.
#[derive(Debug)]
pub struct Cache {
    folder: PathBuf,
    /// The time of this build, in seconds since 1970.
    now: Option<u64>,
    /// The first failure that was not simply "not there".
    trouble: OnceLock<String>,
    /// Tells this build's files that are being written from those of others, on this machine or not.
    nonce: u64,
    /// Numbers them.
    written: AtomicU64,
}

/// What is remembered of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Memory {
    /// A body, its hash and the marks of its version.
    Body(Body, Hash, Validators),
    /// That there was nothing, less than a day ago.
    Missing(Failure),
}

/// An address that the cache has a body for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    /// The address.
    pub address: String,
    /// The hash of its body.
    pub hash: Hash,
    /// The length of its body in bytes; `None` if the body is lost.
    pub length: Option<u64>,
}

impl Cache {
    /// The cache in a folder, which need not be there yet. `now` is the time in seconds since 1970.
    pub fn new(folder: impl Into<PathBuf>, now: Option<u64>) -> Self {
        let nonce = RandomState::new().build_hasher().finish();
        let (trouble, written) = (OnceLock::new(), AtomicU64::new(0));
        let cache = Self { folder: folder.into(), now, trouble, nonce, written };
        cache.sweep();
        cache
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Why it could not be read or written, if so; the first reason.
    pub fn trouble(&self) -> Option<&str> {
        self.trouble.get().map(String::as_str)
    }

    /// What is remembered of an address.
    pub fn get(&self, address: &str) -> Option<Memory> {
        let entry = self.entry(address)?;
        match entry.answer {
            Answer::Body { hash, media_type, charset, moved_to, validators } => {
                let bytes = self.blob(hash)?.into();
                Some(Memory::Body(Body { bytes, media_type, charset, moved_to }, hash, validators))
            }
            Answer::Missing(reason) => {
                let age = self.now?.checked_sub(entry.asked)?;
                (age < MISSING_FOR).then(|| Memory::Missing(Failure::new(FailureKind::Missing, reason)))
            }
        }
    }

    /// The hash of the body that is remembered for an address, without reading the body.
    pub fn hash_of(&self, address: &str) -> Option<Hash> {
        match self.entry(address)?.answer {
            Answer::Body { hash, .. } => Some(hash),
            Answer::Missing(_) => None,
        }
    }

    /// The body with a hash.
    pub fn blob(&self, hash: Hash) -> Option<Vec<u8>> {
        let path = self.path("blobs", hash);
        let bytes = self.read(&path)?;
        if Hash::of(&bytes) == hash {
            return Some(bytes);
        }
        // A damaged file must not stand in the way of a whole one.
        let _ = fs::remove_file(path);
        None
    }

    /// Remembers a body for an address.
    pub fn keep(&self, address: &str, body: &Body, hash: Hash, validators: Validators) {
        let blob = self.path("blobs", hash);
        let there = fs::metadata(&blob).is_ok_and(|metadata| metadata.len() == body.bytes.len() as u64);
        if there || self.write(&blob, &[&body.bytes]) {
            let Body { media_type, charset, moved_to, .. } = body.clone();
            self.put(address, Answer::Body { hash, media_type, charset, moved_to, validators });
        }
    }

    /// Remembers that there is nothing at an address.
    pub fn keep_missing(&self, address: &str, failure: &Failure) {
        if self.now.is_some() && !matches!(self.entry(address), Some(Entry { answer: Answer::Body { .. }, .. })) {
            self.put(address, Answer::Missing(failure.reason.clone()));
        }
    }

    /// What was made before from what `key` stands for.
    pub fn product(&self, key: Hash) -> Option<Vec<u8>> {
        let path = self.path("products", key);
        let mut bytes = self.read(&path)?;
        let sum = bytes.split_off(bytes.len().checked_sub(32)?);
        if Hash::of(&bytes).0[..] == sum[..] {
            return Some(bytes);
        }
        let _ = fs::remove_file(path);
        None
    }

    /// Keeps what was made from what `key` stands for.
    pub fn keep_product(&self, key: Hash, bytes: &[u8]) {
        let sum = Hash::of(bytes);
        self.write(&self.path("products", key), &[bytes, &sum.0]);
    }

    /// All addresses with a body, in their order.
    pub fn list(&self) -> Vec<Listed> {
        let mut listed: Vec<_> = files(&self.folder.join("entries"))
            .filter_map(|path| Entry::read(&fs::read_to_string(path).ok()?))
            .filter_map(|entry| match entry.answer {
                Answer::Body { hash, .. } => Some((entry.address, hash)),
                Answer::Missing(_) => None,
            })
            .map(|(address, hash)| {
                let length = fs::metadata(self.path("blobs", hash)).ok().map(|metadata| metadata.len());
                Listed { address, hash, length }
            })
            .collect();
        listed.sort();
        listed
    }

    /// Reads every file, removes those that are damaged, and gives the number of whole and of damaged ones.
    pub fn verify(&self) -> (usize, usize) {
        let named = |path: &Path| path.file_name().and_then(|name| Hash::parse(name.to_str()?));
        let (mut whole, mut damaged) = (0, 0);
        for kind in ["blobs", "entries", "products"] {
            for path in files(&self.folder.join(kind)) {
                let good = match (kind, named(&path)) {
                    ("blobs", Some(hash)) => self.blob(hash).is_some(),
                    ("products", Some(key)) => self.product(key).is_some(),
                    (_, Some(hash)) => fs::read_to_string(&path)
                        .ok()
                        .and_then(|text| Entry::read(&text))
                        .is_some_and(|entry| Hash::of(entry.address.as_bytes()) == hash),
                    (_, None) => false,
                };
                if good {
                    whole += 1;
                } else {
                    damaged += 1;
                    let _ = fs::remove_file(path);
                }
            }
        }
        (whole, damaged)
    }

    /// Removes everything that a cache holds; whatever else is in the folder stays.
    ///
    /// # Errors
    /// The first file or folder that cannot be removed.
    pub fn clear(&self) -> io::Result<()> {
        for kind in ["entries", "blobs", "products", "tmp"] {
            match fs::remove_dir_all(self.folder.join(kind)) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    fn entry(&self, address: &str) -> Option<Entry> {
        let bytes = self.read(&self.path("entries", Hash::of(address.as_bytes())))?;
        Entry::read(std::str::from_utf8(&bytes).ok()?).filter(|entry| entry.address == address)
    }

    fn put(&self, address: &str, answer: Answer) {
        if address.contains(['\n', '\r']) {
            return;
        }
        let entry = Entry { address: address.to_owned(), asked: self.now.unwrap_or(0), answer };
        self.write(&self.path("entries", Hash::of(address.as_bytes())), &[entry.write().as_bytes()]);
    }

    fn path(&self, kind: &str, hash: Hash) -> PathBuf {
        let name = hash.to_string();
        self.folder.join(kind).join(name.get(..2).unwrap_or_default()).join(name)
    }

    fn read(&self, path: &Path) -> Option<Vec<u8>> {
        match fs::read(path) {
            Ok(bytes) => Some(bytes),
            Err(error) => {
                if !matches!(error.kind(), ErrorKind::NotFound) {
                    self.note(&error);
                }
                None
            }
        }
    }

    /// Writes a file of these parts whole or not at all, and says whether it is there.
    fn write(&self, path: &Path, parts: &[&[u8]]) -> bool {
        // What cannot be written once is not tried a thousand times.
        if self.trouble.get().is_some() {
            return false;
        }
        let number = self.written.fetch_add(1, Ordering::Relaxed);
        let beside = self.folder.join("tmp").join(format!("{:016x}-{number}", self.nonce));
        let steps = || {
            create_private(path.parent().unwrap_or(&self.folder))?;
            create_private(&self.folder.join("tmp"))?;
            let mut file = File::create_new(&beside)?;
            parts.iter().try_for_each(|part| file.write_all(part))?;
            fs::rename(&beside, path)
        };
        let outcome = steps();
        if let Err(error) = &outcome {
            let _ = fs::remove_file(&beside);
            self.note(error);
        }
        outcome.is_ok()
    }

    fn note(&self, error: &io::Error) {
        let _ = self.trouble.set(error.kind().to_string());
    }

    /// Removes what builds that were killed left half written, an hour after: each file is written in moments.
    fn sweep(&self) {
        let Some(now) = self.now else { return };
        let before = SystemTime::UNIX_EPOCH + Duration::from_secs(now.saturating_sub(60 * 60));
        let Ok(entries) = fs::read_dir(self.folder.join("tmp")) else { return };
        for entry in entries.flatten() {
            if entry.metadata().and_then(|metadata| metadata.modified()).is_ok_and(|modified| modified < before) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

/// Creates a folder that only its owner can look into: a cache says what somebody reads.
fn create_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// The files two levels down.
fn files(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let inside = |folder: &Path| fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    inside(folder).collect::<Vec<_>>().into_iter().flat_map(move |folder| inside(&folder).collect::<Vec<_>>())
}
