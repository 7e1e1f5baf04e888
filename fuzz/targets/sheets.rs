//! Any bytes as a PDF file of another maker: its pages on sheets, or a reason why not.

use std::io::Cursor;

use offprint::backend::pdf::impose::{Options, Scheme, impose};
use offprint::verify;

pub fn run(data: &[u8]) {
    for scheme in ["booklet", "signature=2", "2up", "zine8", "perfect"] {
        let scheme = Scheme::parse(scheme).expect("a scheme");
        let mut out = Cursor::new(Vec::new());
        if let Ok(summary) = impose(data, &Options { scheme, ..Options::default() }, &mut out) {
            assert!(summary.pages > 0 && summary.sheets > 0, "{summary:?}");
            // What the pages say for themselves was there before; that the file opens is ours.
            let findings = verify::check("pdf", &mut out);
            assert!(!findings.iter().any(|finding| finding.rule.name == "damaged"), "{findings:?}");
        }
    }
}
