//! The books of a folder: which there are, and the way from a name to a file that cannot lead out of it.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// How deep folders may lie in one another.
const DEPTH: usize = 8;
/// The most books that are offered.
const MOST: usize = 100_000;

/// Endings of books, and their media types.
const KINDS: &[(&str, &str)] = &[(".epub", "application/epub+zip"), (".pdf", "application/pdf")];

/// A folder of books.
pub(super) struct Shelf {
    root: PathBuf,
    /// Whether only this machine may ask.
    pub(super) local: bool,
}

/// A book that is open.
pub(super) struct Opened {
    pub(super) file: File,
    pub(super) length: u64,
    pub(super) changed: SystemTime,
    pub(super) media_type: &'static str,
}

impl Opened {
    /// What changes with the file.
    pub(super) fn tag(&self) -> String {
        let since = self.changed.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
        format!("\"{:x}-{since:x}\"", self.length)
    }
}

impl Shelf {
    pub(super) fn open(folder: &Path, local: bool) -> io::Result<Self> {
        let root = fs::canonicalize(folder)?;
        fs::read_dir(&root)?;
        Ok(Self { root, local })
    }

    /// What the folder is called.
    pub(super) fn title(&self) -> String {
        self.root.file_name().map_or("Books".to_owned(), |name| name.to_string_lossy().into_owned())
    }

    /// The names of all books, as paths with `/`, in their order.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        collect(&self.root, "", 0, &mut names);
        names.sort_by_cached_key(|name| (name.to_lowercase(), name.clone()));
        names
    }

    /// A book. `None` for everything else: what is not below the folder, hidden, no book, no file.
    pub(super) fn book(&self, name: &str) -> Option<Opened> {
        let media_type = media_type(name)?;
        let plain = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.contains(['\\', ':', '\0']);
        if name.len() > 4000 || !name.split('/').all(plain) {
            return None;
        }
        // Links are followed, as far as they stay below the folder.
        let path = fs::canonicalize(self.root.join(name)).ok().filter(|path| path.starts_with(&self.root))?;
        let file = File::open(path).ok()?;
        let metadata = file.metadata().ok().filter(|metadata| metadata.is_file())?;
        let changed = metadata.modified().unwrap_or(UNIX_EPOCH);
        Some(Opened { file, length: metadata.len(), changed, media_type })
    }
}

/// The media type of a book by its name.
fn media_type(name: &str) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    KINDS.iter().find(|(ending, _)| lower.ends_with(ending)).map(|(_, kind)| *kind)
}

fn collect(folder: &Path, above: &str, depth: usize, names: &mut Vec<String>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        // A name that is no text has no address.
        let Ok(name) = entry.file_name().into_string() else { continue };
        if name.starts_with('.') || names.len() >= MOST {
            continue;
        }
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() && depth < DEPTH {
            collect(&entry.path(), &format!("{above}{name}/"), depth + 1, names);
        } else if !kind.is_dir() && media_type(&name).is_some() {
            names.push(format!("{above}{name}"));
        }
    }
}
