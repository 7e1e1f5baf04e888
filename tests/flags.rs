//! Every flag does what it says: those that no other test tries are tried here.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::program::{Run, case, folder, offprint};

const PAGE: &str = "---\ntitle: T\nlang: en\n---\n<p>Words before.</p><pre><code>let a = 1;\nlet b = 2;</code></pre>\
    <table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table><hr><p>Words after.</p>";

/// The PDF file that flags make of the page.
fn made(dir: &Path, flags: &[&str]) -> Vec<u8> {
    let all: Vec<&str> = ["build", "page.html", "-o", "book.pdf", "--offline"].iter().chain(flags).copied().collect();
    let run = offprint(dir, &all);
    assert_eq!(run.code, 0, "{flags:?}: {}", run.err);
    fs::read(dir.join("book.pdf")).unwrap()
}

#[test]
fn flags_of_pages_change_the_pages() {
    let dir = folder("flags_pages");
    fs::write(dir.join("page.html"), PAGE).unwrap();
    let plain = made(&dir, &[]);
    assert_eq!(made(&dir, &[]), plain);
    let flags: &[&[&str]] = &[
        &["--code-numbers"],
        &["--font-size", "13pt"],
        &["--ink-saver"],
        &["--margin", "25mm"],
        &["--pdf-standard", "a2b"],
    ];
    for flags in flags {
        assert_ne!(made(&dir, flags), plain, "{flags:?}");
    }
    assert_ne!(made(&dir, &["--columns", "2"]), plain);
    // What is cut off is outside of the trimmed page.
    let bled = |bleed: &str| made(&dir, &["--impose", "2up", "--bleed", bleed]);
    assert_ne!(bled("0mm"), bled("3mm"));
    // What a file promises stands in its metadata, which is not packed.
    let promises = |file: &[u8], what: &[u8]| file.windows(what.len()).any(|window| window == what);
    assert!(promises(&plain, b"pdfaid:part") && promises(&plain, b"pdfuaid:part"));
    let none = made(&dir, &["--pdf-standard", "none"]);
    assert!(!promises(&none, b"pdfaid:part") && !promises(&none, b"pdfuaid:part"));
    let sheets = |binding: &str| made(&dir, &["--impose", "booklet", "--binding", binding]);
    assert_ne!(sheets("left"), sheets("right"));
    for wrong in [["--font-size", "900pt"], ["--margin", "much"], ["--pdf-standard", "x"], ["--binding", "top"]] {
        let run =
            offprint(&dir, &[&["build", "page.html", "-o", "no.pdf", "--impose", "booklet"][..], &wrong].concat());
        assert!(run.code == 2 && run.err.contains(wrong[0]), "{wrong:?}: {}", run.err);
    }
    assert!(!dir.join("no.pdf").exists());
}

#[test]
fn pictures_have_as_many_dots_as_the_printer() {
    let dir = folder("flags_dots");
    let page = case("sample/article.html").display().to_string();
    let size = |dpi: &str| {
        let run = offprint(&dir, &["build", &page, "--output", "book.pdf", "--offline", "--print-dpi", dpi]);
        assert_eq!(run.code, 0, "{}", run.err);
        fs::metadata(dir.join("book.pdf")).unwrap().len()
    };
    assert!(size("60") < size("100"));
}

#[test]
fn a_font_of_ones_own_is_used_or_refused() {
    let dir = folder("flags_font");
    fs::write(dir.join("page.html"), PAGE).unwrap();
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("fonts/NotoSansMono-Regular.ttf").display().to_string();
    assert_ne!(made(&dir, &["--font", &own]), made(&dir, &[]));
    fs::write(dir.join("no.otf"), "no font").unwrap();
    let run = offprint(&dir, &["build", "page.html", "-o", "no.pdf", "--font", "no.otf"]);
    assert!(run.code == 1 && run.err.contains("no.otf") && !dir.join("no.pdf").exists(), "{}", run.err);
}

#[test]
fn more_or_less_is_said() {
    let dir = folder("flags_said");
    fs::write(dir.join("page.html"), "<h1>T</h1><p>Text.<img src=gone.png></p>").unwrap();
    let build = |flag: &[&str]| -> Run {
        offprint(&dir, &[&["build", "page.html", "-o", "book.epub", "--offline"][..], flag].concat())
    };
    let lines = |run: &Run| run.err.lines().count();
    let (quiet, plain, verbose) = (build(&["--quiet"]), build(&[]), build(&["--verbose"]));
    assert!(lines(&quiet) == 0 && lines(&plain) == 1 && lines(&verbose) > 1, "{}\n{}", plain.err, verbose.err);
    assert!(quiet.out == plain.out && plain.out == verbose.out);
    assert_eq!(build(&["--quiet", "--verbose"]).code, 2);
}

/// The long flags of a command, as its help lists them.
fn flags(help: &str) -> BTreeSet<String> {
    let lines = help.lines().map(str::trim_start).filter(|line| line.starts_with('-'));
    let names = lines.filter_map(|line| line.split([' ', ',']).find(|word| word.starts_with("--")));
    names.map(str::to_owned).collect()
}

#[test]
fn every_flag_is_tried_in_some_test() {
    let dir = folder("flags_all");
    let commands = offprint(&dir, &["--help"]).out;
    let list = commands.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let names: Vec<&str> = list
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|name| !name.is_empty())
        .collect();
    let mut all = BTreeSet::new();
    for name in &names {
        all.extend(flags(&offprint(&dir, &[name, "--help"]).out));
    }
    assert!(all.len() > 60 && all.contains("--max-image"), "{all:?}");
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let sources: String = fs::read_dir(tests)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "rs"))
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let is_tried = |flag: &&String| {
        sources
            .match_indices(flag.as_str())
            .any(|(at, _)| !sources[at + flag.len()..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-'))
    };
    let untried: Vec<&String> = all.iter().filter(|flag| !is_tried(flag)).collect();
    assert!(untried.is_empty(), "no test tries {untried:?}");
}
