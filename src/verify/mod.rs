//! **Verify**: re-opens a finished book and checks it: every book of ours before it is published, and books of any maker
//! for `offprint verify`.
//!
//! The checks know nothing of how the book was made: they read the bytes as a reader would. What breaks a rule of
//! [`Level::House`] is no fault in the books of others; ours break none of these either, so that what is found in them
//! is a fault of this program, never of its input.

/// Makes a constant of each rule, and the list of all.
macro_rules! rules {
    ($($id:ident $level:ident $name:literal $why:literal $hint:literal)*) => {
        $(pub(super) const $id: Rule = Rule { name: $name, level: Level::$level, why: $why, hint: $hint };)*
        /// All rules.
        pub const RULES: &[Rule] = &[$($id),*];
    };
}

mod css;
pub mod epub;
pub mod kindle;
mod language;
pub mod pdf;
mod picture;
mod read;
mod rules;
mod tracking;

use std::collections::BTreeMap;
use std::io::{Read, Seek};

pub use self::css::{Load, loads as style_loads};
pub use self::epub::fit::Bounds;
pub use self::rules::{Level, RULES, Rule};

/// Something that is wrong with a finished book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which rule is broken.
    pub rule: Rule,
    /// Where and how: one line, lower case, no full stop.
    pub what: String,
}

impl Finding {
    /// A finding; one lower-case line.
    pub fn new(rule: Rule, what: impl Into<String>) -> Self {
        Self { rule, what: what.into() }
    }

    /// Whether a book of ours with it is not published: what the reader was told or the text has may be odd, and is
    /// theirs to decide.
    pub fn forbids(&self) -> bool {
        self.rule.level != Level::Poor
    }
}

/// Checks a finished book from its first byte: `extension` is its file name's ending, in lower case, without the dot.
/// Nothing is found in formats that have no checks. Of a rule no more than [`MOST`] findings are kept.
pub fn check(extension: &str, book: &mut (impl Read + Seek + Send)) -> Vec<Finding> {
    match extension {
        "epub" | "kepub.epub" => epub::check(book),
        "pdf" => few(pdf::check(book)),
        _ => Vec::new(),
    }
}

/// How often one rule is found broken in a book, at most: more of the same helps nobody.
pub const MOST: usize = 200;

/// How often each rule, by its name, was found broken.
#[derive(Default)]
struct Counts(BTreeMap<&'static str, usize>);

impl Counts {
    /// Counts a finding, and tells whether it is to be kept.
    fn admit(&mut self, rule: Rule) -> bool {
        let count = self.0.entry(rule.name).or_default();
        *count += 1;
        *count <= MOST
    }
}

fn few(mut findings: Vec<Finding>) -> Vec<Finding> {
    let mut counts = Counts::default();
    findings.retain(|finding| counts.admit(finding.rule));
    findings
}

/// The same for a book of any maker, looking at everything in it.
pub fn check_any(extension: &str, book: &mut (impl Read + Seek + Send)) -> Vec<Finding> {
    match extension {
        "pdf" => few(pdf::check_any(book)),
        other => check(other, book),
    }
}
