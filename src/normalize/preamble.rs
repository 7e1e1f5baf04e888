//! Lines of Markdown above the HTML, as some feed readers save pages: a stamp in a comment, the title as a link, a
//! line below it.

/// A page without such lines, and what they say.
pub(super) struct Preamble<'a> {
    pub(super) title: Option<&'a str>,
    pub(super) address: Option<&'a str>,
    pub(super) rest: &'a str,
}

/// Takes the lines off, if the page begins with them.
pub(super) fn split(html: &str) -> Preamble<'_> {
    let none = Preamble { title: None, address: None, rest: html };
    let mut start = html.trim_start();
    while let Some(after) = start.strip_prefix("<!--").and_then(|comment| comment.split_once("-->")) {
        start = after.1.trim_start();
    }
    let Some((line, rest)) = start.split_once('\n') else { return none };
    let line = line.trim_end();
    let Some((title, address)) =
        line.strip_prefix('[').and_then(|line| line.strip_suffix(')')).and_then(|line| line.rsplit_once("]("))
    else {
        return none;
    };
    let (below, rest) = rest.split_once('\n').unwrap_or((rest, ""));
    let below = below.trim_end();
    let underlined = below.len() >= 3 && (below.bytes().all(|b| b == b'-') || below.bytes().all(|b| b == b'='));
    if underlined { Preamble { title: Some(title), address: Some(address), rest } } else { none }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feed_readers_page() {
        let found = split("<!--NaN-->\n[标题 [1]](https://example.org/a)\n------\n\n<div>x");
        assert_eq!(
            (found.title, found.address, found.rest),
            (Some("标题 [1]"), Some("https://example.org/a"), "\n<div>x")
        );
        for html in ["<p>[a](b)\n---", "[a](b)\n<p>", "", "<!-- open"] {
            assert_eq!(split(html).rest, html);
        }
    }
}
