//! What the elements of a page are, and which rule says so.

use std::collections::BTreeMap;

use super::tree::{NodeId, Tree};

/// What a rule says an element is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    When,
    Drop,
    Content,
    Title,
    Author,
    Date,
    Publisher,
    Caption,
    Divider,
    /// To be put into an element of that name.
    Wrap(String),
}

/// What the elements of a page are.
#[derive(Debug, Default)]
pub(super) struct Marks {
    flags: Vec<u8>,
    /// Dropped elements with the rule's name.
    pub(super) reasons: Vec<(NodeId, String)>,
    parts: BTreeMap<Part, Vec<NodeId>>,
    /// How many of each part a user's rules named; they come first.
    by_user: BTreeMap<Part, usize>,
}

const DROPPED: u8 = 1;
const CAPTION: u8 = 2;
const DIVIDER: u8 = 4;
/// Kept although a rule would drop it: the article is below it.
const KEPT: u8 = 8;

impl Marks {
    pub(super) fn new(tree: &Tree) -> Self {
        Self { flags: vec![0; tree.nodes.len()], ..Self::default() }
    }

    /// Sets what a rule says.
    pub(super) fn set(&mut self, id: NodeId, part: &Part, rule: &str) {
        match part {
            Part::Drop => self.drop(id, rule),
            Part::Caption => self.flag(id, CAPTION),
            Part::Divider => self.flag(id, DIVIDER),
            Part::When => {}
            Part::Content | Part::Title | Part::Author | Part::Date | Part::Publisher | Part::Wrap(_) => {
                self.parts.entry(part.clone()).or_default().push(id);
            }
        }
    }

    /// Makes room for elements that came later.
    pub(super) fn grow(&mut self, tree: &Tree) {
        self.flags.resize(tree.nodes.len().max(self.flags.len()), 0);
    }

    /// What is marked so far is what a user says.
    pub(super) fn seal(&mut self) {
        self.by_user = self.parts.iter().map(|(part, ids)| (part.clone(), ids.len())).collect();
    }

    fn flag(&mut self, id: NodeId, flag: u8) {
        if let Some(flags) = self.flags.get_mut(id.0 as usize) {
            *flags |= flag;
        }
    }

    fn has(&self, id: NodeId, flag: u8) -> bool {
        self.flags.get(id.0 as usize).is_some_and(|flags| flags & flag != 0)
    }

    /// Drops an element, with the name of the rule that says so.
    pub(super) fn drop(&mut self, id: NodeId, rule: &str) {
        if !self.has(id, DROPPED | KEPT) {
            self.flag(id, DROPPED);
            self.reasons.push((id, rule.to_owned()));
        }
    }

    /// Keeps elements whatever the rules say.
    pub(super) fn keep(&mut self, ids: impl Iterator<Item = NodeId>) {
        for id in ids {
            if let Some(flags) = self.flags.get_mut(id.0 as usize) {
                *flags = (*flags & !DROPPED) | KEPT;
            }
        }
        let flags = &self.flags;
        self.reasons.retain(|(id, _)| flags.get(id.0 as usize).is_some_and(|flags| flags & DROPPED != 0));
    }

    pub(super) fn dropped(&self, id: NodeId) -> bool {
        self.has(id, DROPPED)
    }

    pub(super) fn is_caption(&self, id: NodeId) -> bool {
        self.has(id, CAPTION)
    }

    pub(super) fn is_divider(&self, id: NodeId) -> bool {
        self.has(id, DIVIDER)
    }

    /// The elements that rules say are this part: a user's first, each in document order.
    pub(super) fn parts(&self, part: &Part) -> &[NodeId] {
        self.parts.get(part).map_or(&[], Vec::as_slice)
    }

    /// Those that a user's rules say are this part.
    pub(super) fn by_user(&self, part: &Part) -> &[NodeId] {
        let count = self.by_user.get(part).copied().unwrap_or(0);
        self.parts(part).get(..count).unwrap_or_default()
    }

    /// What is to be put into another element: its name, the element.
    pub(super) fn wraps(&self) -> Vec<(String, NodeId)> {
        let wraps = self.parts.iter().filter_map(|(part, ids)| match part {
            Part::Wrap(name) => Some(ids.iter().map(move |id| (name.clone(), *id))),
            _ => None,
        });
        wraps.flatten().collect()
    }
}
