//! The vertical list: from blocks to strips, pieces of a page that are never broken, one under the other.

pub(super) mod address;
pub(super) mod block;
mod code;
mod columns;
mod figure;
mod list;
pub(super) mod note;
mod table;

use std::collections::BTreeMap;

use super::frame::{Colour, Item, TagId};
use super::inline::{self, Line, collect::Collected, collect::Collector, line::shifted, shape::Shaper};
use super::structure::Tags;
use super::style::{Alignment, ParagraphStyle, Rules, TextStyle};
use super::theme::{Fit, Theme};
use crate::diag::Diagnostic;
use crate::media::Images;
use crate::model::{Anchor, Inline};
use crate::units::{Pt, Size};

/// A piece of a page that is never broken: a line, a picture, a table's row. Its items stand right of the text's left
/// edge and below its baseline.
#[derive(Clone, Debug, Default)]
pub(super) struct Strip {
    /// What stands on it, in reading order.
    pub(super) items: Vec<Item>,
    /// How far it reaches over its baseline.
    pub(super) above: Pt,
    /// How far it reaches under its baseline.
    pub(super) below: Pt,
    /// White over it, unless it is first on a page.
    pub(super) before: Pt,
    /// Whether its baseline stands on the page's grid.
    pub(super) grid: bool,
    /// How bad it is to end a page after it; infinite if that may not be.
    pub(super) penalty: f64,
    /// Notes that it refers to, by their number in the book.
    pub(super) notes: Vec<usize>,
    /// Places on it.
    pub(super) places: Vec<String>,
    /// Grounds that it stands on, by number, the outermost first.
    pub(super) grounds: Vec<usize>,
    /// Running head from here on.
    pub(super) head: Option<String>,
    /// Whether paragraphs after it may go before it, so that a page is filled.
    pub(super) float: bool,
    /// The part of the white over it that what is before it wants under it.
    pub(super) follows: Pt,
    /// Whether it belongs to what follows it: white that the grid adds between them goes over it instead.
    pub(super) near: bool,
    /// Whether it is a break between two parts of the text.
    pub(super) rule: bool,
    /// Whether it is an empty line, which takes no room at the head of a page.
    pub(super) void: bool,
    /// The table head, by number, that is repeated over it when it is first on a page.
    pub(super) repeat: Option<usize>,
}

impl Strip {
    /// Its height.
    pub(super) fn height(&self) -> Pt {
        self.above + self.below
    }
}

/// What is painted behind or beside a group of strips, once a page.
#[derive(Clone, Debug)]
pub(super) struct Ground {
    /// Left edge from the text's.
    pub(super) x: Pt,
    /// Width.
    pub(super) width: Pt,
    /// How far it reaches over and under the strips.
    pub(super) margin: Pt,
    /// Its colour.
    pub(super) colour: Colour,
    /// Whether it is a frame of a hairline instead of a filled ground.
    pub(super) frame: bool,
}

/// What a flow gives: strips, and what they refer to.
#[derive(Debug, Default)]
pub(super) struct Strips {
    /// From top to bottom.
    pub(super) strips: Vec<Strip>,
    /// Grounds by number.
    pub(super) grounds: Vec<Ground>,
    /// Table heads by number.
    pub(super) heads: Vec<Vec<Strip>>,
}

/// What holds in the whole book.
pub(super) struct Context<'a> {
    /// The look.
    pub(super) theme: &'a Theme,
    /// The pictures.
    pub(super) images: &'a Images,
    /// Number in the book and mark of each note.
    pub(super) notes: &'a BTreeMap<Anchor, (usize, String)>,
    /// Extent of the text on a page.
    pub(super) area: Size,
}

/// What holds at a place in the flow.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// Left edge from the text's.
    pub(super) x: Pt,
    /// Length of a line.
    pub(super) measure: Pt,
    /// Type size.
    pub(super) size: Pt,
    /// From baseline to baseline.
    pub(super) leading: Pt,
    /// Whether lines stand on the grid.
    pub(super) grid: bool,
    /// How lines of running text stand.
    pub(super) alignment: Alignment,
    /// How lines are chosen.
    pub(super) rules: Rules,
    /// Whether first lines are indented.
    pub(super) indented: bool,
    /// The structure element.
    pub(super) tag: Option<TagId>,
    /// The language (BCP 47).
    pub(super) language: String,
    /// The ink.
    pub(super) colour: Colour,
    /// Grounds here.
    pub(super) grounds: Vec<usize>,
    /// How deep lists and quotes are nested.
    pub(super) depth: usize,
}

impl Place {
    /// The text's whole width, in a language.
    pub(super) fn of_text(context: &Context<'_>, tag: TagId, language: &str) -> Self {
        let theme = context.theme;
        Self {
            x: Pt::ZERO,
            measure: context.area.width,
            size: theme.pt(theme.body.size),
            leading: theme.pt(theme.body.leading),
            grid: true,
            alignment: Alignment::Justified,
            rules: Rules {
                strictness: theme.body.line_breaks,
                hanging: theme.body.hanging,
                greedy: theme.body.fit == Fit::Greedy,
            },
            indented: true,
            tag: Some(tag),
            language: language.to_owned(),
            colour: theme.colour.text.0,
            grounds: Vec::new(),
            depth: 0,
        }
    }

    /// Narrower by so much where lines begin.
    pub(super) fn inset(&self, by: Pt) -> Self {
        // A line keeps eight characters, however deep things are nested.
        let by = by.min((self.measure - self.size * 8.0).max(Pt::ZERO));
        let x = if self.runs_leftwards() { self.x } else { self.x + by };
        Self { x, measure: self.measure - by, ..self.clone() }
    }

    /// Narrower by so much at both sides.
    pub(super) fn inset_both(&self, by: Pt) -> Self {
        let by = by.min(((self.measure - self.size * 8.0) / 2.0).max(Pt::ZERO));
        Self { x: self.x + by, measure: self.measure - by * 2.0, ..self.clone() }
    }

    /// Whether lines run from right to left.
    pub(super) fn runs_leftwards(&self) -> bool {
        inline::shape::runs_leftwards(&self.language)
    }

    /// Running text here.
    pub(super) fn text(&self) -> TextStyle {
        let region = inline::collect::region(&self.language);
        TextStyle { colour: self.colour, ..TextStyle::plain(self.size, region) }
    }

    /// A paragraph of running text here, not indented.
    pub(super) fn paragraph(&self) -> ParagraphStyle {
        ParagraphStyle {
            measure: self.measure,
            indent: Pt::ZERO,
            alignment: self.alignment,
            size: self.size,
            leading: self.leading,
            hyphenate: true,
            phrases: false,
            rules: self.rules,
        }
    }
}

/// How a text stands among others.
#[derive(Clone, Debug, Default)]
pub(super) struct Stand {
    /// White over it.
    pub(super) before: Pt,
    /// White under it.
    pub(super) after: Pt,
    /// Whether it stays on the page of what follows it.
    pub(super) keep: bool,
}

/// Ending a page after a paragraph's first line or before its last (CLREQ 3.4.4, JLREQ 3.5.4).
const WIDOW: f64 = 6000.0;
/// Ending a page inside a paragraph.
const INSIDE: f64 = 5.0;

/// Makes strips of blocks.
pub(super) struct Flow<'a, 'b> {
    pub(super) context: &'a Context<'a>,
    pub(super) tags: &'b mut Tags,
    pub(super) shaper: &'b mut Shaper,
    pub(super) diagnostics: &'b mut Vec<Diagnostic>,
    pub(super) out: Strips,
    /// White that the last block wants under it.
    pending: Pt,
}

impl<'a, 'b> Flow<'a, 'b> {
    /// An empty flow.
    pub(super) fn new(
        context: &'a Context<'a>,
        tags: &'b mut Tags,
        shaper: &'b mut Shaper,
        diagnostics: &'b mut Vec<Diagnostic>,
    ) -> Self {
        Self { context, tags, shaper, diagnostics, out: Strips::default(), pending: Pt::ZERO }
    }

    /// The text of inlines here.
    pub(super) fn collect(
        &mut self,
        inlines: &[Inline],
        style: TextStyle,
        tag: Option<TagId>,
        measure: Pt,
    ) -> Collected {
        let Context { theme, images, notes, .. } = *self.context;
        Collector { theme, images, notes, tags: Some(self.tags), measure }.collect(inlines, style, tag)
    }

    /// Sets a text as a paragraph.
    pub(super) fn text(&mut self, collected: &Collected, style: &ParagraphStyle, place: &Place, stand: &Stand) {
        let lines = inline::set(collected, style, &place.language, self.shaper);
        self.lines(lines, style, place, stand);
    }

    /// Adds the lines of a paragraph.
    pub(super) fn lines(&mut self, lines: Vec<Line>, style: &ParagraphStyle, place: &Place, stand: &Stand) {
        let count = lines.len();
        for (index, line) in lines.into_iter().enumerate() {
            let mut strip = strip_of(line, style, place);
            strip.penalty = match () {
                () if stand.keep => f64::INFINITY,
                () if index + 1 == count => 0.0,
                () if index == 0 || index + 2 == count => WIDOW,
                () => INSIDE,
            };
            if index == 0 {
                self.push(strip, stand.before);
            } else {
                self.out.strips.push(strip);
            }
        }
        self.pending = if count > 0 { stand.after } else { self.pending };
    }

    /// Adds a strip, with white over it. Of two whites that meet the larger is kept.
    pub(super) fn push(&mut self, mut strip: Strip, before: Pt) {
        strip.follows = std::mem::take(&mut self.pending);
        strip.before = before.max(strip.follows);
        self.out.strips.push(strip);
    }

    /// Asks for white under what was added last.
    pub(super) fn space(&mut self, after: Pt) {
        self.pending = self.pending.max(after);
    }

    /// Lets nothing end a page after the last strip.
    pub(super) fn keep(&mut self) {
        if let Some(last) = self.out.strips.last_mut() {
            last.penalty = f64::INFINITY;
        }
    }

    /// A flow of its own, for what is put together before it is placed: cells, captions, notes. Grounds and heads do
    /// not leave it.
    pub(super) fn apart(&mut self, fill: impl FnOnce(&mut Flow<'a, '_>)) -> Vec<Strip> {
        let mut flow = Flow::new(self.context, self.tags, self.shaper, self.diagnostics);
        fill(&mut flow);
        flow.out.strips
    }
}

/// A strip that holds a line. It is as high as the leading, or so many leadings as the line needs.
pub(super) fn strip_of(line: Line, style: &ParagraphStyle, place: &Place) -> Strip {
    let half = (style.leading - style.size) / 2.0;
    let above = half + style.size * inline::line::HAN_TOP;
    let below = half + style.size * inline::line::HAN_BOTTOM;
    // A little may reach into the white between lines: indices, readings of usual size.
    let slack = half * 1.2;
    Strip {
        items: line.items.into_iter().map(|item| shifted(item, place.x, Pt::ZERO)).collect(),
        above: if line.above > above + slack { line.above } else { above },
        below: if line.below > below + slack { line.below } else { below },
        grid: place.grid,
        notes: line.notes,
        places: line.places,
        grounds: place.grounds.clone(),
        ..Strip::default()
    }
}

/// Puts strips under each other into one that is not broken: its baseline is its upper edge.
pub(super) fn stack(strips: Vec<Strip>) -> Strip {
    let mut out = Strip::default();
    for (index, strip) in strips.into_iter().enumerate() {
        if index > 0 {
            out.below += strip.before;
        }
        let baseline = out.below + strip.above;
        out.items.extend(strip.items.into_iter().map(|item| shifted(item, Pt::ZERO, baseline)));
        out.below = baseline + strip.below;
        out.notes.extend(strip.notes);
        out.places.extend(strip.places);
    }
    out
}
