//! Copying: a name that is free, a temporary file, the comparison, the name.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::name::file_name;
use super::target::Target;
use super::volume::{Folder, Volume};
use crate::diag::{Error, ErrorKind, printable};

/// What became of a book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// It is there now.
    Copied(PathBuf),
    /// It was there already.
    There(PathBuf),
}

/// Bytes that are to stay free beside the book: readers write to their disk, too.
const SPARE: u64 = 1 << 20;
/// The most numbers that are tried for a name.
const MOST: u32 = 1000;

/// Copies a finished book to a reader.
///
/// # Errors
/// [`ErrorKind::Input`] if the book cannot be read, [`ErrorKind::Output`] if it cannot be copied: then nothing is left of
/// it there, and nothing else has changed.
pub fn send(book: &Path, target: &Target) -> Result<Sent, Error> {
    let shown = printable(&book.to_string_lossy(), 200);
    let unreadable = |error: &io::Error| {
        Error::new(ErrorKind::Input, format!("cannot read {shown}: {}", error.kind()))
            .hint("give the paths of finished books")
    };
    let mut file = File::open(book).map_err(|error| unreadable(&error))?;
    let metadata = file.metadata().map_err(|error| unreadable(&error))?;
    if !metadata.is_file() {
        return Err(unreadable(&io::ErrorKind::IsADirectory.into()));
    }
    if !target.folder.is_dir() {
        let message = format!("cannot send {shown}: {} is no folder", printable(&target.folder.to_string_lossy(), 200));
        return Err(Error::new(ErrorKind::Output, message).hint("connect the reader, or name another folder with --to"));
    }
    let name = book.file_name().unwrap_or_default().to_string_lossy();
    let volume = Folder(target.folder.clone());
    let sent = copy(&mut file, metadata.len(), &name, &volume).map_err(|fault| fault.error(&shown, target))?;
    Ok(match sent {
        (name, true) => Sent::Copied(target.folder.join(name)),
        (name, false) => Sent::There(target.folder.join(name)),
    })
}

/// Why a book was not copied.
#[derive(Debug)]
enum Fault {
    Book(io::Error),
    Disk(io::Error),
    /// Bytes that are needed, and that are free.
    Full(u64, u64),
    Differs,
    NoName,
}

impl Fault {
    fn error(&self, book: &str, target: &Target) -> Error {
        let to = printable(&target.folder.to_string_lossy(), 200);
        let output = |why: String, hint: &str| {
            Error::new(ErrorKind::Output, format!("cannot send {book} to {to}: {why}")).hint(hint)
        };
        match self {
            Self::Book(error) => Error::new(ErrorKind::Input, format!("cannot read {book}: {}", error.kind())),
            Self::Full(needed, free) => output(
                format!("it needs {needed} bytes and a megabyte to spare, {free} are free"),
                "remove books that are read, or build a smaller one",
            ),
            Self::Disk(error) if matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) => {
                output("no space left on it".to_owned(), "remove books that are read, or build a smaller one")
            }
            Self::Disk(error) if error.kind() == io::ErrorKind::NotFound => {
                output("it is not there any more".to_owned(), "connect the reader again; the book was not copied")
            }
            Self::Disk(error) => output(error.kind().to_string(), "is the reader connected, and may you write to it?"),
            Self::Differs => {
                output("what was read back is not what was written".to_owned(), "the disk may be damaged: check it")
            }
            Self::NoName => output("every name for it is taken".to_owned(), "rename the book"),
        }
    }
}

/// Copies; gives the name, and whether anything had to be copied.
fn copy(book: &mut (impl Read + Seek), size: u64, name: &str, volume: &dyn Volume) -> Result<(String, bool), Fault> {
    let names = volume.names().map_err(Fault::Disk)?;
    // FAT and exFAT do not tell small letters from capitals.
    let taken = |name: &str| names.iter().find(|other| other.to_lowercase() == name.to_lowercase());
    let mut free = None;
    for number in 1..=MOST {
        let name = file_name(name, number);
        match taken(&name) {
            None => {
                free = Some(name);
                break;
            }
            Some(there) if same(book, volume, there)? => return Ok((there.clone(), false)),
            Some(_) => {}
        }
    }
    let name = free.ok_or(Fault::NoName)?;
    if let Some(room) = volume.free().filter(|room| *room < size.saturating_add(SPARE)) {
        return Err(Fault::Full(size, room));
    }
    let temporary = (1..=MOST).map(|number| format!("offprint-{number}.part")).find(|name| taken(name).is_none());
    let temporary = temporary.ok_or(Fault::NoName)?;
    let outcome = write(book, volume, &temporary).and_then(|()| publish(volume, &temporary, &name));
    if outcome.is_err() {
        // On a disk that is gone there is nothing to remove.
        let _ = volume.remove(&temporary);
    }
    outcome.map(|()| (name, true))
}

fn write(book: &mut (impl Read + Seek), volume: &dyn Volume, temporary: &str) -> Result<(), Fault> {
    let mut out = volume.create(temporary).map_err(Fault::Disk)?;
    book.seek(SeekFrom::Start(0)).map_err(Fault::Book)?;
    let mut buffer = vec![0; 1 << 16];
    loop {
        let count = book.read(&mut buffer).map_err(Fault::Book)?;
        if count == 0 {
            break;
        }
        out.write_all(buffer.get(..count).unwrap_or_default()).map_err(Fault::Disk)?;
    }
    out.flush().map_err(Fault::Disk)?;
    drop(out);
    volume.settle(temporary).map_err(Fault::Disk)?;
    if same(book, volume, temporary)? { Ok(()) } else { Err(Fault::Differs) }
}

/// Gives a whole file its name. The name is taken first, by a file that must not have been there: what somebody else
/// has put there meanwhile is not replaced.
fn publish(volume: &dyn Volume, temporary: &str, name: &str) -> Result<(), Fault> {
    drop(volume.create(name).map_err(Fault::Disk)?);
    let renamed = volume.rename(temporary, name);
    if renamed.is_err() {
        let _ = volume.remove(name);
    }
    renamed.and_then(|()| volume.settle(name)).map_err(Fault::Disk)
}

/// Whether a file on the disk has the book's bytes.
fn same(book: &mut (impl Read + Seek), volume: &dyn Volume, name: &str) -> Result<bool, Fault> {
    book.seek(SeekFrom::Start(0)).map_err(Fault::Book)?;
    let mut there = match volume.open(name) {
        Ok(there) => there,
        // A folder of that name.
        Err(error) if matches!(error.kind(), io::ErrorKind::IsADirectory | io::ErrorKind::PermissionDenied) => {
            return Ok(false);
        }
        Err(error) => return Err(Fault::Disk(error)),
    };
    let (mut one, mut other) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    loop {
        let count = filled(book, &mut one).map_err(Fault::Book)?;
        let read = match filled(&mut there, &mut other) {
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::IsADirectory => return Ok(false),
            Err(error) => return Err(Fault::Disk(error)),
        };
        if one.get(..count) != other.get(..read) {
            return Ok(false);
        }
        if count == 0 {
            return Ok(true);
        }
    }
}

/// Reads until the buffer is full or there is no more.
fn filled(from: &mut (impl Read + ?Sized), buffer: &mut [u8]) -> io::Result<usize> {
    let mut count = 0;
    while let Some(rest) = buffer.get_mut(count..).filter(|rest| !rest.is_empty()) {
        match from.read(rest) {
            Ok(0) => break,
            Ok(read) => count += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(count)
}

#[cfg(test)]
mod tests;
