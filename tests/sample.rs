//! The sample article, as a reader of its two books finds it.

use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;

use crate::books::{EpubFile, count, pdf_outline, pdf_text, squeeze, without_tags};
use crate::program::{case, folder, offprint};

/// The folder with `sample.epub` and `sample.pdf`, built once.
fn built() -> &'static PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let dir = folder("sample");
        let page = case("sample/article.html");
        let args = ["build", page.to_str().unwrap(), "-o", "sample.epub", "-o", "sample.pdf", "--offline", "--strict"];
        let run = offprint(&dir, &args);
        assert_eq!((run.code, run.err.as_str(), run.out.as_str()), (0, "", "sample.epub\nsample.pdf\n"));
        dir
    })
}

fn epub() -> EpubFile {
    EpubFile::open(&built().join("sample.epub"))
}

const HEADINGS: [(usize, &str); 5] =
    [(0, "一、选纸与开本"), (1, "纸的纹路"), (0, "二、从网页到书页"), (1, "检查清单"), (0, "三、流传")];

/// Sentences of the article that cleaning, spacing or line breaking could damage.
const SENTENCES: [&str; 12] = [
    "本文写给想把喜欢的文章带在身边、印在纸上、送给朋友的人。",
    "网页会消失，链接会失效，屏幕上的文字往往撑不过几个冬天。",
    "希望所有相关内容都能帮助你做出第一本小册子。",
    "3 月 2 日：工坊的桌面。摄影者说：“光从左边的窗子进来，纸的影子比纸还好看。”",
    "俄语里有一个词叫самиздат（samizdat），意思是 “自己出版”。",
    "都是它的亲戚😀。",
    "210 mm × 148 mm",
    "internationalization、типография 和 Œuvre 则可以在音节处断开。",
    "Print it, fold it, pass it on. Paper needs no password. ✊",
    "可以寄给远方的朋友。一位读者在信里写道：",
    "由 сам（自己）与 издательство（出版社）合成。",
    "    -o book.epub -o book.pdf\n# 没有网络也可以",
];

const JUNK: [&str; 8] = ["共享此文章", "点击分享到", "赞过", "正在加载", "Tagged", "Minutes", "widgets.js", "↩\n"];

#[test]
fn the_epub_holds_the_whole_article_and_nothing_else() {
    let text = without_tags(&epub().markup());
    for sentence in SENTENCES {
        let found = count(&squeeze(&text), &squeeze(sentence));
        assert_eq!(found, 1, "{sentence} is there {found} times");
    }
    for junk in JUNK {
        assert!(!text.contains(junk), "{junk} is left");
    }
}

#[test]
fn line_breaks_of_the_source_leave_no_spaces_between_characters() {
    let text = without_tags(&epub().markup());
    assert!(text.contains("链接会失效，屏幕上的文字往往撑不过几个冬天"), "{text}");
    assert!(text.contains("可以寄给远方的朋友。一位读者"), "{text}");
}

#[test]
fn the_epub_knows_what_it_is() {
    let epub = epub();
    assert_eq!(epub.names[0], "mimetype");
    let package = epub.text("content.opf");
    for expected in [
        "把文章 “装订” 成册：一张纸的折叠、流传与重逢</dc:title>",
        "林禾言</dc:creator>",
        "zh-CN</dc:language>",
        "2024-03-09",
        "https://paper.example/2024/03/bind-an-article/",
    ] {
        assert!(package.contains(expected), "{expected} is not in {package}");
    }
    for name in epub.names.iter().filter(|name| name.ends_with(".xhtml")) {
        assert!(std::str::from_utf8(&epub.entries[name]).unwrap().contains("lang=\"zh-CN\""), "{name}");
    }
}

#[test]
fn contents_and_outline_are_the_articles_headings() {
    let epub = epub();
    let nav = without_tags(epub.text("nav.xhtml"));
    let ncx = without_tags(epub.text("toc.ncx"));
    let mut at = (0, 0);
    for (_, heading) in HEADINGS {
        for (text, from) in [(&nav, &mut at.0), (&ncx, &mut at.1)] {
            *from += text[*from..].find(heading).unwrap_or_else(|| panic!("{heading} is not in order in {text}"));
        }
    }
    let outline = pdf_outline(&built().join("sample.pdf"));
    assert_eq!(outline, HEADINGS.map(|(depth, title)| (depth, title.to_owned())));
}

#[test]
fn each_picture_is_in_the_books_once() {
    let epub = epub();
    let markup = epub.markup();
    let images: Vec<_> = epub.names.iter().filter(|n| n.ends_with(".jpg") || n.ends_with(".png")).collect();
    assert_eq!(count(&markup, "alt=\"一叠折好的小册子\""), 1);
    assert_eq!(count(&markup, "alt=\"折页示意图\""), 1);
    assert!(!markup.contains("noscript") && !markup.contains("data:"));
    for name in ["stack.jpg", "fold.png"] {
        let original = fs::read(case("sample/images").join(name)).unwrap();
        let id = images.iter().filter(|image| image.ends_with(&name[name.len() - 4..])).count();
        assert!(id >= 1, "{name} of {} bytes is not in {images:?}", original.len());
    }
    let document = lopdf::Document::load(built().join("sample.pdf")).unwrap();
    let is_image = |object: &lopdf::Object| {
        object.as_stream().is_ok_and(|s| s.dict.get(b"Subtype").is_ok_and(|t| t.as_name().is_ok_and(|n| n == b"Image")))
    };
    assert_eq!(document.objects.values().filter(|object| is_image(object)).count(), 2);
}

#[test]
fn the_pdf_gives_the_text_back() {
    // Hyphens at line ends carry an empty ActualText, which this reader does not know.
    let text = pdf_text(&built().join("sample.pdf")).replace('-', "");
    for sentence in SENTENCES {
        assert!(text.contains(&squeeze(sentence).replace('-', "")), "{sentence} is not in {text}");
    }
    for junk in JUNK {
        assert!(!text.contains(&squeeze(junk)), "{junk} is left");
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let dir = folder("sample_again");
    fs::create_dir(dir.join("elsewhere")).unwrap();
    fs::create_dir(dir.join("elsewhere/images")).unwrap();
    fs::copy(case("sample/article.html"), dir.join("elsewhere/article.html")).unwrap();
    for name in ["stack.jpg", "fold.png"] {
        fs::copy(case("sample/images").join(name), dir.join("elsewhere/images").join(name)).unwrap();
    }
    let run = offprint(&dir, &["build", "elsewhere/article.html", "-o", "sample.epub", "-o", "sample.pdf"]);
    assert_eq!(run.code, 0, "{}", run.err);
    for name in ["sample.epub", "sample.pdf"] {
        assert!(fs::read(dir.join(name)).unwrap() == fs::read(built().join(name)).unwrap(), "{name} differs");
    }
}

#[test]
fn what_the_user_says_comes_before_what_the_page_says() {
    let dir = folder("sample_overrides");
    let page = case("sample/article.html");
    let cover = case("sample/images/stack.jpg");
    let args = [
        "build",
        page.to_str().unwrap(),
        "-o",
        "a.epub",
        "--title",
        "另一个题目",
        "--author",
        "甲",
        "--author",
        "乙",
        "--lang",
        "zh-TW",
        "--cover",
        cover.to_str().unwrap(),
    ];
    let run = offprint(&dir, &args);
    assert_eq!(run.code, 0, "{}", run.err);
    let epub = EpubFile::open(&dir.join("a.epub"));
    let package = epub.text("content.opf");
    for expected in
        ["另一个题目</dc:title>", "甲</dc:creator>", "乙</dc:creator>", "zh-TW</dc:language>", "cover-image"]
    {
        assert!(package.contains(expected), "{expected} is not in {package}");
    }
}

#[test]
fn a_missing_picture_is_named_once_and_labelled() {
    let dir = folder("missing_picture");
    let page = "---\ntitle: 缺图\nlang: zh-CN\n---\n<p>前文在此。</p><p><img src=\"https://pictures.example/a/b.jpg\" \
                alt=\"一座桥\"></p><p>后文在此。</p><p><img src=\"gone.png\" alt=\"一棵树\"></p>";
    fs::write(dir.join("a.html"), page).unwrap();
    let run = offprint(&dir, &["build", "a.html", "-o", "a.epub", "-o", "a.pdf", "--offline"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(run.lines("warning: ").len(), 2, "{}", run.err);
    assert_eq!(count(&run.err, "pictures.example/a/b.jpg"), 1, "{}", run.err);
    let text = without_tags(&EpubFile::open(&dir.join("a.epub")).markup());
    let pdf = pdf_text(&dir.join("a.pdf"));
    for expected in ["一座桥", "pictures.example", "一棵树", "gone.png"] {
        assert!(text.contains(expected), "{expected} is not in {text}");
        assert!(pdf.contains(expected), "{expected} is not in {pdf}");
    }
    let listed = |epub: &str, pdf: &str| {
        let text = without_tags(&EpubFile::open(&dir.join(epub)).markup());
        [text, pdf_text(&dir.join(pdf))].map(|text| text.contains("缺少的图片"))
    };
    assert_eq!(listed("a.epub", "a.pdf"), [true, true]);
    let args = ["build", "a.html", "-o", "b.epub", "-o", "b.pdf", "--offline", "--no-missing-list"];
    assert_eq!(offprint(&dir, &args).code, 0);
    assert_eq!(listed("b.epub", "b.pdf"), [false, false]);
}

#[test]
fn several_articles_make_one_book_in_order_of_date() {
    let dir = folder("several");
    fs::create_dir(dir.join("saved")).unwrap();
    let page = |title: &str, date: &str, name: &str| {
        let text = format!(
            "---\ntitle: {title}\ndate: {date}\nauthor: 某人\nfrom: https://a.example/{name}\nlang: zh-CN\n---\n\
             <p>{title}的正文。</p><h2>{title}之一</h2><p>内容。</p>"
        );
        fs::write(dir.join("saved").join(name), text).unwrap();
    };
    page("第二篇", "2023-05-01", "a.html");
    page("第三篇", "2024-01-01", "c.html");
    page("第一篇", "2022-01-01", "b.html");
    let run = offprint(&dir, &["build", "saved", "-o", "all.epub", "-o", "all.pdf", "--title", "三篇"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let outline = pdf_outline(&dir.join("all.pdf"));
    let expected =
        [(0, "第一篇"), (1, "第一篇之一"), (0, "第二篇"), (1, "第二篇之一"), (0, "第三篇"), (1, "第三篇之一")];
    assert_eq!(outline, expected.map(|(depth, title)| (depth, title.to_owned())));
    let nav = without_tags(EpubFile::open(&dir.join("all.epub")).text("nav.xhtml"));
    let positions: Vec<_> = expected.iter().map(|(_, title)| nav.find(title)).collect();
    assert!(positions.iter().all(Option::is_some) && positions.is_sorted(), "{nav}");
}
