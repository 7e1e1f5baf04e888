//! A model of paper: sheets are printed, stacked, folded, nested and cut, and read page by page. It knows nothing of
//! how pages were placed but where they came to stand.

use std::collections::BTreeMap;

use super::place::{self, Imposed, Side};
use super::{Binding, Duplex, Options, Scheme};
use crate::units::{Mm, Pt, Size};

/// What shows at a place of a sheet: a page and whether its head points away from the reader's body.
type Face = Option<(usize, bool)>;

/// A piece of paper with two faces. The lower one is seen when it is turned over like a page of a book.
#[derive(Clone, Copy, Debug)]
struct Leaf {
    upper: Face,
    lower: Face,
}

/// A sheet as a grid of leaves, rows from the top.
type Paper = Vec<Vec<Leaf>>;

/// What a side shows, by column and row.
fn faces(imposed: &Imposed, side: &Side) -> BTreeMap<(usize, usize), (usize, bool)> {
    let (columns, rows) = (imposed.grid.columns as f64, imposed.grid.rows as f64);
    let mut faces = BTreeMap::new();
    for placed in &side.pages {
        let [a, b, c, d, e, f] = placed.matrix;
        let at = |x: f64, y: f64| [a * x + c * y + e, b * x + d * y + f];
        let size = SIZES[placed.page % SIZES.len()];
        let [x, y] = at(size.0 / 2.0, size.1 / 2.0);
        let column = (x / imposed.paper[0] * columns).floor() as usize;
        let row = ((1.0 - y / imposed.paper[1]) * rows).floor() as usize;
        let upright = at(0.0, 1.0)[1] > at(0.0, 0.0)[1];
        assert!(
            at(1.0, 0.0)[1] == at(0.0, 0.0)[1] && (at(1.0, 0.0)[0] > at(0.0, 0.0)[0]) == upright,
            "slanted or mirrored"
        );
        let before = faces.insert((column, row), (placed.page, upright));
        assert!(before.is_none(), "two pages in one place");
        let [left, bottom, width, height] = placed.cell;
        assert!(left <= x && x <= left + width && bottom <= y && y <= bottom + height, "outside its cell");
    }
    faces
}

/// The printer turns paper about an edge between two sides.
fn printed(imposed: &Imposed, front: &Side, back: Option<&Side>, duplex: Duplex) -> Paper {
    let (columns, rows) = (imposed.grid.columns, imposed.grid.rows);
    let lying = imposed.paper[0] > imposed.paper[1];
    let over_head = (duplex == Duplex::Long && lying) || (duplex == Duplex::Short && !lying);
    let front = faces(imposed, front);
    let back = back.map(|side| faces(imposed, side)).unwrap_or_default();
    let leaf = |column: usize, row: usize| Leaf {
        upper: front.get(&(column, row)).copied(),
        lower: match over_head {
            // Turned over its upper edge the paper shows its lowest row first, and what was printed upright is on its
            // head for someone who turns it about its upright axis.
            true => back.get(&(column, rows - 1 - row)).map(|(page, upright)| (*page, !upright)),
            false => back.get(&(columns - 1 - column, row)).copied(),
        },
    };
    (0..rows).map(|row| (0..columns).map(|column| leaf(column, row)).collect()).collect()
}

fn papers(imposed: &Imposed, duplex: Duplex) -> Vec<Paper> {
    let sides = &imposed.sides;
    match duplex {
        Duplex::Single => {
            let backs = &sides[imposed.sheets..];
            assert!(backs.is_empty() || backs.len() == imposed.sheets);
            let pair = |sheet: usize| printed(imposed, &sides[sheet], backs.get(sheet), duplex);
            (0..imposed.sheets).map(pair).collect()
        }
        _ => sides.chunks(2).map(|pair| printed(imposed, &pair[0], pair.get(1), duplex)).collect(),
    }
}

/// What is seen of a leaf when it is turned over about an upright axis.
fn turned_over(leaf: Leaf) -> Leaf {
    Leaf { upper: leaf.lower, lower: leaf.upper }
}

/// Lays sheets of two leaves on one another, the first with its front down on the table, folds the pile in the middle,
/// closes it, and gives the leaves as a reader turns them, from the side where the book opens.
fn fold(sheets: &[Paper], binding: Binding) -> Vec<Leaf> {
    // Seen from above, the sheets lie on their fronts: right and left have changed places.
    let pile: Vec<[Leaf; 2]> =
        sheets.iter().map(|sheet| [turned_over(sheet[0][1]), turned_over(sheet[0][0])]).collect();
    // A book bound at the left is closed by folding its right half over the left one … seen from its first page, which
    // then lies below; the pile is turned over for reading.
    let (still, moved) = match binding {
        Binding::Left => (0, 1),
        Binding::Right => (1, 0),
    };
    let below = pile.iter().map(|sheet| sheet[still]);
    let over = pile.iter().rev().map(|sheet| turned_over(sheet[moved]));
    let closed: Vec<Leaf> = below.chain(over).collect();
    // From the bottom upwards, seen from below.
    closed.into_iter().map(turned_over).collect()
}

/// Cuts sheets at their cells and lays the stacks on one another, the first on top.
fn cut(sheets: &[Paper], binding: Binding) -> Vec<Leaf> {
    let (columns, rows) = (sheets[0][0].len(), sheets[0].len());
    let mut leaves = Vec::new();
    for row in 0..rows {
        for column in 0..columns {
            let column = if binding == Binding::Left { column } else { columns - 1 - column };
            leaves.extend(sheets.iter().map(|sheet| sheet[row][column]));
        }
    }
    leaves
}

/// Both faces of leaves in the order of reading.
fn read(leaves: &[Leaf]) -> Vec<Face> {
    leaves.iter().flat_map(|leaf| [leaf.upper, leaf.lower]).collect()
}

/// Both sides of sheets, line by line.
fn lines(sheets: &[Paper], binding: Binding) -> Vec<Face> {
    let mut faces = Vec::new();
    for sheet in sheets {
        for lower in [false, true] {
            for row in sheet {
                let mut line: Vec<Face> = row.iter().map(|leaf| if lower { leaf.lower } else { leaf.upper }).collect();
                // The back is seen mirrored.
                if lower != (binding == Binding::Right) {
                    line.reverse();
                }
                faces.extend(line);
            }
        }
    }
    faces
}

/// A slit sheet, folded lengthwise with its printed side out, its ends pushed together. Four leaves stand out from the
/// spine: the outer columns hold together over the fold, the inner ones stand apart and are folded at the middle.
fn push_together(sheet: &Paper, binding: Binding) -> Vec<Face> {
    // After the fold, the upper row is behind the lower one, its heads at the fold.
    let front = |column: usize| sheet[1][column].upper;
    let behind = |column: usize| sheet[0][column].upper.map(|(page, upright)| (page, !upright));
    // Seen from above the cross has four arms: left (front 0 | behind 0), towards the reader (front 1 | front 2), right
    // (front 3 | behind 3), away (behind 2 | behind 1). Between two arms lie two faces that look at one another; whoever
    // walks round the cross against the clock from the left arm sees them in this order, each pair from left to right.
    let round = [front(0), front(1), front(2), front(3), behind(3), behind(2), behind(1), behind(0)];
    // The cover is the right one of a pair that is bound at the left, else the left one.
    let start = (0..8).step_by(2).map(|at| if binding == Binding::Left { at + 1 } else { at });
    let from = |start: usize| -> Vec<Face> {
        let at = |step: usize| if binding == Binding::Left { (start + step) % 8 } else { (start + 8 - step) % 8 };
        (0..8).map(|step| round[at(step)]).collect()
    };
    // It is the first page; if that is blank, whatever is printed is the end.
    let blanks = |faces: &Vec<Face>| faces.iter().take_while(|face| face.is_none()).count();
    let key = |faces: &Vec<Face>| (faces[0].map_or(usize::MAX, |(page, _)| page), std::cmp::Reverse(blanks(faces)));
    start.map(from).min_by_key(key).unwrap()
}

/// Sizes of pages in points, repeated: nearly alike, so that each has a scale of its own.
const SIZES: [(f64, f64); 3] = [(419.0, 595.0), (420.0, 590.0), (400.0, 595.0)];

fn sizes(pages: usize) -> Vec<Size> {
    (0..pages)
        .map(|page| SIZES[page % SIZES.len()])
        .map(|(width, height)| Size { width: Pt(width), height: Pt(height) })
        .collect()
}

fn bound(options: &Options) -> Binding {
    options.binding.unwrap_or_default()
}

/// The book that comes of a scheme.
fn book(options: &Options, pages: usize) -> Vec<Face> {
    let imposed = place::impose(options, &sizes(pages));
    let papers = papers(&imposed, options.duplex);
    assert_eq!(papers.len(), imposed.sheets);
    match options.scheme {
        Scheme::Booklet => read(&fold(&papers, bound(options))),
        Scheme::Signatures(most) => {
            let fronts = imposed.sides.iter().filter(|side| side.front);
            let folds: Vec<usize> = fronts.map(|side| side.signature).collect();
            let each = papers.chunk_by_key(&folds);
            assert!(each.iter().all(|fold| fold.len() <= usize::from(most)));
            read(&each.iter().flat_map(|papers| fold(papers, bound(options))).collect::<Vec<_>>())
        }
        Scheme::Perfect => read(&cut(&papers, bound(options))),
        Scheme::Cards => {
            let leaves = cut(&papers, Binding::Left);
            match options.duplex {
                Duplex::Single => leaves.iter().map(|leaf| leaf.upper).collect(),
                _ => read(&leaves),
            }
        }
        Scheme::TwoUp | Scheme::FourUp => lines(&papers, bound(options)),
        Scheme::Zine8 => papers.iter().flat_map(|sheet| push_together(sheet, bound(options))).collect(),
    }
}

trait ChunkByKey {
    /// Runs of papers with the same key.
    fn chunk_by_key(&self, keys: &[usize]) -> Vec<Vec<Paper>>;
}

impl ChunkByKey for Vec<Paper> {
    fn chunk_by_key(&self, keys: &[usize]) -> Vec<Vec<Paper>> {
        let mut chunks: Vec<Vec<Paper>> = Vec::new();
        for (index, paper) in self.iter().enumerate() {
            if index == 0 || keys[index] != keys[index - 1] {
                chunks.push(Vec::new());
            }
            chunks.last_mut().unwrap().push(paper.clone());
        }
        chunks
    }
}

const SCHEMES: [Scheme; 9] = [
    Scheme::Booklet,
    Scheme::Signatures(1),
    Scheme::Signatures(3),
    Scheme::Signatures(4),
    Scheme::TwoUp,
    Scheme::FourUp,
    Scheme::Cards,
    Scheme::Zine8,
    Scheme::Perfect,
];

#[test]
fn every_folded_sheet_is_read_in_order_and_upright() {
    // Cards of this size have four places on A2.
    let papers = [(Mm(210.0), Mm(297.0)), (Mm(420.0), Mm(594.0)), (Mm(215.9), Mm(279.4))];
    for scheme in SCHEMES {
        for binding in [Binding::Left, Binding::Right] {
            for duplex in [Duplex::Long, Duplex::Short, Duplex::Single] {
                for (paper, pages) in papers.iter().flat_map(|paper| (1..=40).map(move |pages| (paper, pages))) {
                    for cover in [false, true] {
                        let paper = Size { width: paper.0.pt(), height: paper.1.pt() };
                        let options =
                            Options { scheme, binding: Some(binding), duplex, cover, paper, ..Options::default() };
                        check(&options, pages);
                    }
                }
            }
        }
    }
}

fn check(options: &Options, pages: usize) {
    let what = format!("{options:?}, {pages} pages");
    let faces = book(options, pages);
    let shown: Vec<usize> = faces.iter().flatten().map(|(page, _)| *page).collect();
    assert_eq!(shown, (0..pages).collect::<Vec<_>>(), "{what}");
    assert!(faces.iter().flatten().all(|(_, upright)| *upright), "on its head: {what}");
    let grouped = !matches!(options.scheme, Scheme::TwoUp | Scheme::FourUp | Scheme::Cards);
    if grouped {
        let group = if options.scheme == Scheme::Zine8 { 8 } else { 4 };
        assert_eq!(faces.len(), pages.next_multiple_of(group), "{what}");
        // Blanks are at the end, or before the cover's last page.
        let blanks: Vec<usize> = (0..faces.len()).filter(|at| faces[*at].is_none()).collect();
        let last = if options.cover && pages > 1 { faces.len() - 1 } else { faces.len() };
        assert_eq!(blanks, (last - blanks.len()..last).collect::<Vec<_>>(), "{what}");
    }
}

#[test]
fn inner_sheets_move_to_the_fold_by_the_thickness_of_those_around_them() {
    let options = Options { thickness: Pt(2.0), ..Options::default() };
    let imposed = place::impose(&options, &vec![Size { width: Pt(400.0), height: Pt(595.0) }; 16]);
    let middle = imposed.paper[0] / 2.0;
    for side in &imposed.sides {
        for placed in &side.pages {
            let ends = [placed.matrix[4], placed.matrix[4] + placed.matrix[0] * 400.0];
            let nearest = ends.into_iter().map(|x| (x - middle).abs()).fold(f64::MAX, f64::min);
            assert!((nearest - 2.0 * side.depth as f64).abs() < 1e-6, "{side:?}");
        }
    }
    assert_eq!(imposed.sides.iter().map(|side| side.depth).max(), Some(3));
}
