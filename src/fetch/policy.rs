//! Which addresses of the network may be asked for.
//!
//! A page must not be able to make the builder ask machines that only the builder can reach: its own services, its
//! neighbours, a cloud's metadata service. So an address is checked as it is written, and every answer of the name
//! service is checked before it is dialled; only what [`AllowNet`] names is exempt.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use super::{Failure, FailureKind};

/// Hosts and ports that may be asked whatever their address (`--allow-net HOST:PORT`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllowNet {
    /// Hosts as [`Url`] writes them.
    open: BTreeSet<(String, u16)>,
}

/// What the policy says of an address that may be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Only if it is at a public address.
    Public,
    /// Wherever it is: the user named it.
    Anywhere,
}

impl AllowNet {
    /// Reads `HOST:PORT` entries; the port is needed, an IPv6 address stands in brackets.
    ///
    /// # Errors
    /// The first entry that is not of that form.
    pub fn parse<'a>(entries: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let open = entries.into_iter().map(|entry| parse_entry(entry).ok_or_else(|| entry.to_owned()));
        Ok(Self { open: open.collect::<Result<_, _>>()? })
    }

    fn names(&self, url: &Url) -> bool {
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else { return false };
        self.open.contains(&(host.to_owned(), port))
    }
}

fn parse_entry(entry: &str) -> Option<(String, u16)> {
    let (host, port) = entry.rsplit_once(':')?;
    let port = port.parse().ok()?;
    let url = Url::parse(&format!("http://{host}/")).ok()?;
    let plain = url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.port().is_none();
    let plain = plain && url.username().is_empty() && url.password().is_none();
    plain.then_some((url.host_str()?.to_owned(), port))
}

/// Whether an address may be asked for, and where it may then be.
///
/// # Errors
/// [`FailureKind::Refused`], naming what is wrong with it.
pub fn check(url: &Url, allow: &AllowNet) -> Result<Reach, Failure> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(refused(format!("{}: is not http or https", url.scheme())));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refused("a user name or password in the address"));
    }
    if allow.names(url) {
        return Ok(Reach::Anywhere);
    }
    match url.host() {
        Some(Host::Ipv4(ip)) => check_answer(IpAddr::V4(ip)).map(|()| Reach::Public),
        // Written out, the forms that carry an IPv4 address have no honest use.
        Some(Host::Ipv6(ip)) if is_nat64(ip) => Err(refused_address(IpAddr::V6(ip), "a NAT64 address")),
        Some(Host::Ipv6(ip)) => check_answer(IpAddr::V6(ip)).map(|()| Reach::Public),
        Some(Host::Domain(name)) if is_local_name(name) => {
            Err(refused(format!("{name} is a name of a local network")).hint(OPEN_HINT))
        }
        Some(Host::Domain(_)) => Ok(Reach::Public),
        None => Err(refused("no host in the address")),
    }
}

/// Whether an address of [`Reach::Public`] may be at `ip`.
///
/// # Errors
/// [`FailureKind::Refused`], naming the address and its kind.
pub fn check_answer(ip: IpAddr) -> Result<(), Failure> {
    let kind = match ip {
        IpAddr::V4(ip) => not_public_v4(ip),
        IpAddr::V6(ip) => not_public_v6(ip),
    };
    kind.map_or(Ok(()), |kind| Err(refused_address(ip, kind)))
}

const OPEN_HINT: &str = "--allow-net HOST:PORT opens one";

const FAKE_HINT: &str = "a local proxy that answers with fake addresses may be the reason: \
                         name it with --proxy, or open the host with --allow-net HOST:PORT";

fn refused(what: impl std::fmt::Display) -> Failure {
    Failure::new(FailureKind::Refused, format!("refused: {what}"))
}

fn refused_address(ip: IpAddr, kind: &str) -> Failure {
    let fake = matches!(ip, IpAddr::V4(ip) if matches!(ip.octets(), [198, 18 | 19, ..]));
    refused(format!("{ip} is {kind}")).hint(if fake { FAKE_HINT } else { OPEN_HINT })
}

/// Names that never belong to the public name service (RFC 6761, 6762, 8375, 9476; `lan` and the others by custom).
fn is_local_name(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let last = name.rsplit('.').next().unwrap_or(name);
    let single = !name.contains('.');
    single
        || matches!(last, "localhost" | "local" | "internal" | "intranet" | "lan" | "corp" | "home" | "localdomain")
        || name == "home.arpa"
        || name.ends_with(".home.arpa")
}

/// What keeps an IPv4 address from being public: the IANA special-purpose registry (RFC 6890), multicast, class E.
fn not_public_v4(ip: Ipv4Addr) -> Option<&'static str> {
    Some(match ip.octets() {
        [0, ..] => "an unspecified address",
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => "a private address",
        [127, ..] => "a loopback address",
        [169, 254, ..] => "a link-local address",
        // Alibaba Cloud's and Azure's metadata and host services stand in public ranges.
        [100, 100, 100, 200] | [168, 63, 129, 16] => "a cloud's metadata address",
        [100, 64..=127, ..] => "a carrier's private address",
        [192, 0, 0, _] | [192, 88, 99, _] => "a reserved address",
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => "a documentation address",
        [198, 18 | 19, ..] => "an address of the benchmark range 198.18.0.0/15",
        [224..=239, ..] => "a multicast address",
        [240..=255, ..] => "a reserved address",
        _ => return None,
    })
}

/// What keeps an IPv6 address from being public. Global unicast is 2000::/3 (RFC 4291); what carries an IPv4 address
/// is judged by it where a network translates (NAT64), and refused elsewhere.
fn not_public_v6(ip: Ipv6Addr) -> Option<&'static str> {
    let segments = ip.segments();
    if let [0x64, 0xff9b, 0, 0, 0, 0, high, low] = segments {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        return not_public_v4(Ipv4Addr::new(a, b, c, d));
    }
    Some(match segments {
        [0, 0, 0, 0, 0, 0, 0, 0] => "an unspecified address",
        [0, 0, 0, 0, 0, 0, 0, 1] => "a loopback address",
        [0, 0, 0, 0, 0, 0xffff, ..] => "an IPv4-mapped address",
        [0, ..] => "an IPv4-compatible address",
        [0x64, 0xff9b, ..] => "a NAT64 address",
        [0xfc00..=0xfdff, ..] => "a private address",
        [0xfe80..=0xfebf, ..] => "a link-local address",
        [0xfec0..=0xfeff, ..] => "a site-local address",
        [0xff00..=0xffff, ..] => "a multicast address",
        [0x2002, ..] => "a 6to4 address",
        [0x2001, 0, ..] => "a Teredo address",
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0x0fff, ..] => "a documentation address",
        [0x2001, 0..=0x01ff, ..] => "a reserved address",
        [0x2000..=0x3fff, ..] => return None,
        _ => "a reserved address",
    })
}

fn is_nat64(ip: Ipv6Addr) -> bool {
    matches!(ip.segments(), [0x64, 0xff9b, ..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(address: &str) -> Result<Reach, String> {
        let url = Url::parse(address).map_err(|error| error.to_string())?;
        check(&url, &AllowNet::default()).map_err(|failure| failure.reason)
    }

    #[test]
    fn private_targets_are_refused_in_every_spelling() {
        let hosts = [
            "127.0.0.1",
            "127.1",
            "127.0.1",
            "2130706433",
            "0x7f000001",
            "0x7f.1",
            "0x7f.0x0.0x0.0x1",
            "017700000001",
            "0177.0.0.1",
            "0177.1",
            "127.0.0.1.",
            "127.255.255.254",
            "0",
            "0.0.0.0",
            "00",
            "0x0",
            "１２７.０.０.１",
            "①②⑦.⓪.⓪.①",
            "127。0。0。1",
            "%31%32%37.0.0.1",
            "[::1]",
            "[::]",
            "[0:0:0:0:0:0:0:1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[::127.0.0.1]",
            "[64:ff9b::7f00:1]",
            "[64:ff9b::127.0.0.1]",
            "[64:ff9b:1::1]",
            "[2002:7f00:1::]",
            "[2002:7f00:1::1]",
            "[2001:0:7f00:1::]",
            "[fe80::1]",
            "[fc00::1]",
            "[fd12:3456::1]",
            "[fec0::1]",
            "[ff02::1]",
            "[2001:db8::1]",
            "10.0.0.1",
            "10.1",
            "0xa.1",
            "012.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.0.1",
            "192.168.257",
            "3232235777",
            "169.254.169.254",
            "2852039166",
            "0xA9FEA9FE",
            "0251.0376.0251.0376",
            "[::ffff:169.254.169.254]",
            "100.64.0.1",
            "100.100.100.200",
            "168.63.129.16",
            "198.18.0.1",
            "192.0.0.170",
            "224.0.0.1",
            "255.255.255.255",
            "localhost",
            "LOCALHOST",
            "localhost.",
            "a.localhost",
            "printer.local",
            "router.lan",
            "metadata.google.internal",
            "intranet",
            "nas.home.arpa",
            "ｌｏｃａｌｈｏｓｔ",
        ];
        for host in hosts {
            let refusal = verdict(&format!("http://{host}:8080/x.png")).expect_err(host);
            assert!(refusal.starts_with("refused: "), "{host}: {refusal}");
        }
    }

    #[test]
    fn public_targets_are_not() {
        for host in
            ["example.com", "1.1.1.1", "172.15.0.1", "172.32.0.1", "[2606:4700::1111]", "例子.测试", "i0.wp.com"]
        {
            assert_eq!(verdict(&format!("https://{host}/x.png")), Ok(Reach::Public), "{host}");
        }
    }

    #[test]
    fn only_the_web_and_no_passwords() {
        assert_eq!(verdict("ftp://example.com/x.png"), Err("refused: ftp: is not http or https".to_owned()));
        assert!(verdict("http://user@example.com/").is_err());
        assert!(verdict("http://:secret@example.com/").is_err());
        assert!(verdict("http://example.com@127.0.0.1/").is_err());
    }

    #[test]
    fn answers_of_the_name_service_are_judged_alike() {
        let answer = |text: &str| check_answer(text.parse().expect("an address")).map_err(|failure| failure.reason);
        assert_eq!(answer("10.0.0.7"), Err("refused: 10.0.0.7 is a private address".to_owned()));
        assert_eq!(answer("::ffff:10.0.0.7"), Err("refused: ::ffff:10.0.0.7 is an IPv4-mapped address".to_owned()));
        assert!(answer("64:ff9b::10.0.0.7").is_err());
        // A network without IPv4 reaches public hosts through such answers (RFC 6147).
        assert_eq!(answer("64:ff9b::1.1.1.1"), Ok(()));
        assert_eq!(answer("2606:4700::1111"), Ok(()));
    }

    #[test]
    fn a_fake_address_has_a_hint_that_says_so() {
        let failure = check_answer(IpAddr::V4(Ipv4Addr::new(198, 18, 3, 7))).expect_err("benchmark range");
        assert!(failure.reason.contains("198.18.3.7"));
        assert!(failure.hint.expect("a hint").contains("local proxy"));
    }

    #[test]
    fn what_the_user_names_is_open_on_that_port_only() {
        let allow = AllowNet::parse(["127.0.0.1:8750", "LocalHost:80", "[::1]:9"]).expect("three entries");
        let at = |address: &str| check(&Url::parse(address).expect("an address"), &allow);
        assert_eq!(at("http://127.0.0.1:8750/a"), Ok(Reach::Anywhere));
        assert_eq!(at("http://0x7f.1:8750/a"), Ok(Reach::Anywhere));
        assert_eq!(at("http://localhost/a"), Ok(Reach::Anywhere));
        assert_eq!(at("http://[::1]:9/a"), Ok(Reach::Anywhere));
        assert!(at("http://127.0.0.1:8751/a").is_err());
        assert!(at("https://localhost/a").is_err());
        for wrong in ["127.0.0.1", "host:", "host:99999", "host/path:80", "u@host:80", ":80", "http://host:80"] {
            assert_eq!(AllowNet::parse([wrong]), Err(wrong.to_owned()));
        }
    }

    /// Numbers that follow no pattern, the same each time.
    fn chance() -> impl FnMut(u32) -> u32 {
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        move |below| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as u32 % below
        }
    }

    #[test]
    fn no_number_of_a_private_network_passes_in_any_base() {
        let mut chance = chance();
        for _ in 0..5000 {
            let rest = chance(1 << 24);
            let address = match chance(5) {
                0 => 127 << 24 | rest,
                1 => 10 << 24 | rest,
                2 => 192 << 24 | 168 << 16 | rest & 0xFFFF,
                3 => 169 << 24 | 254 << 16 | rest & 0xFFFF,
                _ => 172 << 24 | (16 + (rest >> 20)) << 16 | rest & 0xFFFF,
            };
            // The last part holds what the others leave (inet_aton(3)).
            let parts = 1 + chance(4);
            let mut numbers: Vec<u32> = (1..parts).map(|part| address >> (32 - 8 * part) & 0xFF).collect();
            numbers.push(if parts == 1 { address } else { address & (u32::MAX >> (8 * (parts - 1))) });
            let written: Vec<String> = numbers
                .iter()
                .map(|number| match chance(4) {
                    0 => format!("0x{number:x}"),
                    1 => format!("0X{number:08X}"),
                    2 => format!("0{number:o}"),
                    _ => number.to_string(),
                })
                .collect();
            let host = written.join([".", "。", "%2E"][chance(3) as usize]);
            let refusal = verdict(&format!("http://{host}:8080/x.png"));
            assert!(refusal.is_err(), "{host}");
            let v4 = Ipv4Addr::from(address);
            for host in [format!("[::ffff:{v4}]"), format!("[64:ff9b::{v4}]"), format!("[::{v4}]")] {
                assert!(verdict(&format!("http://{host}/")).is_err(), "{host}");
            }
        }
    }

    #[test]
    fn whatever_is_written_is_judged() {
        let mut chance = chance();
        let pieces = [
            "http://",
            "https://",
            "//",
            "@",
            ":",
            "/",
            "[",
            "]",
            "127.0.0.1",
            "localhost",
            "%00",
            "。",
            "::",
            "0x7f",
            "a.example",
            "\\",
            "?",
            "#",
            " ",
            "\t",
            "１",
            "..",
            "\u{202E}",
            "xn--",
            "-",
            "99999",
        ];
        for _ in 0..20_000 {
            let text: String = (0..1 + chance(7)).map(|_| pieces[chance(pieces.len() as u32) as usize]).collect();
            let Ok(url) = Url::parse(&text) else { continue };
            if check(&url, &AllowNet::default()) == Ok(Reach::Public) {
                let host = url.host_str().unwrap_or_default();
                let last = host.trim_end_matches('.').rsplit('.').next();
                assert!(last != Some("localhost") && host.contains(['.', ':']), "{text}");
                let own = host.parse::<Ipv4Addr>().is_ok_and(|ip| ip.is_loopback() || ip.is_unspecified());
                assert!(!own && !matches!(host, "[::]" | "[::1]"), "{text}");
                assert!(url.username().is_empty() && matches!(url.scheme(), "http" | "https"), "{text}");
            }
        }
    }
}
