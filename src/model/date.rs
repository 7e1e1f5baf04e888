//! Dates as sources give them.

use std::fmt;

/// A date of the proleptic Gregorian calendar, with a time of day if the source gives one. Made by [`Date::new`] and
/// [`Date::with_time`] only, so it always exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
    /// Seconds since midnight, UTC.
    time: Option<u32>,
}

impl Date {
    /// 1970-01-01, for a book whose sources give no date.
    pub const UNKNOWN: Self = Self { year: 1970, month: 1, day: 1, time: None };

    /// A day, if there is such a one between the years 1 and 9999.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let valid =
            (1..=9999).contains(&year) && (1..=12).contains(&month) && (1..=month_days(year, month)).contains(&day);
        valid.then_some(Self { year, month, day, time: None })
    }

    /// The same day at a time of day, `offset` minutes east of Greenwich; kept in UTC, so the day may change.
    pub fn with_time(self, hour: u8, minute: u8, second: u8, offset: i16) -> Option<Self> {
        if hour > 23 || minute > 59 || second > 60 || offset.unsigned_abs() > 14 * 60 {
            return None;
        }
        let local = i32::from(hour) * 3600 + i32::from(minute) * 60 + i32::from(second.min(59));
        let utc = local - i32::from(offset) * 60;
        let day = match utc.div_euclid(86_400) {
            -1 => self.previous(),
            1 => self.next(),
            _ => Some(self),
        }?;
        Some(Self { time: Some(utc.rem_euclid(86_400).unsigned_abs()), ..day })
    }

    /// The year.
    pub fn year(&self) -> u16 {
        self.year
    }

    /// The month, 1 to 12.
    pub fn month(&self) -> u8 {
        self.month
    }

    /// The day of the month, 1 to 31.
    pub fn day(&self) -> u8 {
        self.day
    }

    /// Hour, minute and second in UTC, if known.
    pub fn time(&self) -> Option<(u8, u8, u8)> {
        let part = |seconds: u32, unit: u32, modulo: u32| u8::try_from(seconds / unit % modulo).unwrap_or(0);
        self.time.map(|t| (part(t, 3600, 24), part(t, 60, 60), part(t, 1, 60)))
    }

    /// `YYYY-MM-DDThh:mm:ssZ`, midnight if the time is not known: the form of `dcterms:modified` (EPUB 3.3 §5.5.6).
    pub fn timestamp(&self) -> String {
        let (hour, minute, second) = self.time().unwrap_or((0, 0, 0));
        format!("{:04}-{:02}-{:02}T{hour:02}:{minute:02}:{second:02}Z", self.year, self.month, self.day)
    }

    fn next(self) -> Option<Self> {
        if self.day < month_days(self.year, self.month) {
            Self::new(self.year, self.month, self.day + 1)
        } else if self.month < 12 {
            Self::new(self.year, self.month + 1, 1)
        } else {
            Self::new(self.year + 1, 1, 1)
        }
    }

    fn previous(self) -> Option<Self> {
        if self.day > 1 {
            Self::new(self.year, self.month, self.day - 1)
        } else if self.month > 1 {
            Self::new(self.year, self.month - 1, month_days(self.year, self.month - 1))
        } else {
            Self::new(self.year - 1, 12, 31)
        }
    }
}

/// `YYYY-MM-DD`: the day alone.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

fn month_days(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_that_exist() {
        assert!(Date::new(2024, 2, 29).is_some());
        assert!(Date::new(2023, 2, 29).is_none());
        assert!(Date::new(2023, 13, 1).is_none());
        assert!(Date::new(0, 1, 1).is_none());
    }

    #[test]
    fn zones_move_the_day() {
        let date = Date::new(2022, 1, 1).and_then(|d| d.with_time(3, 36, 12, 8 * 60)).unwrap();
        assert_eq!(date.timestamp(), "2021-12-31T19:36:12Z");
        let date = Date::new(2021, 12, 31).and_then(|d| d.with_time(23, 0, 0, -120)).unwrap();
        assert_eq!(date.timestamp(), "2022-01-01T01:00:00Z");
        assert_eq!(Date::new(2022, 1, 14).unwrap().timestamp(), "2022-01-14T00:00:00Z");
    }
}
