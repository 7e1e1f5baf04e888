//! Images as external objects (ISO 32000-1 §8.9.5), each once.
//!
//! All images of a book together may be more than memory holds: a document gets empty streams in their place, and
//! [`file`](super::file) reads each when it writes it.

use std::collections::BTreeMap;
use std::io;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};

use super::content::image_resource;
use super::png;
use crate::layout::frame::{ItemKind, Pages};
use crate::media::pixels::{Pixels, pixels};
use crate::media::{Bytes, Image, ImageFormat, ImageId, Images, Spool, smaller};
use crate::units::{Pt, Size};

/// The images that pages show, as streams.
pub(super) struct Pictures(BTreeMap<ImageId, Picture>);

struct Picture {
    shown: Part,
    /// How opaque it is.
    mask: Option<Part>,
}

/// A stream: what describes it, and what it holds, filtered and compressed.
struct Part(Dictionary, Bytes);

impl Part {
    /// Puts what a stream holds away.
    fn new(mut stream: Stream, spool: &Spool) -> Self {
        if stream.allows_compression {
            // One that gains nothing stays as it is.
            let _ = stream.compress();
        }
        Self(stream.dict, spool.put(stream.content.into()))
    }

    fn embed(self, document: &mut Document, kept: &mut Kept) -> ObjectId {
        let object = document.add_object(Stream::new(self.0, Vec::new()).with_compression(false));
        kept.insert(object.0, self.1);
        object
    }
}

/// What streams hold that are empty in the document, by object number.
pub(super) type Kept = BTreeMap<u32, Bytes>;

impl Pictures {
    /// The images that the pages show, with at most so many pixels an inch where they are largest. What is no image is
    /// left out.
    ///
    /// # Errors
    /// If an image cannot be read.
    pub(super) fn of(pages: &Pages, images: &Images, density: Option<f64>) -> io::Result<Self> {
        let shown = pages.pages.iter().flat_map(|page| &page.items).filter_map(|item| match &item.kind {
            ItemKind::Image { id, rect } => Some((id, rect.size)),
            _ => None,
        });
        let mut largest: BTreeMap<&ImageId, Size> = BTreeMap::new();
        for (id, size) in shown {
            let known = largest.entry(id).or_default();
            *known = Size { width: known.width.max(size.width), height: known.height.max(size.height) };
        }
        let spool = Spool::default();
        let mut pictures = BTreeMap::new();
        for (image, size) in largest.into_iter().filter_map(|(id, size)| Some((images.image(id)?, size))) {
            let printed = density.and_then(|density| smaller(image, pixels_of(size, density)));
            if let Some(picture) = picture(printed.as_ref().unwrap_or(image), &spool)? {
                pictures.insert(image.id.clone(), picture);
            }
        }
        Ok(Self(pictures))
    }

    /// Whether there is such an image.
    pub(super) fn has(&self, id: &ImageId) -> bool {
        self.0.contains_key(id)
    }

    /// Whether none has colours.
    pub(super) fn are_grey(&self) -> bool {
        self.0.values().all(|picture| is_grey(&picture.shown.0))
    }

    /// Moves the images into a document but for what they hold, and gives the resources that name them.
    pub(super) fn embed(self, document: &mut Document) -> (Dictionary, Kept) {
        let (mut names, mut kept) = (Dictionary::new(), Kept::new());
        for (id, Picture { mut shown, mask }) in self.0 {
            if let Some(mask) = mask {
                shown.0.set("SMask", mask.embed(document, &mut kept));
            }
            names.set(image_resource(&id), shown.embed(document, &mut kept));
        }
        (names, kept)
    }
}

/// How many pixels, so many an inch, a picture of a size has.
fn pixels_of(size: Size, density: f64) -> (u32, u32) {
    // A pixel that is not whole is one.
    let pixels = |side: Pt| (side.0 / 72.0 * density - 1e-6).ceil().max(1.0) as u32;
    (pixels(size.width), pixels(size.height))
}

fn is_grey(image: &Dictionary) -> bool {
    image.get(b"ColorSpace").and_then(Object::as_name).is_ok_and(|space| space == b"DeviceGray")
}

fn picture(image: &Image, spool: &Spool) -> io::Result<Option<Picture>> {
    let file = image.bytes.read()?;
    let whole_file = match image.format {
        // As it is.
        ImageFormat::Jpeg => jpeg(&file).map(|dict| Part(dict, image.bytes.clone())),
        ImageFormat::Png => png::compressed(&file).map(|stream| Part::new(stream, spool)),
    };
    if let Some(shown) = whole_file {
        return Ok(Some(Picture { shown, mask: None }));
    }
    drop(file);
    let Some(Pixels { width, height, channels, data, alpha }) = pixels(image) else { return Ok(None) };
    let (channels, data) = without_colours(channels, data);
    let shown = Part::new(png::filtered(width, height, channels, data), spool);
    let mask = alpha.map(|alpha| Part::new(png::filtered(width, height, 1, alpha), spool));
    Ok(Some(Picture { shown, mask }))
}

/// Pixels whose parts are all alike as one part each.
fn without_colours(channels: u8, data: Vec<u8>) -> (u8, Vec<u8>) {
    let (pixels, rest) = data.as_chunks::<3>();
    if channels != 3 || !rest.is_empty() || pixels.iter().any(|[red, green, blue]| red != green || green != blue) {
        return (channels, data);
    }
    (1, pixels.iter().map(|[level, ..]| *level).collect())
}

/// What describes a JPEG file (`DCTDecode`). `None` if it is not of 8 bits and 1, 3 or 4 components.
fn jpeg(file: &[u8]) -> Option<Dictionary> {
    let frame = jpeg_frame(file)?;
    let space = match frame.components {
        1 => "DeviceGray",
        3 => "DeviceRGB",
        4 => "DeviceCMYK",
        _ => return None,
    };
    let mut dict = header(frame.width.into(), frame.height.into(), Object::from(space), 8);
    dict.set("Filter", "DCTDecode");
    if frame.components == 4 && frame.adobe {
        // Adobe's programs write the inks of CMYK the other way round.
        dict.set("Decode", [1, 0, 1, 0, 1, 0, 1, 0].map(Object::from).to_vec());
    }
    Some(dict)
}

/// The entries that every image has.
pub(super) fn header(width: u32, height: u32, space: Object, bits: u8) -> Dictionary {
    dictionary! {
        "Type" => "XObject",
        "Subtype" => "Image",
        "Width" => width,
        "Height" => height,
        "ColorSpace" => space,
        "BitsPerComponent" => i64::from(bits),
    }
}

/// What a JPEG's frame header says (ITU-T T.81 §B.2.2).
#[derive(Debug, PartialEq, Eq)]
struct JpegFrame {
    width: u16,
    height: u16,
    components: u8,
    /// Whether an Adobe marker stands before it.
    adobe: bool,
}

fn jpeg_frame(bytes: &[u8]) -> Option<JpegFrame> {
    let mut rest = bytes.strip_prefix(&[0xFF, 0xD8])?;
    let mut adobe = false;
    loop {
        let at = rest.iter().position(|byte| *byte != 0xFF)?;
        let marker = *rest.get(at).filter(|_| at > 0)?;
        rest = rest.get(at + 1..)?;
        if matches!(marker, 0x01 | 0xD0..=0xD7) {
            continue;
        }
        let length = usize::from(u16::from_be_bytes([*rest.first()?, *rest.get(1)?]));
        let segment = rest.get(2..length)?;
        match marker {
            // SOF0 to SOF15 without DHT, JPG, DAC; DCTDecode knows baseline, extended and progressive.
            0xC0..=0xC2 => {
                let [8, h1, h0, w1, w0, components, ..] = *segment else { return None };
                let (width, height) = (u16::from_be_bytes([w1, w0]), u16::from_be_bytes([h1, h0]));
                return (width > 0 && height > 0).then_some(JpegFrame { width, height, components, adobe });
            }
            0xDA | 0xD9 => return None,
            0xEE => adobe |= segment.starts_with(b"Adobe"),
            _ => {}
        }
        rest = rest.get(length..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frame_header_is_found_behind_other_segments() {
        let adobe = [&[0xFF, 0xEE, 0, 14][..], b"Adobe\0d\0\0\0\0\0"].concat();
        let frame = [0xFF, 0xFF, 0xC2, 0, 20, 8, 0, 3, 0, 5, 4, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 4, 0x11, 0];
        let file = [&[0xFF, 0xD8][..], &adobe, &frame].concat();
        assert_eq!(jpeg_frame(&file), Some(JpegFrame { width: 5, height: 3, components: 4, adobe: true }));
        for cut in 0..file.len() - 1 {
            assert_eq!(jpeg_frame(&file[..cut]), None, "{cut}");
        }
    }

    #[test]
    fn pixels_without_colours_have_one_part() {
        assert_eq!(without_colours(3, vec![1, 1, 1, 9, 9, 9]), (1, vec![1, 9]));
        assert_eq!(without_colours(3, vec![1, 1, 1, 9, 9, 8]), (3, vec![1, 1, 1, 9, 9, 8]));
        assert_eq!(without_colours(1, vec![1, 1, 1]), (1, vec![1, 1, 1]));
    }

    #[test]
    fn twelve_bits_are_not_passed_through() {
        let file = [0xFF, 0xD8, 0xFF, 0xC1, 0, 11, 12, 0, 3, 0, 5, 1, 1, 0x11, 0];
        assert_eq!(jpeg_frame(&file), None);
    }
}
