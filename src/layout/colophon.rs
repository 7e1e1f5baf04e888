//! The last page: which texts the book was made of, and by what.

use super::code::Code;
use super::flow::address::beside;
use super::flow::{Flow, Place, Stand, Strip};
use super::front::credits;
use super::links::Codes;
use super::style::{Alignment, ParagraphStyle};
use crate::font::Weight;
use crate::layout::frame::TagRole;
use crate::layout::inline::collect;
use crate::layout::style::TextStyle;
use crate::model::{Book, Byline, plain_text};
use crate::units::{Mm, Pt};

/// The side of a square of an article's code.
const MODULE: Mm = Mm(0.5);
/// A code of more squares a side is too large for a page of a pamphlet.
const MOST: u16 = 117;

impl Flow<'_, '_> {
    /// The colophon, at the foot of its page if it is short.
    pub(super) fn colophon(&mut self, book: &Book, place: &Place) {
        let theme = self.context.theme;
        let (size, leading) = (theme.pt(theme.note.size), theme.pt(theme.note.leading));
        let place = Place { size, leading, grid: false, indented: false, ..place.clone() };
        let several = book.chapters.len() > 1;
        for chapter in &book.chapters {
            let title = if several { plain_text(&chapter.title) } else { book.metadata.title.clone() };
            self.source(&title, chapter.byline.as_ref(), &place);
        }
        if let Some(rights) = &book.metadata.rights {
            self.line(rights, (Weight::Regular, leading / 2.0), &place);
        }
        self.line(made(&place.language), (Weight::Regular, leading), &place);
        self.sink();
    }

    /// A text that the book was made of.
    fn source(&mut self, title: &str, byline: Option<&Byline>, place: &Place) {
        let address = byline.and_then(|byline| byline.address.as_deref());
        let wanted = address.filter(|_| self.context.theme.links.codes != Codes::None);
        let code = wanted.and_then(|address| Code::of(address, MOST));
        let Some((code, inner)) = code.and_then(|code| beside(code, MODULE.pt(), place)) else {
            return self.source_lines(title, byline, place);
        };
        let inner = Place { tag: self.tag(TagRole::Section, place), ..inner };
        let strips = self.apart(|flow| flow.source_lines(title, byline, &inner));
        let here = (address.unwrap_or_default(), &Place { tag: inner.tag, ..place.clone() });
        let strip = self.with_code(strips, code, MODULE.pt(), here);
        self.push(strip, place.leading / 2.0);
    }

    fn source_lines(&mut self, title: &str, byline: Option<&Byline>, place: &Place) {
        self.line(title, (Weight::Bold, place.leading / 2.0), place);
        self.keep();
        let Some(byline) = byline else { return };
        let said = credits(byline, &place.language).join(" · ");
        if !said.is_empty() {
            self.line(&said, (Weight::Regular, Pt::ZERO), place);
            self.keep();
        }
        self.source_line(byline, Alignment::Start, place, Pt::ZERO);
    }

    fn line(&mut self, text: &str, (weight, before): (Weight, Pt), place: &Place) {
        let tag = self.tag(TagRole::Paragraph, place);
        let style = TextStyle { weight, ..place.text() };
        let paragraph = ParagraphStyle { alignment: Alignment::Start, hyphenate: false, ..place.paragraph() };
        self.text(&collect::plain(text, style, tag), &paragraph, place, &Stand { before, ..Stand::default() });
    }

    /// Moves what is here to the foot of the page, if it fits on one.
    fn sink(&mut self) {
        let height: Pt = self.out.strips.iter().map(|strip| strip.before + strip.height()).sum();
        let white = self.context.area.height - height - Pt(1.0);
        if white > Pt::ZERO {
            self.out.strips.insert(0, Strip { below: white, penalty: f64::INFINITY, ..Strip::default() });
        }
    }
}

/// How the book was made.
fn made(language: &str) -> &'static str {
    let traditional = ["Hant", "TW", "HK", "MO"].iter().any(|part| language.split('-').any(|p| p == *part));
    match language.split('-').next() {
        Some("zh") if traditional => "本書由 Offprint 根據所列原文製作。",
        Some("yue") => "本書由 Offprint 根據所列原文製作。",
        Some("zh") => "本书由 Offprint 根据所列原文制作。",
        Some("ja") => "本書は Offprint が原文から作成しました。",
        Some("ko") => "이 책은 Offprint가 위 원문으로 만들었습니다.",
        Some("ru") => "Эта книга сделана программой Offprint из названных текстов.",
        Some("uk") => "Цю книгу зроблено програмою Offprint із названих текстів.",
        Some("de") => "Dieses Buch wurde mit Offprint aus den genannten Texten gesetzt.",
        Some("fr") => "Ce livre a été composé par Offprint à partir des textes cités.",
        Some("es") => "Este libro fue compuesto con Offprint a partir de los textos citados.",
        Some("he") => "הספר נעשה בתוכנת Offprint מן הטקסטים הנזכרים לעיל.",
        Some("ar") => "صُنع هذا الكتاب ببرنامج Offprint من النصوص المذكورة أعلاه.",
        Some("it") => "Questo libro è stato composto con Offprint dai testi citati.",
        _ => "This book was made by Offprint from the texts named above.",
    }
}
