//! A disk that books are copied to: what copying needs of it, so that tests can have disks that are full or vanish.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::PathBuf;

/// A folder on a disk.
pub(super) trait Volume {
    /// Bytes that are free, if the disk says so.
    fn free(&self) -> Option<u64>;
    /// The names of all its files.
    fn names(&self) -> io::Result<Vec<String>>;
    /// Makes a file that was not there.
    fn create(&self, name: &str) -> io::Result<Box<dyn Write>>;
    /// Has the disk keep what was written.
    fn settle(&self, name: &str) -> io::Result<()>;
    /// Opens a file.
    fn open(&self, name: &str) -> io::Result<Box<dyn Read>>;
    /// Gives a file the name of another, which is replaced.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, name: &str) -> io::Result<()>;
}

/// A folder of this machine.
pub(super) struct Folder(pub(super) PathBuf);

impl Volume for Folder {
    #[cfg(unix)]
    fn free(&self) -> Option<u64> {
        let disk = rustix::fs::statvfs(&self.0).ok()?;
        disk.f_bavail.checked_mul(disk.f_frsize)
    }

    #[cfg(not(unix))]
    fn free(&self) -> Option<u64> {
        None
    }

    fn names(&self) -> io::Result<Vec<String>> {
        let entries = fs::read_dir(&self.0)?;
        entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn Write>> {
        let file = OpenOptions::new().write(true).create_new(true).open(self.0.join(name))?;
        Ok(Box::new(file))
    }

    fn settle(&self, name: &str) -> io::Result<()> {
        File::options().write(true).open(self.0.join(name))?.sync_all()?;
        // Not every system lets folders be opened; the name is then kept when the disk is taken out properly.
        let _ = File::open(&self.0).and_then(|folder| folder.sync_all());
        Ok(())
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn Read>> {
        Ok(Box::new(File::open(self.0.join(name))?))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.0.join(from), self.0.join(to))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.0.join(name))
    }
}
