//! `offprint serve`, asked over real sockets as a reader would.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Child;
use std::time::{Duration, Instant};

use crate::program::{case, command, folder, offprint};

/// The program while it serves.
struct Serving {
    child: Child,
    address: String,
}

impl Serving {
    fn start(dir: &Path, books: &str) -> Self {
        let mut child = command(dir, &["serve", books, "--listen", "127.0.0.1:0"]).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.split('/').nth(2).unwrap_or_default().to_owned();
        Self { child, address }
    }

    /// Status, head and body of an answer.
    fn ask(&self, request: &str) -> (u16, String, Vec<u8>) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let request = request.replace('\n', "\r\n");
        stream.write_all(format!("{request}\r\nConnection: close\r\n\r\n").as_bytes()).unwrap();
        let mut all = Vec::new();
        stream.read_to_end(&mut all).unwrap();
        let end = all.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(all.len() - 4);
        let head = String::from_utf8_lossy(&all[..end]).to_lowercase();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        (status, head, all[end + 4..].to_vec())
    }

    fn get(&self, target: &str) -> (u16, String, Vec<u8>) {
        self.ask(&format!("GET {target} HTTP/1.1\nHost: 127.0.0.1"))
    }

    fn text(&self, target: &str) -> String {
        let (status, _, body) = self.get(target);
        assert_eq!(status, 200, "{target}");
        String::from_utf8(body).unwrap()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The value of an attribute in the first element that holds a text.
fn attribute<'a>(xml: &'a str, with: &str, name: &str) -> &'a str {
    let element = xml.split('<').find(|element| element.contains(with)).unwrap_or_else(|| panic!("{with} in {xml}"));
    element.split(&format!("{name}=\"")).nth(1).unwrap().split('"').next().unwrap()
}

/// Every element closed, in order: enough to say that an XML reader takes it.
fn well_formed(xml: &str) -> bool {
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut depth = 0;
    loop {
        match reader.read_event() {
            Ok(quick_xml::events::Event::Start(_)) => depth += 1,
            Ok(quick_xml::events::Event::End(_)) => depth -= 1,
            Ok(quick_xml::events::Event::Eof) => return depth == 0,
            Ok(_) => {}
            Err(_) => return false,
        }
    }
}

#[test]
fn a_reader_finds_a_book_and_downloads_it_in_parts() {
    let dir = folder("serve_flow");
    fs::create_dir_all(dir.join("books/下 面")).unwrap();
    let article = case("books/english.html").display().to_string();
    let out = "books/下 面/a & b.epub";
    assert_eq!(offprint(&dir, &["build", &article, "-o", out, "--offline"]).code, 0);
    let bytes = fs::read(dir.join(out)).unwrap();
    fs::write(dir.join("books/broken.epub"), "no book").unwrap();
    fs::write(dir.join("books/.hidden.epub"), &bytes).unwrap();
    fs::write(dir.join("secret.epub"), &bytes).unwrap();
    let serving = Serving::start(&dir, "books");

    let front = serving.text("/opds");
    assert!(well_formed(&front) && front.contains("2 books"), "{front}");
    let list = serving.text(attribute(&front, "rel=\"subsection\"", "href"));
    assert!(well_formed(&list), "{list}");
    // Atom's musts (RFC 4287 §4.1): id, title and updated of the feed and of every entry.
    for element in ["<id>", "<title>", "<updated>"] {
        assert_eq!(list.matches(element).count(), 3, "{element}");
    }
    assert!(list.contains("<opensearch:totalResults>2<"));
    let acquisition = attribute(&list, "a%20%26%20b.epub\" type=\"application/epub+zip", "href");
    let cover = attribute(&list, "http://opds-spec.org/image\"", "href");
    let (status, head, body) = serving.get(cover);
    assert!(status == 200 && head.contains("image/jpeg") && body.starts_with(&[0xFF, 0xD8]));

    let (status, head, whole) = serving.get(acquisition);
    assert!(status == 200 && head.contains("accept-ranges: bytes") && head.contains("nosniff"));
    assert_eq!(whole, bytes);
    let part = |range: &str| serving.ask(&format!("GET {acquisition} HTTP/1.1\nHost: localhost\nRange: {range}"));
    let (half, length) = (bytes.len() / 2, bytes.len());
    let (first, second) = (part(&format!("bytes=0-{}", half - 1)), part(&format!("bytes={half}-")));
    assert_eq!((first.0, second.0), (206, 206));
    assert!(second.1.contains(&format!("content-range: bytes {half}-{}/{length}", length - 1)));
    assert_eq!([first.2, second.2].concat(), bytes);
    assert_eq!(part(&format!("bytes={length}-")).0, 416);
    assert_eq!(part("bytes=9-1,x").0, 200);

    let tag = head.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap();
    let again = serving.ask(&format!("GET {acquisition} HTTP/1.1\nHost: localhost\nIf-None-Match: {tag}"));
    assert_eq!((again.0, again.2.len()), (304, 0));
    let other = serving.ask(&format!("GET {acquisition} HTTP/1.1\nHost: localhost\nIf-Range: \"x\"\nRange: bytes=0-1"));
    assert_eq!((other.0, other.2.len()), (200, length));
    let head = serving.ask(&format!("HEAD {acquisition} HTTP/1.1\nHost: localhost"));
    assert!(head.2.is_empty() && head.1.contains(&format!("content-length: {length}")));

    let json: serde_json::Value = serde_json::from_str(&serving.text("/opds/v2")).unwrap();
    assert_eq!(json["metadata"]["numberOfItems"], 2);
    assert_eq!(json["publications"][0]["metadata"]["title"], "broken");
    assert_eq!(json["publications"][1]["links"][0]["href"], acquisition);
    let page = serving.text("/?q=A+%26");
    assert!(page.contains("One book") && page.contains(acquisition) && !page.contains("<script"), "{page}");
}

#[test]
fn nothing_outside_of_the_folder_is_there() {
    let dir = folder("serve_paths");
    fs::create_dir_all(dir.join("books/in")).unwrap();
    fs::write(dir.join("secret.epub"), "secret").unwrap();
    fs::write(dir.join("books/.hidden.epub"), "secret").unwrap();
    fs::write(dir.join("books/notes.txt"), "secret").unwrap();
    fs::create_dir_all(dir.join("books/folder.epub")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(dir.join("secret.epub"), dir.join("books/link.epub")).unwrap();
    let serving = Serving::start(&dir, "books");
    for target in [
        "/book/../secret.epub",
        "/book/%2e%2e/secret.epub",
        "/book/in/..%2f..%2fsecret.epub",
        "/book//secret.epub",
        "/book/%2fetc%2fpasswd.epub",
        "/book/..%5csecret.epub",
        "/book/.hidden.epub",
        "/book/notes.txt",
        "/book/folder.epub",
        "/book/link.epub",
        "/book/x%00.epub",
        "/cover/../secret.epub",
        "/secret.epub",
        "/opds/books?page=2",
        "/opds/books?page=0",
        "/opds/books?page=99999999999999999999",
    ] {
        let (status, _, body) = serving.get(target);
        assert!(matches!(status, 400 | 404), "{target}: {status}");
        assert!(!String::from_utf8_lossy(&body).contains("secret"), "{target}");
    }
    assert!(matches!(serving.get("/book/%ff.epub").0, 400 | 404));
    assert_eq!(serving.ask("POST / HTTP/1.1\nHost: localhost").0, 405);
    assert_eq!(serving.ask("GET / HTTP/1.1\nHost: evil.example").0, 421);
    assert!(!serving.text("/opds/books").contains("secret"));
}

#[test]
fn ten_thousand_books_and_clients_that_say_nothing() {
    let dir = folder("serve_many");
    fs::create_dir_all(dir.join("books")).unwrap();
    for number in 0..10_000 {
        fs::write(dir.join(format!("books/{number:05}.pdf")), "%PDF-").unwrap();
    }
    let serving = Serving::start(&dir, "books");
    // Clients that never finish their request, or never read the answer.
    let idle: Vec<TcpStream> = (0..20)
        .map(|_| {
            let mut stream = TcpStream::connect(&serving.address).unwrap();
            stream.write_all(b"GET / HT").unwrap();
            stream
        })
        .collect();
    let start = Instant::now();
    let page = serving.text("/opds/books?page=200");
    assert!(
        page.contains("<title>09999</title>") && page.contains("rel=\"previous\"") && !page.contains("rel=\"next\"")
    );
    assert_eq!(page.matches("<entry>").count(), 50);
    assert!(serving.text("/opds/books?q=0777").contains("<title>00777</title>"));
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
    drop(idle);
}
