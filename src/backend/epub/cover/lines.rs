//! Lines of a title: few, of even length, broken where the language lets them (UAX 14, CLREQ 3.1.6), sooner after
//! punctuation than within a phrase, and not within a word.

use crate::phrases;

/// A text in lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Lines {
    pub(super) lines: Vec<String>,
    /// Whether a line ends where a reader would not pause: within a phrase of Han, or within a word.
    pub(super) torn: bool,
}

/// Divides text into as few lines of at most `width` as it takes, and those as even as can be. `advance` gives the
/// width of a character. A word that is wider than a line is broken.
pub(super) fn lines(text: &str, width: f32, advance: impl Fn(char) -> f32) -> Lines {
    let (mut pieces, whole) = divided(text, width, &advance, &phrases::joined(text));
    // Where a phrase is wider than a line, lines end wherever they may.
    if !whole {
        (pieces, _) = divided(text, width, &advance, &[]);
    }
    if pieces.is_empty() {
        return Lines::default();
    }
    let filled = fill(&pieces, width);
    // Of many lines nobody sees how even they are.
    let ends = if filled.len() > 12 { filled } else { best(&pieces, width, filled.len()).unwrap_or(filled) };
    let (mut lines, mut torn) = (Vec::new(), false);
    let mut start = 0;
    for end in ends {
        let line: String = pieces[start..end].iter().map(|piece| piece.text.as_str()).collect();
        torn |= pieces.get(end).is_some_and(|next| next.space == 0.0 && !line.ends_with(is_pause));
        lines.push(line.trim().to_owned());
        start = end;
    }
    Lines { lines, torn }
}

/// The ends of lines that are each as long as can be: they are as few as can be.
fn fill(pieces: &[Piece], width: f32) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut length = 0.0;
    for (at, piece) in pieces.iter().enumerate() {
        if length > 0.0 && length + piece.space + piece.width > width {
            ends.push(at);
            length = 0.0;
        }
        length += piece.width + if length > 0.0 { piece.space } else { 0.0 };
    }
    if !pieces.is_empty() {
        ends.push(pieces.len());
    }
    ends
}

/// A stretch of text that is not broken, with the space before it.
#[derive(Clone, Debug, PartialEq)]
struct Piece {
    text: String,
    /// Without the space before it.
    width: f32,
    space: f32,
    /// How badly a line ends after it: worse within a phrase, worst within a quotation or parenthesis.
    harm: f32,
}

/// The pieces of a text, and whether none had to be divided for being wider than a line. Before the bytes in `joined` no
/// piece begins.
fn divided(text: &str, width: f32, advance: &impl Fn(char) -> f32, joined: &[usize]) -> (Vec<Piece>, bool) {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut whole = true;
    let mut before: Option<char> = None;
    let (mut space, mut within) = (false, false);
    for (at, c) in text.char_indices() {
        within = (within || opens(c)) && !shuts(c);
        let harm = f32::from(u8::from(!is_pause(c)) + u8::from(within)) * 0.3;
        if is_space(c) {
            space = before.is_some();
            continue;
        }
        space &= before.is_some_and(|before| keeps_space(before, c));
        // A dash between spaces stays with what is before it.
        let breakable = space && !is_dash(c) || before.is_some_and(|before| !space && may_break(before, c));
        let breakable = breakable && joined.binary_search(&at).is_err();
        match pieces.last_mut() {
            Some(last) if space && !breakable && last.width + advance(' ') + advance(c) <= width => {
                last.text.extend([' ', c]);
                last.width += advance(' ') + advance(c);
                last.harm = harm;
            }
            Some(last) if !breakable && !space && last.width + advance(c) <= width => {
                last.text.push(c);
                last.width += advance(c);
                last.harm = harm;
            }
            last => {
                whole &= breakable || last.is_none();
                // Rather an uneven pair of lines than one that tears a phrase.
                let pauses = |before| is_pause(before) || space && (is_dash(before) || is_han(before) == is_han(c));
                if let (Some(last), false) = (pieces.last_mut(), before.is_some_and(pauses)) {
                    last.harm += 0.3;
                }
                let text = if space { format!(" {c}") } else { c.to_string() };
                let space = if space { advance(' ') } else { 0.0 };
                pieces.push(Piece { text, width: advance(c), space, harm });
            }
        }
        before = Some(c);
        space = false;
    }
    (pieces, whole)
}

/// Whether a space between two characters is seen: not beside a full-width mark that Han stands at the other side of
/// (CLREQ 3.2.4), nor beside a dash that fills its squares (CLREQ 3.1.5).
fn keeps_space(before: char, after: char) -> bool {
    let mark = |c: char| is_wide(c) && (is_pause(c) || opens(c) || shuts(c));
    // Western text has these too.
    let square = |c: char| is_han(c) || mark(c) && !"“”‘’—…".contains(c);
    if joins(before) && joins(after) {
        return false;
    }
    !(mark(before) && square(after) || square(before) && mark(after))
}

/// The ends of `count` lines of least unevenness. `None` if they do not fit.
fn best(pieces: &[Piece], width: f32, count: usize) -> Option<Vec<usize>> {
    // After each number of lines: the least cost of those that end at each piece, and where their last line starts.
    let mut costs: Vec<Option<f32>> = vec![None; pieces.len() + 1];
    *costs.first_mut()? = Some(0.0);
    let mut starts: Vec<Vec<usize>> = Vec::new();
    for _ in 0..count {
        let mut next: Vec<Option<f32>> = vec![None; pieces.len() + 1];
        let mut from = vec![0; pieces.len() + 1];
        for (start, cost) in costs.iter().enumerate() {
            let Some(cost) = cost else { continue };
            let mut length = 0.0;
            for (at, piece) in pieces.iter().enumerate().skip(start) {
                length += piece.width + if at > start { piece.space } else { 0.0 };
                if length > width {
                    break;
                }
                let slack = (width - length) / width;
                let harm = if at + 1 == pieces.len() { 0.0 } else { piece.harm };
                let cost = cost + slack * slack + harm;
                if next[at + 1].is_none_or(|known| cost < known) {
                    next[at + 1] = Some(cost);
                    from[at + 1] = start;
                }
            }
        }
        costs = next;
        starts.push(from);
    }
    (*costs.last()?)?;
    let mut ends = vec![pieces.len()];
    for from in starts.iter().skip(1).rev() {
        let start = *from.get(*ends.last()?)?;
        ends.push(start);
    }
    ends.reverse();
    Some(ends)
}

/// Whether a line may end between two characters that no space parts: beside Han, kana and hangul, but not before what
/// closes or after what opens, nor within dashes and dots.
fn may_break(before: char, after: char) -> bool {
    (is_wide(before) || is_wide(after)) && !closes(after) && !opens(before) && !(joins(before) && joins(after))
}

fn is_wide(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{A4CF}' | '\u{AC00}'..='\u{D7AF}' | '\u{F900}'..='\u{FAFF}' | '\u{FE30}'..='\u{FE4F}' | '\u{FF00}'..='\u{FFEF}' | '\u{20000}'..='\u{3FFFF}')
        || matches!(c, '“' | '”' | '‘' | '’' | '…' | '—')
}

/// Han, kana, hangul and the like: what is as wide as high and no mark.
pub(super) fn is_han(c: char) -> bool {
    is_wide(c) && !is_pause(c) && !opens(c) && !shuts(c)
}

fn opens(c: char) -> bool {
    "（《〈「『【〔〖“‘([［｛".contains(c)
}

fn shuts(c: char) -> bool {
    "）》〉」』】〕〗”’)]］｝".contains(c)
}

fn closes(c: char) -> bool {
    is_pause(c) || shuts(c) || "·・ー々%％ぁぃぅぇぉっゃゅょァィゥェォッャュョ".contains(c)
}

fn is_pause(c: char) -> bool {
    "，。、；：！？,.;:!?．—…–－｜|".contains(c)
}

/// White space at which a line may end; narrow spaces stand beside dashes.
fn is_space(c: char) -> bool {
    c.is_whitespace() && !matches!(c, '\u{A0}' | '\u{2007}' | '\u{202F}')
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '–' | '—' | '|' | '·')
}

fn joins(c: char) -> bool {
    matches!(c, '—' | '…')
}

#[cfg(test)]
mod tests {
    use super::lines;

    /// Han characters are 2 wide, others 1.
    fn broken(text: &str, width: f32) -> Vec<String> {
        lines(text, width, |c| if c.is_ascii() { 1.0 } else { 2.0 }).lines
    }

    #[test]
    fn a_line_that_ends_within_a_phrase_is_told() {
        let torn = |text: &str, width| lines(text, width, |c| if c.is_ascii() { 1.0 } else { 2.0 }).torn;
        assert!(torn("起义后的哈萨克斯坦：谣言", 16.0) && torn("abcdefghij", 4.0));
        assert!(
            !torn("起义后的哈萨克斯坦：谣言", 20.0) && !torn("起义 谣言", 6.0) && !torn("Words of a long title", 12.0)
        );
        assert!(!torn("", 4.0) && !torn("永", 4.0));
    }

    #[test]
    fn lines_are_even_and_end_at_pauses() {
        assert_eq!(broken("起义后的哈萨克斯坦：谣言和火种", 20.0), ["起义后的哈萨克斯坦：", "谣言和火种"]);
        assert_eq!(broken("一二三四五六七八九", 16.0), ["一二三四五", "六七八九"]);
        assert_eq!(broken("Words of a long title", 12.0), ["Words of a", "long title"]);
        assert_eq!(broken("哈萨克斯坦 - 火种", 13.0), ["哈萨克斯坦 -", "火种"]);
        assert_eq!(broken("哈萨克斯坦 \u{200A}-\u{200A} 火种", 13.0), ["哈萨克斯坦 -", "火种"]);
    }

    #[test]
    fn words_of_han_are_whole() {
        assert_eq!(
            broken("第一次世界大战如何改变咖啡的世界格局", 12.0),
            ["第一次世界", "大战如何", "改变咖啡的", "世界格局"]
        );
        assert_eq!(broken("容量1ペタバイトのSSD", 14.0), ["容量", "1ペタバイトの", "SSD"]);
        assert_eq!(broken("这里有 13 个合法的网站", 11.0), ["这里", "有 13 个", "合法的网站"]);
        assert_eq!(broken("把文章 “装订” 成册", 30.0), ["把文章“装订”成册"]);
        assert_eq!(broken("書的誕生 — — 《宇宙》", 30.0), ["書的誕生——《宇宙》"]);
        assert_eq!(broken("He said “no” — he did", 30.0), ["He said “no” — he did"]);
    }

    #[test]
    fn punctuation_stands_where_it_may() {
        for width in [8.0, 10.0, 12.0, 14.0, 30.0] {
            for line in broken("这个名叫“国家”的监狱——谣言（和）烈士的火种。", width) {
                assert!(!line.starts_with(['”', '）', '。', '—']), "{width} {line}");
                assert!(!line.ends_with(['“', '（']), "{width} {line}");
            }
        }
    }

    #[test]
    fn long_words_are_broken_and_nothing_is_lost() {
        assert_eq!(broken("abcdefghij", 4.0), ["abcd", "efgh", "ij"]);
        assert_eq!(broken("", 4.0), Vec::<String>::new());
        assert_eq!(broken("  a  汉 ", 9.0), ["a 汉"]);
    }
}
