//! MathML as text, element by element from a list of what it has; nothing else of the page gets through.

use super::tree::{NodeId, Tree};

/// Elements of MathML Core that draw something.
const ELEMENTS: [&str; 27] = [
    "math",
    "mrow",
    "mi",
    "mn",
    "mo",
    "ms",
    "mtext",
    "mspace",
    "mfrac",
    "msqrt",
    "mroot",
    "mstyle",
    "merror",
    "mpadded",
    "mphantom",
    "msub",
    "msup",
    "msubsup",
    "munder",
    "mover",
    "munderover",
    "mmultiscripts",
    "mprescripts",
    "mtable",
    "mtr",
    "mtd",
    "menclose",
];
const ATTRIBUTES: [&str; 10] = [
    "display",
    "mathvariant",
    "stretchy",
    "fence",
    "separator",
    "accent",
    "accentunder",
    "columnspan",
    "rowspan",
    "linethickness",
];
/// Deeper formulas are left to their TeX.
const DEPTH: usize = 60;

/// A `math` element as XML, in its namespace. `None` if it shows nothing.
pub(super) fn write(tree: &Tree, math: NodeId) -> Option<String> {
    let mut out = String::new();
    element(tree, math, &mut out, 0)?;
    let shows = tree.descendants(math).any(|node| tree.text(node).is_some_and(|text| !text.trim().is_empty()));
    shows.then_some(out)
}

fn element(tree: &Tree, id: NodeId, out: &mut String, depth: usize) -> Option<()> {
    let name = tree.name(id);
    if depth > DEPTH {
        return None;
    }
    if name == "semantics" {
        // Its first child is the formula; the others say the same in other words.
        let Some(first) = tree.children(id).find(|child| tree.element(*child).is_some()) else { return Some(()) };
        let within_math = tree.node(id).parent.is_some_and(|parent| tree.name(parent) == "math");
        let bare = tree.name(first) == "mrow" && tree.element(first).is_some_and(|row| row.attributes.is_empty());
        if !(within_math && bare) {
            return element(tree, first, out, depth + 1);
        }
        // A `math` is a row by itself.
        return tree.children(first).try_for_each(|child| match tree.text(child) {
            Some(text) => {
                escape(&super::space::collapse(text), out);
                Some(())
            }
            None => element(tree, child, out, depth + 1),
        });
    }
    if !ELEMENTS.contains(&name) {
        return Some(());
    }
    out.push('<');
    out.push_str(name);
    if name == "math" {
        out.push_str(" xmlns=\"http://www.w3.org/1998/Math/MathML\"");
    }
    for attribute in ATTRIBUTES {
        if let Some(value) = tree.value(id, attribute).filter(|value| value.len() <= 40) {
            out.push_str(&format!(" {attribute}=\""));
            escape(value, out);
            out.push('"');
        }
    }
    out.push('>');
    for child in tree.children(id) {
        match tree.text(child) {
            Some(text) => escape(&super::space::collapse(text), out),
            None => element(tree, child, out, depth + 1)?,
        }
    }
    out.push_str(&format!("</{name}>"));
    Some(())
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
}
