//! The contents of a book: what its navigation, its printed contents and its bookmarks show.

use super::{Anchor, Block, Book, Chapter, plain_text};

/// An entry of the contents.
#[derive(Clone, Debug, PartialEq)]
pub struct OutlineEntry {
    /// What it says.
    pub title: String,
    /// Where it leads.
    pub anchor: Anchor,
    /// The entries below it.
    pub children: Vec<OutlineEntry>,
}

/// How many entries there are, so many levels deep.
pub(crate) fn entries_within(outline: &[OutlineEntry], depth: usize) -> usize {
    match depth {
        0 => 0,
        _ => outline.iter().map(|entry| 1 + entries_within(&entry.children, depth - 1)).sum(),
    }
}

/// The contents of a book, nested.
///
/// A book of one article is its sections (the article's title is the book's own); a book of several is its articles
/// with their sections below them, those of a part below its title. Chapters without a title are left out, their
/// sections are not.
pub fn outline(book: &Book) -> Vec<OutlineEntry> {
    if let [only] = book.chapters.as_slice() {
        return below(only);
    }
    let mut found: Vec<OutlineEntry> = Vec::new();
    let mut in_part = false;
    for chapter in &book.chapters {
        let part = chapter.is_part();
        match found.last_mut().filter(|_| in_part && !part) {
            Some(part) => part.children.extend(entries(chapter)),
            None => found.extend(entries(chapter)),
        }
        in_part |= part;
    }
    found
}

fn entries(chapter: &Chapter) -> Vec<OutlineEntry> {
    let children = below(chapter);
    let title = plain_text(&chapter.title);
    if title.is_empty() {
        return children;
    }
    vec![OutlineEntry { title, anchor: chapter.id.clone(), children }]
}

fn below(chapter: &Chapter) -> Vec<OutlineEntry> {
    let mut found = headings(&chapter.blocks);
    found.extend(chapter.sections.iter().flat_map(entries));
    found
}

/// Headings between the blocks of one chapter, nested by level.
fn headings(blocks: &[Block]) -> Vec<OutlineEntry> {
    let mut open: Vec<(u8, OutlineEntry)> = Vec::new();
    let mut done = Vec::new();
    for block in blocks {
        if let Block::Heading { level, anchor, content } = block {
            close(&mut open, &mut done, *level);
            let entry = OutlineEntry { title: plain_text(content), anchor: anchor.clone(), children: Vec::new() };
            open.push((*level, entry));
        }
    }
    close(&mut open, &mut done, 0);
    done
}

/// Moves the open entries of `level` and deeper to where they belong.
fn close(open: &mut Vec<(u8, OutlineEntry)>, done: &mut Vec<OutlineEntry>, level: u8) {
    while let Some((_, entry)) = open.pop_if(|(of, _)| *of >= level) {
        match open.last_mut() {
            Some((_, parent)) => parent.children.push(entry),
            None => done.push(entry),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Inline;
    use super::*;

    fn heading(level: u8, title: &str) -> Block {
        Block::Heading { level, anchor: Anchor(title.into()), content: vec![Inline::Text(title.into())] }
    }

    fn dump(entries: &[OutlineEntry]) -> String {
        let of = |e: &OutlineEntry| match dump(&e.children) {
            inner if inner.is_empty() => e.title.clone(),
            inner => format!("{}({inner})", e.title),
        };
        entries.iter().map(of).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn articles_stand_below_the_title_of_their_part() {
        let chapter = |title: &str, byline: bool| Chapter {
            id: Anchor(title.into()),
            title: vec![Inline::Text(title.into())],
            byline: byline.then(Default::default),
            language: None,
            blocks: Vec::new(),
            notes: Vec::new(),
            sections: Vec::new(),
        };
        let chapters = [("a", true), ("I", false), ("b", true), ("c", true), ("II", false), ("d", true)];
        let chapters = chapters.map(|(title, byline)| chapter(title, byline)).to_vec();
        let language = super::super::Language::default();
        let metadata = super::super::Metadata {
            title: "t".into(),
            creators: Vec::new(),
            language,
            identifier: String::new(),
            modified: super::super::Date::UNKNOWN,
            date: None,
            description: None,
            publisher: None,
            sources: Vec::new(),
            subjects: Vec::new(),
            series: None,
            rights: None,
            cover: None,
        };
        assert_eq!(dump(&outline(&Book { metadata, chapters })), "a I(b c) II(d)");
    }

    #[test]
    fn headings_nest_by_level() {
        let blocks = [(2, "a"), (3, "b"), (3, "c"), (4, "d"), (2, "e"), (3, "f")].map(|(l, t)| heading(l, t));
        assert_eq!(dump(&headings(&blocks)), "a(b c(d)) e(f)");
    }
}
