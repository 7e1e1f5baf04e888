//! Formulas as running text: MathML is written in one line (Unicode Technical Note 28), its indices raised and lowered;
//! a formula that has only TeX is shown as its source.

use crate::model::{Inline, Math, plain_text};

/// Elements nested deeper than this are left out; the normalizer never nests so deep.
const DEEPEST: usize = 100;
/// A space that no line ends at, before an operator.
const BEFORE: char = '\u{A0}';
/// A space of a quarter em that a line may end at, after an operator.
const AFTER: char = '\u{2005}';

/// What is set for a formula: `None` if it has only TeX.
pub(in super::super) fn inlines(math: &Math) -> Option<Vec<Inline>> {
    let root = parse(math.mathml.as_deref()?);
    let out = root.row(0);
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

/// A piece of MathML.
#[derive(Debug, Default)]
struct Element {
    name: String,
    /// Its own text, for those that hold no others.
    text: String,
    children: Vec<Element>,
}

impl Element {
    /// Its children one after the other.
    fn row(&self, depth: usize) -> Vec<Inline> {
        let mut out = Vec::new();
        for (index, child) in self.children.iter().enumerate() {
            // An operator after another, or with nothing before it, is a sign of what follows.
            let infix = index > 0 && self.children.get(index - 1).is_some_and(|before| before.name != "mo");
            out.extend(if child.name == "mo" { operator(&child.text, infix) } else { child.set(depth + 1) });
        }
        out
    }

    fn set(&self, depth: usize) -> Vec<Inline> {
        if depth > DEEPEST {
            return Vec::new();
        }
        let part = |index: usize| self.children.get(index).map(|child| child.set(depth + 1)).unwrap_or_default();
        match self.name.as_str() {
            "mi" if is_variable(&self.text) => vec![Inline::Emphasis(vec![text(&self.text)])],
            "mi" | "mn" | "mtext" | "ms" => vec![text(&self.text)],
            "mo" => operator(&self.text, false),
            "mphantom" | "annotation" | "annotation-xml" | "mspace" => Vec::new(),
            "semantics" => part(0),
            "mfrac" => [enclosed(part(0)), vec![text("/")], enclosed(part(1))].concat(),
            "msqrt" => [vec![text("√")], enclosed(self.row(depth))].concat(),
            "mroot" => [vec![Inline::Super(part(1)), text("√")], enclosed(part(0))].concat(),
            "msub" | "munder" => [part(0), lowered(part(1))].concat(),
            "msup" | "mover" => [part(0), raised(part(1))].concat(),
            "msubsup" | "munderover" => [part(0), lowered(part(1)), raised(part(2))].concat(),
            "mfenced" => [vec![text("(")], self.joined(", ", depth), vec![text(")")]].concat(),
            "mtable" => self.joined("; ", depth),
            "mtr" => self.joined(", ", depth),
            _ => self.row(depth),
        }
    }

    fn joined(&self, with: &str, depth: usize) -> Vec<Inline> {
        let parts: Vec<Vec<Inline>> = self.children.iter().map(|child| child.set(depth + 1)).collect();
        parts.join(&text(with))
    }
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

/// Reads MathML, well-formed or not: what does not close is closed at the end.
fn parse(xml: &str) -> Element {
    let mut open = vec![Element::default()];
    let mut rest = xml;
    while let Some(at) = rest.find('<') {
        let (content, tag) = rest.split_at(at);
        push_text(&mut open, content);
        let Some(end) = tag.find('>') else { break };
        let inside = &tag[1..end];
        rest = &tag[end + 1..];
        match inside.as_bytes().first() {
            Some(b'!' | b'?') | None => {}
            Some(b'/') => close(&mut open, inside[1..].trim()),
            Some(_) => {
                let name = inside.split([' ', '/', '\n', '\t', '\r']).next().unwrap_or_default();
                let name = name.rsplit(':').next().unwrap_or_default().to_owned();
                open.push(Element { name, ..Element::default() });
                if inside.ends_with('/') || open.len() > DEEPEST {
                    fold(&mut open);
                }
            }
        }
    }
    while open.len() > 1 {
        fold(&mut open);
    }
    open.pop().unwrap_or_default()
}

fn close(open: &mut Vec<Element>, name: &str) {
    let name = name.rsplit(':').next().unwrap_or_default();
    if open.len() > 1 && open.last().is_some_and(|element| element.name == name) {
        fold(open);
    }
}

/// The innermost open element becomes a child of the one around it.
fn fold(open: &mut Vec<Element>) {
    if let Some(mut done) = open.pop() {
        done.text = done.text.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some(parent) = open.last_mut() {
            parent.children.push(done);
        }
    }
}

fn push_text(open: &mut [Element], content: &str) {
    let Some(element) = open.last_mut() else { return };
    let mut rest = content;
    while let Some(at) = rest.find('&') {
        let (before, entity) = rest.split_at(at);
        element.text.push_str(before);
        let Some(end) = entity.find(';') else {
            rest = entity;
            break;
        };
        element.text.extend(character(&entity[1..end]));
        rest = &entity[end + 1..];
    }
    element.text.push_str(rest);
}

fn character(entity: &str) -> Option<char> {
    match entity {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        number => {
            let number = number.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|c| !c.is_control())
        }
    }
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
