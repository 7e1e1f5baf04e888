//! The headers of a JPEG file (ITU-T T.81 B.2) as a decoder of its coefficients needs them.

use super::entropy::Huffman;
use super::{DAMAGED, Reader};

/// A component of a picture: light, or one of its colours.
#[derive(Clone, Debug)]
pub(super) struct Component {
    pub(super) id: u8,
    /// Blocks across and down in the smallest piece that holds all components.
    pub(super) factors: (usize, usize),
    /// Its steps of quantization, in rows; known once a scan of it has begun.
    pub(super) steps: Option<[u16; 64]>,
    table: u8,
    /// Blocks across and down that show something of the picture.
    pub(super) shown: (usize, usize),
}

/// A picture and its components.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) size: (usize, usize),
    pub(super) progressive: bool,
    pub(super) components: Vec<Component>,
    /// The most blocks across and down that a component has in a piece.
    pub(super) most: (usize, usize),
    /// Pieces across and down.
    pub(super) pieces: (usize, usize),
}

/// Part of the coefficients of some components.
pub(super) struct Scan<'a> {
    /// Place of each among the frame's, and its tables for the mean and the other coefficients.
    pub(super) parts: Vec<(usize, usize, usize)>,
    /// The first and the last coefficient, as they come in a zigzag.
    pub(super) band: (usize, usize),
    /// The bit that is known before, if any, and the one that is known then.
    pub(super) high: u8,
    pub(super) low: u8,
    /// Pieces between two restarts, or none.
    pub(super) restart: usize,
    pub(super) data: &'a [u8],
}

/// The tables that scans refer to.
#[derive(Default)]
pub(super) struct Tables {
    steps: [Option<[u16; 64]>; 4],
    pub(super) means: [Option<Huffman>; 4],
    pub(super) others: [Option<Huffman>; 4],
    restart: usize,
}

/// Where each coefficient of a zigzag is in rows (figure A.6).
pub(super) const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21,
    28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54,
    47, 55, 62, 63,
];

/// What comes next in a file.
pub(super) enum Part<'a> {
    Frame(Frame),
    Scan(Scan<'a>),
    End,
}

/// Reads on to the next frame, scan, or the end.
pub(super) fn next<'a>(
    reader: &mut Reader<'a, '_>,
    frame: Option<&mut Frame>,
    tables: &mut Tables,
) -> Result<Part<'a>, &'static str> {
    loop {
        match reader.marker()? {
            super::EOI => return Ok(Part::End),
            0x01 | 0xD0..=0xD7 => {}
            marker @ 0xC0..=0xC2 => return frame_of(marker, reader.segment()?).map(Part::Frame),
            super::DQT => tables.quantization(reader.segment()?)?,
            0xC4 => tables.huffman(reader.segment()?)?,
            0xDD => {
                let &[high, low, ..] = reader.segment()? else { return Err(DAMAGED) };
                tables.restart = u16::from_be_bytes([high, low]).into();
            }
            super::SOS => {
                let header = reader.segment()?;
                let data = reader.rest;
                reader.entropy()?;
                let frame = frame.ok_or(DAMAGED)?;
                return scan_of(header, frame, tables, data).map(Part::Scan);
            }
            _ => drop(reader.segment()?),
        }
    }
}

fn frame_of(marker: u8, content: &[u8]) -> Result<Frame, &'static str> {
    let &[8, h1, h0, w1, w0, count, ref specified @ ..] = content else { return Err(DAMAGED) };
    let size = (usize::from(u16::from_be_bytes([w1, w0])), usize::from(u16::from_be_bytes([h1, h0])));
    let specified: Vec<[u8; 3]> = specified.as_chunks().0.iter().take(count.into()).copied().collect();
    let factors = |factors: u8| (usize::from(factors >> 4), usize::from(factors & 15));
    let most = |axis: fn((usize, usize)) -> usize| specified.iter().map(|[_, both, _]| axis(factors(*both))).max();
    let most = (most(|both| both.0).unwrap_or(0), most(|both| both.1).unwrap_or(0));
    if specified.len() != usize::from(count) || [size.0, size.1, most.0, most.1].contains(&0) {
        return Err(DAMAGED);
    }
    let mut components = Vec::new();
    for [id, both, table] in specified {
        let (across, down) = factors(both);
        if across == 0 || down == 0 || most.0 % across != 0 || most.1 % down != 0 {
            return Err("a JPEG picture of a rare kind");
        }
        let blocks = |length: usize, factor: usize, most: usize| (length * factor).div_ceil(most).div_ceil(8);
        let shown = (blocks(size.0, across, most.0), blocks(size.1, down, most.1));
        components.push(Component { id, factors: (across, down), steps: None, table, shown });
    }
    let pieces = (size.0.div_ceil(8 * most.0), size.1.div_ceil(8 * most.1));
    Ok(Frame { size, progressive: marker == 0xC2, components, most, pieces })
}

fn scan_of<'a>(header: &[u8], frame: &mut Frame, tables: &Tables, data: &'a [u8]) -> Result<Scan<'a>, &'static str> {
    let (&count, rest) = header.split_first().ok_or(DAMAGED)?;
    let (chosen, rest) = rest.split_at_checked(usize::from(count) * 2).ok_or(DAMAGED)?;
    let &[first, last, bits, ..] = rest else { return Err(DAMAGED) };
    let mut parts = Vec::new();
    for &[id, both] in chosen.as_chunks().0 {
        let at = frame.components.iter().position(|component| component.id == id).ok_or(DAMAGED)?;
        let component = frame.components.get_mut(at).ok_or(DAMAGED)?;
        // Tables may be defined anew later, for other components.
        component.steps = component.steps.or(tables.steps.get(usize::from(component.table)).copied().flatten());
        parts.push((at, usize::from(both >> 4), usize::from(both & 15)));
    }
    let (first, last) = if frame.progressive { (first, last) } else { (0, 63) };
    let (high, low) = if frame.progressive { (bits >> 4, bits & 15) } else { (0, 0) };
    let one = parts.len() == 1;
    let repeats = parts.iter().enumerate().any(|(n, part)| parts.iter().skip(n + 1).any(|other| other.0 == part.0));
    if parts.is_empty() || repeats || first > last || last > 63 || low > 13 || (frame.progressive && first > 0 && !one)
    {
        return Err(DAMAGED);
    }
    // Means and others are never in one scan of a progressive file (G.1.1.1.1).
    if frame.progressive && first == 0 && last > 0 {
        return Err(DAMAGED);
    }
    Ok(Scan { parts, band: (first.into(), last.into()), high, low, restart: tables.restart, data })
}

impl Tables {
    fn quantization(&mut self, content: &[u8]) -> Result<(), &'static str> {
        let mut rest = content;
        while let Some((&kind, behind)) = rest.split_first() {
            let wide = kind >> 4 != 0;
            let (steps, behind) = behind.split_at_checked(if wide { 128 } else { 64 }).ok_or(DAMAGED)?;
            let slot = self.steps.get_mut(usize::from(kind & 15)).ok_or(DAMAGED)?;
            let mut table = [0; 64];
            for (at, place) in ZIGZAG.iter().enumerate() {
                table[usize::from(*place)] = match wide {
                    true => u16::from_be_bytes([steps[2 * at], steps[2 * at + 1]]),
                    false => steps[at].into(),
                };
            }
            *slot = Some(table);
            rest = behind;
        }
        Ok(())
    }

    fn huffman(&mut self, content: &[u8]) -> Result<(), &'static str> {
        let mut rest = content;
        while let Some((&kind, behind)) = rest.split_first() {
            let (counts, behind) = behind.split_at_checked(16).ok_or(DAMAGED)?;
            let total: usize = counts.iter().map(|count| usize::from(*count)).sum();
            let (values, behind) = behind.split_at_checked(total).ok_or(DAMAGED)?;
            let class = if kind >> 4 == 0 { &mut self.means } else { &mut self.others };
            let slot = class.get_mut(usize::from(kind & 15)).ok_or(DAMAGED)?;
            *slot = Some(Huffman::new(counts, values).ok_or(DAMAGED)?);
            rest = behind;
        }
        Ok(())
    }
}
