//! Pictures with their captions, and cards for what a book cannot hold.

use super::super::frame::{Item, ItemKind, LinkTarget, TagId, TagRole};
use super::super::inline::collect;
use super::super::style::{Alignment, ParagraphStyle, TextStyle};
use super::{Flow, Ground, Place, Stand, Strip, stack};
use crate::font::Weight;
use crate::media::Image;
use crate::model::{Embed, EmbedKind, Figure, Picture, plain_text};
use crate::units::{Pt, Rect, Size};

/// Points a CSS pixel: 96 of them are an inch.
const PIXEL: f64 = 0.75;
/// Pictures are not higher than this share of the page's text.
const HIGHEST: f64 = 0.72;

impl Flow<'_, '_> {
    /// Sets pictures, the caption under the last.
    pub(super) fn figure(&mut self, figure: &Figure, place: &Place) {
        let alternative = alternative(figure, &place.language);
        let decoration =
            figure.caption.is_empty() && figure.images.iter().all(|image| image.alt.as_deref() == Some(""));
        let tag = match place.tag {
            Some(parent) if !decoration => Some(self.tags.add_with(TagRole::Figure, parent, alternative)),
            _ => None,
        };
        let gap = place.leading * 0.6;
        let caption = self.caption(figure, tag, place);
        let room = self.context.area.height * HIGHEST;
        // A picture that was found to be nothing (a tracker, a spacer) has no outcome.
        let shown = |picture: &&Picture| self.context.images.get(picture).is_some();
        let pictures: Vec<&Picture> = figure.images.iter().filter(shown).collect();
        let last = pictures.len().saturating_sub(1);
        let said = plain_text(&figure.caption);
        for (index, picture) in pictures.iter().enumerate() {
            let mut parts = vec![self.picture((picture, &said), tag, place, room)];
            if index == last {
                parts.extend(caption.iter().cloned());
            }
            let float = place.depth == 0 && place.grounds.is_empty();
            let strip = Strip { grounds: place.grounds.clone(), float, ..stack(parts) };
            self.push(strip, gap);
            self.space(gap);
        }
        if pictures.is_empty() {
            caption.into_iter().for_each(|strip| self.push(strip, Pt::ZERO));
        }
    }

    fn caption(&mut self, figure: &Figure, tag: Option<TagId>, place: &Place) -> Vec<Strip> {
        if figure.caption.is_empty() {
            return Vec::new();
        }
        let tag = tag.map(|parent| self.tags.add(TagRole::Caption, parent));
        self.caption_strips(&figure.caption, tag, place)
    }

    /// The lines of a caption.
    pub(super) fn caption_strips(
        &mut self,
        caption: &[crate::model::Inline],
        tag: Option<TagId>,
        place: &Place,
    ) -> Vec<Strip> {
        let theme = self.context.theme;
        let (size, leading) = (theme.pt(theme.caption.size), theme.pt(theme.caption.leading));
        let place =
            Place { size, leading, grid: false, colour: theme.colour.quiet.0, grounds: Vec::new(), ..place.clone() };
        self.apart(|flow| {
            let collected = flow.collect(caption, place.text(), tag, place.measure);
            let style = ParagraphStyle { alignment: Alignment::Center, ..place.paragraph() };
            let stand = Stand { before: size * 0.4, ..Stand::default() };
            flow.text(&collected, &style, &place, &stand);
        })
    }

    /// One picture, in the middle of the line; or a frame that says which is missing, as far as its caption does not.
    fn picture(&mut self, (picture, said): (&Picture, &str), tag: Option<TagId>, place: &Place, room: Pt) -> Strip {
        match self.context.images.get(picture) {
            Some(Ok(image)) => {
                let size = fit(image, picture, place.measure, room);
                let x = place.x + (place.measure - size.width) / 2.0;
                let rect = Rect::new(x, Pt::ZERO, size.width, size.height);
                let item = Item { tag, kind: ItemKind::Image { id: image.id.clone(), rect } };
                Strip { items: vec![item], below: size.height, ..Strip::default() }
            }
            Some(Err(missing)) => {
                let alt = picture.alt.as_deref().map(str::trim).filter(|alt| *alt != said.trim());
                self.missing(alt.unwrap_or_default(), missing.place().to_owned(), tag, place)
            }
            None => Strip::default(),
        }
    }

    /// A frame with what the picture shows and where it was to come from.
    fn missing(&mut self, alt: &str, from: String, tag: Option<TagId>, place: &Place) -> Strip {
        let theme = self.context.theme;
        let (size, leading) = (theme.pt(theme.caption.size), theme.pt(theme.caption.leading));
        let inner = Place {
            size,
            leading,
            grid: false,
            colour: theme.colour.quiet.0,
            measure: place.measure - size * 2.0,
            x: place.x + size,
            ..place.clone()
        };
        let words = [alt, from.as_str()];
        let lines: Vec<&str> = words.into_iter().filter(|words| !words.is_empty()).collect();
        let text = self.apart(|flow| {
            let style = ParagraphStyle { alignment: Alignment::Center, ..inner.paragraph() };
            for line in &lines {
                flow.text(&collect::plain(line, inner.text(), tag), &style, &inner, &Stand::default());
            }
        });
        let text = stack(text);
        let height = (text.below + size * 2.0).max(leading * 4.0);
        let down = (height - text.below) / 2.0;
        let rect = Rect::new(place.x, Pt::ZERO, place.measure, height);
        let frame = ItemKind::Frame { rect, line: Pt(0.5), colour: theme.colour.rule.0 };
        let mut items = vec![Item { tag: None, kind: frame }];
        items.extend(text.items.into_iter().map(|item| super::shifted(item, Pt::ZERO, down)));
        Strip { items, below: height, ..Strip::default() }
    }

    /// A card: what it is, what it is called, where it is to be found.
    pub(super) fn embed(&mut self, embed: &Embed, place: &Place) {
        let theme = self.context.theme;
        let (size, leading) = (theme.pt(theme.caption.size), theme.pt(theme.caption.leading));
        self.out.grounds.push(Ground {
            x: place.x,
            width: place.measure,
            margin: size * 0.5,
            colour: theme.colour.rule.0,
            frame: true,
        });
        let mut grounds = place.grounds.clone();
        grounds.push(self.out.grounds.len() - 1);
        let inner = Place { size, leading, grid: false, grounds, ..place.inset_both(size) };
        self.space(size);
        if let Some(picture) = &embed.picture
            && let Some(Ok(_)) = self.context.images.get(picture)
        {
            let tag = place.tag.map(|parent| self.tags.add_with(TagRole::Figure, parent, embed.title.clone()));
            let room = self.context.area.height * 0.3;
            let strip = self.picture((picture, ""), tag, &inner, room);
            self.push(Strip { grounds: inner.grounds.clone(), penalty: f64::INFINITY, ..strip }, Pt::ZERO);
            self.space(size * 0.5);
        }
        let tag = self.tag(TagRole::Paragraph, place);
        let link_tag = tag.map(|parent| self.tags.add(TagRole::Link, parent));
        let title = format!("{} {}", kind_name(embed.kind, &place.language), embed.title);
        let style = ParagraphStyle { alignment: Alignment::Start, ..inner.paragraph() };
        let bold = TextStyle { weight: Weight::Bold, ..inner.text() };
        self.text(&collect::plain(&title, bold, tag), &style, &inner, &Stand { keep: true, ..Stand::default() });
        let blue = TextStyle { colour: theme.colour.link.0, ..inner.text() };
        let mut address = collect::plain(&embed.address, blue, link_tag);
        let target = LinkTarget::Web(embed.address.clone());
        address.links.push(collect::Link { target, description: embed.title.clone(), tag: link_tag });
        address.spans.iter_mut().for_each(|span| span.link = Some(0));
        self.text(&address, &style, &inner, &Stand::default());
        self.space(size);
    }
}

/// The size a picture is shown at: its declared one or its own at 96 pixels an inch, made smaller to fit.
fn fit(image: &Image, picture: &Picture, width: Pt, height: Pt) -> Size {
    let (w, h) = (f64::from(image.width.max(1)), f64::from(image.height.max(1)));
    // What the page declares may be wrong about the proportions, so only its width counts.
    let wide = picture.declared.map_or(w, |(declared, _)| f64::from(declared.max(1)).min(w)) * PIXEL;
    let scale = (width.0 / wide).min(height.0 / (wide * h / w)).min(1.0);
    Size { width: Pt(wide * scale), height: Pt((wide * scale * h / w).max(1.0)) }
}

fn alternative(figure: &Figure, language: &str) -> String {
    let alts: Vec<&str> = figure.images.iter().filter_map(|image| image.alt.as_deref()).map(str::trim).collect();
    let alts: Vec<&str> = alts.into_iter().filter(|alt| !alt.is_empty()).collect();
    if !alts.is_empty() {
        return alts.join("; ");
    }
    let caption = plain_text(&figure.caption);
    if !caption.trim().is_empty() {
        return caption;
    }
    let name = match language.split('-').next() {
        Some("zh" | "yue") if language.contains("Hant") || language.ends_with("TW") || language.ends_with("HK") => {
            "圖片"
        }
        Some("zh") => "图片",
        Some("ja") => "画像",
        Some("ko") => "그림",
        Some("ru") => "изображение",
        _ => "image",
    };
    name.to_owned()
}

fn kind_name(kind: EmbedKind, language: &str) -> &'static str {
    let chinese = language.starts_with("zh");
    match kind {
        EmbedKind::Video if chinese => "［视频］",
        EmbedKind::Audio if chinese => "［音频］",
        EmbedKind::Post if chinese => "［帖子］",
        EmbedKind::Page if chinese => "［网页］",
        EmbedKind::Video => "[video]",
        EmbedKind::Audio => "[audio]",
        EmbedKind::Post => "[post]",
        EmbedKind::Page => "[page]",
    }
}
