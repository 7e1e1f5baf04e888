//! Whole files, object by object, against `tests/cases/pdf`.

use super::build::Build;
use super::read::{objects, opened};
use super::sample::{figure, table};
use crate::layout::frame::{LinkTarget, PageLabel, TagRole};
use crate::units::{Pt, Rect};

fn check(name: &str, expected: &str, build: &Build) {
    let actual = objects(&opened(build));
    assert!(actual == expected, "{name} is now:\n{actual}");
}

#[test]
fn a_line_with_a_link() {
    let mut build = Build::new("行", "zh-CN");
    build.page(PageLabel::Arabic(1));
    let paragraph = build.tag(TagRole::Paragraph, 0);
    let end = build.text(Some(paragraph), (40.0, 60.0), 10.0, "看", 0.0);
    let link = build.tag(TagRole::Link, paragraph);
    build.text(Some(link), (end, 60.0), 10.0, "here", 0.0);
    let rect = Rect::new(Pt(end), Pt(50.0), Pt(20.0), Pt(12.0));
    build.link(link, rect, LinkTarget::Web("https://example.org/".into()));
    build.text(None, (200.0, 560.0), 9.0, "1", 0.0);
    check("line", include_str!("../../../../tests/cases/pdf/line.objects"), &build);
}

#[test]
fn a_table_with_an_empty_cell() {
    let mut build = Build::new("Table", "en");
    build.page(PageLabel::Roman(4));
    table(&mut build, 0);
    check("table", include_str!("../../../../tests/cases/pdf/table.objects"), &build);
}

#[test]
fn a_figure_with_a_transparent_picture() {
    let mut build = Build::new("Figure", "en");
    build.page(PageLabel::None);
    figure(&mut build, 0, "alpha", 40.0);
    check("figure", include_str!("../../../../tests/cases/pdf/figure.objects"), &build);
}
