//! How many elements a drawing has once everything that is referred to stands where it is used: a few lines may stand
//! for billions.
//!
//! References are followed as usvg follows them. What refers to itself in a way that it would follow for ever is refused.

use std::collections::BTreeMap;
use std::rc::Rc;

use resvg::usvg::roxmltree::{Document, Node, NodeId};

use super::references::{By, Element, references};

/// The most elements.
const MOST_ELEMENTS: u64 = 200_000;
/// The most elements and references within each other; as many elements as usvg takes.
const DEEPEST: usize = 1024;
/// Steps of comparing with rules that take as long as an element.
const STEPS: u64 = 256;
/// Elements and attributes around that take as long.
const AROUND: usize = 128;
/// The most masks, patterns and so on that are used within themselves: they are left out one by one, each by a search
/// through all.
const MOST_KNOTS: u32 = 100;

const TOO_OFTEN: &str = "an SVG picture that repeats itself too often";
const IN_A_CIRCLE: &str = "an SVG picture that refers to itself";
const TOO_DEEP: &str = "an SVG picture of too many elements within each other";
const TOO_MANY_RULES: &str = "an SVG picture of too many rules of style";

/// Whether a drawing is of no more elements than can be drawn.
///
/// # Errors
/// What is too much.
pub(super) fn check(document: &Document<'_>) -> Result<(), &'static str> {
    let elements = references(document).ok_or(TOO_MANY_RULES)?;
    let around = BTreeMap::new();
    let mut expansion = Expansion { document, elements, around, active: Vec::new(), total: 0, knots: 0 };
    expansion.element(document.root_element(), Place::default()).map(|_| ())
}

struct Expansion<'a, 'input> {
    document: &'a Document<'input>,
    elements: BTreeMap<usize, Element>,
    /// Paint and markers of the elements around each that is referred to.
    around: BTreeMap<usize, Rc<[(By, NodeId)]>>,
    /// What is being followed, and how it was reached.
    active: Vec<(By, NodeId)>,
    total: u64,
    knots: u32,
}

/// Where an element stands.
#[derive(Clone, Copy, Default)]
struct Place<'o> {
    /// What the element around it refers to by itself.
    above: &'o [(By, NodeId)],
    depth: usize,
    /// Elements around it and their attributes, all of which are looked through for what they hand down.
    around: usize,
}

/// What has paint and markers.
#[derive(Clone, Copy, Default)]
struct Shapes {
    count: u64,
    points: u64,
}

impl Shapes {
    fn add(&mut self, other: Self) {
        self.count = self.count.saturating_add(other.count);
        self.points = self.points.saturating_add(other.points);
    }

    fn of(node: Node<'_, '_>) -> Self {
        // A point in the middle of a path takes four characters or more, but for a few; lines are counted alike.
        let points = |name| node.attribute(name).map_or(1, |data: &str| data.len() as u64 / 4 + 1);
        match node.tag_name().name() {
            "path" => Self { count: 1, points: points("d") },
            "polyline" | "polygon" => Self { count: 1, points: points("points") },
            "rect" | "circle" | "ellipse" | "line" => Self { count: 1, points: 8 },
            _ => Self::default(),
        }
    }
}

impl<'a, 'input> Expansion<'a, 'input> {
    fn spend(&mut self, elements: u64) -> Result<(), &'static str> {
        self.total = self.total.saturating_add(elements);
        if self.total > MOST_ELEMENTS { Err(TOO_OFTEN) } else { Ok(()) }
    }

    /// An element with all in it and all that it uses.
    fn element(&mut self, node: Node<'a, 'input>, place: Place<'_>) -> Result<Shapes, &'static str> {
        if place.depth > DEEPEST {
            return Err(TOO_DEEP);
        }
        let Element { to, inherits, steps } = self.elements.get(&node.id().get_usize()).cloned().unwrap_or_default();
        self.spend(1 + steps / STEPS + (place.around / AROUND) as u64)?;
        let inherited = place.above.iter().filter(|(by, _)| inherits.contains(by)).copied();
        let own: Vec<_> = to.iter().filter(|(by, _)| !by.is_inherited()).copied().chain(inherited).collect();
        let around = place.around + 1 + node.attributes().len() / 4;
        let inside = Place { above: &own, depth: place.depth + 1, around };
        let mut shapes = Shapes::of(node);
        for (by, target) in &own {
            shapes.add(self.used(*by, *target, inside)?);
        }
        for child in node.children().filter(Node::is_element) {
            shapes.add(self.element(child, inside)?);
        }
        self.handed_down(&to, shapes, inside)?;
        Ok(shapes)
    }

    /// Paint and markers, which each shape within an element has from it.
    fn handed_down(&mut self, to: &[(By, NodeId)], shapes: Shapes, place: Place<'_>) -> Result<(), &'static str> {
        for (by, target) in to.iter().filter(|(by, _)| by.is_inherited()) {
            // A marker is drawn at each point of a path (SVG 2 §13.7).
            let times = if *by == By::MarkerMid { shapes.points } else { shapes.count };
            if times > 0 {
                let before = self.total;
                self.used(*by, *target, place)?;
                self.spend((self.total - before).saturating_mul(times - 1))?;
            }
        }
        Ok(())
    }

    /// What an element refers to, once more. What `use` stands for is as if it were there.
    fn used(&mut self, by: By, target: NodeId, place: Place<'_>) -> Result<Shapes, &'static str> {
        let Some(node) = self.document.get_node(target) else { return Ok(Shapes::default()) };
        // A gradient is of nothing but its colours.
        if matches!(node.tag_name().name(), "linearGradient" | "radialGradient") {
            self.spend(1)?;
            return Ok(Shapes::default());
        }
        if self.is_left_out(by, target)? {
            return Ok(Shapes::default());
        }
        self.active.push((by, target));
        let above: &[_] = if by == By::Use { place.above } else { &[] };
        let shapes = self.element(node, Place { above, ..place })?;
        if by != By::Use {
            self.shapes_have_from_around(node, shapes, place)?;
        }
        self.active.pop();
        Ok(if by == By::Use { shapes } else { Shapes::default() })
    }

    /// What shapes have from the elements around that which is used: around where it is defined, not where it is used.
    fn shapes_have_from_around(
        &mut self,
        node: Node<'a, 'input>,
        shapes: Shapes,
        place: Place<'_>,
    ) -> Result<(), &'static str> {
        let Self { elements, around, active, .. } = self;
        let handed_down = |node: Node<'_, '_>| {
            let to = elements.get(&node.id().get_usize()).map_or(&[][..], |element| &element.to);
            to.iter().filter(|(by, _)| by.is_inherited()).copied()
        };
        let to = around.entry(node.id().get_usize());
        let to = to.or_insert_with(|| node.ancestors().skip(1).flat_map(handed_down).collect()).clone();
        // Left out is only what is within.
        let comes_again = |(by, to): &(By, NodeId)| !by.is_marker() && active.iter().any(|(_, target)| target == to);
        if shapes.count > 0 && to.iter().any(comes_again) {
            return Err(IN_A_CIRCLE);
        }
        self.handed_down(&to, shapes, place)
    }

    /// Whether usvg leaves a reference out because it leads back to where it came from: to the marker, the mask that it is in, or
    /// to one that was reached from there in the same way.
    fn is_left_out(&mut self, by: By, target: NodeId) -> Result<bool, &'static str> {
        // What `use` stands for is put in its place before anything else is followed.
        let uses = || self.active.iter().rev().take_while(|(known, _)| *known == By::Use);
        let others = || self.active.iter().rev().filter(|(known, _)| *known != By::Use);
        let back: Vec<_> = if by == By::Use { uses().collect() } else { others().collect() };
        let Some(steps) = back.iter().position(|(_, known)| *known == target) else { return Ok(false) };
        if by.is_marker() {
            return Ok(true);
        }
        let same_way = back.first().is_some_and(|(known, _)| *known == by);
        if by == By::Content || steps > 1 || (steps == 1 && !same_way) {
            return Err(IN_A_CIRCLE);
        }
        self.knots += 1;
        if self.knots > MOST_KNOTS { Err(TOO_OFTEN) } else { Ok(true) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::drawn;
    use super::*;

    /// What is said of a drawing.
    fn outcome(body: &str) -> Result<(), &'static str> {
        let text = format!("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'>{body}</svg>");
        check(&Document::parse(&text).expect("a document"))
    }

    /// Each of ten levels has ten of the next: `open`, `each` and `close` with numbers for `N` and `M`, the next.
    fn chain(open: &str, each: &str, close: &str) -> String {
        let level = |n: usize| {
            let text = format!("{open}{}{close}", each.repeat(10));
            text.replace('N', &n.to_string()).replace('M', &(n + 1).to_string())
        };
        (0..10).map(level).collect()
    }

    #[test]
    fn chains_are_seen_however_they_are_linked() {
        let path = "d='M0 0h9v9' stroke='red'";
        let chains = [
            ("mask='url(#m0)'", "<mask id='mN'>", "<rect mask='url(#mM)' width='9' height='9'/>", "</mask>"),
            ("mask='url(#m0)'", "<mask id='mN'>", "<rect style='mask:url(\"#mM\")' width='9' height='9'/>", "</mask>"),
            (
                "class='c0'",
                "<style>.cN{mask:url(#mN)}</style><mask id='mN'>",
                "<rect class='cM' width='9'/>",
                "</mask>",
            ),
            (
                "class='c0'",
                "<style>.cN{clip-path:url(#mN)}</style><clipPath id='mN'>",
                "<rect class='cM'/>",
                "</clipPath>",
            ),
            ("class='c0'", "<style>.cN{fill:url(#mN)}</style><pattern id='mN'>", "<rect class='cM'/>", "</pattern>"),
            (
                "class='c0'",
                "<style>.cN{stroke:url(#mN) red}</style><pattern id='mN'>",
                "<rect class='cM'/>",
                "</pattern>",
            ),
            (
                "class='c0'",
                "<style>.cN{marker-mid:url(#mN)}</style><marker id='mN'>",
                "<path class='cM' d='M0 0h9v9h9'/>",
                "</marker>",
            ),
            (
                "class='c0'",
                "<style>.cN{marker:url(#mN)}</style><marker id='mN'>",
                "<path class='cM' d='M0 0'/>",
                "</marker>",
            ),
            (
                "marker-start='url(#m0)'",
                "<marker id='mN'><g marker-start='url(#mM)'>",
                "<path d='M0 0h9'/>",
                "</g></marker>",
            ),
            ("fill='url(#m0)'", "<g fill='url(#mM)'><pattern id='mN'>", "<path d='M0 0h9'/>", "</pattern></g>"),
            (
                "fill='url(#h0)'",
                "<pattern id='hN' href='#mN'/><pattern id='mN'>",
                "<rect fill='url(#hM)'/>",
                "</pattern>",
            ),
            (
                "filter='url(#m0)'",
                "<g id='gN' filter='url(#mM)'/><filter id='mN'>",
                "<feImage href='#gN'/>",
                "</filter>",
            ),
        ];
        for (first, open, each, close) in chains {
            let body = chain(open, each, close) + &format!("<path {path} {first}/>");
            assert_eq!(outcome(&body), Err(TOO_OFTEN), "{open}{each}");
            let few = chain(open, "", close) + &format!("<path {path} {first}/>");
            assert_eq!(outcome(&few), Ok(()), "{open}{each}");
        }
        let uses = chain("<g id='gM'>", "<use href='#gN'/>", "</g>");
        assert_eq!(outcome(&format!("<path id='g0' {path}/>{uses}")), Err(TOO_OFTEN));
        let inherited = (0..20)
            .map(|n| {
                format!(
                    "<g id='g{}'><use mask='url(#m{n})' href='#i'/></g><mask id='m{}'><use href='#g{}'/></mask>",
                    n + 1,
                    n + 1,
                    n + 1
                )
            })
            .collect::<String>();
        let body = format!("<g id='i' mask='inherit'/><mask id='m0'><rect/></mask>{inherited}<g mask='url(#m20)'/>");
        assert_eq!(outcome(&body), Err(TOO_OFTEN));
        // Each refers to each other: not in a circle for usvg, but in every order.
        let each = |n: usize| {
            let others = (0..12).filter(|m| *m != n).map(|m| format!("<path d='M0 0h9' marker-start='url(#m{m})'/>"));
            format!("<marker id='m{n}'>{}</marker>", others.collect::<String>())
        };
        let all: String = (0..12).map(each).collect();
        assert_eq!(outcome(&(all + "<path d='M0 0h9' marker-start='url(#m0)'/>")), Err(TOO_OFTEN));
    }

    #[test]
    fn circles_that_would_be_followed_for_ever_are_refused() {
        let three = |name: &str, property: &str| {
            let one = |n: usize| {
                format!("<{name} id='m{n}'><rect {property}='url(#m{})' width='9' height='9'/></{name}>", (n + 1) % 3)
            };
            (0..3).map(one).collect::<String>() + &format!("<rect {property}='url(#m0)' width='9' height='9'/>")
        };
        let shape = "width='9' height='9'";
        let circles = [
            three("mask", "mask"),
            three("clipPath", "clip-path"),
            three("pattern", "fill"),
            format!(
                "<mask id='m'><rect fill='url(#p)' {shape}/></mask><pattern id='p' {shape}><rect mask='url(#m)' {shape}/></pattern><rect mask='url(#m)' {shape}/>"
            ),
            format!(
                "<pattern id='m' {shape}><rect fill='url(#p)' {shape}/></pattern><pattern id='p' {shape}><rect stroke='url(#m)' {shape}/></pattern><rect fill='url(#m)' {shape}/>"
            ),
            format!("<g fill='url(#p)'><pattern id='p' {shape}><rect {shape}/></pattern><rect {shape}/></g>"),
            format!(
                "<filter id='f'><feImage href='#g'/></filter><g id='g'><rect filter='url(#f)' {shape}/></g><rect filter='url(#f)' {shape}/>"
            ),
            format!(
                "<pattern id='h' href='#p'/><pattern id='p' {shape}><rect fill='url(#h)' {shape}/></pattern><rect fill='url(#h)' {shape}/>"
            ),
        ];
        for circle in circles {
            assert_eq!(outcome(&circle), Err(IN_A_CIRCLE), "{circle}");
            assert!(drawn(&format!("{shape}>{circle}")).is_err_and(|reason| reason == IN_A_CIRCLE), "{circle}");
        }
        let deep = |open: &str, close: &str| format!("{}{}", open.repeat(1100), close.repeat(1100));
        assert_eq!(outcome(&deep("<g>", "</g>")), Err(TOO_DEEP));
        let wide = format!("{}{}{}", "<g>".repeat(1000), "<path/>".repeat(50_000), "</g>".repeat(1000));
        assert_eq!(outcome(&wide), Err(TOO_OFTEN));
        let long =
            (0..1100).map(|n| format!("<mask id='m{n}'><rect mask='url(#m{})'/></mask>", n + 1)).collect::<String>();
        assert_eq!(outcome(&(long + "<rect mask='url(#m0)'/>")), Err(TOO_DEEP));
    }

    #[test]
    fn what_is_left_out_of_itself_is_drawn() {
        let shape = "width='9' height='9'";
        let tolerated = [
            String::from(
                "<style>path{marker:url(#a)}</style><marker id='a' markerWidth='3' markerHeight='3'><path d='M0 0h9v9z'/>\
                </marker><path d='M0 0h9v9'/>",
            ),
            format!("<mask id='m'><rect mask='url(#m)' fill='#fff' {shape}/></mask><rect mask='url(#m)' {shape}/>"),
            format!(
                "<mask id='m'><rect mask='url(#n)' fill='#fff' {shape}/></mask><mask id='n'><rect mask='url(#m)' fill='#fff' {shape}/></mask><rect mask='url(#m)' {shape}/>"
            ),
            format!(
                "<pattern id='p' {shape}><g fill='url(#p)'><rect {shape}/></g></pattern><rect fill='url(#p)' {shape}/>"
            ),
            String::from("<g id='a'><path d='M0 0h9v9z'/><use href='#a'/></g>"),
            String::from("<a href='#p'><path id='p' d='M0 0h9v9z'><animate href='#p'/></path></a>"),
        ];
        for body in tolerated {
            assert_eq!(outcome(&body), Ok(()), "{body}");
            assert!(drawn(&format!("{shape}>{body}")).is_ok(), "{body}");
        }
        let knots = format!("<mask id='m'>{}</mask><rect mask='url(#m)'/>", "<rect mask='url(#m)'/>".repeat(9000));
        assert_eq!(outcome(&knots), Err(TOO_OFTEN));
    }
}
