//! What the user adds to requests for pages: headers, and the cookies of a browser's session.

use url::Url;

/// Headers for pages behind a login. They go to the hosts that the user named, and to no other: a feed may list pages of
/// anybody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers {
    named: Vec<Url>,
    headers: Vec<(String, String)>,
    cookies: Vec<Cookie>,
}

/// A line of a cookie file.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Cookie {
    domain: String,
    subdomains: bool,
    path: String,
    secure: bool,
    name: String,
    value: String,
}

impl Headers {
    /// None yet, for the hosts of these addresses.
    pub fn for_hosts_of(named: Vec<Url>) -> Self {
        Self { named, ..Self::default() }
    }

    /// Adds a header as the user wrote it: `Name: value`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn add(&mut self, line: &str) -> Result<(), String> {
        // `Host` and what frames a message are not the user's to say.
        const OWN: [&str; 5] = ["host", "content-length", "transfer-encoding", "connection", "accept-encoding"];
        let (name, value) = line.split_once(':').ok_or("not of the form 'Name: value'")?;
        let (name, value) = (name.trim(), value.trim());
        let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        if name.is_empty() || !name.chars().all(token) {
            return Err("not a header's name before the colon".to_owned());
        }
        if value.chars().any(|c| c.is_control()) || !value.is_ascii() {
            return Err("the value holds characters that a header cannot".to_owned());
        }
        if OWN.contains(&name.to_ascii_lowercase().as_str()) {
            return Err(format!("{name} cannot be set"));
        }
        self.headers.push((name.to_owned(), value.to_owned()));
        Ok(())
    }

    /// Adds the cookies of a file in the form that browsers' extensions, curl and wget write: seven fields a line, with
    /// tabs between them. Lines of another form are left out.
    ///
    /// # Errors
    /// If there is no cookie in it.
    pub fn add_cookies(&mut self, file: &str) -> Result<(), String> {
        let before = self.cookies.len();
        for line in file.lines() {
            // Cookies that scripts may not see are written as comments.
            let line = line.strip_prefix("#HttpOnly_").unwrap_or(line);
            let fields: Vec<_> = line.split('\t').collect();
            let &[domain, subdomains, path, secure, _expires, name, value] = fields.as_slice() else { continue };
            if domain.starts_with('#') || name.is_empty() || (name.to_owned() + value).contains([';', '\r']) {
                continue;
            }
            self.cookies.push(Cookie {
                domain: domain.trim_start_matches('.').to_ascii_lowercase(),
                subdomains: subdomains.eq_ignore_ascii_case("true"),
                path: path.to_owned(),
                secure: secure.eq_ignore_ascii_case("true"),
                name: name.to_owned(),
                value: value.trim_end().to_owned(),
            });
        }
        if self.cookies.len() == before { Err("no cookies in it".to_owned()) } else { Ok(()) }
    }

    /// Whether anything is sent with a page.
    pub fn concern(&self, url: &Url) -> bool {
        !self.of(url).is_empty()
    }

    /// Those for a page.
    pub(super) fn of(&self, url: &Url) -> Vec<(String, String)> {
        // A cookie is for all hosts of its domain, if one of them was named.
        let named = |cookie: &Cookie| self.named.iter().any(|named| cookie.is_of_host(named));
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .filter(|cookie| named(cookie) && cookie.fits(url))
            .map(|cookie| format!("{}={}", cookie.name, cookie.value))
            .collect();
        let same_host = self.named.iter().any(|named| is_same_host(named, url));
        let mut headers = if same_host { self.headers.clone() } else { Vec::new() };
        if !cookies.is_empty() {
            headers.push(("Cookie".to_owned(), cookies.join("; ")));
        }
        headers
    }
}

/// Whether `url` is on the host that was named, as safely as it was named: from `http` to `https` is the same, not back.
fn is_same_host(named: &Url, url: &Url) -> bool {
    let port = match (named.port(), url.port()) {
        (None, None) => true,
        _ => named.port_or_known_default() == url.port_or_known_default(),
    };
    named.host() == url.host() && port && !(named.scheme() == "https" && url.scheme() == "http")
}

impl Cookie {
    fn is_of_host(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let below = host.strip_suffix(&self.domain).is_some_and(|rest| rest.ends_with('.'));
        host == self.domain || (self.subdomains && below)
    }

    /// RFC 6265 §5.4, without the time: whether a session is over is for the server to say.
    fn fits(&self, url: &Url) -> bool {
        let rest = url.path().strip_prefix(&self.path);
        let path = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || self.path.ends_with('/'));
        self.is_of_host(url) && path && (!self.secure || url.scheme() == "https")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(addresses: &[&str]) -> Headers {
        Headers::for_hosts_of(addresses.iter().map(|address| Url::parse(address).expect("an address")).collect())
    }

    fn of(headers: &Headers, address: &str) -> Vec<(String, String)> {
        headers.of(&Url::parse(address).expect("an address"))
    }

    #[test]
    fn headers_are_checked() {
        let mut headers = named(&["https://a.example/x"]);
        assert_eq!(headers.add("Authorization:  Bearer x "), Ok(()));
        for wrong in ["no colon", ": x", "a b: c", "x: a\nb", "x: 图", "Host: evil", "Content-Length: 3"] {
            assert!(headers.add(wrong).is_err(), "{wrong}");
        }
        assert_eq!(of(&headers, "https://a.example/"), [("Authorization".to_owned(), "Bearer x".to_owned())]);
    }

    #[test]
    fn cookies_go_where_they_belong() {
        let file = "# Netscape HTTP Cookie File\n\
            .a.example\tTRUE\t/\tFALSE\t0\tall\t1\n\
            a.example\tFALSE\t/deep\tFALSE\t0\tdeep\t2\n\
            #HttpOnly_a.example\tFALSE\t/\tTRUE\t0\tsafe\t3\r\n\
            b.example\tFALSE\t/\tFALSE\t0\tother\t4\n\
            a.example\tFALSE\t/\tFALSE\t0\tbad\tx;y\n";
        let mut headers = named(&["https://a.example/"]);
        assert_eq!(headers.add_cookies(file), Ok(()));
        let cookies = |address: &str| of(&headers, address).pop().map(|(_, value)| value).unwrap_or_default();
        assert_eq!(cookies("https://a.example/deep/x"), "all=1; deep=2; safe=3");
        assert_eq!(cookies("http://a.example/deeper"), "all=1");
        assert_eq!(cookies("http://www.a.example/deep"), "all=1");
        assert_eq!(cookies("http://eviла.example/"), "");
        assert_eq!(cookies("http://evila.example/"), "");
        // A browser's file has the cookies of every host; those of hosts that nobody named stay at home.
        assert_eq!(cookies("https://b.example/"), "");
        assert!(Headers::default().add_cookies("<html>").is_err());
    }

    #[test]
    fn headers_go_to_the_named_host_only() {
        let sent = |at: &str, address: &str| {
            let mut headers = named(&[at]);
            assert_eq!(headers.add("X: 1"), Ok(()));
            headers.concern(&Url::parse(address).expect("an address"))
        };
        assert!(
            sent("http://a.example/feed", "https://a.example/x") && sent("http://a.example:8/", "http://a.example:8/x")
        );
        for other in ["http://a.example/", "https://www.a.example/", "https://b.example/", "https://a.example:8443/"] {
            assert!(!sent("https://a.example/feed", other), "{other}");
        }
    }
}
