//! **Fetch**: the one way in which the outside world's bytes enter: pages and pictures, from disk, from the network,
//! from addresses that hold their own data.
//!
//! Nothing else opens a file or a socket for reading. What may be asked for is decided by the address policy; a picture that
//! may not or cannot be had is a [`Failure`], which never ends a build.

#![allow(clippy::disallowed_methods, reason = "the way in for files, the network and the cache's clock")]

pub mod cache;
pub mod data;
pub mod disk;
pub mod http;
pub mod lock;
#[cfg(test)]
pub(crate) mod loopback;
pub mod memory;
pub mod policy;
pub mod spool;
mod world;

use std::fmt;
use std::sync::Arc;

use crate::diag::Diagnostic;

pub use cache::Hash;
pub use world::{World, WorldOptions};

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request<'a> {
    /// An absolute address: `http`, `https`, `data` or `file`.
    pub address: &'a str,
    /// The most bytes to take; a longer body is refused.
    pub limit: u64,
    /// What it is hoped to be; servers are told.
    pub wanted: Wanted,
}

/// What is hoped to be behind an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A picture.
    Picture,
    /// A page that the user named.
    Page,
}

impl<'a> Request<'a> {
    /// A picture, of at most 25 MiB.
    pub fn picture(address: &'a str) -> Self {
        Self { address, limit: 25 << 20, wanted: Wanted::Picture }
    }

    /// A page, of at most 32 MiB.
    pub fn page(address: &'a str) -> Self {
        Self { address, limit: 32 << 20, wanted: Wanted::Page }
    }
}

/// Bytes that were had. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// The bytes, whole.
    pub bytes: Arc<[u8]>,
    /// The media type that the server or the `data:` address names, in lower case without parameters; a hint only.
    pub media_type: Option<String>,
    /// The character set that the server names, as it writes it; a hint only.
    pub charset: Option<String>,
    /// Where it was in the end, if the address led elsewhere: what relative addresses in a page are relative to.
    pub moved_to: Option<String>,
}

impl Body {
    /// Bytes of which nothing else is known.
    pub fn new(bytes: impl Into<Arc<[u8]>>) -> Self {
        Self { bytes: bytes.into(), media_type: None, charset: None, moved_to: None }
    }
}

/// Why something could not be had. Never names a path of this machine beyond what the user gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What kind.
    pub kind: FailureKind,
    /// One lower-case line for the user: `http status 404`, `no network (--offline)`.
    pub reason: String,
    /// What to do about it, if something can be done.
    pub hint: Option<String>,
}

/// The kinds of [`Failure`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// There is no such thing there.
    Missing,
    /// It may not be asked for: the address policy, or `--offline`.
    Refused,
    /// It did not come, or not whole: a network that failed, a limit that was passed.
    Broken,
}

impl Failure {
    /// A failure without a hint.
    pub fn new(kind: FailureKind, reason: impl Into<String>) -> Self {
        Self { kind, reason: reason.into(), hint: None }
    }

    /// More than `limit` bytes came, or would have.
    pub fn too_long(limit: u64) -> Self {
        const MIB: u64 = 1 << 20;
        let limit = if limit >= MIB { format!("{} MiB", limit / MIB) } else { format!("{limit} bytes") };
        Self::new(FailureKind::Broken, format!("longer than the limit of {limit}"))
            .hint("raise the limit with --limit, such as picture=50MiB or page=64MiB")
    }

    /// The same, with what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

/// The outside world. May be called from several threads at once.
pub trait Fetch: Sync {
    /// Gets the whole body behind an address, or says why not.
    ///
    /// # Errors
    /// [`Failure`], if it is not there, may not be asked for, or did not come whole.
    fn fetch(&self, request: Request<'_>) -> Result<Body, Failure>;

    /// How many bodies it is of use to ask for at a time, each on a thread of its own. With 1 there is no room for other
    /// threads either.
    fn at_a_time(&self) -> usize {
        http::Limits::default().in_flight
    }

    /// What this world remembers from one build to the next, if it does.
    fn store(&self) -> Option<&dyn Store> {
        None
    }

    /// Why nothing can be remembered, if that is so: one warning, which concerns no book.
    fn trouble(&self) -> Option<Diagnostic> {
        None
    }
}

/// What is kept from one build to the next: bodies that proved to be what was hoped for, and what was made of them.
/// Keeping may fail; then it is as if it had never been kept.
pub trait Store: Sync {
    /// The hash of the body that is kept for an address, if there is no need to ask for it anew. Reads no body.
    fn hash_of(&self, address: &str) -> Option<Hash>;

    /// Keeps the body that was just fetched from an address: it is what was hoped for.
    fn keep(&self, address: &str, body: &Body, hash: Hash);

    /// The body that is kept for an address which was asked for anew, if what came now is not what was hoped for: it
    /// stays.
    fn before(&self, address: &str) -> Option<Body>;

    /// What was made before from what `key` stands for.
    fn product(&self, key: Hash) -> Option<Vec<u8>>;

    /// Keeps what was made from what `key` stands for.
    fn keep_product(&self, key: Hash, bytes: &[u8]);
}
