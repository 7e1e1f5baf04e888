//! Formulas that are wider than the line: they are broken before relations and other operators between two terms, as
//! mathematicians do by hand; what follows the first line is set in.

use super::piece::Piece;
use super::row::{Cell, joined};
use crate::units::Pt;

/// How far lines after the first are set in, in em.
const INDENT: f64 = 2.0;
/// A line costs so much where nothing of it is filled.
const RAGGED: f64 = 100.0;
/// More pieces than this are not weighed against each other.
const MOST: usize = 2000;

/// A line of a formula.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) piece: Piece,
    /// How far it is set in.
    pub(super) indent: Pt,
}

/// The lines of a row of pieces, none wider than the measure. If a piece that cannot be broken is, how many times as wide
/// as its line.
pub(super) fn broken(cells: Vec<Cell>, measure: Pt, em: Pt) -> Result<Vec<Line>, f64> {
    let width: Pt = cells.iter().map(|cell| cell.gap + cell.piece.width).sum();
    let last = cells.last().map_or(Pt::ZERO, |cell| cell.piece.overhang());
    if width + last <= measure {
        return Ok(vec![Line { piece: joined(cells), indent: Pt::ZERO }]);
    }
    let indent = (em * INDENT).min(measure / 4.0);
    let starts = starts(&cells, measure, indent).ok_or_else(|| excess(&cells, measure, indent))?;
    let mut lines = Vec::with_capacity(starts.len());
    let mut cells = cells.into_iter().enumerate().peekable();
    for (order, start) in starts.iter().enumerate() {
        let end = starts.get(order + 1).copied().unwrap_or(usize::MAX);
        let mut line = Vec::new();
        while let Some((index, mut cell)) = cells.next_if(|(index, _)| *index < end) {
            if index == *start {
                cell.gap = Pt::ZERO;
            }
            line.push(cell);
        }
        // White at a line's end is none.
        while line.last().is_some_and(|cell: &Cell| cell.piece.items.is_empty() && cell.piece.height() == Pt::ZERO) {
            line.pop();
        }
        lines.push(Line { piece: joined(line), indent: if order == 0 { Pt::ZERO } else { indent } });
    }
    Ok(lines)
}

/// How many times as wide as its line the widest stretch is that no line may end within.
fn excess(cells: &[Cell], measure: Pt, indent: Pt) -> f64 {
    let (mut most, mut width, mut room) = (0.0_f64, Pt::ZERO, measure);
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 && cell.penalty.is_some() {
            (width, room) = (Pt::ZERO, measure - indent);
        } else {
            width += cell.gap;
        }
        width += cell.piece.width;
        most = most.max((width + cell.piece.overhang()) / room);
    }
    // Where no single stretch is too wide, there are too many.
    if most > 1.0 { most } else { f64::INFINITY }
}

/// Which pieces begin lines: those that cost least together.
fn starts(cells: &[Cell], measure: Pt, indent: Pt) -> Option<Vec<usize>> {
    let mut edges: Vec<(Pt, Pt)> = Vec::with_capacity(cells.len());
    let mut pen = Pt::ZERO;
    for cell in cells {
        pen += cell.gap;
        edges.push((pen, pen + cell.piece.width + cell.piece.overhang()));
        pen += cell.piece.width;
    }
    let mut places: Vec<(usize, f64)> = vec![(0, 0.0)];
    places.extend(cells.iter().enumerate().skip(1).filter_map(|(index, cell)| Some((index, cell.penalty?))));
    if places.len() > MOST {
        return None;
    }
    let count = places.len();
    // By place: the least cost of the lines before it, and where the last of them begins.
    let mut best: Vec<Option<(f64, usize)>> = vec![None; count + 1];
    if let Some(first) = best.first_mut() {
        *first = Some((0.0, 0));
    }
    for end in 1..=count {
        let last = places.get(end).map_or(cells.len(), |(index, _)| *index).checked_sub(1)?;
        let right = edges.get(last)?.1;
        for start in (0..end).rev() {
            let (index, penalty) = *places.get(start)?;
            let room = if start == 0 { measure } else { measure - indent };
            let width = right - edges.get(index)?.0;
            if width > room {
                // Those that begin earlier are wider still, but the first line has more room.
                if start > 0 && width > measure {
                    break;
                }
                continue;
            }
            let Some((before, _)) = best.get(start).copied().flatten() else { continue };
            let white = if end == count { 0.0 } else { (1.0 - width / room).powi(2) * RAGGED };
            let cost = before + penalty + white + RAGGED * 0.5;
            if best.get(end)?.is_none_or(|(known, _)| cost < known)
                && let Some(entry) = best.get_mut(end)
            {
                *entry = Some((cost, start));
            }
        }
    }
    let mut out = Vec::new();
    let mut end = count;
    while end > 0 {
        let (_, start) = best.get(end).copied().flatten()?;
        out.push(places.get(start)?.0);
        end = start;
    }
    out.reverse();
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(width: f64, penalty: Option<f64>) -> Cell {
        Cell { piece: Piece { ascent: Pt(1.0), ..Piece::space(Pt(width)) }, gap: Pt::ZERO, penalty }
    }

    #[test]
    fn lines_begin_with_relations() {
        let cells = || {
            let mut out = vec![cell(30.0, None)];
            for _ in 0..3 {
                out.extend([cell(5.0, Some(0.0)), cell(20.0, None), cell(5.0, Some(60.0)), cell(20.0, None)]);
            }
            out
        };
        let lines = broken(cells(), Pt(100.0), Pt(10.0)).unwrap();
        assert_eq!(lines.iter().map(|line| line.piece.width.0).collect::<Vec<_>>(), [80.0, 50.0, 50.0]);
        assert_eq!(lines.iter().map(|line| line.indent.0).collect::<Vec<_>>(), [0.0, 20.0, 20.0]);
        assert_eq!(broken(cells(), Pt(180.0), Pt(10.0)).unwrap().len(), 1);
        assert_eq!(broken(cells(), Pt(20.0), Pt(10.0)).unwrap_err(), 25.0 / 15.0);
        assert_eq!(broken(vec![cell(50.0, None), cell(60.0, None)], Pt(100.0), Pt(10.0)).unwrap_err(), 1.1);
    }
}
