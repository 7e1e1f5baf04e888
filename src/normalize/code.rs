//! Code: byte for byte, without what a site adds around it.

use super::address;
use super::blocks::Context;
use super::tree::NodeId;
use crate::model::Block;

/// What highlighters put beside the lines.
const EXTRAS: [&str; 26] = [
    "line-numbers-rows",
    "linenumber",
    "line-number",
    "linenos",
    "lineno",
    "gutter",
    "code-gutter",
    "rouge-gutter",
    "lnt",
    "ln",
    "react-syntax-highlighter-line-number",
    "copy-button",
    "copy-btn",
    "copybtn",
    "btn-copy",
    "copy-code-btn",
    "copy-code-button",
    "hljs-copy",
    "hljs-copy-button",
    "hljs-button",
    "clipboard-copy",
    "code-copy",
    "btn-clipboard",
    "toolbar-item",
    "hljs-ln-n",
    "hljs-ln-numbers",
];

/// A block of code. `None` if it is empty.
pub(super) fn block(context: &Context<'_>, id: NodeId) -> Option<Block> {
    // An editor in the page has more than the text.
    let edited = |node: &NodeId| {
        context.tree.classes(*node).any(|class| matches!(class, "cm-content" | "CodeMirror-code" | "view-lines"))
    };
    let text = raw(context, context.tree.descendants(id).find(edited).unwrap_or(id));
    if numbers_lines(&text) {
        return None;
    }
    let text = text.strip_prefix('\n').unwrap_or(&text);
    let text = text.trim_end_matches(['\n', ' ', '\t']);
    let text = text.trim_start_matches('\n');
    (!text.trim().is_empty()).then(|| Block::Code { language: language(context, id), text: text.to_owned() })
}

/// Whether a text is the numbers of lines alone, from a column of their own.
fn numbers_lines(text: &str) -> bool {
    let mut lines = text.split_whitespace();
    let first = lines.next().and_then(|first| first.parse::<u32>().ok());
    let Some(first) = first.filter(|first| *first <= 1) else { return false };
    let mut next = first + 1;
    let all = lines.all(|line| {
        next += 1;
        line.parse() == Ok(next - 1)
    });
    all && next > first + 2 && text.contains('\n')
}

/// Whether a text only names what a button does, or which language follows.
pub(super) fn is_label(text: &str, language: Option<&str>) -> bool {
    let text = text.trim().to_lowercase();
    matches!(
        text.as_str(),
        "copy" | "copied!" | "copied" | "copy code" | "复制" | "复制代码" | "複製" | "コピー" | "run"
    ) || language.is_some_and(|language| language == text)
}

/// A fragment of code in a line.
pub(super) fn inline(context: &Context<'_>, id: NodeId) -> String {
    let text = raw(context, id);
    if text.contains('\n') { super::space::collapse(&text) } else { text.trim().to_owned() }
}

/// Whether code outside of a `pre` is a block: it has lines.
pub(super) fn is_block(context: &Context<'_>, id: NodeId) -> bool {
    let tree = context.tree;
    let style = tree.attribute(id, "style").unwrap_or_default().replace(' ', "");
    let shown = style.contains("display:block") || style.contains("white-space:pre");
    shown || tree.named(id, "br").nth(1).is_some()
}

/// Whether a `pre` follows another one directly, so that both are lines of one program.
pub(super) fn is_next(context: &Context<'_>, id: NodeId) -> bool {
    let tree = context.tree;
    let before = std::iter::successors(tree.node(id).previous, |node| tree.node(*node).previous);
    let before = before.into_iter().find(|node| tree.text(*node).is_none_or(|text| !text.trim().is_empty()));
    before.is_some_and(|before| tree.name(before) == tree.name(id))
}

/// The text with its white space; line breaks and blocks begin lines.
fn raw(context: &Context<'_>, id: NodeId) -> String {
    let tree = context.tree;
    let mut out = String::new();
    let mut at = id;
    loop {
        let mut enter = true;
        if let Some(text) = tree.text(at) {
            out.extend(text.chars().filter_map(|c| match c {
                '\n' | '\t' => Some(c),
                '\u{A0}' => Some(' '),
                '\r' | '\u{200B}' => None,
                c => super::space::repaired(c),
            }));
        } else if at != id {
            let extra = tree.classes(at).any(|class| EXTRAS.contains(&class));
            let hidden = matches!(tree.name(at), "button" | "script" | "style" | "svg") || is_tool(context, at);
            match tree.name(at) {
                _ if extra || hidden || context.marks.dropped(at) && !is_plain_inline(tree.name(at)) => enter = false,
                "br" => out.push('\n'),
                "a" | "span" if tree.value(at, "data-cfemail").is_some() => {
                    let email = tree.value(at, "data-cfemail").and_then(address::decode_email);
                    if let Some(email) = email {
                        out.push_str(&email);
                        enter = false;
                    }
                }
                "div" | "p" | "li" | "tr" | "code"
                    if !out.is_empty() && !out.ends_with('\n') && starts_line(context, at) =>
                {
                    out.push('\n');
                }
                _ => {}
            }
        }
        let next = tree.node(at).first.filter(|_| enter).or_else(|| tree.after(at, id));
        match next {
            Some(next) => at = next,
            None => return out,
        }
    }
}

/// What cannot be selected is no part of the text, nor is a bar with a button.
fn is_tool(context: &Context<'_>, id: NodeId) -> bool {
    let tree = context.tree;
    let style = tree.attribute(id, "style").unwrap_or_default();
    let unselectable = style.contains("user-select") && style.replace(' ', "").contains("user-select:none");
    let bar = || tree.children(id).any(|child| tree.name(child) == "button") && !tree.text_of(id).trim().contains('\n');
    unselectable || tree.name(id) == "div" && bar()
}

fn is_plain_inline(name: &str) -> bool {
    matches!(name, "span" | "b" | "i" | "em" | "strong")
}

/// Blocks begin a line; so does each `code` of a `pre` that has several.
fn starts_line(context: &Context<'_>, id: NodeId) -> bool {
    let tree = context.tree;
    if tree.name(id) != "code" {
        return true;
    }
    tree.node(id).previous.is_some_and(|before| tree.name(before) == "code")
}

/// The language that classes name.
fn language(context: &Context<'_>, id: NodeId) -> Option<String> {
    let tree = context.tree;
    let inside = tree.descendants(id).filter(|node| tree.name(*node) == "code").take(1);
    let around = tree.ancestors(id).take(3);
    let nodes = std::iter::once(id).chain(inside).chain(around);
    let named = nodes.into_iter().find_map(|node| {
        let data = tree.value(node, "data-lang").or_else(|| tree.value(node, "data-language"));
        let class = tree.classes(node).find_map(|class| {
            ["language-", "lang-", "highlight-source-", "brush:"].iter().find_map(|prefix| class.strip_prefix(prefix))
        });
        data.or(class).map(str::to_owned)
    })?;
    let name = named.trim_matches(|c: char| !c.is_ascii_alphanumeric() && c != '+' && c != '#').to_ascii_lowercase();
    let fits = name.len() <= 20 && name.chars().all(|c| c.is_ascii_alphanumeric() || "+#-_.".contains(c));
    (fits && !name.is_empty() && !matches!(name.as_str(), "none" | "plaintext" | "plain" | "text" | "txt" | "auto"))
        .then_some(name)
}
