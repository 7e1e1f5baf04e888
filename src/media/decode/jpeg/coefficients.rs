//! The coefficients of blocks as scans tell them (ITU-T T.81 Annex F and G).
//!
//! Of each block only the low frequencies are kept that a smaller picture shows; of the others no more than whether they
//! are known not to be zero, which decides how the data goes on.

use super::DAMAGED;
use super::entropy::{Bits, Huffman};
use super::frame::{Scan, Tables, ZIGZAG};

/// A block: the frequencies that are kept, in rows.
pub(super) struct Block<'b> {
    pub(super) kept: usize,
    pub(super) frequencies: &'b mut [i16],
    /// Which of all are known not to be zero.
    pub(super) known: &'b mut u64,
}

impl Block<'_> {
    fn slot(&mut self, at: usize) -> Option<&mut i16> {
        let place = usize::from(ZIGZAG[at & 63]);
        let (u, v) = (place % 8, place / 8);
        if u < self.kept && v < self.kept { self.frequencies.get_mut(v * self.kept + u) } else { None }
    }

    fn set(&mut self, at: usize, value: i32) {
        *self.known |= 1 << at;
        if let Some(slot) = self.slot(at) {
            *slot = value.clamp(i32::from(i16::MIN), i32::from(i16::MAX)) as i16;
        }
    }

    /// A further bit of what is not zero (G.1.2.3).
    fn refine(&mut self, at: usize, bit: i16) {
        if let Some(slot) = self.slot(at) {
            *slot = slot.saturating_add(if *slot < 0 { -bit } else { bit });
        }
    }
}

/// The tables of a scan's part, and what its blocks hand on to each other.
pub(super) struct Coder<'t> {
    means: Option<&'t Huffman>,
    others: Option<&'t Huffman>,
    /// The mean of the block before.
    before: i32,
}

impl<'t> Coder<'t> {
    pub(super) fn new(tables: &'t Tables, means: usize, others: usize) -> Self {
        let table = |from: &'t [Option<Huffman>; 4], at: usize| from.get(at).and_then(Option::as_ref);
        Self { means: table(&tables.means, means), others: table(&tables.others, others), before: 0 }
    }

    pub(super) fn restart(&mut self) {
        self.before = 0;
    }

    fn mean(&mut self, bits: &mut Bits<'_>) -> Result<i32, &'static str> {
        let length = bits.value(self.means.ok_or(DAMAGED)?).filter(|length| *length <= 15).ok_or(DAMAGED)?;
        self.before = self.before.wrapping_add(bits.difference(length.into())).clamp(-65_536, 65_535);
        Ok(self.before)
    }
}

/// A block of a file of one pass (F.2.2).
pub(super) fn sequential(
    bits: &mut Bits<'_>,
    coder: &mut Coder<'_>,
    block: &mut Block<'_>,
) -> Result<(), &'static str> {
    let mean = coder.mean(bits)?;
    block.set(0, mean);
    let table = coder.others.ok_or(DAMAGED)?;
    band(bits, table, ((1, 63), 0), block).map(|_| ())
}

/// The coefficients of a band that nothing was told of before, shifted so far, up to the last that is not zero: then what the
/// code for that says besides.
fn band(
    bits: &mut Bits<'_>,
    table: &Huffman,
    ((first, last), low): ((usize, usize), u8),
    block: &mut Block<'_>,
) -> Result<Option<usize>, &'static str> {
    let mut at = first;
    while at <= last {
        let value = bits.value(table).ok_or(DAMAGED)?;
        let (zeros, length) = (usize::from(value >> 4), u32::from(value & 15));
        match (zeros, length) {
            (15, 0) => at += 16,
            (_, 0) => return Ok(Some(zeros)),
            _ => {
                at += zeros;
                if at > last {
                    return Err(DAMAGED);
                }
                let value = bits.difference(length);
                block.set(at, value << low);
                at += 1;
            }
        }
    }
    Ok(None)
}

/// A block of one of the passes of a progressive file (G.1.2); `empty` counts the blocks of which nothing comes.
pub(super) fn progressive(
    bits: &mut Bits<'_>,
    (coder, empty): (&mut Coder<'_>, &mut u32),
    scan: &Scan<'_>,
    block: &mut Block<'_>,
) -> Result<(), &'static str> {
    match (scan.band.0, scan.high) {
        (0, 0) => {
            let mean = coder.mean(bits)?;
            block.set(0, mean << scan.low);
            Ok(())
        }
        (0, _) => {
            if bits.bits(1) == 1
                && let Some(mean) = block.slot(0)
            {
                *mean |= 1 << scan.low;
            }
            Ok(())
        }
        (_, 0) => first_pass(bits, (coder, empty), scan, block),
        _ => later_pass(bits, (coder, empty), scan, block),
    }
}

/// The length of a run of blocks of which nothing (more) comes, this one among them.
fn run(bits: &mut Bits<'_>, length: usize) -> u32 {
    (1 << length) + bits.bits(length as u32)
}

fn first_pass(
    bits: &mut Bits<'_>,
    (coder, empty): (&mut Coder<'_>, &mut u32),
    scan: &Scan<'_>,
    block: &mut Block<'_>,
) -> Result<(), &'static str> {
    if *empty > 0 {
        *empty -= 1;
        return Ok(());
    }
    let table = coder.others.ok_or(DAMAGED)?;
    if let Some(length) = band(bits, table, (scan.band, scan.low), block)? {
        *empty = run(bits, length) - 1;
    }
    Ok(())
}

fn later_pass(
    bits: &mut Bits<'_>,
    (coder, empty): (&mut Coder<'_>, &mut u32),
    scan: &Scan<'_>,
    block: &mut Block<'_>,
) -> Result<(), &'static str> {
    let bit = 1_i16 << scan.low;
    let table = coder.others.ok_or(DAMAGED)?;
    let mut at = scan.band.0;
    while *empty == 0 && at <= scan.band.1 {
        let value = bits.value(table).ok_or(DAMAGED)?;
        let (mut zeros, length) = (usize::from(value >> 4), value & 15);
        let mut new = None;
        match (zeros, length) {
            (15, 0) => {}
            (_, 0) => {
                *empty = run(bits, zeros);
                break;
            }
            _ => new = Some(if bits.bits(1) == 1 { i32::from(bit) } else { -i32::from(bit) }),
        }
        // Over so many that are still zero, refining those that are not.
        while at <= scan.band.1 {
            if *block.known & 1 << at != 0 {
                if bits.bits(1) == 1 {
                    block.refine(at, bit);
                }
            } else if zeros == 0 {
                if let Some(value) = new {
                    block.set(at, value);
                }
                at += 1;
                break;
            } else {
                zeros -= 1;
            }
            at += 1;
        }
    }
    if *empty > 0 {
        for at in at..=scan.band.1 {
            if *block.known & 1 << at != 0 && bits.bits(1) == 1 {
                block.refine(at, bit);
            }
        }
        *empty -= 1;
    }
    Ok(())
}
