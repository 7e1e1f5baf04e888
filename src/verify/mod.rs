//! **Verify**: re-opens a finished book and checks it.

pub mod epub;

/// Something wrong with a finished book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What is wrong, in one line.
    pub what: String,
}
