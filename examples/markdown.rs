//! A backend of your own: books as Markdown (CommonMark, with tables and footnotes of GFM), with their pictures beside.
//!
//! ```sh
//! cargo run --example markdown -- tests/cases/sample/article.html article.md
//! ```
//!
//! Everything here is the library's public interface. [`compose`] makes the book; a [`Backend`] turns it into bytes. The
//! model says what a backend may rely on (no empty block, unique anchors, every note there), so this one checks nothing.
//! There is no `_` arm: when the model learns something new, this file does not compile until it can say it.

#![allow(clippy::disallowed_macros, reason = "a program of its own, which says what it has to say")]

use std::error::Error;
use std::io::{self, Cursor, Write as _};
use std::path::{Path, PathBuf};

use offprint::backend::{Backend, Content, Sink};
use offprint::diag::Diagnostic;
use offprint::fetch::{World, WorldOptions};
use offprint::media::Images;
use offprint::model::{Block, Cell, Chapter, Inline, ListKind, Picture, Row, Table, Target, plain_text};
use offprint::publish::Unpublished;
use offprint::{Options, compose, source};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [page, file] = args.as_slice() else { return Err("usage: markdown PAGE FILE.md".into()) };
    let file = PathBuf::from(file);
    let folder = Path::new(page).parent().unwrap_or(Path::new("")).to_path_buf();
    let options = Options { inputs: source::expand(&[page], false)?, ..Options::default() };
    let world = World::new(WorldOptions { roots: vec![folder], offline: true, ..WorldOptions::default() })?;
    let made = compose(&options, &world, &())?;
    let mut text = Cursor::new(Vec::new());
    for said in Markdown.write(made.content(&options.settings), &mut text)? {
        eprintln!("{}", said.message);
    }
    publish(&file, text.get_ref())?;
    for image in made.images.iter() {
        let name = format!("{}.{}", image.id.0, image.format.extension());
        publish(&file.with_file_name(name), &image.bytes.read()?)?;
    }
    Ok(())
}

/// The old file stays until the new one is whole.
fn publish(path: &Path, bytes: &[u8]) -> Result<(), Box<dyn Error>> {
    let mut file = Unpublished::open(path)?;
    file.file().write_all(bytes)?;
    file.publish()?;
    Ok(())
}

/// The backend.
struct Markdown;

impl Backend for Markdown {
    fn write(&self, content: Content<'_>, out: &mut dyn Sink) -> io::Result<Vec<Diagnostic>> {
        let mut writer = Writer { images: content.images, said: Vec::new() };
        let mut text = String::new();
        for chapter in &content.book.chapters {
            text += &writer.chapter(chapter, 1);
        }
        out.write_all(text.as_bytes())?;
        Ok(writer.said)
    }
}

/// What is the same in the whole book, and what there is to say about it.
struct Writer<'a> {
    images: &'a Images,
    said: Vec<Diagnostic>,
}

impl Writer<'_> {
    fn chapter(&mut self, chapter: &Chapter, level: usize) -> String {
        let mut text = format!("{} {}\n\n", "#".repeat(level.min(6)), self.line(&chapter.title));
        text += &self.blocks(&chapter.blocks);
        for note in &chapter.notes {
            let words = indented(&self.blocks(&note.blocks), "    ");
            text += &format!("[^{}]: {}\n\n", note.id.0, words.trim());
        }
        for section in &chapter.sections {
            text += &self.chapter(section, level + 1);
        }
        text
    }

    fn blocks(&mut self, blocks: &[Block]) -> String {
        blocks.iter().map(|block| self.block(block).trim_end().to_owned() + "\n\n").collect()
    }

    fn block(&mut self, block: &Block) -> String {
        match block {
            Block::Paragraph(content) => self.line(content),
            Block::Heading { level, content, .. } => {
                format!("{} {}", "#".repeat(usize::from(*level).min(6)), self.line(content))
            }
            Block::List(list) => {
                let item = |(index, blocks): (usize, &Vec<Block>)| {
                    let mark = match list.kind {
                        ListKind::Bullet => "- ".to_owned(),
                        ListKind::Ordered { start } => format!("{}. ", i64::from(start) + index as i64),
                    };
                    let text = self.blocks(blocks);
                    mark.clone() + indented(text.trim(), &" ".repeat(mark.len())).trim_start()
                };
                list.items.iter().map(|item| &item.blocks).enumerate().map(item).collect::<Vec<_>>().join("\n")
            }
            Block::Quote(quote) => {
                let mut text = self.blocks(&quote.blocks);
                if !quote.attribution.is_empty() {
                    text += &format!("— {}\n", self.line(&quote.attribution));
                }
                text.trim().lines().map(|line| format!("> {line}\n")).collect()
            }
            Block::Code { language, text } => {
                let fence = "`".repeat(longest_run(text, '`').max(2) + 1);
                format!("{fence}{}\n{text}\n{fence}", language.as_deref().unwrap_or_default())
            }
            Block::Table(table) => self.table(table),
            Block::Figure(figure) => {
                let pictures: Vec<String> = figure.images.iter().map(|picture| self.picture(picture)).collect();
                format!("{}\n\n{}", pictures.join("\n"), self.line(&figure.caption))
            }
            Block::Rule => "---".to_owned(),
            Block::Embed(embed) => format!("[{}](<{}>)", escaped(&embed.title), embed.address),
            Block::Definitions(definitions) => {
                let mut text = String::new();
                for definition in definitions {
                    let terms: Vec<String> = definition.terms.iter().map(|term| self.line(term)).collect();
                    text += &format!("**{}**\n\n", terms.join(", "));
                    for meaning in &definition.meanings {
                        text += &self.blocks(meaning);
                    }
                }
                text
            }
            Block::Math(math) => format!("$$\n{}\n$$", math.tex),
        }
    }

    /// Markdown's tables have one row of heads, and cells that cover nothing but themselves.
    fn table(&mut self, table: &Table) -> String {
        let cells = table.head.iter().chain(&table.body).flat_map(|row| &row.cells);
        if cells.clone().any(|cell| cell.columns > 1 || cell.rows > 1) {
            let message = format!("a table lost its merged cells: {}", plain_text(&table.caption));
            self.said.push(Diagnostic::warning("table-simplified", message));
        }
        let mut rows = table.head.iter().chain(&table.body);
        let columns = rows.clone().map(|row| row.cells.len()).max().unwrap_or(0);
        let mut text = rows.next().map(|row| self.row(row, columns)).unwrap_or_default();
        text += &format!("|{}\n", " --- |".repeat(columns));
        text += &rows.map(|row| self.row(row, columns)).collect::<String>();
        format!("{text}\n{}", self.line(&table.caption))
    }

    fn row(&mut self, row: &Row, columns: usize) -> String {
        let cell = |cell: &Cell| self.blocks(&cell.blocks).trim().replace("\n\n", "<br>").replace('|', "\\|");
        let mut cells: Vec<String> = row.cells.iter().map(cell).collect();
        cells.resize(columns, String::new());
        format!("| {} |\n", cells.join(" | "))
    }

    fn line(&mut self, inlines: &[Inline]) -> String {
        inlines.iter().map(|inline| self.inline(inline)).collect()
    }

    fn inline(&mut self, inline: &Inline) -> String {
        match inline {
            Inline::Text(text) => escaped(text),
            Inline::Emphasis(inner) => format!("*{}*", self.line(inner)),
            Inline::Strong(inner) => format!("**{}**", self.line(inner)),
            Inline::Code(text) => {
                let fence = "`".repeat(longest_run(text, '`') + 1);
                format!("{fence}{text}{fence}")
            }
            Inline::Link { target: Target::Web(address), content } => format!("[{}](<{address}>)", self.line(content)),
            Inline::Link { target: Target::Anchor(anchor), content } => {
                format!("[{}](#{})", self.line(content), anchor.0)
            }
            Inline::Image(picture) => self.picture(picture),
            Inline::Break => "\\\n".to_owned(),
            Inline::Sub(inner) => format!("<sub>{}</sub>", self.line(inner)),
            Inline::Super(inner) => format!("<sup>{}</sup>", self.line(inner)),
            Inline::Strike(inner) => format!("~~{}~~", self.line(inner)),
            Inline::Ruby { base, text } => format!("{}（{}）", self.line(base), escaped(text)),
            Inline::Note(id) => format!("[^{}]", id.0),
            Inline::Math(math) => format!("${}$", math.tex),
            Inline::Anchor(anchor) => format!("<a id=\"{}\"></a>", anchor.0),
        }
    }

    fn picture(&mut self, picture: &Picture) -> String {
        let alt = escaped(picture.alt.as_deref().unwrap_or_default());
        match self.images.get(picture) {
            Some(Ok(image)) => format!("![{alt}]({}.{})", image.id.0, image.format.extension()),
            Some(Err(missing)) => format!("\\[{alt}: {}\\]", escaped(&missing.reason)),
            None => String::new(),
        }
    }
}

/// Text in which nothing is markup (CommonMark §2.4).
fn escaped(text: &str) -> String {
    let special = |c: char| matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '~' | '|' | '$');
    text.chars().flat_map(|c| special(c).then_some('\\').into_iter().chain([c])).collect()
}

fn indented(text: &str, by: &str) -> String {
    text.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("{by}{line}\n") }).collect()
}

fn longest_run(text: &str, of: char) -> usize {
    text.split(|c| c != of).map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_becomes_markdown_that_reads_as_the_same_text() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/sample/article.html");
        let roots = vec![Path::new(page).parent().unwrap().to_path_buf()];
        let options = Options { inputs: source::expand(&[page], false).unwrap(), ..Options::default() };
        let world = World::new(WorldOptions { roots, offline: true, ..WorldOptions::default() }).unwrap();
        let made = compose(&options, &world, &()).unwrap();
        let mut out = Cursor::new(Vec::new());
        Markdown.write(made.content(&options.settings), &mut out).unwrap();
        let text = String::from_utf8(out.into_inner()).unwrap();
        assert!(
            text.starts_with(&format!("# {}\n", escaped(&plain_text(&made.book.chapters[0].title)))),
            "{text:.100}"
        );
        assert_eq!(text.matches("![").count(), made.images.iter().count(), "each picture once");
        for chapter in &made.book.chapters[0].sections {
            assert!(text.contains(&format!("\n## {}\n", escaped(&plain_text(&chapter.title)))));
        }
    }

    #[test]
    fn nothing_of_a_text_is_taken_for_markup() {
        assert_eq!(escaped("a*b_[c]"), "a\\*b\\_\\[c\\]");
        assert_eq!(longest_run("a``b`", '`'), 2);
    }
}
