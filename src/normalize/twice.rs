//! What a page says twice in a row: a caption cut short with what readers unfold, a credit below each size of a picture.

use crate::model::{Block, Inline, plain_text};

/// Takes away what is said again: the shorter one of two paragraphs that fold each other, a credit like the one before it.
pub(super) fn drop_twice(blocks: &mut Vec<Block>) -> Vec<Block> {
    let mut taken = fold(blocks);
    let mut before: Option<String> = None;
    let credit = |block: &mut Block| match &*block {
        Block::Paragraph(content) => {
            let said = plain_text(content);
            let again = is_credit(&said) && before.as_deref() == Some(said.as_str());
            before = Some(said);
            again
        }
        // A picture stands between two sizes of it.
        Block::Figure(figure) if figure.caption.is_empty() => false,
        Block::List(list) if list.items.iter().all(|item| last(&item.blocks).is_none()) => false,
        other => {
            before = last(std::slice::from_ref(other));
            false
        }
    };
    taken.extend(blocks.extract_if(.., credit));
    taken
}

/// Takes the short one of two paragraphs away, and the word that folds the long one.
fn fold(blocks: &mut Vec<Block>) -> Vec<Block> {
    let mut taken = Vec::new();
    for block in blocks.iter_mut() {
        if let Block::List(list) = block {
            list.items.iter_mut().for_each(|item| taken.append(&mut fold(&mut item.blocks)));
        }
    }
    let mut short = vec![false; blocks.len()];
    for at in 1..blocks.len() {
        let (long, cut) = if short_of(&blocks[at - 1], &blocks[at]) {
            (at - 1, at)
        } else if short_of(&blocks[at], &blocks[at - 1]) {
            (at, at - 1)
        } else {
            continue;
        };
        unfold(&mut blocks[long]);
        short[cut] = true;
    }
    let mut short = short.into_iter();
    taken.extend(blocks.extract_if(.., |_| short.next().unwrap_or(false)));
    taken
}

/// Whether a paragraph is the beginning of another one, up to “… more”.
fn short_of(long: &Block, short: &Block) -> bool {
    let (Block::Paragraph(long), Block::Paragraph(short)) = (long, short) else { return false };
    let short = plain_text(short);
    let Some(stem) = without_word(&short, &["more", "show more", "read more", "see more"]) else { return false };
    let Some(stem) = stem.strip_suffix("...").or_else(|| stem.strip_suffix('…')).map(str::trim_end) else {
        return false;
    };
    stem.chars().count() >= 40 && plain_text(long).starts_with(stem)
}

/// Takes the word away that folds a paragraph, if it ends with one.
fn unfold(block: &mut Block) {
    let Block::Paragraph(content) = block else { return };
    let words = ["less", "show less", "read less", "see less"];
    match content.last_mut() {
        Some(Inline::Text(text)) => {
            if let Some(rest) = without_word(text, &words) {
                *text = rest.to_owned();
            }
        }
        Some(Inline::Link { content: inner, .. })
            if words.contains(&plain_text(inner).trim().to_lowercase().as_str()) =>
        {
            content.pop();
        }
        _ => {}
    }
}

/// A text without one of some words at its end, if one stands there by itself.
fn without_word<'a>(text: &'a str, words: &[&str]) -> Option<&'a str> {
    let text = text.trim_end();
    let mut longest = words.iter().filter_map(|word| {
        let rest = text.get(..text.len().checked_sub(word.len())?)?;
        let apart = rest.ends_with(|c: char| c.is_whitespace() || matches!(c, '.' | '…'));
        (apart && text[rest.len()..].eq_ignore_ascii_case(word)).then(|| rest.trim_end())
    });
    let first = longest.next()?;
    Some(longest.fold(first, |a, b| if b.len() < a.len() { b } else { a }))
}

/// Whether a line says who took a picture.
fn is_credit(said: &str) -> bool {
    const CREDITS: [&str; 7] = ["photo:", "photo by ", "image:", "credit:", "foto:", "图片来源", "圖片來源"];
    let said = said.trim().to_lowercase();
    said.chars().count() <= 120 && CREDITS.iter().any(|credit| said.starts_with(credit))
}

/// What the last paragraph of some blocks says.
fn last(blocks: &[Block]) -> Option<String> {
    blocks.iter().rev().find_map(|block| match block {
        Block::Paragraph(content) => Some(plain_text(content)),
        Block::Figure(figure) if !figure.caption.is_empty() => Some(plain_text(&figure.caption)),
        Block::List(list) => list.items.iter().rev().find_map(|item| last(&item.blocks)),
        _ => None,
    })
}
