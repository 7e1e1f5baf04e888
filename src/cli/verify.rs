//! `offprint verify`.

use std::fs::File;
use std::path::Path;

use offprint::backend;
use offprint::device::{FontFormat, PictureFormat, Profile};
use offprint::diag::{Error, ErrorKind, printable};
use offprint::verify::{self, Bounds, Finding, Level, kindle};

use super::{args, devices, report, words};

/// How many findings of one rule are shown of a book.
const SHOWN: usize = 5;

/// Checks books and says what is wrong with them, rule by rule.
pub(super) fn run(args: &args::Verify) -> Result<(), Error> {
    let known = devices::known(&[])?;
    let device = args.device.as_deref().map(|name| known.find(name)).transpose()?;
    let mut bad = 0;
    for book in &args.books {
        let mut findings = check(book, device)?;
        findings.retain(|finding| finding.rule.level != Level::House);
        tell(book, &findings);
        bad += usize::from(findings.iter().any(|finding| args.strict || finding.rule.level != Level::Poor));
    }
    if bad == 0 {
        return Ok(());
    }
    let message = format!("{bad} of {} book(s) failed the check", args.books.len());
    Err(Error::new(ErrorKind::Verify, message).hint("each rule above says what to do"))
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

/// What every book is checked for, and what the device wants.
fn check(book: &str, device: Option<&Profile>) -> Result<Vec<Finding>, Error> {
    let mut file = open(book)?;
    let name = Path::new(book).file_name().unwrap_or_default().to_string_lossy();
    let format = backend::format_of(&name).ok_or_else(|| {
        Error::new(ErrorKind::Usage, format!("cannot tell the format of {} by its name", printable(book, 200)))
            .hint("let it end in .epub or .pdf")
    })?;
    let mut findings = verify::check_any(format.extensions[0], &mut file);
    if let Some(device) = device.filter(|_| format.extensions[0].ends_with("epub")) {
        if device.family == "kindle" {
            // What Amazon refuses says more of the same fault.
            let refused = kindle::check(&mut open(book)?);
            findings.retain(|finding| !refused.iter().any(|other| other.rule.name == finding.rule.name));
            findings.extend(refused);
        }
        findings.extend(bounds(device).check(&mut open(book)?));
    }
    findings.sort_by_key(|finding| (finding.rule.level, finding.rule.name));
    Ok(findings)
}

fn bounds(device: &Profile) -> Bounds {
    let picture = |format: &PictureFormat| match format {
        PictureFormat::Jpeg => "image/jpeg",
        PictureFormat::Png => "image/png",
        PictureFormat::Gif => "image/gif",
    };
    let font = |format: &FontFormat| match format {
        FontFormat::Otf => "otf",
        FontFormat::Ttf => "ttf",
    };
    Bounds {
        book: device.max_book,
        document: device.max_document,
        picture: device.max_image.into(),
        pixels: device.max_pixels.into(),
        pictures: device.formats.iter().map(picture).collect(),
        fonts: device.fonts.iter().map(font).collect(),
    }
}

/// Findings of one rule together, with its reason.
fn tell(book: &str, findings: &[Finding]) {
    let book = printable(book, 200);
    if findings.is_empty() {
        report::told(&format!("{book}: nothing found"));
    }
    for same in findings.chunk_by(|one, other| one.rule == other.rule) {
        let Some(Finding { rule, .. }) = same.first() else { continue };
        for finding in same.iter().take(SHOWN) {
            let (level, what) = (words::of(rule.level.name()), printable(&words::of(&finding.what), 400));
            report::line(&format!("{book}: {level} [{}]: {what}", rule.name));
        }
        if let Some(more) = same.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            report::told(&match same.len() >= verify::MOST {
                true => format!("    and {more} or more of the same"),
                false => format!("    and {more} of the same"),
            });
        }
        report::told(&format!("    why: {}; what to do: {}", rule.why, rule.hint));
    }
}
