//! Classes of characters (CLREQ Appendix A, JLREQ Appendix A) and the blank sides of full-width marks.

use crate::font::Region;

/// What a character is to line composition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Class {
    /// Opening brackets and quotes: never at a line's end.
    Open,
    /// Closing brackets and quotes.
    Close,
    /// Pause marks inside a sentence.
    Comma,
    /// Full stops.
    Stop,
    /// Exclamation and question marks.
    Exclamation,
    /// Middle dots.
    Middle,
    /// Connecting marks: hyphens, single dashes, wave dashes.
    Connect,
    /// Slashes.
    Solidus,
    /// Dashes and leaders of two ems or more.
    Inseparable,
    /// Han, kana, and what is set like them.
    Han,
    /// Characters set like Han that begin no line: iteration marks, small kana, the long-vowel mark (JLREQ cl-09, 10,
    /// 11).
    NonStarter,
    /// Hangul syllables: set solid, words apart.
    Hangul,
    /// Signs before a number (JLREQ cl-12).
    Prefix,
    /// Signs after a number (JLREQ cl-13).
    Suffix,
    /// Letters of other scripts.
    Letter,
    /// Digits.
    Digit,
    /// Marks and symbols of other scripts.
    Western,
    /// A picture.
    Object,
    /// The mark of a note: never first on a line.
    Note,
}

impl Class {
    /// Whether it is a full-width mark.
    pub(in super::super) fn is_mark(self) -> bool {
        use Class::{Close, Comma, Exclamation, Middle, Open, Stop};
        matches!(self, Open | Close | Comma | Stop | Exclamation | Middle)
    }

    /// Whether it is closed on its left: nothing may be put between it and what it follows.
    pub(in super::super) fn is_closing(self) -> bool {
        matches!(self, Self::Close | Self::Comma | Self::Stop | Self::Exclamation)
    }

    /// Whether it counts as an ideograph for the space between Han and Western (CLREQ 3.2.2).
    pub(in super::super) fn is_ideographic(self) -> bool {
        matches!(self, Self::Han | Self::NonStarter)
    }

    /// Whether it counts as Western for that space.
    pub(in super::super) fn is_alphanumeric(self) -> bool {
        matches!(self, Self::Letter | Self::Digit | Self::Prefix | Self::Suffix)
    }

    /// Whether it is set in a square of its own, so that lines may be stretched beside it.
    pub(in super::super) fn is_square(self) -> bool {
        self.is_mark() || matches!(self, Self::Han | Self::NonStarter | Self::Hangul | Self::Inseparable | Self::Object)
    }

    /// Whether a line may begin with it (CLREQ 3.1.4 basic; JLREQ 3.1.7).
    pub(in super::super) fn may_begin_line(self) -> bool {
        use Class::{Close, Comma, Connect, Exclamation, Middle, NonStarter, Note, Solidus, Stop};
        !matches!(self, Close | Comma | Stop | Exclamation | Middle | Connect | Solidus | NonStarter | Note)
    }

    /// Whether a line may end with it (CLREQ 3.1.4; JLREQ 3.1.8).
    pub(in super::super) fn may_end_line(self) -> bool {
        self != Self::Open
    }
}

/// The class of a character. `square` says that it is set from a CJK face.
pub(in super::super) fn of(c: char, square: bool) -> Class {
    if c.is_ascii() || !square {
        return western(c);
    }
    match c {
        '\u{4E00}'..='\u{9FFF}' => Class::Han,
        '“' | '‘' | '（' | '《' | '〈' | '「' | '『' | '【' | '〖' | '〔' | '［' | '｛' | '〝' | '〘' | '｟' | '〚' => {
            Class::Open
        }
        '”' | '’' | '）' | '》' | '〉' | '」' | '』' | '】' | '〗' | '〕' | '］' | '｝' | '〟' | '〞' | '〙' | '｠'
        | '〛' => Class::Close,
        '、' | '，' | '；' | '：' | '﹐' | '﹑' | '﹔' | '﹕' => Class::Comma,
        '。' | '．' | '｡' | '﹒' => Class::Stop,
        '！' | '？' | '‼' | '⁇' | '⁈' | '⁉' | '﹖' | '﹗' => Class::Exclamation,
        '·' | '・' | '‧' | '･' => Class::Middle,
        '～' | '〜' | '゠' | '–' | '‐' | '－' => Class::Connect,
        '／' | '＼' => Class::Solidus,
        '—' | '―' | '⸺' | '⸻' | '…' | '⋯' | '‥' | '〳' | '〴' | '〵' => Class::Inseparable,
        '々' | '〻' | 'ゝ' | 'ゞ' | 'ヽ' | 'ヾ' | 'ー' => Class::NonStarter,
        'ぁ' | 'ぃ' | 'ぅ' | 'ぇ' | 'ぉ' | 'っ' | 'ゃ' | 'ゅ' | 'ょ' | 'ゎ' | 'ゕ' | 'ゖ' => {
            Class::NonStarter
        }
        'ァ' | 'ィ' | 'ゥ' | 'ェ' | 'ォ' | 'ッ' | 'ャ' | 'ュ' | 'ョ' | 'ヮ' | 'ヵ' | 'ヶ' => {
            Class::NonStarter
        }
        '\u{31F0}'..='\u{31FF}' => Class::NonStarter,
        '￥' | '＄' | '￡' | '№' => Class::Prefix,
        '％' | '℃' | '℉' | '‰' | '㎡' | '㎥' | '￠' | '㎏' | '㎜' | '㎝' | '㎞' | '㎎' => Class::Suffix,
        '\u{AC00}'..='\u{D7A3}' | '\u{1100}'..='\u{11FF}' | '\u{3131}'..='\u{318E}' => Class::Hangul,
        c if is_han(c) || is_square(c) => Class::Han,
        c if c.is_alphabetic() => Class::Letter,
        _ => Class::Western,
    }
}

fn western(c: char) -> Class {
    match c {
        '0'..='9' => Class::Digit,
        '$' | '£' | '€' | '¥' | '₹' | '₽' | '№' => Class::Prefix,
        '%' | '°' | '‰' | '′' | '″' | '¢' | '℃' | '℉' => Class::Suffix,
        c if c.is_ascii() => {
            if c.is_ascii_alphabetic() {
                Class::Letter
            } else {
                Class::Western
            }
        }
        '\u{300}'..='\u{36F}' => Class::Letter,
        c if c.is_alphanumeric() => Class::Letter,
        _ => Class::Western,
    }
}

/// Whether it is an ideograph or kana.
pub(in super::super) fn is_han(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{30FF}'
        | '\u{31F0}'..='\u{31FF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}' | '\u{3100}'..='\u{312F}'
        | '\u{31A0}'..='\u{31BF}' | '\u{2E80}'..='\u{2FDF}')
}

/// Whether it is another character that East Asian text sets in a square: CJK symbols, full-width forms, enclosed
/// letters, shapes.
pub(in super::super) fn is_square(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{303F}' | '\u{3200}'..='\u{33FF}' | '\u{FE30}'..='\u{FE4F}' | '\u{FF01}'..='\u{FF60}'
        | '\u{FFE0}'..='\u{FFE6}' | '\u{2460}'..='\u{24FF}' | '\u{2500}'..='\u{26FF}' | '\u{2190}'..='\u{21FF}'
        | '\u{2E80}'..='\u{2FFF}' | '\u{2160}'..='\u{217F}' | '\u{203B}')
}

/// Whether the shaper has nothing to say about it in a CJK face: neither substitutions nor marks apply, so its glyph
/// is the character map's. (A test compares each with the shaper.)
pub(in super::super) fn is_plain(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '\u{3001}' | '\u{3002}' | '\u{3008}'..='\u{3011}'
        | '\u{3014}'..='\u{3017}' | '\u{FF01}' | '\u{FF08}' | '\u{FF09}' | '\u{FF0C}' | '\u{FF1A}' | '\u{FF1B}'
        | '\u{FF1F}' | '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}' | '\u{30FC}')
}

/// The blank sides of a full-width mark, in em: left, right (CLREQ 3.1.6.1, JLREQ 3.1.2). What remains is its body.
///
/// In mainland China the pause and stop marks stand at the left of their squares, in Taiwan and Hong Kong in the
/// middle, where nothing can be taken away; in Japan colons are set like middle dots.
pub(in super::super) fn blank_sides(c: char, class: Class, region: Region) -> (f64, f64) {
    let centred = matches!(region, Region::Taiwan | Region::HongKong);
    let china = region == Region::China;
    match class {
        Class::Open => (0.5, 0.0),
        Class::Close => (0.0, 0.5),
        Class::Middle => (0.25, 0.25),
        Class::Comma if matches!(c, '：' | '；') && !china && !centred => (0.25, 0.25),
        Class::Comma | Class::Stop if !centred => (0.0, 0.5),
        Class::Exclamation if china => (0.0, 0.5),
        _ => (0.0, 0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_of_clreq_appendix_a() {
        let table: &[(Class, &str)] = &[
            (Class::Open, "“‘（《〈「『【〖〔［｛"),
            (Class::Close, "”’）》〉」』】〗〕］｝"),
            (Class::Comma, "、，；："),
            (Class::Stop, "。．"),
            (Class::Exclamation, "！？‼⁇⁈⁉"),
            (Class::Middle, "·・‧"),
            (Class::Inseparable, "—…⋯⸺"),
            (Class::NonStarter, "々〻ゝゞヽヾーぁっャㇰ"),
            (Class::Suffix, "％℃‰㎡"),
            (Class::Han, "一〇㐀𠀀あア①→　"),
        ];
        for (class, chars) in table {
            chars.chars().for_each(|c| assert_eq!(of(c, true), *class, "{c}"));
        }
        assert_eq!([of('a', false), of('7', true), of('’', false)], [Class::Letter, Class::Digit, Class::Western]);
    }
}
