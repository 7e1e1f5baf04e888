//! `offprint cache`.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};
use std::path::Path;

use offprint::diag::{Error, ErrorKind, printable};
use offprint::fetch::cache::Cache;
use offprint::publish::{Unpublished, write_failure};

use super::args::{self, CacheAction};
use super::{environment, report};

/// Does what was asked for.
pub(super) fn run(args: &args::Cache) -> Result<(), Error> {
    let folder = environment::cache(args.folder.as_deref()).ok_or_else(|| {
        Error::new(ErrorKind::Input, "there is no cache: the environment names no folder for it")
            .hint("name one with --cache DIR")
    })?;
    let cache = Cache::new(&folder, environment::now());
    match &args.action {
        CacheAction::Path => report::line(&folder.display().to_string()),
        CacheAction::List => list(&cache),
        CacheAction::Verify => verify(&cache)?,
        CacheAction::Clear => cache.clear().map_err(|error| unusable(&folder, &error, "clear"))?,
        CacheAction::Export { file } => export(&cache, Path::new(file))?,
        CacheAction::Import { file } => import(&cache, Path::new(file))?,
    }
    Ok(())
}

fn list(cache: &Cache) {
    for listed in cache.list() {
        let length = listed.length.map_or("lost".to_owned(), |length| length.to_string());
        report::line(&format!("{} {length} {}", listed.hash, printable(&listed.address, 4000)));
    }
}

fn verify(cache: &Cache) -> Result<(), Error> {
    let (whole, damaged) = cache.verify();
    if let Some(trouble) = cache.trouble() {
        return Err(Error::new(ErrorKind::Input, format!("cannot read all of the cache: {trouble}"))
            .hint("check who may read its folder: offprint cache path"));
    }
    report::told(&format!("{whole} whole, {damaged} damaged and removed"));
    Ok(())
}

fn export(cache: &Cache, path: &Path) -> Result<(), Error> {
    let mut file = Unpublished::open(path)?;
    let mut out = BufWriter::with_capacity(1 << 16, file.file());
    let count = cache.export(&mut out).and_then(|count| out.flush().map(|()| count));
    let count = count.map_err(|error| write_failure(path, &error))?;
    drop(out);
    file.publish()?;
    report::told(&format!("{count} addresses"));
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "an archive that the user named")]
fn import(cache: &Cache, path: &Path) -> Result<(), Error> {
    let shown = printable(&path.to_string_lossy(), 200);
    let cannot = |error: &io::Error| {
        Error::new(ErrorKind::Input, format!("cannot import {shown}: {error}"))
            .hint("give a file that `offprint cache export` wrote")
    };
    let file = File::open(path).map_err(|error| cannot(&error))?;
    let (taken, left) = cache.import(&mut BufReader::with_capacity(1 << 16, file)).map_err(|error| cannot(&error))?;
    report::told(&format!("{taken} addresses, {left} damaged or foreign files left out"));
    Ok(())
}

fn unusable(folder: &Path, error: &io::Error, verb: &str) -> Error {
    let shown = printable(&folder.to_string_lossy(), 200);
    Error::new(ErrorKind::Output, format!("cannot {verb} the cache {shown}: {error}"))
        .hint("check who may write to it, or name another with --cache DIR")
}
