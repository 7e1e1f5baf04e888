//! Lines among a page's text that are not of the article: labels of its controls, calls to act, its byline once more.

use super::{dates, titles};
use crate::model::{Block, Creator, Date, Inline, List, Target, plain_text};

/// What the controls of pages are labelled with: galleries, players, advertisements.
const LABELS: &[&str] = &[
    "ad",
    "advertisement",
    "advertisements",
    "sponsored",
    "sponsored content",
    "promoted content",
    "story continues below advertisement",
    "article continues below advertisement",
    "article continues after advertisement",
    "article continues below",
    "caption",
    "show caption",
    "hide caption",
    "close",
    "expand",
    "back to gallery",
    "back to top",
    "top of page",
    "play video",
    "loading",
    "loading paragraph",
    "view all posts",
    "read later",
    "link copied",
    "copied",
    "copy link",
    "share",
    "tweet",
    "this slideshow requires javascript",
    "enlarge this image",
    "toggle caption",
    "opens in a new window",
    "广告",
    "返回顶部",
    "点击查看大图",
];
/// What links say that lead readers elsewhere without saying where.
const CALLS: &[&str] = &[
    "learn more",
    "read more",
    "see more",
    "view more",
    "show more",
    "find out more",
    "get started",
    "get a quote",
    "get a free quote",
    "book a demo",
    "request a demo",
    "buy now",
    "shop now",
    "view deal",
    "see it",
    "sign up",
    "sign up now",
    "subscribe",
    "subscribe now",
    "contact us",
    "click here",
    "try it free",
    "start free trial",
    "explore more",
    "view all",
    "see all",
    "阅读更多",
    "查看更多",
    "了解更多",
    "もっと見る",
    "続きを読む",
    "더 보기",
];
/// What stands over a list of contents that a page made itself.
const CONTENTS: &[&str] = &[
    "table of contents",
    "contents",
    "in this article",
    "in this post",
    "on this page",
    "in this guide",
    "jump to",
    "jump to section",
    "jump to a section",
    "what's in this article",
    "article contents",
    "quick links",
    "skip to",
];

/// Takes lines away that are labels and calls.
pub(super) fn drop_labels(blocks: &mut Vec<Block>) -> Vec<Block> {
    let label = |block: &mut Block| {
        let Block::Paragraph(content) = &*block else { return false };
        let said = plain_text(content);
        said.len() <= 60 && (is_one(LABELS, &said) || is_link(content) && is_one(CALLS, &said))
    };
    blocks.extract_if(.., label).collect()
}

/// Takes the list of contents away that a page makes of an article's headings, with what stands over it: a book has its
/// own. An author's own list has no links; it stays.
pub(super) fn drop_contents(blocks: &mut Vec<Block>) -> Vec<Block> {
    let at = (0..blocks.len().saturating_sub(1)).find(|at| {
        let says = match &blocks[*at] {
            Block::Heading { content, .. } | Block::Paragraph(content) => plain_text(content),
            _ => return false,
        };
        let list = |block: &Block| matches!(block, Block::List(list) if links_within(list));
        says.len() <= 40 && is_one(CONTENTS, &says) && list(&blocks[at + 1])
    });
    at.map_or_else(Vec::new, |at| blocks.drain(at..at + 2).collect())
}

/// Takes away what a page says again of author and date before the first paragraph.
pub(super) fn drop_byline(blocks: &mut Vec<Block>, creators: &[Creator], date: Option<&Date>) -> Vec<Block> {
    let long = |block: &Block| match block {
        Block::Paragraph(content) => {
            plain_text(content).chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>() > 90
        }
        _ => false,
    };
    let first = blocks.iter().take(12).position(long).unwrap_or(0);
    let byline = |block: &mut Block| match &*block {
        Block::Paragraph(content) => is_byline(&plain_text(content), creators, date),
        _ => false,
    };
    blocks.extract_if(..first, byline).collect()
}

fn is_byline(said: &str, creators: &[Creator], date: Option<&Date>) -> bool {
    let lower = said.trim().to_lowercase();
    let name = ["by ", "written by ", "von ", "par ", "por ", "文/", "文 / ", "作者：", "作者:"]
        .iter()
        .find_map(|by| lower.strip_prefix(by))
        .unwrap_or(&lower);
    let is_name = creators.iter().any(|creator| titles::same(&creator.name, name));
    let read = || {
        let rest = lower.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-' || c == ' ');
        rest.len() < lower.len()
            && ["min read", "mins read", "minute read", "minutes read", "min. read"].contains(&rest)
    };
    let day = |date: &Date| (date.year(), date.month(), date.day());
    let is_date = || {
        let told = ["published", "updated", "last updated", "posted", "on", ":"];
        let rest = told.iter().fold(lower.as_str(), |rest, word| rest.strip_prefix(word).unwrap_or(rest).trim_start());
        let digits = rest.chars().filter(char::is_ascii_digit).count();
        rest.chars().count() <= 40
            && digits * 5 >= rest.chars().count()
            && date.is_some_and(|date| dates::read(rest).is_some_and(|read| day(&read) == day(date)))
    };
    is_name || read() || is_date()
}

fn is_one(list: &[&str], said: &str) -> bool {
    let said = said.trim().trim_end_matches(['.', '…', ':', '：', '!', '»', '›', '→', '>', ' ']).to_lowercase();
    list.contains(&said.as_str())
}

/// Whether running text is one link to another page.
fn is_link(content: &[Inline]) -> bool {
    match content {
        [Inline::Link { target: Target::Web(_), .. }] => true,
        [Inline::Strong(inner) | Inline::Emphasis(inner)] => is_link(inner),
        _ => false,
    }
}

/// Whether each item of a list begins with a link to a place in the article.
fn links_within(list: &List) -> bool {
    list.items.iter().all(|item| match item.blocks.first() {
        Some(Block::Paragraph(content)) => {
            matches!(
                content.iter().find(|inline| !matches!(inline, Inline::Text(text) if text.trim().len() <= 4)),
                Some(Inline::Link { target: Target::Anchor(_), .. })
            )
        }
        Some(Block::List(inner)) => links_within(inner),
        _ => false,
    })
}
