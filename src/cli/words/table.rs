//! The table: English with gaps, and what stands for it.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// How often a gap may hold a message whose gap holds a message, and so on.
const DEPTH: usize = 6;

/// Entries, of two kinds: whole texts, and texts with gaps.
pub(super) struct Table {
    whole: BTreeMap<String, String>,
    /// What stands around the gaps, and the other language's text; those with more text first.
    gapped: Vec<(Vec<String>, String)>,
}

impl Table {
    /// Reads tables: of two lines that follow each other the first is English, `{}` a gap, the second is what stands for
    /// it, `{0}` the first gap. Braces that are meant are doubled; lines that begin with `#` and empty ones say nothing.
    pub(super) fn new(texts: &[&str]) -> Self {
        let (mut whole, mut gapped) = (BTreeMap::new(), Vec::new());
        for text in texts {
            let mut lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
            while let (Some(english), Some(other)) = (lines.next(), lines.next()) {
                let mut pieces = pieces(english);
                if pieces.len() == 1 {
                    whole.insert(pieces.remove(0), filled(other, &[]));
                } else {
                    gapped.push((pieces, other.to_owned()));
                }
            }
        }
        let length = |pieces: &[String]| pieces.iter().map(String::len).sum::<usize>();
        gapped.sort_by_key(|(pieces, _)| std::cmp::Reverse(length(pieces)));
        Self { whole, gapped }
    }

    /// What stands for a text; itself, if nothing does.
    pub(super) fn of<'a>(&self, english: &'a str) -> Cow<'a, str> {
        self.find(english, DEPTH).map_or(Cow::Borrowed(english), Cow::Owned)
    }

    fn find(&self, english: &str, depth: usize) -> Option<String> {
        // A single word in a gap is more likely the user's than ours: a title, a name.
        if let Some(found) = self.whole.get(english).filter(|_| depth == DEPTH || english.contains(' ')) {
            return Some(found.clone());
        }
        let (gaps, other) = self.gapped.iter().find_map(|(pieces, other)| Some((gaps(pieces, english)?, other)))?;
        let inner = |gap: &&str| match depth {
            0 => (*gap).to_owned(),
            depth => self.find(gap, depth - 1).unwrap_or_else(|| (*gap).to_owned()),
        };
        Some(filled(other, &gaps.iter().map(inner).collect::<Vec<_>>()))
    }

    /// Whether there is an entry for a text that was written so, with its gaps.
    #[cfg(test)]
    pub(super) fn has(&self, written: &str) -> bool {
        let pieces = pieces(written);
        match pieces.as_slice() {
            [whole] => self.whole.contains_key(whole),
            pieces => self.gapped.iter().any(|(known, _)| known == pieces),
        }
    }
}

/// The text around the gaps of an entry.
pub(super) fn pieces(entry: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut rest = entry.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '{' | '}' if rest.next_if_eq(&c).is_some() => push(&mut pieces, c),
            '{' => {
                while rest.next().is_some_and(|c| c != '}') {}
                pieces.push(String::new());
            }
            c => push(&mut pieces, c),
        }
    }
    pieces
}

fn push(pieces: &mut [String], c: char) {
    if let Some(last) = pieces.last_mut() {
        last.push(c);
    }
}

/// What stands in the gaps of a text, if it was made from these pieces. A gap ends as soon as what follows it is there.
fn gaps<'a>(pieces: &[String], text: &'a str) -> Option<Vec<&'a str>> {
    let ([first, middle @ .., last], mut gaps) = (pieces, Vec::new()) else { return None };
    let mut rest = text.strip_prefix(first.as_str())?.strip_suffix(last.as_str())?;
    for piece in middle {
        let (gap, after) = rest.split_once(piece.as_str())?;
        gaps.push(gap);
        rest = after;
    }
    gaps.push(rest);
    Some(gaps)
}

/// A text with its gaps filled.
fn filled(text: &str, gaps: &[String]) -> String {
    let mut out = String::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '{' | '}' if rest.next_if_eq(&c).is_some() => out.push(c),
            '{' => {
                let number: String = std::iter::from_fn(|| rest.next().filter(|c| *c != '}')).collect();
                out.push_str(number.parse().ok().and_then(|at: usize| gaps.get(at)).map_or("", String::as_str));
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# x\n\ncannot read {}: {}\n无法读取 {0}：{1}\n\nno such file\n没有这个文件\n\n{}: {} of {}\n{2} 的 {1}：{0}\n\n{{{}}} is unknown\n{{{0}}} 不认识\n\nword\n词\n";

    #[test]
    fn messages_find_their_entry_and_gaps_theirs() {
        let table = Table::new(&[TEXT]);
        for (english, chinese) in [
            ("no such file", "没有这个文件"),
            ("cannot read a: b.html: no such file", "无法读取 a：b.html: no such file"),
            ("cannot read a.html: no such file", "无法读取 a.html：没有这个文件"),
            ("x: y of z", "z 的 y：x"),
            ("{title} is unknown", "{title} 不认识"),
            ("something else", "something else"),
            ("word", "词"),
            ("x: y of word", "word 的 y：x"),
        ] {
            assert_eq!(table.of(english), chinese);
        }
        assert!(table.has("cannot read {}: {}") && !table.has("cannot read {}"));
    }

    #[test]
    fn every_entry_is_whole() {
        let texts = [include_str!("messages.zh.txt"), include_str!("help.zh.txt")];
        for text in texts {
            let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
            for pair in lines.chunks(2) {
                let [english, chinese] = pair else { panic!("{pair:?} is half an entry") };
                let gaps = pieces(english).len() - 1;
                let used = pieces(chinese).len() - 1;
                assert_eq!(gaps, used, "{english}\n{chinese}");
                for gap in 0..gaps {
                    assert!(chinese.contains(&format!("{{{gap}}}")), "{english}\n{chinese}");
                }
            }
        }
        let table = Table::new(&texts);
        let filled = |pieces: &[String]| pieces.join("…");
        for (pieces, _) in &table.gapped {
            assert_ne!(table.of(&filled(pieces)), filled(pieces), "{pieces:?}");
        }
    }
}
