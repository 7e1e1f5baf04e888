//! Formulas in TeX as MathML.
//!
//! The library's output is HTML; it goes through the page's parser and [`mathml`], as formulas of pages do.

use std::borrow::Cow;

use pulldown_latex::config::{DisplayMode, RenderConfig};
use pulldown_latex::{Parser, Storage, push_mathml};

use super::mathml;
use super::parse::parse;
use super::tree::Tree;
use crate::model::Math;

/// The longest formula that is read: the library's work grows with the square of its nesting.
const LONGEST: usize = 4096;

/// A formula of which the TeX is known. Without MathML if the TeX is too long, or says something that is not understood:
/// a formula that is half right is worse than its source.
pub(super) fn formula(tex: String, display: bool) -> Math {
    let mathml = mathml_of(&tex, display);
    Math { tex, mathml }
}

fn mathml_of(tex: &str, display: bool) -> Option<String> {
    if tex.len() > LONGEST || tex.trim().is_empty() {
        return None;
    }
    let tex = &*operators(tex)?;
    let display_mode = if display { DisplayMode::Block } else { DisplayMode::Inline };
    let storage = Storage::new();
    let mut html = String::new();
    push_mathml(&mut html, Parser::new(tex, &storage), RenderConfig { display_mode, ..RenderConfig::default() })
        .ok()?;
    if html.contains("<merror") {
        return None;
    }
    // It escapes its own spaces.
    let html = html.replace("&amp;nbsp;", "&nbsp;");
    let tree = parse(&html, &[]).tree;
    let math = tree.named(Tree::DOCUMENT, "math").next()?;
    mathml::write(&tree, math)
}

/// TeX with the names of operators as the library reads them: in braces, as plain text, and without the star that puts
/// limits under them. `None` if a name is no plain text.
fn operators(tex: &str) -> Option<Cow<'_, str>> {
    const COMMAND: &str = r"\operatorname";
    if !tex.contains(COMMAND) {
        return Some(Cow::Borrowed(tex));
    }
    let mut out = String::with_capacity(tex.len());
    let mut rest = tex;
    while let Some((before, after)) = rest.split_once(COMMAND) {
        let starred = after.strip_prefix('*');
        let after = starred.unwrap_or(after).trim_start();
        let (name, behind) = match after.strip_prefix('{') {
            Some(inner) => inner.split_once('}')?,
            None => after.split_at_checked(after.chars().next()?.len_utf8())?,
        };
        let name =
            [r"\,", r"\;", r"\:", r"\ ", "~"].iter().fold(name.to_owned(), |name, space| name.replace(space, " "));
        if name.contains(['\\', '{', '$', '^', '_']) {
            return None;
        }
        out.push_str(before);
        out.push_str(&format!("{COMMAND}{{{name}}}"));
        if starred.is_some() && behind.trim_start().starts_with(['_', '^']) {
            out.push_str(r"\limits");
        }
        rest = behind;
    }
    out.push_str(rest);
    Some(Cow::Owned(out))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inner(tex: &str) -> Option<String> {
        let mathml = formula(tex.to_owned(), false).mathml?;
        Some(mathml.split_once('>')?.1.strip_suffix("</math>")?.to_owned())
    }

    #[test]
    fn what_tex_says() {
        assert_eq!(inner("x^2").unwrap(), "<msup><mi>x</mi><mn>2</mn></msup>");
        assert_eq!(inner("a<b").unwrap(), "<mi>a</mi><mo>&lt;</mo><mi>b</mi>");
        assert!(inner(r"\frac{1}{\sqrt{2\pi}}").unwrap().starts_with("<mfrac>"));
        assert!(inner(r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}").unwrap().contains("<mtable>"));
        assert!(inner(r"\text{当 } x>0").unwrap().contains("<mtext>当\u{A0}</mtext>"));
        let limits = inner(r"\operatorname*{arg\,max}_{x} f + \operatorname{lcm}(a)").unwrap();
        assert!(limits.starts_with("<munder><mi>arg max</mi><mrow><mi>x</mi></mrow></munder>"), "{limits}");
        assert!(limits.contains("<mi>lcm</mi>"), "{limits}");
        assert!(inner(r"a\ b").unwrap().contains("<mtext>\u{A0}</mtext>"));
        let lined = inner(r"\begin{array}{l|rc} a & b & c \\ \hline d & e & f \end{array}").unwrap();
        assert!(lined.starts_with("<mtable columnlines=\"solid none\" rowlines=\"solid\">"), "{lined}");
        assert!(lined.contains("<mtd columnalign=\"left\"><mi>a</mi></mtd><mtd columnalign=\"right\">"), "{lined}");
        assert!(inner(r"\left| x \right|").unwrap().contains("<mo stretchy=\"true\">|</mo>"));
        assert!(inner(r"a\,b").unwrap().contains("<mspace width=\"0.16666667em\"></mspace>"));
        assert!(
            inner(r"\tfrac{a}{b}")
                .unwrap()
                .starts_with("<mstyle displaystyle=\"false\" scriptlevel=\"0\"><mrow><mfrac>")
        );
        assert!(formula(r"\sum_{i=0}^n i".to_owned(), true).mathml.unwrap().contains("display=\"block\""));
    }

    #[test]
    fn what_is_not_understood_stays_tex() {
        for tex in [
            r"\unheardof{x}",
            r"\frac{a}{",
            "x & y",
            "",
            "  ",
            r"\href{javascript:alert(1)}{x}",
            r"\operatorname{\mathbf{x}}",
        ] {
            assert_eq!(formula(tex.to_owned(), false), Math { tex: tex.to_owned(), mathml: None }, "{tex}");
        }
    }

    #[test]
    fn no_formula_is_too_strange() {
        for tex in [
            "{".repeat(4000),
            r"\sqrt{".repeat(600) + &"}".repeat(400),
            "x^{".repeat(1000) + &"}".repeat(1000),
            "概".repeat(1300),
        ] {
            let _ = formula(tex, true);
        }
        assert_eq!(formula("x+".repeat(4000), true).mathml, None);
    }
}
