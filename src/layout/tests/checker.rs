//! Reads finished pages as a proof-reader would: from the positions of the glyphs alone, with tables of its own.

use std::collections::BTreeMap;

use super::{Face, Family, ItemKind, PageLabel, Pages, TagId, TagRole, frame};

/// What begins no line (CLREQ 3.1.4, basic).
const NOT_FIRST: &str = "！），．：；？］｝、。〉》」』】〕〗’”·／～%％℃‰㎡";
/// What ends none.
const NOT_LAST: &str = "（［｛〈《「『【〔〖‘“";
/// Full-width marks whose right half is blank, whose left half is, and whose sides are (CLREQ 3.1.6.1).
const BLANK_RIGHT: &str = "，。、；：！？”’）》〉」』】";
const BLANK_LEFT: &str = "“‘（《〈「『【";
const BLANK_SIDES: &str = "·";

/// How far from its place something may stand, in em.
const SLACK: f64 = 0.01;

/// What was found on the pages.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) pages: usize,
    pub(crate) paragraphs: usize,
    pub(crate) lines: usize,
    /// Lines that begin or end with what they may not.
    pub(crate) forbidden: Vec<String>,
    /// Lines that are not flush, with what they lack in em.
    pub(crate) ragged: Vec<(f64, String)>,
    /// Lines with a space out of CLREQ's limits.
    pub(crate) spaced: Vec<String>,
    /// Last lines of two characters or less.
    pub(crate) runts: Vec<String>,
}

/// A character where it stands, without the blank of a full-width mark.
struct Body {
    c: char,
    left: f64,
    right: f64,
    em: f64,
    square: bool,
    /// Whether a space is typed before it.
    spaced: bool,
}

struct Line {
    text: String,
    bodies: Vec<Body>,
    measure: (f64, f64),
}

/// Checks the justified paragraphs of pages of running text. `edges` gives the text's left and right edge on a page.
pub(crate) fn check(pages: &Pages, edges: &dyn Fn(usize) -> (f64, f64)) -> Findings {
    let mut out = Findings { pages: pages.pages.len(), ..Findings::default() };
    for lines in paragraphs(pages, edges) {
        out.paragraphs += 1;
        let count = lines.len();
        for (index, line) in lines.iter().enumerate() {
            out.line(line, index > 0, index + 1 == count);
        }
        let shown = |line: &Line| line.bodies.iter().filter(|b| !is_mark(b.c)).count();
        if let Some(last) = lines.last().filter(|line| count > 1 && shown(line) <= 2) {
            out.runts.push(last.text.clone());
        }
    }
    out
}

fn is_mark(c: char) -> bool {
    [BLANK_LEFT, BLANK_RIGHT, BLANK_SIDES].iter().any(|marks| marks.contains(c))
}

/// Page and height of a baseline, in hundredths of a point.
type Baseline = (usize, i64);

/// The lines of each paragraph, in order.
fn paragraphs(pages: &Pages, edges: &dyn Fn(usize) -> (f64, f64)) -> Vec<Vec<Line>> {
    let mut by_tag: BTreeMap<TagId, Vec<(Baseline, Vec<&frame::GlyphRun>)>> = BTreeMap::new();
    for (number, page) in pages.pages.iter().enumerate() {
        for item in page.items.iter().filter(|_| matches!(page.label, PageLabel::Arabic(_))) {
            let (ItemKind::Glyphs(run), Some(mut tag)) = (&item.kind, item.tag) else { continue };
            while let Some(parent) = pages.tags[tag.0 as usize].parent
                && pages.tags[tag.0 as usize].role != TagRole::Paragraph
            {
                tag = parent;
            }
            let key = (number, (run.origin.y.0 * 100.0).round() as i64);
            let lines = by_tag.entry(tag).or_default();
            match lines.last_mut().filter(|(known, _)| *known == key) {
                Some((_, runs)) => runs.push(run),
                None => lines.push((key, vec![run])),
            }
        }
    }
    let paragraphs = by_tag.into_iter().filter(|(tag, _)| pages.tags[tag.0 as usize].role == TagRole::Paragraph);
    let of = |((page, _), runs): (Baseline, Vec<&frame::GlyphRun>)| line(&runs, edges(page));
    let set = |lines: Vec<(Baseline, Vec<&frame::GlyphRun>)>| lines.into_iter().map(of).collect::<Vec<Line>>();
    paragraphs.map(|(tag, lines)| inset(set(lines), is_inset(pages, tag))).collect()
}

/// Whether a paragraph is in a list or a quotation, whose lines begin further in.
fn is_inset(pages: &Pages, tag: TagId) -> bool {
    let mut tag = Some(tag);
    while let Some(entry) = tag.map(|tag| &pages.tags[tag.0 as usize]) {
        if matches!(entry.role, TagRole::ListBody | TagRole::BlockQuote) {
            return true;
        }
        tag = entry.parent;
    }
    false
}

/// Lines that all begin as far in as the first of those that are turned.
fn inset(mut lines: Vec<Line>, is: bool) -> Vec<Line> {
    let by = |line: &Line| line.bodies.first().map(|body| body.left - line.measure.0);
    if let Some(by) = lines.get(1).and_then(by).filter(|_| is) {
        lines.iter_mut().for_each(|line| line.measure.0 += by);
    }
    lines
}

fn line(runs: &[&frame::GlyphRun], measure: (f64, f64)) -> Line {
    let mut bodies: Vec<Body> = Vec::new();
    let mut spaced = false;
    for run in runs {
        let face = Face::open(run.face);
        let per_em = f64::from(face.metrics().units_per_em);
        let square = matches!(run.face.family(), Family::Cjk(_));
        for glyph in &run.glyphs {
            let shown = &run.text[glyph.text.start as usize..glyph.text.end as usize];
            let x = run.origin.x.0 + f64::from(glyph.x);
            let advance = f64::from(face.advance(glyph.id)) / per_em * run.size.0;
            match shown.chars().next() {
                Some(' ') => spaced = true,
                // The second glyph of a dash, a hyphen.
                None => bodies.last_mut().into_iter().for_each(|last| last.right = last.right.max(x + advance)),
                Some(c) => {
                    let em = run.size.0;
                    let spaced = std::mem::take(&mut spaced);
                    let (left, right) = extent(shown, square, (x, advance), em);
                    bodies.push(Body { c, left, right, em, square, spaced });
                }
            }
        }
    }
    Line { text: runs.iter().map(|run| run.text.as_str()).collect(), bodies, measure }
}

/// Where a character begins and ends, given where its glyph does: without the blank of a full-width mark; dashes and
/// dots, whose glyphs are of another width, in the middle of their squares.
fn extent(shown: &str, square: bool, (x, advance): (f64, f64), em: f64) -> (f64, f64) {
    let Some(c) = shown.chars().next().filter(|_| square) else { return (x, x + advance) };
    let middle = x + advance / 2.0;
    match c {
        c if BLANK_RIGHT.contains(c) => (x, middle),
        c if BLANK_LEFT.contains(c) => (middle, x + advance),
        c if BLANK_SIDES.contains(c) => (middle - em / 4.0, middle + em / 4.0),
        '—' | '…' => {
            let half = em / 2.0 * shown.chars().count() as f64;
            (middle - half, middle + half)
        }
        _ => (x, x + advance),
    }
}

impl Findings {
    fn line(&mut self, line: &Line, turned: bool, last: bool) {
        self.lines += 1;
        let (Some(first), Some(end)) = (line.bodies.first(), line.bodies.last()) else { return };
        let bad_start = turned && first.square && NOT_FIRST.contains(first.c);
        let bad_end = !last && end.square && NOT_LAST.contains(end.c);
        if bad_start || bad_end {
            self.forbidden.push(line.text.clone());
        }
        let (left, right) = line.measure;
        let start = if turned { (first.left - left) / first.em } else { 0.0 };
        if start.abs() > SLACK {
            self.ragged.push((start, line.text.clone()));
        }
        let lack = (right - end.right) / end.em;
        if (!last && lack.abs() > SLACK) || lack < -SLACK {
            self.ragged.push((lack, line.text.clone()));
        }
        if !line.bodies.windows(2).all(|pair| is_within(&pair[0], &pair[1])) {
            self.spaced.push(line.text.clone());
        }
    }
}

/// CLREQ 3.5.3 and 3.5.4: words from a quarter to half an em apart, Han and Western from an eighth to a third; what is
/// set solid never overlaps and is stretched by a quarter em at most, beside a mark's blank of half an em.
fn is_within(before: &Body, after: &Body) -> bool {
    let em = before.em.min(after.em);
    let gap = (after.left - before.right) / em;
    let within = |least: f64, most: f64| gap > least - 0.01 && gap < most + 0.01;
    let letter = |body: &Body| !body.square && body.c.is_alphanumeric();
    let han = |body: &Body| body.square && ('\u{4E00}'..='\u{9FFF}').contains(&body.c);
    let dash = |body: &Body| "—…·".contains(body.c);
    match () {
        () if (before.em - after.em).abs() > 0.1 || dash(before) || dash(after) => true,
        () if is_mark(before.c) || is_mark(after.c) => within(-0.01, 0.75),
        () if (han(before) && letter(after)) || (letter(before) && han(after)) => within(0.125, 1.0 / 3.0),
        () if letter(before) && letter(after) && after.spaced => within(0.2, 0.5),
        () if han(before) && han(after) => within(0.0, 0.25),
        () => true,
    }
}
