//! From bytes to text.
//!
//! The order is: byte order mark, UTF-16 by its zero bytes, strict UTF-8, what the page says of itself if its bytes
//! agree, a guess by statistics with the page's own language and country as hints, GB 18030 if most of what it gives
//! is Han. What a page says comes after UTF-8, because pages saved by a browser are UTF-8 under an old declaration.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};
use tracing::trace_span;

use crate::bytes;

/// How far into a page its own words on its charset are looked for, in bytes.
const HEAD: usize = 64 * 1024;

/// A text that was decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Decoded {
    /// The text, without byte order mark.
    pub(super) text: String,
    /// The charset's name.
    pub(super) charset: &'static str,
    /// How it was found, unless it was certain.
    pub(super) guessed: Option<&'static str>,
}

/// Decodes a page; `told` is the charset that its server names. `None` if the bytes are not text.
pub(super) fn decode(bytes: Vec<u8>, told: Option<&str>) -> Option<Decoded> {
    let _decoding = trace_span!("decode").entered();
    if let Some((encoding, mark)) = Encoding::for_bom(&bytes) {
        return certain(encoding, &bytes[mark..]);
    }
    if bytes.contains(&0)
        && let Some(encoding) = utf_16(&bytes)
    {
        return found(encoding, &bytes, "by its zero bytes");
    }
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return is_text(&text).then_some(Decoded { text, charset: "UTF-8", guessed: None }),
        Err(other) => other.into_bytes(),
    };
    let bytes = bytes.as_slice();
    // A zero byte or two get into texts by accident; other files have many.
    let zeros = bytes.iter().filter(|byte| **byte == 0).count();
    if zeros > 2 && zeros * 500 > bytes.len() {
        return None;
    }
    let head = Head::of(bytes);
    let told = told.and_then(|told| Encoding::for_label(told.as_bytes()));
    // A server's word comes before the page's (HTML, encoding sniffing algorithm), if the bytes agree.
    let named = [told, head.declared].into_iter().flatten();
    if let Some(encoding) = named.into_iter().find(|encoding| trial(encoding, bytes).bad_share() <= 0.01) {
        return certain(encoding, bytes);
    }
    if trial(UTF_8, bytes).bad_share() <= 0.01 {
        return found(UTF_8, bytes, "with some bytes that are not");
    }
    found(guess(bytes, &head), bytes, "a guess by its letters")
}

fn certain(encoding: &'static Encoding, bytes: &[u8]) -> Option<Decoded> {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    is_text(&text).then(|| Decoded { text: text.into_owned(), charset: encoding.name(), guessed: None })
}

fn found(encoding: &'static Encoding, bytes: &[u8], how: &'static str) -> Option<Decoded> {
    certain(encoding, bytes).map(|decoded| Decoded { guessed: Some(how), ..decoded })
}

/// Text has nearly no control characters and few that could not be decoded.
fn is_text(text: &str) -> bool {
    let control = |b: u8| b < 0x20 && !(9..=0xD).contains(&b) && b != 0x1B;
    // The first byte of U+FFFD is that of few others: seldom is there a need to look closer.
    let most = bytes::count(text.as_bytes(), |b| control(b) || b == 0xEF);
    let all = || bytes::count(text.as_bytes(), control) + text.matches('\u{FFFD}').count();
    most * 20 <= text.len() || all() * 20 <= text.len()
}

/// UTF-16 without a mark: in Latin markup, every second byte is zero, and so no tag is closed in two bytes one after another.
fn utf_16(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(4096)];
    let zeros = |from: usize| sample.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let many = sample.len() / 10;
    if sample.windows(2).any(|pair| pair == b"</") {
        return None;
    }
    if odd > many && even * 20 < odd {
        Some(UTF_16LE)
    } else if even > many && odd * 20 < even {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// What became of a trial.
struct Trial {
    chars: usize,
    bad: usize,
    han: usize,
    foreign: usize,
}

impl Trial {
    fn bad_share(&self) -> f64 {
        self.bad as f64 / self.foreign.max(1) as f64
    }
}

fn trial(encoding: &'static Encoding, bytes: &[u8]) -> Trial {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let mut trial = Trial { chars: 0, bad: 0, han: 0, foreign: 0 };
    for c in text.chars() {
        trial.chars += 1;
        trial.foreign += usize::from(!c.is_ascii());
        trial.han += usize::from(('\u{4E00}'..='\u{9FFF}').contains(&c));
        trial.bad += usize::from(c == '\u{FFFD}' || ('\u{E000}'..='\u{F8FF}').contains(&c));
    }
    trial
}

fn guess(bytes: &[u8], head: &Head) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    let guess = detector.guess(head.country, Utf8Detection::Allow);
    if guess == BIG5 || guess == GB18030 {
        // The bytes of either are characters of the other, but seldom such as stand in every sentence.
        return if common(BIG5, bytes) > common(GB18030, bytes) { BIG5 } else { GB18030 };
    }
    if guess.name().starts_with("EUC") || guess.name().starts_with("Shift") {
        return guess;
    }
    // A few broken bytes make the statistics see Latin letters where nearly all is Han.
    let han = trial(GB18030, bytes);
    if han.bad_share() <= 0.01 && han.han * 2 >= han.foreign && han.foreign * 50 >= han.chars { GB18030 } else { guess }
}

/// How many of a text's characters are among the most frequent of Chinese, in either script.
fn common(encoding: &'static Encoding, bytes: &[u8]) -> usize {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    text.chars().filter(|c| "的一是不在了有人我他来來个個这這们們，。".contains(*c)).count()
}

/// What a page says of itself in its first bytes.
struct Head {
    declared: Option<&'static Encoding>,
    /// A country's top-level domain, a hint for the statistics.
    country: Option<&'static [u8]>,
}

impl Head {
    fn of(bytes: &[u8]) -> Self {
        // Read as ASCII; other bytes stand between the words that matter.
        let text: String = bytes
            .iter()
            .take(HEAD)
            .map(|b| if b.is_ascii() { b.to_ascii_lowercase() as char } else { '\u{7F}' })
            .collect();
        let declared = text.match_indices("charset").find_map(|(at, _)| {
            let value = text[at + 7..].trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
            let end = value.find(|c: char| !(c.is_ascii_alphanumeric() || "-_:.".contains(c))).unwrap_or(value.len());
            Encoding::for_label(&value.as_bytes()[..end])
        });
        let xml = || {
            let value = text.strip_prefix("<?xml")?.split("?>").next()?.split("encoding=").nth(1)?;
            Encoding::for_label(value.trim_start_matches(['"', '\'']).split(['"', '\'']).next()?.as_bytes())
        };
        let lang = |tag: &str| text.contains(&format!("lang=\"{tag}")) || text.contains(&format!("lang={tag}"));
        let host = |end: &str| text.contains(&format!("{end}/"));
        let country: Option<&'static [u8]> = if lang("zh-tw") || lang("zh-hk") || lang("zh-hant") || host(".tw") {
            Some(b"tw")
        } else if lang("zh") || host(".cn") {
            Some(b"cn")
        } else if lang("ja") || host(".jp") {
            Some(b"jp")
        } else if lang("ko") || host(".kr") {
            Some(b"kr")
        } else if lang("ru") || host(".ru") {
            Some(b"ru")
        } else {
            None
        };
        Self { declared: declared.or_else(xml), country }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(bytes: &[u8], told: Option<&str>) -> Option<Decoded> {
        super::decode(bytes.to_vec(), told)
    }

    const TEXT: &str = "<p>没有咖啡的生活会是什么样？对很多人来说，咖啡是日常必需品，一天没有它都不行。</p>";

    fn charset(bytes: &[u8]) -> Option<(&'static str, bool)> {
        decode(bytes, None).map(|decoded| (decoded.charset, decoded.guessed.is_some()))
    }

    #[test]
    fn marks_and_utf_8_come_first() {
        assert_eq!(charset(b"\xEF\xBB\xBFabc"), Some(("UTF-8", false)));
        assert_eq!(decode(b"\xEF\xBB\xBFabc", None).unwrap().text, "abc");
        let stale = format!("<meta charset=gb2312>{TEXT}");
        assert_eq!(decode(stale.as_bytes(), None).unwrap().text, stale);
    }

    #[test]
    fn legacy_charsets_of_chinese_pages() {
        let (gbk, _, _) = GB18030.encode(TEXT);
        assert_eq!(decode(&gbk, None).unwrap().text, TEXT);
        let declared =
            [b"<meta http-equiv=Content-Type content='text/html; charset=gb2312'>".as_slice(), &gbk].concat();
        assert_eq!(charset(&declared), Some(("GBK", false)));
        let broken = [gbk.repeat(9).as_slice(), b"<p>\xFF</p>"].concat();
        assert!(decode(&broken, None).unwrap().text.starts_with(TEXT));
        let big5_text = "<html lang=\"zh-TW\"><p>沒有咖啡的生活會是什麼樣？對很多人來說，咖啡是日常必需品。</p>";
        let (big5, _, _) = BIG5.encode(big5_text);
        assert_eq!(decode(&big5, None).unwrap().text, big5_text);
    }

    #[test]
    fn a_wrong_declaration_does_not_count() {
        let (gbk, _, _) = GB18030.encode(TEXT);
        let lying = [b"<meta charset='shift_jis'>".as_slice(), &gbk.repeat(5)].concat();
        assert!(decode(&lying, None).unwrap().text.ends_with(TEXT));
    }

    #[test]
    fn utf_16_without_a_mark() {
        let bytes: Vec<u8> = "<p>plain text</p>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(charset(&bytes), Some(("UTF-16LE", true)));
    }

    #[test]
    fn a_stray_byte_does_not_make_a_page_another_file() {
        let page = [TEXT.repeat(3).as_bytes(), b"<p>a\0b \xFF</p>"].concat();
        let decoded = decode(&page, None).unwrap();
        assert!(decoded.charset == "UTF-8" && decoded.text.starts_with(TEXT), "{decoded:?}");
        assert_eq!(decode(&[page.as_slice(), &[0; 20]].concat(), None), None);
        // Nor do many make it one of two bytes a letter.
        let page = [b"<p>", b"\0a".repeat(20).as_slice(), b"text</p>"].concat();
        assert_eq!(decode(&page, None), None);
    }

    #[test]
    fn binary_is_not_text() {
        assert_eq!(decode(b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0", None), None);
        assert_eq!(decode(&[0; 64], None), None);
        assert_eq!(decode(b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0\xFF\xFE\x01", None), None);
    }
}
