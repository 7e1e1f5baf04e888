//! A writer of XML in which elements and attributes are names of this crate, never the source's, text is escaped, and characters that XML 1.0 does not allow are dropped (XML 1.0 §2.2).

/// XML text under way. Elements are closed in the order in which they were opened, and all are closed in the end.
#[derive(Default)]
pub(in crate::backend::epub) struct Markup {
    out: String,
    open: Vec<&'static str>,
}

impl Markup {
    /// Opens an element.
    pub(in crate::backend::epub) fn open(&mut self, element: &'static str, attributes: &[(&'static str, &str)]) {
        self.tag(element, attributes);
        self.out.push('>');
        self.open.push(element);
    }

    /// Writes an element that holds nothing.
    pub(in crate::backend::epub) fn empty(&mut self, element: &'static str, attributes: &[(&'static str, &str)]) {
        self.tag(element, attributes);
        self.out.push_str("/>");
    }

    /// Whether one of these elements is open.
    pub(in crate::backend::epub) fn is_within(&self, elements: &[&str]) -> bool {
        self.open.iter().any(|open| elements.contains(open))
    }

    /// Closes the element that was opened last.
    pub(in crate::backend::epub) fn close(&mut self) {
        if let Some(element) = self.open.pop() {
            self.out.push_str("</");
            self.out.push_str(element);
            self.out.push('>');
        }
    }

    /// Writes text.
    pub(in crate::backend::epub) fn text(&mut self, text: &str) {
        escape(text, &mut self.out);
    }

    /// An element that holds text alone.
    pub(in crate::backend::epub) fn leaf(
        &mut self,
        element: &'static str,
        attributes: &[(&'static str, &str)],
        text: &str,
    ) {
        self.open(element, attributes);
        self.text(text);
        self.close();
    }

    /// A line break between blocks, for those who read the file itself.
    pub(in crate::backend::epub) fn line(&mut self) {
        self.out.push('\n');
    }

    /// Markup that this crate wrote before.
    pub(in crate::backend::epub) fn raw(&mut self, written: &str) {
        self.out.push_str(written);
    }

    /// All that was written, every element closed.
    pub(in crate::backend::epub) fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        self.out
    }

    fn tag(&mut self, element: &'static str, attributes: &[(&'static str, &str)]) {
        self.out.push('<');
        self.out.push_str(element);
        for (name, value) in attributes {
            self.out.push(' ');
            self.out.push_str(name);
            self.out.push_str("=\"");
            escape(value, &mut self.out);
            self.out.push('"');
        }
    }
}

/// Appends text with `& < > "` as references, without the characters that XML 1.0 does not allow or that say nothing
/// (U+FFFE, U+FFFF; security: a control character would keep the book from opening). U+0000 becomes U+FFFD.
pub(in crate::backend::epub) fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\0' => out.push('\u{FFFD}'),
            c if allowed(c) => out.push(c),
            _ => {}
        }
    }
}

/// Whether XML 1.0 §2.2 allows a character, less the noncharacters of each plane and the discouraged C1 controls.
pub(in crate::backend::epub) fn allowed(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' => true,
        '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{FDD0}'..='\u{FDEF}' => false,
        c => u32::from(c) & 0xFFFE != 0xFFFE,
    }
}

/// One line of text fit for titles and names: no control character, no formatting character that could turn what
/// stands beside it around (bidirectional embeddings and isolates, tags), white space collapsed.
pub(in crate::backend::epub) fn one_line(text: &str) -> String {
    let visible = |c: &char| {
        (allowed(*c) || *c == '\0')
            && !matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
    };
    let clean: String = text.chars().filter(visible).map(|c| if c == '\0' { '\u{FFFD}' } else { c }).collect();
    clean.split([' ', '\t', '\n', '\r']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A web address fit for an attribute: what RFC 3986 does not allow is percent-encoded. `None` if it does not lead to
/// `http`, `https` or `mailto`.
pub(in crate::backend::epub) fn address(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once(':')?;
    let scheme = scheme.to_ascii_lowercase();
    let web = matches!(scheme.as_str(), "http" | "https") && rest.len() > 2 && rest.starts_with("//");
    if !web && (scheme != "mailto" || rest.is_empty()) || web && has_empty_label(rest) {
        return None;
    }
    let mut out = format!("{scheme}:");
    let mut fragment = false;
    for (at, c) in rest.char_indices() {
        match c {
            '%' if !escaped(rest.as_bytes(), at) => out.push_str("%25"),
            '#' if std::mem::replace(&mut fragment, true) => out.push_str("%23"),
            '[' | ']' if !within_host(rest, at) => encode(c, &mut out),
            c if c.is_ascii_graphic() && !matches!(c, '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}') => {
                out.push(c)
            }
            c if !c.is_ascii() && within_host(rest, at) => out.push(c),
            c => encode(c, &mut out),
        }
    }
    Some(out)
}

/// Whether a host lacks a name between two dots, or before the first (RFC 3986 §3.2.2, WHATWG URL §3.3): no such host exists.
fn has_empty_label(rest: &str) -> bool {
    let host = rest.trim_start_matches('/').split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let host = host.split(':').next().unwrap_or_default();
    host.strip_suffix('.').unwrap_or(host).split('.').any(str::is_empty) && !host.is_empty()
}

fn escaped(bytes: &[u8], at: usize) -> bool {
    bytes.get(at + 1..at + 3).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
}

fn within_host(rest: &str, at: usize) -> bool {
    !rest.get(2..at).unwrap_or_default().contains(['/', '?', '#'])
}

fn encode(c: char, out: &mut String) {
    for byte in c.encode_utf8(&mut [0; 4]).bytes() {
        out.push_str(&format!("%{byte:02X}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_does_not_allow_is_dropped() {
        let mut out = String::new();
        escape("a\u{8}&<>\"]]>\u{FFFF}\0\u{1F600}é", &mut out);
        assert_eq!(out, "a&amp;&lt;&gt;&quot;]]&gt;\u{FFFD}\u{1F600}é");
    }

    #[test]
    fn titles_keep_their_letters_and_lose_what_turns_them() {
        assert_eq!(one_line(" a\n b\u{202E}c\u{8} שלום\u{200D} "), "a bc שלום\u{200D}");
    }

    #[test]
    fn addresses_are_valid_or_none() {
        assert_eq!(address("https://a.example/é b?q=%zz#x#y").unwrap(), "https://a.example/%C3%A9%20b?q=%25zz#x%23y");
        assert_eq!(address("HTTPS://a.example/%e8[1]").unwrap(), "https://a.example/%e8%5B1%5D");
        assert_eq!(address("https://[::1]:80/").unwrap(), "https://[::1]:80/");
        assert_eq!(address("https://a.example./").unwrap(), "https://a.example./");
        for bad in ["https://.a.example/x", "https://a..example", "http://./"] {
            assert_eq!(address(bad), None, "{bad}");
        }
        for bad in ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//x", "x", "https:", "mailto:"] {
            assert_eq!(address(bad), None, "{bad}");
        }
    }

    #[test]
    fn every_element_is_closed() {
        let mut markup = Markup::default();
        markup.open("p", &[("class", "a\"b")]);
        markup.leaf("em", &[], "x");
        markup.empty("br", &[]);
        assert_eq!(markup.finish(), "<p class=\"a&quot;b\"><em>x</em><br/></p>");
    }
}
