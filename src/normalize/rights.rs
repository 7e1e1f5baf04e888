//! Who may do what with an article: its author's word above it, or what the page says of its licence.

use url::Url;

use super::space;
use super::tree::{NodeId, Tree};

/// The longest line that is kept, in characters.
const LIMIT: usize = 300;

/// One line about the rights in an article. `written` are what front matter, linked data and the head say, the most
/// certain first; a licence that the page links to (HTML §4.6.7.9, `rel=license`) comes after the first of them.
pub(super) fn line(tree: &Tree, stated: Option<&str>, written: [Option<&str>; 2]) -> Option<String> {
    let said = |text: &str| named(text, "").or_else(|| Some(space::collapse(text)).filter(|text| !text.is_empty()));
    let line = stated.and_then(said).or_else(|| linked(tree)).or_else(|| written.into_iter().flatten().find_map(said));
    line.map(|line| line.chars().take(LIMIT).collect())
}

/// The licence of the page, not that of one picture in it.
fn linked(tree: &Tree) -> Option<String> {
    let is_licence = |id: &NodeId| {
        let rel = tree.value(*id, "rel").unwrap_or_default();
        matches!(tree.name(*id), "a" | "link")
            && rel.split_whitespace().any(|word| word.eq_ignore_ascii_case("license"))
    };
    let of_a_picture =
        |id: &NodeId| tree.ancestors(*id).any(|above| matches!(tree.name(above), "figure" | "figcaption"));
    let links = tree.descendants(Tree::DOCUMENT).filter(is_licence).filter(|id| !of_a_picture(id));
    links.into_iter().find_map(|id| named(tree.value(id, "href")?, &tree.words_of(id)))
}

/// A licence by its address, with the name that it is known by, or else what the link says.
fn named(address: &str, says: &str) -> Option<String> {
    let url = Url::parse(address.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let name = creative_commons(&url).unwrap_or_else(|| says.to_owned());
    Some(if name.is_empty() { url.to_string() } else { format!("{name}, {url}") })
}

/// The short name of a Creative Commons licence: `CC BY-SA 4.0`.
fn creative_commons(url: &Url) -> Option<String> {
    if url.host_str()?.trim_start_matches("www.") != "creativecommons.org" {
        return None;
    }
    let mut path = url.path_segments()?;
    let name = match (path.next()?, path.next()?) {
        ("licenses", kind) => format!("CC {}", kind.to_uppercase()),
        ("publicdomain", "zero") => "CC0".to_owned(),
        ("publicdomain", "mark") => "Public Domain Mark".to_owned(),
        _ => return None,
    };
    let version = path.next().filter(|version| version.starts_with(|c: char| c.is_ascii_digit()));
    Some(version.map_or(name.clone(), |version| format!("{name} {version}")))
}

#[cfg(test)]
mod tests {
    use crate::normalize::{Options, Overrides, Page, Stated, article, assemble};

    fn rights(html: &str, stated: Option<&str>) -> Option<String> {
        let stated = Stated { rights: stated.map(str::to_owned), ..Stated::default() };
        let page = Page { name: "page", html, stated, ..Page::default() };
        assemble(vec![article(&page, &Options::default()).value], &Overrides::default()).metadata.rights
    }

    #[test]
    fn a_licence_is_named_by_its_address() {
        let page = "<p>Text of an article.</p><p><a rel='external license' \
                    href='https://creativecommons.org/licenses/by-nc-sa/4.0/'>some rights</a></p>";
        let licence = "CC BY-NC-SA 4.0, https://creativecommons.org/licenses/by-nc-sa/4.0/";
        assert_eq!(rights(page, None).as_deref(), Some(licence));
        assert_eq!(rights(page, Some("© 张三，保留所有权利")).as_deref(), Some("© 张三，保留所有权利"));
        let zero = "https://creativecommons.org/publicdomain/zero/1.0/";
        assert_eq!(rights("<p>Text.</p>", Some(zero)), Some(format!("CC0 1.0, {zero}")));
        let other = "<link rel=license href=https://example.org/terms><p>Text.</p>";
        assert_eq!(rights(other, None).as_deref(), Some("https://example.org/terms"));
    }

    #[test]
    fn a_pictures_licence_is_not_the_articles() {
        let page = "<p>Text of an article.</p><figure><img src=https://example.org/a.jpg><figcaption><a rel=license \
                    href=https://creativecommons.org/licenses/by/4.0/>CC BY</a></figcaption></figure>";
        assert_eq!(rights(page, None), None);
        let said = "<meta name=copyright content=' © 2024  Example '>";
        assert_eq!(rights(&format!("{said}{page}"), None).as_deref(), Some("© 2024 Example"));
        let data = r#"<script type="application/ld+json">{"@type":"Article","license":{"@id":"https://example.org/l"}}</script>"#;
        assert_eq!(rights(&format!("{said}{data}{page}"), None).as_deref(), Some("https://example.org/l"));
    }
}
