//! Work on many things of one kind, on all cores. Work within it has the cores that its worker has for itself.

use std::cell::Cell;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;

use tracing::Span;

/// What `work` makes of each thing, in their order.
pub(crate) fn map<T: Sync, R: Send>(things: &[T], work: &(dyn Fn(&T) -> R + Sync)) -> Vec<R> {
    map_with(things, &|| (), &|(), thing| work(thing))
}

/// The same: each thing is given up to the work on it, and each worker keeps something.
pub(crate) fn map_owned_with<T: Send, R: Send, S>(
    things: Vec<T>,
    begin: &(dyn Fn() -> S + Sync),
    work: &(dyn Fn(&mut S, T) -> R + Sync),
) -> Vec<R> {
    let things: Vec<Mutex<Option<T>>> = things.into_iter().map(|thing| Mutex::new(Some(thing))).collect();
    let take = |thing: &Mutex<Option<T>>| thing.lock().unwrap_or_else(PoisonError::into_inner).take();
    let made = map_with(&things, begin, &|kept, thing| take(thing).map(|thing| work(kept, thing)));
    made.into_iter().flatten().collect()
}

/// The same with something that each worker keeps from thing to thing. Each takes the next thing that nobody has taken, so
/// that none waits for a long one. Where there are no threads, this one does it all.
pub(crate) fn map_with<T: Sync, R: Send, S>(
    things: &[T],
    begin: &(dyn Fn() -> S + Sync),
    work: &(dyn Fn(&mut S, &T) -> R + Sync),
) -> Vec<R> {
    let workers = cores().min(things.len());
    if workers < 2 {
        let mut kept = begin();
        return things.iter().map(|thing| work(&mut kept, thing)).collect();
    }
    let slots: Vec<Mutex<Option<R>>> = things.iter().map(|_| Mutex::new(None)).collect();
    let next = AtomicUsize::new(0);
    let stage = Span::current();
    let sharers = SHARERS.get() * workers;
    let run = || {
        let _sharing = Sharing::begin(sharers);
        let mut kept = begin();
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

/// Does work, and something else beside it on another core; where there is no other, that comes first.
pub(crate) fn beside<E: Send, R>(other: &(dyn Fn() -> E + Sync), work: impl FnOnce() -> R) -> (E, R) {
    if cores() < 2 {
        let done = other();
        return (done, work());
    }
    thread::scope(|scope| {
        let beside = thread::Builder::new().name("beside".to_owned()).stack_size(8 << 20).spawn_scoped(scope, other);
        let worked = work();
        let done = beside.ok().and_then(|thread| thread.join().ok());
        (done.unwrap_or_else(other), worked)
    })
}

/// Does work while another core gives back what is needed no more, which may take as long.
pub(crate) fn while_dropping<T: Send, R>(what: T, work: impl FnOnce() -> R) -> R {
    let what = Mutex::new(Some(what));
    beside(&|| drop(what.lock().unwrap_or_else(PoisonError::into_inner).take()), work).1
}

thread_local! {
    /// Among how many workers the cores are shared, this thread being one.
    static SHARERS: Cell<usize> = const { Cell::new(1) };
}

/// While a thread shares the cores with others.
struct Sharing(usize);

impl Sharing {
    fn begin(sharers: usize) -> Self {
        Self(SHARERS.replace(sharers))
    }
}

impl Drop for Sharing {
    fn drop(&mut self) {
        SHARERS.set(self.0);
    }
}

/// How many threads can work at once for this one.
pub(crate) fn cores() -> usize {
    static ALL: OnceLock<usize> = OnceLock::new();
    let all = *ALL.get_or_init(|| thread::available_parallelism().map_or(1, NonZero::get));
    (all / SHARERS.get()).max(1)
}

#[cfg(test)]
mod tests {
    use super::{AtomicUsize, Ordering};

    #[test]
    fn everything_is_done_once_and_in_order() {
        let numbers: Vec<u32> = (0..1000).collect();
        assert_eq!(super::map(&numbers, &|number| number * 2), (0..2000).step_by(2).collect::<Vec<_>>());
        assert!(super::map(&[] as &[u32], &|number| *number).is_empty());
    }

    #[test]
    fn what_is_given_up_comes_out_in_order() {
        let words: Vec<String> = (0..1000).map(|number: u32| number.to_string()).collect();
        assert_eq!(super::map_owned_with(words.clone(), &|| (), &|(), word| word), words);
    }

    #[test]
    fn what_is_done_beside_is_done_in_the_end() {
        struct Told<'a>(&'a AtomicUsize);
        impl Drop for Told<'_> {
            fn drop(&mut self) {
                self.0.fetch_add(1, Ordering::Relaxed);
            }
        }
        let dropped = AtomicUsize::new(0);
        assert_eq!(super::while_dropping((Told(&dropped), Told(&dropped)), || 3), 3);
        assert_eq!(dropped.load(Ordering::Relaxed), 2);
        assert_eq!(super::beside(&|| dropped.fetch_add(1, Ordering::Relaxed), || 5), (2, 5));
        assert_eq!(dropped.load(Ordering::Relaxed), 3);
    }

    #[test]
    fn each_worker_keeps_its_own() {
        let counted = super::map_with(&[(); 100], &|| 0, &|count, ()| {
            *count += 1;
            *count
        });
        let firsts = counted.iter().filter(|count| **count == 1).count();
        assert!((1..=super::cores()).contains(&firsts), "{counted:?}");
    }

    #[test]
    fn work_within_work_shares_the_cores() {
        let all = super::cores();
        let within = super::map(&[(); 100], &|()| super::cores());
        let workers = all.min(100);
        assert!(within.iter().all(|cores| *cores == (all / workers).max(1)), "{all}: {within:?}");
        assert_eq!(super::cores(), all);
    }
}
