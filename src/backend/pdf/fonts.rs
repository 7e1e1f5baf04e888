//! The fonts of a book: which glyphs it shows, which text each stands for, subset and handed to printpdf.

use std::collections::BTreeMap;

use printpdf::{Codepoint, FontId, Op, ParsedFont, PdfDocument, PdfFont, PdfFontHandle, Pt, TextItem};

use super::digest::Digest;
use crate::font::subset;
use crate::font::{Face, FaceId, Weight};
use crate::layout::frame::{GlyphRun, ItemKind, Page, Pages};
use crate::parallel;

/// The fonts of a book, by face.
pub(super) struct Fonts {
    faces: BTreeMap<FaceId, Font>,
}

/// The program of each face, where one could be made.
pub(super) type Programs = Vec<(FaceId, Option<Vec<u8>>)>;

/// A face as it stands in the file.
pub(super) struct Font {
    /// Its name in the resources of every page.
    pub(super) resource: FontId,
    /// By the face's number of a glyph: its code; 0 if the book does not show it.
    codes: Vec<u16>,
    /// The subset; empty until [`Fonts::embed`].
    program: Vec<u8>,
    /// By code: what the file says of each glyph. Entry 0 is `.notdef`, which is never shown.
    glyphs: Vec<Encoded>,
}

/// A glyph as the file declares it. Its code is its number in the subset (Identity-H, ISO 32000-1 §9.7.5.2).
#[derive(Clone, Debug, Default)]
pub(super) struct Encoded {
    /// The width in `/W`, in thousandths of an em. printpdf cuts it to whole ones.
    pub(super) width: i64,
    /// The text in `ToUnicode`: what the glyph shows most often in this book.
    pub(super) text: String,
}

impl Fonts {
    /// The fonts that the pages need, without their programs: pages can be written before those are made.
    pub(super) fn of(pages: &Pages) -> Self {
        let faces = usage(pages).into_iter().map(|(face, usage)| (face, Font::new(face, &usage)));
        Self { faces: faces.collect() }
    }

    /// Takes the programs that [`Font::subset`] made. A face that has none, as a reader's own may, is left out; tells whether
    /// there was none such.
    pub(super) fn embed(&mut self, programs: Programs) -> bool {
        let many = self.faces.len();
        for (face, program) in programs {
            match (program, self.faces.get_mut(&face)) {
                (Some(program), Some(font)) => font.program = program,
                _ => {
                    self.faces.remove(&face);
                }
            }
        }
        self.faces.len() == many
    }

    /// The font of a face.
    pub(super) fn get(&self, face: FaceId) -> Option<&Font> {
        self.faces.get(&face)
    }

    /// All of them, by face.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&FaceId, &Font)> {
        self.faces.iter()
    }

    /// Gives the fonts to a document, with a page that shows each glyph once, so that printpdf, which looks at the
    /// pages for it, learns the text of each. The page must be taken out of the finished document.
    pub(super) fn register(&self, document: &mut PdfDocument) -> Vec<Op> {
        let mut specimen = vec![Op::StartTextSection];
        for (face, font) in &self.faces {
            let Some(parsed) = font.parsed(*face) else { continue };
            document.resources.fonts.map.insert(font.resource.clone(), PdfFont::new(parsed));
            specimen.push(Op::SetFont { font: PdfFontHandle::External(font.resource.clone()), size: Pt(1.0) });
            let glyphs = (0..=u16::MAX).zip(&font.glyphs).skip(1);
            let shown = glyphs.map(|(gid, glyph)| Codepoint { gid, offset: 0.0, cid: Some(glyph.text.clone()) });
            specimen.push(Op::ShowText { items: vec![TextItem::GlyphIds(shown.collect())] });
        }
        specimen.push(Op::EndTextSection);
        specimen
    }
}

impl Font {
    fn new(face: FaceId, usage: &Usage) -> Self {
        let open = Face::open(face);
        let per_em = i64::from(open.metrics().units_per_em.max(1));
        let (mut codes, mut glyphs) = (vec![0; usage.entries.len()], vec![Encoded::default()]);
        for (glyph, texts) in usage.iter() {
            let width = i64::from(open.advance(glyph)) * 1000 / per_em;
            codes[usize::from(glyph)] = u16::try_from(glyphs.len()).unwrap_or_default();
            glyphs.push(Encoded { width, text: primary_text(open, glyph, texts) });
        }
        Self { resource: FontId(format!("F{}", face.number())), codes, program: Vec::new(), glyphs }
    }

    /// Makes the font's program: the glyphs that the book shows, each with its code as its number.
    pub(super) fn subset(&self, face: FaceId) -> Option<Vec<u8>> {
        let shown = (0..=u16::MAX).zip(&self.codes).filter(|(_, code)| **code != 0);
        let subset = subset::for_pdf(face, &shown.clone().map(|(glyph, _)| glyph).collect())?;
        shown.clone().all(|(glyph, code)| subset.glyph(glyph) == Some(*code)).then_some(subset.program)
    }

    /// The code of a glyph of the face, and what the file says of it.
    pub(super) fn encode(&self, glyph: u16) -> Option<(u16, &Encoded)> {
        let code = *self.codes.get(usize::from(glyph)).filter(|code| **code != 0)?;
        Some((code, self.glyphs.get(usize::from(code))?))
    }

    /// What the file says of each glyph, by code.
    pub(super) fn glyphs(&self) -> &[Encoded] {
        &self.glyphs
    }

    fn parsed(&self, face: FaceId) -> Option<ParsedFont> {
        let mut parsed = ParsedFont::from_bytes(&self.program, 0, &mut Vec::new())?;
        parsed.font_name = Some(format!("{}+{}", Digest::of(&self.program).letters(), face.name()));
        // The subset has no OS/2 table, from which printpdf takes the weight of the stems.
        parsed.pdf_font_metrics.us_weight_class = if face.weight() == Weight::Bold { 700 } else { 400 };
        Some(parsed)
    }
}

/// The glyphs of a face that a book shows, with the texts they stand for.
struct Usage {
    /// By glyph number: which entry, from 1; 0 if it is not shown.
    entries: Vec<u16>,
    texts: Vec<Texts>,
}

/// Texts that a glyph stands for, and how often. Nearly always one.
type Texts = Vec<(String, u32)>;

impl Usage {
    fn of(face: FaceId) -> Self {
        Self { entries: vec![0; usize::from(Face::open(face).metrics().glyphs)], texts: Vec::new() }
    }

    fn add(&mut self, run: &GlyphRun) {
        let most = self.entries.len();
        for glyph in run.glyphs.iter().filter(|glyph| glyph.id != 0 && usize::from(glyph.id) < most) {
            let texts = self.texts_of(glyph.id);
            let text = text_of(run, &glyph.text);
            if !text.is_empty() {
                add(texts, text, 1);
            }
        }
    }

    /// The texts of a glyph of the face.
    fn texts_of(&mut self, glyph: u16) -> &mut Texts {
        let entry = &mut self.entries[usize::from(glyph)];
        if *entry == 0 {
            self.texts.push(Texts::new());
            *entry = self.texts.len() as u16;
        }
        &mut self.texts[usize::from(*entry) - 1]
    }

    /// In the order of the glyphs' numbers.
    fn iter(&self) -> impl Iterator<Item = (u16, &Texts)> {
        let shown = (0..=u16::MAX).zip(&self.entries).filter(|(_, entry)| **entry != 0);
        shown.map(|(glyph, entry)| (glyph, &self.texts[usize::from(*entry) - 1]))
    }

    /// Adds what was seen elsewhere in the book.
    fn merge(&mut self, other: &Self) {
        for (glyph, more) in other.iter() {
            let texts = self.texts_of(glyph);
            for (text, count) in more {
                add(texts, text, *count);
            }
        }
    }
}

fn add(texts: &mut Texts, text: &str, times: u32) {
    match texts.iter_mut().find(|(known, _)| known == text) {
        Some((_, count)) => *count += times,
        None => texts.push((text.to_owned(), times)),
    }
}

/// The text of a run that lies in a range; empty where the range is none of it.
pub(super) fn text_of<'a>(run: &'a GlyphRun, range: &std::ops::Range<u32>) -> &'a str {
    run.text.get(range.start as usize..range.end as usize).unwrap_or_default()
}

/// What of each face is shown, counted on all cores: counts add up to the same however the pages are divided.
fn usage(pages: &Pages) -> BTreeMap<FaceId, Usage> {
    let pieces: Vec<&[Page]> = pages.pages.chunks(pages.pages.len().div_ceil(parallel::cores()).max(1)).collect();
    let mut counted = parallel::map(&pieces, &|pages| usage_of(pages)).into_iter();
    let mut faces = counted.next().unwrap_or_default();
    for (face, usage) in counted.flatten() {
        faces.entry(face).or_insert_with(|| Usage::of(face)).merge(&usage);
    }
    faces.retain(|_, usage| !usage.texts.is_empty());
    faces
}

fn usage_of(pages: &[Page]) -> BTreeMap<FaceId, Usage> {
    let mut faces: BTreeMap<FaceId, Usage> = BTreeMap::new();
    for item in pages.iter().flat_map(|page| &page.items) {
        if let ItemKind::Glyphs(run) = &item.kind {
            faces.entry(run.face).or_insert_with(|| Usage::of(run.face)).add(run);
        }
    }
    faces
}

/// What `ToUnicode` says of a glyph: the text it shows most often, the first in order of those that do so equally. One
/// that never shows a text of its own has the character that its shape stands for, if that is a hyphen (at a line's
/// end); else it is the second part of a cluster or a sign of the typesetter's, and has U+2060, which is not seen where
/// spans are not heeded. One that only shows what may not be mapped has U+FFFD, and a span says what.
fn primary_text(face: &Face, glyph: u16, texts: &Texts) -> String {
    let most = texts
        .iter()
        .filter(|(text, _)| may_be_mapped(text))
        .max_by(|(a, many), (b, more)| many.cmp(more).then(b.cmp(a)));
    match most {
        Some((text, _)) => text.clone(),
        None if !texts.is_empty() => char::REPLACEMENT_CHARACTER.into(),
        None => {
            let hyphen = ['-', '\u{2010}'].into_iter().find(|hyphen| face.glyph(*hyphen) == Some(glyph));
            hyphen.unwrap_or('\u{2060}').into()
        }
    }
}

/// Whether `ToUnicode` may say it: never U+0000, U+FEFF, U+FFFE (PDF/UA-1 7.21.7); private-use characters have their
/// `ActualText` instead (ISO 19005-2 6.2.11.7.3).
fn may_be_mapped(text: &str) -> bool {
    let private = |c| matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}');
    !text.chars().any(|c| private(c) || matches!(c, '\0' | '\u{FEFF}' | '\u{FFFE}'))
}
