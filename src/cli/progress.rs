//! A bar a stage, on a terminal only; lines of JSON for other programs.

#![allow(clippy::disallowed_methods, reason = "how long stages take is shown, and decides nothing")]

use std::io::IsTerminal;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use offprint::diag::{Diagnostic, Severity};
use offprint::{Observer, Stage};
use serde_json::{Value, json};

use super::record::{self, Course};
use super::{args, report, words};

/// How much is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    /// Errors only.
    Quiet,
    /// Warnings too, and progress on a terminal.
    Normal,
    /// Notes too.
    Verbose,
}

/// Shows messages and progress on standard error.
pub(super) struct Terminal {
    level: Level,
    bar: ProgressBar,
    /// Whether progress is written as lines of JSON.
    json: bool,
    course: Mutex<Record>,
}

/// What happened so far.
struct Record {
    begun: Instant,
    /// Each stage, and when it began.
    stages: Vec<(Stage, Instant)>,
    told: Vec<Value>,
}

impl Terminal {
    /// As the user wants it.
    pub(super) fn of(messages: &args::Messages) -> Self {
        let level = match (messages.quiet, messages.verbose) {
            (true, _) => Level::Quiet,
            (_, true) => Level::Verbose,
            _ => Level::Normal,
        };
        let bar = messages.progress == args::Progress::Auto && level != Level::Quiet;
        Self { json: messages.progress == args::Progress::Json, ..Self::new(level, bar) }
    }

    /// That says nothing.
    pub(super) fn silent() -> Self {
        Self::new(Level::Quiet, false)
    }

    /// What happened, to be written down.
    pub(super) fn course(&self) -> Course {
        let now = Instant::now();
        let record = self.record();
        let ends = record.stages.iter().skip(1).map(|(_, begun)| *begun).chain([now]);
        let stages = record.stages.iter().zip(ends).map(|((stage, begun), end)| (*stage, end.duration_since(*begun)));
        Course { told: record.told.clone(), stages: stages.collect(), whole: now.duration_since(record.begun) }
    }

    /// Everything that was said.
    pub(super) fn told(&self) -> Vec<Value> {
        self.record().told.clone()
    }

    /// The same as lines for people.
    pub(super) fn lines(&self) -> Vec<String> {
        let line = |value: &Value| {
            let text = |key: &str| value[key].as_str().map(|text| words::of(text).into_owned());
            let hint = text("hint").map_or(String::new(), |hint| format!(" ({hint})"));
            let input = value["input"].as_str().map_or(String::new(), |input| format!("{input}: "));
            format!("{input}{}{hint}", text("message").unwrap_or_default())
        };
        self.record().told.iter().map(line).collect()
    }

    fn record(&self) -> MutexGuard<'_, Record> {
        self.course.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A bar that is not drawn before the first progress.
    fn new(level: Level, bar: bool) -> Self {
        let shown = bar && std::io::stderr().is_terminal();
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        if let Ok(style) = ProgressStyle::with_template("{msg:7} {bar:30} {pos}/{len} {per_sec}") {
            bar.set_style(style);
        }
        let record = Record { begun: Instant::now(), stages: Vec::new(), told: Vec::new() };
        Self { level, bar, json: false, course: Mutex::new(record) }
    }

    /// Says in a line what was done, on a terminal or if the user wants to hear more.
    pub(super) fn summary(&self, text: &str) {
        let wanted = match self.level {
            Level::Quiet => false,
            Level::Normal => std::io::stderr().is_terminal(),
            Level::Verbose => true,
        };
        if self.json {
            report::signal(&json!({"type": "summary", "text": text}).to_string());
        } else if wanted {
            report::say(text);
        }
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Observer for Terminal {
    fn diagnostic(&self, diagnostic: &Diagnostic) {
        let wanted = match diagnostic.severity {
            Severity::Warning => self.level != Level::Quiet,
            // How much paper it takes, everyone wants to know who prints.
            Severity::Note if diagnostic.code == "sheets" => self.level != Level::Quiet,
            Severity::Note => self.level == Level::Verbose,
        };
        let value = record::diagnostic(diagnostic);
        if self.json && wanted {
            let mut line = value.clone();
            line["type"] = "diagnostic".into();
            report::signal(&line.to_string());
        } else if wanted {
            self.bar.suspend(|| report::diagnostic(diagnostic));
        }
        self.record().told.push(value);
    }

    fn progress(&self, stage: Stage, done: usize, total: usize) {
        let mut record = self.record();
        let new = record.stages.last().is_none_or(|(last, _)| *last != stage);
        if new {
            record.stages.push((stage, Instant::now()));
        }
        drop(record);
        if self.json {
            let line = json!({"type": "progress", "stage": record::stage(stage), "done": done, "total": total});
            report::signal(&line.to_string());
        }
        if self.bar.is_hidden() {
            return;
        }
        if new {
            self.bar.set_message(words::of(record::stage(stage)).into_owned());
        }
        self.bar.set_length(total as u64);
        self.bar.set_position(done as u64);
    }
}
