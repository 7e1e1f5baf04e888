//! Names of which no two are the same.

use std::collections::{BTreeMap, BTreeSet};

/// Names that are taken.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    taken: BTreeSet<String>,
    /// The number to try next, of names that were asked for more than once.
    next: BTreeMap<String, usize>,
}

impl Names {
    /// With some that nothing may have.
    pub(crate) fn without(reserved: &[&str]) -> Self {
        Self { taken: reserved.iter().map(|name| (*name).to_owned()).collect(), next: BTreeMap::new() }
    }

    /// The name itself, or with a number if it is taken.
    pub(crate) fn unique(&mut self, base: String) -> String {
        if self.taken.insert(base.clone()) {
            return base;
        }
        // What is taken stays taken: a page may have a heading a hundred thousand times.
        let number = self.next.entry(base.clone()).or_insert(2);
        loop {
            let name = format!("{base}-{number}");
            *number += 1;
            if self.taken.insert(name.clone()) {
                return name;
            }
        }
    }
}
