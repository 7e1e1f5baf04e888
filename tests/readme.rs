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
        "preview",
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

#[test]
fn what_the_documents_point_to_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut documents = vec![root.join("README.md"), root.join("README.zh-CN.md"), root.join("CHANGELOG.md")];
    documents.extend(fs::read_dir(root.join("docs")).unwrap().map(|entry| entry.unwrap().path()));
    let mut seen = 0;
    for document in &documents {
        let text = fs::read_to_string(document).unwrap();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if target.contains("://") || target.starts_with('#') {
                continue;
            }
            seen += 1;
            let path = document.parent().unwrap().join(target.split('#').next().unwrap());
            assert!(path.exists(), "{} points to {target}", document.display());
        }
    }
    assert!(seen > 20, "{seen}");
    // Every document is found from both front pages.
    for document in documents.iter().filter(|path| path.parent().unwrap().ends_with("docs")) {
        let name = format!("docs/{}", document.file_name().unwrap().to_string_lossy());
        for front in ["README.md", "README.zh-CN.md"] {
            assert!(fs::read_to_string(root.join(front)).unwrap().contains(&name), "{front} does not name {name}");
        }
    }
}

#[test]
fn exit_codes_are_the_same_everywhere() {
    let document = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/exit-codes.md")).unwrap();
    let help = offprint(&folder("readme_codes"), &["build", "--help"]).out;
    let codes: Vec<&str> = help
        .split("Exit codes:\n")
        .nth(1)
        .unwrap()
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .collect();
    assert!(codes.len() >= 7, "{codes:?}");
    let listed: Vec<&str> =
        document.lines().filter_map(|line| line.strip_prefix("| ")?.split(' ').next()).skip(1).collect();
    assert_eq!(codes, listed);
}

#[test]
fn the_walks_can_be_walked() {
    let dir = folder("readme_walks");
    let page = "---\ntitle: On tea\nauthor: A. Reader\ndate: 2024-03-09\nlang: en\n---\n<h2>Water</h2><p>It should be \
                soft.</p><h2>Leaves</h2><p>They should be whole.</p>";
    fs::write(dir.join("tea.html"), page).unwrap();
    fs::create_dir(dir.join("saved")).unwrap();
    fs::copy(dir.join("tea.html"), dir.join("saved/tea.html")).unwrap();
    let mut walked = 0;
    for name in ["ebook", "pamphlet", "archive"] {
        let path = format!("docs/{name}.md");
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
        // Commands that only read or build, as they stand in the text.
        let commands = text.split(['`', '\n']).map(str::trim).filter(|command| command.starts_with("offprint "));
        let harmless = ["offprint inspect ", "offprint explain ", "offprint build ", "offprint devices"];
        for command in commands.filter(|command| harmless.iter().any(|start| command.starts_with(start))) {
            let words: Vec<&str> = command.split(' ').skip(1).collect();
            let needs_more = ["--lock", "--plan"].iter().any(|flag| words.contains(flag)) || words == ["build"];
            if !needs_more {
                let run = offprint(&dir, &words);
                assert_eq!(run.code, 0, "{command}: {}", run.err);
                walked += 1;
            }
        }
    }
    assert!(walked >= 8, "{walked}");
}
