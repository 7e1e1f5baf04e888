//! MathML as a tree: read as it comes, well-formed or not.

/// Elements nested deeper than this are left out; the normalizer never nests so deep.
pub(in super::super) const DEEPEST: usize = 100;

/// A piece of MathML.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Element {
    /// Its name without a prefix; the root of all has none.
    pub(in super::super) name: String,
    /// Its own text, for those that hold no others.
    pub(in super::super) text: String,
    /// What is in it.
    pub(in super::super) children: Vec<Element>,
    /// Those of its attributes that say how it is set.
    attributes: Vec<(&'static str, String)>,
}

/// The attributes that are heeded.
const ATTRIBUTES: [&str; 29] = [
    "accent",
    "accentunder",
    "class",
    "close",
    "columnalign",
    "columnlines",
    "columnspacing",
    "columnspan",
    "depth",
    "displaystyle",
    "fence",
    "form",
    "height",
    "largeop",
    "linethickness",
    "lspace",
    "mathvariant",
    "maxsize",
    "minsize",
    "movablelimits",
    "notation",
    "open",
    "rowlines",
    "rowspacing",
    "rspace",
    "scriptlevel",
    "separators",
    "stretchy",
    "width",
];
/// Longer values say nothing.
const LONGEST: usize = 256;

impl Element {
    /// The value of an attribute, without white space around it.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| *known == name).map(|(_, value)| value.trim())
    }

    /// What an attribute that is true or false says.
    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        match self.value(name)? {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    /// Its text if that is one character.
    pub(super) fn character(&self) -> Option<char> {
        let mut chars = self.text.chars();
        chars.next().filter(|_| chars.next().is_none())
    }

    /// How many elements it is made of, itself among them.
    pub(super) fn count(&self) -> usize {
        self.children.iter().map(Self::count).sum::<usize>() + 1
    }
}

/// Reads MathML, well-formed or not: what does not close is closed at the end.
pub(in super::super) fn parse(xml: &str) -> Element {
    let mut open = vec![Element::default()];
    let mut rest = xml;
    while let Some(at) = rest.find('<') {
        let (content, tag) = rest.split_at(at);
        push_text(&mut open, content);
        let Some(end) = tag.find('>') else { break };
        let inside = &tag[1..end];
        rest = &tag[end + 1..];
        match inside.as_bytes().first() {
            Some(b'!' | b'?') | None => {}
            Some(b'/') => close(&mut open, inside.trim_start_matches('/').trim()),
            Some(_) => {
                let name = inside.split([' ', '/', '\n', '\t', '\r']).next().unwrap_or_default();
                let name = name.rsplit(':').next().unwrap_or_default().to_owned();
                open.push(Element { name, attributes: attributes(inside), ..Element::default() });
                if inside.ends_with('/') || open.len() > DEEPEST {
                    fold(&mut open);
                }
            }
        }
    }
    while open.len() > 1 {
        fold(&mut open);
    }
    open.pop().unwrap_or_default()
}

fn close(open: &mut Vec<Element>, name: &str) {
    let name = name.rsplit(':').next().unwrap_or_default();
    if open.len() > 1 && open.last().is_some_and(|element| element.name == name) {
        fold(open);
    }
}

/// The innermost open element becomes a child of the one around it.
fn fold(open: &mut Vec<Element>) {
    if let Some(done) = open.pop() {
        let mut done = if done.name == "mfenced" { fenced(done) } else { done };
        // Other spaces than these are wanted as they are.
        done.text = done.text.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
        if let Some(parent) = open.last_mut() {
            parent.children.push(done);
        }
    }
}

/// `mfenced` as the row that it stands for (MathML 3 3.3.8).
fn fenced(element: Element) -> Element {
    let operator = |sign: &str| Element { name: "mo".to_owned(), text: sign.to_owned(), ..Element::default() };
    let value = |name: &str, usual: &str| element.value(name).unwrap_or(usual).to_owned();
    let (open, close) = (value("open", "("), value("close", ")"));
    let separators: Vec<char> = value("separators", ",").chars().filter(|c| !c.is_whitespace()).collect();
    let mut row = Element { name: "mrow".to_owned(), ..Element::default() };
    let count = element.children.len();
    row.children.extend(Some(operator(&open)).filter(|_| !open.is_empty()));
    for (index, child) in element.children.into_iter().enumerate() {
        row.children.push(child);
        if let Some(sign) = separators.get(index).or(separators.last()).filter(|_| index + 1 < count) {
            row.children.push(operator(&sign.to_string()));
        }
    }
    row.children.extend(Some(operator(&close)).filter(|_| !close.is_empty()));
    row
}

fn push_text(open: &mut [Element], content: &str) {
    let Some(element) = open.last_mut() else { return };
    let mut rest = content;
    while let Some(at) = rest.find('&') {
        let (before, entity) = rest.split_at(at);
        element.text.push_str(before);
        let Some(end) = entity.find(';') else {
            rest = entity;
            break;
        };
        element.text.extend(character(&entity[1..end]));
        rest = &entity[end + 1..];
    }
    element.text.push_str(rest);
}

fn character(entity: &str) -> Option<char> {
    match entity {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        number => {
            let number = number.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|c| !c.is_control())
        }
    }
}

/// The attributes in a tag that are heeded.
fn attributes(tag: &str) -> Vec<(&'static str, String)> {
    let mut out: Vec<(&'static str, String)> = Vec::new();
    let mut rest = tag;
    while let Some((name, after)) = rest.split_once('=') {
        let name = name.trim_end().split([' ', '\t', '\n', '\r', '"', '\'']).next_back().unwrap_or_default();
        let after = after.trim_start();
        let Some(quote) = after.chars().next().filter(|c| matches!(c, '"' | '\'')) else { break };
        let Some((value, behind)) = after.get(1..).and_then(|after| after.split_once(quote)) else { break };
        if let Some(known) = ATTRIBUTES.iter().find(|known| **known == name)
            && value.len() <= LONGEST
            && out.iter().all(|(before, _)| before != known)
        {
            out.push((known, unescaped(value)));
        }
        rest = behind;
    }
    out
}

fn unescaped(value: &str) -> String {
    let mut open = [Element::default()];
    push_text(&mut open, value);
    let [element] = open;
    element.text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_read() {
        let root = parse(
            "<math><mo stretchy=\"false\" form = 'prefix' onclick=\"x=1\" open='&lt;'>(</mo><mspace width=\"1em\"/><mi x=y width='2'>a</mi></math>",
        );
        let math = &root.children[0];
        assert_eq!(math.children[0].flag("stretchy"), Some(false));
        assert_eq!(math.children[0].value("form"), Some("prefix"));
        assert_eq!(math.children[0].value("open"), Some("<"));
        assert_eq!(math.children[1].value("width"), Some("1em"));
        assert_eq!(math.children[2].value("width"), None);
        assert_eq!((root.count(), math.children[2].character()), (5, Some('a')));
    }

    #[test]
    fn fences_are_operators() {
        let root = parse("<mfenced open='[' separators=';,'><mi>a</mi><mi>b</mi><mi>c</mi><mi>d</mi></mfenced>");
        let texts: Vec<&str> = root.children[0].children.iter().map(|child| child.text.as_str()).collect();
        assert_eq!(texts, ["[", "a", ";", "b", ",", "c", ",", "d", ")"]);
    }
}
