//! The pipeline.

mod compose;
mod each;
mod inspect;
mod manifest;
mod order;
mod pattern;
mod portions;
mod volumes;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

pub use self::compose::{Composition, compose};
pub use self::each::{Each, EachReport, MANIFEST, build_each};
pub use self::inspect::{Inspection, PictureState, inspect};
use tracing::info_span;

use self::order::Piece;
pub use self::order::{Arrangement, Group, Sort};
pub use self::pattern::file_name;
use self::volumes::Division;
use crate::backend::{self, Content, Format, Settings};
use crate::diag::{Diagnostic, Error, ErrorKind, Severity, Warned};
use crate::fetch::{Fetch, disk};
use crate::limits::{Limits, Unit, shown};
use crate::media::{Drawings, Images};
use crate::model::{Book, Language, Picture, Series, Weight};
use crate::normalize::Article;
use crate::publish::{Unpublished, write_failure};
use crate::source::{FrontMatter, Input, Over, Source};
use crate::{media, normalize, parallel, source, verify};

/// What the user decided about a build.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The pages, in the order given.
    pub inputs: Vec<Input>,
    /// The books; the ending of each name decides its format.
    pub outputs: Vec<PathBuf>,
    /// How the articles are put together.
    pub arrangement: Arrangement,
    /// The base of relative addresses, in place of what a page says of itself.
    pub base: Option<String>,
    /// The book's identifier, in place of what follows from its articles.
    pub identifier: Option<String>,
    /// The book's title, in place of the pages'.
    pub title: Option<String>,
    /// The book's authors, in place of the pages'.
    pub authors: Vec<String>,
    /// The book's language, in place of what the pages say or show.
    pub language: Option<Language>,
    /// The series that the book belongs to.
    pub series: Option<Series>,
    /// The most bytes of an EPUB file: larger books are divided into volumes.
    pub max_size: Option<u64>,
    /// The cover's `file:` address, in place of the pages'.
    pub cover: Option<String>,
    /// Whether a book that lacks something is left as it is until the article changes: where no network can bring it.
    pub offline_gaps: bool,
    /// Whether a warning fails the build.
    pub strict: bool,
    /// How much is read. What the stages take is in their own options.
    pub limits: Limits,
    /// How pages become chapters.
    pub normalize: normalize::Options,
    /// How pictures are made fit for books.
    pub media: media::Options,
    /// How books are written.
    pub settings: Settings,
}

/// What a build made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The books, as the user named them.
    pub outputs: Vec<PathBuf>,
    /// The length of each, in bytes.
    pub sizes: Vec<u64>,
    /// How many pages were read.
    pub articles: usize,
    /// How many articles and sections the first book has.
    pub chapters: usize,
    /// How many pictures it shows.
    pub images: usize,
    /// The addresses of those that could not be had, and why.
    pub missing: Vec<(String, String)>,
    /// How many warnings there were.
    pub warnings: usize,
}

impl Report {
    fn count(&mut self, book: &Book, images: &Images) {
        fn below(chapter: &crate::model::Chapter) -> usize {
            1 + chapter.sections.iter().map(below).sum::<usize>()
        }
        self.chapters = book.chapters.iter().filter(|chapter| !chapter.is_part()).map(below).sum();
        self.images = images.iter().count();
        self.missing = images.missing().map(|missing| (missing.address.clone(), missing.reason.clone())).collect();
    }
}

/// A stage of a build that takes time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Pages are read and cleaned.
    Pages,
    /// Pictures are fetched and prepared.
    Images,
    /// Books are written.
    Books,
}

/// Who is told what happens, as it happens. May be called from several threads.
pub trait Observer: Sync {
    /// Something there is to say about the input.
    fn diagnostic(&self, diagnostic: &Diagnostic);
    /// How far a stage is: `done` of `total` things.
    fn progress(&self, stage: Stage, done: usize, total: usize);
}

/// Nobody is told.
impl Observer for () {
    fn diagnostic(&self, _: &Diagnostic) {}
    fn progress(&self, _: Stage, _: usize, _: usize) {}
}

/// Fetches what a build would: the pages and their pictures, through `world`, which keeps them.
///
/// # Errors
/// [`ErrorKind::Input`] for an input that cannot be read, [`ErrorKind::Strict`] under [`Options::strict`] if there was
/// a warning.
pub fn fetch_all(options: &Options, world: &dyn Fetch, observer: &dyn Observer) -> Result<(), Error> {
    let teller = Teller::new(observer);
    let reading = teller.tell_all(source::read_all(&options.inputs, world, &options.limits)?);
    let book = normalize_all(&reading.pages, options, &teller);
    load(&book, options, &Over::new(&reading.held, world), &teller);
    teller.judge(options.strict, "nothing was listed")
}

/// The hosts that [`build`] would contact, each once, in their order: of pages, and of those pictures that `world` does
/// not have. Contacts none of them, if `world` does not: then pictures of pages that it does not have are not known.
///
/// # Errors
/// [`ErrorKind::Input`] for an input that cannot be read and is not in the web.
pub fn hosts(options: &Options, world: &dyn Fetch, observer: &dyn Observer) -> Result<Vec<String>, Error> {
    let teller = Teller::new(observer);
    let (mut books, mut hosts) = (Vec::new(), BTreeSet::new());
    for input in &options.inputs {
        match (source::read_all(std::slice::from_ref(input), world, &options.limits), input) {
            (Ok(read), _) => books.push(teller.tell_all(read)),
            (Err(error), Input::Address(address)) => {
                hosts.extend(media::host(address).map(str::to_owned));
                let message = format!("the hosts of its pictures are not known: {}", error.message);
                let warning = Diagnostic::warning("page-not-read", message);
                teller.tell(&warning.hint("offprint fetch gets the page, and its pictures too"));
            }
            (Err(error), _) => return Err(error),
        }
    }
    for reading in books {
        let book = normalize_all(&reading.pages, options, &teller);
        hosts.extend(media::hosts(&book, &Over::new(&reading.held, world), &options.media));
    }
    Ok(hosts.into_iter().collect())
}

/// Builds books: reads and cleans the inputs, fetches their pictures through `world`, writes, checks and publishes
/// every output.
///
/// # Errors
/// [`ErrorKind::Usage`] for an output of unknown format, [`ErrorKind::Input`] for an input that cannot be read,
/// [`ErrorKind::Output`] for an output that cannot be written, [`ErrorKind::Strict`] under [`Options::strict`] if
/// there was a warning. No output is touched in any of these cases.
pub fn build(options: &Options, world: &dyn Fetch, observer: &dyn Observer) -> Result<Report, Error> {
    build_all(std::slice::from_ref(options), world, observer)
}

/// Builds books of the same inputs with different options. The inputs are those of the first; what is the same for
/// several books is done once. Either all books are published, or none.
///
/// # Errors
/// As [`build`].
pub fn build_all(jobs: &[Options], world: &dyn Fetch, observer: &dyn Observer) -> Result<Report, Error> {
    let outputs = || jobs.iter().flat_map(|job| job.outputs.iter().map(move |path| (job, path)));
    let formats = outputs().map(|(_, path)| format_of(path)).collect::<Result<Vec<_>, _>>()?;
    let Some(first) = jobs.first() else { return Ok(Report::default()) };
    let teller = Teller::new(observer);
    let reading = info_span!("read").in_scope(|| source::read_all(&first.inputs, world, &first.limits))?;
    let mut reading = teller.tell_all(reading);
    let over = Over::new(&reading.held, world);
    let mut made: Vec<Made<'_>> = Vec::new();
    for job in jobs {
        for line in job.normalize.rules.skipped() {
            teller.tell(&Diagnostic::warning(
                "rule-skipped",
                format!("a rule is not understood and was left out: {line}"),
            ));
        }
        let same = made.iter().find(|made| same_book(made.options, job)).map(|made| made.book.clone());
        let book = same.unwrap_or_else(|| Arc::new(normalize_all(&reading.pages, job, &teller)));
        made.push(Made { options: job, book, images: Arc::default() });
    }
    // What books are made of is needed no more, and may be half of all memory.
    reading.pages.iter_mut().for_each(|page| page.html = String::new());
    let opened = outputs().map(|(_, path)| Unpublished::open(path)).collect::<Result<Vec<_>, _>>()?;
    for at in 0..made.len() {
        let (before, rest) = made.split_at_mut(at);
        let Some(one) = rest.first_mut() else { break };
        let same = |other: &&Made<'_>| Arc::ptr_eq(&other.book, &one.book) && other.options.media == one.options.media;
        one.images = match before.iter().find(same) {
            Some(other) => other.images.clone(),
            None => Arc::new(load(&one.book, one.options, &over, &teller)),
        };
    }
    let mut report = Report { articles: reading.pages.len(), ..Report::default() };
    let mut books = Vec::new();
    let owners = made.iter().flat_map(|made| made.options.outputs.iter().map(move |_| made));
    for (index, ((unpublished, format), made)) in opened.into_iter().zip(&formats).zip(owners).enumerate() {
        observer.progress(Stage::Books, index, formats.len());
        let content = Content {
            book: &made.book,
            images: &made.images,
            settings: &made.options.settings,
            drawings: Drawings::of(&over),
        };
        let limit = made.options.max_size.filter(|_| format.name.ends_with("EPUB"));
        books.extend(write(&content, format, unpublished, limit, &teller)?);
    }
    teller.judge(jobs.iter().any(|job| job.strict), "no book was written")?;
    if let Some(made) = made.first() {
        report.count(&made.book, &made.images);
    }
    // Meanwhile they get to the disk, and what they were made of is given back: both take as long. Once all are there, they
    // get their names at one time but for moments.
    let made = Mutex::new(made);
    let rest = || {
        let arrived = books.iter().try_for_each(|(book, _)| book.sync());
        std::mem::take(&mut *made.lock().unwrap_or_else(PoisonError::into_inner));
        arrived
    };
    let (arrived, checked) = parallel::beside(&rest, || check_all(&books));
    checked.and(arrived)?;
    report.warnings = teller.warnings.load(Ordering::Relaxed);
    let _publishing = info_span!("publish").entered();
    for (book, _) in books {
        report.sizes.push(book.size().map_err(|error| write_failure(book.path(), &error))?);
        report.outputs.push(book.publish()?);
    }
    Ok(report)
}

/// A book with its pictures, as some options have it.
struct Made<'a> {
    options: &'a Options,
    book: Arc<Book>,
    images: Arc<Images>,
}

/// Whether two options make the same book, before pictures and pages.
fn same_book(one: &Options, other: &Options) -> bool {
    let what =
        |of: &Options| (of.base.clone(), of.title.clone(), of.authors.clone(), of.language.clone(), of.cover.clone());
    one.arrangement == other.arrangement
        && what(one) == what(other)
        && one.series == other.series
        && one.identifier == other.identifier
        && one.normalize == other.normalize
}

/// Writes a book; as volumes, if it is larger than the limit. They are to be checked before they are published.
fn write<'a>(
    content: &Content<'_>,
    format: &'a Format,
    whole: Unpublished,
    limit: Option<u64>,
    teller: &Teller<'_>,
) -> Result<Vec<Unchecked<'a>>, Error> {
    let (whole, said) = write_one(content, format, whole)?;
    let size = whole.size().map_err(|error| write_failure(whole.path(), &error))?;
    let Some(limit) = limit.filter(|limit| size > *limit) else {
        said.iter().for_each(|one| teller.tell(one));
        return Ok(vec![(whole, format)]);
    };
    let mut division = Division::new(content.book, content.images, size, limit);
    loop {
        let books = division.books(content.book);
        let mut written = Vec::new();
        for (index, book) in books.iter().enumerate() {
            let path = volumes::path(whole.path(), index + 1, books.len());
            let (volume, said) = write_one(&Content { book, ..*content }, format, Unpublished::open(&path)?)?;
            let size = volume.size().map_err(|error| write_failure(&path, &error))?;
            written.push((volume, said, size));
        }
        let too_large: Vec<bool> = written.iter().map(|(.., size)| *size > limit).collect();
        if division.halve(&too_large) {
            continue;
        }
        for (volume, said, size) in &written {
            said.iter().for_each(|one| teller.tell(one));
            if *size > limit {
                let message = format!("{} has {size} bytes, more than --max-size", volume.path().display());
                teller.tell(&Diagnostic::warning("volume-too-large", message).hint("it holds one chapter only"));
            }
        }
        return Ok(written.into_iter().map(|(volume, ..)| (volume, format)).collect());
    }
}

fn write_one(
    content: &Content<'_>,
    format: &Format,
    mut unpublished: Unpublished,
) -> Result<(Unpublished, Vec<Diagnostic>), Error> {
    let said = info_span!("write").in_scope(|| format.backend.write(*content, unpublished.file()));
    let said = said.map_err(|error| write_failure(unpublished.path(), &error))?;
    Ok((unpublished, said))
}

/// A book that was written, and its format.
type Unchecked<'a> = (Unpublished, &'a Format);

/// Re-opens every book before any is published.
fn check_all(books: &[Unchecked<'_>]) -> Result<(), Error> {
    books.iter().try_for_each(|(book, format)| check(format, book))
}

fn load(book: &Book, options: &Options, world: &dyn Fetch, teller: &Teller<'_>) -> Images {
    let _loading = info_span!("pictures").entered();
    let progress = |done, total| teller.observer.progress(Stage::Images, done, total);
    let images = teller.tell_all(media::load(book, world, &options.media, &progress));
    // The book lacks nothing for it.
    world.trouble().iter().for_each(|trouble| teller.observer.diagnostic(trouble));
    images
}

fn format_of(path: &Path) -> Result<&'static Format, Error> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    backend::format_of(&name).ok_or_else(|| {
        let known: Vec<_> = backend::FORMATS.iter().flat_map(|f| f.extensions).map(|e| format!(".{e}")).collect();
        let message = format!("cannot tell the format of {} by its name", path.display());
        let hint = match disk::is_folder(path) {
            true => format!("name a file in it, such as {}", path.join("book.epub").display()),
            false => format!("let it end in {}", known.join(" or ")),
        };
        Error::new(ErrorKind::Usage, message).hint(hint)
    })
}

/// Cleans all pages, on all cores, and makes one book of them.
fn normalize_all(sources: &[Source], options: &Options, teller: &Teller<'_>) -> Book {
    let done = AtomicUsize::new(0);
    let normalize_one = |source: &Source| {
        let article = normalize_one(source, options);
        teller.observer.progress(Stage::Pages, done.fetch_add(1, Ordering::Relaxed) + 1, sources.len());
        (Weight::of_chapter(&article.value.chapter).in_memory(), article)
    };
    let (mut pieces, mut weight) = (Vec::new(), 0);
    // Some at a time, so that what is too much for memory need not be in it.
    for portion in portions::of(sources.iter().map(|source| source.html.as_str())) {
        let some = sources.get(portion).unwrap_or_default();
        let articles = parallel::map(some, &normalize_one);
        for (source, (weighs, article)) in some.iter().zip(articles) {
            if weight < options.limits.content {
                weight += weighs;
                pieces.push(Piece { source, article: teller.tell_all(article) });
            }
        }
        if weight >= options.limits.content {
            break;
        }
    }
    let mut say = left_out(sources, pieces.len(), options.limits.content);
    let mut pieces = order::once(pieces, &mut say);
    say.iter().for_each(|one| teller.tell(one));
    order::sort(&mut pieces, &options.arrangement);
    let parts = options.arrangement.group.map(|by| order::group(&mut pieces, by, options.language.as_ref()));
    let overrides = normalize::Overrides { parts: parts.unwrap_or_default(), ..overrides(options) };
    normalize::assemble(pieces.into_iter().map(|piece| piece.article).collect(), &overrides)
}

/// What there is to say if not all pages became articles.
fn left_out(sources: &[Source], taken: usize, limit: u64) -> Vec<Diagnostic> {
    let Some(first) = sources.get(taken) else { return Vec::new() };
    let message = format!(
        "articles of more than {} in memory: {} of {} pages are left out",
        shown(limit, Unit::Bytes),
        sources.len() - taken,
        sources.len()
    );
    let hint = format!("make several books, or raise --limit {}", "content");
    vec![Diagnostic::warning("too-much-content", message).at(&first.name, None).hint(hint)]
}

/// What the user says of the book.
fn overrides(options: &Options) -> normalize::Overrides {
    normalize::Overrides {
        identifier: options.identifier.clone(),
        title: options.title.clone(),
        authors: options.authors.clone(),
        language: options.language.clone(),
        series: options.series.clone(),
        cover: options.cover.clone().map(|address| Picture { addresses: vec![address], ..Picture::default() }),
        parts: Vec::new(),
    }
}

fn normalize_one(source: &Source, options: &Options) -> Warned<Article> {
    let _cleaning = info_span!("normalize").entered();
    let page = normalize::Page {
        name: &source.name,
        html: &source.html,
        base: options.base.as_deref().or(source.front_matter.from.as_deref()).or(source.address.as_deref()),
        folder: source.folder.as_deref(),
        stated: stated(&source.front_matter),
        stem: source.stem.as_deref(),
    };
    normalize::article(&page, &options.normalize)
}

/// What the front matter states, in the normalizer's words.
fn stated(front_matter: &FrontMatter) -> normalize::Stated {
    let stated = front_matter.clone();
    normalize::Stated {
        title: stated.title,
        date: stated.date,
        updated: stated.updated,
        authors: stated.authors,
        translators: stated.translators,
        editors: stated.editors,
        site: stated.site,
        tags: stated.tags,
        categories: stated.categories,
        language: stated.language,
        description: stated.description,
        cover: stated.cover,
        rights: stated.rights,
    }
}

/// Re-opens a finished book before it is published.
fn check(format: &Format, unpublished: &Unpublished) -> Result<(), Error> {
    let _checking = info_span!("verify").entered();
    let findings = verify::check(format.extensions[0], &mut unpublished.reread()?);
    match findings.iter().find(|finding| finding.forbids()) {
        None => Ok(()),
        Some(first) => Err(Error::new(
            ErrorKind::Verify,
            format!("{} failed its own check and was not written: {}", unpublished.path().display(), first.what),
        )
        .hint("this is a fault of offprint: please report it with the page")),
    }
}

/// Hands diagnostics on and counts the warnings.
struct Teller<'a> {
    observer: &'a dyn Observer,
    warnings: AtomicUsize,
    told: Mutex<BTreeSet<String>>,
}

impl<'a> Teller<'a> {
    fn new(observer: &'a dyn Observer) -> Self {
        Self { observer, warnings: 0.into(), told: Mutex::default() }
    }

    /// Once, however many books it concerns.
    fn tell(&self, diagnostic: &Diagnostic) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if !told.insert(format!("{diagnostic:?}")) {
            return;
        }
        drop(told);
        if diagnostic.severity == Severity::Warning {
            self.warnings.fetch_add(1, Ordering::Relaxed);
        }
        self.observer.diagnostic(diagnostic);
    }

    /// Under `strict`, a warning is a failure.
    fn judge(&self, strict: bool, outcome: &str) -> Result<(), Error> {
        let warnings = self.warnings.load(Ordering::Relaxed);
        if !strict || warnings == 0 {
            return Ok(());
        }
        let message = format!("--strict: {outcome} because of {warnings} warning(s)");
        Err(Error::new(ErrorKind::Strict, message).hint("see the warnings above, or leave out --strict"))
    }

    fn tell_all<T>(&self, warned: Warned<T>) -> T {
        warned.diagnostics.iter().for_each(|one| self.tell(one));
        warned.value
    }
}
