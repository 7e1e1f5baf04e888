//! All flags, as typed.

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

/// Turns saved web articles into books: EPUB for e-readers, PDF for paper.
#[derive(Parser, Debug)]
#[command(name = "offprint", version, about, disable_help_subcommand = true, max_term_width = 100)]
#[command(after_help = EXIT_CODES)]
pub(super) struct Args {
    /// What to do.
    #[command(subcommand)]
    pub(super) command: Command,
}

/// The commands.
#[derive(Subcommand, Debug)]
pub(super) enum Command {
    /// Build books from saved articles
    #[command(after_help = EXIT_CODES)]
    Build(Build),
}

/// `offprint build`.
#[derive(ClapArgs, Debug)]
pub(super) struct Build {
    /// Saved articles: HTML files (with or without YAML front matter), folders of them, or - for standard input
    #[arg(required = true, value_name = "INPUT")]
    pub(super) inputs: Vec<String>,

    /// The book to write; its ending chooses the format: .epub or .pdf (may be repeated)
    #[arg(short, long = "output", required = true, value_name = "FILE")]
    pub(super) outputs: Vec<String>,

    /// The book's title, instead of the article's
    #[arg(long, value_name = "TEXT", help_heading = "Book")]
    pub(super) title: Option<String>,

    /// The book's author, instead of the article's (may be repeated)
    #[arg(long = "author", value_name = "NAME", help_heading = "Book")]
    pub(super) authors: Vec<String>,

    /// The book's language as a tag such as zh-CN, zh-TW, en, instead of the article's
    #[arg(long, value_name = "TAG", help_heading = "Book")]
    pub(super) lang: Option<String>,

    /// A picture file for the cover
    #[arg(long, value_name = "FILE", help_heading = "Book")]
    pub(super) cover: Option<String>,

    /// The address that the article was saved from, for its relative links and pictures
    #[arg(long, value_name = "URL", help_heading = "Input")]
    pub(super) base: Option<String>,

    /// Rules of your own that say what on a page is the article: .toml, or .txt as ftr-site-config has them (may be
    /// repeated)
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    pub(super) rules: Vec<String>,

    /// Open no network connection; pictures from the network become placeholders
    #[arg(long, help_heading = "Network")]
    pub(super) offline: bool,

    /// Let this host and port be asked for pictures although its address is private (may be repeated)
    #[arg(long = "allow-net", value_name = "HOST:PORT", help_heading = "Network")]
    pub(super) allow_net: Vec<String>,

    /// Which pictures the book holds: none (and none is asked for), cap (those that are larger than the limit made
    /// smaller) or original (in their own size)
    #[arg(long, value_enum, default_value_t = Images::Cap, hide_possible_values = true, help_heading = "Pictures")]
    pub(super) images: Images,

    /// The most pixels along a picture's longer side; 4 million in all
    #[arg(long, value_name = "PIXELS", default_value_t = 1600, help_heading = "Pictures")]
    #[arg(value_parser = clap::value_parser!(u32).range(16..=20_000))]
    pub(super) max_image: u32,

    /// How good the JPEG files are that are made anew, from 1 to 100
    #[arg(long, value_name = "NUMBER", default_value_t = 82, help_heading = "Pictures")]
    #[arg(value_parser = clap::value_parser!(u8).range(1..=100))]
    pub(super) jpeg_quality: u8,

    /// Make pictures grey, for electronic paper
    #[arg(long, help_heading = "Pictures")]
    pub(super) grey: bool,

    /// Write no book if there is a warning
    #[arg(long, help_heading = "Messages")]
    pub(super) strict: bool,

    /// Say nothing but errors
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Messages")]
    pub(super) quiet: bool,

    /// Also tell what was decided on the way
    #[arg(short, long, help_heading = "Messages")]
    pub(super) verbose: bool,
}

/// Which pictures a book holds.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Images {
    None,
    Cap,
    Original,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  the books were written (there may have been warnings)
  1  an input or a setting cannot be used
  2  the command line is wrong
  3  --strict, and there was a warning
  4  an output cannot be written
  5  a finished book failed its own check";
