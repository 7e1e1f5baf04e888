//! The flags for EPUB files, from as typed to what they mean.

use std::collections::BTreeMap;
use std::path::Path;

use offprint::backend::epub::{Cover, Embedding, Options};
use offprint::device::Profile;
use offprint::diag::{Error, ErrorKind};
use offprint::fetch::disk;
use offprint::media;

use super::{args, devices};

/// The most bytes of a style sheet or template.
const LIMIT: u64 = 1 << 20;

/// Reads the style sheet and templates that the flags name.
pub(super) fn options(
    args: &args::Build,
    device: Option<&Profile>,
    pictures: &media::Options,
) -> Result<Options, Error> {
    let cover = match (args.no_cover, args.cover.is_some()) {
        (true, _) => Cover::No,
        (false, true) => Cover::Whole,
        (false, false) => Cover::Auto,
    };
    let fonts = match args.embed_fonts {
        None if device.is_some_and(|device| device.fonts.is_empty()) => Embedding::No,
        None | Some(args::EmbedFonts::Auto) => Embedding::Auto,
        Some(args::EmbedFonts::No) => Embedding::No,
        Some(args::EmbedFonts::Force) => Embedding::Force,
    };
    Ok(Options {
        split: args.split_level,
        contents_depth: args.toc_depth,
        fonts,
        cover,
        css: args.css.as_deref().map(|file| text(Path::new(file), "--css")).transpose()?,
        omit_missing_list: args.no_missing_list,
        templates: args.templates.as_deref().map(templates).transpose()?.unwrap_or_default(),
        reader: device.map(|device| devices::epub(device, pictures)).unwrap_or_default(),
    })
}

fn text(path: &Path, flag: &str) -> Result<String, Error> {
    let cannot = |why: &str| {
        Error::new(ErrorKind::Input, format!("cannot read {} ({flag}): {why}", path.display()))
            .hint("it is a text file in UTF-8, up to 1 MB")
    };
    let bytes = disk::read(path, LIMIT).map_err(|failure| cannot(&failure.to_string()))?;
    String::from_utf8(bytes).map_err(|_| cannot("not UTF-8"))
}

/// The templates of a folder that have the name of a built-in one; others in it are not ours.
fn templates(folder: &str) -> Result<BTreeMap<String, String>, Error> {
    let hint = format!("its files are called {}", Options::template_names().join(", "));
    let cannot = |why: &str| {
        Error::new(ErrorKind::Input, format!("cannot use {folder} (--templates): {why}")).hint(hint.clone())
    };
    let files = disk::files_in(Path::new(folder)).map_err(|failure| cannot(&failure.to_string()))?;
    let mut found = BTreeMap::new();
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if Options::template_names().contains(&name.as_str()) {
            found.insert(name, text(&file, "--templates")?);
        }
    }
    if found.is_empty() { Err(cannot("no template in it")) } else { Ok(found) }
}

/// A size as it is typed: `800KB`, `50MB`, `1.5 GB`, or bytes.
pub(super) fn size(typed: &str) -> Result<u64, String> {
    let lower = typed.trim().to_ascii_lowercase();
    let digits = lower.trim_end_matches(|c: char| c.is_ascii_alphabetic()).trim_end();
    let unit = lower[digits.len()..].trim();
    let factor = match unit {
        "" | "b" => 1.0,
        "k" | "kb" => 1e3,
        "m" | "mb" => 1e6,
        "g" | "gb" => 1e9,
        _ => return Err("give a size such as 800KB, 50MB or 1.5GB".to_owned()),
    };
    let number: f64 = digits.parse().map_err(|_| "give a size such as 800KB, 50MB or 1.5GB".to_owned())?;
    let bytes = number * factor;
    if (100_000.0..=1e12).contains(&bytes) {
        Ok(bytes as u64)
    } else {
        Err("100KB is the least, 1000GB the most".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_as_typed() {
        assert_eq!(size("50MB"), Ok(50_000_000));
        assert_eq!(size("1.5 gb"), Ok(1_500_000_000));
        assert_eq!(size("300000"), Ok(300_000));
        for bad in ["", "MB", "5 parsecs", "-5MB", "1KB", "inf", "nan", "９MB"] {
            assert!(size(bad).is_err(), "{bad}");
        }
    }
}
