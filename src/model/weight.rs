//! How much a book holds, told before anything is made of it.

use super::{Block, Chapter, Inline, Visit, walk_blocks, walk_chapter};

/// How much text and how many elements there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weight {
    /// Bytes of text as markup has it, where `&`, `<` and `>` are longer.
    pub text: u64,
    /// Bytes of addresses.
    pub addresses: u64,
    /// Blocks, items of lists and cells of tables.
    pub blocks: u64,
    /// Headings.
    pub headings: u64,
    /// Inlines.
    pub inlines: u64,
    /// Links, and references to notes.
    pub links: u64,
    /// Formulas, and texts with their readings.
    pub odd: u64,
    /// References to notes: each has a note, whose text is told apart.
    pub notes: u64,
}

impl Weight {
    /// What a chapter holds, with its sections.
    pub fn of_chapter(chapter: &Chapter) -> Self {
        let mut weight = Self::default();
        walk_chapter(chapter, &mut weight);
        weight
    }

    /// What blocks hold.
    pub fn of_blocks(blocks: &[Block]) -> Self {
        let mut weight = Self::default();
        walk_blocks(blocks, &mut weight);
        weight
    }

    /// What an inline holds, without those within it.
    pub fn of_inline(inline: &Inline) -> Self {
        let mut weight = Self::default();
        weight.inline(inline);
        weight
    }

    /// About how many bytes of memory it takes as a part of a book.
    pub fn in_memory(&self) -> u64 {
        self.text + self.addresses + self.blocks * 250 + self.inlines * 150 + self.headings * 500 + self.links * 200
    }

    fn text(&mut self, text: &str) {
        let longer = text.bytes().filter(|byte| matches!(byte, b'&' | b'<' | b'>')).count() * 4;
        self.text += (text.len() + longer) as u64;
    }
}

impl Visit for Weight {
    fn chapter(&mut self, _: &Chapter) {
        self.headings += 1;
    }

    fn block(&mut self, block: &Block) {
        self.blocks += 1;
        match block {
            Block::Heading { .. } => self.headings += 1,
            Block::Code { text, .. } => self.text(text),
            Block::Math(math) => {
                self.odd += 1;
                self.text(&math.tex);
                math.mathml.iter().for_each(|markup| self.text(markup));
            }
            Block::List(list) => self.blocks += list.items.len() as u64,
            Block::Table(table) => {
                let rows = table.head.iter().chain(&table.body);
                self.blocks += rows.map(|row| 1 + row.cells.len() as u64).sum::<u64>();
            }
            Block::Figure(figure) => {
                let addresses = figure.images.iter().flat_map(|image| &image.addresses);
                self.addresses += addresses.map(|address| address.len() as u64).sum::<u64>();
            }
            Block::Embed(embed) => {
                self.links += 1;
                self.addresses += embed.address.len() as u64;
                self.text(&embed.title);
            }
            Block::Paragraph(_) | Block::Quote(_) | Block::Rule | Block::Definitions(_) => {}
        }
    }

    fn inline(&mut self, inline: &Inline) {
        self.inlines += 1;
        match inline {
            Inline::Text(text) | Inline::Code(text) => self.text(text),
            Inline::Link { target, .. } => {
                self.links += 1;
                if let super::Target::Web(address) = target {
                    self.addresses += address.len() as u64;
                }
            }
            Inline::Note(_) => {
                self.links += 1;
                self.notes += 1;
            }
            Inline::Math(math) => {
                self.odd += 1;
                self.text(&math.tex);
                math.mathml.iter().for_each(|markup| self.text(markup));
            }
            Inline::Ruby { text, .. } => {
                self.odd += 1;
                self.text(text);
            }
            Inline::Image(picture) => {
                self.addresses += picture.addresses.iter().map(|address| address.len() as u64).sum::<u64>();
            }
            Inline::Emphasis(_)
            | Inline::Strong(_)
            | Inline::Sub(_)
            | Inline::Super(_)
            | Inline::Strike(_)
            | Inline::Break
            | Inline::Anchor(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_weighs_something() {
        let paragraph = |inline: Inline| Block::Paragraph(vec![inline]);
        let text = Weight::of_blocks(&[paragraph(Inline::Text("a < b".into()))]);
        assert_eq!((text.text, text.blocks, text.inlines), (9, 1, 1));
        assert!(Weight::of_blocks(&[paragraph(Inline::Break)]).in_memory() > 0);
        let code = Block::Code { language: None, text: "x".repeat(1000) };
        assert!(Weight::of_blocks(&[code]).in_memory() > 1000);
    }
}
