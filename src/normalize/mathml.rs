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
/// What some elements have besides: their measures, and how their parts stand.
const OWN: [(&str, &[&str]); 5] = [
    ("mo", &["form", "largeop", "lspace", "maxsize", "minsize", "rspace"]),
    ("mspace", &["depth", "height", "width"]),
    ("mpadded", &["depth", "height", "lspace", "width"]),
    ("menclose", &["notation"]),
    ("mtable", &["columnalign", "columnlines", "columnspacing", "displaystyle", "rowlines", "rowspacing"]),
];
/// The same for elements that other elements have, too.
const ALIGNED: [&str; 2] = ["mtr", "mtd"];
/// What says how all in an element is set; it stands at `mstyle` (MathML 3 §3.3.4), as most elements may not say it.
const STYLE: [&str; 2] = ["displaystyle", "scriptlevel"];
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
    if name == "mfenced" {
        return fenced(tree, id, out, depth);
    }
    if !ELEMENTS.contains(&name) && name != "mlabeledtr" {
        return Some(());
    }
    let whole = is_whole(tree, id, above);
    let labelled = whole && name == "mlabeledtr";
    let name = match whole {
        true if labelled => "mtr",
        true => name,
        false => "mrow",
    };
    let styled = style(tree, id, name, out);
    out.push('<');
    out.push_str(name);
    if name == "math" {
        out.push_str(" xmlns=\"http://www.w3.org/1998/Math/MathML\"");
    }
    for attribute in ATTRIBUTES {
        if let Some(value) = tree.value(id, attribute).filter(|_| whole) {
            say(attribute, value, out);
        }
    }
    if whole {
        measures(tree, id, name, (above, depth), out);
    }
    out.push('>');
    let is_token = TOKENS.contains(&name);
    if is_token {
        let texts = tree.descendants(id).filter_map(|node| tree.text(node));
        texts.for_each(|text| words(text, name == "mtext", out));
    }
    // The label of a row stands behind it.
    let label = tree.children(id).find(|child| labelled && tree.element(*child).is_some());
    let others = tree.children(id).filter(|child| !is_token && Some(*child) != label);
    for child in others.chain(label) {
        match tree.text(child) {
            Some(text) => loose(text, out),
            None => element(tree, child, out, (depth + 1, name))?,
        }
    }
    out.push_str(&format!("</{name}>"));
    out.push_str(if styled { "</mstyle>" } else { "" });
    Some(())
}

fn say(attribute: &str, value: &str, out: &mut String) {
    if value.len() <= LONGEST {
        out.push_str(&format!(" {attribute}=\""));
        escape(value, out);
        out.push('"');
    }
}

/// No value of an attribute is longer.
const LONGEST: usize = 40;

/// Opens an `mstyle` for an element that says how all in it is set.
fn style(tree: &Tree, id: NodeId, name: &str, out: &mut String) -> bool {
    let said = STYLE.map(|attribute| tree.value(id, attribute));
    let [display, level] = said;
    let own = matches!(name, "math" | "mtr" | "mtd" | "mprescripts") || name == "mtable" && level.is_none();
    let display = display.filter(|value| matches!(*value, "true" | "false"));
    let level = level.filter(|value| value.trim_start_matches(['+', '-']).parse::<u8>().is_ok());
    let needed = !own && name != "mstyle" && (display.is_some() || level.is_some());
    if needed {
        out.push_str("<mstyle");
        for (attribute, value) in STYLE.iter().zip([display, level]) {
            if let Some(value) = value {
                say(attribute, value, out);
            }
        }
        out.push('>');
    }
    needed
}

/// Says the measures of an element, and how the columns of a table stand.
fn measures(tree: &Tree, id: NodeId, name: &str, (above, depth): (&str, usize), out: &mut String) {
    let own = OWN.iter().find(|(of, _)| *of == name).map_or(&[][..], |(_, own)| own);
    let style = if name == "mstyle" { &STYLE[..] } else { &[] };
    let aligned = if ALIGNED.contains(&name) { &["columnalign"][..] } else { &[] };
    let mut said = Vec::new();
    for attribute in own.iter().chain(style).chain(aligned) {
        if let Some(value) = tree.value(id, attribute).map(length).filter(|value| is_measure(value)) {
            say(attribute, &value, out);
            said.push(*attribute);
        }
    }
    // The program that reads TeX says it in classes, for a style sheet of its own.
    let has = |class: &str| tree.has_class(id, class);
    let mut otherwise = |attribute: &'static str, value: &str| {
        if !said.contains(&attribute) {
            say(attribute, value, out);
        }
    };
    match name {
        "mtable" => {
            let alike = has("menv-alignlike");
            if alike {
                otherwise("columnalign", &["right", "left"].repeat(3).join(" "));
                otherwise("columnspacing", &["0em", "2em", "0em", "2em", "0em"].join(" "));
            } else if has("menv-cells-left") {
                otherwise("columnalign", "left");
            } else if has("menv-cells-right") {
                otherwise("columnalign", "right");
            }
            if has("menv-arraylike") {
                ruled(tree, id).iter().for_each(|(attribute, value)| otherwise(attribute, value));
            }
            if has("menv-cases") {
                otherwise("columnspacing", "1em");
            }
            // Equations on lines of their own have as much room as one alone.
            if alike || depth == 1 && above == "math" && !has("menv-arraylike") && is_display(tree, id) {
                otherwise("displaystyle", "true");
            }
        }
        "mtd" if has("cell-left") => otherwise("columnalign", "left"),
        "mtd" if has("cell-right") => otherwise("columnalign", "right"),
        _ => {}
    }
}

/// The lines between the columns and the rows of a table, as the program that reads TeX says them.
fn ruled(tree: &Tree, table: NodeId) -> Vec<(&'static str, String)> {
    let of = |id: NodeId| tree.children(id).filter(|child| tree.element(*child).is_some()).collect::<Vec<NodeId>>();
    let rows = of(table);
    let has = |id: &NodeId, classes: [&str; 2]| classes.iter().any(|class| tree.has_class(*id, class));
    let cells = rows.first().map(|row| of(*row)).unwrap_or_default();
    let right = |cell: &NodeId| has(cell, ["menv-right-solid", "menv-right-dashed"]);
    let over = |row: &NodeId| has(row, ["menv-hline", "menv-hdashline"]);
    let between = |lines: Vec<bool>| {
        let words: Vec<&str> = lines.iter().map(|line| if *line { "solid" } else { "none" }).collect();
        lines.contains(&true).then(|| words.join(" "))
    };
    let columns = between(cells.iter().take(cells.len().saturating_sub(1)).map(right).collect());
    let lines = between(rows.iter().skip(1).map(over).collect());
    [("columnlines", columns), ("rowlines", lines)]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
}

fn is_display(tree: &Tree, id: NodeId) -> bool {
    tree.node(id).parent.is_some_and(|parent| tree.value(parent, "display") == Some("block"))
}

/// A length; a program that reads TeX writes em as mu.
fn length(value: &str) -> String {
    match value.strip_suffix("mu") {
        Some(number) => format!("{number}em"),
        None => value.to_owned(),
    }
}

/// Whether a value is words, numbers and lengths.
fn is_measure(value: &str) -> bool {
    let sign = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '.' | '+' | '-' | '%');
    !value.trim().is_empty() && value.chars().all(sign)
}

/// `mfenced` as the row that it stands for (MathML 3 §3.3.8): MathML Core does not have it.
fn fenced(tree: &Tree, id: NodeId, out: &mut String, depth: usize) -> Option<()> {
    let value = |name: &str, usual: &'static str| tree.value(id, name).unwrap_or(usual).trim();
    let operator = |sign: &str, out: &mut String| {
        if !sign.is_empty() && sign.len() <= LONGEST {
            out.push_str("<mo>");
            escape(sign, out);
            out.push_str("</mo>");
        }
    };
    let separators: Vec<char> = value("separators", ",").chars().filter(|c| !c.is_whitespace()).collect();
    let parts: Vec<NodeId> = tree.children(id).filter(|child| tree.element(*child).is_some()).collect();
    out.push_str("<mrow>");
    operator(value("open", "("), out);
    for (index, part) in parts.iter().enumerate() {
        if let Some(sign) = index.checked_sub(1).and_then(|before| separators.get(before).or(separators.last())) {
            operator(&sign.to_string(), out);
        }
        element(tree, *part, out, (depth + 1, "mrow"))?;
    }
    operator(value("close", ")"), out);
    out.push_str("</mrow>");
    Some(())
}

/// Elements that become others.
const ROWS: [&str; 2] = ["semantics", "mfenced"];
/// Elements that hold text, and no elements.
const TOKENS: [&str; 5] = ["mi", "mn", "mo", "ms", "mtext"];

/// Whether an element stands where it may, in one that was written as `above`, and has the parts that it must have (MathML
/// Core §3): damaged pages have powers without exponents. If not, it is a row of what it has.
fn is_whole(tree: &Tree, id: NodeId, above: &str) -> bool {
    let has =
        |count: usize| parts(tree, id).filter(|part| ELEMENTS.contains(part) || ROWS.contains(part)).count() == count;
    match tree.name(id) {
        "math" => above.is_empty(),
        "mfrac" | "mroot" | "msub" | "msup" | "munder" | "mover" => has(2) && is_bare(tree, id),
        "msubsup" | "munderover" => has(3) && is_bare(tree, id),
        "mtable" => {
            let row = |row| {
                matches!(tree.name(row), "mtr" | "mlabeledtr")
                    && is_bare(tree, row)
                    && parts(tree, row).all(|part| part == "mtd")
            };
            is_bare(tree, id) && tree.children(id).filter(|child| tree.element(*child).is_some()).all(row)
        }
        "mtr" | "mlabeledtr" => above == "mtable",
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

/// The text of a token. Spaces at its edges part words from what is beside them if they are no white space of the source.
fn words(text: &str, edges: bool, out: &mut String) {
    const SPACE: char = '\u{A0}';
    let collapsed = super::space::collapse(text);
    if edges && text.starts_with(SPACE) {
        out.push(SPACE);
    }
    escape(&collapsed, out);
    if edges && text.ends_with(SPACE) && !collapsed.is_empty() {
        out.push(SPACE);
    }
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
