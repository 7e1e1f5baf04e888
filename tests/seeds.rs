//! The fuzz targets' seeds: each runs through its target as the fuzzer would run it.

use std::fs;
use std::path::Path;

#[path = "../fuzz/targets/page.rs"]
mod page;
#[path = "../fuzz/targets/picture.rs"]
mod picture;

fn each_seed(target: &str, run: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
    let mut seeds: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    seeds.sort();
    assert!(seeds.len() >= 5, "{target} has {} seeds", seeds.len());
    for seed in seeds {
        let bytes = fs::read(&seed).unwrap();
        if std::panic::catch_unwind(|| run(&bytes)).is_err() {
            panic!("{} fails", seed.display());
        }
    }
}

#[test]
fn pages() {
    each_seed("page", page::run);
}

#[test]
fn pictures() {
    each_seed("picture", picture::run);
}
