//! Any bytes as front matter: fields or a warning, never the page's text lost, never a path or a character that cannot be shown.

use offprint::fetch::memory::Memory;
use offprint::limits::Limits;
use offprint::source::{self, Input};

const ADDRESS: &str = "https://fuzz.example/page";
const BODY: &str = "<!DOCTYPE html><p>the-text-below</p>";

pub fn run(data: &[u8]) {
    for lead in ["---\n", "\u{FEFF}\r\n---\r\n"] {
        let page = [lead.as_bytes(), data, b"\n---\n", BODY.as_bytes()].concat();
        let world = Memory::new().with(ADDRESS, page);
        let Ok(read) = source::read_all(&[Input::Address(ADDRESS.to_owned())], &world, &Limits::default()) else {
            continue;
        };
        for said in &read.diagnostics {
            let line = &said.message;
            assert!(line.len() < 1000 && !line.contains(char::is_control), "{line:?}");
        }
        if let [page] = read.value.pages.as_slice() {
            assert!(
                page.html.contains("the-text-below") || page.html.contains('\0'),
                "the text is lost\n{}",
                page.html
            );
            let front = &page.front_matter;
            let all = format!("{front:?}").len();
            assert!(all <= 64 * data.len() + 4096, "{all} bytes of {}", data.len());
        }
    }
}
