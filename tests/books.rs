//! Reads finished books back, by other means than the program's own.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

/// An EPUB: its entries in order, and their bytes.
pub struct EpubFile {
    pub names: Vec<String>,
    pub entries: BTreeMap<String, Vec<u8>>,
}

impl EpubFile {
    pub fn open(path: &Path) -> Self {
        let mut archive = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
        let mut file = Self { names: Vec::new(), entries: BTreeMap::new() };
        for index in 0..archive.len() {
            let mut entry = archive.by_index(index).unwrap();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            let name = entry.name().unwrap().into_owned();
            file.names.push(name.clone());
            file.entries.insert(name, bytes);
        }
        file
    }

    /// The text of the only entry whose name ends so.
    pub fn text(&self, ending: &str) -> &str {
        let mut found = self.entries.iter().filter(|(name, _)| name.ends_with(ending));
        let (_, bytes) = found.next().unwrap_or_else(|| panic!("no {ending} in {:?}", self.names));
        assert!(found.next().is_none(), "several {ending} in {:?}", self.names);
        std::str::from_utf8(bytes).unwrap()
    }

    /// The documents under `text/`, in order of their names, one after another.
    pub fn markup(&self) -> String {
        let documents = self.entries.iter().filter(|(name, _)| name.contains("/text/") && name.ends_with(".xhtml"));
        documents.map(|(_, bytes)| std::str::from_utf8(bytes).unwrap()).collect()
    }
}

/// The pages' text of a PDF, white space left out.
pub fn pdf_text(path: &Path) -> String {
    let document = lopdf::Document::load(path).unwrap();
    let pages: Vec<u32> = document.get_pages().keys().copied().collect();
    squeeze(&document.extract_text(&pages).unwrap())
}

/// The titles of a PDF's outline, each with its depth from 0.
pub fn pdf_outline(path: &Path) -> Vec<(usize, String)> {
    let document = lopdf::Document::load(path).unwrap();
    let mut found = Vec::new();
    let outlines = document.catalog().unwrap().get_deref(b"Outlines", &document).unwrap().as_dict().unwrap();
    let mut open = vec![(0, outlines.get(b"First").cloned())];
    while let Some((depth, item)) = open.pop() {
        let Ok(item) = item else { continue };
        let item = document.get_dictionary(item.as_reference().unwrap()).unwrap();
        let title = lopdf::decode_text_string(item.get(b"Title").unwrap()).unwrap();
        found.push((depth, title));
        open.push((depth, item.get(b"Next").cloned()));
        open.push((depth + 1, item.get(b"First").cloned()));
    }
    found
}

/// Markup without its tags, entities resolved.
pub fn without_tags(markup: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in markup.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => inside = false,
            c if !inside => out.push(c),
            _ => {}
        }
    }
    out.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&")
}

/// Text without its white space.
pub fn squeeze(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// How often a text holds another.
pub fn count(text: &str, what: &str) -> usize {
    text.matches(what).count()
}
