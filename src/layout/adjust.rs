//! A theme as the user adjusts it: another page, other margins, another type size.

use super::frame::Colour;
use super::theme::{Colours, Length, Theme};
use crate::diag::{Error, ErrorKind, printable};
use crate::font::FaceId;
use crate::units::{Mm, Pt, Size};

/// What a user wants otherwise than the theme has it, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Adjustments {
    /// `A4`, `Letter`, `148x210mm`; margins shrink and grow with it.
    pub page: Option<String>,
    /// All four margins, such as `15mm`.
    pub margin: Option<String>,
    /// The size of running text, such as `11pt`; all other type changes with it.
    pub font_size: Option<String>,
    /// Whether lines of code are numbered.
    pub code_numbers: bool,
    /// Whether running heads and folios stand within the margins' edges, as on a screen, where nothing is trimmed.
    pub screen: bool,
    /// Whether all inks are grey.
    pub grey: bool,
    /// Columns of text on a page.
    pub columns: Option<u8>,
    /// The user's own faces (see [`own`](crate::font::own)), asked before the embedded ones for every character.
    pub faces: Vec<FaceId>,
}

/// Names of pages, their width and height (ISO 216, ANSI).
const PAGES: [(&str, Mm, Mm); 10] = [
    ("A3", Mm(297.0), Mm(420.0)),
    ("A4", Mm(210.0), Mm(297.0)),
    ("A5", Mm(148.0), Mm(210.0)),
    ("A6", Mm(105.0), Mm(148.0)),
    ("B5", Mm(176.0), Mm(250.0)),
    ("B6", Mm(125.0), Mm(176.0)),
    ("Letter", Mm(215.9), Mm(279.4)),
    ("Half-Letter", Mm(139.7), Mm(215.9)),
    ("Legal", Mm(215.9), Mm(355.6)),
    ("Tabloid", Mm(279.4), Mm(431.8)),
];

impl Theme {
    /// The theme with adjustments.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] if one of them is no length or page, or leaves no room for text.
    pub fn adjusted(mut self, by: &Adjustments) -> Result<Self, Error> {
        if let Some(typed) = &by.page {
            let Size { width, height } = paper("--page", typed)?;
            self.set_page((width, height));
        }
        if let Some(typed) = &by.margin {
            let margin = length(typed).filter(|margin| *margin >= Pt::ZERO);
            let margin = margin.ok_or_else(|| fault("--margin", typed, "use a length such as 15mm or 0.6in"))?;
            let page = &mut self.page;
            [&mut page.top, &mut page.bottom, &mut page.inner, &mut page.outer]
                .into_iter()
                .for_each(|side| *side = Length::Fixed(margin));
        }
        if let Some(typed) = &by.font_size {
            let size = length(typed).filter(|size| (4.0..=72.0).contains(&size.0));
            let size = size.ok_or_else(|| fault("--font-size", typed, "use a size from 4pt to 72pt, such as 11pt"))?;
            self.set_type_size(size);
        }
        if by.screen {
            self.make_room();
        }
        if by.grey {
            let Colours { text, link, rule, ground, quiet } = &mut self.colour;
            [text, link, rule, ground, quiet].into_iter().for_each(|ink| ink.0 = grey(ink.0));
        }
        self.code_numbers |= by.code_numbers;
        self.page.columns = by.columns.unwrap_or(self.page.columns);
        self.faces.extend(&by.faces);
        self.check().map_err(|message| Error::new(ErrorKind::Usage, format!("the page cannot be set: {message}")))?;
        Ok(self)
    }

    /// The size of running text.
    pub fn type_size(&self) -> Pt {
        self.pt(self.body.size)
    }

    /// The trimmed page.
    pub fn page_size(&self) -> Size {
        Size { width: self.pt(self.page.width), height: self.pt(self.page.height) }
    }

    fn set_page(&mut self, (width, height): (Pt, Pt)) {
        let (across, down) = (width / self.pt(self.page.width), height / self.pt(self.page.height));
        let sides =
            [(self.page.inner, across), (self.page.outer, across), (self.page.top, down), (self.page.bottom, down)];
        let [inner, outer, top, bottom] = sides.map(|(side, factor)| Length::Fixed(self.pt(side) * factor));
        (self.page.inner, self.page.outer, self.page.top, self.page.bottom) = (inner, outer, top, bottom);
        (self.page.width, self.page.height) = (Length::Fixed(width), Length::Fixed(height));
    }

    /// Lets the margins over and under the text hold what is set in them: a running head's base line is 1.6, a folio's
    /// 2.6 of their type size away from the text.
    fn make_room(&mut self) {
        let size = self.pt(self.head.size);
        let grown = |side: Length, by: Pt| Length::Fixed(self.pt(side) + by);
        (self.page.top, self.page.bottom) = (grown(self.page.top, size * 2.5), grown(self.page.bottom, size * 2.8));
    }

    /// Every length of type that is given in points changes as the body's size does; those in em do so by themselves.
    fn set_type_size(&mut self, size: Pt) {
        let factor = size / self.pt(self.body.size);
        let scale = |length: &mut Length| {
            if let Length::Fixed(pt) = length {
                *pt = *pt * factor;
            }
        };
        let faces = [&mut self.title, &mut self.code, &mut self.table, &mut self.caption];
        faces.into_iter().for_each(|face| [&mut face.size, &mut face.leading].into_iter().for_each(scale));
        for heading in &mut self.heading {
            let all = [&mut heading.size, &mut heading.leading, &mut heading.before, &mut heading.after];
            all.into_iter().for_each(scale);
        }
        let (body, quote, note, contents) = (&mut self.body, &mut self.quote, &mut self.note, &mut self.contents);
        let all = [
            &mut body.size,
            &mut body.leading,
            &mut body.indent_han,
            &mut body.indent_western,
            &mut quote.size,
            &mut quote.leading,
            &mut quote.indent,
            &mut note.size,
            &mut note.leading,
            &mut self.head.size,
            &mut contents.size,
            &mut contents.leading,
        ];
        all.into_iter().for_each(scale);
    }
}

/// As bright as the colour is to the eye (ITU-R BT.709), which is what counts of inks that are nearly black.
fn grey(colour: Colour) -> Colour {
    let [red, green, blue] = [colour.red, colour.green, colour.blue].map(u32::from);
    let level = u8::try_from((red * 2126 + green * 7152 + blue * 722 + 5000) / 10_000).unwrap_or(u8::MAX);
    Colour { red: level, green: level, blue: level }
}

fn fault(flag: &str, typed: &str, hint: &str) -> Error {
    Error::new(ErrorKind::Usage, format!("{flag} {}: not understood", printable(typed, 40))).hint(hint)
}

/// A page or a sheet by name or as width and height.
///
/// # Errors
/// [`ErrorKind::Usage`] if it is neither; the message names `flag`.
pub fn paper(flag: &str, typed: &str) -> Result<Size, Error> {
    if let Some((_, width, height)) = PAGES.iter().find(|(name, ..)| name.eq_ignore_ascii_case(typed)) {
        return Ok(Size { width: width.pt(), height: height.pt() });
    }
    let sides = || {
        let unit = typed.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | 'x' | 'X' | '×'));
        let (width, height) = typed.strip_suffix(unit)?.split_once(['x', 'X', '×'])?;
        Some((length(&format!("{width}{unit}"))?, length(&format!("{height}{unit}"))?))
    };
    let possible =
        |(width, height): &(Pt, Pt)| (100.0..=5000.0).contains(&width.0) && (100.0..=5000.0).contains(&height.0);
    let names: Vec<&str> = PAGES.iter().map(|(name, ..)| *name).collect();
    let hint = format!("use {} or a size such as 148x210mm", names.join(", "));
    let (width, height) = sides().filter(possible).ok_or_else(|| fault(flag, typed, &hint))?;
    Ok(Size { width, height })
}

/// What a sheet is called: by its name, or by its sides in millimetres.
pub fn paper_name(size: Size) -> String {
    let alike = |(_, width, height): &&(&str, Mm, Mm)| {
        (width.pt() - size.width).abs() < Pt(0.5) && (height.pt() - size.height).abs() < Pt(0.5)
    };
    match PAGES.iter().find(alike) {
        Some((name, ..)) => (*name).to_owned(),
        None => {
            let mm = |side: Pt| (side / Mm(1.0).pt() * 10.0).round() / 10.0;
            format!("{} × {} mm", mm(size.width), mm(size.height))
        }
    }
}

/// A length in points, millimetres, centimetres or inches; `None` if it is none.
pub fn length(typed: &str) -> Option<Pt> {
    let typed = typed.trim();
    let number = |unit: &str| typed.strip_suffix(unit)?.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    None.or_else(|| number("pt").map(Pt))
        .or_else(|| number("mm").map(|mm| Mm(mm).pt()))
        .or_else(|| number("cm").map(|cm| Mm(cm * 10.0).pt()))
        .or_else(|| number("in").map(|inches| Pt(inches * 72.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn adjusted(by: &Adjustments) -> Theme {
        Theme::default().adjusted(by).unwrap()
    }

    fn typed(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn pages_by_name_and_by_size() {
        let size = |name: &str| {
            let theme = adjusted(&Adjustments { page: typed(name), ..Adjustments::default() });
            [theme.page.width, theme.page.height].map(|side| (theme.pt(side).0 * 100.0).round())
        };
        assert_eq!(size("a4"), [59528.0, 84189.0]);
        assert_eq!(size("148x210mm"), size("A5"));
        assert_eq!(size("6x9in"), [43200.0, 64800.0]);
        for bad in ["A", "x", "0x0mm", "148x210", "1e9x3mm", "mmxmm", "×"] {
            assert!(Theme::default().adjusted(&Adjustments { page: typed(bad), ..Adjustments::default() }).is_err());
        }
    }

    #[test]
    fn type_changes_as_a_whole_and_margins_alone() {
        let plain = Theme::default();
        let larger = adjusted(&Adjustments { font_size: typed("21pt"), page: typed("A4"), ..Adjustments::default() });
        assert_eq!(larger.pt(larger.heading(0).size), plain.pt(plain.heading(0).size) * 2.0);
        assert_eq!(larger.pt(larger.body.indent_han), Pt(42.0));
        let margin = adjusted(&Adjustments { margin: typed("1cm"), ..Adjustments::default() });
        assert_eq!([margin.page.inner, margin.page.bottom], [Length::Fixed(Mm(10.0).pt()); 2]);
        let (small, screen) = (Adjustments { margin: typed("3mm"), ..Adjustments::default() }, |small| Adjustments {
            screen: true,
            grey: true,
            ..small
        });
        let (small, screen) = (adjusted(&small), adjusted(&screen(small.clone())));
        assert_eq!(screen.page.inner, small.page.inner);
        assert!(screen.pt(screen.page.bottom) - small.pt(small.page.bottom) > screen.pt(screen.head.size) * 2.6);
        assert!(screen.colour.link.0.red == screen.colour.link.0.blue && screen.colour.link != small.colour.link);
        let none = Adjustments { margin: typed("100mm"), ..Adjustments::default() };
        assert!(plain.adjusted(&none).unwrap_err().message.contains("margins"));
    }
}
