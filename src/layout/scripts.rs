//! Characters that no face has, script by script.

use icu_properties::props::Script;
use icu_properties::{CodePointMapData, PropertyNamesLong};

use crate::diag::{Diagnostic, printable};
use crate::font::SUBSTITUTE;

/// As many characters are named.
const NAMED: usize = 8;

/// A warning for each script (UAX 24) of characters that no face has.
pub(super) fn missing(chars: impl Iterator<Item = char>) -> Vec<Diagnostic> {
    let script = CodePointMapData::<Script>::new();
    let mut groups: Vec<(Script, Vec<char>)> = Vec::new();
    for c in chars {
        let of = script.get(c);
        match groups.iter_mut().find(|(known, _)| *known == of) {
            Some((_, group)) => group.push(c),
            None => groups.push((of, vec![c])),
        }
    }
    groups.into_iter().map(|(script, chars)| warning(script, &chars)).collect()
}

fn warning(script: Script, chars: &[char]) -> Diagnostic {
    let named = |c: &char| format!("U+{:04X} {}", u32::from(*c), printable(&c.to_string(), 8));
    let names: Vec<String> = chars.iter().take(NAMED).map(named).collect();
    let names = names.join(", ");
    let count = chars.len();
    let more = if count > NAMED { format!(" and {} more", count - NAMED) } else { String::new() };
    let name = PropertyNamesLong::<Script>::new().get(script).unwrap_or_default().replace('_', " ");
    let message = match script {
        _ if count == 1 => format!("no font has {names}; it is shown as {SUBSTITUTE}"),
        Script::Common | Script::Inherited | Script::Unknown => {
            format!("no font has {count} signs, {names}{more}; they are shown as {SUBSTITUTE}")
        }
        _ => format!("no font has {count} characters of {name}, {names}{more}; they are shown as {SUBSTITUTE}"),
    };
    Diagnostic::warning("glyph-missing", message).hint("--font FILE takes a font that has them")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_a_script() {
        let said = missing("कखगघङचछजझไทย\u{10FFFD}".chars());
        let said: Vec<String> = said.into_iter().map(|found| found.message).collect();
        assert_eq!(
            said,
            [
                "no font has 9 characters of Devanagari, U+0915 क, U+0916 ख, U+0917 ग, U+0918 घ, U+0919 ङ, U+091A च, \
                 U+091B छ, U+091C ज and 1 more; they are shown as □",
                "no font has 3 characters of Thai, U+0E44 ไ, U+0E17 ท, U+0E22 ย; they are shown as □",
                "no font has U+10FFFD \u{10FFFD}; it is shown as □",
            ]
        );
    }
}
