//! Looks through any EPUB for what Amazon's Send to Kindle refuses and what Kindle shows badly.
//!
//! Unlike [`epub`](super::epub), which holds our own books to what we promise, this reads books of any maker, as broken as
//! they are.

mod rules;
mod style;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Seek, SeekFrom};

pub use rules::RULES;

use self::rules::*;
use super::picture;
use super::read::{self, Element, Entries, Name, local, split};
use super::{Finding, Rule};

/// What [`check`] says of one rule at most; more of the same helps nobody.
const MOST: usize = 20;

/// Looks through a book. Nothing found: it is fit for Kindle, as far as can be said.
pub fn check(book: &mut (impl Read + Seek)) -> Vec<Finding> {
    let mut check = Check::default();
    let size = book.seek(SeekFrom::End(0)).unwrap_or(0);
    check.when(size > 200_000_000, TOO_LARGE, || format!("the file has {size} bytes"));
    check.when((50_000_001..=200_000_000).contains(&size), MAIL_SIZE, || format!("the file has {size} bytes"));
    match read::entries(book) {
        Ok(entries) => check.book(&entries),
        Err(why) => check.found(CONTAINER, why),
    }
    check.advice.sort_by_key(|advice| advice.rule.level);
    check.advice
}

#[derive(Default)]
struct Check {
    advice: Vec<Finding>,
    /// Ids by document, and the id of its body.
    ids: BTreeMap<Name, BTreeSet<String>>,
    bodies: BTreeMap<Name, String>,
    /// Links: from where, to what file, to what id.
    links: Vec<(Name, Name, String)>,
    /// Documents that show a picture and have no text, and how many.
    bare: BTreeSet<Name>,
}

/// An item of the manifest.
struct Item {
    file: Name,
    media_type: String,
    properties: String,
}

impl Check {
    fn found(&mut self, rule: Rule, what: impl Into<String>) {
        let same = self.advice.iter().filter(|advice| advice.rule == rule).count();
        if same < MOST {
            self.advice.push(Finding::new(rule, crate::diag::printable(&what.into(), 300)));
        }
    }

    fn when(&mut self, broken: bool, rule: Rule, what: impl FnOnce() -> String) {
        if broken {
            self.found(rule, what());
        }
    }

    fn book(&mut self, entries: &Entries) {
        let first = entries.order.first().map(String::as_str);
        let mimetype = entries.bytes("mimetype").is_some_and(|text| text.trim_ascii() == b"application/epub+zip");
        self.when(first != Some("mimetype") || !mimetype, CONTAINER, || {
            "the first entry is not a mimetype of application/epub+zip".to_owned()
        });
        self.encryption(entries);
        for name in entries.order.iter().filter(|name| !plain(name)) {
            self.found(NAME, name.clone());
        }
        let container = read::elements(entries.bytes("META-INF/container.xml").unwrap_or_default());
        let root = container.iter().find(|element| element.name == "rootfile").and_then(|root| root.get("full-path"));
        let Some(package) = root.filter(|root| entries.bytes(root).is_some()) else {
            return self.found(PACKAGE, "META-INF/container.xml names no package document that is in the book");
        };
        self.package(package, entries);
    }

    fn encryption(&mut self, entries: &Entries) {
        let fonts = ["http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"];
        let listed = read::elements(entries.bytes("META-INF/encryption.xml").unwrap_or_default());
        let methods = listed.iter().filter(|element| element.name == "EncryptionMethod");
        let protects =
            |element: &&Element| element.get("Algorithm").is_none_or(|algorithm| !fonts.contains(&algorithm));
        let protected = methods.filter(protects).count() > 0 || entries.bytes("META-INF/rights.xml").is_some();
        self.when(protected, ENCRYPTED, || "META-INF says that files are encrypted".to_owned());
    }

    fn package(&mut self, package: &str, entries: &Entries) {
        let content = entries.bytes(package).unwrap_or_default();
        self.well_formed(package, content);
        let elements = read::elements(content);
        self.metadata(package, &elements);
        let mut items: BTreeMap<String, Item> = BTreeMap::new();
        for element in elements.iter().filter(|element| element.name == "item") {
            let text = |name: &str| element.get(name).unwrap_or_default().to_owned();
            let href = text("href");
            let remote = href.contains("://");
            let item =
                Item { file: local(package, &href), media_type: text("media-type"), properties: text("properties") };
            self.when(remote, REMOTE, || format!("the manifest names {href}"));
            let there = remote || entries.sizes.contains_key(&item.file);
            self.when(!there, DANGLING, || format!("the manifest names {}, which is not in the book", item.file));
            let id = text("id");
            let twice = items.insert(id.clone(), item).is_some();
            self.when(twice, DOUBLE_ID, || format!("two items of the manifest have the id {id}"));
        }
        let spine = self.spine(&elements, &items);
        items.values().for_each(|item| self.item(item, entries));
        self.contents(&elements, &items, &spine, entries);
        self.cover(package, &elements, &items, &spine, entries);
        self.resolve(entries);
    }

    fn metadata(&mut self, package: &str, elements: &[Element]) {
        let text = |name: &str| {
            let mut all = elements.iter().filter(|element| element.name == name).map(|element| element.text.trim());
            all.find(|text| !text.is_empty()).map(str::to_owned)
        };
        self.when(text("title").is_none(), NO_TITLE, || format!("{package} has no dc:title"));
        let Some(language) = text("language") else {
            return self.found(NO_LANGUAGE, format!("{package} has no dc:language"));
        };
        let primary = language.split('-').next().unwrap_or_default().to_ascii_lowercase();
        let part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
        let is_tag = language.split('-').all(part)
            && matches!(primary.len(), 2 | 3)
            && primary.bytes().all(|b| b.is_ascii_lowercase())
            && primary != "und";
        self.when(!is_tag, LANGUAGE, || format!("dc:language is {language:?}"));
        let listed = LANGUAGES.contains(&primary.as_str());
        self.when(is_tag && !listed, RARE_LANGUAGE, || format!("dc:language is {language:?}"));
    }

    /// The files of the spine, in order.
    fn spine(&mut self, elements: &[Element], items: &BTreeMap<String, Item>) -> Vec<Name> {
        let mut spine = Vec::new();
        for reference in elements.iter().filter(|element| element.name == "itemref") {
            let id = reference.get("idref").unwrap_or_default();
            match items.get(id) {
                Some(item) if spine.contains(&item.file) => {
                    self.found(SPINE, format!("{} is in the spine twice", item.file))
                }
                Some(item) => spine.push(item.file.clone()),
                None => self.found(SPINE, format!("the spine names an item {id:?} that there is not")),
            }
        }
        self.when(spine.is_empty(), SPINE, || "the spine is empty".to_owned());
        spine
    }

    /// A file of the book, by what the manifest calls it.
    fn item(&mut self, item: &Item, entries: &Entries) {
        let (Some(bytes), file) = (entries.bytes(&item.file), &item.file) else { return };
        match item.media_type.as_str() {
            "application/xhtml+xml" | "text/html" => self.document(file, bytes),
            "application/x-dtbncx+xml" => self.well_formed(file, bytes),
            "text/css" => self.sheet(file, &String::from_utf8_lossy(bytes)),
            image if image.starts_with("image/") => self.picture(item, bytes),
            font if font.contains("woff") || file.ends_with(".woff") || file.ends_with(".woff2") => {
                self.found(FONT, file.clone());
            }
            "text/javascript" | "application/javascript" | "application/ecmascript" => {
                self.found(SCRIPT, format!("{file} is a script"));
            }
            _ => {}
        }
    }

    fn well_formed(&mut self, file: &str, bytes: &[u8]) {
        if std::str::from_utf8(bytes).is_err() {
            return self.found(NOT_UTF8, file);
        }
        if let Err(fault) = read::well_formed(bytes) {
            self.found(if fault.contains("--") { COMMENT } else { MALFORMED }, format!("{file}: {fault}"));
        }
    }

    fn document(&mut self, file: &str, bytes: &[u8]) {
        self.well_formed(file, bytes);
        let text = String::from_utf8_lossy(bytes);
        let declared = text.trim_start_matches('\u{FEFF}').starts_with("<?xml")
            && text.split("?>").next().is_some_and(|declaration| declaration.contains("encoding"));
        self.when(!declared, NO_ENCODING, || file.to_owned());
        let elements = read::elements(bytes);
        let (mut words, mut shown, mut seen) = (0, 0, BTreeSet::new());
        for element in &elements {
            self.element(file, element);
            words += if matches!(element.name.as_str(), "title" | "style") { 0 } else { element.text.trim().len() };
            shown += usize::from(matches!(element.name.as_str(), "img" | "image"));
            if let Some(id) = element.get("id") {
                let twice = !seen.insert(id.to_owned());
                self.when(twice, DOUBLE_ID, || format!("{file} has the id {id} twice"));
                if element.name == "body" {
                    self.bodies.insert(file.to_owned(), id.to_owned());
                }
            }
        }
        self.ids.insert(file.to_owned(), seen);
        if words == 0 && shown == 1 {
            self.bare.insert(file.to_owned());
        }
    }

    fn element(&mut self, file: &str, element: &Element) {
        match element.name.as_str() {
            name @ ("script" | "form" | "input" | "button" | "iframe" | "frame" | "frameset" | "object" | "embed") => {
                self.found(SCRIPT, format!("{file} holds a {name} element"));
            }
            "p" if element.within_p => self.found(NESTED_P, file),
            "img" if element.get("src").is_none_or(|src| src.trim().is_empty()) => self.found(NO_SRC, file),
            "style" => self.sheet(file, &element.text),
            _ => {}
        }
        let event = element.attributes.keys().find(|name| name.starts_with("on") && name.len() > 3);
        if let Some(event) = event {
            self.found(SCRIPT, format!("{file} has an {event} attribute"));
        }
        let style = element.get("style").unwrap_or_default();
        style::look(&format!("x {{ {style} }}"))
            .into_iter()
            .for_each(|(rule, what)| self.found(rule, format!("{file}: {what}")));
        for name in ["src", "href", "xlink:href", "poster", "data"] {
            let Some(value) = element.get(name) else { continue };
            let loads = element.name != "a";
            if value.contains("://") || value.starts_with("//") {
                self.when(loads && element.name != "base", REMOTE, || format!("{file}: {} of {value}", element.name));
            } else if !value.contains(':') && !value.trim().is_empty() {
                let (path, id) = split(value);
                let target = if path.is_empty() { file.to_owned() } else { local(file, path) };
                self.links.push((file.to_owned(), target, id.to_owned()));
            }
        }
    }

    fn sheet(&mut self, file: &str, css: &str) {
        for (rule, what) in style::look(css) {
            self.found(rule, format!("{file}: {what}"));
        }
    }

    fn picture(&mut self, item: &Item, bytes: &[u8]) {
        let Item { file, media_type, .. } = item;
        let Some(head) = picture::head(bytes) else {
            return self.found(WRONG_TYPE, format!("{file} is no picture"));
        };
        let shown = ["image/jpeg", "image/png", "image/gif", "image/svg+xml"];
        if !shown.contains(&head.kind) {
            return self.found(FORMAT, format!("{file} is {}", head.kind));
        }
        let called = media_type.replace("image/jpg", "image/jpeg");
        self.when(called != head.kind, WRONG_TYPE, || format!("{file} is {} and is called {media_type}", head.kind));
        self.when(head.print, IMAGE_PRINT, || file.clone());
        if let Some((width, height)) = head.size {
            let many = u64::from(width) * u64::from(height) > 5_000_000;
            self.when(many, IMAGE_PIXELS, || format!("{file} has {width} by {height} pixels"));
            self.when(width == 0 || height == 0, WRONG_TYPE, || format!("{file} has no pixels"));
        }
    }

    /// The NCX and the navigation document: there, whole, leading somewhere, in order.
    fn contents(&mut self, elements: &[Element], items: &BTreeMap<String, Item>, spine: &[Name], entries: &Entries) {
        let named = elements.iter().find(|element| element.name == "spine").and_then(|spine| spine.get("toc"));
        let ncx = named
            .and_then(|id| items.get(id))
            .or_else(|| items.values().find(|item| item.media_type == "application/x-dtbncx+xml"));
        let nav = items.values().find(|item| item.properties.split(' ').any(|one| one == "nav"));
        let ncx = ncx.filter(|item| entries.bytes(&item.file).is_some());
        let nav = nav.filter(|item| entries.bytes(&item.file).is_some());
        self.when(ncx.is_none() && nav.is_none(), NAVIGATION, || "neither NCX nor navigation document".to_owned());
        if let Some(ncx) = ncx {
            self.ncx(&ncx.file, &read::elements(entries.bytes(&ncx.file).unwrap_or_default()), spine);
        }
        if let Some(nav) = nav {
            let elements = read::elements(entries.bytes(&nav.file).unwrap_or_default());
            let list = elements.iter().any(|element| {
                element.name == "nav"
                    && element.get("epub:type").is_some_and(|kind| kind.split(' ').any(|one| one == "toc"))
            });
            self.when(!list, NAVIGATION_FAULT, || format!("{} has no nav of type toc", nav.file));
            let links = elements.iter().filter(|element| element.name == "a").count();
            self.when(list && links == 0, NAVIGATION_FAULT, || format!("{} lists nothing", nav.file));
        }
    }

    fn ncx(&mut self, file: &str, elements: &[Element], spine: &[Name]) {
        let points: Vec<&Element> = elements.iter().filter(|element| element.name == "navPoint").collect();
        let contents: Vec<&Element> = elements.iter().filter(|element| element.name == "content").collect();
        self.when(points.is_empty(), NAVIGATION_FAULT, || format!("{file} lists nothing"));
        self.when(points.len() != contents.len(), NAVIGATION_FAULT, || {
            format!("{file}: a navPoint without content, or with several")
        });
        let labels = elements.iter().filter(|element| element.name == "text" && element.depth > 2);
        let empty = labels.filter(|element| element.text.trim().is_empty()).count();
        self.when(empty > 0, NAVIGATION_FAULT, || format!("{file}: {empty} entries without words"));
        let depth = points.iter().map(|point| point.nested).max().unwrap_or(0) + 1;
        self.when(depth > 2, NCX_DEPTH, || format!("{file} has {depth} levels"));
        let mut last = 0;
        for content in contents {
            let Some(src) = content.get("src").filter(|src| !src.trim().is_empty()) else {
                self.found(NAVIGATION_FAULT, format!("{file}: a content without src"));
                continue;
            };
            let (path, id) = split(src);
            let target = local(file, path);
            match spine.iter().position(|name| *name == target) {
                None => self.found(NAVIGATION_FAULT, format!("{file} leads to {src}, which is not in the spine")),
                Some(place) if place < last => self.found(ORDER, format!("{file}: {src} comes after later documents")),
                Some(place) => last = place,
            }
            self.links.push((file.to_owned(), target, id.to_owned()));
        }
    }

    fn cover(
        &mut self,
        package: &str,
        elements: &[Element],
        items: &BTreeMap<String, Item>,
        spine: &[Name],
        entries: &Entries,
    ) {
        let meta = elements.iter().find(|element| element.name == "meta" && element.get("name") == Some("cover"));
        let named = meta.and_then(|meta| items.get(meta.get("content")?));
        let marked = items.values().find(|item| item.properties.split(' ').any(|one| one == "cover-image"));
        let picture = marked.or(named).filter(|item| item.media_type.starts_with("image/"));
        match picture.map(|item| (&item.file, entries.bytes(&item.file).and_then(picture::head))) {
            None => self.found(NO_COVER, format!("{package} marks no picture as the cover")),
            Some((file, Some(head))) => {
                let small = head.size.filter(|(width, height)| width.min(height) < &500);
                if let Some((width, height)) = small {
                    self.found(SMALL_COVER, format!("{file} has {width} by {height} pixels"));
                }
            }
            Some((_, None)) => {}
        }
        let guide =
            elements.iter().filter(|element| element.name == "reference" && element.get("type") == Some("cover"));
        let pages: BTreeSet<Name> =
            guide.filter_map(|element| Some(local(package, split(element.get("href")?).0))).collect();
        let first = spine.first().filter(|name| self.bare.contains(*name));
        for page in spine.iter().filter(|name| pages.contains(*name) || first == Some(name)) {
            self.found(COVER_PAGE, page.clone());
        }
    }

    /// Where links lead.
    fn resolve(&mut self, entries: &Entries) {
        for (from, target, id) in std::mem::take(&mut self.links) {
            if !entries.sizes.contains_key(&target) {
                self.found(DANGLING, format!("{from} refers to {target}, which is not in the book"));
            } else if !id.is_empty() && self.bodies.get(&target) == Some(&id) {
                self.found(BODY_LINK, format!("{from} links to {target}#{id}"));
            } else if !id.is_empty() && self.ids.get(&target).is_some_and(|ids| !ids.contains(&id)) {
                self.found(DEAD_LINK, format!("{from} links to {target}#{id}"));
            }
        }
    }
}

/// A name without what makes trouble.
fn plain(name: &str) -> bool {
    name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._/".contains(&b))
}

#[cfg(test)]
mod tests;
