//! Feeds: RSS 0.9x to 2.0 and 1.0, Atom (RFC 4287), JSON Feed 1.1. An item with its whole text is a page; of another, the
//! page is at its address.

use serde_json::Value;

use super::xml::Element;
use super::{FrontMatter, Source};

/// An item of a feed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Item {
    /// What is said of it.
    pub(super) front_matter: FrontMatter,
    /// Its whole text, in HTML.
    pub(super) text: Option<String>,
    /// A part of its text, or of what it is about, in HTML.
    pub(super) summary: Option<String>,
}

impl Item {
    /// The item as a page, with that text.
    pub(super) fn page(&self, text: &str, name: &str) -> Source {
        let title = self.front_matter.title.as_deref().map(escaped).unwrap_or_default();
        // The text is the article, all of it.
        let html = format!(
            "<!DOCTYPE html><html><head><title>{title}</title></head><body><article>{text}</article></body></html>"
        );
        Source {
            name: name.to_owned(),
            html,
            front_matter: self.front_matter.clone(),
            body_line: 1,
            ..Source::default()
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// The items of a feed, in its order. `None` if it is none. `text` is what `root` was read from.
pub(super) fn of_xml(root: &Element, text: &str, most: usize) -> Option<Vec<Item>> {
    match root.name.as_str() {
        "rss" => {
            let channel = root.all("channel").next()?;
            Some(channel.all("item").take(most).map(|item| rss(item, channel)).collect())
        }
        // RSS 1.0: the items stand beside the channel.
        "RDF" => {
            let none = Element::default();
            let channel = root.all("channel").next().unwrap_or(&none);
            Some(root.all("item").take(most).map(|item| rss(item, channel)).collect())
        }
        "feed" => Some(root.all("entry").take(most).map(|entry| atom(entry, root, text)).collect()),
        _ => None,
    }
}

fn owned(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn rss(item: &Element, channel: &Element) -> Item {
    let guid = item.all("guid").next().filter(|guid| guid.attribute("isPermaLink") != Some("false"));
    let guid = guid.map(|guid| guid.text.trim()).filter(|guid| guid.starts_with("http"));
    let author = item.text_of("dc:creator").or_else(|| item.text_of("author").map(person));
    let date = item.text_of("pubDate").or_else(|| item.text_of("dc:date"));
    let front_matter = FrontMatter {
        title: owned(item.text_of("title")).map(|title| plain(&title)),
        date: owned(date),
        authors: owned(author).into_iter().collect(),
        from: owned(item.text_of("link").or(guid)),
        site: owned(channel.text_of("title")).map(|title| plain(&title)),
        tags: item.all("category").filter_map(|tag| owned(Some(&tag.text))).collect(),
        language: owned(channel.text_of("language").or_else(|| channel.text_of("dc:language"))),
        ..FrontMatter::default()
    };
    let summary = owned(item.text_of("description"));
    let text = owned(item.text_of("content:encoded")).or_else(|| summary.clone().filter(|text| is_whole(text)));
    Item { front_matter, text, summary }
}

/// Whether a description is the whole text, as many feeds have it there: several paragraphs, none of which ends in `[…]`.
fn is_whole(description: &str) -> bool {
    let paragraphs: usize = ["<p>", "<p ", "<br", "<div"].iter().map(|tag| description.matches(tag).count()).sum();
    let cut = ["[…]", "[&#8230;]", "[&hellip;]", "[...]"].iter().any(|mark| description.contains(mark));
    paragraphs > 1 && !cut
}

/// RSS writes people as `mail@host (Name)`.
fn person(written: &str) -> &str {
    let inside = written.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(inside, _)| inside);
    inside.unwrap_or(written)
}

fn atom(entry: &Element, feed: &Element, text: &str) -> Item {
    let link = entry.all("link").find(|link| matches!(link.attribute("rel"), None | Some("alternate")));
    let people = |of: &Element| of.all("author").filter_map(|one| owned(one.text_of("name"))).collect::<Vec<_>>();
    let authors = Some(people(entry)).filter(|people| !people.is_empty()).unwrap_or_else(|| people(feed));
    let words = |name: &str| entry.all(name).next().and_then(|of| construct(of, text));
    let title = |of: &Element| of.all("title").next().and_then(|of| construct(of, text)).map(|title| plain(&title));
    let tag = |tag: &Element| owned(tag.attribute("label").or_else(|| tag.attribute("term")));
    let front_matter = FrontMatter {
        title: title(entry),
        date: owned(entry.text_of("published").or_else(|| entry.text_of("updated"))),
        updated: owned(entry.text_of("updated")),
        authors,
        from: owned(link.and_then(|link| link.attribute("href"))).filter(|address| address.starts_with("http")),
        site: title(feed),
        tags: entry.all("category").filter_map(tag).collect(),
        language: owned(entry.attribute("xml:lang").or_else(|| feed.attribute("xml:lang"))),
        ..FrontMatter::default()
    };
    Item { front_matter, text: words("content"), summary: words("summary") }
}

/// A text of Atom as HTML (RFC 4287 §3.1, §4.1.3).
fn construct(of: &Element, text: &str) -> Option<String> {
    let html = match of.attribute("type") {
        Some("xhtml") => text.get(of.inner.clone())?.to_owned(),
        Some("html" | "text/html") => of.text.clone(),
        None | Some("text" | "text/plain") => escaped(&of.text),
        Some(_) => return None,
    };
    owned(Some(&html))
}

/// A title without its markup.
fn plain(title: &str) -> String {
    if !title.contains(['<', '&']) {
        return title.to_owned();
    }
    let mut out = String::new();
    let mut rest = title;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        out.push_str(before);
        let named = tag.chars().nth(1).is_some_and(|c| c.is_ascii_alphabetic() || c == '/');
        rest = match tag.find('>').filter(|_| named) {
            Some(end) => &tag[end + 1..],
            None => {
                out.push('<');
                &tag[1..]
            }
        };
    }
    out.push_str(rest);
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " ")];
    let out = entities.iter().fold(out, |out, (from, to)| out.replace(from, to));
    out.replace("&amp;", "&")
}

/// The items of a JSON feed. `None` if it is none.
pub(super) fn of_json(text: &str, most: usize) -> Option<Vec<Item>> {
    let feed: Value = serde_json::from_str(text).ok()?;
    if !feed.get("version")?.as_str()?.contains("jsonfeed.org/version/") {
        return None;
    }
    let items = feed.get("items")?.as_array()?;
    Some(items.iter().take(most).map(|item| json(item, &feed)).collect())
}

fn json(item: &Value, feed: &Value) -> Item {
    let of = |value: &Value, key: &str| owned(value.get(key).and_then(Value::as_str));
    let text = |key: &str| of(item, key);
    let people = |value: &Value| -> Vec<String> {
        let several = value.get("authors").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        several.iter().chain(value.get("author")).filter_map(|one| of(one, "name")).collect()
    };
    let authors = Some(people(item)).filter(|people| !people.is_empty()).unwrap_or_else(|| people(feed));
    let tags = item.get("tags").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let id = text("id").filter(|id| id.starts_with("http"));
    let front_matter = FrontMatter {
        title: text("title"),
        date: text("date_published"),
        updated: text("date_modified"),
        authors,
        from: text("url").or(id),
        site: of(feed, "title"),
        tags: tags.iter().filter_map(|tag| owned(tag.as_str())).collect(),
        language: text("language").or_else(|| of(feed, "language")),
        ..FrontMatter::default()
    };
    let lines = |text: String| -> String {
        text.split("\n\n").map(|part| format!("<p>{}</p>", escaped(part).replace('\n', "<br>"))).collect()
    };
    Item {
        front_matter,
        text: text("content_html").or_else(|| text("content_text").map(lines)),
        summary: text("summary"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::xml;
    use super::*;

    fn items(text: &str) -> Vec<Item> {
        of_xml(&xml::parse(text).expect("XML"), text, 5000).expect("a feed")
    }

    #[test]
    fn rss_items() {
        let items = items(
            "<rss version='2.0' xmlns:content='c'><channel><title>A &amp;amp; B</title><language>zh-cn</language>\
             <item><title><![CDATA[第一 <b>篇</b>]]></title><link>https://a.example/1</link><category>x</category>\
             <author>a@b.example (李四)</author><pubDate>Mon, 06 Sep 2021 16:45:00 +0000</pubDate>\
             <description>short</description><content:encoded>&lt;p&gt;whole</content:encoded></item>\
             <item><guid>https://a.example/2</guid></item></channel></rss>",
        );
        let first = &items[0].front_matter;
        assert_eq!((first.title.as_deref(), first.site.as_deref()), (Some("第一 篇"), Some("A & B")));
        assert_eq!(
            (first.authors.as_slice(), first.tags.as_slice()),
            (["李四".to_owned()].as_slice(), ["x".to_owned()].as_slice())
        );
        assert_eq!((items[0].text.as_deref(), items[0].summary.as_deref()), (Some("<p>whole"), Some("short")));
        assert_eq!(items[1].front_matter.from.as_deref(), Some("https://a.example/2"));
    }

    #[test]
    fn rss_1_items_stand_beside_the_channel() {
        let items = items(
            "<rdf:RDF xmlns:rdf='r'><channel><title>T</title></channel><item><title>a</title><dc:date>2020-01-02</dc:date></item></rdf:RDF>",
        );
        let first = &items[0].front_matter;
        assert_eq!((first.site.as_deref(), first.date.as_deref()), (Some("T"), Some("2020-01-02")));
    }

    #[test]
    fn atom_entries() {
        let items = items(
            "<feed xmlns='a' xml:lang='en'><title type='text'>T</title><author><name>N</name></author><entry>\
             <title type='html'>a &amp;lt; b</title><link rel='self' href='https://x'/><link href='https://a.example/1'/>\
             <updated>2020-01-02T00:00:00Z</updated><content type='xhtml'><div><p>x<br/></p></div></content></entry></feed>",
        );
        let first = &items[0].front_matter;
        assert_eq!((first.title.as_deref(), first.from.as_deref()), (Some("a < b"), Some("https://a.example/1")));
        assert_eq!((first.language.as_deref(), first.authors.as_slice()), (Some("en"), ["N".to_owned()].as_slice()));
        assert_eq!(items[0].text.as_deref(), Some("<div><p>x<br/></p></div>"));
    }

    #[test]
    fn json_items() {
        let items = of_json(
            r#"{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[
               {"id":"https://a.example/1","content_text":"a < b\n\nc","date_published":"2020-01-02","authors":[{"name":"N"}]}]}"#,
            5000,
        )
        .expect("a feed");
        assert_eq!(items[0].text.as_deref(), Some("<p>a &lt; b</p><p>c</p>"));
        assert_eq!(items[0].front_matter.from.as_deref(), Some("https://a.example/1"));
        assert_eq!(of_json(r#"{"version":"2"}"#, 5000), None);
    }
}
