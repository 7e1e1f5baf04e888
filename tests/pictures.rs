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

/// A segment of a JPEG file (ITU-T T.81 §B.1.1.4).
fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    [&[0xFF, marker], &length[..], content].concat()
}

/// A chunk of a PNG file (PNG §5.3).
fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut sum = u32::MAX;
    for byte in name.iter().chain(content) {
        sum ^= u32::from(*byte);
        (0..8).for_each(|_| sum = (sum >> 1) ^ (0xEDB8_8320 & (sum & 1).wrapping_neg()));
    }
    [&u32::try_from(content.len()).unwrap().to_be_bytes()[..], name, content, &(!sum).to_be_bytes()].concat()
}

/// Exif data that say which way is up, where the camera was and whose it is.
fn exif(orientation: u8) -> Vec<u8> {
    let entries = [
        &[0x01, 0x0F, 0, 2, 0, 0, 0, 12, 0, 0, 0, 50][..], // maker, at 50
        &[0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0],
        &[0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 62], // place, at 62
    ]
    .concat();
    [b"Exif\0\0MM\0*\0\0\0\x08\0\x03", &entries[..], &[0; 4], b"SECRET-MAKE\0\0\0SECRET-GPS"].concat()
}

#[test]
fn nothing_but_pixels_reaches_a_book() {
    let dir = folder("images_secret");
    let photo = photo(120, 80);
    photo.save(dir.join("plain.jpg")).unwrap();
    let mut upright = photo.clone();
    (0..40).for_each(|x| (0..20).for_each(|y| upright.put_pixel(x, y, Rgb([250, 0, 0]))));
    let turned = image::imageops::rotate270(&upright);
    turned.save(dir.join("turned.jpg")).unwrap();
    for (name, orientation) in [("plain.jpg", 1), ("turned.jpg", 6)] {
        let file = fs::read(dir.join(name)).unwrap();
        let xmp = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<SECRET-XMP/>");
        let others = [segment(0xED, b"Photoshop 3.0\0SECRET-IPTC"), segment(0xFE, b"SECRET-COMMENT")].concat();
        let parts = [&file[..2], &segment(0xE1, &exif(orientation)), &xmp, &others, &file[2..], b"SECRET-END"];
        fs::write(dir.join(name), parts.concat()).unwrap();
    }
    photo.save(dir.join("drawing.png")).unwrap();
    let file = fs::read(dir.join("drawing.png")).unwrap();
    let texts = [chunk(b"tEXt", b"Author\0SECRET-TEXT"), chunk(b"eXIf", &exif(1)[6..]), chunk(b"tIME", b"SECRET7")];
    fs::write(dir.join("drawing.png"), [&file[..33], &texts.concat(), &file[33..], b"SECRET-END"].concat()).unwrap();
    let page = "---\ntitle: 图\nlang: zh-CN\n---\n<p>前文。</p><img src=\"plain.jpg\" alt=\"甲\"><p>中文。</p>\
                <img src=\"turned.jpg\" alt=\"乙\"><p>后文。</p><img src=\"drawing.png\" alt=\"丙\"><p>完。</p>";
    fs::write(dir.join("a.html"), page).unwrap();
    for flags in [&["--images", "cap"], &["--images", "original"]] {
        let run =
            offprint(&dir, &[&["build", "a.html", "-o", "a.epub", "-o", "a.pdf", "--strict"][..], flags].concat());
        assert_eq!((run.code, run.err.as_str()), (0, ""));
        let epub = EpubFile::open(&dir.join("a.epub"));
        let pdf = fs::read(dir.join("a.pdf")).unwrap();
        for (name, bytes) in epub.entries.iter().map(|(name, bytes)| (name.as_str(), bytes)).chain([("a.pdf", &pdf)]) {
            assert!(!bytes.windows(6).any(|window| window == b"SECRET"), "{name}");
            assert!(!name.contains("img/") || !bytes.windows(4).any(|window| window == b"Exif"), "{name}");
        }
        let pictures = epub.names.iter().filter(|name| name.contains("/img/") && !name.ends_with("cover.jpg"));
        let corner = |name: &String| {
            let picture = image::load_from_memory(&epub.entries[name]).unwrap().into_rgb8();
            (picture.dimensions(), picture.get_pixel(5, 5).0)
        };
        let corners: Vec<_> = pictures.map(corner).collect();
        let red = |corner: &&((u32, u32), [u8; 3])| matches!(corner, ((120, 80), [201..=255, 0..60, 0..60]));
        assert_eq!(corners.iter().filter(red).count(), 1, "the turned picture is upright: {corners:?}");
    }
}

#[test]
fn more_pictures_than_memory_is_for_are_whole_in_the_books() {
    let dir = folder("images_many");
    let mut body = String::new();
    let mut files = Vec::new();
    for number in 0..4_u32 {
        let mut picture = photo(1500, 1400);
        (0..1500).for_each(|x| picture.put_pixel(x, number * 9, Rgb([255, 0, 0])));
        let mut file = std::io::Cursor::new(Vec::new());
        picture.write_with_encoder(image::codecs::jpeg::JpegEncoder::new_with_quality(&mut file, 100)).unwrap();
        fs::write(dir.join(format!("{number}.jpg")), file.get_ref()).unwrap();
        files.push(file.into_inner());
        body += &format!("<p>第{number}段。</p><img src=\"{number}.jpg\" alt=\"图{number}\">");
    }
    assert!(files.iter().map(Vec::len).sum::<usize>() > 17 << 20, "{}", files[0].len());
    fs::write(dir.join("a.html"), format!("---\ntitle: 图\nlang: zh-CN\n---\n{body}<p>完。</p>")).unwrap();
    let args = ["build", "a.html", "--images", "original", "--offline", "--strict", "-o", "a.epub", "-o", "a.pdf"];
    let run = offprint(&dir, &args);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let epub = EpubFile::open(&dir.join("a.epub"));
    let document = lopdf::Document::load(dir.join("a.pdf")).unwrap();
    for file in &files {
        assert!(epub.entries.values().any(|entry| entry == file));
        let shown = |object: &lopdf::Object| object.as_stream().is_ok_and(|stream| stream.content == *file);
        assert!(document.objects.values().any(shown));
    }
}

#[test]
fn numbers_out_of_range_are_refused() {
    let dir = page("images_range", (600, 300));
    for flags in [["--jpeg-quality", "0"], ["--jpeg-quality", "101"], ["--max-image", "0"], ["--images", "some"]] {
        assert_eq!(offprint(&dir, &[&["build", "a.html", "-o", "a.epub"][..], &flags].concat()).code, 2, "{flags:?}");
    }
}

#[test]
fn drawings_that_a_page_carries_in_itself_are_in_the_book() {
    let dir = folder("images_drawing");
    let shapes: String = (0..20).map(|n| format!("%3Cpath d='M{n} 0h9v{n}z' fill='teal'/%3E")).collect();
    let drawing = format!(
        "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='400' height='300'%3E{shapes}%3C/svg%3E"
    );
    let text =
        format!("---\ntitle: 图\nlang: zh-CN\n---\n<p>前文。</p><img src=\"{drawing}\" alt=\"图表\"><p>后文。</p>");
    fs::write(dir.join("a.html"), text).unwrap();
    let epub = built(&dir, &["--strict"]);
    let pictures: Vec<_> = epub.names.iter().filter(|name| name.ends_with(".png")).collect();
    let [name] = pictures[..] else { panic!("{:?}", epub.names) };
    assert_eq!(size(&epub.entries[name]), (800, 600));
}
