//! Tables: those that hold data, with spans that fit; those that only lay out are told apart.

use super::blocks::Flow;
use super::inlines;
use super::marks::Marks;
use super::tree::{NodeId, Tree};
use crate::model::{Alignment, Cell, Inline, Row, Table};

/// The most columns and rows that a cell may cover.
const SPAN: u16 = 100;
/// The most cells of a table; a longer one is read as text.
const CELLS: usize = 20_000;

/// The cells of a table in document order, without those of tables within.
pub(super) fn cells(tree: &Tree, marks: &Marks, table: NodeId) -> Vec<NodeId> {
    let mut found = Vec::new();
    for part in rows(tree, marks, table) {
        found.extend(part.cells);
    }
    found.extend(tree.children(table).filter(|child| tree.name(*child) == "caption"));
    found
}

struct SourceRow {
    in_head: bool,
    cells: Vec<NodeId>,
}

fn rows(tree: &Tree, marks: &Marks, table: NodeId) -> Vec<SourceRow> {
    let mut found = Vec::new();
    for part in tree.children(table) {
        match tree.name(part) {
            "tr" => found.push(row(tree, marks, part, false)),
            name @ ("thead" | "tbody" | "tfoot") => {
                let rows = tree.children(part).filter(|child| tree.name(*child) == "tr");
                found.extend(rows.map(|tr| row(tree, marks, tr, name == "thead")));
            }
            _ => {}
        }
    }
    found
}

fn row(tree: &Tree, marks: &Marks, tr: NodeId, in_head: bool) -> SourceRow {
    let is_cell = |child: &NodeId| matches!(tree.name(*child), "td" | "th") && !marks.dropped(*child);
    let cells = tree.children(tr).filter(is_cell).collect();
    SourceRow { in_head, cells }
}

/// A table of data, or `None` if it is there for the looks.
pub(super) fn table(flow: &Flow<'_>, id: NodeId) -> Option<Table> {
    let tree = flow.context.tree;
    let source = rows(tree, flow.context.marks, id);
    if is_layout(tree, id, &source) {
        return None;
    }
    let mut head = Vec::new();
    let mut body = Vec::new();
    let any_head = source.iter().any(|row| row.in_head);
    for (index, row) in source.iter().enumerate() {
        let heads = |cell: &NodeId| tree.name(*cell) == "th" || tree.text_of(*cell).trim().is_empty();
        let all_headers = index == 0 && row.cells.len() > 1 && row.cells.iter().all(heads);
        let made = Row { cells: row.cells.iter().map(|cell| self::cell(flow, *cell)).collect() };
        let to = if body.is_empty() && (row.in_head || !any_head && all_headers) { &mut head } else { &mut body };
        to.push(made);
    }
    if body.is_empty() {
        std::mem::swap(&mut head, &mut body);
    }
    let (head, body) = (tidy(head), tidy(body));
    let columns = columns(&head).max(columns(&body));
    let (head, body) = drop_empty_columns(head, body, columns);
    if head.is_empty() && body.is_empty() {
        return None;
    }
    let caption = tree.children(id).find(|child| tree.name(*child) == "caption");
    let caption = caption.map_or(Vec::new(), |caption| flow.running(caption, &Inline::Break).0);
    Some(Table { caption: if inlines::shows(&caption) { caption } else { Vec::new() }, head, body })
}

/// A table of one column or one cell, one that holds tables, or one whose cells hold whole articles.
fn is_layout(tree: &Tree, id: NodeId, rows: &[SourceRow]) -> bool {
    let widest = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let count: usize = rows.iter().map(|row| row.cells.len()).sum();
    if widest <= 1 || count > CELLS || tree.value(id, "role") == Some("presentation") {
        return true;
    }
    if tree.named(id, "table").nth(1).is_some() {
        return true;
    }
    let headers = tree.named(id, "th").next().is_some() || tree.named(id, "caption").next().is_some();
    let long = |cell: &NodeId| tree.named(*cell, "p").nth(2).is_some() || tree.named(*cell, "h2").next().is_some();
    !headers && rows.iter().flat_map(|row| &row.cells).filter(|cell| long(cell)).count() * 3 >= count
}

fn cell(flow: &Flow<'_>, id: NodeId) -> Cell {
    let tree = flow.context.tree;
    let span = |name| tree.value(id, name).and_then(|n| n.parse::<u16>().ok()).unwrap_or(1).clamp(1, SPAN);
    Cell {
        header: tree.name(id) == "th",
        columns: span("colspan"),
        rows: span("rowspan"),
        alignment: alignment(tree, id),
        blocks: flow.inside(id),
    }
}

fn alignment(tree: &Tree, id: NodeId) -> Alignment {
    let style = tree.attribute(id, "style").unwrap_or_default().to_ascii_lowercase().replace(' ', "");
    let styled = style.split(';').find_map(|rule| rule.strip_prefix("text-align:"));
    match styled.or_else(|| tree.value(id, "align")) {
        Some("center") => Alignment::Center,
        Some("right" | "end") => Alignment::End,
        _ => Alignment::Start,
    }
}

/// Cuts spans to what there is, and takes empty rows away.
fn tidy(mut rows: Vec<Row>) -> Vec<Row> {
    rows.retain(|row| row.cells.iter().any(|cell| !cell.blocks.is_empty()));
    let count = rows.len();
    for (index, row) in rows.iter_mut().enumerate() {
        for cell in &mut row.cells {
            cell.rows = cell.rows.min(u16::try_from(count - index).unwrap_or(u16::MAX));
        }
    }
    rows
}

/// For each cell its first column; cells of rows above reach down.
fn places(rows: &[Row]) -> Vec<Vec<usize>> {
    let mut reach: Vec<u16> = Vec::new();
    let mut all = Vec::new();
    for row in rows {
        let mut at = 0;
        let mut places = Vec::new();
        let mut next: Vec<u16> = reach.iter().map(|rows| rows.saturating_sub(1)).collect();
        for cell in &row.cells {
            while reach.get(at).is_some_and(|rows| *rows > 0) {
                at += 1;
            }
            places.push(at);
            let end = at + usize::from(cell.columns);
            if next.len() < end {
                next.resize(end, 0);
                reach.resize(end, 0);
            }
            for below in &mut next[at..end] {
                *below = (*below).max(cell.rows - 1);
            }
            at = end;
        }
        reach = next;
        all.push(places);
    }
    all
}

fn columns(rows: &[Row]) -> usize {
    let ends = places(rows).into_iter().zip(rows).flat_map(|(places, row)| {
        places.into_iter().zip(&row.cells).map(|(at, cell)| at + usize::from(cell.columns)).collect::<Vec<_>>()
    });
    ends.max().unwrap_or(0)
}

/// Takes columns away that hold nothing: they were there as a distance.
fn drop_empty_columns(mut head: Vec<Row>, mut body: Vec<Row>, columns: usize) -> (Vec<Row>, Vec<Row>) {
    let mut holds = vec![false; columns];
    for rows in [&head, &body] {
        for (places, row) in places(rows).iter().zip(rows) {
            for (at, cell) in places.iter().zip(&row.cells) {
                // A cell over several columns holds up its first one only.
                if !cell.blocks.is_empty()
                    && let Some(holds) = holds.get_mut(*at)
                {
                    *holds = true;
                }
            }
        }
    }
    if holds.iter().all(|holds| *holds) {
        return (head, body);
    }
    for rows in [&mut head, &mut body] {
        let places = places(rows);
        for (places, row) in places.iter().zip(rows.iter_mut()) {
            let mut kept = Vec::new();
            for (at, mut cell) in places.iter().zip(std::mem::take(&mut row.cells)) {
                let covered = &holds[*at..(*at + usize::from(cell.columns)).min(columns)];
                let left = covered.iter().filter(|holds| **holds).count();
                if left > 0 {
                    cell.columns = u16::try_from(left).unwrap_or(1);
                    kept.push(cell);
                }
            }
            row.cells = kept;
        }
        rows.retain(|row| !row.cells.is_empty());
    }
    (tidy(head), tidy(body))
}
