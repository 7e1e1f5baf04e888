//! Any bytes as a page: cleaned, laid out, written in every format; the books must pass their own check.

use offprint::backend::FORMATS;
use offprint::normalize;

use super::written;

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
    FORMATS.iter().for_each(|format| written::check(&book, format));
}
