//! What Amazon refuses or Kindle shows badly: each rule with its reason and what to do.
//!
//! Sources: Amazon, Kindle Publishing Guidelines; kindle-epub-fix and its users' reports (`E999 - Send to Kindle Internal
//! Error`); bookfere.com on books that were sent back. Amazon does not say why it refuses a book; a rule is here if
//! changing just that was reported to help, or if the guidelines forbid it.

use crate::verify::rules::{Level, Rule};

rules! {
    CONTAINER Refused "container" "a file that is no EPUB container is not read at all" "make the file anew with a program that writes EPUB"
    PACKAGE Refused "package" "without a package document nothing is known of the book" "make the file anew with a program that writes EPUB"
    ENCRYPTED Refused "encrypted" "books with copy protection are sent back" "get a copy without it"
    TOO_LARGE Refused "too-large" "Send to Kindle takes 200 MB in the web" "divide the book: offprint build --max-size 50MB"
    MAIL_SIZE Poor "large-for-mail" "by e-mail 50 MB are the most" "send it in the web, or divide it: offprint build --max-size 50MB"
    NO_TITLE Refused "no-title" "a book without a title is sent back or shown by its file's name" "give it a dc:title"
    NO_LANGUAGE Refused "no-language" "a book without a language is sent back (E999)" "give it a dc:language such as en or zh-CN"
    LANGUAGE Refused "language" "what is no language tag is sent back (E999)" "use a tag such as en, ja, zh-CN"
    RARE_LANGUAGE Poor "language-not-listed" "the language is not among those that Amazon lists; such books are sent back at times" "if it is sent back, tag it with a language of the list"
    MALFORMED Refused "malformed" "what is no XML is sent back (E999)" "correct the document; EPUBCheck shows the place"
    NOT_UTF8 Refused "not-utf-8" "text that is not UTF-8 is sent back or garbled" "save the document in UTF-8"
    NO_ENCODING Poor "no-encoding" "a document that does not say that it is UTF-8 may be read as ISO 8859-1" "begin it with <?xml version=\"1.0\" encoding=\"UTF-8\"?>"
    COMMENT Refused "comment" "-- within a comment is no XML" "take the comment out"
    SCRIPT Refused "script" "scripts, forms and frames are not allowed" "take the element out"
    NESTED_P Refused "nested-paragraph" "a paragraph within a paragraph is not allowed" "close the outer one first"
    NO_SRC Refused "image-without-source" "an img without src is sent back (E999)" "take the element out"
    BODY_LINK Refused "link-to-body" "a link to the id of a body counts as one that leads nowhere (E999)" "link to the document itself"
    DANGLING Refused "dangling" "what the book refers to must be in it" "add the file or take the reference out"
    DEAD_LINK Poor "dead-link" "the link leads to a place that is not in the document" "correct or remove it"
    REMOTE Refused "remote" "pictures, fonts and style sheets of the web are not loaded" "put the file into the book"
    NAVIGATION Refused "no-contents" "without NCX or navigation document the book is sent back" "make a table of contents"
    NAVIGATION_FAULT Refused "contents-fault" "faults of the contents are the most frequent reason to send a book back" "make the table of contents anew"
    NCX_DEPTH Poor "deep-contents" "Kindle shows two levels of the NCX" "leave the deeper ones out of it"
    ORDER Poor "contents-order" "contents in another order than the book's lead to wrong places" "put the spine or the contents in order"
    SPINE Refused "spine" "the spine says what is read; it must name documents of the book" "name every document once"
    NO_COVER Poor "no-cover" "without a cover picture the book has none on the shelf" "mark a JPEG with properties=\"cover-image\""
    SMALL_COVER Poor "small-cover" "a cover of less than 500 pixels along its shorter side is not shown" "use a larger picture"
    COVER_PAGE Poor "cover-page" "a document for the cover makes it show twice" "take the document out of the spine, keep the picture"
    FORMAT Refused "image-format" "only JPEG, PNG, GIF and SVG are shown" "turn the picture into JPEG or PNG"
    WRONG_TYPE Refused "image-type" "a picture that is not what the manifest calls it is sent back or not shown" "correct the media type and the name"
    IMAGE_PIXELS Poor "image-pixels" "pictures of more than 5 million pixels are scaled or refused" "make it smaller"
    IMAGE_PRINT Poor "image-cmyk" "pictures in the colours of print (CMYK) look wrong" "save it as RGB"
    FONT Poor "font-format" "only OpenType and TrueType fonts are used" "use the .otf or .ttf file"
    CSS_VARIABLES Refused "css-variables" "variables in style sheets were reported to have books sent back" "write the values"
    CSS_IMPORT Poor "css-import" "@import is not followed" "link the sheet from the documents"
    CSS_POSITION Poor "css-position" "fixed and absolute positions are not for text that flows" "take the property out"
    CSS_BODY Poor "css-body" "face, colour and side margins of the body are the reader's" "take the properties out of body and html"
    NAME Poor "file-name" "names with spaces and special characters make trouble" "use letters, digits, - and _"
    DOUBLE_ID Refused "double-id" "an id is used twice" "make the ids different"
}

/// Languages that Amazon lists for books (kdp.amazon.com, topic G200673300), by the first part of the tag.
pub(super) const LANGUAGES: &[&str] = &[
    "af", "gsw", "ar", "eu", "nb", "br", "ca", "zh", "kw", "co", "da", "nl", "stq", "en", "fi", "fr", "fy", "gl", "de",
    "gu", "hi", "is", "ga", "it", "ja", "lb", "mr", "ml", "gv", "frr", "nn", "no", "pl", "pt", "oc", "rm", "sco", "gd",
    "es", "sv", "ta", "cy", "afr", "ara", "eus", "baq", "nob", "bre", "cat", "zho", "chi", "cor", "cos", "dan", "nld",
    "dut", "eng", "fin", "fra", "fre", "fry", "glg", "deu", "ger", "guj", "hin", "isl", "ice", "gle", "ita", "jpn",
    "ltz", "mar", "mal", "glv", "nor", "nno", "pol", "por", "oci", "roh", "gla", "spa", "swe", "tam", "cym", "wel",
];
