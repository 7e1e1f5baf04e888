//! From flags as typed to what they mean.

use std::path::{Path, PathBuf};
use std::time::Duration;

use offprint::backend::{Settings, html};
use offprint::device::Profile;
use offprint::diag::{Error, ErrorKind, printable};
use offprint::fetch::lock::Lock;
use offprint::fetch::{WorldOptions, disk, http};
use offprint::layout::Theme;
use offprint::limits::Limits;
use offprint::media::{Dither, Keep};
use offprint::model::{Language, Series};
use offprint::source::{self, Input};
use offprint::units::Pt;
use offprint::{Arrangement, Group, Options, Sort, media, normalize};

use super::{args, devices, environment, epub, pdf};

/// What the books of the same articles are to be, and what may be reached for them.
pub(super) fn build_all(all: &[args::Build]) -> Result<(Vec<Options>, WorldOptions), Error> {
    let resolved = compositions(all)?;
    if all.iter().any(|args| args.outputs.is_empty() && !args.list_hosts && !args.plan) {
        return Err(Error::new(ErrorKind::Usage, "no book is named").hint("name one with -o, such as -o book.epub"));
    }
    Ok(resolved)
}

/// The same for books that need not be written.
pub(super) fn compositions(all: &[args::Build]) -> Result<(Vec<Options>, WorldOptions), Error> {
    let mut jobs = Vec::new();
    let mut world: Option<WorldOptions> = None;
    for args in all {
        let (options, own) = build(args)?;
        jobs.push(options);
        match &mut world {
            None => world = Some(own),
            Some(world) => world.roots.extend(own.roots),
        }
    }
    let outputs: Vec<PathBuf> = jobs.iter().flat_map(|job: &Options| job.outputs.iter().cloned()).collect();
    refuse_clashes(jobs.first().map_or(&[], |job| job.inputs.as_slice()), &outputs)?;
    Ok((jobs, world.unwrap_or_default()))
}

/// What a build is to do, and what it may reach.
fn build(args: &args::Build) -> Result<(Options, WorldOptions), Error> {
    let reading = reading(&args.input)?;
    let limits = reading.limits;
    let outputs: Vec<PathBuf> = args.outputs.iter().map(PathBuf::from).collect();
    let cover = args.cover.as_deref().map(Path::new);
    let device = devices::chosen(&args.reader)?;
    let mut media = pictures(args, device.as_ref());
    let settings = Settings { limits, ..settings(args, device.as_ref(), &media)? };
    for_print(&mut media, args, &settings.theme);
    let options = Options {
        identifier: said(args.identifier.as_deref()),
        title: said(args.title.as_deref()),
        authors: args.authors.clone(),
        language: args.lang.as_deref().map(language).transpose()?,
        cover: cover.map(cover_address).transpose()?,
        strict: args.messages.strict,
        offline_gaps: args.offline,
        settings,
        series: series(args),
        max_size: args.max_size.or(device.map(|device| device.max_book)),
        outputs,
        normalize: normalize::Options { limits, ..chapters(args)? },
        media: media::Options { limits, ..media },
        ..reading
    };
    let mut world = world(&options.inputs, &args.input, &args.network)?;
    world.roots.extend(cover.map(Path::to_path_buf));
    // To know which hosts would be contacted, none is.
    world.offline = args.offline || args.list_hosts || args.plan;
    world.lock = args.lock.as_deref().map(|path| lock(Path::new(path))).transpose()?;
    Ok((options, world))
}

/// What is typed, if it says something.
fn said(typed: Option<&str>) -> Option<String> {
    typed.map(str::trim).filter(|typed| !typed.is_empty()).map(str::to_owned)
}

fn chapters(args: &args::Build) -> Result<normalize::Options, Error> {
    let defaults = normalize::Options::default();
    let split_level = args.split_level.unwrap_or(0).max(defaults.split_level);
    Ok(normalize::Options { split_level, rules: rules(&args.rules)?, ..defaults })
}

/// What is to be fetched, and what may be reached.
pub(super) fn fetch(args: &args::Fetch) -> Result<(Options, WorldOptions), Error> {
    let options = Options { strict: args.messages.strict, ..reading(&args.input)? };
    refuse_clashes(&options.inputs, &[PathBuf::from(&args.lock)])?;
    let world = world(&options.inputs, &args.input, &args.network)?;
    Ok((options, world))
}

/// The folders of the articles that are named; none if they cannot be read now.
pub(super) fn folders(args: &args::Input) -> Vec<PathBuf> {
    source::expand(&args.inputs, args.recursive).map(|inputs| roots(&inputs)).unwrap_or_default()
}

/// What is to be looked at, and what may be reached.
pub(super) fn inspect(args: &args::Reading) -> Result<(Options, WorldOptions), Error> {
    let mut options = reading(&args.input)?;
    options.normalize.rules = rules(&args.rules)?;
    let world = world(&options.inputs, &args.input, &args.network)?;
    Ok((options, world))
}

fn reading(args: &args::Input) -> Result<Options, Error> {
    if args.inputs.is_empty() {
        return Err(Error::new(ErrorKind::Usage, "no article is named")
            .hint("name files, folders or addresses; or write a project file with `offprint init`"));
    }
    let limits = limits(args)?;
    Ok(Options {
        inputs: source::expand(&args.inputs, args.recursive)?,
        arrangement: arrangement(args),
        base: args.base.as_deref().map(web_address).transpose()?,
        limits,
        normalize: normalize::Options { limits, ..normalize::Options::default() },
        media: media::Options { limits, ..media::Options::default() },
        ..Options::default()
    })
}

fn limits(args: &args::Input) -> Result<Limits, Error> {
    let mut limits = Limits::default();
    for typed in &args.limits {
        limits.set(typed).map_err(|(why, hint)| {
            Error::new(ErrorKind::Usage, format!("--limit {}: {why}", printable(typed, 60))).hint(hint)
        })?;
    }
    Ok(limits)
}

fn world(inputs: &[Input], input: &args::Input, network: &args::Network) -> Result<WorldOptions, Error> {
    let budget = duration(&network.fetch_budget).ok_or_else(|| {
        let message = format!("--fetch-budget {}: not a time", printable(&network.fetch_budget, 40));
        Error::new(ErrorKind::Usage, message).hint("use a number with s, m or h, such as 90s, 30m, 2h")
    })?;
    let limits = limits(input)?;
    let in_flight = if environment::is_cramped() { 1 } else { http::Limits::default().in_flight };
    Ok(WorldOptions {
        roots: roots(inputs),
        allow_net: network.allow_net.clone(),
        proxy: environment::proxy(network.proxy.as_deref())?,
        named: inputs.iter().flat_map(Input::addresses).map(str::to_owned).collect(),
        headers: input.headers.clone(),
        cookie_file: input.cookie_file.as_ref().map(PathBuf::from),
        cache: if network.no_cache { None } else { environment::cache(network.cache.as_deref()) },
        refresh: network.refresh,
        now: environment::now(),
        limits: http::Limits {
            budget,
            in_flight,
            bytes: limits.fetched,
            redirects: u32::try_from(limits.redirects).unwrap_or(u32::MAX),
            retries: u32::try_from(limits.retries).unwrap_or(u32::MAX),
            ..http::Limits::default()
        },
        ..WorldOptions::default()
    })
}

/// `90s`, `30m`, `2h`; a number alone is seconds.
fn duration(typed: &str) -> Option<Duration> {
    let digits = typed.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let seconds = match typed.strip_prefix(digits)? {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => return None,
    };
    let number: u32 = digits.parse().ok()?;
    Some(Duration::from_secs(u64::from(number) * seconds))
}

fn lock(path: &Path) -> Result<Lock, Error> {
    let shown = printable(&path.to_string_lossy(), 200);
    let unusable = |reason: &str| {
        Error::new(ErrorKind::Input, format!("cannot use the lock file {shown}: {reason}"))
            .hint("`offprint fetch` writes one")
    };
    let bytes = disk::read(path, LOCK_LIMIT).map_err(|failure| unusable(&failure.reason))?;
    let text = String::from_utf8(bytes).map_err(|_| unusable("not a text file"))?;
    Lock::parse(&text).map_err(|line| unusable(&format!("line {line} is not a hash and an address")))
}

/// Ten thousand addresses of a page's length each.
const LOCK_LIMIT: u64 = 32 << 20;

fn pictures(args: &args::Build, device: Option<&Profile>) -> media::Options {
    let keep = match args.images {
        args::Images::None => Keep::None,
        args::Images::Cap => Keep::Capped,
        args::Images::Original => Keep::Original,
    };
    let mut options = media::Options { keep, jpeg_quality: args.jpeg_quality, ..media::Options::default() };
    if let Some(device) = device {
        devices::pictures(device, &mut options);
    }
    if let Some(side) = args.max_image {
        // A larger side than the common one is a wish for larger pictures.
        options.max_pixels = options.max_pixels.max(side.saturating_mul(side));
        (options.max_side, options.reader.screen) = (side, None);
    }
    options.grey = (options.grey || args.grey) && !args.colour;
    if let Some(dither) = args.dither {
        options.reader.dither = match dither {
            args::Dither::None => Dither::None,
            args::Dither::FloydSteinberg => Dither::FloydSteinberg,
            args::Dither::Ordered => Dither::Ordered,
        };
        // Only greys are made of dots.
        options.grey |= dither != args::Dither::None && !args.colour;
        options.reader.levels = if options.reader.levels == 0 { 16 } else { options.reader.levels };
    }
    options
}

fn settings(args: &args::Build, device: Option<&Profile>, media: &media::Options) -> Result<Settings, Error> {
    let html = html::Options { images: args.images != args::Images::None };
    let (epub, theme) = (epub::options(args, device, media)?, pdf::theme(&args.pages, device, media.grey)?);
    let pdf = pdf::options(args, media.grey)?;
    let mut settings = Settings { html, epub, theme, pdf, ..Settings::default() };
    settings.theme.missing_list = !args.no_missing_list;
    settings.theme.links = pdf::links_of(args, &settings.theme);
    settings.theme.right_bound = args.sheets.binding.map(|binding| binding == args::Binding::Right);
    Ok(settings)
}

/// Pictures for a printer may be as large as it prints a page, if nobody says otherwise and no other book has them.
fn for_print(media: &mut media::Options, args: &args::Build, theme: &Theme) {
    let all_pdf = args.outputs.iter().all(|output| output.to_lowercase().ends_with(".pdf"));
    if let (Some(dpi), None, None, true) = (args.pages.print_dpi, args.max_image, &args.reader.device, all_pdf) {
        let page = theme.page_size();
        let pixels = |side: Pt| (side.0 / 72.0 * f64::from(dpi)).ceil() as u32;
        let (across, down) = (pixels(page.width), pixels(page.height));
        media.max_side = media.max_side.max(across.max(down));
        media.max_pixels = media.max_pixels.max(across.saturating_mul(down));
    }
}

fn series(args: &args::Build) -> Option<Series> {
    let name = args.series.as_deref().map(str::trim).filter(|name| !name.is_empty())?;
    Some(Series { name: name.to_owned(), position: args.series_number.map(f32::from) })
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

fn arrangement(args: &args::Input) -> Arrangement {
    Arrangement {
        sort: args.sort.map_or(Sort::Auto, |sort| match sort {
            args::Sort::Date => Sort::Date,
            args::Sort::Name => Sort::Name,
            args::Sort::Title => Sort::Title,
            args::Sort::Given => Sort::Given,
        }),
        reverse: args.reverse,
        group: args.group.map(|group| match group {
            args::Group::Year => Group::Year,
            args::Group::Month => Group::Month,
            args::Group::Tag => Group::Tag,
            args::Group::Author => Group::Author,
            args::Group::Site => Group::Site,
        }),
    }
}

/// An output must not be written twice, and never over an input.
fn refuse_clashes(inputs: &[Input], outputs: &[PathBuf]) -> Result<(), Error> {
    let usage = |message: String, hint: &str| Err(Error::new(ErrorKind::Usage, message).hint(hint));
    for (index, output) in outputs.iter().enumerate() {
        if outputs[..index].contains(output) {
            return usage(format!("{} is named twice as an output", output.display()), "name each output once");
        }
        if inputs.iter().flat_map(Input::paths).any(|path| disk::same_file(path, output)) {
            return usage(format!("{} is both input and output", output.display()), "choose another name with -o");
        }
    }
    Ok(())
}

fn web_address(typed: &str) -> Result<String, Error> {
    if source::is_web_address(typed) {
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
    let mut folders: Vec<PathBuf> = inputs.iter().flat_map(Input::paths).map(folder).collect();
    folders.sort();
    folders.dedup();
    folders
}
