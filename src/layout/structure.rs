//! The structure tree as it grows.

use super::frame::{Tag, TagId, TagRole};

/// The structure tree as it grows: the document is there from the start.
#[derive(Clone, Debug)]
pub(super) struct Tags {
    tags: Vec<Tag>,
}

impl Tags {
    /// The document.
    pub(super) const ROOT: TagId = TagId(0);

    /// The document alone.
    pub(super) fn new() -> Self {
        let document =
            Tag { role: TagRole::Document, parent: None, language: None, alternative: None, actual_text: None };
        Self { tags: vec![document] }
    }

    /// Adds an element below another.
    pub(super) fn add(&mut self, role: TagRole, parent: TagId) -> TagId {
        let id = TagId(u32::try_from(self.tags.len()).unwrap_or(u32::MAX));
        self.tags.push(Tag { role, parent: Some(parent), language: None, alternative: None, actual_text: None });
        id
    }

    /// Adds an element that words stand for.
    pub(super) fn add_with(&mut self, role: TagRole, parent: TagId, alternative: String) -> TagId {
        let id = self.add(role, parent);
        if let Some(tag) = self.tags.last_mut() {
            tag.alternative = Some(alternative);
        }
        id
    }

    /// Says which language an element is in.
    pub(super) fn set_language(&mut self, id: TagId, language: &str) {
        if let Some(tag) = usize::try_from(id.0).ok().and_then(|index| self.tags.get_mut(index)) {
            tag.language = Some(language.to_owned());
        }
    }

    /// Makes room for so many more elements.
    pub(super) fn reserve(&mut self, more: usize) {
        self.tags.reserve(more);
    }

    /// How many elements there are.
    pub(super) fn len(&self) -> usize {
        self.tags.len()
    }

    /// Takes in a tree that grew apart: what stands below its document goes below this one. Says by how much their ids
    /// move.
    pub(super) fn adopt(&mut self, other: Self) -> u32 {
        let offset = u32::try_from(self.tags.len()).unwrap_or(u32::MAX).saturating_sub(1);
        let below = other.tags.into_iter().skip(1);
        self.tags.extend(below.map(|tag| Tag { parent: tag.parent.map(|parent| Self::moved(parent, offset)), ..tag }));
        offset
    }

    /// The id of an element that was taken in; the document stays the document.
    pub(super) fn moved(id: TagId, offset: u32) -> TagId {
        if id == Self::ROOT { id } else { TagId(id.0.saturating_add(offset)) }
    }

    /// The finished tree.
    pub(super) fn finish(self) -> Vec<Tag> {
        self.tags
    }
}
