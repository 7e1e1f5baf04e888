//! What files and the environment say where the command line does not. Every flag of `offprint build` has a key of its
//! name: in `offprint.toml`, in the user's `config.toml`, and as `OFFPRINT_…` in the environment.
//!
//! Settings become arguments before those that were typed, so that a flag means the same wherever it stands, and is
//! checked alike. What was typed comes first, then the environment, the project, the user's file.

#![allow(clippy::disallowed_methods, reason = "the way in for the environment")]

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};
use offprint::diag::{Error, ErrorKind, printable};
use offprint::fetch::disk;
use offprint::source::is_web_address;
use toml::{Table, Value};

/// The project file's name.
pub(super) const PROJECT: &str = "offprint.toml";
/// The longest file of settings, in bytes.
const LIMIT: u64 = 1 << 20;
/// Flags that are for the command line only.
const NO_KEYS: [&str; 5] = ["config", "no-config", "help", "version", "listen"];
/// Keys that name files, which are relative to the file that says so.
const PATHS: [&str; 9] = ["output", "cover", "rules", "css", "templates", "lock", "cookie-file", "cache", "report"];

/// A place that settings come from.
#[derive(Clone, Debug, Default)]
struct Layer {
    settings: BTreeMap<String, Vec<String>>,
    inputs: Vec<String>,
    /// Books with settings of their own.
    outputs: Vec<BTreeMap<String, Vec<String>>>,
}

/// The arguments that were typed, completed: one list for each book that has settings of its own. `command` is the whole
/// program's.
pub(super) fn complete(command: &Command, typed: &[OsString]) -> Result<Vec<Vec<OsString>>, Error> {
    let unchanged = || Ok(vec![typed.to_vec()]);
    // What is wrong with it, and calls for help, are for the second reading.
    let Ok(matches) = command.clone().try_get_matches_from(typed) else { return unchanged() };
    let Some((name @ ("build" | "watch" | "preview"), matches)) = matches.subcommand() else { return unchanged() };
    let Some(build) = command.find_subcommand(name) else { return unchanged() };
    let file = matches.get_one::<String>("config").map(String::as_str);
    let with_inputs = matches.value_source("inputs") == Some(ValueSource::CommandLine);
    let mut layers = vec![environment(build)?];
    if !matches.get_flag("no_config") {
        let found = match file {
            Some(file) => Some(PathBuf::from(file)),
            // What stands above the folder of a page that is named has nothing to do with it.
            None if with_inputs => None,
            None => find(),
        };
        layers.extend(found.map(|file| read(&file, build, true)).transpose()?);
        let own = user_file().filter(|file| disk::is_there(file));
        layers.extend(own.map(|file| read(&file, build, false)).transpose()?);
    }
    let inputs = layers.iter().find(|layer| !layer.inputs.is_empty() && !with_inputs).map(|layer| &layer.inputs);
    let outputs: Vec<_> = layers.iter().flat_map(|layer| &layer.outputs).cloned().collect();
    let own = !outputs.is_empty() && matches.value_source("outputs") != Some(ValueSource::CommandLine);
    let outputs = if own && !matches.get_flag("list_hosts") { outputs } else { vec![BTreeMap::new()] };
    let complete = |output: BTreeMap<String, Vec<String>>| {
        // After the environment, before the project.
        let mut layers: Vec<_> = layers.iter().map(|layer| layer.settings.clone()).collect();
        layers.insert(1, output);
        arguments(typed, build, matches, &layers, inputs)
    };
    Ok(outputs.into_iter().map(complete).collect())
}

/// What was typed with the settings that it does not set or contradict.
fn arguments(
    typed: &[OsString],
    build: &Command,
    matches: &ArgMatches,
    layers: &[BTreeMap<String, Vec<String>>],
    inputs: Option<&Vec<String>>,
) -> Vec<OsString> {
    let is_typed = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
    let mut set: BTreeSet<String> =
        build.get_arguments().map(|arg| arg.get_id().to_string()).filter(|id| is_typed(id)).collect();
    let mut added: Vec<OsString> = Vec::new();
    for layer in layers {
        for (key, values) in layer {
            let Some(arg) = argument(build, key) else { continue };
            let id = arg.get_id().to_string();
            // One of two says that they contradict each other.
            let names = |of: &Arg, other: &str| {
                build.get_arg_conflicts_with(of).iter().any(|one| one.get_id().as_str() == other)
            };
            let contradicts = build
                .get_arguments()
                .filter(|other| set.contains(other.get_id().as_str()))
                .any(|other| names(arg, other.get_id().as_str()) || names(other, &id));
            if contradicts || !set.insert(id) {
                continue;
            }
            if is_switch(arg) {
                if values.iter().any(|value| value == "true") {
                    added.push(format!("--{key}").into());
                }
                continue;
            }
            added.extend(values.iter().map(|value| OsString::from(format!("--{key}={value}"))));
        }
    }
    let (program, rest) = typed.split_at(typed.len().min(2));
    let inputs = inputs.into_iter().flatten().map(OsString::from);
    program.iter().cloned().chain(added).chain(inputs).chain(rest.iter().cloned()).collect()
}

fn is_switch(arg: &Arg) -> bool {
    matches!(arg.get_action(), ArgAction::SetTrue)
}

/// The flag of a key.
fn argument<'a>(build: &'a Command, key: &str) -> Option<&'a Arg> {
    keys(build).find(|arg| arg.get_long() == Some(key))
}

/// The flags that have keys.
pub(super) fn keys(build: &Command) -> impl Iterator<Item = &Arg> {
    build.get_arguments().filter(|arg| arg.get_long().is_some_and(|long| !NO_KEYS.contains(&long)))
}

/// What the environment says.
fn environment(build: &Command) -> Result<Layer, Error> {
    let mut layer = Layer::default();
    for arg in keys(build) {
        let Some(key) = arg.get_long() else { continue };
        let name = format!("OFFPRINT_{}", key.to_uppercase().replace('-', "_"));
        let Some(value) = env::var(&name).ok().filter(|value| !value.is_empty()) else { continue };
        let value = match (is_switch(arg), value.to_lowercase().as_str()) {
            (true, "1" | "true" | "yes" | "on") => "true".to_owned(),
            (true, "0" | "false" | "no" | "off") => "false".to_owned(),
            (true, _) => {
                let message = format!("{name} of the environment is {}, not yes or no", printable(&value, 40));
                return Err(Error::new(ErrorKind::Usage, message).hint("use 1 or 0"));
            }
            (false, _) => value,
        };
        layer.settings.insert(key.to_owned(), vec![value]);
    }
    Ok(layer)
}

/// The project file of this folder, or of the nearest one above it, as seen from here.
pub(super) fn find() -> Option<PathBuf> {
    let here = env::current_dir().ok()?;
    let mut up = PathBuf::new();
    for folder in here.ancestors() {
        if disk::size(&folder.join(PROJECT)).is_some() {
            return Some(up.join(PROJECT));
        }
        up.push("..");
    }
    None
}

/// The user's own settings (XDG Base Directory Specification; on other systems the place that they have for it).
fn user_file() -> Option<PathBuf> {
    let folder = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let own = if cfg!(windows) {
        folder("APPDATA")
    } else if cfg!(target_os = "macos") {
        folder("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        folder("HOME").map(|home| home.join(".config"))
    };
    folder("XDG_CONFIG_HOME").or(own).map(|folder| folder.join("offprint").join("config.toml"))
}

/// Reads a file of settings. `project`: it may name inputs and books.
fn read(file: &Path, build: &Command, project: bool) -> Result<Layer, Error> {
    let name = printable(&file.to_string_lossy(), 200);
    let cannot = |why: String| Error::new(ErrorKind::Input, format!("cannot use {name}: {why}"));
    let bytes = disk::read(file, LIMIT)
        .map_err(|failure| cannot(failure.reason).hint("`offprint init` writes a project file that explains itself"))?;
    let text = String::from_utf8(bytes).map_err(|_| cannot("not UTF-8".to_owned()))?;
    let table: Table = toml::from_str(&text).map_err(|error| {
        let line = error.span().map_or(1, |span| text.get(..span.start).unwrap_or(&text).matches('\n').count() + 1);
        cannot(format!("line {line}: {}", printable(error.message(), 200)))
            .hint("it is written in TOML: key = \"value\"")
    })?;
    let file = File { folder: file.parent().unwrap_or(Path::new("")), build, project, cannot: &cannot };
    let mut layer = Layer::default();
    for (key, value) in &table {
        match (key.as_str(), value) {
            ("inputs", value) if project => {
                let names = strings(value).ok_or_else(|| cannot("inputs is not a list of names".to_owned()))?;
                layer.inputs = names.iter().map(|name| file.input(name)).collect();
            }
            ("outputs", Value::Array(tables)) if project => {
                for table in tables {
                    let Value::Table(table) = table else {
                        return Err(cannot("outputs is not a list of tables".to_owned()).hint("write [[outputs]]"));
                    };
                    layer.outputs.push(file.output(table)?);
                }
            }
            (key, value) => drop(layer.settings.insert(key.to_owned(), file.setting(key, value, &[])?)),
        }
    }
    Ok(layer)
}

/// A file of settings that is being read.
struct File<'a> {
    folder: &'a Path,
    build: &'a Command,
    project: bool,
    cannot: &'a dyn Fn(String) -> Error,
}

impl File<'_> {
    /// A book of its own: `file`, and keys that are for it only.
    fn output(&self, table: &Table) -> Result<BTreeMap<String, Vec<String>>, Error> {
        let mut settings = BTreeMap::new();
        for (key, value) in table {
            let flag = if key == "file" { "output" } else { key };
            settings.insert(flag.to_owned(), self.setting(key, value, &["file"])?);
        }
        if settings.contains_key("output") {
            return Ok(settings);
        }
        Err((self.cannot)("[[outputs]] without file".to_owned()).hint("write file = \"book.epub\""))
    }

    fn setting(&self, key: &str, value: &Value, more: &[&str]) -> Result<Vec<String>, Error> {
        let flag = if more.contains(&key) { "output" } else { key };
        let Some(arg) = argument(self.build, flag) else {
            return Err((self.cannot)(format!("{} is unknown", printable(key, 60))).hint(self.nearest(key, more)));
        };
        let wrong = |wanted: &str| (self.cannot)(format!("{} is not {wanted}", printable(key, 60)));
        if is_switch(arg) {
            return match value {
                Value::Boolean(on) => Ok(vec![on.to_string()]),
                _ => Err(wrong("true or false").hint(format!("write {key} = true"))),
            };
        }
        let mut values = strings(value).ok_or_else(|| wrong("a text, a number or a list of them"))?;
        if values.len() > 1 && !matches!(arg.get_action(), ArgAction::Append) {
            return Err(wrong("one value"));
        }
        let is_theme_file = |value: &String| key == "theme" && value.contains(['/', '.']);
        for value in &mut values {
            if PATHS.contains(&flag) || is_theme_file(value) {
                *value = self.folder.join(&*value).to_string_lossy().into_owned();
            }
        }
        Ok(values)
    }

    fn input(&self, name: &str) -> String {
        if is_web_address(name) || name == "-" {
            return name.to_owned();
        }
        let (mark, name) = name.strip_prefix('@').map_or(("", name), |name| ("@", name));
        let path = self.folder.join(name);
        // Not to be taken for a flag.
        let path = if path.to_string_lossy().starts_with('-') { Path::new(".").join(path) } else { path };
        format!("{mark}{}", path.display())
    }

    /// The known key that is most like an unknown one.
    fn nearest(&self, key: &str, more: &[&str]) -> String {
        let project = if self.project { ["inputs", "outputs"].as_slice() } else { &[] };
        let known =
            keys(self.build).filter_map(Arg::get_long).chain(project.iter().copied()).chain(more.iter().copied());
        let written = key.to_lowercase().replace('_', "-");
        match known.min_by_key(|known| (distance(&written, known), known.len())) {
            Some(known) if distance(&written, known) * 2 <= known.len() => format!("did you mean {known}?"),
            _ => "keys are the flags of offprint build --help, without --".to_owned(),
        }
    }
}

/// A value, or a list of values, as text.
fn strings(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::String(text) => Some(vec![text.clone()]),
        Value::Integer(number) => Some(vec![number.to_string()]),
        Value::Float(number) => Some(vec![number.to_string()]),
        Value::Array(values) => {
            let all = values.iter().map(|value| match value {
                Value::Array(_) => None,
                value => strings(value)?.pop(),
            });
            all.collect()
        }
        Value::Boolean(_) | Value::Datetime(_) | Value::Table(_) => None,
    }
}

/// How many letters must be put in, taken out or changed to make one of the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, c) in one.chars().take(60).enumerate() {
        let mut corner = line;
        let mut last = line + 1;
        for (cell, o) in row.iter_mut().skip(1).zip(&other) {
            let next = (*cell + 1).min(last + 1).min(corner + usize::from(c != *o));
            corner = std::mem::replace(cell, next);
            last = next;
        }
        if let Some(first) = row.first_mut() {
            *first = line + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn distances() {
        for (one, other, expected) in
            [("", "", 0), ("a", "", 1), ("", "ab", 2), ("titel", "title", 2), ("abc", "ca", 3)]
        {
            assert_eq!(distance(one, other), expected, "{one} {other}");
        }
    }
}
