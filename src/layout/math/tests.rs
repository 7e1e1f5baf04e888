//! What formulas must look like, over MathML written here.

use super::super::frame::GlyphRun;
use super::setter::extent;
use super::*;
use crate::font::{FaceId, Region};
use crate::units::Rect;

const SIZE: Pt = Pt(10.0);

fn text() -> TextStyle {
    TextStyle::plain(SIZE, Region::China)
}

/// A formula in display style as one piece.
fn piece(mathml: &str) -> Piece {
    let (face, constants) = MathFace::get().unwrap();
    let mut shaper = Shaper::new(&[]);
    let mut setter = Setter { shaper: &mut shaper, face, constants, text: text(), language: "zh-CN", most: Pt(2000.0) };
    let root = tree::parse(mathml);
    let (elements, style) = opened(&root.children, Style::DISPLAY);
    setter.row(elements, style)
}

fn wanted(measure: f64) -> Wanted<'static> {
    Wanted { text: text(), language: "zh-CN", measure: Pt(measure), height: Pt(500.0) }
}

fn formula(mathml: &str) -> Math {
    Math { tex: String::new(), mathml: Some(mathml.to_owned()) }
}

fn lines_of(mathml: &str, measure: f64) -> Option<Vec<Row>> {
    set(&formula(mathml), &wanted(measure), &mut Shaper::new(&[]))
}

/// The ink of a glyph or a bar, with the text that it shows (`—` for a bar). y grows downwards.
#[derive(Clone, Debug)]
struct Ink {
    shown: String,
    rect: Rect,
    face: Option<FaceId>,
    size: f64,
}

impl Ink {
    fn left(&self) -> f64 {
        self.rect.origin.x.0
    }
    fn right(&self) -> f64 {
        self.rect.right().0
    }
    fn top(&self) -> f64 {
        self.rect.origin.y.0
    }
    fn bottom(&self) -> f64 {
        self.rect.bottom().0
    }
    fn overlaps(&self, other: &Self) -> bool {
        const SLACK: f64 = 0.02;
        self.left() + SLACK < other.right()
            && other.left() + SLACK < self.right()
            && self.top() + SLACK < other.bottom()
            && other.top() + SLACK < self.bottom()
    }
}

fn ink_of(run: &GlyphRun, out: &mut Vec<Ink>) {
    for glyph in &run.glyphs {
        let extent = extent(run.face, glyph.id);
        let (size, origin) = (run.size, run.origin);
        let x = origin.x + Pt(f64::from(glyph.x)) + size * extent.left;
        let y = origin.y - Pt(f64::from(glyph.y)) - size * extent.top;
        let rect = Rect::new(x, y, size * (extent.right - extent.left), size * (extent.top - extent.bottom));
        let shown = run.text[glyph.text.start as usize..glyph.text.end as usize].to_owned();
        match out.last_mut().filter(|_| shown.is_empty()) {
            // A further piece of the same sign.
            Some(last) => {
                let (left, top) = (last.left().min(x.0), last.top().min(y.0));
                let (right, bottom) = (last.right().max(rect.right().0), last.bottom().max(rect.bottom().0));
                last.rect = Rect::new(Pt(left), Pt(top), Pt(right - left), Pt(bottom - top));
            }
            None => out.push(Ink { shown, rect, face: Some(run.face), size: size.0 }),
        }
    }
}

fn ink(items: &[Item]) -> Vec<Ink> {
    let mut out = Vec::new();
    for item in items {
        match &item.kind {
            ItemKind::Glyphs(run) => ink_of(run, &mut out),
            ItemKind::Fill { rect, .. } => out.push(Ink { shown: "—".into(), rect: *rect, face: None, size: 0.0 }),
            other => panic!("{other:?}"),
        }
    }
    out
}

fn find<'a>(ink: &'a [Ink], shown: &str) -> &'a Ink {
    ink.iter().find(|one| one.shown == shown).unwrap_or_else(|| panic!("{shown} in {ink:#?}"))
}

fn shown(items: &[Item]) -> String {
    ink(items).iter().filter(|one| one.face.is_some()).map(|one| one.shown.as_str()).collect()
}

#[test]
fn a_fraction_has_its_bar_on_the_axis_between_its_parts() {
    let ink = ink(&piece("<math><mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mi>y</mi></mfrac></math>").items);
    let bar = find(&ink, "—");
    assert!(((bar.top() + bar.bottom()) / 2.0 + 2.78).abs() < 1e-6);
    for above in ["a", "+", "b"] {
        assert!(find(&ink, above).bottom() < bar.top() - 0.7, "{above}");
    }
    let y = find(&ink, "y");
    assert!(y.top() > bar.bottom() + 0.7);
    assert!(((y.left() + y.right()) / 2.0 - (bar.left() + bar.right()) / 2.0).abs() < 1.0);
    assert!(bar.left() <= find(&ink, "a").left() + 0.5 && bar.right() >= find(&ink, "b").right() - 0.5);
}

#[test]
fn numbers_over_one_another_have_no_bar() {
    let ink =
        ink(&piece("<math><mo>(</mo><mfrac linethickness='0'><mi>n</mi><mi>k</mi></mfrac><mo>)</mo></math>").items);
    assert!(ink.iter().all(|one| one.face.is_some()));
    let (n, k) = (find(&ink, "n"), find(&ink, "k"));
    assert!(n.bottom() < k.top());
    let fence = find(&ink, "(");
    assert!(fence.top() <= n.top() && fence.bottom() >= k.bottom());
}

#[test]
fn a_radical_covers_what_is_under_it() {
    for inner in
        ["<mi>x</mi>", "<mfrac><mi>a</mi><mi>b</mi></mfrac>", "<msup><mi>f</mi><mn>2</mn></msup><mo>+</mo><mi>y</mi>"]
    {
        let ink = ink(&piece(&format!("<math><msqrt>{inner}</msqrt></math>")).items);
        let (sign, bar) = (find(&ink, "√"), find(&ink, "—"));
        assert!((sign.top() - bar.top()).abs() < 0.05 && sign.right() >= bar.left(), "{inner}");
        for one in ink.iter().skip(2) {
            assert!(one.top() > bar.bottom() && one.bottom() <= sign.bottom() + 0.15, "{inner} {one:?} {sign:?}");
            assert!(one.left() >= bar.left() - 0.3 && one.right() <= bar.right() + 0.3, "{inner} {one:?} {bar:?}");
        }
    }
    let ink = ink(&piece("<math><mroot><mi>x</mi><mn>3</mn></mroot></math>").items);
    let (index, sign) = (find(&ink, "3"), find(&ink, "√"));
    assert!(index.bottom() < sign.bottom() && index.left() < sign.right() && index.size < 6.0);
}

#[test]
fn fences_are_as_high_as_what_is_between_them() {
    let tall = "<mfrac><mfrac><mi>a</mi><mi>b</mi></mfrac><mfrac><mi>c</mi><mi>d</mi></mfrac></mfrac>";
    let rows = "<mtr><mtd><mi>a</mi></mtd></mtr>".repeat(9);
    for (open, close) in [("(", ")"), ("[", "]"), ("{", "}"), ("|", "|"), ("‖", "‖"), ("⌊", "⌋"), ("⟨", "⟩")]
    {
        for inner in ["<mi>x</mi>", tall, &format!("<mtable>{rows}</mtable>")] {
            // The face has no pieces of these.
            if open == "⟨" && inner.contains("mtable") {
                continue;
            }
            let ink = ink(&piece(&format!("<math><mrow><mo>{open}</mo>{inner}<mo>{close}</mo></mrow></math>")).items);
            let (first, last) = (ink.first().unwrap(), ink.last().unwrap());
            assert_eq!((first.shown.as_str(), last.shown.as_str()), (open, close));
            let between = &ink[1..ink.len() - 1];
            let top = between.iter().map(Ink::top).fold(f64::INFINITY, f64::min);
            let bottom = between.iter().map(Ink::bottom).fold(f64::NEG_INFINITY, f64::max);
            for fence in [first, last] {
                assert!(fence.top() <= top + 0.2 && fence.bottom() >= bottom - 0.2, "{open} {fence:?} {top} {bottom}");
                assert!((fence.bottom() - fence.top()) < (bottom - top) * 2.0 + 8.0, "{open} {fence:?}");
            }
        }
    }
    let ink = ink(&piece("<math><mo stretchy='false'>(</mo><mfrac><mi>x</mi><mi>y</mi></mfrac></math>").items);
    assert!(find(&ink, "(").bottom() - find(&ink, "(").top() < 10.0);
}

#[test]
fn exponents_are_over_indices() {
    let ink = ink(&piece("<math><msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup></math>").items);
    let (x, i, two) = (find(&ink, "x"), find(&ink, "i"), find(&ink, "2"));
    assert!(two.bottom() + 1.5 < i.top() && two.top() < x.top() && i.bottom() > x.bottom());
    assert!(two.left() >= x.right() - 0.01 && (i.size, two.size) == (6.0, 6.0));
    let nested = self::ink(&piece("<math><msup><mi>x</mi><msup><mi>y</mi><mi>z</mi></msup></msup></math>").items);
    assert!(find(&nested, "z").bottom() < find(&nested, "y").bottom() && find(&nested, "z").size == 5.0);
    let tensor = piece(
        "<math><mmultiscripts><mi>R</mi><mi>i</mi><none/><none/><mi>j</mi><mprescripts/><mi>k</mi><mi>l</mi></mmultiscripts></math>",
    );
    let tensor = self::ink(&tensor.items);
    let x = |c: &str| find(&tensor, c).left();
    assert!(x("k") < x("R") && x("l") < x("R") && x("R") < x("i") && x("i") < x("j"));
}

#[test]
fn limits_stand_over_and_under_where_there_is_room() {
    let sum = "<munderover><mo>∑</mo><mi>i</mi><mi>n</mi></munderover>";
    let display = ink(&piece(&format!("<math>{sum}</math>")).items);
    let (sign, under, over) = (find(&display, "∑"), find(&display, "i"), find(&display, "n"));
    assert!(over.bottom() < sign.top() && under.top() > sign.bottom());
    assert!(sign.bottom() - sign.top() > 12.0);
    let middle = |one: &Ink| (one.left() + one.right()) / 2.0;
    assert!((middle(sign) - middle(under)).abs() < 1.0 && (middle(sign) - middle(over)).abs() < 1.0);
    let text = ink(&piece(&format!("<math><mstyle displaystyle='false'>{sum}</mstyle></math>")).items);
    let (sign, under, over) = (find(&text, "∑"), find(&text, "i"), find(&text, "n"));
    assert!(under.left() >= sign.right() - 0.3 && over.left() >= sign.right() - 0.3);
    assert!(sign.bottom() - sign.top() < 11.0);
    // The lower limit of an integral stands under its overhang.
    let integral = ink(&piece("<math><msubsup><mo>∫</mo><mn>0</mn><mn>1</mn></msubsup></math>").items);
    assert!(find(&integral, "0").left() < find(&integral, "1").left() - 3.0);
}

#[test]
fn accents_sit_on_their_letters() {
    for (mark, wide) in [("^", false), ("~", false), ("→", false), ("˙", false), ("¯", true)] {
        let source = format!("<math><mover accent='true'><mi>x</mi><mo stretchy='false'>{mark}</mo></mover></math>");
        let ink = ink(&piece(&source).items);
        let x = find(&ink, "x");
        let accent = ink.iter().find(|one| one.shown != "x").unwrap();
        assert!(accent.bottom() < x.top() + 0.1 && accent.bottom() > x.top() - 2.5, "{mark} {accent:?} {x:?}");
        let middle = (accent.left() + accent.right()) / 2.0;
        assert!(middle > x.left() && middle < x.right() + 0.5, "{mark} {accent:?} {x:?}");
        assert_eq!(accent.face.is_none(), wide, "{mark}");
    }
    let dotless = ink(&piece("<math><mover><mi>i</mi><mo>^</mo></mover></math>").items);
    assert!(
        find(&dotless, "i").rect.size.height
            < find(&ink(&piece("<math><mi>i</mi></math>").items), "i").rect.size.height
    );
    let brace = "<math><munder><munder><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mo>⏟</mo></munder><mi>n</mi></munder></math>";
    let ink = ink(&piece(brace).items);
    let (brace, n) = (find(&ink, "⏟"), find(&ink, "n"));
    assert!(brace.left() <= find(&ink, "a").left() + 0.6 && brace.right() >= find(&ink, "b").right() - 0.6);
    assert!(brace.top() > find(&ink, "a").bottom() && n.top() > brace.bottom());
    let arrow = self::ink(&piece("<math><mover><mo>→</mo><mtext>a long word</mtext></mover></math>").items);
    let (arrow, first) = (find(&arrow, "→"), find(&arrow, "a"));
    assert!(first.bottom() < arrow.top() && arrow.right() - arrow.left() > 25.0);
}

#[test]
fn nothing_overlaps() {
    for source in [
        "<mi>x</mi><mo>=</mo><mfrac><mrow><mo>-</mo><mi>b</mi><mo>±</mo><mi>c</mi></mrow><mrow><mn>2</mn><mi>a</mi></mrow></mfrac>",
        "<mi>f</mi><mo>(</mo><mi>x</mi><mo>)</mo><mo>=</mo><munderover><mo>∑</mo><mrow><mi>k</mi><mo>=</mo><mn>1</mn></mrow><mi>K</mi></munderover><msubsup><mi>A</mi><mi>k</mi><mi>f</mi></msubsup>",
        "<mo>{</mo><mtable columnalign='left'><mtr><mtd><mfrac><mi>g</mi><mi>h</mi></mfrac></mtd><mtd><mtext>若 a</mtext></mtd></mtr><mtr><mtd><mfrac><mi>j</mi><mi>y</mi></mfrac></mtd><mtd><mi>p</mi></mtd></mtr></mtable>",
        "<mmultiscripts><mi>F</mi><mn>1</mn><mn>3</mn><mprescripts/><mn>2</mn><mn>4</mn></mmultiscripts>",
        "<munder><mi>lim</mi><mrow><mi>x</mi><mo>→</mo><mi>∞</mi></mrow></munder><mfrac><mn>1</mn><mi>x</mi></mfrac>",
        "<msup><mi>e</mi><mfrac><mi>a</mi><mi>b</mi></mfrac></msup><mo>+</mo><msub><mi>f</mi><mfrac><mi>a</mi><mi>b</mi></mfrac></msub>",
        "<msup><mi>f</mi><mo>′</mo></msup><mo stretchy='false'>(</mo><mi>x</mi><mo stretchy='false'>)</mo>",
    ] {
        let ink = ink(&piece(&format!("<math>{source}</math>")).items);
        for (index, one) in ink.iter().enumerate() {
            for other in &ink[index + 1..] {
                // Slanted letters lean over each other's corners.
                let lean = one.shown.chars().chain(other.shown.chars()).any(|c| c.is_alphabetic() && c.is_ascii());
                let apart = |a: &Ink, b: &Ink| a.right() - b.left() < 1.2 || a.bottom() - b.top() < 0.2;
                let near = lean && (apart(one, other) || apart(other, one));
                assert!(!one.overlaps(other) || near, "{source}: {one:?} {other:?}");
            }
        }
    }
}

#[test]
fn letters_are_those_of_the_text_and_signs_those_of_the_face_for_formulas() {
    for (source, shown, face) in [
        ("<mi>x</mi>", "x", "SourceSerif4-Italic"),
        ("<mi mathvariant='normal'>d</mi>", "d", "SourceSerif4-Regular"),
        ("<mi>𝐱</mi>", "𝐱", "SourceSerif4-Bold"),
        ("<mi mathvariant='bold'>v</mi>", "v", "SourceSerif4-Bold"),
        ("<mi>α</mi>", "α", "SourceSerif4-Italic"),
        ("<mi>ℎ</mi>", "ℎ", "SourceSerif4-Italic"),
        ("<mi>ℝ</mi>", "ℝ", "NotoSansMath-Regular"),
        ("<mi mathvariant='script'>L</mi>", "L", "NotoSansMath-Regular"),
        ("<mi mathvariant='fraktur'>g</mi>", "g", "NotoSansMath-Regular"),
        ("<mi>∞</mi>", "∞", "NotoSansMath-Regular"),
        ("<mn>7</mn>", "7", "SourceSerif4-Regular"),
        ("<mi>sin</mi>", "s", "SourceSerif4-Regular"),
        ("<mtext>若</mtext>", "若", "NotoSerifCJKsc-Regular"),
        ("<mo>-</mo>", "-", "NotoSansMath-Regular"),
    ] {
        let ink = ink(&piece(&format!("<math>{source}</math>")).items);
        let found = find(&ink, shown);
        assert_eq!(found.face.unwrap().name(), face, "{source}");
    }
    // A hyphen is a minus sign.
    let width = |source: &str| ink(&piece(source).items)[0].rect.size.width;
    assert_eq!(width("<math><mo>-</mo></math>"), width("<math><mo>−</mo></math>"));
}

#[test]
fn operators_have_white_around_them() {
    let gap = |source: &str, left: &str, right: &str| {
        let ink = ink(&piece(&format!("<math>{source}</math>")).items);
        find(&ink, right).left() - find(&ink, left).right()
    };
    let binary = gap("<mn>1</mn><mo>+</mo><mn>2</mn>", "1", "+");
    let relation = gap("<mn>1</mn><mo>=</mo><mn>2</mn>", "1", "=");
    let sign = gap("<mo>+</mo><mn>2</mn><mo>=</mo><mn>2</mn>", "+", "2");
    let after = gap("<mn>1</mn><mo>=</mo><mo>-</mo><mn>2</mn>", "-", "2");
    let index = gap("<msup><mn>7</mn><mrow><mn>1</mn><mo>+</mo><mn>2</mn></mrow></msup>", "1", "+");
    assert!(relation > binary + 0.4 && binary > sign + 1.0, "{relation} {binary} {sign}");
    assert!((sign - after).abs() < 0.3, "{sign} {after}");
    assert!(index < binary / 2.0, "{index}");
    let name = gap("<mi>sin</mi><mo>&#x2061;</mo><mi>x</mi>", "n", "x");
    let fence = gap("<mi>sin</mi><mo>&#x2061;</mo><mo>(</mo><mi>x</mi><mo>)</mo>", "n", "(");
    assert!(name > 1.2 && fence < 1.0, "{name} {fence}");
}

#[test]
fn columns_stand_as_they_are_told() {
    let table = |align: &str| {
        let row = |a: &str, b: &str| format!("<mtr><mtd><mn>{a}</mn></mtd><mtd><mo>=</mo><mn>{b}</mn></mtd></mtr>");
        let source = format!(
            "<math><mrow><mo>(</mo><mtable columnalign='{align}' columnspacing='0em'>{}{}</mtable></mrow></math>",
            row("1", "2"),
            row("333", "4")
        );
        ink(&piece(&source).items)
    };
    let ink = table("right left");
    let equals: Vec<&Ink> = ink.iter().filter(|one| one.shown == "=").collect();
    assert!((equals[0].left() - equals[1].left()).abs() < 1e-6);
    let threes: Vec<&Ink> = ink.iter().filter(|one| one.shown == "3").collect();
    assert!((find(&ink, "1").right() - threes[2].right()).abs() < 0.6);
    assert!(equals[0].left() - find(&ink, "1").right() > 2.0);
    let ink = table("left");
    let threes: Vec<&Ink> = ink.iter().filter(|one| one.shown == "3").collect();
    assert!((find(&ink, "1").left() - threes[0].left()).abs() < 0.6);
}

#[test]
fn the_text_is_in_the_order_of_the_formula() {
    for (source, expected) in [
        ("<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup><mo>+</mo><mfrac><mi>a</mi><mi>b</mi></mfrac>", "xi2+ab"),
        ("<mo>(</mo><mfrac><mfrac><mi>a</mi><mi>b</mi></mfrac><mi>c</mi></mfrac><mo>)</mo>", "(abc)"),
        ("<munderover><mo>∑</mo><mi>i</mi><mi>n</mi></munderover><msqrt><mi>x</mi></msqrt>", "∑in√x"),
    ] {
        assert_eq!(shown(&piece(&format!("<math>{source}</math>")).items), expected);
    }
}

/// A sum of many terms.
fn long(terms: usize) -> String {
    let mut out = String::from("<math><mi>y</mi><mo>=</mo><mi>a</mi>");
    for _ in 1..terms {
        out.push_str("<mo>+</mo><msup><mi>x</mi><mn>2</mn></msup>");
    }
    out + "</math>"
}

#[test]
fn long_formulas_are_broken_before_operators() {
    let rows = lines_of(&long(60), 200.0).unwrap();
    assert!(rows.len() > 3);
    let mut edges = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let ink = ink(&row.items);
        assert!(ink.iter().all(|one| one.left() >= -0.31 && one.right() <= 200.31), "{ink:?}");
        assert_eq!(ink[0].shown, if index == 0 { "y" } else { "+" });
        assert!(row.above > Pt(5.0) && row.before > Pt::ZERO);
        edges.push(ink[0].left());
    }
    assert!(edges[1] > edges[0] + 15.0 && (edges[1] - edges[2]).abs() < 1e-6);
    assert_eq!(lines_of(&long(3), 200.0).unwrap().len(), 1);
    let grouped = long(60).replace("<math>", "<math><mi>z</mi><mo>=</mo><mrow>").replace("</math>", "</mrow></math>");
    assert!(lines_of(&grouped, 200.0).unwrap().len() > 3);
}

#[test]
fn what_cannot_be_broken_is_made_smaller_within_reason() {
    let fraction = |terms: usize| {
        let inner = long(terms).replace("<math>", "<mrow>").replace("</math>", "</mrow>");
        format!("<math><mfrac>{inner}<mn>2</mn></mfrac></math>")
    };
    let sizes = |terms: usize| {
        let rows = lines_of(&fraction(terms), 200.0)?;
        let ink = ink(&rows[0].items);
        assert!(rows.len() == 1 && ink.iter().all(|one| one.left() >= -0.31 && one.right() <= 200.31));
        Some(find(&ink, "y").size)
    };
    assert_eq!(sizes(4), Some(10.0));
    assert!(sizes(10).is_some_and(|size| (6.0..10.0).contains(&size)), "{:?}", sizes(10));
    assert_eq!(sizes(40), None);
}

#[test]
fn equations_under_one_another_are_lines() {
    let row = "<mtr><mtd><mi>a</mi></mtd><mtd><mo>=</mo><mfrac><mi>b</mi><mi>c</mi></mfrac></mtd></mtr>";
    let source = format!("<math><mtable columnalign='right left'>{}</mtable></math>", row.repeat(60));
    assert_eq!(lines_of(&source, 200.0).unwrap().len(), 60);
    // A matrix is not parted, and so does not fit.
    let source = format!("<math><mo>(</mo><mtable>{}</mtable><mo>)</mo></math>", row.repeat(60));
    assert!(lines_of(&source, 200.0).is_none());
}

#[test]
fn formulas_that_cannot_be_set_are_left_to_running_text() {
    assert!(set(&Math { tex: "x".into(), mathml: None }, &wanted(200.0), &mut Shaper::new(&[])).is_none());
    for source in ["<math/>", "<math><mspace width='3em'/></math>", "", "<math><mphantom><mi>x</mi></mphantom></math>"]
    {
        assert!(lines_of(source, 200.0).is_none(), "{source}");
    }
    let mut shaper = Shaper::new(&[]);
    shaper.missing.insert('क');
    assert!(set(&formula("<math><mi>x</mi><mtext>\u{E000}</mtext></math>"), &wanted(200.0), &mut shaper).is_none());
    assert_eq!(shaper.missing.iter().copied().collect::<String>(), "क\u{E000}");
    assert!(set(&formula("<math><mi>x</mi></math>"), &wanted(200.0), &mut shaper).is_some());
    let many = format!("<math>{}</math>", "<mi>x</mi>".repeat(MOST + 1));
    assert!(lines_of(&many, 200.0).is_none());
}

#[test]
fn strange_formulas_stay_on_the_page() {
    let deep = |name: &str| {
        format!("<math>{}<mi>x</mi>{}</math>", format!("<{name}>").repeat(90), format!("</{name}>").repeat(90))
    };
    let sources = [
        "<math><mi>a</mi><mspace width='1e9em'/><mi>b</mi></math>".to_owned(),
        "<math><mi>a</mi><mspace width='99999999em'/><mi>b</mi></math>".to_owned(),
        "<math><mi>a</mi><mspace width='-99999999em' height='999999em' depth='NaN'/><mi>b</mi></math>".to_owned(),
        "<math><mfrac linethickness='99999999em'><mi>a</mi><mi>b</mi></mfrac></math>".to_owned(),
        "<math><mfrac linethickness='-5em'><mi>a</mi><mi>b</mi></mfrac></math>".to_owned(),
        "<math><mo lspace='-9999em' rspace='9999em'>=</mo><mi>a</mi><mo lspace='-9999em'>=</mo><mi>b</mi></math>".to_owned(),
        "<math><mo minsize='99999em' stretchy='true'>(</mo><mi>a</mi></math>".to_owned(),
        "<math><mpadded width='-99999em' lspace='-99999em'><mi>a</mi></mpadded><mi>b</mi></math>".to_owned(),
        "<math><mtable columnspacing='99999em' rowspacing='99999em'><mtr><mtd columnspan='99999999'><mi>a</mi></mtd><mtd/></mtr></mtable></math>".to_owned(),
        format!("<math><mi>a</mi>{}<mi>b</mi></math>", "<mspace width='-1em'/>".repeat(50)),
        "<math><mtable><mtr/><mtr><mtd/></mtr></mtable><mi>a</mi></math>".to_owned(),
        "<math><mfrac/><msup/><msubsup><mi>a</mi></msubsup><munder/><mroot/><mmultiscripts/><mover><mo>→</mo></mover></math>".to_owned(),
        "<math><mstyle scriptlevel='+127'><mstyle scriptlevel='-128'><mi>a</mi></mstyle></mstyle></math>".to_owned(),
        "<math><mover><mrow/><mo>⏞</mo></mover><mover><mspace/><mo>^</mo></mover><mi>a</mi></math>".to_owned(),
        "<math><mo></mo><mi></mi><mn></mn><mi>a</mi><mfenced open='' close='' separators=''><mi>b</mi></mfenced></math>".to_owned(),
        deep("msqrt"),
        deep("mrow"),
        deep("mfrac"),
        deep("munder"),
        deep("mtable"),
        deep("menclose"),
    ];
    for source in sources {
        for measure in [1.0, 40.0, 300.0] {
            for row in lines_of(&source, measure).unwrap_or_default() {
                assert!(row.above + row.below <= Pt(500.0) && row.before < Pt(100.0), "{source}");
                for one in ink(&row.items) {
                    assert!(one.left() >= -4.0 && one.right() <= measure + 4.0, "{source}: {one:?} in {measure}");
                }
            }
        }
    }
}

/// Numbers that look random and are the same every time (Knuth, MMIX).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most
    }

    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }

    fn element(&mut self, depth: usize, out: &mut String) {
        const NAMES: &str = "mrow mi mn mo mtext ms mspace mfrac msqrt mroot msub msup msubsup munder mover munderover \
            mmultiscripts mprescripts none mtable mtr mlabeledtr mtd menclose mpadded mphantom mstyle mfenced semantics odd";
        const NAMED: &str = "linethickness width lspace rspace height depth minsize maxsize columnspacing rowspacing \
            columnalign columnlines rowlines columnspan notation displaystyle scriptlevel mathvariant form stretchy accent";
        const VALUES: &[&str] = &[
            "0",
            "1em",
            "-3em",
            "1e9em",
            "99999999em",
            "-99999999pt",
            "50%",
            "+1",
            "-9",
            "300",
            "true",
            "false",
            "left",
            "solid none",
            "box",
            "radical top",
            "bold",
            "script",
            "prefix",
            "postfix",
            "NaN",
            "",
        ];
        const TEXTS: &[&str] =
            &["x", "f", "+", "-", "=", "(", ")", "|", "∑", "∫", "→", "⏞", "^", "‾", "′", "12", "若", "sin", " ", ","];
        let words = |list: &'static str| list.split_whitespace().collect::<Vec<_>>();
        let name = if depth > 8 { self.of(&["mi", "mo", "mn"]) } else { self.of(&words(NAMES)) };
        out.push_str(&format!("<{name}"));
        for _ in 0..self.below(3) {
            let (attribute, value) = (self.of(&words(NAMED)), self.of(VALUES));
            out.push_str(&format!(" {attribute}=\"{value}\""));
        }
        out.push('>');
        match name {
            "mi" | "mn" | "mo" | "mtext" | "ms" => out.push_str(self.of(TEXTS)),
            _ => (0..self.below(5)).for_each(|_| self.element(depth + 1, out)),
        }
        out.push_str(&format!("</{name}>"));
    }
}

#[test]
fn any_tree_stays_on_the_page() {
    let mut numbers = Numbers(7);
    let mut set = 0;
    for _ in 0..1500 {
        let mut source = String::from("<math>");
        (0..6).for_each(|_| numbers.element(0, &mut source));
        let Some(rows) = lines_of(&source, 300.0) else { continue };
        set += 1;
        for row in rows {
            assert!(row.above + row.below <= Pt(500.0) && row.before <= Pt(50.0), "{source}");
            for one in ink(&row.items) {
                assert!(one.left() >= -4.0 && one.right() <= 304.0, "{source}: {one:?}");
                assert!(
                    one.top() >= -row.above.0 - 0.1 && one.bottom() <= row.below.0 + 0.1,
                    "{source}: {one:?} {row:?}"
                );
            }
        }
    }
    assert!(set > 200, "{set}");
}

#[test]
fn large_formulas_take_linear_time() {
    let start = std::time::Instant::now();
    let cells = "<mtd><mi>a</mi></mtd>".repeat(5000);
    let row = "<mtr><mtd><mi>a</mi></mtd></mtr>".repeat(5000);
    for source in [
        format!("<math><mtable><mtr>{cells}</mtr></mtable></math>"),
        format!("<math><mtable>{row}</mtable></math>"),
        format!("<math>{}</math>", "<mo>=</mo>".repeat(15_000)),
        format!("<math>{}</math>", "<mo>(</mo>".repeat(15_000)),
        format!("<math>{}</math>", "<mrow>".repeat(1_000_000)),
        format!("<math><mtext>{}</mtext></math>", "a".repeat(100_000)),
        long(4000),
    ] {
        let _ = lines_of(&source, 300.0);
    }
    assert!(start.elapsed() < std::time::Duration::from_secs(30), "{:?}", start.elapsed());
}
