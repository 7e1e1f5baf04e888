//! Which curly quotes are Chinese and which are Western: Unicode gives both the same code points (CLREQ 3.1.3).

use std::collections::BTreeSet;

use super::class;

/// Whether a text is Chinese or Japanese as a whole: by its letters; by its language if it has none.
pub(in super::super) fn is_cjk(text: &str, language: &str) -> bool {
    let by_language = matches!(language.split('-').next(), Some("zh" | "ja" | "yue" | "wuu" | "nan" | "hak" | "cmn"));
    let (mut han, mut letters) = (0_usize, 0_usize);
    for c in text.chars() {
        if class::is_han(c) {
            if by_language {
                return true;
            }
            han += 1;
        } else if c.is_alphabetic() {
            letters += 1;
        }
    }
    match (han, letters) {
        (0, 0) => by_language,
        (0, _) => false,
        _ => han * 3 > letters,
    }
}

/// How deep quotes are nested at most.
const DEEPEST: usize = 32;

/// The bytes at which the quotes of a Chinese text are Western: pairs inside Western text, and apostrophes.
///
/// A pair is Western if both what stands before it and what stands after it is Western, so that `说“hello”` has
/// Chinese quotes.
pub(in super::super) fn western(text: &str) -> BTreeSet<usize> {
    let mut out = BTreeSet::new();
    let mut open: Vec<(usize, char, bool)> = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            '“' | '‘' => open.push((at, c, is_western(text[..at].chars().rev()))),
            '’' if is_apostrophe(text, at) => {
                out.insert(at);
            }
            '”' | '’' => {
                let opening = if c == '”' { '“' } else { '‘' };
                let after = is_western(text[at + c.len_utf8()..].chars());
                match open.iter().rev().take(DEEPEST).position(|(_, of, _)| *of == opening) {
                    Some(back) => {
                        let index = open.len() - 1 - back;
                        if open[index].2 && after {
                            out.extend([open[index].0, at]);
                        }
                        open.truncate(index);
                    }
                    None if after && is_western(text[..at].chars().rev()) => {
                        out.insert(at);
                    }
                    None => {}
                }
            }
            _ => {}
        }
    }
    out
}

/// Whether a quote stands between two Western letters.
fn is_apostrophe(text: &str, at: usize) -> bool {
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !class::is_han(c));
    letter(text[..at].chars().next_back()) && letter(text[at..].chars().nth(1))
}

/// Whether the next character that is no space is Western.
fn is_western(mut chars: impl Iterator<Item = char>) -> bool {
    let next = chars.find(|c| *c != ' ');
    next.is_some_and(|c| c.is_ascii() || (c.is_alphabetic() && !class::is_han(c) && !class::is_square(c)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_by_their_surroundings() {
        let western =
            |text: &str| western(text).into_iter().map(|at| text[at..].chars().next().unwrap()).collect::<String>();
        assert_eq!(western("他说“hello”。"), "");
        assert_eq!(western("他读 The “Great” Wall 和“长城”"), "“”");
        assert_eq!(western("Rock ’n’ Roll 与 don’t"), "’’’");
        assert_eq!(western("‘don’t’，他说"), "’");
    }

    #[test]
    fn a_text_is_what_its_letters_are() {
        assert!(is_cjk("你好, world and more words", "zh-CN"));
        assert!(!is_cjk("All English, really", "zh-CN"));
        assert!(!is_cjk("Peking (北京) is the capital", "en"));
        assert!(is_cjk("123", "ja"));
        assert!(!is_cjk("안녕하세요", "ko"));
    }
}
