//! Any bytes as a title that becomes a file's name: one that Windows, FAT, macOS and Unix take, that stays in its folder and
//! does not change when it is made again.

use offprint::{file_name, send};

const RESERVED: &str = "con prn aux nul com0 com1 com2 com3 com4 com5 com6 com7 com8 com9 com¹ com² com³ \
    lpt0 lpt1 lpt2 lpt3 lpt4 lpt5 lpt6 lpt7 lpt8 lpt9 lpt¹ lpt² lpt³";

pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let name = file_name(&text);
    if !name.is_empty() {
        fit(&name);
        assert_eq!(file_name(&name), name, "made again");
    }
    for number in [1, 2, 4_000_000_000] {
        for ending in ["", ".epub", ".kepub.epub", ".PDF"] {
            let name = send::file_name(&format!("{text}{ending}"), number);
            fit(&name);
            assert!(name.to_lowercase().ends_with(&ending.to_lowercase()), "{name:?}");
        }
    }
}

fn fit(name: &str) {
    assert!(!name.is_empty() && name.len() <= 255 && name.encode_utf16().count() <= 255, "{name:?}");
    assert!(!name.contains(|c: char| c.is_control() || "<>:\"/\\|?*".contains(c)), "{name:?}");
    assert!(!name.contains(['\u{202E}', '\u{202D}', '\u{2066}', '\u{2067}', '\u{200B}', '\u{FEFF}']), "{name:?}");
    assert!(!name.starts_with(['.', ' ']) && !name.ends_with(['.', ' ']), "{name:?}");
    let stem = name.split('.').next().unwrap_or(name).trim_end().to_lowercase();
    assert!(RESERVED.split_ascii_whitespace().all(|reserved| reserved != stem), "{name:?}");
}
