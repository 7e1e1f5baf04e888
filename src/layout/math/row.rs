//! Rows: pieces one after the other, with the white that operators want, and fences as high as what is beside them
//! (MathML Core 3.3.1).

use super::operator::{Form, Kind, is_horizontal};
use super::piece::Piece;
use super::setter::{Core, Setter, Style, Target};
use super::token::{APPLY, entry};
use super::tree::Element;
use crate::units::Pt;

/// A piece of a row.
#[derive(Debug)]
pub(super) struct Cell {
    pub(super) piece: Piece,
    /// White before it.
    pub(super) gap: Pt,
    /// How bad it is to begin a line with it; `None` if none may.
    pub(super) penalty: Option<f64>,
}

/// Beginning a line with a relation, with an operator between two terms, after white, after a comma.
const RELATION: f64 = 0.0;
const BLANK: f64 = 30.0;
const BINARY: f64 = 60.0;
const COMMA: f64 = 120.0;

/// White after a function's name, in eighteenths of an em.
const AFTER_NAME: f64 = 3.0;

/// White between what is in fences and what is in others.
const BETWEEN_FENCES: f64 = 3.0;

/// What an element of a row is, before it is set.
struct Plan<'a> {
    element: &'a Element,
    form: Option<Form>,
    /// Whether it grows with the row.
    grows: bool,
}

impl Setter<'_> {
    /// Elements as a row. One alone is what it is.
    pub(super) fn row(&mut self, elements: &[Element], style: Style) -> Piece {
        if let [element] = elements {
            return self.element(element, style);
        }
        let cells = self.cells(elements, style);
        let role = lone(elements).and_then(|index| cells.get(index)?.piece.role);
        Piece { role, ..joined(cells) }
    }

    /// The pieces of a row.
    pub(super) fn cells(&mut self, elements: &[Element], style: Style) -> Vec<Cell> {
        let plans = plans(elements, style.core.form);
        let alone = lone(elements);
        let mut pieces: Vec<Piece> = Vec::with_capacity(plans.len());
        let (mut above, mut below) = (Pt::ZERO, Pt::ZERO);
        for (index, plan) in plans.iter().enumerate() {
            if plan.grows {
                pieces.push(Piece::default());
                continue;
            }
            // What embellishes an operator of an outer row gets its place there from it.
            let core = match alone == Some(index) {
                true => style.core,
                false => Core { form: plan.form, target: None },
            };
            let piece = self.element(plan.element, Style { core, ..style });
            above = above.max(piece.ascent);
            below = below.max(piece.descent);
            pieces.push(piece);
        }
        let all = plans.iter().all(|plan| plan.grows || is_space(plan.element));
        for (index, (plan, piece)) in plans.iter().zip(&mut pieces).enumerate().filter(|(_, (plan, _))| plan.grows) {
            let target = if all { None } else { Some(Target::Height(above, below)) };
            let core = match alone == Some(index) {
                true => style.core,
                false => Core { form: plan.form, target },
            };
            *piece = self.element(plan.element, Style { core, ..style });
        }
        let em = self.em(style);
        spaced(pieces, elements, em)
    }
}

/// What the elements of a row are: the form of an operator depends on where it stands (MathML Core 3.2.4.1). A row that is
/// told to be infix goes on from a term before it.
fn plans(elements: &[Element], told: Option<Form>) -> Vec<Plan<'_>> {
    let seen = |element: &&Element| !is_space(element);
    let first = elements.iter().position(|element| seen(&element));
    let last = elements.iter().rposition(|element| seen(&element));
    let goes_on = told == Some(Form::Infix) && first != last;
    let mut before = if goes_on { None } else { Some(Kind::Open) };
    let mut out = Vec::with_capacity(elements.len());
    for (index, element) in elements.iter().enumerate() {
        let Some(core) = core(element) else {
            if !is_space(element) {
                before = None;
            }
            out.push(Plan { element, form: None, grows: false });
            continue;
        };
        let place = match () {
            () if first == last => Form::Infix,
            () if first == Some(index) && !goes_on => Form::Prefix,
            () if last == Some(index) => Form::Postfix,
            () => Form::Infix,
        };
        let found = entry(core, Some(place));
        // A sign after another, or after an opening fence, belongs to what follows it (TeXbook, p. 170).
        let sign = found.kind == Kind::Binary && before.is_some_and(|kind| kind != Kind::Close && kind != Kind::Other);
        let form = if sign && place == Form::Infix { Form::Prefix } else { place };
        // A bar opens or closes, as others of its kind do: the first opens, what follows a term closes.
        let (form, found) = match core.text.as_str() {
            "|" | "‖" if place == Form::Infix => {
                let form = if before.is_some_and(|kind| kind != Kind::Close) { Form::Prefix } else { Form::Postfix };
                (form, entry(core, Some(form)))
            }
            _ => (form, found),
        };
        let upright = !core.character().is_some_and(is_horizontal);
        before = Some(if form == Form::Prefix && sign { Kind::Sign } else { found.kind });
        out.push(Plan { element, form: Some(form), grows: found.stretchy && upright });
    }
    out
}

/// Puts white between the pieces of a row: of two that want some the larger, none at its ends.
fn spaced(pieces: Vec<Piece>, elements: &[Element], em: Pt) -> Vec<Cell> {
    let mut out: Vec<Cell> = Vec::with_capacity(pieces.len());
    let mut pieces = pieces.into_iter().zip(elements).peekable();
    // White that the piece before wants after it; its kind; by how much it leans out of its width.
    let (mut wanted, mut kind, mut leaning) = (Pt::ZERO, None, Pt::ZERO);
    let (mut applied, mut between) = (false, false);
    while let Some((piece, element)) = pieces.next() {
        let role = piece.role;
        let own = role.map_or(Pt::ZERO, |role| role.before);
        let mut gap = if own < Pt::ZERO || wanted < Pt::ZERO { own + wanted } else { own.max(wanted) };
        let opens = role.is_some_and(|role| role.kind == Kind::Open);
        if opens && kind == Some(Kind::Large) {
            gap = Pt::ZERO;
        }
        let space = is_space(element);
        if applied && !opens && !space && role.is_none_or(|role| role.kind == Kind::Large || role.kind == Kind::Other) {
            gap = gap.max(em * (AFTER_NAME / 18.0));
        }
        let fenced = is_fenced(element);
        if fenced && between {
            gap = gap.max(em * (BETWEEN_FENCES / 18.0));
        }
        between = fenced;
        if !piece.slanted {
            gap += leaning;
        }
        let penalty = match (role.map(|role| role.kind), kind) {
            _ if out.is_empty() => None,
            (Some(Kind::Relation), before) if before != Some(Kind::Relation) && own > Pt::ZERO => Some(RELATION),
            (Some(Kind::Binary), _) if own > Pt::ZERO => Some(BINARY),
            (_, Some(Kind::Separator)) if !space => Some(COMMA),
            _ if space && piece.width >= em => Some(BLANK),
            _ => None,
        };
        applied = element.text == APPLY;
        leaning = piece.overhang();
        if pieces.peek().is_some() || !out.is_empty() {
            (wanted, kind) = match role {
                Some(role) if !applied => (role.after, Some(role.kind)),
                _ if applied => (wanted, kind),
                _ => (Pt::ZERO, if space { kind } else { None }),
            };
        }
        let first = out.is_empty();
        out.push(Cell { piece, gap: if first { Pt::ZERO } else { gap }, penalty });
    }
    out
}

/// The pieces of a row as one.
pub(super) fn joined(cells: Vec<Cell>) -> Piece {
    let mut out = Piece::default();
    let (mut pen, mut end) = (Pt::ZERO, Pt::ZERO);
    for cell in cells {
        pen += cell.gap;
        let (width, overhang) = (cell.piece.width, cell.piece.overhang());
        out.place(cell.piece, pen, Pt::ZERO);
        pen += width;
        end = pen + overhang;
    }
    out.width = end.max(Pt::ZERO);
    out
}

/// A row with what is in rows of it that only group, so that lines may end there; `None` if it has no such.
pub(super) fn opened(elements: &[Element]) -> Option<Vec<Element>> {
    fn open(elements: &[Element], out: &mut Vec<Element>) {
        for element in elements {
            match groups(element) {
                true => open(&element.children, out),
                false => out.push(element.clone()),
            }
        }
    }
    if !elements.iter().any(groups) {
        return None;
    }
    let mut out = Vec::new();
    open(elements, &mut out);
    Some(out)
}

/// Whether a row only groups: nothing in it grows with it, and it is no operator.
fn groups(element: &Element) -> bool {
    let plans = || plans(&element.children, None);
    element.name == "mrow"
        && element.children.len() > 1
        && core(element).is_none()
        && plans().iter().all(|plan| !plan.grows)
}

/// The element of a row that is not white, if there is but one: then the row is what that is (MathML Core 3.2.4.2).
fn lone(elements: &[Element]) -> Option<usize> {
    let mut seen = elements.iter().enumerate().filter(|(_, element)| !is_space(element));
    let (index, _) = seen.next()?;
    seen.next().is_none().then_some(index)
}

/// Whether it is a row within fences of its own.
fn is_fenced(element: &Element) -> bool {
    match element.children.as_slice() {
        [first, .., last] if element.name == "mrow" => first.name == "mo" && last.name == "mo",
        _ => false,
    }
}

/// Whether it is white (MathML Core 3.2.4.2, space-like).
fn is_space(element: &Element) -> bool {
    match element.name.as_str() {
        "mspace" | "annotation" | "annotation-xml" => true,
        "mtext" => element.text.trim().is_empty(),
        "mrow" | "mstyle" | "mpadded" | "mphantom" => element.children.is_empty(),
        _ => false,
    }
}

/// The operator that an element is or embellishes (MathML Core 3.2.4.2).
pub(super) fn core(element: &Element) -> Option<&Element> {
    match element.name.as_str() {
        "mo" => Some(element),
        "msub" | "msup" | "msubsup" | "munder" | "mover" | "munderover" | "mmultiscripts" => {
            core(element.children.first()?)
        }
        "mrow" | "mstyle" | "mpadded" | "mphantom" | "semantics" => {
            core(element.children.get(lone(&element.children)?)?)
        }
        _ => None,
    }
}
