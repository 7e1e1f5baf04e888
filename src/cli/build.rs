//! `offprint build`.

use offprint::diag::Error;
use offprint::fetch::World;

use super::progress::{Level, Terminal};
use super::{args, report, resolve};

/// Builds the books and shows their paths.
pub(super) fn run(args: args::Build) -> Result<(), Error> {
    let (options, world) = resolve::build(&args)?;
    let world = World::new(world)?;
    let level = match (args.quiet, args.verbose) {
        (true, _) => Level::Quiet,
        (_, true) => Level::Verbose,
        _ => Level::Normal,
    };
    let terminal = Terminal::new(level);
    let outcome = offprint::build(&options, &world, &terminal);
    terminal.finish();
    outcome?.outputs.iter().for_each(|path| report::result(path));
    Ok(())
}
