//! A sheet that shows whether a printer is set right: a booklet of four pages that say what must be seen, with scales
//! and crosses.

use super::frame::{Colour, Item, ItemKind, Page, PageLabel, Pages, Properties, Tag, TagRole};
use super::inline::{self, collect, line::shifted, shape::Shaper};
use super::paper_name;
use super::style::{Alignment, ParagraphStyle, Rules, TextStyle};
use crate::font::{Region, Weight};
use crate::units::{Mm, Point, Pt, Rect, Size};

/// How a printer turns paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turning {
    /// About its long edge.
    LongEdge,
    /// About its short edge.
    ShortEdge,
    /// Whoever prints puts it back into the tray.
    ByHand,
}

/// The margins that the scales show.
const MARGINS: [Mm; 3] = [Mm(3.0), Mm(5.0), Mm(10.0)];
/// How far crosses are from the edges.
const CROSS: Mm = Mm(22.0);

/// The four pages of a booklet on this paper, in order.
pub fn pages(paper: Size, turning: Turning) -> Pages {
    let size = Size { width: paper.width.max(paper.height) / 2.0, height: paper.width.min(paper.height) };
    let title = format!("Test sheet, {}", paper_name(paper));
    let mut shaper = Shaper::new(&[]);
    let mut page = |number: usize| {
        let mut sheet = Sheet { size, number, items: Vec::new(), shaper: &mut shaper, y: Pt::ZERO };
        sheet.edges();
        sheet.number();
        match number {
            1 => sheet.first(&title, turning),
            2 => sheet.second(turning),
            3 => sheet.third(),
            _ => sheet.fourth(),
        }
        Page { size, label: PageLabel::None, items: sheet.items }
    };
    let pages = (1..=4).map(&mut page).collect();
    let document = Tag { role: TagRole::Document, parent: None, language: None, alternative: None, actual_text: None };
    let properties = Properties {
        title: title.clone(),
        language: "en".to_owned(),
        modified: crate::model::Date::UNKNOWN.timestamp(),
        ..Properties::default()
    };
    Pages { properties, pages, tags: vec![document], ..Pages::default() }
}

/// A page in the making.
struct Sheet<'a> {
    size: Size,
    /// From 1.
    number: usize,
    items: Vec<Item>,
    shaper: &'a mut Shaper,
    /// Where the next line stands.
    y: Pt,
}

impl Sheet<'_> {
    fn first(&mut self, title: &str, turning: Turning) {
        self.paragraph(title, Weight::Bold, Pt(15.0));
        let (how, edge) = match turning {
            Turning::LongEdge => ("both sides, flip on long edge", Some(true)),
            Turning::ShortEdge => ("both sides, flip on short edge", Some(false)),
            Turning::ByHand => ("one side, then the other", None),
        };
        let sides = match turning {
            Turning::ByHand => "2. Print the first page, put the paper back into the tray, print the second page.",
            _ => "2. Print on both sides, and flip as it says above.",
        };
        self.paragraph(&format!("Printed on {how}, at actual size (100 %)."), Weight::Regular, Pt(10.0));
        if let Some(long) = edge {
            self.turned_paper(long);
        }
        for step in [
            "1. Choose this paper, and “actual size” or 100 %, not “fit to page”.",
            sides,
            "3. Fold the sheet in the middle so that this page is in front, its fold at the left.",
            "4. Leaf through it. It must count 1, 2, 3, 4, each number upright, each arrow upwards.",
            "5. Read what the other pages say.",
        ] {
            self.paragraph(step, Weight::Regular, Pt(10.0));
        }
    }

    fn second(&mut self, turning: Turning) {
        let other = match turning {
            Turning::LongEdge => {
                "Choose “flip on short edge” in the printer’s dialog, or make the file with --duplex short."
            }
            Turning::ShortEdge => {
                "Choose “flip on long edge” in the printer’s dialog, or make the file with --duplex long."
            }
            Turning::ByHand => "Put the paper back into the tray the other way round.",
        };
        self.paragraph("If 2 and 3 stand on their heads", Weight::Bold, Pt(10.0));
        self.paragraph(other, Weight::Regular, Pt(10.0));
        self.paragraph("If 2 is on another sheet, or nowhere", Weight::Bold, Pt(10.0));
        let missing = match turning {
            Turning::ByHand => "Print the second page of the file, too, on the empty side of the sheet.",
            _ => {
                "The printer printed on one side. Choose “print on both sides”, or make the file with --duplex single."
            }
        };
        self.paragraph(missing, Weight::Regular, Pt(10.0));
        self.paragraph("If it counts 1, 4, 3, 2", Weight::Bold, Pt(10.0));
        self.paragraph("It is folded the wrong way: the back of this sheet belongs inside.", Weight::Regular, Pt(10.0));
    }

    fn third(&mut self) {
        self.paragraph("Scale", Weight::Bold, Pt(10.0));
        let long = self.size.width - Mm(2.0 * CROSS.0).pt() >= Mm(100.0).pt();
        let length = if long { 100 } else { 50 };
        self.ruler(length);
        let words = format!(
            "This line is {length} mm long. If it is not, the printer enlarges or shrinks: choose “actual size”."
        );
        self.paragraph(&words, Weight::Regular, Pt(10.0));
        self.paragraph("Edges", Weight::Bold, Pt(10.0));
        let words = "The lines along the edges are 3, 5 and 10 mm from them. Nothing can be printed outside of the \
                     outermost line that is there as a whole. If lines are missing at one side only, the paper does not \
                     lie straight in the tray.";
        self.paragraph(words, Weight::Regular, Pt(10.0));
    }

    fn fourth(&mut self) {
        self.paragraph("Both sides", Weight::Bold, Pt(10.0));
        let words = "Hold the open sheet against the light: each cross of one side lies in a square of the other. A square \
                     is 6 mm wide. If a cross touches its edge, the printer’s guides in the tray are loose.";
        self.paragraph(words, Weight::Regular, Pt(10.0));
        self.paragraph("Ink", Weight::Bold, Pt(10.0));
        self.greys();
        self.paragraph("All five fields can be told apart, and the last is black.", Weight::Regular, Pt(10.0));
        for size in [7.5, 9.0, 10.5] {
            self.paragraph(&format!("Letters of {size} pt: 0O 1l| rn m, ae ea."), Weight::Regular, Pt(size));
        }
    }

    /// Whether the fold is at the left.
    fn is_recto(&self) -> bool {
        self.number % 2 == 1
    }

    /// The width between the crosses, and where it begins.
    fn measure(&self) -> (Pt, Pt) {
        let left = CROSS.pt();
        (left, self.size.width - left * 2.0)
    }

    fn fill(&mut self, rect: Rect, colour: Colour) {
        self.items.push(Item { tag: None, kind: ItemKind::Fill { rect, colour } });
    }

    /// Black, a quarter of a point thick.
    fn line(&mut self, from: (Pt, Pt), across: Pt, down: Pt) {
        let thin = Pt(0.25);
        self.fill(Rect::new(from.0, from.1, across.max(thin), down.max(thin)), Colour::grey(0));
    }

    /// Lines along the outer edges, and crosses, or the squares in which those of the other side are to lie.
    fn edges(&mut self) {
        let Size { width, height } = self.size;
        for (index, margin) in MARGINS.into_iter().enumerate() {
            let inset = margin.pt();
            let (left, right) = if self.is_recto() { (Pt::ZERO, width - inset) } else { (inset, width) };
            let side = if self.is_recto() { right } else { left };
            self.line((left, inset), right - left, Pt::ZERO);
            self.line((left, height - inset), right - left, Pt::ZERO);
            self.line((side, inset), Pt::ZERO, height - inset * 2.0);
            // One beside the other, each between its line and the next one inwards.
            let x = Mm(30.0).pt() + Mm(14.0).pt() * index as f64;
            let x = if self.is_recto() { width - x } else { x };
            self.centred(&format!("{} mm", margin.0), Pt(4.8), x, inset + Pt(4.6));
        }
        let half = Mm(4.0).pt();
        let across = CROSS.pt();
        let x = if self.is_recto() { width - across } else { across };
        for y in [across, height - across] {
            if self.is_recto() {
                self.line((x - half, y - Pt(0.125)), half * 2.0, Pt::ZERO);
                self.line((x - Pt(0.125), y - half), Pt::ZERO, half * 2.0);
            } else {
                let half = Mm(3.0).pt();
                let rect = Rect::new(x - half, y - half, half * 2.0, half * 2.0);
                self.items
                    .push(Item { tag: None, kind: ItemKind::Frame { rect, line: Pt(0.25), colour: Colour::grey(0) } });
            }
        }
    }

    /// The page's number, large, an arrow over it.
    fn number(&mut self) {
        let middle = self.size.width / 2.0;
        let side = Pt(1.5);
        let runs: Vec<[u16; 3]> =
            (0..12).map(|row| [row, 11 - row, 2 * row + 1]).chain((12..24).map(|row| [row, 8, 7])).collect();
        let origin = Point { x: middle - side * 11.5, y: Mm(16.0).pt() };
        self.items.push(Item { tag: None, kind: ItemKind::Squares { origin, side, runs } });
        let y = origin.y + side * 24.0 + Pt(44.0);
        self.centred(&self.number.to_string(), Pt(54.0), middle, y);
        self.y = y + Pt(14.0);
    }

    fn label(&mut self, text: &str, x: Pt, y: Pt) {
        self.centred(text, Pt(6.0), x, y);
    }

    fn centred(&mut self, text: &str, size: Pt, x: Pt, y: Pt) {
        let line = inline::unbroken(&collect::plain(text, style(size, Weight::Regular), None), "en", self.shaper);
        let left = x - line.width / 2.0;
        self.items.extend(line.items.into_iter().map(|item| shifted(item, left, y)));
    }

    fn paragraph(&mut self, text: &str, weight: Weight, size: Pt) {
        let (left, measure) = self.measure();
        let leading = size * 1.35;
        let style = style(size, weight);
        let paragraph = ParagraphStyle {
            measure,
            indent: Pt::ZERO,
            alignment: Alignment::Start,
            size,
            leading,
            hyphenate: false,
            phrases: false,
            rules: Rules::default(),
        };
        for line in inline::set(&collect::plain(text, style, None), &paragraph, "en", self.shaper) {
            self.y += leading;
            let y = self.y;
            self.items.extend(line.items.into_iter().map(|item| shifted(item, left, y)));
        }
        self.y += leading * 0.4;
    }

    /// A line of so many millimetres with a mark every ten.
    fn ruler(&mut self, length: u32) {
        let (left, measure) = self.measure();
        let whole = Mm(f64::from(length)).pt();
        let left = left + (measure - whole) / 2.0;
        let y = self.y + Mm(8.0).pt();
        self.line((left, y), whole, Pt::ZERO);
        for mark in (0..=length).step_by(10) {
            let x = left + Mm(f64::from(mark)).pt();
            let tall = if mark % 50 == 0 { Mm(4.0).pt() } else { Mm(2.0).pt() };
            self.line((x, y - tall), Pt::ZERO, tall);
            if mark % 50 == 0 {
                self.label(&mark.to_string(), x, y - tall - Pt(2.0));
            }
        }
        self.y = y + Mm(2.0).pt();
    }

    /// From light to black.
    fn greys(&mut self) {
        let (left, measure) = self.measure();
        let (step, height) = (measure / 5.0, Mm(8.0).pt());
        for (index, level) in (0..).zip([230, 191, 128, 64, 0]) {
            let x = left + step * f64::from(index);
            self.fill(Rect::new(x, self.y, step, height), Colour::grey(level));
        }
        self.y += height;
    }

    /// Sheets that are turned about an edge, which is thick: the front, an arrow, the back.
    fn turned_paper(&mut self, long: bool) {
        let middle = self.size.width / 2.0;
        let (wide, high) = (Mm(21.0).pt(), Mm(14.8).pt());
        let top = self.y + Mm(3.0).pt();
        for (left, name) in [(middle - wide - Mm(6.0).pt(), "front"), (middle + Mm(6.0).pt(), "back")] {
            let rect = Rect::new(left, top, wide, high);
            self.items.push(Item { tag: None, kind: ItemKind::Frame { rect, line: Pt(0.5), colour: Colour::grey(0) } });
            let thick = Pt(2.5);
            // Where it is turned: a long edge is above, a short one at the side where the two meet.
            let edge = match (long, name) {
                (true, _) => Rect::new(left, top, wide, thick),
                (false, "front") => Rect::new(left + wide - thick, top, thick, high),
                (false, _) => Rect::new(left, top, thick, high),
            };
            self.fill(edge, Colour::grey(0));
            self.label(name, left + wide / 2.0, top + high / 2.0 + Pt(2.0));
        }
        let side = Pt(0.75);
        let runs =
            (0..6).map(|row| [row, 10, row + 1]).chain((6..11).map(|row| [row, 10, 11 - row])).chain([[5, 0, 10]]);
        let origin = Point { x: middle - side * 8.0, y: top + high / 2.0 - side * 5.5 };
        self.items.push(Item { tag: None, kind: ItemKind::Squares { origin, side, runs: runs.collect() } });
        self.y = top + high + Mm(2.0).pt();
    }
}

fn style(size: Pt, weight: Weight) -> TextStyle {
    TextStyle { weight, ..TextStyle::plain(size, Region::of_language("en")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_stands_on_its_page_whatever_the_paper() {
        let a6 = Size { width: Mm(105.0).pt(), height: Mm(148.0).pt() };
        let a4 = Size { width: Mm(210.0).pt(), height: Mm(297.0).pt() };
        let a3 = Size { width: Mm(297.0).pt(), height: Mm(420.0).pt() };
        for (paper, whole) in [(a6, false), (a4, true), (a3, true)] {
            for turning in [Turning::LongEdge, Turning::ShortEdge, Turning::ByHand] {
                let sheet = pages(paper, turning);
                assert_eq!(sheet.pages.len(), 4);
                for page in &sheet.pages {
                    for item in &page.items {
                        let low = match &item.kind {
                            ItemKind::Glyphs(run) => run.origin.y,
                            ItemKind::Fill { rect, .. } | ItemKind::Frame { rect, .. } => rect.bottom(),
                            _ => Pt::ZERO,
                        };
                        assert!(!whole || low <= page.size.height - Pt(1.0), "{turning:?} {item:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn crosses_lie_in_squares_when_the_sheet_is_turned() {
        let a4 = Size { width: Mm(210.0).pt(), height: Mm(297.0).pt() };
        let sheet = pages(a4, Turning::LongEdge);
        let middles = |page: usize| -> Vec<(f64, f64)> {
            let squares = sheet.pages[page].items.iter().filter_map(|item| match &item.kind {
                ItemKind::Frame { rect, .. } if rect.size.width == rect.size.height => Some(*rect),
                _ => None,
            });
            squares
                .map(|rect| ((rect.origin.x + rect.size.width / 2.0).0, (rect.origin.y + rect.size.height / 2.0).0))
                .collect()
        };
        let size = sheet.pages[0].size;
        for (x, y) in middles(1) {
            // On the other side of the paper, right and left have changed places.
            let there = size.width.0 - x;
            let lies = |item: &Item| {
                matches!(&item.kind, ItemKind::Fill { rect, .. }
                if (rect.origin.x + rect.size.width / 2.0 - Pt(there)).abs() < Pt(0.2)
                    && (rect.origin.y + rect.size.height / 2.0 - Pt(y)).abs() < Pt(0.2))
            };
            assert_eq!(sheet.pages[0].items.iter().filter(|item| lies(item)).count(), 2);
        }
        assert_eq!(middles(1).len(), 2);
    }
}
