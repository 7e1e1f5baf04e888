//! Name trees and number trees (ISO 32000-1 §7.9.6, §7.9.7).

use lopdf::{Dictionary, Document, Object, dictionary};

use super::file::Texts;
use crate::parallel;

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

/// A tree of so many numbers that its leaves become texts, on all cores, as soon as their values are made.
pub(super) fn numbers_of_many<T: Sync>(
    document: &mut Document,
    entries: &[T],
    value: &(dyn Fn(&T) -> (i64, Object) + Sync),
) -> (Object, Vec<Texts>) {
    if entries.len() <= LEAF {
        return (numbers(document, entries.iter().map(value).collect()), Vec::new());
    }
    let leaves: Vec<(u32, &[T])> = (document.max_id + 1..).zip(entries.chunks(LEAF)).collect();
    document.max_id += leaves.len() as u32;
    let texts = parallel::map(&leaves.chunks(TOGETHER).collect::<Vec<_>>(), &|some| {
        let mut texts = Texts::default();
        for (number, entries) in *some {
            let pairs = entries.iter().map(value).map(|(number, value)| (Object::Integer(number), value));
            texts.add(*number, &leaf("Nums", pairs.collect()).into());
        }
        texts
    });
    let kids: Vec<Object> = leaves.iter().map(|(number, _)| Object::Reference((*number, 0))).collect();
    (document.add_object(dictionary! { "Kids" => kids }).into(), texts)
}

/// Leaves that are written together.
const TOGETHER: usize = 8;

/// A root that is a leaf, or a root with leaves: a root with a thousand leaves is still read at once.
fn grow(document: &mut Document, kind: &str, entries: Vec<(Object, Object)>) -> Object {
    let mut root = Dictionary::new();
    if entries.len() <= LEAF {
        root.set(kind, pairs(entries));
    } else {
        let (mut rest, mut leaves) = (entries.into_iter(), Vec::new());
        loop {
            let entries: Vec<(Object, Object)> = rest.by_ref().take(LEAF).collect();
            if entries.is_empty() {
                break;
            }
            leaves.push(Object::Reference(document.add_object(leaf(kind, entries))));
        }
        root.set("Kids", leaves);
    }
    document.add_object(root).into()
}

fn leaf(kind: &str, entries: Vec<(Object, Object)>) -> Dictionary {
    let limits: Vec<Object> = entries.first().into_iter().chain(entries.last()).map(|(key, _)| key.clone()).collect();
    dictionary! { "Limits" => limits, kind => pairs(entries) }
}

fn pairs(entries: Vec<(Object, Object)>) -> Vec<Object> {
    entries.into_iter().flat_map(|(key, value)| [key, value]).collect()
}
