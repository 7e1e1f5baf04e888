//! What comes from others is what it is said to be.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

fn read(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

/// Names in backquotes of a text.
fn quoted(text: &str) -> BTreeSet<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn every_dependency_has_its_reason() {
    let manifest: toml::Table = read("Cargo.toml").parse().unwrap();
    let names = |table: &toml::Value| table.as_table().unwrap().keys().cloned().collect::<BTreeSet<_>>();
    let mut direct = names(&manifest["dependencies"]);
    for target in manifest["target"].as_table().unwrap().values() {
        direct.extend(names(&target["dependencies"]));
    }
    let docs = read("docs/dependencies.md");
    let rows: String =
        docs.lines().filter(|line| line.starts_with("| `")).map(|line| line.split(" | ").next().unwrap()).collect();
    assert_eq!(quoted(&rows), direct);
    let dev = docs.lines().find(|line| line.starts_with("For tests")).unwrap();
    assert_eq!(quoted(dev), names(&manifest["dev-dependencies"]));
}

#[test]
fn everything_comes_from_the_registry_once() {
    let lock: toml::Table = read("Cargo.lock").parse().unwrap();
    let mut versions: BTreeMap<&str, usize> = BTreeMap::new();
    for package in lock["package"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap();
        *versions.entry(name).or_default() += 1;
        if !name.starts_with("offprint") {
            let source = package["source"].as_str().unwrap();
            assert_eq!(source, "registry+https://github.com/rust-lang/crates.io-index", "{name}");
            assert_eq!(package["checksum"].as_str().unwrap().len(), 64, "{name}");
        }
    }
    let doubled: BTreeSet<&str> = versions.into_iter().filter(|(_, count)| *count > 1).map(|(name, _)| name).collect();
    let deny: toml::Table = read("deny.toml").parse().unwrap();
    let named = deny["bans"]["skip"].as_array().unwrap();
    let named: BTreeSet<&str> = named.iter().map(|one| one.as_str().unwrap().split('@').next().unwrap()).collect();
    assert_eq!(doubled, named, "deny.toml names the crates that are there twice");
}

#[test]
fn every_threat_has_its_test() {
    let docs = read("docs/threats.md");
    let mut named = 0;
    for (file, test) in quoted(&docs).iter().filter_map(|name| name.split_once(".rs::")) {
        let source = read(&format!("{file}.rs"));
        let at = source.find(&format!("fn {test}(")).unwrap_or_else(|| panic!("{file}.rs has no {test}"));
        assert!(source[..at].trim_end().ends_with("#[test]"), "{test} is no test");
        named += 1;
    }
    assert!(named > 60, "{named}");
    let rows = docs.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| What |"));
    assert!(rows.clone().count() >= 31 && rows.clone().all(|row| row.contains(".rs::")));
}
