//! What the flags for EPUB files do.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::books::EpubFile;
use crate::program::{folder, offprint};

const ARTICLE: &str = "---\ntitle: 山中\nlang: zh-CN\n---\n<p>开头。</p><h2>一 上山</h2><p>路。</p>\
                       <h3>石阶</h3><p>很多。</p><h2>二 下山</h2><p>完。</p>";

fn built(name: &str, flags: &[&str]) -> EpubFile {
    let dir = folder(name);
    fs::write(dir.join("a.html"), ARTICLE).unwrap();
    fs::write(dir.join("own.css"), "p { color: #123456 }").unwrap();
    fs::create_dir_all(dir.join("mine")).unwrap();
    fs::write(dir.join("mine/titlepage.xhtml"), "<p class=\"mine\">{{ title }}</p>").unwrap();
    let args = [&["build", "a.html", "-o", "a.epub", "--offline"], flags].concat();
    let run = offprint(&dir, &args);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    EpubFile::open(&dir.join("a.epub"))
}

#[test]
fn a_book_without_cover_or_fonts() {
    let book = built("epub_bare", &["--no-cover", "--embed-fonts", "no"]);
    assert!(!book.names.iter().any(|name| name.contains("cover") || name.contains("fonts/")), "{:?}", book.names);
    let usual = built("epub_usual", &[]);
    assert!(usual.names.iter().any(|name| name.ends_with("img/cover.jpg")));
    assert!(usual.names.iter().any(|name| name.contains("fonts/")));
}

#[test]
fn documents_and_contents_as_deep_as_wished() {
    let documents = |book: &EpubFile| book.names.iter().filter(|name| name.contains("text/section-")).count();
    let entries = |book: &EpubFile| book.text("nav.xhtml").matches("href=\"text/").count() - 3; // three landmarks
    let usual = built("epub_depth", &[]);
    assert_eq!((documents(&usual), entries(&usual)), (2, 3));
    let whole = built("epub_depth_1", &["--split-level", "1", "--toc-depth", "1"]);
    assert_eq!((documents(&whole), entries(&whole)), (0, 2));
    let finest = built("epub_depth_3", &["--split-level", "3"]);
    assert_eq!(documents(&finest), 3);
}

#[test]
fn own_style_template_and_series() {
    let book =
        built("epub_own", &["--css", "own.css", "--templates", "mine", "--series", "游记", "--series-number", "2"]);
    assert!(book.text("stylesheet.css").ends_with("p { color: #123456 }"));
    assert!(book.text("titlepage.xhtml").contains("<p class=\"mine\">山中</p>"));
    let package = book.text("content.opf");
    assert!(package.contains(">游记</meta>") && package.contains("content=\"游记\""), "{package}");
    assert!(package.contains("group-position\">2</meta>"), "{package}");
}

#[test]
fn front_matter_is_the_books_metadata() {
    let dir = folder("epub_metadata");
    let page = "---\ntitle: 海\nlang: zh-CN\ndate: 2024-05-06\nauthor: [Jane Roe, 李四]\ntranslator: 王五\neditor: 赵六\n\
                site: 港口\ntags: [航海, 灯塔]\ndescription: 一段话。\nfrom: https://example.org/sea\n\
                license: https://creativecommons.org/licenses/by-sa/4.0/\n---\n<p>文字。</p>";
    fs::write(dir.join("a.html"), page).unwrap();
    let run = offprint(&dir, &["build", "a.html", "-o", "a.epub", "--offline"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let book = EpubFile::open(&dir.join("a.epub"));
    let package = book.text("content.opf");
    for expected in [
        "<dc:creator id=\"creator_1\">Jane Roe</dc:creator>",
        "<meta refines=\"#creator_1\" property=\"file-as\">Roe, Jane</meta>",
        "<dc:creator id=\"creator_2\">李四</dc:creator>",
        "<dc:contributor id=\"creator_3\">王五</dc:contributor>",
        "<meta refines=\"#creator_3\" property=\"role\" scheme=\"marc:relators\">trl</meta>",
        "<dc:contributor id=\"creator_4\">赵六</dc:contributor>",
        "<meta refines=\"#creator_4\" property=\"role\" scheme=\"marc:relators\">edt</meta>",
        "<dc:publisher>港口</dc:publisher>",
        "<dc:date>2024-05-06</dc:date>",
        "<dc:source>https://example.org/sea</dc:source>",
        ">一段话。</dc:description>",
        ">航海</dc:subject>",
        ">灯塔</dc:subject>",
        ">CC BY-SA 4.0, https://creativecommons.org/licenses/by-sa/4.0/</dc:rights>",
    ] {
        assert_eq!(package.matches(expected).count(), 1, "{expected} in {package}");
    }
}

#[test]
fn what_cannot_be_read_is_said() {
    let dir = folder("epub_unreadable");
    fs::write(dir.join("a.html"), ARTICLE).unwrap();
    fs::create_dir_all(dir.join("empty")).unwrap();
    for flags in [["--css", "none.css"], ["--templates", "empty"], ["--templates", "none"]] {
        let run = offprint(&dir, &[&["build", "a.html", "-o", "a.epub", "--offline"], flags.as_slice()].concat());
        assert_eq!(run.code, 1, "{flags:?}");
        assert!(run.err.starts_with("error: cannot ") && run.err.contains("\nhint: "), "{}", run.err);
        assert_eq!(run.err.lines().count(), 2, "{}", run.err);
    }
}

#[test]
fn another_article_changes_nothing_of_the_others() {
    let dir = folder("epub_another");
    fs::create_dir_all(dir.join("many")).unwrap();
    let write = |day: u32| {
        let head = format!("---\ntitle: 第{day}天\ndate: 2024-05-{day:02}\nlang: zh-CN\n---\n");
        let body =
            "<p>起<a href=\"#summary\">总</a>。</p><h2>经过</h2><p>中。</p><h2 id=\"summary\">总结</h2><p>完。</p>";
        fs::write(dir.join(format!("many/{day:02}.html")), head + body).unwrap();
    };
    [1, 2, 4].into_iter().for_each(write);
    let build = || {
        assert_eq!(offprint(&dir, &["build", "many", "-o", "a.epub", "--offline"]).code, 0);
        let mut book = EpubFile::open(&dir.join("a.epub"));
        book.entries
            .retain(|name, _| name.contains("/text/") && !name.contains("colophon") && !name.contains("titlepage"));
        book.entries
    };
    let before = build();
    write(3);
    let mut after = build();
    after.retain(|name, _| before.contains_key(name));
    assert_eq!(before.len(), 4, "a cover and three articles");
    assert!(before == after);
}

/// What a book is called by programs.
fn identifier(dir: &Path, flags: &[&str]) -> String {
    let all = [&["build", "many", "-o", "a.epub", "--offline", "--no-cover"], flags].concat();
    let run = offprint(dir, &all);
    assert_eq!(run.code, 0, "{}", run.err);
    let book = EpubFile::open(&dir.join("a.epub"));
    let found = book.text(".opf").split_once("<dc:identifier").unwrap().1.split_once('>').unwrap().1;
    found.split('<').next().unwrap().to_owned()
}

#[test]
fn a_collection_stays_the_same_book() {
    let dir = folder("epub_identifier");
    fs::create_dir_all(dir.join("many")).unwrap();
    let write = |name: &str, head: &str| {
        fs::write(dir.join(format!("many/{name}.html")), format!("---\n{head}\n---\n<p>Words of {name}.</p>")).unwrap();
    };
    write("b", "title: B\ndate: 2024-05-02");
    write("c", "title: C\ndate: 2024-05-03");
    let (plain, titled) = (identifier(&dir, &[]), identifier(&dir, &["--title", "All"]));
    let series = identifier(&dir, &["--title", "All", "--series", "S"]);
    assert!(plain != titled && titled != series && plain.starts_with("urn:uuid:"), "{plain} {titled} {series}");
    // Newer ones, and such as have no date, are added to it.
    write("d", "title: D\ndate: 2024-05-04");
    write("a", "title: A");
    assert_eq!(identifier(&dir, &[]), plain);
    assert_eq!(identifier(&dir, &["--title", "All", "--reverse"]), titled);
    // One that has a name stays, whatever is added.
    write("z", "title: Z\ndate: 2001-01-01");
    assert_ne!(identifier(&dir, &[]), plain);
    assert_eq!(identifier(&dir, &["--title", "All"]), titled);
    for (given, expected) in [
        ("0D9B5A5C-7A0E-5F4E-8A39-3A8F5F0C1D2E", "urn:uuid:0d9b5a5c-7a0e-5f4e-8a39-3a8f5f0c1d2e"),
        ("urn:isbn:9780000000002", "urn:isbn:9780000000002"),
    ] {
        assert_eq!(identifier(&dir, &["--identifier", given]), expected);
    }
    let words = identifier(&dir, &["--identifier", "my own <book>"]);
    assert!(words.starts_with("urn:uuid:") && words != identifier(&dir, &["--identifier", "another"]), "{words}");
    let each = offprint(&dir, &["build", "many", "--each", "-o", "books", "--identifier", "x"]);
    assert!(each.code == 2 && each.err.contains("--identifier"), "{}", each.err);
}

/// Text that hardly packs.
fn noise(letters: usize, mut seed: u64) -> String {
    let mut out = String::new();
    for _ in 0..letters / 8 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        write!(out, "{:07x} ", seed >> 36).unwrap();
    }
    out
}

#[test]
fn a_large_book_becomes_volumes() {
    let dir = folder("epub_volumes");
    fs::create_dir_all(dir.join("many")).unwrap();
    for number in 1..=5_u64 {
        let link =
            "<p><a href=\"https://example.org/1\">the first</a> and <a href=\"https://example.org/5\">the last</a></p>";
        let head = format!("---\ntitle: Number {number}\nfrom: https://example.org/{number}\nlang: en\n---\n");
        fs::write(dir.join(format!("many/{number}.html")), format!("{head}{link}<p>{}</p>", noise(120_000, number)))
            .unwrap();
    }
    let flags =
        ["build", "many", "-o", "book.epub", "--offline", "--no-cover", "--title", "All", "--max-size", "170KB"];
    let run = offprint(&dir, &flags);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let paths: Vec<&str> = run.out.lines().collect();
    assert_eq!(paths, ["book-1.epub", "book-2.epub", "book-3.epub"]);
    assert!(!dir.join("book.epub").exists());
    let mut articles = Vec::new();
    for (index, path) in paths.iter().enumerate() {
        assert!(fs::metadata(dir.join(path)).unwrap().len() <= 170_000);
        let book = EpubFile::open(&dir.join(path));
        let package = book.text("content.opf");
        assert!(package.contains(&format!(">All ({}/3)</dc:title>", index + 1)), "{package}");
        assert!(package.contains(">All</meta>") && package.contains(&format!("group-position\">{}<", index + 1)));
        let markup = book.markup();
        articles.extend((1..=5).filter(|number| markup.contains(&format!(">Number {number}</h1>"))));
        // What is in another volume is linked at its own address.
        let last = if index == 2 { "href=\"https://example.org/1\"" } else { "href=\"https://example.org/5\"" };
        assert!(markup.contains(last), "{path}");
    }
    assert_eq!(articles, [1, 2, 3, 4, 5]);
    let again = folder("epub_volumes_again");
    assert_eq!(offprint(&again, &[&["build", &many(&dir)], &flags[2..]].concat()).code, 0);
    for path in paths {
        assert_eq!(fs::read(dir.join(path)).unwrap(), fs::read(again.join(path)).unwrap(), "{path}");
    }
}

fn many(dir: &Path) -> String {
    dir.join("many").display().to_string()
}

#[test]
fn powers_verse_and_foreign_words_are_what_they_are() {
    let dir = folder("epub_details");
    let page = "---\ntitle: 细节\nlang: zh-CN\n---\n<p>E = mc<sup>2</sup>，见注<sup><a href=\"#n1\" id=\"r1\">1</a></sup>与<sup>\
                <a href=\"#n2\" id=\"r2\">2</a></sup>。</p><p>床前明月光，<br>疑是地上霜。<br>举头望明月，</p>\
                <p><em>word</em>与<em>着重</em>。</p><ol class=\"footnotes\"><li id=\"n1\"><p>第一个注。<a href=\"#r1\">↩</a></p></li>\
                <li id=\"n2\"><p>第二个注。<a href=\"#r2\">↩</a></p><p>它的第二段。</p></li></ol>";
    fs::write(dir.join("a.html"), page).unwrap();
    let run = offprint(&dir, &["build", "a.html", "-o", "a.epub", "--offline"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let book = EpubFile::open(&dir.join("a.epub"));
    let name = book.names.iter().find(|name| name.contains("text/article")).unwrap();
    let text = book.text(name.rsplit('/').next().unwrap());
    assert!(text.contains("E = mc<sup>2</sup>"), "{text}");
    assert_eq!(text.matches("role=\"doc-noteref\"").count(), 2, "{text}");
    assert!(text.contains("<p class=\"verse\">床前"), "{text}");
    assert!(text.contains("<em class=\"latin\">word</em>与<em>着重</em>"), "{text}");
    // The number stands in the line with the note's words.
    assert!(text.contains(">2</a> 第二个注。</p>\n<p>它的第二段。</p>"), "{text}");
}
