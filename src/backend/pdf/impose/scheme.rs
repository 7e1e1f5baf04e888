//! Which page stands where on which sheet, for sheets that are later cut, stacked, folded and nested.
//!
//! Cells are counted from the upper left. A back is as one sees it who has turned the sheet over like a page of a book,
//! about its upright axis; what the printer does otherwise is corrected in [`place`](super::place).

use super::{Binding, Scheme};

/// A sheet of paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sheet {
    /// The side printed first.
    pub(super) front: Vec<Cell>,
    /// The other side; `None` if it stays empty.
    pub(super) back: Option<Vec<Cell>>,
    /// How many sheets are around it when it is folded.
    pub(super) depth: usize,
    /// Which fold it belongs to, from 0.
    pub(super) signature: usize,
}

/// A place on a side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    /// From the left.
    pub(super) column: usize,
    /// From the top.
    pub(super) row: usize,
    /// The page from 0; `None` for a blank.
    pub(super) page: Option<usize>,
    /// Whether it stands on its head.
    pub(super) turned: bool,
}

/// How many cells a side has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Grid {
    /// Beside one another.
    pub(super) columns: usize,
    /// Above one another.
    pub(super) rows: usize,
}

/// What decides where pages stand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Order {
    /// How sheets become a book.
    pub(super) scheme: Scheme,
    /// Where it is bound.
    pub(super) binding: Binding,
    /// Whether blanks stand before the last page, which is a cover.
    pub(super) cover: bool,
    /// Whether sheets are printed on one side.
    pub(super) one_sided: bool,
}

/// The sheets for a number of pages, in the order of printing.
pub(super) fn sheets(order: Order, grid: Grid, pages: usize) -> Vec<Sheet> {
    let slots = slots(pages, group(order), order.cover);
    let mut sheets = match order.scheme {
        Scheme::Booklet => folded(&slots, slots.len() / 4, 0),
        Scheme::Signatures(most) => signatures(&slots, usize::from(most.max(1))),
        Scheme::TwoUp | Scheme::FourUp => in_order(&slots, grid, order.one_sided),
        Scheme::Cards => cards(&slots, grid, order.one_sided),
        Scheme::Zine8 => slots.chunks_exact(8).map(zine).collect(),
        Scheme::Perfect => stacks(&slots),
    };
    if order.binding == Binding::Right && order.scheme != Scheme::Cards {
        sheets.iter_mut().for_each(|sheet| mirror(sheet, grid.columns));
    }
    sheets
}

/// Pages come in groups of so many.
fn group(order: Order) -> usize {
    match order.scheme {
        Scheme::Booklet | Scheme::Signatures(_) | Scheme::Perfect => 4,
        Scheme::Zine8 => 8,
        Scheme::Cards if !order.one_sided => 2,
        // A sheet need not be full.
        Scheme::TwoUp | Scheme::FourUp | Scheme::Cards => 1,
    }
}

/// The pages with as many blanks as fill the last group: at the end, or before the cover's last page.
fn slots(pages: usize, group: usize, cover: bool) -> Vec<Option<usize>> {
    let blanks = pages.next_multiple_of(group) - pages;
    let mut slots: Vec<Option<usize>> = (0..pages).map(Some).collect();
    let at = if cover && pages > 1 { pages - 1 } else { pages };
    slots.splice(at..at, std::iter::repeat_n(None, blanks));
    slots
}

fn cell(column: usize, row: usize, page: Option<usize>) -> Cell {
    Cell { column, row, page, turned: false }
}

/// Sheets folded together: the outermost holds the first and the last two pages.
fn folded(slots: &[Option<usize>], sheets: usize, signature: usize) -> Vec<Sheet> {
    let last = slots.len().wrapping_sub(1);
    let sheet = |depth: usize| Sheet {
        front: vec![cell(0, 0, slots[last - 2 * depth]), cell(1, 0, slots[2 * depth])],
        back: Some(vec![cell(0, 0, slots[2 * depth + 1]), cell(1, 0, slots[last - 1 - 2 * depth])]),
        depth,
        signature,
    };
    (0..sheets).map(sheet).collect()
}

/// Folds of at most so many sheets, all nearly alike.
fn signatures(slots: &[Option<usize>], most: usize) -> Vec<Sheet> {
    let all = slots.len() / 4;
    let folds = all.div_ceil(most);
    let mut rest = slots;
    let mut sheets = Vec::with_capacity(all);
    for signature in 0..folds {
        let count = (rest.len() / 4).div_ceil(folds - signature);
        let (these, others) = rest.split_at(4 * count);
        sheets.extend(folded(these, count, signature));
        rest = others;
    }
    sheets
}

/// Reading order on each side.
fn in_order(slots: &[Option<usize>], grid: Grid, one_sided: bool) -> Vec<Sheet> {
    let side = |pages: &[Option<usize>]| {
        let cells = pages.iter().enumerate();
        cells.map(|(index, page)| cell(index % grid.columns, index / grid.columns, *page)).collect::<Vec<_>>()
    };
    let of_side = grid.columns * grid.rows;
    let sides: Vec<Vec<Cell>> = slots.chunks(of_side).map(side).collect();
    let of_sheet = if one_sided { 1 } else { 2 };
    let sheet =
        |sides: &[Vec<Cell>]| Sheet { front: sides[0].clone(), back: sides.get(1).cloned(), depth: 0, signature: 0 };
    sides.chunks(of_sheet).map(sheet).collect()
}

/// Cards in the order of the stacks that are cut, stack after stack.
fn cards(slots: &[Option<usize>], grid: Grid, one_sided: bool) -> Vec<Sheet> {
    let faces = if one_sided { 1 } else { 2 };
    let places = grid.columns * grid.rows;
    let sheets = (slots.len() / faces).div_ceil(places);
    let side = |sheet: usize, face: usize| {
        let at = |place: usize| {
            let (row, column) = (place / grid.columns, place % grid.columns);
            let page = slots.get((place * sheets + sheet) * faces + face).copied().flatten();
            cell(if face == 0 { column } else { grid.columns - 1 - column }, row, page)
        };
        (0..places).map(at).collect::<Vec<_>>()
    };
    let sheet = |sheet: usize| Sheet {
        front: side(sheet, 0),
        back: (!one_sided).then(|| side(sheet, 1)),
        depth: 0,
        signature: 0,
    };
    (0..sheets).map(sheet).collect()
}

/// Eight pages on one side. The sheet is slit along the middle of its length, folded lengthwise, and pushed together so
/// that four leaves stand in a cross: the pages run once round the sheet.
fn zine(slots: &[Option<usize>]) -> Sheet {
    let lower = [7, 0, 1, 2].into_iter().enumerate().map(|(column, slot)| cell(column, 1, slots[slot]));
    let upper = [6, 5, 4, 3].into_iter().enumerate();
    let upper = upper.map(|(column, slot)| Cell { turned: true, ..cell(column, 0, slots[slot]) });
    Sheet { front: lower.chain(upper).collect(), back: None, depth: 0, signature: 0 }
}

/// Two stacks that are cut apart and laid on one another, the left one on top.
fn stacks(slots: &[Option<usize>]) -> Vec<Sheet> {
    let half = slots.len() / 2;
    let sheet = |index: usize| Sheet {
        front: vec![cell(0, 0, slots[2 * index]), cell(1, 0, slots[half + 2 * index])],
        back: Some(vec![cell(0, 0, slots[half + 2 * index + 1]), cell(1, 0, slots[2 * index + 1])]),
        depth: 0,
        signature: 0,
    };
    (0..slots.len() / 4).map(sheet).collect()
}

fn mirror(sheet: &mut Sheet, columns: usize) {
    for cell in sheet.front.iter_mut().chain(sheet.back.iter_mut().flatten()) {
        cell.column = columns - 1 - cell.column;
    }
}
