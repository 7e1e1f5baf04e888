//! Columns, facing pages, figures that give way, faces of the user's own.

use super::*;
use crate::font::{FaceId, own};

/// A page's text by its columns' left edges, and the last baseline of each.
fn columns(page: &Page) -> Vec<(i64, i64)> {
    let mut out: Vec<(i64, i64)> = Vec::new();
    let middle = page.size.width / 2.0;
    for (_, run) in runs(page).filter(|(item, _)| item.tag.is_some()) {
        let side = i64::from(run.origin.x > middle - Pt(10.0));
        let y = (run.origin.y.0 * 100.0).round() as i64;
        match out.iter_mut().find(|(known, _)| *known == side) {
            Some((_, last)) => *last = (*last).max(y),
            None => out.push((side, y)),
        }
    }
    out
}

#[test]
fn two_columns_hold_all_text_between_the_margins() {
    let mut theme = Theme::default();
    theme.page.columns = 2;
    let book = book(vec![long_article()]);
    let pages = lay_out(&book, &Images::default(), &theme).value;
    let one = super::pages(&book);
    assert_eq!(content(&pages).replace(' ', ""), content(&one).replace(' ', ""));
    let text_pages: Vec<&Page> = pages.pages.iter().filter(|p| matches!(p.label, PageLabel::Arabic(_))).collect();
    assert!(text_pages.iter().rev().skip(1).all(|page| columns(page).len() == 2));
    let geometry = Geometry::new(&theme);
    let width = geometry.area.width * 2.0 + theme.pt(theme.page.gutter);
    for (number, page) in pages.pages.iter().enumerate().filter(|(_, p)| matches!(p.label, PageLabel::Arabic(_))) {
        let left = geometry.left(number);
        let inside = |x: Pt| x > left - Pt(0.1) && x < left + width + Pt(0.1);
        assert!(runs(page).all(|(_, run)| inside(run.origin.x)));
    }
    // The contents have the numbers of pages, not of columns.
    let last = text_pages.len().to_string();
    assert!(text_pages.last().is_some_and(|page| runs(page).any(|(_, run)| run.text == last)));
}

#[test]
fn facing_pages_end_on_the_same_line() {
    let mut seed = Seeded(5, 0);
    let words = |seed: &mut Seeded| SENTENCE.chars().cycle().take(60 + seed.below(300)).collect::<String>();
    let blocks = (0..200).map(|_| paragraph(&words(&mut seed))).collect();
    let pages = pages(&book(vec![chapter("a", "题", blocks)]));
    let ends: Vec<(u32, i64)> = pages
        .pages
        .iter()
        .filter_map(|page| match page.label {
            PageLabel::Arabic(number) => Some((number, columns(page).iter().map(|(_, y)| *y).max()?)),
            _ => None,
        })
        .collect();
    let spreads: Vec<_> = ends.windows(2).filter(|pair| pair[0].0 % 2 == 0 && pair[1].0 < ends.len() as u32).collect();
    let alike = spreads.iter().filter(|pair| pair[0].1 == pair[1].1).count();
    // Short paragraphs leave no choice at times.
    assert!(spreads.len() > 15 && alike * 20 >= spreads.len() * 17, "{alike} of {}", spreads.len());
}

#[test]
fn text_that_goes_before_a_figure_leaves_no_hole() {
    let picture = Picture { addresses: vec!["b".into()], alt: Some("图".into()), declared: None };
    let mut images = Images::default();
    let id = ImageId("0".into());
    let image = Image { id, format: ImageFormat::Png, width: 700, height: 700, bytes: Vec::new().into() };
    images.insert(&picture, Ok(image));
    let figure = Block::Figure(Figure { images: vec![picture], caption: text("图注") });
    let mut blocks: Vec<Block> = (0..5).map(|_| paragraph(&SENTENCE.repeat(3))).collect();
    blocks.push(figure);
    blocks.extend((0..4).map(|_| paragraph(&SENTENCE.repeat(2))));
    let pages = lay_out(&book(vec![chapter("a", "题", blocks)]), &images, &Theme::default()).value;
    let first = pages.pages.iter().find(|page| page.label == PageLabel::Arabic(1)).unwrap();
    let body = |(item, _): &(&Item, &frame::GlyphRun)| role(&pages, item.tag) == Some(TagRole::Paragraph);
    let lines: Vec<i64> = runs(first).filter(body).map(|(_, run)| run.origin.y.0.round() as i64).collect();
    assert!(lines.windows(2).all(|pair| pair[1] - pair[0] <= 17), "{lines:?}");
    let geometry = Geometry::new(&Theme::default());
    let white = geometry.top + geometry.area.height - Pt(*lines.last().unwrap() as f64);
    assert!(white < Pt(17.0 * 4.0), "{white:?}");
}

#[test]
fn own_faces_come_first_for_what_they_have() {
    let serif = own::open(offprint_fonts::SERIF_BOLD.to_vec()).unwrap();
    let book = book(vec![chapter("a", "题", vec![paragraph("他说“hello”，and — привет。")])]);
    let faces = |theme: &Theme| -> Vec<(FaceId, String)> {
        let pages = lay_out(&book, &Images::default(), theme).value;
        let page = pages.pages.iter().find(|page| page.label == PageLabel::Arabic(1)).unwrap();
        runs(page).filter(|(item, _)| item.tag.is_some()).map(|(_, run)| (run.face, run.text.clone())).collect()
    };
    let theme = Theme { faces: serif.clone(), ..Theme::default() };
    let shown = faces(&theme);
    let of = |wanted: &str| shown.iter().find(|(_, text)| text.contains(wanted)).unwrap().0;
    assert_eq!((of("hello"), of("привет")), (serif[0], serif[0]));
    assert_eq!((of("他").family(), of("“").family()), (of("说").family(), of("说").family()));
    assert!(matches!(of("他").family(), Family::Cjk(_)));
    // With a face of its own for all of it, Chinese is composed as with ours.
    let cjk = own::open(offprint_fonts::SERIF_CJK_REGULAR.to_vec()).unwrap();
    let theme = Theme { faces: vec![cjk[2]], ..Theme::default() };
    let long =
        super::book(vec![chapter("a", "题", vec![paragraph(&"清晨六点，他说：“今天潮。”（也许）……".repeat(20))])]);
    let lines = |theme: &Theme| {
        let pages = lay_out(&long, &Images::default(), theme).value;
        let page = pages.pages.iter().find(|page| page.label == PageLabel::Arabic(1)).unwrap().clone();
        let place = |run: &frame::GlyphRun| (run.origin.y.0.round() as i64, run.glyphs.iter().map(|g| g.id).collect());
        runs(&page).filter(|(item, _)| item.tag.is_some()).map(|(_, run)| place(run)).collect::<Vec<(i64, Vec<u16>)>>()
    };
    assert_eq!(lines(&theme), lines(&Theme::default()));
}

#[test]
fn numbers_in_hebrew_keep_their_spaces() {
    let mut book = book(vec![chapter("a", "שער", vec![paragraph("נסגר בשנת 2011. אבל")])]);
    book.metadata.language = Language::parse("he").unwrap();
    let pages = pages(&book);
    let page = pages.pages.iter().find(|page| page.label == PageLabel::Arabic(1)).unwrap();
    let spans: Vec<(f64, f64, String)> = runs(page)
        .filter(|(item, _)| item.tag.is_some())
        .map(|(_, run)| {
            let face = Face::open(run.face);
            let shown =
                run.glyphs.iter().filter(|g| run.text.get(g.text.start as usize..g.text.end as usize) != Some(" "));
            let end = shown.map(|g| f64::from(g.x) + f64::from(face.advance(g.id)) * run.size.0 / 1000.0);
            (run.origin.x.0, run.origin.x.0 + end.fold(0.0, f64::max), run.text.trim().to_owned())
        })
        .collect();
    let year = spans.iter().find(|(.., text)| text.contains("2011")).unwrap();
    let before = spans.iter().find(|(.., text)| text.contains("בשנת")).unwrap();
    let after = spans.iter().find(|(.., text)| text.contains("אבל")).unwrap();
    let stop = spans.iter().find(|(.., text)| text == ".").unwrap();
    // From right to left: the word, a space, the number, its stop, a space.
    assert!(before.0 - year.1 > 1.0, "{spans:?}");
    assert!((year.0 - stop.1).abs() < 0.1, "{spans:?}");
    assert!(stop.0 - after.1 > 1.0, "{spans:?}");
}

#[test]
fn verse_stands_in_as_far_as_its_first_line() {
    let lines = ["床前明月光，", "疑是地上霜。", "举头望明月，"];
    let content = lines.iter().flat_map(|line| [Inline::Text((*line).into()), Inline::Break]).collect();
    let pages = pages(&book(vec![chapter("a", "题", vec![Block::Paragraph(content)])]));
    let page = pages.pages.iter().find(|page| page.label == PageLabel::Arabic(1)).unwrap();
    let starts: Vec<i64> =
        runs(page).filter(|(item, _)| item.tag.is_some()).map(|(_, r)| r.origin.x.0 as i64).collect();
    assert!(starts.len() == 3 && starts.iter().all(|x| *x == starts[0]), "{starts:?}");
}

#[test]
fn the_inner_margin_is_at_the_fold_wherever_that_is() {
    let mut theme = Theme::default();
    theme.page.inner = theme::Length::Fixed(Pt(80.0));
    let left_edges = |right_bound, language: &str| {
        let mut book = book(vec![chapter("a", "文", vec![paragraph(&SENTENCE.repeat(60))])]);
        book.metadata.language = Language::parse(language).unwrap();
        let pages = lay_out(&book, &Images::default(), &Theme { right_bound, ..theme.clone() }).value;
        let least = |page: &Page| runs(page).map(|(_, run)| run.origin.x.0).fold(f64::INFINITY, f64::min);
        // The third page is the text's first.
        [least(&pages.pages[2]) > 70.0, least(&pages.pages[3]) > 70.0]
    };
    assert_eq!(left_edges(None, "zh-CN"), [true, false]);
    assert_eq!(left_edges(Some(true), "zh-CN"), [false, true]);
    assert_eq!(left_edges(Some(false), "he"), [true, false]);
    assert_eq!(left_edges(None, "he"), [false, true]);
}

#[test]
fn hebrew_books_are_bound_at_the_right() {
    let mut theme = Theme::default();
    theme.page.columns = 2;
    theme.page.inner = theme::Length::Fixed(Pt(90.0));
    let words = "שלום עולם ".repeat(2000);
    let mut book = book(vec![chapter("a", "שער", vec![paragraph(&words)])]);
    book.metadata.language = Language::parse("he").unwrap();
    let pages = lay_out(&book, &Images::default(), &theme).value;
    let geometry = Geometry::new(&theme).of_language("he");
    let mut seen = 0;
    for (number, page) in pages.pages.iter().enumerate().filter(|(_, p)| matches!(p.label, PageLabel::Arabic(_))) {
        let first = runs(page).find(|(item, _)| item.tag.is_some()).unwrap().1.origin.x;
        // The first column is the right one; even pages have their fold at the right.
        let fold = if number % 2 == 0 { Pt(90.0) } else { theme.pt(theme.page.outer) };
        let right = page.size.width - fold;
        assert!(first > right - geometry.area.width - Pt(10.0) && first < right, "{first:?} {right:?}");
        seen += 1;
    }
    assert!(seen > 4);
}
