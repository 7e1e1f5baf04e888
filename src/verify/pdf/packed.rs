//! Objects that lie in streams (ISO 32000-1 §7.5.7): nearly all of a long book. lopdf reads them one after the other; here
//! they are read on all cores.

use std::collections::BTreeMap;

use lopdf::xref::XrefEntry;
use lopdf::{Document, Object, ObjectId, ObjectStream, Stream};

use super::super::Finding;
use super::super::rules::DAMAGED;
use super::{LIMIT, TOGETHER, is};
use crate::parallel;

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

/// Takes the objects out of the streams that were kept.
pub(super) fn unpack(document: &mut Document, findings: &mut Vec<Finding>) {
    let kept = |object: &Object| object.as_stream().is_ok_and(|stream| is(&stream.dict, b"Type", KEPT.as_bytes()));
    let numbers: Vec<ObjectId> =
        document.objects.iter().filter(|(_, object)| kept(object)).map(|(id, _)| *id).collect();
    let streams: Vec<(ObjectId, Object)> =
        numbers.into_iter().filter_map(|id| Some((id, document.objects.remove(&id)?))).collect();
    let read = parallel::map(&streams, &|(id, object)| {
        let objects = objects_of(object.as_stream().ok()?)?;
        Some(objects.into_iter().filter(|(of, _)| lies_in(document, *of, *id)).collect::<Vec<_>>())
    });
    let mut all: Vec<(ObjectId, Object)> = Vec::new();
    for ((id, _), read) in streams.iter().zip(read) {
        match read {
            Some(objects) => all.extend(objects),
            None => findings.push(Finding::new(DAMAGED, format!("what lies in object {} cannot be read", id.0))),
        }
    }
    // What stands in the file by itself is there already.
    all.retain(|(id, _)| !document.objects.contains_key(id));
    document.objects.append(&mut BTreeMap::from_iter(all));
}

/// As many objects as the stream says that it holds: of a damaged one, lopdf gives what it understands.
fn objects_of(stream: &Stream) -> Option<BTreeMap<ObjectId, Object>> {
    let count = stream.dict.get(b"N").and_then(Object::as_i64).ok()?;
    let objects = ObjectStream::new_with_limit(&mut stream.clone(), Some(LIMIT)).ok()?.objects;
    (objects.len() as i64 >= count).then_some(objects)
}

/// Gives back the memory of many small objects, which takes as long as it took to get it.
pub(super) fn dispose(document: Document) {
    let mut objects = document.objects.into_values();
    let pieces = std::iter::from_fn(|| {
        Some(objects.by_ref().take(TOGETHER).collect::<Vec<_>>()).filter(|piece| !piece.is_empty())
    });
    parallel::map_owned(pieces.collect(), &drop);
}

/// Whether the table of objects says of one that it lies in a stream, or says nothing of it (§7.5.8.3): a file that was
/// changed has old ones too.
fn lies_in(document: &Document, object: ObjectId, stream: ObjectId) -> bool {
    match document.reference_table.entries.get(&object.0) {
        Some(XrefEntry::Compressed { container, .. }) => *container == stream.0,
        _ => true,
    }
}
