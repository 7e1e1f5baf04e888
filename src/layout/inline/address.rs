//! Web addresses, mail addresses and paths: broken after their joints, never hyphenated (Chicago Manual of Style 7.46),
//! and, because a line inside one has no spaces, stretched between their letters.

use std::ops::Range;

use super::breaks::Break;
use super::collect::Collected;
use super::shape::{Atom, Shaped};

/// Ending a line inside an address.
const JOINT: f64 = 20.0;
/// Ending a line inside a name or a hash without joints.
const NO_JOINT: f64 = 900.0;
/// Letters without a joint after which a line may end all the same.
const LONGEST: usize = 24;

/// The atoms of each address, in order. Full-width marks beside one are none of it.
pub(super) fn find(atoms: &[Atom], text: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = 0;
    while let Some(first) = atoms.get(start) {
        if first.class.is_square() {
            start += 1;
            continue;
        }
        let more = |atom: &&Atom| !atom.class.is_square() && atom.spaces.is_empty() && !atom.after_break;
        let end = start + 1 + atoms[start + 1..].iter().take_while(more).count();
        let bytes = first.text.start..atoms[end - 1].text.end;
        if end - start > 3 && text.get(bytes).is_some_and(is_address) {
            out.push(start..end);
        }
        start = end;
    }
    out
}

fn is_address(text: &str) -> bool {
    let text = text.trim_start_matches(['(', '[', '<', '"', '\'']);
    text.contains("://")
        || text.starts_with("www.")
        || text.starts_with("mailto:")
        || (text.len() > 8 && text.contains('/') && !text.contains("//") && text.is_ascii())
        || (text.len() > 12 && (text.contains('_') || text.contains('@')) && text.is_ascii())
}

/// Lets lines end after the joints of an address, or of code, and before none.
pub(super) fn breaks(range: Range<usize>, shaped: &Shaped, collected: &Collected, out: &mut Vec<Break>) {
    let joint = |atom: &Atom| {
        let mut chars = collected.text[atom.text.clone()].chars();
        let only = chars.next().filter(|_| chars.next().is_none());
        only.is_some_and(|c| "/.?&=-_#,;:%+@~|({[".contains(c))
    };
    let mut since = 0;
    for index in range.start + 1..range.end.saturating_sub(1) {
        let [left, right] = [&shaped.atoms[index - 1], &shaped.atoms[index]];
        since += 1;
        if joint(left) && !joint(right) && !is_closing(right, &collected.text) && since > 1 {
            out.push(Break { penalty: JOINT, ..Break::at(index) });
            since = 0;
        } else if since >= LONGEST {
            out.push(Break { penalty: NO_JOINT, ..Break::at(index) });
            since = 0;
        }
    }
}

fn is_closing(atom: &Atom, text: &str) -> bool {
    matches!(text.get(atom.text.clone()), Some(")" | "]" | "}" | ">" | "»" | "!" | "\"" | "'"))
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn addresses_and_others() {
        let addresses =
            ["https://a.org/b", "(www.example.org)", "someone@example.org", "src/layout/inline", "a_long_identifier"];
        assert!(addresses.into_iter().all(is_address));
        let others = ["and/or", "//", "don't", "3/4", "internationalization"];
        assert!(!others.into_iter().any(is_address));
    }
}
