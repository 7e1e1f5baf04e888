//! Formulas on lines of their own, on pages.

use super::*;

fn formula(mathml: &str) -> Block {
    Block::Math(Math { tex: String::new(), mathml: Some(format!("<math display=\"block\">{mathml}</math>")) })
}

const SUM: &str = "<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover>\
    <msup><mi>i</mi><mn>2</mn></msup><mo>=</mo><mfrac><mrow><mi>n</mi><mo stretchy=\"false\">(</mo><mi>n</mi><mo>+</mo>\
    <mn>1</mn><mo stretchy=\"false\">)</mo></mrow><mn>6</mn></mfrac>";
const ROOT: &str =
    "<mi>x</mi><mo>=</mo><msqrt><mrow><mo>(</mo><mfrac><mi>a</mi><mi>b</mi></mfrac><mo>)</mo></mrow></msqrt>";
const CASES: &str = "<mrow><mo>{</mo><mtable columnalign=\"left\"><mtr><mtd><mi>x</mi></mtd><mtd><mtext>若</mtext></mtd></mtr>\
    <mtr><mtd><mo>-</mo><mi>x</mi></mtd><mtd><mtext>否则</mtext></mtd></mtr></mtable></mrow>";

#[test]
fn formulas_as_text() {
    let blocks = vec![paragraph("求和："), formula(SUM), formula(ROOT), paragraph("分情形："), formula(CASES)];
    let dump = frame::dump(&pages(&book(vec![chapter("a", "题", blocks)])));
    assert_eq!(dump, include_str!("../../../tests/cases/layout/formulas.txt"));
}

/// The highest and lowest ink of an item.
fn extent(item: &Item) -> Option<(f64, f64)> {
    match &item.kind {
        ItemKind::Glyphs(run) => {
            let per_em = f64::from(Face::open(run.face).metrics().units_per_em);
            let of = |glyph: &frame::Glyph| {
                let [_, low, _, high] = Face::open(run.face).bounds(glyph.id)?.map(|units| f64::from(units) / per_em);
                let y = run.origin.y.0 - f64::from(glyph.y);
                Some((y - high * run.size.0, y - low * run.size.0))
            };
            run.glyphs.iter().filter_map(of).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
        }
        ItemKind::Fill { rect, .. } => Some((rect.origin.y.0, rect.bottom().0)),
        _ => None,
    }
}

#[test]
fn formulas_stand_apart_from_what_is_over_and_under_them() {
    let mut blocks = Vec::new();
    for _ in 0..6 {
        for source in [SUM, ROOT, CASES, "<mi>x</mi>"] {
            blocks.extend([paragraph("其中，x 是数。"), formula(source), formula(source)]);
        }
    }
    let pages = pages(&book(vec![chapter("a", "题", blocks)]));
    let mut formulas = 0;
    for page in pages.pages.iter().filter(|page| matches!(page.label, PageLabel::Arabic(_))) {
        let mut before: Option<(TagId, f64)> = None;
        let tagged = page.items.iter().filter_map(|item| Some((item.tag?, extent(item)?)));
        let mut groups: Vec<(TagId, (f64, f64))> = Vec::new();
        for (tag, (top, bottom)) in tagged {
            match groups.last_mut().filter(|(of, _)| *of == tag) {
                Some((_, known)) => *known = (known.0.min(top), known.1.max(bottom)),
                None => groups.push((tag, (top, bottom))),
            }
        }
        for (tag, (top, bottom)) in groups {
            if role(&pages, Some(tag)) == Some(TagRole::Formula) {
                formulas += 1;
                assert!(before.is_none_or(|(_, end)| end + 2.0 < top), "{before:?} {top}");
            }
            before = Some((tag, bottom));
        }
    }
    assert_eq!(formulas, 48);
}

#[test]
fn a_formula_is_one_element_with_its_words() {
    let pages = pages(&book(vec![chapter("a", "题", vec![formula(SUM)])]));
    let tags: Vec<&frame::Tag> = pages.tags.iter().filter(|tag| tag.role == TagRole::Formula).collect();
    assert_eq!(tags.len(), 1);
    assert_eq!(tags[0].alternative.as_deref(), Some("∑_(i = 1)^ni^2 = (n(n + 1))/6"));
    assert_eq!(content(&pages), "∑i=1ni2=n(n+1)6");
}

#[test]
fn a_formula_without_room_is_running_text() {
    let wide = format!("<mfrac><mrow>{}<mi>x</mi></mrow><mn>2</mn></mfrac>", "<mi>x</mi><mo>+</mo>".repeat(80));
    let pages = pages(&book(vec![chapter("a", "题", vec![formula(&wide)])]));
    assert!(content(&pages).ends_with(")/2"), "{}", content(&pages));
    assert_eq!(pages.tags.iter().filter(|tag| tag.role == TagRole::Formula).count(), 1);
    let area = Geometry::new(&Theme::default());
    for (_, run) in pages.pages.iter().flat_map(runs) {
        let end = run.glyphs.last().map_or(0.0, |glyph| f64::from(glyph.x));
        assert!(run.origin.x + Pt(end) <= area.inner.max(area.outer) + area.area.width);
    }
}

#[test]
fn a_column_is_as_wide_as_its_formulas() {
    let cell = |block: Block| Cell {
        header: false,
        columns: 1,
        rows: 1,
        alignment: model::Alignment::Start,
        blocks: vec![block],
    };
    let row = Row { cells: vec![cell(formula(ROOT)), cell(paragraph("说明"))] };
    let table = Block::Table(Table { caption: Vec::new(), head: Vec::new(), body: vec![row] });
    let pages = pages(&book(vec![chapter("a", "题", vec![table])]));
    let page = pages.pages.iter().find(|page| page.label == PageLabel::Arabic(1)).unwrap();
    let x = |shown: &str| runs(page).find(|(_, run)| run.text.contains(shown)).unwrap().1.origin.x.0;
    assert!(x("说明") - x("x") < 80.0, "{}", frame::dump(&pages));
}
