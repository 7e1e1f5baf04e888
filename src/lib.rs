//! Offprint turns saved web articles into books: EPUB for e-readers, PDF for paper. One binary, no network needed, CJK
//! fonts inside.
//!
//! # A tour
//!
//! [`build`] makes books as files, as the program does. [`compose`] stops before that: it gives the [`model::Book`] and its
//! [`media::Images`], from which a [`backend`] makes bytes, ours or your own (`examples/markdown.rs` is one).
//!
//! ```
//! use std::io::Cursor;
//!
//! use offprint::fetch::{World, WorldOptions};
//! use offprint::{Options, backend, compose, source};
//!
//! // What is to be read: files, folders, patterns, addresses, as on the command line.
//! let inputs = source::expand(&["tests/cases/sample/article.html"], false)?;
//! let options = Options { inputs, title: Some("A title of ours".into()), ..Options::default() };
//! // What may be reached: this folder, and no network.
//! let roots = vec!["tests/cases/sample".into()];
//! let world = World::new(WorldOptions { roots, offline: true, ..WorldOptions::default() })?;
//! // The book. Instead of `()`, an `Observer` is told what happens on the way.
//! let made = compose(&options, &world, &())?;
//! assert_eq!(made.book.metadata.title, "A title of ours");
//! // Its bytes, in a format of ours.
//! let format = backend::format_of("book.epub").expect("one of backend::FORMATS");
//! let mut bytes = Cursor::new(Vec::new());
//! let said = format.backend.write(made.content(&options.settings), &mut bytes)?;
//! assert!(said.is_empty() && bytes.get_ref().starts_with(b"PK"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! - What the user decides is plain data: [`Options`], with the options of each stage in it.
//! - The outside world comes in through one trait, [`fetch::Fetch`]: implement it to read from elsewhere.
//! - [`inspect`] and [`hosts`] tell what would be made and whom it would contact; [`build_each`] makes a book of each
//!   article, and only of those that have changed.
//! - [`verify::check`] opens a finished book and says what is wrong with it.
//! - Messages are English, with a [code](diag::Diagnostic::code) that stays; what is shown to people may be translated.
//!
//! The interface follows semantic versioning: before 1.0 a minor version may change it, and the changelog says so.
//!
//! # What flows through
//!
//! ```text
//! input ──source──▶ Source ──normalize──▶ Chapter ─▶ Book ──media──▶ Book + Images ──backend──▶ bytes ──publish──▶ file
//!           ▲                                                 ▲
//!           └──────────── fetch (disk, http, cache) ──────────┘
//! ```
//!
//! One item goes one way. A stage is a function: it takes what the stage before it made and returns what the next one
//! needs. [`build`] is that list of stages.
//!
//! | stage | takes | gives |
//! |---|---|---|
//! | [`source`] | what the user named | the texts of pages, with their front matter |
//! | [`normalize`] | a page's text | a [`model::Chapter`]; chapters make a [`model::Book`] |
//! | [`media`] | the book's pictures | [`media::Images`], fit for books, and what is missing |
//! | [`layout`] | book and images | [`layout::frame::Pages`] of positioned items (for PDF) |
//! | [`backend`] | book and images, or pages | the bytes of a file |
//! | [`verify`] | a finished file | what is wrong with it; nothing, or it is not published |
//! | [`publish`] | bytes | the file, whole or not at all |
//!
//! Pages are read before they are normalized; pictures are fetched after, so that only those that survived cleaning
//! are asked for. [`fetch`] is the only way in for bytes from outside.
//!
//! # Who may know whom
//!
//! | module | may use |
//! |---|---|
//! | `bytes`, `diag`, `units`, `limits`, `parallel`, `pdf`, `phrases` | nothing |
//! | `device` | `units`, `diag` |
//! | `model` | `diag` |
//! | `fetch` | `limits`, `diag` |
//! | `source` | `fetch`, `limits`, `parallel`, `bytes`, `diag` |
//! | `normalize` | `model`, `limits`, `parallel`, `diag`: it takes text and addresses, no files, no sockets |
//! | `media` | `model`, `fetch`, `limits`, `diag` |
//! | `font` | `units`, `diag` |
//! | `layout` | `model`, `media`, `font`, `units`, `parallel`, `phrases`, `diag` |
//! | `backend::epub` | `model`, `media`, `font`, `limits`, `parallel`, `phrases`, `diag` |
//! | `backend::pdf` | `layout`, `media`, `font`, `units`, `parallel`, `pdf`, `diag`: it never sees a block |
//! | `verify` | `parallel`, `pdf`, `diag` |
//! | `send`, `serve` | `diag`: they know finished files only |
//! | `lib`, `cli`, `main` | everything; `cli` only from `main` |
//!
//! Each outside crate is named in one place only. `tests/architecture.rs` checks both.
//!
//! # Promises
//!
//! 1. Same inputs and options, same bytes: whatever the clock, path, user, locale or number of cores.
//! 2. Reading a book contacts no one: it holds no remote resource, script, form or active PDF action.
//! 3. `--offline` opens no socket. Building contacts only hosts that the pages name.
//! 4. All or nothing: after a crash or a full disk the old book or the new book is there, whole.
//! 5. Broken input is not an error: a stage returns what it could make of it as [`diag::Warned`].
//! 6. Every book passes its own [`verify`] before it is published.

#![allow(rustdoc::private_intra_doc_links, reason = "the documentation is for those who work on it, too")]
#![cfg_attr(test, allow(clippy::disallowed_methods, clippy::disallowed_macros, reason = "tests make their own files"))]

pub mod backend;
mod bytes;
pub mod device;
pub mod diag;
pub mod fetch;
pub mod font;
pub mod layout;
pub mod limits;
pub mod media;
pub mod model;
pub mod normalize;
mod parallel;
mod pdf;
mod phrases;
pub mod publish;
pub mod send;
pub mod serve;
pub mod source;
pub mod units;
pub mod verify;

mod build;

pub use build::{
    Arrangement, Composition, Each, EachReport, Group, MANIFEST, Observer, Options, Report, Sort, Stage, build,
    build_all, build_each, compose, fetch_all, file_name, hosts,
};
pub use build::{Inspection, PictureState, inspect};
