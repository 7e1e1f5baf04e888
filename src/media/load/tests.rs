//! Books of pictures from a world in memory.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use super::super::decode::tests as samples;
use super::super::{ImageFormat, Keep, Options, collect, hosts};
use super::*;
use crate::fetch::Body;
use crate::fetch::http::Limits;
use crate::fetch::loopback::{Scratch, Server, answer};
use crate::fetch::memory::Memory;
use crate::fetch::{World, WorldOptions};
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
        figure(&["file:///page/4", "https://private.example/4"]),
        figure(&["file:///page/5"]),
    ]);
    let loaded = load_quietly(&book, &Strict, &Options::default());
    assert_eq!(
        messages(&loaded),
        [
            "image missing: https://a.example/1: http status 404",
            "image missing: https://a.example/3: http status 404",
            "image missing: https://private.example/4: refused",
            "image missing: 5: http status 404",
        ]
    );
    let places: Vec<_> = loaded.value.missing().map(Missing::place).collect();
    assert_eq!(places, ["private.example", "5", "a.example", "a.example"]);
}

#[test]
fn hosts_are_known_before_anything_is_asked_for() {
    let book = book(vec![
        figure(&["https://b.example/1.png?x", "http://a.example:81"]),
        figure(&["https://b.example/2.png", "data:image/png;base64,AAAA", "file:///x"]),
    ]);
    let options = Options::default();
    assert_eq!(hosts(&book, &Memory::new(), &options), ["a.example:81", "b.example"]);
    assert!(hosts(&book, &Memory::new(), &Options { keep: Keep::None, ..options.clone() }).is_empty());
    let scratch = Scratch::new("hosts");
    let world = cached_world(&[], &scratch, true);
    let file = Body::new(&b"x"[..]);
    for address in ["https://b.example/1.png?x", "https://b.example/2.png"] {
        assert!(hosts(&book, &world, &options).contains(&"b.example".to_owned()), "{address}");
        let cache = world.cache().expect("a cache");
        cache.keep(address, &file, Hash::of(&file.bytes), crate::fetch::cache::Validators::default());
    }
    // What there is already is asked of nobody, nor are the addresses behind it.
    assert!(hosts(&book, &world, &options).is_empty());
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

/// Servers of as many different pictures as there are addresses.
fn picture_servers(count: usize, asked: &Arc<AtomicU64>) -> Vec<Server> {
    let server = |_| {
        let asked = asked.clone();
        Server::start(move |seen, out| {
            asked.fetch_add(1, Ordering::SeqCst);
            let number: u32 = seen.target.trim_start_matches('/').parse().unwrap_or(0);
            thread::sleep(Duration::from_millis(3));
            answer(out, "200 OK", "", &samples::png(&samples::drawing(20 + number, 12)))
        })
    };
    (0..count).map(server).collect()
}

fn cached_world(servers: &[Server], scratch: &Scratch, offline: bool) -> World {
    let options = WorldOptions {
        offline,
        cache: Some(scratch.0.clone()),
        allow_net: servers.iter().map(|server| server.address.to_string()).collect(),
        limits: Limits { interval: Duration::ZERO, ..Limits::default() },
        ..WorldOptions::default()
    };
    World::new(options).expect("a world")
}

#[test]
fn two_hundred_pictures_cold_then_warm_then_without_their_files() {
    let (asked, scratch) = (Arc::new(AtomicU64::new(0)), Scratch::new("two-hundred"));
    let servers = picture_servers(3, &asked);
    let book = book((0..200).map(|n| figure(&[&servers[n % 3].at(&format!("/{n}"))])).collect());
    let cold = load_quietly(&book, &cached_world(&servers, &scratch, false), &Options::default());
    assert_eq!((messages(&cold), cold.value.iter().count()), (vec![], 200));
    assert_eq!(asked.load(Ordering::SeqCst), 200);
    let warm = load_quietly(&book, &cached_world(&servers, &scratch, false), &Options::default());
    assert_eq!((warm == cold, asked.load(Ordering::SeqCst)), (true, 200));
    // Images are made anew only where the options ask for others.
    let small = Options { max_side: 25, ..Options::default() };
    let small = load_quietly(&book, &cached_world(&servers, &scratch, true), &small);
    assert!(small.value.iter().all(|image| image.width <= 25 || image.height <= 12));
    std::fs::remove_dir_all(scratch.0.join("blobs")).expect("no blobs");
    let warm = load_quietly(&book, &cached_world(&servers, &scratch, true), &Options::default());
    assert!(warm == cold);
}

#[test]
fn a_broken_off_build_leaves_only_the_rest_to_ask_for() {
    let (asked, scratch) = (Arc::new(AtomicU64::new(0)), Scratch::new("rest"));
    let servers = picture_servers(1, &asked);
    let figures = |count: usize| (0..count).map(|n| figure(&[&servers[0].at(&format!("/{n}"))])).collect();
    load_quietly(&book(figures(30)), &cached_world(&servers, &scratch, false), &Options::default());
    let whole = load_quietly(&book(figures(50)), &cached_world(&servers, &scratch, false), &Options::default());
    assert_eq!((whole.value.iter().count(), asked.load(Ordering::SeqCst)), (50, 50));
}

#[test]
fn two_builds_share_a_cache_at_once() {
    let (asked, scratch) = (Arc::new(AtomicU64::new(0)), Scratch::new("share"));
    let servers = picture_servers(2, &asked);
    let book = book((0..40).map(|n| figure(&[&servers[n % 2].at(&format!("/{n}"))])).collect());
    let build = || load_quietly(&book, &cached_world(&servers, &scratch, false), &Options::default());
    let [one, two] = thread::scope(|scope| [scope.spawn(build), scope.spawn(build)].map(|build| build.join()));
    let (one, two) = (one.expect("no panic"), two.expect("no panic"));
    assert!(one == two && one.value.iter().count() == 40);
}

#[test]
fn what_is_no_picture_is_never_kept() {
    let scratch = Scratch::new("never");
    let server = Server::of(b"<!doctype html><title>Not found</title>");
    let book = book(vec![figure(&[&server.at("/x.png")])]);
    for hits in 1..3 {
        let loaded =
            load_quietly(&book, &cached_world(std::slice::from_ref(&server), &scratch, false), &Options::default());
        assert!(messages(&loaded)[0].ends_with("an HTML page, which is not supported"));
        assert_eq!((server.hits(), scratch.files().len()), (hits, 0));
    }
}
