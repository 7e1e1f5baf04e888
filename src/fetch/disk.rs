//! Files and folders of this machine: the only place that opens them for reading.

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::{Failure, FailureKind};

/// Reads a file that the user named, whole, up to `limit` bytes.
///
/// # Errors
/// [`Failure`], if it is not there, is not a regular file, is longer, or cannot be read.
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    let metadata = fs::metadata(path).map_err(|error| failure(&error))?;
    if !metadata.is_file() {
        return Err(Failure::new(FailureKind::Refused, "not a regular file"));
    }
    take(File::open(path).map_err(|error| failure(&error))?, limit)
}

/// Reads standard input to its end, up to `limit` bytes.
///
/// # Errors
/// [`Failure`], if it is longer or cannot be read.
pub fn read_standard_input(limit: u64) -> Result<Vec<u8>, Failure> {
    take(std::io::stdin().lock(), limit)
}

/// Whether the user's path is a folder.
pub fn is_folder(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.is_dir())
}

/// The regular files directly in a folder, by name; hidden ones left out.
///
/// # Errors
/// [`Failure`], if it cannot be read.
pub fn files_in(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| failure(&error))? {
        let path = entry.map_err(|error| failure(&error))?.path();
        let hidden = path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
        if !hidden && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The `file:` address of the folder that holds a file, ending in `/`: the base of the page's own pictures.
pub fn folder_address(file: &Path) -> Option<String> {
    let folder = fs::canonicalize(file).ok()?.parent()?.to_path_buf();
    url::Url::from_directory_path(folder).ok().map(String::from)
}

fn take(from: impl Read, limit: u64) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    from.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| failure(&error))?;
    if bytes.len() as u64 > limit {
        return Err(Failure::new(FailureKind::Broken, format!("longer than the limit of {limit} bytes")));
    }
    Ok(bytes)
}

fn failure(error: &std::io::Error) -> Failure {
    match error.kind() {
        ErrorKind::NotFound => Failure::new(FailureKind::Missing, "no such file"),
        ErrorKind::PermissionDenied => Failure::new(FailureKind::Refused, "permission denied"),
        _ => Failure::new(FailureKind::Broken, error.kind().to_string()),
    }
}
