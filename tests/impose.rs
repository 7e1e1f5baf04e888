//! Sheets for printing, by the program as a whole.

use std::fs;

use crate::program::{case, folder, offprint};

#[test]
fn a_booklet_is_built_and_its_paper_told() {
    let dir = folder("impose_build");
    let page = case("books/english.html");
    let page = page.to_str().unwrap();
    let run =
        offprint(&dir, &["build", page, "--offline", "-o", "book.pdf", "--impose", "booklet", "--duplex", "short"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let told = run.lines("note: ");
    assert_eq!(told.len(), 1, "{}", run.err);
    assert!(told[0].contains(" of A4: print on both sides, flip on short edge"), "{told:?}");
    let again =
        offprint(&dir, &["build", page, "--offline", "-o", "again.pdf", "--impose", "booklet", "--duplex", "short"]);
    assert_eq!(again.code, 0);
    assert!(fs::read(dir.join("book.pdf")).unwrap() == fs::read(dir.join("again.pdf")).unwrap());
}

#[test]
fn type_becomes_smaller_until_the_paper_is_enough() {
    let dir = folder("impose_fit");
    let text = "<p>Words that fill a page of a pamphlet, again and again, and then once more.</p>".repeat(260);
    fs::write(dir.join("long.html"), format!("<html lang=en><title>Long</title><h1>Long</h1>{text}")).unwrap();
    let sheets = |more: &[&str]| {
        let args = ["build", "long.html", "--offline", "-o", "book.pdf", "--impose", "booklet"];
        let run = offprint(&dir, &[&args, more].concat());
        assert_eq!(run.code, 0, "{}", run.err);
        let told = run.err.lines().find_map(|line| Some(line.split_once(" on ")?.1.split_once(" sheet")?.0)).unwrap();
        (told.parse::<usize>().unwrap(), run.err)
    };
    let (own, _) = sheets(&[]);
    let (fewer, said) = sheets(&["--fit-sheets", &(own - 1).to_string()]);
    assert!(fewer < own && said.contains(" pt lets it fit "), "{own} {fewer} {said}");
    let (same, said) = sheets(&["--fit-sheets", &own.to_string()]);
    assert!(same == own && said.contains("it fits "), "{said}");
    let (same, said) = sheets(&["--fit-sheets", "1"]);
    assert!(same == own && said.contains("warning: it does not fit 1 sheet"), "{said}");
}

#[test]
fn a_finished_book_is_imposed_and_stays_as_it_is() {
    let dir = folder("impose_file");
    let page = case("books/english.html");
    let build = offprint(&dir, &["build", page.to_str().unwrap(), "--offline", "-q", "-o", "book.pdf"]);
    assert_eq!(build.code, 0);
    let before = fs::read(dir.join("book.pdf")).unwrap();
    for scheme in ["booklet", "signature=2", "2up", "4up", "cards", "zine8", "perfect"] {
        let args =
            ["impose", "book.pdf", "-o", "sheets.pdf", "--impose", scheme, "--paper", "Letter", "--marks", "all"];
        let run = offprint(&dir, &args);
        assert_eq!((run.code, run.out.trim()), (0, "sheets.pdf"), "{scheme} {}", run.err);
        assert!(run.err.contains(" of Letter: print on "), "{}", run.err);
    }
    assert!(before == fs::read(dir.join("book.pdf")).unwrap());
    let run = offprint(&dir, &["impose", "book.pdf", "-o", "book.pdf"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("both input and output"), "{}", run.err);
}

#[test]
fn what_cannot_be_imposed_writes_nothing() {
    let dir = folder("impose_bad");
    fs::write(dir.join("no.pdf"), "<html>").unwrap();
    let run = offprint(&dir, &["impose", "no.pdf", "-o", "out.pdf"]);
    assert_eq!(run.code, 1);
    assert!(
        run.err.starts_with("error: no.pdf: cannot impose it: it is no PDF file, or damaged\nhint: "),
        "{}",
        run.err
    );
    assert!(!dir.join("out.pdf").exists());
    let cases = [
        (vec!["impose", "no.pdf", "-o", "out.pdf", "--impose", "book"], "signature=N"),
        (vec!["impose", "no.pdf", "-o", "out.pdf", "--paper", "big"], "--paper big"),
        (vec!["impose", "no.pdf", "-o", "out.pdf", "--scale", "0"], "--scale 0"),
        (vec!["impose", "no.pdf", "-o", "out.pdf", "--paper-thickness", "thick"], "--paper-thickness thick"),
        (vec!["build", "no.pdf", "-o", "out.pdf", "--paper", "A3"], "--impose"),
    ];
    for (args, expected) in cases {
        let run = offprint(&dir, &args);
        assert_eq!(run.code, 2, "{args:?} {}", run.err);
        assert!(run.err.contains(expected), "{args:?} {}", run.err);
    }
}

#[test]
fn a_printer_is_tried_with_a_sheet() {
    let dir = folder("impose_test_sheet");
    let run = offprint(&dir, &["impose", "--test-sheet", "--paper", "A4", "--duplex", "short"]);
    assert_eq!((run.code, run.out.trim()), (0, "test-sheet.pdf"), "{}", run.err);
    assert!(run.err.contains("4 pages on 1 sheet of A4: print on both sides, flip on short edge"), "{}", run.err);
    let bytes = fs::read(dir.join("test-sheet.pdf")).unwrap();
    let again = offprint(&dir, &["impose", "--test-sheet", "--duplex", "short", "-o", "again.pdf"]);
    assert!(again.code == 0 && fs::read(dir.join("again.pdf")).unwrap() == bytes);
    for args in [vec!["impose", "--test-sheet", "a.pdf"], vec!["impose"], vec!["impose", "test-sheet.pdf"]] {
        assert_eq!(offprint(&dir, &args).code, 2, "{args:?}");
    }
}

#[test]
fn links_become_notes_on_sheets_and_stay_links_on_screens() {
    let dir = folder("impose_links");
    let page = "<html lang=en><title>T</title><article><h1>T</h1><p>Read <a href='https://example.org/a'>this page</a> and \
                <a href='https://example.org/b'>that one</a>, which say more about it than fits into these few lines.</p></article>";
    fs::write(dir.join("page.html"), page).unwrap();
    let built = |more: &[&str]| {
        let run = offprint(&dir, &[&["build", "page.html", "--offline", "-v", "-o", "book.pdf"], more].concat());
        assert_eq!(run.code, 0, "{}", run.err);
        let note = run.lines("note: ").into_iter().find(|line| line.contains(" page")).unwrap().to_owned();
        note.trim_start_matches("note: ").split(' ').next().unwrap().parse::<usize>().unwrap()
    };
    // Title, text, colophon; one with a list is no longer, the codes have their place in the colophon.
    assert_eq!(built(&["--impose", "2up", "--links", "keep"]), built(&["--impose", "2up"]));
    assert!(built(&["--theme", "pamphlet", "--links", "qr-all"]) >= built(&["--theme", "pamphlet", "--links", "drop"]));
    let run = offprint(&dir, &["build", "page.html", "-o", "book.pdf", "--links", "footnotes"]);
    assert!(run.code == 2 && run.err.contains("endnote,qr"), "{}", run.err);
}
