//! What style sheets load.

use super::Check;
use crate::verify::rules::REMOTE;

impl Check {
    /// A sheet: what it imports and where its addresses lead.
    pub(super) fn style(&mut self, name: &str, css: &str) {
        let css = without_comments(css);
        if css.to_ascii_lowercase().contains("expression(") {
            self.found(REMOTE, format!("{name} holds an expression"));
        }
        for piece in css.split("@import").skip(1) {
            let value = piece.split(';').next().unwrap_or_default().trim();
            // With url( it is among those below.
            if let Some(value) = value.strip_prefix(['"', '\'']) {
                self.address(name, "@import", value.split(['"', '\'']).next().unwrap_or_default());
            }
        }
        for piece in css.split("url(").skip(1) {
            let value = piece.split(')').next().unwrap_or_default().trim_matches(['"', '\'', ' ']);
            self.address(name, "url", value);
        }
    }
}

fn without_comments(css: &str) -> String {
    let mut pieces = css.split("/*");
    let mut text = pieces.next().unwrap_or_default().to_owned();
    pieces.filter_map(|piece| piece.split_once("*/")).for_each(|(_, after)| text.push_str(after));
    text
}
