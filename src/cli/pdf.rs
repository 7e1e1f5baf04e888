//! The flags for PDF pages, from as typed to a theme.

use std::path::Path;

use offprint::backend::pdf::{Options, Standard, impose};
use offprint::device::Profile;
use offprint::diag::{Error, ErrorKind};
use offprint::fetch::disk;
use offprint::font::{FaceId, own};
use offprint::layout::{Adjustments, Links, Theme};

use super::args;

/// The most bytes of a theme.
const LIMIT: u64 = 1 << 16;

/// The most bytes of a font.
const FONT_LIMIT: u64 = 1 << 27;

/// What the flags say of the file.
pub(super) fn options(args: &args::Build, grey: bool) -> Result<Options, Error> {
    let standard = match args.pages.pdf_standard {
        args::PdfStandard::A2a => Standard::A2a,
        args::PdfStandard::A2b => Standard::A2b,
        args::PdfStandard::Ua => Standard::Ua,
        args::PdfStandard::None => Standard::None,
    };
    Ok(Options {
        standard,
        grey,
        print_dpi: args.pages.print_dpi,
        ink_saver: args.pages.ink_saver,
        impose: impose(args)?,
        fit_sheets: args.fit_sheets.map(usize::from),
    })
}

/// How pages are put on sheets. What says more of that says nothing without `--impose`.
fn impose(args: &args::Build) -> Result<Option<impose::Options>, Error> {
    match args.impose {
        Some(scheme) => super::impose::options(scheme, &args.sheets, false).map(Some),
        None if args.sheets == args::Sheets::default() => Ok(None),
        None => Err(Error::new(ErrorKind::Usage, "paper and how to print on it are for --impose")
            .hint("add --impose booklet; --page is the size of the pages themselves")),
    }
}

/// The theme that the flags name, as they adjust it.
pub(super) fn theme(args: &args::Pages, device: Option<&Profile>, grey: bool) -> Result<Theme, Error> {
    let theme = match args.theme.as_deref() {
        None => Theme::default(),
        Some(name) => match Theme::named(name) {
            Some(theme) => theme,
            None => Theme::parse(&file(name)?)
                .map_err(|error| Error::new(error.kind, format!("{name}: {}", error.message)))?,
        },
    };
    let or = |typed: &Option<String>, own: fn(&Profile) -> String| typed.clone().or_else(|| device.map(own));
    let adjustments = Adjustments {
        page: or(&args.page, Profile::page_name),
        margin: or(&args.margin, |device| device.margin.clone()),
        font_size: or(&args.font_size, |device| device.font_size.clone()),
        code_numbers: args.code_numbers,
        screen: device.is_some() && args.margin.is_none(),
        grey: device.is_some() && grey,
        columns: args.columns,
        faces: faces(&args.font)?,
    };
    theme.adjusted(&adjustments)
}

/// What becomes of links: as typed, as the theme has it, or, since nothing leads anywhere from a sheet of paper, as is
/// usual there.
pub(super) fn links_of(args: &args::Build, theme: &Theme) -> Links {
    let usual = if args.impose.is_some() && theme.links == Links::default() { Links::ON_PAPER } else { theme.links };
    args.pages.links.unwrap_or(usual)
}

/// What a user wants to become of links.
pub(super) fn links(typed: &str) -> Result<Links, String> {
    Links::parse(typed).ok_or_else(|| {
        "use keep, footnote, endnote or drop; qr or qr-all; or one of each, such as endnote,qr".to_owned()
    })
}

/// The faces of the font files that are named.
fn faces(files: &[String]) -> Result<Vec<FaceId>, Error> {
    let mut out = Vec::new();
    for name in files {
        let cannot = |why: &str| Error::new(ErrorKind::Input, format!("cannot use the font {name}: {why}"));
        let bytes = disk::read(Path::new(name), FONT_LIMIT).map_err(|failure| cannot(&failure.to_string()))?;
        out.extend(own::open(bytes).map_err(|error| cannot(&error.message))?);
    }
    Ok(out)
}

fn file(name: &str) -> Result<String, Error> {
    let known: Vec<&str> = Theme::names().collect();
    let cannot = |why: &str| {
        Error::new(ErrorKind::Input, format!("cannot read the theme {name}: {why}"))
            .hint(format!("name a file, or one of ours: {}", known.join(", ")))
    };
    let bytes = disk::read(Path::new(name), LIMIT).map_err(|failure| cannot(&failure.to_string()))?;
    String::from_utf8(bytes).map_err(|_| cannot("not UTF-8"))
}
