//! Which part of a page is the article.
//!
//! A fragment, what most people save under front matter, is the article whole, but for what the rules drop. In a
//! full page the article is looked for: paragraphs vote for what holds them, by their length, their punctuation and how
//! little of them is links; what holds most votes is the article, with what stands beside it and is text as well.

mod around;
mod controls;
mod crowd;
mod elect;
mod lead;
mod release;
mod repeats;
mod signup;
mod slideshow;
mod stream;
mod survey;
mod teasers;

use super::hidden;
use super::marks::{Marks, Part};
use super::tree::{NodeId, Tree};
use survey::Survey;

/// What is known of a page before its article is found.
#[derive(Clone, Copy, Default)]
pub(super) struct About<'a> {
    pub(super) title: Option<&'a str>,
    /// Its host, without `www.`.
    pub(super) home: Option<&'a str>,
}

/// The elements that hold the article, in document order, none within another.
pub(super) fn find(tree: &Tree, marks: &mut Marks, html: &str, about: About<'_>) -> Vec<NodeId> {
    let body = tree.named(Tree::DOCUMENT, "body").next().unwrap_or(Tree::DOCUMENT);
    if is_our_own(tree) {
        return vec![body];
    }
    hidden::drop_hidden(tree, marks, body);
    let mut survey = Survey::of(tree, body, about, marks);
    let title = about.title;
    let own = outermost(tree, marks.by_user(&Part::Content));
    if !own.is_empty() {
        for root in &own {
            marks.keep(std::iter::once(*root).chain(tree.ancestors(*root)));
            survey.drop_around(*root, true, title, marks);
        }
        return own;
    }
    let whole = is_fragment(tree, html);
    if !whole && survey.release(marks) {
        survey = Survey::of(tree, body, about, marks);
    }
    let Some(voted) = survey.elect() else { return vec![body] };
    let root = if whole { body } else { survey.choose(voted, title, marks) };
    if whole {
        survey.drop_around(root, true, title, marks);
        return vec![root];
    }
    marks.keep(std::iter::once(root).chain(tree.ancestors(root)));
    survey.drop_repeated(root, marks);
    survey.drop_sign_ups(root, marks);
    survey.drop_slideshow(root, marks);
    survey.drop_around(root, false, title, marks);
    let mut roots = survey.lead(root, title, marks);
    for before in &roots {
        survey.drop_around(*before, false, title, marks);
    }
    roots.push(root);
    roots
}

/// Those of the elements that stand in no other, in document order.
fn outermost(tree: &Tree, ids: &[NodeId]) -> Vec<NodeId> {
    let mut found: Vec<NodeId> =
        ids.iter().copied().filter(|id| !tree.ancestors(*id).any(|above| ids.contains(&above))).collect();
    found.sort();
    found.dedup();
    found
}

/// What this program wrote is an article already.
pub(super) fn is_our_own(tree: &Tree) -> bool {
    let mut metas = tree.named(Tree::DOCUMENT, "meta").take(4);
    metas.any(|meta| tree.value(meta, "name") == Some("generator") && tree.value(meta, "content") == Some("Offprint"))
}

/// A text that has no head and no body of its own.
pub(super) fn is_fragment(tree: &Tree, html: &str) -> bool {
    let head = tree.named(Tree::DOCUMENT, "head").next();
    let has_head = head.is_some_and(|head| tree.named(head, "title").next().is_some());
    let start: String = html.chars().take(4000).collect::<String>().to_ascii_lowercase();
    !has_head && !start.contains("<body") && !start.contains("<html")
}

pub(super) fn is_invisible(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "noscript"
            | "template"
            | "select"
            | "button"
            | "textarea"
            | "svg"
            | "iframe"
            | "object"
            | "head"
    )
}
