//! The catalogue as OPDS 1.2 (Atom, RFC 4287) and OPDS 2.0 (JSON).

use serde_json::{Value, json};

use super::book::About;
use super::text::{encoded, escaped};

/// Books a page.
pub(super) const PAGE: usize = 50;

/// A book of the catalogue.
pub(super) struct Listed {
    /// Its name below the folder.
    pub(super) name: String,
    pub(super) about: About,
    /// When its file was changed.
    pub(super) updated: String,
    pub(super) length: u64,
    pub(super) media_type: &'static str,
}

/// A page of the catalogue.
pub(super) struct Catalogue {
    /// What it is called.
    pub(super) title: String,
    pub(super) books: Vec<Listed>,
    /// From 1.
    pub(super) number: usize,
    /// Books in all.
    pub(super) total: usize,
    /// What was searched for.
    pub(super) query: Option<String>,
    /// When the newest of its books was changed.
    pub(super) updated: String,
}

impl Catalogue {
    pub(super) fn pages(&self) -> usize {
        self.total.div_ceil(PAGE).max(1)
    }

    /// The address of another page of it.
    pub(super) fn address(&self, base: &str, number: usize) -> String {
        match &self.query {
            Some(query) => format!("{base}?q={}&page={number}", encoded(query).replace('/', "%2F")),
            None => format!("{base}?page={number}"),
        }
    }

    /// Relations to other pages, and their addresses.
    fn around(&self, base: &str) -> Vec<(&'static str, String)> {
        let mut links = vec![("first", 1), ("last", self.pages())];
        if self.number > 1 {
            links.push(("previous", self.number - 1));
        }
        if self.number < self.pages() {
            links.push(("next", self.number + 1));
        }
        links.into_iter().map(|(relation, number)| (relation, self.address(base, number))).collect()
    }
}

pub(super) const ACQUISITION: &str = "application/atom+xml;profile=opds-catalog;kind=acquisition";
pub(super) const NAVIGATION: &str = "application/atom+xml;profile=opds-catalog;kind=navigation";
pub(super) const JSON: &str = "application/opds+json";
pub(super) const SEARCH: &str = "application/opensearchdescription+xml";

fn head(id: &str, title: &str, updated: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" \
         xmlns:dc=\"http://purl.org/dc/terms/\" xmlns:opds=\"http://opds-spec.org/2010/catalog\" \
         xmlns:opensearch=\"http://a9.com/-/spec/opensearch/1.1/\">\n<id>{}</id>\n<title>{}</title>\n\
         <updated>{updated}</updated>\n<author><name>Offprint</name></author>\n",
        escaped(id),
        escaped(title)
    )
}

fn link(relation: &str, href: &str, kind: &str) -> String {
    format!("<link rel=\"{relation}\" href=\"{}\" type=\"{kind}\"/>\n", escaped(href))
}

/// The catalogue's front: where the list of all books is, and how to search.
pub(super) fn front(title: &str, total: usize, updated: &str) -> String {
    let mut out = head("urn:offprint:catalogue", title, updated);
    out += &link("self", "/opds", NAVIGATION);
    out += &link("start", "/opds", NAVIGATION);
    out += &link("search", "/opds/search.xml", SEARCH);
    out += &format!(
        "<entry>\n<title>All books</title>\n<id>urn:offprint:all</id>\n<updated>{updated}</updated>\n\
         <content type=\"text\">{total} books, by name</content>\n{}</entry>\n</feed>\n",
        link("subsection", "/opds/books", ACQUISITION)
    );
    out
}

/// How to search (OpenSearch 1.1).
pub(super) fn search() -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<OpenSearchDescription xmlns=\"http://a9.com/-/spec/opensearch/1.1/\">\n\
         <ShortName>Books</ShortName>\n<Description>Books by name</Description>\n<InputEncoding>UTF-8</InputEncoding>\n\
         <OutputEncoding>UTF-8</OutputEncoding>\n<Url type=\"{ACQUISITION}\" template=\"/opds/books?q={{searchTerms}}\"/>\n\
         </OpenSearchDescription>\n"
    )
}

/// A page as an acquisition feed of OPDS 1.2.
pub(super) fn atom(page: &Catalogue) -> String {
    let mut out = head("urn:offprint:all", &page.title, &page.updated);
    out += &link("self", &page.address("/opds/books", page.number), ACQUISITION);
    out += &link("start", "/opds", NAVIGATION);
    out += &link("up", "/opds", NAVIGATION);
    out += &link("search", "/opds/search.xml", SEARCH);
    for (relation, address) in page.around("/opds/books") {
        out += &link(relation, &address, ACQUISITION);
    }
    let start = (page.number - 1) * PAGE + 1;
    out += &format!(
        "<opensearch:totalResults>{}</opensearch:totalResults>\n<opensearch:startIndex>{start}</opensearch:startIndex>\n\
         <opensearch:itemsPerPage>{PAGE}</opensearch:itemsPerPage>\n",
        page.total
    );
    page.books.iter().for_each(|book| out += &entry(book));
    out += "</feed>\n";
    out
}

fn entry(book: &Listed) -> String {
    let Listed { name, about, updated, length, media_type } = book;
    let path = encoded(name);
    let mut out = format!(
        "<entry>\n<title>{}</title>\n<id>urn:offprint:book:{path}</id>\n<updated>{updated}</updated>\n",
        escaped(&about.title)
    );
    for author in &about.authors {
        out += &format!("<author><name>{}</name></author>\n", escaped(author));
    }
    let details = [("dc:language", &about.language), ("dc:publisher", &about.publisher), ("summary", &about.summary)];
    for (element, text) in details.iter().filter_map(|(element, text)| Some((element, text.as_ref()?))) {
        out += &format!("<{element}>{}</{element}>\n", escaped(text));
    }
    if let Some((_, kind)) = &about.cover {
        out += &link("http://opds-spec.org/image", &format!("/cover/{path}"), kind);
        out += &link("http://opds-spec.org/image/thumbnail", &format!("/cover/{path}"), kind);
    }
    out += &format!(
        "<link rel=\"http://opds-spec.org/acquisition\" href=\"/book/{path}\" type=\"{media_type}\" length=\"{length}\"/>\n"
    );
    out + "</entry>\n"
}

/// A page as a feed of OPDS 2.0.
pub(super) fn json(page: &Catalogue) -> String {
    let mut links = vec![
        json!({ "rel": "self", "href": page.address("/opds/v2", page.number), "type": JSON }),
        json!({ "rel": "search", "href": "/opds/v2{?q}", "type": JSON, "templated": true }),
    ];
    let around = page.around("/opds/v2");
    links.extend(around.iter().map(|(relation, href)| json!({ "rel": relation, "href": href, "type": JSON })));
    let feed = json!({
        "metadata": {
            "title": page.title,
            "modified": page.updated,
            "numberOfItems": page.total,
            "itemsPerPage": PAGE,
            "currentPage": page.number,
        },
        "links": links,
        "publications": page.books.iter().map(publication).collect::<Vec<_>>(),
    });
    feed.to_string()
}

fn publication(book: &Listed) -> Value {
    let Listed { name, about, updated, length, media_type } = book;
    let path = encoded(name);
    let mut metadata = json!({
        "@type": "http://schema.org/Book",
        "title": about.title,
        "identifier": format!("urn:offprint:book:{path}"),
        "modified": updated,
    });
    if let Value::Object(metadata) = &mut metadata {
        if !about.authors.is_empty() {
            metadata.insert("author".to_owned(), json!(about.authors));
        }
        let details = [("language", &about.language), ("publisher", &about.publisher), ("description", &about.summary)];
        for (key, text) in details.into_iter().filter_map(|(key, text)| Some((key, text.as_ref()?))) {
            metadata.insert(key.to_owned(), json!(text));
        }
    }
    let acquisition = json!({
        "rel": "http://opds-spec.org/acquisition", "href": format!("/book/{path}"), "type": media_type, "size": length,
    });
    let images = about.cover.iter().map(|(_, kind)| json!({ "href": format!("/cover/{path}"), "type": kind }));
    json!({ "metadata": metadata, "links": [acquisition], "images": images.collect::<Vec<_>>() })
}
