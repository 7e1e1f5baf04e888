//! Faces of the user's own: checked when they are given, then kept as long as the program runs.

use std::sync::{OnceLock, PoisonError, RwLock};

use read_fonts::{FileRef, FontRef, TableProvider, types::Tag};

use super::{FaceId, Slant, Weight};
use crate::diag::{Error, ErrorKind};

/// A face of the user's own.
pub(super) struct Own {
    pub(super) weight: Weight,
    pub(super) slant: Slant,
    pub(super) name: &'static str,
    pub(super) data: &'static [u8],
    pub(super) index: u32,
    /// Whether all its letters are of one width: it is for code.
    pub(super) fixed: bool,
}

static FACES: RwLock<Vec<&'static Own>> = RwLock::new(Vec::new());

/// OS/2 `fsType`: the face must not be put into documents (OpenType 1.9, OS/2).
const RESTRICTED: u16 = 0x0002;

/// The face that a number was given to.
pub(super) fn get(id: FaceId) -> &'static Own {
    static NONE: OnceLock<Own> = OnceLock::new();
    let faces = FACES.read().unwrap_or_else(PoisonError::into_inner);
    id.number().checked_sub(FaceId::COUNT).and_then(|index| faces.get(index).copied()).unwrap_or_else(|| {
        NONE.get_or_init(|| Own {
            weight: Weight::Regular,
            slant: Slant::Upright,
            name: "",
            data: &[],
            index: 0,
            fixed: false,
        })
    })
}

/// Makes the faces of a font file (OpenType, TrueType, or a collection of such) known: all that can be set with.
///
/// # Errors
/// [`ErrorKind::Input`] if it is no such file, has no outlines or character map, varies, must not be put into documents,
/// or if there are too many.
pub fn open(data: Vec<u8>) -> Result<Vec<FaceId>, Error> {
    let fault = |why: &str| Error::new(ErrorKind::Input, why.to_owned());
    let mut faces = FACES.write().unwrap_or_else(PoisonError::into_inner);
    let known = |(index, own): (usize, &&Own)| (own.data == data).then_some(index);
    let same: Vec<usize> = faces.iter().enumerate().filter_map(known).collect();
    if !same.is_empty() {
        return Ok(same.into_iter().filter_map(id).collect());
    }
    let count = match FileRef::new(&data).map_err(|_| fault("it is no OpenType or TrueType file"))? {
        FileRef::Font(_) => 1,
        FileRef::Collection(collection) => collection.len(),
    };
    for index in 0..count {
        FontRef::from_index(&data, index).ok().ok_or("it is damaged").and_then(|font| check(&font)).map_err(fault)?;
    }
    if FaceId::COUNT + faces.len() + usize::try_from(count).unwrap_or(usize::MAX) > FaceId::MOST {
        return Err(fault("there are too many fonts"));
    }
    // Faces live as long as the program: nothing ever takes one away.
    let data: &'static [u8] = Vec::leak(data);
    if (0..count).any(|index| harfrust::Font::new(data, index).is_none()) {
        return Err(fault("it is damaged"));
    }
    let mut out = Vec::new();
    for index in 0..count {
        let Ok(font) = FontRef::from_index(data, index) else { continue };
        faces.push(Box::leak(Box::new(describe(&font, data, index))));
        out.extend(id(faces.len() - 1));
    }
    Ok(out)
}

fn id(index: usize) -> Option<FaceId> {
    u8::try_from(FaceId::COUNT + index).ok().map(FaceId::own)
}

fn check(font: &FontRef<'_>) -> Result<(), &'static str> {
    let has = |tag: &[u8; 4]| font.table_data(Tag::new(tag)).is_some();
    let measures = font.head().is_ok_and(|head| (16..=16_384).contains(&head.units_per_em())) && font.hmtx().is_ok();
    match () {
        () if has(b"fvar") => Err("it is a variable font; give one of its static instances"),
        () if !has(b"glyf") && !has(b"CFF ") => Err("it has no outlines"),
        () if font.cmap().is_err() || !measures || font.maxp().is_err() => Err("it lacks a character map or measures"),
        () if font.os2().is_ok_and(|os2| os2.fs_type() & 0xF == RESTRICTED) => {
            Err("its licence bits say that it must not be put into documents (OS/2 fsType)")
        }
        () => Ok(()),
    }
}

fn describe(font: &FontRef<'_>, data: &'static [u8], index: u32) -> Own {
    let bold = font.os2().is_ok_and(|os2| os2.us_weight_class() >= 600);
    let mac_style = font.head().map(|head| head.mac_style().bits()).unwrap_or(0);
    let italic = mac_style & 2 != 0 || font.post().is_ok_and(|post| post.italic_angle().to_f64() != 0.0);
    Own {
        weight: if bold { Weight::Bold } else { Weight::Regular },
        slant: if italic { Slant::Italic } else { Slant::Upright },
        name: String::leak(name(font, index)),
        data,
        index,
        fixed: is_fixed(font),
    }
}

/// Whether its letters are all of one width; not every such face says so.
fn is_fixed(font: &FontRef<'_>) -> bool {
    let width = |c: char| font.hmtx().ok()?.advance(font.cmap().ok()?.map_codepoint(c)?);
    let widths = ['i', 'm', 'W', '.', '0'].map(width);
    font.post().is_ok_and(|post| post.is_fixed_pitch() != 0)
        || widths[0].is_some() && widths.iter().all(|width| *width == widths[0])
}

/// Its PostScript name, as far as that is one (OpenType 1.9, name ID 6: printable ASCII without brackets).
fn name(font: &FontRef<'_>, index: u32) -> String {
    let record = font.name().ok().and_then(|names| {
        let record = names.name_record().iter().find(|record| record.name_id().to_u16() == 6)?;
        Some(record.string(names.string_data()).ok()?.to_string())
    });
    let allowed = |c: &char| c.is_ascii_graphic() && !"[](){}<>/%".contains(*c);
    let name: String = record.unwrap_or_default().chars().filter(allowed).take(63).collect();
    if name.is_empty() { format!("OwnFont{index}") } else { name }
}

impl FaceId {
    /// Whether it is a face of the user's own whose letters are all of one width.
    pub fn is_own_fixed(self) -> bool {
        self.number() >= Self::COUNT && get(self).fixed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::font::{Face, Family};

    #[test]
    fn a_file_is_opened_once_and_described() {
        let data = offprint_fonts::SERIF_BOLD_ITALIC.to_vec();
        let [face] = open(data.clone()).unwrap()[..] else { panic!() };
        assert_eq!(open(data).unwrap(), [face]);
        assert_eq!((face.family(), face.weight(), face.slant()), (Family::Own, Weight::Bold, Slant::Italic));
        assert_eq!((face.name(), face.is_own_fixed()), ("SourceSerif4-BoldItalic", false));
        assert!(Face::open(face).glyph('a').is_some());
        assert!(open(offprint_fonts::MONO_REGULAR.to_vec()).unwrap()[0].is_own_fixed());
    }

    #[test]
    fn what_is_no_font_is_refused() {
        let cut = offprint_fonts::SERIF_BOLD[..2000].to_vec();
        for bad in [Vec::new(), b"wOF2 and so on".to_vec(), cut] {
            assert!(open(bad).is_err());
        }
        let mut restricted = offprint_fonts::SERIF_ITALIC.to_vec();
        let record = restricted.windows(4).position(|tag| tag == b"OS/2").unwrap();
        let at = u32::from_be_bytes(restricted[record + 8..record + 12].try_into().unwrap()) as usize;
        restricted[at + 8..at + 10].copy_from_slice(&RESTRICTED.to_be_bytes());
        assert!(open(restricted).unwrap_err().message.contains("fsType"));
    }
}
