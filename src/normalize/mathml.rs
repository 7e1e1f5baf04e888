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
    element(tree, math, &mut out, (0, ""))?;
    let shows = tree.descendants(math).any(|node| tree.text(node).is_some_and(|text| !text.trim().is_empty()));
    shows.then_some(out)
}

fn element(tree: &Tree, id: NodeId, out: &mut String, (depth, above): (usize, &str)) -> Option<()> {
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
            return element(tree, first, out, (depth + 1, above));
        }
        // A `math` is a row by itself.
        return tree.children(first).try_for_each(|child| match tree.text(child) {
            Some(text) => {
                loose(text, out);
                Some(())
            }
            None => element(tree, child, out, (depth + 1, above)),
        });
    }
    if !ELEMENTS.contains(&name) {
        return Some(());
    }
    let whole = is_whole(tree, id, above);
    let name = if whole { name } else { "mrow" };
    out.push('<');
    out.push_str(name);
    if name == "math" {
        out.push_str(" xmlns=\"http://www.w3.org/1998/Math/MathML\"");
    }
    for attribute in ATTRIBUTES {
        if let Some(value) = tree.value(id, attribute).filter(|value| whole && value.len() <= 40) {
            out.push_str(&format!(" {attribute}=\""));
            escape(value, out);
            out.push('"');
        }
    }
    out.push('>');
    let is_token = TOKENS.contains(&name);
    if is_token {
        let texts = tree.descendants(id).filter_map(|node| tree.text(node));
        texts.for_each(|text| escape(&super::space::collapse(text), out));
    }
    for child in tree.children(id).filter(|_| !is_token) {
        match tree.text(child) {
            Some(text) => loose(text, out),
            None => element(tree, child, out, (depth + 1, name))?,
        }
    }
    out.push_str(&format!("</{name}>"));
    Some(())
}

/// Elements that hold text, and no elements.
const TOKENS: [&str; 5] = ["mi", "mn", "mo", "ms", "mtext"];

/// Whether an element stands where it may, in one that was written as `above`, and has the parts that it must have (MathML
/// Core §3): damaged pages have powers without exponents. If not, it is a row of what it has.
fn is_whole(tree: &Tree, id: NodeId, above: &str) -> bool {
    let has =
        |count: usize| parts(tree, id).filter(|part| ELEMENTS.contains(part) || *part == "semantics").count() == count;
    match tree.name(id) {
        "math" => above.is_empty(),
        "mfrac" | "mroot" | "msub" | "msup" | "munder" | "mover" => has(2) && is_bare(tree, id),
        "msubsup" | "munderover" => has(3) && is_bare(tree, id),
        "mtable" => {
            let row = |row| tree.name(row) == "mtr" && is_bare(tree, row) && parts(tree, row).all(|part| part == "mtd");
            is_bare(tree, id) && tree.children(id).filter(|child| tree.element(*child).is_some()).all(row)
        }
        "mtr" => above == "mtable",
        "mtd" => above == "mtr",
        "mprescripts" => above == "mmultiscripts",
        _ => true,
    }
}

/// The names of the elements in an element.
fn parts(tree: &Tree, id: NodeId) -> impl Iterator<Item = &str> {
    tree.children(id).filter(|child| tree.element(*child).is_some()).map(|child| tree.name(child))
}

/// Whether an element has no text of its own.
fn is_bare(tree: &Tree, id: NodeId) -> bool {
    tree.children(id).filter_map(|child| tree.text(child)).all(|text| text.trim().is_empty())
}

/// Text between elements, which has to be in one.
fn loose(text: &str, out: &mut String) {
    let blank = text.trim().is_empty();
    out.push_str(if blank { "" } else { "<mtext>" });
    escape(&super::space::collapse(text), out);
    out.push_str(if blank { "" } else { "</mtext>" });
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
