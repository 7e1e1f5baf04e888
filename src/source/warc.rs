//! WARC (ISO 28500): what a crawler asked for and got, record by record, packed or not.

use std::io::{self, BufRead, Read};

use super::held::Held;
use super::http::{Fields, Response};
use crate::diag::Diagnostic;
use crate::limits::Limits;

/// The longest line of a record's head, in bytes.
const LINE: u64 = 64 * 1024;
/// The most lines of a record's head.
const LINES: usize = 200;

/// A page of an archive.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) address: String,
    pub(super) charset: Option<String>,
    pub(super) bytes: Vec<u8>,
}

/// Whether bytes begin as such a file does, unpacked.
pub(super) fn is_warc(bytes: &[u8]) -> bool {
    bytes.starts_with(b"WARC/")
}

/// Reads an archive to its end: its pages, in their order; its pictures go to `held`.
///
/// # Errors
/// If the file cannot be read. One that is cut off or damaged gives what it has, and that is said.
pub(super) fn read(
    from: &mut dyn BufRead,
    held: &mut Held,
    limits: &Limits,
    say: &mut Vec<Diagnostic>,
) -> io::Result<Vec<Page>> {
    let mut archive = Archive { from, limits, left: limits.archives, pages: Vec::new(), texts: 0, held, full: false };
    let damaged = loop {
        match archive.record() {
            Ok(true) => {}
            Ok(false) => break None,
            Err(error) if matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput) => {
                break Some("the archive is damaged: what comes after is left out");
            }
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                break Some("the archive is cut off: what it has is used");
            }
            Err(error) => return Err(error),
        }
        if archive.left == 0 {
            break Some("the archive has more than the limits of archives and texts: the rest is left out");
        }
    };
    let full = archive.full.then_some("the archives hold more than fits: some of their pictures were left out");
    for message in damaged.into_iter().chain(full) {
        say.push(Diagnostic::warning("archive-damaged", message));
    }
    Ok(archive.pages)
}

struct Archive<'a> {
    from: &'a mut dyn BufRead,
    limits: &'a Limits,
    /// How many bytes may still come.
    left: u64,
    pages: Vec<Page>,
    /// How long they are together.
    texts: u64,
    held: &'a mut Held,
    full: bool,
}

impl Archive<'_> {
    /// Reads a record. `false` at the end of the file.
    fn record(&mut self) -> io::Result<bool> {
        let Some(fields) = self.head()? else { return Ok(false) };
        let length: u64 = fields.get("content-length").and_then(|value| value.parse().ok()).ok_or_else(damage)?;
        let target = fields.get("warc-target-uri").map(|uri| uri.trim_matches(['<', '>']).to_owned());
        let kind = fields.get("warc-type").unwrap_or_default();
        let wanted = matches!(kind, "response" | "resource" | "revisit")
            && length <= self.limits.page.saturating_add(LINE)
            && length <= self.left;
        let (true, Some(target)) = (wanted, target.filter(|target| target.starts_with("http"))) else {
            self.skip(length)?;
            return Ok(true);
        };
        let mut block = Vec::new();
        let got = (&mut *self.from).take(length).read_to_end(&mut block)? as u64;
        self.left = self.left.saturating_sub(got);
        match kind {
            "response" => self.response(&target, &block),
            // What was the same as elsewhere was kept there.
            "revisit" => {
                if let Some(to) = fields.get("warc-refers-to-target-uri") {
                    self.held.lead(&target, to);
                }
            }
            _ => self.body(target, fields.media_type(), fields.parameter("charset"), block),
        }
        if got < length { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(true) }
    }

    fn response(&mut self, target: &str, block: &[u8]) {
        let Some(response) = Response::read(block, self.limits.page) else { return };
        let (media_type, charset) = (response.fields.media_type(), response.fields.parameter("charset"));
        match (response.status, response.fields.get("location")) {
            (200, _) => self.body(target.to_owned(), media_type, charset, response.body),
            (301 | 302 | 303 | 307 | 308, Some(to)) => {
                if let Ok(to) = url::Url::parse(target).and_then(|base| base.join(to)) {
                    self.held.lead(target, to.as_str());
                }
            }
            _ => {}
        }
    }

    fn body(&mut self, address: String, media_type: Option<String>, charset: Option<String>, bytes: Vec<u8>) {
        match media_type.as_deref() {
            Some("text/html" | "application/xhtml+xml") => {
                let known = self.pages.iter().any(|page| page.address == address);
                if !known && (self.pages.len() as u64) < self.limits.pages {
                    if self.texts >= self.limits.texts {
                        // There is no room for it in a book either.
                        self.left = 0;
                        return;
                    }
                    self.texts += bytes.len() as u64;
                    self.pages.push(Page { address, charset, bytes });
                }
            }
            Some(of) if of.starts_with("image/") || of == "application/octet-stream" => {
                self.full |= !self.held.keep(&address, media_type, bytes);
            }
            _ => {}
        }
    }

    /// The head of the next record. `None` at the end of the file.
    fn head(&mut self) -> io::Result<Option<Fields>> {
        let mut line = Vec::new();
        // Records are divided by empty lines, of which some writers write more and some fewer.
        for _ in 0..LINES {
            if !self.line(&mut line)? {
                return Ok(None);
            }
            if !line.iter().all(u8::is_ascii_whitespace) {
                break;
            }
        }
        if !is_warc(&line) {
            return Err(damage());
        }
        let mut head = Vec::new();
        for _ in 0..LINES {
            if !self.line(&mut line)? {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            head.extend_from_slice(&line);
            if line.iter().all(u8::is_ascii_whitespace) {
                return Ok(Some(Fields::read(&head).0));
            }
        }
        Err(damage())
    }

    fn line(&mut self, line: &mut Vec<u8>) -> io::Result<bool> {
        line.clear();
        let got = (&mut *self.from).take(LINE).read_until(b'\n', line)? as u64;
        self.left = self.left.saturating_sub(got);
        Ok(got > 0)
    }

    fn skip(&mut self, length: u64) -> io::Result<()> {
        let length_here = length.min(self.left);
        let got = io::copy(&mut (&mut *self.from).take(length_here), &mut io::sink())?;
        self.left = self.left.saturating_sub(got);
        if got < length_here { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
    }
}

fn damage() -> io::Error {
    io::ErrorKind::InvalidData.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: &str, target: &str, block: &str) -> String {
        let length = block.len();
        format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: <{target}>\r\nContent-Length: {length}\r\n\r\n{block}\r\n\r\n"
        )
    }

    fn archive() -> String {
        let html = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>page";
        let moved = "HTTP/1.1 301 Moved\r\nLocation: /b.png\r\n\r\n";
        let png = "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\nPNG";
        [
            record("warcinfo", "", "software: x"),
            record("request", "http://a.example/", "GET / HTTP/1.1\r\n\r\n"),
            record("response", "http://a.example/", html),
            record("response", "http://a.example/", html),
            record("response", "http://a.example/gone", "HTTP/1.1 404 No\r\nContent-Type: text/html\r\n\r\n<p>no"),
            record("response", "http://a.example/a.png", moved),
            record("response", "http://a.example/b.png", png),
        ]
        .concat()
    }

    #[test]
    fn pages_and_pictures() {
        let (mut held, mut say) = (Held::default(), Vec::new());
        let pages = read(&mut archive().as_bytes(), &mut held, &Limits::default(), &mut say).expect("memory");
        let page =
            Page { address: "http://a.example/".into(), charset: Some("utf-8".into()), bytes: b"<p>page".to_vec() };
        assert_eq!((pages, held.len(), say), (vec![page], 1, Vec::new()));
    }

    #[test]
    fn what_is_cut_off_or_damaged_is_said() {
        let whole = archive();
        for end in 1..whole.len() {
            let mut say = Vec::new();
            read(&mut &whole.as_bytes()[..end], &mut Held::default(), &Limits::default(), &mut say).expect("memory");
            assert!(say.len() <= 1);
        }
        let damaged = whole.replace("WARC-Type: request", "\r\nx");
        let mut say = Vec::new();
        read(&mut damaged.as_bytes(), &mut Held::default(), &Limits::default(), &mut say).expect("memory");
        assert_eq!(say.len(), 1);
    }
}
