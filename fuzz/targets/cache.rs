//! Any bytes in the place of what the cache keeps: an entry, a body, a product, a carried archive, a lock file. What it gives
//! back is what was kept, or nothing.

use std::path::{Path, PathBuf};
use std::{env, fs, process};

use offprint::fetch::Body;
use offprint::fetch::cache::{Cache, Hash, Memory, Validators};
use offprint::fetch::lock::Lock;

const ADDRESS: &str = "https://fuzz.example/picture.png";

pub fn run(data: &[u8]) {
    let folder =
        env::temp_dir().join(format!("offprint-fuzz-cache-{}-{:?}", process::id(), std::thread::current().id()));
    let _ = fs::remove_dir_all(&folder);
    let cache = Cache::new(&folder, Some(1_700_000_000));
    let (body, key) = (Body::new(*b"kept"), Hash::of(b"key"));
    for kind in ["entries", "blobs", "products"] {
        cache.keep(ADDRESS, &body, Hash::of(b"kept"), Validators::default());
        cache.keep_product(key, b"made");
        for file in files(&folder.join(kind)) {
            fs::write(&file, data).expect("a file of the cache");
        }
        match cache.get(ADDRESS) {
            Some(Memory::Body(body, hash, _)) => assert_eq!(Hash::of(&body.bytes), hash),
            Some(Memory::Missing(failure)) => assert!(!failure.reason.contains('\n')),
            None => {}
        }
        assert!(cache.blob(Hash::of(b"kept")).is_none_or(|bytes| bytes == b"kept"));
        // A product is known by its key, not by its hash: whoever can write into the folder can sign what he writes.
        if kind != "products" || data.len() < 32 {
            assert!(cache.product(key).is_none_or(|bytes| bytes == b"made"));
        }
        cache.list();
        let (whole, _) = cache.verify();
        assert!(whole <= 3, "{whole} files");
        cache.clear().expect("a cache can be emptied");
    }
    let before = outside(&folder);
    if let Ok((taken, _)) = cache.import(&mut &*data) {
        assert!(cache.list().len() <= taken);
        cache.list().iter().for_each(|listed| drop(cache.get(&listed.address)));
    }
    assert_eq!(outside(&folder), before, "something was written outside the cache");
    if let Ok(lock) = Lock::parse(&String::from_utf8_lossy(data)) {
        assert_eq!(Lock::parse(&lock.to_string()).as_ref(), Ok(&lock));
    }
    let _ = fs::remove_dir_all(&folder);
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries
        .flatten()
        .flat_map(|entry| if entry.path().is_dir() { files(&entry.path()) } else { vec![entry.path()] })
        .collect()
}

/// What is in the cache's folder and is none of its own.
fn outside(folder: &Path) -> Vec<PathBuf> {
    let own = ["entries", "blobs", "products", "tmp"].map(|kind| folder.join(kind));
    files(folder).into_iter().filter(|file| !own.iter().any(|own| file.starts_with(own))).collect()
}
