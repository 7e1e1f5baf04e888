//! Which face has a character.

use super::{Face, FaceId, Family, Region, Slant, Weight};

/// How a piece of text is to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Style {
    /// The forms of Han characters.
    pub region: Region,
    /// Regular or bold.
    pub weight: Weight,
    /// Upright or italic; Han characters are never slanted.
    pub slant: Slant,
    /// Whether it is code.
    pub mono: bool,
}

/// What is shown for a character that no face has: a frame.
pub const SUBSTITUTE: char = '\u{25A1}';

/// The first face that has a character: Latin (or mono), then CJK, Hebrew, Arabic, symbols, mathematics, emoji. `None` if none
/// has it: then [`SUBSTITUTE`] is to be shown and the character reported.
pub fn face_for(c: char, style: Style) -> Option<FaceId> {
    let latin = if style.mono { Family::Mono } else { Family::Serif };
    let cjk = Family::Cjk(style.region);
    let order = [
        latin,
        cjk,
        Family::Serif,
        Family::Hebrew,
        Family::Arabic,
        Family::Symbols2,
        Family::Symbols,
        Family::Math,
        Family::Emoji,
    ];
    let ids = order.into_iter().map(|family| FaceId::of(family, style.weight, style.slant));
    ids.into_iter().find(|id| Face::open(*id).glyph(c).is_some())
}

/// Of the user's own faces that have a character the one that comes nearest to a style: faces whose letters are all of
/// one width are for code, others for text. The first of several that are as near. `of_width` is given a face and the
/// character's advance there, and says whether that will do.
pub fn own_face_for(c: char, style: Style, own: &[FaceId], of_width: impl Fn(&Face, u16) -> bool) -> Option<FaceId> {
    let distance = |id: &&FaceId| u8::from(id.weight() != style.weight) + 2 * u8::from(id.slant() != style.slant);
    let has = |face: &Face| face.nominal(c).is_some_and(|(_, advance)| of_width(face, advance));
    let fits = |id: &&FaceId| id.is_own_fixed() == style.mono && has(Face::open(**id));
    own.iter().filter(fits).min_by_key(distance).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLE: Style = Style { region: Region::Taiwan, weight: Weight::Bold, slant: Slant::Italic, mono: false };

    #[test]
    fn each_script_has_its_face() {
        let name = |c| face_for(c, STYLE).map(FaceId::name);
        assert_eq!(name('a'), Some("SourceSerif4-BoldItalic"));
        assert_eq!(name('ж'), Some("SourceSerif4-BoldItalic"));
        assert_eq!(name('漢'), Some("NotoSerifCJKtc-Bold"));
        assert_eq!(name('😀'), Some("NotoEmoji-Regular"));
        assert_eq!(name('ש'), Some("NotoSerifHebrew-Bold"));
        assert_eq!(name('ع'), Some("NotoNaskhArabic-Bold"));
        assert_eq!(name('\u{E000}'), None);
        assert_eq!(face_for('a', Style { mono: true, ..STYLE }).map(FaceId::name), Some("NotoSansMono-Bold"));
    }
}
