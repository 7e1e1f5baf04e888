//! Work on many things of one kind, on all cores.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use tracing::Span;

/// What `work` makes of each thing, in their order.
pub(crate) fn map<T: Sync, R: Send>(things: &[T], work: &(dyn Fn(&T) -> R + Sync)) -> Vec<R> {
    map_with(things, &|_| (), &|(), thing| work(thing))
}

/// The same: each thing is given up to the work on it, and each worker keeps something.
pub(crate) fn map_owned_with<T: Send, R: Send, S>(
    things: Vec<T>,
    begin: &(dyn Fn(usize) -> S + Sync),
    work: &(dyn Fn(&mut S, T) -> R + Sync),
) -> Vec<R> {
    let things: Vec<Mutex<Option<T>>> = things.into_iter().map(|thing| Mutex::new(Some(thing))).collect();
    let take = |thing: &Mutex<Option<T>>| thing.lock().unwrap_or_else(PoisonError::into_inner).take();
    let made = map_with(&things, begin, &|kept, thing| take(thing).map(|thing| work(kept, thing)));
    made.into_iter().flatten().collect()
}

/// The same with something that each worker keeps from thing to thing, begun knowing how many workers there are. Each
/// takes the next thing that nobody has taken, so that none waits for a long one. Where there are no threads, this one
/// does it all.
pub(crate) fn map_with<T: Sync, R: Send, S>(
    things: &[T],
    begin: &(dyn Fn(usize) -> S + Sync),
    work: &(dyn Fn(&mut S, &T) -> R + Sync),
) -> Vec<R> {
    let workers = cores().min(things.len());
    if workers < 2 {
        let mut kept = begin(1);
        return things.iter().map(|thing| work(&mut kept, thing)).collect();
    }
    let slots: Vec<Mutex<Option<R>>> = things.iter().map(|_| Mutex::new(None)).collect();
    let next = AtomicUsize::new(0);
    let stage = Span::current();
    let run = || {
        let mut kept = begin(workers);
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let (Some(thing), Some(slot)) = (things.get(at), slots.get(at)) else { break };
            let made = work(&mut kept, thing);
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(made);
        }
    };
    thread::scope(|scope| {
        for _ in 1..workers {
            // As much stack as the main thread has: pages may nest deeply.
            let _ = thread::Builder::new()
                .name("worker".to_owned())
                .stack_size(8 << 20)
                .spawn_scoped(scope, || stage.in_scope(run));
        }
        run();
    });
    slots.into_iter().filter_map(|slot| slot.into_inner().unwrap_or_else(PoisonError::into_inner)).collect()
}

/// How many threads can work at once.
pub(crate) fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

#[cfg(test)]
mod tests {
    #[test]
    fn everything_is_done_once_and_in_order() {
        let numbers: Vec<u32> = (0..1000).collect();
        assert_eq!(super::map(&numbers, &|number| number * 2), (0..2000).step_by(2).collect::<Vec<_>>());
        assert!(super::map(&[] as &[u32], &|number| *number).is_empty());
    }

    #[test]
    fn what_is_given_up_comes_out_in_order() {
        let words: Vec<String> = (0..1000).map(|number: u32| number.to_string()).collect();
        assert_eq!(super::map_owned_with(words.clone(), &|_| (), &|(), word| word), words);
    }

    #[test]
    fn each_worker_keeps_its_own() {
        let counted = super::map_with(&[(); 100], &|_| 0, &|count, ()| {
            *count += 1;
            *count
        });
        let firsts = counted.iter().filter(|count| **count == 1).count();
        assert!((1..=super::cores()).contains(&firsts), "{counted:?}");
    }
}
