//! Which part of a page is the article.
//!
//! A fragment, what most people save under front matter, is the article whole, but for what the rules drop. In a
//! full page the article is looked for.

use super::rules::{Marks, Part};
use super::tree::{NodeId, Tree};

/// The elements that hold the article, in document order, none within another.
pub(super) fn find(tree: &Tree, marks: &mut Marks, html: &str) -> Vec<NodeId> {
    let body = tree.named(Tree::DOCUMENT, "body").next().unwrap_or(Tree::DOCUMENT);
    if is_fragment(tree, html) {
        return vec![body];
    }
    let by_rule = marks.parts(Part::Content).first().copied();
    let root = by_rule
        .or_else(|| tree.named(body, "article").next())
        .or_else(|| tree.named(body, "main").next())
        .unwrap_or(body);
    marks.keep(std::iter::once(root).chain(tree.ancestors(root)));
    vec![root]
}

/// A text that has no head and no body of its own.
pub(super) fn is_fragment(tree: &Tree, html: &str) -> bool {
    let head = tree.named(Tree::DOCUMENT, "head").next();
    let has_head = head.is_some_and(|head| tree.named(head, "title").next().is_some());
    let start: String = html.chars().take(4000).collect::<String>().to_ascii_lowercase();
    !has_head && !start.contains("<body") && !start.contains("<html")
}

/// Drops what a page hides from all its readers. Not what only waits to be shown: WeChat's body is
/// `visibility: hidden` until its script has run.
pub(super) fn drop_hidden(tree: &Tree, marks: &mut Marks, roots: &[NodeId]) {
    for id in roots.iter().flat_map(|root| tree.descendants(*root)) {
        if tree.element(id).is_none() {
            continue;
        }
        let style = tree.attribute(id, "style").unwrap_or_default();
        let hidden = tree.attribute(id, "hidden").is_some_and(|value| value != "until-found")
            || style.contains("display") && style.replace(' ', "").to_ascii_lowercase().contains("display:none");
        if hidden && !roots.contains(&id) {
            marks.drop(id, "hidden");
        }
    }
}

/// Whether line breaks of the source say nothing: a page that a program printed has each tag on a line of its own.
pub(super) fn is_pretty_printed(tree: &Tree, roots: &[NodeId]) -> bool {
    let (mut broken, mut all) = (0_usize, 0_usize);
    for id in roots.iter().flat_map(|root| tree.descendants(*root)) {
        if !matches!(tree.name(id), "a" | "strong" | "b" | "em" | "i" | "span" | "code") {
            continue;
        }
        if let Some(text) = tree.node(id).first.and_then(|child| tree.text(child)) {
            all += 1;
            broken += usize::from(is_line_start(text));
        }
    }
    if all == 0 {
        // Nothing but blocks: their text says as much.
        for id in roots.iter().flat_map(|root| tree.descendants(*root)) {
            if let Some(text) =
                tree.node(id).first.and_then(|child| tree.text(child)).filter(|text| !text.trim().is_empty())
            {
                all += 1;
                broken += usize::from(is_line_start(text));
            }
        }
    }
    broken * 10 >= all * 8 && broken > 0
}

fn is_line_start(text: &str) -> bool {
    text.trim_start_matches(['\r', ' ', '\t']).starts_with('\n')
}
