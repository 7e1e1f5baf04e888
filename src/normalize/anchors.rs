//! Places that links lead to: final names, and links that lead nowhere made text.

use std::collections::{BTreeMap, BTreeSet};

use super::inlines;
use crate::model::{self, Anchor, Block, Inline, Note, Target, plain_text};

/// Names of places that are taken.
#[derive(Clone, Debug, Default)]
pub(super) struct Names(model::Names);

impl Names {
    /// A name made of a text, that nothing has yet: its ASCII letters and digits if they are most of it, else a hash, so
    /// that the name stays when the text does.
    pub(super) fn name(&mut self, text: &str, otherwise: &str) -> Anchor {
        let slug = slug(text);
        let letters = text.chars().filter(|c| c.is_alphanumeric()).count();
        let enough = slug.chars().filter(char::is_ascii_alphanumeric).count() * 2 > letters;
        let base = match () {
            () if letters == 0 => otherwise.to_owned(),
            () if enough && slug.starts_with(|c: char| c.is_ascii_lowercase()) => slug,
            () if enough => format!("{otherwise}-{slug}"),
            () => format!("{otherwise}-{:08x}", hash(text)),
        };
        self.unique(base)
    }

    /// The name itself, or with a number if it is taken.
    pub(super) fn unique(&mut self, base: String) -> Anchor {
        Anchor(self.0.unique(base))
    }
}

fn slug(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
        if out.len() >= 40 {
            break;
        }
    }
    out.trim_end_matches('-').to_owned()
}

/// FNV-1a, 32 bits.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811C_9DC5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// Gives headings and other places their names, and settles the links to them.
pub(super) fn settle(blocks: &mut [Block], notes: &mut [Note], names: &mut Names) {
    let mut known: BTreeMap<Anchor, Anchor> = BTreeMap::new();
    let mut wanted: BTreeSet<Anchor> = BTreeSet::new();
    let mut everywhere = |f: &mut dyn FnMut(&mut Vec<Inline>)| {
        walk(blocks, f);
        notes.iter_mut().for_each(|note| walk(&mut note.blocks, f));
    };
    everywhere(&mut |list| {
        wanted.extend(list.iter().filter_map(|inline| match inline {
            Inline::Link { target: Target::Anchor(anchor), .. } => Some(anchor.clone()),
            _ => None,
        }));
    });
    for block in blocks.iter_mut() {
        if let Block::Heading { anchor, content, .. } = block {
            *anchor = names.name(&plain_text(content), "section");
            walk_list(content, &mut |list| {
                list.retain(|inline| match inline {
                    Inline::Anchor(place) => {
                        known.entry(place.clone()).or_insert_with(|| anchor.clone());
                        false
                    }
                    _ => true,
                });
            });
        }
    }
    let mut everywhere = |f: &mut dyn FnMut(&mut Vec<Inline>)| {
        walk(blocks, f);
        notes.iter_mut().for_each(|note| walk(&mut note.blocks, f));
    };
    everywhere(&mut |list| {
        list.retain_mut(|inline| match inline {
            Inline::Anchor(place) if !wanted.contains(place) || known.contains_key(place) => false,
            Inline::Anchor(place) => {
                let name = names.name(place.0.trim_start_matches('#'), "place");
                known.insert(place.clone(), name.clone());
                *place = name;
                true
            }
            _ => true,
        });
    });
    let named: BTreeSet<Anchor> = known.values().cloned().collect();
    everywhere(&mut |list| {
        let leads = |inline: &Inline| match inline {
            Inline::Link { target: Target::Anchor(anchor), .. } => known.get(anchor).cloned(),
            _ => None,
        };
        let mut unwrapped = false;
        for inline in list.iter_mut() {
            let to = leads(inline);
            if let Inline::Link { target: target @ Target::Anchor(_), .. } = inline {
                match to {
                    Some(to) => *target = Target::Anchor(to),
                    None => unwrapped = true,
                }
            }
        }
        if unwrapped {
            let found = std::mem::take(list);
            for inline in found {
                match inline {
                    Inline::Link { target: Target::Anchor(anchor), content } if !named.contains(&anchor) => {
                        content.into_iter().for_each(|inner| inlines::push(list, inner));
                    }
                    inline => inlines::push(list, inline),
                }
            }
        }
    });
}

/// Calls `f` with every list of inlines, inner ones first.
pub(super) fn walk(blocks: &mut [Block], f: &mut dyn FnMut(&mut Vec<Inline>)) {
    for block in blocks {
        match block {
            Block::Paragraph(content) | Block::Heading { content, .. } => walk_list(content, f),
            Block::List(list) => list.items.iter_mut().for_each(|item| walk(&mut item.blocks, f)),
            Block::Quote(quote) => {
                walk(&mut quote.blocks, f);
                walk_list(&mut quote.attribution, f);
            }
            Block::Table(table) => {
                walk_list(&mut table.caption, f);
                for cell in table.head.iter_mut().chain(&mut table.body).flat_map(|row| &mut row.cells) {
                    walk(&mut cell.blocks, f);
                }
            }
            Block::Figure(figure) => walk_list(&mut figure.caption, f),
            Block::Definitions(definitions) => {
                for definition in definitions {
                    definition.terms.iter_mut().for_each(|term| walk_list(term, f));
                    definition.meanings.iter_mut().for_each(|blocks| walk(blocks, f));
                }
            }
            Block::Code { .. } | Block::Rule | Block::Embed(_) | Block::Math(_) => {}
        }
    }
}

fn walk_list(list: &mut Vec<Inline>, f: &mut dyn FnMut(&mut Vec<Inline>)) {
    for inline in list.iter_mut() {
        match inline {
            Inline::Emphasis(inner)
            | Inline::Strong(inner)
            | Inline::Sub(inner)
            | Inline::Super(inner)
            | Inline::Strike(inner)
            | Inline::Link { content: inner, .. }
            | Inline::Ruby { base: inner, .. } => walk_list(inner, f),
            Inline::Text(_)
            | Inline::Code(_)
            | Inline::Image(_)
            | Inline::Break
            | Inline::Note(_)
            | Inline::Math(_)
            | Inline::Anchor(_) => {}
        }
    }
    f(list);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_and_differ() {
        let mut names = Names::default();
        assert_eq!(names.name("Size Isn't Everything", "section").0, "size-isn-t-everything");
        assert_eq!(names.name("Size isn’t everything", "section").0, "size-isn-t-everything-2");
        assert_eq!(names.name("1、安装 Git", "section").0, "section-1-git");
        let han = names.name("延迟了三十年的春天", "section").0;
        assert!(han.starts_with("section-") && han.len() == 16, "{han}");
        assert_eq!(Names::default().name("延迟了三十年的春天", "section").0, han);
        assert_eq!(names.name("…", "section").0, "section");
    }

    #[test]
    fn a_name_that_is_asked_for_often_is_found_at_once() {
        let mut names = Names::default();
        names.unique("a-3".into());
        let last = (0..100_000).map(|_| names.unique("a".into())).last();
        assert_eq!(last, Some(Anchor("a-100001".into())));
    }
}
