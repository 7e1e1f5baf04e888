//! What a file may do, contact or carry: actions, forms, media, other files (ISO 32000-1 §12.5, §12.6, §7.11).

use lopdf::{Dictionary, Document, Object};

use super::super::rules::{ACTIVE, FORM, LINK, REMOTE, SCRIPT, TRACKING};
use super::super::{Finding, Rule, tracking};
use super::{is, name_of, resolve};

/// Entries and kinds of actions that do something by themselves or carry something.
const BY_THEMSELVES: [(&[u8], Rule, &str); 20] = [
    (b"JavaScript", SCRIPT, "a script"),
    (b"JS", SCRIPT, "a script"),
    (b"Launch", ACTIVE, "an action that starts a program"),
    (b"SubmitForm", FORM, "an action that sends a form"),
    (b"ImportData", FORM, "an action that reads a file"),
    (b"ResetForm", FORM, "an action on a form"),
    (b"GoToR", LINK, "an action that opens another file"),
    (b"GoToE", LINK, "an action that opens an embedded file"),
    (b"Rendition", ACTIVE, "an action that plays something"),
    (b"RichMediaExecute", ACTIVE, "an action that plays something"),
    (b"GoTo3DView", ACTIVE, "an action on a scene"),
    (b"SetOCGState", ACTIVE, "an action that shows or hides content"),
    (b"Hide", ACTIVE, "an action that shows or hides something"),
    (b"AA", ACTIVE, "actions without a click (AA)"),
    (b"XFA", FORM, "a form (XFA)"),
    (b"EmbeddedFile", ACTIVE, "an embedded file"),
    (b"EmbeddedFiles", ACTIVE, "embedded files"),
    (b"EF", ACTIVE, "an embedded file"),
    (b"RichMedia", ACTIVE, "media"),
    (b"Collection", ACTIVE, "a collection of files"),
];

/// Kinds of annotations that are more than a note or a link.
const ANNOTATIONS: [(&[u8], Rule, &str); 8] = [
    (b"Widget", FORM, "a form's field"),
    (b"FileAttachment", ACTIVE, "an attached file"),
    (b"Movie", ACTIVE, "a film"),
    (b"Sound", ACTIVE, "a sound"),
    (b"Screen", ACTIVE, "media"),
    (b"RichMedia", ACTIVE, "media"),
    (b"3D", ACTIVE, "a scene"),
    (b"TrapNet", ACTIVE, "a part for presses"),
];

/// Entries of which one is in every dictionary that is looked at further.
const LOOKED_AT: [&[u8]; 8] = [b"A", b"AcroForm", b"FS", b"Length", b"OPI", b"OpenAction", b"Pages", b"Subtype"];

/// What an action may do: lead to an address or a place.
const PASSIVE: [&[u8]; 2] = [b"URI", b"GoTo"];

/// Looks at one dictionary of a file.
pub(super) fn inspect(document: &Document, dict: &Dictionary, findings: &mut Vec<Finding>) {
    // Nearly all dictionaries of a book are of its structure; most entries of those are passed over here.
    let kinds = [name_of(dict, b"S"), name_of(dict, b"Type")];
    for name in dict.iter().map(|(key, _)| key.as_slice()).chain(kinds) {
        if let Some((_, rule, what)) = BY_THEMSELVES.iter().find(|(known, ..)| *known == name) {
            findings.push(Finding::new(*rule, *what));
        }
    }
    if !dict.iter().any(|(key, _)| LOOKED_AT.contains(&key.as_slice())) {
        return;
    }
    let of_annotation = ANNOTATIONS.iter().find(|(kind, ..)| is(dict, b"Subtype", kind) && dict.has(b"Rect"));
    if let Some((_, rule, what)) = of_annotation {
        findings.push(Finding::new(*rule, *what));
    }
    opening(document, dict, findings);
    form(document, dict, findings);
    elsewhere(dict, findings);
    if [&b"Subtype"[..], b"Subtype2"].iter().any(|kind| is(dict, kind, b"PS")) {
        findings.push(Finding::new(SCRIPT, "a PostScript program, which printers run"));
    }
    if let Ok(links) = dict.get(b"URI").and_then(|links| resolve(document, links)).and_then(Object::as_dict)
        && links.has(b"Base")
    {
        findings.push(Finding::new(LINK, "an address that all relative links lead to (Base)"));
    }
    if let Ok(action) = dict.get(b"A").and_then(|action| resolve(document, action)).and_then(Object::as_dict) {
        findings.extend(action_finding(action, dict));
    }
}

/// What is done on opening may be to show a place.
fn opening(document: &Document, dict: &Dictionary, findings: &mut Vec<Finding>) {
    let Ok(action) = dict.get(b"OpenAction").and_then(|action| resolve(document, action)) else { return };
    if action.as_dict().is_ok_and(|action| !is(action, b"S", b"GoTo")) {
        findings.push(Finding::new(ACTIVE, "an action on opening (OpenAction)"));
    }
}

fn form(document: &Document, dict: &Dictionary, findings: &mut Vec<Finding>) {
    let form = dict.get(b"AcroForm").and_then(|form| resolve(document, form)).and_then(Object::as_dict);
    let Ok(form) = form else { return };
    let fields = form.get(b"Fields").and_then(|fields| resolve(document, fields)).and_then(Object::as_array);
    if fields.is_ok_and(|fields| !fields.is_empty()) {
        findings.push(Finding::new(FORM, "a form (AcroForm)"));
    }
}

/// Content that is to be had elsewhere: by address, in another file.
fn elsewhere(dict: &Dictionary, findings: &mut Vec<Finding>) {
    if is(dict, b"FS", b"URL") {
        findings.push(Finding::new(REMOTE, "a file to be had by its address"));
    }
    // Streams, whose length is always said.
    if dict.has(b"Length") && dict.has(b"F") {
        findings.push(Finding::new(REMOTE, "content that is in another file"));
    }
    if is(dict, b"Subtype", b"Form") && dict.has(b"Ref") {
        findings.push(Finding::new(REMOTE, "a page of another file"));
    }
    if dict.has(b"OPI") {
        findings.push(Finding::new(REMOTE, "a picture that is in another file (OPI)"));
    }
}

/// `A` is an action in annotations and bookmarks; elsewhere, as in structure elements, it is something else.
fn action_finding(action: &Dictionary, of: &Dictionary) -> Option<Finding> {
    if !is(of, b"Subtype", b"Link") && !of.has(b"Title") {
        return None;
    }
    let kind = name_of(action, b"S");
    if !PASSIVE.contains(&kind) {
        return Some(Finding::new(ACTIVE, format!("an action that is no link: {}", String::from_utf8_lossy(kind))));
    }
    let address = String::from_utf8_lossy(action.get(b"URI").and_then(Object::as_str).ok()?);
    let (scheme, _) = address.split_once(':').unwrap_or_default();
    let safe = ["http", "https", "mailto"].iter().any(|safe| scheme.eq_ignore_ascii_case(safe));
    (!safe).then(|| Finding::new(LINK, format!("a link of another scheme: {scheme:?}")))
}

/// An address that says where its reader came from.
pub(super) fn tracked(dict: &Dictionary) -> Option<Finding> {
    let address = String::from_utf8_lossy(dict.get(b"URI").and_then(Object::as_str).ok()?);
    let parameter = tracking::parameter(&address)?;
    Some(Finding::new(TRACKING, format!("{parameter} in the address {address}")))
}
