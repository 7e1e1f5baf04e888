//! Text that is shown without its letters: fonts that the file does not bring, and codes for which a font has no glyph
//! (ISO 32000-1 §9.6, §9.7). Only fonts whose codes are looked up in the file itself can be followed: composite ones
//! with Identity-H or Identity-V, and simple ones whose `Encoding` names `.notdef`.

use std::collections::{BTreeMap, BTreeSet};

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object, ObjectId};

use super::super::Finding;
use super::super::rules::GLYPH;
use super::program::{self, Program};
use super::{is, name_of, resolve};

/// Forms in forms.
const DEEPEST: usize = 8;

/// No content stream is longer when decompressed.
const LONGEST: usize = 64 << 20;

/// Looks at the text of all pages.
pub(super) fn check(document: &Document, findings: &mut Vec<Finding>) {
    let mut reader = Reader { document, fonts: BTreeMap::new(), seen: BTreeSet::new(), missing: BTreeMap::new() };
    for page in document.page_iter() {
        let content = document.get_page_content_with_limit(page, LONGEST).unwrap_or_default();
        let resources = reader.resources_of(page);
        reader.content(&content, resources, 0);
    }
    for (font, codes) in reader.missing {
        let example = codes.first().map(|code| format!(" (code {code:04X})")).unwrap_or_default();
        let what = format!("{} character(s) without a glyph in {font}{example}", codes.len());
        findings.push(Finding::new(GLYPH, what));
    }
}

/// How codes become glyphs.
enum Font {
    /// Two bytes a code. Which glyphs there are.
    Composite { name: String, shown: Shown },
    /// One byte a code, of which these show nothing that was meant.
    Simple { name: String, missing: BTreeSet<u8> },
    /// It cannot be told.
    Unknown,
}

/// From a character identifier to whether there is a glyph.
enum Shown {
    /// Glyph numbers, by a table if there is one.
    ByNumber { glyphs: usize, table: Option<Vec<u8>> },
    /// Those that the font names.
    Named(BTreeSet<u16>),
}

impl Shown {
    fn has(&self, cid: u16) -> bool {
        match self {
            Self::Named(cids) => cids.contains(&cid),
            Self::ByNumber { glyphs, table } => {
                let at = 2 * usize::from(cid);
                let glyph = match table {
                    None => Some(usize::from(cid)),
                    Some(table) => {
                        table.get(at..at + 2).map(|number| usize::from(u16::from_be_bytes([number[0], number[1]])))
                    }
                };
                glyph.is_some_and(|glyph| glyph > 0 && glyph < *glyphs)
            }
        }
    }
}

struct Reader<'a> {
    document: &'a Document,
    fonts: BTreeMap<ObjectId, Font>,
    /// Forms that were read.
    seen: BTreeSet<ObjectId>,
    /// By font: the codes.
    missing: BTreeMap<String, BTreeSet<u16>>,
}

/// The part of the graphics state that is about text.
#[derive(Clone, Copy, Default)]
struct State {
    font: Option<ObjectId>,
    /// Neither filled nor stroked: text that lies over its picture.
    invisible: bool,
}

impl<'a> Reader<'a> {
    /// The resources of a page, its own or inherited (§7.7.3.4).
    fn resources_of(&self, page: ObjectId) -> Option<&'a Dictionary> {
        let mut node = self.document.get_dictionary(page).ok()?;
        for _ in 0..DEEPEST * DEEPEST {
            if let Some(resources) = self.part(node, b"Resources") {
                return Some(resources);
            }
            node = self.part(node, b"Parent")?;
        }
        None
    }

    fn part(&self, dict: &'a Dictionary, key: &[u8]) -> Option<&'a Dictionary> {
        resolve(self.document, dict.get(key).ok()?).ok()?.as_dict().ok()
    }

    fn content(&mut self, content: &[u8], resources: Option<&'a Dictionary>, depth: usize) {
        let Ok(Content { operations }) = Content::decode(content) else { return };
        let fonts = resources.and_then(|resources| self.part(resources, b"Font"));
        let objects = resources.and_then(|resources| self.part(resources, b"XObject"));
        let (mut state, mut saved) = (State::default(), Vec::new());
        for Operation { operator, operands } in &operations {
            match (operator.as_str(), operands.as_slice()) {
                ("q", _) => saved.push(state),
                ("Q", _) => state = saved.pop().unwrap_or_default(),
                ("Tf", [name, ..]) => state.font = fonts.and_then(|fonts| self.font(fonts, name)),
                ("Tr", [mode]) => state.invisible = mode.as_i64().is_ok_and(|mode| mode == 3),
                ("Tj" | "'", [text]) | ("\"", [_, _, text]) => self.text(state, text),
                ("TJ", [Object::Array(pieces)]) => pieces.iter().for_each(|piece| self.text(state, piece)),
                ("Do", [name]) if depth < DEEPEST => self.form(objects, name, depth),
                _ => {}
            }
        }
    }

    fn form(&mut self, objects: Option<&'a Dictionary>, name: &Object, depth: usize) {
        let reference = name.as_name().ok().and_then(|name| objects?.get(name).ok()?.as_reference().ok());
        let Some(id) = reference.filter(|id| self.seen.insert(*id)) else { return };
        let Ok(stream) = self.document.get_object(id).and_then(Object::as_stream) else { return };
        if is(&stream.dict, b"Subtype", b"Form") {
            let content = stream.decompressed_content_with_limit(LONGEST);
            let content = content.unwrap_or_else(|_| stream.content.clone());
            self.content(&content, self.part(&stream.dict, b"Resources"), depth + 1);
        }
    }

    /// The font of a name, read once.
    fn font(&mut self, fonts: &'a Dictionary, name: &Object) -> Option<ObjectId> {
        let id = fonts.get(name.as_name().ok()?).ok()?.as_reference().ok()?;
        if !self.fonts.contains_key(&id) {
            let font = self.document.get_dictionary(id).ok().and_then(|dict| self.read(dict)).unwrap_or(Font::Unknown);
            self.fonts.insert(id, font);
        }
        Some(id)
    }

    fn read(&self, font: &'a Dictionary) -> Option<Font> {
        let name = String::from_utf8_lossy(name_of(font, b"BaseFont")).into_owned();
        if !is(font, b"Subtype", b"Type0") {
            return Some(Font::Simple { name, missing: self.without_glyph(font) });
        }
        if !is(font, b"Encoding", b"Identity-H") && !is(font, b"Encoding", b"Identity-V") {
            return None;
        }
        let inner = resolve(self.document, font.get(b"DescendantFonts").ok()?).ok()?.as_array().ok()?.first()?;
        let inner = resolve(self.document, inner).ok()?.as_dict().ok()?;
        let descriptor = self.part(inner, b"FontDescriptor")?;
        let program = [&b"FontFile2"[..], b"FontFile3"].iter().find_map(|key| descriptor.get(key).ok())?;
        let program = resolve(self.document, program).ok()?.as_stream().ok()?;
        let bytes = program.decompressed_content_with_limit(LONGEST).unwrap_or_else(|_| program.content.clone());
        let shown = match program::read(&bytes)? {
            Program::Numbered { glyphs } => Shown::ByNumber { glyphs, table: self.table(inner) },
            Program::Named { cids } => Shown::Named(cids),
        };
        Some(Font::Composite { name, shown })
    }

    /// `CIDToGIDMap`, if it is no identity.
    fn table(&self, font: &'a Dictionary) -> Option<Vec<u8>> {
        let stream = resolve(self.document, font.get(b"CIDToGIDMap").ok()?).ok()?.as_stream().ok()?;
        Some(stream.decompressed_content_with_limit(LONGEST).unwrap_or_else(|_| stream.content.clone()))
    }

    /// The codes of a simple font that `Differences` calls `.notdef` (§9.6.6.1).
    fn without_glyph(&self, font: &'a Dictionary) -> BTreeSet<u8> {
        let differences = self.part(font, b"Encoding").and_then(|encoding| encoding.get(b"Differences").ok());
        let differences = differences.and_then(|list| resolve(self.document, list).ok()?.as_array().ok());
        let (mut code, mut missing) = (0_i64, BTreeSet::new());
        for item in differences.into_iter().flatten() {
            match item {
                Object::Integer(first) => code = *first,
                Object::Name(name) => {
                    if name == b".notdef" {
                        missing.extend(u8::try_from(code).ok());
                    }
                    code += 1;
                }
                _ => {}
            }
        }
        missing
    }

    fn text(&mut self, state: State, text: &Object) {
        let (Ok(text), Some(font)) = (text.as_str(), state.font.and_then(|id| self.fonts.get(&id))) else { return };
        if state.invisible {
            return;
        }
        let (name, codes): (_, Vec<u16>) = match font {
            Font::Composite { name, shown } => {
                let codes = text.as_chunks().0.iter().map(|code| u16::from_be_bytes(*code));
                (name, codes.filter(|code| !shown.has(*code)).collect())
            }
            Font::Simple { name, missing } => {
                (name, text.iter().filter(|code| missing.contains(code)).map(|code| u16::from(*code)).collect())
            }
            Font::Unknown => return,
        };
        if !codes.is_empty() {
            self.missing.entry(name.clone()).or_default().extend(codes);
        }
    }
}
