//! A decoded picture.

use std::collections::BTreeMap;

/// Rows of pixels, 8 bits a channel, sRGB, top left first, without gaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Raster {
    /// In pixels, at least 1.
    pub(super) width: u32,
    /// In pixels, at least 1.
    pub(super) height: u32,
    /// What a pixel holds.
    pub(super) channels: Channels,
    /// `width × height × channels` samples.
    pub(super) samples: Vec<u8>,
}

/// Room for so many samples, zeros. What takes more than a few MiB gets more than it needs, in pages that are not touched
/// and so take no memory: glibc keeps freed blocks of up to 32 MiB for the thread that had them once it has seen one of
/// their size, and gives larger ones back at once (mallopt(3), `M_MMAP_THRESHOLD`).
pub(super) fn room(length: usize) -> Vec<u8> {
    const LARGE: usize = 4 << 20;
    const GIVEN_BACK: usize = 33 << 20;
    // Zeros that the system gives are not touched either, so that a file that ends early costs what it holds.
    let mut samples = vec![0; if length < LARGE { length } else { length.max(GIVEN_BACK) }];
    samples.truncate(length);
    samples
}

/// What a pixel holds. Alpha is not multiplied in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Channels {
    Grey,
    GreyAlpha,
    Rgb,
    RgbAlpha,
}

impl Channels {
    /// How many samples.
    pub(super) fn count(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::GreyAlpha => 2,
            Self::Rgb => 3,
            Self::RgbAlpha => 4,
        }
    }

    pub(super) fn has_alpha(self) -> bool {
        matches!(self, Self::GreyAlpha | Self::RgbAlpha)
    }
}

impl Raster {
    fn pixels(&self) -> impl Iterator<Item = &[u8]> {
        self.samples.chunks_exact(self.channels.count())
    }

    /// Drops what says nothing: alpha that is opaque everywhere, colour that is grey everywhere.
    #[must_use]
    pub(super) fn simplified(self) -> Self {
        let opaque = self.channels.has_alpha() && self.pixels().all(|pixel| pixel.last() == Some(&255));
        let grey = matches!(self.channels, Channels::Rgb | Channels::RgbAlpha)
            && self.pixels().all(|pixel| matches!(pixel, [r, g, b, ..] if r == g && g == b));
        let alpha = self.channels.has_alpha() && !opaque;
        match (opaque, grey) {
            (false, false) => self,
            _ => self.reduced(grey, alpha, |pixel| pixel.first().copied().unwrap_or_default()),
        }
    }

    /// Without colours: `level` is the grey of red, green and blue.
    #[must_use]
    pub(super) fn grey_by(self, level: impl Fn([u8; 3]) -> u8) -> Self {
        let alpha = self.channels.has_alpha();
        match self.channels {
            Channels::Grey | Channels::GreyAlpha => self,
            Channels::Rgb | Channels::RgbAlpha => self.reduced(true, alpha, |pixel| match *pixel {
                [r, g, b, ..] => level([r, g, b]),
                _ => 0,
            }),
        }
    }

    /// In place: the samples of a large picture are not held twice.
    fn reduced(mut self, grey: bool, alpha: bool, level: impl Fn(&[u8]) -> u8) -> Self {
        let was_grey = matches!(self.channels, Channels::Grey | Channels::GreyAlpha);
        let channels = match (grey || was_grey, alpha) {
            (true, false) => Channels::Grey,
            (true, true) => Channels::GreyAlpha,
            (false, false) => Channels::Rgb,
            (false, true) => Channels::RgbAlpha,
        };
        let (count, mut filled) = (self.channels.count(), 0);
        for start in (0..self.samples.len()).step_by(count) {
            let Some(pixel) = self.samples.get(start..start + count) else { break };
            let mut reduced = self.channels.rgba(pixel);
            let reduced = match channels {
                Channels::Grey | Channels::GreyAlpha => {
                    [reduced[0], reduced[1]] = [level(pixel), reduced[3]];
                    &reduced[..channels.count()]
                }
                Channels::Rgb | Channels::RgbAlpha => &reduced[..channels.count()],
            };
            if let Some(place) = self.samples.get_mut(filled..filled + reduced.len()) {
                place.copy_from_slice(reduced);
            }
            filled += reduced.len();
        }
        self.samples.truncate(filled);
        Self { channels, ..self }
    }

    /// The different pixels in ascending order with their places in it, if they are at most 256.
    pub(super) fn palette(&self) -> Option<BTreeMap<[u8; 4], u8>> {
        let mut colours = BTreeMap::new();
        let mut last = None;
        for pixel in self.pixels() {
            if last == Some(pixel) {
                continue;
            }
            last = Some(pixel);
            colours.insert(self.channels.rgba(pixel), 0);
            if colours.len() > 256 {
                return None;
            }
        }
        for (place, index) in colours.values_mut().zip(0..=255) {
            *place = index;
        }
        Some(colours)
    }

    /// Whether it looks like a photograph: colours that change from pixel to pixel. In drawings and pictures of
    /// screens most neighbours are alike.
    pub(super) fn is_photographic(&self) -> bool {
        let count = self.channels.count();
        let row = self.width as usize * count;
        let (mut pairs, mut alike) = (0u64, 0u64);
        // A few hundred rows tell as much as all.
        let step = (self.height as usize / 256).max(1);
        for row in self.samples.chunks_exact(row.max(1)).step_by(step) {
            for (left, right) in row.chunks_exact(count).zip(row.chunks_exact(count).skip(1)) {
                pairs += 1;
                alike += u64::from(left == right);
            }
        }
        pairs >= 256 && alike * 10 < pairs * 4
    }
}

impl Channels {
    /// A pixel with all four channels.
    pub(super) fn rgba(self, pixel: &[u8]) -> [u8; 4] {
        match *pixel {
            [level] => [level, level, level, 255],
            [level, alpha] => [level, level, level, alpha],
            [r, g, b] => [r, g, b, 255],
            [r, g, b, alpha, ..] => [r, g, b, alpha],
            [] => [0, 0, 0, 255],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raster(channels: Channels, samples: &[u8]) -> Raster {
        let width = u32::try_from(samples.len() / channels.count()).expect("small");
        Raster { width, height: 1, channels, samples: samples.to_vec() }
    }

    #[test]
    fn what_says_nothing_is_dropped() {
        let simplified = |channels, samples: &[u8]| {
            let Raster { channels, samples, .. } = raster(channels, samples).simplified();
            (channels, samples)
        };
        assert_eq!(simplified(Channels::RgbAlpha, &[1, 1, 1, 255, 9, 9, 9, 255]), (Channels::Grey, vec![1, 9]));
        assert_eq!(simplified(Channels::RgbAlpha, &[1, 2, 3, 255]), (Channels::Rgb, vec![1, 2, 3]));
        assert_eq!(simplified(Channels::RgbAlpha, &[1, 1, 1, 0]), (Channels::GreyAlpha, vec![1, 0]));
        assert_eq!(simplified(Channels::RgbAlpha, &[1, 2, 1, 0]), (Channels::RgbAlpha, vec![1, 2, 1, 0]));
        assert_eq!(simplified(Channels::GreyAlpha, &[5, 255]), (Channels::Grey, vec![5]));
    }

    #[test]
    fn grey_keeps_alpha() {
        let grey = raster(Channels::RgbAlpha, &[1, 2, 3, 9, 0, 255, 0, 8]).grey_by(|[r, g, b]| r.max(g).max(b));
        assert_eq!((grey.channels, grey.samples), (Channels::GreyAlpha, vec![3, 9, 255, 8]));
    }

    #[test]
    fn few_colours_have_a_palette() {
        let palette = raster(Channels::Rgb, &[9, 9, 9, 1, 2, 3, 9, 9, 9]).palette().expect("two colours");
        assert_eq!(palette.into_iter().collect::<Vec<_>>(), [([1, 2, 3, 255], 0), ([9, 9, 9, 255], 1)]);
        let many: Vec<u8> = (0..=256u16).flat_map(|n| [n.to_be_bytes()[0], n.to_be_bytes()[1], 0]).collect();
        assert_eq!(raster(Channels::Rgb, &many).palette(), None);
    }
}
