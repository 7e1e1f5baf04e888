//! Running text.

use super::{Body, address, id, reference_id};
use crate::model::{Inline, Picture, Target};

impl Body<'_> {
    pub(super) fn inlines(&mut self, inlines: &[Inline]) {
        for inline in inlines {
            self.inline(inline);
        }
    }

    fn inline(&mut self, inline: &Inline) {
        match inline {
            Inline::Text(text) => self.markup.text(text),
            Inline::Emphasis(inner) => self.within("em", inner),
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
        let Some(href) = href.filter(|_| !self.in_link) else { return self.inlines(content) };
        self.markup.open("a", &[("href", &href)]);
        self.in_link = true;
        self.inlines(content);
        self.in_link = false;
        self.markup.close();
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
        } else if picture.alt.as_deref().is_none_or(|alt| !alt.trim().is_empty()) {
            let words = self.absent(picture);
            self.markup.leaf("span", &[("class", "missing")], &format!("[{words}]"));
        }
    }
}
