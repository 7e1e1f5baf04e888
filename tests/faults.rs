//! What goes wrong around the program: signals, full disks, narrow limits, odd places to write to. Each has its outcome,
//! and the book that was there stays whole.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use image::{Rgb, RgbImage};

use crate::program::{Run, command, folder, offprint};
use crate::server::{Server, answer};

/// Writes `a.html` into `dir`: a page with so many pictures beside it.
fn page(dir: &Path, pictures: usize) {
    let mut body = String::new();
    for number in 0..pictures {
        picture(number).save(dir.join(format!("{number}.png"))).unwrap();
        body += &format!("<p>第{number}段的文字。</p><img src=\"{number}.png\" alt=\"图\">");
    }
    fs::write(dir.join("a.html"), format!("---\ntitle: 书\nlang: zh-CN\n---\n{body}<p>完。</p>")).unwrap();
}

fn picture(number: usize) -> RgbImage {
    RgbImage::from_fn(90, 60, |x, y| Rgb([(x * 2) as u8, (y * 4) as u8, (number * 7 + (x * y) as usize) as u8]))
}

fn png(number: usize) -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    picture(number).write_to(&mut file, image::ImageFormat::Png).unwrap();
    file.into_inner()
}

/// Names in a folder, those of caches left out.
fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| !name.starts_with("xdg-"));
    names.sort();
    names
}

/// Runs a line of shell in `dir`, in which `$0` is the program.
fn shell(dir: &Path, line: &str) -> Run {
    let program = command(dir, &[]);
    let mut shell = Command::new("sh");
    shell.args(["-c", line]).arg(program.get_program()).current_dir(dir).stdin(Stdio::null());
    program.get_envs().for_each(|(name, value)| match value {
        Some(value) => drop(shell.env(name, value)),
        None => drop(shell.env_remove(name)),
    });
    let output = shell.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

#[test]
fn signals_end_a_build_at_once_and_leave_the_old_book() {
    let dir = folder("faults_signals");
    let server = Server::start(|_, out| {
        thread::sleep(Duration::from_secs(30));
        answer(out, "404 Not Found", "", b"")
    });
    fs::write(dir.join("a.html"), format!("<p>文字在此。</p><img src=\"{}\">", server.at("/x.png"))).unwrap();
    for (name, number) in [("INT", 2), ("TERM", 15), ("HUP", 1)] {
        fs::write(dir.join("a.epub"), "the old book").unwrap();
        let net = server.address.to_string();
        let hits = server.hits();
        let mut child = command(&dir, &["build", "a.html", "-o", "a.epub", "--allow-net", &net]).spawn().unwrap();
        while server.hits() == hits {
            thread::sleep(Duration::from_millis(5));
        }
        let begin = Instant::now();
        assert!(Command::new("kill").arg(format!("-{name}")).arg(child.id().to_string()).status().unwrap().success());
        let status = child.wait().unwrap();
        // To the shell that is 130, 143 or 129: who starts a build sees that it did not end by itself.
        assert_eq!(status.signal(), Some(number), "{name}: {status}");
        assert!(begin.elapsed() < Duration::from_secs(2), "{name}: {:?}", begin.elapsed());
        assert_eq!(fs::read(dir.join("a.epub")).unwrap(), b"the old book");
        assert_eq!(names(&dir), ["a.epub", "a.html"], "{name}");
    }
}

#[test]
fn a_kill_at_any_moment_leaves_the_old_book_or_the_new_one() {
    let dir = folder("faults_kill");
    page(&dir, 12);
    let args = ["build", "a.html", "-o", "a.epub", "-o", "a.pdf", "-q"];
    let begin = Instant::now();
    assert_eq!(offprint(&dir, &args).code, 0);
    let took = begin.elapsed();
    let good = ["a.epub", "a.pdf"].map(|name| fs::read(dir.join(name)).unwrap());
    let before = names(&dir);
    for moment in 0..16 {
        fs::write(dir.join("a.epub"), "old").unwrap();
        fs::write(dir.join("a.pdf"), "old").unwrap();
        let mut child = command(&dir, &args).spawn().unwrap();
        thread::sleep(took * moment / 14);
        child.kill().unwrap();
        child.wait().unwrap();
        for (name, good) in ["a.epub", "a.pdf"].iter().zip(&good) {
            let now = fs::read(dir.join(name)).unwrap();
            assert!(now == b"old" || now == *good, "{name} is {} bytes at moment {moment}", now.len());
        }
        // A kill in the moment before a book has its name leaves what it was called until then.
        let left: Vec<String> = names(&dir).into_iter().filter(|name| !before.contains(name)).collect();
        let is_unnamed = |name: &String| name.starts_with(".a.epub.") || name.starts_with(".a.pdf.");
        assert!(left.len() <= 1 && left.iter().all(is_unnamed), "litter: {left:?}");
    }
    assert_eq!(offprint(&dir, &args).code, 0);
    assert_eq!(names(&dir), before, "litter");
    assert!(fs::read(dir.join("a.epub")).unwrap() == good[0]);
}

#[test]
fn links_lead_to_the_book_and_stay() {
    let dir = folder("faults_links");
    page(&dir, 0);
    fs::create_dir(dir.join("books")).unwrap();
    fs::write(dir.join("books/old.epub"), "old").unwrap();
    for (link, to) in [("old.epub", "books/old.epub"), ("new.epub", "books/new.epub"), ("two.epub", "new.epub")] {
        symlink(to, dir.join(link)).unwrap();
        let run = offprint(&dir, &["build", "a.html", "-o", link]);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{link}");
        assert_eq!(fs::read_link(dir.join(link)).unwrap(), Path::new(to));
    }
    let book = fs::metadata(dir.join("books/new.epub")).unwrap();
    assert!(book.len() > 1000 && book.permissions().mode() & 0o111 == 0, "{book:?}");
    symlink("round.epub", dir.join("round.epub")).unwrap();
    symlink("none/x.epub", dir.join("lost.epub")).unwrap();
    assert!(Command::new("mkfifo").arg(dir.join("pipe.epub")).status().unwrap().success());
    for (name, why) in [("round.epub", "circle"), ("lost.epub", "folder does not exist"), ("pipe.epub", "regular")] {
        let run = offprint(&dir, &["build", "a.html", "-o", name]);
        assert_eq!((run.code, run.lines("error: ").len()), (4, 1), "{}", run.err);
        assert!(run.err.contains(why) && run.err.contains("hint: "), "{}", run.err);
        assert!(fs::symlink_metadata(dir.join(name)).is_ok_and(|there| !there.is_file()), "{name} is as it was");
    }
}

#[test]
fn results_that_cannot_be_shown() {
    let dir = folder("faults_stdout");
    page(&dir, 0);
    // Who reads only the beginning has had enough; who reads nothing does not want the path.
    assert_eq!(shell(&dir, "\"$0\" build a.html -o a.epub >&-").code, 0);
    assert_eq!(shell(&dir, "{ \"$0\" devices; echo $? >code; } | head -c 1").out.len(), 1);
    assert_eq!(fs::read_to_string(dir.join("code")).unwrap(), "0\n");
    assert_eq!(shell(&dir, "\"$0\" build a.html -o b.epub >&- 2>&- <&-").code, 0);
    assert!(fs::read(dir.join("a.epub")).unwrap() == fs::read(dir.join("b.epub")).unwrap());
    if Path::new("/dev/full").exists() {
        let run = shell(&dir, "\"$0\" devices >/dev/full");
        assert_eq!((run.code, run.lines("error: ").len()), (4, 1), "{}", run.err);
        assert!(run.err.contains("standard output: no storage space"), "{}", run.err);
    }
}

#[test]
fn a_folder_of_archives_keeps_few_files_open() {
    let dir = folder("faults_archives");
    fs::create_dir(dir.join("saved")).unwrap();
    for number in 0..40 {
        let page = format!("<title>第{number}篇</title><p>{}</p>", format!("第{number}篇的文字，够长。").repeat(20));
        let http = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{page}");
        let head = format!("WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/{number}\r\n");
        let record = format!("{head}Content-Length: {}\r\n\r\n{http}\r\n\r\n", http.len());
        fs::write(dir.join(format!("saved/{number}.warc")), record).unwrap();
    }
    let run = shell(&dir, "ulimit -n 24; \"$0\" inspect saved --json");
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert!((0..40).all(|number| run.out.contains(&format!("第{number}篇"))), "{}", run.out);
}

#[test]
fn narrow_limits_change_no_byte() {
    let dir = folder("faults_limits");
    let server = Server::start(|seen, out| {
        let number = seen.target.trim_matches(|c: char| !c.is_ascii_digit()).parse().unwrap_or(0);
        answer(out, "200 OK", "", &png(number))
    });
    let body: String =
        (0..30).map(|n| format!("<p>第{n}段。</p><img src=\"{}\">", server.at(&format!("/{n}.png")))).collect();
    fs::write(dir.join("a.html"), format!("<title>书</title>{body}")).unwrap();
    let build = |book: &str| {
        format!("\"$0\" build a.html -o {book}.epub -o {book}.pdf --no-cache --allow-net {}", server.address)
    };
    let run = shell(&dir, &build("free"));
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let mut limits = vec!["ulimit -n 24; ", "ulimit -s 1024; "];
    if cfg!(target_os = "linux") {
        limits.push("ulimit -v 655360; ");
    }
    for (number, limit) in limits.iter().enumerate() {
        let name = format!("narrow{number}");
        let run = shell(&dir, &format!("{limit}{}", build(&name)));
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{limit}");
        for ending in ["epub", "pdf"] {
            let read = |name: &str| fs::read(dir.join(format!("{name}.{ending}"))).unwrap();
            assert!(read(&name) == read("free"), "{limit} {ending}");
        }
    }
}

#[test]
fn a_limit_of_file_sizes_leaves_the_old_book() {
    let dir = folder("faults_size");
    page(&dir, 8);
    fs::write(dir.join("a.epub"), "the old book").unwrap();
    let run = shell(&dir, "ulimit -f 20; \"$0\" build a.html -o a.epub --no-cache");
    assert_eq!((run.code, run.lines("error: ").len()), (4, 1), "{}", run.err);
    assert!(run.err.contains("too large"), "{}", run.err);
    assert_eq!(fs::read(dir.join("a.epub")).unwrap(), b"the old book");
    // Of a cache that cannot be written one line tells.
    assert_eq!(names(&dir).iter().filter(|name| name.ends_with("epub")).count(), 1);
}

#[test]
fn two_builds_of_one_book_make_one_of_them() {
    let dir = folder("faults_two");
    page(&dir, 6);
    fs::write(dir.join("b.html"), "<title>乙</title><p>另一本书的文字。</p>").unwrap();
    let build = |page: &str, book: &str| {
        let run = offprint(&dir, &["build", page, "-o", book, "-q"]);
        assert_eq!(run.code, 0, "{}", run.err);
    };
    build("a.html", "one.epub");
    build("b.html", "other.epub");
    let read = |name: &str| fs::read(dir.join(name)).unwrap();
    let whole = [read("one.epub"), read("other.epub")];
    for _ in 0..3 {
        thread::scope(|scope| {
            for page in ["a.html", "b.html", "a.html"] {
                scope.spawn(move || build(page, "same.epub"));
            }
        });
        assert!(whole.contains(&read("same.epub")));
    }
    assert!(!names(&dir).iter().any(|name| name.starts_with('.')), "{:?}", names(&dir));
}

#[test]
fn nothing_around_a_build_changes_a_byte() {
    // Where it lies, what it is called through, and what the environment says.
    let lines = [
        "\"$0\" build a.html -o a.epub -o a.pdf",
        "cd /; \"$0\" build \"$OLDPWD/a.html\" -o \"$OLDPWD/a.epub\" -o \"$OLDPWD/a.pdf\"",
        "\"$0\" build ./a.html -o ./a.epub -o ./a.pdf",
        "\"$0\" build a.html -o a.pdf -o a.epub",
        "\"$0\" build a.html -o a.epub -o a.pdf; \"$0\" build a.html -o a.epub -o a.pdf",
        "\"$0\" build a.html -o a.epub -o a.pdf --no-cache",
        "\"$0\" build a.html -o a.epub -o a.pdf --offline",
        "TZ=Pacific/Kiritimati \"$0\" build a.html -o a.epub -o a.pdf",
        "TZ=America/Anchorage LC_ALL=C \"$0\" build a.html -o a.epub -o a.pdf",
        "LC_ALL=tr_TR.UTF-8 LANG=de_DE LANGUAGE=ja \"$0\" build a.html -o a.epub -o a.pdf",
        "env -i \"$0\" build a.html -o a.epub -o a.pdf",
        "umask 077; \"$0\" build a.html -o a.epub -o a.pdf",
        "umask 0; \"$0\" build a.html -o a.epub -o a.pdf",
        "touch -d 1971-02-03 a.html; \"$0\" build a.html -o a.epub -o a.pdf",
        "touch -d 2099-02-03 a.html; \"$0\" build a.html -o a.epub -o a.pdf",
        "chmod 444 a.html; \"$0\" build a.html -o a.epub -o a.pdf",
        "USER=mallory LOGNAME=mallory HOME=/nonexistent HOSTNAME=evil \"$0\" build a.html -o a.epub -o a.pdf",
        "SOURCE_DATE_EPOCH=1 COLUMNS=20 TERM=dumb NO_COLOR=1 \"$0\" build a.html -o a.epub -o a.pdf",
        "TMPDIR=/nonexistent \"$0\" build a.html -o a.epub -o a.pdf",
        "taskset 1 true 2>&- && T='taskset 1'; $T \"$0\" build a.html -o a.epub -o a.pdf",
    ];
    let mut first: Option<[Vec<u8>; 2]> = None;
    for (number, line) in lines.iter().enumerate() {
        let dir = folder(&format!("faults_same/{number}/{}", "deep/".repeat(number % 4)));
        page(&dir, 2);
        let run = shell(&dir, line);
        assert_eq!(run.code, 0, "{line}: {}", run.err);
        let books = ["a.epub", "a.pdf"].map(|name| fs::read(dir.join(name)).unwrap());
        let first = first.get_or_insert_with(|| books.clone());
        assert!(books == *first, "{line}");
    }
}
