//! Books for tests: one with everything, a collection with nasty metadata, and the smallest one.

use crate::media::{Image, ImageFormat, ImageId, Images, Missing};
use crate::model::*;

/// A grey PNG of 8 by 8 pixels.
#[rustfmt::skip]
pub(super) const PNG: &[u8] = &[
    0x89, 0x50, 0x4E, 0x47, 13, 10, 0x1A, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 8, 0, 0, 0, 8, 8, 0, 0, 0,
    0, 0xE1, 0x64, 0xE1, 0x57, 0, 0, 0, 0x49, 0x49, 0x44, 0x41, 0x54, 0x78, 0xDA, 0x63, 0x60, 0x80, 3, 0x16, 14, 0x1E,
    1, 0x11, 9, 0x19, 6, 6, 14, 1, 9, 5, 13, 3, 11, 6, 6, 0x1E, 9, 0x15, 3, 0x1B, 0x8F, 0x10, 6, 6, 1, 5, 3, 0x87,
    0x80, 0x84, 2, 6, 6, 0x11, 13, 0x9B, 0x80, 0x94, 0x8A, 0x1E, 6, 6, 9, 3, 0x8F, 0x84, 0x8A, 9, 0x2B, 0x18, 0x18,
    0x64, 0x2C, 0x42, 10, 0x7A, 0x56, 0x1C, 1, 0, 1, 0x97, 12, 0x41, 0x4D, 0x5B, 0xC1, 0x8A, 0, 0, 0, 0, 0x49, 0x45,
    0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
];

pub(super) fn text(text: &str) -> Inline {
    Inline::Text(text.to_owned())
}

pub(super) fn paragraph(words: &str) -> Block {
    Block::Paragraph(vec![text(words)])
}

pub(super) fn anchor(name: &str) -> Anchor {
    Anchor(name.to_owned())
}

pub(super) fn picture(address: &str, alt: Option<&str>) -> Picture {
    Picture { addresses: vec![address.to_owned()], alt: alt.map(str::to_owned), declared: None }
}

pub(super) fn chapter(id: &str, title: &str, blocks: Vec<Block>) -> Chapter {
    let title = if title.is_empty() { Vec::new() } else { vec![text(title)] };
    Chapter { id: anchor(id), title, byline: None, language: None, blocks, notes: Vec::new(), sections: Vec::new() }
}

pub(super) fn metadata(title: &str, language: &str) -> Metadata {
    Metadata {
        title: title.to_owned(),
        creators: Vec::new(),
        language: Language::parse(language).unwrap(),
        identifier: "urn:uuid:2f1c8a3e-6d1b-5c0a-9d39-0b6a4b0f7f11".to_owned(),
        modified: Date::UNKNOWN,
        date: None,
        description: None,
        publisher: None,
        sources: Vec::new(),
        subjects: Vec::new(),
        series: None,
        rights: None,
        cover: None,
    }
}

/// Images that hold the address `https://a.example/there.png`, and miss `https://b.example/gone.png?x=1`.
pub(super) fn images() -> Images {
    let mut images = Images::default();
    let there = Image {
        id: ImageId("0123456789abcdef".to_owned()),
        format: ImageFormat::Png,
        width: 8,
        height: 8,
        bytes: PNG.into(),
    };
    images.insert(&picture("https://a.example/there.png", None), Ok(there));
    let gone = "https://b.example/gone.png?x=1";
    let missing = Missing { address: gone.to_owned(), reason: "http status 404".to_owned(), hint: None };
    images.insert(&picture(gone, None), Err(missing));
    images
}

/// The smallest book.
pub(super) fn smallest() -> Book {
    Book { metadata: metadata("One word", "en"), chapters: vec![chapter("c", "One word", vec![paragraph("Word.")])] }
}

/// One article in Chinese with every block and every inline.
pub(super) fn everything() -> Book {
    let mut metadata = metadata("监狱与“国家”", "zh-CN");
    metadata.creators = vec![
        Creator { name: "Gabriel Fornard".into(), role: Role::Author },
        Creator { name: "王小波".into(), role: Role::Translator },
    ];
    metadata.date = Date::new(2022, 1, 13);
    metadata.modified = Date::new(2022, 1, 14).unwrap().with_time(3, 36, 12, 480).unwrap();
    metadata.publisher = Some("iYouPort".into());
    metadata.sources = vec!["https://www.iyouport.org/%e8%bf%99%e4%b8%aa/?a=1&b=2".into()];
    metadata.subjects = vec!["哈萨克斯坦".into(), "R&D".into()];
    metadata.description = Some("一篇文章。".into());
    let mut article = chapter("art", "监狱与“国家”", lead());
    article.notes = vec![
        Note { id: anchor("n1"), blocks: vec![paragraph("第一个注释。")] },
        Note {
            id: anchor("n2"),
            blocks: vec![Block::Paragraph(vec![
                text("第二个，见"),
                Inline::Link { target: Target::Anchor(anchor("s2")), content: vec![text("后文")] },
                text("。"),
            ])],
        },
    ];
    let mut second = chapter("s2", "数据与代码", data());
    second.sections = vec![chapter("s21", "小节", vec![paragraph("小节的正文。")])];
    let mut first = chapter("s1", "行内", vec![Block::Paragraph(inlines())]);
    first.title = vec![text("行内"), Inline::Emphasis(vec![text("元素")])];
    article.sections = vec![first, second];
    Book { metadata, chapters: vec![article] }
}

fn lead() -> Vec<Block> {
    vec![
        Block::Paragraph(vec![
            text("开头"),
            Inline::Note(anchor("n1")),
            text("。又"),
            Inline::Note(anchor("n1")),
            Inline::Note(anchor("n2")),
        ]),
        Block::Figure(Figure {
            images: vec![picture("https://a.example/there.png", Some("一幅画"))],
            caption: vec![text("图一")],
        }),
        Block::Figure(Figure {
            images: vec![picture("https://b.example/gone.png?x=1", Some("没了的画"))],
            caption: Vec::new(),
        }),
        Block::Quote(Quote { blocks: vec![paragraph("他说的话。")], attribution: vec![text("— 他")] }),
        Block::Rule,
        Block::Embed(Embed {
            kind: EmbedKind::Video,
            title: "起义".into(),
            address: "https://v.example/watch?v=1&t=2".into(),
            picture: Some(picture("https://a.example/there.png", Some(""))),
        }),
        Block::Embed(Embed {
            kind: EmbedKind::Post,
            title: "Integration Nightmares".into(),
            address: "https://t.example/1".into(),
            picture: None,
        }),
    ]
}

fn inlines() -> Vec<Inline> {
    let inner = |words: &str| vec![text(words)];
    vec![
        text("文本 < & > "),
        Inline::Emphasis(inner("强调")),
        Inline::Strong(inner("重要")),
        Inline::Code("let  x = 1;".into()),
        Inline::Link { target: Target::Web("https://a.example/?a=1&b=\"2\"".into()), content: inner("外") },
        Inline::Link { target: Target::Web("javascript:alert(1)".into()), content: inner("恶") },
        Inline::Link { target: Target::Anchor(anchor("mark")), content: inner("内") },
        Inline::Link { target: Target::Anchor(anchor("nowhere")), content: inner("无") },
        Inline::Image(Picture { declared: Some((16, 16)), ..picture("https://a.example/there.png", Some("笑")) }),
        Inline::Image(picture("https://b.example/gone.png?x=1", Some("没"))),
        Inline::Break,
        Inline::Sub(inner("2")),
        Inline::Super(inner("3")),
        Inline::Strike(inner("删")),
        Inline::Ruby { base: inner("漢字"), text: "かんじ".into() },
        Inline::Math(Math { tex: "x<1".into(), mathml: None }),
        Inline::Math(Math { tex: "x^2".into(), mathml: Some("<math><msup><mi>x</mi><mn>2</mn></msup></math>".into()) }),
    ]
}

fn data() -> Vec<Block> {
    let cell = |header, words: &str| Cell {
        header,
        columns: 1,
        rows: 1,
        alignment: Alignment::Start,
        blocks: vec![paragraph(words)],
    };
    let wide = Cell { columns: 2, alignment: Alignment::Center, ..cell(false, "合计") };
    let item = |words: &str| ListItem { blocks: vec![paragraph(words)] };
    vec![
        Block::Paragraph(vec![Inline::Anchor(anchor("mark")), text("这里。")]),
        Block::Heading { level: 3, anchor: anchor("h3"), content: vec![text("块内标题")] },
        Block::Code { language: Some("rust".into()), text: "fn main() {\n\tprintln!(\"你好 <x>\");\n}".into() },
        Block::Table(Table {
            caption: vec![text("表一")],
            head: vec![Row { cells: vec![cell(true, "名"), cell(true, "数")] }],
            body: vec![
                Row { cells: vec![cell(true, "甲"), Cell { alignment: Alignment::End, ..cell(false, "1") }] },
                Row { cells: vec![wide] },
            ],
        }),
        Block::List(List {
            kind: ListKind::Ordered { start: 3 },
            items: vec![
                ListItem {
                    blocks: vec![
                        paragraph("三"),
                        Block::List(List { kind: ListKind::Bullet, items: vec![item("点"), item("点")] }),
                    ],
                },
                ListItem { blocks: vec![paragraph("四"), paragraph("又四")] },
            ],
        }),
        Block::Definitions(vec![Definition {
            terms: vec![vec![text("词")]], meanings: vec![vec![paragraph("义。")]]
        }]),
        Block::Math(Math { tex: "\\sum_{i=1}^n i".into(), mathml: None }),
        paragraph("שלום עולם"),
        paragraph("📌 ⛓ ⚪️ Казахстан"),
    ]
}

/// Two articles in two languages, with metadata that would break careless XML.
pub(super) fn collection() -> Book {
    let nasty = "A & <b> \"c\" 'd' ]]> \u{8}😀 שלום";
    let mut metadata = metadata(nasty, "zh-TW");
    metadata.creators = vec![Creator { name: nasty.into(), role: Role::Author }];
    metadata.publisher = Some(nasty.into());
    metadata.description = Some(nasty.into());
    metadata.subjects = vec![nasty.into()];
    metadata.rights = Some(nasty.into());
    metadata.series = Some(Series { name: nasty.into(), position: Some(2.0) });
    metadata.sources = vec!["https://a.example/1".into(), "https://b.example/2 \"x\"".into()];
    metadata.cover = Some(picture("https://a.example/there.png", None));
    let mut first = chapter(
        "one",
        nasty,
        vec![
            paragraph("骨與灰。"),
            Block::Paragraph(vec![Inline::Image(picture("https://a.example/there.png", None))]),
        ],
    );
    first.byline = Some(Byline {
        creators: vec![Creator { name: nasty.into(), role: Role::Author }],
        date: Date::new(2023, 2, 3),
        site: Some(nasty.into()),
        address: Some("https://a.example/1".into()),
        tags: Vec::new(),
    });
    first.sections = vec![chapter("one-a", "一節", vec![paragraph("文。")])];
    let mut second = chapter("two", "骨と灰", vec![paragraph("日本語。")]);
    second.language = Language::parse("ja");
    Book { metadata, chapters: vec![first, second] }
}
