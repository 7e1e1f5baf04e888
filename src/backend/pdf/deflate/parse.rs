//! The cheapest way through a text.

use std::ops::Range;

use super::matches::Matches;
use super::{Counts, DISTANCES, SYMBOLS, Token, distance_symbol, length_symbol};

/// What each symbol costs with the bits that follow it, in units of a bit's hundredth part.
pub(super) struct Costs {
    literals: [u32; 256],
    /// By length.
    lengths: [u32; 259],
    /// By symbol.
    distances: [u32; DISTANCES],
}

/// What symbols cost that did not occur, in bits.
const UNKNOWN: f32 = 13.0;

impl Costs {
    /// Before any way is known: bytes cost what their frequency says, repetitions what they usually do.
    pub(super) fn guess(data: &[u8]) -> Self {
        let mut counts = Counts::none();
        data.iter().for_each(|byte| counts.symbols[usize::from(*byte)] += 1);
        let each = data.len() as u32 / 150 + 1;
        counts.symbols[257..].fill(each);
        counts.distances.fill(each);
        Self::from(&counts)
    }

    /// Those of a way.
    pub(super) fn of(tokens: &[Token]) -> Self {
        Self::from(&Counts::of(tokens))
    }

    fn from(counts: &Counts) -> Self {
        let symbols: [u32; SYMBOLS] = bits(&counts.symbols);
        let mut distances: [u32; DISTANCES] = bits(&counts.distances);
        for (symbol, cost) in distances.iter_mut().enumerate() {
            *cost += 100 * (symbol as u32 / 2).saturating_sub(1);
        }
        let mut lengths = [0; 259];
        for (length, cost) in (0..).zip(&mut lengths).skip(3) {
            let (symbol, bits, _) = length_symbol(length);
            *cost = symbols[symbol] + 100 * bits;
        }
        let mut literals = [0; 256];
        literals.copy_from_slice(&symbols[..256]);
        Self { literals, lengths, distances }
    }
}

/// The shortest code of each symbol, in hundredths of a bit: not rounded up as the real one's is, since what is cheap
/// would then be no cheaper than what is not.
fn bits<const N: usize>(counts: &[u32; N]) -> [u32; N] {
    let all = counts.iter().sum::<u32>().max(1) as f32;
    counts.map(|count| {
        let bits = if count == 0 { UNKNOWN } else { (all / count as f32).log2() };
        (bits.clamp(1.0, 15.0) * 100.0) as u32
    })
}

/// The cheapest tokens for a part of a text.
pub(super) fn way(data: &[u8], matches: &Matches, part: Range<usize>, costs: &Costs) -> Vec<Token> {
    let count = part.len();
    // By how many bytes are behind: what the rest costs, and the token to begin it with.
    let mut rest = vec![0_u32; count + 1];
    let mut first = vec![(1_u16, 0_u16); count];
    for at in (0..count).rev() {
        let mut best = costs.literals[usize::from(data[part.start + at])] + rest[at + 1];
        let mut length = 3;
        for (longest, distance) in matches.of(part.start + at) {
            let of_distance = costs.distances[distance_symbol(*distance).0];
            let longest = usize::from(*longest).min(count - at);
            while length <= longest {
                let cost = of_distance + costs.lengths[length] + rest[at + length];
                if cost < best {
                    best = cost;
                    first[at] = (length as u16, *distance);
                }
                length += 1;
            }
        }
        rest[at] = best;
    }
    let mut tokens = Vec::with_capacity(count);
    let mut at = 0;
    while at < count {
        let (length, distance) = first[at];
        tokens.push(match distance {
            0 => Token::Literal(data[part.start + at]),
            _ => Token::Repeat { length, distance },
        });
        at += usize::from(length);
    }
    tokens
}
