//! What a saved page comes in: front matter of all sorts, and bytes in all charsets, with what becomes of the page. The
//! cases stand with those of the normalizer; these have to be read from files.

use std::fs;
use std::path::PathBuf;

use offprint::fetch::{World, WorldOptions};
use offprint::{Options, compose, model, source};

/// Reads `tests/cases/normalize/FILE`, and compares its chapters with the `.txt` of that name.
fn check(file: &str) {
    let folder = PathBuf::from("tests/cases/normalize");
    let inputs = source::expand(&[folder.join(file).to_str().unwrap()], false).unwrap();
    let world = World::new(WorldOptions { roots: vec![folder.clone()], offline: true, ..WorldOptions::default() });
    let made = compose(&Options { inputs, ..Options::default() }, &world.unwrap(), &()).unwrap();
    let language = format!("language {}\n", made.book.metadata.language.tag());
    let found = language + &made.book.chapters.iter().map(model::dump).collect::<String>();
    let expected = fs::read_to_string(folder.join(file).with_extension("txt")).unwrap_or_default();
    assert_eq!(found, expected, "{file}\n--- found:\n{found}");
}

#[test]
fn front_matter() {
    // A byte order mark, carriage returns, quotes that the title lost, the site's name after it.
    check("envelope.md");
    // No YAML: two colons, a bare @, a list that does not end.
    check("envelope_lines.md");
    // A post that is nothing but front matter.
    check("envelope_table.md");
    // Dates with a zone, several authors.
    check("envelope_date.md");
}

#[test]
fn charsets() {
    // Nothing says what it is.
    check("charset_none.html");
    // A declaration that is narrower than the text.
    check("charset_meta.html");
    // UTF-8 as a browser saved it, under the declaration of the page it was.
    check("charset_stale.html");
    check("charset_japanese.html");
    // One byte that is none of its charset.
    check("charset_broken.html");
    check("charset_utf16.html");
}
