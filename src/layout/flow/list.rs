//! Lists: labels stand right-aligned in the indent.

use super::super::frame::TagRole;
use super::super::inline::{self, collect, line::shifted};
use super::{Flow, Ground, Place};
use crate::model::{List, ListItem, ListKind};
use crate::units::Pt;

/// The bar beside what is set apart.
const BAR: Pt = Pt(1.5);
/// Ending a page after the first item or before the last.
const ALONE: f64 = 130.0;
/// Bullets by depth.
const BULLETS: [&str; 3] = ["•", "◦", "▪"];

impl Flow<'_, '_> {
    /// Sets a list.
    pub(super) fn list(&mut self, list: &List, place: &Place) {
        if let [only] = list.items.as_slice()
            && list.kind == ListKind::Bullet
            && place.depth == 0
        {
            return self.callout(only, place);
        }
        let ordered = matches!(list.kind, ListKind::Ordered { .. });
        let tag = self.tag(TagRole::List { ordered }, place);
        let labels = labels(list, place.depth);
        let widest = labels.iter().max_by_key(|label| label.len());
        let width = widest.map_or(Pt::ZERO, |label| {
            inline::unbroken(&collect::plain(label, place.text(), None), &place.language, self.shaper).width
        });
        let indent = (place.size * 2.0).max(width + place.size * 0.5);
        let here = Place { tag, ..place.clone() };
        let count = list.items.len();
        for (index, (item, label)) in list.items.iter().zip(&labels).enumerate() {
            self.item(item, label, &here, indent);
            if let Some(last) = self.out.strips.last_mut().filter(|_| index == 0 || index + 2 == count) {
                last.penalty = last.penalty.max(if index + 1 < count { ALONE } else { 0.0 });
            }
        }
    }

    /// A single item enumerates nothing: pages set words apart like this. It gets a bar at its side.
    fn callout(&mut self, item: &ListItem, place: &Place) {
        let list = self.tag(TagRole::List { ordered: false }, place);
        let item_tag = self.tag(TagRole::ListItem, &Place { tag: list, ..place.clone() });
        let body = self.tag(TagRole::ListBody, &Place { tag: item_tag, ..place.clone() });
        let colour = self.context.theme.colour.rule.0;
        let x = if place.runs_leftwards() { place.x + place.measure - BAR } else { place.x };
        self.out.grounds.push(Ground { x, width: BAR, margin: Pt::ZERO, colour, frame: false });
        let mut grounds = place.grounds.clone();
        grounds.push(self.out.grounds.len() - 1);
        let inset = place.inset(place.size);
        self.space(place.leading / 2.0);
        self.blocks(&item.blocks, &Place { tag: body, grounds, indented: false, depth: place.depth + 1, ..inset });
        self.space(place.leading / 2.0);
    }

    fn item(&mut self, item: &ListItem, label: &str, place: &Place, indent: Pt) {
        let tag = self.tag(TagRole::ListItem, place);
        let here = Place { tag, ..place.clone() };
        let label_tag = self.tag(TagRole::Label, &here);
        let body = self.tag(TagRole::ListBody, &here);
        let inner = Place { tag: body, indented: false, depth: place.depth + 1, ..place.inset(indent) };
        let first = self.out.strips.len();
        self.blocks(&item.blocks, &inner);
        let label = collect::plain(label, place.text(), label_tag);
        let label = inline::unbroken(&label, &place.language, self.shaper);
        let Some(strip) = self.out.strips.get_mut(first) else { return };
        // A picture's baseline is its upper edge: the label goes beside its top.
        let down = if strip.above == Pt::ZERO { place.size } else { Pt::ZERO };
        let white = place.size * 0.45;
        let x = if place.runs_leftwards() { inner.x + inner.measure + white } else { inner.x - white - label.width };
        let items = label.items.into_iter().map(|item| shifted(item, x, down));
        strip.items.splice(0..0, items);
    }
}

fn labels(list: &List, depth: usize) -> Vec<String> {
    match list.kind {
        ListKind::Bullet => {
            let bullet = BULLETS.get(depth.min(BULLETS.len() - 1)).copied().unwrap_or("•");
            vec![bullet.to_owned(); list.items.len()]
        }
        ListKind::Ordered { start } => {
            (0..list.items.len()).map(|n| format!("{}.", i64::from(start) + i64::try_from(n).unwrap_or(0))).collect()
        }
    }
}
