//! The library's interface keeps what it has: whatever `tests/cases/api.txt` lists is still there, as it was.
//!
//! Every `pub` item can be reached from outside (`unreachable_pub` sees to that), so that the sources list the interface. What
//! is new breaks nobody; what is changed or gone does. If that is meant, a version tells of it (before 1.0 the minor one,
//! and CHANGELOG.md), and `OFFPRINT_API=write cargo test --test main api` writes the list anew.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

#[test]
fn nothing_of_the_interface_is_gone() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let kept = root.join("tests/cases/api.txt");
    let mut now = BTreeSet::new();
    for file in sources(&root.join("src")) {
        let name = file.strip_prefix(root.join("src")).unwrap().with_extension("");
        let module = name.to_string_lossy().replace(['/', '\\'], "::").replace("::mod", "");
        if !module.starts_with("cli") && !module.contains("tests") && module != "main" {
            now.extend(items(&fs::read_to_string(&file).unwrap()).into_iter().map(|item| format!("{module}: {item}")));
        }
    }
    assert!(now.len() > 400, "the interface was not found: {}", now.len());
    if env::var_os("OFFPRINT_API").is_some() {
        fs::write(&kept, now.iter().map(|item| format!("{item}\n")).collect::<String>()).unwrap();
    }
    let before = fs::read_to_string(&kept).unwrap();
    let gone: Vec<&str> = before.lines().filter(|item| !now.contains(*item)).collect();
    assert!(
        gone.is_empty(),
        "changed or gone from the interface; if that is meant, see the head of tests/api.rs:\n{}",
        gone.join("\n")
    );
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            found.extend(sources(&entry));
        } else if entry.extension().is_some_and(|ending| ending == "rs") {
            found.push(entry);
        }
    }
    found
}

/// The public items of a formatted file, each with what it stands in: functions with their signatures, fields, variants.
fn items(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    // The last line of each indentation that opened something.
    let mut around: Vec<(usize, String)> = Vec::new();
    let mut lines = source.lines().take_while(|line| *line != "#[cfg(test)]").peekable();
    while let Some(line) = lines.next() {
        let (indent, mut text) = (line.len() - line.trim_start().len(), line.trim().to_owned());
        if text.is_empty() || text.starts_with("//") || text.starts_with("#[") || text.starts_with('}') {
            continue;
        }
        around.retain(|(outer, _)| *outer < indent);
        let opened = around.last().map(|(_, opened)| opened.clone()).unwrap_or_default();
        let listed = opened.starts_with("pub enum") || opened.starts_with("pub trait");
        if text.starts_with("pub ") || listed {
            while !text.ends_with(['{', ';', ',', '}']) && !text.ends_with("=> {") {
                let Some(more) = lines.next() else { break };
                text = format!("{text} {}", more.trim());
            }
            // Lists of uses and signatures go on over commas.
            while (text.starts_with("pub use") && !text.ends_with(';'))
                || text.matches('(').count() > text.matches(')').count()
            {
                let Some(more) = lines.next() else { break };
                text = format!("{text} {}", more.trim());
            }
            while text.contains(" fn ") && text.ends_with([',', ')']) && !text.ends_with("),") {
                let Some(more) = lines.next() else { break };
                text = format!("{text} {}", more.trim());
            }
            let value = |text: &str| text.starts_with("pub const") || text.starts_with("pub static");
            let shown = if value(&text) { text.split(" = ").next().unwrap_or(&text) } else { &text };
            let shown = shown.trim_end_matches(['{', ';', ',', ' ']);
            let within =
                if opened.is_empty() { String::new() } else { format!("{} / ", opened.trim_end_matches([' ', '{'])) };
            match shown.strip_prefix("pub use").and_then(|_| shown.strip_suffix('}')?.split_once('{')) {
                Some((path, names)) => {
                    let names = names.split(',').map(str::trim).filter(|name| !name.is_empty());
                    found.extend(names.map(|name| format!("{path}{name}")));
                }
                None if shown.is_empty() => {}
                None => found.push(format!("{within}{shown}")),
            }
        }
        if text.ends_with('{') {
            around.push((indent, text));
        }
    }
    found
}

#[test]
fn items_are_found_as_they_are_written() {
    let source = "/// x\npub struct A {\n    pub a: u8,\n    b: u8,\n}\n\nimpl A {\n    pub fn f(\n        &self,\n        x: u8,\n    ) -> u8 {\n        1\n    }\n\n    fn g() {}\n}\n\n\
        pub enum E {\n    One,\n    Two(u8),\n}\n\npub trait T: Sync {\n    fn h(&self);\n}\n\npub(crate) fn no() {}\npub const N: u8 = 1;\npub use x::{A, B};\n#[cfg(test)]\nmod tests {\n    pub fn no() {}\n}\n";
    let expected = [
        "pub struct A",
        "pub struct A / pub a: u8",
        "impl A / pub fn f( &self, x: u8, ) -> u8",
        "pub enum E",
        "pub enum E / One",
        "pub enum E / Two(u8)",
        "pub trait T: Sync",
        "pub trait T: Sync / fn h(&self)",
        "pub const N: u8",
        "pub use x::A",
        "pub use x::B",
    ];
    assert_eq!(items(source), expected);
}
