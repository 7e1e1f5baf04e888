//! The outside world of a build: one door for all kinds of addresses.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use url::Url;

use super::cache::{Cache, Memory, Validators};
use super::disk::Roots;
use super::http::{self, Answer, Headers, Http};
use super::lock::Lock;
use super::policy::AllowNet;
use super::{Body, Failure, FailureKind, Fetch, Hash, Request, Store, Wanted, data, disk};
use crate::diag::{Diagnostic, Error, ErrorKind};

/// What the user decided about the outside world.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorldOptions {
    /// No socket is opened.
    pub offline: bool,
    /// Folders that pictures may be read from: those of the inputs, and of the cover.
    pub roots: Vec<PathBuf>,
    /// `HOST:PORT` entries outside the public network that may be asked.
    pub allow_net: Vec<String>,
    /// The address of a proxy that everything goes through, `http://…` or `socks5://…`.
    pub proxy: Option<String>,
    /// Addresses of pages that the user named.
    pub named: Vec<String>,
    /// `Name: value` lines, sent with pages of the host of `named`, which must then be one.
    pub headers: Vec<String>,
    /// A file of cookies as browsers' extensions, curl and wget write it, sent with pages of the hosts of `named`.
    pub cookie_file: Option<PathBuf>,
    /// The folder that keeps what was had; without it nothing is kept.
    pub cache: Option<PathBuf>,
    /// Whether what is kept is asked for anew; it stays if that fails.
    pub refresh: bool,
    /// If given, exactly these bodies are used, and no other address is.
    pub lock: Option<Lock>,
    /// The time in seconds since 1970, to know how long ago there was nothing at an address. Nothing else depends on it.
    pub now: Option<u64>,
    /// How long to wait and how much to ask.
    pub limits: http::Limits,
}

/// The outside world: files under the roots, `data:` addresses, what the cache keeps and, unless it is offline, the
/// web.
#[derive(Debug)]
pub struct World {
    roots: Roots,
    /// `None` is offline: there is nothing that could open a socket.
    http: Option<Http>,
    cache: Option<Cache>,
    refresh: bool,
    /// Pages behind a login are nobody else's business, and are not kept.
    headers: Headers,
    lock: Option<Lock>,
    /// Bodies that came from the web and wait for somebody to say that they are what was hoped for.
    fresh: Mutex<BTreeMap<String, Validators>>,
    used: Mutex<Lock>,
    at_a_time: usize,
}

impl World {
    /// A world with these options. Opens nothing yet.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`], if an entry of `allow_net`, the proxy or a header is malformed; [`ErrorKind::Input`], if the
    /// cookie file cannot be used.
    pub fn new(options: WorldOptions) -> Result<Self, Error> {
        let headers = headers(&options)?;
        let allow = AllowNet::parse(options.allow_net.iter().map(String::as_str))
            .map_err(|entry| usage("--allow-net", &entry, "not HOST:PORT").hint("as in --allow-net nas.local:80"))?;
        let proxy = options.proxy.as_deref().map(http::Proxy::parse).transpose().map_err(|reason| {
            Error::new(ErrorKind::Usage, format!("--proxy: {reason}")).hint("as in --proxy socks5://127.0.0.1:9050")
        })?;
        let at_a_time = options.limits.in_flight;
        let http = http::Options { allow, proxy, headers: headers.clone(), limits: options.limits };
        Ok(Self {
            roots: Roots::new(options.roots),
            http: (!options.offline).then(|| Http::new(http)),
            cache: options.cache.map(|folder| Cache::new(folder, options.now)),
            refresh: options.refresh && !options.offline,
            headers,
            lock: options.lock,
            fresh: Mutex::default(),
            used: Mutex::default(),
            at_a_time,
        })
    }

    /// The cache, if there is one.
    pub fn cache(&self) -> Option<&Cache> {
        self.cache.as_ref()
    }

    /// Every address whose body was used so far, with its hash.
    pub fn used(&self) -> Lock {
        lock(&self.used).clone()
    }

    /// An address of the web: from the cache, or asked for.
    fn web(&self, request: Request<'_>) -> Result<Body, Failure> {
        if let Some(lock) = &self.lock {
            return self.locked(request, lock);
        }
        // What the cache has of such a page is what everybody sees of it.
        let anew = self.http.is_some() && self.is_private(request.wanted, request.address);
        let known = self.cache.as_ref().filter(|_| !anew).and_then(|cache| cache.get(request.address));
        match known {
            Some(Memory::Body(body, ..)) if !self.refresh => Ok(body),
            Some(Memory::Missing(failure)) if !self.refresh => Err(failure),
            Some(Memory::Body(body, _, validators)) => match self.ask(request, &validators) {
                Ok(Answer::Body(body, validators)) => Ok(self.came(request, body, validators)),
                // What is kept is better than nothing.
                Ok(Answer::Unchanged) | Err(_) => Ok(body),
            },
            Some(Memory::Missing(_)) | None => match self.ask(request, &Validators::default()) {
                Ok(Answer::Body(body, validators)) => Ok(self.came(request, body, validators)),
                Ok(Answer::Unchanged) => Err(Failure::new(FailureKind::Broken, "http status 304")),
                Err(failure) => {
                    if let (FailureKind::Missing, Some(cache), false) = (failure.kind, &self.cache, anew) {
                        cache.keep_missing(request.address, &failure);
                    }
                    Err(failure)
                }
            },
        }
    }

    /// With a lock: the body of that hash and no other.
    fn locked(&self, request: Request<'_>, lock: &Lock) -> Result<Body, Failure> {
        let hash = lock
            .get(request.address)
            .ok_or_else(|| Failure::new(FailureKind::Refused, "not in the lock file").hint(LOCK_HINT))?;
        if let Some(cache) = &self.cache {
            match cache.get(request.address) {
                // With its charset, and where it was.
                Some(Memory::Body(body, known, _)) if known == hash => return Ok(body),
                _ => {}
            }
            if let Some(bytes) = cache.blob(hash) {
                return Ok(Body::new(bytes));
            }
        }
        match self.ask(request, &Validators::default())? {
            Answer::Body(body, validators) if Hash::of(&body.bytes) == hash => Ok(self.came(request, body, validators)),
            _ => Err(Failure::new(FailureKind::Broken, "not what the lock file says it was").hint(LOCK_HINT)),
        }
    }

    /// Whether a page may be another for this user than for everybody.
    fn is_private(&self, wanted: Wanted, address: &str) -> bool {
        wanted == Wanted::Page && Url::parse(address).is_ok_and(|url| self.headers.concern(&url))
    }

    fn ask(&self, request: Request<'_>, known: &Validators) -> Result<Answer, Failure> {
        match &self.http {
            Some(http) => http.ask(request, known),
            None => Err(Failure::new(FailureKind::Refused, "no network (--offline)")),
        }
    }

    /// A body came from the web. A page is what it is; a picture is kept once it has proved to be one.
    fn came(&self, request: Request<'_>, body: Body, validators: Validators) -> Body {
        lock(&self.fresh).insert(request.address.to_owned(), validators);
        let private = |address: &str| self.is_private(request.wanted, address);
        let private = private(request.address) || body.moved_to.as_deref().is_some_and(private);
        if request.wanted == Wanted::Page && !private {
            self.keep(request.address, &body, Hash::of(&body.bytes));
        }
        body
    }
}

const LOCK_HINT: &str = "`offprint fetch` writes the lock file anew";

fn headers(options: &WorldOptions) -> Result<Headers, Error> {
    let named: Vec<_> = options.named.iter().filter_map(|address| Url::parse(address).ok()).collect();
    one_host(&named, &options.headers)?;
    let mut headers = Headers::for_hosts_of(named);
    for line in &options.headers {
        // The value may be a password.
        let name = line.split(':').next().unwrap_or_default();
        headers.add(line).map_err(|reason| usage("--header", name, &reason))?;
    }
    if let Some(path) = &options.cookie_file {
        let shown = crate::diag::printable(&path.to_string_lossy(), 120);
        let unusable = |reason: String| Error::new(ErrorKind::Input, format!("cookie file {shown}: {reason}"));
        let file = disk::read(path, 1 << 20).map_err(|failure| unusable(failure.reason))?;
        headers.add_cookies(&String::from_utf8_lossy(&file)).map_err(unusable)?;
    }
    Ok(headers)
}

/// A password for one host must not be told to another.
fn one_host(named: &[Url], headers: &[String]) -> Result<(), Error> {
    let host = |url: &Url| url.host_str().unwrap_or_default().to_owned();
    let Some(first) = named.first().filter(|_| !headers.is_empty()) else { return Ok(()) };
    match named.iter().find(|other| host(other) != host(first)) {
        None => Ok(()),
        Some(other) => {
            let (one, other) = (host(first), host(other));
            Err(Error::new(ErrorKind::Usage, format!("--header: for {one} or for {other}?"))
                .hint("build one host's pages at a time, or use --cookie-file, whose cookies say where they belong"))
        }
    }
}

fn usage(flag: &str, entry: &str, reason: &str) -> Error {
    Error::new(ErrorKind::Usage, format!("{flag} {}: {reason}", crate::diag::printable(entry, 120)))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Fetch for World {
    fn fetch(&self, request: Request<'_>) -> Result<Body, Failure> {
        if data::is_data(request.address) {
            return data::decode(request.address, request.limit);
        }
        let url = Url::parse(request.address)
            .map_err(|error| Failure::new(FailureKind::Refused, format!("malformed address: {error}")))?;
        match url.scheme() {
            "file" => self.roots.read(&url, request.limit).map(Body::new),
            "http" | "https" => self.web(request),
            scheme => {
                let scheme = crate::diag::printable(scheme, 20);
                Err(Failure::new(FailureKind::Refused, format!("refused: {scheme}: is not http or https")))
            }
        }
    }

    fn at_a_time(&self) -> usize {
        self.at_a_time
    }

    fn store(&self) -> Option<&dyn Store> {
        self.cache.as_ref().map(|_| self as &dyn Store)
    }

    fn trouble(&self) -> Option<Diagnostic> {
        let cache = self.cache.as_ref()?;
        let folder = crate::diag::printable(&cache.folder().to_string_lossy(), 120);
        let message = format!("cache {folder}: {}", cache.trouble()?);
        Some(Diagnostic::warning("cache-unusable", message).hint("--cache DIR names another, --no-cache does without"))
    }
}

impl Store for World {
    fn hash_of(&self, address: &str) -> Option<Hash> {
        let hash = match &self.lock {
            Some(lock) => lock.get(address)?,
            None if self.refresh => return None,
            None => self.cache.as_ref()?.hash_of(address)?,
        };
        lock(&self.used).insert(address, hash);
        Some(hash)
    }

    fn keep(&self, address: &str, body: &Body, hash: Hash) {
        if data::is_data(address) || address.starts_with("file:") {
            return;
        }
        lock(&self.used).insert(address, hash);
        let fresh = lock(&self.fresh).remove(address);
        if let (Some(cache), Some(validators)) = (&self.cache, fresh) {
            cache.keep(address, body, hash, validators);
        }
    }

    fn before(&self, address: &str) -> Option<Body> {
        let cache = self.cache.as_ref().filter(|_| self.refresh)?;
        let Some(Memory::Body(body, hash, _)) = cache.get(address) else { return None };
        lock(&self.used).insert(address, hash);
        Some(body)
    }

    fn product(&self, key: Hash) -> Option<Vec<u8>> {
        self.cache.as_ref()?.product(key)
    }

    fn keep_product(&self, key: Hash, bytes: &[u8]) {
        if let Some(cache) = &self.cache {
            cache.keep_product(key, bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(world: &World, address: &str) -> Result<usize, String> {
        let body = world.fetch(Request { limit: 1000, ..Request::picture(address) });
        body.map(|body| body.bytes.len()).map_err(|failure| failure.reason)
    }

    #[test]
    fn each_kind_of_address_has_its_door() {
        let offline = World::new(WorldOptions { offline: true, ..WorldOptions::default() }).expect("a world");
        assert_eq!(reason(&offline, "https://example.com/x.png"), Err("no network (--offline)".to_owned()));
        assert_eq!(reason(&offline, "data:image/png;base64,AAAA"), Ok(3));
        assert_eq!(reason(&offline, "file:///x.png"), Err("refused: outside the input folder".to_owned()));
        assert_eq!(reason(&offline, "ftp://example.com/"), Err("refused: ftp: is not http or https".to_owned()));
        assert!(reason(&offline, "x.png").is_err());
        let online = World::new(WorldOptions::default()).expect("a world");
        assert_eq!(
            reason(&online, "http://127.0.0.1:9/x.png"),
            Err("refused: 127.0.0.1 is a loopback address".to_owned())
        );
    }

    #[test]
    fn wrong_options_are_the_user_s() {
        let code = |options: WorldOptions| World::new(options).expect_err("a wrong option").exit_code();
        assert_eq!(code(WorldOptions { allow_net: vec!["nas".to_owned()], ..WorldOptions::default() }), 2);
        assert_eq!(code(WorldOptions { proxy: Some("ftp://x".to_owned()), ..WorldOptions::default() }), 2);
        assert_eq!(code(WorldOptions { headers: vec!["x".to_owned()], ..WorldOptions::default() }), 2);
        let (headers, named) =
            (vec!["x: y".to_owned()], ["https://a.example/", "https://b.example/"].map(str::to_owned));
        assert_eq!(code(WorldOptions { headers, named: named.to_vec(), ..WorldOptions::default() }), 2);
        assert_eq!(code(WorldOptions { cookie_file: Some("/none/x".into()), ..WorldOptions::default() }), 1);
    }
}
