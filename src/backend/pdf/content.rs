//! The content of a page: its items as operators, in marked-content sequences (ISO 32000-1 §14.6).

use std::collections::BTreeMap;

use printpdf::{
    Color, DictItem, Greyscale, Line, LineCapStyle, LinePoint, Op, PaintMode, PdfFontHandle, Point as At, Polygon,
    PolygonRing, Pt as Points, Rgb, WindingOrder, XObjectId, XObjectTransform,
};

use super::colour::Inks;
use super::fonts::Fonts;
use super::images::Pictures;
use super::structure;
use super::text::{self, TextState};
use crate::font::FaceId;
use crate::layout::frame::{Colour, GlyphRun, Item, ItemKind, Page, Tag, TagId, TagRole};
use crate::media::ImageId;
use crate::units::{Point, Pt, Rect};

/// What a page shows.
pub(super) struct Content {
    /// Its operators.
    pub(super) ops: Vec<Op>,
    /// What belongs to which element, in reading order.
    pub(super) parts: Vec<Part>,
}

/// A piece of an element's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The next marked-content sequence of the page: numbered from 0 in this order.
    Marked(TagId),
    /// An annotation: the item of the page with that index.
    Link {
        /// The element, if it has one.
        tag: Option<TagId>,
        /// Which item.
        item: usize,
    },
}

/// The name that an image has in the resources of every page.
pub(super) fn image_resource(id: &ImageId) -> String {
    format!("I{}", id.0)
}

/// Transcribes a page; without `tags`, without saying what belongs to which element.
pub(super) fn transcribe(page: &Page, tags: Option<&[Tag]>, inks: Inks, fonts: &Fonts, pictures: &Pictures) -> Content {
    let mut writer = PageWriter {
        height: page.size.height,
        tags,
        inks,
        fonts,
        pictures,
        ops: Vec::new(),
        parts: Vec::new(),
        marks: 0,
        open: None,
        text: None,
        font: None,
        colour: Colour::default(),
        state: TextState::default(),
    };
    for (index, item) in page.items.iter().enumerate() {
        writer.item(index, item);
    }
    writer.end_text();
    writer.close();
    Content { ops: writer.ops, parts: writer.parts }
}

/// What a marked-content sequence is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    /// No content, or a file without structure.
    Artifact,
    Content(TagId, TagRole),
}

struct PageWriter<'a> {
    height: Pt,
    /// `None` if the file has no structure.
    tags: Option<&'a [Tag]>,
    inks: Inks,
    fonts: &'a Fonts,
    pictures: &'a Pictures,
    ops: Vec<Op>,
    parts: Vec<Part>,
    marks: i64,
    /// The open sequence.
    open: Option<Mark>,
    /// Inside a text object: where its line began, in hundredths of a point.
    text: Option<(i64, i64)>,
    font: Option<(FaceId, Pt)>,
    colour: Colour,
    state: TextState,
}

impl PageWriter<'_> {
    fn item(&mut self, index: usize, item: &Item) {
        match &item.kind {
            ItemKind::Link { .. } => self.parts.push(Part::Link { tag: item.tag, item: index }),
            ItemKind::Glyphs(run) => self.glyphs(item.tag, run),
            ItemKind::Fill { rect, colour } => {
                let Some(rect) = self.inks.of_rectangle(*rect) else { return };
                self.graphics(item.tag);
                self.set_colour(self.inks.of_area(*colour));
                self.fill(&rect);
            }
            ItemKind::Frame { rect, line, colour } => {
                self.graphics(item.tag);
                self.set_colour(self.inks.of_area(*colour));
                edges(rect, *line).iter().for_each(|edge| self.fill(edge));
            }
            ItemKind::Dots { centres, diameter, colour } => {
                self.graphics(item.tag);
                self.dots(centres, *diameter, *colour);
            }
            ItemKind::Squares { origin, side, runs } => {
                self.graphics(item.tag);
                self.squares(*origin, *side, runs);
            }
            ItemKind::Image { id, rect } if self.pictures.has(id) => {
                self.graphics(item.tag);
                self.image(id, rect);
            }
            ItemKind::Image { .. } => {}
        }
    }

    /// Sees to it that what follows belongs to an element, or to none, and to no other.
    fn mark(&mut self, tag: Option<TagId>) {
        let wanted = self.of(tag);
        if self.open != Some(wanted) {
            self.close();
            self.begin(wanted, None);
        }
    }

    fn of(&self, tag: Option<TagId>) -> Mark {
        let tagged = tag.and_then(|id| Some((id, self.tags?.get(id.0 as usize)?)));
        tagged.map_or(Mark::Artifact, |(id, tag)| Mark::Content(id, tag.role))
    }

    /// Begins a sequence; one of content may say which text it stands for.
    fn begin(&mut self, mark: Mark, text: Option<&str>) {
        match mark {
            Mark::Artifact if self.tags.is_none() => return,
            Mark::Artifact => self.begin_sequence("Artifact", BTreeMap::new()),
            Mark::Content(id, role) => {
                let number = ("MCID".to_owned(), DictItem::Int(self.marks));
                self.marks += 1;
                self.parts.push(Part::Marked(id));
                let tag = if text.is_some() { "Span" } else { structure::type_of(role) };
                self.begin_sequence(tag, text.map(actual_text).into_iter().chain([number]).collect());
            }
        }
        self.open = Some(mark);
    }

    fn begin_sequence(&mut self, tag: &str, map: BTreeMap<String, DictItem>) {
        let tag = tag.to_owned();
        self.ops.push(match map.is_empty() {
            true => Op::BeginMarkedContent { tag },
            false => Op::BeginMarkedContentWithProperties { tag, properties: DictItem::Dict { map } },
        });
    }

    fn close(&mut self) {
        if self.open.take().is_some() {
            self.ops.push(Op::EndMarkedContent);
        }
    }

    /// Ends a text object, if one is open, with the sequence inside it.
    fn end_text(&mut self) {
        if self.text.take().is_some() {
            self.close();
            self.ops.push(Op::EndTextSection);
        }
    }

    fn graphics(&mut self, tag: Option<TagId>) {
        self.end_text();
        self.mark(tag);
    }

    fn glyphs(&mut self, tag: Option<TagId>, run: &GlyphRun) {
        let Some(font) = self.fonts.get(run.face) else { return };
        if run.size <= Pt::ZERO {
            return;
        }
        self.go_to(run.origin.x + Pt(text::start(run)), run.origin.y);
        self.set_colour(self.inks.of_text(run.colour));
        if self.font != Some((run.face, run.size)) {
            self.font = Some((run.face, run.size));
            let font = PdfFontHandle::External(font.resource.clone());
            self.ops.push(Op::SetFont { font, size: Points(rounded(run.size)) });
        }
        for segment in text::show(run, font, &mut self.state) {
            match (&segment.actual_text, self.of(tag)) {
                (None, _) => {
                    self.mark(tag);
                    self.ops.extend(segment.ops);
                }
                // Readers heed it in a span only.
                (Some(text), Mark::Artifact) => {
                    self.mark(tag);
                    self.begin_sequence("Span", [actual_text(text)].into());
                    self.ops.extend(segment.ops);
                    self.ops.push(Op::EndMarkedContent);
                }
                // Sequences of content are not nested: Poppler would take the inner one's end for the outer's.
                (Some(text), content) => {
                    self.close();
                    self.begin(content, Some(text));
                    self.ops.extend(segment.ops);
                    self.close();
                }
            }
        }
    }

    /// Moves the start of the line of text.
    fn go_to(&mut self, x: Pt, y: Pt) {
        let (line_x, line_y) = self.text.unwrap_or_else(|| {
            self.close();
            self.ops.push(Op::StartTextSection);
            (0, 0)
        });
        let (x, y) = (hundredths(x), hundredths(self.height - y));
        let step = |to: i64, from: i64| Points((to - from) as f32 / 100.0);
        self.ops.push(Op::SetTextCursor { pos: At { x: step(x, line_x), y: step(y, line_y) } });
        self.text = Some((x, y));
    }

    fn set_colour(&mut self, colour: Colour) {
        if colour == self.colour {
            return;
        }
        self.colour = colour;
        self.ops.push(Op::SetFillColor { col: ink(colour) });
    }

    /// Lines without length, with round ends: circles at two operators each (ISO 32000-1 §8.5.3.2).
    fn dots(&mut self, centres: &[Point], diameter: Pt, colour: Colour) {
        self.ops.push(Op::SetOutlineColor { col: ink(self.inks.of_text(colour)) });
        self.ops.push(Op::SetOutlineThickness { pt: Points(rounded(diameter)) });
        self.ops.push(Op::SetLineCapStyle { cap: LineCapStyle::Round });
        for centre in centres {
            let p = At { x: Points(rounded(centre.x)), y: Points(rounded(self.height - centre.y)) };
            let points = vec![LinePoint { p, bezier: false }; 2];
            self.ops.push(Op::DrawLine { line: Line { points, is_closed: false } });
        }
    }

    fn fill(&mut self, rect: &Rect) {
        let rectangle = printpdf::Rect {
            x: Points(rounded(rect.origin.x)),
            y: Points(rounded(self.height - rect.bottom())),
            width: Points(rounded(rect.size.width)),
            height: Points(rounded(rect.size.height)),
            mode: Some(PaintMode::Fill),
            winding_order: None,
        };
        self.ops.push(Op::DrawRectangle { rectangle });
    }

    /// One path for all: between paths of their own a viewer would show hairlines. Corners are where the grid has them,
    /// so that squares that touch one another have the same edge.
    fn squares(&mut self, origin: Point, side: Pt, runs: &[[u16; 3]]) {
        self.set_colour(Colour::grey(0));
        let corner = |column: u32, row: u32| LinePoint {
            p: At {
                x: Points(rounded(origin.x + side * f64::from(column))),
                y: Points(rounded(self.height - origin.y - side * f64::from(row))),
            },
            bezier: false,
        };
        let ring = |run: &[u16; 3]| {
            let [row, first, count] = run.map(u32::from);
            let (last, under) = (first + count, row + 1);
            PolygonRing {
                points: vec![corner(first, row), corner(first, under), corner(last, under), corner(last, row)],
            }
        };
        let rings = runs.iter().map(ring).collect();
        let polygon = Polygon { rings, mode: PaintMode::Fill, winding_order: WindingOrder::NonZero };
        self.ops.push(Op::DrawPolygon { polygon });
    }

    fn image(&mut self, id: &ImageId, rect: &Rect) {
        let transform = XObjectTransform {
            translate_x: Some(Points(rounded(rect.origin.x))),
            translate_y: Some(Points(rounded(self.height - rect.bottom()))),
            scale_x: Some(rounded(rect.size.width)),
            scale_y: Some(rounded(rect.size.height)),
            no_auto_scale: true,
            ..XObjectTransform::default()
        };
        self.ops.push(Op::UseXobject { id: XObjectId(image_resource(id)), transform });
    }
}

fn ink(colour: Colour) -> Color {
    let part = |level: u8| (f32::from(level) / 255.0 * 1000.0).round() / 1000.0;
    // A grey is printed with black ink alone.
    if colour.red == colour.green && colour.green == colour.blue {
        Color::Greyscale(Greyscale::new(part(colour.red), None))
    } else {
        Color::Rgb(Rgb { r: part(colour.red), g: part(colour.green), b: part(colour.blue), icc_profile: None })
    }
}

/// The entry of a property list that says which text a sequence stands for (ISO 32000-1 §14.9.4), in UTF-16 (§7.9.2.2).
fn actual_text(text: &str) -> (String, DictItem) {
    let data = super::utf_16(&super::shortened(text));
    ("ActualText".to_owned(), DictItem::String { data, literal: false })
}

/// The four sides of a frame whose line is inside its edge.
fn edges(rect: &Rect, line: Pt) -> [Rect; 4] {
    let Rect { origin, size } = *rect;
    let inner = size.height - line * 2.0;
    [
        Rect::new(origin.x, origin.y, size.width, line),
        Rect::new(origin.x, rect.bottom() - line, size.width, line),
        Rect::new(origin.x, origin.y + line, line, inner),
        Rect::new(rect.right() - line, origin.y + line, line, inner),
    ]
}

/// In hundredths of a point, 3.5 µm, finer than any press; at most what the largest page has (ISO 32000-1 Annex C).
fn hundredths(length: Pt) -> i64 {
    (length.0 * 100.0).round().clamp(-1_440_000.0, 1_440_000.0) as i64
}

/// To hundredths of a point.
pub(super) fn rounded(length: Pt) -> f32 {
    hundredths(length) as f32 / 100.0
}
