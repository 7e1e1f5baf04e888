//! The flags for PDF pages, from as typed to a theme.

use std::path::Path;

use offprint::diag::{Error, ErrorKind};
use offprint::fetch::disk;
use offprint::font::{FaceId, own};
use offprint::layout::{Adjustments, Theme};

use super::args;

/// The most bytes of a theme.
const LIMIT: u64 = 1 << 16;

/// The most bytes of a font.
const FONT_LIMIT: u64 = 1 << 27;

/// The theme that the flags name, as they adjust it.
pub(super) fn theme(args: &args::Pages) -> Result<Theme, Error> {
    let theme = match args.theme.as_deref() {
        None => Theme::default(),
        Some(name) => match Theme::named(name) {
            Some(theme) => theme,
            None => Theme::parse(&file(name)?)
                .map_err(|error| Error::new(error.kind, format!("{name}: {}", error.message)))?,
        },
    };
    let adjustments = Adjustments {
        page: args.page.clone(),
        margin: args.margin.clone(),
        font_size: args.font_size.clone(),
        code_numbers: args.code_numbers,
        columns: args.columns,
        faces: faces(&args.font)?,
    };
    theme.adjusted(&adjustments)
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
