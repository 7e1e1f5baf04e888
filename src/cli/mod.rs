//! The command line: what was typed, what it means, what is shown.

mod args;
mod build;
mod cache;
mod devices;
mod environment;
mod epub;
mod fetch;
mod pdf;
mod progress;
mod report;
mod resolve;
mod send;
mod serve;
mod verify;

use std::process::ExitCode;

use clap::Parser;

/// Runs the program and gives its exit code.
pub(crate) fn run() -> ExitCode {
    environment::settle_memory();
    silence_decoders();
    let args = args::Args::parse();
    let outcome = match args.command {
        args::Command::Build(build) => build::run(&build),
        args::Command::Fetch(fetch) => fetch::run(&fetch),
        args::Command::Cache(cache) => cache::run(&cache),
        args::Command::Devices(list) => devices::run(&list),
        args::Command::Verify(verify) => verify::run(&verify),
        args::Command::Send(send) => send::run(&send),
        args::Command::Serve(serve) => serve::run(&serve),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report::error(&error);
            ExitCode::from(error.exit_code())
        }
    }
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
