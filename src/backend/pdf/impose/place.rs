//! From cells to places on paper. Lengths are in points from the lower left corner, upwards, as PDF has them.

use super::scheme::{self, Cell, Grid, Order, Sheet};
use super::{Duplex, Options, Scheme};
use crate::units::{Pt, Size};

/// Sides of paper with pages on them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Imposed {
    /// Width and height of every side.
    pub(super) paper: [f64; 2],
    /// Its cells.
    pub(super) grid: Grid,
    /// In the order of printing.
    pub(super) sides: Vec<Side>,
    /// Sheets of paper.
    pub(super) sheets: usize,
}

/// A side of a sheet.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Side {
    /// The pages on it.
    pub(super) pages: Vec<Placed>,
    /// Whether it is the first printed side of its sheet.
    pub(super) front: bool,
    /// How many sheets are around it when it is folded.
    pub(super) depth: usize,
    /// Which fold it belongs to, from 0.
    pub(super) signature: usize,
    /// Whether no sheet of its fold is inside it.
    pub(super) innermost: bool,
}

/// A page on a side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Placed {
    /// Which, from 0.
    pub(super) page: usize,
    /// What it may cover: left, bottom, width, height.
    pub(super) cell: [f64; 4],
    /// Where it is trimmed.
    pub(super) trim: [f64; 4],
    /// From the upright page, its lower left corner at the origin, to the side (ISO 32000-1 §8.3.4).
    pub(super) matrix: [f64; 6],
}

/// Places upright pages of these sizes, of which there is at least one, on sheets.
pub(super) fn impose(options: &Options, sizes: &[Size]) -> Imposed {
    let Shape { paper, grid, cell, corner } = shape(options, commonest(sizes));
    let one_sided = options.duplex == Duplex::Single && !options.scheme.needs_both_sides();
    let order =
        Order { scheme: options.scheme, binding: options.binding.unwrap_or_default(), cover: options.cover, one_sided };
    let sheets = scheme::sheets(order, grid, sizes.len());
    let geometry = Geometry { options, sizes, paper, cell, corner, rows: grid.rows };
    Imposed { paper, grid, sides: in_order(options.duplex, &sheets, &geometry), sheets: sheets.len() }
}

/// The size that most pages have, the first of those that are equally many.
fn commonest(sizes: &[Size]) -> Size {
    // Few books have many sizes; later ones do not decide.
    let mut counts: Vec<(Size, usize)> = Vec::new();
    for size in sizes {
        let alike =
            |known: &Size| (known.width - size.width).abs() < Pt(1.0) && (known.height - size.height).abs() < Pt(1.0);
        let known = counts.iter().position(|(known, _)| alike(known));
        match known {
            Some(known) => counts[known].1 += 1,
            None if counts.len() < 64 => counts.push((*size, 1)),
            None => {}
        }
    }
    let most = counts.iter().map(|(_, count)| *count).max();
    counts.iter().find(|(_, count)| Some(*count) == most).map_or(Size::default(), |(size, _)| *size)
}

/// How a side is divided.
struct Shape {
    paper: [f64; 2],
    grid: Grid,
    cell: [f64; 2],
    /// Where the cells begin, at the lower left.
    corner: [f64; 2],
}

/// The paper upright or lying, whichever shows pages larger, or more cards.
fn shape(options: &Options, page: Size) -> Shape {
    let (short, long) =
        (options.paper.width.min(options.paper.height).0, options.paper.width.max(options.paper.height).0);
    let papers = [[long, short], [short, long]];
    if options.scheme == Scheme::Cards {
        let scale = options.scale.unwrap_or(1.0);
        let card = [page.width.0, page.height.0].map(|side| (side * scale + 2.0 * options.bleed.0).max(1.0));
        // A card that is just as large as its share of the paper fits, though neither is a whole number.
        let count = |paper: [f64; 2]| [0, 1].map(|axis| ((paper[axis] + 0.5) / card[axis]).floor().min(99.0) as usize);
        let best =
            papers.into_iter().rev().max_by_key(|paper| count(*paper).iter().product::<usize>()).unwrap_or(papers[0]);
        let [columns, rows] = count(best);
        if columns > 0 && rows > 0 {
            let corner = [(best[0] - card[0] * columns as f64) / 2.0, (best[1] - card[1] * rows as f64) / 2.0];
            return Shape { paper: best, grid: Grid { columns, rows }, cell: card, corner };
        }
    }
    let grids: &[(usize, usize)] = match options.scheme {
        Scheme::Booklet | Scheme::Signatures(_) | Scheme::Perfect => &[(2, 1)],
        Scheme::TwoUp => &[(2, 1), (1, 2)],
        Scheme::FourUp => &[(2, 2)],
        Scheme::Zine8 => &[(4, 2)],
        Scheme::Cards => &[(1, 1)],
    };
    let divided =
        papers.into_iter().flat_map(|paper| grids.iter().map(move |(columns, rows)| (paper, *columns, *rows)));
    let shapes = divided.map(|(paper, columns, rows)| Shape {
        paper,
        grid: Grid { columns, rows },
        cell: [paper[0] / columns as f64, paper[1] / rows as f64],
        corner: [0.0, 0.0],
    });
    let fits = |shape: &Shape| fit(page, shape.cell);
    let first_largest = shapes.reduce(|best, shape| if fits(&shape) > fits(&best) + 1e-6 { shape } else { best });
    first_largest.unwrap_or(Shape {
        paper: papers[0],
        grid: Grid { columns: 1, rows: 1 },
        cell: papers[0],
        corner: [0.0, 0.0],
    })
}

/// By how much a page is enlarged to fill a cell.
fn fit(page: Size, cell: [f64; 2]) -> f64 {
    (cell[0] / page.width.0.max(1.0)).min(cell[1] / page.height.0.max(1.0))
}

/// The sides in the order in which a printer takes them.
fn in_order(duplex: Duplex, sheets: &[Sheet], geometry: &Geometry<'_>) -> Vec<Side> {
    let deepest = |sheet: &Sheet| {
        let same = sheets.iter().filter(|other| other.signature == sheet.signature);
        same.map(|other| other.depth).max() == Some(sheet.depth)
    };
    let side = |sheet: &Sheet, front: bool| Side {
        pages: geometry.pages(if front { Some(&sheet.front) } else { sheet.back.as_ref() }, sheet.depth, front),
        front,
        depth: sheet.depth,
        signature: sheet.signature,
        innermost: deepest(sheet),
    };
    let any_back = sheets.iter().any(|sheet| sheet.back.is_some());
    match duplex {
        // First one side of all, then, when the stack is back in the tray, the other.
        Duplex::Single => {
            let fronts = sheets.iter().map(|sheet| side(sheet, true));
            let backs = sheets.iter().filter(|_| any_back).map(|sheet| side(sheet, false));
            fronts.chain(backs).collect()
        }
        // Each sheet has two sides, that the next one is not printed on its back.
        Duplex::Long | Duplex::Short => {
            let sides = sheets.iter().flat_map(|sheet| [side(sheet, true), side(sheet, false)]);
            let mut sides: Vec<Side> = sides.collect();
            if sheets.last().is_some_and(|sheet| sheet.back.is_none()) {
                sides.pop();
            }
            sides
        }
    }
}

struct Geometry<'a> {
    options: &'a Options,
    sizes: &'a [Size],
    paper: [f64; 2],
    cell: [f64; 2],
    corner: [f64; 2],
    rows: usize,
}

impl Geometry<'_> {
    fn pages(&self, cells: Option<&Vec<Cell>>, depth: usize, front: bool) -> Vec<Placed> {
        let turned = !front && self.backs_are_turned();
        let place = |cell: &Cell| {
            let placed = self.place(cell, depth)?;
            Some(if turned { self.turn(placed) } else { placed })
        };
        cells.into_iter().flatten().filter_map(place).collect()
    }

    /// Sheets are turned about their upright axis; where the printer does so about the other, backs stand on their heads.
    fn backs_are_turned(&self) -> bool {
        let lying = self.paper[0] > self.paper[1];
        match self.options.duplex {
            Duplex::Long => lying,
            Duplex::Short => !lying,
            Duplex::Single => false,
        }
    }

    fn place(&self, cell: &Cell, depth: usize) -> Option<Placed> {
        let page = cell.page?;
        let size = self.sizes.get(page)?;
        let scale = self.options.scale.unwrap_or_else(|| match self.options.scheme {
            Scheme::Cards => fit(*size, self.room()).min(1.0),
            _ => fit(*size, self.room()),
        });
        let [width, height] = [size.width.0 * scale, size.height.0 * scale];
        let left = self.corner[0] + cell.column as f64 * self.cell[0];
        let bottom = self.corner[1] + (self.rows - 1 - cell.row) as f64 * self.cell[1];
        // Sheets inside others stand out by their thickness, and are trimmed there.
        let creep = depth as f64 * self.options.thickness.0;
        let room = self.cell[0] - width;
        let x = match (self.options.scheme, cell.column) {
            (scheme, 0) if scheme.is_folded() => room + creep,
            (scheme, _) if scheme.is_folded() => -creep,
            _ => room / 2.0,
        };
        let (x, y) = (left + x, bottom + (self.cell[1] - height) / 2.0);
        let matrix = match cell.turned {
            true => [-scale, 0.0, 0.0, -scale, x + width, y + height],
            false => [scale, 0.0, 0.0, scale, x, y],
        };
        let cell = [left, bottom, self.cell[0], self.cell[1]];
        Some(Placed { page, cell, trim: [x, y, width, height], matrix })
    }

    /// What of a cell a page has, what is trimmed off left out. At the fold nothing is.
    fn room(&self) -> [f64; 2] {
        let bleed = self.options.bleed.0;
        let across = if self.options.scheme.is_folded() { bleed } else { 2.0 * bleed };
        [self.cell[0] - across, self.cell[1] - 2.0 * bleed].map(|side| side.max(1.0))
    }

    /// By half a turn of the side.
    fn turn(&self, placed: Placed) -> Placed {
        let [width, height] = self.paper;
        let [a, b, c, d, e, f] = placed.matrix;
        let turned = |[left, bottom, across, up]: [f64; 4]| [width - left - across, height - bottom - up, across, up];
        Placed {
            cell: turned(placed.cell),
            trim: turned(placed.trim),
            matrix: [-a, -b, -c, -d, width - e, height - f],
            ..placed
        }
    }
}
