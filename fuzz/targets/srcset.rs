//! Any bytes as the attributes of a picture and as a style sheet: addresses that may be asked for and none else; and what a
//! finished book's style sheet loads is found.

use offprint::model::{Block, Figure, Inline, Picture, Visit, walk_chapter};
use offprint::{normalize, verify};

pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let quoted = text.replace('&', "&amp;").replace('"', "&quot;");
    let html = format!(
        "<html><head><style>{}</style></head><body><article><p style=\"{quoted}\">one</p>\
         <p><img src=\"a.jpg\" srcset=\"{quoted}\" style=\"{quoted}\"></p>\
         <picture><source srcset=\"{quoted}\" sizes=\"{quoted}\"><img data-src=\"{quoted}\" width=\"{quoted}\" alt=\"x\"></picture>\
         </article></body></html>",
        text.replace('<', " ")
    );
    let page = normalize::Page {
        name: "page.html",
        html: &html,
        base: Some("https://fuzz.example/a/page"),
        folder: Some("file:///books/saved/"),
        stem: Some("page"),
        ..normalize::Page::default()
    };
    let article = normalize::article(&page, &normalize::Options::default()).value;
    let mut pictures = Pictures::default();
    walk_chapter(&article.chapter, &mut pictures);
    for picture in pictures.0 {
        assert!(!picture.addresses.is_empty() && picture.addresses.len() <= 24, "{picture:?}");
        for address in &picture.addresses {
            let inside = address.starts_with("file:///books/saved/") && !address.contains("/../");
            let outside = ["http://", "https://", "data:"].iter().any(|scheme| address.starts_with(scheme));
            assert!(inside || outside, "{address}");
        }
    }
    let loads = verify::style_loads(&text);
    assert!(loads.len() <= data.len() + 1);
}

#[derive(Default)]
struct Pictures(Vec<Picture>);

impl Visit for Pictures {
    fn block(&mut self, block: &Block) {
        if let Block::Figure(Figure { images, .. }) = block {
            self.0.extend(images.iter().cloned());
        }
    }

    fn inline(&mut self, inline: &Inline) {
        if let Inline::Image(picture) = inline {
            self.0.push(picture.clone());
        }
    }
}
