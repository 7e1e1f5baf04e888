//! What a style sheet loads, read as CSS reads it (CSS Syntax Level 3): names may be spelled with escapes, addresses stand in
//! strings and without, and comments say nothing.

use std::iter::Peekable;
use std::str::Chars;

/// What a sheet asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Load {
    /// By what: `@import`, `url`, `image-set`; `expression`, which runs a program, asks for none.
    pub by: String,
    /// The address, as it is meant.
    pub address: String,
}

/// Functions in which a string is an address (CSS Images Level 4, CSS Values Level 4).
const LOADERS: &[&str] = &["url", "src", "image", "image-set", "-webkit-image-set", "cross-fade", "-webkit-cross-fade"];
/// The most that is told of a sheet.
const MOST: usize = 10_000;

/// Everything that a style sheet, or a `style` attribute, loads.
pub fn loads(css: &str) -> Vec<Load> {
    let mut sheet = Sheet { rest: css.chars().peekable(), found: Vec::new() };
    // The functions that are open, and the rule whose address a string that comes is.
    let (mut open, mut rule) = (Vec::<String>::new(), Rule::Other);
    while let Some(&c) = sheet.rest.peek() {
        if sheet.found.len() >= MOST {
            break;
        }
        match c {
            '/' => sheet.comment(),
            '"' | '\'' => {
                let text = sheet.string();
                let by = open.iter().rev().find(|name| LOADERS.contains(&name.as_str())).cloned();
                match (rule, by) {
                    (Rule::Import, _) => sheet.found("@import", text),
                    (Rule::Other, Some(by)) => sheet.found(&by, text),
                    _ => {}
                }
                rule = if rule == Rule::Import { Rule::Other } else { rule };
            }
            '@' => {
                sheet.rest.next();
                rule = match sheet.name().as_str() {
                    "import" => Rule::Import,
                    "namespace" => Rule::Namespace,
                    _ => Rule::Other,
                };
            }
            '(' if open.len() < MOST => {
                sheet.rest.next();
                open.push(String::new());
            }
            ')' => {
                sheet.rest.next();
                open.pop();
            }
            ';' | '{' | '}' => {
                sheet.rest.next();
                // A bracket that is not closed ends with the rule around it.
                open.clear();
                rule = Rule::Other;
            }
            c if begins_a_name(c) => {
                let name = sheet.name();
                if sheet.rest.next_if_eq(&'(').is_some() {
                    if name == "expression" {
                        sheet.found(&name, String::new());
                    }
                    match name.as_str() {
                        "url" if rule == Rule::Namespace => {
                            let known = sheet.found.len();
                            sheet.address(&mut open);
                            sheet.found.truncate(known);
                        }
                        "url" => sheet.address(&mut open),
                        _ if open.len() < MOST => open.push(name),
                        _ => {}
                    }
                }
            }
            _ => drop(sheet.rest.next()),
        }
    }
    sheet.found
}

/// A rule that begins with `@`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rule {
    Import,
    /// Its address is a name and is not asked for (CSS Namespaces Level 3 §2).
    Namespace,
    Other,
}

fn begins_a_name(c: char) -> bool {
    c.is_ascii_alphabetic() || matches!(c, '-' | '_' | '\\') || !c.is_ascii()
}

struct Sheet<'a> {
    rest: Peekable<Chars<'a>>,
    found: Vec<Load>,
}

impl Sheet<'_> {
    fn found(&mut self, by: &str, address: String) {
        self.found.push(Load { by: by.to_owned(), address });
    }

    /// A stroke, and the comment that begins with it, if one does (§4.3.2).
    fn comment(&mut self) {
        self.rest.next();
        if self.rest.next_if_eq(&'*').is_none() {
            return;
        }
        let mut star = false;
        for c in self.rest.by_ref() {
            if star && c == '/' {
                return;
            }
            star = c == '*';
        }
    }

    /// A name in small letters, escapes undone (§4.3.11).
    fn name(&mut self) -> String {
        let mut name = String::new();
        while let Some(c) = self.rest.next_if(|c| begins_a_name(*c) || c.is_ascii_digit()) {
            match c {
                '\\' => name.extend(self.escape()),
                c => name.push(c),
            }
        }
        name.make_ascii_lowercase();
        name
    }

    /// A string without its quotes (§4.3.5); one that is not closed ends with its line.
    fn string(&mut self) -> String {
        let (mut text, quote) = (String::new(), self.rest.next());
        while let Some(c) = self.rest.next_if(|c| *c != '\n') {
            match c {
                c if Some(c) == quote => break,
                '\\' => text.extend(self.escape()),
                c => text.push(c),
            }
        }
        text
    }

    /// What stands after `url(`: a string, or an address without quotes up to the bracket (§4.3.6).
    fn address(&mut self, open: &mut Vec<String>) {
        while self.rest.next_if(|c| c.is_whitespace()).is_some() {}
        if matches!(self.rest.peek(), Some('"' | '\'')) {
            open.push("url".to_owned());
            return;
        }
        let mut text = String::new();
        while let Some(c) = self.rest.next() {
            match c {
                ')' => break,
                '\\' => text.extend(self.escape()),
                c => text.push(c),
            }
        }
        let text = text.trim().to_owned();
        self.found("url", text);
    }

    /// The character that an escape stands for, its backslash read (§4.3.7): up to six hexadecimal digits and a space,
    /// or any other character; a line break stands for nothing.
    fn escape(&mut self) -> Option<char> {
        let mut code = 0;
        let mut digits = 0;
        while digits < 6
            && let Some(digit) = self.rest.peek().and_then(|c| c.to_digit(16))
        {
            self.rest.next();
            (code, digits) = (code * 16 + digit, digits + 1);
        }
        if digits > 0 {
            self.rest.next_if(|c| c.is_whitespace());
            return Some(char::from_u32(code).filter(|c| *c != '\0').unwrap_or('\u{FFFD}'));
        }
        self.rest.next().filter(|c| *c != '\n')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(css: &str) -> Vec<String> {
        loads(css).into_iter().map(|load| format!("{} {}", load.by, load.address)).collect()
    }

    #[test]
    fn every_way_to_load_is_found() {
        for (css, expected) in [
            ("@import 'a.css';", "@import a.css"),
            ("@IMPORT/**/\"a.css\" print;", "@import a.css"),
            (r"@\69mport 'a.css';", "@import a.css"),
            ("@import url(a.css);", "url a.css"),
            ("p{background:URL( \n a.png )}", "url a.png"),
            (r"p{background:u\72 l(a.png)}", "url a.png"),
            (r#"p{background:\75\72\6C("h\74tp://x")}"#, "url http://x"),
            ("p{background:url('a(1).png')}", "url a(1).png"),
            (r"p{background:url(a\)b.png)}", "url a)b.png"),
            ("p{background:image-set('a.png' 1x)}", "image-set a.png"),
            ("p{background:-webkit-image-set(url(a.png) 1x)}", "url a.png"),
            ("@font-face{src:src('a.otf')}", "src a.otf"),
            ("p{width:expression(alert(1))}", "expression "),
            ("p{background:url(a.png", "url a.png"),
            ("@namespace 'a;'; p{background:url(a.png)} q{quotes:'\"'}", "url a.png"),
            ("@namespace url(b); @import url(a.css);", "url a.css"),
            ("p{content:'\\\n';background:url(a.png)}", "url a.png"),
        ] {
            assert_eq!(found(css), [expected], "{css}");
        }
        assert_eq!(found("p{background:url(a),url('b'),image-set('c' 1x,'d' 2x)}").len(), 4);
    }

    #[test]
    fn what_loads_nothing_is_left_alone() {
        for css in [
            "/* url(a.png) @import 'b' */",
            "p::before{content:'url(a.png)'}",
            "p{content:\"@import 'x'\"}",
            "@charset 'utf-8'; @namespace 'x';",
            "@namespace svg url(http://www.w3.org/2000/svg);",
            "@namespace url('http://www.w3.org/1999/xhtml');",
            "a[href='http://x']{color:red}",
            "p{font-family:'url'; quotes:'(' ')'}",
            "@media print{p{content:'x'}}",
        ] {
            assert_eq!(found(css), [] as [&str; 0], "{css}");
        }
    }
}
