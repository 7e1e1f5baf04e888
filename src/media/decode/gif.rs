//! The rows of a GIF picture, one by one.

use gif::{ColorOutput, DecodeOptions, Decoder, Frame};

const DAMAGED: &str = "a damaged GIF picture";

/// The bytes that are held until rows come in their order: none, or a number for each pixel if the picture is interlaced
/// (GIF89a appendix E). `None` if its first frame does not cover the whole screen.
pub(super) fn held(file: &[u8]) -> Option<u64> {
    let mut decoder = decoder(file).ok()?;
    let screen = (decoder.width(), decoder.height());
    let frame = decoder.next_frame_info().ok()??;
    let covers = (frame.left, frame.top) == (0, 0) && (frame.width, frame.height) == screen;
    let pixels = u64::from(frame.width) * u64::from(frame.height);
    covers.then_some(if frame.interlaced { pixels } else { 0 })
}

/// Decodes the first frame: `sink` is given rows of red, green, blue and alpha, from the top, and says whether it takes
/// them.
///
/// # Errors
/// Why there are no (more) rows.
pub(super) fn rows(file: &[u8], sink: &mut dyn FnMut(&[u8]) -> bool) -> Result<(), &'static str> {
    let mut decoder = decoder(file)?;
    let frame = decoder.next_frame_info().ok().flatten().ok_or(DAMAGED)?.clone();
    let colours = colours(&frame, decoder.palette().map_err(|_| DAMAGED)?);
    let width = usize::from(frame.width);
    let mut row = Vec::with_capacity(width * 4);
    let mut give = |numbers: &[u8]| {
        row.clear();
        row.extend(numbers.iter().flat_map(|number| colours[usize::from(*number)]));
        if sink(&row) { Ok(()) } else { Err(DAMAGED) }
    };
    if frame.interlaced {
        let mut numbers = vec![0; width * usize::from(frame.height)];
        decoder.read_into_buffer(&mut numbers).map_err(|_| DAMAGED)?;
        return numbers.chunks_exact(width.max(1)).try_for_each(give);
    }
    let mut numbers = vec![0; width];
    for _ in 0..frame.height {
        if !decoder.fill_buffer(&mut numbers).map_err(|_| DAMAGED)? {
            return Err(DAMAGED);
        }
        give(&numbers)?;
    }
    Ok(())
}

/// The colour of each number; what is not in the palette is transparent.
fn colours(frame: &Frame<'_>, palette: &[u8]) -> [[u8; 4]; 256] {
    let mut colours = [[0; 4]; 256];
    for (number, (colour, [red, green, blue])) in (0_u8..=255).zip(colours.iter_mut().zip(palette.as_chunks().0)) {
        let alpha = if frame.transparent == Some(number) { 0 } else { 255 };
        *colour = [*red, *green, *blue, alpha];
    }
    colours
}

fn decoder(file: &[u8]) -> Result<Decoder<&[u8]>, &'static str> {
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::Indexed);
    options.read_info(file).map_err(|_| DAMAGED)
}
