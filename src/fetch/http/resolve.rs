//! Names to addresses: what the name service answers is judged, and only what passed is dialled.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::Arc;

use reqwest::dns::{Name, Resolve, Resolving};

use super::super::{Failure, policy};

/// A name service. Blocks.
pub(super) trait Lookup: fmt::Debug + Send + Sync {
    /// All addresses of a name.
    fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>>;
}

/// The machine's own name service.
#[derive(Debug)]
pub(super) struct System;

impl Lookup for System {
    fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        Ok((name, 0).to_socket_addrs()?.map(|address| address.ip()).collect())
    }
}

/// Resolves names for the client.
pub(super) struct Resolver {
    /// Who answers.
    pub(super) lookup: Arc<dyn Lookup>,
    /// Whether only public addresses pass.
    pub(super) public_only: bool,
}

/// Why a name has no address that may be dialled.
#[derive(Debug)]
pub(super) enum Unresolved {
    /// The name service does not know it, or does not answer.
    Unknown,
    /// All its addresses are refused; the first one's refusal.
    Refused(Failure),
}

impl fmt::Display for Unresolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("cannot find the host"),
            Self::Refused(failure) => failure.fmt(f),
        }
    }
}

impl std::error::Error for Unresolved {}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (lookup, public_only) = (self.lookup.clone(), self.public_only);
        Box::pin(async move {
            let look_up = move || lookup.addresses(name.as_str());
            let answers = tokio::task::spawn_blocking(look_up).await.ok().and_then(Result::ok).unwrap_or_default();
            let passed = judge(&answers, public_only)?;
            // Port 0 stands for the address' own.
            Ok(Box::new(passed.into_iter().map(|ip| SocketAddr::new(ip, 0))) as _)
        })
    }
}

/// The answers that may be dialled, in their order.
fn judge(answers: &[IpAddr], public_only: bool) -> Result<Vec<IpAddr>, Unresolved> {
    if !public_only {
        return if answers.is_empty() { Err(Unresolved::Unknown) } else { Ok(answers.to_vec()) };
    }
    let passed: Vec<_> = answers.iter().copied().filter(|&ip| policy::check_answer(ip).is_ok()).collect();
    if !passed.is_empty() {
        return Ok(passed);
    }
    match answers.iter().find_map(|&ip| policy::check_answer(ip).err()) {
        Some(refusal) => Err(Unresolved::Refused(refusal)),
        None => Err(Unresolved::Unknown),
    }
}
