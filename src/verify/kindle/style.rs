//! What a style sheet holds that Kindle does not take.

use super::rules::{CSS_BODY, CSS_IMPORT, CSS_POSITION, CSS_VARIABLES, REMOTE};
use crate::verify::Rule;

/// Looks through a style sheet; each kind of finding once.
pub(super) fn look(css: &str) -> Vec<(Rule, String)> {
    let css = without_comments(css);
    let lower = css.to_ascii_lowercase();
    let mut found = Vec::new();
    let declared = |name: &str| lower.split(['{', ';', '}']).any(|part| part.trim_start().starts_with(name));
    if lower.contains("var(") || declared("--") {
        found.push((CSS_VARIABLES, "it uses variables".to_owned()));
    }
    if lower.contains("@import") {
        found.push((CSS_IMPORT, "it imports another sheet".to_owned()));
    }
    if lower.split("url(").skip(1).any(|url| url.split(')').next().is_some_and(|url| url.contains("//"))) {
        found.push((REMOTE, "it loads something of the web".to_owned()));
    }
    for rule in lower.split('}') {
        let Some((selector, body)) = rule.rsplit_once('{') else { continue };
        let selector = selector.rsplit('{').next().unwrap_or(selector);
        let of_body = selector.split(',').any(|one| matches!(one.trim(), "body" | "html"));
        for declaration in body.split(';') {
            let Some((name, value)) = declaration.split_once(':') else { continue };
            let (name, value) = (name.trim(), value.trim());
            if name == "position" && (value.starts_with("fixed") || value.starts_with("absolute")) {
                found.push((CSS_POSITION, format!("position: {value}")));
            }
            if of_body && of_the_reader(name, value) {
                found.push((CSS_BODY, format!("{name}: {value} of {}", selector.trim())));
            }
        }
    }
    found.dedup();
    found
}

/// Whether a property of the body is the reader's to choose.
fn of_the_reader(name: &str, value: &str) -> bool {
    match name {
        "color" | "background" | "background-color" | "font-family" => value != "inherit" && value != "transparent",
        "margin-left" | "margin-right" | "padding-left" | "padding-right" => nonzero(value),
        // Top, right, bottom, left; the second is the sides', or the first.
        "margin" | "padding" => {
            let sides: Vec<&str> = value.split_whitespace().filter(|one| *one != "!important").collect();
            [sides.get(1).or(sides.first()), sides.get(3)].into_iter().flatten().any(|side| nonzero(side))
        }
        _ => false,
    }
}

fn nonzero(value: &str) -> bool {
    value.bytes().any(|b| matches!(b, b'1'..=b'9'))
}

fn without_comments(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        out.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(css: &str) -> Vec<&'static str> {
        look(css).into_iter().map(|(rule, _)| rule.name).collect()
    }

    #[test]
    fn each_property_is_found_and_no_other() {
        assert_eq!(names(":root { --ink: red } p { color: var(--ink) }"), ["css-variables"]);
        assert_eq!(names("@import 'a.css';"), ["css-import"]);
        assert_eq!(names("@font-face { src: url(https://a.example/f.otf) }"), ["remote"]);
        assert_eq!(names("p { position: absolute }"), ["css-position"]);
        assert_eq!(names("html, body { font-family: X; margin: 0 }"), ["css-body"]);
        assert_eq!(names("@media screen { body { margin: 0 5% } }"), ["css-body"]);
        assert_eq!(
            names("body { margin: 0; padding: 1em 0 } p { color: red; -webkit-hyphens: none } /* --x var( */"),
            [""; 0]
        );
    }
}
