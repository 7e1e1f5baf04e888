//! **Serve**: a folder of finished books as a catalogue for readers (OPDS 1.2 and 2.0) and browsers, over HTTP.
//!
//! [`preview`] shows a book while it is being made, to a browser of this machine.
//!
//! A catalogue only reads, and only books below its folder: a path that leads out of it, hidden files and other kinds of files are
//! not there for it. Nothing of a book is kept in memory: a page of the catalogue opens the few books it lists, a download
//! is read as it is sent. What a client is given is bounded: connections, the length of a request, the time of a standstill.

#![allow(clippy::disallowed_methods, reason = "a way out for books: a folder and an address that the user named")]

mod answer;
mod body;
mod book;
mod connection;
mod feed;
mod host;
mod page;
pub mod preview;
mod range;
mod shelf;
mod text;

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use self::shelf::Shelf;
use crate::diag::{Error, ErrorKind, printable};

/// What a client is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections at a time; more wait.
    pub connections: usize,
    /// The longest time for the head of a request.
    pub head: Duration,
    /// The longest time in which a client takes nothing, or says nothing.
    pub standstill: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connections: 64, head: Duration::from_secs(15), standstill: Duration::from_secs(60) }
    }
}

/// A catalogue that is ready to be asked.
pub struct Server {
    listener: TcpListener,
    shelf: Arc<Shelf>,
    limits: Limits,
}

impl Server {
    /// Takes the address.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for what is no address, [`ErrorKind::Input`] if the folder is none, [`ErrorKind::Output`] if the
    /// address cannot be had.
    pub fn bind(folder: &Path, listen: &str, limits: Limits) -> Result<Self, Error> {
        let address: SocketAddr = listen.parse().map_err(|_| {
            Error::new(ErrorKind::Usage, format!("--listen {}: not an address with a port", printable(listen, 60)))
                .hint("use 127.0.0.1:8088 for this machine, 0.0.0.0:8088 for everybody in the network")
        })?;
        let shelf = Shelf::open(folder, address.ip().is_loopback()).map_err(|error| {
            let shown = printable(&folder.to_string_lossy(), 200);
            Error::new(ErrorKind::Input, format!("cannot serve {shown}: {}", error.kind()))
                .hint("name a folder of books")
        })?;
        Ok(Self { listener: host::listen(address)?, shelf: Arc::new(shelf), limits })
    }

    /// Where it can be asked.
    pub fn address(&self) -> Option<SocketAddr> {
        self.listener.local_addr().ok()
    }

    /// Answers until the program is ended.
    ///
    /// # Errors
    /// [`ErrorKind::Output`] if the system gives no way to wait for connections.
    pub fn run(self) -> Result<(), Error> {
        let Self { listener, shelf, limits } = self;
        host::run(listener, limits, move |request| answer::to(request, shelf.clone()))
    }
}
