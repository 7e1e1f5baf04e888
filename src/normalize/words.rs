//! What the names of classes and ids say of an element, in the words that most sites use.

#![expect(clippy::disallowed_types, reason = "looked up for every element and never listed")]

use std::collections::HashMap;

use super::tree::{NodeId, Tree};

/// Beginnings of words for what stands around an article. Sorted.
const AROUND: &[&str] = &[
    "adsense",
    "adslot",
    "advert",
    "announce",
    "asides",
    "avatar",
    "backtotop",
    "banner",
    "barrier",
    "bookmark",
    "breadcrumb",
    "buttons",
    "bottombar",
    "captcha",
    "carousel",
    "catlinks",
    "channels",
    "comment",
    "community",
    "consent",
    "contact",
    "cookie",
    "copyright",
    "crumb",
    "cta",
    "disclaimer",
    "discuss",
    "disqus",
    "donat",
    "dropdown",
    "editsection",
    "extra",
    "feedback",
    "floatbar",
    "follow",
    "foot",
    "gdpr",
    "hotnews",
    "hotspot",
    "icp",
    "jiathis",
    "keyword",
    "latest",
    "leaderboard",
    "legend",
    "livefyre",
    "login",
    "masthead",
    "mblang",
    "menu",
    "modal",
    "mostread",
    "nav",
    "newsletter",
    "noprint",
    "outbrain",
    "pager",
    "pagination",
    "paywall",
    "popular",
    "popup",
    "postnav",
    "promo",
    "qrcode",
    "rank",
    "readmore",
    "recirc",
    "recommend",
    "register",
    "relate",
    "remark",
    "replies",
    "respond",
    "rightbar",
    "rss",
    "search",
    "share",
    "sharing",
    "shoutbox",
    "sidebar",
    "signup",
    "sitemap",
    "social",
    "sponsor",
    "subscri",
    "supplement",
    "taboola",
    "teaser",
    "toolbar",
    "toolbox",
    "tooltip",
    "trending",
    "widget",
    "yarpp",
];
/// Those of them that name as well what an article is made of: a ranking, a legend, what a page builder calls its boxes.
/// Where no links say that it is a list of other articles, long text says that it is none.
const DOUBTFUL: &[&str] =
    &["rank", "widget", "legend", "extra", "announce", "supplement", "community", "channels", "popular", "keyword"];
/// Whole words for the same.
const AROUND_WHOLE: &[&str] = &[
    "ad", "ads", "aside", "bdshare", "dialog", "hot", "like", "likes", "login", "more", "msgs", "next", "prev",
    "previous", "print", "rail", "related", "reply", "side", "tags", "tool", "tools",
];
/// Beginnings of words for what holds an article.
const ARTICLE: &[&str] = &[
    "artical", "article", "blogpost", "body", "column", "content", "detail", "entry", "hentry", "main", "markdown",
    "page", "post", "prose", "story", "text", "wysiwyg",
];
/// Beginnings of words for what is said about an article in short.
const ABOUT: &[&str] = &[
    "author",
    "autor",
    "byline",
    "categor",
    "count",
    "crumb",
    "date",
    "dateline",
    "eyebrow",
    "info",
    "kicker",
    "meta",
    "origin",
    "posted",
    "publish",
    "pubtime",
    "rubric",
    "source",
    "tag",
    "time",
    "timestamp",
    "updated",
    "view",
    "writer",
];

/// What an element's names say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Hints {
    pub(super) around: bool,
    pub(super) article: bool,
    pub(super) about: bool,
    /// Around an article, by more than a word that may name a part of it.
    pub(super) firmly: bool,
    /// What readers wrote below an article.
    pub(super) comments: bool,
    /// Footnotes and the like.
    pub(super) notes: bool,
    /// Who wrote it, at some length.
    pub(super) biography: bool,
    /// Around an article, in words that are used for nothing else.
    pub(super) surely: bool,
    /// What a site says below all its pages: whose they are, what it is not liable for.
    pub(super) imprint: bool,
}

/// The names of a page's elements that were read before: most come many times.
#[derive(Default)]
pub(super) struct Names<'a> {
    known: HashMap<&'a str, Hints>,
}

impl<'a> Names<'a> {
    /// What an element's class, id, role and the like say.
    pub(super) fn hints(&mut self, tree: &'a Tree, id: NodeId) -> Hints {
        let Some(element) = tree.element(id) else { return Hints::default() };
        let mut found = Hints::default();
        for (name, value) in &element.attributes {
            match &*name.local {
                "class" | "data-testid" | "data-component" => self.add(value, &mut found),
                // Many ids are made of a heading's words.
                "id" if value.matches(['-', '_']).count() <= 1 => self.add(value, &mut found),
                "itemprop" => {
                    found.article |= &**value == "articleBody";
                    found.about |= matches!(&**value, "author" | "datePublished" | "dateModified");
                }
                "role" => found.add(by_role(value)),
                _ => {}
            }
        }
        found
    }

    /// Adds what the names between spaces say.
    fn add(&mut self, value: &'a str, found: &mut Hints) {
        for name in value.split_ascii_whitespace().take(40) {
            found.add(*self.known.entry(name).or_insert_with(|| by_name(name)));
        }
    }
}

impl Hints {
    /// Readers wrote it: comments, and not the article or the number of them.
    pub(super) fn is_of_readers(self) -> bool {
        self.comments && !self.article && !self.about
    }

    fn add(&mut self, other: Self) {
        self.around |= other.around;
        self.firmly |= other.firmly;
        self.article |= other.article;
        self.about |= other.about;
        self.comments |= other.comments;
        self.notes |= other.notes;
        self.biography |= other.biography;
        self.surely |= other.surely;
        self.imprint |= other.imprint;
    }
}

fn by_name(name: &str) -> Hints {
    let mut found = Hints::default();
    if BUILDERS.iter().any(|builder| name.starts_with(builder)) {
        return found;
    }
    found.biography = is_biography(name);
    // A class of references, not of what is referred to.
    found.notes = ["reference", "reference-list", "reference-item"].iter().any(|end| name.ends_with(end));
    for part in name.split(['-', '_', ':', '/']).filter(|part| !is_number(part)) {
        each_word(part, &mut |word| {
            let around = begins(AROUND, word) || AROUND_WHOLE.contains(&word);
            found.around |= around;
            found.firmly |= around && !begins(DOUBTFUL, word);
            found.article |= begins(ARTICLE, word);
            found.about |= begins(ABOUT, word);
            found.comments |= begins(COMMENTS, word);
            found.imprint |= begins(&["footer", "copyright", "disclaimer", "cookie", "gdpr", "consent"], word);
            found.notes |=
                begins(&["footnote", "endnote", "sidenote", "marginnote", "references", "bibliography"], word);
            found.surely |=
                begins(SURELY, word) || matches!(word, "ad" | "ads" | "related" | "like" | "likes" | "reply");
        });
    }
    found
}

/// What the names of one element say.
pub(super) fn hints(tree: &Tree, id: NodeId) -> Hints {
    Names::default().hints(tree, id)
}

/// `author-bio`, `about-the-author`, `contributorBox`.
fn is_biography(name: &str) -> bool {
    const WHAT: [&str; 8] = ["bio", "box", "card", "about", "profile", "description", "details", "biography"];
    if !["uthor", "ontributor", "riter"].iter().any(|who| name.contains(who)) {
        return false;
    }
    let (mut who, mut what) = (false, false);
    each_word(name, &mut |word| {
        who |= matches!(word, "author" | "authors" | "contributor" | "contributors" | "writer");
        what |= WHAT.contains(&word);
    });
    who && what
}

/// A number in base 16, as programs make names of: `1ad269af0d` holds no word.
fn is_number(part: &str) -> bool {
    let digits = part.bytes().filter(u8::is_ascii_digit).count();
    digits > 0 && digits < part.len() && part.len() >= 6 && part.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn by_role(role: &str) -> Hints {
    const AROUND: [&str; 10] = [
        "menu",
        "menubar",
        "complementary",
        "navigation",
        "alert",
        "alertdialog",
        "dialog",
        "search",
        "contentinfo",
        "banner",
    ];
    Hints {
        around: AROUND.contains(&role),
        firmly: AROUND.contains(&role),
        article: matches!(role, "main" | "article"),
        notes: matches!(role, "doc-endnotes" | "doc-footnote" | "doc-footnotes" | "doc-bibliography" | "note"),
        ..Hints::default()
    }
}

/// No word or phrase of [`RELATED`] has more bytes, however it is written.
const LONGEST: usize = 64;

/// Whether a text begins a list of other articles.
pub(super) fn announces_related(text: &str) -> bool {
    let text = text.trim_end_matches([':', '：', ' ', '»', '>']);
    // Whole paragraphs are asked about too.
    text.len() <= LONGEST && RELATED.contains(&text.to_lowercase().as_str())
}

/// What a line says that stands below an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Other articles follow.
    Others,
    /// The author is introduced.
    Author,
    /// Readers are called to share, to subscribe, to comment.
    Call,
}

/// What a short line says of what follows it, if that is no longer the article. A line that is no heading must say just that.
pub(super) fn announces_end(text: &str, heading: bool) -> Option<End> {
    const OTHERS: [&str; 20] = [
        "related ",
        "more from ",
        "more in ",
        "more on ",
        "more articles",
        "more stories",
        "more posts",
        "you may also ",
        "you might also ",
        "you might like",
        "you may like",
        "recommended ",
        "trending ",
        "popular ",
        "latest ",
        "recent ",
        "explore more",
        "read this next",
        "read next",
        "continue reading",
    ];
    const AUTHOR: [&str; 6] =
        ["about the author", "about the authors", "about author", "author bio", "meet the author", "written by"];
    const CALL: [&str; 18] = [
        "share this",
        "share on",
        "share:",
        "share the ",
        "subscribe to ",
        "sign up for ",
        "join our ",
        "leave a comment",
        "leave a reply",
        "follow us",
        "post a comment",
        "get our ",
        "was this ",
        "did you find this",
        "rate this",
        "how useful was this",
        "stay up to date",
        "never miss ",
    ];
    let text = text.trim().trim_end_matches([':', '：', '!', '?', '.']).to_lowercase();
    let begins = |list: &[&str]| list.iter().any(|of| text.starts_with(of));
    let short = text.split_whitespace().count() <= 6;
    if announces_related(&text) && !OWN.contains(&text.as_str()) || heading && short && begins(&OTHERS) {
        Some(End::Others)
    } else if AUTHOR.contains(&text.as_str()) {
        Some(End::Author)
    } else if text == "share" || (heading || short) && begins(&CALL) {
        Some(End::Call)
    } else {
        None
    }
}

/// What an author may well have written: lists that belong to the article.
pub(super) const OWN: [&str; 6] =
    ["see also", "recommended reading", "related reading", "相关链接", "延伸阅读", "延伸閱讀"];

/// Whether a line begins with words that announce another article.
pub(super) fn announces_one(text: &str) -> bool {
    const BEGINNINGS: [&str; 12] = [
        "related",
        "also read",
        "read also",
        "read more",
        "read next",
        "see more",
        "more",
        "recommended",
        "don't miss",
        "don’t miss",
        "相关阅读",
        "相關閱讀",
    ];
    let Some((first, rest)) = text.split_once([':', '：']) else { return false };
    !rest.trim().is_empty() && BEGINNINGS.contains(&first.trim().to_lowercase().as_str())
}

/// What such lists are headed with.
const RELATED: &[&str] = &[
    "related",
    "related posts",
    "related articles",
    "related stories",
    "related content",
    "related topics",
    "related news",
    "related reading",
    "read more",
    "read next",
    "read also",
    "see also",
    "more stories",
    "more on this",
    "more from",
    "more news",
    "more like this",
    "you may also like",
    "you might also like",
    "you may like",
    "recommended",
    "recommended for you",
    "recommended reading",
    "recommended articles",
    "popular posts",
    "most read",
    "most popular",
    "trending",
    "trending now",
    "latest news",
    "latest posts",
    "latest stories",
    "top stories",
    "don't miss",
    "up next",
    "keep reading",
    "other people are reading",
    "people also read",
    "more for you",
    "more to read",
    "what to read next",
    "recommended stories",
    "editors' picks",
    "editor's picks",
    "相关",
    "相关阅读",
    "相关文章",
    "相关新闻",
    "相关推荐",
    "相关报道",
    "相关链接",
    "相关专题",
    "推荐阅读",
    "推荐文章",
    "为您推荐",
    "为你推荐",
    "猜你喜欢",
    "您可能感兴趣的文章",
    "你可能感兴趣的文章",
    "你可能也喜欢",
    "您可能还会喜欢",
    "热门文章",
    "热门推荐",
    "热门新闻",
    "热点推荐",
    "最新文章",
    "最新新闻",
    "更多文章",
    "更多新闻",
    "更多阅读",
    "延伸阅读",
    "上一篇",
    "下一篇",
    "相關",
    "相關閱讀",
    "相關文章",
    "相關新聞",
    "推薦閱讀",
    "延伸閱讀",
    "你可能也想看",
    "猜你喜歡",
    "熱門文章",
    "最新文章",
    "関連記事",
    "関連リンク",
    "あわせて読みたい",
    "おすすめ記事",
    "人気記事",
    "最新記事",
    "こちらもおすすめ",
    "こちらの記事もおすすめ",
    "あなたにおすすめの記事",
    "合わせて読みたい",
    "関連する記事",
    "この記事もおすすめ",
    "관련 기사",
    "관련기사",
    "관련 글",
    "관련글",
    "함께 보면 좋은 글",
    "많이 본 뉴스",
    "추천 기사",
    "인기 기사",
    "читайте также",
    "читайте также по теме",
    "похожие статьи",
    "похожие публикации",
    "похожие записи",
    "материалы по теме",
    "новости по теме",
    "популярное",
    "см. также",
    "ähnliche artikel",
    "mehr zum thema",
    "lesen sie auch",
    "das könnte sie auch interessieren",
    "auch interessant",
    "weitere artikel",
    "meistgelesen",
    "à lire aussi",
    "lire aussi",
    "articles liés",
    "sur le même sujet",
    "sur le même thème",
    "nos lecteurs ont lu ensuite",
    "les plus lus",
    "artículos relacionados",
    "te puede interesar",
    "lee también",
    "noticias relacionadas",
    "más información",
    "ti potrebbe interessare",
    "articoli correlati",
    "notícias relacionadas",
    "اقرأ أيضا",
    "اقرأ أيضًا",
    "اقرأ ايضا",
    "مقالات ذات صلة",
    "مواضيع ذات صلة",
    "أخبار ذات صلة",
    "قد يعجبك أيضا",
    "leggi anche",
    "artigos relacionados",
    "leia também",
    "czytaj też",
    "lees ook",
    "les også",
];

/// What page builders call their boxes says how they are laid out, not what they hold.
const BUILDERS: &[&str] = &["elementor", "wp-block-", "wpb_", "vc_", "et_pb_", "fl-", "fusion-"];

/// Beginnings of words for what readers wrote.
const COMMENTS: &[&str] = &["comment", "disqus", "replies", "respond", "livefyre"];

/// Beginnings of words for what is around an article wherever it stands.
const SURELY: &[&str] = &[
    "adsense",
    "adslot",
    "advert",
    "barrier",
    "breadcrumb",
    "captcha",
    "comment",
    "consent",
    "cookie",
    "disqus",
    "donat",
    "gdpr",
    "jiathis",
    "login",
    "menu",
    "modal",
    "mostread",
    "nav",
    "newsletter",
    "outbrain",
    "pager",
    "pagination",
    "paywall",
    "popup",
    "promo",
    "qrcode",
    "readmore",
    "recirc",
    "recommend",
    "register",
    "relate",
    "share",
    "sharing",
    "sidebar",
    "signup",
    "social",
    "sponsor",
    "subscri",
    "taboola",
    "toolbar",
    "trending",
    "yarpp",
];

fn begins(list: &[&str], word: &str) -> bool {
    let first = word.as_bytes().first();
    list.iter().any(|of| of.as_bytes().first() == first && word.starts_with(of))
}

/// The words of `postMeta-left main_content`, in lower case.
fn each_word(value: &str, f: &mut dyn FnMut(&str)) {
    let mut word = String::new();
    let mut lower = false;
    for c in value.chars().take(300) {
        let boundary = !c.is_ascii_alphabetic() || c.is_ascii_uppercase() && lower;
        if boundary && !word.is_empty() {
            f(&word);
            word.clear();
        }
        if c.is_ascii_alphabetic() {
            word.push(c.to_ascii_lowercase());
        }
        lower = c.is_ascii_lowercase();
    }
    if !word.is_empty() {
        f(&word);
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse::parse;
    use super::*;

    #[test]
    fn what_announces_others_is_short() {
        assert!(RELATED.iter().all(|of| of.len() <= LONGEST && of.to_uppercase().len() <= LONGEST));
        assert!(announces_related("Related Posts:") && !announces_related(&"related ".repeat(20)));
    }

    #[test]
    fn names_say_what_things_are() {
        let of = |class: &str| {
            let parsed = parse(&format!("<div class='{class}'>"), &[]);
            let div = parsed.tree.named(Tree::DOCUMENT, "div").next().unwrap();
            Names::default().hints(&parsed.tree, div)
        };
        assert!(of("post-comments").around && of("post-comments").article);
        assert!(of("shareBar").around);
        assert!(of("relatedPosts").around);
        assert!(of("entryContent") == Hints { article: true, ..Hints::default() });
        assert!(of("pubTime").about);
        assert_eq!(of("shadow download"), Hints::default());
    }
}
