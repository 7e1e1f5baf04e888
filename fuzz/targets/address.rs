//! Any bytes as addresses, a line each: none that the policy lets through leads to this machine or a private network.

use std::net::{IpAddr, Ipv4Addr};

use offprint::fetch::policy::{AllowNet, check};

pub fn run(data: &[u8]) {
    let allow = AllowNet::default();
    for line in String::from_utf8_lossy(data).lines() {
        let Ok(url) = url::Url::parse(line) else { continue };
        if check(&url, &allow).is_err() {
            continue;
        }
        assert!(matches!(url.scheme(), "http" | "https"), "{url}");
        assert!(url.username().is_empty() && url.password().is_none(), "{url}");
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_ascii_lowercase();
        assert!(!host.is_empty() && host != "localhost" && !host.ends_with(".localhost"), "{url}");
        match host.parse::<IpAddr>() {
            Ok(IpAddr::V4(ip)) => assert!(public(ip), "{url}"),
            Ok(IpAddr::V6(ip)) => {
                assert!(!ip.is_loopback() && !ip.is_unspecified() && ip.to_ipv4().is_none_or(public), "{url}");
                let first = ip.segments()[0];
                assert!(first & 0xFE00 != 0xFC00 && first & 0xFFC0 != 0xFE80, "{url}");
            }
            Err(_) => {}
        }
    }
}

fn public(ip: Ipv4Addr) -> bool {
    !(ip.is_loopback() || ip.is_private() || ip.is_link_local() || ip.is_unspecified() || ip.is_broadcast())
}
