//! **Preview**: a book while it is being made, for a browser of this machine: the chapters of its EPUB file as a reader
//! shows them, and the pages of its PDF file as pictures, side by side. What a new build made is shown at once.
//!
//! Only this machine is answered, whatever address is asked for, and the page contacts nobody else: its policy (CSP)
//! allows nothing from elsewhere, and no script in what comes from the book.

mod answer;
mod epub;

use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, PoisonError, RwLock};

use serde_json::{Value, json};
use tokio::sync::watch;

use self::epub::{Contents, contents};
use super::{Limits, host};
use crate::diag::{Error, ErrorKind, printable};

/// A book as it is now.
pub struct Edition {
    /// What it is called.
    pub title: String,
    /// Whether pages are turned from left to right.
    pub right_to_left: bool,
    /// Its EPUB file.
    pub epub: Vec<u8>,
    /// The pages of its PDF file.
    pub pages: Vec<Leaf>,
    /// Its bookmarks in their order: what they say, and the page that they lead to, from 0.
    pub bookmarks: Vec<(String, usize)>,
    /// What there is to say about it, a line each.
    pub messages: Vec<String>,
    /// Draws a page as SVG.
    pub draw: Draw,
}

/// Draws the page of that number, from 0.
pub type Draw = Box<dyn Fn(usize) -> Option<String> + Send + Sync>;

/// A page of a PDF file.
#[derive(Clone, Debug, PartialEq)]
pub struct Leaf {
    /// The number it is known by; empty if it has none.
    pub label: String,
    /// Width in points.
    pub width: f64,
    /// Height in points.
    pub height: f64,
}

/// What is shown, and who waits for it to change.
struct Stage {
    now: RwLock<Now>,
    version: watch::Sender<u64>,
    /// What the page's own words are, as `key: word`.
    words: Value,
}

/// What is shown.
#[derive(Clone, Default)]
struct Now {
    version: u64,
    status: Status,
    edition: Option<Arc<Shown>>,
}

#[derive(Clone, Default)]
enum Status {
    #[default]
    Building,
    Ready,
    Failed(String),
}

/// An edition and the contents of its EPUB file.
struct Shown {
    edition: Edition,
    contents: Contents,
}

/// A preview that is ready to be asked.
pub struct Preview {
    listener: TcpListener,
    stage: Arc<Stage>,
}

/// Where new editions are handed in.
#[derive(Clone)]
pub struct Desk(Arc<Stage>);

impl Preview {
    /// Takes the address. `words` are those of the page that are not English, by their English.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for what is no address of this machine alone, [`ErrorKind::Output`] if it cannot be had.
    pub fn bind(listen: &str, words: &[(&str, String)]) -> Result<Self, Error> {
        let address: Option<SocketAddr> = listen.parse().ok();
        let address = address.filter(|address| address.ip().is_loopback()).ok_or_else(|| {
            let message =
                format!("--listen {}: not an address of this machine alone, with a port", printable(listen, 60));
            Error::new(ErrorKind::Usage, message).hint("use 127.0.0.1:8089; port 0 lets the system choose")
        })?;
        let words = words.iter().map(|(key, word)| ((*key).to_owned(), Value::from(word.as_str()))).collect();
        let stage = Stage { now: RwLock::default(), version: watch::channel(0).0, words: Value::Object(words) };
        Ok(Self { listener: host::listen(address)?, stage: Arc::new(stage) })
    }

    /// Where it can be asked.
    pub fn address(&self) -> Option<SocketAddr> {
        self.listener.local_addr().ok()
    }

    /// Where new editions are handed in while it runs.
    pub fn desk(&self) -> Desk {
        Desk(self.stage.clone())
    }

    /// Answers until the program is ended.
    ///
    /// # Errors
    /// [`ErrorKind::Output`] if the system gives no way to wait for connections.
    pub fn run(self) -> Result<(), Error> {
        let stage = self.stage;
        host::run(self.listener, Limits::default(), move |request| answer::to(request, stage.clone()))
    }
}

impl Desk {
    /// A build has begun.
    pub fn building(&self) {
        self.0.change(|now| now.status = Status::Building);
    }

    /// It failed; the last edition stays.
    pub fn failed(&self, why: &str) {
        self.0.change(|now| now.status = Status::Failed(why.to_owned()));
    }

    /// There is a new edition.
    pub fn show(&self, edition: Edition) {
        let contents = contents(&edition.epub).unwrap_or_default();
        let shown = Arc::new(Shown { edition, contents });
        self.0.change(|now| {
            now.edition = Some(shown);
            now.status = Status::Ready;
        });
    }
}

impl Stage {
    fn change(&self, change: impl FnOnce(&mut Now)) {
        let mut now = self.now.write().unwrap_or_else(PoisonError::into_inner);
        change(&mut now);
        now.version += 1;
        let version = now.version;
        drop(now);
        self.version.send_replace(version);
    }

    fn now(&self) -> Now {
        self.now.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What the page's script is told.
    fn told(&self) -> Value {
        let now = self.now();
        let (status, error) = match &now.status {
            Status::Building => ("building", None),
            Status::Ready => ("ready", None),
            Status::Failed(why) => ("failed", Some(why)),
        };
        let book = now.edition.as_deref().map(|shown| {
            let edition = &shown.edition;
            let pages = edition.pages.iter().map(|page| json!([page.label, page.width, page.height]));
            json!({
                "title": edition.title,
                "right_to_left": edition.right_to_left,
                "documents": shown.contents.documents,
                "contents": with_pages(&shown.contents.entries, &edition.bookmarks),
                "pages": pages.collect::<Vec<_>>(),
                "messages": edition.messages,
            })
        });
        json!({"version": now.version, "status": status, "error": error, "words": self.words, "book": book})
    }
}

/// The contents, each entry with the page of the bookmark that says the same. Both are in the book's order.
fn with_pages(entries: &[epub::Entry], bookmarks: &[(String, usize)]) -> Vec<Value> {
    let mut rest = bookmarks;
    let mut all = Vec::with_capacity(entries.len());
    for entry in entries {
        let same = rest.iter().position(|(title, _)| *title == entry.title);
        let page = same.and_then(|at| rest.get(at)).map(|(_, page)| *page);
        rest = same.and_then(|at| rest.get(at + 1..)).unwrap_or(rest);
        all.push(json!({"title": entry.title, "document": entry.document, "depth": entry.depth, "page": page}));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_can_ask() {
        for listen in ["0.0.0.0:0", "192.0.2.1:80", "[::]:0", "localhost", "8089"] {
            let error = Preview::bind(listen, &[]).err().unwrap();
            assert!(error.kind == ErrorKind::Usage && error.message.contains(listen), "{}", error.message);
        }
        assert!(Preview::bind("127.0.0.1:0", &[]).is_ok());
    }

    #[test]
    fn entries_find_their_pages_in_order() {
        let entry = |title: &str| epub::Entry { title: title.to_owned(), document: String::new(), depth: 0 };
        let marks = [("a".to_owned(), 1), ("b".to_owned(), 2), ("a".to_owned(), 5)];
        let found = with_pages(&["a", "x", "b", "a"].map(entry), &marks);
        let pages: Vec<&Value> = found.iter().map(|entry| &entry["page"]).collect();
        assert_eq!(pages, [&json!(1), &Value::Null, &json!(2), &json!(5)]);
    }
}
