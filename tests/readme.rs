//! The README is true: its commands work, and the help it shows is the program's.

use std::fs;
use std::path::Path;

use crate::program::{folder, offprint};

fn readme() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap()
}

/// The fenced block that follows a line.
fn block_after<'a>(readme: &'a str, line: &str) -> &'a str {
    let after = readme.split_once(line).unwrap_or_else(|| panic!("{line} is not in README.md")).1;
    let block = after.split_once("```").unwrap().1.split_once('\n').unwrap().1;
    block.split_once("```").unwrap().0
}

#[test]
fn the_help_is_the_programs() {
    for command in [
        "build",
        "impose",
        "fetch",
        "cache",
        "devices",
        "verify",
        "send",
        "serve",
        "inspect",
        "explain",
        "init",
        "watch",
        "completions",
    ] {
        let run = offprint(&folder("readme_help"), &[command, "--help"]);
        assert_eq!(run.code, 0);
        let shown = format!("`offprint {command} --help`");
        assert_eq!(block_after(&readme(), &shown).trim(), run.out.trim(), "{command}");
    }
}

#[test]
fn the_first_command_builds_the_sample() {
    let readme = readme();
    let command = readme.lines().find(|line| line.starts_with("cargo run --release -- ")).unwrap();
    let args: Vec<_> = command.split_whitespace().skip(4).collect();
    assert_eq!(args[0], "build");
    let dir = folder("readme_first");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let absolute =
        |arg: &&str| if arg.contains('/') { root.join(arg).display().to_string() } else { (*arg).to_owned() };
    let args: Vec<String> = args.iter().map(absolute).collect();
    let run = offprint(&dir, &args.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    for path in run.out.lines() {
        assert!(fs::metadata(dir.join(path)).unwrap().len() > 10_000, "{path}");
    }
    assert_eq!(run.out.lines().count(), 2);
}
