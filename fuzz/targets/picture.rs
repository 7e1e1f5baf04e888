//! Any bytes as a picture: an image fit for books, or a reason.

use offprint::fetch::memory::Memory;
use offprint::media::steps;
use offprint::model::{Block, Figure, Picture};
use offprint::{media, normalize};

pub fn run(data: &[u8]) {
    let address = "https://fuzz.example/picture";
    let picture = Picture { addresses: vec![address.into()], ..Picture::default() };
    let page = normalize::Page {
        name: "page.html",
        html: "<p>x</p>",
        base: None,
        folder: None,
        stated: normalize::Stated::default(),
        stem: None,
    };
    let article = normalize::article(&page, &normalize::Options::default()).value;
    let mut book = normalize::assemble(vec![article], &normalize::Overrides::default());
    book.chapters[0].blocks.push(Block::Figure(Figure { images: vec![picture.clone()], caption: Vec::new() }));
    let world = Memory::new().with(address, data);
    let images = media::load(&book, &world, &media::Options::default(), &|_, _| {}).value;
    // Only large pictures are decoded so.
    for size in [(7, 5), (64, 64)] {
        let options = media::Options::default();
        let shrunk = steps::shrink(data, size).and_then(|decoded| steps::fit(decoded, &options));
        if let Ok(image) = shrunk.and_then(|fitted| steps::encode(fitted, &options)) {
            assert!(image.width > 0 && image.height > 0 && !image.bytes.is_empty());
        }
    }
    if let Some(Ok(image)) = images.get(&picture) {
        assert!(image.width > 0 && image.height > 0 && !image.bytes.is_empty());
    }
}
