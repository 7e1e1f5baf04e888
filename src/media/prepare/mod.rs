//! From pixels to an image of a book: no larger than asked for, in a format that every reader shows, without
//! anything that is not the picture.

pub(super) mod encode;
mod limit;
mod scale;
mod tone;

use self::encode::Colours;
use super::decode::{self, Decoded};
use super::raster::{Channels, Raster};
use super::{Dither, Image, ImageFormat, Keep, Options};

/// A picture as the book is to show it, not yet a file.
pub(super) enum Fitted {
    /// A JPEG file that shows just this already.
    File { file: Vec<u8>, size: (u32, u32) },
    /// Pixels.
    Drawn(Drawn),
}

/// Pixels as the book is to show them, or nearly: dots are made at last.
#[derive(Clone)]
pub(super) struct Drawn {
    raster: Raster,
    lossless: bool,
    /// Whether it looks like a photograph, in the colours that it had.
    photographic: bool,
    /// The file that shows just this, if there is one already.
    file: Option<Vec<u8>>,
}

/// The size that a picture is to have whose file has another, and may lie on its side (then it `turns`).
pub(super) fn size(own: (u32, u32), turns: bool, options: &Options) -> (u32, u32) {
    let most = u64::from(options.max_pixels);
    match (options.keep, options.reader.screen) {
        (Keep::Original, _) => own,
        (Keep::None | Keep::Capped, None) => scale::fit(own.0, own.1, options.max_side, most),
        (Keep::None | Keep::Capped, Some((across, down))) => {
            scale::fit_screen(own, if turns { (down, across) } else { (across, down) }, most)
        }
    }
}

/// Makes a picture small and grey enough, and otherwise as its reader takes it.
///
/// # Errors
/// Why that cannot be done.
pub(super) fn fitted(decoded: Decoded<'_>, options: &Options) -> Result<Fitted, String> {
    let Decoded { raster, finish, lossless, fits, file } = decoded;
    let reader = &options.reader;
    let own = (raster.width, raster.height);
    let size = if fits { own } else { size(own, finish.turns(), options) };
    let unchanged = size == own
        && !(options.grey && raster.channels.count() >= 3)
        && !(reader.opaque && raster.channels.has_alpha());
    // Whether a scan is faint, and what becomes of its greys, the pixels say.
    let by_pixels =
        !lossless && (reader.dither != Dither::None || (reader.stretch && matches!(raster.channels, Channels::Grey)));
    let file = file.filter(|_| unchanged && !by_pixels).map(|file| file.strip()).transpose()?;
    let fit = |file: &Vec<u8>| {
        reader.max_bytes.is_none_or(|most| file.len() <= most as usize)
            && !(reader.baseline && !lossless && decode::jpeg::read(file).is_ok_and(|markers| markers.coefficients > 0))
    };
    let file = match file.filter(fit) {
        Some(file) if !lossless && !is_lavish(&file, options) => {
            drop(raster);
            return Ok(Fitted::File { file, size });
        }
        file => file,
    };
    // Turned and coloured when it is small. With a profile, equal numbers may be a colour.
    let raster = match finish.has_profile() {
        true => finish.apply(scale::scale(raster, size)).simplified(),
        false => finish.apply(scale::scale(raster.simplified(), size)),
    };
    let raster = if reader.opaque { tone::on_white(raster) } else { raster };
    // Of few greys more neighbours are alike than of many colours.
    let photographic = raster.is_photographic();
    let raster = if options.grey { tone::grey(raster) } else { raster };
    Ok(Fitted::Drawn(match tone::faint(&raster).filter(|_| reader.stretch) {
        Some(range) => Drawn { raster: tone::stretched(raster, range), lossless, photographic, file: None },
        None => Drawn { raster, lossless, photographic, file },
    }))
}

/// Whether a JPEG file of the right size is finer than it is asked to be.
fn is_lavish(file: &[u8], options: &Options) -> bool {
    options.keep != Keep::Original
        && decode::jpeg::read(file).is_ok_and(|markers| markers.quality > options.jpeg_quality)
}

/// Makes a file of a picture.
///
/// A JPEG or PNG file that needs no change goes in as it is, without metadata; one of more than the quality asked for
/// only if another would not be much smaller. Otherwise what looks like a photograph becomes a JPEG if that is at least
/// 30 % smaller, and the rest a PNG.
///
/// # Errors
/// Why that cannot be done.
pub(super) fn encoded(fitted: Fitted, options: &Options) -> Result<Image, String> {
    match (fitted, options.reader.max_bytes) {
        (Fitted::File { file, size }, _) => Ok(image(ImageFormat::Jpeg, size, file)),
        (Fitted::Drawn(drawn), None) => one_file(drawn, options),
        (Fitted::Drawn(drawn), Some(most)) => limit::within(most as usize, drawn, options),
    }
}

fn one_file(drawn: Drawn, options: &Options) -> Result<Image, String> {
    let Drawn { raster, lossless, photographic, file } = drawn;
    let size = (raster.width, raster.height);
    let (drawing, photograph) = if lossless { (file, None) } else { (None, file) };
    if options.reader.dither != Dither::None && raster.channels == Channels::Grey {
        let levels = options.reader.levels;
        let dots = tone::dithered(raster, options.reader.dither, levels);
        return Ok(image(ImageFormat::Png, size, encode::few_greys(&dots, levels)?));
    }
    let (format, bytes) = match lossless || raster.channels.has_alpha() || !photographic {
        true => {
            let photographic = photographic && !raster.channels.has_alpha();
            from_lossless(&raster, (lossless, photographic), drawing, options)?
        }
        false => (ImageFormat::Jpeg, encode::jpeg(&raster, options.jpeg_quality, Colours::Halved)?),
    };
    Ok(match photograph {
        Some(file) if !is_worth_it(bytes.len(), file.len()) => image(ImageFormat::Jpeg, size, file),
        _ => image(format, size, bytes),
    })
}

/// Whether a JPEG file that is finer than asked for is made anew, which each time costs a little of the picture: if that
/// saves 15 %.
fn is_worth_it(new: usize, old: usize) -> bool {
    new as u64 * 100 <= old as u64 * 85
}

/// A picture whose pixels are as they were drawn, or that is not photographic: PNG, unless JPEG is much smaller and
/// does no harm.
fn from_lossless(
    raster: &Raster,
    (lossless, photographic): (bool, bool),
    file: Option<Vec<u8>>,
    options: &Options,
) -> Result<(ImageFormat, Vec<u8>), String> {
    // What a JPEG file held has lost its sharp edges already; more than a few colours are its noise. Greys are never
    // more than 256.
    let few = |colours: usize| raster.channels != Channels::Grey || colours <= 64;
    let noise = !lossless && !raster.channels.has_alpha() && !raster.palette().is_some_and(|all| few(all.len()));
    if noise {
        return Ok((ImageFormat::Jpeg, encode::jpeg(raster, options.jpeg_quality, Colours::Whole)?));
    }
    let jpeg = match photographic {
        true => Some(encode::jpeg(raster, options.jpeg_quality, Colours::Halved)?),
        false => None,
    };
    let png = match file {
        // Few colours are often kept as if they were many.
        Some(file) if raster.palette().is_some() => shorter(file, encode::png(raster)?),
        Some(file) => file,
        None => encode::png(raster)?,
    };
    Ok(match jpeg {
        Some(jpeg) if jpeg.len() as u64 * 10 <= png.len() as u64 * 7 => (ImageFormat::Jpeg, jpeg),
        _ => (ImageFormat::Png, png),
    })
}

fn shorter(one: Vec<u8>, other: Vec<u8>) -> Vec<u8> {
    if other.len() < one.len() { other } else { one }
}

fn image(format: ImageFormat, (width, height): (u32, u32), bytes: Vec<u8>) -> Image {
    Image { id: super::id_of(&bytes), format, width, height, bytes: bytes.into() }
}

#[cfg(test)]
mod tests {
    use super::super::Reader;
    use super::super::decode::tests as samples;
    use super::*;

    fn prepared(file: &[u8], options: &Options) -> Image {
        let decoded = decode::examine(file).and_then(decode::Candidate::decode).expect("a picture");
        fitted(decoded, options).and_then(|fitted| encoded(fitted, options)).expect("an image")
    }

    fn bytes(image: &Image) -> Vec<u8> {
        image.bytes.read().expect("bytes").into_owned()
    }

    fn holds(image: &Image, text: &[u8]) -> bool {
        bytes(image).windows(text.len()).any(|window| window == text)
    }

    #[test]
    fn metadata_is_gone_whether_or_not_the_file_was_made_anew() {
        for orientation in [1, 6] {
            let file = samples::jpeg_with(&samples::photo(64, 48), &samples::exif(orientation));
            let image = prepared(&file, &Options::default());
            assert!(!holds(&image, b"GPS-SECRET") && !holds(&image, b"Exif"), "orientation {orientation}");
            assert_eq!((image.width, image.height), if orientation == 1 { (64, 48) } else { (48, 64) });
            assert_eq!(decode::jpeg::strip(&bytes(&image)), Ok(bytes(&image)));
        }
    }

    #[test]
    fn a_jpeg_that_needs_no_change_keeps_its_bytes() {
        let file = samples::jpeg(&samples::photo(64, 48));
        assert_eq!(bytes(&prepared(&file, &Options::default())), file);
    }

    #[test]
    fn a_jpeg_finer_than_asked_for_is_made_anew_where_that_is_worth_it() {
        let fine = samples::jpeg_of(&samples::photo(300, 200), 96);
        let made = |quality| prepared(&fine, &Options { jpeg_quality: quality, ..Options::default() });
        assert!(is_worth_it(made(82).bytes.len(), fine.len()));
        assert!(is_worth_it(85, 100) && !is_worth_it(86, 100));
        assert_eq!(bytes(&made(97)), fine, "no finer than asked for");
        let original = Options { keep: Keep::Original, ..Options::default() };
        assert_eq!(bytes(&prepared(&fine, &original)), fine);
    }

    #[test]
    fn photographs_become_jpeg_and_drawings_png() {
        let photo = prepared(&samples::png(&samples::photo(300, 200)), &Options::default());
        assert_eq!(photo.format, ImageFormat::Jpeg);
        let drawing = samples::png(&samples::drawing(300, 200));
        let image = prepared(&drawing, &Options::default());
        assert!(image.format == ImageFormat::Png && bytes(&image).len() < drawing.len());
        let few = image::load_from_memory(&bytes(&image)).expect("a PNG file");
        assert_eq!(few.to_rgb8(), samples::drawing(300, 200), "not a pixel has changed");
        let rgba = image::DynamicImage::from(samples::drawing(300, 200)).into_rgba8();
        let gif = prepared(&samples::gif(&[rgba]), &Options::default());
        assert_eq!(gif.format, ImageFormat::Png);
        assert!(gif.bytes.len() < 1000, "three colours take {} bytes", gif.bytes.len());
    }

    #[test]
    fn transparency_stays() {
        let mut rgba = image::DynamicImage::from(samples::photo(300, 200)).into_rgba8();
        rgba.pixels_mut().take(1000).for_each(|pixel| pixel.0[3] = 0);
        let image = prepared(&samples::webp(&rgba), &Options { max_side: 100, ..Options::default() });
        assert_eq!((image.format, image.width, bytes(&image)[25]), (ImageFormat::Png, 100, 6));
        rgba.pixels_mut().for_each(|pixel| pixel.0[3] = 255);
        let image = prepared(&samples::webp(&rgba), &Options::default());
        assert_eq!(image.format, ImageFormat::Jpeg);
    }

    #[test]
    fn grey_photographs_and_drawings_stay_what_they_are() {
        let grey = Options { grey: true, ..Options::default() };
        for file in [samples::jpeg(&samples::drawing(300, 200)), samples::png(&samples::photo(300, 200))] {
            let colours = prepared(&file, &Options { max_side: 250, ..Options::default() });
            let greys = prepared(&file, &Options { max_side: 250, ..grey.clone() });
            assert_eq!(greys.format, colours.format);
            assert!(greys.bytes.len() <= colours.bytes.len(), "{} {}", greys.bytes.len(), colours.bytes.len());
        }
    }

    #[test]
    fn grey_is_for_what_has_colours() {
        let grey = Options { grey: true, ..Options::default() };
        let image = prepared(&samples::jpeg(&samples::photo(64, 48)), &grey);
        let decoded = image::load_from_memory(&bytes(&image)).expect("a JPEG file");
        assert_eq!(decoded.color(), image::ColorType::L8);
        let drawing = prepared(&samples::png(&samples::drawing(64, 48)), &grey);
        assert_eq!(drawing.format, ImageFormat::Png);
    }

    #[test]
    fn readers_of_few_greys_get_dots() {
        let options = |dither| {
            let reader = Reader { screen: Some((120, 160)), levels: 16, dither, opaque: true, ..Reader::default() };
            Options { grey: true, reader, ..Options::default() }
        };
        for file in [samples::jpeg(&samples::photo(300, 200)), samples::png(&samples::photo(300, 200))] {
            for dither in [Dither::FloydSteinberg, Dither::Ordered] {
                let image = prepared(&file, &options(dither));
                assert_eq!((image.format, image.width, image.height), (ImageFormat::Png, 120, 80));
                let file = bytes(&image);
                assert_eq!(file[24..26], [4, 0], "4 bits, grey");
                let greys = image::load_from_memory(&file).expect("a PNG file").into_luma8();
                assert!(greys.pixels().all(|pixel| pixel.0[0] % 17 == 0));
            }
            assert_eq!(prepared(&file, &options(Dither::None)).format, ImageFormat::Jpeg);
        }
    }

    #[test]
    fn bytes_are_limited_by_quality_then_by_size() {
        let file = samples::png(&samples::photo(600, 400));
        let limited = |most, dither| {
            let reader = Reader { max_bytes: Some(most), dither, levels: 16, ..Reader::default() };
            prepared(&file, &Options { reader, grey: true, ..Options::default() })
        };
        let free = limited(10_000_000, Dither::None);
        let lower = limited(free.bytes.len() as u32 * 6 / 10, Dither::None);
        assert!(lower.width == 600 && lower.bytes.len() * 10 <= free.bytes.len() * 6);
        let least = limited(3000, Dither::None);
        assert!(least.width < 600 && least.bytes.len() <= 3000, "{}: {}", least.width, least.bytes.len());
        let dots = limited(20_000, Dither::FloydSteinberg);
        assert!(dots.format == ImageFormat::Png && dots.width < 600 && dots.bytes.len() <= 20_000);
        assert_eq!(limited(1, Dither::None).width, 1, "the least there is");
    }

    #[test]
    fn progressive_files_are_made_anew_for_readers_that_cannot_show_them() {
        let file = samples::jpeg(&samples::photo(64, 48));
        let reader = Reader { baseline: true, ..Reader::default() };
        let options = Options { reader, ..Options::default() };
        assert_eq!(bytes(&prepared(&file, &options)), file);
        let mut out = Vec::new();
        let encoder = mozjpeg_rs::Encoder::new(mozjpeg_rs::Preset::ProgressiveBalanced);
        encoder.encode_rgb_to_writer(samples::photo(64, 48).as_raw(), 64, 48, &mut out).expect("a JPEG file");
        assert!(decode::jpeg::read(&out).is_ok_and(|markers| markers.coefficients > 0));
        let anew = bytes(&prepared(&out, &options));
        assert!(decode::jpeg::read(&anew).is_ok_and(|markers| markers.coefficients == 0));
    }

    #[test]
    fn the_same_file_gives_the_same_bytes() {
        let file = samples::png(&samples::photo(2000, 300));
        let options = Options { max_side: 200, ..Options::default() };
        assert_eq!(prepared(&file, &options), prepared(&file, &options));
    }
}
