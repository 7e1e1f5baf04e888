//! Footnotes: which links refer to them, and where their texts stand.

use std::collections::{BTreeMap, BTreeSet};

use super::address;
use super::tree::{NodeId, Tree};
use crate::model::Anchor;

/// The footnotes of a page.
#[derive(Debug, Default)]
pub(super) struct Notes {
    references: BTreeMap<NodeId, Anchor>,
    /// The element that holds the text of each note.
    pub(super) bodies: BTreeMap<Anchor, NodeId>,
    is_body: BTreeSet<NodeId>,
    /// Links from notes back to their references.
    back: BTreeSet<NodeId>,
}

impl Notes {
    /// The note that a link refers to.
    pub(super) fn reference(&self, id: NodeId) -> Option<&Anchor> {
        self.references.get(&id)
    }

    pub(super) fn is_body(&self, id: NodeId) -> bool {
        self.is_body.contains(&id)
    }

    pub(super) fn is_back(&self, id: NodeId) -> bool {
        self.back.contains(&id)
    }
}

/// Finds the footnotes below `roots`: small links to a place on the page that leads back, or that is called a note.
pub(super) fn find(tree: &Tree, roots: &[NodeId]) -> Notes {
    let mut places: BTreeMap<&str, NodeId> = BTreeMap::new();
    let mut links: Vec<(NodeId, String)> = Vec::new();
    for id in roots.iter().flat_map(|root| tree.descendants(*root)) {
        let name = if tree.name(id) == "a" { tree.value(id, "name") } else { None };
        for place in tree.value(id, "id").into_iter().chain(name) {
            places.entry(place).or_insert(id);
        }
        let fragment = tree.value(id, "href").filter(|_| tree.name(id) == "a").and_then(|href| href.strip_prefix('#'));
        if let Some(fragment) = fragment.filter(|fragment| !fragment.is_empty()) {
            links.push((id, address::decoded(fragment)));
        }
    }
    let mut notes = Notes::default();
    let mut numbers = BTreeMap::new();
    let mut fits: BTreeMap<NodeId, bool> = BTreeMap::new();
    for (link, fragment) in &links {
        let Some(place) = places.get(fragment.as_str()).copied() else { continue };
        let Some(body) = block_of(tree, place) else { continue };
        if !*fits.entry(body).or_insert_with(|| may_be_note(tree, body)) {
            continue;
        }
        let inside = |node: NodeId| tree.ancestors(node).any(|above| notes.is_body.contains(&above));
        // A note comes after what refers to it; links within notes lead back.
        if body < *link
            || inside(*link)
            || inside(body)
            || tree.ancestors(*link).any(|above| above == body)
            || !is_reference(tree, *link, fragment, body)
        {
            continue;
        }
        let number = numbers.len() + 1;
        let number = *numbers.entry(body).or_insert(number);
        let anchor = Anchor(format!("note-{number}"));
        notes.references.insert(*link, anchor.clone());
        notes.bodies.insert(anchor, body);
        notes.is_body.insert(body);
    }
    drop_shared(tree, &mut notes);
    for (link, _) in &links {
        let inside = std::iter::once(*link).chain(tree.ancestors(*link)).any(|node| notes.is_body.contains(&node));
        if inside && (is_mark(&tree.words_of(*link)) || is_return(&tree.words_of(*link))) {
            notes.back.insert(*link);
        }
    }
    notes
}

/// The element that would hold a note's text: the place itself, or the block that it marks.
fn block_of(tree: &Tree, place: NodeId) -> Option<NodeId> {
    std::iter::once(place).chain(tree.ancestors(place)).find(|node| tree.is_block(*node))
}

fn may_be_note(tree: &Tree, block: NodeId) -> bool {
    let fits = matches!(tree.name(block), "li" | "p" | "div" | "dd" | "aside" | "td" | "section");
    let long = tree.text_of(block).chars().filter(|c| !c.is_whitespace()).take(4001).count();
    fits && (3..=4000).contains(&long) && tree.named(block, "h2").next().is_none()
}

fn is_reference(tree: &Tree, link: NodeId, fragment: &str, body: NodeId) -> bool {
    let text = tree.words_of(link);
    let class = |id: NodeId| tree.attribute(id, "class").unwrap_or_default().to_ascii_lowercase();
    let named = |text: &str| text.contains("footnote") || text.contains("fnref") || text.contains("noteref");
    let raised =
        tree.ancestors(link).take(2).any(|above| tree.name(above) == "sup") || tree.named(link, "sup").next().is_some();
    if !(is_mark(&text) || raised && text.chars().count() <= 6) {
        return false;
    }
    let back = tree.named(body, "a").any(|a| {
        let to = tree.value(a, "href").and_then(|href| href.strip_prefix('#')).unwrap_or_default();
        let around = std::iter::once(link).chain(tree.ancestors(link).take(3));
        !to.is_empty()
            && around.into_iter().any(|node| {
                tree.value(node, "id") == Some(to)
                    || tree.value(node, "name") == Some(to)
                    || tree
                        .children(node)
                        .any(|child| tree.value(child, "id") == Some(to) || tree.value(child, "name") == Some(to))
            })
    });
    let lower = fragment.to_ascii_lowercase();
    let called = named(&class(link))
        || named(&class(body))
        || ["fn", "ftn", "_ftn", "footnote", "note", "cite_note", "endnote", "sdfootnote"]
            .iter()
            .any(|word| lower.strip_prefix(word).is_some_and(|rest| rest.chars().any(|c| c.is_ascii_digit())));
    back || called || tree.value(link, "role") == Some("doc-noteref")
}

/// `1`, `[12]`, `*`, `†`, `注1`: what stands for a note.
fn is_mark(text: &str) -> bool {
    let inner = text.trim_matches(|c: char| c.is_whitespace() || "[]()（）［］【】〔〕^.:".contains(c));
    let inner = inner.trim_start_matches(['注', '註', '※']);
    let count = inner.chars().count();
    if count == 0 {
        return !text.trim().is_empty();
    }
    let sign = |c: char| {
        c.is_ascii_digit() || matches!(c, '*' | '†' | '‡' | '§' | '¶' | '①'..='⑳' | '¹' | '²' | '³' | '⁰'..='⁹')
    };
    count <= 3 && inner.chars().all(sign) || count == 1 && inner.chars().all(|c| c.is_ascii_lowercase())
}

fn is_return(text: &str) -> bool {
    matches!(
        text.trim_matches(['\u{FE0E}', '\u{FE0F}', ' ', '[', ']']),
        "↩" | "↑" | "^" | "⤴" | "↵" | "⏎" | "back" | "Back" | "返回" | "↩↩" | "▲" | "return"
    )
}

/// One element for several notes is not a note's text: its links stay links.
fn drop_shared(tree: &Tree, notes: &mut Notes) {
    let outer: BTreeSet<NodeId> = notes
        .is_body
        .iter()
        .flat_map(|body| tree.ancestors(*body))
        .filter(|above| notes.is_body.contains(above))
        .collect();
    let gone: BTreeSet<Anchor> =
        notes.bodies.iter().filter(|(_, body)| outer.contains(body)).map(|(anchor, _)| anchor.clone()).collect();
    notes.is_body.retain(|body| !outer.contains(body));
    notes.bodies.retain(|anchor, _| !gone.contains(anchor));
    notes.references.retain(|_, anchor| !gone.contains(anchor));
}

/// Takes the mark that a note begins with from its text: the book sets its own.
pub(super) fn without_mark(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let end = text.find(|c: char| !(c.is_ascii_digit() || "[]()（）［］【】^*†‡.: ".contains(c)))?;
    let (mark, rest) = text.split_at(end);
    let bracketed = mark.starts_with(['[', '(', '（', '［', '【', '^', '*', '†', '‡']);
    (is_mark(mark) && (bracketed || mark.trim_end().ends_with('.'))).then(|| rest.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks() {
        for mark in ["1", "[12]", "*", "†", "注1", "①", "[a]"] {
            assert!(is_mark(mark), "{mark}");
        }
        for text in ["2022", "see", "", "第一章", "12345"] {
            assert!(!is_mark(text), "{text}");
        }
        assert_eq!(without_mark("[1] Text"), Some("Text"));
        assert_eq!(without_mark("1984 was"), None);
        assert_eq!(without_mark("3. 注"), Some("注"));
    }
}
