//! Short names of contents.

/// 128 bits that tell contents apart, mixed eight bytes at a time. Nobody is kept from forging them: they name, they
/// do not prove.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Digest([u64; 2]);

impl Default for Digest {
    fn default() -> Self {
        Self([0xCBF2_9CE4_8422_2325, 0x9AE1_6A3B_2F90_404F])
    }
}

impl Digest {
    /// Of one content.
    pub(super) fn of(content: &[u8]) -> Self {
        let mut digest = Self::default();
        digest.add(content);
        digest
    }

    /// Adds a part. The same bytes in other parts give another name.
    pub(super) fn add(&mut self, part: &[u8]) {
        for word in part.chunks(8) {
            self.mix(word.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)));
        }
        self.mix(part.len() as u64);
    }

    fn mix(&mut self, word: u64) {
        let [a, b] = self.0;
        let a = (a ^ word).wrapping_mul(0x0000_0100_0000_01B3).rotate_left(29);
        let b = (b ^ word.rotate_left(31) ^ a).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(17);
        self.0 = [a, b];
    }

    /// The sixteen bytes.
    pub(super) fn bytes(mut self) -> Vec<u8> {
        // So that the last words reach every bit.
        for _ in 0..4 {
            self.mix(0);
        }
        self.0.map(u64::to_be_bytes).concat()
    }

    /// The six capitals that mark a subset (ISO 32000-1 §9.6.4).
    pub(super) fn letters(self) -> String {
        self.bytes().into_iter().take(6).map(|byte| char::from(b'A' + byte % 26)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_that_differ_anywhere_have_other_names() {
        let contents = [&b""[..], b"\0", b"\0\0", b"12345678", b"12345679", b"123456789", b"22345678"];
        let mut names: Vec<_> = contents.iter().map(|content| Digest::of(content).bytes()).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), contents.len());
        assert!(Digest::of(b"font").letters().bytes().all(|letter| letter.is_ascii_uppercase()));
    }
}
