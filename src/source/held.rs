//! What archives hold: bodies by their addresses, in memory while they are few, in a nameless file when they are more.

use std::collections::BTreeMap;

use url::Url;

use crate::diag::Diagnostic;
use crate::fetch::spool::{Bytes, Spool};
use crate::fetch::{Body, Failure, FailureKind, Fetch, Hash, Request, Store};
use crate::limits::Limits;

/// How many names a body may have, one leading to the next.
const HOPS: usize = 5;

/// What archives hold besides pages: pictures, mostly.
#[derive(Debug, Default)]
pub struct Held {
    bodies: BTreeMap<String, One>,
    /// Addresses that lead to others.
    moved: BTreeMap<String, String>,
    spool: Spool,
    total: u64,
    limits: Limits,
}

#[derive(Debug)]
struct One {
    bytes: Bytes,
    media_type: Option<String>,
    hash: Hash,
}

impl Held {
    /// Nothing yet, and room for as much as limits allow: a small file can claim to be endless.
    pub(super) fn within(limits: &Limits) -> Self {
        Self { limits: *limits, ..Self::default() }
    }

    /// Keeps what is at an address; of two bodies the first. `false` if there is no more room.
    pub(super) fn keep(&mut self, address: &str, media_type: Option<String>, bytes: Vec<u8>) -> bool {
        let Some(address) = key(address) else { return true };
        if self.bodies.contains_key(&address) {
            return true;
        }
        if self.bodies.len() as u64 >= self.limits.bodies
            || self.total.saturating_add(bytes.len() as u64) > self.limits.archives
        {
            return false;
        }
        self.total += bytes.len() as u64;
        let hash = Hash::of(&bytes);
        let bytes = self.spool.put(bytes.into());
        self.bodies.insert(address, One { bytes, media_type, hash });
        true
    }

    /// What is at one address is at another.
    pub(super) fn lead(&mut self, from: &str, to: &str) {
        if let (Some(from), Some(to)) = (key(from), key(to))
            && (self.moved.len() as u64) < self.limits.bodies
        {
            self.moved.entry(from).or_insert(to);
        }
    }

    /// How many bodies there are.
    pub fn len(&self) -> usize {
        self.bodies.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.bodies.is_empty()
    }

    fn get(&self, address: &str) -> Option<&One> {
        let mut address = key(address)?;
        for _ in 0..HOPS {
            match self.bodies.get(&address) {
                Some(one) => return Some(one),
                None => address = self.moved.get(&address)?.clone(),
            }
        }
        None
    }
}

/// An address without its fragment, as it is written in one way only.
fn key(address: &str) -> Option<String> {
    let mut url = Url::parse(address).ok()?;
    url.set_fragment(None);
    Some(url.into())
}

/// A world in which archives are asked first.
pub struct Over<'a> {
    held: &'a Held,
    world: &'a dyn Fetch,
}

impl<'a> Over<'a> {
    /// What archives hold, over a world.
    pub fn new(held: &'a Held, world: &'a dyn Fetch) -> Self {
        Self { held, world }
    }
}

impl Fetch for Over<'_> {
    fn fetch(&self, request: Request<'_>) -> Result<Body, Failure> {
        let Some(one) = self.held.get(request.address) else { return self.world.fetch(request) };
        if one.bytes.len() as u64 > request.limit {
            return Err(Failure::too_long(request.limit));
        }
        let bytes = one.bytes.read().map_err(|error| Failure::new(FailureKind::Broken, error.kind().to_string()))?;
        Ok(Body { media_type: one.media_type.clone(), ..Body::new(bytes.into_owned()) })
    }

    fn at_a_time(&self) -> usize {
        self.world.at_a_time()
    }

    fn store(&self) -> Option<&dyn Store> {
        (!self.held.is_empty() || self.world.store().is_some()).then_some(self as &dyn Store)
    }

    fn trouble(&self) -> Option<Diagnostic> {
        self.world.trouble()
    }
}

impl Store for Over<'_> {
    fn hash_of(&self, address: &str) -> Option<Hash> {
        match self.held.get(address) {
            Some(one) => Some(one.hash),
            None => self.world.store()?.hash_of(address),
        }
    }

    fn keep(&self, address: &str, body: &Body, hash: Hash) {
        // What the user has in an archive need not be kept twice.
        if let (None, Some(store)) = (self.held.get(address), self.world.store()) {
            store.keep(address, body, hash);
        }
    }

    fn before(&self, address: &str) -> Option<Body> {
        self.world.store()?.before(address)
    }

    fn product(&self, key: Hash) -> Option<Vec<u8>> {
        self.world.store()?.product(key)
    }

    fn keep_product(&self, key: Hash, bytes: &[u8]) {
        if let Some(store) = self.world.store() {
            store.keep_product(key, bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fetch::memory::Memory;

    #[test]
    fn archives_are_asked_first_and_the_world_for_the_rest() {
        let mut held = Held::default();
        assert!(held.keep("https://a.example/x.png#top", Some("image/png".into()), b"held".to_vec()));
        assert!(held.keep("https://a.example/x.png", None, b"later".to_vec()));
        held.lead("https://a.example/old.png", "https://a.example/x.png");
        held.lead("https://a.example/1", "https://a.example/2");
        held.lead("https://a.example/2", "https://a.example/1");
        let world = Memory::new().with("https://b.example/y.png", *b"world");
        let over = Over::new(&held, &world);
        let get = |address| over.fetch(Request::picture(address)).map(|body| body.bytes.to_vec()).ok();
        assert_eq!(get("https://a.example/x.png"), Some(b"held".to_vec()));
        assert_eq!(get("HTTPS://A.example/old.png"), Some(b"held".to_vec()));
        assert_eq!(get("https://b.example/y.png"), Some(b"world".to_vec()));
        assert_eq!(get("https://a.example/1"), None);
        assert_eq!(world.asked(), ["https://a.example/1", "https://b.example/y.png"]);
    }
}
