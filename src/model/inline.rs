//! Text and what runs along in it.

use super::Anchor;

/// A piece of running text.
#[derive(Clone, Debug, PartialEq)]
pub enum Inline {
    /// Characters, with white space collapsed to single spaces.
    Text(String),
    /// Stress: italic in Latin text, emphasis dots or bold in Han text.
    Emphasis(Vec<Inline>),
    /// Importance: bold.
    Strong(Vec<Inline>),
    /// A fragment of code, white space as in the source.
    Code(String),
    /// A link.
    Link {
        /// Where it leads.
        target: Target,
        /// What it shows.
        content: Vec<Inline>,
    },
    /// A picture in the line, such as a formula or an emoji.
    Image(Picture),
    /// A line break that means something (verse, an address).
    Break,
    /// Below the line.
    Sub(Vec<Inline>),
    /// Above the line.
    Super(Vec<Inline>),
    /// Struck out.
    Strike(Vec<Inline>),
    /// A base with its reading.
    Ruby {
        /// What is annotated.
        base: Vec<Inline>,
        /// The reading.
        text: String,
    },
    /// A reference to the [`Note`](super::Note) of that id.
    Note(Anchor),
    /// A formula in the line.
    Math(Math),
    /// A place that links lead to, without extent.
    Anchor(Anchor),
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// Out of the book: an absolute `http`, `https` or `mailto` address.
    Web(String),
    /// To a place in the book.
    Anchor(Anchor),
}

/// A picture as the source refers to it. Its bytes are found by [`media`](crate::media).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Picture {
    /// Absolute addresses (`http`, `https`, `data`, `file`) of the same picture, the best first, at least one. The
    /// first that can be had is taken.
    pub addresses: Vec<String>,
    /// What it shows, in words. Empty says that it is decoration; `None`, that the source does not say.
    pub alt: Option<String>,
    /// Width and height that the source declares, in CSS pixels.
    pub declared: Option<(u32, u32)>,
}

/// A formula.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Math {
    /// In TeX, without delimiters. Empty if only MathML is known.
    pub tex: String,
    /// In MathML, a `math` element.
    pub mathml: Option<String>,
}

/// The text of `inlines` alone, breaks as spaces, notes and pictures left out.
pub fn plain_text(inlines: &[Inline]) -> String {
    let mut out = String::new();
    push_plain(inlines, &mut out);
    out
}

fn push_plain(inlines: &[Inline], out: &mut String) {
    for inline in inlines {
        match inline {
            Inline::Text(text) | Inline::Code(text) => out.push_str(text),
            Inline::Emphasis(inner)
            | Inline::Strong(inner)
            | Inline::Sub(inner)
            | Inline::Super(inner)
            | Inline::Strike(inner)
            | Inline::Link { content: inner, .. }
            | Inline::Ruby { base: inner, .. } => push_plain(inner, out),
            Inline::Math(math) => out.push_str(&math.tex),
            Inline::Break => out.push(' '),
            Inline::Image(_) | Inline::Note(_) | Inline::Anchor(_) => {}
        }
    }
}
