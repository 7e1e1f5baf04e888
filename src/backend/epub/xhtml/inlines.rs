//! Running text.

use super::{Body, address, id, one_line, reference_id};
use crate::model::{Inline, Picture, Target, plain_text};

impl Body<'_> {
    pub(super) fn inlines(&mut self, inlines: &[Inline]) {
        for inline in inlines {
            self.inline(inline);
        }
    }

    fn inline(&mut self, inline: &Inline) {
        match inline {
            Inline::Text(text) => self.markup.text(text),
            Inline::Emphasis(inner) => self.emphasis(inner),
            Inline::Strong(inner) => self.within("strong", inner),
            Inline::Code(code) => self.markup.leaf("code", &[], code),
            Inline::Link { target, content } => self.link(target, content),
            Inline::Image(picture) => self.inline_image(picture),
            Inline::Break => self.markup.empty("br", &[]),
            Inline::Sub(inner) => self.within("sub", inner),
            Inline::Super(inner) => self.within("sup", inner),
            Inline::Strike(inner) => self.within("del", inner),
            Inline::Ruby { base, text } => self.ruby(base, text),
            Inline::Note(note) => self.reference(note),
            Inline::Math(math) => self.math(math, false),
            Inline::Anchor(anchor) => self.markup.leaf("span", &[("id", &id(anchor))], ""),
        }
    }

    /// Stress. Where Han is stressed by dots, Latin words are still slanted.
    fn emphasis(&mut self, inner: &[Inline]) {
        let foreign = self.han && !plain_text(inner).chars().any(is_east_asian);
        self.markup.open("em", if foreign { &[("class", "latin")] } else { &[] });
        self.inlines(inner);
        self.markup.close();
    }

    fn within(&mut self, element: &'static str, inner: &[Inline]) {
        self.markup.open(element, &[]);
        self.inlines(inner);
        self.markup.close();
    }

    /// A link, or its text alone where its target is not in the book or not of the web.
    fn link(&mut self, target: &Target, content: &[Inline]) {
        let href = match target {
            Target::Web(web) => address(web),
            Target::Anchor(anchor) => self.context.places.address(anchor, Some(self.number)),
        };
        let (named, shown) = self.shows(content);
        let Some(href) = href.filter(|_| shown && !self.in_link) else { return self.inlines(content) };
        // A link that is a picture without words is called what it leads to (WCAG 2.4.4).
        let label = one_line(href.trim_end_matches('/'));
        match named {
            true => self.markup.open("a", &[("href", &href)]),
            false => self.markup.open("a", &[("href", &href), ("aria-label", &label)]),
        }
        self.in_link = true;
        self.inlines(content);
        self.in_link = false;
        self.markup.close();
    }

    /// Whether inlines show words that name them, and whether they show anything at all.
    fn shows(&self, inlines: &[Inline]) -> (bool, bool) {
        let words = |text: &str| text.chars().any(|c| !c.is_whitespace());
        let one = |inline: &Inline| match inline {
            Inline::Text(text) | Inline::Code(text) => (words(text), words(text)),
            Inline::Emphasis(inner)
            | Inline::Strong(inner)
            | Inline::Sub(inner)
            | Inline::Super(inner)
            | Inline::Strike(inner)
            | Inline::Link { content: inner, .. }
            | Inline::Ruby { base: inner, .. } => self.shows(inner),
            Inline::Image(picture) => {
                let named = picture.alt.as_deref().is_none_or(words);
                let shown = self.context.images.get(picture).is_some_and(|image| image.is_ok() || named);
                (named && shown, shown)
            }
            Inline::Note(_) | Inline::Math(_) => (true, true),
            Inline::Break | Inline::Anchor(_) => (false, false),
        };
        inlines.iter().map(one).fold((false, false), |(named, shown), (n, s)| (named || n, shown || s))
    }

    /// A base with its reading; parentheses for readers that do not know ruby.
    fn ruby(&mut self, base: &[Inline], text: &str) {
        self.facts.ruby = true;
        self.markup.open("ruby", &[]);
        self.inlines(base);
        self.markup.leaf("rp", &[], "(");
        self.markup.leaf("rt", &[], text);
        self.markup.leaf("rp", &[], ")");
        self.markup.close();
    }

    /// A reference to a note (EPUB SSV `noteref`, DPUB-ARIA `doc-noteref`).
    fn reference(&mut self, note: &crate::model::Anchor) {
        let Some(href) = self.context.places.address(note, Some(self.number)) else { return };
        let Some(number) = self.context.numbers.get(note).map(u32::to_string) else { return };
        let count = self.references.entry(note.clone()).or_default();
        *count = count.saturating_add(1);
        let anchor = reference_id(note, *count);
        self.markup.open("sup", &[("class", "note")]);
        if self.in_link {
            self.markup.leaf("span", &[("id", &anchor)], &number);
        } else {
            let attributes =
                [("id", anchor.as_str()), ("href", href.as_str()), ("epub:type", "noteref"), ("role", "doc-noteref")];
            self.markup.leaf("a", &attributes, &number);
        }
        self.markup.close();
    }

    /// A picture in the line: as large as the source says, or as the line is high.
    fn inline_image(&mut self, picture: &Picture) {
        let small = picture.declared.is_none_or(|(_, height)| height <= 48);
        if self.image(picture).is_some() {
            self.picture(picture, if small { "small" } else { "large" });
        } else if picture.alt.as_deref().is_none_or(|alt| !alt.trim().is_empty())
            && let Some(words) = self.absent(picture, "")
        {
            self.markup.leaf("span", &[("class", "missing")], &format!("[{words}]"));
        }
    }
}

/// Han, kana, hangul and the marks that go with them.
fn is_east_asian(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11FF}' | '\u{2E80}'..='\u{A4CF}' | '\u{A960}'..='\u{A97F}' | '\u{AC00}'..='\u{D7FF}')
        || matches!(c, '\u{F900}'..='\u{FAFF}' | '\u{FE30}'..='\u{FE4F}' | '\u{FF00}'..='\u{FFEF}' | '\u{20000}'..='\u{3FFFF}')
}
