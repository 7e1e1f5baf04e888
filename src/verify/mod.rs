//! **Verify**: re-opens a finished book and checks it.
