//! Formulas: in MathML, in what KaTeX, MathJax and their kind draw, in pictures, in TeX between signs.

use url::Url;

use super::inlines::Piece;
use super::tex;
use super::tree::{NodeId, Tree};
use crate::model::{Inline, Math};

/// Attributes in which a program that draws formulas keeps their TeX.
const TEX: [&str; 7] =
    ["data-tex", "data-latex", "data-math", "data-formula", "data-katex", "data-original-tex", "data-tex-src"];
/// Classes of elements that hold one formula.
const HOLDERS: [&str; 14] = [
    "katex",
    "katex-display",
    "katex-block",
    "MathJax",
    "MathJax_Display",
    "MathJax_SVG",
    "mwe-math-element",
    "math",
    "arithmatex",
    "kdmath",
    "ztext-math",
    "hurmet-tex",
    "math-inline",
    "math-block",
];

/// The formula that an element holds and nothing else, and whether it stands on a line of its own.
pub(super) fn held(tree: &Tree, id: NodeId) -> Option<(Math, bool)> {
    let name = tree.name(id);
    // GitLab and its kind mark the TeX itself.
    if let Some(style) = tree.value(id, "data-math-style") {
        let (tex, display) = (tree.text_of(id).trim().to_owned(), style == "display");
        return (!tex.is_empty()).then(|| (tex::formula(tex, display), display));
    }
    if !matches!(name, "span" | "div" | "p" | "mjx-container" | "amp-mathml" | "tex-math") {
        return None;
    }
    let element = tree.element(id)?;
    let holder =
        name == "mjx-container" || name == "tex-math" || tree.classes(id).any(|class| HOLDERS.contains(&class));
    let told = element.attributes.iter().any(|(name, _)| TEX.contains(&&*name.local) || &*name.local == "data-formula");
    if !(holder || told) {
        return None;
    }
    let entry = || tree.value(id, "data-entry").filter(|_| tree.has_class(id, "hurmet-tex"));
    let told = TEX.iter().find_map(|name| tree.value(id, name)).or_else(entry);
    let drawn = tree.named(id, "math").next().and_then(|math| mathml(tree, math));
    let raw = || {
        let text = tree.words_of(id);
        delimited(&text).map(|(tex, display)| (tex.to_owned(), display))
    };
    let (math, display) = match (drawn, told) {
        (Some(math), Some(tex)) if math.tex.is_empty() => (Math { tex: tex.to_owned(), ..math }, false),
        (Some(math), _) => (math, false),
        (None, Some(tex)) => {
            let (tex, display) = delimited(tex).unwrap_or((tex, false));
            (tex::formula(tex.to_owned(), display), display)
        }
        (None, None) => raw().map(|(tex, display)| (tex::formula(tex, display), display))?,
    };
    // A paragraph that has a formula in it is not one.
    let alone = told.is_some() || tree.named(id, "math").nth(1).is_none() && !tree.named(id, "p").any(|p| p != id);
    let block = tree.value(id, "display") == Some("true")
        || tree.named(id, "math").any(|math| tree.value(math, "display") == Some("block"))
        || tree.classes(id).any(|class| matches!(class, "display" | "katex-display" | "katex-block" | "math-block"))
        || matches!(name, "div" | "p");
    alone.then_some((math, display || block))
}

/// A formula in MathML, with the TeX that it carries.
pub(super) fn mathml(tree: &Tree, id: NodeId) -> Option<Math> {
    let tex = tree
        .named(id, "annotation")
        .find(|node| tree.value(*node, "encoding").is_some_and(|kind| kind.to_ascii_lowercase().contains("tex")))
        .map(|node| tree.text_of(node).trim().to_owned());
    let tex = tex.or_else(|| tree.value(id, "alttext").map(str::to_owned)).unwrap_or_default();
    let mathml = super::mathml::write(tree, id);
    (!tex.is_empty() || mathml.is_some()).then_some(Math { tex, mathml })
}

/// The TeX of a script that MathJax 2 draws, and whether it has a line of its own.
pub(super) fn tex_of_script(tree: &Tree, id: NodeId) -> Option<(String, bool)> {
    let kind = tree.value(id, "type").filter(|_| tree.name(id) == "script")?;
    let text = tree.text_of(id);
    // Some publishers guard it from XML's eyes.
    let tex = text.trim().trim_start_matches("% <![CDATA[").trim_end_matches("%]]>").trim().to_owned();
    (kind.starts_with("math/tex") && !tex.is_empty()).then(|| (tex, kind.contains("mode=display")))
}

/// Whether what MathJax 2 drew stands before the script that it drew.
pub(super) fn tex_script_follows(tree: &Tree, id: NodeId) -> bool {
    let mut after = std::iter::successors(tree.node(id).next, |node| tree.node(*node).next).take(3);
    after.any(|node| tex_of_script(tree, node).is_some())
}

/// The TeX of a formula that is drawn as a picture.
pub(super) fn of_image(tree: &Tree, img: NodeId) -> Option<String> {
    let class = tree.classes(img).any(|class| {
        matches!(
            class,
            "latex"
                | "tex"
                | "mwe-math-fallback-image-inline"
                | "mwe-math-fallback-image-display"
                | "math"
                | "equation"
                | "ztext-math"
        )
    });
    let source = tree.value(img, "src").unwrap_or_default();
    let service = ["latex.codecogs.com", "wp.com/latex.php", "zhihu.com/equation", "chart?cht=tx", "math.now.sh"];
    let drawn = service.iter().any(|part| source.contains(part));
    let alt = tree.value(img, "alt").or_else(|| tree.value(img, "data-formula"));
    let alt = alt.filter(|alt| class || drawn || is_tex(alt)).map(str::to_owned);
    let tex = alt.or_else(|| if drawn { of_address(source) } else { None })?;
    let tex = tex.trim().trim_start_matches("{\\displaystyle ").trim_matches('$').trim();
    (!tex.is_empty()).then(|| tex.to_owned())
}

/// The TeX in the address of a service that draws it.
fn of_address(source: &str) -> Option<String> {
    let url = Url::parse(source).or_else(|_| Url::parse(&format!("https:{source}"))).ok()?;
    let named = url.query_pairs().find(|(name, _)| matches!(&**name, "chl" | "latex" | "tex" | "from"));
    let text = match named {
        Some((_, tex)) => tex.into_owned(),
        None => super::address::decoded(url.query()?),
    };
    Some(text.trim_start_matches("\\inline").replace('+', " ").trim().to_owned()).filter(|tex| !tex.is_empty())
}

/// Whether a text can only be TeX: a command with what it is for.
fn is_tex(text: &str) -> bool {
    let command = text.split('\\').skip(1).any(|rest| rest.chars().take_while(char::is_ascii_alphabetic).count() >= 2);
    command && text.contains(['{', '^', '_']) && !text.contains(":\\")
}

/// TeX between the signs that begin and end it, and whether these set it on a line of its own.
fn delimited(text: &str) -> Option<(&str, bool)> {
    let text = text.trim();
    let between = |open: &str, close: &str| {
        let inner = text.strip_prefix(open)?.strip_suffix(close)?.trim();
        (!inner.is_empty() && !inner.contains(open)).then_some(inner)
    };
    if let Some(tex) = between("\\[", "\\]").or_else(|| between("$$", "$$")) {
        return Some((tex, true));
    }
    between("\\(", "\\)").or_else(|| between("$", "$")).map(|tex| (tex, false))
}

/// Which signs set TeX apart in a page's text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Signs {
    /// A program that draws formulas is loaded, so that `\(…\)`, `\[…\]` and `$$…$$` are formulas whatever they hold.
    loaded: bool,
    /// It was told that `$…$` is one too.
    dollar: bool,
}

/// What the page's scripts say.
pub(super) fn signs(tree: &Tree) -> Signs {
    let mut signs = Signs::default();
    for id in tree.named(Tree::DOCUMENT, "script") {
        let source = tree.value(id, "src").unwrap_or_default().to_ascii_lowercase();
        signs.loaded |= source.contains("mathjax") || source.contains("katex");
        if let Some(text) = tree.node(id).first.and_then(|text| tree.text(text)) {
            let configured = text.contains("inlineMath") || text.contains("renderMathInElement");
            signs.loaded |= configured;
            signs.dollar |= configured && ["'$'", "\"$\""].iter().any(|dollar| text.contains(dollar));
        }
    }
    signs
}

/// Takes TeX out of running text; what has a line of its own becomes a paragraph.
pub(super) fn split(pieces: Vec<Piece>, signs: Signs) -> Vec<Piece> {
    let has_sign = |piece: &Piece| matches!(piece, Piece::Text(text) if text.contains("\\(") || text.contains("\\[") || text.contains('$'));
    if !pieces.iter().any(has_sign) {
        return pieces;
    }
    let mut out = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match piece {
            Piece::Text(text) => split_text(&text, signs, &mut out),
            piece => out.push(piece),
        }
    }
    out
}

fn split_text(text: &str, signs: Signs, out: &mut Vec<Piece>) {
    let mut rest = text;
    let mut from = 0;
    while let Some(at) = rest.get(from..).and_then(|rest| rest.find(['\\', '$'])).map(|at| at + from) {
        match formula(&rest[at..], signs) {
            Some((tex, length, display)) => {
                out.push(Piece::Text(rest[..at].to_owned()));
                let around = if display { 2 } else { 0 };
                out.extend((0..around).map(|_| Piece::Break));
                out.push(Piece::Atom(Inline::Math(tex::formula(tex.to_owned(), display))));
                out.extend((0..around).map(|_| Piece::Break));
                rest = &rest[at + length..];
                from = 0;
            }
            None => from = at + if rest[at..].starts_with("$$") || rest[at..].starts_with("\\(") { 2 } else { 1 },
        }
    }
    out.push(Piece::Text(rest.to_owned()));
}

/// The beginning of a text: what ends a formula stands near what begins it.
fn within(text: &str, longest: usize) -> &str {
    let end = (longest.min(text.len())..=text.len()).find(|at| text.is_char_boundary(*at));
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// The formula that a text begins with, its length with its signs, and whether it has a line of its own.
fn formula(text: &str, signs: Signs) -> Option<(&str, usize, bool)> {
    const LONGEST: usize = 2000;
    let kinds = [("\\[", "\\]", true), ("\\(", "\\)", false), ("$$", "$$", true)];
    for (open, close, display) in kinds {
        if let Some(inner) = text.strip_prefix(open) {
            let end = within(inner, LONGEST).find(close)?;
            let tex = inner[..end].trim();
            let sure = signs.loaded || tex.contains(['^', '_']) || is_tex(tex);
            return (sure && !tex.is_empty()).then_some((tex, end + open.len() + close.len(), display));
        }
    }
    // As pandoc has it, so that prices are not formulas.
    let inner = text.strip_prefix('$').filter(|_| signs.dollar)?;
    let end = within(inner, 400).find('$')?;
    let tex = &inner[..end];
    let tight = !tex.starts_with(char::is_whitespace) && !tex.ends_with(char::is_whitespace) && !tex.ends_with('\\');
    let price = inner[end + 1..].starts_with(|c: char| c.is_ascii_digit());
    (tight && !price && !tex.is_empty()).then_some((tex, end + 2, false))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, signs: Signs) -> Vec<String> {
        let pieces = split(vec![Piece::Text(text.into())], signs);
        let tex = |piece: Piece| if let Piece::Atom(Inline::Math(math)) = piece { Some(math.tex) } else { None };
        pieces.into_iter().filter_map(tex).collect()
    }

    #[test]
    fn signs_of_tex() {
        let none = Signs::default();
        let all = Signs { loaded: true, dollar: true };
        assert_eq!(found(r"a \(x^2\) b \[ \frac{1}{2} \] c $$y_1$$", none), ["x^2", r"\frac{1}{2}", "y_1"]);
        assert!(found(r"costs $5 and $10, \(see there\), $$$, C:\(x", none).is_empty());
        assert_eq!(found(r"$x$ costs $5 and $10 or \(y\) $ z$", all), ["x", "y"]);
    }

    #[test]
    fn addresses_of_drawn_tex() {
        let of = |source: &str| of_address(source).unwrap_or_default();
        assert_eq!(of("https://latex.codecogs.com/svg.image?%5Cfrac%7Ba%7D%7Bb%7D"), r"\frac{a}{b}");
        assert_eq!(of("//s0.wp.com/latex.php?latex=a%5E2&bg=fff"), "a^2");
        assert!(is_tex(r"\operatorname{fn}(x)") && !is_tex(r"C:\Users\{x}") && !is_tex("a_b"));
    }
}
