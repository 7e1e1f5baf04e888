//! **Devices**: what electronic readers show and take, as data (`templates/devices.toml`).
//!
//! A [`Profile`] is a reader. It says what is true of the reader; what a build makes of it is the command line's, where
//! flags that are typed win over it.

mod nearest;
mod table;

use serde::Deserialize;

pub use table::Devices;

use crate::units::{Mm, Pt};

/// A reader: what its screen shows and its software takes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Profile {
    /// What is typed.
    pub name: String,
    /// What it is called.
    pub title: String,
    /// Other names that are typed.
    #[serde(default)]
    pub also: Vec<String>,
    /// The name of the family that it took its rules from.
    pub family: String,
    /// A line of advice.
    #[serde(default)]
    pub note: String,
    /// Pixels across, the screen upright.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Pixels an inch.
    pub ppi: u32,
    /// Whether it shows colours.
    pub colour: bool,
    /// How many greys it shows, black and white among them.
    pub levels: u16,
    /// The kinds of pictures that it shows.
    pub formats: Vec<PictureFormat>,
    /// Whether JPEG files must not be progressive.
    pub baseline_jpeg: bool,
    /// Whether transparent pictures are to be laid on white.
    pub opaque: bool,
    /// Whether faint scans are to be given their full contrast.
    pub stretch: bool,
    /// The most pixels of a picture.
    pub max_pixels: u32,
    /// The most bytes of a picture.
    pub max_image: u32,
    /// The most bytes of a document.
    pub max_document: u64,
    /// The most bytes of a book.
    pub max_book: u64,
    /// Whether the cover is also a page of the book.
    pub cover_page: bool,
    /// How many levels of the contents the NCX shows; 0 for all.
    pub ncx_depth: u8,
    /// How Chinese is tagged.
    pub languages: Languages,
    /// The kinds of font files that books may hold.
    pub fonts: Vec<FontFormat>,
    /// Properties that are left out of style sheets.
    pub css_avoid: Vec<String>,
    /// All margins of a PDF page, such as `3mm`.
    pub margin: String,
    /// The size of running text on a PDF page, such as `10pt`.
    pub font_size: String,
}

/// A kind of pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PictureFormat {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// GIF.
    Gif,
}

/// A kind of font files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FontFormat {
    /// OpenType with outlines of Bézier curves of the third degree.
    Otf,
    /// TrueType.
    Ttf,
}

/// How Chinese is tagged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Languages {
    /// As it is.
    #[default]
    AsWritten,
    /// By region: `zh-CN`.
    Region,
    /// By script: `zh-Hans`.
    Script,
}

impl Profile {
    /// A PDF page as large as the screen.
    pub fn page(&self) -> (Pt, Pt) {
        let side = |pixels: u32| Pt(f64::from(pixels) / f64::from(self.ppi) * 72.0);
        (side(self.width), side(self.height))
    }

    /// The same in words that `--page` takes.
    pub fn page_name(&self) -> String {
        let (width, height) = self.page();
        format!("{}x{}pt", width.0, height.0)
    }

    /// The diagonal of the screen, in inches.
    pub fn inches(&self) -> f64 {
        let side = |pixels: u32| f64::from(pixels) / f64::from(self.ppi);
        side(self.width).hypot(side(self.height))
    }

    /// What is wrong with the numbers, if anything is.
    fn fault(&self) -> Option<&'static str> {
        let margins = |text: &str| text.ends_with("mm") || text.ends_with("pt");
        let (width, height) = self.page();
        let sides = Mm(20.0).pt() <= width.min(height) && width.max(height) <= Mm(1500.0).pt();
        match self {
            _ if !(16..=20_000).contains(&self.width) || !(16..=20_000).contains(&self.height) => {
                Some("width and height are from 16 to 20000 pixels")
            }
            _ if !(20..=2000).contains(&self.ppi) || !sides => Some("ppi and the size of the screen do not agree"),
            _ if !(2..=256).contains(&self.levels) => Some("levels are from 2 to 256"),
            _ if self.max_pixels < 10_000 || self.max_image < 10_000 => {
                Some("a picture has at least 10000 pixels and bytes")
            }
            _ if self.max_document < 10_000 || self.max_book < 100_000 => {
                Some("a document has at least 10 KB, a book 100 KB")
            }
            _ if ![PictureFormat::Jpeg, PictureFormat::Png].iter().all(|one| self.formats.contains(one)) => {
                Some("formats must hold jpeg and png, which is what we write")
            }
            _ if !margins(&self.margin) || !margins(&self.font_size) => Some("margin and font-size are in mm or pt"),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_as_large_as_the_screen() {
        let devices = Devices::built_in();
        let remarkable = devices.find("remarkable").expect("a device");
        let (width, height) = remarkable.page();
        assert!(
            (width - Pt(447.29)).abs() < Pt(0.01) && (height - Pt(596.39)).abs() < Pt(0.01),
            "{width:?} {height:?}"
        );
        assert!((remarkable.inches() - 10.35).abs() < 0.01);
    }
}
