//! What the environment says where the command line does not: the user's cache folder, a proxy, the time.

#![allow(clippy::disallowed_methods, reason = "the way in for the environment and the clock")]

use std::env;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use offprint::diag::{Error, ErrorKind};
use offprint::fetch::http::Proxy;

/// Has glibc give large blocks back to the system when they are free.
///
/// It would otherwise raise its threshold to the size of the buffers that pictures are decoded in, and keep them for
/// each thread: twice the memory and more for books of large photographs. Only the environment that a program starts
/// in tells it (mallopt(3)), so the program starts itself again, in the same process. Where that cannot be, it just goes
/// on.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(super) fn settle_memory() {
    use std::os::unix::process::CommandExt;

    const SETTINGS: [(&str, &str); 2] = [("MALLOC_MMAP_THRESHOLD_", "1048576"), ("MALLOC_TRIM_THRESHOLD_", "4194304")];
    if SETTINGS.iter().any(|(name, _)| env::var_os(name).is_some()) {
        return;
    }
    let (Ok(program), mut arguments) = (env::current_exe(), env::args_os()) else { return };
    let name = arguments.next().unwrap_or_default();
    // Comes back only if it failed.
    let _ = std::process::Command::new(program).arg0(name).args(arguments).envs(SETTINGS).exec();
}

/// Other allocators do so by themselves.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(super) fn settle_memory() {}

/// Where the environment names a proxy; the first that is set counts. curl and others read the same.
const PROXIES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// The proxy that was typed, or that the environment names. `none` is none.
pub(super) fn proxy(typed: Option<&str>) -> Result<Option<String>, Error> {
    if let Some(typed) = typed {
        return Ok((typed != "none").then(|| typed.to_owned()));
    }
    let set = PROXIES.iter().find_map(|name| Some((name, env::var(name).ok().filter(|value| !value.is_empty())?)));
    let Some((name, value)) = set else { return Ok(None) };
    match Proxy::parse(&value) {
        Ok(_) => Ok(Some(value)),
        // A proxy that cannot be used is not the same as none: who set it does not want to be seen.
        Err(reason) => Err(Error::new(ErrorKind::Usage, format!("{name} of the environment: {reason}"))
            .hint("correct it, or use --proxy none")),
    }
}

/// The folder that was typed, or `offprint` in the user's cache folder (XDG Base Directory Specification; on other
/// systems the place that they have for it). `None`, if there is no such place.
pub(super) fn cache(typed: Option<&str>) -> Option<PathBuf> {
    if let Some(typed) = typed {
        return Some(PathBuf::from(typed));
    }
    // The specification: a path that is not absolute is to be ignored.
    let folder = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let xdg = folder("XDG_CACHE_HOME").map(|path| path.join("offprint"));
    let own = if cfg!(windows) {
        folder("LOCALAPPDATA").map(|path| path.join("offprint").join("cache"))
    } else if cfg!(target_os = "macos") {
        folder("HOME").map(|path| path.join("Library/Caches/offprint"))
    } else {
        folder("HOME").map(|path| path.join(".cache/offprint"))
    };
    xdg.or(own)
}

/// Seconds since 1970.
pub(super) fn now() -> Option<u64> {
    SystemTime::now().duration_since(UNIX_EPOCH).ok().map(|since| since.as_secs())
}
