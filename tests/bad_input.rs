//! Bad input: one clear error line, a hint, the documented exit code, and no book.

use std::fs;

use crate::program::{Run, case, folder, offprint, offprint_reading};

fn one_error(run: &Run, code: i32, what: &str) {
    let errors = run.lines("error: ");
    assert_eq!(run.code, code, "{}", run.err);
    assert_eq!(errors.len(), 1, "{}", run.err);
    assert!(errors[0].contains(what), "{}", run.err);
    assert!(run.err.contains("hint: "), "{}", run.err);
    assert!(!run.err.contains("panicked"), "{}", run.err);
    assert_eq!(run.out, "");
}

#[test]
fn a_missing_file() {
    let dir = folder("missing_file");
    one_error(&offprint(&dir, &["build", "gone.html", "-o", "book.epub"]), 1, "gone.html");
    assert!(!dir.join("book.epub").exists());
}

#[test]
fn a_folder_without_pages() {
    let dir = folder("folder_without_pages");
    fs::create_dir(dir.join("empty")).unwrap();
    fs::write(dir.join("empty/notes.pdf"), "x").unwrap();
    one_error(&offprint(&dir, &["build", "empty", "-o", "book.epub"]), 1, "empty");
}

#[test]
fn a_binary_file() {
    let dir = folder("binary_file");
    let noise: Vec<u8> = (0..4000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    fs::write(dir.join("noise.html"), noise).unwrap();
    one_error(&offprint(&dir, &["build", "noise.html", "-o", "book.epub"]), 1, "noise.html");
}

#[test]
fn broken_yaml_is_named_and_the_page_is_kept() {
    let dir = folder("broken_yaml");
    fs::write(dir.join("a.html"), "---\ntitle: [unclosed\ndate: 2024-01-02\n---\n<h1>题目</h1><p>正文在此。</p>")
        .unwrap();
    let run = offprint(&dir, &["build", "a.html", "-o", "book.epub"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let warnings = run.lines("warning: ");
    assert_eq!(warnings.len(), 1, "{}", run.err);
    assert!(warnings[0].contains("a.html") && warnings[0].contains("front matter"), "{}", run.err);
    assert!(warnings[0].contains("hint: "), "{}", run.err);
    let strict = offprint(&dir, &["build", "a.html", "-o", "strict.epub", "--strict"]);
    one_error(&strict, 3, "--strict");
    assert!(!dir.join("strict.epub").exists());
}

#[test]
fn outputs_that_cannot_be_written() {
    let dir = folder("unwritable");
    let page = case("sample/article.html");
    let page = page.to_str().unwrap();
    fs::create_dir(dir.join("taken.epub")).unwrap();
    one_error(&offprint(&dir, &["build", page, "-o", "taken.epub"]), 4, "taken.epub");
    fs::create_dir(dir.join("books")).unwrap();
    let run = offprint(&dir, &["build", page, "-o", "books"]);
    one_error(&run, 2, "books");
    assert!(run.err.contains("such as books/book.epub"), "{}", run.err);
    one_error(&offprint(&dir, &["build", page, "-o", "no/such/book.pdf"]), 4, "no/such/book.pdf");
}

#[test]
fn one_bad_output_leaves_the_good_one_alone() {
    let dir = folder("bad_and_good");
    fs::write(dir.join("book.epub"), "the old book").unwrap();
    let page = case("sample/article.html");
    let args = ["build", page.to_str().unwrap(), "-o", "book.epub", "-o", "no/such/book.pdf"];
    one_error(&offprint(&dir, &args), 4, "book.pdf");
    assert_eq!(fs::read(dir.join("book.epub")).unwrap(), b"the old book");
}

#[test]
fn an_unknown_extension() {
    let dir = folder("unknown_extension");
    let page = case("sample/article.html");
    let page = page.to_str().unwrap();
    one_error(&offprint(&dir, &["build", page, "-o", "book.docx"]), 2, "book.docx");
    one_error(&offprint(&dir, &["build", page, "-o", "book"]), 2, "book");
}

#[test]
fn settings_that_make_no_sense() {
    let dir = folder("bad_settings");
    let page = case("sample/article.html");
    let page = page.to_str().unwrap();
    one_error(&offprint(&dir, &["build", page, "-o", "a.epub", "--lang", "中文"]), 2, "--lang");
    one_error(&offprint(&dir, &["build", page, "-o", "a.epub", "--base", "paper.example"]), 2, "--base");
    one_error(&offprint(&dir, &["build", page, "-o", "a.epub", "--cover", "gone.jpg"]), 1, "gone.jpg");
    one_error(&offprint(&dir, &["build", page, "-o", "a.epub", "-o", "a.epub"]), 2, "a.epub");
    fs::copy(case("sample/article.html"), dir.join("in.epub")).unwrap();
    one_error(&offprint(&dir, &["build", "in.epub", "-o", "in.epub"]), 2, "in.epub");
    assert_eq!(offprint(&dir, &["build"]).code, 2);
    assert_eq!(offprint(&dir, &["build", page, "-o", "a.epub", "--no-such-flag"]).code, 2);
}

#[test]
fn pages_of_nothing_and_of_nonsense_still_make_whole_books() {
    let dir = folder("nonsense");
    let deep = "<div>".repeat(20_000) + "底" + &"<b><i>".repeat(20_000);
    let pages: [&[u8]; 5] = [b"", b"<p>", deep.as_bytes(), b"---\n---\n", b"\xEF\xBB\xBF<h1>x</h1><p>y<table><td>z"];
    for (index, page) in pages.into_iter().enumerate() {
        let run = offprint_reading(&dir, &["build", "-", "-o", "n.epub", "-o", "n.pdf"], page);
        assert!(run.code == 0 || run.code == 1, "{index}: {}", run.err);
        assert!(!run.err.contains("panicked"), "{index}: {}", run.err);
        assert_eq!(run.code == 0, run.lines("error: ").is_empty(), "{index}: {}", run.err);
    }
}
