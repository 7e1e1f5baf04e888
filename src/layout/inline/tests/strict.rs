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

/// Where ours and UAX 14 differ: what stands before and after.
fn differences(text: &str) -> Vec<(char, char)> {
    let collected = plain(text, style(), None);
    if collected.text != text {
        return Vec::new();
    }
    let shaped = Shaper::new().shape(&collected, "en");
    let wanted = Wanted { language: "en", hyphenate: false, measure: f64::INFINITY, rules: Rules::default() };
    let ours: Vec<usize> = breaks::breaks(&shaped, &collected, &wanted)
        .iter()
        .filter_map(|at| shaped.atoms.get(at.atom).map(|atom| atom.text.start))
        .collect();
    let starts: Vec<usize> = shaped.atoms.iter().map(|atom| atom.text.start).collect();
    let segmenter = LineSegmenter::new_for_non_complex_scripts(LineBreakOptions::default());
    let theirs: Vec<usize> = segmenter.segment_str(text).filter(|at| *at > 0 && *at < text.len()).collect();
    let inside = starts.iter().skip(1).filter(|at| ours.contains(at) != theirs.contains(at));
    let before = |at: usize| text[..at].trim_end().chars().next_back().unwrap_or(' ');
    inside.map(|at| (before(*at), text[*at..].chars().next().unwrap_or(' '))).collect()
}

/// The clause that tailors a break, if there is one.
fn tailoring(before: char, after: char) -> Option<&'static str> {
    match (before, after) {
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
            for (before, after) in differences(&text) {
                assert!(tailoring(before, after).is_some(), "{text}: {before}|{after}");
            }
            compared += 1;
        }
    }
    assert!(compared > 5000);
}
