//! What [`load`](super::load) does with each file, step by step, for those who measure it.

use super::{Image, Options, decode, prepare};

/// The pixels of a file.
pub struct Decoded<'a>(decode::Decoded<'a>);

/// The pixels of a picture as the book is to show it.
pub struct Fitted(prepare::Fitted);

/// Decodes a file.
///
/// # Errors
/// Why it is no picture for a book, in a few words.
pub fn decode(file: &[u8]) -> Result<Decoded<'_>, String> {
    decode::examine(file)?.decode().map(Decoded)
}

/// Decodes a file to a size while its rows come, if they come one by one, as large pictures are decoded.
///
/// # Errors
/// Why it is no picture for a book, in a few words.
pub fn shrink(file: &[u8], size: (u32, u32)) -> Result<Decoded<'_>, String> {
    decode::examine(file)?.into_size(size).decode().map(Decoded)
}

/// Makes a picture small and grey enough.
///
/// # Errors
/// Why that cannot be done.
pub fn fit(decoded: Decoded<'_>, options: &Options) -> Result<Fitted, String> {
    prepare::fitted(decoded.0, options).map(Fitted)
}

/// Makes a file of a picture, or takes the one that it came from.
///
/// # Errors
/// Why that cannot be done.
pub fn encode(fitted: Fitted, options: &Options) -> Result<Image, String> {
    prepare::encoded(fitted.0, options)
}

#[cfg(test)]
mod tests {
    use super::super::decode::tests as samples;
    use super::*;

    #[test]
    fn the_steps_make_what_loading_makes() {
        let options = Options { max_side: 50, ..Options::default() };
        let file = samples::jpeg(&samples::photo(120, 90));
        let fitted = decode(&file).and_then(|decoded| fit(decoded, &options)).expect("a picture");
        let image = encode(fitted, &options).expect("an image");
        assert_eq!((image.width, image.height), (50, 37));
        let shrunk = shrink(&file, (50, 37)).and_then(|decoded| fit(decoded, &options)).expect("a picture");
        let image = encode(shrunk, &options).expect("an image");
        assert_eq!((image.width, image.height), (50, 37));
        assert!(decode(b"no picture").is_err() && shrink(b"no picture", (1, 1)).is_err());
    }
}
