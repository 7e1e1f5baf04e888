//! **Layout**: from a book to pages of positioned items.
//!
//! [`inline`] makes lines of paragraphs, [`math`] those of formulas, [`flow`] strips of blocks (a line, a picture, a row),
//! [`page`] pages of strips;
//! [`front`] and [`contents`] are what stands before the text, [`colophon`] after it. What the pages look like is [`Theme`]'s; what comes out
//! is [`frame`].
//!
//! # Axes
//!
//! Gaps, fitting and justifying know one axis, that of the line; strips and pages know another, that in which lines follow
//! each other. They meet in `inline::line`, which puts glyphs on a line, and in `page::assemble`, which puts lines on a page:
//! vertical writing (UAX 50, JLREQ 3.2.5) is a matter of these two and of the shaper's direction.
//!
//! # What a backend may rely on
//!
//! - Every glyph is in its face; a character that no face has is shown as [`SUBSTITUTE`](crate::font::SUBSTITUTE), and
//!   is still in its run's text.
//! - The text of the runs of an element, in the order of the items, is the source's, but for white space where lines end.
//! - Every [`LinkTarget::Place`](frame::LinkTarget) is in [`Pages::places`].

mod adjust;
mod article;
mod code;
mod colophon;
mod contents;
mod dump;
mod extent;
mod flow;
pub mod frame;
mod front;
mod inline;
mod links;
mod math;
mod missing;
mod page;
mod scripts;
mod structure;
mod style;
pub mod test_sheet;
#[cfg(test)]
mod tests;
mod theme;

use std::collections::BTreeMap;
use std::mem::take;

use tracing::info_span;

use crate::diag::{Diagnostic, Warned};
use crate::media::Images;
use crate::model::{self, Anchor, Book, Chapter};
use crate::parallel;
pub use adjust::{Adjustments, length, paper, paper_name};
use article::Draft;
pub use extent::within;
use flow::{Context, Flow, Place, Strips};
use frame::{Bookmark, ItemKind, LinkTarget, PageLabel, Pages, Properties, TagRole};
use inline::shape::Shaper;
pub use links::Links;
use links::{Codes, OnPaper, Outside};
use page::{Geometry, assemble::Article, assemble::Press};
use structure::Tags;
pub use theme::Theme;

/// Lays out a book.
pub fn lay_out(book: &Book, images: &Images, theme: &Theme) -> Warned<Pages> {
    let of_book =
        |geometry: Geometry| geometry.of_language(book.metadata.language.tag()).bound_at_right(theme.right_bound);
    let (geometry, single) = (of_book(Geometry::new(theme)), of_book(Geometry::single(theme)));
    let (paper, theme) = (links::on_paper(book, theme.links.text), &of_paper(theme));
    let book = &*paper.book;
    let notes = number_notes(&paper, theme.links.text);
    let context = Context { theme, images, notes: &notes, area: geometry.area };
    let mut setting = Setting {
        paper: &paper,
        context: &context,
        tags: Tags::new(),
        shaper: Shaper::new(&theme.faces),
        said: Vec::new(),
    };
    let language = book.metadata.language.tag();
    let words = (language, book.metadata.title.as_str());
    let mut press = Press::new(theme, single, words, Shaper::new(&theme.faces));
    // The structure tree is in reading order: the front matter's elements come first, though its contents can be set
    // only when the text has its page numbers.
    let title = setting.title_page(&single);
    let contents_tag = setting.tags.add(TagRole::Section, Tags::ROOT);
    let mut articles: Vec<Article> = Vec::with_capacity(book.chapters.len() + 1);
    let mut before = 0;
    let drafts = info_span!("articles").in_scope(|| article::set(&paper, &context, &geometry));
    let breaking = info_span!("pages").entered();
    setting.tags.reserve(drafts.iter().map(|draft| draft.tags.len()).sum());
    for draft in drafts {
        before += if theme.page.articles_recto { before % 2 } else { 0 };
        let article = setting.adopt(draft, &geometry, before);
        before += article.sheets.len().div_ceil(geometry.columns);
        articles.push(article);
    }
    articles.extend(setting.missing_list(&geometry, before));
    drop(breaking);
    let numbers = numbers(&articles, &geometry, theme.page.articles_recto);
    let entries = model::outline(book);
    if !is_blank(&title) {
        press.print(Article::new(title, Vec::new(), &single, 0), || PageLabel::None, false);
    }
    if model::entries_within(&entries, theme.contents.depth) > theme.contents.more_than {
        let contents = setting.contents(&entries, &numbers, (contents_tag, &single));
        let mut page = press.pages.len();
        let label = || {
            page += 1;
            PageLabel::Roman(u32::try_from(page).unwrap_or(u32::MAX))
        };
        press.print(Article::new(contents, Vec::new(), &single, 0), label, false);
    }
    press.geometry = geometry;
    press.articles(articles);
    let before = press.pages.len();
    // The codes of the articles have their place there.
    if (theme.colophon || theme.links.codes != Codes::None) && !book.chapters.is_empty() {
        press.geometry = single;
        let colophon = setting.colophon(&single);
        press.print(Article::new(colophon, Vec::new(), &single, 0), || PageLabel::None, false);
    }
    let back_cover = press.pages.len() == before + 1;
    let mut pages = finish(book, setting, press, &entries);
    pages.value.back_cover = back_cover;
    pages
}

/// A theme for paper, if links are printed: what leads nowhere there has no colour of its own.
fn of_paper(theme: &Theme) -> Theme {
    let mut theme = theme.clone();
    if theme.links.text != Outside::Keep {
        theme.colour.link = theme.colour.text;
    }
    theme
}

/// What the whole book is set with.
struct Setting<'a> {
    paper: &'a OnPaper<'a>,
    context: &'a Context<'a>,
    tags: Tags,
    shaper: Shaper,
    said: Vec<Diagnostic>,
}

impl<'a> Setting<'a> {
    fn flow(&mut self) -> Flow<'a, '_> {
        Flow::new(self.context, &mut self.tags, &mut self.shaper, &mut self.said)
    }

    fn title_page(&mut self, geometry: &Geometry) -> Strips {
        let tag = self.tags.add(TagRole::Section, Tags::ROOT);
        let place = Place::of_text(self.context, tag, self.paper.book.metadata.language.tag());
        let place = Place { measure: geometry.area.width, ..place };
        let book = &*self.paper.book;
        let mut flow = self.flow();
        flow.title_page(book, &place);
        flow.out
    }

    fn contents(
        &mut self,
        entries: &[model::OutlineEntry],
        numbers: &BTreeMap<String, u32>,
        (tag, geometry): (frame::TagId, &Geometry),
    ) -> Strips {
        let place = Place::of_text(self.context, tag, self.paper.book.metadata.language.tag());
        let place = Place { measure: geometry.area.width, ..place };
        let mut flow = self.flow();
        flow.contents(entries, &place, &|name| numbers.get(name).map(u32::to_string));
        flow.out
    }

    fn colophon(&mut self, geometry: &Geometry) -> Strips {
        let tag = self.tags.add(TagRole::Section, Tags::ROOT);
        let place = Place::of_text(self.context, tag, self.paper.book.metadata.language.tag());
        let place = Place { measure: geometry.area.width, ..place };
        let book = &*self.paper.book;
        let mut flow = self.flow();
        flow.colophon(book, &place);
        flow.out
    }

    /// The list of the pictures that the book lacks, if it lacks any.
    fn missing_list(&mut self, geometry: &Geometry, before: usize) -> Option<Article> {
        let list = missing::list(&self.paper.book, self.context.images).filter(|_| self.context.theme.missing_list)?;
        let language = self.paper.book.metadata.language.tag();
        let tag = self.tags.add(TagRole::Section, Tags::ROOT);
        let place = Place::of_text(self.context, tag, language);
        let mut flow = self.flow();
        flow.heading(&[model::Inline::Text(missing::title(language).to_owned())], 0, &[], &place);
        flow.blocks(&[list], &place);
        Some(Article::new(flow.out, Vec::new(), geometry, before))
    }

    /// An article that was set by itself, `before` pages after the text's first.
    fn adopt(&mut self, draft: Draft, geometry: &Geometry, before: usize) -> Article {
        let Draft { strips, notes, sheets, tags, said, missing } = draft;
        let offset = self.tags.adopt(tags);
        self.said.extend(said);
        self.shaper.missing.extend(missing);
        match sheets {
            Some([even, odd]) => {
                Article { strips, notes, sheets: if before.is_multiple_of(2) { even } else { odd }, offset }
            }
            None => Article { offset, ..Article::new(strips, notes, geometry, before) },
        }
    }
}

/// The arabic page number of each place in the text.
fn numbers(articles: &[Article], geometry: &Geometry, recto: bool) -> BTreeMap<String, u32> {
    let mut out = BTreeMap::new();
    let mut page = 0;
    for article in articles {
        // An odd number of pages ends on a right-hand one: an empty page follows it.
        page += if recto { page % 2 } else { 0 };
        for columns in article.sheets.chunks(geometry.columns) {
            page += 1;
            let strips = |sheet: &page::Sheet| article.strips.strips.get(sheet.strips.clone()).unwrap_or_default();
            for name in columns.iter().flat_map(strips).flat_map(|strip| &strip.places) {
                out.entry(name.clone()).or_insert(page);
            }
        }
    }
    out
}

impl Press<'_> {
    /// Adds the pages of articles, on all cores: which pages they are is known before.
    fn articles(&mut self, articles: Vec<Article>) {
        if self.theme.page.recto {
            self.open_recto();
        }
        let recto = self.theme.page.articles_recto;
        let (first, columns) = (self.count(), self.geometry.columns);
        let mut before = 0;
        let place = |article: Article| {
            let (empty, at) = (recto && before % 2 == 1, before);
            before += article.sheets.len().div_ceil(columns) + usize::from(empty);
            (article, at, empty)
        };
        let placed: Vec<_> = articles.into_iter().map(place).collect();
        let (theme, geometry, words) = (self.theme, self.geometry, (self.language, self.title));
        let begin = || Press::new(theme, geometry, words, Shaper::new(&theme.faces));
        let printed = parallel::map_owned_with(placed, &begin, &|press, (article, before, empty)| {
            press.before = first + before;
            let mut number = u32::try_from(before).unwrap_or(u32::MAX);
            let mut label = || {
                number = number.saturating_add(1);
                PageLabel::Arabic(number)
            };
            if empty {
                press.empty(label());
            }
            press.print(article, label, true);
            (take(&mut press.pages), take(&mut press.places), take(&mut press.shaper.missing))
        });
        for (pages, places, missing) in printed {
            self.pages.extend(pages);
            self.shaper.missing.extend(missing);
            for (name, place) in places {
                self.places.entry(name).or_insert(place);
            }
        }
    }
}

/// The number of notes that stand in a list after their article.
const LISTED: usize = usize::MAX;

/// Numbers the notes: in the book, and with a mark in their article. The addresses of links that stand at the foot of
/// pages are among its notes; those of a list are numbered apart.
fn number_notes(paper: &OnPaper<'_>, text: Outside) -> BTreeMap<Anchor, (usize, String)> {
    fn notes(chapter: &Chapter, out: &mut Vec<Anchor>) {
        out.extend(chapter.notes.iter().map(|note| note.id.clone()));
        chapter.sections.iter().for_each(|section| notes(section, out));
    }
    let (mut out, mut listed) = (BTreeMap::new(), BTreeMap::new());
    for chapter in &paper.book.chapters {
        let links = paper.articles.get(&chapter.id);
        let mut order = Vec::new();
        match links {
            Some(links) if text == Outside::Footnote => order.extend(links.order.iter().cloned()),
            Some(links) => {
                let marks = (1..).map(|number| (LISTED, format!("[{number}]")));
                listed.extend(links.addresses.iter().map(|address| address.note.clone()).zip(marks));
            }
            None => {}
        }
        notes(chapter, &mut order);
        let mut in_article = 0;
        for note in order {
            let next = out.len();
            out.entry(note).or_insert_with(|| {
                in_article += 1;
                (next, in_article.to_string())
            });
        }
    }
    out.extend(listed);
    out
}

fn is_blank(strips: &Strips) -> bool {
    strips.strips.iter().all(|strip| strip.items.is_empty())
}

fn finish(book: &Book, setting: Setting<'_>, mut press: Press<'_>, entries: &[model::OutlineEntry]) -> Warned<Pages> {
    let Setting { tags, shaper, mut said, .. } = setting;
    said.extend(scripts::missing(shaper.missing.union(&press.shaper.missing).copied()));
    if press.pages.is_empty() {
        press.pages.push(frame::Page { size: press.geometry.page, label: PageLabel::None, items: Vec::new() });
    }
    settle_links(&mut press);
    let outline = bookmarks(entries, &press.places);
    let pages = Pages {
        properties: properties(book),
        pages: press.pages,
        outline,
        places: press.places,
        tags: tags.finish(),
        back_cover: false,
    };
    Warned { value: pages, diagnostics: said }
}

/// Links lead to places that exist: those that do not are left as text.
fn settle_links(press: &mut Press<'_>) {
    let places = &press.places;
    for page in &mut press.pages {
        page.items.retain(|item| match &item.kind {
            ItemKind::Link { target: LinkTarget::Place(name), .. } => places.contains_key(name),
            _ => true,
        });
    }
}

fn bookmarks(entries: &[model::OutlineEntry], places: &BTreeMap<String, frame::Place>) -> Vec<Bookmark> {
    let mut out = Vec::new();
    for entry in entries {
        let children = bookmarks(&entry.children, places);
        match places.get(&entry.anchor.0) {
            Some(place) => out.push(Bookmark { title: entry.title.clone(), place: *place, children }),
            None => out.extend(children),
        }
    }
    out
}

fn properties(book: &Book) -> Properties {
    let metadata = &book.metadata;
    Properties {
        title: metadata.title.clone(),
        creators: metadata.creators.iter().map(|creator| creator.name.clone()).collect(),
        language: metadata.language.tag().to_owned(),
        sources: metadata.sources.clone(),
        subjects: metadata.subjects.clone(),
        description: metadata.description.clone(),
        modified: metadata.modified.timestamp(),
        identifier: metadata.identifier.clone(),
        right_to_left: metadata.language.is_rtl(),
    }
}
