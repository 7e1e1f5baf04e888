//! Pictures and pages from the network: once, politely, and never from where they may not come.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use image::{Rgb, RgbImage};

use crate::books::{EpubFile, count, without_tags};
use crate::program::{Run, command, folder, offprint};
use crate::server::{Gauge, Seen, Server, answer};

/// A PNG file that no other number gives.
fn png(number: usize) -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    let colour = Rgb([(number % 251) as u8, (number / 251) as u8, 99]);
    let picture = RgbImage::from_fn(24, 16, |x, y| if (x + y) % 5 == 0 { colour } else { Rgb([255, 250, 240]) });
    picture.write_to(&mut file, image::ImageFormat::Png).unwrap();
    file.into_inner()
}

/// A server of pictures `/0.png`, `/1.png`, …
fn pictures() -> Server {
    slow_pictures(8, &Gauge::default(), &Gauge::default())
}

/// The same, taking so many milliseconds for each.
fn slow_pictures(pause: u64, all: &Gauge, own: &Gauge) -> Server {
    let (all, own) = (all.clone(), own.clone());
    Server::start(move |seen, out| {
        // The next request may come before an answer's last byte has left: only waiting counts.
        all.during(|| own.during(|| thread::sleep(Duration::from_millis(pause))));
        let number = seen.target.trim_matches(|c: char| !c.is_ascii_digit()).parse().unwrap_or(0);
        answer(out, "200 OK", "Content-Type: image/png\r\n", &png(number))
    })
}

/// Writes `name` into `dir`: a page that shows pictures at these addresses.
fn page(dir: &Path, name: &str, addresses: &[String]) {
    let shown = |(number, address): (usize, &String)| {
        format!("<p>第{number}段。</p><figure><img src=\"{address}\" alt=\"图{number}\"></figure>")
    };
    let body: String = addresses.iter().enumerate().map(shown).collect();
    fs::write(dir.join(name), format!("---\ntitle: 图集\nlang: zh-CN\n---\n{body}<p>完。</p>")).unwrap();
}

/// `--allow-net` for these servers.
fn allowed(servers: &[&Server]) -> Vec<String> {
    servers.iter().flat_map(|server| ["--allow-net".to_owned(), server.address.to_string()]).collect()
}

fn build(dir: &Path, page: &str, book: &str, servers: &[&Server], flags: &[&str]) -> Run {
    let allowed = allowed(servers);
    let mut args = vec!["build", page, "-o", book];
    args.extend(allowed.iter().map(String::as_str));
    args.extend(flags);
    offprint(dir, &args)
}

fn images(book: &Path) -> usize {
    EpubFile::open(book).names.iter().filter(|name| name.ends_with(".png")).count()
}

#[test]
fn two_hundred_pictures_are_asked_for_once_and_politely() {
    let dir = folder("net_two_hundred");
    let (all, own) = (Gauge::default(), [(); 3].map(|()| Gauge::default()));
    let servers = [0, 1, 2].map(|at: usize| slow_pictures(240, &all, &own[at]));
    let every: Vec<&Server> = servers.iter().collect();
    let addresses: Vec<_> = (0..200).map(|n| servers[n % 3].at(&format!("/{n}.png"))).collect();
    page(&dir, "a.html", &addresses);
    let cold = build(&dir, "a.html", "cold.epub", &every, &["--strict"]);
    assert_eq!((cold.code, cold.err.as_str()), (0, ""));
    let asked = || servers.iter().map(Server::hits).sum::<usize>();
    assert_eq!((asked(), images(&dir.join("cold.epub"))), (200, 200));
    assert!(all.most() <= 8 && own.iter().all(|own| own.most() <= 4), "{} at once", all.most());
    assert!(all.most() > 6, "{} at once", all.most());
    for seen in servers[0].log() {
        let expected = "image/webp,image/png,image/jpeg,image/gif,image/svg+xml;q=0.8";
        assert_eq!(seen.headers["accept"], expected);
        assert_eq!(seen.headers["accept-encoding"], "identity");
        assert!(!seen.headers["user-agent"].contains(|c: char| c.is_ascii_digit()), "{:?}", seen.headers);
        for name in ["referer", "cookie", "if-none-match"] {
            assert!(!seen.headers.contains_key(name), "{:?}", seen.headers);
        }
    }
    for (book, flags) in [("warm.epub", &[][..]), ("offline.epub", &["--offline"][..])] {
        assert_eq!(build(&dir, "a.html", book, &every, flags).err, "");
        assert!(fs::read(dir.join(book)).unwrap() == fs::read(dir.join("cold.epub")).unwrap(), "{book}");
    }
    assert_eq!(asked(), 200);
}

#[test]
fn after_a_kill_only_the_rest_is_asked_for() {
    let dir = folder("net_kill");
    let server = pictures();
    let addresses: Vec<_> = (0..60).map(|n| server.at(&format!("/{n}.png"))).collect();
    page(&dir, "a.html", &addresses);
    fs::write(dir.join("a.epub"), "the old book").unwrap();
    let net = server.address.to_string();
    let mut child = command(&dir, &["build", "a.html", "-o", "a.epub", "--allow-net", &net]).spawn().unwrap();
    let entries = dir.join("xdg-cache/offprint/entries");
    while files(&entries).len() < 20 {
        thread::sleep(Duration::from_millis(2));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(fs::read(dir.join("a.epub")).unwrap(), b"the old book");
    let mut left: Vec<_> = fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["a.epub", "a.html", "xdg-cache"], "litter");
    let names = |log: Vec<Seen>| log.into_iter().map(|seen| seen.target).collect::<Vec<_>>();
    let (first, had) = (names(server.log()), server.hits());
    assert!(had < 60, "it was over before it was killed");
    assert_eq!(build(&dir, "a.html", "a.epub", &[&server], &["--strict"]).err, "");
    let second: BTreeSet<_> = names(server.log()).split_off(first.len()).into_iter().collect();
    // What was on its way when it was killed, and what was not yet written.
    let again = first.iter().filter(|name| second.contains(*name)).count();
    assert!(second.len() <= 40, "{again} asked for again, {} in all", second.len());
    assert_eq!((first.len() + second.len() - again, images(&dir.join("a.epub"))), (60, 60));
}

#[test]
fn two_builds_at_once_share_a_cache() {
    let dir = folder("net_share");
    let server = pictures();
    let addresses: Vec<_> = (0..30).map(|n| server.at(&format!("/{n}.png"))).collect();
    page(&dir, "a.html", &addresses);
    let build = |book: &'static str| {
        let (dir, server) = (&dir, &server);
        move || build(dir, "a.html", book, &[server], &["--strict"])
    };
    let runs = thread::scope(|scope| {
        ["one.epub", "two.epub"].map(|book| scope.spawn(build(book))).map(|run| run.join().unwrap())
    });
    assert!(runs.iter().all(|run| run.err.is_empty()), "{} {}", runs[0].err, runs[1].err);
    assert!(fs::read(dir.join("one.epub")).unwrap() == fs::read(dir.join("two.epub")).unwrap());
}

#[test]
fn a_damaged_cache_costs_time_and_no_book() {
    let dir = folder("net_damage");
    let server = pictures();
    let addresses: Vec<_> = (0..6).map(|n| server.at(&format!("/{n}.png"))).collect();
    page(&dir, "a.html", &addresses);
    build(&dir, "a.html", "good.epub", &[&server], &["--cache", "kept"]);
    for file in files(&dir.join("kept")) {
        let mut bytes = fs::read(&file).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0x55;
        fs::write(&file, bytes).unwrap();
    }
    let run = build(&dir, "a.html", "again.epub", &[&server], &["--cache", "kept"]);
    assert_eq!((run.err.as_str(), server.hits()), ("", 12));
    assert!(fs::read(dir.join("good.epub")).unwrap() == fs::read(dir.join("again.epub")).unwrap());
}

/// The files in a folder and all below, as far as it is there yet.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let (mut folders, mut files) = (vec![folder.to_path_buf()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files
}

#[test]
fn a_cache_that_cannot_be_used_is_one_warning() {
    let dir = folder("net_no_cache");
    let server = pictures();
    page(&dir, "a.html", &[server.at("/1.png"), server.at("/2.png")]);
    fs::write(dir.join("taken"), "not a folder").unwrap();
    let run = build(&dir, "a.html", "a.epub", &[&server], &["--cache", "taken", "--strict"]);
    assert_eq!((run.code, run.lines("warning: ").len()), (0, 1), "{}", run.err);
    assert!(run.err.contains("cache taken") && run.err.contains("--no-cache"), "{}", run.err);
    // And without one nothing is kept.
    let run = build(&dir, "a.html", "b.epub", &[&server], &["--no-cache"]);
    assert_eq!((run.code, run.err.as_str(), server.hits()), (0, "", 4));
    assert!(!dir.join("xdg-cache").exists());
}

#[test]
fn the_cache_is_where_the_system_has_its_caches() {
    let dir = folder("net_xdg");
    let server = pictures();
    page(&dir, "a.html", &[server.at("/1.png")]);
    build(&dir, "a.html", "a.epub", &[&server], &[]);
    assert!(!files(&dir.join("xdg-cache/offprint/blobs")).is_empty());
    assert_eq!(offprint(&dir, &["cache", "path"]).out.trim(), dir.join("xdg-cache/offprint").to_str().unwrap());
    assert_eq!(offprint(&dir, &["cache", "path", "--cache", "here"]).out.trim(), "here");
}

#[test]
fn a_cache_is_looked_after_and_carried_to_another_machine() {
    let dir = folder("net_carry");
    let server = pictures();
    page(&dir, "a.html", &[server.at("/1.png"), server.at("/2.png")]);
    build(&dir, "a.html", "a.epub", &[&server], &[]);
    let list = offprint(&dir, &["cache", "list"]).out;
    assert_eq!(list.lines().count(), 2);
    let length = png(1).len().to_string();
    let fields: Vec<_> = list.lines().next().unwrap().splitn(3, ' ').collect();
    assert_eq!((fields[0].len(), fields[1], fields[2]), (64, length.as_str(), server.at("/1.png").as_str()));
    assert_eq!(offprint(&dir, &["cache", "export", "stick.tar"]).out, "2 addresses\n");
    assert_eq!(offprint(&dir, &["cache", "verify"]).out, "7 whole, 0 damaged and removed\n");
    assert_eq!(offprint(&dir, &["cache", "clear"]).code, 0);
    assert_eq!(offprint(&dir, &["cache", "list"]).out, "");
    let elsewhere = ["cache", "import", "stick.tar", "--cache", "elsewhere"];
    assert_eq!(offprint(&dir, &elsewhere).out, "2 addresses, 0 damaged or foreign files left out\n");
    let run = build(&dir, "a.html", "b.epub", &[], &["--offline", "--strict", "--cache", "elsewhere"]);
    assert_eq!((run.code, run.err.as_str(), server.hits()), (0, "", 2));
    assert!(fs::read(dir.join("a.epub")).unwrap() == fs::read(dir.join("b.epub")).unwrap());
    for (file, what) in [("a.html", "a.html"), ("gone.tar", "gone.tar")] {
        let run = offprint(&dir, &["cache", "import", file]);
        assert!(run.code == 1 && run.lines("error: ")[0].contains(what), "{}", run.err);
    }
}

#[test]
fn a_lock_file_names_the_bytes_that_a_book_is_made_of() {
    let dir = folder("net_lock");
    let picture = |seen: &Seen| if seen.before == 0 { 1 } else { 2 };
    let server = Server::start(move |seen, out| answer(out, "200 OK", "", &png(picture(seen))));
    page(&dir, "a.html", &[server.at("/x.png")]);
    let net = server.address.to_string();
    let run = offprint(&dir, &["fetch", "a.html", "--allow-net", &net]);
    assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (0, "offprint.lock\n", ""));
    let lock = fs::read_to_string(dir.join("offprint.lock")).unwrap();
    assert!(lock.contains(&format!(" {}\n", server.at("/x.png"))), "{lock}");
    let locked = |book: &str, more: &[&str]| {
        let flags = [&["--lock", "offprint.lock", "--allow-net", &net], more].concat();
        build(&dir, "a.html", book, &[], &flags)
    };
    assert_eq!(locked("first.epub", &["--offline", "--strict"]).err, "");
    // The address has another picture now; without the bytes that are locked, there is none.
    assert_eq!(offprint(&dir, &["cache", "clear"]).code, 0);
    let run = locked("second.epub", &[]);
    assert!(run.lines("warning: ")[0].contains("not what the lock file says it was"), "{}", run.err);
    assert!(run.err.contains("offprint fetch"), "{}", run.err);
    // What is not in it is not asked for.
    page(&dir, "a.html", &[server.at("/y.png")]);
    let hits = server.hits();
    let run = locked("third.epub", &[]);
    assert!(run.lines("warning: ")[0].contains("not in the lock file"), "{}", run.err);
    assert_eq!(server.hits(), hits);
    fs::write(dir.join("bad.lock"), "nonsense\n").unwrap();
    let run = build(&dir, "a.html", "x.epub", &[], &["--lock", "bad.lock"]);
    assert_eq!((run.code, run.lines("error: ").len()), (1, 1), "{}", run.err);
}

#[test]
fn what_was_kept_is_asked_for_anew_only_if_that_is_wished() {
    let dir = folder("net_refresh");
    let server = Server::start(|seen, out| match seen.before {
        0 => answer(out, "200 OK", "ETag: \"1\"\r\n", &png(1)),
        1 => answer(out, "304 Not Modified", "", b""),
        2 => answer(out, "500 Internal Server Error", "", b""),
        _ => answer(out, "200 OK", "ETag: \"2\"\r\n", &png(2)),
    });
    page(&dir, "a.html", &[server.at("/x.png")]);
    let book = |name: &str, flags: &[&str]| {
        let run = build(&dir, "a.html", name, &[&server], flags);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{name}");
        fs::read(dir.join(name)).unwrap()
    };
    let first = book("first.epub", &[]);
    assert!(book("same.epub", &["--refresh"]) == first);
    assert_eq!(server.log()[1].headers["if-none-match"], "\"1\"");
    let (hits, kept) = (server.hits(), book("kept.epub", &[]));
    assert!(kept == first && server.hits() == hits);
    // A server that fails is asked again, and then what was kept is used; later it has another picture.
    let after = [book("after.epub", &["--refresh"]), book("last.epub", &["--refresh"])];
    assert!(after[1] != first && images(&dir.join("last.epub")) == 1);
}

#[test]
fn pages_of_the_web_are_pages_too() {
    let dir = folder("net_pages");
    let (gbk, _, _) = encoding_rs::GBK.encode("<title>网页一篇</title><h1>网页一篇</h1><p>正文在此，写得不长。</p><p>第二段的文字也在这里，同样不长。</p><img src=\"/图.png\" alt=\"图\">");
    let body = gbk.into_owned();
    let server = Server::start(move |seen, out| match seen.target.as_str() {
        "/old" => answer(out, "302 Found", "Location: /new/post.html\r\n", b""),
        "/new/post.html" => answer(out, "200 OK", "Content-Type: text/html; charset=gbk\r\n", &body),
        _ => answer(out, "200 OK", "", &png(7)),
    });
    let other = pictures();
    let net = [server.address.to_string(), other.address.to_string()];
    fs::write(dir.join("cookies.txt"), format!("{}\tFALSE\t/\tFALSE\t0\tsession\tsecret\n", "127.0.0.1")).unwrap();
    let address = server.at("/old?utm_source=x");
    let address = address.replace("?utm_source=x", "");
    let args = [
        "build",
        &address,
        "-o",
        "a.epub",
        "--allow-net",
        &net[0],
        "--header",
        "X-Key: 12",
        "--cookie-file",
        "cookies.txt",
    ];
    let run = offprint(&dir, &args);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let epub = EpubFile::open(&dir.join("a.epub"));
    let text = without_tags(&epub.markup());
    assert!(text.contains("正文在此") && text.contains("第二段"), "{text}");
    assert!(epub.text("content.opf").contains("网页一篇"), "{}", epub.text("content.opf"));
    let log = server.log();
    let targets: Vec<_> = log.iter().map(|seen| seen.target.as_str()).collect();
    assert_eq!(targets, ["/old", "/new/post.html", "/%E5%9B%BE.png"]);
    for seen in &log {
        let page = !seen.target.ends_with(".png");
        assert_eq!(seen.headers.contains_key("x-key"), page, "{seen:?}");
        assert_eq!(seen.headers.get("cookie").is_some_and(|cookie| cookie == "session=secret"), page, "{seen:?}");
    }
    // Pages behind a login are not kept; others are.
    let run = offprint(&dir, &["build", &address, "-o", "b.epub", "--offline"]);
    assert_eq!((run.code, run.lines("error: ").len()), (1, 1), "{}", run.err);
    assert!(run.err.contains("hint: "), "{}", run.err);
    assert_eq!(offprint(&dir, &["fetch", &address, "--allow-net", &net[0]]).code, 0);
    assert_eq!(
        offprint(&dir, &["build", &address, "-o", "b.epub", "--offline", "--strict", "--lock", "offprint.lock"]).err,
        ""
    );
    assert!(fs::read(dir.join("a.epub")).unwrap() == fs::read(dir.join("b.epub")).unwrap());
}

#[test]
fn hosts_are_listed_and_not_contacted() {
    let dir = folder("net_hosts");
    let server = pictures();
    let addresses = [server.at("/1.png"), "https://z.example/a.jpg".to_owned(), "https://z.example/b.jpg".to_owned()];
    page(&dir, "a.html", &addresses);
    let list = |flags: &[&str]| {
        let run = offprint(&dir, &[&["build", "a.html", "--list-hosts"], flags].concat());
        assert_eq!(run.code, 0, "{}", run.err);
        (run.out, run.err)
    };
    assert_eq!(list(&[]), (format!("{}\nz.example\n", server.address), String::new()));
    assert_eq!(server.hits(), 0);
    assert_eq!(list(&["--images", "none"]).0, "");
    build(&dir, "a.html", "a.epub", &[&server], &["--fetch-budget", "5s", "--proxy", "http://127.0.0.1:9"]);
    assert_eq!(server.hits(), 0, "a proxy that is down is not gone around");
    page(&dir, "a.html", &addresses[..1]);
    build(&dir, "a.html", "a.epub", &[&server], &[]);
    assert_eq!((list(&[]).0.as_str(), server.hits()), ("", 1));
    // Of a page that is not there yet, only its own host is known.
    let (hosts, said) = list(&["https://pages.example/x"]);
    assert!(hosts == "pages.example\n" && said.contains("hosts of its pictures are not known"), "{said}");
}

#[test]
fn everything_goes_through_a_proxy_that_the_environment_names() {
    let dir = folder("net_proxy");
    let proxy = Server::start(|_, out| answer(out, "200 OK", "", &png(3)));
    page(&dir, "a.html", &["http://pictures.example/1.png".to_owned(), "http://192.168.1.1/2.png".to_owned()]);
    let through = |name: &str, value: &str, flags: &[&str]| {
        let args = [&["build", "a.html", "-o", "a.epub", "--no-cache"], flags].concat();
        let output = command(&dir, &args).env(name, value).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, said) = through("HTTPS_PROXY", &proxy.at(""), &[]);
    assert_eq!((code, count(&said, "warning: ")), (Some(0), 1), "{said}");
    assert!(said.contains("192.168.1.1"), "{said}");
    let targets: Vec<_> = proxy.log().into_iter().map(|seen| seen.target).collect();
    assert_eq!(targets, ["http://pictures.example/1.png"]);
    let (code, said) = through("all_proxy", "ftp://x", &[]);
    assert!(code == Some(2) && said.contains("all_proxy"), "{said}");
    let (code, _) = through("all_proxy", "ftp://x", &["--proxy", "none", "--offline"]);
    assert_eq!((code, proxy.hits()), (Some(0), 1));
}

#[test]
fn the_time_for_all_fetching_is_the_users() {
    let dir = folder("net_budget");
    let server = Server::start(|_, out| {
        thread::sleep(Duration::from_secs(20));
        answer(out, "200 OK", "", &png(1))
    });
    page(&dir, "a.html", &(0..9).map(|n| server.at(&format!("/{n}"))).collect::<Vec<_>>());
    let begin = Instant::now();
    let run = build(&dir, "a.html", "a.epub", &[&server], &["--fetch-budget", "1s"]);
    assert_eq!((run.code, run.lines("warning: ").len()), (0, 9), "{}", run.err);
    assert!(begin.elapsed() < Duration::from_secs(10), "{:?}", begin.elapsed());
    assert!(run.err.contains("--fetch-budget"), "{}", run.err);
    for wrong in ["x", "5d", "-1", ""] {
        let flag = format!("--fetch-budget={wrong}");
        assert_eq!(build(&dir, "a.html", "a.epub", &[&server], &[&flag]).code, 2, "{wrong}");
    }
}

#[test]
fn what_cannot_be_had_is_named_and_the_book_is_made() {
    let dir = folder("net_faults");
    let private = Server::start(|_, out| answer(out, "200 OK", "", &png(1)));
    let inside = private.at("/x.png");
    let server = Server::start(move |seen, out| match seen.target.as_str() {
        "/good.png" => answer(out, "200 OK", "", &png(5)),
        "/html.png" => answer(out, "200 OK", "Content-Type: image/png\r\n", b"<!doctype html><p>login</p>"),
        "/cut.png" => answer(out, "200 OK", "", &png(5)[..60]),
        "/empty.png" => answer(out, "200 OK", "", b""),
        "/private.png" => answer(out, "302 Found", &format!("Location: {inside}\r\n"), b""),
        "/packed.png" => answer(out, "200 OK", "Content-Encoding: gzip\r\n", &png(5)),
        _ => answer(out, "404 Not Found", "", b"gone"),
    });
    let faults = [
        ("/html.png", "an HTML page"),
        ("/cut.png", "cut off"),
        ("/empty.png", "an empty file"),
        ("/private.png", "127.0.0.1 is a loopback address"),
        ("/packed.png", "gzip"),
        ("/gone.png", "http status 404"),
    ];
    let mut addresses = vec![server.at("/good.png")];
    addresses.extend(faults.iter().map(|(target, _)| server.at(target)));
    page(&dir, "a.html", &addresses);
    let run = build(&dir, "a.html", "a.epub", &[&server], &[]);
    let warnings = run.lines("warning: ");
    assert_eq!((run.code, warnings.len(), private.hits()), (0, faults.len(), 0), "{}", run.err);
    for ((target, reason), warning) in faults.iter().zip(&warnings) {
        assert!(warning.contains(target) && warning.contains(reason), "{warning}");
    }
    assert_eq!(images(&dir.join("a.epub")), 1);
    let kept = offprint(&dir, &["cache", "list"]).out;
    assert!(kept.lines().count() == 1 && kept.contains("good.png"), "{kept}");
    let strict = build(&dir, "a.html", "strict.epub", &[&server], &["--strict"]);
    assert!(strict.code == 3 && !dir.join("strict.epub").exists(), "{}", strict.err);
    assert_eq!(server.log().iter().filter(|seen| seen.target == "/gone.png").count(), 1, "404 is remembered");
}

#[test]
fn addresses_that_nothing_is_fetched_from_are_named() {
    let dir = folder("net_schemes");
    let server = pictures();
    let inside = format!("http://me:secret@{}/1.png", server.address);
    let addresses = [
        (inside.as_str(), "a user name or password"),
        ("ftp://a.example/2.png", "ftp: is not http or https"),
        ("blob:https://a.example/3", "blob: is not http or https"),
        ("file:///etc/4.png", "outside the input folder"),
    ];
    page(&dir, "a.html", &addresses.map(|(address, _)| address.to_owned()));
    let run = build(&dir, "a.html", "a.epub", &[&server], &["--no-cache"]);
    assert_eq!((run.code, server.hits()), (0, 0), "{}", run.err);
    for (warning, (_, reason)) in run.lines("warning: ").iter().zip(addresses) {
        assert!(warning.contains("image missing") && warning.contains(reason), "{warning}");
    }
    assert_eq!(run.lines("warning: ").len(), addresses.len(), "{}", run.err);
    let markup = EpubFile::open(&dir.join("a.epub")).markup();
    assert!(!run.err.contains("secret") && !markup.contains("secret"), "{}", run.err);
    assert!((0..4).all(|n| without_tags(&markup).contains(&format!("图{n}"))), "{markup}");
}

#[test]
fn what_is_no_picture_any_more_leaves_the_picture_that_was_kept() {
    let dir = folder("net_parked");
    let server = Server::start(|seen, out| match seen.before {
        0 => answer(out, "200 OK", "ETag: \"1\"\r\n", &png(1)),
        1 => answer(out, "200 OK", "ETag: \"2\"\r\n", b"<!doctype html><p>this domain is for sale</p>"),
        _ => answer(out, "304 Not Modified", "", b""),
    });
    page(&dir, "a.html", &[server.at("/x.png")]);
    for (book, flags) in [("first.epub", &[][..]), ("again.epub", &["--refresh"]), ("kept.epub", &["--offline"])] {
        let run = build(&dir, "a.html", book, &[&server], &[flags, &["--strict"]].concat());
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{book}");
        assert!(fs::read(dir.join(book)).unwrap() == fs::read(dir.join("first.epub")).unwrap(), "{book}");
    }
    build(&dir, "a.html", "b.epub", &[&server], &["--refresh"]);
    assert_eq!(server.log()[2].headers["if-none-match"], "\"1\"", "the picture's own mark");
}

#[test]
fn one_picture_in_several_sizes_is_asked_for_once() {
    let dir = folder("net_twins");
    let server = Server::start(|seen, out| {
        let gone = seen.target.starts_with("/gone.png?w=900");
        answer(out, if gone { "404 Not Found" } else { "200 OK" }, "", &png(7))
    });
    let of = |target: &str| server.at(target);
    // In one article a picture stands once anyway; these are four.
    let pages = [
        ["/p.png?s=48", "/gone.png?w=300"],
        ["/p.png?s=96", "/gone.png?w=900"],
        ["/p.png?s=64", "/x?id=1"],
        ["/x?id=2", "/x?id=3"],
    ];
    let names = ["a.html", "b.html", "c.html", "d.html"];
    for (name, targets) in names.iter().zip(pages) {
        // An article that comes twice would be in the book once.
        let shown =
            targets.map(|target| format!("<p>{name} 的文字，{target}。</p><img src=\"{}\" alt=\"图\">", of(target)));
        fs::write(dir.join(name), format!("---\ntitle: {name}\nlang: zh-CN\n---\n{}<p>完。</p>", shown.concat()))
            .unwrap();
    }
    let net = server.address.to_string();
    let run = offprint(&dir, &[&["build"], &names[..], &["-o", "a.epub", "--allow-net", &net]].concat());
    let mut asked: Vec<_> = server.log().into_iter().map(|seen| seen.target).collect();
    asked.sort();
    // Where the best cannot be had, a picture's own address is asked for.
    let expected = ["/gone.png?w=300", "/gone.png?w=900", "/p.png?s=96", "/x?id=1", "/x?id=2", "/x?id=3"];
    assert_eq!(asked, expected);
    assert_eq!((run.code, run.lines("warning: ").len()), (0, 1), "{}", run.err);
    assert!(run.err.contains("/gone.png") && run.err.contains("404"), "{}", run.err);
}

#[test]
fn headers_do_not_follow_a_feed_to_other_hosts() {
    let dir = folder("net_headers");
    let article = "<title>一篇</title><h1>一篇</h1><p>正文在此，写得不长。</p><p>第二段的文字也在这里。</p>";
    let other = Server::start(move |_, out| answer(out, "200 OK", "Content-Type: text/html\r\n", article.as_bytes()));
    let item = |link: String| format!("<item><title>一篇</title><link>{link}</link></item>");
    let there = other.at("/other");
    let server = Server::start(move |seen, out| match seen.target.as_str() {
        "/feed" => {
            let host = &seen.headers["host"];
            let items = item(there.clone()) + &item(format!("http://{host}/own"));
            let feed = format!("<rss version=\"2.0\"><channel><title>集</title>{items}</channel></rss>");
            answer(out, "200 OK", "Content-Type: application/rss+xml\r\n", feed.as_bytes())
        }
        _ => answer(out, "200 OK", "Content-Type: text/html\r\n", article.as_bytes()),
    });
    fs::write(dir.join("cookies.txt"), "127.0.0.1\tFALSE\t/\tFALSE\t0\tsession\tsecret\n").unwrap();
    let (feed, nets) = (server.at("/feed"), allowed(&[&server, &other]));
    let mut args = vec!["build", &feed, "-o", "a.epub", "--header", "X-Key: 12", "--no-cache"];
    args.extend(nets.iter().map(String::as_str));
    let run = offprint(&dir, &args);
    assert_eq!(run.code, 0, "{}", run.err);
    let targets: Vec<_> = server.log().into_iter().map(|seen| seen.target).collect();
    assert_eq!((targets, other.hits()), (vec!["/feed".to_owned(), "/own".to_owned()], 1));
    assert!(server.log().iter().all(|seen| seen.headers["x-key"] == "12"));
    assert!(other.log().iter().all(|seen| !seen.headers.contains_key("x-key")));
    // A password for one of two hosts is told to neither.
    let run = offprint(&dir, &["build", &feed, "https://b.example/", "-o", "b.epub", "--header", "X-Key: 12"]);
    assert_eq!((run.code, run.lines("error: ").len(), server.hits()), (2, 1, 2), "{}", run.err);
    assert!(run.err.contains("b.example") && !run.err.contains("12\n"), "{}", run.err);
}
