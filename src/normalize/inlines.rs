//! Running text on its way from the tree to the model: a flat list of pieces, in which white space is settled and
//! paragraphs are divided, and which is then folded into nested inlines.

use crate::model::{Inline, Target};

/// A piece of running text.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Piece {
    /// Text as it stands in the source.
    Text(String),
    /// A format begins.
    Open(Format),
    /// The last format that is open ends.
    Close,
    /// Something that is one in itself.
    Atom(Inline),
    /// A line break.
    Break,
}

/// What can hold running text.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Format {
    Emphasis,
    Strong,
    Strike,
    Sub,
    Super,
    Link(Target),
}

impl Format {
    /// Formats of one kind do not nest.
    fn is_kind_of(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }

    fn around(self, content: Vec<Inline>) -> Inline {
        match self {
            Self::Emphasis => Inline::Emphasis(content),
            Self::Strong => Inline::Strong(content),
            Self::Strike => Inline::Strike(content),
            Self::Sub => Inline::Sub(content),
            Self::Super => Inline::Super(content),
            Self::Link(target) => Inline::Link { target, content },
        }
    }
}

/// Divides pieces into paragraphs where two line breaks follow each other, or a line break and an indent. Formats that
/// are open there go on in the next paragraph.
pub(super) fn paragraphs(pieces: Vec<Piece>) -> Vec<Vec<Piece>> {
    if !pieces.iter().any(|piece| matches!(piece, Piece::Break)) {
        return vec![pieces];
    }
    let mut done = Vec::new();
    let mut here: Vec<Piece> = Vec::new();
    let mut open: Vec<Format> = Vec::new();
    let mut breaks = 0;
    for piece in pieces {
        match piece {
            Piece::Break => {
                breaks += 1;
                continue;
            }
            Piece::Open(format) => {
                open.push(format.clone());
                here.push(Piece::Open(format));
                continue;
            }
            Piece::Close => {
                open.pop();
                here.push(Piece::Close);
                continue;
            }
            Piece::Text(text) if breaks > 0 && text.chars().all(super::space::is_space) => continue,
            Piece::Text(_) | Piece::Atom(_) => {}
        }
        if breaks > 0 && (breaks > 1 || is_indented(&piece)) {
            here.extend(open.iter().map(|_| Piece::Close));
            done.push(std::mem::take(&mut here));
            here.extend(open.iter().cloned().map(Piece::Open));
        } else if breaks == 1 && here.iter().any(is_content) {
            here.push(Piece::Break);
        }
        breaks = 0;
        here.push(piece);
    }
    done.push(here);
    done
}

/// Two ideographic spaces begin a paragraph (CLREQ §4.1.1).
fn is_indented(piece: &Piece) -> bool {
    let Piece::Text(text) = piece else { return false };
    let text = text.trim_start_matches(super::space::is_space);
    ["\u{3000}\u{3000}", "\u{2003}\u{2003}", "\u{A0}\u{A0}\u{A0}"].iter().any(|indent| text.starts_with(indent))
}

fn is_content(piece: &Piece) -> bool {
    match piece {
        Piece::Text(text) => !text.chars().all(super::space::is_space),
        Piece::Atom(_) => true,
        Piece::Open(_) | Piece::Close | Piece::Break => false,
    }
}

/// Nests pieces. Empty formats vanish, neighbours of one kind become one, a format within itself is one format.
pub(super) fn fold(pieces: Vec<Piece>) -> Vec<Inline> {
    let mut out: Vec<Inline> = Vec::new();
    let mut open: Vec<(Option<Format>, Vec<Inline>)> = Vec::new();
    for piece in pieces {
        let to = open.last_mut().map_or(&mut out, |(_, content)| content);
        match piece {
            Piece::Text(text) => push(to, Inline::Text(text)),
            Piece::Atom(atom) => push(to, atom),
            Piece::Break => push(to, Inline::Break),
            Piece::Open(format) => {
                let again = open.iter().any(|(of, _)| of.as_ref().is_some_and(|of| of.is_kind_of(&format)));
                open.push(((!again).then_some(format), Vec::new()));
            }
            Piece::Close => close(&mut open, &mut out),
        }
    }
    while !open.is_empty() {
        close(&mut open, &mut out);
    }
    out
}

fn close(open: &mut Vec<(Option<Format>, Vec<Inline>)>, out: &mut Vec<Inline>) {
    let Some((format, content)) = open.pop() else { return };
    let to = open.last_mut().map_or(out, |(_, content)| content);
    match format {
        // Line breaks at the ends of a format stand outside of it.
        Some(format)
            if content.iter().any(|inline| !matches!(inline, Inline::Break | Inline::Anchor(_)))
                && !is_raised_note(&format, &content) =>
        {
            push(to, format.around(content));
        }
        _ => content.into_iter().for_each(|inline| push(to, inline)),
    }
}

/// A reference to a note is raised by itself.
fn is_raised_note(format: &Format, content: &[Inline]) -> bool {
    *format == Format::Super && content.iter().all(|inline| matches!(inline, Inline::Note(_)))
}

/// Appends an inline, or joins it with the last one if they are of one kind.
pub(super) fn push(to: &mut Vec<Inline>, inline: Inline) {
    match (to.last_mut(), inline) {
        (_, Inline::Text(text)) if text.is_empty() => {}
        (Some(Inline::Text(before)), Inline::Text(text)) => before.push_str(&text),
        (Some(Inline::Emphasis(before)), Inline::Emphasis(content))
        | (Some(Inline::Strong(before)), Inline::Strong(content))
        | (Some(Inline::Strike(before)), Inline::Strike(content))
        | (Some(Inline::Sub(before)), Inline::Sub(content))
        | (Some(Inline::Super(before)), Inline::Super(content)) => content.into_iter().for_each(|i| push(before, i)),
        (Some(Inline::Link { target: of, content: before }), Inline::Link { target, content }) if *of == target => {
            content.into_iter().for_each(|inline| push(before, inline));
        }
        (_, inline) => to.push(inline),
    }
}

/// Whether running text shows anything: not only places that links lead to.
pub(super) fn shows(inlines: &[Inline]) -> bool {
    inlines.iter().any(|inline| match inline {
        Inline::Anchor(_) | Inline::Break => false,
        Inline::Text(text) | Inline::Code(text) => !text.chars().all(super::space::is_unseen),
        Inline::Emphasis(inner)
        | Inline::Strong(inner)
        | Inline::Strike(inner)
        | Inline::Sub(inner)
        | Inline::Super(inner)
        | Inline::Link { content: inner, .. } => shows(inner),
        Inline::Image(_) | Inline::Ruby { .. } | Inline::Note(_) | Inline::Math(_) => true,
    })
}

/// The anchors in running text.
pub(super) fn anchors(inlines: &[Inline]) -> Vec<Inline> {
    inlines.iter().filter(|inline| matches!(inline, Inline::Anchor(_))).cloned().collect()
}

/// Takes a format away that holds all of a text: a heading is bold by itself.
pub(super) fn unwrap_whole(mut inlines: Vec<Inline>) -> Vec<Inline> {
    loop {
        match inlines.as_mut_slice() {
            [Inline::Strong(inner) | Inline::Emphasis(inner)] => inlines = std::mem::take(inner),
            _ => return inlines,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(s: &str) -> Inline {
        Inline::Text(s.into())
    }

    #[test]
    fn formats_fold_to_the_least() {
        let pieces = vec![
            Piece::Open(Format::Strong),
            Piece::Open(Format::Strong),
            Piece::Text("a".into()),
            Piece::Close,
            Piece::Close,
            Piece::Open(Format::Strong),
            Piece::Text("b".into()),
            Piece::Close,
            Piece::Open(Format::Emphasis),
            Piece::Close,
        ];
        assert_eq!(fold(pieces), [Inline::Strong(vec![text("ab")])]);
    }

    #[test]
    fn two_breaks_make_a_paragraph_and_formats_go_on() {
        let pieces = vec![
            Piece::Open(Format::Strong),
            Piece::Text("a".into()),
            Piece::Break,
            Piece::Text("b".into()),
            Piece::Break,
            Piece::Break,
            Piece::Text("c".into()),
            Piece::Close,
            Piece::Break,
            Piece::Text("　　d".into()),
        ];
        let found: Vec<_> = paragraphs(pieces).into_iter().map(fold).collect();
        assert_eq!(found[0], [Inline::Strong(vec![text("a"), Inline::Break, text("b")])]);
        assert_eq!(found[1], [Inline::Strong(vec![text("c")])]);
        assert_eq!(found[2], [text("　　d")]);
    }
}
