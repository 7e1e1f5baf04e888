//! What is wrong with a command line, in the words of the program.

use std::error::Error as _;
use std::ffi::OsString;

use clap::error::{ContextKind, ErrorKind as Kind};
use clap::{Command, Error as Wrong};
use offprint::diag::{Error, ErrorKind, printable};

/// What clap says, as one line and what to do about it. `None` if that is no fault: it is help that was asked for.
pub(super) fn fault(wrong: &Wrong, command: &Command, typed: &[OsString]) -> Option<Error> {
    let known = |kind| wrong.get(kind).map(ToString::to_string).filter(|text| !text.is_empty());
    let arg = known(ContextKind::InvalidArg).unwrap_or_default();
    let value = printable(&known(ContextKind::InvalidValue).unwrap_or_default(), 200);
    let help = format!("{} --help", named(command, typed));
    let listed = format!("{help} lists all");
    let (message, hint) = match wrong.kind() {
        Kind::DisplayHelp | Kind::DisplayVersion | Kind::DisplayHelpOnMissingArgumentOrSubcommand => return None,
        Kind::UnknownArgument => {
            (format!("unknown argument {}", printable(&arg, 200)), meant(known(ContextKind::SuggestedArg), &help))
        }
        Kind::InvalidSubcommand => {
            let name = printable(&known(ContextKind::InvalidSubcommand).unwrap_or_default(), 200);
            (format!("unknown command {name}"), meant(known(ContextKind::SuggestedSubcommand), &help))
        }
        Kind::InvalidValue if value.is_empty() => (format!("{arg} needs a value"), listed),
        Kind::InvalidValue => {
            let valid = known(ContextKind::ValidValue).map_or(listed, |valid| format!("use {valid}"));
            let meant = known(ContextKind::SuggestedValue).map(|suggested| format!("did you mean {suggested}?"));
            (format!("{arg}: {value} is not a value for it"), meant.unwrap_or(valid))
        }
        Kind::ValueValidation => {
            let why = wrong.source().map(ToString::to_string).unwrap_or_default();
            (format!("{arg}: {value} is not a value for it: {why}"), format!("{help} shows how it is used"))
        }
        Kind::MissingRequiredArgument => (format!("{arg} is missing"), format!("{help} shows how it is used")),
        Kind::ArgumentConflict => match known(ContextKind::PriorArg) {
            Some(prior) if prior != arg => (format!("{arg} does not go with {prior}"), "choose one of them".to_owned()),
            _ => (format!("{arg} is given more than once"), listed),
        },
        Kind::TooManyValues => (format!("{arg} takes no value"), listed),
        Kind::TooFewValues | Kind::WrongNumberOfValues | Kind::NoEquals => {
            (format!("{arg} takes another number of values"), listed)
        }
        Kind::MissingSubcommand => ("a command is missing".to_owned(), listed),
        Kind::InvalidUtf8 => ("an argument is not UTF-8".to_owned(), listed),
        _ => (format!("the command line is not understood: {}", wrong.kind()), listed),
    };
    Some(Error::new(ErrorKind::Usage, message).hint(hint))
}

/// The command that was typed, as far as it is known.
fn named(command: &Command, typed: &[OsString]) -> String {
    let below = typed.get(1).and_then(|name| command.find_subcommand(name));
    below.map_or(command.get_name().to_owned(), |below| format!("{} {}", command.get_name(), below.get_name()))
}

fn meant(suggested: Option<String>, help: &str) -> String {
    match suggested {
        Some(suggested) => format!("did you mean {suggested}? {help} lists all"),
        None => format!("{help} lists all"),
    }
}
