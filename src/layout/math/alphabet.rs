//! The alphabets of formulas: Mathematical Alphanumeric Symbols (U+1D400 to U+1D7FF) and the letters that stand elsewhere
//! because they were encoded before (MathML Core 4.2, `text-transform: math-auto`).

/// An alphabet, in the order of the block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alphabet {
    /// Upright: the letters of running text.
    Upright,
    Bold,
    Italic,
    BoldItalic,
    Script,
    BoldScript,
    Fraktur,
    DoubleStruck,
    BoldFraktur,
    Sans,
    SansBold,
    SansItalic,
    SansBoldItalic,
    Mono,
}

use Alphabet::{
    Bold, BoldFraktur, BoldItalic, BoldScript, DoubleStruck, Fraktur, Italic, Mono, Sans, SansBold, SansBoldItalic,
    SansItalic, Script, Upright,
};

/// Those with Latin letters, in the order of the block.
const LATIN: [Alphabet; 13] = [
    Bold,
    Italic,
    BoldItalic,
    Script,
    BoldScript,
    Fraktur,
    DoubleStruck,
    BoldFraktur,
    Sans,
    SansBold,
    SansItalic,
    SansBoldItalic,
    Mono,
];
/// Those with Greek letters.
const GREEK: [Alphabet; 5] = [Bold, Italic, BoldItalic, SansBold, SansBoldItalic];
/// Those with digits.
const DIGITS: [Alphabet; 5] = [Bold, DoubleStruck, Sans, SansBold, Mono];

const LATIN_FROM: u32 = 0x1D400;
const GREEK_FROM: u32 = 0x1D6A8;
const DIGITS_FROM: u32 = 0x1D7CE;

/// The Greek letters in the order of the block, as those of running text.
const GREEK_LETTERS: &str = "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡϴΣΤΥΦΧΨΩ∇αβγδεζηθικλμνξοπρςστυφχψω∂ϵϑϰϕϱϖ";

/// Letters that stand outside of the block.
const ELSEWHERE: [(Alphabet, char, char); 24] = [
    (Italic, 'h', 'ℎ'),
    (Script, 'B', 'ℬ'),
    (Script, 'E', 'ℰ'),
    (Script, 'F', 'ℱ'),
    (Script, 'H', 'ℋ'),
    (Script, 'I', 'ℐ'),
    (Script, 'L', 'ℒ'),
    (Script, 'M', 'ℳ'),
    (Script, 'R', 'ℛ'),
    (Script, 'e', 'ℯ'),
    (Script, 'g', 'ℊ'),
    (Script, 'o', 'ℴ'),
    (Fraktur, 'C', 'ℭ'),
    (Fraktur, 'H', 'ℌ'),
    (Fraktur, 'I', 'ℑ'),
    (Fraktur, 'R', 'ℜ'),
    (Fraktur, 'Z', 'ℨ'),
    (DoubleStruck, 'C', 'ℂ'),
    (DoubleStruck, 'H', 'ℍ'),
    (DoubleStruck, 'N', 'ℕ'),
    (DoubleStruck, 'P', 'ℙ'),
    (DoubleStruck, 'Q', 'ℚ'),
    (DoubleStruck, 'R', 'ℝ'),
    (DoubleStruck, 'Z', 'ℤ'),
];

/// The alphabet that `mathvariant` names.
pub(super) fn named(variant: &str) -> Option<Alphabet> {
    Some(match variant {
        "normal" => Upright,
        "bold" => Bold,
        "italic" => Italic,
        "bold-italic" => BoldItalic,
        "script" => Script,
        "bold-script" => BoldScript,
        "fraktur" => Fraktur,
        "double-struck" => DoubleStruck,
        "bold-fraktur" => BoldFraktur,
        "sans-serif" => Sans,
        "bold-sans-serif" => SansBold,
        "sans-serif-italic" => SansItalic,
        "sans-serif-bold-italic" => SansBoldItalic,
        "monospace" => Mono,
        _ => return None,
    })
}

/// A letter or digit of running text in an alphabet; `None` if that does not have it.
pub(super) fn styled(c: char, alphabet: Alphabet) -> Option<char> {
    if alphabet == Upright {
        return Some(c);
    }
    if let Some((.., there)) = ELSEWHERE.iter().find(|(of, letter, _)| (*of, *letter) == (alphabet, c)) {
        return Some(*there);
    }
    let (row, from, rows, width) = match c {
        'A'..='Z' => (u32::from(c) - u32::from('A'), LATIN_FROM, &LATIN[..], 52),
        'a'..='z' => (u32::from(c) - u32::from('a') + 26, LATIN_FROM, &LATIN[..], 52),
        '0'..='9' => (u32::from(c) - u32::from('0'), DIGITS_FROM, &DIGITS[..], 10),
        'ı' if alphabet == Italic => return Some('𝚤'),
        'ȷ' if alphabet == Italic => return Some('𝚥'),
        _ => {
            let place = GREEK_LETTERS.chars().position(|letter| letter == c)?;
            (u32::try_from(place).ok()?, GREEK_FROM, &GREEK[..], 58)
        }
    };
    let place = u32::try_from(rows.iter().position(|of| *of == alphabet)?).ok()?;
    char::from_u32(from + place * width + row)
}

/// The letter of running text that a letter of an alphabet is, and the alphabet; `None` if it is of none.
pub(super) fn plain(c: char) -> Option<(char, Alphabet)> {
    if let Some((alphabet, letter, _)) = ELSEWHERE.iter().find(|(.., there)| *there == c) {
        return Some((*letter, *alphabet));
    }
    let code = u32::from(c);
    let split = |from: u32, width: u32, rows: &[Alphabet]| {
        let at = code - from;
        Some((at % width, *rows.get(usize::try_from(at / width).ok()?)?))
    };
    match code {
        LATIN_FROM..0x1D6A4 => {
            let (at, alphabet) = split(LATIN_FROM, 52, &LATIN)?;
            let letter = if at < 26 { u32::from('A') + at } else { u32::from('a') + at - 26 };
            Some((char::from_u32(letter)?, alphabet))
        }
        0x1D6A4 => Some(('ı', Italic)),
        0x1D6A5 => Some(('ȷ', Italic)),
        GREEK_FROM..0x1D7CA => {
            let (at, alphabet) = split(GREEK_FROM, 58, &GREEK)?;
            Some((GREEK_LETTERS.chars().nth(usize::try_from(at).ok()?)?, alphabet))
        }
        DIGITS_FROM..=0x1D7FF => {
            let (at, alphabet) = split(DIGITS_FROM, 10, &DIGITS)?;
            Some((char::from_u32(u32::from('0') + at)?, alphabet))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_go_to_their_alphabet_and_back() {
        for (c, alphabet, there) in [
            ('x', Italic, '𝑥'),
            ('h', Italic, 'ℎ'),
            ('R', DoubleStruck, 'ℝ'),
            ('A', Script, '𝒜'),
            ('g', Fraktur, '𝔤'),
            ('α', BoldItalic, '𝜶'),
            ('∂', Italic, '𝜕'),
            ('ϖ', SansBoldItalic, '𝟉'),
            ('7', Bold, '𝟕'),
            ('0', Mono, '𝟶'),
            ('Z', Mono, '𝚉'),
        ] {
            assert_eq!((styled(c, alphabet), plain(there)), (Some(there), Some((c, alphabet))));
        }
        assert_eq!((styled('7', Italic), styled('α', Script), styled('+', Bold), plain('x')), (None, None, None, None));
        assert_eq!(GREEK_LETTERS.chars().count(), 58);
    }
}
