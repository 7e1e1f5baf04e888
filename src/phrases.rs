//! What belongs together in a title: words of Chinese and Japanese, which no spaces part, and what leans on them.

use icu_segmenter::WordSegmenter;
use icu_segmenter::options::WordBreakInvariantOptions;

/// Words of one character that lean on the word after them: prepositions, conjunctions, adverbs, pronouns, common verbs.
const LEANING_FORWARD: &str = "在是和与與或从從对對为為以及被把让讓向至到由于於因而但也又都就还還不没沒有我你他她它这這那很最更再用获獲\
                               如当當将將各每某其比跟同给給使请請新老大小";

/// The bytes before which a line of a title should not begin, in order: within words (UAX 29 with the dictionary of ICU),
/// within katakana, between a number and what it counts, before particles and endings, after prepositions (JLREQ 3.1.7
/// has lines of headings end between phrases).
///
/// Places that Han or kana do not stand beside are not among them: there spaces, hyphens and marks decide.
pub(crate) fn joined(text: &str) -> Vec<usize> {
    if !text.chars().any(is_script) {
        return Vec::new();
    }
    let segmenter = WordSegmenter::new_auto(WordBreakInvariantOptions::default());
    let words: Vec<usize> = segmenter.segment_str(text).collect();
    let begins = |at: usize| words.binary_search(&at).is_ok();
    let alone = |at: usize, c: char| is_han(c) && begins(at) && begins(at + c.len_utf8());
    let chars: Vec<(usize, char, bool)> = text.char_indices().map(|(at, c)| (at, c, alone(at, c))).collect();
    let rests = rests(&chars);
    let mut out = Vec::new();
    let mut before = Before::default();
    for ((at, c, alone), rest) in chars.into_iter().zip(rests) {
        if c.is_whitespace() {
            before.space = true;
            continue;
        }
        let joined = match before {
            Before { space: true, .. } => before.number && alone,
            Before { leans: true, .. } if is_script(c) => true,
            Before { c: last, .. } => {
                rest || before.joins(c, begins(at)) || (!is_script(last) && is_script(c) && before.number)
            }
        };
        if joined {
            out.push(at);
        }
        let leans = alone && !joined && LEANING_FORWARD.contains(c);
        let number = is_digit(c) && (before.number || before.space || !before.c.is_alphabetic() || is_script(before.c));
        before = Before { c, space: false, number, leans };
    }
    out
}

/// What stands before a character.
#[derive(Default)]
struct Before {
    /// The character, but for spaces.
    c: char,
    /// Whether there is a space between.
    space: bool,
    /// Whether it is of a number that no letter stands before.
    number: bool,
    /// Whether it is a word that leans on the next.
    leans: bool,
}

impl Before {
    /// Whether a character that begins a word or does not belongs to it.
    fn joins(&self, c: char, begins: bool) -> bool {
        match (self.c, c) {
            (last, c) if is_hiragana(c) => last.is_alphanumeric(),
            (last, c) if is_katakana(last) && is_katakana(c) => true,
            (last, c) if is_script(last) && is_script(c) => !begins,
            (last, c) => last == '第' && is_digit(c),
        }
    }
}

/// Which characters are words by themselves that belong to what is before them: endings of words and parts of names that
/// the dictionary lacks. One belongs to the word before it, several to each other, two by two.
fn rests(chars: &[(usize, char, bool)]) -> Vec<bool> {
    let mut out = Vec::with_capacity(chars.len());
    let rest = |(_, c, alone): &(usize, char, bool)| *alone && !LEANING_FORWARD.contains(*c);
    for run in chars.chunk_by(|one, next| rest(one) && rest(next)) {
        let after_han = out.len().checked_sub(1).and_then(|last| chars.get(last)).is_some_and(|(_, c, _)| is_han(*c));
        match run {
            [only] => out.push(rest(only) && after_han),
            run => out.extend((0..run.len()).map(|at| at % 2 == 1 || (at > 0 && at + 1 == run.len()))),
        }
    }
    out
}

fn is_script(c: char) -> bool {
    is_han(c) || is_hiragana(c) || is_katakana(c)
}

fn is_han(c: char) -> bool {
    matches!(c, '々' | '〇' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

fn is_hiragana(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{309F}')
}

fn is_katakana(c: char) -> bool {
    matches!(c, '\u{30A1}'..='\u{30FA}' | '\u{30FC}'..='\u{30FF}' | '\u{FF66}'..='\u{FF9F}')
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '０'..='９')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text with a stroke wherever a line may begin beside Han or kana.
    fn parted(text: &str) -> String {
        let joined = joined(text);
        let mut out = String::new();
        let mut before = None;
        for (at, c) in text.char_indices() {
            let beside = before.is_some_and(|last| is_script(last) || is_script(c));
            if beside && joined.binary_search(&at).is_err() {
                out.push('|');
            }
            out.push(c);
            before = Some(c);
        }
        out
    }

    #[test]
    fn words_are_whole() {
        let titles = [
            "第一次世界大战如何改变咖啡的世界格局",
            "京沪高速无锡至江阴大桥",
            "带来更多安全和便捷的10大浏览器扩展",
            "第三届知道安全论坛鸟巢举办",
            "北岛获日本大伴家持文学赏，受奖致辞：写作是我最后的防线",
            "Telegram频道本年度部分内容更新汇总",
            "移民指南－中文作者集",
            "探索網頁前端資安宇宙的幕後故事",
            "容量1ペタバイトのSSDを発売",
            "64層の3D NAND技術を用いて大容量SSDを実現",
            "这里有 13 个合法的下载网站",
            "Galaxy S20 系列手机",
            "Words of English",
        ];
        let expected = [
            "第一次|世界|大战|如何|改变|咖啡的|世界|格局",
            "京沪|高速|无锡|至江阴|大桥",
            "带来|更多|安全|和便捷的|10大|浏览器|扩展",
            "第三届|知道|安全|论坛|鸟巢|举办",
            "北岛|获日本|大伴家持|文学赏|，|受奖|致辞|：|写作|是我|最后的|防线",
            "Telegram|频道|本年度|部分|内容|更新|汇总",
            "移民|指南|－|中文|作者集",
            "探索|網頁|前端|資安|宇宙的|幕後|故事",
            "容量|1ペタバイトの|SSDを|発売",
            "64層の|3D NAND|技術を|用いて|大容量|SSDを|実現",
            "这里|有| 13 个|合法的|下载|网站",
            "Galaxy S20 |系列|手机",
            "Words of English",
        ];
        assert_eq!(titles.map(parted), expected);
    }
}
