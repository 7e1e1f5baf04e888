//! Objects that lie in streams (ISO 32000-1 §7.5.7): nearly all of a long book. lopdf reads them one after the other; here
//! they are read on all cores, and dropped once they were looked at.

use std::collections::{BTreeMap, BTreeSet};

use lopdf::xref::XrefEntry;
use lopdf::{Document, Object, ObjectId, ObjectStream, Stream};

use super::super::Finding;
use super::super::rules::DAMAGED;
use super::is;
use crate::parallel;
use crate::pdf::LIMIT;

/// The type of streams that objects lie in.
const PACKED: &[u8] = b"ObjStm";

/// The same for a loader that is to leave them as they are.
const KEPT: &str = "ObjStm, kept";

/// Makes the loader keep a stream of objects, if it is one.
pub(super) fn keep(stream: &mut Stream) {
    if is(&stream.dict, b"Type", PACKED) {
        stream.dict.set("Type", KEPT);
    }
}

/// The streams that were kept: what lies in them takes a hundred times their memory, and is never there as a whole.
pub(super) struct Packed {
    streams: Vec<(ObjectId, Object)>,
}

impl Packed {
    /// Takes the streams out of a document.
    pub(super) fn of(document: &mut Document) -> Self {
        let kept = |object: &Object| object.as_stream().is_ok_and(|stream| is(&stream.dict, b"Type", KEPT.as_bytes()));
        let numbers: Vec<ObjectId> =
            document.objects.iter().filter(|(_, object)| kept(object)).map(|(id, _)| *id).collect();
        Self { streams: numbers.into_iter().filter_map(|id| Some((id, document.objects.remove(&id)?))).collect() }
    }

    /// What `look` finds in the objects, on all cores. Puts into the document the objects that it is not done with, and those
    /// that it says it needs to look at others.
    pub(super) fn look(
        &self,
        document: &mut Document,
        mut needed: BTreeSet<ObjectId>,
        look: &(dyn Fn(&Object, &mut Seen) + Sync),
    ) -> Vec<Finding> {
        let first = parallel::map(&self.streams, &|stream| {
            let mut seen = Seen::default();
            match contents(document, stream) {
                Some(objects) => objects.into_iter().for_each(|(id, object)| {
                    let before = seen.needed.len();
                    look(&object, &mut seen);
                    if seen.needed.len() > before {
                        seen.waiting.push((id, object));
                    }
                }),
                None => seen.findings.push(damaged(stream.0)),
            }
            seen
        });
        let mut findings = Vec::new();
        for seen in first {
            findings.extend(seen.findings);
            needed.extend(seen.needed);
            document.objects.extend(seen.waiting);
        }
        needed.retain(|id| !document.objects.contains_key(id));
        if !needed.is_empty() {
            let found = parallel::map(&self.holding(document, &needed), &|stream| {
                let all = contents(document, stream).unwrap_or_default();
                all.into_iter().filter(|(id, _)| needed.contains(id)).collect::<Vec<_>>()
            });
            document.objects.extend(found.into_iter().flatten());
        }
        findings
    }

    /// The streams that some objects lie in; all of them, if the table of objects does not say of one where it lies.
    fn holding(&self, document: &Document, objects: &BTreeSet<ObjectId>) -> Vec<&(ObjectId, Object)> {
        let container = |object: &ObjectId| match document.reference_table.entries.get(&object.0) {
            Some(XrefEntry::Compressed { container, .. }) => Some(*container),
            _ => None,
        };
        let containers: Option<BTreeSet<u32>> = objects.iter().map(container).collect();
        let holds = |stream: &&(ObjectId, Object)| containers.as_ref().is_none_or(|all| all.contains(&stream.0.0));
        self.streams.iter().filter(holds).collect()
    }
}

/// What is seen in the objects of a stream.
#[derive(Default)]
pub(super) struct Seen {
    /// What is wrong with them.
    pub(super) findings: Vec<Finding>,
    /// What has to be there to look at them, where that is another object.
    pub(super) needed: Vec<ObjectId>,
    waiting: Vec<(ObjectId, Object)>,
}

fn damaged(stream: ObjectId) -> Finding {
    Finding::new(DAMAGED, format!("what lies in object {} cannot be read", stream.0))
}

/// What lies in a stream and nowhere else: what stands in the file by itself is there already.
fn contents(document: &Document, (id, stream): &(ObjectId, Object)) -> Option<BTreeMap<ObjectId, Object>> {
    let mut objects = objects_of(stream.as_stream().ok()?)?;
    objects.retain(|of, _| lies_in(document, *of, *id) && !document.objects.contains_key(of));
    Some(objects)
}

/// As many objects as the stream says that it holds: of a damaged one, lopdf gives what it understands.
fn objects_of(stream: &Stream) -> Option<BTreeMap<ObjectId, Object>> {
    let count = stream.dict.get(b"N").and_then(Object::as_i64).ok()?;
    let objects = ObjectStream::new_with_limit(&mut stream.clone(), Some(LIMIT)).ok()?.objects;
    (objects.len() as i64 >= count).then_some(objects)
}

/// Whether the table of objects says of one that it lies in a stream, or says nothing of it (§7.5.8.3): a file that was
/// changed has old ones too.
fn lies_in(document: &Document, object: ObjectId, stream: ObjectId) -> bool {
    match document.reference_table.entries.get(&object.0) {
        Some(XrefEntry::Compressed { container, .. }) => *container == stream.0,
        _ => true,
    }
}
