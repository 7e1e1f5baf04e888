//! From a run of one face to glyphs, by the shaper.

use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use harfrust::{
    Buffer, ClusterLevel, Direction, Feature, Language, ShapeOptions, ShapePlan, ShapePlanKey, ShaperFont, Tag, shape,
};

use super::character;
use super::shape::Shaper;
use crate::font::{Face, FaceId, Family};

/// A stretch of text of one face, to be shaped at once.
pub(super) struct Run<'a> {
    pub(super) text: &'a str,
    /// Byte of the paragraph's text that it begins at.
    pub(super) start: usize,
    pub(super) span: usize,
    pub(super) face: FaceId,
    pub(super) size: f64,
    pub(super) level: u8,
    pub(super) language: &'a str,
}

/// A glyph as the shaper gives it, in the face's units.
pub(super) struct RawGlyph {
    pub(super) id: u16,
    pub(super) cluster: usize,
    pub(super) advance: i32,
    pub(super) x: i32,
    pub(super) y: i32,
}

impl Shaper {
    /// The glyphs of a run; those of short ones are kept, as words come again.
    pub(super) fn word(&mut self, run: &Run<'_>) -> Rc<[RawGlyph]> {
        const SHORT: usize = 32;
        const MOST: usize = 4096;
        if self.language != run.language {
            run.language.clone_into(&mut self.language);
            self.words.iter_mut().for_each(BTreeMap::clear);
        }
        let place = run.face.number() * 2 + usize::from(run.level % 2);
        if let Some(known) = self.words.get(place).and_then(|words| words.get(run.text)) {
            return Rc::clone(known);
        }
        let glyphs: Rc<[RawGlyph]> = self.raw(run).into();
        if let Some(words) = self.words.get_mut(place).filter(|words| run.text.len() <= SHORT && words.len() < MOST) {
            words.insert(run.text.into(), Rc::clone(&glyphs));
        }
        glyphs
    }

    fn raw(&mut self, run: &Run<'_>) -> Vec<RawGlyph> {
        let mut buffer = self.buffer.take().unwrap_or_default();
        buffer.clear();
        buffer.set_cluster_level(ClusterLevel::MonotoneGraphemes);
        buffer.push_str(run.text);
        buffer.guess_segment_properties();
        let direction = if run.level % 2 == 1 { Direction::RightToLeft } else { Direction::LeftToRight };
        buffer.set_direction(direction);
        // A CJK face is chosen by region: its own character map has that region's forms.
        let cjk = matches!(run.face.family(), Family::Cjk(_));
        let language = if cjk { None } else { Language::new(run.language) };
        buffer.set_language(language);
        // Kana are set solid; the face's kerning is for proportional metrics. A run of dashes has those that fill their
        // squares, half as high as Han characters (CLREQ 3.1.5).
        let solid = [Feature::new(Tag::new(b"kern"), 0, ..), Feature::new(Tag::new(b"fwid"), 1, ..)];
        let features = match () {
            () if cjk && run.text.chars().all(character::is_dash) => &solid[..],
            () if cjk => &solid[..1],
            () => &[],
        };
        let glyphs = self.glyphs(run.face, &mut buffer, features);
        self.buffer = Some(buffer);
        glyphs
    }

    fn glyphs(&mut self, face: FaceId, buffer: &mut Buffer, features: &[Feature]) -> Vec<RawGlyph> {
        let number = face.number();
        let font = Face::open(face).shaper();
        let shaper = self.fonts[number].get_or_insert_with(|| ShaperFont::new(font));
        let plans = &mut self.plans[number];
        let language = buffer.language().cloned();
        let key =
            ShapePlanKey::new(font, buffer.script(), buffer.direction()).language(language.as_ref()).features(features);
        let plan = match plans.iter().position(|plan| key.matches(plan)) {
            Some(found) => found,
            None => {
                let plan = ShapePlan::new(font, buffer.direction(), buffer.script(), language.as_ref(), features);
                plans.push(plan);
                plans.len() - 1
            }
        };
        let options = ShapeOptions::new().plan(plans.get(plan)).features(features);
        if shape(shaper, buffer, options).is_err() {
            return Vec::new();
        }
        let both = buffer.glyph_infos().iter().zip(buffer.glyph_positions());
        both.map(|(info, position)| RawGlyph {
            id: u16::try_from(info.glyph_id).unwrap_or(0),
            cluster: usize::try_from(info.cluster).unwrap_or(0),
            advance: position.x_advance,
            x: position.x_offset,
            y: position.y_offset,
        })
        .collect()
    }
}

/// Bytes and glyphs of each cluster, in visual order.
pub(super) fn clusters(run: &Run<'_>, glyphs: &[RawGlyph]) -> Vec<(Range<usize>, Range<usize>)> {
    let mut starts: Vec<usize> = glyphs.iter().map(|glyph| glyph.cluster).collect();
    starts.sort_unstable();
    starts.dedup();
    let mut out: Vec<(Range<usize>, Range<usize>)> = Vec::with_capacity(starts.len());
    let mut index = 0;
    while let Some(glyph) = glyphs.get(index) {
        let same = glyphs[index..].iter().take_while(|other| other.cluster == glyph.cluster).count();
        let next = starts.get(starts.partition_point(|start| *start <= glyph.cluster));
        let end = next.copied().unwrap_or(run.text.len());
        out.push((run.start + glyph.cluster..run.start + end, index..index + same));
        index += same;
    }
    out
}
