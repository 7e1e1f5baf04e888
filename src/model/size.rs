//! What of a picture's address says only how it is wanted.

/// Whether a parameter of an address's query asks a server for a size, a quality or a file format of a picture, and says
/// nothing of which picture it is. `fit` and `resize` count if they are two numbers; as words they say how it is cut.
pub fn asks_for_a_size(host: &str, name: &str, value: &str) -> bool {
    let number = |text: &str| text.parse::<u32>().is_ok_and(|number| number > 0);
    let pair = || value.split_once("%2C").or_else(|| value.split_once(','));
    match name {
        "w" | "width" | "s" | "sz" | "size" | "wid" | "imwidth" | "h" | "height" | "hei" | "q" | "quality" | "dpr"
        | "zoom" | "ssl" => number(value),
        "resize" | "fit" => pair().is_some_and(|(width, height)| number(width) && number(height)),
        "auto" => true,
        "fm" | "format" => matches!(value, "jpg" | "jpeg" | "pjpg" | "png" | "webp" | "avif" | "auto"),
        "name" => host == "pbs.twimg.com",
        "tp" | "wxfrom" | "wx_lazy" | "wx_co" => host == "mmbiz.qpic.cn",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::asks_for_a_size;

    #[test]
    fn sizes_are_told_from_names() {
        for (name, value) in
            [("w", "640"), ("resize", "300%2C200"), ("fit", "300,200"), ("auto", "format"), ("q", "75")]
        {
            assert!(asks_for_a_size("a.example", name, value), "{name}={value}");
        }
        for (name, value) in
            [("id", "640"), ("q", "cats"), ("s", "f00"), ("fit", "crop"), ("name", "large"), ("w", "0")]
        {
            assert!(!asks_for_a_size("a.example", name, value), "{name}={value}");
        }
        assert!(asks_for_a_size("pbs.twimg.com", "name", "large"));
    }
}
