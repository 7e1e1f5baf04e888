//! The catalogue for browsers: one page without scripts, that old readers' browsers show too.

use super::feed::Catalogue;
use super::text::{encoded, escaped};

const STYLE: &str = "body{font:1em/1.45 sans-serif;margin:1em auto;max-width:60em;padding:0 1em}\
    ul{list-style:none;margin:0;padding:0}li{border-top:1px solid #999;overflow:hidden;padding:.8em 0}\
    img,.none{float:left;height:7.5em;margin-right:1em;width:5em;object-fit:contain}.none{border:1px dotted #999;box-sizing:border-box}\
    h2{font-size:1.1em;margin:0}p{margin:.2em 0}.by,.kind{color:#555}nav{margin:1em 0}nav a{margin-right:1em}\
    form{margin:1em 0}@media(prefers-color-scheme:dark){body{background:#111;color:#ddd}a{color:#9cf}.by,.kind{color:#aaa}}";

/// A page of the catalogue.
pub(super) fn html(page: &Catalogue) -> String {
    let title = escaped(&page.title);
    let query = page.query.as_deref().map(escaped).unwrap_or_default();
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title><style>{STYLE}</style>\
         <link rel=\"alternate\" type=\"application/atom+xml;profile=opds-catalog\" href=\"/opds\" title=\"OPDS\"></head>\
         <body><h1>{title}</h1>\n<form action=\"/\"><input name=\"q\" value=\"{query}\" aria-label=\"Part of a name\"> \
         <button>Search</button></form>\n<p>{}. For readers: <a href=\"/opds\">OPDS</a>, <a href=\"/opds/v2\">OPDS 2</a>.</p>\n<ul>\n",
        counted(page.total)
    );
    for book in &page.books {
        let path = encoded(&book.name);
        let about = &book.about;
        let language = about.language.as_deref().map(|tag| format!(" lang=\"{}\"", escaped(tag))).unwrap_or_default();
        let cover = match about.cover {
            Some(_) => format!("<img src=\"/cover/{path}\" alt=\"\" loading=\"lazy\">"),
            None => "<span class=\"none\"></span>".to_owned(),
        };
        let folder =
            book.name.rsplit_once('/').map(|(folder, _)| format!(", in {}", escaped(folder))).unwrap_or_default();
        let by = match about.authors.is_empty() {
            true => String::new(),
            false => format!("<p class=\"by\"{language}>{}</p>", escaped(&about.authors.join(", "))),
        };
        out += &format!(
            "<li>{cover}<h2{language}><a href=\"/book/{path}\">{}</a></h2>{by}<p class=\"kind\">{}, {}{folder}</p></li>\n",
            escaped(&about.title),
            kind(&book.name),
            size(book.length)
        );
    }
    out += "</ul>\n<nav>";
    if page.number > 1 {
        out += &format!("<a rel=\"prev\" href=\"{}\">Previous</a>", escaped(&page.address("/", page.number - 1)));
    }
    out += &format!("Page {} of {} ", page.number, page.pages());
    if page.number < page.pages() {
        out += &format!("<a rel=\"next\" href=\"{}\">Next</a>", escaped(&page.address("/", page.number + 1)));
    }
    out + "</nav></body></html>\n"
}

fn counted(total: usize) -> String {
    match total {
        0 => "No books".to_owned(),
        1 => "One book".to_owned(),
        total => format!("{total} books"),
    }
}

fn kind(name: &str) -> &'static str {
    let lower = name.to_ascii_lowercase();
    match () {
        () if lower.ends_with(".kepub.epub") => "EPUB for Kobo",
        () if lower.ends_with(".pdf") => "PDF",
        () => "EPUB",
    }
}

fn size(bytes: u64) -> String {
    match bytes {
        0..=999_999 => format!("{} KB", bytes.div_ceil(1000)),
        bytes => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}
