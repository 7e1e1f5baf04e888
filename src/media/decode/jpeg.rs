//! The markers of a JPEG file (ITU-T T.81 Annex B): is it whole, and what of it belongs into a book.

mod coefficients;
mod entropy;
mod frame;
mod rows;
mod transform;

use std::collections::BTreeMap;

pub(in crate::media) use rows::{Scale, rows};

/// What the markers of a whole file say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::media) struct Markers {
    /// In pixels.
    pub(in crate::media) width: u32,
    /// In pixels.
    pub(in crate::media) height: u32,
    /// Bytes of the coefficients that a decoder keeps until the last pass; none, if there is one pass only.
    pub(in crate::media) coefficients: u64,
    /// How fine the steps of light are, from 1 to 100.
    pub(in crate::media) quality: u8,
    /// Whether the colours are grey or `YCbCr` of 8 bits, as in every book reader and in PDF.
    pub(in crate::media) plain_colours: bool,
}

/// The most passes; encoders make about ten. Each costs a walk over the whole picture.
const MOST_SCANS: u32 = 64;

/// Reads the markers up to the end marker.
///
/// # Errors
/// Why it is no whole JPEG file.
pub(in crate::media) fn read(bytes: &[u8]) -> Result<Markers, &'static str> {
    walk(bytes, None)
}

/// The file without what is not needed to show it, from its beginning to its end marker.
///
/// # Errors
/// Why it is no whole JPEG file.
pub(in crate::media) fn strip(bytes: &[u8]) -> Result<Vec<u8>, &'static str> {
    let mut out = vec![0xFF, 0xD8];
    walk(bytes, Some(&mut out))?;
    Ok(out)
}

fn walk(bytes: &[u8], out: Option<&mut Vec<u8>>) -> Result<Markers, &'static str> {
    let mut reader = Reader { rest: bytes.get(2..).unwrap_or_default(), out };
    let mut frame: Option<Frame> = None;
    let (mut adobe, mut jfif) = (None, false);
    let (mut scans, mut entropy) = (0, 0);
    let (mut finest, mut passes) = (u32::MAX, Passes::default());
    loop {
        let marker = reader.marker()?;
        match marker {
            EOI => {
                reader.copy(&[&[0xFF, EOI]]);
                break;
            }
            // Standalone: parameterless, meaningless here.
            0x01 | 0xD0..=0xD7 => {}
            SOS => {
                scans += 1;
                if scans > MOST_SCANS {
                    return Err("a JPEG picture of too many passes");
                }
                let header = reader.keep(SOS)?;
                if frame.as_ref().is_some_and(|frame| frame.progressive) {
                    passes.begin(header)?;
                }
                entropy += reader.entropy()?;
            }
            0xC0..=0xC2 => {
                if frame.is_some() {
                    return Err("a JPEG picture of several frames");
                }
                frame = Some(Frame::read(marker, reader.keep(marker)?)?);
            }
            0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => return Err("a JPEG picture of a rare kind"),
            DQT => finest = finest.min(steps(reader.keep(marker)?)),
            0xC4 | 0xDD => {
                reader.keep(marker)?;
            }
            0xE0 => {
                // JFIF, without the thumbnail that it may carry.
                let content = reader.segment()?;
                if let (Some(head), false) = (content.get(..12).filter(|head| head.starts_with(b"JFIF\0")), jfif) {
                    jfif = true;
                    reader.copy(&[&[0xFF, 0xE0, 0, 16], head, &[0, 0]]);
                }
            }
            0xEE => {
                let content = reader.segment()?;
                if let (Some(head), None) = (content.get(..12).filter(|head| head.starts_with(b"Adobe")), adobe) {
                    adobe = head.last().copied();
                    reader.copy(&[&[0xFF, 0xEE, 0, 14], head]);
                }
            }
            _ => {
                reader.segment()?;
            }
        }
    }
    let frame = frame.ok_or("a JPEG picture without a frame")?;
    // The least that a coder can spend on a block of 64 samples is one bit.
    let blocks = u64::from(frame.width.div_ceil(8)) * u64::from(frame.height.div_ceil(8));
    if scans == 0 || (entropy as u64) < blocks / 8 {
        return Err(TRUNCATED);
    }
    let plain_colours = match (&frame.components[..], adobe) {
        ([_], _) => true,
        // Without the Adobe marker, components called R, G, B are what they are called, in several decoders.
        ([b'R', b'G', b'B'], None) => jfif,
        ([_, _, _], transform) => transform != Some(0),
        _ => false,
    };
    let Frame { width, height, coefficients, .. } = frame;
    Ok(Markers { width, height, coefficients, quality: quality(finest), plain_colours })
}

/// The steps of the finest table of a segment (B.2.4.1), summed up.
fn steps(content: &[u8]) -> u32 {
    let (mut rest, mut finest) = (content, u32::MAX);
    while let Some((kind, behind)) = rest.split_first() {
        let length = if kind >> 4 == 0 { 64 } else { 128 };
        let Some((table, behind)) = behind.split_at_checked(length) else { break };
        let sum = match length {
            64 => table.iter().map(|step| u32::from(*step)).sum(),
            _ => table.as_chunks().0.iter().map(|step| u32::from(u16::from_be_bytes(*step))).sum(),
        };
        finest = finest.min(sum);
        rest = behind;
    }
    finest
}

/// Steps as encoders count them: half of those of table K.1 are 75, none above 1 is 100 (libjpeg, `jpeg_quality_scaling`).
fn quality(steps: u32) -> u8 {
    /// Of table K.1.
    const SUM: u64 = 3688;
    let percent = (u64::from(steps) * 100 + SUM / 2) / SUM;
    let quality = match percent {
        _ if steps <= 64 => 100,
        ..=100 => 100 - percent / 2,
        _ => 5000 / percent,
    };
    u8::try_from(quality).unwrap_or(100).clamp(1, 100)
}

const SOS: u8 = 0xDA;
const EOI: u8 = 0xD9;
const DQT: u8 = 0xDB;

const TRUNCATED: &str = "a JPEG picture that is cut off";
const DAMAGED: &str = "a damaged JPEG picture";

/// How far the passes of a progressive file have come: the lowest bit known of each coefficient of a component.
#[derive(Default)]
struct Passes(BTreeMap<u8, [u8; 64]>);

impl Passes {
    /// Notes the header of a scan (B.2.3). Each must bring something new (G.1.1.1): a file that says the same again and
    /// again is a bomb.
    fn begin(&mut self, header: &[u8]) -> Result<(), &'static str> {
        let (&count, rest) = header.split_first().ok_or(DAMAGED)?;
        let (components, rest) = rest.split_at_checked(usize::from(count) * 2).ok_or(DAMAGED)?;
        let &[first, last, bits, ..] = rest else { return Err(DAMAGED) };
        for component in components.iter().step_by(2) {
            let known = self.0.entry(*component).or_insert([u8::MAX; 64]);
            let band = known.get_mut(usize::from(first)..=usize::from(last)).ok_or(DAMAGED)?;
            for lowest in band {
                if *lowest <= bits & 15 {
                    return Err(DAMAGED);
                }
                *lowest = bits & 15;
            }
        }
        Ok(())
    }
}

struct Frame {
    width: u32,
    height: u32,
    progressive: bool,
    coefficients: u64,
    components: Vec<u8>,
}

impl Frame {
    fn read(marker: u8, content: &[u8]) -> Result<Self, &'static str> {
        let &[bits, h1, h0, w1, w0, count, ref components @ ..] = content else { return Err(DAMAGED) };
        let (width, height) = (u16::from_be_bytes([w1, w0]), u16::from_be_bytes([h1, h0]));
        if bits != 8 || width == 0 || height == 0 {
            return Err("a JPEG picture of a rare kind");
        }
        let specified = || components.chunks_exact(3).take(count.into());
        let components: Vec<u8> = specified().map(|component| component[0]).collect();
        if components.len() != usize::from(count) {
            return Err(DAMAGED);
        }
        // A component has a sample for each of its factors' share of the largest (A.1.1); a coefficient is 16 bits.
        let factors = || specified().map(|component| (u64::from(component[1] >> 4), u64::from(component[1] & 15)));
        let most = factors().map(|(h, _)| h).max().unwrap_or(1) * factors().map(|(_, v)| v).max().unwrap_or(1);
        let shares: u64 = factors().map(|(h, v)| h * v).sum();
        let samples = u64::from(width) * u64::from(height) * shares / most.max(1);
        let coefficients = if marker == 0xC2 { samples * 2 } else { 0 };
        let progressive = marker == 0xC2;
        Ok(Self { width: width.into(), height: height.into(), progressive, coefficients, components })
    }
}

struct Reader<'a, 'o> {
    rest: &'a [u8],
    /// What stays, if that is asked for.
    out: Option<&'o mut Vec<u8>>,
}

impl<'a> Reader<'a, '_> {
    fn copy(&mut self, parts: &[&[u8]]) {
        if let Some(out) = &mut self.out {
            parts.iter().for_each(|part| out.extend_from_slice(part));
        }
    }

    /// The next marker; any number of fill bytes may stand before it (B.1.1.2).
    fn marker(&mut self) -> Result<u8, &'static str> {
        let [0xFF, tail @ ..] = self.rest else {
            return Err(if self.rest.is_empty() { TRUNCATED } else { DAMAGED });
        };
        let fill = tail.iter().take_while(|&&byte| byte == 0xFF).count();
        let (&marker, rest) = tail.get(fill..).and_then(<[u8]>::split_first).ok_or(TRUNCATED)?;
        self.rest = rest;
        Ok(marker)
    }

    /// What a marker's segment holds, without its length.
    fn segment(&mut self) -> Result<&'a [u8], &'static str> {
        let &[high, low, ref tail @ ..] = self.rest else { return Err(TRUNCATED) };
        let length = usize::from(u16::from_be_bytes([high, low])).checked_sub(2).ok_or(DAMAGED)?;
        let (content, rest) = tail.split_at_checked(length).ok_or(TRUNCATED)?;
        self.rest = rest;
        Ok(content)
    }

    /// Copies a segment.
    fn keep(&mut self, marker: u8) -> Result<&'a [u8], &'static str> {
        let length = self.rest.get(..2).unwrap_or_default();
        let content = self.segment()?;
        self.copy(&[&[0xFF, marker], length, content]);
        Ok(content)
    }

    /// Copies coded data up to the next marker that is no restart marker, and gives its length.
    fn entropy(&mut self) -> Result<usize, &'static str> {
        let mut end = 0;
        loop {
            let rest = self.rest.get(end..).unwrap_or_default();
            let step = rest.iter().position(|&byte| byte == 0xFF).ok_or(TRUNCATED)?;
            end += step;
            match rest.get(step + 1) {
                // A byte of data, or a restart.
                Some(0 | 0xD0..=0xD7) => end += 2,
                // A fill byte before a marker.
                Some(0xFF) => end += 1,
                Some(_) => break,
                None => return Err(TRUNCATED),
            }
        }
        let (data, rest) = self.rest.split_at_checked(end).ok_or(TRUNCATED)?;
        self.copy(&[data]);
        self.rest = rest;
        Ok(end)
    }
}

#[cfg(test)]
pub(in crate::media) mod tests {
    use super::*;

    fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
        let mut out = vec![0xFF, marker];
        out.extend(u16::try_from(content.len() + 2).expect("short").to_be_bytes());
        out.extend(content);
        out
    }

    const FRAME: &[u8] = &[8, 0, 8, 0, 16, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1];

    fn file(parts: &[Vec<u8>]) -> Vec<u8> {
        [&[0xFF, 0xD8][..], &parts.concat()].concat()
    }

    #[test]
    fn only_what_shows_the_picture_stays() {
        let scan = [segment(SOS, b"h"), b"\x01\xFF\x00\xFF\xD0\x02".to_vec()].concat();
        let jfif = segment(0xE0, b"JFIF\0\x01\x02\x01\0\x48\0\x48\x01\x01tmb");
        let kept = [segment(0xDB, b"q"), segment(0xC0, FRAME), segment(0xC4, b"t"), scan.clone()];
        let whole = file(&[
            jfif,
            segment(0xE0, b"JFXX\0thumbnail"),
            segment(0xE1, b"Exif\0\0GPS"),
            segment(0xE2, b"ICC_PROFILE\0"),
            segment(0xED, b"Photoshop 3.0"),
            segment(0xFE, b"a comment"),
            kept.concat(),
            vec![0xFF, 0xFF, 0xFF, EOI],
            b"a trailing secret".to_vec(),
        ]);
        let markers = read(&whole).expect("a whole file");
        let clean = segment(0xE0, b"JFIF\0\x01\x02\x01\0\x48\0\x48\0\0");
        // Fill bytes before a marker are coded data's padding and stay.
        let expected = file(&[clean, kept.concat(), vec![0xFF, 0xFF], vec![0xFF, EOI]]);
        assert_eq!(strip(&whole), Ok(expected));
        assert_eq!((markers.width, markers.height, markers.coefficients), (16, 8, 0));
        assert!(markers.plain_colours);
    }

    #[test]
    fn a_file_without_its_end_is_cut_off() {
        let scan = [segment(SOS, &[1, 1, 0, 0, 63, 0]), b"\x01\x02".to_vec()].concat();
        let whole = file(&[segment(0xC2, FRAME), scan, vec![0xFF, EOI]]);
        // 16 × 8 samples of light, and two colours of a quarter.
        assert_eq!(read(&whole).expect("a whole file").coefficients, 2 * (128 + 32 + 32));
        for cut in 2..whole.len() {
            assert!(read(&whole[..cut]).is_err(), "{cut}");
        }
    }

    #[test]
    fn each_pass_of_a_progressive_file_brings_something_new() {
        let scan = |band: [u8; 3]| {
            let header = [&[1, 1, 0], &band[..]].concat();
            [segment(SOS, &header), b"\x01\x02".to_vec()].concat()
        };
        let whole = |scans: &[[u8; 3]]| {
            let scans = scans.iter().map(|band| scan(*band)).collect::<Vec<_>>().concat();
            read(&file(&[segment(0xC2, FRAME), scans, vec![0xFF, EOI]])).map(|markers| markers.width)
        };
        assert_eq!(whole(&[[0, 0, 0x01], [1, 63, 0x02], [0, 0, 0x10], [1, 63, 0x21], [1, 63, 0x10]]), Ok(16));
        assert_eq!(whole(&[[0, 0, 0x01], [0, 0, 0x01]]), Err(DAMAGED));
        assert_eq!(whole(&[[1, 63, 0x01], [5, 63, 0x10], [1, 5, 0x10]]), Err(DAMAGED));
        assert_eq!(whole(&[[5, 64, 0]]), Err(DAMAGED));
        assert_eq!(whole(&[[5, 4, 0]]), Ok(16));
    }

    #[test]
    fn the_quality_is_read_from_the_steps() {
        let with = |steps: u8| {
            let scan = [segment(SOS, b"h"), b"\x01\x02".to_vec()].concat();
            let coarse = [&[1], &[255; 64][..]].concat();
            let table = [&[0], &[steps; 64][..]].concat();
            let tables = segment(0xDB, &[table, coarse].concat());
            read(&file(&[tables, segment(0xC0, FRAME), scan, vec![0xFF, EOI]])).expect("a whole file").quality
        };
        assert_eq!([1, 14, 29, 57, 255].map(with), [100, 88, 75, 51, 11]);
    }

    #[test]
    fn a_file_too_short_for_its_size_is_cut_off() {
        let huge = [8, 0xFF, 0xFF, 0xFF, 0xFF, 1, 1, 0x11, 0];
        let scan = [segment(SOS, b"h"), vec![0; 100]].concat();
        assert_eq!(read(&file(&[segment(0xC0, &huge), scan, vec![0xFF, EOI]])), Err(TRUNCATED));
    }

    #[test]
    fn colours_of_print_are_not_plain() {
        let scan = [segment(SOS, b"h"), b"\x01\x02".to_vec()].concat();
        let with = |parts: Vec<u8>| {
            let whole = file(&[parts, scan.clone(), vec![0xFF, EOI]]);
            read(&whole).expect("a whole file").plain_colours
        };
        let four = [8, 0, 8, 0, 16, 4, 1, 0x11, 0, 2, 0x11, 1, 3, 0x11, 1, 4, 0x11, 1];
        let adobe = |transform| segment(0xEE, &[b"Adobe\0\x64\0\0\0\0".as_slice(), &[transform]].concat());
        assert!(!with(segment(0xC0, &four)));
        assert!(with(segment(0xC0, FRAME)));
        assert!(with([adobe(1), segment(0xC0, FRAME)].concat()));
        assert!(!with([adobe(0), segment(0xC0, FRAME)].concat()));
    }
}
