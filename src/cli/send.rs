//! `offprint send`.

use std::path::{Path, PathBuf};

use offprint::diag::{Diagnostic, Error, ErrorKind, printable};
use offprint::send::{self, Layout, Sent, Target};

use super::{args, report};

/// Copies books to a reader and shows where they are; without `--to` says which readers are connected.
pub(super) fn run(args: &args::Send) -> Result<(), Error> {
    let Some(to) = &args.to else { return Err(proposed(&send::connected(&send::candidates()))) };
    let target = send::target(Path::new(to));
    let mut failed: Option<Error> = None;
    for book in &args.books {
        advise(book, &target);
        match send::send(Path::new(book), &target) {
            Ok(Sent::Copied(path)) => report::result(&path),
            Ok(Sent::There(path)) => {
                report::diagnostic(&Diagnostic::note("there-already", format!("{} is there already", path.display())));
                report::result(&path);
            }
            // The others may be smaller, or better.
            Err(error) => {
                if let Some(earlier) = failed.replace(error) {
                    report::error(&earlier);
                }
            }
        }
    }
    failed.map_or(Ok(()), Err)
}

/// What readers of a kind do not open.
fn advise(book: &str, target: &Target) {
    let lower = book.to_lowercase();
    let (kepub, epub) = (lower.ends_with(".kepub.epub"), lower.ends_with(".epub"));
    let (what, hint) = match target.layout {
        Layout::Kindle if epub => (
            "Kindle does not open EPUB files that come by cable",
            "use Send to Kindle, or build a PDF with --device kindle",
        ),
        Layout::Kobo if epub && !kepub => {
            ("Kobo opens this with its older reader", "build a .kepub.epub with --device kobo-…")
        }
        Layout::PocketBook | Layout::KoReader if kepub => {
            ("this form of EPUB is for Kobo's own reader", "build an .epub")
        }
        _ => return,
    };
    let warning = Diagnostic::warning("not-for-this-reader", what).at(book, None);
    report::diagnostic(&warning.hint(hint));
}

fn proposed(connected: &[(PathBuf, Target)]) -> Error {
    let missing = Error::new(ErrorKind::Usage, "--to is missing: which reader?");
    let lines: Vec<String> = connected
        .iter()
        .map(|(root, target)| format!("--to {} ({})", printable(&root.to_string_lossy(), 200), target.layout.name()))
        .collect();
    match lines.is_empty() {
        true => missing.hint("no reader was found below /media, /run/media, /mnt, /Volumes: name its folder with --to"),
        false => missing.hint(format!("connected: {}", lines.join(", "))),
    }
}
