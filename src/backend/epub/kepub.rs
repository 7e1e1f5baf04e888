//! Kobo's form of EPUB, as Kobo's own books and kepubify have it: the text of each document within two `div`s, and each
//! sentence within a span whose id says the paragraph and the sentence. Kobo's reader keeps places by these ids.
//!
//! The marks are put into finished documents, so that they are the same whoever wrote the templates. Text stays as it is.
//! A span stands around a sentence, around a picture, and around ruby, code and formulas as a whole: never in them.

use std::io;

use icu_segmenter::SentenceSegmenter;
use icu_segmenter::options::SentenceBreakInvariantOptions;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::finish::{Content, Files};
use super::xhtml::escape;
use crate::parallel;

/// Elements with which a paragraph begins.
const PARAGRAPHS: &[&str] = &[
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "li",
    "dt",
    "dd",
    "td",
    "th",
    "caption",
    "figcaption",
    "pre",
    "blockquote",
    "aside",
    "section",
];

/// Elements that are never divided.
const WHOLE: &[&str] = &["ruby", "code", "math"];

/// What the reader does with the two `div`s, less the margins that it would give them.
const STYLE: &str = "\n#book-inner { margin-top: 0; margin-bottom: 0; }\n";

/// Marks all documents, on all cores.
///
/// # Errors
/// If one is no XML, which would be a fault of this backend.
pub(super) fn mark(files: &mut Files<'_>) -> io::Result<()> {
    if let Some(Content::Text(style)) = files.get_mut("OEBPS/stylesheet.css") {
        style.extend_from_slice(STYLE.as_bytes());
    }
    let documents = files.iter_mut().filter(|(name, _)| name.contains("/text/") && name.ends_with(".xhtml"));
    let all = documents.collect();
    let marks = parallel::map_owned_with(all, &|| (), &|(), (_, content): (_, &mut Content<'_>)| {
        if let Content::Text(bytes) = content {
            let text = std::str::from_utf8(bytes).map_err(io::Error::other)?;
            *bytes = marked(text)?.into_bytes();
        }
        Ok(())
    });
    marks.into_iter().collect()
}

/// A document with its marks.
fn marked(document: &str) -> io::Result<String> {
    let mut marker = Marker { out: String::with_capacity(document.len() * 2), ..Marker::default() };
    let mut reader = Reader::from_str(document);
    let mut from = 0;
    loop {
        let event = reader.read_event().map_err(io::Error::other)?;
        let to = usize::try_from(reader.buffer_position()).map_err(io::Error::other)?;
        let raw = document.get(from..to).unwrap_or_default();
        from = to;
        match event {
            Event::Eof => break,
            Event::Start(start) => marker.start(&start, raw),
            Event::Empty(start) => marker.empty(&start, raw),
            Event::End(end) => marker.end(end.local_name().as_ref(), raw),
            Event::Text(text) => marker.text(&text.xml10_content()),
            Event::GeneralRef(reference) => match resolved(&reference) {
                Some(text) => marker.text(&text),
                None => marker.raw(raw),
            },
            _ => marker.raw(raw),
        }
    }
    marker.flush();
    Ok(marker.out)
}

fn resolved(reference: &quick_xml::events::BytesRef<'_>) -> Option<String> {
    match reference.resolve_char_ref().ok()? {
        Some(c) => Some(c.to_string()),
        None => quick_xml::escape::resolve_xml_entity(reference).map(str::to_owned),
    }
}

/// A document under way.
#[derive(Default)]
struct Marker {
    out: String,
    in_body: bool,
    /// Depth within an element that is never divided.
    whole: usize,
    /// The text since the last mark-up.
    text: String,
    paragraph: usize,
    sentence: usize,
    /// Whether the next span is the first of a new paragraph.
    fresh: bool,
}

impl Marker {
    fn start(&mut self, start: &BytesStart<'_>, raw: &str) {
        let local = start.local_name();
        let name: &str = local.as_ref();
        if name == "body" {
            self.raw(raw);
            self.out.push_str("\n<div id=\"book-columns\"><div id=\"book-inner\">");
            (self.in_body, self.fresh) = (true, true);
        } else if self.in_body && (self.whole > 0 || WHOLE.contains(&name)) {
            if self.whole == 0 {
                self.flush();
                self.open();
            }
            self.whole += 1;
            self.raw(raw);
        } else {
            self.fresh |= PARAGRAPHS.contains(&name);
            self.raw(raw);
        }
    }

    fn empty(&mut self, start: &BytesStart<'_>, raw: &str) {
        let local = start.local_name();
        if self.in_body && self.whole == 0 && local.as_ref() == "img" {
            self.flush();
            self.open();
            self.out.push_str(raw);
            self.out.push_str("</span>");
        } else {
            self.raw(raw);
        }
    }

    fn end(&mut self, name: &str, raw: &str) {
        if name == "body" {
            self.flush();
            self.out.push_str("</div></div>\n");
            self.in_body = false;
        }
        self.raw(raw);
        if self.whole > 0 {
            self.whole -= 1;
            if self.whole == 0 {
                self.out.push_str("</span>");
            }
        } else {
            self.fresh |= PARAGRAPHS.contains(&name);
        }
    }

    fn text(&mut self, text: &str) {
        match self.in_body && self.whole == 0 {
            true => self.text.push_str(text),
            false => escape(text, &mut self.out),
        }
    }

    fn raw(&mut self, raw: &str) {
        self.flush();
        self.out.push_str(raw);
    }

    /// Opens a span.
    fn open(&mut self) {
        if std::mem::take(&mut self.fresh) {
            self.paragraph += 1;
            self.sentence = 0;
        }
        self.sentence += 1;
        self.out.push_str(&format!("<span class=\"koboSpan\" id=\"kobo.{}.{}\">", self.paragraph, self.sentence));
    }

    /// Writes the text so far, each sentence within a span. White space alone needs none.
    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        if text.trim().is_empty() {
            return escape(&text, &mut self.out);
        }
        for sentence in sentences(&text) {
            if sentence.trim().is_empty() {
                escape(sentence, &mut self.out);
                continue;
            }
            self.open();
            escape(sentence, &mut self.out);
            self.out.push_str("</span>");
        }
    }
}

/// A text in sentences (UAX 29 §5), which end also after 。！？；… with the closing marks that follow, wherever they are.
fn sentences(text: &str) -> Vec<&str> {
    let segmenter = SentenceSegmenter::new(SentenceBreakInvariantOptions::default());
    let mut ends: Vec<usize> = segmenter.segment_str(text).filter(|end| *end > 0).collect();
    let mut after = false;
    for (at, c) in text.char_indices() {
        let ending = matches!(c, '。' | '！' | '？' | '；' | '…' | '｡');
        let closing = matches!(
            c,
            '”' | '’'
                | '」'
                | '』'
                | '）'
                | '】'
                | '》'
                | '〉'
                | '〕'
                | '〗'
                | '］'
                | '｣'
                | ')'
                | ']'
                | '"'
                | '\''
        );
        if after && !ending && !closing {
            ends.push(at);
        }
        after = ending || (after && closing);
    }
    // UAX 29 takes marks that open for such that close; they belong to what follows.
    let opening = |c: char| {
        matches!(c, '“' | '‘' | '「' | '『' | '（' | '【' | '《' | '〈' | '〔' | '〖' | '［' | '｢' | '(' | '[')
    };
    ends.iter_mut().for_each(|end| *end = text[..*end].trim_end_matches(opening).len());
    ends.push(text.len());
    ends.sort_unstable();
    ends.dedup();
    let starts = std::iter::once(0).chain(ends.iter().copied());
    starts.zip(&ends).filter_map(|(start, end)| text.get(start..*end)).filter(|piece| !piece.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_as_each_script_has_it() {
        assert_eq!(
            sentences("他说：“走吧。”我们走了！真的？！是……不；好"),
            ["他说：“走吧。”", "我们走了！", "真的？！", "是……", "不；", "好"]
        );
        assert_eq!(sentences("行こう。（そうだ。）「はい。」と"), ["行こう。", "（そうだ。）", "「はい。」", "と"]);
        assert_eq!(
            sentences("It is 3.5 km. \"Go!\" he said; then left. End"),
            ["It is 3.5 km. ", "\"Go!\" ", "he said; then left. ", "End"]
        );
        assert_eq!(sentences("Привет! Как дела?"), ["Привет! ", "Как дела?"]);
        assert_eq!(sentences("版本 2.0 发布了。See v2.1.3 now."), ["版本 2.0 发布了。", "See v2.1.3 now."]);
        assert_eq!(sentences("。"), ["。"]);
        assert!(sentences("").is_empty());
    }

    fn body(inner: &str) -> String {
        let document = format!(
            "<?xml version=\"1.0\"?>\n<html><head><title>a. b</title></head><body class=\"x\">{inner}</body></html>"
        );
        let out = marked(&document).expect("XML");
        let start = "<?xml version=\"1.0\"?>\n<html><head><title>a. b</title></head><body class=\"x\">\n<div id=\"book-columns\"><div id=\"book-inner\">";
        let inner = out.strip_prefix(start).unwrap_or_else(|| panic!("{out}"));
        inner.strip_suffix("</div></div>\n</body></html>").unwrap_or_else(|| panic!("{out}")).to_owned()
    }

    /// The same, spans written as `[paragraph.sentence|…]`.
    fn short(inner: &str) -> String {
        body(inner).replace("<span class=\"koboSpan\" id=\"kobo.", "[").replace("\">", "|").replace("</span>", "]")
    }

    #[test]
    fn paragraphs_and_sentences_are_numbered() {
        assert_eq!(short("<p>一。二</p>\n<p>A. B</p>"), "<p>[1.1|一。][1.2|二]</p>\n<p>[2.1|A. ][2.2|B]</p>");
        assert_eq!(short("<p>一<em>二。三</em>四</p>"), "<p>[1.1|一]<em>[1.2|二。][1.3|三]</em>[1.4|四]</p>");
        assert_eq!(short("<ul>\n<li>a</li>\n<li>b</li></ul>"), "<ul>\n<li>[1.1|a]</li>\n<li>[2.1|b]</li></ul>");
        assert_eq!(
            short("<table><tr><td>a</td><td>b</td></tr></table>"),
            "<table><tr><td>[1.1|a]</td><td>[2.1|b]</td></tr></table>"
        );
        assert_eq!(short("<p>a &lt;b&gt; &amp; c</p>"), "<p>[1.1|a &lt;b&gt; &amp; c]</p>");
        assert_eq!(short("<p>a<br/>b</p>"), "<p>[1.1|a]<br/>[1.2|b]</p>");
    }

    #[test]
    fn ruby_code_formulas_and_pictures_are_whole() {
        assert_eq!(
            short("<p>今<ruby>日。本<rp>(</rp><rt>に。</rt></ruby>だ</p>"),
            "<p>[1.1|今][1.2|<ruby>日。本<rp>(</rp><rt>に。</rt></ruby>][1.3|だ]</p>"
        );
        assert_eq!(short("<pre><code>a. b\n\nc. d</code></pre>"), "<pre>[1.1|<code>a. b\n\nc. d</code>]</pre>");
        assert_eq!(short("<p><math><mi>x. Y</mi></math></p>"), "<p>[1.1|<math><mi>x. Y</mi></math>]</p>");
        assert_eq!(short("<figure><img src=\"a\"/></figure>"), "<figure>[1.1|<img src=\"a\"/>]</figure>");
    }
}
