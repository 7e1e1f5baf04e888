//! From blocks to a chapter: a title that is said once, levels without jumps, breaks that stand between something,
//! sections that begin with headings.

use std::collections::BTreeMap;

use super::anchors::{self, Names};
use super::{contents, prune, titles};
use crate::model::{Anchor, Block, Chapter, Inline, Note, References, plain_text};

/// Takes the article's title away where the page says it again: at the beginning, as a heading or as a line.
pub(super) fn drop_title(blocks: &mut Vec<Block>, title: &str) -> Option<Block> {
    let says_title = |block: &Block| match block {
        Block::Heading { content, .. } | Block::Paragraph(content) => titles::same(&plain_text(content), title),
        _ => false,
    };
    let mut seen_heading = false;
    let found = blocks.iter().take(6).position(|block| {
        let here = says_title(block) && !(seen_heading && matches!(block, Block::Heading { .. }));
        seen_heading |= matches!(block, Block::Heading { .. });
        here
    });
    found.map(|at| blocks.remove(at))
}

/// Takes headings away that stood over notes alone: the book sets notes where they are referred to.
pub(super) fn drop_note_headings(blocks: &mut Vec<Block>) -> Vec<Block> {
    const NAMES: [&str; 18] = [
        "notes",
        "note",
        "footnotes",
        "footnote",
        "endnotes",
        "references",
        "anmerkungen",
        "fußnoten",
        "примечания",
        "注释",
        "註釋",
        "脚注",
        "腳註",
        "注",
        "参考资料",
        "參考資料",
        "参考文献",
        "注解",
    ];
    let stands_alone = |level: u8, next: Option<&Block>| match next {
        None | Some(Block::Rule) => true,
        Some(Block::Heading { level: next, .. }) => *next <= level,
        Some(_) => false,
    };
    let (mut kept, mut taken) = (Vec::with_capacity(blocks.len()), Vec::new());
    let mut rest = std::mem::take(blocks).into_iter().peekable();
    while let Some(block) = rest.next() {
        let goes = match &block {
            Block::Heading { level, content, .. } => {
                stands_alone(*level, rest.peek()) && NAMES.contains(&titles::letters(&plain_text(content)).as_str())
            }
            _ => false,
        };
        if goes { &mut taken } else { &mut kept }.push(block);
    }
    *blocks = kept;
    taken
}

/// Keeps breaks only between something and something else, one each.
pub(super) fn tidy_rules(blocks: &mut Vec<Block>) {
    blocks.dedup_by(|b, a| matches!((a, b), (Block::Rule, Block::Rule)));
    while matches!(blocks.last(), Some(Block::Rule)) {
        blocks.pop();
    }
    if matches!(blocks.first(), Some(Block::Rule)) {
        blocks.remove(0);
    }
}

/// Makes headings of bold lines where an article has no others: short lines that do not end like sentences, numbered one
/// after the other, with text after each. Bold lines alone may as well be questions, names or stress.
pub(super) fn raise_bold_lines(blocks: &mut [Block]) {
    let is_text = |block: Option<&Block>| !matches!(block, None | Some(Block::Heading { .. } | Block::Rule));
    let bold = |block: &Block| match block {
        Block::Paragraph(content) => matches!(content.as_slice(), [Inline::Strong(inner)] if {
            let text = plain_text(inner);
            let length: usize = text.chars().map(|c| if super::space::is_cjk(c) { 2 } else { 1 }).sum();
            let ends = text.trim_end().ends_with(['。', '.', '，', ',', '；', ';', '：', ':', '…', '”', '"', '）', ')']);
            (2..=60).contains(&length) && !ends && !inner.iter().any(|inline| matches!(inline, Inline::Break))
        }),
        _ => false,
    };
    if blocks.iter().any(|block| matches!(block, Block::Heading { .. })) {
        return;
    }
    let found: Vec<usize> = (0..blocks.len()).filter(|at| bold(&blocks[*at])).collect();
    let followed = found.iter().all(|at| is_text(blocks.get(at + 1)) && !blocks.get(at + 1).is_some_and(bold));
    let numbers = found.iter().map(|at| match &blocks[*at] {
        Block::Paragraph(content) => number(&plain_text(content)),
        _ => None,
    });
    let counted = numbers.zip(1..).all(|(number, next)| number == Some(next));
    if found.len() < 3 || !followed || !counted {
        return;
    }
    for at in found {
        if let Block::Paragraph(content) = &mut blocks[at] {
            let content = super::inlines::unwrap_whole(std::mem::take(content));
            blocks[at] = Block::Heading { level: 2, anchor: Anchor(String::new()), content };
        }
    }
}

/// The number that a heading begins with: `1.`, `第一章`, `二、`, `（三）`.
fn number(text: &str) -> Option<usize> {
    let text = text.trim_start_matches(['第', '（', '(', '#', ' ']);
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    let after = |length: usize| {
        text[length..].trim_start().starts_with(['.', '、', '．', '）', ')', '章', '节', '節', ' ', '：'])
    };
    if !digits.is_empty() {
        return digits.parse().ok().filter(|_| after(digits.len()));
    }
    let han: String = text.chars().take_while(|c| "一二三四五六七八九十".contains(*c)).collect();
    let value = |c: char| "一二三四五六七八九".chars().position(|of| of == c).map(|at| at + 1);
    let number = match han.split_once('十') {
        None => han.chars().next().filter(|_| han.chars().count() == 1).and_then(value),
        Some((tens, ones)) => {
            let part = |text: &str, none: usize| text.chars().next().map_or(Some(none), value);
            Some(part(tens, 1)? * 10 + part(ones, 0)?)
        }
    };
    number.filter(|_| after(han.len()))
}

/// Makes the levels of headings a tree: the article's own is 1, the first below it 2, none skipped.
pub(super) fn level(blocks: &mut [Block]) {
    let mut open: Vec<u8> = Vec::new();
    for block in blocks {
        if let Block::Heading { level, .. } = block {
            while open.last().is_some_and(|above| *above >= *level) {
                open.pop();
            }
            open.push(*level);
            *level = u8::try_from(open.len() + 1).unwrap_or(6).min(6);
        }
    }
}

/// What a chapter is made of.
pub(super) struct Parts {
    pub(super) blocks: Vec<Block>,
    /// The notes of the page, by their temporary names.
    pub(super) notes: BTreeMap<Anchor, Vec<Block>>,
}

/// Puts a chapter together, with its sections down to headings of `split_level`.
pub(super) fn chapter(mut parts: Parts, title: Vec<Inline>, split_level: u8) -> Chapter {
    let mut names = Names::default();
    let id = names.name(&plain_text(&title), "article");
    let mut notes = in_order(&mut parts, &mut names);
    anchors::settle(&mut parts.blocks, &mut notes, &mut names);
    prune::blocks(&mut parts.blocks);
    contents::link(&mut parts.blocks);
    let (blocks, sections) = split(parts.blocks, 2, split_level.min(6));
    let mut chapter = Chapter { id, title, byline: None, language: None, blocks, notes: Vec::new(), sections };
    let mut notes = notes.into_iter().map(|note| (note.id.clone(), note)).collect();
    deal_notes(&mut chapter, &mut notes);
    chapter
}

/// The notes that are referred to, in the order of reference, with their final names. A note that nothing refers to is
/// text, at the end.
fn in_order(parts: &mut Parts, names: &mut Names) -> Vec<Note> {
    let mut order = References::of(&[], &parts.blocks);
    let mut done = 0;
    // Notes may refer to notes.
    while let Some(id) = order.as_slice().get(done) {
        if let Some(blocks) = parts.notes.get(id) {
            order.add(blocks);
        }
        done += 1;
    }
    let mut notes = Vec::new();
    let mut final_names = BTreeMap::new();
    for id in order.as_slice() {
        if let Some(blocks) = parts.notes.remove(id).filter(|blocks| !blocks.is_empty()) {
            let name = names.unique(format!("note-{}", notes.len() + 1));
            final_names.insert(id.clone(), name.clone());
            notes.push(Note { id: name, blocks });
        }
    }
    parts.blocks.extend(std::mem::take(&mut parts.notes).into_values().flatten());
    let mut rename = |list: &mut Vec<Inline>| {
        list.retain_mut(|inline| match inline {
            Inline::Note(id) => match final_names.get(id) {
                Some(name) => {
                    *id = name.clone();
                    true
                }
                None => false,
            },
            _ => true,
        });
    };
    anchors::walk(&mut parts.blocks, &mut rename);
    notes.iter_mut().for_each(|note| anchors::walk(&mut note.blocks, &mut rename));
    notes
}

/// Divides blocks at headings of one level, and what follows each at the next.
fn split(blocks: Vec<Block>, level: u8, last: u8) -> (Vec<Block>, Vec<Chapter>) {
    if level > last {
        return (blocks, Vec::new());
    }
    let mut before = Vec::new();
    let mut found: Vec<(Anchor, Vec<Inline>, Vec<Block>)> = Vec::new();
    for block in blocks {
        match block {
            Block::Heading { level: of, anchor, content } if of == level => found.push((anchor, content, Vec::new())),
            block => found.last_mut().map_or(&mut before, |(_, _, blocks)| blocks).push(block),
        }
    }
    let sections = found.into_iter().map(|(id, title, blocks)| {
        let (blocks, sections) = split(blocks, level + 1, last);
        Chapter { id, title, byline: None, language: None, blocks, notes: Vec::new(), sections }
    });
    (before, sections.collect())
}

/// Gives each chapter the notes that its blocks refer to.
fn deal_notes(chapter: &mut Chapter, notes: &mut BTreeMap<Anchor, Note>) {
    let mut own = References::of(&chapter.title, &chapter.blocks);
    let mut next = 0;
    while let Some(id) = own.as_slice().get(next) {
        next += 1;
        if let Some(note) = notes.remove(id) {
            own.add(&note.blocks);
            chapter.notes.push(note);
        }
    }
    chapter.sections.iter_mut().for_each(|section| deal_notes(section, notes));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heading(level: u8, text: &str) -> Block {
        Block::Heading { level, anchor: Anchor(String::new()), content: vec![Inline::Text(text.into())] }
    }

    fn levels(of: &[u8]) -> Vec<u8> {
        let mut blocks: Vec<Block> = of.iter().map(|level| heading(*level, "x")).collect();
        level(&mut blocks);
        let level = |block: &Block| if let Block::Heading { level, .. } = block { *level } else { 0 };
        blocks.iter().map(level).collect()
    }

    #[test]
    fn levels_have_no_jumps() {
        assert_eq!(levels(&[2, 3, 3, 2]), [2, 3, 3, 2]);
        assert_eq!(levels(&[3, 5, 5, 4, 1, 2]), [2, 3, 3, 3, 2, 3]);
        assert_eq!(levels(&[1, 2, 3, 4, 5, 6, 6]), [2, 3, 4, 5, 6, 6, 6]);
    }

    #[test]
    fn numbers_of_headings() {
        let of = |text: &str| number(text);
        assert_eq!(
            [of("1. x"), of("第十二章 x"), of("（三）x"), of("二十、x")],
            [Some(1), Some(12), Some(3), Some(20)]
        );
        assert_eq!([of("1984"), of("一个人"), of("x"), of("")], [None; 4]);
    }

    #[test]
    fn the_title_is_said_once_and_a_like_heading_stays() {
        let mut blocks = vec![heading(1, "“标题”！"), heading(2, "第一节"), heading(2, "标题")];
        drop_title(&mut blocks, "标题");
        assert_eq!(blocks, [heading(2, "第一节"), heading(2, "标题")]);
        drop_title(&mut blocks, "标题");
        assert_eq!(blocks.len(), 2);
    }
}
