//! The command line: what was typed, what it means, what is shown.

mod args;
mod build;
mod cache;
mod config;
mod devices;
mod environment;
mod epub;
mod fetch;
mod impose;
mod init;
mod inspect;
mod pdf;
mod preview;
mod progress;
mod record;
mod report;
mod resolve;
mod send;
mod serve;
mod shell;
mod timings;
mod usage;
mod verify;
mod watch;
mod words;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};
use offprint::diag::{Error, ErrorKind};

/// Runs the program and gives its exit code.
pub(crate) fn run() -> ExitCode {
    environment::outlive_file_limits();
    silence_decoders();
    match outcome().and_then(|code| report::lost().map_or(Ok(code), Err)) {
        Ok(code) => code,
        Err(error) => {
            report::error(&error);
            ExitCode::from(error.exit_code())
        }
    }
}

/// Does what was typed, completed by settings.
fn outcome() -> Result<ExitCode, Error> {
    let command = words::translated(args::Args::command());
    let typed: Vec<_> = std::env::args_os().collect();
    let mut builds = Vec::new();
    let mut lasting = None;
    for complete in config::complete(&command, &typed)? {
        let matches = match command.clone().try_get_matches_from(&complete) {
            Ok(matches) => matches,
            Err(error) => return refused(&error, &command, &typed, complete.len() > typed.len()),
        };
        let args =
            args::Args::from_arg_matches(&matches).map_err(|error| Error::new(ErrorKind::Usage, error.to_string()))?;
        match args.command {
            args::Command::Build(build) => builds.push(*build),
            args::Command::Watch(build) => {
                lasting = Some(Lasting::Watch);
                builds.push(*build);
            }
            args::Command::Preview(preview) => lasting = Some(Lasting::Preview(preview.listen)),
            args::Command::Init(init) => {
                init::run(&init, command.find_subcommand("build").unwrap_or(&command))?;
            }
            args::Command::Completions(args) => shell::completions(&args, &mut command.clone()),
            args::Command::Man => shell::manual(&command)?,
            args::Command::Inspect(args) => inspect::run(&args)?,
            args::Command::Explain(args) => inspect::explain(&args)?,
            args::Command::Fetch(fetch) => fetch::run(&fetch)?,
            args::Command::Cache(cache) => cache::run(&cache)?,
            args::Command::Impose(impose) => impose::run(&impose)?,
            args::Command::Devices(list) => devices::run(&list)?,
            args::Command::Verify(verify) => verify::run(&verify)?,
            args::Command::Send(send) => send::run(&send)?,
            args::Command::Serve(serve) => serve::run(&serve)?,
        }
    }
    let again = || again(&command, &typed);
    match lasting {
        Some(Lasting::Watch) => watch::run(&again, &build::run)?,
        Some(Lasting::Preview(listen)) => preview::run(&listen, &again)?,
        None if builds.is_empty() => {}
        None => build::run(&builds)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// What goes on until the program is ended.
enum Lasting {
    Watch,
    /// At an address.
    Preview(String),
}

/// What is to be built, read anew.
fn again(command: &clap::Command, typed: &[std::ffi::OsString]) -> Result<Vec<args::Build>, Error> {
    let usage = |wrong: clap::Error| {
        usage::fault(&wrong, command, typed).unwrap_or_else(|| Error::new(ErrorKind::Usage, wrong.to_string()))
    };
    let mut builds = Vec::new();
    for complete in config::complete(command, typed)? {
        let matches = command.clone().try_get_matches_from(&complete).map_err(usage)?;
        match args::Args::from_arg_matches(&matches).map_err(usage)?.command {
            args::Command::Build(build) | args::Command::Watch(build) => builds.push(*build),
            args::Command::Preview(preview) => builds.push(preview.build),
            _ => {}
        }
    }
    Ok(builds)
}

/// Shows the help that was asked for, or says what is wrong with the command line.
fn refused(
    wrong: &clap::Error,
    command: &clap::Command,
    typed: &[std::ffi::OsString],
    completed: bool,
) -> Result<ExitCode, Error> {
    let Some(error) = usage::fault(wrong, command, typed) else {
        let _ = wrong.print();
        return Ok(ExitCode::from(u8::try_from(wrong.exit_code()).unwrap_or(2)));
    };
    if completed {
        report::say("note: some of these arguments come from a file of settings or from the environment");
    }
    Err(error)
}

/// Threads of pictures: a fault in one of their decoders costs that picture, which is told as such, and nothing else.
const CAREFUL: [&str; 3] = ["decoder", "drawing", "picture"];

/// Keeps a decoder's panic, which is caught, from being printed.
fn silence_decoders() {
    let others = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !std::thread::current().name().is_some_and(|name| CAREFUL.contains(&name)) {
            others(panic);
        }
    }));
}
