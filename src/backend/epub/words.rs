//! What a book says of itself, in its own language.

use crate::model::Language;

/// The words of one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Words {
    /// The contents' heading.
    pub(super) contents: &'static str,
    /// The name of the list of the book's parts.
    pub(super) landmarks: &'static str,
    /// The cover's name.
    pub(super) cover: &'static str,
    /// The title page's name.
    pub(super) title_page: &'static str,
    /// Where the text begins.
    pub(super) start: &'static str,
    /// The heading of the page on how the book was made.
    pub(super) colophon: &'static str,
    /// The heading of the list of pictures that are not in the book.
    pub(super) missing: &'static str,
    /// Before the description of a picture that is not in the book.
    pub(super) no_picture: &'static str,
    /// What a picture without a description is called.
    pub(super) picture: &'static str,
    /// The notes' heading.
    pub(super) notes: &'static str,
    /// What the way back from a note is called.
    pub(super) back: &'static str,
    /// Before the original address.
    pub(super) source: &'static str,
    /// Between a label and what it labels.
    pub(super) colon: &'static str,
    /// Between two names.
    pub(super) comma: &'static str,
    /// After the first names, where there are too many for all.
    pub(super) others: &'static str,
    /// What a translator is called, after the name.
    pub(super) translator: &'static str,
    /// What an editor is called, after the name.
    pub(super) editor: &'static str,
    /// A film from elsewhere.
    pub(super) video: &'static str,
    /// Sound from elsewhere.
    pub(super) audio: &'static str,
    /// A post from elsewhere.
    pub(super) post: &'static str,
    /// Something else from elsewhere.
    pub(super) page: &'static str,
    /// How the book was made.
    pub(super) made: &'static str,
    /// The summary for those who cannot see, of a book without pictures.
    pub(super) readable: &'static str,
    /// The same, of a book whose pictures are all described.
    pub(super) described: &'static str,
    /// The same, of a book some of whose pictures are not described.
    pub(super) undescribed: &'static str,
}

static SIMPLIFIED: Words = Words {
    contents: "目录",
    landmarks: "导航",
    cover: "封面",
    title_page: "书名页",
    start: "正文",
    colophon: "关于本书",
    missing: "缺少的图片",
    no_picture: "图片未能取得",
    picture: "图片",
    notes: "注释",
    back: "返回正文",
    source: "原文",
    colon: "：",
    comma: "、",
    others: "等",
    translator: "译",
    editor: "编",
    video: "视频",
    audio: "音频",
    post: "帖子",
    page: "网页",
    made: "本书由 Offprint 根据所列原文制作。书中不含脚本，阅读时不连接网络。",
    readable: "全书为文本，有目录，可由屏幕阅读器按顺序朗读。",
    described: "全书为文本，有目录，可由屏幕阅读器按顺序朗读；图片均有文字说明。",
    undescribed: "全书为文本，有目录，可由屏幕阅读器按顺序朗读；部分图片没有文字说明。",
};

static TRADITIONAL: Words = Words {
    contents: "目錄",
    landmarks: "導覽",
    cover: "封面",
    title_page: "書名頁",
    start: "正文",
    colophon: "關於本書",
    missing: "缺少的圖片",
    no_picture: "圖片未能取得",
    picture: "圖片",
    notes: "註釋",
    back: "返回正文",
    source: "原文",
    colon: "：",
    comma: "、",
    others: "等",
    translator: "譯",
    editor: "編",
    video: "影片",
    audio: "音訊",
    post: "貼文",
    page: "網頁",
    made: "本書由 Offprint 根據所列原文製作。書中不含程式碼，閱讀時不連接網路。",
    readable: "全書為文字，有目錄，可由螢幕閱讀器依序朗讀。",
    described: "全書為文字，有目錄，可由螢幕閱讀器依序朗讀；圖片均有文字說明。",
    undescribed: "全書為文字，有目錄，可由螢幕閱讀器依序朗讀；部分圖片沒有文字說明。",
};

static JAPANESE: Words = Words {
    contents: "目次",
    landmarks: "案内",
    cover: "表紙",
    title_page: "扉",
    start: "本文",
    colophon: "奥付",
    missing: "収録できなかった画像",
    no_picture: "画像を取得できませんでした",
    picture: "画像",
    notes: "注",
    back: "本文へ戻る",
    source: "原文",
    colon: "：",
    comma: "、",
    others: "ほか",
    translator: "訳",
    editor: "編",
    video: "動画",
    audio: "音声",
    post: "投稿",
    page: "ページ",
    made: "本書は Offprint が原文から作成しました。スクリプトを含まず、閲覧時に通信しません。",
    readable: "全文がテキストで、目次があり、読み上げソフトで順に読めます。",
    described: "全文がテキストで、目次があり、読み上げソフトで順に読めます。画像にはすべて説明があります。",
    undescribed: "全文がテキストで、目次があり、読み上げソフトで順に読めます。説明のない画像があります。",
};

static KOREAN: Words = Words {
    contents: "차례",
    landmarks: "안내",
    cover: "표지",
    title_page: "속표지",
    start: "본문",
    colophon: "이 책에 대하여",
    missing: "빠진 그림",
    no_picture: "그림을 가져오지 못함",
    picture: "그림",
    notes: "주",
    back: "본문으로",
    source: "원문",
    colon: ": ",
    comma: ", ",
    others: " 외",
    translator: "옮김",
    editor: "엮음",
    video: "동영상",
    audio: "소리",
    post: "게시물",
    page: "페이지",
    made: "이 책은 Offprint가 원문으로 만들었습니다. 스크립트가 없으며 읽을 때 네트워크에 연결하지 않습니다.",
    readable: "전체가 글이며 차례가 있어 화면 읽기 프로그램이 순서대로 읽을 수 있습니다.",
    described: "전체가 글이며 차례가 있어 화면 읽기 프로그램이 순서대로 읽을 수 있습니다. 모든 그림에 설명이 있습니다.",
    undescribed: "전체가 글이며 차례가 있어 화면 읽기 프로그램이 순서대로 읽을 수 있습니다. 설명 없는 그림이 있습니다.",
};

static ENGLISH: Words = Words {
    contents: "Contents",
    landmarks: "Landmarks",
    cover: "Cover",
    title_page: "Title page",
    start: "Text",
    colophon: "About this book",
    missing: "Missing pictures",
    no_picture: "Picture not available",
    picture: "Picture",
    notes: "Notes",
    back: "Back to the text",
    source: "Source",
    colon: ": ",
    comma: ", ",
    others: " and others",
    translator: "translator",
    editor: "editor",
    video: "Video",
    audio: "Audio",
    post: "Post",
    page: "Page",
    made: "Made by Offprint from the sources listed here. The book holds no script, and reading it contacts no one.",
    readable: "All content is text in reading order, with a table of contents.",
    described: "All content is text in reading order, with a table of contents; every picture is described.",
    undescribed: "All content is text in reading order, with a table of contents; some pictures are not described.",
};

impl Words {
    /// The words for a language, and the language they are in: English where there are none for it.
    pub(super) fn of(language: &Language) -> &'static Self {
        let traditional = |part: &str| matches!(part, "Hant" | "TW" | "HK" | "MO");
        match language.primary() {
            "zh" | "cmn" | "wuu" if language.tag().split('-').any(traditional) => &TRADITIONAL,
            "yue" | "nan" | "hak" => &TRADITIONAL,
            "zh" | "cmn" | "wuu" => &SIMPLIFIED,
            "ja" => &JAPANESE,
            "ko" => &KOREAN,
            _ => &ENGLISH,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_follow_the_language() {
        let contents = |tag| Words::of(&Language::parse(tag).unwrap()).contents;
        assert_eq!(
            ["zh-CN", "zh-TW", "zh-Hant-HK", "yue", "ja", "ko-KR", "fr"].map(contents),
            ["目录", "目錄", "目錄", "目錄", "目次", "차례", "Contents"]
        );
    }
}
