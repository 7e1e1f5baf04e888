//! Whole-program tests: one binary, a module a topic.

#![allow(clippy::disallowed_methods, clippy::unwrap_used)] // tests look at files that they made

mod architecture;
mod bad_input;
mod books;
mod program;
mod readme;
mod sample;
mod seeds;
