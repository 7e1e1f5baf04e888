//! Codes of variable length in the data of a scan (ITU-T T.81 Annex F).

/// A table of codes (C.2): by the next bits, how long the code is and what it means.
#[derive(Clone)]
pub(super) struct Huffman {
    /// By the next nine bits: length and value of a code that is no longer, or nothing.
    short: Vec<(u8, u8)>,
    /// Of the codes of each length: one more than the largest, in 16 bits.
    end: [u32; 17],
    /// What to add to a code of each length for its place among the values.
    offset: [i32; 17],
    values: Vec<u8>,
}

const SHORT: u32 = 9;

impl Huffman {
    /// From the numbers of codes of each length, 1 to 16, and their values.
    pub(super) fn new(counts: &[u8], values: &[u8]) -> Option<Self> {
        let mut table =
            Self { short: vec![(0, 0); 1 << SHORT], end: [0; 17], offset: [0; 17], values: values.to_vec() };
        let (mut code, mut place) = (0_u32, 0_usize);
        for (length, &count) in (1_u32..).zip(counts) {
            table.offset[length as usize] = i32::try_from(place).ok()? - i32::try_from(code).ok()?;
            for _ in 0..count {
                let value = *values.get(place)?;
                if code >> length != 0 {
                    return None;
                }
                if length <= SHORT {
                    let first = (code << (SHORT - length)) as usize;
                    let entries = table.short.get_mut(first..first + (1 << (SHORT - length)))?;
                    entries.fill((length as u8, value));
                }
                (code, place) = (code + 1, place + 1);
            }
            table.end[length as usize] = code << (16 - length);
            code <<= 1;
        }
        Some(table)
    }
}

/// The bits of a scan. Behind its end there are zeros.
pub(super) struct Bits<'a> {
    data: &'a [u8],
    at: usize,
    held: u64,
    count: u32,
    /// Bits that are not there but were asked for.
    beyond: u32,
}

/// The most bits beyond the end that are a decoder's looking ahead, not a file that is cut off.
const AHEAD: u32 = 64;

impl<'a> Bits<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self { data, at: 0, held: 0, count: 0, beyond: 0 }
    }

    /// Whether more was read than there is.
    pub(super) fn ended(&self) -> bool {
        self.beyond > AHEAD + self.count
    }

    fn fill(&mut self) {
        while self.count <= 56 {
            let byte = match (self.data.get(self.at), self.data.get(self.at + 1)) {
                // A byte of zeros is put behind each of ones (B.1.1.5).
                (Some(0xFF), Some(0)) => {
                    self.at += 2;
                    0xFF
                }
                // A marker: a restart, or the end.
                (Some(0xFF), _) | (None, _) => {
                    self.beyond += 8;
                    0
                }
                (Some(byte), _) => {
                    self.at += 1;
                    *byte
                }
            };
            self.held = self.held << 8 | u64::from(byte);
            self.count += 8;
        }
    }

    /// So many bits, at most 16.
    pub(super) fn bits(&mut self, length: u32) -> u32 {
        if self.count < length {
            self.fill();
        }
        self.count -= length;
        (self.held >> self.count) as u32 & ((1 << length) - 1)
    }

    /// The next value of a table. `None` if there is no such code.
    pub(super) fn value(&mut self, table: &Huffman) -> Option<u8> {
        if self.count < 16 {
            self.fill();
        }
        let next = (self.held >> (self.count - 16)) as u32 & 0xFFFF;
        let (length, value) = table.short[(next >> (16 - SHORT)) as usize];
        if length > 0 {
            self.count -= u32::from(length);
            return Some(value);
        }
        let length = (SHORT + 1..=16).find(|length| next < table.end[*length as usize])?;
        self.count -= length;
        let place = (next >> (16 - length)) as i32 + table.offset[length as usize];
        table.values.get(usize::try_from(place).ok()?).copied()
    }

    /// A difference of so many bits (F.2.2.1).
    pub(super) fn difference(&mut self, length: u32) -> i32 {
        if length == 0 {
            return 0;
        }
        let bits = self.bits(length) as i32;
        if bits < 1 << (length - 1) { bits - (1 << length) + 1 } else { bits }
    }

    /// Goes on behind the next restart marker (F.2.1.3.1). `None` if there is none.
    pub(super) fn restart(&mut self) -> Option<()> {
        (self.held, self.count, self.beyond) = (0, 0, 0);
        let rest = self.data.get(self.at..)?;
        let step = rest.windows(2).position(|pair| pair[0] == 0xFF && matches!(pair[1], 0xD0..=0xD7))?;
        self.at += step + 2;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_short_and_long_are_read() {
        // One code of two bits, one of three, and eight of twelve.
        let mut counts = [0; 16];
        (counts[1], counts[2], counts[11]) = (1, 1, 8);
        let table = Huffman::new(&counts, &[7, 8, 1, 2, 3, 4, 5, 6, 9, 10]).expect("a table");
        // 00, 010, 0110_0000_0000, 0110_0000_0101, 1.
        let mut bits = Bits::new(&[0b0001_0011, 0b0000_0000, 0b0011_0000, 0b0010_1100]);
        let values: Vec<_> = (0..4).map(|_| bits.value(&table)).collect();
        assert_eq!(values, [Some(7), Some(8), Some(1), Some(6)]);
        assert_eq!(bits.value(&table), None, "ones are no code");
        counts[0] = 3;
        assert!(Huffman::new(&counts, &[0; 20]).is_none());
    }

    #[test]
    fn differences_have_signs_and_ones_have_zeros_behind_them() {
        let mut bits = Bits::new(&[0b1010_1111, 0xFF, 0, 0xFF, 0xD0, 0b1100_0000, 0xFF, 0xD9]);
        assert_eq!((bits.difference(2), bits.difference(2), bits.difference(0)), (2, 2, 0));
        assert_eq!((bits.bits(4), bits.bits(8)), (15, 0xFF));
        assert_eq!(bits.bits(4), 0, "nothing before the restart");
        assert!(bits.restart().is_some() && bits.difference(2) == 3 && bits.difference(2) == -3);
        assert!(!bits.ended());
        (0..20).for_each(|_| assert_eq!(bits.bits(8), 0));
        assert!(bits.ended() && bits.restart().is_none());
    }
}
