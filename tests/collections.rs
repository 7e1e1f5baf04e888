//! Many articles, however they were saved, become one book.

use std::fs;
use std::path::Path;

use crate::books::{EpubFile, count, pdf_outline};
use crate::program::{Run, case, folder, offprint};
use crate::server::{Server, answer};

/// A sample's path.
fn sample(name: &str) -> String {
    case("inputs").join(name).display().to_string()
}

/// Builds `book.epub` of inputs without the network, and gives what was said and the book.
fn build(dir: &Path, args: &[&str]) -> (Run, EpubFile) {
    let mut all = vec!["build", "-o", "book.epub"];
    all.extend(args);
    let run = offprint(dir, &all);
    assert_eq!(run.code, 0, "{args:?}: {}", run.err);
    (run, EpubFile::open(&dir.join("book.epub")))
}

/// The titles in the contents, each with its depth from 0.
fn contents(book: &EpubFile) -> Vec<(usize, String)> {
    let nav = book.text("nav.xhtml");
    let toc = nav.split_once("epub:type=\"toc\"").unwrap().1.split_once("</nav>").unwrap().0;
    let (mut depth, mut found) = (0_usize, Vec::new());
    for piece in toc.split('<').skip(1) {
        match piece.split(['>', ' ']).next().unwrap() {
            "ol" => depth += 1,
            "/ol" => depth -= 1,
            "a" => found.push((depth - 1, piece.split_once('>').unwrap().1.to_owned())),
            _ => {}
        }
    }
    found
}

/// The titles of the articles in the contents, one after another.
fn titles(book: &EpubFile) -> String {
    let top = contents(book).into_iter().filter(|(depth, _)| *depth == 0).map(|(_, title)| title);
    top.filter(|title| !["封面", "书名页", "出处"].contains(&title.as_str())).collect::<Vec<_>>().join(" ")
}

fn pictures(book: &EpubFile) -> usize {
    let picture = |name: &&String| name.ends_with(".png") || name.ends_with(".jpg");
    book.names.iter().filter(picture).count()
}

#[test]
fn archives_hold_their_pages_with_their_pictures() {
    let dir = folder("inputs_archives");
    for (file, articles, shown) in [
        ("site.warc.gz", "山中的茶 河上的船", 2),
        ("site.wacz", "山中的茶 河上的船", 2),
        ("pages.zip", "山中的茶 河上的船", 2),
        ("tea.mhtml", "山中的茶", 1),
        ("tea-single.html", "山中的茶", 1),
    ] {
        let (run, book) = build(&dir, &[&sample(file), "--offline", "--no-cache", "--no-cover"]);
        assert_eq!(run.err, "", "{file}");
        assert_eq!((titles(&book).as_str(), pictures(&book)), (articles, shown), "{file}");
        assert!(book.text("content.opf").contains("林溪"), "{file}");
        if file.starts_with("tea") {
            assert!(book.text("content.opf").contains("http://river.example/tea.html"), "{file}");
        } else {
            // Links between its pages lead there within the book.
            let outside = usize::from(file == "pages.zip");
            assert!(count(&book.markup(), "href=\"http://river.example/boat.html\">另一篇") <= outside, "{file}");
        }
    }
}

#[test]
fn archives_that_are_cut_off_give_what_they_have() {
    let dir = folder("inputs_cut");
    let whole = fs::read(sample("site.warc.gz")).unwrap();
    fs::write(dir.join("cut.warc.gz"), &whole[..whole.len() * 2 / 3]).unwrap();
    let (run, book) = build(&dir, &["cut.warc.gz", "--offline"]);
    assert!(run.err.contains("warning: cut.warc.gz: the archive is"), "{}", run.err);
    assert!(book.markup().contains("清明前后"));
    fs::write(dir.join("cut.zip"), &fs::read(sample("pages.zip")).unwrap()[..900]).unwrap();
    assert_eq!(offprint(&dir, &["build", "cut.zip", "-o", "x.epub"]).code, 1);
}

#[test]
fn feeds_with_whole_texts_need_no_network() {
    let dir = folder("inputs_feeds");
    for file in ["rss.xml", "atom.xml", "feed.json"] {
        let (run, book) = build(&dir, &[&sample(file), "--offline", "--strict"]);
        assert_eq!((run.err.as_str(), titles(&book).as_str()), ("", "山中的茶 河上的船"), "{file}");
        let opf = book.text("content.opf");
        assert!(opf.contains("林溪") || file == "feed.json", "{file}");
        assert!(opf.contains("河边小站") && opf.contains("https://river.example/tea.html"), "{file}");
        // The second article's link to the first leads there within the book.
        assert!(!book.markup().contains("href=\"https://river.example/tea.html\">山里"), "{file}");
    }
}

/// A server of the samples, in which it goes by its own name.
fn server() -> Server {
    Server::start(|seen, out| {
        let path = case("inputs").join(seen.target.trim_start_matches('/'));
        match fs::read(&path) {
            Ok(bytes) if path.extension().is_some_and(|e| e == "png" || e == "jpg") => {
                answer(out, "200 OK", "Content-Type: image/png\r\n", &bytes)
            }
            Ok(bytes) => {
                let host = seen.headers.get("host").map_or("", String::as_str);
                let text = String::from_utf8(bytes).unwrap().replace("SERVER", host);
                answer(out, "200 OK", "Content-Type: text/html; charset=utf-8\r\n", text.as_bytes())
            }
            Err(_) => answer(out, "404 Not Found", "", b""),
        }
    })
}

#[test]
fn lists_of_addresses_are_followed() {
    let dir = folder("inputs_lists");
    let server = server();
    let allow = server.address.to_string();
    for (file, articles, warnings) in [
        ("bookmarks.html", "河上的船 山中的茶", 0),
        ("sitemap.xml", "山中的茶 河上的船", 0),
        ("feeds.opml", "山中的茶 河上的船", 1),
    ] {
        let text = fs::read_to_string(sample(file)).unwrap().replace("SERVER", &allow);
        fs::write(dir.join(file), text).unwrap();
        // From a file, and from its address.
        for input in [file.to_owned(), server.at(&format!("/{file}"))] {
            let (run, book) = build(&dir, &[&input, "--allow-net", &allow]);
            assert_eq!(run.lines("warning: ").len(), warnings, "{input}: {}", run.err);
            assert!(warnings == 0 || run.err.contains("gone.xml: http status 404"), "{}", run.err);
            assert_eq!(titles(&book), articles, "{input}");
        }
    }
    fs::write(dir.join("list.txt"), format!("# two\n{}\n\n{}\n", server.at("/hill.html"), server.at("/tea.html")))
        .unwrap();
    let (run, book) = build(&dir, &["@list.txt", "--allow-net", &allow]);
    assert_eq!((run.err.as_str(), titles(&book).as_str()), ("", "对岸的山丘 山中的茶"));
}

/// A folder of the three pages: one of them in a folder, one saved by a browser with a frame beside it.
fn pages(name: &str) -> std::path::PathBuf {
    let dir = folder(name);
    for to in ["saved/old", "saved/tea_files", "saved/img", "saved/old/img"] {
        fs::create_dir_all(dir.join(to)).unwrap();
    }
    let copy = |from: &str, to: &str| assert!(fs::copy(sample(from), dir.join("saved").join(to)).is_ok());
    copy("tea.html", "tea.html");
    copy("boat.html", "boat.html");
    copy("hill.html", "old/hill.html");
    copy("img/tea.png", "img/tea.png");
    copy("img/boat.png", "img/boat.png");
    copy("img/hill.jpg", "old/img/hill.jpg");
    fs::write(dir.join("saved/tea_files/frame.html"), "<p>frame</p>").unwrap();
    dir
}

#[test]
fn folders_patterns_and_lists_of_files() {
    let dir = pages("inputs_folders");
    let titles = |args: &[&str]| {
        let mut all = vec!["--offline"];
        all.extend(args);
        let (run, book) = build(&dir, &all);
        assert_eq!(run.err, "", "{args:?}");
        titles(&book)
    };
    assert_eq!(titles(&["saved"]), "山中的茶 河上的船");
    assert_eq!(titles(&["saved", "--recursive"]), "对岸的山丘 山中的茶 河上的船");
    assert_eq!(titles(&["saved", "-r", "--reverse"]), "河上的船 山中的茶 对岸的山丘");
    assert_eq!(titles(&["saved", "-r", "--sort", "name"]), "河上的船 对岸的山丘 山中的茶");
    assert_eq!(titles(&["saved/**/*l.html", "saved/t?a.html", "--sort", "given"]), "对岸的山丘 山中的茶");
    assert_eq!(titles(&["saved/[bt]*.html", "--sort", "title"]), "山中的茶 河上的船");
    fs::write(dir.join("saved/list.txt"), "old\ntea.html\n# no\n*t.html\n").unwrap();
    assert_eq!(titles(&["@saved/list.txt"]), "对岸的山丘 山中的茶 河上的船");
    assert_eq!(offprint(&dir, &["build", "saved/*.none", "-o", "x.epub"]).code, 1);
    assert_eq!(offprint(&dir, &["build", "@none.txt", "-o", "x.epub"]).code, 1);
}

#[test]
fn parts_links_and_duplicates() {
    let dir = pages("inputs_parts");
    fs::copy(sample("tea-single.html"), dir.join("saved/again.html")).unwrap();
    let with_address = |name: &str| {
        let path = dir.join("saved").join(name);
        let text = fs::read_to_string(&path).unwrap();
        let link = format!("<link rel=\"canonical\" href=\"http://river.example/{name}\"></head>");
        fs::write(path, text.replace("</head>", &link)).unwrap();
    };
    ["tea.html", "boat.html"].iter().for_each(|name| with_address(name));
    let args = ["saved", "-r", "--group", "year", "--offline", "-v", "-o", "book.pdf"];
    let (run, book) = build(&dir, &args);
    let twice = "left out: the book has this article from";
    assert_eq!(count(&run.err, twice), 1, "{}", run.err);
    let expected = [(0, "2020"), (1, "对岸的山丘"), (0, "2021"), (1, "山中的茶"), (1, "河上的船")];
    let expected = expected.map(|(depth, title)| (depth, title.to_owned()));
    let contents: Vec<_> = contents(&book).into_iter().filter(|entry| expected.contains(entry)).collect();
    assert_eq!(contents, expected);
    assert_eq!(pdf_outline(&dir.join("book.pdf")), expected);
    // Both ways.
    let markup = book.markup();
    assert_eq!(count(&markup, "href=\"http://river.example/boat.html\">另一篇"), 0, "{markup}");
    assert!(markup.contains("epub:type=\"part\""));
    // Names of documents stay when an article comes in between.
    let names = |book: &EpubFile| {
        let mut names: Vec<_> = book.names.iter().filter(|name| name.contains("/text/")).cloned().collect();
        names.sort();
        names
    };
    let before = names(&book);
    fs::write(
        dir.join("saved/new.html"),
        "---\ntitle: 新的\ndate: 2021-04-20\n---\n<p>新的一篇，正文在此，也不长。</p>",
    )
    .unwrap();
    let after = names(&build(&dir, &args).1);
    assert_eq!(after.len(), before.len() + 1);
    assert!(before.iter().all(|name| after.contains(name)), "{before:?} {after:?}");
}

#[test]
fn what_cannot_be_read_in_a_folder_is_left_out_and_said() {
    let dir = pages("inputs_broken");
    let noise: Vec<u8> = (0..4000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    fs::write(dir.join("saved/noise.html"), noise).unwrap();
    let (run, book) = build(&dir, &["saved", "--offline"]);
    assert_eq!(run.lines("warning: an article was left out: cannot read saved/noise.html").len(), 1, "{}", run.err);
    assert_eq!(titles(&book), "山中的茶 河上的船");
    assert_eq!(offprint(&dir, &["build", "saved", "--offline", "--strict", "-o", "x.epub"]).code, 3);
}

/// The files of a folder with the times of their last changes.
fn times(dir: &Path) -> Vec<(String, std::time::SystemTime)> {
    let entries = fs::read_dir(dir).unwrap().map(Result::unwrap);
    let mut times: Vec<_> = entries
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.metadata().unwrap().modified().unwrap()))
        .collect();
    times.sort();
    times
}

#[test]
fn a_book_of_each_article_if_it_has_changed() {
    let dir = pages("each");
    let each = |args: &[&str]| {
        let mut all = vec!["build", "saved", "-r", "--each", "-o", "out/books", "--offline"];
        all.extend(args);
        offprint(&dir, &all)
    };
    let first = each(&["--format", "epub,pdf"]);
    assert_eq!((first.code, first.err.as_str(), first.out.lines().count()), (0, "", 6));
    let books = dir.join("out/books");
    let names: Vec<String> = times(&books).into_iter().map(|(name, _)| name).collect();
    let expected = ["2020-11-11-对岸的山丘", "2021-04-05-山中的茶", "2021-05-02-河上的船"];
    let mut expected: Vec<_> =
        expected.iter().flat_map(|name| [format!("{name}.epub"), format!("{name}.pdf")]).collect();
    expected.push("offprint-manifest.json".to_owned());
    assert_eq!(names, expected);
    assert!(!fs::read_to_string(books.join("offprint-manifest.json")).unwrap().contains(dir.to_str().unwrap()));

    let before = times(&books);
    let again = each(&["--format", "epub,pdf", "-v"]);
    assert_eq!((again.code, again.out.as_str()), (0, ""));
    assert!(again.err.contains("0 books written, 3 articles unchanged, 0 failed"), "{}", again.err);
    assert_eq!(times(&books), before);

    // A picture beside the page is part of it, and so are the options; a book that was removed is made anew.
    fs::copy(sample("img/boat.png"), dir.join("saved/img/tea.png")).unwrap();
    fs::remove_file(books.join("2020-11-11-对岸的山丘.pdf")).unwrap();
    assert_eq!(each(&["--format", "epub,pdf"]).out.lines().count(), 4);
    assert_eq!(each(&["--format", "epub,pdf", "--grey"]).out.lines().count(), 6);
}

#[test]
fn one_broken_article_fails_alone() {
    let dir = pages("each_broken");
    let noise: Vec<u8> = (0..4000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    fs::write(dir.join("saved/noise.html"), noise).unwrap();
    let run = offprint(&dir, &["build", "saved", "--each", "-o", "books", "--name", "con", "--offline"]);
    assert_eq!(run.code, 6, "{}", run.err);
    assert!(run.lines("error: 1 article failed").len() == 1 && run.err.contains("saved/noise.html"), "{}", run.err);
    assert_eq!(run.out, "books/_con.epub\nbooks/_con-2.epub\n");
    // Under --strict an article with a warning fails alone, too.
    fs::remove_file(dir.join("saved/noise.html")).unwrap();
    fs::remove_file(dir.join("saved/img/tea.png")).unwrap();
    let run = offprint(&dir, &["build", "saved", "--each", "-o", "strict", "--strict", "--offline"]);
    assert_eq!((run.code, run.out.as_str()), (3, "strict/2021-05-02-河上的船.epub\n"), "{}", run.err);
    let wrong = offprint(&dir, &["build", "saved", "--each", "-o", "x", "--name", "{titel}"]);
    assert!(wrong.code == 2 && wrong.err.contains("{titel}") && wrong.err.contains("{title}"), "{}", wrong.err);
}
