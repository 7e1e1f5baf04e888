//! Offprint turns saved web articles into books.
pub mod backend;
pub mod diag;
pub mod fetch;
pub mod font;
pub mod layout;
pub mod media;
pub mod model;
pub mod normalize;
pub mod source;
pub mod units;
pub mod verify;
