//! Servers on loopback, for tests with real sockets.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

/// A request as the server saw it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The request line's target.
    pub target: String,
    /// Header lines, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// How often this target had been asked for before.
    pub before: usize,
}

type Handler = dyn Fn(&Seen, &mut TcpStream) -> io::Result<()> + Send + Sync;

/// A server of one handler; closes each connection after its answer.
pub struct Server {
    pub address: SocketAddr,
    connections: Arc<AtomicUsize>,
    log: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    pub fn start(handler: impl Fn(&Seen, &mut TcpStream) -> io::Result<()> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let server = Self { address, connections: Arc::default(), log: Arc::default() };
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

    pub fn at(&self, target: &str) -> String {
        format!("http://{}{target}", self.address)
    }

    /// Connections so far.
    pub fn hits(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    pub fn log(&self) -> Vec<Seen> {
        lock(&self.log).clone()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
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
        let mut log = lock(log);
        let before = log.iter().filter(|seen| seen.target == target).count();
        let seen = Seen { target, headers, before };
        log.push(seen.clone());
        seen
    };
    handler(&seen, &mut stream)
}

/// A whole answer.
pub fn answer(out: &mut TcpStream, status: &str, headers: &str, body: &[u8]) -> io::Result<()> {
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n", body.len());
    out.write_all(head.as_bytes())?;
    out.write_all(body)
}

/// How many of something are under way, and how many at most were.
#[derive(Clone, Default)]
pub struct Gauge(Arc<(AtomicUsize, AtomicUsize)>);

impl Gauge {
    pub fn during<T>(&self, work: impl FnOnce() -> T) -> T {
        let now = self.0.0.fetch_add(1, Ordering::SeqCst) + 1;
        self.0.1.fetch_max(now, Ordering::SeqCst);
        let outcome = work();
        self.0.0.fetch_sub(1, Ordering::SeqCst);
        outcome
    }

    pub fn most(&self) -> usize {
        self.0.1.load(Ordering::SeqCst)
    }
}
