//! Manners: how many requests at a time, how far apart, and when a host is left alone.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until};
use url::Url;

use super::super::Failure;
use super::Limits;

/// All hosts that were asked, and the requests under way.
pub(super) struct Hosts {
    limits: Limits,
    /// When all addresses together have had their time.
    over: Instant,
    in_flight: Arc<Semaphore>,
    hosts: Mutex<BTreeMap<String, Arc<Host>>>,
}

/// A host and port.
pub(super) struct Host {
    in_flight: Arc<Semaphore>,
    state: Mutex<State>,
}

struct State {
    /// When the next request may begin.
    next: Instant,
    /// Failures since the last answer that came whole, and the last of them: connections that could not be made, answers
    /// that did not end. What a host says itself, such as a status, is none.
    failed: u32,
    failure: Option<Failure>,
}

/// Leave to make one request; given back when it is dropped.
pub(super) struct Slot {
    pub(super) host: Arc<Host>,
    _host: OwnedSemaphorePermit,
    _all: OwnedSemaphorePermit,
}

impl Hosts {
    pub(super) fn new(limits: &Limits) -> Self {
        let in_flight = Arc::new(Semaphore::new(limits.in_flight.max(1)));
        let over = Instant::now() + limits.budget;
        Self { limits: limits.clone(), over, in_flight, hosts: Mutex::new(BTreeMap::new()) }
    }

    /// When the time for all addresses together is over.
    pub(super) fn over(&self) -> Instant {
        self.over
    }

    /// Waits for leave to ask the host of `url`.
    ///
    /// # Errors
    /// The host's last failure, if it is left alone.
    pub(super) async fn slot(&self, url: &Url) -> Result<Slot, Failure> {
        let host = self.host(url);
        // The host's own turn comes first: who waits for a busy host must not keep others from theirs.
        let own = host.in_flight.clone().acquire_owned().await;
        host.check(self.limits.failures)?;
        let begin = host.begin(self.limits.interval);
        if begin > Instant::now() {
            sleep_until(begin).await;
        }
        let all = self.in_flight.clone().acquire_owned().await;
        host.check(self.limits.failures)?;
        match (own, all) {
            (Ok(own), Ok(all)) => Ok(Slot { host, _host: own, _all: all }),
            // The semaphores are never closed.
            _ => Err(Failure::new(super::FailureKind::Broken, "the request was broken off")),
        }
    }

    fn host(&self, url: &Url) -> Arc<Host> {
        let name =
            format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default());
        let fresh = || {
            let state = State { next: Instant::now(), failed: 0, failure: None };
            Arc::new(Host {
                in_flight: Arc::new(Semaphore::new(self.limits.per_host.max(1))),
                state: Mutex::new(state),
            })
        };
        lock(&self.hosts).entry(name).or_insert_with(fresh).clone()
    }
}

impl Host {
    fn check(&self, failures: u32) -> Result<(), Failure> {
        let state = lock(&self.state);
        match &state.failure {
            Some(failure) if state.failed >= failures => {
                let reason = format!("the host is left alone after {failures} failures: {}", failure.reason);
                Err(Failure { reason, ..failure.clone() })
            }
            _ => Ok(()),
        }
    }

    /// When the next request may begin; the one after it has to wait for `interval` more.
    fn begin(&self, interval: Duration) -> Instant {
        let mut state = lock(&self.state);
        let begin = state.next.max(Instant::now());
        state.next = begin + interval;
        begin
    }

    /// Nobody asks this host for so long.
    pub(super) fn pause(&self, wait: Duration) {
        let mut state = lock(&self.state);
        state.next = state.next.max(Instant::now() + wait);
    }

    /// A connection could not be made, or an answer did not end.
    pub(super) fn failed(&self, failure: &Failure) {
        let mut state = lock(&self.state);
        state.failed = state.failed.saturating_add(1);
        state.failure = Some(failure.clone());
    }

    /// The host answered to the end, whatever it said.
    pub(super) fn answered(&self) {
        let mut state = lock(&self.state);
        state.failed = 0;
        state.failure = None;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How long to wait before retry number `retry` (from 0): any time up to a limit that doubles, so that clients that
/// failed together do not come back together.
pub(super) fn backoff(first: Duration, retry: u32) -> Duration {
    const LONGEST: Duration = Duration::from_secs(8);
    let most = first.saturating_mul(1 << retry.min(16)).min(LONGEST);
    // Hash keys are the one source of chance in the standard library; nothing in a book depends on it.
    let chance = RandomState::new().build_hasher().finish() >> 11;
    most.mul_f64(chance as f64 / (1u64 << 53) as f64)
}

/// How long a server asks to wait (RFC 9110 §10.2.3): seconds, or a date, which counts from the date of its own answer.
pub(super) fn retry_after(value: &str, answered: Option<&str>) -> Option<Duration> {
    let value = value.trim();
    let seconds = match value.parse() {
        Ok(seconds) => seconds,
        Err(_) => seconds_of(value)?.saturating_sub(seconds_of(answered?.trim())?),
    };
    Some(Duration::from_secs(seconds))
}

/// The seconds since 1600 of a date such as `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7), from 1601 on.
fn seconds_of(date: &str) -> Option<u64> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let fields: Vec<_> = date.split_once(", ")?.1.split(' ').collect();
    let &[day, month, year, time, "GMT"] = fields.as_slice() else { return None };
    let month = MONTHS.iter().position(|name| *name == month)? as u64;
    let year = year.parse::<u64>().ok().filter(|year| (1601..=9999).contains(year))?;
    let clock: Vec<u64> = time.split(':').map(str::parse).collect::<Result<_, _>>().ok()?;
    let &[hours @ ..24, minutes @ ..60, seconds @ ..=60] = clock.as_slice() else { return None };
    // Years are counted from March, so that the day of a leap year is the last.
    let (year, month) = if month < 2 { (year - 1, month + 10) } else { (year, month - 2) };
    let years = (year - 1600) * 365 + (year - 1600) / 4 - (year - 1600) / 100 + (year - 1600) / 400;
    let days = years + (month * 153 + 2) / 5 + day.parse::<u64>().ok().filter(|day| (1..=31).contains(day))?;
    Some(days * 86_400 + hours * 3600 + minutes * 60 + seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_say_how_long_in_two_ways() {
        let wait = |value, answered| retry_after(value, answered).map(|wait| wait.as_secs());
        assert_eq!(wait(" 7 ", None), Some(7));
        let answered = Some("Wed, 28 Feb 2024 23:59:50 GMT");
        assert_eq!(wait("Thu, 29 Feb 2024 00:00:05 GMT", answered), Some(15));
        assert_eq!(wait("Fri, 01 Mar 2024 00:00:00 GMT", answered), Some(86_410));
        assert_eq!(wait("Sat, 01 Mar 2025 23:59:50 GMT", answered), Some(367 * 86_400));
        assert_eq!(wait("Tue, 27 Feb 2024 00:00:00 GMT", answered), Some(0));
        for wrong in [
            "",
            "-1",
            "soon",
            "Thu, 29 Feb 2024 00:00:05",
            "Thu, 99 Feb 2024 00:00:05 GMT",
            "x, 1 Jan 2024 18446744073709551615:0:0 GMT",
            "x, y",
        ] {
            assert_eq!(wait(wrong, answered), None, "{wrong}");
        }
        assert_eq!(wait("Thu, 29 Feb 2024 00:00:05 GMT", None), None);
    }
}
