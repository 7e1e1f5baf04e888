//! Work on many things of one kind, on all cores.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// What `work` makes of each thing, in their order. Where there are no threads, this one does it all.
pub(super) fn map<T: Sync, R: Send>(things: &[T], work: &(dyn Fn(&T) -> R + Sync)) -> Vec<R> {
    let workers = thread::available_parallelism().map_or(1, NonZero::get).min(things.len());
    if workers < 2 {
        return things.iter().map(work).collect();
    }
    let slots: Vec<Mutex<Option<R>>> = things.iter().map(|_| Mutex::new(None)).collect();
    let next = AtomicUsize::new(0);
    let run = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let (Some(thing), Some(slot)) = (things.get(at), slots.get(at)) else { break };
            let made = work(thing);
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(made);
        }
    };
    thread::scope(|scope| {
        for _ in 1..workers {
            // As much stack as the main thread has: pages may nest deeply.
            let _ = thread::Builder::new().name("article".to_owned()).stack_size(8 << 20).spawn_scoped(scope, run);
        }
        run();
    });
    slots.into_iter().filter_map(|slot| slot.into_inner().unwrap_or_else(PoisonError::into_inner)).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn everything_is_done_once_and_in_order() {
        let numbers: Vec<u32> = (0..1000).collect();
        assert_eq!(super::map(&numbers, &|number| number * 2), (0..2000).step_by(2).collect::<Vec<_>>());
        assert!(super::map(&[] as &[u32], &|number| *number).is_empty());
    }
}
