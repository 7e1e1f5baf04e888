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
    let metadata = fs::metadata(path).map_err(|error| failure(&error))?;
    if !metadata.is_file() {
        return Err(Failure::new(FailureKind::Refused, "refused: not a regular file"));
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

/// The `file:` address of the folder that holds a file, ending in `/`: the base of the page's own pictures.
pub fn folder_address(file: &Path) -> Option<String> {
    let folder = fs::canonicalize(file).ok()?.parent()?.to_path_buf();
    Url::from_directory_path(folder).ok().map(String::from)
}

fn take(from: impl Read, limit: u64) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    from.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| failure(&error))?;
    if bytes.len() as u64 > limit {
        return Err(Failure::too_long(limit));
    }
    Ok(bytes)
}

fn failure(error: &std::io::Error) -> Failure {
    match error.kind() {
        ErrorKind::NotFound => Failure::new(FailureKind::Missing, "no such file"),
        ErrorKind::PermissionDenied => Failure::new(FailureKind::Refused, "permission denied"),
        ErrorKind::NotADirectory => Failure::new(FailureKind::Missing, "no such file"),
        _ => Failure::new(FailureKind::Broken, error.kind().to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A new folder with `in/pic.png`, `in/sub/`, `out/secret.png` and whatever a test adds; gone at the end.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> Self {
            let base = std::env::temp_dir().join(format!("offprint-disk-{}-{name}", std::process::id()));
            let base = fs::create_dir_all(&base).and_then(|()| fs::canonicalize(&base)).expect("a folder");
            fs::create_dir_all(base.join("in/sub")).expect("a folder");
            fs::create_dir_all(base.join("out")).expect("a folder");
            fs::write(base.join("in/pic.png"), b"inside").expect("a file");
            fs::write(base.join("in/空 格.png"), b"space").expect("a file");
            fs::write(base.join("in/a.png?w=1"), b"query").expect("a file");
            fs::write(base.join("out/secret.png"), b"outside").expect("a file");
            Self(base)
        }

        fn get(&self, rest: &str) -> Result<Vec<u8>, String> {
            let base = Url::from_directory_path(self.0.join("in")).expect("an absolute path");
            let address = base.join(rest).map_err(|error| error.to_string())?;
            Roots::new([self.0.join("in")]).read(&address, 100).map_err(|failure| failure.reason)
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn pictures_beside_the_page_are_read() {
        let scratch = Scratch::new("beside");
        assert_eq!(scratch.get("pic.png"), Ok(b"inside".to_vec()));
        assert_eq!(scratch.get("sub/../pic.png#x"), Ok(b"inside".to_vec()));
        assert_eq!(scratch.get("p%69c.png?ver=2"), Ok(b"inside".to_vec()));
        assert_eq!(scratch.get("%E7%A9%BA%20格.png"), Ok(b"space".to_vec()));
        assert_eq!(scratch.get("a.png?w=1"), Ok(b"query".to_vec()));
        assert_eq!(scratch.get("none.png"), Err("no such file".to_owned()));
    }

    #[test]
    fn nothing_outside_the_folder_is_read_or_told_of() {
        let scratch = Scratch::new("outside");
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
            assert_eq!(scratch.get(escape), outside, "{escape}");
        }
        for other in ["file://server/share/x.png", "pic.png%00"] {
            assert!(scratch.get(other).is_err(), "{other}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_before_they_are_judged() {
        let scratch = Scratch::new("links");
        let link = |to: &str, name: &str| {
            std::os::unix::fs::symlink(scratch.0.join(to), scratch.0.join("in").join(name)).expect("a link");
        };
        link("out/secret.png", "out.png");
        link("out", "folder");
        link("in/pic.png", "in.png");
        std::os::unix::fs::symlink("/dev/zero", scratch.0.join("in/zero.png")).expect("a link");
        let outside = Err("refused: outside the input folder".to_owned());
        assert_eq!(scratch.get("out.png"), outside);
        assert_eq!(scratch.get("folder/secret.png"), outside);
        assert_eq!(scratch.get("zero.png"), outside);
        assert_eq!(scratch.get("in.png"), Ok(b"inside".to_vec()));
    }

    #[test]
    fn only_regular_files_up_to_the_limit() {
        let scratch = Scratch::new("regular");
        assert_eq!(scratch.get("sub"), Err("refused: not a regular file".to_owned()));
        fs::write(scratch.0.join("in/long.png"), [0; 101]).expect("a file");
        assert_eq!(scratch.get("long.png"), Err("longer than the limit of 100 bytes".to_owned()));
    }
}
