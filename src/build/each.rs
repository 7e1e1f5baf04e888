//! A book an article: in parallel, and only those whose article or options have changed since the last time.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::manifest::{self, Book as Entry, Manifest};
use super::{Observer, Options, Stage, Teller, check_all, load, normalize_one, pattern, portions, write};
use crate::backend::{Content, Format};
use crate::diag::{Diagnostic, Error, ErrorKind, Severity, Warned};
use crate::fetch::{Fetch, Hash, Request, disk};
use crate::media::{Drawings, Images};
use crate::model::{Book, plain_text};
use crate::normalize::{self, Article};
use crate::parallel;
use crate::publish::{self, Unpublished};
use crate::source::{self, Input, Over, Source};

/// Where the books go, and what they are called.
pub struct Each<'a> {
    /// The folder; it is made if it is not there.
    pub folder: &'a Path,
    /// The formats.
    pub formats: &'a [&'static Format],
    /// The names, without ending, such as `{date}-{title}`.
    pub pattern: &'a str,
}

/// What became of the articles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EachReport {
    /// The books that were written.
    pub outputs: Vec<PathBuf>,
    /// How many articles have not changed since the last time.
    pub unchanged: usize,
    /// Articles that could not be made into books, and why.
    pub failed: Vec<(String, Error)>,
}

impl EachReport {
    /// The failure that the program ends with, if an article failed.
    pub fn failure(&self) -> Option<Error> {
        let (name, first) = self.failed.first()?;
        let strict = self.failed.iter().all(|(_, error)| error.kind == ErrorKind::Strict);
        let kind = if strict { ErrorKind::Strict } else { ErrorKind::Partial };
        let message = match self.failed.len() {
            1 => format!("1 article failed: {name}: {}", first.message),
            count => format!("{count} articles failed, the first of them {name}: {}", first.message),
        };
        Some(Error::new(kind, message).hint("the books of all others are there; each failure is named above"))
    }
}

/// Builds a book of each article.
///
/// # Errors
/// [`ErrorKind::Usage`] for a pattern that is none, [`ErrorKind::Input`] if nothing can be read, [`ErrorKind::Output`]
/// if the folder cannot be written. What is wrong with an article is in the report.
pub fn build_each(
    options: &Options,
    each: &Each<'_>,
    world: &dyn Fetch,
    observer: &dyn Observer,
) -> Result<EachReport, Error> {
    pattern::check(each.pattern)?;
    let teller = Teller::new(observer);
    publish::make_folder(each.folder)?;
    let before = Manifest::read(each.folder);
    // What cannot be read is one article that fails.
    let inputs = match options.inputs.as_slice() {
        [Input::Path(path)] if !disk::is_folder(path) => options.inputs.clone(),
        several => vec![Input::List { name: String::new(), entries: several.to_vec() }],
    };
    let read = source::read_all(&inputs, world, &options.limits)?;
    let mut report = EachReport::default();
    for said in read.diagnostics {
        if said.code == "page-left-out" {
            let mut error = Error::new(ErrorKind::Input, said.message.clone());
            error.hint.clone_from(&said.hint);
            report.failed.push(("an input".to_owned(), error));
        }
        teller.tell(&said);
    }
    let reading = read.value;
    let over = Over::new(&reading.held, world);
    let keys = keys(&reading.pages);
    let cover = options.cover.as_deref().and_then(|cover| world.fetch(Request::picture(cover)).ok());
    let cover = cover.map(|body| Hash::of(&body.bytes));
    let same = format!("{}{:?}{cover:?}", env!("CARGO_PKG_VERSION"), fingerprint(options, each));
    let same = Hash::of(same.as_bytes()).to_string();
    let inputs: Vec<String> = parallel::map(&reading.pages, &|page| input(page, &same));
    let fresh = |at: usize| {
        let entry = before.books.get(keys.get(at)?)?;
        let unchanged = inputs.get(at) == Some(&entry.input) && entry.is_there(each.folder);
        let folder = reading.pages.get(at)?.folder.as_deref();
        let whole = entry.whole || options.offline_gaps;
        (unchanged && whole && pictures_unchanged(entry, folder, &over)).then_some(entry)
    };
    let known: Vec<Option<&Entry>> = parallel::map(&(0..reading.pages.len()).collect::<Vec<_>>(), &|at| fresh(*at));
    report.unchanged = known.iter().flatten().count();
    let wanted: Vec<usize> = (0..known.len()).filter(|at| known.get(*at).is_some_and(Option::is_none)).collect();
    let taken: BTreeSet<String> = known.iter().flatten().map(|entry| pattern::folded(&entry.name)).collect();
    let mut manifest = Manifest::default();
    for (key, entry) in keys.iter().zip(&known) {
        if let Some(entry) = entry {
            manifest.books.insert(key.clone(), (*entry).clone());
        }
    }
    let mut naming = Naming { each, taken, before: &before, keys: &keys };
    let done = AtomicUsize::new(0);
    let manifest = Mutex::new(manifest);
    let build = |job: &Job<'_>| {
        let outcome = job.build(options, each, &over, observer);
        observer.progress(Stage::Books, done.fetch_add(1, Ordering::Relaxed) + 1, wanted.len());
        if let (Ok(made), Some(key), Some(input)) = (&outcome, keys.get(job.at), inputs.get(job.at)) {
            let entry = Entry { input: input.clone(), name: job.name.clone(), ..made.entry.clone() };
            let mut manifest = manifest.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            manifest.books.insert(key.clone(), entry);
        }
        outcome
    };
    let html = |at: &usize| reading.pages.get(*at).map_or("", |page| page.html.as_str());
    for portion in portions::of(wanted.iter().map(html)) {
        let some = wanted.get(portion).unwrap_or_default();
        let jobs = jobs(some, &reading.pages, options, &mut naming);
        let (heavy, light): (Vec<Job<'_>>, Vec<Job<'_>>) =
            jobs.into_iter().partition(|job| portions::is_heavy(&job.article.value));
        let mut outcomes: Vec<_> = light.iter().zip(parallel::map(&light, &build)).collect();
        outcomes.extend(heavy.iter().map(|job| (job, build(job))));
        outcomes.sort_by_key(|(job, _)| job.at);
        for (job, outcome) in outcomes {
            match outcome {
                Ok(made) => report.outputs.extend(made.paths),
                Err(error) => report.failed.push((job.source.name.clone(), error)),
            }
        }
    }
    manifest.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner).write(each.folder, &before)?;
    Ok(report)
}

/// What a book depends on besides its article.
fn fingerprint<'a>(options: &'a Options, each: &'a Each<'_>) -> impl std::fmt::Debug + use<'a> {
    let formats: Vec<_> = each.formats.iter().map(|format| format.name).collect();
    let metadata = (&options.title, &options.authors, &options.language, &options.series, &options.cover);
    let content = (&options.base, options.max_size, &options.normalize, &options.media, &options.settings);
    (formats, each.pattern, metadata, content)
}

/// The name of each page in the manifest: as the user named it; of several of one name, with a number.
fn keys(pages: &[Source]) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let key = |page: &'_ Source, number: usize| match number {
        1 => page.name.clone(),
        number => format!("{} #{number}", page.name),
    };
    let mut keys = Vec::new();
    for page in pages {
        let count = counts.entry(page.name.as_str()).or_default();
        *count += 1;
        keys.push(key(page, *count));
    }
    keys
}

/// The hash of a page and of what its book depends on otherwise.
fn input(page: &Source, same: &str) -> String {
    let about = format!("{same}\n{:?}\n{:?}\n{:?}\n", page.stem, page.address, page.front_matter);
    Hash::of(&[about.as_bytes(), page.html.as_bytes()].concat()).to_string()
}

/// Whether the pictures beside the page are what they were. Those of the web are what the cache keeps.
fn pictures_unchanged(entry: &Entry, folder: Option<&str>, world: &dyn Fetch) -> bool {
    let folder = folder.unwrap_or_default();
    entry.pictures.iter().all(|(name, hash)| {
        let address = format!("{folder}{name}");
        world.fetch(Request::picture(&address)).is_ok_and(|body| Hash::of(&body.bytes).to_string() == *hash)
    })
}

/// An article that is to become books.
struct Job<'a> {
    /// Its number among the pages.
    at: usize,
    source: &'a Source,
    article: Warned<Article>,
    /// What its books are called, without ending.
    name: String,
}

/// What was made of an article.
struct Made {
    paths: Vec<PathBuf>,
    entry: Entry,
}

struct Naming<'a> {
    each: &'a Each<'a>,
    taken: BTreeSet<String>,
    before: &'a Manifest,
    keys: &'a [String],
}

/// Cleans the articles that are to become books, and names the books, each as none other is called on any file system.
/// A book keeps the name that it had, if the pattern still gives it.
fn jobs<'a>(wanted: &[usize], pages: &'a [Source], options: &Options, naming: &mut Naming<'_>) -> Vec<Job<'a>> {
    let articles = parallel::map(wanted, &|at| pages.get(*at).map(|page| normalize_one(page, options)));
    let mut jobs = Vec::new();
    for (at, article) in wanted.iter().zip(articles) {
        let (Some(source), Some(article)) = (pages.get(*at), article) else { continue };
        let byline = article.value.chapter.byline.clone().unwrap_or_default();
        let title = options.title.clone().unwrap_or_else(|| plain_text(&article.value.chapter.title));
        let facts = pattern::Facts { title: &title, byline: &byline, stem: source.stem.as_deref(), number: at + 1 };
        let base = pattern::name(naming.each.pattern, &facts);
        let had = naming.keys.get(*at).and_then(|key| naming.before.books.get(key)).map(|entry| entry.name.clone());
        let had = had.filter(|had| *had == base || had.strip_prefix(&format!("{base}-")).is_some_and(is_number));
        let names = had.into_iter().chain(std::iter::once(base.clone())).chain((2..).map(|n| format!("{base}-{n}")));
        let name = names.into_iter().find(|name| naming.taken.insert(pattern::folded(name)));
        let name = name.unwrap_or_else(|| format!("{base}-{at}"));
        jobs.push(Job { at: *at, source, article, name });
    }
    jobs
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

impl Job<'_> {
    fn build(
        &self,
        options: &Options,
        each: &Each<'_>,
        world: &dyn Fetch,
        observer: &dyn Observer,
    ) -> Result<Made, Error> {
        let quiet = Named { observer, name: &self.source.name };
        let teller = Teller::new(&quiet);
        self.article.diagnostics.iter().for_each(|one| teller.tell(one));
        let book = normalize::assemble(vec![self.article.value.clone()], &super::overrides(options));
        let images = load(&book, options, world, &teller);
        let drawings = Drawings::of(world);
        let content = Content { book: &book, images: &images, settings: &options.settings, drawings };
        let mut books = Vec::new();
        for format in each.formats {
            let ending = format.extensions.first().copied().unwrap_or("book");
            let unpublished = Unpublished::open(&each.folder.join(format!("{}.{ending}", self.name)))?;
            let limit = options.max_size.filter(|_| format.name.ends_with("EPUB"));
            books.extend(write(&content, format, unpublished, limit, &teller)?);
        }
        teller.judge(options.strict, "no book was written")?;
        check_all(&books)?;
        let mut entry = Entry { whole: images.missing().next().is_none(), ..Entry::default() };
        entry.pictures = local_pictures(&book, &images, self.source.folder.as_deref(), world);
        let mut paths = Vec::new();
        for (book, _) in books {
            let size = book.size().map_err(|error| publish::write_failure(book.path(), &error))?;
            let path = book.publish()?;
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            entry.files.insert(name, size);
            paths.push(path);
        }
        Ok(Made { paths, entry })
    }
}

/// The pictures of a book that lie beside its page, by their names there, with their hashes.
fn local_pictures(book: &Book, images: &Images, folder: Option<&str>, world: &dyn Fetch) -> BTreeMap<String, String> {
    let Some(folder) = folder else { return BTreeMap::new() };
    let pictures = crate::media::collect(book);
    let shown = pictures.into_iter().filter(|picture| images.get(picture).is_some_and(|of| of.is_ok()));
    let local = shown.filter_map(|picture| picture.addresses.into_iter().find(|address| address.starts_with(folder)));
    let with_hash = local.filter_map(|address| {
        let body = world.fetch(Request::picture(&address)).ok()?;
        Some((address.get(folder.len()..)?.to_owned(), Hash::of(&body.bytes).to_string()))
    });
    with_hash.collect()
}

/// Says of whose article a diagnostic is.
struct Named<'a> {
    observer: &'a dyn Observer,
    name: &'a str,
}

impl Observer for Named<'_> {
    fn diagnostic(&self, diagnostic: &Diagnostic) {
        let mut diagnostic = diagnostic.clone();
        if diagnostic.site.is_none() && diagnostic.severity == Severity::Warning {
            diagnostic = diagnostic.at(self.name, None);
        }
        self.observer.diagnostic(&diagnostic);
    }

    fn progress(&self, _: Stage, _: usize, _: usize) {}
}

/// The name of the manifest in the folder of the books.
pub const MANIFEST: &str = manifest::NAME;
