//! Tables: columns as wide as their cells need, three lines (over, under the head, under all), rows that may be broken
//! when they are high, the head repeated on each page.

use std::collections::BTreeMap;

use super::super::frame::{Item, ItemKind, TagId, TagRole};
use super::super::inline::{self, line::shifted};
use super::super::style::{Alignment, TextStyle};
use super::columns::{Needs, PADDING, fitted, widen};
use super::{Flow, Place, Strip, stack};
use crate::diag::Diagnostic;
use crate::font::Weight;
use crate::model::{self, Block, Cell, Inline, Math, Row, Table};
use crate::units::{Pt, Rect};

/// Rows higher than this share of the page's text may be broken.
const BREAKABLE: f64 = 0.3;
/// A column narrower than this many em cannot hold text: the rows are set as paragraphs.
const NARROWEST: f64 = 2.2;

/// Tables are set in type not smaller than this share of its usual size.
const SMALLEST: f64 = 0.6;

/// Tables not higher than this share of the page's text stay whole.
const WHOLE: f64 = 0.2;

/// Ending a page after a table's first row or before its last.
const ALONE: f64 = 500.0;
/// Type that is smaller than this share of its usual size is worth a warning.
const TINY: f64 = 0.75;

/// A cell covers so many columns at most (HTML 4.9.11).
const WIDEST: usize = 1000;

/// A cell in its place.
struct Placed<'a> {
    cell: &'a Cell,
    column: usize,
    columns: usize,
    rows: usize,
}

/// The columns of a table.
struct Grid {
    /// Left edges from the table's; one more than there are columns.
    edges: Vec<Pt>,
    /// White at both sides of a cell.
    padding: Pt,
    /// The table's left edge.
    x: Pt,
    /// Whether the first column is the rightmost.
    leftwards: bool,
    /// How the heads of columns stand whose cells all stand in another way than the usual.
    heads: Vec<Option<Alignment>>,
    /// Which columns hold numbers alone: their last digits stand under each other.
    numbers: Vec<bool>,
}

impl Grid {
    fn width(&self) -> Pt {
        self.edges.last().copied().unwrap_or_default()
    }

    fn span(&self, from: usize, columns: usize) -> (Pt, Pt) {
        let edge = |index: usize| self.edges.get(index).or(self.edges.last()).copied().unwrap_or_default();
        let width = edge(from + columns) - edge(from);
        let left = if self.leftwards { self.width() - edge(from) - width } else { edge(from) };
        (self.x + left, width)
    }
}

impl Flow<'_, '_> {
    /// Sets a table.
    pub(super) fn table(&mut self, table: &Table, place: &Place) {
        let theme = self.context.theme;
        let gap = place.leading * 0.6;
        let (size, leading) = (theme.pt(theme.table.size), theme.pt(theme.table.leading));
        let place = Place { size, leading, grid: false, indented: false, depth: place.depth + 1, ..place.clone() };
        let head = arrange(&table.head);
        let body = arrange(&table.body);
        let columns = head.iter().chain(&body).flatten().map(|cell| cell.column + cell.columns).max().unwrap_or(0);
        self.space(gap);
        let scale = (place.measure / (size * (columns as f64 * NARROWEST).max(1.0))).min(1.0);
        let small = Place { size: size * scale, leading: leading * scale, ..place.clone() };
        let fitted = (scale >= SMALLEST).then(|| {
            let needs = self.widths(&head, &body, columns, &small);
            fitted(needs, SMALLEST / scale, &small)
        });
        match fitted.flatten() {
            Some((needs, factor)) => {
                if scale < 1.0 || factor < TINY {
                    let message = format!("a table of {columns} columns is wide for the page and was set smaller");
                    self.diagnostics.push(Diagnostic::warning("table-wide", message).hint("use a larger page"));
                }
                let tag = self.tag(TagRole::Table, &small);
                let here = Place { tag, size: small.size * factor, leading: small.leading * factor, ..small };
                self.table_caption(table, &here);
                let grid = grid(&needs, factor, columns, &here);
                let numbers = numbers(&body, columns);
                let grid = Grid { heads: heads(&body, &numbers), numbers, ..grid };
                self.rows(&head, &body, &grid, &here);
            }
            None => {
                let message = format!("a table of {columns} columns is too wide for the page and was set row by row");
                let hint = "use a larger page";
                self.diagnostics.push(Diagnostic::warning("table-too-wide", message).hint(hint));
                self.table_caption(table, &place);
                self.records(&head, &body, &place);
            }
        }
        self.space(gap);
    }

    fn table_caption(&mut self, table: &Table, place: &Place) {
        if table.caption.is_empty() {
            return;
        }
        let tag = self.tag(TagRole::Caption, place);
        for strip in self.caption_strips(&table.caption, tag, place) {
            let before = strip.before;
            self.push(Strip { penalty: f64::INFINITY, grounds: place.grounds.clone(), ..strip }, before);
        }
        self.space(place.size * 0.4);
    }

    /// A table that no page can hold: its rows one after the other, each cell after the head of its column.
    fn records(&mut self, head: &[Vec<Placed<'_>>], body: &[Vec<Placed<'_>>], place: &Place) {
        let labels = labels(head);
        let said = if labels.is_empty() { head } else { &[] };
        let apart = if matches!(place.language.split('-').next(), Some("zh" | "ja" | "yue")) { "：" } else { ": " };
        for row in said.iter().chain(body) {
            for placed in row {
                let label = labels.get(&placed.column).filter(|_| placed.columns == 1);
                match (label, placed.cell.blocks.as_slice()) {
                    (_, []) => {}
                    (Some(label), blocks) => {
                        let mut line = vec![Inline::Strong(label.to_vec()), Inline::Text(apart.to_owned())];
                        let rest = match blocks {
                            [Block::Paragraph(content), rest @ ..] => {
                                line.extend(content.iter().cloned());
                                rest
                            }
                            _ => blocks,
                        };
                        self.blocks(&[Block::Paragraph(line)], place);
                        self.blocks(rest, place);
                    }
                    (None, blocks) => self.blocks(blocks, place),
                }
            }
            self.space(place.leading / 2.0);
        }
    }

    /// What each column needs at least and what it would take at most, without the white beside cells.
    fn widths(&mut self, head: &[Vec<Placed<'_>>], body: &[Vec<Placed<'_>>], columns: usize, place: &Place) -> Needs {
        let both = place.size * PADDING * 2.0;
        let mut least = vec![place.size; columns];
        let mut most = vec![place.size; columns];
        let cells: Vec<&Placed<'_>> = head.iter().chain(body).flatten().collect();
        for placed in cells.iter().filter(|placed| placed.columns == 1) {
            let (low, high) = self.cell_widths(placed.cell, place);
            if let (Some(least), Some(most)) = (least.get_mut(placed.column), most.get_mut(placed.column)) {
                *least = least.max(low);
                *most = most.max(high);
            }
        }
        for placed in cells.iter().filter(|placed| placed.columns > 1) {
            let (low, high) = self.cell_widths(placed.cell, place);
            let range = placed.column..(placed.column + placed.columns).min(columns);
            widen(&mut least, range.clone(), low, both);
            widen(&mut most, range, high, both);
        }
        Needs { least, most }
    }

    fn cell_widths(&mut self, cell: &Cell, place: &Place) -> (Pt, Pt) {
        let mut widest = (Pt::ZERO, Pt::ZERO);
        for block in &cell.blocks {
            let (low, high) = match block {
                Block::Paragraph(content) | Block::Heading { content, .. } => {
                    self.text_widths(content, cell.header, place)
                }
                Block::Math(math) => self.math_widths(math, place),
                _ => (place.size * 5.0, place.measure),
            };
            widest = (widest.0.max(low), widest.1.max(high));
        }
        // A rounding error must not break what just fits.
        (widest.0, widest.1 + Pt(0.01))
    }

    fn math_widths(&mut self, math: &Math, place: &Place) -> (Pt, Pt) {
        match self.math_rows(math, place) {
            Some(rows) => {
                let widest = rows.iter().map(|row| row.width).fold(Pt::ZERO, Pt::max);
                (widest.min(place.size * 5.0), widest)
            }
            None => self.text_widths(&[Inline::Math(math.clone())], false, place),
        }
    }

    fn text_widths(&mut self, content: &[Inline], header: bool, place: &Place) -> (Pt, Pt) {
        let style = cell_style(header, place);
        let tags = None;
        let super::Context { theme, images, notes, .. } = *self.context;
        let mut collector = super::Collector { theme, images, notes, tags, measure: place.measure };
        let collected = collector.collect(content, style, None);
        inline::widths(&collected, &place.language, self.shaper)
    }

    fn rows(&mut self, head: &[Vec<Placed<'_>>], body: &[Vec<Placed<'_>>], grid: &Grid, place: &Place) {
        let colour = self.context.theme.colour.text.0;
        let rule = |y: Pt, width: f64| {
            let rect = Rect::new(grid.x, y, grid.width(), Pt(width));
            Item { tag: None, kind: ItemKind::Fill { rect, colour } }
        };
        let section = |flow: &mut Self, role| flow.tag(role, place);
        let mut head_strips = Vec::new();
        if !head.is_empty() {
            let tag = section(self, TagRole::TableHead);
            head_strips = self.section(head, grid, &Place { tag, ..place.clone() });
        }
        let tag = section(self, TagRole::TableBody);
        let mut body_strips = self.section(body, grid, &Place { tag, ..place.clone() });
        if let Some(first) = head_strips.first_mut().or(body_strips.first_mut()) {
            let y = -first.above - Pt(0.4);
            first.items.insert(0, rule(y, 0.8));
        }
        if let Some(last) = head_strips.last_mut() {
            last.items.push(rule(last.below, 0.5));
            last.below += Pt(0.5);
        }
        if let Some(last) = body_strips.last_mut().or(head_strips.last_mut()) {
            last.items.push(rule(last.below, 0.8));
            last.below += Pt(0.8);
        }
        let height: Pt = head_strips.iter().chain(&body_strips).map(Strip::height).sum();
        let whole = height <= self.context.area.height * WHOLE;
        let repeat = (!head_strips.is_empty()).then(|| {
            self.out.heads.push(head_strips.iter().map(without_tags).collect());
            self.out.heads.len() - 1
        });
        for strip in head_strips {
            self.push(Strip { penalty: f64::INFINITY, ..strip }, Pt::ZERO);
        }
        let count = body_strips.len();
        for (index, strip) in body_strips.into_iter().enumerate() {
            let apart = match index {
                last if last + 1 == count => 0.0,
                _ if whole => f64::INFINITY,
                first if first == 0 || first + 2 == count => ALONE,
                _ => 0.0,
            };
            let penalty = strip.penalty.max(apart);
            self.push(Strip { repeat, penalty, ..strip }, Pt::ZERO);
        }
    }

    /// The rows of head or body.
    fn section(&mut self, rows: &[Vec<Placed<'_>>], grid: &Grid, place: &Place) -> Vec<Strip> {
        // What hangs down from cells that cover several rows: rows still covered, and height still wanted.
        let mut hanging: Vec<(usize, Pt)> = Vec::new();
        // How many more rows each column is covered from above.
        let mut covers = vec![0; grid.edges.len().saturating_sub(1)];
        let mut out = Vec::new();
        for row in rows {
            let tag = self.tag(TagRole::TableRow, place);
            let here = Place { tag, ..place.clone() };
            let mut cells = Vec::new();
            for placed in row {
                let strips = self.cell(placed, grid, &here);
                let height = stack(strips.clone()).below;
                if placed.rows > 1 {
                    hanging.push((placed.rows, height));
                }
                cells.push((strips, height, placed.rows));
            }
            self.empty_cells(row, &mut covers, &here);
            let single = |rows: usize| rows == 1;
            let mut height = cells.iter().filter(|cell| single(cell.2)).map(|cell| cell.1).fold(Pt::ZERO, Pt::max);
            for (_, wanted) in hanging.iter().filter(|(rows, _)| single(*rows)) {
                height = height.max(*wanted);
            }
            hanging.iter_mut().for_each(|(rows, wanted)| {
                *rows = rows.saturating_sub(1);
                *wanted -= height;
            });
            hanging.retain(|(rows, _)| *rows > 0);
            let covered = !hanging.is_empty();
            let strips: Vec<Vec<Strip>> = cells.into_iter().map(|cell| cell.0).collect();
            out.extend(self.row(strips, height, covered, place));
        }
        out
    }

    /// All rows have as many columns (ISO 14289-1 §7.5, ISO 32000-1 §14.8.4.3.4): where a row lacks cells, empty ones are said.
    fn empty_cells(&mut self, row: &[Placed<'_>], covers: &mut [usize], place: &Place) {
        let mut free: Vec<bool> = covers.iter().map(|rows| *rows == 0).collect();
        covers.iter_mut().for_each(|rows| *rows = rows.saturating_sub(1));
        for placed in row {
            let columns = placed.column..placed.column + placed.columns;
            for (free, rows) in free.iter_mut().zip(covers.iter_mut()).skip(columns.start).take(columns.len()) {
                (*free, *rows) = (false, (*rows).max(placed.rows.saturating_sub(1)));
            }
        }
        for run in free.chunk_by(|one, next| one == next).filter(|run| run.first() == Some(&true)) {
            let columns = u16::try_from(run.len()).unwrap_or(u16::MAX);
            self.tag(TagRole::DataCell { columns, rows: 1 }, place);
        }
    }

    /// A cell's strips, placed beside their column's left edge.
    fn cell(&mut self, placed: &Placed<'_>, grid: &Grid, place: &Place) -> Vec<Strip> {
        let (x, width) = grid.span(placed.column, placed.columns);
        let span = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
        let (columns, rows) = (span(placed.columns), span(placed.rows));
        let role = if placed.cell.header {
            TagRole::HeaderCell { column: true, columns, rows }
        } else {
            TagRole::DataCell { columns, rows }
        };
        let tag = self.tag(role, place);
        let inner_width = (width - grid.padding * 2.0).max(Pt(1.0));
        let squares = ["zh", "ja", "yue"].contains(&place.language.split('-').next().unwrap_or_default());
        let alignment = match placed.cell.alignment {
            model::Alignment::Start if placed.cell.header && placed.columns > 1 => Alignment::Center,
            model::Alignment::Start if placed.cell.header => {
                grid.heads.get(placed.column).copied().flatten().unwrap_or(Alignment::Start)
            }
            model::Alignment::Start if placed.columns == 1 && grid.numbers.get(placed.column) == Some(&true) => {
                Alignment::End
            }
            // Narrow lines of words are never spaced evenly.
            model::Alignment::Start if squares && inner_width > place.size * 16.0 => Alignment::Justified,
            model::Alignment::Start => Alignment::Start,
            model::Alignment::Center => Alignment::Center,
            model::Alignment::End => Alignment::End,
        };
        let inner =
            Place { x: x + grid.padding, measure: inner_width, tag, alignment, grounds: Vec::new(), ..place.clone() };
        let padding = grid.padding * 0.6;
        let mut strips = self.apart(|flow| match placed.cell.blocks.as_slice() {
            [Block::Paragraph(content)] if placed.cell.header => {
                let collected = flow.collect(content, cell_style(true, &inner), tag, inner.measure);
                flow.text(&collected, &inner.paragraph(), &inner, &super::Stand::default());
            }
            blocks => flow.blocks(blocks, &inner),
        });
        if let Some(first) = strips.first_mut() {
            first.above += padding;
        }
        if let Some(last) = strips.last_mut() {
            last.below += padding;
        }
        strips
    }

    /// A row: one strip, or several that a page may end between if it is high.
    fn row(&mut self, cells: Vec<Vec<Strip>>, height: Pt, covered: bool, place: &Place) -> Vec<Strip> {
        let limit = self.context.area.height * BREAKABLE;
        let penalty = if covered { f64::INFINITY } else { 0.0 };
        let grounds = place.grounds.clone();
        if height <= limit || covered && height <= self.context.area.height {
            let mut out = Strip { below: height, penalty, grounds, ..Strip::default() };
            for cell in cells {
                let part = stack(cell);
                out.items.extend(part.items);
                out.notes.extend(part.notes);
                out.places.extend(part.places);
            }
            return vec![out];
        }
        slices(cells, height).into_iter().map(|strip| Strip { grounds: grounds.clone(), ..strip }).collect()
    }
}

/// The heads of columns by their number, if all heads are of one column and in one row.
fn labels<'a>(head: &[Vec<Placed<'a>>]) -> BTreeMap<usize, &'a [Inline]> {
    let [row] = head else { return BTreeMap::new() };
    let label = |placed: &Placed<'a>| match placed.cell.blocks.as_slice() {
        [Block::Paragraph(content)] if placed.columns == 1 => Some((placed.column, content.as_slice())),
        _ => None,
    };
    row.iter().filter(|placed| !placed.cell.blocks.is_empty()).map(label).collect::<Option<_>>().unwrap_or_default()
}

/// Column widths: as wide as the cells would be if they fit; else each at least its longest word and a share of the rest
/// by what it lacks.
fn grid(needs: &Needs, factor: f64, columns: usize, place: &Place) -> Grid {
    let padding = place.size * PADDING;
    let both = padding * 2.0;
    let room = place.measure - both * columns as f64;
    let widths = needs.shared(factor, room.max(Pt(columns as f64)), place);
    let mut edges = vec![Pt::ZERO];
    for width in widths {
        edges.push(edges.last().copied().unwrap_or_default() + width + both);
    }
    let width = edges.last().copied().unwrap_or_default();
    let x = place.x + ((place.measure - width) / 2.0).max(Pt::ZERO);
    Grid { edges, padding, x, leftwards: place.runs_leftwards(), heads: Vec::new(), numbers: Vec::new() }
}

/// Cuts a high row where no cell has a line across.
fn slices(cells: Vec<Vec<Strip>>, height: Pt) -> Vec<Strip> {
    // Each line with its top and bottom in the row.
    let mut lines: Vec<(Pt, Pt, usize, Strip)> = Vec::new();
    for (column, cell) in cells.into_iter().enumerate() {
        let mut y = Pt::ZERO;
        for (index, strip) in cell.into_iter().enumerate() {
            let top = y + if index > 0 { strip.before } else { Pt::ZERO };
            y = top + strip.height();
            lines.push((top, y, column, strip));
        }
    }
    lines.sort_by(|a, b| a.0.0.total_cmp(&b.0.0).then(a.2.cmp(&b.2)));
    let mut out: Vec<Strip> = Vec::new();
    let (mut start, mut end) = (Pt::ZERO, Pt::ZERO);
    for (top, bottom, _, strip) in lines {
        if out.is_empty() || top >= end - Pt(0.01) {
            if let Some(last) = out.last_mut() {
                last.below = top - start;
            }
            out.push(Strip::default());
            start = top;
        }
        end = end.max(bottom);
        if let Some(slice) = out.last_mut() {
            let baseline = top - start + strip.above;
            slice.items.extend(strip.items.into_iter().map(|item| shifted(item, Pt::ZERO, baseline)));
            slice.notes.extend(strip.notes);
            slice.places.extend(strip.places);
            slice.below = end - start;
        }
    }
    if let Some(last) = out.last_mut() {
        last.below = last.below.max(height - start);
    }
    out
}

/// Where the cells of rows stand, once those that hang down from rows above have taken their places (HTML 4.9.12).
fn arrange(rows: &[Row]) -> Vec<Vec<Placed<'_>>> {
    // Rows that each column is still covered for.
    let mut covered: Vec<usize> = Vec::new();
    let mut out = Vec::with_capacity(rows.len());
    for (index, row) in rows.iter().enumerate() {
        let mut placed = Vec::with_capacity(row.cells.len());
        let mut column = 0;
        for cell in &row.cells {
            while covered.get(column).is_some_and(|rows| *rows > 0) {
                column += 1;
            }
            let columns = usize::from(cell.columns.max(1)).min(WIDEST);
            // Cells lie beside each other: one that would reach under one from above ends before it.
            let free = covered.iter().skip(column).take_while(|rows| **rows == 0).count();
            let columns = if column + free < covered.len() { columns.min(free.max(1)) } else { columns };
            // A table that is far too wide is set row by row: what hangs down into it would take its time for nothing.
            let rows = if column > WIDEST { 1 } else { usize::from(cell.rows.max(1)).min(rows.len() - index) };
            if covered.len() < column + columns {
                covered.resize(column + columns, 0);
            }
            covered[column..column + columns].iter_mut().for_each(|covered| *covered = rows);
            placed.push(Placed { cell, column, columns, rows });
            column += columns;
        }
        covered.iter_mut().for_each(|rows| *rows = rows.saturating_sub(1));
        out.push(placed);
    }
    out
}

/// How the head of each column stands: as its cells do, if they all stand in the middle or at the end.
fn heads(body: &[Vec<Placed<'_>>], numbers: &[bool]) -> Vec<Option<Alignment>> {
    let mut out = vec![None; numbers.len()];
    let mut mixed = vec![false; numbers.len()];
    for placed in body.iter().flatten().filter(|placed| placed.columns == 1) {
        let own = match placed.cell.alignment {
            model::Alignment::Start if numbers.get(placed.column) == Some(&true) => Some(Alignment::End),
            model::Alignment::Start => None,
            model::Alignment::Center => Some(Alignment::Center),
            model::Alignment::End => Some(Alignment::End),
        };
        if let (Some(head), Some(mixed)) = (out.get_mut(placed.column), mixed.get_mut(placed.column)) {
            *mixed |= own.is_none() || head.is_some_and(|known| Some(known) != own);
            *head = own;
        }
    }
    out.into_iter().zip(mixed).map(|(head, mixed)| head.filter(|_| !mixed)).collect()
}

/// Which columns have two numbers or more and nothing else.
fn numbers(body: &[Vec<Placed<'_>>], columns: usize) -> Vec<bool> {
    let mut counts = vec![Some(0_usize); columns];
    for placed in body.iter().flatten().filter(|placed| placed.columns == 1 && !placed.cell.header) {
        let Some(count) = counts.get_mut(placed.column) else { continue };
        let text = match placed.cell.blocks.as_slice() {
            [] => continue,
            [Block::Paragraph(content)] => model::plain_text(content),
            _ => {
                *count = None;
                continue;
            }
        };
        let sign = |c: char| c.is_ascii_digit() || " .,:+-−–—±%‰$€£¥￥\u{A0}\u{2009}\u{202F}".contains(c);
        match () {
            () if !text.chars().all(sign) => *count = None,
            () if text.contains(|c: char| c.is_ascii_digit()) => *count = count.map(|count| count + 1),
            () => {}
        }
    }
    counts.into_iter().map(|count| count.is_some_and(|count| count > 1)).collect()
}

fn cell_style(header: bool, place: &Place) -> TextStyle {
    TextStyle { weight: if header { Weight::Bold } else { Weight::Regular }, ..place.text() }
}

/// A strip of a repeated head: no content, it was read already.
fn without_tags(strip: &Strip) -> Strip {
    let mut strip = strip.clone();
    strip.items.retain(|item| !matches!(item.kind, ItemKind::Link { .. }));
    strip.items.iter_mut().for_each(|item| item.tag = None::<TagId>);
    strip.notes.clear();
    strip.places.clear();
    strip
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_give_way_to_those_that_hang_down() {
        let cell = |columns, rows| Cell {
            header: false,
            columns,
            rows,
            alignment: model::Alignment::Start,
            blocks: Vec::new(),
        };
        let rows = [Row { cells: vec![cell(1, 2), cell(2, 1)] }, Row { cells: vec![cell(1, 1), cell(1, 9)] }];
        let placed = arrange(&rows);
        let places: Vec<_> = placed.iter().flatten().map(|p| (p.column, p.columns, p.rows)).collect();
        assert_eq!(places, [(0, 1, 2), (1, 2, 1), (1, 1, 1), (2, 1, 1)]);
    }
}
