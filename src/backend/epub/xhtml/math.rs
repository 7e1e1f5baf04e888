//! Formulas: MathML where the source has it, TeX where not.

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::{Body, escape};
use crate::model::Math;

/// The presentation elements that are kept (MathML 3 ch. 3): what they hold is shown. Of `semantics` the first child is kept.
const ELEMENTS: &[&str] = &[
    "math",
    "mi",
    "mn",
    "mo",
    "ms",
    "mtext",
    "mspace",
    "mrow",
    "mfrac",
    "msqrt",
    "mroot",
    "mstyle",
    "merror",
    "mpadded",
    "mphantom",
    "mfenced",
    "menclose",
    "msub",
    "msup",
    "msubsup",
    "munder",
    "mover",
    "munderover",
    "mmultiscripts",
    "mprescripts",
    "none",
    "mtable",
    "mtr",
    "mtd",
    "semantics",
];

/// Their attributes that are kept: those that change how a formula reads.
const ATTRIBUTES: &[&str] = &[
    "accent",
    "accentunder",
    "align",
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
    "rowalign",
    "rowlines",
    "rowspacing",
    "rowspan",
    "rspace",
    "scriptlevel",
    "separator",
    "separators",
    "stretchy",
    "symmetric",
    "voffset",
    "width",
];

impl Body<'_> {
    /// A formula; `display` if it stands on its own line.
    pub(super) fn math(&mut self, math: &Math, display: bool) {
        if let Some(clean) = math.mathml.as_deref().and_then(|mathml| clean(mathml, &math.tex, display)) {
            self.facts.mathml.insert(self.number);
            self.markup.raw(&clean);
        } else if !math.tex.is_empty() {
            self.facts.tex += 1;
            self.markup.leaf("code", &[("class", "tex"), ("dir", "ltr")], &math.tex);
        }
    }
}

/// MathML less all that is not on the lists, with the TeX as its words. `None` if it is not well-formed or is no
/// `math` element.
fn clean(mathml: &str, tex: &str, display: bool) -> Option<String> {
    let mut reader = Reader::from_str(mathml.trim());
    let mut out = String::new();
    let mut open: Vec<String> = Vec::new();
    let mut dropped = 0_usize;
    let mut whole = false;
    loop {
        match reader.read_event().ok()? {
            Event::Eof => return (whole && open.is_empty()).then_some(out),
            Event::Start(_) | Event::Empty(_) if whole => return None,
            Event::Start(_) if dropped > 0 => dropped += 1,
            Event::End(_) if dropped > 0 => dropped -= 1,
            _ if dropped > 0 => {}
            Event::Start(start) => match kept(&start, &open)? {
                true => {
                    tag(&start, (tex, display), &mut out)?;
                    out.push('>');
                    open.push(local(&start));
                }
                false => dropped = 1,
            },
            Event::Empty(start) => {
                if kept(&start, &open)? {
                    tag(&start, (tex, display), &mut out)?;
                    out.push_str("/>");
                    whole = open.is_empty();
                }
            }
            Event::End(_) => {
                out.push_str(&format!("</{}>", open.pop()?));
                whole = open.is_empty();
            }
            Event::Text(text) => escape(&text.xml10_content(), &mut out),
            Event::GeneralRef(reference) => {
                let c = match reference.resolve_char_ref().ok()? {
                    Some(c) => c.to_string(),
                    None => quick_xml::escape::resolve_xml_entity(&reference)?.to_owned(),
                };
                escape(&c, &mut out);
            }
            Event::CData(data) => escape(&data.xml10_content(), &mut out),
            Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
            Event::DocType(_) => return None,
        }
    }
}

fn local(start: &BytesStart<'_>) -> String {
    start.local_name().as_ref().to_owned()
}

/// Whether an element is kept; `None` if the whole is no formula.
fn kept(start: &BytesStart<'_>, open: &[String]) -> Option<bool> {
    let name = local(start);
    if open.is_empty() {
        return (name == "math").then_some(true);
    }
    Some(name != "math" && ELEMENTS.contains(&name.as_str()))
}

fn tag(start: &BytesStart<'_>, root: (&str, bool), out: &mut String) -> Option<()> {
    let name = local(start);
    out.push('<');
    out.push_str(&name);
    if name == "math" {
        out.push_str(" xmlns=\"http://www.w3.org/1998/Math/MathML\"");
        let (tex, display) = root;
        if display {
            out.push_str(" display=\"block\"");
        }
        if !tex.is_empty() {
            out.push_str(" alttext=\"");
            escape(tex, out);
            out.push('"');
        }
    }
    for attribute in start.attributes() {
        let attribute = attribute.ok()?;
        let key = attribute.key.as_ref();
        if ATTRIBUTES.contains(&key) && name != "math" {
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?;
            out.push_str(&format!(" {key}=\""));
            escape(&value, out);
            out.push('"');
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn only_what_is_shown_is_kept() {
        let source = "<math xmlns='x' display='inline' onclick='x'><semantics><mrow><mi mathvariant='bold' href='http://x'>x</mi>\
                      <mo>&lt;</mo><mn>1</mn><script>alert(1)</script></mrow><annotation>x&lt;1</annotation></semantics></math>";
        let expected = "<math xmlns=\"http://www.w3.org/1998/Math/MathML\" alttext=\"x&lt;1\"><semantics><mrow>\
                        <mi mathvariant=\"bold\">x</mi><mo>&lt;</mo><mn>1</mn></mrow></semantics></math>";
        assert_eq!(clean(source, "x<1", false).unwrap(), expected);
    }

    #[test]
    fn what_is_no_formula_is_refused() {
        for bad in
            ["", "x", "<p/>", "<math><mi>x</math>", "<math/><math/>", "<math>&nbsp;</math>", "<!DOCTYPE math><math/>"]
        {
            assert_eq!(clean(bad, "", false), None, "{bad}");
        }
    }
}
