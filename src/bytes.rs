//! Bytes, very many at a time.

/// How many are of a kind. They are counted in runs whose count one byte holds, so that a processor compares many at once.
pub(crate) fn count(bytes: &[u8], is: impl Fn(u8) -> bool) -> usize {
    let of_run = |run: &[u8]| run.iter().map(|byte| u8::from(is(*byte))).sum::<u8>();
    bytes.chunks(u8::MAX.into()).map(|run| usize::from(of_run(run))).sum()
}

#[cfg(test)]
mod tests {
    #[test]
    fn all_are_counted() {
        for length in [0, 1, 254, 255, 256, 100_000] {
            let bytes: Vec<u8> = (0..length).map(|at: usize| if at.is_multiple_of(3) { b'<' } else { b'a' }).collect();
            assert_eq!(super::count(&bytes, |byte| byte == b'<'), length.div_ceil(3));
            assert_eq!(super::count(&bytes, |_| true), length);
        }
    }
}
