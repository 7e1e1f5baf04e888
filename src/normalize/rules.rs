//! Rules: what platforms put around and into articles, as data.
//!
//! `templates/rules/platforms.toml` groups them by platform; a user's rules are read from the same format, or from that
//! of ftr-site-config. A rule names elements by selectors and says what they are; nothing here knows a site.

#![expect(clippy::disallowed_types, reason = "looked up for every element and never listed")]

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

use scraper::ElementRef;
use serde::Deserialize;

use super::marks::{Marks, Part};
use super::selectors::{self, Key, Selector};
use super::site_config;
use super::tree::NodeId;

/// The rules that come with the program.
pub(super) static BUILT_IN: LazyLock<Rules> = LazyLock::new(|| {
    let mut rules = Rules::default();
    // A test reads the same file.
    let _ = rules.add_toml(include_str!("../../templates/rules/platforms.toml"));
    rules
});

/// A platform or site as a file has it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Platform {
    pub(super) name: String,
    /// Its rules hold for pages of these hosts alone; for all, if there are none.
    pub(super) site: Vec<String>,
    /// Its other rules hold where one of these is on the page; always, if there are none.
    pub(super) when: Vec<String>,
    /// What is not part of the article.
    pub(super) drop: Vec<String>,
    /// What holds the article's body.
    pub(super) content: Vec<String>,
    /// What holds its title, its author, its date, and the name of what published it.
    pub(super) title: Vec<String>,
    pub(super) author: Vec<String>,
    pub(super) date: Vec<String>,
    pub(super) publisher: Vec<String>,
    /// What is a picture's caption.
    pub(super) caption: Vec<String>,
    /// What stands between two parts.
    pub(super) divider: Vec<String>,
    /// What paragraphs at the end say that are not part of the article, `*` for anything.
    pub(super) tail: Vec<String>,
    /// What is written differently before the page is read: what stands there, what shall.
    pub(super) replace: Vec<(String, String)>,
    /// Elements that get another one around them: its name, their selector.
    pub(super) wrap: Vec<(String, String)>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    platform: Vec<Platform>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    selector: Selector,
    /// As it is written, with its platform: for `explain`.
    name: String,
    part: Part,
    platform: usize,
}

/// Where the rules of a platform hold.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Scope {
    /// Hosts; `.example.org` with all below it.
    sites: Vec<String>,
    /// Whether an element of the page must say so.
    conditional: bool,
}

impl Scope {
    /// A page of unknown host may be of any.
    fn holds(&self, host: Option<&str>) -> bool {
        let bare = |host: &str| host.trim_start_matches("www.").to_ascii_lowercase();
        host.is_none_or(|host| {
            let host = bare(host);
            let below = |site: &str| host.strip_suffix(site).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
            self.sites.is_empty()
                || self.sites.iter().any(|site| match site.strip_prefix('.') {
                    Some(site) => below(&bare(site)),
                    None => bare(site) == host,
                })
        })
    }
}

/// Rules, ready to be asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    rules: Vec<Rule>,
    scopes: Vec<Scope>,
    /// By what an element must have.
    by_class: Lookup,
    by_id: Lookup,
    by_tag: Lookup,
    by_attribute: Vec<(String, Vec<usize>)>,
    others: Vec<usize>,
    /// The words of each tail, between its `*`.
    tails: Vec<Vec<String>>,
    /// Of which platform, what is written, what shall be.
    replacements: Vec<(usize, String, String)>,
    skipped: Vec<String>,
}

/// Rules by a name.
type Lookup = HashMap<String, Vec<usize>, BuildHasherDefault<Quick>>;

/// FNV-1a: names are short and come by the million; rules are few, so that nobody gains by names that collide.
#[derive(Clone, Copy, Debug)]
struct Quick(u64);

impl Default for Quick {
    fn default() -> Self {
        Self(0xCBF2_9CE4_8422_2325)
    }
}

impl Hasher for Quick {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3);
        }
    }
}

/// Elements of a page with the rule that matches, in document order.
pub(super) type Matches = Vec<(NodeId, usize)>;

impl Rules {
    /// Reads a file of rules: TOML if its name ends in `.toml`; otherwise the directives of ftr-site-config, which hold
    /// for the host that the file is named after, if it is named after one.
    ///
    /// Lines of the latter that are not understood are left out, see [`Self::skipped`].
    ///
    /// # Errors
    /// What is wrong with the file, for a message that names it.
    pub fn add(&mut self, name: &str, text: &str) -> Result<(), String> {
        let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
        if file.ends_with(".toml") {
            return self.add_toml(text);
        }
        let (platform, skipped) = site_config::read(file.strip_suffix(".txt").unwrap_or(file), text);
        self.skipped.extend(skipped.into_iter().map(|line| format!("{file}, {line}")));
        self.add_platform(platform)
    }

    /// The lines that are not understood, each with its file.
    #[must_use]
    pub fn skipped(&self) -> &[String] {
        &self.skipped
    }

    /// Whether there is no rule.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.scopes.is_empty()
    }

    pub(super) fn add_toml(&mut self, text: &str) -> Result<(), String> {
        let file: File = toml::from_str(text).map_err(|error| error.message().to_owned())?;
        file.platform.into_iter().try_for_each(|platform| self.add_platform(platform))
    }

    fn add_platform(&mut self, platform: Platform) -> Result<(), String> {
        let index = self.scopes.len();
        self.scopes.push(Scope { sites: platform.site, conditional: !platform.when.is_empty() });
        self.tails.extend(platform.tail.iter().map(|text| text.split('*').map(str::to_owned).collect()));
        self.replacements.extend(platform.replace.into_iter().map(|(from, to)| (index, from, to)));
        let parts = [
            (Part::When, platform.when),
            (Part::Drop, platform.drop),
            (Part::Content, platform.content),
            (Part::Title, platform.title),
            (Part::Author, platform.author),
            (Part::Date, platform.date),
            (Part::Publisher, platform.publisher),
            (Part::Caption, platform.caption),
            (Part::Divider, platform.divider),
        ];
        let listed =
            parts.into_iter().flat_map(|(part, texts)| texts.into_iter().map(move |text| (part.clone(), text)));
        let wrapped = platform.wrap.into_iter().map(|(name, text)| (Part::Wrap(name), text));
        for (part, text) in listed.chain(wrapped) {
            let name = format!("{} {text}", platform.name);
            for selector in selectors::parse(&text).ok_or_else(|| format!("not a selector: {text}"))? {
                self.add_rule(Rule { selector, name: name.clone(), part: part.clone(), platform: index });
            }
        }
        Ok(())
    }

    fn add_rule(&mut self, rule: Rule) {
        let index = self.rules.len();
        match rule.selector.key.clone() {
            Key::Class(class) => self.by_class.entry(class).or_default().push(index),
            Key::Id(id) => self.by_id.entry(id).or_default().push(index),
            Key::Tag(tag) => self.by_tag.entry(tag).or_default().push(index),
            Key::Attribute(name) => match self.by_attribute.iter_mut().find(|(of, _)| *of == name) {
                Some((_, rules)) => rules.push(index),
                None => self.by_attribute.push((name, vec![index])),
            },
            Key::Any => self.others.push(index),
        }
        self.rules.push(rule);
    }

    /// Whether a paragraph at the end of an article is what a platform adds there.
    pub(super) fn is_tail(&self, text: &str) -> bool {
        self.tails.iter().any(|words| {
            let mut rest = Some(text);
            for word in words {
                rest = rest.and_then(|rest| rest.split_once(word.as_str())).map(|(_, after)| after);
            }
            rest.is_some()
        })
    }

    /// The page as the rules want it written. `None` if it is as they want it.
    pub(super) fn rewrite(&self, html: &str, host: Option<&str>) -> Option<String> {
        let holding = self.replacements.iter().filter(|(platform, from, _)| {
            !from.is_empty() && self.scopes.get(*platform).is_some_and(|scope| scope.holds(host))
        });
        holding.fold(None, |out: Option<String>, (_, from, to)| {
            let before = out.as_deref().unwrap_or(html);
            // What grows without end is no page any more.
            let fits = before.contains(from.as_str()) && before.len() < html.len() * 8 + 100_000;
            if fits { Some(before.replace(from.as_str(), to)) } else { out }
        })
    }

    /// Adds the rules that match an element to those found.
    pub(super) fn find(&self, id: NodeId, element: &ElementRef<'_>, found: &mut Matches) {
        let value = element.value();
        // A class of the whole page says what kind of page it is.
        let whole = matches!(value.name(), "html" | "body" | "main");
        let mut candidates = |rules: &[usize]| {
            let holds = |at: &&usize| {
                let rule = &self.rules[**at];
                !(whole && rule.part == Part::Drop) && rule.selector.matches(element)
            };
            found.extend(rules.iter().filter(holds).map(|at| (id, *at)));
        };
        if let Some(rules) = self.by_tag.get(value.name()) {
            candidates(rules);
        }
        for (name, text) in &value.attrs {
            match &*name.local {
                "class" => {
                    for class in text.split_ascii_whitespace() {
                        if let Some(rules) = self.by_class.get(class) {
                            candidates(rules);
                        }
                    }
                }
                "id" => {
                    if let Some(rules) = self.by_id.get(text.trim()) {
                        candidates(rules);
                    }
                }
                _ => {}
            }
            if let Some((_, rules)) = self.by_attribute.iter().find(|(of, _)| *of == *name.local) {
                candidates(rules);
            }
        }
        candidates(&self.others);
    }

    /// Marks what a user says of elements: in the order of the rules, the body by the first rule that finds one.
    pub(super) fn mark_first(&self, found: &mut Matches, host: Option<&str>, marks: &mut Marks) {
        found.sort_by_key(|(_, rule)| *rule);
        let is_body = |at: usize| {
            let rule = &self.rules[at];
            rule.part == Part::Content && self.scopes[rule.platform].holds(host)
        };
        let first = found.iter().find(|(_, at)| is_body(*at)).map(|(_, at)| self.rules[*at].name.clone());
        found.retain(|(_, at)| !is_body(*at) || first.as_ref() == Some(&self.rules[*at].name));
        self.mark(found, host, marks);
        marks.seal();
    }

    /// Marks what elements of a page are. What other rules said before stays.
    pub(super) fn mark(&self, found: &Matches, host: Option<&str>, marks: &mut Marks) {
        let mut active: Vec<bool> = self.scopes.iter().map(|scope| scope.holds(host) && !scope.conditional).collect();
        for (_, at) in found {
            let rule = &self.rules[*at];
            active[rule.platform] |= rule.part == Part::When && self.scopes[rule.platform].holds(host);
        }
        for (id, at) in found {
            let rule = &self.rules[*at];
            if active[rule.platform] {
                marks.set(*id, &rule.part, &rule.name);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse::parse;
    use super::*;

    fn dropped(rules: &Rules, html: &str, host: Option<&str>) -> usize {
        let parsed = parse(html, &[rules]);
        let mut marks = Marks::new(&parsed.tree);
        rules.mark(&parsed.matches[0], host, &mut marks);
        marks.reasons.len()
    }

    fn rules(text: &str) -> Result<Rules, String> {
        let mut rules = Rules::default();
        rules.add("my.toml", text).map(|()| rules)
    }

    #[test]
    fn the_built_in_rules_are_rules() {
        assert_eq!(rules(include_str!("../../templates/rules/platforms.toml")).err(), None);
        assert!(!BUILT_IN.is_empty());
    }

    #[test]
    fn a_condition_switches_a_platform_on() {
        let rules = rules("[[platform]]\nname='X'\nwhen=['#x']\ndrop=['.tail']").unwrap();
        assert_eq!(dropped(&rules, "<p class=tail>", None), 0);
        assert_eq!(dropped(&rules, "<p class=tail><p id=x>", None), 1);
    }

    #[test]
    fn a_site_switches_a_platform_on() {
        let rules = rules("[[platform]]\nsite=['a.org', '.b.org']\ndrop=['p:has(b) + p, .tail']").unwrap();
        let html = "<p><b>x</b></p><p>y</p>";
        let of = |host| dropped(&rules, html, host);
        assert_eq!([of(Some("www.a.org")), of(Some("x.b.org")), of(Some("b.org")), of(None)], [1, 1, 1, 1]);
        assert_eq!([of(Some("x.a.org")), of(Some("ab.org"))], [0, 0]);
    }

    #[test]
    fn what_is_written_can_be_changed() {
        let rules = rules("[[platform]]\nreplace=[['<x>', '<p>'], ['y', 'z']]").unwrap();
        assert_eq!(rules.rewrite("<x>y", None).as_deref(), Some("<p>z"));
        assert_eq!(rules.rewrite("<p>", None), None);
    }

    #[test]
    fn mistakes_are_said() {
        assert!(rules("[[platform]]\ndrop=['..']").is_err());
        assert!(rules("[[platform]]\ndorp=['.x']").is_err());
    }
}
