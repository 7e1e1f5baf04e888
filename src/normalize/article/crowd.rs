//! What there is several times on a page: counted once, since to look through all of a page for each of its elements takes
//! long where there are many.

use std::collections::{BTreeMap, BTreeSet};

use super::super::tree::{NodeId, Tree};
use super::survey::{Survey, density};

/// What there is several times.
#[derive(Default)]
pub(super) struct Crowd<'a> {
    /// Classes that three children with text, and few links in it, of an element have.
    pub(super) classes: BTreeSet<(NodeId, &'a str)>,
    /// Elements of which four are mostly links, by name.
    pub(super) entries: BTreeSet<&'a str>,
    /// Tables with two cells that are headings.
    pub(super) headed: BTreeSet<NodeId>,
    /// What holds three paragraphs of an article.
    pub(super) paragraphs: BTreeSet<NodeId>,
}

impl<'a> Crowd<'a> {
    pub(super) fn of(survey: &Survey<'a>) -> Self {
        let tree: &'a Tree = survey.tree;
        let all = || survey.order.iter().copied().filter(|id| tree.element(*id).is_some());
        let classes = tree.nodes.iter().zip(0..).filter_map(|(node, id)| Some((NodeId(id), node.parent?)));
        let classes = classes.filter_map(|(id, parent)| {
            let count = survey.at(id);
            let class = tree.value(id, "class").filter(|_| count.text >= 60 && density(count) < 0.3)?;
            Some((parent, class))
        });
        let entries = all().filter(|id| density(survey.at(*id)) > 0.5).map(|id| tree.name(id));
        let paragraphs = all().filter(|id| tree.name(*id) == "p" && survey.at(*id).prose >= 60);
        Self {
            classes: often(classes, 3),
            entries: often(entries, 4),
            headed: headed(tree),
            paragraphs: often(paragraphs.filter_map(|id| tree.node(id).parent), 3),
        }
    }
}

/// What is there at least so many times.
fn often<T: Ord>(all: impl Iterator<Item = T>, least: usize) -> BTreeSet<T> {
    let mut counts: BTreeMap<T, usize> = BTreeMap::new();
    all.for_each(|one| *counts.entry(one).or_default() += 1);
    counts.into_iter().filter(|(_, count)| *count >= least).map(|(one, _)| one).collect()
}

/// Tables with two cells that are headings, in themselves or in tables within.
fn headed(tree: &Tree) -> BTreeSet<NodeId> {
    let mut counts: BTreeMap<NodeId, usize> = BTreeMap::new();
    for heading in tree.named(Tree::DOCUMENT, "th") {
        for table in tree.ancestors(heading).filter(|above| tree.name(*above) == "table") {
            let count = counts.entry(table).or_default();
            *count += 1;
            // What is around it has as many.
            if *count > 2 {
                break;
            }
        }
    }
    counts.into_iter().filter(|(_, count)| *count >= 2).map(|(table, _)| table).collect()
}
