//! Servers on loopback, for tests with real sockets.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// A request as the server saw it.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// The request line's target.
    pub(crate) target: String,
    /// Header lines, names in lower case.
    pub(crate) headers: BTreeMap<String, String>,
    /// How often this target had been asked for before.
    pub(crate) before: usize,
}

type Handler = dyn Fn(&Seen, &mut TcpStream) -> io::Result<()> + Send + Sync;

/// A server of one handler; closes each connection after its answer.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    connections: Arc<AtomicUsize>,
    log: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    pub(crate) fn start(handler: impl Fn(&Seen, &mut TcpStream) -> io::Result<()> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let server = Self {
            address: listener.local_addr().expect("an address"),
            connections: Arc::default(),
            log: Arc::default(),
        };
        let handler: Arc<Handler> = Arc::new(handler);
        let (connections, log) = (server.connections.clone(), server.log.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                connections.fetch_add(1, Ordering::SeqCst);
                let (handler, log) = (handler.clone(), log.clone());
                thread::spawn(move || serve(stream, &*handler, &log));
            }
        });
        server
    }

    /// A server that gives `body` for everything.
    pub(crate) fn of(body: &'static [u8]) -> Self {
        Self::start(move |_, out| answer(out, "200 OK", "Content-Type: Image/PNG; q=1\r\n", body))
    }

    pub(crate) fn at(&self, target: &str) -> String {
        format!("http://{}{target}", self.address)
    }

    pub(crate) fn hits(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    pub(crate) fn log(&self) -> Vec<Seen> {
        self.log.lock().expect("the log").clone()
    }
}

fn serve(mut stream: TcpStream, handler: &Handler, log: &Mutex<Vec<Seen>>) -> io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    let target = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut headers = BTreeMap::new();
    for line in lines {
        let line = line?;
        let Some((name, value)) = line.split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let seen = {
        let mut log = log.lock().expect("the log");
        let before = log.iter().filter(|seen| seen.target == target).count();
        let seen = Seen { target, headers, before };
        log.push(seen.clone());
        seen
    };
    handler(&seen, &mut stream)
}

pub(crate) fn answer(out: &mut TcpStream, status: &str, headers: &str, body: &[u8]) -> io::Result<()> {
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n", body.len());
    out.write_all(head.as_bytes())?;
    out.write_all(body)
}

/// A new folder, gone at the end.
pub(crate) struct Scratch(pub(crate) PathBuf);

impl Scratch {
    pub(crate) fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("offprint-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder");
        Self(fs::canonicalize(folder).expect("a folder"))
    }

    /// All files in it, at any depth.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let (mut folders, mut files) = (vec![self.0.clone()], Vec::new());
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder").flatten() {
                let list = if entry.path().is_dir() { &mut folders } else { &mut files };
                list.push(entry.path());
            }
        }
        files.sort();
        files
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
