//! `offprint devices`, and what a device's profile means for a build.

use std::path::Path;

use offprint::backend::epub;
use offprint::device::{Devices, Languages, Profile};
use offprint::diag::{Error, ErrorKind};
use offprint::fetch::disk;
use offprint::media;

use super::{args, report, words};

/// The most bytes of a file of devices.
const LIMIT: u64 = 1 << 20;

/// Lists the devices, or tells all that is known of one.
pub(super) fn run(args: &args::DeviceList) -> Result<(), Error> {
    let devices = known(&args.devices)?;
    match &args.name {
        None => table(&devices).iter().for_each(|line| report::line(line)),
        Some(name) => all(devices.find(name)?).iter().for_each(|line| report::line(line)),
    }
    Ok(())
}

/// The device that was named.
pub(super) fn chosen(args: &args::Reader) -> Result<Option<Profile>, Error> {
    if args.device.is_none() && args.devices.is_empty() {
        return Ok(None);
    }
    let devices = known(&args.devices)?;
    args.device.as_deref().map(|name| devices.find(name).cloned()).transpose()
}

/// All devices, with those of the user's files.
pub(super) fn known(files: &[String]) -> Result<Devices, Error> {
    let mut devices = Devices::built_in();
    for file in files {
        let cannot = |why: &str| {
            Error::new(ErrorKind::Input, format!("cannot use {file} (--devices): {why}"))
                .hint("templates/devices.toml shows the form and says what each key means")
        };
        let bytes = disk::read(Path::new(file), LIMIT).map_err(|failure| cannot(&failure.to_string()))?;
        let text = String::from_utf8(bytes).map_err(|_| cannot("not UTF-8"))?;
        devices.add(&text).map_err(|error| cannot(&error.message))?;
    }
    Ok(devices)
}

/// How pictures are made for a device.
pub(super) fn pictures(device: &Profile, options: &mut media::Options) {
    options.grey = !device.colour;
    options.max_pixels = device.max_pixels;
    options.reader = media::Reader {
        screen: Some((device.width, device.height)),
        levels: device.levels,
        dither: media::Dither::None,
        stretch: device.stretch,
        baseline: device.baseline_jpeg,
        opaque: device.opaque,
        max_bytes: Some(device.max_image),
    };
}

/// How EPUB files are made for a device.
pub(super) fn epub(device: &Profile, pictures: &media::Options) -> epub::Reader {
    epub::Reader {
        no_cover_page: !device.cover_page,
        ncx_depth: Some(device.ncx_depth).filter(|depth| *depth > 0),
        languages: match device.languages {
            Languages::AsWritten => epub::Languages::AsWritten,
            Languages::Region => epub::Languages::Region,
            Languages::Script => epub::Languages::Script,
        },
        css_avoid: device.css_avoid.clone(),
        max_document: Some(device.max_document),
        cover: Some(pictures.clone()),
    }
}

/// Name, what it is called, screen, colours, advice: a line each.
fn table(devices: &Devices) -> Vec<String> {
    let rows: Vec<[String; 5]> =
        std::iter::once(["NAME", "SCREEN", "PPI", "SHOWS", "WHAT IT IS"].map(|name| words::of(name).into_owned()))
            .chain(devices.iter().map(|device| {
                let what = if device.note.is_empty() {
                    device.title.clone()
                } else {
                    format!("{}; {}", device.title, words::of(&device.note))
                };
                [device.name.clone(), screen(device), device.ppi.to_string(), shows(device), what]
            }))
            .collect();
    let width = |column: usize| rows.iter().map(|row| words::width(&row[column])).max().unwrap_or(0);
    let widths: Vec<usize> = (0..5).map(width).collect();
    let cell = |(text, width): (&String, &usize)| words::padded(text, *width);
    rows.iter()
        .map(|row| row.iter().zip(&widths).map(cell).collect::<Vec<_>>().join("  ").trim_end().to_owned())
        .collect()
}

fn screen(device: &Profile) -> String {
    format!("{} x {}", device.width, device.height)
}

fn shows(device: &Profile) -> String {
    match (device.colour, device.levels) {
        (true, _) => words::of("colours").into_owned(),
        (false, levels) => words::of(&format!("{levels} greys")).into_owned(),
    }
}

fn all(device: &Profile) -> Vec<String> {
    let yes = |is: bool| if is { "yes" } else { "no" };
    let (width, height) = device.page();
    let lines = [
        ("name", device.name.clone()),
        ("also", device.also.join(", ")),
        ("is", device.title.clone()),
        ("note", device.note.clone()),
        ("screen", format!("{} pixels, {} an inch, {:.1} inches", screen(device), device.ppi, device.inches())),
        ("shows", shows(device)),
        ("pictures", format!("at most {} pixels and {} bytes", device.max_pixels, device.max_image)),
        ("progressive JPEG", yes(!device.baseline_jpeg).to_owned()),
        ("documents", format!("at most {} bytes", device.max_document)),
        ("book", format!("at most {} bytes", device.max_book)),
        ("cover as a page", yes(device.cover_page).to_owned()),
        ("levels in the NCX", if device.ncx_depth == 0 { "all".to_owned() } else { device.ncx_depth.to_string() }),
        ("fonts in books", yes(!device.fonts.is_empty()).to_owned()),
        ("CSS left out", device.css_avoid.join(", ")),
        (
            "PDF page",
            format!("{:.1} x {:.1} pt, margins {}, type {}", width.0, height.0, device.margin, device.font_size),
        ),
    ];
    let shown = lines.into_iter().filter(|(_, what)| !what.is_empty());
    shown.map(|(name, what)| words::padded(&words::of(name), 18) + &words::of(&what)).collect()
}
