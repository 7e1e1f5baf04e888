//! One picture under several addresses: an author's portrait in other sizes, the same photograph through the sisters of
//! an image proxy. It is asked for once, in the best of its sizes.
//!
//! Only what says nothing but a size, a quality or a file format is looked through; a picture that is cut to other
//! proportions is another picture, and so is one so much smaller that it was meant as a sign in a line of text.

use std::collections::BTreeMap;

use crate::model::{Picture, asks_for_a_size};

/// What a book needs, in pixels along the longer side.
const ENOUGH: u32 = 1600;
/// How many times larger the best may be than what it stands for.
const TIMES: u32 = 4;
/// From so many pixels on a picture stands for itself, not for a word.
const PICTURE: u32 = 200;

/// The addresses that each picture is asked for under, in their order: the best of its twins, then its own.
pub(super) fn addresses(pictures: &[Picture]) -> Vec<Vec<String>> {
    let mut twins: BTreeMap<String, Vec<Twin<'_>>> = BTreeMap::new();
    for (at, picture) in pictures.iter().enumerate() {
        if let Some((key, twin)) = picture.addresses.first().and_then(|address| Twin::of(at, address)) {
            twins.entry(key).or_default().push(twin);
        }
    }
    let mut all: Vec<_> = pictures.iter().map(|picture| picture.addresses.clone()).collect();
    for twins in twins.into_values().filter(|twins| twins.len() > 1) {
        let Some(best) = twins.iter().max_by_key(|twin| twin.rank()) else { continue };
        for twin in twins.iter().filter(|twin| twin.address != best.address && best.may_stand_for(twin)) {
            if let Some(addresses) = all.get_mut(twin.at) {
                addresses.retain(|address| address != best.address);
                addresses.insert(0, best.address.to_owned());
            }
        }
    }
    all
}

/// A picture's address and what it says of the size.
struct Twin<'a> {
    at: usize,
    address: &'a str,
    /// The longer side, in pixels; `None` is the size that it was uploaded in.
    side: Option<u32>,
}

impl<'a> Twin<'a> {
    /// With what is the same in the addresses of its twins. `None` of what is not in the web.
    fn of(at: usize, address: &'a str) -> Option<(String, Self)> {
        let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"))?;
        let rest = rest.split('#').next().unwrap_or(rest);
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (host, path) = place.split_once('/').unwrap_or((place, ""));
        let (mut key, mut size) = match host {
            "i0.wp.com" | "i1.wp.com" | "i2.wp.com" | "i3.wp.com" => (format!("i.wp.com/{path}"), Size::default()),
            // /max/1024/ID, /v2/resize:fit:1400/format:webp/ID
            "miro.medium.com" | "cdn-images-1.medium.com" | "cdn-images-2.medium.com" => medium(path),
            _ => (place.to_owned(), Size::default()),
        };
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            if !size.takes(host, name, value) {
                key = key + "&" + parameter;
            }
        }
        if let Some(proportions) = size.proportions() {
            key = format!("{key} {proportions}");
        }
        Some((key, Self { at, address, side: size.side() }))
    }

    /// The better, the higher: what is enough for a book and little more, then the larger, then the safer.
    fn rank(&self) -> (bool, u32, bool, &str) {
        let side = self.side.unwrap_or(ENOUGH);
        let enough = side >= ENOUGH;
        (enough, if enough { u32::MAX - side } else { side }, self.address.starts_with("https"), self.address)
    }

    fn may_stand_for(&self, other: &Self) -> bool {
        match (self.side, other.side) {
            (_, None) => true,
            (None, Some(other)) => other >= PICTURE,
            (Some(own), Some(other)) => other >= PICTURE || other.saturating_mul(TIMES) >= own,
        }
    }
}

/// What is asked of a server that makes pictures in any size.
#[derive(Default)]
struct Size {
    width: Option<u32>,
    height: Option<u32>,
}

impl Size {
    /// Whether a parameter of an address speaks of size, quality or file format only.
    fn takes(&mut self, host: &str, name: &str, value: &str) -> bool {
        if !asks_for_a_size(host, name, value) {
            return false;
        }
        let number = value.parse().ok();
        match name {
            "w" | "width" | "s" | "sz" | "size" | "wid" | "imwidth" => self.width = number,
            "h" | "height" | "hei" => self.height = number,
            "resize" | "fit" => {
                let (width, height) = value.split_once("%2C").or_else(|| value.split_once(',')).unwrap_or_default();
                (self.width, self.height) = (width.parse().ok(), height.parse().ok());
            }
            "name" => {
                self.width = match value {
                    "thumb" => Some(150),
                    "small" => Some(680),
                    "medium" => Some(1200),
                    "large" => Some(2048),
                    _ => None,
                };
            }
            _ => {}
        }
        true
    }

    fn side(&self) -> Option<u32> {
        self.width.max(self.height)
    }

    /// Both sides in steps of a few per cent, if both are given: then a picture may have been cut.
    fn proportions(&self) -> Option<i64> {
        let (width, height) = (f64::from(self.width?), f64::from(self.height?));
        Some(((width / height).ln() * 20.0).round() as i64)
    }
}

fn medium(path: &str) -> (String, Size) {
    let id = path.rsplit('/').next().unwrap_or(path);
    let width = path.split('/').zip(path.split('/').skip(1)).find_map(|(before, part)| match before {
        "max" => part.parse().ok(),
        "v2" => part.strip_prefix("resize:fit:")?.split(':').next()?.parse().ok(),
        _ => None,
    });
    (format!("medium/{id}"), Size { width, height: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(addresses: &[&str]) -> Vec<String> {
        let picture = |address: &&str| Picture { addresses: vec![(*address).to_owned()], ..Picture::default() };
        let pictures: Vec<_> = addresses.iter().map(picture).collect();
        super::addresses(&pictures).into_iter().map(|mut all| all.remove(0)).collect()
    }

    fn one(addresses: &[&str], best: &str) {
        assert!(asked(addresses).iter().all(|address| address == best), "{:?}", asked(addresses));
    }

    fn apart(addresses: &[&str]) {
        assert_eq!(asked(addresses), addresses);
    }

    #[test]
    fn sizes_of_one_picture_are_one() {
        let best = "https://secure.gravatar.com/avatar/abc?s=96&d=mm";
        one(
            &[
                "https://secure.gravatar.com/avatar/abc?s=48&d=mm",
                best,
                "http://secure.gravatar.com/avatar/abc?d=mm&s=64",
            ],
            best,
        );
        let best = "https://i2.wp.com/h.net/x.jpg?w=1700&ssl=1";
        one(&["https://i0.wp.com/h.net/x.jpg?w=300", best, "https://i1.wp.com/h.net/x.jpg?w=3000"], best);
        let best = "https://miro.medium.com/v2/resize:fit:1400/format:webp/1*a.png";
        one(&["https://cdn-images-1.medium.com/max/800/1*a.png", best], best);
        let best = "https://pbs.twimg.com/media/x?format=jpg&name=large";
        one(&[best, "https://pbs.twimg.com/media/x?format=jpg&name=small"], best);
        one(&["https://a.net/x.png?w=640&q=75", "https://a.net/x.png"], "https://a.net/x.png");
    }

    #[test]
    fn other_pictures_stay_apart() {
        apart(&["https://a.net/image?id=1", "https://a.net/image?id=2"]);
        apart(&["https://a.net/a.png?w=9", "https://a.net/b.png?w=9"]);
        apart(&["https://a.net/x.png?w=640&s=f00", "https://a.net/x.png?w=320&s=ba2"]);
        // Cut to a square.
        apart(&["https://i0.wp.com/a.net/x.jpg?resize=300%2C300", "https://i0.wp.com/a.net/x.jpg?resize=900,600"]);
        apart(&["https://a.net/x.png?w=900&fit=crop", "https://a.net/x.png?w=900"]);
        // A sign in a line, and a photograph.
        apart(&["https://a.net/x.png?w=32", "https://a.net/x.png?w=1200"]);
        apart(&["https://a.net/x.png?w=32", "https://a.net/x.png"]);
        apart(&["file:///x.png?w=32", "file:///x.png?w=64"]);
    }

    #[test]
    fn its_own_addresses_are_asked_next() {
        let picture = |addresses: &[&str]| Picture {
            addresses: addresses.iter().map(|address| (*address).to_owned()).collect(),
            ..Picture::default()
        };
        let (small, large, other) = ("https://a.net/x?w=400", "https://a.net/x?w=800", "https://b.net/x");
        let all = addresses(&[picture(&[small, other, large]), picture(&[large])]);
        assert_eq!(all, [vec![large, small, other], vec![large]]);
    }
}
