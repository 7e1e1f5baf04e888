//! Where blocks end: each has codes of its own, but has to say which.

use std::ops::Range;

use super::{Counts, Token};

/// Tokens are put into blocks in pieces of at least so many, …
const PIECE: usize = 256;

/// … of which there are at most so many.
const PIECES: usize = 40;

/// The blocks: which tokens, and where in the data each ends. At least one.
pub(super) fn blocks(tokens: &[Token]) -> Vec<(Range<usize>, usize)> {
    let piece = tokens.len().div_ceil(PIECES).max(PIECE);
    let pieces: Vec<Counts> = tokens.chunks(piece).map(Counts::of).collect();
    // By number of pieces: the cheapest way to have them in blocks, and where its last block begins.
    let mut best = vec![(u64::MAX, 0); pieces.len() + 1];
    best[0].0 = 0;
    for from in 0..pieces.len() {
        let mut block = Counts::none();
        for to in from + 1..=pieces.len() {
            block.add(&pieces[to - 1]);
            let cost = best[from].0 + cost(&block);
            if cost < best[to].0 {
                best[to] = (cost, from);
            }
        }
    }
    let mut borders = vec![pieces.len()];
    while let Some(from) = borders.last().filter(|to| **to > 0).map(|to| best[*to].1) {
        borders.push(from);
    }
    borders.reverse();
    let mut end = 0;
    let block = |pair: &[usize]| {
        let range = pair[0] * piece..(pair[1] * piece).min(tokens.len());
        end += tokens[range.clone()].iter().map(|token| length(*token)).sum::<usize>();
        (range, end)
    };
    match borders.as_slice() {
        [_] => vec![(0..0, 0)],
        borders => borders.windows(2).map(block).collect(),
    }
}

fn length(token: Token) -> usize {
    match token {
        Token::Literal(_) => 1,
        Token::Repeat { length, .. } => length.into(),
    }
}

/// About the bits of a block. The bits that follow symbols are the same in every block.
fn cost(block: &Counts) -> u64 {
    let (symbols, distances) = (entropy(&block.symbols), entropy(&block.distances));
    (symbols.0 + distances.0) as u64 + 3 * (symbols.1 + distances.1) + 140
}

/// Bits of the symbols, and how many of them there are.
fn entropy(counts: &[u32]) -> (f32, u64) {
    let all = counts.iter().sum::<u32>() as f32;
    let used = counts.iter().filter(|count| **count > 0);
    let bits = used.clone().map(|count| *count as f32 * (all / *count as f32).log2()).sum();
    (bits, used.count() as u64)
}
