//! The package document: what epub-builder wrote, read and written again as XML with what it cannot say.

use std::collections::BTreeMap;
use std::io;

use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer, XmlVersion};

use super::words::Words;
use super::xhtml::{Facts, address, allowed, one_line};
use crate::model::{Creator, Metadata, Role};

/// What is to be said beyond what epub-builder says.
pub(super) struct Amendments<'a> {
    pub(super) metadata: &'a Metadata,
    pub(super) facts: Facts,
    pub(super) words: &'static Words,
    /// Manifest properties, by the item's address.
    pub(super) properties: BTreeMap<String, &'static str>,
    /// The document that the contents page follows, where it is a page of the book.
    pub(super) contents_after: Option<String>,
    /// Kind, address and title of what the guide names beside the contents.
    pub(super) guide: Vec<(&'static str, String, String)>,
}

/// Amends a package document.
///
/// # Errors
/// If it is no XML, which would be a fault of epub-builder's.
pub(super) fn amend(package: &str, amendments: &Amendments<'_>) -> io::Result<Vec<u8>> {
    let mut reader = Reader::from_str(package);
    let mut writer = Writer::new(Vec::new());
    let mut items: BTreeMap<String, String> = BTreeMap::new();
    // What an element says in place of what epub-builder does: it knows no identifiers but UUIDs.
    let mut instead = None;
    loop {
        match reader.read_event().map_err(io::Error::other)? {
            Event::Eof => return Ok(writer.into_inner()),
            Event::Start(start) if start.name().as_ref() == "package" => {
                writer.write_event(Event::Start(package_element(&start, amendments.metadata)))?;
            }
            Event::Start(start) if start.name().as_ref() == "dc:language" => {
                writer.write_event(Event::Start(BytesStart::new("dc:language")))?;
            }
            Event::Start(start) => {
                instead = match start.name().as_ref() {
                    "dc:identifier" => Some(amendments.metadata.identifier.clone()),
                    _ if value(&start, "property").as_deref() == Some("dcterms:modified") => {
                        Some(amendments.metadata.modified.timestamp())
                    }
                    _ => None,
                };
                writer.write_event(Event::Start(start))?;
            }
            Event::Text(said) => {
                writer.write_event(instead.take().map_or(Event::Text(said), |instead| text(&instead)))?;
            }
            Event::Empty(item) if item.name().as_ref() == "item" => {
                let (id, href) = (value(&item, "id").unwrap_or_default(), value(&item, "href").unwrap_or_default());
                let properties = amendments.properties.get(&href);
                items.insert(id, href);
                let mut item = item.into_owned();
                if let Some(properties) = properties {
                    item.push_attribute(("properties", *properties));
                }
                writer.write_event(Event::Empty(item))?;
            }
            Event::Empty(reference) if reference.name().as_ref() == "itemref" => {
                let href = value(&reference, "idref").and_then(|id| items.get(&id).cloned());
                writer.write_event(Event::Empty(reference))?;
                if href.is_some() && href == amendments.contents_after {
                    line(&mut writer, 2)?;
                    writer.write_event(Event::Empty(BytesStart::new("itemref").with_attributes([("idref", "nav")])))?;
                }
            }
            // The guide may name documents of the spine only.
            Event::Empty(reference)
                if reference.name().as_ref() == "reference" && amendments.contents_after.is_none() => {}
            Event::End(end) if end.name().as_ref() == "metadata" => {
                add_metadata(&mut writer, amendments)?;
                writer.write_event(Event::End(end))?;
            }
            Event::End(end) if end.name().as_ref() == "guide" => {
                for (kind, href, title) in &amendments.guide {
                    let attributes = [("type", *kind), ("title", title.as_str()), ("href", href.as_str())];
                    writer.write_event(Event::Empty(BytesStart::new("reference").with_attributes(attributes)))?;
                    line(&mut writer, 1)?;
                }
                writer.write_event(Event::End(end))?;
            }
            event => writer.write_event(event)?,
        }
    }
}

fn value(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = start.try_get_attribute(name).ok()??;
    attribute.normalized_value(XmlVersion::Implicit1_0).ok().map(|value| value.into_owned())
}

/// The root, with the language and direction of the metadata.
fn package_element(start: &BytesStart<'_>, metadata: &Metadata) -> BytesStart<'static> {
    let mut start = start.to_owned();
    start.push_attribute(("xml:lang", metadata.language.tag()));
    start.push_attribute(("dir", if metadata.language.is_rtl() { "rtl" } else { "ltr" }));
    start
}

fn line(writer: &mut Writer<Vec<u8>>, depth: usize) -> io::Result<()> {
    writer.write_event(Event::Text(BytesText::from_escaped(format!("\n{}", "  ".repeat(depth)))))
}

fn text(text: &str) -> Event<'static> {
    let clean: String = text.chars().filter(|c| allowed(*c)).collect();
    Event::Text(BytesText::from_escaped(quick_xml::escape::escape(clean).into_owned()))
}

/// An element of the metadata.
fn element(writer: &mut Writer<Vec<u8>>, name: &str, attributes: &[(&str, &str)], content: &str) -> io::Result<()> {
    line(writer, 2)?;
    writer.write_event(Event::Start(BytesStart::new(name).with_attributes(attributes.iter().copied())))?;
    writer.write_event(text(content))?;
    writer.write_event(Event::End(BytesEnd::new(name)))
}

fn property(writer: &mut Writer<Vec<u8>>, property: &str, content: &str) -> io::Result<()> {
    element(writer, "meta", &[("property", property)], content)
}

fn refine(writer: &mut Writer<Vec<u8>>, what: &str, property: &str, content: &str) -> io::Result<()> {
    let refines = format!("#{what}");
    let mut attributes = vec![("refines", refines.as_str()), ("property", property)];
    if property == "role" {
        attributes.push(("scheme", "marc:relators"));
    }
    element(writer, "meta", &attributes, content)
}

fn add_metadata(writer: &mut Writer<Vec<u8>>, amendments: &Amendments<'_>) -> io::Result<()> {
    let metadata = amendments.metadata;
    for (number, creator) in (1..).zip(&metadata.creators) {
        add_creator(writer, creator, number)?;
    }
    if let Some(publisher) = metadata.publisher.as_deref().map(one_line).filter(|name| !name.is_empty()) {
        element(writer, "dc:publisher", &[], &publisher)?;
    }
    if let Some(date) = metadata.date {
        element(writer, "dc:date", &[], &date.to_string())?;
    }
    for source in metadata.sources.iter().filter_map(|source| address(source)) {
        element(writer, "dc:source", &[], &source)?;
    }
    add_series(writer, metadata)?;
    add_accessibility(writer, amendments)?;
    line(writer, 1)
}

/// Authors are creators, others contributors (EPUB 3.3 §5.5.3.3.1).
fn add_creator(writer: &mut Writer<Vec<u8>>, creator: &Creator, number: usize) -> io::Result<()> {
    let name = one_line(&creator.name);
    if name.is_empty() {
        return Ok(());
    }
    let (tag, role) = match creator.role {
        Role::Author => ("dc:creator", "aut"),
        Role::Translator => ("dc:contributor", "trl"),
        Role::Editor => ("dc:contributor", "edt"),
    };
    let id = format!("creator_{number}");
    element(writer, tag, &[("id", &id)], &name)?;
    refine(writer, &id, "role", role)?;
    refine(writer, &id, "file-as", &file_as(&name))?;
    refine(writer, &id, "display-seq", &number.to_string())
}

/// What a name is sorted by: `Family, Given` for two Latin words that are a person's, the name itself for others.
fn file_as(name: &str) -> String {
    let word = |word: &str| {
        let mut chars = word.chars();
        chars.next().is_some_and(char::is_uppercase) && chars.all(|c| c.is_lowercase() || matches!(c, '\'' | '-' | '’'))
    };
    match name.split(' ').collect::<Vec<_>>().as_slice() {
        [given, family] if word(given) && word(family) && *given != "The" => format!("{family}, {given}"),
        _ => name.to_owned(),
    }
}

fn add_series(writer: &mut Writer<Vec<u8>>, metadata: &Metadata) -> io::Result<()> {
    let Some(series) = &metadata.series else { return Ok(()) };
    let name = one_line(&series.name);
    if name.is_empty() {
        return Ok(());
    }
    element(writer, "meta", &[("property", "belongs-to-collection"), ("id", "series_1")], &name)?;
    refine(writer, "series_1", "collection-type", "series")?;
    let position = series.position.filter(|position| position.is_finite()).map(|position| position.to_string());
    if let Some(position) = &position {
        refine(writer, "series_1", "group-position", position)?;
    }
    let calibre = [("calibre:series", Some(&name)), ("calibre:series_index", position.as_ref())];
    for (key, content) in calibre.into_iter().filter_map(|(key, content)| Some((key, content?))) {
        line(writer, 2)?;
        let meta = BytesStart::new("meta").with_attributes([("name", key), ("content", content.as_str())]);
        writer.write_event(Event::Empty(meta))?;
    }
    Ok(())
}

/// Accessibility metadata (EPUB Accessibility 1.1 §2.2, schema.org), from what the book holds.
fn add_accessibility(writer: &mut Writer<Vec<u8>>, amendments: &Amendments<'_>) -> io::Result<()> {
    let facts = &amendments.facts;
    // The cover shows what the title page says; it does not make a book of text a visual one.
    let visual = !facts.images.is_empty();
    let complete = facts.undescribed == 0;
    property(writer, "schema:accessMode", "textual")?;
    if visual {
        property(writer, "schema:accessMode", "visual")?;
    }
    property(writer, "schema:accessModeSufficient", if complete { "textual" } else { "textual,visual" })?;
    let features = [
        ("tableOfContents", true),
        ("structuralNavigation", true),
        ("readingOrder", true),
        ("displayTransformability", true),
        ("alternativeText", complete && facts.described > 0),
        ("MathML", !facts.mathml.is_empty()),
        ("latex", facts.tex > 0),
        ("rubyAnnotations", facts.ruby),
    ];
    for (feature, _) in features.iter().filter(|(_, present)| *present) {
        property(writer, "schema:accessibilityFeature", feature)?;
    }
    property(writer, "schema:accessibilityHazard", "none")?;
    let words = amendments.words;
    let summary = match (visual, complete) {
        (false, true) => words.readable,
        (_, true) => words.described,
        (_, false) => words.undescribed,
    };
    property(writer, "schema:accessibilitySummary", summary)
}

#[cfg(test)]
mod tests {
    use super::file_as;

    #[test]
    fn names_are_sorted_by_family_where_that_is_sure() {
        assert_eq!(file_as("Ursula Le Guin"), "Ursula Le Guin");
        assert_eq!(file_as("Gabriel Fornard"), "Fornard, Gabriel");
        assert_eq!(file_as("王 小波"), "王 小波");
        assert_eq!(file_as("The Guardian"), "The Guardian");
        assert_eq!(file_as("iYouPort"), "iYouPort");
    }
}
