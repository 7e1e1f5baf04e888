//! The pipeline.

use std::path::{Path, PathBuf};

use crate::backend::{self, Format, Settings};
use crate::diag::{Diagnostic, Error, ErrorKind, Severity};
use crate::fetch::Fetch;
use crate::model::{Book, Language, Picture};
use crate::publish::{Unpublished, write_failure};
use crate::source::{FrontMatter, Input, Source};
use crate::{media, normalize, source, verify};

/// What the user decided about a build.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The pages, in the order given.
    pub inputs: Vec<Input>,
    /// The books; the ending of each name decides its format.
    pub outputs: Vec<PathBuf>,
    /// The base of relative addresses, in place of what a page says of itself.
    pub base: Option<String>,
    /// The book's title, in place of the pages'.
    pub title: Option<String>,
    /// The book's authors, in place of the pages'.
    pub authors: Vec<String>,
    /// The book's language, in place of what the pages say or show.
    pub language: Option<Language>,
    /// The cover's `file:` address, in place of the pages'.
    pub cover: Option<String>,
    /// Whether a warning fails the build.
    pub strict: bool,
    /// How pages become chapters.
    pub normalize: normalize::Options,
    /// How pictures are made fit for books.
    pub media: media::Options,
    /// How books are written.
    pub settings: Settings,
}

/// What a build made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The books, as the user named them.
    pub outputs: Vec<PathBuf>,
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

/// Builds books: reads and cleans the inputs, fetches their pictures through `world`, writes, checks and publishes
/// every output.
///
/// # Errors
/// [`ErrorKind::Usage`] for an output of unknown format, [`ErrorKind::Input`] for an input that cannot be read,
/// [`ErrorKind::Output`] for an output that cannot be written, [`ErrorKind::Strict`] under [`Options::strict`] if
/// there was a warning. No output is touched in any of these cases.
pub fn build(options: &Options, world: &dyn Fetch, observer: &dyn Observer) -> Result<Report, Error> {
    let formats = options.outputs.iter().map(|path| format_of(path)).collect::<Result<Vec<_>, _>>()?;
    let teller = Teller { observer, warnings: 0.into() };
    let sources = teller.tell_all(source::read_all(&options.inputs)?);
    for line in options.normalize.rules.skipped() {
        teller.tell(&Diagnostic::warning("rule-skipped", format!("a rule is not understood and was left out: {line}")));
    }
    let book = normalize_all(&sources, options, &teller);
    let mut books = options.outputs.iter().map(|path| Unpublished::open(path)).collect::<Result<Vec<_>, _>>()?;
    let progress = |done, total| observer.progress(Stage::Images, done, total);
    let images = teller.tell_all(media::load(&book, world, &options.media, &progress));
    for (index, (unpublished, format)) in books.iter_mut().zip(formats).enumerate() {
        observer.progress(Stage::Books, index, options.outputs.len());
        let path = &options.outputs[index];
        let said = format.backend.write(&book, &images, &options.settings, unpublished.file());
        said.map_err(|error| write_failure(path, &error))?.iter().for_each(|one| teller.tell(one));
        check(format, unpublished, path)?;
    }
    let warnings = teller.warnings.into_inner();
    if options.strict && warnings > 0 {
        let message = format!("--strict: no book was written because of {warnings} warning(s)");
        return Err(Error::new(ErrorKind::Strict, message).hint("see the warnings above, or leave out --strict"));
    }
    let outputs = books.into_iter().map(Unpublished::publish).collect::<Result<_, _>>()?;
    Ok(Report { outputs })
}

fn format_of(path: &Path) -> Result<&'static Format, Error> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    backend::format_of(&name).ok_or_else(|| {
        let known: Vec<_> = backend::FORMATS.iter().flat_map(|f| f.extensions).map(|e| format!(".{e}")).collect();
        let message = format!("cannot tell the format of {} by its name", path.display());
        Error::new(ErrorKind::Usage, message).hint(format!("let it end in {}", known.join(" or ")))
    })
}

fn normalize_all(sources: &[Source], options: &Options, teller: &Teller<'_>) -> Book {
    let total = sources.len();
    let normalize_one = |(index, source): (usize, &Source)| {
        teller.observer.progress(Stage::Pages, index, total);
        let page = normalize::Page {
            name: &source.name,
            html: &source.html,
            base: options.base.as_deref().or(source.front_matter.from.as_deref()),
            folder: source.folder.as_deref(),
            stated: stated(&source.front_matter),
            stem: source.stem.as_deref(),
        };
        teller.tell_all(normalize::article(&page, &options.normalize))
    };
    let articles = sources.iter().enumerate().map(normalize_one).collect();
    let overrides = normalize::Overrides {
        title: options.title.clone(),
        authors: options.authors.clone(),
        language: options.language.clone(),
        cover: options.cover.clone().map(|address| Picture { addresses: vec![address], ..Picture::default() }),
    };
    normalize::assemble(articles, &overrides)
}

/// What the front matter states, in the normalizer's words.
fn stated(front_matter: &FrontMatter) -> normalize::Stated {
    let FrontMatter { title, date, updated, authors, site, tags, categories, language, description, cover, .. } =
        front_matter.clone();
    normalize::Stated { title, date, updated, authors, site, tags, categories, language, description, cover }
}

/// Re-opens a finished book before it is published.
fn check(format: &Format, unpublished: &mut Unpublished, path: &Path) -> Result<(), Error> {
    let findings = verify::check(format.extensions[0], unpublished.reread()?);
    match findings.first() {
        None => Ok(()),
        Some(first) => Err(Error::new(
            ErrorKind::Verify,
            format!("{} failed its own check and was not written: {}", path.display(), first.what),
        )
        .hint("this is a fault of offprint: please report it with the page")),
    }
}

/// Hands diagnostics on and counts the warnings.
struct Teller<'a> {
    observer: &'a dyn Observer,
    warnings: std::sync::atomic::AtomicUsize,
}

impl Teller<'_> {
    fn tell(&self, diagnostic: &Diagnostic) {
        if diagnostic.severity == Severity::Warning {
            self.warnings.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        }
        self.observer.diagnostic(diagnostic);
    }

    fn tell_all<T>(&self, warned: crate::diag::Warned<T>) -> T {
        warned.diagnostics.iter().for_each(|one| self.tell(one));
        warned.value
    }
}
