//! Lines among a page's text that are not of the article: labels of its controls, calls to act, its byline once more.

use super::{dates, titles};
use crate::model::{Block, Creator, Date, Inline, List, Target, plain_text};

/// What the controls of pages are labelled with: galleries, players, advertisements.
const LABELS: &[&str] = &[
    "ad",
    "advert",
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
    "print this page",
    "print this article",
    "click to print",
    "continue reading the main story",
    "back to top",
    "top of page",
    "play video",
    "media playback is unsupported on your device",
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
    "open in a new tab",
    "view this figure",
    "inread invented by teads",
    "advertising",
    "anzeige",
    "werbung",
    "publicité",
    "publicidad",
    "реклама",
    "広告",
    "스폰서 링크",
    "スポンサーリンク",
    "إعلان",
    "自动播放开关自动播放",
    "正在加载",
    "广告",
    "返回顶部",
    "返回页首",
    "关闭窗口",
    "打印本文",
    "打印本页",
    "发送给朋友",
    "发表评论",
    "我要评论",
    "收藏本文",
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
    "get a demo",
    "get the recipe",
    "read review",
    "read the review",
    "read our review",
    "check price",
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
    "view image",
    "view this image",
    "read article",
    "read the article",
    "read full article",
    "read the full article",
    "read full story",
    "read the full story",
    "full story",
    "continue reading",
    "weiterlesen",
    "mehr lesen",
    "lire la suite",
    "en savoir plus",
    "leer más",
    "seguir leyendo",
    "leia mais",
    "leggi tutto",
    "czytaj więcej",
    "читать далее",
    "подробнее",
    "اقرأ المزيد",
    "閱讀更多",
    "阅读全文",
    "閱讀全文",
    "点击查看",
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
        said.len() <= 60
            && (said.split(['|', '｜']).all(|said| is_one(LABELS, said)) || is_link(content) && is_call(&said))
    };
    blocks.extract_if(.., label).collect()
}

/// Takes the list of contents away that a page makes of an article's headings, with what stands over it: a book has its
/// own. An author's own list has no links; it stays. Of a list that a script would have made, the heading is left.
pub(super) fn drop_contents(blocks: &mut Vec<Block>) -> Vec<Block> {
    let mut drop = vec![false; blocks.len()];
    for at in 0..blocks.len() {
        let says = match &blocks[at] {
            Block::Heading { content, .. } | Block::Paragraph(content) => plain_text(content),
            _ => continue,
        };
        if says.len() > 40 || !is_one(CONTENTS, &says) {
            continue;
        }
        let links = blocks[at + 1..].iter().take_while(|block| match block {
            Block::Paragraph(content) => !content.is_empty() && content.iter().all(leads_within),
            _ => false,
        });
        let links = links.count();
        let end = match blocks.get(at + 1) {
            Some(Block::List(list)) if links_within(list) => at + 2,
            Some(Block::List(_) | Block::Table(_) | Block::Definitions(_)) => continue,
            _ if links > 1 => at + 1 + links,
            // One word may as well be over what the author says of contents.
            Some(Block::Paragraph(_)) if !says.trim().contains(' ') => continue,
            _ => at + 1,
        };
        drop[at..end].fill(true);
    }
    let mut drop = drop.into_iter();
    blocks.extract_if(.., |_| drop.next().unwrap_or(false)).collect()
}

/// Whether running text leads to a place in the article, or is white space between what does.
fn leads_within(inline: &Inline) -> bool {
    match inline {
        Inline::Link { target: Target::Anchor(_), .. } | Inline::Break | Inline::Anchor(_) => true,
        Inline::Text(text) => text.trim().is_empty(),
        _ => false,
    }
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

/// What Chinese sites end an article with: who edited it, what to do when it is wrong.
const CREDITS: [&str; 10] = [
    "责任编辑",
    "责编",
    "纠错",
    "责任校对",
    "分享让更多人看到",
    "返回搜狐",
    "举报/反馈",
    "返回腾讯网",
    "責任編輯",
    "阅读下一篇",
];

/// Takes short lines away at the end of a text that say who edited it, and what goes with them.
pub(super) fn drop_credits(blocks: &mut Vec<Block>) -> Vec<Block> {
    let from = blocks.len().saturating_sub(6).max(1);
    let credit = |block: &mut Block| {
        let Block::Paragraph(content) = &*block else { return false };
        let said = plain_text(content);
        let said = said.trim_start_matches(|c: char| c.is_whitespace() || "（(【[".contains(c));
        said.chars().count() <= 40 && CREDITS.iter().any(|credit| said.starts_with(credit))
    };
    if from >= blocks.len() { Vec::new() } else { blocks.extract_if(from.., credit).collect() }
}

/// How many blocks at either end of a text may be about its author.
const EDGE: (usize, usize) = (3, 8);

/// Takes away what a page says of the author before the text or after it, with a heading that is the name alone.
pub(super) fn drop_biography(blocks: &mut Vec<Block>, creators: &[Creator]) -> Vec<Block> {
    let end = blocks.len().saturating_sub(EDGE.1).max(EDGE.0);
    let about = |at: usize| match &blocks[at] {
        Block::Paragraph(content) => is_biography(&plain_text(content), creators),
        _ => false,
    };
    let mut taken: Vec<usize> = (0..blocks.len()).filter(|at| (*at < EDGE.0 || *at >= end) && about(*at)).collect();
    let name = |at: usize| match &blocks[at] {
        Block::Heading { content, .. } | Block::Paragraph(content) => {
            creators.iter().any(|creator| titles::same(&creator.name, &plain_text(content)))
        }
        _ => false,
    };
    let names: Vec<usize> = taken.iter().filter_map(|at| at.checked_sub(1)).filter(|at| name(*at)).collect();
    taken.extend(names);
    let mut at = 0;
    let mut of_author = |_: &mut Block| {
        at += 1;
        taken.contains(&(at - 1))
    };
    if blocks.len() < EDGE.0 + 3 { Vec::new() } else { blocks.extract_if(.., |block| of_author(block)).collect() }
}

/// “Ada Writer is an editor …”, “Ada has covered …”: a few sentences about one of those who wrote the page.
fn is_biography(said: &str, creators: &[Creator]) -> bool {
    const DOES: [&str; 24] = [
        "is a ",
        "is an ",
        "is the ",
        "is currently ",
        "is senior ",
        "is based ",
        "is our ",
        "has been ",
        "has written ",
        "has covered ",
        "has worked ",
        "has over ",
        "has more than ",
        "writes ",
        "covers ",
        "holds ",
        "joined ",
        "founded ",
        "works as ",
        "works at ",
        "works for ",
        "lives ",
        "studied ",
        "graduated ",
    ];
    let said = said.trim();
    if !(50..900).contains(&said.chars().count()) {
        return false;
    }
    let after = |name: &str| said.strip_prefix(name).map(|rest| rest.trim_start_matches(',').trim_start());
    creators.iter().any(|creator| {
        let name = creator.name.trim();
        let first = name.split(' ').next().unwrap_or(name);
        let rest = after(name).or_else(|| after(first).filter(|_| name.contains(' ') && first.len() > 2));
        rest.is_some_and(|rest| DOES.iter().any(|does| rest.starts_with(does)))
    })
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
    let said =
        said.trim().trim_end_matches(['.', '…', ':', '：', '!', '»', '›', '→', '>', '↓', '▼', '▾', ' ']).to_lowercase();
    list.contains(&said.as_str())
}

/// Whether a link is a button: “Buy now”, “Check price at Example”.
fn is_call(said: &str) -> bool {
    let lower = said.trim().to_lowercase();
    is_one(CALLS, said)
        || ["check price ", "buy on ", "buy at ", "buy from ", "shop at "].iter().any(|call| lower.starts_with(call))
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
