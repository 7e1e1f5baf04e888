//! Dashes, the marks of notes, and which blank goes first.

use super::*;
use crate::font::Face;
use crate::layout::inline::collect::SpanKind;

/// CLREQ 3.1.5: a dash of two em is one line, as long as its squares and half as high as the characters beside it.
#[test]
fn a_dash_fills_its_squares() {
    for region in [Region::China, Region::Taiwan, Region::Japan] {
        let collected = plain("他——好", TextStyle { region, ..style() }, None);
        let shaped = Shaper::new(&[]).shape(&collected, "zh-CN");
        let dash = &shaped.atoms[1];
        assert_eq!((&collected.text[dash.text.clone()], dash.body, dash.shift), ("——", 2.0 * EM, 0.0));
        let [glyph] = shaped.glyphs[dash.glyphs.clone()] else { panic!("{region:?}") };
        assert_eq!(glyph.advance, 2.0 * EM);
        assert_eq!(Face::open(dash.face).advance(glyph.id), 2000);
    }
}

/// The note's mark stands where the blank of the stop would be.
#[test]
fn the_mark_of_a_note_hugs_the_stop_before_it() {
    let mut collected = plain("一。", style(), None);
    let mut mark = plain("1", style().index(crate::units::Em(0.36)), None);
    mark.spans[0].kind = SpanKind::Note(0);
    collect::append(&mut collected, mark);
    collect::append(&mut collected, plain("二", style(), None));
    let shaped = Shaper::new(&[]).shape(&collected, "zh-CN");
    let gaps: Vec<f64> = cjk::gaps(&shaped, &collected).iter().map(|gap| gap.natural / EM).collect();
    assert_eq!(gaps, [0.0, 0.0, 0.0, 0.25]);
}

/// CLREQ 3.5.3: a blank that a stop and a bracket share is the stop's, and goes last.
#[test]
fn a_shared_blank_goes_as_late_as_either_mark_allows() {
    let order = |text: &str| {
        let collected = plain(text, style(), None);
        let shaped = Shaper::new(&[]).shape(&collected, "zh-CN");
        cjk::gaps(&shaped, &collected)[1].shrink_order
    };
    assert_eq!(["。“", "，“", "”“", "：“"].map(order), [Shrink::Stop, Shrink::Comma, Shrink::Bracket, Shrink::Comma]);
}

/// UAX 9, P2 and HL1: a paragraph of Hebrew in a Chinese book runs from right to left.
#[test]
fn a_paragraph_runs_as_most_of_its_letters_do() {
    for (text, leftwards) in
        [("שלום עולם, GitHub", true), ("他说 שלום עולם 了再见再见", false), ("GitHub של", false), ("2011", false)]
    {
        assert_eq!(Shaper::new(&[]).shape(&plain(text, style(), None), "zh-CN").right_to_left, leftwards, "{text}");
    }
}

/// Titles end their lines after a mark or at a space, not inside a phrase.
#[test]
fn titles_break_between_phrases() {
    let text = "这是一个非常非常长的标题，长到一行一定放不下";
    let title = ParagraphStyle { alignment: Alignment::Start, indent: Pt::ZERO, ..paragraph(17.0) };
    let first = |phrases: bool| {
        let lines =
            set(&plain(text, style(), None), &ParagraphStyle { phrases, ..title }, "zh-CN", &mut Shaper::new(&[]));
        shown(&lines[..1])
    };
    assert_eq!(first(true), "这是一个非常非常长的标题，");
    assert!(first(false).len() > first(true).len());
}
