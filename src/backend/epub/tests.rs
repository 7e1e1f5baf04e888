//! Whole books: their dumps in `tests/cases/epub`, their bytes, and what they say of themselves.
//!
//! `OFFPRINT_BLESS=1 cargo test --lib backend::epub` writes the dumps anew; look at what changed.

use std::io::{Cursor, Read};

use quick_xml::XmlVersion;
use quick_xml::events::Event;
use zip::ZipArchive;

use super::samples::{anchor, chapter, collection, everything, images, metadata, paragraph, picture, smallest, text};
use super::*;
use crate::backend::Settings;
use crate::model::{Alignment, Block, Cell, Figure, Inline, Language, Note, Row, Table, Target};

fn written(book: &Book, options: Options) -> (Vec<u8>, Vec<Diagnostic>) {
    let mut out = Cursor::new(Vec::new());
    let settings = Settings { epub: options, ..Settings::default() };
    let content = Whole { book, images: &images(), settings: &settings, drawings: Drawings::default() };
    let diagnostics = Epub.write(content, &mut out).unwrap();
    (out.into_inner(), diagnostics)
}

/// The files of a book by name; of those that are not text the first bytes.
fn files(book: &Book) -> BTreeMap<String, String> {
    files_with(book, plain_options())
}

/// Without a cover, which takes longer to draw than the rest.
fn plain_options() -> Options {
    Options { cover: Cover::No, ..Options::default() }
}

fn files_with(book: &Book, options: Options) -> BTreeMap<String, String> {
    let mut archive = ZipArchive::new(Cursor::new(written(book, options).0)).unwrap();
    let mut files = BTreeMap::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        files.insert(name, String::from_utf8(content).unwrap_or_else(|error| format!("{:?}", &error.as_bytes()[..4])));
    }
    files
}

/// Text without tags, references resolved.
fn plain(xml: &str) -> String {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut out = String::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => return out,
            Event::Text(text) => out.push_str(&text.xml_content(XmlVersion::Implicit1_0)),
            Event::GeneralRef(name) => out.push_str(quick_xml::escape::resolve_xml_entity(&name).unwrap()),
            _ => {}
        }
    }
}

fn dump(name: &str, book: &Book) {
    let mut dump = String::new();
    for (name, content) in files_with(book, Options::default()) {
        let content = if name.ends_with("stylesheet.css") {
            content.split_once("\n/* Faces").map_or("", |(_, fonts)| fonts).to_owned()
        } else {
            content
        };
        dump.push_str(&format!("==== {name}\n{}\n", content.trim_end()));
    }
    let path = format!("{}/tests/cases/epub/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    if option_env!("OFFPRINT_BLESS").is_some() {
        std::fs::write(&path, &dump).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap();
    for (line, (is, was)) in (1..).zip(dump.lines().zip(expected.lines())) {
        assert_eq!(is, was, "{path}:{line}");
    }
    assert_eq!(dump.len(), expected.len(), "{path}");
}

#[test]
fn dump_of_everything() {
    dump("everything", &everything());
}

#[test]
fn dump_of_a_collection() {
    dump("collection", &collection());
}

#[test]
fn dump_of_the_smallest() {
    dump("smallest", &smallest());
}

#[test]
fn the_same_book_has_the_same_bytes() {
    for book in [everything(), collection(), smallest()] {
        assert_eq!(written(&book, Options::default()).0, written(&book, Options::default()).0);
    }
}

#[test]
fn a_cover_is_drawn_unless_the_book_has_one_that_is_large_enough() {
    let cover = |book: &Book, cover: Cover| {
        let (bytes, diagnostics) = written(book, Options { cover, ..Options::default() });
        let names: Vec<String> =
            ZipArchive::new(Cursor::new(bytes)).unwrap().file_names().map(|name| name.unwrap().into_owned()).collect();
        let codes: Vec<&str> = diagnostics.iter().map(|one| one.code).collect();
        (names.iter().any(|name| name == "OEBPS/img/cover.jpg"), codes)
    };
    assert_eq!(cover(&smallest(), Cover::Auto), (true, vec![]));
    assert_eq!(cover(&smallest(), Cover::No), (false, vec![]));
    let mut book = smallest();
    book.metadata.cover = Some(picture("https://a.example/there.png", None));
    assert_eq!(cover(&book, Cover::Auto), (true, vec![]));
    assert_eq!(cover(&book, Cover::Whole), (true, vec!["cover-too-small"]));
    book.metadata.title = "ไทย".to_owned();
    assert!(!cover(&book, Cover::Auto).0, "a title without glyphs");
}

#[test]
fn nasty_titles_are_shown_as_they_are() {
    let shown = "A & <b> \"c\" 'd' ]]> 😀 שלום";
    let files = files(&collection());
    for name in
        ["OEBPS/content.opf", "OEBPS/nav.xhtml", "OEBPS/toc.ncx", "OEBPS/text/titlepage.xhtml", "OEBPS/text/one.xhtml"]
    {
        assert!(plain(&files[name]).contains(shown), "{name}");
        assert!(!files[name].contains('\u{8}'), "{name}");
    }
}

#[test]
fn the_language_is_the_same_everywhere() {
    let files = files(&everything());
    assert!(files["OEBPS/content.opf"].contains("<dc:language>zh-CN</dc:language>"));
    assert!(files["OEBPS/content.opf"].contains("xml:lang=\"zh-CN\" dir=\"ltr\""));
    assert!(files["OEBPS/toc.ncx"].contains("xml:lang=\"zh-CN\""));
    for (name, page) in files.iter().filter(|(name, _)| name.ends_with(".xhtml")) {
        assert!(page.contains(" lang=\"zh-CN\" xml:lang=\"zh-CN\">"), "{name}");
    }
}

#[test]
fn books_from_right_to_left_say_so() {
    let mut book = smallest();
    book.metadata.language = Language::parse("ar").unwrap();
    let files = files(&book);
    assert!(files["OEBPS/content.opf"].contains("page-progression-direction=\"rtl\""));
    assert!(files["OEBPS/content.opf"].contains("dir=\"rtl\""));
    assert!(files["OEBPS/text/c.xhtml"].contains("dir=\"rtl\">"));
}

#[test]
fn alternatives_are_claimed_only_where_all_pictures_have_them() {
    let claims = |alt: Option<&str>| {
        let figure = Figure { images: vec![picture("https://a.example/there.png", alt)], caption: Vec::new() };
        let mut book = smallest();
        book.chapters[0].blocks.push(Block::Figure(figure));
        let package = files(&book)["OEBPS/content.opf"].clone();
        let sufficient = package.contains("schema:accessModeSufficient\">textual</meta>");
        (package.contains(">alternativeText<"), package.contains(">visual<"), sufficient)
    };
    assert_eq!(claims(Some("a thing")), (true, true, true));
    assert_eq!(claims(Some("")), (false, true, true));
    assert_eq!(claims(None), (false, true, false));
    assert!(!files(&smallest())["OEBPS/content.opf"].contains(">visual<"));
}

#[test]
fn one_more_article_renames_no_other() {
    let mut book = collection();
    let before: Vec<String> = files(&book).into_keys().collect();
    book.chapters.insert(0, chapter("zero", "零", vec![paragraph("零。")]));
    let after: Vec<String> = files(&book).into_keys().filter(|name| !name.contains("zero")).collect();
    assert_eq!(before, after);
}

#[test]
fn documents_are_divided_as_asked() {
    let names = |split: Option<u8>| -> Vec<String> {
        let book = everything();
        documents::divide(&book, split, 100).documents.into_iter().map(|document| document.name).collect()
    };
    assert_eq!(names(None), ["art.xhtml", "s1.xhtml", "s2.xhtml"]);
    assert_eq!(names(Some(1)), ["art.xhtml"]);
    assert_eq!(names(Some(9)), ["art.xhtml", "s1.xhtml", "s2.xhtml", "s21.xhtml"]);
    let book = collection();
    let of_collection: Vec<String> =
        documents::divide(&book, None, 100).documents.into_iter().map(|document| document.name).collect();
    assert_eq!(of_collection, ["one.xhtml", "two.xhtml"]);
}

#[test]
fn names_of_documents_are_unique_on_every_file_system() {
    let mut book = collection();
    book.chapters = ["A", "a", "cover", "a_b", "-"].map(|id| chapter(id, "x", vec![paragraph("x")])).into();
    let names: Vec<String> =
        documents::divide(&book, None, 100).documents.into_iter().map(|document| document.name).collect();
    assert_eq!(names, ["a.xhtml", "a-2.xhtml", "cover-2.xhtml", "ab.xhtml", "a--.xhtml"]);
}

#[test]
fn links_and_notes_meet_across_documents() {
    let mut book = everything();
    book.chapters[0].sections[0].blocks.push(Block::Paragraph(vec![
        Inline::Note(anchor("n3")),
        Inline::Note(anchor("none")),
        Inline::Link { target: Target::Anchor(anchor("art")), content: vec![text("top")] },
        Inline::Link { target: Target::Anchor(anchor("s1")), content: vec![text("here")] },
    ]));
    book.chapters[0].sections[0].notes = vec![Note { id: anchor("n3"), blocks: vec![paragraph("x")] }];
    let page = files(&book)["OEBPS/text/s1.xhtml"].clone();
    assert!(page.contains("id=\"n3_ref\" href=\"#n3\" epub:type=\"noteref\" role=\"doc-noteref\">3</a>"));
    assert!(page.contains("href=\"#n3_ref\" role=\"doc-backlink\""));
    assert!(page.contains("<a href=\"art.xhtml\">top</a><a href=\"#s1\">here</a>"));
    assert!(!page.contains("none"));
}

#[test]
fn every_link_has_a_name_or_is_none() {
    let link = |content: Vec<Inline>| {
        let mut book = smallest();
        let target = Target::Web("https://a.example/".to_owned());
        book.chapters[0].blocks = vec![Block::Paragraph(vec![Inline::Link { target, content }, text(".")])];
        let page = files(&book)["OEBPS/text/c.xhtml"].clone();
        page.split("<a ").nth(1).map(|rest| rest.split('>').next().unwrap_or_default().to_owned())
    };
    let image = |address: &str, alt: &str| Inline::Image(picture(address, Some(alt)));
    let plain = Some("href=\"https://a.example/\"".to_owned());
    assert_eq!(link(vec![text("\u{A0}\u{A0}")]), None);
    assert_eq!(link(vec![image("https://a.example/tiny.png", "a")]), None);
    assert_eq!(link(vec![text("a")]), plain);
    assert_eq!(link(vec![image("https://a.example/there.png", "a")]), plain);
    assert_eq!(link(vec![image("https://b.example/gone.png?x=1", "a")]), plain);
    let labelled = "href=\"https://a.example/\" aria-label=\"https://a.example\"";
    assert_eq!(link(vec![image("https://a.example/there.png", "")]).as_deref(), Some(labelled));
}

#[test]
fn a_book_without_text_still_opens() {
    let book = Book { metadata: metadata("空", "zh"), chapters: Vec::new() };
    let files = files(&book);
    assert!(files["OEBPS/nav.xhtml"].contains("<a href=\"text/titlepage.xhtml\">空</a>"));
}

#[test]
fn a_style_sheet_of_the_user_comes_last_and_loads_nothing() {
    let with = |css: &str| {
        let options = Options { css: Some(css.into()), ..plain_options() };
        let codes: Vec<&str> = written(&smallest(), options.clone()).1.iter().map(|one| one.code).collect();
        (files_with(&smallest(), options)["OEBPS/stylesheet.css"].ends_with(css), codes)
    };
    assert_eq!(with("p { color: inherit; }"), (true, vec![]));
    assert_eq!(with("p { background: URL(https://x.example/) }"), (false, vec!["style-sheet-refers-out"]));
}

#[test]
fn templates_of_the_user_replace_built_in_ones() {
    let options = |name: &str, source: &str| Options {
        templates: BTreeMap::from([(name.to_owned(), source.to_owned())]),
        ..plain_options()
    };
    let own = options("titlepage.xhtml", "<h1>{{ title }}!</h1>");
    assert!(files_with(&smallest(), own)["OEBPS/text/titlepage.xhtml"].contains("<h1>One word!</h1>"));
    const CIRCLES: &str = "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}";
    for faulty in ["<h1>{{ title }</h1>", "<h1>{{ title }}", "{{ title.x.y }}", "<script>1</script>", CIRCLES] {
        let faulty = options("titlepage.xhtml", faulty);
        assert_eq!(written(&smallest(), faulty.clone()).1[0].code, "template-faulty", "{faulty:?}");
        assert_eq!(files_with(&smallest(), faulty), files(&smallest()));
    }
}

#[test]
fn wide_tables_are_small_and_move_sideways() {
    let cell =
        || Cell { header: false, columns: 1, rows: 1, alignment: Alignment::Start, blocks: vec![paragraph("1,024")] };
    let table = |columns| Table {
        caption: Vec::new(),
        head: Vec::new(),
        body: vec![Row { cells: std::iter::repeat_with(cell).take(columns).collect() }],
    };
    let page = |columns| {
        let blocks = vec![Block::Table(table(columns))];
        let book = Book { metadata: metadata("T", "en"), chapters: vec![chapter("c", "T", blocks)] };
        files(&book).remove("OEBPS/text/c.xhtml").unwrap()
    };
    assert!(page(3).contains("<table>") && !page(3).contains("scroll"));
    assert!(page(9).contains("<div class=\"scroll\">") && page(9).contains("<table class=\"wide\">"));
}

#[test]
fn a_picture_that_is_missing_says_nothing_twice() {
    let gone = picture("https://b.example/gone.png?x=1", Some("A street"));
    let figure = |caption: &str| Block::Figure(Figure { images: vec![gone.clone()], caption: vec![text(caption)] });
    let page = |caption: &str| {
        let chapters = vec![chapter("c", "T", vec![figure(caption)])];
        let files = files(&Book { metadata: metadata("T", "en"), chapters });
        plain(&files["OEBPS/text/c.xhtml"])
    };
    assert_eq!(page("A street").matches("A street").count(), 1);
    assert_eq!(page("In 1945").matches("A street").count(), 1);
}

#[test]
fn no_line_stands_between_a_text_and_the_next_heading() {
    let mut article = chapter("c", "T", vec![paragraph("One."), Block::Rule, paragraph("Two."), Block::Rule]);
    article.sections = vec![chapter("s", "Next", vec![paragraph("Three.")])];
    let files = files(&Book { metadata: metadata("T", "en"), chapters: vec![article] });
    assert_eq!(files.values().map(|file| file.matches("<hr/>").count()).sum::<usize>(), 1);
}
