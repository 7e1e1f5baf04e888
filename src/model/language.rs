//! Language tags.

use std::fmt;

/// A language tag (BCP 47) in its usual spelling: `zh-CN`, `en`, `zh-Hant-TW`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language(String);

impl Language {
    /// Reads a tag, also one written with `_` or in the wrong case: `ZH_cn` is `zh-CN`. `None` if it is not of the
    /// form of RFC 5646 §2.1 (language, then script, region, variants of 2 to 8 letters and digits), or is `und`.
    pub fn parse(tag: &str) -> Option<Self> {
        let mut out = String::new();
        for (index, part) in tag.trim().split(['-', '_']).enumerate() {
            let ascii = part.bytes().all(|b| b.is_ascii_alphanumeric());
            let alpha = part.bytes().all(|b| b.is_ascii_alphabetic());
            if !ascii || part.is_empty() || part.len() > 8 || out.len() > 40 {
                return None;
            }
            match (index, part.len()) {
                (0, 2 | 3) if alpha => out.push_str(&part.to_ascii_lowercase()),
                (0, _) => return None,
                (_, 4) if alpha => {
                    out.push('-');
                    out.push_str(&part[..1].to_ascii_uppercase());
                    out.push_str(&part[1..].to_ascii_lowercase());
                }
                (_, 2) if alpha => {
                    out.push('-');
                    out.push_str(&part.to_ascii_uppercase());
                }
                (_, 1 | 2) => return None,
                _ => {
                    out.push('-');
                    out.push_str(&part.to_ascii_lowercase());
                }
            }
        }
        (out != "und").then_some(Self(out))
    }

    /// The tag.
    pub fn tag(&self) -> &str {
        &self.0
    }

    /// The language alone: `zh` of `zh-CN`.
    pub fn primary(&self) -> &str {
        self.0.split('-').next().unwrap_or_default()
    }

    /// Whether it is Chinese, Japanese or Korean.
    pub fn is_cjk(&self) -> bool {
        matches!(self.primary(), "zh" | "ja" | "ko" | "yue" | "wuu" | "nan" | "hak" | "cmn")
    }

    /// Whether it is written from right to left.
    pub fn is_rtl(&self) -> bool {
        matches!(self.primary(), "ar" | "he" | "fa" | "ur" | "yi" | "ps" | "sd" | "ug" | "ckb" | "dv")
    }
}

/// `en`: for a text that does not say.
impl Default for Language {
    fn default() -> Self {
        Self("en".to_owned())
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_spelt_the_usual_way() {
        let tag = |s| Language::parse(s).map(|l| l.tag().to_owned());
        assert_eq!(tag("ZH_cn").as_deref(), Some("zh-CN"));
        assert_eq!(tag("zh-hant-tw").as_deref(), Some("zh-Hant-TW"));
        assert_eq!(tag("sr-Latn").as_deref(), Some("sr-Latn"));
        for bad in ["", "und", "c", "e n", "zh-", "中文", "en-US-x-\"y"] {
            assert_eq!(tag(bad), None, "{bad}");
        }
    }
}
