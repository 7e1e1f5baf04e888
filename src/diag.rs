//! Diagnostics: what a stage has to say about its input.
//!
//! Broken input is not an error. A stage returns what it could make of it as a [`Warned`] value; [`Error`] is for
//! the outside world only (cannot read, cannot write) and carries the exit code that the program ends with.

use std::fmt;

/// How much a [`Diagnostic`] matters to the reader of the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Something was decided that the user may want to know; shown with `-v`.
    Note,
    /// The book lacks or alters something; fails the build under `--strict`.
    Warning,
}

/// Where a diagnostic belongs: an input, and if known a line of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Site {
    /// The input as the user named it: a path, an address, or `-` for standard input.
    pub input: String,
    /// Line in that input, from 1.
    pub line: Option<u32>,
}

/// One thing a stage has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How much it matters.
    pub severity: Severity,
    /// Stable name for programs and tests, such as `image-missing`; kebab case.
    pub code: &'static str,
    /// One line, lower case, no full stop: what was tried on what.
    pub message: String,
    /// Where.
    pub site: Option<Site>,
    /// What to do about it, if something can be done.
    pub hint: Option<String>,
}

impl Diagnostic {
    /// A warning: the book lacks or alters something.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, code, message: message.into(), site: None, hint: None }
    }

    /// A note: a decision that the user may want to know of.
    pub fn note(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Note, ..Self::warning(code, message) }
    }

    /// The same, with where it belongs.
    #[must_use]
    pub fn at(mut self, input: impl Into<String>, line: Option<u32>) -> Self {
        self.site = Some(Site { input: input.into(), line });
        self
    }

    /// The same, with what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// A value, and what was found on the way to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warned<T> {
    /// What could be made of the input.
    pub value: T,
    /// What there is to say, in the order of the input.
    pub diagnostics: Vec<Diagnostic>,
}

impl<T> Warned<T> {
    /// A value with nothing to say about it.
    pub fn new(value: T) -> Self {
        Self { value, diagnostics: Vec::new() }
    }

    /// Moves the diagnostics into `to` and gives the value.
    pub fn unload(self, to: &mut Vec<Diagnostic>) -> T {
        to.extend(self.diagnostics);
        self.value
    }
}

/// What kind of failure ends the program; each has its exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// An input or a setting cannot be used; nothing was written. Exit code 1.
    Input,
    /// The command line is wrong. Exit code 2.
    Usage,
    /// `--strict`, and something is missing or altered; the book was not replaced. Exit code 3.
    Strict,
    /// An output cannot be written. Exit code 4.
    Output,
    /// The finished book failed its own check, a fault of the program; it was not published. Exit code 5.
    Verify,
    /// Some of several articles failed; the books of the others are there. Exit code 6.
    Partial,
}

/// A failure of the outside world: one line that says what was tried on what, and a hint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// Decides the exit code.
    pub kind: ErrorKind,
    /// One line, lower case, no full stop.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
}

impl Error {
    /// A failure of `kind`; the message is one lower-case line.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: None }
    }

    /// The same, with what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The code that the program ends with.
    pub fn exit_code(&self) -> u8 {
        match self.kind {
            ErrorKind::Input => 1,
            ErrorKind::Usage => 2,
            ErrorKind::Strict => 3,
            ErrorKind::Output => 4,
            ErrorKind::Verify => 5,
            ErrorKind::Partial => 6,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// Makes foreign text safe to print on one line: control and bidirectional formatting characters become `\u{…}`
/// escapes, and what is longer than `limit` characters is cut with `…`.
pub fn printable(text: &str, limit: usize) -> String {
    let mut out = String::new();
    for (count, c) in text.chars().enumerate() {
        if count == limit {
            out.push('…');
            break;
        }
        match c {
            c if c.is_control() => out.extend(c.escape_default()),
            '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
                out.extend(c.escape_unicode());
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printable_escapes_what_could_forge_a_line() {
        assert_eq!(printable("a\nb\u{202E}c", 99), "a\\nb\\u{202e}c");
        assert_eq!(printable("一二三四", 2), "一二…");
    }

    #[test]
    fn each_kind_has_its_exit_code() {
        let code = |kind| Error::new(kind, "x").exit_code();
        assert_eq!(
            [ErrorKind::Input, ErrorKind::Usage, ErrorKind::Strict, ErrorKind::Output, ErrorKind::Verify].map(code),
            [1, 2, 3, 4, 5]
        );
    }
}
