//! Formulas as running text: MathML is written in one line (Unicode Technical Note 28), its indices raised and lowered;
//! a formula that has only TeX is shown as its source.

use super::super::math::tree::{DEEPEST, Element, parse};
use crate::model::{Inline, Math, plain_text};

/// A space that no line ends at, before an operator.
const BEFORE: char = '\u{A0}';
/// A space of a quarter em that a line may end at, after an operator.
const AFTER: char = '\u{2005}';

/// What is set for a formula: `None` if it has only TeX.
pub(in super::super) fn inlines(math: &Math) -> Option<Vec<Inline>> {
    let root = parse(math.mathml.as_deref()?);
    let out = row(&root, 0);
    (!plain_text(&out).trim().is_empty()).then_some(out)
}

/// A formula in words that stand for it (PDF/UA-1 7.7): its TeX, or its MathML in one line. Never empty.
pub(in super::super) fn reading(math: &Math) -> String {
    let tex = math.tex.trim();
    if !tex.is_empty() {
        return tex.to_owned();
    }
    let linear = inlines(math).map(|inlines| linear(&inlines)).unwrap_or_default();
    if linear.is_empty() { "[formula]".to_owned() } else { linear }
}

fn linear(inlines: &[Inline]) -> String {
    let mut out = String::new();
    for inline in inlines {
        match inline {
            Inline::Super(inner) => out.extend(["^", &grouped(linear(inner))]),
            Inline::Sub(inner) => out.extend(["_", &grouped(linear(inner))]),
            Inline::Emphasis(inner) => out.push_str(&linear(inner)),
            other => out.push_str(&plain_text(std::slice::from_ref(other)).replace([BEFORE, AFTER], " ")),
        }
    }
    out.trim().to_owned()
}

fn grouped(text: String) -> String {
    if text.chars().all(char::is_alphanumeric) { text } else { format!("({text})") }
}

/// The children of an element one after the other.
fn row(element: &Element, depth: usize) -> Vec<Inline> {
    let mut out = Vec::new();
    for (index, child) in element.children.iter().enumerate() {
        // An operator after another, or with nothing before it, is a sign of what follows.
        let infix = index > 0 && element.children.get(index - 1).is_some_and(|before| before.name != "mo");
        out.extend(if child.name == "mo" { operator(&child.text, infix) } else { set(child, depth + 1) });
    }
    out
}

fn set(element: &Element, depth: usize) -> Vec<Inline> {
    if depth > DEEPEST {
        return Vec::new();
    }
    let part = |index: usize| element.children.get(index).map(|child| set(child, depth + 1)).unwrap_or_default();
    match element.name.as_str() {
        "mi" if is_variable(&element.text) => vec![Inline::Emphasis(vec![text(&element.text)])],
        "mi" | "mn" | "mtext" | "ms" => vec![text(&element.text)],
        "mo" => operator(&element.text, false),
        "mphantom" | "annotation" | "annotation-xml" | "mspace" => Vec::new(),
        "semantics" => part(0),
        "mfrac" => [enclosed(part(0)), vec![text("/")], enclosed(part(1))].concat(),
        "msqrt" => [vec![text("√")], enclosed(row(element, depth))].concat(),
        "mroot" => [vec![Inline::Super(part(1)), text("√")], enclosed(part(0))].concat(),
        "msub" | "munder" => [part(0), lowered(part(1))].concat(),
        "msup" | "mover" => [part(0), raised(part(1))].concat(),
        "msubsup" | "munderover" => [part(0), lowered(part(1)), raised(part(2))].concat(),
        "mtable" => joined(element, "; ", depth),
        "mtr" => joined(element, ", ", depth),
        _ => row(element, depth),
    }
}

fn joined(element: &Element, with: &str, depth: usize) -> Vec<Inline> {
    let parts: Vec<Vec<Inline>> = element.children.iter().map(|child| set(child, depth + 1)).collect();
    parts.join(&text(with))
}

fn text(content: &str) -> Inline {
    Inline::Text(content.to_owned())
}

/// One letter is a variable; several are a name such as `sin`.
fn is_variable(content: &str) -> bool {
    let mut chars = content.chars();
    matches!((chars.next(), chars.next()), (Some(c), None) if c.is_alphabetic())
}

fn raised(inner: Vec<Inline>) -> Vec<Inline> {
    // Primes are raised by themselves.
    let high = plain_text(&inner).chars().all(|c| matches!(c, '′' | '″' | '‴'));
    if high { inner } else { vec![Inline::Super(inner)] }
}

fn lowered(inner: Vec<Inline>) -> Vec<Inline> {
    if inner.is_empty() { inner } else { vec![Inline::Sub(inner)] }
}

/// In parentheses, if it is more than one number or name.
fn enclosed(inner: Vec<Inline>) -> Vec<Inline> {
    let indices = inner.iter().any(|inline| matches!(inline, Inline::Sub(_) | Inline::Super(_)));
    if !indices && plain_text(&inner).chars().all(char::is_alphanumeric) {
        return inner;
    }
    [vec![text("(")], inner, vec![text(")")]].concat()
}

/// An operator with the white that it has between two terms.
fn operator(sign: &str, infix: bool) -> Vec<Inline> {
    let Some(first) = sign.chars().next() else { return Vec::new() };
    let shown = match first {
        // Function application, invisible times, separator, plus.
        '\u{2061}'..='\u{2064}' => return Vec::new(),
        ',' | ';' => format!("{sign}{AFTER}"),
        _ if infix && is_binary(first) => format!("{BEFORE}{sign}{AFTER}"),
        _ => sign.to_owned(),
    };
    vec![Inline::Text(shown)]
}

fn is_binary(c: char) -> bool {
    matches!(
        c,
        '=' | '+' | '<' | '>' | '±' | '×' | '÷' | '-' | '∈' | '∉' | '∪' | '∩' | ':' | '→' | '\u{2190}'..='\u{21FF}'
    ) || matches!(c, '\u{2208}'..='\u{220D}' | '\u{2212}'..='\u{2214}' | '\u{2217}' | '\u{2218}' | '\u{2227}'..='\u{222A}')
        || matches!(c, '\u{2234}'..='\u{22FF}' | '\u{27F5}'..='\u{27FF}' | '\u{2A00}'..='\u{2AFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(mathml: &str) -> String {
        reading(&Math { tex: String::new(), mathml: Some(mathml.to_owned()) })
    }

    #[test]
    fn formulas_in_one_line() {
        let table = [
            ("<math><mi>a</mi><mo>+</mo><mi>b</mi></math>", "a + b"),
            ("<math><mi>E</mi><mo>=</mo><mi>m</mi><msup><mi>c</mi><mn>2</mn></msup></math>", "E = mc^2"),
            ("<math><mfrac><mrow><mi>a</mi><mo>-</mo><mn>1</mn></mrow><mn>2</mn></mfrac></math>", "(a - 1)/2"),
            ("<math><mo>-</mo><msqrt><mi>x</mi></msqrt><mo>&lt;</mo><mn>0</mn></math>", "-√x < 0"),
            (
                "<math><msubsup><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></msubsup></math>",
                "∑_(i = 1)^n",
            ),
            ("<math><mi>sin</mi><mo>&#x2061;</mo><mi>x</mi></math>", "sinx"),
            ("<math/>", "[formula]"),
            ("<math><mi>a</mi><mo>", "a"),
        ];
        for (mathml, expected) in table {
            assert_eq!(read(mathml), expected, "{mathml}");
        }
        assert_eq!(reading(&Math { tex: "x^2".into(), mathml: None }), "x^2");
        let deep = format!("{}<mi>x</mi>", "<mrow>".repeat(100_000));
        assert_eq!(read(&deep), "[formula]");
    }
}
