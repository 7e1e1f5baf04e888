//! Invariants of paragraphs, over texts made from a seed.

mod marks;
mod settings;
mod strict;

use super::cjk::{Shrink, Stretch};
use super::class::{self, Class};
use super::collect::{Collected, plain};
use super::shape::Shaper;
use super::*;
use crate::font::Region;
use crate::layout::frame::ItemKind;
use crate::layout::inline::strictness::Strictness;
use crate::layout::style::TextStyle;

const EM: f64 = 10.0;

fn style() -> TextStyle {
    TextStyle::plain(Pt(EM), Region::China)
}

fn paragraph(ems: f64) -> ParagraphStyle {
    ParagraphStyle {
        measure: Pt(EM * ems),
        indent: Pt(EM * 2.0),
        alignment: Alignment::Justified,
        size: Pt(EM),
        leading: Pt(EM * 1.6),
        hyphenate: true,
        phrases: false,
        rules: Rules::default(),
    }
}

/// Numbers from a seed (Knuth's MMIX generator).
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

/// A paragraph of Chinese with what stands in Chinese text.
fn mixed(seed: &mut Seeded) -> String {
    const WORDS: &[&str] = &[
        "我们",
        "在",
        "城市",
        "的",
        "街道",
        "上",
        "看见",
        "许多",
        "人",
        "说明",
        "问题",
        "并不",
        "简单",
        "图书馆",
        "里",
        "读书",
        "写作",
        "历史",
        "记录",
        "了",
        "那些",
        "年代",
        "发生",
        "过",
        "事情",
        "语言文字",
        "排版",
        "规则",
        "卡尔·马克思",
        "10㎡",
        "50%",
        "￥100",
        "2022 年",
        "1 月 6 日",
        "Unicode",
        "the committee",
        "Anarchist Fighter",
        "“人民”",
        "《资本论》",
        "（见上文）",
        "「引文」",
        "Алматы",
        "GitHub 上",
        "3.14",
        "——",
        "……",
        "A/B",
        "“hello”",
        "‘单引号’",
        "【注】",
    ];
    const MARKS: &[&str] = &["，", "，", "，", "、", "。", "。", "；", "：", "？", "！", "。”", "）。", "》，"];
    let mut out = String::new();
    for _ in 0..seed.below(24) + 1 {
        for _ in 0..seed.below(9) + 2 {
            out.push_str(seed.pick(WORDS));
        }
        out.push_str(seed.pick(MARKS));
    }
    out
}

fn fitted(text: &str, ems: f64) -> (Collected, Fitted) {
    let collected = plain(text, style(), None);
    let fitted = Fitted::new(&collected, &paragraph(ems), "zh-CN", &mut Shaper::new(&[])).unwrap();
    (collected, fitted)
}

fn shown(lines: &[Line]) -> String {
    let runs = lines.iter().flat_map(|line| &line.items).filter_map(|item| match &item.kind {
        ItemKind::Glyphs(run) => Some(run.text.as_str()),
        _ => None,
    });
    runs.collect()
}

fn without_space(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn no_line_begins_or_ends_with_what_may_not() {
    let mut seed = Seeded(1);
    for _ in 0..300 {
        let text = mixed(&mut seed);
        let ems = 12.0 + seed.below(24) as f64;
        let (collected, fitted) = fitted(&text, ems);
        for (range, _) in fitted.lines() {
            let (first, last) = (&fitted.shaped.atoms[range.start], &fitted.shaped.atoms[range.end - 1]);
            let line = &collected.text[first.text.start..last.text.end];
            assert!(range.start == 0 || first.class.may_begin_line(), "{line}");
            assert!(last.class.may_end_line(), "{line}");
            let forbidden = "，。、；：？！”’）》」】·…%㎡";
            let begins = line.chars().next().unwrap();
            assert!(
                range.start == 0 || begins == '…' && text.contains("…………") || !forbidden.contains(begins),
                "{line}"
            );
        }
    }
}

#[test]
fn every_full_line_is_flush_and_its_gaps_keep_within_limits() {
    let mut seed = Seeded(2);
    let (mut lines, mut beyond) = (0, 0);
    for _ in 0..300 {
        let text = mixed(&mut seed);
        let (_, fitted) = fitted(&text, 29.0);
        for (range, end) in fitted.lines().filter(|(_, end)| !end.forced) {
            let (_, widths) = fitted.widths(&range, end);
            let bodies: f64 = fitted.shaped.atoms[range.clone()].iter().map(|atom| atom.body).sum();
            let indent = if range.start == 0 { 2.0 * EM } else { 0.0 };
            let width = indent + bodies + widths.iter().sum::<f64>() + end.trail;
            assert!((width - 29.0 * EM).abs() < 0.01 * EM, "{width}: {text}");
            let gaps = fitted.sums.gaps(range.start + 1..range.end);
            lines += 1;
            beyond += usize::from(gaps.iter().zip(&widths).any(|(gap, width)| !is_within(gap, *width)));
        }
    }
    assert!(lines > 1000 && beyond * 100 <= lines, "{beyond} of {lines} lines");
}

/// CLREQ 3.5.3 and 3.5.4: word spaces from a quarter to half an em, Han and Western from an eighth to a third, others
/// not more than a quarter em wider.
fn is_within(gap: &Gap, width: f64) -> bool {
    let most = match gap.stretch_order {
        Stretch::Never => gap.natural,
        Stretch::Word => EM / 2.0,
        Stretch::HanWestern => EM / 3.0,
        Stretch::Other => gap.natural + EM / 4.0,
        Stretch::Address => gap.natural + gap.stretch,
    };
    let least = if gap.shrink_order == Shrink::Never { gap.natural } else { gap.natural - gap.shrink };
    width >= least - 1e-6 && width <= most + 1e-6
}

#[test]
fn few_last_lines_are_a_character_or_two() {
    let mut seed = Seeded(3);
    let mut runts = 0;
    for _ in 0..200 {
        let text = mixed(&mut seed);
        let (collected, fitted) = fitted(&text, 29.0);
        let (last, _) = fitted.lines().last().unwrap();
        let atoms = &fitted.shaped.atoms[last.clone()];
        let letters = |atom: &&shape::Atom| !atom.class.is_mark();
        let characters: usize =
            atoms.iter().filter(letters).map(|atom| collected.text[atom.text.clone()].chars().count()).sum();
        if last.start > 0 && characters <= 2 {
            eprintln!("RUNT {text}");
        }
        runts += usize::from(last.start > 0 && characters <= 2);
    }
    assert!(runts <= 1, "{runts} of 200");
}

#[test]
fn no_character_is_lost() {
    let mut seed = Seeded(4);
    for _ in 0..100 {
        let text = mixed(&mut seed);
        let collected = plain(&text, style(), None);
        let lines = set(&collected, &paragraph(20.0), "zh-CN", &mut Shaper::new(&[]));
        assert_eq!(without_space(&shown(&lines)), without_space(&text));
    }
}

#[test]
fn the_fast_path_is_the_shaper() {
    let mut seed = Seeded(5);
    // Every third ideograph, in the order of the code.
    let han = ('\u{4E00}'..'\u{A000}').step_by(3);
    let every: String = ('\u{3000}'..'\u{30FF}').chain(han).chain('\u{FF01}'..'\u{FF60}').collect();
    let mut texts = vec![every];
    texts.extend((0..30).map(|_| mixed(&mut seed)));
    for (language, region) in
        [("zh-CN", Region::China), ("zh-TW", Region::Taiwan), ("ja", Region::Japan), ("ko", Region::Korea)]
    {
        for text in &texts {
            let collected = plain(text, TextStyle { region, ..style() }, None);
            let mut slow = Shaper::new(&[]);
            slow.fast = false;
            let (fast, slow) = (Shaper::new(&[]).shape(&collected, language), slow.shape(&collected, language));
            assert_eq!(fast.atoms.len(), slow.atoms.len(), "{language}");
            for (a, b) in fast.atoms.iter().zip(&slow.atoms) {
                let shown = &text[a.text.clone()];
                assert_eq!((&a.text, a.class, a.body, a.shift), (&b.text, b.class, b.body, b.shift), "{shown}");
                assert_eq!(fast.glyphs[a.glyphs.clone()], slow.glyphs[b.glyphs.clone()], "{shown} {language}");
            }
        }
    }
}

/// Where a text may be broken, as `|`.
fn opportunities(text: &str, language: &str) -> String {
    opportunities_at(text, language, Strictness::Basic)
}

fn opportunities_at(text: &str, language: &str, strictness: Strictness) -> String {
    let collected = plain(text, style(), None);
    let shaped = Shaper::new(&[]).shape(&collected, language);
    let mut out = String::new();
    let wanted =
        Wanted { language, hyphenate: false, measure: f64::INFINITY, rules: Rules { strictness, ..Rules::default() } };
    let breaks = breaks::breaks(&shaped, &collected, &wanted);
    let mut next = breaks.iter().peekable();
    for (index, atom) in shaped.atoms.iter().enumerate() {
        while next.next_if(|at| at.atom == index).is_some() {
            out.push('|');
        }
        out.push_str(&collected.text[atom.spaces.clone()]);
        out.push_str(&collected.text[atom.text.clone()]);
    }
    out
}

/// What Chinese and Japanese composition asks beyond UAX 14 of Unicode 15.1, each with its clause.
#[test]
fn tailored_breaks() {
    let table: &[(&str, &str, &str)] = &[
        // CLREQ 3.1.4: closing marks begin no line, opening marks end none.
        ("zh-CN", "他说“你好”吗", "他|说|“你|好”|吗"),
        ("zh-CN", "说“hello”的", "说|“hello”|的"),
        ("zh-CN", "《书》（名）", "《书》|（名）"),
        // CLREQ 3.1.4: neither do connecting marks, middle dots and slashes.
        ("zh-CN", "卡尔·马克思", "卡|尔·|马|克|思"),
        ("zh-CN", "三～五", "三～|五"),
        ("zh-CN", "甲／乙", "甲／|乙"),
        // CLREQ 3.1.5, 3.1.4 strict: dashes and leaders of two em are not broken, two of them may be parted.
        ("zh-CN", "好——他", "好|——|他"),
        ("zh-CN", "好……他", "好……|他"),
        ("zh-CN", "好…………他", "好……|……|他"),
        // CLREQ 3.1.5: numbers stay with their signs.
        ("zh-CN", "约10㎡大", "约|10㎡|大"),
        ("zh-CN", "在25 ℃时", "在|25 ℃|时"),
        ("zh-CN", "涨50％了", "涨|50％|了"),
        ("zh-CN", "￥100元", "￥100|元"),
        // UAX 14, LB25: nor are they broken at their own marks.
        ("zh-CN", "1,013,567.0", "1,013,567.0"),
        ("zh-CN", "约1,013,567.0元", "约|1,013,567.0|元"),
        // CLREQ 3.1.5, SI brochure 5.4.3: and with their units.
        ("zh-CN", "宽 148 mm 的", "宽| 148 mm| 的"),
        // Chicago Manual of Style 6.121: a dash between spaces belongs to what stands before it.
        ("zh-CN", "甲乙 - 丙", "甲|乙 -| 丙"),
        // JLREQ 3.1.7: small kana, the long-vowel mark and iteration marks begin no line.
        ("ja", "ちょっとコーヒー", "ちょっ|と|コー|ヒー"),
        ("ja", "人々の", "人々|の"),
        // Addresses break at their joints (Chicago Manual of Style 7.46).
        ("en", "https://a.org/long/path?x=1", "https://a.|org/|long/|path?|x=1"),
    ];
    for (language, text, expected) in table {
        assert_eq!(opportunities(text, language), *expected, "{language}");
    }
}

/// CLREQ 3.1.6 and 3.2: the white between characters, in em.
#[test]
fn white_between_characters() {
    let gaps = |text: &str| -> Vec<f64> {
        let collected = plain(text, style(), None);
        let shaped = Shaper::new(&[]).shape(&collected, "zh-CN");
        cjk::gaps(&shaped, &collected).iter().map(|gap| gap.natural / EM).collect()
    };
    assert_eq!(gaps("一，二"), [0.0, 0.0, 0.5]);
    assert_eq!(gaps("一。」二"), [0.0, 0.0, 0.0, 0.5]);
    assert_eq!(gaps("一」「二"), [0.0, 0.0, 0.5, 0.0]);
    assert_eq!(gaps("「『一"), [0.0, 0.0, 0.0]);
    assert_eq!(gaps("一A二"), [0.0, 0.25, 0.25]);
    assert_eq!(gaps("一 A，B"), [0.0, 0.25, 0.0, 0.5]);
    assert_eq!(gaps("一·二"), [0.0, 0.25, 0.25]);
    assert_eq!(gaps("— —"), [0.0, 0.0]);
    assert_eq!(gaps("一 — — 二"), [0.0; 3]);
}

/// CLREQ 3.3.3: a dot under each Han character and none under marks; no character of the text.
#[test]
fn emphasis_dots_are_no_text() {
    let collected = plain("着重，号", TextStyle { dots: true, ..style() }, None);
    let lines =
        set(&collected, &ParagraphStyle { indent: Pt::ZERO, ..paragraph(20.0) }, "zh-CN", &mut Shaper::new(&[]));
    let items = &lines[0].items;
    let dots = items.iter().find_map(|item| match &item.kind {
        ItemKind::Dots { centres, .. } => Some(centres.iter().map(|centre| centre.x.0).collect::<Vec<_>>()),
        _ => None,
    });
    assert_eq!(dots.unwrap(), [5.0, 15.0, 35.0]);
    let glyphs = items.iter().filter_map(|item| match &item.kind {
        ItemKind::Glyphs(run) => Some(run.text.as_str()),
        _ => None,
    });
    assert_eq!(glyphs.collect::<String>(), "着重，号");
}

#[test]
fn strange_texts_are_set() {
    let combining = format!("a{}", "\u{301}".repeat(21_000));
    let void = "\u{200B}".repeat(5_000);
    let word = "x".repeat(100_000);
    for text in [combining.as_str(), &void, &word, "\u{FE0F}", "\u{200D}", "\u{202E}abc", "￼", "\u{FFFF}", "　　", "…"]
    {
        let collected = plain(text, style(), None);
        for measure in [0.1, 8.0, 29.0] {
            let lines = set(&collected, &paragraph(measure), "zh-CN", &mut Shaper::new(&[]));
            assert!(lines.iter().all(|line| line.width.0.is_finite()));
        }
    }
}

#[test]
fn what_is_plain_is_no_mark_of_another_class() {
    assert!(('\u{4E00}'..'\u{9FFF}').all(|c| class::is_plain(c) && class::of(c, true) == Class::Han));
}

#[test]
fn addresses_stand_as_they_are_typed() {
    let address =
        "https://a.example/%E5%81%9A10%E4%BB%B6/gzneO9mOv2CSm9HxCeQgSrq2gWnPhfh1wOMp4CB0zZTB7rxzGQxFhO3e3GxDFKb8z1YPp2";
    let said = "https://a.example/做10件/gzneO9mOv2CSm9HxCeQgSrq2gWnPhfh1wOMp4CB0zZTB7rxzGQxFhO3e3GxDFKb8z1YPp2";
    let mut collected = plain(said, style(), None);
    let unlinked = collected.clone();
    let target = crate::layout::frame::LinkTarget::Web(address.to_owned());
    collected.links.push(collect::Link { target, description: String::new(), tag: None });
    collected.spans.iter_mut().for_each(|span| span.link = Some(0));
    let style = ParagraphStyle { indent: Pt::ZERO, ..paragraph(16.0) };
    let fitted = |collected: &Collected| Fitted::new(collected, &style, "zh-CN", &mut Shaper::new(&[])).unwrap();
    // No white between Han and digits, and no letters spread to fill a line.
    let linked = fitted(&collected);
    assert!(linked.ends.len() > 2);
    for (range, end) in linked.lines() {
        let (_, widths) = linked.widths(&range, end);
        assert!(widths.iter().all(|width| *width <= 0.05 * EM), "{widths:?}");
        let text = &said[linked.shaped.atoms[range.start].text.start..];
        assert!(!text.starts_with("a.example"), "a line ends after https://");
    }
    let (range, end) = fitted(&unlinked).lines().next().unwrap();
    assert!(fitted(&unlinked).widths(&range, end).1.iter().any(|width| *width > 0.1 * EM));
}
