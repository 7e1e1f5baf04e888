//! The finished file: what epub-builder made, with the real images and fonts, as the container format wants it.
//!
//! `mimetype` comes first, stored, without extra field (EPUB 3.3 §4.2.4, OCF); other entries in the order of their names; no
//! times but 1980-01-01; text deflated, images and fonts too where that saves more than 5 %.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};

use zip::write::{PreparedZipFile, SimpleFileOptions};
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::fonts::FontFile;
use crate::backend::Sink;
use crate::media::Bytes;
use crate::parallel;

/// The content of a file: a text, a font, or heavy.
#[derive(Clone, Debug)]
pub(super) enum Content<'a> {
    /// Compressed in any case.
    Text(Vec<u8>),
    /// Compressed if that pays.
    Font(&'a FontFile),
    /// The same, of a picture, read only when it is written: all images of a book together may be more than memory holds.
    Kept(&'a Bytes),
}

/// Files by name within the archive.
pub(super) type Files<'a> = BTreeMap<String, Content<'a>>;

const MIMETYPE: &[u8] = b"application/epub+zip";

/// The small archive's files.
pub(super) fn unpack(archive: &[u8]) -> io::Result<Files<'static>> {
    let mut archive = ZipArchive::new(Cursor::new(archive)).map_err(io::Error::other)?;
    let mut files = Files::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).map_err(io::Error::other)?;
        let mut content = Vec::new();
        file.read_to_end(&mut content)?;
        let name = file.name().map_err(io::Error::other)?.into_owned();
        files.insert(name, Content::Text(content));
    }
    files.remove("mimetype");
    Ok(files)
}

/// Writes the finished file.
pub(super) fn pack(files: &Files<'_>, out: &mut dyn Sink) -> io::Result<()> {
    let mut out = Patient { out, at: 0, end: 0, failure: None };
    let written = write(files, &mut out);
    out.failure.map_or(written, Err)
}

fn write(files: &Files<'_>, out: &mut Patient<'_>) -> io::Result<()> {
    let mut archive = ZipWriter::new(&mut *out);
    archive.start_file("mimetype", options(MIMETYPE, false)).map_err(io::Error::other)?;
    archive.write_all(MIMETYPE)?;
    let all: Vec<_> = files.iter().collect();
    for some in all.chunks(TOGETHER) {
        if archive.get_ref().is_some_and(|out| out.failure.is_some()) {
            break;
        }
        let prepared = parallel::map(some, &|(name, content)| prepared(name, content));
        for ((name, content), prepared) in some.iter().zip(prepared) {
            match (prepared?, content) {
                (Some(prepared), _) => archive.add_prepared_file(prepared).map_err(io::Error::other)?,
                (None, Content::Kept(bytes)) => {
                    let bytes = bytes.read()?;
                    archive.start_file(name.as_str(), options(&bytes, pays(&bytes)?)).map_err(io::Error::other)?;
                    archive.write_all(&bytes)?;
                }
                (None, _) => {}
            }
        }
    }
    archive.finish().map_err(io::Error::other)?.flush()
}

/// How many files are compressed before they are written.
const TOGETHER: usize = 64;

/// A file that is in memory, compressed; the others may be too large for all cores to have one.
fn prepared(name: &str, content: &Content<'_>) -> io::Result<Option<PreparedZipFile>> {
    check_name(name)?;
    let (bytes, deflated) = match content {
        Content::Text(text) => (Cow::Borrowed(text.as_slice()), true),
        Content::Font(font) => {
            let bytes = font.bytes()?;
            let deflated = pays(&bytes)?;
            (bytes, deflated)
        }
        Content::Kept(_) => return Ok(None),
    };
    PreparedZipFile::from_data(name, options(&bytes, deflated), &bytes).map(Some).map_err(io::Error::other)
}

/// Takes everything, also where nothing can be written any more: an archive that fails half way tries to finish itself when
/// it is dropped, and says on standard error that it cannot.
struct Patient<'a> {
    out: &'a mut dyn Sink,
    /// Where the next byte goes.
    at: u64,
    /// How many there would be.
    end: u64,
    /// Why nothing is written any more.
    failure: Option<io::Error>,
}

impl Patient<'_> {
    /// Does something, unless that fails or something failed before.
    fn attempt<T>(&mut self, otherwise: T, act: impl FnOnce(&mut dyn Sink) -> io::Result<T>) -> io::Result<T> {
        if self.failure.is_some() {
            return Ok(otherwise);
        }
        act(self.out).or_else(|error| match error.kind() {
            io::ErrorKind::Interrupted => Err(error),
            _ => {
                self.failure = Some(error);
                Ok(otherwise)
            }
        })
    }
}

impl Write for Patient<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.attempt(bytes.len(), |out| out.write(bytes))?;
        self.at += written as u64;
        self.end = self.end.max(self.at);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.attempt((), |out| out.flush())
    }
}

impl Seek for Patient<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let pretended = match to {
            SeekFrom::Start(at) => at,
            SeekFrom::Current(by) => self.at.saturating_add_signed(by),
            SeekFrom::End(by) => self.end.saturating_add_signed(by),
        };
        self.at = self.attempt(pretended, |out| out.seek(to))?;
        Ok(self.at)
    }
}

fn options(bytes: &[u8], deflated: bool) -> SimpleFileOptions {
    let method = if deflated { CompressionMethod::Deflated } else { CompressionMethod::Stored };
    let options = SimpleFileOptions::default().compression_method(method).last_modified_time(DateTime::default());
    let options = options.compression_level(deflated.then_some(LEVEL)).unix_permissions(0o644);
    options.large_file(bytes.len() > 0xFFFF_0000)
}

/// Higher levels take twice the time for less than 1 %.
const LEVEL: i64 = 6;

/// How much of a heavy file is tried.
const SAMPLE: usize = 32 * 1024;

/// Whether deflating saves more than 5 %, judged by a piece from the middle.
fn pays(bytes: &[u8]) -> io::Result<bool> {
    let start = (bytes.len() / 2).saturating_sub(SAMPLE / 2);
    let sample = bytes.get(start..bytes.len().min(start + SAMPLE)).unwrap_or(bytes);
    let mut trial = ZipWriter::new(Cursor::new(Vec::new()));
    trial.start_file("x", options(sample, true)).map_err(io::Error::other)?;
    trial.write_all(sample)?;
    let mut trial = trial.finish_into_readable().map_err(io::Error::other)?;
    let deflated = trial.by_index(0).map_err(io::Error::other)?.compressed_size();
    Ok(deflated.saturating_mul(100) < (sample.len() as u64).saturating_mul(95))
}

/// No name leaves the archive's folders or differs between file systems, whatever made it.
fn check_name(name: &str) -> io::Result<()> {
    let part = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'))
    };
    if name.split('/').all(part) { Ok(()) } else { Err(io::Error::other(format!("unfit name in book: {name:?}"))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(files: &Files<'_>) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        pack(files, &mut out).unwrap();
        out.into_inner()
    }

    #[test]
    fn the_container_is_as_the_format_wants_it() {
        let mut state = 1_u32;
        let mut noise = || {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state.to_be_bytes()[0]
        };
        let noise: Vec<u8> = (0..40_000).map(|_| noise()).collect();
        let (noise, flat) = (Bytes::from(noise), Bytes::from(vec![7; 40_000]));
        let files = Files::from([
            ("OEBPS/z.xhtml".to_owned(), Content::Text(b"<html/>".to_vec())),
            ("OEBPS/img/a.jpg".to_owned(), Content::Kept(&noise)),
            ("OEBPS/img/b.png".to_owned(), Content::Kept(&flat)),
            ("META-INF/container.xml".to_owned(), Content::Text(b"<container/>".to_vec())),
        ]);
        let bytes = packed(&files);
        // Local header: signature, version, flags 0 (no data descriptor), method 0 (stored).
        assert_eq!(bytes[..10], [0x50, 0x4B, 3, 4, 10, 0, 0, 0, 0, 0]);
        assert_eq!(bytes[26..30], [8, 0, 0, 0], "length of the name, no extra field");
        assert_eq!(bytes[30..58], *b"mimetypeapplication/epub+zip");
        let mut archive = ZipArchive::new(Cursor::new(&bytes)).unwrap();
        let mut seen = Vec::new();
        for index in 0..archive.len() {
            let file = archive.by_index(index).unwrap();
            assert_eq!(file.last_modified(), Some(DateTime::default()));
            assert_eq!(file.extra_data().unwrap_or_default(), b"");
            seen.push((file.name().unwrap().into_owned(), file.compression() == CompressionMethod::Stored));
        }
        let expected = [
            ("mimetype", true),
            ("META-INF/container.xml", false),
            ("OEBPS/img/a.jpg", true),
            ("OEBPS/img/b.png", false),
            ("OEBPS/z.xhtml", false),
        ];
        assert_eq!(seen, expected.map(|(name, stored)| (name.to_owned(), stored)));
        assert_eq!(packed(&files), bytes);
    }

    /// Takes so many bytes and then no more.
    struct Full(Cursor<Vec<u8>>, usize);

    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.0.get_ref().len() + bytes.len() > self.1 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.0.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Seek for Full {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.0.seek(to)
        }
    }

    #[test]
    fn a_full_disk_is_told_as_such() {
        let noise: Vec<u8> = (0..90_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let noise = Bytes::from(noise);
        let files = Files::from([("a.jpg".to_owned(), Content::Kept(&noise))]);
        for most in [0, 20, 60, 1000] {
            let failure = pack(&files, &mut Full(Cursor::default(), most)).unwrap_err();
            assert_eq!(failure.kind(), io::ErrorKind::StorageFull, "{most}");
        }
    }

    #[test]
    fn names_stay_within() {
        for bad in ["../a", "/a", "a//b", "a\\b", "a/.b", "a b", "中", ""] {
            assert!(check_name(bad).is_err(), "{bad}");
        }
    }
}
