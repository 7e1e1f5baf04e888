//! Type as large as a number of sheets has room for.

use super::impose;
use crate::backend::Settings;
use crate::diag::{Diagnostic, Warned};
use crate::layout::{self, Adjustments, Theme, frame::Pages};
use crate::media::Images;
use crate::model::Book;
use crate::units::Size;

/// Type that is smaller is hard to read on paper, in points.
const SMALLEST: f64 = 7.5;

/// From one size of type to the next, in points.
const STEP: f64 = 0.25;

/// Lays a book out; with a limit of sheets, in the theme's type or in the largest smaller one that keeps the limit.
/// Leading changes with the type. Says what it chose.
pub(super) fn lay_out(book: &Book, images: &Images, settings: &Settings) -> (Warned<Pages>, Option<Diagnostic>) {
    let (book, cut) = layout::within(book, settings.limits.layout);
    let book = &*book;
    let mut own = layout::lay_out(book, images, &settings.theme);
    own.diagnostics.extend(cut);
    let (Some(limit), Some(sheets)) = (settings.pdf.fit_sheets, &settings.pdf.impose) else { return (own, None) };
    let fits = |pages: &Warned<Pages>| count(sheets, &pages.value) <= limit;
    let largest = settings.theme.type_size().0;
    if fits(&own) {
        let message = format!("it fits {} in type of {}", sheets_of(limit), type_of(&settings.theme));
        return (own, Some(Diagnostic::note("sheets", message)));
    }
    let smaller = |steps: u32| theme(&settings.theme, largest - STEP * f64::from(steps));
    // The fewest steps that are enough: less type takes less paper.
    let (mut enough, mut most) = (None, ((largest - SMALLEST).max(0.0) / STEP).floor() as u32);
    let mut least = 1;
    while least <= most {
        let middle = least.midpoint(most);
        let pages = layout::lay_out(book, images, &smaller(middle));
        if fits(&pages) {
            most = middle - 1;
            enough = Some((pages, middle));
        } else {
            least = middle + 1;
        }
    }
    match enough {
        Some((pages, steps)) => {
            let chosen = type_of(&smaller(steps));
            (pages, Some(Diagnostic::note("sheets", format!("type of {chosen} lets it fit {}", sheets_of(limit)))))
        }
        None => {
            let message = format!(
                "it does not fit {} in type that can be read ({SMALLEST} pt or larger); it is set as the theme has it",
                sheets_of(limit)
            );
            (
                own,
                Some(
                    Diagnostic::warning("too-many-sheets", message)
                        .hint("allow more with --fit-sheets, or choose smaller margins"),
                ),
            )
        }
    }
}

fn sheets_of(limit: usize) -> String {
    if limit == 1 { "1 sheet".to_owned() } else { format!("{limit} sheets") }
}

/// Size and leading, as typesetters say it: `9.5/15.5 pt`.
fn type_of(theme: &Theme) -> String {
    let hundredths = |length: f64| (length * 100.0).round() / 100.0;
    format!("{}/{} pt", hundredths(theme.type_size().0), hundredths(theme.leading().0))
}

fn theme(theme: &Theme, size: f64) -> Theme {
    let by = Adjustments { font_size: Some(format!("{size}pt")), ..Adjustments::default() };
    theme.clone().adjusted(&by).unwrap_or_else(|_| theme.clone())
}

fn count(options: &impose::Options, pages: &Pages) -> usize {
    let sizes: Vec<Size> = pages.pages.iter().map(|page| page.size).collect();
    impose::sheets_for(options, &sizes)
}
