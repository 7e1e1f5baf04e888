//! Links on paper.

use super::*;

fn link(words: &str, address: &str) -> Inline {
    Inline::Link { target: Target::Web(address.to_owned()), content: text(words) }
}

fn line(inlines: Vec<Inline>) -> Block {
    Block::Paragraph(inlines)
}

fn address(name: &str) -> String {
    format!("https://example.org/{name}")
}

/// An article with links of all kinds; its addresses are named after it.
fn article(name: &str) -> Chapter {
    let to = |path: &str| address(&format!("{name}/{path}"));
    let cell = |blocks| Cell { header: false, columns: 1, rows: 1, alignment: model::Alignment::Start, blocks };
    let own = Anchor(format!("{name}-own"));
    let mut article = chapter(
        name,
        "文章",
        vec![
            line(vec![
                Inline::Text("甲".into()),
                link("一", &to("one")),
                Inline::Text("。".into()),
                link("again", &to("one")),
            ]),
            line(vec![
                link("two ", &to("two")),
                Inline::Strong(vec![link("three", &to("three"))]),
                Inline::Note(own.clone()),
            ]),
            line(vec![link(&to("shown"), &to("shown"))]),
            Block::List(model::List {
                kind: ListKind::Bullet,
                items: vec![
                    ListItem { blocks: vec![line(vec![link("四", &to("four"))])] },
                    ListItem { blocks: vec![paragraph("乙")] },
                ],
            }),
            Block::Table(Table {
                caption: vec![link("表", &to("five"))],
                head: Vec::new(),
                body: vec![Row { cells: vec![cell(vec![line(vec![link("六", &to("six"))])])] }],
            }),
        ],
    );
    let mut section = chapter(
        &format!("{name}-below"),
        "节",
        vec![line(vec![link("七", &to("seven")), Inline::Break, link("one", &to("one"))])],
    );
    section.title.push(link("标题", &to("title")));
    article.sections.push(section);
    article.notes.push(Note {
        id: own,
        blocks: vec![line(vec![Inline::Text("注".into()), link("eight", &to("eight")), link("two", &to("two"))])],
    });
    article
}

/// In the order in which they are numbered.
const NUMBERED: [&str; 9] = ["one", "two", "three", "four", "five", "six", "title", "seven", "eight"];

fn set(typed: &str, chapters: Vec<Chapter>) -> Pages {
    let theme = Theme { links: Links::parse(typed).unwrap(), ..Theme::default() };
    lay_out(&book(chapters), &Images::default(), &theme).value
}

/// All text, without where lines end.
fn everything(pages: &Pages) -> String {
    pages.pages.iter().flat_map(|page| runs(page).map(|(_, run)| run.text.as_str()).collect::<Vec<_>>()).collect()
}

fn web(pages: &Pages) -> Vec<&str> {
    let links = pages.pages.iter().flat_map(|page| &page.items).filter_map(|item| match &item.kind {
        ItemKind::Link { target: LinkTarget::Web(address), .. } => Some(address.as_str()),
        _ => None,
    });
    links.collect()
}

fn codes(pages: &Pages) -> Vec<String> {
    let squares = pages.pages.iter().flat_map(|page| &page.items).filter_map(|item| match &item.kind {
        ItemKind::Squares { runs, .. } => Some(code::read(runs)),
        _ => None,
    });
    squares.collect()
}

#[test]
fn every_address_has_its_number_and_is_printed_once() {
    for typed in ["endnote", "footnote"] {
        let pages = set(typed, vec![article("a"), article("b")]);
        let all = everything(&pages);
        for name in ["a", "b"] {
            for path in NUMBERED.into_iter().chain(["shown"]) {
                assert_eq!(all.matches(&address(&format!("{name}/{path}"))).count(), 1, "{typed} {name}/{path}");
            }
        }
        for (index, article) in (1..).zip(["a", "b"]) {
            for (number, path) in (1..).zip(NUMBERED) {
                let note = format!("address.{index}.{number}");
                assert!(
                    pages.places.contains_key(&note) && pages.places.contains_key(&format!("ref-{note}")),
                    "{note}"
                );
                let printed = address(&format!("{article}/{path}"));
                // With the mark that the text has too; the article's own note is one of the feet.
                let shown = if typed == "endnote" {
                    format!("[{number}]")
                } else {
                    (number + usize::from(number > 3)).to_string()
                };
                assert!(all.contains(&format!("{shown}\u{2002}{printed}")), "{typed} {shown} {printed} {all}");
            }
        }
        if typed == "endnote" {
            // Three times in the text of each article, once in its list.
            assert_eq!(all.matches("[1]").count(), 2 * 4);
            assert!(all.contains("two[2] three[3]"), "{all}");
        }
    }
}

#[test]
fn footnotes_stand_where_they_are_referred_to() {
    let pages = set("footnote", vec![article("a")]);
    for number in 1..=8 {
        let (note, reference) =
            (pages.places[&format!("address.1.{number}")], pages.places[&format!("ref-address.1.{number}")]);
        assert!(note.page == reference.page && note.at.y > reference.at.y, "{number}");
    }
    // What only a note refers to stands after the text.
    assert!(everything(&pages).contains(&address("a/eight")));
}

#[test]
fn links_are_kept_or_dropped() {
    let kept = set("keep", vec![article("a")]);
    assert_eq!(web(&kept).iter().filter(|found| **found == address("a/one")).count(), 3);
    assert!(!everything(&kept).contains(&address("a/one")));
    let dropped = set("drop", vec![article("a")]);
    assert!(web(&dropped).is_empty());
    assert_eq!(everything(&kept), everything(&dropped));
}

#[test]
fn codes_say_where_articles_and_links_lead() {
    let from = |name: &str| {
        let byline = Byline { address: Some(address(name)), ..Byline::default() };
        Chapter { byline: Some(byline), ..article(name) }
    };
    assert_eq!(codes(&set("endnote", vec![from("a")])), Vec::<String>::new());
    let pages = set("endnote,qr", vec![from("a"), from("b")]);
    assert_eq!(codes(&pages), [address("a"), address("b")]);
    assert!(pages.back_cover);
    for typed in ["qr-all", "footnote,qr-all"] {
        let mut all = codes(&set(typed, vec![from("a")]));
        let mut expected: Vec<String> =
            NUMBERED.iter().map(|path| address(&format!("a/{path}"))).chain([address("a")]).collect();
        all.sort();
        expected.sort();
        assert_eq!(all, expected, "{typed}");
    }
}

#[test]
fn small_books_have_no_contents() {
    let mut theme = Theme::default();
    theme.contents.more_than = 3;
    let shown = |sections: usize| {
        let mut article = chapter("a", "文", Vec::new());
        article.sections = (0..sections).map(|n| chapter(&format!("s{n}"), "节", vec![paragraph("字")])).collect();
        let pages = lay_out(&book(vec![article]), &Images::default(), &theme).value;
        everything(&pages).contains("目录")
    };
    assert_eq!([3, 4].map(shown), [false, true]);
}
