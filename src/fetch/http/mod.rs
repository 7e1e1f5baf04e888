//! The web: `http` and `https` addresses, asked for politely and within limits.
//!
//! A thread with the network's event loop starts with the first address that may be asked for, so that a build without
//! pictures from the web pays nothing. Callers on any number of threads wait for their own answers.

mod follow;
mod headers;
mod hop;
mod manners;
mod resolve;
#[cfg(test)]
mod tests;

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, OnceLock, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;
use url::Url;

pub use self::headers::Headers;
use self::hop::Clients;
use self::manners::Hosts;
use self::resolve::{Lookup, System};
use super::cache::Validators;
use super::policy::{self, AllowNet};
use super::{Body, Failure, FailureKind, Fetch, Request, Wanted};

/// What the user decided about the web.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Hosts and ports outside the public network that may be asked.
    pub allow: AllowNet,
    /// The proxy that everything goes through; names are resolved by it.
    pub proxy: Option<Proxy>,
    /// Sent with pages, to the host that the user named only.
    pub headers: Headers,
    /// How long to wait and how much to ask.
    pub limits: Limits,
}

/// How long the client waits and how much it asks of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For a connection.
    pub connect: Duration,
    /// Between two pieces of an answer, and for its first.
    pub idle: Duration,
    /// For an address, retries and redirects included.
    pub address: Duration,
    /// For all addresses of a build, from the first on.
    pub budget: Duration,
    /// Bytes of all answers of a build together.
    pub bytes: u64,
    /// Requests at one time.
    pub in_flight: usize,
    /// Requests at one time to one host.
    pub per_host: usize,
    /// Between the beginnings of two requests to one host.
    pub interval: Duration,
    /// Redirects that are followed.
    pub redirects: u32,
    /// Times that an address is asked again after a failure that may pass.
    pub retries: u32,
    /// The longest wait before the first retry; doubled for the next.
    pub backoff: Duration,
    /// The longest wait that a server may ask for.
    pub retry_after: Duration,
    /// Connections that fail or answers that do not end, in a row, before a host is left alone.
    pub failures: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            idle: Duration::from_secs(15),
            address: Duration::from_secs(60),
            budget: Duration::from_secs(30 * 60),
            bytes: 1 << 30,
            in_flight: 8,
            per_host: 4,
            interval: Duration::from_millis(50),
            redirects: 5,
            retries: 2,
            backoff: Duration::from_millis(500),
            retry_after: Duration::from_secs(30),
            failures: 5,
        }
    }
}

/// A proxy that everything goes through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proxy(Url);

impl Proxy {
    /// Reads `http://HOST:PORT`, `https://…` or `socks5://…`, with a user name and password if need be.
    ///
    /// # Errors
    /// What is wrong with it, in one line without the password.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        // With `socks5h` the proxy resolves the names; with `socks5` the local name service would learn them.
        let text = match text.strip_prefix("socks5://") {
            Some(rest) => format!("socks5h://{rest}"),
            None => text,
        };
        let url = Url::parse(&text).map_err(|error| error.to_string())?;
        if !matches!(url.scheme(), "http" | "https" | "socks5h") {
            return Err(format!("a proxy of kind {} is not supported", url.scheme()));
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err("no host in the address".to_owned());
        }
        Ok(Self(url))
    }
}

/// The client. Opens nothing until it is asked for something that it may ask for.
#[derive(Debug)]
pub struct Http {
    options: Options,
    lookup: Arc<dyn Lookup>,
    engine: OnceLock<Result<Engine, Failure>>,
}

impl Http {
    /// A client with these options.
    pub fn new(options: Options) -> Self {
        Self::with_lookup(options, Arc::new(System))
    }

    /// The same, with a name service of its own.
    fn with_lookup(options: Options, lookup: Arc<dyn Lookup>) -> Self {
        Self { options, lookup, engine: OnceLock::new() }
    }
}

/// What a server answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The body, and the marks of its version.
    Body(Body, Validators),
    /// The version that is known already.
    Unchanged,
}

/// One address to ask for.
#[derive(Clone, Debug)]
struct Ask {
    url: Url,
    limit: u64,
    wanted: Wanted,
    /// The version that is known already.
    known: Validators,
}

impl Http {
    /// Asks for an address, telling the server which version of it is known already.
    ///
    /// # Errors
    /// [`Failure`], if it is not there, may not be asked for, or did not come whole.
    pub fn ask(&self, request: Request<'_>, known: &Validators) -> Result<Answer, Failure> {
        let url = Url::parse(request.address)
            .map_err(|error| Failure::new(FailureKind::Refused, format!("malformed address: {error}")))?;
        policy::check(&url, &self.options.allow)?;
        let engine = self.engine.get_or_init(|| Engine::start(self.options.clone(), self.lookup.clone()));
        let ask = Ask { url, limit: request.limit, wanted: request.wanted, known: known.clone() };
        engine.as_ref().map_err(Clone::clone)?.get(ask)
    }
}

impl Fetch for Http {
    fn fetch(&self, request: Request<'_>) -> Result<Body, Failure> {
        match self.ask(request, &Validators::default())? {
            Answer::Body(body, _) => Ok(body),
            Answer::Unchanged => Err(Failure::new(FailureKind::Broken, "http status 304")),
        }
    }
}

/// What all requests of a client share.
struct Shared {
    options: Options,
    clients: Clients,
    hosts: Hosts,
    /// Bytes that came so far.
    received: AtomicU64,
}

/// The thread that runs the event loop.
#[derive(Debug)]
struct Engine {
    shared: Arc<Shared>,
    handle: Handle,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Engine {
    fn start(options: Options, lookup: Arc<dyn Lookup>) -> Result<Self, Failure> {
        let cannot = |error: std::io::Error| {
            Failure::new(FailureKind::Broken, format!("the network cannot be used: {}", error.kind()))
        };
        // Name look-ups block; more than are in flight are never needed.
        let runtime = Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .max_blocking_threads(options.limits.in_flight.max(1))
            .build()
            .map_err(cannot)?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel();
        let run = move || {
            let _ = runtime.block_on(stopped);
            // A look-up that hangs must not hold up the end of the program.
            runtime.shutdown_background();
        };
        let thread = std::thread::Builder::new().name("fetch".to_owned()).spawn(run).map_err(cannot)?;
        let shared = Arc::new(Shared {
            clients: Clients::new(&options, lookup),
            hosts: Hosts::new(&options.limits),
            received: AtomicU64::new(0),
            options,
        });
        Ok(Self { shared, handle, stop: Some(stop), thread: Some(thread) })
    }

    fn get(&self, ask: Ask) -> Result<Answer, Failure> {
        let (answer, wait) = mpsc::channel();
        let shared = self.shared.clone();
        self.handle.spawn(async move {
            let _ = answer.send(follow::follow(&shared, ask).await);
        });
        wait.recv().unwrap_or_else(|_| Err(Failure::new(FailureKind::Broken, "the request was broken off")))
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").field("options", &self.options).finish_non_exhaustive()
    }
}
