//! The look of the pages, as data: read from TOML, every length with its unit.

use serde::{Deserialize, Deserializer, de::Error as _};

use super::frame::Colour;
pub(super) use super::inline::strictness::Strictness;
use super::links::Links;
use crate::diag::{Error, ErrorKind};
use crate::font::FaceId;
use crate::units::{Em, Mm, Pt};

/// The look of the pages.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Theme {
    /// The paper and its margins.
    pub page: Page,
    /// Running text.
    pub body: Body,
    /// Inks.
    pub colour: Colours,
    /// The title page's title.
    pub title: Face,
    /// Headings, from the articles of a collection downwards; deeper ones look like the last.
    pub heading: Vec<Heading>,
    /// Quotations.
    pub quote: Quote,
    /// Lines of code.
    pub code: Face,
    /// Tables.
    pub table: Face,
    /// Captions of pictures and tables.
    pub caption: Face,
    /// Notes.
    pub note: Note,
    /// Running heads and folios.
    pub head: Head,
    /// The printed contents.
    pub contents: Contents,
    /// Whether pictures that are missing are listed after the text.
    #[serde(default = "yes")]
    pub missing_list: bool,
    /// Whether the last page says which texts the book was made of.
    #[serde(default = "yes")]
    pub colophon: bool,
    /// What becomes of links that lead out of the book.
    #[serde(default)]
    pub links: Links,
    /// Whether lines of code are numbered.
    #[serde(default)]
    pub code_numbers: bool,
    /// The user's own faces, asked before the embedded ones for every character.
    #[serde(skip)]
    pub faces: Vec<FaceId>,
}

fn yes() -> bool {
    true
}

/// The paper and its margins.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Page {
    /// Width after trimming.
    pub width: Length,
    /// Height after trimming.
    pub height: Length,
    /// Over the text.
    pub top: Length,
    /// Under the text.
    pub bottom: Length,
    /// At the fold.
    pub inner: Length,
    /// At the fore edge.
    pub outer: Length,
    /// Whether the text begins on a right-hand page.
    pub recto: bool,
    /// Whether each article of a collection begins on a right-hand page.
    #[serde(default)]
    pub articles_recto: bool,
    /// Columns of text: 1 or 2.
    #[serde(default = "one")]
    pub columns: u8,
    /// White between two columns.
    #[serde(default = "two_em")]
    pub gutter: Length,
}

fn one() -> u8 {
    1
}

fn two_em() -> Length {
    Length::Relative(Em(2.0))
}

/// Running text.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Body {
    /// Type size.
    pub size: Length,
    /// From baseline to baseline.
    pub leading: Length,
    /// First line of a paragraph in text of Han characters (CLREQ 3.4.1).
    pub indent_han: Length,
    /// First line of a paragraph in other text.
    pub indent_western: Length,
    /// Stress in Han text.
    pub han_emphasis: HanEmphasis,
    /// How strictly marks are kept from the edges of lines.
    #[serde(default)]
    pub line_breaks: Strictness,
    /// Whether pause and stop marks may stand outside of the measure, in mainland Chinese, Japanese and Korean text.
    #[serde(default)]
    pub hanging: bool,
    /// How line ends are chosen.
    #[serde(default)]
    pub fit: Fit,
    /// Whether every baseline of running text stands on the page's grid.
    pub grid: bool,
}

/// How stress looks in Han text, which is never slanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HanEmphasis {
    /// A dot at each character (CLREQ 3.3.3, JLREQ 3.3.9).
    Dots,
    /// Bold.
    Bold,
}

/// How line ends are chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fit {
    /// All lines of a paragraph are weighed together.
    #[default]
    Total,
    /// One line is filled after the other: push in first, then push out (CLREQ 3.1.4).
    Greedy,
}

/// Inks.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Colours {
    /// Text.
    pub text: Ink,
    /// Links.
    pub link: Ink,
    /// Lines and frames.
    pub rule: Ink,
    /// Grounds.
    pub ground: Ink,
    /// Running heads, captions, bylines.
    pub quiet: Ink,
}

/// Type size and leading.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Face {
    /// Type size.
    pub size: Length,
    /// From baseline to baseline.
    pub leading: Length,
}

/// A level of headings.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Heading {
    /// Type size.
    pub size: Length,
    /// From baseline to baseline.
    pub leading: Length,
    /// White over it, unless it is first on a page.
    pub before: Length,
    /// White under it.
    pub after: Length,
}

/// Quotations.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Quote {
    /// Type size.
    pub size: Length,
    /// From baseline to baseline.
    pub leading: Length,
    /// From the text's left edge.
    pub indent: Length,
}

/// Notes.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Note {
    /// Type size.
    pub size: Length,
    /// From baseline to baseline.
    pub leading: Length,
    /// Where they stand.
    pub place: NotePlace,
}

/// Where notes stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotePlace {
    /// At the foot of the page that refers to them.
    Foot,
    /// After the article.
    End,
}

/// Running heads and folios.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Head {
    /// Type size.
    pub size: Length,
}

/// The printed contents.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Contents {
    /// Type size.
    pub size: Length,
    /// From baseline to baseline.
    pub leading: Length,
    /// How many levels of headings it shows.
    pub depth: usize,
    /// It is left out if it would have no more entries.
    #[serde(default)]
    pub more_than: usize,
}

/// A length of a theme: `12mm`, `10.5pt` or, of the body's type size, `1.6em`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Length {
    /// Absolute.
    Fixed(Pt),
    /// Of the body's type size.
    Relative(Em),
}

/// An ink of a theme: `#RRGGBB`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ink(pub Colour);

const A5: &str = include_str!("../../templates/themes/a5.toml");

/// The embedded themes.
const EMBEDDED: [(&str, &str); 4] = [
    ("book", A5),
    ("pamphlet", include_str!("../../templates/themes/pamphlet.toml")),
    ("compact", include_str!("../../templates/themes/compact.toml")),
    ("large-print", include_str!("../../templates/themes/large-print.toml")),
];

impl Default for Theme {
    /// A5.
    fn default() -> Self {
        Self::parse(A5).expect("the embedded theme is whole: a test reads it")
    }
}

impl Theme {
    /// The names of the embedded themes; the first is the default.
    pub fn names() -> impl Iterator<Item = &'static str> {
        EMBEDDED.iter().map(|(name, _)| *name)
    }

    /// The embedded theme of a name.
    pub fn named(name: &str) -> Option<Self> {
        let (_, toml) = EMBEDDED.iter().find(|(known, _)| *known == name)?;
        Self::parse(toml).ok()
    }

    /// Reads a theme.
    ///
    /// # Errors
    /// If it is no TOML, lacks a value, has one that is not known, or its pages leave no room for text.
    pub fn parse(toml: &str) -> Result<Self, Error> {
        let fault = |message: String| {
            let line = message.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(", ");
            Error::new(ErrorKind::Input, format!("cannot read the theme: {line}"))
        };
        let theme: Self = toml::from_str(toml).map_err(|error| fault(error.message().to_owned()))?;
        theme.check().map_err(|fault_found| fault(fault_found.to_owned()))?;
        Ok(theme)
    }

    /// A length in points.
    pub fn pt(&self, length: Length) -> Pt {
        match length {
            Length::Fixed(pt) => pt,
            Length::Relative(em) => match self.body.size {
                Length::Fixed(size) => em.at(size),
                Length::Relative(_) => Pt::ZERO,
            },
        }
    }

    /// The look of headings of a level, from 0.
    pub fn heading(&self, level: usize) -> Heading {
        let body = &self.body;
        let plain =
            || Heading { size: body.size, leading: body.leading, before: body.leading, after: Length::Fixed(Pt::ZERO) };
        self.heading.get(level).or(self.heading.last()).cloned().unwrap_or_else(plain)
    }

    pub(super) fn check(&self) -> Result<(), &'static str> {
        let size = self.pt(self.body.size);
        let page = &self.page;
        let sizes = [
            (self.body.size, self.body.leading),
            (self.title.size, self.title.leading),
            (self.code.size, self.code.leading),
            (self.table.size, self.table.leading),
            (self.caption.size, self.caption.leading),
            (self.note.size, self.note.leading),
            (self.quote.size, self.quote.leading),
            (self.contents.size, self.contents.leading),
            (self.head.size, self.head.size),
        ];
        let headings = self.heading.iter().map(|heading| (heading.size, heading.leading));
        if !matches!(self.body.size, Length::Fixed(_)) {
            return Err("body.size must be in pt or mm");
        }
        if sizes.into_iter().chain(headings).any(|(size, leading)| {
            !(1.0..=200.0).contains(&self.pt(size).0) || self.pt(leading) < self.pt(size) || self.pt(leading).0 > 400.0
        }) {
            return Err("type sizes run from 1pt to 200pt, and a leading is at least its size");
        }
        if !(1..=2).contains(&page.columns) {
            return Err("a page has one column or two");
        }
        let gutters = self.pt(page.gutter) * f64::from(page.columns - 1);
        let columns = self.pt(page.width) - self.pt(page.inner) - self.pt(page.outer) - gutters;
        if columns < size * 8.0 * f64::from(page.columns) {
            return Err("the margins leave less than 8em for a line");
        }
        if self.pt(page.height) - self.pt(page.top) - self.pt(page.bottom) < self.pt(self.body.leading) * 6.0 {
            return Err("the margins leave less than 6 lines for a page");
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Length {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let number = |unit: &str| {
            let number = text.strip_suffix(unit)?.trim().parse::<f64>().ok()?;
            (number.is_finite() && (0.0..=20_000.0).contains(&number)).then_some(number)
        };
        None.or_else(|| number("mm").map(|n| Self::Fixed(Mm(n).pt())))
            .or_else(|| number("pt").map(|n| Self::Fixed(Pt(n))))
            .or_else(|| number("em").map(|n| Self::Relative(Em(n))))
            .ok_or_else(|| D::Error::custom(format!("'{text}' is no length such as 12mm, 10.5pt or 1.6em")))
    }
}

impl<'de> Deserialize<'de> for Ink {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii());
        let part = |at: usize| u8::from_str_radix(digits?.get(at..at + 2)?, 16).ok();
        match (part(0), part(2), part(4)) {
            (Some(red), Some(green), Some(blue)) => Ok(Self(Colour { red, green, blue })),
            _ => Err(D::Error::custom(format!("'{text}' is no colour such as #1F3A68"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_themes_are_whole() {
        for name in Theme::names() {
            assert!(Theme::named(name).is_some(), "{name}");
        }
        assert_eq!(Theme::named("book"), Some(Theme::default()));
        assert_eq!(Theme::named("none"), None);
        let theme = Theme::default();
        assert!((theme.pt(theme.page.width) - Mm(148.0).pt()).abs() < Pt(0.01));
        assert_eq!(theme.pt(theme.body.indent_han), Pt(21.0));
        assert_eq!(theme.heading(9), theme.heading(3));
    }

    #[test]
    fn a_fault_is_named() {
        let said = |toml: &str| Theme::parse(toml).unwrap_err().message;
        assert!(said(&A5.replace("\"148mm\"", "\"148\"")).contains("'148' is no length"));
        assert!(said(&A5.replace("\"148mm\"", "\"50mm\"")).contains("less than 8em"));
        assert!(said(&A5.replace("#1F3A68", "blue")).contains("'blue' is no colour"));
        assert!(said(&A5.replace("recto", "rectum")).contains("rectum"));
    }
}
