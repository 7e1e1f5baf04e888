//! Operators: the white around them and whether they grow (MathML Core, Appendix B), for those that articles use.

/// Where an operator stands in its row (MathML Core 3.2.4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// First: a sign, an opening fence.
    Prefix,
    /// Between two terms.
    Infix,
    /// Last: a factorial, a closing fence.
    Postfix,
}

/// What an operator is to its neighbours and to the ends of lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Says how two things are to each other: `=`, `<`, `→`.
    Relation,
    /// Makes one of two: `+`, `×`.
    Binary,
    /// A sign before what it is for: `−` in `−x`, `∀`.
    Sign,
    /// A sum, an integral.
    Large,
    /// An opening fence.
    Open,
    /// A closing fence.
    Close,
    /// A comma.
    Separator,
    /// Another.
    Other,
}

/// An entry of the dictionary.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Properties {
    /// What it is.
    pub(super) kind: Kind,
    /// White before it, in eighteenths of an em.
    pub(super) before: f64,
    /// White after it.
    pub(super) after: f64,
    /// Whether it grows with what it belongs to.
    pub(super) stretchy: bool,
    /// Whether it grows as much upwards from the axis as downwards.
    pub(super) symmetric: bool,
    /// Whether it is larger in display style.
    pub(super) large: bool,
    /// Whether its limits stand beside it outside of display style.
    pub(super) movable: bool,
    /// Whether it sits on what is under it.
    pub(super) accent: bool,
}

const PLAIN: Properties = Properties {
    kind: Kind::Other,
    before: 0.0,
    after: 0.0,
    stretchy: false,
    symmetric: false,
    large: false,
    movable: false,
    accent: false,
};

const fn spaced(kind: Kind, before: f64, after: f64) -> Properties {
    Properties { kind, before, after, ..PLAIN }
}

/// The properties of an operator in a form; where the dictionary has none for it, those of another form.
pub(super) fn properties(sign: &str, form: Form) -> Properties {
    let Some(first) = sign.chars().next() else { return PLAIN };
    let single = sign.chars().nth(1).is_none_or(|c| matches!(c, '\u{338}' | '\u{20D2}' | '\u{FE00}'));
    if !single {
        return match sign {
            "&&" | "||" => spaced(Kind::Binary, 4.0, 4.0),
            "!!" | "++" | "--" => PLAIN,
            _ if first.is_alphabetic() => spaced(Kind::Other, 3.0, 3.0),
            _ => spaced(Kind::Relation, 5.0, 5.0),
        };
    }
    if matches!(first, '|' | '‖' | '∣' | '∥') {
        let kind = match form {
            Form::Prefix => Kind::Open,
            Form::Postfix => Kind::Close,
            Form::Infix => return spaced(Kind::Relation, 5.0, 5.0),
        };
        return Properties { stretchy: matches!(first, '|' | '‖'), symmetric: true, ..spaced(kind, 0.0, 0.0) };
    }
    if is_open(first) {
        return Properties { stretchy: true, symmetric: true, ..spaced(Kind::Open, 0.0, 0.0) };
    }
    if is_close(first) {
        return Properties { stretchy: true, symmetric: true, ..spaced(Kind::Close, 0.0, 0.0) };
    }
    match (first, form) {
        ('+' | '-' | '−' | '±' | '∓' | '¬' | '∀' | '∃' | '∄', Form::Prefix) => spaced(Kind::Sign, 0.0, 0.0),
        ('!' | '%' | '‰' | '′' | '″' | '‴' | '⁗' | '°', _) => PLAIN,
        ('\u{2061}'..='\u{2064}', _) => PLAIN,
        (',' | ';', _) => spaced(Kind::Separator, 0.0, 3.0),
        (':', _) => spaced(Kind::Relation, 5.0, 5.0),
        ('.' | '…' | '⋯' | '⋮' | '⋱' | '⋰', _) => spaced(Kind::Other, 2.0, 2.0),
        ('∂' | '∇' | '√' | '∛' | '∜' | 'ⅅ' | 'ⅆ', _) => spaced(Kind::Sign, 0.0, 0.0),
        ('¬' | '∀' | '∃' | '∄', _) => spaced(Kind::Sign, 0.0, 0.0),
        _ if is_accent(first) => Properties { stretchy: true, accent: true, ..PLAIN },
        _ if is_integral(first) => Properties { large: true, symmetric: true, ..spaced(Kind::Large, 3.0, 3.0) },
        _ if is_large(first) => {
            Properties { large: true, symmetric: true, movable: true, ..spaced(Kind::Large, 3.0, 3.0) }
        }
        _ if is_arrow(first) => Properties { stretchy: true, ..spaced(Kind::Relation, 5.0, 5.0) },
        ('/', _) => spaced(Kind::Other, 1.0, 1.0),
        ('\\' | '_' | '^' | '\'' | '"' | '&' | '@', _) => PLAIN,
        _ if is_binary(first) => spaced(Kind::Binary, 4.0, 4.0),
        _ => spaced(Kind::Relation, 5.0, 5.0),
    }
}

/// Whether it opens what another closes.
fn is_open(c: char) -> bool {
    matches!(
        c,
        '(' | '['
            | '{'
            | '⌈'
            | '⌊'
            | '⟨'
            | '⟦'
            | '⟪'
            | '⟬'
            | '⟮'
            | '⎰'
            | '⦃'
            | '⦅'
            | '⦇'
            | '⦉'
            | '❲'
            | '\u{2329}'
            | '〈'
    )
}

fn is_close(c: char) -> bool {
    matches!(
        c,
        ')' | ']'
            | '}'
            | '⌉'
            | '⌋'
            | '⟩'
            | '⟧'
            | '⟫'
            | '⟭'
            | '⟯'
            | '⎱'
            | '⦄'
            | '⦆'
            | '⦈'
            | '⦊'
            | '❳'
            | '\u{232A}'
            | '〉'
    )
}

fn is_integral(c: char) -> bool {
    matches!(c, '\u{222B}'..='\u{2233}' | '\u{2A0B}'..='\u{2A1C}')
}

fn is_large(c: char) -> bool {
    matches!(c, '\u{220F}'..='\u{2211}' | '\u{22C0}'..='\u{22C3}' | '\u{2A00}'..='\u{2A0A}' | '\u{2A1D}' | '\u{2A1E}' | '\u{2AFC}' | '\u{2AFF}')
}

/// Arrows grow; those to the left and right with what stands over and under them.
fn is_arrow(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{21FF}' | '\u{27F0}'..='\u{27FF}' | '\u{2900}'..='\u{297F}')
}

/// What sits on letters or embraces them from above or below.
fn is_accent(c: char) -> bool {
    matches!(
        c,
        '^' | '~' | '`' | '´' | '¨' | '¯' | '˙' | '˘' | 'ˇ' | '˚' | '˜' | 'ˆ' | 'ˉ' | '‾' | '_' | '―'
            | '\u{300}'..='\u{333}' | '\u{20D0}'..='\u{20EF}' | '⎴' | '⎵' | '\u{23DC}'..='\u{23E1}'
    )
}

fn is_binary(c: char) -> bool {
    matches!(
        c,
        '+' | '-' | '*' | '−' | '±' | '∓' | '×' | '÷' | '·' | '•' | '†' | '‡' | '∖' | '∗' | '∘' | '∙' | '∧' | '∨' | '∩' | '∪'
            | '⋅' | '⋆' | '⋇' | '⋄' | '⋉'..='⋌' | '⋎' | '⋏' | '⋒' | '⋓' | '⊎' | '⊓'..='⊡' | '⊻'..='⊽' | '≀' | '∔' | '∸' | '∐'
            | '△' | '▽' | '▷' | '◁' | '○' | '⅋' | '⟕'..='⟗' | '⨯' | '⨿' | '⩏' | '⩐' | '\u{2A22}'..='\u{2A6F}'
    )
}

/// Whether it grows to the left and right.
pub(super) fn is_horizontal(c: char) -> bool {
    match c {
        '\u{2191}' | '\u{2193}' | '\u{2195}'..='\u{2199}' | '\u{21D1}' | '\u{21D3}' | '\u{21D5}'..='\u{21D9}' => false,
        c => is_accent(c) || is_arrow(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_depends_on_the_form() {
        let white = |sign, form| {
            let found = properties(sign, form);
            (found.before, found.after)
        };
        assert_eq!(white("−", Form::Infix), (4.0, 4.0));
        assert_eq!(white("−", Form::Prefix), (0.0, 0.0));
        assert_eq!(white("=", Form::Infix), (5.0, 5.0));
        assert_eq!(white("≠", Form::Infix), (5.0, 5.0));
        assert_eq!(white(",", Form::Infix), (0.0, 3.0));
        assert_eq!(white("(", Form::Infix), (0.0, 0.0));
        assert_eq!(white("|", Form::Infix), (5.0, 5.0));
        assert_eq!(white("|", Form::Prefix), (0.0, 0.0));
        assert_eq!(white("!", Form::Postfix), (0.0, 0.0));
        assert_eq!(white(":=", Form::Infix), (5.0, 5.0));
    }

    #[test]
    fn what_grows() {
        assert!(properties("(", Form::Prefix).stretchy && properties("∑", Form::Prefix).movable);
        assert!(properties("∫", Form::Prefix).large && !properties("∫", Form::Prefix).movable);
        assert!(properties("⏟", Form::Postfix).accent && is_horizontal('⏟') && !is_horizontal('↑'));
        assert!(!properties("=", Form::Infix).stretchy);
    }
}
