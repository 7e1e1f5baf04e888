//! `offprint preview`: the book in a browser, anew whenever something changes.

use std::io::Cursor;
use std::thread;

use offprint::backend::epub::Epub;
use offprint::backend::pdf::{self, lay_out};
use offprint::backend::{Backend, Content, format_of, svg};
use offprint::diag::{Error, ErrorKind};
use offprint::fetch::World;
use offprint::layout::frame::{Bookmark, Pages};
use offprint::media::{Drawings, Images};
use offprint::serve::preview::{Desk, Draw, Edition, Leaf, Preview};
use offprint::{Composition, Observer, Options, compose};

use super::progress::Terminal;
use super::{args, report, resolve, watch, words};

/// What the preview's page says, as `src/serve/preview/page.*` have it.
const PAGE_WORDS: &[&str] = &[
    "Whole pane",
    "Phone",
    "Reader, 6 inch",
    "Reader, 7 inch",
    "Tablet",
    "Day",
    "Sepia",
    "Night",
    "Pages",
    "Facing pages",
    "Contents",
    "The EPUB book alone",
    "Both side by side",
    "The PDF pages alone",
    "Screen",
    "Smaller type",
    "Larger type",
    "Light",
    "Previous page (←)",
    "Next page (→)",
    "Chapter",
    "Smaller pages",
    "Larger pages",
    "offprint has ended",
    "{n} messages",
    "document {document} of {documents}, page {page} of {pages}",
    "document {document} of {documents}",
    "page {page} of {pages}",
    "building …",
    "up to date",
    "the last build failed",
];

/// Shows at which address it is, and then what `read` says, for as long as the program runs.
pub(super) fn run(listen: &str, read: &dyn Fn() -> Result<Vec<args::Build>, Error>) -> Result<(), Error> {
    let preview = Preview::bind(listen, &page_words())?;
    let desk = preview.desk();
    if let Some(address) = preview.address() {
        report::told(&format!("http://{address}/ shows the book as it is; Ctrl-C ends it"));
    }
    let answering = move || {
        if let Err(error) = preview.run() {
            report::error(&error);
        }
    };
    let thread = thread::Builder::new().name("preview".to_owned()).spawn(answering);
    thread.map_err(|error| Error::new(ErrorKind::Output, format!("cannot serve: {error}")))?;
    watch::run(read, &|all| show(all, &desk))
}

/// Makes the book and hands it in. What fails is shown, and the last edition stays.
fn show(all: &[args::Build], desk: &Desk) -> Result<(), Error> {
    desk.building();
    let made = edition(all);
    match made {
        Ok(edition) => desk.show(edition),
        Err(error) => {
            let hint = error.hint.as_ref().map(|hint| report::labelled("hint", &words::of(hint)));
            let lines: Vec<String> = std::iter::once(words::of(&error.message).into_owned()).chain(hint).collect();
            desk.failed(&lines.join("\n"));
            return Err(error);
        }
    }
    Ok(())
}

/// What the page itself says, in the user's language.
fn page_words() -> Vec<(&'static str, String)> {
    PAGE_WORDS.iter().map(|word| (*word, words::of(word).into_owned())).collect()
}

fn edition(all: &[args::Build]) -> Result<Edition, Error> {
    let (jobs, world) = resolve::compositions(all)?;
    let Some(first) = jobs.first() else { return Err(Error::new(ErrorKind::Usage, "there is no book")) };
    let of = |format: &str| jobs.iter().find(|job| makes(job, format)).unwrap_or(first);
    let (epub, pdf) = (of("EPUB"), of("PDF"));
    let Some(args) = all.first() else { return Err(Error::new(ErrorKind::Usage, "there is no book")) };
    let terminal = Terminal::of(&args.messages);
    let world = World::new(world)?;
    let composition = compose(epub, &world, &terminal);
    terminal.finish();
    let composition = composition?;
    let content = Content { drawings: Drawings::of(&world), ..composition.content(&epub.settings) };
    let bytes = epub_file(content, &terminal)?;
    let Composition { book, images, .. } = composition;
    let laid_out = lay_out(&book, &images, &pdf.settings);
    laid_out.diagnostics.iter().for_each(|one| terminal.diagnostic(one));
    Ok(edition_of(bytes, laid_out.value, images, pdf.settings.pdf.clone(), terminal.lines()))
}

/// Whether a job's books have one of a format.
fn makes(job: &Options, format: &str) -> bool {
    let formats = job.outputs.iter().filter_map(|path| format_of(&path.to_string_lossy()));
    formats.into_iter().any(|known| known.name.ends_with(format))
}

fn epub_file(content: Content<'_>, terminal: &Terminal) -> Result<Vec<u8>, Error> {
    let failed = |error: std::io::Error| Error::new(ErrorKind::Output, format!("cannot make the EPUB file: {error}"));
    let mut file = Cursor::new(Vec::new());
    let said = Epub.write(content, &mut file).map_err(failed)?;
    said.iter().for_each(|one| terminal.diagnostic(one));
    Ok(file.into_inner())
}

fn edition_of(epub: Vec<u8>, pages: Pages, images: Images, options: pdf::Options, messages: Vec<String>) -> Edition {
    let leaves = pages.pages.iter().map(|page| Leaf {
        label: page.label.to_string(),
        width: page.size.width.0,
        height: page.size.height.0,
    });
    let mut bookmarks = Vec::new();
    flatten(&pages.outline, &mut bookmarks);
    Edition {
        title: pages.properties.title.clone(),
        right_to_left: pages.properties.right_to_left,
        pages: leaves.collect(),
        bookmarks,
        epub,
        messages,
        draw: drawing(pages, images, options),
    }
}

/// Pages are drawn when they are looked at.
fn drawing(pages: Pages, images: Images, options: pdf::Options) -> Draw {
    Box::new(move |number| svg::page(pages.pages.get(number)?, &images, &options).ok())
}

fn flatten(outline: &[Bookmark], into: &mut Vec<(String, usize)>) {
    for bookmark in outline {
        into.push((bookmark.title.clone(), bookmark.place.page));
        flatten(&bookmark.children, into);
    }
}
