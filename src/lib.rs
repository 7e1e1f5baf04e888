//! Offprint turns saved web articles into books: EPUB for e-readers, PDF for paper. One binary, no network needed, CJK
//! fonts inside.
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
//! | `diag`, `units` | nothing |
//! | `device` | `units`, `diag` |
//! | `model` | `diag` |
//! | `fetch` | `diag` |
//! | `source` | `fetch`, `diag` |
//! | `normalize` | `model`, `diag`: it takes text and addresses, no files, no sockets |
//! | `media` | `model`, `fetch`, `diag` |
//! | `font` | `units`, `diag` |
//! | `layout` | `model`, `media`, `font`, `units`, `diag` |
//! | `backend::epub` | `model`, `media`, `font`, `diag` |
//! | `backend::pdf` | `layout`, `media`, `font`, `units`, `diag`: it never sees a block |
//! | `verify` | `diag` |
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
pub mod device;
pub mod diag;
pub mod fetch;
pub mod font;
pub mod layout;
pub mod media;
pub mod model;
pub mod normalize;
pub mod publish;
pub mod send;
pub mod serve;
pub mod source;
pub mod units;
pub mod verify;

mod build;

pub use build::{
    Arrangement, Each, EachReport, Group, MANIFEST, Observer, Options, Report, Sort, Stage, build, build_all,
    build_each, fetch_all, hosts,
};
pub use build::{Inspection, PictureState, inspect};
