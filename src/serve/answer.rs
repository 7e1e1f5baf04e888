//! From a request to its answer.

use std::io::{Seek, SeekFrom};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use hyper::body::{Bytes, Incoming};
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};

use super::body::Answer;
use super::book;
use super::feed::{self, Catalogue, Listed, PAGE};
use super::page;
use super::range::{Asked, asked};
use super::shelf::{Opened, Shelf};
use super::text::{decoded, encoded, timestamp};

/// Answers a request. What takes time is done beside, so that other clients are answered meanwhile.
pub(super) async fn to(request: Request<Incoming>, shelf: Arc<Shelf>) -> Response<Answer> {
    let head = request.method() == Method::HEAD;
    let known = head || request.method() == Method::GET;
    let (parts, _) = request.into_parts();
    let made = match known {
        true => {
            tokio::task::spawn_blocking(move || answer(&shelf, parts.uri.path(), parts.uri.query(), &parts.headers))
                .await
                .ok()
        }
        false => Some(plain(StatusCode::METHOD_NOT_ALLOWED, "only reading is possible here")),
    };
    let mut response = made.unwrap_or_else(|| plain(StatusCode::INTERNAL_SERVER_ERROR, "that failed"));
    let headers = response.headers_mut();
    if !known {
        headers.insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
    }
    // What a book holds must never become a page of this catalogue.
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    let policy =
        "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'";
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    if head { without_body(response) } else { response }
}

fn answer(shelf: &Shelf, path: &str, query: Option<&str>, headers: &HeaderMap) -> Response<Answer> {
    if shelf.local && !headers.get(header::HOST).is_none_or(is_this_machine) {
        // A page of the web whose name was made to lead here (DNS rebinding).
        return plain(StatusCode::MISDIRECTED_REQUEST, "this catalogue is for this machine");
    }
    let Some(path) = decoded(path) else { return plain(StatusCode::BAD_REQUEST, "the address is no UTF-8") };
    let listing = |kind, write: fn(&Catalogue) -> String| match catalogue(shelf, query) {
        Some(page) => text(kind, write(&page)),
        None => plain(StatusCode::NOT_FOUND, "there is no such page"),
    };
    match path.as_str() {
        "/" => listing("text/html; charset=utf-8", page::html),
        "/opds" | "/opds/" => {
            let names = shelf.names();
            text(feed::NAVIGATION, feed::front(&shelf.title(), names.len(), &updated(shelf, &names)))
        }
        "/opds/books" => listing(feed::ACQUISITION, feed::atom),
        "/opds/search.xml" => text(feed::SEARCH, feed::search()),
        "/opds/v2" => listing(feed::JSON, feed::json),
        path => match (path.strip_prefix("/book/"), path.strip_prefix("/cover/")) {
            (Some(name), _) => shelf.book(name).and_then(|book| download(name, book, headers)),
            (_, Some(name)) => shelf.book(name).and_then(|book| cover(book, headers)),
            (None, None) => None,
        }
        .unwrap_or_else(|| plain(StatusCode::NOT_FOUND, "there is no such book")),
    }
}

pub(super) fn is_this_machine(host: &HeaderValue) -> bool {
    let host = host.to_str().unwrap_or_default();
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The page of the catalogue that a query asks for.
fn catalogue(shelf: &Shelf, query: Option<&str>) -> Option<Catalogue> {
    let pairs = query.unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
    let value = |key: &str| {
        let found = pairs.clone().find(|(name, _)| *name == key)?;
        decoded(&found.1.replace('+', " "))
    };
    let words =
        value("q").map(|words| words.trim().chars().take(200).collect::<String>()).filter(|words| !words.is_empty());
    let number = match value("page") {
        Some(number) => number.parse().ok().filter(|number| *number >= 1)?,
        None => 1,
    };
    let mut names = shelf.names();
    if let Some(words) = &words {
        let words = words.to_lowercase();
        names.retain(|name| words.split_whitespace().all(|word| name.to_lowercase().contains(word)));
    }
    let total = names.len();
    let start = (number - 1_usize).checked_mul(PAGE).filter(|start| *start < total.max(1))?;
    let listed = names.into_iter().skip(start).take(PAGE);
    let books: Vec<Listed> = listed.filter_map(|name| self::listed(shelf, name)).collect();
    let updated = books.iter().map(|book| book.updated.clone()).max();
    let updated = updated.unwrap_or_else(|| timestamp(UNIX_EPOCH));
    Some(Catalogue { title: shelf.title(), books, number, total, query: words, updated })
}

fn listed(shelf: &Shelf, name: String) -> Option<Listed> {
    let mut book = shelf.book(&name)?;
    let about = book::about(&name, &mut book);
    let Opened { length, changed, media_type, .. } = book;
    Some(Listed { name, about, updated: timestamp(changed), length, media_type })
}

/// When one of the first books was changed.
fn updated(shelf: &Shelf, names: &[String]) -> String {
    let times = names.iter().take(PAGE).filter_map(|name| Some(shelf.book(name)?.changed));
    timestamp(times.max().unwrap_or(UNIX_EPOCH))
}

/// A book, or a part of it (RFC 9110 §13, §14).
fn download(name: &str, mut book: Opened, headers: &HeaderMap) -> Option<Response<Answer>> {
    let tag = book.tag();
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let matches = |list: &str| {
        list.split(',')
            .any(|one| matches!(one.trim().trim_start_matches("W/"), "*") || one.trim().trim_start_matches("W/") == tag)
    };
    let response = Response::builder().header(header::ETAG, &tag).header(header::ACCEPT_RANGES, "bytes");
    if text(header::IF_NONE_MATCH).is_some_and(matches) {
        return response.status(StatusCode::NOT_MODIFIED).body(Answer::Bytes(Bytes::new())).ok();
    }
    // A part of another state of the file would not fit.
    let same = text(header::IF_RANGE).is_none_or(|state| state.trim() == tag);
    let range = text(header::RANGE).filter(|_| same);
    let file = name.rsplit('/').next().unwrap_or(name);
    let disposition = format!("attachment; filename*=UTF-8''{}", encoded(file));
    let response =
        response.header(header::CONTENT_TYPE, book.media_type).header(header::CONTENT_DISPOSITION, disposition);
    let length = book.length;
    let (response, from, count) = match asked(range, length) {
        Asked::None => {
            let response = response.status(StatusCode::RANGE_NOT_SATISFIABLE);
            let response = response.header(header::CONTENT_RANGE, format!("bytes */{length}"));
            return response.body(Answer::Bytes(Bytes::new())).ok();
        }
        Asked::All => (response, 0, length),
        Asked::Part(from, count) => {
            let range = format!("bytes {from}-{}/{length}", from + count - 1);
            (response.status(StatusCode::PARTIAL_CONTENT).header(header::CONTENT_RANGE, range), from, count)
        }
    };
    book.file.seek(SeekFrom::Start(from)).ok()?;
    response.header(header::CONTENT_LENGTH, count).body(Answer::File(book.file, count)).ok()
}

fn cover(mut book: Opened, headers: &HeaderMap) -> Option<Response<Answer>> {
    let tag = book.tag();
    let response = Response::builder().header(header::ETAG, &tag).header(header::CACHE_CONTROL, "no-cache");
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return response.status(StatusCode::NOT_MODIFIED).body(Answer::Bytes(Bytes::new())).ok();
    }
    let (bytes, kind) = book::cover(&mut book)?;
    response
        .header(header::CONTENT_TYPE, kind)
        .header(header::CONTENT_LENGTH, bytes.len())
        .body(Answer::Bytes(bytes.into()))
        .ok()
}

pub(super) fn text(kind: &'static str, text: String) -> Response<Answer> {
    let mut response = Response::new(Answer::Bytes(text.into()));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

pub(super) fn plain(status: StatusCode, words: &'static str) -> Response<Answer> {
    let mut response = text("text/plain; charset=utf-8", format!("{words}\n"));
    *response.status_mut() = status;
    response
}

/// The head of an answer alone; it says how long the body would be.
pub(super) fn without_body(response: Response<Answer>) -> Response<Answer> {
    let (mut parts, body) = response.into_parts();
    let length = hyper::body::Body::size_hint(&body).exact().unwrap_or(0);
    if !parts.headers.contains_key(header::CONTENT_LENGTH) && parts.status != StatusCode::NOT_MODIFIED {
        parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    Response::from_parts(parts, Answer::Bytes(Bytes::new()))
}
