//! Any bytes as a page: cleaned, laid out, written in every format; the books must pass their own check.

use std::io::{Cursor, Seek, SeekFrom};

use offprint::backend::{Content, FORMATS, Settings};
use offprint::media::{Drawings, Images};
use offprint::{normalize, verify};

pub fn run(data: &[u8]) {
    let html = String::from_utf8_lossy(data);
    let page = normalize::Page {
        name: "page.html",
        html: &html,
        base: Some("https://fuzz.example/page"),
        folder: None,
        stated: normalize::Stated::default(),
        stem: Some("page"),
    };
    let article = normalize::article(&page, &normalize::Options::default()).value;
    let book = normalize::assemble(vec![article], &normalize::Overrides::default());
    for format in FORMATS {
        let mut out = Cursor::new(Vec::new());
        let (images, settings) = (Images::default(), Settings::default());
        let content = Content { book: &book, images: &images, settings: &settings, drawings: Drawings::default() };
        format.backend.write(content, &mut out).expect("memory can be written");
        out.seek(SeekFrom::Start(0)).expect("memory can be read");
        let findings = verify::check(format.extensions[0], &mut out);
        let faults: Vec<_> = findings.iter().filter(|finding| finding.forbids()).collect();
        assert!(faults.is_empty(), "{}: {faults:?}", format.name);
    }
}
