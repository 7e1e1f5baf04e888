//! Whole pages: small ones with one quirk each, and random ones.

mod cases;
mod properties;
