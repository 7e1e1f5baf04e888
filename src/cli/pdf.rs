//! The flags for PDF pages, from as typed to a theme.

use std::path::Path;

use offprint::device::Profile;
use offprint::diag::{Error, ErrorKind};
use offprint::fetch::disk;
use offprint::layout::{Adjustments, Theme};

use super::args;

/// The most bytes of a theme.
const LIMIT: u64 = 1 << 16;

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
    };
    theme.adjusted(&adjustments)
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
