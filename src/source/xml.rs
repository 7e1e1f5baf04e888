//! XML as feeds and lists write it, read leniently into a tree of bounded depth and size.

use std::ops::Range;

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// Elements further down than this belong to the last one above them.
const DEPTH: usize = 64;
/// The most elements.
const ELEMENTS: usize = 500_000;

/// An element.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Element {
    /// Its name without its prefix.
    pub(super) name: String,
    /// Its prefix, such as `dc` or `content`; feeds use the same everywhere.
    pub(super) prefix: String,
    pub(super) attributes: Vec<(String, String)>,
    /// Its own text, without that of the elements in it.
    pub(super) text: String,
    pub(super) children: Vec<Element>,
    /// Where its content stands in the source.
    pub(super) inner: Range<usize>,
}

impl Element {
    /// An attribute's value.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(of, _)| of == name).map(|(_, value)| value.as_str())
    }

    /// The elements in it of that name, whatever their prefix.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of the first element in it that is called so; `dc:date` or without prefix.
    pub(super) fn text_of(&self, name: &str) -> Option<&str> {
        let (prefix, name) = name.split_once(':').unwrap_or(("", name));
        let found = self.children.iter().find(|child| child.name == name && child.prefix == prefix)?;
        Some(found.text.trim()).filter(|text| !text.is_empty())
    }
}

/// The name of the first element of a text, if it is XML or looks so, without its prefix.
pub(super) fn root(text: &str) -> Option<String> {
    let mut reader = Reader::from_str(text.get(..text.len().min(16_384)).unwrap_or(text));
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) | Event::Empty(start) => return Some(name(&start).0),
            Event::Text(text) if !text.trim().is_empty() => return None,
            Event::Eof | Event::End(_) | Event::CData(_) | Event::GeneralRef(_) => return None,
            Event::Decl(_) | Event::PI(_) | Event::DocType(_) | Event::Comment(_) | Event::Text(_) => {}
        }
    }
}

/// Reads the first element of a text. What is wrong with it ends it there: what came before is kept.
pub(super) fn parse(text: &str) -> Option<Element> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let mut open: Vec<Element> = Vec::new();
    let (mut count, mut at, mut deeper) = (0, 0, 0_usize);
    loop {
        let before = at;
        let Ok(event) = reader.read_event() else { break };
        at = usize::try_from(reader.buffer_position()).unwrap_or(text.len());
        match event {
            Event::Start(_) if open.len() >= DEPTH => deeper += 1,
            Event::End(_) if deeper > 0 => deeper -= 1,
            Event::Start(start) => {
                count += 1;
                open.push(element(&start, at));
                if count > ELEMENTS {
                    break;
                }
            }
            Event::Empty(start) => {
                count += 1;
                let element = element(&start, at);
                match open.last_mut() {
                    Some(above) if count <= ELEMENTS => above.children.push(element),
                    Some(_) => break,
                    None => return Some(element),
                }
            }
            Event::End(_) => {
                if let Some(whole) = close(&mut open, before) {
                    return Some(whole);
                }
            }
            Event::Text(said) => add(&mut open, &said),
            Event::CData(said) => add(&mut open, &said),
            Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                Ok(Some(c)) => add(&mut open, c.encode_utf8(&mut [0; 4])),
                _ => match quick_xml::escape::resolve_xml_entity(&reference) {
                    Some(said) => add(&mut open, said),
                    // Of HTML, and understood where the text is read as such.
                    None => add(&mut open, &format!("&{};", &*reference)),
                },
            },
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    while !open.is_empty() {
        if let Some(whole) = close(&mut open, text.len()) {
            return Some(whole);
        }
    }
    None
}

fn add(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

/// Closes the last element that is open, and gives it if it was the only one.
fn close(open: &mut Vec<Element>, end: usize) -> Option<Element> {
    let mut element = open.pop()?;
    element.inner.end = end.max(element.inner.start);
    match open.last_mut() {
        Some(above) => {
            above.children.push(element);
            None
        }
        None => Some(element),
    }
}

fn element(start: &BytesStart<'_>, at: usize) -> Element {
    let (name, prefix) = name(start);
    let mut all = start.attributes();
    let attributes = all.with_checks(false).flatten().map(|attribute| {
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map(|value| value.into_owned());
        let raw = || String::from(&*attribute.value);
        (String::from(attribute.key.as_ref()), value.unwrap_or_else(|_| raw()))
    });
    let attributes = attributes.collect();
    Element { name, prefix, attributes, inner: at..at, ..Element::default() }
}

/// The local name, and the prefix.
fn name(start: &BytesStart<'_>) -> (String, String) {
    let name = start.name();
    let (local, prefix) = (name.local_name(), name.prefix());
    (String::from(local.as_ref()), prefix.map(|prefix| String::from(prefix.as_ref())).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_texts_and_their_source() {
        let text = "<?xml version='1.0'?><!-- x --><a b='1&amp;2'><c:d>x &lt; <![CDATA[<i>]]>&#20320;&nbsp;</c:d><e><i>y</i></e></a>";
        assert_eq!(root(text).as_deref(), Some("a"));
        let a = parse(text).expect("an element");
        assert_eq!((a.attribute("b"), a.text_of("c:d"), a.text_of("d")), (Some("1&2"), Some("x < <i>你&nbsp;"), None));
        let e = a.all("e").next().expect("e");
        assert_eq!(&text[e.inner.clone()], "<i>y</i>");
    }

    #[test]
    fn what_is_broken_is_kept_as_far_as_it_goes() {
        let names = |text: &str| parse(text).map(|a| a.children.into_iter().map(|c| c.name).collect::<Vec<_>>());
        assert_eq!(names("<a><b>x</b><c>y & z<d>"), Some(vec!["b".to_owned(), "c".to_owned()]));
        assert_eq!(names("<a><b></x><c/></a>").map(|names| names.len()), Some(2));
        assert_eq!(parse(&"<a>".repeat(100_000)).map(|a| a.name), Some("a".to_owned()));
        assert_eq!((parse("no"), root("no <a>")), (None, None));
    }
}
