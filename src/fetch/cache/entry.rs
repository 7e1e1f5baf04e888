//! What the cache knows of an address: a few lines of text that carry their own checksum.

use sha2::{Digest, Sha256};

use super::Hash;

/// What came of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// The address itself; its hash names the file.
    pub(super) address: String,
    /// When it was asked for, in seconds since 1970; 0 if that was not known.
    pub(super) asked: u64,
    /// What came.
    pub(super) answer: Answer,
}

/// What came of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// A body.
    Body {
        /// Names the blob.
        hash: Hash,
        /// The media type that the server named.
        media_type: Option<String>,
        /// The character set that it named.
        charset: Option<String>,
        /// Where it was in the end.
        moved_to: Option<String>,
        /// What the server wants to hear when it is asked whether that has changed.
        validators: Validators,
    },
    /// There was nothing: the reason.
    Missing(String),
}

/// Marks of a version of a body (RFC 9110 §8.8).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validators {
    /// The `ETag`.
    pub etag: Option<String>,
    /// The `Last-Modified` date.
    pub modified: Option<String>,
}

const MAGIC: &str = "offprint-cache 1";

impl Entry {
    /// As text.
    pub(super) fn write(&self) -> String {
        let mut text = format!("{MAGIC}\naddress {}\nasked {}\n", self.address, self.asked);
        let mut line = |name: &str, value: &str| {
            // A line break cannot be in any of these; if it is, the value is not worth keeping.
            if !value.contains(['\n', '\r']) {
                text.push_str(&format!("{name} {value}\n"));
            }
        };
        match &self.answer {
            Answer::Body { hash, media_type, charset, moved_to, validators } => {
                line("blob", &hash.to_string());
                media_type.iter().for_each(|value| line("type", value));
                charset.iter().for_each(|value| line("charset", value));
                moved_to.iter().for_each(|value| line("moved", value));
                validators.etag.iter().for_each(|value| line("etag", value));
                validators.modified.iter().for_each(|value| line("modified", value));
            }
            Answer::Missing(reason) => line("missing", reason),
        }
        text.push_str(&format!("sum {}\n", Hash::of(text.as_bytes())));
        text
    }

    /// Reads what [`write`](Self::write) wrote. `None`, if a single character of it has changed.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (body, sum) = text.strip_suffix('\n')?.rsplit_once("\nsum ")?;
        let body = text.get(..=body.len())?;
        if Hash::parse(sum)? != Hash(Sha256::digest(body).into()) {
            return None;
        }
        let mut lines = body.lines();
        if lines.next()? != MAGIC {
            return None;
        }
        let address = lines.next()?.strip_prefix("address ")?.to_owned();
        let asked = lines.next()?.strip_prefix("asked ")?.parse().ok()?;
        let (mut blob, mut missing, mut validators) = (None, None, Validators::default());
        let (mut media_type, mut charset, mut moved_to) = (None, None, None);
        for (name, value) in lines.filter_map(|line| line.split_once(' ')) {
            match name {
                "blob" => blob = Some(Hash::parse(value)?),
                "missing" => missing = Some(value.to_owned()),
                "type" => media_type = Some(value.to_owned()),
                "charset" => charset = Some(value.to_owned()),
                "moved" => moved_to = Some(value.to_owned()),
                "etag" => validators.etag = Some(value.to_owned()),
                "modified" => validators.modified = Some(value.to_owned()),
                // A later version may know more.
                _ => {}
            }
        }
        let answer = match (blob, missing) {
            (Some(hash), _) => Answer::Body { hash, media_type, charset, moved_to, validators },
            (None, Some(reason)) => Answer::Missing(reason),
            (None, None) => return None,
        };
        Some(Self { address, asked, answer })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry {
            address: "https://a.example/图.png?x=1".to_owned(),
            asked: 1_700_000_000,
            answer: Answer::Body {
                hash: Hash::of(b"x"),
                media_type: Some("image/png".to_owned()),
                charset: Some("GB18030".to_owned()),
                moved_to: Some("https://b.example/".to_owned()),
                validators: Validators { etag: Some("W/\"a b\"".to_owned()), modified: None },
            },
        }
    }

    #[test]
    fn what_is_written_is_read() {
        assert_eq!(Entry::read(&entry().write()), Some(entry()));
        let gone = Entry { answer: Answer::Missing("http status 404".to_owned()), ..entry() };
        assert_eq!(Entry::read(&gone.write()), Some(gone));
    }

    #[test]
    fn no_changed_character_goes_unseen() {
        let text = entry().write();
        for at in 0..text.len() {
            assert_eq!(Entry::read(text.get(..at).unwrap_or("")), None, "cut at {at}");
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            assert_eq!(std::str::from_utf8(&bytes).ok().and_then(Entry::read), None, "changed at {at}");
        }
    }

    #[test]
    fn a_line_break_cannot_forge_a_line() {
        let mut forged = entry();
        forged.answer = Answer::Body {
            hash: Hash::of(b"x"),
            media_type: Some(format!("x\nblob {}", Hash::of(b"y"))),
            charset: None,
            moved_to: None,
            validators: Validators::default(),
        };
        let read = Entry::read(&forged.write()).expect("an entry");
        assert!(matches!(read.answer, Answer::Body { hash, media_type: None, .. } if hash == Hash::of(b"x")));
    }
}
