//! What shells and readers of manuals want to know: completions and the manual page.

use clap::Command;
use clap_complete::{Shell, generate};
use offprint::diag::{Error, ErrorKind};

use super::{args, report};

/// Shows the completions for a shell.
pub(super) fn completions(args: &args::Completions, command: &mut Command) {
    let shell = match args.shell {
        args::Shell::Bash => Shell::Bash,
        args::Shell::Zsh => Shell::Zsh,
        args::Shell::Fish => Shell::Fish,
    };
    let mut script = Vec::new();
    generate(shell, command, "offprint", &mut script);
    report::text(&script);
}

/// Shows the manual: a page on the program, and one on each of its commands.
pub(super) fn manual(command: &Command) -> Result<(), Error> {
    let mut page = Vec::new();
    let failed = |_| Error::new(ErrorKind::Output, "the manual cannot be made");
    clap_mangen::Man::new(command.clone()).render(&mut page).map_err(failed)?;
    for below in command.get_subcommands() {
        let name = format!("offprint-{}", below.get_name());
        let below = below.clone().display_name(&name).bin_name(format!("offprint {}", below.get_name()));
        clap_mangen::Man::new(below).render(&mut page).map_err(failed)?;
    }
    report::text(&page);
    Ok(())
}
