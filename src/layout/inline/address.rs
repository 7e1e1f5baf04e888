//! Web addresses, mail addresses and paths: broken after their joints, never hyphenated (Chicago Manual of Style 7.46),
//! and set as they are typed: no white between Han and letters, hardly any between letters. A line that an address does
//! not fill stays short.

use std::ops::Range;

use super::breaks::Break;
use super::collect::Collected;
use super::shape::{Atom, Shaped};
use crate::layout::frame::LinkTarget;
use crate::layout::front::readable;

/// Ending a line inside an address.
const JOINT: f64 = 20.0;
/// Ending a line inside a name or a hash without joints.
const NO_JOINT: f64 = 900.0;
/// Letters without a joint among which a line may end all the same, but not so near to either end.
const LONGEST: usize = 24;
const NEAR: usize = 6;

/// The atoms of each address, in order. Full-width marks beside one are none of it, unless all of a link is the address
/// that it leads to.
pub(super) fn find(atoms: &[Atom], collected: &Collected) -> Vec<Range<usize>> {
    let text = collected.text.as_str();
    let mut links = said_by_links(collected).into_iter().peekable();
    let mut out = Vec::new();
    let mut start = 0;
    while let Some(first) = atoms.get(start) {
        if let Some(link) = links.next_if(|link| link.start <= first.text.start) {
            let end = start + atoms[start..].iter().take_while(|atom| atom.text.start < link.end).count();
            if end > start {
                out.push(start..end);
                start = end;
            }
            continue;
        }
        if first.class.is_square() {
            start += 1;
            continue;
        }
        let next = links.peek().map_or(usize::MAX, |link| link.start);
        let more = |atom: &&Atom| {
            !atom.class.is_square() && atom.spaces.is_empty() && !atom.after_break && atom.text.start < next
        };
        let end = start + 1 + atoms[start + 1..].iter().take_while(more).count();
        let bytes = first.text.start..atoms[end - 1].text.end;
        if end - start > 3 && text.get(bytes).is_some_and(is_address) {
            out.push(start..end);
        }
        start = end;
    }
    out
}

/// The bytes of links whose words are where they lead, in order.
fn said_by_links(collected: &Collected) -> Vec<Range<usize>> {
    let mut out: Vec<(usize, Range<usize>)> = Vec::new();
    for span in &collected.spans {
        let Some(link) = span.link else { continue };
        match out.last_mut() {
            Some((last, range)) if *last == link && range.end == span.range.start => range.end = span.range.end,
            _ => out.push((link, span.range.clone())),
        }
    }
    let says = |(link, range): &(usize, Range<usize>)| {
        let (Some(link), Some(said)) = (collected.links.get(*link), collected.text.get(range.clone())) else {
            return false;
        };
        matches!(&link.target, LinkTarget::Web(address) if said == address || said == readable(address))
            && !said.contains(' ')
    };
    out.into_iter().filter(says).map(|(_, range)| range).collect()
}

fn is_address(text: &str) -> bool {
    let text = text.trim_start_matches(['(', '[', '<', '"', '\'']);
    text.contains("://")
        || text.starts_with("www.")
        || text.starts_with("mailto:")
        || (text.len() > 8 && text.contains('/') && !text.contains("//") && text.is_ascii())
        || (text.len() > 12 && (text.contains('_') || text.contains('@')) && text.is_ascii())
}

/// Lets lines end after the joints of an address, or of code, and before none; not within what ends with `://`.
pub(super) fn breaks(range: Range<usize>, shaped: &Shaped, collected: &Collected, out: &mut Vec<Break>) {
    let text = |atom: &Atom| collected.text.get(atom.text.clone()).unwrap_or_default();
    let joint = |atom: &Atom| {
        let mut chars = text(atom).chars();
        let only = chars.next().filter(|_| chars.next().is_none());
        only.is_some_and(|c| "/.?&=-_#,;:%+@~|({[".contains(c))
    };
    let scheme = |index: usize| {
        let before = index.checked_sub(3).and_then(|from| shaped.atoms.get(from..index)).unwrap_or_default();
        before.iter().map(text).eq([":", "/", "/"])
    };
    let may = |index: usize| {
        let [left, right] = [&shaped.atoms[index - 1], &shaped.atoms[index]];
        let square = (left.class.is_square() || right.class.is_square()) && !left.class.is_mark();
        let here = joint(left) && !joint(right) && !is_closing(right, &collected.text);
        (here || square && right.class.may_begin_line()) && !scheme(index)
    };
    let mut start = range.start;
    for index in range.start + 1..range.end.saturating_sub(1) {
        if index > start + 1 && may(index) {
            without_joint(start..index, out);
            out.push(Break { penalty: JOINT, ..Break::at(index) });
            start = index;
        }
    }
    without_joint(start..range.end, out);
}

/// Lets lines end within a long name or hash.
fn without_joint(range: Range<usize>, out: &mut Vec<Break>) {
    if range.len() > LONGEST {
        let inner = range.start + NEAR..range.end - NEAR;
        out.extend(inner.map(|index| Break { penalty: NO_JOINT, ..Break::at(index) }));
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
