//! What the articles of the benches consist of.

/// Pieces of sentences: Chinese with Latin, Cyrillic, numbers and marks.
pub(crate) const CLAUSES: &[&str] = &[
    "天色渐渐暗下来",
    "没有人知道接下来会发生什么",
    "根据 2021 年的统计",
    "这座城市一共有 128 家印刷厂",
    "他把信折好放回信封",
    "所谓“公共空间”并不属于任何人",
    "也就是 public sphere",
    "卡尔·波普尔在书里写过",
    "价格从 35 元涨到 120 元",
    "档案馆（周一闭馆）的门口",
    "工人们要求八小时工作制",
    "《排版指南》第二版",
    "самиздат 时代的打字机",
    "约占总数的 47%",
    "而真正的问题在于谁来付钱",
    "她没有回答",
    "会议一直持续到凌晨两点",
    "路的尽头有一座石桥",
];
