//! `offprint build`.

use offprint::backend::{FORMATS, format_of};
use offprint::diag::{Error, ErrorKind};
use offprint::fetch::World;
use offprint::{Each, Options};

use super::progress::Terminal;
use super::timings::Timings;
use super::{args, inspect, record, report, resolve};

/// Builds the books and shows their paths; or shows the hosts that would be contacted. `all` are for books of the same
/// articles.
pub(super) fn run(all: &[args::Build]) -> Result<(), Error> {
    let Some(args) = all.first() else { return Ok(()) };
    let (jobs, world) = resolve::build_all(all)?;
    let Some(options) = jobs.first() else { return Ok(()) };
    let world = World::new(world)?;
    let terminal = Terminal::of(&args.messages);
    let timings = args.timings.then(Timings::begin);
    if args.list_hosts {
        let hosts = offprint::hosts(options, &world, &terminal);
        terminal.finish();
        hosts?.iter().for_each(|host| report::line(host));
        return Ok(());
    }
    if args.plan {
        let outcome = inspect::plan(&jobs, &world, &terminal);
        terminal.finish();
        return outcome;
    }
    if args.each {
        let outcome = each(args, options, &world, &terminal);
        terminal.finish();
        show(timings.as_ref(), &terminal);
        return outcome;
    }
    let outcome = offprint::build_all(&jobs, &world, &terminal);
    terminal.finish();
    show(timings.as_ref(), &terminal);
    let course = terminal.course();
    if let Some(path) = &args.report {
        record::write(path, &jobs, &outcome, &course)?;
    }
    let made = outcome?;
    made.outputs.iter().for_each(|path| report::result(path));
    terminal.summary(&format!(
        "{} articles, {} chapters, {} pictures, {} missing, {:.1} MB, {:.1} s",
        made.articles,
        made.chapters,
        made.images,
        made.missing.len(),
        made.sizes.iter().sum::<u64>() as f64 / 1e6,
        course.whole.as_secs_f64()
    ));
    Ok(())
}

fn show(timings: Option<&Timings>, terminal: &Terminal) {
    if let Some(timings) = timings {
        timings.show(terminal.course().whole);
    }
}

/// Builds a book of each article, and shows the paths of those that were written.
fn each(args: &args::Build, options: &Options, world: &World, terminal: &Terminal) -> Result<(), Error> {
    let usage = |message: String, hint: &str| Error::new(ErrorKind::Usage, message).hint(hint);
    let [folder] = options.outputs.as_slice() else {
        return Err(usage("--each needs one folder".to_owned(), "name it with -o"));
    };
    let typed = if args.formats.is_empty() { vec!["epub".to_owned()] } else { args.formats.clone() };
    let format = |typed: &String| {
        let known: Vec<_> = FORMATS.iter().flat_map(|format| format.extensions).copied().collect();
        let found = format_of(&format!("x.{}", typed.trim_start_matches('.')));
        found.ok_or_else(|| usage(format!("--format {typed} is unknown"), &format!("use {}", known.join(", "))))
    };
    let formats = typed.iter().map(format).collect::<Result<Vec<_>, _>>()?;
    let pattern = args.name.as_deref().unwrap_or("{date}-{title}");
    let report = offprint::build_each(options, &Each { folder, formats: &formats, pattern }, world, terminal)?;
    terminal.finish();
    report.outputs.iter().for_each(|path| report::result(path));
    for (name, error) in &report.failed {
        report::failure(name, error);
    }
    terminal.summary(&format!(
        "{} books written, {} articles unchanged, {} failed",
        report.outputs.len(),
        report.unchanged,
        report.failed.len()
    ));
    report.failure().map_or(Ok(()), Err)
}
