//! From a request to its answer.

use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::header::{self, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};

use super::super::answer::{is_this_machine, plain, text, without_body};
use super::super::body::Answer;
use super::super::text::decoded;
use super::{Stage, epub};

const PAGE: &str = include_str!("page.html");
const SCRIPT: &str = include_str!("page.js");
const STYLE: &str = include_str!("page.css");

/// What the preview's own page may load: what this server has.
const OWN: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
    frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// What comes from the book: no script at all, and nothing from elsewhere. Styles are those of the book, and what the
/// preview's script says of the screen.
const BOOKS: &str = "default-src 'none'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; font-src 'self'; \
    form-action 'none'; frame-ancestors 'self'";

/// The longest time that a page waits for a change before it asks again.
const PATIENCE: Duration = Duration::from_secs(20);

/// Answers a request. What takes time is done beside.
pub(super) async fn to(request: Request<Incoming>, stage: Arc<Stage>) -> Response<Answer> {
    let (parts, _) = request.into_parts();
    let head = parts.method == Method::HEAD;
    let (mut response, policy) = if !head && parts.method != Method::GET {
        (plain(StatusCode::METHOD_NOT_ALLOWED, "only reading is possible here"), OWN)
    } else if !parts.headers.get(header::HOST).is_none_or(is_this_machine) {
        // A page of the web whose name was made to lead here (DNS rebinding).
        (plain(StatusCode::MISDIRECTED_REQUEST, "this preview is for this machine"), OWN)
    } else {
        answer(stage, parts.uri.path(), parts.uri.query()).await
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    // What an address shows never changes: it holds the edition's number.
    let lasting = parts.uri.path().starts_with("/book/") || parts.uri.path().starts_with("/page/");
    let control = if lasting { "max-age=3600, immutable" } else { "no-store" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(control));
    if head { without_body(response) } else { response }
}

async fn answer(stage: Arc<Stage>, path: &str, query: Option<&str>) -> (Response<Answer>, &'static str) {
    let own = |kind, what: &str| (text(kind, what.to_owned()), OWN);
    match path {
        "/" => own("text/html; charset=utf-8", PAGE),
        "/page.js" => own("text/javascript; charset=utf-8", SCRIPT),
        "/page.css" => own("text/css; charset=utf-8", STYLE),
        "/state" => {
            wait(&stage, query).await;
            own("application/json", &stage.told().to_string())
        }
        path => {
            let path = path.to_owned();
            let found = tokio::task::spawn_blocking(move || part(&stage, &path)).await.ok().flatten();
            match found {
                Some((bytes, kind)) => {
                    let mut response = text(kind, String::new());
                    *response.body_mut() = Answer::Bytes(bytes.into());
                    (response, BOOKS)
                }
                None => (plain(StatusCode::NOT_FOUND, "there is no such page"), OWN),
            }
        }
    }
}

/// Waits until there is something newer than the version that the query names.
async fn wait(stage: &Stage, query: Option<&str>) {
    let known = query.and_then(|query| query.strip_prefix("after=")?.parse::<u64>().ok());
    let Some(known) = known else { return };
    let mut version = stage.version.subscribe();
    let newer = version.wait_for(|version| *version != known);
    let _ = tokio::time::timeout(PATIENCE, newer).await;
}

/// A file of the EPUB file, `/book/EDITION/NAME`, or a page, `/page/EDITION/NUMBER.svg`. The edition's number only makes
/// the address another one: what is shown is the last.
fn part(stage: &Stage, path: &str) -> Option<(Vec<u8>, &'static str)> {
    let shown = stage.now().edition?;
    let (kind, rest) = path.strip_prefix('/')?.split_once('/')?;
    let (_, name) = rest.split_once('/')?;
    match kind {
        "book" => epub::file(&shown.edition.epub, &decoded(name)?),
        "page" => {
            let number: usize = name.strip_suffix(".svg")?.parse().ok()?;
            Some(((shown.edition.draw)(number)?.into_bytes(), "image/svg+xml"))
        }
        _ => None,
    }
}
