//! Addresses that say where a reader came from.

/// The same list by which links are cleaned.
const PARAMETERS: &str = include_str!("../../templates/rules/tracking.txt");

/// The first parameter of an address that follows its reader about.
pub(super) fn parameter(address: &str) -> Option<&str> {
    let query = address.split_once('?')?.1;
    let names = query.split('#').next()?.split('&').filter_map(|pair| pair.split('=').next());
    names.into_iter().find(|name| listed(name))
}

fn listed(name: &str) -> bool {
    let lines = PARAMETERS.lines().filter(|line| !line.starts_with('#'));
    lines.into_iter().any(|line| line.strip_suffix('*').map_or(line == name, |start| name.starts_with(start)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_that_track() {
        assert_eq!(parameter("https://a.example/?id=1&utm_medium=rss#x"), Some("utm_medium"));
        assert_eq!(parameter("https://a.example/?fbclid=1"), Some("fbclid"));
        for plain in ["https://a.example/", "https://a.example/?utm=1", "https://a.example/utm_source=1", "?id=#&spm=1"]
        {
            assert_eq!(parameter(plain), None, "{plain}");
        }
    }
}
