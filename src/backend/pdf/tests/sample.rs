//! A small book with one of everything.

use super::build::{Build, PLAIN, bookmark};
use crate::font::{Face, FaceId, Style, Weight, face_for};
use crate::layout::frame::{Colour, Glyph, GlyphRun, ItemKind, LinkTarget, PageLabel, TagRole};
use crate::media::ImageFormat;
use crate::units::{Point, Pt, Rect};

fn rect(x: f64, y: f64, width: f64, height: f64) -> Rect {
    Rect::new(Pt(x), Pt(y), Pt(width), Pt(height))
}

/// Title page, contents, two pages of text.
pub(crate) fn everything() -> Build {
    let mut build = Build::new("雕刻时光 & Co.", "zh-CN");
    build.pages.properties.creators = vec!["某甲".into(), "Jane Doe".into()];
    build.pages.properties.sources = vec!["https://example.org/a?b=1&c=2".into()];
    build.pages.properties.subjects = vec!["书".into()];
    build.pages.properties.description = Some("一本书".into());
    title_page(&mut build);
    contents(&mut build);
    let part = build.tag(TagRole::Part, 0);
    let section = build.tag(TagRole::Section, part);
    first_page(&mut build, section);
    second_page(&mut build, section);
    build
}

fn title_page(build: &mut Build) {
    build.page(PageLabel::None);
    let title = build.tag(TagRole::Paragraph, 0);
    build.style = Style { weight: Weight::Bold, ..PLAIN };
    build.text(Some(title), (60.0, 200.0), 24.0, "雕刻时光 & Co.", 0.0);
    build.style = PLAIN;
    let author = build.tag(TagRole::Paragraph, 0);
    build.text(Some(author), (60.0, 240.0), 11.0, "某甲, Jane Doe", 0.0);
}

fn contents(build: &mut Build) {
    build.page(PageLabel::Roman(1));
    let toc = build.tag(TagRole::Contents, 0);
    for (title, name, y) in [("第一章", "one", 80.0), ("第二章", "two", 100.0)] {
        let entry = build.tag(TagRole::ContentsItem, toc);
        let reference = build.tag(TagRole::Reference, entry);
        let link = build.tag(TagRole::Link, reference);
        let end = build.text(Some(link), (60.0, y), 11.0, title, 0.0);
        build.link(link, rect(60.0, y - 10.0, end - 60.0, 13.0), LinkTarget::Place(name.into()));
    }
    build.text(None, (200.0, 560.0), 9.0, "i", 0.0);
}

fn first_page(build: &mut Build, section: u32) {
    build.page(PageLabel::Arabic(1));
    let one = build.place("one", 40.0);
    build.pages.outline.push(bookmark("第一章", one, vec![bookmark("1.1 Kleines", one, Vec::new())]));
    let heading = build.tag(TagRole::Heading(1), section);
    build.text(Some(heading), (40.0, 60.0), 18.0, "第一章", 0.0);
    let paragraph = build.tag(TagRole::Paragraph, section);
    // A justified line: the same gap behind each character.
    build.text(Some(paragraph), (40.0, 90.0), 10.5, "于是我们把时间当作一种可以雕刻的材料，", 0.437);
    let end = build.text(Some(paragraph), (40.0, 108.0), 10.5, "看 ", 0.0);
    let link = build.tag(TagRole::Link, paragraph);
    let after = build.text(Some(link), (end, 108.0), 10.5, "example.org", 0.0);
    build.link(link, rect(end, 98.0, after - end, 13.0), LinkTarget::Web("https://example.org/路?q=(1)".into()));
    build.text(Some(paragraph), (after, 108.0), 10.5, " 与 Привет, 😀。", 0.0);
    odd_glyphs(build, paragraph);
    let english = build.tag(TagRole::Span, paragraph);
    build.pages.tags[english as usize].language = Some("en".into());
    build.text(Some(english), (40.0, 150.0), 10.5, "An English sentence (with brackets) and \\.", 0.0);
    list(build, section);
    table(build, section);
    figures(build, section);
    build.text(None, (200.0, 560.0), 9.0, "1", 0.0);
}

/// A ligature, the same glyph for several texts, a hyphen that is no text, a mark over its letter.
fn odd_glyphs(build: &mut Build, paragraph: u32) {
    let face = face_for('f', PLAIN).unwrap_or_else(|| FaceId::all().next().unwrap());
    let open = Face::open(face);
    let glyph = |c: char| open.glyph(c).unwrap();
    let text = "of\u{FB01}ce e\u{301}\u{A0}x";
    let at = |from: &str| text.find(from).unwrap() as u32;
    let glyphs = [
        (glyph('o'), 0.0, 0.0, 0..1),
        (glyph('f'), 6.0, 0.0, at("f")..at("\u{FB01}")),
        // Stands for two clusters' worth of text.
        (glyph('i'), 10.0, 0.0, at("\u{FB01}")..at("c")),
        (glyph('c'), 14.0, 0.0, at("c")..at("e ")),
        (glyph('e'), 19.0, 0.0, at("e ")..at(" ")),
        (glyph(' '), 24.0, 0.0, at(" ")..at(" ") + 1),
        (glyph('e'), 27.0, 0.0, at("e\u{301}")..at("\u{A0}")),
        (glyph('\''), 28.5, 1.25, at("\u{A0}")..at("\u{A0}")),
        (glyph(' '), 32.0, 0.0, at("\u{A0}")..at("x")),
        (glyph('x'), 35.0, 0.0, at("x")..at("x") + 1),
        (glyph('-'), 40.0, 0.0, at("x") + 1..at("x") + 1),
    ];
    let glyphs = glyphs.into_iter().map(|(id, x, y, text)| Glyph { id, x, y, text });
    let run = GlyphRun {
        origin: Point { x: Pt(40.0), y: Pt(128.0) },
        face,
        size: Pt(10.5),
        colour: Colour { red: 120, green: 0, blue: 20 },
        text: text.into(),
        glyphs: glyphs.collect(),
    };
    build.item(Some(paragraph), ItemKind::Glyphs(run));
}

fn list(build: &mut Build, section: u32) {
    let list = build.tag(TagRole::List { ordered: true }, section);
    for (number, text, y) in [("1.", "甲", 175.0), ("2.", "乙", 190.0)] {
        let item = build.tag(TagRole::ListItem, list);
        let label = build.tag(TagRole::Label, item);
        build.text(Some(label), (40.0, y), 10.5, number, 0.0);
        let body = build.tag(TagRole::ListBody, item);
        build.text(Some(body), (60.0, y), 10.5, text, 0.0);
    }
}

/// Two columns, of which the last cell is empty.
fn table(build: &mut Build, section: u32) {
    let table = build.tag(TagRole::Table, section);
    let head = build.tag(TagRole::TableHead, table);
    let row = build.tag(TagRole::TableRow, head);
    for (x, text) in [(40.0, "年"), (120.0, "数")] {
        let cell = build.tag(TagRole::HeaderCell { column: true, columns: 1, rows: 1 }, row);
        build.text(Some(cell), (x, 220.0), 10.5, text, 0.0);
    }
    build.item(None, ItemKind::Fill { rect: rect(40.0, 224.0, 160.0, 0.5), colour: Colour::grey(128) });
    let body = build.tag(TagRole::TableBody, table);
    let row = build.tag(TagRole::TableRow, body);
    let cell = build.tag(TagRole::DataCell { columns: 1, rows: 1 }, row);
    build.text(Some(cell), (40.0, 238.0), 10.5, "1986", 0.0);
    build.tag(TagRole::DataCell { columns: 1, rows: 1 }, row);
}

fn figures(build: &mut Build, section: u32) {
    let jpeg: &[u8] = include_bytes!("../../../../tests/cases/pdf/grey.jpg");
    let alpha: &[u8] = include_bytes!("../../../../tests/cases/pdf/alpha.png");
    let palette: &[u8] = include_bytes!("../../../../tests/cases/pdf/palette.png");
    let ids = [
        build.picture("grey", ImageFormat::Jpeg, (16, 12), jpeg),
        build.picture("alpha", ImageFormat::Png, (24, 24), alpha),
        build.picture("palette", ImageFormat::Png, (8, 8), palette),
    ];
    for (x, id) in [40.0, 130.0, 220.0].into_iter().zip(ids) {
        let figure = build.tag(TagRole::Figure, section);
        build.pages.tags[figure as usize].alternative = Some(format!("图 {}", id.0));
        let place = rect(x, 260.0, 80.0, 60.0);
        build.item(Some(figure), ItemKind::Fill { rect: place, colour: Colour::grey(230) });
        build.item(Some(figure), ItemKind::Image { id, rect: place });
        build.item(Some(figure), ItemKind::Frame { rect: place, line: Pt(0.5), colour: Colour::grey(100) });
    }
}

fn second_page(build: &mut Build, section: u32) {
    build.page(PageLabel::Arabic(2));
    let two = build.place("two", 40.0);
    build.pages.outline.push(bookmark("第二章", two, Vec::new()));
    let heading = build.tag(TagRole::Heading(2), section);
    build.text(Some(heading), (40.0, 60.0), 14.0, "第二章", 0.0);
    let quote = build.tag(TagRole::BlockQuote, section);
    let paragraph = build.tag(TagRole::Paragraph, quote);
    let end = build.text(Some(paragraph), (60.0, 90.0), 10.5, "引用一句话", 0.0);
    let reference = build.tag(TagRole::Reference, paragraph);
    let link = build.tag(TagRole::Link, reference);
    build.text(Some(link), (end, 86.0), 6.0, "1", 0.0);
    build.link(link, rect(end, 80.0, 5.0, 8.0), LinkTarget::Place("note-1".into()));
    build.place("note-1", 500.0);
    let note = build.tag(TagRole::Note, section);
    let text = build.tag(TagRole::Paragraph, note);
    build.text(Some(text), (40.0, 520.0), 8.5, "1 注释。", 0.0);
    let code = build.tag(TagRole::Code, section);
    build.style = Style { mono: true, ..PLAIN };
    build.text(Some(code), (40.0, 130.0), 9.0, "fn main() {}", 0.0);
    build.style = PLAIN;
    build.text(None, (200.0, 560.0), 9.0, "2", 0.0);
}
