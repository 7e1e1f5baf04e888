//! From HTML to a [`Tree`], whatever the HTML.
//!
//! The parser's work grows with the square of the nesting, and one page of 80 KB can make it build 16 million nodes.
//! So a guard stands between its tokenizer and its tree builder, which fills a document of scraper's:
//!
//! - start tags below the limit of nesting are dropped with their end tags;
//! - when there are more nodes than half the bytes (and ten thousand), or more than the limit of nodes, all further tags are
//!   dropped;
//! - when the attributes of all elements together, those that the parser makes again included, are longer than the limit of
//!   growth allows, further ones are dropped;
//! - a tag keeps its first [`ATTRIBUTES`] attributes.
//!
//! Text is always kept. No page of a browser comes near these limits; what they cut is told.

use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};
use std::collections::BTreeMap;

use ego_tree::iter::Edge;
use html5ever::buffer_queue::BufferQueue;
use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts, TreeSink};
use html5ever::{Attribute, LocalName, QualName, TokenizerResult};
use scraper::{ElementRef, Html, HtmlTreeSink, Node};
use tracing::trace_span;

use super::rules::{Matches, Rules};
use super::tree::{Data, Element, NodeId, Tree};
use crate::limits::Limits;

/// The most attributes of a tag.
const ATTRIBUTES: usize = 256;

/// Elements that hold nothing but text (HTML §13.1.2).
const RAW: [&str; 8] = ["script", "style", "textarea", "title", "iframe", "xmp", "noembed", "noframes"];

/// A page, parsed.
pub(super) struct Parsed {
    pub(super) tree: Tree,
    /// For each set of rules, what its selectors match.
    pub(super) matches: Vec<Matches>,
    /// Whether the guard dropped tags or attributes.
    pub(super) cut: bool,
}

/// Parses a page within the usual limits.
pub(super) fn parse(html: &str, rules: &[&Rules]) -> Parsed {
    parse_within(html, rules, &Limits::default())
}

/// Parses a page, and asks rules about it.
pub(super) fn parse_within(html: &str, rules: &[&Rules], limits: &Limits) -> Parsed {
    let _parsing = trace_span!("parse").entered();
    let (html, trimmed) = trim_attributes(html);
    let sink = Sink::new(html.len(), limits);
    let options = TreeBuilderOpts { scripting_enabled: false, drop_doctype: true, ..TreeBuilderOpts::default() };
    let guard = Guard { builder: TreeBuilder::new(sink, options), dropped: RefCell::default(), cut: Cell::new(false) };
    let tokenizer = Tokenizer::new(guard, TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(&html));
    // The tokenizer stops early at a script's end and at a charset declaration.
    while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
    tokenizer.end();
    let cut = trimmed || tokenizer.sink.cut.get() || tokenizer.sink.builder.sink.full.get();
    let mut document = tokenizer.sink.builder.sink.finish();
    let (mut tree, sources) = arrange(&document, Limits::count(limits.nesting));
    let matches = rules.iter().map(|rules| ask(rules, &document, &sources)).collect();
    fill(&mut tree, &mut document, sources);
    Parsed { tree, matches, cut }
}

/// Cuts tags after their first attributes: the tokenizer compares each name with all before it.
fn trim_attributes(html: &str) -> (Cow<'_, str>, bool) {
    let bytes = html.as_bytes();
    let mut out: Option<String> = None;
    let (mut at, mut kept) = (0, 0);
    while let Some(open) = html.get(at..).and_then(|rest| rest.find('<')).map(|i| at + i) {
        at = open + 1;
        if bytes[at..].starts_with(b"!--") {
            at += html.get(at..).and_then(|rest| rest.find("-->")).unwrap_or(bytes.len() - at);
            continue;
        }
        if !bytes.get(at).is_some_and(u8::is_ascii_alphabetic) {
            continue;
        }
        let (end, enough) = tag_end(bytes, at);
        at = end + raw_text(bytes, at, end);
        if let Some(enough) = enough {
            let out = out.get_or_insert_default();
            out.push_str(html.get(kept..enough).unwrap_or_default());
            kept = end;
        }
    }
    match out {
        None => (Cow::Borrowed(html), false),
        Some(mut out) => {
            out.push_str(html.get(kept..).unwrap_or_default());
            (Cow::Owned(out), true)
        }
    }
}

/// How much after a tag is text whatever it looks like, up to the end tag (HTML §13.2.5.2 and the like).
fn raw_text(bytes: &[u8], start: usize, end: usize) -> usize {
    let name = bytes[start..end].split(|b| !b.is_ascii_alphabetic()).next().unwrap_or_default();
    let Some(name) = RAW.map(str::as_bytes).into_iter().find(|raw| raw.eq_ignore_ascii_case(name)) else { return 0 };
    let rest = &bytes[end..];
    let ends = |at: usize| {
        let after = rest.get(at + 2..at + 2 + name.len());
        rest[at..].starts_with(b"</") && after.is_some_and(|after| after.eq_ignore_ascii_case(name))
    };
    (0..rest.len()).find(|at| rest[*at] == b'<' && ends(*at)).unwrap_or(0)
}

/// Where a tag ends (at its `>`), and where it has attributes enough if it has more.
fn tag_end(bytes: &[u8], start: usize) -> (usize, Option<usize>) {
    let (mut names, mut quote, mut enough) = (0_usize, None, None);
    let mut before = b' ';
    for (index, byte) in bytes.iter().enumerate().skip(start) {
        match (quote, *byte) {
            (Some(open), b) if b == open => quote = None,
            (Some(_), _) => {}
            (None, b'>') => return (index, enough),
            (None, b @ (b'"' | b'\'')) if before == b'=' => quote = Some(b),
            (None, b) if b.is_ascii_whitespace() || b == b'/' => {}
            (None, _) if before.is_ascii_whitespace() || matches!(before, b'/' | b'"' | b'\'') => {
                names += 1;
                if names > ATTRIBUTES && enough.is_none() {
                    enough = Some(index);
                }
            }
            (None, _) => {}
        }
        before = if byte.is_ascii_whitespace() && before == b'=' { b'=' } else { *byte };
    }
    (bytes.len(), enough)
}

/// Arranges scraper's document in an arena of our own, in document order, still without data.
///
/// What is too deep is lifted: formatting that is opened again in each block nests without a start tag of its own. Scripts
/// and their like stay what they are, however deep: their text is no text of the page. What templates hold is left out: it
/// is not shown.
fn arrange(html: &Html, deepest: usize) -> (Tree, Sources) {
    let mut tree = Tree::new();
    let mut sources = Vec::with_capacity(html.tree.values().len());
    let mut parents = vec![Tree::DOCUMENT];
    let (mut depth, mut hidden) = (0_usize, 0_usize);
    for edge in html.tree.root().traverse().skip(1) {
        let (node, opens) = match edge {
            Edge::Open(node) => (node, true),
            Edge::Close(node) => (node, false),
        };
        depth = if opens { depth + 1 } else { depth };
        let is_lifted = depth > deepest
            && node.has_children()
            && node.value().as_element().is_some_and(|element| !RAW.contains(&element.name()));
        let is_fragment = node.value().is_fragment();
        match (opens, is_fragment) {
            (true, true) => hidden += 1,
            (true, false) if hidden == 0 && !is_lifted => {
                let id = tree.add(Data::Other);
                tree.append(parents.last().copied().unwrap_or(Tree::DOCUMENT), id);
                sources.push((id, node.id()));
                parents.push(id);
            }
            (false, true) => hidden -= 1,
            (false, false) if hidden == 0 && !is_lifted => {
                parents.pop();
            }
            (_, false) => {}
        }
        depth = if opens { depth } else { depth.saturating_sub(1) };
    }
    (tree, sources)
}

/// What rules match, on the document as it was parsed.
fn ask(rules: &Rules, html: &Html, sources: &Sources) -> Matches {
    let mut found = Matches::new();
    if !rules.is_empty() {
        for (id, source) in sources {
            if let Some(element) = html.tree.get(*source).and_then(ElementRef::wrap) {
                rules.find(*id, &element, &mut found);
            }
        }
    }
    found
}

/// Moves the document's strings into the arena.
fn fill(tree: &mut Tree, html: &mut Html, sources: Sources) {
    for (id, source) in sources {
        if let Some(mut node) = html.tree.get_mut(source) {
            *tree.data_mut(id) = match node.value() {
                Node::Element(element) => {
                    Data::Element(Element::new(element.name.clone(), std::mem::take(&mut element.attrs)))
                }
                Node::Text(text) => Data::Text(std::mem::take(&mut text.text)),
                _ => Data::Other,
            };
        }
    }
}

/// Between tokenizer and tree builder.
struct Guard {
    builder: TreeBuilder<Handle, Sink>,
    /// How many start tags of each name were dropped whose end tags are to come.
    dropped: RefCell<BTreeMap<LocalName, usize>>,
    cut: Cell<bool>,
}

impl Guard {
    /// Whether a tag may pass.
    fn passes(&self, tag: &Tag) -> bool {
        let name = &*tag.name;
        // These switch the tokenizer's state; without them their content would become text.
        if RAW.contains(&name) {
            return true;
        }
        let full = self.builder.sink.is_full();
        let mut dropped = self.dropped.borrow_mut();
        match tag.kind {
            TagKind::StartTag
                if full || self.builder.sink.depth.get() >= self.builder.sink.deepest && !is_void(name) =>
            {
                if !full {
                    *dropped.entry(tag.name.clone()).or_default() += 1;
                }
                self.cut.set(true);
                false
            }
            TagKind::StartTag => true,
            TagKind::EndTag if full => false,
            TagKind::EndTag => match dropped.get_mut(&tag.name) {
                Some(count) if *count > 0 => {
                    *count -= 1;
                    false
                }
                _ => true,
            },
        }
    }
}

fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "source"
            | "track"
            | "wbr"
    )
}

impl TokenSink for Guard {
    type Handle = Handle;

    fn process_token(&self, token: Token, line_number: u64) -> TokenSinkResult<Handle> {
        match &token {
            Token::TagToken(tag) if !self.passes(tag) => TokenSinkResult::Continue,
            _ => self.builder.process_token(token, line_number),
        }
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// scraper's sink, watched: how many nodes there are, how deep the open element is.
struct Sink {
    html: HtmlTreeSink,
    /// Depth of the open element, as far as can be seen from here.
    depth: Cell<usize>,
    /// The most nodes.
    limit: usize,
    /// The deepest element, counted from the document.
    deepest: usize,
    /// How many bytes of attributes there may still be.
    room: Cell<usize>,
    /// Whether attributes were dropped.
    full: Cell<bool>,
}

/// Nodes of ours with those of scraper's that they are made of.
type Sources = Vec<(NodeId, Handle)>;

/// A node of scraper's document.
type Handle = <HtmlTreeSink as TreeSink>::Handle;

impl Sink {
    fn new(length: usize, limits: &Limits) -> Self {
        let html = HtmlTreeSink::new(Html::new_document());
        let limit = (length / 2).saturating_add(10_000).min(Limits::count(limits.nodes));
        let (deepest, room) = (Limits::count(limits.nesting), Cell::new(limits.grown(length)));
        Self { html, depth: Cell::new(0), limit, deepest, room, full: Cell::new(false) }
    }

    fn is_full(&self) -> bool {
        self.html.0.borrow().tree.values().len() >= self.limit
    }

    /// The depth is found by walking up, not remembered: the parser moves whole subtrees.
    fn measure(&self, id: Handle) {
        self.depth.set(self.depth_of(id));
    }

    fn depth_of(&self, id: Handle) -> usize {
        let html = self.html.0.borrow();
        html.tree.get(id).map_or(0, |node| node.ancestors().take(self.deepest * 2).count())
    }

    fn measure_added(&self, child: Option<Handle>) {
        if let Some(child) = child {
            self.measure(child);
        }
    }
}

/// The node that is added, unless it is text.
fn added(child: &NodeOrText<Handle>) -> Option<Handle> {
    match child {
        NodeOrText::AppendNode(child) => Some(*child),
        NodeOrText::AppendText(_) => None,
    }
}

impl TreeSink for Sink {
    type Handle = Handle;
    type Output = Html;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Html {
        self.html.finish()
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Handle {
        self.html.get_document()
    }

    fn elem_name<'a>(&'a self, target: &'a Handle) -> Ref<'a, QualName> {
        self.html.elem_name(target)
    }

    fn create_element(&self, name: QualName, mut attributes: Vec<Attribute>, flags: ElementFlags) -> Handle {
        let length = attributes.iter().map(|attribute| attribute.name.local.len() + attribute.value.len()).sum();
        match self.room.get().checked_sub(length) {
            Some(left) => self.room.set(left),
            None => {
                attributes.clear();
                self.full.set(true);
            }
        }
        self.html.create_element(name, attributes, flags)
    }

    fn create_comment(&self, _: StrTendril) -> Handle {
        self.html.create_comment(StrTendril::new())
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Handle {
        self.html.create_pi(StrTendril::new(), StrTendril::new())
    }

    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        let added = added(&child);
        self.html.append(parent, child);
        self.measure_added(added);
    }

    fn append_based_on_parent_node(&self, element: &Handle, previous: &Handle, child: NodeOrText<Handle>) {
        let added = added(&child);
        self.html.append_based_on_parent_node(element, previous, child);
        self.measure_added(added);
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn pop(&self, node: &Handle) {
        let depth = self.depth_of(*node);
        if depth > 0 {
            self.depth.set(depth - 1);
        }
    }

    fn get_template_contents(&self, target: &Handle) -> Handle {
        self.html.get_template_contents(target)
    }

    fn same_node(&self, x: &Handle, y: &Handle) -> bool {
        x == y
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &Handle, child: NodeOrText<Handle>) {
        let added = added(&child);
        self.html.append_before_sibling(sibling, child);
        self.measure_added(added);
    }

    fn add_attrs_if_missing(&self, target: &Handle, attributes: Vec<Attribute>) {
        self.html.add_attrs_if_missing(target, attributes);
    }

    fn remove_from_parent(&self, target: &Handle) {
        self.html.remove_from_parent(target);
    }

    fn reparent_children(&self, node: &Handle, new_parent: &Handle) {
        self.html.reparent_children(node, new_parent);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_and_their_like_stay_hidden_however_deep() {
        for around in ["<div>", "<b><p>", "<svg><g>"] {
            let html = format!("{}文<script>a()</script><style>b</style>字", around.repeat(300));
            let tree = parse(&html, &[]).tree;
            let shown = |id: &NodeId| {
                let raw = |above: NodeId| RAW.contains(&tree.name(above));
                tree.text(*id).is_some() && !tree.ancestors(*id).any(raw)
            };
            let text: String = tree.descendants(Tree::DOCUMENT).filter(shown).filter_map(|id| tree.text(id)).collect();
            assert_eq!(text, "文字", "{around}");
        }
    }
}
