//! MHTML (RFC 2557): a page and its pictures as parts of a mail, as browsers save it.

use super::held::Held;
use super::http::Fields;
use crate::diag::Diagnostic;

/// How deep parts may hold parts.
const DEPTH: usize = 4;
/// The most parts of a file.
const PARTS: usize = 5000;

/// Whether bytes begin as such a file does.
pub(super) fn is_mhtml(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(8192)).unwrap_or_default();
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let fields = head.trim_start();
    let named = ["from:", "mime-version:", "subject:", "date:", "content-type:", "snapshot-content-location:", "x-"];
    named.iter().any(|name| fields.starts_with(name))
        && head.contains("mime-version:")
        && head.contains("multipart/related")
}

/// The page of a file: its bytes with their charset, and where it was.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) bytes: Vec<u8>,
    pub(super) charset: Option<String>,
    pub(super) address: Option<String>,
}

/// Reads the page of a file; its pictures go to `held`. `place` is the address that pictures without one get, ending in
/// `/`. `None` if there is no page in it.
pub(super) fn read(bytes: &[u8], place: &str, held: &mut Held, say: &mut Vec<Diagnostic>) -> Option<Page> {
    let (fields, body) = Fields::read(bytes);
    let mut parts = Vec::new();
    divide(&fields, body, 0, &mut parts);
    let is_page =
        |part: &Part<'_>| matches!(part.fields.media_type().as_deref(), Some("text/html" | "application/xhtml+xml"));
    let start = fields.parameter("start");
    let named = |part: &Part<'_>| start.is_some() && part.fields.get("content-id") == start.as_deref();
    let page = parts.iter().position(|part| is_page(part) && named(part)).or_else(|| parts.iter().position(is_page))?;
    let mut names = Vec::new();
    let mut full = false;
    for (number, part) in parts.iter().enumerate().filter(|(number, _)| *number != page) {
        let media_type = part.fields.media_type();
        if !media_type.as_deref().is_some_and(|of| of.starts_with("image/") || of == "application/octet-stream") {
            continue;
        }
        let location = part.fields.get("content-location").filter(|at| at.contains(':'));
        let web = location.filter(|at| at.starts_with("http://") || at.starts_with("https://"));
        let name = web.map_or_else(|| number.to_string(), str::to_owned);
        let address = web.map_or_else(|| format!("{place}{number}"), str::to_owned);
        if let Some(id) = part.fields.get("content-id") {
            names.push((format!("cid:{}", id.trim_matches(['<', '>'])), name.clone()));
        }
        names.extend(location.filter(|_| web.is_none()).map(|location| (location.to_owned(), name)));
        full |= !held.keep(&address, media_type, part.decoded());
    }
    if full {
        let message = "the archives hold more than fits: some of their pictures were left out";
        say.push(Diagnostic::warning("archive-too-large", message));
    }
    let part = parts.get(page)?;
    let location = part.fields.get("content-location").or_else(|| fields.get("snapshot-content-location"));
    let address = location.filter(|at| at.starts_with("http://") || at.starts_with("https://")).map(str::to_owned);
    Some(Page { bytes: renamed(part.decoded(), &names), charset: part.fields.parameter("charset"), address })
}

/// A part that holds no parts.
struct Part<'a> {
    fields: Fields,
    body: &'a [u8],
}

impl Part<'_> {
    fn decoded(&self) -> Vec<u8> {
        match self.fields.get("content-transfer-encoding").map(str::to_ascii_lowercase).as_deref() {
            Some("quoted-printable") => quoted_printable(self.body),
            Some("base64") => base64(self.body),
            _ => self.body.to_vec(),
        }
    }
}

fn divide<'a>(fields: &Fields, body: &'a [u8], depth: usize, parts: &mut Vec<Part<'a>>) {
    let whole = fields.media_type().is_some_and(|of| of.starts_with("multipart/"));
    let Some(boundary) = fields.parameter("boundary").filter(|_| whole && depth < DEPTH) else {
        if parts.len() < PARTS {
            parts.push(Part { fields: fields.clone(), body });
        }
        return;
    };
    let mark = format!("--{boundary}");
    let mut start = None;
    let mut at = 0;
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let next = at + line.len();
        if let Some(rest) = line.strip_prefix(mark.as_bytes()) {
            if let Some(part) = start.and_then(|start| body.get(start..at)) {
                // The line end before the mark is the mark's (RFC 2046 §5.1.1).
                let part = part.strip_suffix(b"\n").map_or(part, |part| part.strip_suffix(b"\r").unwrap_or(part));
                let (fields, body) = Fields::read(part);
                divide(&fields, body, depth + 1, parts);
            }
            start = (!rest.starts_with(b"--")).then_some(next);
        }
        at = next;
    }
    // A file that is cut off ends with a part.
    if let Some(part) = start.and_then(|start| body.get(start..)).filter(|part| !part.is_empty()) {
        let (fields, body) = Fields::read(part);
        divide(&fields, body, depth + 1, parts);
    }
}

/// A page in which parts without an address on the web go by their other names.
fn renamed(page: Vec<u8>, names: &[(String, String)]) -> Vec<u8> {
    if names.is_empty() {
        return page;
    }
    let schemes: [&[u8]; 2] = [b"cid:", b"file:"];
    let next = |rest: &[u8]| (0..rest.len()).find(|at| schemes.iter().any(|scheme| rest[*at..].starts_with(scheme)));
    let mut out = Vec::with_capacity(page.len());
    let mut rest = page.as_slice();
    while let Some(at) = next(rest) {
        let (before, from) = rest.split_at(at);
        out.extend_from_slice(before);
        let end = from.iter().position(|byte| b"\"' )\t\r\n>&".contains(byte)).unwrap_or(from.len());
        let (name, after) = from.split_at(end);
        match names.iter().find(|(of, _)| of.as_bytes() == name) {
            Some((_, name)) => out.extend_from_slice(name.as_bytes()),
            None => out.extend_from_slice(name),
        }
        rest = after;
    }
    out.extend_from_slice(rest);
    out
}

/// RFC 2045 §6.7; what is malformed stands as it is.
fn quoted_printable(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&first, after)) = rest.split_first() {
        rest = match (first, after) {
            (b'=', [b'\r', b'\n', tail @ ..] | [b'\n', tail @ ..]) => tail,
            (b'=', [high, low, tail @ ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => {
                    out.push(high << 4 | low);
                    tail
                }
                _ => {
                    out.push(first);
                    after
                }
            },
            _ => {
                out.push(first);
                after
            }
        };
    }
    out
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// RFC 2045 §6.8: other characters are ignored.
fn base64(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut buffer, mut bits) = (0_u32, 0);
    for c in text {
        let value = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => break,
            _ => continue,
        };
        buffer = (buffer << 6 | u32::from(value)) & 0xFFFF;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((buffer >> bits & 0xFF) as u8);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "From: <Saved by a browser>\r\nSnapshot-Content-Location: https://a.example/p\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n\tboundary=\"--x--\"\r\n\r\n\r\n----x--\r\n\
        Content-Type: text/html; charset=gbk\r\nContent-Transfer-Encoding: quoted-printable\r\n\
        Content-Location: https://a.example/p\r\n\r\n<p>=C4=E3<img src=3D\"cid:1@x\"><img sr=\r\nc=3D\"cid:2\">\r\n----x--\r\n\
        Content-Type: image/png\r\nContent-ID: <1@x>\r\nContent-Transfer-Encoding: base64\r\n\r\naGVs\r\nbG8=\r\n----x----\r\n";

    #[test]
    fn the_page_and_its_pictures() {
        assert!(is_mhtml(FILE.as_bytes()) && !is_mhtml(b"<p>MIME-Version: multipart/related"));
        let mut held = Held::default();
        let page = read(FILE.as_bytes(), "file:///a.mht/", &mut held, &mut Vec::new()).expect("a page");
        let expected = b"<p>\xC4\xE3<img src=\"1\"><img src=\"cid:2\">";
        assert_eq!((page.bytes.as_slice(), page.charset.as_deref()), (expected.as_slice(), Some("gbk")));
        assert_eq!((page.address.as_deref(), held.len()), (Some("https://a.example/p"), 1));
    }

    #[test]
    fn every_cut_and_nesting_is_survived() {
        for end in 0..FILE.len() {
            let _ = read(&FILE.as_bytes()[..end], "file:///a/", &mut Held::default(), &mut Vec::new());
        }
        let nested = "Content-Type: multipart/related; boundary=a\n\n--a\n".repeat(50);
        assert_eq!(read(nested.as_bytes(), "file:///a/", &mut Held::default(), &mut Vec::new()), None);
    }
}
