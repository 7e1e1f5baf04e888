//! What shaping needs to know of single characters: which have no glyph, which join the one before, which are emoji,
//! which script they are of.

/// Whether it may make a line run from right to left (UAX 9).
pub(super) fn may_run_leftwards(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8FF}' | '\u{200F}' | '\u{202B}' | '\u{202E}' | '\u{2067}' | '\u{FB1D}'..='\u{FDFF}'
        | '\u{FE70}'..='\u{FEFF}' | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
}

/// Controls that decide about breaks and directions and have no glyph of their own.
pub(super) fn is_dropped(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}'
        | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{34F}' | '\u{61C}' | '\u{180E}')
        || c.is_control()
}

/// The width of a space that is not stretched, in em (Unicode 15.1 §6.2).
pub(super) fn fixed_space(c: char) -> Option<f64> {
    Some(match c {
        '\u{A0}' | '\u{2005}' | '\u{2007}' | '\u{2008}' => 0.25,
        '\u{202F}' | '\u{2009}' => 0.2,
        '\u{2000}' | '\u{2002}' => 0.5,
        '\u{2001}' | '\u{2003}' | '\u{3000}' => 1.0,
        '\u{2004}' => 1.0 / 3.0,
        '\u{2006}' => 1.0 / 6.0,
        '\u{200A}' => 0.1,
        '\u{205F}' => 4.0 / 18.0,
        '\u{1680}' => 0.4,
        _ => return None,
    })
}

/// Whether it belongs to the character before it: combining marks, variation selectors, joiners, emoji modifiers.
pub(super) fn extends(c: char) -> bool {
    if c < '\u{300}' {
        return false;
    }
    matches!(c, '\u{300}'..='\u{36F}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5BD}' | '\u{610}'..='\u{61A}'
        | '\u{64B}'..='\u{65F}' | '\u{670}' | '\u{6D6}'..='\u{6DC}' | '\u{1AB0}'..='\u{1AFF}'
        | '\u{1DC0}'..='\u{1DFF}' | '\u{200C}' | '\u{20D0}'..='\u{20FF}' | '\u{302A}'..='\u{302F}'
        | '\u{3099}' | '\u{309A}' | '\u{FE00}'..='\u{FE0F}' | '\u{FE20}'..='\u{FE2F}' | '\u{E0020}'..='\u{E007F}'
        | '\u{E0100}'..='\u{E01EF}')
        || (c > '\u{6FF}' && !matches!(c, '\u{3400}'..='\u{9FFF}') && is_mark(c))
}

fn is_mark(c: char) -> bool {
    use icu_properties::{CodePointMapData, props::GraphemeClusterBreak};
    CodePointMapData::<GraphemeClusterBreak>::new().get(c) == GraphemeClusterBreak::Extend
}

/// Whether it is to be shown as an emoji (UTS 51 §4.3).
pub(super) fn is_emoji(c: char, after: Option<char>) -> bool {
    match c {
        c if c < '\u{203C}' => after == Some('\u{FE0F}') && matches!(c, '#' | '*' | '0'..='9' | '©' | '®'),
        '\u{1F000}'..='\u{1FAFF}' => after != Some('\u{FE0E}'),
        '\u{203C}'..='\u{3299}' => after == Some('\u{FE0F}') || (after != Some('\u{FE0E}') && presents_emoji(c)),
        _ => false,
    }
}

fn presents_emoji(c: char) -> bool {
    use icu_properties::{CodePointSetData, props::EmojiPresentation};
    CodePointSetData::new::<EmojiPresentation>().contains(c)
}

/// Whether it is a dash that Chinese text sets in a square or several.
pub(super) fn is_dash(c: char) -> bool {
    matches!(c, '—' | '―' | '⸺' | '⸻')
}

/// Scripts that are not shaped together.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    /// See Unicode's property of that name.
    Common,
    /// See Unicode's property of that name.
    Latin,
    /// See Unicode's property of that name.
    Greek,
    /// See Unicode's property of that name.
    Cyrillic,
    /// See Unicode's property of that name.
    Hebrew,
    /// See Unicode's property of that name.
    Arabic,
    /// See Unicode's property of that name.
    Other(u32),
    /// No script: dashes that fill their squares, which are shaped apart.
    Dash,
}

impl Script {
    /// Whether text of both is shaped at once.
    pub(super) fn joins(self, other: Self) -> bool {
        let common = self == Self::Common || other == Self::Common;
        self == other || common && self != Self::Dash && other != Self::Dash
    }

    /// The one of two that says more.
    pub(super) fn or(self, other: Self) -> Self {
        if self == Self::Common { other } else { self }
    }
}

/// The script of a character, as far as shaping needs it.
pub(super) fn script_of(c: char) -> Script {
    match c {
        '×' | '÷' => Script::Common,
        'a'..='z' | 'A'..='Z' | 'ª' | 'º' | '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => Script::Latin,
        '\u{370}'..='\u{3FF}' | '\u{1F00}'..='\u{1FFF}' => Script::Greek,
        '\u{400}'..='\u{52F}' => Script::Cyrillic,
        '\u{590}'..='\u{5FF}' => Script::Hebrew,
        '\u{600}'..='\u{77F}' => Script::Arabic,
        c if c.is_alphabetic() => Script::Other(u32::from(c) >> 8),
        _ => Script::Common,
    }
}
