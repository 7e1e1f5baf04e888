//! Readers that are connected as a disk, and where on them books go.

use std::fs;
use std::path::{Path, PathBuf};

/// Whose folders a disk has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Kobo: `.kobo`. Books may lie anywhere.
    Kobo,
    /// Kindle: `documents` and `system`.
    Kindle,
    /// PocketBook: `applications` and `system`.
    PocketBook,
    /// A reader with KOReader on it.
    KoReader,
    /// Any folder.
    Folder,
}

impl Layout {
    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kobo => "Kobo",
            Self::Kindle => "Kindle",
            Self::PocketBook => "PocketBook",
            Self::KoReader => "KOReader",
            Self::Folder => "folder",
        }
    }
}

/// Where books go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Whose folders it has.
    pub layout: Layout,
    /// The folder for books.
    pub folder: PathBuf,
}

/// What a folder is: a reader's disk, with its folder for books, or that folder itself.
pub fn target(root: &Path) -> Target {
    let has = |name: &str| root.join(name).is_dir();
    let below = |name: &str| root.join(name);
    let (layout, folder) = if has(".kobo") {
        (Layout::Kobo, root.to_path_buf())
    } else if has("documents") && has("system") {
        (Layout::Kindle, below("documents"))
    } else if has("applications") && has("system") {
        (Layout::PocketBook, if has("Books") { below("Books") } else { root.to_path_buf() })
    } else if has("koreader") || has(".adds/koreader") {
        (Layout::KoReader, if has("Books") { below("Books") } else { root.to_path_buf() })
    } else {
        (Layout::Folder, root.to_path_buf())
    };
    Target { layout, folder }
}

/// Where systems show connected disks: below these folders, one or two levels down.
const MOUNTS: &[&str] = &["/media", "/run/media", "/mnt", "/Volumes"];

/// The folders that may be a connected disk.
pub fn candidates() -> Vec<PathBuf> {
    MOUNTS.iter().flat_map(|mount| disks(Path::new(mount))).collect()
}

fn disks(mount: &Path) -> Vec<PathBuf> {
    let below = |folder: &Path| {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten().take(200);
        let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
        folders.sort();
        folders
    };
    let first = below(mount);
    let second: Vec<PathBuf> = first.iter().flat_map(|folder| below(folder)).collect();
    first.into_iter().chain(second).collect()
}

/// Those of the folders that are a reader's disk.
pub fn connected(candidates: &[PathBuf]) -> Vec<(PathBuf, Target)> {
    let all = candidates.iter().map(|root| (root.clone(), target(root)));
    all.filter(|(_, target)| target.layout != Layout::Folder).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_are_known_by_their_folders() {
        let top = std::env::temp_dir().join(format!("offprint-send-{}", std::process::id()));
        let make = |names: &[&str]| {
            let root = top.join(names.join("+").replace('/', "-"));
            names.iter().for_each(|name| fs::create_dir_all(root.join(name)).unwrap());
            root
        };
        for (names, layout, folder) in [
            (&[".kobo"][..], Layout::Kobo, ""),
            (&[".kobo", ".adds/koreader"], Layout::Kobo, ""),
            (&["documents", "system"], Layout::Kindle, "documents"),
            (&["applications", "system", "Books"], Layout::PocketBook, "Books"),
            (&["koreader"], Layout::KoReader, ""),
            (&["documents"], Layout::Folder, ""),
        ] {
            let root = make(names);
            let expected = if folder.is_empty() { root.clone() } else { root.join(folder) };
            assert_eq!(target(&root), Target { layout, folder: expected });
        }
        let found = connected(&disks(&top));
        assert_eq!(found.iter().filter(|(root, _)| root.parent() == Some(&top)).count(), 5);
        fs::remove_dir_all(&top).unwrap();
    }
}
