//! The package document: the manifest against the files, the spine, the contents, the languages.

use std::collections::{BTreeMap, BTreeSet};

use super::{Check, is_document};
use crate::verify::language;
use crate::verify::read::{self, Element, local};
use crate::verify::rules::*;

/// The package document's name, as the container says it.
pub(super) fn name(entries: &BTreeMap<String, Vec<u8>>) -> Option<String> {
    let container = read::elements(entries.get("META-INF/container.xml")?);
    container.iter().find(|element| element.name == "rootfile")?.get("full-path").map(str::to_owned)
}

/// Algorithms that hide fonts, which keeps no book from opening (OCF 3.3 §4.3; Adobe's).
const FONTS_HIDDEN: [&str; 2] = ["http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"];

impl Check {
    /// The manifest holds every file of the book and no other; the spine refers to it.
    pub(super) fn package(&mut self, package: &str, entries: &BTreeMap<String, Vec<u8>>) {
        self.encryption(entries);
        let Some(content) = entries.get(package) else {
            return self.found(CONTAINER, format!("{package} is not in the archive"));
        };
        let elements = read::elements(content);
        let items: Vec<&Element> = elements.iter().filter(|element| element.name == "item").collect();
        self.manifest(package, &items, entries);
        let spine = self.spine(package, &elements, &items);
        self.contents(package, &items, &spine, entries);
        self.language(&elements);
    }

    fn encryption(&mut self, entries: &BTreeMap<String, Vec<u8>>) {
        let listed = read::elements(entries.get("META-INF/encryption.xml").map_or(&[][..], Vec::as_slice));
        let mut methods = listed.iter().filter(|element| element.name == "EncryptionMethod");
        let protects = |method: &Element| method.get("Algorithm").is_none_or(|name| !FONTS_HIDDEN.contains(&name));
        if methods.any(protects) || entries.contains_key("META-INF/rights.xml") {
            self.found(ENCRYPTED, "META-INF says that files are encrypted");
        }
    }

    fn manifest(&mut self, package: &str, items: &[&Element], entries: &BTreeMap<String, Vec<u8>>) {
        let mut listed = BTreeSet::from([package.to_owned()]);
        for item in items {
            let href = item.get("href").unwrap_or_default();
            if href.contains("://") {
                continue; // said of the address
            }
            let file = local(package, href);
            let media_type = item.get("media-type").unwrap_or_default();
            match entries.get(&file) {
                Some(content) => match is(media_type, content) {
                    Some(true) => {}
                    Some(false) => self.found(MEDIA_TYPE, format!("{file} is not {media_type}")),
                    None => self.found(HOUSE, format!("{file} is {media_type}")),
                },
                None => self.found(MANIFEST, format!("{file} is in the manifest and not in the archive")),
            }
            if !listed.insert(file.clone()) {
                self.found(MANIFEST, format!("{file} is in the manifest twice"));
            }
        }
        let extra = entries.keys().filter(|name| *name != "mimetype" && !name.starts_with("META-INF/"));
        for name in extra.filter(|name| !listed.contains(*name)) {
            self.found(MANIFEST, format!("{name} is in the archive and not in the manifest"));
        }
    }

    /// The files that are read, in order.
    fn spine(&mut self, package: &str, elements: &[Element], items: &[&Element]) -> Vec<String> {
        let listed: BTreeMap<&str, &Element> = items.iter().filter_map(|item| Some((item.get("id")?, *item))).collect();
        let mut spine = Vec::new();
        for item in elements.iter().filter(|element| element.name == "itemref") {
            let id = item.get("idref").unwrap_or_default();
            match listed.get(id).and_then(|item| item.get("href")) {
                Some(href) => spine.push(local(package, href)),
                None => self.found(SPINE, format!("the spine refers to an item that there is not: {id:?}")),
            }
        }
        if spine.is_empty() {
            self.found(SPINE, "the spine is empty");
        }
        spine
    }

    /// EPUB 3.3 §7: one navigation document; NCX for readers of EPUB 2.
    fn contents(&mut self, package: &str, items: &[&Element], spine: &[String], entries: &BTreeMap<String, Vec<u8>>) {
        let nav = |item: &&&Element| item.get("properties").is_some_and(|all| all.split(' ').any(|one| one == "nav"));
        let ncx = |item: &&&Element| item.get("media-type") == Some("application/x-dtbncx+xml");
        let file = |item: &&Element| local(package, item.get("href").unwrap_or_default());
        let navs: Vec<String> = items.iter().filter(nav).map(file).collect();
        let ncxs: Vec<String> = items.iter().filter(ncx).map(file).collect();
        match (navs.len(), ncxs.len()) {
            (0, 0) => self.found(NAVIGATION, "the manifest has neither a navigation document nor an NCX"),
            (1, _) => {}
            (count, _) => self.found(HOUSE, format!("the manifest has {count} navigation documents")),
        }
        let read: BTreeSet<&String> = spine.iter().collect();
        for (file, entry) in navs.iter().map(|file| (file, "a")).chain(ncxs.iter().map(|file| (file, "content"))) {
            let Some(content) = entries.get(file) else { continue };
            let Some(targets) = read::targets(content, entry) else {
                self.found(NAVIGATION, format!("{file} lists nothing"));
                continue;
            };
            for address in targets {
                let to = local(file, &address);
                if entries.contains_key(&to) && is_document(&to) && !read.contains(&to) && to != *file {
                    self.found(NAVIGATION, format!("{file} leads to {to}, which is not in the spine"));
                }
            }
        }
    }

    /// The languages of the package, of its documents and of their text agree.
    fn language(&mut self, elements: &[Element]) {
        let named = elements.iter().filter(|element| element.name == "language");
        let named: Vec<String> =
            named.map(|element| element.text.trim().to_owned()).filter(|it| !it.is_empty()).collect();
        if named.is_empty() {
            return self.found(LANGUAGE, "the package says no language");
        }
        let primaries: BTreeSet<String> = named.iter().map(|tag| language::primary(tag)).collect();
        let others = self.languages.values().filter(|tag| !primaries.contains(&language::primary(tag)));
        let (others, all) = (others.collect::<Vec<_>>(), self.languages.len());
        if let Some(first) = others.first().filter(|_| others.len() * 2 > all) {
            let what = format!("the package says {}, most documents say {first}", named.join(", "));
            self.found(LANGUAGE, what);
        }
        if let Some(script) = self.letters.contradict(&named) {
            self.found(LANGUAGE, format!("the package says {}, the text is in {script} letters", named.join(", ")));
        }
    }
}

/// Whether a file begins as its media type does; `None` for types that are not in books of ours.
fn is(media_type: &str, content: &[u8]) -> Option<bool> {
    Some(match media_type {
        "image/jpeg" => content.starts_with(&[0xFF, 0xD8, 0xFF]),
        "image/png" => content.starts_with(b"\x89PNG\r\n\x1a\n"),
        "image/gif" => content.starts_with(b"GIF8"),
        "font/otf" => content.starts_with(b"OTTO"),
        "font/ttf" => content.starts_with(&[0, 1, 0, 0]),
        "text/css" | "application/xhtml+xml" | "application/x-dtbncx+xml" => true,
        _ => return None,
    })
}
