//! The cache alone, then the world with one.

use std::fs;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use super::super::http::Limits;
use super::super::lock::Lock;
use super::super::loopback::{Scratch, Server, answer};
use super::super::{Fetch, Request, Store, World, WorldOptions};
use super::*;

const ADDRESS: &str = "https://a.example/x.png";

fn body(text: &str) -> Body {
    Body { media_type: Some("image/png".to_owned()), ..Body::new(text.as_bytes()) }
}

fn keep(cache: &Cache, address: &str, text: &str) {
    let body = body(text);
    cache.keep(address, &body, Hash::of(&body.bytes), Validators::default());
}

fn remembered(cache: &Cache, address: &str) -> Option<String> {
    match cache.get(address)? {
        Memory::Body(body, ..) => Some(String::from_utf8_lossy(&body.bytes).into_owned()),
        Memory::Missing(failure) => Some(failure.reason),
    }
}

#[test]
fn what_is_kept_is_there() {
    let scratch = Scratch::new("kept");
    let cache = Cache::new(scratch.0.join("new/cache"), None);
    assert_eq!(cache.get(ADDRESS), None);
    keep(&cache, ADDRESS, "picture");
    keep(&cache, "https://b.example/", "picture");
    let again = Cache::new(scratch.0.join("new/cache"), Some(7));
    assert_eq!(again.get(ADDRESS), Some(Memory::Body(body("picture"), Hash::of(b"picture"), Validators::default())));
    assert_eq!(again.hash_of("https://b.example/"), Some(Hash::of(b"picture")));
    assert_eq!(again.get("https://c.example/"), None);
    // One blob, two entries, nothing half written.
    assert_eq!(scratch.files().len(), 3);
    let listed: Vec<_> = again.list().into_iter().map(|listed| (listed.address, listed.length)).collect();
    assert_eq!(listed, [(ADDRESS.to_owned(), Some(7)), ("https://b.example/".to_owned(), Some(7))]);
    assert_eq!(again.verify(), (3, 0));
    again.clear().expect("an empty cache");
    assert_eq!((again.get(ADDRESS), scratch.files().len()), (None, 0));
}

#[cfg(unix)]
#[test]
fn only_the_owner_looks_into_it() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = Scratch::new("private");
    let cache = Cache::new(scratch.0.join("cache"), None);
    keep(&cache, ADDRESS, "picture");
    let mode = |path: &str| fs::metadata(scratch.0.join(path)).expect("a folder").permissions().mode() & 0o777;
    assert_eq!((mode("cache"), mode("cache/entries"), mode("cache/blobs")), (0o700, 0o700, 0o700));
}

#[test]
fn a_damaged_file_is_as_good_as_none_and_is_replaced() {
    let scratch = Scratch::new("damaged");
    let cache = Cache::new(&scratch.0, Some(0));
    let key = Hash::of(b"key");
    let fill = || {
        keep(&cache, ADDRESS, "picture");
        cache.keep_product(key, b"product");
    };
    fill();
    for at in 0..3 {
        let files = scratch.files();
        let whole = fs::read(&files[at]).expect("a file");
        for length in 0..whole.len() {
            fs::write(&files[at], &whole[..length]).expect("a file");
            let kept = (remembered(&cache, ADDRESS), cache.product(key));
            assert_ne!(kept, (Some("picture".to_owned()), Some(b"product".to_vec())), "{length} of {:?}", files[at]);
            assert!(kept.0.is_none_or(|text| text == "picture") && kept.1.is_none_or(|bytes| bytes == b"product"));
            fill();
            assert_eq!(remembered(&cache, ADDRESS).as_deref(), Some("picture"));
        }
        let mut changed = whole.clone();
        changed[3] ^= 1;
        fs::write(&files[at], &changed).expect("a file");
        assert_eq!(cache.verify(), (2, 1));
        fill();
        assert_eq!(cache.verify(), (3, 0));
    }
    assert_eq!(cache.trouble(), None);
}

#[test]
fn that_there_was_nothing_is_remembered_for_a_day() {
    let scratch = Scratch::new("missing");
    let at = |now| Cache::new(&scratch.0, now);
    at(None).keep_missing(ADDRESS, &Failure::new(FailureKind::Missing, "http status 404"));
    assert_eq!(at(Some(1_000)).get(ADDRESS), None);
    at(Some(1_000_000)).keep_missing(ADDRESS, &Failure::new(FailureKind::Missing, "http status 404"));
    assert_eq!(remembered(&at(Some(1_000_000 + 86_399)), ADDRESS).as_deref(), Some("http status 404"));
    assert_eq!(at(Some(1_000_000 + 86_400)).get(ADDRESS), None);
    // A clock that went back, or none at all, knows nothing.
    assert_eq!(at(Some(999_999)).get(ADDRESS), None);
    assert_eq!(at(None).get(ADDRESS), None);
    // A body is never given up for it.
    keep(&at(None), ADDRESS, "picture");
    at(Some(1_000_000)).keep_missing(ADDRESS, &Failure::new(FailureKind::Missing, "http status 404"));
    assert_eq!(remembered(&at(Some(1_000_000)), ADDRESS).as_deref(), Some("picture"));
}

#[test]
fn a_cache_that_cannot_be_used_says_so_and_costs_nothing_else() {
    let scratch = Scratch::new("unusable");
    let file = scratch.0.join("file");
    fs::write(&file, b"in the way").expect("a file");
    let cache = Cache::new(&file, Some(0));
    assert_eq!(cache.get(ADDRESS), None);
    keep(&cache, ADDRESS, "picture");
    assert_eq!(cache.get(ADDRESS), None);
    assert!(cache.trouble().is_some());
    assert_eq!(fs::read(&file).expect("a file"), b"in the way");
}

#[test]
fn many_write_at_once() {
    let scratch = Scratch::new("many");
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let cache = Cache::new(&scratch.0, Some(0));
                for n in 0..40 {
                    let address = format!("https://a.example/{}", n % 10);
                    keep(&cache, &address, &format!("picture {}", n % 10));
                    assert_eq!(remembered(&cache, &address), Some(format!("picture {}", n % 10)));
                }
                assert_eq!(cache.trouble(), None);
            });
        }
    });
    assert_eq!(Cache::new(&scratch.0, None).verify(), (20, 0));
}

#[test]
fn what_a_killed_build_left_is_swept_later() {
    let scratch = Scratch::new("swept");
    fs::create_dir_all(scratch.0.join("tmp")).expect("a folder");
    fs::write(scratch.0.join("tmp/half"), b"hal").expect("a file");
    let modified = fs::metadata(scratch.0.join("tmp/half")).and_then(|metadata| metadata.modified()).expect("a time");
    let now = modified.duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_secs();
    Cache::new(&scratch.0, Some(now + 60));
    assert_eq!(scratch.files().len(), 1);
    Cache::new(&scratch.0, Some(now + 2 * 3600));
    assert_eq!(scratch.files().len(), 0);
}

#[test]
fn a_cache_is_carried_to_another_machine_in_one_file() {
    let (here, there) = (Scratch::new("export"), Scratch::new("import"));
    let cache = Cache::new(&here.0, Some(1_000));
    for n in 0..5 {
        keep(&cache, &format!("https://a.example/{n}"), &"x".repeat(511 + n % 3));
    }
    cache.keep_missing("https://a.example/gone", &Failure::new(FailureKind::Missing, "http status 404"));
    let mut archive = Vec::new();
    assert_eq!(cache.export(&mut archive).expect("an archive"), 5);
    let mut again = Vec::new();
    cache.export(&mut again).expect("an archive");
    assert!(archive == again && archive.len() % 512 == 0);
    let other = Cache::new(&there.0, None);
    assert_eq!(other.import(&mut archive.as_slice()).expect("a cache"), (5, 0));
    assert_eq!((other.list(), other.verify()), (cache.list(), (8, 0)));
    assert_eq!(other.import(&mut archive.as_slice()).expect("a cache"), (5, 0));
    // Damage and names that lead elsewhere are left out; what is no archive is an error.
    other.clear().expect("an empty cache");
    archive[600] ^= 1;
    assert_eq!(other.import(&mut archive.as_slice()).expect("a cache"), (5, 1));
    assert_eq!(other.verify(), (7, 0));
    archive[..12].copy_from_slice(b"../evil/xxxx");
    assert_eq!(other.import(&mut archive.as_slice()).expect("a cache").1, 1);
    assert_eq!(there.files().len(), 7);
    assert!(other.import(&mut &archive[..archive.len() - 1100]).is_err());
    assert!(other.import(&mut [b'x'; 2000].as_slice()).is_err());
}

/// A world with a cache in a folder; everything is open.
fn world(scratch: &Scratch, server: &Server, change: impl FnOnce(&mut WorldOptions)) -> World {
    let mut options = WorldOptions {
        cache: Some(scratch.0.clone()),
        allow_net: vec![server.address.to_string()],
        now: Some(1_000_000),
        limits: Limits { interval: Duration::ZERO, retries: 0, ..Limits::default() },
        ..WorldOptions::default()
    };
    change(&mut options);
    World::new(options).expect("a world")
}

/// Fetches and, as if it had been decoded, keeps.
fn get(world: &World, address: &str) -> Result<String, String> {
    let body = world.fetch(Request::picture(address)).map_err(|failure| failure.reason)?;
    world.keep(address, &body, Hash::of(&body.bytes));
    Ok(String::from_utf8_lossy(&body.bytes).into_owned())
}

#[test]
fn an_address_is_asked_for_once_in_all_builds() {
    let scratch = Scratch::new("once");
    let server = Server::of(b"picture");
    let address = server.at("/x.png");
    for _ in 0..3 {
        assert_eq!(get(&world(&scratch, &server, |_| {}), &address), Ok("picture".to_owned()));
    }
    assert_eq!(server.hits(), 1);
    let offline = world(&scratch, &server, |options| options.offline = true);
    assert_eq!(get(&offline, &address), Ok("picture".to_owned()));
    assert_eq!(get(&offline, &server.at("/y.png")), Err("no network (--offline)".to_owned()));
}

#[test]
fn what_nobody_vouched_for_is_not_kept() {
    let scratch = Scratch::new("vouched");
    let server = Server::of(b"<html>");
    let address = server.at("/x.png");
    for hits in 1..3 {
        assert!(world(&scratch, &server, |_| {}).fetch(Request::picture(&address)).is_ok());
        assert_eq!((server.hits(), scratch.files().len()), (hits, 0));
    }
}

#[test]
fn nothing_found_is_not_asked_for_again_today() {
    let scratch = Scratch::new("today");
    let server = Server::start(|seen, out| {
        let status = if seen.target == "/404" { "404 Not found" } else { "403 Forbidden" };
        answer(out, status, "", b"")
    });
    for _ in 0..2 {
        let world = world(&scratch, &server, |_| {});
        assert_eq!(get(&world, &server.at("/404")), Err("http status 404".to_owned()));
        assert_eq!(get(&world, &server.at("/403")), Err("http status 403".to_owned()));
    }
    let asked: Vec<_> = server.log().into_iter().map(|seen| seen.target).collect();
    assert_eq!(asked, ["/404", "/403", "/403"]);
}

#[test]
fn refreshing_asks_for_changes_only_and_keeps_the_old_on_failure() {
    let scratch = Scratch::new("refresh");
    let step = Arc::new(AtomicUsize::new(0));
    let now = step.clone();
    let server = Server::start(move |seen, out| {
        let known = seen.headers.get("if-none-match").map(String::as_str);
        match now.load(Ordering::SeqCst) {
            0 => answer(out, "200 OK", "ETag: \"one\"\r\nLast-Modified: Mon, 01 Jan 2024 00:00:00 GMT\r\n", b"one"),
            1 if known == Some("\"one\"") && seen.headers.contains_key("if-modified-since") => {
                answer(out, "304 Not modified", "", b"")
            }
            2 => answer(out, "200 OK", "ETag: \"two\"\r\n", b"two"),
            3 => answer(out, "404 Not found", "", b""),
            _ => out.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"),
        }
    });
    let address = server.at("/x.png");
    for (number, expected) in ["one", "one", "two", "two", "two"].into_iter().enumerate() {
        step.store(number, Ordering::SeqCst);
        let world = world(&scratch, &server, |options| options.refresh = true);
        assert_eq!(get(&world, &address), Ok(expected.to_owned()), "step {number}");
    }
    assert_eq!(server.hits(), 5);
    assert_eq!(get(&world(&scratch, &server, |_| {}), &address), Ok("two".to_owned()));
}

#[test]
fn a_lock_gives_these_bytes_or_none() {
    let scratch = Scratch::new("lock");
    let server = Server::start(|seen, out| {
        let body = if seen.before == 0 { "first" } else { "changed" };
        answer(out, "200 OK", "", body.as_bytes())
    });
    let address = server.at("/x.png");
    let first = world(&scratch, &server, |_| {});
    assert_eq!(get(&first, &address), Ok("first".to_owned()));
    let text = first.used().to_string();
    assert!(text.contains(&format!("{} {address}\n", Hash::of(b"first"))));
    let locked = |options: &mut WorldOptions| options.lock = Some(Lock::parse(&text).expect("a lock"));
    // Even if the cache has another body for that address by now.
    keep(&Cache::new(&scratch.0, None), &address, "changed");
    assert_eq!(get(&world(&scratch, &server, locked), &address), Ok("first".to_owned()));
    assert_eq!(get(&world(&scratch, &server, locked), &server.at("/y.png")), Err("not in the lock file".to_owned()));
    Cache::new(&scratch.0, None).clear().expect("an empty cache");
    let lost = get(&world(&scratch, &server, locked), &address);
    assert_eq!(lost, Err("not what the lock file says it was".to_owned()));
}

#[test]
fn pages_are_kept_unless_they_are_behind_a_login() {
    let scratch = Scratch::new("pages");
    let server = Server::start(|seen, out| match seen.target.as_str() {
        "/old" => answer(out, "301 Moved", "Location: /new\r\n", b""),
        _ => answer(out, "200 OK", "Content-Type: text/html; Charset=\"GBK\"\r\n", b"<p>"),
    });
    let address = server.at("/old");
    let secret = |options: &mut WorldOptions| {
        (options.named, options.headers) = (vec![address.clone()], vec!["Authorization: Bearer x".to_owned()]);
    };
    let open = |_: &mut WorldOptions| {};
    let page = |world: World| world.fetch(Request::page(&address)).expect("a page");
    let body = page(world(&scratch, &server, secret));
    assert_eq!((body.charset.as_deref(), body.moved_to), (Some("GBK"), Some(server.at("/new"))));
    assert_eq!(scratch.files().len(), 0);
    assert!(server.log().iter().all(|seen| seen.headers["authorization"] == "Bearer x"));
    assert!(server.log().iter().all(|seen| seen.headers["accept"].starts_with("text/html")));
    let body = page(world(&scratch, &server, open));
    assert_eq!((server.hits(), page(world(&scratch, &server, open)), server.hits()), (4, body, 4));
    assert!(!server.log()[3].headers.contains_key("authorization"));
    // What everybody sees of it, which is kept by now, is not what this user asks for; it is better than nothing.
    page(world(&scratch, &server, secret));
    assert_eq!((server.hits(), server.log()[4].headers.contains_key("authorization")), (6, true));
    page(world(&scratch, &server, |options| (secret(options), options.offline = true).0));
    assert_eq!(server.hits(), 6);
}

#[test]
fn what_the_user_adds_goes_to_no_other_host() {
    let other = Server::of(b"elsewhere");
    let to = other.at("/");
    let server = Server::start(move |_, out| answer(out, "302 Found", &format!("Location: {to}\r\n"), b""));
    let options = WorldOptions {
        allow_net: vec![server.address.to_string(), other.address.to_string()],
        headers: vec!["X-Secret: 1".to_owned()],
        named: vec![server.at("/")],
        ..WorldOptions::default()
    };
    let world = World::new(options).expect("a world");
    assert!(world.fetch(Request::page(&server.at("/"))).is_ok());
    assert!(server.log()[0].headers.contains_key("x-secret"));
    assert!(!other.log()[0].headers.contains_key("x-secret"));
    assert!(world.fetch(Request::picture(&server.at("/x.png"))).is_ok());
    assert!(!server.log()[1].headers.contains_key("x-secret"));
    // A page that a feed lists is not one that the user named.
    assert!(world.fetch(Request::page(&other.at("/listed"))).is_ok());
    assert!(other.log().iter().all(|seen| !seen.headers.contains_key("x-secret")));
}

#[test]
fn a_damaged_archive_brings_nothing_that_is_not_what_its_name_says() {
    let scratch = Scratch::new("mutated");
    let from = Cache::new(scratch.0.join("from"), None);
    for n in 0..4 {
        keep(&from, &format!("https://a.example/{n}"), &format!("body {n}"));
    }
    let mut archive = Vec::new();
    from.export(&mut archive).expect("an archive");
    let mut state = 11_u64;
    let mut chance = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for round in 0..150 {
        let mut bytes = archive.clone();
        for _ in 0..1 + chance(6) {
            let at = chance(bytes.len());
            match chance(3) {
                0 => bytes[at] ^= 1 << chance(8),
                1 => bytes.truncate(at.max(1)),
                _ => bytes[at] = b"0/.7\0"[chance(5)],
            }
        }
        let to = Cache::new(scratch.0.join(format!("to{round}")), None);
        let _ = to.import(&mut bytes.as_slice());
        let (_, damaged) = to.verify();
        assert_eq!(damaged, 0, "round {round}");
        for listed in to.list() {
            let number = listed.address.rsplit('/').next().expect("a number");
            let body = remembered(&to, &listed.address);
            assert!(body.is_none_or(|body| body == format!("body {number}")), "round {round}");
        }
    }
}
