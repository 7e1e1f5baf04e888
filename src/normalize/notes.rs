//! Footnotes: what refers to them, and where their texts stand.
//!
//! Most are links to a place on the page. Others stand in the text where they are referred to, shown by a script or set
//! beside it, or are only numbered, in the text and in a list of notes.

use std::collections::{BTreeMap, BTreeSet};

use super::address;
use super::tree::{NodeId, Tree};
use crate::model::Anchor;

/// The footnotes of a page.
#[derive(Debug, Default)]
pub(super) struct Notes {
    references: BTreeMap<NodeId, Anchor>,
    /// The text of each note.
    pub(super) bodies: BTreeMap<Anchor, Body>,
    is_body: BTreeMap<NodeId, Anchor>,
    /// How many notes were found.
    count: usize,
    /// Links from notes back to their references.
    back: BTreeSet<NodeId>,
}

/// Where a note's text is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Body {
    /// Below an element.
    Below(NodeId),
    /// In an attribute.
    Said(String),
}

impl Notes {
    /// Adds a note, unless it or what refers to it is in an element that only the letters of are taken: there they stay.
    fn add(&mut self, tree: &Tree, reference: NodeId, body: Body) {
        let place = if let Body::Below(id) = body { id } else { reference };
        if is_literal(tree, reference) || is_literal(tree, place) {
            return;
        }
        let known = if let Body::Below(id) = body { self.is_body.get(&id).cloned() } else { None };
        let anchor = known.unwrap_or_else(|| {
            self.count += 1;
            Anchor(format!("note-{}", self.count))
        });
        if let Body::Below(id) = body {
            self.is_body.insert(id, anchor.clone());
        }
        self.references.insert(reference, anchor.clone());
        self.bodies.insert(anchor, body);
    }

    /// Whether an element is in a note or a reference already.
    fn is_taken(&self, tree: &Tree, id: NodeId) -> bool {
        let mut around = std::iter::once(id).chain(tree.ancestors(id));
        around.any(|node| self.is_body.contains_key(&node) || self.references.contains_key(&node))
    }

    /// The note that a link refers to.
    pub(super) fn reference(&self, id: NodeId) -> Option<&Anchor> {
        self.references.get(&id)
    }

    pub(super) fn is_body(&self, id: NodeId) -> bool {
        self.is_body.contains_key(&id)
    }

    pub(super) fn is_back(&self, id: NodeId) -> bool {
        self.back.contains(&id)
    }
}

/// Finds the footnotes of what is below `roots`.
pub(super) fn find(tree: &Tree, roots: &[NodeId]) -> Notes {
    let mut notes = Notes::default();
    let links = linked(tree, roots, &mut notes);
    drop_shared(tree, &mut notes);
    in_place(tree, roots, &mut notes);
    numbered(tree, roots, &mut notes);
    for link in links {
        let inside = std::iter::once(link).chain(tree.ancestors(link)).any(|node| notes.is_body.contains_key(&node));
        if inside && (is_mark(&tree.words_of(link)) || is_return(&tree.words_of(link))) {
            notes.back.insert(link);
        }
    }
    notes
}

/// Small links to a place on the page that leads back, or that is called a note. Gives all links to such places.
fn linked(tree: &Tree, roots: &[NodeId], notes: &mut Notes) -> Vec<NodeId> {
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
    let mut fits: BTreeMap<NodeId, bool> = BTreeMap::new();
    for (link, fragment) in &links {
        let Some(place) = places.get(fragment.as_str()).copied() else { continue };
        let Some(body) = block_of(tree, place) else { continue };
        if !*fits.entry(body).or_insert_with(|| may_be_note(tree, body)) {
            continue;
        }
        let inside = |node: NodeId| tree.ancestors(node).any(|above| notes.is_body.contains_key(&above));
        // A note comes after what refers to it; links within notes lead back.
        if body < *link
            || inside(*link)
            || inside(body)
            || tree.ancestors(*link).any(|above| above == body)
            || !is_reference(tree, *link, fragment, body)
        {
            continue;
        }
        notes.add(tree, *link, Body::Below(body));
    }
    scripted(tree, roots, &places, notes);
    links.into_iter().map(|(link, _)| link).collect()
}

/// Marks that a script leads to their notes: an attribute names the place.
fn scripted(tree: &Tree, roots: &[NodeId], places: &BTreeMap<&str, NodeId>, notes: &mut Notes) {
    for id in roots.iter().flat_map(|root| tree.descendants(*root)) {
        let Some(element) = tree.element(id).filter(|_| matches!(tree.name(id), "a" | "span" | "sup" | "button"))
        else {
            continue;
        };
        let named = element.attributes.iter().filter(|(name, _)| {
            let name = &*name.local;
            name.starts_with("data-") || matches!(name, "aria-describedby" | "aria-controls" | "popovertarget")
        });
        let body = named.into_iter().find_map(|(_, value)| places.get(value.trim().trim_start_matches('#')).copied());
        let Some(body) = body.filter(|_| is_mark(&tree.words_of(id)) && !notes.is_taken(tree, id)) else { continue };
        let apart = !tree.ancestors(id).any(|above| above == body);
        if apart && may_be_note(tree, body) && (notes.is_body(body) || !notes.is_taken(tree, body)) {
            notes.add(tree, id, Body::Below(body));
        }
    }
}

/// Notes that stand in the text: in an element that is hidden or set beside it, or in a title that a pointer shows.
fn in_place(tree: &Tree, roots: &[NodeId], notes: &mut Notes) {
    for id in roots.iter().flat_map(|root| tree.descendants(*root)) {
        if !matches!(tree.name(id), "span" | "small" | "sup") || tree.attribute(id, "class").is_none() {
            continue;
        }
        let class = tree.attribute(id, "class").unwrap_or_default().to_ascii_lowercase();
        let aside = ["sidenote", "marginnote"].iter().any(|word| tree.classes(id).any(|class| class == *word));
        if !(aside || class.contains("footnote")) || notes.is_taken(tree, id) {
            continue;
        }
        let hidden = tree.children(id).find(|child| is_hidden(tree, *child));
        let mark = |but: Option<NodeId>| -> String {
            tree.children(id).filter(|child| Some(*child) != but).map(|child| tree.words_of(child)).collect()
        };
        let titled = tree.descendants(id).take(4).find_map(|node| tree.value(node, "title"));
        if let Some(body) = hidden.filter(|_| mark(hidden).is_empty() || is_mark(&mark(hidden))) {
            notes.add(tree, id, Body::Below(body));
        } else if let Some(title) = titled.filter(|title| title.chars().count() > 6 && is_mark(&mark(None))) {
            notes.add(tree, id, Body::Said(super::space::collapse(title)));
        } else if aside && tree.words_of(id).chars().count() > 6 {
            notes.add(tree, id, Body::Below(id));
        }
    }
}

/// Whether an element is in code, a formula or the reading of a word.
fn is_literal(tree: &Tree, id: NodeId) -> bool {
    let literal = |name: &str| matches!(name, "pre" | "code" | "kbd" | "samp" | "tt" | "math" | "rt");
    tree.ancestors(id).any(|above| literal(tree.name(above)))
}

fn is_hidden(tree: &Tree, id: NodeId) -> bool {
    let style = tree.attribute(id, "style").unwrap_or_default().replace(' ', "");
    tree.element(id).is_some()
        && (style.contains("display:none")
            || style.contains("visibility:hidden")
            || tree.attribute(id, "hidden").is_some())
}

/// Raised numbers in the text, and notes of these numbers in a list or beside the text.
fn numbered(tree: &Tree, roots: &[NodeId], notes: &mut Notes) {
    let number = |text: &str| {
        let inner = text.trim_matches(|c: char| c.is_whitespace() || "[]()（）［］".contains(c));
        inner.parse::<usize>().ok().filter(|number| (1..1000).contains(number))
    };
    let mut texts: BTreeMap<usize, Option<NodeId>> = BTreeMap::new();
    let mut raised: Vec<(NodeId, usize)> = Vec::new();
    // Lists of notes, and the number of the next item of each: counting anew for each item would take long in long lists.
    let mut lists: BTreeMap<NodeId, Option<usize>> = BTreeMap::new();
    for id in tree.descendants(Tree::DOCUMENT) {
        let found = match tree.name(id) {
            "sup" if tree.named(id, "a").next().is_none() => {
                if let Some(number) = number(&tree.words_of(id)) {
                    raised.push((id, number));
                }
                continue;
            }
            "li" => tree.node(id).parent.and_then(|list| {
                let first = || {
                    let holds = tree.name(list) == "ol" && holds_notes(tree, list);
                    let start = || tree.value(list, "start").and_then(|start| start.parse::<usize>().ok());
                    holds.then(|| start().unwrap_or(1))
                };
                let next = lists.entry(list).or_insert_with(first).as_mut()?;
                *next = next.saturating_add(1);
                Some(*next - 1)
            }),
            "p" => tree
                .children(id)
                .find(|child| tree.text(*child).is_none_or(|text| !text.trim().is_empty()))
                .filter(|first| tree.name(*first) == "sup" && holds_notes(tree, id))
                .and_then(|first| number(&tree.words_of(first))),
            _ => None,
        };
        if let Some(number) = found {
            texts.entry(number).and_modify(|of| *of = None).or_insert(Some(id));
        }
    }
    let bodies: BTreeSet<NodeId> = texts.values().flatten().copied().collect();
    let led_to: BTreeSet<NodeId> = notes.is_body.keys().copied().collect();
    for (id, number) in raised {
        let Some(body) = texts.get(&number).copied().flatten() else { continue };
        // Where links lead to the notes, a raised number without one is a power.
        if led_to.contains(&body) {
            continue;
        }
        let within = tree.ancestors(id).any(|above| roots.contains(&above));
        if within && !tree.ancestors(id).any(|above| bodies.contains(&above)) && !notes.is_taken(tree, id) {
            notes.add(tree, id, Body::Below(body));
        }
    }
}

/// Whether names or a heading say that an element holds notes.
fn holds_notes(tree: &Tree, id: NodeId) -> bool {
    let named = |node: NodeId| {
        let names = [tree.attribute(node, "class"), tree.attribute(node, "id")];
        tree.name(node) == "aside"
            || names.into_iter().flatten().any(|name| {
                let name = name.to_ascii_lowercase();
                name.contains("footnote") || name.contains("endnote")
            })
    };
    std::iter::once(id).chain(tree.ancestors(id).take(2)).any(named)
}

/// The element that would hold a note's text: the place itself, or the block that it marks.
fn block_of(tree: &Tree, place: NodeId) -> Option<NodeId> {
    std::iter::once(place).chain(tree.ancestors(place)).find(|node| tree.is_block(*node))
}

fn may_be_note(tree: &Tree, block: NodeId) -> bool {
    let fits = matches!(tree.name(block), "li" | "p" | "div" | "dd" | "aside" | "td" | "section");
    let long = tree.text_of(block).chars().filter(|c| !c.is_whitespace()).take(4001).count();
    // Where a work is referred to often, as many links lead back; a list of thousands is no note.
    let few = tree.named(block, "a").nth(1000).is_none();
    fits && (3..=4000).contains(&long) && few && tree.named(block, "h2").next().is_none()
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
    let raised_by_name = tree.ancestors(link).take(2).any(|above| tree.name(above) == "sup" && named(&class(above)));
    let called = named(&class(link))
        || raised_by_name
        || named(&class(body))
        || ["fn", "ftn", "_ftn", "footnote", "note", "cite_note", "endnote", "sdfootnote"]
            .iter()
            .any(|word| lower.strip_prefix(word).is_some_and(|rest| rest.chars().any(|c| c.is_ascii_digit())));
    back || called || tree.value(link, "role") == Some("doc-noteref")
}

/// `1`, `[12]`, `*`, `†`, `注1`: what stands for a note.
pub(super) fn is_mark(text: &str) -> bool {
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
        .keys()
        .flat_map(|body| tree.ancestors(*body))
        .filter(|above| notes.is_body.contains_key(above))
        .collect();
    let is_shared = |body: &Body| matches!(body, Body::Below(id) if outer.contains(id));
    let gone: BTreeSet<Anchor> =
        notes.bodies.iter().filter(|(_, body)| is_shared(body)).map(|(anchor, _)| anchor.clone()).collect();
    notes.is_body.retain(|body, _| !outer.contains(body));
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
