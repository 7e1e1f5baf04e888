//! What is shown: messages on standard error, results on standard output. A closed pipe is no failure.

use std::io::{self, Write};
use std::path::Path;

use offprint::diag::{Diagnostic, Error, Severity, printable};

/// Shows a diagnostic on one line: page first, as compilers do.
pub(super) fn diagnostic(diagnostic: &Diagnostic) {
    let kind = match diagnostic.severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
    };
    let site = diagnostic.site.as_ref().map_or(String::new(), |site| match site.line {
        Some(line) => format!("{}:{line}: ", printable(&site.input, 200)),
        None => format!("{}: ", printable(&site.input, 200)),
    });
    let hint = diagnostic.hint.as_ref().map_or(String::new(), |hint| format!(" (hint: {})", printable(hint, 300)));
    let _ = writeln!(io::stderr().lock(), "{kind}: {site}{}{hint}", printable(&diagnostic.message, 400));
}

/// Shows what ended the program.
pub(super) fn error(error: &Error) {
    let mut out = io::stderr().lock();
    let _ = writeln!(out, "error: {}", printable(&error.message, 600));
    if let Some(hint) = &error.hint {
        let _ = writeln!(out, "hint: {}", printable(hint, 600));
    }
}

/// Shows what became of one of several articles.
pub(super) fn failure(name: &str, error: &Error) {
    let hint = error.hint.as_ref().map_or(String::new(), |hint| format!(" (hint: {})", printable(hint, 300)));
    let _ = writeln!(io::stderr().lock(), "failed: {}: {}{hint}", printable(name, 200), printable(&error.message, 400));
}

/// Shows a line on standard error.
pub(super) fn say(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Shows the path of a finished book.
pub(super) fn result(path: &Path) {
    let _ = writeln!(io::stdout().lock(), "{}", path.display());
}

/// Shows a whole result.
pub(super) fn text(text: &[u8]) {
    let _ = io::stdout().lock().write_all(text);
}

/// Shows a line of a result.
pub(super) fn line(text: &str) {
    let _ = writeln!(io::stdout().lock(), "{text}");
}
