//! Re-opens a finished EPUB and looks for what would keep it from opening anywhere, or make it contact anyone: the
//! container, the manifest against the files, every XML file, every link, everything that loads, every picture.

mod document;
pub(super) mod fit;
mod package;
mod style;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Seek, SeekFrom};

use zip::ZipArchive;

use super::language::Letters;
use super::read::Shared;
use super::rules::*;
use super::{Counts, Finding, Rule, picture};
use crate::parallel;

/// Checks a finished book; nothing found is a good book.
pub fn check(book: impl Read + Seek + Send) -> Vec<Finding> {
    within(book, TEXT)
}

fn within(mut book: impl Read + Seek + Send, left: u64) -> Vec<Finding> {
    let mut check = Check { left, ..Check::default() };
    check.container(&mut book);
    match ZipArchive::new(Shared::new(book)) {
        Ok(archive) => check.archive(archive),
        Err(error) => check.found(CONTAINER, format!("no readable zip archive: {error}")),
    }
    check.findings
}

#[derive(Default)]
struct Check {
    findings: Vec<Finding>,
    counts: Counts,
    /// Every entry, with its content if it is text, else its first bytes.
    entries: BTreeMap<String, Vec<u8>>,
    /// Ids by XML file.
    ids: BTreeMap<String, BTreeSet<String>>,
    /// Where links lead.
    links: Vec<Link>,
    /// The names of files that links are in or lead to.
    names: Names,
    /// The language of each document that says one.
    languages: BTreeMap<String, String>,
    /// What the documents are written in.
    letters: Letters,
    /// How many bytes of texts may still be read.
    left: u64,
}

/// An entry that is to be read.
struct Wanted {
    index: usize,
    /// How many bytes of text it may have.
    left: u64,
}

/// An entry that was read.
#[derive(Default)]
struct Entry {
    name: String,
    /// If it is text, else its first bytes.
    content: Vec<u8>,
    /// As it says.
    size: u64,
    /// How much text was read.
    text: u64,
    damage: Option<&'static str>,
    /// Which kinds of metadata a picture holds.
    metadata: Vec<&'static str>,
}

impl Wanted {
    fn read<R: Read + Seek>(&self, archive: &mut ZipArchive<Shared<R>>) -> Result<Entry, String> {
        let mut entry = archive.by_index(self.index).map_err(|error| error.to_string())?;
        let name = entry.name().map(|name| name.into_owned()).unwrap_or_default();
        let mut read = Entry { size: entry.size(), ..Entry::default() };
        if is_text(&name) {
            // One byte more tells whether there is more.
            let limit = self.left.min(read.size);
            let whole = entry.by_ref().take(limit.saturating_add(1)).read_to_end(&mut read.content);
            read.text = read.content.len() as u64;
            let more = read.text > limit;
            read.damage = match whole {
                Err(_) => Some("is damaged"),
                Ok(_) if more && limit < read.size => Some("is not read: the texts of the book are too long"),
                Ok(_) if more => Some("is damaged: it is longer than it says"),
                Ok(_) => None,
            };
            if more {
                read.content.clear();
            }
        } else if !name.ends_with('/') {
            if entry.by_ref().take(HEAD).read_to_end(&mut read.content).is_err() {
                read.damage = Some("is damaged");
            }
            read.metadata = picture::metadata(read.content.as_slice().chain(entry));
        }
        Ok(Entry { name, ..read })
    }
}

/// The file that a link is in, its target within the archive, both by number, and its id there.
struct Link {
    from: usize,
    to: usize,
    id: Option<Box<str>>,
}

/// Names, each once: millions of links may lead to a few files.
#[derive(Default)]
struct Names {
    all: Vec<String>,
    numbers: BTreeMap<String, usize>,
}

impl Names {
    fn number(&mut self, name: &str) -> usize {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        self.numbers.insert(name.to_owned(), self.all.len());
        self.all.push(name.to_owned());
        self.all.len() - 1
    }
}

/// The texts of a book of others are together not read further than this: a small file can claim to be endless.
const TEXT: u64 = 256 << 20;
/// How many entries are read, and how many documents are looked at, before what was seen in them is put together.
const TOGETHER: usize = 64;
/// How long the texts are that are read together, unless one is longer.
const MEMORY: u64 = 16 << 20;
/// What is kept of other files: enough to know what they are.
const HEAD: u64 = 16;

impl Check {
    fn found(&mut self, rule: Rule, what: impl Into<String>) {
        if self.counts.admit(rule) {
            self.findings.push(Finding::new(rule, what));
        }
    }

    /// OCF 4.2: the first entry says what the file is, where no program has to unpack anything to see it.
    fn container(&mut self, book: &mut (impl Read + Seek)) {
        let mut head = [0; 58];
        let read = book.seek(SeekFrom::Start(0)).and_then(|_| book.read_exact(&mut head));
        let plain = head.starts_with(b"PK\x03\x04") && head[8..10] == [0, 0] && head[28..30] == [0, 0];
        if read.is_err() || !plain || head[30..] != *b"mimetypeapplication/epub+zip" {
            self.found(CONTAINER, "the first entry is not a stored mimetype of application/epub+zip");
        }
    }

    /// Reads every entry: some at a time, on all cores.
    fn archive<R: Read + Seek + Send>(&mut self, archive: ZipArchive<Shared<R>>) {
        let mut folded = BTreeSet::new();
        let mut next = 0;
        while next < archive.len() {
            let wanted = self.wanted(&archive, next);
            next += wanted.len();
            let read = parallel::map_with(&wanted, &|| archive.clone(), &|archive, wanted| wanted.read(archive));
            for (wanted, entry) in wanted.iter().zip(read) {
                match entry {
                    Ok(entry) => self.entry(entry, &mut folded),
                    Err(error) => self.found(DAMAGED, format!("entry {} cannot be read: {error}", wanted.index)),
                }
            }
        }
        self.documents();
    }

    /// The entries from one on that are read together. What they may hold is settled by what they say: so nothing depends on
    /// which of them is read first.
    fn wanted<R: Read + Seek>(&self, archive: &ZipArchive<Shared<R>>, first: usize) -> Vec<Wanted> {
        let mut wanted = Vec::new();
        let (mut left, mut together) = (self.left, 0_u64);
        for index in (first..archive.len()).take(TOGETHER) {
            let says = archive.by_index_data(index).ok();
            let text = says.as_ref().and_then(|entry| entry.name().ok()).is_some_and(|name| is_text(&name));
            let size = says.filter(|_| text).map_or(0, |entry| entry.size());
            together = together.saturating_add(size);
            if together > MEMORY && !wanted.is_empty() {
                break;
            }
            wanted.push(Wanted { index, left });
            left = left.saturating_sub(size);
        }
        wanted
    }

    fn entry(&mut self, entry: Entry, folded: &mut BTreeSet<String>) {
        let Entry { name, content, size, text, damage, metadata } = entry;
        self.left = self.left.saturating_sub(text);
        self.name(&name);
        if name.ends_with('/') {
            return self.found(HOUSE, format!("{name} is an entry for a folder"));
        }
        if !folded.insert(name.to_lowercase()) {
            self.found(CLASH, format!("{name:?} is there twice, but for capitals"));
        }
        if size == 0 {
            self.found(EMPTY, format!("{name} is empty"));
        }
        if let Some(damage) = damage {
            self.found(DAMAGED, format!("{name} {damage}"));
        }
        for kind in metadata {
            self.found(METADATA, format!("{name} holds {kind}"));
        }
        self.entries.insert(name, content);
    }

    fn name(&mut self, name: &str) {
        let bytes = name.as_bytes();
        let drive = bytes.get(1) == Some(&b':');
        let leaves = name.split(['/', '\\']).any(|part| part == "..");
        if leaves || drive || name.starts_with(['/', '\\']) || name.chars().any(char::is_control) {
            self.found(ESCAPING, format!("{name:?}"));
        } else if !fit(name) {
            self.found(HOUSE, format!("{name:?} is a name that not every system takes"));
        }
    }

    fn documents(&mut self) {
        let entries = std::mem::take(&mut self.entries);
        let documents: Vec<_> = entries.iter().filter(|(name, _)| is_xml(name)).collect();
        for some in documents.chunks(TOGETHER) {
            let checks = parallel::map(some, &|(name, content)| {
                let mut check = Self::default();
                if let Err(fault) = check.xml(name, content) {
                    check.found(MALFORMED, format!("{name} is not well-formed: {fault}"));
                }
                check
            });
            checks.into_iter().for_each(|check| self.add(check));
        }
        for (name, css) in entries.iter().filter(|(name, _)| has_ending(name, &[".css"])) {
            self.style(name, &String::from_utf8_lossy(css));
        }
        match package::name(&entries) {
            Some(package) => self.package(&package, &entries),
            None => self.found(CONTAINER, "META-INF/container.xml names no package document"),
        }
        self.resolve(&entries);
    }

    /// Adds what was seen in a document.
    fn add(&mut self, other: Self) {
        let admitted = other.findings.into_iter().filter(|finding| self.counts.admit(finding.rule));
        self.findings.extend(admitted);
        self.ids.extend(other.ids);
        self.languages.extend(other.languages);
        self.letters.join(&other.letters);
        let numbers: Vec<usize> = other.names.all.iter().map(|name| self.names.number(name)).collect();
        let number = |of: usize| numbers.get(of).copied().unwrap_or(usize::MAX);
        let links = other.links.into_iter().map(|link| Link { from: number(link.from), to: number(link.to), ..link });
        self.links.extend(links);
    }

    fn resolve(&mut self, entries: &BTreeMap<String, Vec<u8>>) {
        let names = std::mem::take(&mut self.names).all;
        for Link { from, to, id } in std::mem::take(&mut self.links) {
            let (Some(from), Some(to)) = (names.get(from), names.get(to)) else { continue };
            if !entries.contains_key(to) {
                self.found(DANGLING, format!("{from} refers to {to}, which is not in the book"));
            } else if let Some(id) = id.filter(|id| !id.is_empty() && is_xml(to))
                && self.ids.get(to).is_none_or(|ids| !ids.contains(&*id))
            {
                self.found(DEAD_LINK, format!("{from} refers to {to}#{id}, and there is no such id"));
            }
        }
    }
}

fn has_ending(name: &str, endings: &[&str]) -> bool {
    let name = name.to_ascii_lowercase();
    endings.iter().any(|ending| name.ends_with(ending))
}

/// Documents that are read.
fn is_document(name: &str) -> bool {
    has_ending(name, &[".xhtml", ".html", ".htm"])
}

fn is_xml(name: &str) -> bool {
    is_document(name) || has_ending(name, &[".opf", ".ncx", ".xml", ".svg"])
}

fn is_text(name: &str) -> bool {
    is_xml(name) || has_ending(name, &[".css"])
}

/// A name that every system takes.
fn fit(name: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b))
    };
    name.split('/').all(part)
}
