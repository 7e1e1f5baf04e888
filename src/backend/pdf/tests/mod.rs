//! What the finished file holds, read back with lopdf.

mod build;
mod golden;
mod read;
mod sample;

use lopdf::{Dictionary, Document, Object};

use self::build::{Build, bookmark};
use self::read::{codes, dict, follow, objects, opened, structure, texts, words, written, written_as};
use self::sample::everything;
use super::Standard;
use crate::layout::frame::{Colour, Glyph, ItemKind, LinkTarget, PageLabel, TagRole};
use crate::units::{Point, Pt, Rect};
use crate::verify;

fn expected_texts(build: &Build) -> Vec<String> {
    let run = |kind: &ItemKind| match kind {
        ItemKind::Glyphs(run) => run.text.clone(),
        _ => String::new(),
    };
    build.pages.pages.iter().map(|page| page.items.iter().map(|item| run(&item.kind)).collect()).collect()
}

#[test]
fn the_text_comes_back() {
    let build = everything();
    assert_eq!(texts(&opened(&build)), expected_texts(&build));
}

#[test]
fn the_same_pages_give_the_same_bytes() {
    assert_eq!(written(&everything()), written(&everything()));
}

#[test]
fn a_change_of_text_changes_the_second_identifier_only() {
    let identifiers = |build: &Build| {
        let document = opened(build);
        let array = document.trailer.get(b"ID").unwrap().as_array().unwrap().clone();
        [0, 1].map(|index| array[index].as_str().unwrap().to_vec())
    };
    let first = everything();
    let mut second = everything();
    second.text(None, (40.0, 500.0), 9.0, "甲", 0.0);
    let (first, second) = (identifiers(&first), identifiers(&second));
    assert_eq!(first[0], second[0]);
    assert_ne!(first[1], second[1]);
}

#[test]
fn verify_finds_nothing() {
    assert_eq!(verify::check("pdf", &mut std::io::Cursor::new(written(&everything()))), []);
}

#[test]
fn every_font_is_embedded_and_a_subset() {
    let document = opened(&everything());
    let page = document.get_dictionary(document.page_iter().next().unwrap()).unwrap();
    let fonts = dict(&document, dict(&document, page, "Resources"), "Font");
    assert_eq!(fonts.len(), 6);
    for (_, font) in fonts {
        let font = document.dereference(font).unwrap().1.as_dict().unwrap();
        let name = String::from_utf8_lossy(font.get(b"BaseFont").unwrap().as_name().unwrap()).into_owned();
        let (tag, _) = name.split_once('+').unwrap();
        assert!(tag.len() == 6 && tag.bytes().all(|byte| byte.is_ascii_uppercase()), "{name}");
        let inner = follow(&document, font, "DescendantFonts").unwrap().as_array().unwrap()[0].as_dict().unwrap();
        let descriptor = dict(&document, inner, "FontDescriptor");
        assert!(descriptor.has(b"FontFile2") || descriptor.has(b"FontFile3"), "{name}");
        assert_eq!(descriptor.get(b"FontName").unwrap().as_name().unwrap(), name.as_bytes());
    }
}

#[test]
fn glyph_0_is_never_shown() {
    let mut build = everything();
    build.text(None, (40.0, 500.0), 9.0, "abc", 0.0);
    let last = build.pages.pages.last_mut().unwrap().items.last_mut().unwrap();
    let ItemKind::Glyphs(run) = &mut last.kind else { panic!() };
    run.glyphs[1] = Glyph { id: 0, ..run.glyphs[1].clone() };
    let document = opened(&build);
    assert!(codes(&document).iter().all(|code| *code != 0));
    assert!(texts(&document)[3].ends_with("2ac"));
}

#[test]
fn boxes_are_the_trimmed_page() {
    let document = opened(&everything());
    for page in document.page_iter() {
        let page = document.get_dictionary(page).unwrap();
        let corners = vec![0.into(), 0.into(), Object::Real(419.53), Object::Real(595.28)];
        for name in [&b"MediaBox"[..], b"TrimBox"] {
            assert_eq!(page.get(name).unwrap(), &Object::Array(corners.clone()));
        }
    }
    assert_eq!(document.page_iter().count(), 4);
}

#[test]
fn bookmarks_nest_and_lead_to_their_places() {
    let document = opened(&everything());
    let outline = dict(&document, document.catalog().unwrap(), "Outlines");
    assert_eq!(outline.get(b"Count").unwrap().as_i64().unwrap(), 3);
    let first = dict(&document, outline, "First");
    assert_eq!(words(first.get(b"Title").unwrap()), "第一章");
    let child = dict(&document, first, "First");
    assert_eq!(words(child.get(b"Title").unwrap()), "1.1 Kleines");
    let second = dict(&document, first, "Next");
    assert_eq!(words(second.get(b"Title").unwrap()), "第二章");
    assert_eq!(second.get(b"Prev").unwrap(), outline.get(b"First").unwrap());
    let destination = second.get(b"Dest").unwrap().as_array().unwrap();
    let pages: Vec<_> = document.page_iter().collect();
    assert_eq!(destination[0].as_reference().unwrap(), pages[3]);
    assert_eq!(destination[2..4], [Object::Integer(40), Object::Real(555.28)]);
}

fn links(document: &Document) -> Vec<&Dictionary> {
    let annotations = document.page_iter().flat_map(|page| {
        let page = document.get_dictionary(page).unwrap();
        follow(document, page, "Annots").map_or(Vec::new(), |annotations| annotations.as_array().unwrap().clone())
    });
    annotations.map(|link| document.get_dictionary(link.as_reference().unwrap()).unwrap()).collect()
}

#[test]
fn links_lead_inside_and_outside() {
    let document = opened(&everything());
    let links = links(&document);
    let names = links.iter().filter_map(|link| Some(words(link.get(b"Dest").ok()?)));
    assert_eq!(names.collect::<Vec<_>>(), ["one", "two", "note-1"]);
    let actions = links.iter().filter_map(|link| Some(words(link.get(b"A").ok()?.as_dict().ok()?.get(b"URI").ok()?)));
    assert_eq!(actions.collect::<Vec<_>>(), ["https://example.org/%E8%B7%AF?q=(1)"]);
    let catalog = document.catalog().unwrap();
    let tree = dict(&document, dict(&document, catalog, "Names"), "Dests");
    let entries = tree.get(b"Names").unwrap().as_array().unwrap();
    assert_eq!(entries.iter().step_by(2).map(words).collect::<Vec<_>>(), ["note-1", "one", "two"]);
    let root = dict(&document, catalog, "StructTreeRoot");
    let parents = dict(&document, root, "ParentTree").get(b"Nums").unwrap().as_array().unwrap();
    for link in links {
        assert_eq!(link.get(b"F").unwrap().as_i64().unwrap(), 4);
        let key = link.get(b"StructParent").unwrap();
        let at = parents.iter().step_by(2).position(|number| number == key).unwrap();
        let element = document.dereference(&parents[2 * at + 1]).unwrap().1.as_dict().unwrap();
        assert_eq!(element.get(b"S").unwrap().as_name().unwrap(), b"Link");
    }
}

#[test]
fn a_link_to_nowhere_or_to_a_program_is_left_out() {
    let mut build = Build::new("t", "en");
    build.page(PageLabel::Arabic(1));
    let link = build.tag(TagRole::Link, 0);
    let rect = Rect::new(Pt(0.0), Pt(0.0), Pt(9.0), Pt(9.0));
    build.text(Some(link), (10.0, 10.0), 9.0, "a", 0.0);
    build.link(link, rect, LinkTarget::Place("nowhere".into()));
    build.link(link, rect, LinkTarget::Web("javascript:alert(1)".into()));
    build.link(link, rect, LinkTarget::Web("https://example.org".into()));
    let document = opened(&build);
    assert_eq!(links(&document).len(), 1);
    assert_eq!(structure(&document), "Document\n  Link * OBJR\n");
}

#[test]
fn each_image_is_there_once_and_a_jpeg_as_it_was() {
    let build = everything();
    let document = opened(&build);
    let page = document.get_dictionary(document.page_iter().next().unwrap()).unwrap();
    let images = dict(&document, dict(&document, page, "Resources"), "XObject");
    let names: Vec<&[u8]> = images.iter().map(|(name, _)| name.as_slice()).collect();
    assert_eq!(names, [&b"Ialpha"[..], b"Igrey", b"Ipalette"]);
    let image = |name: &str| follow(&document, images, name).unwrap().as_stream().unwrap();
    assert_eq!(image("Igrey").content, include_bytes!("../../../../tests/cases/pdf/grey.jpg"));
    assert!(!image("Igrey").dict.has(b"SMask"));
    let mask = follow(&document, &image("Ialpha").dict, "SMask").unwrap().as_stream().unwrap();
    assert_eq!(mask.decompressed_content().unwrap_or(mask.content.clone()).len(), 24 * 24);
}

#[test]
fn structure_is_in_reading_order() {
    let expected = include_str!("../../../../tests/cases/pdf/everything.structure");
    let actual = structure(&opened(&everything()));
    assert!(actual == expected, "now:\n{actual}");
}

/// ISO 32000-1 §8.5.3.2: a line without length and with round ends is a filled circle.
#[test]
fn dots_are_drawn_and_no_text() {
    let mut build = Build::new("点", "zh-CN");
    build.page(PageLabel::Arabic(1));
    let centres = [45.0, 55.5].map(|x| Point { x: Pt(x), y: Pt(63.0) }).to_vec();
    build.item(None, ItemKind::Dots { centres, diameter: Pt(1.4), colour: Colour::grey(0) });
    let objects = objects(&opened(&build));
    let height = build.pages.pages[0].size.height.0;
    let circle = |x: &str| format!("{x} {y} m\n{x} {y} l\nS\n", y = height - 63.0);
    let expected = format!("/Artifact BMC\n0 G\n1.4 w\n1 J\n{}{}EMC", circle("45"), circle("55.5"));
    assert!(objects.contains(&expected), "{objects}");
    assert_eq!(texts(&opened(&build)), [""]);
}

#[test]
fn no_page_is_too_odd_to_write() {
    let mut build = Build::new("", "");
    build.page(PageLabel::None);
    assert_eq!(verify::check("pdf", &mut std::io::Cursor::new(written(&build))), []);
    // Items of elements that are not there, parents that are not above.
    build.text(Some(99), (10.0, 10.0), 9.0, "a", 0.0);
    let paragraph = build.tag(TagRole::Paragraph, 7);
    build.text(Some(paragraph), (f64::NAN, f64::INFINITY), 9.0, "b", 0.0);
    build.text(Some(paragraph), (10.0, 10.0), 0.0, "c", 0.0);
    assert_eq!(structure(&opened(&build)), "Document\n  P *\n");
    build.pages.tags.clear();
    assert_eq!(verify::check("pdf", &mut std::io::Cursor::new(written(&build))), []);
}

#[test]
fn a_file_without_structure_has_the_same_text() {
    let build = everything();
    for (standard, claim) in [(Standard::A2b, Some("pdfaid:conformance=\"B\"")), (Standard::None, None)] {
        let document = Document::load_mem(&written_as(&build, standard)).unwrap();
        assert_eq!(texts(&document), expected_texts(&build));
        let catalog = document.catalog().unwrap();
        assert!(!catalog.has(b"StructTreeRoot") && !catalog.has(b"MarkInfo"));
        let packet = follow(&document, catalog, "Metadata").unwrap().as_stream().unwrap();
        let packet = std::str::from_utf8(&packet.content).unwrap();
        assert_eq!(packet.contains(" pdfaid:part="), claim.is_some());
        assert!(claim.is_none_or(|claim| packet.contains(claim)) && !packet.contains(" pdfuaid:part="));
        assert_eq!(links(&document).len(), 4);
    }
}

#[test]
fn pictures_have_no_more_dots_than_the_printer() {
    let build = everything();
    let width = |options: &super::Options| {
        let mut out = std::io::Cursor::new(Vec::new());
        super::write(&build.pages, &build.images, options, &mut out).unwrap();
        let document = Document::load_mem(out.get_ref()).unwrap();
        let images = document.objects.values().filter_map(|object| object.as_stream().ok());
        let widths = images.filter_map(|stream| stream.dict.get(b"Width").and_then(Object::as_i64).ok());
        widths.max().unwrap()
    };
    // 24 pixels on 80 points.
    assert_eq!(width(&super::Options::default()), 24);
    assert_eq!(width(&super::Options { print_dpi: Some(600), ..Default::default() }), 24);
    assert_eq!(width(&super::Options { print_dpi: Some(9), ..Default::default() }), 10);
    let sheets = super::impose::Options { scale: Some(0.5), ..Default::default() };
    assert_eq!(width(&super::Options { print_dpi: Some(9), impose: Some(sheets), ..Default::default() }), 5);
}

#[test]
fn squares_that_touch_are_one_path() {
    let mut build = everything();
    build.page(PageLabel::None);
    let origin = Point { x: Pt(50.0), y: Pt(60.0) };
    build.item(None, ItemKind::Squares { origin, side: Pt(1.5), runs: vec![[0, 0, 3], [1, 2, 1]] });
    let document = opened(&build);
    let page = document.page_iter().last().unwrap();
    let content = String::from_utf8(document.get_page_content(page)).unwrap();
    assert_eq!(content.split_whitespace().filter(|word| *word == "f").count(), 1, "{content}");
    // From the lower left of the page, 595.28 points high.
    for corner in ["50 535.28 m", "54.5 533.78 l", "53 532.28 l"] {
        assert!(content.contains(corner), "{corner} {content}");
    }
}

/// All strings of a file, those in content streams too.
fn strings(document: &Document) -> Vec<Vec<u8>> {
    fn add(object: &Object, out: &mut Vec<Vec<u8>>) {
        match object {
            Object::String(text, _) => out.push(text.clone()),
            Object::Array(items) => items.iter().for_each(|item| add(item, out)),
            Object::Dictionary(dict) => dict.iter().for_each(|(_, value)| add(value, out)),
            _ => {}
        }
    }
    let mut out = Vec::new();
    document.objects.values().for_each(|object| add(object, &mut out));
    for page in document.page_iter() {
        let content = document.get_page_content(page);
        let operations = lopdf::content::Content::decode(&content).unwrap().operations;
        operations.iter().flat_map(|operation| &operation.operands).for_each(|operand| add(operand, &mut out));
    }
    out
}

#[test]
fn no_string_is_longer_than_an_archive_may_hold() {
    let (ascii, han) = ("word ".repeat(10_000), "\u{2000B}字".repeat(20_000));
    let mut build = Build::new(&ascii, "en");
    build.pages.properties.description = Some(han.clone());
    build.pages.properties.creators = vec![han.clone(), ascii.clone()];
    build.pages.properties.subjects = vec![ascii.clone(); 3];
    build.page(PageLabel::Arabic(1));
    for text in [&ascii, &han] {
        let place = build.place(&format!("place {}", text.len()), 60.0);
        build.pages.outline.push(bookmark(text, place, Vec::new()));
        let figure = build.tag(TagRole::Figure, 0);
        build.pages.tags[figure as usize].alternative = Some(text.clone());
        build.text(Some(figure), (40.0, 30.0), 9.0, "shown", 0.0);
        let link = build.tag(TagRole::Link, 0);
        build.text(Some(link), (40.0, 60.0), 9.0, "there", 0.0);
        for address in ["https://a.example/".to_owned(), format!("https://a.example/{text}")] {
            let (target, description) = (LinkTarget::Web(address), text.clone());
            let rect = Rect::new(Pt(40.0), Pt(50.0), Pt(40.0), Pt(10.0));
            build.item(Some(link), ItemKind::Link { rect, target, description });
        }
    }
    // Marks heaped on a letter, with a text of their own.
    build.text(None, (40.0, 80.0), 9.0, &format!("e{}", "\u{301}".repeat(40_000)), 0.0);
    let document = opened(&build);
    let all = strings(&document);
    let longest = all.iter().map(Vec::len).max().unwrap();
    assert!((32_000..=32_767).contains(&longest), "{longest}");
    let cut: Vec<String> = all
        .iter()
        .filter(|text| text.len() > 32_000 && text.starts_with(&[0xFE, 0xFF]))
        .map(|text| words(&Object::string_literal(text.clone())))
        .collect();
    // Whole characters, of which each takes as many units as it needs.
    assert!(
        cut.len() >= 10 && cut.iter().all(|text| text.ends_with('…') && !text.contains('\u{FFFD}')),
        "{}",
        cut.len()
    );
    // An address that is cut leads elsewhere.
    let addresses = all.iter().filter(|text| text.starts_with(b"https://a.example/")).count();
    assert_eq!(addresses, 2);
}
