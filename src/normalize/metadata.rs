//! What a page says about itself: front matter first, then its text, then what its head says for others to read.

use serde_json::Value;
use url::Url;

use super::Stated;
use super::marks::{Marks, Part};
use super::titles::{self, Candidates};
use super::tree::{NodeId, Tree};
use super::{address, dates, quoted, rights, space, subjects};
use crate::model::{Creator, Date, Role};

/// What is known about an article.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    pub(super) title: Option<String>,
    pub(super) creators: Vec<Creator>,
    pub(super) date: Option<Date>,
    pub(super) updated: Option<Date>,
    pub(super) site: Option<String>,
    pub(super) address: Option<String>,
    pub(super) tags: Vec<String>,
    pub(super) description: Option<String>,
    pub(super) cover: Option<String>,
    pub(super) rights: Option<String>,
    /// What the page's markup says its language is.
    pub(super) language: Option<String>,
}

/// Gathers what is known. `roots` hold the article, if that was told apart from the page.
pub(super) fn gather(tree: &Tree, marks: &Marks, stated: &Stated, base: Option<&Url>, above: Option<&str>) -> Facts {
    let head = Head::read(tree);
    let address = base.cloned().or_else(|| head.address());
    let mut sites = sites(stated, &head, address.as_ref());
    let (title, site_of_title) = title(tree, marks, (stated, above), &head, &sites);
    sites.extend(site_of_title.clone());
    let named_site = stated
        .site
        .clone()
        .or_else(|| marks.parts(&Part::Publisher).iter().map(|id| said(tree, *id)).find(|name| !name.is_empty()))
        .or_else(|| head.first(&["og:site_name", "application-name", "al:ios:app_name"]))
        .or(head.ld.publisher.clone());
    let bylines = bylines(tree, marks, &head);
    let own = |part| marks.by_user(part).iter().copied();
    let named = each_once(own(&Part::Author).flat_map(|id| people(&said(tree, id))).collect());
    let (creators, author_site) = match named.is_empty() {
        true => creators(stated, &bylines, &sites),
        false => (named, None),
    };
    let title = own(&Part::Title).map(|id| said(tree, id)).find(|title| !title.is_empty()).or(title);
    let date = || {
        let shown = marks.parts(&Part::Date).iter().filter(|id| !quoted::is_of_others(tree, **id));
        let shown = shown.copied().find_map(|id| date_of(tree, id));
        let meta = head.first(&[
            "article:published_time",
            "og:article:published_time",
            "datePublished",
            "datepublished",
            "pubdate",
            "publishdate",
            "publish_date",
            "date",
            "dc.date",
            "dc.date.issued",
            "dcterms.created",
            "parsely-pub-date",
            "sailthru.date",
            "weibo: article:create_at",
        ]);
        let meta =
            meta.and_then(|text| dates::read(&text)).or_else(|| head.ld.published.as_deref().and_then(dates::read));
        let page = || head.ld.page_published.as_deref().and_then(dates::read);
        meta.or(shown).or_else(page).or_else(|| time_of(tree)).or_else(|| date_shown(tree))
    };
    let updated = stated.updated.as_deref().and_then(dates::read).or_else(|| {
        let meta = head.first(&["article:modified_time", "og:updated_time", "dateModified", "lastmod"]);
        meta.and_then(|text| dates::read(&text)).or_else(|| head.ld.modified.as_deref().and_then(dates::read))
    });
    let date = own(&Part::Date)
        .find_map(|id| date_of(tree, id))
        .or_else(|| stated.date.as_deref().and_then(dates::read))
        .or_else(date);
    Facts {
        title,
        creators,
        date,
        // Some sites stamp a change before the day of publishing.
        updated: updated.filter(|updated| date.is_none_or(|date| *updated >= date)),
        site: named_site.or(author_site).or(site_of_title),
        address: address.filter(|url| matches!(url.scheme(), "http" | "https")).map(|url| address::clean(url).into()),
        tags: subjects::find(tree, &stated.tags, head.subjects(), &sites),
        description: stated
            .description
            .clone()
            .or_else(|| head.first(&["og:description", "description", "twitter:description"]))
            .map(|text| space::collapse(&text))
            .filter(|text| !text.is_empty()),
        cover: stated
            .cover
            .clone()
            .or_else(|| head.first(&["og:image", "og:image:url", "twitter:image", "twitter:image:src"])),
        rights: rights::line(
            tree,
            stated.rights.as_deref(),
            [
                head.ld.license.as_deref(),
                head.first(&["dcterms.license", "dcterms.rights", "dc.rights", "copyright", "rights"]).as_deref(),
            ],
        ),
        language: tree
            .named(Tree::DOCUMENT, "html")
            .find_map(|html| tree.value(html, "lang").or_else(|| tree.value(html, "xml:lang")))
            .map(str::to_owned)
            .or_else(|| head.first(&["og:locale", "content-language", "inLanguage"]))
            .or_else(|| head.ld.language.clone()),
    }
}

/// Where a page says it is to be found.
pub(super) fn address(tree: &Tree) -> Option<Url> {
    Head::read(tree).address()
}

/// What an element says: its text; of one in the head, its content.
fn said(tree: &Tree, id: NodeId) -> String {
    tree.value(id, "content").map_or_else(|| tree.words_of(id), space::collapse)
}

fn unique(list: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for item in list.into_iter().map(|item| space::collapse(&item)) {
        if !item.is_empty() && !kept.contains(&item) {
            kept.push(item);
        }
    }
    kept
}

/// What the head of a page says, by lower-case name.
#[derive(Default)]
struct Head {
    metas: Vec<(String, String)>,
    canonical: Option<String>,
    window: Option<String>,
    ld: LinkedData,
}

/// What JSON-LD says.
#[derive(Default)]
struct LinkedData {
    headline: Option<String>,
    authors: Vec<String>,
    published: Option<String>,
    /// Of the page, where nothing is said of an article.
    page_published: Option<String>,
    modified: Option<String>,
    publisher: Option<String>,
    language: Option<String>,
    license: Option<String>,
    keywords: Vec<String>,
}

impl Head {
    fn read(tree: &Tree) -> Self {
        let mut head = Self::default();
        for id in tree.descendants(Tree::DOCUMENT) {
            match tree.name(id) {
                "meta" => {
                    let name =
                        ["property", "name", "itemprop", "http-equiv"].iter().find_map(|name| tree.value(id, name));
                    if let (Some(name), Some(content)) = (name, tree.value(id, "content")) {
                        head.metas.push((name.to_lowercase(), content.to_owned()));
                    }
                }
                "link" if tree.value(id, "rel") == Some("canonical") && head.canonical.is_none() => {
                    head.canonical = tree.value(id, "href").map(str::to_owned);
                }
                "title" if tree.is_html(id) && head.window.is_none() => head.window = Some(tree.words_of(id)),
                "script"
                    if tree.value(id, "type").is_some_and(|kind| kind.eq_ignore_ascii_case("application/ld+json")) =>
                {
                    if let Ok(value) = serde_json::from_str::<Value>(tree.text_of(id).trim()) {
                        head.ld.add(&value, 0);
                    }
                }
                _ => {}
            }
        }
        head
    }

    fn first(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| {
            let name = name.to_lowercase();
            self.metas.iter().find(|(of, _)| *of == name).map(|(_, content)| content.clone())
        })
    }

    fn subjects(&self) -> subjects::Said {
        let all = |names: &[&str]| {
            let metas = self.metas.iter().filter(|(name, _)| names.contains(&name.as_str()));
            metas.map(|(_, content)| content.clone()).collect::<Vec<_>>()
        };
        let keywords = [all(&["keywords", "news_keywords"]), self.ld.keywords.clone()].concat();
        subjects::Said { tags: all(&["article:tag", "og:article:tag"]), keywords }
    }

    fn address(&self) -> Option<Url> {
        let written = self.canonical.clone().or_else(|| self.first(&["og:url"]))?;
        Url::parse(&written).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.path() != "/")
    }
}

impl LinkedData {
    fn add(&mut self, value: &Value, depth: usize) {
        if depth > 4 {
            return;
        }
        match value {
            Value::Array(items) => items.iter().take(50).for_each(|item| self.add(item, depth + 1)),
            Value::Object(map) => {
                if let Some(graph) = map.get("@graph") {
                    self.add(graph, depth + 1);
                }
                let kinds = map.get("@type").map(texts).unwrap_or_default();
                let article = [
                    "Article",
                    "NewsArticle",
                    "BlogPosting",
                    "ReportageNewsArticle",
                    "TechArticle",
                    "ScholarlyArticle",
                    "SocialMediaPosting",
                    "Report",
                ];
                if kinds.iter().any(|kind| kind == "WebPage") {
                    let text = |name: &str| map.get(name).map(texts).and_then(|all| all.into_iter().next());
                    self.page_published = self.page_published.take().or_else(|| text("datePublished"));
                }
                if !kinds.iter().any(|kind| article.contains(&kind.as_str()) || kind.ends_with("Article")) {
                    return;
                }
                let text = |name: &str| map.get(name).map(texts).and_then(|all| all.into_iter().next());
                self.headline = self.headline.take().or_else(|| text("headline"));
                self.published = self.published.take().or_else(|| text("datePublished"));
                self.modified = self.modified.take().or_else(|| text("dateModified"));
                self.publisher = self.publisher.take().or_else(|| text("publisher"));
                self.language = self.language.take().or_else(|| text("inLanguage"));
                self.license = self.license.take().or_else(|| map.get("license").and_then(licence));
                if self.keywords.is_empty() {
                    self.keywords = map.get("keywords").map(texts).unwrap_or_default();
                }
                if self.authors.is_empty() {
                    self.authors = map.get("author").map(texts).unwrap_or_default();
                }
            }
            _ => {}
        }
    }
}

/// The strings of a JSON-LD value; of an object, its name.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![space::collapse(text)],
        Value::Array(items) => items.iter().take(20).flat_map(texts_flat).collect(),
        Value::Object(map) => map.get("name").map(texts_flat).unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// A licence's address or text.
fn licence(value: &Value) -> Option<String> {
    let text = ["url", "@id", "name"].iter().find_map(|key| value.get(key)?.as_str()).or(value.as_str())?;
    Some(space::collapse(text))
}

fn texts_flat(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![space::collapse(text)],
        Value::Object(map) => map.get("name").and_then(Value::as_str).map(space::collapse).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// Names of the site, as far as they are known: what is not a title, and not a person.
fn sites(stated: &Stated, head: &Head, address: Option<&Url>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    found.extend(stated.site.clone());
    found.extend(head.first(&["og:site_name", "application-name"]));
    found.extend(head.ld.publisher.clone());
    if let Some(host) = address.and_then(Url::host_str) {
        let labels: Vec<&str> = host.split('.').collect();
        let names: Vec<String> = host_names(&labels);
        // What front matter calls author or tag is the site where it is the name of the host.
        let stated = stated.authors.iter().chain(&stated.tags).chain(&stated.categories);
        found.extend(stated.filter(|name| names.iter().any(|label| titles::same(label, name))).cloned());
        found.push(host.to_owned());
        found.extend(names);
    }
    unique(found)
}

/// What a site may be called by its host: `example.org`, `example`.
fn host_names(labels: &[&str]) -> Vec<String> {
    let labels: Vec<&str> = labels.iter().copied().filter(|label| !matches!(*label, "www" | "m" | "mobile")).collect();
    let mut names = vec![labels.join(".")];
    let known = |label: &str| label.len() <= 3;
    names.extend(
        labels
            .split_last()
            .map(|(_, rest)| rest)
            .unwrap_or_default()
            .iter()
            .filter(|label| !known(label))
            .map(|label| (*label).to_owned()),
    );
    names
}

fn title(
    tree: &Tree,
    marks: &Marks,
    (stated, above): (&Stated, Option<&str>),
    head: &Head,
    sites: &[String],
) -> (Option<String>, Option<String>) {
    let by_rule = marks.parts(&Part::Title).iter().copied();
    let ruled = by_rule.clone().map(|id| heading_text(tree, id)).find(|text| !text.is_empty());
    let headings: Vec<String> = by_rule
        .chain(tree.named(Tree::DOCUMENT, "h1").take(20))
        .map(|id| heading_text(tree, id))
        .filter(|text| !text.is_empty() && text.chars().count() < 300)
        .collect();
    let second = tree.named(Tree::DOCUMENT, "h2").take(20).map(|id| heading_text(tree, id));
    let shared = [
        head.first(&["og:title"]),
        head.ld.headline.clone(),
        head.first(&["twitter:title", "dc.title", "sailthru.title"]),
    ];
    let found = Candidates {
        stated: stated.title.clone().or_else(|| above.map(str::to_owned)),
        headings: unique(headings),
        second: second.filter(|text| !text.is_empty() && text.chars().count() < 300).collect(),
        ruled: ruled.filter(|text| text.chars().count() < 300),
        shared: shared.into_iter().flatten().map(|title| space::collapse(&title)).collect(),
        window: head.window.clone().filter(|title| !title.is_empty()),
    };
    let mut site = None;
    for title in found.stated.iter().chain(&found.window) {
        site = site.or_else(|| titles::without_site(title, sites).1);
        let heading = found.headings.first();
        site = site.or_else(|| heading.and_then(|heading| titles::suffix(title, heading)).map(str::to_owned));
    }
    (titles::choose(&found, sites), site)
}

fn heading_text(tree: &Tree, id: NodeId) -> String {
    tree.words_of(id)
}

/// People whom the page names as its authors.
fn bylines(tree: &Tree, marks: &Marks, head: &Head) -> Vec<Creator> {
    let rules: Vec<String> = marks.parts(&Part::Author).iter().map(|id| tree.words_of(*id)).collect();
    let metas: Vec<String> =
        ["author", "article:author", "dc.creator", "parsely-author", "sailthru.author", "byl", "twitter:creator"]
            .iter()
            .filter_map(|name| head.first(&[name]))
            .collect();
    let clean = |names: Vec<String>| each_once(names.iter().flat_map(|name| people(name)).collect());
    [head.ld.authors.clone(), rules, metas].into_iter().map(clean).find(|names| !names.is_empty()).unwrap_or_default()
}

fn each_once(list: Vec<Creator>) -> Vec<Creator> {
    let mut kept: Vec<Creator> = Vec::new();
    for creator in list {
        if !kept.iter().any(|known| known.name == creator.name) {
            kept.push(creator);
        }
    }
    kept
}

/// What stands before names in a byline, and which part these people had. Longer words before those that they end with.
const PARTS: [(&str, Role); 36] = [
    ("translated by ", Role::Translator),
    ("translation: ", Role::Translator),
    ("translator: ", Role::Translator),
    ("edited by ", Role::Editor),
    ("editor: ", Role::Editor),
    ("written by ", Role::Author),
    ("posted by ", Role::Author),
    ("author: ", Role::Author),
    ("text by ", Role::Author),
    ("by ", Role::Author),
    ("责任编辑：", Role::Editor),
    ("責任編輯：", Role::Editor),
    ("责任编辑:", Role::Editor),
    ("编辑：", Role::Editor),
    ("編輯：", Role::Editor),
    ("编辑:", Role::Editor),
    ("责编：", Role::Editor),
    ("编译：", Role::Translator),
    ("編譯：", Role::Translator),
    ("翻译：", Role::Translator),
    ("翻譯：", Role::Translator),
    ("译者：", Role::Translator),
    ("譯者：", Role::Translator),
    ("译者:", Role::Translator),
    ("译／", Role::Translator),
    ("译/", Role::Translator),
    ("作者：", Role::Author),
    ("作者:", Role::Author),
    ("撰文：", Role::Author),
    ("撰文｜", Role::Author),
    ("文／", Role::Author),
    ("文/", Role::Author),
    ("文：", Role::Author),
    ("文 | ", Role::Author),
    ("文丨", Role::Author),
    ("作者", Role::Author),
];

/// The people in a byline: `By A and B`, `文／某某 译／某某`. Nobody whose name is none.
fn people(byline: &str) -> Vec<Creator> {
    let text = space::collapse(byline);
    let lower = text.to_lowercase();
    // Lower case may be longer; then only its beginning is known.
    let same_length = lower.len() == text.len();
    let mut found: Vec<(usize, usize, Role)> = Vec::new();
    for (word, role) in PARTS {
        let place = if same_length { lower.find(word) } else { lower.starts_with(word).then_some(0) };
        let Some(at) = place.filter(|at| text.is_char_boundary(*at) && text.is_char_boundary(at + word.len())) else {
            continue;
        };
        let begins = at == 0
            || !word.starts_with(|c: char| c.is_ascii_alphabetic())
            || !lower[..at].ends_with(char::is_alphanumeric);
        let known = found.iter().any(|(from, to, _)| at < *to && at + word.len() > *from);
        // Between names, a word for their part is set apart.
        let apart = at == 0 || lower[..at].ends_with([' ', '|', ',', '，', '/', '·', '、', '\u{3000}', ';']);
        if begins && apart && !known {
            found.push((at, at + word.len(), role));
        }
    }
    found.sort_by_key(|(at, _, _)| *at);
    let head = found.first().map_or(text.len(), |(at, _, _)| *at);
    let mut people = names(&text[..head], Role::Author);
    for (index, (_, from, role)) in found.iter().enumerate() {
        let to = found.get(index + 1).map_or(text.len(), |(at, _, _)| *at);
        people.extend(names(&text[*from..to], *role));
    }
    people
}

fn names(text: &str, role: Role) -> Vec<Creator> {
    let rest = text.trim_matches(|c: char| c.is_whitespace() || "|,，·;、/".contains(c));
    let rest = rest.strip_prefix("记者 ").or_else(|| rest.strip_prefix("記者 ")).unwrap_or(rest);
    let several = rest.replace(" and ", ",").replace(" & ", ",").replace(['、', '，', ';'], ",");
    let each = several.split(',').map(str::trim).filter(|name| is_name(name));
    each.map(|name| Creator { name: name.to_owned(), role }).collect()
}

fn is_name(name: &str) -> bool {
    let count = name.chars().count();
    let digits = name.chars().filter(char::is_ascii_digit).count();
    (2..=60).contains(&count)
        && !name.contains("://")
        && !name.contains('@')
        && digits * 3 <= count
        && name.split_whitespace().count() <= 6
        && !matches!(
            name.to_lowercase().as_str(),
            "admin"
                | "administrator"
                | "editor"
                | "staff"
                | "author"
                | "unknown"
                | "root"
                | "null"
                | "none"
                | "undefined"
                | "today"
                | "yesterday"
                | "just now"
                | "今天"
                | "昨天"
                | "前天"
                | "刚刚"
                | "剛剛"
        )
}

/// Front matter's authors, unless they name the site and the page names people; and the site, if they do.
fn creators(stated: &Stated, bylines: &[Creator], sites: &[String]) -> (Vec<Creator>, Option<String>) {
    let Stated { authors: stated, translators, editors, .. } = stated;
    let is_site = |name: &str| sites.iter().any(|site| titles::same(site, name));
    let author =
        |name: &String| Creator { name: without_handle(&space::collapse(name)).to_owned(), role: Role::Author };
    let people: Vec<Creator> = bylines.iter().filter(|creator| !is_site(&creator.name)).cloned().collect();
    let site = stated.iter().find(|name| is_site(name)).cloned();
    let named: Vec<Creator> = stated.iter().filter(|name| !is_site(name)).map(author).collect();
    let mut chosen = match (named.is_empty(), people.is_empty()) {
        (false, _) => named,
        (true, false) => people,
        (true, true) => {
            stated.iter().map(author).chain(bylines.iter().take(usize::from(stated.is_empty())).cloned()).collect()
        }
    };
    for (names, role) in [(translators, Role::Translator), (editors, Role::Editor)] {
        if !names.is_empty() {
            chosen.retain(|creator| creator.role != role);
        }
        chosen.extend(names.iter().map(|name| Creator { name: space::collapse(name), role }));
    }
    chosen.retain(|creator| !creator.name.trim().is_empty());
    (chosen, site)
}

/// A name without the sign that makes it an address on some platform: `@ada` is called ada, `Ada Writer (@ada)` Ada Writer.
fn without_handle(name: &str) -> &str {
    let handle =
        |text: &str| text.strip_prefix(['@', '＠']).is_some_and(|rest| !rest.is_empty() && !rest.contains(' '));
    if handle(name) {
        return name.trim_start_matches(['@', '＠']);
    }
    let Some((person, last)) = name.rsplit_once(' ') else { return name };
    let inner = last.trim_start_matches(['(', '（']).trim_end_matches([')', '）']);
    let person = person.trim_end_matches([',', '，', '|', ' ']);
    if handle(inner) && is_name(person) { person } else { name }
}

fn date_of(tree: &Tree, id: NodeId) -> Option<Date> {
    let written = tree.value(id, "datetime").or_else(|| tree.value(id, "content")).or_else(|| tree.value(id, "title"));
    written.and_then(dates::read).or_else(|| dates::read(&tree.words_of(id)))
}

fn time_of(tree: &Tree) -> Option<Date> {
    let times = tree.named(Tree::DOCUMENT, "time").filter(|id| !tree.has_class(*id, "updated"));
    times.take(10).filter(|id| !quoted::is_of_others(tree, *id)).find_map(|id| date_of(tree, id))
}

/// A date in a short element whose names say that it is one.
fn date_shown(tree: &Tree) -> Option<Date> {
    let named = |id: &NodeId| {
        let names = ["class", "id"].iter().filter_map(|name| tree.attribute(*id, name));
        names.into_iter().any(|name| {
            let name = name.to_ascii_lowercase();
            ["date", "time", "publish", "posted", "pubtime", "byline", "article-info", "post-info", "source"]
                .iter()
                .any(|word| name.contains(word))
        })
    };
    let elements = tree.descendants(Tree::DOCUMENT).filter(|id| tree.element(*id).is_some() && tree.is_html(*id));
    let candidates = elements.filter(named).take(60).filter(|id| !quoted::is_of_others(tree, *id));
    let candidates = candidates.map(|id| tree.words_of(id));
    candidates.filter(|text| text.chars().count() <= 120).find_map(|text| dates::read(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bylines_name_people_and_their_parts() {
        let of = |byline: &str| -> Vec<(String, Role)> {
            people(byline).into_iter().map(|creator| (creator.name, creator.role)).collect()
        };
        let author = |name: &str| (name.to_owned(), Role::Author);
        let translator = |name: &str| (name.to_owned(), Role::Translator);
        assert_eq!(of("By Jane Roe and John Doe"), [author("Jane Roe"), author("John Doe")]);
        assert_eq!(of("文／王小明　译／李四"), [author("王小明"), translator("李四")]);
        assert_eq!(of("Jane Roe, translated by Max Muster"), [author("Jane Roe"), translator("Max Muster")]);
        assert_eq!(of("责任编辑：张三"), [("张三".to_owned(), Role::Editor)]);
        assert_eq!(of("Abby Smith"), [author("Abby Smith")]);
        assert_eq!(of("https://example.org/a"), []);
        assert_eq!(of("昨天"), []);
    }

    #[test]
    fn handles_are_names_without_their_sign() {
        let named =
            ["@ada", "Ada Writer (@ada)", "Ada Writer @ada", "ada@example.org", "@ada@example.org", "@", "Ada @ home"];
        let names = ["ada", "Ada Writer", "Ada Writer", "ada@example.org", "ada@example.org", "@", "Ada @ home"];
        assert_eq!(named.map(without_handle), names);
        let stated = Stated { authors: vec!["@ada".into()], ..Stated::default() };
        assert_eq!(creators(&stated, &[], &[]).0, [Creator { name: "ada".into(), role: Role::Author }]);
    }
}
