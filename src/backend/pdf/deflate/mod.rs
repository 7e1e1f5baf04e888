//! Deflate (RFC 1951) in the zlib format (RFC 1950), in fewer bytes than zlib's best, at two to three times its work.
//!
//! 1. [`matches::find`]: for each place the repetitions that begin there, each length at its shortest distance.
//! 2. [`parse`]: the cheapest way through literals and repetitions, at what their codes cost: at first a guess, then as
//!    the first way has it.
//! 3. [`blocks`]: where blocks end, by the cheapest way through pieces of what was found.
//! 4. [`codes`]: each block with the best codes for it.

mod blocks;
mod codes;
mod matches;
mod parse;

use lopdf::Stream;

use self::codes::Writer;
use self::matches::Matches;
use self::parse::Costs;

/// Literals, the end of a block, and lengths; distances (§3.2.5).
const SYMBOLS: usize = 286;
const DISTANCES: usize = 30;

/// A literal, or a repetition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    Literal(u8),
    Repeat { length: u16, distance: u16 },
}

/// How much work a stream is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effort {
    /// What is seen in the size of a file.
    Most,
    /// What is one of very many.
    Little,
}

/// Compresses what a stream holds, unless it is or gains nothing.
pub(super) fn compress(stream: &mut Stream, effort: Effort) {
    if stream.dict.has(b"Filter") || !stream.allows_compression {
        return;
    }
    let packed = match effort {
        Effort::Most => zlib(&stream.content),
        Effort::Little => {
            // That it gains nothing is all that can go wrong.
            let _ = stream.compress();
            return;
        }
    };
    if packed.len() + "/Filter/FlateDecode".len() < stream.content.len() {
        stream.dict.set("Filter", "FlateDecode");
        stream.set_content(packed);
    }
}

/// Data in the zlib format.
fn zlib(data: &[u8]) -> Vec<u8> {
    let matches = Matches::find(data);
    let whole = parse::way(data, &matches, 0..data.len(), &Costs::guess(data));
    // The window is 32 KiB, the compression the best.
    let mut out = Writer::new(vec![0x78, 0xDA]);
    let blocks = blocks::blocks(&whole);
    let mut start = 0;
    for (index, (tokens, end)) in blocks.iter().enumerate() {
        let costs = Costs::of(&whole[tokens.clone()]);
        out.block(&parse::way(data, &matches, start..*end, &costs), index + 1 == blocks.len());
        start = *end;
    }
    let mut out = out.finish();
    out.extend(adler(data).to_be_bytes());
    out
}

/// The checksum (RFC 1950 §2.2).
fn adler(data: &[u8]) -> u32 {
    let (mut a, mut b) = (1_u32, 0_u32);
    // So many sums fit before the remainder has to be taken.
    for piece in data.chunks(5552) {
        for byte in piece {
            a += u32::from(*byte);
            b += a;
        }
        a %= 65521;
        b %= 65521;
    }
    b << 16 | a
}

/// The symbol of a length, how many bits follow it and which (§3.2.5).
fn length_symbol(length: u16) -> (usize, u32, u32) {
    let offset = u32::from(length - 3);
    if length == 258 {
        return (285, 0, 0);
    }
    if offset < 8 {
        return (257 + offset as usize, 0, 0);
    }
    // Four symbols for each number of bits.
    let bits = offset.ilog2() - 2;
    (257 + (4 * bits + 4 + (offset >> bits & 3)) as usize, bits, offset & ((1 << bits) - 1))
}

/// The same of a distance: two symbols for each number of bits.
fn distance_symbol(distance: u16) -> (usize, u32, u32) {
    let offset = u32::from(distance - 1);
    if offset < 4 {
        return (offset as usize, 0, 0);
    }
    let bits = offset.ilog2() - 1;
    ((2 * bits + 2 + (offset >> bits & 1)) as usize, bits, offset & ((1 << bits) - 1))
}

/// How often each symbol occurs.
#[derive(Clone)]
struct Counts {
    symbols: [u32; SYMBOLS],
    distances: [u32; DISTANCES],
}

impl Counts {
    fn none() -> Self {
        Self { symbols: [0; SYMBOLS], distances: [0; DISTANCES] }
    }

    fn of(tokens: &[Token]) -> Self {
        let mut counts = Self::none();
        for token in tokens {
            match token {
                Token::Literal(byte) => counts.symbols[usize::from(*byte)] += 1,
                Token::Repeat { length, distance } => {
                    counts.symbols[length_symbol(*length).0] += 1;
                    counts.distances[distance_symbol(*distance).0] += 1;
                }
            }
        }
        counts
    }

    fn add(&mut self, other: &Self) {
        self.symbols.iter_mut().zip(other.symbols).for_each(|(sum, more)| *sum += more);
        self.distances.iter_mut().zip(other.distances).for_each(|(sum, more)| *sum += more);
    }
}

#[cfg(test)]
mod tests {
    use lopdf::dictionary;

    use super::*;

    fn round(data: &[u8]) -> usize {
        let packed = zlib(data);
        let stream = Stream::new(dictionary! { "Filter" => "FlateDecode" }, packed.clone());
        assert!(stream.decompressed_content().unwrap_or_default() == data, "{} bytes", data.len());
        packed.len()
    }

    /// Bytes that look like noise, of which only some occur.
    fn noise(count: usize, kinds: u32) -> Vec<u8> {
        let mut state = 1_u32;
        let next = |()| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            ((state >> 16) % kinds) as u8
        };
        std::iter::repeat_n((), count).map(next).collect()
    }

    #[test]
    fn what_is_packed_is_unpacked() {
        for data in [&b""[..], b"a", b"ab", b"aaa", b"aaaa", b"abcabcabcabc"] {
            round(data);
        }
        for length in [257, 258, 259, 260, 600, 70_000] {
            round(&vec![0; length]);
        }
        for kinds in [1, 2, 3, 40, 256] {
            round(&noise(100_000, kinds));
        }
    }

    #[test]
    fn repetitions_are_found_up_to_the_window_and_not_beyond() {
        let piece = noise(300, 256);
        let far = |between: usize| round(&[&piece[..], &noise(between, 251), &piece].concat());
        assert!(far(32_768 - 300) + 250 < far(32_769 - 300 + 300));
    }

    #[test]
    fn blocks_begin_where_the_text_changes() {
        let halves = [noise(30_000, 16), noise(30_000, 16).iter().map(|byte| byte + 100).collect()].concat();
        // Four bits a byte; with one code for both it would take five.
        assert!(round(&halves) < 30_500, "{}", round(&halves));
    }

    #[test]
    fn it_is_better_than_the_best_of_zlib() {
        let text: String =
            (0..4000).map(|number| format!("{} 0 R/K[{} {}]", number, number * 7 % 97, number % 13)).collect();
        let mut stream = Stream::new(dictionary! {}, text.clone().into_bytes());
        stream.compress().unwrap();
        assert!(round(text.as_bytes()) < stream.content.len(), "{} {}", round(text.as_bytes()), stream.content.len());
    }

    #[test]
    fn symbols_of_lengths_and_distances() {
        assert_eq!(
            [3, 10, 11, 12, 13, 257, 258].map(length_symbol),
            [(257, 0, 0), (264, 0, 0), (265, 1, 0), (265, 1, 1), (266, 1, 0), (284, 5, 30), (285, 0, 0)]
        );
        assert_eq!(
            [1, 4, 5, 6, 7, 32768].map(distance_symbol),
            [(0, 0, 0), (3, 0, 0), (4, 1, 0), (4, 1, 1), (5, 1, 0), (29, 13, 8191)]
        );
    }
}
