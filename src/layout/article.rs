//! Articles: each is set by itself, several at once on all cores. What comes out does not depend on how many there are.

use std::collections::{BTreeMap, BTreeSet};

use tracing::trace_span;

use super::LISTED;
use super::flow::{Context, Flow, Place, Strip, Strips};
use super::frame::TagRole;
use super::inline::shape::Shaper;
use super::links::{Address, OnPaper};
use super::page::{Geometry, Sheet, assemble::Article};
use super::structure::Tags;
use super::theme::NotePlace;
use crate::diag::Diagnostic;
use crate::model::Chapter;
use crate::parallel;

/// An article whose lines are set, before it is known how many pages come before it.
pub(super) struct Draft {
    /// Its text.
    pub(super) strips: Strips,
    /// The strips of its notes; those of its text refer to them by their number here.
    pub(super) notes: Vec<Vec<Strip>>,
    /// Its pages after an even number of pages and after an odd one; nothing if that cannot be told so early.
    pub(super) sheets: Option<[Vec<Sheet>; 2]>,
    /// Its part of the structure tree, below a document of its own.
    pub(super) tags: Tags,
    /// What there is to say.
    pub(super) said: Vec<Diagnostic>,
    /// Characters that no face has.
    pub(super) missing: BTreeSet<char>,
}

/// Sets the articles of a book, in their order.
pub(super) fn set(paper: &OnPaper<'_>, context: &Context<'_>, geometry: &Geometry) -> Vec<Draft> {
    let book = &*paper.book;
    let begin = || Shaper::new(&context.theme.faces);
    parallel::map_with(&book.chapters, &begin, &|shaper, chapter| draft(paper, chapter, (context, geometry), shaper))
}

fn draft(
    paper: &OnPaper<'_>,
    chapter: &Chapter,
    (context, geometry): (&Context<'_>, &Geometry),
    shaper: &mut Shaper,
) -> Draft {
    let book = &*paper.book;
    let (mut tags, mut said) = (Tags::new(), Vec::new());
    let several = book.chapters.len() > 1;
    let role = if several { TagRole::Part } else { TagRole::Section };
    let tag = tags.add(role, Tags::ROOT);
    let language = chapter.language.as_ref().unwrap_or(&book.metadata.language).tag();
    if chapter.language.as_ref().is_some_and(|own| *own != book.metadata.language) {
        tags.set_language(tag, language);
    }
    let place = Place::of_text(context, tag, language);
    let mut notes = BTreeMap::new();
    let mut flow = Flow::new(context, &mut tags, shaper, &mut said);
    section(&mut flow, chapter, 0, several, &place, &mut notes);
    let [foot, listed] = addresses(paper, chapter, context);
    for AddressNote { number, mark, address } in foot {
        notes.insert(number, flow.address(address, &mark, None, &place));
    }
    flow.drop_rule();
    let mut strips = std::mem::take(&mut flow.out);
    let notes = own_notes(&mut strips, notes, context);
    if !listed.is_empty() {
        let list: Vec<_> = listed.into_iter().map(|note| (note.address, note.mark)).collect();
        let mut flow = Flow::new(context, &mut tags, shaper, &mut said);
        flow.addresses(&list, &place);
        strips.strips.append(&mut flow.out.strips);
    }
    let sheets = trace_span!("choose").in_scope(|| Article::both(&strips, &notes, geometry));
    Draft { strips, notes, sheets, tags, said, missing: std::mem::take(&mut shaper.missing) }
}

/// The notes in their order, referred to by their number among them. One that nothing on the pages refers to stands
/// after the text; all do if the theme says so.
fn own_notes(strips: &mut Strips, notes: BTreeMap<usize, Vec<Strip>>, context: &Context<'_>) -> Vec<Vec<Strip>> {
    let numbers: Vec<usize> = notes.keys().copied().collect();
    let mut notes: Vec<Vec<Strip>> = notes.into_values().collect();
    let mut referred = vec![false; notes.len()];
    for strip in &mut strips.strips {
        if context.theme.note.place == NotePlace::End {
            strip.notes.clear();
        }
        let own = |number: usize| numbers.binary_search(&number).ok();
        // Marks of what stands in a list take nothing to the foot of a page. A note stands where it is first referred to.
        let first = |note: &usize| referred.get_mut(*note).is_some_and(|known| !std::mem::replace(known, true));
        strip.notes = std::mem::take(&mut strip.notes).into_iter().filter_map(own).filter(first).collect();
    }
    let apart = context.theme.pt(context.theme.note.leading) / 2.0;
    for (note, _) in notes.iter_mut().zip(referred).filter(|(_, referred)| !referred) {
        if let Some(first) = note.first_mut() {
            first.before = first.before.max(apart);
        }
        strips.strips.append(note);
    }
    notes
}

/// The notes that say where an article's links lead: those at the foot of pages, and those of the list after it.
fn addresses<'a>(paper: &'a OnPaper<'_>, chapter: &Chapter, context: &Context<'_>) -> [Vec<AddressNote<'a>>; 2] {
    let links = paper.articles.get(&chapter.id);
    let note = |address: &'a Address| {
        let (number, mark) = context.notes.get(&address.note)?.clone();
        Some(AddressNote { number, mark, address })
    };
    let notes = links.iter().flat_map(|links| &links.addresses).filter_map(note);
    let (listed, foot) = notes.partition(|note| note.number == LISTED);
    [foot, listed]
}

/// A note that says where a link leads.
struct AddressNote<'a> {
    /// In the book; [`LISTED`] for those of lists.
    number: usize,
    mark: String,
    address: &'a Address,
}

/// A chapter or section with what is below it.
fn section(
    flow: &mut Flow<'_, '_>,
    chapter: &Chapter,
    depth: usize,
    several: bool,
    place: &Place,
    notes: &mut BTreeMap<usize, Vec<Strip>>,
) {
    const DEEPEST: usize = 32;
    // The only article of a book has its title on the title page.
    let titled = !chapter.title.is_empty() && (depth > 0 || several);
    if titled {
        flow.heading(&chapter.title, depth, std::slice::from_ref(&chapter.id), place);
    }
    if several
        && depth == 0
        && let Some(byline) = &chapter.byline
    {
        flow.byline(byline, place);
    }
    let first = flow.out.strips.len();
    flow.blocks(&chapter.blocks, place);
    if !titled && let Some(strip) = flow.out.strips.get_mut(first) {
        strip.places.push(chapter.id.0.clone());
    }
    for note in &chapter.notes {
        let Some((number, mark)) = flow.context.notes.get(&note.id).cloned() else { continue };
        let strips = flow.note(note, &mark, place);
        notes.insert(number, strips);
    }
    for below in chapter.sections.iter().filter(|_| depth < DEEPEST) {
        let tag = flow.tags.add(TagRole::Section, place.tag.unwrap_or(Tags::ROOT));
        section(flow, below, depth + 1, several, &Place { tag: Some(tag), ..place.clone() }, notes);
    }
}
