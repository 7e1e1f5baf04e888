//! Whole-program tests: one binary, a module a topic.

#![allow(clippy::disallowed_methods, unreachable_pub)] // tests look at files that they made; modules are this binary's own

mod api;
mod architecture;
mod bad_input;
mod books;
mod collections;
mod devices;
mod envelopes;
mod epub;
#[cfg(unix)]
mod faults;
mod flags;
mod impose;
mod limits;
mod markdown;
mod network;
mod pictures;
mod preview;
mod program;
mod project;
mod readme;
mod rules;
mod sample;
mod seeds;
mod seeing;
mod serve;
mod server;
mod supply;
mod words;
