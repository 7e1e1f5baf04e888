//! The part of a file that is asked for (RFC 9110 §14).

/// What a `Range` header asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// All of it; what is not understood, and several parts at once, may be answered so.
    All,
    /// From a byte, so many.
    Part(u64, u64),
    /// A part that there is not.
    None,
}

/// Reads a header for a file of `length` bytes.
pub(super) fn asked(header: Option<&str>, length: u64) -> Asked {
    let Some(range) = header.and_then(|header| header.trim().strip_prefix("bytes=")) else { return Asked::All };
    let Some((from, to)) = range.trim().split_once('-') else { return Asked::All };
    let (from, to) = (from.trim(), to.trim());
    let number = |text: &str| match text.bytes().all(|b| b.is_ascii_digit()) {
        // More digits than a number has are beyond every file.
        true => Some(text.parse().unwrap_or(u64::MAX)),
        false => None,
    };
    match (number(from), number(to)) {
        (Some(_), Some(_)) if from.is_empty() && to.is_empty() => Asked::All,
        (Some(_), Some(0)) if from.is_empty() => Asked::None,
        (Some(_), Some(last)) if from.is_empty() => {
            let count = last.min(length);
            if count == 0 { Asked::None } else { Asked::Part(length - count, count) }
        }
        (Some(from), Some(_)) if to.is_empty() => {
            if from < length {
                Asked::Part(from, length - from)
            } else {
                Asked::None
            }
        }
        (Some(from), Some(to)) if from > to => Asked::All,
        (Some(from), Some(_)) if from >= length => Asked::None,
        (Some(from), Some(to)) => Asked::Part(from, to.min(length - 1) - from + 1),
        _ => Asked::All,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_all_kinds() {
        for (header, expected) in [
            ("bytes=0-0", Asked::Part(0, 1)),
            ("bytes=2-5", Asked::Part(2, 4)),
            ("bytes=5-", Asked::Part(5, 5)),
            ("bytes=-3", Asked::Part(7, 3)),
            ("bytes=-99", Asked::Part(0, 10)),
            ("bytes=8-99", Asked::Part(8, 2)),
            ("bytes=9-99999999999999999999999", Asked::Part(9, 1)),
            ("bytes=10-", Asked::None),
            ("bytes=10-12", Asked::None),
            ("bytes=-0", Asked::None),
            ("bytes=99999999999999999999-", Asked::None),
            ("bytes=5-2", Asked::All),
            ("bytes=0-1,3-4", Asked::All),
            ("bytes=-", Asked::All),
            ("bytes=a-b", Asked::All),
            ("lines=1-2", Asked::All),
            ("", Asked::All),
        ] {
            assert_eq!(asked(Some(header), 10), expected, "{header}");
        }
        assert_eq!(asked(None, 10), Asked::All);
        assert_eq!((asked(Some("bytes=0-"), 0), asked(Some("bytes=-1"), 0)), (Asked::None, Asked::None));
    }
}
