//! What the elements of a drawing refer to: by attributes, by `style`, and by the rules of its style sheets.
//!
//! Rules are applied by the crate and in the order that usvg applies them with, so that nothing is overlooked that it
//! will do. `@import` and other rules with an at sign do nothing there, nor here.

use std::cell::Cell;
use std::collections::BTreeMap;

use resvg::usvg::roxmltree::{Document, Node, NodeId};
use simplecss::{AttributeOperator, Declaration, DeclarationTokenizer, PseudoClass, StyleSheet};

/// How an element uses what it refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum By {
    Fill,
    Stroke,
    MarkerStart,
    MarkerMid,
    MarkerEnd,
    ClipPath,
    Mask,
    Filter,
    /// What `use` stands for (SVG 2 §5.6).
    Use,
    /// What a pattern takes its content from (§14.3.1), and what `feImage` shows.
    Content,
}

/// The properties that refer to elements, as they are written.
const PROPERTIES: [(&str, By); 8] = [
    ("fill", By::Fill),
    ("stroke", By::Stroke),
    ("marker-start", By::MarkerStart),
    ("marker-mid", By::MarkerMid),
    ("marker-end", By::MarkerEnd),
    ("clip-path", By::ClipPath),
    ("mask", By::Mask),
    ("filter", By::Filter),
];

impl By {
    /// Whether shapes have it from the elements around them.
    pub(super) fn is_inherited(self) -> bool {
        matches!(self, Self::Fill | Self::Stroke | Self::MarkerStart | Self::MarkerMid | Self::MarkerEnd)
    }

    /// Whether it is one of a path's markers.
    pub(super) fn is_marker(self) -> bool {
        matches!(self, Self::MarkerStart | Self::MarkerMid | Self::MarkerEnd)
    }
}

/// What an element refers to.
#[derive(Clone, Debug, Default)]
pub(super) struct Element {
    pub(super) to: Vec<(By, NodeId)>,
    /// Properties that it has from the element around it although they are not handed down of themselves.
    pub(super) inherits: Vec<By>,
    /// Steps that comparing it with the rules of style sheets takes.
    pub(super) steps: u64,
}

/// The most steps that comparing all elements with all rules may take: hundreds of rules for ten thousands of elements
/// need fewer.
const MOST_STEPS: u64 = 50_000_000;
/// Steps that are not worth remembering of one element.
const FEW_STEPS: u64 = 256;

/// The elements that refer to others, or take long to compare with rules, by number. `None` if that takes too long.
pub(super) fn references(document: &Document<'_>) -> Option<BTreeMap<usize, Element>> {
    let mut sheet = StyleSheet::new();
    for text in document.descendants().filter(|node| node.has_tag_name("style")).filter_map(sheet_text) {
        sheet.parse_more(text);
    }
    let names = Names::of(document);
    let (mut elements, mut steps) = (BTreeMap::new(), 0);
    for node in document.descendants().filter(Node::is_element) {
        let element = element(node, &sheet, &names, MOST_STEPS - steps)?;
        steps += element.steps;
        if element.steps > FEW_STEPS || !element.to.is_empty() || !element.inherits.is_empty() {
            elements.insert(node.id().get_usize(), element);
        }
    }
    Some(elements)
}

fn sheet_text<'a>(node: Node<'a, '_>) -> Option<&'a str> {
    node.attribute("type").is_none_or(|kind| kind == "text/css").then(|| node.text()).flatten()
}

/// The elements with names. Of two with one name, `use` takes the first and all others the last.
struct Names<'a> {
    first: BTreeMap<&'a str, NodeId>,
    last: BTreeMap<&'a str, NodeId>,
}

impl<'a> Names<'a> {
    fn of(document: &'a Document<'_>) -> Self {
        let (mut first, mut last) = (BTreeMap::new(), BTreeMap::new());
        for node in document.descendants() {
            if let Some(name) = node.attribute("id") {
                first.entry(name).or_insert(node.id());
                last.insert(name, node.id());
            }
        }
        Self { first, last }
    }
}

/// What an element refers to; `None` if comparing it with the rules takes more than `most` steps.
fn element(node: Node<'_, '_>, sheet: &StyleSheet<'_>, names: &Names<'_>, most: u64) -> Option<Element> {
    let mut declared = Declared::default();
    for attribute in node.attributes() {
        declared.set(attribute.name(), attribute.value(), false);
    }
    let steps = Cell::new(0);
    let counted = Counted { node, steps: &steps, most };
    for rule in &sheet.rules {
        if rule.selector.matches(&counted) {
            steps.set(steps.get() + rule.declarations.len() as u64);
            rule.declarations.iter().for_each(|declaration| declared.declare(declaration));
        }
        if steps.get() > most {
            return None;
        }
    }
    for declaration in node.attribute("style").into_iter().flat_map(DeclarationTokenizer::from) {
        declared.declare(&declaration);
    }
    let mut element = Element { steps: steps.get(), ..Element::default() };
    for ((_, by), (value, _)) in PROPERTIES.iter().zip(declared.0) {
        if value.trim() == "inherit" && !by.is_inherited() {
            element.inherits.push(*by);
        }
        element.to.extend(targets(value).filter_map(|name| Some((*by, *names.last.get(name)?))));
    }
    let linked = |by, known: &BTreeMap<&str, NodeId>| {
        let name =
            node.attributes().filter(|one| one.name() == "href").find_map(|one| one.value().trim().strip_prefix('#'));
        name.and_then(|name| Some((by, *known.get(name)?)))
    };
    element.to.extend(match node.tag_name().name() {
        "use" => linked(By::Use, &names.first),
        "pattern" | "feImage" => linked(By::Content, &names.last),
        _ => None,
    });
    Some(element)
}

/// The names in a value: `url(#name)`, also in quotes, once or several times.
fn targets(value: &str) -> impl Iterator<Item = &str> {
    value.split("url(").skip(1).filter_map(|rest| {
        let inside = rest.split(')').next()?.trim_matches(|c: char| c.is_whitespace() || c == '"' || c == '\'');
        inside.strip_prefix('#')
    })
}

/// The value of each property, and whether it is important, which none that is not comes after (CSS 2.2 §6.4.2).
#[derive(Default)]
struct Declared<'a>([(&'a str, bool); PROPERTIES.len()]);

impl<'a> Declared<'a> {
    fn set(&mut self, name: &str, value: &'a str, important: bool) {
        let at = PROPERTIES.iter().position(|(property, _)| *property == name);
        if let Some(slot) = at.and_then(|at| self.0.get_mut(at)).filter(|slot| !slot.1) {
            *slot = (value, important);
        }
    }

    fn declare(&mut self, declaration: &Declaration<'a>) {
        let Declaration { name, value, important } = *declaration;
        match name {
            "marker" => {
                ["marker-start", "marker-mid", "marker-end"].iter().for_each(|name| self.set(name, value, important));
            }
            _ => self.set(name, value, important),
        }
    }
}

/// An element that counts what is asked of it; past the most, nothing matches any more.
struct Counted<'a, 'input, 'c> {
    node: Node<'a, 'input>,
    steps: &'c Cell<u64>,
    most: u64,
}

impl<'a, 'input> Counted<'a, 'input, '_> {
    fn goes_on(&self, steps: usize) -> bool {
        self.steps.set(self.steps.get() + steps as u64);
        self.steps.get() <= self.most
    }

    /// From one element to another: what makes a rule slow.
    fn other(&self, node: Option<Node<'a, 'input>>) -> Option<Self> {
        let node = node.filter(|_| self.goes_on(16))?;
        Some(Self { node, steps: self.steps, most: self.most })
    }
}

impl simplecss::Element for Counted<'_, '_, '_> {
    fn parent_element(&self) -> Option<Self> {
        self.other(self.node.parent_element())
    }

    fn prev_sibling_element(&self) -> Option<Self> {
        self.other(self.node.prev_sibling_element())
    }

    fn has_local_name(&self, name: &str) -> bool {
        self.goes_on(1) && self.node.tag_name().name() == name
    }

    fn attribute_matches(&self, name: &str, operator: AttributeOperator<'_>) -> bool {
        self.goes_on(1 + self.node.attributes().len() / 4)
            && self.node.attribute(name).is_some_and(|value| operator.matches(value))
    }

    fn pseudo_class_matches(&self, class: PseudoClass<'_>) -> bool {
        self.goes_on(1) && matches!(class, PseudoClass::FirstChild) && self.node.prev_sibling_element().is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(body: &str, id: &str) -> Vec<(By, String)> {
        let text =
            format!("<svg xmlns='http://www.w3.org/2000/svg' xmlns:l='http://www.w3.org/1999/xlink'>{body}</svg>");
        let document = Document::parse(&text).expect("a document");
        let found = references(&document).expect("few steps");
        let node = document.descendants().find(|node| node.attribute("id") == Some(id)).expect("an element");
        let name = |id: &NodeId| document.get_node(*id).and_then(|node| node.attribute("id")).unwrap_or("").to_owned();
        found
            .get(&node.id().get_usize())
            .map_or(Vec::new(), |one| one.to.iter().map(|(by, to)| (*by, name(to))).collect())
    }

    #[test]
    fn references_are_found_wherever_they_are_written() {
        let defs = "<mask id='a'/><mask id='b'/><filter id='f'/>";
        let found = |style: &str, attributes: &str| {
            of(&format!("<style>{style}</style>{defs}<g class='k'><rect id='r' {attributes}/></g>"), "r")
        };
        let is = |by, name: &str| vec![(by, name.to_owned())];
        assert_eq!(found("", "mask='url(#a)'"), is(By::Mask, "a"));
        assert_eq!(found("", "mask='url( \"#a\" )'"), is(By::Mask, "a"));
        assert_eq!(found("rect{mask:url('#a')}", ""), is(By::Mask, "a"));
        assert_eq!(found(".k>rect{mask:url(#a)}", "mask='url(#b)'"), is(By::Mask, "a"), "rules win over attributes");
        assert_eq!(found("rect{mask:url(#a)}", "style='mask:url(#b)'"), is(By::Mask, "b"), "and style over rules");
        assert_eq!(found("rect{mask:url(#a)!important}", "style='mask:url(#b)'"), is(By::Mask, "a"));
        assert_eq!(found("circle{mask:url(#a)}", ""), []);
        assert_eq!(found("@import url(x.css); @media print{rect{mask:url(#a)}}", ""), []);
        assert_eq!(found("rect{filter:blur(2px) url(#f) url(#f)}", "").len(), 2);
        assert_eq!(found("*{marker:url(#a)}", "").len(), 3);
        assert_eq!(of("<use id='u' l:href='#a'/><g id='a'/>", "u"), is(By::Use, "a"));
        assert_eq!(of("<pattern id='u' href='#a'/><pattern id='a'/>", "u"), is(By::Content, "a"));
        assert_eq!(of("<a id='u' href='#a'/><g id='a'/>", "u"), []);
    }

    #[test]
    fn rules_that_take_long_are_noticed() {
        let deep = |rule: &str| {
            let (open, close) = ("<g>".repeat(200), "</g>".repeat(200));
            let text = format!(
                "<svg xmlns='http://www.w3.org/2000/svg'><style>{rule}{{fill:red}}</style>{open}<rect/>{close}</svg>"
            );
            references(&Document::parse(&text).expect("a document")).is_some()
        };
        assert!(deep("svg g g rect"));
        assert!(!deep(&format!("q {}rect", "g ".repeat(12))));
    }
}
