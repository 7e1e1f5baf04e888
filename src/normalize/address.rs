//! Addresses: made absolute, freed of what only follows the reader about.

use url::Url;

use crate::model::{Anchor, Target};

/// Parameters that say where a reader came from and nothing about where a link leads.
const TRACKING: &str = include_str!("../../templates/rules/tracking.txt");

/// Resolves what a page writes against its base: `http`, `https`, `data` or `file`, without user name and password.
pub(super) fn resolve(written: &str, base: Option<&Url>) -> Option<Url> {
    let written = written.trim_matches(|c: char| c.is_whitespace() || c.is_control());
    if written.is_empty() {
        return None;
    }
    let url = match (Url::parse(written), base) {
        (Ok(url), _) => url,
        (Err(url::ParseError::RelativeUrlWithoutBase), Some(base)) => base.join(written).ok()?,
        // Without a base, a protocol-relative address is still a whole one.
        (Err(url::ParseError::RelativeUrlWithoutBase), None) if written.starts_with("//") => {
            Url::parse(&format!("https:{written}")).ok()?
        }
        (Err(_), _) => return None,
    };
    (url.username().is_empty() && url.password().is_none()).then_some(url)
}

/// Where a link leads, if that is anywhere a book can say: the web, a mailbox, a place on the same page.
pub(super) fn target(written: &str, base: Option<&Url>) -> Option<Target> {
    let written = written.trim();
    if let Some(fragment) = written.strip_prefix('#') {
        return (!fragment.is_empty()).then(|| Target::Anchor(fragment_anchor(fragment)));
    }
    let url = resolve(written, base)?;
    match url.scheme() {
        "http" | "https" => {
            if let (Some(base), Some(fragment)) = (base, url.fragment())
                && !fragment.is_empty()
                && without_fragment(&url) == without_fragment(base)
            {
                return Some(Target::Anchor(fragment_anchor(fragment)));
            }
            Some(Target::Web(clean(url).into()))
        }
        "mailto" if url.path().contains('@') => Some(Target::Web(format!("mailto:{}", url.path()))),
        _ => None,
    }
}

/// The place on a page that a fragment names, until all of the page's places have their final names.
pub(super) fn fragment_anchor(fragment: &str) -> Anchor {
    Anchor(format!("#{}", decoded(fragment)))
}

fn without_fragment(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_fragment(None);
    url
}

/// Percent signs decoded, as far as that gives text.
pub(super) fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let hex = |b: u8| char::from(b).to_digit(16);
        match (byte, after) {
            (b'%', [high, low, after @ ..]) if hex(*high).is_some() && hex(*low).is_some() => {
                let value = hex(*high).unwrap_or(0) * 16 + hex(*low).unwrap_or(0);
                bytes.push(u8::try_from(value).unwrap_or(b'?'));
                rest = after;
            }
            _ => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// Takes tracking parameters out of a web address.
pub(super) fn clean(mut url: Url) -> Url {
    let Some(query) = url.query() else { return url };
    let kept: Vec<&str> = query
        .split('&')
        .filter(|pair| {
            let name = pair.split('=').next().unwrap_or_default();
            !tracks(name)
        })
        .collect();
    if kept.len() < query.split('&').count() {
        let kept = kept.join("&");
        url.set_query((!kept.is_empty()).then_some(&kept));
    }
    url
}

fn tracks(name: &str) -> bool {
    let mut listed = TRACKING.lines().filter(|line| !line.starts_with('#'));
    listed.any(|line| line.strip_suffix('*').map_or(line == name, |start| name.starts_with(start)))
}

/// The text of an e-mail address that Cloudflare hides: two hexadecimal digits a byte, the first of which is the key.
pub(super) fn decode_email(hex: &str) -> Option<String> {
    let digits: Option<Vec<u32>> = hex.trim().chars().map(|c| c.to_digit(16)).collect();
    let bytes: Vec<u8> = digits?
        .chunks_exact(2)
        .filter_map(|pair| match pair {
            [high, low] => u8::try_from(high * 16 + low).ok(),
            _ => None,
        })
        .collect();
    let (key, rest) = bytes.split_first()?;
    let text = String::from_utf8(rest.iter().map(|byte| byte ^ key).collect()).ok()?;
    (!text.is_empty() && !text.chars().any(char::is_control)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn web(written: &str) -> Option<Target> {
        let base = Url::parse("https://example.org/a/b").unwrap();
        target(written, Some(&base))
    }

    #[test]
    fn only_addresses_that_a_book_can_say() {
        let to = |address: &str| Some(Target::Web(address.into()));
        assert_eq!(web("../c?utm_source=x&id=1#d"), to("https://example.org/c?id=1#d"));
        assert_eq!(web("//cdn.example.net/x?fbclid=1"), to("https://cdn.example.net/x"));
        assert_eq!(web("mailto:a@example.org?body=x"), to("mailto:a@example.org"));
        assert_eq!(web("#fn1"), Some(Target::Anchor(Anchor("#fn1".into()))));
        assert_eq!(web("/a/b#%E4%B8%80"), Some(Target::Anchor(Anchor("#一".into()))));
        for bad in ["javascript:x()", "data:text/html,x", "file:///etc/passwd", "https://u:p@example.org/", "#", ""] {
            assert_eq!(web(bad), None, "{bad}");
        }
        assert_eq!(target("c.html", None), None);
    }

    #[test]
    fn hidden_mailboxes() {
        // The key 0x42 over "a@b.cd".
        let hex: String =
            "Ba@b.cd".bytes().enumerate().map(|(i, b)| format!("{:02x}", if i == 0 { b } else { b ^ b'B' })).collect();
        assert_eq!(decode_email(&hex).as_deref(), Some("a@b.cd"));
        assert_eq!(decode_email("zz"), None);
    }
}
