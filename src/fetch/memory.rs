//! A world of a few addresses in memory, for tests.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Body, Failure, FailureKind, Fetch, Request};

/// Addresses and what is there. Remembers what was asked for.
#[derive(Debug, Default)]
pub struct Memory {
    bodies: BTreeMap<String, Arc<[u8]>>,
    asked: Mutex<Vec<String>>,
}

impl Memory {
    /// A world with nothing in it.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same, with bytes at an address.
    #[must_use]
    pub fn with(mut self, address: impl Into<String>, bytes: impl Into<Arc<[u8]>>) -> Self {
        self.bodies.insert(address.into(), bytes.into());
        self
    }

    /// Every address that was asked for, sorted, as often as it was.
    pub fn asked(&self) -> Vec<String> {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone();
        asked.sort();
        asked
    }
}

impl Fetch for Memory {
    fn fetch(&self, request: Request<'_>) -> Result<Body, Failure> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(request.address.to_owned());
        let bytes = self.bodies.get(request.address).ok_or_else(|| Failure::new(FailureKind::Missing, "not found"))?;
        if bytes.len() as u64 > request.limit {
            return Err(Failure::too_long(request.limit));
        }
        Ok(Body { bytes: bytes.clone(), media_type: None })
    }
}
