//! From articles to a book.

use std::collections::{BTreeMap, BTreeSet};

use url::Url;
use uuid::Uuid;

use super::anchors::{self, Names};
use super::{Article, address};
use crate::model::{
    Anchor, Block, Book, Chapter, Creator, Date, Inline, Language, Metadata, Note, Picture, Role, Series, Target,
    plain_text,
};
use crate::parallel;

/// What the user says of the book, whatever its sources say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overrides {
    /// Its identifier: a UUID, an address such as `urn:isbn:…`, or any words that are to stand for it.
    pub identifier: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// Its authors.
    pub authors: Vec<String>,
    /// Its language.
    pub language: Option<Language>,
    /// Its cover picture.
    pub cover: Option<Picture>,
    /// The series it belongs to.
    pub series: Option<Series>,
    /// Its parts, in order: the number of the first article of each, from 0, and a title.
    pub parts: Vec<(usize, String)>,
}

/// Makes a book of articles, in their order. Anchors become unique, links between the articles links within the book.
pub fn assemble(articles: Vec<Article>, overrides: &Overrides) -> Book {
    let metadata = metadata(&articles, overrides);
    let mut names = Names::default();
    let mut named = Vec::new();
    let several = articles.len() > 1;
    for article in articles {
        let mut chapter = article.chapter;
        let known = rename(&mut chapter, &mut names, several);
        chapter.language = article.language.filter(|language| *language != metadata.language);
        named.push((chapter, known));
    }
    let inside: BTreeMap<String, Anchor> = named
        .iter()
        .filter(|_| several)
        .filter_map(|(chapter, _)| Some((key(chapter.byline.as_ref()?.address.as_deref()?)?, chapter.id.clone())))
        .collect();
    let mut chapters = parallel::map_owned_with(named, &|| (), &|(), (mut chapter, known)| {
        link(&mut chapter, &known, &inside);
        chapter
    });
    let count = chapters.len();
    for (first, title) in overrides.parts.iter().rev().filter(|(first, _)| several && *first < count) {
        let (id, title) = (names.name(&format!("part {title}"), "part"), vec![Inline::Text(title.clone())]);
        let (blocks, notes, sections) = (Vec::new(), Vec::new(), Vec::new());
        chapters.insert(*first, Chapter { id, title, byline: None, language: None, blocks, notes, sections });
    }
    if let [only] = chapters.as_mut_slice() {
        only.title = vec![Inline::Text(metadata.title.clone())];
    }
    Book { metadata, chapters }
}

fn metadata(articles: &[Article], overrides: &Overrides) -> Metadata {
    let bylines = || articles.iter().filter_map(|article| article.chapter.byline.as_ref());
    let first = articles.first();
    let one = articles.len() == 1;
    let sites: BTreeSet<&String> = bylines().filter_map(|byline| byline.site.as_ref()).collect();
    let site = match (sites.len(), sites.first()) {
        (1, Some(site)) if bylines().all(|byline| byline.site.is_some()) => Some((*site).clone()),
        _ => None,
    };
    let mut creators: Vec<Creator> = Vec::new();
    for creator in bylines().flat_map(|byline| &byline.creators) {
        if !creators.contains(creator) {
            creators.push(creator.clone());
        }
    }
    if !overrides.authors.is_empty() {
        creators = overrides.authors.iter().map(|name| Creator { name: name.clone(), role: Role::Author }).collect();
    }
    let mut subjects: Vec<String> = Vec::new();
    for tag in bylines().flat_map(|byline| &byline.tags) {
        if !subjects.contains(tag) {
            subjects.push(tag.clone());
        }
    }
    let dates = || bylines().filter_map(|byline| byline.date);
    Metadata {
        title: overrides.title.clone().unwrap_or_else(|| title(articles, site.as_deref())),
        creators,
        language: overrides.language.clone().unwrap_or_else(|| language(articles)),
        identifier: identifier(articles, overrides),
        modified: dates().chain(articles.iter().filter_map(|article| article.updated)).max().unwrap_or(Date::UNKNOWN),
        date: if one { dates().next() } else { dates().max() },
        description: first.filter(|_| one).and_then(|article| article.description.clone()),
        publisher: site,
        sources: bylines().filter_map(|byline| byline.address.clone()).collect(),
        subjects,
        series: overrides.series.clone(),
        rights: rights(articles),
        cover: overrides.cover.clone().or_else(|| first.and_then(|article| article.cover.clone())),
    }
}

/// The rights in a book: what is said of all of its articles.
fn rights(articles: &[Article]) -> Option<String> {
    let first = articles.first()?.rights.as_ref()?;
    articles.iter().all(|article| article.rights.as_ref() == Some(first)).then(|| first.clone())
}

/// The title of a book: its only article's, or the site's with the span of time, or the first article's.
fn title(articles: &[Article], site: Option<&str>) -> String {
    let first = articles.first().map_or(String::new(), |article| plain_text(&article.chapter.title));
    let Some(site) = site.filter(|_| articles.len() > 1) else { return first };
    let dates: Vec<Date> = articles.iter().filter_map(|article| article.chapter.byline.as_ref()?.date).collect();
    match (dates.iter().min(), dates.iter().max()) {
        (Some(from), Some(to)) if from.to_string() == to.to_string() => format!("{site} {from}"),
        (Some(from), Some(to)) => format!("{site} {from} – {to}"),
        _ => site.to_owned(),
    }
}

/// The language of most of the text; of its regions that of most.
fn language(articles: &[Article]) -> Language {
    let mut counts: BTreeMap<&str, (usize, BTreeMap<&Language, usize>)> = BTreeMap::new();
    let languages = || articles.iter().filter_map(|article| article.language.as_ref());
    let first = languages().next();
    if languages().all(|language| Some(language) == first) {
        return first.cloned().unwrap_or_default();
    }
    let lengths = parallel::map(articles, &|article| length(&article.chapter).max(1));
    for (article, length) in articles.iter().zip(lengths) {
        if let Some(language) = &article.language {
            let (all, regions) = counts.entry(language.primary()).or_default();
            *all += length;
            *regions.entry(language).or_default() += length;
        }
    }
    let most = counts.into_values().max_by_key(|(all, _)| *all).map(|(_, regions)| regions);
    let region = most.and_then(|regions| regions.into_iter().max_by_key(|(_, count)| *count));
    region.map(|(language, _)| language.clone()).unwrap_or_default()
}

/// How much there is to read, in letters: a character of Han says about as much as three.
fn length(chapter: &Chapter) -> usize {
    fn text(blocks: &[Block]) -> usize {
        struct Count(usize);
        impl crate::model::Visit for Count {
            fn inline(&mut self, inline: &Inline) {
                if let Inline::Text(text) = inline {
                    self.0 += text.chars().map(|c| if is_han(c) { 3 } else { 1 }).sum::<usize>();
                }
            }
        }
        let mut count = Count(0);
        crate::model::walk_blocks(blocks, &mut count);
        count.0
    }
    text(&chapter.blocks) + chapter.sections.iter().map(length).sum::<usize>()
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// An article's title and text; not its addresses, which tell where on this machine it lies.
fn words(article: &Article) -> String {
    struct Words(String);
    impl crate::model::Visit for Words {
        fn inline(&mut self, inline: &Inline) {
            if let Inline::Text(text) = inline {
                self.0.push_str(text);
            }
        }
    }
    fn add(chapter: &Chapter, words: &mut Words) {
        words.0.push_str(&plain_text(&chapter.title));
        words.0.push('\n');
        crate::model::walk_blocks(&chapter.blocks, words);
        chapter.sections.iter().for_each(|section| add(section, words));
    }
    let mut words = Words(String::new());
    add(&article.chapter, &mut words);
    words.0
}

/// What a book is called by programs: the same for as long as it is the same book to its reader (EPUB 3.3 §5.5.3.1.1), so
/// that of a collection stays when an article comes or goes.
///
/// What the user says it is; a book of one article is that article; a collection is what its user calls it, or else the
/// book that began with its oldest article.
fn identifier(articles: &[Article], overrides: &Overrides) -> String {
    if let Some(given) = &overrides.identifier {
        return stated_identifier(given);
    }
    let name = match (articles, &overrides.title) {
        ([only], _) => format!("{}\n", identity(only)),
        (_, Some(title)) => {
            let position = |series: &Series| format!("{}\n{:?}\n", series.name, series.position);
            let series = overrides.series.as_ref().map(position).unwrap_or_default();
            format!("collection\n{title}\n{series}{}\n", overrides.authors.join("\n"))
        }
        (several, None) => {
            let date = |article: &Article| article.chapter.byline.as_ref().and_then(|byline| byline.date);
            // Those without a date come last, whatever they are called.
            let age = |article: &Article| (date(article).is_none(), date(article));
            let least = several.iter().map(age).min();
            let oldest = several.iter().filter(|article| Some(age(article)) == least).map(identity).min();
            format!("collection of\n{}\n", oldest.unwrap_or_default())
        }
    };
    uuid(&name)
}

/// What an article is, whatever became of its text: where it comes from; of one from nowhere, title and text.
fn identity(article: &Article) -> String {
    let address = article.chapter.byline.as_ref().and_then(|byline| byline.address.as_deref()).and_then(key);
    address.unwrap_or_else(|| words(article))
}

/// An identifier as its user says it: a UUID or an address stays, other words stand for one.
fn stated_identifier(given: &str) -> String {
    let given = given.trim();
    if let Ok(uuid) = Uuid::parse_str(given) {
        return format!("urn:uuid:{uuid}");
    }
    let address = given.split_once(':').is_some_and(|(scheme, rest)| {
        matches!(scheme.to_ascii_lowercase().as_str(), "urn" | "http" | "https" | "doi" | "isbn" | "tag")
            && !rest.is_empty()
            && rest.bytes().all(|byte| byte.is_ascii_graphic())
    });
    if address { given.to_owned() } else { uuid(&format!("book\n{given}\n")) }
}

/// RFC 9562 §5.5.
fn uuid(name: &str) -> String {
    format!("urn:uuid:{}", Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes()))
}

/// The identifier of a volume: the same for the same book and number (RFC 9562 §5.5).
pub fn part_identifier(whole: &str, number: usize) -> String {
    uuid(&format!("{whole}#{number}"))
}

/// An address as far as it tells pages apart: not the scheme, not the fragment, not a trailing slash.
pub fn key(written: &str) -> Option<String> {
    let url = address::clean(Url::parse(written).ok()?);
    let host = url.host_str()?.trim_start_matches("www.");
    let query = url.query().map_or(String::new(), |query| format!("?{query}"));
    Some(format!("{host}{}{query}", address::decoded(url.path().trim_end_matches('/'))))
}

/// Gives all places of an article names that the book does not have yet, and says which had which, for [`link`]. Among
/// `several` articles those within it bear its name, so that they stay when another article is added that has the same
/// headings.
fn rename(chapter: &mut Chapter, names: &mut Names, several: bool) -> BTreeMap<Anchor, Anchor> {
    let mut known: BTreeMap<Anchor, Anchor> = BTreeMap::new();
    let id = names.unique(chapter.id.0.clone());
    let prefix = if several { format!("{}-", id.0) } else { String::new() };
    known.insert(std::mem::replace(&mut chapter.id, id.clone()), id);
    let mut naming = Naming { names, prefix, known: &mut known };
    collect(chapter, &mut naming);
    known
}

/// New names for the places of an article, and which they had.
struct Naming<'a> {
    names: &'a mut Names,
    prefix: String,
    known: &'a mut BTreeMap<Anchor, Anchor>,
}

impl Naming<'_> {
    fn name(&mut self, anchor: &Anchor) -> Anchor {
        let name = self.names.unique(format!("{}{}", self.prefix, anchor.0));
        self.known.insert(anchor.clone(), name.clone());
        name
    }
}

/// Names what is within a chapter.
fn collect(chapter: &mut Chapter, naming: &mut Naming<'_>) {
    for block in &mut chapter.blocks {
        if let Block::Heading { anchor, .. } = block {
            *anchor = naming.name(anchor);
        }
    }
    chapter.notes.iter_mut().for_each(|note| note.id = naming.name(&note.id));
    let mut places = |list: &mut Vec<Inline>| {
        for inline in list {
            if let Inline::Anchor(anchor) = inline {
                naming.name(anchor);
            }
        }
    };
    anchors::walk(&mut chapter.blocks, &mut places);
    chapter.notes.iter_mut().for_each(|note: &mut Note| anchors::walk(&mut note.blocks, &mut places));
    for section in &mut chapter.sections {
        section.id = naming.name(&section.id);
        collect(section, naming);
    }
}

fn each_list(chapter: &mut Chapter, f: &mut dyn FnMut(&mut Vec<Inline>)) {
    let mut title = [Block::Paragraph(std::mem::take(&mut chapter.title))];
    anchors::walk(&mut title, f);
    if let [Block::Paragraph(content)] = &mut title {
        chapter.title = std::mem::take(content);
    }
    anchors::walk(&mut chapter.blocks, f);
    chapter.notes.iter_mut().for_each(|note| anchors::walk(&mut note.blocks, f));
    chapter.sections.iter_mut().for_each(|section| each_list(section, f));
}

/// Turns links to articles that are not in the book into links to where they come from: the reverse of what
/// [`assemble`] does with articles that are.
pub fn link_out(chapter: &mut Chapter, outside: &BTreeMap<Anchor, String>) {
    each_list(chapter, &mut |list| {
        for inline in list {
            if let Inline::Link { target, .. } = inline
                && let Target::Anchor(anchor) = target
                && let Some(address) = outside.get(anchor)
            {
                *target = Target::Web(address.clone());
            }
        }
    });
}

/// Lets links within an article lead to the names that its places have got, and makes links to other articles of the book,
/// which are `inside`, links within it.
fn link(chapter: &mut Chapter, known: &BTreeMap<Anchor, Anchor>, inside: &BTreeMap<String, Anchor>) {
    each_list(chapter, &mut |list| {
        for inline in list {
            match inline {
                Inline::Anchor(anchor) | Inline::Note(anchor) | Inline::Link { target: Target::Anchor(anchor), .. } => {
                    if let Some(name) = known.get(anchor) {
                        *anchor = name.clone();
                    }
                }
                Inline::Link { target: target @ Target::Web(_), .. } if !inside.is_empty() => {
                    let Target::Web(address) = &*target else { continue };
                    if let Some(anchor) = key(address).and_then(|key| inside.get(&key)) {
                        *target = Target::Anchor(anchor.clone());
                    }
                }
                _ => {}
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::{Options, Page, article};

    #[test]
    fn the_language_is_that_of_most_of_what_there_is_to_read() {
        let page = |language: &str, text: &str| {
            let html = format!("<html lang={language}><article><h1>T</h1><p>{}</p></article>", text.repeat(20));
            let page = Page { name: "page", html: &html, ..Page::default() };
            article(&page, &Options::default()).value
        };
        let chinese = "一篇用中文写成的文章，说的和另一篇一样多。";
        let english = "An article in English that has as much to say as another one.";
        let of = |articles: Vec<Article>| assemble(articles, &Overrides::default()).metadata.language.to_string();
        // More letters, but not more to read.
        assert_eq!(of(vec![page("en", english), page("zh-CN", chinese), page("zh-CN", chinese)]), "zh-CN");
        // Regions are one language before they are several.
        let traditional = "一篇用中文寫成的文章，說的和另一篇一樣多，還要多一點。";
        let several = vec![page("en", &english.repeat(2)), page("zh-TW", traditional), page("zh-CN", chinese)];
        assert_eq!(of(several), "zh-TW");
        assert_eq!(of(vec![page("en", english), page("en", english), page("zh-CN", chinese)]), "en");
    }
}
