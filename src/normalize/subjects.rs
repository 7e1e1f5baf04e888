//! What an article is about: the tags that its author or its site gave it.

use super::tree::{NodeId, Tree};
use super::{space, titles};

/// The most tags that are kept of what a page says; more are there for search engines.
const MOST: usize = 20;
/// The longest tag of a page, in characters; longer ones are sentences.
const LONGEST: usize = 40;

/// What the head of a page says.
pub(super) struct Said {
    /// `article:tag`, one a tag (Open Graph protocol, article).
    pub(super) tags: Vec<String>,
    /// Keywords of the head and of linked data, in lists.
    pub(super) keywords: Vec<String>,
}

/// The subjects of an article: `stated` above it, or else what the most careful of the page's own lists says. The names
/// of the site are no subjects.
pub(super) fn find(tree: &Tree, stated: &[String], said: Said, sites: &[String]) -> Vec<String> {
    let is_site = |tag: &str| sites.iter().any(|site| titles::same(site, tag));
    let stated = each_once(stated.iter().filter(|tag| !is_site(tag)).cloned().collect());
    if !stated.is_empty() {
        return stated;
    }
    let keywords = || said.keywords.iter().flat_map(|list| list.split([',', '，', '、', ';', '；']));
    let mut found = of_a_page(said.tags.iter().map(String::as_str));
    if found.is_empty() {
        found = of_a_page(linked(tree).iter().map(String::as_str));
    }
    if found.is_empty() {
        found = of_a_page(keywords());
    }
    found.retain(|tag| !is_site(tag));
    found
}

/// The tags that the page links to (HTML §4.6.7.21, `rel=tag`).
fn linked(tree: &Tree) -> Vec<String> {
    let is_tag = |id: &NodeId| {
        tree.value(*id, "rel").is_some_and(|rel| rel.split_whitespace().any(|word| word.eq_ignore_ascii_case("tag")))
    };
    tree.named(Tree::DOCUMENT, "a").filter(is_tag).take(MOST).map(|id| tree.words_of(id)).collect()
}

fn of_a_page<'a>(tags: impl Iterator<Item = &'a str>) -> Vec<String> {
    let tags = tags.map(|tag| tag.trim().trim_start_matches('#').to_owned());
    let mut tags = each_once(tags.filter(|tag| tag.chars().count() <= LONGEST).collect());
    tags.truncate(MOST);
    tags
}

/// Tags without surplus white space, each once whatever its case.
fn each_once(list: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for tag in list.iter().map(|tag| space::collapse(tag)) {
        if !tag.is_empty() && !kept.iter().any(|known| known.to_lowercase() == tag.to_lowercase()) {
            kept.push(tag);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use crate::normalize::{Options, Overrides, Page, Stated, article, assemble};

    fn subjects(html: &str, stated: &[&str]) -> Vec<String> {
        let tags = stated.iter().map(|&tag| tag.to_owned()).collect();
        let page = Page { name: "page", html, stated: Stated { tags, ..Stated::default() }, ..Page::default() };
        assemble(vec![article(&page, &Options::default()).value], &Overrides::default()).metadata.subjects
    }

    #[test]
    fn the_most_careful_list_is_taken() {
        let text = "<p>Text of an article.</p>";
        let keywords = "<meta name=keywords content='海, 船，, Sea;sea'>";
        let links = "<footer>标签 <a rel='category tag'>#港口</a> <a rel=tag> 渔 </a></footer>";
        let tags = "<meta property=article:tag content=航海><meta property=article:tag content=灯塔>";
        assert_eq!(subjects(&format!("{keywords}{text}"), &[]), ["海", "船", "Sea"]);
        assert_eq!(subjects(&format!("{keywords}{text}{links}"), &[]), ["港口", "渔"]);
        assert_eq!(subjects(&format!("{keywords}{tags}{text}{links}"), &[]), ["航海", "灯塔"]);
        assert_eq!(subjects(&format!("{keywords}{tags}{text}{links}"), &["信", " 信 "]), ["信"]);
    }

    #[test]
    fn sentences_and_long_lists_are_no_tags() {
        let many: Vec<String> = (0..100).map(|n| format!("tag{n}")).collect();
        let page = format!("<meta name=keywords content='{},{}'><p>Text.</p>", "long ".repeat(20), many.join(","));
        let found = subjects(&page, &[]);
        assert_eq!((found.len(), found[0].as_str()), (20, "tag0"));
    }
}
