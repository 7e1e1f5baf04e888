//! **Send**: finished books onto an electronic reader that is connected as a disk.
//!
//! A book is copied to a name of its own, whole or not at all: it is written to a temporary file on the reader, read
//! back and compared, and only then given its name. No file that is there is ever replaced.

#![allow(clippy::disallowed_methods, reason = "a way out for books: disks that the user named")]

mod copy;
mod name;
mod target;
mod volume;

pub use copy::{Sent, send};
pub use name::file_name;
pub use target::{Layout, Target, candidates, connected, target};
