//! `offprint impose`.

use std::path::Path;

use offprint::backend::pdf::impose::{self, Binding, Duplex, Marks, Options, Scheme};
use offprint::diag::{Diagnostic, Error, ErrorKind};
use offprint::fetch::disk;
use offprint::layout::{length, paper};
use offprint::publish::{Unpublished, write_failure};

use super::{args, report};

/// The most bytes of a PDF file that is imposed.
const LIMIT: u64 = 1 << 30;

/// Imposes a PDF file, shows its path, and tells how much paper it takes.
pub(super) fn run(args: &args::Impose) -> Result<(), Error> {
    let options = options(args.impose, &args.sheets, args.cover)?;
    let output = Path::new(args.output.as_deref().unwrap_or("test-sheet.pdf"));
    let Some(input) = args.input.as_deref().map(Path::new) else { return test_sheet(output, &options, args) };
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
    publish(unpublished, &summary.told(&options), args)
}

/// Makes the sheet that a printer is tried with.
fn test_sheet(output: &Path, options: &Options, args: &args::Impose) -> Result<(), Error> {
    let mut unpublished = Unpublished::open(output)?;
    let summary = impose::test_sheet(options, unpublished.file()).map_err(|error| write_failure(output, &error))?;
    publish(unpublished, &summary.told(options), args)
}

fn publish(mut file: Unpublished, told: &str, args: &args::Impose) -> Result<(), Error> {
    file.file().sync_all().map_err(|error| write_failure(file.path(), &error))?;
    report::result(&file.publish()?);
    if !args.messages.quiet {
        report::diagnostic(&Diagnostic::note("sheets", told));
    }
    Ok(())
}

/// The flags' meaning.
pub(super) fn options(scheme: Scheme, args: &args::Sheets, cover: bool) -> Result<Options, Error> {
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
    let bleed = match args.bleed.as_deref() {
        None => defaults.bleed,
        Some(typed) => match length(typed).filter(|length| (0.0..=60.0).contains(&length.0)) {
            Some(bleed) => bleed,
            None => return fault("--bleed", typed, "use a length such as 3mm"),
        },
    };
    Ok(Options {
        scheme,
        binding: args.binding.map(|binding| match binding {
            args::Binding::Left => Binding::Left,
            args::Binding::Right => Binding::Right,
        }),
        duplex: match args.duplex {
            None | Some(args::Duplex::Long) => Duplex::Long,
            Some(args::Duplex::Short) => Duplex::Short,
            Some(args::Duplex::Single) => Duplex::Single,
        },
        cover,
        paper: args.paper.as_deref().map_or(Ok(defaults.paper), |typed| paper("--paper", typed))?,
        scale,
        thickness,
        marks: marks(&args.marks),
        bleed,
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

/// The scheme that a user names.
pub(super) fn scheme(typed: &str) -> Result<Scheme, String> {
    Scheme::parse(typed).ok_or_else(|| "use booklet, signature=N, 2up, 4up, cards, zine8 or perfect".to_owned())
}
