//! What lists addresses: sitemaps, OPML, bookmarks as browsers export them.

use super::xml::Element;

/// An address of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// Of a page.
    Page(String),
    /// Of a feed, or of another list.
    List(String),
}

/// The addresses of a sitemap, a list of sitemaps or an OPML file. `None` if it is none of them.
pub(super) fn of_xml(root: &Element) -> Option<Vec<Entry>> {
    let locations = |name| root.all(name).filter_map(|of| web(of.text_of("loc")?));
    match root.name.as_str() {
        "urlset" => Some(locations("url").map(Entry::Page).collect()),
        "sitemapindex" => Some(locations("sitemap").map(Entry::List).collect()),
        "opml" => {
            let mut found = Vec::new();
            root.all("body").for_each(|body| outlines(body, &mut found));
            Some(found)
        }
        _ => None,
    }
}

/// No deeper than the tree of elements is.
fn outlines(of: &Element, found: &mut Vec<Entry>) {
    for outline in of.all("outline") {
        let feed = outline.attribute("xmlUrl").and_then(web).map(Entry::List);
        let page = || outline.attribute("url").and_then(web).map(Entry::Page);
        found.extend(feed.or_else(page));
        outlines(outline, found);
    }
}

fn web(written: &str) -> Option<String> {
    let written = written.trim();
    (written.starts_with("http://") || written.starts_with("https://")).then(|| written.to_owned())
}

/// Whether a text begins as exported bookmarks do.
pub(super) fn is_bookmarks(text: &str) -> bool {
    let head: String = text.chars().take(2000).collect::<String>().to_ascii_lowercase();
    head.contains("<!doctype netscape-bookmark-file-1") || head.contains("<title>pocket export</title>")
}

/// The addresses of bookmarks, in their order.
pub(super) fn bookmarks(text: &str) -> Vec<Entry> {
    // Tags of ASCII letters keep their places in lower case.
    let lower = text.to_ascii_lowercase();
    let links = lower.match_indices("<a").filter_map(|(at, _)| {
        let tag = text.get(at..)?;
        let tag = tag.get(..tag.find('>')?)?;
        let start = tag.to_ascii_lowercase().find("href")? + 4;
        let value = tag.get(start..)?.trim_start().strip_prefix('=')?.trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        let value = match quote {
            Some(quote) => value.get(1..)?.split(quote).next()?,
            None => value.split_ascii_whitespace().next()?,
        };
        web(&value.replace("&amp;", "&"))
    });
    links.map(Entry::Page).collect()
}

#[cfg(test)]
mod tests {
    use super::super::xml;
    use super::*;

    fn read(text: &str) -> Option<Vec<Entry>> {
        of_xml(&xml::parse(text)?)
    }

    #[test]
    fn sitemaps() {
        let page = |of: &str| Entry::Page(of.to_owned());
        assert_eq!(
            read(
                "<urlset><url><loc> https://a.example/1 </loc></url><url><loc>https://a.example/?a=1&amp;b=2</loc></url></urlset>"
            ),
            Some(vec![page("https://a.example/1"), page("https://a.example/?a=1&b=2")])
        );
        assert_eq!(
            read("<sitemapindex><sitemap><loc>https://a.example/s.xml</loc></sitemap></sitemapindex>"),
            Some(vec![Entry::List("https://a.example/s.xml".to_owned())])
        );
        assert_eq!(read("<html></html>"), None);
    }

    #[test]
    fn outlines_of_any_depth() {
        let found = read(
            "<opml><body><outline text='x'><outline type='rss' xmlUrl='https://a.example/feed'/></outline>\
             <outline type='link' url='https://a.example/1'/><outline xmlUrl='file:///etc/passwd'/></body></opml>",
        );
        let feed = Entry::List("https://a.example/feed".to_owned());
        assert_eq!(found, Some(vec![feed, Entry::Page("https://a.example/1".to_owned())]));
    }

    #[test]
    fn exported_bookmarks() {
        let text = "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<DL><p><DT><H3>书</H3><DL><p>\
                    <DT><A HREF=\"https://a.example/?x=1&amp;y=2\" ADD_DATE=\"1\">一</A>\
                    <DT><A HREF=\"javascript:alert(1)\">x</A></DL></DL>";
        assert!(is_bookmarks(text) && !is_bookmarks("<!DOCTYPE html><a href='https://a.example'>"));
        assert_eq!(bookmarks(text), [Entry::Page("https://a.example/?x=1&y=2".to_owned())]);
    }
}
