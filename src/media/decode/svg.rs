//! Drawings in SVG become pixels here: a book never holds SVG from the web, which can run scripts and ask for other
//! files.
//!
//! Everything that an SVG file refers to outside itself is left out, so that a drawing that needs it is refused rather
//! than shown with holes: one with text (which needs fonts) or with pictures in it.

mod cost;
mod expansion;
mod references;

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{ImageHrefResolver, Options, Tree, roxmltree};

use super::super::raster::{Channels, Raster};

/// The most bytes of a file.
const LONGEST: usize = 4 << 20;
/// The most pixels along a side.
const MOST_SIDE: f32 = 2000.0;
/// From so many CSS pixels along the longer side on, drawings are made at twice their size, for screens and paper that
/// are finer than that. Smaller ones stand in lines of text, where their size in pixels is their size.
const FINE_FROM: f32 = 300.0;
/// What drawing may take, should it be more than [foreseen](cost).
const LONGEST_TIME: Duration = Duration::from_secs(10);
/// What is said of a picture that takes longer.
pub(in crate::media) const TOO_LONG: &str = "an SVG picture that takes too long to draw";
/// For nested groups.
const STACK: usize = 16 << 20;

/// Draws a file.
///
/// # Errors
/// Why it cannot be drawn.
pub(super) fn draw(bytes: &[u8]) -> Result<Raster, String> {
    if bytes.len() > LONGEST {
        return Err("too large an SVG picture".to_owned());
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "an SVG picture that is not UTF-8".to_owned())?.to_owned();
    let (done, wait) = mpsc::channel();
    let work = move || {
        let _ = done.send(draw_here(&text));
    };
    let spawned = thread::Builder::new().name("drawing".to_owned()).stack_size(STACK).spawn(work);
    spawned.map_err(|_| "an SVG picture, and no thread to draw it".to_owned())?;
    match wait.recv_timeout(LONGEST_TIME) {
        Ok(outcome) => outcome,
        Err(mpsc::RecvTimeoutError::Timeout) => Err(TOO_LONG.to_owned()),
        Err(mpsc::RecvTimeoutError::Disconnected) => Err("a picture that the decoder failed at".to_owned()),
    }
}

fn draw_here(text: &str) -> Result<Raster, String> {
    let damaged = || "a damaged SVG picture".to_owned();
    let parsing = roxmltree::ParsingOptions { allow_dtd: true, nodes_limit: 200_000, ..Default::default() };
    let document = roxmltree::Document::parse_with_options(text, parsing).map_err(|_| damaged())?;
    for node in document.descendants().filter(roxmltree::Node::is_element) {
        match node.tag_name().name() {
            "text" | "foreignObject" => return Err("an SVG picture with text, which is not supported".to_owned()),
            "image" => return Err("an SVG picture with pictures in it, which is not supported".to_owned()),
            _ => {}
        }
    }
    expansion::check(&document)?;
    let nothing = ImageHrefResolver { resolve_data: Box::new(|_, _, _| None), resolve_string: Box::new(|_, _| None) };
    let options = Options { image_href_resolver: nothing, ..Options::default() };
    let tree = Tree::from_xmltree(&document, &options).map_err(|_| damaged())?;
    let (width, height) = (tree.size().width(), tree.size().height());
    let long = width.max(height);
    let fine: f32 = if long < FINE_FROM { 1.0 } else { 2.0 };
    let factor = fine.min(MOST_SIDE / long);
    // A size is finite and positive; a side that is nothing beside the other is one pixel.
    let side = |length: f32| (length * factor).round().clamp(1.0, MOST_SIDE) as u32;
    let (columns, rows) = (side(width), side(height));
    let transform = Transform::from_scale(columns as f32 / width, rows as f32 / height);
    if !cost::is_small(tree.root(), transform, (columns, rows)) {
        return Err("an SVG picture that takes too much to draw".to_owned());
    }
    let mut canvas = Pixmap::new(columns, rows).ok_or_else(damaged)?;
    resvg::render(&tree, transform, &mut canvas.as_mut());
    let samples = canvas.pixels().iter().flat_map(|pixel| {
        let pixel = pixel.demultiply();
        [pixel.red(), pixel.green(), pixel.blue(), pixel.alpha()]
    });
    Ok(Raster { width: columns, height: rows, channels: Channels::RgbAlpha, samples: samples.collect() })
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    const HEAD: &str = "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'";

    pub(super) fn drawn(rest: &str) -> Result<Raster, String> {
        draw(format!("{HEAD} {rest}</svg>").as_bytes())
    }

    #[test]
    fn shapes_are_drawn() {
        let raster = drawn("width='40' height='20'><rect width='20' height='20' fill='#f00' fill-opacity='.5'/>");
        let raster = raster.expect("a drawing");
        assert_eq!((raster.width, raster.height), (40, 20));
        assert_eq!(raster.samples[..4], [255, 0, 0, 128]);
        assert_eq!(raster.samples[39 * 4..40 * 4], [0, 0, 0, 0]);
    }

    #[test]
    fn sizes_are_fine_and_bounded() {
        let size =
            |rest: &str| drawn(&format!("{rest}><path d='M0 0h9v9z'/>")).map(|raster| (raster.width, raster.height));
        assert_eq!(size("width='400' height='300'"), Ok((800, 600)));
        assert_eq!(size("width='90000' height='90000'"), Ok((2000, 2000)));
        assert_eq!(size("viewBox='0 0 1e9 1'"), Ok((2000, 1)));
        assert!(size("width='0' height='5'").is_err());
        assert!(size("width='-1' height='5'").is_err());
    }

    #[test]
    fn what_would_be_missing_in_it_is_refused() {
        assert!(drawn("width='9' height='9'><text>x</text>").is_err_and(|reason| reason.contains("text")));
        let outside = drawn("width='9' height='9'><image xlink:href='file:///etc/passwd' width='9' height='9'/>");
        assert!(outside.is_err_and(|reason| reason.contains("pictures in it")));
        assert!(draw(b"<svg").is_err());
    }

    #[test]
    fn scripts_and_references_do_nothing() {
        let script = "width='9' height='9' onload='x()'><script>x()</script><rect width='9' height='9'/>";
        assert_eq!(drawn(script).expect("a drawing").samples[3], 255);
        let entity = "<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>\
            <svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><desc>&x;</desc></svg>";
        let _ = draw(entity.as_bytes());
        let reference = "width='9' height='9'><use xlink:href='http://127.0.0.1/x.svg#y'/>";
        assert!(drawn(reference).is_ok());
    }

    #[test]
    fn what_takes_too_much_to_draw_is_refused_at_once() {
        let rectangles =
            |count: usize, attributes: &str| format!("<rect {attributes} width='2000' height='2000'/>").repeat(count);
        let filtered =
            |filter: &str, count| format!("<filter id='f'>{filter}</filter>{}", rectangles(count, "filter='url(#f)'"));
        let pattern =
            "<pattern id='p' width='1' height='1' patternUnits='userSpaceOnUse'><path d='M0 0h1v1z'/></pattern>";
        let huge = pattern.replace("width='1' height='1'", "width='20000' height='20000'");
        let mask = |n: usize| {
            let next = format!("<rect mask='url(#m{})' width='9' height='9'/>", n + 1).repeat(10);
            format!("<mask id='m{n}'>{next}</mask>")
        };
        let masks = (0..30).map(mask).collect::<String>() + "<rect mask='url(#m0)' width='9' height='9'/>";
        let lines = "L2000 2000L0 2000L2000 0".repeat(20_000);
        let bombs = [
            filtered("<feGaussianBlur stdDeviation='1000'/>", 200),
            filtered("<feTurbulence baseFrequency='0.05' numOctaves='1000000'/>", 1),
            filtered("<feMorphology radius='900'/>", 1),
            filtered(&"<feFlood/>".repeat(100), 1),
            format!("{pattern}{}", rectangles(500, "fill='url(#p)'")),
            format!("{huge}{}", rectangles(1, "fill='url(#p)'")),
            format!("{}{}", "<g opacity='.5'>".repeat(100), rectangles(1, "")) + &"</g>".repeat(100),
            format!("<path d='M0 0{lines}'/>"),
            format!("<path d='M0 0{lines}' fill='none' stroke='red' stroke-dasharray='1 1'/>"),
        ];
        assert!(drawn(&format!("width='9' height='9'>{masks}")).is_err_and(|reason| reason.contains("too often")));
        for bomb in bombs {
            let begin = Instant::now();
            let outcome = drawn(&format!("width='2000' height='2000'>{bomb}"));
            let start: String = bomb.chars().take(60).collect();
            assert!(outcome.is_err_and(|reason| reason.contains("too much to draw")), "{start}");
            assert!(begin.elapsed() < Duration::from_secs(2), "{start}: {:?}", begin.elapsed());
        }
    }

    #[test]
    fn ordinary_drawings_with_shadows_layers_and_patterns_are_drawn() {
        let shadow = "<filter id='s'><feDropShadow dx='4' dy='4' stdDeviation='5'/></filter>";
        let boxes = "<rect filter='url(#s)' x='99' y='99' width='120' height='60' rx='8'/>".repeat(100);
        let hatched = "<pattern id='p' width='8' height='8' patternUnits='userSpaceOnUse'><path d='M0 0l8 8' stroke='red'/></pattern>\
            <rect fill='url(#p)' width='400' height='300'/>";
        let faded = format!("{}<path d='M0 0h900v900z'/>{}", "<g opacity='.9'>".repeat(8), "</g>".repeat(8));
        let coast: String = (0..20_000).map(|n| format!("l{} {}", (n * 7) % 11 - 5, (n * 5) % 9 - 4)).collect();
        let map = format!("<path d='M450 450{coast}' stroke='blue' stroke-dasharray='4 2'/>");
        for drawing in [shadow.to_owned() + &boxes, hatched.to_owned(), faded, map] {
            let outcome = drawn(&format!("width='900' height='900'>{drawing}"));
            assert_eq!(
                outcome.map(|raster| raster.width),
                Ok(1800),
                "{}",
                drawing.chars().take(40).collect::<String>()
            );
        }
    }

    #[test]
    fn bombs_end_soon() {
        let mut laughs = "<!DOCTYPE svg [<!ENTITY a 'aaaaaaaaaa'>".to_owned();
        for (name, inner) in
            ["b", "c", "d", "e", "f", "g", "h", "i"].iter().zip(["a", "b", "c", "d", "e", "f", "g", "h"])
        {
            laughs += &format!("<!ENTITY {name} '{}'>", format!("&{inner};").repeat(10));
        }
        laughs += "]><svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><desc>&i;</desc></svg>";
        let mut uses = format!("{HEAD} width='9' height='9'><g id='g0'><path d='M0 0h9v9z'/></g>");
        for n in 1..40 {
            uses += &format!("<g id='g{n}'>{}</g>", format!("<use xlink:href='#g{}'/>", n - 1).repeat(10));
        }
        uses += "</svg>";
        let deep = format!("{HEAD} width='9' height='9'>{}{}</svg>", "<g>".repeat(50_000), "</g>".repeat(50_000));
        let reason = draw(uses.as_bytes()).expect_err("a bomb");
        assert!(reason.contains("too often"), "{reason}");
        let circle =
            format!("{HEAD} width='9' height='9'><g id='a'><path d='M0 0h9v9z'/><use xlink:href='#a'/></g></svg>");
        assert!(!draw(circle.as_bytes()).is_err_and(|reason| reason.contains("too often")));
        for (name, file) in [("laughs", laughs), ("uses", uses), ("deep", deep)] {
            let begin = Instant::now();
            let _ = draw(file.as_bytes());
            assert!(begin.elapsed() < LONGEST_TIME, "{name}: {:?}", begin.elapsed());
        }
    }
}
