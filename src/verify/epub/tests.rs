//! One planted fault of each kind.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::fit::Bounds;
use super::*;
use crate::verify::MOST;

const BOX: &str = "<container><rootfiles><rootfile full-path=\"OEBPS/content.opf\"/></rootfiles></container>";
const PACKAGE: &str = "<package><metadata><dc:language>zh-CN</dc:language></metadata><manifest>\
    <item id=\"nav\" href=\"nav.xhtml\" media-type=\"application/xhtml+xml\" properties=\"nav\"/>\
    <item id=\"a\" href=\"text/a.xhtml\" media-type=\"application/xhtml+xml\"/>\
    <item id=\"s\" href=\"s.css\" media-type=\"text/css\"/>\
    <item id=\"i\" href=\"img/i.png\" media-type=\"image/png\"/>\
    </manifest><spine><itemref idref=\"a\"/></spine></package>";
const NAV: &str = "<html xml:lang=\"zh-CN\"><nav><a href=\"text/a.xhtml#x\">a</a></nav></html>";
const TEXT: &str = "<html xml:lang=\"zh-CN\"><p id=\"x\">a&amp;b</p><img src=\"../img/i.png\"/><a href=\"https://a.example/\">w</a></html>";
/// Stands for bytes that are no text.
const PNG: &str = "\u{89}PNG";
const PHOTO: &str = "\u{89}PHOTO";

fn good() -> Vec<(&'static str, &'static str)> {
    vec![
        ("mimetype", "application/epub+zip"),
        ("META-INF/container.xml", BOX),
        ("OEBPS/content.opf", PACKAGE),
        ("OEBPS/img/i.png", PNG),
        ("OEBPS/nav.xhtml", NAV),
        ("OEBPS/s.css", "p { margin: 0 }"),
        ("OEBPS/text/a.xhtml", TEXT),
    ]
}

fn archive(files: &[(&str, &str)]) -> Cursor<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        archive.start_file(*name, options).unwrap();
        let content = match *content {
            PNG => b"\x89PNG\r\n\x1a\n",
            PHOTO => b"\x89PNG\r\n\x1a\n\0\0\0\x04eXIfMM\0*CRC \0\0\0\0IENDCRC ".as_slice(),
            text => text.as_bytes(),
        };
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap()
}

fn findings(files: &[(&str, &str)]) -> Vec<String> {
    let found = check(archive(files));
    found.into_iter().map(|finding| format!("{}: {}", finding.rule.name, finding.what)).collect()
}

/// What is found when one file is another.
fn with(name: &str, content: &str) -> Vec<String> {
    let mut files = good();
    files.retain(|(other, _)| *other != name);
    files.push((name, content));
    findings(&files)
}

#[test]
fn a_good_book_passes() {
    assert_eq!(findings(&good()), Vec::<String>::new());
}

/// Each fault is found, as the only one of its file.
#[track_caller]
fn finds(name: &str, content: &str, expected: &str) {
    let found = with(name, content);
    assert!(found.len() == 1 && found[0].contains(expected), "{name} {content}: {found:?}");
}

#[test]
fn faults_of_documents_are_found() {
    for (content, expected) in [
        ("<p>a", "malformed: OEBPS/text/a.xhtml is not well-formed"),
        ("a\u{8}", "control character"),
        ("&nbsp;", "entity"),
        ("<p id=\"x\"/>", "double-id"),
        ("<a href=\"#y\"/>", "dead-link"),
        ("<img src=\"gone.png\"/>", "dangling: OEBPS/text/a.xhtml refers to OEBPS/text/gone.png"),
        ("<img src=\"https://a.example/i.png\"/>", "remote: OEBPS/text/a.xhtml: img leads to https"),
        ("<img src=\"//a.example/i.png\"/>", "remote"),
        ("<img src=\"../img/i.png\" srcset=\"../img/i.png 1x, http://a.example/i.png 2x\"/>", "remote"),
        ("<img src=\"file:///etc/passwd\"/>", "remote"),
        ("<video poster=\"https://a.example/i.png\"/>", "video"),
        ("<a href=\"javascript:1\"/>", "script"),
        ("<a href=\"file:///etc/passwd\"/>", "link: "),
        ("<a href=\"https://a.example/\" ping=\"https://b.example/\"/>", "remote: OEBPS/text/a.xhtml: ping"),
        ("<style>@import 'https://a.example/s.css';</style>", "remote: OEBPS/text/a.xhtml: @import leads to https"),
        ("<style><![CDATA[p { background: url(https://a.example/i.png) }]]></style>", "remote"),
        ("<style>@import &#x22;https://a.example/s.css&#x22;;</style>", "remote"),
        ("<style>p { }\u{8}</style>", "control character"),
        ("<svg><rect fill=\"url(https://a.example/d.svg#g)\"/></svg>", "remote"),
        ("<svg xmlns:l=\"http://www.w3.org/1999/xlink\"><use l:href=\"https://a.example/d.svg#g\"/></svg>", "remote"),
        ("<?xml-stylesheet href=\"https://a.example/s.css\"?>", "remote: OEBPS/text/a.xhtml: xml-stylesheet"),
        ("<p xml:base=\"https://a.example/\"/>", "remote"),
        ("<script/>", "script: OEBPS/text/a.xhtml holds a script element"),
        ("<p onclick=\"1\"/>", "script: OEBPS/text/a.xhtml: p has onclick"),
        ("<form/>", "form"),
        ("<iframe/>", "active"),
        ("<meta http-equiv=\"Refresh\"/>", "active"),
        ("<a href=\"https://a.example/?utm_source=rss\"/>", "tracking"),
        ("<p>a\u{FFFD}b</p>", "missing-glyph: OEBPS/text/a.xhtml has U+FFFD"),
        ("<p style=\"margin: 0\"/>", "house"),
    ] {
        let whole = format!("<html xml:lang=\"zh-CN\"><p id=\"x\">a</p>{content}</html>");
        let found = with("OEBPS/text/a.xhtml", &whole);
        assert!(found.iter().any(|one| one.contains(expected)), "{content}: {found:?}");
        assert!(found.len() <= 2, "{content}: {found:?}");
    }
    let cut = with("OEBPS/text/a.xhtml", "<html><p id=\"x\">a</p>");
    assert!(cut.iter().any(|one| one.contains("cut off")), "{cut:?}");
    let entity =
        "<!DOCTYPE html [<!ENTITY e SYSTEM \"https://a.example/e\">]><html xml:lang=\"zh\"><p id=\"x\">&e;</p></html>";
    assert_eq!(with("OEBPS/text/a.xhtml", entity), ["remote: OEBPS/text/a.xhtml takes an entity from another file"]);
    // What a document type names is not a fault of the document.
    let typed = "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.1//EN\" \"x.dtd\"><html xml:lang=\"zh\"><p id=\"x\">&nbsp;</p></html>";
    assert_eq!(with("OEBPS/text/a.xhtml", typed), Vec::<String>::new());
}

#[test]
fn faults_of_other_files_are_found() {
    finds("OEBPS/s.css", "@import \"https://a.example/s.css\";", "remote");
    finds("OEBPS/s.css", "p { background: url( 'https://a.example/i.png' ) }", "remote");
    finds("OEBPS/s.css", "/* url(https://a.example/) */ @font-face { src: url(f.otf) }", "dangling");
    finds("OEBPS/img/i.png", "GIF89a", "media-type: OEBPS/img/i.png is not image/png");
    finds("OEBPS/img/i.png", PHOTO, "picture-metadata: OEBPS/img/i.png holds Exif");
    finds("OEBPS/img/more.png", PNG, "manifest: OEBPS/img/more.png is in the archive and not in the manifest");
    assert!(with("OEBPS/img/I.png", PNG).iter().any(|one| one.starts_with("name-clash")));
    finds("META-INF/container.xml", "<container/>", "container");
    finds("META-INF/rights.xml", "<rights/>", "encrypted");
    finds("OEBPS/nav.xhtml", "<html xml:lang=\"zh\"><nav/></html>", "navigation: OEBPS/nav.xhtml lists nothing");
    for name in ["../evil.png", "/etc/evil.png", "a\\..\\evil.png", "C:evil.png", "a\nb.png"] {
        assert!(with(name, PNG).iter().any(|one| one.starts_with("escaping-name")), "{name}");
    }
    assert!(with("OEBPS/img/i.png", "").iter().any(|one| one.starts_with("empty")));
    let mut hidden_fonts = good();
    let method = "<e><EncryptionMethod Algorithm=\"http://www.idpf.org/2008/embedding\"/></e>";
    hidden_fonts.push(("META-INF/encryption.xml", method));
    assert_eq!(findings(&hidden_fonts), Vec::<String>::new());
}

#[test]
fn faults_of_packages_are_found() {
    let package = |from: &str, to: &str| with("OEBPS/content.opf", &PACKAGE.replace(from, to));
    for (from, to, expected) in [
        ("href=\"img/i.png\"", "href=\"https://a.example/i.png\"", "remote"),
        ("<itemref idref=\"a\"/>", "", "spine: the spine is empty"),
        ("idref=\"a\"", "idref=\"b\"", "spine: the spine refers to an item that there is not"),
        (
            "<itemref idref=\"a\"/>",
            "<itemref idref=\"nav\"/>",
            "navigation: OEBPS/nav.xhtml leads to OEBPS/text/a.xhtml",
        ),
        (" properties=\"nav\"", "", "navigation: the manifest has neither"),
        ("zh-CN", "", "language: the package says no language"),
        ("zh-CN", "en", "language: the package says en, most documents say zh-CN"),
    ] {
        let found = package(from, to);
        assert!(found.iter().any(|one| one.starts_with(expected)), "{to}: {found:?}");
    }
    let english = "<html xml:lang=\"zh-CN\"><p id=\"x\">".to_owned() + &"tea in the hills ".repeat(30) + "</p></html>";
    let found = with("OEBPS/text/a.xhtml", &english);
    assert_eq!(found, ["language: the package says zh-CN, the text is in Latin letters"]);
}

#[test]
fn what_is_listed_must_be_there() {
    let found = findings(&good()[..6]);
    assert!(
        found.iter().any(|one| one.contains("text/a.xhtml is in the manifest and not in the archive")),
        "{found:?}"
    );
}

#[test]
fn the_first_entry_says_what_it_is() {
    let mut files = good();
    files.rotate_left(1);
    assert!(findings(&files)[0].contains("first entry"));
    assert!(check(Cursor::new(b"no zip".to_vec())).len() > 1);
}

#[test]
fn a_text_that_swells_is_not_read_to_its_end() {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for number in 0..3 {
        archive.start_file(format!("{number}.css"), SimpleFileOptions::default()).unwrap();
        archive.write_all(&[b' '; 100_000]).unwrap();
    }
    let found = within(archive.finish().unwrap(), 200_000);
    let unread = found.iter().filter(|finding| finding.what.contains("is not read")).count();
    assert_eq!(unread, 1, "{found:?}");
}

#[test]
fn a_text_longer_than_it_says_is_damaged() {
    let mut bytes = archive(&[("a.css", "p { margin: 0 }"), ("b.css", "q { margin: 1 }")]).into_inner();
    // Uncompressed size in the entry of the central directory (APPNOTE 4.3.12).
    let central = bytes.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    bytes[central + 24..central + 28].copy_from_slice(&3_u32.to_le_bytes());
    let found = check(Cursor::new(bytes));
    let damaged: Vec<_> = found.iter().filter(|finding| finding.rule.name == DAMAGED.name).collect();
    assert_eq!(damaged.len(), 1, "{found:?}");
    assert!(damaged[0].what.starts_with("a.css is damaged"), "{found:?}");
}

#[test]
fn many_documents_are_looked_at_as_few_are() {
    let faulty = |number: usize| match number % 50 {
        7 => "<html xml:lang=\"zh-CN\"><a href=\"gone.xhtml\"/></html>",
        _ => "<html xml:lang=\"zh-CN\"><p id=\"x\"/></html>",
    };
    let names: Vec<String> = (0..3 * TOGETHER).map(|number| format!("OEBPS/text/m{number:03}.xhtml")).collect();
    let mut files = good();
    files.extend(names.iter().enumerate().map(|(number, name)| (name.as_str(), faulty(number))));
    let dangling: Vec<_> = findings(&files).into_iter().filter(|found| found.starts_with("dangling")).collect();
    let expected = [7, 57, 107, 157].map(|number| {
        format!("dangling: OEBPS/text/m{number:03}.xhtml refers to OEBPS/text/gone.xhtml, which is not in the book")
    });
    assert_eq!(dangling, expected);
}

#[test]
fn a_rule_broken_everywhere_is_told_of_a_bounded_number_of_times() {
    let many = "<html xml:lang=\"zh\"><p id=\"x\"/>".to_owned() + &"<script/>".repeat(MOST + 50) + "</html>";
    assert_eq!(with("OEBPS/text/a.xhtml", &many).len(), MOST);
}

#[test]
fn the_bounds_of_a_device() {
    let bounds = Bounds {
        book: 4000,
        document: 200,
        picture: 100,
        pixels: 1_000_000,
        pictures: vec!["image/png"],
        fonts: vec!["ttf"],
    };
    let found = |files: &[(&str, &str)]| {
        let found = bounds.check(&mut archive(files));
        found.into_iter().map(|finding| finding.what).collect::<Vec<_>>().join("; ")
    };
    assert_eq!(found(&good()), "");
    for (name, content, expected) in [
        ("OEBPS/text/b.xhtml", "x".repeat(201), "b.xhtml has 201 bytes, 200 are the most of a document"),
        ("OEBPS/f.otf", "OTTO".to_owned(), "f.otf is a font"),
        ("OEBPS/img/g.gif", "GIF89a\u{1}\0\u{1}\0".to_owned(), "g.gif is image/gif, which it does not show"),
        ("OEBPS/img/g.gif", format!("GIF89a\u{7f}\u{7f}\u{7f}\u{7f}{}", "x".repeat(100)), "pixels, 1000000 are"),
        (
            "OEBPS/img/g.gif",
            format!("GIF89a\u{1}\0\u{1}\0{}", "x".repeat(100)),
            "110 bytes, 100 are the most of a picture",
        ),
        ("OEBPS/big.bin", "x".repeat(4000), "bytes, 4000 are the most"),
    ] {
        let mut files = good();
        files.push((name, &content));
        assert!(found(&files).contains(expected), "{name}: {}", found(&files));
    }
}
