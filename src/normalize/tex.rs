//! Formulas in TeX as MathML.
//!
//! The library's output is HTML; it goes through the page's parser and [`mathml`], as formulas of pages do.

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
    let display_mode = if display { DisplayMode::Block } else { DisplayMode::Inline };
    let storage = Storage::new();
    let mut html = String::new();
    push_mathml(&mut html, Parser::new(tex, &storage), RenderConfig { display_mode, ..RenderConfig::default() })
        .ok()?;
    if html.contains("<merror") {
        return None;
    }
    // A bar that stands between terms is as high as they are written; only what `\left` and `\right` say grows.
    let html = html.replace("symmetric=\"true\" stretchy=\"true\">", "stretchy=\"false\">");
    // It escapes its own spaces.
    let html = html.replace("&amp;nbsp;", "&nbsp;");
    let tree = parse(&html, &[]).tree;
    let math = tree.named(Tree::DOCUMENT, "math").next()?;
    mathml::write(&tree, math)
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
        assert!(inner(r"a\ b").unwrap().contains("<mtext>\u{A0}</mtext>"));
        let lined = inner(r"\begin{array}{l|rc} a & b & c \\ \hline d & e & f \end{array}").unwrap();
        assert!(lined.starts_with("<mtable columnlines=\"solid none\" rowlines=\"solid\">"), "{lined}");
        assert!(lined.contains("<mtd columnalign=\"left\"><mi>a</mi></mtd><mtd columnalign=\"right\">"), "{lined}");
        assert!(inner(r"|x| = \frac{a}{b}").unwrap().starts_with("<mo stretchy=\"false\">|</mo>"));
        assert!(inner(r"\left| x \right|").unwrap().contains("<mo stretchy=\"true\">|</mo>"));
        assert!(inner(r"a\,b").unwrap().contains("<mspace width=\"0.16666667em\"></mspace>"));
        assert!(
            inner(r"\tfrac{a}{b}").unwrap().starts_with("<mstyle displaystyle=\"false\" scriptlevel=\"0\"><mfrac>")
        );
        assert!(formula(r"\sum_{i=0}^n i".to_owned(), true).mathml.unwrap().contains("display=\"block\""));
    }

    #[test]
    fn what_is_not_understood_stays_tex() {
        for tex in [r"\unheardof{x}", r"\frac{a}{", "x & y", "", "  ", r"\href{javascript:alert(1)}{x}"] {
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
