//! **Normalize**: from the text of a page to a chapter of the model.
//!
//! The page is parsed once, behind a guard that no page can overload. Rules mark what its elements are. The article is
//! found, and one walk over its tree makes blocks; a few passes over the blocks make them a chapter.
//!
//! It takes text and addresses and touches neither files nor sockets. What later stages may rely on is said in
//! [`model`](crate::model).

mod address;
mod anchors;
mod article;
mod blocks;
mod book;
mod code;
mod contents;
mod dates;
mod embeds;
mod ends;
mod figures;
mod formulas;
mod hidden;
mod images;
mod inlines;
mod labels;
mod language;
mod lists;
mod marks;
mod mathml;
mod metadata;
mod notes;
mod parse;
mod preamble;
mod prune;
mod quoted;
mod rights;
mod rules;
mod sections;
mod selectors;
mod site_config;
mod space;
mod subjects;
mod tables;
mod tex;
mod titles;
mod tree;
mod twice;
mod words;

#[cfg(test)]
mod tests;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use url::Url;

use crate::diag::{Diagnostic, Warned};
use crate::limits::Limits;
use crate::model::{Anchor, Block, Byline, Chapter, Date, Inline, Language, Picture};
use marks::Marks;

pub use book::{Overrides, assemble, key, link_out, part_identifier};
pub use rules::Rules;

/// A page, as it comes from its source.
#[derive(Clone, Debug, Default)]
pub struct Page<'a> {
    /// As the user named it, for messages.
    pub name: &'a str,
    /// Its text: HTML, or Markdown lines above HTML.
    pub html: &'a str,
    /// Its address on the web, against which its links are resolved.
    pub base: Option<&'a str>,
    /// The `file:` address of the folder that holds it, ending in `/`.
    pub folder: Option<&'a str>,
    /// What its author says about it.
    pub stated: Stated,
    /// Its file's name without ending: the last resort for a title.
    pub stem: Option<&'a str>,
}

/// What an author says about a page, as it is written: front matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stated {
    /// Its title.
    pub title: Option<String>,
    /// When it was published.
    pub date: Option<String>,
    /// When it was last changed.
    pub updated: Option<String>,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// The name of the site.
    pub site: Option<String>,
    /// What it is about.
    pub tags: Vec<String>,
    /// Under which headings the site files it.
    pub categories: Vec<String>,
    /// A language tag.
    pub language: Option<String>,
    /// A few sentences about it.
    pub description: Option<String>,
    /// The address of a picture for the cover.
    pub cover: Option<String>,
    /// Who translated it.
    pub translators: Vec<String>,
    /// Who edited it.
    pub editors: Vec<String>,
    /// Who may do what with it: a line, or a licence's address.
    pub rights: Option<String>,
}

/// What the user decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Headings down to this level begin chapters of their own; 1 for none, at most 6.
    pub split_level: u8,
    /// The user's own rules; they come before those that are built in.
    pub rules: Rules,
    /// How much is taken of a page.
    pub limits: Limits,
}

impl Default for Options {
    fn default() -> Self {
        Self { split_level: 2, rules: Rules::default(), limits: Limits::default() }
    }
}

/// An article: a chapter, and what only a book of this one article has use for.
#[derive(Clone, Debug, PartialEq)]
pub struct Article {
    /// Its text, with title and byline.
    pub chapter: Chapter,
    /// Its language, if it has enough text to tell.
    pub language: Option<Language>,
    /// A few sentences about it.
    pub description: Option<String>,
    /// When it was last changed.
    pub updated: Option<Date>,
    /// A picture that stands for it.
    pub cover: Option<Picture>,
    /// Who may do what with it, in one line.
    pub rights: Option<String>,
    /// The element of the page that holds it, as a selector.
    pub element: String,
    /// What was left out of it and why, in the order of the page.
    pub dropped: Vec<Dropped>,
}

/// A part of a page that is not in the article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// The rule that says so.
    pub rule: String,
    /// The element, as a selector; empty for what was left out of the text of the article.
    pub element: String,
    /// What it said, cut.
    pub text: String,
}

/// Makes an article of a page. Whatever the page is, there is an article; what had to be left out is told.
pub fn article(page: &Page<'_>, options: &Options) -> Warned<Article> {
    let mut say = Vec::new();
    let preamble = preamble::split(page.html);
    let base = page.base.or(preamble.address).and_then(|base| Url::parse(base).ok());
    let rewritten = options.rules.rewrite(preamble.rest, base.as_ref().and_then(Url::host_str));
    let html = rewritten.as_deref().unwrap_or(preamble.rest);
    let mut parsed = parse::parse_within(html, &[&options.rules, &rules::BUILT_IN], &options.limits);
    if parsed.cut {
        let message = "markup too complex: some tags were ignored, all text was kept";
        say.push(Diagnostic::warning("markup-cut", message).at(page.name, None));
    }
    hidden::place_streamed(&mut parsed.tree);
    let mut marks = mark(&mut parsed, options, base.as_ref());
    let tree = &parsed.tree;
    let folder = page.folder.and_then(|folder| Url::parse(folder).ok());
    let facts = metadata::gather(tree, &marks, &page.stated, base.as_ref(), preamble.title);
    let web = base.or_else(|| facts.address.as_deref().and_then(|address| Url::parse(address).ok()));
    let bases = images::Bases { web: web.as_ref(), folder: folder.as_ref() };
    let host = web.as_ref().and_then(Url::host_str).map(|host| host.trim_start_matches("www."));
    let about = article::About { title: facts.title.as_deref(), home: host };
    let roots = article::find(tree, &mut marks, html, about);
    let notes = notes::find(tree, &roots);
    let context = blocks::Context {
        tree,
        marks: &marks,
        notes: &notes,
        bases,
        wanted: wanted(tree, &roots),
        own: article::is_our_own(tree),
        signs: formulas::signs(tree),
        pretty_printed: hidden::is_pretty_printed(tree, &roots),
        seen: RefCell::default(),
        nesting: Cell::new(0),
        room: Cell::new(options.limits.grown(page.html.len())),
        grown: Cell::new(false),
    };
    let mut blocks = blocks::blocks(&context, &roots);
    let notes = note_blocks(&context, &notes);
    if context.grown.get() {
        let message = "addresses too long for the page: later links and pictures were left out, all text was kept";
        say.push(Diagnostic::warning("page-grown", message).at(page.name, None).hint("raise --limit growth"));
    }

    let title = facts.title.clone().or_else(|| first_heading(&blocks)).or_else(|| page.stem.map(space::collapse));
    let title = title.filter(|title| !title.is_empty()).unwrap_or_else(|| page.name.to_owned());
    let is_tail = |text: &str| options.rules.is_tail(text) || rules::BUILT_IN.is_tail(text);
    let mut left: Vec<(&str, Block)> = Vec::new();
    left.extend(sections::drop_title(&mut blocks, &title).map(|block| ("the title, said again", block)));
    left.extend(ends::drop_tails(&mut blocks, is_tail).into_iter().map(|block| ("tail of a platform", block)));
    left.extend(ends::drop_related(&mut blocks).into_iter().map(|block| ("list of other articles", block)));
    if !context.own {
        left.extend(ends::drop_ends(&mut blocks).into_iter().map(|block| ("below an article", block)));
        left.extend(twice::drop_twice(&mut blocks).into_iter().map(|block| ("said before", block)));
        left.extend(labels::drop_labels(&mut blocks).into_iter().map(|block| ("label of a page", block)));
        left.extend(labels::drop_credits(&mut blocks).into_iter().map(|block| ("who edited it", block)));
        let byline = labels::drop_byline(&mut blocks, &facts.creators, facts.date.as_ref());
        left.extend(byline.into_iter().map(|block| ("about an article", block)));
        if !article::is_fragment(tree, html) {
            let biography = labels::drop_biography(&mut blocks, &facts.creators);
            left.extend(biography.into_iter().map(|block| ("about the author", block)));
            left.extend(labels::drop_contents(&mut blocks).into_iter().map(|block| ("list of contents", block)));
        }
        left.extend(
            ends::drop_cards(&mut blocks, web.as_ref()).into_iter().map(|block| ("list of other articles", block)),
        );
        if !article::is_fragment(tree, html) {
            left.extend(ends::drop_bare_heading(&mut blocks).map(|block| ("heading over nothing", block)));
        }
        left.extend(ends::drop_asides(&mut blocks).into_iter().map(|block| ("headline of another article", block)));
    }
    if !notes.is_empty() {
        let taken = sections::drop_note_headings(&mut blocks);
        left.extend(taken.into_iter().map(|block| ("heading over notes alone", block)));
    }
    sections::tidy_rules(&mut blocks);
    sections::raise_bold_lines(&mut blocks);
    sections::level(&mut blocks);
    if blocks.is_empty() {
        say.push(Diagnostic::warning("no-text", "no article was found on this page").at(page.name, None));
    }
    let text = text_of(&blocks);
    // A page without text has a title in some language, too.
    let text = if text.is_empty() { title.clone() } else { text };
    let parts = sections::Parts { blocks, notes };
    let mut chapter = sections::chapter(parts, vec![Inline::Text(title)], options.split_level);
    let picture = |written: &str| cover(written, bases);
    chapter.byline = Some(Byline {
        creators: facts.creators,
        date: facts.date,
        site: facts.site,
        address: facts.address,
        tags: facts.tags,
    });
    let value = Article {
        element: roots.last().map_or(String::new(), |root| selector(tree, *root)),
        dropped: dropped(tree, &marks, &roots, &left),
        language: language::detect(&text, page.stated.language.as_deref(), facts.language.as_deref()),
        description: facts.description,
        updated: facts.updated,
        cover: facts.cover.as_deref().and_then(picture),
        rights: facts.rights,
        chapter,
    };
    Warned { value, diagnostics: say }
}

/// What rules say of a page's elements, a user's before ours; what a user wants put into other elements is.
fn mark(parsed: &mut parse::Parsed, options: &Options, base: Option<&Url>) -> Marks {
    let mut marks = Marks::new(&parsed.tree);
    let stated = || metadata::address(&parsed.tree);
    let address = if options.rules.is_empty() { None } else { base.cloned().or_else(stated) };
    let host = address.as_ref().and_then(Url::host_str);
    let mut matches = std::mem::take(&mut parsed.matches).into_iter();
    if let Some(mut found) = matches.next() {
        options.rules.mark_first(&mut found, host, &mut marks);
    }
    for (name, id) in marks.wraps() {
        parsed.tree.wrap(id, &name);
        marks.grow(&parsed.tree);
    }
    if let Some(found) = matches.next() {
        rules::BUILT_IN.mark(&found, None, &mut marks);
    }
    marks
}

/// What the rules left out of the article that said something, the outermost elements.
fn dropped(tree: &tree::Tree, marks: &Marks, roots: &[tree::NodeId], left: &[(&str, Block)]) -> Vec<Dropped> {
    let inside = |id: tree::NodeId| tree.ancestors(id).any(|above| roots.contains(&above));
    let outer = |id: tree::NodeId| !tree.ancestors(id).any(|above| marks.dropped(above));
    let mut found: Vec<(tree::NodeId, &str)> = marks.reasons.iter().map(|(id, rule)| (*id, rule.as_str())).collect();
    found.retain(|(id, _)| marks.dropped(*id) && inside(*id) && outer(*id));
    let controls =
        roots.iter().flat_map(|root| tree.descendants(*root)).filter(|id| blocks::is_control(tree.name(*id)));
    found.extend(
        controls
            .filter(|id| !blocks::is_heading_button(tree, *id) && outer(*id) && !marks.dropped(*id))
            .map(|id| (id, "control of a page")),
    );
    found.sort_by_key(|(id, _)| *id);
    let cut = |text: &str| text.chars().take(80).collect();
    let told = found.into_iter().map(|(id, rule)| Dropped {
        rule: rule.to_owned(),
        element: selector(tree, id),
        text: cut(&tree.words_of(id)),
    });
    let told = told.chain(left.iter().map(|(rule, block)| {
        let text = space::collapse(&text_of(std::slice::from_ref(block)));
        Dropped { rule: (*rule).to_owned(), element: String::new(), text: cut(&text) }
    }));
    told.filter(|dropped| !dropped.text.is_empty()).take(1000).collect()
}

/// An element's name, id and first classes.
fn selector(tree: &tree::Tree, id: tree::NodeId) -> String {
    let own = tree.value(id, "id").map(|id| format!("#{id}"));
    let classes = tree.classes(id).take(3).map(|class| format!(".{class}"));
    std::iter::once(tree.name(id).to_owned()).chain(own).chain(classes).collect()
}

/// The places on the page that its links lead to.
fn wanted(tree: &tree::Tree, roots: &[tree::NodeId]) -> BTreeSet<String> {
    let links = roots.iter().flat_map(|root| tree.named(*root, "a"));
    links
        .filter_map(|link| tree.value(link, "href")?.split_once('#').map(|(_, to)| address::decoded(to)))
        .filter(|to| !to.is_empty())
        .collect()
}

/// The blocks of each note, without the mark that it begins with.
fn note_blocks(context: &blocks::Context<'_>, notes: &notes::Notes) -> BTreeMap<Anchor, Vec<Block>> {
    context.nesting.set(1);
    let made = notes.bodies.iter().map(|(anchor, body)| {
        let body = match body {
            notes::Body::Below(body) => *body,
            notes::Body::Said(text) => {
                return (anchor.clone(), vec![Block::Paragraph(vec![Inline::Text(text.clone())])]);
            }
        };
        let children: Vec<tree::NodeId> = context.tree.children(body).collect();
        let mut flow = blocks::Flow::new(context);
        children.into_iter().for_each(|child| flow.node(child));
        let mut blocks = flow.finish();
        if let Some(Block::Paragraph(content)) = blocks.first_mut() {
            drop_mark(content);
        }
        (anchor.clone(), blocks)
    });
    let made = made.collect();
    context.nesting.set(0);
    made
}

/// Takes the mark that a note begins with away: the book sets its own.
fn drop_mark(content: &mut Vec<Inline>) {
    if let [Inline::Super(mark), _, ..] = content.as_slice()
        && notes::is_mark(&crate::model::plain_text(mark))
    {
        content.remove(0);
        if let Some(Inline::Text(text)) = content.first_mut() {
            *text = text.trim_start().to_owned();
        }
        content.retain(|inline| !matches!(inline, Inline::Text(text) if text.is_empty()));
    } else if let Some(Inline::Text(text)) = content.first_mut()
        && let Some(rest) = notes::without_mark(text)
    {
        *text = rest.to_owned();
    }
}

fn first_heading(blocks: &[Block]) -> Option<String> {
    blocks.iter().find_map(|block| match block {
        Block::Heading { content, .. } => Some(crate::model::plain_text(content)),
        _ => None,
    })
}

/// The text of blocks, as far as it takes to tell its language.
fn text_of(blocks: &[Block]) -> String {
    #[derive(Default)]
    struct Text(String);
    impl crate::model::Visit for Text {
        fn inline(&mut self, inline: &Inline) {
            if let Inline::Text(text) = inline
                && self.0.len() < 100_000
            {
                self.0.push_str(text);
                self.0.push(' ');
            }
        }
    }
    let mut text = Text::default();
    crate::model::walk_blocks(blocks, &mut text);
    text.0
}

fn cover(written: &str, bases: images::Bases<'_>) -> Option<Picture> {
    let addresses: Vec<String> = bases.resolve(written).into_iter().map(String::from).collect();
    (!addresses.is_empty()).then_some(Picture { addresses, alt: None, declared: None })
}
