//! **Publish**: a finished book replaces the old one whole, or not at all.
//!
//! Bytes go to a nameless file in the output's folder; only a book that is complete and passed its check gets the
//! output's name, by one rename. After a crash, a kill or a full disk the old book is there, and no litter, with one
//! exception: no system gives a nameless file a name that is taken, so that it has another for a moment, and a kill at that
//! moment leaves it there, until the next build of the same book. Each book of a build is whole for itself; a kill between two
//! of them leaves one new and one old. File systems
//! without nameless files (those of readers' disks and of networks) get a file that has lost its name; there the finished
//! book is copied once more, and only a kill during that copy leaves something behind.

#![allow(clippy::disallowed_methods, reason = "the way out for books")]

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::Duration;

use atomic_write_file::AtomicWriteFile;

use crate::diag::{Error, ErrorKind};

/// A book that has no name yet.
pub struct Unpublished {
    file: Nameless,
    path: PathBuf,
}

/// Where the bytes are meanwhile.
enum Nameless {
    /// In a file that is given its name in the end.
    Ready(AtomicWriteFile),
    /// In a file that is copied to `target` in the end.
    Copied { file: File, target: PathBuf },
}

impl Nameless {
    fn open(target: &Path) -> io::Result<Self> {
        sweep(target);
        let ready = AtomicWriteFile::options().read(true).open(target)?;
        // Until it is closed, it can be told from what nobody is at work on; some file systems have no locks.
        let _ = ready.as_file().try_lock();
        if !has_name(ready.as_file()) {
            return Ok(Self::Ready(ready));
        }
        match Self::copied(target) {
            Ok(copied) => Ok(copied),
            // Where an open file cannot lose its name, it keeps it.
            Err(_) => Ok(Self::Ready(ready)),
        }
    }

    fn copied(target: &Path) -> io::Result<Self> {
        let number = RandomState::new().build_hasher().finish();
        let path = target.with_file_name(format!(".offprint-{number:016x}"));
        let file = OpenOptions::new().read(true).write(true).create_new(true).open(&path)?;
        fs::remove_file(&path)?;
        Ok(Self::Copied { file, target: target.to_path_buf() })
    }

    fn file(&self) -> &File {
        match self {
            Self::Ready(ready) => ready.as_file(),
            Self::Copied { file, .. } => file,
        }
    }

    fn file_mut(&mut self) -> &mut File {
        match self {
            Self::Ready(ready) => ready.as_file_mut(),
            Self::Copied { file, .. } => file,
        }
    }

    fn publish(self) -> io::Result<()> {
        match self {
            Self::Ready(ready) => ready.commit(),
            Self::Copied { mut file, target } => {
                let mut ready = AtomicWriteFile::open(target)?;
                let _ = ready.as_file().try_lock();
                file.seek(SeekFrom::Start(0))?;
                io::copy(&mut file, ready.as_file_mut())?;
                ready.commit()
            }
        }
    }
}

/// Removes what builds of the same book left that were killed between giving it a name and giving it its own. A build that is
/// alive holds a lock on its file; where there are no locks, what is an hour old belongs to nobody: this takes moments.
fn sweep(target: &Path) {
    const OLD: Duration = Duration::from_secs(60 * 60);
    let Some(name) = target.file_name().and_then(OsStr::to_str) else { return };
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let old = || {
            entry.metadata().and_then(|there| there.modified()).is_ok_and(|at| at.elapsed().is_ok_and(|age| age > OLD))
        };
        if entry.file_name().to_str().is_some_and(|left| is_left_of(name, left))
            && (is_abandoned(&entry.path()) || old())
        {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Whether nobody is at work on a file: its lock can be had. Locks end with those who hold them, however they end.
fn is_abandoned(path: &Path) -> bool {
    File::open(path).is_ok_and(|file| file.try_lock_shared().is_ok())
}

/// Whether a file is called as a book is before it has its name: `.book.epub.x7Ab2q`.
fn is_left_of(name: &str, left: &str) -> bool {
    let rest = left.strip_prefix('.').and_then(|left| left.strip_prefix(name)).and_then(|left| left.strip_prefix('.'));
    rest.is_some_and(|rest| rest.len() == 6 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

#[cfg(unix)]
fn has_name(file: &File) -> bool {
    file.metadata().is_ok_and(|metadata| std::os::unix::fs::MetadataExt::nlink(&metadata) > 0)
}

/// An open file cannot lose its name there.
#[cfg(not(unix))]
fn has_name(_: &File) -> bool {
    false
}

impl Unpublished {
    /// Makes the nameless file, so that an output that cannot be written is found out before any work is done.
    ///
    /// # Errors
    /// [`ErrorKind::Output`], if the folder is not there or not writable, or a folder bears the output's name.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let cannot = |why: &str, hint: &str| {
            Error::new(ErrorKind::Output, format!("cannot write {}: {why}", path.display())).hint(hint)
        };
        let target =
            target(path).ok_or_else(|| cannot("its links lead in a circle", "name a file, such as book.epub"))?;
        match fs::metadata(&target) {
            Ok(there) if there.is_dir() => {
                return Err(cannot("it is a folder", "name a file in it, such as book.epub"));
            }
            Ok(there) if !there.is_file() => {
                return Err(cannot("it is not a regular file", "name a file, such as book.epub"));
            }
            _ => {}
        }
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
        let has_folder = folder.is_none_or(Path::is_dir);
        let file = Nameless::open(&target).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound if has_folder => {
                cannot("its folder takes no files", "choose another place with -o")
            }
            io::ErrorKind::NotFound => cannot("its folder does not exist", "make the folder first"),
            io::ErrorKind::PermissionDenied => cannot("permission denied", "choose a folder that you may write to"),
            kind => cannot(&kind.to_string(), "choose another place with -o"),
        })?;
        Ok(Self { file, path: path.to_path_buf() })
    }

    /// Where the bytes go.
    pub fn file(&mut self) -> &mut File {
        self.file.file_mut()
    }

    /// The name it is to have.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How many bytes it has.
    ///
    /// # Errors
    /// As the system has it.
    pub fn size(&self) -> io::Result<u64> {
        self.file.file().metadata().map(|metadata| metadata.len())
    }

    /// The file, read again from its start.
    ///
    /// # Errors
    /// [`ErrorKind::Output`], if it cannot be.
    pub fn reread(&self) -> Result<&File, Error> {
        let mut file = self.file.file();
        file.seek(SeekFrom::Start(0)).map_err(|error| write_failure(&self.path, &error))?;
        Ok(file)
    }

    /// Waits until its bytes are on the disk.
    ///
    /// # Errors
    /// [`ErrorKind::Output`]; what was there before is still there.
    pub fn sync(&self) -> Result<(), Error> {
        self.file.file().sync_all().map_err(|error| write_failure(&self.path, &error))
    }

    /// Gives the book its name, in place of what was there.
    ///
    /// # Errors
    /// [`ErrorKind::Output`]; what was there before is still there.
    pub fn publish(self) -> Result<PathBuf, Error> {
        self.file.publish().map_err(|error| write_failure(&self.path, &error))?;
        Ok(self.path)
    }
}

/// Where a path leads. Links are followed, so that the book that one leads to is replaced and not the link; also the link
/// to a book that is not there yet. `None`, if they lead in a circle.
fn target(path: &Path) -> Option<PathBuf> {
    // As many as Linux follows (path_resolution(7)).
    const MOST: usize = 40;
    let mut target = path.to_path_buf();
    for _ in 0..=MOST {
        match fs::read_link(&target) {
            Ok(to) => target = target.with_file_name("").join(to),
            Err(_) => return Some(fs::canonicalize(&target).unwrap_or(target)),
        }
    }
    None
}

/// Makes a folder for books, with those above it, if it is not there.
///
/// # Errors
/// [`ErrorKind::Output`], if it cannot be made.
pub fn make_folder(path: &Path) -> Result<(), Error> {
    fs::create_dir_all(path).map_err(|error| {
        Error::new(ErrorKind::Output, format!("cannot make the folder {}: {}", path.display(), error.kind()))
            .hint("choose another place with -o")
    })
}

/// A failure to write a book's bytes.
pub fn write_failure(path: &Path, error: &io::Error) -> Error {
    let (why, hint) = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            ("no space left on device".to_owned(), "make room, or choose another disk with -o")
        }
        io::ErrorKind::FileTooLarge => {
            ("the file would be too large".to_owned(), "allow larger files (ulimit -f), or choose another disk with -o")
        }
        kind => (kind.to_string(), "choose another place with -o"),
    };
    Error::new(ErrorKind::Output, format!("cannot write {}: {why}", path.display())).hint(hint)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn what_a_kill_left_is_swept_unless_somebody_is_at_work_on_it() {
        let folder = std::env::temp_dir().join(format!("offprint-sweep-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let names = [".x.epub.Q9N8Pw", ".x.epub.new123", ".y.epub.Q9N8Pw", ".x.epub.toolong", ".x.epub", "x.epub"];
        let mut held = Vec::new();
        for name in names {
            let file = File::create(folder.join(name)).expect("a file");
            if name.contains("new") {
                file.lock().expect("a lock");
                held.push(file);
            }
        }
        sweep(&folder.join("x.epub"));
        let left: Vec<_> = names.into_iter().filter(|name| folder.join(name).exists()).collect();
        assert_eq!(left, names[1..]);
        // Its build has ended, or is an hour old.
        drop(held);
        sweep(&folder.join("x.epub"));
        assert!(!folder.join(names[1]).exists());
        fs::remove_dir_all(folder).expect("no folder");
    }

    #[test]
    fn a_copied_book_is_whole_and_alone() {
        let folder = std::env::temp_dir().join(format!("offprint-publish-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let path = folder.join("x.epub");
        for text in ["the first book", "another"] {
            let before = fs::read(&path).ok();
            let file = Nameless::copied(&path).expect("a file");
            assert!(!has_name(file.file()));
            let mut book = Unpublished { file, path: path.clone() };
            book.file().write_all(text.as_bytes()).expect("bytes");
            assert_eq!((book.size().ok(), fs::read(&path).ok()), (Some(text.len() as u64), before));
            book.publish().expect("a book");
            assert_eq!(fs::read_to_string(&path).expect("a book"), text);
            assert_eq!(fs::read_dir(&folder).expect("a folder").count(), 1);
        }
        fs::remove_dir_all(folder).expect("no folder");
    }
}
