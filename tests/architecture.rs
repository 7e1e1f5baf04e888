//! The rules of the crate page: which module may use which, and where each outside crate is named.

use std::fs;
use std::path::{Path, PathBuf};

/// Module, and the modules that it may use. The longest matching prefix of a file's module path counts.
const MAY_USE: &[(&str, &[&str])] = &[
    ("diag", &[]),
    ("units", &[]),
    ("limits", &[]),
    ("bytes", &[]),
    ("parallel", &[]),
    ("pdf", &[]),
    ("phrases", &[]),
    ("device", &["units", "diag"]),
    ("model", &["diag"]),
    ("fetch", &["limits", "diag"]),
    ("source", &["fetch", "limits", "parallel", "bytes", "diag"]),
    ("normalize", &["model", "limits", "parallel", "diag"]),
    ("media", &["model", "fetch", "limits", "diag"]),
    ("font", &["units", "diag"]),
    ("layout", &["model", "media", "font", "units", "parallel", "phrases", "diag"]),
    ("backend::epub", &["model", "media", "font", "limits", "parallel", "phrases", "diag", "backend"]),
    ("backend::html", &["model", "media", "diag", "backend"]),
    ("backend::pdf", &["layout", "media", "font", "units", "parallel", "pdf", "diag", "backend"]),
    ("backend::svg", &["layout", "media", "font", "units", "backend"]),
    ("backend", &["model", "media", "layout", "limits", "diag"]),
    ("verify", &["parallel", "pdf", "diag"]),
    ("publish", &["diag"]),
    ("send", &["diag"]),
    ("serve", &["diag"]),
    (
        "build",
        &[
            "backend",
            "bytes",
            "diag",
            "fetch",
            "limits",
            "media",
            "model",
            "normalize",
            "parallel",
            "publish",
            "source",
            "verify",
        ],
    ),
];

/// Exceptions, each with its reason: the trait's own signature names the model, so the file that implements it for
/// PDF does; it hands the book to layout unseen.
const ALSO: &[(&str, &str)] = &[("backend::pdf", "model")];

/// Outside crate, and the modules that may name it.
const NAMED_IN: &[(&str, &[&str])] = &[
    (
        "tracing",
        &[
            "parallel",
            "build",
            "source::charset",
            "normalize::parse",
            "layout",
            "backend::epub",
            "backend::pdf",
            "cli::timings",
        ],
    ),
    ("tracing_core", &["cli::timings"]),
    ("clap", &["cli"]),
    ("indicatif", &["cli"]),
    ("signal_hook", &["cli"]),
    ("reqwest", &["fetch::http"]),
    ("tokio", &["fetch::http", "serve"]),
    ("hyper", &["serve"]),
    ("hyper_util", &["serve"]),
    ("rustix", &["send::volume", "fetch::spool"]),
    ("rustls", &["fetch::http"]),
    ("scraper", &["normalize::parse", "normalize::selectors", "normalize::rules"]),
    ("ego_tree", &["normalize::parse"]),
    ("html5ever", &["normalize"]),
    ("pulldown_latex", &["normalize::tex"]),
    ("whatlang", &["normalize::language"]),
    ("toml", &["normalize::rules", "layout::theme", "device::table", "cli::config"]),
    ("image", &["media::decode", "media::pixels", "media::prepare"]),
    ("gif", &["media::decode"]),
    ("moxcms", &["media"]),
    ("resvg", &["media"]),
    ("simplecss", &["media::decode"]),
    ("fast_image_resize", &["media"]),
    // Tests of decoding use it as well.
    ("mozjpeg_rs", &["media::prepare", "media::decode"]),
    ("epub_builder", &["backend::epub"]),
    // Written by one, read back by the other; archives of pages are ZIP files, feeds are XML.
    (
        "zip",
        &[
            "backend::epub",
            "verify::epub",
            "verify::kindle",
            "verify::read",
            "serve::book",
            "serve::preview",
            "source::zipped",
        ],
    ),
    (
        "quick_xml",
        &[
            "backend::epub",
            "verify::epub",
            "verify::kindle",
            "verify::read",
            "serve::book",
            "serve::preview",
            "source::xml",
        ],
    ),
    ("flate2", &["source"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("minijinja", &["backend::epub"]),
    ("printpdf", &["backend::pdf"]),
    ("lopdf", &["backend::pdf", "verify::pdf", "pdf"]),
    ("libdeflater", &["backend::pdf::deflate"]),
    ("subsetter", &["font::subset"]),
    ("harfrust", &["font", "layout::inline"]),
    ("read_fonts", &["font", "layout::inline"]),
    ("hypher", &["layout::inline"]),
    ("unicode_bidi", &["layout::inline"]),
    ("icu_segmenter", &["phrases", "layout::inline", "backend::epub::kepub"]),
    ("icu_properties", &["layout::inline", "layout::scripts"]),
    ("qrcode", &["layout::code"]),
    ("rqrr", &["layout::code"]),
    ("serde_saphyr", &["source"]),
    ("encoding_rs", &["source"]),
    ("chardetng", &["source"]),
    ("comrak", &["source"]),
    ("uuid", &["normalize::book"]),
    ("sha2", &["media", "fetch"]),
    ("atomic_write_file", &["publish"]),
];

#[test]
fn modules_use_only_what_they_may() {
    let mut broken = Vec::new();
    for file in sources() {
        let Some((module, allowed)) = longest(MAY_USE, &file.module) else { continue };
        if file.module.split("::").any(|part| part == "tests") {
            continue; // tests may drive a module through the stages around it
        }
        for used in used_modules(&file.code) {
            let own = module.split("::").next() == Some(used.as_str());
            let also = ALSO.iter().any(|(of, what)| file.module.starts_with(of) && *what == used);
            if !own && !also && !allowed.contains(&used.as_str()) {
                broken.push(format!("{} uses crate::{used}", file.module));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn every_module_has_its_rule() {
    for file in sources() {
        let free = ["", "main"].contains(&file.module.as_str()) || file.module.starts_with("cli");
        assert!(free || longest(MAY_USE, &file.module).is_some(), "{} has no rule", file.module);
    }
}

#[test]
fn outside_crates_are_named_in_their_places() {
    let mut broken = Vec::new();
    for file in sources() {
        for (name, places) in NAMED_IN {
            let named = file.code.lines().any(|line| names_crate(line, name));
            let may =
                places.iter().any(|place| file.module == *place || file.module.starts_with(&format!("{place}::")));
            if named && !may {
                broken.push(format!("{} names {name}", file.module));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn the_checks_see_what_they_should() {
    assert_eq!(used_modules("use crate::model::{Book};\nfn f() { crate::fetch::disk::read() }"), ["fetch", "model"]);
    assert_eq!(used_modules("use crate::{media, diag::Error};"), ["diag", "media"]);
    assert!(names_crate("use image::DynamicImage;", "image"));
    assert!(names_crate("    let x = zip::ZipWriter::new(out);", "zip"));
    assert!(!names_crate("use super::image::Image;", "image"));
    assert!(!names_crate("for (a, b) in x.zip(y) {", "zip"));
}

struct SourceFile {
    /// `backend::pdf::write`, or empty for the crate's root.
    module: String,
    /// Its text without comments.
    code: String,
}

fn sources() -> Vec<SourceFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    assert!(files.len() > 20, "the sources were not found");
    let module = |path: &PathBuf| {
        let relative = path.strip_prefix(&root).unwrap().with_extension("");
        let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy().into_owned()).collect();
        parts.join("::").trim_end_matches("mod").trim_end_matches("::").trim_end_matches("lib").to_owned()
    };
    let code = |path: &PathBuf| {
        let text = fs::read_to_string(path).unwrap();
        let kept = |line: &&str| !line.trim_start().starts_with("//");
        text.lines().filter(kept).collect::<Vec<_>>().join("\n")
    };
    files.iter().map(|path| SourceFile { module: module(path), code: code(path) }).collect()
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            into.push(path);
        }
    }
}

fn longest<'a, T>(table: &'a [(&'a str, T)], module: &str) -> Option<&'a (&'a str, T)> {
    let matches = |name: &str| module == name || module.starts_with(&format!("{name}::"));
    table.iter().filter(|(name, _)| matches(name)).max_by_key(|(name, _)| name.len())
}

/// The crate's modules that code names by `crate::`, sorted, each once.
fn used_modules(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) => {
                let group = &group[..group.find("};").unwrap_or(group.len())];
                found.extend(top_level(group));
            }
            None => found.push(identifier(rest)),
        }
    }
    found.retain(|name| name.starts_with(|c: char| c.is_ascii_lowercase()));
    found.sort();
    found.dedup();
    found
}

/// The first identifier of each entry of a `use` group, not of groups within.
fn top_level(group: &str) -> Vec<String> {
    let mut depth = 0;
    let mut entries = vec![String::new()];
    for c in group.chars() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        match c {
            ',' if depth == 0 => entries.push(String::new()),
            c => entries.last_mut().unwrap().push(c),
        }
    }
    entries.iter().map(|entry| identifier(entry.trim())).collect()
}

fn identifier(text: &str) -> String {
    text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
}

/// Whether a line names a crate as the first segment of a path.
fn names_crate(line: &str, name: &str) -> bool {
    line.match_indices(name).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = &line[at + name.len()..];
        let starts_path = !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | ':' | '.' | '"' | '/'));
        let in_use = line.trim_start().starts_with("use ") && line[..at].trim_end().ends_with("use");
        starts_path && (after.starts_with("::") || (in_use && after.starts_with(';')))
    })
}
