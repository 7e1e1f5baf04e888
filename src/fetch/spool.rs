//! What a build makes and writes into its books later: in memory while it is little, in a nameless file when it is more.
//!
//! The file is gone as soon as it is open, so that no one else can read it and nothing stays of it, however the build
//! ends. Where there can be no such file, everything stays in memory.

use std::borrow::Cow;
use std::env;
use std::fs::{self, File, OpenOptions};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How much is kept in memory, in bytes, unless the user of a spool says otherwise.
const IN_MEMORY: u64 = 8 << 20;

/// Bytes that are kept somewhere. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Bytes(Kept);

#[derive(Clone, Debug)]
enum Kept {
    Memory(Arc<Vec<u8>>),
    File { file: Arc<Mutex<File>>, start: u64, length: usize },
}

impl Bytes {
    /// How many there are.
    pub fn len(&self) -> usize {
        match &self.0 {
            Kept::Memory(bytes) => bytes.len(),
            Kept::File { length, .. } => *length,
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All of them. Of those in a file nothing stays in memory but what is returned.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn read(&self) -> io::Result<Cow<'_, [u8]>> {
        match &self.0 {
            Kept::Memory(bytes) => Ok(Cow::Borrowed(bytes)),
            Kept::File { file, start, length } => {
                let mut bytes = vec![0; *length];
                let mut file = lock(file);
                file.seek(SeekFrom::Start(*start))?;
                file.read_exact(&mut bytes)?;
                Ok(Cow::Owned(bytes))
            }
        }
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Kept::Memory(Arc::new(bytes)))
    }
}

impl From<&[u8]> for Bytes {
    fn from(bytes: &[u8]) -> Self {
        Self(Kept::Memory(Arc::new(bytes.to_vec())))
    }
}

impl PartialEq for Bytes {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && matches!((self.read(), other.read()), (Ok(one), Ok(other)) if one == other)
    }
}

impl Eq for Bytes {}

/// A place for many pieces of bytes.
#[derive(Debug)]
pub struct Spool {
    in_memory: u64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Bytes that stayed in memory so far.
    held: u64,
    /// Where the others are, and how many.
    file: Option<(Arc<Mutex<File>>, u64)>,
    /// Whether there can be no file.
    without: bool,
}

impl Default for Spool {
    fn default() -> Self {
        Self::new(IN_MEMORY)
    }
}

impl Spool {
    /// A place that keeps so many bytes in memory, about, and no file yet.
    pub fn new(in_memory: u64) -> Self {
        Self { in_memory, state: Mutex::default() }
    }

    /// Keeps bytes.
    pub fn put(&self, bytes: Bytes) -> Bytes {
        let Kept::Memory(memory) = &bytes.0 else { return bytes };
        let mut state = lock(&self.state);
        let length = memory.len() as u64;
        if state.without || state.held.saturating_add(length) <= self.in_memory {
            state.held = state.held.saturating_add(length);
            return bytes;
        }
        match state.append(memory) {
            Ok(kept) => Bytes(kept),
            Err(_) => {
                state.without = true;
                bytes
            }
        }
    }
}

impl State {
    fn append(&mut self, bytes: &[u8]) -> io::Result<Kept> {
        if self.file.is_none() {
            self.file = Some((Arc::new(Mutex::new(nameless()?)), 0));
        }
        let (file, end) = self.file.as_mut().ok_or(io::ErrorKind::NotFound)?;
        let start = *end;
        {
            let mut file = lock(file);
            file.seek(SeekFrom::Start(start))?;
            file.write_all(bytes)?;
        }
        *end += bytes.len() as u64;
        Ok(Kept::File { file: file.clone(), start, length: bytes.len() })
    }
}

/// A file of the user's alone, without a name.
fn nameless() -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let folder = env::temp_dir();
    // Where the system has files that never had a name, not even a kill between two steps leaves one.
    #[cfg(target_os = "linux")]
    {
        let mut options = options.clone();
        let flag = rustix::fs::OFlags::TMPFILE.bits().cast_signed();
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, flag);
        if let Ok(file) = options.open(&folder) {
            return Ok(file);
        }
    }
    let number = RandomState::new().build_hasher().finish();
    let path = folder.join(format!("offprint-{number:016x}"));
    let file = options.create_new(true).open(&path)?;
    // A file that would keep its name is not used.
    fs::remove_file(&path)?;
    Ok(file)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_wherever_it_is() {
        let spool = Spool::new(10);
        let pieces: Vec<Vec<u8>> = (0..20u8).map(|n| vec![n; usize::from(n)]).collect();
        let kept: Vec<_> = pieces.iter().map(|piece| spool.put(piece.clone().into())).collect();
        let in_file = kept.iter().filter(|bytes| matches!(bytes.0, Kept::File { .. })).count();
        assert_eq!(in_file, 15, "0 + 1 + 2 + 3 + 4 stay in memory");
        for (piece, bytes) in pieces.iter().zip(&kept).rev() {
            assert_eq!((bytes.len(), &*bytes.read().expect("bytes")), (piece.len(), &piece[..]));
            assert_eq!(*bytes, Bytes::from(piece.clone()));
        }
        assert_ne!(kept[18], kept[19]);
    }

    #[test]
    fn threads_do_not_mix_their_bytes() {
        let spool = Spool::new(0);
        std::thread::scope(|scope| {
            for n in 0..8u8 {
                let spool = &spool;
                scope.spawn(move || {
                    for _ in 0..50 {
                        let kept = spool.put(vec![n; 1000].into());
                        assert!(kept.read().is_ok_and(|bytes| bytes.iter().all(|&byte| byte == n)));
                    }
                });
            }
        });
    }
}
