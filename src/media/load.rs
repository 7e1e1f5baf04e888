//! Loading: every picture of a book asked for, decoded and made fit, several at a time, each file once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;

use super::collect::{host, wanted};
use super::decoders::{Decoders, TINY};
use super::{Image, Images, Missing, Options, Spool, product, twins};
use crate::diag::{Diagnostic, Warned, printable};
use crate::fetch::{Body, Failure, FailureKind, Fetch, Hash, Request};
use crate::model::{Book, Picture};

/// Threads that wait for bytes from the web beyond those that the client asks for at a time, so that it always has
/// something to ask.
const MORE: usize = 2;
/// Threads that take bytes from where there is nothing to wait for. Each holds a file or two.
const READERS: usize = 2;

/// Loads all pictures of a book through `fetch`.
///
/// Of a picture's addresses, and those of its [twins], the first that gives a picture is taken. `progress` hears of how many pictures are done, of
/// how many. Each missing picture is one warning, `image-missing`, in reading order, whatever came first; those beyond the limit are one.
pub fn load(
    book: &Book,
    fetch: &dyn Fetch,
    options: &Options,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Warned<Images> {
    let mut images = Warned::new(Images::default());
    let mut pictures = wanted(book, options);
    // There may be a million, of which no more is kept than that they are.
    let most = usize::try_from(options.limits.pictures).unwrap_or(usize::MAX);
    let beyond = pictures.len().saturating_sub(most);
    pictures.truncate(most);
    let outcomes = outcomes(&pictures, &Loader::new(fetch, options), progress);
    let mut said = BTreeSet::new();
    for (picture, outcome) in pictures.iter().zip(outcomes) {
        match outcome {
            Ok(Found::Image(image)) => images.value.insert(picture, Ok(image)),
            Ok(Found::Tiny { address }) => {
                let message = format!("image left out: {}: at most {TINY} × {TINY} pixels", shown(&address));
                images.diagnostics.push(Diagnostic::note("image-tiny", message));
            }
            Err(lost) => {
                let warning = lost.warning();
                // Pictures that share an address that cannot be had are named once.
                if said.insert(warning.message.clone()) {
                    images.diagnostics.push(warning);
                }
                images.value.insert(picture, Err(lost.missing()));
            }
        }
    }
    if beyond > 0 {
        let message = format!("the book has more than {most} pictures: {beyond} are left out");
        let hint = format!("raise --limit {}", "pictures");
        images.diagnostics.push(Diagnostic::warning("image-missing", message).hint(hint));
    }
    images
}

/// What became of each picture, in their order.
fn outcomes(
    pictures: &[Picture],
    loader: &Loader<'_>,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Vec<Result<Found, Lost>> {
    let slots: Vec<OnceLock<Result<Found, Lost>>> = pictures.iter().map(|_| OnceLock::new()).collect();
    let addresses = twins::addresses(pictures);
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let work = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let (Some(addresses), Some(slot)) = (addresses.get(at), slots.get(at)) else { break };
            let _ = slot.set(loader.picture(addresses));
            progress(done.fetch_add(1, Ordering::Relaxed) + 1, pictures.len());
        }
    };
    thread::scope(|scope| {
        // Where there is little room, one thread does everything.
        if loader.fetch.at_a_time() > 1 {
            loader.decoders.start(scope, pictures.len());
        }
        let spawn = |_| thread::Builder::new().name("picture".to_owned()).spawn_scoped(scope, work).ok();
        let workers: Vec<_> = (0..loader.workers(pictures).min(pictures.len())).filter_map(spawn).collect();
        for worker in workers {
            let _ = worker.join();
        }
        loader.decoders.stop();
    });
    // Where no threads could be had at all.
    work();
    slots.into_iter().filter_map(OnceLock::into_inner).collect()
}

/// A picture that was had.
#[derive(Clone)]
enum Found {
    Image(Image),
    Tiny { address: String },
}

/// A picture that could not be had: the address that tells most, and why.
#[derive(Clone)]
struct Lost {
    address: String,
    failure: Failure,
}

impl Lost {
    fn new(address: &str, kind: FailureKind, reason: impl Into<String>) -> Self {
        Self { address: address.to_owned(), failure: Failure::new(kind, reason) }
    }

    /// How much it tells the user. That a relative address names no file beside the page says little where the page came
    /// from the web; that something was refused, less than that it was asked for in vain.
    fn tells(&self) -> u8 {
        match self.failure.kind {
            FailureKind::Missing if self.address.starts_with("file:") => 0,
            FailureKind::Refused => 1,
            FailureKind::Missing | FailureKind::Broken => 2,
        }
    }

    fn warning(&self) -> Diagnostic {
        let message = format!("image missing: {}: {}", shown(&self.address), self.failure.reason);
        Diagnostic { hint: self.failure.hint.clone(), ..Diagnostic::warning("image-missing", message) }
    }

    fn missing(self) -> Missing {
        Missing { address: self.address, reason: self.failure.reason, hint: self.failure.hint }
    }
}

/// An address for a message: without query, user name and path of this machine, at most 120 characters.
fn shown(address: &str) -> String {
    let address = address.split(['?', '#']).next().unwrap_or(address);
    let text = match address.split_once(':') {
        Some(("data", rest)) => format!("data:{}", rest.split([';', ',']).next().unwrap_or_default()),
        Some(("file", rest)) => rest.rsplit('/').next().unwrap_or(rest).to_owned(),
        Some((scheme, rest)) => {
            let rest = rest.trim_start_matches('/');
            let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            let host = host.rsplit('@').next().unwrap_or(host);
            format!("{scheme}://{host}{path}")
        }
        None => address.to_owned(),
    };
    printable(&text, 120)
}

/// What is done once for a key, however many ask for it at a time.
type Once<K, V> = Mutex<BTreeMap<K, Arc<OnceLock<V>>>>;

fn once<K: Ord, V: Clone>(map: &Once<K, V>, key: K, make: impl FnOnce() -> V) -> V {
    let cell = lock(map).entry(key).or_default().clone();
    cell.get_or_init(make).clone()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Loader<'a> {
    fetch: &'a dyn Fetch,
    options: &'a Options,
    /// By address.
    asked: Once<String, Result<Found, Lost>>,
    /// By the hash of a file: `None` is tiny.
    prepared: Once<Hash, Result<Option<Image>, String>>,
    /// By the hash of a file: what it became in an earlier build, if it did.
    known: Once<Hash, Option<Option<Image>>>,
    spool: Spool,
    decoders: Decoders<'a>,
}

impl<'a> Loader<'a> {
    fn new(fetch: &'a dyn Fetch, options: &'a Options) -> Self {
        Self {
            fetch,
            options,
            asked: Mutex::default(),
            prepared: Mutex::default(),
            known: Mutex::default(),
            spool: Spool::default(),
            decoders: Decoders::new(options),
        }
    }

    /// How many threads are of use.
    fn workers(&self, pictures: &[Picture]) -> usize {
        let known = |address: &str| self.fetch.store().is_some_and(|store| store.hash_of(address).is_some());
        let awaited = |address: &String| host(address).is_some() && !known(address);
        match (self.fetch.at_a_time(), pictures.iter().any(|picture| picture.addresses.first().is_some_and(awaited))) {
            (..=1, _) => 1,
            (at_a_time, true) => at_a_time + MORE,
            (_, false) => READERS,
        }
    }

    /// Tries a picture's addresses in their order.
    fn picture(&self, addresses: &[String]) -> Result<Found, Lost> {
        let mut tiny = None;
        let mut lost: Option<Lost> = None;
        for address in addresses {
            match once(&self.asked, address.clone(), || self.address(address)) {
                Ok(Found::Image(image)) => return Ok(Found::Image(image)),
                // Often a stand-in that a script would have replaced.
                Ok(found @ Found::Tiny { .. }) => tiny = tiny.or(Some(found)),
                Err(other) if lost.as_ref().is_none_or(|lost| other.tells() > lost.tells()) => lost = Some(other),
                Err(_) => {}
            }
        }
        match (tiny, lost) {
            (Some(tiny), None) => Ok(tiny),
            (_, Some(lost)) => Err(lost),
            (None, None) => Err(Lost::new("", FailureKind::Missing, "the picture has no address")),
        }
    }

    fn address(&self, address: &str) -> Result<Found, Lost> {
        let found = |image: Option<Image>| match image {
            Some(image) => Found::Image(image),
            None => Found::Tiny { address: address.to_owned() },
        };
        let store = self.fetch.store();
        let known = store.and_then(|store| store.hash_of(address)).and_then(|hash| self.known(hash));
        if let Some(image) = known {
            return Ok(found(image));
        }
        let lost = |failure| Lost { address: address.to_owned(), failure };
        let body = self
            .fetch
            .fetch(Request { limit: self.options.limits.picture, ..Request::picture(address) })
            .map_err(lost)?;
        let hash = Hash::of(&body.bytes);
        match (self.image(&body, hash), store) {
            (Ok(image), store) => {
                store.inspect(|store| store.keep(address, &body, hash));
                Ok(found(image))
            }
            (Err(reason), store) => {
                // What was there before is better than a page that says that it has moved.
                let before = store.and_then(|store| store.before(address)).filter(|before| before.bytes != body.bytes);
                let image = before.and_then(|before| self.image(&before, Hash::of(&before.bytes)).ok());
                image.map(found).ok_or_else(|| Lost::new(address, FailureKind::Broken, reason))
            }
        }
    }

    fn image(&self, body: &Body, hash: Hash) -> Result<Option<Image>, String> {
        once(&self.prepared, hash, || self.prepared(&body.bytes, hash))
    }

    /// What a file became: as it is known from an earlier build, or made now and kept for a later one.
    fn prepared(&self, bytes: &Arc<[u8]>, hash: Hash) -> Result<Option<Image>, String> {
        if let Some(image) = self.known(hash) {
            return Ok(image);
        }
        let image = self.decoders.prepare(bytes)?;
        if let Some(store) = self.fetch.store() {
            // From memory it can always be read.
            if let Ok(product) = product::write(image.as_ref()) {
                store.keep_product(product::key(hash, self.options), &product);
            }
        }
        Ok(image.map(|image| self.spooled(image)))
    }

    /// A book's images may be more than memory holds.
    fn spooled(&self, image: Image) -> Image {
        Image { bytes: self.spool.put(image.bytes), ..image }
    }

    /// What a file became in an earlier build.
    fn known(&self, hash: Hash) -> Option<Option<Image>> {
        once(&self.known, hash, || Some(self.product(hash)?.map(|image| self.spooled(image))))
    }

    fn product(&self, hash: Hash) -> Option<Option<Image>> {
        product::read(self.fetch.store()?.product(product::key(hash, self.options))?)
    }
}

#[cfg(test)]
mod tests;
