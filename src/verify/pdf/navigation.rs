//! Whether a reader finds places: pages, bookmarks, links (ISO 32000-1 §7.7.3, §12.3).

use std::collections::{BTreeMap, BTreeSet};

use lopdf::{Dictionary, Document, Object, ObjectId};

use super::super::Finding;
use super::super::rules::{DANGLING, DEAD_LINK, NAVIGATION, NO_PAGE};
use super::{is, resolve};

/// Deeper trees are broken, or meant to be.
const DEEPEST: usize = 64;

/// Looks at all ways to a place.
pub(super) fn check(document: &Document, findings: &mut Vec<Finding>) {
    let pages: BTreeSet<ObjectId> = document.page_iter().collect();
    if pages.is_empty() {
        findings.push(Finding::new(NO_PAGE, "there is no page"));
    }
    let Ok(catalog) = document.catalog() else { return };
    if let Some(declared) = declared_pages(document, catalog).filter(|declared| *declared != pages.len() as i64) {
        findings.push(Finding::new(NAVIGATION, format!("the file says {declared} pages and has {}", pages.len())));
    }
    let places = Places { document, pages, named: named(document, catalog) };
    places.bookmarks(catalog, findings);
    for page in &places.pages {
        places.links(*page, findings);
    }
}

fn declared_pages(document: &Document, catalog: &Dictionary) -> Option<i64> {
    let tree = resolve(document, catalog.get(b"Pages").ok()?).ok()?.as_dict().ok()?;
    tree.get(b"Count").ok()?.as_i64().ok()
}

struct Places<'a> {
    document: &'a Document,
    pages: BTreeSet<ObjectId>,
    named: BTreeMap<Vec<u8>, &'a Object>,
}

impl Places<'_> {
    /// Whether a destination is a place of this file (§12.3.2).
    fn has(&self, destination: &Object) -> bool {
        let Ok(destination) = resolve(self.document, destination) else { return false };
        match destination {
            Object::Array(items) => match items.first() {
                Some(Object::Reference(page)) => self.pages.contains(page),
                // Some makers count the pages.
                Some(Object::Integer(page)) => usize::try_from(*page).is_ok_and(|page| page < self.pages.len()),
                _ => false,
            },
            Object::Dictionary(dict) => dict.get(b"D").is_ok_and(|array| array.as_array().is_ok() && self.has(array)),
            Object::String(name, _) | Object::Name(name) => {
                let place = self.named.get(name.as_slice());
                place.is_some_and(|place| !matches!(place, Object::String(..) | Object::Name(_)) && self.has(place))
            }
            _ => false,
        }
    }

    /// Where a bookmark or a link leads inside the file; `None` if it leads out.
    fn leads_inside<'a>(&'a self, dict: &'a Dictionary) -> Option<&'a Object> {
        if let Ok(destination) = dict.get(b"Dest") {
            return Some(destination);
        }
        let action = resolve(self.document, dict.get(b"A").ok()?).ok()?.as_dict().ok()?;
        if is(action, b"S", b"GoTo") { Some(action.get(b"D").unwrap_or(&Object::Null)) } else { None }
    }

    fn bookmarks(&self, catalog: &Dictionary, findings: &mut Vec<Finding>) {
        let Ok(root) = catalog.get(b"Outlines").and_then(|root| resolve(self.document, root)) else { return };
        let mut seen = BTreeSet::new();
        let mut next: Vec<&Object> = root.as_dict().and_then(|root| root.get(b"First")).ok().into_iter().collect();
        while let Some(item) = next.pop() {
            if !item.as_reference().is_ok_and(|id| seen.insert(id)) {
                findings.push(Finding::new(NAVIGATION, "bookmarks that go in a circle"));
                continue;
            }
            let Ok(item) = resolve(self.document, item).and_then(Object::as_dict) else {
                findings.push(Finding::new(NAVIGATION, "a bookmark that is not there"));
                continue;
            };
            if self.leads_inside(item).is_some_and(|place| !self.has(place)) {
                findings.push(Finding::new(DEAD_LINK, "a bookmark that leads nowhere"));
            }
            next.extend([b"Next", &b"First"[..]].iter().filter_map(|key| item.get(key).ok()));
        }
    }

    fn links(&self, page: ObjectId, findings: &mut Vec<Finding>) {
        let annotations = self.document.get_dictionary(page).and_then(|page| page.get(b"Annots"));
        let annotations = annotations.and_then(|all| resolve(self.document, all)).and_then(Object::as_array);
        for annotation in annotations.into_iter().flatten() {
            let Ok(annotation) = resolve(self.document, annotation).and_then(Object::as_dict) else {
                findings.push(Finding::new(DANGLING, "an annotation that is not there"));
                continue;
            };
            if is(annotation, b"Subtype", b"Link") && self.leads_inside(annotation).is_some_and(|to| !self.has(to)) {
                findings.push(Finding::new(DEAD_LINK, "a link that leads nowhere"));
            }
        }
    }
}

/// The named destinations, of both kinds (§12.3.2.3).
fn named<'a>(document: &'a Document, catalog: &'a Dictionary) -> BTreeMap<Vec<u8>, &'a Object> {
    let mut found = BTreeMap::new();
    let part = |dict: &'a Dictionary, key: &[u8]| {
        dict.get(key).and_then(|object| resolve(document, object)).and_then(Object::as_dict).ok()
    };
    if let Some(old) = part(catalog, b"Dests") {
        found.extend(old.iter().map(|(name, place)| (name.clone(), place)));
    }
    if let Some(tree) = part(catalog, b"Names").and_then(|names| part(names, b"Dests")) {
        names(document, tree, 0, &mut found);
    }
    found
}

fn names<'a>(document: &'a Document, node: &'a Dictionary, depth: usize, found: &mut BTreeMap<Vec<u8>, &'a Object>) {
    if depth > DEEPEST {
        return;
    }
    let list = |key: &[u8]| {
        node.get(key)
            .and_then(|object| resolve(document, object))
            .and_then(Object::as_array)
            .map_or(&[][..], Vec::as_slice)
    };
    for pair in list(b"Names").chunks_exact(2) {
        if let Ok(name) = resolve(document, &pair[0]).and_then(Object::as_str) {
            found.insert(name.to_vec(), &pair[1]);
        }
    }
    for kid in list(b"Kids") {
        if let Ok(kid) = resolve(document, kid).and_then(Object::as_dict) {
            names(document, kid, depth + 1, found);
        }
    }
}
