//! From files, addresses and standard input to pages, by what their bytes are.

use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use flate2::read::MultiGzDecoder;

use super::charset::Decoded;
use super::directory::{self, Entry};
use super::feed::{self, Item};
use super::held::Held;
use super::http::unpack;
use super::{FrontMatter, Input, Reading, Source, charset, front_matter, markdown, mhtml, name, warc, xml, zipped};
use crate::diag::{Diagnostic, Error, ErrorKind, Warned, printable};
use crate::fetch::{Body, Failure, Fetch, Request, disk};
use crate::limits::{Limits, Unit, shown as shown_limit};
use crate::parallel;

/// How many lists may lead to each other.
const DEEPEST: usize = 3;
/// Pages of a list whose bodies are held at a time.
const HELD: usize = 32;

/// Reads inputs, one after another.
pub(super) struct Reader<'a> {
    fetch: &'a dyn Fetch,
    limits: &'a Limits,
    reading: Reading,
    say: Vec<Diagnostic>,
    /// How many collections without an order there were.
    collections: usize,
    /// How long the pages are together.
    texts: u64,
    full: bool,
}

/// What is known of bytes besides themselves.
#[derive(Clone, Debug, Default)]
struct Given {
    /// As the user named it, for messages.
    name: String,
    stem: Option<String>,
    /// The `file:` address of the folder that holds it, ending in `/`.
    folder: Option<String>,
    /// The `file:` address that it has as a folder, ending in `/`.
    place: String,
    address: Option<String>,
    charset: Option<String>,
    unordered: Option<usize>,
    /// How many lists led to it.
    depth: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(fetch: &'a dyn Fetch, limits: &'a Limits) -> Self {
        let reading = Reading { held: Held::within(limits), ..Reading::default() };
        Self { fetch, limits, reading, say: Vec::new(), collections: 0, texts: 0, full: false }
    }

    pub(super) fn finish(self) -> Warned<Reading> {
        Warned { value: self.reading, diagnostics: self.say }
    }

    pub(super) fn input(&mut self, input: &Input) -> Result<(), Error> {
        match input {
            Input::StandardInput => self.standard_input(),
            Input::Address(address) => self.address(address),
            Input::Path(path) if disk::is_folder(path) => {
                let found = name::expand(&[path.to_string_lossy()], false)?;
                found.iter().try_for_each(|input| self.input(input))
            }
            Input::Path(path) => {
                let (given, content) = open(path, self.limits)?;
                self.content(path, content, given)
            }
            Input::Found { files, .. } => {
                let unordered = Some(self.collection());
                let limits = self.limits;
                let together = files.chunks(TOGETHER).flat_map(portions);
                let mut opened = together.flat_map(|some| parallel::map(some, &|path| open(path, limits)));
                // What comes after a file that is too many is not opened.
                self.each(files, |reader, path| {
                    let (given, content) = opened.next().unwrap_or_else(|| open(path, limits))?;
                    reader.content(path, content, Given { unordered, ..given })
                })
            }
            Input::List { entries, .. } => {
                let addresses = |entry: &Input| matches!(entry, Input::Address(_));
                if entries.len() > 1 && entries.iter().all(addresses) {
                    let entries = entries.iter().filter_map(|entry| match entry {
                        Input::Address(address) => Some(Entry::Page(address.clone())),
                        _ => None,
                    });
                    return self.entries(&entries.collect::<Vec<_>>(), &Given::default());
                }
                self.each(entries, |reader, entry| reader.input(entry))
            }
        }
    }

    /// Each of several: what cannot be read is said and left out, unless it is all.
    fn each<T>(&mut self, all: &[T], mut read: impl FnMut(&mut Self, &T) -> Result<(), Error>) -> Result<(), Error> {
        let mut lost = Vec::new();
        for one in all {
            if self.is_full() {
                self.fill();
                break;
            }
            if let Err(error) = read(self, one) {
                lost.push(error);
            }
        }
        if lost.len() == all.len()
            && let Some(first) = lost.first()
        {
            return Err(first.clone());
        }
        self.say.extend(lost.into_iter().map(left_out));
        Ok(())
    }

    fn collection(&mut self) -> usize {
        self.collections += 1;
        self.collections
    }

    fn standard_input(&mut self) -> Result<(), Error> {
        let bytes =
            disk::read_standard_input(self.limits.mhtml).map_err(|failure| unreadable("standard input", failure))?;
        let given = Given { name: "-".to_owned(), place: "file:///-/".to_owned(), ..Given::default() };
        self.bytes(bytes, given)
    }

    fn content(&mut self, path: &Path, content: Content, given: Given) -> Result<(), Error> {
        let file = || disk::open(path).map(BufReader::new).map_err(|failure| unreadable(&given.name, failure));
        match content {
            Content::Zip => self.zip(file()?, &given),
            Content::Warc => self.warc(&mut file()?, &given),
            Content::PackedWarc => {
                let unpacked = MultiGzDecoder::new(file()?);
                self.warc(&mut BufReader::with_capacity(1 << 16, unpacked), &given)
            }
            Content::Bytes(bytes) => self.bytes(bytes, given),
            Content::Text(decoded) => self.text(decoded, given),
        }
    }

    fn address(&mut self, address: &str) -> Result<(), Error> {
        let name = shown(address);
        let body = self
            .fetch
            .fetch(Request { limit: self.limits.page, ..Request::page(address) })
            .map_err(|failure| not_fetched(&name, failure))?;
        self.body(address, body, &Given::default())
    }

    fn body(&mut self, address: &str, body: Body, above: &Given) -> Result<(), Error> {
        let name = shown(address);
        let stem = name.trim_end_matches('/').rsplit('/').next().map(|last| last.split('.').next().unwrap_or(last));
        let stem = stem.filter(|stem| !stem.is_empty() && stem.is_ascii()).map(str::to_owned);
        let given = Given {
            place: format!("{}/", name.trim_end_matches('/')),
            stem,
            address: Some(body.moved_to.clone().unwrap_or_else(|| address.to_owned())),
            charset: body.charset.clone(),
            name,
            folder: None,
            ..above.clone()
        };
        self.bytes(body.bytes.to_vec(), given)
    }

    /// Whatever bytes are, in memory.
    fn bytes(&mut self, bytes: Vec<u8>, given: Given) -> Result<(), Error> {
        if zipped::is_zip(&bytes) {
            return self.zip(std::io::Cursor::new(bytes), &given);
        }
        if warc::is_warc(&bytes) {
            return self.warc(&mut bytes.as_slice(), &given);
        }
        if is_packed(&bytes) {
            if holds_warc(&bytes) {
                return self.warc(&mut BufReader::new(MultiGzDecoder::new(bytes.as_slice())), &given);
            }
            let unpacked = unpack(MultiGzDecoder::new(bytes.as_slice()), self.limits.page);
            return match unpacked.filter(|unpacked| !is_packed(unpacked)) {
                Some(unpacked) => self.bytes(unpacked, given),
                None => Err(unusable(&given.name, "damaged, or too large when unpacked")),
            };
        }
        if mhtml::is_mhtml(&bytes) {
            return self.mhtml(&bytes, given);
        }
        if bytes.len() as u64 > self.limits.page {
            return Err(unreadable(&given.name, Failure::too_long(self.limits.page)));
        }
        let decoded = charset::decode(bytes, given.charset.as_deref());
        self.text(decoded, given)
    }

    /// A text that was decoded, if it is one.
    fn text(&mut self, decoded: Option<Decoded>, given: Given) -> Result<(), Error> {
        let Some(decoded) = decoded else {
            return Err(unusable(&given.name, "not a text file"));
        };
        if let Some(entries) = self.list(&decoded.text, &given)? {
            return entries;
        }
        if let Some(how) = decoded.guessed {
            let message = format!("read as {}, {how}", decoded.charset);
            self.say.push(Diagnostic::note("charset-guessed", message).at(&given.name, None));
        }
        let page = page(decoded.text, given, self.limits, &mut self.say);
        self.push(page);
        Ok(())
    }

    /// What a text leads to, if it is a feed or a list of addresses.
    fn list(&mut self, text: &str, given: &Given) -> Result<Option<Result<(), Error>>, Error> {
        let start = text.trim_start_matches(['\u{FEFF}', ' ', '\t', '\r', '\n']);
        if given.depth > DEEPEST {
            return Err(unusable(&given.name, "too many lists lead to each other"));
        }
        if start.starts_with('{')
            && let Some(items) = feed::of_json(start, Limits::count(self.limits.feed))
        {
            return Ok(Some(self.items(&items, given)));
        }
        if directory::is_bookmarks(start) {
            return Ok(Some(self.entries(&directory::bookmarks(start), given)));
        }
        let lists = ["rss", "RDF", "feed", "opml", "urlset", "sitemapindex"];
        if !start.starts_with('<') || !xml::root(start).is_some_and(|root| lists.contains(&root.as_str())) {
            return Ok(None);
        }
        let Some(root) = xml::parse(start) else { return Ok(None) };
        if let Some(items) = feed::of_xml(&root, start, Limits::count(self.limits.feed)) {
            return Ok(Some(self.items(&items, given)));
        }
        let Some(entries) = directory::of_xml(&root) else { return Ok(None) };
        let unordered = (root.name == "urlset").then(|| self.collection());
        Ok(Some(self.entries(&entries, &Given { unordered, ..given.clone() })))
    }

    /// The items of a feed: their own text, or the page that they lead to.
    fn items(&mut self, items: &[Item], given: &Given) -> Result<(), Error> {
        if items.is_empty() {
            return Err(unusable(&given.name, "a feed without articles"));
        }
        let unordered = Some(self.collection());
        let above = Given { unordered, depth: given.depth + 1, ..given.clone() };
        let missing: Vec<&str> = items
            .iter()
            .filter(|item| item.text.is_none())
            .filter_map(|item| item.front_matter.from.as_deref())
            .collect();
        let mut bodies = self.ask(&missing).into_iter();
        for item in items {
            let name = item.front_matter.from.as_deref().map_or_else(|| given.name.clone(), shown);
            let text = match (&item.text, &item.front_matter.from) {
                (Some(text), _) => Some(text),
                (None, None) => item.summary.as_ref(),
                (None, Some(address)) => match bodies.next() {
                    Some(Ok(body)) => {
                        if let Err(error) = self.body(address, body, &above) {
                            self.say.push(left_out(error));
                        }
                        continue;
                    }
                    Some(Err(failure)) => {
                        self.summary(item, &name, failure);
                        item.summary.as_ref()
                    }
                    None => None,
                },
            };
            if let Some(text) = text {
                self.push(Source { unordered, ..item.page(text, &name) });
            }
        }
        Ok(())
    }

    fn summary(&mut self, item: &Item, name: &str, failure: Failure) {
        self.say.push(if item.summary.is_some() {
            let message = format!("only what the feed says of it: {}", failure.reason);
            Diagnostic { hint: failure.hint, ..Diagnostic::warning("feed-summary", message).at(name, None) }
        } else {
            left_out(not_fetched(name, failure))
        });
    }

    /// Pages and lists at addresses. What cannot be had is said and left out, unless it is all.
    fn entries(&mut self, entries: &[Entry], given: &Given) -> Result<(), Error> {
        if entries.is_empty() {
            return Err(unusable(&given.name, "it names no pages"));
        }
        let above = Given { depth: given.depth + 1, ..given.clone() };
        let mut lost = Vec::new();
        // A few at a time, so that their bodies need not all be in memory.
        for some in entries.chunks(HELD) {
            if self.is_full() {
                self.fill();
                break;
            }
            let addresses: Vec<&str> = some.iter().map(Entry::address).collect();
            for (address, body) in addresses.iter().zip(self.ask(&addresses)) {
                let outcome = match body {
                    Ok(body) => self.body(address, body, &above),
                    Err(failure) => Err(not_fetched(&shown(address), failure)),
                };
                lost.extend(outcome.err());
            }
        }
        if lost.len() == entries.len()
            && let Some(first) = lost.first()
        {
            return Err(first.clone());
        }
        self.say.extend(lost.into_iter().map(left_out));
        Ok(())
    }

    /// Several pages, at the same time.
    fn ask(&self, addresses: &[&str]) -> Vec<Result<Body, Failure>> {
        let fetch = |address: &str| self.fetch.fetch(Request { limit: self.limits.page, ..Request::page(address) });
        if addresses.len() < 2 {
            return addresses.iter().map(|address| fetch(address)).collect();
        }
        let slots: Vec<Mutex<Option<Result<Body, Failure>>>> = addresses.iter().map(|_| Mutex::new(None)).collect();
        let next = AtomicUsize::new(0);
        let work = || {
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let (Some(address), Some(slot)) = (addresses.get(at), slots.get(at)) else { break };
                *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(fetch(address));
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..self.fetch.at_a_time().min(addresses.len()) {
                // Where there is no thread, the others do its work, or this one does.
                let _ = std::thread::Builder::new().name("page".to_owned()).spawn_scoped(scope, work);
            }
        });
        work();
        let taken = slots.into_iter().filter_map(|slot| slot.into_inner().unwrap_or_else(PoisonError::into_inner));
        taken.collect()
    }

    fn mhtml(&mut self, bytes: &[u8], given: Given) -> Result<(), Error> {
        let Some(found) = mhtml::read(bytes, &given.place, &mut self.reading.held, &mut self.say) else {
            return Err(unusable(&given.name, "no page in this MHTML file"));
        };
        let Some(decoded) = charset::decode(found.bytes, found.charset.as_deref()) else {
            return Err(unusable(&given.name, "not a text file"));
        };
        let given = Given { folder: Some(given.place.clone()), address: found.address.or(given.address), ..given };
        let page = page(decoded.text, given, self.limits, &mut self.say);
        self.push(page);
        Ok(())
    }

    fn warc(&mut self, from: &mut dyn std::io::BufRead, given: &Given) -> Result<(), Error> {
        let mut say = Vec::new();
        let pages = warc::read(from, &mut self.reading.held, self.limits, &mut say)
            .map_err(|error| unreadable(&given.name, disk::failure(&error)))?;
        self.say.extend(say.into_iter().map(|said| said.at(&given.name, None)));
        self.crawled(pages, given)
    }

    fn crawled(&mut self, pages: Vec<warc::Page>, given: &Given) -> Result<(), Error> {
        if pages.is_empty() {
            return Err(unusable(&given.name, "no pages in this archive"));
        }
        for found in pages {
            let name = shown(&found.address);
            let Some(decoded) = charset::decode(found.bytes, found.charset.as_deref()) else {
                self.say.push(left_out(unusable(&name, "not a text file")));
                continue;
            };
            let given = Given { name, address: Some(found.address), unordered: given.unordered, ..Given::default() };
            let page = page(decoded.text, given, self.limits, &mut self.say);
            self.push(page);
        }
        Ok(())
    }

    fn zip(&mut self, from: impl Read + Seek, given: &Given) -> Result<(), Error> {
        let mut say = Vec::new();
        let content = zipped::read(from, &given.place, &mut self.reading.held, self.limits, &mut say)
            .map_err(|why| unusable(&given.name, &why))?;
        self.say.extend(say.into_iter().map(|said| said.at(&given.name, None)));
        if !content.crawled.is_empty() {
            return self.crawled(content.crawled, given);
        }
        let mut pages = content.pages;
        if pages.is_empty() {
            return Err(unusable(&given.name, "no pages in this archive"));
        }
        pages.sort_by(|(one, _), (other, _)| name::natural(one, other));
        let unordered = Some(given.unordered.unwrap_or_else(|| self.collection()));
        self.each(&pages, |reader, (inside, bytes)| {
            // What was read of it is not kept beside what was made of it.
            let bytes = bytes.take();
            let (folder, file) = inside.rsplit_once('/').unwrap_or(("", inside));
            let folder =
                if folder.is_empty() { given.place.clone() } else { zipped::address(&given.place, folder) + "/" };
            let inner = Given {
                name: printable(&format!("{}/{inside}", given.name), 200),
                stem: Some(file.rsplit_once('.').map_or(file, |(stem, _)| stem).to_owned()),
                place: zipped::address(&given.place, inside) + "/",
                folder: Some(folder),
                unordered,
                depth: given.depth + 1,
                ..Given::default()
            };
            if zipped::is_zip(&bytes) {
                return Err(unusable(&inner.name, "an archive within an archive"));
            }
            reader.bytes(bytes, inner)
        })
    }

    fn push(&mut self, page: Source) {
        if self.is_full() {
            return self.fill();
        }
        self.texts += page.html.len() as u64;
        self.reading.pages.push(page);
    }

    fn is_full(&self) -> bool {
        self.reading.pages.len() >= self.most() || self.texts >= self.limits.texts
    }

    fn most(&self) -> usize {
        Limits::count(self.limits.pages)
    }

    /// Says once that there are more pages than are read.
    fn fill(&mut self) {
        if !self.full {
            self.full = true;
            let (message, limit) = if self.reading.pages.len() >= self.most() {
                (format!("more than {} pages: the others are left out", self.limits.pages), "pages")
            } else {
                let most = shown_limit(self.limits.texts, Unit::Bytes);
                (format!("pages of more than {most}: the others are left out"), "texts")
            };
            let hint = format!("make several books, or raise --limit {limit}");
            self.say.push(Diagnostic::warning("too-many-pages", message).hint(hint));
        }
    }
}

/// What a file holds, by its first bytes, as far as it can be read without the others. No file stays open: there may be many
/// archives.
enum Content {
    Zip,
    Warc,
    PackedWarc,
    /// A page, a feed, a list; nothing if its bytes are none.
    Text(Option<Decoded>),
    /// Others, which have to be unpacked.
    Bytes(Vec<u8>),
}

/// Opens a file, and reads it unless it is an archive.
fn open(path: &Path, limits: &Limits) -> Result<(Given, Content), Error> {
    let name = printable(&path.to_string_lossy(), 200);
    let unreadable = |failure| unreadable(&name, failure);
    let mut file = disk::open(path).map_err(unreadable)?;
    let mut head = Vec::new();
    let io = |error: std::io::Error| unreadable(disk::failure(&error));
    file.by_ref().take(HEAD).read_to_end(&mut head).map_err(io)?;
    file.seek(SeekFrom::Start(0)).map_err(io)?;
    let packed = is_packed(&head);
    let content = if zipped::is_zip(&head) {
        Content::Zip
    } else if warc::is_warc(&head) {
        Content::Warc
    } else if packed && holds_warc(&head) {
        Content::PackedWarc
    } else {
        let held = mhtml::is_mhtml(&head);
        let bytes = disk::rest(file, if held { limits.mhtml } else { limits.page }).map_err(unreadable)?;
        if held || packed { Content::Bytes(bytes) } else { Content::Text(charset::decode(bytes, None)) }
    };
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let place = disk::file_address(path).map_or_else(|| "file:///-/".to_owned(), |address| format!("{address}/"));
    let folder = disk::folder_address(path);
    Ok((Given { name, stem, folder, place, ..Given::default() }, content))
}

/// How much of a file tells what it is, in bytes.
const HEAD: u64 = 8192;

/// The most files that are opened at once, and how many bytes they may have together if they are several.
const TOGETHER: usize = 64;
const BYTES: u64 = 32 << 20;

/// Divides files into those that memory has room for at once.
fn portions(mut files: &[PathBuf]) -> Vec<&[PathBuf]> {
    let mut portions = Vec::new();
    let (mut end, mut bytes) = (0, 0);
    while let Some(path) = files.get(end) {
        let size = disk::size(path).unwrap_or(0);
        if end > 0 && bytes + size > BYTES {
            let (portion, rest) = files.split_at(end);
            portions.push(portion);
            (files, end, bytes) = (rest, 0, 0);
        }
        (end, bytes) = (end + 1, bytes.saturating_add(size));
    }
    portions.push(files);
    portions
}

/// Whether something packed is an archive of a crawler.
fn holds_warc(packed: &[u8]) -> bool {
    let mut start = Vec::new();
    let _ = MultiGzDecoder::new(packed).take(5).read_to_end(&mut start);
    warc::is_warc(&start)
}

impl Entry {
    fn address(&self) -> &str {
        match self {
            Self::Page(address) | Self::List(address) => address,
        }
    }
}

fn is_packed(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1F, 0x8B])
}

/// An address for messages.
fn shown(address: &str) -> String {
    printable(address.split(['?', '#']).next().unwrap_or(address), 200)
}

fn page(mut text: String, given: Given, limits: &Limits, say: &mut Vec<Diagnostic>) -> Source {
    let (head, body, body_line) = front_matter::split(&text);
    let front_matter = match head {
        Some(head) => front_matter::read(head, &given.name, Limits::count(limits.front_matter), say),
        None => FrontMatter::default(),
    };
    let address = given.address.or_else(|| saved_from(body));
    let Given { name, stem, folder, unordered, .. } = given;
    let made = if markdown::is_named(&name) { markdown::to_html(body) } else { None };
    let body = text.len() - body.len();
    let html = made.unwrap_or_else(|| {
        text.drain(..body);
        text
    });
    Source { name, stem, folder, address, front_matter, html, body_line, unordered }
}

/// The address that a program which saved the page wrote above it: SingleFile's comment, and the mark of browsers, which
/// begins with the address's length.
fn saved_from(html: &str) -> Option<String> {
    let end = html.char_indices().nth(4000).map_or(html.len(), |(at, _)| at);
    let head = html.get(..end)?;
    let after = match head.find("Page saved with SingleFile") {
        Some(at) => head.get(at..)?.split_once("url:")?.1,
        None => head.split_once("saved from url=(")?.1.split_once(')')?.1,
    };
    let address = after.split_ascii_whitespace().next()?;
    name::is_web_address(address).then(|| address.to_owned())
}

fn left_out(error: Error) -> Diagnostic {
    let message = format!("an article was left out: {}", error.message);
    Diagnostic { hint: error.hint, ..Diagnostic::warning("page-left-out", message) }
}

fn not_fetched(name: &str, failure: Failure) -> Error {
    let error = Error::new(ErrorKind::Input, format!("cannot read {name}: {}", failure.reason));
    error.hint(failure.hint.unwrap_or_else(|| "save the page with a browser, and give the file".to_owned()))
}

fn unusable(name: &str, why: &str) -> Error {
    let hint = "give saved web pages: HTML, with or without front matter, MHTML, WARC, WACZ, ZIP; or a feed, a sitemap, bookmarks";
    Error::new(ErrorKind::Input, format!("cannot read {name}: {why}")).hint(hint)
}

fn unreadable(name: &str, failure: Failure) -> Error {
    let error = Error::new(ErrorKind::Input, format!("cannot read {name}: {}", failure.reason));
    error.hint(
        failure
            .hint
            .unwrap_or_else(|| "check the path; pages are files, folders of files, or - for standard input".into()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_that_save_pages_say_where_they_were() {
        let single =
            "<!DOCTYPE html> <html><!--\n Page saved with SingleFile \n url: https://a.example/1 \n saved date: x\n-->";
        assert_eq!(saved_from(single).as_deref(), Some("https://a.example/1"));
        let mark = "<!DOCTYPE html>\n<!-- saved from url=(0019)https://a.example/2 -->";
        assert_eq!(saved_from(mark).as_deref(), Some("https://a.example/2"));
        assert_eq!(saved_from("<!-- saved from url=(0014)about:internet -->"), None);
    }
}
