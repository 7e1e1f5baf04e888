//! ZIP archives: pages with their pictures, as browsers' extensions and exports pack them, and WACZ (Web Archive
//! Collection Zipped), which holds WARC files.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufReader, Read, Seek};

use flate2::read::MultiGzDecoder;
use zip::ZipArchive;
use zip::read::ZipFile;

use super::held::Held;
use super::{charset, warc};
use crate::diag::{Diagnostic, printable};
use crate::limits::Limits;

/// The most entries that are looked at.
const ENTRIES: usize = 100_000;
/// Endings of pages.
const PAGE: [&str; 7] = ["html", "htm", "xhtml", "md", "markdown", "mht", "mhtml"];
/// Endings of what is no picture of a page.
const OTHER: [&str; 14] =
    ["css", "js", "mjs", "json", "jsonl", "txt", "xml", "woff", "woff2", "ttf", "mp4", "mp3", "pdf", "zip"];

/// Whether bytes begin as such a file does.
pub(super) fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// What is in an archive.
#[derive(Debug, Default)]
pub(super) struct Content {
    /// Pages: their name in the archive, and their bytes.
    pub(super) pages: Vec<(String, RefCell<Vec<u8>>)>,
    /// Pages of the crawls in it.
    pub(super) crawled: Vec<warc::Page>,
}

/// Reads an archive. `place` is the address that it has as a folder, ending in `/`; pictures go to `held` under it.
///
/// # Errors
/// In one line, why it cannot be read.
pub(super) fn read(
    from: impl Read + Seek,
    place: &str,
    held: &mut Held,
    limits: &Limits,
    say: &mut Vec<Diagnostic>,
) -> Result<Content, String> {
    let mut archive = ZipArchive::new(from).map_err(|error| format!("not a whole ZIP file: {error}"))?;
    let mut content = Content::default();
    let mut listed = BTreeSet::new();
    let (mut left, mut texts) = (limits.archives, 0);
    let (mut lost, mut read) = (BTreeSet::new(), Extents::default());
    for index in 0..archive.len().min(ENTRIES) {
        let mut entry = match archive.by_index(index) {
            Ok(entry) if entry.is_file() => entry,
            Ok(_) => continue,
            Err(error) => {
                lost.insert(error.to_string());
                continue;
            }
        };
        let Some(name) = name(&entry) else { continue };
        if !read.insert(&entry) {
            lost.insert(format!("{name} shares its bytes with another file"));
            continue;
        }
        let ending = name.rsplit_once('.').map_or(String::new(), |(_, ending)| ending.to_ascii_lowercase());
        let crawl = name.starts_with("archive/") && (ending == "warc" || name.ends_with(".warc.gz"));
        if crawl {
            let mut pages = crawled(entry, ending == "warc", held, limits, say)?;
            content.crawled.append(&mut pages);
        } else if name == "pages/pages.jsonl" || name == "pages/extraPages.jsonl" {
            let text = take(&mut entry, limits.page, &mut left).unwrap_or_default();
            if name == "pages/pages.jsonl" {
                listed = addresses(&String::from_utf8_lossy(&text));
            }
        } else if PAGE.contains(&ending.as_str()) && (content.pages.len() as u64) < limits.pages {
            match take(&mut entry, limits.page, &mut left) {
                // More than a build takes of texts need not be in memory.
                Some(_) if texts >= limits.texts => {
                    lost.insert(format!("{name} is damaged or too large"));
                }
                Some(bytes) => {
                    texts += bytes.len() as u64;
                    content.pages.push((name, RefCell::new(bytes)));
                }
                None => {
                    lost.insert(format!("{name} is damaged or too large"));
                }
            }
        } else if !OTHER.contains(&ending.as_str()) {
            let kept =
                take(&mut entry, limits.picture, &mut left).map(|bytes| held.keep(&address(place, &name), None, bytes));
            if kept != Some(true) {
                lost.insert(format!("{name} is damaged or too large"));
            }
        }
    }
    for lost in lost.iter().take(20) {
        say.push(Diagnostic::warning("archive-damaged", format!("left out: {}", printable(lost, 200))));
    }
    // What a crawl calls its pages are those that were meant; the others are frames and the like.
    if content.crawled.iter().any(|page| listed.contains(&page.address)) {
        content.crawled.retain(|page| listed.contains(&page.address));
    }
    content.pages.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(content)
}

fn crawled(
    entry: impl Read,
    plain: bool,
    held: &mut Held,
    limits: &Limits,
    say: &mut Vec<Diagnostic>,
) -> Result<Vec<warc::Page>, String> {
    let mut entry = BufReader::new(entry);
    let pages = if plain {
        warc::read(&mut entry, held, limits, say)
    } else {
        warc::read(&mut BufReader::new(MultiGzDecoder::new(entry)), held, limits, say)
    };
    pages.map_err(|error| error.kind().to_string())
}

/// The whole of an entry, whatever it says of its length. `None` if it is longer or damaged.
fn take(entry: &mut ZipFile<'_, impl Read>, limit: u64, left: &mut u64) -> Option<Vec<u8>> {
    let limit = limit.min(*left);
    // As long as it says that it is: what grows by doubling leaves as much behind. What is not used costs nothing.
    let mut bytes = Vec::with_capacity(usize::try_from(entry.size().min(limit)).unwrap_or_default().saturating_add(64));
    let outcome = entry.by_ref().take(limit.saturating_add(1)).read_to_end(&mut bytes);
    *left = left.saturating_sub(bytes.len() as u64);
    bytes.shrink_to_fit();
    (outcome.is_ok() && bytes.len() as u64 <= limit).then_some(bytes)
}

/// Where in the archive the entries lie that were read. Entries that share bytes are how a small archive is made to hold
/// thousands of large files; no program that packs pages writes such.
#[derive(Default)]
struct Extents(BTreeMap<u64, u64>);

impl Extents {
    /// Adds that of an entry, unless it has bytes in common with one before.
    fn insert<R: Read>(&mut self, entry: &ZipFile<'_, R>) -> bool {
        let Some(start) = entry.data_start() else { return false };
        let end = start.saturating_add(entry.compressed_size());
        // None of them overlap: the last that begins before this one's end is the last that ends.
        let free = self.0.range(..end).next_back().is_none_or(|(_, before)| *before <= start);
        if free && end > start {
            self.0.insert(start, end);
        }
        free
    }
}

/// The name of an entry in its archive, with `/`. `None` for what leads out of it, and for what systems leave in it.
fn name<R: Read>(entry: &ZipFile<'_, R>) -> Option<String> {
    // Systems of China and Japan write names in their own charset and do not say so.
    let name = charset::decode(entry.name_raw().to_vec(), None)?.text.replace('\\', "/");
    let parts: Vec<&str> = name.split('/').collect();
    let strange = |part: &&str| part.is_empty() || part.starts_with('.') || *part == "__MACOSX" || part.contains(':');
    (!parts.iter().any(strange)).then_some(name)
}

/// The address of an entry.
pub(super) fn address(place: &str, name: &str) -> String {
    let joined = url::Url::parse(place).map(|mut url| {
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(name.split('/'));
        }
        String::from(url)
    });
    joined.unwrap_or_else(|_| format!("{place}{name}"))
}

/// The addresses of a list of pages, a JSON object a line.
fn addresses(lines: &str) -> BTreeSet<String> {
    let address = |line: &str| {
        let page: serde_json::Value = serde_json::from_str(line).ok()?;
        Some(page.get("url")?.as_str()?.to_owned())
    };
    lines.lines().filter_map(address).collect()
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use zip::write::{SimpleFileOptions, ZipWriter};

    use super::*;

    fn archive(entries: &[(&str, &[u8])]) -> Cursor<Vec<u8>> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in entries {
            writer.start_file(*name, SimpleFileOptions::default()).expect("an entry");
            writer.write_all(bytes).expect("memory");
        }
        writer.finish().expect("memory")
    }

    #[test]
    fn pages_and_what_lies_beside_them() {
        let file = archive(&[
            ("b/页.html", b"<p>b"),
            ("b/i m.png", b"PNG"),
            ("a.md", b"a"),
            ("style.css", b"x"),
            ("../out.html", b"x"),
            ("__MACOSX/a.html", b"x"),
        ]);
        let mut held = Held::default();
        let content = read(file, "file:///x.zip/", &mut held, &Limits::default(), &mut Vec::new()).expect("an archive");
        let names: Vec<_> = content.pages.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!((names, held.len()), (vec!["a.md", "b/页.html"], 1));
        assert_eq!(address("file:///x.zip/", "b/i m.png"), "file:///x.zip/b/i%20m.png");
    }

    #[test]
    fn what_swells_is_left_out() {
        let bomb = vec![0; Limits::default().picture as usize + 1];
        let file = archive(&[("a.html", b"<p>a"), ("bomb.png", &bomb)]);
        assert!(file.get_ref().len() < 100_000);
        let (mut held, mut say) = (Held::default(), Vec::new());
        let content = read(file, "file:///x.zip/", &mut held, &Limits::default(), &mut say).expect("an archive");
        assert_eq!((content.pages.len(), held.len(), say.len()), (1, 0, 1));
    }

    #[test]
    fn damage_is_no_panic() {
        let whole = archive(&[("a.html", b"<p>some text, some text"), ("b.png", b"PNG")]).into_inner();
        assert!(
            read(
                Cursor::new(&whole[..whole.len() / 2]),
                "file:///x/",
                &mut Held::default(),
                &Limits::default(),
                &mut Vec::new()
            )
            .is_err()
        );
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x55;
            let _ = read(Cursor::new(damaged), "file:///x/", &mut Held::default(), &Limits::default(), &mut Vec::new());
        }
    }
}
