//! Any bytes as a finished book of another maker: looked through, never trusted.

use std::io::Cursor;

use offprint::verify::{self, Bounds, MOST, RULES, kindle};

pub fn run(data: &[u8]) {
    let bounds = Bounds {
        book: 1_000_000,
        document: 10_000,
        picture: 10_000,
        pixels: 10_000,
        pictures: vec!["image/png"],
        fonts: Vec::new(),
    };
    let mut book = Cursor::new(data);
    let most = RULES.len() * MOST;
    for extension in ["epub", "pdf"] {
        let findings = verify::check_any(extension, &mut book);
        assert!(findings.len() <= most, "{extension}: {} findings", findings.len());
        let findings = verify::check(extension, &mut book);
        assert!(findings.len() <= most, "{extension}: {} findings", findings.len());
    }
    kindle::check(&mut book);
    bounds.check(&mut book);
}
