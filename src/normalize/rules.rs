//! Rules: what platforms put around and into articles, as data.
//!
//! `templates/rules/platforms.toml` groups them by platform. A rule names elements by selectors and says what they
//! are; nothing here knows a site.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::selectors::{Key, Selector};
use super::tree::{NodeId, Tree};

/// The rules that come with the program.
pub(super) static BUILT_IN: LazyLock<Rules> =
    LazyLock::new(|| Rules::parse(include_str!("../../templates/rules/platforms.toml")).unwrap_or_default());

/// A platform as the file has it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Platform {
    name: String,
    /// Its other rules hold where one of these is on the page; always, if there are none.
    when: Vec<String>,
    /// What is not part of the article.
    drop: Vec<String>,
    /// What holds the article's body.
    content: Vec<String>,
    /// What holds its title, its author, its date.
    title: Vec<String>,
    author: Vec<String>,
    date: Vec<String>,
    /// What is a picture's caption.
    caption: Vec<String>,
    /// What stands between two parts.
    divider: Vec<String>,
    /// What paragraphs at the end say that are not part of the article, `*` for anything.
    tail: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    platform: Vec<Platform>,
}

/// What a rule says an element is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    When,
    Drop,
    Content,
    Title,
    Author,
    Date,
    Caption,
    Divider,
}

#[derive(Debug)]
struct Rule {
    selector: Selector,
    /// As it is written, with its platform: for `explain`.
    name: String,
    part: Part,
    platform: usize,
}

/// Rules, ready to be asked.
#[derive(Debug, Default)]
pub(super) struct Rules {
    rules: Vec<Rule>,
    /// Whether each platform's rules hold without a condition.
    always: Vec<bool>,
    by_class: BTreeMap<String, Vec<usize>>,
    by_id: BTreeMap<String, Vec<usize>>,
    by_tag: BTreeMap<String, Vec<usize>>,
    others: Vec<usize>,
    /// The words of each tail, between its `*`.
    tails: Vec<Vec<String>>,
}

impl Rules {
    /// Reads a rules file, or says what is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|error| error.message().to_owned())?;
        let mut made = Self::default();
        for platform in file.platform {
            let index = made.always.len();
            let read = |text: &String| Selector::parse(text).ok_or_else(|| format!("not a selector: {text}"));
            made.always.push(platform.when.is_empty());
            made.tails.extend(platform.tail.iter().map(|text| text.split('*').map(str::to_owned).collect()));
            let parts = [
                (Part::When, &platform.when),
                (Part::Drop, &platform.drop),
                (Part::Content, &platform.content),
                (Part::Title, &platform.title),
                (Part::Author, &platform.author),
                (Part::Date, &platform.date),
                (Part::Caption, &platform.caption),
                (Part::Divider, &platform.divider),
            ];
            for (part, selectors) in parts {
                for text in selectors {
                    made.add(Rule {
                        selector: read(text)?,
                        name: format!("{} {text}", platform.name),
                        part,
                        platform: index,
                    });
                }
            }
        }
        Ok(made)
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

    fn add(&mut self, rule: Rule) {
        let index = self.rules.len();
        match rule.selector.key() {
            Key::Class(class) => self.by_class.entry(class.to_owned()).or_default().push(index),
            Key::Id(id) => self.by_id.entry(id.to_owned()).or_default().push(index),
            Key::Tag(tag) => self.by_tag.entry(tag.to_owned()).or_default().push(index),
            Key::Any => self.others.push(index),
        }
        self.rules.push(rule);
    }

    /// The rules that match an element.
    fn matching<'a>(&'a self, tree: &'a Tree, id: NodeId) -> impl Iterator<Item = usize> + 'a {
        let classes = tree.classes(id).filter_map(|class| self.by_class.get(class)).flatten();
        let ids = tree.attribute(id, "id").and_then(|id| self.by_id.get(id)).into_iter().flatten();
        let tags = self.by_tag.get(tree.name(id)).into_iter().flatten();
        let all = classes.chain(ids).chain(tags).chain(&self.others).copied();
        all.filter(move |index| self.rules[*index].selector.matches(tree, id))
    }

    /// What each element of a page is.
    pub(super) fn apply(&self, tree: &Tree) -> Marks {
        let mut found: Vec<(NodeId, usize)> = Vec::new();
        let mut active = self.always.clone();
        for id in tree.descendants(Tree::DOCUMENT) {
            if tree.element(id).is_none() {
                continue;
            }
            for index in self.matching(tree, id) {
                let rule = &self.rules[index];
                if rule.part == Part::When {
                    active[rule.platform] = true;
                } else {
                    found.push((id, index));
                }
            }
        }
        let mut marks = Marks::new(tree);
        for (id, index) in found {
            let rule = &self.rules[index];
            // A class of the whole page says what kind of page it is.
            let whole = rule.part == Part::Drop && matches!(tree.name(id), "html" | "body" | "main");
            if active[rule.platform] && !whole {
                marks.set(id, rule.part, &rule.name);
            }
        }
        marks
    }
}

/// What the elements of a page are, and which rule says so.
#[derive(Debug, Default)]
pub(super) struct Marks {
    flags: Vec<u8>,
    /// Dropped elements with the rule's name, in document order.
    pub(super) reasons: Vec<(NodeId, String)>,
    parts: BTreeMap<Part, Vec<NodeId>>,
}

const DROPPED: u8 = 1;
const CAPTION: u8 = 2;
const DIVIDER: u8 = 4;
/// Kept although a rule would drop it: the article is below it.
const KEPT: u8 = 8;

impl Marks {
    fn new(tree: &Tree) -> Self {
        Self { flags: vec![0; tree.nodes.len()], ..Self::default() }
    }

    fn set(&mut self, id: NodeId, part: Part, rule: &str) {
        match part {
            Part::Drop => self.drop(id, rule),
            Part::Caption => self.flag(id, CAPTION),
            Part::Divider => self.flag(id, DIVIDER),
            Part::When | Part::Content | Part::Title | Part::Author | Part::Date => {
                self.parts.entry(part).or_default().push(id)
            }
        }
    }

    fn flag(&mut self, id: NodeId, flag: u8) {
        if let Some(flags) = self.flags.get_mut(id.0 as usize) {
            *flags |= flag;
        }
    }

    fn has(&self, id: NodeId, flag: u8) -> bool {
        self.flags.get(id.0 as usize).is_some_and(|flags| flags & flag != 0)
    }

    /// Drops an element, with the name of the rule that says so.
    pub(super) fn drop(&mut self, id: NodeId, rule: &str) {
        if !self.has(id, DROPPED | KEPT) {
            self.flag(id, DROPPED);
            self.reasons.push((id, rule.to_owned()));
        }
    }

    /// Keeps elements whatever the rules say.
    pub(super) fn keep(&mut self, ids: impl Iterator<Item = NodeId>) {
        for id in ids {
            if let Some(flags) = self.flags.get_mut(id.0 as usize) {
                *flags = (*flags & !DROPPED) | KEPT;
            }
        }
        let flags = &self.flags;
        self.reasons.retain(|(id, _)| flags.get(id.0 as usize).is_some_and(|flags| flags & DROPPED != 0));
    }

    pub(super) fn dropped(&self, id: NodeId) -> bool {
        self.has(id, DROPPED)
    }

    pub(super) fn is_caption(&self, id: NodeId) -> bool {
        self.has(id, CAPTION)
    }

    pub(super) fn is_divider(&self, id: NodeId) -> bool {
        self.has(id, DIVIDER)
    }

    /// The elements that rules say are this part, in document order.
    pub(super) fn parts(&self, part: Part) -> &[NodeId] {
        self.parts.get(&part).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse::parse;
    use super::*;

    #[test]
    fn the_built_in_rules_are_rules() {
        assert_eq!(Rules::parse(include_str!("../../templates/rules/platforms.toml")).err(), None);
        assert!(!BUILT_IN.rules.is_empty());
    }

    #[test]
    fn a_condition_switches_a_platform_on() {
        let rules = Rules::parse("[[platform]]\nname='X'\nwhen=['#x']\ndrop=['.tail']").unwrap();
        let dropped = |html: &str| rules.apply(&parse(html).tree).reasons.len();
        assert_eq!(dropped("<p class=tail>"), 0);
        assert_eq!(dropped("<p class=tail><p id=x>"), 1);
    }

    #[test]
    fn mistakes_are_said() {
        assert!(Rules::parse("[[platform]]\ndrop=['..']").is_err());
        assert!(Rules::parse("[[platform]]\ndorp=['.x']").is_err());
    }
}
