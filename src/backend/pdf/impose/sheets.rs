//! A document of sheets from a document of pages.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use lopdf::{DecompressError, Dictionary, Document, Object, ObjectId, Stream, dictionary};

use super::place::{self, Imposed, Side};
use super::{Binding, Options, Scheme, Summary, marks};
use crate::diag::{Error, ErrorKind};
use crate::units::{Pt, Size};

/// Pages nested deeper do not inherit.
const DEEPEST: usize = 64;

/// Puts the pages of a document on sheets. What nothing refers to any longer stays in it.
///
/// # Errors
/// [`ErrorKind::Input`] if it has no pages, or one that cannot be read.
pub(super) fn impose(document: &mut Document, options: &Options) -> Result<Summary, Error> {
    let ids: Vec<ObjectId> = document.page_iter().collect();
    if ids.is_empty() {
        return Err(
            Error::new(ErrorKind::Input, "cannot impose it: it has no pages").hint("name a PDF file with pages")
        );
    }
    if let Some(lost) = promised(document).checked_sub(ids.len()).filter(|lost| *lost > 0) {
        let message = format!("cannot impose it: {lost} of its pages cannot be found");
        return Err(Error::new(ErrorKind::Input, message).hint(super::ANEW));
    }
    let mut pages = Vec::with_capacity(ids.len());
    let mut contents = Contents { taken: BTreeSet::new(), left: JOINED, exceeded: false };
    for (index, id) in ids.iter().enumerate() {
        let page = form(document, *id, &mut contents, options.bleed);
        pages.push(page.ok_or_else(|| {
            let (message, hint) = if contents.exceeded {
                let message = format!("cannot impose it: page {} is too long", index + 1);
                (message, "divide it first, for example with qpdf --pages")
            } else {
                (format!("cannot impose it: page {} is damaged", index + 1), super::ANEW)
            };
            Error::new(ErrorKind::Input, message).hint(hint)
        })?);
    }
    let sizes: Vec<Size> = pages.iter().map(|page| page.size).collect();
    let options = &Options { binding: options.binding.or(Some(binding(document))), ..options.clone() };
    let imposed = place::impose(options, &sizes);
    let tree = document.new_object_id();
    let kids: Vec<Object> = imposed
        .sides
        .iter()
        .map(|side| {
            let (content, resources) = content(options, &imposed, side, &pages);
            let content = document.add_object(Stream::new(Dictionary::new(), content.into_bytes()));
            let corners = [0.0, 0.0, imposed.paper[0], imposed.paper[1]].map(|corner| Object::Real(rounded(corner)));
            let dict = dictionary! {
                "Type" => "Page",
                "Parent" => tree,
                "MediaBox" => corners.to_vec(),
                "Resources" => dictionary! { "XObject" => resources },
                "Contents" => content,
            };
            document.add_object(dict).into()
        })
        .collect();
    let sides = kids.len();
    document.objects.insert(tree, dictionary! { "Type" => "Pages", "Count" => sides as i64, "Kids" => kids }.into());
    catalog(document, tree);
    let places: usize = places(options, &imposed);
    let cut = imposed.sides.iter().flat_map(|side| &side.pages).filter(|placed| placed.is_cut).count();
    Ok(Summary { pages: ids.len(), sheets: imposed.sheets, sides, blanks: places.saturating_sub(ids.len()), cut })
}

/// How many pages a document says it has; more than there are, if it is damaged.
fn promised(document: &Document) -> usize {
    let tree = document.catalog().and_then(|catalog| document.dereference(catalog.get(b"Pages")?)?.1.as_dict());
    let count = tree.and_then(|tree| document.dereference(tree.get(b"Count")?)?.1.as_i64());
    count.ok().and_then(|count| usize::try_from(count).ok()).unwrap_or(0)
}

/// Where a document's direction of reading has the spine (ISO 32000-1 §12.2).
fn binding(document: &Document) -> Binding {
    let preferences = document.catalog().and_then(|catalog| catalog.get(b"ViewerPreferences"));
    let preferences = preferences.and_then(|preferences| document.dereference(preferences)?.1.as_dict());
    let direction = preferences.and_then(|preferences| preferences.get(b"Direction")?.as_name());
    if direction.is_ok_and(|direction| direction == b"R2L") { Binding::Right } else { Binding::Left }
}

/// How many pages the finished book has, blank ones among them; no more than the pages where sheets need not be full.
fn places(options: &Options, imposed: &Imposed) -> usize {
    match options.scheme {
        Scheme::Zine8 => imposed.sheets * 8,
        scheme if scheme.needs_both_sides() => imposed.sheets * 4,
        _ => 0,
    }
}

/// A page as a form, with what stands on top of it.
struct Form {
    object: ObjectId,
    /// As it is seen, turned and cropped.
    size: Size,
    /// From its own coordinates to those in which it is seen, its lower left corner at the origin.
    upright: [f64; 6],
    /// Appearances of annotations, with where they stand in the page's coordinates.
    above: Vec<(ObjectId, [f64; 6])>,
}

/// Makes a form of a page (ISO 32000-1 §8.10). Its content stream becomes one as it is, unless another page has it too.
fn form(document: &mut Document, page: ObjectId, contents: &mut Contents, bleed: Pt) -> Option<Form> {
    let (corners, shown) = boxes(document, page, bleed)?;
    let quarter_turns = inherited(document, page, b"Rotate").and_then(|turn| number(&turn)).unwrap_or(0.0) / 90.0;
    let unit = document.get_dictionary(page).ok()?.get(b"UserUnit").ok().and_then(number).unwrap_or(1.0);
    let resources = inherited(document, page, b"Resources").unwrap_or_else(|| Dictionary::new().into());
    let group = document.get_dictionary(page).ok()?.get(b"Group").ok().cloned();
    let above = appearances(document, page);
    let object = content_stream(document, page, contents)?;
    let form = document.get_object_mut(object).and_then(Object::as_stream_mut).ok()?;
    form.dict.set("Type", "XObject");
    form.dict.set("Subtype", "Form");
    form.dict.set("BBox", shown.map(|corner| Object::Real(rounded(corner))).to_vec());
    form.dict.set("Resources", resources);
    if let Some(group) = group {
        form.dict.set("Group", group);
    }
    let (upright, size) = upright(corners, quarter_turns.rem_euclid(4.0) as u8, unit.clamp(0.01, 1000.0));
    Some(Form { object, size, upright, above })
}

/// An entry of a page, or of the nodes above it (§7.7.3.4).
fn inherited(document: &Document, page: ObjectId, key: &[u8]) -> Option<Object> {
    let mut node = document.get_dictionary(page).ok()?;
    for _ in 0..DEEPEST {
        if let Ok(value) = node.get(key) {
            let value = document.dereference(value).ok().map(|(_, value)| value);
            if let Some(value) = value.filter(|value| !matches!(value, Object::Null)) {
                return Some(value.clone());
            }
        }
        node = document.get_dictionary(node.get(b"Parent").and_then(Object::as_reference).ok()?).ok()?;
    }
    None
}

fn number(object: &Object) -> Option<f64> {
    object.as_float().ok().map(f64::from).filter(|number| number.is_finite())
}

/// Left, bottom, right, top of a rectangle, whichever of its corners are given.
fn rectangle(document: &Document, object: &Object) -> Option<[f64; 4]> {
    let items = document.dereference(object).ok()?.1.as_array().ok()?;
    let corner = |index: usize| number(document.dereference(items.get(index)?).ok()?.1);
    let [x0, y0, x1, y1] = [corner(0)?, corner(1)?, corner(2)?, corner(3)?];
    Some([x0.min(x1), y0.min(y1), x0.max(x1), y0.max(y1)])
}

/// The crop box within the media box; a page without one is a Letter page (as viewers have it).
fn visible(document: &Document, page: ObjectId) -> Option<[f64; 4]> {
    let found = |key: &[u8]| inherited(document, page, key).and_then(|corners| rectangle(document, &corners));
    let large = |corners: &[f64; 4]| corners[2] - corners[0] >= 1.0 && corners[3] - corners[1] >= 1.0;
    let media = found(b"MediaBox").filter(large).unwrap_or([0.0, 0.0, 612.0, 792.0]);
    let Some(crop) = found(b"CropBox") else { return Some(media) };
    let both = [crop[0].max(media[0]), crop[1].max(media[1]), crop[2].min(media[2]), crop[3].min(media[3])];
    Some(if large(&both) { both } else { media })
}

/// What of a page is kept when it is trimmed, and what is printed of it: as it is seen; where there is to be bleed, its
/// trim box (ISO 32000-1 §14.11.2) and as much around it as there is.
fn boxes(document: &Document, page: ObjectId, bleed: Pt) -> Option<([f64; 4], [f64; 4])> {
    let seen = visible(document, page)?;
    if bleed <= Pt::ZERO {
        return Some((seen, seen));
    }
    let found = |key: &[u8]| inherited(document, page, key).and_then(|corners| rectangle(document, &corners));
    let within = |inner: [f64; 4], outer: [f64; 4]| {
        [inner[0].max(outer[0]), inner[1].max(outer[1]), inner[2].min(outer[2]), inner[3].min(outer[3])]
    };
    let large = |corners: &[f64; 4]| corners[2] - corners[0] >= 1.0 && corners[3] - corners[1] >= 1.0;
    let media = found(b"MediaBox").filter(large).unwrap_or(seen);
    let trim = found(b"TrimBox").map(|trim| within(trim, media)).filter(large).unwrap_or(seen);
    let around = [trim[0] - bleed.0, trim[1] - bleed.0, trim[2] + bleed.0, trim[3] + bleed.0];
    Some((trim, within(around, media)))
}

/// From a page's coordinates to those in which it is seen, and its size there: turned clockwise by quarters.
pub(super) fn upright([left, bottom, right, top]: [f64; 4], quarter_turns: u8, unit: f64) -> ([f64; 6], Size) {
    let (width, height) = (right - left, top - bottom);
    let (matrix, [width, height]) = match quarter_turns {
        1 => ([0.0, -1.0, 1.0, 0.0, -bottom, right], [height, width]),
        2 => ([-1.0, 0.0, 0.0, -1.0, right, top], [width, height]),
        3 => ([0.0, 1.0, -1.0, 0.0, top, -left], [height, width]),
        _ => ([1.0, 0.0, 0.0, 1.0, -left, -bottom], [width, height]),
    };
    (matrix.map(|entry| entry * unit), Size { width: Pt(width * unit), height: Pt(height * unit) })
}

/// The most bytes of content that are read because several streams become one, or one several: a file of a few kilobytes can
/// have gigabytes of that.
const JOINED: usize = 256 << 20;

/// What becomes of the streams that pages show.
struct Contents {
    /// Those that are a form as they are.
    taken: BTreeSet<ObjectId>,
    /// How many bytes may still be read.
    left: usize,
    /// Whether there were more.
    exceeded: bool,
}

/// The stream that a page shows: its only one, or all of them joined. `None` if one is damaged, or nothing is left for it.
fn content_stream(document: &mut Document, page: ObjectId, contents: &mut Contents) -> Option<ObjectId> {
    let parts = parts(document, page)?;
    if let [only] = parts.as_slice()
        && contents.taken.insert(*only)
    {
        return Some(*only);
    }
    let mut content = Vec::new();
    for part in &parts {
        let stream = document.get_object(*part).and_then(Object::as_stream).ok()?;
        let part = stream.get_plain_content_with_limit(contents.left);
        contents.exceeded |= matches!(part, Err(lopdf::Error::Decompress(DecompressError::MemoryLimitExceeded { .. })));
        let part = part.ok()?;
        contents.left -= part.len().min(contents.left);
        content.extend(part);
        // A token does not go on from one part to the next (§7.8.2).
        content.push(b'\n');
    }
    Some(document.add_object(Stream::new(Dictionary::new(), content)))
}

/// The streams that a page shows; what is no stream is left out. `None` if one is gone: a page without it is not what
/// somebody wants to print, though a reference to nothing is null (§7.3.10).
fn parts(document: &Document, page: ObjectId) -> Option<Vec<ObjectId>> {
    let Ok(contents) = document.get_dictionary(page).and_then(|page| page.get(b"Contents")) else {
        return Some(Vec::new());
    };
    let is_stream = |id: &ObjectId| document.get_object(*id).is_ok_and(|object| object.as_stream().is_ok());
    let listed = |items: &[Object]| items.iter().filter_map(|item| item.as_reference().ok()).collect();
    let ids: Vec<ObjectId> = match contents {
        Object::Reference(id) => match document.get_object(*id) {
            Ok(Object::Array(items)) => listed(items),
            _ => vec![*id],
        },
        Object::Array(items) => listed(items),
        _ => Vec::new(),
    };
    let is_there = |id: &ObjectId| document.has_object(*id);
    ids.iter().all(is_there).then(|| ids.into_iter().filter(is_stream).collect())
}

/// What annotations show when a page is printed: filled fields, stamps, remarks (§12.5.5).
fn appearances(document: &Document, page: ObjectId) -> Vec<(ObjectId, [f64; 6])> {
    let Ok(page) = document.get_dictionary(page) else { return Vec::new() };
    let list = page.get(b"Annots").and_then(|list| document.dereference(list));
    let Ok(list) = list.and_then(|(_, list)| list.as_array()) else { return Vec::new() };
    let shown = |annotation: &Object| {
        let annotation = document.dereference(annotation).ok()?.1.as_dict().ok()?;
        let flags = annotation.get(b"F").and_then(Object::as_i64).unwrap_or(0);
        let kind = annotation.get(b"Subtype").and_then(Object::as_name).unwrap_or_default();
        // Hidden, or a window that opens on a screen.
        if flags & 2 != 0 || kind == b"Popup" {
            return None;
        }
        let normal = document.dereference(annotation.get(b"AP").ok()?).ok()?.1.as_dict().ok()?.get(b"N").ok()?;
        let stream = match document.dereference(normal).ok()?.1 {
            Object::Dictionary(states) => states.get(annotation.get(b"AS").and_then(Object::as_name).ok()?).ok()?,
            _ => normal,
        };
        let stream = stream.as_reference().ok()?;
        let form = &document.get_object(stream).ok()?.as_stream().ok()?.dict;
        let rect = rectangle(document, annotation.get(b"Rect").ok()?)?;
        Some((stream, fitted(document, form, rect)?))
    };
    list.iter().filter_map(shown).collect()
}

/// From an appearance's box, as its matrix turns it, to its rectangle (§12.5.5, algorithm 8.1).
fn fitted(document: &Document, form: &Dictionary, rect: [f64; 4]) -> Option<[f64; 6]> {
    let [x0, y0, x1, y1] = rectangle(document, form.get(b"BBox").ok()?)?;
    let matrix: Vec<f64> = match form.get(b"Matrix").and_then(Object::as_array) {
        Ok(entries) => entries.iter().filter_map(number).collect(),
        Err(_) => vec![1.0, 0.0, 0.0, 1.0, 0.0, 0.0],
    };
    let matrix: [f64; 6] = matrix.try_into().ok()?;
    let corners = [[x0, y0], [x1, y0], [x0, y1], [x1, y1]].map(|corner| apply(matrix, corner));
    let least = |axis: usize| corners.iter().map(|corner| corner[axis]).fold(f64::INFINITY, f64::min);
    let most = |axis: usize| corners.iter().map(|corner| corner[axis]).fold(f64::NEG_INFINITY, f64::max);
    let extent = [most(0) - least(0), most(1) - least(1)];
    if extent.iter().any(|side| *side < 1e-6) {
        return None;
    }
    let scale = [(rect[2] - rect[0]) / extent[0], (rect[3] - rect[1]) / extent[1]];
    Some([scale[0], 0.0, 0.0, scale[1], rect[0] - least(0) * scale[0], rect[1] - least(1) * scale[1]])
}

/// Where a matrix takes a point.
pub(super) fn apply([a, b, c, d, e, f]: [f64; 6], [x, y]: [f64; 2]) -> [f64; 2] {
    [a * x + c * y + e, b * x + d * y + f]
}

/// First one, then the other.
fn then([a, b, c, d, e, f]: [f64; 6], second: [f64; 6]) -> [f64; 6] {
    let [g, h, i, j, _, _] = second;
    let [x, y] = apply(second, [e, f]);
    [a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, x, y]
}

/// The operators of a side, and the forms that it shows by name.
fn content(options: &Options, imposed: &Imposed, side: &Side, pages: &[Form]) -> (String, Dictionary) {
    let mut content = String::new();
    let mut forms = Dictionary::new();
    let mut show = |content: &mut String, object: ObjectId| {
        let name = format!("P{}", object.0);
        let _ = writeln!(content, "/{name} Do");
        forms.set(name, object);
    };
    for placed in &side.pages {
        let Some(page) = pages.get(placed.page) else { continue };
        let _ = writeln!(content, "q\n{} re W n", numbers(&placed.cell));
        let _ = writeln!(content, "{} cm", numbers(&then(page.upright, placed.matrix)));
        show(&mut content, page.object);
        for (appearance, at) in &page.above {
            let _ = writeln!(content, "q\n{} cm", numbers(at));
            show(&mut content, *appearance);
            content.push_str("Q\n");
        }
        content.push_str("Q\n");
    }
    for line in marks::lines(options, imposed, side) {
        let dashes = if line.dashed { "[3 3] 0 d" } else { "[] 0 d" };
        let (from, to) = (numbers(&line.from), numbers(&line.to));
        let _ = writeln!(content, "0 G {} w {dashes} {from} m {to} l S", numbers(&[line.width]));
    }
    (content, forms)
}

/// To hundred-thousandths, without zeros at the end.
fn numbers(numbers: &[f64]) -> String {
    let shown = numbers.iter().map(|number| {
        let number = format!("{:.5}", if number.is_finite() { *number } else { 0.0 });
        let number = number.trim_end_matches('0').trim_end_matches('.');
        if number == "-0" { "0".to_owned() } else { number.to_owned() }
    });
    shown.collect::<Vec<_>>().join(" ")
}

fn rounded(length: f64) -> f32 {
    ((length * 1000.0).round() / 1000.0) as f32
}

/// What the document says of itself stays, but for what its pages had and sheets have not.
fn catalog(document: &mut Document, tree: ObjectId) {
    let mut catalog = dictionary! { "Type" => "Catalog", "Pages" => tree };
    if let Ok(old) = document.catalog() {
        for key in [&b"Lang"[..], b"Metadata", b"OutputIntents", b"OCProperties"] {
            if let Ok(value) = old.get(key) {
                catalog.set(key, value.clone());
            }
        }
    }
    if let Ok(Object::Stream(packet)) =
        catalog.get(b"Metadata").and_then(|packet| document.dereference(packet)).map(|(_, packet)| packet.clone())
    {
        let text = packet.get_plain_content_with_limit(PACKET).ok().and_then(|packet| String::from_utf8(packet).ok());
        match text {
            Some(text) => {
                let dict = dictionary! { "Type" => "Metadata", "Subtype" => "XML" };
                let packet = Stream::new(dict, without_claims(&text).into_bytes()).with_compression(false);
                catalog.set("Metadata", document.add_object(packet));
            }
            None => drop(catalog.remove(b"Metadata")),
        }
    }
    catalog.set("ViewerPreferences", dictionary! { "DisplayDocTitle" => true, "PrintScaling" => "None" });
    let catalog = document.add_object(catalog);
    document.trailer.set("Root", catalog);
}

/// The most bytes of metadata that are kept.
const PACKET: usize = 16 << 20;

/// XMP without what is no longer true: that everything is tagged (PDF/UA; PDF/A of level a, which becomes b).
pub(super) fn without_claims(packet: &str) -> String {
    let mut packet = packet.to_owned();
    for (from, to) in [
        ("<pdfaid:conformance>A<", "<pdfaid:conformance>B<"),
        ("pdfaid:conformance=\"A\"", "pdfaid:conformance=\"B\""),
        ("pdfaid:conformance='A'", "pdfaid:conformance='B'"),
    ] {
        packet = packet.replace(from, to);
    }
    for (from, to) in [("<pdfuaid:part>", "</pdfuaid:part>"), ("pdfuaid:part=\"", "\""), ("pdfuaid:part='", "'")] {
        if let Some(start) = packet.find(from)
            && let Some(length) = packet[start + from.len()..].find(to)
        {
            packet.replace_range(start..start + from.len() + length + to.len(), "");
        }
    }
    packet
}

/// Takes away what nothing refers to, and gives every object a number of its own: the new ones by the old ones.
pub(super) fn sweep(document: &mut Document) -> BTreeMap<ObjectId, ObjectId> {
    let mut reached = BTreeSet::new();
    let mut ahead: Vec<ObjectId> = Vec::new();
    let kept = [&b"Root"[..], b"Info"].map(|key| document.trailer.get(key).ok().cloned());
    kept.iter().flatten().for_each(|object| references(object, &mut ahead));
    while let Some(id) = ahead.pop() {
        if reached.insert(id)
            && let Some(object) = document.objects.get(&id)
        {
            references(object, &mut ahead);
        }
    }
    document.objects.retain(|id, _| reached.contains(id));
    // An object has one number whatever its generation.
    let numbers: BTreeMap<ObjectId, ObjectId> =
        document.objects.keys().copied().zip((1..).map(|number| (number, 0))).collect();
    let objects = std::mem::take(&mut document.objects);
    for (id, mut object) in objects {
        renumber(&mut object, &numbers);
        document.objects.insert(numbers[&id], object);
    }
    document.trailer.iter_mut().for_each(|(_, object)| renumber(object, &numbers));
    document.max_id = numbers.len() as u32;
    numbers
}

/// Gives what an object refers to its new number; a reference to nothing is null (§7.3.10).
fn renumber(object: &mut Object, numbers: &BTreeMap<ObjectId, ObjectId>) {
    let mut ahead = vec![object];
    while let Some(object) = ahead.pop() {
        match object {
            Object::Reference(id) => match numbers.get(id) {
                Some(new) => *id = *new,
                None => *object = Object::Null,
            },
            Object::Array(items) => ahead.extend(items),
            Object::Dictionary(dict) => ahead.extend(dict.iter_mut().map(|(_, value)| value)),
            Object::Stream(stream) => ahead.extend(stream.dict.iter_mut().map(|(_, value)| value)),
            _ => {}
        }
    }
}

/// What an object refers to.
fn references(object: &Object, found: &mut Vec<ObjectId>) {
    let mut ahead = vec![object];
    while let Some(object) = ahead.pop() {
        match object {
            Object::Reference(id) => found.push(*id),
            Object::Array(items) => ahead.extend(items),
            Object::Dictionary(dict) => ahead.extend(dict.iter().map(|(_, value)| value)),
            // Its length is written with it.
            Object::Stream(stream) => {
                let entries = stream.dict.iter().filter(|(key, _)| key.as_slice() != b"Length");
                ahead.extend(entries.map(|(_, value)| value));
            }
            _ => {}
        }
    }
}
