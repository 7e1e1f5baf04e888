//! Disks that are full, damaged, taken out, or somebody else's.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::Cursor;
use std::rc::Rc;

use super::*;

/// A disk with FAT's rules, in memory.
#[derive(Clone, Default)]
struct Fat(Rc<RefCell<State>>);

#[derive(Default)]
struct State {
    files: BTreeMap<String, Vec<u8>>,
    /// Bytes that it holds at most.
    capacity: Option<u64>,
    /// Whether it says how much is free.
    silent: bool,
    /// After so many bytes it is taken out.
    gone_after: Option<u64>,
    written: u64,
    gone: bool,
    /// Whether what is read back differs.
    damaged: bool,
    /// What somebody else puts there when a file is settled.
    rival: Option<(String, Vec<u8>)>,
}

impl Fat {
    fn with(files: &[(&str, &[u8])]) -> Self {
        let fat = Self::default();
        fat.0.borrow_mut().files = files.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())).collect();
        fat
    }

    fn set(self, change: impl FnOnce(&mut State)) -> Self {
        change(&mut self.0.borrow_mut());
        self
    }

    fn files(&self) -> Vec<(String, Vec<u8>)> {
        self.0.borrow().files.clone().into_iter().collect()
    }

    fn state(&self) -> io::Result<std::cell::RefMut<'_, State>> {
        let state = self.0.borrow_mut();
        if state.gone { Err(io::ErrorKind::NotFound.into()) } else { Ok(state) }
    }
}

fn key(state: &State, name: &str) -> Option<String> {
    state.files.keys().find(|other| other.to_lowercase() == name.to_lowercase()).cloned()
}

struct Out(Fat, String);

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut state = self.0.state()?;
        state.written += bytes.len() as u64;
        if state.gone_after.is_some_and(|most| state.written > most) {
            state.gone = true;
            return Err(io::ErrorKind::NotFound.into());
        }
        let all: u64 = state.files.values().map(|file| file.len() as u64).sum();
        if state.capacity.is_some_and(|most| all + bytes.len() as u64 > most) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        state.files.entry(self.1.clone()).or_default().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Volume for Fat {
    fn free(&self) -> Option<u64> {
        let state = self.0.borrow();
        let all: u64 = state.files.values().map(|file| file.len() as u64).sum();
        state.capacity.filter(|_| !state.silent).map(|capacity| capacity - all)
    }

    fn names(&self) -> io::Result<Vec<String>> {
        Ok(self.state()?.files.keys().cloned().collect())
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn Write>> {
        let mut state = self.state()?;
        let bad = name.chars().any(|c| c.is_control() || "<>:\"/\\|?*".contains(c)) || name.ends_with(['.', ' ']);
        if bad || name.encode_utf16().count() > 255 {
            return Err(io::ErrorKind::InvalidFilename.into());
        }
        if key(&state, name).is_some() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        state.files.insert(name.to_owned(), Vec::new());
        Ok(Box::new(Out(self.clone(), name.to_owned())))
    }

    fn settle(&self, _: &str) -> io::Result<()> {
        let mut state = self.state()?;
        if let Some((name, bytes)) = state.rival.take() {
            state.files.insert(name, bytes);
        }
        Ok(())
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn Read>> {
        let state = self.state()?;
        let mut bytes = state.files.get(name).cloned().ok_or(io::ErrorKind::NotFound)?;
        if let Some(first) = bytes.first_mut().filter(|_| state.damaged) {
            *first ^= 1;
        }
        Ok(Box::new(Cursor::new(bytes)))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut state = self.state()?;
        let bytes = state.files.remove(from).ok_or(io::ErrorKind::NotFound)?;
        state.files.insert(to.to_owned(), bytes);
        Ok(())
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.state()?.files.remove(name).map(drop).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

fn sent(bytes: &[u8], name: &str, fat: &Fat) -> Result<(String, bool), Fault> {
    copy(&mut Cursor::new(bytes), bytes.len() as u64, name, fat)
}

#[test]
fn a_book_gets_a_name_of_its_own() {
    let fat = Fat::with(&[("Book.epub", b"another"), ("book (2).EPUB", b"a third")]);
    assert_eq!(sent(b"mine", "book.epub", &fat).expect("copied"), ("book (3).epub".to_owned(), true));
    assert_eq!(sent(b"mine", "book.epub", &fat).expect("there"), ("book (3).epub".to_owned(), false));
    assert_eq!(sent(b"x", "什么？: \"一\".epub", &fat).expect("copied").0, "什么？_ _一_.epub");
    let files: BTreeMap<String, Vec<u8>> = fat.files().into_iter().collect();
    assert_eq!(files["Book.epub"], b"another");
    assert_eq!((files["book (3).epub"].as_slice(), files.len()), (b"mine".as_slice(), 4));
}

#[test]
fn a_full_disk_loses_nothing() {
    let before = [("a.epub", b"old".as_slice())];
    let book = vec![7; 300_000];
    for silent in [false, true] {
        let fat = Fat::with(&before).set(|state| (state.capacity, state.silent) = (Some(200_000), silent));
        let fault = sent(&book, "a.epub", &fat).expect_err("full");
        assert!(
            matches!((&fault, silent), (Fault::Full(300_000, 199_997), false) | (Fault::Disk(_), true)),
            "{fault:?}"
        );
        assert_eq!(fat.files(), [("a.epub".to_owned(), b"old".to_vec())]);
        let target = Target { layout: super::super::Layout::Folder, folder: "/reader".into() };
        let error = fault.error("b.epub", &target);
        assert!(error.kind == ErrorKind::Output && error.hint.is_some(), "{error:?}");
    }
}

#[test]
fn a_reader_that_is_taken_out_has_no_half_book_under_its_name() {
    let fat = Fat::with(&[("a.epub", b"old")]).set(|state| state.gone_after = Some(100_000));
    let fault = sent(&vec![7; 300_000], "b.epub", &fat).expect_err("gone");
    assert!(matches!(fault, Fault::Disk(ref error) if error.kind() == io::ErrorKind::NotFound));
    let names: Vec<String> = fat.files().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["a.epub", "offprint-1.part"], "what could not be removed is not called a book");
    // Once it is back, the rest of the first try is no hindrance.
    let fat = fat.set(|state| (state.gone, state.gone_after) = (false, None));
    assert_eq!(sent(b"whole", "b.epub", &fat).expect("copied").0, "b.epub");
}

#[test]
fn a_damaged_disk_is_noticed() {
    let fat = Fat::default().set(|state| state.damaged = true);
    assert!(matches!(sent(b"book", "b.epub", &fat), Err(Fault::Differs)));
    assert!(fat.files().is_empty());
}

#[test]
fn what_another_program_puts_there_meanwhile_stays() {
    let fat = Fat::default().set(|state| state.rival = Some(("B.epub".to_owned(), b"theirs".to_vec())));
    assert!(matches!(sent(b"mine", "b.epub", &fat), Err(Fault::Disk(_))));
    assert_eq!(fat.files(), [("B.epub".to_owned(), b"theirs".to_vec())]);
}
