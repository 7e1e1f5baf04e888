//! Runs the program itself.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A folder of its own for one test, emptied first.
pub fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).unwrap();
    path
}

/// `tests/cases/…`.
pub fn case(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(path)
}

/// What a run said and how it ended.
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Run {
    /// Lines of standard error that begin so.
    pub fn lines(&self, start: &str) -> Vec<&str> {
        self.err.lines().filter(|line| line.starts_with(start)).collect()
    }
}

/// Runs the program in `folder`, with a cache of this folder's own.
pub fn offprint(folder: &Path, args: &[&str]) -> Run {
    ended(command(folder, args).output().unwrap())
}

/// The same, with text on standard input.
pub fn offprint_reading(folder: &Path, args: &[&str], input: &[u8]) -> Run {
    let mut child = command(folder, args).stdin(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), input).unwrap();
    ended(child.wait_with_output().unwrap())
}

/// The program in `folder`, not yet run. The environment names no proxy, and a cache folder in `folder`.
pub fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_offprint"));
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        command.env_remove(name);
    }
    command.env("XDG_CACHE_HOME", folder.join("xdg-cache")).env("XDG_CONFIG_HOME", folder.join("xdg-config"));
    command.env("LC_ALL", "C");
    command.current_dir(folder).args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn ended(output: Output) -> Run {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Run { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}
