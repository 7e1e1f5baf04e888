//! Colours: from the space that a file names to sRGB, which every reader assumes of a file that names none.

use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

use super::super::raster::{Channels, Raster};

/// How far (of 255) colours may be apart and still count as the same.
const TOLERANCE: u8 = 2;

/// Converts a picture to sRGB and says whether that changed it. A profile that cannot be used is taken for sRGB, as
/// browsers do.
pub(super) fn to_srgb(raster: &mut Raster, profile: &[u8]) -> bool {
    let Ok(profile) = ColorProfile::new_from_slice(profile) else { return false };
    let grey = matches!(raster.channels, Channels::Grey | Channels::GreyAlpha);
    match (profile.color_space, grey) {
        (DataColorSpace::Gray, true) => grey_to_srgb(raster, &profile),
        (DataColorSpace::Rgb, false) => rgb_to_srgb(raster, &profile),
        _ => false,
    }
}

fn rgb_to_srgb(raster: &mut Raster, profile: &ColorProfile) -> bool {
    let layout = if raster.channels == Channels::Rgb { Layout::Rgb } else { Layout::Rgba };
    let Some(sample) = convert(profile, Layout::Rgb, &lattice()) else { return false };
    if same(&sample, &lattice()) {
        return false;
    }
    let Some(samples) = convert(profile, layout, &raster.samples) else { return false };
    raster.samples = samples;
    true
}

/// A grey profile is one curve: a table of 256.
fn grey_to_srgb(raster: &mut Raster, profile: &ColorProfile) -> bool {
    let levels: Vec<u8> = (0..=255).collect();
    let srgb = ColorProfile::new_srgb();
    let Ok(transform) = profile.create_transform_8bit(Layout::Gray, &srgb, Layout::Rgb, TransformOptions::default())
    else {
        return false;
    };
    let mut table = vec![0; levels.len() * 3];
    if transform.transform(&levels, &mut table).is_err() {
        return false;
    }
    let table: Vec<u8> = table.chunks_exact(3).map(|rgb| rgb[1]).collect();
    if same(&table, &levels) {
        return false;
    }
    for pixel in raster.samples.chunks_exact_mut(raster.channels.count()) {
        if let Some(level) = pixel.first_mut() {
            *level = table.get(usize::from(*level)).copied().unwrap_or(*level);
        }
    }
    true
}

fn convert(profile: &ColorProfile, layout: Layout, samples: &[u8]) -> Option<Vec<u8>> {
    let srgb = ColorProfile::new_srgb();
    let transform = profile.create_transform_8bit(layout, &srgb, layout, TransformOptions::default()).ok()?;
    let mut out = vec![0; samples.len()];
    // By pieces, so that nothing inside depends on the size of the whole.
    let piece = 4096 * if layout == Layout::Rgba { 4 } else { 3 };
    for (from, to) in samples.chunks(piece).zip(out.chunks_mut(piece)) {
        transform.transform(from, to).ok()?;
    }
    Some(out)
}

/// Colours all over the cube.
fn lattice() -> Vec<u8> {
    const STEPS: [u8; 6] = [0, 51, 102, 153, 204, 255];
    STEPS.iter().flat_map(|&r| STEPS.iter().flat_map(move |&g| STEPS.iter().flat_map(move |&b| [r, g, b]))).collect()
}

fn same(a: &[u8], b: &[u8]) -> bool {
    a.iter().zip(b).all(|(&a, &b)| a.abs_diff(b) <= TOLERANCE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn srgb_stays_and_other_spaces_are_converted() {
        let mut raster = Raster { width: 1, height: 1, channels: Channels::Rgb, samples: vec![200, 100, 50] };
        let srgb = ColorProfile::new_srgb().encode().expect("a profile");
        assert!(!to_srgb(&mut raster, &srgb));
        assert_eq!(raster.samples, [200, 100, 50]);
        let wide = ColorProfile::new_display_p3().encode().expect("a profile");
        assert!(to_srgb(&mut raster, &wide));
        // The same numbers mean a stronger red in the wider space.
        assert!(raster.samples[0] > 205 && raster.samples[2] < 45, "{:?}", raster.samples);
        assert!(!to_srgb(&mut raster, b"no profile"));
    }

    #[test]
    fn a_grey_curve_is_applied() {
        let mut raster = Raster { width: 1, height: 1, channels: Channels::GreyAlpha, samples: vec![128, 7] };
        let linear = ColorProfile::new_gray_with_gamma(1.0).encode().expect("a profile");
        assert!(to_srgb(&mut raster, &linear));
        assert!(raster.samples[0].abs_diff(188) <= 2 && raster.samples[1] == 7, "{:?}", raster.samples);
    }
}
