//! Pages as text, for tests.

use std::fmt::Write as _;

use super::frame::{ItemKind, LinkTarget, PageLabel, Pages};

/// The pages as text, one item a line: page, kind, place, what it is. Lengths are in points, rounded to hundredths.
pub(super) fn dump(pages: &Pages) -> String {
    let mut out = String::new();
    for (index, page) in pages.pages.iter().enumerate() {
        let label = match page.label {
            PageLabel::None => "-".to_owned(),
            PageLabel::Roman(number) => format!("r{number}"),
            PageLabel::Arabic(number) => number.to_string(),
        };
        push(&mut out, format_args!("page {index} {label} {:.2}x{:.2}", page.size.width.0, page.size.height.0));
        for item in &page.items {
            let tag = item.tag.and_then(|tag| pages.tags.get(usize::try_from(tag.0).ok()?));
            let role = tag.map_or_else(|| "-".to_owned(), |tag| format!("{:?}", tag.role));
            match &item.kind {
                ItemKind::Glyphs(run) => {
                    let (x, y) = (run.origin.x.0, run.origin.y.0);
                    let end = run.glyphs.last().map_or(0.0, |glyph| f64::from(glyph.x));
                    let name = run.face.name();
                    let args = format_args!("  {y:.2} {x:.2}+{end:.2} {name} {:.2} {role} {:?}", run.size.0, run.text);
                    push(&mut out, args);
                }
                ItemKind::Fill { rect, .. } => push(&mut out, format_args!("  fill {}", rectangle(rect))),
                ItemKind::Dots { centres, .. } => {
                    let (Some(first), Some(last)) = (centres.first(), centres.last()) else { continue };
                    let (x, y, end) = (first.x.0, first.y.0, last.x.0);
                    push(&mut out, format_args!("  dots {y:.2} {x:.2}..{end:.2} {}", centres.len()));
                }
                ItemKind::Frame { rect, .. } => push(&mut out, format_args!("  frame {}", rectangle(rect))),
                ItemKind::Image { id, rect } => {
                    push(&mut out, format_args!("  image {} {role} {}", rectangle(rect), id.0));
                }
                ItemKind::Squares { origin, side, runs } => {
                    let args =
                        format_args!("  squares {:.2},{:.2} {:.2} {}", origin.x.0, origin.y.0, side.0, runs.len());
                    push(&mut out, args);
                }
                ItemKind::Link { rect, target, .. } => {
                    let target = match target {
                        LinkTarget::Web(address) => address.clone(),
                        LinkTarget::Place(name) => format!("#{name}"),
                    };
                    push(&mut out, format_args!("  link {} {target}", rectangle(rect)));
                }
            }
        }
    }
    out
}

fn push(out: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{line}");
}

fn rectangle(rect: &crate::units::Rect) -> String {
    let (at, size) = (rect.origin, rect.size);
    format!("{:.2},{:.2} {:.2}x{:.2}", at.x.0, at.y.0, size.width.0, size.height.0)
}
