//! Documents of other tools: boxes that do not begin at the origin, pages that lie on their side, content in pieces.

use std::io::Cursor;

use lopdf::{Dictionary, Document, Object, Stream, dictionary};

use super::*;
use crate::diag::ErrorKind;

/// A document of pages with one letter each, which a dictionary describes further; resources come from above.
fn document(pages: Vec<Dictionary>) -> Document {
    let mut document = Document::with_version("1.4");
    let tree = document.new_object_id();
    let mut kids: Vec<Object> = Vec::new();
    for (index, mut page) in pages.into_iter().enumerate() {
        let parts = [format!("BT /F1 12 Tf 40 50 Td (page {index}) "), "Tj ET".to_owned()];
        let parts: Vec<Object> =
            parts.map(|part| document.add_object(Stream::new(Dictionary::new(), part.into_bytes())).into()).to_vec();
        page.set("Type", "Page");
        page.set("Parent", tree);
        page.set("Contents", parts);
        kids.push(document.add_object(page).into());
    }
    let font = dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" };
    let font = document.add_object(font);
    let resources = dictionary! { "Font" => dictionary! { "F1" => font } };
    let count = kids.len() as i64;
    let media = [10, 20, 310, 420].map(Object::from).to_vec();
    let dict = dictionary! {
        "Type" => "Pages", "Kids" => kids, "Count" => count, "MediaBox" => media, "Resources" => resources,
    };
    document.objects.insert(tree, dict.into());
    let root = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", root);
    let title = dictionary! { "Title" => Object::string_literal("A title") };
    let title = document.add_object(title);
    document.trailer.set("Info", title);
    document
}

fn bytes(mut document: Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

fn imposed(input: &[u8], options: &Options) -> (Document, Summary) {
    let mut out = Cursor::new(Vec::new());
    let summary = impose(input, options, &mut out).unwrap();
    (Document::load_mem(out.get_ref()).unwrap(), summary)
}

/// The forms in a document, each with its content.
fn forms(document: &Document) -> Vec<(&Dictionary, String)> {
    let streams = document.objects.values().filter_map(|object| object.as_stream().ok());
    let forms = streams.filter(|stream| stream.dict.get(b"Subtype").and_then(Object::as_name).ok() == Some(b"Form"));
    let content = |stream: &Stream| String::from_utf8(stream.get_plain_content().unwrap()).unwrap();
    forms.map(|stream| (&stream.dict, content(stream))).collect()
}

#[test]
fn every_page_is_there_once_with_its_letters_and_fonts() {
    let rotated = |turn: i64| dictionary! { "Rotate" => turn };
    let cropped = dictionary! { "CropBox" => [30, 40, 200, 9000].map(Object::from).to_vec() };
    let input = bytes(document(vec![Dictionary::new(), rotated(90), rotated(-90), cropped, rotated(180)]));
    let (document, summary) = imposed(&input, &Options::default());
    assert_eq!(summary, Summary { pages: 5, sheets: 2, sides: 4, blanks: 3, cut: 0 });
    let forms = forms(&document);
    let mut shown: Vec<String> = forms.iter().map(|(_, content)| content.replace(['\n', ' '], "")).collect();
    shown.sort();
    let expected: Vec<String> = (0..5).map(|page| format!("BT/F112Tf4050Td(page{page})TjET")).collect();
    assert_eq!(shown, expected);
    for (form, _) in &forms {
        assert!(form.get(b"Resources").unwrap().as_dict().unwrap().has(b"Font"));
    }
    let crop: Vec<&Object> = forms.iter().map(|(form, _)| &form.get(b"BBox").unwrap().as_array().unwrap()[3]).collect();
    assert_eq!(crop.iter().filter(|top| top.as_float().unwrap() == 420.0).count(), 5);
    let info = document.get_dictionary(document.trailer.get(b"Info").unwrap().as_reference().unwrap()).unwrap();
    assert_eq!(info.get(b"Title").unwrap().as_str().unwrap(), b"A title");
    assert_eq!(document.page_iter().count(), 4);
}

/// ISO 32000-1 §7.7.3.3: a page is turned clockwise when it is shown.
#[test]
fn turned_pages_stand_upright() {
    let corners = [10.0, 20.0, 110.0, 220.0];
    // Where the lower left corner of the page comes to stand, and the upper left one.
    let expected = [
        (0, [0.0, 0.0], [0.0, 200.0]),
        (1, [0.0, 100.0], [200.0, 100.0]),
        (2, [100.0, 200.0], [100.0, 0.0]),
        (3, [200.0, 0.0], [0.0, 0.0]),
    ];
    for (turns, lower_left, upper_left) in expected {
        let (matrix, size) = sheets::upright(corners, turns, 1.0);
        assert_eq!(sheets::apply(matrix, [10.0, 20.0]), lower_left, "{turns}");
        assert_eq!(sheets::apply(matrix, [10.0, 220.0]), upper_left, "{turns}");
        let sides = if turns % 2 == 0 { [100.0, 200.0] } else { [200.0, 100.0] };
        assert_eq!([size.width.0, size.height.0], sides);
    }
}

#[test]
fn what_annotations_show_is_kept_and_links_are_not() {
    let mut document = document(vec![Dictionary::new()]);
    let shown = dictionary! { "Subtype" => "Form", "BBox" => [0, 0, 10, 20].map(Object::from).to_vec() };
    let shown = document.add_object(Stream::new(shown, b"0 0 5 5 re f".to_vec()));
    let rect = [100, 100, 120, 120].map(Object::from).to_vec();
    let stamp = dictionary! { "Subtype" => "Stamp", "Rect" => rect.clone(), "AP" => dictionary! { "N" => shown } };
    let hidden =
        dictionary! { "Subtype" => "Stamp", "Rect" => rect.clone(), "F" => 2, "AP" => dictionary! { "N" => shown } };
    let link = dictionary! { "Subtype" => "Link", "Rect" => rect };
    let page = document.page_iter().next().unwrap();
    document.get_dictionary_mut(page).unwrap().set("Annots", vec![stamp.into(), hidden.into(), link.into()]);
    let (document, _) = imposed(&bytes(document), &Options { scheme: Scheme::TwoUp, ..Options::default() });
    let page = document.get_dictionary(document.page_iter().next().unwrap()).unwrap();
    assert!(!page.has(b"Annots"));
    let content = document.get_object(page.get(b"Contents").unwrap().as_reference().unwrap()).unwrap();
    let content = String::from_utf8(content.as_stream().unwrap().get_plain_content().unwrap()).unwrap();
    assert_eq!(content.matches(" Do").count(), 2, "{content}");
    // Twice as wide, as high as it is.
    assert!(content.contains("q\n2 0 0 1 100 100 cm\n"), "{content}");
}

#[test]
fn what_cannot_be_read_is_one_clear_error() {
    let whole = bytes(document(vec![Dictionary::new(); 3]));
    let mut locked = document(vec![Dictionary::new()]);
    let id = Object::string_literal("0123456789abcdef");
    locked.trailer.set("ID", vec![id.clone(), id]);
    let version = lopdf::EncryptionVersion::V2 {
        document: &locked,
        owner_password: "o",
        user_password: "u",
        key_length: 128,
        permissions: lopdf::Permissions::all(),
    };
    let state = lopdf::EncryptionState::try_from(version).unwrap();
    locked.encrypt(&state).unwrap();
    let lost = |what: fn(&Document, lopdf::ObjectId) -> lopdf::ObjectId| {
        let mut document = document(vec![Dictionary::new(); 3]);
        let page = document.page_iter().nth(1).unwrap();
        let lost = what(&document, page);
        document.objects.remove(&lost);
        document
    };
    let without_content = lost(|document, page| {
        let contents = document.get_dictionary(page).unwrap().get(b"Contents").unwrap().as_array().unwrap();
        contents[0].as_reference().unwrap()
    });
    let without_page = lost(|_, page| page);
    let cases = [
        (Vec::new(), "empty"),
        (b"\n \n".to_vec(), "empty"),
        (b"<html>".to_vec(), "no PDF file"),
        (whole[..whole.len() / 3].to_vec(), "no PDF file"),
        (bytes(document(Vec::new())), "no pages"),
        (bytes(locked), "encrypted"),
        (bytes(without_content), "page 2 is damaged"),
        (bytes(without_page), "1 of its pages"),
    ];
    for (input, expected) in cases {
        let error = impose(&input, &Options::default(), &mut Cursor::new(Vec::new())).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Input);
        assert!(error.message.contains(expected) && error.hint.is_some(), "{expected}: {error:?}");
    }
}

#[test]
fn a_small_file_that_would_take_gigabytes_is_refused() {
    // One stream of 4 MiB that a hundred pages show: as the form of each it would be there a hundred times.
    let mut shared = document((0..100).map(|_| Dictionary::new()).collect());
    let mut stream = Stream::new(Dictionary::new(), vec![b' '; 4 << 20]);
    stream.compress().unwrap();
    let stream = shared.add_object(stream);
    let pages: Vec<_> = shared.page_iter().collect();
    for page in pages {
        shared.get_dictionary_mut(page).unwrap().set("Contents", stream);
    }
    let file = bytes(shared);
    assert!(file.len() < 100_000, "{}", file.len());
    let refused = impose(&file, &Options::default(), &mut Cursor::new(Vec::new())).unwrap_err();
    assert_eq!(refused.message, "cannot impose it: page 66 is too long");
    // Rows of 4 GB in a stream of a few bytes.
    let mut rows = document(vec![Dictionary::new()]);
    let parameters = dictionary! { "Predictor" => 12, "Columns" => 4_777_777_777_i64 };
    let dict = dictionary! { "Filter" => "FlateDecode", "DecodeParms" => parameters };
    rows.add_object(Stream::new(dict, vec![0x78, 0x9C, 3, 0, 0, 0, 0, 1]));
    let refused = impose(&bytes(rows), &Options::default(), &mut Cursor::new(Vec::new())).unwrap_err();
    assert_eq!(refused.message, "cannot impose it: it claims to hold gigabytes");
}

#[test]
fn claims_that_sheets_do_not_keep_are_taken_back() {
    let packet = "<a/><pdfaid:conformance>A</pdfaid:conformance><pdfuaid:part>1</pdfuaid:part>";
    assert_eq!(sheets::without_claims(packet), "<a/><pdfaid:conformance>B</pdfaid:conformance>");
    assert_eq!(sheets::without_claims("pdfuaid:part=\"1\" b"), " b");
    assert_eq!(sheets::without_claims("<pdfuaid:part>"), "<pdfuaid:part>");
}

#[test]
fn the_summary_says_how_to_print() {
    let input = bytes(document(vec![Dictionary::new(); 5]));
    let told = |options: Options| imposed(&input, &options).1.told(&options);
    let expected =
        "5 pages and 3 blank ones on 2 sheets of A4: print on both sides, flip on long edge, at actual size (100 %)";
    assert_eq!(told(Options::default()), expected);
    let zine = Options { scheme: Scheme::Zine8, duplex: Duplex::Single, ..Options::default() };
    assert_eq!(told(zine), "5 pages and 3 blank ones on 1 sheet of A4: print on one side, at actual size (100 %)");
}

#[test]
fn pages_that_are_cut_off_are_counted_and_stacks_are_cut_alike() {
    let wide = dictionary! { "MediaBox" => [0, 0, 420, 300].map(Object::from).to_vec() };
    let input = bytes(document(vec![Dictionary::new(), wide, Dictionary::new(), Dictionary::new()]));
    let marks = Marks { crop: true, ..Marks::default() };
    let paper = Size { width: Pt(620.0), height: Pt(420.0) };
    let options = Options { scheme: Scheme::Cards, paper, marks, duplex: Duplex::Single, ..Options::default() };
    let (document, summary) = imposed(&input, &options);
    assert_eq!((summary.cut, summary.sheets), (0, 2));
    let streams = document.page_iter().map(|page| String::from_utf8(document.get_page_content(page)).unwrap());
    let lines = |content: String| -> Vec<String> {
        content.lines().filter(|line| line.ends_with(" S")).map(str::to_owned).collect()
    };
    let lines: Vec<Vec<String>> = streams.map(lines).collect();
    // Two cards on each sheet, one of them smaller than the others.
    assert!(lines[0] == lines[1] && lines[0].len() >= 8, "{lines:?}");
    let told = imposed(&input, &Options { scale: Some(1.0), ..options.clone() }).1;
    assert_eq!(told.cut, 1);
    assert!(told.diagnostics(&options)[0].message.starts_with("1 of 4 pages are larger"));
}

#[test]
fn schemes_have_names() {
    assert_eq!(Scheme::parse("signature=4"), Some(Scheme::Signatures(4)));
    assert_eq!(Scheme::parse("zine8"), Some(Scheme::Zine8));
    for bad in ["signature=0", "signature=99", "signature", "book", ""] {
        assert_eq!(Scheme::parse(bad), None, "{bad}");
    }
}

/// ISO 32000-1 §14.11.2: what is outside of the trim box is cut off.
#[test]
fn pages_are_trimmed_at_their_trim_boxes_where_there_is_bleed() {
    let trimmed = dictionary! { "TrimBox" => [30, 40, 290, 405].map(Object::from).to_vec() };
    let input = bytes(document(vec![trimmed; 4]));
    let paper = Size { width: Mm(297.0).pt(), height: Mm(420.0).pt() };
    let options =
        Options { paper, scale: Some(1.0), marks: Marks { crop: true, ..Marks::default() }, ..Options::default() };
    let side = |options: &Options| {
        let (document, _) = imposed(&input, options);
        let boxes: Vec<String> =
            forms(&document).iter().map(|(form, _)| format!("{:?}", form.get(b"BBox").unwrap())).collect();
        let page = document.get_dictionary(document.page_iter().next().unwrap()).unwrap();
        let content = document.get_object(page.get(b"Contents").unwrap().as_reference().unwrap()).unwrap();
        (boxes, String::from_utf8(content.as_stream().unwrap().get_plain_content().unwrap()).unwrap())
    };
    let all = |boxes: &[String], corners: [f32; 4]| {
        let corners = format!("{:?}", Object::Array(corners.map(Object::Real).to_vec()));
        boxes.len() == 4 && boxes.iter().all(|shown| *shown == corners)
    };
    // The first page is right of the fold, in the middle of the sheet's height.
    let first = |left: f64, bottom: f64, height: f64| {
        let [x, y] = [Mm(210.0).pt().0 - left, (Mm(297.0).pt().0 - height) / 2.0 - bottom];
        let number = |number: f64| format!("{number:.5}").trim_end_matches('0').to_owned();
        format!("1 0 0 1 {} {} cm", number(x), number(y))
    };
    let (boxes, content) = side(&options);
    assert!(all(&boxes, [10.0, 20.0, 310.0, 420.0]) && content.contains(&first(10.0, 20.0, 400.0)), "{content}");
    // Two marks at each corner but those at the fold, where nothing is cut.
    assert_eq!(content.matches(" l S").count(), 8);
    // As much of the bleed as the media box has; where the page is trimmed is where it meets the fold.
    let (boxes, content) = side(&Options { bleed: Pt(15.0), ..options });
    assert!(all(&boxes, [15.0, 25.0, 305.0, 420.0]) && content.contains(&first(30.0, 40.0, 365.0)), "{content}");
    assert_eq!(content.matches(" l S").count(), 8);
}

#[test]
fn the_test_sheet_is_one_sheet_and_says_how_it_is_to_be_turned() {
    for (duplex, told) in
        [(Duplex::Long, "flip on long edge"), (Duplex::Short, "flip on short edge"), (Duplex::Single, "the first half")]
    {
        let options = Options { duplex, ..Options::default() };
        let mut out = Cursor::new(Vec::new());
        let summary = test_sheet(&options, &mut out).unwrap();
        assert_eq!(summary, Summary { pages: 4, sheets: 1, sides: 2, blanks: 0, cut: 0 });
        assert!(summary.told(&options).contains(told));
        assert_eq!(crate::verify::check("pdf", &mut out), []);
    }
}
