//! Books for electronic readers: everything that a profile promises, read back.

use std::fs;
use std::path::Path;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use offprint::device::{Devices, Profile};

use crate::books::{EpubFile, without_tags};
use crate::program::{case, folder, offprint};

fn photo(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let noise = (x.wrapping_mul(73) ^ y.wrapping_mul(151)) % 23;
        Rgb([(x * 255 / width) as u8, (y * 200 / height + noise) as u8, ((x + y) % 256) as u8])
    })
}

/// An article with pictures of all kinds: large, WebP, CMYK, GIF, SVG, transparent, a strip.
fn article(dir: &Path) {
    let save = |name: &str, picture: DynamicImage, format| picture.save_with_format(dir.join(name), format).unwrap();
    save("large.jpg", photo(3200, 1200).into(), ImageFormat::Jpeg);
    save("photo.webp", photo(700, 500).into(), ImageFormat::WebP);
    save("move.gif", photo(120, 90).into(), ImageFormat::Gif);
    save("strip.png", photo(300, 1500).into(), ImageFormat::Png);
    let mut clear = DynamicImage::from(photo(200, 150)).into_rgba8();
    clear.pixels_mut().step_by(3).for_each(|pixel| pixel.0[3] = 0);
    save("clear.png", clear.into(), ImageFormat::Png);
    fs::write(dir.join("drawing.svg"), "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"600\" height=\"400\"><circle cx=\"300\" cy=\"200\" r=\"150\" fill=\"#c03\"/></svg>").unwrap();
    let mut print = Vec::new();
    let samples: Vec<u8> = photo(400, 300).pixels().flat_map(|p| [p.0[0], p.0[1], p.0[2], 20]).collect();
    jpeg_encoder::Encoder::new(&mut print, 80).encode(&samples, 400, 300, jpeg_encoder::ColorType::Cmyk).unwrap();
    fs::write(dir.join("print.jpg"), print).unwrap();
    let names = ["large.jpg", "photo.webp", "move.gif", "strip.png", "clear.png", "drawing.svg", "print.jpg"];
    let pictures: String =
        names.iter().map(|name| format!("<p>说明。</p><figure><img src=\"{name}\" alt=\"{name}\"></figure>")).collect();
    let text = "<p>一句话。又一句；完了。</p>".repeat(400);
    let head = "---\ntitle: 图片\nlang: zh-Hans\n---\n";
    fs::write(dir.join("a.html"), format!("{head}{pictures}<h2>一</h2><h3>二</h3><h4>三</h4>{text}")).unwrap();
}

/// Reads all pictures of a book back.
fn check_pictures(book: &EpubFile, device: &Profile) {
    let name = &device.name;
    let pictures: Vec<_> = book.entries.iter().filter(|(name, _)| name.contains("/img/")).collect();
    assert_eq!(pictures.len(), 8, "{name}: seven and the cover");
    for (file, bytes) in pictures {
        let of = format!("{name}: {file}");
        assert!(bytes.len() <= device.max_image as usize, "{of}: {} bytes", bytes.len());
        let format = image::guess_format(bytes).unwrap();
        assert!(matches!(format, ImageFormat::Jpeg | ImageFormat::Png), "{of}");
        let picture = image::load_from_memory(bytes).unwrap();
        let (width, height) = (picture.width(), picture.height());
        assert!(u64::from(width) * u64::from(height) <= u64::from(device.max_pixels), "{of}");
        let strip = width.max(height) > 3 * width.min(height);
        let within = if strip {
            width.min(height) <= device.width.min(device.height)
        } else {
            width <= device.width && height <= device.height
        };
        assert!(within, "{of}: {width} by {height}");
        assert!(device.colour || !picture.color().has_color(), "{of}: colours");
        assert!(!device.opaque || !picture.color().has_alpha(), "{of}: transparent");
        if format == ImageFormat::Jpeg && device.baseline_jpeg {
            assert!(!bytes.windows(2).any(|two| two == [0xFF, 0xC2]), "{of}: progressive");
        }
    }
}

#[test]
fn every_device_gets_a_book_within_its_limits() {
    let dir = folder("devices_all");
    article(&dir);
    let devices = Devices::built_in();
    // One of each family and screen that differ; the rules are the family's.
    let chosen = [
        "kindle-paperwhite",
        "kindle-colorsoft",
        "kobo-libra",
        "pocketbook-verse",
        "boox-palma",
        "remarkable",
        "tolino-epos",
        "xteink-x4",
        "phone",
        "generic",
    ];
    for name in chosen {
        let device = devices.find(name).unwrap();
        let run = offprint(&dir, &["build", "a.html", "-o", "a.epub", "--device", name, "--offline"]);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{name}");
        let book = EpubFile::open(&dir.join("a.epub"));
        check_pictures(&book, device);
        let largest =
            book.entries.iter().filter(|(file, _)| file.contains("/text/")).map(|(_, bytes)| bytes.len()).max();
        assert!(largest <= Some(device.max_document as usize), "{name}: {largest:?}");
        assert!(fs::metadata(dir.join("a.epub")).unwrap().len() <= device.max_book);
        let sheet = book.text("stylesheet.css");
        for property in &device.css_avoid {
            assert!(!sheet.contains(&format!(" {property}:")), "{name}: {property}");
        }
        assert_eq!(book.names.iter().any(|file| file.ends_with("cover.xhtml")), device.cover_page, "{name}");
        assert!(!device.fonts.is_empty() || !book.names.iter().any(|file| file.contains("fonts/")), "{name}");
        if device.family == "kindle" {
            let package = book.text("content.opf");
            assert!(package.contains(">zh-CN</dc:language>"), "{package}");
            assert_eq!(attribute_depth(book.text("toc.ncx")), 2);
        }
        let verify = offprint(&dir, &["verify", "--strict", "--device", name, "a.epub"]);
        assert_eq!((verify.code, verify.out.as_str()), (0, "a.epub: nothing found\n"), "{name}");
    }
}

fn attribute_depth(ncx: &str) -> usize {
    ncx.split("dtb:depth\" content=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap()
}

#[test]
fn dots_are_of_the_screens_greys() {
    let dir = folder("devices_dots");
    article(&dir);
    for (name, step) in [("xteink-x4", 85), ("pocketbook-verse", 17)] {
        for dither in ["ordered", "floyd-steinberg"] {
            let flags = ["build", "a.html", "-o", "a.epub", "--device", name, "--dither", dither, "--offline"];
            assert_eq!(offprint(&dir, &flags).code, 0);
            let book = EpubFile::open(&dir.join("a.epub"));
            for (file, bytes) in book.entries.iter().filter(|(file, _)| file.contains("/img/")) {
                let greys = image::load_from_memory(bytes).unwrap().into_luma8();
                assert!(greys.pixels().all(|pixel| pixel.0[0] % step == 0), "{name} {dither} {file}");
            }
        }
    }
}

#[test]
fn flags_win_over_the_device_and_unknown_names_are_told() {
    let dir = folder("devices_flags");
    article(&dir);
    fs::write(dir.join("own.toml"), "[[device]]\nname = \"mine\"\ntitle = \"Mine\"\nfamily = \"kobo\"\nwidth = 300\nheight = 400\nppi = 150\ncolour = false\nlevels = 16\n").unwrap();
    let flags = ["build", "a.html", "-o", "a.epub", "--offline", "--devices", "own.toml", "--device", "mine"];
    assert_eq!(offprint(&dir, &[&flags[..], &["--colour", "--max-image", "200"]].concat()).code, 0);
    let book = EpubFile::open(&dir.join("a.epub"));
    let pictures = book.entries.iter().filter(|(file, _)| file.contains("/img/") && !file.contains("cover"));
    let pictures: Vec<_> = pictures.map(|(_, bytes)| image::load_from_memory(bytes).unwrap()).collect();
    assert!(pictures.iter().any(|picture| picture.color().has_color()));
    assert!(pictures.iter().all(|picture| picture.width() <= 200));
    let run = offprint(&dir, &["build", "a.html", "-o", "a.epub", "--device", "kindel"]);
    assert!(run.code == 2 && run.err.contains("kindle"), "{}", run.err);
    let list = offprint(&dir, &["devices", "--devices", "own.toml"]);
    assert!(list.out.contains("\nmine") && list.out.contains("300 x 400") && list.out.contains("xteink-x4"));
}

#[test]
fn a_page_of_pdf_is_the_screen() {
    let dir = folder("devices_pdf");
    article(&dir);
    let flags = ["build", "a.html", "-o", "a.pdf", "--device", "remarkable", "--offline"];
    assert_eq!(offprint(&dir, &flags).code, 0);
    let document = lopdf::Document::load(dir.join("a.pdf")).unwrap();
    for page in document.get_pages().values() {
        let page = document.get_dictionary(*page).unwrap();
        let sides: Vec<f32> =
            page.get(b"MediaBox").unwrap().as_array().unwrap().iter().map(|side| side.as_float().unwrap()).collect();
        let pixels = |points: f32| points / 72.0 * 226.0;
        assert!((pixels(sides[2]) - 1404.0).abs() < 0.1 && (pixels(sides[3]) - 1872.0).abs() < 0.1, "{sides:?}");
    }
}

#[test]
fn kobos_form_has_the_same_text() {
    let dir = folder("devices_kepub");
    for page in ["everything", "japanese", "english", "traditional"] {
        let article = case(&format!("books/{page}.html")).display().to_string();
        let flags = ["build", &article, "-o", "a.epub", "-o", "a.kepub.epub", "--offline", "-q"];
        assert_eq!(offprint(&dir, &flags).code, 0);
        let (plain, kobo) = (EpubFile::open(&dir.join("a.epub")), EpubFile::open(&dir.join("a.kepub.epub")));
        assert_eq!(plain.names, kobo.names);
        let text = |book: &EpubFile| without_tags(&book.markup()).replace('\n', "");
        assert_eq!(text(&plain), text(&kobo), "{page}");
        for (file, bytes) in kobo.entries.iter().filter(|(file, _)| file.contains("/text/")) {
            let markup = std::str::from_utf8(bytes).unwrap();
            assert!(markup.contains("<div id=\"book-columns\"><div id=\"book-inner\">"), "{file}");
            let ids: Vec<&str> =
                markup.split("id=\"kobo.").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
            let mut different = ids.clone();
            different.dedup();
            assert!(!ids.is_empty() && different.len() == ids.len(), "{file}");
            for element in ["code", "ruby", "rt"] {
                for inner in markup.split(&format!("<{element}>")).skip(1) {
                    let inner = inner.split(&format!("</{element}>")).next().unwrap();
                    assert!(!inner.contains("koboSpan"), "{file}: {inner}");
                }
            }
        }
    }
}

#[test]
fn books_are_sent_to_the_readers_folder() {
    let dir = folder("devices_send");
    let article = case("books/english.html").display().to_string();
    assert_eq!(offprint(&dir, &["build", &article, "-o", "a.pdf", "--offline"]).code, 0);
    for name in ["reader/documents", "reader/system"] {
        fs::create_dir_all(dir.join(name)).unwrap();
    }
    fs::write(dir.join("reader/documents/A.pdf"), "another").unwrap();
    let run = offprint(&dir, &["send", "a.pdf", "--to", "reader"]);
    assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (0, "reader/documents/a (2).pdf\n", ""));
    assert_eq!(fs::read(dir.join("a.pdf")).unwrap(), fs::read(dir.join("reader/documents/a (2).pdf")).unwrap());
    assert_eq!(fs::read(dir.join("reader/documents/A.pdf")).unwrap(), b"another");
    assert_eq!(offprint(&dir, &["send", "a.pdf", "--to", "reader"]).code, 0);
    assert_eq!(fs::read_dir(dir.join("reader/documents")).unwrap().count(), 2);
    assert_eq!(offprint(&dir, &["send", "a.pdf", "--to", "gone"]).code, 4);
    assert_eq!(offprint(&dir, &["send", "gone.pdf", "--to", "reader"]).code, 1);
    // One that cannot be sent does not keep the others from it.
    fs::write(dir.join("b.pdf"), "another").unwrap();
    let run = offprint(&dir, &["send", "gone.pdf", "b.pdf", "--to", "reader"]);
    assert!(run.code == 1 && run.out.ends_with("b.pdf\n") && run.err.contains("gone.pdf"), "{}{}", run.out, run.err);
}

#[test]
fn verify_says_what_is_wrong() {
    let dir = folder("devices_verify");
    let article = case("books/english.html").display().to_string();
    assert_eq!(offprint(&dir, &["build", &article, "-o", "a.epub", "-o", "a.pdf", "--offline"]).code, 0);
    let run = offprint(&dir, &["verify", "a.epub", "a.pdf"]);
    assert_eq!((run.code, run.out.lines().count()), (0, 2), "{}", run.out);
    fs::write(dir.join("bad.epub"), "no book").unwrap();
    let run = offprint(&dir, &["verify", "a.epub", "bad.epub"]);
    assert!(run.code == 5 && run.out.contains("bad.epub: ") && run.err.contains("1 of 2"), "{} {}", run.out, run.err);
    let run = offprint(&dir, &["verify", "--device", "kindle", "bad.epub"]);
    assert!(run.code == 5 && run.out.contains("refused [container]") && run.out.contains("what to do"), "{}", run.out);
    assert_eq!(offprint(&dir, &["verify", "gone.epub"]).code, 1);
    assert_eq!(offprint(&dir, &["verify", "--device", "kobo-libra", "a.epub"]).code, 0);
    assert_eq!(offprint(&dir, &["verify", "--device", "stone-tablet", "a.epub"]).code, 2);
    let run = offprint(&dir, &["verify", "--device", "xteink-x4", "a.epub"]);
    assert!(run.code == 0 && run.out.contains("poor [device-limit]: OEBPS/img/cover.jpg has"), "{}", run.out);
    assert_eq!(offprint(&dir, &["verify", "--device", "xteink-x4", "--strict", "a.epub"]).code, 5);
}
