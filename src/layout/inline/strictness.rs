//! How strictly marks are kept from the edges of lines: the four levels of CLREQ 3.1.4, and the two looser ones of CSS
//! Text 3 §5.3.

use serde::Deserialize;

use super::class::Class;

/// Which breaks are forbidden in Chinese and Japanese text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strictness {
    /// No mark is kept from a line's start or end; dashes of two em and note marks stay whole (CLREQ 3.1.4, none).
    None,
    /// CSS `line-break: loose`.
    Loose,
    /// CSS `line-break: normal`.
    Normal,
    /// No closing or connecting mark begins a line, no opening mark ends one (CLREQ 3.1.4, basic; CSS `strict`).
    #[default]
    Basic,
    /// And no slash ends one (CLREQ 3.1.4, GB style).
    Gb,
    /// And no dash or leader begins one (CLREQ 3.1.4, strict).
    Strict,
}

/// A character beside a place where a line might end.
#[derive(Clone, Copy)]
pub(super) struct Side {
    /// Its first character.
    pub(super) c: char,
    /// What it is to line composition.
    pub(super) class: Class,
}

impl Strictness {
    /// What a level says of a break between two characters: whether it may be, or nothing.
    pub(super) fn says(self, left: Side, right: Side, cjk: bool) -> Option<bool> {
        match self {
            Self::None if right.class == Class::Note => Some(false),
            Self::None if left.class.is_square() || right.class.is_square() => Some(true),
            Self::None => None,
            Self::Loose if self.allows(left, right, cjk) => Some(true),
            Self::Normal if self.allows(left, right, cjk) => Some(true),
            _ if !right.class.may_begin_line() || !left.class.may_end_line() => Some(false),
            Self::Gb | Self::Strict if left.class == Class::Solidus => Some(false),
            Self::Strict if right.class == Class::Inseparable => Some(false),
            _ => None,
        }
    }

    /// The breaks that CSS Text 3 §5.3 allows at `normal` and at `loose` and forbids at `strict`.
    fn allows(self, left: Side, right: Side, cjk: bool) -> bool {
        let loose = self == Self::Loose;
        if left.class == Class::Open || matches!(right.class, Class::Note | Class::Close) {
            return false;
        }
        match right.c {
            // Small kana and the long-vowel mark: class CJ of UAX 14.
            c if right.class == Class::NonStarter && !is_iteration(c) => true,
            '〜' | '～' | '゠' => cjk,
            '‐' | '–' => loose && left.class == Class::Han,
            c if is_iteration(c) => loose,
            '‥' | '…' | '⋯' => loose && left.class == Class::Inseparable,
            '・' | '：' | '；' | '･' | '‼' | '⁇' | '⁈' | '⁉' | '！' | '？' => loose && cjk,
            _ if right.class == Class::Suffix && !right.c.is_ascii() => loose && cjk,
            _ => loose && cjk && left.class == Class::Prefix && !left.c.is_ascii(),
        }
    }
}

fn is_iteration(c: char) -> bool {
    matches!(c, '々' | '〻' | 'ゝ' | 'ゞ' | 'ヽ' | 'ヾ')
}
