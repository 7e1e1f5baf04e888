//! What a binder needs beside the pages: where to fold, cut, slit and sew, and whether all folds are in order.

use super::place::{Imposed, Side};
use super::{Options, Scheme};

/// A straight line in points, black, from one end to the other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Line {
    /// Where it begins.
    pub(super) from: [f64; 2],
    /// Where it ends.
    pub(super) to: [f64; 2],
    /// How thick it is.
    pub(super) width: f64,
    /// Whether it is broken.
    pub(super) dashed: bool,
}

/// 1 mm in points.
const MM: f64 = 72.0 / 25.4;

/// The lines of a side.
pub(super) fn lines(options: &Options, imposed: &Imposed, side: &Side) -> Vec<Line> {
    let mut lines = Vec::new();
    let folded = options.scheme.is_folded();
    if options.marks.fold && (folded || options.scheme == Scheme::Zine8) {
        lines.extend(folds(options, imposed));
    }
    if options.marks.crop {
        lines.extend(crops(options, imposed, side));
    }
    if options.marks.sewing && folded && !side.front && side.innermost {
        lines.extend(sewing(imposed));
    }
    if options.marks.collation && folded && side.front && side.depth == 0 {
        lines.push(collation(imposed, side.signature));
    }
    lines
}

fn thin(from: [f64; 2], to: [f64; 2], dashed: bool) -> Line {
    Line { from, to, width: 0.25, dashed }
}

/// Short lines at the edges, where columns and rows meet; the slit of a zine along its length.
fn folds(options: &Options, imposed: &Imposed) -> Vec<Line> {
    let [width, height] = imposed.paper;
    let length = 4.0 * MM;
    let mut lines = Vec::new();
    for column in 1..imposed.grid.columns {
        let x = width * column as f64 / imposed.grid.columns as f64;
        lines.push(thin([x, 0.0], [x, length], true));
        lines.push(thin([x, height - length], [x, height], true));
    }
    for row in 1..imposed.grid.rows {
        let y = height * row as f64 / imposed.grid.rows as f64;
        lines.push(thin([0.0, y], [length, y], true));
        lines.push(thin([width - length, y], [width, y], true));
        if options.scheme == Scheme::Zine8 {
            lines.push(thin([width / 4.0, y], [width * 3.0 / 4.0, y], false));
        }
    }
    lines
}

/// At the corners of each page, outside of what is printed, as far as the paper goes. At a fold nothing is cut.
fn crops(options: &Options, imposed: &Imposed, side: &Side) -> Vec<Line> {
    let (gap, length) = (options.bleed.0.max(1.0 * MM), 4.0 * MM);
    let [width, height] = imposed.paper;
    let mut lines: Vec<Line> = Vec::new();
    let cells = || side.pages.iter().map(|placed| placed.trim);
    // Creep moves pages over the fold.
    let at_fold = |x: f64| (x - width / 2.0).abs() <= side.depth as f64 * options.thickness.0 + 0.1;
    let is_cut = |x: f64| !(options.scheme.is_folded() && at_fold(x));
    let inside = |[x, y]: [f64; 2]| {
        let within = |[left, bottom, across, up]: [f64; 4]| {
            left + 0.1 < x && x < left + across - 0.1 && bottom + 0.1 < y && y < bottom + up - 0.1
        };
        cells().any(within) || !(0.0..=width).contains(&x) || !(0.0..=height).contains(&y)
    };
    for [left, bottom, across, up] in cells() {
        for (x, out_x) in [(left, -1.0), (left + across, 1.0)] {
            for (y, out_y) in [(bottom, -1.0), (bottom + up, 1.0)] {
                let beside = thin([x + out_x * gap, y], [x + out_x * (gap + length), y], false);
                let below = thin([x, y + out_y * gap], [x, y + out_y * (gap + length)], false);
                for line in [beside, below].into_iter().filter(|_| is_cut(x)) {
                    let outside = |at: [f64; 2]| !inside([at[0] + out_x * 0.2, at[1] + out_y * 0.2]);
                    if outside(line.from) && !lines.contains(&line) {
                        lines.push(line);
                    }
                }
            }
        }
    }
    lines
}

/// Across the fold: a kettle stitch near either end, and as many pairs of holes between as are about 40 mm apart.
fn sewing(imposed: &Imposed) -> Vec<Line> {
    let [width, height] = imposed.paper;
    let (end, half) = (12.0 * MM, 1.5 * MM);
    let steps = ((height - 2.0 * end) / (40.0 * MM)).round().max(1.0) as usize;
    let at = |step: usize| end + (height - 2.0 * end) * step as f64 / steps as f64;
    let hole = |step: usize| thin([width / 2.0 - half, at(step)], [width / 2.0 + half, at(step)], false);
    (0..=steps).map(hole).collect()
}

/// A bar on the fold, one step lower for each fold; after the last step from the top again.
fn collation(imposed: &Imposed, signature: usize) -> Line {
    let [width, height] = imposed.paper;
    let step = 6.0 * MM;
    let steps = ((height - 50.0 * MM) / step).floor().max(1.0) as usize;
    let top = height - 25.0 * MM - (signature % steps) as f64 * step;
    Line { from: [width / 2.0, top], to: [width / 2.0, top - 5.0 * MM], width: 2.0 * MM, dashed: false }
}
