//! `offprint build`.

use offprint::diag::Error;
use offprint::fetch::World;

use super::progress::Terminal;
use super::{args, report, resolve};

/// Builds the books and shows their paths; or shows the hosts that would be contacted.
pub(super) fn run(args: &args::Build) -> Result<(), Error> {
    let (options, world) = resolve::build(args)?;
    let world = World::new(world)?;
    let terminal = Terminal::of(&args.messages);
    if args.list_hosts {
        let hosts = offprint::hosts(&options, &world, &terminal);
        terminal.finish();
        hosts?.iter().for_each(|host| report::line(host));
        return Ok(());
    }
    let outcome = offprint::build(&options, &world, &terminal);
    terminal.finish();
    outcome?.outputs.iter().for_each(|path| report::result(path));
    Ok(())
}
