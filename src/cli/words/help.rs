//! The help in the user's language.

use clap::{Arg, ArgAction, Command};

use super::{are_chinese, of};

/// A command whose help is in the user's language, and those below it.
pub(in crate::cli) fn translated(command: Command) -> Command {
    let name = command.get_name().to_owned();
    if !are_chinese() { command } else { below(command, &name) }
}

/// The same for the command that is called so, with those that it belongs to.
fn below(command: Command, called: &str) -> Command {
    let names: Vec<String> = command.get_subcommands().map(|one| one.get_name().to_owned()).collect();
    let mut command = command.mut_args(argument);
    for name in names {
        let called = format!("{called} {name}");
        command = command.mut_subcommand(name, |one| below(one, &called));
    }
    if let Some(about) = command.get_about().map(ToString::to_string) {
        command = command.about(word(&about));
    }
    if let Some(after) = command.get_after_help().map(ToString::to_string) {
        command = command.after_help(lines(&after));
    }
    if let Some(version) = command.get_long_version().map(str::to_owned) {
        command = command.long_version(for_good(lines(&version)));
    }
    let help = |name: &'static str, short, action| {
        let about = if name == "help" { "Print help" } else { "Print version" };
        Arg::new(name).short(short).long(name).action(action).help(word(about)).help_heading(kept("Options"))
    };
    command = command.disable_help_flag(true).arg(help("help", 'h', ArgAction::Help));
    if command.get_long_version().is_some() {
        command = command.disable_version_flag(true).arg(help("version", 'V', ArgAction::Version));
    }
    let title = word("Usage:");
    let command = command
        .subcommand_help_heading(kept("Commands"))
        .subcommand_value_name(kept("COMMAND"))
        .help_template(format!("{{about-with-newline}}\n{title}{{usage}}\n\n{{all-args}}{{after-help}}"));
    let usage = command.clone().bin_name(called).render_usage().to_string();
    let usage = usage.trim_start_matches("Usage:").trim().replace("[OPTIONS]", &format!("[{}]", word("OPTIONS")));
    command.override_usage(usage)
}

fn argument(argument: Arg) -> Arg {
    let mut argument = argument;
    let takes = matches!(argument.get_action(), ArgAction::Set | ArgAction::Append);
    let default = argument.get_default_values().first().map(|value| value.to_string_lossy().into_owned());
    if let Some(text) = argument.get_help().map(ToString::to_string) {
        let shown = default.filter(|_| takes);
        let default = shown.map_or(String::new(), |default| format!(" {}", of(&format!("[default: {default}]"))));
        argument = argument.help(word(&text) + &default);
        if takes {
            argument = argument.hide_default_value(true);
        }
    }
    let heading = match (argument.get_help_heading().map(str::to_owned), argument.is_positional()) {
        (Some(heading), _) => heading,
        (None, true) => "Arguments".to_owned(),
        (None, false) => "Options".to_owned(),
    };
    argument = argument.help_heading(kept(&heading));
    let names = argument.get_value_names().map(|names| names.iter().map(|name| kept(name)).collect::<Vec<_>>());
    match names {
        Some(names) if takes => argument.value_names(names),
        _ => argument,
    }
}

fn word(english: &str) -> String {
    of(english).into_owned()
}

/// A word that clap wants for good.
fn kept(english: &str) -> &'static str {
    for_good(word(english))
}

/// The help is made once a run.
fn for_good(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

fn lines(english: &str) -> String {
    english.lines().map(word).collect::<Vec<_>>().join("\n")
}
