//! The names of files that are made of what is known of an article, safe on every file system.

use crate::diag::{Error, ErrorKind, printable};
use crate::model::Byline;

/// What a pattern may hold.
const KEYS: [&str; 9] = ["date", "year", "month", "day", "title", "author", "site", "name", "number"];
/// The longest name in bytes, as UTF-8: file systems have 255, endings and numbers need some.
const LONGEST: usize = 180;
/// What Windows has no files of, whatever their ending.
const RESERVED: [&str; 4] = ["con", "prn", "aux", "nul"];

/// What is known of an article.
pub(super) struct Facts<'a> {
    pub(super) title: &'a str,
    pub(super) byline: &'a Byline,
    /// Its file's name without ending.
    pub(super) stem: Option<&'a str>,
    /// Its place among the articles, from 1.
    pub(super) number: usize,
}

/// Checks a pattern.
///
/// # Errors
/// [`ErrorKind::Usage`], naming what it holds that is unknown.
pub(super) fn check(pattern: &str) -> Result<(), Error> {
    let usage = |what: String| {
        let hint = format!("it may hold {{{}}}", KEYS.join("}, {"));
        Err(Error::new(ErrorKind::Usage, format!("--name {}: {what}", printable(pattern, 80))).hint(hint))
    };
    let mut rest = pattern;
    while let Some((_, after)) = rest.split_once('{') {
        let Some((key, after)) = after.split_once('}') else { return usage("a { without its }".to_owned()) };
        if !KEYS.contains(&key) {
            return usage(format!("{{{}}} is unknown", printable(key, 40)));
        }
        rest = after;
    }
    if pattern.trim().is_empty() { usage("it is empty".to_owned()) } else { Ok(()) }
}

/// The name of an article's books. What is not known of it is left out, with the sign that joins it.
pub(super) fn name(pattern: &str, facts: &Facts<'_>) -> String {
    let mut made = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        made.push_str(before);
        let (key, after) = after.split_once('}').unwrap_or((after, ""));
        let value = value(key, facts).map(|value| file_name(&value)).unwrap_or_default();
        if value.is_empty() {
            made.truncate(made.trim_end_matches(JOINTS).len());
        }
        made.push_str(&value);
        rest = after;
    }
    made.push_str(rest);
    let made = file_name(made.trim_matches(JOINTS));
    if made.is_empty() { format!("article-{}", facts.number) } else { made }
}

const JOINTS: [char; 4] = ['-', '_', ' ', '.'];

fn value(key: &str, facts: &Facts<'_>) -> Option<String> {
    let date = facts.byline.date;
    match key {
        "date" => date.map(|date| format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())),
        "year" => date.map(|date| format!("{:04}", date.year())),
        "month" => date.map(|date| format!("{:02}", date.month())),
        "day" => date.map(|date| format!("{:02}", date.day())),
        "title" => Some(facts.title.to_owned()),
        "author" => facts.byline.creators.first().map(|creator| creator.name.clone()),
        "site" => facts.byline.site.clone(),
        "name" => facts.stem.map(str::to_owned),
        "number" => Some(format!("{:04}", facts.number)),
        _ => None,
    }
}

/// A text as a file's name on every file system: without separators, signs that Windows keeps for itself, control and
/// invisible direction characters; not hidden, not reserved, not too long.
pub fn file_name(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        let c = match c {
            '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '-',
            '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{FFFE}' => {
                continue;
            }
            c if c.is_control() && !c.is_whitespace() => continue,
            c if c.is_whitespace() => ' ',
            c => c,
        };
        let again = out.ends_with(c) && matches!(c, ' ' | '-');
        if !again {
            if out.len() + c.len_utf8() > LONGEST {
                break;
            }
            out.push(c);
        }
    }
    let kept = out.trim_start_matches(['.', ' ', '-']).trim_end_matches(['.', ' ', '-']);
    let stem = kept.split('.').next().unwrap_or(kept).trim_end().to_ascii_lowercase();
    let figure =
        stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt")).map(|rest| rest.chars().collect::<Vec<_>>());
    let numbered = matches!(figure.as_deref(), Some(['0'..='9' | '¹' | '²' | '³']));
    if !numbered && !RESERVED.contains(&stem.as_str()) {
        return kept.to_owned();
    }
    let mut marked = format!("_{kept}");
    while marked.len() > LONGEST {
        marked.pop();
    }
    marked.trim_end_matches(['.', ' ', '-']).to_owned()
}

/// A name as file systems compare it that take small and large letters for the same.
pub(super) fn folded(name: &str) -> String {
    name.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Date;

    #[test]
    fn names_are_safe_everywhere() {
        for (text, name) in [
            ("a/b\\c: d?", "a-b-c- d"),
            ("  ..hidden. ", "hidden"),
            ("con", "_con"),
            ("Aux.txt", "_Aux.txt"),
            ("com1", "_com1"),
            ("lpt².txt", "_lpt².txt"),
            ("com12", "com12"),
            ("common", "common"),
            ("a\u{202E}b\nc\u{7}", "ab c"),
            ("《书》：第一章", "《书》：第一章"),
            ("???", ""),
        ] {
            assert_eq!(file_name(text), name, "{text}");
        }
        let long = file_name(&"字".repeat(200));
        assert!(long.len() <= LONGEST && long.chars().all(|c| c == '字'));
    }

    #[test]
    fn patterns_leave_out_what_is_not_known() {
        let dated = Byline { date: Date::new(2021, 4, 5), ..Byline::default() };
        let of =
            |pattern: &str, byline: &Byline| name(pattern, &Facts { title: "T/t", byline, stem: Some("s"), number: 7 });
        assert_eq!(of("{date}-{title}", &dated), "2021-04-05-T-t");
        assert_eq!(of("{date}-{title}", &Byline::default()), "T-t");
        assert_eq!(of("{title}_{author}_{number}", &dated), "T-t_0007");
        assert_eq!(of("{site}", &dated), "article-7");
        assert!(check("{date}-{title}").is_ok());
        assert!(["", "{titel}", "{title"].iter().all(|bad| check(bad).is_err()));
    }
}
