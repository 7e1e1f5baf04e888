//! The contents in their two forms: the navigation document's list (EPUB 3.3 §7.4) and the NCX of older readers
//! (OPF 2.0.1 §2.4.1). Both are written from the same entries.

use super::documents::Places;
use super::xhtml::{Markup, escape, one_line};
use crate::model::OutlineEntry;

/// An entry of the contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) title: String,
    /// As seen from the package document's folder.
    pub(super) href: String,
    pub(super) below: Vec<Entry>,
}

/// The entries of a book's outline, `depth` levels deep.
pub(super) fn entries(outline: &[OutlineEntry], places: &Places, depth: u8) -> Vec<Entry> {
    if depth == 0 {
        return Vec::new();
    }
    let mut found = Vec::new();
    for entry in outline {
        let below = entries(&entry.children, places, depth - 1);
        let title = one_line(&entry.title);
        match places.address(&entry.anchor, None).filter(|_| !title.is_empty()) {
            Some(address) => found.push(Entry { title, href: format!("text/{address}"), below }),
            None => found.extend(below),
        }
    }
    found
}

/// The entries as a list of lists.
pub(super) fn list(entries: &[Entry]) -> String {
    let mut markup = Markup::default();
    write_list(entries, &mut markup);
    markup.finish()
}

fn write_list(entries: &[Entry], markup: &mut Markup) {
    markup.open("ol", &[]);
    markup.line();
    for entry in entries {
        markup.open("li", &[]);
        markup.leaf("a", &[("href", &entry.href)], &entry.title);
        if !entry.below.is_empty() {
            markup.line();
            write_list(&entry.below, markup);
        }
        markup.close();
        markup.line();
    }
    markup.close();
}

/// The NCX: `identifier` is the package's.
pub(super) fn ncx(entries: &[Entry], title: &str, identifier: &str, language: &str) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let escaped = |text: &str| {
        let mut escaped = String::new();
        escape(text, &mut escaped);
        escaped
    };
    out.push_str(&format!(
        "<ncx xmlns=\"http://www.daisy.org/z3986/2005/ncx/\" version=\"2005-1\" xml:lang=\"{}\">\n<head>\n\
         <meta name=\"dtb:uid\" content=\"{}\"/>\n<meta name=\"dtb:depth\" content=\"{}\"/>\n\
         <meta name=\"dtb:totalPageCount\" content=\"0\"/>\n<meta name=\"dtb:maxPageNumber\" content=\"0\"/>\n</head>\n\
         <docTitle><text>{}</text></docTitle>\n<navMap>\n",
        escaped(language),
        escaped(identifier),
        depth(entries),
        escaped(title)
    ));
    let mut order = 0;
    points(entries, &mut order, &mut out);
    out.push_str("</navMap>\n</ncx>\n");
    out
}

fn points(entries: &[Entry], order: &mut usize, out: &mut String) {
    for entry in entries {
        *order += 1;
        out.push_str(&format!("<navPoint id=\"point_{order}\" playOrder=\"{order}\"><navLabel><text>"));
        escape(&entry.title, out);
        out.push_str("</text></navLabel><content src=\"");
        escape(&entry.href, out);
        out.push_str("\"/>");
        if !entry.below.is_empty() {
            out.push('\n');
            points(&entry.below, order, out);
        }
        out.push_str("</navPoint>\n");
    }
}

fn depth(entries: &[Entry]) -> usize {
    entries.iter().map(|entry| 1 + depth(&entry.below)).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_hold_the_same() {
        let leaf = |title: &str, href: &str, below| Entry { title: title.into(), href: href.into(), below };
        let entries = vec![
            leaf("a & b", "text/x.xhtml", vec![leaf("c", "text/x.xhtml#c", Vec::new())]),
            leaf("d", "text/d.xhtml", Vec::new()),
        ];
        assert_eq!(
            list(&entries),
            "<ol>\n<li><a href=\"text/x.xhtml\">a &amp; b</a>\n<ol>\n<li><a href=\"text/x.xhtml#c\">c</a></li>\n</ol></li>\n\
             <li><a href=\"text/d.xhtml\">d</a></li>\n</ol>"
        );
        let ncx = ncx(&entries, "t", "urn:uuid:0", "zh-CN");
        assert!(ncx.contains("name=\"dtb:depth\" content=\"2\""));
        assert!(ncx.contains("playOrder=\"2\"><navLabel><text>c</text></navLabel><content src=\"text/x.xhtml#c\"/></navPoint>\n</navPoint>"));
    }
}
