//! Every text that a person is shown has its Chinese.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::program::{case, command, folder};

/// Files whose texts are for books, other programs or tests, not for messages.
const NO_MESSAGES: &[&str] = &[
    "backend/epub/kepub.rs",
    "backend/epub/samples.rs",
    "backend/epub/words.rs",
    "backend/html/write.rs",
    "backend/pdf/encoding.rs",
    "backend/pdf/impose/folding.rs",
    "backend/pdf/metadata.rs",
    "backend/svg.rs",
    "fetch/cache/entry.rs",
    "fetch/lock.rs",
    "fetch/loopback.rs",
    "fetch/memory.rs",
    "font/web.rs",
    "layout/colophon.rs",
    "layout/contents.rs",
    "layout/dump.rs",
    "layout/front.rs",
    "model/months.rs",
    "layout/missing.rs",
    "layout/test_sheet.rs",
    "media/product.rs",
    "model/dump.rs",
    "normalize/book.rs",
    "normalize/code.rs",
    "normalize/embeds.rs",
    "normalize/labels.rs",
    "normalize/language.rs",
    "normalize/metadata.rs",
    "normalize/rights.rs",
    "normalize/sections.rs",
    "normalize/twice.rs",
    "normalize/words.rs",
    // What a catalogue says to the readers of a network, whose language it does not know.
    "serve/answer.rs",
    "serve/feed.rs",
    "serve/page.rs",
    "serve/preview/answer.rs",
    "serve/preview/epub.rs",
];

/// Texts that look like messages and are none, or are put together of such as have their entries.
const NONE: &[&str] = &[
    " and {}",
    "blank one",
    "{} page{} of {}",
    "{}{} on {} of {}: {}, at actual size (100 %)",
    "offprint {}",
    "http status 304",
    "a trailing secret",
    "Page saved with SingleFile",
    "saved from url=(",
    "refused: {}: is not http or https",
    " and ",
    "offprint ",
    "Library/Application Support",
    "Max address space",
    "ObjStm, kept",
];

#[test]
fn every_message_has_its_chinese() {
    let known: BTreeSet<Vec<String>> = ["messages", "help"].iter().flat_map(|name| entries(name)).collect();
    let mut missing = BTreeSet::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut seen = 0;
    for file in files(&root) {
        let name = file.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
        if NO_MESSAGES.contains(&name.as_str()) || name.contains("/tests") || name == "cli/args.rs" {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        for literal in literals(&text).into_iter().filter(|literal| is_message(literal)) {
            seen += 1;
            let has = known.contains(&pieces(&literal)) || known.contains(&vec![literal.clone()]);
            if !NONE.contains(&with_gaps(&literal).as_str()) && !has {
                missing.insert(format!("{name}: {}", with_gaps(&literal)));
            }
        }
    }
    assert!(seen > 400, "the messages were not found: {seen}");
    assert!(
        missing.is_empty(),
        "these have no Chinese; write it into src/cli/words/messages.zh.txt, as its first lines say, or if nobody is \
         shown them, name them in tests/words.rs:\n{}",
        missing.into_iter().collect::<Vec<_>>().join("\n")
    );
}

/// Words of English that stay in Chinese help: names of formats, flags, files, values, examples.
fn is_english(line: &str) -> bool {
    let plain: String = line
        .split_whitespace()
        .filter(|word| !word.starts_with(['-', '@', '\'', '{', '[']) && word.is_ascii())
        .filter(|word| word.chars().all(|c| c.is_ascii_lowercase() || matches!(c, '.' | ',')))
        .collect::<Vec<_>>()
        .join(" ");
    plain.split(' ').filter(|word| word.len() > 2).count() >= 3
}

#[test]
fn help_is_chinese_throughout() {
    let dir = folder("words_help");
    let english = said(&dir, &["--help"], "C").1;
    let commands: Vec<&str> = english
        .split("Commands:\n")
        .nth(1)
        .unwrap()
        .lines()
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|name| !name.is_empty())
        .collect();
    assert!(commands.len() >= 15, "{commands:?}");
    let mut bad = Vec::new();
    for name in
        commands.iter().map(|name| vec![*name, "--help"]).chain([vec!["--help"], vec!["cache", "path", "--help"]])
    {
        let (code, help, _) = said(&dir, &name, "zh_CN.UTF-8");
        assert_eq!(code, 0, "{name:?}");
        let wrong = |line: &&str| match line.strip_prefix("用法：") {
            Some(usage) => usage.contains("OPTIONS") || usage.contains("COMMAND"),
            None => is_english(line) || line.contains("[default") || line.starts_with("Usage"),
        };
        bad.extend(help.lines().filter(wrong).map(|line| format!("{}: {line}", name[0])));
        assert!(help.contains("用法：offprint") && help.contains("显示帮助"), "{help}");
    }
    assert!(bad.is_empty(), "write their Chinese into src/cli/words/help.zh.txt: {bad:#?}");
}

#[test]
fn messages_are_in_the_users_language() {
    let dir = folder("words_messages");
    fs::write(dir.join("page.html"), "<h1>T</h1><p>Text.<img src=gone.png></p>").unwrap();
    let (code, out, err) = said(&dir, &["build", "page.html", "-o", "a.epub"], "zh_CN.UTF-8");
    assert_eq!((code, out.as_str()), (0, "a.epub\n"));
    assert!(err.starts_with("警告：缺图：") && err.contains("没有这个文件"), "{err}");
    let (code, _, err) = said(&dir, &["build", "nowhere.html", "-o", "a.epub"], "zh");
    assert!(code == 1 && err.starts_with("错误：无法读取 nowhere.html：") && err.contains("\n提示："), "{err}");
    let (code, _, err) = said(&dir, &["build", "page.html", "--titel", "x"], "zh_TW.UTF-8");
    assert!(code == 2 && err.contains("不认识的参数 --titel") && err.contains("是不是 --title？"), "{err}");
    let (_, out, _) = said(&dir, &["inspect", "page.html"], "zh_CN");
    let labels = out.lines().filter(|line| !line.starts_with(' ')).filter_map(|line| line.split(['：', ':']).next());
    assert!(labels.clone().all(|label| !label.is_ascii()), "{out}");
    // Results are the same everywhere, and what is for programs.
    let (_, plan, _) = said(&dir, &["inspect", "page.html", "--json"], "zh_CN");
    assert_eq!(plan, said(&dir, &["inspect", "page.html", "--json"], "C").1);
    // The first of the three that is set decides.
    let mut other = command(&dir, &["build"]);
    other.env("LC_ALL", "C").env("LANG", "zh_CN.UTF-8");
    assert!(String::from_utf8(other.output().unwrap().stderr).unwrap().starts_with("error: "));
}

#[test]
fn a_book_does_not_depend_on_the_users_language() {
    let dir = folder("words_books");
    let page = case("books/english.html").display().to_string();
    for (locale, name) in [("C", "c"), ("zh_CN.UTF-8", "zh")] {
        let book = format!("{name}.epub");
        assert_eq!(said(&dir, &["build", &page, "-o", &book, "--offline"], locale).0, 0);
    }
    assert_eq!(fs::read(dir.join("c.epub")).unwrap(), fs::read(dir.join("zh.epub")).unwrap());
}

fn said(dir: &Path, args: &[&str], locale: &str) -> (i32, String, String) {
    let output = command(dir, args).env("LC_ALL", locale).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// What stands around the gaps of the English entries of a table.
fn entries(name: &str) -> Vec<Vec<String>> {
    let path = format!("src/cli/words/{name}.zh.txt");
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    lines.chunks(2).map(|pair| pieces(pair[0])).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") && !path.ends_with("tests.rs") {
            all.push(path);
        }
    }
    all
}

/// The text around the gaps of a format string.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '{' | '}' if rest.next_if_eq(&c).is_some() => pieces.last_mut().unwrap().push(c),
            '{' => {
                while rest.next().is_some_and(|c| c != '}') {}
                pieces.push(String::new());
            }
            c => pieces.last_mut().unwrap().push(c),
        }
    }
    pieces
}

fn with_gaps(text: &str) -> String {
    pieces(text).join("{}")
}

/// Whether a literal reads like something that is said: words, not code, markup or a name.
fn is_message(literal: &str) -> bool {
    let text = with_gaps(literal);
    let words = text
        .split([' ', ':', ',', ';', '(', ')'])
        .filter(|word| word.len() > 1 && word.chars().all(char::is_alphabetic));
    let letters = text.chars().filter(char::is_ascii_lowercase).count();
    let code = text.contains(['\n', '<', '\0']) && !text.starts_with("begin it with");
    let several = text.contains(' ') && words.count() >= 1 || text.contains(": {}") || text.contains("{}: ");
    several
        && letters >= 3
        && !code
        && !text.starts_with(['#', '/', '.', '@'])
        && !text.starts_with("Offprint ")
        && !text.contains(" {} re ")
        && !text.contains("; charset=")
        && !text.contains("filename*=")
        && !text.contains("{}-{}/{}")
}

/// The string literals of a source file, but for those of its tests, attributes and what can only be a fault of the
/// program.
fn literals(text: &str) -> Vec<String> {
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap();
    let mut out = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &text[at..];
        if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with('\'') {
            // A character, or a lifetime.
            let mut chars = rest.chars().skip(1);
            let length = match (chars.next(), chars.next()) {
                (Some('\\'), _) => {
                    rest[2..].char_indices().skip(1).find(|(_, c)| *c == '\'').map_or(1, |(end, _)| end + 3)
                }
                (Some(c), Some('\'')) => 2 + c.len_utf8(),
                _ => 1,
            };
            at += length;
        } else if rest.starts_with("r\"")
            || rest.starts_with("r#") && rest.trim_start_matches(['r', '#']).starts_with('"')
        {
            let hashes = rest[1..].chars().take_while(|c| *c == '#').count();
            let end = format!("\"{}", "#".repeat(hashes));
            let inner = &rest[hashes + 2..];
            let length = inner.find(&end).unwrap();
            out.extend(shown(text, at, &inner[..length]));
            at += hashes + 2 + length + end.len();
        } else if rest.starts_with('"') {
            let mut end = 1;
            while bytes[at + end] != b'"' {
                end += if bytes[at + end] == b'\\' { 2 } else { 1 };
            }
            out.extend(shown(text, at, &unescaped(&rest[1..end])));
            at += end + 1;
        } else {
            at += rest.chars().next().unwrap().len_utf8();
        }
    }
    out
}

fn shown(text: &str, at: usize, literal: &str) -> Option<String> {
    let before = text[..at].trim_end();
    let never = ["expect(", "reason =", "include_str!(", "panic!(", "unreachable!(", "debug_assert!(", "b"];
    let is_never = never.iter().any(|end| before.ends_with(end)) && !before.ends_with("_b");
    (!is_never).then(|| literal.to_owned())
}

fn unescaped(literal: &str) -> String {
    let mut out = String::new();
    let mut rest = literal.chars().peekable();
    while let Some(c) = rest.next() {
        match (c, c == '\\') {
            (_, false) => out.push(c),
            _ => match rest.next() {
                Some('n') => out.push('\n'),
                Some('0') => out.push('\0'),
                Some('\n') => while rest.next_if(|c| c.is_whitespace()).is_some() {},
                Some(other) => out.push(other),
                None => {}
            },
        }
    }
    out
}
