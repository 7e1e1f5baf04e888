//! `offprint watch` and `offprint preview`: what is made is made again whenever something that it is made of changes.
//!
//! Files are looked at twenty times a second, which works on every file system and costs next to nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

use offprint::diag::{Error, ErrorKind};
use offprint::fetch::disk;

use super::{args, config, report, resolve};

const PAUSE: Duration = Duration::from_millis(50);
/// How deep the folders of articles are looked into.
const DEPTH: usize = 4;
/// The most files that are looked at.
const FILES: usize = 20_000;

/// What files were: length and time of the last change.
type State = BTreeMap<PathBuf, (u64, Option<SystemTime>)>;

/// Makes again and again. `read` gives what is to be made, as files of settings have it now. Comes back only if the
/// command line is wrong.
pub(super) fn run(
    read: &dyn Fn() -> Result<Vec<args::Build>, Error>,
    make: &dyn Fn(&[args::Build]) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut known: Option<(State, Vec<args::Build>)> = None;
    loop {
        let before = known.as_ref().map(|(state, _)| state);
        match read() {
            Ok(all) => {
                let now = state(&all);
                if before != Some(&now) {
                    match make(&all) {
                        Err(error) if error.kind == ErrorKind::Usage => return Err(error),
                        Err(error) => report::error(&error),
                        Ok(()) => {}
                    }
                    known = Some((now, all));
                }
            }
            Err(error) if before.is_none() => return Err(error),
            Err(error) => report::error(&error),
        }
        wait(known.as_ref());
    }
}

/// Waits until a file is not what it was, or a new one is there.
fn wait(known: Option<&(State, Vec<args::Build>)>) {
    loop {
        thread::sleep(PAUSE);
        match known {
            Some((before, all)) if state(all) == *before => {}
            _ => return,
        }
    }
}

/// What the files are that books are made of: those in the folders of the articles, and those of settings.
fn state(all: &[args::Build]) -> State {
    let books: BTreeSet<PathBuf> = all.iter().flat_map(|args| &args.outputs).map(PathBuf::from).collect();
    let mut files: BTreeSet<PathBuf> = BTreeSet::new();
    for args in all {
        let named = [&args.cover, &args.css, &args.pages.theme, &args.config, &args.lock];
        files.extend(named.into_iter().flatten().map(PathBuf::from));
        files.extend(args.rules.iter().map(PathBuf::from));
        files.extend(args.templates.iter().flat_map(|folder| disk::files_in(Path::new(folder)).unwrap_or_default()));
        files.extend(args.input.inputs.iter().filter_map(|input| Some(PathBuf::from(input.strip_prefix('@')?))));
        let is_book = |path: &Path| books.contains(path);
        for folder in resolve::folders(&args.input) {
            files.extend(disk::files_below(&folder, DEPTH, &is_book).unwrap_or_default());
        }
    }
    files.extend(config::find());
    let tidy = |path: &PathBuf| path.strip_prefix(".").map(PathBuf::from).unwrap_or_else(|_| path.clone());
    files.retain(|file| !books.contains(&tidy(file)));
    files.into_iter().take(FILES).filter_map(|file| Some((file.clone(), disk::stamp(&file)?))).collect()
}
