//! The colour space that the file's colours are in: sRGB (IEC 61966-2-1), as an ICC profile made here.

use lopdf::{Dictionary, Document, Object, Stream, dictionary};

/// The output intent (ISO 19005-2 §6.2.3).
pub(super) fn output_intent(document: &mut Document) -> Dictionary {
    let profile = Stream::new(dictionary! { "N" => 3 }, srgb());
    let name = "sRGB IEC61966-2.1";
    dictionary! {
        "Type" => "OutputIntent",
        "S" => "GTS_PDFA1",
        "OutputConditionIdentifier" => Object::string_literal(name),
        "Info" => Object::string_literal(name),
        "DestOutputProfile" => document.add_object(profile),
    }
}

/// The profile (ISO 15076-1:2010, version 4.3): primaries adapted to D50, one parametric curve.
fn srgb() -> Vec<u8> {
    let tags: [(&[u8; 4], Vec<u8>); 7] = [
        (b"desc", text("sRGB")),
        (b"cprt", text("CC0")),
        (b"wtpt", xyz([0.9642, 1.0, 0.8249])),
        (b"rXYZ", xyz([0.43607, 0.22249, 0.01392])),
        (b"gXYZ", xyz([0.38515, 0.71687, 0.09708])),
        (b"bXYZ", xyz([0.14307, 0.06061, 0.71410])),
        (b"chad", adaptation()),
    ];
    let curve = curve();
    let first = 128 + 4 + 12 * (tags.len() + 3);
    let mut table = Vec::new();
    let mut data = Vec::new();
    let mut entry = |name: &[u8; 4], at: usize, length: usize| {
        table.extend_from_slice(name);
        table.extend_from_slice(&[at as u32, length as u32].map(u32::to_be_bytes).concat());
    };
    for (name, content) in &tags {
        entry(name, first + data.len(), content.len());
        data.extend_from_slice(content);
    }
    for name in [b"rTRC", b"gTRC", b"bTRC"] {
        entry(name, first + data.len(), curve.len());
    }
    data.extend_from_slice(&curve);
    let count = (tags.len() as u32 + 3).to_be_bytes();
    [&header(first + data.len()), &count[..], &table, &data].concat()
}

fn header(size: usize) -> Vec<u8> {
    let mut header = vec![0; 128];
    let mut put = |at: usize, bytes: &[u8]| header[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &(size as u32).to_be_bytes());
    put(8, &[4, 0x30, 0, 0]);
    put(12, b"mntrRGB XYZ ");
    // 2010-01-01: the year of the standard, not of the file.
    put(24, &[0x07, 0xDA, 0, 1, 0, 1]);
    put(36, b"acsp");
    put(68, &[0.9642, 1.0, 0.8249].map(fixed).concat());
    header
}

/// s15Fixed16Number (§4.6).
fn fixed(value: f64) -> [u8; 4] {
    ((value * 65536.0).round() as i32).to_be_bytes()
}

/// XYZType (§10.27).
fn xyz(values: [f64; 3]) -> Vec<u8> {
    [b"XYZ \0\0\0\0", values.map(fixed).concat().as_slice()].concat()
}

/// multiLocalizedUnicodeType (§10.13) with one record, en-US, at a length divisible by four.
fn text(ascii: &str) -> Vec<u8> {
    let utf16: Vec<u8> = ascii.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let numbers = [1u32, 12].map(u32::to_be_bytes).concat();
    let place = [utf16.len() as u32, 28].map(u32::to_be_bytes).concat();
    let mut out = [&b"mluc\0\0\0\0"[..], &numbers, b"enUS", &place, &utf16].concat();
    out.resize(out.len().next_multiple_of(4), 0);
    out
}

/// From D65 to D50 (Bradford), as s15Fixed16ArrayType (§10.18).
fn adaptation() -> Vec<u8> {
    let matrix = [1.04788, 0.02292, -0.05022, 0.02959, 0.99048, -0.01707, -0.00925, 0.01508, 0.75168];
    [b"sf32\0\0\0\0", matrix.map(fixed).concat().as_slice()].concat()
}

/// The curve of IEC 61966-2-1 as parametricCurveType 3 (§10.16).
fn curve() -> Vec<u8> {
    let parameters = [2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.04045];
    [b"para\0\0\0\0\0\x03\0\0", parameters.map(fixed).concat().as_slice()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_is_whole_and_white_is_white() {
        let profile = srgb();
        assert_eq!(profile[..4], (profile.len() as u32).to_be_bytes());
        assert!(profile.len() < 600);
        let tags = u32::from_be_bytes(profile[128..132].try_into().unwrap()) as usize;
        let number = |at: usize| u32::from_be_bytes(profile[at..at + 4].try_into().unwrap()) as usize;
        let mut sum = [0i32; 3];
        for tag in 0..tags {
            let at = 132 + 12 * tag;
            let (start, length) = (number(at + 4), number(at + 8));
            assert!(start % 4 == 0 && start + length <= profile.len());
            if &profile[at + 1..at + 4] == b"XYZ" {
                for (axis, total) in sum.iter_mut().enumerate() {
                    *total += number(start + 8 + 4 * axis) as i32;
                }
            }
        }
        let white = [0.9642, 1.0, 0.8249].map(|value| (value * 65536.0) as i32);
        assert!(sum.iter().zip(white).all(|(sum, white)| (sum - white).abs() < 20), "{sum:?} {white:?}");
    }
}
