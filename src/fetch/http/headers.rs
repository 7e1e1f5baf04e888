//! What the user adds to requests for pages: headers, and the cookies of a browser's session.

use url::Url;

/// Headers for pages behind a login. They go to the host of the page that the user named, and to no other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers {
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

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.headers.is_empty() && self.cookies.is_empty()
    }

    /// Those for a page.
    pub(super) fn of(&self, url: &Url) -> Vec<(String, String)> {
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .filter(|cookie| cookie.fits(url))
            .map(|cookie| format!("{}={}", cookie.name, cookie.value))
            .collect();
        let mut headers = self.headers.clone();
        if !cookies.is_empty() {
            headers.push(("Cookie".to_owned(), cookies.join("; ")));
        }
        headers
    }
}

impl Cookie {
    /// RFC 6265 §5.4, without the time: whether a session is over is for the server to say.
    fn fits(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let below = host.strip_suffix(&self.domain).is_some_and(|rest| rest.ends_with('.'));
        let domain = host == self.domain || (self.subdomains && below);
        let rest = url.path().strip_prefix(&self.path);
        let path = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || self.path.ends_with('/'));
        domain && path && (!self.secure || url.scheme() == "https")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(headers: &Headers, address: &str) -> Vec<(String, String)> {
        headers.of(&Url::parse(address).expect("an address"))
    }

    #[test]
    fn headers_are_checked() {
        let mut headers = Headers::default();
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
        let mut headers = Headers::default();
        assert_eq!(headers.add_cookies(file), Ok(()));
        let cookies = |address: &str| of(&headers, address).pop().map(|(_, value)| value).unwrap_or_default();
        assert_eq!(cookies("https://a.example/deep/x"), "all=1; deep=2; safe=3");
        assert_eq!(cookies("http://a.example/deeper"), "all=1");
        assert_eq!(cookies("http://www.a.example/deep"), "all=1");
        assert_eq!(cookies("http://eviла.example/"), "");
        assert_eq!(cookies("http://evila.example/"), "");
        assert!(Headers::default().add_cookies("<html>").is_err());
    }
}
