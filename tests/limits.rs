//! What is too much is left out and said, and every limit can be raised.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use offprint::limits::{self, TABLE};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::books::{EpubFile, pdf_text};
use crate::program::{Run, case, folder, offprint, offprint_reading};
use crate::server::{Server, answer};

#[test]
fn the_documentation_has_the_table() {
    let docs = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/limits.md")).unwrap();
    for limit in TABLE {
        let [default, most] = [limit.default, limit.most].map(|number| limits::shown(number, limit.unit));
        let row = format!("| `{}` | {} | {default} | {most} |", limit.name, limit.what);
        assert!(docs.contains(&row), "docs/limits.md lacks {row}");
    }
}

/// Builds a page with a limit, or without one.
fn with(dir: &Path, input: &str, limit: &str) -> Run {
    let mut args = vec!["build", input, "-o", "book.epub", "--offline", "--no-cache"];
    args.extend(if limit.is_empty() { vec![] } else { vec!["--limit", limit] });
    offprint(dir, &args)
}

/// What is said under one limit, and not under a higher one.
#[track_caller]
fn passed(dir: &Path, input: &str, low: &str, high: &str, said: &str) {
    let run = with(dir, input, low);
    assert!(run.err.contains(said), "{low:?}: {}", run.err);
    let run = with(dir, input, high);
    assert!(run.code == 0 && !run.err.contains(said), "{high:?}: {}", run.err);
}

#[test]
fn limits_of_pages() {
    let dir = folder("limits_pages");
    fs::create_dir_all(dir.join("some")).unwrap();
    for name in ["a", "b", "c"] {
        fs::write(dir.join(format!("some/{name}.html")), format!("<h1>{name}</h1><p>Words of {name}.</p>")).unwrap();
    }
    passed(&dir, "some", "pages=2", "pages=3", "more than 2 pages");
    fs::write(dir.join("long.html"), format!("<h1>T</h1><p>{}</p>", "word ".repeat(1000))).unwrap();
    passed(&dir, "long.html", "page=4KiB", "page=8kB", "longer than the limit of 4096 bytes");
    let head = format!("---\ntitle: T\ndescription: {}\n---\n<p>Words.</p>", "word ".repeat(16_000));
    fs::write(dir.join("head.html"), head).unwrap();
    passed(&dir, "head.html", "", "front-matter=100KiB", "longer than 65536 bytes");
    let deep = format!("<h1>T</h1>{}Words.{}", "<div>".repeat(300), "</div>".repeat(300));
    fs::write(dir.join("deep.html"), deep).unwrap();
    passed(&dir, "deep.html", "", "nesting=1024", "markup too complex");
    fs::write(dir.join("many.html"), format!("<h1>T</h1>{}", "<p>a</p>".repeat(700))).unwrap();
    passed(&dir, "many.html", "nodes=1000", "nodes=2000", "markup too complex");
    let items: String = (0..3)
        .map(|n| format!("<item><title>{n}</title><description>&lt;p&gt;Text {n}.&lt;/p&gt;</description></item>"))
        .collect();
    fs::write(dir.join("feed.xml"), format!("<rss version='2.0'><channel><title>F</title>{items}</channel></rss>"))
        .unwrap();
    let has = |limit: &str, text: &str| {
        assert_eq!(with(&dir, "feed.xml", limit).code, 0);
        EpubFile::open(&dir.join("book.epub")).markup().contains(text)
    };
    assert!(has("feed=2", "Text 1.") && !has("feed=2", "Text 2.") && has("", "Text 2."));
}

#[test]
fn limits_of_books() {
    let dir = folder("limits_books");
    fs::create_dir_all(dir.join("some")).unwrap();
    for name in ["a", "b", "c"] {
        let page = format!("<h1>{name}</h1><p>Words of {name}.</p><p>{}</p>", "word ".repeat(400));
        fs::write(dir.join(format!("some/{name}.html")), page).unwrap();
    }
    passed(&dir, "some", "texts=3000", "texts=9000", "pages of more than 3000 bytes");
    passed(&dir, "some", "content=4000", "content=20000", "1 of 3 pages are left out");
    // Sections that are too many for documents of their own: the contents and the text are the same.
    let sections: String = (0..40).map(|n| format!("<h2>Section {n}</h2><p>Text {n}.</p>")).collect();
    fs::write(dir.join("long.html"), format!("<h1>T</h1><p>Words at the start.</p>{sections}")).unwrap();
    passed(&dir, "long.html", "documents=10", "", "41 documents would be too many");
    let texts = |limit: &str| {
        assert_eq!(with(&dir, "long.html", limit).code, 0);
        let book = EpubFile::open(&dir.join("book.epub"));
        let texts = book.names.iter().filter(|name| name.contains("text/section")).count();
        let all = book.markup();
        let held = (0..40).all(|n| all.contains(&format!(">Section {n}</h2>")) && all.contains(&format!("Text {n}.<")));
        let listed = (0..40).all(|n| book.text("nav.xhtml").contains(&format!(">Section {n}</a>")));
        assert!(held && listed, "{limit:?}");
        texts
    };
    assert_eq!(texts(""), 40);
    assert!((4..=10).contains(&texts("documents=10")));
}

#[test]
fn a_pdf_book_that_is_too_long_is_cut() {
    let dir = folder("limits_layout");
    let sections: String =
        (0..60).map(|n| format!("<h2>Section {n}</h2><ul><li>Item<li>Item</ul><p>Text {n}.")).collect();
    fs::write(dir.join("long.html"), format!("<h1>T</h1><p>Words at the start.</p>{sections}")).unwrap();
    let build = |limit: &str| {
        offprint(
            &dir,
            &["build", "long.html", "-o", "b.pdf", "-o", "b.epub", "--offline", "--no-cache", "--limit", limit],
        )
    };
    let whole = build("layout=1GiB");
    assert!(whole.code == 0 && whole.lines("warning: ").is_empty(), "{}", whole.err);
    assert!(pdf_text(&dir.join("b.pdf")).contains("Text59."));
    let cut = build("layout=500KiB");
    assert!(
        cut.code == 0 && cut.err.contains("the PDF book is cut") && cut.err.contains("--limit layout"),
        "{}",
        cut.err
    );
    let text = pdf_text(&dir.join("b.pdf"));
    assert!(text.contains("Text5.") && text.contains("[…]") && !text.contains("Text59."), "{text}");
    assert!(EpubFile::open(&dir.join("b.epub")).markup().contains("Text 59."), "the other book is whole");
    assert_eq!(offprint(&dir, &["verify", "b.pdf"]).code, 0);
}

#[test]
fn a_book_that_is_cut_has_the_notes_that_it_refers_to() {
    let dir = folder("limits_notes");
    let text: String = (0..200).map(|n| format!("<p>Text {n}.<a href=#fn{n}><sup>{n}</sup></a></p>")).collect();
    let notes: String = (0..200).map(|n| format!("<li id=fn{n}>Words of note {n}.</li>")).collect();
    let page = format!("<h1>T</h1><p>Words at the start.</p>{text}<ol>{notes}</ol>");
    fs::write(dir.join("notes.html"), page).unwrap();
    let build = |limit: &str| {
        let run = offprint(&dir, &["build", "notes.html", "-o", "b.pdf", "--offline", "--no-cache", "--limit", limit]);
        assert_eq!(run.code, 0, "{}", run.err);
        let text = pdf_text(&dir.join("b.pdf"));
        let count = |of: &str| text.matches(of).count() as i64;
        (count("Text"), count("Wordsofnote"), count("[…]"))
    };
    assert_eq!(build("layout=1GiB"), (200, 200, 0));
    let (texts, notes, cut) = build("layout=700KiB");
    // The last text may have lost its reference.
    assert!((0..=1).contains(&(texts - notes)) && (20..150).contains(&texts) && cut == 1, "{texts} {notes} {cut}");
}

#[test]
fn strings_of_a_pdf_book_are_as_short_as_archives_want() {
    fn longest(object: &lopdf::Object) -> usize {
        match object {
            lopdf::Object::String(text, _) => text.len(),
            lopdf::Object::Array(items) => items.iter().map(longest).max().unwrap_or(0),
            lopdf::Object::Dictionary(dict) => dict.iter().map(|(_, value)| longest(value)).max().unwrap_or(0),
            _ => 0,
        }
    }
    let dir = folder("limits_strings");
    let page = case("books/long_strings.html").display().to_string();
    let run = offprint(&dir, &["build", &page, "-o", "b.pdf", "--offline", "--no-cache"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let document = lopdf::Document::load(dir.join("b.pdf")).unwrap();
    let of = |key: &str| {
        let dicts = document.objects.values().filter_map(|object| object.as_dict().ok());
        let found = dicts.filter_map(|dict| dict.get(key.as_bytes()).ok()).map(longest);
        found.max().unwrap_or(0)
    };
    // As long as may be, and no longer; of an address, all or nothing.
    for key in ["Title", "Alt", "Contents", "Subject"] {
        assert!((32_700..=32_767).contains(&of(key)), "{key}: {}", of(key));
    }
    assert_eq!(of("A"), "https://a.example/".len());
    let pages = document.page_iter().map(|page| document.get_page_content(page));
    let contents = pages.map(|content| lopdf::content::Content::decode(&content).unwrap().operations);
    assert!(contents.flatten().flat_map(|operation| operation.operands).all(|operand| longest(&operand) <= 32_767));
    // The text has it all.
    let text = pdf_text(&dir.join("b.pdf"));
    assert!(text.matches("Aheadingofmore").count() >= 270, "{}", text.matches("Aheadingofmore").count());
}

/// The most memory that a build takes, in bytes.
#[cfg(target_os = "linux")]
fn memory(dir: &Path, page: &str, book: &str) -> u64 {
    let args = ["build", page, "-o", book, "-q", "--offline", "--no-cache"];
    let mut child = crate::program::command(dir, &args).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        // It never becomes less, so that what is read last is the peak; at the end there is none.
        let status = fs::read_to_string(&status).unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
        most = peak.map_or(most, |peak| peak.trim().parse::<u64>().unwrap() << 10);
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    assert!(child.wait().unwrap().success() && dir.join(book).exists());
    most
}

#[cfg(target_os = "linux")]
#[test]
fn many_things_take_little_memory_each() {
    let dir = folder("limits_memory");
    let of = |name: &str, count: usize, thing: &dyn Fn(usize) -> String, after: &dyn Fn(usize) -> String| {
        let all = |each: &dyn Fn(usize) -> String| (0..count).map(each).collect::<String>();
        let page = format!("{name}.html");
        let text = format!("<h1>T</h1><p>Words at the start.</p>{}<ol>{}</ol>", all(thing), all(after));
        fs::write(dir.join(&page), text).unwrap();
        memory(&dir, &page, &format!("{name}.pdf"))
    };
    let none = |_: usize| String::new();
    let note = |n: usize| format!("<p>a<a href=#n{n}><sup>{n}</sup></a>");
    let body = |n: usize| format!("<li id=n{n}>words of it");
    let heading = |n: usize| format!("<h2>a{n}</h2><p>b");
    let item = |n: usize| format!("<li>a{n}");
    let few = of("few", 100, &note, &body);
    // What a thing takes: those that are made for it and beside it in the file are never all in memory.
    for (name, thing, after, most) in [
        ("notes", &note as &dyn Fn(usize) -> String, &body as &dyn Fn(usize) -> String, 14_000),
        ("headings", &heading, &none, 16_500),
        ("items", &none, &item, 5_600),
    ] {
        let each = of(name, 5_000, thing, after).saturating_sub(few) / 5_000;
        assert!(each < most, "{name}: {each} bytes each");
    }
}

#[test]
fn limits_of_crawls() {
    let dir = folder("limits_crawls");
    for file in ["tea.mhtml", "site.warc.gz", "pages.zip"] {
        fs::copy(case("inputs").join(file), dir.join(file)).unwrap();
    }
    passed(&dir, "tea.mhtml", "mhtml=2KiB", "mhtml=1MiB", "longer than the limit of 2048 bytes");
    let page = fs::read(dir.join("tea.mhtml")).unwrap();
    let read = |limit: &str| {
        let args = ["build", "-", "-o", "book.epub", "--offline", "--no-cache", "--limit", limit];
        offprint_reading(&dir, &args, &page)
    };
    let refused = read("mhtml=2KiB");
    assert!(refused.code == 1 && refused.err.contains("longer than the limit of 2048 bytes"), "{}", refused.err);
    assert_eq!(read("mhtml=1MiB").code, 0);
    passed(&dir, "site.warc.gz", "archives=3KiB", "archives=1MiB", "more than the limits of archives and texts");
    passed(&dir, "site.warc.gz", "texts=100", "texts=1MiB", "more than the limits of archives and texts");
    passed(&dir, "site.warc.gz", "bodies=1", "bodies=100", "the archives hold more than fits");
    passed(&dir, "pages.zip", "archives=2KiB", "archives=1MiB", "is damaged or too large");
    passed(&dir, "pages.zip", "bodies=1", "bodies=100", "is damaged or too large");
}

#[test]
fn a_page_does_not_grow_without_end() {
    let dir = folder("limits_growth");
    let address = format!("https://a.example/{}", "y".repeat(8_000));
    // One that the parser opens again in each paragraph, and one that the book does.
    let again = format!("<h1>T</h1><p>x<a href=\"{address}\">{}", "<p>a".repeat(300));
    let around = format!("<h1>T</h1><a href=\"{address}\">{}</a>", "<p>a</p>".repeat(300));
    let base = format!("---\nfrom: {address}/\n---\n<h1>T</h1>{}", "<p><a href=x>a</a>".repeat(300));
    for (name, page, said) in [
        ("again", again, "too complex"),
        ("around", around, "too long for the page"),
        ("base", base, "too long for the page"),
    ] {
        let file = format!("{name}.html");
        fs::write(dir.join(&file), &page).unwrap();
        let run = with(&dir, &file, "");
        assert!(run.code == 0 && run.err.contains(said), "{}", run.err);
        let run = with(&dir, &file, "growth=500");
        assert!(run.code == 0 && !run.err.contains("too"), "{name}: {}", run.err);
        // The text is there.
        assert_eq!(with(&dir, &file, "growth=1").code, 0);
    }
}

#[test]
fn limits_of_pictures() {
    let dir = folder("limits_pictures");
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds/picture");
    fs::copy(sample.join("good.png"), dir.join("a.png")).unwrap();
    fs::copy(sample.join("good.jpg"), dir.join("b.jpg")).unwrap();
    fs::write(dir.join("page.html"), "<h1>T</h1><p>Words.</p><img src=a.png><img src=b.jpg>").unwrap();
    passed(&dir, "page.html", "pictures=1", "pictures=2", "more than 1 pictures");
    passed(&dir, "page.html", "picture=60", "picture=1MiB", "longer than the limit of 60 bytes");
    passed(&dir, "page.html", "pixels=10", "", "too large a picture");
    passed(&dir, "page.html", "decoded=10", "", "too large a picture");
}

#[test]
fn limits_of_archives() {
    let dir = folder("limits_archives");
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds/picture");
    let mut archive = ZipWriter::new(File::create(dir.join("saved.zip")).unwrap());
    let mut add = |name: &str, bytes: &[u8]| {
        archive.start_file(name, SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    };
    add("page.html", b"<h1>T</h1><p>Words.</p><img src=a.png><img src=b.jpg>");
    add("a.png", &fs::read(sample.join("good.png")).unwrap());
    add("b.jpg", &fs::read(sample.join("good.jpg")).unwrap());
    archive.finish().unwrap();
    passed(&dir, "saved.zip", "bodies=1", "bodies=2", "b.jpg is damaged or too large");
    passed(&dir, "saved.zip", "archives=100", "archives=1MiB", "a.png is damaged or too large");
}

/// An archive of one page with a name, and of so many names more for its bytes.
fn of_shared_bytes(page: &[u8], names: usize) -> Vec<u8> {
    let number = |value: usize, bytes: usize| value.to_le_bytes()[..bytes].to_vec();
    let sum = crc32(page) as usize;
    let (version, stored, day) = (number(20, 2), number(0, 4), number(33, 4));
    let facts = |name: &str| {
        [number(sum, 4), number(page.len(), 4), number(page.len(), 4), number(name.len(), 2), number(0, 2)].concat()
    };
    let mut file =
        [b"PK\x03\x04", &*version, &stored, &number(0, 2), &day[..2], &facts("p0.html"), b"p0.html", page].concat();
    let start = file.len();
    for name in (0..=names).map(|n| format!("p{n}.html")) {
        let head = [b"PK\x01\x02", &*version, &version, &stored, &number(0, 2), &day[..2]].concat();
        file.extend([head, facts(&name), vec![0; 14], name.into_bytes()].concat());
    }
    let (count, length) = (number(names + 1, 2), number(file.len() - start, 4));
    file.extend([b"PK\x05\x06", &*number(0, 4), &count, &count, &length, &number(start, 4), &[0, 0]].concat());
    file
}

/// As ZIP has it.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |sum: u32, _| if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 };
    !bytes.iter().fold(!0, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), step))
}

#[test]
fn entries_that_share_their_bytes_are_read_once() {
    let dir = folder("limits_shared");
    let page = b"<h1>T</h1><p>Words of the page.</p>";
    fs::write(dir.join("one.zip"), of_shared_bytes(page, 0)).unwrap();
    fs::write(dir.join("many.zip"), of_shared_bytes(page, 3000)).unwrap();
    let one = with(&dir, "one.zip", "");
    assert_eq!((one.code, one.err.as_str()), (0, ""));
    let many = with(&dir, "many.zip", "");
    assert!(many.code == 0 && many.err.contains("p1.html shares its bytes with another file"), "{}", many.err);
    assert_eq!(EpubFile::open(&dir.join("book.epub")).markup().matches("Words of the page.").count(), 1);
    // They are said, but not one by one.
    assert!(many.lines("warning: ").len() < 50, "{}", many.err);
}

#[test]
fn limits_of_fetching() {
    let dir = folder("limits_fetching");
    let picture = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds/picture/good.png")).unwrap();
    let (length, padding) = (picture.len(), vec![b' '; 100_000]);
    let server = Server::start(move |seen, out| {
        let (kind, rest) = seen.target.trim_matches('/').split_once('/').unwrap_or_default();
        match (kind, rest.parse::<usize>()) {
            ("moved", Ok(steps @ 2..)) => answer(out, "302 Found", &format!("Location: {}\r\n", steps - 1), b""),
            // Each has to be asked for so many times.
            ("busy", Ok(times)) if seen.before + 1 < times => {
                answer(out, "503 Service Unavailable", "Retry-After: 0\r\n", b"")
            }
            // Two that are not alike.
            ("large", Ok(number)) => answer(out, "200 OK", "", &[&picture, &padding[number..]].concat()),
            _ => answer(out, "200 OK", "", &picture),
        }
    });
    let net = server.address.to_string();
    let with = |targets: &[&str], limit: &str| {
        let shown: String =
            targets.iter().map(|target| format!("<p>Words.</p><img src=\"{}\">", server.at(target))).collect();
        fs::write(dir.join("page.html"), format!("<h1>T</h1>{shown}")).unwrap();
        let hits = server.hits();
        let run = offprint(
            &dir,
            &["build", "page.html", "-o", "book.epub", "--no-cache", "--allow-net", &net, "--limit", limit],
        );
        assert_eq!(run.code, 0, "{}", run.err);
        (run.err, server.hits() - hits)
    };
    let (said, hits) = with(&["/moved/3"], "redirects=1");
    assert!(said.contains("more than 1 redirects") && hits == 2, "{hits}: {said}");
    assert_eq!(with(&["/moved/3"], "redirects=2"), (String::new(), 3));
    let (said, hits) = with(&["/busy/3"], "retries=1");
    assert!(said.contains("http status 503") && hits == 2, "{hits}: {said}");
    // Two more after those that came before.
    assert_eq!(with(&["/busy/4"], "retries=3"), (String::new(), 4));
    let (said, _) = with(&["/large/1", "/large/2"], "fetched=150kB");
    assert!(said.contains("limit for all downloads") && said.contains("fetched="), "{said}");
    assert_eq!(with(&["/large/1", "/large/2"], "fetched=300kB"), (String::new(), 2));
    let (said, hits) = with(&["/plain/1"], &format!("picture={}", length - 1));
    assert!(said.contains(&format!("longer than the limit of {} bytes", length - 1)) && hits == 1, "{said}");
    assert!(said.contains("hint: ") && said.contains("picture="), "{said}");
    assert_eq!(with(&["/plain/1"], &format!("picture={length}")), (String::new(), 1));
    let (said, hits) = with(&["/plain/1", "/plain/2"], "pictures=1");
    assert!(said.contains("more than 1 pictures") && hits == 1, "{hits}: {said}");
}

#[test]
fn limits_that_are_none_are_named() {
    let dir = folder("limits_wrong");
    fs::write(dir.join("page.html"), "<p>Words.</p>").unwrap();
    for wrong in ["page", "size=1", "page=0", "page=1TB", "nesting=99999"] {
        let run = with(&dir, "page.html", wrong);
        assert!(run.code == 2 && run.err.contains(wrong) && run.err.contains("hint: "), "{wrong}: {}", run.err);
    }
    fs::write(dir.join("offprint.toml"), "inputs = [\"page.html\"]\noutput = \"b.epub\"\nlimit = [\"page=5\"]\n")
        .unwrap();
    let run = offprint(&dir, &["build"]);
    assert!(run.code == 1 && run.err.contains("limit of 5 bytes"), "{}", run.err);
}
