//! One planted fault of each kind.

use std::collections::BTreeSet;
use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::*;

type Files = Vec<(String, Vec<u8>)>;

const PACKAGE: &str = "<package xmlns=\"http://www.idpf.org/2007/opf\"><metadata><dc:title>t</dc:title><dc:language>zh-CN</dc:language>\
    </metadata><manifest>\
    <item id=\"nav\" href=\"nav.xhtml\" media-type=\"application/xhtml+xml\" properties=\"nav\"/>\
    <item id=\"ncx\" href=\"toc.ncx\" media-type=\"application/x-dtbncx+xml\"/>\
    <item id=\"css\" href=\"s.css\" media-type=\"text/css\"/>\
    <item id=\"c\" href=\"c.jpg\" media-type=\"image/jpeg\" properties=\"cover-image\"/>\
    <item id=\"i\" href=\"i.png\" media-type=\"image/png\"/>\
    <item id=\"a\" href=\"a.xhtml\" media-type=\"application/xhtml+xml\"/>\
    <item id=\"b\" href=\"b.xhtml\" media-type=\"application/xhtml+xml\"/>\
    </manifest><spine toc=\"ncx\"><itemref idref=\"a\"/><itemref idref=\"b\"/></spine></package>";
const A: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><html><body id=\"top\"><p id=\"x\">a <img src=\"i.png\"/></p></body></html>";
const B: &str =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><html><body><p id=\"y\"><a href=\"a.xhtml#x\">b</a></p></body></html>";
const NCX: &str = "<ncx><docTitle><text>t</text></docTitle><navMap>\
    <navPoint><navLabel><text>a</text></navLabel><content src=\"a.xhtml\"/></navPoint>\
    <navPoint><navLabel><text>b</text></navLabel><content src=\"b.xhtml#y\"/></navPoint></navMap></ncx>";
const NAV: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><html><body><nav epub:type=\"toc\"><ol><li><a href=\"a.xhtml\">a</a></li></ol></nav></body></html>";

fn jpeg(width: u16, height: u16, channels: u8) -> Vec<u8> {
    let ([h1, h0], [w1, w0]) = (height.to_be_bytes(), width.to_be_bytes());
    vec![0xFF, 0xD8, 0xFF, 0xC0, 0, 17, 8, h1, h0, w1, w0, channels, 0, 0, 0, 0xFF, 0xD9]
}

fn png(width: u32, height: u32) -> Vec<u8> {
    [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".as_slice(), &width.to_be_bytes(), &height.to_be_bytes()].concat()
}

fn good() -> Files {
    let text = |name: &str, content: &str| (name.to_owned(), content.as_bytes().to_vec());
    vec![
        text("mimetype", "application/epub+zip"),
        text(
            "META-INF/container.xml",
            "<container><rootfiles><rootfile full-path=\"O/p.opf\"/></rootfiles></container>",
        ),
        text("O/p.opf", PACKAGE),
        text("O/a.xhtml", A),
        text("O/b.xhtml", B),
        text("O/toc.ncx", NCX),
        text("O/nav.xhtml", NAV),
        text("O/s.css", "p { margin: 0 } body { margin: 0 }"),
        ("O/c.jpg".to_owned(), jpeg(600, 800, 3)),
        ("O/i.png".to_owned(), png(20, 20)),
    ]
}

fn found(files: &Files) -> BTreeSet<&'static str> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        archive.start_file(name.as_str(), options).unwrap();
        archive.write_all(content).unwrap();
    }
    check(&mut archive.finish().unwrap()).into_iter().map(|advice| advice.rule.name).collect()
}

/// What is found when a file has other bytes.
fn with(name: &str, content: impl Into<Vec<u8>>) -> BTreeSet<&'static str> {
    let mut files = good();
    let content = content.into();
    match files.iter_mut().find(|(other, _)| other == name) {
        Some((_, bytes)) => *bytes = content,
        None => files.push((name.to_owned(), content)),
    }
    found(&files)
}

/// What is found when a text of a file is another.
fn changed(name: &str, from: &str, to: &str) -> BTreeSet<&'static str> {
    let text = good()
        .into_iter()
        .find(|(other, _)| other == name)
        .map(|(_, bytes)| String::from_utf8(bytes).unwrap())
        .unwrap();
    assert!(text.contains(from), "{name} {from}");
    with(name, text.replacen(from, to, 1))
}

#[test]
fn a_good_book_has_nothing_to_be_said_of_it() {
    assert_eq!(found(&good()), BTreeSet::new());
}

#[test]
fn each_fault_is_found() {
    let (opf, a, b, ncx, nav) = ("O/p.opf", "O/a.xhtml", "O/b.xhtml", "O/toc.ncx", "O/nav.xhtml");
    let body = |inner: &str| changed(a, "<p id", &format!("{inner}<p id"));
    let cases = [
        ("container", with("mimetype", "text/plain")),
        ("package", with("META-INF/container.xml", "<container/>")),
        ("encrypted", with("META-INF/encryption.xml", "<e><EncryptionMethod Algorithm=\"aes\"/></e>")),
        ("no-title", changed(opf, "<dc:title>t</dc:title>", "<dc:title> </dc:title>")),
        ("no-language", changed(opf, "<dc:language>zh-CN</dc:language>", "")),
        ("language", changed(opf, "zh-CN", "und")),
        ("language", changed(opf, "zh-CN", "Chinese language")),
        ("language-not-listed", changed(opf, "zh-CN", "ru")),
        ("malformed", changed(a, "</p>", "")),
        ("malformed", body("&nbsp;")),
        ("not-utf-8", with(b, b"<?xml version=\"1.0\" encoding=\"GBK\"?><html>\xC4\xE3</html>".as_slice())),
        ("no-encoding", changed(a, " encoding=\"UTF-8\"", "")),
        ("comment", body("<!-- a -- b -->")),
        ("script", body("<script>1</script>")),
        ("script", changed(a, "<p id", "<p onclick=\"1\" id")),
        ("nested-paragraph", body("<p><span><p>x</p></span></p>")),
        ("image-without-source", body("<img alt=\"\"/>")),
        ("link-to-body", changed(b, "a.xhtml#x", "a.xhtml#top")),
        ("dangling", body("<img src=\"gone.png\"/>")),
        ("dangling", changed(opf, "i.png", "gone.png")),
        ("dead-link", changed(b, "#x", "#gone")),
        ("remote", body("<img src=\"https://a.example/i.png\"/>")),
        ("no-contents", with(opf, PACKAGE.replace(" properties=\"nav\"", "").replace("application/x-dtbncx+xml", "text/plain").replace(" toc=\"ncx\"", ""))),
        ("contents-fault", changed(ncx, " src=\"a.xhtml\"", "")),
        ("contents-fault", changed(ncx, "a.xhtml", "i.png")),
        ("contents-fault", changed(ncx, "<navLabel><text>a", "<navLabel><text>")),
        ("contents-fault", changed(nav, "toc", "lot")),
        ("deep-contents", with(ncx, NCX.replace("</navPoint></navMap>", "<navPoint><content src=\"b.xhtml\"/><navPoint><content src=\"b.xhtml\"/></navPoint></navPoint></navPoint></navMap>"))),
        ("contents-order", with(ncx, NCX.replace("a.xhtml", "z").replace("b.xhtml#y", "a.xhtml").replace("\"z\"", "\"b.xhtml\""))),
        ("spine", changed(opf, "<itemref idref=\"b\"/>", "<itemref idref=\"q\"/>")),
        ("no-cover", changed(opf, " properties=\"cover-image\"", "")),
        ("small-cover", with("O/c.jpg", jpeg(400, 900, 3))),
        ("cover-page", changed(opf, "</package>", "<guide><reference type=\"cover\" href=\"a.xhtml\"/></guide></package>")),
        ("cover-page", with(a, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><html><body><img id=\"x\" src=\"c.jpg\"/></body></html>")),
        ("image-format", with("O/i.png", b"RIFF\0\0\0\0WEBPVP8 ".as_slice())),
        ("image-type", with("O/i.png", jpeg(20, 20, 3))),
        ("image-type", with("O/i.png", "hello")),
        ("image-pixels", with("O/i.png", png(3000, 2000))),
        ("image-cmyk", with("O/c.jpg", jpeg(600, 800, 4))),
        ("font-format", with(opf, PACKAGE.replace("</manifest>", "<item id=\"f\" href=\"i.png\" media-type=\"font/woff2\"/></manifest>"))),
        ("css-variables", with("O/s.css", ":root { --a: 1 }")),
        ("css-import", with("O/s.css", "@import 'x.css';")),
        ("css-position", body("<p style=\"position: fixed\">x</p>")),
        ("css-body", with("O/s.css", "body { color: black }")),
        ("file-name", with("O/a b!.txt", "x")),
        ("double-id", body("<p id=\"x\">x</p>")),
        ("double-id", changed(opf, "id=\"i\"", "id=\"c\"")),
    ];
    for (expected, found) in &cases {
        assert!(found.contains(expected), "{expected}: {found:?}");
    }
    let by_size = ["too-large", "large-for-mail"];
    let tried: BTreeSet<&str> = cases.iter().map(|(name, _)| *name).chain(by_size).collect();
    let all: BTreeSet<&str> = RULES.iter().map(|rule| rule.name).collect();
    assert_eq!(tried, all, "every rule has its case");
}

#[test]
fn one_fault_is_not_found_as_many() {
    assert_eq!(changed("O/p.opf", "zh-CN", "und"), BTreeSet::from(["language"]));
    assert_eq!(with("O/c.jpg", jpeg(400, 900, 3)), BTreeSet::from(["small-cover"]));
    assert_eq!(changed("O/b.xhtml", "a.xhtml#x", "a.xhtml#top"), BTreeSet::from(["link-to-body"]));
}

/// A file that is nothing but large: its end is all that is asked for.
struct Large(u64);

impl std::io::Read for Large {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        Ok(0)
    }
}

impl Seek for Large {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        Ok(if let SeekFrom::End(_) = to { self.0 } else { 0 })
    }
}

#[test]
fn size_and_rubbish() {
    let names = |size| check(&mut Large(size)).into_iter().map(|advice| advice.rule.name).collect::<Vec<_>>();
    assert_eq!(names(200_000_001), ["too-large", "container"]);
    assert_eq!(names(60_000_000), ["container", "large-for-mail"]);
    for rubbish in [&b""[..], b"PK", &[0; 5000]] {
        assert_eq!(check(&mut Cursor::new(rubbish)).len(), 1);
    }
}
