//! From the tree to blocks: one walk, in document order.
//!
//! Running text gathers in a line until something stands apart from it; then the line becomes paragraphs. So a block
//! inside of running text, however it is nested there, ends the paragraph before it and begins one after it, and formats
//! that are open go on.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use super::images::Bases;
use super::inlines::{self, Format, Piece};
use super::marks::Marks;
use super::notes::Notes;
use super::tex;
use super::tree::{NodeId, Tree};
use super::{address, code, embeds, formulas, space, tables};
use crate::model::{Anchor, Block, Inline, Math, Picture, Quote, Target};

/// Containers nest no deeper in a book; what is deeper stands in the last.
pub(super) const NESTING: usize = 24;

/// What the walk knows of the page.
pub(super) struct Context<'a> {
    pub(super) tree: &'a Tree,
    /// What the rules say of each node.
    pub(super) marks: &'a Marks,
    pub(super) notes: &'a Notes,
    pub(super) bases: Bases<'a>,
    /// Names of places on the page that its links lead to.
    pub(super) wanted: BTreeSet<String>,
    /// Whether line breaks of the source say nothing.
    pub(super) pretty_printed: bool,
    /// Whether this program wrote the page.
    pub(super) own: bool,
    /// What sets TeX apart in text.
    pub(super) signs: formulas::Signs,
    /// Pictures that are in the chapter already.
    pub(super) seen: RefCell<BTreeMap<String, Picture>>,
    /// How many containers are open.
    pub(super) nesting: Cell<usize>,
    /// How many bytes of addresses the article may still have: one long address can be made thousands of.
    pub(super) room: Cell<usize>,
    /// Whether it had more.
    pub(super) grown: Cell<bool>,
}

impl Context<'_> {
    /// Whether there is room for so many bytes of addresses; it is taken.
    pub(super) fn takes(&self, bytes: usize) -> bool {
        let left = self.room.get().checked_sub(bytes);
        left.map_or_else(|| self.grown.set(true), |left| self.room.set(left));
        left.is_some()
    }
}

/// Whether a button is what a heading says.
pub(super) fn is_heading_button(tree: &Tree, id: NodeId) -> bool {
    let heading = |above| matches!(tree.name(above), "h1" | "h2" | "h3" | "h4" | "h5" | "h6");
    tree.name(id) == "button" && tree.value(id, "aria-controls").is_some() && tree.ancestors(id).take(3).any(heading)
}

/// What a reader of a page works it with; it says nothing in a book.
pub(super) fn is_control(name: &str) -> bool {
    matches!(name, "button" | "input" | "select" | "textarea" | "datalist" | "dialog")
}

/// The blocks of `nodes` and all below them.
pub(super) fn blocks(context: &Context<'_>, nodes: &[NodeId]) -> Vec<Block> {
    let mut flow = Flow::new(context);
    for node in nodes {
        flow.node(*node);
        flow.flush();
    }
    flow.finish()
}

/// Blocks in the making.
pub(super) struct Flow<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) blocks: Vec<Block>,
    pub(super) line: Vec<Piece>,
    /// Formats around what comes next.
    open: Vec<Format>,
    /// Places that links lead to, waiting for text to stand before.
    pub(super) carried: Vec<Inline>,
    /// Whether the last block is a list of items that stood outside of any.
    pub(super) stray_items: bool,
}

impl<'a> Flow<'a> {
    pub(super) fn new(context: &'a Context<'a>) -> Self {
        Self {
            context,
            blocks: Vec::new(),
            line: Vec::new(),
            open: Vec::new(),
            carried: Vec::new(),
            stray_items: false,
        }
    }

    /// A flow inside of this one, with the formats that are open here.
    pub(super) fn inner(&self) -> Self {
        let open = self.open.clone();
        Self { line: open.iter().cloned().map(Piece::Open).collect(), open, ..Self::new(self.context) }
    }

    pub(super) fn finish(mut self) -> Vec<Block> {
        self.flush();
        let carried = std::mem::take(&mut self.carried);
        if let Some(Block::Paragraph(last)) = self.blocks.last_mut() {
            last.extend(carried);
        }
        self.blocks
    }

    pub(super) fn tree(&self) -> &'a Tree {
        self.context.tree
    }

    /// What is below a node; nothing of a note, which stands elsewhere.
    pub(super) fn children(&mut self, id: NodeId) {
        if self.context.notes.is_body(id) {
            return;
        }
        let mut next = self.tree().node(id).first;
        while let Some(child) = next {
            self.node(child);
            next = self.tree().node(child).next;
        }
    }

    /// The blocks of what is below a node, apart from the line.
    pub(super) fn inside(&self, id: NodeId) -> Vec<Block> {
        self.apart(&[id], true)
    }

    /// The blocks of nodes, or of what is below them, apart from the line.
    pub(super) fn apart(&self, ids: &[NodeId], below: bool) -> Vec<Block> {
        let nesting = &self.context.nesting;
        nesting.set(nesting.get() + 1);
        let mut flow = self.inner();
        for id in ids {
            if below { flow.children(*id) } else { flow.node(*id) }
        }
        nesting.set(nesting.get() - 1);
        flow.finish()
    }

    pub(super) fn node(&mut self, id: NodeId) {
        if let Some(text) = self.tree().text(id) {
            // Signs of an icon font are no text.
            let icon = text.contains(is_private) && text.chars().all(|c| is_private(c) || space::is_edge(c));
            if !icon {
                let twice = if self.context.own { None } else { space::unescaped(text) };
                self.line.push(Piece::Text(twice.unwrap_or_else(|| text.to_owned())));
            }
        } else if self.tree().element(id).is_some() {
            self.element(id);
        }
    }

    pub(super) fn element(&mut self, id: NodeId) {
        let context = self.context;
        if let Some(note) = context.notes.reference(id).filter(|_| !context.marks.dropped(id)) {
            self.atom(Inline::Note(note.clone()));
            return;
        }
        if context.marks.dropped(id) || context.notes.is_body(id) || context.notes.is_back(id) {
            return;
        }
        self.place(id);
        let name = self.tree().name(id);
        if let Some((math, display)) = formulas::held(self.tree(), id) {
            // What it drew comes first, or what it is drawn from: once is enough.
            if !formulas::tex_script_follows(self.tree(), id) {
                self.formula(math, display);
            }
            return;
        }
        if context.marks.is_caption(id) && name != "p" {
            return self.caption(id);
        }
        if context.marks.is_divider(id) {
            return self.divider(id);
        }
        match name {
            "script" | "style" | "template" | "head" | "link" | "meta" | "title" | "param" | "source" | "track"
            | "area" | "col" | "colgroup" | "rt" | "rp" => self.children_of_void(id),
            // What opens a part of an article is its heading (WAI-ARIA authoring practices, accordion).
            "button" if is_heading_button(self.tree(), id) => self.children(id),
            _ if is_control(name) => {}
            "noscript" => self.noscript(id),
            "span" | "div" if self.tree().has_class(id, "MathJax") && formulas::tex_script_follows(self.tree(), id) => {
            }
            "svg" => {}
            "br" => self.line.push(Piece::Break),
            "hr" => self.divider(id),
            "img" | "image" | "amp-img" => self.image(id),
            "figure" => self.figure(id),
            "figcaption" => self.caption(id),
            "p" if context.marks.is_caption(id) => self.caption(id),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.heading(id, name.as_bytes().get(1).map_or(6, |b| b - b'0')),
            "ul" | "ol" | "menu" | "dir" => self.list(id, name == "ol"),
            "li" => self.stray_item(id),
            "dl" => self.definitions(id),
            "blockquote" => self.quote(id),
            "pre" | "listing" | "plaintext" | "xmp" => self.code_block(id),
            "table" => self.table(id),
            "iframe" | "embed" | "object" | "video" | "audio" | "amp-youtube" => self.embed(id),
            "summary" => self.format_block(id, Format::Strong),
            "a" => self.link(id),
            "em" | "i" | "cite" | "dfn" | "var" => self.formatted(id, Format::Emphasis),
            "strong" | "b" => self.formatted(id, Format::Strong),
            "s" | "strike" | "del" => self.formatted(id, Format::Strike),
            "sub" => self.formatted(id, Format::Sub),
            "sup" => self.formatted(id, Format::Super),
            "code" | "kbd" | "samp" | "tt" => self.code(id),
            "ruby" => self.ruby(id),
            "q" => {
                self.line.push(Piece::Text("“".into()));
                self.children(id);
                self.line.push(Piece::Text("”".into()));
            }
            "math" => self.math(id),
            "p" | "div" if self.tree().value(id, "role") == Some("heading") => {
                let level = self.tree().value(id, "aria-level").and_then(|level| level.parse().ok()).unwrap_or(2);
                self.heading(id, level.clamp(1, 6));
            }
            "div" if let Some(post) = embeds::post(self.tree(), id) => self.post(post),
            _ if self.tree().is_block(id) || self.is_styled_block(id) => {
                self.flush();
                self.children(id);
                self.flush();
            }
            _ => match styled_format(self.tree(), id) {
                Some(format) => self.formatted(id, format),
                None => self.children(id),
            },
        }
    }

    /// `source` is closed by no end tag where a page was saved as XML, so that its picture stands inside of it; a script
    /// may hold a formula.
    fn children_of_void(&mut self, id: NodeId) {
        if self.tree().name(id) == "source" {
            self.children(id);
        } else if let Some((tex, display)) = formulas::tex_of_script(self.tree(), id) {
            self.formula(tex::formula(tex, display), display);
        }
    }

    fn is_styled_block(&self, id: NodeId) -> bool {
        let style = self.tree().attribute(id, "style").unwrap_or_default();
        style.contains("display") && style.replace(' ', "").contains("display:block")
    }

    /// Remembers a place that links lead to.
    pub(super) fn place(&mut self, id: NodeId) {
        if self.context.wanted.is_empty() {
            return;
        }
        let named = if self.tree().name(id) == "a" { self.tree().value(id, "name") } else { None };
        for name in self.tree().value(id, "id").into_iter().chain(named) {
            let anchor = Inline::Anchor(Anchor(format!("#{name}")));
            if self.context.wanted.contains(name) && !self.line.contains(&Piece::Atom(anchor.clone())) {
                self.line.push(Piece::Atom(anchor));
            }
        }
    }

    pub(super) fn atom(&mut self, atom: Inline) {
        self.line.push(Piece::Atom(atom));
    }

    fn formatted(&mut self, id: NodeId, format: Format) {
        self.open.push(format.clone());
        self.line.push(Piece::Open(format));
        self.children(id);
        self.line.push(Piece::Close);
        self.open.pop();
    }

    fn format_block(&mut self, id: NodeId, format: Format) {
        self.flush();
        self.formatted(id, format);
        self.flush();
    }

    fn link(&mut self, id: NodeId) {
        let tree = self.tree();
        if let Some(text) = tree.value(id, "data-cfemail").and_then(address::decode_email) {
            return self.line.push(Piece::Text(text));
        }
        let href = tree.value(id, "href").unwrap_or_default();
        match address::target(href, self.context.bases.web) {
            Some(target) if !href.contains("/cdn-cgi/l/email-protection") => {
                // It goes on in each paragraph that the link holds.
                let length = match &target {
                    Target::Web(address) => address.len(),
                    Target::Anchor(anchor) => anchor.0.len(),
                };
                let times = tree.descendants(id).filter(|node| tree.element(*node).is_some()).count().max(1);
                if self.context.takes(length.saturating_mul(times)) {
                    self.formatted(id, Format::Link(target));
                } else {
                    self.children(id);
                }
            }
            _ => self.children(id),
        }
    }

    /// Ends the line: what is in it becomes paragraphs.
    pub(super) fn flush(&mut self) {
        if self.line.iter().all(|piece| matches!(piece, Piece::Open(_))) {
            return;
        }
        let mut line = std::mem::replace(&mut self.line, self.open.iter().cloned().map(Piece::Open).collect());
        line.extend(self.open.iter().map(|_| Piece::Close));
        let line = formulas::split(line, self.context.signs);
        for part in inlines::paragraphs(line) {
            let inlines = inlines::fold(space::resolve(part, self.context.pretty_printed));
            self.paragraph(inlines);
        }
    }

    fn paragraph(&mut self, mut inlines: Vec<Inline>) {
        trim_breaks(&mut inlines);
        if !inlines::shows(&inlines) {
            self.carried.extend(inlines::anchors(&inlines));
            return;
        }
        if !self.carried.is_empty() {
            inlines.splice(0..0, self.carried.drain(..));
        }
        match inlines.as_mut_slice() {
            [Inline::Math(math)] => self.blocks.push(Block::Math(std::mem::take(math))),
            _ => self.blocks.push(Block::Paragraph(inlines)),
        }
        self.stray_items = false;
    }

    pub(super) fn push(&mut self, block: Block) {
        self.blocks.push(block);
        self.stray_items = false;
    }

    /// One break between two parts, however many things on the page say so.
    fn divider(&mut self, id: NodeId) {
        self.flush();
        let says_so = self.tree().name(id) == "hr" || self.tree().named(id, "hr").next().is_some();
        if !says_so {
            self.children(id);
            return self.flush();
        }
        if !matches!(self.blocks.last(), None | Some(Block::Rule)) {
            self.push(Block::Rule);
        }
    }

    /// The running text below a node, and what stands apart from it there.
    pub(super) fn running(&self, id: NodeId, between: &Inline) -> (Vec<Inline>, Vec<Block>) {
        let mut text: Vec<Inline> = Vec::new();
        let mut rest = Vec::new();
        for block in self.inside(id) {
            match block {
                Block::Paragraph(inlines) => {
                    if !text.is_empty() {
                        text.push(between.clone());
                    }
                    text.extend(inlines);
                }
                block => rest.push(block),
            }
        }
        (text, rest)
    }

    fn heading(&mut self, id: NodeId, level: u8) {
        self.flush();
        let (content, rest) = self.running(id, &Inline::Text(" ".into()));
        let mut content = inlines::unwrap_whole(content);
        trim_breaks(&mut content);
        if inlines::shows(&content) {
            content.splice(0..0, self.carried.drain(..));
            // A level within another block has no place in the contents; it is a bold line there.
            if self.context.nesting.get() == 0 {
                self.push(Block::Heading { level, anchor: Anchor(String::new()), content });
            } else {
                self.push(Block::Paragraph(vec![Inline::Strong(content)]));
            }
        } else {
            self.carried.extend(inlines::anchors(&content));
        }
        self.blocks.extend(rest);
    }

    fn quote(&mut self, id: NodeId) {
        self.flush();
        let mut blocks = self.inside(id);
        if blocks.is_empty() {
            return;
        }
        if self.context.nesting.get() >= NESTING {
            return self.blocks.extend(blocks);
        }
        let attribution = match blocks.as_slice() {
            [_, .., Block::Paragraph(last)] if is_attribution(last) || embeds::is_post(self.tree(), id) => {
                match blocks.pop() {
                    Some(Block::Paragraph(last)) => last,
                    _ => Vec::new(),
                }
            }
            _ => Vec::new(),
        };
        let mergeable = attribution.is_empty() || !embeds::is_post(self.tree(), id);
        // Pages quote paragraph by paragraph.
        if let Some(Block::Quote(before)) = self.blocks.last_mut()
            && before.attribution.is_empty()
            && mergeable
        {
            before.blocks.extend(blocks);
            before.attribution = attribution;
            return;
        }
        self.push(Block::Quote(Quote { blocks, attribution }));
    }

    /// A post of a social network, as a quotation.
    fn post(&mut self, post: embeds::Post) {
        self.flush();
        let blocks = post.lines.into_iter().map(|line| Block::Paragraph(vec![Inline::Text(line)])).collect();
        let said = if post.date.is_empty() { post.address.clone() } else { post.date };
        let link = Inline::Link { target: Target::Web(post.address), content: vec![Inline::Text(said)] };
        let author = Inline::Text(format!("— {} ", post.author));
        self.push(Block::Quote(Quote { blocks, attribution: vec![author, link] }));
    }

    fn code_block(&mut self, id: NodeId) {
        self.flush();
        let Some(found) = code::block(self.context, id) else { return };
        // Pages that set each line of a program apart.
        if let (Some(Block::Code { language, text }), Block::Code { language: of, text: more }) =
            (self.blocks.last_mut(), &found)
            && language == of
            && !text.contains('\n')
            && !more.contains('\n')
            && code::is_next(self.context, id)
        {
            text.push('\n');
            text.push_str(more);
            return;
        }
        if let (Some(Block::Paragraph(label)), Block::Code { language, .. }) = (self.blocks.last(), &found)
            && code::is_label(&crate::model::plain_text(label), language.as_deref())
        {
            self.blocks.pop();
        }
        self.push(found);
    }

    fn code(&mut self, id: NodeId) {
        if self.tree().descendants(id).skip(1).take(8).any(|node| matches!(self.tree().name(node), "pre" | "table")) {
            return self.children(id);
        }
        if code::is_block(self.context, id) {
            return self.code_block(id);
        }
        let text = code::inline(self.context, id);
        if !text.is_empty() {
            self.atom(Inline::Code(text));
        }
    }

    fn table(&mut self, id: NodeId) {
        self.flush();
        if self.context.nesting.get() < NESTING
            && let Some(table) = tables::table(self, id)
        {
            return self.push(Block::Table(table));
        }
        // A table for the looks: its cells one after the other.
        for cell in tables::cells(self.tree(), self.context.marks, id) {
            self.flush();
            if self.context.marks.is_caption(cell) {
                self.caption(cell);
            } else {
                self.children(cell);
            }
            self.flush();
        }
    }

    fn embed(&mut self, id: NodeId) {
        match embeds::embed(self.tree(), id, self.context.bases) {
            Some(embed) => {
                self.flush();
                if !self.context.takes(embed.address.len()) {
                    return;
                }
                if !matches!(self.blocks.last(), Some(Block::Embed(last)) if last.address == embed.address) {
                    self.push(Block::Embed(embed));
                }
            }
            // What stands in an object for those who cannot show it.
            None if self.tree().name(id) == "object" => self.children(id),
            None => {}
        }
    }

    fn ruby(&mut self, id: NodeId) {
        let tree = self.tree();
        let reading: String = tree.named(id, "rt").map(|rt| tree.words_of(rt)).collect();
        let (base, rest) = self.running(id, &Inline::Text(" ".into()));
        if base.is_empty() || reading.is_empty() {
            base.into_iter().for_each(|inline| self.atom(inline));
        } else {
            self.atom(Inline::Ruby { base, text: reading });
        }
        if !rest.is_empty() {
            self.flush();
            self.blocks.extend(rest);
        }
    }

    fn math(&mut self, id: NodeId) {
        if let Some(math) = formulas::mathml(self.tree(), id) {
            self.formula(math, self.tree().value(id, "display") == Some("block"));
        }
    }

    fn formula(&mut self, math: Math, display: bool) {
        if display {
            self.flush();
            self.push(Block::Math(math));
        } else {
            self.atom(Inline::Math(math));
        }
    }
}

fn is_private(c: char) -> bool {
    ('\u{E000}'..='\u{F8FF}').contains(&c)
}

/// A line that begins with a dash and is short says who is quoted.
fn is_attribution(inlines: &[Inline]) -> bool {
    let text = crate::model::plain_text(inlines);
    let text = text.trim();
    (text.starts_with("— ") || text.starts_with("――") || text.starts_with("——") || text.starts_with("--"))
        && text.chars().count() <= 80
}

pub(super) fn trim_breaks(inlines: &mut Vec<Inline>) {
    while matches!(inlines.last(), Some(Inline::Break)) {
        inlines.pop();
    }
    let leading = inlines.iter().take_while(|inline| matches!(inline, Inline::Break)).count();
    inlines.drain(..leading);
}

/// What style says where the element does not.
fn styled_format(tree: &Tree, id: NodeId) -> Option<Format> {
    let style = tree.attribute(id, "style")?;
    if !(style.contains("font") || style.contains("text-decoration")) {
        return None;
    }
    let style = style.to_ascii_lowercase().replace(' ', "");
    let value = |name: &str| style.split(';').find_map(|rule| rule.strip_prefix(name)?.strip_prefix(':'));
    if value("font-weight").is_some_and(|w| matches!(w, "bold" | "bolder" | "600" | "700" | "800" | "900")) {
        Some(Format::Strong)
    } else if value("font-style").is_some_and(|s| s.starts_with("italic") || s.starts_with("oblique")) {
        Some(Format::Emphasis)
    } else if value("text-decoration").is_some_and(|d| d.contains("line-through")) {
        Some(Format::Strike)
    } else {
        None
    }
}

/// Elements that stand apart from running text.
pub(super) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "body"
            | "blockquote"
            | "caption"
            | "center"
            | "dd"
            | "details"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hgroup"
            | "hr"
            | "html"
            | "legend"
            | "li"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "optgroup"
            | "option"
            | "p"
            | "pre"
            | "search"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
            | "ul"
    )
}
