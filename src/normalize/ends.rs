//! What stands below an article: a platform's own lines, lists of other articles, calls to follow and to share.

use url::Url;

use super::{titles, words};
use crate::model::{Block, Inline, Target, Visit, plain_text, walk_blocks};

/// Takes away what a platform adds below an article.
pub(super) fn drop_tails(blocks: &mut Vec<Block>, is_tail: impl Fn(&str) -> bool) -> Vec<Block> {
    let from = blocks.len().saturating_sub(4);
    let end = blocks.split_off(from);
    let tail = |block: &Block| matches!(block, Block::Paragraph(content) if is_tail(&plain_text(content)));
    let (taken, kept) = end.into_iter().partition(tail);
    blocks.extend::<Vec<Block>>(kept);
    taken
}

/// Takes lists of other articles away that a heading says to be such, with the heading: what follows it is links and
/// pictures, up to the next heading or the end.
pub(super) fn drop_related(blocks: &mut Vec<Block>) -> Vec<Block> {
    let mut taken = Vec::new();
    let mut at = 0;
    while at < blocks.len() {
        let end = related_end(blocks, at);
        match end {
            Some(end) => taken.extend(blocks.drain(at..end)),
            None => at += 1,
        }
    }
    taken
}

/// Where a list of other articles ends that begins at `at`, if one does.
fn related_end(blocks: &[Block], at: usize) -> Option<usize> {
    let (heading, own) = match blocks.get(at)? {
        Block::Heading { content, level, .. } => (content, Some(*level)),
        Block::Paragraph(content) => match content.as_slice() {
            [Inline::Strong(inner)] => (inner, None),
            _ => (content, None),
        },
        _ => return None,
    };
    let said = plain_text(heading);
    let said = said.trim();
    if !words::announces_related(said) || words::OWN.iter().any(|own| titles::same(own, said)) {
        return None;
    }
    let links = |block: &&Block| {
        let (mut all, mut linked) = (0, 0);
        weigh(block, &mut all, &mut linked);
        linked > 0 && linked * 10 >= all * 7
    };
    let shows = |block: &&Block| matches!(block, Block::Figure(_)) || links(block);
    let count = blocks[at + 1..].iter().take_while(shows).count();
    let has_links = blocks[at + 1..at + 1 + count].iter().any(|block| links(&block));
    let ends = match blocks.get(at + 1 + count) {
        None | Some(Block::Rule) => true,
        Some(Block::Heading { level, .. }) => own.is_none_or(|own| *level <= own),
        Some(_) => own.is_none(),
    };
    (has_links && ends).then_some(at + 1 + count)
}

/// Takes away what an article ends with after a line that says that it is over: teasers, the author at some length, calls
/// to share and to subscribe. From the end up, as several may follow one another.
pub(super) fn drop_ends(blocks: &mut Vec<Block>) -> Vec<Block> {
    let mut taken = Vec::new();
    while let Some(at) = (1..blocks.len()).rev().find(|at| is_end(blocks, *at)) {
        let mut end = blocks.split_off(at);
        end.append(&mut taken);
        taken = end;
    }
    taken
}

/// Whether an article is over before a block: what that says, how much follows, and that none of it reads on.
fn is_end(blocks: &[Block], at: usize) -> bool {
    let Some((said, heading)) = blocks.get(at).and_then(announcement) else { return false };
    let Some(end) = words::announces_end(&said, heading) else { return false };
    let (mut before, mut after, mut linked) = (0, 0, 0);
    blocks[..at].iter().for_each(|block| weigh(block, &mut before, &mut 0));
    blocks[at + 1..].iter().for_each(|block| weigh(block, &mut after, &mut linked));
    let longest = |most: usize| {
        blocks[at + 1..].iter().all(|block| match block {
            Block::Paragraph(content) => plain_text(content).chars().count() <= most,
            Block::Code { .. } | Block::Math(_) | Block::Table(_) => false,
            _ => true,
        })
    };
    match end {
        words::End::Others => after * 2 <= before && linked * 4 >= after && linked > 0 && longest(350),
        words::End::Author => after <= before && after <= 1500,
        words::End::Call => after * 4 <= before && after <= 800 && longest(350),
    }
}

/// What a block says that may announce something: a heading, or a short line of its own.
fn announcement(block: &Block) -> Option<(String, bool)> {
    let (content, heading) = match block {
        Block::Heading { content, .. } => (content, true),
        Block::Paragraph(content) => match content.as_slice() {
            [Inline::Strong(inner)] => (inner, true),
            _ => (content, false),
        },
        _ => return None,
    };
    let said = plain_text(content);
    (said.chars().count() <= 60).then_some((said, heading))
}

/// What an article may end with that looks like a heading; only letters count.
const THE_END: [&str; 10] = ["the-end", "end", "fin", "fine", "ende", "完", "全文完", "终", "終", "了"];

/// Takes a heading at the end away that is over nothing: what it was over was around the article. What is a sentence was
/// meant to be read.
pub(super) fn drop_bare_heading(blocks: &mut Vec<Block>) -> Option<Block> {
    let bare = match blocks.as_slice() {
        [.., Block::Heading { .. }, Block::Heading { .. }] => false,
        [.., Block::Heading { content, .. }] => {
            let said = plain_text(content);
            said.split_whitespace().count() <= 8
                && !said.trim_end().ends_with(['.', '?', '!', '。', '？', '！'])
                && !THE_END.iter().any(|end| titles::same(end, &said))
        }
        _ => false,
    };
    let mut length = 0;
    blocks.iter().rev().skip(1).for_each(|block| weigh(block, &mut length, &mut 0));
    if bare && length >= 300 { blocks.pop() } else { None }
}

/// Takes cards away that lead to other articles: in the second half of a text, three headings and more, one after the
/// other, that are nothing but links, each with a few words below it.
/// They lead to the page's own `site`: links to others are what such an article may be about.
pub(super) fn drop_cards(blocks: &mut Vec<Block>, site: Option<&Url>) -> Vec<Block> {
    let Some(host) = site.and_then(Url::host_str) else { return Vec::new() };
    let within = |to: &str| Url::parse(to).is_ok_and(|to| to.host_str() == Some(host));
    let is_card = |at: usize| match &blocks[at] {
        Block::Heading { content, .. } => {
            matches!(content.as_slice(), [Inline::Link { target: Target::Web(to), .. }] if within(to))
        }
        _ => false,
    };
    let headings: Vec<usize> = (0..blocks.len()).filter(|at| matches!(blocks[*at], Block::Heading { .. })).collect();
    let last = headings.iter().rposition(|at| is_card(*at));
    let Some(last) = last else { return Vec::new() };
    let first = headings[..last].iter().rposition(|at| !is_card(*at)).map_or(0, |at| at + 1);
    // An article that is a list of links names others' pages between its own.
    let is_entry = |at: usize| matches!(&blocks[at], Block::Heading { content, .. } if matches!(content.as_slice(), [Inline::Link { target: Target::Web(_), .. }]));
    if first > 0 && is_entry(headings[first - 1]) {
        return Vec::new();
    }
    let end = headings.get(last + 1).copied().unwrap_or(blocks.len());
    let lengths: Vec<usize> = blocks
        .iter()
        .map(|block| {
            let mut all = 0;
            weigh(block, &mut all, &mut 0);
            all
        })
        .collect();
    let sum = |from: usize, to: usize| lengths[from..to].iter().sum::<usize>();
    let starts = &headings[first..=last];
    let ends = starts.iter().skip(1).copied().chain([end]);
    let short = starts.iter().zip(ends).all(|(from, to)| sum(*from, to) <= 600);
    let begin = headings[first];
    let enough = if end == blocks.len() { 2 } else { 3 };
    if starts.len() < enough || !short || sum(0, begin) * 2 < sum(begin, blocks.len()) * 5 {
        return Vec::new();
    }
    // What announces them has nothing else below it.
    let announced = first > 0 && headings[first - 1] + 1 == begin;
    blocks.drain(if announced { begin - 1 } else { begin }..end).collect()
}

/// Takes away lines within an article that are about another: “Related:” or “Also read:” and its linked headline, and
/// linked headlines in capitals alone.
pub(super) fn drop_asides(blocks: &mut Vec<Block>) -> Vec<Block> {
    let aside = |block: &mut Block| {
        let Block::Paragraph(content) = &*block else { return false };
        let (mut all, mut linked) = (0, 0);
        weigh(block, &mut all, &mut linked);
        let said = plain_text(content);
        linked > 0 && linked * 10 >= all * 6 && words::announces_one(&said)
            || linked > 0 && linked * 20 >= all * 19 && is_in_capitals(&said)
    };
    blocks.extract_if(.., aside).collect()
}

/// Whether a line of some words is nothing but capitals.
fn is_in_capitals(said: &str) -> bool {
    let letters = || said.chars().filter(|c| c.is_alphabetic());
    let capitals = letters().filter(|c| c.is_uppercase()).count();
    said.split_whitespace().count() >= 5 && capitals >= 20 && capitals * 10 >= letters().count() * 9
}

/// Length of a block's text, and of what in it is links to other pages.
fn weigh(block: &Block, all: &mut usize, linked: &mut usize) {
    #[derive(Default)]
    struct Weight {
        all: usize,
        linked: usize,
    }
    impl Visit for Weight {
        fn inline(&mut self, inline: &Inline) {
            match inline {
                Inline::Text(text) | Inline::Code(text) => self.all += text.trim().chars().count(),
                Inline::Link { target: Target::Web(_), content } => {
                    self.linked += plain_text(content).trim().chars().count();
                }
                _ => {}
            }
        }
    }
    let mut weight = Weight::default();
    walk_blocks(std::slice::from_ref(block), &mut weight);
    *all += weight.all;
    *linked += weight.linked;
}
