//! Blocks of text: paragraphs, headings, quotations, definitions, breaks.

use super::super::frame::{Item, ItemKind, TagRole};
use super::super::inline::line::shifted;
use super::super::inline::math::reading;
use super::super::inline::{self, Job, collect, quotes};
use super::super::math::{self, Row, Wanted};
use super::super::style::{Alignment, ParagraphStyle, TextStyle};
use super::{Flow, Place, Stand, Strip};
use crate::diag::Diagnostic;
use crate::font::Weight;
use crate::model::{Anchor, Block, Definition, Inline, Math, Quote};
use crate::units::{Pt, Rect};

/// Blocks nested deeper than this are left out.
const DEEPEST: usize = 120;

/// Ending a page between two meanings of a term.
const PARTED: f64 = 800.0;
/// Ending a page before a formula (TeX's `\predisplaypenalty` forbids it).
const LED: f64 = 3000.0;
/// Ending a page between two lines of a formula.
const DIVIDED: f64 = 1500.0;
/// A line of a formula is not higher than this share of the page's text.
const HIGHEST: f64 = 0.9;
/// Ending a page before or after a break between two parts.
const RULE: f64 = 150.0;

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '–' | '—' | '―' | '⸺')
}

/// Words without the dash that the source sets before a name: the typesetter sets one.
fn without_dash(inlines: &[Inline]) -> Vec<Inline> {
    let mut out = inlines.to_vec();
    if let Some(Inline::Text(first)) = out.first_mut() {
        *first = first.trim_start_matches(|c: char| is_dash(c) || c.is_whitespace()).to_owned();
    }
    out
}

/// Whether a text is verse: three short lines or more that the source ends itself.
fn is_verse(text: &str) -> bool {
    const SHORT: usize = 20;
    let lines = || text.split(collect::LINE_BREAK);
    text.contains(collect::LINE_BREAK) && lines().count() > 2 && lines().all(|line| line.chars().count() <= SHORT)
}

/// Whether a paragraph is strong as a whole: a question, a name, a heading that is none. A short one stays with what is
/// below it.
fn is_label(block: &Block) -> bool {
    let strong = |inline: &Inline| match inline {
        Inline::Strong(_) | Inline::Break => true,
        Inline::Text(text) => text.trim().is_empty(),
        _ => false,
    };
    matches!(block, Block::Paragraph(content) if content.iter().all(strong)
        && content.iter().any(|inline| matches!(inline, Inline::Strong(_))))
}

/// Whether a place's language is one of these.
fn is(place: &Place, languages: &[&str]) -> bool {
    place.language.split('-').next().is_some_and(|language| languages.contains(&language))
}

impl Flow<'_, '_> {
    /// Sets blocks one under the other.
    pub(in super::super) fn blocks(&mut self, blocks: &[Block], place: &Place) {
        if place.depth > DEEPEST {
            let message = format!("what is nested more than {DEEPEST} deep was left out");
            self.diagnostics.push(Diagnostic::warning("nested-too-deep", message));
            return;
        }
        let mut rest = blocks;
        while let Some((first, others)) = rest.split_first() {
            // Paragraphs in a row are set at once, on all cores.
            let count = rest.iter().take_while(|block| matches!(block, Block::Paragraph(_))).count();
            let (row, after) = rest.split_at(count);
            if row.is_empty() {
                self.block(first, place);
                rest = others;
            } else {
                self.paragraphs(row, !after.is_empty(), place);
                rest = after;
            }
        }
    }

    fn block(&mut self, block: &Block, place: &Place) {
        match block {
            Block::Paragraph(_) => self.paragraphs(std::slice::from_ref(block), false, place),
            Block::Heading { level, anchor, content } => {
                let level = usize::from(level.saturating_sub(1));
                self.heading(content, level, std::slice::from_ref(anchor), place);
            }
            Block::List(list) => self.list(list, place),
            Block::Quote(quote) => self.quote(quote, place),
            Block::Code { text, .. } => self.code(text, place),
            Block::Table(table) => self.table(table, place),
            Block::Figure(figure) => self.figure(figure, place),
            Block::Rule => self.rule(place),
            Block::Embed(embed) => self.embed(embed, place),
            Block::Definitions(definitions) => self.definitions(definitions, place),
            Block::Math(math) => self.math(math, place),
        }
    }

    /// Running text, paragraph by paragraph. `goes_on` tells whether something else follows it.
    fn paragraphs(&mut self, blocks: &[Block], goes_on: bool, place: &Place) {
        let contents = blocks.iter().filter_map(|block| match block {
            Block::Paragraph(content) => Some(content),
            _ => None,
        });
        let opening = self.is_opening(place);
        let job = |(order, content): (usize, &Vec<Inline>)| {
            self.paragraph(content, place.indented && (order > 0 || !opening), place)
        };
        let jobs: Vec<Job> = contents.enumerate().map(job).collect();
        let set = inline::set_all(&jobs, &place.language, self.shaper);
        for (index, (job, lines)) in jobs.iter().zip(set).enumerate() {
            let followed = blocks.get(index + 1).map_or(goes_on, |next| !is_label(next));
            let keep = followed && lines.len() <= 2 && blocks.get(index).is_some_and(is_label);
            let stand = Stand { keep, ..Stand::default() };
            // Verse stands as far in as its first line would.
            let inset = place.measure - job.style.measure;
            if inset == Pt::ZERO {
                self.lines(lines, &job.style, place, &stand);
            } else {
                self.lines(lines, &job.style, &place.inset(inset), &stand);
            }
        }
    }

    /// Whether what comes next opens a text: where such paragraphs stand flush, as in English and German (Bringhurst,
    /// The Elements of Typographic Style 2.3.1), there is nothing that an indent would part them from.
    fn is_opening(&self, place: &Place) -> bool {
        const FLUSH: [&str; 9] = ["en", "de", "nl", "sv", "da", "no", "nb", "nn", "fi"];
        let parted = |strip: &Strip| strip.near || strip.rule || strip.penalty.is_infinite();
        is(place, &FLUSH) && self.out.strips.last().is_none_or(parted)
    }

    /// A paragraph to be set, its first line indented if it is to be: two em in Chinese text (CLREQ 3.4.1).
    fn paragraph(&mut self, content: &[Inline], indented: bool, place: &Place) -> Job {
        let tag = self.tag(TagRole::Paragraph, place);
        let collected = self.collect(content, place.text(), tag, place.measure);
        let theme = self.context.theme;
        let indent = match quotes::is_cjk(&collected.text, &place.language) {
            _ if !indented => Pt::ZERO,
            // One em in Japanese (JLREQ 3.1.5) and Korean.
            _ if is(place, &["ja", "ko"]) => place.size,
            true => theme.pt(theme.body.indent_han),
            false if is(place, &["zh", "yue"]) => theme.pt(theme.body.indent_han),
            false => theme.pt(theme.body.indent_western),
        };
        let mut style = ParagraphStyle { indent, ..place.paragraph() };
        if is_verse(&collected.text) {
            style = ParagraphStyle { indent: Pt::ZERO, measure: style.measure - indent, ..style };
        }
        Job { style, collected }
    }

    /// A heading of a level from 0, with the places it is known by. It is kept with what follows it.
    pub(in super::super) fn heading(&mut self, content: &[Inline], level: usize, anchors: &[Anchor], place: &Place) {
        let theme = self.context.theme;
        let look = theme.heading(level);
        let tag = self.tag(TagRole::Heading(u8::try_from(level + 1).unwrap_or(6).clamp(1, 6)), place);
        let (size, leading) = (theme.pt(look.size), theme.pt(look.leading));
        let style = TextStyle { size, weight: Weight::Bold, ..place.text() };
        let collected = self.collect(content, style, tag, place.measure);
        let paragraph = ParagraphStyle {
            alignment: Alignment::Start,
            size,
            leading,
            hyphenate: false,
            phrases: true,
            ..place.paragraph()
        };
        let place = Place { grid: false, ..place.clone() };
        self.drop_rule();
        let first = self.out.strips.len();
        let stand = Stand { before: theme.pt(look.before), after: theme.pt(look.after), keep: true };
        self.text(&collected, &paragraph, &place, &stand);
        self.out.strips.iter_mut().skip(first).for_each(|strip| strip.near = true);
        if let Some(strip) = self.out.strips.get_mut(first) {
            strip.places.extend(anchors.iter().map(|anchor| anchor.0.clone()));
            strip.head = (level <= 1).then(|| collected.text.replace(collect::LINE_BREAK, " "));
        }
    }

    /// Somebody else's words: indented, with a blank line before and after.
    fn quote(&mut self, quote: &Quote, place: &Place) {
        let theme = self.context.theme;
        let tag = self.tag(TagRole::BlockQuote, place);
        let inner = Place { tag, depth: place.depth + 1, ..place.inset(theme.pt(theme.quote.indent)) };
        let gap = place.leading / 2.0;
        self.space(gap);
        self.blocks(&quote.blocks, &inner);
        if !quote.attribution.is_empty() {
            self.keep();
            let tag = self.tag(TagRole::Paragraph, &inner);
            let words = self.collect(&without_dash(&quote.attribution), inner.text(), tag, inner.measure);
            let dash = match words.text.chars().next() {
                Some(first) if is_dash(first) => "",
                _ if quotes::is_cjk(&words.text, &inner.language) => "——",
                _ => "— ",
            };
            let mut collected = collect::plain(dash, inner.text(), None);
            collect::append(&mut collected, words);
            let style = ParagraphStyle { alignment: Alignment::End, ..inner.paragraph() };
            self.text(&collected, &style, &inner, &Stand::default());
        }
        self.space(gap);
    }

    fn definitions(&mut self, definitions: &[Definition], place: &Place) {
        let list = self.tag(TagRole::List { ordered: false }, place);
        let gap = if place.depth == 0 { place.leading / 2.0 } else { Pt::ZERO };
        self.space(gap);
        for definition in definitions {
            let item = self.tag(TagRole::ListItem, &Place { tag: list, ..place.clone() });
            for term in &definition.terms {
                let tag = self.tag(TagRole::Label, &Place { tag: item, ..place.clone() });
                let style = TextStyle { weight: Weight::Bold, ..place.text() };
                let collected = self.collect(term, style, tag, place.measure);
                let paragraph = ParagraphStyle { alignment: Alignment::Start, ..place.paragraph() };
                self.text(&collected, &paragraph, place, &Stand { keep: true, ..Stand::default() });
            }
            for (order, meaning) in definition.meanings.iter().enumerate() {
                if let Some(last) = self.out.strips.last_mut().filter(|_| order > 0) {
                    last.penalty = last.penalty.max(PARTED);
                }
                let tag = self.tag(TagRole::ListBody, &Place { tag: item, ..place.clone() });
                let inner = place.inset(place.size * 2.0);
                self.blocks(meaning, &Place { tag, indented: false, depth: place.depth + 1, ..inner });
            }
        }
        self.space(gap);
    }

    /// A formula on its own line, or on several. One that cannot be set so is running text.
    fn math(&mut self, math: &Math, place: &Place) {
        if let Some(rows) = self.math_rows(math, place) {
            return self.formula(rows, reading(math), place);
        }
        let collected = self.collect(&[Inline::Math(math.clone())], place.text(), place.tag, place.measure);
        let paragraph = ParagraphStyle { alignment: Alignment::Center, hyphenate: false, ..place.paragraph() };
        let gap = place.leading / 2.0;
        self.text(&collected, &paragraph, place, &Stand { before: gap, after: gap, keep: false });
    }

    /// The lines of a formula here, if it can be set in two dimensions.
    pub(super) fn math_rows(&mut self, math: &Math, place: &Place) -> Option<Vec<Row>> {
        let wanted = Wanted {
            text: place.text(),
            language: &place.language,
            measure: place.measure,
            height: self.context.area.height * HIGHEST,
        };
        math::set(math, &wanted, self.shaper)
    }

    /// Adds the lines of a formula, which belong together.
    fn formula(&mut self, rows: Vec<Row>, reading: String, place: &Place) {
        let tag = place.tag.map(|parent| self.tags.add_with(TagRole::Formula, parent, reading));
        let (count, half) = (rows.len(), place.leading / 2.0);
        // What leads to a formula had better stand over it.
        if let Some(before) = self.out.strips.last_mut().filter(|strip| strip.grid) {
            before.penalty = before.penalty.max(LED);
        }
        for (index, row) in rows.into_iter().enumerate() {
            let placed = |item| Item { tag, ..shifted(item, place.x, Pt::ZERO) };
            let strip = Strip {
                items: row.items.into_iter().map(placed).collect(),
                above: row.above,
                below: row.below,
                penalty: if index + 1 == count { 0.0 } else { DIVIDED },
                grounds: place.grounds.clone(),
                ..Strip::default()
            };
            self.push(strip, if index == 0 { half } else { row.before });
        }
        self.space(half);
    }

    /// A break between two parts of the text: a short line.
    fn rule(&mut self, place: &Place) {
        let width = (place.size * 6.0).min(place.measure);
        let x = place.x + (place.measure - width) / 2.0;
        let rect = Rect::new(x, Pt(-0.25), width, Pt(0.5));
        let fill = Item { tag: None, kind: ItemKind::Fill { rect, colour: self.context.theme.colour.rule.0 } };
        let half = place.leading / 2.0;
        let strip =
            Strip { items: vec![fill], above: half, below: half, penalty: RULE, rule: true, ..Strip::default() };
        if let Some(before) = self.out.strips.last_mut() {
            before.penalty = before.penalty.max(RULE);
        }
        self.push(strip, half);
        self.space(half);
    }

    /// Takes away a break that parts nothing: one before a heading or at the end.
    pub(in super::super) fn drop_rule(&mut self) {
        if self.out.strips.pop_if(|strip| strip.rule).is_some()
            && let Some(last) = self.out.strips.last_mut().filter(|strip| strip.penalty == RULE)
        {
            last.penalty = 0.0;
        }
    }

    /// A structure element here.
    pub(in super::super) fn tag(&mut self, role: TagRole, place: &Place) -> Option<super::TagId> {
        place.tag.map(|parent| self.tags.add(role, parent))
    }
}
