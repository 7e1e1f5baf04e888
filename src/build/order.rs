//! Many articles in one book: which of them are the same, their order, and its parts.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hasher};

use crate::diag::Diagnostic;
use crate::model::{Block, Date, Language, Visit, plain_text, walk_chapter};
use crate::normalize::{self, Article};
use crate::parallel;
use crate::source::{Source, natural};

/// What articles are ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// As given; where the input has no order, as folders and feeds have none, by date.
    #[default]
    Auto,
    /// As given, those of a folder by name.
    Given,
    /// By the date of publication, the oldest first, those without one last.
    Date,
    /// By the name of their file.
    Name,
    /// By their title.
    Title,
}

/// What the parts of a book have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// The year of publication.
    Year,
    /// The month of publication.
    Month,
    /// The first tag.
    Tag,
    /// The first author.
    Author,
    /// The site.
    Site,
}

/// How articles are put together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Arrangement {
    /// Their order.
    pub sort: Sort,
    /// Whether the order is turned round.
    pub reverse: bool,
    /// What makes the parts, if there are any.
    pub group: Option<Group>,
}

/// An article, and where it comes from.
pub(super) struct Piece<'a> {
    pub(super) source: &'a Source,
    pub(super) article: Article,
}

impl Piece<'_> {
    fn date(&self) -> Option<Date> {
        self.article.chapter.byline.as_ref()?.date
    }

    fn title(&self) -> String {
        plain_text(&self.article.chapter.title)
    }
}

/// Leaves out what is there twice: of two articles from one address, or with one title and no address, which say nearly
/// the same, the longer one stays where the first was. Two pages of one article say different things, and both stay.
pub(super) fn once<'a>(pieces: Vec<Piece<'a>>, say: &mut Vec<Diagnostic>) -> Vec<Piece<'a>> {
    let keys: Vec<String> = pieces.iter().map(key).collect();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    keys.iter().for_each(|key| *counts.entry(key).or_default() += 1);
    // Most articles are alone with their address: nobody reads their lines.
    let alone = |key: &String| counts.get(key.as_str()).is_some_and(|count| *count < 2);
    let lines = parallel::map(&pieces.iter().zip(&keys).collect::<Vec<_>>(), &|(piece, key)| {
        if alone(key) { Lines::default() } else { Lines::of(&piece.article) }
    });
    let mut kept: Vec<(Piece<'_>, Lines)> = Vec::new();
    let mut known: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for ((piece, own), key) in pieces.into_iter().zip(lines).zip(&keys) {
        let same = known.entry(key).or_default();
        let is_like = |at: &usize| kept.get(*at).is_some_and(|(_, lines)| lines.are_like(&own));
        let twin = same.iter().copied().find(is_like);
        let Some((other, others)) = twin.and_then(|at| kept.get_mut(at)) else {
            same.push(kept.len());
            kept.push((piece, own));
            continue;
        };
        let mut left = piece;
        if own.length > others.length {
            std::mem::swap(&mut left, other);
            *others = own;
        }
        let message = format!("left out: the book has this article from {}", other.source.name);
        say.push(Diagnostic::note("duplicate", message).at(&left.source.name, None));
    }
    kept.into_iter().map(|(piece, _)| piece).collect()
}

/// What articles that may be the same have in common: the address, or the title of those without.
fn key(piece: &Piece<'_>) -> String {
    let byline = piece.article.chapter.byline.as_ref();
    let address = byline.and_then(|byline| normalize::key(byline.address.as_deref()?));
    address.unwrap_or_else(|| format!("\u{0}{}", piece.title()))
}

/// The lines of an article that say something, as hashes, in order, each once.
#[derive(Default)]
struct Lines {
    hashes: Vec<u64>,
    /// Bytes of all of them.
    length: usize,
}

impl Lines {
    fn of(article: &Article) -> Self {
        let mut found = Found::default();
        walk_chapter(&article.chapter, &mut found);
        let Found(mut lines) = found;
        lines.sort_unstable();
        lines.dedup_by_key(|(hash, _)| *hash);
        let (hashes, lengths): (Vec<u64>, Vec<usize>) = lines.into_iter().unzip();
        Self { hashes, length: lengths.iter().sum() }
    }

    /// Whether half of the lines of the shorter one are in the other.
    fn are_like(&self, other: &Self) -> bool {
        let (mut one, mut two, mut both) = (self.hashes.as_slice(), other.hashes.as_slice(), 0);
        while let ([first, rest @ ..], [second, others @ ..]) = (one, two) {
            match first.cmp(second) {
                Ordering::Less => one = rest,
                Ordering::Greater => two = others,
                Ordering::Equal => (one, two, both) = (rest, others, both + 1),
            }
        }
        both * 2 >= self.hashes.len().min(other.hashes.len())
    }
}

/// Hashes and bytes of lines as they come.
#[derive(Default)]
struct Found(Vec<(u64, usize)>);

impl Visit for Found {
    fn block(&mut self, block: &Block) {
        let (Block::Paragraph(content) | Block::Heading { content, .. }) = block else { return };
        let text = plain_text(content);
        let mut hasher = DefaultHasher::new();
        hasher.write(text.as_bytes());
        if text.chars().count() > 10 {
            self.0.push((hasher.finish(), text.len()));
        }
    }
}

/// Puts articles in order.
pub(super) fn sort(pieces: &mut [Piece<'_>], arrangement: &Arrangement) {
    match arrangement.sort {
        Sort::Given => {}
        Sort::Auto => pieces
            .chunk_by_mut(|one, next| one.source.unordered.is_some() && one.source.unordered == next.source.unordered)
            .for_each(|run| run.sort_by(by_date)),
        Sort::Date => pieces.sort_by(by_date),
        Sort::Name => pieces.sort_by(|one, other| natural(file_name(one), file_name(other))),
        Sort::Title => pieces.sort_by_cached_key(|piece| Title(piece.title())),
    }
    if arrangement.reverse {
        pieces.reverse();
    }
}

fn by_date(one: &Piece<'_>, other: &Piece<'_>) -> Ordering {
    match (one.date(), other.date()) {
        (Some(one), Some(other)) => one.cmp(&other),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}

fn file_name<'a>(piece: &'a Piece<'_>) -> &'a str {
    let name = piece.source.name.trim_end_matches(['/', '\\']);
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

#[derive(PartialEq, Eq)]
struct Title(String);

impl PartialOrd for Title {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Title {
    fn cmp(&self, other: &Self) -> Ordering {
        natural(&self.0, &other.0)
    }
}

/// Puts the articles of each part together, and gives the parts: the number of the first article of each, and a title.
/// The parts are in the order of their first articles; what belongs to none comes last. Where all would be one part,
/// there is none.
pub(super) fn group(pieces: &mut Vec<Piece<'_>>, by: Group, language: Option<&Language>) -> Vec<(usize, String)> {
    let mut order: BTreeMap<Option<String>, usize> = BTreeMap::new();
    let titles: Vec<Option<String>> = pieces.iter().map(|piece| title(piece, by)).collect();
    for title in &titles {
        let next = if title.is_none() { usize::MAX } else { order.len() };
        order.entry(title.clone()).or_insert(next);
    }
    if order.len() < 2 {
        return Vec::new();
    }
    let mut parted: Vec<(Option<String>, Piece<'_>)> = titles.into_iter().zip(pieces.drain(..)).collect();
    parted.sort_by_key(|(title, _)| order.get(title).copied());
    let mut parts: Vec<(usize, Option<String>)> = Vec::new();
    for (number, (title, piece)) in parted.into_iter().enumerate() {
        if parts.last().is_none_or(|(_, last)| *last != title) {
            parts.push((number, title));
        }
        pieces.push(piece);
    }
    let language = language.cloned().or_else(|| pieces.iter().find_map(|piece| piece.article.language.clone()));
    let rest = rest(by, language.as_ref().map_or("en", Language::primary), language.as_ref().map_or("", Language::tag));
    parts.into_iter().map(|(first, title)| (first, title.unwrap_or_else(|| rest.to_owned()))).collect()
}

fn title(piece: &Piece<'_>, by: Group) -> Option<String> {
    let byline = piece.article.chapter.byline.as_ref()?;
    match by {
        Group::Year => byline.date.map(|date| format!("{:04}", date.year())),
        Group::Month => byline.date.map(|date| format!("{:04}-{:02}", date.year(), date.month())),
        Group::Tag => byline.tags.first().cloned(),
        Group::Author => byline.creators.first().map(|creator| creator.name.clone()),
        Group::Site => byline.site.clone(),
    }
}

/// The title of the part of what belongs to none.
fn rest(by: Group, language: &str, tag: &str) -> &'static str {
    let dates = matches!(by, Group::Year | Group::Month);
    let traditional = ["zh-TW", "zh-HK", "zh-Hant"].iter().any(|of| tag.starts_with(of));
    match (language, dates) {
        ("zh", true) if traditional => "日期不詳",
        ("zh", true) => "日期不详",
        ("zh" | "ja", false) => "其他",
        ("ja", true) => "日付不明",
        (_, true) => "Undated",
        (_, false) => "Other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(name: &str, unordered: Option<usize>) -> Source {
        Source { name: name.to_owned(), unordered, ..Source::default() }
    }

    fn piece<'a>(source: &'a Source, title: &str, date: &str, from: &str, text: &str) -> Piece<'a> {
        let html = format!("<html><body><article><h1>{title}</h1>{text}</article></body></html>");
        let stated = normalize::Stated {
            title: Some(title.to_owned()),
            date: (!date.is_empty()).then(|| date.to_owned()),
            ..Default::default()
        };
        let base = (!from.is_empty()).then_some(from);
        let page = normalize::Page { name: &source.name, html: &html, base, stated, ..Default::default() };
        Piece { source, article: normalize::article(&page, &normalize::Options::default()).value }
    }

    fn titles(pieces: &[Piece<'_>]) -> String {
        pieces.iter().map(Piece::title).collect::<Vec<_>>().join(" ")
    }

    const TEXT: &str =
        "<p>The first line of an article, with some words.</p><p>The second line of it, with more of them.</p>";

    #[test]
    fn the_same_article_is_in_the_book_once() {
        let sources = ["a", "b", "c", "d"].map(|name| source(name, None));
        let [a, b, c, d] = &sources;
        let longer = format!("{TEXT}<p>And a third line that was added later.</p>");
        let other =
            "<p>What stands on the second page of the article.</p><p>It has nothing in common with the first.</p>";
        let pieces = vec![
            piece(a, "one", "", "https://www.a.example/1/", TEXT),
            piece(b, "two", "", "", TEXT),
            piece(c, "one", "", "http://a.example/1#x", &longer),
            piece(d, "one", "", "https://a.example/1", other),
        ];
        let mut say = Vec::new();
        let kept = once(pieces, &mut say);
        let names: Vec<_> = kept.iter().map(|piece| piece.source.name.as_str()).collect();
        assert_eq!((names, say.len()), (vec!["c", "b", "d"], 1));
    }

    #[test]
    fn orders() {
        let sources = [source("x/b10", Some(1)), source("x/b9", Some(1)), source("a", None)];
        let made = || {
            vec![
                piece(&sources[0], "Z", "2021-03-01", "", TEXT),
                piece(&sources[1], "y", "2020-03-01", "", TEXT),
                piece(&sources[2], "x", "2019-03-01", "", TEXT),
            ]
        };
        let sorted = |sort, reverse| {
            let mut pieces = made();
            super::sort(&mut pieces, &Arrangement { sort, reverse, group: None });
            titles(&pieces)
        };
        assert_eq!(sorted(Sort::Given, false), "Z y x");
        assert_eq!(sorted(Sort::Auto, false), "y Z x");
        assert_eq!(sorted(Sort::Date, false), "x y Z");
        assert_eq!(sorted(Sort::Name, false), "x y Z");
        assert_eq!(sorted(Sort::Title, true), "Z y x");
    }

    #[test]
    fn parts_are_in_the_order_of_their_first_articles() {
        let sources = ["a", "b", "c", "d"].map(|name| source(name, None));
        let dates = ["2021-03-01", "", "2020-03-01", "2021-01-01"];
        let mut pieces: Vec<_> =
            sources.iter().zip(dates).map(|(source, date)| piece(source, &source.name, date, "", TEXT)).collect();
        let parts = group(&mut pieces, Group::Year, None);
        let parts: Vec<_> = parts.iter().map(|(first, title)| (*first, title.as_str())).collect();
        assert_eq!((titles(&pieces).as_str(), parts), ("a d c b", vec![(0, "2021"), (2, "2020"), (3, "Undated")]));
        assert_eq!(group(&mut pieces, Group::Site, None), []);
    }
}
