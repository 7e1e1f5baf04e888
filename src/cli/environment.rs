//! What the environment says where the command line does not: the user's cache folder, a proxy, the time.

#![allow(clippy::disallowed_methods, reason = "the way in for the environment and the clock")]

use std::env;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use offprint::diag::{Error, ErrorKind};
use offprint::fetch::http::Proxy;

/// Has a file that grows past what the shell allows (`ulimit -f`) be a failure to write, which is told, instead of the
/// signal that ends programs.
#[cfg(unix)]
pub(super) fn outlive_file_limits() {
    // From signal(7): the same number on every system with signals of this kind but Solaris.
    const SIGXFSZ: i32 = 25;
    // Whoever catches it gets the failure. Without that, it is as it was.
    let seen = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let _ = signal_hook::flag::register(SIGXFSZ, seen);
}

/// There is no such signal elsewhere.
#[cfg(not(unix))]
pub(super) fn outlive_file_limits() {}

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

/// Whether the shell gives the program little room (`ulimit -v`): less than 2 GiB of addresses, of which the allocator
/// reserves 64 MiB for each thread. Where the system does not say, there is enough.
pub(super) fn is_cramped() -> bool {
    const ENOUGH: u64 = 2 << 30;
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let room = limits.lines().find_map(|line| line.strip_prefix("Max address space")?.split_whitespace().next());
    room.and_then(|room| room.parse::<u64>().ok()).is_some_and(|room| room < ENOUGH)
}
