//! `data:` addresses (RFC 2397): pictures that a page carries in itself.

use super::{Body, Failure, FailureKind};

/// The most bytes that such an address may hold, decoded.
pub const LIMIT: u64 = 10 << 20;

/// The media types that are taken.
const TAKEN: [&str; 6] = ["image/png", "image/jpeg", "image/jpg", "image/gif", "image/webp", "image/svg+xml"];

/// Whether an address holds its own data.
pub fn is_data(address: &str) -> bool {
    address.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"))
}

/// What a `data:` address holds, at most `limit` and [`LIMIT`] bytes.
///
/// # Errors
/// [`Failure`], if it holds something other than a picture of a kind that browsers show everywhere, or too much, or
/// is malformed.
pub fn decode(address: &str, limit: u64) -> Result<Body, Failure> {
    let rest = address.get(5..).unwrap_or_default();
    let (head, data) = rest.split_once(',').ok_or_else(|| broken("data: address without a comma"))?;
    let data = data.split('#').next().unwrap_or(data);
    let mut parameters = head.split(';').map(|part| part.trim().to_ascii_lowercase());
    let media_type = parameters.next().unwrap_or_default();
    if !TAKEN.contains(&media_type.as_str()) {
        return Err(Failure::new(FailureKind::Refused, format!("data: of type {}", named(&media_type))));
    }
    let limit = limit.min(LIMIT);
    // Escapes make data longer, never shorter: three characters a byte at most, then a third more for base 64.
    if data.len() as u64 / 4 > limit.saturating_add(2) {
        return Err(Failure::too_long(limit));
    }
    let raw = unescape(data.as_bytes());
    let bytes = if parameters.any(|parameter| parameter == "base64") { base64(&raw)? } else { raw };
    if bytes.len() as u64 > limit {
        return Err(Failure::too_long(limit));
    }
    Ok(Body { media_type: Some(media_type), ..Body::new(bytes) })
}

fn named(media_type: &str) -> String {
    match media_type {
        "" => "text/plain".to_owned(),
        other => crate::diag::printable(other, 40),
    }
}

fn broken(reason: &str) -> Failure {
    Failure::new(FailureKind::Broken, reason)
}

/// Percent-decodes; an escape that is none stays as it is.
fn unescape(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&first, tail)) = rest.split_first() {
        let escaped = match (first, tail) {
            (b'%', [high, low, ..]) => hex(*high).zip(hex(*low)),
            _ => None,
        };
        match escaped {
            Some((high, low)) => {
                out.push(high << 4 | low);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                out.push(first);
                rest = tail;
            }
        }
    }
    out
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// Decodes base 64 (RFC 4648) as browsers do: both alphabets, white space ignored, padding not needed.
fn base64(text: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut buffer, mut bits) = (0u32, 0u32);
    let mut ended = false;
    for &c in text {
        let value = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => {
                ended = true;
                continue;
            }
            c if c.is_ascii_whitespace() => continue,
            _ => return Err(broken("malformed base64 in a data: address")),
        };
        if ended {
            return Err(broken("malformed base64 in a data: address"));
        }
        buffer = (buffer << 6 | u32::from(value)) & 0xFFFF;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((buffer >> bits) as u8);
        }
    }
    if bits >= 6 { Err(broken("malformed base64 in a data: address")) } else { Ok(out) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(address: &str) -> Result<Vec<u8>, String> {
        decode(address, LIMIT).map(|body| body.bytes.to_vec()).map_err(|failure| failure.reason)
    }

    #[test]
    fn base64_and_escapes() {
        assert_eq!(bytes("data:image/png;base64,aGVsbG8="), Ok(b"hello".to_vec()));
        assert_eq!(bytes("DATA:image/PNG;charset=x;BASE64,aGVs\n bG8"), Ok(b"hello".to_vec()));
        assert_eq!(bytes("data:image/png;base64,aGVsbG8%3D#x"), Ok(b"hello".to_vec()));
        assert_eq!(bytes("data:image/gif,GIF%0089%zz%4"), Ok(b"GIF\089%zz%4".to_vec()));
        assert_eq!(bytes("data:image/png;base64,_-8"), Ok(vec![0xFF, 0xEF]));
    }

    #[test]
    fn what_is_not_a_picture_is_refused() {
        assert_eq!(bytes("data:text/html,<b>"), Err("data: of type text/html".to_owned()));
        assert_eq!(bytes("data:,x"), Err("data: of type text/plain".to_owned()));
        assert_eq!(bytes("data:image/svg+xml;utf8,%3Csvg/>"), Ok(b"<svg/>".to_vec()));
        assert!(bytes("data:text/html,<svg/>").is_err());
        assert!(bytes("data:image/png;base64").is_err());
        assert!(bytes("data:image/png;base64,a$b").is_err());
        assert!(bytes("data:image/png;base64,aGVsbG8=aGVs").is_err());
        assert!(bytes("data:image/png;base64,a").is_err());
    }

    #[test]
    fn the_limit_holds() {
        let long = format!("data:image/png;base64,{}", "AAAA".repeat(100));
        assert_eq!(decode(&long, 300).map(|body| body.bytes.len()), Ok(300));
        assert!(decode(&long, 299).is_err());
        assert!(decode(&format!("data:image/png,{}", "A".repeat(LIMIT as usize + 1)), u64::MAX).is_err());
    }
}
