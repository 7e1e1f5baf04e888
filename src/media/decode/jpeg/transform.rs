//! From the frequencies of a block to samples (ITU-T T.81 A.3.3), also to fewer or more than eight a side: of the
//! frequencies those that so many samples can show are taken.

/// Cosines of multiples of π/32, of 8192.
const COSINES: [i32; 17] =
    [8192, 8153, 8035, 7839, 7568, 7225, 6811, 6333, 5793, 5197, 4551, 3862, 3135, 2378, 1598, 803, 0];

/// The most samples along a side of a block.
pub(super) const MOST: usize = 16;

fn cosine(multiple: usize) -> i32 {
    match multiple % 64 {
        at @ 0..=16 => COSINES[at],
        at @ 17..=32 => -COSINES[32 - at],
        at @ 33..=48 => -COSINES[at - 32],
        at => COSINES[64 - at],
    }
}

/// How much of each frequency is in each sample, along one side of a block.
#[derive(Clone, Debug)]
pub(super) struct Side {
    /// A power of two up to [`MOST`].
    pub(super) samples: usize,
    shares: [[i32; 8]; MOST],
}

impl Side {
    pub(super) fn new(samples: usize) -> Self {
        let mut shares = [[0; 8]; MOST];
        for (at, shares) in shares.iter_mut().enumerate().take(samples) {
            for (frequency, share) in shares.iter_mut().enumerate().take(samples) {
                // Half a period of the lowest frequency is one side.
                let share_of_one = cosine((2 * at + 1) * frequency * (MOST / samples));
                *share = if frequency == 0 { COSINES[8] / 2 } else { share_of_one / 2 };
            }
        }
        Self { samples, shares }
    }

    /// How many frequencies say anything.
    pub(super) fn frequencies(&self) -> usize {
        self.samples.min(8)
    }
}

/// The samples of a block: `frequencies` are `kept` by `kept`, those across in a row, and already in their own size.
pub(super) fn samples(
    frequencies: &[i32],
    kept: usize,
    (across, down): (&Side, &Side),
    out: &mut [u8],
    row_length: usize,
) {
    // Frequencies across × samples down.
    let mut columns = [[0_i32; MOST]; 8];
    let mut last = 0;
    for (u, column) in columns.iter_mut().enumerate().take(kept.min(across.frequencies())) {
        for v in 0..kept.min(down.frequencies()) {
            let frequency = frequencies.get(v * kept + u).copied().unwrap_or(0).clamp(-16_384, 16_383);
            if frequency != 0 {
                last = u;
                for (sample, shares) in column.iter_mut().zip(&down.shares).take(down.samples) {
                    *sample += frequency * shares[v];
                }
            }
        }
        for sample in column.iter_mut() {
            // No picture has more; a damaged file may.
            *sample = ((*sample + (1 << 9)) >> 10).clamp(-32_768, 32_767);
        }
    }
    for (y, row) in out.chunks_mut(row_length).enumerate().take(down.samples) {
        for (sample, shares) in row.iter_mut().zip(&across.shares).take(across.samples) {
            let sum: i32 = columns.iter().zip(shares).take(last + 1).map(|(column, share)| column[y] * share).sum();
            *sample = (((sum + (1 << 15)) >> 16) + 128).clamp(0, 255) as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the standard has it (A.3.3), for eight samples a side.
    fn reference(frequencies: &[i32], x: usize, y: usize) -> f64 {
        let half = |n: usize| if n == 0 { std::f64::consts::FRAC_1_SQRT_2 } else { 1.0 };
        let wave = |x: usize, u: usize| ((2 * x + 1) as f64 * u as f64 * std::f64::consts::PI / 16.0).cos() * half(u);
        let sum = |v: usize| (0..8).map(|u| f64::from(frequencies[v * 8 + u]) * wave(x, u) * wave(y, v)).sum::<f64>();
        (0..8).map(sum).sum::<f64>() / 4.0 + 128.0
    }

    fn block() -> Vec<i32> {
        (0..64).map(|n: i32| if n == 0 { 240 } else { (n * 37 % 61 - 30) / (1 + n / 8 + n % 8) }).collect()
    }

    #[test]
    fn eight_samples_a_side_are_those_of_the_standard() {
        let (side, frequencies) = (Side::new(8), block());
        let mut out = [0; 64];
        samples(&frequencies, 8, (&side, &side), &mut out, 8);
        for (at, sample) in out.iter().enumerate() {
            let expected = reference(&frequencies, at % 8, at / 8);
            assert!((f64::from(*sample) - expected).abs() < 0.6, "{at}: {sample} {expected}");
        }
    }

    #[test]
    fn fewer_and_more_samples_show_the_same() {
        let mut smooth = vec![0; 64];
        (smooth[0], smooth[1], smooth[8]) = (160, 60, -45);
        let mut whole = [0; 64];
        samples(&smooth, 8, (&Side::new(8), &Side::new(8)), &mut whole, 8);
        for count in [1, 2, 4, 16] {
            let side = Side::new(count);
            let mut out = vec![0; count * count];
            samples(&smooth, 8, (&side, &side), &mut out, count);
            for (at, sample) in out.iter().enumerate() {
                let middle = |n: usize| ((2 * n + 1) * 8 / (2 * count)).min(7);
                let expected = whole[middle(at / count) * 8 + middle(at % count)];
                assert!(sample.abs_diff(expected) <= 6, "{count}: {sample} {expected}");
            }
        }
    }
}
