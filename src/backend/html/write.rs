//! From the model to elements, one function a kind.

use std::cell;
use std::collections::BTreeMap;
use std::io;

use super::text::{attribute, base64, escape};
use crate::media::Images;
use crate::model::{
    Alignment, Anchor, Block, Book, Cell, Chapter, Definition, Embed, EmbedKind, Figure, Inline, List, ListKind, Math,
    Metadata, Note, Picture, Quote, Row, Table, Target,
};

const STYLE: &str = "\
html{max-width:40em;margin:2em auto;padding:0 1em;line-height:1.7;font-family:serif}\
head,title,meta[name=author]{display:block}title{font-size:1.7em;font-weight:bold;line-height:1.3}\
meta[name=author]::before{content:attr(content)}\
img{max-width:100%;height:auto}figure{margin:1.5em 0;text-align:center}figcaption{font-size:.9em}\
pre{overflow-x:auto;white-space:pre-wrap}blockquote{margin:1em 0 1em 1em;padding-left:1em;border-left:2px solid #999}\
table{border-collapse:collapse}td,th{border:1px solid #999;padding:.2em .5em}hr{width:30%}";

/// The whole file.
///
/// # Errors
/// If an image cannot be read.
pub(super) fn page(book: &Book, images: Option<&Images>) -> io::Result<String> {
    let mut out = String::new();
    out.push_str("<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\"");
    language(book.metadata.language.tag(), &mut out);
    out.push_str(">\n<head>\n<meta charset=\"UTF-8\"/>\n<meta name=\"generator\" content=\"Offprint\"/>\n");
    head(&book.metadata, &mut out);
    out.push_str("<style>");
    out.push_str(STYLE);
    out.push_str("</style>\n</head>\n<body>\n");
    let mut writer = Writer { images, out, numbers: BTreeMap::new(), failure: cell::Cell::default() };
    let several = book.chapters.len() > 1;
    book.chapters.iter().for_each(|chapter| writer.article(chapter, several));
    writer.out.push_str("</body>\n</html>\n");
    match writer.failure.into_inner() {
        Some(error) => Err(error),
        None => Ok(writer.out),
    }
}

fn language(tag: &str, out: &mut String) {
    attribute("lang", tag, out);
    attribute("xml:lang", tag, out);
}

fn head(metadata: &Metadata, out: &mut String) {
    out.push_str("<title>");
    escape(&metadata.title, out);
    out.push_str("</title>\n");
    let mut meta = |kind: &str, name: &str, content: &str| {
        out.push_str("<meta");
        attribute(kind, name, out);
        attribute("content", content, out);
        out.push_str("/>\n");
    };
    metadata.creators.iter().for_each(|creator| meta("name", "author", &creator.name));
    let facts = [
        ("name", "description", metadata.description.clone()),
        ("name", "keywords", (!metadata.subjects.is_empty()).then(|| metadata.subjects.join(", "))),
        ("property", "article:published_time", metadata.date.map(|date| date.timestamp())),
        ("property", "og:site_name", metadata.publisher.clone()),
    ];
    for (kind, name, fact) in facts {
        if let Some(fact) = fact {
            meta(kind, name, &fact);
        }
    }
    if let [source] = metadata.sources.as_slice() {
        meta("property", "og:url", source);
    }
}

struct Writer<'a> {
    /// Where pictures are, if they are wanted.
    images: Option<&'a Images>,
    out: String,
    /// The number of each note of the article.
    numbers: BTreeMap<&'a Anchor, usize>,
    /// Why an image could not be read.
    failure: cell::Cell<Option<io::Error>>,
}

impl<'a> Writer<'a> {
    fn raw(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn text(&mut self, text: &str) {
        escape(text, &mut self.out);
    }

    fn attribute(&mut self, name: &str, value: &str) {
        attribute(name, value, &mut self.out);
    }

    /// An article, with its title as a heading if the book has others, and its notes at its end.
    fn article(&mut self, chapter: &'a Chapter, titled: bool) {
        let mut notes = Notes::default();
        notes.gather(chapter);
        self.numbers = notes.found.iter().enumerate().map(|(index, note)| (&note.id, index + 1)).collect();
        self.raw("<article");
        self.attribute("id", &chapter.id.0);
        if let Some(tag) = &chapter.language {
            language(tag.tag(), &mut self.out);
        }
        self.raw(">\n");
        if titled && !chapter.title.is_empty() {
            self.element("h1", &chapter.title);
        }
        self.blocks(&chapter.blocks);
        chapter.sections.iter().for_each(|section| self.section(section, 2));
        if !notes.found.is_empty() {
            self.raw("<section role=\"doc-endnotes\">\n<ol>\n");
            for note in notes.found {
                self.raw("<li role=\"doc-footnote\"");
                self.attribute("id", &note.id.0);
                self.raw(">\n");
                self.blocks(&note.blocks);
                self.raw("</li>\n");
            }
            self.raw("</ol>\n</section>\n");
        }
        self.raw("</article>\n");
    }

    fn section(&mut self, chapter: &'a Chapter, level: u8) {
        self.raw("<section");
        self.attribute("id", &chapter.id.0);
        self.raw(">\n");
        self.element(&format!("h{}", level.min(6)), &chapter.title);
        self.blocks(&chapter.blocks);
        chapter.sections.iter().for_each(|section| self.section(section, level + 1));
        self.raw("</section>\n");
    }

    fn blocks(&mut self, blocks: &[Block]) {
        blocks.iter().for_each(|block| self.block(block));
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Paragraph(content) => self.element("p", content),
            Block::Heading { level, anchor, content } => {
                self.raw(&format!("<h{level}"));
                self.attribute("id", &anchor.0);
                self.raw(">");
                self.inlines(content);
                self.raw(&format!("</h{level}>\n"));
            }
            Block::List(list) => self.list(list),
            Block::Quote(quote) => self.quote(quote),
            Block::Code { language, text } => {
                self.raw("<pre><code");
                if let Some(language) = language {
                    self.attribute("class", &format!("language-{language}"));
                }
                self.raw(">");
                self.text(text);
                self.raw("</code></pre>\n");
            }
            Block::Table(table) => self.table(table),
            Block::Figure(figure) => self.figure(figure),
            Block::Rule => self.raw("<hr/>\n"),
            Block::Embed(embed) => self.embed(embed),
            Block::Definitions(definitions) => self.definitions(definitions),
            Block::Math(math) => {
                self.raw("<p>");
                self.math(math, true);
                self.raw("</p>\n");
            }
        }
    }

    fn element(&mut self, name: &str, content: &[Inline]) {
        self.raw(&format!("<{name}>"));
        self.inlines(content);
        self.raw(&format!("</{name}>\n"));
    }

    /// What a cell or an item holds: a single paragraph as text alone.
    fn held(&mut self, blocks: &[Block]) {
        match blocks {
            [Block::Paragraph(content)] => self.inlines(content),
            blocks => {
                self.raw("\n");
                self.blocks(blocks);
            }
        }
    }

    fn list(&mut self, list: &List) {
        let name = match list.kind {
            ListKind::Bullet => "ul",
            ListKind::Ordered { .. } => "ol",
        };
        self.raw(&format!("<{name}"));
        if let ListKind::Ordered { start } = list.kind
            && start != 1
        {
            self.attribute("start", &start.to_string());
        }
        self.raw(">\n");
        for item in &list.items {
            self.raw("<li>");
            self.held(&item.blocks);
            self.raw("</li>\n");
        }
        self.raw(&format!("</{name}>\n"));
    }

    fn quote(&mut self, quote: &Quote) {
        self.raw("<blockquote>\n");
        self.blocks(&quote.blocks);
        if !quote.attribution.is_empty() {
            self.raw("<footer>");
            self.inlines(&quote.attribution);
            self.raw("</footer>\n");
        }
        self.raw("</blockquote>\n");
    }

    fn table(&mut self, table: &Table) {
        self.raw("<table>\n");
        if !table.caption.is_empty() {
            self.element("caption", &table.caption);
        }
        for (name, rows) in [("thead", &table.head), ("tbody", &table.body)] {
            if !rows.is_empty() {
                self.raw(&format!("<{name}>\n"));
                rows.iter().for_each(|row| self.row(row));
                self.raw(&format!("</{name}>\n"));
            }
        }
        self.raw("</table>\n");
    }

    fn row(&mut self, row: &Row) {
        self.raw("<tr>");
        row.cells.iter().for_each(|cell| self.cell(cell));
        self.raw("</tr>\n");
    }

    fn cell(&mut self, cell: &Cell) {
        let name = if cell.header { "th" } else { "td" };
        self.raw(&format!("<{name}"));
        for (attribute, span) in [("colspan", cell.columns), ("rowspan", cell.rows)] {
            if span > 1 {
                self.attribute(attribute, &span.to_string());
            }
        }
        match cell.alignment {
            Alignment::Start => {}
            Alignment::Center => self.attribute("align", "center"),
            Alignment::End => self.attribute("align", "right"),
        }
        self.raw(">");
        self.held(&cell.blocks);
        self.raw(&format!("</{name}>"));
    }

    fn figure(&mut self, figure: &Figure) {
        let shown: Vec<String> = figure.images.iter().filter_map(|picture| self.picture(picture)).collect();
        if shown.is_empty() {
            if !figure.caption.is_empty() {
                self.element("p", &figure.caption);
            }
            return;
        }
        self.raw("<figure>");
        shown.iter().for_each(|shown| self.raw(shown));
        if !figure.caption.is_empty() {
            self.raw("<figcaption>");
            self.inlines(&figure.caption);
            self.raw("</figcaption>");
        }
        self.raw("</figure>\n");
    }

    /// A picture, or a label in its place. `None` if nothing is to stand there.
    fn picture(&self, picture: &Picture) -> Option<String> {
        let mut out = String::new();
        match self.images?.get(picture)? {
            Ok(image) => {
                out.push_str("<img");
                let mut address = format!("data:{};base64,", image.format.media_type());
                match image.bytes.read() {
                    Ok(bytes) => base64(&bytes, &mut address),
                    Err(error) => self.failure.set(Some(error)),
                }
                attribute("src", &address, &mut out);
                attribute("alt", picture.alt.as_deref().unwrap_or_default(), &mut out);
                attribute("width", &image.width.to_string(), &mut out);
                attribute("height", &image.height.to_string(), &mut out);
                out.push_str("/>");
            }
            Err(missing) => {
                let label = picture.alt.as_deref().filter(|alt| !alt.is_empty()).unwrap_or_else(|| missing.place());
                out.push_str("<span>[");
                escape(label, &mut out);
                out.push_str("]</span>");
            }
        }
        Some(out)
    }

    fn embed(&mut self, embed: &Embed) {
        let sign = match embed.kind {
            EmbedKind::Video => "▶ ",
            EmbedKind::Audio => "♪ ",
            EmbedKind::Post | EmbedKind::Page => "",
        };
        let shown = embed.picture.as_ref().and_then(|picture| self.picture(picture));
        if let Some(shown) = shown {
            self.raw("<figure>");
            self.raw(&shown);
            self.raw("</figure>\n");
        }
        self.raw("<p>");
        self.text(sign);
        self.raw("<a");
        self.attribute("href", &embed.address);
        self.raw(">");
        self.text(&embed.title);
        self.raw("</a></p>\n");
    }

    fn definitions(&mut self, definitions: &[Definition]) {
        self.raw("<dl>\n");
        for definition in definitions {
            definition.terms.iter().for_each(|term| self.element("dt", term));
            for meaning in &definition.meanings {
                self.raw("<dd>");
                self.held(meaning);
                self.raw("</dd>\n");
            }
        }
        self.raw("</dl>\n");
    }

    fn math(&mut self, math: &Math, display: bool) {
        match &math.mathml {
            // Written by the normalizer from a list of elements.
            Some(mathml) => match mathml.find('>').zip(mathml.strip_suffix("</math>")) {
                Some((end, inner)) if !math.tex.is_empty() && end < inner.len() => {
                    self.raw(&inner[..=end]);
                    self.raw("<semantics><mrow>");
                    self.raw(&inner[end + 1..]);
                    self.raw("</mrow><annotation encoding=\"application/x-tex\">");
                    self.text(&math.tex);
                    self.raw("</annotation></semantics></math>");
                }
                _ => self.raw(mathml),
            },
            None => {
                let (kind, open, close) = if display { ("display", "\\[", "\\]") } else { ("inline", "\\(", "\\)") };
                self.raw("<span");
                self.attribute("class", &format!("math {kind}"));
                self.raw(">");
                self.text(&format!("{open}{}{close}", math.tex));
                self.raw("</span>");
            }
        }
    }

    fn inlines(&mut self, inlines: &[Inline]) {
        inlines.iter().for_each(|inline| self.inline(inline));
    }

    fn wrapped(&mut self, name: &str, content: &[Inline]) {
        self.raw(&format!("<{name}>"));
        self.inlines(content);
        self.raw(&format!("</{name}>"));
    }

    fn inline(&mut self, inline: &Inline) {
        match inline {
            Inline::Text(text) => self.text(text),
            Inline::Emphasis(content) => self.wrapped("em", content),
            Inline::Strong(content) => self.wrapped("strong", content),
            Inline::Strike(content) => self.wrapped("s", content),
            Inline::Sub(content) => self.wrapped("sub", content),
            Inline::Super(content) => self.wrapped("sup", content),
            Inline::Code(text) => {
                self.raw("<code>");
                self.text(text);
                self.raw("</code>");
            }
            Inline::Link { target, content } => {
                self.raw("<a");
                match target {
                    Target::Web(address) => self.attribute("href", address),
                    Target::Anchor(anchor) => self.attribute("href", &format!("#{}", anchor.0)),
                }
                self.raw(">");
                self.inlines(content);
                self.raw("</a>");
            }
            Inline::Image(picture) => match self.picture(picture) {
                Some(shown) => self.raw(&shown),
                None => self.text(picture.alt.as_deref().unwrap_or_default()),
            },
            Inline::Break => self.raw("<br/>\n"),
            Inline::Ruby { base, text } => {
                self.raw("<ruby>");
                self.inlines(base);
                self.raw("<rp>(</rp><rt>");
                self.text(text);
                self.raw("</rt><rp>)</rp></ruby>");
            }
            Inline::Note(id) => {
                let number = self.numbers.get(id).copied().unwrap_or(0);
                self.raw("<sup><a role=\"doc-noteref\"");
                self.attribute("href", &format!("#{}", id.0));
                self.raw(&format!(">{number}</a></sup>"));
            }
            Inline::Math(math) => self.math(math, false),
            Inline::Anchor(anchor) => {
                self.raw("<span");
                self.attribute("id", &anchor.0);
                self.raw("></span>");
            }
        }
    }
}

/// The notes of an article and its sections.
#[derive(Default)]
struct Notes<'a> {
    found: Vec<&'a Note>,
}

impl<'a> Notes<'a> {
    fn gather(&mut self, chapter: &'a Chapter) {
        self.found.extend(&chapter.notes);
        chapter.sections.iter().for_each(|section| self.gather(section));
    }
}
