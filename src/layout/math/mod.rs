//! Formulas on lines of their own, in two dimensions: from MathML to pieces, as MathML Core lays them out with the MATH
//! table of the face ([`crate::font::math`]).
//!
//! [`tree`] reads MathML; [`token`] sets letters and operators ([`alphabet`], [`operator`]), [`stretch`] those that grow;
//! [`row`], [`fraction`], [`radical`], [`scripts`], [`limits`] and [`table`] put [`piece`]s together; [`lines`] breaks what
//! is too wide. Not supported: slanted strokes of `menclose`, `rowspan`, `maction`, `mglyph`, elementary mathematics
//! (`mstack`), colours. What is unknown is a row of what is in it.

mod alphabet;
mod fraction;
mod length;
mod limits;
mod lines;
mod operator;
mod piece;
mod radical;
mod row;
mod scripts;
mod setter;
mod stretch;
mod table;
#[cfg(test)]
mod tests;
mod token;
pub(super) mod tree;

use super::frame::{Item, ItemKind};
use super::inline::shape::Shaper;
use super::style::TextStyle;
use crate::font::math::MathFace;
use crate::model::Math;
use crate::units::Pt;
use length::Against;
use lines::Line;
use piece::Piece;
use setter::{Setter, Style};
use tree::{DEEPEST, Element};

/// Formulas of more elements are set as running text.
const MOST: usize = 20_000;
/// Formulas are not made smaller than this share of their size.
const SMALLEST: f64 = 0.6;

/// What a formula is set for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'a> {
    /// How text looks there.
    pub(super) text: TextStyle,
    /// The language (BCP 47).
    pub(super) language: &'a str,
    /// No line is longer.
    pub(super) measure: Pt,
    /// No line is higher.
    pub(super) height: Pt,
}

/// A line of a formula, its baseline at the origin.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    /// What stands on it, in the order of the formula.
    pub(super) items: Vec<Item>,
    /// How far it reaches over the baseline.
    pub(super) above: Pt,
    /// How far it reaches under the baseline.
    pub(super) below: Pt,
    /// White over it, if it is not the first.
    pub(super) before: Pt,
    /// How wide it is, with what it is set in.
    pub(super) width: Pt,
}

/// The lines of a formula, in the middle of the measure. `None` if it has no MathML, if a face lacks one of its characters,
/// or if it has no room: then it is set as running text, which breaks anywhere.
pub(super) fn set(math: &Math, wanted: &Wanted<'_>, shaper: &mut Shaper) -> Option<Vec<Row>> {
    let root = tree::parse(math.mathml.as_deref()?);
    if root.count() > MOST {
        return None;
    }
    let missing = std::mem::take(&mut shaper.missing);
    let rows = laid(&root, wanted, shaper);
    let complete = shaper.missing.is_empty();
    shaper.missing.extend(missing);
    let rows = rows.filter(|_| complete)?;
    let shown = |item: &Item| matches!(item.kind, ItemKind::Glyphs(_));
    rows.iter().any(|row| row.items.iter().any(shown)).then_some(rows)
}

fn laid(root: &Element, wanted: &Wanted<'_>, shaper: &mut Shaper) -> Option<Vec<Row>> {
    let (face, constants) = MathFace::get()?;
    let mut scale = 1.0;
    // The second time it fits, but for lengths in points.
    for _ in 0..3 {
        let text = TextStyle { size: wanted.text.size * scale, ..wanted.text };
        let most = Pt(wanted.measure.0.max(wanted.height.0) * 4.0);
        let mut setter = Setter { shaper: &mut *shaper, face, constants, text, language: wanted.language, most };
        let em = text.size;
        match setter.lines(root, wanted.measure) {
            Ok(lines) => {
                let fits = |row: &Row| row.above + row.below <= wanted.height && is_within(row, wanted.measure, em);
                let rows = rows(lines, wanted.measure, em);
                return rows.iter().all(fits).then_some(rows);
            }
            // A rounding error must not part what just fits.
            Err(excess) => scale *= 0.995 / excess,
        }
        if scale < SMALLEST || !scale.is_finite() {
            return None;
        }
    }
    None
}

/// A formula's lines and the white between them.
struct Lines {
    lines: Vec<Line>,
    gap: Option<Pt>,
}

/// White between lines of a formula that was broken, in em.
const BETWEEN: f64 = 0.45;

fn rows(Lines { lines, gap }: Lines, measure: Pt, em: Pt) -> Vec<Row> {
    let widest = lines.iter().map(|line| line.indent + line.piece.width).fold(Pt::ZERO, Pt::max);
    let left = ((measure - widest) / 2.0).max(Pt::ZERO);
    let gap = gap.unwrap_or(em * BETWEEN);
    let row = |line: Line| {
        let width = line.indent + line.piece.width;
        let mut placed = Piece::default();
        placed.place(line.piece, left + line.indent, Pt::ZERO);
        Row { above: placed.ascent, below: placed.descent, items: merged(placed.items), before: gap, width }
    };
    lines.into_iter().map(row).collect()
}

/// Whether all of a line stands where it may: white that goes back can push things out.
fn is_within(row: &Row, measure: Pt, em: Pt) -> bool {
    let inside = |left: f64, right: f64| left >= -em.0 * NEAR && right <= measure.0 + em.0 * NEAR;
    row.items.iter().all(|item| match &item.kind {
        ItemKind::Glyphs(run) => run.glyphs.iter().all(|glyph| {
            let extent = setter::extent(run.face, glyph.id);
            let x = run.origin.x.0 + f64::from(glyph.x);
            inside(x + extent.left * run.size.0, x + extent.right * run.size.0)
        }),
        ItemKind::Fill { rect, .. } => inside(rect.origin.x.0, rect.right().0),
        _ => true,
    })
}

/// Letters lean out of their places by less than this, in em.
const NEAR: f64 = 0.3;

/// Glyphs that stand one behind the other on a baseline as one run.
fn merged(items: Vec<Item>) -> Vec<Item> {
    let mut out: Vec<Item> = Vec::with_capacity(items.len());
    for item in items {
        if let (Some(ItemKind::Glyphs(last)), ItemKind::Glyphs(run)) =
            (out.last_mut().map(|last| &mut last.kind), &item.kind)
        {
            let alike = (last.face, last.size, last.colour) == (run.face, run.size, run.colour);
            let level =
                last.origin.y == run.origin.y && last.glyphs.iter().chain(&run.glyphs).all(|glyph| glyph.y == 0.0);
            let end = last.glyphs.last().map_or(0.0, |glyph| f64::from(glyph.x));
            if alike && level && run.origin.x - last.origin.x >= Pt(end) && last.text.len() < LONGEST {
                let offset = (run.origin.x - last.origin.x).0 as f32;
                let start = u32::try_from(last.text.len()).unwrap_or(u32::MAX);
                last.text.push_str(&run.text);
                last.glyphs.extend(run.glyphs.iter().map(|glyph| {
                    let text = glyph.text.start.saturating_add(start)..glyph.text.end.saturating_add(start);
                    super::frame::Glyph { x: glyph.x + offset, text, ..glyph.clone() }
                }));
                continue;
            }
        }
        out.push(item);
    }
    out
}

/// A run of glyphs has at most so many bytes of text.
const LONGEST: usize = 64;

impl Setter<'_> {
    /// The lines of a formula; if one is too wide, how many times as wide as the measure.
    fn lines(&mut self, root: &Element, measure: Pt) -> Result<Lines, f64> {
        let (elements, style) = opened(&root.children, Style::DISPLAY);
        // Equations under one another are lines that pages may end between.
        if let [table] = elements
            && table.name == "mtable"
        {
            let table = self.rows(table, Style { display: true, ..style });
            if table.is_plain() {
                let widest = table.rows.iter().map(|row| row.width).fold(Pt::ZERO, Pt::max);
                let line = |piece: Piece| Line { piece, indent: Pt::ZERO };
                let lines = table.rows.into_iter().map(line).collect();
                return if widest <= measure {
                    Ok(Lines { lines, gap: Some(table.gap) })
                } else {
                    Err(widest / measure)
                };
            }
        }
        let em = self.em(style);
        let mut broken = |elements: &[Element]| {
            let cells = self.cells(elements, style);
            lines::broken(cells, measure, em).map(|lines| Lines { lines, gap: None })
        };
        broken(elements).or_else(|excess| match row::opened(elements) {
            Some(elements) => broken(&elements),
            None => Err(excess),
        })
    }

    /// An element.
    fn element(&mut self, element: &Element, style: Style) -> Piece {
        match element.name.as_str() {
            "mi" | "mn" | "mtext" | "ms" => self.token(element, style),
            "mo" => self.operator(element, style),
            "mspace" => self.space(element, style),
            "mfrac" => self.fraction(element, style),
            "msqrt" => self.root(element, style),
            "mroot" => self.indexed_root(element, style),
            "msub" | "msup" | "msubsup" => self.script(element, style),
            "mmultiscripts" => self.scripts(element, style),
            "munder" | "mover" | "munderover" => self.limits(element, style),
            "mtable" => self.table(element, style),
            "menclose" => self.enclosed(element, style),
            "mpadded" => self.padded(element, style),
            "mphantom" => Piece { items: Vec::new(), ..self.row(&element.children, style) },
            "mstyle" => {
                let style = styled(element, style);
                self.row(&element.children, style)
            }
            "semantics" => element.children.first().map(|first| self.element(first, style)).unwrap_or_default(),
            "annotation" | "annotation-xml" | "none" | "mprescripts" => Piece::default(),
            _ => self.row(&element.children, style),
        }
    }

    /// A row that is said to be wider or narrower than it is (MathML Core 3.3.6).
    fn padded(&mut self, element: &Element, style: Style) -> Piece {
        let content = self.row(&element.children, style);
        let em = self.em(style);
        let against = Against { em, whole: content.width };
        let of = |name: &str| element.value(name).and_then(|value| length::parse(value, against));
        let relative = element.value("width").is_some_and(|value| value.starts_with(['+', '-']));
        let width = match of("width") {
            Some(more) if relative => content.width + more,
            Some(width) => width,
            None => content.width,
        };
        let before = self.within(of("lspace").unwrap_or(Pt::ZERO)).max(-em);
        let role = content.role;
        let mut out = Piece::default();
        out.place(content, before, Pt::ZERO);
        Piece { width: self.within(width).max(Pt::ZERO), role, ..out }
    }
}

/// What `mstyle` says of the style (MathML Core 3.3.4).
fn styled(element: &Element, style: Style) -> Style {
    let display = element.flag("displaystyle").unwrap_or(style.display);
    let level = match element.value("scriptlevel") {
        Some(level) if level.starts_with(['+', '-']) => {
            let more: i8 = level.trim_start_matches('+').parse().unwrap_or(0);
            style.level.saturating_add_signed(more)
        }
        Some(level) => level.parse().unwrap_or(style.level),
        None => style.level,
    };
    let alphabet = element.value("mathvariant").and_then(alphabet::named).or(style.alphabet);
    Style { display, level, alphabet, ..style }
}

/// The row that a formula is, without what only encloses it.
fn opened(elements: &[Element], mut style: Style) -> (&[Element], Style) {
    let mut elements = elements;
    for _ in 0..DEEPEST {
        let [only] = elements else { break };
        match only.name.as_str() {
            "math" | "mrow" => elements = &only.children,
            "mstyle" => {
                style = styled(only, style);
                elements = &only.children;
            }
            "semantics" => elements = only.children.get(..1).unwrap_or_default(),
            _ => break,
        }
    }
    (elements, style)
}
