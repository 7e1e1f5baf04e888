//! Whose words something on a page is: its own, or those of another that it quotes, announces or lists.

use super::tree::{NodeId, Tree};
use super::words;

/// Whether an element stands in a quotation, a comment, a teaser or a table of data: a day there is not the page's.
pub(super) fn is_of_others(tree: &Tree, id: NodeId) -> bool {
    let mut articles = 0;
    tree.ancestors(id).any(|above| match tree.name(above) {
        "blockquote" | "q" | "nav" => true,
        // An article within another is a comment or is quoted (HTML §4.3.2).
        "article" => {
            articles += 1;
            articles > 1
        }
        "a" => is_teaser(tree, above),
        "tr" => tree.children(above).any(|cell| tree.name(cell) == "th"),
        "body" | "html" | "main" | "p" => false,
        _ => words::hints(tree, above).is_of_readers(),
    })
}

/// Whether a link says more than days, and not who wrote the page: what leads to the page itself says no more.
fn is_teaser(tree: &Tree, link: NodeId) -> bool {
    let length = |id: NodeId| tree.words_of(id).chars().count();
    let days: usize = tree.named(link, "time").map(length).sum();
    length(link) > days.max(20) + 12 && !words::hints(tree, link).about
}
