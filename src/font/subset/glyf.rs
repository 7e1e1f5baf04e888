//! TrueType outlines without their programs, which draw on coarse screens only (OpenType §"TrueType fundamentals").

use super::super::sfnt::Table;

/// Programs and their numbers.
const PROGRAMS: [&[u8; 4]; 3] = [b"cvt ", b"fpgm", b"prep"];

/// Takes the programs out of a font's tables, those of its glyphs too. A font of another form stays as it is.
pub(super) fn drop_programs(tables: &mut Vec<Table>) {
    let table = |name: &[u8; 4]| tables.iter().find(|(tag, _)| tag == name).map(|(_, data)| data.as_slice());
    let (Some(glyphs), Some(places), Some(head)) = (table(b"glyf"), table(b"loca"), table(b"head")) else { return };
    let Some((glyphs, places)) = without_programs(glyphs, places, head) else { return };
    tables.retain(|(tag, _)| !PROGRAMS.contains(&tag));
    for (tag, data) in tables {
        match &*tag {
            b"glyf" => data.clone_from(&glyphs),
            b"loca" => data.clone_from(&places),
            b"maxp" => forget_programs(data),
            _ => {}
        }
    }
}

/// `glyf` and `loca`.
fn without_programs(glyphs: &[u8], places: &[u8], head: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let is_long = *head.get(51)? == 1;
    let places: Vec<usize> = match is_long {
        true => places.as_chunks().0.iter().map(|place| u32::from_be_bytes(*place) as usize).collect(),
        false => places.as_chunks().0.iter().map(|place| usize::from(u16::from_be_bytes(*place)) * 2).collect(),
    };
    let (mut shorter, mut ends) = (Vec::with_capacity(glyphs.len()), Vec::new());
    let mut end = |length: usize| match is_long {
        true => ends.extend((length as u32).to_be_bytes()),
        false => ends.extend(((length / 2) as u16).to_be_bytes()),
    };
    end(0);
    for pair in places.windows(2) {
        let glyph = glyphs.get(pair[0]..pair[1])?;
        if !glyph.is_empty() {
            without_program(glyph, &mut shorter)?;
        }
        shorter.resize(shorter.len().next_multiple_of(2), 0);
        end(shorter.len());
    }
    Some((shorter, ends))
}

/// Writes a glyph (§"glyf").
fn without_program(glyph: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let contours = i16::from_be_bytes([*glyph.first()?, *glyph.get(1)?]);
    match usize::try_from(contours) {
        Ok(contours) => {
            let at = 10 + 2 * contours;
            let length = usize::from(u16::from_be_bytes([*glyph.get(at)?, *glyph.get(at + 1)?]));
            out.extend(&glyph[..at]);
            out.extend([0, 0]);
            out.extend(glyph.get(at + 2 + length..)?);
        }
        Err(_) => compound(glyph, out)?,
    }
    Some(())
}

/// A glyph of parts: their flags say how long each is, whether another follows, and whether a program does.
fn compound(glyph: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let [words, scale, more, two_scales, matrix, program] = [1_u16, 1 << 3, 1 << 5, 1 << 6, 1 << 7, 1 << 8];
    out.extend(glyph.get(..10)?);
    let mut at = 10;
    loop {
        let flags = u16::from_be_bytes([*glyph.get(at)?, *glyph.get(at + 1)?]);
        let scales = match () {
            () if flags & scale != 0 => 2,
            () if flags & two_scales != 0 => 4,
            () if flags & matrix != 0 => 8,
            () => 0,
        };
        let length = 4 + if flags & words != 0 { 4 } else { 2 } + scales;
        out.extend((flags & !program).to_be_bytes());
        out.extend(glyph.get(at + 2..at + length)?);
        at += length;
        if flags & more == 0 {
            return Some(());
        }
    }
}

/// What `maxp` says that programs need.
fn forget_programs(maxima: &mut [u8]) {
    if let Some(of_programs) = maxima.get_mut(16..28) {
        of_programs.fill(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_go_and_outlines_stay() {
        let simple = [0, 1, 0, 0, 0, 0, 0, 9, 0, 9, 0, 0, 0, 3, 7, 7, 7, 0x31];
        let part = [0xFF, 0xFF, 0, 0, 0, 0, 0, 9, 0, 9, 1, 0x28, 0, 1, 5, 6, 0x40, 0, 0, 2, 0, 3, 1, 2, 0, 1, 9];
        let glyphs = [&simple[..], &part, &[0]].concat();
        let places = [0, simple.len(), simple.len(), glyphs.len()].map(|at| ((at / 2) as u16).to_be_bytes()).concat();
        let mut head = vec![0; 54];
        let mut tables: Vec<Table> = vec![
            (*b"fpgm", vec![1]),
            (*b"glyf", glyphs),
            (*b"head", head.clone()),
            (*b"loca", places),
            (*b"maxp", vec![1; 32]),
        ];
        drop_programs(&mut tables);
        let names: Vec<&[u8]> = tables.iter().map(|(tag, _)| &tag[..]).collect();
        assert_eq!(names, [b"glyf", b"head", b"loca", b"maxp"]);
        let simple = [0, 1, 0, 0, 0, 0, 0, 9, 0, 9, 0, 0, 0, 0, 0x31, 0];
        let part = [0xFF, 0xFF, 0, 0, 0, 0, 0, 9, 0, 9, 0, 0x28, 0, 1, 5, 6, 0x40, 0, 0, 2, 0, 3, 1, 2];
        assert_eq!(tables[0].1, [&simple[..], &part].concat());
        assert_eq!(tables[2].1, [0, 0, 0, 8, 0, 8, 0, 20]);
        assert_eq!(tables[3].1, [vec![1; 16], vec![0; 12], vec![1; 4]].concat());
        // What does not end where it should stays.
        head[51] = 1;
        let broken: Vec<Table> =
            vec![(*b"glyf", vec![0; 9]), (*b"head", head), (*b"loca", vec![0, 0, 0, 0, 0, 0, 0, 9])];
        let mut same = broken.clone();
        drop_programs(&mut same);
        assert_eq!(same, broken);
    }
}
