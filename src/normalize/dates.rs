//! Dates, in the forms that pages write them.

use crate::model::Date;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Reads the first date in a text: ISO 8601, `2022年1月14日`, `2022/1/14 10:05`, `January 14, 2022`, `14 Jan 2022`,
/// RFC 2822, `星期三, 03/19/2014 - 13:58`. `None` if there is none, or none with a year.
pub(super) fn read(text: &str) -> Option<Date> {
    let text = text.trim();
    if text.len() > 400 {
        return None;
    }
    let tokens = tokens(text);
    year_first(&tokens).or_else(|| month_by_name(&tokens)).or_else(|| year_last(&tokens))
}

/// A part of a date: digits, a word, or what stands between.
#[derive(Debug, PartialEq)]
enum Token<'a> {
    Number(u32, usize),
    Word(&'a str),
    Sign(char),
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let kind = |c: char| {
            if c.is_ascii_digit() {
                1
            } else if c.is_ascii_alphabetic() {
                2
            } else {
                0
            }
        };
        let end = match kind(c) {
            0 => c.len_utf8(),
            of => rest.find(|c| kind(c) != of).unwrap_or(rest.len()),
        };
        let (part, after) = rest.split_at(end);
        match kind(c) {
            1 => found.push(Token::Number(part.parse().unwrap_or(u32::MAX), part.len())),
            2 => found.push(Token::Word(part)),
            _ if c.is_whitespace() => found.push(Token::Sign(' ')),
            _ => found.push(Token::Sign(c)),
        }
        rest = after;
    }
    found
}

fn day(year: u32, month: u32, day: u32) -> Option<Date> {
    let year = u16::try_from(year).ok().filter(|year| (1900..=2100).contains(year))?;
    Date::new(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
}

/// Year, month, day with one sign between each.
fn year_first(tokens: &[Token<'_>]) -> Option<Date> {
    for (at, window) in tokens.windows(5).enumerate() {
        let [Token::Number(year, 4), Token::Sign(a), Token::Number(month, _), Token::Sign(b), Token::Number(number, _)] =
            window
        else {
            continue;
        };
        let fits = matches!((a, b), ('-', '-') | ('/', '/') | ('.', '.') | ('年', '月') | ('년', _) | ('–', '–'));
        if let Some(date) = day(*year, *month, *number).filter(|_| fits) {
            return Some(with_time(date, &tokens[at + 5..]));
        }
    }
    // `2022 年 1 月 14 日`, `2022년 1월 14일`
    let solid: Vec<&Token<'_>> = tokens.iter().filter(|token| **token != Token::Sign(' ')).collect();
    for window in solid.windows(5) {
        if let [
            Token::Number(year, 4),
            Token::Sign('年' | '년'),
            Token::Number(month, _),
            Token::Sign('月' | '월'),
            Token::Number(number, _),
        ] = window
            && let Some(date) = day(*year, *month, *number)
        {
            return Some(date);
        }
    }
    // 20220114
    tokens.iter().find_map(|token| match token {
        Token::Number(number, 8) => day(number / 10_000, number / 100 % 100, number % 100),
        _ => None,
    })
}

/// `January 14, 2022` and `14 January 2022`.
fn month_by_name(tokens: &[Token<'_>]) -> Option<Date> {
    let solid: Vec<&Token<'_>> = tokens
        .iter()
        .filter(|token| !matches!(token, Token::Sign(_) | Token::Word("st" | "nd" | "rd" | "th" | "of")))
        .collect();
    solid.windows(3).enumerate().find_map(|(at, window)| {
        let (word, number, year) = match window {
            [Token::Word(word), Token::Number(number, 1 | 2), Token::Number(year, 4)]
            | [Token::Number(number, 1 | 2), Token::Word(word), Token::Number(year, 4)] => (*word, *number, *year),
            _ => return None,
        };
        let name = word.get(..3)?.to_ascii_lowercase();
        let month = MONTHS.iter().position(|month| *month == name)?;
        let date = day(year, u32::try_from(month).ok()? + 1, number)?;
        // RFC 2822 goes on with the time.
        match solid.get(at + 3..at + 6) {
            Some([Token::Number(hour, 2), Token::Number(minute, 2), Token::Number(second, 2)]) => {
                let zone = solid.get(at + 6);
                let behind = tokens.contains(&Token::Sign('-'));
                let offset = match zone {
                    Some(Token::Number(zone, 4)) => {
                        Some(i32::try_from(zone / 100 * 60 + zone % 100).ok()? * if behind { -1 } else { 1 })
                    }
                    Some(Token::Word("GMT" | "UTC" | "Z")) => Some(0),
                    _ => None,
                };
                Some(offset.and_then(|offset| time(date, *hour, *minute, *second, offset)).unwrap_or(date))
            }
            _ => Some(date),
        }
    })
}

/// `03/19/2014`: month before day, unless that cannot be.
fn year_last(tokens: &[Token<'_>]) -> Option<Date> {
    tokens.windows(5).find_map(|window| match window {
        [
            Token::Number(first, 1 | 2),
            Token::Sign(a),
            Token::Number(second, 1 | 2),
            Token::Sign(b),
            Token::Number(year, 4),
        ] if a == b && matches!(a, '/' | '.' | '-') => {
            let european = *a == '.';
            let straight = if european { day(*year, *second, *first) } else { day(*year, *first, *second) };
            straight.or_else(|| day(*year, *second, *first))
        }
        _ => None,
    })
}

/// The time of day that follows a date, if its zone is given: without one, the day is all that is known.
fn with_time(date: Date, rest: &[Token<'_>]) -> Date {
    let mut rest = rest;
    while let [Token::Sign(' ') | Token::Word("T" | "t"), after @ ..] = rest {
        rest = after;
    }
    let [Token::Number(hour, 1 | 2), Token::Sign(':'), Token::Number(minute, 2), after @ ..] = rest else {
        return date;
    };
    let (second, after) = match after {
        [Token::Sign(':'), Token::Number(second, 2), Token::Sign('.'), Token::Number(..), after @ ..]
        | [Token::Sign(':'), Token::Number(second, 2), after @ ..] => (*second, after),
        _ => (0, after),
    };
    let after = if let [Token::Sign(' '), after @ ..] = after { after } else { after };
    let offset = match after {
        [Token::Word("Z" | "z" | "UTC" | "GMT"), ..] => Some(0),
        [Token::Sign(sign @ ('+' | '-')), Token::Number(hours, 2), Token::Sign(':'), Token::Number(minutes, 2), ..] => {
            offset(*sign, *hours, *minutes)
        }
        [Token::Sign(sign @ ('+' | '-')), Token::Number(both, 4), ..] => offset(*sign, both / 100, both % 100),
        _ => None,
    };
    offset.and_then(|offset| time(date, *hour, *minute, second, offset)).unwrap_or(date)
}

fn offset(sign: char, hours: u32, minutes: u32) -> Option<i32> {
    let offset = i32::try_from(hours * 60 + minutes).ok()?;
    Some(if sign == '-' { -offset } else { offset })
}

fn time(date: Date, hour: u32, minute: u32, second: u32, offset: i32) -> Option<Date> {
    let small = |n: u32| u8::try_from(n).ok();
    let utc = date.with_time(small(hour)?, small(minute)?, small(second)?, i16::try_from(offset).ok()?)?;
    // Readers know an article by the day of the place where it was published.
    Some(if (utc.year(), utc.month(), utc.day()) == (date.year(), date.month(), date.day()) { utc } else { date })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        for text in [
            "2022-01-14",
            "2022-01-14T03:36:12+08:00 x",
            "2022年1月14日",
            "发布于 2022 年 1 月 14 日",
            "2022/1/14 10:05",
            "2022.01.14",
            "January 14, 2022",
            "Fri, 14 Jan 2022 00:00:00 +0000",
            "14th of January 2022",
            "20220114",
            "星期五, 01/14/2022 - 13:58",
            "14.01.2022",
            "2022년 1월 14일",
        ] {
            let date = read(text).map(|date| date.to_string());
            assert_eq!(date.as_deref(), Some("2022-01-14"), "{text}");
        }
        for text in ["昨天", "9-14", "2022", "12:30", "", "192.168.2022.1", "2022-13-45"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn time_counts_if_its_zone_is_known() {
        let stamp = |text: &str| read(text).map(|date| date.timestamp());
        assert_eq!(stamp("2022-01-13T19:36:12+00:00").as_deref(), Some("2022-01-13T19:36:12Z"));
        assert_eq!(stamp("2021-08-08T09:46:39.699Z").as_deref(), Some("2021-08-08T09:46:39Z"));
        assert_eq!(stamp("2022-01-14 10:05").as_deref(), Some("2022-01-14T00:00:00Z"));
    }
}
