//! The words of the program: English, as the sources have them, or Chinese by a table (`words/*.zh.txt`).
//!
//! The library speaks English: its messages are data, for reports and other programs too. What is shown to a person goes
//! through [`of`], which finds the entry of the table that a message was made from and fills its gaps; each of these may
//! be a message itself. `tests/words.rs` says which text of the sources has no entry.

#![allow(clippy::disallowed_methods, reason = "the way in for the environment")]

mod help;
mod table;

use std::borrow::Cow;
use std::env;
use std::sync::OnceLock;

pub(super) use help::translated;
use table::Table;

/// Whether the user reads Chinese (POSIX.1-2017 §8.2: the first of these that is set decides).
pub(super) fn are_chinese() -> bool {
    static CHINESE: OnceLock<bool> = OnceLock::new();
    *CHINESE.get_or_init(|| {
        let set = |name| env::var(name).ok().filter(|value| !value.is_empty());
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set).unwrap_or_default();
        is_chinese(&locale)
    })
}

fn is_chinese(locale: &str) -> bool {
    let language = locale.split(['_', '-', '.', '@']).next().unwrap_or_default();
    language.eq_ignore_ascii_case("zh")
}

/// A message as the user reads it. What the table does not have stays as it is.
pub(super) fn of(english: &str) -> Cow<'_, str> {
    if !are_chinese() {
        return Cow::Borrowed(english);
    }
    chinese().of(english)
}

/// What stands between what something is and what it says.
pub(super) fn colon() -> &'static str {
    if are_chinese() { "：" } else { ": " }
}

fn chinese() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| Table::new(&[include_str!("words/messages.zh.txt"), include_str!("words/help.zh.txt")]))
}

/// How many columns of a terminal a text takes: characters of East Asia take two (UAX 11).
pub(super) fn width(text: &str) -> usize {
    let wide = |c: char| matches!(c, '\u{1100}'..='\u{115F}' | '\u{2E80}'..='\u{A4CF}' | '\u{AC00}'..='\u{D7A3}' | '\u{F900}'..='\u{FAFF}' | '\u{FE30}'..='\u{FE4F}' | '\u{FF00}'..='\u{FF60}' | '\u{FFE0}'..='\u{FFE6}' | '\u{20000}'..='\u{3FFFD}');
    text.chars().map(|c| if wide(c) { 2 } else { 1 }).sum()
}

/// A text with spaces behind it, up to a number of columns.
pub(super) fn padded(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locales() {
        assert_eq!(
            ["zh_CN.UTF-8", "zh", "zh-TW", "ZH@x", "C", "", "en_US", "zhx"].map(is_chinese),
            [true, true, true, true, false, false, false, false]
        );
    }

    #[test]
    fn columns() {
        assert_eq!((width("a书"), padded("书", 4).as_str()), (3, "书  "));
    }
}
