//! **Font**: the faces a book is set in: which there are, which one has a character, how a subset of one is made.
//!
//! Faces are embedded ([`offprint_fonts`]) or given by the user ([`own`]); no font of the machine is ever looked at, so
//! that the same input gives the same bytes everywhere.

mod embedded;
mod face;
mod fallback;
pub mod math;
mod outline;
pub mod own;
mod sfnt;
pub mod subset;
mod web;

pub use embedded::{FaceId, Family, Region, Slant, Weight};
pub use face::{Face, Metrics};
pub use fallback::{SUBSTITUTE, Style, face_for, own_face_for};
pub use outline::{Segment, outlines};
pub use web::{for_epub, web_extension};
