//! The selectors that rules are written with: `div.share#x[id^=ad-]`, alone or below one another (`.post .tags`).

use super::tree::{NodeId, Tree};

/// A selector: compounds from the outermost to the element itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Selector {
    parts: Vec<Compound>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Compound {
    tag: String,
    id: String,
    classes: Vec<String>,
    attributes: Vec<(String, Test)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Test {
    Present,
    Equals(String),
    Begins(String),
    Ends(String),
    Contains(String),
}

/// What elements have that a selector may match: a class, an id or a tag; `None` if it may be any.
pub(super) enum Key<'a> {
    Class(&'a str),
    Id(&'a str),
    Tag(&'a str),
    Any,
}

impl Selector {
    /// Reads a selector. `None` if it says something that is not understood.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let parts: Option<Vec<Compound>> = text.split_whitespace().map(compound).collect();
        parts.filter(|parts| !parts.is_empty()).map(|parts| Self { parts })
    }

    /// By what to look it up.
    pub(super) fn key(&self) -> Key<'_> {
        match self.parts.last() {
            Some(Compound { classes, .. }) if !classes.is_empty() => Key::Class(&classes[0]),
            Some(Compound { id, .. }) if !id.is_empty() => Key::Id(id),
            Some(Compound { tag, .. }) if !tag.is_empty() => Key::Tag(tag),
            _ => Key::Any,
        }
    }

    /// Whether it matches an element.
    pub(super) fn matches(&self, tree: &Tree, id: NodeId) -> bool {
        let Some((own, above)) = self.parts.split_last() else { return false };
        if !own.matches(tree, id) {
            return false;
        }
        let mut above = above.iter().rev().peekable();
        for ancestor in tree.ancestors(id) {
            match above.peek() {
                None => return true,
                Some(part) if part.matches(tree, ancestor) => {
                    above.next();
                }
                Some(_) => {}
            }
        }
        above.peek().is_none()
    }
}

impl Compound {
    fn matches(&self, tree: &Tree, id: NodeId) -> bool {
        tree.element(id).is_some()
            && (self.tag.is_empty() || tree.name(id) == self.tag)
            && (self.id.is_empty() || tree.attribute(id, "id") == Some(&self.id))
            && self.classes.iter().all(|class| tree.has_class(id, class))
            && self.attributes.iter().all(|(name, test)| {
                tree.attribute(id, name).is_some_and(|value| match test {
                    Test::Present => true,
                    Test::Equals(of) => value.trim() == of,
                    Test::Begins(of) => value.starts_with(of),
                    Test::Ends(of) => value.ends_with(of),
                    Test::Contains(of) => value.contains(of),
                })
            })
    }
}

fn compound(text: &str) -> Option<Compound> {
    let mut made = Compound::default();
    let mut rest = text;
    let word = |rest: &str| rest.find(['.', '#', '[']).unwrap_or(rest.len());
    let end = word(rest);
    made.tag = rest[..end].trim_matches('*').to_ascii_lowercase();
    rest = &rest[end..];
    while let Some(first) = rest.chars().next() {
        rest = &rest[1..];
        if first == '[' {
            let (inner, after) = rest.split_once(']')?;
            made.attributes.push(attribute(inner)?);
            rest = after;
            continue;
        }
        let end = word(rest);
        let (name, after) = rest.split_at(end);
        if name.is_empty() {
            return None;
        }
        match first {
            '.' => made.classes.push(name.to_owned()),
            _ => made.id = name.to_owned(),
        }
        rest = after;
    }
    Some(made)
}

fn attribute(inner: &str) -> Option<(String, Test)> {
    let Some((name, value)) = inner.split_once('=') else { return Some((inner.to_owned(), Test::Present)) };
    let value = value.trim_matches(['"', '\'']).to_owned();
    if value.is_empty() {
        return None;
    }
    let (name, test) = match name.char_indices().next_back()? {
        (at, '^') => (&name[..at], Test::Begins(value)),
        (at, '$') => (&name[..at], Test::Ends(value)),
        (at, '*') => (&name[..at], Test::Contains(value)),
        _ => (name, Test::Equals(value)),
    };
    Some((name.to_owned(), test))
}

#[cfg(test)]
mod tests {
    use super::super::parse::parse;
    use super::*;

    fn count(selector: &str, html: &str) -> usize {
        let parsed = parse(html);
        let selector = Selector::parse(selector).unwrap();
        parsed.tree.descendants(Tree::DOCUMENT).filter(|id| selector.matches(&parsed.tree, *id)).count()
    }

    #[test]
    fn selectors_match() {
        let html = "<div class='a b' id=x><p class=a data-x='one two'></p></div><p id=ad-7 class=b>";
        assert_eq!(count(".a", html), 2);
        assert_eq!(count("div.a.b", html), 1);
        assert_eq!(count("#x p", html), 1);
        assert_eq!(count("p #x", html), 0);
        assert_eq!(count("p[id^=ad-]", html), 1);
        assert_eq!(count("[data-x*=two]", html), 1);
        assert_eq!(count("[data-x$='two']", html), 1);
        assert_eq!(count("[data-x]", html), 1);
        assert_eq!(Selector::parse("."), None);
        assert_eq!(Selector::parse(" "), None);
    }
}
