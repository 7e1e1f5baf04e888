//! What a book cannot hold: players, posts, maps.

use url::Url;

use super::address;
use super::images::{self, Bases};
use super::tree::{NodeId, Tree};
use crate::model::{Embed, EmbedKind, Picture};

/// Players by a part of their address: where, what it is called, which kind.
const PLAYERS: [(&str, &str, EmbedKind); 26] = [
    ("youtube.com", "YouTube", EmbedKind::Video),
    ("youtube-nocookie.com", "YouTube", EmbedKind::Video),
    ("youtu.be", "YouTube", EmbedKind::Video),
    ("vimeo.com", "Vimeo", EmbedKind::Video),
    ("bilibili.com", "Bilibili", EmbedKind::Video),
    ("v.qq.com", "腾讯视频", EmbedKind::Video),
    ("youku.com", "优酷", EmbedKind::Video),
    ("iqiyi.com", "爱奇艺", EmbedKind::Video),
    ("dailymotion.com", "Dailymotion", EmbedKind::Video),
    ("ted.com", "TED", EmbedKind::Video),
    ("tiktok.com", "TikTok", EmbedKind::Video),
    ("nicovideo.jp", "ニコニコ動画", EmbedKind::Video),
    ("soundcloud.com", "SoundCloud", EmbedKind::Audio),
    ("spotify.com", "Spotify", EmbedKind::Audio),
    ("music.163.com", "网易云音乐", EmbedKind::Audio),
    ("podcasts.apple.com", "Apple Podcasts", EmbedKind::Audio),
    ("bandcamp.com", "Bandcamp", EmbedKind::Audio),
    ("twitter.com", "Twitter", EmbedKind::Post),
    ("x.com", "X", EmbedKind::Post),
    ("instagram.com", "Instagram", EmbedKind::Post),
    ("facebook.com", "Facebook", EmbedKind::Post),
    ("weibo.com", "微博", EmbedKind::Post),
    ("t.me", "Telegram", EmbedKind::Post),
    ("gist.github.com", "GitHub Gist", EmbedKind::Page),
    ("google.com", "Google", EmbedKind::Page),
    ("scribd.com", "Scribd", EmbedKind::Page),
];
/// Hosts of frames that show advertising, buttons or counters.
const NOISE: [&str; 16] = [
    "doubleclick.net",
    "googlesyndication.com",
    "googletagmanager.com",
    "google-analytics.com",
    "addthis.com",
    "disqus.com",
    "widgets.wp.com",
    "platform.twitter.com",
    "taboola.com",
    "outbrain.com",
    "adservice.google.com",
    "likebtn.com",
    "like.co",
    "button.like.co",
    "amazon-adsystem.com",
    "recaptcha.net",
];

/// A frame, player or object as a card. `None` if there is nothing to go to.
pub(super) fn embed(tree: &Tree, id: NodeId, bases: Bases<'_>) -> Option<Embed> {
    let sources = ["src", "data-src", "data-lazy-src", "data", "href", "data-videoid"];
    let own = sources.iter().find_map(|name| tree.value(id, name).filter(|address| !address.starts_with("about:")));
    let inner = || {
        let source = tree.named(id, "source").chain(tree.named(id, "embed")).find_map(|node| tree.value(node, "src"));
        let movie = || {
            let param = tree.named(id, "param").find(|node| tree.value(*node, "name") == Some("movie"))?;
            tree.value(param, "value")
        };
        source.or_else(movie)
    };
    // The content of an iframe is text; Medium puts a link to the page behind it there.
    let linked = || {
        let text = tree.text_of(id);
        let (_, after) = text.split_once("href=\"")?;
        after.split_once('"').map(|(address, _)| address.to_owned())
    };
    let written = own.or_else(inner).map(str::to_owned).or_else(linked)?;
    let written =
        if tree.name(id) == "amp-youtube" { format!("https://www.youtube.com/watch?v={written}") } else { written };
    let url = address::resolve(&written, bases.web).filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let host = url.host_str()?.to_owned();
    let at = |of: &str| host == of || host.ends_with(of) && host[..host.len() - of.len()].ends_with('.');
    if NOISE.iter().any(|of| at(of)) || is_tiny(tree, id) {
        return None;
    }
    let player = PLAYERS.iter().find(|(of, _, _)| at(of));
    let kind = match (tree.name(id), player) {
        (_, Some((_, _, kind))) => *kind,
        ("video", None) => EmbedKind::Video,
        ("audio", None) => EmbedKind::Audio,
        _ => EmbedKind::Page,
    };
    let called = tree.value(id, "title").or_else(|| tree.value(id, "aria-label")).map(super::space::collapse);
    let generic = |title: &String| matches!(title.as_str(), "" | "YouTube video player" | "iframe" | "Embedded post");
    let title = called.filter(|title| !generic(title));
    let title = title.unwrap_or_else(|| player.map_or(host, |(_, name, _)| (*name).to_owned()));
    Some(Embed { kind, title, address: watch_page(url).into(), picture: poster(tree, id, bases) })
}

/// Frames that nobody is to see.
fn is_tiny(tree: &Tree, id: NodeId) -> bool {
    let small = |name| tree.value(id, name).and_then(|n| n.parse::<u32>().ok()).is_some_and(|n| n == 1);
    small("width") || small("height")
}

fn poster(tree: &Tree, id: NodeId, bases: Bases<'_>) -> Option<Picture> {
    let url = address::resolve(tree.value(id, "poster")?, bases.web)?;
    let picture = Picture { addresses: vec![url.into()], alt: None, declared: None };
    (!images::identity(&picture).is_empty()).then_some(picture)
}

/// The page where a film is to be seen, instead of the frame that shows it.
fn watch_page(mut url: Url) -> Url {
    let host = url.host_str().unwrap_or_default().trim_start_matches("www.").to_owned();
    let path = url.path().to_owned();
    let id = |prefix: &str| {
        let id = path.strip_prefix(prefix)?.split('/').next()?;
        (!id.is_empty() && id != "videoseries").then(|| id.to_owned())
    };
    let page = match host.as_str() {
        "youtube.com" | "youtube-nocookie.com" => {
            id("/embed/").map(|id| format!("https://www.youtube.com/watch?v={id}"))
        }
        "player.vimeo.com" => id("/video/").map(|id| format!("https://vimeo.com/{id}")),
        "player.bilibili.com" => {
            let id = url.query_pairs().find(|(name, _)| name == "bvid" || name == "aid");
            id.map(|(name, id)| match &*name {
                "aid" => format!("https://www.bilibili.com/video/av{id}/"),
                _ => format!("https://www.bilibili.com/video/{id}/"),
            })
        }
        _ => None,
    };
    if let Some(page) = page.and_then(|page| Url::parse(&page).ok()) {
        return page;
    }
    if url.scheme() == "http" && host == "youtube.com" {
        let _ = url.set_scheme("https");
    }
    address::clean(url)
}

/// A post as Substack shows it: what its attributes say, where there are any, which feeds have, too.
pub(super) struct Post {
    /// Its lines.
    pub(super) lines: Vec<String>,
    /// Who wrote it: “Ada River @ada”.
    pub(super) author: String,
    /// When, as it is written.
    pub(super) date: String,
    pub(super) address: String,
}

/// The post that an element shows. `None` if it shows none.
pub(super) fn post(tree: &Tree, id: NodeId) -> Option<Post> {
    if !tree.classes(id).any(|class| matches!(class, "tweet" | "twitter-embed")) {
        return None;
    }
    let data: serde_json::Value = serde_json::from_str(tree.value(id, "data-attrs")?).ok()?;
    let text = |name: &str| data.get(name).and_then(|value| value.as_str()).unwrap_or_default().trim().to_owned();
    let lines: Vec<String> =
        text("full_text").lines().map(super::space::collapse).filter(|line| !line.is_empty()).collect();
    let address = Url::parse(&text("url")).ok().filter(|url| url.scheme() == "https")?;
    let author = match (text("name"), text("username")) {
        (name, user) if user.is_empty() => name,
        (name, user) if name.is_empty() => format!("@{user}"),
        (name, user) => format!("{name} @{user}"),
    };
    let date = text("date");
    let date = day(&date);
    (!lines.is_empty()).then(|| Post { lines, author, date, address: address::clean(address).into() })
}

/// The day of a moment, as the page's software writes it: `2024-05-07T10:00:00.000Z`, `Sat Sep 19 05:18:23 +0000 2020`.
fn day(moment: &str) -> String {
    let words: Vec<&str> = moment.split(' ').collect();
    match words.as_slice() {
        [_, month, day, clock, _, year] if clock.contains(':') => {
            format!("{month} {}, {year}", day.trim_start_matches('0'))
        }
        _ => match moment.split_once('T') {
            Some((day, _)) if day.len() == 10 => day.to_owned(),
            _ => moment.to_owned(),
        },
    }
}

/// Whether a quotation is a post of a social network, whose last line says who wrote it when.
pub(super) fn is_post(tree: &Tree, id: NodeId) -> bool {
    tree.classes(id).any(|class| {
        matches!(
            class,
            "twitter-tweet" | "twitter-video" | "instagram-media" | "mastodon-embed" | "bluesky-embed" | "tiktok-embed"
        )
    })
}
