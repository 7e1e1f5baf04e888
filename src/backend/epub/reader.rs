//! What one reader takes and another does not: tags of languages, properties of style sheets, levels of the NCX, pixels of
//! the cover.

use std::borrow::Cow;

use super::Languages;
use super::navigation::Entry;
use crate::media::{self, Image, steps};
use crate::model::{Book, Chapter, Language};

/// The book with its languages tagged as the reader wants it.
pub(super) fn tagged(book: &Book, languages: Languages) -> Cow<'_, Book> {
    let tag = |language: &Language| match languages {
        Languages::AsWritten => None,
        Languages::Region => tag(language, &[("Hans", "CN"), ("Hant", "TW")], "CN"),
        Languages::Script => {
            tag(language, &[("CN", "Hans"), ("SG", "Hans"), ("TW", "Hant"), ("HK", "Hant"), ("MO", "Hant")], "Hans")
        }
    };
    let changed = |chapter: &Chapter| any(chapter, &|language| tag(language).is_some());
    if tag(&book.metadata.language).is_none() && !book.chapters.iter().any(changed) {
        return Cow::Borrowed(book);
    }
    let mut book = book.clone();
    if let Some(language) = tag(&book.metadata.language) {
        book.metadata.language = language;
    }
    book.chapters.iter_mut().for_each(|chapter| retag(chapter, &tag));
    Cow::Owned(book)
}

fn any(chapter: &Chapter, changes: &impl Fn(&Language) -> bool) -> bool {
    chapter.language.as_ref().is_some_and(changes) || chapter.sections.iter().any(|section| any(section, changes))
}

fn retag(chapter: &mut Chapter, tag: &impl Fn(&Language) -> Option<Language>) {
    if let Some(language) = chapter.language.as_ref().and_then(tag) {
        chapter.language = Some(language);
    }
    chapter.sections.iter_mut().for_each(|section| retag(section, tag));
}

/// Chinese with what the first of `pairs` that it has stands for, or with `usual` if it says neither; `None` if it stays
/// as it is. A tag that has a script and a region keeps the one that is asked for.
fn tag(language: &Language, pairs: &[(&str, &str)], usual: &str) -> Option<Language> {
    let mut parts = language.tag().split('-');
    if parts.next() != Some("zh") {
        return None;
    }
    let parts: Vec<&str> = parts.collect();
    let wanted = |part: &&str| part.len() == usual.len() && !part.bytes().any(|b| b.is_ascii_digit());
    let kept = parts.iter().copied().find(wanted);
    let meant = || pairs.iter().find(|(from, _)| parts.contains(from)).map(|(_, to)| *to);
    let tag = format!("zh-{}", kept.or_else(meant).unwrap_or(usual));
    Language::parse(&tag).filter(|new| new != language)
}

/// The entries down to a level; all without one.
pub(super) fn shallow(entries: &[Entry], depth: Option<u8>) -> Cow<'_, [Entry]> {
    match depth {
        None => Cow::Borrowed(entries),
        Some(depth) => Cow::Owned(cut(entries, depth.max(1))),
    }
}

fn cut(entries: &[Entry], depth: u8) -> Vec<Entry> {
    let below = |entry: &Entry| if depth > 1 { cut(&entry.below, depth - 1) } else { Vec::new() };
    entries.iter().map(|entry| Entry { below: below(entry), ..entry.clone() }).collect()
}

/// A style sheet without some properties. Of sheets that are not plain rules of `selector { property: value; … }`, only
/// what is plain is looked at.
pub(super) fn without(sheet: &str, properties: &[String]) -> String {
    if properties.is_empty() {
        return sheet.to_owned();
    }
    let avoided = |declaration: &str| {
        let name = declaration.rsplit("*/").next().unwrap_or(declaration).split(':').next().unwrap_or_default().trim();
        properties.iter().any(|property| property.eq_ignore_ascii_case(name))
    };
    let mut out = String::with_capacity(sheet.len());
    for (number, piece) in sheet.split('{').enumerate() {
        if number > 0 {
            out.push('{');
        }
        // Of a piece what is before `}` is declarations, what is after it the next rule's selector.
        match piece.split_once('}').filter(|_| number > 0) {
            Some((declarations, selector)) => {
                let kept: Vec<&str> = declarations.split(';').filter(|one| !avoided(one)).collect();
                out.push_str(&kept.join(";"));
                out.push('}');
                out.push_str(selector);
            }
            None => out.push_str(piece),
        }
    }
    out
}

/// A drawn cover as the reader takes pictures; as it is if that fails.
pub(super) fn cover(drawn: Image, options: Option<&media::Options>) -> Image {
    let fit = |options: &media::Options| {
        let file = drawn.bytes.read().ok()?;
        let fitted = steps::fit(steps::decode(&file).ok()?, options).ok()?;
        let image = steps::encode(fitted, options).ok()?;
        Some(Image { id: drawn.id.clone(), ..image })
    };
    options.and_then(fit).unwrap_or(drawn)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_is_tagged_by_region_or_by_script() {
        let tagged = |from: &str, pairs: &[(&str, &str)], usual| {
            tag(&Language::parse(from).expect("a tag"), pairs, usual).map(|language| language.tag().to_owned())
        };
        let region = |from| tagged(from, &[("Hans", "CN"), ("Hant", "TW")], "CN");
        assert_eq!(region("zh-Hans").as_deref(), Some("zh-CN"));
        assert_eq!(region("zh-Hant").as_deref(), Some("zh-TW"));
        assert_eq!(region("zh-Hant-HK").as_deref(), Some("zh-HK"));
        assert_eq!(region("zh").as_deref(), Some("zh-CN"));
        assert_eq!((region("zh-TW"), region("en-GB"), region("ja")), (None, None, None));
        let script = |from| tagged(from, &[("TW", "Hant"), ("HK", "Hant")], "Hans");
        assert_eq!(script("zh-TW").as_deref(), Some("zh-Hant"));
        assert_eq!(script("zh-CN").as_deref(), Some("zh-Hans"));
        assert_eq!(script("zh-Hant-TW").as_deref(), Some("zh-Hant"));
        assert_eq!(script("zh-Hans"), None);
    }

    #[test]
    fn properties_are_left_out_of_sheets() {
        let sheet = "/* a: b; */\na { color: red; Max-Height: 3vh; top: 0 }\nb { max-height: 1px }\n@media x { c { d: e; max-height: 2px; } }";
        let avoid = ["max-height".to_owned()];
        assert_eq!(without(sheet, &avoid), "/* a: b; */\na { color: red; top: 0 }\nb {}\n@media x { c { d: e; } }");
        assert_eq!(without(sheet, &[]), sheet);
        for broken in ["{", "}", "a {{ b", "}}{", "a { max-height: 1px"] {
            assert_eq!(without(broken, &avoid), broken);
        }
    }

    #[test]
    fn contents_are_cut() {
        let entry = |below| Entry { title: "x".into(), href: "y".into(), below };
        let deep = [entry(vec![entry(vec![entry(Vec::new())])])];
        assert_eq!(shallow(&deep, Some(2)).as_ref(), [entry(vec![entry(Vec::new())])]);
        assert_eq!(shallow(&deep, None).as_ref(), deep);
    }
}
