//! `offprint impose`.

use std::path::Path;

use offprint::backend::pdf::impose::{self, Binding, Duplex, Marks, Options, Scheme, Summary};
use offprint::diag::{Error, ErrorKind};
use offprint::fetch::disk;
use offprint::layout::{length, paper};
use offprint::publish::{Unpublished, write_failure};

use super::{args, report};

/// The most bytes of a PDF file that is imposed.
const LIMIT: u64 = 1 << 30;

/// Imposes a PDF file, shows its path, and tells how much paper it takes.
pub(super) fn run(args: &args::Impose) -> Result<(), Error> {
    let options = options(&args.sheets, args.cover)?;
    let input = Path::new(&args.input);
    let output = Path::new(&args.output);
    if disk::same_file(input, output) {
        let message = format!("{} is both input and output", output.display());
        return Err(Error::new(ErrorKind::Usage, message).hint("choose another name with -o"));
    }
    let bytes = disk::read(input, LIMIT).map_err(|failure| {
        Error::new(ErrorKind::Input, format!("cannot read {}: {failure}", input.display())).hint("check the path")
    })?;
    let mut unpublished = Unpublished::open(output)?;
    let named = |error: Error| Error { message: format!("{}: {}", input.display(), error.message), ..error };
    let summary = impose::impose(&bytes, &options, unpublished.file()).map_err(named)?;
    drop(bytes);
    unpublished.file().sync_all().map_err(|error| write_failure(output, &error))?;
    report::result(&unpublished.publish()?);
    if !args.messages.quiet {
        report::note(&told(&options, &summary, args.sheets.paper.as_deref()));
    }
    Ok(())
}

/// The flags' meaning.
pub(super) fn options(args: &args::Sheets, cover: bool) -> Result<Options, Error> {
    let fault = |flag: &str, typed: &str, hint: &str| {
        Err(Error::new(ErrorKind::Usage, format!("{flag} {typed}: not understood")).hint(hint))
    };
    let defaults = Options::default();
    let scale = match args.scale.as_deref() {
        None => None,
        Some(typed) => match typed.strip_suffix('%').unwrap_or(typed).trim().parse::<f64>() {
            Ok(percent) if (1.0..=1000.0).contains(&percent) => Some(percent / 100.0),
            _ => return fault("--scale", typed, "use per cent from 1% to 1000%, such as 71%"),
        },
    };
    let thickness = match args.paper_thickness.as_deref() {
        None => defaults.thickness,
        Some(typed) => match length(typed).filter(|length| (0.0..=10.0).contains(&length.0)) {
            Some(thickness) => thickness,
            None => return fault("--paper-thickness", typed, "use a length such as 0.1mm; 0mm moves nothing"),
        },
    };
    Ok(Options {
        scheme: args.impose.unwrap_or_default(),
        binding: match args.binding {
            args::Binding::Left => Binding::Left,
            args::Binding::Right => Binding::Right,
        },
        duplex: match args.duplex {
            args::Duplex::Long => Duplex::Long,
            args::Duplex::Short => Duplex::Short,
            args::Duplex::Single => Duplex::Single,
        },
        cover,
        paper: args.paper.as_deref().map_or(Ok(defaults.paper), |typed| paper("--paper", typed))?,
        scale,
        thickness,
        marks: marks(&args.marks),
    })
}

fn marks(typed: &[args::Mark]) -> Marks {
    let has = |mark: args::Mark| typed.contains(&mark) || typed.contains(&args::Mark::All);
    Marks {
        fold: has(args::Mark::Fold),
        crop: has(args::Mark::Crop),
        sewing: has(args::Mark::Sewing),
        collation: has(args::Mark::Collation),
    }
}

/// How much paper, and how to print it.
fn told(options: &Options, summary: &Summary, paper: Option<&str>) -> String {
    let Summary { pages, sheets, blanks, .. } = summary;
    let plural = |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    let blank = if *blanks == 0 { String::new() } else { format!(" and {}", plural(*blanks, "blank page")) };
    let turn = match options.duplex {
        Duplex::Long if summary.sides > *sheets => "print on both sides, flip on long edge, at actual size",
        Duplex::Short if summary.sides > *sheets => "print on both sides, flip on short edge, at actual size",
        _ if summary.sides > *sheets => "print the first half, put the stack back, print the second half, at actual size",
        _ => "print on one side, at actual size",
    };
    format!("{}{blank} on {} of {}: {turn}", plural(*pages, "page"), plural(*sheets, "sheet"), paper.unwrap_or("A4"))
}

/// The scheme that a user names.
pub(super) fn scheme(typed: &str) -> Result<Scheme, String> {
    Scheme::parse(typed).ok_or_else(|| "use booklet, signature=N, 2up, 4up, cards, zine8 or perfect".to_owned())
}
