//! Tables: matrices, cases, equations under one another (MathML Core 3.5).

use std::borrow::Cow;

use super::length::{self, Against};
use super::operator::{Form, Kind};
use super::piece::Piece;
use super::row::core;
use super::setter::{Core, Setter, Style};
use super::token::entry;
use super::tree::Element;
use crate::units::Pt;

/// White between columns and between rows, in em, where nothing is said.
const COLUMN: f64 = 0.8;
const ROW: f64 = 0.25;
/// The same between rows that have as much room as a formula on its own line.
const OPEN_ROW: f64 = 0.5;
/// A row is at least so high and so deep, in em, as a line of text is.
const STRUT: (f64, f64) = (0.7, 0.3);
/// White at both sides of a table that is part of a formula, in em: fences do not touch it.
const BESIDE: f64 = 0.15;
/// A cell covers so many columns at most.
const WIDEST: usize = 64;

/// Where a cell's content stands in its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Align {
    Left,
    Center,
    Right,
}

/// A cell that was set.
struct Cell {
    piece: Piece,
    column: usize,
    columns: usize,
    align: Align,
}

/// A table whose columns are known.
pub(super) struct Table {
    /// Each row as a piece as wide as the table, on its own baseline.
    pub(super) rows: Vec<Piece>,
    /// White under each row but the last.
    pub(super) gap: Pt,
    /// From the table's left edge.
    lines: Vec<Pt>,
    /// After which rows there is a line.
    ruled: Vec<usize>,
    width: Pt,
}

impl Table {
    /// Whether it has no lines between its cells.
    pub(super) fn is_plain(&self) -> bool {
        self.lines.is_empty() && self.ruled.is_empty()
    }
}

impl Setter<'_> {
    /// A table, its middle on the axis.
    pub(super) fn table(&mut self, element: &Element, style: Style) -> Piece {
        let Table { rows, gap, lines, ruled, width } = self.rows(element, style);
        let mut out = Piece::space(width);
        let mut y = Pt::ZERO;
        let count = rows.len();
        let line = self.em(style) * self.constants.fraction_rule_thickness * 0.7;
        for (index, row) in rows.into_iter().enumerate() {
            y += row.ascent;
            let descent = row.descent;
            out.place(row, Pt::ZERO, -y);
            y += descent;
            if index + 1 < count {
                if ruled.contains(&index) {
                    out.bar((Pt::ZERO, -(y + gap / 2.0)), (width, line), self.text.colour);
                }
                y += gap;
            }
        }
        for x in lines {
            out.bar((x - line / 2.0, -y), (line, y), self.text.colour);
        }
        let middle = self.axis(style) + y / 2.0;
        let beside = self.em(style) * BESIDE;
        let mut centred = Piece::default();
        centred.place(out, beside, middle);
        centred.width = width + beside * 2.0;
        centred
    }

    /// The rows of a table.
    pub(super) fn rows(&mut self, element: &Element, style: Style) -> Table {
        let display = element.flag("displaystyle").unwrap_or(false);
        let inner = Style { display, ..style.within() };
        let em = self.em(style);
        let whole = Against { em, whole: em };
        let aligns = aligns(element.value("columnalign"));
        let lengths = |name: &str| -> Vec<Pt> {
            let values = element.value(name).unwrap_or_default().split_whitespace();
            values.filter_map(|value| length::parse(value, whole)).map(|gap| gap.max(Pt::ZERO)).collect()
        };
        let (between, under) = (lengths("columnspacing"), lengths("rowspacing"));
        let usual = em * if display { OPEN_ROW } else { ROW };
        let gap = under.first().copied().unwrap_or(usual).min(em * 4.0);
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        let mut widths: Vec<Pt> = Vec::new();
        for row in element.children.iter().filter(|row| matches!(row.name.as_str(), "mtr" | "mlabeledtr")) {
            let own = row.value("columnalign").map(|value| self::aligns(Some(value)));
            let cells = self.table_row(row, own.as_deref().unwrap_or(&aligns), inner);
            for cell in cells.iter().filter(|cell| cell.columns == 1) {
                if widths.len() <= cell.column {
                    widths.resize(cell.column + 1, Pt::ZERO);
                }
                if let Some(width) = widths.get_mut(cell.column) {
                    *width = width.max(cell.piece.width);
                }
            }
            rows.push(cells);
        }
        let columns = rows.iter().flatten().map(|cell| cell.column + cell.columns).max().unwrap_or(0);
        widths.resize(columns, Pt::ZERO);
        let white = |column: usize| between.get(column).or(between.last()).copied().unwrap_or(em * COLUMN);
        let mut edges = Vec::with_capacity(columns);
        let mut x = Pt::ZERO;
        for (column, width) in widths.iter().enumerate() {
            x += if column > 0 { white(column - 1) } else { Pt::ZERO };
            edges.push((x, *width));
            x += *width;
        }
        // What covers several columns makes the table wider, if it must.
        let reach = |cell: &Cell| edges.get(cell.column).map_or(Pt::ZERO, |(left, _)| *left + cell.piece.width);
        let width = rows.iter().flatten().map(reach).fold(x, Pt::max);
        let solid = |name: &str| -> Vec<usize> {
            let values = element.value(name).unwrap_or_default().split_whitespace();
            values.enumerate().filter(|(_, value)| *value != "none").map(|(index, _)| index).collect()
        };
        let middle = |column: usize| edges.get(column + 1).map(|(left, _)| *left - white(column) / 2.0);
        let lines = solid("columnlines").into_iter().filter_map(middle).collect();
        let rows = rows.into_iter().map(|row| self.laid(row, &edges, (width, em))).collect();
        Table { rows, gap, lines, ruled: solid("rowlines"), width }
    }

    fn table_row(&mut self, row: &Element, aligns: &[Align], style: Style) -> Vec<Cell> {
        let labelled = row.name == "mlabeledtr";
        let skipped = usize::from(labelled);
        // The label of a row stands behind it.
        let cells = row.children.iter().skip(skipped).chain(row.children.iter().take(skipped));
        let mut column = 0;
        let mut out = Vec::with_capacity(row.children.len());
        for cell in cells {
            let columns = cell.value("columnspan").and_then(|value| value.parse::<usize>().ok()).unwrap_or(1);
            let columns = columns.clamp(1, WIDEST);
            let usual = aligns.get(column).or(aligns.last()).copied().unwrap_or(Align::Center);
            let own = cell.value("columnalign").map(|value| self::aligns(Some(value)));
            let align = own.and_then(|own| own.first().copied()).unwrap_or(usual);
            let goes_on = column > 0 && align == Align::Left;
            let content = match cell.name.as_str() {
                "mtd" if goes_on => {
                    let core = Core { form: Some(Form::Infix), target: None };
                    self.row(&operated(&cell.children), Style { core, ..style })
                }
                "mtd" => self.row(&cell.children, style),
                _ => self.element(cell, style),
            };
            let (before, after) = content.role.map_or((Pt::ZERO, Pt::ZERO), |role| (role.before, role.after));
            let lead = if content.role.is_some() || !goes_on { before } else { self.lead(cell, style) };
            let mut piece = Piece::space(lead + content.width + after);
            let (width, overhang) = (lead + content.width + after, content.overhang());
            piece.place(content, lead, Pt::ZERO);
            piece.width = width + overhang;
            out.push(Cell { piece, column, columns, align });
            column += columns;
        }
        out
    }

    /// The white before a cell that begins with an operator and goes on from the cell before it: `a &= b`.
    fn lead(&mut self, cell: &Element, style: Style) -> Pt {
        let entry = cell.children.first().and_then(|first| operation(first)).map(|core| entry(core, Some(Form::Infix)));
        match entry {
            Some(entry) if matches!(entry.kind, Kind::Relation | Kind::Binary) => {
                self.em(style) * (entry.before / 18.0)
            }
            _ => Pt::ZERO,
        }
    }

    /// The cells of a row in their columns.
    fn laid(&self, row: Vec<Cell>, edges: &[(Pt, Pt)], (width, em): (Pt, Pt)) -> Piece {
        let mut out = Piece { ascent: em * STRUT.0, descent: em * STRUT.1, ..Piece::space(width) };
        for cell in row {
            let Some((left, own)) = edges.get(cell.column).copied() else { continue };
            let last = edges.get(cell.column + cell.columns - 1).copied().unwrap_or((left, own));
            let room = last.0 + last.1 - left - cell.piece.width;
            let x = left
                + match cell.align {
                    Align::Left => Pt::ZERO,
                    Align::Center => room.max(Pt::ZERO) / 2.0,
                    Align::Right => room.max(Pt::ZERO),
                };
            out.place(cell.piece, x, Pt::ZERO);
        }
        out.width = width;
        out
    }
}

/// The operator that an element is, or would be: a program that reads TeX takes `+` for a variable where nothing is before
/// it in its cell.
fn operation(element: &Element) -> Option<&Element> {
    match core(element) {
        None if element.name == "mi" => element
            .character()
            .filter(|c| matches!(c, '+' | '-' | '−' | '±' | '∓' | '×' | '⋅' | '∪' | '∩'))
            .map(|_| element),
        found => found,
    }
}

/// The elements of a cell that goes on from the one before it, such a variable made an operator.
fn operated(elements: &[Element]) -> Cow<'_, [Element]> {
    match elements {
        [first, _, ..] if first.name == "mi" && operation(first).is_some() => {
            let mut elements = elements.to_vec();
            if let Some(first) = elements.first_mut() {
                "mo".clone_into(&mut first.name);
            }
            Cow::Owned(elements)
        }
        _ => Cow::Borrowed(elements),
    }
}

fn aligns(value: Option<&str>) -> Vec<Align> {
    let words = value.unwrap_or_default().split_whitespace();
    words
        .map(|word| match word {
            "left" => Align::Left,
            "right" => Align::Right,
            _ => Align::Center,
        })
        .collect()
}
