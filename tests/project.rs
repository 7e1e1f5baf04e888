//! The project file, the user's settings and the environment.

use std::fs;
use std::path::{Path, PathBuf};

use crate::books::EpubFile;
use crate::program::{Run, case, command, folder, offprint};

/// A folder with a page, and a project file.
fn project(name: &str, text: &str) -> PathBuf {
    let dir = folder(name);
    fs::create_dir_all(dir.join("saved/deep")).unwrap();
    fs::copy(case("inputs/hill.html"), dir.join("saved/hill.html")).unwrap();
    fs::write(dir.join("offprint.toml"), text).unwrap();
    dir
}

fn title(book: &Path) -> String {
    let opf = EpubFile::open(book).text("content.opf").to_owned();
    opf.split_once("<dc:title>").unwrap().1.split_once("</dc:title>").unwrap().0.to_owned()
}

fn build(dir: &Path, args: &[&str], environment: &[(&str, &str)]) -> Run {
    let all: Vec<&str> = ["build"].iter().chain(args).copied().collect();
    let output = command(dir, &all).envs(environment.iter().copied()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

#[test]
fn a_project_is_built_from_any_folder_in_it() {
    let dir = project(
        "project",
        "inputs = ['saved']\noutput = ['book.epub']\noffline = true\nmax-image = 100\nauthor = ['甲', '乙']\n",
    );
    let run = offprint(&dir, &["build"]);
    assert_eq!((run.code, run.out.as_str()), (0, "book.epub\n"), "{}", run.err);
    fs::remove_file(dir.join("book.epub")).unwrap();
    let run = offprint(&dir.join("saved/deep"), &["build"]);
    assert_eq!((run.code, run.out.as_str()), (0, "../../book.epub\n"), "{}", run.err);
    let opf = EpubFile::open(&dir.join("book.epub")).text("content.opf").to_owned();
    assert!(opf.contains("甲") && opf.contains("乙"));
    // What is typed takes the place of a list.
    assert_eq!(offprint(&dir, &["build", "--author", "丙", "-o", "other.epub"]).code, 0);
    let opf = EpubFile::open(&dir.join("other.epub")).text("content.opf").to_owned();
    assert!(opf.contains("丙") && !opf.contains("甲"));
    // A page that is named has nothing to do with the project.
    let run = offprint(&dir, &["build", "saved/hill.html"]);
    assert!(run.code == 2 && run.err.contains("no book is named"), "{}", run.err);
    assert_eq!(offprint(&dir, &["build", "--no-config"]).code, 2);
    assert_eq!(offprint(&dir, &["build", "saved/hill.html", "--config", "offprint.toml"]).code, 0);
}

#[test]
fn what_is_typed_comes_first_then_the_environment_the_project_the_user() {
    let dir = project("project_layers", "inputs = ['saved']\noutput = 'book.epub'\noffline = true\n");
    fs::create_dir_all(dir.join("xdg-config/offprint")).unwrap();
    let book = dir.join("book.epub");
    let built = |args: &[&str], environment: &[(&str, &str)]| {
        let run = build(&dir, args, environment);
        assert_eq!(run.code, 0, "{}", run.err);
        title(&book)
    };
    assert_eq!(built(&[], &[]), "对岸的山丘");
    fs::write(dir.join("xdg-config/offprint/config.toml"), "title = 'user'\n").unwrap();
    assert_eq!(built(&[], &[]), "user");
    fs::write(
        dir.join("offprint.toml"),
        "inputs = ['saved']\noutput = 'book.epub'\noffline = true\ntitle = 'project'\n",
    )
    .unwrap();
    assert_eq!(built(&[], &[]), "project");
    assert_eq!(built(&[], &[("OFFPRINT_TITLE", "environment")]), "environment");
    assert_eq!(built(&["--title", "typed"], &[("OFFPRINT_TITLE", "environment")]), "typed");
    // What contradicts what is typed does not count.
    let run = build(&dir, &["--list-hosts"], &[]);
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{}", run.err);
    assert_eq!(build(&dir, &[], &[("OFFPRINT_GREY", "perhaps")]).code, 2);
    assert_eq!(build(&dir, &[], &[("OFFPRINT_GREY", "0")]).code, 0);
}

#[test]
fn books_with_settings_of_their_own_share_the_work() {
    let dir = project(
        "project_outputs",
        "inputs = ['saved']\noffline = true\ntitle = 'T'\n[[outputs]]\nfile = 'a.epub'\n\
         [[outputs]]\nfile = 'small.pdf'\npage = 'A6'\n[[outputs]]\nfile = 'large.pdf'\npage = 'A4'\ntitle = 'L'\n",
    );
    fs::remove_file(dir.join("saved/hill.html")).unwrap();
    fs::write(dir.join("saved/a.html"), "<h1>A</h1><p>Some text, and a picture.<img src=gone.png></p>").unwrap();
    let run = offprint(&dir, &["build"]);
    assert_eq!((run.code, run.out.as_str()), (0, "a.epub\nsmall.pdf\nlarge.pdf\n"), "{}", run.err);
    assert_eq!(run.lines("warning: ").len(), 1, "{}", run.err);
    let width = |name: &str| {
        let document = lopdf::Document::load(dir.join(name)).unwrap();
        let page = document.get_dictionary(*document.get_pages().get(&1).unwrap()).unwrap();
        page.get(b"MediaBox").unwrap().as_array().unwrap()[2].as_float().unwrap().round() as i32
    };
    assert_eq!((width("small.pdf"), width("large.pdf")), (298, 595));
    // What is typed is meant for one run.
    assert_eq!(offprint(&dir, &["build", "-o", "x.epub"]).out, "x.epub\n");
}

#[test]
fn what_is_wrong_in_a_project_is_said() {
    for (text, code, said) in [
        ("titel = 'x'\n", 1, "did you mean title?"),
        ("max_image = 100\n", 1, "did you mean max-image?"),
        ("[[outputs]]\nfiel = 'x'\n", 1, "did you mean file?"),
        ("[[outputs]]\ntitle = 'x'\n", 1, "[[outputs]] without file"),
        ("grey = 'yes'\n", 1, "grey = true"),
        ("title = ['a', 'b']\n", 1, "title is not one value"),
        ("title = \n", 1, "line 1"),
        ("zzzzzzzz = 1\n", 1, "offprint build --help"),
        ("inputs = ['saved']\noutput = 'x.epub'\nmax-image = 1\n", 2, "--max-image"),
    ] {
        let dir = project("project_wrong", text);
        let run = offprint(&dir, &["build"]);
        assert!(run.code == code && run.err.contains(said), "{text}: {} {}", run.code, run.err);
        assert!(code == 2 || run.err.contains("offprint.toml"), "{}", run.err);
    }
}

/// The long flags of `offprint build`.
fn flags(dir: &Path) -> Vec<String> {
    let help = offprint(dir, &["build", "--help"]).out;
    let flag = |line: &str| {
        let line = line.trim_start();
        let at = if line.starts_with("--") { 0 } else { line.starts_with('-').then(|| line.find("--"))?? };
        let name: String = line[at + 2..].chars().take_while(|c| c.is_ascii_lowercase() || *c == '-').collect();
        (at < 5 && !name.is_empty()).then_some(name)
    };
    let found: Vec<String> = help.lines().filter_map(flag).collect();
    assert!(found.len() > 30, "{found:?}");
    found
}

#[test]
fn init_writes_a_project_in_which_every_flag_has_its_key() {
    let dir = folder("project_init");
    fs::create_dir_all(dir.join("saved")).unwrap();
    fs::create_dir_all(dir.join("empty")).unwrap();
    fs::copy(case("inputs/hill.html"), dir.join("saved/hill.html")).unwrap();
    let run = offprint(&dir, &["init"]);
    assert_eq!((run.code, run.out.as_str()), (0, "offprint.toml\n"), "{}", run.err);
    let text = fs::read_to_string(dir.join("offprint.toml")).unwrap();
    assert!(text.contains("\ninputs = [\"saved\"]\n"), "{text}");
    assert_eq!(offprint(&dir, &["init"]).code, 4);
    assert_eq!(fs::read_to_string(dir.join("offprint.toml")).unwrap(), text);
    let keyless = ["config", "no-config", "help", "version"];
    for flag in flags(&dir) {
        let line = if flag == "output" { "output = ".to_owned() } else { format!("# {flag} = ") };
        let there = text.lines().any(|of| of.starts_with(&line));
        assert_eq!(there, !keyless.contains(&flag.as_str()), "{flag}");
    }
    let run = offprint(&dir, &["build", "--offline"]);
    assert_eq!(run.out, "book.epub\nbook.pdf\n", "{}", run.err);
}
