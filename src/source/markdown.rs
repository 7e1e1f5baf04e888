//! Pages in Markdown: CommonMark 0.31 with GitHub's tables, strikethrough and footnotes, definition lists, and formulas
//! between dollars. Emphasis works beside Chinese marks too, which CommonMark (§6.2) takes for spaces between words.

use comrak::options::{Extension, Options, Parse, Render};

/// Whether a file's name says that it is in Markdown.
pub(super) fn is_named(name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    ending.is_some_and(|ending| matches!(ending.as_str(), "md" | "markdown"))
}

/// The page as HTML. `None` if it is HTML already: many blogs keep that in files named as Markdown, and indented as it
/// is, Markdown would take it for listings.
pub(super) fn to_html(text: &str) -> Option<String> {
    let tagged = text.lines().filter(|line| begins_with_block(line)).count();
    let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
    if tagged * 5 >= lines.max(1) {
        return None;
    }
    let extension = Extension {
        strikethrough: true,
        table: true,
        autolink: true,
        tasklist: true,
        footnotes: true,
        description_lists: true,
        math_dollars: true,
        cjk_friendly_emphasis: true,
        ..Extension::default()
    };
    // HTML within it is cleaned with the rest.
    let render = Render { r#unsafe: true, github_pre_lang: false, ..Render::default() };
    let options = Options { extension, parse: Parse::default(), render };
    Some(comrak::markdown_to_html(text, &options))
}

/// Whether a line begins with a tag of an element that holds text and that no writer of Markdown needs.
fn begins_with_block(line: &str) -> bool {
    let Some(tag) = line.trim_start().strip_prefix('<') else { return false };
    let tag = tag.strip_prefix('/').unwrap_or(tag);
    let name = tag.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default().to_ascii_lowercase();
    let blocks = [
        "html",
        "head",
        "body",
        "article",
        "section",
        "main",
        "header",
        "footer",
        "div",
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "blockquote",
        "table",
        "tbody",
        "tr",
        "td",
        "th",
        "pre",
        "figure",
        "span",
        "strong",
    ];
    blocks.contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_stays_as_it_is() {
        for html in [
            "<p>一段。</p>",
            "\n<div>\n    <p>\n        文字\n    </p>\n\n    <p>more</p>\n</div>",
            "[title](https://example.org/a)\n------\n\n<div><p>one line</p></div>",
        ] {
            assert_eq!(to_html(html), None, "{html}");
        }
    }

    #[test]
    fn markdown_becomes_html() {
        let html = to_html("# 海\n\n**注意：**请看[这里](https://example.org)。\n\n| a | b |\n|---|---|\n| 1 | 2 |\n")
            .unwrap();
        assert!(html.contains("<h1>海</h1>"), "{html}");
        assert!(html.contains("<strong>注意：</strong>请看<a href=\"https://example.org\">这里</a>。"), "{html}");
        assert!(html.contains("<td>1</td>"), "{html}");
        let mixed = "text\n\nmore\n\n<div align=center><img src=a.png></div>\n\n- one\n- two\n\nlast\n\nline\n";
        assert!(to_html(mixed).unwrap().contains("<div align=center><img src=a.png></div>"));
    }

    #[test]
    fn no_markdown_is_too_strange() {
        for strange in
            [">".repeat(50_000), "- ".repeat(50_000), "[".repeat(50_000), "*a".repeat(50_000), "$".repeat(50_000)]
        {
            assert!(to_html(&strange).is_some());
        }
    }
}
