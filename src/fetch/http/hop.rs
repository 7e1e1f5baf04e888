//! One request and what came of it.

use std::error::Error;
use std::io;
use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, DATE, ETAG, HeaderMap, HeaderName, HeaderValue,
    IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, LOCATION, RETRY_AFTER,
};
use reqwest::{Client, Response, StatusCode};
use tokio::time::timeout;

use super::super::cache::Validators;
use super::super::policy::Reach;
use super::super::{Body, Failure, FailureKind, Wanted};
use super::manners::{self, Slot};
use super::resolve::{Lookup, Resolver, Unresolved};
use super::{Ask, Options, Shared};

/// Says neither version nor system: the one thing that a server learns is that this is no browser.
const USER_AGENT: &str = "Offprint";

const PICTURES: &str = "image/webp,image/png,image/jpeg,image/gif,image/svg+xml;q=0.8";

const PAGES: &str = "text/html,application/xhtml+xml";

/// What came of a request.
pub(super) enum Outcome {
    /// The whole body and the marks of its version.
    Body(Body, Validators),
    /// The version that is known already.
    Unchanged,
    /// It is elsewhere.
    Redirect(String),
    /// It may come if it is asked for again, at once or after the wait that the server asks for.
    Again {
        /// Why it did not come.
        failure: Failure,
        /// How long to wait, if the server says so.
        wait: Option<Duration>,
        /// Whether the host began and did not end: that counts against it once the address is given up.
        broken: bool,
    },
    /// It will not come.
    Failed(Failure),
}

/// A client for public hosts, whose resolver lets no other address pass, and one for what the user opened. Made when
/// first needed: reading the machine's certificates takes time.
pub(super) struct Clients {
    options: Options,
    lookup: Arc<dyn Lookup>,
    public: OnceLock<Result<Client, Failure>>,
    open: OnceLock<Result<Client, Failure>>,
}

impl Clients {
    pub(super) fn new(options: &Options, lookup: Arc<dyn Lookup>) -> Self {
        Self { options: options.clone(), lookup, public: OnceLock::new(), open: OnceLock::new() }
    }

    fn get(&self, reach: Reach) -> Result<&Client, Failure> {
        // With a proxy the only name that is resolved here is the proxy's own, which may well be at home.
        let public_only = reach == Reach::Public && self.options.proxy.is_none();
        let cell = if public_only { &self.public } else { &self.open };
        cell.get_or_init(|| self.build(public_only)).as_ref().map_err(Clone::clone)
    }

    fn build(&self, public_only: bool) -> Result<Client, Failure> {
        // Fails only if there is one already, which is then the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let limits = &self.options.limits;
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        let mut builder = Client::builder()
            .user_agent(USER_AGENT)
            .default_headers(headers)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .no_proxy()
            .connect_timeout(limits.connect)
            .pool_max_idle_per_host(limits.per_host)
            .dns_resolver(Resolver { lookup: self.lookup.clone(), public_only });
        if let Some(proxy) = &self.options.proxy {
            builder = builder.proxy(reqwest::Proxy::all(proxy.0.as_str()).map_err(|error| unusable(&error))?);
        }
        builder.build().map_err(|error| unusable(&error))
    }
}

fn unusable(error: &reqwest::Error) -> Failure {
    let cause = crate::diag::printable(&innermost(error), 120);
    Failure::new(FailureKind::Broken, format!("the network cannot be used: {cause}"))
}

/// Asks once.
pub(super) async fn ask(shared: &Shared, slot: &Slot, ask: &Ask, reach: Reach) -> Outcome {
    let client = match shared.clients.get(reach) {
        Ok(client) => client,
        Err(failure) => return Outcome::Failed(failure),
    };
    let limits = &shared.options.limits;
    let request = client.get(ask.url.clone()).headers(request_headers(shared, ask));
    let answer = match timeout(limits.connect + limits.idle, request.send()).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => return unanswered(&error, slot, shared),
        Err(_) => {
            let failure = Failure::new(FailureKind::Broken, format!("no answer within {} s", limits.idle.as_secs()));
            slot.host.failed(&failure);
            return Outcome::Failed(failure);
        }
    };
    if answer.status() == StatusCode::OK {
        return match read(shared, answer, ask.limit).await {
            // A host whose answers never come to their end is as good as one that does not answer.
            Read::Stalled(outcome) => {
                if let Outcome::Failed(failure) = &outcome {
                    slot.host.failed(failure);
                }
                outcome
            }
            Read::Done(outcome) => {
                slot.host.answered();
                outcome
            }
        };
    }
    slot.host.answered();
    match answer.status() {
        StatusCode::NOT_MODIFIED if ask.known != Validators::default() => Outcome::Unchanged,
        status if status.is_redirection() && answer.headers().contains_key(LOCATION) => {
            let location =
                answer.headers().get(LOCATION).and_then(|location| std::str::from_utf8(location.as_bytes()).ok());
            match location {
                Some(location) => Outcome::Redirect(location.to_owned()),
                None => Outcome::Failed(Failure::new(FailureKind::Broken, "redirected to a malformed address")),
            }
        }
        status => unwelcome(status, &answer, slot, shared),
    }
}

/// What this request says beyond what all of them say.
fn request_headers(shared: &Shared, ask: &Ask) -> HeaderMap {
    let accept = match ask.wanted {
        Wanted::Picture => PICTURES,
        Wanted::Page => PAGES,
    };
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static(accept));
    let known = [(IF_NONE_MATCH, &ask.known.etag), (IF_MODIFIED_SINCE, &ask.known.modified)];
    for (name, value) in known {
        if let Some(value) = value.as_ref().and_then(|value| HeaderValue::from_str(value).ok()) {
            headers.insert(name, value);
        }
    }
    // What the user adds is for pages of the host that the user named: not for pictures, not for where it redirects to.
    if ask.wanted == Wanted::Page {
        for (name, value) in shared.options.headers.of(&ask.url) {
            let name = HeaderName::from_bytes(name.as_bytes());
            if let (Ok(name), Ok(mut value)) = (name, HeaderValue::from_str(&value)) {
                value.set_sensitive(true);
                headers.insert(name, value);
            }
        }
    }
    headers
}

/// A status that is neither success nor redirect.
fn unwelcome(status: StatusCode, answer: &Response, slot: &Slot, shared: &Shared) -> Outcome {
    let kind = match status {
        StatusCode::NOT_FOUND | StatusCode::GONE => FailureKind::Missing,
        _ => FailureKind::Broken,
    };
    let mut failure = Failure::new(kind, format!("http status {}", status.as_u16()));
    let passing = status.is_server_error() || matches!(status.as_u16(), 408 | 429);
    if !passing {
        return Outcome::Failed(failure);
    }
    let header = |name: HeaderName| answer.headers().get(name).and_then(|value| value.to_str().ok());
    let wait = header(RETRY_AFTER).and_then(|value| manners::retry_after(value, header(DATE)));
    match wait {
        Some(wait) if wait > shared.options.limits.retry_after => {
            failure.reason = format!("{}, asks to wait {} s", failure.reason, wait.as_secs());
            Outcome::Failed(failure)
        }
        // Others wait as well: the server speaks of the client, not of the address.
        Some(wait) => {
            slot.host.pause(wait);
            Outcome::Again { failure, wait: Some(wait), broken: false }
        }
        None => Outcome::Again { failure, wait: None, broken: false },
    }
}

/// How the reading of a body ended.
enum Read {
    /// The host sent what there is, whatever it is worth.
    Done(Outcome),
    /// It stopped on the way.
    Stalled(Outcome),
}

/// Takes the body piece by piece.
async fn read(shared: &Shared, mut answer: Response, limit: u64) -> Read {
    let failed = |failure| Read::Done(Outcome::Failed(failure));
    if let Some(coding) = answer.headers().get(CONTENT_ENCODING) {
        let coding = coding.to_str().unwrap_or("?").trim().to_ascii_lowercase();
        if !matches!(coding.as_str(), "" | "identity") {
            let reason = format!("sent as {} though nobody asked", crate::diag::printable(&coding, 20));
            return failed(Failure::new(FailureKind::Broken, reason));
        }
    }
    let declared = answer.content_length();
    if declared.is_some_and(|length| length > limit) {
        return failed(Failure::too_long(limit));
    }
    let limits = &shared.options.limits;
    let mut bytes = Vec::with_capacity(usize::try_from(declared.unwrap_or(0)).unwrap_or(0));
    loop {
        match timeout(limits.idle, answer.chunk()).await {
            Ok(Ok(Some(piece))) => {
                let before = shared.received.fetch_add(piece.len() as u64, Ordering::Relaxed);
                if before.saturating_add(piece.len() as u64) > limits.bytes {
                    let failure = Failure::new(FailureKind::Broken, "the limit for all downloads is used up");
                    return failed(failure.hint("raise it with --limit, such as fetched=2GiB"));
                }
                if bytes.len() as u64 + piece.len() as u64 > limit {
                    return failed(Failure::too_long(limit));
                }
                bytes.extend_from_slice(&piece);
            }
            Ok(Ok(None)) => break,
            // A body shorter than its declared length ends here too.
            Ok(Err(_)) => return Read::Stalled(again("the answer broke off")),
            Err(_) => {
                let reason = format!("no data for {} s", limits.idle.as_secs());
                return Read::Stalled(Outcome::Failed(Failure::new(FailureKind::Broken, reason)));
            }
        }
    }
    if declared.is_some_and(|length| length != bytes.len() as u64) {
        return Read::Stalled(again("the answer broke off"));
    }
    let header = |name: HeaderName| answer.headers().get(name).and_then(|value| value.to_str().ok());
    let (media_type, charset) = header(CONTENT_TYPE).map(content_type).unwrap_or_default();
    let validators =
        Validators { etag: header(ETAG).map(str::to_owned), modified: header(LAST_MODIFIED).map(str::to_owned) };
    Read::Done(Outcome::Body(Body { media_type, charset, ..Body::new(bytes) }, validators))
}

/// The media type and the character set of a `Content-Type` (RFC 9110 §8.3).
fn content_type(value: &str) -> (Option<String>, Option<String>) {
    let mut parts = value.split(';').map(str::trim);
    let media_type = parts.next().map(str::to_ascii_lowercase).filter(|essence| !essence.is_empty());
    let charset = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"').to_owned())
    });
    (media_type, charset)
}

fn again(reason: &str) -> Outcome {
    Outcome::Again { failure: Failure::new(FailureKind::Broken, reason), wait: None, broken: true }
}

/// No answer came: what the client's error means.
fn unanswered(error: &reqwest::Error, slot: &Slot, shared: &Shared) -> Outcome {
    let mut tls = None;
    let mut system = None;
    let mut source: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(cause) = source {
        if let Some(unresolved) = cause.downcast_ref::<Unresolved>() {
            return unresolved_host(unresolved, slot);
        }
        tls = tls.or_else(|| cause.downcast_ref::<rustls::Error>());
        source = cause.source();
        if let Some(io) = cause.downcast_ref::<io::Error>() {
            system = Some(io.kind());
            // What such an error wraps is not its source, but the beginning of it.
            source = io.get_ref().map(|inner| inner as &(dyn Error + 'static)).or(source);
        }
    }
    if let Some(tls) = tls {
        let failure =
            Failure::new(FailureKind::Broken, format!("tls: {}", crate::diag::printable(&tls.to_string(), 120)));
        slot.host.failed(&failure);
        return Outcome::Failed(failure);
    }
    if !error.is_connect() {
        return again("the connection broke off");
    }
    let whom = if shared.options.proxy.is_some() { " to the proxy" } else { "" };
    let why = match system {
        _ if error.is_timeout() => format!("no answer within {} s", shared.options.limits.connect.as_secs()),
        Some(kind) => kind.to_string(),
        None => crate::diag::printable(&innermost(error), 80),
    };
    let failure = Failure::new(FailureKind::Broken, format!("cannot connect{whom}: {why}"));
    slot.host.failed(&failure);
    Outcome::Again { failure, wait: None, broken: false }
}

fn unresolved_host(unresolved: &Unresolved, slot: &Slot) -> Outcome {
    match unresolved {
        Unresolved::Refused(refusal) => Outcome::Failed(refusal.clone()),
        Unresolved::Unknown => {
            let failure = Failure::new(FailureKind::Broken, "cannot find the host");
            slot.host.failed(&failure);
            Outcome::Again { failure, wait: None, broken: false }
        }
    }
}

fn innermost(error: &dyn Error) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string()
}
