//! The table of embedded faces.

use offprint_fonts as files;

/// A face of the embedded table.
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
static TABLE: [Entry; 20] = [
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
    entry!(Family::Mono, Regular, Upright, "NotoSansMono-Regular", MONO_REGULAR, 0),
    entry!(Family::Mono, Bold, Upright, "NotoSansMono-Bold", MONO_BOLD, 0),
    entry!(Family::Emoji, Regular, Upright, "NotoEmoji-Regular", EMOJI, 0),
    entry!(Family::Symbols, Regular, Upright, "NotoSansSymbols-Regular", SYMBOLS, 0),
    entry!(Family::Symbols2, Regular, Upright, "NotoSansSymbols2-Regular", SYMBOLS_2, 0),
    entry!(Family::Math, Regular, Upright, "NotoSansMath-Regular", MATH, 0),
];

impl FaceId {
    /// How many faces there are; their numbers run from 0.
    pub const COUNT: usize = TABLE.len();

    /// All faces.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..).map(Self).take(Self::COUNT)
    }

    /// The face of a family that comes nearest to a weight and slant.
    pub fn of(family: Family, weight: Weight, slant: Slant) -> Self {
        let distance = |entry: &Entry| u8::from(entry.weight != weight) + 2 * u8::from(entry.slant != slant);
        Self::all().filter(|id| id.entry().family == family).min_by_key(|id| distance(id.entry())).unwrap_or(Self(0))
    }

    /// Its number in the table, below [`FaceId::COUNT`].
    pub fn number(self) -> usize {
        usize::from(self.0)
    }

    /// What it is for.
    pub fn family(self) -> Family {
        self.entry().family
    }

    /// Its weight.
    pub fn weight(self) -> Weight {
        self.entry().weight
    }

    /// Its slant.
    pub fn slant(self) -> Slant {
        self.entry().slant
    }

    /// Its PostScript name.
    pub fn name(self) -> &'static str {
        self.entry().name
    }

    /// The whole font file that holds it.
    pub fn data(self) -> &'static [u8] {
        (self.entry().data)()
    }

    /// Its place in the file, if that is a collection; else 0.
    pub fn index(self) -> u32 {
        self.entry().index
    }

    fn entry(self) -> &'static Entry {
        &TABLE[self.number()]
    }
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
