//! `offprint preview`, asked over real sockets as a browser would.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Child;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::program::{command, folder, offprint};

struct Previewing {
    child: Child,
    address: String,
}

impl Previewing {
    fn start(dir: &Path, args: &[&str]) -> Self {
        let all: Vec<&str> = ["preview"].iter().chain(args).chain(&["--listen", "127.0.0.1:0"]).copied().collect();
        let mut child = command(dir, &all).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.split('/').nth(2).unwrap_or_default().to_owned();
        Self { child, address }
    }

    /// Status, head and body of an answer.
    fn ask(&self, method: &str, target: &str, host: &str) -> (u16, String, Vec<u8>) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let request = format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut all = Vec::new();
        stream.read_to_end(&mut all).unwrap();
        let end = all.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let head = String::from_utf8_lossy(&all[..end]).to_lowercase();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        (status, head, all[end + 4..].to_vec())
    }

    fn get(&self, target: &str) -> (u16, String, String) {
        let (status, head, body) = self.ask("GET", target, "127.0.0.1");
        (status, head, String::from_utf8_lossy(&body).into_owned())
    }

    /// What there is to show, once it is of that status and newer than a version.
    fn state(&self, status: &str, after: u64) -> Value {
        let until = Instant::now() + Duration::from_secs(120);
        let mut known = after;
        while Instant::now() < until {
            let state: Value = serde_json::from_str(&self.get(&format!("/state?after={known}")).2).unwrap();
            known = state["version"].as_u64().unwrap();
            if known > after && state["status"] == status {
                return state;
            }
        }
        panic!("it never was {status}");
    }
}

impl Drop for Previewing {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn both_books_are_shown_and_what_changes() {
    let dir = folder("preview");
    let page = |words: &str| {
        let text = format!(
            "---\ntitle: 书 A\nlang: zh-CN\n---\n<h2>One</h2><p>{words}</p><script>alert(1)</script><h2>Two</h2><p>More.</p>"
        );
        fs::write(dir.join("page.html"), text).unwrap();
    };
    page("first words");
    let preview = Previewing::start(&dir, &["page.html", "--page", "A6"]);
    let state = preview.state("ready", 0);
    let version = state["version"].as_u64().unwrap();
    let book = &state["book"];
    assert_eq!(book["title"], "书 A");
    let entries = book["contents"].as_array().unwrap();
    let one = entries.iter().find(|entry| entry["title"] == "One").unwrap();
    let leaf = &book["pages"][one["page"].as_u64().unwrap() as usize];
    assert!((leaf[1].as_f64().unwrap() - 105.0 / 25.4 * 72.0).abs() < 0.1, "A6: {leaf}");

    let name = one["document"].as_str().unwrap().split('#').next().unwrap();
    let (status, head, chapter) = preview.get(&format!("/book/{version}/{name}"));
    assert!(status == 200 && head.contains("application/xhtml+xml") && chapter.contains("first words"), "{head}");
    // Nothing of the book can run, and nothing is loaded from elsewhere.
    let policy = head.lines().find(|line| line.starts_with("content-security-policy")).unwrap();
    assert!(policy.contains("default-src 'none'") && !policy.contains("script-src"), "{policy}");
    let (status, head, drawing) = preview.get(&format!("/page/{version}/{}.svg", one["page"]));
    assert!(status == 200 && head.contains("image/svg+xml"));
    assert!(drawing.starts_with("<svg ") && drawing.contains("<use href=\"#f"), "{drawing:.200}");

    page("other words");
    let state = preview.state("ready", version);
    let (_, _, chapter) = preview.get(&format!("/book/{}/{name}", state["version"]));
    assert!(chapter.contains("other words"), "{chapter}");
    // What fails is told, and the last edition stays.
    fs::remove_file(dir.join("page.html")).unwrap();
    let failed = preview.state("failed", state["version"].as_u64().unwrap());
    assert!(failed["error"].as_str().unwrap().contains("page.html"), "{failed}");
    assert_eq!(failed["book"]["title"], "书 A");
    assert!(!dir.join("page.epub").exists() && fs::read_dir(&dir).unwrap().count() <= 2, "it writes nothing");
}

#[test]
fn only_this_machine_is_answered_and_only_what_there_is() {
    let dir = folder("preview_manners");
    fs::write(dir.join("page.html"), "<h1>T</h1><p>Text.</p>").unwrap();
    let preview = Previewing::start(&dir, &["page.html"]);
    let state = preview.state("ready", 0);
    let (status, head, page) = preview.get("/");
    assert!(status == 200 && head.contains("script-src 'self'") && head.contains("nosniff"), "{head}");
    // All that the page needs is here.
    for target in page.split(['"', '\'']).filter(|text| text.starts_with('/') && text.len() > 1) {
        assert_eq!(preview.get(target).0, 200, "{target}");
    }
    assert!(!page.contains("http:") && !page.contains("https:"));
    for target in [
        "/book/1/../../page.html",
        "/book/1/OEBPS/no.xhtml",
        "/book/1/META-INF/container.xml",
        "/page/1/999.svg",
        "/page/1/x",
        "/other",
    ] {
        assert_eq!(preview.get(target).0, 404, "{target}");
    }
    // A name of the web that was made to lead here.
    assert_eq!(preview.ask("GET", "/", "evil.example").0, 421);
    assert_eq!(preview.ask("POST", "/", "localhost").0, 405);
    let (status, _, body) = preview.ask("HEAD", "/", "localhost");
    assert!(status == 200 && body.is_empty());
    assert_eq!(state["book"]["messages"].as_array().unwrap().len(), 0);
    for listen in ["0.0.0.0:0", "example.org:80"] {
        let run = offprint(&dir, &["preview", "page.html", "--listen", listen]);
        assert!(run.code == 2 && run.err.contains(listen), "{}", run.err);
    }
}
