//! An address to its end: redirects followed, passing failures tried again, all within its time.

use std::future::Future;

use tokio::time::{Instant, sleep, timeout_at};
use url::Url;

use super::super::{Failure, FailureKind, policy};
use super::hop::{self, Outcome};
use super::{Answer, Ask, Shared, manners};

/// Gets what is behind an address.
///
/// # Errors
/// [`Failure`], if it is not there, may not be asked for on any step of the way, or did not come whole and in time.
pub(super) async fn follow(shared: &Shared, mut ask: Ask) -> Result<Answer, Failure> {
    let limits = &shared.options.limits;
    let over = shared.hosts.over();
    let mut deadline = over;
    let (mut redirects, mut retries, mut begun) = (0, 0, false);
    let mut last = None;
    loop {
        let reach = policy::check(&ask.url, &shared.options.allow)
            .map_err(|refusal| on_the_way(refusal, &ask.url, redirects))?;
        let slot = within(over, shared.hosts.slot(&ask.url)).await.ok_or_else(|| out_of_budget(shared))?;
        // Its own failure says more than that its host is left alone by now.
        let slot = slot.map_err(|alone| last.take().unwrap_or(alone))?;
        if !begun {
            // An address' time runs while it is asked for, not while others are.
            deadline = over.min(Instant::now() + limits.address);
            begun = true;
        }
        let outcome = within(deadline, hop::ask(shared, &slot, &ask, reach)).await;
        let (failure, wait, broken) = match outcome {
            Some(Outcome::Body(mut body, validators)) => {
                body.moved_to = (redirects > 0).then(|| ask.url.to_string());
                return Ok(Answer::Body(body, validators));
            }
            Some(Outcome::Unchanged) => return Ok(Answer::Unchanged),
            Some(Outcome::Redirect(location)) => {
                redirects += 1;
                ask.url = next(&ask.url, &location, redirects, limits.redirects)?;
                continue;
            }
            Some(Outcome::Failed(failure)) => return Err(on_the_way(failure, &ask.url, redirects)),
            Some(Outcome::Again { failure, wait, broken }) => (failure, wait, broken),
            None => {
                let failure = out_of_time(shared, deadline == over);
                slot.host.failed(&failure);
                return Err(failure);
            }
        };
        let host = slot.host.clone();
        drop(slot);
        let wait = wait.unwrap_or_else(|| manners::backoff(limits.backoff, retries));
        if retries == limits.retries || wait > limits.retry_after || Instant::now() + wait >= deadline {
            if broken {
                host.failed(&failure);
            }
            return Err(on_the_way(failure, &ask.url, redirects));
        }
        last = Some(on_the_way(failure, &ask.url, redirects));
        retries += 1;
        sleep(wait).await;
    }
}

async fn within<T>(deadline: Instant, future: impl Future<Output = T>) -> Option<T> {
    timeout_at(deadline, future).await.ok()
}

/// The address that a redirect leads to; the policy judges it when it is asked for.
fn next(from: &Url, location: &str, redirects: u32, most: u32) -> Result<Url, Failure> {
    if redirects > most {
        return Err(Failure::new(FailureKind::Broken, format!("more than {most} redirects")));
    }
    let mut to = from
        .join(location)
        .map_err(|error| Failure::new(FailureKind::Broken, format!("redirected to a malformed address: {error}")))?;
    to.set_fragment(None);
    if from.scheme() == "https" && to.scheme() == "http" {
        let reason = format!("refused: redirected from https to {}", shown(&to));
        return Err(Failure::new(FailureKind::Refused, reason));
    }
    Ok(to)
}

/// A failure on a later step names the address of that step.
fn on_the_way(mut failure: Failure, url: &Url, redirects: u32) -> Failure {
    if redirects > 0 {
        failure.reason = format!("redirected to {}: {}", shown(url), failure.reason);
    }
    failure
}

/// An address for a message: without query, user name and password.
fn shown(url: &Url) -> String {
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let text = format!("{}://{}{port}{}", url.scheme(), url.host_str().unwrap_or_default(), url.path());
    crate::diag::printable(&text, 120)
}

fn out_of_time(shared: &Shared, budget: bool) -> Failure {
    if budget {
        return out_of_budget(shared);
    }
    Failure::new(FailureKind::Broken, format!("not complete after {} s", shared.options.limits.address.as_secs()))
}

fn out_of_budget(shared: &Shared) -> Failure {
    let budget = shared.options.limits.budget;
    let shown = match budget.as_secs() {
        0..=119 => format!("{} s", budget.as_secs_f32()),
        seconds => format!("{} min", seconds / 60),
    };
    Failure::new(FailureKind::Broken, format!("all addresses together took longer than {shown}"))
        .hint("give them more time with --fetch-budget")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(address: &str) -> Url {
        Url::parse(address).expect("an address")
    }

    #[test]
    fn redirects_are_relative_and_never_leave_encryption() {
        let from = at("https://a.example/x/y?q#f");
        assert_eq!(next(&from, "../z#g", 1, 5).map(String::from), Ok("https://a.example/z".to_owned()));
        assert_eq!(next(&from, "//b.example/", 1, 5).map(String::from), Ok("https://b.example/".to_owned()));
        let refusal = next(&from, "http://u:p@b.example/z?secret", 1, 5).expect_err("https to http");
        assert_eq!(refusal.reason, "refused: redirected from https to http://b.example/z");
        assert!(next(&from, "https://[", 1, 5).is_err());
        assert!(next(&from, "/z", 6, 5).is_err());
        assert!(next(&at("http://a.example/"), "https://a.example/", 5, 5).is_ok());
    }
}
