//! Articles written in Markdown.

use std::fs;

use crate::books::pdf_text;
use crate::program::{folder, offprint};

const ARTICLE: &str = "---\ntitle: 海上的灯\nlang: zh-CN\n---\n# 海上的灯\n\n**注意：**请看[这里](https://example.org)。\
    脚注[^1]，公式 $E_a=m*c^2*$。\n\n## 一 开头\n\n- 一\n- 二\n  1. 子\n\n> 引用\n\n```rust\nfn main() {}\n```\n\n\
    | 甲 | 乙 |\n|---|---:|\n| 1 | 2 |\n\n术语\n\n: 解释\n\n$$\na^2\n$$\n\n[^1]: 注的文字。\n";

#[test]
fn markdown_has_the_structure_of_html() {
    let dir = folder("markdown");
    fs::write(dir.join("a.md"), ARTICLE).unwrap();
    let run = offprint(&dir, &["build", "a.md", "-o", "a.html", "--offline"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let page = fs::read_to_string(dir.join("a.html")).unwrap();
    for expected in [
        "<p><strong>注意：</strong>请看<a href=\"https://example.org/\">这里</a>。脚注<sup><a role=\"doc-noteref\"",
        "<h2>一 开头</h2>",
        "<li>子</li>",
        "<blockquote>\n<p>引用</p>",
        "<pre><code class=\"language-rust\">fn main() {}</code></pre>",
        "<td align=\"right\">2</td>",
        "<dt>术语</dt>\n<dd>解释</dd>",
        "注的文字。",
    ] {
        assert_eq!(page.matches(expected).count(), 1, "{expected} in {page}");
    }
    assert_eq!(page.matches("海上的灯").count(), 1, "the heading repeats the title: {page}");
    assert!(page.matches("<math").count() == 2 && !page.contains('$'), "{page}");
}

#[test]
fn formulas_on_their_own_lines_are_set_in_pdf() {
    let dir = folder("markdown_formulas");
    let article = "# 公式\n\n求和：\n\n$$\\sum_{i=1}^n i = \\frac{n(n+1)}{2}$$\n\n矩阵：\n\n\
        $$A = \\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}$$\n\n对齐：\n\n\
        $$\\begin{aligned} x &= \\sqrt{2} \\\\ &\\approx 1.41\\quad\\text{约数} \\end{aligned}$$\n";
    fs::write(dir.join("a.md"), article).unwrap();
    let run = offprint(&dir, &["build", "a.md", "-o", "a.pdf", "-o", "a.epub", "--offline", "--title", "公式"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let text = pdf_text(&dir.join("a.pdf"));
    // The operators are there, but not the parentheses and the slash of a formula in one line.
    for expected in ["∑", "i=1", "n(n+1)2", "abcd", "√", "约数"] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
    assert!(!text.contains("/2") && !text.contains(';'), "{text}");
    let before = fs::read(dir.join("a.pdf")).unwrap();
    assert_eq!(offprint(&dir, &["build", "a.md", "-o", "a.pdf", "--offline", "--title", "公式"]).code, 0);
    assert_eq!(before, fs::read(dir.join("a.pdf")).unwrap());
    assert_eq!(offprint(&dir, &["verify", "a.pdf", "a.epub"]).code, 0);
}
