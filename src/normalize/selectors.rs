//! The selectors that rules are written with: CSS, matched on the page as it was parsed.

use scraper::ElementRef;

/// A selector without commas, with what to look it up by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Selector {
    css: scraper::Selector,
    pub(super) key: Key,
}

/// What an element must have for a selector to match it. Looked up first, so that few selectors are tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Class(String),
    Id(String),
    /// An attribute of that name.
    Attribute(String),
    Tag(String),
    Any,
}

/// Reads selectors between commas. `None` if one of them is none.
pub(super) fn parse(text: &str) -> Option<Vec<Selector>> {
    let read = |part: &str| Some(Selector { css: scraper::Selector::parse(part).ok()?, key: key(part) });
    split(text, ',').into_iter().map(|part| read(part.trim())).collect()
}

impl Selector {
    pub(super) fn matches(&self, element: &ElementRef<'_>) -> bool {
        self.css.matches(element)
    }
}

/// The parts of a text between signs that stand outside of brackets and quotes.
fn split(text: &str, at: char) -> Vec<&str> {
    let (mut depth, mut quote, mut start) = (0_usize, None, 0);
    let mut parts = Vec::new();
    for (index, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '(' | '[') => depth += 1,
            (None, ')' | ']') => depth = depth.saturating_sub(1),
            (None, c) if c == at && depth == 0 => {
                parts.push(&text[start..index]);
                start = index + c.len_utf8();
            }
            (None, _) => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

/// What the element itself must have: found in what follows the last combinator.
fn key(selector: &str) -> Key {
    let own = [' ', '>', '+', '~'].iter().fold(selector, |rest, sign| split(rest, *sign).pop().unwrap_or(rest));
    let name = |rest: &str| -> Option<String> {
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_')).unwrap_or(rest.len());
        // An escape may stand for anything.
        (end > 0 && !rest[end..].starts_with('\\')).then(|| rest[..end].to_owned())
    };
    let outer = own.split(['[', ':']).next().unwrap_or_default();
    let after = |sign: char| outer.split_once(sign).and_then(|(_, rest)| name(rest));
    let attribute = || own.split(':').next()?.split_once('[').and_then(|(_, rest)| name(rest));
    let class = after('.').map(Key::Class);
    let tag = || name(outer).map(|tag| Key::Tag(tag.to_ascii_lowercase()));
    class
        .or_else(|| after('#').map(Key::Id))
        .or_else(tag)
        .or_else(|| attribute().map(Key::Attribute))
        .unwrap_or(Key::Any)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys() {
        let of = |text: &str| parse(text).map(|all| all.into_iter().map(|one| one.key).collect::<Vec<_>>());
        let class = |name: &str| Key::Class(name.into());
        assert_eq!(of(".a > div.b.c"), Some(vec![class("b")]));
        assert_eq!(of("p#x[y], [id^=ad-]"), Some(vec![Key::Id("x".into()), Key::Attribute("id".into())]));
        assert_eq!(of("a[title='x . y']"), Some(vec![Key::Tag("a".into())]));
        assert_eq!(of(":not(.a)"), Some(vec![Key::Any]));
        assert_eq!(of("div:has(> .b) ~ P"), Some(vec![Key::Tag("p".into())]));
        assert_eq!(of("..a"), None);
        assert_eq!(of(""), None);
    }
}
