//! From a sheet to the items of a page.

use std::collections::BTreeMap;

use super::super::flow::{Ground, Strip, Strips};
use super::super::frame::{Item, ItemKind, Page, PageLabel, Place};
use super::super::inline::{self, collect, line::shifted, shape::Shaper};
use super::super::structure::Tags;
use super::super::style::TextStyle;
use super::super::theme::Theme;
use super::choose::{self, Matter};
use super::{Geometry, Sheet, float};
use crate::font::Region;
use crate::units::{Point, Pt, Rect};

/// What pages are made with.
pub(in super::super) struct Press<'a> {
    /// The look.
    pub(in super::super) theme: &'a Theme,
    /// The measures.
    pub(in super::super) geometry: Geometry,
    /// The book's language.
    pub(in super::super) language: &'a str,
    /// The book's title, the running head of left-hand pages.
    pub(in super::super) title: &'a str,
    /// For heads and folios.
    pub(in super::super) shaper: Shaper,
    /// How many pages are before those.
    pub(in super::super) before: usize,
    /// Finished pages.
    pub(in super::super) pages: Vec<Page>,
    /// Places found.
    pub(in super::super) places: BTreeMap<String, Place>,
    /// The running heads that were set last.
    pub(in super::super) cuts: Vec<(String, inline::Line)>,
}

/// How often pages are chosen anew because figures moved.
const PASSES: usize = 8;

/// An article, and which of its strips stand on which page.
pub(in super::super) struct Article {
    /// Its text.
    pub(in super::super) strips: Strips,
    /// The strips of each of its notes, by the number that the text's strips refer to it by.
    pub(in super::super) notes: Vec<Vec<Strip>>,
    /// Its pages.
    pub(in super::super) sheets: Vec<Sheet>,
    /// By how much the ids of its elements move when it is printed: it was set by itself.
    pub(in super::super) offset: u32,
}

impl Article {
    /// Chooses where pages end; `before` are before them.
    pub(in super::super) fn new(strips: Strips, notes: Vec<Vec<Strip>>, geometry: &Geometry, before: usize) -> Self {
        let mut article = Self { strips, notes, sheets: Vec::new(), offset: 0 };
        if article.strips.strips.iter().any(|strip| strip.float) {
            article.settle(geometry, before);
        }
        article.sheets = choose::choose(&article.matter(), geometry, before);
        article
    }

    /// What [`Article::new`] would choose with no page before it and with one; nothing if figures are to be moved first.
    pub(in super::super) fn both(
        strips: &Strips,
        notes: &[Vec<Strip>],
        geometry: &Geometry,
    ) -> Option<[Vec<Sheet>; 2]> {
        let matter = Matter { strips: &strips.strips, heads: &strips.heads, notes };
        let fixed = !strips.strips.iter().any(|strip| strip.float);
        fixed.then(|| choose::choose_each(&matter, geometry, [0, 1]))
    }

    fn settle(&mut self, geometry: &Geometry, before: usize) {
        for _ in 0..PASSES {
            let sheets = choose::choose(&self.matter(), geometry, before);
            if !float::settle(&mut self.strips.strips, &self.notes, &sheets, geometry) {
                break;
            }
        }
    }

    fn matter(&self) -> Matter<'_> {
        Matter { strips: &self.strips.strips, heads: &self.strips.heads, notes: &self.notes }
    }
}

impl<'a> Press<'a> {
    /// One that has printed nothing yet.
    pub(in super::super) fn new(
        theme: &'a Theme,
        geometry: Geometry,
        (language, title): (&'a str, &'a str),
        shaper: Shaper,
    ) -> Self {
        let (pages, places, cuts) = (Vec::new(), BTreeMap::new(), Vec::new());
        Self { theme, geometry, language, title, shaper, before: 0, pages, places, cuts }
    }

    /// How many pages there are.
    pub(in super::super) fn count(&self) -> usize {
        self.before + self.pages.len()
    }

    /// Adds pages of text.
    pub(in super::super) fn print(&mut self, article: Article, mut label: impl FnMut() -> PageLabel, heads: bool) {
        let Article { mut strips, mut notes, sheets, offset } = article;
        let items = strips.strips.iter_mut().chain(notes.iter_mut().flatten()).flat_map(|strip| &mut strip.items);
        items.for_each(|item| item.tag = item.tag.map(|tag| Tags::moved(tag, offset)));
        let mut head: Option<String> = None;
        for (order, columns) in sheets.chunks(self.geometry.columns).enumerate() {
            let mut page = Page { size: self.geometry.page, label: label(), items: Vec::new() };
            for (column, sheet) in columns.iter().enumerate() {
                let left = self.geometry.column(self.count(), column);
                self.text((sheet, left), &mut strips, &mut page);
                self.notes((sheet, left), &mut notes, &mut page);
                // The last heading on the page (Chicago Manual of Style 1.12).
                let own = strips.strips.get(sheet.strips.clone()).unwrap_or_default();
                head = own.iter().rev().find_map(|strip| strip.head.clone()).or(head);
            }
            if heads && order > 0 {
                self.running_head(head.as_deref(), &mut page);
            }
            self.folio(&mut page);
            self.pages.push(page);
        }
    }

    /// Adds a page that holds nothing, if the next one would be on the left.
    pub(in super::super) fn open_recto(&mut self) {
        if !self.count().is_multiple_of(2) {
            self.empty(PageLabel::None);
        }
    }

    /// Adds a page that holds nothing.
    pub(in super::super) fn empty(&mut self, label: PageLabel) {
        self.pages.push(Page { size: self.geometry.page, label, items: Vec::new() });
    }

    fn text(&mut self, (sheet, left): (&Sheet, Pt), article: &mut Strips, page: &mut Page) {
        let geometry = self.geometry;
        let Strips { strips, grounds, heads } = article;
        let mut heads = choose::heads(&Matter { strips, heads, notes: &[] }, sheet.strips.start).to_vec();
        let own = strips.get_mut(sheet.strips.clone()).unwrap_or_default();
        let mut strips: Vec<&mut Strip> = heads.iter_mut().chain(own).collect();
        let stands = geometry.stand(&strips);
        let mut items = Vec::new();
        let mut behind: BTreeMap<usize, (Pt, Pt)> = BTreeMap::new();
        for (index, (strip, (baseline, bottom))) in strips.iter_mut().zip(stands).enumerate() {
            let top = baseline - strip.above;
            for ground in strip.grounds.iter().filter(|_| index > 0 || !strip.void) {
                let edges = behind.entry(*ground).or_insert((top, bottom));
                edges.1 = bottom;
            }
            let own = std::mem::take(&mut strip.items).into_iter();
            items.extend(own.map(|item| shifted(item, left, geometry.top + baseline)));
            self.mark(&strip.places, Point { x: left, y: geometry.top + top });
        }
        let painted = behind.into_iter().filter_map(|(number, edges)| Some((grounds.get(number)?, edges)));
        page.items.extend(painted.map(|(ground, edges)| paint(ground, edges, left, geometry.top)));
        page.items.extend(items);
    }

    /// Notes stand at the foot, under a short rule.
    fn notes(&mut self, (sheet, left): (&Sheet, Pt), notes: &mut [Vec<Strip>], page: &mut Page) {
        let geometry = self.geometry;
        // Each stands on one page, and goes there as it is.
        let strip = |(note, index): &(usize, usize)| notes.get_mut(*note)?.get_mut(*index).map(std::mem::take);
        let strips: Vec<Strip> = sheet.notes.iter().filter_map(strip).collect();
        if strips.is_empty() {
            return;
        }
        let height: Pt = strips.iter().map(|strip| strip.height()).sum();
        let mut y = geometry.top + geometry.area.height - height;
        let rule = Rect::new(left, y - choose::separator(&geometry) / 2.0, geometry.area.width * 0.3, Pt(0.5));
        let colour = self.theme.colour.rule.0;
        page.items.push(Item { tag: None, kind: ItemKind::Fill { rect: rule, colour } });
        for strip in strips {
            let baseline = y + strip.above;
            let height = strip.height();
            page.items.extend(strip.items.into_iter().map(|item| shifted(item, left, baseline)));
            self.mark(&strip.places, Point { x: left, y });
            y += height;
        }
    }

    fn mark(&mut self, names: &[String], at: Point) {
        let page = self.count();
        for name in names {
            self.places.entry(name.clone()).or_insert(Place { page, at });
        }
    }

    fn style(&self, size: Pt) -> TextStyle {
        let plain = TextStyle::plain(size, Region::of_language(self.language));
        TextStyle { colour: self.theme.colour.quiet.0, ..plain }
    }

    /// The book's title on the left, the section's on the right; each at the fore edge.
    fn running_head(&mut self, section: Option<&str>, page: &mut Page) {
        let recto = self.count().is_multiple_of(2);
        let text = if recto { section.unwrap_or(self.title) } else { self.title }.to_owned();
        let size = self.theme.pt(self.theme.head.size);
        let line = self.cut(&text, size, self.geometry.width());
        let left = self.geometry.left(self.count());
        let right = self.geometry.is_right_hand(self.count());
        let x = if right { left + self.geometry.width() - line.width } else { left };
        let y = self.geometry.top - size * 1.6;
        // Twice the room of a whole page for its head would add up.
        page.items.reserve_exact(line.items.len() + 1);
        page.items.extend(line.items.into_iter().map(|item| shifted(item, x, y)));
    }

    /// A title on one line: as it is, without its subtitle, or cut with an ellipsis, as there is room. Pages that follow
    /// each other have the same heads.
    fn cut(&mut self, text: &str, size: Pt, room: Pt) -> inline::Line {
        if let Some((_, line)) = self.cuts.iter().find(|(known, _)| known == text) {
            return line.clone();
        }
        let fits = |line: &inline::Line| line.width <= room;
        let whole = self.set(text, size, room);
        let short = if fits(&whole) { None } else { without_subtitle(text).map(|text| self.set(text, size, room)) };
        let line = match short.filter(fits) {
            Some(short) => short,
            None if fits(&whole) => whole,
            None => self.set_cut(text, size, room),
        };
        self.cuts.truncate(2);
        self.cuts.insert(0, (text.to_owned(), line.clone()));
        line
    }

    /// A text on one line, or as much of it as would be wider than the room for certain.
    fn set(&mut self, text: &str, size: Pt, room: Pt) -> inline::Line {
        let text: String = text.chars().take(most(size, room)).collect();
        inline::unbroken(&collect::plain(&text, self.style(size), None), self.language, &mut self.shaper)
    }

    fn set_cut(&mut self, text: &str, size: Pt, room: Pt) -> inline::Line {
        let mut shown: String = text.chars().take(most(size, room)).collect();
        let mut line = self.set(text, size, room);
        while line.width > room && !shown.is_empty() {
            let keep = (shown.chars().count() as f64 * (room / line.width) * 0.98) as usize;
            let fewer = keep.min(shown.chars().count().saturating_sub(2));
            shown = shown.chars().take(fewer).collect();
            line = self.set(&format!("{}…", shown.trim_end()), size, room);
        }
        line
    }

    /// The page number, in the middle under the text.
    fn folio(&mut self, page: &mut Page) {
        if page.label == PageLabel::None {
            return;
        }
        let size = self.theme.pt(self.theme.head.size);
        let line = self.set_cut(&page.label.to_string(), size, self.geometry.width());
        let left = self.geometry.left(self.count());
        let x = left + (self.geometry.width() - line.width) / 2.0;
        let y = self.geometry.top + self.geometry.area.height + size * 2.6;
        page.items.extend(line.items.into_iter().map(|item| shifted(item, x, y)));
    }
}

/// More characters of a size than there is room for.
fn most(size: Pt, room: Pt) -> usize {
    (room.0 / (size.0 * 0.2)) as usize
}

/// A title without what follows a colon, a dash or a stroke, unless what comes before is so short that it is rather the
/// kind of the article, its series or its number.
fn without_subtitle(title: &str) -> Option<&str> {
    const MARKS: [&str; 9] = ["：", "——", "｜", "|", ": ", " – ", " — ", " - ", "（"];
    let end = MARKS.iter().filter_map(|mark| title.find(mark)).min()?;
    let main = title[..end].trim_end();
    let weight: usize = main.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
    (weight >= 12).then_some(main)
}

fn paint(ground: &Ground, (top, bottom): (Pt, Pt), left: Pt, over: Pt) -> Item {
    let rect = Rect::new(left + ground.x, over + top - ground.margin, ground.width, bottom - top + ground.margin * 2.0);
    let kind = if ground.frame {
        ItemKind::Frame { rect, line: Pt(0.5), colour: ground.colour }
    } else {
        ItemKind::Fill { rect, colour: ground.colour }
    };
    Item { tag: None, kind }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subtitles_are_left_out_and_kinds_are_not_titles() {
        let of = without_subtitle;
        assert_eq!(of("街头的战斗与日常的政治：一份十年的记录"), Some("街头的战斗与日常的政治"));
        assert_eq!(of("A History of Printing – From Block to Press"), Some("A History of Printing"));
        assert_eq!(of("访谈：街头的战斗与日常的政治"), None);
        assert_eq!(of("Part 2: The Press"), None);
        assert_eq!(of("没有副标题的一个很长的标题"), None);
    }
}
