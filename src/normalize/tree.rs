//! A parsed page: an arena of nodes, so that walks are loops and nothing is freed node by node.

use html5ever::tendril::StrTendril;
use html5ever::{QualName, local_name, ns};

use super::blocks::is_block;

/// A node of a [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NodeId(pub(super) u32);

/// What a node is.
#[derive(Debug)]
pub(super) enum Data {
    /// The document, or what stands apart from it.
    Root,
    Element(Element),
    Text(StrTendril),
    /// Comments and the like.
    Other,
}

/// An element.
#[derive(Debug)]
pub(super) struct Element {
    pub(super) name: QualName,
    pub(super) attributes: Vec<(QualName, StrTendril)>,
    /// Where among them `class` and `id` are: most questions are about these.
    class: Option<u8>,
    id: Option<u8>,
    /// Whether it stands apart from running text.
    block: bool,
}

impl Element {
    pub(super) fn new(name: QualName, attributes: Vec<(QualName, StrTendril)>) -> Self {
        let at = |wanted| {
            let found = attributes.iter().position(|(of, _)| of.local == wanted);
            found.and_then(|at| u8::try_from(at).ok())
        };
        let (class, id) = (at(local_name!("class")), at(local_name!("id")));
        let block = is_block(&name.local);
        Self { name, attributes, class, id, block }
    }
}

#[derive(Debug)]
pub(super) struct Node {
    pub(super) parent: Option<NodeId>,
    pub(super) previous: Option<NodeId>,
    pub(super) next: Option<NodeId>,
    pub(super) first: Option<NodeId>,
    pub(super) last: Option<NodeId>,
    pub(super) data: Data,
}

/// A parsed page. Node 0 is the document.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) nodes: Vec<Node>,
}

impl Tree {
    pub(super) const DOCUMENT: NodeId = NodeId(0);

    pub(super) fn new() -> Self {
        let mut tree = Self { nodes: Vec::new() };
        tree.add(Data::Root);
        tree
    }

    pub(super) fn add(&mut self, data: Data) -> NodeId {
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(Node { parent: None, previous: None, next: None, first: None, last: None, data });
        id
    }

    pub(super) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    fn node_mut(&mut self, id: NodeId) -> &mut Node {
        &mut self.nodes[id.0 as usize]
    }

    pub(super) fn data_mut(&mut self, id: NodeId) -> &mut Data {
        &mut self.node_mut(id).data
    }

    pub(super) fn append(&mut self, parent: NodeId, child: NodeId) {
        self.detach(child);
        let last = self.node(parent).last;
        let node = self.node_mut(child);
        (node.parent, node.previous, node.next) = (Some(parent), last, None);
        match last {
            Some(last) => self.node_mut(last).next = Some(child),
            None => self.node_mut(parent).first = Some(child),
        }
        self.node_mut(parent).last = Some(child);
    }

    /// Puts an element of that name around a node.
    pub(super) fn wrap(&mut self, id: NodeId, name: &str) {
        let name = QualName::new(None, ns!(html), name.into());
        let around = self.add(Data::Element(Element::new(name, Vec::new())));
        let (parent, previous, next) = (self.node(id).parent, self.node(id).previous, self.node(id).next);
        let Some(parent) = parent else { return };
        let node = self.node_mut(around);
        (node.parent, node.previous, node.next) = (Some(parent), previous, next);
        match previous {
            Some(previous) => self.node_mut(previous).next = Some(around),
            None => self.node_mut(parent).first = Some(around),
        }
        match next {
            Some(next) => self.node_mut(next).previous = Some(around),
            None => self.node_mut(parent).last = Some(around),
        }
        let node = self.node_mut(id);
        (node.parent, node.previous, node.next) = (None, None, None);
        self.append(around, id);
    }

    /// Moves a node, with all below it, to stand before another, which is not below it.
    pub(super) fn put_before(&mut self, place: NodeId, id: NodeId) {
        self.detach(id);
        let (parent, previous) = (self.node(place).parent, self.node(place).previous);
        let Some(parent) = parent else { return };
        let node = self.node_mut(id);
        (node.parent, node.previous, node.next) = (Some(parent), previous, Some(place));
        self.node_mut(place).previous = Some(id);
        match previous {
            Some(previous) => self.node_mut(previous).next = Some(id),
            None => self.node_mut(parent).first = Some(id),
        }
    }

    pub(super) fn detach(&mut self, id: NodeId) {
        let node = self.node_mut(id);
        let (parent, previous, next) = (node.parent.take(), node.previous.take(), node.next.take());
        let Some(parent) = parent else { return };
        match previous {
            Some(previous) => self.node_mut(previous).next = next,
            None => self.node_mut(parent).first = next,
        }
        match next {
            Some(next) => self.node_mut(next).previous = previous,
            None => self.node_mut(parent).last = previous,
        }
    }

    pub(super) fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.node(id).first, |child| self.node(*child).next)
    }

    pub(super) fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.node(id).parent, |node| self.node(*node).parent)
    }

    /// The node after `id` in document order that is not below it, within `root`.
    pub(super) fn after(&self, id: NodeId, root: NodeId) -> Option<NodeId> {
        let mut at = id;
        loop {
            if at == root {
                return None;
            }
            if let Some(next) = self.node(at).next {
                return Some(next);
            }
            at = self.node(at).parent?;
        }
    }

    /// `root` and all below it, in document order.
    pub(super) fn descendants(&self, root: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(Some(root), move |at| self.node(*at).first.or_else(|| self.after(*at, root)))
    }

    /// The elements below `root` (and itself) of one name.
    pub(super) fn named<'a>(&'a self, root: NodeId, name: &'a str) -> impl Iterator<Item = NodeId> + 'a {
        self.descendants(root).filter(move |id| self.name(*id) == name)
    }

    pub(super) fn element(&self, id: NodeId) -> Option<&Element> {
        match &self.node(id).data {
            Data::Element(element) => Some(element),
            Data::Root | Data::Text(_) | Data::Other => None,
        }
    }

    /// The name of an element in lower case; empty for other nodes. Elements of MathML and SVG have theirs, so `a` in
    /// SVG is `a` too.
    pub(super) fn name(&self, id: NodeId) -> &str {
        self.element(id).map_or("", |element| &element.name.local)
    }

    /// Whether it is an element that stands apart from running text.
    pub(super) fn is_block(&self, id: NodeId) -> bool {
        self.element(id).is_some_and(|element| element.block)
    }

    pub(super) fn is_html(&self, id: NodeId) -> bool {
        self.element(id).is_some_and(|element| element.name.ns == ns!(html))
    }

    pub(super) fn text(&self, id: NodeId) -> Option<&str> {
        match &self.node(id).data {
            Data::Text(text) => Some(text),
            Data::Root | Data::Element(_) | Data::Other => None,
        }
    }

    /// An attribute's value.
    #[inline]
    pub(super) fn attribute(&self, id: NodeId, name: &str) -> Option<&str> {
        let element = self.element(id)?;
        let known = match name {
            "class" => element.class,
            "id" => element.id,
            _ => return other_attribute(element, name),
        };
        element.attributes.get(usize::from(known?)).map(|(_, value)| &**value)
    }

    /// An attribute's value without white space around it, unless that leaves nothing.
    pub(super) fn value(&self, id: NodeId, name: &str) -> Option<&str> {
        self.attribute(id, name).map(str::trim).filter(|value| !value.is_empty())
    }

    pub(super) fn classes(&self, id: NodeId) -> impl Iterator<Item = &str> {
        self.attribute(id, "class").unwrap_or_default().split_ascii_whitespace()
    }

    pub(super) fn has_class(&self, id: NodeId, class: &str) -> bool {
        self.classes(id).any(|of| of == class)
    }

    /// All text below a node, as it stands in the source.
    pub(super) fn text_of(&self, id: NodeId) -> String {
        let mut out = String::new();
        for node in self.descendants(id) {
            if let Some(text) = self.text(node) {
                out.push_str(text);
            }
        }
        out
    }

    /// What readers see of the text below a node, white space collapsed: not the source of a script, nor what stands in a
    /// frame for browsers without frames, which swallows the rest of the page where the frame is not closed.
    pub(super) fn words_of(&self, id: NodeId) -> String {
        let source = |node: NodeId| {
            let parent = self.node(node).parent.filter(|parent| *parent != id);
            parent.is_some_and(|parent| {
                matches!(self.name(parent), "script" | "style" | "iframe" | "noembed" | "noframes")
            })
        };
        let texts = self.descendants(id).filter(|node| !source(*node)).filter_map(|node| self.text(node));
        super::space::collapse(&texts.collect::<String>())
    }
}

fn other_attribute<'a>(element: &'a Element, name: &str) -> Option<&'a str> {
    element.attributes.iter().find(|(of, _)| &*of.local == name).map(|(_, value)| &**value)
}
