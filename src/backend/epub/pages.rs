//! The pages around the text, and the frame of every page: templates of `templates/epub/`, filled.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock};

use minijinja::{AutoEscape, Environment, Value, context};
use quick_xml::Reader;
use quick_xml::events::Event;

use super::words::Words;
use super::xhtml::{address, escape, one_line, script};
use crate::model::{Byline, Creator, Language, Role};

/// The built-in templates, by name.
const BUILT_IN: &[(&str, &str)] = &[
    ("cover.svg", super::cover::TEMPLATE),
    ("page.xhtml", include_str!("../../../templates/epub/page.xhtml")),
    ("cover.xhtml", include_str!("../../../templates/epub/cover.xhtml")),
    ("titlepage.xhtml", include_str!("../../../templates/epub/titlepage.xhtml")),
    ("byline.xhtml", include_str!("../../../templates/epub/byline.xhtml")),
    ("colophon.xhtml", include_str!("../../../templates/epub/colophon.xhtml")),
    ("missing.xhtml", include_str!("../../../templates/epub/missing.xhtml")),
    ("nav.xhtml", include_str!("../../../templates/epub/nav.xhtml")),
];

/// The names of the built-in templates.
pub(super) fn template_names() -> Vec<&'static str> {
    BUILT_IN.iter().map(|(name, _)| *name).collect()
}

/// The built-in style sheet.
pub(super) const STYLESHEET: &str = include_str!("../../../templates/epub/stylesheet.css");

/// Which part of the book a page belongs to (EPUB SSV 1.1, document partitions).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Matter {
    /// Before the text.
    Front,
    /// The text.
    Body,
    /// After the text.
    Back,
}

/// The frame of a page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame<'a> {
    /// The language of the page.
    pub(super) language: &'a Language,
    /// What it is called.
    pub(super) title: &'a str,
    /// The way to the style sheet's folder.
    pub(super) root: &'static str,
    /// Where it belongs.
    pub(super) matter: Matter,
}

/// Opened templates.
pub(super) struct Templates {
    environment: Environment<'static>,
    /// Whether some are the user's: then what they write is looked at.
    own: bool,
    /// The first fault that was met.
    fault: Mutex<Option<String>>,
}

/// What no page may hold, whoever wrote it: it would run, send or load something.
const FORBIDDEN: &[&str] =
    &["audio", "base", "button", "embed", "form", "iframe", "input", "object", "script", "style", "svg", "video"];

/// How many instructions a template of the user's has for a page: a list of 20,000 articles takes a million. One that runs
/// in circles ends, and the built-in ones take its place.
const FUEL: u64 = 20_000_000;

impl Templates {
    /// The built-in templates; parsed once.
    pub(super) fn built_in() -> &'static Self {
        static TEMPLATES: OnceLock<Templates> = OnceLock::new();
        TEMPLATES.get_or_init(|| {
            let mut environment = environment();
            for (name, source) in BUILT_IN {
                environment.add_template(name, source).expect("built-in templates are whole: a test renders each");
            }
            Self { environment, own: false, fault: Mutex::default() }
        })
    }

    /// Whether some are the user's.
    pub(super) fn are_own(&self) -> bool {
        self.own
    }

    /// The built-in templates with others in the place of some.
    ///
    /// # Errors
    /// One line on what is wrong with one of them.
    pub(super) fn with(own: &BTreeMap<String, String>) -> Result<Self, String> {
        let mut environment = environment();
        environment.set_fuel(Some(FUEL));
        for (name, source) in BUILT_IN {
            let source = own.get(*name).map_or(*source, String::as_str);
            environment.add_template_owned(*name, source.to_owned()).map_err(|error| one_line(&error.to_string()))?;
        }
        Ok(Self { environment, own: true, fault: Mutex::default() })
    }

    /// The first fault that was met in filling the user's templates.
    pub(super) fn fault(&self) -> Option<String> {
        self.fault.lock().ok()?.clone()
    }

    /// A template, filled. A built-in one cannot fail.
    fn fill(&self, name: &str, values: Value) -> String {
        match self.environment.get_template(name).and_then(|template| template.render(values)) {
            Ok(filled) => filled,
            Err(error) => {
                self.note(one_line(&error.to_string()));
                String::new()
            }
        }
    }

    fn note(&self, fault: String) {
        if let Ok(mut first) = self.fault.lock() {
            first.get_or_insert(fault);
        }
    }

    /// Notes if a page that the user's templates wrote is no XML or holds what no page may hold.
    fn look_at(&self, page: &str) {
        let mut reader = Reader::from_str(page);
        let mut depth = 0_usize;
        loop {
            let start = match reader.read_event() {
                Ok(Event::Eof) if depth > 0 => return self.note("a page ends before its elements do".to_owned()),
                Ok(Event::Eof) => return,
                Err(error) => return self.note(one_line(&error.to_string())),
                Ok(Event::Start(start)) => {
                    depth += 1;
                    start
                }
                Ok(Event::Empty(start)) => start,
                Ok(Event::End(_)) => {
                    depth = depth.saturating_sub(1);
                    continue;
                }
                Ok(_) => continue,
            };
            if FORBIDDEN.contains(&start.local_name().as_ref()) {
                return self.note(format!("{} may not stand in a book", start.local_name().as_ref()));
            }
        }
    }

    /// A whole page around what it shows.
    pub(super) fn page(&self, frame: Frame<'_>, body: String) -> String {
        let script = script(frame.language);
        let matter = match frame.matter {
            Matter::Front => "frontmatter",
            Matter::Body => "bodymatter",
            Matter::Back => "backmatter",
        };
        let values = context! {
            lang => frame.language.tag(),
            rtl => frame.language.is_rtl(),
            title => frame.title,
            root => frame.root,
            script,
            matter,
            body => Value::from_safe_string(body),
        };
        let page = self.fill("page.xhtml", values);
        if self.own {
            self.look_at(&page);
        }
        page
    }

    /// The cover page's picture.
    pub(super) fn cover(&self, source: &str, label: &str, size: (u32, u32)) -> String {
        self.fill("cover.xhtml", context! { source, label, width => size.0, height => size.1 })
    }

    /// The drawing of a cover from the book's title and what is known of it; `picture` if one goes with it.
    pub(super) fn cover_drawing(
        &self,
        title: &str,
        byline: &Byline,
        picture: bool,
        words: &Words,
        language: &str,
    ) -> String {
        let people = people(&byline.creators, words, MANY).into_iter().next().unwrap_or_default();
        let site = byline.site.as_deref().map(one_line).unwrap_or_default();
        let date = byline.date.map(|date| date.written(language)).unwrap_or_default();
        // A site that is its own author is named once.
        let site = if site == people { String::new() } else { site };
        self.fill("cover.svg", context! { title, people, site, date, picture })
    }

    /// The title page.
    pub(super) fn title_page(
        &self,
        title: &str,
        about: About,
        more: (Option<&str>, Option<&str>),
        words: &Words,
    ) -> String {
        let (series, description) = more;
        let values = context! { title, series, description, words => values(words), ..about.0 };
        self.fill("titlepage.xhtml", values)
    }

    /// What stands below an article's title. Nothing if nothing is known.
    pub(super) fn byline(&self, about: About) -> String {
        if about.1 { self.fill("byline.xhtml", about.0) } else { String::new() }
    }

    /// The page on where the articles come from and how the book was made: each article's title, document and byline.
    pub(super) fn colophon(
        &self,
        articles: Vec<(String, String, About)>,
        rights: Option<&str>,
        words: &Words,
    ) -> String {
        let article = |(title, document, about): (String, String, About)| context! { title, document, ..about.0 };
        let articles: Vec<Value> = articles.into_iter().map(article).collect();
        self.fill("colophon.xhtml", context! { articles, rights, words => values(words) })
    }

    /// The page on the pictures that are not in the book: label and address, or a name for it, of each.
    pub(super) fn missing(&self, pictures: Vec<(Option<String>, String)>, words: &Words) -> String {
        let picture = |(label, place): (Option<String>, String)| context! { label, href => address(&place), text => one_line(&place) };
        let pictures: Vec<Value> = pictures.into_iter().map(picture).collect();
        self.fill("missing.xhtml", context! { pictures, words => values(words) })
    }

    /// The navigation: the contents as a written list, and kind, address and title of each landmark.
    pub(super) fn navigation(&self, contents: String, landmarks: &[(&str, String, String)], words: &Words) -> String {
        let landmark = |(kind, href, title): &(&str, String, String)| context! { kind => *kind, href, title };
        let landmarks: Vec<Value> = landmarks.iter().map(landmark).collect();
        let contents = Value::from_safe_string(contents);
        self.fill("nav.xhtml", context! { contents, landmarks, words => values(words) })
    }
}

/// Templates escape what they are given, as XML wants it and no more.
fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_formatter(|out, _, value| {
        if value.is_none() || value.is_undefined() {
            return Ok(());
        }
        let text = value.to_string();
        let mut escaped = String::new();
        if value.is_safe() {
            escaped.push_str(&text)
        } else {
            escape(&text, &mut escaped)
        };
        out.write_str(&escaped).map_err(minijinja::Error::from)
    });
    environment
}

/// The words that templates use.
fn values(words: &Words) -> Value {
    context! {
        contents => words.contents,
        landmarks => words.landmarks,
        title_page => words.title_page,
        colophon => words.colophon,
        missing => words.missing,
        source => words.source,
        colon => words.colon,
        made => words.made,
    }
}

/// What is known about an article, as templates see it: `people`, `imprint`, `source`; and whether that is anything.
pub(super) struct About(Value, bool);

impl About {
    /// Reads an article's byline.
    pub(super) fn of(byline: &Byline, words: &Words, language: &str) -> Self {
        Self::naming(byline, words, language, usize::MAX)
    }

    /// Reads what is known of a whole book, which may have the authors of all its articles.
    pub(super) fn of_whole(byline: &Byline, words: &Words, language: &str) -> Self {
        Self::naming(byline, words, language, MANY)
    }

    fn naming(byline: &Byline, words: &Words, language: &str, most: usize) -> Self {
        let people = people(&byline.creators, words, most);
        let site = byline.site.as_deref().map(one_line).filter(|site| !site.is_empty());
        let site = site.map(|text| context! { text });
        let date = byline.date.map(|date| context! { text => date.written(language), datetime => date.to_string() });
        let imprint: Vec<Value> = site.into_iter().chain(date).collect();
        let source = byline.address.as_deref().and_then(|source| Some((address(source)?, readable(source))));
        let source = source.map(|(href, text)| context! { href, text });
        let known = !people.is_empty() || !imprint.is_empty() || source.is_some();
        Self(context! { people, imprint, source }, known)
    }
}

/// More people than that are not all named on covers and title pages.
const MANY: usize = 6;
/// How many of them are.
const NAMED: usize = 3;

/// The people of a byline, one line a role; the first of them, where a role has more than `most`.
fn people(creators: &[Creator], words: &Words, most: usize) -> Vec<String> {
    let line = |role: Role, called: &str| {
        let of = creators.iter().filter(|creator| creator.role == role);
        let names: Vec<String> = of.map(|creator| one_line(&creator.name)).filter(|name| !name.is_empty()).collect();
        let names = match names.get(..NAMED).filter(|_| names.len() > most) {
            Some(first) => first.join(words.comma) + words.others,
            None => names.join(words.comma),
        };
        match (names.is_empty(), called) {
            (true, _) => None,
            (false, "") => Some(names),
            (false, called) => Some(format!("{names} {called}")),
        }
    };
    [line(Role::Author, ""), line(Role::Translator, words.translator), line(Role::Editor, words.editor)]
        .into_iter()
        .flatten()
        .collect()
}

/// An address as people read it: percent-encoded letters as themselves; what could mislead stays encoded.
pub(super) fn readable(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    let mut rest = address;
    while let Some(c) = rest.chars().next() {
        let (shown, length) = match encoded(rest) {
            Some(decoded) if plain(decoded) => (decoded, decoded.len_utf8() * 3),
            _ => (c, c.len_utf8()),
        };
        out.push(shown);
        rest = rest.get(length..).unwrap_or_default();
    }
    one_line(&out)
}

/// The character beyond ASCII that a text begins with in percent-encoded UTF-8.
fn encoded(text: &str) -> Option<char> {
    let byte = |at: usize| {
        let digits = text.get(at * 3..at * 3 + 3)?.strip_prefix('%')?;
        u8::from_str_radix(digits, 16).ok()
    };
    let length = match byte(0)? {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return None,
    };
    let bytes: Vec<u8> = (0..length).map_while(byte).collect();
    std::str::from_utf8(&bytes).ok()?.chars().next()
}

/// Whether a character cannot be taken for another part of an address or turn it around.
fn plain(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\u{2010}'..='\u{2027}' | '\u{3001}'..='\u{303F}' | '\u{FF01}'..='\u{FF60}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_renders() {
        let templates = Templates::built_in();
        for (name, _) in BUILT_IN {
            let template = templates.environment.get_template(name).unwrap();
            let words = values(Words::of(&Language::parse("en").unwrap()));
            assert!(!template.render(context! { words }).unwrap().is_empty(), "{name}");
        }
    }

    #[test]
    fn a_faulty_template_is_named() {
        let own = BTreeMap::from([("page.xhtml".to_owned(), "{% if %}".to_owned())]);
        assert!(Templates::with(&own).err().unwrap().contains("page.xhtml"));
    }

    #[test]
    fn addresses_are_shown_as_people_read_them() {
        assert_eq!(readable("https://a.example/%e8%bf%99%20x"), "https://a.example/这%20x");
        assert_eq!(readable("https://a.example/%e8%bf"), "https://a.example/%e8%bf");
        assert_eq!(readable("https://a.example/%E2%80%AE%e8%bf%99%2F"), "https://a.example/%E2%80%AE这%2F");
    }

    #[test]
    fn people_stand_by_their_part() {
        let creator = |name: &str, role| Creator { name: name.into(), role };
        let words = Words::of(&Language::parse("zh-CN").unwrap());
        let creators = [creator("甲", Role::Author), creator("乙", Role::Translator), creator("丙", Role::Author)];
        assert_eq!(people(&creators, words, 2), ["甲、丙", "乙 译"]);
        let many: Vec<Creator> = ["甲", "乙", "丙", "丁"].map(|name| creator(name, Role::Author)).into();
        assert_eq!(people(&many, words, 3), ["甲、乙、丙等"]);
        assert_eq!(people(&many, words, 4), ["甲、乙、丙、丁"]);
    }
}
