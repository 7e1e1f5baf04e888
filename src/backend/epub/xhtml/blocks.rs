//! What stands on lines of its own.

use super::{Body, address, heading_element, id, one_line};
use crate::model::{
    Alignment, Block, Cell, Definition, Embed, EmbedKind, Figure, Inline, List, ListKind, Picture, Quote, Row, Table,
    plain_text,
};

/// Tables of so many columns or more are set smaller, and can be moved sideways where readers can do that.
const WIDE: usize = 6;

impl Body<'_> {
    pub(super) fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.block(block);
            self.markup.line();
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Paragraph(content) => self.paragraph(content),
            Block::Heading { level, anchor, content } => {
                self.markup.open(heading_element(*level), &[("id", &id(anchor))]);
                self.inlines(content);
                self.markup.close();
            }
            Block::List(list) => self.list(list),
            Block::Quote(quote) => self.quote(quote),
            Block::Code { language, text } => self.code(language.as_deref(), text),
            Block::Table(table) => self.table(table),
            Block::Figure(figure) => self.figure(figure),
            Block::Rule => self.markup.empty("hr", &[]),
            Block::Embed(embed) => self.embed(embed),
            Block::Definitions(definitions) => self.definitions(definitions),
            Block::Math(math) => {
                self.markup.open("div", &[("class", "math")]);
                self.math(math, true);
                self.markup.close();
            }
        }
    }

    fn paragraph(&mut self, content: &[Inline]) {
        let class: &[_] = if is_verse(content) { &[("class", "verse")] } else { &[] };
        self.markup.open("p", &[class, self.direction(content)].concat());
        self.inlines(content);
        self.markup.close();
    }

    /// Text whose first strong character runs against the document's direction says so (UAX 9 P2, P3).
    pub(super) fn direction(&self, content: &[Inline]) -> &'static [(&'static str, &'static str)] {
        match first_strong(&plain_text(content)) {
            Some(true) if !self.right_to_left => &[("dir", "rtl")],
            Some(false) if self.right_to_left => &[("dir", "ltr")],
            _ => &[],
        }
    }

    /// Blocks within an item or a cell: a single paragraph stands there without an element of its own.
    fn held(&mut self, blocks: &[Block]) {
        match blocks {
            [Block::Paragraph(content), rest @ ..] if rest.iter().all(|block| matches!(block, Block::List(_))) => {
                self.inlines(content);
                if !rest.is_empty() {
                    self.markup.line();
                    self.blocks(rest);
                }
            }
            blocks => {
                self.markup.line();
                self.blocks(blocks);
            }
        }
    }

    fn list(&mut self, list: &List) {
        // A single item enumerates nothing: pages set words apart like this.
        let outer = !self.markup.is_within(&["blockquote", "li", "dd", "td", "th"]);
        match list.kind {
            ListKind::Bullet if list.items.len() == 1 && outer => self.markup.open("ul", &[("class", "callout")]),
            ListKind::Bullet => self.markup.open("ul", &[]),
            ListKind::Ordered { start: 1 } => self.markup.open("ol", &[]),
            ListKind::Ordered { start } => self.markup.open("ol", &[("start", &start.to_string())]),
        }
        self.markup.line();
        for item in &list.items {
            self.markup.open("li", &[]);
            self.held(&item.blocks);
            self.markup.close();
            self.markup.line();
        }
        self.markup.close();
    }

    fn quote(&mut self, quote: &Quote) {
        self.markup.open("blockquote", &[]);
        self.markup.line();
        self.blocks(&quote.blocks);
        if !quote.attribution.is_empty() {
            self.markup.open("p", &[("class", "attribution")]);
            self.inlines(&quote.attribution);
            self.markup.close();
            self.markup.line();
        }
        self.markup.close();
    }

    /// Code keeps its white space; it is always written from left to right.
    fn code(&mut self, language: Option<&str>, text: &str) {
        let fit =
            |name: &&str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-#.".contains(&b));
        let class = language.filter(fit).map(|name| format!("language-{name}"));
        self.markup.open("pre", &[("dir", "ltr")]);
        match class {
            Some(class) => self.markup.leaf("code", &[("class", &class)], text),
            None => self.markup.leaf("code", &[], text),
        }
        self.markup.close();
    }

    fn table(&mut self, table: &Table) {
        let columns = |row: &Row| row.cells.iter().map(|cell| usize::from(cell.columns.max(1))).sum::<usize>();
        let wide = table.head.iter().chain(&table.body).map(columns).max().is_some_and(|columns| columns >= WIDE);
        if wide {
            self.markup.open("div", &[("class", "scroll")]);
            self.markup.line();
        }
        self.markup.open("table", if wide { &[("class", "wide")] } else { &[] });
        self.markup.line();
        if !table.caption.is_empty() {
            self.markup.open("caption", &[]);
            self.inlines(&table.caption);
            self.markup.close();
            self.markup.line();
        }
        self.rows("thead", &table.head);
        self.rows("tbody", &table.body);
        self.markup.close();
        if wide {
            self.markup.close();
        }
    }

    fn rows(&mut self, element: &'static str, rows: &[Row]) {
        if rows.is_empty() {
            return;
        }
        self.markup.open(element, &[]);
        self.markup.line();
        for row in rows {
            self.markup.open("tr", &[]);
            row.cells.iter().for_each(|cell| self.cell(cell, element == "thead"));
            self.markup.close();
            self.markup.line();
        }
        self.markup.close();
        self.markup.line();
    }

    fn cell(&mut self, cell: &Cell, head: bool) {
        let (columns, rows) = (cell.columns.to_string(), cell.rows.to_string());
        let mut attributes: Vec<(&'static str, &str)> = Vec::new();
        if cell.header {
            attributes.push(("scope", if head { "col" } else { "row" }));
        }
        if cell.columns > 1 {
            attributes.push(("colspan", &columns));
        }
        if cell.rows > 1 {
            attributes.push(("rowspan", &rows));
        }
        match cell.alignment {
            Alignment::Start => {}
            Alignment::Center => attributes.push(("class", "center")),
            Alignment::End => attributes.push(("class", "end")),
        }
        self.markup.open(if cell.header { "th" } else { "td" }, &attributes);
        if !cell.blocks.is_empty() {
            self.held(&cell.blocks);
        }
        self.markup.close();
    }

    fn figure(&mut self, figure: &Figure) {
        let nothing = |picture: &Picture| self.context.images.get(picture).is_none();
        if figure.caption.is_empty() && figure.images.iter().all(nothing) {
            return;
        }
        self.markup.open("figure", &[]);
        self.markup.line();
        let said = one_line(&plain_text(&figure.caption));
        for picture in &figure.images {
            self.shown(picture, &said);
            self.markup.line();
        }
        if !figure.caption.is_empty() {
            self.markup.open("figcaption", self.direction(&figure.caption));
            self.inlines(&figure.caption);
            self.markup.close();
            self.markup.line();
        }
        self.markup.close();
    }

    /// A picture on lines of its own, or a frame in its place that is labelled with what its caption does not say.
    fn shown(&mut self, picture: &Picture, said: &str) {
        if self.image(picture).is_some() {
            self.picture(picture, "figure");
        } else if let Some(words) = self.absent(picture, said) {
            self.markup.leaf("p", &[("class", "missing")], &words);
        }
    }

    /// The image element. Pictures that the source does not describe are called what they are; the accessibility
    /// metadata then does not claim that all are described.
    pub(super) fn picture(&mut self, picture: &Picture, class: &'static str) {
        let Some(image) = self.image(picture) else { return };
        self.facts.images.insert(image.id.clone());
        let alt = match &picture.alt {
            Some(alt) if alt.trim().is_empty() => String::new(),
            Some(alt) => {
                self.facts.described += 1;
                one_line(alt)
            }
            None => {
                self.facts.undescribed += 1;
                self.context.words.picture.to_owned()
            }
        };
        let source = format!("../img/{}.{}", image.id.0, image.format.extension());
        let (width, height) = picture.declared.filter(|_| class == "small").unwrap_or((image.width, image.height));
        let (width, height) = (width.to_string(), height.to_string());
        let mut attributes = vec![("src", source.as_str()), ("alt", &alt)];
        match (class, picture.declared) {
            ("figure", _) => {}
            // As high as the line.
            ("small", None) => attributes.push(("class", "line")),
            (class, _) => attributes.push(("class", class)),
        }
        if class != "small" || picture.declared.is_some() {
            attributes.extend([("width", width.as_str()), ("height", height.as_str())]);
        }
        self.markup.empty("img", &attributes);
    }

    /// A card: what it is, what it is called, where it is to be found.
    fn embed(&mut self, embed: &Embed) {
        let words = self.context.words;
        let kind = match embed.kind {
            EmbedKind::Video => words.video,
            EmbedKind::Audio => words.audio,
            EmbedKind::Post => words.post,
            EmbedKind::Page => words.page,
        };
        self.markup.open("div", &[("class", "card")]);
        self.markup.line();
        if let Some(picture) = embed.picture.as_ref().filter(|picture| self.image(picture).is_some()) {
            self.picture(picture, "figure");
            self.markup.line();
        }
        self.markup.open("p", &[("class", "card-title")]);
        self.markup.text(&format!("{kind}{}", words.colon));
        match address(&embed.address) {
            Some(href) => {
                self.markup.leaf("a", &[("href", &href)], &embed.title);
                self.markup.close();
                self.markup.line();
                self.markup.leaf("p", &[("class", "address"), ("dir", "ltr")], &embed.address);
            }
            None => {
                self.markup.text(&embed.title);
                self.markup.close();
            }
        }
        self.markup.line();
        self.markup.close();
    }

    /// HTML wants at least one term and one meaning a group.
    fn definitions(&mut self, definitions: &[Definition]) {
        self.markup.open("dl", &[]);
        self.markup.line();
        for definition in definitions {
            for term in &definition.terms {
                self.markup.open("dt", &[]);
                self.inlines(term);
                self.markup.close();
                self.markup.line();
            }
            if definition.terms.is_empty() {
                self.markup.empty("dt", &[]);
            }
            for meaning in &definition.meanings {
                self.markup.open("dd", &[]);
                self.held(meaning);
                self.markup.close();
                self.markup.line();
            }
            if definition.meanings.is_empty() {
                self.markup.empty("dd", &[]);
            }
        }
        self.markup.close();
    }
}

/// Whether a paragraph is verse: three short lines or more that the source ends itself.
fn is_verse(content: &[Inline]) -> bool {
    const SHORT: usize = 20;
    let mut lines = content.split(|inline| matches!(inline, Inline::Break));
    lines.clone().count() > 2 && lines.all(|line| plain_text(line).chars().count() <= SHORT)
}

/// Whether the first strong character of a text is written from right to left. `None` if there is none.
fn first_strong(text: &str) -> Option<bool> {
    text.chars().find_map(|c| match u32::from(c) {
        0x0590..=0x08FF | 0xFB1D..=0xFDFF | 0xFE70..=0xFEFF | 0x1_0800..=0x1_0FFF | 0x1_E800..=0x1_EFFF => Some(true),
        _ if c.is_alphabetic() => Some(false),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_lines_of_the_source_are_verse() {
        let lines = |lines: &[&str]| {
            let text = |line: &&str| [Inline::Text((*line).to_owned()), Inline::Break];
            let mut inlines: Vec<Inline> = lines.iter().flat_map(text).collect();
            inlines.pop();
            inlines
        };
        assert!(is_verse(&lines(&["床前明月光，", "疑是地上霜。", "举头望明月，"])));
        assert!(!is_verse(&lines(&["床前明月光，", "疑是地上霜。"])));
        assert!(!is_verse(&lines(&["一行很长的文字，长到没有人会说它是诗的一行，它只是散文。", "二", "三"])));
    }
}
