//! One XML file of a book: whether it is one, its ids and links, and what must not be there.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::{Check, Link, is_document};
use crate::verify::read::{local, split};
use crate::verify::rules::*;
use crate::verify::{Rule, tracking};

/// Elements that run something.
const SCRIPTS: &[&str] = &["script"];
/// Elements that take what is typed and send it somewhere.
const FORMS: &[&str] = &["button", "form", "input", "select", "textarea"];
/// Elements that load a document or a program, or turn every address round.
const LOADERS: &[&str] = &["applet", "base", "embed", "fencedframe", "frame", "frameset", "iframe", "object", "portal"];
/// Elements that may be in a book, and are not in ours.
const OTHERS: &[&str] = &["audio", "canvas", "foreignObject", "source", "style", "svg", "template", "track", "video"];

/// Attributes whose value is loaded, or is where a link leads.
const ADDRESSES: &[&str] = &[
    "action",
    "background",
    "cite",
    "data",
    "formaction",
    "href",
    "longdesc",
    "manifest",
    "ping",
    "poster",
    "src",
    "srcset",
    "xml:base",
];

/// Attributes of drawings that say what a style sheet could (SVG 2 §6.6), and may hold an address.
const PRESENTATION: &[&str] =
    &["clip-path", "cursor", "fill", "filter", "marker", "marker-end", "marker-mid", "marker-start", "mask", "stroke"];

impl Check {
    /// Reads an XML file.
    ///
    /// # Errors
    /// Why it is none.
    pub(super) fn xml(&mut self, name: &str, content: &[u8]) -> Result<(), String> {
        let content = std::str::from_utf8(content).map_err(|_| "it is not UTF-8".to_owned())?;
        let mut reader = Reader::from_str(content.trim_start_matches('\u{FEFF}'));
        let (mut depth, mut roots) = (0_usize, 0_usize);
        // A document type, such as that of XHTML 1.1, may know more names.
        let mut typed = false;
        // What the style element that is open holds so far.
        let mut sheet: Option<String> = None;
        loop {
            match reader.read_event().map_err(|error| error.to_string())? {
                Event::Eof if depth == 0 && roots == 1 => return Ok(()),
                Event::Eof => return Err("it is cut off".to_owned()),
                Event::Start(start) => {
                    roots += usize::from(depth == 0);
                    depth += 1;
                    self.element(name, &start)?;
                    sheet = sheet.or_else(|| (start.local_name().as_ref() == "style").then(String::new));
                }
                Event::Empty(start) => {
                    roots += usize::from(depth == 0);
                    self.element(name, &start)?;
                }
                Event::End(end) => {
                    depth = depth.saturating_sub(1);
                    if end.local_name().as_ref() == "style"
                        && let Some(sheet) = sheet.take()
                    {
                        self.style(name, &sheet);
                    }
                }
                Event::Text(text) => {
                    if text.bytes().any(|c| c < b' ' && !matches!(c, b'\t' | b'\n' | b'\r')) {
                        return Err("it holds a control character".to_owned());
                    }
                    match &mut sheet {
                        Some(sheet) => sheet.push_str(&text),
                        None => self.text(name, &text),
                    }
                }
                Event::CData(text) => sheet.iter_mut().for_each(|sheet| sheet.push_str(&text)),
                Event::GeneralRef(reference) => {
                    let named = quick_xml::escape::resolve_xml_entity(&reference).is_some();
                    let letter = reference.resolve_char_ref().ok().flatten();
                    if !typed && !named && letter.is_none() {
                        return Err(format!("it refers to an entity that it does not have: {}", &*reference));
                    }
                    if let (Some(sheet), Some(letter)) = (&mut sheet, letter) {
                        sheet.push(letter);
                    }
                }
                Event::PI(instruction) => {
                    self.found(HOUSE, format!("{name} holds a processing instruction"));
                    if instruction.target() == "xml-stylesheet" {
                        let href =
                            instruction.attributes().flatten().find(|attribute| attribute.key.as_ref() == "href");
                        let href = href.and_then(|href| href.normalized_value(XmlVersion::Implicit1_0).ok());
                        href.iter().for_each(|href| self.address(name, "xml-stylesheet", href));
                    }
                }
                Event::DocType(kind) => {
                    typed = kind.contains("DTD") || kind.contains("ENTITY");
                    if let Some((_, entity)) = kind.split_once("<!ENTITY")
                        && ["SYSTEM", "PUBLIC"].iter().any(|from| entity.contains(from))
                    {
                        self.found(REMOTE, format!("{name} takes an entity from another file"));
                    }
                }
                Event::Comment(_) | Event::Decl(_) => {}
            }
        }
    }

    fn text(&mut self, name: &str, text: &str) {
        if is_document(name) {
            self.letters.add(text);
            for lost in text.chars().filter(|c| matches!(c, '\u{FFFD}' | '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..)) {
                self.found(GLYPH, format!("{name} has U+{:04X} in its text", u32::from(lost)));
            }
        }
    }

    fn element(&mut self, name: &str, start: &BytesStart<'_>) -> Result<(), String> {
        let element = start.local_name().as_ref().to_owned();
        let shown = is_document(name) || name.ends_with(".svg");
        if shown && let Some(rule) = rule_of(&element) {
            self.found(rule, format!("{name} holds a {element} element"));
        }
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| error.to_string())?;
            let key = attribute.key.as_ref();
            // Whatever the document calls the name space of links.
            let key = if attribute.key.local_name().as_ref() == "href" { "href" } else { key };
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| error.to_string())?;
            match key {
                "id" if !self.ids.entry(name.to_owned()).or_default().insert(value.to_string()) => {
                    self.found(DOUBLE_ID, format!("{name} has the id {value} twice"));
                }
                "lang" | "xml:lang" if element == "html" => {
                    self.languages.insert(name.to_owned(), value.to_string());
                }
                "style" if shown => {
                    self.found(HOUSE, format!("{name} has a style attribute"));
                    self.style(name, &value);
                }
                key if shown && PRESENTATION.contains(&key) => self.style(name, &value),
                "http-equiv" if value.eq_ignore_ascii_case("refresh") => {
                    self.found(ACTIVE, format!("{name} leads to another page by itself"));
                }
                "http-equiv" if shown => self.found(HOUSE, format!("{name} has an http-equiv attribute")),
                key if shown && key.starts_with("on") => {
                    self.found(SCRIPT, format!("{name}: {element} has {key}"));
                }
                "srcset" => {
                    candidates(&value).into_iter().for_each(|address| self.address(name, &element, address));
                }
                key if ADDRESSES.contains(&key) => self.address(name, of(&element, key), &value),
                _ => {}
            }
        }
        Ok(())
    }

    /// A link may lead out of the book to the web; everything else stays within the book.
    pub(super) fn address(&mut self, name: &str, element: &str, value: &str) {
        let value = value.trim();
        let scheme = value.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
        let scheme = scheme.filter(|scheme| scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b)));
        let followed = matches!(element, "a" | "area");
        let rule = match scheme.as_deref() {
            Some("http" | "https" | "mailto") if followed => {
                if let Some(parameter) = tracking::parameter(value) {
                    self.found(TRACKING, format!("{name}: {parameter} in a link to {value}"));
                }
                return;
            }
            // Nothing of the package's own links is loaded with the book.
            Some("http" | "https") if element == "link" && name.ends_with(".opf") => return,
            Some("javascript" | "vbscript") => SCRIPT,
            Some("data") if !followed => HOUSE,
            Some("tel" | "sms" | "geo" | "ftp") if followed => HOUSE,
            Some(_) if followed => LINK,
            Some(_) => REMOTE,
            None if value.starts_with("//") => {
                if followed {
                    HOUSE
                } else {
                    REMOTE
                }
            }
            None => return self.inside(name, value),
        };
        self.found(rule, format!("{name}: {element} leads to {value}"));
    }

    fn inside(&mut self, name: &str, value: &str) {
        let (path, id) = split(value);
        let from = self.names.number(name);
        let to = if path.is_empty() { from } else { self.names.number(&local(name, path)) };
        let id = (!id.is_empty()).then(|| id.into());
        self.links.push(Link { from, to, id });
    }
}

/// The addresses in a `srcset` (HTML §4.8.4.2.2): each ends at a space or, without a descriptor, at commas.
fn candidates(srcset: &str) -> Vec<&str> {
    let apart = |c: char| c == ',' || c.is_ascii_whitespace();
    let (mut found, mut rest) = (Vec::new(), srcset.trim_start_matches(apart));
    while !rest.is_empty() {
        let (address, behind) = rest.split_at(rest.find(|c: char| c.is_ascii_whitespace()).unwrap_or(rest.len()));
        found.push(address.trim_end_matches(','));
        let descriptor = if address.ends_with(',') { Some(0) } else { behind.find(',') };
        rest = descriptor.map_or("", |end| behind[end..].trim_start_matches(apart));
    }
    found
}

/// The rule that an element breaks by being there.
fn rule_of(element: &str) -> Option<Rule> {
    let among = |list: &[&str]| list.contains(&element);
    match () {
        () if among(SCRIPTS) => Some(SCRIPT),
        () if among(FORMS) => Some(FORM),
        () if among(LOADERS) => Some(ACTIVE),
        () if among(OTHERS) => Some(HOUSE),
        () => None,
    }
}

/// What an address is of: what is pinged or sent is not a link that a reader follows, whatever the element.
fn of<'a>(element: &'a str, key: &'a str) -> &'a str {
    if matches!(key, "ping" | "action" | "formaction" | "background" | "manifest") { key } else { element }
}

#[cfg(test)]
mod tests {
    use super::candidates;

    #[test]
    fn addresses_of_srcset() {
        assert_eq!(candidates("a.png 1x,https://b.example/ 2x"), ["a.png", "https://b.example/"]);
        assert_eq!(candidates(" a,b.png 2x , c.png, d.png"), ["a,b.png", "c.png", "d.png"]);
        assert_eq!(candidates(",, "), Vec::<&str>::new());
    }
}
