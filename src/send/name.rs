//! Names of files that every file system takes: FAT, exFAT and NTFS too.

/// The most UTF-16 units of a name: FAT and exFAT take 255; some readers' own lists take fewer.
const MOST_UNITS: usize = 150;
/// The most bytes: ext4 takes 255.
const MOST_BYTES: usize = 240;

/// Names that are devices on Windows, whatever comes after a dot.
const RESERVED: &[&str] = &["con", "prn", "aux", "nul"];
/// The same with a figure after them, superscript ones too.
const NUMBERED: &[&str] = &["com", "lpt"];

/// A name fit for all of them: characters that FAT forbids become `_`, those that are not seen or turn others around go.
/// The ending (`.kepub.epub` is one) stays; `number` above 1 stands before it in parentheses.
pub fn file_name(name: &str, number: u32) -> String {
    let visible = |c: &char| {
        !c.is_control()
            && !matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF0}'..='\u{FFFF}')
    };
    let allowed = |c| if matches!(c, '<' | '>' | ':' | '"' | '/' | '\\' | '|' | '?' | '*') { '_' } else { c };
    let clean: String = name.chars().filter(visible).map(allowed).collect();
    let (stem, ending) = divided(&clean);
    let mark = if number > 1 { format!(" ({number})") } else { String::new() };
    // A dot in front hides a file, dots and spaces at the end are dropped by FAT.
    let ends = ['.', ' '];
    let room = (
        MOST_UNITS - mark.encode_utf16().count() - ending.encode_utf16().count(),
        MOST_BYTES - mark.len() - ending.len(),
    );
    let stem = cut(stem.trim_start_matches(ends), room).trim_end_matches(ends);
    let first = stem.split('.').next().unwrap_or(stem).trim_end().to_ascii_lowercase();
    let stem = match stem {
        "" => "book".to_owned(),
        _ if is_reserved(&first) => cut(&format!("_{stem}"), room).trim_end_matches(ends).to_owned(),
        stem => stem.to_owned(),
    };
    format!("{stem}{mark}{ending}")
}

/// As much of a text as has so many UTF-16 units and bytes.
fn cut(text: &str, (units, bytes): (usize, usize)) -> &str {
    let mut used = 0;
    let fits = |(at, c): &(usize, char)| {
        used += c.len_utf16();
        used <= units && at + c.len_utf8() <= bytes
    };
    let end = text.char_indices().take_while(fits).last().map_or(0, |(at, c)| at + c.len_utf8());
    &text[..end]
}

fn is_reserved(stem: &str) -> bool {
    let figure = |rest: &str| {
        let mut chars = rest.chars();
        matches!((chars.next(), chars.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
    };
    RESERVED.contains(&stem) || NUMBERED.iter().any(|name| stem.strip_prefix(name).is_some_and(figure))
}

/// A name and its ending, with the dot.
fn divided(name: &str) -> (&str, &str) {
    let lower = name.to_ascii_lowercase();
    let known = [".kepub.epub", ".epub", ".pdf", ".html", ".xhtml", ".htm"];
    let ending = known.iter().find(|ending| lower.ends_with(*ending)).map_or(0, |ending| ending.len());
    name.split_at(name.len() - ending)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_fit_for_fat() {
        for (name, expected) in [
            ("书名：“一”.epub", "书名：“一”.epub"),
            ("a/b\\c:d*e?f\"g<h>i|j.pdf", "a_b_c_d_e_f_g_h_i_j.pdf"),
            ("..hidden. .epub", "hidden.epub"),
            ("CON.epub", "_CON.epub"),
            ("con.txt.epub", "_con.txt.epub"),
            ("Lpt1", "_Lpt1"),
            ("com0.epub", "_com0.epub"),
            ("COM¹.epub", "_COM¹.epub"),
            ("com10", "com10"),
            // What is behind it is cut off.
            (&format!("com1{}x.epub", " ".repeat(300)), "_com1.epub"),
            ("a\u{202E}b\u{200B}\n.KEPUB.epub", "ab.KEPUB.epub"),
            (".epub", "book.epub"),
            ("", "book"),
            ("…", "…"),
        ] {
            assert_eq!(file_name(name, 1), expected, "{name:?}");
        }
        assert_eq!(file_name("x.kepub.epub", 3), "x (3).kepub.epub");
    }

    #[test]
    fn long_names_keep_their_ending() {
        for letter in ["a", "书", "😀", "é"] {
            let name = file_name(&format!("{}.kepub.epub", letter.repeat(500)), 12);
            assert!(name.ends_with(" (12).kepub.epub"), "{name}");
            assert!(name.len() <= MOST_BYTES && name.encode_utf16().count() <= MOST_UNITS);
            assert!(name.len() > 100);
        }
    }
}
