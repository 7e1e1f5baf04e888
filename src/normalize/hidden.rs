//! What a page hides from its readers, and what its source hides: whether its line breaks say anything.

use std::collections::BTreeMap;

use super::article::is_invisible;
use super::marks::{Marks, Part};
use super::tree::{NodeId, Tree};

/// Drops what a page hides from all its readers. Not what only waits to be shown: WeChat's body is
/// `visibility: hidden` until its script has run.
pub(super) fn drop_hidden(tree: &Tree, marks: &mut Marks, root: NodeId) {
    for id in tree.descendants(root) {
        if tree.element(id).is_none() {
            continue;
        }
        let style = tree.attribute(id, "style").unwrap_or_default();
        let hidden = tree.attribute(id, "hidden").is_some_and(|value| value != "until-found")
            || style.contains("display") && style.replace(' ', "").to_ascii_lowercase().contains("display:none")
            // What flies in when it is scrolled to waits unseen.
            || style.contains("visibility")
                && !style.contains("animation")
                && !tree.has_class(id, "wow")
                && style.replace(' ', "").to_ascii_lowercase().contains("visibility:hidden");
        let streamed = tree.attribute(id, "id").is_some_and(|id| id.starts_with("S:"));
        let body = marks.parts(&Part::Content).contains(&id);
        if (hidden || is_classed_hidden(tree, id))
            && !streamed
            && !opens(tree, id)
            && !is_turned(tree, id)
            && !body
            && id != root
            && !is_most(tree, id, root)
        {
            marks.drop(id, "hidden");
        }
    }
}

/// How much a class may hide: what it is shown with later may be a script.
const SHORT: usize = 200;

/// Whether the classes of an element say that readers do not see it now (SMACSS and BEM call states so), or that it is for
/// screen readers alone: labels of controls. What those are told instead of a picture is a table or a formula.
fn is_classed_hidden(tree: &Tree, id: NodeId) -> bool {
    const UNSEEN: [&str; 9] = [
        "visually-hidden",
        "visuallyhidden",
        "u-visually-hidden",
        "sr-only",
        "screen-reader-only",
        "screen-reader-text",
        "off-screen",
        "offscreen",
        "is-hidden",
    ];
    // Bootstrap, HTML5 Boilerplate and Tailwind hide by these, but for what other classes show on some screens.
    let everywhere =
        || !tree.classes(id).any(|class| class.contains(':') || class.starts_with("d-") && class != "d-none");
    let named = |class: &str| {
        UNSEEN.contains(&class)
            || class.ends_with("--is-hidden")
            || matches!(class, "hidden" | "d-none") && everywhere()
    };
    let told = || ["table", "math", "img"].iter().any(|name| tree.named(id, name).next().is_some());
    let heading = || matches!(tree.name(id), "h1" | "h2" | "h3" | "h4" | "h5" | "h6");
    tree.classes(id).any(named) && !heading() && !told() && tree.text_of(id).trim().len() <= SHORT
}

/// Whether an element is rows of a table that shows others: a script lets readers turn to them.
fn is_turned(tree: &Tree, id: NodeId) -> bool {
    let name = tree.name(id);
    let shown = |node: NodeId| {
        let style = tree.attribute(node, "style").unwrap_or_default();
        node != id && tree.name(node) == name && !style.contains("none") && !tree.text_of(node).trim().is_empty()
    };
    let parent = tree.node(id).parent.filter(|_| matches!(name, "tr" | "tbody"));
    parent.is_some_and(|parent| tree.children(parent).take(8).any(shown))
}

/// Whether a reader opens an element by what stands before it: an accordion, a tab (WAI-ARIA authoring practices).
fn opens(tree: &Tree, id: NodeId) -> bool {
    let labelled = tree.value(id, "aria-labelledby").is_some();
    let panel = labelled && matches!(tree.value(id, "role"), Some("region" | "tabpanel"));
    let controlled = || {
        let Some(own) = tree.value(id, "id") else { return false };
        let before = std::iter::successors(tree.node(id).previous, |node| tree.node(*node).previous);
        let before = before.filter(|node| tree.element(*node).is_some()).take(1);
        before
            .flat_map(|node| tree.descendants(node).take(12))
            .any(|node| tree.value(node, "aria-controls") == Some(own))
    };
    // A call-out that can be folded has its title before its text.
    let folded = || {
        const NAMES: [&str; 5] = ["collaps", "accordion", "callout", "foldable", "spoiler"];
        let parent = tree.node(id).parent;
        let named = |class: &str| NAMES.iter().any(|name| class.contains(name));
        let titled = || tree.node(id).previous.is_some();
        parent.is_some_and(|parent| tree.classes(parent).any(named)) && titled() && !tree.text_of(id).trim().is_empty()
    };
    let is_text = |p: NodeId| tree.text_of(p).trim().len() >= 60;
    folded() || (panel || controlled()) && tree.named(id, "p").take(8).any(is_text)
}

/// React sends parts of a page late, into hidden boxes at its end, and a script puts them where they belong:
/// `$RC("B:1","S:1")`, `$RS("S:2","P:2")`. Without scripts, this does.
pub(super) fn place_streamed(tree: &mut Tree) {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for script in tree.named(Tree::DOCUMENT, "script") {
        let Some(text) = tree.node(script).first.and_then(|child| tree.text(child)).filter(|text| text.contains("$R"))
        else {
            continue;
        };
        for call in text.split("$R").skip(1) {
            let mut strings = call.split('"').skip(1).step_by(2);
            match (call.as_bytes(), strings.next(), strings.next()) {
                ([b'C' | b'R', b'(', ..], Some(place), Some(part)) => pairs.push((part.into(), place.into())),
                ([b'S', b'(', ..], Some(part), Some(place)) => pairs.push((part.into(), place.into())),
                _ => {}
            }
        }
    }
    if pairs.is_empty() {
        return;
    }
    let mut ids: BTreeMap<String, NodeId> = BTreeMap::new();
    for id in tree.descendants(Tree::DOCUMENT) {
        if let Some(name) = tree.value(id, "id").filter(|name| name.starts_with(['B', 'S', 'P'])) {
            ids.entry(name.to_owned()).or_insert(id);
        }
    }
    for (part, place) in pairs {
        if let (Some(part), Some(place)) = (ids.get(&part), ids.get(&place))
            && !std::iter::once(*place).chain(tree.ancestors(*place)).any(|above| above == *part)
        {
            tree.put_before(*place, *part);
        }
    }
}

/// Whether an element holds most of a page's paragraphs, so that it is hidden only until a script shows it.
fn is_most(tree: &Tree, id: NodeId, root: NodeId) -> bool {
    let shown = |node: &NodeId| tree.node(*node).parent.is_some_and(|parent| !is_invisible(tree.name(parent)));
    let text = |of: NodeId| -> usize {
        tree.descendants(of).filter(shown).filter_map(|node| tree.text(node)).map(|text| text.trim().len()).sum()
    };
    tree.named(id, "p").nth(1).is_some() && text(id) * 4 > text(root) * 3
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
