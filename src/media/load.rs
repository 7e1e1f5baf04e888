//! Loading: every picture of a book asked for, decoded and made fit, several at a time, each file once.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;

use sha2::{Digest, Sha256};

use super::{Image, Images, Keep, Missing, Options, collect, decode, prepare};
use crate::diag::{Diagnostic, Warned, printable};
use crate::fetch::{Failure, FailureKind, Fetch, Request};
use crate::model::{Book, Picture};

/// The most bytes of a picture's file.
const LIMIT: u64 = 25 << 20;
/// The most pictures of a book.
const MOST: usize = 5000;
/// Threads that wait for bytes; more than the client asks for at a time, so that it always has something to ask.
const WORKERS: usize = 12;
/// Pictures that are decoded at a time.
const DECODERS: usize = 2;
/// Memory that they may take together; a larger one is decoded alone.
const DECODERS_MEMORY: u64 = 128 << 20;
/// Pictures of so many pixels or fewer along both sides count readers; they show nothing.
const TINY: u32 = 2;

/// Loads all pictures of a book through `fetch`.
///
/// Of a picture's addresses the first that gives a picture is taken. `progress` hears of how many pictures are done, of
/// how many. Each missing picture is one warning, `image-missing`, in reading order, whatever came first.
pub fn load(
    book: &Book,
    fetch: &dyn Fetch,
    options: &Options,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Warned<Images> {
    let mut images = Warned::new(Images::default());
    if options.keep == Keep::None {
        return images;
    }
    let mut pictures = collect(book);
    pictures.retain(|picture| !picture.declared.is_some_and(|(width, height)| width <= TINY && height <= TINY));
    let outcomes = outcomes(&pictures, &Loader::new(fetch, options), progress);
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
                if !images.diagnostics.contains(&warning) {
                    images.diagnostics.push(warning);
                }
                images.value.insert(picture, Err(lost.missing(picture)));
            }
        }
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
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let work = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let (Some(picture), Some(slot)) = (pictures.get(at), slots.get(at)) else { break };
            let outcome = if at < MOST { loader.picture(picture) } else { Err(Lost::too_many(picture)) };
            let _ = slot.set(outcome);
            progress(done.fetch_add(1, Ordering::Relaxed) + 1, pictures.len());
        }
    };
    thread::scope(|scope| {
        for _ in 1..WORKERS.min(pictures.len()) {
            // Where no more threads can be had, those that there are do the work.
            if thread::Builder::new().name("picture".to_owned()).spawn_scoped(scope, work).is_err() {
                break;
            }
        }
        work();
    });
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

    fn too_many(picture: &Picture) -> Self {
        let address = picture.addresses.first().map_or("", String::as_str);
        Self::new(address, FailureKind::Refused, format!("the book has more than {MOST} pictures"))
    }

    fn warning(&self) -> Diagnostic {
        let message = format!("image missing: {}: {}", shown(&self.address), self.failure.reason);
        Diagnostic { hint: self.failure.hint.clone(), ..Diagnostic::warning("image-missing", message) }
    }

    fn missing(self, picture: &Picture) -> Missing {
        let address = picture.addresses.first().cloned().unwrap_or(self.address);
        Missing { address, reason: self.failure.reason, hint: self.failure.hint }
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
    prepared: Once<[u8; 32], Result<Option<Image>, String>>,
    gate: Gate,
}

impl<'a> Loader<'a> {
    fn new(fetch: &'a dyn Fetch, options: &'a Options) -> Self {
        Self { fetch, options, asked: Mutex::default(), prepared: Mutex::default(), gate: Gate::default() }
    }

    /// Tries a picture's addresses in their order.
    fn picture(&self, picture: &Picture) -> Result<Found, Lost> {
        let mut tiny = None;
        let mut lost: Option<Lost> = None;
        for address in &picture.addresses {
            match once(&self.asked, address.clone(), || self.address(address)) {
                Ok(Found::Image(image)) => return Ok(Found::Image(image)),
                // Often a stand-in that a script would have replaced.
                Ok(found @ Found::Tiny { .. }) => tiny = tiny.or(Some(found)),
                Err(other) => {
                    // That something was refused tells less than that it was asked for in vain.
                    let tells_more = |lost: &Lost| {
                        lost.failure.kind == FailureKind::Refused && other.failure.kind != FailureKind::Refused
                    };
                    if lost.as_ref().is_none_or(tells_more) {
                        lost = Some(other);
                    }
                }
            }
        }
        match (tiny, lost) {
            (Some(tiny), None) => Ok(tiny),
            (_, Some(lost)) => Err(lost),
            (None, None) => Err(Lost::new("", FailureKind::Missing, "the picture has no address")),
        }
    }

    fn address(&self, address: &str) -> Result<Found, Lost> {
        let lost = |failure| Lost { address: address.to_owned(), failure };
        let body = self.fetch.fetch(Request { address, limit: LIMIT }).map_err(lost)?;
        let hash = Sha256::digest(&body.bytes).into();
        match once(&self.prepared, hash, || self.prepare(&body.bytes)) {
            Ok(Some(image)) => Ok(Found::Image(image)),
            Ok(None) => Ok(Found::Tiny { address: address.to_owned() }),
            Err(reason) => Err(Lost::new(address, FailureKind::Broken, reason)),
        }
    }

    /// Decodes a file and makes it fit. A fault in a decoder costs this picture, not the book.
    fn prepare(&self, bytes: &[u8]) -> Result<Option<Image>, String> {
        let steps = || {
            let candidate = decode::examine(bytes)?;
            let _leave = self.gate.enter(candidate.weight);
            let decoded = candidate.decode()?;
            if decoded.raster.width <= TINY && decoded.raster.height <= TINY {
                return Ok(None);
            }
            prepare::prepare(decoded, self.options).map(Some)
        };
        catch_unwind(AssertUnwindSafe(steps)).unwrap_or_else(|_| Err("a picture that the decoder failed at".to_owned()))
    }
}

/// Keeps the memory of decoders within bounds.
#[derive(Default)]
struct Gate {
    inside: Mutex<Inside>,
    left: Condvar,
}

#[derive(Default)]
struct Inside {
    count: usize,
    weight: u64,
}

/// Leave to decode; given back when it is dropped.
struct Leave<'a> {
    gate: &'a Gate,
    weight: u64,
}

impl Gate {
    fn enter(&self, weight: u64) -> Leave<'_> {
        let full = |inside: &mut Inside| {
            inside.count > 0 && (inside.count >= DECODERS || inside.weight + weight > DECODERS_MEMORY)
        };
        let inside = lock(&self.inside);
        let mut inside = self.left.wait_while(inside, full).unwrap_or_else(PoisonError::into_inner);
        inside.count += 1;
        inside.weight += weight;
        Leave { gate: self, weight }
    }
}

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        let mut inside = lock(&self.gate.inside);
        inside.count -= 1;
        inside.weight -= self.weight;
        drop(inside);
        self.gate.left.notify_all();
    }
}

#[cfg(test)]
mod tests;
