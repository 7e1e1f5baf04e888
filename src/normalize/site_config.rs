//! The rules of ftr-site-config, as far as they say what is what: `title`, `body`, `author`, `date`, `strip`,
//! `strip_id_or_class`, `replace_string`, `wrap_in`. Their XPath becomes CSS.

use super::rules::Platform;

/// Reads a file of directives, named after the host that they are for: `example.org`, `.example.org` with all below
/// it. Gives the lines too that are not understood; directives that say something else are none of them.
pub(super) fn read(stem: &str, text: &str) -> (Platform, Vec<String>) {
    let is_host = stem.trim_start_matches('.').contains('.') && !stem.contains(char::is_whitespace);
    let site = if is_host { vec![stem.to_ascii_lowercase()] } else { Vec::new() };
    let mut platform = Platform { name: stem.to_owned(), site, ..Platform::default() };
    let mut skipped = Vec::new();
    let mut finds: Vec<String> = Vec::new();
    for (index, line) in text.trim_start_matches('\u{FEFF}').lines().enumerate() {
        let line = line.trim();
        let Some((directive, value)) = directive(line) else { continue };
        let value = value.trim();
        let (name, argument) = match directive.split_once('(') {
            Some((name, argument)) => (name, argument.strip_suffix(')').unwrap_or(argument)),
            None => (directive, ""),
        };
        let list = match name {
            "title" => &mut platform.title,
            "body" => &mut platform.content,
            "author" => &mut platform.author,
            "date" => &mut platform.date,
            "strip" => &mut platform.drop,
            "strip_id_or_class" => {
                let value = quoted(value.trim_matches(['"', '\'']));
                platform.drop.push(format!("[id*={value}], [class*={value}]"));
                continue;
            }
            "strip_image_src" => {
                platform.drop.push(format!("img[src*={}]", quoted(value.trim_matches(['"', '\'']))));
                continue;
            }
            "find_string" => {
                finds.push(value.to_owned());
                continue;
            }
            "replace_string" if argument.is_empty() => {
                if !finds.is_empty() {
                    platform.replace.push((finds.remove(0), value.to_owned()));
                }
                continue;
            }
            "replace_string" => {
                platform.replace.push((argument.to_owned(), value.to_owned()));
                continue;
            }
            "wrap_in" => {
                match css(value).filter(|_| is_name(argument)) {
                    Some(css) => platform.wrap.push((argument.to_ascii_lowercase(), css)),
                    None => skipped.push(format!("line {}: {line}", index + 1)),
                }
                continue;
            }
            _ => continue,
        };
        match css(value) {
            Some(css) => list.push(css),
            None => skipped.push(format!("line {}: {line}", index + 1)),
        }
    }
    (platform, skipped)
}

/// `name: value` or `name(argument): value`, the argument whatever it holds.
fn directive(line: &str) -> Option<(&str, &str)> {
    if line.starts_with('#') {
        return None;
    }
    let at = match line.find(['(', ':'])? {
        open if line[open..].starts_with('(') => line.find("):")? + 1,
        colon => colon,
    };
    Some((line[..at].trim(), &line[at + 1..]))
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(|c| c.is_ascii_alphanumeric())
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// XPath as CSS. `None` where CSS has no word for it or where it is beyond the subset that such files use: paths of
/// names, `@class = 'x'`, `contains`, `starts-with`, `and`, `or`, `not`, a number, `last()`, a path.
pub(super) fn css(xpath: &str) -> Option<String> {
    let paths: Option<Vec<String>> = top(xpath, "|").into_iter().map(|path| path_css(path.trim())).collect();
    paths.filter(|paths| paths.iter().all(|path| !path.is_empty())).map(|paths| paths.join(", "))
}

fn path_css(path: &str) -> Option<String> {
    let inner = ["normalize-space(", "string("].iter().find_map(|name| path.strip_prefix(name)?.strip_suffix(')'));
    let path = inner.unwrap_or(path).trim();
    let path = path.strip_prefix('(').and_then(|path| path.strip_suffix(')')).unwrap_or(path);
    let mut out = String::new();
    let mut rest = path.strip_prefix('.').unwrap_or(path);
    if !rest.starts_with('/') {
        return None;
    }
    while !rest.is_empty() {
        let (mut between, after) = match rest.strip_prefix("//") {
            Some(after) => (" ", after),
            None => (" > ", rest.strip_prefix('/')?),
        };
        let end = top(after, "/").first().map_or(after.len(), |step| step.len());
        let (mut step, after) = after.split_at(end);
        rest = after;
        // What follows is the element's text or attribute: the element says it.
        if (step == "text()" || step.starts_with('@')) && rest.is_empty() {
            break;
        }
        for (axis, sign) in [("child::", between), ("descendant::", " "), ("following-sibling::", " ~ ")] {
            if let Some(bare) = step.strip_prefix(axis) {
                (step, between) = (bare, sign);
            }
        }
        if !out.is_empty() {
            out.push_str(between);
        }
        out.push_str(&step_css(step)?);
    }
    Some(out)
}

/// A name with conditions.
fn step_css(step: &str) -> Option<String> {
    let end = step.find('[').unwrap_or(step.len());
    let name = step[..end].trim();
    if !(name == "*" || name.starts_with(|c: char| c.is_ascii_alphabetic())) || name.contains(['(', ':', '.']) {
        return None;
    }
    let mut out = if name == "*" { String::new() } else { name.to_ascii_lowercase() };
    let mut rest = step[end..].trim();
    while let Some(inner) = rest.strip_prefix('[') {
        let end = top(inner, "]").first().map(|inner| inner.len()).filter(|end| *end < inner.len())?;
        let condition = inner[..end].trim();
        let of = if name == "*" { "child" } else { "of-type" };
        if let Ok(number) = condition.parse::<u32>() {
            out.push_str(&format!(":nth-{of}({number})"));
        } else if condition == "last()" {
            out.push_str(&format!(":nth-last-{of}(1)"));
        } else {
            out.push_str(&condition_css(condition, 0)?);
        }
        rest = inner[end + 1..].trim();
    }
    (rest.is_empty()).then(|| if out.is_empty() { "*".to_owned() } else { out })
}

fn condition_css(text: &str, depth: usize) -> Option<String> {
    let text = text.trim();
    if depth > 8 {
        return None;
    }
    let several = |sign: &str| {
        let parts = top(text, sign);
        let parts: Option<Vec<String>> = parts.iter().map(|part| condition_css(part, depth + 1)).collect();
        parts
    };
    if top(text, " or ").len() > 1 {
        return several(" or ").map(|parts| format!(":is({})", parts.join(", ")));
    }
    if top(text, " and ").len() > 1 {
        return several(" and ").map(|parts| parts.concat());
    }
    if let Some(inner) = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
        return condition_css(inner, depth + 1);
    }
    if let Some(inner) = function(text, "not") {
        return condition_css(inner, depth + 1).map(|inner| format!(":not({inner})"));
    }
    for (name, sign) in [("contains", "*="), ("starts-with", "^=")] {
        if let Some(inner) = function(text, name) {
            let arguments = top(inner, ",");
            let [what, value] = arguments.as_slice() else { return None };
            let value = literal(value)?;
            let padded = what.trim().starts_with("concat(") && value.starts_with(' ') && value.ends_with(' ');
            let sign = if padded { "~=" } else { sign };
            return Some(format!("[{}{sign}{}]", attribute(what)?, quoted(value.trim())));
        }
    }
    if let [what, value] = top(text, "=").as_slice() {
        return Some(format!("[{}={}]", attribute(what)?, quoted(literal(value)?)));
    }
    if text.starts_with('@') {
        return attribute(text).map(|name| format!("[{name}]"));
    }
    let relative = match text.strip_prefix("./").filter(|rest| !rest.starts_with('/')) {
        Some(rest) => format!("> {}", path_css(&format!("//{rest}"))?),
        None if text.starts_with(".//") || text.starts_with("//") => path_css(text)?,
        None if text.starts_with(|c: char| c.is_ascii_alphabetic()) => {
            format!("> {}", path_css(&format!("//{}", text.strip_prefix("child::").unwrap_or(text)))?)
        }
        None => return None,
    };
    Some(format!(":has({relative})"))
}

/// The arguments of a function, if that is all of the text.
fn function<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.strip_prefix(name)?.trim_start().strip_prefix('(')?.strip_suffix(')')
}

fn literal(text: &str) -> Option<&str> {
    let text = text.trim();
    ['"', '\''].iter().find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote))
}

/// The name in `@name`, `normalize-space(@name)`, `concat(' ', @name, ' ')`.
fn attribute(text: &str) -> Option<&str> {
    let text = text.trim();
    if let Some(inner) = function(text, "normalize-space") {
        return attribute(inner);
    }
    if let Some(inner) = function(text, "concat") {
        let mut named = top(inner, ",").into_iter().filter_map(attribute);
        return named.next();
    }
    let name = text.strip_prefix('@')?;
    (!name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')).then_some(name)
}

/// The parts of a text between signs that stand outside of brackets and quotes.
fn top<'a>(text: &'a str, sign: &str) -> Vec<&'a str> {
    let (mut depth, mut quote, mut start) = (0_usize, None, 0);
    let mut parts = Vec::new();
    for (index, c) in text.char_indices() {
        if depth == 0 && quote.is_none() && index >= start && text[index..].starts_with(sign) {
            parts.push(&text[start..index]);
            start = index + sign.len();
            if sign == "]" {
                break;
            }
            continue;
        }
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '(' | '[') => depth += 1,
            (None, ')' | ']') => depth = depth.saturating_sub(1),
            (None, _) => {}
        }
    }
    parts.push(text.get(start..).unwrap_or_default());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_selectors() {
        let of = |xpath: &str| css(xpath).unwrap_or_default();
        assert_eq!(of("//div[@class='a b']//p"), "div[class=\"a b\"] p");
        assert_eq!(of("//*[@id = \"x\"]/div[2]"), "[id=\"x\"] > div:nth-of-type(2)");
        assert_eq!(of("//p[contains(@class, 'ad')] | //aside"), "p[class*=\"ad\"], aside");
        assert_eq!(of("//div[contains(concat(' ', normalize-space(@class), ' '), ' x ')]"), "div[class~=\"x\"]");
        assert_eq!(of("//a[@x or @y and not(@z)]"), "a:is([x], [y]:not([z]))");
        assert_eq!(of("//meta[@name='author']/@content"), "meta[name=\"author\"]");
        assert_eq!(of("//div[.//img]/p[last()]"), "div:has(img) > p:nth-last-of-type(1)");
        assert_eq!(of("//h1/following-sibling::div[starts-with(@id,'a/b')]"), "h1 ~ div[id^=\"a/b\"]");
        for beyond in
            ["//p[contains(., 'x')]", "//p/..", "substring-after(//p, 'By')", "p", "//p[", "//p[position()<3]", ""]
        {
            assert_eq!(css(beyond), None, "{beyond}");
        }
    }

    #[test]
    fn directives_are_read_as_they_are() {
        let text = "# comment\nbody: //div[@id='c']\nstrip_id_or_class: 'share'\nreplace_string(a:(b): c\nwrap_in(H2): //b\n\
                    find_string: <x>\nreplace_string: <y>\ntidy: no\nstrip: //p/..\ntest_url: http://a.org/";
        let (platform, skipped) = read("example.org", text);
        assert_eq!(platform.site, ["example.org"]);
        assert_eq!(platform.content, ["div[id=\"c\"]"]);
        assert_eq!(platform.drop, ["[id*=\"share\"], [class*=\"share\"]"]);
        assert_eq!(platform.replace, [("a:(b".into(), "c".into()), ("<x>".into(), "<y>".into())]);
        assert_eq!(platform.wrap, [("h2".into(), "b".into())]);
        assert_eq!(skipped, ["line 9: strip: //p/.."]);
        assert_eq!(read("rules", "").0.site, [""; 0]);
    }
}
