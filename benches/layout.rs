//! How fast pages are made: `cargo bench --bench layout`.
//!
//! The text is like a hundred long articles: 1.9 million characters of Chinese with Latin, numbers, marks and links in
//! paragraphs of 30 to 300 characters. Besides the time of a whole layout, the CPU time of one is printed, from which
//! characters a second and core follow.

mod clauses;

use clauses::CLAUSES;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use offprint::layout::{Theme, lay_out};
use offprint::media::Images;
use offprint::model::{Anchor, Block, Book, Chapter, Date, Inline, Language, Metadata, Target};

struct Seeded(u64);

impl Seeded {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

fn paragraph(seed: &mut Seeded) -> Vec<Inline> {
    let mut text = String::new();
    let clauses = seed.below(14) + 3;
    for index in 0..clauses {
        text.push_str(CLAUSES[seed.below(CLAUSES.len())]);
        text.push_str(if index + 1 == clauses { "。" } else { ["，", "，", "；", "、", "——"][seed.below(5)] });
    }
    let mut out = vec![Inline::Text(text)];
    match seed.below(6) {
        0 => out.insert(0, Inline::Strong(vec![Inline::Text("值得注意的是，".into())])),
        1 => out.push(Inline::Link {
            target: Target::Web("https://example.org/".into()),
            content: vec![Inline::Text("来源见此。".into())],
        }),
        _ => {}
    }
    out
}

fn chapter(id: String, title: &str, blocks: Vec<Block>) -> Chapter {
    Chapter {
        id: Anchor(id),
        title: vec![Inline::Text(title.into())],
        byline: None,
        language: None,
        blocks,
        notes: Vec::new(),
        sections: Vec::new(),
    }
}

/// So many articles of 19 000 characters, and how many characters they have.
fn book(articles: usize) -> (Book, u64) {
    let mut seed = Seeded(11);
    let mut characters = 0;
    let mut chapters = Vec::new();
    for article in 0..articles {
        let mut sections = Vec::new();
        let mut own = 0;
        while own < 19_000 {
            let mut blocks = Vec::new();
            for _ in 0..20 {
                let content = paragraph(&mut seed);
                own += offprint::model::plain_text(&content).chars().count();
                blocks.push(Block::Paragraph(content));
            }
            sections.push(chapter(format!("a{article}-{}", sections.len()), "一节的标题", blocks));
        }
        characters += own as u64;
        let mut whole = chapter(format!("a{article}"), "一篇文章的标题", Vec::new());
        whole.sections = sections;
        chapters.push(whole);
    }
    let metadata = Metadata {
        title: "一百篇文章".into(),
        creators: Vec::new(),
        language: Language::parse("zh-CN").unwrap_or_default(),
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
    (Book { metadata, chapters }, characters)
}

/// CPU time of this process so far, in seconds, and its greatest extent in memory, in MB; where the system says.
#[allow(clippy::disallowed_methods)] // a bench asks the system what the program never does
fn used() -> Option<(f64, f64)> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?;
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some((ticks / 100.0, peak.trim().trim_end_matches(" kB").parse::<f64>().ok()? / 1024.0))
}

#[allow(clippy::disallowed_macros)] // the figures that criterion does not know
fn bench(criterion: &mut Criterion) {
    let theme = Theme::default();
    for articles in [1, 100] {
        let (book, characters) = book(articles);
        let before = used();
        let pages = lay_out(&book, &Images::default(), &theme).value.pages.len();
        if let (Some((start, _)), Some((end, peak))) = (before, used()) {
            let rate = characters as f64 / 1e6 / (end - start).max(0.01);
            println!(
                "{characters} characters, {pages} pages: {:.2} s CPU, {rate:.2} Mchar/s a core, peak {peak:.0} MB",
                end - start
            );
        }
        let mut group = criterion.benchmark_group("layout");
        group.sample_size(10).throughput(Throughput::Elements(characters));
        group.bench_function(format!("{articles} articles"), |bencher| {
            bencher.iter(|| lay_out(&book, &Images::default(), &theme));
        });
        group.finish();
    }
}

criterion_group!(benches, bench);
criterion_main!(benches);
