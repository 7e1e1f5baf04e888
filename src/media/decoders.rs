//! The few threads that decode: what bounds the memory of a build.
//!
//! Threads that wait for the network are many; each that once held a large picture would keep its memory (allocators
//! give it back to the thread, not to the system). So pictures are decoded on threads of their own, few at a time.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Scope};

use super::{Image, Options, decode, prepare};

/// Pictures that are decoded at a time.
const DECODERS: usize = 2;
/// Memory that they may take together until their pictures are small, in bytes; a larger one is decoded alone.
const MEMORY: u64 = 40 << 20;
/// Pictures of so many pixels or fewer along both sides count readers; they show nothing.
pub(super) const TINY: u32 = 2;

/// An image, nothing (of a picture that shows nothing), or why there is none.
pub(super) type Outcome = Result<Option<Image>, String>;

enum Message {
    Decode(Arc<[u8]>, Sender<Outcome>),
    Stop,
}

/// Threads that decode, and the way to them.
pub(super) struct Decoders<'a> {
    options: &'a Options,
    to: Sender<Message>,
    from: Mutex<Receiver<Message>>,
    running: AtomicUsize,
    gate: Gate,
}

impl<'a> Decoders<'a> {
    pub(super) fn new(options: &'a Options) -> Self {
        let (to, from) = mpsc::channel();
        Self { options, to, from: Mutex::new(from), running: AtomicUsize::new(0), gate: Gate::default() }
    }

    /// Starts the threads. Where none can be had, callers decode by themselves.
    pub(super) fn start<'scope>(&'scope self, scope: &'scope Scope<'scope, '_>, pictures: usize) {
        for _ in 0..DECODERS.min(pictures) {
            let spawned = thread::Builder::new().name("decoder".to_owned()).spawn_scoped(scope, || self.run());
            if spawned.is_ok() {
                self.running.fetch_add(1, Ordering::SeqCst);
            }
        }
    }

    /// Ends the threads, once nobody asks any more.
    pub(super) fn stop(&self) {
        for _ in 0..self.running.swap(0, Ordering::SeqCst) {
            let _ = self.to.send(Message::Stop);
        }
    }

    /// Decodes a file and makes it fit for the book.
    pub(super) fn prepare(&self, bytes: &Arc<[u8]>) -> Outcome {
        if self.running.load(Ordering::SeqCst) == 0 {
            return self.decode(bytes);
        }
        let (answer, wait) = mpsc::channel();
        let sent = self.to.send(Message::Decode(bytes.clone(), answer));
        let outcome = sent.ok().and_then(|()| wait.recv().ok());
        outcome.unwrap_or_else(|| Err(FAILED.to_owned()))
    }

    fn run(&self) {
        loop {
            let message = lock(&self.from).recv();
            match message {
                Ok(Message::Decode(bytes, answer)) => {
                    let _ = answer.send(self.decode(&bytes));
                }
                Ok(Message::Stop) | Err(_) => break,
            }
        }
    }

    /// A fault in a decoder costs this picture, not the book.
    fn decode(&self, bytes: &[u8]) -> Outcome {
        let steps = || {
            let candidate = decode::examine(bytes)?;
            let leave = self.gate.enter(candidate.weight);
            let decoded = candidate.decode()?;
            if decoded.raster.width <= TINY && decoded.raster.height <= TINY {
                return Ok(None);
            }
            let fitted = prepare::fitted(decoded, self.options)?;
            // What is left to do takes time, but little memory: meanwhile another may be decoded.
            drop(leave);
            prepare::encoded(fitted, self.options).map(Some)
        };
        catch_unwind(AssertUnwindSafe(steps)).unwrap_or_else(|_| Err(FAILED.to_owned()))
    }
}

const FAILED: &str = "a picture that the decoder failed at";

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
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
        let full =
            |inside: &mut Inside| inside.count > 0 && (inside.count >= DECODERS || inside.weight + weight > MEMORY);
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
