//! The font files that Offprint embeds, as static bytes: compiled once, mapped from the program file, never copied
//! into memory whole. Origin, version, licence and checksum of each stand in `README.md` beside them.

macro_rules! files {
    ($($(#[$doc:meta])* $name:ident = $file:literal;)*) => {$(
        $(#[$doc])*
        pub static $name: &[u8] = include_bytes!(concat!("../", $file));
    )*};
}

files! {
    /// Noto Serif CJK Regular, a collection: 0 Japan, 1 Korea, 2 China, 3 Taiwan, 4 Hong Kong.
    SERIF_CJK_REGULAR = "NotoSerifCJK-Regular.ttc";
    /// Noto Serif CJK Bold, the same collection.
    SERIF_CJK_BOLD = "NotoSerifCJK-Bold.ttc";
    /// Source Serif 4: Latin, Greek, Cyrillic.
    SERIF_REGULAR = "SourceSerif4-Regular.ttf";
    /// Source Serif 4 Italic.
    SERIF_ITALIC = "SourceSerif4-Italic.ttf";
    /// Source Serif 4 Bold.
    SERIF_BOLD = "SourceSerif4-Bold.ttf";
    /// Source Serif 4 Bold Italic.
    SERIF_BOLD_ITALIC = "SourceSerif4-BoldItalic.ttf";
    /// Noto Sans Mono.
    MONO_REGULAR = "NotoSansMono-Regular.ttf";
    /// Noto Sans Mono Bold.
    MONO_BOLD = "NotoSansMono-Bold.ttf";
    /// Noto Emoji, monochrome.
    EMOJI = "NotoEmoji-Regular.ttf";
    /// Noto Sans Symbols.
    SYMBOLS = "NotoSansSymbols-Regular.ttf";
    /// Noto Sans Symbols 2.
    SYMBOLS_2 = "NotoSansSymbols2-Regular.ttf";
    /// Noto Serif Hebrew.
    HEBREW_REGULAR = "NotoSerifHebrew-Regular.ttf";
    /// Noto Serif Hebrew Bold.
    HEBREW_BOLD = "NotoSerifHebrew-Bold.ttf";
    /// Noto Naskh Arabic.
    ARABIC_REGULAR = "NotoNaskhArabic-Regular.ttf";
    /// Noto Naskh Arabic Bold.
    ARABIC_BOLD = "NotoNaskhArabic-Bold.ttf";
    /// Noto Sans Math.
    MATH = "NotoSansMath-Regular.ttf";
}
