//! Days as languages write them, and their months.

use super::Date;

impl Date {
    /// The day as a language writes it; `YYYY-MM-DD` where it is not known how that does (CLDR 44, `dateFormat` long).
    pub fn written(self, language: &str) -> String {
        let (year, month, day) = (self.year(), self.month(), self.day());
        let american = language.split('-').skip(1).any(|part| matches!(part, "US" | "CA"));
        let named =
            |months: [&str; 12]| months.get(usize::from(month).wrapping_sub(1)).copied().unwrap_or_default().to_owned();
        match language.split('-').next() {
            Some("zh" | "cmn" | "wuu" | "yue" | "nan" | "hak" | "ja") => format!("{year}年{month}月{day}日"),
            Some("ko") => format!("{year}년 {month}월 {day}일"),
            Some("en") if american => format!("{} {day}, {year}", named(ENGLISH)),
            Some("en") => format!("{day} {} {year}", named(ENGLISH)),
            Some("de") => format!("{day}. {} {year}", named(GERMAN)),
            Some("fr") => format!("{}{} {} {year}", day, if day == 1 { "er" } else { "" }, named(FRENCH)),
            Some("es") => format!("{day} de {} de {year}", named(SPANISH)),
            Some("it") => format!("{day} {} {year}", named(ITALIAN)),
            Some("ru") => format!("{day} {} {year} г.", named(RUSSIAN)),
            Some("uk") => format!("{day} {} {year} р.", named(UKRAINIAN)),
            _ => self.to_string(),
        }
    }
}

/// Months as dates have them (CLDR 44, format wide).
const ENGLISH: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const GERMAN: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];
const FRENCH: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
const SPANISH: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];
const ITALIAN: [&str; 12] = [
    "gennaio",
    "febbraio",
    "marzo",
    "aprile",
    "maggio",
    "giugno",
    "luglio",
    "agosto",
    "settembre",
    "ottobre",
    "novembre",
    "dicembre",
];
const RUSSIAN: [&str; 12] = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
];
const UKRAINIAN: [&str; 12] = [
    "січня",
    "лютого",
    "березня",
    "квітня",
    "травня",
    "червня",
    "липня",
    "серпня",
    "вересня",
    "жовтня",
    "листопада",
    "грудня",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_by_language() {
        let day = Date::new(2022, 1, 14).unwrap();
        let said = ["zh-CN", "en", "en-US", "de", "fr", "ru", "he"].map(|language| day.written(language));
        let expected = ["2022年1月14日", "14 January 2022", "January 14, 2022", "14. Januar 2022", "14 janvier 2022"];
        assert_eq!(said[..5], expected);
        assert_eq!(said[5..], ["14 января 2022 г.", "2022-01-14"]);
    }
}
