//! White space.
//!
//! HTML collapses white space to single spaces. Two things are not in its rules: a line break in the source between two
//! CJK characters is no space (CSS Text 3 §4.1.3 says the same), and a page that was pretty-printed has line breaks
//! where there was nothing, so that a space beside punctuation that takes none is taken out again.

use super::inlines::Piece;
use crate::model::Inline;

/// Collapses white space of a plain text to single spaces, none at its ends.
pub(super) fn collapse(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut pending = None;
    for c in text.chars() {
        if is_space(c) {
            let newline = pending.unwrap_or(false) || c == '\n';
            pending = Some(newline);
        } else if let Some(c) = repaired(c) {
            if let (Some(newline), Some(before)) = (pending, out.chars().next_back())
                && !(newline && both_cjk(before, c))
            {
                out.push(' ');
            }
            pending = None;
            out.push(c);
        }
    }
    out.truncate(out.trim_end_matches(is_edge).len());
    let skip = out.len() - out.trim_start_matches(is_edge).len();
    out.drain(..skip);
    match out.contains("— —") || out.contains("… …") {
        true if out.chars().any(is_cjk) => out.replace("— —", "——").replace("… …", "……"),
        _ => out,
    }
}

/// Chinese dashes and leaders are two signs long (CLREQ 3.1.5); a space that was typed between their halves goes.
fn are_halves(before: char, after: char) -> bool {
    before == after && matches!(after, '—' | '…')
}

/// White space that HTML collapses.
pub(super) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{C}')
}

/// What has no place at the ends of a paragraph: white space, and the blanks that stand for an indent.
pub(super) fn is_edge(c: char) -> bool {
    is_space(c) || matches!(c, '\u{A0}' | '\u{2000}'..='\u{200B}' | '\u{202F}' | '\u{205F}' | '\u{3000}' | '\u{FEFF}')
}

/// What shows nothing by itself: blanks, joiners, and what only chooses a sign's form.
pub(super) fn is_unseen(c: char) -> bool {
    is_edge(c) || matches!(c, '\u{200C}'..='\u{200F}' | '\u{2060}' | '\u{FE00}'..='\u{FE0F}')
}

/// A text that was escaped twice, so that it shows escapes: `AT&amp;T`. What might be meant as it stands (`<` and `>`
/// in a text about HTML) stays. `None` if there is nothing to do.
pub(super) fn unescaped(text: &str) -> Option<String> {
    const NAMED: [(&str, char); 5] =
        [("amp;", '&'), ("quot;", '"'), ("nbsp;", '\u{A0}'), ("apos;", '\''), ("hellip;", '…')];
    let mut out: Option<String> = None;
    let (mut kept, mut at) = (0, 0);
    while let Some(found) = text.get(at..).and_then(|rest| rest.find('&')).map(|found| found + at) {
        at = found + 1;
        let rest = &text[at..];
        let named = NAMED.iter().find(|(name, _)| rest.starts_with(name)).map(|(name, c)| (name.len(), *c));
        let numbered = || {
            let (number, _) = rest.strip_prefix('#')?.split_once(';').filter(|(number, _)| number.len() <= 7)?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            Some((number.len() + 2, char::from_u32(code).filter(|c| !c.is_control())?))
        };
        if let Some((length, c)) = named.or_else(numbered) {
            let out = out.get_or_insert_default();
            out.push_str(&text[kept..found]);
            out.push(c);
            at += length;
            kept = at;
        }
    }
    out.map(|out| out + &text[kept..])
}

/// Scripts that are written without spaces, so that words may be set apart by a space without width.
fn is_southeast_asian(c: char) -> bool {
    matches!(c, '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}')
}

/// Han, kana, Bopomofo and their punctuation. Not Hangul, which is written with spaces.
pub(super) fn is_cjk(c: char) -> bool {
    matches!(c,
        '\u{2E80}'..='\u{312F}' | '\u{3190}'..='\u{4DBF}' | '\u{4E00}'..='\u{A4CF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{FE10}'..='\u{FE1F}' | '\u{FE30}'..='\u{FE4F}' | '\u{FF00}'..='\u{FF9F}' | '\u{FFE0}'..='\u{FFEF}'
        | '\u{20000}'..='\u{3FFFF}')
}

/// Punctuation as wide as a Han character, which brings its own room.
fn is_wide_punctuation(c: char) -> bool {
    matches!(c, '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}' | '\u{3014}'..='\u{301F}' | '\u{FF01}'..='\u{FF0F}'
        | '\u{FF1A}'..='\u{FF20}' | '\u{FF3B}'..='\u{FF40}' | '\u{FF5B}'..='\u{FF65}')
}

/// Punctuation that Chinese shares with other scripts.
fn is_shared_punctuation(c: char) -> bool {
    matches!(c, '“' | '”' | '‘' | '’' | '…' | '—' | '·')
}

fn both_cjk(before: char, after: char) -> bool {
    let (b, a) = (is_cjk(before), is_cjk(after));
    b && (a || is_shared_punctuation(after)) || a && is_shared_punctuation(before)
}

/// A character as it stands in a book: radicals as the Han characters they look like, and nothing for what has no
/// business in a text (controls, byte order marks, soft hyphens, which our own hyphenation makes needless).
pub(super) fn repaired(c: char) -> Option<char> {
    match c {
        '\u{FEFF}' | '\u{AD}' | '\u{FFFE}' | '\u{FFFF}' => None,
        c if c.is_control() => None,
        '\u{2F00}'..='\u{2FD5}' => Some(kangxi(c)),
        c => Some(c),
    }
}

/// The Han characters of the Kangxi radicals U+2F00 to U+2FD5 (Unicode, compatibility decompositions).
const KANGXI: &str = "一丨丶丿乙亅二亠人儿入八冂冖冫几凵刀力勹匕匚匸十卜卩厂厶又口囗土士夂夊夕大女子宀寸小尢尸屮山巛工己巾干幺广廴廾弋弓彐彡彳心戈戶手支攴文斗斤方\
    无日曰月木欠止歹殳毋比毛氏气水火爪父爻爿片牙牛犬玄玉瓜瓦甘生用田疋疒癶白皮皿目矛矢石示禸禾穴立竹米糸缶网羊羽老而耒耳聿肉臣自至臼舌舛舟艮色艸\
    虍虫血行衣襾見角言谷豆豕豸貝赤走足身車辛辰辵邑酉釆里金長門阜隶隹雨靑非面革韋韭音頁風飛食首香馬骨高髟鬥鬯鬲鬼魚鳥鹵鹿麥麻黃黍黑黹黽鼎鼓鼠鼻齊齒龍龜龠";

fn kangxi(c: char) -> char {
    let index = (c as usize).saturating_sub(0x2F00);
    KANGXI.chars().nth(index).unwrap_or(c)
}

/// A run of white space that was read but not yet written.
struct Pending {
    /// It holds a line break of the source.
    newline: bool,
    /// It stands beside a tag.
    edge: bool,
    /// Where a space would go: outside of as many formats as possible.
    place: usize,
    depth: usize,
}

/// Collapses the white space of a paragraph's pieces, none at its ends and around line breaks.
pub(super) fn resolve(pieces: Vec<Piece>, pretty_printed: bool) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::with_capacity(pieces.len());
    let mut before: Option<char> = None;
    let mut pending: Option<Pending> = None;
    let mut depth = 0_usize;
    let mut fresh = true;
    let chinese = pieces.iter().any(|piece| matches!(piece, Piece::Text(text) if text.chars().any(is_cjk)));
    // Whether the last two characters are halves of a dash that were joined.
    let mut joined = false;
    for piece in pieces {
        match piece {
            Piece::Text(text) => {
                let mut line = String::with_capacity(text.len());
                let last = text.len();
                for (at, c) in text.char_indices() {
                    if is_space(c) {
                        let edge = at == 0 || at + c.len_utf8() == last;
                        if let Some(run) = &mut pending {
                            run.newline |= c == '\n';
                            run.edge |= edge;
                        } else {
                            if !line.is_empty() {
                                out.push(Piece::Text(std::mem::take(&mut line)));
                            }
                            let opened = out.iter().rev().take_while(|piece| matches!(piece, Piece::Open(_))).count();
                            let (place, depth) = (out.len() - opened, depth.saturating_sub(opened));
                            pending = Some(Pending { newline: c == '\n', edge, place, depth });
                        }
                        continue;
                    }
                    let Some(c) = repaired(c) else { continue };
                    let c =
                        if c == '\u{A0}' && pending.is_none() && stands_for_space(before, &text[at + c.len_utf8()..]) {
                            ' '
                        } else {
                            c
                        };
                    if c == '\u{200B}' && !before.is_some_and(is_southeast_asian) {
                        continue;
                    }
                    // A line of verse keeps its indent.
                    if fresh && is_edge(c) {
                        continue;
                    }
                    fresh = false;
                    joined = pending.is_some() && chinese && !joined && before.is_some_and(|b| are_halves(b, c));
                    if let Some(run) = pending.take() {
                        let wanted = before.filter(|b| !joined && wants_space(*b, c, &run, pretty_printed));
                        write_space(&mut out, &mut line, &run, wanted);
                    }
                    line.push(c);
                    before = Some(c);
                }
                if !line.is_empty() {
                    out.push(Piece::Text(line));
                }
            }
            Piece::Open(format) => {
                depth += 1;
                out.push(Piece::Open(format));
            }
            Piece::Close => {
                depth = depth.saturating_sub(1);
                out.push(Piece::Close);
                if let Some(run) = &mut pending
                    && depth < run.depth
                {
                    (run.place, run.depth) = (out.len(), depth);
                }
            }
            Piece::Break => {
                pending = None;
                before = None;
                trim_end(&mut out);
                out.push(Piece::Break);
            }
            Piece::Atom(atom) => {
                if let Some(c) = first_of(&atom) {
                    fresh = false;
                    if let Some(run) = pending.take() {
                        let mut line = String::new();
                        let wanted = before.filter(|b| wants_space(*b, c, &run, pretty_printed));
                        write_space(&mut out, &mut line, &run, wanted);
                        if !line.is_empty() {
                            out.push(Piece::Text(line));
                        }
                    }
                    before = Some(last_of(&atom));
                }
                out.push(Piece::Atom(atom));
            }
        }
    }
    trim_end(&mut out);
    out
}

/// Whether a no-break space is what an editor made of a typed space: alone beside a Chinese or Japanese character, where
/// a line may break anyway (CLREQ §3.1.8), and whose marks bring their own room, of which a no-break space knows nothing.
fn stands_for_space(before: Option<char>, rest: &str) -> bool {
    let wide = |c: char| is_cjk(c) || is_shared_punctuation(c);
    match (before, rest.chars().next()) {
        (Some(before), Some(after)) => wide(before) && is_cjk(after) || is_cjk(before) && wide(after),
        _ => false,
    }
}

/// Writes the space of a run where it belongs, if one is wanted.
fn write_space(out: &mut Vec<Piece>, line: &mut String, run: &Pending, wanted: Option<char>) {
    if wanted.is_none() {
        return;
    }
    if run.place == out.len() {
        line.insert(0, ' ');
    } else {
        out.insert(run.place, Piece::Text(" ".into()));
    }
}

/// Whether a run of white space between two characters is a space.
fn wants_space(before: char, after: char, run: &Pending, pretty_printed: bool) -> bool {
    if !run.newline {
        return true;
    }
    if both_cjk(before, after) {
        return false;
    }
    if !(pretty_printed && run.edge) {
        return true;
    }
    let blank = |c| matches!(c, '\u{A0}' | '\u{200A}' | '\u{2009}' | '\u{202F}' | '\u{3000}');
    !(is_wide_punctuation(before)
        || is_wide_punctuation(after)
        || ",.;:!?)]}%’”»…".contains(after)
        || "([{“‘«$".contains(before)
        || blank(before)
        || blank(after))
}

/// How an atom's neighbours see it: as a letter, or not at all.
fn first_of(atom: &Inline) -> Option<char> {
    match atom {
        Inline::Anchor(_) => None,
        Inline::Code(text) => text.chars().next(),
        Inline::Ruby { .. } => Some('\u{4E00}'),
        _ => Some('\u{FFFC}'),
    }
}

fn last_of(atom: &Inline) -> char {
    match atom {
        Inline::Code(text) => text.chars().next_back().unwrap_or('\u{FFFC}'),
        Inline::Ruby { .. } => '\u{4E00}',
        _ => '\u{FFFC}',
    }
}

/// Takes blanks from the end of the last text.
fn trim_end(out: &mut [Piece]) {
    for piece in out.iter_mut().rev() {
        match piece {
            Piece::Text(text) => {
                text.truncate(text.trim_end_matches(is_edge).len());
                if !text.is_empty() {
                    return;
                }
            }
            Piece::Open(_) | Piece::Close | Piece::Atom(Inline::Anchor(_)) => {}
            Piece::Atom(_) | Piece::Break => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::inlines::{Format, fold};
    use super::*;
    use crate::model::plain_text;

    fn text(pieces: &[&str], pretty_printed: bool) -> String {
        let mut out = Vec::new();
        for (index, piece) in pieces.iter().enumerate() {
            if index % 2 == 1 {
                out.push(Piece::Open(Format::Strong));
            }
            out.push(Piece::Text((*piece).to_owned()));
            if index % 2 == 1 {
                out.push(Piece::Close);
            }
        }
        plain_text(&fold(resolve(out, pretty_printed)))
    }

    #[test]
    fn a_line_break_between_cjk_is_nothing() {
        assert_eq!(text(&["\n 继\n ", "\n 上周的报道\n ", "\n 后，\n 局势\n"], true), "继上周的报道后，局势");
        assert_eq!(text(&["继 ", "上周"], true), "继 上周");
        assert_eq!(text(&["한국어\n텍스트"], false), "한국어 텍스트");
    }

    #[test]
    fn the_halves_of_a_chinese_dash_are_joined() {
        assert_eq!(text(&["他说 — — 好… …", "甲", "— — — —"], false), "他说 —— 好……甲—— ——");
        assert_eq!(text(&["a — — b… …"], false), "a — — b… …");
        assert_eq!(collapse("他说 — —\n好"), "他说 ——好");
    }

    #[test]
    fn a_pretty_printed_page_has_no_space_beside_punctuation() {
        assert_eq!(text(&["see\n ", "\n here\n ", "\n , and\n (\n", "x", "\n )."], true), "see here, and (x).");
        assert_eq!(text(&["他说\n ", "\n “好”\n ", "\n 了 Linux\n ", "\n 版"], true), "他说“好”了 Linux 版");
        assert_eq!(text(&["see\n", "here\n", "\n , and"], false), "see here , and");
        assert_eq!(text(&["100\n ", "\n %\n ", "\n ；more"], true), "100%；more");
    }

    #[test]
    fn spaces_stand_outside_of_formats() {
        let pieces = vec![
            Piece::Text("a".into()),
            Piece::Open(Format::Strong),
            Piece::Text(" b ".into()),
            Piece::Close,
            Piece::Text("c".into()),
        ];
        let found = fold(resolve(pieces, false));
        let text = |s: &str| Inline::Text(s.into());
        assert_eq!(found, [text("a "), Inline::Strong(vec![text("b")]), text(" c")]);
    }

    #[test]
    fn what_was_escaped_twice() {
        assert_eq!(unescaped("AT&amp;T &#8217;s &#x4E00;&nbsp;x").as_deref(), Some("AT&T ’s 一\u{A0}x"));
        for plain in ["A & B", "&lt;b&gt;", "&#7;", "&;", "&#;", "a&"] {
            assert_eq!(unescaped(plain), None, "{plain}");
        }
    }

    #[test]
    fn a_no_break_space_beside_han_is_a_typed_space() {
        assert_eq!(text(&["名叫 “国家”\u{A0}的监狱"], false), "名叫 “国家” 的监狱");
        assert_eq!(text(&["在\u{A0}“国家”"], false), "在 “国家”");
        assert_eq!(text(&["10\u{A0}km 到\u{A0}\u{A0}这里"], false), "10\u{A0}km 到\u{A0}\u{A0}这里");
    }

    #[test]
    fn indents_marks_and_controls_are_gone() {
        assert_eq!(text(&["　　\u{FEFF}段落\u{7}　"], false), "段落");
        assert_eq!(text(&["\u{2F00}\u{2FD5}"], false), "一龠");
        assert_eq!(collapse("  a \n 中\n 文 \u{A0}"), "a 中文");
    }
}
