//! From flags as typed to what they mean.

use std::path::{Path, PathBuf};

use offprint::backend::{Settings, html};
use offprint::diag::{Error, ErrorKind};
use offprint::fetch::{WorldOptions, disk};
use offprint::media::Keep;
use offprint::model::Language;
use offprint::source::Input;
use offprint::{Options, media, normalize};

use super::args;

/// What a build is to do, and what it may reach.
pub(super) fn build(args: &args::Build) -> Result<(Options, WorldOptions), Error> {
    let inputs: Vec<Input> = args.inputs.iter().map(|input| self::input(input)).collect();
    let outputs: Vec<PathBuf> = args.outputs.iter().map(PathBuf::from).collect();
    refuse_clashes(&inputs, &outputs)?;
    let cover = args.cover.as_deref().map(Path::new);
    let options = Options {
        base: args.base.as_deref().map(web_address).transpose()?,
        title: args.title.as_deref().map(str::trim).filter(|title| !title.is_empty()).map(str::to_owned),
        authors: args.authors.clone(),
        language: args.lang.as_deref().map(language).transpose()?,
        cover: cover.map(cover_address).transpose()?,
        strict: args.strict,
        normalize: normalize::Options { rules: rules(&args.rules)?, ..normalize::Options::default() },
        media: pictures(args),
        settings: settings(args),
        inputs,
        outputs,
        ..Options::default()
    };
    let world = WorldOptions {
        offline: args.offline,
        roots: roots(&options.inputs).into_iter().chain(cover.map(Path::to_path_buf)).collect(),
        allow_net: args.allow_net.clone(),
        ..WorldOptions::default()
    };
    Ok((options, world))
}

fn pictures(args: &args::Build) -> media::Options {
    let keep = match args.images {
        args::Images::None => Keep::None,
        args::Images::Cap => Keep::Capped,
        args::Images::Original => Keep::Original,
    };
    let defaults = media::Options::default();
    // A larger side than the common one is a wish for larger pictures.
    let max_pixels = defaults.max_pixels.max(args.max_image.saturating_mul(args.max_image));
    media::Options { keep, max_side: args.max_image, max_pixels, jpeg_quality: args.jpeg_quality, grey: args.grey }
}

fn settings(args: &args::Build) -> Settings {
    let html = html::Options { images: args.images != args::Images::None };
    Settings { html, ..Settings::default() }
}

/// The rules of all files; earlier files come first.
fn rules(typed: &[String]) -> Result<normalize::Rules, Error> {
    const LIMIT: u64 = 4 * 1024 * 1024;
    let mut rules = normalize::Rules::default();
    for file in typed {
        let refuse = |kind, why: String| Error::new(kind, format!("cannot use the rules {file}: {why}"));
        let bytes = disk::read(Path::new(file), LIMIT).map_err(|failure| {
            refuse(ErrorKind::Input, failure.to_string()).hint("check the path given with --rules")
        })?;
        rules.add(file, &String::from_utf8_lossy(&bytes)).map_err(|why| {
            refuse(ErrorKind::Input, why)
                .hint("templates/rules/platforms.toml shows the format and says what each key means")
        })?;
    }
    Ok(rules)
}

fn input(typed: &str) -> Input {
    if typed == "-" { Input::StandardInput } else { Input::Path(PathBuf::from(typed)) }
}

/// An output must not be written twice, and never over an input.
fn refuse_clashes(inputs: &[Input], outputs: &[PathBuf]) -> Result<(), Error> {
    let usage = |message: String, hint: &str| Err(Error::new(ErrorKind::Usage, message).hint(hint));
    for (index, output) in outputs.iter().enumerate() {
        if outputs[..index].contains(output) {
            return usage(format!("{} is named twice as an output", output.display()), "name each output once");
        }
        if inputs.iter().any(|input| matches!(input, Input::Path(path) if disk::same_file(path, output))) {
            return usage(format!("{} is both input and output", output.display()), "choose another name with -o");
        }
    }
    Ok(())
}

fn web_address(typed: &str) -> Result<String, Error> {
    let web = ["http://", "https://"].iter().any(|scheme| typed.to_ascii_lowercase().starts_with(scheme));
    if web && typed.len() > 8 {
        return Ok(typed.to_owned());
    }
    let message = format!("--base {typed} is not a web address");
    Err(Error::new(ErrorKind::Usage, message).hint("it begins with https:// or http://"))
}

fn language(typed: &str) -> Result<Language, Error> {
    Language::parse(typed).ok_or_else(|| {
        Error::new(ErrorKind::Usage, format!("--lang {typed} is not a language tag"))
            .hint("use a tag such as zh-CN, zh-TW, ja, en")
    })
}

fn cover_address(path: &Path) -> Result<String, Error> {
    disk::file_address(path).ok_or_else(|| {
        Error::new(ErrorKind::Input, format!("cannot read the cover {}: no such file", path.display()))
            .hint("check the path given with --cover")
    })
}

/// The folders whose files the pages may show: those that hold the pages.
fn roots(inputs: &[Input]) -> Vec<PathBuf> {
    let folder = |path: &PathBuf| {
        if disk::is_folder(path) {
            return path.clone();
        }
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        parent.unwrap_or(Path::new(".")).to_path_buf()
    };
    let paths = inputs.iter().filter_map(|input| match input {
        Input::Path(path) => Some(path),
        Input::StandardInput => None,
    });
    paths.map(folder).collect()
}
