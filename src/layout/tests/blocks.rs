//! How blocks look and what is kept together.

use super::*;

fn laid(blocks: Vec<Block>) -> Pages {
    pages(&book(vec![chapter("a", "题", blocks)]))
}

fn text_page(pages: &Pages, number: u32) -> &Page {
    pages.pages.iter().find(|page| page.label == PageLabel::Arabic(number)).unwrap()
}

fn list(items: &[&str]) -> Block {
    let items = items.iter().map(|item| ListItem { blocks: vec![paragraph(item)] }).collect();
    Block::List(List { kind: ListKind::Bullet, items })
}

fn fills(page: &Page) -> usize {
    page.items.iter().filter(|item| matches!(item.kind, ItemKind::Fill { .. })).count()
}

#[test]
fn a_list_of_one_item_is_a_callout() {
    let pages = laid(vec![list(&["要点"]), list(&["甲", "乙"])]);
    assert_eq!(content(&pages), "要点•甲•乙");
    assert_eq!(fills(text_page(&pages, 1)), 1);
}

#[test]
fn a_reading_stands_behind_its_characters_in_reading_order() {
    let ruby = |base: &str, text: &str| Inline::Ruby { base: self::text(base), text: text.into() };
    let mut inlines = text("与");
    inlines.extend([ruby("重逢", "chóngféng"), ruby("漢", "かん"), ruby("字", "じ")]);
    inlines.extend(text("了"));
    assert_eq!(content(&laid(vec![Block::Paragraph(inlines)])), "与重逢chóngféng漢かん字じ了");
}

#[test]
fn a_space_stands_at_the_left_of_a_word_that_is_read_leftwards() {
    let pages = laid(vec![paragraph("שלום עולם")]);
    let (_, run) = runs(text_page(&pages, 1)).find(|(_, run)| run.text.contains('ש')).unwrap();
    let shown: Vec<&str> =
        run.glyphs.iter().map(|glyph| &run.text[glyph.text.start as usize..glyph.text.end as usize]).collect();
    assert_eq!(shown.concat(), "םלוע םולש");
}

#[test]
fn a_name_under_a_quotation_has_one_dash() {
    for (name, shown) in [("— 某人", "——某人"), ("某人", "——某人"), ("--  Ada Folder", "— Ada Folder")]
    {
        let quote = Quote { blocks: vec![paragraph("话")], attribution: text(name) };
        let pages = laid(vec![Block::Quote(quote)]);
        let all: String = runs(text_page(&pages, 1)).map(|(_, run)| run.text.as_str()).collect();
        assert!(all.contains(&format!("话{shown}")), "{all}");
    }
}

#[test]
fn short_code_stands_on_one_page() {
    for lines in 1..30 {
        let mut blocks = vec![paragraph(&SENTENCE.repeat(lines))];
        blocks.push(Block::Code { language: None, text: "first\n\nlast".into() });
        let pages = laid(blocks);
        let on = |what: &str| pages.pages.iter().position(|page| runs(page).any(|(_, run)| run.text.trim() == what));
        assert_eq!(on("first"), on("last"), "{lines}");
        assert!(on("first").is_some());
    }
}

#[test]
fn a_break_before_a_heading_or_at_the_end_parts_nothing() {
    let mut article = chapter("a", "题", vec![paragraph("一"), Block::Rule, paragraph("二"), Block::Rule]);
    article.sections.push(chapter("s", "节", vec![paragraph("三"), Block::Rule]));
    let pages = pages(&book(vec![article]));
    assert_eq!(fills(text_page(&pages, 1)), 1);
}

#[test]
fn a_heading_stands_nearer_to_what_follows_it() {
    let pages = pages(&book(vec![long_article()]));
    let mut seen = 0;
    for page in &pages.pages {
        let mut lines: Vec<(bool, f64)> = runs(page)
            .filter(|(item, _)| item.tag.is_some())
            .map(|(item, run)| (matches!(role(&pages, item.tag), Some(TagRole::Heading(_))), run.origin.y.0))
            .collect();
        lines.dedup();
        for window in lines.windows(3) {
            if let [(false, over), (true, heading), (false, under)] = window {
                assert!(heading - over > 1.3 * (under - heading), "{over} {heading} {under}");
                seen += 1;
            }
        }
    }
    assert!(seen > 4);
}

#[test]
fn the_two_halves_of_a_dash_are_joined() {
    let pages = laid(vec![paragraph("他说 — — 好。English — too… …甲"), paragraph("— — — —乙\u{200A}—\u{200A}—")]);
    assert_eq!(content(&pages), "他说 —— 好。English — too……甲—— ——乙 ——");
}

#[test]
fn dots_stress_words_among_others() {
    let dots = |content: Vec<Inline>| {
        let pages = laid(vec![Block::Paragraph(content)]);
        let dotted = |item: &&Item| matches!(item.kind, ItemKind::Dots { .. });
        text_page(&pages, 1).items.iter().filter(dotted).count()
    };
    let stressed = || Inline::Emphasis(text("重"));
    assert_eq!(dots(vec![Inline::Text("轻".into()), stressed()]), 1);
    assert_eq!(dots(vec![stressed()]), 0);
    assert_eq!(dots(vec![Inline::Text("轻".into()), Inline::Strong(vec![stressed()])]), 0);
}

#[test]
fn a_formula_of_mathml_is_read_in_words() {
    let mathml = "<math><msup><mi>c</mi><mn>2</mn></msup></math>".to_owned();
    let pages = laid(vec![Block::Paragraph(vec![Inline::Math(Math { tex: String::new(), mathml: Some(mathml) })])]);
    assert_eq!(content(&pages), "c2");
    let formula = pages.tags.iter().find(|tag| tag.role == TagRole::Formula).unwrap();
    assert_eq!(formula.alternative.as_deref(), Some("c^2"));
}

#[test]
fn lines_of_code_have_numbers_if_wanted() {
    let code = || Block::Code { language: None, text: "first\n\nlast".into() };
    let theme = Theme { code_numbers: true, ..Theme::default() };
    let pages = lay_out(&book(vec![chapter("a", "题", vec![code()])]), &Images::default(), &theme).value;
    assert_eq!(content(&pages), "firstlast");
    let page = text_page(&pages, 1);
    let numbers: Vec<f64> = runs(page)
        .filter(|(item, run)| item.tag.is_none() && run.text.is_empty())
        .map(|(_, run)| run.origin.y.0)
        .collect();
    let text: Vec<f64> = runs(page).filter(|(item, _)| item.tag.is_some()).map(|(_, run)| run.origin.y.0).collect();
    assert_eq!((numbers.len(), [numbers[0], numbers[2]]), (3, [text[0], text[1]]));
    let step = theme.pt(theme.code.leading).0;
    assert!((numbers[1] - numbers[0] - step).abs() < 0.01 && (numbers[2] - numbers[1] - step).abs() < 0.01);
}

#[test]
fn articles_begin_on_right_hand_pages_if_wanted() {
    let mut theme = Theme::default();
    theme.page.articles_recto = true;
    let article = |n: usize| chapter(&format!("a{n}"), "一篇文章", vec![paragraph(&SENTENCE.repeat(n * 9))]);
    let pages = lay_out(&book((1..8).map(article).collect()), &Images::default(), &theme).value;
    for n in 1..8 {
        let page = pages.places[&format!("a{n}")].page;
        let PageLabel::Arabic(number) = pages.pages[page].label else { panic!("no number") };
        assert!(page.is_multiple_of(2) && number % 2 == 1);
        assert!(pages.pages[..page].iter().flat_map(runs).any(|(_, run)| run.text == number.to_string()), "{number}");
    }
}

#[test]
fn a_wide_table_is_set_smaller() {
    let cell = || Cell {
        header: false,
        columns: 1,
        rows: 1,
        alignment: model::Alignment::Start,
        blocks: vec![paragraph("格")],
    };
    let table = |columns| {
        Block::Table(Table {
            caption: Vec::new(),
            head: Vec::new(),
            body: vec![Row { cells: std::iter::repeat_with(cell).take(columns).collect() }],
        })
    };
    let sizes = |columns| {
        let book = book(vec![chapter("a", "题", vec![table(columns)])]);
        let laid = lay_out(&book, &Images::default(), &Theme::default());
        let size = runs(text_page(&laid.value, 1)).find(|(_, run)| run.text == "格").unwrap().1.size;
        (size < Pt(9.0), laid.diagnostics.iter().map(|d| d.code).collect::<Vec<_>>())
    };
    assert_eq!(sizes(10), (false, vec![]));
    assert_eq!(sizes(20), (true, vec!["table-wide"]));
}

/// A table of a head and rows, all cells of one column.
fn of_rows(rows: &[&[&str]]) -> Block {
    let row = |(index, cells): (usize, &&[&str])| {
        let cell = |content: &&str| Cell {
            header: index == 0,
            columns: 1,
            rows: 1,
            alignment: model::Alignment::Start,
            blocks: vec![paragraph(content)],
        };
        Row { cells: cells.iter().map(cell).collect() }
    };
    let mut rows: Vec<Row> = rows.iter().enumerate().map(row).collect();
    let body = rows.split_off(1);
    Block::Table(Table { caption: Vec::new(), head: rows, body })
}

#[test]
fn numbers_of_a_wide_table_are_whole() {
    let head = ["年份", "总值", "第一", "第二", "第三", "人均", "增长", "备注与来源说明", "更新"];
    let numbers = [
        "2019",
        "1,013,567.0",
        "70,473.6",
        "380,670.6",
        "535,371.0",
        "70,078",
        "6.0%",
        "国家统计局年度公报",
        "2021-01-17",
    ];
    let laid = laid(vec![of_rows(&[&head, &numbers, &numbers])]);
    let page = text_page(&laid, 1);
    let lines: Vec<(&str, Pt)> = runs(page).map(|(_, run)| (run.text.as_str(), run.size)).collect();
    for number in numbers.iter().filter(|number| number.is_ascii()) {
        assert_eq!(lines.iter().filter(|(text, _)| text == number).count(), 2, "{number}: {lines:?}");
    }
    // A column of text is no tower of characters.
    assert!(
        lines.iter().any(|(text, _)| text.chars().count() >= 3 && "国家统计局年度公报".contains(text)),
        "{lines:?}"
    );
    assert!(lines.iter().all(|(_, size)| *size >= Pt(5.3)), "{lines:?}");
}

#[test]
fn a_table_that_no_page_holds_says_what_its_cells_are() {
    let head: Vec<String> = (0..24).map(|column| format!("列{column}")).collect();
    let cells: Vec<String> = (0..24).map(|column| format!("{}", 1_000_000 + column)).collect();
    let [head, cells] = [&head, &cells].map(|row| row.iter().map(String::as_str).collect::<Vec<_>>());
    let book = book(vec![chapter("a", "题", vec![of_rows(&[&head, &cells])])]);
    let laid = lay_out(&book, &Images::default(), &Theme::default());
    assert_eq!(laid.diagnostics.iter().map(|d| d.code).collect::<Vec<_>>(), ["table-too-wide"]);
    let text = content(&laid.value);
    assert!(text.contains("列0：1000000") && text.contains("列23：1000023"), "{text}");
    assert_eq!(text.matches("列7").count(), 1);
}

#[test]
fn columns_of_numbers_end_on_one_line() {
    let cell = |content: &str, header| Cell {
        header,
        columns: 1,
        rows: 1,
        alignment: model::Alignment::Start,
        blocks: vec![paragraph(content)],
    };
    let row = |cells: [&str; 3], header| Row { cells: cells.map(|content| cell(content, header)).into() };
    let table = Table {
        caption: Vec::new(),
        head: vec![row(["名", "数量", "备注"], true)],
        body: vec![row(["甲", "1,024", "7"], false), row(["乙", "8", "无"], false), row(["丙", "−3.5%", "9"], false)],
    };
    let pages = laid(vec![Block::Table(table)]);
    let end = |what: &str| {
        let (_, run) = runs(text_page(&pages, 1)).find(|(_, run)| run.text == what).unwrap();
        let face = Face::open(run.face);
        let last = run.glyphs.last().unwrap();
        let units = f64::from(face.metrics().units_per_em);
        run.origin.x.0 + f64::from(last.x) + f64::from(face.advance(last.id)) / units * run.size.0
    };
    assert!((end("1,024") - end("8")).abs() < 0.1 && (end("数量") - end("8")).abs() < 0.1);
    // A column that holds a word as well is no column of numbers.
    assert!(end("无") > end("7") + 1.0);
}

#[test]
fn the_first_paragraph_of_an_english_section_stands_flush() {
    let starts = |language: &str| {
        let section = chapter("s", "Title", vec![paragraph("one"), paragraph("two"), Block::Rule, paragraph("three")]);
        let mut article = chapter("a", "A", vec![paragraph("zero")]);
        article.sections.push(section);
        let mut book = book(vec![article]);
        book.metadata.language = Language::parse(language).unwrap();
        let pages = pages(&book);
        let left = runs(text_page(&pages, 1)).find(|(_, run)| run.text == "Title").unwrap().1.origin.x;
        let words = ["zero", "one", "two", "three"];
        words.map(|word| {
            runs(text_page(&pages, 1)).find(|(_, run)| run.text == word).unwrap().1.origin.x - left > Pt(1.0)
        })
    };
    assert_eq!(starts("en"), [false, false, true, false]);
    assert_eq!(starts("ru"), [true; 4]);
}

#[test]
fn no_page_of_code_begins_with_an_empty_line() {
    let text: String = (0..60).map(|n| format!("line {n}\nmore\n\n")).collect();
    let pages = laid(vec![Block::Code { language: None, text }]);
    let text_pages: Vec<&Page> = pages.pages.iter().filter(|p| matches!(p.label, PageLabel::Arabic(_))).collect();
    let first = |page: &&Page| {
        runs(page).filter(|(item, _)| item.tag.is_some()).map(|(_, run)| run.origin.y).fold(Pt(9e9), Pt::min)
    };
    let tops: Vec<Pt> = text_pages.iter().map(first).collect();
    assert!(tops.len() > 3 && tops[1..].iter().all(|top| (*top - tops[1]).abs() < Pt(0.01)), "{tops:?}");
    // The ground begins with the line, not over it.
    let ground = |page: &&Page| {
        page.items.iter().find_map(|item| match &item.kind {
            ItemKind::Fill { rect, .. } => Some(rect.origin.y),
            _ => None,
        })
    };
    assert!(text_pages.iter().skip(1).all(|page| (tops[1] - ground(page).unwrap()).abs() < Pt(20.0)));
}

#[test]
fn a_figure_stands_in_the_middle_between_two_lines() {
    let picture = Picture { addresses: vec!["b".into()], alt: Some("图".into()), declared: None };
    let mut images = Images::default();
    let image =
        Image { id: ImageId("0".into()), format: ImageFormat::Png, width: 300, height: 103, bytes: Vec::new().into() };
    images.insert(&picture, Ok(image));
    let figure = Block::Figure(Figure { images: vec![picture], caption: Vec::new() });
    let blocks = vec![paragraph("上"), figure, paragraph("下")];
    let pages = lay_out(&book(vec![chapter("a", "题", blocks)]), &images, &Theme::default()).value;
    let page = text_page(&pages, 1);
    let baseline = |what: &str| runs(page).find(|(_, run)| run.text == what).unwrap().1.origin.y;
    let rect = page.items.iter().find_map(|item| match &item.kind {
        ItemKind::Image { rect, .. } => Some(*rect),
        _ => None,
    });
    let rect = rect.unwrap();
    // From the foot of the character over it, and to the head of the one under it.
    let (over, under) = (rect.origin.y - baseline("上") - Pt(1.26), baseline("下") - Pt(9.24) - rect.bottom());
    assert!((over - under).abs() < Pt(0.1), "{over:?} {under:?}");
}

/// ISO 14289-1 §7.5: rows that lack cells, or have one that reaches under another, still are rows of one table.
#[test]
fn rows_of_tables_have_as_many_columns() {
    let cell = |columns: u16, rows: u16| Cell {
        header: false,
        columns,
        rows,
        alignment: model::Alignment::Start,
        blocks: vec![paragraph("x")],
    };
    let row = |cells: &[(u16, u16)]| Row { cells: cells.iter().map(|(columns, rows)| cell(*columns, *rows)).collect() };
    let body = vec![row(&[(1, 1), (1, 2), (2, 1)]), row(&[(3, 1)]), row(&[(1, 1)]), row(&[(2, 1), (2, 1)])];
    let pages = laid(vec![Block::Table(Table { caption: Vec::new(), head: Vec::new(), body })]);
    let ids = |of: fn(&TagRole) -> bool| (0..).zip(&pages.tags).filter(move |(_, tag)| of(&tag.role)).map(|(id, _)| id);
    let mut above: Vec<(u16, u16)> = Vec::new();
    let widths = ids(|role| matches!(role, TagRole::TableRow)).map(|row| {
        let cells = pages.tags.iter().filter(|tag| tag.parent == Some(TagId(row)));
        let cells = cells.filter_map(|tag| match tag.role {
            TagRole::DataCell { columns, rows } => Some((columns, rows)),
            _ => None,
        });
        let cells: Vec<(u16, u16)> = cells.collect();
        let width: u16 = cells.iter().chain(&above).map(|(columns, _)| columns).sum();
        above = cells
            .into_iter()
            .chain(above.drain(..))
            .filter_map(|(c, rows)| (rows > 1).then_some((c, rows - 1)))
            .collect();
        width
    });
    assert_eq!(widths.collect::<Vec<_>>(), [4, 4, 4, 4]);
}

#[test]
fn a_paragraph_that_is_strong_as_a_whole_stays_with_what_follows() {
    let label = |number: usize| Block::Paragraph(vec![Inline::Strong(text(&format!("第{number}问")))]);
    // Every page would end behind a label once, if it could.
    for shift in 0..12 {
        let mut blocks: Vec<Block> = (0..shift).map(|_| paragraph("行。")).collect();
        blocks.extend((0..40).flat_map(|number| [label(number), paragraph("答。")]));
        let pages = pages(&book(vec![chapter("a", "题", blocks)]));
        for page in &pages.pages {
            let last = runs(page).filter(|(item, _)| item.tag.is_some()).last();
            assert!(last.is_none_or(|(_, run)| !run.text.ends_with('问')), "{shift}");
        }
    }
    // Labels alone part as they must.
    let alone = pages(&book(vec![chapter("a", "题", (0..200).map(label).collect())]));
    assert!(alone.pages.len() > 4);
}

#[test]
fn a_running_head_leaves_a_subtitle_out_before_it_is_cut() {
    let title = format!("街头的战斗与日常的政治：{}", "一份很长的副标题".repeat(6));
    let mut book = book(vec![long_article()]);
    book.metadata.title = title;
    let pages = pages(&book);
    let heads: Vec<String> = pages.pages.iter().flat_map(runs).map(|(_, run)| run.text.clone()).collect();
    assert!(!heads.iter().any(|text| text.contains('…')), "{heads:?}");
    assert!(heads.iter().any(|text| text == "街头的战斗与日常的政治"));
}
