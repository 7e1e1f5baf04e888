//! The few threads that decode: what bounds the memory of a build.
//!
//! Threads that wait for the network are many; each that once held a large picture would keep its memory (allocators
//! give it back to the thread, not to the system). So pictures are decoded on threads of their own, few at a time.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Scope};

use super::decode::svg;
use super::{Image, Options, decode, prepare};

/// Pictures that are decoded at a time.
const DECODERS: usize = 2;
/// Memory that they may take together until their pictures are small, in bytes; a larger one is decoded alone.
const MEMORY: u64 = 40 << 20;
/// Drawings that may take too long before no other is tried: each may run on until the build is over.
const ENDLESS: usize = 3;
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
    /// Drawings that took too long.
    endless: AtomicUsize,
}

impl<'a> Decoders<'a> {
    pub(super) fn new(options: &'a Options) -> Self {
        let (to, from) = mpsc::channel();
        Self {
            options,
            to,
            from: Mutex::new(from),
            running: AtomicUsize::new(0),
            gate: Gate::default(),
            endless: AtomicUsize::new(0),
        }
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
            let size = |own, turns| prepare::size(own, turns, self.options);
            let candidate = decode::examine_within(bytes, &self.options.limits)?.towards(size);
            if candidate.is_drawing() && self.endless.load(Ordering::SeqCst) >= ENDLESS {
                return Err("an SVG picture, after others that take too long to draw".to_owned());
            }
            let leave = self.gate.enter(candidate.weight);
            let decoded = candidate.decode().inspect_err(|reason| {
                self.endless.fetch_add(usize::from(reason == svg::TOO_LONG), Ordering::SeqCst);
            })?;
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

#[cfg(test)]
mod tests {
    use super::super::decode::tests as samples;
    use super::super::{ImageFormat, Keep};
    use super::*;

    #[test]
    fn of_damaged_files_come_whole_images_or_none() {
        let (photo, drawing) = (samples::photo(40, 24), samples::drawing(40, 24));
        let rgba = samples::rgba(&drawing);
        let files = [
            samples::jpeg_with(&photo, &samples::exif(6)),
            samples::png(&drawing),
            samples::webp(&rgba),
            samples::gif(std::slice::from_ref(&rgba)),
            b"<svg xmlns='http://www.w3.org/2000/svg' width='40' height='24'><path d='M0 0h9v9z'/></svg>".to_vec(),
        ];
        let mut state = 7_u64;
        let mut chance = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % below
        };
        let mut made = 0;
        for round in 0..1500 {
            let mut file = files[round % files.len()].clone();
            for _ in 0..1 + chance(4) {
                let at = chance(file.len());
                match chance(4) {
                    0 => file[at] ^= 1 << chance(8),
                    1 => file[at] = [0, 1, 0x7F, 0x80, 0xFF][chance(5)],
                    2 => drop(file.drain(at..(at + chance(9)).min(file.len() - 1))),
                    _ => file.insert(at, chance(256) as u8),
                }
            }
            let options = Options {
                keep: if round % 2 == 0 { Keep::Original } else { Keep::Capped },
                max_side: 16,
                grey: round % 7 == 0,
                ..Options::default()
            };
            let decoders = Decoders::new(&options);
            let Ok(Some(image)) = decoders.prepare(&file.into()) else { continue };
            made += 1;
            let bytes = image.bytes.read().expect("bytes");
            let whole = match image.format {
                ImageFormat::Jpeg => decode::jpeg::strip(&bytes),
                ImageFormat::Png => decode::png::strip(&bytes),
            };
            assert!(whole.is_ok_and(|whole| whole == *bytes), "round {round}: not only the picture");
            assert!(image.width > 0 && image.height > 0, "round {round}");
            assert!(super::super::pixels::pixels(&image).is_some(), "round {round}: cannot be read again");
        }
        assert!(made > 100, "{made}");
    }
}
