//! The printed contents: entries with leaders and page numbers.
//!
//! Front matter is numbered apart from the text, so the text's numbers do not depend on how long the contents are: one
//! pass is enough.

use super::flow::{Flow, Place, Strip, strip_of};
use super::frame::{Glyph, GlyphRun, Item, ItemKind, LinkTarget, TagRole};
use super::inline::{self, collect, line::shifted};
use super::style::{Alignment, ParagraphStyle, TextStyle};
use crate::font::{Face, FaceId, Family, Slant, Weight};
use crate::model::OutlineEntry;
use crate::units::{Point, Pt};

impl Flow<'_, '_> {
    /// Sets the contents. `number` gives the page number of a place.
    pub(super) fn contents(
        &mut self,
        entries: &[OutlineEntry],
        place: &Place,
        number: &dyn Fn(&str) -> Option<String>,
    ) {
        let theme = self.context.theme;
        let look = theme.heading(1);
        let (size, leading) = (theme.pt(look.size), theme.pt(look.leading));
        let place = Place { grid: false, ..place.clone() };
        let tag = self.tag(TagRole::Paragraph, &place);
        let style = TextStyle { size, weight: Weight::Bold, ..place.text() };
        let title = collect::plain(title(&place.language), style, tag);
        let paragraph = ParagraphStyle { size, leading, alignment: Alignment::Center, ..place.paragraph() };
        let stand = super::flow::Stand { after: leading, keep: true, ..Default::default() };
        self.text(&title, &paragraph, &place, &stand);
        let (size, leading) = (theme.pt(theme.contents.size), theme.pt(theme.contents.leading));
        let tag = self.tag(TagRole::Contents, &place);
        let place = Place { size, leading, tag, ..place };
        self.entries(entries, 0, &place, number);
    }

    fn entries(
        &mut self,
        entries: &[OutlineEntry],
        depth: usize,
        place: &Place,
        number: &dyn Fn(&str) -> Option<String>,
    ) {
        if depth >= self.context.theme.contents.depth {
            return;
        }
        for entry in entries {
            self.entry(entry, depth, place, number(&entry.anchor.0));
            self.entries(&entry.children, depth + 1, place, number);
        }
    }

    fn entry(&mut self, entry: &OutlineEntry, depth: usize, place: &Place, number: Option<String>) {
        let item = self.tag(TagRole::ContentsItem, place);
        let tag = item.map(|parent| self.tags.add(TagRole::Link, parent));
        let indent = place.size * (2.0 * depth as f64);
        let here = place.inset(indent);
        let style = here.text();
        let mut text = collect::plain(&entry.title, style, tag);
        let target = LinkTarget::Place(entry.anchor.0.clone());
        text.links.push(collect::Link { target, description: entry.title.clone(), tag });
        text.spans.iter_mut().for_each(|span| span.link = Some(0));
        // Turned lines are indented, and keep clear of the numbers.
        let hanging = here.size;
        let inner = here.inset(hanging);
        let paragraph = ParagraphStyle {
            alignment: Alignment::Start,
            indent: -hanging,
            measure: inner.measure - here.size * 2.5,
            phrases: true,
            ..here.paragraph()
        };
        let mut lines = inline::set(&text, &paragraph, &place.language, self.shaper);
        if place.runs_leftwards() {
            let number = number.map(|number| inline::unbroken(&collect::plain(&number, style, tag), "en", self.shaper));
            mirror(&mut lines, number, style, inner.measure - paragraph.measure);
        } else if let (Some(last), Some(number)) = (lines.last_mut(), number) {
            let number = inline::unbroken(&collect::plain(&number, style, tag), &place.language, self.shaper);
            let right = inner.measure - number.width;
            last.items.extend(leaders(style, last.width + here.size * 0.5, right - here.size * 0.4));
            last.items.extend(number.items.into_iter().map(|item| shifted(item, right, Pt::ZERO)));
        }
        let count = lines.len();
        for (index, line) in lines.into_iter().enumerate() {
            let penalty = if index + 1 < count { f64::INFINITY } else { 0.0 };
            let strip = Strip { penalty, ..strip_of(line, &paragraph, &inner) };
            self.push(strip, Pt::ZERO);
        }
    }
}

/// The lines of an entry that begins at the right, its number at the left, `aside` of which is kept clear.
fn mirror(lines: &mut [inline::Line], number: Option<inline::Line>, style: TextStyle, aside: Pt) {
    for line in lines.iter_mut() {
        line.items = std::mem::take(&mut line.items).into_iter().map(|item| shifted(item, aside, Pt::ZERO)).collect();
    }
    let (Some(last), Some(number)) = (lines.last_mut(), number) else { return };
    let left = |item: &Item| match &item.kind {
        ItemKind::Glyphs(run) => run.origin.x.0,
        _ => f64::INFINITY,
    };
    let text = Pt(last.items.iter().map(left).fold(f64::INFINITY, f64::min));
    last.items.extend(leaders(style, number.width + style.size * 0.5, text - style.size * 0.4));
    last.items.extend(number.items);
}

/// Dots from one place to another, one under the other on all lines. They are no text.
fn leaders(style: TextStyle, from: Pt, to: Pt) -> Option<Item> {
    let face = FaceId::of(Family::Serif, Weight::Regular, Slant::Upright);
    let (id, _) = Face::open(face).nominal('.')?;
    let step = style.size.0 * 0.5;
    let (first, last) = ((from.0 / step).ceil() as i64, (to.0 / step).floor() as i64 - 1);
    if last < first {
        return None;
    }
    let dot = |index: i64| Glyph { id, x: ((index - first) as f64 * step) as f32, y: 0.0, text: 0..0 };
    let run = GlyphRun {
        origin: Point { x: Pt(first as f64 * step), y: Pt::ZERO },
        face,
        size: style.size,
        colour: style.colour,
        text: String::new(),
        glyphs: (first..=last).map(dot).collect(),
    };
    Some(Item { tag: None, kind: ItemKind::Glyphs(run) })
}

/// What the contents are called.
fn title(language: &str) -> &'static str {
    let traditional = ["Hant", "TW", "HK", "MO"].iter().any(|part| language.split('-').any(|p| p == *part));
    match language.split('-').next() {
        Some("zh" | "yue") if traditional => "目錄",
        Some("zh" | "yue") => "目录",
        Some("ja") => "目次",
        Some("ko") => "차례",
        Some("ru") => "Содержание",
        Some("uk") => "Зміст",
        Some("de") => "Inhalt",
        Some("fr") => "Table des matières",
        Some("es") => "Índice",
        Some("it") => "Indice",
        Some("he") => "תוכן העניינים",
        Some("ar") => "المحتويات",
        Some("fa") => "فهرست",
        _ => "Contents",
    }
}
