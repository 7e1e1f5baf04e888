//! The outside world of a build: one door for all kinds of addresses.

use std::path::PathBuf;

use url::Url;

use super::disk::Roots;
use super::http::{self, Http};
use super::policy::AllowNet;
use super::{Body, Failure, FailureKind, Fetch, Request, data};
use crate::diag::{Error, ErrorKind};

/// What the user decided about the outside world.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorldOptions {
    /// No socket is opened.
    pub offline: bool,
    /// Folders that pictures may be read from: those of the inputs, and of the cover.
    pub roots: Vec<PathBuf>,
    /// `HOST:PORT` entries outside the public network that may be asked.
    pub allow_net: Vec<String>,
    /// The address of a proxy that everything goes through, `http://…` or `socks5://…`.
    pub proxy: Option<String>,
    /// How long to wait and how much to ask.
    pub limits: http::Limits,
}

/// The outside world: files under the roots, `data:` addresses and, unless it is offline, the web.
#[derive(Debug)]
pub struct World {
    roots: Roots,
    /// `None` is offline: there is nothing that could open a socket.
    http: Option<Http>,
}

impl World {
    /// A world with these options. Reads nothing and opens nothing yet.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`], if an entry of `allow_net` or the proxy is malformed.
    pub fn new(options: WorldOptions) -> Result<Self, Error> {
        let allow = AllowNet::parse(options.allow_net.iter().map(String::as_str)).map_err(|entry| {
            let entry = crate::diag::printable(&entry, 120);
            Error::new(ErrorKind::Usage, format!("--allow-net {entry}: not HOST:PORT"))
                .hint("as in --allow-net nas.local:80")
        })?;
        let proxy = options.proxy.as_deref().map(http::Proxy::parse).transpose().map_err(|reason| {
            Error::new(ErrorKind::Usage, format!("--proxy: {reason}")).hint("as in --proxy socks5://127.0.0.1:9050")
        })?;
        let http = (!options.offline).then(|| Http::new(http::Options { allow, proxy, limits: options.limits }));
        Ok(Self { roots: Roots::new(options.roots), http })
    }
}

impl Fetch for World {
    fn fetch(&self, request: Request<'_>) -> Result<Body, Failure> {
        if data::is_data(request.address) {
            return data::decode(request.address, request.limit);
        }
        let url = Url::parse(request.address)
            .map_err(|error| Failure::new(FailureKind::Refused, format!("malformed address: {error}")))?;
        match (url.scheme(), &self.http) {
            ("file", _) => {
                let bytes = self.roots.read(&url, request.limit)?;
                Ok(Body { bytes: bytes.into(), media_type: None })
            }
            ("http" | "https", None) => Err(Failure::new(FailureKind::Refused, "no network (--offline)")),
            ("http" | "https", Some(http)) => http.fetch(request),
            (scheme, _) => {
                let scheme = crate::diag::printable(scheme, 20);
                Err(Failure::new(FailureKind::Refused, format!("refused: {scheme}: is not http or https")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(world: &World, address: &str) -> Result<usize, String> {
        let body = world.fetch(Request { address, limit: 1000 });
        body.map(|body| body.bytes.len()).map_err(|failure| failure.reason)
    }

    #[test]
    fn each_kind_of_address_has_its_door() {
        let offline = World::new(WorldOptions { offline: true, ..WorldOptions::default() }).expect("a world");
        assert_eq!(reason(&offline, "https://example.com/x.png"), Err("no network (--offline)".to_owned()));
        assert_eq!(reason(&offline, "data:image/png;base64,AAAA"), Ok(3));
        assert_eq!(reason(&offline, "file:///x.png"), Err("refused: outside the input folder".to_owned()));
        assert_eq!(reason(&offline, "ftp://example.com/"), Err("refused: ftp: is not http or https".to_owned()));
        assert!(reason(&offline, "x.png").is_err());
        let online = World::new(WorldOptions::default()).expect("a world");
        assert_eq!(
            reason(&online, "http://127.0.0.1:9/x.png"),
            Err("refused: 127.0.0.1 is a loopback address".to_owned())
        );
    }

    #[test]
    fn wrong_options_are_the_user_s() {
        let allow = World::new(WorldOptions { allow_net: vec!["nas".to_owned()], ..WorldOptions::default() });
        assert_eq!(allow.expect_err("no port").exit_code(), 2);
        let proxy = World::new(WorldOptions { proxy: Some("ftp://x".to_owned()), ..WorldOptions::default() });
        assert_eq!(proxy.expect_err("no such kind").exit_code(), 2);
    }
}
