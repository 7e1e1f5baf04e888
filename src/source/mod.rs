//! **Source**: from what the user names to the texts of pages.
