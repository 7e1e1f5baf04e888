//! `--timings`: how long each stage of a build took, from the spans that the stages open.

#![allow(clippy::disallowed_methods, reason = "how long stages take is shown, and decides nothing")]

use std::cell::RefCell;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use tracing_core::span::Current;

use super::{report, words};

/// What was measured so far.
#[derive(Clone, Default)]
pub(super) struct Timings(Arc<Mutex<Vec<Row>>>);

/// A stage inside another, or inside none.
struct Row {
    metadata: &'static Metadata<'static>,
    inside: Option<usize>,
    /// How often it was gone through.
    times: u32,
    /// Of all threads together.
    time: Duration,
}

thread_local! {
    /// The stages that this thread is in, and since when.
    static OPEN: RefCell<Vec<(usize, Instant)>> = const { RefCell::new(Vec::new()) };
}

impl Timings {
    /// Begins to measure: once in a process.
    pub(super) fn begin() -> Self {
        let timings = Self::default();
        // That somebody else measures already cannot be.
        let _ = tracing::subscriber::set_global_default(timings.clone());
        timings
    }

    /// Shows a line a stage, those inside another below it.
    pub(super) fn show(&self, whole: Duration) {
        let rows = self.rows();
        let line = |name: &str, depth: usize, times: &str, seconds: &str| {
            let name = format!("{}{}", "  ".repeat(depth), words::of(name));
            format!("{} {times:>6} {seconds:>9}", words::padded(&name, 24))
        };
        report::signal(&line("stage", 0, &words::of("times"), &words::of("seconds")));
        let mut below = vec![(None, 0)];
        while let Some((row, depth)) = below.pop() {
            let children = (0..rows.len()).rev().filter(|at| rows[*at].inside == row);
            if let Some(shown) = row.map(|at: usize| &rows[at]) {
                let seconds = format!("{:.3}", shown.time.as_secs_f64());
                report::signal(&line(shown.metadata.name(), depth - 1, &shown.times.to_string(), &seconds));
            }
            below.extend(children.map(|at| (Some(at), depth + 1)));
        }
        report::signal(&line("the whole run", 0, "1", &format!("{:.3}", whole.as_secs_f64())));
    }

    fn rows(&self) -> MutexGuard<'_, Vec<Row>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn id(row: usize) -> Id {
    Id::from_u64(row as u64 + 1)
}

/// The row of an [`id`].
fn row(id: &Id) -> usize {
    (id.into_u64() - 1) as usize
}

/// All spans of one stage inside the same other are one row, and one span as far as this knows.
impl Subscriber for Timings {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span() && metadata.target().starts_with("offprint")
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::INFO)
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let inside = OPEN.with_borrow(|open| open.last().map(|(row, _)| *row));
        let mut rows = self.rows();
        let metadata = span.metadata();
        let known = rows.iter().position(|row| row.inside == inside && row.metadata.callsite() == metadata.callsite());
        let row = known.unwrap_or_else(|| {
            rows.push(Row { metadata, inside, times: 0, time: Duration::ZERO });
            rows.len() - 1
        });
        // However many threads go through it together.
        rows[row].times += 1;
        id(row)
    }

    fn enter(&self, span: &Id) {
        OPEN.with_borrow_mut(|open| open.push((row(span), Instant::now())));
    }

    fn exit(&self, _: &Id) {
        let Some((row, begun)) = OPEN.with_borrow_mut(Vec::pop) else { return };
        self.rows()[row].time += begun.elapsed();
    }

    fn current_span(&self) -> Current {
        let Some((row, _)) = OPEN.with_borrow(|open| open.last().copied()) else { return Current::none() };
        Current::new(id(row), self.rows()[row].metadata)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_stand_where_they_were_gone_through() {
        let timings = Timings::default();
        tracing::subscriber::with_default(timings.clone(), || {
            let outer = tracing::info_span!("outer").entered();
            for _ in 0..3 {
                let _inner = tracing::info_span!("inner").entered();
            }
            drop(outer);
            let _other = tracing::info_span!("other").entered();
        });
        let rows = timings.rows();
        let seen: Vec<_> = rows.iter().map(|row| (row.metadata.name(), row.inside, row.times)).collect();
        assert_eq!(seen, [("outer", None, 1), ("inner", Some(0), 3), ("other", None, 1)]);
        assert!(rows[0].time >= rows[1].time);
    }
}
