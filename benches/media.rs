//! Pictures a second: from files as they come (cold), from what an earlier build left (warm), and the steps of one.

#![allow(clippy::disallowed_methods, missing_docs)] // a bench makes its own files; criterion's macros document nothing

use std::hint::black_box;
use std::path::PathBuf;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};
use offprint::fetch::cache::{Cache, Validators};
use offprint::fetch::memory::Memory;
use offprint::fetch::{Body, Hash, World, WorldOptions};
use offprint::media::{self, Options, steps};
use offprint::model::{Anchor, Block, Book, Chapter, Date, Figure, Inline, Language, Metadata, Picture};

/// Something like a photograph: slopes, edges and noise. Each number is another.
fn photo((width, height): (u32, u32), quality: u8, number: u32) -> Vec<u8> {
    let noise = |x: u32, y: u32| {
        let mixed = (x ^ y.rotate_left(16) ^ number.rotate_left(8)).wrapping_mul(0x9E37_79B1);
        (mixed ^ (mixed >> 15)).wrapping_mul(0x85EB_CA6B) >> 27
    };
    let picture = RgbImage::from_fn(width, height, |x, y| {
        let grain = noise(x / 2, y / 2) as u8;
        let hill = (f64::from(x) / 90.0).sin() * f64::from(height) / 9.0 + f64::from(height) / 2.0;
        let base = if f64::from(y) > hill { [40, 90, 30] } else { [120, 170, 220] };
        Rgb(base.map(|channel: u8| channel.saturating_add(grain).saturating_add((x * 20 / width) as u8)))
    });
    let mut file = Vec::new();
    picture.write_with_encoder(JpegEncoder::new_with_quality(&mut file, quality)).expect("a JPEG file");
    file
}

/// Twelve pictures of 1200 × 900 pixels as photo pages give them, four finer than needed, and four of 3200 × 2400
/// pixels as cameras give them.
fn files() -> Vec<(String, Vec<u8>)> {
    let picture = |number: u32| match number % 5 {
        4 => photo((3200, 2400), 92, number),
        3 => photo((1200, 900), 92, number),
        _ => photo((1200, 900), 80, number),
    };
    (0..20).map(|number| (format!("https://a.example/{number}.jpg"), picture(number))).collect()
}

fn book(files: &[(String, Vec<u8>)]) -> Book {
    let picture = |(address, _): &(String, Vec<u8>)| Picture { addresses: vec![address.clone()], ..Picture::default() };
    let figure = |file| Block::Figure(Figure { images: vec![picture(file)], caption: Vec::new() });
    let chapter = Chapter {
        id: Anchor("c".to_owned()),
        title: vec![Inline::Text("x".to_owned())],
        byline: None,
        language: None,
        blocks: files.iter().map(figure).collect(),
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
        series: None,
        rights: None,
        cover: None,
        sources: Vec::new(),
        subjects: Vec::new(),
    };
    Book { metadata, chapters: vec![chapter] }
}

/// A folder for the cache, gone at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("offprint-bench-{}", std::process::id())))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn loading(criterion: &mut Criterion) {
    let files = files();
    let (book, options) = (book(&files), Options::default());
    let load = |world: &dyn offprint::fetch::Fetch| {
        let images = media::load(&book, world, &options, &|_, _| {});
        assert_eq!((images.value.iter().count(), images.diagnostics.len()), (files.len(), 0));
        images
    };
    let mut group = criterion.benchmark_group("images");
    group.throughput(Throughput::Elements(files.len() as u64)).sample_size(10);
    let memory = files.iter().fold(Memory::new(), |memory, (address, file)| memory.with(address, file.clone()));
    group.bench_function("cold", |bencher| bencher.iter(|| black_box(load(&memory))));
    let folder = Folder::new();
    let cache = Cache::new(&folder.0, None);
    for (address, file) in &files {
        cache.keep(address, &Body::new(file.clone()), Hash::of(file), Validators::default());
    }
    let world = || {
        let options = WorldOptions { offline: true, cache: Some(folder.0.clone()), ..WorldOptions::default() };
        World::new(options).expect("a world")
    };
    load(&world());
    group.bench_function("warm", |bencher| bencher.iter(|| black_box(load(&world()))));
    group.finish();
}

fn stepping(criterion: &mut Criterion) {
    let options = Options::default();
    for (name, size, quality) in [("large", (3200, 2400), 92), ("fine", (1200, 900), 92), ("fitting", (1200, 900), 80)]
    {
        let file = photo(size, quality, 1);
        let decode = || steps::decode(&file).expect("a picture");
        let fit = || steps::fit(decode(), &options).expect("a picture");
        let mut group = criterion.benchmark_group(name);
        group.sample_size(10);
        group.bench_function("decode", |bencher| bencher.iter(|| black_box(decode())));
        group.bench_function("resize", |bencher| {
            bencher.iter_batched(decode, |decoded| black_box(steps::fit(decoded, &options)), BatchSize::PerIteration);
        });
        group.bench_function("encode", |bencher| {
            bencher.iter_batched(fit, |fitted| black_box(steps::encode(fitted, &options)), BatchSize::PerIteration);
        });
        group.finish();
    }
}

criterion_group!(benches, loading, stepping);
criterion_main!(benches);
