//! Name trees and number trees (ISO 32000-1 §7.9.6, §7.9.7).

use lopdf::{Dictionary, Document, Object, dictionary};

/// Entries a leaf.
const LEAF: usize = 64;

/// A tree of names. The entries are in the order of their names.
pub(super) fn names(document: &mut Document, entries: Vec<(Vec<u8>, Object)>) -> Object {
    let entries = entries.into_iter().map(|(name, value)| (Object::string_literal(name), value));
    grow(document, "Names", entries.collect())
}

/// A tree of numbers. The entries are in the order of their numbers.
pub(super) fn numbers(document: &mut Document, entries: Vec<(i64, Object)>) -> Object {
    grow(document, "Nums", entries.into_iter().map(|(number, value)| (Object::Integer(number), value)).collect())
}

/// A root that is a leaf, or a root with leaves: a root with a thousand leaves is still read at once.
fn grow(document: &mut Document, kind: &str, entries: Vec<(Object, Object)>) -> Object {
    let pairs = |entries: Vec<(Object, Object)>| entries.into_iter().flat_map(|(key, value)| [key, value]);
    let mut root = Dictionary::new();
    if entries.len() <= LEAF {
        root.set(kind, pairs(entries).collect::<Vec<_>>());
    } else {
        let (mut rest, mut leaves) = (entries.into_iter(), Vec::new());
        loop {
            let leaf: Vec<(Object, Object)> = rest.by_ref().take(LEAF).collect();
            let ([(first, _), ..], [.., (last, _)]) = (leaf.as_slice(), leaf.as_slice()) else { break };
            let limits = vec![first.clone(), last.clone()];
            let leaf = dictionary! { "Limits" => limits, kind => pairs(leaf).collect::<Vec<_>>() };
            leaves.push(Object::Reference(document.add_object(leaf)));
        }
        root.set("Kids", leaves);
    }
    document.add_object(root).into()
}
