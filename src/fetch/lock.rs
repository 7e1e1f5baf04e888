//! A list of addresses with the hashes of their bodies: what a book was made of, so that it can be made of the same
//! again.

use std::collections::BTreeMap;
use std::fmt;

use super::Hash;

/// Addresses and the hashes of what was there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    entries: BTreeMap<String, Hash>,
}

impl Lock {
    /// Reads what [`Display`](fmt::Display) writes: a hash, a space and an address a line; lines that begin with `#` say
    /// nothing.
    ///
    /// # Errors
    /// The number of the first line that is not so, from 1.
    pub fn parse(text: &str) -> Result<Self, usize> {
        let mut entries = BTreeMap::new();
        for (line, number) in text.lines().zip(1usize..) {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let (hash, address) = line.split_once(' ').ok_or(number)?;
            entries.insert(address.trim().to_owned(), Hash::parse(hash).ok_or(number)?);
        }
        Ok(Self { entries })
    }

    /// The hash of what was at an address.
    pub fn get(&self, address: &str) -> Option<Hash> {
        self.entries.get(address).copied()
    }

    /// Adds an address.
    pub fn insert(&mut self, address: &str, hash: Hash) {
        if !address.contains(['\n', '\r']) {
            self.entries.insert(address.to_owned(), hash);
        }
    }
}

impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("# Written by `offprint fetch`: SHA-256 and address of everything that the book is made of.\n")?;
        self.entries.iter().try_for_each(|(address, hash)| writeln!(f, "{hash} {address}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut lock = Lock::default();
        lock.insert("https://b.example/x y", Hash::of(b"b"));
        lock.insert("https://a.example/", Hash::of(b"a"));
        lock.insert("https://forged.example/\nx", Hash::of(b"c"));
        let text = lock.to_string();
        assert_eq!(Lock::parse(&text), Ok(lock));
        assert_eq!(text.lines().count(), 3);
        assert_eq!(Lock::parse("# x\n\nzz https://a.example/"), Err(3));
    }
}
