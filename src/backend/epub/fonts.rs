//! Which characters of a book need a face of its own, and the style sheet's rules for them.
//!
//! Reading systems have faces for Latin, Greek and Cyrillic, but not all have one for Han, and few have every symbol.
//! The embedded family is named after the generic one, so that a reader's own face wins wherever it has the character.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::{Embedding, Options};
use crate::diag::Diagnostic;
use crate::font::{Face, FaceId, Family, Region, Slant, Style, Weight, face_for, for_epub, web_extension};
use crate::model::Language;

/// The characters that a book shows, by the language's region and by weight.
#[derive(Clone, Debug, Default)]
pub(super) struct Usage {
    chars: BTreeMap<Region, [Chars; 2]>,
    /// Languages of documents whose region is not the book's.
    tags: BTreeMap<Region, BTreeSet<String>>,
}

/// Characters: a bit each, as far as the last one.
#[derive(Clone, Debug, Default)]
struct Chars(Vec<u64>);

impl Chars {
    fn insert(&mut self, c: char) {
        let (at, bit) = (c as usize / 64, c as usize % 64);
        if at >= self.0.len() {
            self.0.resize(at + 1, 0);
        }
        if let Some(bits) = self.0.get_mut(at) {
            *bits |= 1 << bit;
        }
    }

    fn add(&mut self, other: &Self) {
        if other.0.len() > self.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        self.0.iter_mut().zip(&other.0).for_each(|(bits, more)| *bits |= more);
    }

    /// In their order.
    fn iter(&self) -> impl Iterator<Item = char> {
        let set = |(at, bits): (u32, &u64)| {
            let bits = *bits;
            (0..64).filter(move |bit| bits >> bit & 1 == 1).filter_map(move |bit| char::from_u32(at * 64 + bit))
        };
        (0..).zip(&self.0).filter(|(_, bits)| **bits != 0).flat_map(set)
    }
}

/// A font file of the book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FontFile {
    /// As seen from the package document's folder.
    pub(super) href: String,
    program: Program,
    family: &'static str,
    weight: Weight,
}

/// What a font file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Program {
    Made(Vec<u8>),
    /// It is made when the file is written, beside other work.
    Later(FaceId, BTreeSet<char>),
}

impl FontFile {
    /// Its bytes.
    ///
    /// # Errors
    /// If a face within the program has no subset, which would be a fault of it.
    pub(super) fn bytes(&self) -> io::Result<Cow<'_, [u8]>> {
        match &self.program {
            Program::Made(bytes) => Ok(bytes.into()),
            Program::Later(face, chars) => {
                let bytes = for_epub(*face, chars).map(Cow::Owned);
                bytes.ok_or_else(|| io::Error::other(format!("no subset of {}", face.name())))
            }
        }
    }
}

/// Elements that the style sheet shows in bold.
const BOLD: &[&str] = &["h1", "h2", "h3", "h4", "h5", "h6", "strong", "th", "dt"];

impl Usage {
    /// Notes the characters that a page shows. `page` is one that this backend wrote: names of elements stand right
    /// after `<`, and `>` ends nothing but tags.
    pub(super) fn scan(&mut self, page: &str, language: &Language) {
        let region = Region::of_language(language.tag());
        self.tags.entry(region).or_default().insert(language.tag().to_owned());
        let [regular, bold] = self.chars.entry(region).or_default();
        let mut depth = 0_usize;
        for piece in page.split('<').skip(1) {
            let Some((tag, text)) = piece.split_once('>') else { continue };
            let name = tag.trim_start_matches('/').split([' ', '/', '\n']).next().unwrap_or_default();
            if BOLD.contains(&name) && !tag.ends_with('/') {
                depth = if tag.starts_with('/') { depth.saturating_sub(1) } else { depth + 1 };
            }
            let to = if depth > 0 { &mut *bold } else { &mut *regular };
            text.chars().filter(|c| !c.is_ascii()).for_each(|c| to.insert(c));
        }
    }

    /// Adds those of another page.
    pub(super) fn add(&mut self, other: Self) {
        for (region, chars) in other.chars {
            let own = self.chars.entry(region).or_default();
            own.iter_mut().zip(&chars).for_each(|(own, more)| own.add(more));
        }
        for (region, tags) in other.tags {
            self.tags.entry(region).or_default().extend(tags);
        }
    }
}

/// What came of a book's characters.
#[derive(Clone, Debug, Default)]
pub(super) struct Fonts {
    pub(super) files: Vec<FontFile>,
    /// Rules for the style sheet.
    pub(super) css: String,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// Makes the font files that a book in `language` needs.
pub(super) fn embed(usage: &Usage, language: &Language, options: &Options) -> Fonts {
    let mut wanted: BTreeMap<FaceId, BTreeSet<char>> = BTreeMap::new();
    let mut lacking = BTreeSet::new();
    for (region, [regular, bold]) in &usage.chars {
        for (chars, weight) in [(regular, Weight::Regular), (bold, Weight::Bold)] {
            choose(chars, (*region, weight), &mut wanted, &mut lacking);
        }
    }
    let needed = wanted.values().flatten().any(|c| beyond(*c));
    let mut fonts = Fonts::default();
    if options.fonts != Embedding::No && needed {
        let main = Region::of_language(language.tag());
        fonts.files = wanted.into_iter().filter_map(|(face, chars)| font_file(face, chars, main)).collect();
        fonts.css = rules(&fonts.files, usage, main, options.fonts == Embedding::Force);
    }
    fonts.diagnostics.extend((!lacking.is_empty()).then(|| unsupported(&lacking)));
    fonts
}

/// Sorts characters to the faces that have them.
fn choose(
    chars: &Chars,
    (region, weight): (Region, Weight),
    wanted: &mut BTreeMap<FaceId, BTreeSet<char>>,
    lacking: &mut BTreeSet<char>,
) {
    let cjk = FaceId::of(Family::Cjk(region), weight, Slant::Upright);
    let style = Style { region, weight, slant: Slant::Upright, mono: false };
    for c in chars.iter().filter(|c| shown(*c)) {
        // General punctuation is in Latin faces too, but in Han text its width is Han's.
        let punctuation = matches!(c, '\u{B7}' | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{203B}');
        if !punctuation && !beyond(c) {
            continue;
        }
        if Face::open(cjk).glyph(c).is_some() {
            wanted.entry(cjk).or_default().insert(c);
        } else if beyond(c) {
            match face_for(c, style) {
                // Files for EPUB have no layout features.
                Some(face) if !face.family().joins() => drop(wanted.entry(face).or_default().insert(c)),
                _ => drop(lacking.insert(c)),
            }
        }
    }
}

/// Whether a character is beyond what faces for Latin, Greek and Cyrillic have.
fn beyond(c: char) -> bool {
    !c.is_ascii() && Face::open(FaceId::of(Family::Serif, Weight::Regular, Slant::Upright)).glyph(c).is_none()
}

/// Whether a character has a form: not white space, not a mark of format or choice.
fn shown(c: char) -> bool {
    !c.is_whitespace()
        && !c.is_control()
        && !matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}')
        && !matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{E0000}'..='\u{E01EF}')
}

/// A file of characters that a face has. Whether a font of the user's can be a file is seen at once.
fn font_file(face: FaceId, chars: BTreeSet<char>, main: Region) -> Option<FontFile> {
    let program = match face.family() {
        Family::Own => Program::Made(for_epub(face, &chars)?),
        _ => Program::Later(face, chars),
    };
    let href = format!("fonts/{}.{}", face.name().to_ascii_lowercase(), web_extension(face));
    Some(FontFile { href, program, family: family(face.family(), main), weight: face.weight() })
}

/// What the style sheet calls a family.
fn family(family: Family, main: Region) -> &'static str {
    match family {
        Family::Cjk(region) if region == main => "Offprint CJK",
        Family::Cjk(Region::China) => "Offprint CJK SC",
        Family::Cjk(Region::Taiwan) => "Offprint CJK TC",
        Family::Cjk(Region::HongKong) => "Offprint CJK HK",
        Family::Cjk(Region::Japan) => "Offprint CJK JP",
        Family::Cjk(Region::Korea) => "Offprint CJK KR",
        Family::Serif => "Offprint Serif",
        Family::Mono => "Offprint Mono",
        Family::Emoji => "Offprint Emoji",
        Family::Symbols => "Offprint Symbols",
        Family::Symbols2 => "Offprint Symbols 2",
        Family::Math => "Offprint Math",
        Family::Hebrew => "Offprint Hebrew",
        Family::Arabic => "Offprint Arabic",
        Family::Own => "Offprint Own",
    }
}

/// `@font-face` for each file, then the families' order: for the book, and for documents in languages of other regions.
fn rules(files: &[FontFile], usage: &Usage, main: Region, force: bool) -> String {
    let mut css = String::from("\n/* Faces for characters that the reader's own may lack. */\n");
    for file in files {
        let weight = if file.weight == Weight::Bold { "bold" } else { "normal" };
        css.push_str(&format!(
            "@font-face {{ font-family: \"{}\"; font-weight: {weight}; font-style: normal; src: url(\"{}\"); }}\n",
            file.family, file.href
        ));
    }
    let stack = |region: Region, generic: &str| {
        let own = family(Family::Cjk(region), main);
        let fits = |name: &&str| !name.starts_with("Offprint CJK") || *name == own;
        let names: BTreeSet<&str> = files.iter().map(|file| file.family).filter(fits).collect();
        let names = names.into_iter().map(|name| format!("\"{name}\""));
        let generic = std::iter::once(generic.to_owned());
        let stack: Vec<String> = if force { names.chain(generic).collect() } else { generic.chain(names).collect() };
        stack.join(", ")
    };
    css.push_str(&format!("body {{ font-family: {}; }}\n", stack(main, "serif")));
    css.push_str(&format!("code {{ font-family: {}; }}\n", stack(main, "monospace")));
    for (region, tags) in usage.tags.iter().filter(|(region, _)| **region != main) {
        for tag in tags {
            css.push_str(&format!("body:lang({tag}) {{ font-family: {}; }}\n", stack(*region, "serif")));
            css.push_str(&format!("body:lang({tag}) code {{ font-family: {}; }}\n", stack(*region, "monospace")));
        }
    }
    css
}

fn unsupported(lacking: &BTreeSet<char>) -> Diagnostic {
    let names: Vec<String> = lacking.iter().take(8).map(|c| format!("U+{:04X}", u32::from(*c))).collect();
    let more =
        if lacking.len() > names.len() { format!(" and {} more", lacking.len() - names.len()) } else { String::new() };
    let message =
        format!("no embedded font has {}{more}; the book relies on the reader's fonts there", names.join(", "));
    Diagnostic::note("glyph-not-embedded", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fonts(pages: &[(&str, &str)], embedding: Embedding) -> Fonts {
        let mut usage = Usage::default();
        for (page, tag) in pages {
            usage.scan(page, &Language::parse(tag).unwrap());
        }
        let options = Options { fonts: embedding, ..Options::default() };
        embed(&usage, &Language::parse("zh-CN").unwrap(), &options)
    }

    fn names(fonts: &Fonts) -> Vec<&str> {
        fonts.files.iter().map(|file| file.href.as_str()).collect()
    }

    #[test]
    fn each_character_gets_the_face_it_needs() {
        let found =
            fonts(&[("<html><h1 class=\"永\">标题</h1><p>正文 text “x” 📌</p></html>", "zh-CN")], Embedding::Auto);
        assert_eq!(
            names(&found),
            ["fonts/notoserifcjksc-regular.otf", "fonts/notoserifcjksc-bold.otf", "fonts/notoemoji-regular.ttf"]
        );
        assert!(found.css.contains("body { font-family: serif, \"Offprint CJK\", \"Offprint Emoji\"; }"));
        assert!(found.diagnostics.is_empty());
    }

    #[test]
    fn characters_come_in_their_order_and_once() {
        let all = |texts: [&str; 2]| {
            let [mut one, other] = texts.map(|text| {
                let mut chars = Chars::default();
                text.chars().for_each(|c| chars.insert(c));
                chars
            });
            one.add(&other);
            one.iter().collect::<String>()
        };
        assert_eq!(all(["永é永", "📌a永\u{10FFFF}"]), "aé永📌\u{10FFFF}");
        assert_eq!(all(["📌\u{3F}\u{40}", ""]), "?@📌");
    }

    #[test]
    fn documents_of_another_region_have_its_forms() {
        let found = fonts(&[("<p>骨</p>", "zh-CN"), ("<p>骨</p>", "ja")], Embedding::Auto);
        assert_eq!(names(&found), ["fonts/notoserifcjkjp-regular.otf", "fonts/notoserifcjksc-regular.otf"]);
        assert!(found.css.contains("body:lang(ja) { font-family: serif, \"Offprint CJK JP\"; }"));
    }

    #[test]
    fn latin_books_have_no_fonts_and_nobody_is_forced() {
        assert!(names(&fonts(&[("<p>Привет “x” — é</p>", "en")], Embedding::Auto)).is_empty());
        assert!(names(&fonts(&[("<p>永</p>", "zh-CN")], Embedding::No)).is_empty());
        let found = fonts(&[("<p>永</p>", "zh-CN")], Embedding::Force);
        assert!(found.css.contains("body { font-family: \"Offprint CJK\", serif; }"));
    }

    #[test]
    fn what_no_face_has_is_named() {
        let found = fonts(&[("<p>永 ไทย\u{FE0F}</p>", "zh-CN")], Embedding::Auto);
        assert_eq!(found.diagnostics.len(), 1);
        assert!(found.diagnostics[0].message.contains("U+0E17, U+0E22, U+0E44"), "{}", found.diagnostics[0].message);
    }
}
