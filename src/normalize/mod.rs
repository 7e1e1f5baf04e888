//! **Normalize**: from the text of a page to a chapter of the model.
