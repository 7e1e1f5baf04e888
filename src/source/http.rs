//! Responses as crawlers archive them (RFC 9112), and headers as they and mails write them.

use std::io::Read;

use flate2::read::{MultiGzDecoder, ZlibDecoder};

/// Header fields: names in lower case, values on one line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads fields up to an empty line, and gives what comes after it.
    pub(super) fn read(bytes: &[u8]) -> (Self, &[u8]) {
        let mut fields: Vec<(String, String)> = Vec::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            let end = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |at| at + 1);
            let (line, after) = rest.split_at(end);
            rest = after;
            let line = String::from_utf8_lossy(line);
            let line = line.trim_end_matches(['\r', '\n']);
            if line.is_empty() {
                break;
            }
            match (line.starts_with([' ', '\t']), fields.last_mut()) {
                // Folded (RFC 5322 §2.2.3).
                (true, Some((_, value))) => {
                    value.push(' ');
                    value.push_str(line.trim());
                }
                _ => {
                    if let Some((name, value)) = line.split_once(':') {
                        fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
                    }
                }
            }
        }
        (Self(fields), rest)
    }

    /// The first value of that name, which is in lower case.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(of, _)| of == name).map(|(_, value)| value.as_str())
    }

    /// The media type, in lower case and without parameters.
    pub(super) fn media_type(&self) -> Option<String> {
        let value = self.get("content-type")?.split(';').next()?.trim().to_ascii_lowercase();
        (!value.is_empty()).then_some(value)
    }

    /// A parameter of the media type.
    pub(super) fn parameter(&self, name: &str) -> Option<String> {
        let value = self.get("content-type")?;
        value.split(';').skip(1).find_map(|part| {
            let (of, value) = part.split_once('=')?;
            of.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches('"').to_owned())
        })
    }
}

/// A response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Response {
    pub(super) status: u16,
    pub(super) fields: Fields,
    /// As it was before it was packed for the way.
    pub(super) body: Vec<u8>,
}

impl Response {
    /// Reads a response, of whose body at most `limit` bytes are taken. `None` if it is none, or is longer.
    pub(super) fn read(bytes: &[u8], limit: u64) -> Option<Self> {
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let line = std::str::from_utf8(bytes.get(..end)?).ok()?;
        let status = line.strip_prefix("HTTP/")?.split_whitespace().nth(1)?.parse().ok()?;
        let (fields, body) = Fields::read(bytes.get(end + 1..)?);
        let chunked =
            fields.get("transfer-encoding").is_some_and(|value| value.to_ascii_lowercase().contains("chunked"));
        // Some crawlers keep the field and not the pieces.
        let body = if chunked { unchunk(body).unwrap_or_else(|| body.to_vec()) } else { body.to_vec() };
        let body = match fields.get("content-encoding").map(str::to_ascii_lowercase).as_deref() {
            Some("gzip" | "x-gzip") if body.starts_with(&[0x1F, 0x8B]) => unpack(MultiGzDecoder::new(&*body), limit)?,
            Some("deflate") => unpack(ZlibDecoder::new(&*body), limit).unwrap_or(body),
            Some("br" | "zstd" | "compress") => return None,
            _ => body,
        };
        (body.len() as u64 <= limit).then_some(Self { status, fields, body })
    }
}

/// Everything that a reader gives, up to a limit.
pub(super) fn unpack(from: impl Read, limit: u64) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(limit.saturating_add(1)).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= limit).then_some(bytes)
}

/// Puts the pieces of a body together (RFC 9112 §7.1). `None` if it does not come in pieces.
fn unchunk(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        let line = std::str::from_utf8(rest.get(..end)?).ok()?;
        let length = usize::from_str_radix(line.split(';').next()?.trim(), 16).ok()?;
        rest = rest.get(end + 1..)?;
        if length == 0 {
            return Some(body);
        }
        // What is cut off is kept as far as it goes.
        let piece = rest.get(..length).unwrap_or(rest);
        body.extend_from_slice(piece);
        rest = rest.get(length..).unwrap_or_default();
        rest = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or(rest);
    }
    (!body.is_empty()).then_some(body)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn pieces_are_put_together() {
        let raw = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: Text/HTML; charset=\"gbk\"\r\n\r\n\
                    5;x=1\r\nhello\r\n6\r\n world\r\n0\r\n\r\n";
        let response = Response::read(raw, 100).expect("a response");
        assert_eq!((response.status, response.body.as_slice()), (200, b"hello world".as_slice()));
        assert_eq!(response.fields.media_type().as_deref(), Some("text/html"));
        assert_eq!(response.fields.parameter("charset").as_deref(), Some("gbk"));
        assert_eq!(Response::read(raw, 10), None);
    }

    #[test]
    fn packed_bodies_are_unpacked_within_the_limit() {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packed.write_all(&[b'a'; 5000]).expect("memory");
        let mut raw = b"HTTP/1.0 200\nContent-Encoding: gzip\nX: a\n b\n\n".to_vec();
        raw.extend(packed.finish().expect("memory"));
        let response = Response::read(&raw, 5000).expect("a response");
        assert_eq!((response.body.len(), response.fields.get("x")), (5000, Some("a b")));
        assert_eq!(Response::read(&raw, 4999), None);
        assert_eq!(Response::read(b"GET / HTTP/1.1\r\n\r\n", 100), None);
    }
}
