//! Pictures, figures and captions.

use super::blocks::Flow;
use super::inlines::{self, Piece};
use super::tex;
use super::tree::{NodeId, Tree};
use super::{formulas, images};
use crate::model::{Block, Figure, Inline, Picture};

impl Flow<'_> {
    /// Without scripts a page shows what lazy loaders hide: pictures and players, nothing else is wanted.
    pub(super) fn noscript(&mut self, id: NodeId) {
        let tree = self.tree();
        let found: Vec<NodeId> =
            tree.descendants(id).filter(|node| matches!(tree.name(*node), "img" | "iframe")).collect();
        let within_figure = || tree.ancestors(id).take(4).any(|above| tree.name(above) == "figure");
        // A chart that a script draws, and its picture: the picture stands for it.
        if let (Some(Block::Embed(embed)), [only]) = (self.blocks.last_mut(), found.as_slice())
            && embed.picture.is_none()
            && tree.name(*only) == "img"
            && within_figure()
        {
            embed.picture = images::picture(tree, *only, self.context.bases);
            return;
        }
        found.into_iter().for_each(|node| self.element(node));
    }

    pub(super) fn image(&mut self, id: NodeId) {
        let tree = self.tree();
        if let Some(tex) = formulas::of_image(tree, id) {
            return self.atom(Inline::Math(tex::formula(tex, false)));
        }
        if let Some(text) = emoji(tree, id) {
            return self.line.push(Piece::Text(text));
        }
        if images::is_decoration(tree, id) {
            return;
        }
        let Some(picture) = images::picture(tree, id, self.context.bases) else { return };
        let length = picture.addresses.iter().map(String::len).sum();
        if !self.is_new(&picture) || !self.context.takes(length) {
            return;
        }
        let small = picture.declared.is_some_and(|(_, height)| height <= 32);
        if small && (self.line.iter().any(is_text) || self.text_follows(id)) {
            return self.atom(Inline::Image(picture));
        }
        self.flush();
        self.push(Block::Figure(Figure { images: vec![picture], caption: Vec::new() }));
    }

    /// Each picture stands in a chapter once. Where it comes again, its other addresses are kept.
    fn is_new(&self, picture: &Picture) -> bool {
        let mut seen = self.context.seen.borrow_mut();
        let identity = images::identity(picture);
        if seen.contains_key(&identity) {
            return false;
        }
        seen.insert(identity, picture.clone());
        true
    }

    fn text_follows(&self, id: NodeId) -> bool {
        let next = self.tree().node(id).next;
        next.and_then(|next| self.tree().text(next)).is_some_and(|text| !text.trim().is_empty())
    }

    /// A figure, whatever it holds, and however it is nested: pictures with one caption, or what it holds.
    pub(super) fn figure(&mut self, id: NodeId) {
        self.flush();
        let tree = self.tree();
        let mut inner = self.inner();
        let (captions, others): (Vec<_>, Vec<_>) =
            tree.children(id).partition(|child| tree.name(*child) == "figcaption");
        others.into_iter().for_each(|child| inner.node(child));
        let has_caption = !captions.is_empty();
        captions.into_iter().for_each(|child| inner.node(child));
        inner.flush();
        self.carried.append(&mut inner.carried);
        let mut found = inner.finish();
        self.adopt_caption(&mut found, has_caption);
        let only_pictures = found.iter().all(|block| matches!(block, Block::Figure(_)));
        let captions = found.iter().filter(|block| matches!(block, Block::Figure(f) if !f.caption.is_empty())).count();
        if only_pictures && found.len() > 1 && captions <= 1 {
            return self.push(Block::Figure(merged(found)));
        }
        found.into_iter().for_each(|block| self.push(block));
    }

    /// Text of a figure that is its caption although no `figcaption` says so, or the caption of the picture before it.
    fn adopt_caption(&mut self, found: &mut Vec<Block>, has_caption: bool) {
        match found.as_mut_slice() {
            [.., Block::Figure(figure), Block::Paragraph(text)]
                if !has_caption && is_short(text) && figure.caption.is_empty() =>
            {
                figure.caption = std::mem::take(text);
                found.pop();
            }
            [Block::Paragraph(text)] if has_caption => {
                if let Some(Block::Figure(before)) = self.blocks.last_mut()
                    && before.caption.is_empty()
                {
                    before.caption = std::mem::take(text);
                    found.clear();
                }
            }
            _ => {}
        }
    }

    /// A caption belongs to the figure or table before it.
    pub(super) fn caption(&mut self, id: NodeId) {
        self.flush();
        let (text, rest) = self.running(id, &Inline::Break);
        let (pictures, rest): (Vec<_>, Vec<_>) = rest.into_iter().partition(|block| matches!(block, Block::Figure(_)));
        pictures.into_iter().for_each(|picture| self.push(picture));
        if inlines::shows(&text) {
            match self.blocks.last_mut() {
                Some(Block::Figure(figure)) if figure.caption.is_empty() => figure.caption = text,
                Some(Block::Figure(figure)) if !same_text(&figure.caption, &text) => {
                    figure.caption.push(Inline::Break);
                    figure.caption.extend(text);
                }
                Some(Block::Figure(_)) => {}
                Some(Block::Table(table)) if table.caption.is_empty() => table.caption = text,
                _ => self.push(Block::Paragraph(text)),
            }
        }
        self.blocks.extend(rest);
    }
}

/// One figure of several.
fn merged(blocks: Vec<Block>) -> Figure {
    let mut whole = Figure { images: Vec::new(), caption: Vec::new() };
    for block in blocks {
        if let Block::Figure(figure) = block {
            whole.images.extend(figure.images);
            whole.caption.extend(figure.caption);
        }
    }
    whole
}

fn is_short(text: &[Inline]) -> bool {
    crate::model::plain_text(text).chars().count() <= 200
}

fn same_text(a: &[Inline], b: &[Inline]) -> bool {
    crate::model::plain_text(a) == crate::model::plain_text(b)
}

fn is_text(piece: &Piece) -> bool {
    matches!(piece, Piece::Text(text) if !text.trim().is_empty())
}

/// Emoji that a site draws as pictures have their character in `alt`.
fn emoji(tree: &Tree, id: NodeId) -> Option<String> {
    let is_emoji =
        tree.classes(id).any(|class| matches!(class, "emoji" | "wp-smiley" | "twemoji" | "emojione" | "joypixels"));
    let alt = tree.value(id, "alt").filter(|_| is_emoji)?;
    (alt.chars().count() <= 8).then(|| alt.to_owned())
}
