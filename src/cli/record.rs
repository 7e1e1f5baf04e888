//! `--report FILE`: what a build did, for other programs. The form is described in docs/report.md.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use offprint::diag::{Diagnostic, Error, Severity};
use offprint::fetch::{Hash, disk};
use offprint::publish::{Unpublished, write_failure};
use offprint::{Options, Report, Stage};
use serde_json::{Value, json};

/// The longest book whose hash is taken, in bytes.
const LIMIT: u64 = 4 << 30;

/// What is said of a stage.
pub(super) fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Pages => "pages",
        Stage::Images => "images",
        Stage::Books => "books",
    }
}

/// A diagnostic.
pub(super) fn diagnostic(one: &Diagnostic) -> Value {
    let severity = match one.severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
    };
    let site = one.site.as_ref();
    json!({
        "severity": severity,
        "code": one.code,
        "message": one.message,
        "input": site.map(|site| &site.input),
        "line": site.and_then(|site| site.line),
        "hint": one.hint,
    })
}

/// What happened on the way.
pub(super) struct Course {
    pub(super) told: Vec<Value>,
    /// How long each stage took, and all of it.
    pub(super) stages: Vec<(Stage, Duration)>,
    pub(super) whole: Duration,
}

/// Writes what a build did, or why it failed.
pub(super) fn write(
    path: &str,
    jobs: &[Options],
    outcome: &Result<Report, Error>,
    course: &Course,
) -> Result<(), Error> {
    let none = Report::default();
    let report = outcome.as_ref().unwrap_or(&none);
    let outputs: Vec<Value> =
        report.outputs.iter().zip(&report.sizes).map(|(path, size)| output(path, *size)).collect();
    let missing = report.missing.iter().map(|(address, reason)| json!({"address": address, "reason": reason}));
    let inputs = jobs.first().map_or(&[][..], |job| job.inputs.as_slice());
    let stages = course.stages.iter().map(|(of, time)| json!({"stage": stage(*of), "seconds": time.as_secs_f64()}));
    let failure = outcome.as_ref().err();
    let failure =
        failure.map(|error| json!({"exit_code": error.exit_code(), "message": error.message, "hint": error.hint}));
    let text = json!({
        "version": 1,
        "program": concat!("offprint ", env!("CARGO_PKG_VERSION")),
        "inputs": inputs.iter().map(input).collect::<Vec<_>>(),
        "articles": report.articles,
        "chapters": report.chapters,
        "outputs": outputs,
        "images": {"shown": report.images, "missing": missing.collect::<Vec<_>>()},
        "diagnostics": course.told,
        "timings": stages.collect::<Vec<_>>(),
        "seconds": course.whole.as_secs_f64(),
        "error": failure,
    });
    let path = Path::new(path);
    let mut file = Unpublished::open(path)?;
    let text = serde_json::to_string_pretty(&text).unwrap_or_default() + "\n";
    file.file().write_all(text.as_bytes()).map_err(|error| write_failure(path, &error))?;
    file.publish().map(drop)
}

fn output(path: &Path, size: u64) -> Value {
    let hash = disk::read(path, LIMIT).ok().map(|bytes| Hash::of(&bytes).to_string());
    json!({"file": path.display().to_string(), "bytes": size, "sha256": hash})
}

fn input(input: &offprint::source::Input) -> Value {
    use offprint::source::Input;
    match input {
        Input::Path(path) => json!({"path": path.display().to_string()}),
        Input::Address(address) => json!({"address": address}),
        Input::StandardInput => json!({"path": "-"}),
        Input::Found { name, files } => json!({"path": name, "files": files.len()}),
        Input::List { name, entries } => json!({"list": name, "entries": entries.len()}),
    }
}
