//! What the book lacks: the pictures that could not be had, listed after the text.

use std::collections::BTreeSet;

use crate::media::{self, Images};
use crate::model::{Block, Book, Inline, List, ListItem, ListKind, Target};

/// The most pictures that are listed one by one: who misses more looks at the messages of the build.
const MOST: usize = 5000;

/// The list: of each picture, once, what it shows and where it was to come from. `None` if nothing is missing.
pub(super) fn list(book: &Book, images: &Images) -> Option<Block> {
    let (mut seen, mut more) = (BTreeSet::new(), 0);
    let mut items = Vec::new();
    for picture in media::collect(book) {
        let Some(Err(missing)) = images.get(&picture) else { continue };
        if !seen.insert(missing.address.clone()) {
            continue;
        }
        if items.len() == MOST {
            more += 1;
            continue;
        }
        let mut line = Vec::new();
        if let Some(alt) = picture.alt.as_deref().map(str::trim).filter(|alt| !alt.is_empty()) {
            line.extend([Inline::Text(alt.to_owned()), Inline::Break]);
        }
        line.push(place(&missing.address, missing.place()));
        items.push(ListItem { blocks: vec![Block::Paragraph(line)] });
    }
    if more > 0 {
        items.push(ListItem { blocks: vec![Block::Paragraph(vec![Inline::Text(format!("… (+{more})"))])] });
    }
    (!items.is_empty()).then_some(Block::List(List { kind: ListKind::Ordered { start: 1 }, items }))
}

/// An address of the web as a link; of others, which lead nowhere in a book, what they are called.
fn place(address: &str, name: &str) -> Inline {
    let web = ["http://", "https://"].iter().any(|scheme| address.starts_with(scheme));
    match web {
        true => Inline::Link {
            target: Target::Web(address.to_owned()),
            content: vec![Inline::Text(super::front::readable(address))],
        },
        false => Inline::Text(name.to_owned()),
    }
}

/// What the list is called.
pub(super) fn title(language: &str) -> &'static str {
    let traditional = ["Hant", "TW", "HK", "MO"].iter().any(|part| language.split('-').any(|p| p == *part));
    match language.split('-').next() {
        Some("zh") if traditional => "缺少的圖片",
        Some("yue") => "缺少的圖片",
        Some("zh") => "缺少的图片",
        Some("ja") => "収録できなかった画像",
        Some("ko") => "빠진 그림",
        Some("ru") => "Недостающие изображения",
        Some("uk") => "Відсутні зображення",
        Some("de") => "Fehlende Bilder",
        Some("fr") => "Images manquantes",
        Some("es") => "Imágenes que faltan",
        Some("it") => "Immagini mancanti",
        _ => "Missing pictures",
    }
}
