//! `offprint init`: a project file that explains itself.

use std::io::Write;
use std::path::Path;

use clap::{Arg, Command};
use offprint::diag::{Error, ErrorKind};
use offprint::fetch::disk;
use offprint::publish::{Unpublished, write_failure};
use offprint::source;

use super::{args, config, report, words};

/// Writes a project file for what it finds.
pub(super) fn run(args: &args::Init, build: &Command) -> Result<(), Error> {
    let folder = Path::new(args.folder.as_deref().unwrap_or("."));
    let path = if args.folder.is_none() { config::PROJECT.into() } else { folder.join(config::PROJECT) };
    if disk::is_there(&path) {
        let message = format!("cannot write {}: there is one already", path.display());
        return Err(Error::new(ErrorKind::Output, message).hint("change that one, or remove it first"));
    }
    let mut file = Unpublished::open(&path)?;
    let text = text(&inputs(folder), build);
    file.file().write_all(text.as_bytes()).map_err(|error| write_failure(&path, &error))?;
    report::result(&file.publish()?);
    Ok(())
}

/// What in a folder looks like saved articles: pages in it, and folders with pages.
fn inputs(folder: &Path) -> Vec<String> {
    let has_pages = |path: &Path| source::expand(&[path.to_string_lossy()], true).is_ok();
    let folders = disk::folders_in(folder).unwrap_or_default();
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let mut found: Vec<String> = folders.iter().filter(|path| has_pages(path)).filter_map(|path| name(path)).collect();
    if source::expand(&[folder.to_string_lossy()], false).is_ok() {
        found.insert(0, ".".to_owned());
    }
    found
}

fn text(inputs: &[String], build: &Command) -> String {
    let list: Vec<String> = inputs.iter().map(|input| format!("{input:?}")).collect();
    let list = if list.is_empty() { "\"saved\"".to_owned() } else { list.join(", ") };
    let mut out = String::new();
    let comment = |out: &mut String, text: &str| out.push_str(&format!("# {}\n", words::of(text)));
    comment(&mut out, "Settings of this folder's books. `offprint build` without inputs reads them.");
    comment(&mut out, "A key is a flag of `offprint build` without its --; what is typed comes first.");
    out.push('\n');
    comment(&mut out, "Articles: files, folders, patterns, addresses, \"@list.txt\".");
    out.push_str(&format!("inputs = [{list}]\n\n"));
    comment(&mut out, "The books.");
    out.push_str("output = [\"book.epub\", \"book.pdf\"]\n");
    let mut heading = None;
    for arg in config::keys(build).filter(|arg| arg.get_long() != Some("output")) {
        if arg.get_help_heading() != heading {
            heading = arg.get_help_heading();
            out.push_str(&format!(
                "\n# -- {} --\n",
                heading.map_or_else(|| words::of("General").into_owned(), str::to_owned)
            ));
        }
        out.push_str(&entry(arg));
    }
    out.push('\n');
    comment(&mut out, "Books with settings of their own, in place of output above:");
    out.push_str(
        "# [[outputs]]\n# file = \"book.epub\"\n#\n# [[outputs]]\n# file = \"pamphlet.pdf\"\n# theme = \"pamphlet\"\n",
    );
    out
}

/// A key with what it means, as a comment.
fn entry(arg: &Arg) -> String {
    let key = arg.get_long().unwrap_or_default();
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let default = arg.get_default_values().first().map(|value| value.to_string_lossy().into_owned());
    let names = arg.get_value_names().and_then(|names| names.first()).map_or("", |name| name.as_str());
    let value = match (&default, arg.get_action()) {
        (_, clap::ArgAction::SetTrue) => "true".to_owned(),
        (Some(default), _) if default.parse::<u32>().is_ok() => default.clone(),
        (Some(default), _) => format!("{default:?}"),
        (None, clap::ArgAction::Append) => format!("[\"{names}\"]"),
        (None, _) => format!("\"{names}\""),
    };
    format!("# {help}\n# {key} = {value}\n")
}
