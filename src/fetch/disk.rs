//! Files and folders of this machine: the only place that opens them for reading.

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use url::Url;

use super::{Failure, FailureKind};

/// Reads a file that the user named, whole, up to `limit` bytes.
///
/// # Errors
/// [`Failure`], if it is not there, is not a regular file, is longer, or cannot be read.
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    take(open(path)?, limit, Vec::new())
}

/// Reads standard input to its end, up to `limit` bytes.
///
/// # Errors
/// [`Failure`], if it is longer or cannot be read.
pub fn read_standard_input(limit: u64) -> Result<Vec<u8>, Failure> {
    take(std::io::stdin().lock(), limit, Vec::new())
}

/// The folders that pages may take pictures from: those of the inputs, and what lies in them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roots {
    /// Without symbolic links.
    folders: Vec<PathBuf>,
}

impl Roots {
    /// Of these folders; a folder that is not there is left out.
    pub fn new<P: AsRef<Path>>(folders: impl IntoIterator<Item = P>) -> Self {
        let mut folders: Vec<_> = folders
            .into_iter()
            .map(
                |folder| {
                    if folder.as_ref().as_os_str().is_empty() { PathBuf::from(".") } else { folder.as_ref().into() }
                },
            )
            .filter_map(|folder| fs::canonicalize(folder).ok())
            .collect();
        folders.sort();
        folders.dedup();
        Self { folders }
    }

    /// Reads the file at a `file:` address, whole, up to `limit` bytes, if it is a regular file that really is in one of
    /// the folders, symbolic links followed.
    ///
    /// # Errors
    /// [`Failure`], if it is elsewhere, is not there, is something else, is longer, or cannot be read.
    pub fn read(&self, address: &Url, limit: u64) -> Result<Vec<u8>, Failure> {
        let mut last = Failure::new(FailureKind::Refused, "refused: not a path of this machine");
        for path in candidates(address) {
            match self.find(&path).and_then(|path| read(&path, limit)) {
                Err(failure) if failure.kind == FailureKind::Missing => last = failure,
                outcome => return outcome,
            }
        }
        Err(last)
    }

    /// The path without symbolic links, if it is in one of the folders. What is outside is not looked at: whether it
    /// exists is nobody's business.
    fn find(&self, path: &Path) -> Result<PathBuf, Failure> {
        let outside = || Failure::new(FailureKind::Refused, "refused: outside the input folder");
        let within = |path: &Path| self.folders.iter().any(|folder| path.starts_with(folder));
        match fs::canonicalize(path) {
            Ok(real) if within(&real) => Ok(real),
            Ok(_) => Err(outside()),
            // The folder tells whether the name that is not there would have been inside.
            Err(error) => match path.parent().and_then(|folder| fs::canonicalize(folder).ok()) {
                Some(folder) if !within(&folder) => Err(outside()),
                Some(_) => Err(failure(&error)),
                None if within(path) => Err(failure(&error)),
                None => Err(outside()),
            },
        }
    }
}

/// The paths that a `file:` address may mean. A page saved by a crawler refers to `a.png?w=100` where a file of that
/// whole name, or one called `a.png`, lies beside it.
fn candidates(address: &Url) -> Vec<PathBuf> {
    let local = address.scheme() == "file" && matches!(address.host_str(), None | Some("" | "localhost"));
    let Some(path) = local.then(|| address.to_file_path().ok()).flatten() else { return Vec::new() };
    let mut paths = vec![path.clone()];
    if let (Some(query), Some(name)) = (address.query(), path.file_name()) {
        let mut name = name.to_owned();
        name.push("?");
        name.push(query);
        paths.push(path.with_file_name(name));
    }
    paths
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

/// The folders directly in a folder, by name; hidden ones left out.
///
/// # Errors
/// [`Failure`], if it cannot be read.
pub fn folders_in(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = fs::read_dir(folder).map_err(|error| failure(&error))?.flatten();
    let hidden = |name: &std::ffi::OsStr| name.to_string_lossy().starts_with('.');
    let folders = entries.filter(|entry| !hidden(&entry.file_name())).map(|entry| entry.path());
    let mut folders: Vec<PathBuf> = folders.filter(|path| path.is_dir()).collect();
    folders.sort();
    Ok(folders)
}

/// The `file:` address of the folder that holds a file, ending in `/`: the base of the page's own pictures.
pub fn folder_address(file: &Path) -> Option<String> {
    let folder = fs::canonicalize(file).ok()?.parent()?.to_path_buf();
    Url::from_directory_path(folder).ok().map(String::from)
}

/// The `file:` address of a regular file that the user named, for instance a cover. `None` if there is no such file.
pub fn file_address(file: &Path) -> Option<String> {
    let file = fs::canonicalize(file).ok().filter(|file| file.is_file())?;
    Url::from_file_path(file).ok().map(String::from)
}

/// Opens a regular file that the user named, to be read piece by piece.
///
/// # Errors
/// [`Failure`], if it is not there, is not a regular file, or cannot be opened.
pub fn open(path: &Path) -> Result<File, Failure> {
    // Before it is opened: to open a pipe may take for ever.
    let metadata = fs::metadata(path).map_err(|error| failure(&error))?;
    if !metadata.is_file() {
        return Err(Failure::new(FailureKind::Refused, "refused: not a regular file"));
    }
    File::open(path).map_err(|error| failure(&error))
}

/// The length of a regular file.
pub fn size(path: &Path) -> Option<u64> {
    fs::metadata(path).ok().filter(|metadata| metadata.is_file()).map(|metadata| metadata.len())
}

/// The length of a file and the time of its last change.
pub fn stamp(path: &Path) -> Option<(u64, Option<std::time::SystemTime>)> {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.len(), metadata.modified().ok()))
}

/// Whether there is something at the user's path.
pub fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// The regular files in a folder and in the folders in it, so many levels down; hidden ones, and what is in folders that
/// `left_out` names, not. Links to folders are not followed.
///
/// # Errors
/// [`Failure`], if the folder itself cannot be read; one in it that cannot be is left out.
pub fn files_below(folder: &Path, depth: usize, left_out: &dyn Fn(&Path) -> bool) -> Result<Vec<PathBuf>, Failure> {
    let mut files = files_in(folder)?;
    if depth == 0 {
        return Ok(files);
    }
    for entry in fs::read_dir(folder).map_err(|error| failure(&error))? {
        let Ok(entry) = entry else { continue };
        let path = entry.path();
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if !hidden && entry.file_type().is_ok_and(|kind| kind.is_dir()) && !left_out(&path) {
            files.extend(files_below(&path, depth - 1, left_out).unwrap_or_default());
        }
    }
    files.sort();
    Ok(files)
}

/// Whether two paths lead to one file that exists.
pub fn same_file(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| fs::canonicalize(path).ok();
    real(one).is_some_and(|one| real(other) == Some(one))
}

/// Reads a file that is open to its end, up to `limit` bytes.
///
/// # Errors
/// [`Failure`], if it is longer or cannot be read.
pub fn rest(file: File, limit: u64) -> Result<Vec<u8>, Failure> {
    let length = file.metadata().map_or(0, |metadata| metadata.len()).min(limit);
    // The end is seen when nothing comes any more, for which there has to be room.
    let bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0).saturating_add(1));
    take(file, limit, bytes)
}

fn take(from: impl Read, limit: u64, mut bytes: Vec<u8>) -> Result<Vec<u8>, Failure> {
    from.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| failure(&error))?;
    if bytes.len() as u64 > limit {
        return Err(Failure::too_long(limit));
    }
    Ok(bytes)
}

/// What an error of the system means.
pub fn failure(error: &std::io::Error) -> Failure {
    match error.kind() {
        ErrorKind::NotFound => Failure::new(FailureKind::Missing, "no such file"),
        ErrorKind::PermissionDenied => Failure::new(FailureKind::Refused, "permission denied"),
        ErrorKind::NotADirectory => Failure::new(FailureKind::Missing, "no such file"),
        _ => Failure::new(FailureKind::Broken, error.kind().to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::loopback::Scratch;
    use super::*;

    /// `in/pic.png`, `in/sub/`, `out/secret.png` and whatever a test adds.
    struct Place(Scratch);

    impl Place {
        fn new(name: &str) -> Self {
            let place = Self(Scratch::new(name));
            fs::create_dir_all(place.at("in/sub")).expect("a folder");
            fs::create_dir_all(place.at("out")).expect("a folder");
            for (name, text) in [("in/pic.png", "inside"), ("in/空 格.png", "space"), ("in/a.png?w=1", "query")] {
                fs::write(place.at(name), text).expect("a file");
            }
            fs::write(place.at("out/secret.png"), "outside").expect("a file");
            place
        }

        fn at(&self, name: &str) -> PathBuf {
            self.0.0.join(name)
        }

        fn get(&self, rest: &str) -> Result<Vec<u8>, String> {
            let base = Url::from_directory_path(self.at("in")).expect("an absolute path");
            let address = base.join(rest).map_err(|error| error.to_string())?;
            Roots::new([self.at("in")]).read(&address, 100).map_err(|failure| failure.reason)
        }
    }

    #[test]
    fn pictures_beside_the_page_are_read() {
        let place = Place::new("beside");
        assert_eq!(place.get("pic.png"), Ok(b"inside".to_vec()));
        assert_eq!(place.get("sub/../pic.png#x"), Ok(b"inside".to_vec()));
        assert_eq!(place.get("p%69c.png?ver=2"), Ok(b"inside".to_vec()));
        assert_eq!(place.get("%E7%A9%BA%20格.png"), Ok(b"space".to_vec()));
        assert_eq!(place.get("a.png?w=1"), Ok(b"query".to_vec()));
        assert_eq!(place.get("none.png"), Err("no such file".to_owned()));
    }

    #[test]
    fn nothing_outside_the_folder_is_read_or_told_of() {
        let place = Place::new("outside");
        let outside = Err("refused: outside the input folder".to_owned());
        for escape in [
            "../out/secret.png",
            "%2e%2e/out/secret.png",
            "..%2Fout%2Fsecret.png",
            "sub/..%2f..%2fout/secret.png",
            "..\\out\\secret.png",
            "../out/not-there.png",
            "../nowhere/x.png",
            "/etc/passwd",
            "file:///etc/passwd",
            "file:///etc/no-such-file",
        ] {
            assert_eq!(place.get(escape), outside, "{escape}");
        }
        for other in ["file://server/share/x.png", "pic.png%00"] {
            assert!(place.get(other).is_err(), "{other}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_before_they_are_judged() {
        let place = Place::new("links");
        let link = |to: &str, name: &str| {
            std::os::unix::fs::symlink(place.at(to), place.at("in").join(name)).expect("a link");
        };
        link("out/secret.png", "out.png");
        link("out", "folder");
        link("in/pic.png", "in.png");
        std::os::unix::fs::symlink("/dev/zero", place.at("in/zero.png")).expect("a link");
        let outside = Err("refused: outside the input folder".to_owned());
        assert_eq!(place.get("out.png"), outside);
        assert_eq!(place.get("folder/secret.png"), outside);
        assert_eq!(place.get("zero.png"), outside);
        assert_eq!(place.get("in.png"), Ok(b"inside".to_vec()));
    }

    #[test]
    fn only_regular_files_up_to_the_limit() {
        let place = Place::new("regular");
        assert_eq!(place.get("sub"), Err("refused: not a regular file".to_owned()));
        fs::write(place.at("in/long.png"), [0; 101]).expect("a file");
        assert_eq!(place.get("long.png"), Err("longer than the limit of 100 bytes".to_owned()));
    }
}
