//! The table of embedded faces.

use std::sync::LazyLock;

use offprint_fonts as files;

use super::own;

/// A face: of the embedded table, or one of the user's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FaceId(u8);

/// Which forms Han characters take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Region {
    /// Mainland China.
    China,
    /// Taiwan.
    Taiwan,
    /// Hong Kong.
    HongKong,
    /// Japan.
    Japan,
    /// Korea.
    Korea,
}

impl Region {
    /// The region whose forms Han characters take in text of a language (a BCP 47 tag); China's where the tag does
    /// not say.
    pub fn of_language(tag: &str) -> Self {
        let has = |wanted: &str| tag.split('-').skip(1).any(|part| part.eq_ignore_ascii_case(wanted));
        match tag.split('-').next().unwrap_or_default() {
            "ja" => Self::Japan,
            "ko" => Self::Korea,
            "yue" if !has("CN") => Self::HongKong,
            _ if has("HK") || has("MO") => Self::HongKong,
            _ if has("TW") || has("Hant") => Self::Taiwan,
            _ => Self::China,
        }
    }
}

/// What a face is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// Latin, Greek and Cyrillic text.
    Serif,
    /// Han, kana, hangul, in the forms of a region.
    Cjk(Region),
    /// Hebrew.
    Hebrew,
    /// Arabic.
    Arabic,
    /// Code.
    Mono,
    /// Emoji, in outline.
    Emoji,
    /// Symbols, arrows, dingbats.
    Symbols,
    /// More symbols.
    Symbols2,
    /// Mathematical letters and operators.
    Math,
    /// A face of the user's own.
    Own,
}

impl Family {
    /// Whether its letters are what their neighbours make of them, so that a face without layout features is no use.
    pub fn joins(self) -> bool {
        matches!(self, Self::Arabic | Self::Hebrew)
    }
}

/// Regular or bold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    /// 400
    #[default]
    Regular,
    /// 700
    Bold,
}

/// Upright or italic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slant {
    /// Upright.
    #[default]
    Upright,
    /// Italic.
    Italic,
}

/// One row of the table.
pub(super) struct Entry {
    pub(super) family: Family,
    pub(super) weight: Weight,
    pub(super) slant: Slant,
    pub(super) name: &'static str,
    pub(super) index: u32,
    pub(super) data: fn() -> &'static [u8],
}

macro_rules! entry {
    ($family:expr, $weight:ident, $slant:ident, $name:literal, $file:ident, $index:literal) => {
        Entry {
            family: $family,
            weight: Weight::$weight,
            slant: Slant::$slant,
            name: $name,
            index: $index,
            data: || files::$file,
        }
    };
}

#[rustfmt::skip]
static TABLE: [Entry; 24] = [
    entry!(Family::Serif, Regular, Upright, "SourceSerif4-Regular", SERIF_REGULAR, 0),
    entry!(Family::Serif, Regular, Italic, "SourceSerif4-Italic", SERIF_ITALIC, 0),
    entry!(Family::Serif, Bold, Upright, "SourceSerif4-Bold", SERIF_BOLD, 0),
    entry!(Family::Serif, Bold, Italic, "SourceSerif4-BoldItalic", SERIF_BOLD_ITALIC, 0),
    entry!(Family::Cjk(Region::Japan), Regular, Upright, "NotoSerifCJKjp-Regular", SERIF_CJK_REGULAR, 0),
    entry!(Family::Cjk(Region::Korea), Regular, Upright, "NotoSerifCJKkr-Regular", SERIF_CJK_REGULAR, 1),
    entry!(Family::Cjk(Region::China), Regular, Upright, "NotoSerifCJKsc-Regular", SERIF_CJK_REGULAR, 2),
    entry!(Family::Cjk(Region::Taiwan), Regular, Upright, "NotoSerifCJKtc-Regular", SERIF_CJK_REGULAR, 3),
    entry!(Family::Cjk(Region::HongKong), Regular, Upright, "NotoSerifCJKhk-Regular", SERIF_CJK_REGULAR, 4),
    entry!(Family::Cjk(Region::Japan), Bold, Upright, "NotoSerifCJKjp-Bold", SERIF_CJK_BOLD, 0),
    entry!(Family::Cjk(Region::Korea), Bold, Upright, "NotoSerifCJKkr-Bold", SERIF_CJK_BOLD, 1),
    entry!(Family::Cjk(Region::China), Bold, Upright, "NotoSerifCJKsc-Bold", SERIF_CJK_BOLD, 2),
    entry!(Family::Cjk(Region::Taiwan), Bold, Upright, "NotoSerifCJKtc-Bold", SERIF_CJK_BOLD, 3),
    entry!(Family::Cjk(Region::HongKong), Bold, Upright, "NotoSerifCJKhk-Bold", SERIF_CJK_BOLD, 4),
    entry!(Family::Hebrew, Regular, Upright, "NotoSerifHebrew-Regular", HEBREW_REGULAR, 0),
    entry!(Family::Hebrew, Bold, Upright, "NotoSerifHebrew-Bold", HEBREW_BOLD, 0),
    entry!(Family::Arabic, Regular, Upright, "NotoNaskhArabic-Regular", ARABIC_REGULAR, 0),
    entry!(Family::Arabic, Bold, Upright, "NotoNaskhArabic-Bold", ARABIC_BOLD, 0),
    entry!(Family::Mono, Regular, Upright, "NotoSansMono-Regular", MONO_REGULAR, 0),
    entry!(Family::Mono, Bold, Upright, "NotoSansMono-Bold", MONO_BOLD, 0),
    entry!(Family::Emoji, Regular, Upright, "NotoEmoji-Regular", EMOJI, 0),
    entry!(Family::Symbols, Regular, Upright, "NotoSansSymbols-Regular", SYMBOLS, 0),
    entry!(Family::Symbols2, Regular, Upright, "NotoSansSymbols2-Regular", SYMBOLS_2, 0),
    entry!(Family::Math, Regular, Upright, "NotoSansMath-Regular", MATH, 0),
];

impl FaceId {
    /// How many embedded faces there are; their numbers run from 0, and the user's own follow.
    pub const COUNT: usize = TABLE.len();
    /// How many faces there can be.
    pub const MOST: usize = u8::MAX as usize + 1;

    /// All embedded faces.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..).map(Self).take(Self::COUNT)
    }

    /// The face of a family that comes nearest to a weight and slant.
    pub fn of(family: Family, weight: Weight, slant: Slant) -> Self {
        static NEAREST: LazyLock<[[FaceId; 4]; FAMILIES]> = LazyLock::new(nearest);
        let look = usize::from(weight == Weight::Bold) + 2 * usize::from(slant == Slant::Italic);
        NEAREST[place_of(family)][look]
    }

    /// The face of a number, which must be that of one of the user's own.
    pub(super) fn own(number: u8) -> Self {
        Self(number)
    }

    /// Its number, below [`FaceId::MOST`].
    pub fn number(self) -> usize {
        usize::from(self.0)
    }

    /// What it is for.
    pub fn family(self) -> Family {
        self.entry().map_or(Family::Own, |entry| entry.family)
    }

    /// Its weight.
    pub fn weight(self) -> Weight {
        self.entry().map_or_else(|| own::get(self).weight, |entry| entry.weight)
    }

    /// Its slant.
    pub fn slant(self) -> Slant {
        self.entry().map_or_else(|| own::get(self).slant, |entry| entry.slant)
    }

    /// Its PostScript name.
    pub fn name(self) -> &'static str {
        self.entry().map_or_else(|| own::get(self).name, |entry| entry.name)
    }

    /// The whole font file that holds it.
    pub fn data(self) -> &'static [u8] {
        self.entry().map_or_else(|| own::get(self).data, |entry| (entry.data)())
    }

    /// Its place in the file, if that is a collection; else 0.
    pub fn index(self) -> u32 {
        self.entry().map_or_else(|| own::get(self).index, |entry| entry.index)
    }

    fn entry(self) -> Option<&'static Entry> {
        TABLE.get(self.number())
    }
}

/// How many families there are.
const FAMILIES: usize = 13;

fn place_of(family: Family) -> usize {
    match family {
        Family::Serif | Family::Own => 0,
        Family::Cjk(Region::China) => 1,
        Family::Cjk(Region::Taiwan) => 2,
        Family::Cjk(Region::HongKong) => 3,
        Family::Cjk(Region::Japan) => 4,
        Family::Cjk(Region::Korea) => 5,
        Family::Hebrew => 6,
        Family::Arabic => 7,
        Family::Mono => 8,
        Family::Emoji => 9,
        Family::Symbols => 10,
        Family::Symbols2 => 11,
        Family::Math => 12,
    }
}

/// Of each family the face for each look: regular, bold, italic, bold italic.
fn nearest() -> [[FaceId; 4]; FAMILIES] {
    let mut out = [[FaceId(0); 4]; FAMILIES];
    for entry in &TABLE {
        for (look, place) in out[place_of(entry.family)].iter_mut().enumerate() {
            let wanted = (look % 2 == 1, look >= 2);
            let distance = |entry: &Entry| {
                u8::from((entry.weight == Weight::Bold) != wanted.0)
                    + 2 * u8::from((entry.slant == Slant::Italic) != wanted.1)
            };
            let of_family = (0..).map(FaceId).zip(&TABLE).filter(|(_, other)| other.family == entry.family);
            *place = of_family.min_by_key(|(_, other)| distance(other)).map_or(FaceId(0), |(id, _)| id);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_region_follows_the_tag() {
        let expected = [
            ("zh-CN", Region::China),
            ("zh", Region::China),
            ("zh-Hant", Region::Taiwan),
            ("zh-Hant-HK", Region::HongKong),
            ("yue", Region::HongKong),
            ("ja", Region::Japan),
            ("ko-KR", Region::Korea),
            ("en", Region::China),
        ];
        for (tag, region) in expected {
            assert_eq!(Region::of_language(tag), region, "{tag}");
        }
    }

    #[test]
    fn the_nearest_face_of_a_family() {
        let of = |family, weight, slant| FaceId::of(family, weight, slant).name();
        assert_eq!(of(Family::Cjk(Region::HongKong), Weight::Bold, Slant::Italic), "NotoSerifCJKhk-Bold");
        assert_eq!(of(Family::Serif, Weight::Regular, Slant::Italic), "SourceSerif4-Italic");
        assert_eq!(of(Family::Mono, Weight::Bold, Slant::Italic), "NotoSansMono-Bold");
    }
}
