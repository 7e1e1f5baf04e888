//! A chapter as text, for tests and for people who want to see what was understood.

use super::{Alignment, Block, Chapter, EmbedKind, Inline, ListKind, Math, Picture, Row, Target};

/// Prints a chapter, one line a block, what a block holds indented below it.
///
/// Inlines: `*emphasis*`, `**strong**`, `~~strike~~`, `^super^`, `_sub_`, `` `code` ``, `[text](target)`, `![alt](address)`,
/// `{base|ruby}`, `[^note]`, `$tex$`, `{#anchor}`, `⏎` for a line break.
pub fn dump(chapter: &Chapter) -> String {
    let mut out = String::new();
    print_chapter(chapter, 0, &mut out);
    out
}

fn line(depth: usize, text: &str, out: &mut String) {
    out.push_str(&"  ".repeat(depth));
    out.push_str(text);
    out.push('\n');
}

fn print_chapter(chapter: &Chapter, depth: usize, out: &mut String) {
    line(depth, &format!("chapter #{} {}", chapter.id.0, inlines(&chapter.title)), out);
    let depth = depth + 1;
    if let Some(language) = &chapter.language {
        line(depth, &format!("language {language}"), out);
    }
    if let Some(byline) = &chapter.byline {
        for creator in &byline.creators {
            line(depth, &format!("by {} ({:?})", creator.name, creator.role), out);
        }
        let facts = [
            ("date", byline.date.map(|date| date.timestamp())),
            ("site", byline.site.clone()),
            ("from", byline.address.clone()),
            ("tags", (!byline.tags.is_empty()).then(|| byline.tags.join(", "))),
        ];
        for (name, fact) in facts {
            if let Some(fact) = fact {
                line(depth, &format!("{name} {fact}"), out);
            }
        }
    }
    print_blocks(&chapter.blocks, depth, out);
    for note in &chapter.notes {
        line(depth, &format!("note #{}", note.id.0), out);
        print_blocks(&note.blocks, depth + 1, out);
    }
    for section in &chapter.sections {
        print_chapter(section, depth, out);
    }
}

fn print_blocks(blocks: &[Block], depth: usize, out: &mut String) {
    for block in blocks {
        print_block(block, depth, out);
    }
}

fn print_block(block: &Block, depth: usize, out: &mut String) {
    match block {
        Block::Paragraph(content) => line(depth, &format!("p {}", inlines(content)), out),
        Block::Heading { level, anchor, content } => {
            line(depth, &format!("h{level} #{} {}", anchor.0, inlines(content)), out)
        }
        Block::List(list) => {
            match list.kind {
                ListKind::Bullet => line(depth, "list", out),
                ListKind::Ordered { start } => line(depth, &format!("list from {start}"), out),
            }
            for item in &list.items {
                line(depth + 1, "item", out);
                print_blocks(&item.blocks, depth + 2, out);
            }
        }
        Block::Quote(quote) => {
            line(depth, "quote", out);
            print_blocks(&quote.blocks, depth + 1, out);
            caption("attribution", &quote.attribution, depth + 1, out);
        }
        Block::Code { language, text } => {
            line(depth, &format!("code {}", language.as_deref().unwrap_or("-")), out);
            text.split('\n').for_each(|row| line(depth + 1, &format!("|{row}"), out));
        }
        Block::Table(table) => {
            line(depth, "table", out);
            caption("caption", &table.caption, depth + 1, out);
            table.head.iter().for_each(|row| print_row("head", row, depth + 1, out));
            table.body.iter().for_each(|row| print_row("row", row, depth + 1, out));
        }
        Block::Figure(figure) => {
            line(depth, "figure", out);
            figure.images.iter().for_each(|image| line(depth + 1, &picture(image), out));
            caption("caption", &figure.caption, depth + 1, out);
        }
        Block::Rule => line(depth, "rule", out),
        Block::Embed(embed) => {
            let kind = match embed.kind {
                EmbedKind::Video => "video",
                EmbedKind::Audio => "audio",
                EmbedKind::Post => "post",
                EmbedKind::Page => "page",
            };
            line(depth, &format!("embed {kind} [{}]({})", embed.title, embed.address), out);
            embed.picture.iter().for_each(|image| line(depth + 1, &picture(image), out));
        }
        Block::Definitions(definitions) => {
            line(depth, "definitions", out);
            for definition in definitions {
                definition.terms.iter().for_each(|term| line(depth + 1, &format!("term {}", inlines(term)), out));
                for meaning in &definition.meanings {
                    line(depth + 1, "meaning", out);
                    print_blocks(meaning, depth + 2, out);
                }
            }
        }
        Block::Math(formula) => line(depth, &format!("math {}", math(formula)), out),
    }
}

fn caption(name: &str, content: &[Inline], depth: usize, out: &mut String) {
    if !content.is_empty() {
        line(depth, &format!("{name} {}", inlines(content)), out);
    }
}

fn print_row(name: &str, row: &Row, depth: usize, out: &mut String) {
    line(depth, name, out);
    for cell in &row.cells {
        let mut text = String::from(if cell.header { "header" } else { "cell" });
        if (cell.columns, cell.rows) != (1, 1) {
            text.push_str(&format!(" {}x{}", cell.columns, cell.rows));
        }
        match cell.alignment {
            Alignment::Start => {}
            Alignment::Center => text.push_str(" center"),
            Alignment::End => text.push_str(" end"),
        }
        line(depth + 1, &text, out);
        print_blocks(&cell.blocks, depth + 2, out);
    }
}

fn picture(picture: &Picture) -> String {
    let alt = picture.alt.as_ref().map_or(String::new(), |alt| format!(" alt {alt:?}"));
    let size = picture.declared.map_or(String::new(), |(width, height)| format!(" {width}x{height}"));
    let short = |address: &String| match address.char_indices().nth(200) {
        Some((end, _)) => format!("{}…", &address[..end]),
        None => address.clone(),
    };
    let addresses: Vec<String> = picture.addresses.iter().map(short).collect();
    format!("image {}{size}{alt}", addresses.join(" or "))
}

fn math(math: &Math) -> String {
    match &math.mathml {
        Some(mathml) => format!("${}$ {mathml}", math.tex),
        None => format!("${}$", math.tex),
    }
}

fn inlines(content: &[Inline]) -> String {
    content.iter().map(inline).collect()
}

fn inline(inline: &Inline) -> String {
    match inline {
        Inline::Text(text) => text.clone(),
        Inline::Emphasis(inner) => format!("*{}*", inlines(inner)),
        Inline::Strong(inner) => format!("**{}**", inlines(inner)),
        Inline::Code(text) => format!("`{text}`"),
        Inline::Link { target: Target::Web(address), content } => format!("[{}]({address})", inlines(content)),
        Inline::Link { target: Target::Anchor(anchor), content } => format!("[{}](#{})", inlines(content), anchor.0),
        Inline::Image(image) => {
            format!("![{}]({})", image.alt.as_deref().unwrap_or_default(), image.addresses.join(" "))
        }
        Inline::Break => "⏎".into(),
        Inline::Sub(inner) => format!("_{}_", inlines(inner)),
        Inline::Super(inner) => format!("^{}^", inlines(inner)),
        Inline::Strike(inner) => format!("~~{}~~", inlines(inner)),
        Inline::Ruby { base, text } => format!("{{{}|{text}}}", inlines(base)),
        Inline::Note(anchor) => format!("[^{}]", anchor.0),
        Inline::Math(formula) => math(formula),
        Inline::Anchor(anchor) => format!("{{#{}}}", anchor.0),
    }
}
