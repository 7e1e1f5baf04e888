//! Font files as lists of tables (OpenType 1.9 §"Organization of an OpenType font").

/// A table: its tag and what it holds.
pub(super) type Table = ([u8; 4], Vec<u8>);

/// The tables of a font file.
pub(super) fn tables(file: &[u8]) -> Option<Vec<Table>> {
    let count = u16::from_be_bytes(file.get(4..6)?.try_into().ok()?);
    let records = file.get(12..12 + usize::from(count) * 16)?;
    records.chunks_exact(16).map(|record| table(file, record)).collect()
}

fn table(file: &[u8], record: &[u8]) -> Option<Table> {
    let number = |at: usize| {
        let bytes = record.get(at..at + 4)?.try_into().ok()?;
        usize::try_from(u32::from_be_bytes(bytes)).ok()
    };
    let (start, length) = (number(8)?, number(12)?);
    let data = file.get(start..start.checked_add(length)?)?;
    Some((record.get(..4)?.try_into().ok()?, data.to_vec()))
}

/// A font file of tables in the order of their tags, with checksums (OpenType §"Table directory").
pub(super) fn file(flavor: &[u8], mut tables: Vec<Table>) -> Vec<u8> {
    let count = u16::try_from(tables.len()).unwrap_or(u16::MAX);
    let selector = count.max(1).ilog2() as u16;
    let range = (1_u16 << selector).saturating_mul(16);
    let mut out = flavor.to_vec();
    for value in [count, range, selector, (count * 16).saturating_sub(range)] {
        out.extend(value.to_be_bytes());
    }
    let mut offset = 12 + tables.len() * 16;
    let mut adjustment = None;
    for (tag, data) in &mut tables {
        if tag == b"head"
            && let Some(field) = data.get_mut(8..12)
        {
            field.fill(0);
            adjustment = Some(offset + 8);
        }
        out.extend(*tag);
        for value in [checksum(data), long(offset), long(data.len())] {
            out.extend(value.to_be_bytes());
        }
        offset += data.len().next_multiple_of(4);
    }
    for (_, data) in &tables {
        out.extend(data);
        out.resize(out.len().next_multiple_of(4), 0);
    }
    let whole = 0xB1B0_AFBA_u32.wrapping_sub(checksum(&out));
    if let Some(field) = adjustment.and_then(|at| out.get_mut(at..at + 4)) {
        field.copy_from_slice(&whole.to_be_bytes());
    }
    out
}

/// A length or an offset.
pub(super) fn long(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// The sum of the words.
pub(super) fn checksum(data: &[u8]) -> u32 {
    let (words, rest) = data.as_chunks();
    let mut last = [0; 4];
    last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    let words = words.iter().chain([&last]).map(|word| u32::from_be_bytes(*word));
    words.fold(0, u32::wrapping_add)
}
