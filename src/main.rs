//! The `offprint` program.

mod cli;

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// Books are made of very many small texts and lists: a fifth of the time goes to the allocator of the C library, half of which
/// this one saves.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    cli::run()
}
