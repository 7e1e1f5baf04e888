//! The client against servers on loopback that misbehave in one way each.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::super::loopback::{Server, answer};
use super::super::policy::AllowNet;
use super::super::{Body, Failure, FailureKind, Fetch, Request};
use super::resolve::Lookup;
use super::{Http, Limits, Options, Proxy};

/// Limits small enough for tests; what they do is the same.
fn quick() -> Limits {
    Limits {
        connect: Duration::from_millis(800),
        idle: Duration::from_millis(400),
        address: Duration::from_millis(1500),
        interval: Duration::ZERO,
        backoff: Duration::from_millis(40),
        ..Limits::default()
    }
}

fn client(open: &[&Server]) -> Http {
    client_with(open, quick())
}

fn client_with(open: &[&Server], limits: Limits) -> Http {
    let open: Vec<_> = open.iter().map(|server| server.address.to_string()).collect();
    let allow = AllowNet::parse(open.iter().map(String::as_str)).expect("addresses");
    Http::new(Options { allow, limits, ..Options::default() })
}

fn get(http: &Http, address: &str) -> Result<Body, Failure> {
    http.fetch(Request { limit: 100_000, ..Request::picture(address) })
}

fn reason(http: &Http, address: &str) -> String {
    get(http, address).expect_err(address).reason
}

#[test]
fn a_body_comes_whole_and_the_request_says_little() {
    let server = Server::of(b"picture");
    let body = get(&client(&[&server]), &server.at("/a/b.png?x=1#frag")).expect("a body");
    assert_eq!((&*body.bytes, body.media_type.as_deref()), (&b"picture"[..], Some("image/png")));
    let seen = &server.log()[0];
    assert_eq!(seen.target, "/a/b.png?x=1");
    let mut names: Vec<_> = seen.headers.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["accept", "accept-encoding", "host", "user-agent"]);
    assert_eq!(seen.headers["user-agent"], "Offprint");
    assert_eq!(seen.headers["accept-encoding"], "identity");
}

#[test]
fn nothing_is_started_for_what_is_refused() {
    let http = Http::new(Options::default());
    assert_eq!(reason(&http, "http://[::1]/"), "refused: ::1 is a loopback address");
    assert!(http.engine.get().is_none());
}

#[test]
fn statuses() {
    let server = Server::start(|seen, out| {
        let status = seen.target.trim_start_matches('/').to_owned();
        answer(out, &format!("{status} X"), "", b"")
    });
    let http = client(&[&server]);
    for (status, kind, asked) in [
        ("404", FailureKind::Missing, 1),
        ("410", FailureKind::Missing, 1),
        ("403", FailureKind::Broken, 1),
        ("204", FailureKind::Broken, 1),
        ("304", FailureKind::Broken, 1),
        ("408", FailureKind::Broken, 3),
        ("429", FailureKind::Broken, 3),
        ("500", FailureKind::Broken, 3),
        ("503", FailureKind::Broken, 3),
    ] {
        let failure = get(&http, &server.at(&format!("/{status}"))).expect_err(status);
        assert_eq!((failure.reason, failure.kind), (format!("http status {status}"), kind));
        let log = server.log();
        assert_eq!(log.iter().filter(|seen| seen.target.ends_with(status)).count(), asked, "{status}");
    }
}

#[test]
fn what_passes_is_asked_for_again() {
    let server = Server::start(|seen, out| match (seen.target.as_str(), seen.before) {
        ("/503", 0 | 1) => answer(out, "503 Busy", "", b""),
        ("/reset", 0) => Ok(()),
        ("/429", 0) => answer(out, "429 Slow down", "Retry-After: 1\r\n", b""),
        ("/dated", 0) => {
            let (now, then) = ("Fri, 27 Nov 2020 22:00:59 GMT", "Fri, 27 Nov 2020 22:01:00 GMT");
            answer(out, "503 Busy", &format!("Date: {now}\r\nRetry-After: {then}\r\n"), b"")
        }
        _ => answer(out, "200 OK", "", b"at last"),
    });
    let http = client_with(&[&server], Limits { address: Duration::from_secs(10), ..quick() });
    for target in ["/503", "/reset"] {
        assert!(get(&http, &server.at(target)).is_ok(), "{target}");
    }
    for target in ["/429", "/dated"] {
        let begin = Instant::now();
        assert!(get(&http, &server.at(target)).is_ok(), "{target}");
        assert!(begin.elapsed() >= Duration::from_secs(1), "{target}: not heeded: {:?}", begin.elapsed());
    }
}

#[test]
fn a_server_that_asks_for_too_long_a_wait_is_given_up() {
    let server = Server::start(|_, out| answer(out, "429 Slow down", "Retry-After: 31\r\n", b""));
    let begin = Instant::now();
    assert_eq!(reason(&client(&[&server]), &server.at("/")), "http status 429, asks to wait 31 s");
    assert!(begin.elapsed() < Duration::from_secs(1));
    assert_eq!(server.hits(), 1);
}

#[test]
fn truncated_and_broken_bodies_are_no_bodies() {
    let server = Server::start(|seen, out| match seen.target.as_str() {
        "/short" => out.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"),
        "/chunk" => out.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"),
        "/bad-chunk" => out.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhalf\r\n"),
        "/no-http" => out.write_all(b"220 smtp.example ESMTP\r\n"),
        "/two-lengths" => out.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 9\r\n\r\nhalf"),
        _ => Ok(()),
    });
    let http = client_with(&[&server], Limits { failures: 9, ..quick() });
    for target in ["/short", "/chunk", "/bad-chunk"] {
        assert_eq!(reason(&http, &server.at(target)), "the answer broke off", "{target}");
    }
    for target in ["/no-http", "/two-lengths", "/nothing"] {
        assert_eq!(reason(&http, &server.at(target)), "the connection broke off", "{target}");
    }
    assert_eq!(server.log().iter().filter(|seen| seen.target == "/short").count(), 3);
}

#[test]
fn what_speaks_no_tls_is_named_so() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad request\r\n\r\n");
            let _ = io::copy(&mut stream, &mut io::sink());
        }
    });
    let allow = AllowNet::parse([address.as_str()]).expect("an address");
    let http = Http::new(Options { allow, limits: quick(), ..Options::default() });
    let reason = reason(&http, &format!("https://{address}/"));
    assert!(reason.starts_with("tls: "), "{reason}");
}

#[test]
fn too_much_is_not_taken() {
    let sent = Arc::new(AtomicUsize::new(0));
    let counted = sent.clone();
    let server = Server::start(move |seen, out| match seen.target.as_str() {
        "/declared" => {
            out.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n")?;
            counted.fetch_add(out.write(&[0; 100])?, Ordering::SeqCst);
            Ok(())
        }
        _ => {
            out.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
            loop {
                counted.fetch_add(out.write(&[0; 4096])?, Ordering::SeqCst);
            }
        }
    });
    let http = client(&[&server]);
    assert_eq!(reason(&http, &server.at("/declared")), "longer than the limit of 100000 bytes");
    assert_eq!(reason(&http, &server.at("/endless")), "longer than the limit of 100000 bytes");
    // What the kernel buffers on both sides is sent, but no more.
    assert!(sent.load(Ordering::SeqCst) < 32 << 20);
    let http = client_with(&[&server], Limits { bytes: 50_000, ..quick() });
    assert_eq!(reason(&http, &server.at("/endless")), "the limit for all downloads is used up");
}

#[test]
fn compressed_bodies_are_refused() {
    let server = Server::start(|_, out| answer(out, "200 OK", "Content-Encoding: gzip\r\n", &[0x1F, 0x8B]));
    assert_eq!(reason(&client(&[&server]), &server.at("/")), "sent as gzip though nobody asked");
}

#[test]
fn a_drip_ends_with_the_address_time_and_silence_sooner() {
    let server = Server::start(|seen, out| {
        if seen.target == "/mute" {
            thread::sleep(Duration::from_secs(3));
            return Ok(());
        }
        out.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")?;
        let pause = if seen.target == "/drip" { 100 } else { 3000 };
        for _ in 0..1000 {
            out.write_all(b"x")?;
            thread::sleep(Duration::from_millis(pause));
        }
        Ok(())
    });
    let http = client(&[&server]);
    let begin = Instant::now();
    assert_eq!(reason(&http, &server.at("/drip")), "not complete after 1 s");
    assert!(begin.elapsed() < Duration::from_secs(3));
    assert_eq!(reason(&http, &server.at("/stall")), "no data for 0 s");
    assert_eq!(reason(&http, &server.at("/mute")), "no answer within 0 s");
}

#[test]
fn all_addresses_together_have_a_time() {
    let server = Server::start(|_, out| {
        thread::sleep(Duration::from_millis(300));
        answer(out, "200 OK", "", b"slow")
    });
    let http = client_with(&[&server], Limits { budget: Duration::from_millis(500), ..quick() });
    assert!(get(&http, &server.at("/1")).is_ok());
    assert_eq!(reason(&http, &server.at("/2")), "all addresses together took longer than 0.5 s");
}

#[test]
fn redirects_are_followed_a_few_times() {
    let server = Server::start(|seen, out| {
        let left: u32 = seen.target.trim_start_matches("/r/").parse().unwrap_or(0);
        match seen.target.as_str() {
            "/loop" => answer(out, "302 Found", "Location: /loop\r\n", b""),
            "/garbage" => answer(out, "302 Found", "Location: http://[\r\n", b""),
            "/file" => answer(out, "302 Found", "Location: file:///etc/passwd\r\n", b""),
            "/user" => answer(out, "302 Found", "Location: http://u:p@example.com/\r\n", b""),
            "/gone" => answer(out, "302 Found", "Location: /404\r\n", b""),
            "/404" => answer(out, "404 Not found", "", b""),
            _ if left > 0 => answer(out, "307 Moved", &format!("Location: /r/{}\r\n", left - 1), b""),
            _ => answer(out, "200 OK", "", b"end"),
        }
    });
    let http = client(&[&server]);
    assert!(get(&http, &server.at("/r/5")).is_ok());
    assert_eq!(reason(&http, &server.at("/r/6")), "more than 5 redirects");
    assert_eq!(reason(&http, &server.at("/loop")), "more than 5 redirects");
    assert_eq!(
        reason(&http, &server.at("/file")),
        "redirected to file:///etc/passwd: refused: file: is not http or https"
    );
    assert!(reason(&http, &server.at("/user")).starts_with("redirected to http://example.com/: refused: a user name"));
    assert!(reason(&http, &server.at("/garbage")).starts_with("redirected to a malformed address"));
    assert_eq!(reason(&http, &server.at("/gone")), format!("redirected to {}: http status 404", server.at("/404")));
    assert!(
        server.log().iter().all(|seen| !seen.headers.contains_key("referer") && !seen.headers.contains_key("cookie"))
    );
}

/// How many of something are under way, and how many at most were.
#[derive(Clone, Default)]
struct Gauge(Arc<(AtomicUsize, AtomicUsize)>);

impl Gauge {
    fn begin(&self) {
        let now = self.0.0.fetch_add(1, Ordering::SeqCst) + 1;
        self.0.1.fetch_max(now, Ordering::SeqCst);
    }

    fn end(&self) {
        self.0.0.fetch_sub(1, Ordering::SeqCst);
    }

    fn most(&self) -> usize {
        self.0.1.load(Ordering::SeqCst)
    }
}

#[test]
fn at_most_eight_requests_at_once_and_four_to_a_host() {
    let slow = |gauges: [Gauge; 2]| {
        Server::start(move |_, out| {
            gauges.iter().for_each(Gauge::begin);
            thread::sleep(Duration::from_millis(20));
            // Before the answer: after its last byte the next request may come at any time.
            gauges.iter().for_each(Gauge::end);
            answer(out, "200 OK", "", b"x")
        })
    };
    let (all, own) = (Gauge::default(), [(); 3].map(|()| Gauge::default()));
    let servers: Vec<_> = own.iter().map(|own| slow([all.clone(), own.clone()])).collect();
    let open: Vec<_> = servers.iter().collect();
    let http = client_with(&open, Limits { address: Duration::from_secs(20), ..quick() });
    thread::scope(|scope| {
        for n in 0..30 {
            let (http, server) = (&http, &servers[n % 3]);
            scope.spawn(move || {
                for m in 0..7 {
                    get(http, &server.at(&format!("/{n}/{m}"))).expect("a body");
                }
            });
        }
    });
    let most = own.each_ref().map(Gauge::most);
    assert!(most.iter().all(|&most| most <= 4) && all.most() <= 8, "{most:?}, {}", all.most());
    assert_eq!(servers.iter().map(|server| server.log().len()).sum::<usize>(), 210);
}

#[test]
fn requests_to_a_host_begin_apart() {
    let server = Server::of(b"x");
    let http = client_with(&[&server], Limits { interval: Duration::from_millis(60), ..quick() });
    let begin = Instant::now();
    for n in 0..4 {
        get(&http, &server.at(&format!("/{n}"))).expect("a body");
    }
    assert!(begin.elapsed() >= Duration::from_millis(180));
}

#[test]
fn a_host_that_does_not_answer_is_left_alone() {
    let closed = {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        listener.local_addr().expect("an address")
    };
    let allow = AllowNet::parse([closed.to_string().as_str()]).expect("an address");
    let limits = Limits { backoff: Duration::from_millis(300), ..quick() };
    let http = Http::new(Options { allow, limits, ..Options::default() });
    for n in 0..2 {
        assert_eq!(reason(&http, &format!("http://{closed}/{n}")), "cannot connect: connection refused");
    }
    let begin = Instant::now();
    let alone = "the host is left alone after 5 failures: cannot connect: connection refused";
    for n in 0..100 {
        assert_eq!(reason(&http, &format!("http://{closed}/more/{n}")), alone);
    }
    assert!(begin.elapsed() < Duration::from_millis(200), "{:?}", begin.elapsed());
}

#[test]
fn a_host_whose_answers_never_end_is_left_alone() {
    let server = Server::start(|seen, out| match seen.target.as_str() {
        "/good" => answer(out, "200 OK", "", b"good"),
        "/error" => answer(out, "500 Internal Server Error", "", b""),
        "/reset" => Ok(()),
        _ => out.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"),
    });
    let http = client(&[&server]);
    // What comes whole in between makes good for all before; what a host says of itself is no failure.
    for target in ["/1", "/2", "/3", "/reset", "/good", "/4", "/5", "/error", "/6", "/reset", "/7", "/8", "/9"] {
        let reason = get(&http, &server.at(target)).err().map(|failure| failure.reason);
        assert!(!reason.is_some_and(|reason| reason.contains("alone")), "{target}");
    }
    let hits = server.hits();
    assert_eq!(reason(&http, &server.at("/good")), "the host is left alone after 5 failures: the answer broke off");
    assert_eq!(server.hits(), hits);
}

/// A name service whose answers are given.
#[derive(Debug)]
struct Names {
    /// Answers by name, one list a look-up, the last for ever.
    answers: BTreeMap<&'static str, Vec<Vec<IpAddr>>>,
    asked: AtomicUsize,
}

impl Lookup for Names {
    fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        let n = self.asked.fetch_add(1, Ordering::SeqCst);
        let answers = self.answers.get(name).ok_or(io::ErrorKind::NotFound)?;
        Ok(answers[n.min(answers.len() - 1)].clone())
    }
}

fn named(answers: &[(&'static str, &[&[&str]])]) -> Arc<Names> {
    let parse = |list: &&[&str]| list.iter().map(|ip| ip.parse().expect("an address")).collect();
    let answers = answers.iter().map(|(name, lists)| (*name, lists.iter().map(parse).collect())).collect();
    Arc::new(Names { answers, asked: AtomicUsize::new(0) })
}

#[test]
fn answers_of_the_name_service_are_judged_and_no_other_is_dialled() {
    let twin = Server::of(b"private");
    let port = twin.address.port();
    let names = named(&[
        ("private.example", &[&["127.0.0.1"]]),
        ("mapped.example", &[&["::ffff:127.0.0.1"]]),
        ("nat64.example", &[&["64:ff9b::127.0.0.1"]]),
        ("six.example", &[&["::1"]]),
        ("zero.example", &[&["0.0.0.0"]]),
        ("fake.example", &[&["198.18.0.7"]]),
        // The first answer is public and dead, a second look-up would give the twin.
        ("changing.example", &[&["192.0.2.1", "127.0.0.1"], &["127.0.0.1"]]),
    ]);
    let http = Http::with_lookup(Options { limits: quick(), ..Options::default() }, names);
    let at = |host: &str| format!("http://{host}:{port}/x.png");
    assert_eq!(reason(&http, &at("private.example")), "refused: 127.0.0.1 is a loopback address");
    assert_eq!(reason(&http, &at("mapped.example")), "refused: ::ffff:127.0.0.1 is an IPv4-mapped address");
    assert!(reason(&http, &at("nat64.example")).starts_with("refused: "));
    assert!(reason(&http, &at("six.example")).starts_with("refused: "));
    assert!(reason(&http, &at("zero.example")).starts_with("refused: "));
    let fake = get(&http, &at("fake.example")).expect_err("a fake address");
    assert!(fake.hint.expect("a hint").contains("proxy"));
    assert!(reason(&http, &at("changing.example")).starts_with("refused: "));
    assert_eq!(reason(&http, &at("unknown.example")), "cannot find the host");
    assert_eq!(twin.hits(), 0);
}

#[test]
fn a_name_that_changes_its_answer_never_reaches_a_private_address() {
    let twin = Server::of(b"private");
    let port = twin.address.port();
    // A public address that nothing answers at, then the twin: what is dialled is what was judged.
    let names = named(&[("rebind.example", &[&["240.0.0.1"], &["203.0.113.9"], &["127.0.0.1"]])]);
    let http = Http::with_lookup(Options { limits: quick(), ..Options::default() }, names);
    for _ in 0..5 {
        assert!(get(&http, &format!("http://rebind.example:{port}/")).is_err());
    }
    assert_eq!(twin.hits(), 0);
}

/// Ways to write an address of this machine, or of its network.
const PRIVATE: [&str; 48] = [
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "127.0.0.1.",
    "127.255.255.254",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0X7F.0.0.1",
    "0x7f.0x0.0x0.0x1",
    "017700000001",
    "0177.1",
    "0177.0.0.01",
    "0",
    "0.0.0.0",
    "0x0",
    "%31%32%37.0.0.1",
    "１２７.０.０.１",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:127.0.0.1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]",
    "[2001:0:7f00:1::]",
    "[fe80::1]",
    "[fd00::1]",
    "localhost",
    "localhost.",
    "LOCALHOST",
    "ｌｏｃａｌｈｏｓｔ",
    "x.localhost",
    "ip6-localhost",
    "host.local",
    "metadata.google.internal",
    "user@127.0.0.1",
    "user:password@localhost",
    "public.example@127.0.0.1",
    "10.0.0.1",
    "169.254.169.254",
    "192.168.0.1",
];

#[test]
fn private_targets_reach_nobody_however_they_are_written() {
    let twin = Server::of(b"private");
    let port = twin.address.port();
    // A name service that would lead everything to the twin.
    #[derive(Debug)]
    struct Traitor;
    impl Lookup for Traitor {
        fn addresses(&self, _: &str) -> io::Result<Vec<IpAddr>> {
            Ok(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)])
        }
    }
    let front = Server::start(move |seen, out| {
        let to = seen.target.trim_start_matches('/');
        answer(out, "302 Found", &format!("Location: http://{to}:{port}/\r\n"), b"")
    });
    let allow = AllowNet::parse([front.address.to_string().as_str()]).expect("an address");
    let http = Http::with_lookup(Options { allow, limits: quick(), ..Options::default() }, Arc::new(Traitor));
    for host in PRIVATE.iter().chain(&["public.example"]) {
        let direct = reason(&http, &format!("http://{host}:{port}/x.png"));
        assert!(direct.starts_with("refused: "), "{host}: {direct}");
        let reason = reason(&http, &front.at(&format!("/{host}")));
        assert!(reason.starts_with("redirected to "), "{host}: {reason}");
        assert!(reason.contains("refused: ") || reason.contains("malformed"), "{host}: {reason}");
    }
    assert_eq!(twin.hits(), 0);
}

#[test]
fn redirects_to_names_of_private_targets_reach_nobody() {
    let twin = Server::of(b"private");
    let port = twin.address.port();
    let front = Server::start(move |seen, out| {
        let host = seen.target.trim_start_matches('/');
        answer(out, "302 Found", &format!("Location: http://{host}:{port}/x.png\r\n"), b"")
    });
    let names = named(&[("inside.example", &[&["127.0.0.1"]]), ("localhost", &[&["127.0.0.1"]])]);
    let allow = AllowNet::parse([front.address.to_string().as_str()]).expect("an address");
    let http = Http::with_lookup(Options { allow, limits: quick(), ..Options::default() }, names);
    for host in ["localhost", "localhost.", "inside.example", "127.0.0.1%2F"] {
        let reason = reason(&http, &front.at(&format!("/{host}")));
        assert!(reason.contains("refused: ") || reason.contains("malformed"), "{host}: {reason}");
        assert!(reason.starts_with("redirected to "), "{host}: {reason}");
    }
    assert_eq!(twin.hits(), 0);
}

#[test]
fn with_a_proxy_nothing_is_resolved_or_dialled_here() {
    let proxy = Server::start(|seen, out| answer(out, "200 OK", "", seen.target.as_bytes()));
    let names = named(&[]);
    let through = |address: &str| Options {
        proxy: Some(Proxy::parse(address).expect("a proxy")),
        limits: quick(),
        ..Options::default()
    };
    let http = Http::with_lookup(through(&proxy.address.to_string()), names.clone());
    let body = get(&http, "http://pictures.example/x.png").expect("a body");
    assert_eq!(&*body.bytes, b"http://pictures.example/x.png");
    for private in ["http://localhost/", "http://127.0.0.1/", "http://nas.local/", "http://10.0.0.1/"] {
        assert!(reason(&http, private).starts_with("refused: "), "{private}");
    }
    // A proxy that is down is not gone around.
    let down = Http::with_lookup(through("socks5://127.0.0.1:1"), names.clone());
    let reason = reason(&down, "http://pictures.example/x.png");
    assert!(reason.starts_with("cannot connect to the proxy: "), "{reason}");
    assert_eq!(names.asked.load(Ordering::SeqCst), 0);
    assert_eq!(proxy.hits(), 1);
}

#[test]
fn proxies_are_understood_or_refused() {
    for good in ["127.0.0.1:8080", "http://u:p@host:1", "https://host", "socks5://host:1", "socks5h://host:1"] {
        assert!(Proxy::parse(good).is_ok(), "{good}");
    }
    for wrong in ["ftp://host", "socks4://host:1", "http://", "http://host:port"] {
        assert!(Proxy::parse(wrong).is_err(), "{wrong}");
    }
}
