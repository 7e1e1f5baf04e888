//! What pages must be, over books made here.

mod blocks;
mod checker;
mod composition;
mod extremes;
mod formulas;
mod links;
mod pages;

use super::frame::{Item, Page, TagId};
use super::theme::NotePlace;
use super::*;
use crate::font::{Face, Family};
use crate::media::{Image, ImageFormat, ImageId, Missing};
use crate::model::*;
use crate::units::Pt;

pub(super) fn text(content: &str) -> Vec<Inline> {
    vec![Inline::Text(content.to_owned())]
}

pub(super) fn paragraph(content: &str) -> Block {
    Block::Paragraph(text(content))
}

pub(super) fn chapter(id: &str, title: &str, blocks: Vec<Block>) -> Chapter {
    Chapter {
        id: Anchor(id.into()),
        title: text(title),
        byline: None,
        language: None,
        blocks,
        notes: Vec::new(),
        sections: Vec::new(),
    }
}

pub(super) fn book(chapters: Vec<Chapter>) -> Book {
    let metadata = Metadata {
        title: "一本书".into(),
        creators: Vec::new(),
        language: Language::parse("zh-CN").unwrap(),
        identifier: String::new(),
        modified: Date::UNKNOWN,
        date: None,
        description: None,
        publisher: None,
        sources: Vec::new(),
        subjects: Vec::new(),
        series: None,
        rights: None,
        cover: None,
    };
    Book { metadata, chapters }
}

fn pages(book: &Book) -> Pages {
    lay_out(book, &Images::default(), &Theme::default()).value
}

const SENTENCE: &str = "天地玄黄，宇宙洪荒。日月盈昃，辰宿列张。寒来暑往，秋收冬藏；闰余成岁，律吕调阳。";

fn role(pages: &Pages, tag: Option<TagId>) -> Option<TagRole> {
    Some(pages.tags[usize::try_from(tag?.0).unwrap()].role)
}

fn runs(page: &Page) -> impl Iterator<Item = (&Item, &frame::GlyphRun)> {
    page.items.iter().filter_map(|item| match &item.kind {
        ItemKind::Glyphs(run) => Some((item, run)),
        _ => None,
    })
}

/// The text of all content on the text's pages.
fn content(pages: &Pages) -> String {
    let text_pages = pages.pages.iter().filter(|page| matches!(page.label, PageLabel::Arabic(_)));
    text_pages.flat_map(runs).filter(|(item, _)| item.tag.is_some()).map(|(_, run)| run.text.as_str()).collect()
}

fn long_article() -> Chapter {
    let mut article = chapter("a", "题", Vec::new());
    for number in 0..12 {
        let mut section = chapter(&format!("s{number}"), &format!("第{number}节"), Vec::new());
        for count in 0..9 {
            section.blocks.push(paragraph(&SENTENCE.repeat(1 + (number * 5 + count * 3) % 7)));
        }
        article.sections.push(section);
    }
    article
}

#[test]
fn every_line_of_running_text_stands_on_the_grid() {
    let pages = pages(&book(vec![long_article()]));
    let geometry = Geometry::new(&Theme::default());
    let mut lines = 0;
    for (item, run) in pages.pages.iter().flat_map(runs) {
        if role(&pages, item.tag) == Some(TagRole::Paragraph) && run.size == Pt(10.5) && run.text.len() > 30 {
            let line = (run.origin.y - geometry.top - geometry.first) / geometry.leading;
            assert!((line - line.round()).abs() < 1e-6, "{}", run.text);
            lines += 1;
        }
    }
    assert!(lines > 300);
}

#[test]
fn nothing_stands_outside_the_text() {
    let pages = pages(&book(vec![long_article()]));
    let geometry = Geometry::new(&Theme::default());
    let bottom = geometry.top + geometry.area.height;
    for (index, page) in pages.pages.iter().enumerate() {
        for (_, run) in runs(page).filter(|(item, _)| item.tag.is_some()) {
            assert!(run.origin.y >= geometry.top && run.origin.y <= bottom, "{}", run.text);
            let right = geometry.left(index) + geometry.area.width;
            let end = run.glyphs.last().map_or(0.0, |glyph| f64::from(glyph.x));
            assert!(run.origin.x >= geometry.left(index) - Pt(0.01) && run.origin.x + Pt(end) <= right, "{}", run.text);
        }
    }
}

#[test]
fn no_heading_is_last_on_a_page_and_no_page_begins_with_a_last_line() {
    let pages = pages(&book(vec![long_article()]));
    for page in pages.pages.iter().filter(|page| matches!(page.label, PageLabel::Arabic(_))) {
        let content: Vec<_> = runs(page).filter(|(item, _)| item.tag.is_some()).collect();
        let (last, _) = content.last().unwrap();
        assert_eq!(role(&pages, last.tag), Some(TagRole::Paragraph));
        // A paragraph's first line on a page is followed by another of its lines, unless it is short as a whole.
        let (first, run) = content.first().unwrap();
        let lines = content.iter().filter(|(item, _)| item.tag == first.tag).count();
        let begins = run.origin.x > Geometry::new(&Theme::default()).outer + Pt(10.0);
        assert!(begins || lines > 1, "{}", run.text);
    }
}

#[test]
fn pages_hold_the_text_and_nothing_else() {
    let article = long_article();
    let pages = pages(&book(vec![article.clone()]));
    let mut expected = String::new();
    for section in &article.sections {
        expected.push_str(&plain_text(&section.title));
        for block in &section.blocks {
            let Block::Paragraph(inlines) = block else { continue };
            expected.push_str(&plain_text(inlines));
        }
    }
    assert_eq!(content(&pages), expected);
}

#[test]
fn links_lead_to_places_and_the_outline_to_pages() {
    let mut article = long_article();
    let to = |name: &str| Inline::Link { target: Target::Anchor(Anchor(name.into())), content: text("见") };
    article.blocks.push(Block::Paragraph(vec![to("s11"), to("nowhere")]));
    let pages = pages(&book(vec![article]));
    assert_eq!(pages.outline.len(), 12);
    let mut inside = 0;
    for item in pages.pages.iter().flat_map(|page| &page.items) {
        if let ItemKind::Link { target: LinkTarget::Place(name), .. } = &item.kind {
            assert!(pages.places.contains_key(name), "{name}");
            inside += 1;
        }
    }
    // Twelve entries of the contents and one in the text.
    assert_eq!(inside, 13);
    let last = pages.places["s11"].page;
    assert_eq!(pages.outline[11].place.page, last);
    let PageLabel::Arabic(number) = pages.pages[last].label else { panic!("no number") };
    let contents = &pages.pages[1];
    assert!(runs(contents).any(|(_, run)| run.text == number.to_string()));
}

#[test]
fn notes_stand_at_the_foot_of_their_page_and_go_on_to_the_next() {
    let mut article = long_article();
    for (number, section) in article.sections.iter_mut().enumerate() {
        let id = Anchor(format!("n{number}"));
        section.blocks.push(Block::Paragraph(vec![Inline::Text("注".into()), Inline::Note(id.clone())]));
        let blocks = vec![paragraph(&format!("释{number}{}", SENTENCE.repeat(1 + number * 2)))];
        section.notes.push(Note { id, blocks });
    }
    let pages = pages(&book(vec![article]));
    let bottom = Geometry::new(&Theme::default());
    let bottom = bottom.top + bottom.area.height;
    let mut split = 0;
    for number in 0..12 {
        let reference = pages.places[&format!("ref-n{number}")];
        let note = pages.places[&format!("n{number}")];
        assert!(note.page == reference.page && note.at.y > reference.at.y, "note {number}");
        let tag = pages.tags.iter().enumerate().filter(|(_, tag)| tag.role == TagRole::Note).nth(number).unwrap().0;
        let own = |item: &Item| {
            let parent = item.tag.and_then(|tag| pages.tags[usize::try_from(tag.0).unwrap()].parent);
            parent.is_some_and(|parent| usize::try_from(parent.0).unwrap() == tag)
        };
        let on: Vec<usize> =
            (0..pages.pages.len()).filter(|page| runs(&pages.pages[*page]).any(|(item, _)| own(item))).collect();
        split += usize::from(on.len() > 1);
        for page in on {
            assert!(runs(&pages.pages[page]).filter(|(item, _)| own(item)).all(|(_, run)| run.origin.y <= bottom));
        }
    }
    assert!(split > 0);
    assert_eq!(content(&pages).matches("释").count(), 12);
}

#[test]
fn notes_stand_after_the_text_if_the_theme_says_so() {
    let mut article = long_article();
    let section = &mut article.sections[0];
    section.blocks.insert(0, Block::Paragraph(vec![Inline::Text("注".into()), Inline::Note(Anchor("n".into()))]));
    section.notes.push(Note { id: Anchor("n".into()), blocks: vec![paragraph("释")] });
    let mut theme = Theme::default();
    theme.note.place = NotePlace::End;
    let pages = lay_out(&book(vec![article]), &Images::default(), &theme).value;
    // The colophon comes after it.
    assert_eq!(pages.places["n"].page, pages.pages.len() - 2);
    assert!(content(&pages).ends_with('释'));
}

#[test]
fn every_theme_sets_a_book() {
    for name in Theme::names() {
        let theme = Theme::named(name).unwrap();
        let pages = lay_out(&book(vec![long_article()]), &Images::default(), &theme).value;
        assert!(content(&pages).contains(SENTENCE), "{name}");
    }
}

/// A row of two cells.
fn row(a: &str, b: &str, header: bool) -> Row {
    let alignment = model::Alignment::Start;
    let cell = |content: &str| Cell { header, columns: 1, rows: 1, alignment, blocks: vec![paragraph(content)] };
    Row { cells: vec![cell(a), cell(b)] }
}

#[test]
fn a_small_table_stays_whole() {
    let rows = (1..=4).map(|number| row(&number.to_string(), "内容", false)).collect();
    let table = Block::Table(Table { caption: Vec::new(), head: Vec::new(), body: rows });
    for lines in 8..40 {
        let mut blocks = vec![paragraph("行"); lines];
        blocks.push(table.clone());
        let pages = pages(&book(vec![chapter("a", "题", blocks)]));
        let holds = |page: &&Page| runs(page).any(|(_, run)| run.text == "内容");
        assert_eq!(pages.pages.iter().filter(holds).count(), 1, "{lines}");
    }
}

#[test]
fn a_tables_head_stands_on_each_of_its_pages_and_is_read_once() {
    let body = (0..90).map(|n| row(&n.to_string(), "内容", false)).collect();
    let table = Table { caption: Vec::new(), head: vec![row("号", "名称", true)], body };
    let pages = pages(&book(vec![chapter("a", "题", vec![Block::Table(table)])]));
    let text_pages: Vec<&Page> = pages.pages.iter().filter(|p| matches!(p.label, PageLabel::Arabic(_))).collect();
    assert!(text_pages.len() > 2);
    for page in &text_pages {
        assert_eq!(runs(page).filter(|(_, run)| run.text == "名称").count(), 1);
    }
    assert_eq!(content(&pages).matches("名称").count(), 1);
    assert_eq!(content(&pages).matches("内容").count(), 90);
}

#[test]
fn a_character_that_no_font_has_is_shown_and_named_once() {
    let set = |content: &str| {
        lay_out(&book(vec![chapter("a", "题", vec![paragraph(content)])]), &Images::default(), &Theme::default())
    };
    let laid = set("甲\u{E123}乙\u{E123}");
    assert_eq!(content(&laid.value), "甲\u{E123}乙\u{E123}");
    let codes: Vec<_> = laid.diagnostics.iter().map(|d| (d.code, d.message.contains("U+E123"))).collect();
    assert_eq!(codes, [("glyph-missing", true)]);
    assert!(laid.value.pages.iter().flat_map(runs).flat_map(|(_, run)| &run.glyphs).all(|glyph| glyph.id != 0));
}

#[test]
fn a_missing_picture_is_a_frame_that_says_what_and_where_from() {
    let picture = |name: &str| Picture {
        addresses: vec![format!("https://img.example.org/{name}")],
        alt: Some("一张图".into()),
        declared: None,
    };
    let mut images = Images::default();
    let missing = Missing { address: "https://img.example.org/a".into(), reason: String::new(), hint: None };
    images.insert(&picture("a"), Err(missing));
    let id = ImageId("0".into());
    let image = Image { id, format: ImageFormat::Png, width: 60_000, height: 1, bytes: Vec::new().into() };
    images.insert(&picture("b"), Ok(image));
    let figure = |name| Block::Figure(Figure { images: vec![picture(name)], caption: text("图注") });
    let book = book(vec![chapter("a", "题", vec![figure("a"), figure("b"), figure("unasked")])]);
    let pages = lay_out(&book, &images, &Theme::default()).value;
    let text = "一张图img.example.org图注图注图注";
    assert_eq!(content(&pages), format!("{text}缺少的图片1.一张图https://img.example.org/a"));
    let unlisted = Theme { missing_list: false, ..Theme::default() };
    assert_eq!(content(&lay_out(&book, &images, &unlisted).value), text);
    // What the caption says is not said in the frame again.
    let figure = Block::Figure(Figure { images: vec![picture("a")], caption: self::text("一张图") });
    let again = self::book(vec![chapter("a", "题", vec![figure])]);
    assert_eq!(content(&lay_out(&again, &images, &unlisted).value), "img.example.org一张图");
    let items = || pages.pages.iter().flat_map(|page| &page.items);
    assert_eq!(items().filter(|item| matches!(item.kind, ItemKind::Frame { .. })).count(), 1);
    assert_eq!(items().filter(|item| matches!(item.kind, ItemKind::Image { .. })).count(), 1);
}

#[test]
fn a_figure_leaves_no_third_of_a_page_white() {
    let picture = Picture { addresses: vec!["b".into()], alt: Some("图".into()), declared: None };
    let mut images = Images::default();
    let id = ImageId("0".into());
    let image = Image { id, format: ImageFormat::Png, width: 800, height: 1000, bytes: Vec::new().into() };
    images.insert(&picture, Ok(image));
    let mut blocks: Vec<Block> = Vec::new();
    for number in 0..40 {
        if number % 9 == 4 {
            blocks.push(Block::Figure(Figure { images: vec![picture.clone()], caption: text("图注") }));
        }
        blocks.push(paragraph(&SENTENCE.repeat(1 + number % 4)));
    }
    let pages = lay_out(&book(vec![chapter("a", "题", blocks)]), &images, &Theme::default()).value;
    let geometry = Geometry::new(&Theme::default());
    let text_pages: Vec<&Page> = pages.pages.iter().filter(|p| matches!(p.label, PageLabel::Arabic(_))).collect();
    for page in text_pages.iter().rev().skip(1) {
        let ends = page.items.iter().filter(|item| item.tag.is_some()).map(|item| match &item.kind {
            ItemKind::Glyphs(run) => run.origin.y,
            ItemKind::Image { rect, .. } => rect.bottom(),
            _ => Pt::ZERO,
        });
        let white = geometry.top + geometry.area.height - ends.fold(Pt::ZERO, Pt::max);
        assert!(white < geometry.area.height / 3.0, "{white:?}");
    }
    assert_eq!(content(&pages).matches("图注").count(), 4);
    assert!(text_pages.len() > 5);
}

#[test]
fn the_same_book_gives_the_same_pages() {
    let book = book(vec![long_article()]);
    assert_eq!(frame::dump(&pages(&book)), frame::dump(&pages(&book)));
}

/// Trees of a seed: whatever the model can hold, in strange amounts.
struct Seeded(u64, usize);

impl Seeded {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn words(&mut self) -> String {
        const PIECES: &[&str] = &[
            "文字",
            "，",
            "。",
            " ",
            "word",
            "https://a.org/b?c=d",
            "—",
            "——",
            "…",
            "“",
            "”",
            "’",
            "\u{301}",
            "\u{200B}",
            "\u{FE0F}",
            "😀",
            "👨\u{200D}👩",
            "שלום",
            "مرحبا",
            "\u{E000}",
            "\u{3000}",
            "\u{A0}",
            "\u{AD}",
            "（",
            "）",
            "１２",
            "3%",
            "\u{202E}",
            "ไทย",
            "한국어",
            "かな",
            "\n",
            "\u{0}",
        ];
        (0..self.below(30)).map(|_| PIECES[self.below(PIECES.len())]).collect()
    }

    fn inlines(&mut self, depth: usize) -> Vec<Inline> {
        (0..self.below(4) + 1).map(|_| self.inline(depth)).collect()
    }

    fn inline(&mut self, depth: usize) -> Inline {
        let kind = if depth == 0 { self.below(4) } else { self.below(13) };
        let inner = |seed: &mut Self| seed.inlines(depth - 1);
        match kind {
            0 => Inline::Text(self.words()),
            1 => Inline::Code(self.words()),
            2 => Inline::Break,
            3 => Inline::Note(Anchor(format!("n{}", self.below(6)))),
            4 => Inline::Emphasis(inner(self)),
            5 => Inline::Strong(inner(self)),
            6 => Inline::Sub(inner(self)),
            7 => Inline::Super(inner(self)),
            8 => Inline::Strike(inner(self)),
            9 => Inline::Ruby { base: inner(self), text: self.words() },
            10 => Inline::Link { target: Target::Web("https://a.org/".into()), content: inner(self) },
            11 => Inline::Image(Picture { addresses: vec!["b".into()], alt: None, declared: Some((0, 9)) }),
            _ => Inline::Anchor(Anchor(format!("x{}", self.below(99)))),
        }
    }

    fn blocks(&mut self, depth: usize) -> Vec<Block> {
        (0..self.below(4) + 1).map(|_| self.block(depth)).collect()
    }

    fn block(&mut self, depth: usize) -> Block {
        let picture = || Picture { addresses: vec!["b".into()], alt: None, declared: Some((60_000, 60_000)) };
        // A tree has some hundreds of blocks at most.
        self.1 += 1;
        let depth = if self.1 > 150 { 0 } else { depth };
        match if depth == 0 { self.below(5) } else { self.below(10) } {
            0 => Block::Paragraph(self.inlines(2)),
            1 => {
                let level = u8::try_from(self.below(8)).unwrap();
                Block::Heading { level, anchor: Anchor(format!("h{}", self.below(9))), content: self.inlines(1) }
            }
            2 => Block::Code { language: None, text: self.words() },
            3 => Block::Rule,
            4 => Block::Math(Math { tex: self.words(), mathml: None }),
            5 => {
                let items = (0..self.below(4) + 1).map(|_| ListItem { blocks: self.blocks(depth - 1) }).collect();
                Block::List(List { kind: ListKind::Ordered { start: i32::MAX - 1 }, items })
            }
            6 => Block::Quote(Quote { blocks: self.blocks(depth - 1), attribution: self.inlines(1) }),
            7 => Block::Table(Table { caption: self.inlines(1), head: self.rows(depth), body: self.rows(depth) }),
            8 => Block::Figure(Figure { images: vec![picture(); self.below(3) + 1], caption: self.inlines(1) }),
            _ => {
                let meanings = vec![self.blocks(depth - 1)];
                Block::Definitions(vec![Definition { terms: vec![self.inlines(1)], meanings }])
            }
        }
    }

    fn rows(&mut self, depth: usize) -> Vec<Row> {
        (0..self.below(3)).map(|_| Row { cells: (0..self.below(5)).map(|_| self.cell(depth)).collect() }).collect()
    }

    fn cell(&mut self, depth: usize) -> Cell {
        Cell {
            header: self.below(2) == 0,
            columns: u16::try_from(self.below(4)).unwrap(),
            rows: u16::try_from(self.below(4)).unwrap(),
            alignment: model::Alignment::End,
            blocks: self.blocks(depth - 1),
        }
    }
}

#[test]
fn no_tree_makes_it_fail() {
    let mut images = Images::default();
    let picture = Picture { addresses: vec!["b".into()], alt: None, declared: None };
    let id = ImageId("0".into());
    let image = Image { id, format: ImageFormat::Png, width: 1, height: 60_000, bytes: Vec::new().into() };
    images.insert(&picture, Ok(image));
    for seed in 0..40 {
        let mut seed = Seeded(seed, 0);
        let mut article = chapter("a", "题", seed.blocks(4));
        article.notes = (0..6).map(|n| Note { id: Anchor(format!("n{n}")), blocks: seed.blocks(2) }).collect();
        article.sections = vec![chapter("b", "", seed.blocks(2)), chapter("c", "节", Vec::new())];
        let laid = lay_out(&book(vec![article.clone(), article]), &images, &Theme::default()).value;
        let numbers = laid.pages.iter().flat_map(runs).flat_map(|(_, run)| {
            run.glyphs.iter().map(|glyph| f64::from(glyph.x)).chain([run.origin.x.0, run.origin.y.0])
        });
        assert!(numbers.into_iter().all(f64::is_finite));
        let whole = |run: &frame::GlyphRun| {
            run.glyphs.iter().all(|glyph| {
                let range = usize::try_from(glyph.text.start).unwrap()..usize::try_from(glyph.text.end).unwrap();
                glyph.id != 0 && run.text.get(range).is_some()
            })
        };
        assert!(laid.pages.iter().flat_map(runs).all(|(_, run)| whole(run)));
    }
}

#[test]
fn deep_lists_and_wide_tables_end() {
    let mut block = paragraph("底");
    for _ in 0..200 {
        block = Block::List(List { kind: ListKind::Bullet, items: vec![ListItem { blocks: vec![block] }] });
    }
    let cell = || Cell {
        header: false,
        columns: 1,
        rows: 1,
        alignment: model::Alignment::Start,
        blocks: vec![paragraph("格")],
    };
    let row = Row { cells: std::iter::repeat_with(cell).take(10_000).collect() };
    let table = Block::Table(Table { caption: Vec::new(), head: Vec::new(), body: vec![row] });
    let book = book(vec![chapter("a", "题", vec![block, table])]);
    let laid = lay_out(&book, &Images::default(), &Theme::default());
    let codes: Vec<_> = laid.diagnostics.iter().map(|d| d.code).collect();
    assert_eq!(codes, ["nested-too-deep", "table-too-wide"]);
    assert_eq!(content(&laid.value).matches('格').count(), 10_000);
}

#[test]
fn a_small_book_as_text() {
    let blocks = vec![paragraph("第一段，有 Latin 与数字 42。"), Block::Rule, paragraph("第二段。")];
    let mut article = chapter("a", "题", blocks);
    article.sections.push(chapter("s", "“节”的标题", vec![paragraph(SENTENCE)]));
    article.sections.push(chapter("t", "又一节", vec![paragraph("第三段。")]));
    let dump = frame::dump(&pages(&book(vec![article])));
    assert_eq!(dump, include_str!("../../../tests/cases/layout/small.txt"));
}
