//! Files of every kind, made here: whole, turned, coloured, damaged, and bombs.

use std::io::Cursor;
use std::time::Instant;

use image::codecs::gif::GifEncoder;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageEncoder, RgbImage, RgbaImage};

use super::super::raster::{Channels, Raster};
use super::examine;

/// A photograph-like picture: smooth, no two neighbours alike, dark at the top left.
pub(in crate::media) fn photo(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let (x, y) = (x as f32, y as f32);
        let wave = |f: f32, p: f32| (127.0 + 90.0 * (x * f + p).sin() * (y * f * 0.7 - p).cos()) as u8;
        let noise = ((x * 12.9898 + y * 78.233).sin() * 43758.547).fract().abs() * 12.0;
        let shade = |value: u8| if x < 8.0 && y < 8.0 { 0 } else { value.saturating_add(noise as u8) };
        image::Rgb([shade(wave(0.031, 0.0)), shade(wave(0.017, 1.0)), shade(wave(0.023, 2.0))])
    })
}

/// A drawing of a few colours.
pub(in crate::media) fn drawing(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        if x / 16 % 3 == 1 { image::Rgb([200, 30, 40]) } else { image::Rgb([250, 250, if y < 9 { 90 } else { 250 }]) }
    })
}

/// The same, opaque.
pub(in crate::media) fn rgba(picture: &RgbImage) -> RgbaImage {
    image::DynamicImage::from(picture.clone()).into_rgba8()
}

/// A JPEG file with segments put in before its tables.
pub(in crate::media) fn jpeg_with(picture: &RgbImage, segments: &[u8]) -> Vec<u8> {
    let mut out = jpeg_of(picture, 80);
    out.splice(2..2, segments.iter().copied());
    out
}

pub(in crate::media) fn jpeg(picture: &RgbImage) -> Vec<u8> {
    jpeg_with(picture, &[])
}

pub(in crate::media) fn jpeg_of(picture: &RgbImage, quality: u8) -> Vec<u8> {
    let mut out = Vec::new();
    JpegEncoder::new_with_quality(&mut out, quality)
        .write_image(picture, picture.width(), picture.height(), ExtendedColorType::Rgb8)
        .expect("a JPEG file");
    out
}

pub(in crate::media) fn png(picture: &RgbImage) -> Vec<u8> {
    let mut out = Vec::new();
    PngEncoder::new(&mut out)
        .write_image(picture, picture.width(), picture.height(), ExtendedColorType::Rgb8)
        .expect("a PNG file");
    out
}

pub(in crate::media) fn webp(picture: &RgbaImage) -> Vec<u8> {
    let mut out = Vec::new();
    WebPEncoder::new_lossless(&mut out)
        .encode(picture, picture.width(), picture.height(), ExtendedColorType::Rgba8)
        .expect("a WebP file");
    out
}

pub(in crate::media) fn gif(frames: &[RgbaImage]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = GifEncoder::new(&mut out);
    for frame in frames {
        encoder.encode_frame(image::Frame::new(frame.clone())).expect("a GIF file");
    }
    drop(encoder);
    out
}

/// An Exif segment that says how to turn the picture (Exif 2.32 §4.6.4), with a place and a name in it.
pub(in crate::media) fn exif(orientation: u16) -> Vec<u8> {
    let mut tiff = b"MM\0\x2A\0\0\0\x08\0\x02".to_vec();
    tiff.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1]);
    tiff.extend(orientation.to_be_bytes());
    tiff.extend([0, 0]);
    tiff.extend([0x01, 0x3B, 0, 2, 0, 0, 0, 14, 0, 0, 0, 38]);
    tiff.extend([0, 0, 0, 0]);
    tiff.extend(b"GPS-SECRET-ME\0");
    let content = [b"Exif\0\0".as_slice(), &tiff].concat();
    let length = u16::try_from(content.len() + 2).expect("short").to_be_bytes();
    [&[0xFF, 0xE1], &length[..], &content].concat()
}

/// A decoded and finished picture.
struct Whole {
    raster: Raster,
    lossless: bool,
    file: Option<Vec<u8>>,
}

fn decode(file: &[u8]) -> Result<Whole, String> {
    let decoded = examine(file)?.decode()?;
    let file = decoded.file.as_ref().map(|file| file.strip().expect("a whole file"));
    Ok(Whole { raster: decoded.finish.apply(decoded.raster), lossless: decoded.lossless, file })
}

fn pixel(raster: &Raster, x: u32, y: u32) -> Vec<u8> {
    let count = raster.channels.count();
    let at = (y * raster.width + x) as usize * count;
    raster.samples[at..at + count].to_vec()
}

#[test]
fn files_of_every_kind_are_decoded() {
    let (photo, drawing) = (photo(40, 30), drawing(40, 30));
    let rgba = image::DynamicImage::from(drawing.clone()).into_rgba8();
    for (file, lossless) in
        [(jpeg(&photo), false), (png(&drawing), true), (webp(&rgba), true), (gif(std::slice::from_ref(&rgba)), true)]
    {
        let decoded = decode(&file).expect("a picture");
        assert_eq!((decoded.raster.width, decoded.raster.height, decoded.lossless), (40, 30, lossless));
        if lossless {
            assert_eq!(pixel(&decoded.raster, 20, 20)[..3], [200, 30, 40]);
        }
    }
    let grey = image::DynamicImage::from(photo).into_luma16();
    let mut file = Vec::new();
    let samples: Vec<u8> = grey.iter().flat_map(|sample| sample.to_ne_bytes()).collect();
    PngEncoder::new(&mut file).write_image(&samples, 40, 30, ExtendedColorType::L16).expect("a PNG file");
    let decoded = decode(&file).expect("a picture");
    assert_eq!((decoded.raster.channels, decoded.file), (Channels::Grey, None));
}

#[test]
fn an_animation_is_its_first_frame() {
    let frame = |shade| RgbaImage::from_pixel(9, 7, image::Rgba([shade, 0, 0, 255]));
    let decoded = decode(&gif(&[frame(10), frame(200)])).expect("a picture");
    assert_eq!(pixel(&decoded.raster, 4, 4), [10, 0, 0, 255]);
}

#[test]
fn pictures_are_turned_upright() {
    let corners = [
        (1, (0, 0)),
        (2, (39, 0)),
        (3, (39, 29)),
        (4, (0, 29)),
        (5, (0, 0)),
        (6, (29, 0)),
        (7, (29, 39)),
        (8, (0, 39)),
    ];
    for (orientation, (x, y)) in corners {
        let decoded = decode(&jpeg_with(&photo(40, 30), &exif(orientation))).expect("a picture");
        let size = if orientation < 5 { (40, 30) } else { (30, 40) };
        assert_eq!((decoded.raster.width, decoded.raster.height), size, "orientation {orientation}");
        // The dark corner has come to where it belongs.
        assert!(pixel(&decoded.raster, x, y).iter().all(|&sample| sample < 40), "orientation {orientation}");
        assert_eq!(decoded.file.is_some(), orientation == 1, "orientation {orientation}");
    }
}

#[test]
fn a_file_that_needs_no_change_stays_without_its_metadata() {
    let plain = jpeg(&photo(40, 30));
    let mut dressed = jpeg_with(&photo(40, 30), &exif(1));
    dressed.extend(b"a trailing secret");
    assert_eq!(decode(&dressed).expect("a picture").file, Some(plain));
    let plain = png(&drawing(40, 30));
    let mut dressed = plain.clone();
    dressed.extend(b"a trailing secret");
    assert_eq!(decode(&dressed).expect("a picture").file, Some(plain));
}

#[test]
fn a_damaged_or_shortened_file_is_no_picture() {
    let rgba = image::DynamicImage::from(photo(64, 48)).into_rgba8();
    for file in [jpeg(&photo(64, 48)), png(&photo(64, 48)), webp(&rgba), gif(std::slice::from_ref(&rgba))] {
        // The last bytes of a GIF file are behind its first frame.
        for cut in [0, 1, 3, 8, 12, 20, 30, 60, file.len() / 3, file.len() / 2, file.len() - 30, file.len() - 4] {
            assert!(decode(&file[..cut]).is_err(), "cut at {cut} of {}: {:?}", file.len(), &file[..4]);
        }
    }
    let mut damaged = png(&photo(64, 48));
    let middle = damaged.len() / 2;
    damaged[middle] ^= 0xFF;
    assert_eq!(decode(&damaged).err().as_deref(), Some("a damaged PNG picture"));
}

#[test]
fn other_files_are_called_by_their_names() {
    for (file, reason) in [
        (&b""[..], "an empty file"),
        (b"<!doctype html><title>Not found</title>", "an HTML page, which is not supported"),
        (b"\0\0\0\x20ftypavif\0\0\0\0", "an AVIF picture, which is not supported"),
        (b"hello", "no picture"),
    ] {
        assert_eq!(decode(file).err().as_deref(), Some(reason));
    }
}

/// A PNG chunk with its checksum.
fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut crc = u32::MAX;
    for &byte in name.iter().chain(content) {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { 0xEDB8_8320 ^ (crc >> 1) } else { crc >> 1 };
        }
    }
    let length = u32::try_from(content.len()).expect("short");
    [&length.to_be_bytes(), &name[..], content, &(!crc).to_be_bytes()].concat()
}

fn png_header(width: u32, height: u32) -> Vec<u8> {
    let header = [&width.to_be_bytes(), &height.to_be_bytes(), &[8, 6, 0, 0, 0][..]].concat();
    [b"\x89PNG\r\n\x1A\n".to_vec(), chunk(b"IHDR", &header)].concat()
}

/// A deflate stream of stored blocks is long; one of a long run of zeros is short. This one inflates to 64 MiB.
fn inflating() -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, 8192, 8192);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_filter(png::Filter::NoFilter);
    encoder.write_header().and_then(|mut writer| writer.write_image_data(&vec![0; 8192 * 8192])).expect("a PNG file");
    let at = file.windows(4).position(|name| name == b"IDAT").expect("data");
    let length = u32::from_be_bytes(file[at - 4..at].try_into().expect("four bytes")) as usize;
    file[at + 4..at + 4 + length].to_vec()
}

#[test]
fn bombs_are_refused_at_once() {
    let huge_jpeg = {
        let frame = [0xFF, 0xC0, 0, 11, 8, 0xFF, 0xFF, 0xFF, 0xFF, 1, 1, 0x11, 0];
        [&[0xFF, 0xD8], &frame[..], &[0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 1, 2, 3, 0xFF, 0xD9]].concat()
    };
    // Within the limits by its size, but far too short for it.
    let hollow_jpeg = {
        let mut file = huge_jpeg.clone();
        file[7..11].copy_from_slice(&[0x1B, 0x58, 0x1B, 0x58]);
        file
    };
    let huge_webp = {
        let size = [0xFF, 0xFF, 0xFF];
        let extended = [b"VP8X\x0A\0\0\0\0\0\0\0".as_slice(), &size, &size].concat();
        let length = u32::try_from(extended.len() + 4).expect("short").to_le_bytes();
        [b"RIFF", &length[..], b"WEBP", &extended].concat()
    };
    let huge_gif =
        b"GIF89a\xFF\xFF\xFF\xFF\x80\0\0\0\0\0\xFF\xFF\xFF,\0\0\0\0\xFF\xFF\xFF\xFF\0\x02\x02D\x01\0;".to_vec();
    let wide_frame_gif =
        b"GIF89a\x05\0\x05\0\x80\0\0\0\0\0\xFF\xFF\xFF,\0\0\0\0\xFF\xFF\xFF\xFF\0\x02\x02D\x01\0;".to_vec();
    let end = chunk(b"IEND", b"");
    let huge_png = [png_header(50_000, 50_000), chunk(b"IDAT", b"x"), end.clone()].concat();
    let text_png = {
        let text = [b"Comment\0\0".as_slice(), &inflating()].concat();
        [png_header(4, 4), chunk(b"zTXt", &text), chunk(b"IDAT", b"x"), end.clone()].concat()
    };
    let profile_png = {
        let profile = [b"Profile\0\0".as_slice(), &inflating()].concat();
        [png_header(4, 4), chunk(b"iCCP", &profile), chunk(b"IDAT", b"x"), end].concat()
    };
    for (name, file) in [
        ("huge JPEG", huge_jpeg),
        ("hollow JPEG", hollow_jpeg),
        ("huge WebP", huge_webp),
        ("huge GIF", huge_gif),
        ("GIF with a huge frame", wide_frame_gif),
        ("huge PNG", huge_png),
        ("PNG with text that inflates", text_png),
        ("PNG with a profile that inflates", profile_png),
    ] {
        let begin = Instant::now();
        assert!(decode(&file).is_err(), "{name}");
        assert!(begin.elapsed().as_millis() < 500, "{name}: {:?}", begin.elapsed());
    }
}

#[test]
fn limits_are_for_pixels_not_for_files() {
    let file = {
        let mut out = Vec::new();
        let flat = vec![7; 7000 * 7000];
        PngEncoder::new(&mut out).write_image(&flat, 7000, 7000, ExtendedColorType::L8).expect("a PNG file");
        out
    };
    assert!(examine(&file).is_ok());
    assert!(image::load(Cursor::new(&file), image::ImageFormat::Png).is_ok());
    assert_eq!(decode(&file).map(|decoded| decoded.raster.samples.len()), Ok(49_000_000));
}
