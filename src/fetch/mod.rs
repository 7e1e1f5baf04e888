//! **Fetch**: the one way in which the outside world's bytes enter: pages and pictures, from disk, from the network,
//! from addresses that hold their own data.
//!
//! Nothing else opens a file or a socket for reading. What may be asked for is decided by the address policy; a picture that
//! may not or cannot be had is a [`Failure`], which never ends a build.

pub mod data;
pub mod disk;
pub mod http;
pub mod memory;
pub mod policy;
mod world;

pub use world::{World, WorldOptions};

use std::fmt;
use std::sync::Arc;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request<'a> {
    /// An absolute address: `http`, `https`, `data` or `file`.
    pub address: &'a str,
    /// The most bytes to take; a longer body is refused.
    pub limit: u64,
}

/// Bytes that were had. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// The bytes, whole.
    pub bytes: Arc<[u8]>,
    /// The media type that the server or the `data:` address names, in lower case without parameters; a hint only.
    pub media_type: Option<String>,
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
}
