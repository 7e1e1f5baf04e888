//! What is shown: messages on standard error, results on standard output. A closed pipe is no failure: who reads has had
//! enough. A result that is lost for another reason, as on a full disk, is told once, at the end.

use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::sync::OnceLock;

use offprint::diag::{self, Diagnostic, Error, Severity, printable};

use super::words;

/// The first reason for which a part of the results was lost.
static LOST: OnceLock<ErrorKind> = OnceLock::new();

/// What is to be told at the end of the program, if results were lost.
pub(super) fn lost() -> Option<Error> {
    LOST.get().map(|kind| {
        Error::new(diag::ErrorKind::Output, format!("cannot write to standard output: {kind}"))
            .hint("what was to be shown is not complete; books that were named are written")
    })
}

fn note(outcome: io::Result<()>) {
    if let Err(error) = outcome
        && error.kind() != ErrorKind::BrokenPipe
    {
        let _ = LOST.set(error.kind());
    }
}

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
    let (message, hint) = (shown(&diagnostic.message, 400), in_brackets(diagnostic.hint.as_deref()));
    let _ = writeln!(io::stderr().lock(), "{}{hint}", labelled(kind, &format!("{site}{message}")));
}

/// Shows what ended the program.
pub(super) fn error(error: &Error) {
    let mut out = io::stderr().lock();
    let _ = writeln!(out, "{}", labelled("error", &shown(&error.message, 600)));
    if let Some(hint) = &error.hint {
        let _ = writeln!(out, "{}", labelled("hint", &shown(hint, 600)));
    }
}

/// Shows what became of one of several articles.
pub(super) fn failure(name: &str, error: &Error) {
    let what = format!("{}{}{}", printable(name, 200), words::colon(), shown(&error.message, 400));
    let _ = writeln!(io::stderr().lock(), "{}{}", labelled("failed", &what), in_brackets(error.hint.as_deref()));
}

/// A text with what it is before it.
pub(super) fn labelled(label: &str, text: &str) -> String {
    format!("{}{}{text}", words::of(label), words::colon())
}

/// A message in the user's language. It is found before it is made safe and short, which may change it.
fn shown(message: &str, limit: usize) -> String {
    printable(&words::of(message), limit)
}

fn in_brackets(hint: Option<&str>) -> String {
    let hint = hint.map(|hint| labelled("hint", &shown(hint, 300)));
    hint.map_or(String::new(), |hint| if words::are_chinese() { format!("（{hint}）") } else { format!(" ({hint})") })
}

/// Shows a line on standard error.
pub(super) fn say(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", words::of(text));
}

/// Shows a line on standard error as it is: of a table, or for other programs.
pub(super) fn signal(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Shows the path of a finished book.
pub(super) fn result(path: &Path) {
    note(writeln!(io::stdout().lock(), "{}", path.display()));
}

/// Shows a whole result.
pub(super) fn text(text: &[u8]) {
    let mut out = io::stdout().lock();
    note(out.write_all(text).and_then(|()| out.flush()));
}

/// Shows a line that says something, in the user's language.
pub(super) fn told(text: &str) {
    note(writeln!(io::stdout().lock(), "{}", words::of(text)));
}

/// Shows a line of a result, which is the same in all languages.
pub(super) fn line(text: &str) {
    note(writeln!(io::stdout().lock(), "{text}"));
}
