//! Texts in strange amounts: none may take more than linear time.

use std::time::{Duration, Instant};

use super::*;

fn time(blocks: Vec<Block>, notes: Vec<Note>) -> Duration {
    let mut article = chapter("a", "题", blocks);
    article.notes = notes;
    let book = book(vec![article]);
    let start = Instant::now();
    let pages = lay_out(&book, &Images::default(), &Theme::default()).value;
    assert!(!pages.pages.is_empty());
    start.elapsed()
}

/// Four times as much takes about four times as long; sixteen times would be quadratic. A machine that is busy with
/// other things may disturb a measurement: what is not linear fails every time.
fn assert_linear(what: &str, mut of: impl FnMut(usize) -> Duration) {
    const SOME: usize = 4_000;
    const TIMES: usize = 6;
    let mut seen = Vec::new();
    let linear = (0..TIMES).any(|_| {
        let (once, fourfold) = (of(SOME), of(SOME * 4));
        seen.push((once, fourfold));
        fourfold < once * 10 + Duration::from_millis(200)
    });
    assert!(linear, "{what}: {seen:?}");
}

#[test]
fn strange_paragraphs_take_linear_time() {
    let table: &[(&str, &str, &str)] = &[
        ("a word", "", "x"),
        ("capitals and digits", "", "A1"),
        ("marks on one letter", "a", "\u{301}"),
        ("opening quotes, then closing ones of another kind", "", "“"),
        ("dashes", "文", "—"),
        ("dashes and spaces", "文", "— "),
        ("leaders in English", "a", "…"),
        ("brackets", "", "（"),
        ("an address", "https://", "a/"),
        ("Hebrew and digits", "", "ש1 "),
        ("joined emoji", "", "👩\u{200D}"),
        ("flags", "", "🇨"),
        ("zero-width spaces", "文", "\u{200B}"),
        ("hair spaces", "文", "\u{200A}"),
        ("directions", "", "\u{202E}"),
        ("Chinese", "", "字，"),
    ];
    for (what, before, piece) in table {
        assert_linear(what, |count| {
            let mut words = format!("{before}{}", piece.repeat(count));
            if *piece == "“" {
                words.push_str(&"’".repeat(count));
            }
            time(vec![paragraph(&words)], Vec::new())
        });
    }
}

#[test]
fn many_places_and_notes_take_linear_time() {
    assert_linear("anchors", |count| {
        let anchor = |n: usize| [Inline::Anchor(Anchor(format!("x{n}"))), Inline::Text("字".into())];
        time(vec![Block::Paragraph((0..count).flat_map(anchor).collect())], Vec::new())
    });
    assert_linear("notes", |count| {
        let count = count / 10;
        let id = |n: usize| Anchor(format!("n{n}"));
        let reference = |n: usize| [Inline::Text("字".into()), Inline::Note(id(n))];
        let blocks = vec![Block::Paragraph((0..count).flat_map(reference).collect())];
        time(blocks, (0..count).map(|n| Note { id: id(n), blocks: vec![paragraph("释")] }).collect())
    });
    assert_linear("headings", |count| {
        let heading = |n: usize| Block::Heading { level: 2, anchor: Anchor(format!("h{n}")), content: text("标题") };
        time((0..count / 10).map(heading).collect(), Vec::new())
    });
    assert_linear("rows", |count| {
        let cell = || Cell {
            header: false,
            columns: 1,
            rows: 9,
            alignment: model::Alignment::Start,
            blocks: vec![paragraph("格")],
        };
        let rows = (0..count / 10).map(|_| Row { cells: vec![cell(), cell()] }).collect();
        time(vec![Block::Table(Table { caption: Vec::new(), head: Vec::new(), body: rows })], Vec::new())
    });
}

#[test]
fn many_blocks_take_linear_time() {
    let item = |content: &str| ListItem { blocks: vec![paragraph(content)] };
    let list = |items: Vec<ListItem>| Block::List(List { kind: ListKind::Bullet, items });
    assert_linear("items", |count| time(vec![list((0..count / 4).map(|_| item("项")).collect())], Vec::new()));
    assert_linear("deep lists", |count| {
        let deep = |_| (0..100).fold(paragraph("底"), |block, _| list(vec![ListItem { blocks: vec![block] }]));
        time((0..count / 100).map(deep).collect(), Vec::new())
    });
    assert_linear("lines of code", |count| {
        time(vec![Block::Code { language: None, text: "let x = 1;\n\n".repeat(count / 4) }], Vec::new())
    });
    assert_linear("readings", |count| {
        let ruby = |_| Inline::Ruby { base: text("字"), text: "じ".into() };
        time(vec![Block::Paragraph((0..count / 4).map(ruby).collect())], Vec::new())
    });
    assert_linear("links", |count| {
        let link = |_| Inline::Link { target: Target::Web("https://a.org/".into()), content: text("见此") };
        time(vec![Block::Paragraph((0..count / 2).map(link).collect())], Vec::new())
    });
    assert_linear("figures that may move", |count| {
        let picture = Picture { addresses: vec!["b".into()], alt: None, declared: None };
        let figure = || Block::Figure(Figure { images: vec![picture.clone()], caption: text("图") });
        time((0..count / 8).flat_map(|_| [paragraph(SENTENCE), figure()]).collect(), Vec::new())
    });
}

#[test]
fn tables_of_strange_shapes_take_linear_time() {
    let cell = |columns, rows| Cell {
        header: false,
        columns,
        rows,
        alignment: model::Alignment::Start,
        blocks: vec![paragraph("格")],
    };
    let set = |rows: Vec<Row>| {
        time(vec![Block::Table(Table { caption: Vec::new(), head: Vec::new(), body: rows })], Vec::new())
    };
    assert_linear("columns", |count| set(vec![Row { cells: (0..count).map(|_| cell(1, 1)).collect() }]));
    let rows = |count: usize, columns, rows| (0..count).map(|_| Row { cells: vec![cell(columns, rows)] }).collect();
    assert_linear("cells that hang down for ever", |count| set(rows(count, 1, u16::MAX)));
    assert_linear("cells that are wide without end", |count| set(rows(count / 4, u16::MAX, 2)));
}

#[test]
fn random_trees_take_linear_time() {
    assert_linear("trees", |count| {
        let tree = |seed: usize| Seeded(seed as u64 % 40, 100).block(3);
        time((0..count / 20).map(tree).collect(), Vec::new())
    });
}

#[test]
fn a_megabyte_without_a_space() {
    let pages = pages(&book(vec![chapter("a", "题", vec![paragraph(&"x".repeat(1_000_000))])]));
    assert_eq!(content(&pages).len(), 1_000_000);
}
