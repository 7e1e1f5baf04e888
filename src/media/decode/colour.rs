//! Colours: from the space that a file names to sRGB, which every reader assumes of a file that names none.

use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

use super::super::raster::{Channels, Raster};

/// How far (of 255) colours may be apart and still count as the same.
const TOLERANCE: u8 = 2;

/// Whether a profile means other colours than sRGB by the same numbers. One that cannot be used is taken for sRGB, as
/// browsers do.
pub(super) fn differs(profile: &[u8], channels: Channels) -> bool {
    let Ok(profile) = ColorProfile::new_from_slice(profile) else { return false };
    match (profile.color_space, is_grey(channels)) {
        (DataColorSpace::Gray, true) => table(&profile).is_some_and(|table| !same(&table, &levels())),
        (DataColorSpace::Rgb, false) => {
            let mut sample = lattice();
            convert(&profile, Channels::Rgb, &mut sample).is_some() && !same(&sample, &lattice())
        }
        _ => false,
    }
}

/// Converts a picture from a profile's colours to sRGB.
pub(super) fn to_srgb(raster: &mut Raster, profile: &[u8]) {
    let Ok(profile) = ColorProfile::new_from_slice(profile) else { return };
    if !is_grey(raster.channels) {
        convert(&profile, raster.channels, &mut raster.samples);
    } else if let Some(table) = table(&profile) {
        for pixel in raster.samples.chunks_exact_mut(raster.channels.count()) {
            if let Some(level) = pixel.first_mut() {
                *level = table.get(usize::from(*level)).copied().unwrap_or(*level);
            }
        }
    }
}

fn is_grey(channels: Channels) -> bool {
    matches!(channels, Channels::Grey | Channels::GreyAlpha)
}

fn levels() -> Vec<u8> {
    (0..=255).collect()
}

/// A grey profile is one curve: a table of 256.
fn table(profile: &ColorProfile) -> Option<Vec<u8>> {
    let srgb = ColorProfile::new_srgb();
    let transform =
        profile.create_transform_8bit(Layout::Gray, &srgb, Layout::Rgb, TransformOptions::default()).ok()?;
    let mut table = vec![0; 256 * 3];
    transform.transform(&levels(), &mut table).ok()?;
    Some(table.chunks_exact(3).map(|rgb| rgb[1]).collect())
}

/// By pieces, so that nothing inside depends on the size of the whole, and little is held twice.
fn convert(profile: &ColorProfile, channels: Channels, samples: &mut [u8]) -> Option<()> {
    let layout = if channels == Channels::Rgb { Layout::Rgb } else { Layout::Rgba };
    let srgb = ColorProfile::new_srgb();
    let transform = profile.create_transform_8bit(layout, &srgb, layout, TransformOptions::default()).ok()?;
    let mut converted = vec![0; 4096 * channels.count()];
    for piece in samples.chunks_mut(4096 * channels.count()) {
        let converted = converted.get_mut(..piece.len())?;
        transform.transform(piece, converted).ok()?;
        piece.copy_from_slice(converted);
    }
    Some(())
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
        assert!(!differs(&srgb, raster.channels));
        let wide = ColorProfile::new_display_p3().encode().expect("a profile");
        assert!(differs(&wide, raster.channels));
        to_srgb(&mut raster, &wide);
        // The same numbers mean a stronger red in the wider space.
        assert!(raster.samples[0] > 205 && raster.samples[2] < 45, "{:?}", raster.samples);
        assert!(!differs(b"no profile", raster.channels));
    }

    #[test]
    fn a_grey_curve_is_applied() {
        let mut raster = Raster { width: 1, height: 1, channels: Channels::GreyAlpha, samples: vec![128, 7] };
        let linear = ColorProfile::new_gray_with_gamma(1.0).encode().expect("a profile");
        assert!(differs(&linear, raster.channels) && !differs(&linear, Channels::Rgb));
        to_srgb(&mut raster, &linear);
        assert!(raster.samples[0].abs_diff(188) <= 2 && raster.samples[1] == 7, "{:?}", raster.samples);
    }
}
