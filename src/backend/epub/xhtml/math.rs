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
            Event::Text(text) => said(&text.xml10_content(), &open, &mut out)?,
            Event::GeneralRef(reference) => {
                let c = match reference.resolve_char_ref().ok()? {
                    Some(c) => c.to_string(),
                    None => quick_xml::escape::resolve_xml_entity(&reference)?.to_owned(),
                };
                said(&c, &open, &mut out)?;
            }
            Event::CData(data) => said(&data.xml10_content(), &open, &mut out)?,
            Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
            Event::DocType(_) => return None,
        }
    }
}

/// Text stands in elements for it (MathML 3 §3.1.5), in a row of others in one of its own. `None` where there is a number
/// of others, of which it would be one too many.
fn said(text: &str, open: &[String], out: &mut String) -> Option<()> {
    let blank = text.chars().all(|c| matches!(c, ' ' | '\t' | '\n' | '\r'));
    match open.last().map(String::as_str) {
        Some("mi" | "mn" | "mo" | "ms" | "mtext") => escape(text, out),
        _ if blank => escape(text, out),
        Some("math" | "mrow" | "mstyle" | "merror" | "mpadded" | "mphantom" | "menclose" | "msqrt" | "mtd") => {
            out.push_str("<mtext>");
            escape(text, out);
            out.push_str("</mtext>");
        }
        _ => return None,
    }
    Some(())
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
    fn text_has_an_element_of_its_own() {
        let head = "<math xmlns=\"http://www.w3.org/1998/Math/MathML\">";
        let expected = format!("{head}<mrow><mtext>a</mtext><mi>b</mi> <mtext>&amp;</mtext></mrow></math>");
        assert_eq!(clean("<math><mrow>a<mi>b</mi> &amp;</mrow></math>", "", false).unwrap(), expected);
        assert_eq!(clean("<math><mfrac>a<mi>b</mi></mfrac></math>", "", false), None);
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
