//! How long each stage of a build takes: `cargo bench --bench stages [-- STAGE]`.
//!
//! Twenty articles of 19 000 characters become an EPUB and a PDF book, in the program's own way; the spans that the stages
//! open are what is measured, on all threads together, in characters a second. Pictures have a bench of their own (`media`), and
//! so have pages of all kinds (`normalize`) and long books (`layout`).

#![allow(clippy::disallowed_methods, reason = "a bench measures time, and brings its own files")]

mod clauses;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use clauses::CLAUSES;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use offprint::fetch::{World, WorldOptions};
use offprint::{Options, build, source};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// The stages, in the order in which an article goes through them.
const STAGES: [&str; 20] = [
    "read",
    "decode",
    "normalize",
    "parse",
    "documents",
    "layout",
    "shape",
    "break",
    "fit",
    "lines",
    "choose",
    "pages",
    "encode",
    "subset",
    "contents",
    "structure",
    "fonts",
    "file",
    "verify",
    "publish",
];

/// The time that each stage took since it was last asked.
static TIMES: Mutex<BTreeMap<&'static str, Duration>> = Mutex::new(BTreeMap::new());
/// The names of the spans, by number.
static NAMES: Mutex<Vec<&'static str>> = Mutex::new(Vec::new());

thread_local! {
    static OPEN: RefCell<Vec<(u64, Instant)>> = const { RefCell::new(Vec::new()) };
}

/// Adds up the time in spans of one name.
struct Clock;

impl Subscriber for Clock {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span() && metadata.target().starts_with("offprint")
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let name = span.metadata().name();
        let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
        let number = names.iter().position(|known| *known == name).unwrap_or_else(|| {
            names.push(name);
            names.len() - 1
        });
        Id::from_u64(number as u64 + 1)
    }

    fn enter(&self, span: &Id) {
        OPEN.with_borrow_mut(|open| open.push((span.into_u64(), Instant::now())));
    }

    fn exit(&self, _: &Id) {
        let Some((number, begun)) = OPEN.with_borrow_mut(Vec::pop) else { return };
        let time = begun.elapsed();
        let name = NAMES.lock().unwrap_or_else(PoisonError::into_inner)[number as usize - 1];
        *TIMES.lock().unwrap_or_else(PoisonError::into_inner).entry(name).or_default() += time;
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}
}

/// A clause, one in six of them a link or emphasized.
fn clause(at: usize) -> String {
    let text = CLAUSES[at % CLAUSES.len()];
    match at % 18 {
        3 => format!("<a href=\"https://example.org/a\">{text}</a>"),
        9 => format!("<em>{text}</em>"),
        15 => format!("<strong>{text}</strong>"),
        _ => text.to_owned(),
    }
}

/// An article as people save it.
fn page(number: usize) -> String {
    let mut out =
        format!("---\ntitle: 文章 {number}\ndate: 2021-03-{:02}\n---\n<div class=\"entry-content\">", number % 28 + 1);
    let mut at = number * 7;
    for paragraph in 0..150 {
        if paragraph % 20 == 10 {
            let _ = write!(out, "<h2>第 {paragraph} 节</h2>");
        }
        out.push_str("<p>\n  ");
        for _ in 0..12 {
            at = (at * 5 + 3 + paragraph) % 9973;
            out.push_str(&clause(at));
            out.push(if at.is_multiple_of(3) { '。' } else { '，' });
        }
        out.push_str("\n</p>");
    }
    out + "</div>"
}

fn stages(criterion: &mut Criterion) {
    let folder = std::env::temp_dir().join(format!("offprint-stages-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder for the articles");
    let pages: Vec<String> = (0..20).map(page).collect();
    for (number, page) in pages.iter().enumerate() {
        fs::write(folder.join(format!("{number:02}.html")), page).expect("an article");
    }
    tracing::subscriber::set_global_default(Clock).expect("nobody else measures");
    let options = Options {
        inputs: source::expand(&[folder.to_str().expect("a plain name")], false).expect("the articles"),
        outputs: ["book.epub", "book.pdf"].map(|name| folder.join(name)).to_vec(),
        ..Options::default()
    };
    let world = |roots: Vec<PathBuf>| World::new(WorldOptions { roots, offline: true, ..WorldOptions::default() });
    let world = world(vec![folder.clone()]).expect("no network is needed");
    let mut group = criterion.benchmark_group("stages");
    let characters: usize = pages.iter().map(|page| page.chars().count()).sum();
    group.throughput(Throughput::Elements(characters as u64)).sample_size(10);
    for stage in STAGES {
        group.bench_function(stage, |bencher| {
            bencher.iter_custom(|times| {
                TIMES.lock().unwrap_or_else(PoisonError::into_inner).clear();
                for _ in 0..times {
                    build(&options, &world, &()).expect("the books");
                }
                let seen = TIMES.lock().unwrap_or_else(PoisonError::into_inner);
                *seen.get(stage).expect("a stage of this name")
            });
        });
    }
    group.finish();
    let _ = fs::remove_dir_all(&folder);
}

criterion_group!(benches, stages);
criterion_main!(benches);
