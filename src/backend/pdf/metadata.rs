//! What the file says of itself: the information dictionary and the same in XMP (ISO 32000-1 §14.3, ISO 16684-1).

use lopdf::{Dictionary, Object, Stream, dictionary};

use super::Standard;
use crate::layout::frame::Properties;

/// What made it. No version: two versions that write the same pages write the same file.
const PRODUCER: &str = "Offprint";

/// The information dictionary.
pub(super) fn information(properties: &Properties) -> Dictionary {
    let mut dict = dictionary! {
        "Title" => super::text_string(&properties.title),
        "Producer" => super::text_string(PRODUCER),
        "Creator" => super::text_string(PRODUCER),
    };
    if !properties.creators.is_empty() {
        dict.set("Author", super::text_string(&properties.creators.join("; ")));
    }
    if let Some(description) = &properties.description {
        dict.set("Subject", super::text_string(description));
    }
    if !properties.subjects.is_empty() {
        dict.set("Keywords", super::text_string(&properties.subjects.join(", ")));
    }
    if let Some(date) = date(&properties.modified) {
        dict.set("CreationDate", Object::string_literal(date.as_str()));
        dict.set("ModDate", Object::string_literal(date));
    }
    dict
}

/// `D:YYYYMMDDhhmmssZ` (ISO 32000-1 §7.9.4) of `YYYY-MM-DDThh:mm:ssZ`; `None` for anything else.
fn date(modified: &str) -> Option<String> {
    let shape = b"0000-00-00T00:00:00Z";
    let fits = |(byte, shape): (u8, &u8)| if *shape == b'0' { byte.is_ascii_digit() } else { byte == *shape };
    let whole = modified.len() == shape.len() && modified.bytes().zip(shape).all(fits);
    whole.then(|| format!("D:{}Z", modified.chars().filter(char::is_ascii_digit).collect::<String>()))
}

/// The XMP packet, uncompressed so that programs that know no PDF find it (ISO 16684-1 §7.3), with the claims that
/// the file makes.
pub(super) fn packet(properties: &Properties, standard: Standard) -> Stream {
    let dict = dictionary! { "Type" => "Metadata", "Subtype" => "XML" };
    Stream::new(dict, xmp(properties, standard).into_bytes()).with_compression(false)
}

fn xmp(properties: &Properties, standard: Standard) -> String {
    let mut xmp = String::from("<?xpacket begin=\"\u{FEFF}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n");
    xmp.push_str(
        "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n",
    );
    xmp.push_str("<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"");
    xmp.push_str(" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\"");
    xmp.push_str(
        " xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\" xmlns:pdfuaid=\"http://www.aiim.org/pdfua/ns/id/\"",
    );
    simple_properties(&mut xmp, properties);
    claims(&mut xmp, standard);
    xmp.push_str(">\n");
    lists(&mut xmp, properties);
    xmp.push_str("</rdf:Description>\n");
    if standard == Standard::A2a {
        xmp.push_str(UA_SCHEMA);
    }
    xmp.push_str("</rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>");
    xmp
}

/// Those with one value, which are attributes (ISO 16684-1 §7.9.2.2): shorter than elements.
fn simple_properties(xmp: &mut String, properties: &Properties) {
    simple(xmp, "dc:identifier", &properties.identifier);
    if let [only] = properties.sources.as_slice() {
        simple(xmp, "dc:source", only);
    }
    if date(&properties.modified).is_some() {
        for name in ["xmp:CreateDate", "xmp:ModifyDate", "xmp:MetadataDate"] {
            simple(xmp, name, &properties.modified);
        }
    }
    simple(xmp, "xmp:CreatorTool", PRODUCER);
    simple(xmp, "pdf:Producer", PRODUCER);
    if !properties.subjects.is_empty() {
        simple(xmp, "pdf:Keywords", &super::shortened(&properties.subjects.join(", ")));
    }
}

/// Those with several values or one a language.
fn lists(xmp: &mut String, properties: &Properties) {
    list(xmp, "dc:title", "Alt", std::slice::from_ref(&properties.title));
    list(xmp, "dc:creator", "Seq", &properties.creators);
    list(xmp, "dc:language", "Bag", std::slice::from_ref(&properties.language));
    list(xmp, "dc:subject", "Bag", &properties.subjects);
    list(xmp, "dc:description", "Alt", properties.description.as_slice());
    if properties.sources.len() > 1 {
        list(xmp, "dc:relation", "Bag", &properties.sources);
    }
}

/// PDF/A-2 (ISO 19005-2 §6.6.4), PDF/UA-1 (ISO 14289-1 §5).
fn claims(xmp: &mut String, standard: Standard) {
    if let Standard::A2a | Standard::A2b = standard {
        simple(xmp, "pdfaid:part", "2");
        simple(xmp, "pdfaid:conformance", if standard == Standard::A2a { "A" } else { "B" });
    }
    if standard.is_tagged() {
        simple(xmp, "pdfuaid:part", "1");
    }
}

/// PDF/A wants properties that it does not know described (ISO 19005-2 §6.6.2.3); `pdfuaid:part` is one.
const UA_SCHEMA: &str = "<rdf:Description rdf:about=\"\" xmlns:pdfaExtension=\"http://www.aiim.org/pdfa/ns/extension/\" \
xmlns:pdfaSchema=\"http://www.aiim.org/pdfa/ns/schema#\" xmlns:pdfaProperty=\"http://www.aiim.org/pdfa/ns/property#\">\n\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType=\"Resource\">\
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>\
<pdfaSchema:property><rdf:Seq><rdf:li pdfaProperty:name=\"part\" pdfaProperty:valueType=\"Integer\" \
pdfaProperty:category=\"internal\" pdfaProperty:description=\"Part of ISO 14289\"/></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>\n</rdf:Description>\n";

fn simple(xmp: &mut String, name: &str, value: &str) {
    xmp.push_str(&format!(" {name}=\"{}\"", escape(value)));
}

fn list(xmp: &mut String, name: &str, kind: &str, values: &[String]) {
    if values.is_empty() {
        return;
    }
    let language = if kind == "Alt" { " xml:lang=\"x-default\"" } else { "" };
    xmp.push_str(&format!("<{name}><rdf:{kind}>"));
    for value in values {
        // As in the information dictionary, with which programs compare it.
        xmp.push_str(&format!("<rdf:li{language}>{}</rdf:li>", escape(&super::shortened(value))));
    }
    xmp.push_str(&format!("</rdf:{kind}></{name}>\n"));
}

/// Text of an XML 1.0 element or attribute; characters that XML cannot hold (§2.2) are left out.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\0'..='\x1F' | '\u{FFFE}' | '\u{FFFF}' => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_the_sources_own_or_none() {
        assert_eq!(date("2022-11-16T06:52:17Z").as_deref(), Some("D:20221116065217Z"));
        for bad in ["", "2022-11-16", "2022-11-16T06:52:17+08:00", "2022-11-16T06:52:1xZ"] {
            assert_eq!(date(bad), None, "{bad}");
        }
    }

    #[test]
    fn foreign_text_cannot_break_the_packet() {
        assert_eq!(escape("a<b>&c\u{1}\nd\""), "a&lt;b&gt;&amp;c d&quot;");
    }
}
