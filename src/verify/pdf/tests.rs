use lopdf::{Stream, dictionary};

use super::*;

fn file(change: impl FnOnce(&mut Document, &mut Dictionary)) -> Vec<u8> {
    let mut document = Document::with_version("1.7");
    let pages = document.new_object_id();
    let mut page = dictionary! { "Type" => "Page", "Parent" => pages };
    change(&mut document, &mut page);
    let page = document.add_object(page);
    let tree = dictionary! { "Type" => "Pages", "Count" => 1, "Kids" => vec![page.into()] };
    document.objects.insert(pages, tree.into());
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

fn with_action(action: Dictionary) -> Vec<u8> {
    file(|document, page| {
        let link = document.add_object(dictionary! { "Type" => "Annot", "Subtype" => "Link", "A" => action });
        page.set("Annots", vec![link.into()]);
    })
}

fn check(book: &[u8]) -> Vec<Finding> {
    super::check(&mut io::Cursor::new(book))
}

#[test]
fn long_images_are_left_out_and_nothing_else() {
    let mut book = b"%PDF-1.7\n".to_vec();
    let mut expected = book.clone();
    for (kind, length) in [("Image", 200_000), ("Form", 200_000), ("Image", 70_000), ("Image", 99), ("Image", 65_536)] {
        let head = format!("1 0 obj\n<</Subtype/{kind}/Length {length}>>stream\n");
        let left_out = kind == "Image" && length > 2 * PIECE;
        for (out, byte) in [(&mut book, 7), (&mut expected, if left_out { 0 } else { 7 })] {
            out.extend(head.as_bytes());
            out.extend(vec![byte; length]);
            out.extend(b"\nendstream\nendobj\n");
        }
    }
    let read = without_images(&mut io::Cursor::new(&book)).unwrap();
    assert_eq!(read.len(), book.len());
    // What was read before the dictionary was seen stays.
    let differing: Vec<usize> = (0..read.len()).filter(|at| read[*at] != book[*at]).collect();
    assert!(differing.iter().all(|at| expected[*at] == 0 && read[*at] == 0));
    let left_out = expected.iter().filter(|byte| **byte == 0).count();
    assert!(differing.len() + 3 * PIECE >= left_out, "{} {left_out}", differing.len());
}

#[test]
fn a_plain_file_is_good() {
    assert_eq!(check(&file(|_, _| {})), []);
    let link = dictionary! { "S" => "URI", "URI" => Object::string_literal("https://example.org") };
    assert_eq!(check(&with_action(link)), []);
}

#[test]
fn what_is_wrong_is_found() {
    let font = dictionary! { "Type" => "Font", "Subtype" => "TrueType", "BaseFont" => "Arial" };
    let file_link = dictionary! { "S" => "URI", "URI" => Object::string_literal("file:///etc/passwd") };
    let launch = dictionary! { "S" => "Launch", "F" => Object::string_literal("a") };
    let cases = [
        (b"%PDF-1.7 nothing".to_vec(), "cannot be opened"),
        (with_action(file_link), "another scheme"),
        (with_action(launch), "starts a program"),
        (file(|_, page| page.set("AA", Dictionary::new())), "actions without a click (AA)"),
        (file(|_, page| page.set("Resources", dictionary! { "Font" => dictionary! { "F" => font } })), "Arial"),
    ];
    for (book, expected) in cases {
        let findings = check(&book);
        assert!(findings.iter().any(|finding| finding.what.contains(expected)), "{expected}: {findings:?}");
    }
}

fn check_any(book: &[u8]) -> Vec<String> {
    super::check_any(&mut io::Cursor::new(book)).into_iter().map(|finding| finding.what).collect()
}

/// A file whose catalog has one more entry.
fn with_entry(key: &str, value: Object) -> Vec<u8> {
    let bytes = file(|_, _| {});
    let mut document = Document::load_mem(&bytes).unwrap();
    document.catalog_mut().unwrap().set(key, value);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

fn with_annotation(annotation: Dictionary) -> Vec<u8> {
    file(|document, page| {
        let annotation = document.add_object(annotation);
        page.set("Annots", vec![annotation.into()]);
    })
}

fn link_to(place: impl Into<Object>) -> Dictionary {
    dictionary! { "Type" => "Annot", "Subtype" => "Link", "Dest" => place.into() }
}

#[test]
fn what_carries_or_does_something_is_found_in_files_of_any_maker() {
    let annotation =
        |kind: &str| dictionary! { "Type" => "Annot", "Subtype" => kind, "Rect" => vec![0.into(), 0.into()] };
    let action = |kind: &str| with_action(dictionary! { "S" => kind });
    let fields = |count: usize| dictionary! { "Fields" => vec![Object::Null; count] };
    let script = dictionary! { "S" => "JavaScript", "JS" => Object::string_literal("x") };
    let cases = [
        (with_entry("OpenAction", script.clone().into()), "a script"),
        (with_action(dictionary! { "S" => "URI", "Next" => script }), "a script"),
        (with_entry("OpenAction", dictionary! { "S" => "Named", "N" => "Print" }.into()), "an action on opening"),
        (with_entry("AcroForm", fields(1).into()), "a form (AcroForm)"),
        (with_entry("AcroForm", dictionary! { "XFA" => "x" }.into()), "a form (XFA)"),
        (with_entry("Collection", Dictionary::new().into()), "a collection of files"),
        (with_entry("AF", vec![dictionary! { "EF" => Dictionary::new() }.into()].into()), "an embedded file"),
        (action("SubmitForm"), "sends a form"),
        (action("GoToR"), "opens another file"),
        (action("Rendition"), "plays something"),
        (action("Named"), "no link: Named"),
        (with_annotation(annotation("Widget")), "a form's field"),
        (with_annotation(annotation("FileAttachment")), "an attached file"),
        (with_annotation(annotation("3D")), "a scene"),
        (with_annotation(dictionary! { "FS" => "URL" }), "to be had by its address"),
        (file(|_, page| page.set("PieceInfo", Dictionary::new())), "data of the program"),
        (
            with_entry("URI", dictionary! { "Base" => Object::string_literal("https://a.example/") }.into()),
            "relative links",
        ),
        (with_annotation(dictionary! { "Type" => "XObject", "Subtype" => "PS" }), "a PostScript program"),
        (file(|_, page| page.set("Thumb", Dictionary::new())), "a small picture of a page"),
    ];
    for (book, expected) in cases {
        let findings = check_any(&book);
        assert!(findings.iter().any(|finding| finding.contains(expected)), "{expected}: {findings:?}");
    }
    for harmless in [with_entry("AcroForm", fields(0).into()), with_entry("OpenAction", vec![Object::Null].into())] {
        assert!(check_any(&harmless).is_empty(), "{:?}", check_any(&harmless));
    }
}

#[test]
fn places_that_are_not_there_are_found() {
    let page = Object::Reference((2, 0));
    let place = |page: Object| Object::Array(vec![page, "Fit".into()]);
    let first = link_to(place(page.clone()));
    let page_of = |book: &[u8]| Document::load_mem(book).unwrap().page_iter().next().unwrap();
    assert_eq!(page_of(&with_annotation(first.clone())), (3, 0));
    let good = [link_to(place((3, 0).into())), link_to(place(0.into()))];
    for link in good {
        assert!(check_any(&with_annotation(link.clone())).is_empty(), "{link:?}");
    }
    let bad = [first, link_to(place(7.into())), link_to(Object::string_literal("nowhere")), link_to(Object::Null)];
    for link in bad {
        assert_eq!(check_any(&with_annotation(link.clone())), ["a link that leads nowhere"], "{link:?}");
    }
    let outline = |first: (u32, u16), next: Option<(u32, u16)>| {
        let book = file(|document, _| {
            let mut item = dictionary! { "Title" => "a", "Dest" => place(if next.is_some() { page.clone() } else { (4, 0).into() }) };
            if let Some(next) = next {
                item.set("Next", next);
            }
            document.add_object(item);
        });
        let mut document = Document::load_mem(&book).unwrap();
        document.catalog_mut().unwrap().set("Outlines", dictionary! { "First" => first });
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).unwrap();
        check_any(&bytes)
    };
    assert_eq!(outline((2, 0), Some((2, 0))), ["a bookmark that leads nowhere", "bookmarks that go in a circle"]);
    assert_eq!(outline((99, 0), None), ["a bookmark that is not there"]);
}

/// A page that shows codes in a font of four glyphs.
fn shown(codes: &[u8], before: &[u8]) -> Vec<String> {
    let maxp = [&b"maxp\0\0\0\0"[..], &28_u32.to_be_bytes(), &6_u32.to_be_bytes(), &[0, 1, 0, 0, 0, 4]].concat();
    let program = [&[0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0][..], &maxp].concat();
    let content = [before, b" BT /F 9 Tf (", codes, b") Tj ET"].concat();
    check_any(&file(|document, page| {
        let program = document.add_object(Stream::new(Dictionary::new(), program));
        let inner = dictionary! {
            "Type" => "Font",
            "Subtype" => "CIDFontType2",
            "FontDescriptor" => dictionary! { "FontFile2" => program },
        };
        let font = document.add_object(dictionary! {
            "Type" => "Font",
            "Subtype" => "Type0",
            "BaseFont" => "AAAAAA+Test",
            "Encoding" => "Identity-H",
            "ToUnicode" => Object::Null,
            "DescendantFonts" => vec![inner.into()],
        });
        page.set("Resources", dictionary! { "Font" => dictionary! { "F" => font } });
        page.set("Contents", document.add_object(Stream::new(Dictionary::new(), content)));
    }))
}

#[test]
fn text_without_glyphs_is_found() {
    assert!(shown(b"\0\x01\0\x03", b"").is_empty());
    assert!(shown(b"\0\x09", b"3 Tr").is_empty());
    assert_eq!(shown(b"\0\0\0\x01", b""), ["1 character(s) without a glyph in AAAAAA+Test (code 0000)"]);
    assert_eq!(shown(b"\0\x04\0\x05\0\x04", b""), ["2 character(s) without a glyph in AAAAAA+Test (code 0004)"]);
}

/// A file whose objects lie in streams, as nearly all do today.
fn packed(book: &[u8], change: impl FnOnce(&mut Document)) -> Vec<u8> {
    let mut document = Document::load_mem(book).unwrap();
    change(&mut document);
    let mut bytes = Vec::new();
    document.save_modern(&mut bytes).unwrap();
    bytes
}

#[test]
fn objects_in_streams_are_looked_at_too() {
    let launch = dictionary! { "S" => "Launch", "F" => Object::string_literal("a") };
    let book = packed(&with_action(launch), |_| {});
    let plain = String::from_utf8_lossy(&book);
    assert!(plain.contains("ObjStm") && !plain.contains("Launch"), "{plain}");
    let findings = check(&book);
    assert!(findings.iter().any(|finding| finding.what.contains("starts a program")), "{findings:?}");
    // Three thousand objects fill many streams.
    let good = packed(&file(|_, _| {}), |document| {
        let pages = document.catalog_mut().unwrap().get(b"Pages").unwrap().clone();
        let extra: Vec<Object> =
            (0..3000).map(|number| document.add_object(dictionary! { "N" => number }).into()).collect();
        document.catalog_mut().unwrap().set("X", extra);
        document.catalog_mut().unwrap().set("Pages", pages);
    });
    assert_eq!(check(&good), []);
    // Streams that cannot be unpacked hold objects that nobody sees.
    let at = good.windows(6).rposition(|word| word == b"ObjStm").unwrap();
    let start = at + good[at..].windows(7).position(|word| word == b"stream\n" || word == b"stream\r").unwrap() + 8;
    let mut damaged = good.clone();
    damaged[start..start + 16].fill(0xFF);
    let findings = check(&damaged);
    assert!(findings.iter().any(|finding| finding.rule == DAMAGED), "{findings:?}");
}
