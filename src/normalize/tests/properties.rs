//! What later stages rely on, over random and mutated pages. The generator is seeded: each run sees the same pages.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;

use super::super::{Article, Options, Overrides, Page, Stated, article, assemble, space};
use crate::backend::{Backend, Content, Settings, html};
use crate::media::{Drawings, Images};
use crate::model::{Anchor, Block, Book, Chapter, Inline, Target, Visit, dump, walk_chapter};

/// Xorshift, 64 bits.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).unwrap_or(0)
    }

    fn pick<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }
}

const TEXTS: &[&str] = &[
    "在街头战斗的人",
    "究竟是谁？",
    "word ",
    " and, more",
    "\n   ",
    " ",
    "“引文”",
    "，后",
    "。",
    "Linux",
    "\u{A0}",
    "\u{3000}\u{3000}段",
    "1",
    "[2]",
    "é",
    "😀",
    "&amp;",
    "&lt;b&gt;",
    "\u{7}",
    "текст",
    "カタカナ",
    "a\nb",
    "—",
    "http://example.org/",
    "<",
    "A long sentence, with commas, goes on and on; it ends here.",
];
const TAGS: &[&str] = &[
    "p",
    "div",
    "span",
    "b",
    "strong",
    "em",
    "i",
    "a",
    "h1",
    "h2",
    "h3",
    "h4",
    "h6",
    "ul",
    "ol",
    "li",
    "blockquote",
    "figure",
    "figcaption",
    "table",
    "tr",
    "td",
    "th",
    "thead",
    "caption",
    "dl",
    "dt",
    "dd",
    "pre",
    "code",
    "sup",
    "sub",
    "s",
    "section",
    "article",
    "ruby",
    "rt",
    "q",
    "font",
    "noscript",
    "details",
    "summary",
    "center",
    "math",
    "mi",
    "svg",
    "form",
    "button",
    "iframe",
    "select",
    "template",
];
const VOIDS: &[&str] = &["br", "hr", "img", "input", "wbr", "meta", "source"];
const ATTRIBUTES: &[&str] = &[
    "href=\"https://example.org/x?utm_source=a\"",
    "href=\"#n1\"",
    "href='#t'",
    "href=javascript:x",
    "id=n1",
    "id=t",
    "name=t",
    "src=a.jpg",
    "src=b.png",
    "src=\"data:image/gif;base64,AAAA\"",
    "srcset=\"c.jpg 2x\"",
    "data-src=d.jpg",
    "class=share",
    "class=\"wp-caption-text\"",
    "class=footnotes",
    "class=sharedaddy",
    "style=\"font-weight:bold\"",
    "style='display:none'",
    "colspan=3",
    "rowspan=70000",
    "start=-4",
    "alt=\"x\"",
    "width=1",
    "class=section-divider",
    "broken=\"",
    "class=twitter-tweet",
    "href=\"https://example.org/posts/one#t\"",
];

/// A page of random pieces, most of them in their places.
fn page(random: &mut Random) -> String {
    let mut out = String::new();
    let mut open: Vec<&str> = Vec::new();
    for _ in 0..20 + random.below(120) {
        match random.below(10) {
            0..=3 => out.push_str(random.pick(TEXTS)),
            4..=6 => {
                let tag = random.pick(TAGS);
                out.push('<');
                out.push_str(tag);
                for _ in 0..random.below(3) {
                    out.push(' ');
                    out.push_str(random.pick(ATTRIBUTES));
                }
                out.push('>');
                open.push(tag);
            }
            7 => {
                out.push('<');
                out.push_str(random.pick(VOIDS));
                out.push(' ');
                out.push_str(random.pick(ATTRIBUTES));
                out.push('>');
            }
            8 => {
                let end = if random.below(4) == 0 { Some(random.pick(TAGS)) } else { open.pop() };
                out.push_str(&end.map_or(String::new(), |end| format!("</{end}>")));
            }
            _ => out.push_str(open.pop().map_or(String::new(), |end| format!("</{end}>")).as_str()),
        }
    }
    out
}

/// A real page with pieces cut, doubled and put elsewhere.
fn mutated(random: &mut Random) -> String {
    const PAGES: &[&str] = &[
        include_str!("../../../tests/cases/normalize/figures.html"),
        include_str!("../../../tests/cases/normalize/footnotes.html"),
        include_str!("../../../tests/cases/normalize/nesting.html"),
        include_str!("../../../tests/cases/normalize/tables.html"),
        include_str!("../../../tests/cases/normalize/full_page.html"),
        include_str!("../../../tests/cases/normalize/pretty_printed.html"),
        include_str!("../../../tests/cases/normalize/contents_list.html"),
    ];
    let mut chars: Vec<char> = random.pick(PAGES).chars().collect();
    for _ in 0..1 + random.below(6) {
        let from = random.below(chars.len());
        let piece: Vec<char> = chars[from..(from + random.below(60)).min(chars.len())].to_vec();
        let at = random.below(chars.len());
        match random.below(3) {
            0 => drop(chars.splice(from..from + piece.len(), [])),
            1 => drop(chars.splice(at..at, piece)),
            _ => chars[at] = random.pick(TEXTS).chars().next().unwrap_or('x'),
        }
        if chars.is_empty() {
            chars.push('x');
        }
    }
    chars.into_iter().collect()
}

fn pages(count: u64) -> impl Iterator<Item = String> {
    (1..=count).flat_map(|seed| {
        let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        [page(&mut random), mutated(&mut random)]
    })
}

fn normalized(html: &str) -> Article {
    let stated = Stated { title: Some("Title".into()), ..Stated::default() };
    let page = Page { name: "page.html", html, base: Some("https://example.org/posts/one"), stated, ..Page::default() };
    article(&page, &Options::default()).value
}

/// All that is said about chapters in `model`.
#[derive(Default)]
struct Checks {
    faults: Vec<String>,
    anchors: Vec<Anchor>,
    targets: Vec<Anchor>,
    references: BTreeSet<Anchor>,
    notes: Vec<Anchor>,
    /// First addresses.
    pictures: Vec<String>,
}

impl Checks {
    fn fault(&mut self, of: bool, what: &str) {
        if of {
            self.faults.push(what.to_owned());
        }
    }

    fn inlines(&mut self, inlines: &[Inline], what: &str) {
        self.fault(inlines.is_empty(), &format!("{what} is empty"));
        let text = crate::model::plain_text(inlines);
        let images =
            inlines.iter().any(|inline| !matches!(inline, Inline::Text(_) | Inline::Break | Inline::Anchor(_)));
        self.fault(text.trim().is_empty() && !images, &format!("{what} shows nothing"));
        self.fault(text.contains("  ") && !images, &format!("{what} has two spaces: {text:?}"));
        self.fault(
            !images && (text.starts_with(' ') || text.ends_with(' ')),
            &format!("{what} has a space at an end: {text:?}"),
        );
    }
}

impl Visit for Checks {
    fn chapter(&mut self, chapter: &Chapter) {
        self.anchors.push(chapter.id.clone());
        self.notes.extend(chapter.notes.iter().map(|note| note.id.clone()));
        for note in &chapter.notes {
            self.fault(note.blocks.is_empty(), "a note is empty");
        }
        let mut level = 1;
        for block in &chapter.blocks {
            if let Block::Heading { level: next, anchor, .. } = block {
                self.anchors.push(anchor.clone());
                self.fault(*next > 6 || *next < 2, "a level out of range");
                // The chapter's own heading stands one level above.
                self.fault(level > 1 && *next > level + 1, "a jump between levels");
                level = *next;
            }
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Paragraph(content) => self.inlines(content, "a paragraph"),
            Block::Heading { content, .. } => self.inlines(content, "a heading"),
            Block::List(list) => {
                self.fault(
                    list.items.is_empty() || list.items.iter().any(|item| item.blocks.is_empty()),
                    "an empty list or item",
                );
            }
            Block::Quote(quote) => self.fault(quote.blocks.is_empty(), "an empty quote"),
            Block::Code { text, .. } => self.fault(text.trim().is_empty() || text.ends_with('\n'), "empty code"),
            Block::Table(table) => {
                for rows in [&table.head, &table.body] {
                    for (index, row) in rows.iter().enumerate() {
                        self.fault(row.cells.is_empty(), "a row without cells");
                        for cell in &row.cells {
                            self.fault(cell.columns == 0 || cell.rows == 0, "a span of nothing");
                            self.fault(usize::from(cell.rows) > rows.len() - index, "a span out of the table");
                        }
                    }
                }
                self.fault(table.head.is_empty() && table.body.is_empty(), "an empty table");
            }
            Block::Figure(figure) => {
                self.fault(figure.images.is_empty(), "a figure without pictures");
                self.pictures.extend(figure.images.iter().filter_map(|image| image.addresses.first().cloned()));
                let whole =
                    |address: &String| ["http://", "https://", "data:", "file:"].iter().any(|s| address.starts_with(s));
                self.fault(
                    !figure.images.iter().flat_map(|image| &image.addresses).all(whole),
                    "a relative address of a picture",
                );
            }
            Block::Embed(embed) => {
                self.fault(
                    embed.title.is_empty() || !embed.address.starts_with("http"),
                    "an embed without title or address",
                );
            }
            Block::Definitions(definitions) => {
                self.fault(
                    definitions.iter().any(|d| d.terms.is_empty() && d.meanings.is_empty()),
                    "an empty definition",
                );
            }
            Block::Math(math) => self.fault(math.tex.is_empty() && math.mathml.is_none(), "an empty formula"),
            Block::Rule => {}
        }
    }

    fn inline(&mut self, inline: &Inline) {
        match inline {
            Inline::Text(text) => {
                self.fault(text.is_empty(), "an empty text");
                self.fault(text.contains(['\n', '\t', '\u{7}']), "a control character");
            }
            Inline::Link { target, content } => {
                self.fault(content.is_empty(), "an empty link");
                match target {
                    Target::Web(address) => {
                        let whole = ["http://", "https://", "mailto:"].iter().any(|scheme| address.starts_with(scheme));
                        self.fault(!whole || address.contains("utm_"), &format!("a link to {address}"));
                    }
                    Target::Anchor(anchor) => self.targets.push(anchor.clone()),
                }
            }
            Inline::Anchor(anchor) => self.anchors.push(anchor.clone()),
            Inline::Note(anchor) => {
                self.references.insert(anchor.clone());
            }
            Inline::Emphasis(inner)
            | Inline::Strong(inner)
            | Inline::Sub(inner)
            | Inline::Super(inner)
            | Inline::Strike(inner)
            | Inline::Ruby { base: inner, .. } => self.fault(inner.is_empty(), "an empty format"),
            Inline::Code(_) | Inline::Image(_) | Inline::Break | Inline::Math(_) => {}
        }
    }
}

fn check(book: &Book) -> Vec<String> {
    let mut checks = Checks::default();
    book.chapters.iter().for_each(|chapter| walk_chapter(chapter, &mut checks));
    let mut all: Vec<&Anchor> = checks.anchors.iter().chain(&checks.notes).collect();
    all.sort();
    let twice: Vec<&Anchor> = all.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
    let name = |anchor: &Anchor| {
        anchor.0.starts_with(|c: char| c.is_ascii_alphabetic())
            && anchor.0.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    let mut faults = checks.faults;
    let mut fault = |of: bool, what: &str| faults.extend(of.then(|| what.to_owned()));
    fault(!twice.is_empty(), &format!("an anchor twice: {twice:?}"));
    fault(!all.iter().all(|anchor| name(anchor)), "an anchor that is no name");
    fault(checks.targets.iter().any(|target| !all.contains(&target)), "a link to nowhere");
    fault(checks.references != checks.notes.iter().cloned().collect(), "notes and references differ");
    for chapter in &book.chapters {
        let mut own = Checks::default();
        walk_chapter(chapter, &mut own);
        own.pictures.sort();
        fault(own.pictures.windows(2).any(|pair| pair[0] == pair[1]), "a picture twice");
    }
    faults
}

/// Letters of a text, white space and invisible characters aside.
fn letters(text: &str) -> String {
    text.chars().filter_map(space::repaired).filter(|c| !space::is_edge(*c)).collect()
}

fn html_of(book: &Book) -> String {
    let mut out = Cursor::new(Vec::new());
    let settings = Settings { html: html::Options { images: false }, ..Settings::default() };
    let content = Content { book, images: &Images::default(), settings: &settings, drawings: Drawings::default() };
    html::Html.write(content, &mut out).expect("memory takes it");
    String::from_utf8(out.into_inner()).expect("text")
}

#[test]
fn what_later_stages_rely_on() {
    for html in pages(600) {
        let book = assemble(vec![normalized(&html), normalized(&html)], &Overrides::default());
        let faults = check(&book);
        assert!(faults.is_empty(), "{faults:?}\n--- page:\n{html}\n--- model:\n{}", dump(&book.chapters[0]));
    }
}

#[test]
fn no_text_is_invented() {
    for html in pages(300) {
        let found = normalized(&html);
        let mut left: BTreeMap<char, usize> = BTreeMap::new();
        for c in
            letters(&super::super::parse::parse(&html, &[]).tree.text_of(super::super::tree::Tree::DOCUMENT)).chars()
        {
            *left.entry(c).or_default() += 1;
        }
        struct Texts(String);
        impl Visit for Texts {
            fn inline(&mut self, inline: &Inline) {
                if let Inline::Text(text) = inline {
                    self.0.push_str(text);
                }
            }
        }
        let mut texts = Texts(String::new());
        walk_chapter(&Chapter { title: Vec::new(), ..found.chapter }, &mut texts);
        // Quotation marks stand for `q`.
        for c in letters(&texts.0).chars().filter(|c| !"“”".contains(*c)) {
            let count = left.entry(c).or_default();
            assert!(*count > 0, "{c:?} is not on the page so often\n{html}\n{}", texts.0);
            *count -= 1;
        }
    }
}

#[test]
fn plain_markup_loses_no_text() {
    const PLAIN: &[&str] =
        &["p", "div", "b", "em", "h2", "h3", "ul", "li", "blockquote", "section", "span", "td", "dd", "figure"];
    for seed in 1..400_u64 {
        let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let mut html = String::new();
        let mut said = Vec::new();
        for index in 0..40 {
            match random.below(3) {
                0 => {
                    said.push(format!("word{index}x"));
                    html.push_str(&format!(" word{index}x "));
                }
                1 => html.push_str(&format!("<{}>", random.pick(PLAIN))),
                _ => html.push_str(&format!("</{}>", random.pick(PLAIN))),
            }
        }
        let text = dump(&normalized(&html).chapter);
        let lost: Vec<&String> = said.iter().filter(|word| !text.contains(word.as_str())).collect();
        assert!(lost.is_empty(), "{lost:?} is lost\n{html}\n{text}");
    }
}

#[test]
fn normalizing_again_changes_nothing() {
    for html in pages(150) {
        let once = html_of(&assemble(vec![normalized(&html)], &Overrides::default()));
        let twice = html_of(&assemble(vec![normalized(&once)], &Overrides::default()));
        let body = |html: &str| {
            html.split("<body>").nth(1).unwrap_or_default().split_once('\n').map(|(_, rest)| rest.to_owned())
        };
        let words = |html: &str| {
            let body = body(html).unwrap_or_default();
            letters(&super::super::parse::parse(&body, &[]).tree.text_of(super::super::tree::Tree::DOCUMENT))
        };
        assert_eq!(words(&once), words(&twice), "--- page:\n{html}\n--- once:\n{once}\n--- twice:\n{twice}");
    }
}

#[test]
fn the_same_page_gives_the_same_chapter() {
    for html in pages(40) {
        assert_eq!(normalized(&html), normalized(&html));
    }
}
