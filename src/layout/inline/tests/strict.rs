//! Line breaks by level of strictness (CSS Text 3 §5.3, CLREQ 3.1.4) and against UAX 14.

use super::*;
use icu_segmenter::{LineSegmenter, options::LineBreakOptions};

/// Levels at which a line may begin with a character that stands between Han characters.
type Row = (&'static str, &'static str, &'static [Strictness]);

use Strictness::{Basic, Gb, Loose, None as Off, Normal, Strict};

/// CSS Text 3 §5.3, `line-break`, for text that is Chinese or Japanese.
const BEFORE: &[Row] = &[
    // Small kana and the long-vowel mark: forbidden in strict.
    ("ja", "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿー", &[Off, Loose, Normal]),
    // CJK hyphen-like characters: allowed in normal and loose for Chinese and Japanese.
    ("ja", "〜゠", &[Off, Loose, Normal]),
    ("zh-CN", "〜゠", &[Off, Loose, Normal]),
    // Iteration marks: allowed in loose.
    ("ja", "々〻ゝゞヽヾ", &[Off, Loose]),
    ("zh-CN", "々〻", &[Off, Loose]),
    // Centred marks: allowed in loose for Chinese and Japanese.
    ("ja", "・：；！？‼⁇⁈⁉", &[Off, Loose]),
    ("zh-CN", "・：；！？", &[Off, Loose]),
    // Suffixes (PO) that are wide: allowed in loose for Chinese and Japanese.
    ("ja", "％℃", &[Off, Loose]),
    ("zh-CN", "％℃‰", &[Off, Loose]),
    ("ja", "￠°′″‰", &[Off, Loose]),
    ("zh-CN", "￠°′″", &[Off, Loose]),
    // Hyphens: allowed in loose after a Han character.
    ("ja", "‐–", &[Off, Loose]),
    ("zh-CN", "‐–", &[Off, Loose]),
    ("ja", "、。，．〗〙〛｠］｝", &[Off]),
    // Closing marks, pause and stop marks: in no level of CSS.
    ("ja", "、。，．）」』】〉》〕", &[Off]),
    ("zh-CN", "、。，．）」』】〉》〕”’", &[Off]),
    // Han and kana.
    ("ja", "字あアん", &[Off, Loose, Normal, Basic, Gb, Strict]),
    ("zh-CN", "字（《「“", &[Off, Loose, Normal, Basic, Gb, Strict]),
    // CLREQ 3.1.4: connecting marks, middle dots and slashes begin no line.
    ("zh-CN", "～", &[Off, Loose, Normal]),
    ("zh-CN", "·／", &[Off]),
];

/// Levels at which a line may end with a character that stands between Han characters.
const AFTER: &[Row] = &[
    ("zh-CN", "（《「『【〔〈“‘", &[Off]),
    ("ja", "（「『【〔〈《", &[Off]),
    // CLREQ 3.1.4, GB style.
    ("zh-CN", "／", &[Off, Loose, Normal, Basic]),
    // Prefixes (PR) that are wide: allowed in loose for Chinese and Japanese.
    ("zh-CN", "￥№", &[Off, Loose]),
    ("ja", "￥＄￡€№", &[Off, Loose]),
    ("zh-CN", "＄￡€", &[Off, Loose]),
    ("ja", "〖〘〚｟［｛", &[Off]),
];

fn levels() -> [Strictness; 6] {
    [Off, Loose, Normal, Basic, Gb, Strict]
}

#[test]
fn css_and_clreq_levels_before_a_character() {
    for (language, chars, allowed) in BEFORE {
        for (c, level) in chars.chars().flat_map(|c| levels().map(|level| (c, level))) {
            let found = opportunities_at(&format!("文字{c}文字"), language, level);
            assert_eq!(found.contains(&format!("|{c}")), allowed.contains(&level), "{found} {language} {level:?}");
        }
    }
}

#[test]
fn css_and_clreq_levels_after_a_character() {
    for (language, chars, allowed) in AFTER {
        for (c, level) in chars.chars().flat_map(|c| levels().map(|level| (c, level))) {
            let found = opportunities_at(&format!("文字{c}文字"), language, level);
            assert_eq!(found.contains(&format!("{c}|")), allowed.contains(&level), "{found} {language} {level:?}");
        }
    }
}

#[test]
fn dashes_and_leaders_by_level() {
    let of = |level| opportunities_at("好——他……也", "zh-CN", level);
    assert_eq!([Basic, Strict].map(of), ["好|——|他……|也", "好——|他……|也"]);
    assert_eq!(opportunities_at("好……", "ja", Loose), "好…|…");
    assert_eq!(opportunities_at("中文‐字", "zh-CN", Normal), "中|文‐|字");
}

/// A character of each class of UAX 14 that running text has.
const SAMPLES: &str = "aé1.,:;!?/-–()[]{}\"'%$°+\\|«»字あ、。」「…—한ㅏⅣαЖ𝔸€&#@*=<>~_^`";

/// UAX 14 as the segmenter has it: the bytes before which a line may begin.
fn by_segmenter(text: &str) -> Vec<usize> {
    let segmenter = LineSegmenter::new_for_non_complex_scripts(LineBreakOptions::default());
    segmenter.segment_str(text).filter(|at| *at > 0 && *at < text.len()).collect()
}

/// Where ours and UAX 14 differ: what stands before and after. `None` if the text is not set as it is written.
fn differences(text: &str, theirs: &[usize]) -> Option<Vec<(char, char)>> {
    let collected = plain(text, style(), None);
    if collected.text != text {
        return None;
    }
    let shaped = Shaper::new(&[]).shape(&collected, "en");
    let wanted = Wanted { language: "en", hyphenate: false, measure: f64::INFINITY, rules: Rules::default() };
    let ours: Vec<usize> = breaks::breaks(&shaped, &collected, &wanted)
        .iter()
        .filter_map(|at| shaped.atoms.get(at.atom).map(|atom| atom.text.start))
        .collect();
    let starts: Vec<usize> = shaped.atoms.iter().map(|atom| atom.text.start).collect();
    let inside = starts.iter().skip(1).filter(|at| ours.contains(at) != theirs.contains(at));
    let before = |at: usize| text[..at].trim_end().chars().next_back().unwrap_or(' ');
    Some(inside.map(|at| (before(*at), text[*at..].chars().next().unwrap_or(' '))).collect())
}

/// The cases of Unicode's own test: text, and the bytes before which a line may begin.
fn unicode_cases() -> Vec<(String, Vec<usize>)> {
    const CASES: &str = include_str!("../../../../tests/cases/layout/LineBreakTest-15.1.txt");
    let case = |line: &str| {
        let mut text = String::new();
        let mut breaks = Vec::new();
        for part in line.split_whitespace() {
            match part {
                "÷" => breaks.push(text.len()),
                "×" => {}
                code => text.extend(u32::from_str_radix(code, 16).ok().and_then(char::from_u32)),
            }
        }
        breaks.retain(|at| *at > 0 && *at < text.len());
        (text, breaks)
    };
    CASES.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(case).collect()
}

#[test]
fn the_segmenter_passes_unicodes_test() {
    let cases = unicode_cases();
    assert_eq!(cases.len(), 10_274);
    for (text, expected) in cases {
        assert_eq!(by_segmenter(&text), expected, "{}", text.escape_unicode());
    }
}

#[test]
fn lines_end_where_unicodes_test_says_or_a_clause_does() {
    let mut compared = 0;
    let mut wrong = std::collections::BTreeSet::new();
    for (text, expected) in unicode_cases() {
        let Some(found) = differences(&text, &expected) else { continue };
        compared += 1;
        wrong.extend(
            found
                .into_iter()
                .filter(|(before, after)| tailoring(&text, *before, *after).is_none())
                .map(|pair| (pair, text.clone())),
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(compared > 4000, "{compared}");
}

/// The clause that tailors a break, if there is one.
fn tailoring(text: &str, before: char, after: char) -> Option<&'static str> {
    match (before, after) {
        _ if text.contains("://") => Some("Chicago Manual of Style 7.46: addresses end after their joints"),
        (_, 'ぁ') => Some("JLREQ 3.1.7: no line begins with a small kana, though a space be typed before it"),
        ('\u{308}', '%') => Some("CLREQ 3.1.5: a number, whatever marks it has, with its sign"),
        (_, '-' | '–') => Some("Chicago Manual of Style 6.121: a dash between spaces begins no line"),
        ('0'..='9', '%' | '°') => Some("CLREQ 3.1.5, SI brochure 5.4.3: a number with its sign or unit"),
        ('—' | '…', _) | (_, '—' | '…') => Some("CLREQ 3.1.5: dashes and leaders of two em"),
        _ => None,
    }
}

#[test]
fn pairs_break_as_uax_14_has_it() {
    let mut compared = 0;
    for (a, b) in SAMPLES.chars().flat_map(|a| SAMPLES.chars().map(move |b| (a, b))) {
        for text in [format!("x{a}{b}x"), format!("x{a} {b}x")] {
            for (before, after) in differences(&text, &by_segmenter(&text)).unwrap_or_default() {
                assert!(tailoring(&text, before, after).is_some(), "{text}: {before}|{after}");
            }
            compared += 1;
        }
    }
    assert!(compared > 5000);
}
