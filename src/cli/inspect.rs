//! `offprint inspect`, `offprint explain` and `offprint build --plan`: what is understood, before anything is made.

use std::io::Write;
use std::path::Path;

use offprint::diag::Error;
use offprint::fetch::{World, disk};
use offprint::model::{self, Chapter, Inline, OutlineEntry, plain_text};
use offprint::normalize::Article;
use offprint::publish::{Unpublished, write_failure};
use offprint::source::Source;
use offprint::{Inspection, Options, PictureState};
use serde_json::{Value, json};

use super::progress::Terminal;
use super::{args, report, resolve, words};

/// Shows what is understood of the inputs.
pub(super) fn run(args: &args::Inspect) -> Result<(), Error> {
    let (found, terminal) = look(&args.reading, &args.messages)?;
    if args.json {
        report::line(&serde_json::to_string_pretty(&as_json(&found, &terminal)).unwrap_or_default());
    } else {
        as_text(&found).iter().for_each(|line| report::told(line));
    }
    Ok(())
}

fn look(reading: &args::Reading, messages: &args::Messages) -> Result<(Inspection, Terminal), Error> {
    let (options, world) = resolve::inspect(reading)?;
    let world = World::new(world)?;
    let terminal = Terminal::of(messages);
    let found = offprint::inspect(&options, &world, &terminal);
    terminal.finish();
    Ok((found?, terminal))
}

/// Shows what a build would do: articles in order, books, hosts.
pub(super) fn plan(jobs: &[Options], world: &World, terminal: &Terminal) -> Result<(), Error> {
    let Some(options) = jobs.first() else { return Ok(()) };
    let hosts = offprint::hosts(options, world, terminal)?;
    let quiet = Terminal::silent();
    match offprint::inspect(options, world, &quiet) {
        Ok(found) => {
            report::told(&format!("book: {}", one_line(&found.book.metadata.title)));
            for chapter in &found.book.chapters {
                let kind = if chapter.is_part() { "part" } else { "article" };
                let date = chapter.byline.as_ref().and_then(|byline| byline.date);
                let date = date.map_or(String::new(), |date| format!(" ({date})"));
                report::told(&format!("{kind}: {}{date}", one_line(&plain_text(&chapter.title))));
            }
            let count = |wanted: fn(&PictureState) -> bool| found.pictures.iter().filter(|(_, s)| wanted(s)).count();
            let here = count(|state| matches!(state, PictureState::Here(_) | PictureState::Kept));
            let (wanted, missing) =
                (count(|s| *s == PictureState::Wanted), count(|s| matches!(s, PictureState::Missing(_))));
            report::told(&format!("pictures: {here} here, {wanted} to fetch, {missing} missing"));
        }
        Err(error) => report::told(&format!("articles: not known yet: {}", error.message)),
    }
    hosts.iter().for_each(|host| report::told(&format!("contact: {host}")));
    for path in jobs.iter().flat_map(|job| &job.outputs) {
        let verb = if disk::is_there(path) { "replace" } else { "write" };
        report::told(&format!("{verb}: {}", path.display()));
    }
    Ok(())
}

/// Shows which part of a page is the article, what was left out of it and by which rule, and what was made of the rest.
pub(super) fn explain(args: &args::Explain) -> Result<(), Error> {
    let (found, _) = look(&args.reading, &args.messages)?;
    if let Some(file) = &args.html {
        let path = Path::new(file);
        let mut page = Unpublished::open(path)?;
        page.file().write_all(html(&found).as_bytes()).map_err(|error| write_failure(path, &error))?;
        report::result(&page.publish()?);
        return Ok(());
    }
    for (source, article) in &found.pages {
        report::line(&source.name);
        report::told(&format!("  article  {}", article.element));
        for dropped in &article.dropped {
            report::told(&format!(
                "  dropped  {}  by {}: {}",
                dropped.element,
                words::of(&dropped.rule),
                one_line(&dropped.text)
            ));
        }
        for line in model::dump(&article.chapter).lines() {
            report::told(&format!("  kept     {}", offprint::diag::printable(line, 160)));
        }
    }
    Ok(())
}

fn one_line(text: &str) -> String {
    offprint::diag::printable(text, 200)
}

fn as_text(found: &Inspection) -> Vec<String> {
    let metadata = &found.book.metadata;
    let mut lines = vec![format!("title: {}", one_line(&metadata.title))];
    let people: Vec<&str> = metadata.creators.iter().map(|creator| creator.name.as_str()).collect();
    let facts = [
        ("creators", (!people.is_empty()).then(|| people.join(", "))),
        ("language", Some(metadata.language.tag().to_owned())),
        ("date", metadata.date.map(|date| date.to_string())),
        ("publisher", metadata.publisher.clone()),
        ("subjects", (!metadata.subjects.is_empty()).then(|| metadata.subjects.join(", "))),
        ("rights", metadata.rights.clone()),
        ("identifier", Some(metadata.identifier.clone())),
    ];
    let facts = facts.into_iter().filter_map(|(name, fact)| Some(format!("{name}: {}", one_line(&fact?))));
    lines.extend(facts);
    lines.extend(metadata.sources.iter().map(|source| format!("source: {}", one_line(source))));
    lines.push("contents:".to_owned());
    outline(&model::outline(&found.book), 1, &mut lines);
    lines.push(format!("notes: {}", found.book.chapters.iter().map(notes).sum::<usize>()));
    for (picture, state) in &found.pictures {
        let address = picture.addresses.first().map_or("", String::as_str);
        let state = match state {
            PictureState::Here(bytes) => format!("here, {bytes} bytes"),
            PictureState::Kept => "fetched before".to_owned(),
            PictureState::Wanted => "to fetch".to_owned(),
            PictureState::Missing(reason) => format!("missing: {reason}"),
        };
        lines.push(format!("picture: {} ({state})", offprint::diag::printable(address, 120)));
    }
    lines
}

fn outline(entries: &[OutlineEntry], depth: usize, lines: &mut Vec<String>) {
    for entry in entries {
        lines.push(format!("{}{}", "  ".repeat(depth.min(40)), one_line(&entry.title)));
        outline(&entry.children, depth + 1, lines);
    }
}

fn notes(chapter: &Chapter) -> usize {
    chapter.notes.len() + chapter.sections.iter().map(notes).sum::<usize>()
}

fn as_json(found: &Inspection, terminal: &Terminal) -> Value {
    fn entries(of: &[OutlineEntry]) -> Vec<Value> {
        let entry =
            |e: &OutlineEntry| json!({"title": e.title, "anchor": e.anchor.0, "children": entries(&e.children)});
        of.iter().map(entry).collect()
    }
    let metadata = &found.book.metadata;
    let creators: Vec<Value> =
        metadata.creators.iter().map(|c| json!({"name": c.name, "role": format!("{:?}", c.role)})).collect();
    let articles: Vec<Value> = found.pages.iter().map(|(source, article)| article_json(source, article)).collect();
    let pictures = found.pictures.iter().map(|(picture, state)| {
        let (state, reason) = match state {
            PictureState::Here(_) => ("here", None),
            PictureState::Kept => ("kept", None),
            PictureState::Wanted => ("wanted", None),
            PictureState::Missing(reason) => ("missing", Some(reason)),
        };
        json!({"addresses": picture.addresses, "alt": picture.alt, "state": state, "reason": reason})
    });
    json!({
        "version": 1,
        "title": metadata.title,
        "creators": creators,
        "language": metadata.language.tag(),
        "date": metadata.date.map(|date| date.to_string()),
        "publisher": metadata.publisher,
        "description": metadata.description,
        "subjects": metadata.subjects,
        "rights": metadata.rights,
        "identifier": metadata.identifier,
        "sources": metadata.sources,
        "articles": articles,
        "contents": entries(&model::outline(&found.book)),
        "notes": found.book.chapters.iter().map(notes).sum::<usize>(),
        "pictures": pictures.collect::<Vec<_>>(),
        "warnings": terminal.told(),
    })
}

fn article_json(source: &Source, article: &Article) -> Value {
    let byline = article.chapter.byline.clone().unwrap_or_default();
    json!({
        "input": source.name,
        "title": plain_text(&article.chapter.title),
        "date": byline.date.map(|date| date.to_string()),
        "address": byline.address,
        "site": byline.site,
        "tags": byline.tags,
        "language": article.language.as_ref().map(|language| language.tag()),
        "element": article.element,
        "dropped": article.dropped.len(),
    })
}

/// A page for a browser: what is kept in green, what was dropped in red, with its rule.
fn html(found: &Inspection) -> String {
    let [title, kept, dropped] = ["What was kept, and what was not", "kept", "dropped, by which rule"].map(words::of);
    let mut out = format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>{title}</title><style>{STYLE}</style></head>\
         <body><h1>{title}</h1><p><span class=\"kept\">{kept}</span> <span class=\"dropped\">{dropped}</span></p>"
    );
    for (source, article) in &found.pages {
        let title: Vec<Inline> = article.chapter.title.clone();
        let code = |text: &str| format!("<code>{}</code>", escaped(text));
        let about = format!("{}: the article is {}", escaped(&source.name), code(&article.element));
        out.push_str(&format!("<h2>{}</h2><p>{}</p>", escaped(&plain_text(&title)), words::of(&about)));
        for dropped in &article.dropped {
            let rule = escaped(&words::of(&dropped.rule));
            let about = format!("{} by {}", code(&dropped.element), format_args!("<b>{rule}</b>"));
            let (about, text) = (words::of(&about), escaped(&dropped.text));
            out.push_str(&format!("<div class=\"dropped\">{about}: {text}</div>"));
        }
        for line in model::dump(&article.chapter).lines() {
            let text = line.trim_start();
            let depth = ((line.len() - text.len()) / 2).min(40);
            out.push_str(&format!("<div class=\"kept\" style=\"margin-left:{depth}em\">{}</div>", escaped(text)));
        }
    }
    out.push_str("</body></html>\n");
    out
}

const STYLE: &str = "body{font:15px/1.6 sans-serif;margin:2em auto;max-width:62em;padding:0 1em;color:#222;\
    overflow-wrap:anywhere}h2{border-bottom:2px solid #888}code{background:#eee;padding:0 .3em}\
    .kept{border-left:.4em solid #2a8a4a;background:#eefaf1;margin:.15em 0;padding:.1em .6em;white-space:pre-wrap}\
    .dropped{border-left:.4em solid #c0392b;background:#fdefed;margin:.15em 0;padding:.1em .6em}";

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
