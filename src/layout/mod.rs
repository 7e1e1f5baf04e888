//! **Layout**: from a book to pages of positioned items.

pub mod frame;

use crate::diag::Warned;
use crate::media::Images;
use crate::model::Book;
use frame::Pages;

/// The look of the pages.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Theme {}

/// Lays out a book.
pub fn lay_out(_book: &Book, _images: &Images, _theme: &Theme) -> Warned<Pages> {
    Warned::new(Pages::default())
}
