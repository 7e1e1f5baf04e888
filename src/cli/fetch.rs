//! `offprint fetch`.

use std::io::Write;
use std::path::Path;

use offprint::diag::Error;
use offprint::fetch::World;
use offprint::publish::{Unpublished, write_failure};

use super::progress::Terminal;
use super::{args, report, resolve};

/// Fetches pages and pictures and lists them in the lock file.
pub(super) fn run(args: &args::Fetch) -> Result<(), Error> {
    let (options, world) = resolve::fetch(args)?;
    let world = World::new(world)?;
    let path = Path::new(&args.lock);
    let mut file = Unpublished::open(path)?;
    let terminal = Terminal::of(&args.messages);
    let outcome = offprint::fetch_all(&options, &world, &terminal);
    terminal.finish();
    outcome?;
    let lock = world.used().to_string();
    file.file().write_all(lock.as_bytes()).map_err(|error| write_failure(path, &error))?;
    report::result(&file.publish()?);
    Ok(())
}
