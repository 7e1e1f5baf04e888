//! Books of pictures from a world in memory.

use super::super::decode::tests as samples;
use super::super::{ImageFormat, Options};
use super::*;
use crate::fetch::Body;
use crate::fetch::memory::Memory;
use crate::model::{Anchor, Block, Chapter, Date, Figure, Inline, Language, Metadata};

fn picture(addresses: &[&str]) -> Picture {
    Picture { addresses: addresses.iter().map(|&address| address.to_owned()).collect(), ..Picture::default() }
}

fn figure(addresses: &[&str]) -> Block {
    Block::Figure(Figure { images: vec![picture(addresses)], caption: Vec::new() })
}

fn book(blocks: Vec<Block>) -> Book {
    let chapter = Chapter {
        id: Anchor("c".to_owned()),
        title: vec![Inline::Text("x".to_owned())],
        byline: None,
        language: None,
        blocks,
        notes: Vec::new(),
        sections: Vec::new(),
    };
    let metadata = Metadata {
        title: "x".to_owned(),
        creators: Vec::new(),
        language: Language::parse("zh-CN").expect("a language"),
        identifier: String::new(),
        modified: Date::new(2020, 1, 1).expect("a date"),
        date: None,
        description: None,
        publisher: None,
        sources: Vec::new(),
        subjects: Vec::new(),
        series: None,
        rights: None,
        cover: None,
    };
    Book { metadata, chapters: vec![chapter] }
}

fn load_quietly(book: &Book, fetch: &dyn Fetch, options: &Options) -> Warned<Images> {
    load(book, fetch, options, &|_, _| {})
}

fn messages(loaded: &Warned<Images>) -> Vec<&str> {
    loaded.diagnostics.iter().map(|diagnostic| diagnostic.message.as_str()).collect()
}

#[test]
fn each_address_is_asked_for_once_and_each_file_is_one_image() {
    let photo = samples::jpeg(&samples::photo(64, 48));
    let world = Memory::new()
        .with("https://a.example/1.jpg", photo.clone())
        .with("https://b.example/same.jpg", photo)
        .with("https://a.example/2.png", samples::png(&samples::drawing(64, 48)));
    let book = book(vec![
        figure(&["https://a.example/1.jpg"]),
        figure(&["https://gone.example/x.jpg", "https://a.example/1.jpg"]),
        Block::Paragraph(vec![Inline::Image(picture(&["https://b.example/same.jpg"]))]),
        figure(&["https://a.example/2.png", "https://never.example/"]),
        figure(&["https://a.example/2.png"]),
    ]);
    let (done, steps) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let loaded = load(&book, &world, &Options::default(), &|now, all| {
        assert_eq!(all, 5);
        done.fetch_max(now, Ordering::Relaxed);
        steps.fetch_add(1, Ordering::Relaxed);
    });
    assert_eq!((done.into_inner(), steps.into_inner()), (5, 5));
    assert_eq!(messages(&loaded), [""; 0]);
    assert_eq!(loaded.value.iter().count(), 2);
    assert_eq!(
        world.asked(),
        [
            "https://a.example/1.jpg",
            "https://a.example/2.png",
            "https://b.example/same.jpg",
            "https://gone.example/x.jpg"
        ]
    );
    let formats: Vec<_> = collect(&book)
        .iter()
        .map(|picture| loaded.value.get(picture).expect("asked for").expect("there").format)
        .collect();
    assert_eq!(formats, [ImageFormat::Jpeg, ImageFormat::Jpeg, ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Png]);
}

#[test]
fn what_is_missing_is_named_in_reading_order() {
    let world = Memory::new()
        .with("https://a.example/page.png", &b"<!doctype html>"[..])
        .with("https://a.example/avif", &b"\0\0\0\x20ftypavif"[..]);
    let long = format!("https://a.example/{}.png", "x".repeat(200));
    let blocks = vec![
        figure(&["https://z.example/none.png?token=secret#f"]),
        figure(&["https://a.example/page.png", "https://z.example/none.png"]),
        figure(&["https://a.example/avif"]),
        figure(&["https://user:secret@b.example/\u{202E}gnp"]),
        figure(&["file:///home/somebody/x.png"]),
        figure(&["data:image/png;base64,AAAA"]),
        figure(&[&long]),
    ];
    let book = book(blocks);
    let expected = [
        "image missing: https://z.example/none.png: not found",
        "image missing: https://a.example/page.png: an HTML page, which is not supported",
        "image missing: https://a.example/avif: an AVIF picture, which is not supported",
        "image missing: https://b.example/\\u{202e}gnp: not found",
        "image missing: x.png: not found",
        "image missing: data:image/png: not found",
    ];
    for _ in 0..20 {
        let loaded = load_quietly(&book, &world, &Options::default());
        assert_eq!(messages(&loaded)[..6], expected);
        assert_eq!(messages(&loaded)[6].chars().count(), "image missing: : not found".len() + 121);
        assert!(loaded.diagnostics.iter().all(|diagnostic| diagnostic.code == "image-missing"));
        assert_eq!(loaded.value.missing().count(), 7);
    }
}

/// Refuses one host, knows nothing else.
struct Strict;

impl Fetch for Strict {
    fn fetch(&self, request: Request<'_>) -> Result<Body, Failure> {
        let refused = request.address.contains("private");
        let kind = if refused { FailureKind::Refused } else { FailureKind::Missing };
        Err(Failure::new(kind, if refused { "refused" } else { "http status 404" }))
    }
}

#[test]
fn of_several_addresses_the_one_that_tells_most_is_named() {
    let book = book(vec![
        figure(&["https://private.example/", "https://a.example/1", "https://a.example/2"]),
        figure(&["https://a.example/3", "https://private.example/"]),
    ]);
    let loaded = load_quietly(&book, &Strict, &Options::default());
    assert_eq!(
        messages(&loaded),
        ["image missing: https://a.example/1: http status 404", "image missing: https://a.example/3: http status 404"]
    );
    // Its place in the book is that of its first address.
    let places: Vec<_> = loaded.value.missing().map(Missing::place).collect();
    assert_eq!(places, ["a.example", "private.example"]);
}

#[test]
fn pictures_that_count_readers_are_left_out() {
    let dot = samples::png(&samples::drawing(1, 1));
    let world = Memory::new()
        .with("https://t.example/dot", dot)
        .with("https://a.example/1.png", samples::png(&samples::drawing(3, 1)));
    let declared = Picture { declared: Some((1, 1)), ..picture(&["https://t.example/declared"]) };
    let lazy = picture(&["https://t.example/dot", "https://a.example/1.png"]);
    let dot = picture(&["https://t.example/dot"]);
    let inlines = [&declared, &dot, &lazy].map(|picture| Inline::Image(picture.clone())).to_vec();
    let loaded = load_quietly(&book(vec![Block::Paragraph(inlines)]), &world, &Options::default());
    assert!(!world.asked().contains(&"https://t.example/declared".to_owned()));
    assert_eq!(loaded.value.get(&declared), None);
    assert_eq!(loaded.value.missing().count(), 0);
    assert_eq!(loaded.value.iter().map(|image| (image.width, image.height)).collect::<Vec<_>>(), [(3, 1)]);
}

#[test]
fn a_book_without_pictures_asks_for_none() {
    let world = Memory::new();
    let options = Options { keep: Keep::None, ..Options::default() };
    let loaded = load_quietly(&book(vec![figure(&["https://a.example/1.png"])]), &world, &options);
    assert_eq!((loaded, world.asked()), (Warned::new(Images::default()), Vec::new()));
}

#[test]
fn pictures_are_made_no_larger_than_asked_for() {
    let world = Memory::new().with("https://a.example/1.jpg", samples::jpeg(&samples::photo(2000, 100)));
    let book = book(vec![figure(&["https://a.example/1.jpg"])]);
    let size = |options: &Options| {
        let loaded = load_quietly(&book, &world, options);
        let size = loaded.value.iter().map(|image| (image.width, image.height)).next();
        size.expect("an image")
    };
    assert_eq!(size(&Options { max_side: 50, ..Options::default() }), (1000, 50));
    assert_eq!(size(&Options { max_pixels: 50_000, ..Options::default() }), (1000, 50));
    assert_eq!(size(&Options { keep: Keep::Original, max_side: 50, ..Options::default() }), (2000, 100));
}
