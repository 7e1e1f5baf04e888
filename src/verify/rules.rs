//! What is looked for in finished books of any maker: each rule with its reason and what to do.

/// How bad it is to break a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The book contacts or tells somebody, acts by itself, or may leave the folder that it is unpacked in.
    Unsafe,
    /// The book does not open everywhere, or something of it cannot be seen or reached.
    Broken,
    /// A shop is likely to send the book back.
    Refused,
    /// The book opens, and something of it is not as good as it could be.
    Poor,
    /// It is no fault, but not how we make books: there is less to go wrong in ours.
    House,
}

impl Level {
    /// Its name, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unsafe => "unsafe",
            Self::Broken => "broken",
            Self::Refused => "refused",
            Self::Poor => "poor",
            Self::House => "house",
        }
    }
}

/// A rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name, for programs.
    pub name: &'static str,
    /// How bad it is to break it.
    pub level: Level,
    /// Why it is one.
    pub why: &'static str,
    /// What to do.
    pub hint: &'static str,
}

rules! {
    CONTAINER Broken "container" "a file that is no EPUB container opens nowhere" "make it anew with a program that writes EPUB"
    DAMAGED Broken "damaged" "what cannot be read cannot be shown" "get the book again"
    ENCRYPTED Broken "encrypted" "copy protection keeps a book from opening on other machines" "get a copy without it"
    ESCAPING Unsafe "escaping-name" "a name like this may be written outside the folder that the book is unpacked in" "do not unpack it; get the book elsewhere"
    CLASH Broken "name-clash" "some systems take these names for the same" "rename one of them"
    EMPTY Broken "empty" "a file without a byte is no picture, text or font" "put the file in, or take its reference out"
    MALFORMED Broken "malformed" "readers refuse to show a document that is no XML" "correct it; EPUBCheck shows the place"
    DOUBLE_ID Broken "double-id" "a link to an id that is there twice leads anywhere" "make the ids different"
    MANIFEST Broken "manifest" "what the manifest does not list once is not part of the book" "list every file of the book once"
    SPINE Broken "spine" "the spine says what is read, and in which order" "let it name documents of the book"
    NAVIGATION Broken "navigation" "without contents that work nobody finds a chapter" "make the table of contents anew"
    MEDIA_TYPE Broken "media-type" "a file that is not what the manifest calls it is not shown" "correct the type and the name"
    DANGLING Broken "dangling" "what a book refers to must be in it" "put the file in, or take the reference out"
    DEAD_LINK Broken "dead-link" "the link leads to a place that there is not" "correct or remove it"
    NO_PAGE Broken "no-page" "a file without a page shows nothing" "make the book anew"
    FONT Broken "font" "letters of a font that is not inside look different on every machine, or cannot be searched" "embed the fonts, with their Unicode"
    REMOTE Unsafe "remote" "opening the book asks a server, which then knows who reads it, where and when" "put the file into the book, or take the reference out"
    SCRIPT Unsafe "script" "a script may watch the reader or call home" "take it out"
    FORM Unsafe "form" "a form sends what is typed to somebody" "take it out"
    ACTIVE Unsafe "active" "this acts by itself, loads something or hides a file" "take it out"
    LINK Unsafe "link" "the link leads into the reader's own machine or starts a program" "take it out"
    METADATA Unsafe "picture-metadata" "a photo's metadata may say where, when, by whom and with what it was taken" "save the picture without its metadata"
    PRIVATE Unsafe "private-data" "data that only the program that made it reads may hold names, paths and what was taken out" "make the file anew, without it"
    TRACKING Poor "tracking" "the address tells its server where the reader came from" "take the parameters out of the address"
    GLYPH Poor "missing-glyph" "the text has characters that no font is sure to show" "look at the place; write the character that was meant"
    LANGUAGE Poor "language" "fonts, hyphenation and voices go by the language that the book says" "say the language of the text in the package and in each document"
    DEVICE Poor "device-limit" "the device does not show this, or only slowly" "build for the device: offprint build --device"
    HOUSE House "house" "books of ours do without" "nothing"
}
