//! The rows of a GIF picture, one by one.

use gif::{ColorOutput, DecodeOptions, Decoder};

const DAMAGED: &str = "a damaged GIF picture";

/// Whether rows come in their order: the first frame covers the whole screen and is not interlaced (GIF89a §20).
pub(super) fn has_rows(file: &[u8]) -> bool {
    let Ok(mut decoder) = decoder(file) else { return false };
    let screen = (decoder.width(), decoder.height());
    decoder.next_frame_info().ok().flatten().is_some_and(|frame| {
        (frame.left, frame.top) == (0, 0) && (frame.width, frame.height) == screen && !frame.interlaced
    })
}

/// Decodes the first frame: `sink` is given rows of red, green, blue and alpha, from the top, and says whether it takes
/// them.
///
/// # Errors
/// Why there are no (more) rows.
pub(super) fn rows(file: &[u8], sink: &mut dyn FnMut(&[u8]) -> bool) -> Result<(), &'static str> {
    let mut decoder = decoder(file)?;
    let height = decoder.next_frame_info().ok().flatten().ok_or(DAMAGED)?.height;
    let mut row = vec![0; decoder.line_length()];
    for _ in 0..height {
        // What is not in the palette is transparent.
        row.fill(0);
        let filled = decoder.fill_buffer(&mut row).map_err(|_| DAMAGED)?;
        if !filled || !sink(&row) {
            return Err(DAMAGED);
        }
    }
    Ok(())
}

fn decoder(file: &[u8]) -> Result<Decoder<&[u8]>, &'static str> {
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::RGBA);
    options.read_info(file).map_err(|_| DAMAGED)
}
