//! The command line: what was typed, what it means, what is shown.

mod args;
mod build;
mod epub;
mod progress;
mod report;
mod resolve;

use std::process::ExitCode;

use clap::Parser;

/// Runs the program and gives its exit code.
pub(crate) fn run() -> ExitCode {
    let args = args::Args::parse();
    let outcome = match args.command {
        args::Command::Build(build) => build::run(build),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report::error(&error);
            ExitCode::from(error.exit_code())
        }
    }
}
