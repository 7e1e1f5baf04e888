//! From an `img` and what stands around it to a [`Picture`]: the addresses of one picture, best first.

use url::Url;

use super::address;
use super::tree::{NodeId, Tree};
use crate::model::{Picture, asks_for_a_size};

/// Attributes in which lazy loaders keep the address, the surest first.
const LAZY: [&str; 14] = [
    "data-src",
    "data-original",
    "data-actualsrc",
    "data-lazy-src",
    "data-orig-file",
    "data-large-file",
    "data-original-src",
    "data-hi-res-src",
    "data-full-src",
    "data-url",
    "data-image",
    "data-echo",
    "data-backsrc",
    "data-croporisrc",
];
/// Attributes in which they keep candidates.
const LAZY_SETS: [&str; 4] = ["srcset", "data-srcset", "data-lazy-srcset", "data-original-set"];
/// The widest candidate of a `srcset` that is worth having, in pixels.
const WIDEST: u32 = 2400;
/// Hosts that count readers with pictures.
const TRACKERS: [&str; 9] = [
    "pixel.wp.com",
    "stats.wp.com",
    "www.facebook.com",
    "google-analytics.com",
    "www.google-analytics.com",
    "sb.scorecardresearch.com",
    "b.scorecardresearch.com",
    "hm.baidu.com",
    "counter.yadro.ru",
];

/// Where addresses are resolved.
#[derive(Clone, Copy, Default)]
pub(super) struct Bases<'a> {
    /// The page's address on the web.
    pub(super) web: Option<&'a Url>,
    /// The folder of the page's file.
    pub(super) folder: Option<&'a Url>,
}

impl Bases<'_> {
    /// A relative address first names a file beside the page, then something on the page's site.
    pub(super) fn resolve(self, written: &str) -> Vec<Url> {
        let written = written.trim();
        let relative = matches!(Url::parse(written), Err(url::ParseError::RelativeUrlWithoutBase));
        let inner = relative && !written.starts_with("//");
        let file = self.folder.filter(|_| inner).and_then(|base| base.join(written).ok()).filter(|url| {
            // Only what lies in the folder; the rest is refused later anyway.
            self.folder.is_some_and(|base| url.path().starts_with(base.path()))
        });
        let file = file.map(|mut url| {
            url.set_query(None);
            url.set_fragment(None);
            url
        });
        let web = address::resolve(written, self.web).filter(|url| matches!(url.scheme(), "http" | "https" | "data"));
        file.into_iter().chain(web).collect()
    }
}

/// The picture of an `img`, with the `source`s of its `picture`. `None` if it shows nothing that belongs in a book.
pub(super) fn picture(tree: &Tree, img: NodeId, bases: Bases<'_>) -> Option<Picture> {
    let declared = declared(tree, img);
    if declared.is_some_and(|(width, height)| width <= 2 || height <= 2) {
        return None;
    }
    let mut found = Candidates { bases, addresses: Vec::new() };
    let source = tree.value(img, "src");
    let lazy = LAZY.iter().filter_map(|name| tree.value(img, name));
    for name in LAZY_SETS {
        found.add_set(tree.value(img, name));
    }
    // A `src` that is a real picture is what the site's author wrote; next to it lazy loaders keep broken copies.
    if source.is_some_and(|src| !is_placeholder(src) && tree.value(img, "data-src").is_none()) {
        found.add(source);
    }
    lazy.for_each(|address| found.add(Some(address)));
    let parent =
        tree.node(img).parent.filter(|parent| tree.name(*parent) == "picture" || tree.name(*parent) == "source");
    if let Some(parent) = parent {
        let picture = if tree.name(parent) == "source" { tree.node(parent).parent.unwrap_or(parent) } else { parent };
        for source in tree.named(picture, "source") {
            let kind = tree.value(source, "type").unwrap_or_default();
            if !matches!(kind, "image/avif" | "image/jxl" | "image/heic") {
                LAZY_SETS.iter().for_each(|name| found.add_set(tree.value(source, name)));
            }
        }
    }
    found.add(source);
    found.add_origins();
    if found.addresses.is_empty() {
        found.addresses.extend(source.and_then(|written| drawing(written).or_else(|| refused(written))));
    }
    if found.addresses.is_empty() || found.addresses.iter().any(is_tracker) {
        return None;
    }
    let alt = tree.attribute(img, "alt").map(super::space::collapse);
    Some(Picture { addresses: found.addresses.into_iter().map(String::from).collect(), alt, declared })
}

/// A drawing that the page carries in itself. Those of lazy loaders are short, or move; the picture is elsewhere then.
fn drawing(written: &str) -> Option<Url> {
    // "animate", also in base 64, where it depends on what is before.
    let moves = ["animate", "YW5pbWF0", "FuaW1hdG", "hbmltYXRl"].iter().any(|word| written.contains(word));
    let holds_one = written.starts_with("data:image/svg+xml") && written.len() >= 400 && !moves;
    Url::parse(written).ok().filter(|_| holds_one)
}

/// An address that nothing will be fetched from, but where the page shows a picture: so that its place is kept, and what
/// is missing is named.
fn refused(written: &str) -> Option<Url> {
    let mut url = Url::parse(written.trim()).ok()?;
    match url.scheme() {
        "ftp" | "file" | "blob" => Some(url),
        "http" | "https" if !url.username().is_empty() || url.password().is_some() => {
            // Whoever reads what is said is not told the password.
            url.set_password(None).ok()?;
            url.set_username("user").ok()?;
            Some(url)
        }
        _ => None,
    }
}

/// Pictures that only the page itself needs: what they are called says so.
pub(super) fn is_decoration(tree: &Tree, img: NodeId) -> bool {
    let words = ["avatar", "gravatar", "emoji-icon", "share-icon", "social-icon", "site-logo", "custom-logo"];
    let named = |text: &str| words.iter().any(|word| text.contains(word));
    let near = std::iter::once(img).chain(tree.ancestors(img).take(2));
    near.into_iter().any(|node| tree.classes(node).any(named))
        || tree.value(img, "role") == Some("presentation") && declared_below(tree, img, 64)
}

/// Whether a picture is declared smaller than `limit` either way.
pub(super) fn declared_below(tree: &Tree, img: NodeId, limit: u32) -> bool {
    declared(tree, img).is_some_and(|(width, height)| width < limit && height < limit)
}

struct Candidates<'a> {
    bases: Bases<'a>,
    addresses: Vec<Url>,
}

impl Candidates<'_> {
    fn add(&mut self, written: Option<&str>) {
        let Some(written) = written.filter(|written| !is_placeholder(written)) else { return };
        for url in self.bases.resolve(written) {
            if !self.addresses.contains(&url) && self.addresses.len() < 12 {
                self.addresses.push(url);
            }
        }
    }

    /// Adds the best candidate of a `srcset`: the widest that is not wider than a book needs.
    fn add_set(&mut self, set: Option<&str>) {
        let mut candidates = srcset(set.unwrap_or_default());
        candidates.sort_by_key(|(_, width)| if *width <= WIDEST { (0, u32::MAX - width) } else { (1, *width) });
        for (address, _) in candidates.into_iter().take(2) {
            self.add(Some(address));
        }
    }

    /// Adds what stands behind a proxy, to be tried before another size of the same.
    fn add_origins(&mut self) {
        for url in std::mem::take(&mut self.addresses) {
            let origin = origin(&url);
            for address in std::iter::once(url).chain(origin) {
                if !self.addresses.contains(&address) {
                    self.addresses.push(address);
                }
            }
        }
    }
}

/// The candidates of a `srcset` with their widths (HTML §4.8.4.2.1); a density counts as a thousand pixels.
fn srcset(set: &str) -> Vec<(&str, u32)> {
    let mut found = Vec::new();
    let mut rest = set;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        if rest.is_empty() || found.len() > 32 {
            return found;
        }
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let (address, after) = rest.split_at(end);
        let bare = address.trim_end_matches(',');
        if bare.len() < address.len() {
            found.push((bare, 0));
            rest = after;
            continue;
        }
        let end = after.find(',').unwrap_or(after.len());
        let (descriptor, after) = after.split_at(end);
        found.push((address, width(descriptor.trim())));
        rest = after;
    }
}

fn width(descriptor: &str) -> u32 {
    let number = |text: &str| text.parse::<f32>().ok().filter(|n| n.is_finite() && (0.0..100_000.0).contains(n));
    let first = descriptor.split_whitespace().next().unwrap_or_default();
    if let Some(width) = first.strip_suffix('w').and_then(number) {
        width as u32
    } else {
        first.strip_suffix('x').and_then(number).map_or(0, |density| (density * 1000.0) as u32)
    }
}

/// Addresses that only hold a place: empty, a script's word, a single dot, a lazy loader's unfinished work.
fn is_placeholder(written: &str) -> bool {
    if let Some(data) = written.strip_prefix("data:") {
        // Real pictures in an address are longer than any single-coloured one.
        return data.len() < 400 || data.starts_with("image/svg");
    }
    let bare = written.split(['?', '#']).next().unwrap_or_default();
    let file = bare.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let words = ["blank.", "spacer.", "placeholder", "lazyload", "loading.", "transparent.", "grey.gif", "pixel."];
    written.starts_with("about:")
        || written.starts_with("javascript:")
        || written.contains("is-pending-load=1")
        || written.ends_with("type=w80_blur")
        || words.iter().any(|word| file.starts_with(word))
        || matches!(file.as_str(), "1x1.gif" | "1x1.png" | "x.gif" | "s.gif" | "t.gif" | "clear.gif" | "grey.png")
}

fn is_tracker(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    TRACKERS.contains(&host)
        || url.path().starts_with("/_/stat")
        || url.path().ends_with("/pixel.gif")
        || host.ends_with(".google-analytics.com")
}

/// The original behind an image proxy that writes it into its own address.
fn origin(url: &Url) -> Option<Url> {
    let host = url.host_str()?;
    // Photon: https://i0.wp.com/HOST/PATH?resize=…
    if matches!(host, "i0.wp.com" | "i1.wp.com" | "i2.wp.com" | "i3.wp.com") {
        let mut original = Url::parse(&format!("https:/{}", url.path())).ok()?;
        original.set_query(None);
        return Some(original);
    }
    // Substack and other users of Cloudinary: …/image/fetch/OPTIONS/https%3A%2F%2F…
    if let Some((_, after)) = url.path().split_once("/image/fetch/") {
        let at = after.find("http")?;
        return address::resolve(&address::decoded(&after[at..]), None).filter(is_web);
    }
    // Next.js and its kind: /_next/image?url=https%3A%2F%2F…
    let inner = url.query_pairs().find(|(name, _)| name == "url" || name == "image_url")?.1;
    let original = Url::parse(&inner).ok().or_else(|| url.join(&inner).ok().filter(|_| inner.starts_with('/')))?;
    is_web(&original).then_some(original)
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

/// What says that two addresses are of one picture: host and path behind proxies, without the size that is asked for.
pub(super) fn identity(picture: &Picture) -> String {
    let Some(first) = picture.addresses.iter().find_map(|address| Url::parse(address).ok()) else {
        return String::new();
    };
    let url = origin(&first).unwrap_or(first);
    if url.scheme() == "data" {
        return url.to_string();
    }
    let host = url.host_str().unwrap_or_default();
    let path = url.path();
    // Medium: /max/1024/ID, /v2/resize:fit:1400/format:webp/ID
    if host.ends_with("medium.com") {
        return format!("medium/{}", path.rsplit('/').next().unwrap_or(path));
    }
    let query: String = parameters(&url).filter(|parameter| !is_size(host, parameter)).collect();
    format!("{host}{}{query}", without_size(path))
}

fn parameters(url: &Url) -> impl Iterator<Item = &str> {
    url.query().unwrap_or_default().split('&').filter(|parameter| !parameter.is_empty())
}

/// Whether a parameter says how a picture is wanted, not which.
fn is_size(host: &str, parameter: &str) -> bool {
    let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
    let processing =
        ["imageView2/", "imageMogr2/", "imageslim", "x-oss-process=", "x-image-process=", "is-pending-load="];
    asks_for_a_size(host, name, value) || processing.iter().any(|known| parameter.starts_with(known))
}

/// WordPress names sizes at the end of a file's name: `name-300x200.jpg`.
fn without_size(path: &str) -> String {
    let Some((stem, ending)) = path.rsplit_once('.') else { return path.to_owned() };
    let size = stem.rsplit_once('-').filter(|(_, size)| {
        size.split_once('x').is_some_and(|(w, h)| {
            !w.is_empty() && !h.is_empty() && w.bytes().chain(h.bytes()).all(|b| b.is_ascii_digit())
        })
    });
    format!("{}.{ending}", size.map_or(stem, |(name, _)| name))
}

/// Width and height in CSS pixels, by attributes or style.
fn declared(tree: &Tree, img: NodeId) -> Option<(u32, u32)> {
    let pixels = |text: &str| {
        let text = text.trim().trim_end_matches("px").trim_end();
        text.parse::<f32>().ok().filter(|n| (0.0..20_000.0).contains(n)).map(|n| n as u32)
    };
    let of = |name: &str| {
        let styled = || {
            let style = tree.attribute(img, "style")?;
            let value = style.split(';').find_map(|rule| {
                let (property, value) = rule.split_once(':')?;
                (property.trim() == name).then_some(value)
            })?;
            pixels(value)
        };
        tree.value(img, name).and_then(pixels).or_else(styled)
    };
    Some((of("width")?, of("height")?))
}

#[cfg(test)]
mod tests {
    use super::super::parse::parse;
    use super::*;

    fn addresses(html: &str) -> Vec<String> {
        let parsed = parse(html, &[]);
        let base = Url::parse("https://example.org/a/").unwrap();
        let img = parsed.tree.named(Tree::DOCUMENT, "img").next().unwrap();
        picture(&parsed.tree, img, Bases { web: Some(&base), folder: None }).map_or(Vec::new(), |p| p.addresses)
    }

    #[test]
    fn lazy_loaders() {
        let html = r#"<img src="https://i0.wp.com/h.net/x.jpg?w=1&amp;ssl=1" srcset="data:image/gif;base64,R0l"
            data-lazy-src="https://i0.wp.com/h.net/x.jpg?w=1&amp;is-pending-load=1#038;ssl=1">"#;
        assert_eq!(addresses(html), ["https://i0.wp.com/h.net/x.jpg?w=1&ssl=1", "https://h.net/x.jpg"]);
        assert_eq!(
            addresses("<img src=/loading.gif data-src=//c.net/640?wx_fmt=jpeg>"),
            ["https://c.net/640?wx_fmt=jpeg"]
        );
        assert_eq!(addresses("<img src=low.jpg data-src=high.jpg>")[0], "https://example.org/a/high.jpg");
        // Where the proxy fails, its original comes before another size from the proxy.
        let html =
            r#"<img srcset="https://i0.wp.com/h.net/x.jpg?w=300 300w, https://i0.wp.com/h.net/x.jpg?w=900 900w">"#;
        let from = |width: u32| format!("https://i0.wp.com/h.net/x.jpg?w={width}");
        assert_eq!(addresses(html), [from(900), "https://h.net/x.jpg".to_owned(), from(300)]);
    }

    #[test]
    fn the_best_candidate_of_a_set() {
        let html = r#"<picture><source type="image/avif" srcset="x.avif"><source srcset="a.webp 300w, b,c.webp 1200w, d.webp 9000w">
            <img src="small.jpg"></picture>"#;
        let found = addresses(html);
        assert_eq!(
            found,
            ["https://example.org/a/small.jpg", "https://example.org/a/b,c.webp", "https://example.org/a/a.webp"]
        );
        let html = r#"<img src="small.jpg" srcset="b.jpg 2x, c.jpg 3x">"#;
        assert_eq!(addresses(html)[0], "https://example.org/a/b.jpg");
    }

    #[test]
    fn pixels_are_no_pictures() {
        let drawing = format!("data:image/svg+xml,<svg>{}</svg>", "<path/>".repeat(60));
        assert_eq!(addresses(&format!("<img src='{drawing}'>")).len(), 1);
        assert_eq!(addresses(&format!("<img src='{drawing}' data-x-src=y.png data-src=x.png>")).len(), 1);
        assert!(addresses(&format!("<img src='{}'>", drawing.replace("<svg>", "<svg><animate/>"))).is_empty());
        assert!(addresses("<img src='data:image/svg+xml,<svg/>'>").is_empty());
        assert_eq!(addresses("<img src='http://me:secret@h.net/x.png'>"), ["http://user@h.net/x.png"]);
        assert_eq!(addresses("<img src='ftp://h.net/x.png' data-src=y.png>"), ["https://example.org/a/y.png"]);
        assert_eq!(addresses("<img src='ftp://h.net/x.png'>"), ["ftp://h.net/x.png"]);
        assert!(addresses("<img src='javascript:x()'>").is_empty());
        assert!(addresses(r#"<img src="https://medium.com/_/stat?event=x">"#).is_empty());
        assert!(addresses(r#"<img src="x.png" width=1 height=1>"#).is_empty());
        assert!(addresses(r#"<img src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAA">"#).is_empty());
    }

    #[test]
    fn one_picture_under_two_addresses() {
        let of = |address: &str| identity(&Picture { addresses: vec![address.into()], ..Picture::default() });
        assert_eq!(of("https://i0.wp.com/h.net/x-300x200.jpg?w=1"), of("http://h.net/x.jpg"));
        assert_eq!(
            of("https://miro.medium.com/max/1024/1*a.png"),
            of("https://cdn-images-1.medium.com/max/60/1*a.png")
        );
        assert_ne!(of("https://h.net/a.png"), of("https://h.net/b.png"));
        assert_eq!(of("https://h.net/a.png?x-oss-process=image/resize,w_9&w=8"), of("https://h.net/a.png?w=90"));
        // What a script gives may be any picture.
        assert_ne!(of("https://h.net/image.php?id=1&w=9"), of("https://h.net/image.php?id=2&w=9"));
    }

    #[test]
    fn a_file_beside_the_page_comes_first() {
        let parsed = parse("<img src='img/x.png?v=1'><img src='../../etc/x.png'>", &[]);
        let folder = Url::parse("file:///home/me/pages/").unwrap();
        let web = Url::parse("https://example.org/").unwrap();
        let found: Vec<_> = parsed
            .tree
            .named(Tree::DOCUMENT, "img")
            .map(|img| picture(&parsed.tree, img, Bases { web: Some(&web), folder: Some(&folder) }).unwrap().addresses)
            .collect();
        assert_eq!(found[0], ["file:///home/me/pages/img/x.png", "https://example.org/img/x.png?v=1"]);
        assert_eq!(found[1], ["https://example.org/etc/x.png"]);
    }
}
