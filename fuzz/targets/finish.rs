//! Any bytes as what a book says of itself: its title, people, names and text. The EPUB files of it hold nothing that a check
//! of any maker's books objects to, and have names that every file system takes.

use offprint::backend::FORMATS;
use offprint::model::{
    Anchor, Block, Book, Byline, Chapter, Creator, Date, Inline, Language, List, ListItem, ListKind, Metadata, Role,
    Series, Target,
};

use super::written;

pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut pieces = text.split('\n');
    let mut next = || pieces.next().unwrap_or("x").to_owned();
    let language = Language::parse(&next()).unwrap_or_default();
    let metadata = Metadata {
        title: next(),
        creators: vec![Creator { name: next(), role: Role::Author }, Creator { name: next(), role: Role::Translator }],
        language,
        identifier: "urn:uuid:00000000-0000-5000-8000-000000000000".to_owned(),
        modified: Date::UNKNOWN,
        date: next().parse().ok().and_then(|year| Date::new(year, 4, 5)),
        description: Some(next()),
        publisher: Some(next()),
        sources: vec![format!("https://fuzz.example/{}", next().replace(|c: char| !c.is_ascii_alphanumeric(), ""))],
        subjects: vec![next(), next()],
        series: Some(Series { name: next(), position: next().parse().ok() }),
        rights: Some(next()),
        cover: None,
    };
    let chapters = (0..2).map(|number| chapter(number, &mut next)).collect();
    let book = Book { metadata, chapters };
    // Front matter and addresses are cleaned before they come here; what is tested is that nothing breaks the file.
    FORMATS.iter().filter(|format| format.name.ends_with("EPUB")).for_each(|format| written::check(&book, format));
}

fn chapter(number: usize, next: &mut dyn FnMut() -> String) -> Chapter {
    let anchor = |name: &str| Anchor(format!("{name}{number}"));
    let inlines = vec![
        Inline::Text(next()),
        Inline::Emphasis(vec![Inline::Text(next())]),
        Inline::Ruby { base: vec![Inline::Text(next())], text: next() },
        Inline::Code(next()),
        Inline::Link { target: Target::Anchor(anchor("h")), content: vec![Inline::Text(next())] },
    ];
    let item = ListItem { blocks: vec![Block::Paragraph(vec![Inline::Text(next())])] };
    let blocks = vec![
        Block::Heading { level: 2, anchor: anchor("h"), content: vec![Inline::Text(next())] },
        Block::Paragraph(inlines),
        Block::List(List { kind: ListKind::Ordered { start: number as i32 }, items: vec![item] }),
        Block::Code { language: Some(next()), text: next() },
    ];
    let byline = Byline { site: Some(next()), tags: vec![next()], ..Byline::default() };
    let (title, notes, sections) = (vec![Inline::Text(next())], Vec::new(), Vec::new());
    Chapter { id: anchor("c"), title, byline: Some(byline), language: None, blocks, notes, sections }
}
