//! All flags, as typed.

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use offprint::backend::pdf::impose::Scheme;
use offprint::layout::Links;

/// Turns saved web articles into books: EPUB for e-readers, PDF for paper.
#[derive(Parser, Debug)]
#[command(name = "offprint", version, long_version = VERSION, about, disable_help_subcommand = true, max_term_width = 100)]
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
    Build(Box<Build>),
    /// Build, and build again whenever an article, a picture or a setting changes
    #[command(after_help = EXIT_CODES)]
    Watch(Box<Build>),
    /// Show the book in a browser of this machine, anew whenever something changes: the EPUB book as a reader shows it,
    /// and the pages of the PDF
    #[command(after_help = EXIT_CODES)]
    Preview(Box<Preview>),
    /// Write a project file (offprint.toml) for this folder, with every setting explained
    #[command(after_help = EXIT_CODES)]
    Init(Init),
    /// Show what is understood of articles: what is known of them, contents, pictures, warnings
    #[command(after_help = EXIT_CODES)]
    Inspect(Inspect),
    /// Show what of a page was kept, what was dropped, and by which rule
    #[command(after_help = EXIT_CODES)]
    Explain(Explain),
    /// Fetch articles and their pictures into the cache, and list them in a lock file
    #[command(after_help = EXIT_CODES)]
    Fetch(Box<Fetch>),
    /// Print the completions of a shell: bash, zsh or fish
    Completions(Completions),
    /// Print the manual, for man -l
    Man,
    /// Look after what was fetched
    #[command(after_help = EXIT_CODES)]
    Cache(Cache),
    /// List the electronic readers that books can be made for
    #[command(after_help = EXIT_CODES)]
    Devices(DeviceList),
    /// Check finished books
    #[command(after_help = EXIT_CODES)]
    Verify(Verify),
    /// Copy finished books to an electronic reader that is connected as a disk
    #[command(after_help = EXIT_CODES)]
    Send(Send),
    /// Offer a folder of finished books to electronic readers and browsers (OPDS), until it is stopped
    #[command(after_help = EXIT_CODES)]
    Serve(Serve),
    /// Put the pages of any PDF file on sheets for printing, folding and cutting
    #[command(after_help = EXIT_CODES)]
    Impose(Box<Impose>),
}

/// `offprint build`.
#[derive(ClapArgs, Debug)]
pub(super) struct Build {
    /// What to read.
    #[command(flatten)]
    pub(super) input: Input,

    /// The book to write; its ending chooses the format: .epub, .kepub.epub (for Kobo), .pdf or .html (may be repeated);
    /// with --each, a folder
    #[arg(short, long = "output", value_name = "FILE")]
    pub(super) outputs: Vec<String>,

    /// Make a book of each article, in the folder that -o names; of those that have not changed since the last time, none
    #[arg(long, conflicts_with = "list_hosts")]
    pub(super) each: bool,

    /// What --each makes: epub, pdf, html (may be repeated) [default: epub]
    #[arg(long = "format", value_name = "FORMAT", value_delimiter = ',', requires = "each")]
    pub(super) formats: Vec<String>,

    /// What --each calls the books, of {date}, {year}, {month}, {day}, {title}, {author}, {site}, {name} (the article's
    /// file) and {number} [default: {date}-{title}]
    #[arg(long, value_name = "PATTERN", requires = "each")]
    pub(super) name: Option<String>,

    /// The book's title, instead of the article's
    #[arg(long, value_name = "TEXT", help_heading = "Book")]
    pub(super) title: Option<String>,

    /// What the book is called by programs, for as long as it is the same book: a UUID, urn:isbn:…, or any words [default:
    /// that of its article; of several, what follows from --title, or from the oldest of them]
    #[arg(long, value_name = "TEXT", conflicts_with = "each", help_heading = "Book")]
    pub(super) identifier: Option<String>,

    /// The book's author, instead of the article's (may be repeated)
    #[arg(long = "author", value_name = "NAME", help_heading = "Book")]
    pub(super) authors: Vec<String>,

    /// The book's language as a tag such as zh-CN, zh-TW, en, instead of the article's
    #[arg(long, value_name = "TAG", help_heading = "Book")]
    pub(super) lang: Option<String>,

    /// A picture file for the cover
    #[arg(long, value_name = "FILE", help_heading = "Book")]
    pub(super) cover: Option<String>,

    /// What may be reached.
    #[command(flatten)]
    pub(super) network: Network,

    /// Rules of your own that say what on a page is the article: .toml, or .txt as ftr-site-config has them (may be
    /// repeated)
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    pub(super) rules: Vec<String>,

    /// Open no network connection; pictures from the network become placeholders
    #[arg(long, help_heading = "Network")]
    pub(super) offline: bool,

    /// Print the hosts that the build would contact, and stop
    #[arg(long, conflicts_with = "outputs", help_heading = "Network")]
    pub(super) list_hosts: bool,

    /// Use exactly the pages and pictures of this file, which offprint fetch wrote
    #[arg(long, value_name = "FILE", help_heading = "Network")]
    pub(super) lock: Option<String>,

    /// Name the series that the book belongs to
    #[arg(long, value_name = "NAME", help_heading = "Book")]
    pub(super) series: Option<String>,

    /// The book's place in its series
    #[arg(long, value_name = "NUMBER", requires = "series", help_heading = "Book")]
    #[arg(value_parser = clap::value_parser!(u16))]
    pub(super) series_number: Option<u16>,

    /// Make no cover
    #[arg(long, conflicts_with = "cover", help_heading = "EPUB")]
    pub(super) no_cover: bool,

    /// Start a new document at headings down to this level: 1 for articles, 2 for their sections, and so on [default:
    /// 2 for a book of one article, 1 for others]
    #[arg(long, value_name = "LEVEL", help_heading = "EPUB")]
    #[arg(value_parser = clap::value_parser!(u8).range(1..=6))]
    pub(super) split_level: Option<u8>,

    /// Show this many levels of headings in the contents [default: all]
    #[arg(long, value_name = "LEVELS", help_heading = "EPUB")]
    #[arg(value_parser = clap::value_parser!(u8).range(1..=6))]
    pub(super) toc_depth: Option<u8>,

    /// Put fonts into the book: auto (where the text has characters that readers may lack; a reader's own font comes
    /// first), no, or force (ours come first) [default: auto, or no where the device takes none]
    #[arg(long, value_enum, hide_possible_values = true, help_heading = "EPUB")]
    pub(super) embed_fonts: Option<EmbedFonts>,

    /// A style sheet that comes after ours
    #[arg(long, value_name = "FILE", help_heading = "EPUB")]
    pub(super) css: Option<String>,

    /// A folder of templates that take the place of ours of the same name (see templates/epub)
    #[arg(long, value_name = "DIR", help_heading = "EPUB")]
    pub(super) templates: Option<String>,

    /// Divide a larger book into volumes of at most this size, such as 50MB, between chapters
    #[arg(long, value_name = "SIZE", value_parser = super::epub::size, help_heading = "EPUB")]
    pub(super) max_size: Option<u64>,

    /// What PDF pages look like.
    #[command(flatten)]
    pub(super) pages: Pages,

    /// What the book is read on.
    #[command(flatten)]
    pub(super) reader: Reader,

    /// Put the pages of a PDF on sheets: booklet (folded and stapled), signature=N (folded by N sheets and sewn), 2up,
    /// 4up, cards, zine8 (one sheet, eight pages, one cut) or perfect (two stacks, glued)
    #[arg(long, value_name = "SCHEME", value_parser = super::impose::scheme, help_heading = "Sheets")]
    pub(super) impose: Option<Scheme>,

    /// Make type smaller, down to 7.5pt, so that a PDF takes no more sheets
    #[arg(long, value_name = "NUMBER", requires = "impose", help_heading = "Sheets")]
    #[arg(value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) fit_sheets: Option<u16>,

    /// What the sheets are.
    #[command(flatten)]
    pub(super) sheets: Sheets,

    /// Which pictures the book holds: none (and none is asked for), cap (those that are larger than the limit made
    /// smaller) or original (in their own size)
    #[arg(long, value_enum, default_value_t = Images::Cap, hide_possible_values = true, help_heading = "Pictures")]
    pub(super) images: Images,

    /// The most pixels along a picture's longer side; 4 million in all [default: 1600, or what the device shows]
    #[arg(long, value_name = "PIXELS", help_heading = "Pictures")]
    #[arg(value_parser = clap::value_parser!(u32).range(16..=20_000))]
    pub(super) max_image: Option<u32>,

    /// How good the JPEG files are that are made anew, from 1 to 100
    #[arg(long, value_name = "NUMBER", default_value_t = 82, help_heading = "Pictures")]
    #[arg(value_parser = clap::value_parser!(u8).range(1..=100))]
    pub(super) jpeg_quality: u8,

    /// Make pictures grey, for electronic paper; in PDF everything, with black letters
    #[arg(long, help_heading = "Pictures")]
    pub(super) grey: bool,

    /// Keep colours, whatever the device shows
    #[arg(long, conflicts_with = "grey", help_heading = "Pictures")]
    pub(super) colour: bool,

    /// How grey pictures become the few greys of a screen (16 without a device): none (the reader does it),
    /// floyd-steinberg or ordered; with the last two pictures are grey, in dots, as PNG [default: none]
    #[arg(long, value_enum, hide_possible_values = true, help_heading = "Pictures")]
    pub(super) dither: Option<Dither>,

    /// Put no list of what is missing at the end of the book
    #[arg(long, help_heading = "Pictures")]
    pub(super) no_missing_list: bool,

    /// Show what the build would do (articles, pictures, hosts, books), and stop
    #[arg(long, help_heading = "Messages")]
    pub(super) plan: bool,

    /// Show how long each stage took
    #[arg(long, help_heading = "Messages")]
    pub(super) timings: bool,

    /// Write what was done to this file, as JSON (see docs/report.md)
    #[arg(long, value_name = "FILE", help_heading = "Messages")]
    pub(super) report: Option<String>,

    /// Take the settings of this file [default: offprint.toml of this folder or of one above it, if no input is given]
    #[arg(long, value_name = "FILE", help_heading = "Settings")]
    pub(super) config: Option<String>,

    /// Take no settings from files
    #[arg(long, conflicts_with = "config", help_heading = "Settings")]
    pub(super) no_config: bool,

    /// What is said.
    #[command(flatten)]
    pub(super) messages: Messages,
}

/// `offprint preview`.
#[derive(ClapArgs, Debug)]
pub(super) struct Preview {
    /// The book, as it would be built. Nothing is written, whatever books are named.
    #[command(flatten)]
    pub(super) build: Build,

    /// The address and port to be asked at; only this machine can ask
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8089")]
    pub(super) listen: String,
}

/// What is read to be looked at.
#[derive(ClapArgs, Debug)]
pub(super) struct Reading {
    /// What to read.
    #[command(flatten)]
    pub(super) input: Input,

    /// Rules of your own that say what on a page is the article (may be repeated)
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    pub(super) rules: Vec<String>,

    /// What may be reached.
    #[command(flatten)]
    pub(super) network: Network,
}

/// `offprint inspect`.
#[derive(ClapArgs, Debug)]
pub(super) struct Inspect {
    /// What to look at.
    #[command(flatten)]
    pub(super) reading: Reading,

    /// Show it as JSON
    #[arg(long)]
    pub(super) json: bool,

    /// What is said.
    #[command(flatten)]
    pub(super) messages: Messages,
}

/// `offprint explain`.
#[derive(ClapArgs, Debug)]
pub(super) struct Explain {
    /// What to look at.
    #[command(flatten)]
    pub(super) reading: Reading,

    /// Write it as a coloured page for a browser
    #[arg(long, value_name = "FILE")]
    pub(super) html: Option<String>,

    /// What is said.
    #[command(flatten)]
    pub(super) messages: Messages,
}

/// `offprint completions`.
#[derive(ClapArgs, Debug)]
pub(super) struct Completions {
    /// The shell: bash, zsh or fish
    #[arg(value_enum, value_name = "SHELL", hide_possible_values = true)]
    pub(super) shell: Shell,
}

/// A shell.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shell {
    Bash,
    Zsh,
    Fish,
}

/// `offprint init`.
#[derive(ClapArgs, Debug)]
pub(super) struct Init {
    /// The folder [default: this one]
    #[arg(value_name = "DIR")]
    pub(super) folder: Option<String>,
}

/// `offprint fetch`.
#[derive(ClapArgs, Debug)]
pub(super) struct Fetch {
    /// What to read.
    #[command(flatten)]
    pub(super) input: Input,

    /// Where to list everything that was fetched; offprint build --lock reads it
    #[arg(long, value_name = "FILE", default_value = "offprint.lock")]
    pub(super) lock: String,

    /// What may be reached.
    #[command(flatten)]
    pub(super) network: Network,

    /// What is said.
    #[command(flatten)]
    pub(super) messages: Messages,
}

/// `offprint impose`.
#[derive(ClapArgs, Debug)]
pub(super) struct Impose {
    /// The PDF file to read
    #[arg(value_name = "INPUT", required_unless_present = "test_sheet", conflicts_with = "test_sheet")]
    pub(super) input: Option<String>,

    /// The PDF file to write [with --test-sheet: test-sheet.pdf]
    #[arg(short, long, value_name = "FILE", required_unless_present = "test_sheet")]
    pub(super) output: Option<String>,

    /// Make a sheet of paper that shows whether the printer is set right: print it, fold it, read it
    #[arg(long, help_heading = "Sheets")]
    pub(super) test_sheet: bool,

    /// How: booklet (folded and stapled), signature=N (folded by N sheets and sewn), 2up, 4up, cards, zine8 (one sheet,
    /// eight pages, one cut) or perfect (two stacks, glued)
    #[arg(long, value_name = "SCHEME", default_value = "booklet", value_parser = super::impose::scheme)]
    #[arg(help_heading = "Sheets")]
    pub(super) impose: Scheme,

    /// What the sheets are.
    #[command(flatten)]
    pub(super) sheets: Sheets,

    /// The last page is a back cover: blank pages come before it
    #[arg(long, help_heading = "Sheets")]
    pub(super) cover: bool,

    /// What is said.
    #[command(flatten)]
    pub(super) messages: Messages,
}

/// What sheets are printed on, and how.
#[derive(ClapArgs, Debug, Default, PartialEq)]
pub(super) struct Sheets {
    /// The paper: A3, A4, A5, Letter, Legal, Tabloid, or a size such as 320x450mm [default: A4]
    #[arg(long, value_name = "PAPER", help_heading = "Sheets")]
    pub(super) paper: Option<String>,

    /// How the printer turns paper: long (about its long edge), short, or single (not at all: backs are printed after
    /// the fronts, or left out) [default: long]
    #[arg(long, value_enum, hide_possible_values = true, help_heading = "Sheets")]
    pub(super) duplex: Option<Duplex>,

    /// Where the book is bound: left or right [default: as it is read]
    #[arg(long, value_enum, hide_possible_values = true, help_heading = "Sheets")]
    pub(super) binding: Option<Binding>,

    /// How large pages are, such as 71% [default: as large as the paper has room for]
    #[arg(long, value_name = "PER CENT", help_heading = "Sheets")]
    pub(super) scale: Option<String>,

    /// How thick the paper is: inner sheets are moved to the fold by that [default: 0.1mm]
    #[arg(long, value_name = "LENGTH", help_heading = "Sheets")]
    pub(super) paper_thickness: Option<String>,

    /// Print pages so far over the edges at which they are cut, such as 3mm; they are cut at their trim boxes, then
    /// [default: 0mm]
    #[arg(long, value_name = "LENGTH", help_heading = "Sheets")]
    pub(super) bleed: Option<String>,

    /// Print marks beside the pages: fold, crop, sewing, collation or all (several with commas)
    #[arg(long, value_enum, value_delimiter = ',', hide_possible_values = true, help_heading = "Sheets")]
    pub(super) marks: Vec<Mark>,
}

/// How a printer turns paper.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Duplex {
    Long,
    Short,
    Single,
}

/// Where a book is bound.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Binding {
    Left,
    Right,
}

/// What is printed beside pages.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Fold,
    Crop,
    Sewing,
    Collation,
    All,
}

/// What PDF pages look like.
#[derive(ClapArgs, Debug)]
pub(super) struct Pages {
    /// The look of the pages: book, pamphlet, compact, large-print, or a file in the form of templates/themes
    #[arg(long, value_name = "NAME|FILE", help_heading = "PDF")]
    pub(super) theme: Option<String>,

    /// The trimmed page: A4, A5, A6, B5, B6, Letter, Half-Letter, Legal, or a size such as 148x210mm
    #[arg(long, value_name = "PAGE", help_heading = "PDF")]
    pub(super) page: Option<String>,

    /// All four margins, such as 15mm
    #[arg(long, value_name = "LENGTH", help_heading = "PDF")]
    pub(super) margin: Option<String>,

    /// The size of running text, such as 11pt; all other type changes with it
    #[arg(long, value_name = "SIZE", help_heading = "PDF")]
    pub(super) font_size: Option<String>,

    /// Columns of text on a page: 1 or 2
    #[arg(long, value_name = "NUMBER", help_heading = "PDF", value_parser = clap::value_parser!(u8).range(1..=2))]
    pub(super) columns: Option<u8>,

    /// A font file (.otf, .ttf, .ttc) whose characters are taken before those of our own fonts (may be repeated)
    #[arg(long, value_name = "FILE", help_heading = "PDF")]
    pub(super) font: Vec<String>,

    /// Number the lines of code
    #[arg(long, help_heading = "PDF")]
    pub(super) code_numbers: bool,

    /// What becomes of links out of the book: keep (for screens), footnote or endnote (their addresses are printed, at the
    /// foot of the page or after the article) or drop; qr (a code of the article, on the last page), qr-all (of every
    /// address); or one of each with a comma [default: the theme's; on sheets endnote,qr]
    #[arg(long, value_name = "LINKS", help_heading = "PDF", value_parser = super::pdf::links)]
    pub(super) links: Option<Links>,

    /// Give pictures no more dots an inch than the printer has, such as 300; they may be as large as the page, then
    #[arg(long, value_name = "NUMBER", help_heading = "PDF", value_parser = clap::value_parser!(u16).range(50..=2400))]
    pub(super) print_dpi: Option<u16>,

    /// Spare ink: no grounds, thinner lines
    #[arg(long, help_heading = "PDF")]
    pub(super) ink_saver: bool,

    /// What the file promises: a2a (PDF/A-2a and PDF/UA-1: for archives and for everyone), a2b (PDF/A-2b), ua
    /// (PDF/UA-1) or none
    #[arg(long, value_enum, default_value_t = PdfStandard::A2a, value_name = "STANDARD")]
    #[arg(hide_possible_values = true, help_heading = "PDF")]
    pub(super) pdf_standard: PdfStandard,
}

/// What the book is read on.
#[derive(ClapArgs, Debug)]
pub(super) struct Reader {
    /// Make the book fit for this electronic reader: its screen, its greys, what its software takes; other flags win
    /// over it (offprint devices lists them)
    #[arg(long, value_name = "NAME", help_heading = "Device")]
    pub(super) device: Option<String>,

    /// A file of devices of your own, in the form of templates/devices.toml (may be repeated)
    #[arg(long, value_name = "FILE", help_heading = "Device")]
    pub(super) devices: Vec<String>,
}

/// `offprint verify`.
#[derive(ClapArgs, Debug)]
pub(super) struct Verify {
    /// EPUB and PDF files of any maker
    #[arg(required = true, value_name = "BOOK")]
    pub(super) books: Vec<String>,

    /// Say also what this reader does not show, and for Kindle what Amazon sends back
    #[arg(long, value_name = "NAME")]
    pub(super) device: Option<String>,

    /// Fail also for what is only shown badly
    #[arg(long)]
    pub(super) strict: bool,
}

/// `offprint send`.
#[derive(ClapArgs, Debug)]
pub(super) struct Send {
    /// The books
    #[arg(required = true, value_name = "BOOK")]
    pub(super) books: Vec<String>,

    /// The reader's disk (its folder for books is found), or any folder; without it, tells which readers are connected
    #[arg(long, value_name = "DIR")]
    pub(super) to: Option<String>,
}

/// `offprint serve`.
#[derive(ClapArgs, Debug)]
pub(super) struct Serve {
    /// The folder of books; those in folders below it are offered too
    #[arg(value_name = "DIR")]
    pub(super) folder: String,

    /// The address and port to be asked at: 127.0.0.1:8088 is this machine alone, 0.0.0.0:8088 everybody in the network
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8088")]
    pub(super) listen: String,
}

/// `offprint devices`.
#[derive(ClapArgs, Debug)]
pub(super) struct DeviceList {
    /// Tell all that is known of this one
    pub(super) name: Option<String>,

    /// A file of devices of your own, in the form of templates/devices.toml (may be repeated)
    #[arg(long, value_name = "FILE")]
    pub(super) devices: Vec<String>,
}

/// Which pages.
#[derive(ClapArgs, Debug)]
pub(super) struct Input {
    /// Articles: HTML files (with or without YAML front matter), MHTML, WARC, WACZ or ZIP files, feeds, sitemaps, OPML or
    /// exported bookmarks; folders of files; patterns such as 'saved/**/*.html'; addresses (https://…); @FILE for a list
    /// of inputs, one a line; or - for standard input
    #[arg(value_name = "INPUT")]
    pub(super) inputs: Vec<String>,

    /// Also read the folders in folders
    #[arg(short, long, help_heading = "Input")]
    pub(super) recursive: bool,

    /// Order the articles by date, name, title, or as given [default: as given; the articles of a folder, an archive or
    /// a feed by date]
    #[arg(long, value_enum, value_name = "ORDER", hide_possible_values = true, help_heading = "Input")]
    pub(super) sort: Option<Sort>,

    /// Turn the order round
    #[arg(long, help_heading = "Input")]
    pub(super) reverse: bool,

    /// Make parts of the articles of one year, month, tag, author or site
    #[arg(long, value_enum, value_name = "WHAT", hide_possible_values = true, help_heading = "Input")]
    pub(super) group: Option<Group>,

    /// The address that the article was saved from, for its relative links and pictures
    #[arg(long, value_name = "URL", help_heading = "Input")]
    pub(super) base: Option<String>,

    /// Raise a limit, such as page=64MiB or pages=50000 (may be repeated; docs/limits.md names them all)
    #[arg(long = "limit", value_name = "NAME=VALUE", help_heading = "Input")]
    pub(super) limits: Vec<String>,

    /// Send this header with pages from the network, to the host named on the command line only (may be repeated)
    #[arg(long = "header", value_name = "NAME: VALUE", help_heading = "Input")]
    pub(super) headers: Vec<String>,

    /// Send the cookies of this file, as browser extensions, curl and wget write it, with pages from the network
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    pub(super) cookie_file: Option<String>,
}

/// What may be reached, and what is kept.
#[derive(ClapArgs, Debug)]
pub(super) struct Network {
    /// Reach everything through this proxy (http://… or socks5://…), which also looks names up; none for no proxy
    /// [default: HTTPS_PROXY or ALL_PROXY of the environment]
    #[arg(long, value_name = "URL", help_heading = "Network")]
    pub(super) proxy: Option<String>,

    /// Let this host and port be asked although its address is private (may be repeated)
    #[arg(long = "allow-net", value_name = "HOST:PORT", help_heading = "Network")]
    pub(super) allow_net: Vec<String>,

    /// The longest time for all fetching together, such as 90s, 30m, 2h
    #[arg(long, value_name = "TIME", default_value = "30m", help_heading = "Network")]
    pub(super) fetch_budget: String,

    /// The folder that keeps what was fetched [default: offprint in the user's cache folder]
    #[arg(long, value_name = "DIR", help_heading = "Network")]
    pub(super) cache: Option<String>,

    /// Keep nothing of what is fetched, and use nothing that was kept
    #[arg(long, conflicts_with_all = ["cache", "refresh"], help_heading = "Network")]
    pub(super) no_cache: bool,

    /// Ask whether what was kept has changed; it stays if there is no answer
    #[arg(long, help_heading = "Network")]
    pub(super) refresh: bool,
}

/// What is said on standard error, and what a warning means.
#[derive(ClapArgs, Debug)]
pub(super) struct Messages {
    /// Write nothing if there is a warning
    #[arg(long, help_heading = "Messages")]
    pub(super) strict: bool,

    /// Say nothing but errors
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Messages")]
    pub(super) quiet: bool,

    /// Also tell what was decided on the way
    #[arg(short, long, help_heading = "Messages")]
    pub(super) verbose: bool,

    /// How progress is shown: auto (bars on a terminal), none, or json (a line of JSON for each step and message)
    #[arg(long, value_enum, value_name = "HOW", default_value_t = Progress::Auto, hide_possible_values = true)]
    #[arg(help_heading = "Messages")]
    pub(super) progress: Progress,
}

/// `offprint cache`.
#[derive(ClapArgs, Debug)]
pub(super) struct Cache {
    /// What to do with it.
    #[command(subcommand)]
    pub(super) action: CacheAction,

    /// The folder that keeps what was fetched [default: offprint in the user's cache folder]
    #[arg(long = "cache", global = true, value_name = "DIR")]
    pub(super) folder: Option<String>,
}

/// What can be done with the cache.
#[derive(Subcommand, Debug)]
pub(super) enum CacheAction {
    /// Print where it is
    Path,
    /// Print what it holds: SHA-256, length in bytes and address
    List,
    /// Check every file, and remove those that are damaged
    Verify,
    /// Remove everything
    Clear,
    /// Write everything to one file (a tar archive), to be carried to another machine
    Export {
        /// The file to write
        file: String,
    },
    /// Take what another machine exported
    Import {
        /// The file to read
        file: String,
    },
}

/// Which pictures a book holds.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Images {
    None,
    Cap,
    Original,
}

/// How grey pictures become few greys.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dither {
    None,
    FloydSteinberg,
    Ordered,
}

/// What a PDF file promises.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PdfStandard {
    A2a,
    A2b,
    Ua,
    None,
}

/// How progress is shown.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    Auto,
    None,
    Json,
}

/// What articles are ordered by.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Date,
    Name,
    Title,
    Given,
}

/// What the parts of a book have in common.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Group {
    Year,
    Month,
    Tag,
    Author,
    Site,
}

/// Whether fonts go into an EPUB file.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EmbedFonts {
    Auto,
    No,
    Force,
}

const VERSION: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    "\nformats: EPUB 3.3, PDF (tagged), HTML\npictures: JPEG, PNG, GIF, WebP, SVG\n\
     inputs: HTML, Markdown, MHTML, WARC, WACZ, ZIP, RSS, Atom, JSON Feed, OPML, sitemaps, bookmarks"
);

const EXIT_CODES: &str = "\
Exit codes:
  0  what was asked for is done (there may have been warnings)
  1  an input or a setting cannot be used
  2  the command line is wrong
  3  --strict, and there was a warning
  4  an output cannot be written
  5  a finished book failed its own check, or that of offprint verify
  6  with --each: some articles failed, the books of all others are there";
