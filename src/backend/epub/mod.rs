//! EPUB 3.3, with what EPUB 2 readers need beside it.
//!
//! The stages: [`cover`] draws a cover if there is none, [`documents`] divides the book, [`xhtml`] writes each document, [`pages`] the ones around them, [`fonts`]
//! finds the faces they need, [`package`] has epub-builder make a small archive of it all, [`opf`] says in the package
//! document what epub-builder cannot, [`finish`] writes the file with the real images and fonts.

mod cover;
mod documents;
mod finish;
mod fonts;
mod kepub;
mod navigation;
mod opf;
mod package;
mod pages;
mod parts;
mod reader;
mod words;
mod xhtml;

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

use tracing::info_span;

use self::documents::{Division, Document, Places};
use self::finish::Content;
use self::fonts::{FontFile, Usage};
use self::navigation::Entry;
use self::opf::Amendments;
use self::package::Package;
use self::pages::{About, Frame, Matter, Templates};
use self::parts::Plan;
use self::words::Words;
use self::xhtml::{Context, Facts, one_line};
use super::{Backend, Content as Whole, Sink};
use crate::diag::Diagnostic;
use crate::font::Region;
use crate::limits::Limits;
use crate::media::pixels::pixels;
use crate::media::{self, Drawings, Image, ImageId, Images, collect};
use crate::model::{Book, Byline, Chapter, entries_within, outline, plain_text};
use crate::parallel;

/// What the user decided about EPUB files.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// The deepest level of chapters that are documents of their own: 1 for articles, 2 for their sections. Without
    /// it, 2 for a book of one article and 1 for others.
    pub split: Option<u8>,
    /// How many levels of headings the contents show; all without it.
    pub contents_depth: Option<u8>,
    /// Whether fonts go into the book.
    pub fonts: Embedding,
    /// What cover the book has.
    pub cover: Cover,
    /// Whether the page that lists missing pictures is left out.
    pub omit_missing_list: bool,
    /// A style sheet that comes after the built-in one.
    pub css: Option<String>,
    /// Templates in the place of built-in ones, by file name (`page.xhtml`, `titlepage.xhtml`, …).
    pub templates: BTreeMap<String, String>,
    /// What the reader that the book is for takes.
    pub reader: Reader,
}

/// What a reader takes of EPUB files. The default is one that takes all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reader {
    /// Whether the cover is not a page of the book: the reader shows it by itself.
    pub no_cover_page: bool,
    /// How many levels of the contents the NCX shows; all without it.
    pub ncx_depth: Option<u8>,
    /// How Chinese is tagged.
    pub languages: Languages,
    /// Properties that are left out of style sheets.
    pub css_avoid: Vec<String>,
    /// The most bytes of a document: the book is divided at deeper headings until all are smaller.
    pub max_document: Option<u64>,
    /// How a cover that is drawn is made fit; it stays as it is without it.
    pub cover: Option<media::Options>,
}

/// How Chinese is tagged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Languages {
    /// As it is.
    #[default]
    AsWritten,
    /// By region: `zh-CN`.
    Region,
    /// By script: `zh-Hans`.
    Script,
}

impl Options {
    /// The names that [`templates`](Self::templates) may have.
    pub fn template_names() -> Vec<&'static str> {
        pages::template_names()
    }
}

/// Whether fonts go into the book.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Embedding {
    /// Where the text has characters beyond Latin, Greek and Cyrillic; the reader's own faces come first.
    #[default]
    Auto,
    /// Never.
    No,
    /// As [`Auto`](Self::Auto), and they come before the reader's own.
    Force,
}

/// What cover a book has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cover {
    /// The picture that its metadata name if it has a cover's shape, or else one made of its title and a picture.
    #[default]
    Auto,
    /// The picture that its metadata name, whatever its shape.
    Whole,
    /// None.
    No,
}

/// The EPUB backend.
pub struct Epub;

impl Backend for Epub {
    fn write(&self, content: Whole<'_>, out: &mut dyn Sink) -> io::Result<Vec<Diagnostic>> {
        write(content, Form::Plain, out)
    }
}

/// Pictures: those of the book, and those that are drawn for it.
#[derive(Clone, Copy)]
struct Pictures<'a> {
    images: &'a Images,
    drawings: Drawings<'a>,
}

/// Which form of EPUB is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// As the standard has it.
    Plain,
    /// With the marks that Kobo's own reader wants.
    Kobo,
}

fn write(content: Whole<'_>, form: Form, out: &mut dyn Sink) -> io::Result<Vec<Diagnostic>> {
    let (options, limits) = (&content.settings.epub, content.settings.limits);
    let tagged = reader::tagged(content.book, options.reader.languages);
    let pictures = Pictures { images: content.images, drawings: content.drawings };
    let mut plan = Plan::new(options);
    loop {
        let (book, options) = (plan.book(&tagged), plan.options(options));
        let (mut made, fault) = made(&book, pictures, &options, Limits::count(limits.documents))?;
        let mut files = finish::unpack(&made.archive)?;
        complete(&mut files, &mut made)?;
        if form == Form::Kobo {
            kepub::mark(&mut files)?;
        }
        if let Err(said) = plan.finer(&files) {
            info_span!("file").in_scope(|| finish::pack(&files, out))?;
            drop(files);
            return Ok(fault.into_iter().chain(made.diagnostics).chain(said).collect());
        }
    }
}

/// The backend of Kobo's form of EPUB.
pub struct Kepub;

impl Backend for Kepub {
    fn write(&self, content: Whole<'_>, out: &mut dyn Sink) -> io::Result<Vec<Diagnostic>> {
        write(content, Form::Kobo, out)
    }
}

/// Makes a book with the user's templates, and if they turn out to be faulty, with the built-in ones.
fn made<'a>(
    book: &'a Book,
    pictures: Pictures<'a>,
    options: &Options,
    most: usize,
) -> io::Result<(Made<'a>, Option<Diagnostic>)> {
    if options.templates.is_empty() {
        return Ok((make(book, pictures, options, most, Templates::built_in())?, None));
    }
    let fault = match Templates::with(&options.templates) {
        Ok(own) => {
            let made = make(book, pictures, options, most, &own)?;
            match own.fault() {
                None => return Ok((made, None)),
                Some(fault) => fault,
            }
        }
        Err(fault) => fault,
    };
    let diagnostic = Diagnostic::warning("template-faulty", format!("built-in templates used: {fault}"));
    Ok((make(book, pictures, options, most, Templates::built_in())?, Some(diagnostic)))
}

/// A book before its last stage.
struct Made<'a> {
    /// What epub-builder made.
    archive: Vec<u8>,
    /// The documents of the spine by their addresses, as seen from the package document's folder.
    documents: Vec<(String, String)>,
    images: Vec<Cow<'a, Image>>,
    fonts: Vec<FontFile>,
    navigation: String,
    ncx: String,
    amendments: Amendments<'a>,
    diagnostics: Vec<Diagnostic>,
}

fn make<'a>(
    book: &'a Book,
    pictures: Pictures<'a>,
    options: &Options,
    most: usize,
    templates: &Templates,
) -> io::Result<Made<'a>> {
    let images = pictures.images;
    let words = Words::of(&book.metadata.language);
    let Division { documents, joined } = documents::divide(book, options.split, most);
    let places = Places::of(&documents);
    let mut maker = Maker::new(Setter { book, templates, words })?;

    let cover = info_span!("cover").in_scope(|| maker.cover(pictures, options))?;
    maker.title_page()?;
    let (contents, shortened) = contents(book, &places, &documents, options, most.saturating_mul(ENTRIES));
    let cover_page = cover.is_some() && !options.reader.no_cover_page;
    let landmarks = landmarks(cover_page, is_page(&contents), &documents, words);
    maker.navigation(&contents, &landmarks);
    let context = Context { places: &places, numbers: &documents::note_numbers(book), images, words };
    info_span!("documents").in_scope(|| maker.documents(&context, &documents))?;
    if !options.omit_missing_list {
        maker.missing()?;
    }
    maker.colophon(&places, documents.first())?;

    let fonts = info_span!("fonts").in_scope(|| fonts::embed(&maker.usage, &book.metadata.language, options));
    let mut diagnostics = std::mem::take(&mut maker.diagnostics);
    diagnostics.extend(fonts.diagnostics);
    diagnostics.extend(shortened);
    diagnostics.extend(joined.map(|all| {
        let message = format!("{all} documents would be too many: sections stand together in {}", documents.len());
        Diagnostic::warning("documents-joined", message)
            .hint("raise --limit documents, or choose a smaller --split-level")
    }));
    maker.package.style(&stylesheet(&fonts.css, options, &mut diagnostics))?;
    let used: Vec<&Image> = maker.facts.images.iter().filter_map(|id| images.image(id)).collect();
    for image in used.iter().filter(|image| cover.as_ref().is_none_or(|cover| cover.id != image.id)) {
        maker.package.stand_in(&image_href(image), image.format.media_type())?;
    }
    for font in &fonts.files {
        maker.package.stand_in(&font.href, if font.href.ends_with("otf") { "font/otf" } else { "font/ttf" })?;
    }
    let metadata = &book.metadata;
    let mathml = maker.facts.mathml.iter().filter_map(|number| documents.get(*number));
    let mathml = mathml.map(|document| (format!("text/{}", document.name), "mathml")).collect();
    Ok(Made {
        images: used.into_iter().map(Cow::Borrowed).chain(cover).collect(),
        navigation: maker.navigation,
        ncx: navigation::ncx(
            &reader::shallow(&contents, options.reader.ncx_depth),
            &one_line(&metadata.title),
            &metadata.identifier,
            metadata.language.tag(),
        ),
        amendments: Amendments {
            metadata,
            facts: maker.facts,
            words,
            properties: mathml,
            contents_after: is_page(&contents).then(|| "text/titlepage.xhtml".to_owned()),
            guide: guide(&landmarks),
        },
        archive: maker.package.finish()?,
        documents: maker.documents,
        fonts: fonts.files,
        diagnostics,
    })
}

/// Puts what is real in the place of stand-ins, and says in the package document what is not said yet.
fn complete<'a>(files: &mut finish::Files<'a>, made: &'a mut Made<'_>) -> io::Result<()> {
    if let Some(Content::Text(package)) = files.get("OEBPS/content.opf") {
        let package = std::str::from_utf8(package).map_err(io::Error::other)?;
        let amended = opf::amend(package, &made.amendments)?;
        files.insert("OEBPS/content.opf".to_owned(), Content::Text(amended));
    }
    let mut text = |href: &str, text: &mut String| {
        files.insert(format!("OEBPS/{href}"), Content::Text(std::mem::take(text).into_bytes()));
    };
    text("nav.xhtml", &mut made.navigation);
    text("toc.ncx", &mut made.ncx);
    made.documents.iter_mut().for_each(|(href, page)| text(href, page));
    for image in &made.images {
        files.insert(format!("OEBPS/{}", image_href(image)), Content::Kept(&image.bytes));
    }
    for font in &made.fonts {
        files.insert(format!("OEBPS/{}", font.href), Content::Font(font));
    }
    if made.fonts.is_empty() {
        // It says that the book has fonts of its own.
        files.remove("META-INF/com.apple.ibooks.display-options.xml");
    }
    Ok(())
}

/// An image's address as seen from the package document's folder.
fn image_href(image: &Image) -> String {
    format!("img/{}.{}", image.id.0, image.format.extension())
}

/// How many entries of the contents there may be for each document that there may be.
const ENTRIES: usize = 5;

/// The most missing pictures that are listed one by one: who misses more looks at the messages of the build.
const LISTED: usize = 5000;

/// The entries of the contents; at least one, as the navigation document wants it, and at most so many: then it is less
/// deep, or has the first section of each document only.
fn contents(
    book: &Book,
    places: &Places,
    documents: &[Document<'_>],
    options: &Options,
    most: usize,
) -> (Vec<Entry>, Option<Diagnostic>) {
    let outline = outline(book);
    let wanted = options.contents_depth.unwrap_or(u8::MAX).max(1);
    let count = |depth: u8| entries_within(&outline, depth.into());
    let all = count(wanted);
    let depth = (1..=wanted.min(6)).rev().find(|depth| all <= most || count(*depth) <= most);
    let mut entries = navigation::entries(&outline, places, if all <= most { wanted } else { depth.unwrap_or(1) });
    if depth.is_none() {
        entries.retain(|entry| !entry.href.contains('#'));
    }
    let said = (all > most).then(|| {
        let message = format!("the contents would have {all} entries: the deeper ones are left out");
        Diagnostic::warning("contents-shortened", message).hint("raise --limit documents, or make several books")
    });
    if entries.is_empty() {
        let title = one_line(&book.metadata.title);
        entries.push(Entry { title, href: start(documents), below: Vec::new() });
    }
    (entries, said)
}

/// Where the text begins.
fn start(documents: &[Document<'_>]) -> String {
    format!("text/{}", documents.first().map_or("titlepage.xhtml", |document| document.name.as_str()))
}

/// Whether the contents are worth a page.
fn is_page(contents: &[Entry]) -> bool {
    contents.len() > 1 || contents.iter().any(|entry| !entry.below.is_empty())
}

/// Kind, address and title of the book's parts (EPUB 3.3 §7.4.4).
fn landmarks(
    cover: bool,
    contents: bool,
    documents: &[Document<'_>],
    words: &Words,
) -> Vec<(&'static str, String, String)> {
    let parts = [
        (cover, "cover", "text/cover.xhtml".to_owned(), words.cover),
        (true, "titlepage", "text/titlepage.xhtml".to_owned(), words.title_page),
        (contents, "toc", "nav.xhtml#toc".to_owned(), words.contents),
        (!documents.is_empty(), "bodymatter", start(documents), words.start),
    ];
    let present = parts.into_iter().filter(|(present, ..)| *present);
    present.map(|(_, kind, href, title)| (kind, href, title.to_owned())).collect()
}

/// The same in the words of OPF 2.0.1 §2.6, less the contents, which epub-builder names.
fn guide(landmarks: &[(&'static str, String, String)]) -> Vec<(&'static str, String, String)> {
    let kind = |kind: &str| match kind {
        "cover" => Some("cover"),
        "titlepage" => Some("title-page"),
        "bodymatter" => Some("text"),
        _ => None,
    };
    landmarks.iter().filter_map(|(of, href, title)| Some((kind(of)?, href.clone(), title.clone()))).collect()
}

/// The built-in sheet, the rules for fonts, the user's sheet. One that would load something is left out.
fn stylesheet(fonts: &str, options: &Options, diagnostics: &mut Vec<Diagnostic>) -> String {
    let own = options.css.as_deref().unwrap_or_default();
    let lower = own.to_ascii_lowercase();
    let loads = ["@import", "url(", "src(", "image(", "\\", "</"].iter().any(|loading| lower.contains(loading));
    if loads {
        let message = "style sheet left out: it refers to other files (@import, url) or holds escapes";
        diagnostics.push(Diagnostic::warning("style-sheet-refers-out", message));
    }
    let sheet = format!("{}{fonts}{}", pages::STYLESHEET, if loads { "" } else { own });
    reader::without(&sheet, &options.reader.css_avoid)
}

/// What pages are set with.
#[derive(Clone, Copy)]
struct Setter<'a> {
    book: &'a Book,
    templates: &'a Templates,
    words: &'static Words,
}

/// A document of the text, set.
struct SetDocument {
    href: String,
    page: String,
    facts: Facts,
    usage: Usage,
}

impl Setter<'_> {
    fn document(self, context: &Context<'_>, document: &Document<'_>, number: usize) -> SetDocument {
        let byline = match &document.chapter.byline {
            Some(byline) if document.titled => self.templates.byline(About::of(byline, self.words, self.language())),
            _ => String::new(),
        };
        let (body, facts) = xhtml::body(context, document, number, &byline);
        let title = self.title(document.chapter);
        let frame = Frame { language: document.language, title: &title, root: "../", matter: Matter::Body };
        let page = self.templates.page(frame, body);
        let mut usage = Usage::default();
        usage.scan(&page, document.language);
        SetDocument { href: format!("text/{}", document.name), page, facts, usage }
    }

    /// The tag of the book's language.
    fn language(&self) -> &str {
        self.book.metadata.language.tag()
    }

    /// A chapter's title, or the book's where it has none.
    fn title(&self, chapter: &Chapter) -> String {
        let own = one_line(&plain_text(&chapter.title));
        if own.is_empty() { one_line(&self.book.metadata.title) } else { own }
    }
}

/// How many documents are set before what was learnt from them is put together.
const TOGETHER: usize = 256;

/// Adds page after page to the package and keeps what was learnt from them.
struct Maker<'a> {
    setter: Setter<'a>,
    package: Package,
    documents: Vec<(String, String)>,
    usage: Usage,
    facts: Facts,
    navigation: String,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Maker<'a> {
    fn new(setter: Setter<'a>) -> io::Result<Self> {
        let package = Package::new(&setter.book.metadata, setter.words.contents)?;
        let (usage, facts) = (Usage::default(), Facts::default());
        let (documents, navigation, diagnostics) = (Vec::new(), String::new(), Vec::new());
        Ok(Self { setter, package, documents, usage, facts, navigation, diagnostics })
    }

    /// The documents of the text, set on all cores.
    fn documents(&mut self, context: &Context<'_>, documents: &[Document<'_>]) -> io::Result<()> {
        let setter = self.setter;
        let numbered: Vec<_> = documents.iter().enumerate().collect();
        // Of faulty templates the first fault in the book's order is told.
        let together = if setter.templates.are_own() { 1 } else { TOGETHER };
        for some in numbered.chunks(together) {
            for set in parallel::map(some, &|(number, document)| setter.document(context, document, *number)) {
                self.facts.add(set.facts);
                self.usage.add(set.usage);
                self.document(set.href, set.page)?;
            }
        }
        Ok(())
    }

    fn document(&mut self, href: String, page: String) -> io::Result<()> {
        self.package.document(&href)?;
        self.documents.push((href, page));
        Ok(())
    }

    /// A page around the text, in the book's language.
    fn page(&mut self, name: &str, title: &str, matter: Matter, body: String) -> io::Result<()> {
        let language = &self.setter.book.metadata.language;
        let page = self.setter.templates.page(Frame { language, title, root: "../", matter }, body);
        self.usage.scan(&page, language);
        self.document(format!("text/{name}"), page)
    }

    /// The cover page with its picture: the one that the metadata name, if it has a cover's shape or the user chose it;
    /// or else one drawn of the title, with the named picture or the first large one of the book on it.
    fn cover<'i>(&mut self, pictures: Pictures<'i>, options: &Options) -> io::Result<Option<Cow<'i, Image>>> {
        let images = pictures.images;
        let cover = options.cover;
        let metadata = &self.setter.book.metadata;
        let named = metadata.cover.as_ref().and_then(|picture| images.get(picture)?.ok());
        // Kindle shows no smaller one.
        let large = |image: &&Image| image.width.min(image.height) >= 500;
        let whole = |image: &&Image| large(image) && (cover == Cover::Whole || cover::is_whole(image));
        let image = match (cover, named.filter(whole)) {
            (Cover::No, _) => return Ok(None),
            (Cover::Auto | Cover::Whole, Some(image)) => Cow::Borrowed(image),
            (Cover::Auto | Cover::Whole, None) => match self.drawn_cover(named, pictures, options) {
                Some(image) => Cow::Owned(image),
                None => return Ok(None),
            },
        };
        if let Some(small) = named.filter(|image| !large(image) && cover == Cover::Whole) {
            let message =
                format!("cover picture too small, made one instead: {} by {} pixels", small.width, small.height);
            self.diagnostics
                .push(Diagnostic::warning("cover-too-small", message).hint("500 pixels a side are the least"));
        }
        let href = image_href(&image);
        self.package.cover(&href, image.format.media_type())?;
        if options.reader.no_cover_page {
            return Ok(Some(image));
        }
        let label = format!("{}{}{}", self.setter.words.cover, self.setter.words.colon, one_line(&metadata.title));
        let body = self.setter.templates.cover(&format!("../{href}"), &label, (image.width, image.height));
        self.page("cover.xhtml", self.setter.words.cover, Matter::Front, body)?;
        Ok(Some(image))
    }

    /// A cover drawn of the title, or the one that was drawn for an earlier build.
    fn drawn_cover(&self, named: Option<&Image>, pictures: Pictures<'_>, options: &Options) -> Option<Image> {
        let Pictures { images, drawings } = pictures;
        let metadata = &self.setter.book.metadata;
        let fit = |image: &&Image| cover::is_fit(image);
        let first = || collect(self.setter.book).iter().find_map(|picture| images.get(picture)?.ok().filter(fit));
        let picture = named.filter(fit).or_else(first);
        let title = one_line(&metadata.title);
        let drawing = self.setter.templates.cover_drawing(
            &title,
            &self.byline(),
            picture.is_some(),
            self.setter.words,
            self.setter.language(),
        );
        let region = Region::of_language(metadata.language.tag());
        let reader = options.reader.cover.as_ref();
        let what = format!("cover {} {region:?} {:?} {reader:?} {drawing}", cover::REVISION, picture.map(|p| &p.id.0));
        let kept = drawings.kept(&what, || {
            let drawn = cover::draw(&drawing, region, picture.and_then(pixels).as_ref())?;
            Some(reader::cover(drawn, reader))
        });
        Some(Image { id: ImageId("cover".to_owned()), ..kept? })
    }

    fn title_page(&mut self) -> io::Result<()> {
        let metadata = &self.setter.book.metadata;
        let title = one_line(&metadata.title);
        let several = !documents::is_one_article(self.setter.book);
        let series = metadata.series.as_ref().map(|series| match series.position {
            Some(position) => format!("{} {position}", one_line(&series.name)),
            None => one_line(&series.name),
        });
        let description = metadata.description.as_deref().filter(|_| several).map(one_line);
        let more = (series.as_deref(), description.as_deref());
        let body = self.setter.templates.title_page(
            &title,
            About::of_whole(&self.byline(), self.setter.words, self.setter.language()),
            more,
            self.setter.words,
        );
        self.page("titlepage.xhtml", &title, Matter::Front, body)
    }

    /// What the metadata says of the book as a byline would.
    fn byline(&self) -> Byline {
        let metadata = &self.setter.book.metadata;
        let address = match metadata.sources.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        };
        Byline {
            creators: metadata.creators.clone(),
            date: metadata.date,
            site: metadata.publisher.clone(),
            address,
            tags: Vec::new(),
        }
    }

    /// The navigation document. It is given to the archive in the end, in the place of epub-builder's.
    fn navigation(&mut self, contents: &[Entry], landmarks: &[(&'static str, String, String)]) {
        let language = &self.setter.book.metadata.language;
        let body = self.setter.templates.navigation(navigation::list(contents), landmarks, self.setter.words);
        let frame = Frame { language, title: self.setter.words.contents, root: "", matter: Matter::Front };
        self.navigation = self.setter.templates.page(frame, body);
        self.usage.scan(&self.navigation, language);
    }

    /// The page on the pictures that are not in the book, if any: the first of them one by one.
    fn missing(&mut self) -> io::Result<()> {
        if self.facts.missing.is_empty() {
            return Ok(());
        }
        let mut seen = BTreeSet::new();
        let mut missing = self.facts.missing.clone();
        missing.retain(|(_, place)| seen.insert(place.clone()));
        let more = missing.len().saturating_sub(LISTED);
        missing.truncate(LISTED);
        missing.extend((more > 0).then(|| (None, format!("… (+{more})"))));
        let body = self.setter.templates.missing(missing, self.setter.words);
        self.page("missing.xhtml", self.setter.words.missing, Matter::Back, body)
    }

    /// The page on where the articles come from and how the book was made.
    fn colophon(&mut self, places: &Places, first: Option<&Document<'_>>) -> io::Result<()> {
        let whole = self.byline();
        let single = documents::is_one_article(self.setter.book);
        let article = |chapter: &Chapter| {
            let byline = if single { &whole } else { chapter.byline.as_ref()? };
            let document = places.address(&chapter.id, None).or_else(|| first.map(|first| first.name.clone()))?;
            Some((self.setter.title(chapter), document, About::of(byline, self.setter.words, self.setter.language())))
        };
        let articles = self.setter.book.chapters.iter().filter_map(article).collect();
        let rights = self.setter.book.metadata.rights.as_deref().map(one_line);
        let body = self.setter.templates.colophon(articles, rights.as_deref(), self.setter.words);
        self.page("colophon.xhtml", self.setter.words.colophon, Matter::Back, body)
    }
}
