//! The title page, and the lines that name where an article comes from.

use super::flow::{Flow, Place, Stand};
use super::frame::{LinkTarget, TagRole};
use super::inline::collect::{self, Collected};
use super::style::{Alignment, ParagraphStyle, TextStyle};
use crate::font::Weight;
use crate::model::{Book, Byline, Creator, Metadata, Role};
use crate::units::Pt;

impl Flow<'_, '_> {
    /// The title page.
    pub(super) fn title_page(&mut self, book: &Book, place: &Place) {
        let theme = self.context.theme;
        let (size, leading) = (theme.pt(theme.title.size), theme.pt(theme.title.leading));
        let place = Place { grid: false, ..place.clone() };
        // The title stands at about a third of the page's height.
        let drop = super::flow::Strip { below: self.context.area.height * 0.24, ..Default::default() };
        self.push(drop, Pt::ZERO);
        let tag = self.tag(TagRole::Heading(1), &place);
        let style = TextStyle { size, weight: Weight::Bold, ..place.text() };
        let centred = ParagraphStyle { alignment: Alignment::Center, hyphenate: false, ..place.paragraph() };
        let paragraph = ParagraphStyle { size, leading, ..centred };
        let title = collect::plain(&book.metadata.title, style, tag);
        self.text(&title, &paragraph, &place, &Stand { after: leading * 1.2, ..Stand::default() });
        let byline = whole_byline(book);
        for line in credits(&byline, &place.language) {
            let tag = self.tag(TagRole::Paragraph, &place);
            let text = collect::plain(&line, place.text(), tag);
            self.text(&text, &centred, &place, &Stand { after: place.leading * 0.3, ..Stand::default() });
        }
        self.source_line(&byline, Alignment::Center, &Place { ..place.clone() }, place.leading * 3.0);
    }

    /// Under an article's title in a collection: who wrote it, when, where.
    pub(super) fn byline(&mut self, byline: &Byline, place: &Place) {
        let theme = self.context.theme;
        let (size, leading) = (theme.pt(theme.caption.size), theme.pt(theme.caption.leading));
        let place = Place { size, leading, grid: false, colour: theme.colour.quiet.0, ..place.clone() };
        let line = credits(byline, &place.language).join(" · ");
        let style = ParagraphStyle { alignment: Alignment::Start, ..place.paragraph() };
        if !line.is_empty() {
            let tag = self.tag(TagRole::Paragraph, &place);
            let text = collect::plain(&line, place.text(), tag);
            self.text(&text, &style, &place, &Stand { keep: true, ..Stand::default() });
        }
        self.source_line(byline, Alignment::Start, &place, Pt::ZERO);
        self.keep();
        self.space(place.leading);
    }

    /// The original address, as a link.
    pub(super) fn source_line(&mut self, byline: &Byline, alignment: Alignment, place: &Place, before: Pt) {
        let Some(address) = byline.address.as_deref() else { return };
        let theme = self.context.theme;
        let (size, leading) = (theme.pt(theme.note.size), theme.pt(theme.note.leading));
        let place = Place { size, leading, ..place.clone() };
        let tag = self.tag(TagRole::Paragraph, &place);
        let link = tag.map(|parent| self.tags.add(TagRole::Link, parent));
        let style = TextStyle { colour: theme.colour.link.0, ..place.text() };
        let mut text: Collected = collect::plain(&readable(address), style, link);
        let target = LinkTarget::Web(address.to_owned());
        text.links.push(collect::Link { target, description: address.to_owned(), tag: link });
        text.spans.iter_mut().for_each(|span| span.link = Some(0));
        let paragraph = ParagraphStyle { alignment, ..place.paragraph() };
        self.text(&text, &paragraph, &place, &Stand { before, ..Stand::default() });
    }
}

/// What is known of the whole book; of its only article, if it has one.
fn whole_byline(book: &Book) -> Byline {
    let Metadata { creators, publisher, date, sources, .. } = &book.metadata;
    let mut byline = match book.chapters.as_slice() {
        [only] => only.byline.clone().unwrap_or_default(),
        _ => Byline::default(),
    };
    if byline.creators.is_empty() {
        byline.creators.clone_from(creators);
    }
    byline.site = byline.site.or_else(|| publisher.clone());
    byline.date = byline.date.or(*date);
    if let [only] = sources.as_slice() {
        byline.address = byline.address.or_else(|| Some(only.clone()));
    }
    byline
}

/// Lines that say who, where, when.
pub(super) fn credits(byline: &Byline, language: &str) -> Vec<String> {
    let named = |role: Role| {
        let names: Vec<&str> =
            byline.creators.iter().filter(|c| c.role == role).map(|Creator { name, .. }| name.as_str()).collect();
        names.join(if language.starts_with("zh") || language.starts_with("ja") { "、" } else { ", " })
    };
    let chinese = language.starts_with("zh");
    let role = |role: Role, zh: &str, en: &str| {
        let names = named(role);
        let said = if chinese { format!("{names}　{zh}") } else { format!("{en} {names}") };
        (!names.is_empty()).then_some(said)
    };
    let authors = named(Role::Author);
    let lines = [
        (!authors.is_empty()).then_some(authors),
        role(Role::Translator, "译", "Translated by"),
        role(Role::Editor, "编", "Edited by"),
        // A site that is its own author is named once.
        byline.site.clone().filter(|site| byline.creators.iter().all(|creator| creator.name != *site)),
        byline.date.map(|date| date.written(language)),
    ];
    lines.into_iter().flatten().collect()
}

/// An address as people read it: percent-encoded letters shown as letters, if they are valid UTF-8.
pub(super) fn readable(address: &str) -> String {
    let mut bytes = Vec::with_capacity(address.len());
    let mut rest = address.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let code = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()).filter(|byte| *first == b'%' && *byte >= 0x80) {
            Some(byte) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_shown_in_letters() {
        assert_eq!(readable("https://a.b/%E4%B8%AD?x=%20"), "https://a.b/中?x=%20");
        assert_eq!(readable("https://a.b/%FF%zz"), "https://a.b/%FF%zz");
    }
}
