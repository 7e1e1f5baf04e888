//! What stands above a page between two lines of `---`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::FrontMatter;
use crate::diag::{Diagnostic, printable};

/// Divides a file into front matter, if it has any, and the rest, and says which line the rest begins with.
///
/// Front matter begins with the first line of the file. Line ends may be of any system; a byte order mark is gone by
/// now. Without a closing line there is no front matter.
pub(super) fn split(text: &str) -> (Option<&str>, &str, u32) {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let mut rest = text.trim_start_matches(['\r', '\n']);
    let skipped = text.len() - rest.len();
    let mut line = 1 + line_ends(&text[..skipped]);
    let Some(after) = take_line(&mut rest).filter(|first| first.trim_end() == "---").map(|_| rest) else {
        return (None, text, 1);
    };
    line += 1;
    let start = after;
    while !rest.is_empty() {
        let here = rest;
        let Some(next) = take_line(&mut rest) else { break };
        line += 1;
        if matches!(next.trim_end(), "---" | "...") {
            return (Some(&start[..start.len() - here.len()]), rest, line);
        }
    }
    (None, text, 1)
}

fn take_line<'a>(rest: &mut &'a str) -> Option<&'a str> {
    if rest.is_empty() {
        return None;
    }
    let end = rest.find('\n').map_or(rest.len(), |at| at + 1);
    let (line, after) = rest.split_at(end);
    *rest = after;
    Some(line)
}

fn line_ends(text: &str) -> u32 {
    u32::try_from(text.matches('\n').count()).unwrap_or(u32::MAX)
}

/// Reads front matter of at most `limit` bytes. What is not YAML is said once and read line by line.
pub(super) fn read(head: &str, name: &str, limit: usize, say: &mut Vec<Diagnostic>) -> FrontMatter {
    let lines = by_line(head);
    let entries = match yaml(head, limit) {
        Ok(entries) => entries.into_iter().map(|(key, value)| as_written(key, value, &lines)).collect(),
        Err((reason, line)) => {
            let message = format!("front matter is not YAML: {}", printable(&reason, 120));
            let hint = "put values with : or @ or quotes into double quotes; the lines were read one by one";
            say.push(Diagnostic::warning("front-matter-broken", message).at(name, line).hint(hint));
            lines
        }
    };
    fields(entries)
}

/// Keys with their values, in the order of the file.
type Entries = Vec<(String, Value)>;

/// A value of a front matter.
#[derive(Clone, Debug, PartialEq)]
enum Value {
    Nothing,
    /// A string.
    Text(String),
    /// A number or a truth value: its spelling is gone.
    Other(String),
    List(Vec<Value>),
    Map(Vec<(String, Value)>),
}

/// A number stands as it is written: `007`, `1.0`, `yes`.
fn as_written(key: String, value: Value, lines: &[(String, Value)]) -> (String, Value) {
    if let Value::Other(_) = value
        && let Some((_, Value::Text(written))) = lines.iter().find(|(of, _)| *of == key)
    {
        return (key, Value::Text(written.clone()));
    }
    (key, value)
}

/// Reads YAML within a budget, or says what is wrong and in which line of the file.
fn yaml(head: &str, limit: usize) -> Result<Entries, (String, Option<u32>)> {
    if head.len() > limit {
        return Err((format!("longer than {limit} bytes"), None));
    }
    if head.trim().is_empty() {
        return Ok(Vec::new());
    }
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: 32,
            max_nodes: 10_000,
            max_aliases: 100,
            max_anchors: 100,
            max_events: 40_000,
            max_documents: 1,
        },
        with_snippet: false,
    };
    // YAML allows no control characters (§5.1), and none of them says anything.
    let is_noise = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    let head = if head.contains(is_noise) { Cow::Owned(head.replace(is_noise, "")) } else { Cow::Borrowed(head) };
    match serde_saphyr::from_str_with_options::<Value>(&head, options) {
        Ok(Value::Map(entries)) => Ok(entries),
        Ok(Value::Nothing) => Ok(Vec::new()),
        Ok(_) => Err(("not a list of keys and values".into(), None)),
        Err(error) => {
            // The line of `---` stands before the first line of the YAML.
            let line = error.location().and_then(|at| u32::try_from(at.line()).ok()).map(|line| line + 1);
            let reason = error.without_snippet().to_string();
            Err((reason.lines().next().unwrap_or("cannot be read").to_lowercase(), line))
        }
    }
}

/// Reads `key: value` lines and `- value` lines below a key, whatever the value looks like.
fn by_line(head: &str) -> Entries {
    let mut entries: Entries = Vec::new();
    for line in head.lines().take(2000) {
        if let Some(item) = line.trim_start().strip_prefix("- ") {
            if let Some((_, value)) = entries.last_mut() {
                let item = Value::Text(unquote(item).to_owned());
                match value {
                    Value::List(items) => items.push(item),
                    Value::Nothing => *value = Value::List(vec![item]),
                    _ => {}
                }
            }
            continue;
        }
        let Some((key, value)) = line.split_once(':') else { continue };
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        if key.is_empty() || !key.chars().all(plain) || !(value.is_empty() || value.starts_with([' ', '\t', '\r'])) {
            continue;
        }
        entries.push((key.to_owned(), line_value(value.trim())));
    }
    entries
}

fn line_value(value: &str) -> Value {
    // A list that is never closed is one, too.
    match value.strip_prefix('[').map(|inner| inner.strip_suffix(']').unwrap_or(inner)) {
        _ if value.is_empty() => Value::Nothing,
        Some(inner) => Value::List(inner.split(',').map(|item| Value::Text(unquote(item).to_owned())).collect()),
        None => Value::Text(unquote(value).to_owned()),
    }
}

fn unquote(text: &str) -> &str {
    let text = text.trim();
    ['"', '\''].iter().find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote)).unwrap_or(text)
}

/// Sorts the entries into the fields that are known.
fn fields(entries: Entries) -> FrontMatter {
    let mut to = FrontMatter::default();
    for (key, value) in entries {
        match key.to_lowercase().replace('-', "_").as_str() {
            "title" => first(&mut to.title, value),
            "date" | "published" | "created" | "publish_date" | "pubdate" => first(&mut to.date, value),
            "updated" | "modified" | "lastmod" | "last_modified_at" => first(&mut to.updated, value),
            "author" | "authors" | "by" | "byline" => to.authors.extend(texts(value)),
            "translator" | "translators" | "translated_by" => to.translators.extend(texts(value)),
            "editor" | "editors" | "edited_by" => to.editors.extend(texts(value)),
            "from" | "url" | "source" | "link" | "canonical" | "canonical_url" | "original" => {
                first(&mut to.from, value)
            }
            "site" | "site_name" | "publisher" => first(&mut to.site, value),
            "tag" | "tags" | "keywords" => to.tags.extend(texts(value)),
            "category" | "categories" => to.categories.extend(texts(value)),
            "lang" | "language" | "locale" => first(&mut to.language, value),
            "description" | "summary" | "excerpt" | "subtitle" => first(&mut to.description, value),
            "cover" | "image" | "thumbnail" | "banner" => first(&mut to.cover, value),
            "rights" | "license" | "licence" | "copyright" => first(&mut to.rights, value),
            _ => {
                let text = texts(value).join(", ");
                if !text.is_empty() {
                    to.other.entry(key).or_insert(text);
                }
            }
        }
    }
    to
}

fn first(field: &mut Option<String>, value: Value) {
    if field.is_none() {
        *field = texts(value).into_iter().next();
    }
}

/// The strings of a value, none of them empty; of a map, its `name`, or else its values.
fn texts(value: Value) -> Vec<String> {
    match value {
        Value::Nothing => Vec::new(),
        Value::Text(text) | Value::Other(text) => {
            let text = text.trim();
            if text.is_empty() { Vec::new() } else { vec![text.to_owned()] }
        }
        Value::List(items) => items.into_iter().flat_map(texts).collect(),
        Value::Map(entries) => {
            let mut named: BTreeMap<String, Value> = entries.into_iter().collect();
            match named.remove("name").or_else(|| named.remove("url")) {
                Some(value) => texts(value),
                None => named.into_values().flat_map(texts).collect(),
            }
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Nothing)
    }
    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Nothing)
    }
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        Value::deserialize(deserializer)
    }
    fn visit_bool<E>(self, v: bool) -> Result<Value, E> {
        Ok(Value::Other(v.to_string()))
    }
    fn visit_i64<E>(self, v: i64) -> Result<Value, E> {
        Ok(Value::Other(v.to_string()))
    }
    fn visit_u64<E>(self, v: u64) -> Result<Value, E> {
        Ok(Value::Other(v.to_string()))
    }
    fn visit_f64<E>(self, v: f64) -> Result<Value, E> {
        Ok(Value::Other(v.to_string()))
    }
    fn visit_str<E>(self, v: &str) -> Result<Value, E> {
        Ok(Value::Text(v.to_owned()))
    }
    fn visit_string<E>(self, v: String) -> Result<Value, E> {
        Ok(Value::Text(v))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Value::List(items))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut entries = Vec::new();
        while let Some((key, value)) = map.next_entry::<Value, Value>()? {
            entries.extend(texts(key).into_iter().next().map(|key| (key, value)));
        }
        Ok(Value::Map(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn front_matter(text: &str) -> (FrontMatter, Vec<Diagnostic>) {
        let mut say = Vec::new();
        let (head, _, _) = split(text);
        (read(head.expect("front matter"), "a.html", 64 << 10, &mut say), say)
    }

    #[test]
    fn jekyll() {
        let text = "---\nlayout: post\ntitle: \"一个 标题 - Site\"\ndate: 2022-01-13T19:36:12+00:00\nauthor: 某人\n\
                    from: https://example.org/%e8/\ntags: [ a, b ]\ncategories:\n  - c\ncomments: True\n---\n<p>x";
        let (found, say) = front_matter(text);
        assert_eq!(say, []);
        assert_eq!(found.title.as_deref(), Some("一个 标题 - Site"));
        assert_eq!(found.date.as_deref(), Some("2022-01-13T19:36:12+00:00"));
        assert_eq!(found.authors, ["某人"]);
        assert_eq!(found.from.as_deref(), Some("https://example.org/%e8/"));
        assert_eq!((found.tags, found.categories), (vec!["a".into(), "b".into()], vec!["c".into()]));
        assert_eq!(found.other.get("comments").map(String::as_str), Some("True"));
        assert_eq!(split(text).1, "<p>x");
        assert_eq!(split(text).2, 12);
    }

    #[test]
    fn scalars_of_any_type_are_text() {
        let (found, say) = front_matter("---\ntitle: 007\ndate: 2021\nauthor: {name: A, url: b}\nlang: no\n---\n");
        assert_eq!(say, []);
        assert_eq!(found.title.as_deref(), Some("007"));
        assert_eq!(found.date.as_deref(), Some("2021"));
        assert_eq!(found.authors, ["A"]);
        assert_eq!(found.language.as_deref(), Some("no"));
    }

    #[test]
    fn control_characters_break_nothing() {
        let (read, say) = front_matter("---\ntitle: \"A\u{8} \\\"b\\\"\"\n---\n");
        assert_eq!((read.title.as_deref(), say.len()), (Some("A \"b\""), 0));
    }

    #[test]
    fn broken_yaml_is_said_once_and_read_by_line() {
        let (found, say) = front_matter("\u{FEFF}---\r\ntitle: a: b\r\nauthor: @x\r\ntags: [一, 二]\r\n---\r\n<p>");
        assert_eq!(say.len(), 1);
        assert_eq!(say[0].code, "front-matter-broken");
        assert!(say[0].site.as_ref().unwrap().line.is_some());
        assert_eq!(found.title.as_deref(), Some("a: b"));
        assert_eq!(found.authors, ["@x"]);
        assert_eq!(found.tags, ["一", "二"]);
    }

    #[test]
    fn bombs_are_refused_and_the_title_kept() {
        let mut laughs = String::from("---\ntitle: T\na0: &a0 [x, x]\n");
        for i in 1..40 {
            laughs.push_str(&format!("a{i}: &a{i} [*a{}, *a{}]\n", i - 1, i - 1));
        }
        laughs.push_str("---\n");
        let deep = format!("---\ntitle: T\nx: {}\n---\n", "[".repeat(50_000));
        for text in [laughs, deep] {
            let (found, say) = front_matter(&text);
            assert_eq!(say.len(), 1);
            assert_eq!(found.title.as_deref(), Some("T"));
        }
    }

    #[test]
    fn no_front_matter() {
        for text in ["", "<p>a</p>\n---\n", "---\ntitle: never closed\n<p>", "----\na: b\n---\n"] {
            assert_eq!(split(text), (None, text, 1));
        }
    }
}
