//! One page for each group of quirks, with the dump of the chapter that it becomes.

use super::super::{Options, Page, Stated, article};
use crate::model::dump;

/// Normalizes `tests/cases/FOLDER/NAME.html` and compares it with `NAME.txt`.
macro_rules! cases {
    ($folder:literal: $($name:ident),* $(,)?) => {
        $(
            #[test]
            fn $name() {
                let html = include_str!(concat!("../../../tests/cases/", $folder, "/", stringify!($name), ".html"));
                let expected = include_str!(concat!("../../../tests/cases/", $folder, "/", stringify!($name), ".txt"));
                let stated = Stated { title: title(html), ..Stated::default() };
                let base = Some("https://example.org/posts/one");
                let page = Page { name: "case.html", html, base, stated, ..Page::default() };
                let found = dump(&article(&page, &Options::default()).value.chapter);
                assert_eq!(found, expected, "\n--- found:\n{found}");
            }
        )*
    };
}

/// What a case states as its title: `<!-- title: … -->` in its first line.
fn title(html: &str) -> Option<String> {
    html.strip_prefix("<!-- title: ")?.split_once(" -->").map(|(title, _)| title.to_owned())
}

cases!(
    "normalize":
    preamble,
    title_quotes,
    byline,
    jetpack,
    related,
    drupal,
    feed_tail,
    wechat,
    figures,
    callouts,
    captions,
    headings,
    contents_list,
    paragraphs,
    quotes,
    nesting,
    tables,
    broken_attributes,
    lazy_images,
    pretty_printed,
    hidden_mail,
    characters,
    ruby_math,
    footnotes,
    word_notes,
    embeds,
    sections,
    code,
    definitions,
    full_page,
    math,
    damaged_formulas,
    formula_measures,
    notes_in_code,
    notes_in_tables,
    math_dollars,
    notes_in_place,
    tdiary_notes,
    note_kinds,
    listings,
    bold_lines,
    bold_questions,
    heading_role,
    site_title,
    chart,
    parts,
    teasers,
    proxies,
    escapes,
    accordion,
    streamed,
    boxes,
    related_list,
    author_box,
    features,
    facts,
    titled_box,
    site_author,
    said_twice,
    others_day,
    own_day,
    ruby_frame,
    opening,
    lead_caption,
    hidden_classes,
    signature,
    dated_teasers,
    page_controls,
    headed_links,
    folded_captions,
    contents_lines,
    imprint,
    numbered_boxes,
    running_boxes,
    lead_picture,
    sign_up,
    folded,
    ends,
    references,
    slide_show,
    fact_table,
    rubric_cards,
    picture_links,
    biography,
    thumbnail,
    list_of_posts,
    ranking,
    beside,
    list_article,
    article_parts,
    posts,
    credits,
    remarks,
    rubric_title,
);

/// One page for each platform that has rules of its own.
mod platforms {
    use super::super::super::{Options, Page, Stated, article};
    use super::title;
    use crate::model::dump;

    cases!(
        "platforms":
        baike,
        beaver_builder,
        blogger,
        bricks,
        discuz,
        divi,
        douban,
        elementor,
        ghost,
        habr,
        hubspot,
        mediawiki,
        medium,
        movable_type,
        naver,
        netease,
        note_com,
        sina,
        squarespace,
        static_themes,
        substack,
        tistory,
        toutiao,
        webflow,
        weibo,
        wix,
        wordpress,
        zhihu,
    );
}
