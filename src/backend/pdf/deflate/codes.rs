//! Blocks of Huffman codes (§3.2).

use super::{Counts, SYMBOLS, Token, distance_symbol, length_symbol};

/// Ends a block.
const END: usize = 256;

/// The longest codes, and the longest of the codes for lengths of codes.
const LONGEST: usize = 15;
const LONGEST_OF_LENGTHS: usize = 7;

/// The order in which the lengths of the codes for lengths stand (§3.2.7).
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// Bits, the lowest first.
pub(super) struct Writer {
    out: Vec<u8>,
    bits: u64,
    count: u32,
}

impl Writer {
    pub(super) fn new(out: Vec<u8>) -> Self {
        Self { out, bits: 0, count: 0 }
    }

    fn put(&mut self, bits: u32, count: u32) {
        self.bits |= u64::from(bits) << self.count;
        self.count += count;
        while self.count >= 8 {
            self.out.push(self.bits as u8);
            self.bits >>= 8;
            self.count -= 8;
        }
    }

    fn code(&mut self, codes: &[(u32, u8)], symbol: usize) {
        let (code, length) = codes[symbol];
        self.put(code, length.into());
    }

    /// A block with codes of its own.
    pub(super) fn block(&mut self, tokens: &[Token], last: bool) {
        let mut counts = Counts::of(tokens);
        counts.symbols[END] = 1;
        let symbols = lengths(&counts.symbols, LONGEST);
        let mut distances = lengths(&counts.distances, LONGEST);
        if distances.iter().all(|length| *length == 0) {
            // One code at least.
            distances[0] = 1;
        }
        self.put(u32::from(last), 1);
        self.put(2, 2);
        self.head(&symbols, &distances);
        let (symbols, distances) = (codes(&symbols), codes(&distances));
        for token in tokens {
            match *token {
                Token::Literal(byte) => self.code(&symbols, byte.into()),
                Token::Repeat { length, distance } => {
                    let (symbol, count, bits) = length_symbol(length);
                    self.code(&symbols, symbol);
                    self.put(bits, count);
                    let (symbol, count, bits) = distance_symbol(distance);
                    self.code(&distances, symbol);
                    self.put(bits, count);
                }
            }
        }
        self.code(&symbols, END);
    }

    /// How long the codes are, in codes (§3.2.7).
    fn head(&mut self, symbols: &[u8], distances: &[u8]) {
        let used = |lengths: &[u8], least: usize| {
            lengths.iter().rposition(|length| *length > 0).map_or(least, |last| (last + 1).max(least))
        };
        let (of_symbols, of_distances) = (used(symbols, SYMBOLS - 29), used(distances, 1));
        let all = [&symbols[..of_symbols], &distances[..of_distances]].concat();
        let runs = runs(&all);
        let mut counts = [0; 19];
        runs.iter().for_each(|(symbol, ..)| counts[*symbol] += 1);
        let of_lengths = lengths(&counts, LONGEST_OF_LENGTHS);
        let sent = ORDER.iter().rposition(|symbol| of_lengths[*symbol] > 0).map_or(4, |last| (last + 1).max(4));
        self.put((of_symbols - 257) as u32, 5);
        self.put((of_distances - 1) as u32, 5);
        self.put((sent - 4) as u32, 4);
        ORDER[..sent].iter().for_each(|symbol| self.put(of_lengths[*symbol].into(), 3));
        let codes = codes(&of_lengths);
        for (symbol, count, bits) in runs {
            self.code(&codes, symbol);
            self.put(bits, count);
        }
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        if self.count > 0 {
            self.out.push(self.bits as u8);
        }
        self.out
    }
}

/// Lengths with runs of the same: 16 repeats the one before 3 to 6 times, 17 zero 3 to 10 times, 18 zero 11 to 138
/// times. Symbol, number of bits behind it, those.
fn runs(lengths: &[u8]) -> Vec<(usize, u32, u32)> {
    let mut out = Vec::new();
    for run in lengths.chunk_by(|a, b| a == b) {
        let length = usize::from(run[0]);
        let mut left = run.len();
        if length > 0 {
            out.push((length, 0, 0));
            left -= 1;
        }
        while left >= 3 {
            let (symbol, bits, least, most) = match (length, left) {
                (0, 11..) => (18, 7, 11, 138),
                (0, _) => (17, 3, 3, 10),
                _ => (16, 2, 3, 6),
            };
            let taken = left.min(most);
            out.push((symbol, bits, (taken - least) as u32));
            left -= taken;
        }
        out.extend(std::iter::repeat_n((length, 0, 0), left));
    }
    out
}

/// The lengths of the best codes that are no longer than `most`, by package and merge: of each level, the least pairs
/// of the one below and the symbols, as many as make whole codes.
fn lengths<const N: usize>(counts: &[u32; N], most: usize) -> [u8; N] {
    let mut out = [0; N];
    let mut symbols: Vec<(u32, u16)> =
        (0..).zip(counts).filter(|(_, count)| **count > 0).map(|(symbol, count)| (*count, symbol)).collect();
    symbols.sort_unstable();
    if let [(_, only)] = symbols.as_slice() {
        out[usize::from(*only)] = 1;
    }
    if symbols.len() < 2 {
        return out;
    }
    // Of each level: the weights in order, and whether each is a pair of the level before.
    let mut levels: Vec<Vec<(u32, bool)>> = Vec::with_capacity(most);
    for _ in 0..most {
        let pairs = levels.last().map_or(&[][..], Vec::as_slice).chunks_exact(2);
        let mut pairs = pairs.map(|pair| (pair[0].0 + pair[1].0, true)).peekable();
        let mut level = Vec::with_capacity(2 * symbols.len());
        for (count, _) in &symbols {
            while let Some(pair) = pairs.next_if(|(weight, _)| weight < count) {
                level.push(pair);
            }
            level.push((*count, false));
        }
        level.extend(pairs);
        levels.push(level);
    }
    let mut taken = 2 * symbols.len() - 2;
    for level in levels.iter().rev() {
        let pairs = level[..taken].iter().filter(|(_, pair)| *pair).count();
        symbols[..taken - pairs].iter().for_each(|(_, symbol)| out[usize::from(*symbol)] += 1);
        taken = 2 * pairs;
    }
    out
}

/// The codes of lengths, in order of length and symbol (§3.2.2), as they are written: the highest bit first.
fn codes(lengths: &[u8]) -> Vec<(u32, u8)> {
    let mut out = vec![(0, 0); lengths.len()];
    let mut code = 0_u32;
    for length in 1..=LONGEST as u8 {
        code <<= 1;
        for (symbol, _) in lengths.iter().enumerate().filter(|(_, other)| **other == length) {
            out[symbol] = (code.reverse_bits() >> (32 - length), length);
            code += 1;
        }
    }
    out
}
