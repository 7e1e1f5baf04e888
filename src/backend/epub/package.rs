//! The small archive that epub-builder makes: everything but the style sheet as empty stand-ins, so that it stands in the
//! manifest and the spine without being compressed and read again first.
//!
//! Only what epub-builder 0.8.3 does right is asked of it. Creators, languages' ids, properties, navigation and times
//! are [`opf`](super::opf)'s and [`finish`](super::finish)'s.

use std::io;

use epub_builder::{EpubBuilder, EpubContent, EpubVersion, ZipLibrary};

use super::xhtml::{allowed, one_line};
use crate::model::Metadata;

/// An archive under way. Files are given with names of this crate's making only.
pub(super) struct Package {
    builder: EpubBuilder<ZipLibrary>,
}

impl Package {
    /// An archive with the metadata that epub-builder writes right; `contents` is what the contents are called.
    pub(super) fn new(metadata: &Metadata, contents: &str) -> io::Result<Self> {
        let mut builder = ZipLibrary::new().and_then(EpubBuilder::new).map_err(io::Error::other)?;
        builder.epub_version(EpubVersion::V33);
        builder.set_title(one_line(&metadata.title));
        builder.set_toc_name(contents);
        builder.set_uuid(metadata.identifier.parse().unwrap_or_default());
        // A fixed time, so that the clock is not read; the package document is given the right one later.
        builder.set_modified_date(Default::default());
        builder.add_language(metadata.language.tag());
        let clean = |text: &str| text.chars().filter(|c| allowed(*c)).collect::<String>();
        metadata.description.iter().for_each(|text| builder.add_description(clean(text).trim()));
        metadata.rights.iter().for_each(|text| builder.set_license(one_line(text)));
        let subjects = metadata.subjects.iter().map(|subject| one_line(subject)).filter(|subject| !subject.is_empty());
        subjects.for_each(|subject| builder.add_subject(subject));
        // The setter `epub_direction` sets a field that nothing reads.
        let direction = if metadata.language.is_rtl() { "rtl" } else { "ltr" };
        builder.metadata("direction", direction).map_err(io::Error::other)?;
        Ok(Self { builder })
    }

    /// Adds an empty stand-in for a document of the spine.
    pub(super) fn document(&mut self, href: &str) -> io::Result<()> {
        self.builder.add_content(EpubContent::new(href, io::empty())).map(drop).map_err(io::Error::other)
    }

    /// Adds the style sheet.
    pub(super) fn style(&mut self, css: &str) -> io::Result<()> {
        self.builder.stylesheet(css.as_bytes()).map(drop).map_err(io::Error::other)
    }

    /// Adds an empty stand-in.
    pub(super) fn stand_in(&mut self, href: &str, media_type: &str) -> io::Result<()> {
        self.builder.add_resource(href, io::empty(), media_type).map(drop).map_err(io::Error::other)
    }

    /// Adds an empty stand-in for the cover picture.
    pub(super) fn cover(&mut self, href: &str, media_type: &str) -> io::Result<()> {
        self.builder.add_cover_image(href, io::empty(), media_type).map(drop).map_err(io::Error::other)
    }

    /// The archive.
    pub(super) fn finish(self) -> io::Result<Vec<u8>> {
        let mut archive = Vec::new();
        self.builder.generate(&mut archive).map_err(io::Error::other)?;
        Ok(archive)
    }
}
