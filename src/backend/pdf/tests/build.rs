//! Builds pages by hand, as layout would.

use crate::font::{Face, Region, Slant, Style, Weight, face_for};
use crate::layout::frame::{
    Bookmark, Colour, Glyph, GlyphRun, Item, ItemKind, LinkTarget, Page, PageLabel, Pages, Place, Tag, TagId, TagRole,
};
use crate::media::{Image, ImageFormat, ImageId, Images};
use crate::model::Picture;
use crate::units::{Point, Pt, Rect, Size};

pub(crate) const PLAIN: Style =
    Style { region: Region::China, weight: Weight::Regular, slant: Slant::Upright, mono: false };

pub(crate) struct Build {
    pub(crate) pages: Pages,
    pub(crate) images: Images,
    pub(crate) style: Style,
}

impl Build {
    pub(crate) fn new(title: &str, language: &str) -> Self {
        let mut pages = Pages::default();
        pages.properties.title = title.into();
        pages.properties.language = language.into();
        pages.properties.modified = "2022-11-16T06:52:17Z".into();
        pages.properties.identifier = "urn:uuid:0d9b5a5c-7a0e-5f4e-8a39-3a8f5f0c1d2e".into();
        pages.tags.push(tag(TagRole::Document, None));
        Self { pages, images: Images::default(), style: PLAIN }
    }

    pub(crate) fn page(&mut self, label: PageLabel) {
        let size = Size { width: Pt(419.53), height: Pt(595.28) };
        self.pages.pages.push(Page { size, label, items: Vec::new() });
    }

    pub(crate) fn tag(&mut self, role: TagRole, parent: u32) -> u32 {
        self.pages.tags.push(tag(role, Some(TagId(parent))));
        self.pages.tags.len() as u32 - 1
    }

    pub(crate) fn item(&mut self, tag: Option<u32>, kind: ItemKind) {
        let page = self.pages.pages.last_mut().unwrap();
        page.items.push(Item { tag: tag.map(TagId), kind });
    }

    /// Text from a point of the baseline, each character after the other with `gap` points between; where it ends.
    pub(crate) fn text(&mut self, tag: Option<u32>, at: (f64, f64), size: f64, text: &str, gap: f64) -> f64 {
        let mut x = at.0;
        for run in runs(text, self.style, size, gap) {
            let origin = Point { x: Pt(x), y: Pt(at.1) };
            x += run.1;
            self.item(tag, ItemKind::Glyphs(GlyphRun { origin, ..run.0 }));
        }
        x
    }

    pub(crate) fn link(&mut self, tag: u32, rect: Rect, target: LinkTarget) {
        self.item(Some(tag), ItemKind::Link { rect, target, description: "to there".into() });
    }

    pub(crate) fn picture(&mut self, name: &str, format: ImageFormat, size: (u32, u32), bytes: &[u8]) -> ImageId {
        let id = ImageId(name.into());
        let picture = Picture { addresses: vec![name.into()], ..Picture::default() };
        let image = Image { id: id.clone(), format, width: size.0, height: size.1, bytes: bytes.into() };
        self.images.insert(&picture, Ok(image));
        id
    }

    pub(crate) fn place(&mut self, name: &str, y: f64) -> Place {
        let place = Place { page: self.pages.pages.len() - 1, at: Point { x: Pt(40.0), y: Pt(y) } };
        self.pages.places.insert(name.into(), place);
        place
    }
}

pub(crate) fn tag(role: TagRole, parent: Option<TagId>) -> Tag {
    Tag { role, parent, language: None, alternative: None, actual_text: None }
}

pub(crate) fn bookmark(title: &str, place: Place, children: Vec<Bookmark>) -> Bookmark {
    Bookmark { title: title.into(), place, children }
}

/// Runs of one face each, with their widths.
fn runs(text: &str, style: Style, size: f64, gap: f64) -> Vec<(GlyphRun, f64)> {
    let mut runs: Vec<(GlyphRun, f64)> = Vec::new();
    for c in text.chars() {
        let face = face_for(c, style).unwrap();
        let open = Face::open(face);
        let id = open.glyph(c).unwrap();
        if runs.last().is_none_or(|(run, _)| run.face != face) {
            let run = GlyphRun {
                origin: Point::default(),
                face,
                size: Pt(size),
                colour: Colour::default(),
                text: String::new(),
                glyphs: Vec::new(),
            };
            runs.push((run, 0.0));
        }
        let (run, width) = runs.last_mut().unwrap();
        let start = run.text.len() as u32;
        run.text.push(c);
        run.glyphs.push(Glyph { id, x: *width as f32, y: 0.0, text: start..run.text.len() as u32 });
        *width += f64::from(open.advance(id)) * size / f64::from(open.metrics().units_per_em) + gap;
    }
    runs
}
