//! Lists and definitions.

use super::blocks::{Flow, NESTING};
use super::inlines;
use super::tree::NodeId;
use crate::model::{Block, Definition, Inline, List, ListItem, ListKind};

impl Flow<'_> {
    pub(super) fn list(&mut self, id: NodeId, ordered: bool) {
        self.flush();
        let mut items: Vec<ListItem> = Vec::new();
        let mut loose: Vec<NodeId> = Vec::new();
        let children: Vec<NodeId> = self.tree().children(id).collect();
        for child in children {
            match self.tree().name(child) {
                "li" => {
                    self.loose_items(&mut loose, &mut items);
                    if !self.context.marks.dropped(child) && !self.context.notes.is_body(child) {
                        items.extend(item(self.item_blocks(child)));
                    }
                }
                // A list in a list belongs to the item before it.
                "ul" | "ol" if !items.is_empty() && loose.is_empty() => {
                    let inner = self.apart(&[child], false);
                    if let Some(last) = items.last_mut() {
                        last.blocks.extend(inner);
                    }
                }
                _ => loose.push(child),
            }
        }
        self.loose_items(&mut loose, &mut items);
        if items.is_empty() {
            return;
        }
        if self.context.nesting.get() >= NESTING {
            return items.into_iter().for_each(|item| self.blocks.extend(item.blocks));
        }
        let start = self.tree().value(id, "start").and_then(|start| start.parse().ok()).unwrap_or(1);
        let kind = if ordered { ListKind::Ordered { start } } else { ListKind::Bullet };
        self.push(Block::List(List { kind, items }));
    }

    fn item_blocks(&self, id: NodeId) -> Vec<Block> {
        let nesting = &self.context.nesting;
        nesting.set(nesting.get() + 1);
        let mut flow = self.inner();
        flow.place(id);
        flow.children(id);
        nesting.set(nesting.get() - 1);
        flow.finish()
    }

    /// What stands in a list outside of its items is an item too.
    fn loose_items(&self, loose: &mut Vec<NodeId>, items: &mut Vec<ListItem>) {
        if !loose.is_empty() {
            items.extend(item(self.apart(loose, false)));
            loose.clear();
        }
    }

    /// Items outside of any list make a list with their neighbours.
    pub(super) fn stray_item(&mut self, id: NodeId) {
        self.flush();
        let Some(item) = item(self.item_blocks(id)) else { return };
        if self.stray_items
            && let Some(Block::List(list)) = self.blocks.last_mut()
        {
            return list.items.push(item);
        }
        self.push(Block::List(List { kind: ListKind::Bullet, items: vec![item] }));
        self.stray_items = true;
    }

    pub(super) fn definitions(&mut self, id: NodeId) {
        self.flush();
        let mut found: Vec<Definition> = Vec::new();
        let tree = self.tree();
        let notes = self.context.notes;
        let groups =
            tree.children(id).filter(|child| !notes.is_body(*child)).flat_map(|child| match tree.name(child) {
                "div" => tree.children(child).collect(),
                _ => vec![child],
            });
        for child in groups.collect::<Vec<_>>() {
            match tree.name(child) {
                "dt" => {
                    let (term, rest) = self.running(child, &Inline::Break);
                    if found.last().is_none_or(|last| !last.meanings.is_empty()) {
                        found.push(Definition { terms: Vec::new(), meanings: Vec::new() });
                    }
                    if let Some(last) = found.last_mut() {
                        if inlines::shows(&term) {
                            last.terms.push(term);
                        }
                        if !rest.is_empty() {
                            last.meanings.push(rest);
                        }
                    }
                }
                _ => {
                    let meaning =
                        if tree.name(child) == "dd" { self.inside(child) } else { self.apart(&[child], false) };
                    if !meaning.is_empty() {
                        match found.last_mut() {
                            Some(last) => last.meanings.push(meaning),
                            None => found.push(Definition { terms: Vec::new(), meanings: vec![meaning] }),
                        }
                    }
                }
            }
        }
        found.retain(|definition| !(definition.terms.is_empty() && definition.meanings.is_empty()));
        let plain = found.iter().all(|d| d.terms.is_empty() || d.meanings.is_empty());
        if plain || self.context.nesting.get() >= NESTING {
            // Not terms with meanings, only the look of them.
            for definition in found {
                self.blocks.extend(definition.terms.into_iter().map(Block::Paragraph));
                self.blocks.extend(definition.meanings.into_iter().flatten());
            }
            self.stray_items = false;
        } else {
            self.push(Block::Definitions(found));
        }
    }
}

fn item(blocks: Vec<Block>) -> Option<ListItem> {
    (!blocks.is_empty()).then_some(ListItem { blocks })
}
