//! Notes: small text with its mark, for the foot of a page or the end of an article.

use super::super::frame::{LinkTarget, TagRole};
use super::super::inline::collect;
use super::super::style::ParagraphStyle;
use super::{Flow, Place, Stand, Strip};
use crate::model::{Block, Note};
use crate::units::Pt;

impl Flow<'_, '_> {
    /// The strips of a note, its mark in front. The mark leads back to where the note is referred to.
    pub(in super::super) fn note(&mut self, note: &Note, mark: &str, place: &Place) -> Vec<Strip> {
        let theme = self.context.theme;
        let (size, leading) = (theme.pt(theme.note.size), theme.pt(theme.note.leading));
        let tag = self.tag(TagRole::Note, place);
        let place = Place { size, leading, grid: false, indented: false, tag, grounds: Vec::new(), ..place.clone() };
        let label = self.label(&note.id.0, mark, &place);
        let mut strips = self.apart(|flow| match note.blocks.split_first() {
            Some((Block::Paragraph(content), rest)) => {
                let tag = flow.tag(TagRole::Paragraph, &place);
                let mut collected = label;
                let words = flow.collect(content, place.text(), tag, place.measure);
                collect::append(&mut collected, words);
                let style = ParagraphStyle { indent: Pt::ZERO, ..place.paragraph() };
                flow.text(&collected, &style, &place, &Stand::default());
                flow.blocks(rest, &place);
            }
            _ => {
                flow.text(&label, &place.paragraph(), &place, &Stand { keep: true, ..Stand::default() });
                flow.blocks(&note.blocks, &place);
            }
        });
        if let Some(first) = strips.first_mut() {
            first.places.push(note.id.0.clone());
        }
        strips
    }

    pub(super) fn label(&mut self, id: &str, mark: &str, place: &Place) -> collect::Collected {
        let tag = self.tag(TagRole::Label, place);
        let link = tag.map(|parent| self.tags.add(TagRole::Link, parent));
        let style = place.text();
        let mut label = collect::plain(mark, style, link);
        let target = LinkTarget::Place(format!("ref-{id}"));
        label.links.push(collect::Link { target, description: mark.to_owned(), tag: link });
        label.spans.iter_mut().for_each(|span| span.link = Some(0));
        collect::append(&mut label, collect::plain("\u{2002}", style, tag));
        label
    }
}
