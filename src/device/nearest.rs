//! Names that are nearest to one that is not known.

/// The few names that are most like a typed one: those that hold it or are held by it first, then by how many letters
/// differ (Levenshtein's distance). None if nothing is near.
pub(super) fn nearest<'a>(typed: &str, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let typed: String = typed.to_lowercase().chars().take(60).collect();
    let mut ranked: Vec<(usize, &str)> = names
        .filter_map(|name| {
            let within = typed.len() >= 3 && (name.contains(&typed) || typed.contains(name));
            let part = name.split('-').map(|part| distance(&typed, part)).min().unwrap_or(usize::MAX);
            let distance = if within { 0 } else { distance(&typed, name).min(part + 1) };
            (distance <= 1 + typed.chars().count() / 3).then_some((distance, name))
        })
        .collect();
    ranked.sort();
    ranked.into_iter().map(|(_, name)| name).take(4).collect()
}

/// How many letters must be put in, taken out or changed to make one of the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, c) in one.chars().enumerate() {
        let mut above_left = std::mem::replace(&mut row[0], line + 1);
        for (at, o) in other.iter().enumerate() {
            let above = row[at + 1];
            row[at + 1] = (above + 1).min(row[at] + 1).min(above_left + usize::from(c != *o));
            above_left = above;
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (one, other, expected) in [("", "", 0), ("a", "", 1), ("", "ab", 2), ("kobo", "kobe", 1), ("abc", "ca", 3)]
        {
            assert_eq!(distance(one, other), expected, "{one} {other}");
            assert_eq!(distance(other, one), expected, "{other} {one}");
        }
    }

    #[test]
    fn the_nearest_come_first() {
        let names = || ["kindle", "kindle-scribe", "kobo-libra", "phone"].into_iter();
        assert_eq!(nearest("kindel", names()), ["kindle", "kindle-scribe"]);
        assert_eq!(nearest("libra", names()), ["kobo-libra"]);
        assert_eq!(nearest("Scrib", names()), ["kindle-scribe"]);
        assert!(nearest("tablet", names()).is_empty());
        assert!(nearest(&"x".repeat(10_000), names()).is_empty());
    }
}
