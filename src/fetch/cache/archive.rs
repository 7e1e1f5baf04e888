//! A cache as one file, to be carried to a machine without network: a POSIX tar archive (IEEE 1003.1, ustar) of entries
//! and blobs. Products are left out; they are made again.

use std::fs;
use std::io::{self, ErrorKind, Read, Write};

use super::{Answer, Cache, Entry, Hash};

/// Tar archives come in blocks.
const BLOCK: usize = 512;
/// The most bytes of a file in an archive: a page's limit, and some more.
const LONGEST: u64 = 64 << 20;

impl Cache {
    /// Writes all bodies and what is known of their addresses, and gives the number of addresses. The same cache gives
    /// the same bytes.
    ///
    /// # Errors
    /// If `out` cannot be written.
    pub fn export(&self, out: &mut dyn Write) -> io::Result<usize> {
        let mut count = 0;
        let mut written = std::collections::BTreeSet::new();
        for listed in self.list() {
            let Some(entry) = self.entry(&listed.address) else { continue };
            let Some(blob) = self.blob(listed.hash) else { continue };
            if written.insert(listed.hash) {
                append(out, &name("blobs", listed.hash), &blob)?;
            }
            append(out, &name("entries", Hash::of(listed.address.as_bytes())), entry.write().as_bytes())?;
            count += 1;
        }
        out.write_all(&[0; 2 * BLOCK])?;
        Ok(count)
    }

    /// Takes what [`export`](Self::export) wrote, and gives the numbers of addresses taken and of files left out because
    /// they are damaged or something else. What is here already stays.
    ///
    /// # Errors
    /// If `from` cannot be read or is no such archive, or the cache cannot be written.
    pub fn import(&self, from: &mut dyn Read) -> io::Result<(usize, usize)> {
        let (mut taken, mut left) = (0, 0);
        while let Some((name, content)) = next(from)? {
            let (kind, hash) = match place(&name) {
                Some(place) => place,
                None => {
                    left += 1;
                    continue;
                }
            };
            let good = match kind {
                "blobs" => Hash::of(&content) == hash,
                _ => std::str::from_utf8(&content).ok().and_then(Entry::read).is_some_and(|entry| {
                    Hash::of(entry.address.as_bytes()) == hash && matches!(entry.answer, Answer::Body { .. })
                }),
            };
            if !good {
                left += 1;
                continue;
            }
            let path = self.path(kind, hash);
            if !fs::exists(&path)? && !self.write(&path, &[&content]) {
                return Err(io::Error::other(self.trouble().unwrap_or("cannot be written").to_owned()));
            }
            taken += usize::from(kind == "entries");
        }
        Ok((taken, left))
    }
}

fn name(kind: &str, hash: Hash) -> String {
    format!("{kind}/{hash}")
}

/// What a name in an archive stands for; names of any other form have no place in a cache.
fn place(name: &str) -> Option<(&'static str, Hash)> {
    let (kind, hash) = name.split_once('/')?;
    let kind = ["blobs", "entries"].into_iter().find(|known| *known == kind)?;
    Some((kind, Hash::parse(hash)?))
}

/// Writes a file: a header, the content, zeros up to the next block.
fn append(out: &mut dyn Write, name: &str, content: &[u8]) -> io::Result<()> {
    let mut header = [0u8; BLOCK];
    let mut put = |at: usize, text: &[u8]| {
        for (to, from) in header.iter_mut().skip(at).zip(text) {
            *to = *from;
        }
    };
    put(0, name.as_bytes());
    put(100, b"0000600\0");
    put(108, b"0000000\0");
    put(116, b"0000000\0");
    put(124, format!("{:011o}\0", content.len()).as_bytes());
    put(136, b"00000000000\0");
    put(148, b"        ");
    put(156, b"0");
    put(257, b"ustar\x0000");
    let sum: u32 = header.iter().map(|&byte| u32::from(byte)).sum();
    let sum = format!("{sum:06o}\0 ");
    for (to, from) in header.iter_mut().skip(148).zip(sum.as_bytes()) {
        *to = *from;
    }
    out.write_all(&header)?;
    out.write_all(content)?;
    out.write_all(&[0; BLOCK][..padding(content.len())])
}

fn padding(length: usize) -> usize {
    length.next_multiple_of(BLOCK) - length
}

/// The next file of an archive: its name and what it holds. `None` at the end.
fn next(from: &mut dyn Read) -> io::Result<Option<(String, Vec<u8>)>> {
    let mut header = [0u8; BLOCK];
    from.read_exact(&mut header)?;
    if header.iter().all(|&byte| byte == 0) {
        return Ok(None);
    }
    let broken = |what: &str| io::Error::new(ErrorKind::InvalidData, what.to_owned());
    let field = |at: usize, length: usize| {
        let field = header.get(at..at + length).unwrap_or_default();
        let end = field.iter().position(|&byte| byte == 0).unwrap_or(field.len());
        String::from_utf8_lossy(field.get(..end).unwrap_or_default()).into_owned()
    };
    if !field(257, 6).starts_with("ustar") {
        return Err(broken("not an archive of a cache"));
    }
    let length = u64::from_str_radix(field(124, 12).trim(), 8).map_err(|_| broken("a damaged archive"))?;
    if length > LONGEST {
        return Err(broken("a file in the archive is too long"));
    }
    let mut content = Vec::new();
    if from.take(length).read_to_end(&mut content)? as u64 != length {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    from.read_exact(&mut [0; BLOCK][..padding(content.len())])?;
    Ok(Some((field(0, 100), content)))
}
