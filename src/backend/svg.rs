//! SVG: a page that layout made, as a picture for a screen. Glyphs are the outlines of their faces and images are in the
//! file, so that it shows what the PDF file shows, wherever it is looked at, and asks for nothing.
//!
//! A picture of one page holds neither its text nor its structure: it is for a look at the page, not for reading.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io;

use super::html::base64;
use super::pdf::{Inks, Options};
use crate::font::{Face, FaceId, Segment, outlines};
use crate::layout::frame::{Colour, GlyphRun, ItemKind, Page};
use crate::media::Images;
use crate::units::{Point, Pt, Rect};

/// A page as an SVG document, with the inks that the options leave.
///
/// # Errors
/// Only if an image cannot be read.
pub fn page(page: &Page, images: &Images, options: &Options) -> io::Result<String> {
    let mut drawing = Drawing { inks: Inks::of(options), glyphs: BTreeMap::new(), body: String::new() };
    for item in &page.items {
        match &item.kind {
            ItemKind::Glyphs(run) => drawing.glyphs(run),
            ItemKind::Fill { rect, colour } => drawing.fill(*rect, *colour),
            ItemKind::Frame { rect, line, colour } => drawing.frame(rect, *line, *colour),
            ItemKind::Dots { centres, diameter, colour } => drawing.dots(centres, *diameter, *colour),
            ItemKind::Squares { origin, side, runs } => drawing.squares(*origin, *side, runs),
            ItemKind::Image { id, rect } => {
                if let Some(image) = images.image(id) {
                    drawing.image(image.format.media_type(), &image.bytes.read()?, rect);
                }
            }
            ItemKind::Link { .. } => {}
        }
    }
    let (width, height) = (number(page.size.width.0), number(page.size.height.0));
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}pt\" height=\"{height}pt\" viewBox=\"0 0 {width} {height}\">\
         <path fill=\"#fff\" d=\"M0 0H{width}V{height}H0z\"/><defs>{}</defs>{}</svg>\n",
        definitions(&drawing.glyphs),
        drawing.body
    ))
}

/// A page being drawn.
struct Drawing {
    inks: Inks,
    /// The glyphs that it shows, by face.
    glyphs: BTreeMap<FaceId, Vec<u16>>,
    body: String,
}

impl Drawing {
    /// A run in the face's units, y upwards: the outlines stand there as the face has them.
    fn glyphs(&mut self, run: &GlyphRun) {
        if run.size <= Pt::ZERO {
            return;
        }
        let scale = run.size.0 / f64::from(Face::open(run.face).metrics().units_per_em);
        let (x, y) = (number(run.origin.x.0), number(run.origin.y.0));
        let colour = hex(self.inks.of_text(run.colour));
        self.write(format_args!(
            "<g fill=\"{colour}\" transform=\"translate({x} {y}) scale({scale:.6} {:.6})\">",
            -scale
        ));
        let shown = self.glyphs.entry(run.face).or_default();
        for glyph in &run.glyphs {
            shown.push(glyph.id);
            let at = |length: f32| number(f64::from(length) / scale);
            let _ = write!(
                self.body,
                "<use href=\"#{}\" x=\"{}\" y=\"{}\"/>",
                name(run.face, glyph.id),
                at(glyph.x),
                at(glyph.y)
            );
        }
        self.body.push_str("</g>");
    }

    fn fill(&mut self, rect: Rect, colour: Colour) {
        let Some(rect) = self.inks.of_rectangle(rect) else { return };
        let colour = hex(self.inks.of_area(colour));
        self.write(format_args!("<rect {} fill=\"{colour}\"/>", place(&rect)));
    }

    /// The line is inside the edge; SVG draws it on both sides of the path (SVG 1.1 §11.4).
    fn frame(&mut self, rect: &Rect, line: Pt, colour: Colour) {
        let Rect { origin, size } = *rect;
        let inner = Rect::new(origin.x + line / 2.0, origin.y + line / 2.0, size.width - line, size.height - line);
        let (place, width, colour) = (place(&inner), number(line.0), hex(self.inks.of_area(colour)));
        self.write(format_args!("<rect {place} fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\"/>"));
    }

    fn dots(&mut self, centres: &[Point], diameter: Pt, colour: Colour) {
        let (radius, colour) = (number(diameter.0 / 2.0), hex(self.inks.of_text(colour)));
        for centre in centres {
            let (x, y) = (number(centre.x.0), number(centre.y.0));
            self.write(format_args!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" fill=\"{colour}\"/>"));
        }
    }

    /// One path, so that no light shows between squares that touch one another.
    fn squares(&mut self, origin: Point, side: Pt, runs: &[[u16; 3]]) {
        let mut path = String::new();
        for [row, column, count] in runs.iter().map(|run| run.map(f64::from)) {
            let (x, y) = (number(origin.x.0 + side.0 * column), number(origin.y.0 + side.0 * row));
            let (width, height) = (number(side.0 * count), number(side.0));
            let _ = write!(path, "M{x} {y}h{width}v{height}h-{width}z");
        }
        self.write(format_args!("<path d=\"{path}\"/>"));
    }

    fn image(&mut self, media_type: &str, bytes: &[u8], rect: &Rect) {
        self.write(format_args!(
            "<image {} preserveAspectRatio=\"none\" href=\"data:{media_type};base64,",
            place(rect)
        ));
        base64(bytes, &mut self.body);
        self.body.push_str("\"/>");
    }

    /// Writing to a string does not fail.
    fn write(&mut self, what: std::fmt::Arguments<'_>) {
        let _ = self.body.write_fmt(what);
    }
}

/// The outlines that the page uses, each once.
fn definitions(shown: &BTreeMap<FaceId, Vec<u16>>) -> String {
    let mut out = String::new();
    for (face, glyphs) in shown {
        let mut glyphs = glyphs.clone();
        glyphs.sort_unstable();
        glyphs.dedup();
        for (glyph, outline) in glyphs.iter().zip(outlines(*face, &glyphs)) {
            let _ = write!(out, "<path id=\"{}\" d=\"{}\"/>", name(*face, *glyph), path(&outline));
        }
    }
    out
}

fn name(face: FaceId, glyph: u16) -> String {
    format!("f{}g{glyph}", face.number())
}

/// An outline as path data (SVG 1.1 §8.3).
fn path(outline: &[Segment]) -> String {
    let mut out = String::new();
    let n = |number: f32| self::number(f64::from(number));
    for segment in outline {
        let _ = match *segment {
            Segment::Move(x, y) => write!(out, "M{} {}", n(x), n(y)),
            Segment::Line(x, y) => write!(out, "L{} {}", n(x), n(y)),
            Segment::Quad([a, b], [x, y]) => write!(out, "Q{} {} {} {}", n(a), n(b), n(x), n(y)),
            Segment::Cubic([a, b], [c, d], [x, y]) => {
                write!(out, "C{} {} {} {} {} {}", n(a), n(b), n(c), n(d), n(x), n(y))
            }
            Segment::Close => write!(out, "z"),
        };
    }
    out
}

fn place(rect: &Rect) -> String {
    let [x, y, width, height] = [rect.origin.x, rect.origin.y, rect.size.width, rect.size.height].map(|n| number(n.0));
    format!("x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"")
}

fn hex(colour: Colour) -> String {
    format!("#{:02x}{:02x}{:02x}", colour.red, colour.green, colour.blue)
}

/// In hundredths, without zeros at the end.
fn number(number: f64) -> String {
    let text = format!("{number:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::font::{Family, Slant, Weight};
    use crate::layout::frame::{Glyph, Item, PageLabel};
    use crate::units::Size;

    fn shown(items: Vec<ItemKind>, options: &Options) -> String {
        let items = items.into_iter().map(|kind| Item { tag: None, kind }).collect();
        let size = Size { width: Pt(100.0), height: Pt(50.5) };
        page(&Page { size, label: PageLabel::None, items }, &Images::default(), options).unwrap()
    }

    #[test]
    fn glyphs_stand_where_layout_put_them_each_outline_once() {
        let face = FaceId::of(Family::Serif, Weight::Regular, Slant::Upright);
        let id = Face::open(face).glyph('O').unwrap();
        let glyph = |x| Glyph { id, x, y: 0.0, text: 0..1 };
        let origin = Point { x: Pt(20.0), y: Pt(30.0) };
        let colour = Colour { red: 255, green: 0, blue: 0 };
        let run =
            GlyphRun { origin, face, size: Pt(10.0), colour, text: "OO".into(), glyphs: vec![glyph(0.0), glyph(10.0)] };
        let svg = shown(vec![ItemKind::Glyphs(run.clone())], &Options::default());
        let em = f64::from(Face::open(face).metrics().units_per_em);
        assert!(
            svg.contains(&format!(
                "<g fill=\"#ff0000\" transform=\"translate(20 30) scale({0:.6} -{0:.6})\">",
                10.0 / em
            )),
            "{svg}"
        );
        assert!(svg.contains(&format!("x=\"{em}\" y=\"0\"/>")), "one em further on: {svg}");
        assert_eq!((svg.matches("<use ").count(), svg.matches("<path id=").count()), (2, 1));
        let outline = svg.split(" d=\"").nth(2).unwrap().split('"').next().unwrap();
        assert!(outline.starts_with('M') && outline.ends_with('z'), "{outline}");
        assert!(svg.contains("viewBox=\"0 0 100 50.5\""), "{svg}");
        let black = shown(vec![ItemKind::Glyphs(run)], &Options { grey: true, ..Options::default() });
        assert!(black.contains("<g fill=\"#000000\""), "{black}");
    }

    #[test]
    fn a_frame_is_inside_its_edge_and_saved_ink_is_not_drawn() {
        let rect = Rect::new(Pt(10.0), Pt(10.0), Pt(40.0), Pt(20.0));
        let items = || {
            let colour = Colour::grey(200);
            vec![ItemKind::Frame { rect, line: Pt(2.0), colour }, ItemKind::Fill { rect, colour }]
        };
        let svg = shown(items(), &Options::default());
        assert!(svg.contains("<rect x=\"11\" y=\"11\" width=\"38\" height=\"18\" fill=\"none\""), "{svg}");
        assert!(svg.contains("<rect x=\"10\" y=\"10\" width=\"40\" height=\"20\" fill=\"#c8c8c8\"/>"), "{svg}");
        let spared = shown(items(), &Options { ink_saver: true, ..Options::default() });
        assert!(!spared.contains("height=\"20\" fill"), "a ground: {spared}");
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!([-0.001, 1.0, 2.50, -3.456].map(number), ["0", "1", "2.5", "-3.46"]);
    }
}
