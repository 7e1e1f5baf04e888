//! `offprint verify`.

use std::fs::File;
use std::path::Path;

use offprint::backend;
use offprint::diag::{Error, ErrorKind, printable};
use offprint::verify::{self, kindle};

use super::{args, devices, report, words};

/// Checks books and says what is wrong with them, a line each.
pub(super) fn run(args: &args::Verify) -> Result<(), Error> {
    let family = args.device.as_deref().map(family).transpose()?;
    let mut bad = 0;
    for book in &args.books {
        let faults = match family {
            None => own(book)?,
            Some(()) => for_kindle(book, args.strict)?,
        };
        bad += usize::from(faults > 0);
    }
    if bad == 0 {
        return Ok(());
    }
    let message = format!("{bad} of {} book(s) failed the check", args.books.len());
    Err(Error::new(ErrorKind::Verify, message).hint("each line above says what to do"))
}

/// Only Kindle's rules are known well enough to be checked.
fn family(name: &str) -> Result<(), Error> {
    let device = devices::known(&[])?.find(name)?.clone();
    if device.family == "kindle" {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Usage, format!("there is no check for {}", device.title))
        .hint("use --device kindle, or none for the check that every book of ours passes"))
}

#[expect(clippy::disallowed_methods, reason = "a book that the user named")]
fn open(book: &str) -> Result<File, Error> {
    let cannot = |why: &str| {
        Error::new(ErrorKind::Input, format!("cannot read {}: {why}", printable(book, 200)))
            .hint("give the paths of finished books")
    };
    let file = File::open(book).map_err(|error| cannot(&error.kind().to_string()))?;
    let is_file = file.metadata().is_ok_and(|metadata| metadata.is_file());
    if is_file { Ok(file) } else { Err(cannot("it is no file")) }
}

/// The check that books of ours pass before they are published.
fn own(book: &str) -> Result<usize, Error> {
    let mut file = open(book)?;
    let name = Path::new(book).file_name().unwrap_or_default().to_string_lossy();
    let format = backend::format_of(&name).ok_or_else(|| {
        Error::new(ErrorKind::Usage, format!("cannot tell the format of {} by its name", printable(book, 200)))
            .hint("let it end in .epub or .pdf")
    })?;
    let findings = verify::check(format.extensions[0], &mut file);
    for finding in &findings {
        report::line(&format!("{}: {}", printable(book, 200), printable(&words::of(&finding.what), 400)));
    }
    if findings.is_empty() {
        report::told(&format!("{}: nothing found", printable(book, 200)));
    }
    Ok(findings.len())
}

fn for_kindle(book: &str, strict: bool) -> Result<usize, Error> {
    let advice = kindle::check(&mut open(book)?);
    for kindle::Advice { rule, what } in &advice {
        let level = match rule.level {
            kindle::Level::Refused => "refused",
            kindle::Level::Poor => "poor",
        };
        report::line(&format!("{}: {} [{}]: {}", printable(book, 200), words::of(level), rule.name, words::of(what)));
        report::told(&format!("    why: {}; what to do: {}", rule.why, rule.hint));
    }
    if advice.is_empty() {
        report::told(&format!("{}: nothing found", printable(book, 200)));
    }
    Ok(advice.iter().filter(|advice| strict || advice.rule.level == kindle::Level::Refused).count())
}
