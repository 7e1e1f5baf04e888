//! From files, folders and standard input to pages.

use std::path::{Path, PathBuf};

use super::{FrontMatter, PAGE_LIMIT, Source, charset, front_matter, markdown};
use crate::diag::{Diagnostic, Error, ErrorKind, printable};
use crate::fetch::{Failure, Fetch, Request, disk};

/// File name endings of pages in a folder.
const ENDINGS: [&str; 5] = ["html", "htm", "xhtml", MARKDOWN[0], MARKDOWN[1]];
/// File name endings of pages in Markdown.
const MARKDOWN: [&str; 2] = ["md", "markdown"];

/// The page on standard input.
pub(super) fn standard_input(say: &mut Vec<Diagnostic>) -> Result<Source, Error> {
    let bytes = disk::read_standard_input(PAGE_LIMIT).map_err(|failure| unreadable("standard input", failure))?;
    page("-", &bytes, None, say)
}

/// The page of a file, or the pages of a folder.
pub(super) fn path(path: &Path, say: &mut Vec<Diagnostic>) -> Result<Vec<Source>, Error> {
    if !disk::is_folder(path) {
        return file(path, say).map(|page| vec![page]);
    }
    let name = printable(&path.to_string_lossy(), 200);
    let files: Vec<PathBuf> = disk::files_in(path)
        .map_err(|failure| unreadable(&name, failure))?
        .into_iter()
        .filter(|path| is_page(path))
        .collect();
    if files.is_empty() {
        let hint = format!("put pages ending in .{} into it, or name the files", ENDINGS.join(", ."));
        return Err(Error::new(ErrorKind::Input, format!("cannot read {name}: no pages in this folder")).hint(hint));
    }
    let mut pages = files.iter().map(|path| file(path, say)).collect::<Result<Vec<_>, _>>()?;
    // Stable: pages of one date, and those without, stay ordered by name.
    pages.sort_by_key(|page| date_of(page).unwrap_or(u64::MAX));
    Ok(pages)
}

fn is_page(path: &Path) -> bool {
    ends_in(path, &ENDINGS)
}

fn ends_in(path: &Path, endings: &[&str]) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    ending.is_some_and(|ending| endings.contains(&ending.as_str()))
}

fn file(path: &Path, say: &mut Vec<Diagnostic>) -> Result<Source, Error> {
    let name = printable(&path.to_string_lossy(), 200);
    let bytes = disk::read(path, PAGE_LIMIT).map_err(|failure| unreadable(&name, failure))?;
    let mut page = page(&name, &bytes, None, say)?;
    if ends_in(path, &MARKDOWN)
        && let Some(html) = markdown::to_html(&page.html)
    {
        page.html = html;
    }
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    Ok(Source { stem, folder: disk::folder_address(path), ..page })
}

/// The page at an address of the web.
pub(super) fn address(address: &str, fetch: &dyn Fetch, say: &mut Vec<Diagnostic>) -> Result<Source, Error> {
    let name = printable(address.split(['?', '#']).next().unwrap_or(address), 200);
    let body = fetch.fetch(Request::page(address)).map_err(|failure| {
        let error = Error::new(ErrorKind::Input, format!("cannot read {name}: {}", failure.reason));
        error.hint(failure.hint.unwrap_or_else(|| "save the page with a browser, and give the file".to_owned()))
    })?;
    let page = page(&name, &body.bytes, body.charset.as_deref(), say)?;
    let stem = name.trim_end_matches('/').rsplit('/').next().map(|last| last.split('.').next().unwrap_or(last));
    let stem = stem.filter(|stem| !stem.is_empty() && stem.is_ascii()).map(str::to_owned);
    Ok(Source { stem, address: Some(body.moved_to.unwrap_or_else(|| address.to_owned())), ..page })
}

fn page(name: &str, bytes: &[u8], charset: Option<&str>, say: &mut Vec<Diagnostic>) -> Result<Source, Error> {
    let Some(decoded) = charset::decode(bytes, charset) else {
        return Err(Error::new(ErrorKind::Input, format!("cannot read {name}: not a text file"))
            .hint("give saved web pages: HTML, with or without front matter"));
    };
    if let Some(how) = decoded.guessed {
        let message = format!("read as {}, {how}", decoded.charset);
        say.push(Diagnostic::note("charset-guessed", message).at(name, None));
    }
    let (head, body, body_line) = front_matter::split(&decoded.text);
    let front_matter = match head {
        Some(head) => front_matter::read(head, name, say),
        None => FrontMatter::default(),
    };
    Ok(Source { name: name.to_owned(), html: body.to_owned(), front_matter, body_line, ..Source::default() })
}

fn unreadable(name: &str, failure: Failure) -> Error {
    let error = Error::new(ErrorKind::Input, format!("cannot read {name}: {}", failure.reason));
    error.hint(
        failure
            .hint
            .unwrap_or_else(|| "check the path; pages are files, folders of files, or - for standard input".into()),
    )
}

/// When a page says it was published, as a number that grows with time.
fn date_of(page: &Source) -> Option<u64> {
    page.front_matter.date.as_deref().and_then(order).or_else(|| order(meta_date(&page.html)?))
}

/// The date that a page's head states, in the forms that nearly all sites use.
fn meta_date(html: &str) -> Option<&str> {
    let names = ["article:published_time", "datePublished", "datepublished", "pubdate", "publishdate"];
    let end = html.char_indices().nth(200_000).map_or(html.len(), |(at, _)| at);
    let html = &html[..end];
    names.into_iter().find_map(|name| {
        let at = html.find(name)? + name.len();
        let after: &str = &html[at..];
        let near = after.char_indices().nth(80).map_or(after, |(end, _)| &after[..end]);
        let digit = near.find(|c: char| c.is_ascii_digit())?;
        order(&near[digit..]).map(|_| &near[digit..])
    })
}

/// Year, month, day, hour, minute and second of a date as one number, in UTC as far as a zone is given.
fn order(date: &str) -> Option<u64> {
    let mut parts = date.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    let mut next = |low: u64, high: u64| parts.next()?.parse::<u64>().ok().filter(|n| (low..=high).contains(n));
    let (year, month, day) = (next(1000, 9999)?, next(1, 12)?, next(1, 31)?);
    let (hour, minute, second) = (next(0, 23).unwrap_or(0), next(0, 59).unwrap_or(0), next(0, 60).unwrap_or(0));
    let seconds = (year * 372 + month * 31 + day) * 86_400 + hour * 3600 + minute * 60 + second;
    let zone = date.rsplit_once('+').and_then(|(_, zone)| zone.get(..2)?.parse::<u64>().ok()).unwrap_or(0);
    Some(seconds.saturating_sub(zone.min(14) * 3600))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_order_pages() {
        assert!(order("2022-01-13T19:36:12+00:00") < order("2022-01-14T04:36:12+08:00"));
        assert!(order("2020年6月6日") < order("2020-06-07"));
        assert_eq!(order("昨天"), None);
        assert_eq!(order("9-14"), None);
    }

    #[test]
    fn a_page_without_front_matter_is_ordered_by_its_own_date() {
        let html = r#"<meta property="article:published_time" content="2021-02-03T00:00:00Z">"#;
        assert_eq!(order(meta_date(html).unwrap()), order("2021-02-03"));
        assert_eq!(meta_date("<p>2021-02-03</p>"), None);
    }
}
