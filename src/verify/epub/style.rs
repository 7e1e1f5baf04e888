//! What style sheets load.

use super::Check;
use crate::verify::css;
use crate::verify::rules::REMOTE;

impl Check {
    /// A sheet: what it imports and where its addresses lead.
    pub(super) fn style(&mut self, name: &str, sheet: &str) {
        for load in css::loads(sheet) {
            if load.by == "expression" {
                self.found(REMOTE, format!("{name} holds an expression"));
            } else {
                self.address(name, &load.by, &load.address);
            }
        }
    }
}
