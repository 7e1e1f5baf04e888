//! How much is taken of anything: one table, with a name for each limit, so that each can be raised.
//!
//! Past a limit something is left out and said, or an input is refused; nothing grows without end. Limits of what is waited for are
//! [`fetch::http::Limits`](crate::fetch::http::Limits).

/// Defines the table: field, name, unit, default, the most that it may be set to, and what is limited.
macro_rules! limits {
    ($($field:ident $name:literal $unit:ident $default:literal $most:literal $what:literal)*) => {
        /// How much is taken of anything.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct Limits {
            $(#[doc = $what] pub $field: u64,)*
        }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($field: $default,)* }
            }
        }

        impl Limits {
            fn field(&mut self, name: &str) -> Option<&mut u64> {
                match name {
                    $($name => Some(&mut self.$field),)*
                    _ => None,
                }
            }
        }

        /// All limits, in the order of the documentation.
        pub const TABLE: &[Limit] = &[
            $(Limit { name: $name, unit: Unit::$unit, default: $default, most: $most, what: $what },)*
        ];
    };
}

/// What a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Bytes.
    Bytes,
    /// Things.
    Count,
}

/// A limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// What it is called.
    pub name: &'static str,
    /// What it counts.
    pub unit: Unit,
    /// What it is if nobody says otherwise.
    pub default: u64,
    /// The most that it may be: beyond, memory or the stack would not do.
    pub most: u64,
    /// What is limited.
    pub what: &'static str,
}

limits! {
    page "page" Bytes 0x200_0000 0x4000_0000 "a page"
    mhtml "mhtml" Bytes 0x800_0000 0x4000_0000 "an MHTML file, and standard input"
    pages "pages" Count 20_000 1_000_000 "pages of a build"
    texts "texts" Bytes 0x1000_0000 0x10_0000_0000 "pages of a build, all together"
    content "content" Bytes 0xC00_0000 0x10_0000_0000 "text and elements of a book's articles, in memory"
    documents "documents" Count 20_000 1_000_000 "documents that the sections of an EPUB book become; more are joined"
    layout "layout" Bytes 0x3800_0000 0x100_0000_0000 "memory that the pages of a PDF book take, about; what comes after is left out"
    feed "feed" Count 5_000 1_000_000 "items of a feed"
    archives "archives" Bytes 0x4000_0000 0x40_0000_0000 "what archives hold, unpacked, all together"
    bodies "bodies" Count 50_000 10_000_000 "files in all archives together"
    front_matter "front-matter" Bytes 0x1_0000 0x100_0000 "front matter"
    nesting "nesting" Count 256 1_024 "elements of a page within each other"
    nodes "nodes" Count 2_000_000 100_000_000 "elements and texts of a page; half its bytes and 10,000 in any case"
    growth "growth" Count 8 1_000 "how many times as long as its page an article's addresses may become, beyond 1 MiB"
    pictures "pictures" Count 5_000 1_000_000 "pictures of a book"
    picture "picture" Bytes 0x190_0000 0x4000_0000 "a picture's file"
    pixels "pixels" Count 50_000_000 1_000_000_000 "pixels of a picture"
    decoded "decoded" Bytes 0x1000_0000 0x1_0000_0000 "a picture when it is decoded"
    fetched "fetched" Bytes 0x4000_0000 0x100_0000_0000 "all that is fetched for a build"
    redirects "redirects" Count 5 20 "redirects of an address"
    retries "retries" Count 2 10 "times that an address is asked again"
}

impl Limits {
    /// Sets a limit as it is typed: `page=64MiB`, `pages=50000`.
    ///
    /// # Errors
    /// What is wrong with it, in a few words, and what to do.
    pub fn set(&mut self, typed: &str) -> Result<(), (String, String)> {
        let names = || TABLE.iter().map(|limit| limit.name).collect::<Vec<_>>().join(", ");
        let Some((name, value)) = typed.split_once('=').map(|(name, value)| (name.trim(), value.trim())) else {
            return Err((
                "it is not a name, = and a number".to_owned(),
                "such as page=64MiB or pages=50000".to_owned(),
            ));
        };
        let Some(limit) = TABLE.iter().find(|limit| limit.name == name) else {
            return Err(("there is no such limit".to_owned(), format!("there are {}", names())));
        };
        let example =
            if limit.unit == Unit::Bytes { "use a number of bytes, such as 64MiB" } else { "use a whole number" };
        let Some(number) = number(value, limit.unit) else {
            return Err((format!("{value} is no such number"), example.to_owned()));
        };
        if number == 0 || number > limit.most {
            let hint = format!("use a number from 1 to {}", shown(limit.most, limit.unit));
            return Err((format!("{value} is out of range"), hint));
        }
        if let Some(field) = self.field(name) {
            *field = number;
        }
        Ok(())
    }

    /// A limit as a number of things in memory.
    pub(crate) fn count(limit: u64) -> usize {
        usize::try_from(limit).unwrap_or(usize::MAX)
    }

    /// The most bytes of addresses and attributes of a page that has so many.
    pub(crate) fn grown(&self, page: usize) -> usize {
        Self::count(self.growth).saturating_mul(page).saturating_add(1 << 20)
    }
}

/// `64MiB`, `64M`, `64MB` (a thousand thousands), `50000`, `50_000`.
fn number(typed: &str, unit: Unit) -> Option<u64> {
    let digits = typed.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let factor = match (typed.get(digits.len()..)?.to_ascii_lowercase().as_str(), unit) {
        ("", _) => 1,
        ("k" | "kib", Unit::Bytes) => 1 << 10,
        ("m" | "mib", Unit::Bytes) => 1 << 20,
        ("g" | "gib", Unit::Bytes) => 1 << 30,
        ("kb", Unit::Bytes) => 1000,
        ("mb", Unit::Bytes) => 1_000_000,
        ("gb", Unit::Bytes) => 1_000_000_000,
        _ => return None,
    };
    digits.trim_end().replace('_', "").parse::<u64>().ok()?.checked_mul(factor)
}

/// A number as documentation shows it.
pub fn shown(number: u64, unit: Unit) -> String {
    if unit == Unit::Bytes {
        for (shift, name) in [(30, "GiB"), (20, "MiB"), (10, "KiB")] {
            if number >= 1 << shift && number.is_multiple_of(1 << shift) {
                return format!("{} {name}", number >> shift);
            }
        }
        return format!("{number} bytes");
    }
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok()).collect();
    groups.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_set_as_typed() {
        let set = |typed: &str| {
            let mut limits = Limits::default();
            limits.set(typed).map(|()| limits)
        };
        assert_eq!(set("page=64MiB").map(|limits| limits.page), Ok(64 << 20));
        assert_eq!(set("picture = 30MB").map(|limits| limits.picture), Ok(30_000_000));
        assert_eq!(set("pages=50_000").map(|limits| limits.pages), Ok(50_000));
        for bad in
            ["page", "page=", "page=x", "page=0", "page=99GiB", "pages=1MiB", "size=1", "nesting=5000", "page=-1"]
        {
            assert!(set(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn every_limit_can_be_raised() {
        for limit in TABLE {
            assert!(limit.default < limit.most, "{}", limit.name);
            let mut limits = Limits::default();
            assert_eq!(limits.set(&format!("{}={}", limit.name, limit.most)), Ok(()), "{}", limit.name);
            assert_ne!(limits, Limits::default(), "{}", limit.name);
        }
        assert_eq!(shown(32 << 20, Unit::Bytes), "32 MiB");
        assert_eq!(shown(50_000_000, Unit::Count), "50,000,000");
    }
}
