//! What is typed: paths, folders, patterns, lists, addresses.

use std::cmp::Ordering;
use std::path::{Path, PathBuf};

use super::Input;
use crate::diag::{Error, ErrorKind, printable};
use crate::fetch::disk;

/// File name endings of what is read in a folder.
const ENDINGS: [&str; 10] = ["html", "htm", "xhtml", "md", "markdown", "mht", "mhtml", "wacz", "warc", "warc.gz"];
/// The longest list, in bytes.
const LIST: u64 = 8 << 20;

/// What the words of a command line name: `-`, `@list`, addresses, files, folders (`recursive`: with the folders in
/// them), patterns such as `saved/**/*.html`.
///
/// # Errors
/// [`ErrorKind::Input`] for a list that cannot be read, a pattern that fits nothing, and a folder without pages.
pub fn expand<S: AsRef<str>>(typed: &[S], recursive: bool) -> Result<Vec<Input>, Error> {
    typed.iter().map(|one| expand_one(one.as_ref(), Path::new(""), recursive)).collect()
}

fn expand_one(typed: &str, folder: &Path, recursive: bool) -> Result<Input, Error> {
    if typed == "-" && folder.as_os_str().is_empty() {
        return Ok(Input::StandardInput);
    }
    if is_web_address(typed) {
        return Ok(Input::Address(typed.to_owned()));
    }
    let path = folder.join(typed);
    if let Some(file) = typed.strip_prefix('@').filter(|_| folder.as_os_str().is_empty() && !disk::is_there(&path)) {
        return list(Path::new(file), recursive);
    }
    if disk::is_folder(&path) {
        return found(&path, recursive);
    }
    if typed.contains(['*', '?', '[']) && !disk::is_there(&path) {
        return matching(typed, folder);
    }
    Ok(Input::Path(path))
}

/// Whether this is the address of something in the web.
pub fn is_web_address(typed: &str) -> bool {
    let lower = typed.to_ascii_lowercase();
    let rest = lower.strip_prefix("http://").or_else(|| lower.strip_prefix("https://"));
    rest.is_some_and(|rest| !rest.is_empty())
}

/// A list: an input a line; empty lines and those that begin with `#` do not count. Paths are relative to its folder.
fn list(file: &Path, recursive: bool) -> Result<Input, Error> {
    let name = printable(&file.to_string_lossy(), 200);
    let cannot = |why: &str| {
        Error::new(ErrorKind::Input, format!("cannot read the list {name}: {why}"))
            .hint("a list is a text file with a path or an address on each line")
    };
    let bytes = disk::read(file, LIST).map_err(|failure| cannot(&failure.reason))?;
    let text = String::from_utf8(bytes).map_err(|_| cannot("not UTF-8"))?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let lines = text.trim_start_matches('\u{FEFF}').lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let entries = lines.map(|line| expand_one(line, folder, recursive)).collect::<Result<Vec<_>, _>>()?;
    if entries.is_empty() { Err(cannot("it names nothing")) } else { Ok(Input::List { name, entries }) }
}

/// The pages of a folder.
fn found(folder: &Path, recursive: bool) -> Result<Input, Error> {
    let name = printable(&folder.to_string_lossy(), 200);
    let cannot = |why: &str| Error::new(ErrorKind::Input, format!("cannot read {name}: {why}"));
    let depth = if recursive { 32 } else { 0 };
    let files = disk::files_below(folder, depth, &is_of_a_page).map_err(|failure| cannot(&failure.reason))?;
    let mut files: Vec<PathBuf> = files.into_iter().filter(|path| is_page(path)).collect();
    sort(&mut files);
    if files.is_empty() {
        let hint = format!("put pages ending in .{} into it, or name the files", ENDINGS.join(", ."));
        let hint = if recursive { hint } else { format!("{hint}; --recursive also looks into the folders in it") };
        return Err(cannot("no pages in this folder").hint(hint));
    }
    Ok(Input::Found { name, files })
}

fn is_page(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    ENDINGS.iter().any(|ending| name.strip_suffix(ending).is_some_and(|rest| rest.ends_with('.')))
}

/// Whether a folder is that of a page's pictures and frames, as browsers save it: `a_files` beside `a.html`.
fn is_of_a_page(folder: &Path) -> bool {
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let beside =
        |stem: &str| ["html", "htm"].iter().any(|end| disk::is_there(&folder.with_file_name(format!("{stem}.{end}"))));
    ["_files", "-Dateien", "_fichiers", "_archivos", ".files"]
        .iter()
        .any(|end| name.strip_suffix(end).is_some_and(beside))
}

/// The files that a pattern fits.
fn matching(pattern: &str, folder: &Path) -> Result<Input, Error> {
    let written = pattern.replace('\\', "/");
    let parts: Vec<&str> = written.split('/').collect();
    let plain = parts.iter().take_while(|part| !part.contains(['*', '?', '['])).count();
    let start: String = parts.iter().take(plain).map(|part| format!("{part}/")).collect();
    let wild = parts.get(plain..).unwrap_or_default();
    let start = folder.join(start);
    let depth = if wild.contains(&"**") { 32 } else { wild.len().saturating_sub(1) };
    let root = if start.as_os_str().is_empty() { Path::new(".") } else { &start };
    let files = disk::files_below(root, depth, &|_| false).unwrap_or_default();
    let fits = |path: &PathBuf| {
        let Ok(inside) = path.strip_prefix(root) else { return false };
        let names: Vec<String> = inside.iter().map(|part| part.to_string_lossy().into_owned()).collect();
        fits_path(wild, &names)
    };
    let mut files: Vec<PathBuf> = files.into_iter().filter(fits).collect();
    sort(&mut files);
    if files.is_empty() {
        let message = format!("cannot read {}: no file has such a name", printable(pattern, 200));
        return Err(Error::new(ErrorKind::Input, message).hint("* stands for any part of a name, ** for any folders"));
    }
    let files = files.into_iter().map(|path| path.strip_prefix("./").map(PathBuf::from).unwrap_or(path)).collect();
    Ok(Input::Found { name: printable(pattern, 200), files })
}

fn fits_path(pattern: &[&str], names: &[String]) -> bool {
    match (pattern, names) {
        ([], []) => true,
        (["**", rest @ ..], _) => (0..=names.len()).any(|skipped| fits_path(rest, &names[skipped..])),
        ([first, rest @ ..], [name, names @ ..]) => fits(first, name) && fits_path(rest, names),
        _ => false,
    }
}

/// Whether a name fits a pattern of `*`, `?` and `[a-z]`.
fn fits(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    // Where the last star was, and how far it went.
    let (mut p, mut n, mut star) = (0, 0, None);
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
                continue;
            }
            Some('?') => {
                (p, n) = (p + 1, n + 1);
                continue;
            }
            Some('[') => {
                if let Some((fits, end)) = class(&pattern[p..], name[n]) {
                    if fits {
                        (p, n) = (p + end, n + 1);
                        continue;
                    }
                } else if name[n] == '[' {
                    (p, n) = (p + 1, n + 1);
                    continue;
                }
            }
            Some(c) if *c == name[n] => {
                (p, n) = (p + 1, n + 1);
                continue;
            }
            _ => {}
        }
        let Some((at, from)) = star else { return false };
        star = Some((at, from + 1));
        (p, n) = (at + 1, from + 1);
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// Whether `[…]` holds a character, and how long it is. `None` if it has no end.
fn class(pattern: &[char], c: char) -> Option<(bool, usize)> {
    let end = pattern.iter().skip(2).position(|c| *c == ']')? + 2;
    let inner = &pattern[1..end];
    let (not, inner) = match inner {
        ['!' | '^', rest @ ..] if !rest.is_empty() => (true, rest),
        inner => (false, inner),
    };
    let ranges = inner.windows(3).any(|w| w[1] == '-' && (w[0]..=w[2]).contains(&c));
    Some(((inner.contains(&c) || ranges) != not, end + 1))
}

fn sort(files: &mut [PathBuf]) {
    files.sort_by(|one, other| natural(&one.to_string_lossy(), &other.to_string_lossy()));
}

/// The order of names as people read them: small and large letters alike, numbers by their value.
pub fn natural(one: &str, other: &str) -> Ordering {
    let (mut a, mut b) = (one.chars().peekable(), other.chars().peekable());
    loop {
        match (a.peek().copied(), b.peek().copied()) {
            (None, None) => return one.cmp(other),
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(x), Some(y)) if x.is_ascii_digit() && y.is_ascii_digit() => {
                let (x, y) = (number(&mut a), number(&mut b));
                match x.len().cmp(&y.len()).then_with(|| x.cmp(&y)) {
                    Ordering::Equal => {}
                    order => return order,
                }
            }
            (Some(x), Some(y)) => {
                match x.to_lowercase().cmp(y.to_lowercase()) {
                    Ordering::Equal => {}
                    order => return order,
                }
                a.next();
                b.next();
            }
        }
    }
}

/// The digits that come next, without zeros before them.
fn number(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> String {
    let mut digits = String::new();
    while let Some(digit) = chars.next_if(char::is_ascii_digit) {
        if digit != '0' || !digits.is_empty() {
            digits.push(digit);
        }
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_ordered_as_people_do() {
        let mut names = ["b10", "b9", "B1", "a", "b009", "第10章", "第2章", "b9a"];
        names.sort_by(|one, other| natural(one, other));
        assert_eq!(names, ["a", "B1", "b009", "b9", "b9a", "b10", "第2章", "第10章"]);
    }

    #[test]
    fn patterns() {
        for (pattern, name) in
            [("*.html", "a.b.html"), ("第?章*", "第2章.md"), ("[a-c]x", "bx"), ("a[!b]", "ac"), ("a[", "a[")]
        {
            assert!(fits(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [("*.html", "a.htm"), ("?", ""), ("[a-c]x", "dx"), ("a[!b]", "ab"), ("*a*b", "xbxa")] {
            assert!(!fits(pattern, name), "{pattern} {name}");
        }
        let names = ["a", "b", "c.html"].map(str::to_owned);
        assert!(fits_path(&["**", "*.html"], &names) && fits_path(&["a", "**", "c*"], &names));
        assert!(!fits_path(&["*", "*.html"], &names));
        // What is slow where stars are tried one by one.
        assert!(!fits(&"*a".repeat(30), &"a".repeat(200).replace("aaaaaaaaaa", "b")));
    }
}
