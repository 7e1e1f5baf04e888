//! From HTML to a [`Tree`], whatever the HTML.
//!
//! The parser's work grows with the square of the nesting, and one page of 80 KB can make it build 16 million nodes.
//! So a guard stands between its tokenizer and its tree builder:
//!
//! - start tags below [`DEPTH`] are dropped with their end tags;
//! - when there are more nodes than half the bytes (and ten thousand), all further tags are dropped;
//! - a tag keeps its first [`ATTRIBUTES`] attributes.
//!
//! Text is always kept. No page of a browser comes near these limits; what they cut is told.

use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};
use std::collections::BTreeMap;

use html5ever::buffer_queue::BufferQueue;
use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts, TreeSink};
use html5ever::{Attribute, LocalName, QualName, TokenizerResult};

use super::tree::{Data, Element, NodeId, Tree};

/// The deepest element, counted from the document.
pub(super) const DEPTH: usize = 256;
/// The most attributes of a tag.
const ATTRIBUTES: usize = 256;

/// A page, parsed.
pub(super) struct Parsed {
    pub(super) tree: Tree,
    /// Whether the guard dropped tags or attributes.
    pub(super) cut: bool,
}

/// Parses a page.
pub(super) fn parse(html: &str) -> Parsed {
    let (html, trimmed) = trim_attributes(html);
    let sink = Sink {
        tree: RefCell::new(Tree::new()),
        depth: Cell::new(0),
        limit: html.len() / 2 + 10_000,
        full: Cell::new(false),
    };
    let options = TreeBuilderOpts { scripting_enabled: false, drop_doctype: true, ..TreeBuilderOpts::default() };
    let guard = Guard { builder: TreeBuilder::new(sink, options), dropped: RefCell::default(), cut: Cell::new(false) };
    let tokenizer = Tokenizer::new(guard, TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(&html));
    // The tokenizer stops early at a script's end and at a charset declaration.
    while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
    tokenizer.end();
    let cut = trimmed || tokenizer.sink.cut.get();
    let mut tree = tokenizer.sink.builder.sink.finish();
    flatten(&mut tree);
    Parsed { tree, cut }
}

/// Cuts tags after their first attributes: the tokenizer compares each name with all before it.
fn trim_attributes(html: &str) -> (Cow<'_, str>, bool) {
    let bytes = html.as_bytes();
    let mut out: Option<String> = None;
    let (mut at, mut kept) = (0, 0);
    while let Some(open) = bytes[at..].iter().position(|b| *b == b'<').map(|i| at + i) {
        at = open + 1;
        if bytes[at..].starts_with(b"!--") {
            at += bytes[at..].windows(3).position(|end| end == b"-->").unwrap_or(bytes.len() - at);
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
    let raw: [&[u8]; 8] = [b"script", b"style", b"textarea", b"title", b"iframe", b"xmp", b"noembed", b"noframes"];
    let Some(name) = raw.into_iter().find(|raw| raw.eq_ignore_ascii_case(name)) else { return 0 };
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

/// Lifts what is too deep: formatting that is opened again in each block nests without a start tag of its own.
fn flatten(tree: &mut Tree) {
    let mut depth = 0_usize;
    let mut at = Tree::DOCUMENT;
    let mut deep = Vec::new();
    loop {
        if let Some(child) = tree.node(at).first {
            depth += 1;
            at = child;
        } else {
            loop {
                if at == Tree::DOCUMENT {
                    for id in deep {
                        tree.unwrap(id);
                    }
                    return;
                }
                if let Some(next) = tree.node(at).next {
                    at = next;
                    break;
                }
                let Some(parent) = tree.node(at).parent else { return };
                at = parent;
                depth -= 1;
            }
        }
        if depth > DEPTH && tree.element(at).is_some_and(|_| tree.node(at).first.is_some()) {
            deep.push(at);
        }
    }
}

/// Between tokenizer and tree builder.
struct Guard {
    builder: TreeBuilder<NodeId, Sink>,
    /// How many start tags of each name were dropped whose end tags are to come.
    dropped: RefCell<BTreeMap<LocalName, usize>>,
    cut: Cell<bool>,
}

impl Guard {
    /// Whether a tag may pass.
    fn passes(&self, tag: &Tag) -> bool {
        let name = &*tag.name;
        // These switch the tokenizer's state; without them their content would become text.
        if matches!(name, "script" | "style" | "textarea" | "title" | "iframe" | "noembed" | "noframes" | "xmp") {
            return true;
        }
        let full = self.builder.sink.full.get();
        let mut dropped = self.dropped.borrow_mut();
        match tag.kind {
            TagKind::StartTag if full || self.builder.sink.depth.get() >= DEPTH && !is_void(name) => {
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
    type Handle = NodeId;

    fn process_token(&self, token: Token, line_number: u64) -> TokenSinkResult<NodeId> {
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

/// Builds the tree.
struct Sink {
    tree: RefCell<Tree>,
    /// Depth of the open element, as far as can be seen from here.
    depth: Cell<usize>,
    /// The most nodes.
    limit: usize,
    full: Cell<bool>,
}

impl Sink {
    fn add(&self, data: Data) -> NodeId {
        let mut tree = self.tree.borrow_mut();
        if tree.nodes.len() >= self.limit {
            self.full.set(true);
        }
        tree.add(data)
    }

    /// The depth is found by walking up, not remembered: the parser moves whole subtrees.
    fn measure(&self, id: NodeId) {
        self.depth.set(self.tree.borrow().ancestors(id).take(DEPTH * 2).count());
    }

    fn add_text(&self, last: Option<NodeId>, text: StrTendril) -> Option<NodeId> {
        if let Some(last) = last
            && let Data::Text(before) = self.tree.borrow_mut().data_mut(last)
        {
            before.push_tendril(&text);
            return None;
        }
        Some(self.add(Data::Text(text)))
    }
}

impl TreeSink for Sink {
    type Handle = NodeId;
    type Output = Tree;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Tree {
        self.tree.into_inner()
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> NodeId {
        Tree::DOCUMENT
    }

    fn elem_name<'a>(&'a self, target: &'a NodeId) -> Ref<'a, QualName> {
        Ref::map(self.tree.borrow(), |tree| tree.element(*target).map_or(&*NO_NAME, |element| &element.name))
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _: ElementFlags) -> NodeId {
        self.add(Data::Element(Element { name, attributes }))
    }

    fn create_comment(&self, _: StrTendril) -> NodeId {
        self.add(Data::Other)
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> NodeId {
        self.add(Data::Other)
    }

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        match child {
            NodeOrText::AppendNode(child) => {
                self.tree.borrow_mut().append(*parent, child);
                self.measure(child);
            }
            NodeOrText::AppendText(text) => {
                let last = self.tree.borrow().node(*parent).last;
                if let Some(new) = self.add_text(last, text) {
                    self.tree.borrow_mut().append(*parent, new);
                }
            }
        }
    }

    fn append_based_on_parent_node(&self, element: &NodeId, previous: &NodeId, child: NodeOrText<NodeId>) {
        let has_parent = self.tree.borrow().node(*element).parent.is_some();
        if has_parent { self.append_before_sibling(element, child) } else { self.append(previous, child) }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn pop(&self, node: &NodeId) {
        let parent = self.tree.borrow().node(*node).parent;
        if let Some(parent) = parent {
            self.measure(parent);
        }
    }

    fn get_template_contents(&self, _: &NodeId) -> NodeId {
        // Apart from the document: a template is not shown.
        self.add(Data::Root)
    }

    fn same_node(&self, x: &NodeId, y: &NodeId) -> bool {
        x == y
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &NodeId, child: NodeOrText<NodeId>) {
        match child {
            NodeOrText::AppendNode(child) => {
                self.tree.borrow_mut().insert_before(*sibling, child);
                self.measure(child);
            }
            NodeOrText::AppendText(text) => {
                let last = self.tree.borrow().node(*sibling).previous;
                if let Some(new) = self.add_text(last, text) {
                    self.tree.borrow_mut().insert_before(*sibling, new);
                }
            }
        }
    }

    fn add_attrs_if_missing(&self, target: &NodeId, attributes: Vec<Attribute>) {
        if let Data::Element(element) = self.tree.borrow_mut().data_mut(*target) {
            for attribute in attributes {
                if element.attributes.iter().all(|of| of.name != attribute.name) {
                    element.attributes.push(attribute);
                }
            }
        }
    }

    fn remove_from_parent(&self, target: &NodeId) {
        self.tree.borrow_mut().detach(*target);
    }

    fn reparent_children(&self, node: &NodeId, new_parent: &NodeId) {
        let mut tree = self.tree.borrow_mut();
        while let Some(child) = tree.node(*node).first {
            tree.append(*new_parent, child);
        }
    }
}

/// The name of what has none. The tree builder never asks for it.
static NO_NAME: std::sync::LazyLock<QualName> =
    std::sync::LazyLock::new(|| QualName::new(None, html5ever::ns!(html), html5ever::local_name!("")));
