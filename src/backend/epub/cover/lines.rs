//! Lines of a title: few, of even length, broken where the language lets them (UAX 14, CLREQ 3.1.6), sooner after
//! punctuation than within a phrase.

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
    let pieces = pieces(text, width, &advance);
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

fn pieces(text: &str, width: f32, advance: &impl Fn(char) -> f32) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut before: Option<char> = None;
    let mut space = false;
    let mut within = false;
    for c in text.chars() {
        within = (within || opens(c)) && !shuts(c);
        let harm = f32::from(u8::from(!is_pause(c)) + u8::from(within)) * 0.3;
        if is_space(c) {
            space = before.is_some();
            continue;
        }
        // A dash between spaces stays with what is before it.
        let breakable = space && !is_dash(c) || before.is_some_and(|before| !space && may_break(before, c));
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
            _ => {
                // Rather an uneven pair of lines than one that tears a phrase.
                if let (Some(last), false) = (pieces.last_mut(), space || before.is_some_and(is_pause)) {
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
    pieces
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
    "，。、；：！？,.;:!?．—…–".contains(c)
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
        assert_eq!(broken("一二三四五六七八九", 16.0), ["一二三四", "五六七八九"]);
        assert_eq!(broken("Words of a long title", 12.0), ["Words of a", "long title"]);
        assert_eq!(broken("哈萨克斯坦 - 火种", 13.0), ["哈萨克斯坦 -", "火种"]);
        assert_eq!(broken("哈萨克斯坦 \u{200A}-\u{200A} 火种", 13.0), ["哈萨克斯坦 -", "火种"]);
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
