//! Other ways to choose lines: one by one, with hanging marks.

use super::*;

fn set_with(text: &str, rules: Rules) -> (Collected, Fitted) {
    let collected = plain(text, style(), None);
    let style = ParagraphStyle { rules, ..paragraph(20.0) };
    let fitted = Fitted::new(&collected, &style, "zh-CN", &mut Shaper::new(&[])).unwrap();
    (collected, fitted)
}

fn right_end(fitted: &Fitted, range: &Range<usize>, end: breaks::Break) -> f64 {
    let (_, widths) = fitted.widths(range, end);
    let bodies: f64 = fitted.shaped.atoms[range.clone()].iter().map(|atom| atom.body).sum();
    let indent = if range.start == 0 { 2.0 * EM } else { 0.0 };
    indent + bodies + widths.iter().sum::<f64>()
}

#[test]
fn greedy_lines_are_full_and_keep_the_rules() {
    let mut seed = Seeded(6);
    for _ in 0..100 {
        let text = mixed(&mut seed);
        let (_, fitted) = set_with(&text, Rules { greedy: true, ..Rules::default() });
        assert_eq!(fitted.ends.last().unwrap().atom, fitted.shaped.atoms.len());
        for (range, end) in fitted.lines() {
            assert!(range.start == 0 || fitted.shaped.atoms[range.start].class.may_begin_line());
            let width = right_end(&fitted, &range, end) + end.trail;
            assert!(end.forced || (width - 20.0 * EM).abs() < 0.01 * EM, "{width}: {text}");
        }
    }
}

/// CLREQ 3.1.7: a pause or stop mark may stand outside of the measure, alone.
#[test]
fn marks_hang_where_that_is_wanted() {
    let mut seed = Seeded(8);
    let mut hanging = 0;
    for _ in 0..100 {
        let text = mixed(&mut seed);
        let (collected, fitted) = set_with(&text, Rules { hanging: true, ..Rules::default() });
        for (range, end) in fitted.lines().filter(|(_, end)| !end.forced) {
            let beyond = (right_end(&fitted, &range, end) - 20.0 * EM) / EM;
            let last = &collected.text[fitted.shaped.atoms[range.end - 1].text.clone()];
            if beyond > 0.01 {
                hanging += 1;
                assert!((beyond - 0.5).abs() < 0.01 && "、，。".contains(last), "{beyond}: {text}");
            }
        }
    }
    assert!(hanging > 3, "{hanging}");
}
