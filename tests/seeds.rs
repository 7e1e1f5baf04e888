//! The fuzz targets' seeds: each runs through its target as the fuzzer would run it, as it is and damaged in ways that are
//! the same in every run.

use std::fs;
use std::path::{Path, PathBuf};

#[path = "../fuzz/targets/address.rs"]
mod address;
#[path = "../fuzz/targets/book.rs"]
mod book;
#[path = "../fuzz/targets/cache.rs"]
mod cache;
#[path = "../fuzz/targets/clean.rs"]
mod clean;
#[path = "../fuzz/targets/finish.rs"]
mod finish;
#[path = "../fuzz/targets/front.rs"]
mod front;
#[path = "../fuzz/targets/names.rs"]
mod names;
#[path = "../fuzz/targets/page.rs"]
mod page;
#[path = "../fuzz/targets/picture.rs"]
mod picture;
#[path = "../fuzz/targets/sheets.rs"]
mod sheets;
#[path = "../fuzz/targets/srcset.rs"]
mod srcset;
#[path = "../fuzz/targets/written.rs"]
mod written;

/// Runs every seed of a target, and each `damaged` times changed.
fn each_seed(target: &str, damaged: u64, run: fn(&[u8])) {
    let seeds = seeds(target);
    assert!(seeds.len() >= 5, "{target} has {} seeds", seeds.len());
    for (name, bytes) in &seeds {
        let try_out = |bytes: &[u8], how: &str| {
            if std::panic::catch_unwind(|| run(bytes)).is_err() {
                let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{target}-failure"));
                fs::write(&kept, bytes).unwrap();
                panic!("{} {how} fails; its bytes are in {}", name.display(), kept.display());
            }
        };
        try_out(bytes, "as it is");
        for number in 0..damaged {
            let mut dice = Dice(number.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ bytes.len() as u64 ^ 1);
            try_out(&damage(bytes, &seeds, &mut dice), &format!("damaged ({number})"));
        }
    }
}

fn seeds(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

/// Numbers by chance that are the same in every run (xorshift64*, Vigna 2016).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % limit.max(1)
    }
}

/// A few changes: bytes turned, cut out, doubled, put in from another seed; or the end missing.
fn damage(bytes: &[u8], seeds: &[(PathBuf, Vec<u8>)], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=dice.below(4) {
        let at = dice.below(bytes.len());
        let end = (at + 1 + dice.below(40)).min(bytes.len());
        match dice.below(6) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..end)),
            2 => {
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            3 => {
                let other = &seeds[dice.below(seeds.len())].1;
                let from = dice.below(other.len());
                let to = (from + dice.below(60)).min(other.len());
                bytes.splice(at..end, other[from..to].iter().copied());
            }
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = if dice.below(2) == 0 { *byte ^ (1 << dice.below(8)) } else { dice.below(256) as u8 };
                }
            }
        }
    }
    bytes
}

#[test]
fn addresses() {
    each_seed("address", 2000, address::run);
}

#[test]
fn books() {
    each_seed("book", 150, book::run);
}

#[test]
fn pages() {
    each_seed("page", 2, page::run);
}

#[test]
fn pictures() {
    each_seed("picture", 100, picture::run);
}

#[test]
fn sheets() {
    each_seed("sheets", 60, sheets::run);
}

#[test]
fn what_the_cache_keeps() {
    each_seed("cache", 12, cache::run);
}

#[test]
fn cleaned_pages() {
    each_seed("clean", 80, clean::run);
}

#[test]
fn finished_books() {
    each_seed("finish", 4, finish::run);
}

#[test]
fn front_matter() {
    each_seed("front", 200, front::run);
}

#[test]
fn names_of_files() {
    each_seed("names", 2000, names::run);
}

#[test]
fn sets_and_style_sheets() {
    each_seed("srcset", 150, srcset::run);
}
