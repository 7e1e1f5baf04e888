//! Whether a text is written in the script of the language that it claims.

/// Scripts that are told apart, by the blocks of their letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Script {
    Latin,
    Greek,
    Cyrillic,
    Hebrew,
    Arabic,
    Devanagari,
    Thai,
    Hangul,
    Kana,
    Han,
}

impl Script {
    const ALL: [(Self, &'static str); 10] = [
        (Self::Latin, "Latin"),
        (Self::Greek, "Greek"),
        (Self::Cyrillic, "Cyrillic"),
        (Self::Hebrew, "Hebrew"),
        (Self::Arabic, "Arabic"),
        (Self::Devanagari, "Devanagari"),
        (Self::Thai, "Thai"),
        (Self::Hangul, "Hangul"),
        (Self::Kana, "kana"),
        (Self::Han, "Han"),
    ];

    fn of(letter: char) -> Option<Self> {
        Some(match letter {
            'A'..='Z' | 'a'..='z' | '\u{C0}'..='\u{24F}' => Self::Latin,
            '\u{370}'..='\u{3FF}' => Self::Greek,
            '\u{400}'..='\u{52F}' => Self::Cyrillic,
            '\u{591}'..='\u{5F4}' => Self::Hebrew,
            '\u{600}'..='\u{6FF}' => Self::Arabic,
            '\u{900}'..='\u{97F}' => Self::Devanagari,
            '\u{E01}'..='\u{E5B}' => Self::Thai,
            '\u{1100}'..='\u{11FF}' | '\u{AC00}'..='\u{D7A3}' => Self::Hangul,
            '\u{3041}'..='\u{30FF}' => Self::Kana,
            '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}' => Self::Han,
            _ => return None,
        })
    }

    /// Those that a language is written in; none where that is not known.
    fn written(language: &str) -> &'static [Self] {
        match primary(language).as_str() {
            "zh" | "lzh" | "yue" | "wuu" | "nan" => &[Self::Han],
            "ja" => &[Self::Han, Self::Kana],
            "ko" => &[Self::Han, Self::Hangul],
            "ru" | "uk" | "be" | "bg" | "mk" | "ky" | "tg" => &[Self::Cyrillic],
            "sr" | "kk" | "uz" | "mn" => &[Self::Cyrillic, Self::Latin],
            "el" => &[Self::Greek],
            "he" | "yi" => &[Self::Hebrew],
            "ar" | "fa" | "ur" | "ug" | "ps" => &[Self::Arabic],
            "hi" | "mr" | "ne" => &[Self::Devanagari],
            "th" => &[Self::Thai],
            "en" | "de" | "fr" | "es" | "it" | "pt" | "nl" | "sv" | "da" | "nb" | "nn" | "no" | "fi" | "is" | "et"
            | "lv" | "lt" | "pl" | "cs" | "sk" | "sl" | "hr" | "hu" | "ro" | "ca" | "eu" | "gl" | "ga" | "cy"
            | "tr" | "az" | "vi" | "id" | "ms" | "eo" | "la" | "sq" | "af" => &[Self::Latin],
            _ => &[],
        }
    }
}

/// The language of a tag, without its region and script, in lower case.
pub(super) fn primary(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}

/// How many letters of each script a text has.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Letters([u64; Script::ALL.len()]);

/// Less text than that says nothing.
const ENOUGH: u64 = 200;

impl Letters {
    /// Counts the letters of more text.
    pub(super) fn add(&mut self, text: &str) {
        for script in text.chars().filter_map(Script::of) {
            self.0[script as usize] += 1;
        }
    }

    /// Adds the letters of another text.
    pub(super) fn join(&mut self, other: &Self) {
        self.0.iter_mut().zip(other.0).for_each(|(count, more)| *count += more);
    }

    /// The name of the script that nearly all of the text is in, if the languages are none of it.
    pub(super) fn contradict(&self, languages: &[String]) -> Option<&'static str> {
        let all: u64 = self.0.iter().sum();
        let written: Vec<_> = languages.iter().map(|language| Script::written(language)).collect();
        if all < ENOUGH || written.is_empty() || written.iter().any(|scripts| scripts.is_empty()) {
            return None;
        }
        let (script, name) = Script::ALL.into_iter().max_by_key(|(script, _)| self.0[*script as usize])?;
        let most = self.0[script as usize] * 10 >= all * 7;
        (most && !written.iter().any(|scripts| scripts.contains(&script))).then_some(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contradiction(text: &str, language: &str) -> Option<&'static str> {
        let mut letters = Letters::default();
        letters.add(&text.repeat(100));
        letters.contradict(&[language.to_owned()])
    }

    #[test]
    fn scripts_tell_languages_apart() {
        assert_eq!(contradiction("山中的茶", "zh-CN"), None);
        assert_eq!(contradiction("山中的茶", "en"), Some("Han"));
        assert_eq!(contradiction("お茶を飲む", "ja"), None);
        assert_eq!(contradiction("tea in the hills", "zh"), Some("Latin"));
        assert_eq!(contradiction("чай в горах", "en_US"), Some("Cyrillic"));
        // A text in two scripts, a language that is not known, too little text.
        assert_eq!(contradiction("山中的茶 tea", "en"), None);
        assert_eq!(contradiction("山中的茶", "tlh"), None);
        let mut letters = Letters::default();
        letters.add("山中的茶");
        assert_eq!(letters.contradict(&["en".to_owned()]), None);
    }
}
