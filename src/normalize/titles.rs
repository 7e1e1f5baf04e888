//! Titles: what a page calls itself in several places, compared.

use super::space;

/// What stands between a title and a site's name.
const SEPARATORS: [&str; 12] = [" - ", " – ", " — ", " | ", " · ", " :: ", " » ", "_", "｜", " • ", "-", "—"];

/// Letters and digits alone: equal for titles that differ in punctuation, white space and case.
pub(super) fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether two titles are the same but for punctuation.
pub(super) fn same(a: &str, b: &str) -> bool {
    let a = letters(a);
    !a.is_empty() && a == letters(b)
}

/// Takes the name of the site from the end of a title (or its beginning), if one of `sites` stands there.
pub(super) fn without_site(title: &str, sites: &[String]) -> (String, Option<String>) {
    let title = space::collapse(title);
    for separator in SEPARATORS {
        if let Some((rest, last)) = title.rsplit_once(separator)
            && sites.iter().any(|site| same(site, last))
            && !letters(rest).is_empty()
        {
            let (rest, _) =
                without_site(rest.trim_end_matches(|c: char| c.is_whitespace() || "-–—|_".contains(c)), sites);
            return (rest, Some(last.trim().to_owned()));
        }
    }
    for separator in &SEPARATORS[..9] {
        if let Some((first, rest)) = title.split_once(separator)
            && sites.iter().any(|site| same(site, first))
            && !letters(rest).is_empty()
        {
            return (rest.trim().to_owned(), Some(first.trim().to_owned()));
        }
    }
    (title, None)
}

/// What a title has after a heading that it begins with: the name of the site, as pages set it apart. Where sections of the
/// site stand before it, they are set apart in the same way.
pub(super) fn suffix<'a>(title: &'a str, heading: &str) -> Option<&'a str> {
    const APART: [&str; 7] = [" - ", " – ", " — ", " | ", " : ", "_", "｜"];
    let long = letters(heading).chars().count() >= 2;
    APART.iter().filter(|_| long).find_map(|separator| {
        let mut at = title.match_indices(separator);
        at.find_map(|(at, _)| {
            let after = title[at + separator.len()..].trim();
            let fits = (1..=30).contains(&after.chars().count()) && !letters(after).is_empty();
            let last = after.rsplit(separator).map(str::trim).find(|part| !letters(part).is_empty());
            last.filter(|_| fits && same(&title[..at], heading))
        })
    })
}

/// What a page says its title is.
#[derive(Clone, Debug, Default)]
pub(super) struct Candidates {
    /// In front matter.
    pub(super) stated: Option<String>,
    /// As its headings of the first level, and what a platform's rules say is the title.
    pub(super) headings: Vec<String>,
    /// As its headings of the second level.
    pub(super) second: Vec<String>,
    /// The first of these that a platform's rule names.
    pub(super) ruled: Option<String>,
    /// For sharing, for search engines.
    pub(super) shared: Vec<String>,
    /// In the window's frame.
    pub(super) window: Option<String>,
}

/// Chooses the title: what most places agree on, in the spelling of the heading that the readers of the page saw.
pub(super) fn choose(found: &Candidates, sites: &[String]) -> Option<String> {
    let clean = |title: &String| Some(without_site(title, sites).0).filter(|title| !letters(title).is_empty());
    let headings: Vec<String> = found.headings.iter().filter_map(clean).collect();
    let heading_like = |title: &str| headings.iter().find(|heading| same(heading, title)).cloned();
    if let Some(stated) = found.stated.as_ref().and_then(clean) {
        // What the title has beyond the page's own heading is the site's name.
        let longer = || headings.first().filter(|heading| suffix(&stated, heading).is_some()).cloned();
        return Some(heading_like(&stated).or_else(longer).unwrap_or(stated));
    }
    let shared: Vec<String> = found.shared.iter().filter_map(clean).collect();
    let window = found.window.as_ref().and_then(clean);
    if let Some(title) = shared.iter().chain(&window).find_map(|title| heading_like(title)) {
        return Some(title);
    }
    let longer = |heading: &&String| window.as_ref().is_some_and(|window| suffix(window, heading).is_some());
    if let Some(heading) = headings.iter().find(longer) {
        return Some(heading.clone());
    }
    // Some pages have the name of the site as their first heading, and the title as a second.
    let most = |heading: &&String| {
        let all = window.as_deref().unwrap_or_default();
        let whole = letters(all).chars().count();
        longer(heading) && letters(heading).chars().count() * 2 > whole
    };
    if let Some(heading) = found.second.iter().find(most) {
        return Some(heading.clone());
    }
    // A heading that the window's title begins or ends with is the title; the rest is the site.
    if let Some(window) = &window {
        let all = letters(window);
        let mut within = headings.iter().chain(&shared).filter(|title| {
            let part = letters(title);
            part.chars().count() >= 4 && (all.starts_with(&part) || all.ends_with(&part))
        });
        if let Some(title) = within.next() {
            return Some(title.clone());
        }
    }
    let only = if headings.len() == 1 { headings.first().cloned() } else { None };
    shared
        .into_iter()
        .next()
        .or_else(|| found.ruled.clone())
        .or_else(|| window.map(|window| trimmed(&window)))
        .or(only)
        .or_else(|| headings.into_iter().next())
}

/// A window's title without its last part, if that is short beside the rest and set apart.
fn trimmed(window: &str) -> String {
    for separator in &SEPARATORS[..10] {
        if let Some((rest, last)) = window.rsplit_once(separator) {
            let (rest_length, last_length) = (rest.chars().count(), last.chars().count());
            if rest_length >= 6 && last_length <= 24 && last_length * 2 <= rest_length {
                return trimmed(rest.trim());
            }
        }
    }
    window.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sites() -> Vec<String> {
        vec!["Example Site".into()]
    }

    #[test]
    fn the_heading_has_the_quotes() {
        let found = Candidates {
            stated: Some("这个名叫 国家 的监狱  -  火种 - Example Site".into()),
            headings: vec!["别的".into(), "这个名叫 “国家” 的监狱 - 火种".into()],
            ..Candidates::default()
        };
        assert_eq!(choose(&found, &sites()).as_deref(), Some("这个名叫 “国家” 的监狱 - 火种"));
    }

    #[test]
    fn sites_are_not_titles() {
        assert_eq!(without_site("A story | example site", &sites()).0, "A story");
        assert_eq!(without_site("Example Site: a story", &sites()).0, "Example Site: a story");
        assert_eq!(without_site("标题_Example Site_Example Site", &sites()).0, "标题");
        assert_eq!(without_site("Example Site", &sites()).0, "Example Site");
        let window = Candidates { window: Some("一个不太短的标题_某某网".into()), ..Candidates::default() };
        assert_eq!(choose(&window, &[]).as_deref(), Some("一个不太短的标题"));
    }

    #[test]
    fn a_heading_of_the_second_level_is_the_title_where_the_first_is_the_site() {
        let found = Candidates {
            headings: vec!["某某日报".into()],
            second: vec!["别的新闻".into(), "这个软件，想用好恶来帮你".into()],
            window: Some("这个软件，想用好恶来帮你_智能_某某日报".into()),
            ..Candidates::default()
        };
        assert_eq!(choose(&found, &[]).as_deref(), Some("这个软件，想用好恶来帮你"));
        let blog = Candidates {
            headings: vec!["My post".into()],
            second: vec!["Blog".into()],
            window: Some("Blog - My post".into()),
            ..Candidates::default()
        };
        assert_eq!(choose(&blog, &[]).as_deref(), Some("My post"));
        assert_eq!(suffix("标题就是这个_财经_某某网", "标题就是这个"), Some("某某网"));
        assert_eq!(suffix("标题就是这个_某某网-Site", "标题就是这个"), Some("某某网-Site"));
    }

    #[test]
    fn the_heading_shows_where_the_site_begins() {
        let of = |title: &str, heading: &str| {
            let found =
                Candidates { stated: Some(title.into()), headings: vec![heading.into()], ..Candidates::default() };
            choose(&found, &[]).unwrap_or_default()
        };
        for title in ["A story | Site", "A story – Site", "A story - Site", "A story_Site"] {
            assert_eq!(of(title, "A story"), "A story");
        }
        assert_eq!(of("A story - of two - Site", "A Story: of two"), "A Story: of two");
        assert_eq!(of("A story | Site", "Another"), "A story | Site");
        assert_eq!(
            of("A story - and how it goes on for a very long time", "A story"),
            "A story - and how it goes on for a very long time"
        );
    }
}
