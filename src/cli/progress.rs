//! A bar a stage, on a terminal only.

use std::io::IsTerminal;
use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use offprint::diag::{Diagnostic, Severity};
use offprint::{Observer, Stage};

use super::{args, report};

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
    stage: Mutex<Option<Stage>>,
}

impl Terminal {
    /// As the user wants it.
    pub(super) fn of(messages: &args::Messages) -> Self {
        Self::new(match (messages.quiet, messages.verbose) {
            (true, _) => Level::Quiet,
            (_, true) => Level::Verbose,
            _ => Level::Normal,
        })
    }

    /// A bar that is not drawn before the first progress.
    fn new(level: Level) -> Self {
        let shown = level != Level::Quiet && std::io::stderr().is_terminal();
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        if let Ok(style) = ProgressStyle::with_template("{msg:7} {bar:30} {pos}/{len}") {
            bar.set_style(style);
        }
        Self { level, bar, stage: Mutex::new(None) }
    }

    /// Says in a line what was done, on a terminal or if the user wants to hear more.
    pub(super) fn summary(&self, text: &str) {
        let wanted = match self.level {
            Level::Quiet => false,
            Level::Normal => std::io::stderr().is_terminal(),
            Level::Verbose => true,
        };
        if wanted {
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
            Severity::Note => self.level == Level::Verbose,
        };
        if wanted {
            self.bar.suspend(|| report::diagnostic(diagnostic));
        }
    }

    fn progress(&self, stage: Stage, done: usize, total: usize) {
        if self.bar.is_hidden() {
            return;
        }
        let mut current = self.stage.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if *current != Some(stage) {
            *current = Some(stage);
            self.bar.set_message(match stage {
                Stage::Pages => "pages",
                Stage::Images => "images",
                Stage::Books => "books",
            });
        }
        self.bar.set_length(total as u64);
        self.bar.set_position(done as u64);
    }
}
