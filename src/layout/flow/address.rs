//! Notes that say where links lead, and the codes beside them.

use super::super::code::{Code, QUIET};
use super::super::frame::{LinkTarget, TagRole};
use super::super::inline::{self, collect, line::shifted};
use super::super::links::{Address, Codes, printed};
use super::super::style::{Alignment, ParagraphStyle, TextStyle};
use super::{Flow, Place, Stand, Strip, stack};
use crate::font::Weight;
use crate::units::{Mm, Point, Pt};

/// The side of a square of a code beside a note. Four dots of a printer of 300 dpi are 0.34 mm.
const MODULE: Mm = Mm(0.4);
/// A code of more squares a side is no note's companion any longer.
const MOST: u16 = 77;

impl Flow<'_, '_> {
    /// The addresses that an article's links lead to, with their marks, as a list after its text.
    pub(in super::super) fn addresses(&mut self, list: &[(&Address, String)], place: &Place) {
        let place = self.of_notes(place);
        let style = ParagraphStyle { alignment: Alignment::Start, ..place.paragraph() };
        let tag = self.tag(TagRole::Heading(2), &place);
        let title = TextStyle { weight: Weight::Bold, ..place.text() };
        let title = collect::plain(title_of_list(&place.language), title, tag);
        let stand = Stand { before: place.leading * 1.5, after: place.leading * 0.3, keep: true };
        self.text(&title, &style, &place, &stand);
        let width = |flow: &mut Self, mark: &String| {
            let label = collect::plain(&format!("{mark}\u{2002}"), place.text(), None);
            inline::unbroken(&label, &place.language, flow.shaper).width
        };
        let indent = list.iter().map(|(_, mark)| width(self, mark)).fold(Pt::ZERO, Pt::max);
        for (address, mark) in list {
            let mut strips = self.address(address, mark, Some(indent), &place).into_iter();
            strips.next().into_iter().for_each(|first| self.push(first, Pt::ZERO));
            self.out.strips.extend(strips);
        }
    }

    /// The strips of a note that says where a link leads, its mark in front, which leads back. Turned lines begin after
    /// the mark, or so far in.
    pub(in super::super) fn address(
        &mut self,
        address: &Address,
        mark: &str,
        indent: Option<Pt>,
        place: &Place,
    ) -> Vec<Strip> {
        let tag = self.tag(TagRole::Note, place);
        let place = Place { tag, ..self.of_notes(place) };
        let wanted = self.context.theme.links.codes == Codes::All;
        let code = wanted.then(|| Code::of(&address.address, MOST)).flatten();
        let (code, here) = code.and_then(|code| beside(code, MODULE.pt(), &place)).unzip();
        let here = here.unwrap_or_else(|| place.clone());
        let label = self.label(&address.note.0, mark, &here);
        let label = inline::unbroken(&label, &place.language, self.shaper);
        let inner = here.inset(indent.unwrap_or(label.width));
        let mut strips = self.apart(|flow| flow.printed(&address.address, &inner));
        if let Some(first) = strips.first_mut() {
            let x = if place.runs_leftwards() { here.x + here.measure - label.width } else { here.x };
            first.items.splice(0..0, label.items.into_iter().map(|item| shifted(item, x, Pt::ZERO)));
            first.places.push(address.note.0.clone());
        }
        match code {
            None => strips,
            Some(code) => vec![self.with_code(strips, code, MODULE.pt(), (&address.address, &place))],
        }
    }

    /// Strips and a code beside them as one, with the white that a code needs under it.
    pub(in super::super) fn with_code(
        &mut self,
        strips: Vec<Strip>,
        code: Code,
        module: Pt,
        (address, place): (&str, &Place),
    ) -> Strip {
        let mut strip = stack(strips);
        let side = code.side(module);
        strip.below = strip.below.max(side) + module * QUIET;
        let x = if place.runs_leftwards() { place.x + place.measure - side } else { place.x };
        let tag = place.tag.map(|parent| self.tags.add_with(TagRole::Figure, parent, format!("QR {address}")));
        strip.items.push(code.item(Point { x, y: Pt::ZERO }, module, tag));
        strip
    }

    /// An address in full, as a link.
    fn printed(&mut self, address: &str, place: &Place) {
        let tag = self.tag(TagRole::Paragraph, place);
        let link = tag.map(|parent| self.tags.add(TagRole::Link, parent));
        let style = TextStyle { colour: self.context.theme.colour.link.0, ..place.text() };
        let mut text = collect::plain(&printed(address), style, link);
        let target = LinkTarget::Web(address.to_owned());
        text.links.push(collect::Link { target, description: address.to_owned(), tag: link });
        text.spans.iter_mut().for_each(|span| span.link = Some(0));
        let style = ParagraphStyle { alignment: Alignment::Start, hyphenate: false, ..place.paragraph() };
        self.text(&text, &style, place, &Stand::default());
    }

    /// Where notes are set.
    fn of_notes(&self, place: &Place) -> Place {
        let note = &self.context.theme.note;
        let (size, leading) = (self.context.theme.pt(note.size), self.context.theme.pt(note.leading));
        Place { size, leading, grid: false, indented: false, grounds: Vec::new(), ..place.clone() }
    }
}

/// A code, and what is left of a line beside it. `None` if that is too little.
pub(in super::super) fn beside(code: Code, module: Pt, place: &Place) -> Option<(Code, Place)> {
    let aside = code.side(module) + module * QUIET;
    (place.measure - aside > place.size * 12.0).then(|| (code, place.inset(aside)))
}

/// What the list of addresses is called.
fn title_of_list(language: &str) -> &'static str {
    let traditional = ["Hant", "TW", "HK", "MO"].iter().any(|part| language.split('-').any(|p| p == *part));
    match language.split('-').next() {
        Some("zh" | "yue") if traditional => "連結",
        Some("zh" | "yue") => "链接",
        Some("ja") => "リンク",
        Some("ko") => "링크",
        Some("ru") => "Ссылки",
        Some("uk") => "Посилання",
        Some("fr") => "Liens",
        Some("es") => "Enlaces",
        Some("it") => "Collegamenti",
        Some("he") => "קישורים",
        Some("ar") => "الروابط",
        Some("fa") => "پیوندها",
        _ => "Links",
    }
}
