//! What a file says of the codes of a font: how wide their glyphs are and which text they show.

use std::fmt::Write;

use lopdf::Object;

use super::fonts::Encoded;

/// The width of a glyph of which `/W` says nothing (ISO 32000-1 §9.7.4.3): that of a Han character.
pub(super) const DEFAULT_WIDTH: i64 = 1000;

/// `/W`: the widths that are not the default one, by code from 0.
pub(super) fn widths(glyphs: &[Encoded]) -> Vec<Object> {
    let mut all = Vec::new();
    let mut first = 0;
    for run in glyphs.chunk_by(|a, b| (a.width == DEFAULT_WIDTH) == (b.width == DEFAULT_WIDTH)) {
        // Code 0 is never shown.
        let shown = &run[usize::from(first == 0)..];
        if shown.first().is_some_and(|glyph| glyph.width != DEFAULT_WIDTH) {
            all.push(Object::Integer(first.max(1)));
            all.push(Object::Array(shown.iter().map(|glyph| glyph.width.into()).collect()));
        }
        first += run.len() as i64;
    }
    all
}

/// Codes a range: a line that old readers of text take in; some take no array of several lines.
const RANGE: usize = 16;

/// `ToUnicode` (§9.10.3): the text of each code from 1. The codes of a range have one upper byte; a block has at most
/// 100 ranges.
pub(super) fn to_unicode(glyphs: &[Encoded]) -> String {
    let mut cmap = String::from(HEAD);
    let ranges: Vec<(usize, &[Encoded])> =
        glyphs.chunks(RANGE).enumerate().map(|(range, glyphs)| (range * RANGE, glyphs)).collect();
    for block in ranges.chunks(100) {
        let _ = writeln!(cmap, "{} beginbfrange", block.len());
        for (first, glyphs) in block {
            // Code 0 is never shown.
            let skipped = usize::from(*first == 0).min(glyphs.len().saturating_sub(1));
            let _ = write!(cmap, "<{:04X}> <{:04X}> [", first + skipped, first + glyphs.len() - 1);
            for (index, glyph) in glyphs[skipped..].iter().enumerate() {
                cmap.push_str(if index == 0 { "<" } else { " <" });
                for unit in glyph.text.encode_utf16() {
                    let _ = write!(cmap, "{unit:04X}");
                }
                cmap.push('>');
            }
            cmap.push_str("]\n");
        }
        cmap.push_str("endbfrange\n");
    }
    cmap.push_str(TAIL);
    cmap
}

const HEAD: &str = "/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
";

const TAIL: &str = "endcmap
CMapName currentdict /CMap defineresource pop
end
end
";

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(width: i64, text: &str) -> Encoded {
        Encoded { width, text: text.into() }
    }

    #[test]
    fn only_widths_that_are_not_the_default_are_written() {
        let widths_of = |widths_of: &[i64]| {
            let glyphs: Vec<Encoded> = widths_of.iter().map(|width| encoded(*width, "a")).collect();
            let mut out = Vec::new();
            super::super::file::write_object(&mut out, &Object::Array(widths(&glyphs)));
            String::from_utf8(out).unwrap()
        };
        assert_eq!(widths_of(&[0, 500, 250, 1000, 1000, 300]), "[1[500 250] 5[300]]");
        assert_eq!(widths_of(&[0, 1000, 1000]), "[]");
        assert_eq!(widths_of(&[0]), "[]");
    }

    #[test]
    fn texts_of_several_characters_and_of_upper_planes() {
        let glyphs = [encoded(0, ""), encoded(1, "ﬁ"), encoded(1, "——"), encoded(1, "🈚")];
        let cmap = to_unicode(&glyphs);
        assert!(cmap.contains("1 beginbfrange\n<0001> <0003> [<FB01> <20142014> <D83CDE1A>]\nendbfrange\n"), "{cmap}");
    }

    #[test]
    fn no_range_crosses_an_upper_byte() {
        let cmap = to_unicode(&vec![encoded(1, "a"); 600]);
        for range in ["38 beginbfrange", "<0001> <000F> [", "<00F0> <00FF> [", "<0100> <010F> [", "<0250> <0257> ["] {
            assert!(cmap.contains(range), "{cmap}");
        }
    }
}
