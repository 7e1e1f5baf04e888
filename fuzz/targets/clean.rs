//! Any bytes as a page from the web: decoded, cleaned, written as one HTML file. It is well-formed, has no other names than
//! those of text, loads nothing, is hardly longer than the page, and says nothing that the page does not.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::Cursor;

use html5ever::tokenizer::{BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use offprint::backend::{Backend, Content, Settings, html};
use offprint::fetch::memory::Memory;
use offprint::limits::Limits;
use offprint::media::{Drawings, Images};
use offprint::model::{Block, Book, Chapter, Inline, Visit, walk_chapter};
use offprint::normalize;
use offprint::source::{self, Input, Source};
use quick_xml::events::Event;

const ADDRESS: &str = "https://fuzz.example/page";
/// What the file has however short the page is.
const FRAME: usize = 4096;
/// What its addresses may have however short the page is (the limit `growth`).
const ADDRESSES: usize = 1 << 20;
/// Elements of the file, those of formulas aside.
const ELEMENTS: &str = " html head meta title style body article section header footer p h1 h2 h3 h4 h5 h6 ul ol li blockquote \
    cite pre code table caption thead tbody tr th td figure figcaption img hr dl dt dd a em strong sub sup s ruby rb rt rp br \
    span div nav aside time b i math ";
/// Attributes of the file; `class` is that of formulas.
const ATTRIBUTES: &str = " xmlns lang xml:lang charset name content property id href src alt start colspan rowspan scope class \
    dir width height title style datetime role epub:type ";

pub fn run(data: &[u8]) {
    let world = Memory::new().with(ADDRESS, data);
    let Ok(read) = source::read_all(&[Input::Address(ADDRESS.to_owned())], &world, &Limits::default()) else { return };
    for page in read.value.pages {
        let book = book(&page);
        let mut out = Cursor::new(Vec::new());
        let settings = Settings { html: html::Options { images: false }, ..Settings::default() };
        let images = Images::default();
        let content = Content { book: &book, images: &images, settings: &settings, drawings: Drawings::default() };
        html::Html.write(content, &mut out).expect("memory can be written");
        let file = String::from_utf8(out.into_inner()).expect("text");
        let addresses = well_formed(&file);
        let most = 8 * (page.html.len() + format!("{:?}", page.front_matter).len());
        let (text, length) = (file.len() - addresses, page.html.len());
        assert!(text <= most + FRAME, "{text} bytes of {length}");
        assert!(addresses <= most + ADDRESSES, "{addresses} bytes of addresses of {length}");
        if page.name == ADDRESS && !is_list(data) {
            nothing_invented(&page, &book);
        }
    }
}

/// Feeds and their kind hold pages in what is text or an attribute there.
fn is_list(data: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&data[..data.len().min(8192)]).to_lowercase();
    ["<?xml", "<rss", "<feed", "<rdf", "<urlset", "<opml", "mime-version", "netscape-bookmark", "warc/"]
        .iter()
        .any(|sign| head.contains(sign))
        || head.trim_start().starts_with('{')
}

fn book(page: &Source) -> Book {
    let front = page.front_matter.clone();
    let article = normalize::Page {
        name: &page.name,
        html: &page.html,
        base: page.address.as_deref(),
        folder: None,
        stated: normalize::Stated {
            title: front.title,
            authors: front.authors,
            date: front.date,
            ..Default::default()
        },
        stem: page.stem.as_deref(),
    };
    let article = normalize::article(&article, &normalize::Options::default()).value;
    normalize::assemble(vec![article], &normalize::Overrides::default())
}

/// Gives the length of all addresses together.
fn well_formed(file: &str) -> usize {
    let mut reader = quick_xml::Reader::from_str(file);
    reader.config_mut().check_end_names = true;
    let (mut depth, mut formula, mut addresses) = (0usize, 0usize, 0usize);
    loop {
        let event = reader.read_event().unwrap_or_else(|error| panic!("{error}\n{file}"));
        let (element, opens) = match &event {
            Event::Start(element) => (element, true),
            Event::Empty(element) => (element, false),
            Event::End(_) => {
                depth -= 1;
                formula = if formula > depth { 0 } else { formula };
                continue;
            }
            Event::Text(text) => {
                assert!(text.chars().all(allowed), "a character that XML has not\n{file}");
                continue;
            }
            Event::Eof => break,
            Event::DocType(_) | Event::GeneralRef(_) => continue,
            other => panic!("{other:?}\n{file}"),
        };
        let name = element.name().as_ref().to_owned();
        if opens {
            depth += 1;
            if name == "math" && formula == 0 {
                formula = depth;
            }
        }
        assert!(formula > 0 || ELEMENTS.contains(&format!(" {name} ")), "element {name}\n{file}");
        for attribute in element.attributes() {
            let attribute = attribute.unwrap_or_else(|error| panic!("{error}\n{file}"));
            let key = attribute.key.as_ref().to_owned();
            let value = attribute.value.clone().into_owned();
            assert!(!key.starts_with("on"), "attribute {key}\n{file}");
            assert!(formula > 0 || ATTRIBUTES.contains(&format!(" {key} ")), "attribute {key} of {name}\n{file}");
            match key.as_str() {
                "href" => {
                    addresses += value.len();
                    let good = ["http://", "https://", "mailto:", "#"].iter().any(|scheme| value.starts_with(scheme));
                    assert!(good && formula == 0, "a link to {value}\n{file}");
                }
                "src" | "style" | "action" | "xlink:href" | "srcset" | "poster" => panic!("{key}={value}\n{file}"),
                _ => {}
            }
        }
    }
    assert_eq!(depth, 0, "{file}");
    addresses
}

/// XML 1.0, production 2.
fn allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// No letter is in the text more often than in the page's own text and attributes together.
fn nothing_invented(page: &Source, book: &Book) {
    // Addresses that are written in code, and marks that stand for letters.
    let other = |c| matches!(c, '\u{2E80}'..='\u{2FDF}' | '\u{F900}'..='\u{FAFF}');
    if page.html.contains(other)
        || ["cfemail", "math", "$", "\\", "MJX", "mjx"].iter().any(|sign| page.html.contains(sign))
    {
        return;
    }
    let mut left: BTreeMap<char, usize> = BTreeMap::new();
    // In some elements tags and entities are text, if the parser is in them; which this does not know.
    let raw = ["iframe", "noembed", "noframes", "xmp", "plaintext", "textarea", "title", "style", "script"];
    let lower = page.html.to_lowercase();
    let also = if raw.iter().any(|name| lower.contains(&format!("<{name}"))) {
        // Of text that was escaped twice the escapes are read, too.
        lower + &written(&page.html.replace('<', " ")).to_lowercase()
    } else {
        String::new()
    };
    for c in written(&page.html).to_lowercase().chars().chain(also.chars()) {
        *left.entry(c).or_default() += 1;
    }
    let mut said = Said::default();
    for chapter in &book.chapters {
        walk_chapter(&Chapter { title: Vec::new(), byline: None, ..chapter.clone() }, &mut said);
    }
    for c in said.0.to_lowercase().chars().filter(|c| c.is_alphabetic()) {
        let count = left.entry(c).or_default();
        assert!(*count > 0, "{c:?} is not on the page so often\n{}\n{}", page.html, said.0);
        *count -= 1;
    }
}

#[derive(Default)]
struct Said(String);

impl Visit for Said {
    fn block(&mut self, block: &Block) {
        if let Block::Code { text, .. } = block {
            self.0.push_str(text);
        }
    }

    fn inline(&mut self, inline: &Inline) {
        if let Inline::Text(text) | Inline::Code(text) = inline {
            self.0.push_str(text);
        }
    }
}

/// The text of a page and all its attributes, as the tokenizer of HTML reads them, whatever they are part of.
fn written(html: &str) -> String {
    struct Written(RefCell<String>);
    impl TokenSink for Written {
        type Handle = ();
        fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
            let mut text = self.0.borrow_mut();
            match token {
                Token::CharacterTokens(tokens) => text.push_str(&tokens),
                Token::TagToken(tag) => {
                    text.push_str(&tag.name);
                    for attribute in &tag.attrs {
                        text.push_str(&attribute.name.local);
                        text.push_str(&attribute.value);
                    }
                }
                Token::CommentToken(comment) => text.push_str(&comment),
                _ => {}
            }
            TokenSinkResult::Continue
        }
    }
    let tokenizer = Tokenizer::new(Written(RefCell::default()), TokenizerOpts::default());
    let queue = BufferQueue::default();
    queue.push_back(html.into());
    while !queue.is_empty() {
        let _ = tokenizer.feed(&queue);
    }
    tokenizer.end();
    tokenizer.sink.0.into_inner()
}
