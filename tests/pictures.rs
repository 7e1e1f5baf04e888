//! Which pictures a book holds, and how: the flags of the command line.

use std::fs;
use std::path::{Path, PathBuf};

use image::{ImageReader, Rgb, RgbImage};

use crate::books::{EpubFile, count, without_tags};
use crate::program::{folder, offprint};

/// Something like a photograph: colours that change from pixel to pixel.
fn photo(width: u32, height: u32) -> RgbImage {
    let noise = |x: u32, y: u32| (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)).wrapping_mul(2_246_822_519);
    RgbImage::from_fn(width, height, |x, y| {
        let [a, b, ..] = (noise(x, y) >> 8).to_be_bytes();
        let slope = |at: u32, size: u32| (at * 200 / size) as u8;
        Rgb([slope(x, width) + b % 40, slope(y, height) + a % 40, 90 + b % 60])
    })
}

/// A folder with `a.html`, which shows `photo.jpg` and another picture that is not there.
fn page(name: &str, (width, height): (u32, u32)) -> PathBuf {
    let dir = folder(name);
    photo(width, height).save(dir.join("photo.jpg")).unwrap();
    let text = "---\ntitle: 图\nlang: zh-CN\n---\n<p>前文。</p><figure><img src=\"photo.jpg\" alt=\"一座桥\">\
                <figcaption>桥边</figcaption></figure><p>后文，<img src=\"gone.png\" alt=\"一棵树\">在此。</p>";
    fs::write(dir.join("a.html"), text).unwrap();
    dir
}

fn built(dir: &Path, flags: &[&str]) -> EpubFile {
    let run = offprint(dir, &[&["build", "--offline", "a.html", "-o", "a.epub"], flags].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    EpubFile::open(&dir.join("a.epub"))
}

fn only_image(epub: &EpubFile) -> &[u8] {
    let images: Vec<_> =
        epub.names.iter().filter(|name| name.ends_with(".jpg") && !name.ends_with("cover.jpg")).collect();
    let [name] = images[..] else { panic!("{images:?}") };
    &epub.entries[name]
}

fn size(bytes: &[u8]) -> (u32, u32) {
    ImageReader::new(std::io::Cursor::new(bytes)).with_guessed_format().unwrap().into_dimensions().unwrap()
}

#[test]
fn a_book_without_pictures_asks_for_none_and_misses_none() {
    let dir = page("images_none", (600, 300));
    let run = offprint(&dir, &["build", "a.html", "--images", "none", "-o", "a.epub", "-o", "bare.html", "--strict"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let markup = EpubFile::open(&dir.join("a.epub")).markup();
    let html = fs::read_to_string(dir.join("bare.html")).unwrap();
    for text in [&markup, &html] {
        // The cover is the book's own.
        assert_eq!(count(text, "<img"), count(text, "role=\"doc-cover\""), "{text}");
        assert!(text.contains("前文。") && !text.contains("一座桥") && !text.contains("一棵树"), "{text}");
    }
    assert!(without_tags(&html).contains("桥边"), "{html}");
}

#[test]
fn pictures_are_capped_unless_their_own_size_is_asked_for() {
    let dir = page("images_cap", (3000, 1500));
    assert_eq!(size(only_image(&built(&dir, &[]))), (1600, 800));
    assert_eq!(size(only_image(&built(&dir, &["--max-image", "400"]))), (400, 200));
    // Two pixels a pixel may be wished for, too; the limit of all pixels grows with it.
    assert_eq!(size(only_image(&built(&dir, &["--max-image", "3000"]))), (3000, 1500));
    let original = built(&dir, &["--images", "original"]);
    assert_eq!(size(only_image(&original)), (3000, 1500));
    assert!(only_image(&original) == fs::read(dir.join("photo.jpg")).unwrap(), "made anew");
}

#[test]
fn the_quality_of_jpeg_files_is_the_users() {
    let dir = page("images_quality", (600, 300));
    // A file that needs no change keeps its own.
    let length = |quality| only_image(&built(&dir, &["--max-image", "400", "--jpeg-quality", quality])).len();
    let (rough, usual, fine) = (length("40"), length("82"), length("97"));
    assert!(rough * 3 < usual * 2 && usual * 3 < fine * 2, "{rough}, {usual}, {fine}");
}

#[test]
fn grey_pictures_have_no_colour() {
    let dir = page("images_grey", (600, 300));
    let decoded = image::load_from_memory(only_image(&built(&dir, &["--grey"]))).unwrap();
    assert_eq!(decoded.color(), image::ColorType::L8);
}

#[test]
fn numbers_out_of_range_are_refused() {
    let dir = page("images_range", (600, 300));
    for flags in [["--jpeg-quality", "0"], ["--jpeg-quality", "101"], ["--max-image", "0"], ["--images", "some"]] {
        assert_eq!(offprint(&dir, &[&["build", "a.html", "-o", "a.epub"][..], &flags].concat()).code, 2, "{flags:?}");
    }
}
