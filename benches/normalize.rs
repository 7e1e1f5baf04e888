//! How fast pages become chapters: full pages as sites serve them, fragments as people save them, and what is made to
//! be slow.

use std::fmt::Write;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use offprint::normalize::{Options, Page, article};

const WORDS: [&str; 8] = [
    "of the town",
    "and its river,",
    "a long way",
    "from here;",
    "nobody knew",
    "what it was.",
    "Then, at last,",
    "they went on",
];
const HAN: [&str; 6] = ["这座城市", "和它的河流，", "离这里很远。", "没有人知道", "那是什么；", "后来他们又上路了。"];

fn sentence(out: &mut String, seed: usize, words: &[&str]) {
    for at in 0..24 {
        out.push_str(words[(seed * 7 + at * 5) % words.len()]);
        out.push(if words.len() == HAN.len() { '\u{200A}' } else { ' ' });
        if at % 9 == 4 {
            let _ = write!(out, "<a href=\"/l/{seed}\"><em>link {at}</em></a> ");
        }
    }
}

/// A page of about 170 KB, most of which is not the article: menus, scripts, teasers, comments.
fn full_page(seed: usize) -> String {
    let mut out =
        String::from("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>A page | Site</title>");
    for at in 0..30 {
        let _ = write!(
            out,
            "<meta property=\"og:x{at}\" content=\"value {at}\"><link rel=\"preload\" href=\"/s/{at}.css\">"
        );
    }
    for at in 0..10 {
        let _ = write!(out, "<script>window.data{at} = {{{}}};</script>", "\"key\": [1, 2, 3], ".repeat(250));
    }
    out.push_str("</head><body class=\"single post\"><header class=\"site-header\"><nav class=\"menu\"><ul>");
    for at in 0..150 {
        let _ = write!(
            out,
            "<li class=\"menu-item menu-item-{at}\"><a href=\"/c/{at}\"><span>Section {at}</span></a></li>"
        );
    }
    out.push_str("</ul></nav></header><main><article class=\"hentry\"><h1>A page</h1><div class=\"entry-content\">");
    for at in 0..60 {
        if at % 10 == 5 {
            let _ = write!(
                out,
                "<h2>Part {at}</h2><figure><img data-src=\"/i/{at}.jpg\"><figcaption>Picture {at}</figcaption></figure>"
            );
        }
        out.push_str("<p>");
        sentence(&mut out, seed + at, &WORDS);
        out.push_str("</p>\n");
    }
    out.push_str("<div class=\"sharedaddy\">Share</div></div></article></main><aside class=\"sidebar\">");
    for at in 0..120 {
        let _ = write!(
            out,
            "<div class=\"card teaser-{at}\" data-id=\"{at}\"><a href=\"/t/{at}\"><img src=\"/t/{at}.jpg\"><h3>Teaser {at}</h3></a><p>Few words.</p></div>"
        );
    }
    out.push_str("</aside><div id=\"comments\">");
    for at in 0..80 {
        out.push_str("<div class=\"comment\"><p>");
        sentence(&mut out, seed * 3 + at, &WORDS[..4]);
        out.push_str("</p></div>");
    }
    out.push_str("</div><footer>Imprint</footer></body></html>");
    out
}

/// A fragment of about 90 KB, pretty-printed, mostly Chinese.
fn fragment() -> String {
    let mut out = String::new();
    for at in 0..160 {
        if at % 12 == 3 {
            let _ = write!(
                out,
                "<h2>\n 第{at}节\n</h2>\n<figure>\n <p>\n  <figure class=\"wp-caption\">\n   <img src=\"/i/{at}.jpg\"/>\n  </figure>\n </p>\n</figure>\n"
            );
        }
        out.push_str("<p>\n ");
        sentence(&mut out, at, &HAN);
        out.push_str("\n <strong>\n  粗体\n </strong>\n ，后文。\n</p>\n");
    }
    out
}

fn normalize(html: &str) {
    let page = Page { name: "page.html", html, base: Some("https://example.org/posts/one"), ..Page::default() };
    black_box(article(&page, &Options::default()));
}

fn pages(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("normalize");
    let full: Vec<String> = (0..10).map(full_page).collect();
    group.throughput(Throughput::Elements(10));
    group.bench_function("10 full pages", |bench| bench.iter(|| full.iter().for_each(|html| normalize(html))));
    let fragment = fragment();
    group.throughput(Throughput::Bytes(fragment.len() as u64));
    group.bench_function("fragment", |bench| bench.iter(|| normalize(&fragment)));
    group.sample_size(10);
    let bombs = [
        ("nested div", "<div>".repeat(100_000) + "text"),
        ("nested lists", "<ul><li>".repeat(100_000) + "text"),
        ("misnested font", "<p><font color=1>".repeat(100_000) + "text"),
        ("adoption agency", format!("{}{}{}", "<b i>".repeat(4000), "<i i>".repeat(4000), "x</b>".repeat(4000))),
        ("attributes", format!("<p {}>text", (0..100_000).map(|at| format!("a{at}=1 ")).collect::<String>())),
    ];
    group.throughput(Throughput::Elements(1));
    for (name, html) in &bombs {
        group.bench_function(*name, |bench| bench.iter(|| normalize(html)));
    }
    group.finish();
}

criterion_group!(benches, pages);
criterion_main!(benches);
