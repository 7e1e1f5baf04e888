//! PNG's way to compress pixels, which PDF knows too: a filter a row, then deflate (ISO 32000-1 §7.4.4.4).

use lopdf::{Dictionary, Object, Stream, StringFormat, dictionary};

use super::images::header;

/// The pixels of a PNG file as it has compressed them. `None` where PDF has no such thing: interlaced, 16 bits,
/// transparent.
pub(super) fn compressed(file: &[u8]) -> Option<Stream> {
    let mut chunks = Chunks(file.strip_prefix(b"\x89PNG\r\n\x1a\n")?);
    let (b"IHDR", &[w3, w2, w1, w0, h3, h2, h1, h0, bits @ (1 | 2 | 4 | 8), kind, 0, 0, 0]) = chunks.next()? else {
        return None;
    };
    let (width, height) = (u32::from_be_bytes([w3, w2, w1, w0]), u32::from_be_bytes([h3, h2, h1, h0]));
    let mut palette = None;
    let mut data = Vec::new();
    for (name, content) in chunks {
        match name {
            b"PLTE" => palette = Some(content),
            b"tRNS" => return None,
            b"IDAT" => data.extend_from_slice(content),
            _ => {}
        }
    }
    let (space, channels) = match kind {
        0 => (Object::from("DeviceGray"), 1),
        2 => (Object::from("DeviceRGB"), 3),
        3 => (indexed(palette?, bits)?, 1),
        _ => return None,
    };
    if data.is_empty() {
        return None;
    }
    let mut dict = header(width, height, space, bits);
    dict.set("Filter", "FlateDecode");
    dict.set("DecodeParms", parameters(width, channels, bits));
    Some(Stream::new(dict, data).with_compression(false))
}

/// A table of colours (ISO 32000-1 §8.6.6.3).
fn indexed(palette: &[u8], bits: u8) -> Option<Object> {
    let colours = (palette.len() / 3).min(1 << bits);
    let highest = i64::try_from(colours.checked_sub(1)?).ok()?;
    let table = Object::String(palette[..colours * 3].to_vec(), StringFormat::Hexadecimal);
    Some(Object::Array(vec!["Indexed".into(), "DeviceRGB".into(), highest.into(), table]))
}

/// What the decoder has to know to undo the filters.
fn parameters(width: u32, channels: u8, bits: u8) -> Dictionary {
    dictionary! {
        "Predictor" => 15,
        "Colors" => i64::from(channels),
        "BitsPerComponent" => i64::from(bits),
        "Columns" => width,
    }
}

/// Pixels of 8 bits a channel, filtered and compressed.
pub(super) fn filtered(width: u32, height: u32, channels: u8, pixels: Vec<u8>) -> Stream {
    let space = if channels == 1 { "DeviceGray" } else { "DeviceRGB" };
    let mut dict = header(width, height, space.into(), 8);
    let plain = dict.clone();
    dict.set("DecodeParms", parameters(width, channels, 8));
    let mut stream = Stream::new(dict, filter_rows(&pixels, width as usize * usize::from(channels), channels.into()));
    match stream.compress() {
        Ok(()) if stream.dict.has(b"Filter") => stream,
        // Too small to gain by it: then the filters would not be undone either.
        _ => Stream::new(plain, pixels),
    }
}

/// Before each row the filter that leaves the smallest sum of differences (PNG §12.7), and the row so filtered.
fn filter_rows(pixels: &[u8], stride: usize, channels: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(pixels.len() + pixels.len() / stride.max(1));
    let mut above = vec![0; stride];
    let mut tries: [Vec<u8>; 5] = Default::default();
    for row in pixels.chunks_exact(stride.max(1)) {
        for (kind, filtered) in tries.iter_mut().enumerate() {
            filtered.clear();
            filtered.extend((0..row.len()).map(|at| row[at].wrapping_sub(predict(kind, row, &above, at, channels))));
        }
        let cost = |row: &[u8]| row.iter().map(|byte| u64::from((*byte as i8).unsigned_abs())).sum::<u64>();
        let best = (0..tries.len()).min_by_key(|kind| cost(&tries[*kind])).unwrap_or(0);
        out.push(best as u8);
        out.extend_from_slice(&tries[best]);
        above.copy_from_slice(row);
    }
    out
}

/// What the filters of PNG §9.2 expect of a byte.
fn predict(kind: usize, row: &[u8], above: &[u8], at: usize, channels: usize) -> u8 {
    let left = at.checked_sub(channels);
    let a = left.map_or(0, |left| row[left]);
    let b = above[at];
    let c = left.map_or(0, |left| above[left]);
    match kind {
        0 => 0,
        1 => a,
        2 => b,
        3 => ((u16::from(a) + u16::from(b)) / 2) as u8,
        _ => {
            let estimate = i16::from(a) + i16::from(b) - i16::from(c);
            [a, b, c].into_iter().min_by_key(|near| (estimate - i16::from(*near)).abs()).unwrap_or(a)
        }
    }
}

/// The chunks of a PNG file: name and content.
struct Chunks<'a>(&'a [u8]);

impl<'a> Iterator for Chunks<'a> {
    type Item = (&'a [u8; 4], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (length, rest) = self.0.split_first_chunk::<4>()?;
        let (name, rest) = rest.split_first_chunk::<4>()?;
        let length = u32::from_be_bytes(*length) as usize;
        let content = rest.get(..length)?;
        self.0 = rest.get(length.checked_add(4)?..)?;
        Some((name, content))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
        [&(content.len() as u32).to_be_bytes(), &name[..], content, &[0; 4]].concat()
    }

    fn file(kind: u8, interlaced: u8, extra: &[u8]) -> Vec<u8> {
        let header = chunk(b"IHDR", &[0, 0, 0, 2, 0, 0, 0, 3, 8, kind, 0, 0, interlaced]);
        let data = [chunk(b"IDAT", b"ab"), chunk(b"IDAT", b"c"), chunk(b"IEND", b"")].concat();
        [b"\x89PNG\r\n\x1a\n", &header[..], extra, &data].concat()
    }

    #[test]
    fn what_pdf_can_undo_is_passed_through() {
        let rgb = compressed(&file(2, 0, &[])).unwrap();
        assert_eq!(rgb.content, b"abc");
        assert_eq!(rgb.dict.get(b"ColorSpace").unwrap(), &Object::from("DeviceRGB"));
        let palette = compressed(&file(3, 0, &chunk(b"PLTE", &[1, 2, 3, 4, 5, 6]))).unwrap();
        let space = palette.dict.get(b"ColorSpace").unwrap().as_array().unwrap();
        assert_eq!(space[2], Object::Integer(1));
        assert_eq!(space[3].as_str().unwrap(), [1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn interlaced_transparent_and_broken_files_are_not() {
        let cases = [file(2, 1, &[]), file(6, 0, &[]), file(2, 0, &chunk(b"tRNS", &[0; 6])), file(3, 0, &[])];
        assert!(cases.iter().all(|case| compressed(case).is_none()));
        assert!(compressed(&file(2, 0, &[])[..30]).is_none());
    }

    #[test]
    fn filters_are_undone_by_lopdf() {
        let pixels: Vec<u8> = (0..60 * 40 * 3).map(|at: u32| (at * at / 97 + at / 7) as u8).collect();
        let stream = filtered(60, 40, 3, pixels.clone());
        assert!(stream.content.len() < pixels.len());
        assert_eq!(stream.decompressed_content().unwrap(), pixels);
        let tiny = filtered(1, 1, 3, vec![7, 8, 9]);
        assert_eq!(tiny.content, [7, 8, 9]);
        assert!(!tiny.dict.has(b"DecodeParms"));
    }
}
